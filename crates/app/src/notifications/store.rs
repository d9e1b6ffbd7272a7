//! Deliveries in the database: each statement once.

use db::{Error, Query, Tx, row, statements};
use jiff::{SignedDuration, Timestamp};
use rules::ids::{ContactId, MessageId, TicketId, UserId};
use rules::notifications::{DeliveryState, Way};
use serde::{Deserialize, Serialize};

row! {
    /// A delivery, as the log shows it.
    #[derive(Clone, Debug)]
    pub struct Delivery {
        pub id: i64,
        pub notice: String,
        pub way: Way as text,
        pub gateway_id: Option<i64>,
        pub recipient: String,
        pub recipient_name: Option<String>,
        pub account_id: Option<UserId> as maybe_int,
        pub contact_id: Option<ContactId> as maybe_int,
        pub ticket_id: Option<TicketId> as maybe_int,
        pub locale: String,
        pub subject: String,
        pub content: Content as json,
        pub message_id: String,
        pub state: DeliveryState as text,
        pub attempts: i64,
        pub created_at: Timestamp,
        pub tries_from_at: Timestamp,
        pub due_at: Timestamp,
        pub last_error: Option<String>,
        pub ended_at: Option<Timestamp>,
        /// The letter that says that it came back.
        pub returned_id: Option<MessageId> as maybe_int,
    }
}

/// What is said, ready for its way.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Content {
    /// The plain words.
    pub text: String,
    /// HTML where the feature made its own; else it is made from the words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
    /// What a program is told, for a webhook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<serde_json::Value>,
    /// Phone numbers of those whom a message in a group names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mobiles: Vec<String>,
    /// The messages before this one in its thread, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
}

/// A delivery that is to be made.
#[derive(Clone, Debug)]
pub struct NewDelivery {
    pub outbox: i64,
    pub notice: String,
    pub way: Way,
    pub gateway: Option<i64>,
    pub recipient: String,
    pub recipient_name: Option<String>,
    pub account: Option<UserId>,
    pub contact: Option<ContactId>,
    pub ticket: Option<TicketId>,
    pub locale: String,
    pub subject: String,
    pub content: Content,
    pub message_id: String,
    /// When it may leave; later than now where the recipient is not to be woken.
    pub due_at: Timestamp,
}

macro_rules! columns {
    () => {
        "id, notice, way, gateway_id, recipient, recipient_name, account_id, contact_id, ticket_id, locale, \
         subject, content, message_id, state, attempts, created_at, tries_from_at, due_at, last_error, ended_at, \
         returned_id"
    };
}

statements! {
    static ADD: (i64, String, String, Option<i64>, String, Option<String>, Option<i64>, Option<i64>, Option<i64>,
        String, String, String, String, Timestamp, Timestamp) => () =
        "INSERT INTO delivery (outbox_id, notice, way, gateway_id, recipient, recipient_name, account_id, \
         contact_id, ticket_id, locale, subject, content, message_id, state, attempts, created_at, tries_from_at, \
         due_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 'waiting', 0, ?14, ?15, ?15) \
         ON CONFLICT (outbox_id, way, recipient) DO NOTHING";
    static FIND: (i64,) => Delivery = concat!("SELECT ", columns!(), " FROM delivery WHERE id = ?1");
    static LIST: () => Delivery = concat!("SELECT ", columns!(), " FROM delivery");
    static NEXT: (Timestamp, i64) => (i64,) =
        "SELECT id FROM delivery WHERE state = 'waiting' AND due_at <= ?1 ORDER BY due_at, id LIMIT ?2 {skip_locked}";
    static CLAIM: (i64, Timestamp) => Delivery =
        concat!("UPDATE delivery SET due_at = ?2, attempts = attempts + 1 WHERE id = ?1 RETURNING ", columns!());
    static SENT: (i64, Timestamp) => () =
        "UPDATE delivery SET state = 'sent', ended_at = ?2, last_error = NULL WHERE id = ?1 AND state = 'waiting'";
    static RETRY_AT: (i64, String, Timestamp) => () =
        "UPDATE delivery SET last_error = ?2, due_at = ?3 WHERE id = ?1 AND state = 'waiting'";
    static GIVE_UP: (i64, String, Timestamp) => () =
        "UPDATE delivery SET state = 'given-up', last_error = ?2, ended_at = ?3 WHERE id = ?1 AND state = 'waiting'";
    static AGAIN: (i64, Timestamp) => () =
        "UPDATE delivery SET state = 'waiting', attempts = 0, tries_from_at = ?2, due_at = ?2, ended_at = NULL \
         WHERE id = ?1 AND state IN ('waiting', 'given-up')";
    static BY_MESSAGE_ID: (String,) => Delivery =
        concat!("SELECT ", columns!(), " FROM delivery WHERE message_id = ?1 ORDER BY id LIMIT 1");
    static RETURNED: (i64, i64, String) => () =
        "UPDATE delivery SET state = 'returned', returned_id = ?2, last_error = ?3 \
         WHERE id = ?1 AND state <> 'returned'";
    static HURRY: (String, Timestamp, i64) => () =
        "UPDATE delivery SET due_at = ?2 WHERE id IN \
         (SELECT id FROM delivery WHERE state = 'waiting' AND way = ?1 AND due_at > ?2 AND attempts > 0 \
          ORDER BY due_at, id LIMIT ?3)";
    static NEXT_DUE: () => (Timestamp,) =
        "SELECT due_at FROM delivery WHERE state = 'waiting' ORDER BY due_at, id LIMIT 1";
    static BEFORE: (i64, String) => (String,) =
        "SELECT message_id FROM delivery WHERE ticket_id = ?1 AND recipient = ?2 AND way = 'mail' \
         ORDER BY ticket_id DESC, id DESC LIMIT 1";
    static FORGET: (Timestamp, i64) => () =
        "DELETE FROM delivery WHERE id IN (SELECT id FROM delivery WHERE state = 'sent' AND ended_at < ?1 \
         ORDER BY state, id LIMIT ?2)";
}

/// Adds a delivery, unless the same row of the outbox already made it.
pub fn add(tx: &mut Tx, new: &NewDelivery, now: Timestamp) -> Result<(), Error> {
    let content = serde_json::to_string(&new.content).expect("content is plain data");
    let values = (
        new.outbox,
        new.notice.as_str(),
        new.way.code(),
        new.gateway,
        new.recipient.as_str(),
        new.recipient_name.clone(),
        new.account.map(i64::from),
        new.contact.map(i64::from),
        new.ticket.map(i64::from),
        new.locale.as_str(),
        new.subject.as_str(),
        content,
        new.message_id.as_str(),
        now,
        new.due_at.max(now),
    );
    tx.run(&ADD, values).map(drop)
}

/// A delivery by id.
pub fn find(tx: &mut Tx, id: i64) -> Result<Option<Delivery>, Error> {
    tx.maybe(&FIND, (id,))
}

/// The delivery with this Message-ID, in its brackets.
pub fn by_message_id(tx: &mut Tx, message_id: &str) -> Result<Option<Delivery>, Error> {
    tx.maybe(&BY_MESSAGE_ID, (message_id,))
}

/// Says that a delivery came back, and what the notice said. Returns whether that is news.
pub fn returned(tx: &mut Tx, id: i64, notice: MessageId, words: &str) -> Result<bool, Error> {
    Ok(tx.run(&RETURNED, (id, notice.get(), words))? > 0)
}

/// Which deliveries the log shows.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub states: Vec<DeliveryState>,
    pub ways: Vec<Way>,
    pub ticket: Option<TicketId>,
    /// The id before which the page goes on.
    pub before: Option<i64>,
}

/// Deliveries, newest first, at most `most`.
pub fn list(tx: &mut Tx, wanted: &Wanted, most: i64) -> Result<Vec<Delivery>, Error> {
    let mut query = Query::of(&LIST);
    if !wanted.states.is_empty() {
        let codes: Vec<String> = wanted.states.iter().map(|state| state.code().to_owned()).collect();
        query = query.and_in("state", &codes);
    }
    if !wanted.ways.is_empty() {
        let codes: Vec<String> = wanted.ways.iter().map(|way| way.code().to_owned()).collect();
        query = query.and_in("way", &codes);
    }
    query = query.and_some("ticket_id = ?", wanted.ticket.map(i64::from));
    query = query.and_some("id < ?", wanted.before);
    tx.list(&query.order("id DESC").limit(most))
}

/// Claims up to `limit` due deliveries: no other sender sees them for the time of `lease`.
pub fn claim(tx: &mut Tx, now: Timestamp, limit: i64, lease: SignedDuration) -> Result<Vec<Delivery>, Error> {
    let ids = tx.all(&NEXT, (now, limit))?;
    ids.into_iter().map(|(id,)| tx.one(&CLAIM, (id, now + lease))).collect()
}

/// Says that the other side took it. Returns whether it was still waiting.
pub fn sent(tx: &mut Tx, id: i64, now: Timestamp) -> Result<bool, Error> {
    Ok(tx.run(&SENT, (id, now))? > 0)
}

/// Says that a try failed and that the next is at `due_at`.
pub fn retry_at(tx: &mut Tx, id: i64, error: &str, due_at: Timestamp) -> Result<(), Error> {
    tx.run(&RETRY_AT, (id, error, due_at)).map(drop)
}

/// Says that it is tried no more. Returns whether it was still waiting.
pub fn give_up(tx: &mut Tx, id: i64, error: &str, now: Timestamp) -> Result<bool, Error> {
    Ok(tx.run(&GIVE_UP, (id, error, now))? > 0)
}

/// Begins the tries anew. Returns whether it had not been sent.
pub fn again(tx: &mut Tx, id: i64, now: Timestamp) -> Result<bool, Error> {
    Ok(tx.run(&AGAIN, (id, now))? > 0)
}

/// Makes up to `most` deliveries that wait after a failure due now: their way was mended.
pub fn hurry(tx: &mut Tx, way: Way, now: Timestamp, most: i64) -> Result<u64, Error> {
    tx.run(&HURRY, (way.code(), now, most))
}

/// When the sender has to wake next; `None` while nothing waits.
pub fn next_due_at(tx: &mut Tx) -> Result<Option<Timestamp>, Error> {
    Ok(tx.maybe(&NEXT_DUE, ())?.map(|row| row.0))
}

/// The letter about a ticket that went to this address before.
pub fn letter_before(tx: &mut Tx, ticket: TicketId, recipient: &str) -> Result<Option<String>, Error> {
    Ok(tx.maybe(&BEFORE, (ticket.get(), recipient))?.map(|row| row.0))
}

/// Deletes up to `limit` deliveries that were sent before `before`. Returns how many.
pub fn forget_sent(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<u64, Error> {
    tx.run(&FORGET, (before, limit))
}
