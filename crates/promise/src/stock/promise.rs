//! Stock as a promise: the keys of the file, and how movements cross the minima of one depot (C3.3).

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Crossing, Direction, Movement, Place, Refused, Stock};
use crate::calendar::Calendar;
use crate::clock::Warning;
use crate::fact::Scalar;
use crate::figure::Figure;
use crate::kinds::{self, Fold};
use crate::obligation::{Incomplete, Obligation};
use crate::reader::Table;

/// The keys of a stock promise, beside those that every promise has.
pub(crate) const KEYS: [&str; 7] = ["minimum", "in", "out", "counted", "within", "calendar", "warn_at"];
/// The keys whose conditions facts meet; their place is the number of the role.
pub(crate) const ROLES: [&str; 4] = ["minimum", "in", "out", "counted"];
const MINIMUM: u8 = 0;
const IN: u8 = 1;
const OUT: u8 = 2;
const COUNTED: u8 = 3;

/// A stock promise as a file states it.
#[derive(Clone, Debug)]
pub struct Rule {
    /// How soon a shortage must be filled; none: at once, so it is owed without a figure.
    pub within: Option<(Figure, Arc<str>)>,
    pub calendar: Arc<Calendar>,
    pub warnings: Vec<Warning>,
}

/// Reads the keys of a stock promise.
pub(crate) fn read(
    table: &Table<'_, '_>,
    within: Option<(Figure, String)>,
    calendar: Arc<Calendar>,
    warnings: Vec<Warning>,
) -> Option<Rule> {
    for key in ["minimum", "in", "out"] {
        table.need(key);
    }
    let within = within.map(|(figure, written)| (figure, Arc::from(written)));
    Some(Rule { within, calendar, warnings })
}

/// What a stock promise keeps between facts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    pub stock: Stock,
    /// The open shortage of each part.
    short: BTreeMap<String, usize>,
    /// Movements that cannot have happened as they were told: the fact, and the part.
    pub refused: Vec<(u64, String)>,
    cycles: u32,
}

pub(crate) fn fold(rule: &Rule, standing: &mut Standing, fold: Fold<'_>, own: u8, all: &mut Vec<Obligation>) {
    let part = fold.named("part").unwrap_or_default();
    let depot = fold.subject.id.to_string();
    let here = Place::Depot(depot.clone());
    let number = |field: &str| fold.fact.data.get(field).and_then(Scalar::as_f64);
    let whole = |n: Option<f64>| {
        n.filter(|n| *n >= 0.0 && n.fract() == 0.0 && *n <= f64::from(u32::MAX)).map(|n| n as u32)
    };
    let count = match fold.fact.data.get("count") {
        None => Some(1),
        Some(_) => whole(number("count")),
    };
    let result: Result<Vec<Crossing>, Refused> = match (own, count) {
        (MINIMUM, _) => match whole(number("minimum")) {
            Some(minimum) => Ok(standing.stock.set_minimum(&part, &depot, minimum).into_iter().collect()),
            None => Err(Refused::Nothing),
        },
        (_, None) => Err(Refused::Nothing),
        (IN, Some(count)) => {
            standing.stock.apply(&Movement { part: part.clone(), from: Place::Supplier, to: here, count })
        }
        (OUT, Some(count)) => {
            standing.stock.apply(&Movement { part: part.clone(), from: here, to: Place::Customer, count })
        }
        (COUNTED, Some(count)) => stocktaking(&mut standing.stock, &part, here, count),
        _ => Ok(Vec::new()),
    };
    let crossings = match result {
        Ok(crossings) => crossings,
        Err(_) => {
            standing.refused.push((fold.fact.seq, part.clone()));
            if let Some(place) = standing.short.get(&part) {
                let missing = vec![Arc::from("count")];
                all[*place].incomplete.push(Incomplete { fact: fold.fact.seq, at: fold.fact.at, missing });
            }
            return;
        }
    };
    for crossing in crossings {
        cross(rule, standing, fold, crossing, all);
    }
    if let Some(place) = standing.short.get(&part) {
        let have = standing.stock.count(&part, &Place::Depot(depot));
        all[*place].entry = Some(label(&part, have));
    }
}

/// Brings the books to what was counted.
fn stocktaking(stock: &mut Stock, part: &str, here: Place, count: u32) -> Result<Vec<Crossing>, Refused> {
    let have = stock.count(part, &here);
    let (from, to, by) = match count.cmp(&have) {
        std::cmp::Ordering::Equal => return Ok(Vec::new()),
        std::cmp::Ordering::Greater => (Place::Stocktaking, here, count - have),
        std::cmp::Ordering::Less => (here, Place::Stocktaking, have - count),
    };
    stock.apply(&Movement { part: part.to_owned(), from, to, count: by })
}

fn cross(
    rule: &Rule,
    standing: &mut Standing,
    fold: Fold<'_>,
    crossing: Crossing,
    all: &mut Vec<Obligation>,
) {
    let at = fold.fact.at;
    match crossing.direction {
        Direction::Below => {
            standing.cycles += 1;
            let hours = rule.calendar.hours(fold.attributes.text(crate::clock::ZONE));
            let due_at = rule.within.as_ref().and_then(|(figure, _)| figure.due_at(&hours, at, None));
            let mut obligation = fold.obligation(standing.cycles, at, due_at);
            let minimum = crossing.minimum_count;
            obligation.figure = Some(match &rule.within {
                Some((_, written)) => Arc::from(format!("at least {minimum}, again within {written}")),
                None => Arc::from(format!("at least {minimum}")),
            });
            obligation.entry = Some(label(&crossing.part, crossing.have_count));
            obligation.calendar = Some(rule.calendar.id().clone());
            obligation.zone = Some(hours.zone_name().clone());
            if let Some(due_at) = due_at {
                obligation.warn_at = kinds::warn_at(&rule.warnings, at, due_at);
            }
            standing.short.insert(crossing.part, all.len());
            all.push(obligation);
        }
        Direction::Restored => {
            let Some(place) = standing.short.remove(&crossing.part) else { return };
            let obligation = &mut all[place];
            obligation.entry = Some(label(&crossing.part, crossing.have_count));
            if obligation.state.is_open() {
                let state = kinds::done(obligation, at);
                kinds::end(obligation, state, fold.fact.seq);
            }
        }
    }
}

fn label(part: &str, have: u32) -> Arc<str> {
    Arc::from(format!("{part}: {have}"))
}
