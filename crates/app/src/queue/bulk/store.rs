//! Changes of many tickets in the database.

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use rules::ids::*;
use serde::{Deserialize, Serialize};

use super::{Before, Input};

row! {
    /// A change of many tickets.
    #[derive(Clone, Debug, PartialEq)]
    pub struct BulkRow {
        pub id: i64,
        pub account_id: UserId as int,
        pub input: Input as json,
        pub come_from: String,
        pub created_at: Timestamp,
        pub finished_at: Option<Timestamp>,
        pub undone_at: Option<Timestamp>,
    }
}

row! {
    /// What became of one ticket.
    #[derive(Clone, Debug, PartialEq)]
    pub struct ItemRow {
        pub place: i64,
        pub ticket_id: TicketId as int,
        pub outcome: String,
        pub refusal: Option<Said> as maybe_json,
        pub prior: Option<Before> as maybe_json,
        pub version: i64,
    }
}

/// The sentence of a refusal, to be worded for whoever reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    pub code: String,
    pub args: Vec<(String, String)>,
}

/// What became of a ticket, by its code.
pub mod outcome {
    pub const WAITING: &str = "waiting";
    pub const DONE: &str = "done";
    pub const REFUSED: &str = "refused";
    pub const UNDONE: &str = "undone";
    /// Done, and could not be undone.
    pub const KEPT: &str = "kept";
}

statements! {
    static ADD: (i64, String, String, String, Timestamp) => (i64,) =
        "INSERT INTO bulk_change (account_id, verb, input, come_from, created_at) VALUES (?1, ?2, ?3, ?4, ?5)
         RETURNING id";
    static ADD_ITEM: (i64, i64, i64, i64) => () =
        "INSERT INTO bulk_item (bulk_id, place, ticket_id, outcome, version) VALUES (?1, ?2, ?3, 'waiting', ?4)";
    static FIND: (i64,) => BulkRow =
        "SELECT id, account_id, input, come_from, created_at, finished_at, undone_at FROM bulk_change WHERE id = ?1";
    static ITEMS: (i64,) => ItemRow =
        "SELECT place, ticket_id, outcome, refusal, prior, version FROM bulk_item WHERE bulk_id = ?1 ORDER BY place";
    static ITEM: (i64, i64) => ItemRow =
        "SELECT place, ticket_id, outcome, refusal, prior, version FROM bulk_item
         WHERE bulk_id = ?1 AND place = ?2 {lock}";
    static NOTE: (i64, i64, String, Option<String>, Option<String>, i64) => () =
        "UPDATE bulk_item SET outcome = ?3, refusal = ?4, prior = ?5, version = ?6 WHERE bulk_id = ?1 AND place = ?2";
    static FINISH: (i64, Timestamp) => () =
        "UPDATE bulk_change SET finished_at = ?2 WHERE id = ?1 AND finished_at IS NULL";
    static UNDO: (i64, Timestamp) => () =
        "UPDATE bulk_change SET undone_at = ?2 WHERE id = ?1 AND undone_at IS NULL";
}

/// Notes a change that is to be done, with the tickets and the versions in which they were seen.
pub fn add(
    tx: &mut Tx,
    account: UserId,
    input: Input,
    come_from: &str,
    tickets: &[(TicketId, i64)],
    now: Timestamp,
) -> Result<i64, Error> {
    let json = serde_json::to_string(&input).expect("an input is plain JSON");
    let (id,) = tx.one(&ADD, (account.get(), input.verb().code(), json, come_from, now))?;
    for (place, (ticket, version)) in tickets.iter().enumerate() {
        tx.run(&ADD_ITEM, (id, i64::try_from(place).unwrap_or(i64::MAX), ticket.get(), *version))?;
    }
    Ok(id)
}

/// The change with this id.
pub fn find(tx: &mut Tx, id: i64) -> Result<Option<BulkRow>, Error> {
    tx.maybe(&FIND, (id,))
}

/// Its tickets, in their order.
pub fn items(tx: &mut Tx, id: i64) -> Result<Vec<ItemRow>, Error> {
    tx.all(&ITEMS, (id,))
}

/// One of its tickets, held until the end of the transaction.
pub fn item(tx: &mut Tx, id: i64, place: i64) -> Result<Option<ItemRow>, Error> {
    tx.maybe(&ITEM, (id, place))
}

/// Notes what became of a ticket.
pub fn note(tx: &mut Tx, id: i64, item: &ItemRow) -> Result<(), Error> {
    let refusal = item.refusal.as_ref().map(|said| serde_json::to_string(said).expect("plain JSON"));
    let prior = item.prior.as_ref().map(|prior| serde_json::to_string(prior).expect("plain JSON"));
    tx.run(&NOTE, (id, item.place, item.outcome.as_str(), refusal, prior, item.version)).map(drop)
}

/// The last ticket is done.
pub fn finish(tx: &mut Tx, id: i64, now: Timestamp) -> Result<(), Error> {
    tx.run(&FINISH, (id, now)).map(drop)
}

/// It is being undone. Returns whether it was not before.
pub fn undo(tx: &mut Tx, id: i64, now: Timestamp) -> Result<bool, Error> {
    Ok(tx.run(&UNDO, (id, now))? > 0)
}
