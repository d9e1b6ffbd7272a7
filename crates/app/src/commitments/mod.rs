//! Commitments: each published version of a commitment file, immutable, and which contract it binds.

pub mod publish;
pub mod store;
