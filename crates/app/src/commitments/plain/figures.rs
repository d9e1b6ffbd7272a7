//! Figures, calendars and warnings in words.

use jiff::civil::Time;
use promise::Calendar;
use promise::calendar::By;
use promise::clock::{Entry, Warning};
use promise::figure::Figure;

use super::Speech;
use crate::commitments::words;
use crate::layout::l10n::L10n;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// A length of time in words, exactly. Units: microseconds.
pub fn span(l: &L10n, micros: i64) -> String {
    let parts = [("plain-hours", HOUR), ("plain-minutes", MINUTE), ("plain-seconds", SECOND)];
    let mut left = micros;
    let mut said = Vec::new();
    for (key, unit) in parts {
        let n = left / unit;
        left %= unit;
        if n > 0 {
            said.push(l.ta(key, &[("n", n.into())]).into_owned());
        }
    }
    if said.is_empty() { l.t("plain-at-once").into_owned() } else { said.join(" ") }
}

impl Speech<'_> {
    pub(super) fn figure(&self, figure: &Figure) -> String {
        let n = |key: &str, n: i32| self.l.ta(key, &[("n", n.into())]).into_owned();
        match figure {
            Figure::Working { micros } => span(self.l, *micros),
            Figure::WorkingDays { days: 0, by, cutoff } => {
                self.cut(self.by(self.l.t("plain-same-day").into_owned(), *by), *cutoff)
            }
            Figure::WorkingDays { days, by, cutoff } => {
                self.cut(self.by(n("plain-days-working", *days), *by), *cutoff)
            }
            Figure::CalendarDays { days, by } => self.by(n("plain-days-calendar", *days), *by),
            Figure::Months { months, by } if *months > 12 && months % 12 == 0 => {
                self.by(n("plain-years", months / 12), *by)
            }
            Figure::Months { months, by } => self.by(n("plain-months", *months), *by),
            Figure::NextWorkingDay { by, cutoff } => {
                self.cut(self.by(self.l.t("plain-next-day").into_owned(), *by), *cutoff)
            }
            Figure::Given { field } => self.name(field),
            Figure::Unstated => self.l.t("plain-unstated").into_owned(),
            Figure::NoPromise => self.l.t("plain-no-promise").into_owned(),
        }
    }

    fn by(&self, figure: String, by: By) -> String {
        match by {
            By::SameTime => figure,
            By::Close => self.ta("plain-by-close", &[("figure", &figure)]),
            By::Open => self.ta("plain-by-open", &[("figure", &figure)]),
            By::Time(time) => self.ta("plain-by-time", &[("figure", &figure), ("time", &time_of_day(time))]),
        }
    }

    fn cut(&self, figure: String, cutoff: Option<Time>) -> String {
        match cutoff {
            Some(time) => self.ta("plain-cutoff", &[("figure", &figure), ("time", &time_of_day(time))]),
            None => figure,
        }
    }

    /// What a calendar is called.
    pub(super) fn calendar(&self, calendar: &Calendar) -> String {
        words(self.l, calendar.title()).unwrap_or(calendar.id()).to_owned()
    }

    /// The figure of an entry with the calendar that it is counted on.
    pub(super) fn within(&self, entry: &Entry) -> String {
        let figure = self.figure(&entry.within);
        match entry.within {
            Figure::Given { .. } | Figure::Unstated | Figure::NoPromise => figure,
            _ => {
                let calendar = self.calendar(&entry.calendar);
                self.ta("plain-within-on", &[("figure", &figure), ("calendar", &calendar)])
            }
        }
    }

    pub(super) fn warnings(&self, warnings: &[Warning]) -> Option<(String, String)> {
        let said: Vec<String> = warnings
            .iter()
            .map(|warning| match warning {
                Warning::Share(share) => {
                    self.ta("plain-warn-share", &[("share", &format!("{:.0}%", share * 100.0))])
                }
                Warning::Before { micros } => {
                    self.ta("plain-warn-before", &[("span", &span(self.l, *micros))])
                }
            })
            .collect();
        (!said.is_empty()).then(|| self.row("plain-row-warn", self.listed(&said)))
    }
}

fn time_of_day(time: Time) -> String {
    time.strftime("%H:%M").to_string()
}
