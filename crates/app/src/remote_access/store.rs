//! Consents and sessions as they are stored.

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use rules::event::About;
use rules::ids::*;
use rules::remote_access::{Consent, ConsentEnd, ConsentWay, Standing};
use rules::text::Text;

/// Consents of a ticket that its page shows at most.
const OF_TICKET_MOST: i64 = 50;

row! {
    /// A consent with the words of those whom it names.
    #[derive(Clone, Debug, PartialEq)]
    pub struct ConsentRow {
        pub id: ConsentId as int,
        pub ticket_id: TicketId as int,
        pub asset_id: Option<AssetId> as maybe_int,
        pub target: String,
        pub contact_id: ContactId as int,
        pub contact_name: String,
        pub way: ConsentWay as text,
        pub note: Option<String>,
        pub from_at: Timestamp,
        pub until_at: Timestamp,
        pub given_at: Timestamp,
        pub begun: bool,
        pub recorded_by: Option<UserId> as maybe_int,
        pub ended_at: Option<Timestamp>,
        pub end_cause: Option<ConsentEnd> as maybe_text,
    }
}

row! {
    /// A session with its engineer.
    #[derive(Clone, Debug, PartialEq)]
    pub struct SessionRow {
        pub id: RemoteSessionId as int,
        pub consent_id: ConsentId as int,
        pub engineer_id: UserId as int,
        pub engineer_name: String,
        pub started_at: Timestamp,
        pub ended_at: Option<Timestamp>,
        pub done: Option<String>,
    }
}

row! {
    struct AboutRow {
        customer_id: CustomerId as int,
        site_id: Option<SiteId> as maybe_int,
        contact_id: Option<ContactId> as maybe_int,
        contract_id: Option<ContractId> as maybe_int,
        commitment_id: Option<CommitmentId> as maybe_int,
        asset_id: Option<AssetId> as maybe_int,
        zone: String,
        reported_at: Timestamp,
    }
}

/// The ticket that a consent belongs to, as far as it matters here.
#[derive(Clone, Debug)]
pub struct Matter {
    pub about: About,
    pub zone: String,
    pub reported_at: Timestamp,
}

macro_rules! consents {
    ($rest:literal) => {
        concat!(
            "SELECT r.id, r.ticket_id, r.asset_id, r.target, r.contact_id, k.name AS contact_name, r.way, r.note,
                r.from_at, r.until_at, r.given_at, r.begun, r.recorded_by, r.ended_at, r.end_cause
             FROM remote_consent r JOIN contact k ON k.id = r.contact_id WHERE ",
            $rest
        )
    };
}

macro_rules! sessions {
    ($rest:literal) => {
        concat!(
            "SELECT s.id, s.consent_id, s.engineer_id, a.name AS engineer_name, s.started_at, s.ended_at, s.done
             FROM remote_session s JOIN account a ON a.id = s.engineer_id ",
            $rest
        )
    };
}

statements! {
    static ABOUT: (i64,) => AboutRow =
        "SELECT customer_id, site_id, contact_id, contract_id, commitment_id, asset_id, zone, reported_at
         FROM ticket WHERE id = ?1 {lock}";
    static THERE: (i64,) => (i64,) = "SELECT id FROM ticket WHERE id = ?1";
    static CONTACT: (i64,) => (i64,) = "SELECT customer_id FROM contact WHERE id = ?1";
    static ASSET: (i64,) => (i64,) = "SELECT customer_id FROM asset WHERE id = ?1";
    static FIND: (i64,) => ConsentRow = consents!("r.id = ?1");
    static OF_TICKET: (i64, i64) => ConsentRow = consents!("r.ticket_id = ?1 ORDER BY r.id DESC LIMIT ?2");
    static TO_BEGIN: (Timestamp, i64) => (i64,) =
        "SELECT id FROM remote_consent WHERE ended_at IS NULL AND NOT begun AND from_at <= ?1
         ORDER BY from_at LIMIT ?2";
    static TO_END: (Timestamp, i64) => (i64,) =
        "SELECT id FROM remote_consent WHERE ended_at IS NULL AND until_at <= ?1 ORDER BY until_at LIMIT ?2";
    static NEXT_BEGIN: () => (Timestamp,) =
        "SELECT from_at FROM remote_consent WHERE ended_at IS NULL AND NOT begun ORDER BY from_at LIMIT 1";
    static NEXT_END: () => (Timestamp,) =
        "SELECT until_at FROM remote_consent WHERE ended_at IS NULL ORDER BY until_at LIMIT 1";
    static ADD: (
        i64, Option<i64>, String, i64, String, Option<String>, Timestamp, Timestamp, Timestamp, bool, Option<i64>,
    ) => (i64,) =
        "INSERT INTO remote_consent
            (ticket_id, asset_id, target, contact_id, way, note, from_at, until_at, given_at, begun, recorded_by)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) RETURNING id";
    static BEGIN: (i64,) => () = "UPDATE remote_consent SET begun = TRUE WHERE id = ?1 AND NOT begun";
    static END: (i64, Option<Timestamp>, Option<String>) => () =
        "UPDATE remote_consent SET ended_at = ?2, end_cause = ?3 WHERE id = ?1 AND ended_at IS NULL";
    static SESSION: (i64,) => SessionRow = sessions!("WHERE s.id = ?1");
    static SESSIONS: (i64,) => SessionRow = sessions!("WHERE s.consent_id = ?1 ORDER BY s.id LIMIT 200");
    static ADD_SESSION: (i64, i64, Timestamp) => (i64,) =
        "INSERT INTO remote_session (consent_id, engineer_id, started_at) VALUES (?1, ?2, ?3) RETURNING id";
    static END_SESSION: (i64, Option<Timestamp>, Option<String>) => () =
        "UPDATE remote_session SET ended_at = ?2, done = ?3 WHERE id = ?1 AND ended_at IS NULL";
    static NOTE_DONE: (i64, Option<String>) => () = "UPDATE remote_session SET done = ?2 WHERE id = ?1";
}

impl ConsentRow {
    /// The consent as the rules weigh it.
    pub fn standing(&self) -> Standing {
        Standing { from_at: self.from_at, until_at: self.until_at, ended_at: self.ended_at }
    }
}

/// The ticket, held until the end of the transaction.
pub fn matter(tx: &mut Tx, ticket: TicketId) -> Result<Option<Matter>, Error> {
    let row = tx.maybe(&ABOUT, (ticket.get(),))?;
    Ok(row.map(|row| Matter {
        about: About {
            ticket: Some(ticket),
            customer: Some(row.customer_id),
            site: row.site_id,
            contact: row.contact_id,
            contract: row.contract_id,
            commitment: row.commitment_id,
            asset: row.asset_id,
            ..About::default()
        },
        zone: row.zone,
        reported_at: row.reported_at,
    }))
}

/// Whether there is such a ticket.
pub fn is_there(tx: &mut Tx, ticket: TicketId) -> Result<bool, Error> {
    Ok(tx.maybe(&THERE, (ticket.get(),))?.is_some())
}

/// Whose contact it is.
pub fn customer_of_contact(tx: &mut Tx, id: ContactId) -> Result<Option<CustomerId>, Error> {
    Ok(tx.maybe(&CONTACT, (id.get(),))?.map(|(id,)| CustomerId(id)))
}

/// Whose unit it is.
pub fn customer_of_asset(tx: &mut Tx, id: AssetId) -> Result<Option<CustomerId>, Error> {
    Ok(tx.maybe(&ASSET, (id.get(),))?.map(|(id,)| CustomerId(id)))
}

/// The consent with this id.
pub fn find(tx: &mut Tx, id: ConsentId) -> Result<Option<ConsentRow>, Error> {
    tx.maybe(&FIND, (id.get(),))
}

/// The consents of a ticket, newest first.
pub fn of_ticket(tx: &mut Tx, ticket: TicketId) -> Result<Vec<ConsentRow>, Error> {
    tx.all(&OF_TICKET, (ticket.get(), OF_TICKET_MOST))
}

/// Consents that begin by now and were not told of.
pub fn to_begin(tx: &mut Tx, now: Timestamp, most: i64) -> Result<Vec<ConsentId>, Error> {
    Ok(tx.all(&TO_BEGIN, (now, most))?.into_iter().map(|(id,)| ConsentId(id)).collect())
}

/// Consents whose time is over by now.
pub fn to_end(tx: &mut Tx, now: Timestamp, most: i64) -> Result<Vec<ConsentId>, Error> {
    Ok(tx.all(&TO_END, (now, most))?.into_iter().map(|(id,)| ConsentId(id)).collect())
}

/// When the next consent begins or ends.
pub fn next_at(tx: &mut Tx) -> Result<Option<Timestamp>, Error> {
    let (begin, end) = (tx.maybe(&NEXT_BEGIN, ())?, tx.maybe(&NEXT_END, ())?);
    Ok([begin, end].into_iter().flatten().map(|(at,)| at).min())
}

/// Adds a consent; `begun` when it holds already.
pub fn add(
    tx: &mut Tx,
    ticket: TicketId,
    consent: &Consent,
    begun: bool,
    by: Option<UserId>,
    now: Timestamp,
) -> Result<ConsentId, Error> {
    let row = (
        ticket.get(),
        consent.asset.map(AssetId::get),
        consent.target.as_str(),
        consent.contact.get(),
        consent.way.code(),
        consent.note.as_ref().map(Text::as_str),
        consent.from_at,
        consent.until_at,
        now,
        begun,
        by.map(UserId::get),
    );
    Ok(ConsentId(tx.one(&ADD, row)?.0))
}

/// Notes that a consent began. Tells whether it had not.
pub fn begin(tx: &mut Tx, id: ConsentId) -> Result<bool, Error> {
    Ok(tx.run(&BEGIN, (id.get(),))? > 0)
}

/// Ends a consent. Tells whether it had not ended.
pub fn end(tx: &mut Tx, id: ConsentId, at: Timestamp, cause: ConsentEnd) -> Result<bool, Error> {
    Ok(tx.run(&END, (id.get(), Some(at), Some(cause.code().to_owned())))? > 0)
}

/// The session with this id.
pub fn session(tx: &mut Tx, id: RemoteSessionId) -> Result<Option<SessionRow>, Error> {
    tx.maybe(&SESSION, (id.get(),))
}

/// The sessions under a consent, in order.
pub fn sessions(tx: &mut Tx, consent: ConsentId) -> Result<Vec<SessionRow>, Error> {
    tx.all(&SESSIONS, (consent.get(),))
}

/// Adds a session that begins.
pub fn add_session(
    tx: &mut Tx,
    consent: ConsentId,
    engineer: UserId,
    now: Timestamp,
) -> Result<RemoteSessionId, Error> {
    Ok(RemoteSessionId(tx.one(&ADD_SESSION, (consent.get(), engineer.get(), now))?.0))
}

/// Ends a session. Tells whether it ran.
pub fn end_session(
    tx: &mut Tx,
    id: RemoteSessionId,
    at: Timestamp,
    done: Option<&str>,
) -> Result<bool, Error> {
    Ok(tx.run(&END_SESSION, (id.get(), Some(at), done.map(str::to_owned)))? > 0)
}

/// Notes what was done in a session that was ended by its consent.
pub fn note_done(tx: &mut Tx, id: RemoteSessionId, done: &str) -> Result<(), Error> {
    tx.run(&NOTE_DONE, (id.get(), Some(done.to_owned()))).map(drop)
}

row! {
    /// A link to a remote tool.
    #[derive(Clone, Debug, PartialEq)]
    pub struct LinkRow {
        pub id: i64,
        pub label: String,
        pub url: String,
    }
}

statements! {
    static LINKS: (i64,) => LinkRow =
        "SELECT id, label, url FROM remote_link WHERE asset_id = ?1 ORDER BY id LIMIT 20";
    static ADD_LINK: (i64, String, String, Timestamp) => () =
        "INSERT INTO remote_link (asset_id, label, url, added_at) VALUES (?1, ?2, ?3, ?4)";
    static REMOVE_LINK: (i64, i64) => () = "DELETE FROM remote_link WHERE asset_id = ?1 AND id = ?2";
}

/// The links of a unit.
pub fn links(tx: &mut Tx, asset: AssetId) -> Result<Vec<LinkRow>, Error> {
    tx.all(&LINKS, (asset.get(),))
}

/// Adds a link to a unit.
pub fn add_link(tx: &mut Tx, asset: AssetId, label: &str, url: &str, now: Timestamp) -> Result<(), Error> {
    tx.run(&ADD_LINK, (asset.get(), label, url, now)).map(drop)
}

/// Takes a link away. Tells whether it was there.
pub fn remove_link(tx: &mut Tx, asset: AssetId, link: i64) -> Result<bool, Error> {
    Ok(tx.run(&REMOVE_LINK, (asset.get(), link))? > 0)
}
