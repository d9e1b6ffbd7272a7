//! Drafts in the database: each statement once.

use db::{Error, Tx, statements};
use jiff::Timestamp;
use rules::ids::UserId;

statements! {
    static SAVE: (i64, String, String, Timestamp) => () =
        "INSERT INTO draft (account_id, place, body, saved_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (account_id, place) DO UPDATE SET body = excluded.body, saved_at = excluded.saved_at";
    static FIND: (i64, String) => (String,) = "SELECT body FROM draft WHERE account_id = ?1 AND place = ?2";
    static REMOVE: (i64, String) => () = "DELETE FROM draft WHERE account_id = ?1 AND place = ?2";
    static FORGET: (Timestamp,) => () = "DELETE FROM draft WHERE saved_at < ?1";
}

/// Keeps what was typed, in place of what was kept before.
pub fn save(tx: &mut Tx, user: UserId, place: &str, body: &str, now: Timestamp) -> Result<(), Error> {
    tx.run(&SAVE, (user.get(), place, body, now)).map(drop)
}

/// What was typed.
pub fn find(tx: &mut Tx, user: UserId, place: &str) -> Result<Option<String>, Error> {
    Ok(tx.maybe(&FIND, (user.get(), place))?.map(|(body,)| body))
}

/// Throws away what was typed.
pub fn remove(tx: &mut Tx, user: UserId, place: &str) -> Result<(), Error> {
    tx.run(&REMOVE, (user.get(), place)).map(drop)
}

/// Forgets drafts that nobody touched since a moment. Tells how many.
pub fn forget(tx: &mut Tx, before: Timestamp) -> Result<u64, Error> {
    tx.run(&FORGET, (before,))
}
