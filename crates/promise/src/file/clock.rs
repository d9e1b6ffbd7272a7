//! Reads the figures of a clock: one, a table of them by attributes, or entries for particular subjects.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Shared, known_values, shared_item};
use crate::calendar::Calendar;
use crate::clock::{Clock, During, Entry, Warning};
use crate::condition::Test;
use crate::fact::Scalar;
use crate::figure::{self, Figure, Unreadable};
use crate::reader::{Item, Table};
use crate::terms::Attribute;

pub(super) fn read_clock(
    table: &Table<'_, '_>,
    shared: &Shared<'_>,
    attributes: &[Attribute],
) -> Option<Clock> {
    let base = EntryBase {
        calendar: shared_item(table, "calendar", shared),
        warn_at: shared_item(table, "warn_at", shared),
        during: None,
    };
    let mut entries = Vec::new();
    match (table.get("within"), table.get("entry")) {
        (None, None) => {
            table.need("within");
        }
        (within, _) => {
            if let Some(item) = within {
                read_within(&item, Vec::new(), &base, shared, attributes, &mut entries);
            }
            for entry in table.tables("entry") {
                let entry = entry.only(&ENTRY_KEYS);
                let during = read_during(&entry, shared);
                // For a part of the time alone, no subject need be named.
                let when = match during.is_some() {
                    true => entry.get("when"),
                    false => entry.need("when"),
                };
                let Some(within) = entry.need("within") else { continue };
                let when = when.and_then(|item| item.table());
                let tests = when.iter().map(Test::read).collect();
                when.iter().for_each(|when| known_values(when, attributes));
                let base = EntryBase { during, ..base.with(&entry) };
                read_within(&within, tests, &base, shared, attributes, &mut entries);
            }
        }
    }
    // The most particular first; of equals, the first in the file.
    entries.sort_by_key(|entry| (std::cmp::Reverse(entry.weight()), entry.line));
    let repeats = table.get("repeats").and_then(|item| item.flag()).unwrap_or(false);
    (!entries.is_empty()).then_some(Clock { entries, repeats })
}

/// What an entry takes over unless it says otherwise.
#[derive(Clone)]
struct EntryBase<'f> {
    calendar: Option<Item<'f, 'f>>,
    warn_at: Option<Item<'f, 'f>>,
    during: Option<During>,
}

/// The keys of an entry.
pub(crate) const ENTRY_KEYS: [&str; 6] = ["when", "during", "outside", "within", "calendar", "warn_at"];

/// Reads `during = "office"` or `outside = "office"`.
fn read_during(table: &Table<'_, '_>, shared: &Shared<'_>) -> Option<During> {
    let (item, is_open) = match (table.get("during"), table.get("outside")) {
        (Some(item), None) => (item, true),
        (None, Some(item)) => (item, false),
        (None, None) => return None,
        (Some(_), Some(item)) => {
            item.wrong("contradiction", "an entry has one of `during` and `outside`".to_owned(), vec![]);
            return None;
        }
    };
    let id = item.text()?;
    let Some(calendar) = shared.calendars.get(&id).cloned() else {
        item.unknown("calendar", &id, shared.calendars.iter().map(|calendar| &**calendar.id()));
        return None;
    };
    Some(During { calendar, is_open })
}

impl<'f> EntryBase<'f> {
    fn with(&self, table: &Table<'f, 'f>) -> Self {
        EntryBase {
            calendar: table.get("calendar").or_else(|| self.calendar.clone()),
            warn_at: table.get("warn_at").or_else(|| self.warn_at.clone()),
            during: self.during.clone(),
        }
    }
}

/// Reads a figure, a figure with its own calendar, or a table of figures by an attribute.
fn read_within<'f>(
    item: &Item<'f, 'f>,
    when: Vec<Test>,
    base: &EntryBase<'f>,
    shared: &Shared<'f>,
    attributes: &[Attribute],
    entries: &mut Vec<Entry>,
) {
    if !item.is_table() {
        entries.extend(read_entry(item, when, base, shared));
        return;
    }
    let Some(table) = item.table() else { return };
    if let Some(item) = table.get("field") {
        table.clone().only(&["field", "calendar", "warn_at"]);
        let Some(field) = item.text() else { return };
        let figure = Figure::Given { field: Arc::from(field.as_str()) };
        let entry = entry_of(&item, when, &base.with(&table), shared, figure, &format!("field {field}"));
        entries.extend(entry);
        return;
    }
    if let Some(item) = table.get("within") {
        let table = table.only(&["within", "calendar", "warn_at"]);
        read_within(&item, when, &base.with(&table), shared, attributes, entries);
        return;
    }
    let Some(by) = table.need("by") else { return };
    let names: Vec<String> = by.texts().into_iter().map(|(name, _)| name).collect();
    read_by(&table, &names, when, base, shared, attributes, entries);
}

/// Reads a table whose keys are the values of the first attribute, in as many levels as there are attributes.
fn read_by<'f>(
    table: &Table<'f, 'f>,
    names: &[String],
    when: Vec<Test>,
    base: &EntryBase<'f>,
    shared: &Shared<'f>,
    attributes: &[Attribute],
    entries: &mut Vec<Entry>,
) {
    let Some((name, rest)) = names.split_first() else { return };
    let declared = attributes.iter().find(|attribute| *attribute.name == **name);
    let known: Vec<String> =
        declared.map(|a| a.values.iter().map(Scalar::to_string).collect()).unwrap_or_default();
    for (value, span, item) in table.items().into_iter().filter(|(key, ..)| key != "by") {
        if value != "else" && !known.is_empty() && !known.contains(&value) {
            item.at(span).unknown(name, &value, known.iter().map(String::as_str).chain(["else"]));
        }
        let mut when = when.clone();
        if value != "else" {
            when.push(Test::OneOf {
                key: Arc::from(name.as_str()),
                values: vec![Scalar::from(value.as_str())],
            });
        }
        let inner = if item.is_table() && !rest.is_empty() { item.table() } else { None };
        match inner {
            Some(inner) if inner.get("within").is_none() => {
                read_by(&inner, rest, when, base, shared, attributes, entries);
            }
            Some(_) | None => read_within(&item, when, base, shared, attributes, entries),
        }
    }
}

fn read_entry<'f>(
    item: &Item<'f, 'f>,
    when: Vec<Test>,
    base: &EntryBase<'f>,
    shared: &Shared<'f>,
) -> Option<Entry> {
    let figure = read_figure(item, &shared.figures);
    // The calendar is read whatever the figure, so that one run shows what is wrong with either.
    let (figure, written) = figure.unwrap_or_else(|| (Figure::Unstated, String::new()));
    entry_of(item, when, base, shared, figure, &written)
}

fn entry_of<'f>(
    item: &Item<'f, 'f>,
    mut when: Vec<Test>,
    base: &EntryBase<'f>,
    shared: &Shared<'f>,
    within: Figure,
    written: &str,
) -> Option<Entry> {
    let when = if when.len() == 1 { when.remove(0) } else { Test::All(when) };
    let part = base.during.as_ref().map(|during| {
        let word = if during.is_open { "during" } else { "outside" };
        format!("{word}={}", during.calendar.id())
    });
    let label = [Some(when.label()), part].into_iter().flatten().filter(|label| !label.is_empty());
    let label = label.collect::<Vec<_>>().join(" ");
    Some(Entry {
        label: (!label.is_empty()).then(|| Arc::from(label)),
        when,
        during: base.during.clone(),
        within,
        written: Arc::from(written),
        calendar: read_calendar(item, base, shared)?,
        warnings: base.warn_at.as_ref().map(read_warnings).unwrap_or_default(),
        line: item.source.line_of(&item.span),
    })
}

fn read_calendar(at: &Item<'_, '_>, base: &EntryBase<'_>, shared: &Shared<'_>) -> Option<Arc<Calendar>> {
    let Some(item) = &base.calendar else {
        let message = "no calendar is named here, in the promise or in `[default]`".to_owned();
        at.wrong("missing-key", message, vec!["`calendar`".to_owned()]);
        return None;
    };
    let id = item.text()?;
    let found = shared.calendars.get(&id).cloned();
    if found.as_ref().is_some_and(|calendar| !calendar.has_hours()) {
        let message = format!("the calendar `{id}` has no opening hours, so no time can be counted on it");
        item.wrong("calendar", message, vec![]);
    }
    if found.is_none() {
        item.unknown("calendar", &id, shared.calendars.iter().map(|calendar| &**calendar.id()));
    }
    found
}

/// Reads a figure: its own words, or the name of one in `[figures]`. Gives it with how it is written.
pub(super) fn read_figure(
    item: &Item<'_, '_>,
    named: &HashMap<String, (Figure, Item<'_, '_>)>,
) -> Option<(Figure, String)> {
    let Some(written) = item.as_text() else {
        item.expected("a figure in quotes as `4h`");
        return None;
    };
    if let Some((figure, source)) = named.get(written.trim()) {
        return Some((figure.clone(), source.as_text().unwrap_or("").to_owned()));
    }
    match Figure::read(written) {
        Ok(figure) => Some((figure, written.trim().to_owned())),
        Err(Unreadable::WhichDays) => {
            let message = format!("`{written}`: {}", Unreadable::WhichDays);
            item.wrong("which-days", message, vec!["`3 working days`".into(), "`3 calendar days`".into()]);
            None
        }
        Err(why) => {
            let names = named.keys().map(|name| format!("`{name}` of [figures]"));
            let expected = figure::EXAMPLES.map(str::to_owned).into_iter().chain(names).collect();
            let message = match why {
                Unreadable::Count => format!("`{written}`: {why}"),
                Unreadable::Words | Unreadable::WhichDays => format!("`{written}` {why}"),
            };
            item.wrong("figure", message, expected);
            None
        }
    }
}

pub(super) fn read_warnings(item: &Item<'_, '_>) -> Vec<Warning> {
    let warning = |item: &Item<'_, '_>| {
        if let Some(words) = item.as_text() {
            let before = words.trim().strip_suffix("before").map(figure::duration);
            if let Some(Ok(micros)) = before {
                return Some(Warning::Before { micros });
            }
        } else if let Some(share) = item.number()
            && (0.0..1.0).contains(&share)
        {
            return Some(Warning::Share(share));
        }
        let expected = vec!["a share as 0.75".to_owned(), "a time as `1h before`".to_owned()];
        item.wrong("warning", "is not a time to warn at".to_owned(), expected);
        None
    };
    item.array().iter().filter_map(warning).collect()
}
