//! Reading a rule of recurrence from its text.

use super::{Frequency, Rule, Skip, Until};
use jiff::civil::{Date, DateTime, Weekday};
use std::ops::RangeInclusive;
use std::str::FromStr;
use thiserror::Error;

/// Why a rule cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unreadable {
    #[error("`{0}` is not of the form NAME=VALUE")]
    NotAPart(String),
    #[error("`{0}` is not a part of a rule")]
    UnknownPart(String),
    #[error("`{0}` stands twice")]
    Twice(String),
    #[error("`{value}` is not a value of `{part}`: {expected}")]
    BadValue { part: &'static str, value: String, expected: &'static str },
    #[error("FREQ is missing")]
    NoFrequency,
    #[error("COUNT and UNTIL exclude each other")]
    CountAndUntil,
    #[error("BYSETPOS needs another BY part to pick from")]
    SetPosAlone,
    #[error("the calendar `{0}` is not known; only GREGORIAN is")]
    UnknownCalendar(String),
}

impl Rule {
    /// Reads a rule, with or without `RRULE:` before it.
    ///
    /// Errors: [`Unreadable`] names the part and what was expected.
    pub fn parse(text: &str) -> Result<Rule, Unreadable> {
        let text = text.trim();
        let text = match text.get(..6) {
            Some(head) if head.eq_ignore_ascii_case("RRULE:") => &text[6..],
            _ => text,
        };
        let mut rule = Rule {
            frequency: Frequency::Daily,
            interval: 1,
            count: None,
            until: None,
            week_start: Weekday::Monday,
            skip: Skip::Omit,
            by_month: vec![],
            by_week: vec![],
            by_year_day: vec![],
            by_month_day: vec![],
            by_day: vec![],
            by_easter: vec![],
            by_hour: vec![],
            by_minute: vec![],
            by_second: vec![],
            by_set_pos: vec![],
        };
        let mut seen: Vec<String> = Vec::new();
        for part in text.split(';').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').ok_or_else(|| Unreadable::NotAPart(part.to_owned()))?;
            let name = name.to_ascii_uppercase();
            if seen.contains(&name) {
                return Err(Unreadable::Twice(name));
            }
            rule.take(&name, &value.to_ascii_uppercase())?;
            seen.push(name);
        }
        let has = |name: &str| seen.iter().any(|s| s == name);
        if !has("FREQ") {
            return Err(Unreadable::NoFrequency);
        }
        if rule.count.is_some() && rule.until.is_some() {
            return Err(Unreadable::CountAndUntil);
        }
        if has("BYSETPOS") && !seen.iter().any(|s| s.starts_with("BY") && s != "BYSETPOS") {
            return Err(Unreadable::SetPosAlone);
        }
        Ok(rule)
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), Unreadable> {
        match name {
            "FREQ" => self.frequency = frequency(value)?,
            "INTERVAL" => self.interval = number("INTERVAL", value, 1..=u32::MAX)?,
            "COUNT" => self.count = Some(number("COUNT", value, 1..=u64::MAX)?),
            "UNTIL" => self.until = Some(until(value)?),
            "WKST" => self.week_start = weekday("WKST", value)?,
            "BYMONTH" => self.by_month = list("BYMONTH", value, 1..=12)?,
            "BYWEEKNO" => self.by_week = signed("BYWEEKNO", value, 53)?,
            "BYYEARDAY" => self.by_year_day = signed("BYYEARDAY", value, 366)?,
            "BYMONTHDAY" => self.by_month_day = signed("BYMONTHDAY", value, 31)?,
            "BYSETPOS" => self.by_set_pos = signed("BYSETPOS", value, 366)?,
            "BYEASTER" => self.by_easter = list("BYEASTER", value, -366..=366)?,
            "BYHOUR" => self.by_hour = list("BYHOUR", value, 0..=23)?,
            "BYMINUTE" => self.by_minute = list("BYMINUTE", value, 0..=59)?,
            "BYSECOND" => self.by_second = list("BYSECOND", value, 0..=60)?,
            "BYDAY" => self.by_day = value.split(',').map(placed_weekday).collect::<Result<_, _>>()?,
            "RSCALE" if value == "GREGORIAN" => {}
            "RSCALE" => return Err(Unreadable::UnknownCalendar(value.to_owned())),
            "SKIP" => self.skip = skip(value)?,
            _ if name.starts_with("X-") => {}
            _ => return Err(Unreadable::UnknownPart(name.to_owned())),
        }
        Ok(())
    }
}

fn bad(part: &'static str, value: &str, expected: &'static str) -> Unreadable {
    Unreadable::BadValue { part, value: value.to_owned(), expected }
}

fn frequency(value: &str) -> Result<Frequency, Unreadable> {
    Ok(match value {
        "SECONDLY" => Frequency::Secondly,
        "MINUTELY" => Frequency::Minutely,
        "HOURLY" => Frequency::Hourly,
        "DAILY" => Frequency::Daily,
        "WEEKLY" => Frequency::Weekly,
        "MONTHLY" => Frequency::Monthly,
        "YEARLY" => Frequency::Yearly,
        _ => return Err(bad("FREQ", value, "SECONDLY to YEARLY")),
    })
}

fn skip(value: &str) -> Result<Skip, Unreadable> {
    Ok(match value {
        "OMIT" => Skip::Omit,
        "BACKWARD" => Skip::Backward,
        "FORWARD" => Skip::Forward,
        _ => return Err(bad("SKIP", value, "OMIT, BACKWARD or FORWARD")),
    })
}

fn number<T: FromStr + PartialOrd>(
    part: &'static str,
    value: &str,
    range: RangeInclusive<T>,
) -> Result<T, Unreadable> {
    value.parse().ok().filter(|n| range.contains(n)).ok_or_else(|| bad(part, value, "a number in range"))
}

fn list<T: FromStr + PartialOrd>(
    part: &'static str,
    value: &str,
    range: RangeInclusive<T>,
) -> Result<Vec<T>, Unreadable> {
    let one = |item: &str| item.parse().ok().filter(|n| range.contains(n));
    value.split(',').map(|item| one(item).ok_or_else(|| bad(part, item, "numbers in range"))).collect()
}

/// Numbers from 1 to `most`, or from −1 to −`most` counted from the end.
fn signed(part: &'static str, value: &str, most: i16) -> Result<Vec<i16>, Unreadable> {
    let numbers = list(part, value, -most..=most)?;
    if numbers.contains(&0) {
        return Err(bad(part, value, "numbers in range, not zero"));
    }
    Ok(numbers)
}

fn weekday(part: &'static str, value: &str) -> Result<Weekday, Unreadable> {
    Ok(match value {
        "MO" => Weekday::Monday,
        "TU" => Weekday::Tuesday,
        "WE" => Weekday::Wednesday,
        "TH" => Weekday::Thursday,
        "FR" => Weekday::Friday,
        "SA" => Weekday::Saturday,
        "SU" => Weekday::Sunday,
        _ => return Err(bad(part, value, "MO to SU")),
    })
}

/// `FR`, `1FR`, `+1FR`, `-1FR`.
fn placed_weekday(value: &str) -> Result<(Option<i16>, Weekday), Unreadable> {
    let at = value.len().checked_sub(2).filter(|at| value.is_char_boundary(*at));
    let (place, day) = at.map(|at| value.split_at(at)).ok_or_else(|| bad("BYDAY", value, "MO to SU"))?;
    let day = weekday("BYDAY", day)?;
    match place {
        "" => Ok((None, day)),
        _ => Ok((signed("BYDAY", place, 53)?.first().copied(), day)),
    }
}

fn until(value: &str) -> Result<Until, Unreadable> {
    let digits = value.strip_suffix('Z').unwrap_or(value);
    let read = match digits.len() {
        8 => Date::strptime("%Y%m%d", digits).ok().map(Until::Date),
        _ => DateTime::strptime("%Y%m%dT%H%M%S", digits).ok().map(Until::Moment),
    };
    read.ok_or_else(|| bad("UNTIL", value, "YYYYMMDD or YYYYMMDDTHHMMSS"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_rule_says_what_is_wrong() {
        for (text, want) in [
            ("", "FREQ is missing"),
            ("COUNT=3", "FREQ is missing"),
            ("FREQ=DAILY;COUNT", "`COUNT` is not of the form"),
            ("FREQ=SOMETIMES", "`SOMETIMES` is not a value of `FREQ`"),
            ("FREQ=DAILY;FREQ=DAILY", "`FREQ` stands twice"),
            ("FREQ=DAILY;INTERVAL=0", "`0` is not a value of `INTERVAL`"),
            ("FREQ=DAILY;COUNT=-1", "`-1` is not a value of `COUNT`"),
            ("FREQ=DAILY;COUNT=3;UNTIL=20260101", "exclude each other"),
            ("FREQ=DAILY;UNTIL=20260230", "`20260230` is not a value of `UNTIL`"),
            ("FREQ=DAILY;UNTIL=2026", "`2026` is not a value of `UNTIL`"),
            ("FREQ=MONTHLY;BYDAY=1XX", "`XX` is not a value of `BYDAY`"),
            ("FREQ=MONTHLY;BYDAY=0FR", "`0` is not a value of `BYDAY`"),
            ("FREQ=MONTHLY;BYDAY=54FR", "`54` is not a value of `BYDAY`"),
            ("FREQ=MONTHLY;BYDAY=五", "`五` is not a value of `BYDAY`"),
            ("FREQ=MONTHLY;BYMONTHDAY=13,,15", "`` is not a value of `BYMONTHDAY`"),
            ("FREQ=MONTHLY;BYMONTHDAY=32", "`32` is not a value of `BYMONTHDAY`"),
            ("FREQ=YEARLY;BYMONTH=13", "`13` is not a value of `BYMONTH`"),
            ("FREQ=YEARLY;BYSETPOS=1", "BYSETPOS needs another"),
            ("FREQ=YEARLY;RSCALE=HEBREW", "the calendar `HEBREW` is not known"),
            ("FREQ=YEARLY;BYMOON=1", "`BYMOON` is not a part of a rule"),
        ] {
            let error = Rule::parse(text).unwrap_err().to_string();
            assert!(error.contains(want), "{text}: {error}");
        }
    }

    #[test]
    fn letters_of_either_case_and_the_name_of_the_property_are_read() {
        assert_eq!(Rule::parse("rrule:freq=daily;count=2"), Rule::parse("FREQ=DAILY;COUNT=2"));
    }
}
