//! Why something is owed about any noun: a contract, a site, a call. A ticket explains its own.

pub mod pages;
mod store;
