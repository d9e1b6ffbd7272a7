//! A widespread fault (大面积故障): a ticket with those that are part of it, told and ended together.

pub mod store;

pub mod acts;
