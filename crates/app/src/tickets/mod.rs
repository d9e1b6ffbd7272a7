//! Tickets (服务单): report, work, merge, find by number (C7).

pub mod store;

pub mod change;
pub mod due;
pub mod intake;

pub mod articles;

pub mod acts;
pub mod ahead;
pub mod api;
pub mod bodies;
pub mod composer;
pub mod custom_fields;
pub mod documents;
pub mod edit;
pub mod family;
pub mod files;
pub mod find;
pub mod new;
pub mod page;
pub mod proposals;
pub mod receipt;
pub mod relate;
pub mod steps;
pub mod tags;
pub mod terms;
pub mod time_spent;
pub mod why;
pub mod words;

#[cfg(test)]
mod tests;
