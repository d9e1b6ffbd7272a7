//! Reads commitment files: `docs/promise-file.md` is the reference of the language.

mod clock;
pub(crate) mod kinds;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::calendar::{self, Calendars};
use crate::condition::{Condition, Test, read_conditions};
use crate::coverage;
use crate::fact::Scalar;
use crate::figure::Figure;
use crate::obligation::{Party, PromiseId};
use crate::problem::Problem;
use crate::reader::{Item, Source, Table};
use crate::terms::{Attribute, Clause, Promise, Reading, Role, Rule, Terms, Words};
use clock::{read_clock, read_figure, read_warnings};

/// The keys of the file itself.
pub const FILE_KEYS: [&str; 14] = [
    "facts",
    "id",
    "version",
    "title",
    "effective_on",
    "default",
    "figures",
    "attribute",
    "clause",
    "reading",
    "calendar",
    "coverage",
    "promise",
    "measure",
];
/// The keys that every promise has, whatever its kind.
pub const PROMISE_KEYS: [&str; 10] =
    ["id", "kind", "clause", "title", "what", "subject", "debtor", "creditor", "scope", "goal"];
/// The keys of a clock.
pub const CLOCK_KEYS: [&str; 14] = [
    "start",
    "stop",
    "pause",
    "resume",
    "reset",
    "cancel",
    "void",
    "renegotiate",
    "waive",
    "within",
    "calendar",
    "warn_at",
    "repeats",
    "entry",
];
/// The keys that `[default]` may hold for all promises.
pub const DEFAULT_KEYS: [&str; 12] = [
    "subject",
    "debtor",
    "creditor",
    "calendar",
    "warn_at",
    "pause",
    "resume",
    "reset",
    "cancel",
    "void",
    "renegotiate",
    "waive",
];
/// The kinds of promise.
pub const KINDS: [&str; 7] = ["clock", "quota", "rate", "coverage", "gate", "roster", "stock"];
const PARTIES: [(&str, Party); 4] = [
    ("provider", Party::Provider),
    ("customer", Party::Customer),
    ("manufacturer", Party::Manufacturer),
    ("third_party", Party::ThirdParty),
];

/// What a file says once for all its promises.
struct Shared<'f> {
    default: Option<Table<'f, 'f>>,
    figures: HashMap<String, (Figure, Item<'f, 'f>)>,
    calendars: Calendars,
    coverage: Option<Arc<coverage::promise::Shared>>,
    /// The line of the first coverage promise, once it was read.
    first_coverage_line: std::cell::Cell<Option<usize>>,
}

/// Reads the text of a commitment file.
pub(crate) fn read(text: &str, calendars: &Calendars) -> Result<Terms, Vec<Problem>> {
    let source = Source::new(text);
    let root = source.parse();
    let terms = read_file(&Table::root(&source, &root), calendars);
    let problems = source.into_problems();
    match terms {
        Some(terms) if problems.is_empty() => Ok(terms),
        Some(_) | None => Err(problems),
    }
}

fn read_file(root: &Table<'_, '_>, calendars: &Calendars) -> Option<Terms> {
    let file = root.clone().only(&FILE_KEYS);
    let id = file.need_text("id");
    let version = match file.need("version") {
        Some(item) => item.scalar().map(|version| version.to_string()),
        None => None,
    };
    let title = words(&file, "title");
    let effective_on = file.get("effective_on").and_then(|item| item.date());
    let clauses = read_clauses(&file);
    let attributes = read_attributes(&file, &clauses);
    let readings = read_readings(&file, &clauses);
    let shared = Shared {
        default: file.get("default").and_then(|item| item.table()).map(|table| table.only(&DEFAULT_KEYS)),
        figures: read_figures(&file),
        calendars: read_calendars(&file, calendars),
        coverage: None,
        first_coverage_line: Default::default(),
    };
    let shared = Shared { coverage: kinds::read_coverage(&file, &shared).map(Arc::new), ..shared };
    let promises = read_promises(&file, &shared, &clauses, &attributes);
    let measures = crate::measure::read_all(&file, &clauses, &promises);
    let (id, version) = (id?, version?);
    let used = promises.iter().flat_map(|promise| promise.rule.calendars());
    let used = used.map(|calendar| (calendar.id().clone(), calendar.clone()));
    let mut terms = Terms {
        label: Arc::from(format!("{id}@{version}")),
        id: Arc::from(id),
        version: Arc::from(version),
        title,
        effective_on,
        facts: file
            .get("facts")
            .map(|item| item.texts())
            .unwrap_or_default()
            .into_iter()
            .map(|(name, _)| Arc::from(name))
            .collect(),
        attributes,
        clauses,
        readings,
        calendars: used.collect(),
        promises,
        subjects: Vec::new(),
        kept: Vec::new(),
        watches: HashMap::new(),
        heeded: HashMap::new(),
        coverage: shared.coverage.clone(),
        measures,
    };
    terms.index();
    Some(terms)
}

fn words(table: &Table<'_, '_>, key: &str) -> Words {
    table.get(key).map(|item| calendar::languages(&item)).unwrap_or_default()
}

fn read_attributes(file: &Table<'_, '_>, clauses: &[Clause]) -> Vec<Attribute> {
    let Some(table) = file.get("attribute").and_then(|item| item.table()) else { return Vec::new() };
    let mut attributes = Vec::new();
    for (name, _, item) in table.items() {
        let Some(table) = item.table() else { continue };
        let table = table.only(&["clause", "values", "order", "names", "means", "from", "default"]);
        let clause = table.get("clause").and_then(|_| need_clause(&table, clauses));
        let values: Vec<Scalar> = table
            .get("values")
            .map(|item| item.array().iter().filter_map(Item::scalar).collect())
            .unwrap_or_default();
        let order = table.get("order").and_then(|item| Some((item.text()?, item)));
        let mildest_first = match order {
            Some((order, item)) if order != "mildest first" && order != "worst first" => {
                item.unknown("order", &order, ["mildest first", "worst first"]);
                true
            }
            Some((order, _)) => order == "mildest first",
            None => true,
        };
        let default = table.get("default").and_then(|item| item.scalar());
        let from = table.get("from").map(|item| item.texts()).unwrap_or_default();
        attributes.push(Attribute {
            name: Arc::from(name),
            mildest_first,
            clause,
            names: words_of_values(&table, "names", &values),
            means: words_of_values(&table, "means", &values),
            from: from.into_iter().map(|(name, _)| Arc::from(name)).collect(),
            values,
            default,
            line: table.source.line_of(&table.span),
        });
    }
    attributes
}

/// Reads words for each value of an attribute.
fn words_of_values(table: &Table<'_, '_>, key: &str, values: &[Scalar]) -> BTreeMap<String, Words> {
    let Some(table) = table.get(key).and_then(|item| item.table()) else { return BTreeMap::new() };
    let known: Vec<String> = values.iter().map(Scalar::to_string).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let table = table.only(&known);
    table.items().into_iter().map(|(value, _, item)| (value, calendar::languages(&item))).collect()
}

fn read_clauses(file: &Table<'_, '_>) -> Vec<Clause> {
    let mut clauses: Vec<Clause> = Vec::new();
    for table in file.tables("clause") {
        let table = table.only(&["id", "title", "text"]);
        let Some(id) = table.need_text("id") else { continue };
        if clauses.iter().any(|clause| *clause.id == *id) {
            table.wrong("twice", format!("the clause `{id}` stands twice in the file"), vec![]);
        }
        let text = words(&table, "text");
        if text.is_empty() {
            table.wrong("missing-key", format!("the clause `{id}` has no `text`"), vec![]);
        }
        let line = table.source.line_of(&table.span);
        clauses.push(Clause { id: Arc::from(id), title: words(&table, "title"), text, line });
    }
    clauses
}

fn read_readings(file: &Table<'_, '_>, clauses: &[Clause]) -> Vec<Reading> {
    let mut readings = Vec::new();
    for table in file.tables("reading") {
        let table = table.only(&["clause", "finding", "promise", "agreed", "agreed_on"]);
        let finding = table.need("finding").and_then(|item| Some((item.text()?, item)));
        let agreed = words(&table, "agreed");
        if agreed.is_empty() {
            table.wrong("missing-key", "the key `agreed` is missing: what was agreed?".to_owned(), vec![]);
        }
        let Some(clause) = need_clause(&table, clauses) else { continue };
        let Some((finding, item)) = finding else { continue };
        if !crate::checker::CODES.contains(&finding.as_str()) {
            item.unknown("finding", &finding, crate::checker::CODES);
        }
        readings.push(Reading {
            clause,
            finding: Arc::from(finding),
            promise: table.get("promise").and_then(|item| item.text()).map(Arc::from),
            agreed,
            agreed_on: table.get("agreed_on").and_then(|item| item.date()),
            line: table.source.line_of(&table.span),
        });
    }
    readings
}

fn need_clause(table: &Table<'_, '_>, clauses: &[Clause]) -> Option<Arc<str>> {
    let item = table.need("clause")?;
    let id = item.text()?;
    if !clauses.iter().any(|clause| *clause.id == *id) {
        item.unknown("clause", &id, clauses.iter().map(|clause| &*clause.id));
    }
    Some(Arc::from(id))
}

fn read_figures<'f>(file: &Table<'f, 'f>) -> HashMap<String, (Figure, Item<'f, 'f>)> {
    let Some(table) = file.get("figures").and_then(|item| item.table()) else { return HashMap::new() };
    let figure = |(name, _, item): (String, std::ops::Range<usize>, Item<'f, 'f>)| {
        let (figure, _) = read_figure(&item, &HashMap::new())?;
        Some((name.replace('_', " "), (figure, item)))
    };
    table.items().into_iter().filter_map(figure).collect()
}

fn read_calendars(file: &Table<'_, '_>, calendars: &Calendars) -> Calendars {
    let mut all = calendars.clone();
    if let Some(table) = file.get("calendar").and_then(|item| item.table()) {
        for (id, _, item) in table.items() {
            let Some(table) = item.table() else { continue };
            if let Some(calendar) = calendar::read_table(&table, Some(&id), &all) {
                all.insert(calendar);
            }
        }
    }
    all
}

fn read_promises(
    file: &Table<'_, '_>,
    shared: &Shared<'_>,
    clauses: &[Clause],
    attributes: &[Attribute],
) -> Vec<Promise> {
    let mut promises: Vec<Promise> = Vec::new();
    for table in file.tables("promise") {
        let Some(promise) = read_promise(&table, shared, clauses, attributes) else { continue };
        if promises.iter().any(|other| other.id == promise.id) {
            table.wrong("twice", format!("the promise `{}` stands twice in the file", promise.id), vec![]);
        }
        promises.push(promise);
    }
    promises
}

fn read_promise(
    table: &Table<'_, '_>,
    shared: &Shared<'_>,
    clauses: &[Clause],
    attributes: &[Attribute],
) -> Option<Promise> {
    let id = table.need_text("id");
    let mut table = table.clone();
    if let Some(id) = &id {
        table.path = format!("promise.{id}");
    }
    let kind = table.need("kind").and_then(|item| Some((item.text()?, item)));
    let clause = need_clause(&table, clauses);
    let scope = match table.get("scope").and_then(|item| item.table()) {
        Some(scope) => {
            known_values(&scope, attributes);
            Test::read(&scope)
        }
        None => Test::always(),
    };
    let debtor = party(&table, "debtor", shared).unwrap_or(Party::Provider);
    let creditor = party(&table, "creditor", shared).unwrap_or(Party::Customer);
    let subject = match (&shared.coverage, table.get("kind").and_then(|item| item.as_text())) {
        (Some(coverage), Some("coverage")) => coverage.subject.to_string(),
        _ => shared_item(&table, "subject", shared)
            .and_then(|item| item.text())
            .unwrap_or_else(|| "ticket".to_owned()),
    };
    let (kind, item) = kind?;
    let (rule, conditions) = match kind.as_str() {
        "clock" => {
            let keys: Vec<&str> = PROMISE_KEYS.into_iter().chain(CLOCK_KEYS).collect();
            let table = table.clone().only(&keys);
            let conditions = read_roles(&table, shared);
            (Rule::Clock(read_clock(&table, shared, attributes)?), conditions)
        }
        other if KINDS.contains(&other) => kinds::read(&table, other, id.as_deref()?, shared)?,
        _ => {
            item.unknown("kind", &kind, KINDS);
            let keys: Vec<&str> = PROMISE_KEYS.into_iter().chain(CLOCK_KEYS).collect();
            table.only(&keys);
            return None;
        }
    };
    let id = id?;
    Some(Promise {
        what: Arc::from(table.get("what").and_then(|item| item.text()).unwrap_or_else(|| id.clone())),
        id: PromiseId::new(&id),
        clause: clause?,
        title: words(&table, "title"),
        subject: Arc::from(subject),
        debtor,
        creditor,
        is_goal: table.get("goal").and_then(|item| item.flag()).unwrap_or(false),
        scope,
        rule,
        conditions,
        line: table.source.line_of(&table.span),
    })
}

/// The promise's own value of a key, else the file's default.
fn shared_item<'f>(table: &Table<'f, 'f>, key: &str, shared: &Shared<'f>) -> Option<Item<'f, 'f>> {
    table.get(key).or_else(|| shared.default.as_ref()?.get(key))
}

fn party(table: &Table<'_, '_>, key: &str, shared: &Shared<'_>) -> Option<Party> {
    let item = shared_item(table, key, shared)?;
    let word = item.text()?;
    let found = PARTIES.iter().find(|(name, _)| *name == word).map(|(_, party)| *party);
    if found.is_none() {
        item.unknown("party", &word, PARTIES.map(|(name, _)| name));
    }
    found
}

fn read_roles(table: &Table<'_, '_>, shared: &Shared<'_>) -> Vec<(Role, Condition)> {
    let mut conditions = Vec::new();
    for role in Role::ALL {
        let item = match role {
            // What starts and what stops a promise is its own.
            Role::Start | Role::Stop => table.need(role.key()),
            _ => shared_item(table, role.key(), shared),
        };
        let Some(item) = item else { continue };
        conditions.extend(read_conditions(&item).into_iter().map(|condition| (role, condition)));
    }
    conditions
}

/// Notes each value in a test that the attribute does not have.
fn known_values(table: &Table<'_, '_>, attributes: &[Attribute]) {
    for (name, _, item) in table.items() {
        let Some(attribute) = attributes.iter().find(|attribute| *attribute.name == *name) else { continue };
        if attribute.values.is_empty() || item.is_table() {
            continue;
        }
        let known: Vec<String> = attribute.values.iter().map(Scalar::to_string).collect();
        let items = if item.is_array() { item.array() } else { vec![item] };
        for item in items {
            let value = item.scalar().map(|value| value.to_string()).unwrap_or_default();
            if !known.contains(&value) {
                item.unknown(&name, &value, known.iter().map(String::as_str));
            }
        }
    }
}
