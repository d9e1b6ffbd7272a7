//! What was done for a site: visits and trained administrators, which its quotas count (C2.6, C2.7, C3.6, C6.2).

mod change;
mod outlook;
pub mod pages;
mod store;
