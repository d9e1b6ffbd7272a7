//! Reads TOML with places: every value knows its line and column, every table knows which keys it may have.
//!
//! Reading goes on after a problem, so that one run shows all of them.

use std::cell::RefCell;
use std::ops::Range;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::fact::Scalar;
use crate::problem::{self, Problem};

/// A text that is being read, with what was found wrong so far.
pub(crate) struct Source<'t> {
    text: &'t str,
    problems: RefCell<Vec<Problem>>,
}

impl<'t> Source<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Source { text, problems: RefCell::new(Vec::new()) }
    }

    /// Parses the text; what is wrong in its syntax is noted, and the rest is read.
    pub(crate) fn parse(&self) -> Spanned<DeTable<'t>> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            self.note(span, "", "syntax", error.message().replace('\n', " "), vec![], None);
        }
        table
    }

    /// Notes a problem at a place.
    pub(crate) fn note(
        &self,
        span: Range<usize>,
        path: &str,
        code: &'static str,
        message: String,
        expected: Vec<String>,
        nearest: Option<String>,
    ) {
        let (line, column) = problem::place(self.text, span.start);
        let path = path.to_owned();
        self.problems.borrow_mut().push(Problem { line, column, path, code, message, expected, nearest });
    }

    pub(crate) fn line_of(&self, span: &Range<usize>) -> usize {
        problem::place(self.text, span.start).0
    }

    /// All that was found wrong, in the order of the text.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        // What stands where the syntax is broken is not judged a second time.
        let broken: Vec<(usize, usize)> =
            problems.iter().filter(|p| p.code == "syntax").map(|p| (p.line, p.column)).collect();
        problems.retain(|p| p.code == "syntax" || !broken.contains(&(p.line, p.column)));
        problems.sort_by(|a, b| (a.line, a.column, &a.message).cmp(&(b.line, b.column, &b.message)));
        problems.dedup();
        problems
    }
}

/// A table that is being read.
#[derive(Clone)]
pub(crate) struct Table<'s, 't> {
    pub(crate) source: &'s Source<'t>,
    pub(crate) path: String,
    pub(crate) span: Range<usize>,
    entries: &'s DeTable<'t>,
}

/// A value that is being read.
#[derive(Clone)]
pub(crate) struct Item<'s, 't> {
    pub(crate) source: &'s Source<'t>,
    pub(crate) path: String,
    pub(crate) span: Range<usize>,
    value: &'s DeValue<'t>,
}

impl<'s, 't> Table<'s, 't> {
    /// The table of a whole file.
    pub(crate) fn root(source: &'s Source<'t>, root: &'s Spanned<DeTable<'t>>) -> Self {
        Table { source, path: String::new(), span: root.span(), entries: root.get_ref() }
    }

    /// Notes every key that is not in the list, with the nearest that is.
    pub(crate) fn only(self, known: &[&str]) -> Self {
        for (key, _) in self.entries {
            let word: &str = key.get_ref();
            if !known.contains(&word) {
                let path = join(&self.path, word);
                let nearest = problem::nearest(word, known.iter().copied()).map(str::to_owned);
                let expected = known.iter().map(|word| format!("`{word}`")).collect();
                let message = format!("unknown key `{word}`");
                self.source.note(key.span(), &path, "unknown-key", message, expected, nearest);
            }
        }
        self
    }

    pub(crate) fn get(&self, key: &str) -> Option<Item<'s, 't>> {
        let (_, value) = self.entries.iter().find(|(written, _)| written.get_ref() == key)?;
        Some(self.item(key, value))
    }

    /// The value of a key that must be there.
    pub(crate) fn need(&self, key: &str) -> Option<Item<'s, 't>> {
        let found = self.get(key);
        if found.is_none() {
            self.wrong("missing-key", format!("the key `{key}` is missing"), vec![]);
        }
        found
    }

    /// Every key with its place and its value, in the order of the text.
    pub(crate) fn items(&self) -> Vec<(String, Range<usize>, Item<'s, 't>)> {
        let mut items: Vec<_> = self
            .entries
            .iter()
            .map(|(key, value)| (key.get_ref().to_string(), key.span(), self.item(key.get_ref(), value)))
            .collect();
        items.sort_by_key(|(_, span, _)| span.start);
        items
    }

    /// The tables of an array of tables, or none.
    pub(crate) fn tables(&self, key: &str) -> Vec<Table<'s, 't>> {
        let Some(item) = self.get(key) else { return Vec::new() };
        item.array().iter().filter_map(Item::table).collect()
    }

    /// A text that must be there and not be empty.
    pub(crate) fn need_text(&self, key: &str) -> Option<String> {
        let item = self.need(key)?;
        let text = item.text()?;
        if text.trim().is_empty() {
            item.wrong("empty", format!("`{key}` is empty"), vec![]);
            return None;
        }
        Some(text)
    }

    /// Notes a problem of the table itself.
    pub(crate) fn wrong(&self, code: &'static str, message: String, expected: Vec<String>) {
        self.source.note(self.span.clone(), &self.path, code, message, expected, None);
    }

    fn item(&self, key: &str, value: &'s Spanned<DeValue<'t>>) -> Item<'s, 't> {
        Item { source: self.source, path: join(&self.path, key), span: value.span(), value: value.get_ref() }
    }
}

impl<'s, 't> Item<'s, 't> {
    /// The same, for a problem that lies at another place, as at the key.
    pub(crate) fn at(&self, span: Range<usize>) -> Self {
        Item { span, ..self.clone() }
    }

    pub(crate) fn is_table(&self) -> bool {
        matches!(self.value, DeValue::Table(_))
    }

    pub(crate) fn is_array(&self) -> bool {
        matches!(self.value, DeValue::Array(_))
    }

    pub(crate) fn as_text(&self) -> Option<&'s str> {
        self.value.as_str()
    }

    pub(crate) fn text(&self) -> Option<String> {
        let text = self.value.as_str().map(str::to_owned);
        if text.is_none() {
            self.expected("a text in quotes");
        }
        text
    }

    /// One text, or several in an array.
    pub(crate) fn texts(&self) -> Vec<(String, Item<'s, 't>)> {
        let items = if self.is_array() { self.array() } else { vec![self.clone()] };
        items.into_iter().filter_map(|item| item.text().map(|text| (text, item))).collect()
    }

    pub(crate) fn flag(&self) -> Option<bool> {
        let flag = self.value.as_bool();
        if flag.is_none() {
            self.expected("true or false");
        }
        flag
    }

    pub(crate) fn number(&self) -> Option<f64> {
        let number = self.scalar().as_ref().and_then(Scalar::as_f64);
        if number.is_none() || self.value.as_str().is_some() {
            self.expected("a number");
            return None;
        }
        number
    }

    pub(crate) fn date(&self) -> Option<Date> {
        let written = match self.value {
            DeValue::Datetime(datetime) => Some(datetime.to_string()),
            DeValue::String(text) => Some(text.to_string()),
            _ => None,
        };
        match written.as_deref().map(str::parse::<Date>) {
            Some(Ok(date)) => Some(date),
            Some(Err(_)) => {
                let message = format!("`{}` is not a date", written.unwrap_or_default());
                self.wrong("date", message, vec!["a date as 2026-10-01".to_owned()]);
                None
            }
            None => {
                self.expected("a date as 2026-10-01");
                None
            }
        }
    }

    /// A single value as the data of a fact holds it.
    pub(crate) fn scalar(&self) -> Option<Scalar> {
        match self.value {
            DeValue::String(text) => Some(Scalar::from(&**text)),
            DeValue::Boolean(flag) => Some(Scalar::Flag(*flag)),
            DeValue::Integer(whole) => {
                i64::from_str_radix(whole.as_str(), whole.radix()).ok().map(Scalar::Whole)
            }
            DeValue::Float(number) => number.as_str().parse().ok().map(Scalar::Number),
            DeValue::Datetime(datetime) => Some(Scalar::from(datetime.to_string())),
            DeValue::Array(_) | DeValue::Table(_) => None,
        }
    }

    pub(crate) fn array(&self) -> Vec<Item<'s, 't>> {
        let DeValue::Array(values) = self.value else {
            self.expected("an array");
            return Vec::new();
        };
        let item = |(at, value): (usize, &'s Spanned<DeValue<'t>>)| Item {
            source: self.source,
            path: format!("{}[{}]", self.path, at + 1),
            span: value.span(),
            value: value.get_ref(),
        };
        values.iter().enumerate().map(item).collect()
    }

    pub(crate) fn table(&self) -> Option<Table<'s, 't>> {
        let DeValue::Table(entries) = self.value else {
            self.expected("a table");
            return None;
        };
        Some(Table { source: self.source, path: self.path.clone(), span: self.span.clone(), entries })
    }

    /// Notes that something else was expected here.
    pub(crate) fn expected(&self, what: &str) {
        let found = match self.value {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "an array",
            DeValue::Table(_) => "a table",
        };
        self.wrong("kind", format!("found {found}"), vec![what.to_owned()]);
    }

    /// Notes a problem of this value.
    pub(crate) fn wrong(&self, code: &'static str, message: String, expected: Vec<String>) {
        self.source.note(self.span.clone(), &self.path, code, message, expected, None);
    }

    /// Notes that a word is not one of those that are known, and the nearest.
    pub(crate) fn unknown<'a>(&self, what: &str, word: &str, known: impl IntoIterator<Item = &'a str>) {
        let known: Vec<&str> = known.into_iter().collect();
        let nearest = problem::nearest(word, known.iter().copied()).map(str::to_owned);
        let expected = known.iter().map(|word| format!("`{word}`")).collect();
        let message = format!("unknown {what} `{word}`");
        self.source.note(self.span.clone(), &self.path, "unknown-word", message, expected, nearest);
    }
}

/// Joins a key to the path of its table.
fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}
