//! A fact: something that happened, with the time it happened and the time we learned of it.
//!
//! The engine knows facts by name only. It has no list of names of its own; the commitment file says which
//! names matter, and `docs/facts.md` describes the ones that the program itself records.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The name of a kind of fact: a noun of the field, a dot, and what happened to it, as `ticket.reported`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Name(Arc<str>);

impl Name {
    /// Makes a name of its words.
    pub fn new(words: &str) -> Self {
        Name(Arc::from(words))
    }

    /// The name as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Name {
    fn from(words: &str) -> Self {
        Name::new(words)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something that happened. Facts are only ever added.
///
/// Units: `at` and `learned_at` count to the microsecond; what is finer is cut off when a fact is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// Its place in the order in which facts were recorded. Breaks ties between facts of the same instant.
    pub seq: u64,
    pub name: Name,
    /// When it happened.
    pub at: Timestamp,
    /// When we learned of it; the same as `at` unless somebody told us later.
    pub learned_at: Timestamp,
    /// Who said so, as `user:3`. Empty where the source does not say.
    pub by: String,
    pub about: About,
    pub data: Data,
}

impl Fact {
    /// A fact that was learned of when it happened.
    pub fn new(seq: u64, name: &str, at: Timestamp, about: About, data: Data) -> Self {
        Fact { seq, name: Name::new(name), at, learned_at: at, by: String::new(), about, data }
    }

    /// The order in which facts are judged: by the time they happened, then by the order they were recorded.
    pub fn order(&self) -> (Timestamp, u64) {
        (self.at, self.seq)
    }
}

/// What a fact is about: noun to id, as `ticket` to `104217`. Keeps the order in which it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About(Vec<(Arc<str>, Arc<str>)>);

impl About {
    /// About nothing yet.
    pub fn new() -> Self {
        About(Vec::new())
    }

    /// The same, and about this as well. Replaces what the noun stood for before.
    pub fn with(mut self, noun: &str, id: impl fmt::Display) -> Self {
        self.set(Arc::from(noun), Arc::from(id.to_string()));
        self
    }

    /// Sets what a noun stands for.
    pub fn set(&mut self, noun: Arc<str>, id: Arc<str>) {
        match self.0.iter_mut().find(|(key, _)| *key == noun) {
            Some(entry) => entry.1 = id,
            None => self.0.push((noun, id)),
        }
    }

    /// The id under this noun.
    pub fn get(&self, noun: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| &**key == noun).map(|(_, id)| &**id)
    }

    /// Every noun with its id, as written.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(noun, id)| (&**noun, &**id))
    }

    /// Says whether the fact is about nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A single value in the data of a fact.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Scalar {
    Flag(bool),
    Whole(i64),
    Number(f64),
    Text(Arc<str>),
    Nothing,
}

impl Scalar {
    /// The words of a text, or nothing for any other kind of value.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Scalar::Text(text) => Some(text),
            Scalar::Flag(_) | Scalar::Whole(_) | Scalar::Number(_) | Scalar::Nothing => None,
        }
    }

    /// Says whether there is something: not null, and not an empty text.
    pub fn is_present(&self) -> bool {
        match self {
            Scalar::Nothing => false,
            Scalar::Text(text) => !text.trim().is_empty(),
            Scalar::Flag(_) | Scalar::Whole(_) | Scalar::Number(_) => true,
        }
    }

    /// The value as a number, where it is one.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Scalar::Whole(whole) => Some(*whole as f64),
            Scalar::Number(number) => Some(*number),
            Scalar::Text(text) => text.trim().parse().ok(),
            Scalar::Flag(_) | Scalar::Nothing => None,
        }
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scalar::Flag(flag) => flag.fmt(f),
            Scalar::Whole(whole) => whole.fmt(f),
            Scalar::Number(number) => number.fmt(f),
            Scalar::Text(text) => f.write_str(text),
            Scalar::Nothing => Ok(()),
        }
    }
}

impl From<&str> for Scalar {
    fn from(text: &str) -> Self {
        Scalar::Text(Arc::from(text))
    }
}

impl From<String> for Scalar {
    fn from(text: String) -> Self {
        Scalar::Text(Arc::from(text))
    }
}

impl From<bool> for Scalar {
    fn from(flag: bool) -> Self {
        Scalar::Flag(flag)
    }
}

impl From<i64> for Scalar {
    fn from(whole: i64) -> Self {
        Scalar::Whole(whole)
    }
}

impl From<f64> for Scalar {
    fn from(number: f64) -> Self {
        Scalar::Number(number)
    }
}

impl From<Timestamp> for Scalar {
    fn from(at: Timestamp) -> Self {
        Scalar::Text(Arc::from(at.to_string()))
    }
}

impl<T: Into<Scalar>> From<Option<T>> for Scalar {
    fn from(value: Option<T>) -> Self {
        value.map_or(Scalar::Nothing, Into::into)
    }
}

/// The details of a fact: field to value. Keeps the order in which it was written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Data(Vec<(Arc<str>, Scalar)>);

impl Data {
    /// No details yet.
    pub fn new() -> Self {
        Data(Vec::new())
    }

    /// The same with this field as well. Replaces what the field held before.
    pub fn with(mut self, field: &str, value: impl Into<Scalar>) -> Self {
        self.set(Arc::from(field), value.into());
        self
    }

    /// Sets a field.
    pub fn set(&mut self, field: Arc<str>, value: Scalar) {
        match self.0.iter_mut().find(|(key, _)| *key == field) {
            Some(entry) => entry.1 = value,
            None => self.0.push((field, value)),
        }
    }

    /// The value of a field.
    pub fn get(&self, field: &str) -> Option<&Scalar> {
        self.0.iter().find(|(key, _)| &**key == field).map(|(_, value)| value)
    }

    /// The words of a field, where it holds a text.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.get(field).and_then(Scalar::as_str)
    }

    /// Every field with its value, as written.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Scalar)> {
        self.0.iter().map(|(field, value)| (&**field, value))
    }

    /// Says whether there are no details.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for About {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (noun, id) in &self.0 {
            map.serialize_entry(noun, id)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for About {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Nouns;
        impl<'de> Visitor<'de> for Nouns {
            type Value = About;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of nouns to ids, as {\"ticket\": \"104217\"}")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<About, A::Error> {
                let mut about = About::new();
                while let Some((noun, id)) = map.next_entry::<Arc<str>, Scalar>()? {
                    match id {
                        Scalar::Text(id) => about.set(noun, id),
                        Scalar::Whole(id) => about.set(noun, Arc::from(id.to_string())),
                        Scalar::Nothing => {}
                        Scalar::Flag(_) | Scalar::Number(_) => {
                            return Err(A::Error::custom(format!("`about.{noun}` must be an id in quotes")));
                        }
                    }
                }
                Ok(about)
            }
        }
        deserializer.deserialize_map(Nouns)
    }
}

// By hand: of an untagged enum, each kind that does not fit is tried first and makes an error that nobody reads.
impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Scalar, D::Error> {
        struct Single;
        impl Visitor<'_> for Single {
            type Value = Scalar;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, a number, true, false or null")
            }
            fn visit_bool<E>(self, flag: bool) -> Result<Scalar, E> {
                Ok(Scalar::Flag(flag))
            }
            fn visit_i64<E>(self, whole: i64) -> Result<Scalar, E> {
                Ok(Scalar::Whole(whole))
            }
            fn visit_u64<E>(self, whole: u64) -> Result<Scalar, E> {
                Ok(i64::try_from(whole).map_or(Scalar::Number(whole as f64), Scalar::Whole))
            }
            fn visit_f64<E>(self, number: f64) -> Result<Scalar, E> {
                Ok(Scalar::Number(number))
            }
            fn visit_str<E>(self, text: &str) -> Result<Scalar, E> {
                Ok(Scalar::Text(Arc::from(text)))
            }
            fn visit_unit<E>(self) -> Result<Scalar, E> {
                Ok(Scalar::Nothing)
            }
        }
        deserializer.deserialize_any(Single)
    }
}

impl Serialize for Data {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (field, value) in &self.0 {
            map.serialize_entry(field, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Data {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Data;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of fields to single values")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Data, A::Error> {
                let mut data = Data::new();
                while let Some(field) = map.next_key::<Arc<str>>()? {
                    let value = map.next_value::<Scalar>().map_err(|_| {
                        A::Error::custom(format!(
                            "`data.{field}` must be a single value: a text, a number, true, false or null"
                        ))
                    })?;
                    data.set(field, value);
                }
                Ok(data)
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

/// The written form of a fact: one JSON object, one line.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    seq: Option<u64>,
    name: Name,
    at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    learned_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    by: String,
    #[serde(default)]
    about: About,
    #[serde(default, skip_serializing_if = "Data::is_empty")]
    data: Data,
}

impl Serialize for Fact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written {
            seq: Some(self.seq),
            name: self.name.clone(),
            at: self.at,
            learned_at: (self.learned_at != self.at).then_some(self.learned_at),
            by: self.by.clone(),
            about: self.about.clone(),
            data: self.data.clone(),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Fact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        let at = to_microsecond(written.at);
        Ok(Fact {
            seq: written.seq.unwrap_or(0),
            name: written.name,
            at,
            learned_at: written.learned_at.map_or(at, to_microsecond),
            by: written.by,
            about: written.about,
            data: written.data,
        })
    }
}

/// Cuts an instant to the microsecond, the precision in which facts are kept and compared.
pub fn to_microsecond(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_reads_and_writes_itself() {
        let line = r#"{"seq":1,"name":"ticket.reported","at":"2026-01-05T01:12:00Z","by":"user:3","about":{"ticket":"104217","site":"12"},"data":{"severity":"level2","major":true,"count":3}}"#;
        let fact: Fact = serde_json::from_str(line).unwrap();
        assert_eq!(fact.about.get("site"), Some("12"));
        assert_eq!(fact.data.text("severity"), Some("level2"));
        assert_eq!(fact.data.get("count"), Some(&Scalar::Whole(3)));
        assert_eq!(fact.learned_at, fact.at);
        assert_eq!(serde_json::to_string(&fact).unwrap(), line);
    }

    #[test]
    fn a_bad_line_says_what_is_wrong() {
        for (line, complaint) in [
            (r#"{"at":"2026-01-05T01:12:00Z"}"#, "missing field `name`"),
            (r#"{"name":"x","at":"2026-13-05T01:12:00Z"}"#, "month"),
            (
                r#"{"name":"x","at":"2026-01-05T01:12:00Z","data":{"a":[1]}}"#,
                "`data.a` must be a single value",
            ),
            (r#"{"name":"x","at":"2026-01-05T01:12:00Z","about":{"a":true}}"#, "`about.a` must be an id"),
            (r#"{"name":"x","at":"2026-01-05T01:12:00Z","date":{}}"#, "unknown field `date`"),
        ] {
            let error = serde_json::from_str::<Fact>(line).unwrap_err().to_string();
            assert!(error.contains(complaint), "{line}: {error}");
        }
    }
}
