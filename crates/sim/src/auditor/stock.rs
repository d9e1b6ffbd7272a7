//! The auditor's stock: two numbers for each part, what is there and what must be. From `docs/promises/stock.md`.

use std::collections::BTreeMap;

use promise::{Fact, Scalar};

use super::paper::{Clause, Unaudited};
use super::{Desk, Is, Verdict, minute, named};

#[derive(Default)]
struct Shelf {
    have: u64,
    minimum: u64,
    /// The shortage that is owed, by its place among the verdicts.
    short: Option<usize>,
}

/// Judges the stock of one depot from all its facts, in order.
pub fn judge(desk: &Desk<'_>, promise: &Clause, facts: &[&Fact]) -> Result<Vec<Verdict>, Unaudited> {
    let mut shelves: BTreeMap<String, Shelf> = BTreeMap::new();
    let mut verdicts: Vec<Verdict> = Vec::new();
    for heard in desk.heard(promise, facts, &["minimum", "in", "out", "counted"]) {
        let (fact, at) = (heard.fact, minute(heard.fact.at)?);
        let shelf = shelves.entry(named(fact, "part").unwrap_or_default()).or_default();
        let whole = |field: &str| {
            let number = fact.data.get(field).and_then(Scalar::as_f64)?;
            let is_whole = number >= 0.0 && number.fract() == 0.0 && number <= f64::from(u32::MAX);
            is_whole.then_some(number as u64)
        };
        let count = if fact.data.get("count").is_none() { Some(1) } else { whole("count") };
        for role in heard.roles {
            match (role, count) {
                ("minimum", _) => shelf.minimum = whole("minimum").unwrap_or(shelf.minimum),
                ("in", Some(count)) => shelf.have += count,
                // What is not there cannot have left.
                ("out", Some(count)) if count <= shelf.have => shelf.have -= count,
                ("counted", Some(count)) => shelf.have = count,
                _ => {}
            }
            match (shelf.short, shelf.have < shelf.minimum) {
                (None, true) => {
                    shelf.short = Some(verdicts.len());
                    let due = match promise.entries.first() {
                        Some(entry) => {
                            let clock = desk.clock(&entry.calendar, &heard.known)?;
                            super::clock::by_dates(&clock, &entry.figure, at)?
                        }
                        None => None,
                    };
                    let cycle = verdicts.len() as u32 + 1;
                    let promise = promise.id.clone();
                    let is = Is::Running;
                    verdicts.push(Verdict { promise, cycle, started: Some(at), due, is, ended: None });
                }
                (Some(place), false) => {
                    shelf.short = None;
                    let verdict = &mut verdicts[place];
                    verdict.ended = Some(at);
                    verdict.is = if verdict.due.is_some_and(|due| due < at) { Is::Late } else { Is::Met };
                }
                _ => {}
            }
        }
    }
    Ok(verdicts)
}
