//! The duty that turns kept letters into record.

use std::collections::VecDeque;

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
use super::letters::{self, Opened};
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
const LETTERS_MAX: i64 = 50;
/// The longest letter that is taken together with others: all that were opened are in memory. Units: bytes.
const USUAL_BYTES: i64 = 256 << 10;
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
/// Errors: [`Failure`] of the database or the disk; the letters are tried again.
pub async fn turn(app: &App) -> Result<Turn, Failure> {
    let now = app.clock.now();
    let ids = app.read(move |tx| Ok(store::kept(tx, Channel::Mail, now, LETTERS_MAX)?)).await?;
    if ids.is_empty() {
        return Ok(Turn::default());
    }
    let desk = Desk {
        app: app.clone(),
        signer: sign::signer(app)?,
        ways: app.read(|tx| Ok(setting::get(tx, SETTING)?.unwrap_or_default())).await?,
    };
    let mut waiting: VecDeque<MessageRow> = app
        .touch(move |tx| {
            let claimed = ids.into_iter().map(|id| store::claim(tx, id, now, LEASE));
            Ok(claimed.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
        })
        .await?;
    let done = waiting.len() as u64;
    while let Some(first) = waiting.pop_front() {
        let mut some = vec![first];
        // In the order in which they came: an answer finds what it answers.
        while some[0].is_usual()
            && let Some(next) = waiting.pop_front_if(|next| next.is_usual())
        {
            some.push(next);
        }
        if let Err(failure) = desk.take(&some).await {
            // The house is at fault: they wait, and none was tried.
            let left: Vec<MessageId> = some.iter().chain(&waiting).map(|row| row.id).collect();
            app.touch(move |tx| {
                Ok(left.into_iter().try_for_each(|id| store::release(tx, id, now + WAIT))?)
            })
            .await?;
            return Err(failure);
        }
    }
    // What was sorted has something to tell, which the outbox takes.
    Ok(Turn { done, more: done > 0, next_at: None })
}

impl MessageRow {
    /// Whether it may be taken together with others: it is short, and nothing went wrong with it before.
    fn is_usual(&self) -> bool {
        self.attempts == 1 && self.bytes <= USUAL_BYTES
    }
}

/// Whether the house is at fault and not the letter.
fn is_of_house(failure: &Failure) -> bool {
    matches!(failure, Failure::Unavailable(_) | Failure::DiskFull)
}

/// What every letter is read with.
#[derive(Clone)]
struct Desk {
    app: App,
    signer: Signer,
    ways: FaxWays,
}

/// A letter that was opened, its files stored.
struct Ready {
    id: MessageId,
    opened: Opened,
    files: Vec<NewAttachment>,
    brings_fax: bool,
}

impl Desk {
    /// Takes letters in one change; where that breaks, each by itself, so that none stops another.
    ///
    /// Errors: the house is at fault.
    async fn take(&self, rows: &[MessageRow]) -> Result<(), Failure> {
        let Err(failure) = self.together(rows).await else { return Ok(()) };
        if is_of_house(&failure) {
            return Err(failure);
        }
        for row in rows {
            match self.together(std::slice::from_ref(row)).await {
                Err(failure) if is_of_house(&failure) => return Err(failure),
                Err(failure) => set_aside(&self.app, row.id, failure.to_string()).await?,
                Ok(()) => {}
            }
        }
        Ok(())
    }

    async fn together(&self, rows: &[MessageRow]) -> Result<(), Failure> {
        // Each is opened on a thread of its own, and stored in order.
        let opening: Vec<_> = rows
            .iter()
            .map(|row| {
                let (desk, row) = (self.clone(), row.clone());
                (row.id, tokio::spawn(async move { desk.open(&row).await }))
            })
            .collect();
        let mut opened = Vec::with_capacity(opening.len());
        for (id, task) in opening {
            match task.await.map_err(Failure::broke).and_then(|opened| opened) {
                Err(failure) if is_of_house(&failure) => return Err(failure),
                outcome => opened.push((id, outcome)),
            }
        }
        let app = self.app.clone();
        self.app
            .change(By::System("mail"), move |change| {
                for (id, outcome) in opened {
                    match outcome.and_then(|ready| change.attempt(|change| ready.store(&app, change))) {
                        Err(failure) if is_of_house(&failure) => return Err(failure),
                        Err(failure) => aside(change, id, &failure.to_string())?,
                        Ok(()) => {}
                    }
                }
                Ok(())
            })
            .await
    }

    async fn open(&self, row: &MessageRow) -> Result<Ready, Failure> {
        if row.attempts > ATTEMPTS_MAX {
            return Err(Failure::broke("it was tried too often"));
        }
        let raw = letters::raw(&self.app, &row.sha256).await?;
        let opened = letters::open(raw, self.signer.clone()).await.map_err(Failure::broke)?;
        let is_fax = |file: &mail::Attachment| ::fax::Kind::of(&file.bytes).is_some();
        let brings_fax = is_gateway(&self.ways.gateways, &opened.read.sender)
            && opened.letter.attachments.iter().any(is_fax);
        let files = if brings_fax {
            letters::store_faxes(&self.app, &opened.letter).await?
        } else if opened.writer == Writer::Person {
            letters::store_files(&self.app, &opened.letter).await?
        } else {
            Vec::new()
        };
        Ok(Ready { id: row.id, opened, files, brings_fax })
    }
}

impl Ready {
    fn store(&self, app: &App, change: &mut Change<'_>) -> Result<(), Failure> {
        if self.brings_fax {
            return bring(change, self.id, &self.opened, &self.files);
        }
        sort(app, change, self.id, &self.opened, &self.files)
    }
}

async fn set_aside(app: &App, id: MessageId, problem: String) -> Result<(), Failure> {
    app.change(By::System("mail"), move |change| aside(change, id, &problem)).await
}

/// Sets a message aside and tells those who have to look.
pub fn aside(change: &mut Change<'_>, id: MessageId, problem: &str) -> Result<(), Failure> {
    tracing::warn!(%id, problem, "a message was set aside");
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
    let id = reported.id();
    if !files.is_empty() {
        let happened = attach(change, id, files, &reported.ticket)?;
        change::save(change, reported.ticket, happened)?;
    }
    Ok(id)
}
