//! The shape of a problem document (RFC 9457), for the description of the API. It is written by
//! [`errors`](crate::kernel::errors); `docs/errors.md` lists every type.

use serde::Serialize;
use utoipa::ToSchema;

/// Why a request was not done.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(title = "Problem (RFC 9457)")]
pub struct Problem {
    /// Names the kind of problem and never changes, as `urn:aftercare:problem:invalid`.
    #[serde(rename = "type")]
    #[schema(example = "urn:aftercare:problem:invalid")]
    pub kind: String,
    /// The kind in the language of `Accept-Language`.
    pub title: String,
    /// The HTTP status.
    #[schema(example = 422)]
    pub status: u16,
    /// What happened this time and what to do about it, in the same language.
    pub detail: String,
    /// The address that was asked for.
    pub instance: String,
    /// Type `invalid`: each field that cannot be accepted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// Type `refused`: the stable code of the rule that said no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Type `forbidden`: the scope that the token lacks, or the permission that the role lacks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission: Option<String>,
    /// Type `broke`: the number under which the server's log has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// One field that cannot be accepted.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FieldProblem {
    /// The name of the field, parameter or header.
    #[schema(example = "severity")]
    pub field: String,
    /// What is wrong, as a stable code.
    #[schema(example = "error-unknown-choice")]
    pub code: String,
    /// The same in the reader's language, with the mend.
    pub detail: String,
}
