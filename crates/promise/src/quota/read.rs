//! Reads the keys of a quota: how many, in which windows, for how long.

use std::sync::Arc;

use super::promise::{Lasts, Rule};
use super::{Partial, Quota, Window, Yearly};
use crate::calendar::Calendar;
use crate::clock::Warning;
use crate::reader::{Item, Table};

/// Reads the keys of a quota.
pub(crate) fn read(table: &Table<'_, '_>, calendar: Arc<Calendar>, warnings: Vec<Warning>) -> Option<Rule> {
    let everyone = table.get("at_least").is_some_and(|item| item.as_text() == Some("all"));
    let count = |key: &str| table.get(key).and_then(|item| whole(&item));
    let at_least = if everyone { None } else { count("at_least") };
    let at_most = count("at_most");
    if table.get("at_least").is_none() && table.get("at_most").is_none() {
        table.wrong("missing-key", "a quota needs `at_least` or `at_most`".to_owned(), vec![]);
        return None;
    }
    if everyone {
        table.need("among");
    } else {
        table.need("start");
    }
    table.need("count");
    if let (Some(least), Some(most)) = (at_least, at_most)
        && least > most
    {
        let item = table.get("at_most")?;
        item.wrong(
            "contradiction",
            format!("at least {least} and at most {most} cannot both be kept"),
            vec![],
        );
    }
    let window = match (table.get("each"), table.get("within")) {
        (Some(item), None) => read_each(&item)?,
        (None, Some(item)) => read_within(&item)?,
        (None, None) if everyone => Window::OnceWithinDays(0),
        (None, None) | (Some(_), Some(_)) => {
            let message = "a quota needs one of `each` and `within`".to_owned();
            table.wrong("missing-key", message, EXAMPLES.map(str::to_owned).to_vec());
            return None;
        }
    };
    let words = |key: &str| table.get(key).and_then(|item| item.as_text()).unwrap_or("").to_owned();
    let number = |n: Option<u32>, words: &str| n.map(|n| format!("{words} {n}"));
    let numbers: Vec<_> =
        [number(at_least, "at least"), number(at_most, "at most")].into_iter().flatten().collect();
    let written = match (everyone, table.get("each").is_some()) {
        (true, _) => "everyone".to_owned(),
        (false, true) => format!("{} in {}", numbers.join(", "), each_written(&table.get("each"))),
        (false, false) => format!("{} within {}", numbers.join(", "), words("within")),
    };
    Some(Rule {
        quota: Quota {
            window,
            at_least,
            at_most,
            first_partial: read_partial(table, "first_partial"),
            last_partial: read_partial(table, "last_partial"),
        },
        everyone,
        per: table.get("per").and_then(|item| item.text()).map(Arc::from),
        late_counts: table.get("late_counts").and_then(|item| item.flag()).unwrap_or(false),
        lasts: table.get("lasts").and_then(|item| read_lasts(&item)),
        written: Arc::from(written),
        calendar,
        warnings,
    })
}

fn read_lasts(item: &Item<'_, '_>) -> Option<Lasts> {
    match length(&item.text()?) {
        Some((n, Unit::Months)) => Some(Lasts::Months(n)),
        Some((n, Unit::Days)) => Some(Lasts::Days(n)),
        None => {
            item.wrong("figure", "is not a length of time".to_owned(), vec!["`5 years`".into()]);
            None
        }
    }
}

/// The windows in the words of the file.
fn each_written(item: &Option<Item<'_, '_>>) -> String {
    let parts = item.iter().flat_map(|item| item.texts()).map(|(text, _)| text);
    match parts.collect::<Vec<_>>().as_slice() {
        [one] if one == "whole term" => "the whole term".to_owned(),
        parts => format!("each {}", parts.join(", ")),
    }
}

const EXAMPLES: [&str; 4] =
    ["each = \"calendar quarter\"", "each = \"contract year\"", "each = \"6 weeks\"", "within = \"30 days\""];
const WINDOWS: [(&str, Window); 8] = [
    ("week", Window::Week),
    ("calendar month", Window::Month),
    ("calendar quarter", Window::Quarter),
    ("calendar half-year", Window::HalfYear),
    ("calendar year", Window::Year),
    ("contract year", Window::MonthsFromStart(12)),
    ("contract quarter", Window::MonthsFromStart(3)),
    ("whole term", Window::WholeTerm),
];

pub(crate) fn read_each(item: &Item<'_, '_>) -> Option<Window> {
    if item.is_array() {
        return read_parts(item);
    }
    let text = item.text()?;
    if text == "season" {
        return Some(Window::Yearly(Yearly::seasons()));
    }
    if let Some((_, window)) = WINDOWS.iter().find(|(words, _)| *words == text) {
        return Some(*window);
    }
    match length(&text) {
        Some((n, Unit::Months)) => Some(Window::MonthsFromStart(n)),
        Some((n, Unit::Days)) => Some(Window::DaysFromStart(n)),
        None => {
            item.unknown(
                "window",
                &text,
                WINDOWS.iter().map(|(words, _)| *words).chain(["season", "6 weeks", "4 months"]),
            );
            None
        }
    }
}

/// Reads parts of every year: `["05-01..09-30", "12-15..02-15"]`.
fn read_parts(item: &Item<'_, '_>) -> Option<Window> {
    let day = |text: &str| {
        let (month, day) = text.trim().split_once('-')?;
        Some((month.parse::<i8>().ok()?, day.parse::<i8>().ok()?))
    };
    let part = |text: &str| {
        let (first, last) = text.split_once("..")?;
        Some((day(first)?, day(last)?))
    };
    let parts: Option<Vec<_>> = item.texts().iter().map(|(text, _)| part(text)).collect();
    let yearly = parts.and_then(|parts| Yearly::new(&parts));
    if yearly.is_none() {
        let message = "are not parts of a year, one after the other".to_owned();
        item.wrong("window", message, vec!["parts as `05-01..09-30`".to_owned()]);
    }
    yearly.map(Window::Yearly)
}

fn read_within(item: &Item<'_, '_>) -> Option<Window> {
    match length(&item.text()?) {
        Some((n, Unit::Months)) => Some(Window::OnceWithinMonths(n)),
        Some((n, Unit::Days)) => Some(Window::OnceWithinDays(n)),
        None => {
            item.wrong(
                "figure",
                "is not a number of days, weeks, months or years".to_owned(),
                vec!["`30 days`".into()],
            );
            None
        }
    }
}

/// The unit in which a length of civil time is counted.
pub(crate) enum Unit {
    Days,
    Months,
}

/// Reads `30 days`, `6 weeks`, `3 months`, `2 years`.
pub(crate) fn length(text: &str) -> Option<(u32, Unit)> {
    let (number, unit) = text.trim().split_once(' ')?;
    let n: u32 = number.parse().ok().filter(|n| (1..=36_500).contains(n))?;
    Some(match unit.trim() {
        "day" | "days" => (n, Unit::Days),
        "week" | "weeks" => (n * 7, Unit::Days),
        "month" | "months" => (n, Unit::Months),
        "year" | "years" => (n * 12, Unit::Months),
        _ => return None,
    })
}

/// Reads a whole number from zero up.
pub(crate) fn whole(item: &Item<'_, '_>) -> Option<u32> {
    let number = item.number()?;
    if number < 0.0 || number.fract() != 0.0 || number > f64::from(u32::MAX) {
        item.wrong("count", format!("`{number}` is not a whole number"), vec!["a number as 4".to_owned()]);
        return None;
    }
    Some(number as u32)
}

const PARTIALS: [(&str, Partial); 5] = [
    ("whole", Partial::Whole),
    ("exempt", Partial::Exempt),
    ("share up", Partial::ShareUp),
    ("share down", Partial::ShareDown),
    ("from half", Partial::FromHalf),
];

fn read_partial(table: &Table<'_, '_>, key: &str) -> Partial {
    let Some(item) = table.get(key) else { return Partial::default() };
    let Some(text) = item.text() else { return Partial::default() };
    let found = PARTIALS.iter().find(|(words, _)| *words == text).map(|(_, partial)| *partial);
    if found.is_none() {
        item.unknown("rule for a part window", &text, PARTIALS.map(|(words, _)| words));
    }
    found.unwrap_or_default()
}
