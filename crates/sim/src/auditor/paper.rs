//! The commitment file as the auditor reads it: straight from the TOML, by `docs/promise-file.md`.
//!
//! Nothing is compiled and nothing is checked; a file that the engine refused never comes here.

use std::collections::BTreeMap;
use std::rc::Rc;

use promise::{Data, Fact, Scalar};
use toml::{Table, Value};

use super::wall::Wall;

/// Something in the file that the auditor cannot judge; it says so rather than guess.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the second judge cannot read {0}")]
pub struct Unaudited(pub String);

/// A commitment file on paper.
#[derive(Debug)]
pub struct Paper {
    pub promises: Vec<Clause>,
    pub attributes: Vec<Attribute>,
    pub calendars: BTreeMap<String, Rc<Wall>>,
    pub figures: BTreeMap<String, String>,
    /// What all coverage promises share.
    pub coverage: Option<Coverage>,
}

/// The table `[coverage]`.
#[derive(Debug)]
pub struct Coverage {
    /// The keys under which conditions stand, with them; `period NAME` begins a period.
    pub roles: Vec<(String, Condition)>,
    pub periods: Table,
    pub calendar: String,
    subject: String,
}

impl Coverage {
    fn read(table: &Table, default: &Table) -> Coverage {
        let text = |key: &str| table.get(key).or(default.get(key)).and_then(Value::as_str).map(str::to_owned);
        let periods = inner(table, "period").cloned().unwrap_or_default();
        let shared = ["out", "back", "replaces", "manufacturer", "charged"];
        let own = shared.iter().map(|key| ((*key).to_owned(), table.get(*key)));
        let begun = periods.iter().map(|(name, period)| (format!("period {name}"), period.get("from")));
        let roles = own.chain(begun).flat_map(|(key, value)| {
            let found = value.map(conditions).unwrap_or_default();
            found.into_iter().map(move |condition| (key.clone(), condition)).collect::<Vec<_>>()
        });
        Coverage {
            roles: roles.collect(),
            calendar: text("calendar").unwrap_or_default(),
            subject: table.get("subject").and_then(Value::as_str).unwrap_or("asset").to_owned(),
            periods,
        }
    }
}

/// A property that promises tell apart.
#[derive(Debug)]
pub struct Attribute {
    pub name: String,
    pub values: Vec<Scalar>,
    pub from: Vec<String>,
    pub default: Option<Scalar>,
}

/// One promise.
#[derive(Debug)]
pub struct Clause {
    pub id: String,
    pub clause: String,
    pub kind: String,
    pub subject: String,
    pub scope: Table,
    /// The keys of the file under which conditions stand, with them.
    pub roles: Vec<(String, Condition)>,
    /// Everything that the promise itself states.
    pub own: Table,
    pub calendar: String,
    pub entries: Vec<Entry>,
}

/// Which facts mean something.
#[derive(Clone, Debug)]
pub struct Condition {
    pub on: String,
    pub when: Table,
    pub requires: Vec<String>,
}

/// One figure and the subjects that it is for.
#[derive(Clone, Debug)]
pub struct Entry {
    pub when: Vec<Table>,
    /// As the file writes it, names of figures looked up; none where a field gives the deadline.
    pub figure: String,
    pub field: Option<String>,
    pub calendar: String,
    /// Only for what starts while this calendar is open (true) or closed.
    pub during: Option<(String, bool)>,
}

/// The roles of a clock that stand for all promises where a promise does not say otherwise.
const SHARED: [&str; 7] = ["pause", "resume", "reset", "cancel", "void", "renegotiate", "waive"];

impl Paper {
    /// Reads a commitment file and the calendar files that it names.
    pub fn read(text: &str, calendars: &[&str]) -> Result<Paper, Unaudited> {
        let file: Table = text.parse().map_err(|error| Unaudited(format!("the file: {error}")))?;
        let mut walls: BTreeMap<String, Wall> = BTreeMap::new();
        for text in calendars {
            let table: Table = text.parse().map_err(|error| Unaudited(format!("a calendar: {error}")))?;
            let wall = Wall::read(&table, &walls)?;
            walls.insert(words(&table, "id"), wall);
        }
        for (id, table) in inner(&file, "calendar").unwrap_or(&Table::new()) {
            let table = table.as_table().ok_or_else(|| Unaudited(format!("the calendar {id}")))?;
            let wall = Wall::read(table, &walls)?;
            walls.insert(id.clone(), wall);
        }
        let figures = inner(&file, "figures").map(|table| {
            table
                .iter()
                .map(|(name, figure)| (name.replace('_', " "), figure.as_str().unwrap_or("").to_owned()))
        });
        let figures: BTreeMap<String, String> = figures.into_iter().flatten().collect();
        let empty = Table::new();
        let default = inner(&file, "default").unwrap_or(&empty);
        let promises = array(&file, "promise").into_iter();
        let promises: Result<Vec<_>, _> = promises.map(|own| Clause::read(own, default, &figures)).collect();
        let coverage = inner(&file, "coverage").map(|table| Coverage::read(table, default));
        let mut promises = promises?;
        if let Some(coverage) = &coverage {
            for promise in promises.iter_mut().filter(|promise| promise.kind == "coverage") {
                promise.subject.clone_from(&coverage.subject);
                promise.roles.clone_from(&coverage.roles);
            }
        }
        let attributes = inner(&file, "attribute").unwrap_or(&empty).iter().map(|(name, table)| {
            let table = table.as_table().unwrap_or(&empty);
            let values = table.get("values").and_then(Value::as_array);
            Attribute {
                name: name.clone(),
                values: values.into_iter().flatten().map(scalar).collect(),
                from: texts(table.get("from")),
                default: table.get("default").map(scalar),
            }
        });
        Ok(Paper {
            attributes: attributes.collect(),
            promises,
            calendars: walls.into_iter().map(|(id, wall)| (id, Rc::new(wall))).collect(),
            figures,
            coverage,
        })
    }

    /// The nouns that promises are about.
    pub fn subjects(&self) -> Vec<&str> {
        let mut nouns: Vec<&str> = Vec::new();
        for promise in &self.promises {
            if !nouns.contains(&promise.subject.as_str()) {
                nouns.push(&promise.subject);
            }
        }
        nouns
    }
}

impl Clause {
    fn read(own: &Table, default: &Table, figures: &BTreeMap<String, String>) -> Result<Clause, Unaudited> {
        let kind = words(own, "kind");
        let stated = |key: &str| own.get(key).or_else(|| default.get(key));
        let mut roles = Vec::new();
        let mut add = |key: &str, value: Option<&Value>| {
            let found = value.map(conditions).unwrap_or_default();
            roles.extend(found.into_iter().map(|condition| (key.to_owned(), condition)));
        };
        match kind.as_str() {
            "clock" => {
                for key in ["start", "stop"] {
                    add(key, own.get(key));
                }
                for key in SHARED {
                    add(key, stated(key));
                }
            }
            "gate" => {
                add("pass", own.get("pass"));
                add("deviation", own.get("deviation"));
                for (number, need) in array(own, "need").into_iter().enumerate() {
                    for (key, fulfils) in [
                        ("done", true),
                        ("seen", true),
                        ("opened", true),
                        ("granted", true),
                        ("undone", false),
                        ("unseen", false),
                        ("closed", false),
                        ("ended", false),
                    ] {
                        add(&format!("need {number} {fulfils}"), need.get(key));
                    }
                }
            }
            kind => {
                let keys: &[&str] = match kind {
                    "quota" => &["start", "end", "count", "uncount", "among", "among_end"],
                    "stock" => &["minimum", "in", "out", "counted"],
                    "roster" => &["start", "end", "duty", "duty_removed", "leave", "leave_withdrawn", "swap"],
                    "rate" => &["start", "end", "fault", "counted", "visit", "review"],
                    _ => &[],
                };
                for key in keys {
                    add(key, own.get(*key));
                }
            }
        }
        if kind != "clock" && kind != "coverage" {
            for key in ["renegotiate", "waive"] {
                add(key, stated(key));
            }
        }
        let calendar = stated("calendar").and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut entries = Vec::new();
        if kind == "clock" || kind == "stock" {
            let reading = Reading { figures, during: None };
            if let Some(within) = own.get("within") {
                reading.within(within, &[], &calendar, &mut entries)?;
            }
            for entry in array(own, "entry") {
                let part = |key: &str| entry.get(key).and_then(Value::as_str).map(str::to_owned);
                let open = part("during").map(|id| (id, true));
                let during = open.or(part("outside").map(|id| (id, false)));
                let reading = Reading { during, ..reading.clone() };
                let when = inner(entry, "when").cloned().unwrap_or_default();
                let calendar = entry.get("calendar").and_then(Value::as_str).unwrap_or(&calendar);
                let within = entry.get("within").ok_or_else(|| Unaudited("an entry".to_owned()))?;
                reading.within(within, &[when], calendar, &mut entries)?;
            }
        }
        Ok(Clause {
            id: words(own, "id"),
            clause: words(own, "clause"),
            kind,
            subject: stated("subject").and_then(Value::as_str).unwrap_or("ticket").to_owned(),
            scope: inner(own, "scope").cloned().unwrap_or_default(),
            roles,
            own: own.clone(),
            calendar,
            entries,
        })
    }

    /// A text of the promise's own.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.own.get(key).and_then(Value::as_str)
    }

    /// A whole number of the promise's own.
    pub fn whole(&self, key: &str) -> Option<u32> {
        self.own.get(key).and_then(Value::as_integer).and_then(|number| u32::try_from(number).ok())
    }

    /// The tables of the promise's own under a key.
    pub fn tables(&self, key: &str) -> Vec<&Table> {
        array(&self.own, key)
    }

    /// Says whether this role of the promise hears the fact: a condition matches and nothing required is missing.
    pub fn hears(&self, role: &str, fact: &Fact) -> bool {
        self.roles.iter().any(|(key, condition)| key == role && condition.is_met(fact))
    }
}

/// Reads figures, however deep they stand.
#[derive(Clone)]
struct Reading<'f> {
    figures: &'f BTreeMap<String, String>,
    during: Option<(String, bool)>,
}

impl Reading<'_> {
    fn within(
        &self,
        value: &Value,
        when: &[Table],
        calendar: &str,
        found: &mut Vec<Entry>,
    ) -> Result<(), Unaudited> {
        let Some(table) = value.as_table() else {
            let written = value.as_str().unwrap_or_default().trim();
            let figure = self.figures.get(written).map_or(written, String::as_str).to_owned();
            let (when, during) = (when.to_vec(), self.during.clone());
            found.push(Entry { when, figure, field: None, calendar: calendar.to_owned(), during });
            return Ok(());
        };
        let calendar = table.get("calendar").and_then(Value::as_str).unwrap_or(calendar).to_owned();
        if let Some(field) = table.get("field").and_then(Value::as_str) {
            let field = Some(field.to_owned());
            let (when, during) = (when.to_vec(), self.during.clone());
            found.push(Entry { when, figure: String::new(), field, calendar, during });
            return Ok(());
        }
        if let Some(within) = table.get("within") {
            return self.within(within, when, &calendar, found);
        }
        let by = texts(table.get("by"));
        if by.is_empty() {
            return Err(Unaudited(format!("the figure `{value}`")));
        }
        self.by(table, &by, when, &calendar, found)
    }

    fn by(
        &self,
        table: &Table,
        by: &[String],
        when: &[Table],
        calendar: &str,
        found: &mut Vec<Entry>,
    ) -> Result<(), Unaudited> {
        let Some((name, rest)) = by.split_first() else { return Ok(()) };
        for (value, inside) in table.iter().filter(|(key, _)| *key != "by") {
            let mut when = when.to_vec();
            if value != "else" {
                when.push(Table::from_iter([(name.clone(), Value::String(value.clone()))]));
            }
            match inside.as_table() {
                Some(deeper) if !rest.is_empty() && deeper.get("within").is_none() => {
                    self.by(deeper, rest, &when, calendar, found)?;
                }
                Some(_) | None => self.within(inside, &when, calendar, found)?,
            }
        }
        Ok(())
    }
}

impl Entry {
    /// How many names it pins down.
    pub fn weight(&self) -> usize {
        self.when.iter().map(weight).sum::<usize>() + usize::from(self.during.is_some())
    }
}

impl Condition {
    /// Says whether the fact bears the name and its fields pass.
    pub fn matches(&self, fact: &Fact) -> bool {
        self.on == fact.name.as_str() && passes(&self.when, &fact.data)
    }

    /// Says whether it matches and brings what is required.
    pub fn is_met(&self, fact: &Fact) -> bool {
        let brings = |field: &String| fact.data.get(field).is_some_and(Scalar::is_present);
        self.matches(fact) && self.requires.iter().all(brings)
    }
}

/// How many names a test pins down.
pub fn weight(test: &Table) -> usize {
    let of = |(key, value): (&String, &Value)| {
        let each = || value.as_array().into_iter().flatten().filter_map(Value::as_table).map(weight);
        match key.as_str() {
            "any" => each().min().unwrap_or(0),
            "all" => each().sum(),
            _ => 1,
        }
    };
    test.iter().map(of).sum()
}

/// Says whether values pass a test.
pub fn passes(test: &Table, values: &Data) -> bool {
    test.iter().all(|(key, wanted)| {
        let mut each = wanted.as_array().into_iter().flatten().filter_map(Value::as_table);
        match key.as_str() {
            "any" => each.any(|test| passes(test, values)),
            "all" => each.all(|test| passes(test, values)),
            "not" => !wanted.as_table().is_some_and(|test| passes(test, values)),
            name => passes_one(wanted, values.get(name)),
        }
    })
}

fn passes_one(wanted: &Value, found: Option<&Scalar>) -> bool {
    let is = |wanted: &Value| found.is_some_and(|found| scalar(wanted).to_string() == found.to_string());
    match wanted {
        Value::Array(many) => many.iter().any(is),
        Value::Table(test) => {
            if let Some(not) = test.get("not") {
                return !passes_one(not, found);
            }
            if let Some(present) = test.get("present").and_then(Value::as_bool) {
                return found.is_some_and(Scalar::is_present) == present;
            }
            let Some(number) = found.and_then(Scalar::as_f64) else { return false };
            test.iter().all(|(word, bound)| {
                let bound =
                    bound.as_float().or_else(|| bound.as_integer().map(|n| n as f64)).unwrap_or(f64::NAN);
                match word.as_str() {
                    "at_least" => number >= bound,
                    "at_most" => number <= bound,
                    "above" => number > bound,
                    "below" => number < bound,
                    _ => false,
                }
            })
        }
        one => is(one),
    }
}

/// A single value of the file as facts hold it.
pub fn scalar(value: &Value) -> Scalar {
    match value {
        Value::String(text) => Scalar::from(text.as_str()),
        Value::Integer(whole) => Scalar::Whole(*whole),
        Value::Float(number) => Scalar::Number(*number),
        Value::Boolean(flag) => Scalar::Flag(*flag),
        other => Scalar::from(other.to_string()),
    }
}

fn conditions(value: &Value) -> Vec<Condition> {
    match value {
        Value::Array(many) => many.iter().flat_map(conditions).collect(),
        Value::Table(table) => {
            let when = inner(table, "when").cloned().unwrap_or_default();
            let requires = texts(table.get("requires"));
            let condition = |on: String| Condition { on, when: when.clone(), requires: requires.clone() };
            texts(table.get("on")).into_iter().map(condition).collect()
        }
        other => {
            let condition = |on: String| Condition { on, when: Table::new(), requires: Vec::new() };
            texts(Some(other)).into_iter().map(condition).collect()
        }
    }
}

fn words(table: &Table, key: &str) -> String {
    table.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn inner<'t>(table: &'t Table, key: &str) -> Option<&'t Table> {
    table.get(key).and_then(Value::as_table)
}

fn array<'t>(table: &'t Table, key: &str) -> Vec<&'t Table> {
    let array = table.get(key).and_then(Value::as_array);
    array.into_iter().flatten().filter_map(Value::as_table).collect()
}

/// One text or several.
pub fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::String(one)) => vec![one.clone()],
        Some(_) | None => Vec::new(),
    }
}
