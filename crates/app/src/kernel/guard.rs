//! What every request meets first: the check that a change comes from our own pages, and the headers that
//! keep a page to itself.

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};

use super::errors::Failure;
use super::state::App;

/// Scripts and styles from this server only, none inside the page, and no frame around it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
    media-src 'self' blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'";

/// The viewer of the API description sets styles of its own.
const VIEWER_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The layer that refuses a change which another site's page asks for.
///
/// A browser says where a request comes from (`Sec-Fetch-Site`, or `Origin`); forms then need no token.
/// A program with a bearer token carries no cookie that could be misused.
pub async fn same_site(app: &App, request: Request, next: impl AsyncFnOnce(Request) -> Response) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let host = request.headers().get(header::HOST).and_then(|value| value.to_str().ok());
    if reads || comes_from_us(request.headers(), host, &app.config.public_url) {
        next(request).await
    } else {
        Failure::CrossSite.into_response()
    }
}

fn comes_from_us(headers: &HeaderMap, host: Option<&str>, public_url: &str) -> bool {
    if headers.contains_key(header::AUTHORIZATION) {
        return true;
    }
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        // No browser leaves out both; a program without cookies cannot be misused by a page.
        return !headers.contains_key(header::COOKIE);
    };
    let Ok(origin) = origin.to_str() else { return false };
    let of_host = origin.split_once("://").is_some_and(|(_, authority)| Some(authority) == host);
    of_host || origin == public_url
}

/// The layer that adds the security headers.
pub async fn headers(app: &App, request: Request, next: impl AsyncFnOnce(Request) -> Response) -> Response {
    let viewer = request.uri().path().starts_with("/api/docs");
    let mut response = next(request).await;
    let headers = response.headers_mut();
    let policy = if viewer { VIEWER_POLICY } else { POLICY };
    let mut set = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    set(header::CONTENT_SECURITY_POLICY, policy);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(self), geolocation=(self), microphone=()");
    if app.config.secure() {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_may_change_things() {
        let cases: [(&str, &[(&str, &str)], bool); 8] = [
            ("our page", &[("sec-fetch-site", "same-origin"), ("cookie", "a=1")], true),
            ("another site", &[("sec-fetch-site", "cross-site"), ("cookie", "a=1")], false),
            ("a neighbouring host", &[("sec-fetch-site", "same-site"), ("cookie", "a=1")], false),
            ("an older browser, our page", &[("origin", "http://desk:8080"), ("cookie", "a=1")], true),
            ("an older browser, behind TLS", &[("origin", "https://desk.example"), ("cookie", "a=1")], true),
            ("an older browser, another site", &[("origin", "http://evil"), ("cookie", "a=1")], false),
            ("a cookie and no word of where from", &[("cookie", "a=1")], false),
            ("a program with a token", &[("authorization", "Bearer x")], true),
        ];
        for (what, pairs, allowed) in cases {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
            }
            assert_eq!(comes_from_us(&headers, Some("desk:8080"), "https://desk.example"), allowed, "{what}");
        }
    }
}
