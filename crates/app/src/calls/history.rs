//! What the pages of calls read beside the calls themselves: the facts of one, the tickets of a contact.

use db::{Error, Tx, statements};
use rules::ids::*;

use super::store::SHOWN_MOST;
use crate::tickets::store::{Brief, FactRow};

statements! {
    static STORY: (i64,) => FactRow =
        "SELECT seq, name, happened_at, learned_at, said_by, data, personal, leaf FROM fact
         WHERE subject_kind = 'call' AND subject_id = ?1 ORDER BY happened_at, seq";
    static TICKETS_OF: (i64, i64) => Brief =
        "SELECT t.id, t.title, t.kind, t.state, t.severity, c.name AS customer, t.reported_at, t.next_due_at,
            t.next_warn_at FROM ticket t JOIN customer c ON c.id = t.customer_id
         WHERE t.contact_id = ?1 ORDER BY t.id DESC LIMIT ?2";
}

/// Everything that happened with the call, in the order in which it happened.
pub fn story(tx: &mut Tx, id: CallId) -> Result<Vec<FactRow>, Error> {
    tx.all(&STORY, (id.get(),))
}

/// Tickets that a contact reported, the newest first.
pub fn tickets_of(tx: &mut Tx, contact: ContactId) -> Result<Vec<Brief>, Error> {
    tx.all(&TICKETS_OF, (contact.get(), SHOWN_MOST * 4))
}
