//! Writes a calendar as the text of a calendar file.

use std::fmt::Write as _;

use jiff::civil::Date;

use super::hours::{date_of, day_of};
use super::{Calendar, DayHours, Week, Zone};

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Calendar {
    /// The calendar as the text of a calendar file, with the dates between two days.
    pub fn to_toml(&self, first: Date, last: Date) -> String {
        let mut text = format!("id = {}\nversion = {}\n", quoted(&self.id), quoted(&self.version));
        if let Some(title) = self.title.values().next() {
            let _ = writeln!(text, "title = {}", quoted(title));
        }
        match &self.zone {
            Zone::Fixed(zone) => _ = writeln!(text, "zone = {}", quoted(zone)),
            Zone::OfSite { fallback } => {
                let _ = writeln!(text, "zone = \"site\"\nfallback_zone = {}", quoted(fallback));
            }
        }
        if let Some(known) = self.rules.known_until {
            let _ = writeln!(text, "known_until = {known}");
        }
        for week in &self.rules.weeks {
            write_week(&mut text, week);
        }
        let inside = |day: i32| (day_of(first)..=day_of(last)).contains(&day);
        // Where there are hours at all, a date of its own without any is a day off.
        let has_hours = self.has_hours();
        let is_off = |hours: &DayHours| has_hours && hours.is_empty();
        let working = || self.rules.working.iter().filter(|(day, _)| inside(**day));
        let closed =
            working().filter(|(_, (hours, _))| is_off(hours)).map(|(day, (_, name))| (*day, &**name));
        let holidays = self.rules.holidays.iter().filter(|(day, _)| inside(**day));
        let mut off: Vec<(i32, &str)> = holidays.map(|(day, name)| (*day, &**name)).chain(closed).collect();
        off.sort_unstable();
        off.dedup_by_key(|(day, _)| *day);
        write_dates(&mut text, "holiday", off.into_iter().map(|(day, name)| (day, name, None)));
        let mut worked: Vec<_> = working().filter(|(_, (hours, _))| !is_off(hours)).collect();
        worked.sort_unstable_by_key(|(day, _)| **day);
        let worked = worked.into_iter().map(|(day, (hours, name))| (*day, &**name, Some(hours)));
        write_dates(&mut text, "workday", worked);
        text
    }
}

fn write_week(text: &mut String, week: &Week) {
    let is_empty = week.days.iter().all(Vec::is_empty);
    match week.from.and_then(date_of) {
        None if is_empty => return,
        None => text.push_str("\n[hours]\n"),
        Some(from) => _ = write!(text, "\n[[from]]\non = {from}\n\n[from.hours]\n"),
    }
    for (day, hours) in DAYS.iter().zip(&week.days).filter(|(_, hours)| !hours.is_empty()) {
        let _ = writeln!(text, "{day} = {}", written(hours));
    }
}

/// Writes dates as spans without gaps, of one name and the same hours.
fn write_dates<'a>(
    text: &mut String,
    table: &str,
    dates: impl Iterator<Item = (i32, &'a str, Option<&'a DayHours>)>,
) {
    let mut spans: Vec<(i32, i32, &str, Option<&DayHours>)> = Vec::new();
    for (day, name, hours) in dates {
        match spans.last_mut() {
            Some((_, last, known, same)) if *last + 1 == day && *known == name && *same == hours => {
                *last = day
            }
            Some(_) | None => spans.push((day, day, name, hours)),
        }
    }
    for (first, last, name, hours) in spans {
        let (Some(from), Some(to)) = (date_of(first), date_of(last)) else { continue };
        let _ = write!(text, "\n[[{table}]]\nname = {}\n", quoted(if name.is_empty() { "-" } else { name }));
        match from == to {
            true => _ = writeln!(text, "on = {from}"),
            false => _ = writeln!(text, "from = {from}\nto = {to}"),
        }
        if let Some(hours) = hours.filter(|hours| !hours.is_empty()) {
            let _ = writeln!(text, "hours = {}", written(hours));
        }
    }
}

fn written(hours: &DayHours) -> String {
    let wall = |second: i64| {
        let second = if second > 86_400 { second - 86_400 } else { second };
        format!("{:02}:{:02}", second / 3_600, second % 3_600 / 60)
    };
    let interval = |(from, to): &(i64, i64)| format!("\"{}-{}\"", wall(*from), wall(*to));
    format!("[{}]", hours.iter().map(interval).collect::<Vec<_>>().join(", "))
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}
