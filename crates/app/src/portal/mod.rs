//! The customer's portal: their people report, follow, answer, agree and confirm (C4.1, C7.2, C7.5, C7.8).
//!
//! *Invariant*: every statement takes the guest's [`Scope`](crate::kernel::guest::Scope), so that nothing of
//! another customer or site is read at all; what is not found within it is not there. Only public notes and
//! files that were shared are ever shown.

pub mod account;
pub mod acts;
pub mod agree;
pub mod articles;
pub mod duty_log;
pub mod home;
pub mod labels;
pub mod life;
pub mod lookup;
pub mod registry;
pub mod report;
pub mod sign_in;
pub mod store;
pub mod ticket;

#[cfg(test)]
mod agreement_tests;
#[cfg(test)]
mod tests;
