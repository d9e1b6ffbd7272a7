//! Families of tickets in the database: each statement once.

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use rules::ids::*;
use rules::tickets::State;
use rules::tickets::family::{Families, PARTS_MOST};

row! {
    /// A ticket that is part of another, as its parent's page lists it.
    #[derive(Clone, Debug, PartialEq)]
    pub struct PartRow {
        pub id: TicketId as int,
        pub state: State as text,
        pub title: String,
        pub customer: String,
        pub linked_at: Timestamp,
    }
}

statements! {
    static PARTS: (i64, i64) => PartRow =
        "SELECT t.id, t.state, t.title, c.name AS customer, j.linked_at
         FROM ticket_link j JOIN ticket t ON t.id = j.ticket_id JOIN customer c ON c.id = t.customer_id
         WHERE j.other_id = ?1 AND j.relation = 'part-of' ORDER BY j.ticket_id LIMIT ?2";
    static PARENT: (i64,) => (i64,) =
        "SELECT other_id FROM ticket_link WHERE ticket_id = ?1 AND relation = 'part-of' ORDER BY other_id LIMIT 1";
}

/// Tickets that are part of this one, in the order in which they were reported.
pub fn parts(tx: &mut Tx, id: TicketId) -> Result<Vec<PartRow>, Error> {
    tx.all(&PARTS, (id.get(), PARTS_MOST as i64))
}

/// The ticket that this one is part of.
pub fn parent(tx: &mut Tx, id: TicketId) -> Result<Option<TicketId>, Error> {
    Ok(tx.maybe(&PARENT, (id.get(),))?.map(|(id,)| TicketId(id)))
}

/// How two tickets stand in their families.
pub fn families(tx: &mut Tx, id: TicketId, parent_to_be: TicketId) -> Result<Families, Error> {
    Ok(Families {
        parent: parent(tx, id)?,
        has_parts: !parts(tx, id)?.is_empty(),
        parents_parent: parent(tx, parent_to_be)?,
        siblings: parts(tx, parent_to_be)?.len(),
    })
}
