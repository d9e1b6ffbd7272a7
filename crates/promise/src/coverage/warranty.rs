//! The ledger of one asset's warranty: original end, each extension and why, current end. Serves C3.1, C3.2
//! and C3.4.
//!
//! All dates are civil dates at the site. A term of months begins on its first day and ends with the day of
//! the same number; where that month has no such day, with its last: three years from 29 February 2024 end
//! with 28 February 2027. The last day is covered to its end.

use crate::quota::{Dates, days_between};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How the days out of service are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum DayCount {
    /// Every day on which the unit was out for any part of it: a day begun counts.
    #[default]
    Begun,
    /// From day to day: out on the 3rd and back on the 10th are seven.
    Between,
}

/// What the manufacturer gives with the unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Manufacturer {
    /// So many months from the same first day as ours.
    Months(u32),
    /// Up to and with a day, by the manufacturer's own paper.
    Until(Date),
}

/// A time out of service for which the end moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outage {
    /// First day out of service.
    pub out_on: Date,
    /// Day on which the unit, or the one in its place, worked again.
    pub back_on: Date,
    /// Why: the claim or ticket it belongs to.
    pub reason: String,
    /// The fact that shows it.
    pub evidence: Option<u64>,
}

/// One line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub what: What,
    /// The last covered day after this line.
    pub end_on: Date,
}

/// What a line records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Our own term, from the acceptance signature.
    Ours { started_on: Date, months: u32 },
    /// A term whose arithmetic stands elsewhere.
    Known { started_on: Date },
    /// The manufacturer's is longer and takes its place.
    LongerByManufacturer { until_on: Date },
    /// Days out of service that move the end; days that an earlier line counted are not counted again.
    Extended { out_on: Date, back_on: Date, days: u32, reason: String, evidence: Option<u64> },
    /// Out of service, but it began when the warranty was over.
    AfterTheEnd { out_on: Date, reason: String },
    /// Taken over from the unit that stood here before.
    Inherited { from: String, replaced_on: Date },
}

/// The warranty of one asset, with the arithmetic that led to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    pub started_on: Date,
    pub lines: Vec<Line>,
}

/// Why a ledger cannot be drawn up.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Impossible {
    #[error("the unit is back on {back_on} before it went out on {out_on}")]
    BackBeforeOut { out_on: Date, back_on: Date },
    #[error("the term leaves the calendar")]
    OutOfCalendar,
}

impl Ledger {
    /// Opens the ledger: the longer of our term and the manufacturer's.
    ///
    /// Source: C3.1, C3.2.
    pub fn open(
        started_on: Date,
        months: u32,
        manufacturer: Option<Manufacturer>,
    ) -> Result<Ledger, Impossible> {
        let ours_on = term_end(started_on, months)?;
        let mut lines = vec![Line { what: What::Ours { started_on, months }, end_on: ours_on }];
        let theirs_on = match manufacturer {
            Some(Manufacturer::Months(months)) => Some(term_end(started_on, months)?),
            Some(Manufacturer::Until(on)) => Some(on),
            None => None,
        };
        if let Some(until_on) = theirs_on.filter(|on| *on > ours_on) {
            lines.push(Line { what: What::LongerByManufacturer { until_on }, end_on: until_on });
        }
        Ok(Ledger { started_on, lines })
    }

    /// Adds the times out of service, in order of their beginning.
    ///
    /// Days that two claims share move the end once. An outage counts when it began inside the warranty, also
    /// an extended one; then all its days count.
    ///
    /// Source: C3.4.
    pub fn extend(mut self, outages: &[Outage], count: DayCount) -> Result<Ledger, Impossible> {
        let mut sorted: Vec<&Outage> = outages.iter().collect();
        sorted.sort_by_key(|o| (o.out_on, o.back_on));
        let mut counted_to: Option<Date> = None;
        for outage in sorted {
            let Outage { out_on, back_on, ref reason, evidence } = *outage;
            if back_on < out_on {
                return Err(Impossible::BackBeforeOut { out_on, back_on });
            }
            let end_on = self.end_on();
            if out_on > end_on {
                self.lines.push(Line { what: What::AfterTheEnd { out_on, reason: reason.clone() }, end_on });
                continue;
            }
            // The first day not counted yet, and the first day that no longer counts.
            let first = counted_to.map_or(out_on, |to| to.max(out_on));
            let next = match count {
                DayCount::Begun => back_on.tomorrow().map_err(|_| Impossible::OutOfCalendar)?,
                DayCount::Between => back_on,
            };
            let days = days_between(first, next).max(0) as u32;
            counted_to = Some(counted_to.map_or(next, |to| to.max(next)));
            let what = What::Extended { out_on, back_on, days, reason: reason.clone(), evidence };
            self.lines.push(Line { what, end_on: after_days(end_on, days)? });
        }
        Ok(self)
    }

    /// The ledger of the unit that replaced this one: it keeps the end, or takes the new unit's own
    /// manufacturer's warranty where that is longer.
    ///
    /// Source: C3.4: a replacement inherits.
    pub fn inherit(&self, from: &str, replaced_on: Date, manufacturer_until_on: Option<Date>) -> Ledger {
        let end_on = self.end_on();
        let mut lines = self.lines.clone();
        lines.push(Line { what: What::Inherited { from: from.to_owned(), replaced_on }, end_on });
        Ledger { started_on: self.started_on, lines }.or_until(manufacturer_until_on)
    }

    /// The ledger of a unit of whose forerunner only the first and the last day are known.
    ///
    /// Source: C3.4: a replacement inherits.
    pub fn taken_over(
        started_on: Date,
        end_on: Date,
        from: &str,
        replaced_on: Date,
        manufacturer_until_on: Option<Date>,
    ) -> Ledger {
        Ledger { started_on, lines: vec![] }.with_end(end_on).inherit(
            from,
            replaced_on,
            manufacturer_until_on,
        )
    }

    /// The same, up to and with the manufacturer's last day where that is later.
    pub fn or_until(mut self, until_on: Option<Date>) -> Ledger {
        let end_on = self.end_on();
        if let Some(until_on) = until_on.filter(|on| *on > end_on) {
            self.lines.push(Line { what: What::LongerByManufacturer { until_on }, end_on: until_on });
        }
        self
    }

    fn with_end(mut self, end_on: Date) -> Ledger {
        let what = What::Known { started_on: self.started_on };
        self.lines.push(Line { what, end_on });
        self
    }

    /// The end before any extension.
    pub fn original_end_on(&self) -> Date {
        let original = |line: &&Line| {
            matches!(line.what, What::Ours { .. } | What::Known { .. } | What::LongerByManufacturer { .. })
        };
        self.lines.iter().take_while(original).last().map_or(self.started_on, |line| line.end_on)
    }

    /// The last day that is covered.
    pub fn end_on(&self) -> Date {
        self.lines.last().map_or(self.started_on, |line| line.end_on)
    }

    pub fn extension_days(&self) -> u32 {
        self.lines
            .iter()
            .map(|line| match line.what {
                What::Extended { days, .. } => days,
                What::Ours { .. }
                | What::Known { .. }
                | What::LongerByManufacturer { .. }
                | What::AfterTheEnd { .. }
                | What::Inherited { .. } => 0,
            })
            .sum()
    }

    pub fn covers(&self, on: Date) -> bool {
        self.dates().is_some_and(|dates| dates.contains(on))
    }

    pub fn dates(&self) -> Option<Dates> {
        Dates::new(self.started_on, self.end_on())
    }
}

/// The last day of a term of months.
pub fn term_end(started_on: Date, months: u32) -> Result<Date, Impossible> {
    started_on.checked_add(i64::from(months).months()).map_err(|_| Impossible::OutOfCalendar)
}

fn after_days(on: Date, days: u32) -> Result<Date, Impossible> {
    on.checked_add(i64::from(days).days()).map_err(|_| Impossible::OutOfCalendar)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn outage(out_on: &str, back_on: &str) -> Outage {
        Outage { out_on: date(out_on), back_on: date(back_on), reason: "claim".to_owned(), evidence: None }
    }

    #[test]
    fn a_term_ends_with_the_day_of_the_same_number() {
        for (start, months, want) in [
            ("2023-06-15", 36, "2026-06-15"),
            ("2024-02-29", 36, "2027-02-28"),
            ("2024-02-29", 48, "2028-02-29"),
            ("2023-08-31", 1, "2023-09-30"),
            ("2023-06-15", 0, "2023-06-15"),
        ] {
            assert_eq!(term_end(date(start), months).unwrap(), date(want), "{start} + {months}");
        }
        assert_eq!(term_end(date("9999-01-01"), 36), Err(Impossible::OutOfCalendar));
    }

    #[test]
    fn the_longer_term_counts() {
        for (manufacturer, end, lines) in [
            (None, "2026-06-15", 1),
            (Some(Manufacturer::Months(12)), "2026-06-15", 1),
            (Some(Manufacturer::Months(36)), "2026-06-15", 1),
            (Some(Manufacturer::Months(60)), "2028-06-15", 2),
            (Some(Manufacturer::Until(date("2026-06-16"))), "2026-06-16", 2),
        ] {
            let ledger = Ledger::open(date("2023-06-15"), 36, manufacturer).unwrap();
            assert_eq!((ledger.end_on(), ledger.lines.len()), (date(end), lines), "{manufacturer:?}");
            assert_eq!(ledger.original_end_on(), date(end));
        }
    }

    #[test]
    fn days_out_of_service_move_the_end() {
        for (name, outages, count, days, end) in [
            ("a week", vec![outage("2024-03-03", "2024-03-09")], DayCount::Begun, 7, "2026-06-22"),
            (
                "a week, day to day",
                vec![outage("2024-03-03", "2024-03-10")],
                DayCount::Between,
                7,
                "2026-06-22",
            ),
            ("same day", vec![outage("2024-03-03", "2024-03-03")], DayCount::Begun, 1, "2026-06-16"),
            (
                "same day, day to day",
                vec![outage("2024-03-03", "2024-03-03")],
                DayCount::Between,
                0,
                "2026-06-15",
            ),
            (
                "two claims share two days",
                vec![outage("2024-03-03", "2024-03-06"), outage("2024-03-05", "2024-03-09")],
                DayCount::Begun,
                7,
                "2026-06-22",
            ),
            (
                "one inside the other",
                vec![outage("2024-03-05", "2024-03-06"), outage("2024-03-03", "2024-03-09")],
                DayCount::Begun,
                7,
                "2026-06-22",
            ),
            ("on the last day", vec![outage("2026-06-15", "2026-06-24")], DayCount::Begun, 10, "2026-06-25"),
            ("the day after", vec![outage("2026-06-16", "2026-06-24")], DayCount::Begun, 0, "2026-06-15"),
            (
                "in the extended days",
                vec![outage("2026-06-15", "2026-06-24"), outage("2026-06-25", "2026-06-25")],
                DayCount::Begun,
                11,
                "2026-06-26",
            ),
        ] {
            let ledger = Ledger::open(date("2023-06-15"), 36, None).unwrap().extend(&outages, count).unwrap();
            assert_eq!((ledger.extension_days(), ledger.end_on()), (days, date(end)), "{name}");
            assert_eq!(ledger.original_end_on(), date("2026-06-15"), "{name}");
            assert_eq!(ledger.lines.len(), 1 + outages.len(), "{name}");
        }
    }

    #[test]
    fn back_before_out_is_impossible() {
        let ledger = Ledger::open(date("2023-06-15"), 36, None).unwrap();
        assert!(ledger.extend(&[outage("2024-03-03", "2024-03-02")], DayCount::Begun).is_err());
    }

    #[test]
    fn a_replacement_inherits_the_end_and_its_history() {
        let old = Ledger::open(date("2023-06-15"), 36, None)
            .unwrap()
            .extend(&[outage("2024-03-03", "2024-03-09")], DayCount::Begun)
            .unwrap();
        let new = old.inherit("SN-1", date("2024-03-09"), None);
        assert_eq!((new.started_on, new.end_on()), (date("2023-06-15"), date("2026-06-22")));
        let longer = old.inherit("SN-1", date("2024-03-09"), Some(date("2027-03-09")));
        assert_eq!(longer.end_on(), date("2027-03-09"));
        assert_eq!(longer.original_end_on(), date("2026-06-15"));
    }

    proptest! {
        /// The end never moves earlier, and the sum of the lines is the move.
        #[test]
        fn the_arithmetic_adds_up(spans in prop::collection::vec((0_i64..1_500, 0_i64..60), 0..8)) {
            let start = date("2023-06-15");
            let outages: Vec<_> = spans
                .iter()
                .map(|(from, length)| Outage {
                    out_on: start.checked_add(from.days()).unwrap(),
                    back_on: start.checked_add((from + length).days()).unwrap(),
                    reason: String::new(),
                    evidence: None,
                })
                .collect();
            let ledger = Ledger::open(start, 36, None).unwrap().extend(&outages, DayCount::Begun).unwrap();
            prop_assert!(ledger.lines.windows(2).all(|pair| pair[0].end_on <= pair[1].end_on));
            let moved = days_between(ledger.original_end_on(), ledger.end_on());
            prop_assert_eq!(moved as u32, ledger.extension_days());
            // Each day counts once: the extension is the number of different days.
            let days: std::collections::BTreeSet<Date> = ledger
                .lines
                .iter()
                .filter_map(|line| match line.what {
                    What::Extended { out_on, back_on, .. } => Some(Dates { first: out_on, last: back_on }),
                    _ => None,
                })
                .flat_map(|d| d.first.series(1.day()).take_while(move |day| *day <= d.last))
                .collect();
            prop_assert_eq!(days.len() as u32, ledger.extension_days());
        }
    }
}
