//! The auditor's calendar: it looks at what the wall clock shows, minute by minute, and asks whether that is open.
//!
//! Nothing is laid out and nothing is added up ahead. Written from `docs/promise-file.md`, not from the engine.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use toml::Value;

use super::paper::Unaudited;

/// Minutes since 1970.
pub type Minute = i64;
/// Open from one minute of the day to another; the end may lie after midnight.
type Hours = Vec<(i64, i64)>;

const DAY_MIN: i64 = 1_440;
/// No walk goes further than this many minutes: about eleven years.
const WALK_MOST: i64 = 6_000_000;

/// A calendar as its file states it.
#[derive(Clone, Debug, Default)]
pub struct Wall {
    /// None: the zone of the site.
    zone: Option<String>,
    fallback_zone: String,
    /// The hours of each weekday, Monday first, and the date from which they hold.
    weeks: Vec<(Option<Date>, [Hours; 7])>,
    holidays: HashSet<Date>,
    worked: BTreeMap<Date, Option<Hours>>,
    closures: HashMap<Date, Hours>,
}

impl Wall {
    /// Reads the table of a calendar.
    pub fn read(table: &toml::Table, others: &BTreeMap<String, Wall>) -> Result<Wall, Unaudited> {
        let text = |key: &str| table.get(key).and_then(Value::as_str).map(str::to_owned);
        let mut wall = Wall {
            zone: text("zone").filter(|zone| zone != "site"),
            fallback_zone: text("fallback_zone").unwrap_or_else(|| "UTC".to_owned()),
            ..Wall::default()
        };
        if let Some(other) = text("days_from").and_then(|id| others.get(&id)) {
            wall.holidays.clone_from(&other.holidays);
            wall.worked.clone_from(&other.worked);
            wall.closures.clone_from(&other.closures);
        }
        wall.weeks.push((None, week(table.get("hours"))?));
        for later in tables(table, "from") {
            wall.weeks.push((Some(date(later.get("on"))?), week(later.get("hours"))?));
        }
        wall.weeks.sort_by_key(|(from, _)| *from);
        for holiday in tables(table, "holiday") {
            wall.holidays.extend(dates(holiday)?);
        }
        for workday in tables(table, "workday") {
            let own = workday.get("hours").map(hours).transpose()?;
            wall.worked.extend(dates(workday)?.into_iter().map(|on| (on, own.clone())));
        }
        for closure in tables(table, "closure") {
            let closed = closure.get("hours").map(hours).transpose()?.unwrap_or_default();
            for on in dates(closure)? {
                wall.closures.entry(on).or_default().extend(&closed);
            }
        }
        Ok(wall)
    }

    /// The dates on which something is out of the ordinary.
    pub fn odd_dates(&self) -> impl Iterator<Item = Date> {
        self.holidays.iter().chain(self.worked.keys()).chain(self.closures.keys()).copied()
    }

    /// The calendar at a site.
    pub fn at_site(self: &Rc<Self>, site_zone: Option<&str>) -> Clock {
        let known = |name: &str| TimeZone::get(name).ok();
        let zone = match (&self.zone, site_zone) {
            (Some(zone), _) => known(zone),
            (None, zone) => zone.and_then(known).or_else(|| known(&self.fallback_zone)),
        };
        Clock {
            wall: self.clone(),
            zone: zone.unwrap_or(TimeZone::UTC),
            seen: RefCell::default(),
            found: RefCell::default(),
        }
    }

    /// The hours that begin on a date, closures left aside.
    fn hours_on(&self, on: Date) -> Hours {
        if self.holidays.contains(&on) {
            return Hours::new();
        }
        let (_, week) =
            self.weeks.iter().rfind(|(from, _)| from.is_none_or(|from| from <= on)).unwrap_or(&self.weeks[0]);
        match self.worked.get(&on) {
            Some(Some(own)) => own.clone(),
            // A make-up day is worked like the first weekday.
            Some(None) => week.iter().find(|hours| !hours.is_empty()).cloned().unwrap_or_default(),
            None => week[on.weekday().to_monday_zero_offset() as usize].clone(),
        }
    }

    fn is_closed_at(&self, on: Date, minute: i64) -> bool {
        let closed = |on: Option<Date>, minute: i64| {
            let hours = on.and_then(|on| self.closures.get(&on));
            hours.is_some_and(|hours| hours.iter().any(|(from, to)| *from <= minute && minute < *to))
        };
        closed(Some(on), minute) || closed(on.yesterday().ok(), minute + DAY_MIN)
    }

    /// Says whether a minute is open, counted from the midnight of the date on which its hours begin.
    fn is_worked(&self, on: Date, minute: i64) -> bool {
        let shown_on = if minute < DAY_MIN { Some(on) } else { on.tomorrow().ok() };
        self.hours_on(on).iter().any(|(from, to)| *from <= minute && minute < *to)
            && shown_on.is_some_and(|shown| !self.is_closed_at(shown, minute % DAY_MIN))
    }

    /// The first and the last open minute of the hours that begin on a date.
    fn first_and_last(&self, on: Date) -> Option<(i64, i64)> {
        let open: Vec<i64> = (0..2 * DAY_MIN).filter(|minute| self.is_worked(on, *minute)).collect();
        Some((*open.first()?, *open.last()?))
    }

    /// Says whether any minute that begins on this date is worked.
    pub fn is_working_day(&self, on: Date) -> bool {
        self.hours_on(on).iter().any(|(from, to)| (*from..*to).any(|minute| self.is_worked(on, minute)))
    }
}

/// A calendar in one time zone.
#[derive(Clone, Debug)]
pub struct Clock {
    wall: Rc<Wall>,
    zone: TimeZone,
    /// The minutes of a day of UTC that were asked for already.
    seen: RefCell<HashMap<i64, Rc<Vec<bool>>>>,
    /// The wall times that were searched already.
    found: RefCell<HashMap<DateTime, Option<Minute>>>,
}

impl Clock {
    /// What the wall clock shows.
    pub fn shows(&self, at: Minute) -> DateTime {
        self.zone.to_datetime(Timestamp::from_second(at * 60).unwrap_or(Timestamp::UNIX_EPOCH))
    }

    /// The date that the wall shows.
    pub fn date(&self, at: Minute) -> Date {
        self.shows(at).date()
    }

    /// Says whether the minute that begins here counts.
    pub fn is_open(&self, at: Minute) -> bool {
        let day = at.div_euclid(DAY_MIN);
        let minutes = self.seen.borrow().get(&day).cloned();
        let minutes = minutes.unwrap_or_else(|| {
            let looked: Rc<Vec<bool>> = Rc::new((0..DAY_MIN).map(|m| self.look(day * DAY_MIN + m)).collect());
            self.seen.borrow_mut().insert(day, looked.clone());
            looked
        });
        minutes[at.rem_euclid(DAY_MIN) as usize]
    }

    fn look(&self, at: Minute) -> bool {
        let shown = self.shows(at);
        let minute = i64::from(shown.hour()) * 60 + i64::from(shown.minute());
        let over_midnight =
            shown.date().yesterday().is_ok_and(|on| self.wall.is_worked(on, minute + DAY_MIN));
        over_midnight || self.wall.is_worked(shown.date(), minute)
    }

    /// Says whether every minute counts.
    pub fn never_closes(&self) -> bool {
        let all_day = |hours: &Hours| *hours == [(0, DAY_MIN)];
        self.wall.odd_dates().next().is_none()
            && self.wall.weeks.iter().all(|(_, week)| week.iter().all(all_day))
    }

    /// The first open minute from here on.
    pub fn next_open(&self, at: Minute) -> Option<Minute> {
        (at..at + WALK_MOST).find(|minute| self.is_open(*minute))
    }

    /// Walks until so many open minutes have passed, leaving out those that `stands` names. None: it stands for ever.
    pub fn walk(&self, from: Minute, minutes: i64, stands: impl Fn(Minute) -> Stands) -> Option<Minute> {
        let mut left = minutes;
        let mut at = from;
        while left > 0 {
            match stands(at) {
                Stands::ForEver => return None,
                Stands::Still => {}
                Stands::Not => left -= i64::from(self.is_open(at)),
            }
            at += 1;
            if at - from > WALK_MOST {
                return None;
            }
        }
        Some(at)
    }

    /// How many minutes between two are open.
    pub fn open_between(&self, from: Minute, to: Minute) -> i64 {
        (from..to).filter(|minute| self.is_open(*minute)).count() as i64
    }

    /// The minute at which the wall shows this; where it never does, as much later as the clock jumped.
    pub fn when(&self, on: Date, time: Time) -> Option<Minute> {
        let wanted = on.to_datetime(time);
        if let Some(found) = self.found.borrow().get(&wanted) {
            return *found;
        }
        let found = self.search(wanted);
        self.found.borrow_mut().insert(wanted, found);
        found
    }

    /// Looks at the wall in each minute that can be meant.
    fn search(&self, wanted: DateTime) -> Option<Minute> {
        let guess = wanted.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second() / 60;
        // No zone is further from UTC than this; of a repeated hour the first is taken.
        let found = (guess - 15 * 60..=guess + 15 * 60).find(|at| self.shows(*at) == wanted);
        found.or_else(|| {
            let before = (guess - 15 * 60..=guess + 15 * 60).rfind(|at| self.shows(*at) < wanted)?;
            let shown = self.shows(before).to_zoned(TimeZone::UTC).ok()?.timestamp().as_second() / 60;
            Some(before + guess - shown)
        })
    }

    /// The first minute of a date.
    pub fn midnight(&self, on: Date) -> Option<Minute> {
        self.when(on, Time::midnight())
    }

    /// Says whether the date is worked.
    pub fn is_working_day(&self, on: Date) -> bool {
        self.wall.is_working_day(on)
    }

    /// The working date so many further on.
    pub fn working_date(&self, from: Date, days: i64) -> Option<Date> {
        let (mut on, mut left) = (from, days);
        for _ in 0..100_000 {
            if left == 0 {
                return Some(on);
            }
            on = on.tomorrow().ok()?;
            left -= i64::from(self.is_working_day(on));
        }
        None
    }

    /// When the hours that begin on a date open.
    pub fn opening(&self, on: Date) -> Option<Minute> {
        match self.wall.first_and_last(on) {
            Some((first, _)) => self.at_minute(on, first),
            None => self.midnight(on),
        }
    }

    /// When they close; a date that is not worked closes at the midnight that ends it.
    pub fn closing(&self, on: Date) -> Option<Minute> {
        match self.wall.first_and_last(on) {
            Some((_, last)) => self.at_minute(on, last + 1),
            None => self.midnight(on.tomorrow().ok()?),
        }
    }

    fn at_minute(&self, on: Date, minute: i64) -> Option<Minute> {
        let on = on.checked_add((minute / DAY_MIN).days()).ok()?;
        let minute = minute % DAY_MIN;
        self.when(on, Time::new((minute / 60) as i8, (minute % 60) as i8, 0, 0).ok()?)
    }
}

/// Whether a minute is left out of a walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    Not,
    Still,
    ForEver,
}

fn tables<'t>(table: &'t toml::Table, key: &str) -> Vec<&'t toml::Table> {
    let array = table.get(key).and_then(Value::as_array);
    array.into_iter().flatten().filter_map(Value::as_table).collect()
}

fn date(value: Option<&Value>) -> Result<Date, Unaudited> {
    let written = value.map(|value| value.to_string()).unwrap_or_default();
    written.trim_matches('"').parse().map_err(|_| Unaudited(format!("the date `{written}` of a calendar")))
}

fn dates(table: &toml::Table) -> Result<Vec<Date>, Unaudited> {
    if let Some(on) = table.get("on") {
        return match on.as_array() {
            Some(many) => many.iter().map(|on| date(Some(on))).collect(),
            None => Ok(vec![date(Some(on))?]),
        };
    }
    let (from, to) = (date(table.get("from"))?, date(table.get("to"))?);
    Ok(from.series(1.day()).take_while(|on| *on <= to).collect())
}

/// Reads the hours of a day: one interval or several.
fn hours(value: &Value) -> Result<Hours, Unaudited> {
    let texts: Vec<&str> = match value {
        Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    };
    let interval = |text: &&str| {
        let (from, to) = text.split_once('-')?;
        let (from, to) = (minute_of_day(from)?, minute_of_day(to)?);
        Some((from, if to <= from { to + DAY_MIN } else { to }))
    };
    let all: Option<Hours> = texts.iter().map(interval).collect();
    all.ok_or_else(|| Unaudited(format!("the hours `{value}` of a calendar")))
}

/// Reads `17:30` as minutes of the day.
pub fn minute_of_day(text: &str) -> Option<i64> {
    let (hour, minute) = text.trim().split_once(':')?;
    Some(hour.parse::<i64>().ok()? * 60 + minute.parse::<i64>().ok()?)
}

fn week(value: Option<&Value>) -> Result<[Hours; 7], Unaudited> {
    let mut days: [Hours; 7] = Default::default();
    let Some(table) = value.and_then(Value::as_table) else { return Ok(days) };
    let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    for (place, day) in days.iter_mut().enumerate() {
        let part = if place < 5 { "weekdays" } else { "weekend" };
        let own = table.get(names[place]).or_else(|| table.get(part)).or_else(|| table.get("every_day"));
        *day = own.map(hours).transpose()?.unwrap_or_default();
    }
    Ok(days)
}
