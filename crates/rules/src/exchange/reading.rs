//! How one field is read from the cells of a row: a column, a constant or several columns in a sentence, and
//! the table that turns a stranger's words into ours.

use std::collections::HashMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, MapAccess, Visitor, value::MapAccessDeserializer};

use super::{Cells, Fault};

/// A field as the mapping file writes it, before its words are looked up.
#[derive(Debug, Clone, Default)]
pub(super) struct Written {
    pub from: WrittenFrom,
    pub values: Vec<(String, String)>,
    pub otherwise: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub(super) enum WrittenFrom {
    #[default]
    Nothing,
    Column(String),
    Constant(String),
    Template(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    column: Option<String>,
    value: Option<String>,
    template: Option<String>,
    #[serde(default)]
    values: toml::Table,
    otherwise: Option<String>,
}

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = Written;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("the name of a column, or a table with one of `column`, `value`, `template`")
            }

            fn visit_str<E: de::Error>(self, column: &str) -> Result<Written, E> {
                Ok(Written { from: WrittenFrom::Column(column.to_owned()), ..Written::default() })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Written, A::Error> {
                let table = Table::deserialize(MapAccessDeserializer::new(map))?;
                let from = match (table.column, table.value, table.template) {
                    (Some(column), None, None) => WrittenFrom::Column(column),
                    (None, Some(value), None) => WrittenFrom::Constant(value),
                    (None, None, Some(template)) => WrittenFrom::Template(template),
                    _ => return Err(de::Error::custom("say one of `column`, `value`, `template`")),
                };
                let mut values = Vec::new();
                for (theirs, ours) in table.values {
                    match ours {
                        toml::Value::String(ours) => values.push((theirs, ours)),
                        other => {
                            return Err(de::Error::custom(format!(
                                "`{theirs}` must lead to a text, not {other}"
                            )));
                        }
                    }
                }
                Ok(Written { from, values, otherwise: table.otherwise })
            }
        }

        deserializer.deserialize_any(Either)
    }
}

/// A field that is ready to be read; `T` is what its words mean.
#[derive(Debug, Clone)]
pub(super) struct Reading<T> {
    from: From,
    words: Option<Words<T>>,
}

#[derive(Debug, Clone)]
struct Words<T> {
    exact: HashMap<String, T>,
    folded: HashMap<String, T>,
    otherwise: Option<T>,
}

#[derive(Debug, Clone)]
enum From {
    Column(Column),
    Constant(String),
    Template(Vec<Piece>),
}

#[derive(Debug, Clone)]
enum Piece {
    Text(String),
    Cell(Column),
}

/// A column, and where it stands once the header is known.
#[derive(Debug, Clone)]
struct Column {
    name: String,
    place: usize,
}

/// A cell that means nothing to us.
pub(super) struct Unread {
    pub column: Option<String>,
    pub fault: Fault,
}

impl<T: Clone> Reading<T> {
    /// Looks up the words of a field.
    ///
    /// Errors: the word of ours that does not exist.
    pub fn compile(written: Written, word: impl Fn(&str) -> Option<T>) -> Result<Reading<T>, String> {
        let known = |ours: &str| word(ours).ok_or_else(|| ours.to_owned());
        let mut words = None;
        if !written.values.is_empty() || written.otherwise.is_some() {
            let mut exact = HashMap::new();
            for (theirs, ours) in &written.values {
                exact.insert(theirs.trim().to_owned(), known(ours)?);
            }
            let folded = exact.iter().map(|(theirs, ours)| (theirs.to_lowercase(), ours.clone())).collect();
            let otherwise = written.otherwise.as_deref().map(known).transpose()?;
            words = Some(Words { exact, folded, otherwise });
        }
        let column = |name: &str| Column { name: name.trim().to_owned(), place: usize::MAX };
        let from = match written.from {
            WrittenFrom::Nothing => From::Constant(String::new()),
            WrittenFrom::Column(name) => From::Column(column(&name)),
            WrittenFrom::Constant(value) => {
                if words.is_none() {
                    known(&value)?;
                }
                From::Constant(value)
            }
            WrittenFrom::Template(template) => From::Template(pieces(&template, column)?),
        };
        Ok(Reading { from, words })
    }

    /// Finds the columns in the header; `missing` collects those that are not there.
    pub fn bind(&mut self, find: &mut dyn FnMut(&str) -> Option<usize>, missing: &mut Vec<String>) {
        let mut place = |column: &mut Column| match find(&column.name) {
            Some(found) => column.place = found,
            None => missing.push(column.name.clone()),
        };
        match &mut self.from {
            From::Column(column) => place(column),
            From::Constant(_) => {}
            From::Template(pieces) => {
                for piece in pieces {
                    if let Piece::Cell(column) = piece {
                        place(column);
                    }
                }
            }
        }
    }

    /// The column that is read, for messages.
    pub fn column(&self) -> Option<&str> {
        match &self.from {
            From::Column(column) => Some(&column.name),
            From::Constant(_) | From::Template(_) => None,
        }
    }

    /// The text of the field; `None` when the cell is empty or holds a mark for a missing value.
    pub fn text(&self, cells: &dyn Cells, missing: &[String]) -> Option<String> {
        match &self.from {
            From::Column(column) => present(cells.cell(column.place), missing).map(str::to_owned),
            From::Constant(value) => Some(value.clone()).filter(|value| !value.is_empty()),
            From::Template(pieces) => {
                let mut text = String::new();
                let mut any = false;
                for piece in pieces {
                    match piece {
                        Piece::Text(words) => text.push_str(words),
                        Piece::Cell(column) => match present(cells.cell(column.place), missing) {
                            Some(cell) => {
                                any = true;
                                text.push_str(cell);
                            }
                            None => text.push('—'),
                        },
                    }
                }
                any.then_some(text)
            }
        }
    }

    /// What the field means.
    ///
    /// Errors: [`Unread`] when the text is none of the words.
    pub fn word(
        &self,
        cells: &dyn Cells,
        missing: &[String],
        own: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Unread> {
        let borrowed;
        let text = match &self.from {
            From::Column(column) => match present(cells.cell(column.place), missing) {
                Some(cell) => cell,
                None => return Ok(self.words.as_ref().and_then(|words| words.otherwise.clone())),
            },
            From::Constant(_) | From::Template(_) => match self.text(cells, missing) {
                Some(text) => {
                    borrowed = text;
                    &borrowed
                }
                None => return Ok(None),
            },
        };
        let found = match &self.words {
            None => own(text),
            Some(words) => words
                .exact
                .get(text)
                .or_else(|| words.folded.get(&text.to_lowercase()))
                .or(words.otherwise.as_ref())
                .cloned(),
        };
        found.map(Some).ok_or_else(|| Unread {
            column: self.column().map(str::to_owned),
            fault: Fault::UnknownValue { given: text.to_owned() },
        })
    }
}

/// The text of a cell, unless it is empty or one of the marks for a missing value.
fn present<'a>(cell: &'a str, missing: &[String]) -> Option<&'a str> {
    if cell.is_empty() || missing.iter().any(|mark| mark == cell) { None } else { Some(cell) }
}

fn pieces(template: &str, column: impl Fn(&str) -> Column) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').ok_or_else(|| template.to_owned())?;
        if !before.is_empty() {
            pieces.push(Piece::Text(before.to_owned()));
        }
        pieces.push(Piece::Cell(column(name)));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    Ok(pieces)
}
