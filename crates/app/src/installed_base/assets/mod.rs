//! Assets: units with a serial number, at a position of a site.

pub mod store;
