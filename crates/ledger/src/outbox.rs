//! The outbox: what must be told to the world, written in the transaction that makes it true.
//!
//! A sender claims what is due for a while ([`claim`]), sends it outside any transaction, and then says
//! [`done`], [`retry`] or [`give_up`]. A sender that dies leaves its claim to run out, so each message is sent
//! at least once; the receiver tells repetitions apart by the message's id.

use db::{Error, Tx, row, statements};
use jiff::{SignedDuration, Timestamp};

row! {
    /// A message that was claimed for sending.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Message {
        pub id: i64,
        pub kind: String,
        pub payload: serde_json::Value as json,
        pub created_at: Timestamp,
        /// How often it was tried, this time included.
        pub attempts: i64,
    }
}

statements! {
    static PUT: (String, String, Timestamp, Timestamp) => (i64,) =
        "INSERT INTO outbox (kind, payload, created_at, due_at, attempts) VALUES (?1, ?2, ?3, ?4, 0) RETURNING id";
    static NEXT: (Timestamp, i64) => (i64,) =
        "SELECT id FROM outbox WHERE done_at IS NULL AND given_up_at IS NULL AND due_at <= ?1
         ORDER BY due_at LIMIT ?2 {skip_locked}";
    static CLAIM: (i64, Timestamp) => Message =
        "UPDATE outbox SET due_at = ?2, attempts = attempts + 1 WHERE id = ?1
         RETURNING id, kind, payload, created_at, attempts";
    static DONE: (i64, Timestamp) => () = "UPDATE outbox SET done_at = ?2, last_error = NULL WHERE id = ?1";
    static RETRY: (i64, String, Timestamp) => () = "UPDATE outbox SET last_error = ?2, due_at = ?3 WHERE id = ?1";
    static GIVE_UP: (i64, String, Timestamp) => () =
        "UPDATE outbox SET last_error = ?2, given_up_at = ?3 WHERE id = ?1";
    static NEXT_DUE: () => (Timestamp,) =
        "SELECT due_at FROM outbox WHERE done_at IS NULL AND given_up_at IS NULL ORDER BY due_at LIMIT 1";
    static FORGET: (Timestamp, i64) => () =
        "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE done_at < ?1 ORDER BY id LIMIT ?2)";
}

/// Notes a message to be sent from `due_at` on. Returns its id.
pub fn put(
    tx: &mut Tx,
    kind: &str,
    payload: &serde_json::Value,
    now: Timestamp,
    due_at: Timestamp,
) -> Result<i64, Error> {
    Ok(tx.one(&PUT, (kind, payload.to_string(), now, due_at))?.0)
}

/// Claims up to `limit` due messages: no other sender sees them for the time of `lease`.
pub fn claim(tx: &mut Tx, now: Timestamp, limit: i64, lease: SignedDuration) -> Result<Vec<Message>, Error> {
    let ids = tx.all(&NEXT, (now, limit))?;
    ids.into_iter().map(|(id,)| tx.one(&CLAIM, (id, now + lease))).collect()
}

/// Says that a message was sent.
pub fn done(tx: &mut Tx, id: i64, now: Timestamp) -> Result<(), Error> {
    tx.run(&DONE, (id, now)).map(drop)
}

/// Says that sending failed and shall be tried again at `due_at`.
pub fn retry(tx: &mut Tx, id: i64, error: &str, due_at: Timestamp) -> Result<(), Error> {
    tx.run(&RETRY, (id, error, due_at)).map(drop)
}

/// Says that sending failed for good; the message stays, with its error, for people to see.
pub fn give_up(tx: &mut Tx, id: i64, error: &str, now: Timestamp) -> Result<(), Error> {
    tx.run(&GIVE_UP, (id, error, now)).map(drop)
}

/// When the sender has to wake next; `None` while nothing waits.
pub fn next_due_at(tx: &mut Tx) -> Result<Option<Timestamp>, Error> {
    Ok(tx.maybe(&NEXT_DUE, ())?.map(|row| row.0))
}

/// Deletes up to `limit` messages that were sent before `before`. Returns how many.
pub fn forget_sent(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<u64, Error> {
    tx.run(&FORGET, (before, limit))
}
