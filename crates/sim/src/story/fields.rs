//! What stands in the fields of a fact: what its condition asks for, mostly; and now and then something else.

use jiff::{SignedDuration, Timestamp};
use promise::{Fact, Scalar};
use toml::{Table, Value};

use super::{Word, months_on};
use crate::auditor::{Auditor, Entry, scalar, texts};
use crate::dice::Dice;

/// Nouns that stand in `about`, so that a test of them is not answered in the data.
const NOUNS: [&str; 4] = ["customer", "site", "contract", "zone"];
const PARTS: [&str; 3] = ["PSU-1", "FAN-2", "SFP-3"];
const PEOPLE: [&str; 4] = ["Li", "Wang", "Zhao", "Sun"];

/// Fills the fields of a fact that is to play a role for a promise.
pub fn fill(fact: &mut Fact, word: Word<'_>, auditor: &Auditor, is_first: bool, dice: &mut Dice) {
    let (promise, role, condition) = word;
    for attribute in &auditor.paper().attributes {
        let may = attribute.from.is_empty() && is_first || attribute.from.contains(&condition.on);
        let share = if role == "start" { 96 } else { 60 };
        if may
            && dice.percent(share)
            && let Some(value) = dice.one_of(&attribute.values)
        {
            set(fact, &attribute.name, value.clone());
        }
    }
    if is_first || dice.percent(15) {
        // What promises look at without declaring it.
        for promise in &auditor.paper().promises {
            answer(fact, &promise.scope, 70, dice);
            for entry in &promise.entries {
                let Entry { when, field, .. } = entry;
                when.iter().for_each(|when| answer(fact, when, 40, dice));
                if let Some(field) = field {
                    let due = ahead(fact.at, dice);
                    set(fact, field, due);
                }
            }
        }
    }
    // A start that no promise covers tells little.
    if role == "start" && dice.percent(60) {
        let may_say = |name: &str| {
            let declared = auditor.paper().attributes.iter().find(|attribute| attribute.name == name);
            declared.is_none_or(|known| known.from.is_empty() || known.from.contains(&condition.on))
        };
        let scope = promise.scope.iter().filter(|(name, _)| may_say(name) && !NOUNS.contains(&name.as_str()));
        let scope: Table = scope.map(|(name, wanted)| (name.clone(), wanted.clone())).collect();
        satisfy(fact, &scope, 100, dice);
    }
    // Later than the guesses above, so that the condition is met more often than not.
    satisfy(fact, &condition.when, 94, dice);
    for field in &condition.requires {
        if dice.percent(90) && fact.data.get(field).is_none() {
            set(fact, field, format!("{field}-1"));
        }
    }
    match promise.kind.as_str() {
        "quota" => quota(fact, word, dice),
        "stock" => stock(fact, role, dice),
        "roster" => roster(fact, role, dice),
        "gate" => gate(fact, word, dice),
        "coverage" => coverage(fact, auditor, role, dice),
        _ => {}
    }
    match role {
        "pause" => {
            for (field, says) in [("addressee", "contact:1"), ("question", "Which port?")] {
                if dice.percent(92) {
                    set(fact, field, says);
                }
            }
        }
        "renegotiate" | "waive" => {
            let own = auditor.paper().promises.iter().filter(|other| other.subject == promise.subject);
            let own: Vec<_> = own.filter(|other| ["clock", "rate"].contains(&other.kind.as_str())).collect();
            if let Some(other) = dice.one_of(&own) {
                let named = if dice.percent(70) || other.kind == "rate" { &other.id } else { &other.clause };
                set(fact, "promise", named.as_str());
            }
            let due = ahead(fact.at, dice);
            for (field, says) in
                [("due_at", Scalar::from(due)), ("contact", "contact:1".into()), ("reason", "agreed".into())]
            {
                if dice.percent(93) {
                    set(fact, field, says);
                }
            }
        }
        _ => {}
    }
}

fn set(fact: &mut Fact, field: &str, value: impl Into<Scalar>) {
    fact.data.set(field.into(), value.into());
}

/// A whole minute around a fact, mostly after it.
fn ahead(at: Timestamp, dice: &mut Dice) -> Timestamp {
    at + SignedDuration::from_mins(dice.between(-600, 8_000))
}

/// Gives the names of a test some value that it asks about.
fn answer(fact: &mut Fact, test: &Table, share: u32, dice: &mut Dice) {
    for (name, wanted) in test {
        if NOUNS.contains(&name.as_str()) || fact.data.get(name).is_some() || !dice.percent(share) {
            continue;
        }
        put(fact, name, wanted, dice);
    }
}

/// Gives the names of a test the values that it asks for, so many times in a hundred.
fn satisfy(fact: &mut Fact, test: &Table, share: u32, dice: &mut Dice) {
    for (name, wanted) in test {
        if dice.percent(share) {
            put(fact, name, wanted, dice);
        }
    }
}

fn put(fact: &mut Fact, name: &str, wanted: &Value, dice: &mut Dice) {
    match (name, wanted) {
        ("any", Value::Array(tests)) => {
            if let Some(test) = dice.one_of(tests).and_then(Value::as_table) {
                satisfy(fact, test, 100, dice);
            }
        }
        ("all", Value::Array(tests)) => {
            tests.iter().filter_map(Value::as_table).for_each(|test| satisfy(fact, test, 100, dice));
        }
        ("not", _) => {}
        (name, Value::Array(values)) => {
            if let Some(value) = dice.one_of(values) {
                set(fact, name, scalar(value));
            }
        }
        (name, Value::Table(test)) => {
            let number = |key: &str| {
                test.get(key).and_then(|bound| bound.as_integer().or(bound.as_float().map(|n| n as i64)))
            };
            let bound = ["at_least", "at_most", "above", "below"].into_iter().find_map(number);
            if let Some(bound) = bound {
                set(fact, name, bound + dice.between(-1, 1));
            } else if test.contains_key("present") {
                set(fact, name, ahead(fact.at, dice));
            } else {
                set(fact, name, "other");
            }
        }
        (name, one) => set(fact, name, scalar(one)),
    }
}

fn quota(fact: &mut Fact, (promise, role, _): Word<'_>, dice: &mut Dice) {
    let today = fact.at.to_zoned(jiff::tz::TimeZone::UTC).date();
    match role {
        "start" => {
            let from = months_on(today, dice.between(-1, 2));
            if dice.percent(60) {
                set(fact, "from", from.to_string());
            }
            if dice.percent(60) {
                set(fact, "until", months_on(from, dice.between(3, 40)).to_string());
            }
            if dice.percent(20) {
                set(fact, "anchor", months_on(from, dice.between(-5, 0)).to_string());
            }
        }
        "end" if dice.percent(30) => set(fact, "until", months_on(today, dice.between(0, 2)).to_string()),
        "count" if dice.percent(15) => set(fact, "on", months_on(today, dice.between(-2, 0)).to_string()),
        _ => {}
    }
    if let Some(noun) = promise.text("per") {
        // A few ids, so that some come twice and some are taken back.
        let many = if promise.text("at_least") == Some("all") { 6 } else { 400 };
        let id = dice.between(1, many);
        fact.about.set(noun.into(), id.to_string().into());
    }
}

fn stock(fact: &mut Fact, role: &str, dice: &mut Dice) {
    set(fact, "part", dice.one_of(&PARTS).copied().unwrap_or_default());
    if role == "minimum" {
        set(fact, "minimum", dice.between(0, 4));
    } else if dice.percent(80) {
        set(fact, "count", dice.between(0, 4));
    }
}

fn roster(fact: &mut Fact, role: &str, dice: &mut Dice) {
    let from = fact.at + SignedDuration::from_mins(dice.between(-600, 10 * 1_440));
    let to = from + SignedDuration::from_mins(dice.between(60, 30 * 1_440));
    let mut some = |share: u32, field: &str, says: Scalar, dice: &mut Dice| {
        if dice.percent(share) {
            fact.data.set(field.into(), says);
        }
    };
    let person = |dice: &mut Dice| Scalar::from(dice.one_of(&PEOPLE).copied().unwrap_or_default());
    match role {
        "start" | "end" => some(10, "until", (fact.at + SignedDuration::from_hours(9_000)).into(), dice),
        "duty" | "leave" | "swap" => {
            some(80, "from", from.into(), dice);
            some(80, "to", to.into(), dice);
            let who = person(dice);
            some(90, "person", who, dice);
            let stand_in = person(dice);
            some(if role == "swap" { 100 } else { 0 }, "stand_in", stand_in, dice);
            some(if role == "leave" { 90 } else { 0 }, "reason", "sick".into(), dice);
        }
        _ => {}
    }
    let id = Scalar::from(dice.between(1, 5).to_string());
    some(if role.starts_with("duty") { 90 } else { 0 }, "duty", id.clone(), dice);
    some(if role.starts_with("leave") { 90 } else { 0 }, "leave", id, dice);
}

/// What befalls an asset, and what is charged for it.
fn coverage(fact: &mut Fact, auditor: &Auditor, role: &str, dice: &mut Dice) {
    let today = fact.at.to_zoned(jiff::tz::TimeZone::UTC).date();
    match role {
        "manufacturer" if dice.percent(50) => set(fact, "months", dice.between(12, 72)),
        "manufacturer" => set(fact, "until", months_on(today, dice.between(0, 60)).to_string()),
        "replaces" => {
            let from = months_on(today, dice.between(-40, 0));
            set(fact, "replaced", "SN-1");
            set(fact, "period_from", from.to_string());
            set(fact, "period_to", months_on(from, dice.between(1, 60)).to_string());
            let periods: Vec<String> =
                auditor.paper().coverage.iter().flat_map(|c| c.periods.keys().cloned()).collect();
            if let Some(period) = dice.one_of(&periods).filter(|_| dice.percent(60)) {
                set(fact, "period", period.as_str());
            }
        }
        "charged" => {
            let promises: Vec<_> =
                auditor.paper().promises.iter().filter(|promise| promise.kind == "coverage").collect();
            let Some(promise) = dice.one_of(&promises) else { return };
            let when = promise.own.get("when").and_then(Value::as_table).cloned().unwrap_or_default();
            satisfy(fact, &when, 90, dice);
            for (line, share) in [("labour", 70), ("parts", 70), ("travel", 40)] {
                let usual = dice.one_of(&["free", "cost", "preferential", "list", "list less 20%"]);
                let right = promise.text(line).filter(|_| dice.percent(60));
                if let Some(price) = right.or(usual.copied()).filter(|_| dice.percent(share)) {
                    set(fact, line, price);
                }
            }
            if dice.percent(40) {
                set(fact, "on", months_on(today, dice.between(-6, 70)).to_string());
            }
        }
        _ if dice.percent(30) => {
            let shift = dice.between(-40, 20);
            let on = today.checked_add(jiff::Span::new().days(shift)).unwrap_or(today);
            set(fact, "on", on.to_string());
        }
        _ => {}
    }
    if role == "out" {
        set(fact, "reason", "claim");
    }
}

fn gate(fact: &mut Fact, (promise, role, _): Word<'_>, dice: &mut Dice) {
    let needs = promise.tables("need");
    match role {
        "pass" => {
            for field in needs.iter().flat_map(|need| texts(need.get("brings"))) {
                if dice.percent(80) {
                    set(fact, &field, format!("{field}-1"));
                }
            }
        }
        "deviation" => {
            for (field, says) in [("reason", "on order"), ("accepted_by", "contact:1")] {
                if dice.percent(88) {
                    set(fact, field, says);
                }
            }
        }
        role => {
            let number = role.split(' ').nth(1).and_then(|number| number.parse::<usize>().ok());
            let Some(need) = number.and_then(|number| needs.get(number)) else { return };
            let item = need.get("item").and_then(Value::as_str).unwrap_or("item");
            let each = texts(need.get("each"));
            let says = match dice.one_of(&each) {
                Some(part) => part.clone(),
                None => format!("{}", dice.between(1, 3)),
            };
            set(fact, item, says);
            if need.contains_key("granted") && dice.percent(50) {
                set(fact, "until", ahead(fact.at, dice));
            }
        }
    }
}
