//! Why a deadline is this minute.

use jiff::Timestamp;
use serde::Serialize;

use crate::obligation::Obligation;
use crate::terms::Terms;

/// Why a deadline is this minute, as steps that a page can put in words.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    pub steps: Vec<Step>,
}

/// One step of an explanation: a message id and its arguments.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// The message id, as `why-closed`.
    pub code: &'static str,
    pub from: Timestamp,
    /// None for a moment.
    pub to: Option<Timestamp>,
    /// Units: seconds that counted towards the deadline.
    pub counted_s: i64,
    pub args: Vec<(&'static str, String)>,
    /// The fact behind it.
    pub fact: Option<u64>,
}

/// Explains a deadline: every interval up to `until` that counted or did not, and every fact that moved it.
pub fn explain(_terms: &Terms, _obligation: &Obligation, _until: Timestamp) -> Explanation {
    Explanation { steps: Vec::new() }
}
