//! A change is previewed on history: what would the verdicts of a past time have been under another version?
//!
//! The stored facts of tickets, then those about contracts, sites, assets, calls and channels, are judged under both versions
//! in memory, some at a time, and nothing is written.
//! The sums travel with the page, so that any process can go on and a reader who leaves leaves nothing behind.

mod page;
mod store;

pub use page::{show, step};

use std::sync::Arc;

use db::Tx;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use promise::preview::Preview;
use promise::{Subject, Terms};
use rules::ids::ContractId;
use serde::{Deserialize, Serialize};

use crate::kernel::errors::Failure;
pub use store::Wanted;
use store::{Case, LONG_LIVED};

/// Tickets that one piece judges.
pub const STEP_TICKETS: i64 = 400;
/// Other nouns that one piece judges: each may have the facts of many tickets about it.
const STEP_NOUNS: i64 = 40;
/// Tickets that a preview looks at; the page says when a time holds more.
pub const TICKETS_MOST: u64 = 200_000;
/// Obligations that stand otherwise and are listed by name; all are counted.
pub const LISTED_MOST: usize = 200;

/// How far a preview is, and what came out until here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Far {
    /// Which nouns are being judged: tickets first, then [`LONG_LIVED`] by their place.
    stage: usize,
    /// The last one that was judged; of a ticket also when it was reported.
    after_at: Timestamp,
    after_id: i64,
    pub done: bool,
    tickets: u64,
    pub sums: Preview,
}

impl Far {
    /// Nothing is judged yet.
    pub fn nothing(wanted: &Wanted) -> Far {
        Far {
            stage: 0,
            after_at: wanted.from,
            after_id: 0,
            done: false,
            tickets: 0,
            sums: Preview::default(),
        }
    }

    /// The share that is behind: half of it is the time of the tickets.
    pub fn share(&self, wanted: &Wanted) -> f64 {
        if self.done {
            return 1.0;
        }
        let whole = wanted.until.duration_since(wanted.from).as_secs_f64();
        let behind = self.after_at.duration_since(wanted.from).as_secs_f64();
        let tickets = if whole <= 0.0 || self.stage > 0 { 1.0 } else { (behind / whole).clamp(0.0, 1.0) };
        (tickets + self.stage.saturating_sub(1) as f64 / LONG_LIVED.len() as f64) / 2.0
    }

    /// Whether there were more tickets than a preview looks at.
    pub fn is_cut(&self) -> bool {
        self.tickets >= TICKETS_MOST
    }

    fn next_stage(mut self) -> Far {
        self.stage += 1;
        self.after_id = 0;
        self.done = self.stage > LONG_LIVED.len();
        self
    }
}

/// Judges the next piece under both versions, as of `now`: until one is full, or all is done.
///
/// Errors: [`Failure::Error`] of the database.
pub fn go_on(
    tx: &mut Tx,
    wanted: &Wanted,
    terms: (&Terms, &Terms),
    mut far: Far,
    now: Timestamp,
) -> Result<Far, Failure> {
    loop {
        let stage = far.stage;
        far = match stage.checked_sub(1).and_then(|place| LONG_LIVED.get(place)) {
            None => tickets(tx, wanted, terms, far, now)?,
            Some(noun) => nouns(tx, wanted, terms, far, noun, now)?,
        };
        if far.done || far.stage == stage {
            return Ok(far);
        }
    }
}

fn tickets(
    tx: &mut Tx,
    wanted: &Wanted,
    (before, after): (&Terms, &Terms),
    mut far: Far,
    now: Timestamp,
) -> Result<Far, Failure> {
    let last = Case { id: far.after_id, reported_at: far.after_at };
    let cases = store::cases(tx, wanted, last, STEP_TICKETS)?;
    for case in &cases {
        let facts = store::facts(tx, *case)?;
        far.sums.add(before, after, &facts, now, LISTED_MOST);
        (far.after_at, far.after_id) = (case.reported_at, case.id);
    }
    far.tickets += cases.len() as u64;
    let more = cases.len() as i64 == STEP_TICKETS && !far.is_cut();
    Ok(if more { far } else { far.next_stage() })
}

fn nouns(
    tx: &mut Tx,
    wanted: &Wanted,
    terms: (&Terms, &Terms),
    mut far: Far,
    noun: &'static str,
    now: Timestamp,
) -> Result<Far, Failure> {
    if !terms.0.promises_about(noun) && !terms.1.promises_about(noun) {
        return Ok(far.next_stage());
    }
    let ids = store::nouns(tx, wanted, noun, far.after_id, STEP_NOUNS)?;
    for id in &ids {
        let facts = store::facts_about(tx, noun, *id)?;
        let subject = Subject::new(noun, &id.to_string());
        far.sums.add_noun(&subject, terms, &facts, (wanted.from, wanted.until), now, LISTED_MOST);
        far.after_id = *id;
    }
    Ok(if ids.len() as i64 == STEP_NOUNS { far } else { far.next_stage() })
}

/// Judges a whole time, piece by piece: for commands and measurements.
///
/// Errors: [`Failure::Error`] of the database.
pub fn whole(
    tx: &mut Tx,
    wanted: &Wanted,
    terms: (&Arc<Terms>, &Arc<Terms>),
    now: Timestamp,
) -> Result<Preview, Failure> {
    let mut far = Far::nothing(wanted);
    while !far.done {
        far = go_on(tx, wanted, (terms.0, terms.1), far, now)?;
    }
    Ok(far.sums)
}

/// The time from a day to the end of another.
///
/// None where the days are turned round or lie outside all calendars.
pub fn wanted(
    name: &str,
    from: Date,
    to: Date,
    zone: &TimeZone,
    contract: Option<ContractId>,
) -> Option<Wanted> {
    let start = |day: Date| Some(day.to_zoned(zone.clone()).ok()?.timestamp());
    let until = start(to.checked_add(1.day()).ok()?)?;
    let from = start(from)?;
    (from < until).then(|| Wanted { name: name.to_owned(), from, until, contract })
}

/// The calendar quarter before the one that a day lies in: its first and last day.
pub fn last_quarter(today: Date) -> (Date, Date) {
    let first_month = (today.month() - 1) / 3 * 3 + 1;
    let this = Date::constant(today.year(), first_month, 1);
    let first = this.saturating_sub(3.months());
    (first, this.saturating_sub(1.day()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_quarter_is_the_whole_one_before() {
        for (today, expected) in [
            ("2026-01-01", ("2025-10-01", "2025-12-31")),
            ("2026-05-31", ("2026-01-01", "2026-03-31")),
            ("2026-12-31", ("2026-07-01", "2026-09-30")),
        ] {
            let (first, last) = last_quarter(today.parse().unwrap());
            assert_eq!((first.to_string(), last.to_string()), (expected.0.to_owned(), expected.1.to_owned()));
        }
    }

    #[test]
    fn a_time_reaches_to_the_end_of_its_last_day_in_the_zone() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let day = |text: &str| text.parse().unwrap();
        let time = wanted("x", day("2026-01-01"), day("2026-01-01"), &zone, None).unwrap();
        assert_eq!(time.from.to_string(), "2025-12-31T16:00:00Z");
        assert_eq!(time.until.to_string(), "2026-01-01T16:00:00Z");
        assert!(wanted("x", day("2026-01-02"), day("2026-01-01"), &zone, None).is_none());
    }
}
