//! Contacts: the people at a customer who report, answer and sign.

pub mod access;
pub mod access_api;
pub mod api;
pub mod change;
pub mod failing;
pub mod pages;
pub mod store;
