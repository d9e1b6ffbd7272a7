//! What the endpoints of all records share.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use rules::Invalid;
use rules::ids::CustomerId;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::{IfMatch, Paging};
use crate::kernel::errors::Failure;
use crate::lookup::Shown;

/// The record with its version as an entity tag, which `If-Match` takes.
pub fn versioned(value: &impl Serialize, version: i64) -> Result<Response, Failure> {
    let mut response = axum::Json(serde_json::to_value(value)?).into_response();
    let tag = HeaderValue::from_str(&format!("\"{version}\"")).map_err(Failure::broke)?;
    response.headers_mut().insert(header::ETAG, tag);
    Ok(response)
}

/// The version that the caller saw, from the body or from `If-Match`.
pub fn seen(header: IfMatch, body: Option<i64>) -> Option<i64> {
    body.or(header.0)
}

/// The filter between what is in use and what was put away: `?shown=archived` or `?shown=all`.
pub fn shown(paging: &Paging) -> Shown {
    Shown::parse(paging.search().get("shown"))
}

/// A text field of an edit: left out it stays, `null` or an empty text clears it.
pub fn sent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Some(Option::<String>::deserialize(deserializer)?.unwrap_or_default()))
}

/// Puts a sent text in place of what stood there.
pub fn put(into: &mut String, sent: Option<String>) {
    if let Some(sent) = sent {
        *into = sent;
    }
}

/// An act that needs no more than the version seen.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Act {
    /// The version that was seen; `If-Match` serves as well.
    pub version: Option<i64>,
}

/// What narrows any list of records.
#[derive(Clone, Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)]
pub struct RecordParams {
    /// Any part of a name, code, number or address.
    q: Option<String>,
    /// `archived` or `all`; without it what is in use.
    shown: Option<String>,
}

/// What narrows a list of records of customers.
#[derive(Clone, Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)]
pub struct OfCustomerParams {
    /// Any part of a name, code, number or address.
    q: Option<String>,
    /// `archived` or `all`; without it what is in use.
    shown: Option<String>,
    /// Of this customer; may be repeated.
    customer: Option<i64>,
}

/// A number of an edit that may be cleared: left out it stays, `null` clears it.
pub fn sent_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<i64>>, D::Error> {
    Ok(Some(Option::<i64>::deserialize(deserializer)?))
}

/// Whose record it is, and its fields; what is wrong with either is told at once.
pub fn both<A, B>(first: Result<A, Failure>, second: Result<B, Vec<Invalid>>) -> Result<(A, B), Failure> {
    match (first, second) {
        (Ok(first), Ok(second)) => Ok((first, second)),
        (Err(Failure::Invalid(mut problems)), Err(others)) => {
            problems.extend(others);
            Err(problems.into())
        }
        (Err(failure), _) => Err(failure),
        (Ok(_), Err(problems)) => Err(problems.into()),
    }
}

/// Refuses to move a record to another customer: it would take its history along.
pub fn fixed(sent: Option<i64>, customer: CustomerId) -> Result<(), Invalid> {
    match sent {
        Some(other) if other != customer.get() => Err(Invalid::new("customer", "error-customer-fixed")),
        Some(_) | None => Ok(()),
    }
}
