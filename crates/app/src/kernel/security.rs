//! Tries to see what is not one's own: logged, counted by who and day, shown to the administrator.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::Request;
use axum::response::Response;
use db::{Error, Tx, row, statements};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use maud::html;
use rules::access::perm;

use super::actor::{Actor, Address, By};
use super::errors::{Carried, Failure};
use super::form::Search;
use super::guest::is_portal;
use super::state::App;
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::page::{Page, Section, Viewer};

/// How long what was counted is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 180);
/// The longest address that is kept. Units: characters.
const PATH_CHARS_MAX: usize = 200;

/// What was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// A guest asked for a thing that is not theirs, or that is not there.
    ForeignId,
    /// A code on a label that we did not sign.
    ForgedCode,
    /// A link that was used, has expired, or never was.
    DeadLink,
}

impl Tried {
    /// The stored code; `security-<code>` is its word.
    pub fn code(self) -> &'static str {
        match self {
            Tried::ForeignId => "foreign-id",
            Tried::ForgedCode => "forged-code",
            Tried::DeadLink => "dead-link",
        }
    }
}

row! {
    /// What was tried by one on one day.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct EventRow {
        pub id: i64,
        pub kind: String,
        pub who: String,
        pub event_count: i64,
        pub first_at: Timestamp,
        pub last_at: Timestamp,
        pub last_path: String,
        pub last_address: String,
    }
}

statements! {
    static NOTE: (String, String, Date, Timestamp, String, String) => () =
        "INSERT INTO security_event
            (kind, who, day_on, event_count, first_at, last_at, last_path, last_address)
         VALUES (?1, ?2, ?3, 1, ?4, ?4, ?5, ?6)
         ON CONFLICT (kind, who, day_on) DO UPDATE SET event_count = security_event.event_count + 1,
            last_at = excluded.last_at, last_path = excluded.last_path, last_address = excluded.last_address";
    static LIST: (Timestamp, i64) => EventRow =
        "SELECT id, kind, who, event_count, first_at, last_at, last_path, last_address FROM security_event
         WHERE last_at < ?1 ORDER BY last_at DESC, id DESC LIMIT ?2";
    static FORGET: (Timestamp, i64) => () =
        "DELETE FROM security_event WHERE id IN
            (SELECT id FROM security_event WHERE last_at < ?1 ORDER BY last_at LIMIT ?2)";
    static CONTACT_NAME: (i64,) => (String,) = "SELECT name FROM contact WHERE id = ?1";
}

/// Counts a try. What cannot be counted is still logged, and the request goes on.
pub async fn tried(app: &App, tried: Tried, who: &str, path: &str, address: IpAddr) {
    let path: String = path.chars().take(PATH_CHARS_MAX).collect();
    tracing::warn!(kind = tried.code(), who, path, %address, "somebody asked for what is not theirs");
    metrics::counter!("aftercare_security_events_total", "kind" => tried.code()).increment(1);
    let (now, who, address) = (app.clock.now(), who.to_owned(), address.to_string());
    let day_on = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let noted: Result<(), Failure> = app
        .touch(move |tx| {
            tx.run(&NOTE, (tried.code(), who, day_on, now, path, address))?;
            Ok(())
        })
        .await;
    if let Err(error) = noted {
        tracing::error!(%error, "a security event was not counted");
    }
}

/// What was tried, the last first, before `before`.
pub fn list(tx: &mut Tx, before: Timestamp, most: i64) -> Result<Vec<EventRow>, Error> {
    tx.all(&LIST, (before, most))
}

/// The name of the contact behind `contact:7`.
pub fn name_of(tx: &mut Tx, who: &str) -> Result<Option<String>, Error> {
    let id = who.strip_prefix("contact:").and_then(|id| id.parse::<i64>().ok());
    Ok(id.map(|id| tx.maybe(&CONTACT_NAME, (id,))).transpose()?.flatten().map(|(name,)| name))
}

/// Forgets what is past its time. Returns how many.
pub fn forget(tx: &mut Tx, now: Timestamp, most: i64) -> Result<u64, Error> {
    tx.run(&FORGET, (now - KEPT, most))
}

/// The layer that counts what guests and strangers are refused on the portal.
pub async fn watch(
    app: &App,
    address: Address,
    request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let path = request.uri().path().to_owned();
    if !is_portal(&path) {
        return next(request).await;
    }
    let guest = request.extensions().get::<Arc<Viewer>>().and_then(|viewer| viewer.guest.clone());
    let response = next(request).await;
    let Some(Carried(failure)) = response.extensions().get::<Carried>() else { return response };
    let who = guest
        .map_or_else(|| format!("address:{}", address.0), |guest| By::Contact(guest.contact).to_string());
    let what = match &**failure {
        Failure::NotFound if path.starts_with("/q/") => Some(Tried::ForgedCode),
        Failure::NotFound if who.starts_with("contact:") => Some(Tried::ForeignId),
        Failure::Gone => Some(Tried::DeadLink),
        _ => None,
    };
    if let Some(what) = what {
        // A token in an address is a secret, also one that no longer works.
        let shown = if what == Tried::DeadLink {
            path.rsplit_once('/').map_or("", |(start, _)| start)
        } else {
            &path
        };
        tried(app, what, &who, shown, address.0).await;
    }
    response
}

/// Lines on a page of the administrator's list.
const ROWS: i64 = 50;

/// GET /security: what was tried, for the administrator.
pub async fn page(app: App, actor: Actor<perm::ManageSystem>, search: Search) -> Result<Response, Failure> {
    let before = search.get("after").parse().unwrap_or(Timestamp::MAX);
    let rows = app
        .read(move |tx| {
            let mut rows = Vec::new();
            for row in list(tx, before, ROWS + 1)? {
                let name = name_of(tx, &row.who)?;
                rows.push((row, name));
            }
            Ok(rows)
        })
        .await?;
    let l = &actor.l;
    let next = (rows.len() as i64 > ROWS).then(|| rows[ROWS as usize - 1].0.last_at.to_string());
    let columns = [
        Column::new(l.t("security-what")),
        Column::new(l.t("security-who")),
        Column::figures(l.t("security-times")),
        Column::wide(l.t("security-path")),
        Column::new(l.t("security-last")),
    ];
    Ok(Page::new(&actor, Section::Security, l.t("nav-security")).lead(l.t("security-lead")).wide().body(html! {
        @if rows.is_empty() {
            (empty(Icon::Lock, l.t("security-none"), l.t("security-none-words"), None))
        } @else {
            (table(l.t("nav-security"), &columns, html! { @for (row, name) in rows.iter().take(ROWS as usize) {
                tr {
                    td { (l.t(&format!("security-{}", row.kind))) }
                    td { @match (name, row.who.split_once(':')) {
                        (Some(name), Some((_, id))) => a href={ "/contacts/" (id) } { (name) },
                        (_, Some((_, address))) => (address),
                        (_, None) => (row.who),
                    } }
                    td class="figures" { (l.number(row.event_count)) }
                    td class="wide" { code { (row.last_path) } " " small { (row.last_address) } }
                    td { (when(l, row.last_at)) }
                }
            } }))
            (pagination(l, "/security", &search, next.as_deref()))
        }
    }))
}
