//! Faxes out: a notice set on paper, sent as a letter to a gateway that makes a fax of it.

use jiff::Timestamp;
use lettre::Message;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, MultiPart, SinglePart};
use rules::customers::Phone;
use rules::faxes::OutAddress;
use rules::tickets::number::TicketNumber;
use serde_json::{Map, json};

use super::mail::{MailOut, Trouble, begun};
use super::store::Delivery;
use crate::layout::l10n::{L10n, Locale};
use crate::layout::paper::Sheet;
use crate::{App, Failure};

const TEMPLATE: &str = include_str!("fax.typ");

/// The address of the gateway for a delivery.
///
/// Errors: [`Trouble`] for good, where the number is none.
pub fn address(out: &OutAddress, delivery: &Delivery) -> Result<String, Trouble> {
    match Phone::parse_optional("fax", &delivery.recipient) {
        Ok(Some(number)) => Ok(out.of(&number)),
        Ok(None) | Err(_) => Err(Trouble::for_good(format!("{} is no number", delivery.recipient))),
    }
}

/// Sets the notice on paper.
///
/// Errors: [`Failure`] where the machine has no font for it.
pub async fn paper(app: &App, delivery: &Delivery, now: Timestamp) -> Result<Vec<u8>, Failure> {
    let l = L10n::new(Locale::parse(&delivery.locale).unwrap_or_default(), app.config.time_zone(), now);
    let mut data = Map::new();
    data.insert("number".into(), json!(delivery.ticket_id.map(|id| TicketNumber::of(id).grouped())));
    data.insert("text".into(), json!(delivery.content.text));
    data.insert("to".into(), json!(delivery.recipient_name));
    data.insert("fax".into(), json!(delivery.recipient));
    data.insert("at".into(), json!(l.datetime(delivery.created_at)));
    data.insert("words".into(), json!({ "number": l.t("ticket-number"), "to": l.t("fax-paper-to") }));
    let sheet = Sheet::new(&l, TEMPLATE, delivery.subject.clone(), data);
    let setting = app.clone();
    let set = tokio::task::spawn_blocking(move || sheet.set(&setting, &*setting.typesetter()?))
        .await
        .map_err(Failure::broke)??;
    Ok(set.bytes)
}

/// The letter to the gateway: the paper, and the same words for who looks into it.
///
/// Errors: an address that is none.
pub fn letter(out: &MailOut, delivery: &Delivery, to: &str, paper: Vec<u8>) -> Result<Message, String> {
    let kind = ContentType::parse("application/pdf").map_err(|error| error.to_string())?;
    let parts = MultiPart::mixed()
        .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(delivery.content.text.clone()))
        .singlepart(Attachment::new("fax.pdf".to_owned()).body(paper, kind));
    begun(out, delivery, to, None)?.multipart(parts).map_err(|error| error.to_string())
}
