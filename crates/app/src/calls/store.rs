//! Calls in the database: each statement once.

use db::{Error, Query, Tx, row, statements};
use jiff::Timestamp;
use rules::calls::{Call, CallState, Direction, EndedBy, Missed, Outcome, Transport};
use rules::ids::*;

/// Calls on the console: more ring or are spoken at once in no house of this size.
const OPEN_MOST: i64 = 40;
/// Calls of a ticket or contact that its page shows.
pub const SHOWN_MOST: i64 = 12;

row! {
    /// A call as it is stored.
    #[derive(Clone, Debug, PartialEq)]
    pub struct CallRow {
        pub id: CallId as int,
        pub version: i64,
        pub direction: Direction as text,
        pub state: CallState as text,
        pub line_ref: Option<String>,
        pub phone: Option<String>,
        pub phone_key: Option<String>,
        pub caller_name: Option<String>,
        pub agent_id: Option<UserId> as maybe_int,
        pub customer_id: Option<CustomerId> as maybe_int,
        pub site_id: Option<SiteId> as maybe_int,
        pub contact_id: Option<ContactId> as maybe_int,
        pub asset_id: Option<AssetId> as maybe_int,
        pub ticket_id: Option<TicketId> as maybe_int,
        pub contract_id: Option<ContractId> as maybe_int,
        pub commitment_id: Option<CommitmentId> as maybe_int,
        pub began_at: Timestamp,
        pub answered_at: Option<Timestamp>,
        pub ended_at: Option<Timestamp>,
        pub ended_by: Option<EndedBy> as maybe_text,
        pub outcome: Option<Outcome> as maybe_text,
        pub missed: Option<Missed> as maybe_text,
        pub recording: Option<String>,
        pub note: Option<String>,
        pub arrives_at: Option<Timestamp>,
        pub engineer_id: Option<UserId> as maybe_int,
        pub transport: Option<Transport> as maybe_text,
    }
}

row! {
    /// A call in a list.
    #[derive(Clone, Debug, PartialEq)]
    pub struct CallLine {
        pub id: CallId as int,
        pub direction: Direction as text,
        pub state: CallState as text,
        pub phone: Option<String>,
        pub caller_name: Option<String>,
        pub contact: Option<String>,
        pub customer_id: Option<CustomerId> as maybe_int,
        pub customer: Option<String>,
        pub agent_id: Option<UserId> as maybe_int,
        pub agent: Option<String>,
        pub ticket_id: Option<TicketId> as maybe_int,
        pub began_at: Timestamp,
        pub answered_at: Option<Timestamp>,
        pub ended_at: Option<Timestamp>,
        pub ended_by: Option<EndedBy> as maybe_text,
        pub outcome: Option<Outcome> as maybe_text,
        pub missed: Option<Missed> as maybe_text,
    }
}

row! {
    /// Those whom a call names, by their words.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct CallNames {
        pub agent: Option<String>,
        pub customer: Option<String>,
        pub site: Option<String>,
        pub zone: Option<String>,
        pub contact: Option<String>,
        pub contact_phone: Option<String>,
        pub contact_mail: Option<String>,
        pub asset: Option<String>,
        pub product: Option<String>,
        pub engineer: Option<String>,
        pub ticket_title: Option<String>,
    }
}

row! {
    /// A unit of the caller's.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Unit {
        pub id: AssetId as int,
        pub name: Option<String>,
        pub serial: Option<String>,
        pub model: String,
        pub position: Option<String>,
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, version, direction, state, line_ref, phone, phone_key, caller_name, agent_id, customer_id, \
             site_id, contact_id, asset_id, ticket_id, contract_id, commitment_id, began_at, answered_at, ended_at, \
             ended_by, outcome, missed, recording, note, arrives_at, engineer_id, transport FROM call ",
            $rest
        )
    };
}

macro_rules! lines {
    ($rest:literal) => {
        concat!(
            "SELECT k.id, k.direction, k.state, k.phone, k.caller_name, p.name AS contact, k.customer_id, \
             c.name AS customer, k.agent_id, a.name AS agent, k.ticket_id, k.began_at, k.answered_at, k.ended_at, \
             k.ended_by, k.outcome, k.missed FROM call k LEFT JOIN contact p ON p.id = k.contact_id \
             LEFT JOIN customer c ON c.id = k.customer_id LEFT JOIN account a ON a.id = k.agent_id ",
            $rest
        )
    };
}

type Added = (String, String, Option<String>, Option<String>, Option<String>, Option<String>, Timestamp);
type SavedCourse = (
    i64,
    i64,
    String,
    Option<i64>,
    Timestamp,
    Option<Timestamp>,
    Option<Timestamp>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<Timestamp>,
    Option<i64>,
    Option<String>,
);
type SavedCaller = (
    i64,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
);

statements! {
    static FIND: (i64,) => CallRow = select!("WHERE id = ?1");
    static FIND_TO_CHANGE: (i64,) => CallRow = select!("WHERE id = ?1 {lock}");
    static BY_LINE: (String,) => CallRow = select!("WHERE line_ref = ?1 {lock}");
    static ADD: Added => (i64,) =
        "INSERT INTO call (version, direction, state, line_ref, phone, phone_key, caller_name, began_at)
         VALUES (0, ?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING id";
    static SAVE_COURSE: SavedCourse => () =
        "UPDATE call SET version = ?2, state = ?3, agent_id = ?4, began_at = ?5, answered_at = ?6, ended_at = ?7,
            ended_by = ?8, outcome = ?9, missed = ?10, recording = ?11, note = ?12, arrives_at = ?13,
            engineer_id = ?14, transport = ?15 WHERE id = ?1";
    static SAVE_CALLER: SavedCaller => () =
        "UPDATE call SET phone = ?2, phone_key = ?3, caller_name = ?4, customer_id = ?5, site_id = ?6,
            contact_id = ?7, asset_id = ?8, ticket_id = ?9, contract_id = ?10, commitment_id = ?11 WHERE id = ?1";
    static NAMES: (i64,) => CallNames =
        "SELECT a.name AS agent, c.name AS customer, s.name AS site, s.zone, p.name AS contact,
            p.phone AS contact_phone, p.mail AS contact_mail, u.name AS asset, m.model AS product,
            e.name AS engineer, t.title AS ticket_title
         FROM call k LEFT JOIN account a ON a.id = k.agent_id
         LEFT JOIN customer c ON c.id = k.customer_id
         LEFT JOIN site s ON s.id = k.site_id
         LEFT JOIN contact p ON p.id = k.contact_id
         LEFT JOIN asset u ON u.id = k.asset_id
         LEFT JOIN product m ON m.id = u.product_id
         LEFT JOIN account e ON e.id = k.engineer_id
         LEFT JOIN ticket t ON t.id = k.ticket_id
         WHERE k.id = ?1";
    /// Calls for a list that a person narrows.
    pub static LINES: () => CallLine = lines!("");
    static OPEN: (i64,) => CallLine = lines!("WHERE k.ended_at IS NULL ORDER BY k.id LIMIT ?1");
    static INCOMPLETE: (i64,) => CallLine = lines!(
        "WHERE k.ended_at IS NOT NULL AND k.answered_at IS NOT NULL AND k.outcome IS NULL ORDER BY k.id LIMIT ?1"
    );
    static OF_TICKET: (i64, i64) => CallLine = lines!(
        "JOIN call_ticket j ON j.call_id = k.id WHERE j.ticket_id = ?1 ORDER BY k.id DESC LIMIT ?2"
    );
    static OF_CUSTOMER: (i64, i64) => CallLine = lines!("WHERE k.customer_id = ?1 ORDER BY k.id DESC LIMIT ?2");
    static LINK: (i64, i64, Timestamp) => () =
        "INSERT INTO call_ticket (ticket_id, call_id, linked_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (ticket_id, call_id) DO NOTHING";
    static TICKETS_OF: (i64,) => (i64, String) =
        "SELECT t.id, t.title FROM call_ticket j JOIN ticket t ON t.id = j.ticket_id WHERE j.call_id = ?1
         ORDER BY j.linked_at, t.id LIMIT 50";
    static SUPERVISORS: (i64,) => (i64, String) =
        "SELECT a.id, a.name FROM account a
         LEFT JOIN team_member mine ON mine.account_id = ?1
         LEFT JOIN team_member theirs ON theirs.account_id = a.id AND theirs.team_id = mine.team_id
         WHERE a.role IN ('manager', 'administrator') AND a.deactivated_at IS NULL
         ORDER BY CASE WHEN a.id = ?1 THEN 1 ELSE 0 END, CASE WHEN theirs.team_id IS NULL THEN 1 ELSE 0 END,
            CASE WHEN a.role = 'manager' THEN 0 ELSE 1 END, a.id LIMIT 1";
    static BY_PHONE: (String,) => (i64, i64, Option<i64>, String) =
        "SELECT id, customer_id, site_id, name FROM contact
         WHERE phone_key = ?1 AND archived_at IS NULL ORDER BY id LIMIT 2";
    static BY_LOGIN: (String,) => (i64,) =
        "SELECT id FROM account WHERE login = ?1 AND deactivated_at IS NULL";
    static UNITS: (i64, i64, i64) => Unit =
        "SELECT u.id, u.name, u.serial, m.model, u.position FROM asset u JOIN product m ON m.id = u.product_id
         WHERE u.customer_id = ?1 AND (?2 = 0 OR u.site_id = ?2) AND u.archived_at IS NULL
         ORDER BY u.id LIMIT ?3";
    static ENGINEERS: (i64,) => (i64, String) =
        "SELECT id, name FROM account WHERE deactivated_at IS NULL AND role IN ('engineer', 'dispatcher', 'manager')
         ORDER BY CASE WHEN role = 'engineer' THEN 0 ELSE 1 END, name, id LIMIT ?1";
    static AGENTS: (i64,) => (i64, String) =
        "SELECT id, name FROM account WHERE deactivated_at IS NULL AND role IN ('hotline', 'dispatcher', 'manager')
         ORDER BY name, id LIMIT ?1";
}

impl CallRow {
    /// The call as decisions need it.
    pub fn call(&self) -> Call {
        Call {
            id: self.id,
            direction: self.direction,
            state: self.state,
            agent: self.agent_id,
            customer: self.customer_id,
            site: self.site_id,
            contact: self.contact_id,
            asset: self.asset_id,
            ticket: self.ticket_id,
            contract: self.contract_id,
            commitment: self.commitment_id,
            began_at: self.began_at,
            answered_at: self.answered_at,
            ended_at: self.ended_at,
            ended_by: self.ended_by,
            outcome: self.outcome,
        }
    }
}

/// The call with this id.
pub fn find(tx: &mut Tx, id: CallId) -> Result<Option<CallRow>, Error> {
    tx.maybe(&FIND, (id.get(),))
}

/// The call with this id, held until the end of the transaction.
pub fn find_to_change(tx: &mut Tx, id: CallId) -> Result<Option<CallRow>, Error> {
    tx.maybe(&FIND_TO_CHANGE, (id.get(),))
}

/// The call that the telephone system knows under this id, held until the end of the transaction.
pub fn by_line(tx: &mut Tx, line_ref: &str) -> Result<Option<CallRow>, Error> {
    tx.maybe(&BY_LINE, (line_ref,))
}

/// The words for those whom the call names.
pub fn names(tx: &mut Tx, id: CallId) -> Result<CallNames, Error> {
    tx.one(&NAMES, (id.get(),))
}

/// A call that begins.
#[derive(Clone, Debug)]
pub struct NewCall {
    pub direction: Direction,
    pub state: CallState,
    pub line_ref: Option<String>,
    pub phone: Option<String>,
    pub phone_key: Option<String>,
    pub caller_name: Option<String>,
    pub began_at: Timestamp,
}

/// Adds a call.
pub fn add(tx: &mut Tx, new: &NewCall) -> Result<CallId, Error> {
    let row = (
        new.direction.code(),
        new.state.code(),
        new.line_ref.as_deref(),
        new.phone.as_deref(),
        new.phone_key.as_deref(),
        new.caller_name.as_deref(),
        new.began_at,
    );
    Ok(CallId(tx.one(&ADD, row)?.0))
}

/// Saves how far the call has come and who calls.
pub fn save(tx: &mut Tx, row: &CallRow) -> Result<(), Error> {
    let course = (
        row.id.get(),
        row.version,
        row.state.code(),
        row.agent_id.map(UserId::get),
        row.began_at,
        row.answered_at,
        row.ended_at,
        row.ended_by.map(EndedBy::code),
        row.outcome.map(Outcome::code),
        row.missed.map(Missed::code),
        row.recording.as_deref(),
        row.note.as_deref(),
        row.arrives_at,
        row.engineer_id.map(UserId::get),
        row.transport.map(Transport::code),
    );
    tx.run(&SAVE_COURSE, course)?;
    let caller = (
        row.id.get(),
        row.phone.as_deref(),
        row.phone_key.as_deref(),
        row.caller_name.as_deref(),
        row.customer_id.map(CustomerId::get),
        row.site_id.map(SiteId::get),
        row.contact_id.map(ContactId::get),
        row.asset_id.map(AssetId::get),
        row.ticket_id.map(TicketId::get),
        row.contract_id.map(ContractId::get),
        row.commitment_id.map(CommitmentId::get),
    );
    tx.run(&SAVE_CALLER, caller).map(drop)
}

/// Calls that ring or are being spoken, the oldest first.
pub fn open(tx: &mut Tx) -> Result<Vec<CallLine>, Error> {
    tx.all(&OPEN, (OPEN_MOST,))
}

/// Calls that are over and have no outcome, the oldest first.
pub fn incomplete(tx: &mut Tx) -> Result<Vec<CallLine>, Error> {
    tx.all(&INCOMPLETE, (OPEN_MOST,))
}

/// Calls about a ticket, the newest first.
pub fn of_ticket(tx: &mut Tx, ticket: TicketId) -> Result<Vec<CallLine>, Error> {
    tx.all(&OF_TICKET, (ticket.get(), SHOWN_MOST))
}

/// Calls with a customer, the newest first.
pub fn of_customer(tx: &mut Tx, customer: CustomerId) -> Result<Vec<CallLine>, Error> {
    tx.all(&OF_CUSTOMER, (customer.get(), SHOWN_MOST))
}

/// The calls that a list asks for, the newest first.
pub fn list(tx: &mut Tx, query: &Query<CallLine>) -> Result<Vec<CallLine>, Error> {
    tx.list(query)
}

/// Notes that the call concerns a ticket.
pub fn link(tx: &mut Tx, call: CallId, ticket: TicketId, now: Timestamp) -> Result<(), Error> {
    tx.run(&LINK, (ticket.get(), call.get(), now)).map(drop)
}

/// The tickets that a call concerns.
pub fn tickets_of(tx: &mut Tx, call: CallId) -> Result<Vec<(TicketId, String)>, Error> {
    let rows = tx.all(&TICKETS_OF, (call.get(),))?;
    Ok(rows.into_iter().map(|(id, title)| (TicketId(id), title)).collect())
}

/// To whom an agent reports: a manager of a team of theirs first, another manager, an administrator.
pub fn supervisor(tx: &mut Tx, agent: UserId) -> Result<Option<(UserId, String)>, Error> {
    Ok(tx.maybe(&SUPERVISORS, (agent.get(),))?.map(|(id, name)| (UserId(id), name)))
}

/// The one contact who has this number: id, customer, site, name.
#[allow(clippy::type_complexity)]
pub fn by_phone(
    tx: &mut Tx,
    phone_key: &str,
) -> Result<Option<(ContactId, CustomerId, Option<SiteId>, String)>, Error> {
    let mut found = tx.all(&BY_PHONE, (phone_key,))?;
    let only = if found.len() == 1 { found.pop() } else { None };
    Ok(only.map(|(id, customer, site, name)| (ContactId(id), CustomerId(customer), site.map(SiteId), name)))
}

/// The person who signs in with this login.
pub fn by_login(tx: &mut Tx, login: &str) -> Result<Option<UserId>, Error> {
    Ok(tx.maybe(&BY_LOGIN, (login,))?.map(|(id,)| UserId(id)))
}

/// Units of a customer, or of one of its sites.
pub fn units(tx: &mut Tx, customer: CustomerId, site: Option<SiteId>, most: i64) -> Result<Vec<Unit>, Error> {
    // No site has the id 0: it stands for all of them.
    tx.all(&UNITS, (customer.get(), site.map_or(0, SiteId::get), most))
}

/// People who can be sent.
pub fn engineers(tx: &mut Tx) -> Result<Vec<(i64, String)>, Error> {
    tx.all(&ENGINEERS, (OFFERED_MOST,))
}

/// People who take calls.
pub fn agents(tx: &mut Tx) -> Result<Vec<(i64, String)>, Error> {
    tx.all(&AGENTS, (OFFERED_MOST,))
}

/// People that a form offers at most.
const OFFERED_MOST: i64 = 300;
