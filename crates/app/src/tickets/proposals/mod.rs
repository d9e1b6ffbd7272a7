//! Proposals to the customer: another deadline, or a waiver. What was proposed becomes the agreed fact when a
//! contact accepts it on the portal; until then nothing changes (C7.5, 特殊情况双方协商解决).

pub mod store;

use axum::extract::Path;
use axum::response::Response;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use rules::access::{Permission, perm};
use rules::event::{Event, Happening};
use rules::ids::*;
use rules::text::{Reason, Text};
use rules::tickets::life::Ticket;
use rules::tickets::verb::{Verb, decide, parse_moment};
use rules::{Invalid, Refusal};

use self::store::{ProposalRow, of_ticket};
use super::change::{self, number, path};
use super::terms;
use crate::kernel::actor::Actor;
use crate::kernel::door::Change;
use crate::kernel::errors::Failure;
use crate::kernel::form::Form;
use crate::kernel::notice::{Notice, go};
use crate::kernel::outgoing;
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::{L10n, Locale};

/// Proposes another deadline, or a waiver where there is none.
///
/// Errors: [`Refusal::NothingOwed`] for a promise under which nothing is open; [`Refusal::DeadlinePassed`];
/// a refusal while a proposal for the same promise is open.
pub fn propose(
    change: &mut Change<'_>,
    id: TicketId,
    promise: &str,
    due_at: Option<Timestamp>,
    reason: Reason,
    by: UserId,
) -> Result<ProposalId, Failure> {
    let ticket = change::load(change, id, None)?.ticket();
    if !change::owed(change.tx, id)?.iter().any(|owed| owed == promise) {
        return Err(Refusal::NothingOwed { promise: promise.to_owned() }.into());
    }
    if let Some(due_at) = due_at.filter(|due_at| *due_at <= change.now) {
        return Err(Refusal::DeadlinePassed { due_at }.into());
    }
    if of_ticket(change.tx, id)?.iter().any(|row| row.is_open() && row.promise == promise) {
        return Err(Refusal::other("refusal-proposal-open").into());
    }
    let proposal = store::add(change.tx, id, promise, due_at, &reason, by, change.now)?;
    let (promise, reason) = (promise.to_owned(), String::from(reason));
    let event = match due_at {
        Some(due_at) => Event::TicketDeadlineProposed { proposal, promise, due_at, reason },
        None => Event::TicketWaiverProposed { proposal, promise, reason },
    };
    told(change, ticket, event)?;
    Ok(proposal)
}

fn told(change: &mut Change<'_>, ticket: Ticket, event: Event) -> Result<(), Failure> {
    let happening = Happening { at: change.now, about: ticket.about(), event };
    change::save(change, ticket, vec![happening]).map(drop)
}

fn open(change: &mut Change<'_>, id: TicketId, proposal: ProposalId) -> Result<ProposalRow, Failure> {
    let rows = of_ticket(change.tx, id)?;
    let row = rows.into_iter().find(|row| row.id == proposal).ok_or(Failure::NotFound)?;
    if row.is_open() { Ok(row) } else { Err(Refusal::AlreadySo.into()) }
}

fn close(
    change: &mut Change<'_>,
    proposal: ProposalId,
    answer: &str,
    contact: Option<ContactId>,
) -> Result<(), Failure> {
    if store::answer(change.tx, proposal, answer, contact, change.now)? {
        Ok(())
    } else {
        Err(Refusal::AlreadySo.into())
    }
}

/// A contact accepts: the deadline is agreed, or the promise waived, with the contact as the one who did.
///
/// Errors: [`Failure::NotFound`]; [`Failure::Refused`] when it was answered, or when nothing is owed any more.
pub fn accept(
    change: &mut Change<'_>,
    id: TicketId,
    proposal: ProposalId,
    contact: ContactId,
) -> Result<(), Failure> {
    let ticket = change::load(change, id, None)?.ticket();
    let row = open(change, id, proposal)?;
    let reason = Reason::parse("reason", &row.reason)?;
    let promise = row.promise;
    let verb = match row.due_at {
        Some(due_at) => Verb::AgreeDeadline { promise, due_at, contact, reason },
        None => Verb::WaivePromise { promise, contact, reason },
    };
    let known = change::known(change.tx, &ticket, &verb)?;
    let happened = decide(&ticket, verb, &known, change.now)?;
    close(change, proposal, "accepted", Some(contact))?;
    change::save(change, ticket, happened).map(drop)
}

/// A contact declines: what was promised stays promised.
pub fn decline(
    change: &mut Change<'_>,
    id: TicketId,
    proposal: ProposalId,
    contact: ContactId,
    text: Option<Text>,
) -> Result<(), Failure> {
    let ticket = change::load(change, id, None)?.ticket();
    open(change, id, proposal)?;
    close(change, proposal, "declined", Some(contact))?;
    told(change, ticket, Event::TicketProposalDeclined { proposal, contact, text: text.map(String::from) })
}

/// We take it back.
pub fn withdraw(change: &mut Change<'_>, id: TicketId, proposal: ProposalId) -> Result<(), Failure> {
    let ticket = change::load(change, id, None)?.ticket();
    open(change, id, proposal)?;
    close(change, proposal, "withdrawn", None)?;
    told(change, ticket, Event::TicketProposalWithdrawn { proposal })
}

/// The panel on the page of a ticket: what is proposed, and a form for another.
pub fn panel(
    l: &L10n,
    ticket: TicketId,
    rows: &[ProposalRow],
    owed: &[(String, String)],
    zone: &TimeZone,
    may_agree: bool,
    may_waive: bool,
) -> Markup {
    let base = format!("{}/proposals", path(ticket));
    let name = |promise: &str| {
        owed.iter()
            .find(|(id, _)| id == promise)
            .map_or_else(|| promise.to_owned(), |(_, title)| title.clone())
    };
    let form = Form::default();
    html! {
        h2 { (l.t("proposals-title")) }
        @if rows.is_empty() { p class="quiet" { (l.t("proposals-none")) } }
        ul class="lines" { @for row in rows { li {
            span {
                strong { (name(&row.promise)) } " "
                @match row.due_at {
                    Some(due_at) => (time_in(l, due_at, zone)),
                    None => (badge(l.t("proposals-waiver"))),
                }
            }
            small {
                (row.reason) " "
                @match &row.answer {
                    Some(answer) => (badge(l.t(&format!("proposal-{answer}")))),
                    None => (chip(Tone::Paused, Icon::Pause, l.t("proposal-open"))),
                }
            }
            @if row.is_open() && may_agree {
                form class="inline" method="post" action={ (base) "/" (row.id) "/withdrawal" } {
                    button class="button quiet small" type="submit" { (icon(Icon::Undo)) span { (l.t("proposals-withdraw")) } }
                }
            }
        } } }
        @if may_agree && !owed.is_empty() {
            details {
                summary { (l.t("proposals-new")) }
                form class="form" method="post" action=(base) {
                    (Select::new("promise", l.t("field-promise"), owed.iter().cloned()).empty(l.t("act-choose")).required().of(&form, l))
                    @if may_waive {
                        (Check::new("waiver", l.t("proposals-as-waiver")).of(&form, l))
                    }
                    (Field::text("due_at", l.t("field-new-deadline")).kind("datetime-local").short()
                        .hint(l.ta("act-zone-hint", &[("zone", zone.iana_name().unwrap_or("UTC").into())])).of(&form, l))
                    (TextArea::new("reason", l.t("field-reason")).rows(2).required().hint(l.t("proposals-reason-hint")).of(&form, l))
                    (submit(l.t("proposals-send")))
                }
            }
        }
    }
}

/// POST /tickets/{number}/proposals
pub async fn create(
    app: App,
    actor: Actor<perm::AgreeDeadline>,
    Path(text): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let id = number(&text)?;
    let waiver = form.get("waiver") == "yes";
    if waiver && !actor.may(Permission::WaivePromise) {
        return Err(Failure::Forbidden(Permission::WaivePromise));
    }
    let reason = Reason::parse("reason", form.get("reason"))?;
    let promise = form.get("promise").to_owned();
    if promise.is_empty() {
        return Err(Invalid::required("promise").into());
    }
    let (user, url) = (actor.person.id, app.config.public_url.clone());
    let company = crate::customers::contacts::access::company(&app, &actor.l);
    let shared = app.clone();
    app.change(&actor, move |c| {
        let row = crate::tickets::store::find(c.tx, id)?.ok_or(Failure::NotFound)?;
        let zone = TimeZone::get(&row.zone).unwrap_or(TimeZone::UTC);
        let due_at = match waiver {
            true => None,
            false => {
                let due_at = parse_moment("due_at", form.get("due_at"), &zone)?;
                Some(due_at.ok_or_else(|| Invalid::required("due_at"))?)
            }
        };
        propose(c, id, &promise, due_at, reason, user)?;
        write(&shared, c, &row, &url, &company)
    })
    .await?;
    Ok(go(&format!("{}#ticket-proposals", path(id)), Notice::new("notice-proposal-sent")))
}

/// Writes to the ticket's contact that something waits for them on the portal.
fn write(
    app: &App,
    change: &mut Change<'_>,
    row: &crate::tickets::store::TicketRow,
    url: &str,
    company: &str,
) -> Result<(), Failure> {
    let Some(contact) = row.contact_id else { return Ok(()) };
    let Some(mail) = store::mail_of(change.tx, contact)? else { return Ok(()) };
    let access = crate::people::guests::of_contact(change.tx, contact)?;
    let Some(access) = access.filter(|access| access.ended_at.is_none()) else { return Ok(()) };
    let locale = crate::people::guests::lock(change.tx, access.id)?;
    let locale = locale.and_then(|lock| Locale::parse(&lock.locale?)).unwrap_or_default();
    let l = L10n::new(locale, app.config.time_zone(), change.now);
    let shown = rules::tickets::number::TicketNumber::of(row.id);
    let link = format!("{url}/portal/tickets/{shown}");
    let args = [
        ("number", shown.grouped().into()),
        ("title", row.title.as_str().into()),
        ("company", company.into()),
        ("link", link.into()),
    ];
    let letter = outgoing::Mail {
        to: mail,
        subject: l.ta("proposals-letter-subject", &args).into_owned(),
        text: l.ta("proposals-letter", &args).into_owned(),
        locale: locale.tag().to_owned(),
        ticket: Some(row.id),
        ..outgoing::Mail::default()
    };
    change.send_mail(&letter)
}

/// POST /tickets/{number}/proposals/{proposal}/withdrawal
pub async fn take_back(
    app: App,
    actor: Actor<perm::AgreeDeadline>,
    Path((text, proposal)): Path<(String, ProposalId)>,
) -> Result<Response, Failure> {
    let id = number(&text)?;
    app.change(&actor, move |c| withdraw(c, id, proposal)).await?;
    Ok(go(&format!("{}#ticket-proposals", path(id)), Notice::new("notice-proposal-withdrawn")))
}

/// The promises of a ticket that something is open under, with their titles: what can be proposed for.
pub fn offered(
    l: &L10n,
    compiled: Option<&promise::Terms>,
    obligations: &[ledger::StoredObligation],
) -> Vec<(String, String)> {
    obligations
        .iter()
        .filter(|stored| stored.body.state.is_open())
        .filter(|stored| {
            let promise = compiled.and_then(|terms| terms.promise(&stored.promise));
            promise.is_some_and(|promise| promise.rule.clock().is_some())
        })
        .map(|stored| (stored.promise.clone(), terms::title(l, compiled, &stored.body)))
        .collect()
}
