//! Figures and entries of obligations in the reader's language.
//!
//! The engine writes both in the words of the commitment file, which are English: `at least 1 in each calendar
//! quarter`, `next working day by 12:00`, `2026-Q1`. Here they are read back and said in the reader's words. What is
//! not understood is shown as it stands: nobody is told less than the file says.

use jiff::SignedDuration;
use jiff::civil::Time;
use promise::Terms;
use promise::calendar::By;
use promise::figure::Figure;
use promise::terms::Rule;

use super::owed::calendar;
use crate::layout::l10n::{L10n, words};

/// A figure of the file, as `4h` or `at least 1 in each calendar quarter`.
pub fn figure(l: &L10n, written: &str) -> String {
    let counted = |written: &str| {
        quota(l, written).or_else(|| roster_or_stock(l, written)).or_else(|| rate(l, written))
    };
    of_time(l, written).or_else(|| counted(written)).unwrap_or_else(|| written.to_owned())
}

/// Which entry of a promise applied, as `severity=level3`, or what a promise of another kind says of its case.
pub fn entry(l: &L10n, terms: &Terms, promise: &str, label: &str) -> String {
    match terms.promise(promise).map(|promise| &promise.rule) {
        Some(Rule::Clock(_)) | None => attributes(l, terms, label),
        Some(Rule::Quota(_)) => window(l, label),
        Some(Rule::Roster(_)) => gap(l, label).unwrap_or_else(|| label.to_owned()),
        Some(Rule::Gate(_)) => needs(l, label).unwrap_or_else(|| label.to_owned()),
        Some(Rule::Coverage(_)) => {
            label.split(", ").map(|line| charge(l, line)).collect::<Vec<_>>().join(&l.t("words-between"))
        }
        Some(Rule::Rate(_) | Rule::Stock(_)) => label.to_owned(),
    }
}

/// Units: microseconds.
const HOUR: i64 = 3_600_000_000;

/// A figure of a clock.
fn of_time(l: &L10n, written: &str) -> Option<String> {
    if let Some(field) = written.strip_prefix("field ") {
        return Some(l.ta("figure-field", &[("field", known(l, "field", field).into())]).into_owned());
    }
    let words = match Figure::read(written).ok()? {
        // 24 hours are said as hours: a day may be read as another thing.
        Figure::Working { micros } if micros % HOUR == 0 && micros > 0 => {
            count(l, "figure-hours", i32::try_from(micros / HOUR).ok()?)
        }
        Figure::Working { micros } => l.duration(SignedDuration::from_micros(micros)),
        Figure::WorkingDays { days: 0, by: at, cutoff } => {
            by(l, l.t("figure-same-working-day").into_owned(), at, cutoff)
        }
        Figure::WorkingDays { days, by: at, cutoff } => {
            by(l, count(l, "figure-working-days", days), at, cutoff)
        }
        Figure::CalendarDays { days, by: at } => by(l, count(l, "figure-calendar-days", days), at, None),
        Figure::Months { months, by: at } if months % 12 == 0 => {
            by(l, count(l, "figure-years", months / 12), at, None)
        }
        Figure::Months { months, by: at } => by(l, count(l, "figure-months", months), at, None),
        Figure::NextWorkingDay { by: at, cutoff } => {
            by(l, l.t("figure-next-working-day").into_owned(), at, cutoff)
        }
        Figure::Given { .. } => return None,
        Figure::Unstated => l.t("figure-unstated").into_owned(),
        Figure::NoPromise => l.t("figure-no-promise").into_owned(),
    };
    Some(words)
}

/// Adds until when on the day, and which reports count as the next day's.
fn by(l: &L10n, figure: String, by: By, cutoff: Option<Time>) -> String {
    let figure = match by {
        By::SameTime => figure,
        By::Open => l.ta("figure-by-open", &[("figure", figure.into())]).into_owned(),
        By::Close => l.ta("figure-by-close", &[("figure", figure.into())]).into_owned(),
        By::Time(time) => l
            .ta("figure-by-time", &[("figure", figure.into()), ("time", clock_time(time).into())])
            .into_owned(),
    };
    match cutoff {
        None => figure,
        Some(time) => l
            .ta("figure-cutoff", &[("figure", figure.into()), ("time", clock_time(time).into())])
            .into_owned(),
    }
}

fn clock_time(time: Time) -> String {
    time.strftime("%H:%M").to_string()
}

fn count(l: &L10n, key: &str, n: i32) -> String {
    l.ta(key, &[("n", i64::from(n).into())]).into_owned()
}

/// `at least 1, at most 4 in each calendar quarter`, `everyone`.
fn quota(l: &L10n, written: &str) -> Option<String> {
    if written == "everyone" {
        return Some(l.t("figure-everyone").into_owned());
    }
    let (numbers, windows) = match written.split_once(" in each ") {
        Some((numbers, each)) => {
            let each: Vec<String> = each.split(", ").map(|each| each_window(l, each)).collect();
            (
                numbers,
                l.ta("figure-each", &[("window", each.join(&l.t("words-between")).into())]).into_owned(),
            )
        }
        None => match written.split_once(" in the whole term") {
            Some((numbers, _)) => (numbers, l.t("figure-whole-term").into_owned()),
            None => {
                let (numbers, within) = written.split_once(" within ")?;
                let within = of_time(l, within).or_else(|| length(l, within))?;
                (numbers, l.ta("figure-within", &[("length", within.into())]).into_owned())
            }
        },
    };
    Some(
        l.ta("figure-quota", &[("numbers", bounds(l, numbers)?.into()), ("window", windows.into())])
            .into_owned(),
    )
}

fn each_window(l: &L10n, each: &str) -> String {
    let key = format!("window-{}", each.replace(' ', "-"));
    if l.knows(&key) {
        return l.t(&key).into_owned();
    }
    let yearly = || l.ta("window-yearly", &[("span", each.replace("..", "\u{2013}").into())]).into_owned();
    length(l, each).unwrap_or_else(yearly)
}

/// `30 days`, `6 weeks`, `4 months`, `5 years`.
fn length(l: &L10n, written: &str) -> Option<String> {
    let (n, unit) = written.split_once(' ')?;
    let n: i32 = n.parse().ok()?;
    let (key, n) = match unit {
        "day" | "days" => ("figure-calendar-days", n),
        "week" | "weeks" => ("figure-weeks", n),
        "month" | "months" => ("figure-months", n),
        "year" | "years" => ("figure-years", n),
        _ => return None,
    };
    Some(count(l, key, n))
}

/// `at least 1, at most 4`.
fn bounds(l: &L10n, written: &str) -> Option<String> {
    let bound = |part: &str| {
        let (key, n) = match (part.strip_prefix("at least "), part.strip_prefix("at most ")) {
            (Some(n), _) => ("figure-at-least", n),
            (None, Some(n)) => ("figure-at-most", n),
            (None, None) => return None,
        };
        Some(count(l, key, n.parse().ok()?))
    };
    let parts: Option<Vec<String>> = written.split(", ").map(bound).collect();
    Some(parts?.join(&l.t("words-between")))
}

/// `at least 1 on duty`, `at least 3, again within 10 working days`.
fn roster_or_stock(l: &L10n, written: &str) -> Option<String> {
    let number: fn(&str) -> Option<i64> = |text| text.strip_prefix("at least ")?.parse().ok();
    if let Some(n) = written.strip_suffix(" on duty") {
        return Some(l.ta("figure-on-duty", &[("n", number(n)?.into())]).into_owned());
    }
    let Some((n, within)) = written.split_once(", again within ") else {
        return Some(l.ta("figure-stock", &[("n", number(written)?.into())]).into_owned());
    };
    let arguments = [("n", number(n)?.into()), ("figure", of_time(l, within)?.into())];
    Some(l.ta("figure-stock-again", &arguments).into_owned())
}

/// `every 52 days`, `post on site`.
fn rate(l: &L10n, written: &str) -> Option<String> {
    if written == "post on site" {
        return Some(l.t("figure-post-on-site").into_owned());
    }
    let days = written.strip_prefix("every ")?.strip_suffix(" days")?;
    Some(count(l, "figure-every-days", days.parse().ok()?))
}

/// `severity=level3 tier=gold during=office`.
fn attributes(l: &L10n, terms: &Terms, label: &str) -> String {
    let pairs = label.split([',', ' ']).filter(|pair| !pair.is_empty()).map(|pair| {
        let Some((name, value)) = pair.split_once('=') else { return pair.to_owned() };
        if let "during" | "outside" = name {
            let calendar = calendar(l, terms, value);
            return l.ta(&format!("entry-{name}"), &[("calendar", calendar.into())]).into_owned();
        }
        let attribute = terms.attributes().iter().find(|attribute| &*attribute.name == name);
        let value = attribute
            .and_then(|attribute| words(l, attribute.names.get(value)?))
            .map_or_else(|| known(l, name, value), str::to_owned);
        l.ta("why-entry", &[("name", known(l, "field", name).into()), ("value", value.into())]).into_owned()
    });
    pairs.collect::<Vec<_>>().join(" \u{b7} ")
}

/// `2026-Q1`, `2026-05`, `2026-H1`, `2026-05-01..2026-09-30`, `3/5`.
fn window(l: &L10n, label: &str) -> String {
    if label == "term" {
        return l.t("window-term").into_owned();
    }
    if let Some((first, last)) = label.split_once("..") {
        return format!("{first} \u{2013} {last}");
    }
    if let Some((done, of)) = label.split_once('/') {
        return l.ta("entry-done-of", &[("done", done.into()), ("of", of.into())]).into_owned();
    }
    let Some((year, part)) = label.split_once('-') else { return label.to_owned() };
    let (key, part) = match (part.strip_prefix('Q'), part.strip_prefix('H')) {
        (Some(quarter), _) => ("window-quarter-of", quarter),
        (None, Some(half)) => ("window-half-of", half),
        (None, None) => ("window-month-of", part.trim_start_matches('0')),
    };
    l.ta(key, &[("year", year.into()), ("part", part.into())]).into_owned()
}

/// `2026-02-01 08:00..2026-02-01 20:00 0/1 not rostered`, or who is away.
fn gap(l: &L10n, label: &str) -> Option<String> {
    let (from, rest) = label.split_once("..")?;
    let (to, rest) = (rest.get(..16)?, rest.get(16..)?.trim_start());
    let (counts, why) = rest.split_once(' ')?;
    let (have, want) = counts.split_once('/')?;
    let why = match why.strip_prefix("away: ") {
        Some(people) => l.ta("entry-away", &[("people", people.trim().into())]).into_owned(),
        None => l.t("entry-not-rostered").into_owned(),
    };
    let arguments = [
        ("from", from.into()),
        ("to", to.into()),
        ("have", have.into()),
        ("want", want.into()),
        ("why", why.into()),
    ];
    Some(l.ta("entry-gap", &arguments).into_owned())
}

/// `without survey, plan`.
fn needs(l: &L10n, label: &str) -> Option<String> {
    let keys = label.strip_prefix("without ")?;
    let needs: Vec<String> = keys.split(", ").map(|key| known(l, "need", key)).collect();
    Some(l.ta("entry-without", &[("needs", needs.join(&l.t("words-between")).into())]).into_owned())
}

/// `parts cost but charged list`.
fn charge(l: &L10n, line: &str) -> String {
    let Some((what, price)) = line.split_once(' ') else { return line.to_owned() };
    let what = known(l, "line", what);
    match price.split_once(" but charged ") {
        None => l
            .ta("entry-charge", &[("line", what.into()), ("price", self::price(l, price).into())])
            .into_owned(),
        Some((price, charged)) => {
            let (price, charged) = (self::price(l, price), self::price(l, charged));
            let arguments = [("line", what.into()), ("price", price.into()), ("charged", charged.into())];
            l.ta("entry-charged-otherwise", &arguments).into_owned()
        }
    }
}

/// A price in the words of the file, as `list less 15%`.
pub fn price(l: &L10n, written: &str) -> String {
    match written.strip_prefix("list less ") {
        Some(less) => l.ta("price-list-less", &[("less", less.into())]).into_owned(),
        None => known(l, "price", &written.replace(' ', "-")),
    }
}

/// The word for a code, where the locale has one; else the code.
fn known(l: &L10n, family: &str, code: &str) -> String {
    let key = format!("{family}-{code}");
    if l.knows(&key) { l.t(&key).into_owned() } else { code.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::l10n::Locale;
    use promise::Calendars;

    #[test]
    fn every_figure_is_said_in_chinese() {
        let l = L10n::new(Locale::ZhHans, jiff::tz::TimeZone::UTC, jiff::Timestamp::UNIX_EPOCH);
        for (written, said) in [
            ("4h", "4 小时"),
            ("2 working days", "2 个工作日"),
            ("15 calendar days", "15 个自然日"),
            ("1 month", "1 个月"),
            ("unstated", "未约定时限"),
            ("at least 1 in each calendar quarter", "每季度至少 1 次"),
            ("at least 2, at most 4 in each 6 weeks", "每6 周至少 2 次、至多 4 次"),
            ("at least 3 within 3 months", "3 个月内至少 3 次"),
            ("everyone", "全部人员"),
            ("at least 1 on duty", "至少 1 人在岗"),
            ("at least 3, again within 2 working days", "至少 3 件,不足时 2 个工作日内补足"),
            ("every 52 days", "每 52 天一次"),
            ("something else", "something else"),
        ] {
            let said: String = said.replace(',', "\u{ff0c}");
            assert_eq!(figure(&l, written), said, "{written}");
        }
    }

    /// No figure of any shipped commitment is left in English.
    #[test]
    fn the_shipped_commitments_are_said_in_chinese() {
        let l = L10n::new(Locale::ZhHans, jiff::tz::TimeZone::UTC, jiff::Timestamp::UNIX_EPOCH);
        let text = include_str!("../../../../commitments/standard.toml");
        let terms = Terms::compile(text, &Calendars::shipped()).unwrap();
        for promise in terms.promises() {
            let written: Vec<String> = match &promise.rule {
                Rule::Clock(clock) => clock.entries.iter().map(|entry| entry.written.to_string()).collect(),
                Rule::Quota(quota) => vec![quota.written.to_string()],
                Rule::Rate(_) | Rule::Coverage(_) | Rule::Gate(_) | Rule::Roster(_) | Rule::Stock(_) => {
                    vec![]
                }
            };
            for written in written {
                let said = figure(&l, &written);
                assert!(!said.bytes().any(|b| b.is_ascii_alphabetic()), "{}: {written}: {said}", promise.id);
            }
        }
        for (promise, label) in [
            ("periodic-maintenance", "2026-Q1"),
            ("monthly-inspection", "2026-05"),
            ("duty", "2026-02-01 08:00..2026-02-01 20:00 0/1 not rostered"),
            ("plan-after-survey", "without survey, cited-survey"),
            ("repair-in-warranty", "labour free, parts cost but charged list"),
        ] {
            let said = entry(&l, &terms, promise, label);
            assert!(!said.bytes().any(|b| b.is_ascii_alphabetic()), "{promise}: {said}");
        }
    }
}
