//! Views of the queue that are kept under a name: the built-in ones, one's own, and those shared with all.
//!
//! A view is the part of the queue's address after `?`, and nothing else.

pub mod api;
pub mod pages;
pub mod store;

use rules::tickets::custom_fields;

use crate::kernel::form::Search;
use crate::queue::filter::NAMES;

/// A view that everybody has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuiltIn {
    All,
    Mine,
    Team,
    Unassigned,
    AtRisk,
    Breached,
}

impl BuiltIn {
    /// Every built-in view, in the order of the tabs.
    pub const ALL: [BuiltIn; 6] =
        [BuiltIn::All, BuiltIn::Mine, BuiltIn::Team, BuiltIn::Unassigned, BuiltIn::AtRisk, BuiltIn::Breached];

    /// The query of the view.
    pub fn query(self) -> &'static str {
        match self {
            BuiltIn::All => "",
            BuiltIn::Mine => "assignee=me",
            BuiltIn::Team => "team=mine",
            BuiltIn::Unassigned => "assignee=none",
            BuiltIn::AtRisk => "urgency=at-risk",
            BuiltIn::Breached => "urgency=breached",
        }
    }

    /// The key of its name in the locales.
    pub fn label(self) -> &'static str {
        match self {
            BuiltIn::All => "view-all",
            BuiltIn::Mine => "view-mine",
            BuiltIn::Team => "view-team",
            BuiltIn::Unassigned => "view-unassigned",
            BuiltIn::AtRisk => "view-at-risk",
            BuiltIn::Breached => "view-breached",
        }
    }
}

/// The longest query that is kept. Units: bytes.
const QUERY_MAX_BYTES: usize = 2_000;

/// The filters of an address in one order, without what is no filter: two addresses that show the same
/// compare equal. None where it is too long to be kept.
pub fn canonical(query: &str) -> Option<String> {
    let search = Search::parse(query.trim_start_matches('?'));
    let mut kept = Search::default();
    for name in NAMES.iter().chain(custom_fields::NAMES) {
        let mut values: Vec<&str> = search.all(name).collect();
        values.sort_unstable();
        values.dedup();
        for value in values {
            kept = kept.and(name, value);
        }
    }
    Some(kept.encode()).filter(|query| query.len() <= QUERY_MAX_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_addresses_that_show_the_same_are_the_same_view() {
        let cases = [
            ("", ""),
            ("?team=mine", "team=mine"),
            ("severity=level3&state=waiting&state=reported", "state=reported&state=waiting&severity=level3"),
            ("state=reported&state=reported&after=x&customer_text=y", "state=reported"),
            ("q=a+b&urgency=", "q=a+b"),
        ];
        for (query, expected) in cases {
            assert_eq!(canonical(query).as_deref(), Some(expected), "{query}");
        }
        assert_eq!(canonical(&format!("q={}", "x".repeat(2_001))), None);
        for view in BuiltIn::ALL {
            assert_eq!(canonical(view.query()).as_deref(), Some(view.query()));
        }
    }
}
