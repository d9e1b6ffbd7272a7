//! The search index of this process, and how far it has come.
//!
//! Only a process that serves opens one; commands and most stories do without.

use std::sync::{Mutex, OnceLock, PoisonError};

use search::Index;

/// An index on its way behind the ledger.
#[derive(Default)]
pub struct Finding {
    index: OnceLock<Index>,
    mark: Mutex<Option<Mark>>,
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
    pub fn index(&self) -> Option<&Index> {
        self.index.get()
    }

    /// Takes an index that was opened, once.
    pub fn open(&self, index: Index, mark: Option<Mark>) {
        if self.index.set(index).is_ok() {
            self.set_mark(mark);
        }
    }

    /// How far the index has come; none before it is begun.
    pub fn mark(&self) -> Option<Mark> {
        *self.mark.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps how far the index has come.
    pub fn set_mark(&self, mark: Option<Mark>) {
        *self.mark.lock().unwrap_or_else(PoisonError::into_inner) = mark;
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
