//! Attachments in the database: what they are called and to what they belong.

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use rules::ids::{AttachmentId, TicketId, UserId};

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
    }
}

statements! {
    static FIND: (i64,) => Attachment =
        "SELECT id, ticket_id, sha256, bytes, media_type, file_name, added_by, added_at, removed_at
         FROM attachment WHERE id = ?1";
    static OF_TICKET: (i64,) => Attachment =
        "SELECT id, ticket_id, sha256, bytes, media_type, file_name, added_by, added_at, removed_at
         FROM attachment WHERE ticket_id = ?1 AND removed_at IS NULL ORDER BY id";
    static ADD: (i64, String, i64, String, String, Option<i64>, Timestamp) => (i64,) =
        "INSERT INTO attachment (ticket_id, sha256, bytes, media_type, file_name, added_by, added_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING id";
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
    );
    Ok(AttachmentId(tx.one(&ADD, row)?.0))
}

/// Takes a file away from its ticket; its bytes stay for those who keep them too. Tells whether it was there.
pub fn remove(tx: &mut Tx, id: AttachmentId, now: Timestamp) -> Result<bool, Error> {
    Ok(tx.run(&REMOVE, (id.get(), now))? > 0)
}
