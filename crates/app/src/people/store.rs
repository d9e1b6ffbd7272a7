//! Accounts, credentials, sessions, one-time links, teams and tokens in the database.

use db::{Error, Tx, row, statements};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rules::access::{Permission, Role};
use rules::ids::{SessionId, TokenId, UserId};

use crate::kernel::actor::{Pass, Person, Theme};
use crate::layout::l10n::Locale;

/// A session or token is marked as used once in this time, not at each request.
const SEEN_EVERY: SignedDuration = SignedDuration::from_mins(5);

row! {
    /// An account.
    #[derive(Clone, Debug)]
    pub struct Account {
        pub id: UserId as int,
        pub login: String,
        pub name: String,
        pub email: Option<String>,
        pub phone: Option<String>,
        pub role: Role as text,
        pub locale: Option<String>,
        pub zone: Option<String>,
        pub theme: String,
        pub version: i64,
        pub created_at: Timestamp,
        pub updated_at: Timestamp,
        pub deactivated_at: Option<Timestamp>,
    }
}

row! {
    struct PassRow {
        id: i64,
        seen_at: Option<Timestamp>,
        scopes: String,
        account_id: UserId as int,
        login: String,
        name: String,
        role: Role as text,
        locale: Option<String>,
        zone: Option<String>,
        theme: String,
    }
}

statements! {
    static ANY: () => (i64,) = "SELECT id FROM account ORDER BY id LIMIT 1";
    static FIND: (i64,) => Account =
        "SELECT id, login, name, email, phone, role, locale, zone, theme, version, created_at, updated_at, \
         deactivated_at FROM account WHERE id = ?1";
    static BY_SESSION: (Vec<u8>, Timestamp) => PassRow =
        "SELECT s.id, s.seen_at, '' AS scopes, a.id AS account_id, a.login, a.name, a.role, a.locale, a.zone, \
         a.theme FROM session s JOIN account a ON a.id = s.account_id \
         WHERE s.token_hash = ?1 AND s.expires_at > ?2 AND a.deactivated_at IS NULL";
    static BY_TOKEN: (Vec<u8>, Timestamp) => PassRow =
        "SELECT t.id, t.used_at AS seen_at, t.scopes, a.id AS account_id, a.login, a.name, a.role, a.locale, \
         a.zone, a.theme FROM api_token t JOIN account a ON a.id = t.account_id \
         WHERE t.token_hash = ?1 AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > ?2) \
         AND a.deactivated_at IS NULL";
    static TOUCH_SESSION: (i64, Timestamp, Timestamp) => () =
        "UPDATE session SET seen_at = ?2, expires_at = ?3 WHERE id = ?1";
    static TOUCH_TOKEN: (i64, Timestamp) => () = "UPDATE api_token SET used_at = ?2 WHERE id = ?1";
}

/// A pass that was found, with the moment at which it was last marked as used.
pub struct Found {
    pub person: Person,
    seen_at: Option<Timestamp>,
}

impl Found {
    /// Whether it is time to mark the pass as used again.
    pub fn stale(&self, now: Timestamp) -> bool {
        self.seen_at.is_none_or(|at| now.duration_since(at) >= SEEN_EVERY)
    }
}

/// Whether there is an account at all; without one the house is not set up.
pub fn any_account(tx: &mut Tx) -> Result<bool, Error> {
    Ok(tx.maybe(&ANY, ())?.is_some())
}

/// An account by id.
pub fn find(tx: &mut Tx, id: UserId) -> Result<Option<Account>, Error> {
    tx.maybe(&FIND, (id.get(),))
}

/// The person behind a session that has not expired.
pub fn by_session(
    tx: &mut Tx,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<Found>, crate::Failure> {
    let row = tx.maybe(&BY_SESSION, (&token_hash[..], now))?;
    Ok(row.map(|row| found(row, false)))
}

/// The person behind a token of the API that is good now.
pub fn by_token(tx: &mut Tx, token_hash: &[u8; 32], now: Timestamp) -> Result<Option<Found>, crate::Failure> {
    let row = tx.maybe(&BY_TOKEN, (&token_hash[..], now))?;
    Ok(row.map(|row| found(row, true)))
}

/// Marks a pass as used now; a session then lives until `expires_at`.
pub fn touch(tx: &mut Tx, pass: &Pass, now: Timestamp, expires_at: Timestamp) -> Result<(), crate::Failure> {
    match pass {
        Pass::Session(id) => tx.run(&TOUCH_SESSION, (id.get(), now, expires_at))?,
        Pass::Token(id, _) => tx.run(&TOUCH_TOKEN, (id.get(), now))?,
    };
    Ok(())
}

fn found(row: PassRow, token: bool) -> Found {
    let pass = if token {
        let scopes = row.scopes.split(' ').filter_map(|code| code.parse::<Permission>().ok()).collect();
        Pass::Token(TokenId(row.id), scopes)
    } else {
        Pass::Session(SessionId(row.id))
    };
    let person = Person {
        id: row.account_id,
        login: row.login,
        name: row.name,
        role: row.role,
        locale: row.locale.as_deref().and_then(Locale::parse),
        zone: row.zone.as_deref().and_then(|name| TimeZone::get(name).ok()),
        theme: Theme::parse(&row.theme).unwrap_or_default(),
        pass,
    };
    Found { person, seen_at: row.seen_at }
}
