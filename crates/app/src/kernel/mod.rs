//! What every feature stands on: state, the one door, who acts, errors, clock, live updates.
//!
//! *Invariant*: only [`door`] writes, only [`clock`] knows the time, only [`errors`] speaks to a caller of
//! what went wrong.

pub mod config;
pub mod clock;
pub mod form;
pub mod notice;
pub mod errors;
pub mod live;
pub mod state;
pub mod door;
pub mod actor;
pub mod guard;
pub mod metrics;
