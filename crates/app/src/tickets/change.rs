//! Changing a ticket: load, decide, apply, save; the same way for the page, the API and bulk acts.

use std::str::FromStr;

use db::Tx;
use ledger::Subject;
use rules::Refusal;
use rules::event::{Event, Happening};
use rules::ids::*;
use rules::text::Reason;
use rules::tickets::life::{self, Ticket};
use rules::tickets::number::TicketNumber;
use rules::tickets::verb::{Known, Verb, decide};
use rules::tickets::{Relation, State, Visibility, family};

use super::family::store as families;
use super::store::{self, TicketRow};
use crate::kernel::actor::Actor;
use crate::kernel::door::Change;
use crate::kernel::errors::Failure;
use crate::kernel::state::App;

/// The ticket to change. One that was merged leads to where it lives on only when it is read, never when
/// it is changed: the person decides.
///
/// Errors: [`Failure::NotFound`]; [`Refusal::ChangedMeanwhile`] when `seen` is an older version.
pub fn load(change: &mut Change<'_>, id: TicketId, seen: Option<i64>) -> Result<TicketRow, Failure> {
    let row = store::find_to_change(change.tx, id)?.ok_or(Failure::NotFound)?;
    if let Some(seen) = seen {
        life::must_be_current(&row.ticket(), seen)?;
    }
    Ok(row)
}

/// Applies what happened to the ticket, saves it, and tells the door.
pub fn save(
    change: &mut Change<'_>,
    mut ticket: Ticket,
    happened: Vec<Happening>,
) -> Result<Ticket, Failure> {
    let before = ticket.version;
    happened.iter().for_each(|happening| ticket.apply(happening));
    if ticket.version != before {
        store::save(change.tx, &ticket, change.now)?;
    }
    for mut happening in happened {
        // The customer was told on the phone when somebody comes (C4.6): whether that was kept is this fact's to say.
        if matches!(happening.event, Event::TicketEngineerArrived { .. }) {
            happening.about.call = store::dispatched_by(change.tx, ticket.id)?;
        }
        change.happen(happening);
    }
    change.nudge(format!("ticket:{}", ticket.id));
    change.nudge("queue");
    Ok(ticket)
}

/// Does one verb to one ticket.
///
/// `seen` is the version that the person looked at; none where that is no matter. `user` is who does it.
///
/// Errors: [`Failure::NotFound`], [`Failure::Refused`].
pub fn act(
    change: &mut Change<'_>,
    id: TicketId,
    seen: Option<i64>,
    verb: Verb,
    user: UserId,
) -> Result<Ticket, Failure> {
    let row = load(change, id, seen)?;
    let ticket = row.ticket();
    let mut known = known(change.tx, &ticket, &verb)?;
    if let Verb::Note { visibility, text } = &verb {
        // Decided first, so that no note is written to a ticket that takes none.
        decide(&ticket, verb.clone(), &known, change.now)?;
        known.note = Some(store::add_note(change.tx, id, *visibility, text, Some(user), change.now)?);
    }
    let happened = decide(&ticket, verb.clone(), &known, change.now)?;
    super::documents::keep(change, id, &verb, user)?;
    save(change, ticket, happened)
}

/// Sends a public note to the ticket's contact as well; whatever else was done goes to nobody.
pub fn by_mail(change: &mut Change<'_>, id: TicketId, verb: &Verb) -> Result<(), Failure> {
    let Verb::Note { visibility: Visibility::Public, text } = verb else { return Ok(()) };
    let by = change.by.to_string();
    let data = serde_json::json!({ "text": text.as_str() });
    let letter = serde_json::json!({ "notice": "answer", "ticket": id, "by": by, "data": data });
    change.send("notice", &letter)
}

/// Does one verb that one of the customer's people asks for on the portal; whoever calls has found that they
/// see the ticket.
///
/// Errors: [`Failure::NotFound`], [`Failure::Refused`].
pub fn act_of_contact(change: &mut Change<'_>, id: TicketId, verb: Verb) -> Result<Ticket, Failure> {
    let ticket = load(change, id, None)?.ticket();
    let known = known(change.tx, &ticket, &verb)?;
    let happened = decide(&ticket, verb, &known, change.now)?;
    save(change, ticket, happened)
}

/// Looks up what the decision has to know beside the ticket.
pub fn known(tx: &mut Tx, ticket: &Ticket, verb: &Verb) -> Result<Known, Failure> {
    let mut known = Known::default();
    if let Some(contact) = verb.contact() {
        known.contact = store::contact(tx, contact)?;
    }
    match verb {
        Verb::Arrive { engineer, .. } => {
            let name = store::name_of(tx, *engineer)?;
            known.engineer_name = Some(name.ok_or_else(|| Failure::field("engineer", "error-not-there"))?);
        }
        Verb::Assign { team, assignee } => must_exist(tx, *team, *assignee)?,
        Verb::AgreeDeadline { .. } | Verb::WaivePromise { .. } => known.owed = owed(tx, ticket.id)?,
        _ => {}
    }
    Ok(known)
}

fn must_exist(tx: &mut Tx, team: Option<TeamId>, assignee: Option<UserId>) -> Result<(), Failure> {
    if let Some(assignee) = assignee
        && store::active_name_of(tx, assignee)?.is_none()
    {
        return Err(Failure::field("assignee", "error-not-there"));
    }
    if let Some(team) = team
        && store::team_name(tx, team)?.is_none()
    {
        return Err(Failure::field("team", "error-not-there"));
    }
    Ok(())
}

/// The promises under which an obligation of the ticket is open.
pub fn owed(tx: &mut Tx, id: TicketId) -> Result<Vec<String>, Failure> {
    let obligations = ledger::obligations_of(tx, &subject(id))?;
    let open = obligations.iter().filter(|row| row.body.state.is_open());
    Ok(open.map(|row| row.promise.clone()).collect())
}

/// The ticket as the ledger knows it.
pub fn subject(id: TicketId) -> Subject {
    Subject::new("ticket", id.get())
}

/// Links two tickets.
pub fn link(
    change: &mut Change<'_>,
    id: TicketId,
    other: TicketId,
    relation: Relation,
) -> Result<(), Failure> {
    let ticket = load(change, id, None)?.ticket();
    let other =
        store::find(change.tx, other)?.ok_or_else(|| Failure::field("other", "error-not-there"))?.ticket();
    if store::links(change.tx, id)?.iter().any(|link| joins(link, id, other.id) && link.relation == relation)
    {
        return Err(Refusal::AlreadySo.into());
    }
    if relation == Relation::PartOf {
        family::may_join(&ticket, &other, &families::families(change.tx, id, other.id)?)?;
    }
    let happened = life::link(&ticket, &other, relation, change.now)?;
    store::add_link(change.tx, id, other.id, relation, change.now)?;
    change.nudge(format!("ticket:{}", other.id));
    save(change, ticket, happened).map(drop)
}

fn joins(link: &store::LinkRow, one: TicketId, other: TicketId) -> bool {
    (link.ticket_id, link.other_id) == (one, other) || (link.ticket_id, link.other_id) == (other, one)
}

/// Takes a link away, whichever end it was made from.
pub fn unlink(
    change: &mut Change<'_>,
    id: TicketId,
    other: TicketId,
    relation: Relation,
) -> Result<(), Failure> {
    let ticket = load(change, id, None)?.ticket();
    let there = store::remove_link(change.tx, id, other, relation)?;
    if !there && !store::remove_link(change.tx, other, id, relation)? {
        return Err(Refusal::AlreadySo.into());
    }
    let happened = life::unlink(&ticket, other, relation, change.now)?;
    change.nudge(format!("ticket:{other}"));
    save(change, ticket, happened).map(drop)
}

/// Merges a ticket into another: notes, files and messages stay where they were written and are shown on
/// both; its number leads to the other from now on.
pub fn merge(
    change: &mut Change<'_>,
    id: TicketId,
    seen: Option<i64>,
    into: TicketId,
    reason: Option<Reason>,
) -> Result<(), Failure> {
    // Always in the order of ids, so that two merges that cross cannot wait for each other.
    let (first, second) = (id.min(into), id.max(into));
    let first =
        store::find_to_change(change.tx, first)?.ok_or_else(|| Failure::field("into", "error-not-there"))?;
    let second =
        store::find_to_change(change.tx, second)?.ok_or_else(|| Failure::field("into", "error-not-there"))?;
    let (from, target) = if first.id == id { (first, second) } else { (second, first) };
    let (from, target) = (from.ticket(), target.ticket());
    if let Some(seen) = seen {
        life::must_be_current(&from, seen)?;
    }
    let happened = life::merge(&from, &target, reason, change.now)?;
    let (of_from, of_target): (Vec<_>, Vec<_>) =
        happened.into_iter().partition(|happening| happening.about.ticket == Some(id));
    save(change, from, of_from)?;
    save(change, target, of_target).map(drop)
}

/// Begins or ceases to watch. Not a fact: it concerns nobody but the watcher.
pub async fn watch<P>(app: &App, actor: &Actor<P>, id: TicketId, begin: bool) -> Result<(), Failure> {
    let user = actor.person.id;
    app.change(actor, move |c| {
        store::find(c.tx, id)?.ok_or(Failure::NotFound)?;
        if begin {
            store::watch(c.tx, id, user, c.now)?;
        } else {
            store::unwatch(c.tx, id, user)?;
        }
        c.nudge(format!("ticket:{id}"));
        Ok(())
    })
    .await
}

/// Notes that a new ticket was split from another, and links the two.
pub fn split_from(
    change: &mut Change<'_>,
    new: &super::intake::Reported,
    from: TicketId,
) -> Result<(), Failure> {
    let from = load(change, from, None)?.ticket();
    let ticket = &new.ticket;
    if ticket.customer != from.customer {
        return Err(Refusal::DifferentCustomers.into());
    }
    let happened = life::split(ticket, &from, change.now)?;
    happened.into_iter().for_each(|happening| change.happen(happening));
    link(change, from.id, ticket.id, Relation::Related)
}

/// The ticket in which another lives on, followed to its end; the ticket itself where it was not merged.
pub fn lives_on_in(tx: &mut Tx, row: TicketRow) -> Result<TicketRow, Failure> {
    /// Merges that are followed; a longer chain is a defect.
    const MERGES_MOST: usize = 100;
    let mut row = row;
    for _ in 0..MERGES_MOST {
        let Some(into) = row.merged_into_id.filter(|_| row.state == State::Merged) else {
            return Ok(row);
        };
        row = store::find(tx, into)?
            .ok_or_else(|| Failure::broke(format!("ticket {into} was merged into and is gone")))?;
    }
    Err(Failure::broke(format!("the merges of ticket {} go round in a circle", row.id)))
}

/// Reads the number in an address. A number with a slip has its own page; here it is not found.
pub fn number(text: &str) -> Result<TicketId, Failure> {
    TicketNumber::parse(text).map(TicketNumber::ticket).map_err(|_| Failure::NotFound)
}

/// The address of a ticket.
pub fn path(id: TicketId) -> String {
    format!("/tickets/{}", TicketNumber::of(id))
}

/// Reads the version that a form was opened with.
pub fn seen(text: &str) -> Option<i64> {
    i64::from_str(text.trim()).ok()
}
