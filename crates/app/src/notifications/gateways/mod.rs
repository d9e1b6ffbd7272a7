//! Gateways (通知网关): the places outside to which notices go, each with its signature and its log.

pub mod pages;
pub mod send;
pub mod store;
