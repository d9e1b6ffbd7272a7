//! Messages in the database.

use db::{Error, Query, Tx, row, statements};
use jiff::{SignedDuration, Timestamp};
use rules::channels::{Direction, Fate};
use rules::ids::*;
use rules::tickets::Channel;

row! {
    /// A message as the pages show it.
    #[derive(Clone, Debug, PartialEq)]
    pub struct MessageRow {
        pub id: MessageId as int,
        pub ticket_id: Option<TicketId> as maybe_int,
        pub customer_id: Option<CustomerId> as maybe_int,
        pub contact_id: Option<ContactId> as maybe_int,
        pub direction: Direction as text,
        pub channel: Channel as text,
        pub fate: Fate as text,
        pub sha256: String,
        pub bytes: i64,
        pub mailbox: String,
        pub sender_name: String,
        pub sender: String,
        pub subject: String,
        pub message_id: Option<String>,
        pub received_at: Timestamp,
        pub sent_at: Option<Timestamp>,
        pub problem: Option<String>,
        pub attempts: i64,
        /// How much of it was left at the mail server; none where it is whole. Units: bytes.
        pub missing_bytes: Option<i64>,
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, ticket_id, customer_id, contact_id, direction, channel, fate, sha256, bytes, mailbox, ",
            "sender_name, sender, subject, message_id, received_at, sent_at, problem, attempts, missing_bytes FROM message ",
            $rest
        )
    };
}

statements! {
    static FIND: (i64,) => MessageRow = select!("WHERE id = ?1");
    static FIND_TO_CHANGE: (i64,) => MessageRow = select!("WHERE id = ?1 {lock}");
    static OF_TICKET: (Option<i64>,) => MessageRow = select!("WHERE ticket_id = ?1 ORDER BY id LIMIT 200");
    static LISTED: () => MessageRow = select!("");
    static ADD: (String, String, String, String, i64, String, String, String, String, Timestamp) => (i64,) =
        "INSERT INTO message (direction, channel, fate, sha256, bytes, mailbox, sender_name, sender, subject,
            received_at, attempts, claimed_until)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, 0) RETURNING id";
    static ADD_FROM_MAILBOX: (String, String, String, String, i64, String, String, String, String, Timestamp,
        Option<i64>, Option<i64>, Option<i64>, Option<i64>) => (i64,) =
        "INSERT INTO message (direction, channel, fate, sha256, bytes, mailbox, sender_name, sender, subject,
            received_at, attempts, claimed_until, mailbox_id, uid_validity, uid, missing_bytes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, 0, ?11, ?12, ?13, ?14)
         ON CONFLICT DO NOTHING RETURNING id";
    static KEPT: (Timestamp, i64, String) => (i64,) =
        "SELECT id FROM message WHERE fate = 'kept' AND claimed_until <= ?1 AND channel = ?3 ORDER BY id LIMIT ?2";
    static BY_CONTENT: (Option<String>,) => (i64,) =
        "SELECT id FROM message WHERE content_key = ?1 ORDER BY id LIMIT 1";
    static SET_CONTENT: (i64, Option<String>) => () = "UPDATE message SET content_key = ?2 WHERE id = ?1";
    static NAME_SENDER: (i64, String) => () = "UPDATE message SET sender_name = ?2 WHERE id = ?1";
    static CLAIM: (i64, Timestamp, Timestamp) => MessageRow =
        "UPDATE message SET attempts = attempts + 1, claimed_until = ?3
         WHERE id = ?1 AND fate = 'kept' AND claimed_until <= ?2
         RETURNING id, ticket_id, customer_id, contact_id, direction, channel, fate, sha256, bytes, mailbox,
            sender_name, sender, subject, message_id, received_at, sent_at, problem, attempts, missing_bytes";
    static RELEASE: (i64, Timestamp) => () =
        "UPDATE message SET attempts = attempts - 1, claimed_until = ?2 WHERE id = ?1 AND fate = 'kept'";
    static READ: (i64, String, String, String, Option<String>, Option<String>, Option<Timestamp>) => () =
        "UPDATE message SET sender_name = ?2, sender = ?3, subject = ?4, message_id = ?5, content_key = ?6, sent_at = ?7
         WHERE id = ?1";
    static DECIDE: (i64, String, Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<String>) => () =
        "UPDATE message SET fate = ?2, ticket_id = ?3, note_id = ?4, customer_id = ?5, contact_id = ?6, problem = ?7
         WHERE id = ?1";
    static TRY_AGAIN: (i64,) => () =
        "UPDATE message SET fate = 'kept', attempts = 0, claimed_until = 0, problem = NULL WHERE id = ?1";
    static EARLIER: (Option<String>, i64) => (i64,) =
        "SELECT id FROM message WHERE content_key = ?1 AND id < ?2 ORDER BY id LIMIT 1";
    static TICKET_OF: (Option<String>,) => (Option<i64>,) =
        "SELECT ticket_id FROM message WHERE message_id = ?1 AND ticket_id IS NOT NULL ORDER BY id LIMIT 1";
    static FIRST_ID: (Option<i64>, String) => (Option<String>,) =
        "SELECT message_id FROM message WHERE ticket_id = ?1 AND direction = 'in' AND LOWER(sender) = ?2 \
         AND message_id IS NOT NULL ORDER BY ticket_id, id LIMIT 1";
    static ANY: (String,) => (i64,) = "SELECT id FROM message WHERE fate = ?1 ORDER BY id LIMIT 1";
    static SENDERS: (Option<String>,) => (i64, i64) =
        "SELECT id, customer_id FROM contact WHERE mail_key = ?1 AND archived_at IS NULL ORDER BY id LIMIT 2";
    static DOMAINS: (Option<String>,) => (i64,) =
        "SELECT DISTINCT customer_id FROM contact WHERE mail_domain = ?1 AND archived_at IS NULL LIMIT 2";
}

/// A message that is about to be noted.
#[derive(Clone, Debug)]
pub struct NewMessage {
    pub direction: Direction,
    pub channel: Channel,
    pub fate: Fate,
    pub sha256: String,
    pub bytes: i64,
    pub mailbox: String,
    pub sender_name: String,
    pub sender: String,
    pub subject: String,
}

/// The message with this id.
pub fn find(tx: &mut Tx, id: MessageId) -> Result<Option<MessageRow>, Error> {
    tx.maybe(&FIND, (id.get(),))
}

/// The same, held until the end of the transaction.
pub fn find_to_change(tx: &mut Tx, id: MessageId) -> Result<Option<MessageRow>, Error> {
    tx.maybe(&FIND_TO_CHANGE, (id.get(),))
}

/// The messages of a ticket, oldest first.
pub fn of_ticket(tx: &mut Tx, ticket: TicketId) -> Result<Vec<MessageRow>, Error> {
    tx.all(&OF_TICKET, (Some(ticket.get()),))
}

/// Messages of one fate or of all, newest first, beginning behind `after`.
pub fn list(
    tx: &mut Tx,
    fate: Option<Fate>,
    after: Option<i64>,
    limit: i64,
) -> Result<Vec<MessageRow>, Error> {
    let query = Query::of(&LISTED)
        .and_some("fate = ?", fate.map(|fate| fate.code().to_owned()))
        .and_some("id < ?", after)
        .order("id DESC");
    tx.list(&query.limit(limit))
}

/// Whether there is any message of this fate.
pub fn has(tx: &mut Tx, fate: Fate) -> Result<bool, Error> {
    Ok(tx.maybe(&ANY, (fate.code(),))?.is_some())
}

/// Notes a message.
pub fn add(tx: &mut Tx, new: &NewMessage, now: Timestamp) -> Result<MessageId, Error> {
    let row = (
        new.direction.code(),
        new.channel.code(),
        new.fate.code(),
        new.sha256.as_str(),
        new.bytes,
        new.mailbox.as_str(),
        new.sender_name.as_str(),
        new.sender.as_str(),
        new.subject.as_str(),
        now,
    );
    Ok(MessageId(tx.one(&ADD, row)?.0))
}

/// From which letter of a mailbox a message was taken.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    pub mailbox: i64,
    pub uid_validity: i64,
    pub uid: i64,
    /// How much was left there. Units: bytes.
    pub missing_bytes: Option<i64>,
}

/// Notes a message from a mailbox; none where that letter was noted before.
pub fn add_from_mailbox(
    tx: &mut Tx,
    new: &NewMessage,
    origin: &Origin,
    now: Timestamp,
) -> Result<Option<MessageId>, Error> {
    let row = (
        new.direction.code(),
        new.channel.code(),
        new.fate.code(),
        new.sha256.as_str(),
        new.bytes,
        new.mailbox.as_str(),
        new.sender_name.as_str(),
        new.sender.as_str(),
        new.subject.as_str(),
        now,
        Some(origin.mailbox),
        Some(origin.uid_validity),
        Some(origin.uid),
        origin.missing_bytes,
    );
    Ok(tx.maybe(&ADD_FROM_MAILBOX, row)?.map(|(id,)| MessageId(id)))
}

/// The message with this content.
pub fn by_content(tx: &mut Tx, content_key: &str) -> Result<Option<MessageId>, Error> {
    Ok(tx.maybe(&BY_CONTENT, (Some(content_key),))?.map(|(id,)| MessageId(id)))
}

/// Notes what makes a message the same when it comes twice.
pub fn set_content(tx: &mut Tx, id: MessageId, content_key: &str) -> Result<(), Error> {
    tx.run(&SET_CONTENT, (id.get(), Some(content_key))).map(drop)
}

/// Names the sender of a message that says nothing of itself.
pub fn name_sender(tx: &mut Tx, id: MessageId, name: &str) -> Result<(), Error> {
    tx.run(&NAME_SENDER, (id.get(), name)).map(drop)
}

/// The next messages of a channel that nobody has looked at.
pub fn kept(tx: &mut Tx, channel: Channel, now: Timestamp, limit: i64) -> Result<Vec<MessageId>, Error> {
    Ok(tx.all(&KEPT, (now, limit, channel.code()))?.into_iter().map(|(id,)| MessageId(id)).collect())
}

/// Takes a message up for the time of `lease`; none where somebody else was quicker.
pub fn claim(
    tx: &mut Tx,
    id: MessageId,
    now: Timestamp,
    lease: SignedDuration,
) -> Result<Option<MessageRow>, Error> {
    tx.maybe(&CLAIM, (id.get(), now, now + lease))
}

/// Puts a message back for later through no fault of its own.
pub fn release(tx: &mut Tx, id: MessageId, until: Timestamp) -> Result<(), Error> {
    tx.run(&RELEASE, (id.get(), until)).map(drop)
}

/// What a letter says of itself.
#[derive(Clone, Debug, Default)]
pub struct ReadMessage {
    pub sender_name: String,
    pub sender: String,
    pub subject: String,
    pub message_id: Option<String>,
    pub content_key: Option<String>,
    pub sent_at: Option<Timestamp>,
}

/// Writes down what a letter says of itself.
pub fn save_read(tx: &mut Tx, id: MessageId, read: &ReadMessage) -> Result<(), Error> {
    let row = (
        id.get(),
        read.sender_name.as_str(),
        read.sender.as_str(),
        read.subject.as_str(),
        read.message_id.as_deref(),
        read.content_key.as_deref(),
        read.sent_at,
    );
    tx.run(&READ, row).map(drop)
}

/// What became of a message.
#[derive(Clone, Copy, Debug)]
pub struct Decided<'a> {
    pub fate: Fate,
    pub ticket: Option<TicketId>,
    pub note: Option<NoteId>,
    pub customer: Option<CustomerId>,
    pub contact: Option<ContactId>,
    pub problem: Option<&'a str>,
}

impl Decided<'_> {
    /// A fate and nothing else.
    pub fn only(fate: Fate) -> Decided<'static> {
        Decided { fate, ticket: None, note: None, customer: None, contact: None, problem: None }
    }
}

/// Writes down what became of a message.
pub fn decide(tx: &mut Tx, id: MessageId, decided: &Decided<'_>) -> Result<(), Error> {
    let row = (
        id.get(),
        decided.fate.code(),
        decided.ticket.map(TicketId::get),
        decided.note.map(NoteId::get),
        decided.customer.map(CustomerId::get),
        decided.contact.map(ContactId::get),
        decided.problem,
    );
    tx.run(&DECIDE, row).map(drop)
}

/// Puts a message back at the beginning.
pub fn try_again(tx: &mut Tx, id: MessageId) -> Result<(), Error> {
    tx.run(&TRY_AGAIN, (id.get(),)).map(drop)
}

/// Whether the same letter came before.
pub fn came_before(tx: &mut Tx, id: MessageId, content_key: &str) -> Result<bool, Error> {
    Ok(tx.maybe(&EARLIER, (Some(content_key), id.get()))?.is_some())
}

/// The ticket of the letter with this Message-ID.
pub fn ticket_of(tx: &mut Tx, message_id: &str) -> Result<Option<TicketId>, Error> {
    Ok(tx.maybe(&TICKET_OF, (Some(message_id),))?.and_then(|(id,)| id).map(TicketId))
}

/// The id of the first letter of a ticket that came from this address.
pub fn first_id(tx: &mut Tx, ticket: TicketId, sender: &str) -> Result<Option<String>, Error> {
    Ok(tx.maybe(&FIRST_ID, (Some(ticket.get()), sender.to_lowercase()))?.and_then(|(id,)| id))
}

/// The contacts with this address, at most two: with their customers.
pub fn contacts_of(tx: &mut Tx, mail_key: &str) -> Result<Vec<(ContactId, CustomerId)>, Error> {
    let rows = tx.all(&SENDERS, (Some(mail_key),))?;
    Ok(rows.into_iter().map(|(id, customer)| (ContactId(id), CustomerId(customer))).collect())
}

/// The only customer with contacts at this domain.
pub fn customer_of_domain(tx: &mut Tx, domain: &str) -> Result<Option<CustomerId>, Error> {
    let rows = tx.all(&DOMAINS, (Some(domain),))?;
    Ok(match rows.as_slice() {
        [(only,)] => Some(CustomerId(*only)),
        _ => None,
    })
}
