//! What an import did, and what was wrong.

use std::collections::BTreeMap;

use rules::exchange::Problem;

/// Problems that are kept word for word; more are only counted.
pub const KEPT_PROBLEMS_MAX: usize = 1_000;

/// What was added beside tickets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Added {
    pub customers: u64,
    pub sites: u64,
    pub contacts: u64,
    pub contracts: u64,
    pub teams: u64,
    pub people: u64,
}

/// What an import did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Rows with something written in them, below the header.
    pub rows: u64,
    /// Tickets that were not known.
    pub tickets_added: u64,
    /// Tickets that were known and went on.
    pub tickets_continued: u64,
    /// Tickets of which nothing was new.
    pub tickets_unchanged: u64,
    /// Tickets that were left out because of a problem.
    pub tickets_left_out: u64,
    /// Rows without a ticket.
    pub rows_left_out: u64,
    /// Things that happened, as they were recorded.
    pub facts: u64,
    pub added: Added,
    /// The first problems and notes, in the order of the file.
    pub problems: Vec<Problem>,
    /// How often each kind was found.
    pub problem_counts: BTreeMap<&'static str, u64>,
}

impl Outcome {
    /// Tickets of which all is known that the file tells.
    pub fn tickets(&self) -> u64 {
        self.tickets_added + self.tickets_continued + self.tickets_unchanged
    }

    /// Whether every row found its place.
    pub fn is_whole(&self) -> bool {
        self.tickets_left_out == 0 && self.rows_left_out == 0
    }

    /// Adds what came of a part. What was added beside tickets is counted for the whole.
    pub(super) fn add(&mut self, part: Outcome) {
        self.rows += part.rows;
        self.tickets_added += part.tickets_added;
        self.tickets_continued += part.tickets_continued;
        self.tickets_unchanged += part.tickets_unchanged;
        self.tickets_left_out += part.tickets_left_out;
        self.rows_left_out += part.rows_left_out;
        self.facts += part.facts;
        let room = KEPT_PROBLEMS_MAX.saturating_sub(self.problems.len());
        self.problems.extend(part.problems.into_iter().take(room));
        for (code, count) in part.problem_counts {
            *self.problem_counts.entry(code).or_default() += count;
        }
    }

    /// A ticket is left out because of a problem.
    pub(super) fn leave_out(&mut self, problem: Problem) {
        self.tickets_left_out += 1;
        self.note(problem);
    }

    pub(super) fn note(&mut self, problem: Problem) {
        *self.problem_counts.entry(problem.fault.code()).or_default() += 1;
        if self.problems.len() < KEPT_PROBLEMS_MAX {
            self.problems.push(problem);
        }
    }
}
