//! Assets: units with a serial number, at a position of a site.

pub mod api;
pub mod change;
pub mod pages;
pub mod show;
pub mod store;
