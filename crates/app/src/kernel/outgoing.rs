//! Letters as a feature asks for them; `notifications` delivers them.

use rules::ids::{ContactId, TicketId, UserId};
use serde::{Deserialize, Serialize};

use super::door::Change;
use super::errors::Failure;

/// The kind of an outbox row that is one [`Mail`].
pub const MAIL_SEND: &str = "mail.send";

/// A letter to one address, in words that are ready to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mail {
    /// The address.
    pub to: String,
    /// The name that goes with the address.
    pub to_name: Option<String>,
    pub subject: String,
    /// The plain words; HTML is made from them where none is given.
    pub text: String,
    pub html: Option<String>,
    /// The language of the words, as a tag; the house's first language where it is empty.
    pub locale: String,
    /// The ticket whose thread this belongs to.
    pub ticket: Option<TicketId>,
    pub contact: Option<ContactId>,
    pub account: Option<UserId>,
}

impl Change<'_> {
    /// Notes a letter, which leaves once this change is stored. It is kept in the log of deliveries.
    pub fn send_mail(&mut self, mail: &Mail) -> Result<(), Failure> {
        let payload = serde_json::to_value(mail).map_err(Failure::broke)?;
        self.send(MAIL_SEND, &payload)
    }
}
