//! The lines of an iCalendar file: unfolded, cut into name, parameters and value, and read as days, times and lengths.

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use super::Refused;

/// Lines of one file, unfolded.
const LINES_MAX: usize = 500_000;
/// A day, or a time of day with the zone that it is read in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum When {
    Day(Date),
    /// The zone; none: that of the calendar.
    Moment(DateTime, Option<TimeZone>),
}

/// A content line: its name, its parameters and its value.
pub(super) struct Line<'t> {
    number: usize,
    pub name: String,
    parameters: Vec<(String, &'t str)>,
    pub value: &'t str,
}

impl When {
    pub fn date(&self) -> Date {
        match self {
            When::Day(date) => *date,
            When::Moment(moment, _) => moment.date(),
        }
    }

    pub fn moment(&self) -> Option<DateTime> {
        match self {
            When::Day(_) => None,
            When::Moment(moment, _) => Some(*moment),
        }
    }
}

impl Line<'_> {
    pub fn refuse(&self, message: String) -> Refused {
        Refused { line: self.number, message: format!("{}: {message}", self.name) }
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim_matches('"'))
    }

    /// The days or moments of a list.
    pub fn whens(&self) -> Result<Vec<When>, Refused> {
        let texts = self.value.split(',').map(|text| text.split('/').next().unwrap_or(text));
        texts.filter(|text| !text.trim().is_empty()).map(|text| self.when(text)).collect()
    }

    pub fn when(&self, text: &str) -> Result<When, Refused> {
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
    pub fn length(&self) -> Result<SignedDuration, Refused> {
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

/// Joins folded lines. Each keeps the number of its first.
pub(super) fn unfold(text: &str) -> Result<Vec<(usize, String)>, Refused> {
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

/// Cuts a line into its parts.
pub(super) fn content_line(number: usize, text: &str) -> Result<Line<'_>, Refused> {
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

/// The words of a value, without its escapes.
pub(super) fn unescaped(text: &str) -> String {
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
