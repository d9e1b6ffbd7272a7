//! A commitment file as a form: every value of the text has a field, and a field changes its value alone.
//!
//! The text is the draft; the form is a view of it. Comments, order and blanks stay as they were written, also in
//! the line of a value that changed.

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, TableLike, Value};

/// Between the parts of a path, as `promise/3/within`.
const BETWEEN: char = '/';
/// Fields that a form shows; a file with more is edited as text.
const FIELDS_MOST: usize = 6_000;

/// One value of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Where it stands, as `promise/3/within`.
    pub path: String,
    /// The keys below the group, as `within` `level1`.
    pub keys: Vec<String>,
    pub shown: String,
    /// Whether it is a text; anything else is shown as it stands in the file.
    pub is_text: bool,
    /// Whether the key stands in the file; a missing one is offered empty.
    pub is_there: bool,
}

/// A part of the file that is shown together: the file's own keys, one promise, one reading, one clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The table, as `promise`; empty for the file's own keys.
    pub table: String,
    /// What it names itself: its `id`, or the clause of a reading.
    pub name: String,
    /// What its problems begin with, as `promise.respond`.
    pub problems_under: String,
    pub values: Vec<Cell>,
}

/// Keys of a promise that are offered where they do not stand.
const OFFERED: [&str; 3] = ["scope", "calendar", "warn_at"];

/// Every value of a file, in groups, in the order of the file.
///
/// Errors: the text is no TOML; the words of the reader say why.
pub fn groups(text: &str) -> Result<Vec<Group>, String> {
    let file: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| error.message().to_owned())?;
    let mut all = Vec::new();
    let mut own = Group::new("", "", "");
    for (key, item) in file.iter() {
        match item {
            Item::ArrayOfTables(tables) => {
                for (place, table) in tables.iter().enumerate() {
                    all.push(group_of(key, place, table));
                }
            }
            item => own.add(vec![key.to_owned()], key.to_owned(), item),
        }
    }
    all.insert(0, own);
    let mut left = FIELDS_MOST;
    for group in &mut all {
        group.values.truncate(left);
        left -= group.values.len();
    }
    Ok(all)
}

fn group_of(key: &str, place: usize, table: &Table) -> Group {
    let text = |name: &str| table.get(name).and_then(Item::as_str).unwrap_or_default().to_owned();
    let name = if key == "reading" { text("clause") } else { text("id") };
    let mut group = Group::new(key, &name, &format!("{key}.{name}"));
    for (inner, item) in table.iter() {
        group.add(vec![inner.to_owned()], format!("{key}{BETWEEN}{place}{BETWEEN}{inner}"), item);
    }
    if key == "promise" {
        for offered in OFFERED.into_iter().filter(|offered| !table.contains_key(offered)) {
            group.values.push(Cell {
                path: format!("{key}{BETWEEN}{place}{BETWEEN}{offered}"),
                keys: vec![offered.to_owned()],
                shown: String::new(),
                is_text: offered == "calendar",
                is_there: false,
            });
        }
    }
    group
}

impl Group {
    fn new(table: &str, name: &str, problems_under: &str) -> Group {
        Group {
            table: table.to_owned(),
            name: name.to_owned(),
            problems_under: problems_under.to_owned(),
            values: Vec::new(),
        }
    }

    fn add(&mut self, keys: Vec<String>, path: String, item: &Item) {
        let below = |key: &str| {
            let mut keys = keys.clone();
            keys.push(key.to_owned());
            (keys, format!("{path}{BETWEEN}{key}"))
        };
        if let Some(tables) = item.as_array_of_tables() {
            for (place, table) in tables.iter().enumerate() {
                for (key, item) in table.iter() {
                    let (mut keys, _) = below(key);
                    keys.insert(keys.len() - 1, (place + 1).to_string());
                    self.add(keys, format!("{path}{BETWEEN}{place}{BETWEEN}{key}"), item);
                }
            }
        } else if let Some(table) = item.as_table_like() {
            for (key, item) in table.iter() {
                let (keys, path) = below(key);
                self.add(keys, path, item);
            }
        } else if let Some(value) = item.as_value() {
            let is_text = value.is_str();
            self.values.push(Cell { path, keys, shown: shown(value), is_text, is_there: true });
        }
    }
}

/// A value as a field shows it: a text by itself, anything else as it stands in the file.
fn shown(value: &Value) -> String {
    match value.as_str() {
        Some(text) => text.to_owned(),
        None => {
            let mut bare = value.clone();
            bare.decor_mut().clear();
            bare.to_string()
        }
    }
}

/// Puts values into a text by their paths and leaves all else as it is. A value that did not change is left alone,
/// and an empty one takes its key away. A path that leads nowhere changes nothing.
///
/// Errors: the text is no TOML.
pub fn changed<'v>(
    text: &str,
    values: impl IntoIterator<Item = (&'v str, &'v str)>,
) -> Result<String, String> {
    let mut file: DocumentMut =
        text.parse().map_err(|error: toml_edit::TomlError| error.message().to_owned())?;
    for (path, value) in values {
        let keys: Vec<&str> = path.split(BETWEEN).collect();
        let Some((key, above)) = keys.split_last() else { continue };
        if let Some(table) = walk(file.as_table_mut(), above) {
            put(table, key, value);
        }
    }
    Ok(file.to_string())
}

fn walk<'t>(from: &'t mut dyn TableLike, keys: &[&str]) -> Option<&'t mut dyn TableLike> {
    let Some((key, rest)) = keys.split_first() else { return Some(from) };
    let item = from.get_mut(key)?;
    if item.is_array_of_tables() {
        let (place, rest) = rest.split_first()?;
        return walk(item.as_array_of_tables_mut()?.get_mut(place.parse().ok()?)?, rest);
    }
    walk(item.as_table_like_mut()?, rest)
}

fn put(table: &mut dyn TableLike, key: &str, text: &str) {
    let text = text.replace("\r\n", "\n");
    let is_empty = text.trim().is_empty();
    if !table.contains_key(key) {
        if !is_empty {
            let new = if key == "calendar" { Value::from(text) } else { read(&text) };
            table.insert(key, Item::Value(new));
        }
        return;
    }
    let Some(old) = table.get_mut(key).and_then(Item::as_value_mut) else { return };
    if shown(old) == text {
        return;
    }
    if is_empty {
        table.remove(key);
        return;
    }
    let mut new = if old.is_str() { Value::from(text) } else { read(&text) };
    // What stands around the value, a comment behind it too, stays.
    *new.decor_mut() = old.decor().clone();
    *old = new;
}

/// A value as it is written; what cannot be read stands as a text, for the checker to name.
fn read(text: &str) -> Value {
    text.trim().parse().unwrap_or_else(|_| Value::from(text))
}

/// A new version made from a text: the next version, in force from a day. All else is as it was.
pub fn next_version(text: &str, on: jiff::civil::Date) -> String {
    let Ok(file) = text.parse::<DocumentMut>() else { return text.to_owned() };
    let version = file.get("version").and_then(Item::as_value).map(shown).unwrap_or_default();
    let next = match version.parse::<u64>() {
        Ok(number) => (number + 1).to_string(),
        Err(_) => format!("{version}-2"),
    };
    let on = on.to_string();
    changed(text, [("version", next.as_str()), ("effective_on", on.as_str())])
        .unwrap_or_else(|_| text.to_owned())
}

/// A text with one more promise at the end of its promises, for the author to fill.
pub fn with_promise(text: &str) -> Result<String, String> {
    let mut file: DocumentMut =
        text.parse().map_err(|error: toml_edit::TomlError| error.message().to_owned())?;
    let tables = |item: Option<&Item>| item.and_then(Item::as_array_of_tables).cloned().unwrap_or_default();
    let clauses: ArrayOfTables = tables(file.get("clause"));
    let clause = clauses.iter().next().and_then(|clause| clause.get("id")).and_then(Item::as_str);
    let clause = clause.unwrap_or_default().to_owned();
    let mut promises = tables(file.get("promise"));
    let mut table = Table::new();
    let id = format!("promise-{}", promises.len() + 1);
    for (key, value) in [
        ("id", id.as_str()),
        ("kind", "clock"),
        ("clause", clause.as_str()),
        ("start", "ticket.reported"),
        ("stop", "ticket.handling_started"),
        ("calendar", "24x7"),
        ("within", "4h"),
    ] {
        table.insert(key, toml_edit::value(value));
    }
    let place = promises.iter().filter_map(last_position).max();
    table.set_position(Some(place.unwrap_or(isize::MAX / 2)));
    table.decor_mut().set_prefix("\n");
    promises.push(table);
    file.insert("promise", Item::ArrayOfTables(promises));
    Ok(file.to_string())
}

/// Where the last table under a table stands in its file; what is written after it begins a new one.
fn last_position(table: &Table) -> Option<isize> {
    let inner = table.iter().filter_map(|(_, item)| match item {
        Item::Table(table) => last_position(table),
        Item::ArrayOfTables(tables) => tables.iter().filter_map(last_position).max(),
        Item::None | Item::Value(_) => None,
    });
    inner.chain(table.position()).max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commitments::publish::STANDARD;

    #[test]
    fn a_field_changes_its_value_alone() {
        let text = crate::commitments::tests::SMALL;
        let paths: Vec<String> =
            groups(text).unwrap().iter().flat_map(|g| g.values.iter().map(|v| v.path.clone())).collect();
        for expected in [
            "id",
            "title/en",
            "figures/at_once",
            "clause/0/text/zh-Hans",
            "promise/0/within",
            "promise/0/scope",
        ] {
            assert!(paths.iter().any(|path| path == expected), "{expected}: {paths:?}");
        }
        for (path, value, old, new) in [
            ("promise/0/within", "2h", "within = \"4h\"  # agreed", "within = \"2h\"  # agreed"),
            ("effective_on", "2026-07-01", "effective_on = 2026-01-01", "effective_on = 2026-07-01"),
            ("title/en", "Gold", "en = \"Gold service\" }", "en = \"Gold\" }"),
            ("figures/at_once", "", "at_once = \"15 min\"\n", ""),
            ("promise/0/nothing/here", "x", "", ""),
        ] {
            let made = changed(text, [(path, value)]).unwrap();
            assert_eq!(made, text.replacen(old, new, 1), "{path}");
        }
        let scoped = changed(text, [("promise/0/scope", "{ kind = \"fault\" }")]).unwrap();
        assert!(
            scoped.contains("scope = { kind = \"fault\" }") && scoped.contains("# agreed by telephone"),
            "{scoped}"
        );
        assert!(changed("id = ", []).is_err());
    }

    #[test]
    fn the_whole_form_sent_back_changes_nothing() {
        for text in [crate::commitments::tests::SMALL, STANDARD] {
            let groups = groups(text).unwrap();
            let all = groups.iter().flat_map(|group| &group.values);
            let sent: Vec<(&str, &str)> = all.map(|v| (v.path.as_str(), v.shown.as_str())).collect();
            assert!(changed(text, sent).unwrap() == text, "a form that was not touched changed the text");
        }
    }

    #[test]
    fn a_new_version_counts_on_and_keeps_the_comments() {
        let next = next_version(STANDARD, "2026-03-01".parse().unwrap());
        let expected = STANDARD.replacen("version = \"1\"", "version = \"2\"", 1).replacen(
            "effective_on = 2024-01-01",
            "effective_on = 2026-03-01",
            1,
        );
        assert!(next == expected);
        let more = with_promise(STANDARD).unwrap();
        let terms = crate::commitments::publish::Draft::read(&more).unwrap().terms;
        // It does not tear a promise from its tables below, wherever it stands.
        let gated = "[[clause]]\nid = \"1\"\n\n[[promise]]\nid = \"a\"\n\n[[promise.need]]\nkey = \"k\"\n\n[[reading]]\n";
        let made = with_promise(gated).unwrap();
        let place = |words: &str| made.find(words).unwrap();
        assert!(
            place("key = \"k\"") < place("promise-2") && place("promise-2") < place("[[reading]]"),
            "{made}"
        );
        assert_eq!(terms.promises().last().unwrap().clause.as_ref(), "C1.1");
        assert_eq!(more.matches('#').count(), STANDARD.matches('#').count());
    }
}
