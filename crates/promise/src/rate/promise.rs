//! A rate as a promise: the keys of the file, and how faults, visits and reviews move it (C2.7).
//!
//! Each fault, visit and review decides anew. While irregular visits are in force, one is owed within the
//! planned interval of the last visit; when the rate has fallen, what is still owed falls away.

use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::{BeginWhen, Decision, Observed, Plan, RateTerms, Stance, decide, decide_by_counts};
use crate::calendar::Calendar;
use crate::clock::Warning;
use crate::condition::Condition;
use crate::kinds::{self, Fold};
use crate::obligation::{Obligation, Rederivation, State};
use crate::quota::days_between;
use crate::quota::promise::whole;
use crate::reader::{Item, Table};
use crate::terms::Role;

/// The keys of a rate, beside those that every promise has.
pub(crate) const KEYS: [&str; 15] = [
    "start",
    "end",
    "fault",
    "counted",
    "visit",
    "review",
    "visits_a_year",
    "begin_when",
    "faults_min",
    "withdraw_at",
    "window_days",
    "confidence",
    "trend_level",
    "calendar",
    "warn_at",
];
/// The keys whose conditions facts meet; their place is the number of the role.
pub(crate) const ROLES: [&str; 6] = ["start", "end", "fault", "counted", "visit", "review"];
const START: u8 = 0;
const END: u8 = 1;
const FAULT: u8 = 2;
const COUNTED: u8 = 3;
const VISIT: u8 = 4;

/// A rate as a file states it.
#[derive(Clone, Debug)]
pub struct Rule {
    pub terms: RateTerms,
    pub calendar: Arc<Calendar>,
    pub warnings: Vec<Warning>,
}

/// Reads the keys of a rate.
pub(crate) fn read(table: &Table<'_, '_>, calendar: Arc<Calendar>, warnings: Vec<Warning>) -> Option<Rule> {
    for key in ["start", "fault", "counted", "visit"] {
        table.need(key);
    }
    let usual = RateTerms::default();
    let number = |key: &str| table.get(key).and_then(|item| above_zero(&item));
    let count = |key: &str| table.get(key).and_then(|item| whole(&item));
    let share = |key: &str, usual: f64| {
        let item = table.get(key)?;
        let share = item.number()?;
        if share > 0.0 && share < 1.0 {
            return Some(share);
        }
        item.wrong("share", format!("`{share}` is not a share"), vec![format!("a share as {usual}")]);
        None
    };
    let begin_when = match table.get("begin_when").and_then(|item| Some((item.text()?, item))) {
        Some((text, _)) if text == "observed" => BeginWhen::Observed,
        Some((text, _)) if text == "certain" => BeginWhen::Certain,
        Some((text, item)) => {
            item.unknown("begin_when", &text, ["observed", "certain"]);
            BeginWhen::default()
        }
        None => BeginWhen::default(),
    };
    let terms = RateTerms {
        periodic_per_year: number("visits_a_year").unwrap_or(usual.periodic_per_year),
        begin_when,
        faults_min: count("faults_min").map_or(usual.faults_min, u64::from),
        withdraw_at: share("withdraw_at", usual.withdraw_at).unwrap_or(usual.withdraw_at),
        window_days: count("window_days").unwrap_or(usual.window_days).max(1),
        confidence: share("confidence", usual.confidence).unwrap_or(usual.confidence),
        trend_level: share("trend_level", usual.trend_level).unwrap_or(usual.trend_level),
    };
    Some(Rule { terms, calendar, warnings })
}

fn above_zero(item: &Item<'_, '_>) -> Option<f64> {
    let number = item.number()?;
    if number > 0.0 && number.is_finite() {
        return Some(number);
    }
    item.wrong("count", format!("`{number}` is not above zero"), vec!["a number as 4".to_owned()]);
    None
}

/// What a rate keeps between facts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    observed_from: Option<Timestamp>,
    faults: Vec<Timestamp>,
    counted: Vec<Timestamp>,
    last_visit_at: Option<Timestamp>,
    stance: Stance,
    reviewed: Option<Reviewed>,
    /// The fact that began the stance.
    begun_by: Option<(Timestamp, u64)>,
    running: Option<usize>,
    cycles: u32,
}

/// What was looked at in the last decision; the decision follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Reviewed {
    at: Timestamp,
    from: Timestamp,
    observed_days: u32,
    before: Stance,
}

impl Standing {
    /// What the last decision looked at: since when, and the faults in it.
    pub fn observed(&self) -> Option<(Timestamp, Observed)> {
        let Reviewed { at, from, observed_days, .. } = self.reviewed?;
        let days = |moments: &[Timestamp]| -> Vec<f64> {
            let inside = moments.iter().filter(|moment| **moment >= from && **moment <= at);
            let since = |moment: &Timestamp| (moment.as_second() - from.as_second()) as f64 / 86_400.0;
            // A day of 25 hours can carry the last moment past the end; the first moment is not zero.
            inside.map(|moment| since(moment).clamp(1e-6, f64::from(observed_days))).collect()
        };
        let (all, from_maintenance) = (days(&self.faults), days(&self.counted));
        Some((from, Observed { observed_days, all, from_maintenance }))
    }

    /// The last decision with its reasoning, for the planner's page.
    pub fn decision(&self, rule: &Rule) -> Option<Decision> {
        let (_, observed) = self.observed()?;
        decide(&rule.terms, self.reviewed?.before, &observed).ok()
    }
}

pub(crate) fn fold(rule: &Rule, standing: &mut Standing, fold: Fold<'_>, own: u8, all: &mut Vec<Obligation>) {
    let (at, zone) = (fold.fact.at, fold.zone(&rule.calendar));
    match own {
        START => {
            standing.observed_from.get_or_insert(at);
        }
        END => {
            withdraw(standing, fold, all);
            // Numbers of cycles are never used twice.
            *standing = Standing { cycles: standing.cycles, ..Standing::default() };
            return;
        }
        FAULT => {
            standing.faults.push(at);
            // A fault that is counted too is decided on once, when both are known.
            let is_counted = |(role, condition): &(Role, Condition)| {
                *role == Role::Own(COUNTED) && condition.matches(fold.fact)
            };
            if fold.promise.conditions.iter().any(is_counted) {
                return;
            }
        }
        COUNTED => standing.counted.push(at),
        VISIT => {
            standing.last_visit_at = Some(at);
            // What was waived meanwhile stays waived.
            if let Some(place) = standing.running.take().filter(|place| all[*place].state.is_open()) {
                let state = kinds::done(&all[place], at);
                kinds::end(&mut all[place], state, fold.fact.seq);
            }
        }
        _ => {}
    }
    review(rule, standing, fold, &zone, all);
}

/// Decides from the window that ends with the fact.
fn review(rule: &Rule, standing: &mut Standing, fold: Fold<'_>, zone: &TimeZone, all: &mut Vec<Obligation>) {
    let at = fold.fact.at;
    let Some(began_at) = standing.observed_from else { return };
    let (today, began_on) = (date(at, zone), date(began_at, zone));
    let young = days_between(began_on, today).max(0) as u32 + 1;
    let observed_days = young.min(rule.terms.window_days);
    let Some(first) = today.checked_sub(i64::from(observed_days - 1).days()).ok() else { return };
    let Some(from) = kinds::start_of(first, zone) else { return };
    standing.faults.retain(|moment| *moment >= from);
    standing.counted.retain(|moment| *moment >= from);
    standing.reviewed = Some(Reviewed { at, from, observed_days, before: standing.stance });
    let inside = |moments: &[Timestamp]| moments.iter().filter(|m| **m >= from && **m <= at).count() as u64;
    let (counted, faults) = (inside(&standing.counted), inside(&standing.faults));
    let (now, plan) = decide_by_counts(&rule.terms, standing.stance, counted, faults, observed_days);
    if now != standing.stance {
        standing.begun_by = Some((at, fold.fact.seq));
    }
    standing.stance = now;
    match plan {
        Some(plan) => plan_visit(rule, standing, plan, fold, zone, all),
        None => withdraw(standing, fold, all),
    }
}

/// Owes the next irregular visit, or brings the one that is owed to a new interval.
fn plan_visit(
    rule: &Rule,
    standing: &mut Standing,
    plan: Plan,
    fold: Fold<'_>,
    zone: &TimeZone,
    all: &mut Vec<Obligation>,
) {
    let (begun_at, begun_by) = standing.begun_by.unwrap_or((fold.fact.at, fold.fact.seq));
    // From the last visit, but never from before irregular visits came into force.
    let started_at = standing.last_visit_at.map_or(begun_at, |visit_at| visit_at.max(begun_at));
    let days = match plan {
        Plan::Every { days } => days,
        Plan::PostOnSite => 0,
    };
    let due_on = date(started_at, zone).checked_add(i64::from(days).days()).ok();
    let due_at = due_on.and_then(|on| kinds::end_of(on, zone));
    let figure: Arc<str> = match plan {
        Plan::Every { days } => Arc::from(format!("every {days} days")),
        Plan::PostOnSite => Arc::from("post on site"),
    };
    match standing.running {
        Some(place) if all[place].state.is_open() => {
            let obligation = &mut all[place];
            // What is past due stays so: a rate that falls later excuses nothing.
            let is_past = obligation.due_at.is_some_and(|due_at| due_at < fold.fact.at);
            if obligation.figure.as_ref() != Some(&figure) && !is_past {
                let from = obligation.figure.replace(figure.clone());
                let (at, fact) = (fold.fact.at, fold.fact.seq);
                obligation.rederivations.push(Rederivation { at, from, to: Some(figure), fact });
                obligation.evidence.push(fact);
                obligation.original_due_at = due_at;
                if obligation.amendments.is_empty() {
                    obligation.due_at = due_at;
                }
            }
        }
        Some(_) | None => {
            standing.cycles += 1;
            let mut obligation = fold.obligation(standing.cycles, started_at, due_at);
            obligation.figure = Some(figure);
            obligation.calendar = Some(rule.calendar.id().clone());
            obligation.zone = zone.iana_name().map(Arc::from);
            if begun_by != fold.fact.seq {
                obligation.evidence.insert(0, begun_by);
            }
            standing.running = Some(all.len());
            all.push(obligation);
        }
    }
    if let Some(obligation) = standing.running.map(|place| &mut all[place])
        && let Some(due_at) = obligation.due_at
    {
        obligation.warn_at = kinds::warn_at(&rule.warnings, obligation.started_at, due_at);
    }
}

/// What is still owed falls away; what is past due was broken.
fn withdraw(standing: &mut Standing, fold: Fold<'_>, all: &mut [Obligation]) {
    let Some(obligation) = standing.running.take().map(|place| &mut all[place]) else { return };
    if !obligation.state.is_open() {
        return;
    }
    let state = match obligation.due_at {
        Some(due_at) if due_at < fold.fact.at => State::Breached { at: due_at },
        Some(_) | None => State::Void { at: fold.fact.at },
    };
    kinds::end(obligation, state, fold.fact.seq);
}

fn date(at: Timestamp, zone: &TimeZone) -> Date {
    at.to_zoned(zone.clone()).date()
}
