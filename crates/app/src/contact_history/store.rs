//! The streams that a contact's history is merged from. Each is read by an index of its own from a place in time, so
//! that a page costs what it shows.

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use rules::calls::{CallState, Direction as CallDirection, EndedBy, Missed, Outcome};
use rules::channels::{Direction, Fate};
use rules::ids::*;
use rules::notifications::{DeliveryState, Way};
use rules::tickets::severity::Severity;
use rules::tickets::{Channel, Kind, State};

use crate::tickets::store::FactRow;

row! {
    /// A ticket that the contact reported.
    #[derive(Clone, Debug, PartialEq)]
    pub struct TicketLine {
        pub id: TicketId as int,
        pub reported_at: Timestamp,
        pub title: String,
        pub kind: Kind as text,
        pub state: State as text,
        pub severity: Severity as text,
        pub channel: Channel as text,
    }
}

row! {
    /// A call with them.
    #[derive(Clone, Debug, PartialEq)]
    pub struct CallLine {
        pub id: CallId as int,
        pub began_at: Timestamp,
        pub direction: CallDirection as text,
        pub state: CallState as text,
        pub phone: Option<String>,
        pub agent: Option<String>,
        pub ticket_id: Option<TicketId> as maybe_int,
        pub answered_at: Option<Timestamp>,
        pub ended_at: Option<Timestamp>,
        pub ended_by: Option<EndedBy> as maybe_text,
        pub outcome: Option<Outcome> as maybe_text,
        pub missed: Option<Missed> as maybe_text,
        pub note: Option<String>,
    }
}

row! {
    /// A message from them, or to them by hand.
    #[derive(Clone, Debug, PartialEq)]
    pub struct MessageLine {
        pub id: MessageId as int,
        pub received_at: Timestamp,
        pub direction: Direction as text,
        pub channel: Channel as text,
        pub fate: Fate as text,
        pub subject: String,
        pub sender: String,
        pub ticket_id: Option<TicketId> as maybe_int,
    }
}

row! {
    /// What was told them.
    #[derive(Clone, Debug, PartialEq)]
    pub struct DeliveryLine {
        pub id: i64,
        pub created_at: Timestamp,
        pub way: Way as text,
        pub state: DeliveryState as text,
        pub subject: String,
        pub recipient: String,
        pub ticket_id: Option<TicketId> as maybe_int,
    }
}

row! {
    /// What they did on the portal.
    #[derive(Clone, Debug, PartialEq)]
    pub struct ActLine {
        pub seq: i64,
        pub name: String,
        pub happened_at: Timestamp,
        pub learned_at: Timestamp,
        pub said_by: String,
        pub data: serde_json::Map<String, serde_json::Value> as json,
        pub personal: Option<serde_json::Map<String, serde_json::Value>> as maybe_json,
        pub leaf: Option<i64>,
        pub subject_kind: String,
        pub subject_id: i64,
    }
}

impl ActLine {
    /// The ticket that it was done to.
    pub fn ticket(&self) -> Option<TicketId> {
        (self.subject_kind == "ticket").then_some(TicketId(self.subject_id))
    }

    /// The fact as timelines read it.
    pub fn fact(&self) -> FactRow {
        FactRow {
            seq: self.seq,
            name: self.name.clone(),
            happened_at: self.happened_at,
            learned_at: self.learned_at,
            said_by: self.said_by.clone(),
            data: self.data.clone(),
            personal: self.personal.clone(),
            leaf: self.leaf,
        }
    }
}

type Asked = (Option<i64>, Timestamp, i64, i64);

statements! {
    static TICKETS: Asked => TicketLine =
        "SELECT id, reported_at, title, kind, state, severity, channel FROM ticket
         WHERE contact_id = ?1 AND (reported_at, id) < (?2, ?3) ORDER BY reported_at DESC, id DESC LIMIT ?4";
    static CALLS: Asked => CallLine =
        "SELECT c.id, c.began_at, c.direction, c.state, c.phone, a.name AS agent, c.ticket_id, c.answered_at,
            c.ended_at, c.ended_by, c.outcome, c.missed, c.note
         FROM call c LEFT JOIN account a ON a.id = c.agent_id
         WHERE c.contact_id = ?1 AND (c.began_at, c.id) < (?2, ?3) ORDER BY c.began_at DESC, c.id DESC LIMIT ?4";
    static MESSAGES: Asked => MessageLine =
        "SELECT id, received_at, direction, channel, fate, subject, sender, ticket_id FROM message
         WHERE contact_id = ?1 AND (received_at, id) < (?2, ?3) ORDER BY received_at DESC, id DESC LIMIT ?4";
    static DELIVERIES: Asked => DeliveryLine =
        "SELECT id, created_at, way, state, subject, recipient, ticket_id FROM delivery
         WHERE contact_id = ?1 AND (created_at, id) < (?2, ?3) ORDER BY created_at DESC, id DESC LIMIT ?4";
    /// The words of the partial index are said too, so that both planners take it. A report is its ticket's line.
    static ACTS: (String, Timestamp, i64, i64) => ActLine =
        "SELECT seq, name, happened_at, learned_at, said_by, data, personal, leaf, subject_kind, subject_id FROM fact
         WHERE said_by >= 'contact:' AND said_by < 'contact;' AND said_by = ?1 AND name <> 'ticket.reported'
            AND (happened_at, seq) < (?2, ?3) ORDER BY happened_at DESC, seq DESC LIMIT ?4";
}

/// Before which moment, and at that moment before which id, a stream is read.
pub type Before = (Timestamp, i64);

/// Tickets that the contact reported, the latest first.
pub fn tickets(tx: &mut Tx, id: ContactId, before: Before, most: i64) -> Result<Vec<TicketLine>, Error> {
    tx.all(&TICKETS, (Some(id.get()), before.0, before.1, most))
}

/// Calls with the contact, the latest first.
pub fn calls(tx: &mut Tx, id: ContactId, before: Before, most: i64) -> Result<Vec<CallLine>, Error> {
    tx.all(&CALLS, (Some(id.get()), before.0, before.1, most))
}

/// Messages of the contact, the latest first.
pub fn messages(tx: &mut Tx, id: ContactId, before: Before, most: i64) -> Result<Vec<MessageLine>, Error> {
    tx.all(&MESSAGES, (Some(id.get()), before.0, before.1, most))
}

/// What was told the contact, the latest first.
pub fn deliveries(tx: &mut Tx, id: ContactId, before: Before, most: i64) -> Result<Vec<DeliveryLine>, Error> {
    tx.all(&DELIVERIES, (Some(id.get()), before.0, before.1, most))
}

/// What the contact did on the portal, the latest first.
pub fn acts(tx: &mut Tx, id: ContactId, before: Before, most: i64) -> Result<Vec<ActLine>, Error> {
    tx.all(&ACTS, (format!("contact:{id}"), before.0, before.1, most))
}
