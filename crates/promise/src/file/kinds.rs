//! Reads the promises that are not clocks: what is common to their keys; the keys themselves are read by each
//! kind's own module.

use std::sync::Arc;

use super::{PROMISE_KEYS, Shared, read_figure, read_warnings, shared_item};
use crate::calendar::Calendar;
use crate::condition::{Condition, read_conditions};
use crate::reader::Table;
use crate::terms::{Role, Rule};
use crate::{coverage, gate, quota, rate, roster, stock};

/// Reads the rule of a promise and the facts that it watches.
pub(super) fn read(
    table: &Table<'_, '_>,
    kind: &str,
    id: &str,
    shared: &Shared<'_>,
) -> Option<(Rule, Vec<(Role, Condition)>)> {
    let only = |keys: &[&'static str]| {
        let keys: Vec<&str> = PROMISE_KEYS.iter().chain(keys).chain(&SHARED_ROLES).copied().collect();
        table.clone().only(&keys);
    };
    let warnings =
        || shared_item(table, "warn_at", shared).map(|item| read_warnings(&item)).unwrap_or_default();
    let (rule, keys): (Rule, &[&str]) = match kind {
        "quota" => {
            only(&quota::promise::KEYS);
            (
                Rule::Quota(quota::promise::read(table, calendar(table, shared)?, warnings())?),
                &quota::promise::ROLES,
            )
        }
        "rate" => {
            only(&rate::promise::KEYS);
            (
                Rule::Rate(rate::promise::read(table, calendar(table, shared)?, warnings())?),
                &rate::promise::ROLES,
            )
        }
        "roster" => {
            only(&roster::promise::KEYS);
            let rule = roster::promise::read(table, calendar(table, shared)?, warnings())?;
            (Rule::Roster(rule), &roster::promise::ROLES)
        }
        "stock" => {
            only(&stock::promise::KEYS);
            let within = table.get("within").and_then(|item| read_figure(&item, &shared.figures));
            let rule = stock::promise::read(table, within, calendar(table, shared)?, warnings())?;
            (Rule::Stock(rule), &stock::promise::ROLES)
        }
        "gate" => {
            only(&gate::promise::KEYS);
            let (rule, conditions) = gate::promise::read(table)?;
            return Some((Rule::Gate(rule), conditions));
        }
        "coverage" => {
            only(&coverage::promise::KEYS);
            let Some(common) = &shared.coverage else {
                table.wrong(
                    "missing-key",
                    "a coverage promise needs the table `[coverage]`".to_owned(),
                    vec![],
                );
                return None;
            };
            let clause = table.get("clause").and_then(|item| item.as_text()).unwrap_or("");
            let rule = coverage::promise::read(table, id, clause, common)?;
            // The facts of an asset are folded once, by the first promise of the kind.
            let conditions =
                if is_first_coverage(table, shared) { common.conditions.clone() } else { Vec::new() };
            return Some((Rule::Coverage(rule), conditions));
        }
        _ => return None,
    };
    let mut conditions = Vec::new();
    for (number, key) in keys.iter().enumerate() {
        let found = table.get(key).map(|item| read_conditions(&item)).unwrap_or_default();
        conditions.extend(found.into_iter().map(|condition| (Role::Own(number as u8), condition)));
    }
    for role in [Role::Renegotiate, Role::Waive] {
        let found =
            shared_item(table, role.key(), shared).map(|item| read_conditions(&item)).unwrap_or_default();
        conditions.extend(found.into_iter().map(|condition| (role, condition)));
    }
    Some((rule, conditions))
}

/// The roles of a clock that hold for the other kinds too.
const SHARED_ROLES: [&str; 2] = ["renegotiate", "waive"];

/// The keys of each kind but the clock, those that hold for several kinds left out.
pub(crate) fn keys(kind: &str) -> Vec<&'static str> {
    let own: &[&'static str] = match kind {
        "quota" => &quota::promise::KEYS,
        "rate" => &rate::promise::KEYS,
        "roster" => &roster::promise::KEYS,
        "stock" => &stock::promise::KEYS,
        "gate" => &gate::promise::KEYS,
        "coverage" => &coverage::promise::KEYS,
        _ => &[],
    };
    own.iter().chain(&SHARED_ROLES).copied().collect()
}

/// The keys of the table `[coverage]`.
pub(crate) const COVERAGE_KEYS: [&str; 8] = coverage::promise::SHARED_KEYS;

/// Reads `[coverage]`.
pub(super) fn read_coverage(file: &Table<'_, '_>, shared: &Shared<'_>) -> Option<coverage::promise::Shared> {
    let table = file.get("coverage")?.table()?.only(&coverage::promise::SHARED_KEYS);
    Some(coverage::promise::read_shared(&table, calendar(&table, shared)?))
}

/// Coverage promises stand in the order of the file, so the first is the one that no other precedes.
fn is_first_coverage(table: &Table<'_, '_>, shared: &Shared<'_>) -> bool {
    let line = table.source.line_of(&table.span);
    shared.first_coverage_line.get().is_none_or(|first| first == line) && {
        shared.first_coverage_line.set(Some(line));
        true
    }
}

/// The calendar whose zone and hours hold: the promise's own, else the file's default.
fn calendar(table: &Table<'_, '_>, shared: &Shared<'_>) -> Option<Arc<Calendar>> {
    let Some(item) = shared_item(table, "calendar", shared) else {
        let message = "no calendar is named here or in `[default]`".to_owned();
        table.wrong("missing-key", message, vec!["`calendar`".to_owned()]);
        return None;
    };
    let id = item.text()?;
    let found = shared.calendars.get(&id).cloned();
    if found.is_none() {
        item.unknown("calendar", &id, shared.calendars.iter().map(|calendar| &**calendar.id()));
    }
    found
}
