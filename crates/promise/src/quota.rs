//! The kind of promise "so many in each window". Serves C2.3, C2.6, C2.7, C3.6 and C6.2.
//!
//! At least, or at most, so many finished visits, inspections or sessions in each calendar month, quarter or
//! contract year, or once within a time after a fact. A quota is not an interval since the last one: a visit on
//! 31 March and the next on 1 April keep two quarters.
//!
//! Everything here is in civil dates at the site, both ends counted: the caller turns moments into dates with
//! the site's zone. What a window that the contract only touches in part still asks for is stated by the rule
//! [`Partial`], never guessed.

pub mod plan;
pub mod promise;
mod read;

pub use plan::{Demand, Suggestion, Trips, suggest};

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};

/// Civil dates from the first to the last, both counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Dates {
    pub first: Date,
    pub last: Date,
}

impl Dates {
    /// Errors: `None` when the last day lies before the first.
    pub fn new(first: Date, last: Date) -> Option<Dates> {
        (first <= last).then_some(Dates { first, last })
    }

    pub fn contains(&self, on: Date) -> bool {
        self.first <= on && on <= self.last
    }

    /// The days that both have; none when they are apart.
    pub fn overlap(&self, other: &Dates) -> Option<Dates> {
        Dates::new(self.first.max(other.first), self.last.min(other.last))
    }

    pub fn days_count(&self) -> u32 {
        days_between(self.first, self.last) as u32 + 1
    }
}

/// Days from one date to the other; below zero when the second is earlier.
pub(crate) fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

/// How the time of a contract is cut into windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// Monday to Sunday.
    Week,
    Month,
    Quarter,
    HalfYear,
    Year,
    /// From the first day of the contract (or another anchor), so many months each. A contract year is twelve.
    MonthsFromStart(u32),
    /// From the anchor, so many days each.
    DaysFromStart(u32),
    /// One window only, from the anchor, so many months long.
    OnceWithinMonths(u32),
    /// One window only, from the anchor, so many days long after the day of the anchor.
    OnceWithinDays(u32),
    /// Parts of every year, as the dry season.
    Yearly(Yearly),
    /// One window only: the whole term.
    WholeTerm,
}

/// Most parts that a year may be cut into.
pub const PARTS_MAX: usize = 12;

/// Parts of every year, each from a day of a month to another; the last day may lie in the next year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Yearly {
    count: u8,
    parts: [Part; PARTS_MAX],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Part {
    first: (i8, i8),
    last: (i8, i8),
}

impl Yearly {
    /// The four seasons, by whole months from March on.
    pub fn seasons() -> Yearly {
        let seasons = [((3, 1), (5, 31)), ((6, 1), (8, 31)), ((9, 1), (11, 30)), ((12, 1), (2, 29))];
        Yearly::new(&seasons).unwrap_or(Yearly { count: 0, parts: [Part::default(); PARTS_MAX] })
    }

    /// Parts by the month and day of their first and last days, in the order of the year.
    ///
    /// Errors: `None` where they overlap, are out of order, too many, none, or no days of a year.
    pub fn new(spans: &[((i8, i8), (i8, i8))]) -> Option<Yearly> {
        let mut parts = [Part::default(); PARTS_MAX];
        if spans.is_empty() || spans.len() > PARTS_MAX {
            return None;
        }
        for (part, (first, last)) in parts.iter_mut().zip(spans) {
            // A leap year, so that 29 February may be named.
            Date::new(2000, first.0, first.1).and(Date::new(2000, last.0, last.1)).ok()?;
            *part = Part { first: *first, last: *last };
        }
        let count = u8::try_from(spans.len()).ok()?;
        let yearly = Yearly { count, parts };
        // One after the other, and the first of the next year behind the last of this.
        let dates: Option<Vec<Dates>> =
            (0..=spans.len()).map(|step| yearly.part(2000, step as i32)).collect();
        dates?.windows(2).all(|pair| pair[0].last < pair[1].first).then_some(yearly)
    }

    /// The part number `step`, counted from the first of a year.
    fn part(&self, year: i16, step: i32) -> Option<Dates> {
        let count = i32::from(self.count.max(1));
        let year = year.checked_add(i16::try_from(step.div_euclid(count)).ok()?)?;
        let part = self.parts[usize::try_from(step.rem_euclid(count)).ok()?];
        let day = |year: i16, (month, day): (i8, i8)| {
            let first = Date::new(year, month, 1).ok()?;
            Date::new(year, month, day.min(first.days_in_month())).ok()
        };
        let first = day(year, part.first)?;
        let last = if part.last < part.first {
            day(year.checked_add(1)?, part.last)?
        } else {
            day(year, part.last)?
        };
        Dates::new(first, last)
    }
}

/// What the first and the last window ask for when the contract covers only a part of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Partial {
    /// The whole number, however short: the promise to the letter.
    #[default]
    Whole,
    /// Nothing at all.
    Exempt,
    /// The share of the days, rounded up.
    ShareUp,
    /// The share of the days, rounded down.
    ShareDown,
    /// The whole number from half of the days on, else nothing.
    FromHalf,
}

/// What a file says about one promise of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    pub window: Window,
    pub at_least: Option<u32>,
    pub at_most: Option<u32>,
    pub first_partial: Partial,
    pub last_partial: Partial,
}

/// One window of a quota in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Counts windows from zero, from the first that the contract touches.
    pub index: u32,
    /// The window as the calendar has it.
    pub whole: Dates,
    /// The days of it on which the contract is in force.
    pub in_force: Dates,
    pub at_least: u32,
    pub at_most: Option<u32>,
}

/// Most windows that one term of a contract may be cut into: a century of weeks.
pub const SLOTS_MAX: usize = 5_300;

impl Quota {
    /// The windows that a term touches, in order, with what each asks for.
    ///
    /// `anchor` is the day that windows "from the start" count from; windows of the calendar do not need it.
    pub fn slots(&self, term: Dates, anchor: Date) -> Vec<Slot> {
        let mut slots: Vec<Slot> = Vec::new();
        let mut step = self.window.first_step(term.first, anchor);
        while slots.len() < SLOTS_MAX {
            let Some(whole) = self.window.at(step, anchor, term.first) else { break };
            if whole.first > term.last {
                break;
            }
            if let Some(in_force) = whole.overlap(&term) {
                slots.push(self.slot(slots.len() as u32, whole, in_force));
            }
            step += 1;
        }
        slots
    }

    /// The window that holds a day of the term, as [`Quota::slots`] gives it, without laying out the others.
    pub fn slot_at(&self, term: Dates, anchor: Date, on: Date) -> Option<Slot> {
        if !term.contains(on) {
            return None;
        }
        let from = self.window.first_step(term.first, anchor);
        let ends_before = |step: i32, day: Date| match self.window.at(step, anchor, term.first) {
            Some(whole) => whole.last < day,
            None => false,
        };
        let first_not_before = |day: Date| {
            let (mut low, mut high) = (from, from + SLOTS_MAX as i32);
            while low < high {
                let middle = low + (high - low) / 2;
                if ends_before(middle, day) { low = middle + 1 } else { high = middle }
            }
            low
        };
        let step = first_not_before(on);
        let whole = self.window.at(step, anchor, term.first).filter(|whole| whole.contains(on))?;
        let index = step - first_not_before(term.first);
        Some(self.slot(index as u32, whole, whole.overlap(&term)?))
    }

    fn slot(&self, index: u32, whole: Dates, in_force: Dates) -> Slot {
        let cut_first = in_force.first > whole.first;
        let cut_last = in_force.last < whole.last && self.window != Window::WholeTerm;
        let asked = |rule: Partial, count: u32| rule.asks(count, in_force.days_count(), whole.days_count());
        let wanted = self.at_least.unwrap_or(0);
        let at_least = match (cut_first, cut_last) {
            (false, false) => wanted,
            (true, false) => asked(self.first_partial, wanted),
            (false, true) => asked(self.last_partial, wanted),
            // A contract inside one window: the milder of the two rules, since both excuses hold.
            (true, true) => asked(self.first_partial, wanted).min(asked(self.last_partial, wanted)),
        };
        // A ceiling is never lowered by a part window: doing as much in less time is no breach.
        Slot { index, whole, in_force, at_least, at_most: self.at_most }
    }
}

impl Partial {
    fn asks(self, count: u32, days: u32, of_days: u32) -> u32 {
        let (share, whole) = (u64::from(count) * u64::from(days), u64::from(of_days));
        match self {
            Partial::Whole => count,
            Partial::Exempt => 0,
            Partial::ShareUp => share.div_ceil(whole) as u32,
            Partial::ShareDown => (share / whole) as u32,
            Partial::FromHalf => {
                if 2 * days >= of_days {
                    count
                } else {
                    0
                }
            }
        }
    }
}

/// Months of the windows that the calendar itself cuts.
fn calendar_months(window: Window) -> Option<i32> {
    match window {
        Window::Month => Some(1),
        Window::Quarter => Some(3),
        Window::HalfYear => Some(6),
        Window::Year => Some(12),
        Window::Week
        | Window::MonthsFromStart(_)
        | Window::DaysFromStart(_)
        | Window::OnceWithinMonths(_)
        | Window::OnceWithinDays(_)
        | Window::Yearly(_)
        | Window::WholeTerm => None,
    }
}

/// The last day of a window without end.
const FOR_EVER: Date = jiff::civil::date(9998, 12, 31);

impl Window {
    /// The window number `step`; steps of the calendar count from the window that holds `origin`.
    pub(crate) fn at(self, step: i32, anchor: Date, origin: Date) -> Option<Dates> {
        if let Some(months) = calendar_months(self) {
            let month = i32::from(origin.month()) - 1;
            let first = Date::new(origin.year(), (month - month % months + 1) as i8, 1).ok()?;
            return cut(first, (step * months).months(), ((step + 1) * months).months());
        }
        match self {
            Window::Week => {
                let back = i32::from(origin.weekday().to_monday_zero_offset());
                let monday = origin.checked_sub(back.days()).ok()?;
                cut(monday, (7 * step).days(), (7 * (step + 1)).days())
            }
            // Counted from the anchor each time, so that the 31st comes back after February.
            Window::MonthsFromStart(months) => {
                let months = i32::try_from(months).ok().filter(|m| *m > 0)?;
                cut(anchor, (step * months).months(), ((step + 1) * months).months())
            }
            Window::DaysFromStart(days) => {
                let days = i32::try_from(days).ok().filter(|d| *d > 0)?;
                cut(anchor, (step * days).days(), ((step + 1) * days).days())
            }
            // The day of the anchor is not counted, and the last day is: a month after the 31st of January is
            // the last of February.
            Window::OnceWithinMonths(months) if step == 0 => {
                Dates::new(anchor, anchor.checked_add(i64::from(months).months()).ok()?)
            }
            Window::OnceWithinDays(days) if step == 0 => {
                Dates::new(anchor, anchor.checked_add(i64::from(days).days()).ok()?)
            }
            Window::OnceWithinMonths(_) | Window::OnceWithinDays(_) => None,
            // From the year before, since its last part may reach over the New Year.
            Window::Yearly(yearly) => yearly.part(origin.year() - 1, step),
            Window::WholeTerm => (step == 0).then(|| Dates::new(origin, FOR_EVER)).flatten(),
            Window::Month | Window::Quarter | Window::HalfYear | Window::Year => None,
        }
    }

    /// A step at or before the first window that a term beginning on `first` touches.
    fn first_step(self, first: Date, anchor: Date) -> i32 {
        let days = days_between(anchor, first).max(0);
        match self {
            Window::MonthsFromStart(months) => days / 31 / i32::try_from(months.max(1)).unwrap_or(i32::MAX),
            Window::DaysFromStart(length) => days / i32::try_from(length.max(1)).unwrap_or(i32::MAX),
            _ => 0,
        }
    }
}

fn cut(origin: Date, first: Span, next: Span) -> Option<Dates> {
    let first = origin.checked_add(first).ok()?;
    Dates::new(first, origin.checked_add(next).ok()?.yesterday().ok()?)
}

/// How one window stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Enough finished; the day that made it so, the first day where nothing was asked for.
    Met { on: Date },
    /// Not yet enough, and the window still runs.
    Open { missing: u32, days_left: u32 },
    /// The window is over without enough.
    Short { missing: u32 },
    /// More than the ceiling; the day of the first that was too many.
    Exceeded { on: Date },
}

/// Reads one window on a day: what is finished in it, and whether that is enough.
///
/// `finished` are the civil dates at the site, sorted; `today` is the day after which nothing is known.
pub fn standing(slot: &Slot, finished: &[Date], today: Date) -> Standing {
    let from = finished.partition_point(|d| *d < slot.in_force.first);
    let to = finished.partition_point(|d| *d <= slot.in_force.last.min(today));
    let inside = &finished[from.min(to)..to];
    if let Some(ceiling) = slot.at_most
        && let Some(on) = inside.get(ceiling as usize)
    {
        return Standing::Exceeded { on: *on };
    }
    let missing = slot.at_least.saturating_sub(inside.len() as u32);
    if missing == 0 {
        let on = slot.at_least.checked_sub(1).map_or(slot.in_force.first, |nth| inside[nth as usize]);
        return Standing::Met { on };
    }
    if today > slot.in_force.last {
        return Standing::Short { missing };
    }
    let next = today.max(slot.in_force.first);
    Standing::Open { missing, days_left: days_between(next, slot.in_force.last) as u32 + 1 }
}

/// Share of a roster that is done, for "all of them" rather than "so many" (C2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Everyone {
    pub done_count: u32,
    pub rostered_count: u32,
}

impl Everyone {
    /// An empty roster keeps nothing: somebody must first say who the operators are.
    pub fn is_met(&self) -> bool {
        self.rostered_count > 0 && self.done_count >= self.rostered_count
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn dates(text: &str) -> Dates {
        let (first, last) = text.split_once("..").unwrap();
        Dates::new(date(first), date(last)).unwrap()
    }

    fn quota(window: Window, at_least: u32, partial: Partial) -> Quota {
        Quota {
            window,
            at_least: Some(at_least),
            at_most: None,
            first_partial: partial,
            last_partial: partial,
        }
    }

    fn check(quota: Quota, term: &str, anchor: &str, want: &[&str]) {
        let got: Vec<_> = quota
            .slots(dates(term), date(anchor))
            .iter()
            .map(|s| format!("{}..{} {}", s.in_force.first, s.in_force.last, s.at_least))
            .collect();
        assert_eq!(got, want, "{:?} over {term}", quota.window);
    }

    #[test]
    fn windows_of_the_calendar() {
        check(
            quota(Window::Quarter, 1, Partial::Whole),
            "2026-02-10..2026-10-01",
            "2026-02-10",
            &[
                "2026-02-10..2026-03-31 1",
                "2026-04-01..2026-06-30 1",
                "2026-07-01..2026-09-30 1",
                "2026-10-01..2026-10-01 1",
            ],
        );
        check(
            quota(Window::Month, 2, Partial::Whole),
            "2024-02-01..2024-03-31",
            "2024-02-01",
            &["2024-02-01..2024-02-29 2", "2024-03-01..2024-03-31 2"],
        );
        check(
            quota(Window::Week, 1, Partial::Exempt),
            "2026-01-01..2026-01-18",
            "2026-01-01",
            &["2026-01-01..2026-01-04 0", "2026-01-05..2026-01-11 1", "2026-01-12..2026-01-18 1"],
        );
    }

    #[test]
    fn contract_years_keep_the_day_that_february_lacks() {
        check(
            quota(Window::MonthsFromStart(12), 4, Partial::Whole),
            "2024-02-29..2027-02-27",
            "2024-02-29",
            &["2024-02-29..2025-02-27 4", "2025-02-28..2026-02-27 4", "2026-02-28..2027-02-27 4"],
        );
        check(
            quota(Window::MonthsFromStart(1), 1, Partial::Whole),
            "2025-12-31..2026-04-29",
            "2025-12-31",
            &[
                "2025-12-31..2026-01-30 1",
                "2026-01-31..2026-02-27 1",
                "2026-02-28..2026-03-30 1",
                "2026-03-31..2026-04-29 1",
            ],
        );
    }

    #[test]
    fn a_site_that_joins_late_shares_the_contract_years() {
        check(
            quota(Window::MonthsFromStart(12), 4, Partial::ShareDown),
            "2026-08-01..2027-12-31",
            "2024-07-01",
            &["2026-08-01..2027-06-30 3", "2027-07-01..2027-12-31 2"],
        );
    }

    #[test]
    fn one_window_after_a_fact() {
        check(
            quota(Window::OnceWithinMonths(1), 3, Partial::Whole),
            "2026-01-31..2030-01-01",
            "2026-01-31",
            &["2026-01-31..2026-02-28 3"],
        );
        check(
            quota(Window::OnceWithinDays(30), 3, Partial::Whole),
            "2026-01-31..2030-01-01",
            "2026-01-31",
            &["2026-01-31..2026-03-02 3"],
        );
    }

    #[test]
    fn part_windows_follow_the_stated_rule() {
        // 45 of 90 days, then 30 of 91.
        for (rule, want) in [
            (Partial::Whole, [3, 3]),
            (Partial::Exempt, [0, 0]),
            (Partial::ShareUp, [2, 1]),
            (Partial::ShareDown, [1, 0]),
            (Partial::FromHalf, [3, 0]),
        ] {
            let slots =
                quota(Window::Quarter, 3, rule).slots(dates("2026-02-15..2026-04-30"), date("2026-02-15"));
            assert_eq!(slots.iter().map(|s| s.at_least).collect::<Vec<_>>(), want, "{rule:?}");
        }
    }

    #[test]
    fn a_window_on_a_day() {
        let slot = quota(Window::Quarter, 2, Partial::Whole)
            .slots(dates("2026-01-01..2026-03-31"), date("2026-01-01"))[0];
        let done = ["2025-12-31", "2026-01-20", "2026-03-31", "2026-04-01"].map(date);
        for (today, finished, want) in [
            ("2026-01-10", 4, Standing::Open { missing: 2, days_left: 81 }),
            ("2026-03-30", 4, Standing::Open { missing: 1, days_left: 2 }),
            ("2026-03-31", 2, Standing::Open { missing: 1, days_left: 1 }),
            ("2026-03-31", 4, Standing::Met { on: date("2026-03-31") }),
            ("2026-04-01", 4, Standing::Met { on: date("2026-03-31") }),
            ("2026-04-01", 2, Standing::Short { missing: 1 }),
        ] {
            assert_eq!(standing(&slot, &done[..finished], date(today)), want, "{today}");
        }
    }

    #[test]
    fn the_ceiling_is_broken_by_the_first_too_many() {
        let quota = Quota {
            window: Window::Month,
            at_least: None,
            at_most: Some(2),
            first_partial: Partial::Whole,
            last_partial: Partial::Whole,
        };
        let slot = quota.slots(dates("2026-05-01..2026-05-31"), date("2026-05-01"))[0];
        let done = ["2026-05-02", "2026-05-02", "2026-05-09", "2026-05-10"].map(date);
        assert_eq!(standing(&slot, &done[..2], date("2026-05-31")), Standing::Met { on: date("2026-05-01") });
        assert_eq!(standing(&slot, &done, date("2026-05-31")), Standing::Exceeded { on: date("2026-05-09") });
    }

    #[test]
    fn everyone_means_a_roster_first() {
        for (done_count, rostered_count, want) in [(0, 0, false), (4, 5, false), (5, 5, true), (6, 5, true)] {
            assert_eq!(Everyone { done_count, rostered_count }.is_met(), want);
        }
    }

    proptest! {
        /// Windows follow one another without a hole and without an overlap, and cover the term.
        #[test]
        fn windows_tile_the_term(start in 0_i32..5_000, length in 0_i32..2_000, kind in 0_usize..7, back in 0_i32..400) {
            let window = [
                Window::Week, Window::Month, Window::Quarter, Window::HalfYear, Window::Year,
                Window::MonthsFromStart(5), Window::DaysFromStart(17),
            ][kind];
            let first = date("2020-01-01").checked_add(start.days()).unwrap();
            let term = Dates::new(first, first.checked_add(length.days()).unwrap()).unwrap();
            let anchor = first.checked_sub(back.days()).unwrap();
            let slots = quota(window, 1, Partial::Whole).slots(term, anchor);
            prop_assert_eq!(slots.first().unwrap().in_force.first, term.first);
            prop_assert_eq!(slots.last().unwrap().in_force.last, term.last);
            for slot in &slots {
                for on in [slot.in_force.first, slot.in_force.last] {
                    let found = quota(window, 1, Partial::Whole).slot_at(term, anchor, on);
                    prop_assert_eq!(found.as_ref(), Some(slot));
                }
            }
            for pair in slots.windows(2) {
                prop_assert_eq!(pair[0].in_force.last.tomorrow().unwrap(), pair[1].in_force.first);
                prop_assert_eq!(pair[0].whole.last.tomorrow().unwrap(), pair[1].whole.first);
            }
        }
    }
}
