//! Pages of faxes in the database, and the ways by which faxes come and go.

use db::{Error, Tx, row, statements};
use rules::ids::{ContactId, CustomerId, MessageId};
use serde::{Deserialize, Serialize};

use crate::attachments::store::NewAttachment;

/// The name under which the ways are set.
pub const SETTING: &str = "fax";

/// The gateways between faxes and letters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FaxWays {
    /// Whose letters are faxes: addresses, or `@domain`.
    pub gateways: Vec<String>,
    /// Where a letter becomes a fax, `{number}@fax.example`; none where faxes are not sent.
    pub out: Option<String>,
}

row! {
    /// A page of a fax, kept as a picture.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct FaxPage {
        pub place: i64,
        pub sha256: String,
        pub bytes: i64,
    }
}

statements! {
    static OF: (i64,) => FaxPage =
        "SELECT place, sha256, bytes FROM fax_page WHERE message_id = ?1 ORDER BY place";
    static ADD: (i64, i64, String, i64) => () =
        "INSERT INTO fax_page (message_id, place, sha256, bytes) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (message_id, place) DO NOTHING";
    static BY_NUMBER: (Option<String>,) => (i64, i64, String) =
        "SELECT id, customer_id, name FROM contact WHERE (fax_key = ?1 OR phone_key = ?1) AND archived_at IS NULL \
         ORDER BY id LIMIT 2";
}

/// The pages of a fax in order.
pub fn of(tx: &mut Tx, message: MessageId) -> Result<Vec<FaxPage>, Error> {
    tx.all(&OF, (message.get(),))
}

/// Keeps the pages of a fax.
pub fn add(tx: &mut Tx, message: MessageId, pages: &[NewAttachment]) -> Result<(), Error> {
    for (place, page) in pages.iter().enumerate() {
        tx.run(&ADD, (message.get(), place as i64 + 1, page.sha256.as_str(), page.bytes))?;
    }
    Ok(())
}

/// The only contact with this number, for fax or telephone.
pub fn contact_of(tx: &mut Tx, number_key: &str) -> Result<Option<(ContactId, CustomerId, String)>, Error> {
    let rows = tx.all(&BY_NUMBER, (Some(number_key),))?;
    Ok(match rows.as_slice() {
        [(id, customer, name)] => Some((ContactId(*id), CustomerId(*customer), name.clone())),
        _ => None,
    })
}
