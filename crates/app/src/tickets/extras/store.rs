//! Tags, time and steps in the database: each statement once.

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use rules::ids::*;

/// Entries of time and steps that a ticket's page shows.
const SHOWN_MOST: i64 = 100;
/// Tags that are offered.
const TAGS_MOST: i64 = 300;
/// Tickets that follow their parent in one act.
pub const CHILDREN_MOST: i64 = 200;

row! {
    /// Time that somebody spent.
    #[derive(Clone, Debug, PartialEq)]
    pub struct SpentRow {
        pub minutes: i64,
        pub name: String,
        pub note: Option<String>,
        pub spent_at: Timestamp,
    }
}

row! {
    /// A step to be ticked off.
    #[derive(Clone, Debug, PartialEq)]
    pub struct StepRow {
        pub id: i64,
        pub text: String,
        pub done_at: Option<Timestamp>,
        pub name: Option<String>,
    }
}

statements! {
    static TAGS: (i64,) => (i64, String) = "SELECT id, name FROM tag ORDER BY name LIMIT ?1";
    static TAGS_OF: (i64,) => (i64, String) =
        "SELECT g.id, g.name FROM ticket_tag j JOIN tag g ON g.id = j.tag_id WHERE j.ticket_id = ?1 ORDER BY g.name";
    static TAG: (String,) => (i64,) = "SELECT id FROM tag WHERE name = ?1";
    static TAG_NAME: (i64,) => (String,) = "SELECT name FROM tag WHERE id = ?1";
    static ADD_TAG: (String, Timestamp) => () =
        "INSERT INTO tag (name, created_at) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING";
    static BEAR: (i64, i64) => () =
        "INSERT INTO ticket_tag (ticket_id, tag_id) VALUES (?1, ?2) ON CONFLICT (ticket_id, tag_id) DO NOTHING";
    static SHED: (i64, i64) => () = "DELETE FROM ticket_tag WHERE ticket_id = ?1 AND tag_id = ?2";

    static SPEND: (i64, i64, i64, Option<String>, Timestamp) => () =
        "INSERT INTO time_spent (ticket_id, account_id, minutes, note, spent_at) VALUES (?1, ?2, ?3, ?4, ?5)";
    static SPENT: (i64, i64) => SpentRow =
        "SELECT s.minutes, a.name, s.note, s.spent_at FROM time_spent s JOIN account a ON a.id = s.account_id
         WHERE s.ticket_id = ?1 ORDER BY s.id DESC LIMIT ?2";

    static ADD_STEP: (i64, String) => (i64,) =
        "INSERT INTO ticket_step (ticket_id, text) VALUES (?1, ?2) RETURNING id";
    static STEPS: (i64, i64) => StepRow =
        "SELECT s.id, s.text, s.done_at, a.name FROM ticket_step s LEFT JOIN account a ON a.id = s.done_by
         WHERE s.ticket_id = ?1 ORDER BY s.id LIMIT ?2";
    static TICK: (i64, i64, Option<Timestamp>, Option<i64>) => () =
        "UPDATE ticket_step SET done_at = ?3, done_by = ?4 WHERE id = ?1 AND ticket_id = ?2";

    static CHILDREN: (i64, i64) => (i64,) =
        "SELECT ticket_id FROM ticket_link WHERE other_id = ?1 AND relation = 'part-of' ORDER BY ticket_id LIMIT ?2";
    static PERSON: (String,) => (i64,) =
        "SELECT id FROM account WHERE (login = ?1 OR name = ?1) AND deactivated_at IS NULL ORDER BY id LIMIT 1";
}

/// Every tag, by name.
pub fn tags(tx: &mut Tx) -> Result<Vec<(i64, String)>, Error> {
    tx.all(&TAGS, (TAGS_MOST,))
}

/// The tags of a ticket, by name.
pub fn tags_of(tx: &mut Tx, id: TicketId) -> Result<Vec<(i64, String)>, Error> {
    tx.all(&TAGS_OF, (id.get(),))
}

/// The tag with this name, made where there is none.
pub fn tag(tx: &mut Tx, name: &str, now: Timestamp) -> Result<i64, Error> {
    tx.run(&ADD_TAG, (name, now))?;
    Ok(tx.one(&TAG, (name,))?.0)
}

/// The name of a tag.
pub fn tag_name(tx: &mut Tx, id: i64) -> Result<Option<String>, Error> {
    Ok(tx.maybe(&TAG_NAME, (id,))?.map(|(name,)| name))
}

/// The ticket bears the tag from now on.
pub fn bear(tx: &mut Tx, id: TicketId, tag: i64) -> Result<(), Error> {
    tx.run(&BEAR, (id.get(), tag)).map(drop)
}

/// The ticket no longer bears the tag.
pub fn shed(tx: &mut Tx, id: TicketId, tag: i64) -> Result<(), Error> {
    tx.run(&SHED, (id.get(), tag)).map(drop)
}

/// Notes time spent. Units: minutes.
pub fn spend(
    tx: &mut Tx,
    id: TicketId,
    user: UserId,
    minutes: i64,
    note: Option<&str>,
    now: Timestamp,
) -> Result<(), Error> {
    tx.run(&SPEND, (id.get(), user.get(), minutes, note, now)).map(drop)
}

/// Time spent on a ticket, the latest first.
pub fn spent(tx: &mut Tx, id: TicketId) -> Result<Vec<SpentRow>, Error> {
    tx.all(&SPENT, (id.get(), SHOWN_MOST))
}

/// Adds a step.
pub fn add_step(tx: &mut Tx, id: TicketId, text: &str) -> Result<i64, Error> {
    Ok(tx.one(&ADD_STEP, (id.get(), text))?.0)
}

/// The steps of a ticket, in the order in which they were added.
pub fn steps(tx: &mut Tx, id: TicketId) -> Result<Vec<StepRow>, Error> {
    tx.all(&STEPS, (id.get(), SHOWN_MOST))
}

/// Ticks a step off, or opens it again.
pub fn tick(tx: &mut Tx, id: TicketId, step: i64, done: Option<(Timestamp, UserId)>) -> Result<(), Error> {
    let (at, by) = (done.map(|(at, _)| at), done.map(|(_, by)| by.get()));
    tx.run(&TICK, (step, id.get(), at, by)).map(drop)
}

/// Tickets that are part of this one.
pub fn children(tx: &mut Tx, id: TicketId) -> Result<Vec<TicketId>, Error> {
    Ok(tx.all(&CHILDREN, (id.get(), CHILDREN_MOST))?.into_iter().map(|(id,)| TicketId(id)).collect())
}

/// The active person with this login or name.
pub fn person(tx: &mut Tx, called: &str) -> Result<Option<UserId>, Error> {
    Ok(tx.maybe(&PERSON, (called,))?.map(|(id,)| UserId(id)))
}
