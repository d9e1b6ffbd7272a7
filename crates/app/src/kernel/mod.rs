//! What every feature stands on: state, the one door, who acts, errors, clock, live updates.
//!
//! *Invariant*: only [`door`] writes, only [`clock`] knows the time, only [`errors`] speaks to a caller of
//! what went wrong.

pub mod actor;
pub mod clock;
pub mod config;
pub mod door;
pub mod errors;
pub mod form;
pub mod guard;
pub mod guest;
pub mod house;
pub mod live;
pub mod metrics;
pub mod notice;
pub mod once;
pub mod outgoing;
pub mod outside;
pub mod secret;
pub mod setting;
pub mod security;
pub mod finding;
pub mod state;
pub mod terms;
pub mod turn;
