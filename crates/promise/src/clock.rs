//! The clock: something is to be done within a time, counted on a calendar.
//!
//! A clock starts, pauses, resumes, stops, is reset, cancelled and renegotiated by facts. Its deadline is always
//! derived anew from the original start, the figure that applies now, every pause and the last amendment, by
//! the one function [`derive`]; so a change of the severity re-derives it and keeps the pauses.
//!
//! Serves C2.5, C2.8, C3.3, C3.7, C4.4–C4.6, C5.1, C5.6, C7.3–C7.6, C7.9.

use std::sync::Arc;

use jiff::Timestamp;

use crate::calendar::{Calendar, Hours};
use crate::condition::Test;
use crate::fact::{Data, Scalar};
use crate::figure::Figure;
use crate::obligation::{Amendment, Pause};

/// The attribute that holds the time zone of the site.
pub const ZONE: &str = "zone";

/// What a clock promise says: its entries, most particular first.
#[derive(Clone, Debug)]
pub struct Clock {
    pub entries: Vec<Entry>,
    /// Whether doing it starts the next cycle at once, as "an update every 4 hours while it is open".
    pub repeats: bool,
}

/// One figure of a clock promise and the subjects that it is for.
#[derive(Clone, Debug)]
pub struct Entry {
    /// In the words of the file, as `severity=level3`; none for the only entry of a promise.
    pub label: Option<Arc<str>>,
    pub when: Test,
    /// Only for what starts while a calendar is open, or while it is closed.
    pub during: Option<During>,
    pub within: Figure,
    /// The figure as the file writes it.
    pub written: Arc<str>,
    pub calendar: Arc<Calendar>,
    pub warnings: Vec<Warning>,
    pub line: usize,
}

/// A part of the time that a calendar marks out: while it is open, or while it is closed.
#[derive(Clone, Debug)]
pub struct During {
    pub calendar: Arc<Calendar>,
    pub is_open: bool,
}

impl During {
    /// Says whether a moment lies in it, at a site of this zone.
    pub fn holds(&self, at: Timestamp, site_zone: Option<&str>) -> bool {
        self.calendar.hours(site_zone).is_open(at) == self.is_open
    }

    /// Says whether no moment lies in both.
    pub fn excludes(&self, other: &During) -> bool {
        self.calendar.id() == other.calendar.id() && self.is_open != other.is_open
    }
}

/// When to warn ahead of a deadline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Warning {
    /// After this share of the time.
    Share(f64),
    /// So much working time before the deadline.
    Before { micros: i64 },
}

/// A deadline as it was derived.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Deadline {
    /// None: the clock stands still, or there is no figure.
    pub due_at: Option<Timestamp>,
    /// What the terms alone would give, pauses counted and amendments not.
    pub original_due_at: Option<Timestamp>,
    pub warn_at: Vec<Timestamp>,
    /// The clock stands still until a question is answered.
    pub is_paused: bool,
    pub beyond_known_holidays: bool,
}

impl Clock {
    /// The entry that applies to a subject: the most particular one that its attributes pass.
    ///
    /// Of entries that are equally particular the first in the file applies; the checker reports them.
    pub fn entry_for<'v>(
        &self,
        look: &impl Fn(&str) -> Option<&'v Scalar>,
        started_at: Timestamp,
    ) -> Option<usize> {
        let zone = look(ZONE).and_then(Scalar::as_str);
        let is_then =
            |entry: &Entry| entry.during.as_ref().is_none_or(|during| during.holds(started_at, zone));
        self.entries.iter().position(|entry| is_then(entry) && entry.when.passes(look))
    }

    /// The entries that may apply to a subject, whenever it starts.
    pub fn entries_for<'v, 'c>(
        &'c self,
        look: &impl Fn(&str) -> Option<&'v Scalar>,
    ) -> impl Iterator<Item = &'c Entry> {
        let passing: Vec<&Entry> = self.entries.iter().filter(|entry| entry.when.passes(look)).collect();
        // Behind the first that holds at all times no other can apply.
        let settled = passing.iter().position(|entry| entry.during.is_none());
        let count = settled.map_or(passing.len(), |place| place + 1);
        passing.into_iter().take(count)
    }

    /// Calls back with each attribute that the clock looks at.
    pub fn names(&self, seen: &mut impl FnMut(&Arc<str>)) {
        for entry in &self.entries {
            entry.when.names(seen);
            if let Figure::Given { field } = &entry.within {
                seen(field);
            }
            let follows = |during: &During| during.calendar.follows_site();
            if entry.calendar.follows_site() || entry.during.as_ref().is_some_and(follows) {
                seen(&Arc::from(ZONE));
            }
        }
    }
}

impl Entry {
    /// How particular it is; a part of the time counts as one name.
    pub fn weight(&self) -> usize {
        self.when.weight() + usize::from(self.during.is_some())
    }

    /// The working time of the entry for a subject, in the site's zone where the calendar says so.
    pub fn hours(&self, attributes: &Data) -> Arc<Hours> {
        self.calendar.hours(attributes.text(ZONE))
    }

    /// The deadline that stands in the facts, for a figure that says so.
    fn given(&self, attributes: &Data) -> Option<Timestamp> {
        match &self.within {
            Figure::Given { field } => attributes.text(field).and_then(|written| written.parse().ok()),
            _ => None,
        }
    }
}

/// Derives the deadline of a running clock from everything that it depends on.
pub fn derive(
    entry: &Entry,
    hours: &Hours,
    attributes: &Data,
    start: Timestamp,
    pauses: &[Pause],
    amendments: &[Amendment],
) -> Deadline {
    let base = entry.within.due_at(hours, start, entry.given(attributes));
    let original = base.and_then(|base| after_pauses(hours, base, start, pauses));
    let due = match (amendments.last(), base) {
        // What both sides agreed is a deadline even where the terms give no figure.
        (Some(amendment), _) => after_pauses(hours, amendment.due_at, amendment.at, pauses),
        (None, Some(_)) => original,
        (None, None) => return Deadline::default(),
    };
    let mut deadline =
        Deadline { due_at: due, original_due_at: original, is_paused: due.is_none(), ..Deadline::default() };
    let Some(due) = due else { return deadline };
    deadline.beyond_known_holidays =
        !matches!(entry.within, Figure::Given { .. }) && hours.is_beyond_known(due);
    if !entry.warnings.is_empty() {
        let (until, from) = match (amendments.last(), base) {
            (Some(amendment), _) => (amendment.due_at, amendment.at),
            (None, base) => (base.unwrap_or(due), start),
        };
        deadline.warn_at = warnings(entry, hours, start, until, from, pauses);
    }
    deadline
}

/// Moves an instant through every pause since `from`. None: a pause is still open and holds it.
fn after_pauses(hours: &Hours, at: Timestamp, from: Timestamp, pauses: &[Pause]) -> Option<Timestamp> {
    let mut at = at;
    for pause in pauses {
        let started_at = pause.started_at.max(from);
        match pause.ended_at {
            Some(ended_at) => at = hours.push(at, started_at, ended_at),
            None if started_at < at => return None,
            None => {}
        }
    }
    Some(at)
}

fn warnings(
    entry: &Entry,
    hours: &Hours,
    start: Timestamp,
    due: Timestamp,
    pauses_from: Timestamp,
    pauses: &[Pause],
) -> Vec<Timestamp> {
    let span = hours.elapsed(start, due);
    let warning = |warning: &Warning| {
        let at = match warning {
            Warning::Share(share) if span > 0 => hours.add(start, (span as f64 * share) as i64),
            Warning::Share(share) => {
                let wall = due.as_microsecond() - start.as_microsecond();
                Timestamp::from_microsecond(start.as_microsecond() + (wall as f64 * share) as i64).ok()
            }
            Warning::Before { micros } => hours.subtract(due, *micros).map(|at| at.max(start)),
        };
        after_pauses(hours, at?, pauses_from, pauses)
    };
    let mut moments: Vec<Timestamp> = entry.warnings.iter().filter_map(warning).collect();
    moments.sort();
    moments
}
