//! Customers , with their sites  and contacts : whom we serve, and where.

pub mod contacts;
pub mod sites;
pub mod store;
