//! Reads a row of the outbox into deliveries.

use std::cell::RefCell;

use ::mail::threads::Signer;
use db::Tx;
use jiff::Timestamp;
use ledger::outbox::Message;
use rules::ids::{TicketId, UserId};
use rules::notifications::{Notice, Way};

use super::calls;
use super::gateways::store::{self as gateways, Gateway};
use super::mail::{self, MailOut};
use super::preview::{self, Notices};
use super::store::{self, Content, NewDelivery};
use super::tell::{self, Asked};
use crate::kernel::outgoing::{MAIL_SEND, Mail};
use crate::kernel::setting;
use crate::layout::l10n::Locale;
use crate::messages::fax::FaxWays;
use crate::messages::{self, sign};
use crate::{App, Failure};

/// What expanding needs to know of the house.
pub struct House {
    /// The mail server; none while it was not set.
    pub mail: Option<MailOut>,
    /// What message ids end with.
    pub domain: String,
    /// What customers are told.
    pub notices: Notices,
    /// Whether letters can become faxes.
    pub can_fax: bool,
    pub gateways: Vec<Gateway>,
    /// What signs the ids of letters.
    pub signer: Signer,
    /// Who has something new under the bell.
    pub told: RefCell<Vec<UserId>>,
}

impl House {
    /// Reads it.
    pub fn read(app: &App, tx: &mut Tx) -> Result<House, Failure> {
        let mail: Option<MailOut> = setting::get(tx, mail::SETTING)?;
        let host = app.config.public_url.split("://").nth(1).unwrap_or("localhost");
        let host = host.split(['/', ':']).next().unwrap_or("localhost").to_owned();
        let domain = mail.as_ref().map_or(host, |out| out.domain().to_owned());
        let notices = setting::get(tx, preview::SETTING)?.unwrap_or_default();
        let signer = sign::signer(app)?;
        let ways: FaxWays = setting::get(tx, messages::fax::SETTING)?.unwrap_or_default();
        let can_fax = ways.out.is_some();
        Ok(House {
            mail,
            domain,
            notices,
            can_fax,
            gateways: gateways::all(tx)?,
            signer,
            told: RefCell::default(),
        })
    }

    /// An id for a new message. It is kept with the delivery, so every try bears the same.
    pub fn message_id(&self) -> String {
        format!("<{:032x}@{}>", rand::random::<u128>(), self.domain)
    }

    /// An id for a letter to a customer about a ticket: an answer finds the ticket by it alone.
    pub fn letter_id(&self, ticket: TicketId) -> String {
        let unique = format!("{:032x}", rand::random::<u128>());
        format!("<{}>", self.signer.message_id(&ticket.to_string(), &unique, &self.domain))
    }

    /// The letters that a new one to this address is in one thread with, oldest first: the one by which the customer
    /// reported the ticket, and the last of ours.
    pub fn thread(&self, tx: &mut Tx, ticket: TicketId, recipient: &str) -> Result<Vec<String>, Failure> {
        let first = messages::store::first_id(tx, ticket, recipient)?.map(|id| format!("<{id}>"));
        let before = store::letter_before(tx, ticket, recipient)?;
        Ok(first.into_iter().chain(before).collect())
    }
}

/// Makes the deliveries of one message.
///
/// Errors: [`Failure`] of the database; a message that cannot be understood is told of in the log and makes none.
pub fn expand(
    app: &App,
    house: &House,
    tx: &mut Tx,
    message: &Message,
    now: Timestamp,
) -> Result<(), Failure> {
    match message.kind.as_str() {
        MAIL_SEND => match serde_json::from_value::<Mail>(message.payload.clone()) {
            Ok(mail) => letter(house, tx, message, mail, now),
            Err(error) => {
                tracing::error!(id = message.id, %error, "a letter cannot be understood");
                Ok(())
            }
        },
        "notice" => match serde_json::from_value::<Asked>(message.payload.clone()) {
            Ok(asked) => tell::notice_of(app, house, tx, message, &asked, now),
            Err(error) => {
                tracing::error!(id = message.id, %error, "a notice cannot be understood");
                Ok(())
            }
        },
        "event" => tell::event(app, house, tx, message, now),
        "obligation.warning" => tell::deadline(app, house, tx, message, Notice::Warning, now),
        "obligation.overdue" => tell::deadline(app, house, tx, message, Notice::Overdue, now),
        "call.notice" => calls::dispatched(app, house, tx, message, now),
        "call.reported" => calls::reported(app, house, tx, message, now),
        kind => {
            tracing::info!(target: "aftercare::outbox", id = message.id, kind, payload = %message.payload);
            Ok(())
        }
    }
}

fn letter(house: &House, tx: &mut Tx, message: &Message, mail: Mail, now: Timestamp) -> Result<(), Failure> {
    let references = match mail.ticket {
        Some(ticket) => house.thread(tx, ticket, &mail.to)?,
        None => Vec::new(),
    };
    let message_id = match mail.ticket.filter(|_| mail.contact.is_some()) {
        Some(ticket) => house.letter_id(ticket),
        None => house.message_id(),
    };
    let locale = Locale::parse(&mail.locale).unwrap_or_default();
    let new = NewDelivery {
        outbox: message.id,
        notice: MAIL_SEND.to_owned(),
        way: Way::Mail,
        gateway: None,
        recipient: mail.to,
        recipient_name: mail.to_name,
        account: mail.account,
        contact: mail.contact,
        ticket: mail.ticket,
        locale: locale.tag().to_owned(),
        subject: mail.subject,
        content: Content { text: mail.text, html: mail.html, references, ..Content::default() },
        message_id,
        due_at: now,
    };
    store::add(tx, &new, now)?;
    Ok(())
}
