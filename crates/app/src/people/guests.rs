//! Accesses to the portal, their sessions and links, in the database. Tokens are stored as hashes only.

use db::{Error, Tx, row, statements};
use jiff::{SignedDuration, Timestamp};
use rules::ids::{AccessId, ContactId, CustomerId, SessionId, SiteId, TicketId};
use rules::portal::{Access, GuestRole};

use crate::kernel::actor::{Theme, token_hash};
use crate::kernel::guest::Visiting;
use crate::layout::l10n::Locale;

/// A session is marked as used once in this time, not at each request.
const SEEN_EVERY: SignedDuration = SignedDuration::from_mins(5);
/// Accesses under one mail address that a sign-in tries at most.
const SAME_MAIL_MOST: i64 = 5;

row! {
    struct SessionRow {
        id: SessionId as int,
        seen_at: Timestamp,
        access_id: AccessId as int,
        role: GuestRole as text,
        locale: Option<String>,
        theme: String,
        contact_id: ContactId as int,
        name: String,
        customer_id: CustomerId as int,
        customer_name: String,
    }
}

row! {
    /// An access as staff see it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AccessRow {
        pub id: AccessId as int,
        pub contact_id: ContactId as int,
        pub role: GuestRole as text,
        pub has_password: bool,
        pub version: i64,
        pub created_at: Timestamp,
        pub ended_at: Option<Timestamp>,
        pub seen_at: Option<Timestamp>,
    }
}

row! {
    /// What a sign-in needs to know of an access.
    #[derive(Clone, Debug)]
    pub struct GuestLock {
        pub id: AccessId as int,
        pub contact_id: ContactId as int,
        pub secret: Option<String>,
        pub locale: Option<String>,
        pub mail: Option<String>,
        pub name: String,
        pub customer_name: String,
    }
}

/// What a link is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To come in for the first time and set a password.
    Invitation,
    /// To come in once without a password.
    SignIn,
    /// To see the public state of a ticket for a while.
    Status,
}

impl Purpose {
    fn code(self) -> &'static str {
        match self {
            Purpose::Invitation => "invitation",
            Purpose::SignIn => "sign-in",
            Purpose::Status => "status",
        }
    }
}

macro_rules! access {
    ($rest:literal) => {
        concat!(
            "SELECT a.id, a.contact_id, a.role, CASE WHEN a.secret IS NULL THEN FALSE ELSE TRUE END AS has_password,
                a.version, a.created_at, a.ended_at,
                (SELECT MAX(s.seen_at) FROM portal_session s WHERE s.access_id = a.id) AS seen_at
             FROM portal_access a ",
            $rest
        )
    };
}

macro_rules! lock {
    ($rest:literal) => {
        concat!(
            "SELECT a.id, a.contact_id, a.secret, a.locale, k.mail, k.name, c.name AS customer_name
             FROM portal_access a JOIN contact k ON k.id = a.contact_id JOIN customer c ON c.id = k.customer_id
             WHERE a.ended_at IS NULL AND k.archived_at IS NULL AND c.archived_at IS NULL AND ",
            $rest
        )
    };
}

statements! {
    static BY_SESSION: (Vec<u8>, Timestamp) => SessionRow =
        "SELECT s.id, s.seen_at, a.id AS access_id, a.role, a.locale, a.theme, k.id AS contact_id, k.name,
            c.id AS customer_id, c.name AS customer_name
         FROM portal_session s JOIN portal_access a ON a.id = s.access_id
         JOIN contact k ON k.id = a.contact_id JOIN customer c ON c.id = k.customer_id
         WHERE s.token_hash = ?1 AND s.expires_at > ?2 AND a.ended_at IS NULL AND k.archived_at IS NULL
            AND c.archived_at IS NULL";
    static TOUCH: (i64, Timestamp, Timestamp) => () =
        "UPDATE portal_session SET seen_at = ?2, expires_at = ?3 WHERE id = ?1";
    static ADD_SESSION: (i64, Vec<u8>, String, String, Timestamp, Timestamp) => () =
        "INSERT INTO portal_session (access_id, token_hash, agent, address, created_at, seen_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6)";
    static END_SESSION: (i64,) => () = "DELETE FROM portal_session WHERE id = ?1";
    static END_SESSIONS: (i64,) => () = "DELETE FROM portal_session WHERE access_id = ?1";
    static END_OTHERS: (i64, i64) => () = "DELETE FROM portal_session WHERE access_id = ?1 AND id <> ?2";
    static END_EXPIRED: (Timestamp, i64) => () =
        "DELETE FROM portal_session WHERE id IN
            (SELECT id FROM portal_session WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)";
    static FIND: (i64,) => AccessRow = access!("WHERE a.id = ?1");
    static OF_CONTACT: (i64,) => AccessRow = access!("WHERE a.contact_id = ?1");
    static LISTED: (i64, i64) => AccessRow = access!("WHERE a.id < ?1 ORDER BY a.id DESC LIMIT ?2");
    static ADD: (i64, String, String, Timestamp) => (i64,) =
        "INSERT INTO portal_access (contact_id, role, theme, version, created_at) VALUES (?1, ?2, ?3, 1, ?4)
         RETURNING id";
    static SAVE: (i64, String, Option<Timestamp>) => () =
        "UPDATE portal_access SET role = ?2, ended_at = ?3, version = version + 1 WHERE id = ?1";
    static SITES: (i64,) => (i64, String) =
        "SELECT s.id, s.name FROM portal_access_site x JOIN site s ON s.id = x.site_id WHERE x.access_id = ?1
         ORDER BY s.name, s.id LIMIT 500";
    static DROP_SITES: (i64,) => () = "DELETE FROM portal_access_site WHERE access_id = ?1";
    static ADD_SITE: (i64, i64) => () =
        "INSERT INTO portal_access_site (access_id, site_id) VALUES (?1, ?2) ON CONFLICT (access_id, site_id) DO NOTHING";
    static BY_MAIL: (Option<String>, i64) => GuestLock = lock!("k.mail_key = ?1 ORDER BY a.id LIMIT ?2");
    static BY_ID: (i64,) => GuestLock = lock!("a.id = ?1");
    static SET_SECRET: (i64, Option<String>) => () =
        "UPDATE portal_access SET secret = ?2, version = version + 1 WHERE id = ?1";
    static SET_LOOK: (i64, Option<String>, String) => () =
        "UPDATE portal_access SET locale = ?2, theme = ?3 WHERE id = ?1";
    static ADD_LINK: (Vec<u8>, String, Option<i64>, Option<i64>, Timestamp, Timestamp) => () =
        "INSERT INTO portal_link (token_hash, purpose, access_id, ticket_id, created_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    static LINK: (Vec<u8>, String, Timestamp) => (Option<i64>, Option<i64>, Timestamp) =
        "SELECT access_id, ticket_id, expires_at FROM portal_link
         WHERE token_hash = ?1 AND purpose = ?2 AND expires_at > ?3";
    static USE_LINK: (Vec<u8>, String, Timestamp) => (Option<i64>,) =
        "DELETE FROM portal_link WHERE token_hash = ?1 AND purpose = ?2 AND expires_at > ?3 RETURNING access_id";
    static DROP_LINKS: (Option<i64>,) => () = "DELETE FROM portal_link WHERE access_id = ?1";
    static FORGET_LINKS: (Timestamp, i64) => () =
        "DELETE FROM portal_link WHERE id IN
            (SELECT id FROM portal_link WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)";
}

/// A session that was found, with the moment at which it was last marked as used.
pub struct Found {
    pub visiting: Visiting,
    seen_at: Timestamp,
}

impl Found {
    /// Whether it is time to mark the session as used again.
    pub fn stale(&self, now: Timestamp) -> bool {
        now.duration_since(self.seen_at) >= SEEN_EVERY
    }
}

/// The guest behind a session that has not expired.
pub fn by_session(tx: &mut Tx, hash: &[u8; 32], now: Timestamp) -> Result<Option<Found>, Error> {
    let row = tx.maybe(&BY_SESSION, (&hash[..], now))?;
    Ok(row.map(|row| Found {
        seen_at: row.seen_at,
        visiting: Visiting {
            access: row.access_id,
            contact: row.contact_id,
            customer: row.customer_id,
            session: row.id,
            name: row.name,
            customer_name: row.customer_name,
            role: row.role,
            locale: row.locale.as_deref().and_then(Locale::parse),
            theme: Theme::parse(&row.theme).unwrap_or_default(),
        },
    }))
}

/// Marks a session as used now; it then lives until `expires_at`.
pub fn touch(tx: &mut Tx, id: SessionId, now: Timestamp, expires_at: Timestamp) -> Result<(), Error> {
    tx.run(&TOUCH, (id.get(), now, expires_at)).map(drop)
}

/// Keeps a new session under the hash of its token.
pub fn add_session(
    tx: &mut Tx,
    access: AccessId,
    token: &str,
    agent: &str,
    address: &str,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), Error> {
    tx.run(&ADD_SESSION, (access.get(), token_hash(token), agent, address, now, expires_at)).map(drop)
}

/// Ends one session.
pub fn end_session(tx: &mut Tx, id: SessionId) -> Result<(), Error> {
    tx.run(&END_SESSION, (id.get(),)).map(drop)
}

/// Ends all sessions of an access.
pub fn end_sessions(tx: &mut Tx, access: AccessId) -> Result<u64, Error> {
    tx.run(&END_SESSIONS, (access.get(),))
}

/// Ends all sessions of an access but one.
pub fn end_other_sessions(tx: &mut Tx, access: AccessId, kept: SessionId) -> Result<u64, Error> {
    tx.run(&END_OTHERS, (access.get(), kept.get()))
}

/// Removes up to `most` sessions and links that have expired. Returns how many.
pub fn end_expired(tx: &mut Tx, now: Timestamp, most: i64) -> Result<u64, Error> {
    Ok(tx.run(&END_EXPIRED, (now, most))? + tx.run(&FORGET_LINKS, (now, most))?)
}

/// The access with this id.
pub fn find(tx: &mut Tx, id: AccessId) -> Result<Option<AccessRow>, Error> {
    tx.maybe(&FIND, (id.get(),))
}

/// The access of a contact; one that ended too.
pub fn of_contact(tx: &mut Tx, contact: ContactId) -> Result<Option<AccessRow>, Error> {
    tx.maybe(&OF_CONTACT, (contact.get(),))
}

/// Accesses, newest first, beginning behind `after`.
pub fn list(tx: &mut Tx, after: Option<i64>, most: i64) -> Result<Vec<AccessRow>, Error> {
    tx.all(&LISTED, (after.unwrap_or(i64::MAX), most))
}

/// Adds an access.
pub fn add(tx: &mut Tx, contact: ContactId, access: &Access, now: Timestamp) -> Result<AccessId, Error> {
    let (id,) = tx.one(&ADD, (contact.get(), access.role.code(), Theme::default().code(), now))?;
    set_sites(tx, AccessId(id), &access.sites)?;
    Ok(AccessId(id))
}

/// Saves role and sites; `ended_at` ends the access, `None` lets it live.
pub fn save(tx: &mut Tx, id: AccessId, access: &Access, ended_at: Option<Timestamp>) -> Result<(), Error> {
    tx.run(&SAVE, (id.get(), access.role.code(), ended_at))?;
    set_sites(tx, id, &access.sites)
}

fn set_sites(tx: &mut Tx, id: AccessId, sites: &[SiteId]) -> Result<(), Error> {
    tx.run(&DROP_SITES, (id.get(),))?;
    sites.iter().try_for_each(|site| tx.run(&ADD_SITE, (id.get(), site.get())).map(drop))
}

/// The sites that an access names, with their names.
pub fn sites(tx: &mut Tx, id: AccessId) -> Result<Vec<(SiteId, String)>, Error> {
    Ok(tx.all(&SITES, (id.get(),))?.into_iter().map(|(id, name)| (SiteId(id), name)).collect())
}

/// The accesses that one may use with this mail address, at most [`SAME_MAIL_MOST`].
pub fn by_mail(tx: &mut Tx, mail_key: &str) -> Result<Vec<GuestLock>, Error> {
    tx.all(&BY_MAIL, (Some(mail_key.to_owned()), SAME_MAIL_MOST))
}

/// What a sign-in needs to know of an access that may be used.
pub fn lock(tx: &mut Tx, id: AccessId) -> Result<Option<GuestLock>, Error> {
    tx.maybe(&BY_ID, (id.get(),))
}

/// Sets or takes away the hash of a password.
pub fn set_password(tx: &mut Tx, id: AccessId, hash: Option<&str>) -> Result<(), Error> {
    tx.run(&SET_SECRET, (id.get(), hash.map(str::to_owned))).map(drop)
}

/// Saves language and colours.
pub fn set_look(tx: &mut Tx, id: AccessId, locale: Option<&str>, theme: Theme) -> Result<(), Error> {
    tx.run(&SET_LOOK, (id.get(), locale.map(str::to_owned), theme.code())).map(drop)
}

/// Keeps a link of an access.
pub fn add_link(
    tx: &mut Tx,
    token: &str,
    purpose: Purpose,
    access: AccessId,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), Error> {
    tx.run(&ADD_LINK, (token_hash(token), purpose.code(), Some(access.get()), None::<i64>, now, expires_at))
        .map(drop)
}

/// Keeps a link to the public state of a ticket.
pub fn add_status_link(
    tx: &mut Tx,
    token: &str,
    ticket: TicketId,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), Error> {
    let row = (token_hash(token), Purpose::Status.code(), None::<i64>, Some(ticket.get()), now, expires_at);
    tx.run(&ADD_LINK, row).map(drop)
}

/// The access behind a link that would work now.
pub fn link(tx: &mut Tx, token: &str, purpose: Purpose, now: Timestamp) -> Result<Option<AccessId>, Error> {
    let row = tx.maybe(&LINK, (token_hash(token), purpose.code(), now))?;
    Ok(row.and_then(|(access, _, _)| access).map(AccessId))
}

/// The ticket behind a link to its public state, and until when it works.
pub fn status_link(tx: &mut Tx, token: &str, now: Timestamp) -> Result<Option<(TicketId, Timestamp)>, Error> {
    let row = tx.maybe(&LINK, (token_hash(token), Purpose::Status.code(), now))?;
    Ok(row.and_then(|(_, ticket, until)| Some((TicketId(ticket?), until))))
}

/// Uses a link up; the access that it is for.
pub fn use_link(
    tx: &mut Tx,
    token: &str,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<AccessId>, Error> {
    let row = tx.maybe(&USE_LINK, (token_hash(token), purpose.code(), now))?;
    Ok(row.and_then(|(access,)| access).map(AccessId))
}

/// Takes back every link of an access.
pub fn drop_links(tx: &mut Tx, id: AccessId) -> Result<(), Error> {
    tx.run(&DROP_LINKS, (Some(id.get()),)).map(drop)
}
