//! The history of another desk, read into tickets: what its rows mean, and what must have happened.
//!
//! A mapping file ([`map`]) names the columns; a row becomes a [`case::Line`]; the lines of one ticket
//! become a [`case::Case`]; and [`history`] lives the ticket's life through it with the same verbs that
//! people use, so that an imported ticket can never hold what could not have happened.
//!
//! Serves C7.2: every report stands on record, those from before us too.

pub mod case;
pub mod history;
pub mod map;
pub mod moment;
mod reading;

/// The cells of one row, from left to right.
pub trait Cells {
    /// The text of a cell without blanks around it; empty beyond the end of the row.
    fn cell(&self, column: usize) -> &str;
}

/// What is wrong with a row, or worth knowing about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The row, as an editor counts it.
    pub row: u64,
    /// The column's name, where one cell is to blame.
    pub column: Option<String>,
    /// What is wrong.
    pub fault: Fault,
}

/// The ways in which a row can be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The cell is empty and may not be.
    Required,
    /// The bytes do not fit the encoding.
    Garbled,
    /// The row has more or fewer cells than the header.
    CellCount {
        /// How many it has.
        found: usize,
        /// How many the header has.
        expected: usize,
    },
    /// The text looks like none of the patterns for moments.
    NotAMoment {
        /// The text.
        given: String,
    },
    /// It looks like a moment, but there is no such day or time.
    NoSuchTime {
        /// The text.
        given: String,
    },
    /// The moment lies in the future.
    InTheFuture {
        /// The text.
        given: String,
    },
    /// The moment lies before the one that must come first.
    BeforeItBegan {
        /// The text.
        given: String,
        /// The field that must come first.
        first: &'static str,
    },
    /// The text is none of the values in the mapping file.
    UnknownValue {
        /// The text.
        given: String,
    },
    /// The text is not a whole number.
    NotANumber {
        /// The text.
        given: String,
    },
    /// Nothing of ours has this name, and the mapping file does not let the import add it.
    UnknownName {
        /// The noun.
        noun: &'static str,
        /// The name.
        given: String,
    },
    /// The unit with this serial number belongs to another customer.
    OtherCustomer {
        /// The serial number.
        given: String,
    },
    /// Several things of ours have this name.
    AmbiguousName {
        /// The noun.
        noun: &'static str,
        /// The name.
        given: String,
    },
    /// The key stood on an earlier row already, and each ticket has one row.
    RepeatedKey {
        /// The key.
        given: String,
    },
    /// A rule says no.
    Refused {
        /// The refusal's key in the locales.
        code: &'static str,
    },
    /// The ticket was imported before, and the file now tells another past. What is on record stays.
    OtherPast {
        /// The ticket's key.
        key: String,
    },
    /// The time of the row does not fit those around it and was moved between them.
    TimeMoved {
        /// The text of the time that was taken.
        taken: String,
    },
    /// The text was too long and was cut.
    Cut {
        /// How many characters were kept.
        kept: usize,
    },
}

impl Fault {
    /// The key of the sentence in the locales.
    pub const fn code(&self) -> &'static str {
        match self {
            Fault::Required => "exchange-required",
            Fault::Garbled => "exchange-garbled",
            Fault::CellCount { .. } => "exchange-cell-count",
            Fault::NotAMoment { .. } => "exchange-not-a-moment",
            Fault::NoSuchTime { .. } => "exchange-no-such-time",
            Fault::InTheFuture { .. } => "exchange-in-the-future",
            Fault::BeforeItBegan { .. } => "exchange-before-it-began",
            Fault::UnknownValue { .. } => "exchange-unknown-value",
            Fault::NotANumber { .. } => "exchange-not-a-number",
            Fault::UnknownName { .. } => "exchange-unknown-name",
            Fault::OtherCustomer { .. } => "exchange-other-customer",
            Fault::AmbiguousName { .. } => "exchange-ambiguous-name",
            Fault::RepeatedKey { .. } => "exchange-repeated-key",
            Fault::Refused { .. } => "exchange-refused",
            Fault::OtherPast { .. } => "exchange-other-past",
            Fault::TimeMoved { .. } => "exchange-time-moved",
            Fault::Cut { .. } => "exchange-cut",
        }
    }

    /// The sentence's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Fault::Required | Fault::Garbled => Vec::new(),
            Fault::CellCount { found, expected } => {
                vec![("found", found.to_string()), ("expected", expected.to_string())]
            }
            Fault::NotAMoment { given }
            | Fault::NoSuchTime { given }
            | Fault::InTheFuture { given }
            | Fault::UnknownValue { given }
            | Fault::NotANumber { given }
            | Fault::RepeatedKey { given }
            | Fault::OtherCustomer { given } => vec![("given", given.clone())],
            Fault::BeforeItBegan { given, first } => {
                vec![("given", given.clone()), ("first", (*first).to_owned())]
            }
            Fault::UnknownName { noun, given } | Fault::AmbiguousName { noun, given } => {
                vec![("noun", (*noun).to_owned()), ("given", given.clone())]
            }
            Fault::Refused { code } => vec![("code", (*code).to_owned())],
            Fault::OtherPast { key } => vec![("key", key.clone())],
            Fault::TimeMoved { taken } => vec![("taken", taken.clone())],
            Fault::Cut { kept } => vec![("kept", kept.to_string())],
        }
    }

    /// Whether the ticket is imported all the same.
    pub const fn is_note(&self) -> bool {
        match self {
            Fault::TimeMoved { .. } | Fault::Cut { .. } | Fault::OtherPast { .. } => true,
            Fault::Required
            | Fault::Garbled
            | Fault::CellCount { .. }
            | Fault::NotAMoment { .. }
            | Fault::NoSuchTime { .. }
            | Fault::InTheFuture { .. }
            | Fault::BeforeItBegan { .. }
            | Fault::UnknownValue { .. }
            | Fault::NotANumber { .. }
            | Fault::UnknownName { .. }
            | Fault::OtherCustomer { .. }
            | Fault::AmbiguousName { .. }
            | Fault::RepeatedKey { .. }
            | Fault::Refused { .. } => false,
        }
    }
}
