//! Tags in the database: each statement once.

use db::{Error, Tx, statements};
use jiff::Timestamp;
use rules::ids::*;

/// Tags that are offered to choose from.
const OFFERED_MOST: i64 = 300;

statements! {
    static ALL: (i64,) => (i64, String) = "SELECT id, name FROM tag ORDER BY name LIMIT ?1";
    static OF: (i64,) => (i64, String) =
        "SELECT g.id, g.name FROM ticket_tag j JOIN tag g ON g.id = j.tag_id WHERE j.ticket_id = ?1 ORDER BY g.name";
    static NAMED: (String,) => (i64,) = "SELECT id FROM tag WHERE name = ?1";
    static ADD: (String, Timestamp) => () =
        "INSERT INTO tag (name, created_at) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING";
    static BEAR: (i64, i64) => () =
        "INSERT INTO ticket_tag (ticket_id, tag_id) VALUES (?1, ?2) ON CONFLICT (ticket_id, tag_id) DO NOTHING";
    static SHED: (i64, i64) => () = "DELETE FROM ticket_tag WHERE ticket_id = ?1 AND tag_id = ?2";
}

/// Every tag, by name.
pub fn all(tx: &mut Tx) -> Result<Vec<(i64, String)>, Error> {
    tx.all(&ALL, (OFFERED_MOST,))
}

/// The tags of a ticket, by name.
pub fn of(tx: &mut Tx, id: TicketId) -> Result<Vec<(i64, String)>, Error> {
    tx.all(&OF, (id.get(),))
}

/// The tag with this name.
pub fn named(tx: &mut Tx, name: &str) -> Result<Option<i64>, Error> {
    Ok(tx.maybe(&NAMED, (name,))?.map(|(id,)| id))
}

/// The tag with this name, made where there is none.
pub fn made(tx: &mut Tx, name: &str, now: Timestamp) -> Result<i64, Error> {
    tx.run(&ADD, (name, now))?;
    Ok(tx.one(&NAMED, (name,))?.0)
}

/// The ticket bears the tag from now on.
pub fn bear(tx: &mut Tx, id: TicketId, tag: i64) -> Result<(), Error> {
    tx.run(&BEAR, (id.get(), tag)).map(drop)
}

/// The ticket no longer bears the tag.
pub fn shed(tx: &mut Tx, id: TicketId, tag: i64) -> Result<(), Error> {
    tx.run(&SHED, (id.get(), tag)).map(drop)
}
