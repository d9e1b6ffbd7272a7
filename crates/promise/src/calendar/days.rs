//! Days on a calendar: working days, calendar days and months, and the next working day.
//!
//! Conventions:
//! - Working days keep the time of day. A start outside hours moves to the next opening first; a result outside
//!   hours moves to the next opening too.
//! - Working days with a cutoff are counted by their dates and keep the time of day whatever the hours: a start on
//!   a date that is not worked counts as the next working date; a start after the cutoff counts as the opening of
//!   the working date after that.
//! - Calendar days and months keep the wall-clock time, over a change of the clock as well. A month that is too
//!   short gives its last day: one month after 31 January is the end of February.
//! - "The next working day" is the first working date after the date of the start, whatever the hour.

use jiff::civil::{Date, Time};
use jiff::{Span, Timestamp};

use super::Hours;

/// The moment of the day at which a figure of days falls due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The time of day of the start.
    SameTime,
    /// The opening of the day.
    Open,
    /// The close of the day; midnight at its end where nothing closes.
    Close,
    /// This time of day.
    Time(Time),
}

/// No calendar is asked further than this for a working day.
const DAYS_MOST: i32 = 200 * 366;

impl Hours {
    /// The instant a number of working days after a start. None: the calendar has not so many.
    pub fn add_working_days(&self, start: Timestamp, days: i32, by: By) -> Option<Timestamp> {
        let start = self.next_open(start)?;
        let local = self.local(start);
        if days == 0 && by == By::SameTime {
            return Some(start);
        }
        let date = self.working_date_after(local.date(), days)?;
        match by {
            By::SameTime => self.next_open(self.at_local(date, local.time())?),
            By::Open | By::Close | By::Time(_) => self.moment(date, by, local.time()),
        }
    }

    /// The instant a number of working dates after a start, where the day's intake ends at a cutoff.
    pub fn add_working_dates(&self, start: Timestamp, days: i32, by: By, cutoff: Time) -> Option<Timestamp> {
        let local = self.local(start);
        let is_worked = self.is_working_day(local.date());
        let mut date = if is_worked { local.date() } else { self.working_date_after(local.date(), 1)? };
        let mut time = local.time();
        if time > cutoff {
            date = self.working_date_after(date, 1)?;
            let (open, _) = self.open_and_close(date)?;
            time = self.local(open).time();
        }
        self.moment(self.working_date_after(date, days)?, by, time)
    }

    /// The instant a number of working days before an end. None: the calendar has not so many.
    pub fn subtract_working_days(&self, end: Timestamp, days: i32) -> Option<Timestamp> {
        let end = self.previous_open(end)?;
        if days == 0 {
            return Some(end);
        }
        let local = self.local(end);
        let date = self.working_date_after(local.date(), -days)?;
        self.previous_open(self.at_local(date, local.time())?)
    }

    /// The instant a number of calendar days after a start.
    pub fn add_calendar_days(&self, start: Timestamp, days: i32, by: By) -> Option<Timestamp> {
        let local = self.local(start);
        let date = local.date().checked_add(Span::new().try_days(days).ok()?).ok()?;
        self.moment(date, by, local.time())
    }

    /// The instant a number of calendar months after a start.
    pub fn add_months(&self, start: Timestamp, months: i32, by: By) -> Option<Timestamp> {
        let local = self.local(start);
        let date = local.date().checked_add(Span::new().try_months(months).ok()?).ok()?;
        self.moment(date, by, local.time())
    }

    /// The next working day after the date of the start; a start after the cutoff counts as the next working
    /// day's.
    pub fn next_working_day(&self, start: Timestamp, by: By, cutoff: Option<Time>) -> Option<Timestamp> {
        let local = self.local(start);
        let after_cutoff = cutoff.is_some_and(|cutoff| local.time() > cutoff);
        let late = after_cutoff && self.is_working_day(local.date());
        let date = self.working_date_after(local.date(), if late { 2 } else { 1 })?;
        self.moment(date, by, local.time())
    }

    /// The working date a number of working dates away; with none, the date itself.
    fn working_date_after(&self, from: Date, days: i32) -> Option<Date> {
        let step = if days < 0 { -1 } else { 1 };
        let (mut date, mut left) = (from, days.abs());
        for _ in 0..DAYS_MOST {
            if left == 0 {
                return Some(date);
            }
            date = date.checked_add(Span::new().days(step)).ok()?;
            if self.is_working_day(date) {
                left -= 1;
            }
        }
        None
    }

    fn moment(&self, date: Date, by: By, same: Time) -> Option<Timestamp> {
        match by {
            By::SameTime => self.at_local(date, same),
            By::Time(time) => self.at_local(date, time),
            By::Open => match self.open_and_close(date) {
                Some((open, _)) => Some(open),
                None => self.at_local(date, Time::midnight()),
            },
            By::Close => match self.open_and_close(date) {
                Some((_, close)) => Some(close),
                None => self.at_local(date.tomorrow().ok()?, Time::midnight()),
            },
        }
    }
}
