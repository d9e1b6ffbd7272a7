//! Rules of recurrence as calendars exchange them (RFC 5545, with `SKIP` of RFC 7529).
//!
//! "On the first Friday of every month" in a calendar feed, a maintenance plan or a rota. It works in civil
//! time: the caller applies a zone. Quotas are not recurrences and stand in [`crate::quota`].
//!
//! A rule is a walk over periods of its frequency. In each period the days that it names are found, then the
//! times of day, then `BYSETPOS` picks among them.

mod parse;

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::{Span, ToSpan};
use std::collections::BTreeSet;

pub use parse::Unreadable;

/// How often the periods of a rule come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Frequency {
    Secondly,
    Minutely,
    Hourly,
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// What becomes of a day that a month or year does not have, as 31 April (RFC 7529).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Skip {
    /// It is left out.
    #[default]
    Omit,
    /// The last day before it.
    Backward,
    /// The first day after it.
    Forward,
}

/// The last moment that a rule may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    Date(Date),
    Moment(DateTime),
}

/// A rule of recurrence. Made by [`Rule::parse`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub frequency: Frequency,
    pub interval: u32,
    pub count: Option<u64>,
    pub until: Option<Until>,
    pub week_start: Weekday,
    pub skip: Skip,
    pub by_month: Vec<i8>,
    pub by_week: Vec<i16>,
    pub by_year_day: Vec<i16>,
    pub by_month_day: Vec<i16>,
    /// Weekdays, with their place in the month or year where one is given: -1 is the last.
    pub by_day: Vec<(Option<i16>, Weekday)>,
    /// Days after Easter Sunday: an extension that calendars in the field use.
    pub by_easter: Vec<i16>,
    pub by_hour: Vec<i8>,
    pub by_minute: Vec<i8>,
    pub by_second: Vec<i8>,
    pub by_set_pos: Vec<i16>,
}

impl Frequency {
    /// Periods in a row that may stay empty before a rule counts as one that never happens: as many as pass in
    /// the 400 years after which the calendar repeats itself. Rules within the day pass over whole days.
    fn empty_periods_max(self) -> u32 {
        match self {
            Frequency::Yearly => 400,
            Frequency::Monthly => 4_800,
            Frequency::Weekly => 20_871,
            Frequency::Daily | Frequency::Hourly | Frequency::Minutely | Frequency::Secondly => 146_097,
        }
    }
}

impl Rule {
    /// The moments of the rule from its start on, in order, each once.
    ///
    /// A start that the rule does not name is not one of them.
    pub fn moments(&self, start: DateTime) -> Moments {
        let mut moments = Moments {
            rule: self.clone(),
            start,
            at: None,
            ready: Vec::new().into_iter(),
            last: None,
            given: 0,
        };
        moments.at = Some(moments.first_period());
        moments
    }

    /// The days of the rule, for a start that is a whole day; times of day in the rule say nothing then.
    pub fn days(&self, start: Date) -> impl Iterator<Item = Date> {
        let rule = Rule { by_hour: vec![], by_minute: vec![], by_second: vec![], ..self.clone() };
        rule.moments(midnight(start)).map(|moment| moment.date())
    }

    fn names_days(&self) -> bool {
        !(self.by_week.is_empty()
            && self.by_year_day.is_empty()
            && self.by_month_day.is_empty()
            && self.by_day.is_empty()
            && self.by_easter.is_empty())
    }
}

/// The walk over the moments of a rule.
#[derive(Debug, Clone)]
pub struct Moments {
    rule: Rule,
    start: DateTime,
    /// A moment in the period that comes next; none at the end of the calendar.
    at: Option<DateTime>,
    ready: std::vec::IntoIter<DateTime>,
    last: Option<DateTime>,
    given: u64,
}

impl Iterator for Moments {
    type Item = DateTime;

    fn next(&mut self) -> Option<DateTime> {
        if self.rule.count.is_some_and(|count| self.given >= count) {
            return None;
        }
        let mut empty = 0;
        loop {
            for moment in self.ready.by_ref() {
                if moment < self.start || self.last.is_some_and(|last| moment <= last) {
                    continue;
                }
                let is_over = match self.rule.until {
                    Some(Until::Date(date)) => moment.date() > date,
                    Some(Until::Moment(until)) => moment > until,
                    None => false,
                };
                if is_over {
                    self.at = None;
                    self.ready = Vec::new().into_iter();
                    return None;
                }
                self.last = Some(moment);
                self.given += 1;
                return Some(moment);
            }
            let at = self.at.filter(|_| empty <= self.rule.frequency.empty_periods_max())?;
            empty += 1;
            let (moments, next) = self.period(at);
            self.ready = moments.into_iter();
            self.at = next;
        }
    }
}

impl Moments {
    /// A moment in the first period.
    ///
    /// Weeks belong to years that are not quite those of the calendar. A start in the days between counts in the
    /// year of its week while that year still has a moment of the rule, else in its own.
    fn first_period(&self) -> DateTime {
        let (start, on) = (self.start, self.start.date());
        if self.rule.frequency != Frequency::Yearly || self.days_of_period(on).iter().any(|day| *day >= on) {
            return start;
        }
        Date::new(on.year(), 7, 1).map_or(start, midnight)
    }

    /// The moments of the period that holds `at`, and a moment in the next period.
    fn period(&self, at: DateTime) -> (Vec<DateTime>, Option<DateTime>) {
        let rule = &self.rule;
        if rule.frequency >= Frequency::Daily {
            let times = self.times(None, None, None);
            let moments = self
                .days_of_period(at.date())
                .into_iter()
                .flat_map(|day| times.iter().map(move |time| day.to_datetime(*time)))
                .collect();
            return (pick(moments, &rule.by_set_pos), self.step(at, 1));
        }
        let time = at.time();
        let fits = |named: &[i8], value: i8| named.is_empty() || named.contains(&value);
        if !self.is_named_day(at.date()) {
            let next = at.date().tomorrow().ok().map(|day| day.to_datetime(Time::midnight()));
            return (Vec::new(), next.and_then(|next| self.leap(at, next)));
        }
        if !fits(&rule.by_hour, time.hour()) {
            let next = at.date().at(time.hour(), 0, 0, 0).checked_add(1.hour()).ok();
            return (Vec::new(), next.and_then(|next| self.leap(at, next)));
        }
        if rule.frequency < Frequency::Hourly && !fits(&rule.by_minute, time.minute()) {
            let next = at.date().at(time.hour(), time.minute(), 0, 0).checked_add(1.minute()).ok();
            return (Vec::new(), next.and_then(|next| self.leap(at, next)));
        }
        let times = match rule.frequency {
            Frequency::Hourly => self.times(Some(time.hour()), None, None),
            Frequency::Minutely => self.times(Some(time.hour()), Some(time.minute()), None),
            _ if fits(&rule.by_second, time.second()) => vec![time],
            _ => Vec::new(),
        };
        let moments = times.into_iter().map(|time| at.date().to_datetime(time)).collect();
        (pick(moments, &rule.by_set_pos), self.step(at, 1))
    }

    /// Times of day that the rule names inside the given hour, minute and second; what neither gives is the
    /// start's.
    fn times(&self, hour: Option<i8>, minute: Option<i8>, second: Option<i8>) -> Vec<Time> {
        let rule = &self.rule;
        let values = |given: Option<i8>, named: &[i8], start: i8| match (given, named.is_empty()) {
            (Some(given), _) => vec![given],
            (None, true) => vec![start],
            (None, false) => named.to_vec(),
        };
        let mut times = BTreeSet::new();
        for hour in values(hour, &rule.by_hour, self.start.hour()) {
            for minute in values(minute, &rule.by_minute, self.start.minute()) {
                for second in values(second, &rule.by_second, self.start.second()) {
                    times.extend(Time::new(hour, minute, second, 0).ok()); // a leap second names none
                }
            }
        }
        times.into_iter().collect()
    }

    /// The first moment of the walk that is not before `target`.
    fn leap(&self, at: DateTime, target: DateTime) -> Option<DateTime> {
        let unit_s = match self.rule.frequency {
            Frequency::Hourly => 3_600,
            Frequency::Minutely => 60,
            _ => 1,
        };
        let gap_s = at.until((jiff::Unit::Second, target)).ok()?.get_seconds();
        let steps = div_ceil(gap_s.max(1), unit_s * i64::from(self.rule.interval));
        self.step(at, steps)
    }

    fn step(&self, at: DateTime, steps: i64) -> Option<DateTime> {
        let by = steps.checked_mul(i64::from(self.rule.interval))?;
        let span = match self.rule.frequency {
            Frequency::Secondly => Span::new().try_seconds(by),
            Frequency::Minutely => Span::new().try_minutes(by),
            Frequency::Hourly => Span::new().try_hours(by),
            Frequency::Daily => Span::new().try_days(by),
            Frequency::Weekly => Span::new().try_weeks(by),
            // From the first of the month, so that no month is left out for want of a 31st.
            Frequency::Monthly => {
                return at
                    .date()
                    .first_of_month()
                    .checked_add(Span::new().try_months(by).ok()?)
                    .ok()
                    .map(midnight);
            }
            Frequency::Yearly => {
                let year = i64::from(self.year_of(at.date())) + by;
                return Date::new(i16::try_from(year).ok()?, 7, 1).ok().map(midnight);
            }
        };
        at.checked_add(span.ok()?).ok()
    }

    /// The year that a yearly rule counts: of weeks, where it names weeks.
    fn year_of(&self, date: Date) -> i16 {
        match self.rule.by_week.is_empty() {
            true => date.year(),
            false => week_of(date, self.rule.week_start).0,
        }
    }

    fn days_of_period(&self, on: Date) -> Vec<Date> {
        let days = match self.rule.frequency {
            Frequency::Yearly => self.days_of_year(self.year_of(on)),
            Frequency::Monthly => self.days_of_month(on),
            Frequency::Weekly => {
                let first = week_first(on, self.rule.week_start);
                let implied = |day: &Date| self.rule.names_days() || day.weekday() == self.start.weekday();
                first.series(1.day()).take(7).filter(implied).collect()
            }
            _ => vec![on],
        };
        let mut days: Vec<_> = days.into_iter().filter(|day| self.is_named_day(*day)).collect();
        days.sort_unstable();
        days.dedup();
        days
    }

    fn days_of_year(&self, year: i16) -> Vec<Date> {
        let rule = &self.rule;
        let Ok(first) = Date::new(year, 1, 1) else { return Vec::new() };
        if !rule.by_week.is_empty() {
            // Without a weekday the start's: a week alone names no day.
            let names_day = rule.names_days()
                && !(rule.by_day.is_empty()
                    && rule.by_month_day.is_empty()
                    && rule.by_year_day.is_empty()
                    && rule.by_easter.is_empty());
            let from = week_first(first.checked_add(3.days()).unwrap_or(first), rule.week_start);
            // Week 1 holds at least four days of the year, so it holds 4 January.
            return from
                .series(1.day())
                .take(53 * 7)
                .filter(|day| week_of(*day, rule.week_start).0 == year)
                .filter(|day| names_day || day.weekday() == self.start.weekday())
                .collect();
        }
        if !rule.by_year_day.is_empty() {
            return rule
                .by_year_day
                .iter()
                .filter_map(|n| nth_of(first, first.days_in_year(), *n, rule.skip))
                .collect();
        }
        let months = (1..=12).filter(|m| rule.by_month.is_empty() || rule.by_month.contains(m));
        let months = months.filter_map(|month| Date::new(year, month, 1).ok());
        if !rule.by_month_day.is_empty() {
            return months.flat_map(|month| self.days_of_month(month)).collect();
        }
        if rule.names_days() {
            return months
                .flat_map(|month| month.series(1.day()).take(month.days_in_month() as usize))
                .collect();
        }
        let month = |month: &Date| !rule.by_month.is_empty() || month.month() == self.start.month();
        let day = i16::from(self.start.day());
        months.filter(month).filter_map(|m| nth_of(m, m.days_in_month().into(), day, rule.skip)).collect()
    }

    fn days_of_month(&self, on: Date) -> Vec<Date> {
        let rule = &self.rule;
        let first = on.first_of_month();
        let nth = |n: i16| nth_of(first, first.days_in_month().into(), n, rule.skip);
        // A day that was moved out of its month still belongs to it.
        if !rule.by_month.is_empty() && !rule.by_month.contains(&first.month()) {
            return Vec::new();
        }
        if !rule.by_month_day.is_empty() {
            rule.by_month_day.iter().filter_map(|n| nth(*n)).collect()
        } else if rule.names_days() {
            first.series(1.day()).take(first.days_in_month() as usize).collect()
        } else {
            nth(self.start.day().into()).into_iter().collect()
        }
    }

    /// Whether every part of the rule that names days names this one.
    fn is_named_day(&self, day: Date) -> bool {
        let rule = &self.rule;
        let counts = |named: &[i16], n: i16, of: i16| {
            named.is_empty() || named.contains(&n) || named.contains(&(n - of - 1))
        };
        // Days moved by SKIP were named in the month and year that they come from.
        let is_moved = rule.skip != Skip::Omit && rule.frequency >= Frequency::Monthly;
        (is_moved || rule.by_month.is_empty() || rule.by_month.contains(&day.month()))
            && (is_moved || counts(&rule.by_month_day, day.day().into(), day.days_in_month().into()))
            && (is_moved || counts(&rule.by_year_day, day.day_of_year(), day.days_in_year()))
            && self.is_named_week(day)
            && self.is_named_weekday(day)
            && (rule.by_easter.is_empty() || {
                let after = easter(day.year()).and_then(|e| e.until(day).ok()).map(|span| span.get_days());
                after.is_some_and(|after| rule.by_easter.iter().any(|n| i32::from(*n) == after))
            })
    }

    fn is_named_week(&self, day: Date) -> bool {
        if self.rule.by_week.is_empty() {
            return true;
        }
        let (year, week) = week_of(day, self.rule.week_start);
        let weeks = weeks_in(year, self.rule.week_start);
        self.rule.by_week.iter().any(|n| *n == week || *n + weeks + 1 == week)
    }

    fn is_named_weekday(&self, day: Date) -> bool {
        let rule = &self.rule;
        let counted = match rule.frequency {
            Frequency::Monthly => true,
            Frequency::Yearly => rule.by_week.is_empty(),
            _ => false,
        };
        let (n, of) = match rule.frequency {
            Frequency::Yearly if rule.by_month.is_empty() => (day.day_of_year(), day.days_in_year()),
            _ => (day.day().into(), day.days_in_month().into()),
        };
        let (from_first, from_last) = ((n - 1) / 7 + 1, -((of - n) / 7 + 1));
        rule.by_day.is_empty()
            || rule.by_day.iter().any(|(place, weekday)| {
                *weekday == day.weekday()
                    && place.is_none_or(|place| !counted || place == from_first || place == from_last)
            })
    }
}

fn div_ceil(n: i64, by: i64) -> i64 {
    (n + by - 1) / by
}

fn midnight(day: Date) -> DateTime {
    day.to_datetime(Time::midnight())
}

/// Picks by place among the moments of one period; without places all of them.
fn pick(moments: Vec<DateTime>, places: &[i16]) -> Vec<DateTime> {
    if places.is_empty() {
        return moments;
    }
    let index = |place: &i16| match *place {
        place if place > 0 => Some(place as usize - 1),
        place => moments.len().checked_sub(usize::from(place.unsigned_abs())),
    };
    let picked: BTreeSet<_> = places.iter().filter_map(|p| moments.get(index(p)?).copied()).collect();
    picked.into_iter().collect()
}

/// The day number `n` of the `of` days that begin with `first`; below zero from the end.
fn nth_of(first: Date, of: i16, n: i16, skip: Skip) -> Option<Date> {
    let offset = if n > 0 { n - 1 } else { of + n };
    let offset = match skip {
        Skip::Omit if !(0..of).contains(&offset) => return None,
        Skip::Omit => offset,
        Skip::Backward => offset.clamp(-1, of - 1),
        Skip::Forward => offset.clamp(0, of),
    };
    first.checked_add(i64::from(offset).days()).ok()
}

fn week_first(day: Date, week_start: Weekday) -> Date {
    let back = i64::from(day.weekday().since(week_start));
    day.checked_sub(back.days()).unwrap_or(day)
}

/// The year and number of the week of a day: week 1 is the first with at least four days in the year.
fn week_of(day: Date, week_start: Weekday) -> (i16, i16) {
    // The fourth day of the week decides the year.
    let fourth = week_first(day, week_start).checked_add(3.days()).unwrap_or(day);
    (fourth.year(), (fourth.day_of_year() - 1) / 7 + 1)
}

fn weeks_in(year: i16, week_start: Weekday) -> i16 {
    Date::new(year, 12, 28).map_or(52, |day| week_of(day, week_start).1)
}

/// Easter Sunday of the Western churches.
fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (golden, century) = (y % 19, y / 100);
    let moon = (century - century / 4 - (8 * century + 13) / 25 + 19 * golden + 15) % 30;
    let full = moon - (moon / 28) * (1 - (29 / (moon + 1)) * ((21 - golden) / 11));
    let weekday = (y + y / 4 + full + 2 - century + century / 4) % 7;
    let day = full - weekday;
    let month = 3 + (day + 40) / 44;
    Date::new(year, month as i8, (day + 28 - 31 * (month / 4)) as i8).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(rule: &str, start: &str, most: usize) -> Vec<String> {
        let rule = Rule::parse(rule).unwrap();
        match start.parse::<DateTime>() {
            Ok(start) if start.time() != Time::midnight() => {
                rule.moments(start).take(most).map(|m| m.to_string()).collect()
            }
            _ => rule.days(start.parse().unwrap()).take(most).map(|d| d.to_string()).collect(),
        }
    }

    #[test]
    fn rules_that_a_service_plan_uses() {
        for (rule, start, want) in [
            ("FREQ=MONTHLY;BYDAY=1FR", "2026-01-01", ["2026-01-02", "2026-02-06", "2026-03-06"]),
            ("FREQ=MONTHLY;BYMONTHDAY=31", "2026-01-31", ["2026-01-31", "2026-03-31", "2026-05-31"]),
            (
                "FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD",
                "2026-01-31",
                ["2026-01-31", "2026-02-28", "2026-03-31"],
            ),
            ("FREQ=MONTHLY;BYMONTHDAY=-1", "2024-01-31", ["2024-01-31", "2024-02-29", "2024-03-31"]),
            (
                "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
                "2026-01-01",
                ["2026-01-30", "2026-02-27", "2026-03-31"],
            ),
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR", "2026-01-07", ["2026-01-09", "2026-01-19", "2026-01-23"]),
            ("FREQ=MONTHLY;INTERVAL=3", "2026-01-15", ["2026-01-15", "2026-04-15", "2026-07-15"]),
            ("FREQ=YEARLY", "2024-02-29", ["2024-02-29", "2028-02-29", "2032-02-29"]),
            (
                "FREQ=HOURLY;INTERVAL=8",
                "2026-01-01T22:30",
                ["2026-01-01T22:30:00", "2026-01-02T06:30:00", "2026-01-02T14:30:00"],
            ),
        ] {
            assert_eq!(told(rule, start, 3), want, "{rule}");
        }
    }

    #[test]
    fn a_rule_that_never_happens_ends() {
        for rule in [
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
            "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
            "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
            "FREQ=MINUTELY;BYSECOND=60",
        ] {
            assert_eq!(told(rule, "2026-01-01T08:00", 1), [] as [&str; 0], "{rule}");
        }
    }

    #[test]
    fn the_end_is_kept() {
        assert_eq!(told("FREQ=DAILY;UNTIL=20260103", "2026-01-01T08:00", 9).len(), 3);
        assert_eq!(told("FREQ=DAILY;UNTIL=20260103T080000Z", "2026-01-01T08:00", 9).len(), 3);
        assert_eq!(told("FREQ=DAILY;UNTIL=20260103T075959Z", "2026-01-01T08:00", 9).len(), 2);
        assert_eq!(told("FREQ=DAILY;UNTIL=20251231", "2026-01-01", 9).len(), 0);
        assert_eq!(told("FREQ=DAILY;COUNT=4", "2026-01-01", 9).len(), 4);
        assert_eq!(told("FREQ=YEARLY", "9998-05-05", 9), ["9998-05-05", "9999-05-05"]);
    }

    #[test]
    fn easter_sundays() {
        for (year, want) in
            [(1818, "03-22"), (1943, "04-25"), (1997, "03-30"), (2026, "04-05"), (2038, "04-25")]
        {
            assert_eq!(easter(year).unwrap().to_string(), format!("{year}-{want}"));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// Any text is read or refused, and what is read gives rising moments.
        #[test]
        fn no_rule_breaks_it(
            freq in prop::sample::select(vec!["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"]),
            parts in prop::collection::btree_map(
                prop::sample::select(vec![
                    "INTERVAL", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYHOUR", "BYSETPOS", "BYEASTER",
                ]),
                -40_i32..40,
                0..4,
            ),
        ) {
            let mut text = format!("FREQ={freq}");
            for (name, value) in &parts {
                text.push_str(&format!(";{name}={value}"));
            }
            if let Ok(rule) = Rule::parse(&text) {
                let start = Date::constant(2024, 2, 29).at(9, 30, 0, 0);
                let moments: Vec<_> = rule.moments(start).take(3).collect();
                prop_assert!(moments.iter().all(|m| *m >= start));
                prop_assert!(moments.windows(2).all(|pair| pair[0] < pair[1]));
            }
        }
    }
}
