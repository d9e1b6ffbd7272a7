//! Working time on one calendar in one time zone: adding it, taking it away, counting it.
//!
//! Time is cut into chunks of about 389 days. A chunk is laid out once, when it is first asked for, as sorted
//! opening intervals with a running sum, so that a question costs a binary search whatever the span.
//!
//! Conventions:
//! - An interval is open at its start and closed at its end: at 17:00 an office 09:00-17:00 is closed.
//! - Adding time gives the *earliest* instant at which it is used up: 17:00, not 09:00 of the next day.
//! - Adding nothing gives the instant itself where it is open, else the next opening.
//! - Hours are what the wall clock shows: where a clock is put forward the missing hour does not count, where
//!   it is put back the repeated hour counts twice.

use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use super::Rules;

/// log2 of the seconds in a chunk.
const CHUNK_BITS: u32 = 25;
/// The chunks that are kept: from about 1902 to about 2242.
const KEPT_FROM: i64 = -64;
const KEPT_COUNT: usize = 320;
/// After this many chunks without an opening a calendar is taken to be closed for ever.
const CLOSED_AFTER: i64 = 40;
const MICROS: i64 = 1_000_000;
const DAY_S: i64 = 86_400;

/// One stretch of opening time, in microseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stretch {
    start: i64,
    end: i64,
    /// Opening time in the chunk before this stretch.
    before: i64,
}

#[derive(Debug, Default)]
struct Chunk {
    stretches: Vec<Stretch>,
    total: i64,
}

/// Working time on one calendar in one time zone.
#[derive(Debug)]
pub struct Hours {
    rules: Arc<Rules>,
    zone: TimeZone,
    zone_name: Arc<str>,
    always_open: bool,
    kept: Vec<OnceLock<Chunk>>,
}

impl Hours {
    pub(super) fn new(rules: Arc<Rules>, zone: TimeZone, zone_name: Arc<str>) -> Self {
        let always_open = rules.is_always_open();
        let kept = (0..KEPT_COUNT).map(|_| OnceLock::new()).collect();
        Hours { rules, zone, zone_name, always_open, kept }
    }

    /// The name of the time zone.
    pub fn zone_name(&self) -> &Arc<str> {
        &self.zone_name
    }

    /// The time zone.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Says whether every minute counts.
    pub fn is_always_open(&self) -> bool {
        self.always_open
    }

    /// Says whether the instant lies in opening hours.
    pub fn is_open(&self, at: Timestamp) -> bool {
        let at = at.as_microsecond();
        self.always_open
            || self.chunk(index(at), |chunk| {
                let next = chunk.stretches.partition_point(|s| s.end <= at);
                chunk.stretches.get(next).is_some_and(|s| s.start <= at)
            })
    }

    /// The instant itself where it is open, else the next opening. None: closed for ever.
    pub fn next_open(&self, at: Timestamp) -> Option<Timestamp> {
        if self.always_open {
            return Some(at);
        }
        let at = at.as_microsecond();
        let first = index(at);
        (first..first + CLOSED_AFTER).find_map(|i| {
            self.chunk(i, |chunk| {
                let next = chunk.stretches.partition_point(|s| s.end <= at);
                chunk.stretches.get(next).and_then(|s| instant(s.start.max(at)))
            })
        })
    }

    /// The instant itself where it is open or just closed, else the closing before it.
    pub fn previous_open(&self, at: Timestamp) -> Option<Timestamp> {
        if self.always_open {
            return Some(at);
        }
        let at = at.as_microsecond();
        let first = index(at);
        (0..CLOSED_AFTER).find_map(|back| {
            self.chunk(first - back, |chunk| {
                let next = chunk.stretches.partition_point(|s| s.start < at);
                let last = chunk.stretches[..next].last()?;
                instant(last.end.min(at))
            })
        })
    }

    /// The earliest instant at which this much working time is used up. None: there is not so much.
    ///
    /// Units: `micros` counts microseconds of working time.
    pub fn add(&self, start: Timestamp, micros: i64) -> Option<Timestamp> {
        if micros <= 0 {
            return if micros == 0 { self.next_open(start) } else { self.subtract(start, -micros) };
        }
        let from = start.as_microsecond();
        if self.always_open {
            return instant(from.checked_add(micros)?);
        }
        let mut left = micros;
        let mut i = index(from);
        let mut closed = 0;
        let mut skip = self.chunk(i, |chunk| chunk.open_before(from));
        while closed < CLOSED_AFTER {
            let step = self.chunk(i, |chunk| {
                if left <= chunk.total - skip {
                    return Ok(chunk.when(skip + left));
                }
                Err(chunk.total - skip)
            });
            match step {
                Ok(found) => return instant(found),
                Err(0) => closed += 1,
                Err(open) => {
                    left -= open;
                    closed = 0;
                }
            }
            skip = 0;
            i += 1;
        }
        None
    }

    /// The latest instant from which this much working time leads up to `end`. With none to take away: the
    /// closing before, where it is closed.
    pub fn subtract(&self, end: Timestamp, micros: i64) -> Option<Timestamp> {
        if micros == 0 {
            return self.previous_open(end);
        }
        let to = end.as_microsecond();
        if self.always_open {
            return instant(to.checked_sub(micros)?);
        }
        let mut left = micros;
        let mut i = index(to);
        let mut closed = 0;
        let mut have = self.chunk(i, |chunk| chunk.open_before(to));
        while closed < CLOSED_AFTER {
            if have >= left {
                return self.chunk(i, |chunk| instant(chunk.when_back(have - left)));
            }
            closed = if have == 0 { closed + 1 } else { 0 };
            left -= have;
            i -= 1;
            have = self.chunk(i, |chunk| chunk.total);
        }
        None
    }

    /// The working time between two instants; none if the second lies before the first.
    ///
    /// Units: microseconds.
    pub fn elapsed(&self, start: Timestamp, end: Timestamp) -> i64 {
        let (from, to) = (start.as_microsecond(), end.as_microsecond());
        if to <= from {
            return 0;
        }
        if self.always_open {
            return to - from;
        }
        let (first, last) = (index(from), index(to));
        let before = self.chunk(first, |chunk| chunk.open_before(from));
        let until = self.chunk(last, |chunk| chunk.open_before(to));
        let between: i64 = (first..last).map(|i| self.chunk(i, |chunk| chunk.total)).sum();
        between + until - before
    }

    /// A deadline after a pause: the working time that passed in the pause is given back at its end.
    ///
    /// A pause that begins when the deadline is past gives nothing back, so a pause never moves a deadline
    /// to an earlier instant and never mends a late one.
    pub fn push(&self, due: Timestamp, pause_start: Timestamp, pause_end: Timestamp) -> Timestamp {
        if pause_start >= due {
            return due;
        }
        match self.elapsed(pause_start, pause_end) {
            0 => due,
            lost => self.add(due, lost).unwrap_or(due),
        }
    }

    /// The opening times that lie between two instants, cut to them, in order. At most `most`.
    pub fn stretches(&self, start: Timestamp, end: Timestamp, most: usize) -> Vec<(Timestamp, Timestamp)> {
        let (from, to) = (start.as_microsecond(), end.as_microsecond());
        if to <= from {
            return Vec::new();
        }
        if self.always_open {
            return vec![(start, end)];
        }
        let mut found: Vec<(i64, i64)> = Vec::new();
        for i in index(from)..=index(to) {
            self.chunk(i, |chunk| {
                let next = chunk.stretches.partition_point(|s| s.end <= from);
                for s in &chunk.stretches[next..] {
                    if s.start >= to || found.len() > most {
                        break;
                    }
                    match found.last_mut() {
                        Some(last) if last.1 == s.start => last.1 = s.end.min(to),
                        Some(_) | None => found.push((s.start.max(from), s.end.min(to))),
                    }
                }
            });
        }
        found.truncate(most);
        found.into_iter().filter_map(|(from, to)| Some((instant(from)?, instant(to)?))).collect()
    }

    /// What the wall clock shows at an instant.
    pub fn local(&self, at: Timestamp) -> DateTime {
        self.zone.to_datetime(at)
    }

    /// The instant at which the wall clock shows this; where it is skipped, the instant after the gap; where
    /// it is repeated, the first.
    pub fn at_local(&self, date: Date, time: Time) -> Option<Timestamp> {
        self.zone.to_timestamp(date.to_datetime(time)).ok()
    }

    /// Says whether there are opening hours on this date.
    pub fn is_working_day(&self, date: Date) -> bool {
        self.always_open || !self.rules.day(day_of(date)).0.is_empty()
    }

    /// The name of the holiday on this date.
    pub fn holiday(&self, date: Date) -> Option<Arc<str>> {
        self.rules.holiday(day_of(date))
    }

    /// The name of the make-up working day on this date.
    pub fn makeup(&self, date: Date) -> Option<Arc<str>> {
        self.rules.makeup(day_of(date))
    }

    /// When a working date opens and when it closes.
    pub fn open_and_close(&self, date: Date) -> Option<(Timestamp, Timestamp)> {
        let hours = if self.always_open { vec![(0, DAY_S)] } else { self.rules.day(day_of(date)).0 };
        let midnight = i64::from(day_of(date)) * DAY_S;
        let first = self.instant_of_wall(midnight + hours.first()?.0)?;
        let last = self.instant_of_wall(midnight + hours.last()?.1)?;
        Some((first, last))
    }

    /// The last date for which the holidays are announced.
    pub fn known_until(&self) -> Option<Date> {
        self.rules.known_until
    }

    /// Says whether the instant lies on a date whose holidays are not announced yet.
    pub fn is_beyond_known(&self, at: Timestamp) -> bool {
        self.rules.known_until.is_some_and(|known| self.local(at).date() > known)
    }

    fn instant_of_wall(&self, wall_s: i64) -> Option<Timestamp> {
        let date = date_of(i32::try_from(wall_s.div_euclid(DAY_S)).ok()?)?;
        let second = i32::try_from(wall_s.rem_euclid(DAY_S)).ok()?;
        let time = Time::midnight().checked_add(jiff::SignedDuration::from_secs(i64::from(second))).ok()?;
        self.at_local(date, time)
    }

    fn chunk<T>(&self, i: i64, ask: impl FnOnce(&Chunk) -> T) -> T {
        match usize::try_from(i - KEPT_FROM).ok().and_then(|slot| self.kept.get(slot)) {
            Some(slot) => ask(slot.get_or_init(|| self.lay_out(i))),
            None => ask(&self.lay_out(i)),
        }
    }

    /// Lays out one chunk: for each span of one offset from UTC, the wall-clock hours of each day in it.
    fn lay_out(&self, i: i64) -> Chunk {
        let (from_s, to_s) = (i << CHUNK_BITS, (i + 1) << CHUNK_BITS);
        let Ok(start) = Timestamp::from_second(from_s) else { return Chunk::default() };
        let mut chunk = Chunk::default();
        let mut offset_from_s = from_s;
        let mut offset_s = i64::from(self.zone.to_offset(start).seconds());
        for change in self.zone.following(start) {
            let change_s = change.timestamp().as_second();
            if change_s >= to_s {
                break;
            }
            self.lay_out_span(&mut chunk, offset_from_s, change_s, offset_s);
            offset_from_s = change_s;
            offset_s = i64::from(change.offset().seconds());
        }
        self.lay_out_span(&mut chunk, offset_from_s, to_s, offset_s);
        for stretch in &mut chunk.stretches {
            stretch.before = chunk.total;
            chunk.total += stretch.end - stretch.start;
        }
        chunk
    }

    fn lay_out_span(&self, chunk: &mut Chunk, from_s: i64, to_s: i64, offset_s: i64) {
        let (wall_from, wall_to) = (from_s + offset_s, to_s + offset_s);
        // One day earlier, because its night shift may reach into this span.
        for day in wall_from.div_euclid(DAY_S) - 1..=wall_to.div_euclid(DAY_S) {
            let Ok(number) = i32::try_from(day) else { continue };
            for (open, close) in self.rules.day(number).0 {
                let open = (day * DAY_S + open).max(wall_from);
                let close = (day * DAY_S + close).min(wall_to);
                if open < close {
                    chunk.push((open - offset_s) * MICROS, (close - offset_s) * MICROS);
                }
            }
        }
    }
}

impl Chunk {
    fn push(&mut self, start: i64, end: i64) {
        match self.stretches.last_mut() {
            Some(last) if last.end >= start => last.end = last.end.max(end),
            Some(_) | None => self.stretches.push(Stretch { start, end, before: 0 }),
        }
    }

    /// The opening time in the chunk before an instant.
    fn open_before(&self, at: i64) -> i64 {
        let next = self.stretches.partition_point(|s| s.end <= at);
        match self.stretches.get(next) {
            Some(s) => s.before + (at - s.start).max(0),
            None => self.total,
        }
    }

    /// The earliest instant at which this much of the chunk's opening time is used up.
    fn when(&self, open: i64) -> i64 {
        let i = self.stretches.partition_point(|s| s.before + (s.end - s.start) < open);
        let s = self.stretches[i];
        s.start + (open - s.before)
    }

    /// The latest instant at which only this much of the chunk's opening time is used up.
    fn when_back(&self, open: i64) -> i64 {
        let i = self.stretches.partition_point(|s| s.before <= open).saturating_sub(1);
        let s = self.stretches[i];
        s.start + (open - s.before)
    }
}

fn index(micros: i64) -> i64 {
    micros.div_euclid(MICROS) >> CHUNK_BITS
}

fn instant(micros: i64) -> Option<Timestamp> {
    Timestamp::from_microsecond(micros).ok()
}

/// The number of a date: days since 1970-01-01.
pub(super) fn day_of(date: Date) -> i32 {
    const EPOCH: Date = Date::constant(1970, 1, 1);
    (date - EPOCH).get_days()
}

/// The date of a number of days since 1970-01-01.
pub(super) fn date_of(day: i32) -> Option<Date> {
    const EPOCH: Date = Date::constant(1970, 1, 1);
    EPOCH.checked_add(jiff::Span::new().try_days(day).ok()?).ok()
}
