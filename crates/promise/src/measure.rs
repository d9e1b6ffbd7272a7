//! What a contract reckons over many obligations: the share in time, an average, a number of breaches, the
//! availability; and what follows: credits, scored deductions, rights.
//!
//! A promise judges one case. A *measure* looks at all the cases of some promises in a window and asks for a
//! figure over them: "arrival within 20 minutes on average in each quarter", "95 % in time, else 5 % of the month's
//! fee". It is a reading of obligations, never an obligation of its own, so it changes when they do.

mod read;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::coverage::Money;
use crate::explain::used;
use crate::kinds::{end_of, start_of};
use crate::obligation::{Obligation, PromiseId, State};
use crate::quota::{Dates, Partial, Quota, Window};
use crate::terms::{Terms, Words};

pub(crate) use read::{KEYS, VALUES, read_all};

/// A figure over the obligations of some promises, and what follows from it.
#[derive(Clone, Debug)]
pub struct Measure {
    pub id: Arc<str>,
    pub clause: Arc<str>,
    pub title: Words,
    /// The promises whose obligations are looked at.
    pub of: Vec<PromiseId>,
    /// Entries of those promises, as `severity=P1`; empty: all.
    pub entries: Vec<Arc<str>>,
    pub window: Window,
    pub value: Value,
    pub target: Option<Bound>,
    /// Fewer cases than this are not measured.
    pub least_cases: u32,
    /// What follows, in the order of the file: the first band that holds applies.
    pub bands: Vec<Band>,
    pub cap: Consequence,
    pub line: usize,
}

/// What is reckoned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Per cent of the cases that were met.
    ShareMet,
    /// The mean time that the cases took, pauses left out. Units: seconds.
    AverageTime,
    /// Cases that were late, broken, or are past due.
    Breaches,
    /// Time past due over all cases. Units: seconds.
    TimeOver,
    /// Per cent of the window outside the cases: each is an outage from its start to its end.
    Availability,
    /// How many cases there were, kept or not.
    Cases,
    /// The longest time that a case took, pauses left out. Units: seconds.
    LongestTime,
}

/// One end of what a value may be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    AtLeast(f64),
    AtMost(f64),
    Above(f64),
    Below(f64),
}

impl Bound {
    /// Says whether a value keeps to it.
    pub fn holds(self, value: f64) -> bool {
        match self {
            Bound::AtLeast(end) => value >= end,
            Bound::AtMost(end) => value <= end,
            Bound::Above(end) => value > end,
            Bound::Below(end) => value < end,
        }
    }
}

/// A range of values and what follows in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    pub bounds: Vec<Bound>,
    pub then: Consequence,
    /// How often it follows: once, or for each breach or hour.
    pub for_each: ForEach,
    /// It follows only where so many windows one after the other lie in the band, this one the last.
    pub in_a_row: u32,
}

/// How often a consequence follows.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub enum ForEach {
    #[default]
    Once,
    /// For each case that was late or broken.
    Breach,
    /// For each so long past due that was begun, case by case. Units: seconds.
    Over(i64),
    /// For each so much that the value lies below the target, that was begun.
    Below(f64),
}

/// What one side may ask of the other.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Consequence {
    /// Of the window's fee. Units: hundredths of a per cent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit_points: Option<i64>,
    /// A fixed sum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<Money>,
    /// Scored deduction (考核扣分). Units: hundredths of a point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score_points: Option<i64>,
    /// A right in words: to end the contract, to be heard by the management.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub right: Option<Arc<str>>,
}

impl Consequence {
    /// The same so many times, up to the cap.
    fn times(&self, times: i64, cap: &Consequence) -> Consequence {
        let capped = |each: Option<i64>, cap: Option<i64>| {
            each.map(|each| each.saturating_mul(times)).map(|all| cap.map_or(all, |cap| all.min(cap)))
        };
        let credit = self.credit.map(|money| {
            let most = cap.credit.filter(|cap| cap.currency == money.currency).map(|cap| cap.minor);
            let minor = money.minor.saturating_mul(times);
            Money::new(most.map_or(minor, |most| minor.min(most)), money.currency)
        });
        Consequence {
            credit_points: capped(self.credit_points, cap.credit_points),
            credit,
            score_points: capped(self.score_points, cap.score_points),
            right: self.right.clone().filter(|_| times > 0),
        }
    }

    /// Says whether nothing follows.
    pub fn is_nothing(&self) -> bool {
        self.credit_points.unwrap_or(0) == 0
            && self.credit.is_none_or(|money| money.minor == 0)
            && self.score_points.unwrap_or(0) == 0
            && self.right.is_none()
    }
}

/// A measure in one window.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reading {
    pub measure: Arc<str>,
    pub clause: Arc<str>,
    pub first: Date,
    pub last: Date,
    /// False while the window runs or a case of it is open: the value may still change.
    pub is_final: bool,
    pub cases: u32,
    /// None where there are fewer cases than are measured.
    pub value: Option<f64>,
    /// None without a target or a value.
    pub is_kept: Option<bool>,
    pub then: Consequence,
}

/// One case as a measure sees it.
struct Case {
    met: bool,
    /// Late, broken, or past due; a case that still runs in time is neither.
    breached: bool,
    open: bool,
    /// Units: seconds of the promise's time from the start to the end.
    took_s: Option<f64>,
    /// Units: seconds past due on the wall clock.
    over_s: i64,
    stretch: (Timestamp, Timestamp),
}

impl Measure {
    /// Reads the measure over obligations, window by window, as of a moment.
    ///
    /// A case belongs to the window in which it began. Cases that were waived or fell away are not counted.
    /// `zone` is that in which the contract counts its days.
    pub fn read<'o>(
        &self,
        terms: &Terms,
        obligations: impl IntoIterator<Item = &'o Obligation>,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Vec<Reading> {
        let day = |at: Timestamp| at.to_zoned(zone.clone()).date();
        let mut cases: Vec<(Date, Case)> = Vec::new();
        for obligation in obligations {
            let is_of = self.of.contains(&obligation.promise)
                && (self.entries.is_empty()
                    || obligation.entry.as_ref().is_some_and(|entry| self.entries.contains(entry)));
            if is_of && obligation.started_at <= now {
                cases.extend(case(terms, obligation, now).map(|case| (day(obligation.started_at), case)));
            }
        }
        cases.sort_by_key(|(on, _)| *on);
        let today = day(now);
        let first = match (cases.first(), terms.effective_on()) {
            (Some((on, _)), Some(effective_on)) if effective_on > *on => *on,
            (_, Some(effective_on)) if matches!(self.value, Value::Availability) => effective_on,
            (Some((on, _)), _) => *on,
            (None, _) => return Vec::new(),
        };
        let Some(term) = Dates::new(first, today.max(first)) else { return Vec::new() };
        let anchor = terms.effective_on().unwrap_or(first);
        let quota = Quota {
            window: self.window,
            at_least: None,
            at_most: None,
            first_partial: Partial::Whole,
            last_partial: Partial::Whole,
        };
        let slots = quota.slots(term, anchor);
        let mut readings: Vec<Reading> = Vec::with_capacity(slots.len());
        for slot in &slots {
            // A term without end is read as far as it has come.
            let window = if self.window == Window::WholeTerm { slot.in_force } else { slot.whole };
            let inside: Vec<&Case> =
                cases.iter().filter(|(on, _)| window.contains(*on)).map(|(_, case)| case).collect();
            let reading = self.reading(window, &inside, &readings, zone, now);
            readings.push(reading);
        }
        readings
    }

    fn reading(
        &self,
        window: Dates,
        cases: &[&Case],
        before: &[Reading],
        zone: &TimeZone,
        now: Timestamp,
    ) -> Reading {
        let counted: Vec<&&Case> =
            cases.iter().filter(|case| case.met || case.breached || !case.open).collect();
        let is_measured = match self.value {
            Value::ShareMet | Value::AverageTime | Value::LongestTime => !counted.is_empty(),
            Value::Breaches | Value::TimeOver | Value::Availability | Value::Cases => true,
        };
        let is_enough = counted.len() >= self.least_cases as usize;
        let value = (is_measured && is_enough).then(|| self.value_of(window, &counted, zone, now)).flatten();
        let breaches = counted.iter().filter(|case| case.breached).count() as i64;
        let over = |each_s: i64| counted.iter().map(|case| (case.over_s + each_s - 1) / each_s).sum::<i64>();
        let below = |each: f64| match (self.target, value) {
            (Some(Bound::AtLeast(end) | Bound::Above(end)), Some(value)) if value < end => {
                // A hair too much, from reckoning with fractions, begins no further step.
                ((end - value) / each - 1e-9).ceil() as i64
            }
            _ => 0,
        };
        let band = value.and_then(|value| self.bands.iter().find(|band| band.applies(value, before)));
        let then = band.map(|band| {
            let times = match band.for_each {
                ForEach::Once => 1,
                ForEach::Breach => breaches,
                ForEach::Over(each_s) => over(each_s.max(1)),
                ForEach::Below(each) => below(each),
            };
            band.then.times(times, &self.cap)
        });
        Reading {
            measure: self.id.clone(),
            clause: self.clause.clone(),
            first: window.first,
            last: window.last,
            is_final: end_of(window.last, zone).is_some_and(|end| end <= now)
                && cases.iter().all(|case| !case.open),
            cases: counted.len() as u32,
            value,
            is_kept: self.target.zip(value).map(|(target, value)| target.holds(value)),
            then: then.unwrap_or_default(),
        }
    }

    fn value_of(&self, window: Dates, cases: &[&&Case], zone: &TimeZone, now: Timestamp) -> Option<f64> {
        let count = cases.len() as f64;
        Some(match self.value {
            Value::ShareMet => cases.iter().filter(|case| case.met).count() as f64 / count * 100.0,
            Value::AverageTime => {
                let took: Vec<f64> = cases.iter().filter_map(|case| case.took_s).collect();
                if took.is_empty() {
                    return None;
                }
                took.iter().sum::<f64>() / took.len() as f64
            }
            Value::Cases => count,
            Value::LongestTime => cases.iter().filter_map(|case| case.took_s).max_by(f64::total_cmp)?,
            Value::Breaches => cases.iter().filter(|case| case.breached).count() as f64,
            Value::TimeOver => cases.iter().map(|case| case.over_s as f64).sum(),
            Value::Availability => {
                let (from, to) = (start_of(window.first, zone)?, end_of(window.last, zone)?.min(now));
                let whole = to.as_second() - from.as_second();
                if whole <= 0 {
                    return None;
                }
                let down = down_s(cases, from, to);
                100.0 * (1.0 - down as f64 / whole as f64)
            }
        })
    }
}

impl Band {
    /// Says whether it holds for a value, after the windows before it.
    fn applies(&self, value: f64, before: &[Reading]) -> bool {
        let holds = |value: f64| self.bounds.iter().all(|bound| bound.holds(value));
        let wanted = self.in_a_row.saturating_sub(1) as usize;
        let in_a_row = before.iter().rev().take(wanted).filter(|reading| reading.value.is_some_and(holds));
        holds(value) && in_a_row.count() == wanted
    }
}

/// Seconds in which at least one case ran.
fn down_s(cases: &[&&Case], from: Timestamp, to: Timestamp) -> i64 {
    let mut edges: BTreeMap<Timestamp, i32> = BTreeMap::new();
    for case in cases {
        let (begin, end) = (case.stretch.0.max(from), case.stretch.1.min(to));
        if begin < end {
            *edges.entry(begin).or_insert(0) += 1;
            *edges.entry(end).or_insert(0) -= 1;
        }
    }
    let (mut running, mut since, mut down) = (0, from, 0);
    for (at, by) in edges {
        if running > 0 {
            down += at.as_second() - since.as_second();
        }
        running += by;
        since = at;
    }
    down
}

/// What a measure sees of an obligation; none of one that was waived or fell away.
fn case(terms: &Terms, obligation: &Obligation, now: Timestamp) -> Option<Case> {
    let (met, late, ended_at) = match obligation.state {
        State::Met { at } => (true, false, Some(at)),
        State::Late { at } => (false, true, Some(at)),
        State::Breached { at } => (false, true, Some(at)),
        State::Waived { .. } | State::Void { .. } => return None,
        State::Running | State::Paused => (false, obligation.is_overdue(now), None),
    };
    let until = ended_at.unwrap_or(now);
    let took = |at: Timestamp| match used(terms, obligation, at) {
        Some(micros) => micros as f64 / 1e6,
        None => (at.as_microsecond() - obligation.started_at.as_microsecond()) as f64 / 1e6,
    };
    let over_s = match obligation.due_at {
        Some(due_at) if late => (until.as_second() - due_at.as_second()).max(0),
        Some(_) | None => 0,
    };
    Some(Case {
        met,
        breached: late,
        open: ended_at.is_none(),
        // What was never done took no known time.
        took_s: ended_at.filter(|_| !matches!(obligation.state, State::Breached { .. })).map(took),
        over_s,
        stretch: (obligation.started_at, until),
    })
}

/// All measures of a commitment over obligations, in the order of the file.
pub fn readings<'o>(
    terms: &Terms,
    obligations: impl IntoIterator<Item = &'o Obligation> + Clone,
    zone: &TimeZone,
    now: Timestamp,
) -> Vec<Reading> {
    terms.measures().iter().flat_map(|measure| measure.read(terms, obligations.clone(), zone, now)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Calendars;
    use crate::fact::{About, Data, Fact};

    const FILE: &str = r#"id = "x"
version = "1"
effective_on = 2026-01-01
facts = ["service.went_down", "service.came_back"]
[default]
calendar = "24x7"
[[clause]]
id = "A"
text = "as signed"
[[promise]]
id = "arrival"
kind = "clock"
clause = "A"
start = "ticket.reported"
stop = "ticket.engineer_arrived"
pause = "ticket.waiting_started"
resume = "ticket.waiting_ended"
cancel = "ticket.cancelled"
within = "40 min"
[[promise]]
id = "outage"
kind = "clock"
clause = "A"
subject = "service"
start = "service.went_down"
stop = "service.came_back"
within = "unstated"
[[measure]]
id = "m"
clause = "A"
each = "calendar month"
"#;

    /// Tickets as minutes from report to arrival, one a day at noon; zero: still open.
    fn arrivals(minutes: &[i64]) -> Vec<Fact> {
        let start: Timestamp = "2026-01-01T04:00:00Z".parse().unwrap();
        let mut facts = Vec::new();
        for (day, minutes) in minutes.iter().enumerate() {
            let at = start + jiff::SignedDuration::from_hours(24 * day as i64);
            let about = About::new().with("ticket", day);
            facts.push(Fact::new(2 * day as u64, "ticket.reported", at, about.clone(), Data::new()));
            if *minutes > 0 {
                let at = at + jiff::SignedDuration::from_mins(*minutes);
                facts.push(Fact::new(2 * day as u64 + 1, "ticket.engineer_arrived", at, about, Data::new()));
            }
        }
        facts
    }

    fn read(measure: &str, facts: &[Fact], now: &str) -> Vec<Reading> {
        let terms = Terms::compile(&format!("{FILE}{measure}"), &Calendars::shipped())
            .unwrap_or_else(|problems| panic!("{problems:#?}"));
        let mut log = String::new();
        for fact in facts {
            log.push_str(&serde_json::to_string(fact).unwrap());
            log.push('\n');
        }
        let replayed = crate::replay::replay_text(&terms, None, &log);
        let obligations: Vec<&Obligation> = replayed.obligations().collect();
        readings(&terms, obligations, &terms.zone(), now.parse().unwrap())
    }

    const FEBRUARY: &str = "2026-02-01T00:00:00Z";

    #[test]
    fn an_average_and_its_deduction() {
        let measure = r#"of = "arrival"
value = "average time"
target = { at_most = "20 min" }
[[measure.band]]
above = "30 min"
score = 5
[[measure.band]]
above = "20 min"
score = 2.5
"#;
        for (minutes, value_s, is_kept, score_points) in [
            (&[10, 20, 30][..], 1_200.0, true, None),
            (&[10, 20, 31], 1_220.0, false, Some(250)),
            (&[30, 30, 31], 1_820.0, false, Some(500)),
        ] {
            let got = &read(measure, &arrivals(minutes), FEBRUARY)[0];
            assert_eq!(got.value.map(f64::round), Some(value_s), "{minutes:?}");
            assert_eq!((got.is_kept, got.then.score_points), (Some(is_kept), score_points), "{minutes:?}");
            assert!(got.is_final);
        }
    }

    #[test]
    fn a_share_by_band_and_too_few_cases() {
        let measure = r#"of = "arrival"
value = "share met"
least_cases = 4
target = { at_least = 75 }
[[measure.band]]
below = 50
credit = "10%"
[[measure.band]]
below = 75
credit = "5%"
"#;
        for (minutes, value, credit_points) in [
            (&[10, 10, 10, 50][..], Some(75.0), None),
            (&[10, 10, 50, 50], Some(50.0), Some(500)),
            (&[10, 50, 50, 50], Some(25.0), Some(1_000)),
            (&[50, 50, 50], None, None),
            (&[10, 10, 10, 0], Some(75.0), None),
        ] {
            let got = &read(measure, &arrivals(minutes), FEBRUARY)[0];
            assert_eq!((got.value, got.then.credit_points), (value, credit_points), "{minutes:?}");
        }
    }

    #[test]
    fn each_breach_is_credited_up_to_the_cap() {
        let measure = r#"of = "arrival"
value = "breaches"
target = { at_most = 0 }
cap = { credit = "5%" }
[[measure.band]]
at_least = 3
for_each = "breach"
credit = "2%"
right = "may end the contract"
[[measure.band]]
at_least = 1
for_each = "breach"
credit = "2%"
"#;
        for (minutes, credit_points, right) in [
            (&[10, 10][..], None, false),
            (&[10, 41], Some(200), false),
            (&[41, 41], Some(400), false),
            (&[41, 41, 41], Some(500), true),
        ] {
            let got = &read(measure, &arrivals(minutes), FEBRUARY)[0];
            assert_eq!(
                (got.then.credit_points, got.then.right.is_some()),
                (credit_points, right),
                "{minutes:?}"
            );
            assert_eq!(got.is_kept, Some(credit_points.is_none()));
        }
    }

    #[test]
    fn each_hour_begun_is_credited_in_money() {
        let measure = r#"of = "arrival"
value = "time over"
cap = { credit = "CNY 1000.00" }
[[measure.band]]
above = "0 min"
for_each = "hour over"
credit = "CNY 300.00"
"#;
        for (minutes, yuan) in
            [(&[40][..], 0), (&[41], 300), (&[100], 300), (&[101], 600), (&[101, 341], 1_000)]
        {
            let got = &read(measure, &arrivals(minutes), FEBRUARY)[0];
            assert_eq!(got.then.credit.map_or(0, |money| money.minor), yuan * 100, "{minutes:?}");
        }
    }

    #[test]
    fn availability_counts_outages_that_overlap_once() {
        let measure = "of = \"outage\"\nvalue = \"availability\"\ntarget = { at_least = 99 }\n";
        let fact = |seq, name, at: &str, id| {
            Fact::new(seq, name, at.parse().unwrap(), About::new().with("service", id), Data::new())
        };
        let facts = [
            fact(1, "service.went_down", "2026-01-10T00:00:00Z", 1),
            fact(2, "service.went_down", "2026-01-10T02:00:00Z", 2),
            fact(3, "service.came_back", "2026-01-10T04:00:00Z", 1),
            fact(4, "service.came_back", "2026-01-10T06:00:00Z", 2),
        ];
        let got = read(measure, &facts, "2026-03-10T00:00:00Z");
        let values: Vec<_> = got.iter().map(|reading| reading.value.unwrap()).collect();
        let january = 100.0 * (1.0 - 6.0 / (31.0 * 24.0));
        assert!((values[0] - january).abs() < 1e-9, "{values:?}");
        assert_eq!(values[1..], [100.0, 100.0]);
        assert_eq!(got.iter().map(|reading| reading.is_final).collect::<Vec<_>>(), [true, true, false]);
    }

    #[test]
    fn what_is_wrong_in_a_measure_is_said() {
        for (measure, want) in [
            ("of = \"arival\"\nvalue = \"breaches\"\n", "did you mean `arrival`?"),
            ("of = \"arrival\"\nvalue = \"mean\"\n", "unknown value `mean`"),
            ("of = \"arrival\"\nvalue = \"average time\"\ntarget = { at_most = 20 }\n", "is not a time"),
            ("of = \"arrival\"\nvalue = \"breaches\"\n[[measure.band]]\nat_least = 1\n", "what follows"),
            ("of = \"arrival\"\nvalue = \"breaches\"\n[[measure.band]]\ncredit = \"5%\"\n", "no bound"),
            ("of = \"arrival\"\nvalue = \"breaches\"\ncap = { credit = \"much\" }\n", "is not a credit"),
        ] {
            let problems = Terms::compile(&format!("{FILE}{measure}"), &Calendars::shipped()).unwrap_err();
            let text = problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
            assert!(text.contains(want), "{measure}: {text}");
        }
    }
}
