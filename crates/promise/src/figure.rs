//! The figure of a promise: how long, as a person would write it.
//!
//! | written | means |
//! |---|---|
//! | `4h`, `90 min`, `1h 30min` | working time on the promise's calendar |
//! | `2 working days` | working days that keep the time of day |
//! | `2 working days cutoff 17:00` | working dates; a start after 17:00 counts as the next working day's opening |
//! | `2 working days by close`, `... by 17:00` | the same date, at its close or at a time of day |
//! | `30 calendar days`, `2 weeks`, `1 month`, `3 years` | by the wall clock and the calendar's dates |
//! | `next working day`, `... by 12:00`, `... cutoff 15:00` | the first working date after the start's date |
//! | `no promise` | nothing is owed, and the file says so |
//! | `unstated` | it is owed, and no figure was agreed |

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Time;

use crate::calendar::{By, Hours};

/// How long a promise allows.
#[derive(Clone, Debug, PartialEq)]
pub enum Figure {
    /// Working time on the calendar.
    Working {
        micros: i64,
    },
    /// With a cutoff the days are counted by their dates: see [`Hours::add_working_dates`].
    WorkingDays {
        days: i32,
        by: By,
        cutoff: Option<Time>,
    },
    CalendarDays {
        days: i32,
        by: By,
    },
    Months {
        months: i32,
        by: By,
    },
    NextWorkingDay {
        by: By,
        cutoff: Option<Time>,
    },
    /// The deadline itself stands in this field of the facts.
    Given {
        field: Arc<str>,
    },
    /// It is owed, and no figure was agreed.
    Unstated,
    /// Nothing is owed.
    NoPromise,
}

/// Why a figure cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// `3 days` may be working days or calendar days.
    WhichDays,
    /// A count that is negative or too large.
    Count,
    /// Anything else.
    Words,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unreadable::WhichDays => "say `working days` or `calendar days`",
            Unreadable::Count => "the count is out of range",
            Unreadable::Words => "is not a figure",
        })
    }
}

/// Examples of what may be written, for an error.
pub const EXAMPLES: [&str; 6] = [
    "`4h`",
    "`90 min`",
    "`2 working days`",
    "`30 calendar days by close`",
    "`next working day by 12:00`",
    "`1 month`",
];

impl Figure {
    /// Reads a figure as it is written.
    pub fn read(written: &str) -> Result<Figure, Unreadable> {
        let lower = written.trim().to_lowercase();
        let words: Vec<&str> = lower.split_whitespace().collect();
        match words.as_slice() {
            ["no", "promise"] | ["none"] => return Ok(Figure::NoPromise),
            ["unstated"] => return Ok(Figure::Unstated),
            ["next", "working", "day", rest @ ..] => return next_working_day(rest),
            ["same", "working", "day", rest @ ..] => {
                return Ok(Figure::WorkingDays { days: 0, by: by(rest)?, cutoff: None });
            }
            _ => {}
        }
        if let [count, "working" | "business", "day" | "days", rest @ ..] = words.as_slice() {
            let (rest, cutoff) = cutoff(rest)?;
            return Ok(Figure::WorkingDays { days: whole(count)?, by: by(rest)?, cutoff });
        }
        if let [count, "calendar", "day" | "days", rest @ ..] = words.as_slice() {
            return Ok(Figure::CalendarDays { days: whole(count)?, by: by(rest)? });
        }
        if let [count, unit @ ("week" | "weeks" | "month" | "months" | "year" | "years"), rest @ ..] =
            words.as_slice()
        {
            let (count, by) = (whole(count)?, by(rest)?);
            let times = |n: i32| count.checked_mul(n).ok_or(Unreadable::Count);
            return Ok(match *unit {
                "week" | "weeks" => Figure::CalendarDays { days: times(7)?, by },
                "year" | "years" => Figure::Months { months: times(12)?, by },
                _ => Figure::Months { months: count, by },
            });
        }
        duration(&lower).map(|micros| Figure::Working { micros })
    }

    /// The deadline of a clock that starts here. None: the figure gives none.
    pub fn due_at(&self, hours: &Hours, start: Timestamp, given: Option<Timestamp>) -> Option<Timestamp> {
        match self {
            Figure::Working { micros } => hours.add(start, *micros),
            Figure::WorkingDays { days, by, cutoff: None } => hours.add_working_days(start, *days, *by),
            Figure::WorkingDays { days, by, cutoff: Some(cutoff) } => {
                hours.add_working_dates(start, *days, *by, *cutoff)
            }
            Figure::CalendarDays { days, by } => hours.add_calendar_days(start, *days, *by),
            Figure::Months { months, by } => hours.add_months(start, *months, *by),
            Figure::NextWorkingDay { by, cutoff } => hours.next_working_day(start, *by, *cutoff),
            Figure::Given { .. } => given,
            Figure::Unstated | Figure::NoPromise => None,
        }
    }
}

/// Reads `4h`, `90 min`, `1h 30min` as microseconds.
pub fn duration(written: &str) -> Result<i64, Unreadable> {
    let mut micros: i64 = 0;
    let mut rest = written.trim();
    if rest.is_empty() {
        return Err(Unreadable::Words);
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or(Unreadable::Words)?;
        let (count, after) = rest.split_at(digits);
        let after = after.trim_start();
        let letters = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at(letters);
        let unit_s = match unit {
            "h" | "hour" | "hours" => 3600.0,
            "min" | "minute" | "minutes" => 60.0,
            "s" | "second" | "seconds" => 1.0,
            "d" | "day" | "days" => return Err(Unreadable::WhichDays),
            _ => return Err(Unreadable::Words),
        };
        let count: f64 = count.parse().map_err(|_| Unreadable::Words)?;
        let part = count * unit_s * 1e6;
        if !(0.0..=3.2e15).contains(&part) {
            return Err(Unreadable::Count);
        }
        micros = micros.checked_add(part.round() as i64).ok_or(Unreadable::Count)?;
        rest = after.trim_start();
    }
    Ok(micros)
}

fn next_working_day(words: &[&str]) -> Result<Figure, Unreadable> {
    let (words, cutoff) = cutoff(words)?;
    let by = if words.is_empty() { By::Close } else { by(words)? };
    Ok(Figure::NextWorkingDay { by, cutoff })
}

/// Takes `cutoff 17:00` off the end.
fn cutoff<'w>(words: &'w [&'w str]) -> Result<(&'w [&'w str], Option<Time>), Unreadable> {
    match words {
        [before @ .., "cutoff", time] => Ok((before, Some(time_of_day(time)?))),
        words => Ok((words, None)),
    }
}

fn by(words: &[&str]) -> Result<By, Unreadable> {
    match words {
        [] => Ok(By::SameTime),
        ["by", "close"] => Ok(By::Close),
        ["by", "open"] => Ok(By::Open),
        ["by", time] => Ok(By::Time(time_of_day(time)?)),
        _ => Err(Unreadable::Words),
    }
}

fn time_of_day(word: &str) -> Result<Time, Unreadable> {
    let (hour, minute) = word.split_once(':').ok_or(Unreadable::Words)?;
    let hour = hour.parse().map_err(|_| Unreadable::Words)?;
    let minute = minute.parse().map_err(|_| Unreadable::Words)?;
    Time::new(hour, minute, 0, 0).map_err(|_| Unreadable::Count)
}

fn whole(word: &str) -> Result<i32, Unreadable> {
    let count: i64 = word.parse().map_err(|_| Unreadable::Words)?;
    // A century is more than any promise.
    if (0..=36_600).contains(&count) {
        i32::try_from(count).map_err(|_| Unreadable::Count)
    } else {
        Err(Unreadable::Count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_as_they_are_written() {
        const H: i64 = 3_600_000_000;
        let seventeen = Time::constant(17, 0, 0, 0);
        for (written, expected) in [
            ("4h", Ok(Figure::Working { micros: 4 * H })),
            ("90 min", Ok(Figure::Working { micros: 3 * H / 2 })),
            ("1h 30min", Ok(Figure::Working { micros: 3 * H / 2 })),
            ("0.5 hours", Ok(Figure::Working { micros: H / 2 })),
            ("0min", Ok(Figure::Working { micros: 0 })),
            ("2 working days", Ok(Figure::WorkingDays { days: 2, by: By::SameTime, cutoff: None })),
            ("1 Business Day by close", Ok(Figure::WorkingDays { days: 1, by: By::Close, cutoff: None })),
            (
                "2 working days cutoff 17:00",
                Ok(Figure::WorkingDays { days: 2, by: By::SameTime, cutoff: Some(seventeen) }),
            ),
            ("30 calendar days", Ok(Figure::CalendarDays { days: 30, by: By::SameTime })),
            ("2 weeks", Ok(Figure::CalendarDays { days: 14, by: By::SameTime })),
            ("1 month by 17:00", Ok(Figure::Months { months: 1, by: By::Time(seventeen) })),
            ("3 years", Ok(Figure::Months { months: 36, by: By::SameTime })),
            ("next working day", Ok(Figure::NextWorkingDay { by: By::Close, cutoff: None })),
            (
                "next working day by open cutoff 17:00",
                Ok(Figure::NextWorkingDay { by: By::Open, cutoff: Some(seventeen) }),
            ),
            ("no promise", Ok(Figure::NoPromise)),
            ("3 days", Err(Unreadable::WhichDays)),
            ("soon", Err(Unreadable::Words)),
            ("", Err(Unreadable::Words)),
            ("4", Err(Unreadable::Words)),
            ("-4h", Err(Unreadable::Words)),
            ("999999 working days", Err(Unreadable::Count)),
            ("2 working days by 25:00", Err(Unreadable::Count)),
        ] {
            assert_eq!(Figure::read(written), expected, "{written}");
        }
    }
}
