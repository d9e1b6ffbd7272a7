//! The JSON API under `/api/v1`: what all of its endpoints share. The endpoints themselves stand in the
//! `api.rs` of each noun.
//!
//! - [`Body`] reads a request, [`Paging`] and [`Listed`] page through a list, [`IfMatch`] guards an edit.
//! - [`openapi`](crate::openapi) gathers the description of every endpoint; a test compares it with the router.
//! - A token's scopes are checked by [`Actor`](crate::kernel::actor::Actor), a repeated `POST` is
//!   recognised by [`once`](crate::kernel::once), failures are worded by
//!   [`errors`](crate::kernel::errors).

mod body;
mod paging;
mod problem;

pub use body::{Body, IfMatch, created};
pub use paging::{Cursor, LIMIT_DEFAULT, LIMIT_MAX, Listed, Paging, PagingParams};
pub use problem::{FieldProblem, Problem};
