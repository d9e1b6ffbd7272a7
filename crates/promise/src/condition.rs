//! Conditions: which facts mean something to a promise, and which subjects it covers.

use std::sync::Arc;

use crate::fact::{Fact, Scalar};
use crate::reader::{Item, Table};

/// A test of named values: the fields of a fact, or the attributes of a subject.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    /// The value is one of these.
    OneOf {
        key: Arc<str>,
        values: Vec<Scalar>,
    },
    Present {
        key: Arc<str>,
        wanted: bool,
    },
    /// The number lies in these bounds; each says whether it includes its end.
    Between {
        key: Arc<str>,
        least: Option<(f64, bool)>,
        most: Option<(f64, bool)>,
    },
}

impl Test {
    /// The test that everything passes.
    pub fn always() -> Self {
        Test::All(Vec::new())
    }

    /// Says whether the values pass.
    pub fn passes<'v>(&self, look: &impl Fn(&str) -> Option<&'v Scalar>) -> bool {
        match self {
            Test::All(tests) => tests.iter().all(|test| test.passes(look)),
            Test::Any(tests) => tests.iter().any(|test| test.passes(look)),
            Test::Not(test) => !test.passes(look),
            Test::OneOf { key, values } => {
                look(key).is_some_and(|found| values.iter().any(|v| same(v, found)))
            }
            Test::Present { key, wanted } => look(key).is_some_and(Scalar::is_present) == *wanted,
            Test::Between { key, least, most } => look(key).and_then(Scalar::as_f64).is_some_and(|found| {
                least.is_none_or(|(end, included)| found > end || (included && found == end))
                    && most.is_none_or(|(end, included)| found < end || (included && found == end))
            }),
        }
    }

    /// How particular it is: the number of values that it pins down. The more particular entry applies.
    pub fn weight(&self) -> usize {
        match self {
            Test::All(tests) => tests.iter().map(Test::weight).sum(),
            Test::Any(tests) => tests.iter().map(Test::weight).min().unwrap_or(0),
            Test::Not(_) | Test::OneOf { .. } | Test::Present { .. } | Test::Between { .. } => 1,
        }
    }

    /// Calls back with each name that it looks at.
    pub fn names(&self, seen: &mut impl FnMut(&Arc<str>)) {
        match self {
            Test::All(tests) | Test::Any(tests) => tests.iter().for_each(|test| test.names(seen)),
            Test::Not(test) => test.names(seen),
            Test::OneOf { key, .. } | Test::Present { key, .. } | Test::Between { key, .. } => seen(key),
        }
    }

    /// The values that it allows for a name, where it pins them down by naming them.
    pub fn allowed(&self, name: &str) -> Option<&[Scalar]> {
        match self {
            Test::OneOf { key, values } if &**key == name => Some(values),
            Test::All(tests) => tests.iter().find_map(|test| test.allowed(name)),
            Test::OneOf { .. }
            | Test::Any(_)
            | Test::Not(_)
            | Test::Present { .. }
            | Test::Between { .. } => None,
        }
    }

    /// The bounds that it sets for a number, where it sets any.
    pub(crate) fn bounds(&self, name: &str) -> Option<Bounds> {
        match self {
            Test::Between { key, least, most } if &**key == name => {
                Some(Bounds { least: *least, most: *most })
            }
            Test::All(tests) => tests.iter().find_map(|test| test.bounds(name)),
            _ => None,
        }
    }

    /// Says it in the words of the file, as `severity=level3 tier=gold`.
    pub fn label(&self) -> String {
        let list =
            |tests: &[Test], between: &str| tests.iter().map(Test::label).collect::<Vec<_>>().join(between);
        match self {
            Test::All(tests) => list(tests, " "),
            Test::Any(tests) => format!("({})", list(tests, " | ")),
            Test::Not(test) => format!("not({})", test.label()),
            Test::OneOf { key, values } => {
                let values: Vec<String> = values.iter().map(Scalar::to_string).collect();
                format!("{key}={}", values.join("|"))
            }
            Test::Present { key, wanted: true } => format!("{key}?"),
            Test::Present { key, wanted: false } => format!("no {key}"),
            Test::Between { key, least, most } => {
                let end = |bound: &Option<(f64, bool)>, open: &str| match bound {
                    Some((end, true)) => format!("{open}={end}"),
                    Some((end, false)) => format!("{open}{end}"),
                    None => String::new(),
                };
                format!("{key}{}{}", end(least, ">"), end(most, "<"))
            }
        }
    }

    /// Reads a table of tests: every key is a name, or `any`, `all`, `not`.
    pub(crate) fn read(table: &Table<'_, '_>) -> Test {
        let mut tests: Vec<Test> =
            table.items().iter().filter_map(|(key, _, item)| read_one(key, item)).collect();
        if tests.len() == 1 { tests.remove(0) } else { Test::All(tests) }
    }
}

/// The ends between which a number lies; each says whether it includes its end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    least: Option<(f64, bool)>,
    most: Option<(f64, bool)>,
}

impl Bounds {
    /// Says whether some number lies in both.
    pub fn meets(self, other: Bounds) -> bool {
        let reach = |least: Option<(f64, bool)>, most: Option<(f64, bool)>| match (least, most) {
            (Some((low, with_low)), Some((high, with_high))) => {
                low < high || (low == high && with_low && with_high)
            }
            _ => true,
        };
        reach(self.least, other.most) && reach(other.least, self.most)
    }
}

/// Two values are the same if they are written the same, so that `"7"` and `7` do not differ.
fn same(wanted: &Scalar, found: &Scalar) -> bool {
    match (wanted, found) {
        (Scalar::Text(a), Scalar::Text(b)) => a == b,
        (a, b) if a == b => true,
        (a, b) => a.to_string() == b.to_string(),
    }
}

fn read_one(key: &str, item: &Item<'_, '_>) -> Option<Test> {
    match key {
        "any" | "all" => {
            let tests = item.array().iter().filter_map(Item::table).map(|table| Test::read(&table)).collect();
            return Some(if key == "any" { Test::Any(tests) } else { Test::All(tests) });
        }
        "not" => return Some(Test::Not(Box::new(Test::read(&item.table()?)))),
        _ => {}
    }
    let key: Arc<str> = Arc::from(key);
    if item.is_array() {
        let values: Vec<Scalar> = item.array().iter().filter_map(single).collect();
        if values.is_empty() {
            item.wrong("empty", "no value is given, so nothing can pass".to_owned(), vec![]);
        }
        return Some(Test::OneOf { key, values });
    }
    if !item.is_table() {
        return Some(Test::OneOf { key, values: vec![item.scalar()?] });
    }
    let table = item.table()?.only(&["not", "present", "at_least", "at_most", "above", "below"]);
    if let Some(item) = table.get("not") {
        return Some(Test::Not(Box::new(read_one(&key, &item)?)));
    }
    if let Some(item) = table.get("present") {
        return Some(Test::Present { key, wanted: item.flag()? });
    }
    let bound =
        |word: &str, included: bool| table.get(word).and_then(|item| item.number()).map(|n| (n, included));
    let least = bound("at_least", true).or_else(|| bound("above", false));
    let most = bound("at_most", true).or_else(|| bound("below", false));
    if least.is_none() && most.is_none() {
        let expected = ["`not`", "`present`", "`at_least`", "`at_most`", "`above`", "`below`"];
        table.wrong("empty", "no test is given".to_owned(), expected.map(str::to_owned).to_vec());
        return None;
    }
    Some(Test::Between { key, least, most })
}

fn single(item: &Item<'_, '_>) -> Option<Scalar> {
    let scalar = item.scalar();
    if scalar.is_none() {
        item.expected("a single value");
    }
    scalar
}

/// A fact that means something: its name, a test of its fields, and the fields that it must bring.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    pub on: Arc<str>,
    pub when: Test,
    /// What a delivered document must hold; a fact without it does not count, and the obligation says so.
    pub requires: Vec<Arc<str>>,
    /// Where the name stands, for the checker.
    pub line: usize,
}

impl Condition {
    /// Says whether the fields of the fact pass the test.
    pub fn matches(&self, fact: &Fact) -> bool {
        match &self.when {
            Test::All(tests) if tests.is_empty() => true,
            test => test.passes(&|name| fact.data.get(name)),
        }
    }

    /// The required fields that the fact does not bring.
    pub fn missing(&self, fact: &Fact) -> Vec<Arc<str>> {
        let absent = |field: &&Arc<str>| !fact.data.get(field).is_some_and(Scalar::is_present);
        self.requires.iter().filter(absent).cloned().collect()
    }
}

/// Reads `"ticket.reported"`, `{ on = ..., when = {...}, requires = [...] }`, or an array of these.
pub(crate) fn read_conditions(item: &Item<'_, '_>) -> Vec<Condition> {
    if item.is_array() {
        return item.array().iter().flat_map(read_conditions).collect();
    }
    if !item.is_table() {
        return item.texts().into_iter().filter_map(|(name, item)| named(&name, &item)).collect();
    }
    let Some(table) = item.table() else { return Vec::new() };
    let table = table.only(&["on", "when", "requires"]);
    let when =
        table.get("when").and_then(|item| item.table()).map_or_else(Test::always, |when| Test::read(&when));
    let requires = table.get("requires").map(|item| item.texts()).unwrap_or_default();
    let requires: Vec<Arc<str>> = requires.into_iter().map(|(field, _)| Arc::from(field)).collect();
    let names = table.need("on").map(|item| item.texts()).unwrap_or_default();
    let condition = |(name, item): (String, Item<'_, '_>)| {
        named(&name, &item).map(|found| Condition { when: when.clone(), requires: requires.clone(), ..found })
    };
    names.into_iter().filter_map(condition).collect()
}

fn named(name: &str, item: &Item<'_, '_>) -> Option<Condition> {
    let well = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "._-:".contains(c));
    if !well {
        let message = format!("`{name}` is not the name of a fact");
        item.wrong("fact-name", message, vec!["a name as `ticket.reported`".to_owned()]);
        return None;
    }
    let line = item.source.line_of(&item.span);
    Some(Condition { on: Arc::from(name), when: Test::always(), requires: Vec::new(), line })
}
