//! Moments as desks write them: a pattern such as `D/M/YYYY HH:mm`, a zone where the text names none.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::{Offset, TimeZone},
};

/// How a moment is written, compiled from a pattern.
///
/// `YYYY` `YY` year, `M` `MM` month, `MMM` English month name, `D` `DD` day, `H` `HH` hour of 24, `h` `hh` hour
/// of 12 with `A` (AM, PM, 上午, 下午), `m` `mm` minute, `s` `ss` second, `S` any fraction, `Z` offset or `Z`;
/// everything else stands for itself. One letter takes one or two digits, two letters exactly two. `iso`,
/// `unix` and `unix-ms` are patterns of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// ISO 8601 with or without offset, seconds and fraction; a blank may stand for the `T`.
    Iso,
    /// Seconds since 1970.
    Unix,
    /// Milliseconds since 1970.
    UnixMs,
    /// Fields and literals from left to right.
    Parts(Vec<Part>),
}

/// One piece of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Four digits.
    Year,
    /// Two digits of this century.
    ShortYear,
    /// The number of the month.
    Month(Width),
    /// Three or more letters of its English name.
    MonthName,
    /// The day of the month.
    Day(Width),
    /// The hour from 0 to 23.
    Hour(Width),
    /// The hour from 1 to 12.
    HalfDayHour(Width),
    /// AM or PM.
    HalfDay,
    /// The minute.
    Minute(Width),
    /// The second.
    Second(Width),
    /// A point or comma and digits, or nothing.
    Fraction,
    /// `Z`, `+08:00`, `+0800` or `+08`.
    Zone,
    /// A character that stands for itself.
    Literal(char),
}

/// How many digits a number has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// One or two.
    Free,
    /// Exactly two.
    Two,
}

/// Why a text is no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoMoment {
    /// It does not look like any of the patterns.
    OtherPattern,
    /// It looks right, but no such day or time exists.
    NoSuchTime,
}

impl Pattern {
    /// Compiles a pattern.
    ///
    /// Errors: the letters that mean nothing, or the field that is missing.
    pub fn compile(text: &str) -> Result<Pattern, String> {
        match text {
            "iso" => return Ok(Pattern::Iso),
            "unix" => return Ok(Pattern::Unix),
            "unix-ms" => return Ok(Pattern::UnixMs),
            _ => {}
        }
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let run = rest.chars().take_while(|&c| c == first).count();
            let (part, width) = match (first, run) {
                ('Y', 4) => (Part::Year, 4),
                ('Y', 2) => (Part::ShortYear, 2),
                ('M', 3) => (Part::MonthName, 3),
                ('M', 2) => (Part::Month(Width::Two), 2),
                ('M', 1) => (Part::Month(Width::Free), 1),
                ('D', 2) => (Part::Day(Width::Two), 2),
                ('D', 1) => (Part::Day(Width::Free), 1),
                ('H', 2) => (Part::Hour(Width::Two), 2),
                ('H', 1) => (Part::Hour(Width::Free), 1),
                ('h', 2) => (Part::HalfDayHour(Width::Two), 2),
                ('h', 1) => (Part::HalfDayHour(Width::Free), 1),
                ('A', 1) => (Part::HalfDay, 1),
                ('m', 2) => (Part::Minute(Width::Two), 2),
                ('m', 1) => (Part::Minute(Width::Free), 1),
                ('s', 2) => (Part::Second(Width::Two), 2),
                ('s', 1) => (Part::Second(Width::Free), 1),
                ('S', _) => (Part::Fraction, run),
                ('Z', 1) => (Part::Zone, 1),
                ('T', 1) => (Part::Literal('T'), 1),
                (letter, run) if letter.is_ascii_alphabetic() => {
                    return Err(letter.to_string().repeat(run));
                }
                (other, _) => (Part::Literal(other), 1),
            };
            parts.push(part);
            rest = &rest[rest.char_indices().nth(width).map_or(rest.len(), |(at, _)| at)..];
        }
        let has = |wanted: fn(&Part) -> bool| parts.iter().any(wanted);
        if !has(|part| matches!(part, Part::Year | Part::ShortYear)) {
            return Err("YYYY".to_owned());
        }
        if !has(|part| matches!(part, Part::Month(_) | Part::MonthName)) {
            return Err("M".to_owned());
        }
        if !has(|part| matches!(part, Part::Day(_))) {
            return Err("D".to_owned());
        }
        if has(|part| matches!(part, Part::HalfDayHour(_))) && !has(|part| matches!(part, Part::HalfDay)) {
            return Err("A".to_owned());
        }
        Ok(Pattern::Parts(parts))
    }

    /// Reads a moment; where the text names no offset it is a local time of `zone`.
    ///
    /// A local time that the clocks skipped is taken as if they had not yet been moved; one that came
    /// twice is its first occurrence.
    pub fn read(&self, text: &str, zone: &TimeZone) -> Result<Timestamp, NoMoment> {
        let whole = |text: &str| text.parse::<i64>().map_err(|_| NoMoment::OtherPattern);
        match self {
            Pattern::Unix => Timestamp::from_second(whole(text)?).map_err(|_| NoMoment::NoSuchTime),
            Pattern::UnixMs => Timestamp::from_millisecond(whole(text)?).map_err(|_| NoMoment::NoSuchTime),
            Pattern::Iso => read_iso(text, zone),
            Pattern::Parts(parts) => {
                let (local, offset) = read_parts(parts, text)?;
                resolve(local, offset, zone)
            }
        }
    }
}

/// Reads a moment by the first pattern that it looks like.
pub fn read(patterns: &[Pattern], text: &str, zone: &TimeZone) -> Result<Timestamp, NoMoment> {
    let mut verdict = NoMoment::OtherPattern;
    for pattern in patterns {
        match pattern.read(text, zone) {
            Ok(at) => return Ok(at),
            Err(NoMoment::NoSuchTime) => verdict = NoMoment::NoSuchTime,
            Err(NoMoment::OtherPattern) => {}
        }
    }
    Err(verdict)
}

fn resolve(local: DateTime, offset: Option<Offset>, zone: &TimeZone) -> Result<Timestamp, NoMoment> {
    let at = match offset {
        Some(offset) => offset.to_timestamp(local),
        None => zone.to_ambiguous_timestamp(local).compatible(),
    };
    at.map_err(|_| NoMoment::NoSuchTime)
}

fn read_iso(text: &str, zone: &TimeZone) -> Result<Timestamp, NoMoment> {
    const DATE: [Part; 5] =
        [Part::Year, Part::Literal('-'), Part::Month(Width::Two), Part::Literal('-'), Part::Day(Width::Two)];
    let mut reader = Reader { rest: text, read: Read::default() };
    reader.take_all(&DATE)?;
    if matches!(reader.rest.chars().next(), Some('T' | 't' | ' ')) {
        reader.rest = &reader.rest[1..];
        reader.take_all(&[Part::Hour(Width::Two), Part::Literal(':'), Part::Minute(Width::Two)])?;
        if reader.rest.starts_with(':') {
            reader.take_all(&[Part::Literal(':'), Part::Second(Width::Two), Part::Fraction])?;
        }
        if !reader.rest.is_empty() {
            reader.rest = reader.rest.trim_start();
            reader.take(Part::Zone)?;
        }
    }
    let (local, offset) = reader.finish()?;
    resolve(local, offset, zone)
}

fn read_parts(parts: &[Part], text: &str) -> Result<(DateTime, Option<Offset>), NoMoment> {
    let mut reader = Reader { rest: text, read: Read::default() };
    reader.take_all(parts)?;
    reader.finish()
}

#[derive(Default)]
struct Read {
    year: i16,
    month: i8,
    day: i8,
    hour: i8,
    minute: i8,
    second: i8,
    nanosecond: i32,
    afternoon: Option<bool>,
    offset: Option<Offset>,
}

struct Reader<'a> {
    rest: &'a str,
    read: Read,
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

impl Reader<'_> {
    fn take_all(&mut self, parts: &[Part]) -> Result<(), NoMoment> {
        parts.iter().try_for_each(|&part| self.take(part))
    }

    fn take(&mut self, part: Part) -> Result<(), NoMoment> {
        match part {
            Part::Year => self.read.year = self.digits(4, 4)? as i16,
            Part::ShortYear => self.read.year = 2000 + self.digits(2, 2)? as i16,
            Part::Month(width) => self.read.month = self.number(width)?,
            Part::MonthName => self.read.month = self.month_name()?,
            Part::Day(width) => self.read.day = self.number(width)?,
            Part::Hour(width) => self.read.hour = self.number(width)?,
            Part::HalfDayHour(width) => {
                let hour = self.number(width)?;
                if !(1..=12).contains(&hour) {
                    return Err(NoMoment::NoSuchTime);
                }
                self.read.hour = hour % 12;
            }
            Part::HalfDay => self.read.afternoon = Some(self.half_day()?),
            Part::Minute(width) => self.read.minute = self.number(width)?,
            Part::Second(width) => self.read.second = self.number(width)?,
            Part::Fraction => self.fraction(),
            Part::Zone => self.read.offset = Some(self.offset()?),
            Part::Literal(wanted) => {
                self.rest = self.rest.strip_prefix(wanted).ok_or(NoMoment::OtherPattern)?;
            }
        }
        Ok(())
    }

    fn digits(&mut self, least: usize, most: usize) -> Result<u32, NoMoment> {
        let count = self.rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
        if count < least {
            return Err(NoMoment::OtherPattern);
        }
        let (digits, rest) = self.rest.split_at(count);
        self.rest = rest;
        digits.parse().map_err(|_| NoMoment::OtherPattern)
    }

    fn number(&mut self, width: Width) -> Result<i8, NoMoment> {
        let least = match width {
            Width::Free => 1,
            Width::Two => 2,
        };
        self.digits(least, 2).map(|number| number as i8)
    }

    fn month_name(&mut self) -> Result<i8, NoMoment> {
        let letters = self.rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (name, rest) = self.rest.split_at(letters);
        let name = name.to_ascii_lowercase();
        let place = MONTHS.iter().position(|month| letters >= 3 && name.starts_with(month));
        self.rest = rest.strip_prefix('.').unwrap_or(rest);
        place.map(|place| place as i8 + 1).ok_or(NoMoment::OtherPattern)
    }

    fn half_day(&mut self) -> Result<bool, NoMoment> {
        const WORDS: [(&str, bool); 6] =
            [("上午", false), ("下午", true), ("AM", false), ("PM", true), ("am", false), ("pm", true)];
        for (word, afternoon) in WORDS {
            if let Some(rest) = self.rest.strip_prefix(word) {
                self.rest = rest;
                return Ok(afternoon);
            }
        }
        Err(NoMoment::OtherPattern)
    }

    fn fraction(&mut self) {
        let Some(rest) = self.rest.strip_prefix(['.', ',']) else { return };
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let mut nanosecond = 0;
        for place in 0..9 {
            let digit = if place < digits { i32::from(rest.as_bytes()[place] - b'0') } else { 0 };
            nanosecond = nanosecond * 10 + digit;
        }
        self.read.nanosecond = nanosecond;
        self.rest = &rest[digits..];
    }

    fn offset(&mut self) -> Result<Offset, NoMoment> {
        if let Some(rest) = self.rest.strip_prefix(['Z', 'z']) {
            self.rest = rest;
            return Ok(Offset::UTC);
        }
        let sign = match self.rest.chars().next() {
            Some('+') => 1,
            Some('-') => -1,
            _ => return Err(NoMoment::OtherPattern),
        };
        self.rest = &self.rest[1..];
        let hours = self.digits(2, 2)? as i32;
        self.rest = self.rest.strip_prefix(':').unwrap_or(self.rest);
        let minutes =
            if self.rest.starts_with(|c: char| c.is_ascii_digit()) { self.digits(2, 2)? } else { 0 };
        Offset::from_seconds(sign * (hours * 3_600 + minutes as i32 * 60)).map_err(|_| NoMoment::NoSuchTime)
    }

    fn finish(self) -> Result<(DateTime, Option<Offset>), NoMoment> {
        if !self.rest.is_empty() {
            return Err(NoMoment::OtherPattern);
        }
        let Read { year, month, day, hour, minute, second, nanosecond, afternoon, offset } = self.read;
        let hour = if afternoon == Some(true) { hour + 12 } else { hour };
        let date = Date::new(year, month, day).map_err(|_| NoMoment::NoSuchTime)?;
        // A leap second is the last second of its minute.
        let time = Time::new(hour, minute, second.min(if second == 60 { 59 } else { second }), nanosecond)
            .map_err(|_| NoMoment::NoSuchTime)?;
        Ok((date.to_datetime(time), offset))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, text: &str, zone: &str, expected: &str) {
        let pattern = Pattern::compile(pattern).unwrap();
        let zone = TimeZone::get(zone).unwrap();
        let found = match pattern.read(text, &zone) {
            Ok(at) => at.to_string(),
            Err(NoMoment::OtherPattern) => "other pattern".to_owned(),
            Err(NoMoment::NoSuchTime) => "no such time".to_owned(),
        };
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn moments_are_read_as_they_are_written() {
        check("D/M/YYYY HH:mm", "5/3/2016 06:10", "UTC", "2016-03-05T06:10:00Z");
        check("D/M/YYYY HH:mm", "29/2/2016 06:10", "Asia/Shanghai", "2016-02-28T22:10:00Z");
        check("D/M/YYYY HH:mm", "30/2/2016 06:10", "UTC", "no such time");
        check("D/M/YYYY HH:mm", "3/13/2016 06:10", "UTC", "no such time");
        check("D/M/YYYY HH:mm", "5/3/2016 6:10", "UTC", "other pattern");
        check("D/M/YYYY HH:mm", "5/3/2016 06:10:30", "UTC", "other pattern");
        check("D/M/YYYY HH:mm", "5/3/2016 24:10", "UTC", "no such time");
        check("D/M/YYYY HH:mm", "?", "UTC", "other pattern");
        check("YYYY/MM/DD HH:mm:ssS", "2010/12/15 14:31:53.250", "Europe/Rome", "2010-12-15T13:31:53.25Z");
        check("YYYY年M月D日 Ah:mm", "2026年1月5日 下午3:07", "Asia/Shanghai", "2026-01-05T07:07:00Z");
        check("M/D/YY h:mm A", "1/5/26 12:30 AM", "UTC", "2026-01-05T00:30:00Z");
        check("DD-MMM-YYYY", "05-Mar-2016", "UTC", "2016-03-05T00:00:00Z");
        check("iso", "2011-03-07T10:42:08+01:00", "UTC", "2011-03-07T09:42:08Z");
        check("iso", "2011-07-01 08:05:09", "America/New_York", "2011-07-01T12:05:09Z");
        check("iso", "2011-07-01", "UTC", "2011-07-01T00:00:00Z");
        check("unix", "1309508709", "UTC", "2011-07-01T08:25:09Z");
        check("unix-ms", "1309508709500", "UTC", "2011-07-01T08:25:09.5Z");
    }

    #[test]
    fn nights_when_the_clocks_move_have_one_answer() {
        check("D/M/YYYY HH:mm", "16/10/2016 00:30", "America/Sao_Paulo", "2016-10-16T03:30:00Z");
        check("D/M/YYYY HH:mm", "20/2/2016 23:30", "America/Sao_Paulo", "2016-02-21T01:30:00Z");
    }

    #[test]
    fn a_pattern_says_what_it_lacks_or_does_not_know() {
        for (pattern, problem) in [
            ("D/M HH:mm", "YYYY"),
            ("YYYY-DD", "M"),
            ("YYYY-MM", "D"),
            ("YYYY-MM-DD h:mm", "A"),
            ("QQ", "QQ"),
            ("YYY", "YYY"),
        ] {
            assert_eq!(Pattern::compile(pattern), Err(problem.to_owned()), "{pattern}");
        }
    }

    #[test]
    fn the_first_pattern_that_fits_decides() {
        let patterns = ["YYYY-MM-DD HH:mm", "iso"].map(|text| Pattern::compile(text).unwrap());
        assert!(read(&patterns, "2016-03-05T06:10:00Z", &TimeZone::UTC).is_ok());
        assert_eq!(read(&patterns, "2016-02-30 06:10", &TimeZone::UTC), Err(NoMoment::NoSuchTime));
        assert_eq!(read(&patterns, "yesterday", &TimeZone::UTC), Err(NoMoment::OtherPattern));
    }
}
