//! Reads a whole iCalendar file (RFC 5545) as a calendar: its days off, its make-up working days, its hours.
//!
//! Whole-day events are holidays; one whose summary says that the day is worked (上班, 补班, "working day") is a
//! make-up working day. Events with times of day are opening hours: a weekly one without end gives the hours of its
//! weekdays, any other the hours of the dates on which it falls. Repeated events follow the recurrence module;
//! cancelled ones do not count, and an occurrence that was moved stands where it was moved to. To-dos, journals,
//! alarms and busy times say nothing of a calendar and are passed over. What cannot be read is refused with its
//! line: half a calendar is worse than none.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, RwLock};

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan};

use super::{Calendar, DayHours, Rules, Week, Zone, day_of, weekday};
use crate::problem::Problem;
use crate::recurrence::{Frequency, Rule};

/// Why a file is refused, and at which line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct Refused {
    /// Counts from 1.
    pub line: usize,
    pub message: String,
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Problem {
        Problem {
            line: refused.line,
            column: 1,
            path: String::new(),
            code: "calendar",
            message: refused.message,
            expected: Vec::new(),
            nearest: None,
        }
    }
}

/// Says whether a text is of this form rather than of our own.
pub fn is_one(text: &str) -> bool {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    start.get(..6).is_some_and(|head| head.eq_ignore_ascii_case("BEGIN:"))
}

/// Lines of one file, unfolded.
const LINES_MAX: usize = 500_000;
/// Days and times that one file may lay out.
const OCCURRENCES_MAX: usize = 50_000;
/// Repetitions without end are laid out up to this year.
const YEAR_LAST: i16 = 2099;

/// One event as it was read.
#[derive(Clone, Debug, Default)]
struct Event {
    line: usize,
    uid: String,
    summary: String,
    start: Option<When>,
    end: Option<When>,
    length: Option<SignedDuration>,
    rule: Option<Rule>,
    more: Vec<When>,
    except: Vec<When>,
    /// The occurrence of the series that this one stands for.
    instead_of: Option<When>,
    is_cancelled: bool,
}

/// A day, or a time of day with the zone that it is read in.
#[derive(Clone, Debug, PartialEq, Eq)]
enum When {
    Day(Date),
    /// The zone; none: that of the calendar.
    Moment(DateTime, Option<TimeZone>),
}

/// A content line: its name, its parameters and its value.
struct Line<'t> {
    number: usize,
    name: String,
    parameters: Vec<(String, &'t str)>,
    value: &'t str,
}

/// A whole iCalendar file.
#[derive(Clone, Debug, Default)]
pub struct Feed {
    /// What it calls itself.
    pub name: Option<String>,
    zone: Option<String>,
    events: Vec<Event>,
}

/// What a feed says, day by day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Days {
    /// Days off, with their names.
    pub off: BTreeMap<Date, String>,
    /// Make-up working days, with their names.
    pub worked: BTreeMap<Date, String>,
    /// The last day of the last year that is announced; none where a holiday goes on for ever.
    pub known_until: Option<Date>,
}

impl Feed {
    /// Reads a file.
    ///
    /// Errors: [`Refused`] with the line, where it is not a calendar, is broken off, or repeats by a rule that is not
    /// understood.
    pub fn read(text: &str) -> Result<Feed, Refused> {
        let unfolded = unfold(text)?;
        let mut feed = Feed::default();
        let mut open: Vec<(String, usize)> = Vec::new();
        let (mut event, mut has_calendar) = (None::<Event>, false);
        for (number, text) in &unfolded {
            let line = content_line(*number, text)?;
            match line.name.as_str() {
                "BEGIN" => {
                    let what = line.value.trim().to_ascii_uppercase();
                    has_calendar |= what == "VCALENDAR";
                    if !has_calendar {
                        return Err(line.refuse(format!("`{what}` begins outside a calendar")));
                    }
                    if what == "VEVENT" {
                        if event.is_some() {
                            return Err(line.refuse("an event begins inside an event".to_owned()));
                        }
                        event = Some(Event { line: *number, ..Event::default() });
                    }
                    open.push((what, *number));
                }
                "END" => {
                    let what = line.value.trim().to_ascii_uppercase();
                    match open.pop() {
                        Some((begun, _)) if begun == what => {}
                        Some((begun, at)) => {
                            let message = format!("`{what}` ends, but `{begun}` began in line {at}");
                            return Err(line.refuse(message));
                        }
                        None => return Err(line.refuse(format!("`{what}` ends, but never began"))),
                    }
                    if what == "VEVENT" {
                        feed.events.extend(event.take());
                    }
                }
                _ if open.is_empty() => return Err(line.refuse("stands outside a calendar".to_owned())),
                _ => match (&mut event, open.last().map(|(what, _)| what.as_str())) {
                    (Some(event), Some("VEVENT")) => event.take(&line)?,
                    (None, Some("VCALENDAR")) => feed.take(&line),
                    _ => {}
                },
            }
        }
        match open.last() {
            Some((what, at)) => Err(Refused { line: *at, message: format!("`{what}` has no end") }),
            None if !has_calendar => Err(Refused { line: 1, message: "this is no calendar".to_owned() }),
            None => Ok(feed),
        }
    }

    fn take(&mut self, line: &Line<'_>) {
        match line.name.as_str() {
            "X-WR-CALNAME" | "NAME" => self.name = Some(unescaped(line.value)),
            "X-WR-TIMEZONE" | "TIMEZONE-ID" => self.zone = Some(line.value.trim().to_owned()),
            _ => {}
        }
    }

    /// The time zone that the feed names, where it is known.
    pub fn zone(&self) -> Option<&str> {
        self.zone.as_deref().filter(|zone| TimeZone::get(zone).is_ok())
    }

    /// The days off and the make-up working days of its whole-day events.
    ///
    /// Errors: [`Refused`] where it lays out more days than anybody means.
    pub fn days(&self) -> Result<Days, Refused> {
        let mut days = Days::default();
        let (mut left, mut goes_on) = (OCCURRENCES_MAX, false);
        for event in self.events.iter().filter(|event| event.counts()) {
            let Some(When::Day(first)) = event.start else { continue };
            goes_on |= event.goes_on();
            let length = event.day_count(first);
            for begin in self.begin_days(event, first, &mut left)? {
                for day in begin.series(1.day()).take(length) {
                    let worked = is_worked(&event.summary);
                    let named = if worked { &mut days.worked } else { &mut days.off };
                    named.entry(day).or_insert_with(|| event.summary.clone());
                    days.known_until = days.known_until.max(Date::new(day.year(), 12, 31).ok());
                }
            }
        }
        // A holiday that falls on a make-up day of the same file: the day is worked, as the calendar that lists both says.
        days.off.retain(|day, _| !days.worked.contains_key(day));
        days.known_until = days.known_until.filter(|_| !goes_on);
        Ok(days)
    }

    /// The days on which an event begins, without those that were cancelled or moved.
    fn begin_days(&self, event: &Event, first: Date, left: &mut usize) -> Result<BTreeSet<Date>, Refused> {
        let mut begin = BTreeSet::new();
        match &event.rule {
            None => _ = begin.insert(first),
            Some(rule) => {
                // The start is one of the days, also where the rule does not name it.
                begin.insert(first);
                for day in rule.days(first).take_while(|day| day.year() <= YEAR_LAST) {
                    *left = left.checked_sub(1).ok_or_else(|| event.too_many())?;
                    begin.insert(day);
                }
            }
        }
        begin.extend(event.more.iter().map(When::date));
        for except in event.except.iter().chain(self.moved(event)) {
            begin.remove(&except.date());
        }
        *left = left.checked_sub(begin.len() * event.day_count(first)).ok_or_else(|| event.too_many())?;
        Ok(begin)
    }

    /// The occurrences of a series that other events stand for, or that were cancelled.
    fn moved<'e>(&'e self, event: &'e Event) -> impl Iterator<Item = &'e When> {
        let is_series = event.instead_of.is_none() && !event.uid.is_empty();
        self.events
            .iter()
            .filter(move |other| is_series && other.uid == event.uid)
            .filter_map(|other| other.instead_of.as_ref())
    }

    /// The calendar that the feed describes, under an id.
    ///
    /// The zone is the given one, else the feed's own; times with a zone of their own are carried over. Errors:
    /// [`Refused`].
    pub fn calendar(&self, id: &str, zone: Option<&str>) -> Result<Calendar, Refused> {
        let zone = zone.or(self.zone()).unwrap_or("UTC");
        let Ok(read_in) = TimeZone::get(zone) else {
            return Err(Refused { line: 1, message: format!("unknown time zone `{zone}`") });
        };
        let days = self.days()?;
        let mut rules = Rules { known_until: days.known_until, ..Rules::default() };
        rules.weeks = vec![Week::default()];
        rules.holidays =
            days.off.iter().map(|(day, name)| (day_of(*day), Arc::from(name.as_str()))).collect();
        self.lay_out_hours(&read_in, &mut rules)?;
        for (day, name) in &days.worked {
            let number = day_of(*day);
            let hours = rules.week(number).days.iter().find(|hours| !hours.is_empty()).cloned();
            rules.working.insert(number, (hours.unwrap_or_default(), Arc::from(name.as_str())));
        }
        let title = self.name.iter().map(|name| (String::new(), name.clone())).collect();
        Ok(Calendar {
            id: Arc::from(id),
            version: Arc::from(self.version()),
            title,
            zone: Zone::Fixed(Arc::from(zone)),
            rules: Arc::new(rules),
            laid_out: RwLock::new(HashMap::new()),
        })
    }

    /// The latest year that it speaks of: what tells one edition of a yearly feed from the next.
    fn version(&self) -> String {
        let years = self.events.iter().filter_map(|event| Some(event.start.as_ref()?.date().year()));
        years.max().map_or_else(|| "1".to_owned(), |year| year.to_string())
    }

    /// Takes the events with times of day as opening hours.
    fn lay_out_hours(&self, zone: &TimeZone, rules: &mut Rules) -> Result<(), Refused> {
        let mut dated: BTreeMap<i32, (DayHours, String)> = BTreeMap::new();
        let mut left = OCCURRENCES_MAX;
        for event in self.events.iter().filter(|event| event.counts()) {
            let Some(When::Moment(start, own)) = &event.start else { continue };
            let seconds = event.seconds(start, zone);
            if seconds <= 0 {
                continue;
            }
            if let Some(days) = event.week_without_end(own.as_ref(), zone) {
                let from = day_of(start.date());
                let (open, close) = of_day(start.time(), seconds);
                // Before the first of them nothing is open; the hours of all such events make one week.
                let place =
                    rules.weeks.iter().position(|week| week.from == Some(from)).unwrap_or_else(|| {
                        let before = rules.week(from).days.clone();
                        rules.weeks.push(Week { from: Some(from), days: before });
                        rules.weeks.len() - 1
                    });
                for later in &mut rules.weeks[place..] {
                    for day in &days {
                        join(&mut later.days[*day], open, close);
                    }
                }
                rules.weeks.sort_by_key(|week| week.from);
                for except in event.except.iter().chain(self.moved(event)) {
                    let closed = (DayHours::new(), event.summary.clone());
                    dated.entry(day_of(except.date())).or_insert(closed);
                }
                continue;
            }
            for begin in self.begin_moments(event, *start, &mut left)? {
                let local = carried(begin, own.as_ref(), zone);
                let (open, close) = of_day(local.time(), seconds);
                let entry = dated.entry(day_of(local.date()));
                let (hours, _) = entry.or_insert_with(|| (DayHours::new(), event.summary.clone()));
                join(hours, open, close);
            }
        }
        rules.working.extend(dated.into_iter().map(|(day, (hours, name))| (day, (hours, Arc::from(name)))));
        Ok(())
    }

    fn begin_moments(
        &self,
        event: &Event,
        start: DateTime,
        left: &mut usize,
    ) -> Result<BTreeSet<DateTime>, Refused> {
        let mut begin = BTreeSet::from([start]);
        if let Some(rule) = &event.rule {
            for moment in rule.moments(start).take_while(|moment| moment.year() <= YEAR_LAST) {
                *left = left.checked_sub(1).ok_or_else(|| event.too_many())?;
                begin.insert(moment);
            }
        }
        begin.extend(event.more.iter().filter_map(When::moment));
        for except in event.except.iter().chain(self.moved(event)) {
            match except {
                When::Day(day) => begin.retain(|moment| moment.date() != *day),
                When::Moment(moment, _) => _ = begin.remove(moment),
            }
        }
        Ok(begin)
    }
}

impl Event {
    fn take(&mut self, line: &Line<'_>) -> Result<(), Refused> {
        match line.name.as_str() {
            "UID" => self.uid = line.value.trim().to_owned(),
            "SUMMARY" => self.summary = unescaped(line.value),
            "DTSTART" => self.start = Some(line.when(line.value)?),
            "DTEND" => self.end = Some(line.when(line.value)?),
            "DURATION" => self.length = Some(line.length()?),
            "RRULE" => {
                let rule = Rule::parse(line.value).map_err(|error| line.refuse(error.to_string()))?;
                self.rule = Some(rule);
            }
            "EXRULE" => return Err(line.refuse("exceptions by a rule are not read".to_owned())),
            "RDATE" => self.more.extend(line.whens()?),
            "EXDATE" => self.except.extend(line.whens()?),
            "RECURRENCE-ID" => self.instead_of = Some(line.when(line.value)?),
            "STATUS" => self.is_cancelled = line.value.trim().eq_ignore_ascii_case("CANCELLED"),
            _ => {}
        }
        Ok(())
    }

    fn counts(&self) -> bool {
        !self.is_cancelled && self.start.is_some()
    }

    fn goes_on(&self) -> bool {
        self.rule.as_ref().is_some_and(|rule| rule.count.is_none() && rule.until.is_none())
    }

    /// For how many days a whole-day event lasts; the end is the day after the last.
    fn day_count(&self, first: Date) -> usize {
        let days = match (&self.end, self.length) {
            (Some(end), _) => i64::from(day_of(end.date())) - i64::from(day_of(first)),
            (None, Some(length)) => length.as_hours() / 24,
            (None, None) => 1,
        };
        usize::try_from(days.max(1)).unwrap_or(1).min(366)
    }

    /// For how many seconds an event with times of day lasts.
    fn seconds(&self, start: &DateTime, zone: &TimeZone) -> i64 {
        match (&self.start, &self.end, self.length) {
            (Some(When::Moment(_, own)), Some(When::Moment(end, other)), _) => {
                let start = carried(*start, own.as_ref(), zone);
                carried(*end, other.as_ref(), zone).duration_since(start).as_secs()
            }
            (_, _, Some(length)) => length.as_secs(),
            _ => 0,
        }
    }

    /// The weekdays of a weekly event without end, where its times can be read as wall-clock times of the calendar.
    fn week_without_end(&self, own: Option<&TimeZone>, zone: &TimeZone) -> Option<Vec<usize>> {
        let rule = self.rule.as_ref()?;
        let is_plain = rule.frequency == Frequency::Weekly
            && rule.interval == 1
            && self.goes_on()
            && rule.by_month.is_empty()
            && rule.by_hour.is_empty()
            && rule.by_minute.is_empty()
            && rule.by_second.is_empty()
            && rule.by_set_pos.is_empty()
            && own.is_none_or(|own| own == zone);
        if !is_plain {
            return None;
        }
        let start = self.start.as_ref()?.date();
        if rule.by_day.is_empty() {
            return Some(vec![weekday(day_of(start))]);
        }
        let place = |day: &(Option<i16>, jiff::civil::Weekday)| day.1.to_monday_zero_offset() as usize;
        Some(rule.by_day.iter().map(place).collect())
    }

    fn too_many(&self) -> Refused {
        let message = format!("the event lays out more than {OCCURRENCES_MAX} days");
        Refused { line: self.line, message }
    }
}

impl When {
    fn date(&self) -> Date {
        match self {
            When::Day(date) => *date,
            When::Moment(moment, _) => moment.date(),
        }
    }

    fn moment(&self) -> Option<DateTime> {
        match self {
            When::Day(_) => None,
            When::Moment(moment, _) => Some(*moment),
        }
    }
}

impl Line<'_> {
    fn refuse(&self, message: String) -> Refused {
        Refused { line: self.number, message: format!("{}: {message}", self.name) }
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim_matches('"'))
    }

    /// The days or moments of a list.
    fn whens(&self) -> Result<Vec<When>, Refused> {
        let texts = self.value.split(',').map(|text| text.split('/').next().unwrap_or(text));
        texts.filter(|text| !text.trim().is_empty()).map(|text| self.when(text)).collect()
    }

    fn when(&self, text: &str) -> Result<When, Refused> {
        let bad = || self.refuse(format!("`{text}` is not a date or a time"));
        let text = text.trim();
        let (text, is_utc) = match text.strip_suffix(['Z', 'z']) {
            Some(text) => (text, true),
            None => (text, false),
        };
        let Some((date, time)) = text.split_once(['T', 't']) else {
            return Ok(When::Day(civil_date(text).ok_or_else(bad)?));
        };
        let date = civil_date(date).ok_or_else(bad)?;
        let time = civil_time(time).ok_or_else(bad)?;
        let zone = match (is_utc, self.parameter("TZID")) {
            (true, _) => Some(TimeZone::UTC),
            (false, None) => None,
            (false, Some(name)) => {
                let unknown = || self.refuse(format!("unknown time zone `{name}`"));
                Some(zone_called(name).ok_or_else(unknown)?)
            }
        };
        Ok(When::Moment(date.to_datetime(time), zone))
    }

    /// A length as `PT8H30M`, `P1D` or `P2W`.
    fn length(&self) -> Result<SignedDuration, Refused> {
        let bad = || self.refuse(format!("`{}` is not a length of time", self.value));
        let text = self.value.trim().trim_start_matches('+');
        let rest = text.strip_prefix(['P', 'p']).ok_or_else(bad)?;
        let (mut seconds, mut digits, mut in_time) = (0_i64, String::new(), false);
        for c in rest.chars() {
            match c.to_ascii_uppercase() {
                'T' => in_time = true,
                c if c.is_ascii_digit() => digits.push(c),
                unit => {
                    let number: i64 = digits.parse().map_err(|_| bad())?;
                    digits.clear();
                    let one = match (unit, in_time) {
                        ('W', false) => 7 * 86_400,
                        ('D', false) => 86_400,
                        ('H', true) => 3_600,
                        ('M', true) => 60,
                        ('S', true) => 1,
                        _ => return Err(bad()),
                    };
                    let part = number.checked_mul(one).ok_or_else(bad)?;
                    seconds = seconds.checked_add(part).ok_or_else(bad)?;
                }
            }
        }
        if digits.is_empty() { Ok(SignedDuration::from_secs(seconds)) } else { Err(bad()) }
    }
}

/// The zone of a name; some programs write a path before it.
fn zone_called(name: &str) -> Option<TimeZone> {
    if let Ok(zone) = TimeZone::get(name) {
        return Some(zone);
    }
    let mut parts = name.rsplit('/');
    let (city, region) = (parts.next()?, parts.next()?);
    TimeZone::get(&format!("{region}/{city}")).ok()
}

/// A local time in one zone, carried over into another.
fn carried(moment: DateTime, from: Option<&TimeZone>, to: &TimeZone) -> DateTime {
    match from {
        Some(from) if from != to => match from.to_ambiguous_zoned(moment).compatible() {
            Ok(zoned) => zoned.with_time_zone(to.clone()).datetime(),
            Err(_) => moment,
        },
        Some(_) | None => moment,
    }
}

fn of_day(time: Time, seconds: i64) -> (i64, i64) {
    let open = i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    (open, open + seconds.min(2 * 86_400 - open))
}

/// Adds an interval to the hours of a day; what touches becomes one.
fn join(hours: &mut DayHours, open: i64, close: i64) {
    hours.push((open, close));
    hours.sort_unstable();
    let mut joined: DayHours = Vec::with_capacity(hours.len());
    for (open, close) in hours.drain(..) {
        match joined.last_mut() {
            Some((_, end)) if open <= *end => *end = (*end).max(close),
            Some(_) | None => joined.push((open, close)),
        }
    }
    *hours = joined;
}

/// Whether a whole-day event says that the day is worked.
fn is_worked(summary: &str) -> bool {
    let lower = summary.to_lowercase();
    ["上班", "补班", "補班", "make-up", "makeup", "working day", "workday"]
        .iter()
        .any(|word| lower.contains(word))
}

/// Joins folded lines. Each keeps the number of its first.
fn unfold(text: &str) -> Result<Vec<(usize, String)>, Refused> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (place, line) in text.split('\n').enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some((_, before))) => before.push_str(rest),
            _ if line.trim().is_empty() => {}
            _ => lines.push((place + 1, line.to_owned())),
        }
        if lines.len() > LINES_MAX {
            return Err(Refused { line: place + 1, message: format!("more than {LINES_MAX} lines") });
        }
    }
    Ok(lines)
}

fn content_line(number: usize, text: &str) -> Result<Line<'_>, Refused> {
    let refuse = || Refused { line: number, message: "is not of the form NAME:VALUE".to_owned() };
    let (mut quoted, mut ends) = (false, Vec::new());
    let mut colon = None;
    for (place, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ';' if !quoted => ends.push(place),
            ':' if !quoted => {
                colon = Some(place);
                break;
            }
            _ => {}
        }
    }
    let colon = colon.ok_or_else(refuse)?;
    ends.push(colon);
    let name = text[..ends[0]].trim();
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
        return Err(refuse());
    }
    let parameters = ends.windows(2).map(|pair| text[pair[0] + 1..pair[1]].split_once('='));
    let parameters = parameters.flatten().map(|(name, value)| (name.trim().to_ascii_uppercase(), value));
    Ok(Line {
        number,
        name: name.to_ascii_uppercase(),
        parameters: parameters.collect(),
        value: &text[colon + 1..],
    })
}

fn unescaped(text: &str) -> String {
    let (mut plain, mut is_escaped) = (String::with_capacity(text.len()), false);
    for c in text.trim().chars() {
        match (is_escaped, c) {
            (false, '\\') => is_escaped = true,
            (true, 'n' | 'N') => {
                plain.push(' ');
                is_escaped = false;
            }
            (_, c) => {
                plain.push(c);
                is_escaped = false;
            }
        }
    }
    plain
}

fn civil_date(text: &str) -> Option<Date> {
    let is_plain = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
    let part = |from: usize, to: usize| text[from..to].parse::<i16>().ok();
    let (year, month, day) = if is_plain { (part(0, 4)?, part(4, 6)?, part(6, 8)?) } else { return None };
    Date::new(year, month as i8, day as i8).ok()
}

fn civil_time(text: &str) -> Option<Time> {
    // The seconds are left out by some.
    let is_plain = matches!(text.len(), 4 | 6) && text.bytes().all(|b| b.is_ascii_digit());
    let part = |from: usize| text.get(from..from + 2).map_or(Some(0), |two| two.parse::<i8>().ok());
    if !is_plain {
        return None;
    }
    // A leap second is the last of its minute.
    Time::new(part(0)?, part(2)?, part(4)?.min(59), 0).ok()
}

#[cfg(test)]
mod tests;
