//! Stories through the front door: the whole application over a fresh database of each kind, a clock that
//! the story moves, and a browser that keeps its cookies.
//!
//! ```no_run
//! # use app::testing::each_app;
//! # use rules::access::Role;
//! each_app(async |t| {
//!     t.sign_in(Role::Hotline).await;
//!     t.get("/people").await.ok().sees("hotline");
//!     t.advance("4h");
//!     t.post_form("/account", &[("locale", "en")]).await.goes_to("/account");
//! });
//! ```

pub mod mail_servers;
pub mod world;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use db::Dialect;
use db::testing::TestDatabase;
use http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use jiff::{SignedDuration, Timestamp};
use rules::access::{Permission, Role};
use rules::ids::{AccessId, ContactId, SiteId, UserId};
use rules::portal::{Access, GuestRole};
use tower::ServiceExt;

use crate::kernel::actor::{By, SESSION_COOKIE};
use crate::kernel::errors::Carried;
use crate::kernel::form::encode;
use crate::kernel::guest::GUEST_COOKIE;
use crate::people::{guests, passes, store};
use crate::{App, Clock, Failure, MIGRATIONS, Settings};

/// When every story begins: a Monday morning in Shanghai.
pub const START: &str = "2026-01-05T01:00:00Z";

/// The largest attachment of a story. Units: bytes.
pub const ATTACHMENT_LIMIT_BYTES: u64 = 16 << 20;
/// The number on every page of every story.
pub const HOTLINE: &str = "400-800-2026";
/// The company of every story.
pub const COMPANY: &str = "\u{84dd}\u{767d}\u{96c6}\u{6210}";

/// Runs a story on SQLite and again on PostgreSQL.
pub fn each_app(story: impl AsyncFn(&TestApp)) {
    for dialect in [Dialect::Sqlite, Dialect::Postgres] {
        on(dialect, &story);
    }
}

/// Runs a story on one of the databases.
pub fn on(dialect: Dialect, story: impl AsyncFn(&TestApp)) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let t = TestApp::new(dialect);
    runtime.block_on(story(&t));
    t.app.close();
}

/// The application, and a browser in front of it.
pub struct TestApp {
    pub app: App,
    pub dialect: Dialect,
    service: Router,
    cookies: Mutex<BTreeMap<String, String>>,
    data: PathBuf,
    _database: TestDatabase,
}

impl TestApp {
    fn new(dialect: Dialect) -> TestApp {
        let database = db::testing::fresh(dialect, MIGRATIONS);
        let data = std::env::temp_dir().join(format!("aftercare-data-{:016x}", rand::random::<u64>()));
        std::fs::create_dir_all(&data).expect("a temporary directory");
        let settings = Settings {
            data: Some(data.clone()),
            // Gateways of a story stand on this machine, at this address and no other.
            allow_private: Some(vec!["127.0.0.1".to_owned()]),
            attachment_limit_bytes: Some(ATTACHMENT_LIMIT_BYTES),
            hotline: Some(HOTLINE.to_owned()),
            company: Some(COMPANY.to_owned()),
            ..Settings::default()
        };
        let config = settings.finish().expect("the settings of a test");
        let clock = Clock::standing_at(START.parse().expect("a moment"));
        let app = App::new(config, database.database.clone(), clock);
        let service = crate::router::router(app.clone());
        TestApp { app, dialect, service, cookies: Mutex::default(), data, _database: database }
    }

    /// The present moment of the story.
    pub fn now(&self) -> Timestamp {
        self.app.clock.now()
    }

    /// Moves the clock, `"4h"`, `"20m"`, `"1d"` being 24 hours.
    pub fn advance(&self, span: &str) {
        let hours = span.strip_suffix('d').and_then(|days| days.parse::<i64>().ok()).map(|days| days * 24);
        let by = match hours {
            Some(hours) => SignedDuration::from_hours(hours),
            None => span.parse().expect("a length of time"),
        };
        self.app.clock.advance(by);
        self.app.wake.notify_one();
    }

    /// Does every timed duty that is due at the present moment of the story.
    pub async fn work(&self) {
        crate::worker::catch_up(&self.app).await.expect("the duties");
    }

    /// Adds an account with a role; its login is `name`.
    pub async fn add_person(&self, name: &str, role: Role) -> UserId {
        let now = self.now();
        let account = rules::people::Account {
            login: name.to_owned(),
            name: name.to_owned(),
            email: None,
            phone: None,
            role,
        };
        self.app.touch(move |tx| Ok(store::add(tx, &account, now)?)).await.expect("an account")
    }

    /// Signs in as somebody with a role, who is made when there is none; their login is the role's code.
    pub async fn sign_in(&self, role: Role) -> UserId {
        let login = role.code();
        let known = self.app.read(move |tx| Ok(store::lock(tx, login)?)).await.expect("an answer");
        let id = match known {
            Some(lock) => lock.id,
            None => self.add_person(login, role).await,
        };
        self.sign_in_as(id).await;
        id
    }

    /// Signs in as a person, without asking for a password.
    pub async fn sign_in_as(&self, id: UserId) {
        let token = crate::people::password::new_token();
        let (now, kept) = (self.now(), token.clone());
        let expires_at = now + SignedDuration::from_hours(24 * 365);
        self.app
            .touch(move |tx| Ok(passes::add_session(tx, id, &kept, "story", "127.0.0.1", now, expires_at)?))
            .await
            .expect("a session");
        self.cookies().insert(SESSION_COOKIE.to_owned(), token);
    }

    /// Signs in on the portal as a contact, who is let in with a role at some sites if they are not yet.
    pub async fn visit_as(&self, contact: ContactId, role: GuestRole, sites: &[SiteId]) -> AccessId {
        let token = crate::people::password::new_token();
        let access = Access { role, sites: sites.to_vec() };
        let (now, kept) = (self.now(), token.clone());
        let expires_at = now + SignedDuration::from_hours(24 * 365);
        let id = self
            .app
            .change(By::System("story"), move |c| {
                let known = guests::of_contact(c.tx, contact)?;
                let id = match known {
                    Some(known) => {
                        guests::save(c.tx, known.id, &access, None)?;
                        known.id
                    }
                    None => guests::add(c.tx, contact, &access, now)?,
                };
                guests::add_session(c.tx, id, &kept, "story", "127.0.0.1", now, expires_at)?;
                Ok(id)
            })
            .await
            .expect("an access");
        self.cookies().insert(GUEST_COOKIE.to_owned(), token);
        id
    }

    /// The letters that wait or went, oldest first: to whom, and what they say.
    pub async fn letters(&self) -> Vec<(String, String)> {
        let rows = self
            .app
            .read(|tx| {
                let sql = "SELECT payload FROM outbox WHERE kind = 'mail.send' ORDER BY id";
                Ok(tx.adhoc::<(String,)>(sql, &[])?)
            })
            .await
            .expect("the outbox");
        let letter = |(payload,): (String,)| {
            let payload: serde_json::Value = serde_json::from_str(&payload).expect("a payload");
            let text = |name: &str| payload[name].as_str().unwrap_or_default().to_owned();
            (text("to"), text("text"))
        };
        rows.into_iter().map(letter).collect()
    }

    /// What the facts of this name say, oldest first.
    pub async fn facts_named(&self, name: &str) -> Vec<serde_json::Value> {
        let name = name.to_owned();
        let rows = self
            .app
            .read(move |tx| {
                let sql = format!("SELECT data FROM fact WHERE name = '{name}' ORDER BY seq");
                Ok(tx.adhoc::<(String,)>(&sql, &[])?)
            })
            .await
            .expect("the facts");
        rows.iter().map(|(data,)| serde_json::from_str(data).expect("what a fact says")).collect()
    }

    /// Forgets every cookie.
    pub fn forget_cookies(&self) {
        self.cookies().clear();
    }

    /// A token of the API for a person with some permissions.
    pub async fn token(&self, id: UserId, scopes: &[Permission]) -> String {
        let token = crate::people::password::new_token();
        let scopes = scopes.iter().map(|scope| scope.code()).collect::<Vec<_>>().join(" ");
        let (now, kept) = (self.now(), token.clone());
        self.app
            .touch(move |tx| Ok(passes::add_token(tx, id, "story", &kept, &scopes, now, None)?))
            .await
            .expect("a token");
        token
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path).body(Body::empty()).expect("a request")).await
    }

    /// `POST` of a form, as the browser sends it from one of our pages.
    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        let request = self
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.join("&")))
            .expect("a request");
        self.send(request).await
    }

    /// `POST` of a form with files, `(field, file name, media type, content)`.
    pub async fn post_files(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str, &str, &[u8])],
    ) -> Answer {
        const BOUNDARY: &str = "story-boundary-7f3a";
        let mut body = Vec::new();
        for (name, value) in fields {
            let head =
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(head.as_bytes());
        }
        for (name, file, kind, content) in files {
            let head = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\n\
                 Content-Type: {kind}\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        let request = self
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
            .body(Body::from(body))
            .expect("a request");
        self.send(request).await
    }

    /// A JSON request to the API with a token; `body` may be `null`.
    pub async fn api(&self, method: Method, path: &str, token: &str, body: serde_json::Value) -> Answer {
        self.api_with(method, path, token, body, &[]).await
    }

    /// The same with further headers, such as `idempotency-key`.
    pub async fn api_with(
        &self,
        method: Method,
        path: &str,
        token: &str,
        body: serde_json::Value,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = if body.is_null() {
            request.body(Body::empty())
        } else {
            request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string()))
        };
        self.send(request.expect("a request")).await
    }

    /// `POST` of one file that is made up while it is sent: a part of `bytes` zeros, of which only so much exists
    /// at a time as is asked for. `announced` says whether its length is told first. Answers with what came
    /// back and how many bytes were asked for.
    pub async fn post_endless_file(&self, path: &str, bytes: u64, announced: bool) -> (Answer, u64) {
        const BOUNDARY: &str = "story-boundary-7f3a";
        const CHUNK_BYTES: u64 = 64 << 10;
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"dump.bin\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        let tail = format!("\r\n--{BOUNDARY}--\r\n");
        let length = head.len() as u64 + bytes + tail.len() as u64;
        let asked = std::sync::Arc::new(AtomicU64::new(0));
        let counted = asked.clone();
        let zeros = Bytes::from(vec![0u8; CHUNK_BYTES as usize]);
        let middle = (0..bytes.div_ceil(CHUNK_BYTES)).map(move |nth| {
            let size = CHUNK_BYTES.min(bytes - nth * CHUNK_BYTES);
            counted.fetch_add(size, Ordering::Relaxed);
            zeros.slice(..size as usize)
        });
        let chunks =
            std::iter::once(Bytes::from(head)).chain(middle).chain(std::iter::once(Bytes::from(tail)));
        let chunks = chunks.map(Ok::<Bytes, std::io::Error>);
        let mut request = self
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"));
        if announced {
            request = request.header(header::CONTENT_LENGTH, length);
        }
        let body = Body::from_stream(tokio_stream::iter(chunks));
        let answer = self.send(request.body(body).expect("a request")).await;
        (answer, asked.load(Ordering::Relaxed))
    }

    /// The files below the data directory.
    pub fn files(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.data.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                if entry.path().is_dir() { folders.push(entry.path()) } else { found.push(entry.path()) }
            }
        }
        found
    }

    /// Sends any request and keeps the cookies of the answer.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let asked = format!("{} {}", request.method(), request.uri());
        let response = match self.service.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let (parts, body) = response.into_parts();
        for value in parts.headers.get_all(header::SET_COOKIE) {
            let pair = value.to_str().ok().and_then(|text| text.split(';').next()?.split_once('='));
            let Some((name, value)) = pair else { continue };
            if value.is_empty() {
                self.cookies().remove(name);
            } else {
                self.cookies().insert(name.to_owned(), value.to_owned());
            }
        }
        let body = body.collect().await.expect("a body").to_bytes().to_vec();
        let failure = parts.extensions.get::<Carried>().map(|carried| carried.0.clone());
        Answer { asked, status: parts.status, headers: parts.headers, body, failure }
    }

    fn request(&self, method: Method, path: &str) -> http::request::Builder {
        let cookies: Vec<String> =
            self.cookies().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "desk.test")
            .header("sec-fetch-site", "same-origin");
        if cookies.is_empty() { request } else { request.header(header::COOKIE, cookies.join("; ")) }
    }

    fn cookies(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, String>> {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.data);
    }
}

/// What came back. The checks panic with the request and the page, and return the answer to go on.
#[derive(Debug)]
pub struct Answer {
    asked: String,
    pub status: StatusCode,
    pub headers: http::HeaderMap,
    pub body: Vec<u8>,
    /// What the handler failed with, if it failed.
    pub failure: Option<std::sync::Arc<Failure>>,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", self.asked, self.text()))
    }

    /// The status is 200.
    #[track_caller]
    pub fn ok(self) -> Answer {
        self.has_status(200)
    }

    #[track_caller]
    pub fn has_status(self, status: u16) -> Answer {
        assert_eq!(self.status.as_u16(), status, "{}: {:?}\n{}", self.asked, self.failure, self.text());
        self
    }

    /// The page contains `text`.
    #[track_caller]
    pub fn sees(self, text: &str) -> Answer {
        assert!(self.text().contains(text), "{} does not show {text:?}:\n{}", self.asked, self.text());
        self
    }

    /// The page does not contain `text`.
    #[track_caller]
    pub fn lacks(self, text: &str) -> Answer {
        assert!(!self.text().contains(text), "{} shows {text:?}:\n{}", self.asked, self.text());
        self
    }

    /// The answer leads to `path`.
    #[track_caller]
    pub fn goes_to(self, path: &str) -> Answer {
        assert_eq!(
            self.location(),
            path,
            "{} {}: {:?}\n{}",
            self.asked,
            self.status,
            self.failure,
            self.text()
        );
        self
    }

    /// Where the answer leads.
    pub fn location(&self) -> String {
        let value = self.headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_owned()
    }

    /// The part of the page between two texts, to pick an id or a link.
    #[track_caller]
    pub fn between(&self, before: &str, after: &str) -> String {
        let text = self.text();
        let rest =
            text.split_once(before).unwrap_or_else(|| panic!("{}: no {before:?} in\n{text}", self.asked)).1;
        rest.split_once(after).unwrap_or_else(|| panic!("{}: no {after:?}", self.asked)).0.to_owned()
    }
}
