//! The kind of promise "who pays what for this work on this day". Serves C3.1–C3.5, C5.2–C5.4 and C5.7.
//!
//! A file names *periods* (the warranty, ten years of preferential upgrades) and *entries*: inside or outside
//! which period, for which causes and works, labour, parts and travel are free, at cost, or at which price. The
//! most specific entry that fits decides each of the three on its own; the answer names the clause, the dates,
//! and every other entry that fits as well, so that a contradiction in a contract is seen on the quote.

pub mod money;
pub mod promise;
pub mod warranty;

pub use money::{Currency, Known, Money, Price, Unpriced};
pub use warranty::{DayCount, Impossible, Ledger, Line, Manufacturer, Outage, What};

use crate::quota::Dates;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A named stretch of time that entries refer to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    pub name: String,
    /// The milestone it begins with: `accepted`, `trial_started`, `in_operation`.
    pub from: String,
    pub months: u32,
    /// The manufacturer's warranty takes its place where it is longer.
    pub or_manufacturer: bool,
    /// Days out of service move its end.
    pub extends: Option<DayCount>,
}

/// Where a day lies in relation to a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The milestone is not reached, or the day lies before it.
    Before,
    During,
    After,
}

/// What pays for what under which conditions.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Entry {
    pub id: String,
    pub clause: String,
    /// Periods and the phase of each that the entry asks for; one of the phases suffices.
    pub periods: BTreeMap<String, Vec<Phase>>,
    /// Attributes of the question and the values that fit: `cause`, `work`, `product_class`.
    pub when: BTreeMap<String, Fits>,
    /// Entries before which this one comes, as the two sides agreed: a reading of a contradiction.
    pub before: Vec<String>,
    pub labour: Option<Price>,
    pub parts: Option<Price>,
    pub travel: Option<Price>,
}

/// Values that fit an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fits {
    OneOf(Vec<String>),
    /// A number above `over` (not with it) and up to `to` (with it), as a band of distances.
    Band {
        over: Option<i64>,
        to: Option<i64>,
    },
}

impl Fits {
    pub(crate) fn fits(&self, value: &str) -> bool {
        match self {
            Fits::OneOf(values) => values.iter().any(|v| v == value),
            Fits::Band { over, to } => value
                .parse::<i64>()
                .is_ok_and(|n| over.is_none_or(|over| n > over) && to.is_none_or(|to| n <= to)),
        }
    }
}

/// All that a contract says about who pays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CoverageTerms {
    pub periods: Vec<Period>,
    pub entries: Vec<Entry>,
}

/// What is known about the thing and the work.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Question {
    /// The civil date at the site on which it broke, or on which the work is asked for.
    pub on: Date,
    /// Milestones reached, as civil dates at the site.
    pub milestones: BTreeMap<String, Date>,
    pub manufacturer: Option<Manufacturer>,
    pub outages: Vec<Outage>,
    /// The end of the ledger that the unit took over from the one it replaced, by period.
    pub inherited: BTreeMap<String, Ledger>,
    pub attributes: BTreeMap<String, String>,
}

/// Whose money it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payer {
    Provider,
    Customer,
}

/// One of the three lines of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    pub price: Price,
    pub payer: Payer,
    pub entry: String,
    pub clause: String,
    /// Entries that fit just as closely and say another price: the contract contradicts itself here.
    pub contradicted_by: Vec<String>,
    /// Entries that fit and say another price, but are less specific.
    pub set_aside: Vec<String>,
}

/// One period as it stands for the asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodStanding {
    pub name: String,
    pub phase: Phase,
    /// None while the milestone is not reached.
    pub ledger: Option<Ledger>,
}

impl PeriodStanding {
    pub fn dates(&self) -> Option<Dates> {
        self.ledger.as_ref().and_then(Ledger::dates)
    }
}

/// Who pays what, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub on: Date,
    pub periods: Vec<PeriodStanding>,
    /// None where no entry says anything: a person must decide.
    pub labour: Option<Verdict>,
    pub parts: Option<Verdict>,
    pub travel: Option<Verdict>,
}

impl CoverageTerms {
    /// The attributes that entries look at, each with the values that they name; one that is a number has none.
    pub fn attributes(&self) -> BTreeMap<&str, Vec<&str>> {
        let mut attributes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (name, fits) in self.entries.iter().flat_map(|entry| &entry.when) {
            let values = attributes.entry(name).or_default();
            if let Fits::OneOf(named) = fits {
                for value in named {
                    if !values.contains(&value.as_str()) {
                        values.push(value);
                    }
                }
            }
        }
        attributes
    }

    /// Decides who pays labour, parts and travel.
    ///
    /// Errors: [`Impossible`] when the dates of the asset contradict themselves.
    /// Source: C3.1–C3.5, C5.2–C5.4, C5.7.
    pub fn decide(&self, question: &Question) -> Result<Answer, Impossible> {
        let periods: Vec<_> = self.periods.iter().map(|p| p.standing(question)).collect::<Result<_, _>>()?;
        let fitting: Vec<&Entry> = self.entries.iter().filter(|e| e.fits(question, &periods)).collect();
        Ok(Answer {
            on: question.on,
            labour: verdict(&fitting, |e| e.labour),
            parts: verdict(&fitting, |e| e.parts),
            travel: verdict(&fitting, |e| e.travel),
            periods,
        })
    }
}

impl Period {
    fn standing(&self, question: &Question) -> Result<PeriodStanding, Impossible> {
        let ledger = match (question.inherited.get(&self.name), question.milestones.get(&self.from)) {
            (Some(inherited), _) => {
                let until = match question.manufacturer.filter(|_| self.or_manufacturer) {
                    Some(Manufacturer::Until(on)) => Some(on),
                    Some(Manufacturer::Months(_)) | None => None,
                };
                Some(inherited.clone().or_until(until))
            }
            (None, Some(started_on)) => {
                let manufacturer = question.manufacturer.filter(|_| self.or_manufacturer);
                Some(Ledger::open(*started_on, self.months, manufacturer)?)
            }
            (None, None) => None,
        };
        let ledger = match (ledger, self.extends) {
            (Some(ledger), Some(count)) => Some(ledger.extend(&question.outages, count)?),
            (ledger, _) => ledger,
        };
        let phase = match &ledger {
            Some(l) if question.on > l.end_on() => Phase::After,
            Some(l) if question.on >= l.started_on => Phase::During,
            Some(_) | None => Phase::Before,
        };
        Ok(PeriodStanding { name: self.name.clone(), phase, ledger })
    }
}

impl Entry {
    fn fits(&self, question: &Question, periods: &[PeriodStanding]) -> bool {
        let in_phase = |(name, phases): (&String, &Vec<Phase>)| {
            periods.iter().any(|p| p.name == *name && phases.contains(&p.phase))
        };
        let fits =
            |(name, fits): (&String, &Fits)| question.attributes.get(name).is_some_and(|v| fits.fits(v));
        self.periods.iter().all(in_phase) && self.when.iter().all(fits)
    }

    /// How closely an entry describes its case: the number of its conditions.
    pub fn specificity(&self) -> usize {
        self.periods.len() + self.when.len()
    }
}

/// The entry that decides a line: of those that speak of it the most specific, of equals the one that was
/// agreed to come before the others, else the first in the file.
fn verdict(fitting: &[&Entry], line: impl Fn(&Entry) -> Option<Price>) -> Option<Verdict> {
    let speaking: Vec<(&Entry, Price)> = fitting.iter().filter_map(|e| Some((*e, line(e)?))).collect();
    let closest = speaking.iter().map(|(e, _)| e.specificity()).max()?;
    let gives_way = |e: &Entry| speaking.iter().any(|(other, _)| other.before.contains(&e.id));
    let stands = |e: &Entry| e.specificity() == closest && !gives_way(e);
    let (entry, price) = *speaking
        .iter()
        .find(|(e, _)| stands(e))
        .or_else(|| speaking.iter().find(|(e, _)| e.specificity() == closest))?;
    let others = |standing: bool| {
        speaking
            .iter()
            .filter(|(e, p)| *p != price && stands(e) == standing && e.id != entry.id)
            .map(|(e, _)| e.id.clone())
            .collect()
    };
    Some(Verdict {
        price,
        payer: if price == Price::Free { Payer::Provider } else { Payer::Customer },
        entry: entry.id.clone(),
        clause: entry.clause.clone(),
        contradicted_by: others(true),
        set_aside: others(false),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn one_of(values: &[&str]) -> Fits {
        Fits::OneOf(values.iter().map(|v| (*v).to_owned()).collect())
    }

    fn entry(
        id: &str,
        periods: &[(&str, &[Phase])],
        when: &[(&str, Fits)],
        prices: [Option<Price>; 3],
    ) -> Entry {
        Entry {
            id: id.to_owned(),
            clause: id.split('/').next().unwrap_or(id).to_owned(),
            periods: periods.iter().map(|(name, phases)| ((*name).to_owned(), phases.to_vec())).collect(),
            when: when.iter().map(|(name, fits)| ((*name).to_owned(), fits.clone())).collect(),
            before: Vec::new(),
            labour: prices[0],
            parts: prices[1],
            travel: prices[2],
        }
    }

    fn terms() -> CoverageTerms {
        use Phase::*;
        let period = |name: &str, from: &str, months, or_manufacturer, extends| Period {
            name: name.to_owned(),
            from: from.to_owned(),
            months,
            or_manufacturer,
            extends,
        };
        let free = [Some(Price::Free); 3];
        CoverageTerms {
            periods: vec![
                period("warranty", "accepted", 36, true, Some(DayCount::Begun)),
                period("upgrades", "trial_started", 120, false, None),
                period("software", "in_operation", 36, false, None),
            ],
            entries: vec![
                entry("C3.1", &[("warranty", &[Before, During])], &[("work", one_of(&["repair"]))], free),
                entry(
                    "C3.1/after",
                    &[("warranty", &[After])],
                    &[("work", one_of(&["repair"]))],
                    [Some(Price::Free), Some(Price::Preferential), Some(Price::Free)],
                ),
                entry(
                    "C3.5",
                    &[("warranty", &[After])],
                    &[("work", one_of(&["repair"]))],
                    [None, Some(Price::Cost), None],
                ),
                entry(
                    "C3.1/misuse",
                    &[("warranty", &[Before, During])],
                    &[("work", one_of(&["repair"])), ("cause", one_of(&["operation", "external"]))],
                    [Some(Price::Free), Some(Price::Cost), None],
                ),
                entry("C5.4", &[("software", &[During])], &[("work", one_of(&["software-upgrade"]))], free),
                entry(
                    "C5.4/after",
                    &[("software", &[After])],
                    &[("work", one_of(&["software-upgrade"]))],
                    [Some(Price::Preferential), Some(Price::Preferential), None],
                ),
                entry(
                    "C5.4/manufacturer",
                    &[("software", &[After])],
                    &[("work", one_of(&["software-upgrade"])), ("manufacturer_price", one_of(&["free"]))],
                    free,
                ),
            ],
        }
    }

    fn ask(on: &str, attributes: &[(&str, &str)]) -> Question {
        let milestones =
            [("trial_started", "2022-12-01"), ("accepted", "2023-06-15"), ("in_operation", "2023-07-01")];
        Question {
            on: date(on),
            milestones: milestones.iter().map(|(name, on)| ((*name).to_owned(), date(on))).collect(),
            attributes: attributes.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
            ..Question::default()
        }
    }

    fn told(question: &Question) -> String {
        let answer = terms().decide(question).unwrap();
        let line =
            |v: &Option<Verdict>| v.as_ref().map_or("?".to_owned(), |v| format!("{:?} {}", v.price, v.entry));
        format!("{}, {}, {}", line(&answer.labour), line(&answer.parts), line(&answer.travel))
    }

    #[test]
    fn who_pays_by_day_cause_and_work() {
        let repair: &[(&str, &str)] = &[("work", "repair"), ("cause", "equipment")];
        let misuse: &[(&str, &str)] = &[("work", "repair"), ("cause", "operation")];
        let upgrade: &[(&str, &str)] = &[("work", "software-upgrade")];
        let free_upgrade: &[(&str, &str)] = &[("work", "software-upgrade"), ("manufacturer_price", "free")];
        for (on, attributes, want) in [
            ("2023-06-14", repair, "Free C3.1, Free C3.1, Free C3.1"),
            ("2023-06-15", repair, "Free C3.1, Free C3.1, Free C3.1"),
            ("2026-06-15", repair, "Free C3.1, Free C3.1, Free C3.1"),
            ("2026-06-16", repair, "Free C3.1/after, Preferential C3.1/after, Free C3.1/after"),
            ("2024-01-01", misuse, "Free C3.1/misuse, Cost C3.1/misuse, Free C3.1"),
            ("2026-07-01", upgrade, "Free C5.4, Free C5.4, Free C5.4"),
            ("2026-07-02", upgrade, "Preferential C5.4/after, Preferential C5.4/after, ?"),
            (
                "2026-07-02",
                free_upgrade,
                "Free C5.4/manufacturer, Free C5.4/manufacturer, Free C5.4/manufacturer",
            ),
            ("2024-01-01", &[("work", "painting")], "?, ?, ?"),
        ] {
            assert_eq!(told(&ask(on, attributes)), want, "{on} {attributes:?}");
        }
    }

    #[test]
    fn a_contradiction_is_seen_on_the_answer() {
        let answer = terms().decide(&ask("2026-06-16", &[("work", "repair")])).unwrap();
        let parts = answer.parts.unwrap();
        assert_eq!((parts.price, parts.contradicted_by), (Price::Preferential, vec!["C3.5".to_owned()]));
    }

    #[test]
    fn an_agreed_reading_settles_it() {
        let mut terms = terms();
        terms.entries[2].before = vec!["C3.1/after".to_owned()];
        let parts = terms.decide(&ask("2026-06-16", &[("work", "repair")])).unwrap().parts.unwrap();
        assert_eq!((parts.price, parts.clause.as_str()), (Price::Cost, "C3.5"));
        assert_eq!((parts.contradicted_by, parts.set_aside), (vec![], vec!["C3.1/after".to_owned()]));
    }

    #[test]
    fn the_manufacturer_and_the_outages_move_the_end() {
        let mut question = ask("2026-06-20", &[("work", "repair")]);
        question.outages = vec![Outage {
            out_on: date("2024-03-03"),
            back_on: date("2024-03-09"),
            reason: "claim".to_owned(),
            evidence: None,
        }];
        assert_eq!(told(&question), "Free C3.1, Free C3.1, Free C3.1");
        question.on = date("2028-06-22");
        question.manufacturer = Some(Manufacturer::Months(60));
        assert_eq!(told(&question), "Free C3.1, Free C3.1, Free C3.1");
        question.on = date("2028-06-23");
        assert!(told(&question).contains("C3.1/after"));
    }

    #[test]
    fn a_replacement_is_covered_by_what_it_inherits() {
        let mut question = ask("2027-01-01", &[("work", "repair")]);
        let old = Ledger::open(date("2024-02-01"), 36, None).unwrap();
        question.inherited.insert("warranty".to_owned(), old.inherit("SN-1", date("2026-01-01"), None));
        assert_eq!(told(&question), "Free C3.1, Free C3.1, Free C3.1");
    }

    #[test]
    fn bands_of_distance() {
        let band = Fits::Band { over: Some(50), to: Some(100) };
        for (value, want) in [("50", false), ("51", true), ("100", true), ("101", false), ("far", false)] {
            assert_eq!(band.fits(value), want, "{value}");
        }
    }
}
