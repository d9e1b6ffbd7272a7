//! Canned replies (常用回复): written once, filled in where they are used.

pub mod store;

pub mod pages;
