//! Products: the models that assets are made of.

pub mod api;
pub mod change;
pub mod pages;
pub mod store;
