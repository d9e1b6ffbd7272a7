//! The duty that turns kept letters into record.

use jiff::{SignedDuration, Timestamp};
use mail::threads::{Candidate, Signer};
use rules::channels::{Arrived, Fate, Plan, Sign, Thread, Writer, is_public_domain, plan};
use rules::event::Happening;
use rules::faxes::{is_gateway, number_in};
use rules::ids::*;
use rules::notifications::Notice;
use rules::text::{Line, Text};
use rules::tickets::intake::Report;
use rules::tickets::number::TicketNumber;
use rules::tickets::severity::Impact;
use rules::tickets::verb::{Known, Verb, decide};
use rules::tickets::{Addressee, Channel, Kind, Visibility};
use serde_json::json;

use super::bounces;
use super::fax::{self, Came};
use super::letters::{self, Opened, Unopened};
use crate::attachments::store::{self as attachments, NewAttachment};
use crate::customers::contacts::failing;
use crate::kernel::actor::By;
use crate::kernel::door::Change;
use crate::kernel::setting;
use crate::kernel::turn::Turn;
use crate::messages::fax::{FaxWays, SETTING};
use crate::messages::sign;
use crate::messages::store::{self, Decided, MessageRow};
use crate::notifications::store::Delivery;
use crate::tickets::custom_fields::values::Typed;
use crate::tickets::intake::{Named, report};
use crate::tickets::{change, store as tickets};
use crate::{App, Failure};

/// Letters that one turn looks at.
const LETTERS_MAX: i64 = 20;
/// How often a letter is tried before it is set aside.
const ATTEMPTS_MAX: i64 = 3;
/// How long a letter is one process's.
const LEASE: SignedDuration = SignedDuration::from_mins(5);
/// How long a letter waits where the house was at fault: a full disk, a database that is away.
const WAIT: SignedDuration = SignedDuration::from_secs(30);
/// The page that hears of new letters.
pub const TOPIC: &str = "messages";

/// One turn.
///
/// Errors: [`Failure`] of the database or the disk; the letter is tried again.
pub async fn turn(app: &App) -> Result<Turn, Failure> {
    let now = app.clock.now();
    let ids = app.read(move |tx| Ok(store::kept(tx, Channel::Mail, now, LETTERS_MAX)?)).await?;
    if ids.is_empty() {
        return Ok(Turn::default());
    }
    let signer = sign::signer(app)?;
    let ways: FaxWays = app.read(|tx| Ok(setting::get(tx, SETTING)?.unwrap_or_default())).await?;
    let mut done = 0;
    for id in &ids {
        done += u64::from(take(app, *id, &signer, &ways).await?);
    }
    // What was sorted has something to tell, which the outbox takes.
    Ok(Turn { done, more: done > 0, next_at: None })
}

/// Takes one letter; tells whether it was ours to take.
async fn take(app: &App, id: MessageId, signer: &Signer, ways: &FaxWays) -> Result<bool, Failure> {
    let now = app.clock.now();
    let Some(row) = app.touch(move |tx| Ok(store::claim(tx, id, now, LEASE)?)).await? else {
        return Ok(false);
    };
    if row.attempts > ATTEMPTS_MAX {
        set_aside(app, id, "it was tried too often".to_owned()).await?;
        return Ok(true);
    }
    let raw = match letters::raw(app, &row.sha256).await {
        Ok(raw) => raw,
        Err(failure) => {
            set_aside(app, id, failure.to_string()).await?;
            return Ok(true);
        }
    };
    let opened = match letters::open(raw, signer.clone()).await {
        Ok(opened) => opened,
        Err(error @ (Unopened::TooMuch(_) | Unopened::Broke(_))) => {
            set_aside(app, id, error.to_string()).await?;
            return Ok(true);
        }
    };
    let is_fax = |file: &mail::Attachment| ::fax::Kind::of(&file.bytes).is_some();
    let brings_fax =
        is_gateway(&ways.gateways, &opened.read.sender) && opened.letter.attachments.iter().any(is_fax);
    let stored = if brings_fax {
        letters::store_faxes(app, &opened.letter).await
    } else if opened.writer == Writer::Person {
        letters::store_files(app, &opened.letter).await
    } else {
        Ok(Vec::new())
    };
    let taken = match stored {
        Ok(files) => {
            let shared = app.clone();
            app.change(By::System("mail"), move |change| {
                if brings_fax {
                    return bring(change, id, &opened, &files);
                }
                sort(&shared, change, id, &opened, &files)
            })
            .await
        }
        Err(failure) => Err(failure),
    };
    match taken {
        Ok(()) => Ok(true),
        Err(failure @ (Failure::Unavailable(_) | Failure::DiskFull)) => {
            app.touch(move |tx| Ok(store::release(tx, id, now + WAIT)?)).await?;
            Err(failure)
        }
        Err(failure) => {
            set_aside(app, id, failure.to_string()).await?;
            Ok(true)
        }
    }
}

async fn set_aside(app: &App, id: MessageId, problem: String) -> Result<(), Failure> {
    tracing::warn!(%id, problem, "a letter was set aside");
    app.change(By::System("mail"), move |change| aside(change, id, &problem)).await
}

/// Sets a message aside and tells those who have to look.
pub fn aside(change: &mut Change<'_>, id: MessageId, problem: &str) -> Result<(), Failure> {
    store::decide(change.tx, id, &Decided { problem: Some(problem), ..Decided::only(Fate::SetAside) })?;
    change.nudge(TOPIC);
    let subject = store::find(change.tx, id)?.map(|row| row.sender).unwrap_or_default();
    let data = json!({ "title": subject, "text": problem });
    change.send("notice", &json!({ "notice": Notice::SetAside, "ticket": null, "data": data }))
}

/// Whose letter it is: a contact, a customer, both or neither.
#[derive(Clone, Copy, Debug, Default)]
struct Whose {
    customer: Option<CustomerId>,
    contact: Option<ContactId>,
}

fn whose(tx: &mut db::Tx, opened: &Opened) -> Result<Whose, Failure> {
    let address = opened.read.sender.to_lowercase();
    let contacts = store::contacts_of(tx, &address)?;
    match contacts.as_slice() {
        [(contact, customer)] => return Ok(Whose { customer: Some(*customer), contact: Some(*contact) }),
        [(_, one), (_, other)] if one == other => return Ok(Whose { customer: Some(*one), contact: None }),
        [] => {}
        // The same address at two customers: a person has to say.
        _ => return Ok(Whose::default()),
    }
    let domain = address.rsplit_once('@').map(|(_, domain)| domain.to_owned()).unwrap_or_default();
    if domain.is_empty() || is_public_domain(&domain) {
        return Ok(Whose::default());
    }
    Ok(Whose { customer: store::customer_of_domain(tx, &domain)?, contact: None })
}

fn threads(tx: &mut db::Tx, opened: &Opened, about: Option<&Delivery>) -> Result<Vec<Thread>, Failure> {
    let mut found = Vec::new();
    if let Some(ticket) = about.and_then(|delivery| delivery.ticket_id)
        && let Some(row) = tickets::find(tx, ticket)?
    {
        let row = change::lives_on_in(tx, row)?;
        found.push(Thread { ticket: row.id, customer: row.customer_id, sign: Sign::Ours });
    }
    for candidate in &opened.candidates {
        let (ticket, sign) = match candidate {
            Candidate::Signed(id) | Candidate::Header(id) => (id.parse().ok(), Sign::Ours),
            Candidate::Number(number) => {
                (TicketNumber::parse(number).ok().map(|number| number.ticket()), Sign::Number)
            }
            Candidate::Reference(id) => (store::ticket_of(tx, id)?, Sign::Ours),
        };
        let Some(ticket) = ticket else { continue };
        // What was merged lives on in another.
        let Some(row) = tickets::find(tx, ticket)? else { continue };
        let row = change::lives_on_in(tx, row)?;
        found.push(Thread { ticket: row.id, customer: row.customer_id, sign });
    }
    Ok(found)
}

/// Notes the faxes that a gateway's letter brings; the letter itself is a machine's.
fn bring(
    change: &mut Change<'_>,
    id: MessageId,
    opened: &Opened,
    files: &[NewAttachment],
) -> Result<(), Failure> {
    let Some(row) = store::find_to_change(change.tx, id)?.filter(|row| row.fate == Fate::Kept) else {
        return Ok(());
    };
    store::save_read(change.tx, id, &opened.read)?;
    let read = &opened.read;
    let local = read.sender.rsplit_once('@').map_or("", |(local, _)| local);
    for file in files {
        let number = number_in(&[local, &read.subject, &read.sender_name, &file.file_name]);
        let came = Came {
            sha256: file.sha256.clone(),
            bytes: file.bytes,
            number: number.map(|phone| phone.shown).unwrap_or_default(),
            line: row.mailbox.clone(),
            key: fax::key(&["letter", read.content_key.as_deref().unwrap_or_default(), &file.sha256]),
        };
        fax::note(change.tx, &came, change.now)?;
    }
    store::decide(change.tx, id, &Decided::only(Fate::Machine))?;
    change.nudge(TOPIC);
    Ok(())
}

fn sort(
    app: &App,
    change: &mut Change<'_>,
    id: MessageId,
    opened: &Opened,
    files: &[NewAttachment],
) -> Result<(), Failure> {
    let Some(row) = store::find_to_change(change.tx, id)?.filter(|row| row.fate == Fate::Kept) else {
        return Ok(());
    };
    store::save_read(change.tx, id, &opened.read)?;
    let key = opened.read.content_key.clone().unwrap_or_default();
    let mut whose = whose(change.tx, opened)?;
    // What a machine says is about a letter of ours; a person may answer any, also what we wrote to our own people.
    let about = match opened.writer {
        Writer::Bounce | Writer::Machine => bounces::delivery(change.tx, opened)?,
        Writer::Person => None,
    };
    if let Some(delivery) = &about {
        whose.contact = whose.contact.or(delivery.contact_id);
    }
    let arrived = Arrived {
        writer: opened.writer,
        is_repeated: store::came_before(change.tx, id, &key)?,
        threads: threads(change.tx, opened, about.as_ref())?,
        customer: whose.customer,
    };
    change.nudge(TOPIC);
    if opened.writer == Writer::Person {
        // Who writes from an address can be written to.
        failing::mend(change, &opened.read.sender)?;
    }
    let decided =
        Decided { customer: whose.customer, contact: whose.contact, ..Decided::only(Fate::Unsorted) };
    match plan(&arrived) {
        Plan::Record(fate, ticket) => {
            let words = opened.bounce.as_ref().map(letters::bounce_words);
            let decided = Decided { fate, ticket, problem: words.as_deref(), ..decided };
            store::decide(change.tx, id, &decided)?;
            if let (Fate::Bounced, Some(delivery)) = (fate, &about) {
                bounces::came_back(change, id, delivery, opened)?;
            }
            if let Some(ticket) = ticket {
                change.nudge(format!("ticket:{ticket}"));
            }
        }
        Plan::Ask => store::decide(change.tx, id, &decided)?,
        Plan::Note(ticket) => {
            let note = note(change, ticket, &opened.new_text, files)?;
            let decided = Decided { fate: Fate::OnTicket, ticket: Some(ticket), note: Some(note), ..decided };
            store::decide(change.tx, id, &decided)?;
        }
        Plan::Open(customer) => {
            let named = Named { customer: Some(customer), contact: whose.contact, ..Named::default() };
            let ticket = open(app, change, &row, &Words::of(opened), files, named, None)?;
            store::decide(change.tx, id, &Decided { fate: Fate::Opened, ticket: Some(ticket), ..decided })?;
        }
    }
    Ok(())
}

/// What a message says, as a ticket takes it.
#[derive(Clone, Debug)]
pub struct Words {
    pub title: String,
    pub text: String,
    pub caller: String,
    pub channel: Channel,
}

impl Words {
    /// What a letter says.
    pub fn of(opened: &Opened) -> Words {
        let read = &opened.read;
        let caller = if read.sender_name.is_empty() { &read.sender } else { &read.sender_name };
        Words {
            title: or_dash(&read.subject),
            text: letters::bounded(&opened.new_text),
            caller: caller.clone(),
            channel: Channel::Mail,
        }
    }
}

/// Puts a message on the timeline of a ticket. Where the ticket waits for the customer, it is the answer.
pub fn note(
    change: &mut Change<'_>,
    id: TicketId,
    text: &str,
    files: &[NewAttachment],
) -> Result<NoteId, Failure> {
    let text = Text::parse("text", &or_dash(&letters::bounded(text)))?;
    let ticket = change::load(change, id, None)?.ticket();
    let note = tickets::add_note(change.tx, id, Visibility::Public, &text, None, change.now)?;
    let known = Known { note: Some(note), ..Known::default() };
    let waits = ticket.waiting.as_ref().is_some_and(|waiting| waiting.addressee == Addressee::Customer);
    let mut happened = decide(
        &ticket,
        Verb::Note { visibility: Visibility::Public, text: text.clone() },
        &known,
        change.now,
    )?;
    happened.extend(attach(change, id, files, &ticket)?);
    let ticket = change::save(change, ticket, happened)?;
    if waits {
        let answer = Verb::Answer { at: None, answer: text };
        let happened = decide(&ticket, answer, &Known::default(), change.now)?;
        change::save(change, ticket, happened)?;
    }
    Ok(note)
}

fn or_dash(text: &str) -> String {
    if text.trim().is_empty() { "—".to_owned() } else { text.to_owned() }
}

fn attach(
    change: &mut Change<'_>,
    id: TicketId,
    files: &[NewAttachment],
    ticket: &rules::tickets::life::Ticket,
) -> Result<Vec<Happening>, Failure> {
    let mut happened = Vec::new();
    for file in files {
        let attachment = attachments::add(change.tx, id, file, None, change.now)?;
        let event = file.added(attachment);
        happened.push(Happening { at: change.now, about: ticket.about(), event });
    }
    Ok(happened)
}

/// Makes a ticket from a message, by the same decision as the page (C7.2).
///
/// Until a person has judged it, a letter counts as a fault that disrupts: nothing known of it is no reason to play
/// it down. It is reported when it came to us, since from then on we owe.
pub fn open(
    app: &App,
    change: &mut Change<'_>,
    row: &MessageRow,
    words: &Words,
    files: &[NewAttachment],
    named: Named,
    user: Option<UserId>,
) -> Result<TicketId, Failure> {
    let reported_at: Timestamp = row.received_at.min(change.now);
    let zone = rules::customers::Zone::parse("zone", &app.config.zone)?;
    let asked = Report {
        kind: Kind::Fault,
        title: Line::parse("title", &words.title)?,
        description: Text::parse_optional("description", &words.text)?,
        channel: words.channel,
        impact: Some(Impact::Disrupted),
        severity: None,
        severity_reason: None,
        caller_name: Line::parse_optional("caller_name", &words.caller)?,
        caller_phone: None,
        onsite: false,
        reported_at: Some(reported_at),
        external_ref: None,
    };
    let reported = report(change, asked, named, user, &zone, &Typed::of_letter())?;
    if !files.is_empty() {
        let ticket = change::load(change, reported.id, None)?.ticket();
        let happened = attach(change, reported.id, files, &ticket)?;
        change::save(change, ticket, happened)?;
    }
    Ok(reported.id)
}
