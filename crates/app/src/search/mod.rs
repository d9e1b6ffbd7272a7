//! One field that finds everything: the command palette's tickets, customers, sites, assets, views and acts.

pub mod store;
pub mod follow;
pub mod everything;
pub mod alike;
pub mod like;
pub mod pages;
