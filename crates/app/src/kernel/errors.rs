//! What is said when a request is not done: a page for people, a problem document for programs.
//!
//! A handler returns a [`Failure`]; the layer [`present`] turns it into the answer that fits the request,
//! because only there the reader's language is known. What broke is logged once, here, under an id that
//! the reader can quote.

use std::sync::Arc;

use axum::extract::Request;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderValue, Method, StatusCode, header};
use maud::html;
use rules::access::Permission;
use rules::portal::Right;
use rules::{Invalid, Refusal};
use serde_json::json;

use super::form::{encode, invalid_words};
use super::guest::is_portal;
use super::notice::refusal_words;
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::{FluentValue, L10n};
use crate::layout::page::{Page, Section, Viewer};
use crate::layout::portal::PortalPage;

/// Why a request was not done.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Fields that cannot be accepted: 422.
    #[error("invalid: {0:?}")]
    Invalid(Vec<Invalid>),
    /// A rule says no: 409.
    #[error("refused: {0}")]
    Refused(Refusal),
    /// There is no such thing: 404.
    #[error("not found")]
    NotFound,
    /// Nobody is signed in: a page asks to sign in, the API answers 401.
    #[error("not signed in")]
    SignIn,
    /// The person may not do this: 403.
    #[error("forbidden: needs {0}")]
    Forbidden(Permission),
    /// A guest of the portal may not do this: 403.
    #[error("no right: needs {0}")]
    NoRight(Right),
    /// The request comes from another site's page: 403.
    #[error("cross-site request")]
    CrossSite,
    /// The body cannot be read as what it claims to be: 400.
    #[error("unreadable request")]
    Unreadable,
    /// A JSON body that is not what the endpoint takes: 400, with the parser's words.
    #[error("unreadable JSON: {0}")]
    UnreadableJson(String),
    /// The body is of another kind than the endpoint takes: 415.
    #[error("wrong content type")]
    WrongType,
    /// The key of a request was used for another one: 422.
    #[error("idempotency key reused")]
    KeyReused,
    /// A request with the same key is being done: 409.
    #[error("the same request is in progress")]
    InProgress,
    /// The body is larger than allowed: 413. Units: bytes.
    #[error("too large: limit {limit_bytes}")]
    TooLarge { limit_bytes: u64 },
    /// Too many attempts: 429. Units: seconds.
    #[error("too many attempts")]
    TooMany { retry_after_s: u64 },
    /// The link was used, has expired, or never was: 410.
    #[error("link no longer valid")]
    Gone,
    /// The method does not exist at this address: 405.
    #[error("method not allowed")]
    WrongMethod,
    /// The database cannot be reached or is busy; the same request may succeed later: 503.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// No room is left on the disk; nothing was stored: 507.
    #[error("the disk is full")]
    DiskFull,
    /// Something broke: 500.
    #[error("{0}")]
    Error(String),
}

impl Failure {
    /// Something broke; `error` goes to the log, never to the reader.
    pub fn broke(error: impl std::fmt::Display) -> Failure {
        Failure::Error(error.to_string())
    }

    /// One field that cannot be accepted.
    pub fn field(field: &'static str, code: &'static str) -> Failure {
        Failure::Invalid(vec![Invalid::new(field, code)])
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Failure::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Failure::Refused(_) => StatusCode::CONFLICT,
            Failure::NotFound => StatusCode::NOT_FOUND,
            Failure::SignIn => StatusCode::UNAUTHORIZED,
            Failure::Forbidden(_) | Failure::NoRight(_) | Failure::CrossSite => StatusCode::FORBIDDEN,
            Failure::Unreadable | Failure::UnreadableJson(_) => StatusCode::BAD_REQUEST,
            Failure::WrongType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Failure::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            Failure::InProgress => StatusCode::CONFLICT,
            Failure::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Failure::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Failure::Gone => StatusCode::GONE,
            Failure::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Failure::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Failure::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
            Failure::Error(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The stable code: the end of the problem's `type`, and the middle of the keys in the locales.
    pub fn code(&self) -> &'static str {
        match self {
            Failure::Invalid(_) => "invalid",
            Failure::Refused(_) => "refused",
            Failure::NotFound => "not-found",
            Failure::SignIn => "sign-in",
            Failure::Forbidden(_) | Failure::NoRight(_) => "forbidden",
            Failure::CrossSite => "cross-site",
            Failure::Unreadable => "unreadable",
            Failure::UnreadableJson(_) => "unreadable-json",
            Failure::WrongType => "wrong-type",
            Failure::KeyReused => "key-reused",
            Failure::InProgress => "in-progress",
            Failure::TooLarge { .. } => "too-large",
            Failure::TooMany { .. } => "too-many",
            Failure::Gone => "gone",
            Failure::WrongMethod => "wrong-method",
            Failure::Unavailable(_) => "unavailable",
            Failure::DiskFull => "disk-full",
            Failure::Error(_) => "broke",
        }
    }

    /// Every code, for the documentation and the test of the locales.
    pub const CODES: [&'static str; 18] = [
        "invalid",
        "refused",
        "not-found",
        "sign-in",
        "forbidden",
        "cross-site",
        "unreadable",
        "unreadable-json",
        "wrong-type",
        "key-reused",
        "in-progress",
        "too-large",
        "too-many",
        "gone",
        "wrong-method",
        "unavailable",
        "disk-full",
        "broke",
    ];

    fn title(&self, l: &L10n) -> String {
        l.t(&format!("failure-{}", self.code())).into_owned()
    }

    fn detail(&self, l: &L10n, id: &str) -> String {
        let words = |args: &[(&str, FluentValue<'_>)]| {
            l.ta(&format!("failure-{}-detail", self.code()), args).into_owned()
        };
        match self {
            Failure::Refused(refusal) => refusal_words(refusal, l),
            Failure::Invalid(problems) => words(&[("n", problems.len().into())]),
            Failure::Forbidden(permission) => words(&[("permission", l.t(permission.label()).into())]),
            Failure::NoRight(right) => words(&[("permission", l.t(right.label()).into())]),
            Failure::UnreadableJson(reason) => words(&[("reason", reason.as_str().into())]),
            Failure::TooLarge { limit_bytes } => words(&[("limit", bytes_words(l, *limit_bytes).into())]),
            Failure::TooMany { retry_after_s } => {
                let span = jiff::SignedDuration::from_secs(i64::try_from(*retry_after_s).unwrap_or(i64::MAX));
                words(&[("span", l.duration(span).into())])
            }
            Failure::Error(_) => words(&[("id", id.into())]),
            _ => words(&[]),
        }
    }
}

/// A size in the unit that reads best.
pub fn bytes_words(l: &L10n, bytes: u64) -> String {
    const STEPS: [(&str, u64); 4] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)];
    let (unit, size) = STEPS.into_iter().find(|(_, size)| bytes >= *size).unwrap_or(("B", 1));
    let tenths = u128::from(bytes) * 10 / u128::from(size);
    let whole = l.number((tenths / 10) as i128);
    if tenths % 10 == 0 { format!("{whole} {unit}") } else { format!("{whole}.{} {unit}", tenths % 10) }
}

impl From<Vec<Invalid>> for Failure {
    fn from(problems: Vec<Invalid>) -> Failure {
        Failure::Invalid(problems)
    }
}

impl From<Invalid> for Failure {
    fn from(problem: Invalid) -> Failure {
        Failure::Invalid(vec![problem])
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        Failure::Refused(refusal)
    }
}

impl From<db::Error> for Failure {
    fn from(error: db::Error) -> Failure {
        match error {
            db::Error::DiskFull => Failure::DiskFull,
            error if error.is_transient() => Failure::Unavailable(error.to_string()),
            error => Failure::Error(error.to_string()),
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Failure {
        Failure::Error(error.to_string())
    }
}

/// What a handler failed with, carried from the handler to [`present`].
#[derive(Clone, Debug)]
pub struct Carried(pub Arc<Failure>);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Carried(Arc::new(self)));
        response
    }
}

/// The layer that words failures for the one who asked.
pub async fn present(request: Request, next: impl AsyncFnOnce(Request) -> Response) -> Response {
    let viewer = request.extensions().get::<Arc<Viewer>>().cloned();
    let path = request.uri().path_and_query().map(|both| both.as_str().to_owned()).unwrap_or_default();
    let get = request.method() == Method::GET;
    let response = next(request).await;
    match viewer {
        Some(viewer) => word(response, &viewer, &path, get),
        None => response,
    }
}

/// Words the failure that a response carries, if it carries one.
pub fn word(response: Response, viewer: &Viewer, path: &str, get: bool) -> Response {
    let carried = response.extensions().get::<Carried>().cloned().or_else(|| rejection(&response, get));
    let Some(Carried(failure)) = carried else { return response };
    let id = if failure.status().is_server_error() { log(&failure, path) } else { String::new() };
    let mut presented = if wants_json(path) {
        problem(&failure, &viewer.l, path, &id)
    } else {
        page(&failure, viewer, path, get, &id)
    };
    if let Failure::TooMany { retry_after_s } = &*failure {
        presented.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*retry_after_s));
    }
    presented.extensions_mut().insert(Carried(failure));
    presented
}

/// What an extractor of the framework refused, in our terms: an id that is no number, a body that is none.
fn rejection(response: &Response, get: bool) -> Option<Carried> {
    let kind = response.headers().get(header::CONTENT_TYPE)?.to_str().ok()?;
    if !kind.starts_with("text/plain") {
        return None;
    }
    let failure = match response.status() {
        StatusCode::NOT_FOUND => Failure::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Failure::WrongMethod,
        // Nothing but the address of a page can be wrong.
        StatusCode::BAD_REQUEST if get => Failure::NotFound,
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => Failure::Unreadable,
        _ => return None,
    };
    Some(Carried(Arc::new(failure)))
}

/// Whether a program asks: the API and the addresses that scripts fetch.
pub fn wants_json(path: &str) -> bool {
    (path.starts_with("/api/") && !path.starts_with("/api/docs")) || path == "/metrics"
}

fn log(failure: &Failure, path: &str) -> String {
    let id = format!("{:08x}", rand::random::<u32>());
    tracing::error!(id, path, error = %failure, "a request broke");
    id
}

fn problem(failure: &Failure, l: &L10n, path: &str, id: &str) -> Response {
    let mut document = json!({
        "type": format!("urn:aftercare:problem:{}", failure.code()),
        "title": failure.title(l),
        "status": failure.status().as_u16(),
        "detail": failure.detail(l, id),
        "instance": path,
    });
    match failure {
        Failure::Invalid(problems) => {
            let errors = problems.iter().map(|problem| {
                json!({ "field": problem.field, "code": problem.code, "detail": invalid_words(problem, l) })
            });
            document["errors"] = errors.collect();
        }
        Failure::Refused(refusal) => document["code"] = json!(refusal.code()),
        Failure::Forbidden(permission) => document["permission"] = json!(permission.code()),
        Failure::Error(_) => document["id"] = json!(id),
        _ => {}
    }
    let mut response = (failure.status(), document.to_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if matches!(failure, Failure::SignIn) {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"aftercare\""));
    }
    response
}

fn page(failure: &Failure, viewer: &Viewer, path: &str, get: bool, id: &str) -> Response {
    let l = &viewer.l;
    if matches!(failure, Failure::SignIn) {
        let next = if get && path != "/" { format!("?next={}", encode(path)) } else { String::new() };
        let desk = if is_portal(path) { "/portal/sign-in" } else { "/sign-in" };
        return Redirect::to(&format!("{desk}{next}")).into_response();
    }
    let tone = if failure.status().is_server_error() { Tone::Bad } else { Tone::Risk };
    if is_portal(path) {
        return portal_page(failure, viewer, path, id);
    }
    let home = if viewer.person.is_some() { "/" } else { "/sign-in" };
    Page::new(viewer, Section::Home, failure.title(l)).status(failure.status()).body(html! {
        (notice(tone, failure.detail(l, id)))
        @if let Failure::Invalid(problems) = failure {
            ul { @for problem in problems { li { (problem.field) ": " (invalid_words(problem, l)) } } }
        }
        p class="actions" {
            a class="button" href=(path) data-back { span { (l.t("failure-back")) } }
            (link_button(home, Icon::Queue, l.t("failure-home"), false))
        }
    })
}

/// The same for one of the customer's people: in their frame, with the number that they can call.
fn portal_page(failure: &Failure, viewer: &Viewer, path: &str, id: &str) -> Response {
    let l = &viewer.l;
    let tone = if failure.status().is_server_error() { Tone::Bad } else { Tone::Risk };
    PortalPage::new(viewer, failure.title(l)).status(failure.status()).body(html! {
        (notice(tone, failure.detail(l, id)))
        @if let Failure::Invalid(problems) = failure {
            ul { @for problem in problems { li { (invalid_words(problem, l)) } } }
        }
        p class="actions" {
            a class="button" href=(path) data-back { span { (l.t("failure-back")) } }
            (link_button("/portal", Icon::Queue, l.t("failure-home"), false))
        }
    })
}

/// The answer to an address that leads nowhere.
pub async fn nowhere() -> Failure {
    Failure::NotFound
}

/// The answer to a method that an address does not have.
pub async fn wrong_method() -> Failure {
    Failure::WrongMethod
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::layout::l10n::Locale;

    #[test]
    fn every_failure_has_words_in_every_language() {
        for locale in Locale::ALL {
            let l = L10n::new(locale, TimeZone::UTC, jiff::Timestamp::UNIX_EPOCH);
            for code in Failure::CODES {
                assert!(l.knows(&format!("failure-{code}")), "{locale:?} {code}");
                assert!(code == "refused" || l.knows(&format!("failure-{code}-detail")), "{locale:?} {code}");
            }
        }
    }

    #[test]
    fn sizes_read_well() {
        let l = L10n::new(Locale::En, TimeZone::UTC, jiff::Timestamp::UNIX_EPOCH);
        for (bytes, words) in [(0, "0 B"), (512, "512 B"), (1_536, "1.5 KiB"), (2 << 30, "2 GiB")] {
            assert_eq!(bytes_words(&l, bytes), words);
        }
    }
}
