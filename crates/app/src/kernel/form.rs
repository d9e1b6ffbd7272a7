//! What was typed into a form or an address, kept as it was typed.

use std::borrow::Cow;
use std::fmt::Write;

use axum::RequestExt;
use axum::extract::rejection::RawFormRejection;
use axum::extract::{FromRequest, FromRequestParts, RawForm, Request};
use http::StatusCode;
use http::request::Parts;
use rules::Invalid;

use super::errors::Failure;
use super::state::App;
use crate::layout::l10n::{FluentValue, L10n};

/// Names and values in order; a name may come several times.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairs(Vec<(String, String)>);

impl Pairs {
    /// Reads `a=1&b=2`; what is not UTF-8 is replaced.
    pub fn parse(encoded: &[u8]) -> Pairs {
        Pairs(
            encoded
                .split(|byte| *byte == b'&')
                .filter(|pair| !pair.is_empty())
                .map(|pair| {
                    let cut = pair.iter().position(|byte| *byte == b'=');
                    let (name, value) = match cut {
                        Some(cut) => (&pair[..cut], &pair[cut + 1..]),
                        None => (pair, &[][..]),
                    };
                    (decode(name), decode(value))
                })
                .collect(),
        )
    }

    fn first(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(each, _)| each == name).map(|(_, value)| value.as_str())
    }

    fn encode(&self) -> String {
        let mut out = String::new();
        for (name, value) in &self.0 {
            if !out.is_empty() {
                out.push('&');
            }
            let _ = write!(out, "{}={}", encode(name), encode(value));
        }
        out
    }
}

/// A form: what was typed, and what is wrong with it.
///
/// As an argument of a handler it is the body of the request. Values are trimmed when asked for by
/// [`Form::get`]; passwords are read by [`Form::exact`].
#[derive(Clone, Debug, Default)]
pub struct Form {
    pairs: Pairs,
    problems: Vec<Invalid>,
}

impl Form {
    /// A form with values, to show an existing record.
    pub fn of<N: Into<String>, V: Into<String>>(values: impl IntoIterator<Item = (N, V)>) -> Form {
        let pairs = values.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Form { pairs: Pairs(pairs), problems: Vec::new() }
    }

    /// The first value of a field without the space around it; empty when it is missing.
    pub fn get(&self, name: &str) -> &str {
        self.exact(name).trim()
    }

    /// The first value of a field as it was typed.
    pub fn exact(&self, name: &str) -> &str {
        self.pairs.first(name).unwrap_or_default()
    }

    /// The value of a field unless it is empty.
    pub fn some(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|value| !value.is_empty())
    }

    /// All values of a field that may come several times.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.0.iter().filter(move |(each, _)| each == name).map(|(_, value)| value.as_str())
    }

    /// Every name and value, as they came.
    pub fn values(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A required field that parses; otherwise a problem is added and nothing returned.
    pub fn parse<T: std::str::FromStr>(&mut self, name: &'static str) -> Option<T> {
        let value = self.get(name);
        if value.is_empty() {
            self.problems.push(Invalid::required(name));
            return None;
        }
        let parsed = value.parse().ok();
        if parsed.is_none() {
            self.problems.push(Invalid::unknown(name, self.get(name).to_owned()));
        }
        parsed
    }

    /// Sets a field, in place of what was there.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.pairs.0.retain(|(each, _)| each != name);
        self.pairs.0.push((name.to_owned(), value.into()));
    }

    /// The same form with what is wrong with it.
    pub fn with(mut self, problems: Vec<Invalid>) -> Form {
        self.problems.extend(problems);
        self
    }

    /// What is wrong, in the order in which it was found.
    pub fn problems(&self) -> &[Invalid] {
        &self.problems
    }

    /// The first problem of a field.
    pub fn problem(&self, name: &str) -> Option<&Invalid> {
        self.problems.iter().find(|problem| problem.field == name)
    }

    /// A problem in the reader's words.
    pub fn words(&self, problem: &Invalid, l: &L10n) -> Cow<'static, str> {
        invalid_words(problem, l)
    }
}

/// The sentence for a problem of a field, in the reader's words.
pub fn invalid_words(problem: &Invalid, l: &L10n) -> Cow<'static, str> {
    let args: Vec<(&str, FluentValue<'_>)> =
        problem.args.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
    l.ta(problem.code, &args)
}

impl FromRequest<App> for Form {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Form, Failure> {
        let limit_bytes = app.config.request_limit_bytes as u64;
        let RawForm(bytes) =
            request.extract().await.map_err(|rejected: RawFormRejection| match rejected.status() {
                StatusCode::PAYLOAD_TOO_LARGE => Failure::TooLarge { limit_bytes },
                _ => Failure::Unreadable,
            })?;
        Ok(Form { pairs: Pairs::parse(&bytes), problems: Vec::new() })
    }
}

/// The part of the address after `?`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search(Pairs);

impl Search {
    /// Reads `a=1&b=2`.
    pub fn parse(encoded: &str) -> Search {
        Search(Pairs::parse(encoded.as_bytes()))
    }

    /// The first value of a name without the space around it; empty when it is missing.
    pub fn get(&self, name: &str) -> &str {
        self.0.first(name).unwrap_or_default().trim()
    }

    /// The value unless it is empty.
    pub fn some(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|value| !value.is_empty())
    }

    /// All values of a name, empty ones left out.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .0
            .iter()
            .filter(move |(each, value)| each == name && !value.is_empty())
            .map(|(_, v)| v.as_str())
    }

    /// Names and values other than `names`.
    pub fn others<'a>(&'a self, names: impl Iterator<Item = &'a str>) -> Vec<(&'a str, &'a str)> {
        let names: Vec<&str> = names.collect();
        let others = self.0.0.iter().filter(|(name, _)| !names.contains(&name.as_str()));
        others.map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    /// The same query with `name` set to `value` alone.
    pub fn with(&self, name: &str, value: &str) -> Search {
        let mut query = self.without(name);
        query.0.0.push((name.to_owned(), value.to_owned()));
        query
    }

    /// The same query with one more value of `name`.
    pub fn and(mut self, name: &str, value: &str) -> Search {
        self.0.0.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same query without a name.
    pub fn without(&self, name: &str) -> Search {
        Search(Pairs(self.0.0.iter().filter(|(each, _)| each != name).cloned().collect()))
    }

    /// The same query without one value of a name, and from its first page.
    pub fn without_value(&self, name: &str, value: &str) -> Search {
        let keep = |(n, v): &&(String, String)| !(n == name && v == value) && n != "after";
        Search(Pairs(self.0.0.iter().filter(keep).cloned().collect()))
    }

    /// The query as it stands in an address, without `?`.
    pub fn encode(&self) -> String {
        self.0.encode()
    }

    /// `path?query`, or `path` alone.
    pub fn address(&self, path: &str) -> String {
        if self.0.0.is_empty() { path.to_owned() } else { format!("{path}?{}", self.encode()) }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Search {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Search, Self::Rejection> {
        Ok(Search::parse(parts.uri.query().unwrap_or_default()))
    }
}

fn decode(encoded: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.iter().copied();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let mut ahead = rest.clone();
                match (ahead.next().and_then(hex), ahead.next().and_then(hex)) {
                    (Some(high), Some(low)) => {
                        bytes.push(high * 16 + low);
                        rest = ahead;
                    }
                    _ => bytes.push(b'%'),
                }
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

/// Writes a value for an address or a form body.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            byte => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_as_they_were_typed() {
        for text in ["", "a b", "a+b&c=d", "\u{552e}\u{540e} 100%", "%zz", "\u{1f600}"] {
            let pairs = Pairs::parse(format!("x={}", encode(text)).as_bytes());
            assert_eq!(pairs.first("x"), Some(text));
        }
        assert_eq!(Pairs::parse(b"a&=b&&c=%").0.len(), 3);
    }

    #[test]
    fn a_search_is_changed_one_value_at_a_time() {
        let query = Search::parse("state=open&state=late&q=x&after=9");
        assert_eq!(query.all("state").collect::<Vec<_>>(), ["open", "late"]);
        assert_eq!(query.without_value("state", "late").address("/t"), "/t?state=open&q=x");
        assert_eq!(query.with("after", "12").get("after"), "12");
        assert_eq!(Search::default().address("/t"), "/t");
    }
}
