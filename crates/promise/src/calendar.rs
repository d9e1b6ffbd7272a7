//! Calendars: opening hours, holidays and make-up working days, in a time zone.
//!
//! A calendar file says when time counts. `24x7` is a calendar like any other. Hours may have several intervals
//! a day and reach over midnight; a night shift belongs to the day on which it begins, so a holiday on the next
//! day does not cut it. Holidays close a day; make-up working days (调休) open one; a holiday beats a make-up
//! day of the same date. Hours may change from a date on, which leaves the past as it was. Beyond the last
//! announced holiday the calendar goes on with plain weeks and says that it does not know.
//!
//! Serves every clause that is counted in time: C2.8, C3.7, C4.5, C5.1, C7.4, C7.5, C7.6, C7.9.

mod days;
mod hours;
pub mod ics;
pub mod notice;
pub(crate) mod source;
mod write;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, RwLock};

use jiff::civil::Date;
use jiff::tz::TimeZone;

pub use days::By;
pub use hours::Hours;
pub(crate) use source::{languages, read_table};

use crate::problem::Problem;
use hours::{date_of, day_of};

/// Opening intervals of one day, in seconds from its midnight; the end may lie beyond the next midnight.
type DayHours = Vec<(i64, i64)>;

/// The hours of a week, Monday first, in force from a date on.
#[derive(Clone, Debug, Default, PartialEq)]
struct Week {
    /// None: from the beginning.
    from: Option<i32>,
    days: [DayHours; 7],
}

/// What a calendar says, apart from its time zone.
#[derive(Clone, Debug, Default)]
struct Rules {
    /// In order of `from`; the first has none.
    weeks: Vec<Week>,
    holidays: HashMap<i32, Arc<str>>,
    /// Dates that have hours of their own, with the reason.
    working: HashMap<i32, (DayHours, Arc<str>)>,
    /// Parts of dates that are closed.
    closures: HashMap<i32, DayHours>,
    known_until: Option<Date>,
}

impl Rules {
    /// The opening hours that begin on a day, and the reason where they are not the week's.
    fn day(&self, day: i32) -> (DayHours, Option<Arc<str>>) {
        let (mut hours, reason) = if let Some(name) = self.holidays.get(&day) {
            (Vec::new(), Some(name.clone()))
        } else if let Some((hours, name)) = self.working.get(&day) {
            (hours.clone(), Some(name.clone()))
        } else {
            (self.week(day).days[weekday(day)].clone(), None)
        };
        if !self.closures.is_empty() {
            // A closure over midnight reaches into the next day, as hours over midnight do.
            for (closed_day, shift) in [(day - 1, -86_400), (day, 0), (day + 1, 86_400)] {
                for (from, to) in self.closures.get(&closed_day).into_iter().flatten() {
                    cut(&mut hours, from + shift, to + shift);
                }
            }
        }
        (hours, reason)
    }

    fn week(&self, day: i32) -> &Week {
        let after = self.weeks.partition_point(|week| week.from.is_none_or(|from| from <= day));
        &self.weeks[after.max(1) - 1]
    }

    fn holiday(&self, day: i32) -> Option<Arc<str>> {
        self.holidays.get(&day).cloned()
    }

    fn makeup(&self, day: i32) -> Option<Arc<str>> {
        let worked = !self.holidays.contains_key(&day);
        self.working.get(&day).filter(|_| worked).map(|(_, name)| name.clone())
    }

    fn is_always_open(&self) -> bool {
        self.holidays.is_empty()
            && self.working.is_empty()
            && self.closures.is_empty()
            && self.weeks.iter().all(|week| week.days.iter().all(|day| *day == [(0, 86_400)]))
    }
}

/// The place of a day in its week, Monday first.
fn weekday(day: i32) -> usize {
    // 1970-01-01 was a Thursday.
    usize::try_from((day + 3).rem_euclid(7)).unwrap_or(0)
}

/// Takes a closed interval out of opening hours.
fn cut(hours: &mut DayHours, from: i64, to: i64) {
    let mut left = Vec::with_capacity(hours.len() + 1);
    for (open, close) in hours.drain(..) {
        if close <= from || open >= to {
            left.push((open, close));
            continue;
        }
        if open < from {
            left.push((open, from));
        }
        if to < close {
            left.push((to, close));
        }
    }
    *hours = left;
}

/// Which time zone a calendar is read in.
#[derive(Clone, Debug, PartialEq)]
enum Zone {
    Fixed(Arc<str>),
    /// The zone that the facts give for the site, else this one.
    OfSite {
        fallback: Arc<str>,
    },
}

/// A calendar: its rules and the time zone they are read in.
pub struct Calendar {
    id: Arc<str>,
    version: Arc<str>,
    title: BTreeMap<String, String>,
    zone: Zone,
    rules: Arc<Rules>,
    /// Laid out once for each time zone that was asked for.
    laid_out: RwLock<HashMap<Arc<str>, Option<Arc<Hours>>>>,
}

impl Calendar {
    /// Reads a calendar file.
    ///
    /// Errors: every [`Problem`] of the file, with its place.
    pub fn read(text: &str, others: &Calendars) -> Result<Calendar, Vec<Problem>> {
        source::read(text, others)
    }

    /// The id, as `cn-workdays-5x8`.
    pub fn id(&self) -> &Arc<str> {
        &self.id
    }

    /// The version, as `2026.1`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What it is called, by language.
    pub fn title(&self) -> &BTreeMap<String, String> {
        &self.title
    }

    /// The last date for which the holidays are announced; none for a calendar without holidays.
    pub fn known_until(&self) -> Option<Date> {
        self.rules.known_until
    }

    /// Says whether the calendar is read in the time zone of the site.
    pub fn follows_site(&self) -> bool {
        matches!(self.zone, Zone::OfSite { .. })
    }

    /// Says whether it ever opens. A list of days alone does not.
    pub fn has_hours(&self) -> bool {
        let rules = &self.rules;
        rules.weeks.iter().any(|week| week.days.iter().any(|day| !day.is_empty()))
            || rules.working.values().any(|(hours, _)| !hours.is_empty())
    }

    /// The working time in the calendar's own zone, or in the site's where the calendar says so.
    ///
    /// A site zone that is not known is read as the fallback zone.
    pub fn hours(&self, site_zone: Option<&str>) -> Arc<Hours> {
        match (&self.zone, site_zone) {
            (Zone::Fixed(zone), _) | (Zone::OfSite { fallback: zone }, None) => self.hours_of_known(zone),
            (Zone::OfSite { fallback }, Some(zone)) => {
                self.hours_of(zone).unwrap_or_else(|| self.hours_of_known(fallback))
            }
        }
    }

    /// Every date with a rule of its own: the date, its name, and whether it is worked.
    pub fn exceptions(&self) -> Vec<(Date, Arc<str>, bool)> {
        let off = self.rules.holidays.iter().map(|(day, name)| (*day, name.clone(), false));
        let on = self.rules.working.iter().map(|(day, (_, name))| (*day, name.clone(), true));
        let mut dates: Vec<_> =
            off.chain(on).filter_map(|(day, name, worked)| Some((date_of(day)?, name, worked))).collect();
        dates.sort();
        dates
    }

    fn hours_of_known(&self, zone: &str) -> Arc<Hours> {
        self.hours_of(zone).unwrap_or_else(|| {
            // The zone was found when the file was read; should the time zone database lose it, read as UTC.
            Arc::new(Hours::new(self.rules.clone(), TimeZone::UTC, Arc::from("UTC")))
        })
    }

    fn hours_of(&self, zone: &str) -> Option<Arc<Hours>> {
        if let Ok(known) = self.laid_out.read()
            && let Some(hours) = known.get(zone)
        {
            return hours.clone();
        }
        let name: Arc<str> = Arc::from(zone);
        let hours = TimeZone::get(zone)
            .ok()
            .map(|found| Arc::new(Hours::new(self.rules.clone(), found, name.clone())));
        if let Ok(mut known) = self.laid_out.write() {
            known.insert(name, hours.clone());
        }
        hours
    }
}

impl Clone for Calendar {
    fn clone(&self) -> Self {
        Calendar {
            id: self.id.clone(),
            version: self.version.clone(),
            title: self.title.clone(),
            zone: self.zone.clone(),
            rules: self.rules.clone(),
            laid_out: RwLock::default(),
        }
    }
}

impl fmt::Debug for Calendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Calendar({}@{})", self.id, self.version)
    }
}

/// The calendars that commitment files may name.
#[derive(Clone, Debug, Default)]
pub struct Calendars {
    by_id: BTreeMap<Arc<str>, Arc<Calendar>>,
}

/// The calendars that are shipped with the program, days first, then the hours that rest on them.
const SHIPPED: [&str; 3] = [
    include_str!("../../../calendars/24x7.toml"),
    include_str!("../../../calendars/cn-public-holidays.toml"),
    include_str!("../../../calendars/cn-workdays-5x8.toml"),
];

impl Calendars {
    /// No calendar yet.
    pub fn new() -> Self {
        Calendars::default()
    }

    /// The calendars that are shipped with the program.
    pub fn shipped() -> Self {
        let mut calendars = Calendars::new();
        for text in SHIPPED {
            let added = calendars.add(text);
            debug_assert!(added.is_ok(), "a shipped calendar has problems: {added:?}");
        }
        calendars
    }

    /// The files of the shipped calendars, in the order in which they rest on one another.
    pub fn shipped_texts() -> [&'static str; 3] {
        SHIPPED
    }

    /// Reads one calendar file and adds it under its id, in place of an earlier one of the same id.
    ///
    /// Errors: every [`Problem`] of the file. Nothing is added then.
    pub fn add(&mut self, text: &str) -> Result<(), Vec<Problem>> {
        let calendar = Calendar::read(text, self)?;
        self.insert(calendar);
        Ok(())
    }

    /// Reads a calendar file of either form: our own, or iCalendar. One of the latter goes by the name of its file.
    ///
    /// Errors: every [`Problem`] of the file. Nothing is added then.
    pub fn add_file(&mut self, name: &str, text: &str) -> Result<(), Vec<Problem>> {
        if !ics::is_one(text) {
            return self.add(text);
        }
        let id = name.rsplit(['/', '\\']).next().unwrap_or(name);
        let id = id.rsplit_once('.').map_or(id, |(stem, _)| stem);
        let calendar = ics::Feed::read(text).and_then(|feed| feed.calendar(id, None));
        let calendar = calendar.map_err(|refused| vec![refused.into()])?;
        self.insert(calendar);
        Ok(())
    }

    /// Adds a calendar under its id.
    pub fn insert(&mut self, calendar: Calendar) {
        self.by_id.insert(calendar.id.clone(), Arc::new(calendar));
    }

    /// The calendar of an id.
    pub fn get(&self, id: &str) -> Option<&Arc<Calendar>> {
        self.by_id.get(id)
    }

    /// Every calendar, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Calendar>> {
        self.by_id.values()
    }
}
