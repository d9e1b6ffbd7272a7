//! The outbox: what must be told to the world, written in the transaction that makes it true.
//!
//! A reader takes what is due off the list ([`take`]) and turns it into deliveries in the same transaction: a message is
//! read once, or it still waits. The deliveries are sent outside of any transaction, and tried again by themselves.

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use serde::Serialize;

row! {
    /// A message that was taken off the list.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Message {
        pub id: i64,
        pub kind: String,
        pub payload: serde_json::Value as json,
        pub due_at: Timestamp,
    }
}

statements! {
    static PUT: (String, String, Timestamp, Timestamp) => (i64,) =
        "INSERT INTO outbox (kind, payload, created_at, due_at) VALUES (?1, ?2, ?3, ?4) RETURNING id";
    static TAKE: (Timestamp, i64) => Message =
        "UPDATE outbox SET done_at = ?1 WHERE id IN
            (SELECT id FROM outbox WHERE done_at IS NULL AND due_at <= ?1 ORDER BY due_at, id LIMIT ?2 {skip_locked})
         RETURNING id, kind, payload, due_at";
    static NEXT_DUE: () => (Timestamp,) =
        "SELECT due_at FROM outbox WHERE done_at IS NULL ORDER BY due_at LIMIT 1";
    static FORGET: (Timestamp, i64) => () =
        "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE done_at < ?1 ORDER BY id LIMIT ?2)";
}

/// Notes a message to be sent from `due_at` on. Returns its id.
pub fn put(
    tx: &mut Tx,
    kind: &str,
    payload: &impl Serialize,
    now: Timestamp,
    due_at: Timestamp,
) -> Result<i64, Error> {
    let text = serde_json::to_string(payload)
        .map_err(|error| Error::Corrupt(format!("a message of kind {kind} cannot be written: {error}")))?;
    Ok(tx.one(&PUT, (kind, text, now, due_at))?.0)
}

/// Takes up to `limit` due messages off the list, the longest due first. No other reader sees them, unless this
/// transaction is undone.
pub fn take(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<Message>, Error> {
    let mut messages = tx.all(&TAKE, (now, limit))?;
    messages.sort_unstable_by_key(|message| (message.due_at, message.id));
    Ok(messages)
}

/// When there is something to take next; `None` while nothing waits.
pub fn next_due_at(tx: &mut Tx) -> Result<Option<Timestamp>, Error> {
    Ok(tx.maybe(&NEXT_DUE, ())?.map(|row| row.0))
}

/// Deletes up to `limit` messages that were taken before `before`. Returns how many.
pub fn forget_sent(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<u64, Error> {
    tx.run(&FORGET, (before, limit))
}
