//! Attachments in the database: what they are called and to what they belong.

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use rules::event::Event;
use rules::ids::{AttachmentId, ContactId, TicketId, UserId};
use rules::tickets::Visibility;

row! {
    /// A file of a ticket.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Attachment {
        pub id: AttachmentId as int,
        pub ticket_id: TicketId as int,
        pub sha256: String,
        pub bytes: i64,
        pub media_type: String,
        pub file_name: String,
        pub added_by: Option<UserId> as maybe_int,
        pub added_at: Timestamp,
        pub removed_at: Option<Timestamp>,
        /// Whether the customer sees it.
        pub visibility: Visibility as text,
        /// Who of the customer brought it.
        pub contact_id: Option<ContactId> as maybe_int,
    }
}

statements! {
    static FIND: (i64,) => Attachment =
        "SELECT id, ticket_id, sha256, bytes, media_type, file_name, added_by, added_at, removed_at,
            visibility, contact_id FROM attachment WHERE id = ?1";
    static OF_TICKET: (i64,) => Attachment =
        "SELECT id, ticket_id, sha256, bytes, media_type, file_name, added_by, added_at, removed_at,
            visibility, contact_id FROM attachment WHERE ticket_id = ?1 AND removed_at IS NULL ORDER BY id";
    static ADD: (i64, String, i64, String, String, Option<i64>, Timestamp, Option<i64>, String) => (i64,) =
        "INSERT INTO attachment (ticket_id, sha256, bytes, media_type, file_name, added_by, added_at, contact_id,
            visibility)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING id";
    static SHARE: (i64, String) => () = "UPDATE attachment SET visibility = ?2 WHERE id = ?1 AND visibility <> ?2";
    static REMOVE: (i64, Timestamp) => () =
        "UPDATE attachment SET removed_at = ?2 WHERE id = ?1 AND removed_at IS NULL";
}

/// A file that is whole on the disk and about to be noted.
#[derive(Clone, Debug)]
pub struct NewAttachment {
    pub sha256: String,
    pub bytes: i64,
    pub media_type: &'static str,
    pub file_name: String,
}

impl NewAttachment {
    /// That it was added to a ticket, under this id.
    pub fn added(&self, attachment: AttachmentId) -> Event {
        Event::TicketAttachmentAdded {
            attachment,
            sha256: self.sha256.clone(),
            bytes: self.bytes,
            media_type: self.media_type.to_owned(),
            file_name: self.file_name.clone(),
        }
    }
}

/// The file with this id.
pub fn find(tx: &mut Tx, id: AttachmentId) -> Result<Option<Attachment>, Error> {
    tx.maybe(&FIND, (id.get(),))
}

/// The files of a ticket that were not taken away.
pub fn of_ticket(tx: &mut Tx, ticket: TicketId) -> Result<Vec<Attachment>, Error> {
    tx.all(&OF_TICKET, (ticket.get(),))
}

/// Adds a file.
pub fn add(
    tx: &mut Tx,
    ticket: TicketId,
    new: &NewAttachment,
    by: Option<UserId>,
    now: Timestamp,
) -> Result<AttachmentId, Error> {
    let row = (
        ticket.get(),
        new.sha256.as_str(),
        new.bytes,
        new.media_type,
        new.file_name.as_str(),
        by.map(UserId::get),
        now,
        None::<i64>,
        Visibility::Internal.code(),
    );
    Ok(AttachmentId(tx.one(&ADD, row)?.0))
}

/// Adds a file that one of the customer's people brought; they see it, of course.
pub fn add_of_contact(
    tx: &mut Tx,
    ticket: TicketId,
    new: &NewAttachment,
    contact: ContactId,
    now: Timestamp,
) -> Result<AttachmentId, Error> {
    let row = (
        ticket.get(),
        new.sha256.as_str(),
        new.bytes,
        new.media_type,
        new.file_name.as_str(),
        None::<i64>,
        now,
        Some(contact.get()),
        Visibility::Public.code(),
    );
    Ok(AttachmentId(tx.one(&ADD, row)?.0))
}

/// Shows a file to the customer, or no longer. Tells whether that changed anything.
pub fn share(tx: &mut Tx, id: AttachmentId, visibility: Visibility) -> Result<bool, Error> {
    Ok(tx.run(&SHARE, (id.get(), visibility.code()))? > 0)
}

/// Takes a file away from its ticket; its bytes stay for those who keep them too. Tells whether it was there.
pub fn remove(tx: &mut Tx, id: AttachmentId, now: Timestamp) -> Result<bool, Error> {
    Ok(tx.run(&REMOVE, (id.get(), now))? > 0)
}
