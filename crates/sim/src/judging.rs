//! One subject before both judges: the engine as production runs it, and the auditor.
//!
//! The engine learns the facts in the order in which they were recorded. A fact that lies before others has the
//! subject judged again; now and then the process dies, and the docket is built anew from its facts or read back
//! from where it was stored. None of that may change what it says.

use promise::{Docket, Fact, Obligation, State, Subject, Terms};
use serde::Serialize;

use crate::auditor::{Auditor, Is, Unaudited, Verdict};
use crate::dice::Dice;

/// Two judges who do not say the same of a subject.
#[derive(Clone, Debug, Serialize)]
pub struct Disagreement {
    pub subject: Subject,
    /// The facts, in the order in which they were learnt; as few as the disagreement needs.
    pub facts: Vec<Fact>,
    /// How many there were before the story was shortened.
    pub told: usize,
    pub engine: Vec<Verdict>,
    pub auditor: Vec<Verdict>,
}

impl Disagreement {
    /// What the engine says and the auditor does not.
    pub fn engine_alone(&self) -> impl Iterator<Item = &Verdict> {
        self.engine.iter().filter(|verdict| !self.auditor.contains(verdict))
    }

    /// What the auditor says and the engine does not.
    pub fn auditor_alone(&self) -> impl Iterator<Item = &Verdict> {
        self.auditor.iter().filter(|verdict| !self.engine.contains(verdict))
    }
}

/// How often something befell the engine while it learnt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Mishaps {
    /// Facts that lay before others, so that the subject was judged again.
    pub learnt_late: u64,
    /// The docket was thrown away and judged again from its facts.
    pub crashed: u64,
    /// The docket was stored and read back.
    pub stored: u64,
}

/// Lets the engine learn facts one by one, as they are recorded.
pub fn learn(
    terms: &Terms,
    subject: &Subject,
    facts: &[&Fact],
    dice: &mut Dice,
    mishaps: &mut Mishaps,
) -> Docket {
    let mut docket = Docket::of(subject.clone());
    for (known, fact) in facts.iter().enumerate() {
        if docket.fold(terms, fact).is_err() {
            mishaps.learnt_late += 1;
            docket = judge_again(terms, subject, &facts[..=known]);
        }
        match dice.below(60) {
            0 => {
                mishaps.crashed += 1;
                docket = judge_again(terms, subject, &facts[..=known]);
            }
            1 => {
                let written = serde_json::to_string(&docket);
                let read = written.and_then(|written| serde_json::from_str(&written));
                mishaps.stored += 1;
                docket = read.unwrap_or_else(|error| panic!("a docket cannot be stored: {error}"));
            }
            _ => {}
        }
    }
    let mut numbers = std::collections::HashSet::new();
    for obligation in docket.obligations() {
        let is_new = numbers.insert((&obligation.promise, obligation.cycle));
        assert!(is_new, "{subject}: two obligations are {} #{}", obligation.promise, obligation.cycle);
    }
    docket
}

/// Judges a subject from all its facts, in whichever order they were learnt.
pub fn judge_again(terms: &Terms, subject: &Subject, known: &[&Fact]) -> Docket {
    let mut sorted = known.to_vec();
    sorted.sort_by_key(|fact| fact.order());
    let mut docket = Docket::of(subject.clone());
    for fact in sorted {
        let folded = docket.fold(terms, fact);
        debug_assert!(folded.is_ok(), "facts in order are folded");
    }
    docket
}

/// What the engine says of the promises that the auditor judges too, in the auditor's words.
pub fn said(auditor: &Auditor, docket: &Docket) -> Vec<Verdict> {
    let Some(subject) = docket.subject() else { return Vec::new() };
    let mut verdicts = Vec::new();
    for promise in auditor.judged(&subject.noun) {
        let own = docket.obligations().iter().filter(|obligation| obligation.promise.as_str() == promise.id);
        if promise.kind == "roster" {
            verdicts.extend(own.filter_map(gap));
        } else {
            verdicts.extend(own.map(verdict));
        }
    }
    verdicts.sort();
    verdicts
}

fn verdict(obligation: &Obligation) -> Verdict {
    let minute = |at: jiff::Timestamp| at.as_second().div_euclid(60);
    Verdict {
        promise: obligation.promise.as_str().to_owned(),
        cycle: obligation.cycle,
        started: Some(minute(obligation.started_at)),
        due: obligation.due_at.map(minute),
        is: match obligation.state {
            State::Running => Is::Running,
            State::Paused => Is::Paused,
            State::Met { .. } => Is::Met,
            State::Late { .. } => Is::Late,
            State::Breached { .. } => Is::Breached,
            State::Waived { .. } => Is::Waived,
            State::Void { .. } => Is::Void,
        },
        ended: obligation.state.ended_at().map(minute),
    }
}

/// A gap of a roster: only those that were broken, and those that lie ahead.
fn gap(obligation: &Obligation) -> Option<Verdict> {
    let verdict = verdict(obligation);
    matches!(verdict.is, Is::Breached | Is::Running).then_some(Verdict { cycle: 0, started: None, ..verdict })
}

/// Puts a subject before both judges. None: they agree.
///
/// Errors: [`Unaudited`], what the auditor cannot read.
pub fn compare(
    terms: &Terms,
    auditor: &Auditor,
    subject: &Subject,
    facts: &[&Fact],
    docket: &Docket,
) -> Result<Option<(Vec<Verdict>, Vec<Verdict>)>, Unaudited> {
    debug_assert!(terms.subjects().contains(&subject.noun));
    let mut sorted = facts.to_vec();
    sorted.sort_by_key(|fact| fact.order());
    let (engine, auditor) = (said(auditor, docket), auditor.judge(&subject.noun, &sorted)?);
    Ok((engine != auditor).then_some((engine, auditor)))
}

/// Leaves out facts while the judges still disagree, until each that is left is needed.
pub fn shorten(
    terms: &Terms,
    auditor: &Auditor,
    subject: &Subject,
    facts: &[&Fact],
    dice: &Dice,
) -> Disagreement {
    // The same mishaps befall the engine each time, as far as the facts are the same.
    let disagree = |facts: &[&Fact]| {
        let docket = learn(terms, subject, facts, &mut dice.clone(), &mut Mishaps::default());
        compare(terms, auditor, subject, facts, &docket).ok().flatten()
    };
    let mut left = facts.to_vec();
    let mut chunk = left.len().div_ceil(2).max(1);
    loop {
        let before = left.len();
        let mut from = 0;
        while from < left.len() {
            let to = (from + chunk).min(left.len());
            let fewer: Vec<&Fact> = left[..from].iter().chain(&left[to..]).copied().collect();
            if disagree(&fewer).is_some() {
                left = fewer;
            } else {
                from = to;
            }
        }
        if chunk == 1 && left.len() == before {
            break;
        }
        chunk = (chunk / 2).max(1);
    }
    let (engine, auditor) = disagree(&left).unwrap_or_default();
    Disagreement {
        subject: subject.clone(),
        facts: left.into_iter().cloned().collect(),
        told: facts.len(),
        engine,
        auditor,
    }
}
