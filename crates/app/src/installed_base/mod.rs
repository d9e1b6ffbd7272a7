//! What stands at the customers' sites: products, and assets with serial number and position.

pub mod assets;
pub mod products;
