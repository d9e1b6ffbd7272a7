//! How facts move the promises that are not clocks: one place where the engine hands a fact to its kind.
//!
//! Each kind stands in a module of its own: a calculator that knows nothing of facts, and beside it `promise.rs`,
//! which reads the kind's keys from a file and folds facts into the calculator. A new kind is a new module, a
//! variant of [`Rule`](crate::terms::Rule), and one line in each `match` here.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::clock::{Warning, ZONE};
use crate::condition::Condition;
use crate::fact::{Data, Fact, Scalar};
use crate::obligation::{Amendment, Incomplete, Obligation, State, Subject};
use crate::terms::{Promise, Role, Rule, Terms};
use crate::{coverage, gate, quota, rate, roster, stock};

/// A fact on its way into a promise.
#[derive(Clone, Copy)]
pub(crate) struct Fold<'a> {
    pub terms: &'a Terms,
    pub promise: &'a Promise,
    pub condition: &'a Condition,
    pub fact: &'a Fact,
    /// What is known of the subject.
    pub attributes: &'a Data,
    pub subject: &'a Subject,
}

/// What a kind keeps between facts, for one promise and one subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Quota(quota::promise::Standing),
    Rate(Box<rate::promise::Standing>),
    Coverage(Box<coverage::promise::Standing>),
    Gate(gate::promise::Standing),
    Roster(roster::promise::Standing),
    Stock(stock::promise::Standing),
}

impl Standing {
    fn of(rule: &Rule) -> Option<Standing> {
        match rule {
            Rule::Clock(_) => None,
            Rule::Quota(_) => Some(Standing::Quota(Default::default())),
            Rule::Rate(_) => Some(Standing::Rate(Default::default())),
            Rule::Coverage(_) => Some(Standing::Coverage(Default::default())),
            Rule::Gate(_) => Some(Standing::Gate(Default::default())),
            Rule::Roster(_) => Some(Standing::Roster(Default::default())),
            Rule::Stock(_) => Some(Standing::Stock(Default::default())),
        }
    }
}

/// What the kinds keep of one subject, promise by promise.
pub(crate) type Standings = Vec<(crate::obligation::PromiseId, Standing)>;

/// Folds a fact into a promise that is not a clock. Says whether it did anything.
pub(crate) fn fold(fold: Fold<'_>, role: Role, standings: &mut Standings, all: &mut Vec<Obligation>) -> bool {
    let promise = fold.promise;
    // The facts of an asset are folded by the first coverage promise for all of them, whatever its own scope.
    let is_shared = matches!(promise.rule, Rule::Coverage(_));
    if !is_shared && !promise.scope.passes(&|name| fold.attributes.get(name)) {
        return false;
    }
    let missing = fold.condition.missing(fold.fact);
    if !missing.is_empty() {
        note_incomplete(fold, missing, all);
        return false;
    }
    let place = match standings.iter().position(|(id, _)| *id == promise.id) {
        Some(place) => place,
        None => {
            let Some(standing) = Standing::of(&promise.rule) else { return false };
            standings.push((promise.id.clone(), standing));
            standings.len() - 1
        }
    };
    let own = match role {
        Role::Own(own) => own,
        Role::Waive => return waive(fold, all),
        Role::Renegotiate => return renegotiate(fold, all),
        _ => return false,
    };
    match (&promise.rule, &mut standings[place].1) {
        (Rule::Quota(rule), Standing::Quota(standing)) => {
            quota::promise::fold(rule, standing, fold, own, all)
        }
        (Rule::Rate(rule), Standing::Rate(standing)) => rate::promise::fold(rule, standing, fold, own, all),
        (Rule::Coverage(rule), Standing::Coverage(standing)) => {
            coverage::promise::fold(rule, standing, fold, own, all);
        }
        (Rule::Gate(rule), Standing::Gate(standing)) => gate::promise::fold(rule, standing, fold, own, all),
        (Rule::Roster(rule), Standing::Roster(standing)) => {
            roster::promise::fold(rule, standing, fold, own, all)
        }
        (Rule::Stock(rule), Standing::Stock(standing)) => {
            stock::promise::fold(rule, standing, fold, own, all)
        }
        // A docket that was kept under an earlier version of the file, where the promise was of another kind.
        _ => return false,
    }
    true
}

/// The role of a fact that only says that time has passed.
pub(crate) const TIME: u8 = u8::MAX;

/// Brings a promise that waits for time up to the moment of a fact.
pub(crate) fn pass(fold: Fold<'_>, standings: &mut Standings, all: &mut Vec<Obligation>) {
    let promise = fold.promise;
    if !promise.scope.passes(&|name| fold.attributes.get(name)) {
        return;
    }
    let Some((_, standing)) = standings.iter_mut().find(|(id, _)| *id == promise.id) else { return };
    match (&promise.rule, standing) {
        (Rule::Quota(rule), Standing::Quota(standing)) => {
            quota::promise::fold(rule, standing, fold, TIME, all);
        }
        (Rule::Rate(rule), Standing::Rate(standing)) => rate::promise::fold(rule, standing, fold, TIME, all),
        (Rule::Roster(rule), Standing::Roster(standing)) => {
            roster::promise::fold(rule, standing, fold, TIME, all);
        }
        _ => {}
    }
}

impl Fold<'_> {
    /// The zone of the site, else the calendar's own.
    pub fn zone(&self, calendar: &Calendar) -> TimeZone {
        calendar.hours(self.attributes.text(ZONE)).zone().clone()
    }

    /// The civil date of the fact, or the one that a field of it names.
    pub fn date(&self, field: &str, zone: &TimeZone) -> Date {
        self.named_date(field).unwrap_or_else(|| self.fact.at.to_zoned(zone.clone()).date())
    }

    /// The date that a field names.
    pub fn named_date(&self, field: &str) -> Option<Date> {
        let text = self.fact.data.text(field)?;
        // A moment is taken by the date that is written in it.
        text.get(..10)?.parse().ok()
    }

    pub fn moment(&self, field: &str) -> Option<Timestamp> {
        self.fact.data.text(field).and_then(|text| text.parse().ok())
    }

    pub fn text(&self, field: &str) -> String {
        self.fact
            .data
            .get(field)
            .filter(|value| value.is_present())
            .map(Scalar::to_string)
            .unwrap_or_default()
    }

    /// The id under a noun of the fact, else the field of that name.
    pub fn named(&self, noun: &str) -> Option<String> {
        self.fact
            .about
            .get(noun)
            .map(str::to_owned)
            .or_else(|| self.fact.data.get(noun).filter(|value| value.is_present()).map(Scalar::to_string))
    }

    /// A new obligation of the promise.
    pub fn obligation(&self, cycle: u32, started_at: Timestamp, due_at: Option<Timestamp>) -> Obligation {
        let promise = self.promise;
        Obligation {
            promise: promise.id.clone(),
            clause: promise.clause.clone(),
            terms: self.terms.label.clone(),
            subject: self.subject.clone(),
            cycle,
            debtor: promise.debtor,
            creditor: promise.creditor,
            what: promise.what.clone(),
            entry: None,
            figure: None,
            calendar: None,
            zone: None,
            started_at,
            due_at,
            original_due_at: due_at,
            warn_at: Vec::new(),
            state: State::Running,
            pauses: Vec::new(),
            amendments: Vec::new(),
            rederivations: Vec::new(),
            incomplete: Vec::new(),
            evidence: vec![self.fact.seq],
            beyond_known_holidays: false,
            is_goal: promise.is_goal,
        }
    }
}

/// The first moment of a civil date.
pub(crate) fn start_of(date: Date, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_zoned(date.at(0, 0, 0, 0)).ok().map(|zoned| zoned.timestamp())
}

/// The moment after the last of a civil date.
pub(crate) fn end_of(date: Date, zone: &TimeZone) -> Option<Timestamp> {
    start_of(date.tomorrow().ok()?, zone)
}

/// The moments at which to warn of something due between two moments, on the wall clock.
pub(crate) fn warn_at(warnings: &[Warning], from: Timestamp, due_at: Timestamp) -> Vec<Timestamp> {
    let (from, due) = (from.as_microsecond(), due_at.as_microsecond());
    let at = |warning: &Warning| match warning {
        Warning::Share(share) => from + ((due - from) as f64 * share) as i64,
        Warning::Before { micros } => (due - micros).max(from),
    };
    let mut moments: Vec<_> =
        warnings.iter().filter_map(|warning| Timestamp::from_microsecond(at(warning)).ok()).collect();
    moments.sort();
    moments
}

/// Ends an open obligation.
pub(crate) fn end(obligation: &mut Obligation, state: State, fact: u64) {
    obligation.state = state;
    obligation.warn_at = Vec::new();
    if !obligation.evidence.contains(&fact) {
        obligation.evidence.push(fact);
    }
}

/// Met or late, by the moment at which it was done.
pub(crate) fn done(obligation: &Obligation, at: Timestamp) -> State {
    match obligation.due_at {
        Some(due_at) if due_at < at => State::Late { at },
        Some(_) | None => State::Met { at },
    }
}

/// Notes on the obligation that is due first that a fact was to serve it and lacked something.
fn note_incomplete(fold: Fold<'_>, missing: Vec<Arc<str>>, all: &mut [Obligation]) {
    let (at, fact) = (fold.fact.at, fold.fact.seq);
    let owed =
        all.iter_mut().filter(|o| o.promise == fold.promise.id && o.state.is_open() && o.started_at <= at);
    if let Some(obligation) = owed.min_by_key(|o| (o.due_at.unwrap_or(Timestamp::MAX), o.cycle)) {
        obligation.incomplete.push(Incomplete { fact, at, missing });
        obligation.evidence.push(fact);
    }
}

/// The open obligation of the promise that a fact names by its `cycle`, else the one that is due first.
fn meant<'o>(fold: Fold<'_>, all: &'o mut [Obligation]) -> Option<&'o mut Obligation> {
    let named = fold.fact.data.text("promise")?;
    if named != fold.promise.id.as_str() && *named != *fold.promise.clause {
        return None;
    }
    let cycle = fold.fact.data.get("cycle").and_then(Scalar::as_f64);
    all.iter_mut()
        .filter(|o| o.promise == fold.promise.id && o.state.is_open())
        .filter(|o| cycle.is_none_or(|cycle| f64::from(o.cycle) == cycle))
        .min_by_key(|o| (o.due_at.unwrap_or(Timestamp::MAX), o.cycle))
}

fn waive(fold: Fold<'_>, all: &mut [Obligation]) -> bool {
    let Some(obligation) = meant(fold, all) else { return false };
    end(obligation, State::Waived { at: fold.fact.at }, fold.fact.seq);
    true
}

/// Takes another deadline that both sides agreed on: the moment, the customer's contact and the reason.
fn renegotiate(fold: Fold<'_>, all: &mut [Obligation]) -> bool {
    let (due_at, contact, reason) = (fold.moment("due_at"), fold.text("contact"), fold.text("reason"));
    let Some(obligation) = meant(fold, all) else { return false };
    let Some(due_at) = due_at.filter(|_| !contact.is_empty() && !reason.is_empty()) else { return false };
    obligation.amendments.push(Amendment {
        at: fold.fact.at,
        due_at,
        contact: Arc::from(contact),
        reason: Arc::from(reason),
        fact: fold.fact.seq,
    });
    obligation.due_at = Some(due_at);
    obligation.evidence.push(fold.fact.seq);
    true
}
