//! What is owed to a caller after the call: attempts, agreed hours, three answers, and who owes it.
//!
//! Serves C4.4 and C4.5. Nobody answering is never a success: only the customer's own word ends a task.

use jiff::{Timestamp, tz::TimeZone};

use super::{Answer, Attempt, Call, TaskKind, id};
use crate::{
    event::{Event, Happening},
    ids::*,
    refusal::{Invalid, Refusal},
    text::{Line, Reading, Reason, Text},
    tickets::{
        State,
        intake::choice,
        verb::{Fields, parse_moment},
    },
};

/// When the customer can be called: from a moment on, perhaps until another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub from_at: Timestamp,
    pub until_at: Option<Timestamp>,
}

/// Reads an agreed window that may be left out.
///
/// Errors: [`Invalid`] for a window that is past or ends before it begins.
pub fn read_window(fields: &dyn Fields, zone: &TimeZone, now: Timestamp) -> Result<Option<Window>, Invalid> {
    let from_at = parse_moment("window_from", fields.field("window_from"), zone)?;
    let until_at = parse_moment("window_until", fields.field("window_until"), zone)?;
    match (from_at, until_at) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(Invalid::required("window_from")),
        (Some(from_at), Some(until_at)) if until_at <= from_at => {
            Err(Invalid::new("window_until", "error-call-window"))
        }
        (Some(_), Some(until_at)) if until_at <= now => Err(Invalid::new("window_until", "error-call-past")),
        (Some(from_at), until_at) => Ok(Some(Window { from_at, until_at })),
    }
}

/// The fact of an agreed window.
pub fn agreed(call: &Call, window: Window, now: Timestamp) -> Happening {
    call.happened(now, Event::CallWindowAgreed { from_at: window.from_at, until_at: window.until_at })
}

/// A task, as far as decisions need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Task {
    pub id: CallTaskId,
    pub kind: TaskKind,
    pub owner: Option<UserId>,
    pub done_at: Option<Timestamp>,
}

/// An attempt with what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    pub result: Attempt,
    /// What the customer said; there where they were reached, and only there.
    pub answer: Option<Answer>,
    pub contact: Option<ContactId>,
    pub note: Option<Text>,
    /// When to try again, as agreed.
    pub window: Option<Window>,
}

/// Reads an attempt.
///
/// Errors: every field that is wrong; an answer is needed where the customer was reached.
pub fn read_tried(fields: &dyn Fields, zone: &TimeZone, now: Timestamp) -> Result<Tried, Vec<Invalid>> {
    let mut form = Reading::new();
    let result: Option<Attempt> = form.field(
        choice("result", fields.field("result"))
            .and_then(|result| result.ok_or_else(|| Invalid::required("result"))),
    );
    let answer = form.field(choice::<Answer>("answer", fields.field("answer")));
    let contact = form.field(id("contact", fields.field("contact")));
    let note = form.field(Text::parse_optional("note", fields.field("note")));
    let window = form.field(read_window(fields, zone, now));
    let answer = match (result, answer) {
        (Some(Attempt::Reached), Some(None)) if window.is_none_or(|window| window.is_none()) => {
            form.problem(Invalid::new("answer", "error-call-answer"));
            None
        }
        (Some(Attempt::Reached), answer) => answer,
        // Nobody spoke, so nobody answered.
        (_, answer) => answer.map(|_| None),
    };
    form.finish((|| {
        Some(Tried { result: result?, answer: answer?, contact: contact?, note: note?, window: window? })
    })())
}

/// What an answer means for the ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// The task stays open.
    TryAgain,
    /// Noted; the matter can be closed.
    Settled,
    /// The ticket is taken up again.
    Reopen,
    /// The ticket goes on.
    Continue,
}

/// Decides an attempt: what happened, and what it means for the ticket.
///
/// Source: C4.4, C4.5. *Partly* and *not* reopen a ticket that counted as done.
/// Errors: [`Refusal::AlreadySo`] where the task is done.
pub fn attempt(
    task: &Task,
    call: &Call,
    ticket: Option<State>,
    tried: &Tried,
    agent: UserId,
    now: Timestamp,
) -> Result<(Vec<Happening>, Then), Refusal> {
    if task.done_at.is_some() {
        return Err(Refusal::AlreadySo);
    }
    let note = tried.note.as_ref().map(Text::to_string);
    let contact = tried.contact.or(call.contact);
    let said = Event::CallAttempted { result: tried.result, agent, note: note.clone() };
    let mut happened = vec![call.happened(now, said)];
    happened.extend(tried.window.map(|window| agreed(call, window, now)));
    let Some(answer) = tried.answer else { return Ok((happened, Then::TryAgain)) };
    let told = match task.kind {
        TaskKind::CallBack | TaskKind::Missed => Event::CallCalledBack { outcome: answer, contact, note },
        TaskKind::Confirmation => Event::CallConfirmed { outcome: answer, contact, note },
    };
    happened.push(call.happened(now, told));
    let then = match (answer, ticket) {
        (Answer::Solved, _) | (_, None) => Then::Settled,
        (Answer::Partly | Answer::Not, Some(State::Restored | State::Resolved | State::Closed)) => {
            Then::Reopen
        }
        (Answer::Partly | Answer::Not, Some(_)) => Then::Continue,
    };
    Ok((happened, then))
}

/// Decides that a colleague is offered what is owed.
///
/// Errors: [`Refusal::AlreadySo`] for a task that is done or that the colleague has.
pub fn hand_over(
    task: &Task,
    call: &Call,
    from: UserId,
    to: UserId,
    note: Option<&Text>,
    now: Timestamp,
) -> Result<Happening, Refusal> {
    if task.done_at.is_some() || task.owner == Some(to) {
        return Err(Refusal::AlreadySo);
    }
    let note = note.map(Text::to_string);
    Ok(call.happened(now, Event::CallHandedOver { agent: from, assignee: to, note }))
}

/// Decides that the colleague has it now.
pub fn take_over(call: &Call, by: UserId, now: Timestamp) -> Happening {
    call.happened(now, Event::CallTakenOver { agent: by })
}

/// Decides that the customer needs nothing more.
///
/// Errors: [`Refusal::AlreadySo`] where the task is done.
pub fn withdraw(task: &Task, call: &Call, reason: &Reason, now: Timestamp) -> Result<Happening, Refusal> {
    if task.done_at.is_some() {
        return Err(Refusal::AlreadySo);
    }
    Ok(call.happened(now, Event::CallWithdrawn { reason: reason.to_string() }))
}

/// An agreed window that ends after the deadline moves it, counted apart: who agreed, and until when.
///
/// C4.4 only: the 24 hours of C4.5 are the contract's own figure.
pub fn moves_deadline(
    kind: TaskKind,
    call: &Call,
    due_at: Timestamp,
    window: Window,
    contact: Option<(ContactId, Line)>,
    reason: &str,
    now: Timestamp,
) -> Option<Happening> {
    let until_at = window.until_at.unwrap_or(window.from_at);
    let (contact, contact_name) = contact?;
    (kind == TaskKind::CallBack && until_at > due_at && call.ticket.is_some()).then(|| {
        call.happened(
            now,
            Event::TicketDeadlineAgreed {
                promise: "call-back".to_owned(),
                due_at: until_at,
                contact,
                reason: reason.to_owned(),
                contact_name: contact_name.to_string(),
            },
        )
    })
}
