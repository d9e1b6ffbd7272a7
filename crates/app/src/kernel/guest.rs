//! A guest: one of the customer's people on the portal. Apart from our own people in every way: a cookie of
//! their own, rights of their own, and a scope that every statement of the portal takes.
//!
//! A handler that takes [`Guest<right::X>`](Guest) can only be reached with that right; a test walks over
//! every route and checks that each names a permission, a right, or stands in the list of public ones.

use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;
use jiff::SignedDuration;
use rules::ids::{AccessId, ContactId, CustomerId, SessionId};
use rules::portal::{Granted, GuestRole, Right};

use super::actor::{By, Theme, token_hash, viewer_of};
use super::errors::Failure;
use super::notice::cookie;
use super::state::App;
use crate::layout::l10n::Locale;
use crate::layout::page::Viewer;
use crate::people::guests;

/// The cookie that holds the token of a guest's session.
pub const GUEST_COOKIE: &str = "aftercare_portal";

/// A contact who has proved who they are.
#[derive(Clone, Debug)]
pub struct Visiting {
    pub access: AccessId,
    pub contact: ContactId,
    pub customer: CustomerId,
    pub session: SessionId,
    pub name: String,
    pub customer_name: String,
    pub role: GuestRole,
    pub locale: Option<Locale>,
    pub theme: Theme,
}

/// What a guest sees: their customer, and of it all sites or those that their access names. Every statement
/// of the portal is narrowed by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    pub access: AccessId,
    pub contact: ContactId,
    pub customer: CustomerId,
    /// 1 for all sites, 0 for those of the access: in the words that both databases compare.
    pub all_sites: i64,
}

impl Visiting {
    /// What this guest sees.
    pub fn scope(&self) -> Scope {
        Scope {
            access: self.access,
            contact: self.contact,
            customer: self.customer,
            all_sites: i64::from(self.role.sees_all_sites()),
        }
    }
}

/// A guest who has the right `R`. Derefs to the [`Viewer`].
pub struct Guest<R> {
    pub visiting: Visiting,
    viewer: Arc<Viewer>,
    right: PhantomData<R>,
}

impl<R> Guest<R> {
    /// What this guest sees.
    pub fn scope(&self) -> Scope {
        self.visiting.scope()
    }

    /// Whether this guest also has another right: to show or leave out a button.
    pub fn may(&self, right: Right) -> bool {
        self.visiting.role.may(right)
    }
}

impl<R> Deref for Guest<R> {
    type Target = Viewer;

    fn deref(&self) -> &Viewer {
        &self.viewer
    }
}

impl<R> From<&Guest<R>> for By {
    fn from(guest: &Guest<R>) -> By {
        By::Contact(guest.visiting.contact)
    }
}

impl<R: Granted> FromRequestParts<App> for Guest<R> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Guest<R>, Failure> {
        let viewer = viewer_of(parts)?;
        let visiting = viewer.guest.clone().ok_or(Failure::SignIn)?;
        if !visiting.role.may(R::RIGHT) {
            return Err(Failure::NoRight(R::RIGHT));
        }
        Ok(Guest { visiting, viewer, right: PhantomData })
    }
}

/// Whether an address belongs to the portal, where our own people are nobody and guests are known.
pub fn is_portal(path: &str) -> bool {
    let path = path.split('?').next().unwrap_or(path);
    // Below /lookup stand the look-up fields of our own pages.
    path == "/lookup"
        || ["/portal", "/q", "/status"].iter().any(|start| {
            path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
}

/// The guest behind the cookie of a request.
pub async fn who(app: &App, headers: &HeaderMap) -> Result<Option<Visiting>, Failure> {
    let Some(token) = cookie(headers, GUEST_COOKIE) else { return Ok(None) };
    let (hash, now) = (token_hash(token), app.clock.now());
    let found = app.read(move |tx| Ok(guests::by_session(tx, &hash, now)?)).await?;
    let Some(found) = found else { return Ok(None) };
    if found.stale(now) {
        let session = found.visiting.session;
        let renewed = now + SignedDuration::from_hours(24 * i64::from(app.config.session_days));
        app.touch(move |tx| Ok(guests::touch(tx, session, now, renewed)?)).await?;
    }
    Ok(Some(found.visiting))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_portal_is_known_by_its_address() {
        let table = [
            ("/portal", true),
            ("/portal/tickets/104217", true),
            ("/q/ABC-123", true),
            ("/lookup?number=1", true),
            ("/status/abc", true),
            ("/lookup/contacts", false),
            ("/queue", false),
            ("/portals", false),
            ("/", false),
        ];
        for (path, expected) in table {
            assert_eq!(is_portal(path), expected, "{path}");
        }
    }
}
