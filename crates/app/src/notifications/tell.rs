//! What happened, read into who is told what.

use db::Tx;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ledger::outbox::Message;
use rules::access::Role;
use rules::ids::{TicketId, UserId};
use rules::notifications::{HEARD, Notice, Way, leaves_at, mentions};
use rules::tickets::number::TicketNumber;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::expand::House;
use super::readers::{self, Reader};
use super::store::{self, Content, NewDelivery};
use super::words::{Particulars, Said, say};
use super::{bell, gateways};
use crate::layout::l10n::{L10n, Locale};
use crate::{App, Failure, escalations, people, tickets};

/// Deadlines that a notice names.
const DEADLINES_MOST: usize = 12;

/// A notice that a feature asks for by itself: the kind `notice` of the outbox.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Asked {
    pub notice: Notice,
    pub ticket: Option<TicketId>,
    /// Who did it, as facts hold it: `user:7`.
    #[serde(default)]
    pub by: String,
    /// Only this person; else those whom the notice usually reaches.
    #[serde(default)]
    pub account: Option<UserId>,
    /// `text`, `due_at`, `promise`, `arrives_at`, `engineer`, `transport`, `title`.
    #[serde(default)]
    pub data: serde_json::Map<String, Value>,
}

/// A fact that somebody is told of, as the door notes it: the kind `event`.
#[derive(Clone, Debug, Deserialize)]
struct Told {
    event: String,
    notices: Vec<Notice>,
    ticket: TicketId,
    by: String,
    at: Timestamp,
    data: serde_json::Map<String, Value>,
    beside: Option<serde_json::Map<String, Value>>,
}

/// Makes what a fact tells: notices to people, and a call to each program that listens.
pub fn event(
    app: &App,
    house: &House,
    tx: &mut Tx,
    message: &Message,
    now: Timestamp,
) -> Result<(), Failure> {
    let told: Told = match serde_json::from_value(message.payload.clone()) {
        Ok(told) => told,
        Err(error) => {
            tracing::error!(id = message.id, %error, "a fact to tell cannot be understood");
            return Ok(());
        }
    };
    let mut data = told.data.clone();
    data.extend(told.beside.clone().unwrap_or_default());
    for notice in &told.notices {
        let asked = Asked {
            notice: *notice,
            ticket: Some(told.ticket),
            by: told.by.clone(),
            account: None,
            data: data.clone(),
        };
        if *notice == Notice::Emergency {
            // The chain calls one after the other; groups that listen hear of it at once.
            escalations::store::begin(tx, told.ticket, now)?;
            let about = About::read(app, house, tx, &asked)?;
            to_groups(house, tx, message, &asked, &about, now)?;
        } else {
            notice_of(app, house, tx, message, &asked, now)?;
        }
    }
    if !HEARD.contains(&told.event.as_str()) {
        return Ok(());
    }
    // Names, numbers and free text of people stand beside the fact and are not sent to programs.
    let number = TicketNumber::of(told.ticket).to_string();
    let body = json!({
        "type": told.event,
        "timestamp": told.at.to_string(),
        "data": { "ticket": number, "by": told.by, "fields": told.data },
    });
    for gateway in &house.gateways {
        if gateway.kind.way() == Way::Webhook && gateway.paused_at.is_none() && gateway.hears(&told.event) {
            let content = Content { data: Some(body.clone()), text: body.to_string(), ..Content::default() };
            let new = NewDelivery {
                outbox: message.id,
                notice: told.event.clone(),
                way: Way::Webhook,
                gateway: Some(gateway.id),
                recipient: format!("gateway:{}", gateway.id),
                recipient_name: Some(gateway.name.clone()),
                account: None,
                contact: None,
                ticket: Some(told.ticket),
                locale: Locale::default().tag().to_owned(),
                subject: told.event.clone(),
                content,
                message_id: house.message_id(),
                due_at: now,
            };
            store::add(tx, &new, now)?;
        }
    }
    Ok(())
}

/// Makes the deliveries of a warning or a passed deadline that the ledger tells of.
pub fn deadline(
    app: &App,
    house: &House,
    tx: &mut Tx,
    message: &Message,
    notice: Notice,
    now: Timestamp,
) -> Result<(), Failure> {
    let field = |name: &str| message.payload.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let Some(ticket) = field("subject").strip_prefix("ticket:").and_then(|id| id.parse().ok()).map(TicketId)
    else {
        return Ok(());
    };
    let mut data = serde_json::Map::new();
    data.insert("promise".to_owned(), field("promise").into());
    data.insert("due_at".to_owned(), field("due_at").into());
    let asked = Asked { notice, ticket: Some(ticket), by: String::new(), account: None, data };
    notice_of(app, house, tx, message, &asked, now)
}

/// Makes the deliveries of one notice.
pub fn notice_of(
    app: &App,
    house: &House,
    tx: &mut Tx,
    message: &Message,
    asked: &Asked,
    now: Timestamp,
) -> Result<(), Failure> {
    let for_customer = Notice::CUSTOMER.contains(&asked.notice);
    if for_customer && (!house.notices.tells(asked.notice) || house.mail.is_none()) {
        return Ok(());
    }
    let mut about = About::read(app, house, tx, asked)?;
    if for_customer {
        return to_customer(house, tx, message, asked, &mut about, now);
    }
    let readers = match asked.account {
        Some(account) => readers::person(tx, account)?.into_iter().collect(),
        None => about.readers(tx, asked)?,
    };
    let called = asked.data.contains_key("escalation");
    for reader in &readers {
        // Nobody is told of what they did themselves, except to be woken.
        if !asked.notice.wakes() && asked.by == format!("user:{}", reader.id) {
            continue;
        }
        to_reader(app, house, tx, message, asked, &mut about, reader, now)?;
    }
    if called {
        return Ok(());
    }
    to_groups(house, tx, message, asked, &about, now)
}

/// The words of a notice for an address that is nobody's account.
pub fn said(
    app: &App,
    house: &House,
    tx: &mut Tx,
    asked: &Asked,
    locale: Locale,
    now: Timestamp,
) -> Result<Said, Failure> {
    let about = About::read(app, house, tx, asked)?;
    let link = asked.ticket.map(|id| format!("{}{}", app.config.public_url, tickets::change::path(id)));
    let particulars = about.of(locale, "", link.unwrap_or_default(), now);
    Ok(say(asked.notice, &particulars, locale, &about.zone, now))
}

/// The ticket that a notice is about, and its particulars.
struct About {
    ticket: Option<tickets::store::TicketRow>,
    particulars: Particulars,
    zone: TimeZone,
    /// Promise and deadline of what runs, titled when the language is known.
    owed: Vec<promise::Obligation>,
    terms: Option<std::sync::Arc<promise::Terms>>,
    promise: String,
}

impl About {
    fn read(app: &App, house: &House, tx: &mut Tx, asked: &Asked) -> Result<About, Failure> {
        let text = |name: &str| asked.data.get(name).and_then(Value::as_str).map(str::to_owned);
        let moment = |name: &str| text(name).and_then(|text| text.parse::<Timestamp>().ok());
        let written = ["text", "question", "solution", "answer", "reason", "note"].into_iter().find_map(text);
        let mut particulars = Particulars {
            by: people::store::name_of(tx, &asked.by)?.unwrap_or_default(),
            text: written.unwrap_or_default(),
            title: text("title").unwrap_or_default(),
            due_at: moment("due_at"),
            arrives_at: moment("arrives_at"),
            engineer: text("engineer_name").or_else(|| text("engineer")).unwrap_or_default(),
            transport: text("transport").unwrap_or_default(),
            hotline: app.house().hotline.clone().unwrap_or_default(),
            mail: house.mail.as_ref().map(|out| out.from.clone()).unwrap_or_default(),
            ..Particulars::default()
        };
        let mut about = About {
            ticket: None,
            zone: app.config.time_zone(),
            owed: Vec::new(),
            terms: None,
            promise: text("promise").unwrap_or_default(),
            particulars: Particulars::default(),
        };
        if let Some(id) = asked.ticket
            && let Some(row) = tickets::store::find(tx, id)?
        {
            let names = tickets::store::names(tx, id)?;
            particulars.number = TicketNumber::of(id).grouped();
            // What could not be delivered is named itself.
            if asked.notice != Notice::Undelivered {
                particulars.title = row.title.clone();
            }
            particulars.customer = names.customer;
            particulars.site = names.site.unwrap_or_default();
            about.terms = row.commitment_id.map(|id| app.library.terms(tx, id)).transpose()?;
            let owed = tickets::terms::obligations(tx, id)?.into_iter().map(|stored| stored.body);
            let ours = owed.filter(|one| {
                one.debtor == promise::Party::Provider && one.state.is_open() && one.due_at.is_some()
            });
            about.owed = ours.take(DEADLINES_MOST).collect();
            about.zone = TimeZone::get(&row.zone).unwrap_or(about.zone);
            about.ticket = Some(row);
        }
        about.particulars = particulars;
        Ok(about)
    }

    /// The particulars as one reader is told them.
    fn of(&self, locale: Locale, name: &str, link: String, now: Timestamp) -> Particulars {
        let l = L10n::new(locale, self.zone.clone(), now);
        let terms = self.terms.as_deref();
        let title = |one: &promise::Obligation| tickets::terms::title(&l, terms, one);
        let deadlines = self.owed.iter().filter_map(|one| Some((title(one), one.due_at?))).collect();
        let promised = self.owed.iter().find(|one| one.promise.as_str() == self.promise).map(title);
        Particulars {
            name: name.to_owned(),
            link,
            deadlines,
            promise: promised.unwrap_or_else(|| self.promise.clone()),
            ..self.particulars.clone()
        }
    }

    /// Whom a notice to staff reaches.
    fn readers(&self, tx: &mut Tx, asked: &Asked) -> Result<Vec<Reader>, Failure> {
        let leads = [Role::Manager, Role::Administrator];
        let row = self.ticket.as_ref();
        let mut found = match asked.notice {
            Notice::Undelivered | Notice::SetAside | Notice::ChannelDown => readers::with_roles(tx, &leads)?,
            Notice::ReviewDue => readers::with_roles(tx, &[Role::Manager])?,
            Notice::Mentioned => readers::named(tx, &mentions(&self.particulars.text))?,
            Notice::Assigned | Notice::Warning | Notice::Overdue => {
                let assignee = row.and_then(|row| row.assignee_id);
                let team = row.and_then(|row| row.team_id);
                let mut found: Vec<Reader> = match (assignee, team) {
                    (Some(assignee), _) => readers::person(tx, assignee)?.into_iter().collect(),
                    (None, Some(team)) => readers::team(tx, team)?,
                    (None, None) => readers::with_roles(tx, &[Role::Dispatcher])?,
                };
                let leads_too = asked.notice == Notice::Overdue || found.is_empty();
                if leads_too && asked.notice != Notice::Assigned {
                    found.extend(readers::with_roles(tx, &[Role::Manager])?);
                }
                found
            }
            _ => Vec::new(),
        };
        found.sort_by_key(|reader| reader.id);
        found.dedup_by_key(|reader| reader.id);
        Ok(found)
    }
}

fn to_customer(
    house: &House,
    tx: &mut Tx,
    message: &Message,
    asked: &Asked,
    about: &mut About,
    now: Timestamp,
) -> Result<(), Failure> {
    let Some(row) = &about.ticket else { return Ok(()) };
    let contact = row.contact_id.map(|id| readers::contact(tx, id)).transpose()?.flatten();
    let Some(contact) = contact else { return Ok(()) };
    let (way, recipient) = match (contact.mail.clone(), contact.fax.clone().filter(|_| house.can_fax)) {
        (Some(mail), _) => (Way::Mail, mail),
        (None, Some(number)) => (Way::Fax, number),
        (None, None) => return Ok(()),
    };
    let locale = house.notices.locale();
    let said =
        say(asked.notice, &about.of(locale, &contact.name, String::new(), now), locale, &about.zone, now);
    let references = house.thread(tx, row.id, &recipient)?;
    let new = NewDelivery {
        outbox: message.id,
        notice: asked.notice.code().to_owned(),
        way,
        gateway: None,
        recipient,
        recipient_name: Some(contact.name),
        account: None,
        contact: Some(contact.id),
        ticket: Some(row.id),
        locale: locale.tag().to_owned(),
        subject: said.subject,
        content: Content { text: said.text, references, ..Content::default() },
        message_id: house.letter_id(row.id),
        due_at: now,
    };
    store::add(tx, &new, now)?;
    Ok(())
}

#[allow(clippy::too_many_arguments)]
fn to_reader(
    app: &App,
    house: &House,
    tx: &mut Tx,
    message: &Message,
    asked: &Asked,
    about: &mut About,
    reader: &Reader,
    now: Timestamp,
) -> Result<(), Failure> {
    let (locale, zone) = (reader.locale(), reader.zone(&app.config.time_zone()));
    let ticket = about.ticket.as_ref().map(|row| row.id);
    let path = ticket.map_or_else(|| bell::pages::place(asked.notice).to_owned(), tickets::change::path);
    let called = asked.data.get("escalation").and_then(Value::as_i64);
    let link = match called {
        Some(escalation) => escalations::link(app, escalation, reader.id)?,
        None => format!("{}{path}", app.config.public_url),
    };
    let particulars = about.of(locale, &reader.name, link, now);
    let said = say(asked.notice, &particulars, locale, &zone, now);
    let leaves = leaves_at(asked.notice, reader.quiet(), &zone, now);
    for way in reader.ways(asked.notice) {
        let (recipient, gateway, text) = match way {
            Way::Page => {
                bell::add(tx, message.id, reader.id, asked.notice, ticket, &said, now)?;
                house.told.borrow_mut().push(reader.id);
                continue;
            }
            Way::Mail if house.mail.is_some() => (reader.email.clone(), None, said.text.clone()),
            Way::Mail => continue,
            Way::Sms | Way::Chat => {
                let gateway = gateways::store::for_person(tx, &house.gateways, way, reader.id)?;
                if gateway.is_none() {
                    continue;
                }
                // One line and the link: a phone shows no more, and a short message is paid by its length.
                (reader.phone.clone(), gateway, format!("{} {}", said.subject, particulars.link))
            }
            Way::Webhook | Way::Fax => continue,
        };
        let Some(recipient) = recipient else { continue };
        let before = match (way, ticket) {
            (Way::Mail, Some(ticket)) => store::letter_before(tx, ticket, &recipient)?,
            _ => None,
        };
        let mobiles = if way == Way::Chat { vec![recipient.clone()] } else { Vec::new() };
        let new = NewDelivery {
            outbox: message.id,
            notice: asked.notice.code().to_owned(),
            way,
            gateway,
            recipient,
            recipient_name: Some(reader.name.clone()),
            account: Some(reader.id),
            contact: None,
            ticket,
            locale: locale.tag().to_owned(),
            subject: said.subject.clone(),
            content: Content {
                text,
                mobiles,
                references: before.into_iter().collect(),
                ..Content::default()
            },
            message_id: house.message_id(),
            due_at: leaves,
        };
        store::add(tx, &new, now)?;
    }
    Ok(())
}

/// Tells the chat groups that want to hear of this, whoever is in them.
fn to_groups(
    house: &House,
    tx: &mut Tx,
    message: &Message,
    asked: &Asked,
    about: &About,
    now: Timestamp,
) -> Result<(), Failure> {
    let team = about.ticket.as_ref().and_then(|row| row.team_id);
    for gateway in &house.gateways {
        let own = gateway.team_id.is_none() || gateway.team_id == team;
        if gateway.kind.way() != Way::Chat || gateway.paused_at.is_some() || !own {
            continue;
        }
        if !gateway.hears(asked.notice.code()) {
            continue;
        }
        let locale = house.notices.locale();
        let said =
            say(asked.notice, &about.of(locale, &gateway.name, String::new(), now), locale, &about.zone, now);
        let new = NewDelivery {
            outbox: message.id,
            notice: asked.notice.code().to_owned(),
            way: Way::Chat,
            gateway: Some(gateway.id),
            recipient: format!("gateway:{}", gateway.id),
            recipient_name: Some(gateway.name.clone()),
            account: None,
            contact: None,
            ticket: about.ticket.as_ref().map(|row| row.id),
            locale: locale.tag().to_owned(),
            subject: said.subject.clone(),
            content: Content { text: format!("{}\n{}", said.subject, said.text), ..Content::default() },
            message_id: house.message_id(),
            due_at: now,
        };
        store::add(tx, &new, now)?;
    }
    Ok(())
}
