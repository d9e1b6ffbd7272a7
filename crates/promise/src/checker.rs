//! Reads a commitment as a lawyer would.

/// The codes of the findings, as a file's `[[reading]]` names them.
pub const CODES: [&str; 10] = [
    "overlap",
    "contradiction",
    "level-without-figure",
    "uncovered-clause",
    "vague-figure",
    "never-starts",
    "never-stops",
    "unknown-fact",
    "no-resume",
    "holidays-unknown",
];
