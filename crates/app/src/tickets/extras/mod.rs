//! Tags, time spent, steps, a parent for a fault that many report: comfort on a ticket's page.

pub mod store;

pub mod acts;
pub mod show;
