//! Calls in the reader's words: states, outcomes, who calls, lists.

use jiff::SignedDuration;
use maud::{Markup, html};
use rules::calls::{Answer, Attempt, CallState, Direction, EndedBy, Outcome, TaskKind};
use rules::ids::CallId;

use super::store::CallLine;
use super::tasks::TaskLine;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::tickets::words::number_link;

/// The address of a call.
pub fn path(id: CallId) -> String {
    format!("/calls/{id}")
}

/// The chip of a state.
pub fn state(l: &L10n, state: CallState) -> Markup {
    let (tone, drawing) = match state {
        CallState::Ringing => (Tone::Risk, Icon::Emergency),
        CallState::Active => (Tone::OnTime, Icon::Phone),
        CallState::Held => (Tone::Paused, Icon::Pause),
        CallState::Ended => (Tone::Plain, Icon::Check),
        CallState::Missed => (Tone::Bad, Icon::Late),
    };
    chip(tone, drawing, l.t(state.label()))
}

/// The chip of an outcome.
pub fn outcome(l: &L10n, outcome: Outcome) -> Markup {
    let (tone, drawing) = match outcome {
        Outcome::Solved => (Tone::Met, Icon::OnTime),
        Outcome::CustomerDiagnosing => (Tone::Info, Icon::Phone),
        Outcome::CustomerFixed => (Tone::Info, Icon::Check),
        Outcome::Dispatch => (Tone::Info, Icon::Arrive),
        Outcome::SecondLine => (Tone::Info, Icon::Assign),
    };
    chip(tone, drawing, l.t(outcome.label()))
}

/// What came of a call: its outcome, or what is wrong with it.
pub fn result(l: &L10n, line: &CallLine) -> Markup {
    let over = line.ended_at.is_some() && line.answered_at.is_some();
    match (line.outcome, line.missed) {
        (Some(told), _) => outcome(l, told),
        (None, Some(missed)) => chip(Tone::Bad, Icon::Late, l.t(missed.label())),
        (None, None) if over && line.ended_by == Some(EndedBy::Agent) => {
            chip(Tone::Bad, Icon::Breach, l.t("call-hung-up"))
        }
        (None, None) if over => chip(Tone::Risk, Icon::Risk, l.t("call-no-outcome")),
        (None, None) => state(l, line.state),
    }
}

/// The chip of what is owed.
pub fn task_kind(l: &L10n, kind: TaskKind) -> Markup {
    let (tone, drawing) = match kind {
        TaskKind::CallBack => (Tone::Info, Icon::Phone),
        TaskKind::Confirmation => (Tone::Info, Icon::Check),
        TaskKind::Missed => (Tone::Risk, Icon::Late),
    };
    chip(tone, drawing, l.t(kind.label()))
}

/// What came of the last attempt.
pub fn attempt(l: &L10n, result: Attempt, answer: Option<Answer>) -> Markup {
    html! { (l.t(result.label())) @if let Some(answer) = answer { " · " strong { (l.t(answer.label())) } } }
}

/// Whom one speaks with, as well as it is known.
pub fn who(l: &L10n, contact: Option<&str>, caller_name: Option<&str>, phone: Option<&str>) -> String {
    let name = contact.or(caller_name);
    match (name, phone) {
        (Some(name), _) => name.to_owned(),
        (None, Some(phone)) => phone.to_owned(),
        (None, None) => l.t("call-unknown").into_owned(),
    }
}

/// How long it was or is spoken, in the words of the page.
pub fn length(l: &L10n, line: &CallLine) -> String {
    let Some(answered_at) = line.answered_at else { return "\u{2013}".to_owned() };
    let until = line.ended_at.unwrap_or(l.now);
    l.duration(until.duration_since(answered_at).max(SignedDuration::ZERO))
}

/// A telephone number that one can press.
pub fn tel(phone: &str) -> Markup {
    html! { a class="phone" href={ "tel:" (phone) } { (phone) } }
}

/// The arrow of a direction, with its word for those who do not see it.
pub fn direction(l: &L10n, direction: Direction) -> Markup {
    let drawing = match direction {
        Direction::In => Icon::Arrive,
        Direction::Out => Icon::External,
    };
    html! { span class="call-direction" title=(l.t(direction.label())) { (icon(drawing)) span class="unseen" { (l.t(direction.label())) } } }
}

/// Calls as rows.
pub fn listed(l: &L10n, rows: &[CallLine]) -> Markup {
    let columns = [
        Column::new(l.t("call-when")),
        Column::new(l.t("call-who")),
        Column::wide(l.t("field-customer")),
        Column::wide(l.t("call-agent")),
        Column::wide(l.t("call-length")),
        Column::new(l.t("call-result")),
        Column::new(l.t("ticket-number")),
    ];
    table(
        l.t("calls-title"),
        &columns,
        html! {
            @for row in rows {
                tr data-href=(path(row.id)) {
                    td { (direction(l, row.direction)) " " a href=(path(row.id)) { (when(l, row.began_at)) } }
                    td { (who(l, row.contact.as_deref(), row.caller_name.as_deref(), row.phone.as_deref())) }
                    td class="wide" { @if let Some(name) = &row.customer { (name) } @else { "\u{2013}" } }
                    td class="wide" { @if let Some(name) = &row.agent { (name) } @else { "\u{2013}" } }
                    td class="wide figures" { (length(l, row)) }
                    td { (result(l, row)) }
                    td { @if let Some(ticket) = row.ticket_id { (number_link(ticket)) } @else { "\u{2013}" } }
                }
            }
        },
    )
}

/// When the customer can be called, as agreed.
pub fn window(l: &L10n, task: &TaskLine) -> Option<String> {
    let from_at = task.from_at?;
    let args = |until: String| [("from", l.datetime_short(from_at).into()), ("until", until.into())];
    Some(match task.until_at {
        Some(until_at) => l.ta("call-window-between", &args(l.datetime_short(until_at))).into_owned(),
        None => l.ta("call-window-after", &args(String::new())[..1]).into_owned(),
    })
}

/// The views of the hotline.
pub fn views(l: &L10n, here: &str) -> Markup {
    let places = [
        ("/console", "console-title"),
        ("/calls/todo", "call-todo-title"),
        ("/calls/hand-over", "hand-over-title"),
        ("/calls", "calls-title"),
        ("/replies", "replies-title"),
    ];
    let all: Vec<Tab> = places
        .iter()
        .map(|(href, key)| Tab {
            href: (*href).to_owned(),
            label: l.t(key).into_owned(),
            count: None,
            current: *href == here,
        })
        .collect();
    tabs(l, &all)
}
