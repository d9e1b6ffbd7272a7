//! Who acts: a signed-in person, a program with a token, or the program itself.
//!
//! A handler that takes [`Actor<perm::X>`](Actor) can only be reached with that permission; a test walks
//! over every route and checks that each names one or stands in the list of public ones.

use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;
use std::net::{IpAddr, SocketAddr};
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{ConnectInfo, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, header};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rules::access::{Permission, Permit, Role};
use rules::ids::{ContactId, SessionId, TokenId, UserId};
use sha2::{Digest, Sha256};

use super::errors::{self, Failure};
use super::guest::{self, Visiting, is_portal};
use super::notice::{Notice, cookie};
use super::state::App;
use crate::layout::l10n::{L10n, Locale};
use crate::layout::page::Viewer;
use crate::people::passes;

/// The cookie that holds a session's token.
pub const SESSION_COOKIE: &str = "aftercare_session";
/// The cookie that holds the language of somebody who is not signed in.
pub const LOCALE_COOKIE: &str = "aftercare_locale";

/// How a page is coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the device is set.
    #[default]
    Auto,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Theme; 3] = [Theme::Auto, Theme::Light, Theme::Dark];

    /// The stored code.
    pub fn code(self) -> &'static str {
        match self {
            Theme::Auto => "auto",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// The key of the word in the locales.
    pub fn label(self) -> &'static str {
        match self {
            Theme::Auto => "theme-auto",
            Theme::Light => "theme-light",
            Theme::Dark => "theme-dark",
        }
    }

    /// Reads a stored code; none for a code that is not one.
    pub fn parse(code: &str) -> Option<Theme> {
        Theme::ALL.into_iter().find(|theme| theme.code() == code)
    }
}

/// A person who has proved who they are.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: UserId,
    pub login: String,
    pub name: String,
    pub role: Role,
    pub locale: Option<Locale>,
    pub zone: Option<TimeZone>,
    pub theme: Theme,
    pub pass: Pass,
}

/// What the person showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pass {
    /// A session of a browser.
    Session(SessionId),
    /// A token of the API, and what it is good for.
    Token(TokenId, Vec<Permission>),
}

impl Person {
    /// Whether the role has the permission and the token, if there is one, is good for it.
    pub fn may(&self, permission: Permission) -> bool {
        let in_scope = match &self.pass {
            Pass::Session(_) => true,
            Pass::Token(_, scopes) => scopes.contains(&permission),
        };
        in_scope && self.role.may(permission)
    }

    /// The first character of the name, for the mark in the top bar.
    pub fn initial(&self) -> String {
        self.name.chars().next().map(|first| first.to_uppercase().to_string()).unwrap_or_default()
    }
}

/// Who says that something happened, as the facts hold it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A person in the browser.
    User(UserId),
    /// A program, with a token of a person.
    Token(TokenId),
    /// One of the customer's people, on the portal.
    Contact(ContactId),
    /// The program itself: `worker`, `import`, `set-up`.
    System(&'static str),
}

impl fmt::Display for By {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            By::User(id) => write!(out, "user:{id}"),
            By::Token(id) => write!(out, "token:{id}"),
            By::Contact(id) => write!(out, "contact:{id}"),
            By::System(name) => write!(out, "system:{name}"),
        }
    }
}

impl<P> From<&Actor<P>> for By {
    fn from(actor: &Actor<P>) -> By {
        By::from(&actor.person)
    }
}

impl From<&Person> for By {
    fn from(person: &Person) -> By {
        match &person.pass {
            Pass::Session(_) => By::User(person.id),
            Pass::Token(id, _) => By::Token(*id),
        }
    }
}

/// Someone who has the permission `P`. Derefs to the [`Viewer`], so `actor.l` is their language and
/// `Page::new(&actor, …)` is their page.
pub struct Actor<P> {
    pub person: Person,
    viewer: Arc<Viewer>,
    permission: PhantomData<P>,
}

impl<P> Deref for Actor<P> {
    type Target = Viewer;

    fn deref(&self) -> &Viewer {
        &self.viewer
    }
}

impl<P> Actor<P> {
    /// Whether this person also has another permission: to show or leave out a button.
    pub fn may(&self, permission: Permission) -> bool {
        self.person.may(permission)
    }
}

impl<P: Permit> FromRequestParts<App> for Actor<P> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Actor<P>, Failure> {
        let viewer = viewer_of(parts)?;
        let person = viewer.person.clone().ok_or(Failure::SignIn)?;
        if !person.may(P::PERMISSION) {
            return Err(Failure::Forbidden(P::PERMISSION));
        }
        Ok(Actor { person, viewer, permission: PhantomData })
    }
}

/// Somebody on a public page, signed in or not.
pub struct Visitor(Arc<Viewer>);

impl Deref for Visitor {
    type Target = Viewer;

    fn deref(&self) -> &Viewer {
        &self.0
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Visitor, Failure> {
        Ok(Visitor(viewer_of(parts)?))
    }
}

pub(super) fn viewer_of(parts: &Parts) -> Result<Arc<Viewer>, Failure> {
    parts
        .extensions
        .get::<Arc<Viewer>>()
        .cloned()
        .ok_or_else(|| Failure::broke("the viewer was not identified"))
}

/// Where a request came from, through the proxy if there is one.
#[derive(Clone, Copy, Debug)]
pub struct Address(pub IpAddr);

impl FromRequestParts<App> for Address {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Address, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        let forwarded = app
            .config
            .behind_proxy
            .then(|| {
                parts.headers.get("x-forwarded-for")?.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
            })
            .flatten();
        Ok(Address(forwarded.or(peer).unwrap_or(IpAddr::from([127, 0, 0, 1]))))
    }
}

/// Passes that were looked up a short while ago, so that a busy program does not ask the database for each
/// request. Ending a session or changing an account empties it, in every process.
#[derive(Default)]
pub struct Known {
    passes: Mutex<HashMap<[u8; 32], (Person, Timestamp)>>,
}

/// How long a pass is believed without asking.
const BELIEVED: SignedDuration = SignedDuration::from_secs(15);
/// Passes that are kept at most.
const KNOWN_MAX: usize = 10_000;

impl Known {
    fn get(&self, hash: &[u8; 32], now: Timestamp) -> Option<Person> {
        let passes = self.passes.lock().unwrap_or_else(PoisonError::into_inner);
        passes.get(hash).filter(|(_, until)| *until > now).map(|(person, _)| person.clone())
    }

    fn put(&self, hash: [u8; 32], person: Person, now: Timestamp) {
        let mut passes = self.passes.lock().unwrap_or_else(PoisonError::into_inner);
        if passes.len() >= KNOWN_MAX {
            passes.clear();
        }
        passes.insert(hash, (person, now + BELIEVED));
    }

    /// Forgets all passes; the next request of each is looked up again.
    pub fn forget(&self) {
        self.passes.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// The topic under which processes tell each other to forget passes.
pub const PASSES_TOPIC: &str = "passes";

/// The hash under which a token is stored; the token itself is nowhere.
pub fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// The layer that finds out who asks, in which language, and puts the [`Viewer`] beside the request.
pub async fn identify(
    app: &App,
    mut request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    if let Err(failure) = app.ask_house().await {
        tracing::error!(error = %failure, "the company's particulars cannot be read; those before are shown");
    }
    // On the portal our own people are nobody, and guests are nobody anywhere else.
    let asked = if is_portal(request.uri().path()) {
        guest::who(app, request.headers()).await.map(|guest| (None, guest))
    } else {
        who(app, request.headers()).await.map(|person| (person, None))
    };
    let (person, guest) = match asked {
        Ok(both) => both,
        Err(failure) => {
            let viewer = viewer(app, None, None, request.headers());
            return errors::word(failure.into_response(), &viewer, request.uri().path(), true);
        }
    };
    let viewer = viewer(app, person, guest, request.headers());
    request.extensions_mut().insert(Arc::new(viewer));
    next(request).await
}

fn viewer(app: &App, person: Option<Person>, guest: Option<Visiting>, headers: &HeaderMap) -> Viewer {
    let own = person
        .as_ref()
        .and_then(|person| person.locale)
        .or_else(|| guest.as_ref().and_then(|guest| guest.locale));
    let locale =
        own.or_else(|| cookie(headers, LOCALE_COOKIE).and_then(Locale::parse)).unwrap_or_else(|| {
            let header = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
            Locale::negotiate(header.unwrap_or_default())
        });
    let zone =
        person.as_ref().and_then(|person| person.zone.clone()).unwrap_or_else(|| app.config.time_zone());
    let house = app.house();
    Viewer {
        l: L10n::new(locale, zone, app.clock.now()),
        theme: person
            .as_ref()
            .map(|person| person.theme)
            .or_else(|| guest.as_ref().map(|guest| guest.theme))
            .unwrap_or_default(),
        notice: Notice::of(headers),
        hotline: house.hotline.clone(),
        company: house.name.clone(),
        mark: house.mark.clone(),
        address: house.address.clone(),
        heard: app.live.heard(),
        person,
        guest,
    }
}

async fn who(app: &App, headers: &HeaderMap) -> Result<Option<Person>, Failure> {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    let Some(token) = bearer.or_else(|| cookie(headers, SESSION_COOKIE)) else { return Ok(None) };
    let (hash, now) = (token_hash(token), app.clock.now());
    if let Some(person) = app.known.get(&hash, now) {
        return Ok(Some(person));
    }
    let by_token = bearer.is_some();
    let renewed = now + SignedDuration::from_hours(24 * i64::from(app.config.session_days));
    let found =
        app.read(move |tx| {
            if by_token { passes::by_token(tx, &hash, now) } else { passes::by_session(tx, &hash, now) }
        })
        .await?;
    let Some(pass) = found else { return Ok(None) };
    if pass.stale(now) {
        let person = pass.person.clone();
        app.touch(move |tx| passes::touch(tx, &person.pass, now, renewed)).await?;
    }
    app.known.put(hash, pass.person.clone(), now);
    Ok(Some(pass.person))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(pass: Pass) -> Person {
        Person {
            id: UserId(3),
            login: "li".into(),
            name: "li".into(),
            role: Role::Hotline,
            locale: None,
            zone: None,
            theme: Theme::Auto,
            pass,
        }
    }

    #[test]
    fn a_token_is_good_for_no_more_than_its_scopes_and_its_owner() {
        let session = person(Pass::Session(SessionId(1)));
        let token = person(Pass::Token(TokenId(1), vec![Permission::ViewTickets, Permission::ManagePeople]));
        let cases = [
            (Permission::ViewTickets, true, true),
            (Permission::ReportTicket, true, false),
            (Permission::ManagePeople, false, false),
        ];
        for (permission, by_session, by_token) in cases {
            assert_eq!(session.may(permission), by_session, "{permission}");
            assert_eq!(token.may(permission), by_token, "{permission}");
        }
        assert_eq!(By::from(&session).to_string(), "user:3");
        assert_eq!(By::from(&token).to_string(), "token:1");
    }

    #[test]
    fn a_pass_is_believed_for_a_short_while() {
        let known = Known::default();
        let now: Timestamp = "2026-01-05T00:00:00Z".parse().unwrap();
        known.put([1; 32], person(Pass::Session(SessionId(1))), now);
        assert!(known.get(&[1; 32], now).is_some());
        assert!(known.get(&[2; 32], now).is_none());
        assert!(known.get(&[1; 32], now + BELIEVED).is_none());
        known.forget();
        assert!(known.get(&[1; 32], now).is_none());
    }
}
