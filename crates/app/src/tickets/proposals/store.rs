//! Proposals in the database: each statement once.

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use rules::ids::*;
use rules::text::Reason;

/// Proposals of a ticket that are looked at; more than one or two are rare.
const OF_TICKET_MOST: i64 = 50;

row! {
    /// A proposal as it stands.
    #[derive(Clone, Debug, PartialEq)]
    pub struct ProposalRow {
        pub id: ProposalId as int,
        pub ticket_id: TicketId as int,
        pub promise: String,
        pub due_at: Option<Timestamp>,
        pub reason: String,
        pub proposed_at: Timestamp,
        pub answer: Option<String>,
        pub answered_at: Option<Timestamp>,
        pub contact_id: Option<ContactId> as maybe_int,
    }
}

statements! {
    static OF_TICKET: (i64, i64) => ProposalRow =
        "SELECT id, ticket_id, promise, due_at, reason, proposed_at, answer, answered_at, contact_id
         FROM ticket_proposal WHERE ticket_id = ?1 ORDER BY id DESC LIMIT ?2";
    static ADD: (i64, String, Option<Timestamp>, String, Option<i64>, Timestamp) => (i64,) =
        "INSERT INTO ticket_proposal (ticket_id, promise, due_at, reason, proposed_by, proposed_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id";
    static ANSWER: (i64, Option<String>, Option<Timestamp>, Option<i64>) => () =
        "UPDATE ticket_proposal SET answer = ?2, answered_at = ?3, contact_id = ?4 WHERE id = ?1 AND answer IS NULL";
    static MAIL: (i64,) => (Option<String>,) = "SELECT mail FROM contact WHERE id = ?1";
}

impl ProposalRow {
    /// Whether it still can be accepted.
    pub fn is_open(&self) -> bool {
        self.answer.is_none()
    }
}

/// The proposals of a ticket, newest first.
pub fn of_ticket(tx: &mut Tx, ticket: TicketId) -> Result<Vec<ProposalRow>, Error> {
    tx.all(&OF_TICKET, (ticket.get(), OF_TICKET_MOST))
}

/// Adds a proposal: another deadline, or a waiver where there is none.
pub fn add(
    tx: &mut Tx,
    ticket: TicketId,
    promise: &str,
    due_at: Option<Timestamp>,
    reason: &Reason,
    by: UserId,
    now: Timestamp,
) -> Result<ProposalId, Error> {
    let row = (ticket.get(), promise, due_at, reason.as_str(), Some(by.get()), now);
    Ok(ProposalId(tx.one(&ADD, row)?.0))
}

/// Notes what became of a proposal. Tells whether it was open.
pub fn answer(
    tx: &mut Tx,
    proposal: ProposalId,
    answer: &str,
    contact: Option<ContactId>,
    now: Timestamp,
) -> Result<bool, Error> {
    let row = (proposal.get(), Some(answer.to_owned()), Some(now), contact.map(ContactId::get));
    Ok(tx.run(&ANSWER, row)? > 0)
}

/// The address of a contact.
pub fn mail_of(tx: &mut Tx, contact: ContactId) -> Result<Option<String>, Error> {
    Ok(tx.maybe(&MAIL, (contact.get(),))?.and_then(|(mail,)| mail))
}
