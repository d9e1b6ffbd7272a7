//! Time spent on tickets (用时): entries with who, how long and at what, and their sum.

pub mod store;

pub mod acts;
