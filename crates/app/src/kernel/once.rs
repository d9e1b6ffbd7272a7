//! A request that a program sends twice is done once (`Idempotency-Key`).
//!
//! The key is written in the transaction of the change itself, so that no crash can part the two: either
//! both are stored or neither. The answer is kept beside it and given again to whoever repeats the request.
//! Keys belong to the token or person that sent them and live for [`KEPT`].

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::RequestExt;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use db::{Tx, row, statements};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use rules::Invalid;
use sha2::{Digest, Sha256};

use super::actor::By;
use super::errors::Failure;
use super::state::App;
use crate::layout::page::Viewer;

/// How long a key and its answer are kept.
pub const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// The longest key. Units: bytes.
const KEY_MAX_BYTES: usize = 200;
/// The longest answer that is kept. Units: bytes.
const ANSWER_MAX_BYTES: usize = 1 << 20;
/// Keys that are thrown away at a time.
const FORGET_MAX: i64 = 1_000;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

row! {
    struct Kept {
        digest: Vec<u8>,
        status: Option<i64>,
        kind: Option<String>,
        location: Option<String>,
        body: Option<Vec<u8>>,
        claimed_at: Timestamp,
    }
}

statements! {
    static FIND: (String, String) => Kept =
        "SELECT digest, status, kind, location, body, claimed_at FROM request_once \
         WHERE sender = ?1 AND request_key = ?2";
    static CLAIM: (String, String, Vec<u8>, Timestamp) => () =
        "INSERT INTO request_once (sender, request_key, digest, claimed_at) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (sender, request_key) DO NOTHING";
    static ANSWER: (String, String, i64, Option<String>, Option<String>, Vec<u8>) => () =
        "UPDATE request_once SET status = ?3, kind = ?4, location = ?5, body = ?6 \
         WHERE sender = ?1 AND request_key = ?2";
    static FORGET_ONE: (String, String, Timestamp) => () =
        "DELETE FROM request_once WHERE sender = ?1 AND request_key = ?2 AND claimed_at < ?3";
    static FORGET: (Timestamp, i64) => () =
        "DELETE FROM request_once WHERE (sender, request_key) IN \
         (SELECT sender, request_key FROM request_once WHERE claimed_at < ?1 ORDER BY claimed_at LIMIT ?2)";
}

tokio::task_local! {
    static CURRENT: Arc<Claim>;
}

/// A key on its way into the transaction of the request that carries it.
#[derive(Debug)]
pub struct Claim {
    sender: String,
    key: String,
    digest: [u8; 32],
    stored: AtomicBool,
}

impl Claim {
    /// The claim of the request that is being handled, unless it is stored already or there is none.
    pub fn current() -> Option<Arc<Claim>> {
        CURRENT.try_with(Arc::clone).ok().filter(|claim| !claim.stored.load(Ordering::SeqCst))
    }

    /// Writes the key. Errors: [`Failure::InProgress`] when another request wrote it first.
    pub fn store(&self, tx: &mut Tx, now: Timestamp) -> Result<(), Failure> {
        let written = tx.run(&CLAIM, (self.sender.as_str(), self.key.as_str(), &self.digest[..], now))?;
        if written == 0 { Err(Failure::InProgress) } else { Ok(()) }
    }

    /// The transaction that holds the key is committed.
    pub fn committed(&self) {
        self.stored.store(true, Ordering::SeqCst);
    }
}

/// Throws away a batch of keys that are older than [`KEPT`]. Returns how many there were.
pub fn forget(tx: &mut Tx, now: Timestamp) -> Result<u64, db::Error> {
    tx.run(&FORGET, (now - KEPT, FORGET_MAX))
}

/// The layer that answers a repeated `POST` of the API from what is kept.
pub async fn layer(app: &App, mut request: Request, next: impl AsyncFnOnce(Request) -> Response) -> Response {
    let keyed = *request.method() == Method::POST && request.uri().path().starts_with("/api/");
    let Some(key) = request.headers().get(KEY).cloned().filter(|_| keyed) else {
        return next(request).await;
    };
    let person = request.extensions().get::<Arc<Viewer>>().and_then(|viewer| viewer.person.clone());
    let Some(person) = person else { return next(request).await };
    let claim = match claim(&key, By::from(&person).to_string(), &mut request).await {
        Ok(claim) => Arc::new(claim),
        Err(failure) => return failure.into_response(),
    };
    match kept(app, &claim).await {
        Ok(None) => {}
        Ok(Some(kept)) => return again(&claim, kept).unwrap_or_else(IntoResponse::into_response),
        Err(failure) => return failure.into_response(),
    }
    let response = CURRENT.scope(claim.clone(), next(request)).await;
    if !claim.stored.load(Ordering::SeqCst) || !response.status().is_success() {
        return response;
    }
    keep(app, claim, response).await.unwrap_or_else(IntoResponse::into_response)
}

async fn claim(key: &HeaderValue, sender: String, request: &mut Request) -> Result<Claim, Failure> {
    let text = key.to_str().unwrap_or_default().trim().trim_matches('"');
    if text.is_empty() || text.len() > KEY_MAX_BYTES {
        return Err(Invalid::new("Idempotency-Key", "error-idempotency-key")
            .with("most", KEY_MAX_BYTES)
            .into());
    }
    let mut hasher = Sha256::new();
    hasher.update(request.uri().to_string());
    let kind =
        request.headers().get(header::CONTENT_TYPE).map(|kind| kind.as_bytes().to_vec()).unwrap_or_default();
    if kind.starts_with(b"multipart/") {
        // A file may be large and streams by; its length stands for it. The boundary differs each time.
        hasher.update(request.headers().get(header::CONTENT_LENGTH).map_or(&b""[..], HeaderValue::as_bytes));
    } else {
        let bytes = take_body(request).await?;
        hasher.update(&bytes);
        *request.body_mut() = Body::from(bytes);
    }
    Ok(Claim {
        sender,
        key: text.to_owned(),
        digest: hasher.finalize().into(),
        stored: AtomicBool::new(false),
    })
}

async fn take_body(request: &mut Request) -> Result<Bytes, Failure> {
    let mut inner = Request::new(std::mem::take(request.body_mut()));
    // The limit of the size of a request travels with its extensions.
    *inner.extensions_mut() = request.extensions().clone();
    inner.extract().await.map_err(|_| Failure::Unreadable)
}

async fn kept(app: &App, claim: &Arc<Claim>) -> Result<Option<Kept>, Failure> {
    let (looking, oldest) = (claim.clone(), app.clock.now() - KEPT);
    let found =
        app.read(move |tx| Ok(tx.maybe(&FIND, (looking.sender.as_str(), looking.key.as_str()))?)).await?;
    let Some(found) = found else { return Ok(None) };
    if found.claimed_at >= oldest {
        return Ok(Some(found));
    }
    let old = claim.clone();
    app.touch(move |tx| Ok(tx.run(&FORGET_ONE, (old.sender.as_str(), old.key.as_str(), oldest))?)).await?;
    Ok(None)
}

fn again(claim: &Claim, kept: Kept) -> Result<Response, Failure> {
    if kept.digest != claim.digest {
        return Err(Failure::KeyReused);
    }
    let (Some(status), Some(body)) = (kept.status, kept.body) else { return Err(Failure::InProgress) };
    let status = u16::try_from(status).ok().and_then(|status| StatusCode::from_u16(status).ok());
    let mut response = (status.unwrap_or(StatusCode::OK), body).into_response();
    let headers = response.headers_mut();
    set(headers, header::CONTENT_TYPE, kept.kind)?;
    set(headers, header::LOCATION, kept.location)?;
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: Option<String>) -> Result<(), Failure> {
    headers.remove(&name);
    if let Some(value) = value {
        headers.insert(name, HeaderValue::from_str(&value).map_err(Failure::broke)?);
    }
    Ok(())
}

async fn keep(app: &App, claim: Arc<Claim>, response: Response) -> Result<Response, Failure> {
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, ANSWER_MAX_BYTES).await.map_err(Failure::broke)?;
    let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (status, kind, location) =
        (i64::from(parts.status.as_u16()), text(header::CONTENT_TYPE), text(header::LOCATION));
    let answer = bytes.to_vec();
    app.touch(move |tx| {
        Ok(tx.run(&ANSWER, (claim.sender.as_str(), claim.key.as_str(), status, kind, location, answer))?)
    })
    .await?;
    Ok(Response::from_parts(parts, Body::from(bytes)))
}
