//! Addresses that their hosts say are no more.

use axum::extract::Path;
use axum::response::Response;
use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use maud::{Markup, html};
use rules::access::perm;
use rules::event::Event;
use rules::ids::{ContactId, CustomerId, MessageId};

use super::change::about;
use super::pages::path;
use super::store as contacts;
use crate::kernel::actor::Actor;
use crate::kernel::door::Change;
use crate::kernel::notice::{Notice, go};
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::L10n;
use crate::{App, Failure};

row! {
    /// An address that fails.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct FailingAddress {
        pub mail_key: String,
        pub failed_at: Timestamp,
        /// What its host said.
        pub words: String,
        /// The letter that said so.
        pub message_id: Option<MessageId> as maybe_int,
    }
}

statements! {
    static FIND: (String,) => FailingAddress =
        "SELECT mail_key, failed_at, words, message_id FROM failing_address WHERE mail_key = ?1";
    static ADD: (String, Timestamp, String, Option<i64>) => () =
        "INSERT INTO failing_address (mail_key, failed_at, words, message_id) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (mail_key) DO UPDATE SET words = excluded.words, message_id = excluded.message_id";
    static MEND: (String,) => () = "DELETE FROM failing_address WHERE mail_key = ?1";
    static OWNERS: (Option<String>, i64) => (i64, i64) =
        "SELECT id, customer_id FROM contact WHERE mail_key = ?1 AND archived_at IS NULL ORDER BY id LIMIT ?2";
}

/// Contacts with one address that hear of its failure.
const OWNERS_MAX: i64 = 20;

fn key(mail: &str) -> String {
    mail.trim().to_lowercase()
}

/// What is known of an address that fails; none where it works as far as we know.
pub fn find(tx: &mut Tx, mail: &str) -> Result<Option<FailingAddress>, Error> {
    tx.maybe(&FIND, (key(mail),))
}

fn owners(tx: &mut Tx, mail: &str) -> Result<Vec<(ContactId, CustomerId)>, Error> {
    let rows = tx.all(&OWNERS, (Some(key(mail)), OWNERS_MAX))?;
    Ok(rows.into_iter().map(|(id, customer)| (ContactId(id), CustomerId(customer))).collect())
}

/// Notes that an address is no more; its contacts hear of it once.
pub fn fail(change: &mut Change<'_>, mail: &str, words: &str, message: MessageId) -> Result<(), Failure> {
    let known = find(change.tx, mail)?.is_some();
    change.tx.run(&ADD, (key(mail), change.now, words, Some(message.get())))?;
    if !known {
        for (contact, customer) in owners(change.tx, mail)? {
            let event = Event::ContactMailFailed { mail: mail.to_owned(), text: words.to_owned() };
            change.record(about(contact, customer, None), event);
        }
    }
    Ok(())
}

/// Notes that an address works again. Tells whether it had failed.
pub fn mend(change: &mut Change<'_>, mail: &str) -> Result<bool, Failure> {
    if change.tx.run(&MEND, (key(mail),))? == 0 {
        return Ok(false);
    }
    for (contact, customer) in owners(change.tx, mail)? {
        change.record(about(contact, customer, None), Event::ContactMailMended { mail: mail.to_owned() });
    }
    Ok(true)
}

/// What a page says of an address that fails. `may_mend` names the contact whose address it is, for those who may
/// say that it works again.
pub fn warning(l: &L10n, failing: &FailingAddress, may_mend: Option<ContactId>) -> Markup {
    notice(
        Tone::Bad,
        html! {
            strong { (l.ta("contact-mail-fails", &[("mail", failing.mail_key.as_str().into())])) }
            " " (l.t("contact-mail-fails-since")) " " (when(l, failing.failed_at)) ". "
            @if let Some(message) = failing.message_id { a href={ "/messages/" (message) } { (l.t("contact-mail-fails-letter")) } }
            p class="words" { (failing.words) }
            @if let Some(contact) = may_mend {
                (action(&format!("{}/mail-mended", path(contact)), Icon::Check, l.t("contact-mail-mended")))
            }
        },
    )
}

/// POST /contacts/{id}/mail-mended
pub async fn mended(
    app: App,
    actor: Actor<perm::EditCustomers>,
    Path(id): Path<ContactId>,
) -> Result<Response, Failure> {
    app.change(&actor, move |c| {
        let row = contacts::find(c.tx, id)?.ok_or(Failure::NotFound)?;
        let mail = row.mail.unwrap_or_default();
        if !mend(c, &mail)? {
            return Err(rules::Refusal::AlreadySo.into());
        }
        Ok(())
    })
    .await?;
    Ok(go(&path(id), Notice::new("notice-contact-mail-mended")))
}
