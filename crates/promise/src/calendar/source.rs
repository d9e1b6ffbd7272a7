//! Reads calendar files.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, RwLock};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Calendar, Calendars, DayHours, Rules, Week, Zone, day_of};
use crate::problem::Problem;
use crate::reader::{Item, Source, Table};

const KEYS: [&str; 14] = [
    "hours_from",
    "id",
    "version",
    "title",
    "source",
    "zone",
    "fallback_zone",
    "known_until",
    "days_from",
    "hours",
    "from",
    "holiday",
    "workday",
    "closure",
];
const DAYS: [&str; 10] =
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun", "weekdays", "weekend", "every_day"];
/// A holiday longer than this is taken for a slip of the pen.
const HOLIDAY_MOST_DAYS: i32 = 366;

/// Reads the text of a calendar file.
pub(super) fn read(text: &str, others: &Calendars) -> Result<Calendar, Vec<Problem>> {
    let source = Source::new(text);
    let root = source.parse();
    let calendar = read_table(&Table::root(&source, &root), None, others);
    let problems = source.into_problems();
    match calendar {
        Some(calendar) if problems.is_empty() => Ok(calendar),
        Some(_) | None => Err(problems),
    }
}

/// Reads a calendar from a table: a whole file, or one that stands in a commitment file under its id.
pub(crate) fn read_table(table: &Table<'_, '_>, id: Option<&str>, others: &Calendars) -> Option<Calendar> {
    let table = table.clone().only(&KEYS);
    let id = match id {
        Some(id) => Some(id.to_owned()),
        None => table.need_text("id"),
    };
    let version = match id.is_some() && table.get("version").is_none() && !table.path.is_empty() {
        true => Some("1".to_owned()),
        false => table.need_text("version"),
    };
    let title = table.get("title").map(|item| languages(&item)).unwrap_or_default();
    let mut rules = Rules { weeks: read_weeks(&table), ..Rules::default() };
    if let Some(other) = table.get("hours_from").and_then(|item| known(&item, others)) {
        rules.weeks.clone_from(&other.rules.weeks);
        rules.working.clone_from(&other.rules.working);
    }
    if let Some(item) = table.get("days_from") {
        take_days_from(&mut rules, &item, others);
    }
    if let Some(known) = table.get("known_until").and_then(|item| item.date()) {
        rules.known_until = Some(known);
    }
    read_holidays(&table, &mut rules);
    read_workdays(&table, &mut rules);
    read_closures(&table, &mut rules);
    let zone = read_zone(&table)?;
    Some(Calendar {
        id: Arc::from(id?),
        version: Arc::from(version?),
        title,
        zone,
        rules: Arc::new(rules),
        laid_out: RwLock::new(HashMap::new()),
    })
}

/// Reads words by language: a table, or one text for all.
pub(crate) fn languages(item: &Item<'_, '_>) -> BTreeMap<String, String> {
    if !item.is_table() {
        return item.text().map(|text| BTreeMap::from([(String::new(), text)])).unwrap_or_default();
    }
    let Some(table) = item.table() else { return BTreeMap::new() };
    let table = table.only(&["zh-Hans", "zh-Hant", "en"]);
    table.items().into_iter().filter_map(|(language, _, item)| Some((language, item.text()?))).collect()
}

fn read_zone(table: &Table<'_, '_>) -> Option<Zone> {
    let item = table.need("zone")?;
    let zone = item.text()?;
    if zone != "site" {
        known_zone(&item, &zone)?;
        return Some(Zone::Fixed(Arc::from(zone)));
    }
    let item = table.need("fallback_zone")?;
    let fallback = item.text()?;
    known_zone(&item, &fallback)?;
    Some(Zone::OfSite { fallback: Arc::from(fallback) })
}

fn known_zone(item: &Item<'_, '_>, zone: &str) -> Option<()> {
    if TimeZone::get(zone).is_ok() {
        return Some(());
    }
    let names: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
    let nearest = crate::problem::nearest(zone, names.iter().map(String::as_str)).map(str::to_owned);
    let expected = vec!["a zone as `Asia/Shanghai`".to_owned(), "`site`".to_owned()];
    let message = format!("unknown time zone `{zone}`");
    item.source.note(item.span.clone(), &item.path, "unknown-word", message, expected, nearest);
    None
}

fn read_weeks(table: &Table<'_, '_>) -> Vec<Week> {
    let mut weeks = vec![Week::default()];
    if let Some(hours) = table.get("hours").and_then(|item| item.table()) {
        weeks[0].days = read_week(&hours);
    }
    for later in table.tables("from") {
        let later = later.only(&["on", "hours"]);
        let from = later.need("on").and_then(|item| item.date());
        let hours = later.need("hours").and_then(|item| item.table());
        let (Some(from), Some(hours)) = (from, hours) else { continue };
        weeks.push(Week { from: Some(day_of(from)), days: read_week(&hours) });
    }
    weeks.sort_by_key(|week| week.from);
    weeks
}

fn read_week(table: &Table<'_, '_>) -> [DayHours; 7] {
    let table = table.clone().only(&DAYS);
    let mut days: [DayHours; 7] = Default::default();
    // From the general to the particular, so that a single day stands over `weekdays`.
    for key in ["every_day", "weekdays", "weekend", "mon", "tue", "wed", "thu", "fri", "sat", "sun"] {
        let Some(item) = table.get(key) else { continue };
        let hours = read_hours(&item);
        let covered = match key {
            "every_day" => 0..7,
            "weekdays" => 0..5,
            "weekend" => 5..7,
            single => {
                let place = DAYS.iter().position(|day| *day == single).unwrap_or(0);
                place..place + 1
            }
        };
        for day in covered {
            days[day].clone_from(&hours);
        }
    }
    days
}

/// Reads `["09:00-12:00", "13:30-18:00"]`; an end before its start is on the next day.
fn read_hours(item: &Item<'_, '_>) -> DayHours {
    let mut hours: Vec<(i64, i64, Item<'_, '_>)> = Vec::new();
    for (text, item) in item.texts() {
        match text.split_once('-').and_then(|(from, to)| Some((wall(from)?, wall(to)?))) {
            Some((from, to)) if from < 86_400 => {
                hours.push((from, if to <= from { to + 86_400 } else { to }, item));
            }
            Some(_) | None => {
                let message = format!("`{text}` is not an interval of the day");
                item.wrong("hours", message, vec!["hours as `09:00-17:30` or `22:00-06:00`".to_owned()]);
            }
        }
    }
    hours.sort_by_key(|(from, ..)| *from);
    for pair in hours.windows(2) {
        if pair[1].0 < pair[0].1 {
            pair[1].2.wrong("hours", "the interval overlaps the one before it".to_owned(), vec![]);
        }
    }
    hours.into_iter().map(|(from, to, _)| (from, to)).collect()
}

/// Reads `09:00` or `24:00` as seconds of the day.
pub(crate) fn wall(text: &str) -> Option<i64> {
    let (hour, minute) = text.trim().split_once(':')?;
    if hour.is_empty() || hour.len() > 2 || minute.len() != 2 {
        return None;
    }
    let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
    let second = hour * 3600 + minute * 60;
    (hour >= 0 && (0..60).contains(&minute) && second <= 86_400).then_some(second)
}

/// The other calendar that a key names.
fn known<'o>(item: &Item<'_, '_>, others: &'o Calendars) -> Option<&'o Calendar> {
    let id = item.text()?;
    let other = others.get(&id).map(AsRef::as_ref);
    if other.is_none() {
        item.unknown("calendar", &id, others.iter().map(|calendar| &**calendar.id()));
    }
    other
}

fn take_days_from(rules: &mut Rules, item: &Item<'_, '_>, others: &Calendars) {
    let Some(other) = known(item, others) else { return };
    rules.holidays.clone_from(&other.rules.holidays);
    rules.closures.clone_from(&other.rules.closures);
    rules.known_until = other.rules.known_until;
    for (day, (hours, name)) in &other.rules.working {
        let hours = if hours.is_empty() { like_a_workday(&rules.weeks, *day) } else { hours.clone() };
        rules.working.insert(*day, (hours, name.clone()));
    }
}

/// The hours of the first weekday that has any, in force on that day: what a make-up day is worked like.
fn like_a_workday(weeks: &[Week], day: i32) -> DayHours {
    let after = weeks.partition_point(|week| week.from.is_none_or(|from| from <= day));
    let week = &weeks[after.max(1) - 1];
    week.days.iter().find(|hours| !hours.is_empty()).cloned().unwrap_or_default()
}

fn read_holidays(table: &Table<'_, '_>, rules: &mut Rules) {
    for holiday in table.tables("holiday") {
        let holiday = holiday.only(&["name", "on", "from", "to"]);
        let name = name_of(&holiday);
        for day in dates(&holiday) {
            rules.holidays.insert(day, name.clone());
        }
    }
}

fn read_workdays(table: &Table<'_, '_>, rules: &mut Rules) {
    for workday in table.tables("workday") {
        let workday = workday.only(&["name", "on", "from", "to", "hours"]);
        let name = name_of(&workday);
        let own = workday.get("hours").map(|item| read_hours(&item));
        for day in dates(&workday) {
            let hours = own.clone().unwrap_or_else(|| like_a_workday(&rules.weeks, day));
            rules.working.insert(day, (hours, name.clone()));
        }
    }
}

fn read_closures(table: &Table<'_, '_>, rules: &mut Rules) {
    for closure in table.tables("closure") {
        let closure = closure.only(&["name", "on", "from", "to", "hours"]);
        let hours = closure.need("hours").map(|item| read_hours(&item)).unwrap_or_default();
        for day in dates(&closure) {
            rules.closures.entry(day).or_default().extend(&hours);
        }
    }
}

/// The name of an exception: its Chinese words where it has them, else any.
fn name_of(table: &Table<'_, '_>) -> Arc<str> {
    let words = table.need("name").map(|item| languages(&item)).unwrap_or_default();
    let name = words.get("zh-Hans").or_else(|| words.values().next());
    Arc::from(name.map_or("", String::as_str))
}

/// Reads `on = date`, `on = [dates]`, or `from` and `to`.
fn dates(table: &Table<'_, '_>) -> Vec<i32> {
    if let Some(on) = table.get("on") {
        let items = if on.is_array() { on.array() } else { vec![on] };
        return items.iter().filter_map(Item::date).map(day_of).collect();
    }
    let Some(from) = table.get("from").and_then(|item| item.date()) else {
        table.wrong(
            "missing-key",
            "no date is given".to_owned(),
            vec!["`on`".to_owned(), "`from` and `to`".to_owned()],
        );
        return Vec::new();
    };
    let Some(to) = table.need("to").and_then(|item| item.date()) else { return Vec::new() };
    span_of_dates(table, from, to)
}

fn span_of_dates(table: &Table<'_, '_>, from: Date, to: Date) -> Vec<i32> {
    let (first, last) = (day_of(from), day_of(to));
    if first > last || last - first > HOLIDAY_MOST_DAYS {
        table.wrong("date", format!("{from} to {to} is not a span of days"), vec![]);
        return Vec::new();
    }
    (first..=last).collect()
}
