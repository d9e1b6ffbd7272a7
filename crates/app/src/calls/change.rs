//! Changing a call: load, decide, save, record; the same way for the console, the pages and the telephone
//! system.

mod owed;

use db::Tx;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use ledger::Subject;
use promise::Docket;
use rules::Refusal;
use rules::calls::line::{LineEvent, Seen, take};
use rules::calls::task::{Then, Tried, Window};
use rules::calls::{self, Answer, Around, CallState, Closing, Direction, EndedBy, Ending, TaskKind, Visit};
use rules::customers::{Phone, Zone};
use rules::event::{Event, Happening};
use rules::ids::*;
use rules::text::{Line, Reason, Text};
use rules::tickets::intake::{Report, covering};
use rules::tickets::number::TicketNumber;
use rules::tickets::verb::{Verb, VerbName, possible};
use rules::tickets::{State, Visibility};
use serde_json::json;

use super::store::{self, CallRow, NewCall};
use super::tasks::{self, TaskRow};
use crate::kernel::door::{Change, foreseen};
use crate::kernel::errors::Failure;
use crate::kernel::state::App;
use crate::layout::l10n::L10n;
use crate::tickets::custom_fields::values::Typed;
use crate::tickets::intake::{self, Named};
use crate::tickets::{change as tickets, store as ticket_store};

pub use owed::{accept, hand_over, take_task, try_task, withdraw};

/// The topic of which consoles and worklists hear.
pub const TOPIC: &str = "calls";

/// The call to change.
///
/// Errors: [`Failure::NotFound`].
pub fn load(change: &mut Change<'_>, id: CallId) -> Result<CallRow, Failure> {
    store::find_to_change(change.tx, id)?.ok_or(Failure::NotFound)
}

/// The call as the ledger knows it.
pub fn subject(id: CallId) -> Subject {
    Subject::new("call", id.get())
}

/// Saves the call and tells the door what happened.
fn keep(change: &mut Change<'_>, row: &mut CallRow, happened: Vec<Happening>) -> Result<(), Failure> {
    row.version += 1;
    store::save(change.tx, row)?;
    happened.into_iter().for_each(|happening| change.happen(happening));
    change.nudge(TOPIC);
    change.nudge(format!("call:{}", row.id));
    if let Some(ticket) = row.ticket_id {
        change.nudge(format!("ticket:{ticket}"));
    }
    Ok(())
}

/// Who a call is from or to, as it begins.
#[derive(Clone, Debug, Default)]
pub struct Begun {
    pub direction: Option<Direction>,
    pub line_ref: Option<String>,
    pub phone: Option<Phone>,
    pub caller_name: Option<Line>,
}

/// Begins a call. A number that one contact has tells who calls.
pub fn begin(
    change: &mut Change<'_>,
    begun: Begun,
    at: Timestamp,
    house_zone: &Zone,
) -> Result<CallRow, Failure> {
    let direction = begun.direction.unwrap_or(Direction::In);
    let new = NewCall {
        direction,
        state: CallState::Ringing,
        line_ref: begun.line_ref,
        phone: begun.phone.as_ref().map(|phone| phone.shown.clone()),
        phone_key: begun.phone.as_ref().map(|phone| phone.key.clone()),
        caller_name: begun.caller_name.as_ref().map(Line::to_string),
        began_at: at,
    };
    let id = store::add(change.tx, &new)?;
    let mut row = load(change, id)?;
    recognise(change.tx, &mut row, house_zone)?;
    let (phone, caller_name) = (row.phone.clone(), row.caller_name.clone());
    let happened = vec![row.call().happened(at, Event::CallBegun { direction, phone, caller_name })];
    keep(change, &mut row, happened)?;
    Ok(row)
}

/// Finds out by the number who calls.
fn recognise(tx: &mut Tx, row: &mut CallRow, house_zone: &Zone) -> Result<(), Failure> {
    if row.customer_id.is_some() {
        return Ok(());
    }
    let Some(key) = row.phone_key.clone() else { return Ok(()) };
    if let Some((contact, customer, site, _)) = store::by_phone(tx, &key)? {
        let named = Named { customer: Some(customer), site, contact: Some(contact), asset: None };
        name(tx, row, named, house_zone)?;
    }
    Ok(())
}

/// Puts those whom somebody chose on the call, and the contract whose promises judge it.
fn name(tx: &mut Tx, row: &mut CallRow, named: Named, house_zone: &Zone) -> Result<(), Failure> {
    let around = intake::around(tx, named, house_zone)?;
    row.customer_id = Some(around.customer);
    row.site_id = around.site.as_ref().map(|site| site.belongs.id);
    row.contact_id = around.contact.map(|contact| contact.id);
    row.asset_id = around.asset.as_ref().map(|asset| asset.belongs.id);
    let zone = around.site.as_ref().map_or(house_zone, |site| &site.zone).clone();
    let (contract, commitment) = covering(&around, row.site_id, &zone, row.began_at);
    (row.contract_id, row.commitment_id) = (contract, commitment);
    Ok(())
}

/// Says who calls.
///
/// Errors: a refusal once a ticket of another customer is linked; [`Failure::Invalid`] for what does not exist.
pub fn name_caller(
    change: &mut Change<'_>,
    id: CallId,
    named: Named,
    caller_name: Option<Line>,
    phone: Option<Phone>,
    house_zone: &Zone,
) -> Result<CallRow, Failure> {
    let mut row = load(change, id)?;
    let before = row.customer_id;
    if named != Named::default() {
        name(change.tx, &mut row, named, house_zone)?;
    }
    if row.ticket_id.is_some() && row.customer_id != before {
        return Err(Refusal::DifferentCustomers.into());
    }
    if let Some(phone) = phone {
        (row.phone, row.phone_key) = (Some(phone.shown), Some(phone.key));
    }
    row.caller_name = caller_name.map(String::from).or(row.caller_name.take());
    let caller_name = row.caller_name.clone();
    let happened = vec![row.call().happened(change.now, Event::CallCallerNamed { caller_name })];
    keep(change, &mut row, happened)?;
    Ok(row)
}

/// Somebody takes a call.
///
/// Errors: [`Refusal::AlreadySo`] where it was taken.
pub fn answer(change: &mut Change<'_>, id: CallId, agent: UserId) -> Result<CallRow, Failure> {
    let row = load(change, id)?;
    if row.answered_at.is_some() {
        return Err(Refusal::AlreadySo.into());
    }
    let seen = Seen { event: LineEvent::Answered, at: change.now, agent: Some(agent), ended_by: None };
    saw(change, row, seen)
}

/// What the telephone system tells of a call.
pub fn saw(change: &mut Change<'_>, mut row: CallRow, seen: Seen) -> Result<CallRow, Failure> {
    let before = row.clone();
    let mut call = row.call();
    let happened = take(&mut call, seen);
    (row.state, row.agent_id, row.began_at) = (call.state, call.agent, call.began_at);
    (row.answered_at, row.ended_at, row.ended_by) = (call.answered_at, call.ended_at, call.ended_by);
    if row.answered_at.is_some() {
        row.missed = None;
    }
    for happening in &happened {
        if let Event::CallMissed { missed } = happening.event {
            row.missed = Some(missed);
        }
    }
    if before == row && happened.is_empty() {
        return Ok(row);
    }
    if before.missed.is_none() && row.missed.is_some() && row.direction == Direction::In {
        let due_at = seen.at + calls::MISSED_WITHIN;
        tasks::add(change.tx, row.id, TaskKind::Missed, None, due_at, None, change.now)?;
    }
    if before.answered_at.is_none() && row.answered_at.is_some() {
        reached_us(change, &row)?;
    }
    keep(change, &mut row, happened)?;
    Ok(row)
}

/// What the line shows of a call that is known already: a number, a name, a recording.
pub fn fill_in(
    change: &mut Change<'_>,
    row: &mut CallRow,
    phone: Option<Phone>,
    caller_name: Option<Line>,
    recording: Option<String>,
    house_zone: &Zone,
) -> Result<(), Failure> {
    let before = row.clone();
    if let (None, Some(phone)) = (&row.phone, phone) {
        (row.phone, row.phone_key) = (Some(phone.shown), Some(phone.key));
        recognise(change.tx, row, house_zone)?;
    }
    row.caller_name = row.caller_name.take().or(caller_name.map(String::from));
    row.recording = recording.or(row.recording.take());
    if *row == before { Ok(()) } else { keep(change, row, Vec::new()) }
}

/// Somebody who reached nobody called again and was answered: nothing is owed to them for the first time.
fn reached_us(change: &mut Change<'_>, row: &CallRow) -> Result<(), Failure> {
    if row.direction != Direction::In {
        return Ok(());
    }
    let mut open = match &row.phone_key {
        Some(key) => tasks::missed_from(change.tx, key)?,
        None => Vec::new(),
    };
    open.extend(tasks::open_of_call(change.tx, row.id, TaskKind::Missed)?);
    for id in open {
        let Some(mut task) = tasks::find_to_change(change.tx, id)? else { continue };
        task.done_at = Some(change.now);
        tasks::save(change.tx, &task)?;
    }
    Ok(())
}

/// The caller waits on the line, or we speak again. Not a fact: it concerns the moment only.
pub fn hold(change: &mut Change<'_>, id: CallId, held: bool) -> Result<(), Failure> {
    let mut row = load(change, id)?;
    row.state = calls::hold(&row.call(), held)?;
    keep(change, &mut row, Vec::new())
}

/// The call concerns a ticket.
///
/// Errors: [`Failure::Invalid`] where there is no such ticket, [`Refusal::DifferentCustomers`].
pub fn link(change: &mut Change<'_>, id: CallId, ticket: TicketId) -> Result<CallRow, Failure> {
    let mut row = load(change, id)?;
    put_on(change, &mut row, ticket)?;
    keep(change, &mut row, Vec::new())?;
    Ok(row)
}

fn put_on(change: &mut Change<'_>, row: &mut CallRow, ticket: TicketId) -> Result<(), Failure> {
    let found =
        ticket_store::find(change.tx, ticket)?.ok_or_else(|| Failure::field("number", "error-not-there"))?;
    let linked = calls::link(&row.call(), ticket, found.customer_id, change.now)?;
    store::link(change.tx, row.id, ticket, change.now)?;
    row.ticket_id = Some(ticket);
    row.customer_id = Some(found.customer_id);
    row.site_id = row.site_id.or(found.site_id);
    row.contact_id = row.contact_id.or(found.contact_id);
    row.asset_id = row.asset_id.or(found.asset_id);
    row.contract_id = row.contract_id.or(found.contract_id);
    row.commitment_id = row.commitment_id.or(found.commitment_id);
    let happening = Happening { about: row.call().about(), ..linked };
    change.happen(happening);
    Ok(())
}

/// A report during the call becomes a ticket on which the call stands.
pub fn report(
    change: &mut Change<'_>,
    id: CallId,
    report: Report,
    named: Named,
    user: UserId,
    house_zone: &Zone,
    custom: &Typed,
) -> Result<TicketNumber, Failure> {
    let mut row = load(change, id)?;
    if row.contact_id.is_none() || row.site_id.is_none() {
        name(change.tx, &mut row, named, house_zone)?;
    }
    let reported = intake::report(change, report, named, Some(user), house_zone, custom)?;
    put_on(change, &mut row, reported.id())?;
    keep(change, &mut row, Vec::new())?;
    Ok(reported.number())
}

/// Ends a call, or says afterwards what came of one that is over: record, report and follow-up in one step.
///
/// Errors: [`Failure::Invalid`] for an engineer who is not there; refusals of [`calls::end`].
pub fn end(
    change: &mut Change<'_>,
    app: &App,
    l: &L10n,
    id: CallId,
    closing: &Closing,
    user: UserId,
) -> Result<CallRow, Failure> {
    let mut row = load(change, id)?;
    if row.agent_id.is_none() {
        row.agent_id = Some(user);
    }
    let around = around(change.tx, app, l, &row, closing_visit(closing), &closing.ending)?;
    let happened = calls::end(&row.call(), closing, &around, change.now)?;
    row.state = CallState::Ended;
    let ended_at = *row.ended_at.get_or_insert(change.now);
    row.ended_by = row.ended_by.or(Some(closing.ended_by));
    row.outcome = Some(closing.ending.outcome());
    row.note = closing.note.as_ref().map(Text::to_string).or(row.note.take());
    if let Some(visit) = closing_visit(closing) {
        told(&mut row, visit);
    }
    owe(change, app, &row, closing, &happened, ended_at)?;
    let reported = happened.iter().find_map(|one| match &one.event {
        Event::CallFollowedUp { record, supervisor } => Some((record.clone(), *supervisor)),
        _ => None,
    });
    keep(change, &mut row, happened)?;
    if let Some((record, supervisor)) = reported {
        change.send("call.reported", &json!({
            "to": supervisor, "call": row.id, "record": record, "outcome": row.outcome, "agent": row.agent_id,
            "customer": row.customer_id, "ticket": row.ticket_id.map(|id| TicketNumber::of(id).to_string()),
            "note": row.note,
        }))?;
    }
    match &closing.ending {
        Ending::Dispatch(_) | Ending::SecondLine { .. } => send_notice(change, app, &row, &around, false)?,
        Ending::Solved | Ending::CustomerDiagnosing { .. } | Ending::CustomerFixed { .. } => {}
    }
    move_ticket(change, &row, &closing.ending, user)?;
    Ok(row)
}

fn closing_visit(closing: &Closing) -> Option<&Visit> {
    match &closing.ending {
        Ending::Dispatch(visit) => Some(visit),
        Ending::Solved
        | Ending::CustomerDiagnosing { .. }
        | Ending::CustomerFixed { .. }
        | Ending::SecondLine { .. } => None,
    }
}

fn told(row: &mut CallRow, visit: &Visit) {
    row.arrives_at = Some(visit.arrives_at);
    row.engineer_id = Some(visit.engineer);
    row.transport = Some(visit.transport);
}

/// Looks up whom a call is reported to and what the customer is told.
fn around(
    tx: &mut Tx,
    app: &App,
    l: &L10n,
    row: &CallRow,
    visit: Option<&Visit>,
    ending: &Ending,
) -> Result<Around, Failure> {
    let supervisor = match row.agent_id {
        Some(agent) => store::supervisor(tx, agent)?.map(|(id, _)| id),
        None => None,
    };
    let names = store::names(tx, row.id)?;
    let engineer_name = visit.map(|visit| ticket_store::active_name_of(tx, visit.engineer)).transpose()?;
    let engineer_name = match engineer_name {
        Some(None) => return Err(Failure::field("engineer", "error-not-there")),
        Some(Some(name)) => Some(name),
        None => None,
    };
    let team = match ending {
        Ending::SecondLine { team, assignee } => {
            let team_name = team.map(|id| ticket_store::team_name(tx, id)).transpose()?;
            let person = assignee.map(|id| ticket_store::active_name_of(tx, id)).transpose()?;
            match (team_name, person) {
                (Some(None), _) => return Err(Failure::field("team", "error-not-there")),
                (_, Some(None)) => return Err(Failure::field("assignee", "error-not-there")),
                (team, person) => person.flatten().or(team.flatten()),
            }
        }
        _ => None,
    };
    let number = row.ticket_id.map(|id| TicketNumber::of(id).grouped()).unwrap_or_default();
    let hotline = app.house().hotline.clone().unwrap_or_else(|| "-".to_owned());
    let zone = zone_of(app, names.zone.as_deref());
    let text = match (visit, &engineer_name, &team) {
        (Some(visit), Some(engineer), _) => l.ta(
            "call-notice-visit",
            &[
                ("number", number.into()),
                ("when", l.datetime_in(visit.arrives_at, &zone).into()),
                ("who", engineer.clone().into()),
                ("how", l.t(visit.transport.label()).into_owned().into()),
                ("hotline", hotline.into()),
            ],
        ),
        (_, _, Some(who)) => l.ta(
            "call-notice-second-line",
            &[("number", number.into()), ("who", who.clone().into()), ("hotline", hotline.into())],
        ),
        _ => Default::default(),
    };
    let to = names.contact_mail.or(names.contact_phone).or_else(|| row.phone.clone());
    Ok(Around { supervisor, engineer_name, to, text: text.into_owned() })
}

/// The zone in which a call's moments are told: the site's, or the house's.
pub fn zone_of(app: &App, site_zone: Option<&str>) -> TimeZone {
    site_zone.and_then(|zone| TimeZone::get(zone).ok()).unwrap_or_else(|| app.config.time_zone())
}

/// Opens the call back or the confirmation.
fn owe(
    change: &mut Change<'_>,
    app: &App,
    row: &CallRow,
    closing: &Closing,
    happened: &[Happening],
    ended_at: Timestamp,
) -> Result<(), Failure> {
    let (kind, window) = match &closing.ending {
        Ending::CustomerDiagnosing { window } => (TaskKind::CallBack, *window),
        Ending::CustomerFixed { window } => (TaskKind::Confirmation, *window),
        Ending::Solved | Ending::Dispatch(_) | Ending::SecondLine { .. } => return Ok(()),
    };
    let by_contract = due_by_contract(change.tx, app, row, kind, happened)?;
    let due_at = by_contract.unwrap_or(ended_at + within(kind));
    tasks::add(change.tx, row.id, kind, row.agent_id, due_at, window, change.now)?;
    if let Some(window) = window {
        agree(change, row, kind, due_at, window, None)?;
    }
    Ok(())
}

const fn within(kind: TaskKind) -> SignedDuration {
    match kind {
        TaskKind::CallBack => calls::CALL_BACK_WITHIN,
        TaskKind::Confirmation => calls::CONFIRM_WITHIN,
        TaskKind::Missed => calls::MISSED_WITHIN,
    }
}

/// What the contract's own commitment says of the deadline, read ahead of the door that will judge it.
fn due_by_contract(
    tx: &mut Tx,
    app: &App,
    row: &CallRow,
    kind: TaskKind,
    happened: &[Happening],
) -> Result<Option<Timestamp>, Failure> {
    let Some(commitment) = row.commitment_id else { return Ok(None) };
    let clause = match kind {
        TaskKind::CallBack => "C4.4",
        TaskKind::Confirmation => "C4.5",
        TaskKind::Missed => return Ok(None),
    };
    let terms = app.library.terms(tx, commitment)?;
    let mut docket = Docket::of(promise::Subject::new("call", &row.id.to_string()));
    for happening in happened {
        let fact = foreseen(happening.clone())?;
        docket.fold(&terms, &fact).map_err(Failure::broke)?;
    }
    let owed =
        docket.obligations().iter().find(|one| one.state.is_open() && one.clause.to_string() == clause);
    Ok(owed.and_then(|one| one.due_at))
}

/// An agreed window that ends after the deadline of the call back moves it, by agreement.
fn agree(
    change: &mut Change<'_>,
    row: &CallRow,
    kind: TaskKind,
    due_at: Timestamp,
    window: Window,
    note: Option<&str>,
) -> Result<Timestamp, Failure> {
    let contact = match row.contact_id {
        Some(id) => match ticket_store::contact(change.tx, id)? {
            Some((_, name)) => Some((id, Line::parse("contact", &name)?)),
            None => None,
        },
        None => None,
    };
    let reason = note.map_or_else(|| window.from_at.to_string(), str::to_owned);
    let moved = calls::task::moves_deadline(kind, &row.call(), due_at, window, contact, &reason, change.now);
    let Some(moved) = moved else { return Ok(due_at) };
    change.happen(moved);
    Ok(window.until_at.unwrap_or(window.from_at))
}

/// Tells the customer who comes, when and how, or who takes over.
fn send_notice(
    change: &mut Change<'_>,
    app: &App,
    row: &CallRow,
    around: &Around,
    changed: bool,
) -> Result<(), Failure> {
    change.send("call.notice", &json!({
        "call": row.id, "ticket": row.ticket_id.map(|id| TicketNumber::of(id).to_string()),
        "customer": row.customer_id, "site": row.site_id, "contact": row.contact_id, "to": around.to,
        "text": around.text, "arrives_at": row.arrives_at.map(|at| at.to_string()), "engineer": row.engineer_id,
        "engineer_name": around.engineer_name, "transport": row.transport, "hotline": app.house().hotline,
        "changed": changed,
    }))
}

/// What the outcome means for the ticket.
fn move_ticket(change: &mut Change<'_>, row: &CallRow, ending: &Ending, user: UserId) -> Result<(), Failure> {
    let Some(id) = row.ticket_id else { return Ok(()) };
    try_verb(change, id, VerbName::Handle, user, |_| Verb::Handle { at: None, note: None })?;
    match ending {
        Ending::Solved | Ending::CustomerDiagnosing { .. } => {}
        // The customer can work again; whether it stays so is asked within 24 hours.
        Ending::CustomerFixed { .. } => {
            try_verb(change, id, VerbName::Restore, user, |_| Verb::Restore { at: None, note: None })?;
        }
        Ending::Dispatch(visit) => {
            let engineer = visit.engineer;
            try_verb(change, id, VerbName::Assign, user, |team| Verb::Assign {
                team,
                assignee: Some(engineer),
            })?;
        }
        Ending::SecondLine { team, assignee } => {
            let (team, assignee) = (*team, *assignee);
            try_verb(change, id, VerbName::Assign, user, |before| Verb::Assign {
                team: team.or(before),
                assignee,
            })?;
        }
    }
    Ok(())
}

/// Does a verb to the call's ticket where its state allows it; it is the call's business, not a condition of it.
fn try_verb(
    change: &mut Change<'_>,
    id: TicketId,
    name: VerbName,
    user: UserId,
    verb: impl FnOnce(Option<TeamId>) -> Verb,
) -> Result<(), Failure> {
    let Some(row) = ticket_store::find(change.tx, id)? else { return Ok(()) };
    if !possible(&row.ticket()).contains(&name) {
        return Ok(());
    }
    match tickets::act(change, id, None, verb(row.team_id), user) {
        Ok(_) | Err(Failure::Refused(Refusal::AlreadySo)) => Ok(()),
        Err(failure) => Err(failure),
    }
}

/// Tells the customer of a change: a new notice (C4.6).
pub fn change_visit(
    change: &mut Change<'_>,
    app: &App,
    l: &L10n,
    id: CallId,
    visit: &Visit,
    user: UserId,
) -> Result<CallRow, Failure> {
    let mut row = load(change, id)?;
    let ending = Ending::Dispatch(visit.clone());
    let around = around(change.tx, app, l, &row, Some(visit), &ending)?;
    let happened = vec![calls::change_visit(&row.call(), visit, &around, change.now)?];
    told(&mut row, visit);
    keep(change, &mut row, happened)?;
    send_notice(change, app, &row, &around, true)?;
    move_ticket(change, &row, &ending, user)?;
    Ok(row)
}

/// Who hung up, where a call is over and its agent said nothing: for the pages.
pub fn was_hung_up(row: &CallRow) -> bool {
    row.ended_by == Some(EndedBy::Agent) && row.call().was_hung_up()
}
