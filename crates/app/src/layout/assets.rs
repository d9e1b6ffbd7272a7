//! Style sheets and scripts, served from inside the binary.
//!
//! Every address carries one hash of all assets (`/assets/<hash>/app.css`), so a browser may keep a file
//! for ever and modules may import one another by relative address. In a debug build files are read from
//! the source tree, so a reload shows the change.

use std::borrow::Cow;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use include_dir::{Dir, include_dir};
use sha2::{Digest, Sha256};

static ASSETS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/assets");

/// The style sheets in the order in which they are joined to `app.css`.
const STYLES: &[&str] = &[
    "tokens.css",
    "base.css",
    "shell.css",
    "components.css",
    "desk.css",
    "queue.css",
    "tickets.css",
    "comfort.css",
    "calls.css",
    "articles.css",
    "registry.css",
    "portal.css",
    "print.css",
];

static HASH: LazyLock<String> = LazyLock::new(|| {
    let mut names: Vec<_> = ASSETS.files().map(|file| file.path()).collect();
    names.sort();
    let mut hasher = Sha256::new();
    for name in names {
        hasher.update(name.as_os_str().as_encoded_bytes());
        hasher.update(ASSETS.get_file(name).map(|file| file.contents()).unwrap_or_default());
    }
    hasher.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
});

static SHEET: LazyLock<Vec<u8>> = LazyLock::new(join_styles);

/// The address of an asset, `app.css` or the name of a file in `assets/`.
pub fn url(name: &str) -> String {
    format!("/assets/{}/{name}", HASH.as_str())
}

/// GET /assets/{hash}/{name}
pub async fn serve(Path((hash, name)): Path<(String, String)>) -> Response {
    let Some(body) = contents(&name) else { return StatusCode::NOT_FOUND.into_response() };
    let kind = mime_guess::from_path(&name).first_or_octet_stream();
    let current = hash == *HASH && !cfg!(debug_assertions);
    let cache = if current { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = body.into_response();
    let headers = response.headers_mut();
    let kind = match (kind.type_(), kind.subtype()) {
        (mime_guess::mime::TEXT, _) => format!("{kind}; charset=utf-8"),
        _ => kind.to_string(),
    };
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(&kind).expect("a media type is ASCII"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    response
}

/// GET /favicon.ico
pub async fn favicon() -> Response {
    serve(Path((HASH.clone(), "mark.svg".to_owned()))).await
}

fn contents(name: &str) -> Option<Cow<'static, [u8]>> {
    if name == "app.css" {
        return Some(if cfg!(debug_assertions) { Cow::Owned(join_styles()) } else { Cow::Borrowed(&SHEET) });
    }
    source(name)
}

fn source(name: &str) -> Option<Cow<'static, [u8]>> {
    let embedded = ASSETS.get_file(name)?;
    if cfg!(debug_assertions) {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets").join(embedded.path());
        if let Ok(bytes) = std::fs::read(path) {
            return Some(Cow::Owned(bytes));
        }
    }
    Some(Cow::Borrowed(embedded.contents()))
}

fn join_styles() -> Vec<u8> {
    let mut sheet = Vec::new();
    for name in STYLES {
        sheet.extend_from_slice(&source(name).unwrap_or_default());
        sheet.push(b'\n');
    }
    sheet
}

/// The text of every script and style sheet, by name: for the tests that read them.
pub fn sources() -> impl Iterator<Item = (String, &'static str)> {
    ASSETS.files().filter_map(|file| Some((file.path().display().to_string(), file.contents_utf8()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_style_sheet_is_in_the_joined_one() {
        let on_disk: Vec<_> =
            sources().filter(|(name, _)| name.ends_with(".css")).map(|(name, _)| name).collect();
        for name in &on_disk {
            assert!(STYLES.contains(&name.as_str()), "{name} is not listed in STYLES");
        }
        assert_eq!(on_disk.len(), STYLES.len());
    }

    #[test]
    fn no_asset_needs_another_host() {
        for (name, text) in sources() {
            for (line, content) in text.lines().enumerate() {
                let foreign = content.contains("https://")
                    || content.replace("http://www.w3.org/", "").contains("http://");
                assert!(!foreign, "{name}:{}: {content}", line + 1);
            }
        }
    }
}
