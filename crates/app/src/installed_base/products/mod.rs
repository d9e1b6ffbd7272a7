//! Products: the models that assets are made of.

pub mod store;
