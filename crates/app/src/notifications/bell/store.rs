//! Notices under the bell in the database.

use db::{Error, Tx, row, statements};
use jiff::{SignedDuration, Timestamp};
use rules::ids::{TicketId, UserId};
use rules::notifications::Notice;

use crate::notifications::words::Said;

row! {
    /// A notice under the bell.
    #[derive(Clone, Debug)]
    pub struct PageNotice {
        pub id: i64,
        pub notice: Notice as text,
        pub ticket_id: Option<TicketId> as maybe_int,
        pub subject: String,
        pub words: String,
        pub created_at: Timestamp,
        pub read_at: Option<Timestamp>,
    }
}

/// The most that the bell counts; more is shown as this and a plus.
pub const COUNTED_MOST: i64 = 99;
/// How long a notice that was read is kept.
pub const READ_KEPT: SignedDuration = SignedDuration::from_hours(24 * 90);

statements! {
    static ADD: (i64, i64, String, Option<i64>, String, String, Timestamp) => () =
        "INSERT INTO page_notice (outbox_id, account_id, notice, ticket_id, subject, words, created_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (outbox_id, account_id) DO NOTHING";
    static LIST: (i64, i64, i64) => PageNotice =
        "SELECT id, notice, ticket_id, subject, words, created_at, read_at FROM page_notice \
         WHERE account_id = ?1 AND id < ?2 ORDER BY account_id, id DESC LIMIT ?3";
    static FIND: (i64, i64) => PageNotice =
        "SELECT id, notice, ticket_id, subject, words, created_at, read_at FROM page_notice \
         WHERE id = ?1 AND account_id = ?2";
    static UNREAD: (i64, i64) => (i64,) =
        "SELECT id FROM page_notice WHERE account_id = ?1 AND read_at IS NULL ORDER BY id DESC LIMIT ?2";
    static READ: (i64, i64, Timestamp) => () =
        "UPDATE page_notice SET read_at = ?3 WHERE id = ?1 AND account_id = ?2 AND read_at IS NULL";
    static READ_ALL: (i64, Timestamp) => () =
        "UPDATE page_notice SET read_at = ?2 WHERE account_id = ?1 AND read_at IS NULL";
    static FORGET: (Timestamp, i64) => () =
        "DELETE FROM page_notice WHERE id IN \
         (SELECT id FROM page_notice WHERE read_at < ?1 ORDER BY id LIMIT ?2)";
}

/// Adds a notice, unless the same row of the outbox already told this person.
pub fn add(
    tx: &mut Tx,
    outbox: i64,
    person: UserId,
    notice: Notice,
    ticket: Option<TicketId>,
    said: &Said,
    now: Timestamp,
) -> Result<(), Error> {
    let ticket = ticket.map(i64::from);
    let values =
        (outbox, person.get(), notice.code(), ticket, said.subject.as_str(), said.text.as_str(), now);
    tx.run(&ADD, values).map(drop)
}

/// The notices of a person before an id, newest first.
pub fn list(tx: &mut Tx, person: UserId, before: Option<i64>, most: i64) -> Result<Vec<PageNotice>, Error> {
    tx.all(&LIST, (person.get(), before.unwrap_or(i64::MAX), most))
}

/// One notice of a person.
pub fn find(tx: &mut Tx, id: i64, person: UserId) -> Result<Option<PageNotice>, Error> {
    tx.maybe(&FIND, (id, person.get()))
}

/// How many are unread, up to one more than [`COUNTED_MOST`].
pub fn unread(tx: &mut Tx, person: UserId) -> Result<usize, Error> {
    Ok(tx.all(&UNREAD, (person.get(), COUNTED_MOST + 1))?.len())
}

/// Marks one as read.
pub fn read(tx: &mut Tx, id: i64, person: UserId, now: Timestamp) -> Result<(), Error> {
    tx.run(&READ, (id, person.get(), now)).map(drop)
}

/// Marks all as read.
pub fn read_all(tx: &mut Tx, person: UserId, now: Timestamp) -> Result<(), Error> {
    tx.run(&READ_ALL, (person.get(), now)).map(drop)
}

/// Deletes up to `limit` notices that were read before `before`. Returns how many.
pub fn forget_read(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<u64, Error> {
    tx.run(&FORGET, (before, limit))
}
