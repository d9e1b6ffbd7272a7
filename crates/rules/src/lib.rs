//! What the business decides, one file per noun, in order of dependency.
//!
//! Every decision is a pure function of facts, input and one reference time: it reads no clock, no
//! database and no configuration, and the same input gives the same answer for ever. Callers load,
//! decide and save; see `ARCHITECTURE.md`.
//!
//! *Invariant*: nothing here knows of HTTP, SQL or the words that a user reads. A rule that says no
//! returns a [`Refusal`], a field that cannot be understood an [`Invalid`]; both carry a code that the
//! locales turn into words.

#[macro_use]
mod codes;
pub mod ids;
pub mod refusal;
pub mod text;

pub mod access;
pub mod health;
pub mod calls;
pub mod customers;
pub mod escalation;
pub mod event;
pub mod company;
pub mod contracts;
pub mod coverage;
pub mod installed_base;
pub mod people;
pub mod portal;
pub mod service_records;
pub mod remote_access;
pub mod channels;
pub mod mailboxes;
pub mod faxes;
pub mod tickets;
pub mod replies;
pub mod articles;
pub mod exchange;
pub mod notifications;

pub use refusal::{Invalid, Refusal};
