//! The kind of promise "always so many". Serves C3.3.
//!
//! Critical parts have a minimum in each depot, bonded depots included, and it is checked on every movement.
//! Every movement takes from one place what it brings to another, so all places together always hold nothing
//! more and nothing less than what came in; a depot never holds less than zero.

pub mod promise;

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use thiserror::Error;

/// Where parts are: a depot, or the world outside by the way they came or went.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    Depot(String),
    Supplier,
    Customer,
    /// An engineer's bag or van: carried, neither in the depot nor used.
    Carried(String),
    Scrap,
    /// The other side of a stocktaking.
    Stocktaking,
}

impl Place {
    /// Whether the balance is counted, and so may not fall below zero.
    fn is_counted(&self) -> bool {
        match self {
            Place::Depot(_) | Place::Carried(_) => true,
            Place::Supplier | Place::Customer | Place::Scrap | Place::Stocktaking => false,
        }
    }
}

/// Whole parts that went from one place to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movement {
    pub part: String,
    pub from: Place,
    pub to: Place,
    pub count: u32,
}

/// Why a movement cannot have happened.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refused {
    #[error("{place:?} holds {have_count} of `{part}`, {wanted_count} were to leave")]
    NotEnough { part: String, place: Place, have_count: u32, wanted_count: u32 },
    #[error("a movement needs two different places")]
    SamePlace,
    #[error("a movement of nothing")]
    Nothing,
    #[error("more parts than can be counted")]
    TooMany,
}

/// A minimum that was crossed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crossing {
    pub part: String,
    pub depot: String,
    pub have_count: u32,
    pub minimum_count: u32,
    pub direction: Direction,
}

/// Which way a minimum was crossed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Now below: the obligation to fill up begins.
    Below,
    /// At or above again: it is met.
    Restored,
}

/// A minimum and what is there, where that is less.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortage {
    pub part: String,
    pub depot: String,
    pub have_count: u32,
    pub minimum_count: u32,
}

/// Balances and minima of all parts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Rows", into = "Rows")]
pub struct Stock {
    balances: BTreeMap<(String, Place), i64>,
    minima: BTreeMap<(String, String), u32>,
}

/// Stock as it is stored: JSON has no keys of two parts.
#[derive(Clone, Serialize, Deserialize)]
struct Rows {
    balances: Vec<(String, Place, i64)>,
    minima: Vec<(String, String, u32)>,
}

impl From<Rows> for Stock {
    fn from(rows: Rows) -> Stock {
        Stock {
            balances: rows.balances.into_iter().map(|(part, place, n)| ((part, place), n)).collect(),
            minima: rows.minima.into_iter().map(|(part, depot, n)| ((part, depot), n)).collect(),
        }
    }
}

impl From<Stock> for Rows {
    fn from(stock: Stock) -> Rows {
        Rows {
            balances: stock.balances.into_iter().map(|((part, place), n)| (part, place, n)).collect(),
            minima: stock.minima.into_iter().map(|((part, depot), n)| (part, depot, n)).collect(),
        }
    }
}

impl Stock {
    /// Whole parts in a depot or carried by somebody.
    pub fn count(&self, part: &str, place: &Place) -> u32 {
        let count = self.balances.get(&(part.to_owned(), place.clone())).copied().unwrap_or(0);
        u32::try_from(count).unwrap_or(0)
    }

    /// Sets or changes a minimum; zero takes it away.
    ///
    /// Returns the crossing that the new figure makes without any part moving.
    pub fn set_minimum(&mut self, part: &str, depot: &str, minimum_count: u32) -> Option<Crossing> {
        let key = (part.to_owned(), depot.to_owned());
        let have_count = self.count(part, &Place::Depot(depot.to_owned()));
        let before = match minimum_count {
            0 => self.minima.remove(&key),
            _ => self.minima.insert(key, minimum_count),
        }
        .unwrap_or(0);
        let direction = direction(have_count < before, have_count < minimum_count)?;
        let (part, depot) = (part.to_owned(), depot.to_owned());
        Some(Crossing { part, depot, have_count, minimum_count, direction })
    }

    /// Moves parts, or refuses and leaves everything as it was.
    ///
    /// Errors: [`Refused`].
    /// Source: C3.3: stock never goes negative and every movement balances.
    pub fn apply(&mut self, movement: &Movement) -> Result<Vec<Crossing>, Refused> {
        let Movement { part, from, to, count } = movement;
        if from == to {
            return Err(Refused::SamePlace);
        }
        if *count == 0 {
            return Err(Refused::Nothing);
        }
        let have_count = self.count(part, from);
        if from.is_counted() && have_count < *count {
            let (part, place) = (part.clone(), from.clone());
            return Err(Refused::NotEnough { part, place, have_count, wanted_count: *count });
        }
        if to.is_counted() && self.count(part, to).checked_add(*count).is_none() {
            return Err(Refused::TooMany);
        }
        let crossings = [self.shift(part, from, -i64::from(*count)), self.shift(part, to, i64::from(*count))];
        Ok(crossings.into_iter().flatten().collect())
    }

    fn shift(&mut self, part: &str, place: &Place, by: i64) -> Option<Crossing> {
        let balance = self.balances.entry((part.to_owned(), place.clone())).or_insert(0);
        let before = *balance;
        *balance += by;
        let after = *balance;
        let Place::Depot(depot) = place else { return None };
        let minimum_count = *self.minima.get(&(part.to_owned(), depot.clone()))?;
        let is_below = |count: i64| count < i64::from(minimum_count);
        let direction = direction(is_below(before), is_below(after))?;
        let have_count = u32::try_from(after).unwrap_or(0);
        Some(Crossing { part: part.to_owned(), depot: depot.clone(), have_count, minimum_count, direction })
    }

    /// Every minimum that is not held now.
    pub fn shortages(&self) -> Vec<Shortage> {
        self.minima
            .iter()
            .map(|((part, depot), minimum)| Shortage {
                part: part.clone(),
                depot: depot.clone(),
                have_count: self.count(part, &Place::Depot(depot.clone())),
                minimum_count: *minimum,
            })
            .filter(|s| s.have_count < s.minimum_count)
            .collect()
    }

    /// What all places together hold of a part: zero, always.
    pub fn balance(&self, part: &str) -> i64 {
        self.balances.iter().filter(|((p, _), _)| p == part).map(|(_, count)| count).sum()
    }
}

fn direction(was_below: bool, is_below: bool) -> Option<Direction> {
    match (was_below, is_below) {
        (false, true) => Some(Direction::Below),
        (true, false) => Some(Direction::Restored),
        (false, false) | (true, true) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn depot(name: &str) -> Place {
        Place::Depot(name.to_owned())
    }

    fn movement(from: Place, to: Place, count: u32) -> Movement {
        Movement { part: "PSU-1".to_owned(), from, to, count }
    }

    #[test]
    fn each_movement_is_checked_against_the_minimum() {
        let mut stock = Stock::default();
        let below = stock.set_minimum("PSU-1", "north", 2).unwrap();
        assert_eq!((below.direction, below.have_count), (Direction::Below, 0));
        for (from, to, count, want) in [
            (Place::Supplier, depot("north"), 1, None),
            (Place::Supplier, depot("north"), 1, Some((Direction::Restored, 2))),
            (Place::Supplier, depot("north"), 3, None),
            (depot("north"), Place::Carried("Li".into()), 3, None),
            (depot("north"), depot("south"), 1, Some((Direction::Below, 1))),
            (depot("north"), Place::Customer, 1, None),
            (Place::Carried("Li".into()), depot("north"), 2, Some((Direction::Restored, 2))),
        ] {
            let crossings = stock.apply(&movement(from.clone(), to.clone(), count)).unwrap();
            let got = crossings.first().map(|c| (c.direction, c.have_count));
            assert_eq!(got, want, "{from:?} to {to:?}");
        }
        assert_eq!(stock.shortages(), []);
        assert_eq!(stock.set_minimum("PSU-1", "north", 3).unwrap().direction, Direction::Below);
        assert_eq!(stock.shortages()[0].have_count, 2);
        assert_eq!(stock.set_minimum("PSU-1", "north", 0).unwrap().direction, Direction::Restored);
    }

    #[test]
    fn what_is_not_there_cannot_leave() {
        let mut stock = Stock::default();
        stock.apply(&movement(Place::Supplier, depot("north"), 2)).unwrap();
        let before = stock.clone();
        for (from, to, count) in [
            (depot("north"), Place::Customer, 3),
            (depot("south"), depot("north"), 1),
            (Place::Carried("Li".into()), Place::Customer, 1),
            (depot("north"), depot("north"), 1),
            (depot("north"), Place::Scrap, 0),
            (Place::Supplier, depot("north"), u32::MAX),
        ] {
            assert!(stock.apply(&movement(from, to, count)).is_err());
            assert_eq!(stock, before);
        }
    }

    #[test]
    fn stock_survives_storage() {
        let mut stock = Stock::default();
        stock.set_minimum("PSU-1", "north", 2);
        stock.apply(&movement(Place::Supplier, depot("north"), 2)).unwrap();
        let text = serde_json::to_string(&stock).unwrap();
        assert_eq!(serde_json::from_str::<Stock>(&text).unwrap(), stock);
    }

    proptest! {
        /// Whatever is tried, nothing goes below zero and nothing appears or vanishes.
        #[test]
        fn everything_balances(tries in prop::collection::vec((0_usize..5, 0_usize..5, 0_u32..6), 0..60)) {
            let places = [Place::Supplier, depot("north"), depot("south"), Place::Carried("Li".into()), Place::Customer];
            let mut stock = Stock::default();
            stock.set_minimum("PSU-1", "north", 3);
            let mut is_below = true;
            for (from, to, count) in tries {
                let Ok(crossings) = stock.apply(&movement(places[from].clone(), places[to].clone(), count)) else {
                    continue;
                };
                for crossing in &crossings {
                    prop_assert_eq!(crossing.direction == Direction::Below, !is_below);
                    is_below = !is_below;
                }
                prop_assert_eq!(stock.balance("PSU-1"), 0);
                prop_assert_eq!(!stock.shortages().is_empty(), is_below);
                prop_assert!(places[1..4].iter().all(|p| stock.balances.get(&("PSU-1".into(), p.clone())).is_none_or(|n| *n >= 0)));
            }
        }
    }
}
