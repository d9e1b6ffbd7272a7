//! The search index of this process, and how far it has come; and the tags by which a search is kept to what its
//! asker may see.
//!
//! Only a process that serves opens one; commands and most stories do without.

use std::sync::{Mutex, PoisonError, RwLock};

use rules::access::Permission;
use search::{Found, Index, Wanted};

use super::errors::Failure;

/// The tag of what anybody may see who sees tickets, the registry, or articles.
pub const SEEN_WITH_TICKETS: &str = "seen-with\u{1f}tickets";
pub const SEEN_WITH_REGISTRY: &str = "seen-with\u{1f}registry";
pub const SEEN_WITH_ARTICLES: &str = "seen-with\u{1f}articles";
/// What people of ours see by which permission; each thing in the index bears one of these tags.
pub const SEEN_WITH: [(Permission, &str); 3] = [
    (Permission::ViewTickets, SEEN_WITH_TICKETS),
    (Permission::ViewRegistry, SEEN_WITH_REGISTRY),
    (Permission::ViewArticles, SEEN_WITH_ARTICLES),
];
/// The tag of what the customer's people may see, whoever's they are: published articles that are visible to them.
pub const SEEN_ON_PORTAL: &str = "seen-with\u{1f}portal";
/// The tag of a ticket that is open, and of an article that is published.
pub const OPEN: &str = "open\u{1f}yes";
pub const OFFERED: &str = "offered\u{1f}yes";

/// The tag of what belongs to a site.
pub fn site_tag(site: i64) -> String {
    format!("site\u{1f}{site}")
}

/// An index on its way behind the ledger. It can be exchanged for one that was made beside it.
#[derive(Default)]
pub struct Finding {
    index: RwLock<Option<Index>>,
    mark: Mutex<Option<Mark>>,
    /// Which of the indexes in the data directory it is.
    generation: Mutex<u64>,
}

/// How far an index has come; each commit of the index carries it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It is being made: rows of the noun with this place in the list, behind this id; facts from `until` on
    /// are followed afterwards.
    Making { until: u64, noun: usize, after: i64 },
    /// It holds everything before this leaf of the history tree.
    At(u64),
}

impl std::fmt::Display for Mark {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Mark::Making { until, noun, after } => write!(out, "making {until} {noun} {after}"),
            Mark::At(leaf) => write!(out, "at {leaf}"),
        }
    }
}

impl Mark {
    /// Reads what a commit carries; none where it says nothing that we know.
    pub fn read(text: &str) -> Option<Mark> {
        let words: Vec<&str> = text.split(' ').collect();
        match words[..] {
            ["making", until, noun, after] => Some(Mark::Making {
                until: until.parse().ok()?,
                noun: noun.parse().ok()?,
                after: after.parse().ok()?,
            }),
            ["at", leaf] => Some(Mark::At(leaf.parse().ok()?)),
            _ => None,
        }
    }
}

impl Finding {
    /// The index, where this process has one.
    pub fn index(&self) -> Option<Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes an index that was opened, in place of the one before; searches under way end on that one.
    pub fn open(&self, index: Index, mark: Option<Mark>, generation: u64) {
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = Some(index);
        *self.generation.lock().unwrap_or_else(PoisonError::into_inner) = generation;
        self.set_mark(mark);
    }

    /// Which of the indexes in the data directory it is.
    pub fn generation(&self) -> u64 {
        *self.generation.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How far the index has come; none before it is begun.
    pub fn mark(&self) -> Option<Mark> {
        *self.mark.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps how far the index has come.
    pub fn set_mark(&self, mark: Option<Mark>) {
        *self.mark.lock().unwrap_or_else(PoisonError::into_inner) = mark;
    }

    /// Asks the index; nothing is found where this process has none.
    ///
    /// Errors: [`Failure::Error`] where the index cannot be read.
    pub async fn find(&self, wanted: Wanted) -> Result<Found, Failure> {
        let Some(index) = self.index() else { return Ok(Found::default()) };
        let found = tokio::task::spawn_blocking(move || index.find(&wanted)).await.map_err(Failure::broke)?;
        found.map_err(Failure::broke)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_reads_back() {
        for mark in [Mark::At(0), Mark::At(7), Mark::Making { until: 9, noun: 2, after: 31 }] {
            assert_eq!(Mark::read(&mark.to_string()), Some(mark));
        }
        assert_eq!(Mark::read("all"), None);
    }
}
