//! A promise in plain words: the sentence and the rows that its executable form says, in the reader's language.
//!
//! Nothing is written by hand beside a promise: the words are made from what was compiled, so that what both sides
//! sign is what the program does. Serves the page of a commitment, its print, and the differences of two versions.

mod conditions;
mod figures;
mod kinds;
mod measures;

use promise::Terms;
use promise::obligation::Party;
use promise::terms::{Promise, Role, Rule};

use super::words;
use crate::layout::l10n::L10n;

pub use conditions::{attribute_name, attribute_value};
pub use figures::span;
pub use kinds::{period_name, price_words};

/// A promise as it is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub title: String,
    /// The word for its kind.
    pub kind: String,
    /// What is owed, in one sentence.
    pub sentence: String,
    /// What else holds: a label and its words.
    pub rows: Vec<(String, String)>,
}

/// Says a promise.
pub fn say(l: &L10n, terms: &Terms, promise: &Promise) -> Said {
    let speech = Speech { l, terms, promise };
    let mut rows = Vec::new();
    let sentence = kinds::sentence(&speech, &mut rows);
    speech.shared_rows(&mut rows);
    rows.extend(measures::follows(&speech).into_iter().map(|words| speech.row("plain-row-follows", words)));
    Said {
        title: words(l, &promise.title).unwrap_or(promise.id.as_str()).to_owned(),
        kind: l.t(&format!("promise-kind-{}", promise.rule.kind())).into_owned(),
        sentence,
        rows,
    }
}

/// What is at hand while a promise is said.
struct Speech<'a> {
    l: &'a L10n,
    terms: &'a Terms,
    promise: &'a Promise,
}

impl Speech<'_> {
    fn row(&self, key: &str, words: impl Into<String>) -> (String, String) {
        (self.l.t(key).into_owned(), words.into())
    }

    /// The words of a key with arguments that are texts.
    fn ta(&self, key: &str, args: &[(&str, &str)]) -> String {
        let args: Vec<_> = args.iter().map(|(name, value)| (*name, (*value).into())).collect();
        self.l.ta(key, &args).into_owned()
    }

    fn listed(&self, all: &[String]) -> String {
        all.join(&self.between("plain-comma"))
    }

    fn either(&self, all: &[String]) -> String {
        all.join(&self.between("plain-or"))
    }

    /// A word that stands between others. The files of words are trimmed, so English gets its blanks here.
    fn between(&self, key: &str) -> String {
        let word = self.l.t(key);
        match (self.l.locale, key) {
            (crate::layout::l10n::Locale::En, "plain-comma") => format!("{} ", word.trim_end()),
            (crate::layout::l10n::Locale::En, _) => format!(" {} ", word.trim()),
            _ => word.into_owned(),
        }
    }

    fn party(&self, party: Party) -> String {
        self.l.t(&format!("plain-party-{}", party.as_str().replace('_', "-"))).into_owned()
    }

    fn debtor(&self) -> String {
        self.party(self.promise.debtor)
    }

    /// The facts of a role, as one phrase; none where the promise has no such role.
    fn facts(&self, role: Role) -> Option<String> {
        let all: Vec<_> =
            self.promise.conditions.iter().filter(|(of, _)| *of == role).map(|(_, c)| c).collect();
        (!all.is_empty()).then(|| self.either(&self.conditions(&all)))
    }

    /// The facts under a key of the promise's own kind.
    fn own(&self, key: &str) -> Option<String> {
        let is_own = |role: Role| matches!(role, Role::Own(_)) && self.promise.key_of(role) == key;
        let all: Vec<_> =
            self.promise.conditions.iter().filter(|(role, _)| is_own(*role)).map(|(_, c)| c).collect();
        (!all.is_empty()).then(|| self.either(&self.conditions(&all)))
    }

    /// What holds for promises of every kind: who owes it to whom, for what, and the facts that move it.
    fn shared_rows(&self, rows: &mut Vec<(String, String)>) {
        let scope = self.test(&self.promise.scope);
        if !scope.is_empty() {
            rows.insert(0, self.row("plain-row-scope", scope));
        }
        if (self.promise.debtor, self.promise.creditor) != (Party::Provider, Party::Customer) {
            let parties = self.ta(
                "plain-parties",
                &[("debtor", &self.debtor()), ("creditor", &self.party(self.promise.creditor))],
            );
            rows.push(self.row("plain-row-parties", parties));
        }
        if !matches!(self.promise.rule, Rule::Clock(_)) {
            return;
        }
        for (role, key) in [
            (Role::Pause, "plain-row-pause"),
            (Role::Resume, "plain-row-resume"),
            (Role::Reset, "plain-row-reset"),
            (Role::Cancel, "plain-row-cancel"),
            (Role::Void, "plain-row-void"),
            (Role::Renegotiate, "plain-row-renegotiate"),
            (Role::Waive, "plain-row-waive"),
        ] {
            if let Some(facts) = self.facts(role) {
                rows.push(self.row(key, facts));
            }
        }
    }
}

#[cfg(test)]
mod tests;
