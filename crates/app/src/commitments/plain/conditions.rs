//! Facts and tests in words: which fact, with which fields, for which subjects.

use promise::condition::{Condition, Test};
use promise::{Scalar, Terms};

use super::Speech;
use crate::commitments::words;
use crate::layout::l10n::L10n;

impl Speech<'_> {
    /// Each condition as a phrase.
    pub(super) fn conditions(&self, all: &[&Condition]) -> Vec<String> {
        all.iter().map(|condition| self.condition(condition)).collect()
    }

    fn condition(&self, condition: &Condition) -> String {
        let fact = self.fact(&condition.on);
        let mut tests: Vec<String> = Some(self.test(&condition.when)).into_iter().collect();
        if !condition.requires.is_empty() {
            let fields: Vec<String> = condition.requires.iter().map(|field| self.name(field)).collect();
            tests.push(self.ta("plain-requires", &[("fields", &self.listed(&fields))]));
        }
        tests.retain(|test| !test.is_empty());
        if tests.is_empty() {
            return fact;
        }
        self.ta("plain-when", &[("fact", &fact), ("tests", &self.listed(&tests))])
    }

    /// What a fact is called; the name itself where it is none that the program knows.
    pub(super) fn fact(&self, name: &str) -> String {
        let key = format!("when-{}", name.replace(['.', '_'], "-"));
        if self.l.knows(&key) {
            self.l.t(&key).into_owned()
        } else {
            self.ta("plain-value-quoted", &[("value", name)])
        }
    }

    /// A test in words; empty where everything passes.
    pub(super) fn test(&self, test: &Test) -> String {
        let each = |tests: &[Test]| -> Vec<String> {
            tests.iter().map(|test| self.test(test)).filter(|words| !words.is_empty()).collect()
        };
        match test {
            Test::All(tests) => each(tests).join(&self.between("plain-and")),
            Test::Any(tests) => self.either(&each(tests)),
            Test::Not(inner) => match &**inner {
                Test::OneOf { key, values } => self.is("plain-is-not", key, values),
                other => self.ta("plain-not", &[("test", &self.test(other))]),
            },
            Test::OneOf { key, values } => self.is("plain-is", key, values),
            Test::Present { key, wanted } => {
                let word = if *wanted { "plain-given" } else { "plain-not-given" };
                self.ta(word, &[("name", &self.name(key))])
            }
            Test::Between { key, least, most } => {
                let end = |bound: &Option<(f64, bool)>, with: &str, without: &str| {
                    let (n, included) = (*bound)?;
                    let word = if included { with } else { without };
                    Some(self.ta(word, &[("name", &self.name(key)), ("n", &n.to_string())]))
                };
                let ends =
                    [end(least, "plain-at-least", "plain-above"), end(most, "plain-at-most", "plain-below")];
                ends.into_iter().flatten().collect::<Vec<_>>().join(&self.between("plain-and"))
            }
        }
    }

    fn is(&self, word: &str, key: &str, values: &[Scalar]) -> String {
        let values: Vec<String> = values.iter().map(|value| self.value(key, &value.to_string())).collect();
        self.ta(word, &[("name", &self.name(key)), ("values", &self.either(&values))])
    }

    /// What a field or attribute is called.
    pub(super) fn name(&self, name: &str) -> String {
        attribute_name(self.l, name)
    }

    pub(super) fn value(&self, name: &str, value: &str) -> String {
        attribute_value(self.l, self.terms, name, value)
    }
}

/// What a field or attribute is called.
pub fn attribute_name(l: &L10n, name: &str) -> String {
    let key = format!("plain-name-{}", name.replace(['.', '_'], "-"));
    if l.knows(&key) { l.t(&key) } else { l.ta("plain-value-quoted", &[("value", name.into())]) }.into_owned()
}

/// What a value is called: in the words of the file, else in ours, else as it is written.
pub fn attribute_value(l: &L10n, terms: &Terms, name: &str, value: &str) -> String {
    let attribute = terms.attributes().iter().find(|attribute| &*attribute.name == name);
    let own = attribute.and_then(|attribute| words(l, attribute.names.get(value)?));
    let key = format!("plain-value-{}", value.replace(['.', '_'], "-").to_lowercase());
    match own {
        Some(own) => own.to_owned(),
        None if l.knows(&key) => l.t(&key).into_owned(),
        None => value.to_owned(),
    }
}
