//! Time spent in the database: each statement once.

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use rules::ids::*;
use rules::tickets::time_spent::{Entry, Spent, Work};

/// Entries that a ticket's page shows.
const SHOWN_MOST: i64 = 50;

row! {
    /// Time that somebody spent. Units: minutes.
    #[derive(Clone, Debug, PartialEq)]
    pub struct SpentRow {
        pub id: i64,
        pub minutes: i64,
        pub work: Work as text,
        pub agent: UserId as int,
        pub name: String,
        pub note: Option<String>,
        pub spent_at: Timestamp,
        pub withdrawn_at: Option<Timestamp>,
    }
}

statements! {
    static ADD: (i64, i64, i64, String, Option<String>, Timestamp) => (i64,) =
        "INSERT INTO time_spent (ticket_id, account_id, minutes, work, note, spent_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id";
    static OF: (i64, i64) => SpentRow =
        "SELECT s.id, s.minutes, s.work, s.account_id AS agent, a.name, s.note, s.spent_at, s.withdrawn_at
         FROM time_spent s JOIN account a ON a.id = s.account_id
         WHERE s.ticket_id = ?1 ORDER BY s.id DESC LIMIT ?2";
    static ONE: (i64, i64) => (i64, i64, Option<Timestamp>) =
        "SELECT minutes, account_id, withdrawn_at FROM time_spent WHERE id = ?1 AND ticket_id = ?2";
    static WITHDRAW: (i64, Option<Timestamp>) => () = "UPDATE time_spent SET withdrawn_at = ?2 WHERE id = ?1";
    static SUM: (i64,) => (i64,) =
        "SELECT CAST(COALESCE(SUM(minutes), 0) AS BIGINT) FROM time_spent WHERE ticket_id = ?1 AND withdrawn_at IS NULL";
}

/// Notes time spent; the answer is the entry's id.
pub fn add(tx: &mut Tx, id: TicketId, user: UserId, spent: &Spent, now: Timestamp) -> Result<i64, Error> {
    let note = spent.note.as_ref().map(|note| note.as_str());
    Ok(tx.one(&ADD, (id.get(), user.get(), spent.minutes, spent.work.code(), note, now))?.0)
}

/// Time spent on a ticket, the latest first.
pub fn of(tx: &mut Tx, id: TicketId) -> Result<Vec<SpentRow>, Error> {
    tx.all(&OF, (id.get(), SHOWN_MOST))
}

/// An entry of a ticket.
pub fn find(tx: &mut Tx, id: TicketId, entry: i64) -> Result<Option<Entry>, Error> {
    let found = tx.maybe(&ONE, (entry, id.get()))?;
    Ok(found.map(|(minutes, agent, withdrawn_at)| Entry {
        id: entry,
        minutes,
        agent: UserId(agent),
        withdrawn: withdrawn_at.is_some(),
    }))
}

/// The entry counts no more.
pub fn withdraw(tx: &mut Tx, entry: i64, now: Timestamp) -> Result<(), Error> {
    tx.run(&WITHDRAW, (entry, Some(now))).map(drop)
}

/// All time spent on a ticket. Units: minutes.
pub fn sum(tx: &mut Tx, id: TicketId) -> Result<i64, Error> {
    Ok(tx.one(&SUM, (id.get(),))?.0)
}
