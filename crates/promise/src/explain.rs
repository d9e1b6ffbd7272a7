//! Why a deadline is this minute: the clause and its version, the entry that applied, the calendar, each interval
//! that counted or did not, and each fact that moved it.
//!
//! An explanation is data: message ids with arguments, which a page puts in the reader's language. [`text`]
//! renders it in plain English or Chinese for the command line.

mod text;

use std::sync::Arc;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::Serialize;

use crate::calendar::Hours;
use crate::clock::Entry;
use crate::figure::Figure;
use crate::obligation::{Obligation, PromiseId};
use crate::terms::{Rule, Terms};

pub use text::{Language, text};

/// Above so many intervals an explanation adds runs of ordinary days together.
const INTERVALS_MOST: usize = 16;
/// No explanation looks at more opening times than this.
const STRETCHES_MOST: usize = 4000;

/// Why a deadline is this minute.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    pub promise: PromiseId,
    pub clause: Arc<str>,
    /// The commitment and its version, as `standard@1`.
    pub terms: Arc<str>,
    /// Which entry of the promise applied; none where it has a single one.
    pub entry: Option<Arc<str>>,
    pub figure: Option<Arc<str>>,
    /// The calendar and its version, as `cn-workdays-5x8@2026.1`.
    pub calendar: Option<String>,
    pub zone: Option<Arc<str>>,
    pub started_at: Timestamp,
    pub due_at: Option<Timestamp>,
    pub original_due_at: Option<Timestamp>,
    /// Units: seconds of the promise's time that were used up to the asked moment, or to the end.
    pub used_s: i64,
    pub steps: Vec<Step>,
}

/// One step of an explanation: a message id and its arguments.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// The message id, one of [`CODES`].
    pub code: &'static str,
    pub from: Timestamp,
    /// None for a moment.
    pub to: Option<Timestamp>,
    /// Units: seconds that counted towards the deadline.
    pub counted_s: i64,
    pub args: Vec<(&'static str, String)>,
    /// The fact behind it.
    pub fact: Option<u64>,
}

/// Every message id that a step may have.
pub const CODES: [&str; 25] = [
    "why-started",
    "why-counted",
    "why-counted-makeup",
    "why-counted-run",
    "why-days",
    "why-days-by-the-calendar",
    "why-moved-to-opening",
    "why-closed",
    "why-closed-days",
    "why-holiday",
    "why-paused",
    "why-amended",
    "why-rederived",
    "why-incomplete",
    "why-given",
    "why-no-figure",
    "why-holidays-unknown",
    "why-due",
    "why-ended",
    "why-quota",
    "why-rate",
    "why-coverage",
    "why-gate",
    "why-roster",
    "why-stock",
];

impl Step {
    fn moment(code: &'static str, at: Timestamp, fact: Option<u64>) -> Self {
        Step { code, from: at, to: None, counted_s: 0, args: Vec::new(), fact }
    }

    fn interval(code: &'static str, from: Timestamp, to: Timestamp) -> Self {
        Step { code, from, to: Some(to), counted_s: 0, args: Vec::new(), fact: None }
    }

    fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    fn counted(mut self, seconds: i64) -> Self {
        self.counted_s = seconds;
        self
    }

    /// The value of an argument.
    pub fn arg(&self, name: &str) -> Option<&str> {
        self.args.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
    }
}

/// Explains a deadline: every interval that counted or did not, and every fact that moved it.
///
/// An obligation without a deadline, because it is paused or has no figure, is explained up to `until`.
pub fn explain(terms: &Terms, obligation: &Obligation, until: Timestamp) -> Explanation {
    let entry = entry_of(terms, obligation);
    let hours = entry.map(|entry| entry.calendar.hours(obligation.zone.as_deref()));
    let mut steps = facts_that_moved_it(obligation);
    let end = obligation.due_at.or(obligation.original_due_at).unwrap_or(until);
    let mut used_s = 0;
    if let (Some(entry), Some(hours)) = (entry, &hours) {
        steps.extend(counting(entry, hours, obligation, end));
        let asked = obligation.state.ended_at().unwrap_or(until);
        used_s = used_micros(hours, obligation, asked) / 1_000_000;
        if obligation.beyond_known_holidays
            && let Some(known) = hours.known_until()
            && let Some(from) =
                known.tomorrow().ok().and_then(|next| hours.at_local(next, Default::default()))
        {
            let step = Step::moment("why-holidays-unknown", from, None);
            steps.push(step.with("known_until", known).with("year", known.year() + 1));
        }
    } else {
        steps.push(of_kind(terms, obligation));
    }
    if let Some(due_at) = obligation.due_at {
        steps.push(Step::moment("why-due", due_at, None));
    }
    // In order of time; of one moment, what happened comes before what it led to.
    steps.sort_by_key(|step| (step.from, rank(step.code)));
    Explanation {
        promise: obligation.promise.clone(),
        clause: obligation.clause.clone(),
        terms: obligation.terms.clone(),
        entry: obligation.entry.clone(),
        figure: obligation.figure.clone(),
        calendar: entry.map(|entry| format!("{}@{}", entry.calendar.id(), entry.calendar.version())),
        zone: obligation.zone.clone(),
        started_at: obligation.started_at,
        due_at: obligation.due_at,
        original_due_at: obligation.original_due_at,
        used_s,
        steps,
    }
}

/// How much of its time an obligation has used at a moment, pauses left out.
///
/// Units: microseconds of time on its calendar. None where it has no figure.
pub fn used(terms: &Terms, obligation: &Obligation, at: Timestamp) -> Option<i64> {
    let hours = entry_of(terms, obligation)?.calendar.hours(obligation.zone.as_deref());
    Some(used_micros(&hours, obligation, at))
}

fn used_micros(hours: &Hours, obligation: &Obligation, at: Timestamp) -> i64 {
    let start = obligation.started_at;
    let paused: i64 = obligation
        .pauses
        .iter()
        .map(|pause| {
            let from = pause.started_at.max(start);
            hours.elapsed(from, pause.ended_at.unwrap_or(at).min(at))
        })
        .sum();
    hours.elapsed(start, at) - paused
}

fn entry_of<'t>(terms: &'t Terms, obligation: &Obligation) -> Option<&'t Entry> {
    let clock = terms.promise(obligation.promise.as_str())?.rule.clock()?;
    obligation.figure.as_ref()?;
    clock.entries.iter().find(|entry| entry.label == obligation.entry)
}

/// What an obligation rests on that no clock made: the figure of its promise and what it was read from.
fn of_kind(terms: &Terms, obligation: &Obligation) -> Step {
    let code = match terms.promise(obligation.promise.as_str()).map(|promise| &promise.rule) {
        Some(Rule::Quota(_)) => "why-quota",
        Some(Rule::Rate(_)) => "why-rate",
        Some(Rule::Coverage(_)) => "why-coverage",
        Some(Rule::Gate(_)) => "why-gate",
        Some(Rule::Roster(_)) => "why-roster",
        Some(Rule::Stock(_)) => "why-stock",
        Some(Rule::Clock(_)) | None => "why-no-figure",
    };
    Step::moment(code, obligation.started_at, obligation.evidence.first().copied())
        .with("figure", obligation.figure.as_deref().unwrap_or(""))
        .with("entry", obligation.entry.as_deref().unwrap_or(""))
}

fn rank(code: &str) -> u8 {
    match code {
        "why-due" | "why-ended" => 2,
        "why-started" | "why-amended" | "why-rederived" | "why-incomplete" => 0,
        _ => 1,
    }
}

fn facts_that_moved_it(obligation: &Obligation) -> Vec<Step> {
    let mut steps =
        vec![Step::moment("why-started", obligation.started_at, obligation.evidence.first().copied())];
    for change in &obligation.rederivations {
        let entry = |entry: &Option<Arc<str>>| entry.as_deref().unwrap_or("").to_owned();
        let step = Step::moment("why-rederived", change.at, Some(change.fact));
        steps.push(step.with("from", entry(&change.from)).with("to", entry(&change.to)));
    }
    for amendment in &obligation.amendments {
        let step = Step::moment("why-amended", amendment.at, Some(amendment.fact));
        let step = step.with("contact", &amendment.contact).with("reason", &amendment.reason);
        steps.push(step.with("due_at", amendment.due_at));
    }
    for incomplete in &obligation.incomplete {
        let step = Step::moment("why-incomplete", incomplete.at, Some(incomplete.fact));
        steps.push(step.with("missing", incomplete.missing.join(", ")));
    }
    if let Some(at) = obligation.state.ended_at() {
        let fact = obligation.evidence.last().copied();
        steps.push(Step::moment("why-ended", at, fact).with("state", obligation.state.as_str()));
    }
    steps
}

fn counting(entry: &Entry, hours: &Hours, obligation: &Obligation, end: Timestamp) -> Vec<Step> {
    let start = obligation.started_at;
    match &entry.within {
        Figure::Working { .. } => {
            let steps = working_time(hours, obligation, end);
            if steps.len() > INTERVALS_MOST { add_runs(steps) } else { steps }
        }
        Figure::WorkingDays { .. } | Figure::NextWorkingDay { .. } => {
            let mut steps = pauses(hours, obligation, start, end);
            steps.extend(working_days(entry, hours, start, end));
            steps
        }
        Figure::CalendarDays { .. } | Figure::Months { .. } => {
            let mut steps = pauses(hours, obligation, start, end);
            let days = (hours.local(end).date() - hours.local(start).date()).get_days();
            steps.push(Step::interval("why-days-by-the-calendar", start, end).with("days", days));
            steps
        }
        Figure::Given { field } => vec![Step::moment("why-given", start, None).with("field", field)],
        Figure::Unstated | Figure::NoPromise => vec![Step::moment("why-no-figure", start, None)],
    }
}

/// The pauses, each with the time that it gave back.
fn pauses(hours: &Hours, obligation: &Obligation, start: Timestamp, end: Timestamp) -> Vec<Step> {
    let pause = |pause: &crate::obligation::Pause| {
        let (from, to) = (pause.started_at.max(start), pause.ended_at.unwrap_or(end));
        if from >= to && pause.ended_at.is_some() {
            return None;
        }
        let mut step = Step::interval("why-paused", from, to.max(from));
        step.fact = Some(pause.started_by);
        let words =
            [("addressee", &pause.addressee), ("question", &pause.question), ("reason", &pause.reason)];
        for (name, word) in words {
            if let Some(word) = word {
                step = step.with(name, word);
            }
        }
        Some(step.with("given_back_s", hours.elapsed(from, to) / 1_000_000))
    };
    obligation.pauses.iter().filter_map(pause).collect()
}

/// Working time between the start and the end: what counted, what was closed, what was paused.
fn working_time(hours: &Hours, obligation: &Obligation, end: Timestamp) -> Vec<Step> {
    let start = obligation.started_at;
    let mut steps = Vec::new();
    let mut at = start;
    let paused = pauses(hours, obligation, start, end);
    for pause in paused {
        let (from, to) = (pause.from, pause.to.unwrap_or(pause.from));
        if from > end {
            break;
        }
        count(hours, at, from, &mut steps);
        at = to.max(at);
        steps.push(pause);
    }
    count(hours, at, end, &mut steps);
    steps
}

/// What counted and what was closed between two moments without a pause.
fn count(hours: &Hours, from: Timestamp, to: Timestamp, steps: &mut Vec<Step>) {
    let mut at = from;
    for (open, close) in hours.stretches(from, to, STRETCHES_MOST) {
        if at < open {
            steps.push(closed(hours, at, open));
        }
        let seconds = hours.elapsed(open, close) / 1_000_000;
        let date = hours.local(open).date();
        steps.push(match hours.makeup(date) {
            Some(name) => {
                Step::interval("why-counted-makeup", open, close).counted(seconds).with("name", name)
            }
            None => Step::interval("why-counted", open, close).counted(seconds),
        });
        at = close;
    }
    if at < to {
        steps.push(closed(hours, at, to));
    }
}

/// A time that was closed: a holiday by its name, whole days, or outside the hours of a day.
fn closed(hours: &Hours, from: Timestamp, to: Timestamp) -> Step {
    let (first, last) = (hours.local(from).date(), hours.local(to).date());
    let mut names: Vec<Arc<str>> = Vec::new();
    let mut whole_days = 0;
    for date in dates(first, last) {
        if let Some(name) = hours.holiday(date)
            && !names.contains(&name)
        {
            names.push(name);
        }
        whole_days += i32::from(!hours.is_working_day(date));
    }
    if !names.is_empty() {
        let step = Step::interval("why-holiday", from, to);
        return step.with("name", names.join("、")).with("days", whole_days);
    }
    let code = if whole_days > 0 { "why-closed-days" } else { "why-closed" };
    Step::interval(code, from, to).with("days", whole_days)
}

/// Day by day for a figure in working days: runs of days that counted, and the days that did not.
fn working_days(entry: &Entry, hours: &Hours, start: Timestamp, end: Timestamp) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut from = start;
    if matches!(entry.within, Figure::WorkingDays { cutoff: None, .. })
        && let Some(open) = hours.next_open(start)
        && open > start
    {
        steps.push(Step::interval("why-moved-to-opening", start, open));
        from = open;
    }
    let midnight = |date: Date| hours.at_local(date, Default::default());
    let Some(first) = hours.local(from).date().tomorrow().ok() else { return steps };
    for date in dates(first, hours.local(end).date()) {
        let (Some(begin), Some(next)) = (midnight(date), date.tomorrow().ok().and_then(midnight)) else {
            continue;
        };
        let (code, name) = match hours.holiday(date) {
            Some(name) => ("why-holiday", Some(name)),
            None if !hours.is_working_day(date) => ("why-closed-days", None),
            None => ("why-days", None),
        };
        let name = name.as_deref().unwrap_or("").to_owned();
        match steps.last_mut() {
            Some(last) if last.code == code && last.arg("name").unwrap_or("") == name => {
                last.to = Some(next);
                let days = last.arg("days").and_then(|days| days.parse::<i32>().ok()).unwrap_or(0);
                last.args.retain(|(key, _)| *key != "days");
                last.args.push(("days", (days + 1).to_string()));
            }
            Some(_) | None => {
                let mut step = Step::interval(code, begin, next);
                if !name.is_empty() {
                    step = step.with("name", name);
                }
                steps.push(step.with("days", 1));
            }
        }
    }
    steps
}

/// Adds ordinary intervals between holidays, make-up days and pauses together, so that months stay readable.
fn add_runs(steps: Vec<Step>) -> Vec<Step> {
    let mut short: Vec<Step> = Vec::new();
    for step in steps {
        let ordinary = matches!(step.code, "why-counted" | "why-closed" | "why-closed-days");
        match short.last_mut() {
            Some(run) if ordinary && run.code == "why-counted-run" => {
                run.to = step.to;
                run.counted_s += step.counted_s;
            }
            Some(_) | None if ordinary => {
                short.push(Step { code: "why-counted-run", args: Vec::new(), ..step })
            }
            Some(_) | None => short.push(step),
        }
    }
    short
}

fn dates(first: Date, last: Date) -> impl Iterator<Item = Date> {
    first.series(1.day()).take_while(move |date| *date <= last)
}
