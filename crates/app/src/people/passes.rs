//! What people show to get in: sessions of browsers and tokens of the API, stored as hashes.

use db::{Error, Tx, row, statements};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rules::access::{Permission, Role};
use rules::ids::{SessionId, TokenId, UserId};

use crate::kernel::actor::{Pass, Person, Theme, token_hash};
use crate::layout::l10n::Locale;

/// A session or token is marked as used once in this time, not at each request.
const SEEN_EVERY: SignedDuration = SignedDuration::from_mins(5);

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

row! {
    /// A session, as its owner sees it.
    #[derive(Clone, Debug)]
    pub struct Session {
        pub id: SessionId as int,
        pub agent: String,
        pub address: String,
        pub created_at: Timestamp,
        pub seen_at: Timestamp,
        pub expires_at: Timestamp,
    }
}

row! {
    /// A token of the API, as its owner sees it.
    #[derive(Clone, Debug)]
    pub struct Token {
        pub id: TokenId as int,
        pub name: String,
        pub scopes: String,
        pub created_at: Timestamp,
        pub expires_at: Option<Timestamp>,
        pub used_at: Option<Timestamp>,
    }
}

statements! {
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
    static ADD_SESSION: (i64, Vec<u8>, String, String, Timestamp, Timestamp) => () =
        "INSERT INTO session (account_id, token_hash, agent, address, created_at, seen_at, expires_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6)";
    static SESSIONS: (i64, Timestamp) => Session =
        "SELECT id, agent, address, created_at, seen_at, expires_at FROM session \
         WHERE account_id = ?1 AND expires_at > ?2 ORDER BY seen_at DESC, id DESC LIMIT 100";
    static END_SESSION: (i64, i64) => () = "DELETE FROM session WHERE account_id = ?1 AND id = ?2";
    static END_OTHERS: (i64, i64) => () = "DELETE FROM session WHERE account_id = ?1 AND id <> ?2";
    static END_EXPIRED: (Timestamp, i64) => () =
        "DELETE FROM session WHERE id IN (SELECT id FROM session WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)";
    static ADD_TOKEN: (i64, String, Vec<u8>, String, Timestamp, Option<Timestamp>) => (i64,) =
        "INSERT INTO api_token (account_id, name, token_hash, scopes, created_at, expires_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id";
    static TOKENS: (i64,) => Token =
        "SELECT id, name, scopes, created_at, expires_at, used_at FROM api_token \
         WHERE account_id = ?1 AND revoked_at IS NULL ORDER BY id DESC LIMIT 100";
    static REVOKE_TOKEN: (i64, i64, Timestamp) => () =
        "UPDATE api_token SET revoked_at = ?3 WHERE account_id = ?1 AND id = ?2 AND revoked_at IS NULL";
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

/// Keeps a new session under the hash of its token.
pub fn add_session(
    tx: &mut Tx,
    owner: UserId,
    token: &str,
    agent: &str,
    address: &str,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), Error> {
    tx.run(&ADD_SESSION, (owner.get(), token_hash(token), agent, address, now, expires_at))?;
    Ok(())
}

/// The living sessions of a person, the one used last first.
pub fn sessions(tx: &mut Tx, owner: UserId, now: Timestamp) -> Result<Vec<Session>, Error> {
    tx.all(&SESSIONS, (owner.get(), now))
}

/// Ends one session of a person. Returns whether there was one.
pub fn end_session(tx: &mut Tx, owner: UserId, id: SessionId) -> Result<bool, Error> {
    Ok(tx.run(&END_SESSION, (owner.get(), id.get()))? > 0)
}

/// Ends all sessions of a person, but for `kept`. Returns how many.
pub fn end_sessions(tx: &mut Tx, owner: UserId, kept: Option<SessionId>) -> Result<u64, Error> {
    tx.run(&END_OTHERS, (owner.get(), kept.map_or(0, SessionId::get)))
}

/// Removes up to `most` sessions that have expired. Returns how many.
pub fn end_expired(tx: &mut Tx, now: Timestamp, most: i64) -> Result<u64, Error> {
    tx.run(&END_EXPIRED, (now, most))
}

/// Keeps a new token of the API under its hash.
pub fn add_token(
    tx: &mut Tx,
    owner: UserId,
    name: &str,
    token: &str,
    scopes: &str,
    now: Timestamp,
    expires_at: Option<Timestamp>,
) -> Result<TokenId, Error> {
    Ok(TokenId(tx.one(&ADD_TOKEN, (owner.get(), name, token_hash(token), scopes, now, expires_at))?.0))
}

/// The tokens of a person that were not revoked, newest first.
pub fn tokens(tx: &mut Tx, owner: UserId) -> Result<Vec<Token>, Error> {
    tx.all(&TOKENS, (owner.get(),))
}

/// Revokes one token of a person. Returns whether there was one.
pub fn revoke_token(tx: &mut Tx, owner: UserId, id: TokenId, now: Timestamp) -> Result<bool, Error> {
    Ok(tx.run(&REVOKE_TOKEN, (owner.get(), id.get(), now))? > 0)
}
