//! Tickets in the database: each statement once.

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use rules::ids::*;
use rules::text::{Line, Text};
use rules::tickets::intake::NewTicket;
use rules::tickets::life::{Ticket, Waiting};
use rules::tickets::severity::{Impact, Severity};
use rules::tickets::{Addressee, Cause, Channel, Kind, Relation, State, Visibility};

/// What `queue_at` holds while no clock of the ticket runs: later than any deadline.
pub const END_OF_TIME: Timestamp = Timestamp::constant(253_370_764_800, 0);

row! {
    /// A ticket as it is stored.
    #[derive(Clone, Debug, PartialEq)]
    pub struct TicketRow {
        pub id: TicketId as int,
        pub version: i64,
        pub kind: Kind as text,
        pub state: State as text,
        pub severity: Severity as text,
        pub proposed_severity: Option<Severity> as maybe_text,
        pub impact: Option<Impact> as maybe_text,
        pub channel: Channel as text,
        pub title: String,
        pub description: Option<String>,
        pub customer_id: CustomerId as int,
        pub site_id: Option<SiteId> as maybe_int,
        pub contact_id: Option<ContactId> as maybe_int,
        pub contract_id: Option<ContractId> as maybe_int,
        pub commitment_id: Option<CommitmentId> as maybe_int,
        pub asset_id: Option<AssetId> as maybe_int,
        pub caller_name: Option<String>,
        pub caller_phone: Option<String>,
        pub zone: String,
        pub team_id: Option<TeamId> as maybe_int,
        pub assignee_id: Option<UserId> as maybe_int,
        pub reported_at: Timestamp,
        pub created_at: Timestamp,
        pub created_by: Option<UserId> as maybe_int,
        pub updated_at: Timestamp,
        pub handled_at: Option<Timestamp>,
        pub waiting_addressee: Option<Addressee> as maybe_text,
        pub waiting_question: Option<String>,
        pub waiting_since_at: Option<Timestamp>,
        pub waiting_then: Option<State> as maybe_text,
        pub onsite_requested_at: Option<Timestamp>,
        pub restored_at: Option<Timestamp>,
        pub resolved_at: Option<Timestamp>,
        pub closed_at: Option<Timestamp>,
        pub cause: Option<Cause> as maybe_text,
        pub merged_into_id: Option<TicketId> as maybe_int,
        pub external_ref: Option<String>,
        pub next_due_at: Option<Timestamp>,
        pub next_promise: Option<String>,
        pub next_clause: Option<String>,
        pub next_warn_at: Option<Timestamp>,
        pub running_count: i64,
        pub missed_count: i64,
    }
}

row! {
    /// Those whom a ticket names, by their words.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct Names {
        pub customer: String,
        pub site: Option<String>,
        pub address: Option<String>,
        pub contact: Option<String>,
        pub contact_phone: Option<String>,
        pub contract: Option<String>,
        pub contract_title: Option<String>,
        pub asset: Option<String>,
        pub serial: Option<String>,
        pub asset_position: Option<String>,
        pub asset_usage: Option<String>,
        pub product: Option<String>,
        pub team: Option<String>,
        pub assignee: Option<String>,
        pub created_by: Option<String>,
    }
}

row! {
    /// A ticket in a short list: linked, merged, near by.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Brief {
        pub id: TicketId as int,
        pub title: String,
        pub kind: Kind as text,
        pub state: State as text,
        pub severity: Severity as text,
        pub customer: String,
        pub reported_at: Timestamp,
        pub next_due_at: Option<Timestamp>,
        pub next_warn_at: Option<Timestamp>,
    }
}

row! {
    /// A link, seen from either of its ends.
    #[derive(Clone, Debug, PartialEq)]
    pub struct LinkRow {
        pub ticket_id: TicketId as int,
        pub other_id: TicketId as int,
        pub relation: Relation as text,
    }
}

row! {
    /// A fact of the timeline with what stands beside it.
    #[derive(Clone, Debug, PartialEq)]
    pub struct FactRow {
        pub seq: i64,
        pub name: String,
        pub happened_at: Timestamp,
        pub learned_at: Timestamp,
        pub said_by: String,
        pub data: serde_json::Map<String, serde_json::Value> as json,
        pub personal: Option<serde_json::Map<String, serde_json::Value>> as maybe_json,
        pub leaf: Option<i64>,
    }
}

/// Every column of a ticket but its id and what the queue is ordered by.
macro_rules! told {
    () => {
        "version, kind, state, severity, proposed_severity, impact, channel, title, description, customer_id, \
         site_id, contact_id, contract_id, commitment_id, asset_id, caller_name, caller_phone, zone, team_id, \
         assignee_id, reported_at, created_at, created_by, updated_at, handled_at, waiting_addressee, \
         waiting_question, waiting_since_at, waiting_then, onsite_requested_at, restored_at, resolved_at, closed_at, \
         cause, merged_into_id, external_ref, next_due_at, next_promise, next_clause, next_warn_at, running_count, \
         missed_count"
    };
}

macro_rules! columns {
    () => {
        concat!("id, ", told!())
    };
}

macro_rules! brief {
    ($rest:literal) => {
        concat!(
            "SELECT t.id, t.title, t.kind, t.state, t.severity, c.name AS customer, t.reported_at, t.next_due_at, \
             t.next_warn_at FROM ticket t JOIN customer c ON c.id = t.customer_id ",
            $rest
        )
    };
}

type Added = (
    i64,
    String,
    String,
    String,
    Option<String>,
    Option<String>,
    String,
    String,
    Option<String>,
    i64,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<String>,
    Option<String>,
    String,
    Option<i64>,
    Option<i64>,
    Timestamp,
    Timestamp,
    Option<i64>,
    Timestamp,
    Option<Timestamp>,
    Option<String>,
    Option<String>,
    Option<Timestamp>,
    Option<String>,
    Option<Timestamp>,
    Option<Timestamp>,
    Option<Timestamp>,
    Option<Timestamp>,
    Option<String>,
    Option<i64>,
    Option<String>,
    Option<Timestamp>,
    Option<String>,
    Option<String>,
    Option<Timestamp>,
    i64,
    i64,
    Timestamp,
);
type Saved = (
    i64,
    i64,
    String,
    String,
    Option<i64>,
    Option<i64>,
    Timestamp,
    Option<Timestamp>,
    Option<String>,
    Option<String>,
    Option<Timestamp>,
    Option<String>,
    Option<Timestamp>,
    Option<Timestamp>,
    Option<Timestamp>,
    Option<Timestamp>,
    Option<String>,
    Option<i64>,
);
type Particulars = (
    i64,
    String,
    Option<String>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<String>,
    Option<String>,
    Option<i64>,
    Option<i64>,
);

statements! {
    static FIND: (i64,) => TicketRow = concat!("SELECT ", columns!(), " FROM ticket WHERE id = ?1");
    static FIND_TO_CHANGE: (i64,) => TicketRow =
        concat!("SELECT ", columns!(), " FROM ticket WHERE id = ?1 {lock}");
    static BY_EXTERNAL: (String,) => TicketRow =
        concat!("SELECT ", columns!(), " FROM ticket WHERE external_ref = ?1");
    static NAMES: (i64,) => Names =
        "SELECT c.name AS customer, s.name AS site, s.address, k.name AS contact, k.phone AS contact_phone,
            h.number AS contract, h.title AS contract_title, a.name AS asset, a.serial, a.position AS asset_position,
            a.usage AS asset_usage, p.model AS product, m.name AS team, u.name AS assignee, b.name AS created_by
         FROM ticket t JOIN customer c ON c.id = t.customer_id
         LEFT JOIN site s ON s.id = t.site_id
         LEFT JOIN contact k ON k.id = t.contact_id
         LEFT JOIN contract h ON h.id = t.contract_id
         LEFT JOIN asset a ON a.id = t.asset_id
         LEFT JOIN product p ON p.id = a.product_id
         LEFT JOIN team m ON m.id = t.team_id
         LEFT JOIN account u ON u.id = t.assignee_id
         LEFT JOIN account b ON b.id = t.created_by
         WHERE t.id = ?1";
    static ADD: Added => (i64,) = concat!(
        "INSERT INTO ticket (", told!(), ", queue_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
            ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34, ?35, ?36, ?37, ?38, ?39, ?40, ?41, ?42,
            ?43) RETURNING id"
    );
    static SAVE: Saved => () =
        "UPDATE ticket SET version = ?2, state = ?3, severity = ?4, team_id = ?5, assignee_id = ?6, updated_at = ?7,
            handled_at = ?8, waiting_addressee = ?9, waiting_question = ?10, waiting_since_at = ?11,
            waiting_then = ?12, onsite_requested_at = ?13, restored_at = ?14, resolved_at = ?15, closed_at = ?16,
            cause = ?17, merged_into_id = ?18 WHERE id = ?1";
    static SAVE_PARTICULARS: Particulars => () =
        "UPDATE ticket SET title = ?2, description = ?3, site_id = ?4, contact_id = ?5, asset_id = ?6,
            caller_name = ?7, caller_phone = ?8, contract_id = ?9, commitment_id = ?10 WHERE id = ?1";
    static SAVE_DUE: (
        i64, Option<Timestamp>, Option<String>, Option<String>, Option<Timestamp>, Timestamp, i64, i64,
    ) => () =
        "UPDATE ticket SET next_due_at = ?2, next_promise = ?3, next_clause = ?4, next_warn_at = ?5, queue_at = ?6,
            running_count = ?7, missed_count = ?8
         WHERE id = ?1 AND (next_due_at IS DISTINCT FROM ?2 OR next_promise IS DISTINCT FROM ?3
            OR next_clause IS DISTINCT FROM ?4 OR next_warn_at IS DISTINCT FROM ?5 OR queue_at <> ?6
            OR running_count <> ?7 OR missed_count <> ?8)";
    static BRIEF: (i64,) => Brief = brief!("WHERE t.id = ?1");
    /// Tickets for a list that a program narrows.
    pub static ROWS: () => TicketRow = concat!("SELECT ", columns!(), " FROM ticket");
    /// Tickets for a list that a person narrows.
    pub static BRIEFS: () => Brief = brief!("");
    static OPEN_OF_CUSTOMER: (i64, i64) => Brief =
        brief!("WHERE t.customer_id = ?1 AND t.closed_at IS NULL ORDER BY t.queue_at, t.id LIMIT ?2");
    static MERGED_INTO: (Option<i64>,) => Brief = brief!("WHERE t.merged_into_id = ?1 ORDER BY t.id LIMIT 200");
    /// Calls about the ticket are part of its story (C7.2).
    static STORY: (i64,) => FactRow =
        "SELECT seq, name, happened_at, learned_at, said_by, data, personal, leaf FROM fact
         WHERE subject_kind = 'ticket' AND subject_id = ?1
         UNION ALL
         SELECT f.seq, f.name, f.happened_at, f.learned_at, f.said_by, f.data, f.personal, f.leaf
         FROM call_ticket j JOIN fact f ON f.subject_kind = 'call' AND f.subject_id = j.call_id
         WHERE j.ticket_id = ?1 ORDER BY 3, 1";
    static DISPATCHED_BY: (i64,) => (i64,) =
        "SELECT id FROM call WHERE ticket_id = ?1 AND outcome = 'dispatch' ORDER BY id DESC LIMIT 1";

    static LAST_SEQ: (i64,) => (i64,) =
        "SELECT seq FROM fact WHERE subject_kind = 'ticket' AND subject_id = ?1 ORDER BY seq DESC LIMIT 1";

    static LINKS: (i64,) => LinkRow =
        "SELECT ticket_id, other_id, relation FROM ticket_link WHERE ticket_id = ?1 OR other_id = ?1
         ORDER BY linked_at, ticket_id, other_id";
    static ADD_LINK: (i64, i64, String, Timestamp) => () =
        "INSERT INTO ticket_link (ticket_id, other_id, relation, linked_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (ticket_id, other_id, relation) DO NOTHING";
    static REMOVE_LINK: (i64, i64, String) => () =
        "DELETE FROM ticket_link WHERE ticket_id = ?1 AND other_id = ?2 AND relation = ?3";
    static ADD_NOTE: (i64, String, String, Option<i64>, Timestamp) => (i64,) =
        "INSERT INTO note (ticket_id, visibility, text, written_by, written_at) VALUES (?1, ?2, ?3, ?4, ?5)
         RETURNING id";
    static WATCHERS: (i64,) => (i64, String) =
        "SELECT a.id, a.name FROM ticket_watch w JOIN account a ON a.id = w.account_id WHERE w.ticket_id = ?1
         ORDER BY w.since_at, a.id";
    static WATCH: (i64, i64, Timestamp) => () =
        "INSERT INTO ticket_watch (ticket_id, account_id, since_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (ticket_id, account_id) DO NOTHING";
    static UNWATCH: (i64, i64) => () = "DELETE FROM ticket_watch WHERE ticket_id = ?1 AND account_id = ?2";
    static COLLEAGUES: (i64,) => (i64, String) =
        "SELECT id, name FROM account WHERE deactivated_at IS NULL ORDER BY name, id LIMIT ?1";
    static TEAMS: (i64,) => (i64, String) =
        "SELECT id, name FROM team WHERE archived_at IS NULL ORDER BY name, id LIMIT ?1";
    static CONTACTS: (i64, i64) => (i64, String, Option<String>) =
        "SELECT id, name, phone FROM contact WHERE customer_id = ?1 AND archived_at IS NULL ORDER BY id DESC LIMIT ?2";
    static NAME_OF_ACCOUNT: (i64,) => (String,) = "SELECT name FROM account WHERE id = ?1";
    static ACTIVE: (i64,) => (String,) = "SELECT name FROM account WHERE id = ?1 AND deactivated_at IS NULL";
    static TEAM: (i64,) => (String,) = "SELECT name FROM team WHERE id = ?1 AND archived_at IS NULL";
    static ANY_TEAM: (i64,) => (String,) = "SELECT name FROM team WHERE id = ?1";
    static OWNER_OF_TOKEN: (i64,) => (String,) =
        "SELECT a.name FROM api_token t JOIN account a ON a.id = t.account_id WHERE t.id = ?1";
    static CONTACT: (i64,) => (i64, String) = "SELECT customer_id, name FROM contact WHERE id = ?1";
}

/// Rows of a list that a form offers at most; beyond it one types.
const OFFERED_MOST: i64 = 300;

impl TicketRow {
    /// The row of a ticket that was reported, as it stands after `ticket`'s life so far, with what its obligations say
    /// or are foreseen to say.
    pub fn of(new: &NewTicket, ticket: Ticket, due: Due, by: Option<UserId>, now: Timestamp) -> TicketRow {
        let report = &new.report;
        let waiting = ticket.waiting;
        TicketRow {
            id: ticket.id,
            version: ticket.version,
            kind: ticket.kind,
            state: ticket.state,
            severity: ticket.severity,
            proposed_severity: new.proposed,
            impact: report.impact,
            channel: report.channel,
            title: report.title.to_string(),
            description: report.description.as_ref().map(Text::to_string),
            customer_id: ticket.customer,
            site_id: ticket.site,
            contact_id: ticket.contact,
            contract_id: ticket.contract,
            commitment_id: ticket.commitment,
            asset_id: ticket.asset,
            caller_name: report.caller_name.as_ref().map(Line::to_string),
            caller_phone: report.caller_phone.as_ref().map(|phone| phone.shown.clone()),
            zone: new.zone.as_str().to_owned(),
            team_id: ticket.team,
            assignee_id: ticket.assignee,
            reported_at: ticket.reported_at,
            created_at: now,
            created_by: by,
            updated_at: now,
            handled_at: ticket.handled_at,
            waiting_addressee: waiting.as_ref().map(|waiting| waiting.addressee),
            waiting_since_at: waiting.as_ref().map(|waiting| waiting.since_at),
            waiting_then: waiting.as_ref().map(|waiting| waiting.then),
            waiting_question: waiting.map(|waiting| waiting.question),
            onsite_requested_at: ticket.onsite_requested_at,
            restored_at: ticket.restored_at,
            resolved_at: ticket.resolved_at,
            closed_at: ticket.closed_at,
            cause: ticket.cause,
            merged_into_id: ticket.merged_into,
            external_ref: report.external_ref.as_ref().map(Line::to_string),
            next_due_at: due.next_due_at,
            next_promise: due.next_promise,
            next_clause: due.next_clause,
            next_warn_at: due.next_warn_at,
            running_count: due.running_count,
            missed_count: due.missed_count,
        }
    }

    /// The ticket as decisions need it.
    pub fn ticket(&self) -> Ticket {
        let waiting = match (
            self.waiting_addressee,
            &self.waiting_question,
            self.waiting_since_at,
            self.waiting_then,
        ) {
            (Some(addressee), Some(question), Some(since_at), Some(then)) => {
                Some(Waiting { addressee, question: question.clone(), since_at, then })
            }
            _ => None,
        };
        Ticket {
            id: self.id,
            version: self.version,
            kind: self.kind,
            state: self.state,
            severity: self.severity,
            customer: self.customer_id,
            site: self.site_id,
            contact: self.contact_id,
            contract: self.contract_id,
            commitment: self.commitment_id,
            asset: self.asset_id,
            team: self.team_id,
            assignee: self.assignee_id,
            reported_at: self.reported_at,
            handled_at: self.handled_at,
            waiting,
            onsite_requested_at: self.onsite_requested_at,
            restored_at: self.restored_at,
            resolved_at: self.resolved_at,
            closed_at: self.closed_at,
            cause: self.cause,
            merged_into: self.merged_into_id,
        }
    }
}

/// The ticket with this id.
pub fn find(tx: &mut Tx, id: TicketId) -> Result<Option<TicketRow>, Error> {
    tx.maybe(&FIND, (id.get(),))
}

/// The ticket with this id, held until the end of the transaction.
pub fn find_to_change(tx: &mut Tx, id: TicketId) -> Result<Option<TicketRow>, Error> {
    tx.maybe(&FIND_TO_CHANGE, (id.get(),))
}

/// The ticket that another desk knew under this number.
pub fn by_external(tx: &mut Tx, external_ref: &str) -> Result<Option<TicketRow>, Error> {
    tx.maybe(&BY_EXTERNAL, (external_ref,))
}

/// The words for those whom the ticket names.
pub fn names(tx: &mut Tx, id: TicketId) -> Result<Names, Error> {
    tx.one(&NAMES, (id.get(),))
}

/// Adds a ticket; its id is made here.
///
/// One that is closed by now never enters the indexes of the queue.
pub fn add(tx: &mut Tx, row: &TicketRow) -> Result<TicketId, Error> {
    let values = (
        row.version,
        row.kind.code(),
        row.state.code(),
        row.severity.code(),
        row.proposed_severity.map(Severity::code),
        row.impact.map(Impact::code),
        row.channel.code(),
        row.title.as_str(),
        row.description.as_deref(),
        row.customer_id.get(),
        row.site_id.map(SiteId::get),
        row.contact_id.map(ContactId::get),
        row.contract_id.map(ContractId::get),
        row.commitment_id.map(CommitmentId::get),
        row.asset_id.map(AssetId::get),
        row.caller_name.as_deref(),
        row.caller_phone.as_deref(),
        row.zone.as_str(),
        row.team_id.map(TeamId::get),
        row.assignee_id.map(UserId::get),
        row.reported_at,
        row.created_at,
        row.created_by.map(UserId::get),
        row.updated_at,
        row.handled_at,
        row.waiting_addressee.map(Addressee::code),
        row.waiting_question.as_deref(),
        row.waiting_since_at,
        row.waiting_then.map(State::code),
        row.onsite_requested_at,
        row.restored_at,
        row.resolved_at,
        row.closed_at,
        row.cause.map(Cause::code),
        row.merged_into_id.map(TicketId::get),
        row.external_ref.as_deref(),
        row.next_due_at,
        row.next_promise.as_deref(),
        row.next_clause.as_deref(),
        row.next_warn_at,
        row.running_count,
        row.missed_count,
        queue_at(row.next_due_at),
    );
    Ok(TicketId(tx.one(&ADD, values)?.0))
}

/// Saves what a decision changed.
pub fn save(tx: &mut Tx, ticket: &Ticket, now: Timestamp) -> Result<(), Error> {
    let waiting = ticket.waiting.as_ref();
    let row = (
        ticket.id.get(),
        ticket.version,
        ticket.state.code(),
        ticket.severity.code(),
        ticket.team.map(TeamId::get),
        ticket.assignee.map(UserId::get),
        now,
        ticket.handled_at,
        waiting.map(|waiting| waiting.addressee.code()),
        waiting.map(|waiting| waiting.question.as_str()),
        waiting.map(|waiting| waiting.since_at),
        waiting.map(|waiting| waiting.then.code()),
        ticket.onsite_requested_at,
        ticket.restored_at,
        ticket.resolved_at,
        ticket.closed_at,
        ticket.cause.map(Cause::code),
        ticket.merged_into.map(TicketId::get),
    );
    tx.run(&SAVE, row).map(drop)
}

/// Saves corrected particulars.
pub fn save_particulars(tx: &mut Tx, row: &TicketRow) -> Result<(), Error> {
    let values = (
        row.id.get(),
        row.title.as_str(),
        row.description.as_deref(),
        row.site_id.map(SiteId::get),
        row.contact_id.map(ContactId::get),
        row.asset_id.map(AssetId::get),
        row.caller_name.as_deref(),
        row.caller_phone.as_deref(),
        row.contract_id.map(ContractId::get),
        row.commitment_id.map(CommitmentId::get),
    );
    tx.run(&SAVE_PARTICULARS, values).map(drop)
}

/// What a ticket's obligations say, in the columns that lists are ordered by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Due {
    pub next_due_at: Option<Timestamp>,
    pub next_promise: Option<String>,
    pub next_clause: Option<String>,
    pub next_warn_at: Option<Timestamp>,
    pub running_count: i64,
    pub missed_count: i64,
}

fn queue_at(next_due_at: Option<Timestamp>) -> Timestamp {
    next_due_at.unwrap_or(END_OF_TIME)
}

/// Saves what the obligations say, where the row does not say so already: a row that is written over enters all its
/// indexes anew.
pub fn save_due(tx: &mut Tx, id: TicketId, due: &Due) -> Result<(), Error> {
    let values = (
        id.get(),
        due.next_due_at,
        due.next_promise.as_deref(),
        due.next_clause.as_deref(),
        due.next_warn_at,
        queue_at(due.next_due_at),
        due.running_count,
        due.missed_count,
    );
    tx.run(&SAVE_DUE, values).map(drop)
}

/// A ticket for a short list.
pub fn brief(tx: &mut Tx, id: TicketId) -> Result<Option<Brief>, Error> {
    tx.maybe(&BRIEF, (id.get(),))
}

/// Open tickets of a customer, what is due next first.
pub fn open_of_customer(tx: &mut Tx, customer: CustomerId, most: i64) -> Result<Vec<Brief>, Error> {
    tx.all(&OPEN_OF_CUSTOMER, (customer.get(), most))
}

/// Tickets that live on in this one.
pub fn merged_into(tx: &mut Tx, id: TicketId) -> Result<Vec<Brief>, Error> {
    tx.all(&MERGED_INTO, (Some(id.get()),))
}

/// Everything that happened with the ticket, in the order in which it happened.
pub fn story(tx: &mut Tx, id: TicketId) -> Result<Vec<FactRow>, Error> {
    tx.all(&STORY, (id.get(),))
}

/// The call on which the customer was told last that somebody comes.
pub fn dispatched_by(tx: &mut Tx, id: TicketId) -> Result<Option<CallId>, Error> {
    Ok(tx.maybe(&DISPATCHED_BY, (id.get(),))?.map(|(id,)| CallId(id)))
}

/// The last fact that was recorded of the ticket.
pub fn last_seq(tx: &mut Tx, id: TicketId) -> Result<i64, Error> {
    Ok(tx.maybe(&LAST_SEQ, (id.get(),))?.map_or(0, |(seq,)| seq))
}

/// The links of a ticket, from either end.
pub fn links(tx: &mut Tx, id: TicketId) -> Result<Vec<LinkRow>, Error> {
    tx.all(&LINKS, (id.get(),))
}

/// Adds a link; one that stands already stays.
pub fn add_link(
    tx: &mut Tx,
    id: TicketId,
    other: TicketId,
    relation: Relation,
    now: Timestamp,
) -> Result<(), Error> {
    tx.run(&ADD_LINK, (id.get(), other.get(), relation.code(), now)).map(drop)
}

/// Takes a link away. Tells whether it stood.
pub fn remove_link(tx: &mut Tx, id: TicketId, other: TicketId, relation: Relation) -> Result<bool, Error> {
    Ok(tx.run(&REMOVE_LINK, (id.get(), other.get(), relation.code()))? > 0)
}

/// Adds a note.
pub fn add_note(
    tx: &mut Tx,
    id: TicketId,
    visibility: Visibility,
    text: &Text,
    by: Option<UserId>,
    now: Timestamp,
) -> Result<NoteId, Error> {
    let row = (id.get(), visibility.code(), text.as_str(), by.map(UserId::get), now);
    Ok(NoteId(tx.one(&ADD_NOTE, row)?.0))
}

/// Who watches the ticket.
pub fn watchers(tx: &mut Tx, id: TicketId) -> Result<Vec<(UserId, String)>, Error> {
    Ok(tx.all(&WATCHERS, (id.get(),))?.into_iter().map(|(id, name)| (UserId(id), name)).collect())
}

/// Begins to watch.
pub fn watch(tx: &mut Tx, id: TicketId, user: UserId, now: Timestamp) -> Result<(), Error> {
    tx.run(&WATCH, (id.get(), user.get(), now)).map(drop)
}

/// Ceases to watch.
pub fn unwatch(tx: &mut Tx, id: TicketId, user: UserId) -> Result<(), Error> {
    tx.run(&UNWATCH, (id.get(), user.get())).map(drop)
}

/// Colleagues to choose from: id and name.
pub fn colleagues(tx: &mut Tx) -> Result<Vec<(i64, String)>, Error> {
    tx.all(&COLLEAGUES, (OFFERED_MOST,))
}

/// Teams to choose from: id and name.
pub fn teams(tx: &mut Tx) -> Result<Vec<(i64, String)>, Error> {
    tx.all(&TEAMS, (OFFERED_MOST,))
}

/// The customer's contacts to choose from: id, name, telephone number.
pub fn contacts(tx: &mut Tx, customer: CustomerId) -> Result<Vec<(i64, String, Option<String>)>, Error> {
    tx.all(&CONTACTS, (customer.get(), OFFERED_MOST))
}

/// A contact's customer and name.
pub fn contact(tx: &mut Tx, id: ContactId) -> Result<Option<(CustomerId, String)>, Error> {
    Ok(tx.maybe(&CONTACT, (id.get(),))?.map(|(customer, name)| (CustomerId(customer), name)))
}

/// The name of an account.
pub fn name_of(tx: &mut Tx, id: UserId) -> Result<Option<String>, Error> {
    Ok(tx.maybe(&NAME_OF_ACCOUNT, (id.get(),))?.map(|(name,)| name))
}

/// The name of an account that is not switched off.
pub fn active_name_of(tx: &mut Tx, id: UserId) -> Result<Option<String>, Error> {
    Ok(tx.maybe(&ACTIVE, (id.get(),))?.map(|(name,)| name))
}

/// The name of a team that is not put away.
pub fn team_name(tx: &mut Tx, id: TeamId) -> Result<Option<String>, Error> {
    Ok(tx.maybe(&TEAM, (id.get(),))?.map(|(name,)| name))
}

/// The name of a team, also of one that was put away.
pub fn any_team_name(tx: &mut Tx, id: TeamId) -> Result<Option<String>, Error> {
    Ok(tx.maybe(&ANY_TEAM, (id.get(),))?.map(|(name,)| name))
}

/// The name of the person whose token this is.
pub fn owner_of(tx: &mut Tx, id: TokenId) -> Result<Option<String>, Error> {
    Ok(tx.maybe(&OWNER_OF_TOKEN, (id.get(),))?.map(|(name,)| name))
}
