//! Verification: everything that is stored is derived again from the facts and compared.
//!
//! Two things must be true. What is owed follows from what happened: each subject's facts are judged anew and
//! compared with its stored obligations ([`subjects`]). And what happened is what was sealed: each fact is hashed
//! anew and compared with the history tree, the tree with itself, and every signed checkpoint with the tree
//! ([`sealed`]). Nothing is changed. The work is done in bounded pages, each on a snapshot, so it can run beside
//! the program.

mod dockets;
mod sealed;
mod subjects;

use crate::checkpoint::Verifier;
use crate::fact::Subject;
use db::{Database, Error, Tx};
use promise::{Fact, Obligation, Terms};
use std::sync::Arc;

/// What verification must ask the application: which terms govern a subject, and what it keeps of its own.
pub trait Judge: Send + 'static {
    /// The terms under which a subject is judged; `None` where nothing is promised for it.
    fn terms_of(
        &mut self,
        tx: &mut Tx,
        subject: &Subject,
        facts: &[Fact],
    ) -> Result<Option<Arc<Terms>>, Error>;

    /// The terms that were in force for one fact; `None` where nothing is promised.
    fn terms_by(&mut self, tx: &mut Tx, fact: &Fact) -> Result<Option<Arc<Terms>>, Error>;

    /// Whether a noun is judged by its docket, from every fact about it that a promise heeds, and not from its own
    /// facts alone.
    fn keeps_docket(&self, noun: &str) -> bool;

    /// Compares what the application keeps of a subject beside the ledger, as the deadline by which its queue is
    /// ordered, with the obligations that follow from the facts. Returns one line for each difference.
    fn compare(&mut self, tx: &mut Tx, subject: &Subject, owed: &[Obligation]) -> Result<Vec<String>, Error>;
}

/// How far verification is, for a progress bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub step: Step,
    /// Facts that this step has looked at, and will have looked at in the end.
    pub done: u64,
    pub total: u64,
}

/// The two halves of verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Subjects,
    Sealed,
}

/// What verification looked at, and every difference that it found.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Report {
    pub facts: u64,
    pub subjects: u64,
    /// Nouns that are judged from the facts of others.
    pub dockets: u64,
    /// Those whose judgement is put off until a history is taken over whole. No difference.
    pub put_off: u64,
    pub obligations: u64,
    pub leaves: u64,
    pub checkpoints: u64,
    /// Facts that wait to be sealed. No difference.
    pub unsealed: u64,
    /// Facts whose personal part was erased. No difference.
    pub erased: u64,
    /// One line each, the first [`DIFFERENCES_SHOWN`] of them.
    pub differences: Vec<String>,
    /// How many there are in all.
    pub difference_count: u64,
}

/// Differences that are listed; beyond it they are only counted.
pub const DIFFERENCES_SHOWN: usize = 1000;

impl Report {
    /// Whether what is stored is what follows from the facts, and the history is whole.
    pub fn is_clean(&self) -> bool {
        self.difference_count == 0
    }

    fn differ(&mut self, line: String) {
        self.difference_count += 1;
        if self.differences.len() < DIFFERENCES_SHOWN {
            self.differences.push(line);
        }
    }
}

/// Verifies everything. With a `verifier` the signatures of checkpoints are checked as well as their roots.
///
/// Blocks the thread, so never inside a future. Errors: [`Error`] where the database fails; what is damaged is
/// no error but a difference.
pub fn verify(
    database: &Database,
    mut judge: impl Judge,
    verifier: Option<Verifier>,
    mut progress: impl FnMut(Progress),
) -> Result<Report, Error> {
    let mut report = Report::default();
    let mut members = dockets::Members::default();
    judge = subjects::verify(database, judge, &mut members, &mut report, &mut progress)?;
    dockets::verify(database, judge, members, &mut report)?;
    sealed::verify(database, verifier.as_ref(), &mut report, &mut progress)?;
    Ok(report)
}
