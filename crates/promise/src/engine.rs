//! The engine: folds facts, one by one, into the obligations of one subject.
//!
//! Invariants:
//! - A verdict changes only by a new fact; no time passes in here.
//! - A promise has at most one running cycle for a subject, and every finished cycle stays as it ended.
//! - A fact is looked up by its name; only the promises that watch it are touched.
//!
//! A start is remembered even where the promise does not cover the subject at that time. If a later fact brings
//! the subject into its scope, the clock runs from the original start, as C7.3 asks.

mod passing;

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::clock;
use crate::condition::Condition;
use crate::fact::{Data, Fact, Scalar};
use crate::kinds::{self, Fold, Standing};
use crate::obligation::{Amendment, Incomplete, Obligation, Pause, PromiseId, Rederivation, State, Subject};
use crate::terms::{Promise, Role, Terms};
pub use passing::TIME_PASSED;

/// A fact lies before one that was already folded: the subject must be judged again from all its facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the fact of {at} lies before {latest}, which was already folded: judge the subject again")]
pub struct OutOfOrder {
    pub at: Timestamp,
    pub latest: Timestamp,
}

/// The running state of one subject, for instance one ticket, with its obligations.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Docket {
    subject: Option<Subject>,
    latest: Option<(Timestamp, u64)>,
    /// The last known value of each name that a promise looks at.
    attributes: Data,
    tracks: Vec<Track>,
    obligations: Vec<Obligation>,
    /// What the promises that are not clocks keep between facts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    standings: kinds::Standings,
}

/// How one promise stands for the subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Track {
    promise: PromiseId,
    /// Cycles that were shown so far.
    cycles: u32,
    /// The running cycle, by its place among the obligations.
    running: Option<usize>,
    /// A cycle that began while the promise did not cover the subject.
    hidden: Option<Box<Obligation>>,
    /// A pause that is still open. Kept here so that a clock that starts in it starts paused.
    pause: Option<Pause>,
}

/// Whether a promise covers the subject as it is now, and by which entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coverage {
    Out,
    /// Covered. None: no entry applies, so it is owed without a figure.
    In(Option<usize>),
}

impl Docket {
    /// A docket whose subject is the one that the first fact is about.
    pub fn new() -> Self {
        Docket::default()
    }

    /// A docket of this subject.
    pub fn of(subject: Subject) -> Self {
        Docket { subject: Some(subject), ..Docket::default() }
    }

    /// What the docket is about; none before the first fact.
    pub fn subject(&self) -> Option<&Subject> {
        self.subject.as_ref()
    }

    /// Every obligation of the subject, finished or not, in the order in which they began to be owed.
    pub fn obligations(&self) -> &[Obligation] {
        &self.obligations
    }

    /// The same, for whoever needs nothing else of it.
    pub fn into_obligations(self) -> Vec<Obligation> {
        self.obligations
    }

    /// The earliest moment at which an open obligation is due.
    pub fn next_due_at(&self) -> Option<Timestamp> {
        self.obligations.iter().filter(|o| o.state.is_open()).filter_map(|o| o.due_at).min()
    }

    /// The time and number of the last fact that was folded.
    pub fn latest(&self) -> Option<(Timestamp, u64)> {
        self.latest
    }

    /// What a promise that is not a clock keeps: its windows, its decision with the reasoning, its needs.
    pub fn standing(&self, promise: &str) -> Option<&Standing> {
        self.standings.iter().find(|(id, _)| id.as_str() == promise).map(|(_, standing)| standing)
    }

    /// What is known of a unit for the question who pays; none before any fact that a coverage promise heeds.
    pub fn payment(&self) -> Option<&crate::coverage::promise::Standing> {
        self.standings.iter().find_map(|(_, standing)| match standing {
            Standing::Coverage(standing) => Some(&**standing),
            _ => None,
        })
    }

    /// The last known value of each name that a promise looks at, as the severity.
    pub fn attributes(&self) -> &Data {
        &self.attributes
    }

    /// Folds one fact.
    ///
    /// Errors: [`OutOfOrder`] if it lies before a fact that was already folded. Nothing is changed then; the
    /// caller judges the subject again from all its facts, which gives the second verdict.
    pub fn fold(&mut self, terms: &Terms, fact: &Fact) -> Result<(), OutOfOrder> {
        match self.latest {
            Some(latest) if fact.order() < latest => {
                return Err(OutOfOrder { at: fact.at, latest: latest.0 });
            }
            Some(_) | None => self.latest = Some(fact.order()),
        }
        if self.subject.is_none() {
            self.adopt(terms, fact);
        }
        if self.take_attributes(terms, fact) {
            self.rederive(terms, fact);
        }
        if fact.name.as_str() == TIME_PASSED {
            self.pass(terms, fact);
            return Ok(());
        }
        let Some(watches) = terms.watches.get(fact.name.as_str()) else { return Ok(()) };
        let noun = self.subject.as_ref().map(|subject| subject.noun.clone());
        let mut applied = None;
        for watch in watches {
            let promise = &terms.promises[watch.promise];
            let condition = &promise.conditions[watch.condition].1;
            // One role of one promise acts once for one fact, however many of its conditions match.
            let same = applied == Some((watch.promise, watch.role));
            if same || noun.as_ref() != Some(&promise.subject) || !condition.matches(fact) {
                continue;
            }
            if self.apply(terms, promise, watch.role, condition, fact) {
                applied = Some((watch.promise, watch.role));
            }
        }
        Ok(())
    }

    fn adopt(&mut self, terms: &Terms, fact: &Fact) {
        self.subject = terms.subjects.iter().find_map(|noun| Some(Subject::new(noun, fact.about.get(noun)?)));
    }

    /// Keeps the values that promises look at. Says whether one changed after the first fact.
    fn take_attributes(&mut self, terms: &Terms, fact: &Fact) -> bool {
        if self.attributes.is_empty() {
            for attribute in &terms.attributes {
                if let Some(default) = &attribute.default {
                    self.attributes.set(attribute.name.clone(), default.clone());
                }
            }
        }
        let mut changed = false;
        for kept in &terms.kept {
            if !kept.from.is_empty() && !kept.from.iter().any(|name| **name == *fact.name.as_str()) {
                continue;
            }
            let value = match fact.data.get(&kept.name) {
                Some(value) => value.clone(),
                None => match fact.about.get(&kept.name) {
                    Some(id) if self.attributes.text(&kept.name) == Some(id) => continue,
                    Some(id) => Scalar::from(id),
                    None => continue,
                },
            };
            if self.attributes.get(&kept.name) != Some(&value) {
                self.attributes.set(kept.name.clone(), value);
                changed = true;
            }
        }
        changed
    }

    /// Derives every running clock anew, because a value that promises look at has changed.
    fn rederive(&mut self, terms: &Terms, fact: &Fact) {
        for place in 0..self.tracks.len() {
            let Some(promise) = terms.promise(self.tracks[place].promise.as_str()) else { continue };
            let track = &self.tracks[place];
            if let Some(running) = track.running {
                let coverage = self.coverage(promise, self.obligations[running].started_at);
                self.cover(promise, running, coverage, fact);
            } else if let Some(hidden) = &track.hidden
                && self.coverage(promise, hidden.started_at) != Coverage::Out
            {
                self.show(promise, place, fact);
            }
        }
    }

    /// Brings a running obligation in or out of the promise's scope, or under another entry.
    fn cover(&mut self, promise: &Promise, running: usize, coverage: Coverage, fact: &Fact) {
        let before = &self.obligations[running];
        let was_out = matches!(before.state, State::Void { .. });
        let old = (!was_out).then(|| before.entry.clone()).flatten();
        let Coverage::In(entry) = coverage else {
            if !was_out {
                let obligation = &mut self.obligations[running];
                obligation.rederivations.push(Rederivation {
                    at: fact.at,
                    from: old,
                    to: None,
                    fact: fact.seq,
                });
                obligation.evidence.push(fact.seq);
                obligation.state = State::Void { at: fact.at };
                obligation.due_at = None;
                obligation.warn_at = Vec::new();
            }
            return;
        };
        let (due_at, state, entry_before) = (before.due_at, before.state, before.entry.clone());
        if was_out {
            self.obligations[running].state = State::Running;
        }
        settle(promise, entry, &self.attributes, &mut self.obligations[running]);
        let obligation = &mut self.obligations[running];
        if was_out
            || obligation.entry != entry_before
            || (obligation.due_at, obligation.state) != (due_at, state)
        {
            let to = obligation.entry.clone();
            obligation.rederivations.push(Rederivation { at: fact.at, from: old, to, fact: fact.seq });
            obligation.evidence.push(fact.seq);
        }
    }

    /// Shows a cycle that began before the promise covered the subject.
    fn show(&mut self, promise: &Promise, place: usize, fact: &Fact) {
        let Some(mut obligation) = self.tracks[place].hidden.take() else { return };
        let Coverage::In(entry) = self.coverage(promise, obligation.started_at) else { return };
        let ended = obligation.state;
        if matches!(ended, State::Breached { .. } | State::Waived { .. } | State::Void { .. }) {
            return;
        }
        obligation.state = State::Running;
        settle(promise, entry, &self.attributes, &mut obligation);
        let to = obligation.entry.clone();
        obligation.rederivations.push(Rederivation { at: fact.at, from: None, to, fact: fact.seq });
        obligation.evidence.push(fact.seq);
        let track = &mut self.tracks[place];
        track.cycles += 1;
        obligation.cycle = track.cycles;
        match ended {
            State::Met { at } | State::Late { at } => obligation.state = done(&obligation, at),
            State::Running | State::Paused => track.running = Some(self.obligations.len()),
            State::Breached { .. } | State::Waived { .. } | State::Void { .. } => {}
        }
        self.hold(*obligation);
    }

    /// Whether the promise covers what started at this moment.
    fn coverage(&self, promise: &Promise, started_at: Timestamp) -> Coverage {
        let look = |name: &str| self.attributes.get(name);
        if !promise.scope.passes(&look) {
            return Coverage::Out;
        }
        let Some(clock) = promise.rule.clock() else { return Coverage::In(None) };
        match clock.entry_for(&look, started_at) {
            Some(entry) if clock.entries[entry].within == crate::figure::Figure::NoPromise => Coverage::Out,
            entry => Coverage::In(entry),
        }
    }

    /// Applies one role of a fact. Says whether it did anything.
    fn apply(
        &mut self,
        terms: &Terms,
        promise: &Promise,
        role: Role,
        condition: &Condition,
        fact: &Fact,
    ) -> bool {
        if promise.rule.clock().is_none() {
            let Some(subject) = self.subject.clone() else { return false };
            let fold =
                Fold { terms, promise, condition, fact, attributes: &self.attributes, subject: &subject };
            return kinds::fold(fold, role, &mut self.standings, &mut self.obligations);
        }
        let place = match self.tracks.iter().position(|track| track.promise == promise.id) {
            Some(place) => place,
            // Only a start or a pause can matter to a promise that nothing has touched yet.
            None if matches!(role, Role::Start | Role::Pause) => {
                self.tracks.reserve_exact(1);
                self.tracks.push(Track {
                    promise: promise.id.clone(),
                    cycles: 0,
                    running: None,
                    hidden: None,
                    pause: None,
                });
                self.tracks.len() - 1
            }
            None => return false,
        };
        if !condition.requires.is_empty() {
            let missing = condition.missing(fact);
            if !missing.is_empty() {
                if let Some(obligation) = self.current(place) {
                    obligation.incomplete.push(Incomplete { fact: fact.seq, at: fact.at, missing });
                    obligation.evidence.push(fact.seq);
                }
                return false;
            }
        }
        match role {
            Role::Start => self.start(terms, promise, place, fact),
            Role::Stop => self.stop(terms, promise, place, fact),
            Role::Pause => self.pause(promise, place, fact),
            Role::Resume => self.resume(promise, place, fact),
            Role::Reset => self.reset(promise, place, fact),
            Role::Cancel => self.cancel(promise, place, fact),
            Role::Void => self.end(place, fact, |_| State::Void { at: fact.at }),
            Role::Waive => {
                self.names_promise(promise, fact) && self.end(place, fact, |_| State::Waived { at: fact.at })
            }
            Role::Renegotiate => self.renegotiate(promise, place, fact),
            Role::Own(_) => false,
        }
    }

    /// Holds one more obligation. A subject has few, so no room is kept for more.
    fn hold(&mut self, obligation: Obligation) {
        self.obligations.reserve_exact(1);
        self.obligations.push(obligation);
    }

    /// The cycle that is not ended yet, shown or hidden.
    fn current(&mut self, place: usize) -> Option<&mut Obligation> {
        let track = &mut self.tracks[place];
        match track.running {
            Some(running) => self.obligations.get_mut(running),
            None => track.hidden.as_deref_mut().filter(|hidden| hidden.state.is_open()),
        }
    }

    fn start(&mut self, terms: &Terms, promise: &Promise, place: usize, fact: &Fact) -> bool {
        if self.current(place).is_some() {
            return false;
        }
        let mut obligation = Obligation {
            promise: promise.id.clone(),
            clause: promise.clause.clone(),
            terms: terms.label.clone(),
            subject: self.subject.clone().unwrap_or_else(|| Subject::new("", "")),
            cycle: self.tracks[place].cycles + 1,
            debtor: promise.debtor,
            creditor: promise.creditor,
            what: promise.what.clone(),
            entry: None,
            figure: None,
            calendar: None,
            zone: None,
            started_at: fact.at,
            due_at: None,
            original_due_at: None,
            warn_at: Vec::new(),
            state: State::Running,
            pauses: self.tracks[place].pause.clone().into_iter().collect(),
            amendments: Vec::new(),
            rederivations: Vec::new(),
            incomplete: Vec::new(),
            evidence: vec![fact.seq],
            beyond_known_holidays: false,
            is_goal: promise.is_goal,
        };
        match self.coverage(promise, fact.at) {
            Coverage::In(entry) => {
                settle(promise, entry, &self.attributes, &mut obligation);
                let track = &mut self.tracks[place];
                track.cycles += 1;
                track.running = Some(self.obligations.len());
                self.hold(obligation);
            }
            Coverage::Out => self.tracks[place].hidden = Some(Box::new(obligation)),
        }
        true
    }

    fn stop(&mut self, terms: &Terms, promise: &Promise, place: usize, fact: &Fact) -> bool {
        self.close_pause(promise, place, fact, false);
        let repeats = promise.rule.clock().is_some_and(|clock| clock.repeats);
        let ended = self.end(place, fact, |obligation| done(obligation, fact.at));
        if ended && repeats {
            self.start(terms, promise, place, fact);
        }
        ended
    }

    fn cancel(&mut self, promise: &Promise, place: usize, fact: &Fact) -> bool {
        self.close_pause(promise, place, fact, false);
        self.end(place, fact, |obligation| match obligation.due_at {
            Some(due_at) if due_at < fact.at => State::Breached { at: fact.at },
            Some(_) | None => State::Void { at: fact.at },
        })
    }

    /// Ends the running cycle, if there is one that the promise covers.
    fn end(&mut self, place: usize, fact: &Fact, verdict: impl Fn(&Obligation) -> State) -> bool {
        let Some(obligation) = self.current(place) else { return false };
        if obligation.state.is_open() {
            obligation.state = verdict(obligation);
            obligation.warn_at = Vec::new();
            obligation.evidence.push(fact.seq);
            for pause in obligation.pauses.iter_mut().filter(|pause| pause.ended_at.is_none()) {
                pause.ended_at = Some(fact.at);
                pause.ended_by = Some(fact.seq);
            }
        }
        self.tracks[place].running = None;
        true
    }

    /// Stands the clock still. A pause says of whom what is asked; without that the clock runs on.
    fn pause(&mut self, promise: &Promise, place: usize, fact: &Fact) -> bool {
        if self.tracks[place].pause.is_some() {
            return false;
        }
        let words = |field: &str| fact.data.text(field).map(Arc::from);
        let pause = Pause {
            started_at: fact.at,
            ended_at: None,
            addressee: words("addressee"),
            question: words("question"),
            reason: words("reason"),
            started_by: fact.seq,
            ended_by: None,
        };
        if let Some(obligation) = self.current(place) {
            obligation.pauses.push(pause.clone());
            obligation.evidence.push(fact.seq);
        }
        self.tracks[place].pause = Some(pause);
        self.settle_current(promise, place);
        true
    }

    fn resume(&mut self, promise: &Promise, place: usize, fact: &Fact) -> bool {
        if self.tracks[place].pause.take().is_none() {
            return false;
        }
        self.close_pause(promise, place, fact, true);
        true
    }

    /// Ends the open pause of the running cycle and derives its deadline.
    fn close_pause(&mut self, promise: &Promise, place: usize, fact: &Fact, cite: bool) {
        let Some(obligation) = self.current(place) else { return };
        let Some(pause) = obligation.pauses.last_mut().filter(|pause| pause.ended_at.is_none()) else {
            return;
        };
        pause.ended_at = Some(fact.at);
        pause.ended_by = Some(fact.seq);
        if cite {
            obligation.evidence.push(fact.seq);
        }
        self.settle_current(promise, place);
    }

    /// Starts the running cycle's clock anew. What was paused before no longer counts.
    fn reset(&mut self, promise: &Promise, place: usize, fact: &Fact) -> bool {
        let Some(obligation) = self.current(place) else { return false };
        obligation.started_at = fact.at;
        obligation.evidence.push(fact.seq);
        self.settle_current(promise, place);
        true
    }

    /// Takes another deadline that both sides agreed on. It needs the moment, a contact and a reason.
    fn renegotiate(&mut self, promise: &Promise, place: usize, fact: &Fact) -> bool {
        if !self.names_promise(promise, fact) {
            return false;
        }
        let Some(obligation) = self.current(place) else { return false };
        let due_at: Option<Timestamp> = fact.data.text("due_at").and_then(|due_at| due_at.parse().ok());
        let present = |field: &str| fact.data.get(field).filter(|value| value.is_present());
        let (Some(due_at), Some(contact), Some(reason)) = (due_at, present("contact"), present("reason"))
        else {
            let bad_due_at = due_at.is_none().then_some("due_at");
            let absent = ["contact", "reason"].into_iter().filter(|field| present(field).is_none());
            let missing = bad_due_at.into_iter().chain(absent).map(Arc::from).collect();
            obligation.incomplete.push(Incomplete { fact: fact.seq, at: fact.at, missing });
            obligation.evidence.push(fact.seq);
            return false;
        };
        obligation.amendments.push(Amendment {
            at: fact.at,
            due_at,
            contact: Arc::from(contact.to_string()),
            reason: Arc::from(reason.to_string()),
            fact: fact.seq,
        });
        obligation.evidence.push(fact.seq);
        self.settle_current(promise, place);
        true
    }

    /// Says whether the fact names this promise, by its id or its clause.
    fn names_promise(&self, promise: &Promise, fact: &Fact) -> bool {
        let named = fact.data.text("promise");
        named.is_some_and(|named| named == promise.id.as_str() || *named == *promise.clause)
    }

    /// Derives the running cycle's deadline again.
    fn settle_current(&mut self, promise: &Promise, place: usize) {
        if let Some(running) = self.tracks[place].running
            && self.obligations[running].state.is_open()
            && let Coverage::In(entry) = self.coverage(promise, self.obligations[running].started_at)
        {
            settle(promise, entry, &self.attributes, &mut self.obligations[running]);
        }
    }
}

/// Derives the deadline of an open obligation under an entry of its promise.
fn settle(promise: &Promise, entry: Option<usize>, attributes: &Data, obligation: &mut Obligation) {
    let entries = promise.rule.clock().map_or(&[][..], |clock| &clock.entries);
    let Some(entry) = entry.and_then(|entry| entries.get(entry)) else {
        (obligation.entry, obligation.figure) = (None, None);
        // What both sides agreed is a deadline even where no entry gives a figure.
        obligation.due_at = obligation.amendments.last().map(|amendment| amendment.due_at);
        (obligation.original_due_at, obligation.state) = (None, State::Running);
        obligation.warn_at = Vec::new();
        return;
    };
    let hours = entry.hours(attributes);
    let deadline = clock::derive(
        entry,
        &hours,
        attributes,
        obligation.started_at,
        &obligation.pauses,
        &obligation.amendments,
    );
    obligation.entry = entry.label.clone();
    obligation.figure = Some(entry.written.clone());
    obligation.calendar = Some(entry.calendar.id().clone());
    obligation.zone = Some(hours.zone_name().clone());
    obligation.due_at = deadline.due_at;
    obligation.original_due_at = deadline.original_due_at;
    obligation.warn_at = deadline.warn_at;
    obligation.beyond_known_holidays = deadline.beyond_known_holidays;
    obligation.state = if deadline.is_paused { State::Paused } else { State::Running };
}

/// The verdict on something that was done at this moment.
fn done(obligation: &Obligation, at: Timestamp) -> State {
    match obligation.due_at {
        Some(due_at) if due_at < at => State::Late { at },
        Some(_) | None => State::Met { at },
    }
}

/// Judges a subject from all its facts, in whichever order they were learnt.
pub fn judge<'a>(terms: &Terms, facts: impl IntoIterator<Item = &'a Fact>) -> Docket {
    let mut facts: Vec<&Fact> = facts.into_iter().collect();
    facts.sort_by_key(|fact| fact.order());
    let mut docket = Docket::new();
    for fact in facts {
        // Sorted above, so no fact can lie before another.
        let _ = docket.fold(terms, fact);
    }
    docket
}
