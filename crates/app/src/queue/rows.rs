//! The lines of the queue, set like a timetable: when, what is owed, which ticket, where it stands, with whom.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use db::Tx;
use jiff::Timestamp;
use maud::{Markup, html};
use promise::Terms;
use rules::ids::CommitmentId;
use rules::tickets::State;
use rules::tickets::number::TicketNumber;

use super::store::{QueueRow, Slice};
use crate::kernel::errors::Failure;
use crate::kernel::state::Shared;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::tickets::words;

/// What promises are called, for the rows of a page.
#[derive(Default)]
pub struct Titles(HashMap<CommitmentId, Arc<Terms>>);

impl Titles {
    /// Takes the terms of every commitment that the rows were judged under from the library.
    pub fn of(app: &Shared, tx: &mut Tx, rows: &[QueueRow]) -> Result<Titles, Failure> {
        let mut terms = HashMap::new();
        for id in rows.iter().filter_map(|row| row.commitment_id) {
            if let std::collections::hash_map::Entry::Vacant(e) = terms.entry(id) {
                e.insert(app.library.terms(tx, id)?);
            }
        }
        Ok(Titles(terms))
    }

    /// What the next deadline of a row is about.
    pub fn promise(&self, l: &L10n, row: &QueueRow) -> Option<String> {
        let id = row.next_promise.as_deref()?;
        let terms = row.commitment_id.and_then(|commitment| self.0.get(&commitment));
        Some(terms.and_then(|terms| title(l, terms, id)).unwrap_or_else(|| id.to_owned()))
    }
}

/// The name of a promise in the reader's language.
pub fn title(l: &L10n, terms: &Terms, id: &str) -> Option<String> {
    let words = &terms.promise(id)?.title;
    words.get(l.locale.tag()).or_else(|| words.values().next()).cloned()
}

/// How a line stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Overdue,
    AtRisk,
    Running,
    /// No clock runs.
    Still,
}

/// How a line stands now.
pub fn standing(row: &QueueRow, now: Timestamp) -> Standing {
    match row.next_due_at {
        None => Standing::Still,
        Some(due_at) if due_at <= now => Standing::Overdue,
        Some(_) if row.next_warn_at.is_some_and(|warn_at| warn_at <= now) => Standing::AtRisk,
        Some(_) => Standing::Running,
    }
}

/// A heading of the timetable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Overdue,
    Today,
    Tomorrow,
    Later,
    Still,
}

impl Part {
    fn of(row: &QueueRow, l: &L10n) -> Part {
        let day = |at: Timestamp| at.to_zoned(l.zone.clone()).date();
        match row.next_due_at {
            None => Part::Still,
            Some(due_at) if due_at <= l.now => Part::Overdue,
            Some(due_at) if day(due_at) == day(l.now) => Part::Today,
            Some(due_at) if day(l.now).tomorrow().is_ok_and(|next| day(due_at) == next) => Part::Tomorrow,
            Some(_) => Part::Later,
        }
    }

    fn id(self) -> &'static str {
        match self {
            Part::Overdue => "part-overdue",
            Part::Today => "part-today",
            Part::Tomorrow => "part-tomorrow",
            Part::Later => "part-later",
            Part::Still => "part-still",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Part::Overdue => "queue-part-overdue",
            Part::Today => "queue-part-today",
            Part::Tomorrow => "queue-part-tomorrow",
            Part::Later => "queue-part-later",
            Part::Still => "queue-part-still",
        }
    }
}

/// The body of the table. `more` is the address of the rows after these, `before` the last row before them.
pub fn body(l: &L10n, slice: &Slice, titles: &Titles, more: Option<&str>, selectable: bool) -> Markup {
    let mut part = None;
    html! {
        tbody id="queue-rows" data-more=[more] data-cut[slice.cut] {
            @for row in &slice.rows {
                @let own = Part::of(row, l);
                @if part.replace(own) != Some(own) { (heading(l, own)) }
                (line(l, row, titles, selectable))
            }
        }
    }
}

fn heading(l: &L10n, part: Part) -> Markup {
    html! {
        tr class={ "part " (part.id()) } id=(part.id()) {
            th colspan="6" scope="colgroup" { (l.t(part.label())) }
        }
    }
}

fn line(l: &L10n, row: &QueueRow, titles: &Titles, selectable: bool) -> Markup {
    let number = TicketNumber::of(row.id);
    let href = format!("/tickets/{number}");
    let tone = match standing(row, l.now) {
        Standing::Overdue => "bad",
        Standing::AtRisk => "risk",
        Standing::Running => "on-time",
        Standing::Still => "still",
    };
    html! {
        tr id={ "t" (row.id) } class={ "line " (tone) } data-href=(href) data-version=(row.version)
            data-sign=(sign(l, row)) data-at=(row.queue_at.as_millisecond())
            data-due=[row.next_due_at.map(|at| at.to_string())] data-warn=[row.next_warn_at.map(|at| at.to_string())] {
            td class="pick" { @if selectable {
                input type="checkbox" name="ticket" value=(row.id) form="bulk"
                    aria-label=(l.ta("queue-pick", &[("number", number.grouped().into())]));
            } }
            td class="due" { (due(l, row)) }
            td class="owed" { (owed(l, row, titles)) }
            td class="which" {
                a class="ticket-number" href=(href) { (number.grouped()) }
                (words::severity(l, row.severity))
            }
            td class="matter" {
                p class="matter-title" { (row.title) }
                (place(l, row))
            }
            td class="stands" { (stands(l, row)) (holder(l, row)) }
        }
    }
}

/// Tells whether a row looks the same as before, the running countdown aside.
fn sign(l: &L10n, row: &QueueRow) -> String {
    let mut hasher = DefaultHasher::new();
    let of_day = row
        .next_due_at
        .map(|at| (at.to_zoned(l.zone.clone()).date() == l.now.to_zoned(l.zone.clone()).date(), at <= l.now));
    format!("{row:?} {of_day:?}").hash(&mut hasher);
    format!("{:x}", hasher.finish())
}

/// The minute at which the next deadline runs out, large, and how long that is from now.
fn due(l: &L10n, row: &QueueRow) -> Markup {
    let Some(due_at) = row.next_due_at else {
        let paused = row.state == State::Waiting;
        return html! {
            span class="due-none" {
                @if paused { (icon(Icon::Pause)) span { (l.t("queue-clock-paused")) } }
                @else { span { (l.t("queue-clock-none")) } }
            }
        };
    };
    let zoned = due_at.to_zoned(l.zone.clone());
    let today = zoned.date() == l.now.to_zoned(l.zone.clone()).date();
    html! {
        span class="due-at" title=(l.datetime_exact(due_at, &l.zone)) {
            @if !today { span class="due-day" { (zoned.strftime("%m-%d").to_string()) } " " }
            span class="due-time" { (zoned.strftime("%H:%M").to_string()) }
        }
        (countdown(l, due_at, row.next_warn_at))
    }
}

fn owed(l: &L10n, row: &QueueRow, titles: &Titles) -> Markup {
    html! {
        @if let Some(promise) = titles.promise(l, row) {
            span class="owed-what" { (promise) }
            @if let Some(clause) = &row.next_clause { " " span class="clause" { (clause) } }
        }
        @if row.missed_count > 0 {
            span class="owed-missed" { (icon(Icon::Breach)) (l.ta("queue-missed", &[("n", row.missed_count.into())])) }
        }
    }
}

fn place(l: &L10n, row: &QueueRow) -> Markup {
    let unit = row.asset.as_deref().or(row.product.as_deref());
    let unit = match (unit, row.position.as_deref()) {
        (Some(unit), Some(position)) => Some(format!("{unit}, {position}")),
        (unit, position) => unit.or(position).map(str::to_owned),
    };
    html! {
        p class="matter-place" {
            span class="customer" { (row.customer) }
            @if let Some(site) = &row.site { span class="site" { (site) } }
            @if let Some(unit) = unit { span class="unit" { (unit) } }
            @if row.kind != rules::tickets::Kind::Fault { (badge(l.t(row.kind.label()))) }
        }
    }
}

fn stands(l: &L10n, row: &QueueRow) -> Markup {
    html! {
        @if let (State::Waiting, Some(addressee)) = (row.state, row.waiting_addressee) {
            span title=[row.waiting_question.as_deref()] {
                (chip(Tone::Paused, Icon::Pause, l.ta("queue-waiting-on", &[("who", l.t(addressee.label()).into())])))
            }
        } @else { (words::state(l, row.state)) }
        span class="writer" data-writers={ "ticket:" (row.id) } hidden {}
    }
}

fn holder(l: &L10n, row: &QueueRow) -> Markup {
    html! {
        span class="holder" {
            @match (&row.assignee, &row.team) {
                (Some(person), Some(team)) => { (person) " " span class="team" { (team) } }
                (Some(person), None) => { (person) }
                (None, Some(team)) => { span class="nobody" { (l.t("queue-nobody")) } " " span class="team" { (team) } }
                (None, None) => { span class="nobody" { (l.t("queue-nobody")) } }
            }
        }
    }
}
