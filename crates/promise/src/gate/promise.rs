//! A gate as a promise: the keys of the file, and how facts fulfil its needs and pass it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Deviation, Deviations, Gate, GateTerms, Need, Passage, Signal, What};
use crate::condition::{Condition, read_conditions};
use crate::kinds::{self, Fold};
use crate::obligation::{Incomplete, Obligation, State};
use crate::reader::Table;
use crate::terms::Role;

/// The keys of a gate, beside those that every promise has.
pub(crate) const KEYS: [&str; 3] = ["pass", "deviation", "need"];
const NEED_KEYS: [&str; 12] = [
    "key", "title", "done", "undone", "times", "each", "seen", "unseen", "item", "opened", "closed", "brings",
];
const PERMISSION_KEYS: [&str; 2] = ["granted", "ended"];
const PASS: u8 = 0;
const DEVIATION: u8 = 1;
/// Each need has two roles, from here on: what fulfils it and what undoes it.
const NEEDS: u8 = 2;
/// Most needs that one gate may have.
const NEEDS_MAX: usize = 100;

/// A gate as a file states it.
#[derive(Clone, Debug)]
pub struct Rule {
    pub terms: GateTerms,
    /// The field that names the item of each need, as `defect`.
    items: Vec<Arc<str>>,
    /// Needs that the passing fact itself fulfils, by the fields that it brings.
    brought: Vec<bool>,
}

/// Reads the keys of a gate and the conditions of its needs.
pub(crate) fn read(table: &Table<'_, '_>) -> Option<(Rule, Vec<(Role, Condition)>)> {
    let pass = table.need("pass")?;
    let mut conditions = Vec::new();
    let mut add = |role: u8, found: Vec<Condition>| {
        conditions.extend(found.into_iter().map(|condition| (Role::Own(role), condition)));
    };
    add(PASS, read_conditions(&pass));
    let deviation = match table.get("deviation") {
        Some(item) => {
            add(DEVIATION, read_conditions(&item));
            Deviations::Accepted
        }
        None => Deviations::Never,
    };
    let (mut needs, mut items, mut brought) = (Vec::new(), Vec::new(), Vec::new());
    for need in table.tables("need").into_iter().take(NEEDS_MAX) {
        let keys: Vec<&str> = NEED_KEYS.into_iter().chain(PERMISSION_KEYS).collect();
        let need = need.only(&keys);
        let Some(key) = need.need_text("key") else { continue };
        let (what, fulfils, undoes) = if need.get("done").is_some() {
            let count = need.get("times").and_then(|item| crate::quota::promise::whole(&item)).unwrap_or(1);
            (What::Done { count }, "done", "undone")
        } else if let Some(each) = need.get("each") {
            need.need("seen");
            (What::Each { of: each.texts().into_iter().map(|(part, _)| part).collect() }, "seen", "unseen")
        } else if need.get("opened").is_some() {
            need.need("closed");
            (What::NoneOpen, "opened", "closed")
        } else if need.get("granted").is_some() {
            (What::InForce, "granted", "ended")
        } else if let Some(fields) = need.get("brings") {
            (
                What::Each { of: fields.texts().into_iter().map(|(field, _)| field).collect() },
                "brings",
                "brings",
            )
        } else {
            let expected = ["`done`", "`each` and `seen`", "`opened` and `closed`", "`granted`", "`brings`"];
            let message = format!("the need `{key}` does not say what fulfils it");
            need.wrong("missing-key", message, expected.map(str::to_owned).to_vec());
            continue;
        };
        let role = NEEDS + 2 * needs.len() as u8;
        if fulfils != "brings" {
            for (role, word) in [(role, fulfils), (role + 1, undoes)] {
                if let Some(item) = need.get(word) {
                    add(role, read_conditions(&item));
                }
            }
        }
        let item = need.get("item").and_then(|item| item.text()).unwrap_or_else(|| "item".to_owned());
        items.push(Arc::from(item));
        brought.push(fulfils == "brings");
        needs.push(Need { key, what });
    }
    if needs.is_empty() {
        table.wrong("missing-key", "a gate needs at least one `[[promise.need]]`".to_owned(), vec![]);
        return None;
    }
    Some((Rule { terms: GateTerms { needs, deviation }, items, brought }, conditions))
}

/// What a gate keeps between facts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    pub gate: Gate,
    cycles: u32,
    /// Deviations that were recorded but lack something: the fact, and what.
    incomplete: Vec<Incomplete>,
}

pub(crate) fn fold(rule: &Rule, standing: &mut Standing, fold: Fold<'_>, own: u8, all: &mut Vec<Obligation>) {
    match own {
        PASS => pass(rule, standing, fold, all),
        DEVIATION => deviate(rule, standing, fold),
        _ => {
            let (need, undoes) = (usize::from((own - NEEDS) / 2), (own - NEEDS) % 2 == 1);
            let item = || fold.named(&rule.items[need]).unwrap_or_default();
            let signal = match (&rule.terms.needs[need].what, undoes) {
                (What::Done { .. }, false) => Signal::Done,
                (What::Done { .. }, true) => Signal::Undone,
                (What::Each { .. }, false) => Signal::Seen(item()),
                (What::Each { .. }, true) => Signal::Unseen(item()),
                (What::NoneOpen, false) => Signal::Opened(item()),
                (What::NoneOpen, true) => Signal::Closed(item()),
                (What::InForce, false) => Signal::Granted { until: fold.moment("until") },
                (What::InForce, true) => Signal::Ended,
            };
            standing.gate.apply(&rule.terms, need, fold.fact.seq, signal);
        }
    }
}

fn deviate(rule: &Rule, standing: &mut Standing, fold: Fold<'_>) {
    let deviation = Deviation {
        at: fold.fact.at,
        seq: fold.fact.seq,
        by: fold.fact.by.clone(),
        reason: fold.text("reason"),
        accepted_by: fold.text("accepted_by"),
    };
    let absent =
        [("by", &deviation.by), ("reason", &deviation.reason), ("accepted_by", &deviation.accepted_by)];
    let missing: Vec<Arc<str>> = absent
        .iter()
        .filter(|(_, text)| text.trim().is_empty())
        .map(|(field, _)| Arc::from(*field))
        .collect();
    if standing.gate.deviate(&rule.terms, deviation).is_err() {
        standing.incomplete.push(Incomplete { fact: fold.fact.seq, at: fold.fact.at, missing });
    }
}

/// Judges a passage: each is an obligation that ends with the fact that made it.
fn pass(rule: &Rule, standing: &mut Standing, fold: Fold<'_>, all: &mut Vec<Obligation>) {
    let mut gate = standing.gate.clone();
    for (need, _) in rule.brought.iter().enumerate().filter(|(_, brought)| **brought) {
        let What::Each { of } = &rule.terms.needs[need].what else { continue };
        for field in of.iter().filter(|field| fold.named(field).is_some()) {
            gate.apply(&rule.terms, need, fold.fact.seq, Signal::Seen(field.clone()));
        }
    }
    let at = fold.fact.at;
    standing.cycles += 1;
    let mut obligation = fold.obligation(standing.cycles, at, None);
    obligation.incomplete = std::mem::take(&mut standing.incomplete);
    obligation.evidence = Vec::new();
    match gate.pass(&rule.terms, at) {
        Passage::Open { evidence } => {
            obligation.evidence = evidence;
            kinds::end(&mut obligation, State::Met { at }, fold.fact.seq);
        }
        Passage::Deviated { missing, deviation } => {
            obligation.entry = Some(lacking(&missing));
            obligation.evidence.push(deviation.seq);
            kinds::end(&mut obligation, State::Waived { at }, fold.fact.seq);
            // Used up; the needs themselves stand as they stood.
            standing.gate.pass(&rule.terms, at);
        }
        Passage::Blocked { missing } => {
            obligation.entry = Some(lacking(&missing));
            let keys = missing.iter().map(|missing| Arc::from(missing.key.as_str())).collect();
            obligation.incomplete.push(Incomplete { fact: fold.fact.seq, at, missing: keys });
            kinds::end(&mut obligation, State::Breached { at }, fold.fact.seq);
        }
    }
    obligation.evidence.sort_unstable();
    obligation.evidence.dedup();
    all.push(obligation);
}

fn lacking(missing: &[super::Missing]) -> Arc<str> {
    let keys: Vec<&str> = missing.iter().map(|missing| missing.key.as_str()).collect();
    Arc::from(format!("without {}", keys.join(", ")))
}
