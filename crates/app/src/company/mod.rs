//! The company that gives the service (公司信息): its name, the hotline that stands on every page and notice (C7.8),
//! address, mark, and where unsolved calls are reported to.

pub mod pages;
