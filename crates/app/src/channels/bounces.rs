//! What a notice of failure means for us: the delivery that came back, its ticket, the address it was for.

use db::Tx;
use rules::channels::is_address_dead;
use rules::event::Event;
use rules::ids::MessageId;
use rules::notifications::{Notice, Way};
use rules::tickets::Channel;
use serde_json::json;

use super::letters::{Opened, bounce_words};
use crate::customers::contacts::failing;
use crate::kernel::door::Change;
use crate::notifications::store::{self as deliveries, Delivery};
use crate::{Failure, escalations};

/// The delivery that a machine's letter is about: the one that came back, or the one that it answers.
///
/// Only our own ids lead to one, and only those to whom a letter went know its id.
pub fn delivery(tx: &mut Tx, opened: &Opened) -> Result<Option<Delivery>, Failure> {
    let letter = &opened.letter;
    let brought_back = opened.bounce.as_ref().and_then(|bounce| bounce.message_id.as_ref());
    let answered = letter.in_reply_to.iter().rev().chain(letter.references.iter().rev());
    for id in brought_back.into_iter().chain(answered).take(IDS_MAX) {
        if let Some(delivery) = deliveries::by_message_id(tx, &format!("<{id}>"))? {
            return Ok(Some(delivery));
        }
    }
    Ok(None)
}

/// Ids of a letter that are looked up.
const IDS_MAX: usize = 20;

/// Marks a delivery as come back: in the log, on its ticket, on its contact; and somebody has to look.
pub fn came_back(
    change: &mut Change<'_>,
    message: MessageId,
    delivery: &Delivery,
    opened: &Opened,
) -> Result<(), Failure> {
    let Some(bounce) = &opened.bounce else { return Ok(()) };
    let words = bounce_words(bounce);
    let channel = match delivery.way {
        Way::Mail => Channel::Mail,
        Way::Fax => Channel::Fax,
        Way::Sms | Way::Chat | Way::Webhook | Way::Page => return Ok(()),
    };
    if !deliveries::returned(change.tx, delivery.id, message, &words)? {
        return Ok(());
    }
    let refused: Vec<(&str, bool)> =
        bounce.failures.iter().map(|failure| (failure.address.as_str(), failure.is_dead)).collect();
    if channel == Channel::Mail
        && delivery.contact_id.is_some()
        && is_address_dead(&delivery.recipient, &refused)
    {
        failing::fail(change, &delivery.recipient, &words, message)?;
    }
    if let Some(ticket) = delivery.ticket_id
        && delivery.contact_id.is_some()
        && let Some(about) = escalations::store::about(change.tx, ticket)?
    {
        let to = delivery.recipient.clone();
        let text = format!("{}\n\n{words}", delivery.subject);
        change.record(about, Event::TicketMessageReturned { channel, to, text });
        change.nudge(format!("ticket:{ticket}"));
    }
    if delivery.notice == Notice::Undelivered.code() {
        return Ok(());
    }
    let title = format!("{} ({})", delivery.subject, delivery.recipient);
    let data = json!({ "title": title, "text": words });
    change
        .send("notice", &json!({ "notice": Notice::Undelivered, "ticket": delivery.ticket_id, "data": data }))
}
