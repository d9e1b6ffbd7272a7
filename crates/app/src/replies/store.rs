//! Canned replies in the database: each statement once.

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use rules::ids::*;
use rules::replies::{Reply, ReplyForm};
use rules::tickets::Kind;

/// Replies that a house keeps at most.
pub const REPLIES_MOST: i64 = 500;

row! {
    /// A reply as it is stored.
    #[derive(Clone, Debug, PartialEq)]
    pub struct ReplyRow {
        pub id: ReplyId as int,
        pub title: String,
        pub text: String,
        pub kind: Option<Kind> as maybe_text,
        pub version: i64,
    }
}

statements! {
    static LIST: (i64,) => ReplyRow =
        "SELECT id, title, text, kind, version FROM canned_reply WHERE archived_at IS NULL ORDER BY title, id LIMIT ?1";
    static FIND: (i64,) => ReplyRow =
        "SELECT id, title, text, kind, version FROM canned_reply WHERE id = ?1 AND archived_at IS NULL";
    static ADD: (String, String, Option<String>, i64, Timestamp) => (i64,) =
        "INSERT INTO canned_reply (title, text, kind, version, created_by, created_at)
         VALUES (?1, ?2, ?3, 1, ?4, ?5) RETURNING id";
    static SAVE: (i64, i64, String, String, Option<String>) => () =
        "UPDATE canned_reply SET title = ?3, text = ?4, kind = ?5, version = version + 1
         WHERE id = ?1 AND version = ?2 AND archived_at IS NULL";
    static ARCHIVE: (i64, Timestamp) => () =
        "UPDATE canned_reply SET archived_at = ?2 WHERE id = ?1 AND archived_at IS NULL";
}

impl ReplyRow {
    /// The row as its form shows it.
    pub fn form(&self) -> ReplyForm {
        ReplyForm {
            title: self.title.clone(),
            text: self.text.clone(),
            kind: self.kind.map(|kind| kind.code().to_owned()).unwrap_or_default(),
        }
    }
}

/// Every reply, by title.
pub fn list(tx: &mut Tx) -> Result<Vec<ReplyRow>, Error> {
    tx.all(&LIST, (REPLIES_MOST,))
}

/// The reply with this id.
pub fn find(tx: &mut Tx, id: ReplyId) -> Result<Option<ReplyRow>, Error> {
    tx.maybe(&FIND, (id.get(),))
}

/// Adds a reply.
pub fn add(tx: &mut Tx, reply: &Reply, by: UserId, now: Timestamp) -> Result<ReplyId, Error> {
    let row = (reply.title.as_str(), reply.text.as_str(), reply.kind.map(Kind::code), by.get(), now);
    Ok(ReplyId(tx.one(&ADD, row)?.0))
}

/// Saves a reply that was opened with a version. Tells whether it still had it.
pub fn save(tx: &mut Tx, id: ReplyId, seen: i64, reply: &Reply) -> Result<bool, Error> {
    let row = (id.get(), seen, reply.title.as_str(), reply.text.as_str(), reply.kind.map(Kind::code));
    Ok(tx.run(&SAVE, row)? > 0)
}

/// Puts a reply away. Tells whether it was there.
pub fn archive(tx: &mut Tx, id: ReplyId, now: Timestamp) -> Result<bool, Error> {
    Ok(tx.run(&ARCHIVE, (id.get(), now))? > 0)
}
