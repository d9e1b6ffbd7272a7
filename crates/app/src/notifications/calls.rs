//! What a call tells: the customer when who comes (C4.6), the supervisor of one that ended unsolved (C4.3).

use db::Tx;
use jiff::Timestamp;
use ledger::outbox::Message;
use rules::ids::*;
use rules::notifications::{Notice, Way};
use rules::tickets::number::TicketNumber;
use serde_json::{Map, Value};

use super::expand::House;
use super::gateways::store::Gateway;
use super::store::{self, Content, NewDelivery};
use super::tell::{self, Asked};
use super::words::Said;
use crate::{App, Failure};

fn text<'a>(message: &'a Message, name: &str) -> &'a str {
    message.payload.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn id(message: &Message, name: &str) -> Option<i64> {
    message.payload.get(name).and_then(Value::as_i64)
}

fn ticket(message: &Message) -> Option<TicketId> {
    TicketNumber::parse(text(message, "ticket")).ok().map(TicketNumber::ticket)
}

fn asked(message: &Message, notice: Notice) -> Asked {
    let mut data = Map::new();
    for (name, from) in [("arrives_at", "arrives_at"), ("engineer_name", "engineer_name"), ("text", "note")] {
        if let Some(value) = message.payload.get(from).filter(|value| value.is_string()) {
            data.insert(name.to_owned(), value.clone());
        }
    }
    Asked { notice, ticket: ticket(message), by: String::new(), account: None, data }
}

/// Sends the notice of a dispatch in the words that the agent read: by mail, or by a short message where the
/// customer is known by a number only and the house has a gateway.
///
/// Errors: those of the database.
pub fn dispatched(
    app: &App,
    house: &House,
    tx: &mut Tx,
    message: &Message,
    now: Timestamp,
) -> Result<(), Failure> {
    let to = text(message, "to").to_owned();
    let by_mail = to.contains('@');
    let open = |gateway: &&Gateway| gateway.kind.way() == Way::Sms && gateway.paused_at.is_none();
    let gateway = house.gateways.iter().find(open).map(|gateway| gateway.id);
    let way = match (by_mail, gateway) {
        _ if to.is_empty() || !house.notices.tells(Notice::Dispatched) => return Ok(()),
        (true, _) if house.mail.is_some() => Way::Mail,
        (false, Some(_)) => Way::Sms,
        _ => return Ok(()),
    };
    let ticket = ticket(message);
    let locale = house.notices.locale();
    let words = text(message, "text").to_owned();
    // A second line has no engineer to name; its words say who takes over.
    let title = match text(message, "engineer_name") {
        "" => words.lines().next().unwrap_or_default().to_owned(),
        _ => tell::said(app, house, tx, &asked(message, Notice::Dispatched), locale, now)?.subject,
    };
    let before = match (way, ticket) {
        (Way::Mail, Some(ticket)) => store::letter_before(tx, ticket, &to)?,
        _ => None,
    };
    let new = NewDelivery {
        outbox: message.id,
        notice: Notice::Dispatched.code().to_owned(),
        way,
        gateway: gateway.filter(|_| way == Way::Sms),
        recipient: to,
        recipient_name: None,
        account: None,
        contact: id(message, "contact").map(ContactId),
        ticket,
        locale: locale.tag().to_owned(),
        subject: title,
        content: Content { text: words, references: before.into_iter().collect(), ..Content::default() },
        message_id: house.message_id(),
        due_at: now,
    };
    store::add(tx, &new, now)?;
    Ok(())
}

/// Tells the supervisor of a call that ended unsolved, in the ways that they chose, and the address that the company
/// set for such reports.
///
/// Errors: those of the database.
pub fn reported(
    app: &App,
    house: &House,
    tx: &mut Tx,
    message: &Message,
    now: Timestamp,
) -> Result<(), Failure> {
    let mut asked = asked(message, Notice::CallReported);
    asked.account = id(message, "to").map(UserId);
    if asked.account.is_some() {
        tell::notice_of(app, house, tx, message, &asked, now)?;
    }
    let Some(to) = app.house().supervisor_mail.clone().filter(|_| house.mail.is_some()) else {
        return Ok(());
    };
    let locale = house.notices.locale();
    let Said { subject, text } = tell::said(app, house, tx, &asked, locale, now)?;
    let new = NewDelivery {
        outbox: message.id,
        notice: Notice::CallReported.code().to_owned(),
        way: Way::Mail,
        gateway: None,
        recipient: to,
        recipient_name: None,
        account: None,
        contact: None,
        ticket: asked.ticket,
        locale: locale.tag().to_owned(),
        subject,
        content: Content { text, ..Content::default() },
        message_id: house.message_id(),
        due_at: now,
    };
    store::add(tx, &new, now)?;
    Ok(())
}
