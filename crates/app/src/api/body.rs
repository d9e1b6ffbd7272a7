//! Reading a request's JSON and writing the answer to a creation.

use axum::RequestExt;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use rules::{Invalid, Refusal};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::kernel::errors::Failure;

/// The JSON body of a request. A type for it says `deny_unknown_fields`, so that a misspelt field is told.
///
/// Errors: [`Failure::WrongType`] for another content type, [`Failure::UnreadableJson`] with the place.
#[derive(Clone, Copy, Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Body<T>, Failure> {
        if !is_json(request.headers().get(header::CONTENT_TYPE)) {
            return Err(Failure::WrongType);
        }
        let bytes: Bytes = request.extract().await.map_err(|_| Failure::Unreadable)?;
        serde_json::from_slice(&bytes).map(Body).map_err(|error| Failure::UnreadableJson(error.to_string()))
    }
}

fn is_json(kind: Option<&HeaderValue>) -> bool {
    let Some(kind) = kind.and_then(|kind| kind.to_str().ok()) else { return false };
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

/// `201 Created` with the address of what was made.
pub fn created(location: &str, value: &impl Serialize) -> Result<Response, Failure> {
    let mut response = (StatusCode::CREATED, axum::Json(value)).into_response();
    let location = HeaderValue::from_str(location).map_err(Failure::broke)?;
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

/// The version that an editor saw, from `If-Match: "7"`; none where the header is missing or `*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IfMatch(pub Option<i64>);

impl IfMatch {
    /// Refuses an edit of a version that is not the stored one.
    pub fn check(self, current: i64) -> Result<(), Refusal> {
        match self.0 {
            Some(seen) if seen != current => Err(Refusal::ChangedMeanwhile { seen, current }),
            Some(_) | None => Ok(()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<IfMatch, Failure> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else { return Ok(IfMatch(None)) };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(IfMatch(None));
        }
        let digits = text.trim_start_matches("W/").trim_matches('"');
        let version =
            digits.parse().map_err(|_| Invalid::new("If-Match", "error-if-match").with("given", text))?;
        Ok(IfMatch(Some(version)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_known_by_its_content_type() {
        let cases = [
            ("application/json", true),
            ("application/json; charset=utf-8", true),
            ("Application/Merge-Patch+JSON", true),
            ("text/plain", false),
            ("application/x-www-form-urlencoded", false),
            ("", false),
        ];
        for (kind, expected) in cases {
            assert_eq!(is_json(Some(&HeaderValue::from_static(kind))), expected, "{kind}");
        }
        assert!(!is_json(None));
    }

    #[tokio::test]
    async fn an_edit_says_which_version_it_saw() {
        let cases = [
            (Some("\"7\""), Ok(Some(7))),
            (Some("W/\"7\""), Ok(Some(7))),
            (Some("*"), Ok(None)),
            (None, Ok(None)),
            (Some("x"), Err(())),
        ];
        for (given, expected) in cases {
            let mut request = Request::new(());
            if let Some(given) = given {
                request.headers_mut().insert(header::IF_MATCH, HeaderValue::from_static(given));
            }
            let (mut parts, ()) = request.into_parts();
            let read = IfMatch::from_request_parts(&mut parts, &()).await;
            assert_eq!(read.map(|seen| seen.0).map_err(|_| ()), expected, "{given:?}");
        }
        assert!(IfMatch(Some(3)).check(3).is_ok());
        assert_eq!(IfMatch(Some(3)).check(4), Err(Refusal::ChangedMeanwhile { seen: 3, current: 4 }));
    }
}
