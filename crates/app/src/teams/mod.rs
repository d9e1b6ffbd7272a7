//! Teams (C7.1): a group of people who share a queue.

pub mod pages;
pub mod store;
