//! Commitments: each published version of a commitment file, immutable, and which contract it binds.

pub mod api;
pub mod changes;
pub mod drafts;
pub mod edit;
pub mod pages;
pub mod problems;
pub mod paper;
pub mod plain;
pub mod preview;
pub mod publish;
pub mod show;
pub mod store;

use std::collections::BTreeMap;

use crate::layout::l10n::L10n;
pub use crate::layout::l10n::words;

/// The lists of contracts and commitments, side by side: address and key of the word.
pub const TABS: [(&str, &str); 2] =
    [("/contracts", "contracts-title"), ("/commitments", "commitments-title")];

/// What a version is called: its title in the reader's language, and the version.
pub fn title(l: &L10n, title: &BTreeMap<String, String>, name: &str, version: &str) -> String {
    let words = words(l, title).unwrap_or(name);
    l.ta("commitment-version-title", &[("title", words.into()), ("version", version.into())]).into_owned()
}

#[cfg(test)]
mod tests;
