//! What a field of the form offers to choose from; what is typed instead is left to the checker.

use std::collections::BTreeSet;

use maud::{Markup, html};
use promise::Calendars;
use promise::file::KINDS;
use rules::event::CATALOGUE;

use super::fields::{Cell, Group};
use crate::commitments::publish::Draft;
use crate::commitments::publish::STANDARD;
use crate::layout::l10n::L10n;

const FACTS: &str = "picks-facts";
const CALENDARS: &str = "picks-calendars";
const CLAUSES: &str = "picks-clauses";
const PROMISE_KINDS: &str = "picks-kinds";
const PRICES: &str = "picks-prices";
const WINDOWS: &str = "picks-windows";
const PARTIES: &str = "picks-parties";

/// The keys whose value is the name of a fact.
const FACT_KEYS: [&str; 26] = [
    "start",
    "stop",
    "end",
    "pause",
    "resume",
    "cancel",
    "void",
    "waive",
    "renegotiate",
    "reset",
    "count",
    "uncount",
    "fault",
    "counted",
    "visit",
    "review",
    "among",
    "among_end",
    "pass",
    "done",
    "out",
    "back",
    "replaces",
    "manufacturer",
    "charged",
    "on",
];
/// Prices without a figure of their own.
const PRICE_WORDS: [&str; 6] = ["free", "cost", "preferential", "list", "manufacturer fee", "by agreement"];
const WINDOW_WORDS: [&str; 9] = [
    "week",
    "calendar month",
    "calendar quarter",
    "calendar half-year",
    "calendar year",
    "contract quarter",
    "contract year",
    "season",
    "whole term",
];
const PARTY_WORDS: [&str; 4] = ["provider", "customer", "manufacturer", "third_party"];

/// The list that a field offers; none where its value is a figure or words of one's own.
pub fn list_of(group: &Group, cell: &Cell) -> Option<&'static str> {
    let key = cell.keys.last().map(String::as_str).filter(|_| cell.is_text)?;
    match key {
        "calendar" => Some(CALENDARS),
        "kind" if group.table == "promise" && cell.keys.len() == 1 => Some(PROMISE_KINDS),
        "clause" => Some(CLAUSES),
        "labour" | "parts" | "travel" => Some(PRICES),
        "each" => Some(WINDOWS),
        "debtor" | "creditor" => Some(PARTIES),
        // The first day of a period of coverage; elsewhere `from` is a date.
        "from"
            if cell.keys.first().is_some_and(|table| table == "period")
                || cell.path.starts_with("coverage") =>
        {
            Some(FACTS)
        }
        key if FACT_KEYS.contains(&key) => Some(FACTS),
        _ => None,
    }
}

/// The lists, once for the whole form.
pub fn lists(l: &L10n, groups: &[Group]) -> Markup {
    let calendars = Calendars::shipped();
    let clauses = groups.iter().filter(|group| group.table == "clause").map(|group| group.name.as_str());
    html! {
        datalist id=(FACTS) { @for name in facts() { option value=(name) { @if let Some(words) = said(l, &name) { (words) } } } }
        datalist id=(CALENDARS) { @for calendar in calendars.iter() { option value=(calendar.id()) {} } }
        datalist id=(CLAUSES) { @for id in clauses { option value=(id) {} } }
        datalist id=(PROMISE_KINDS) { @for kind in KINDS { option value=(kind) { (l.t(&format!("promise-kind-{kind}"))) } } }
        datalist id=(PRICES) { @for price in PRICE_WORDS { option value=(price) {} } }
        datalist id=(WINDOWS) { @for window in WINDOW_WORDS { option value=(window) {} } }
        datalist id=(PARTIES) { @for party in PARTY_WORDS { option value=(party) {} } }
    }
}

/// Every fact that the program records or the shipped commitment hears of.
fn facts() -> BTreeSet<String> {
    let mut names: BTreeSet<String> = CATALOGUE.iter().map(|entry| entry.name.to_owned()).collect();
    if let Ok(shipped) = Draft::read(STANDARD) {
        names.extend(shipped.terms.watched().map(|name| name.to_string()));
    }
    names
}

fn said(l: &L10n, fact: &str) -> Option<String> {
    let key = format!("when-{}", fact.replace(['.', '_'], "-"));
    l.knows(&key).then(|| l.t(&key).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commitments::edit::fields::groups;

    #[test]
    fn every_offered_value_passes_the_checker_where_it_is_offered() {
        let text = crate::commitments::tests::SMALL;
        let groups = groups(text).unwrap();
        let list = |path: &str| {
            let find = |group: &Group| {
                group.values.iter().find(|cell| cell.path == path).and_then(|cell| list_of(group, cell))
            };
            groups.iter().find_map(find)
        };
        for (path, expected) in [
            ("promise/0/start", Some(FACTS)),
            ("promise/0/kind", Some(PROMISE_KINDS)),
            ("promise/0/clause", Some(CLAUSES)),
            ("promise/0/calendar", Some(CALENDARS)),
            ("promise/0/within", None),
            ("title/en", None),
        ] {
            assert_eq!(list(path), expected, "{path}");
        }
        assert!(facts().contains("ticket.reported") && facts().contains("part.received"));
        let coverage = STANDARD.to_owned();
        for price in PRICE_WORDS {
            let changed = coverage.replacen("parts = \"preferential\"", &format!("parts = \"{price}\""), 1);
            assert!(Draft::read(&changed).is_ok(), "{price}");
        }
        for window in WINDOW_WORDS {
            let changed = coverage.replacen("each = \"calendar month\"", &format!("each = \"{window}\""), 1);
            assert!(Draft::read(&changed).is_ok(), "{window}: {:?}", Draft::read(&changed).err());
        }
        for party in PARTY_WORDS {
            let changed =
                coverage.replacen("kind = \"rate\"", &format!("kind = \"rate\"\ndebtor = \"{party}\""), 1);
            assert!(Draft::read(&changed).is_ok(), "{party}");
        }
    }
}
