//! The live queue: what is due next, first (C7.4, C7.5, C7.6).

pub mod api;
pub mod bulk;
pub mod filter;
pub mod filters;
pub mod pages;
pub mod rows;
pub mod store;
pub mod views;
