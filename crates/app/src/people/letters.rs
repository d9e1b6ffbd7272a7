//! Letters to people: put into the outbox as `mail.send`, in the words of the one who gets them.

use rules::ids::TicketId;
use serde_json::json;

use crate::Failure;
use crate::kernel::door::Change;
use crate::layout::l10n::Locale;

/// A letter as the outbox sends it.
#[derive(Clone, Debug)]
pub struct Letter {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub locale: Locale,
    /// The ticket whose thread it belongs to.
    pub ticket: Option<TicketId>,
}

/// Sends a letter once the change is stored.
pub fn send(change: &mut Change<'_>, letter: &Letter) -> Result<(), Failure> {
    let Letter { to, subject, text, locale, ticket } = letter;
    let mut payload = json!({ "to": to, "subject": subject, "text": text, "locale": locale.tag() });
    if let Some(ticket) = ticket {
        payload["ticket"] = ticket.get().into();
    }
    change.send("mail.send", &payload)
}
