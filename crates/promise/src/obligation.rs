//! An obligation: who owes what to whom, by when, under which clause; and how it ended.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The id of a promise within its commitment file, as `respond`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PromiseId(Arc<str>);

impl PromiseId {
    /// Makes an id of its words.
    pub fn new(words: &str) -> Self {
        PromiseId(Arc::from(words))
    }

    /// The id as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PromiseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who owes, or to whom it is owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// The service provider, who runs Aftercare (我公司).
    Provider,
    /// The customer (甲方).
    Customer,
    /// The maker of the equipment (原厂商).
    Manufacturer,
    /// Anybody else who takes part.
    ThirdParty,
}

impl Party {
    /// The word in a commitment file.
    pub fn as_str(self) -> &'static str {
        match self {
            Party::Provider => "provider",
            Party::Customer => "customer",
            Party::Manufacturer => "manufacturer",
            Party::ThirdParty => "third_party",
        }
    }
}

/// How an obligation stands.
///
/// "Overdue" is not a state: it is what a reader at a given moment says of a running obligation whose due
/// moment is past. See [`Obligation::is_overdue`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum State {
    /// Owed, and the clock runs.
    Running,
    /// Owed, and the clock stands still until a question is answered.
    Paused,
    /// Done in time.
    Met { at: Timestamp },
    /// Done, after it was due.
    Late { at: Timestamp },
    /// Ended after it was due without ever being done.
    Breached { at: Timestamp },
    /// Given up by the one to whom it was owed.
    Waived { at: Timestamp },
    /// Never had to be done: what it rested on fell away before it was due.
    Void { at: Timestamp },
}

impl State {
    /// Says whether it is still owed.
    pub fn is_open(self) -> bool {
        match self {
            State::Running | State::Paused => true,
            State::Met { .. }
            | State::Late { .. }
            | State::Breached { .. }
            | State::Waived { .. }
            | State::Void { .. } => false,
        }
    }

    /// When it ended, if it has.
    pub fn ended_at(self) -> Option<Timestamp> {
        match self {
            State::Running | State::Paused => None,
            State::Met { at }
            | State::Late { at }
            | State::Breached { at }
            | State::Waived { at }
            | State::Void { at } => Some(at),
        }
    }

    /// The word for it, as it is written in JSON and in message ids.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Running => "running",
            State::Paused => "paused",
            State::Met { .. } => "met",
            State::Late { .. } => "late",
            State::Breached { .. } => "breached",
            State::Waived { .. } => "waived",
            State::Void { .. } => "void",
        }
    }
}

/// A time in which the clock stood still, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pause {
    pub started_at: Timestamp,
    /// None while the answer is awaited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Of whom something is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub addressee: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Arc<str>>,
    /// The fact that began it.
    pub started_by: u64,
    /// The fact that ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_by: Option<u64>,
}

/// Another deadline that both sides agreed on. Counted apart from the terms' own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Amendment {
    /// When it was agreed.
    pub at: Timestamp,
    pub due_at: Timestamp,
    /// Who agreed for the one to whom it is owed.
    pub contact: Arc<str>,
    pub reason: Arc<str>,
    /// The fact that says so.
    pub fact: u64,
}

/// A change that made the deadline be derived anew from the original start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rederivation {
    pub at: Timestamp,
    /// The entry of the promise that applied before and the one after; none: out of its scope.
    pub from: Option<Arc<str>>,
    pub to: Option<Arc<str>>,
    /// The fact that changed what the promise looks at.
    pub fact: u64,
}

/// A fact that did not count, because it lacked required fields: a diagnosis without its document, an agreement
/// without a contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Incomplete {
    pub fact: u64,
    pub at: Timestamp,
    pub missing: Vec<Arc<str>>,
}

/// Who owes what to whom, by when, under which clause and which version of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Obligation {
    pub promise: PromiseId,
    /// The clause of the commitment, as `C7.5`.
    pub clause: Arc<str>,
    /// Which commitment file and version it was judged under, as `standard@1`.
    pub terms: Arc<str>,
    /// What it is about: a noun and an id.
    pub subject: Subject,
    /// Counts from 1: a reopened ticket starts the next cycle and leaves the old one as it was.
    pub cycle: u32,
    pub debtor: Party,
    pub creditor: Party,
    /// What is owed, as a message id: the file's promise id unless the file says otherwise.
    pub what: Arc<str>,
    /// Which entry of the promise applied, as `severity=level3`; none when it has a single figure or no figure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<Arc<str>>,
    /// The figure that applied, as the file writes it; none where the file states no figure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub figure: Option<Arc<str>>,
    /// The calendar that the clock ran on, as `cn-workdays-5x8`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Arc<str>>,
    /// The time zone that the calendar was read in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<Arc<str>>,
    pub started_at: Timestamp,
    /// None while paused, and where the file states no figure.
    pub due_at: Option<Timestamp>,
    /// What the terms alone would give, pauses counted and amendments not.
    pub original_due_at: Option<Timestamp>,
    /// The moments at which to warn, earliest first. Empty while paused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warn_at: Vec<Timestamp>,
    pub state: State,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amendments: Vec<Amendment>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rederivations: Vec<Rederivation>,
    /// Facts that were meant to stop or change it, but lacked what the clause asks for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incomplete: Vec<Incomplete>,
    /// The facts that made it, moved it and ended it, by `seq`, in the order they were folded.
    pub evidence: Vec<u64>,
    /// True if the deadline lies after the last day for which the calendar's holidays are announced.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub beyond_known_holidays: bool,
    /// An aim that both sides named and nobody promised: it is shown and reckoned, and missing it breaks nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_goal: bool,
}

/// What an obligation or a docket is about: a noun and an id, as `ticket` `104217`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Subject {
    pub noun: Arc<str>,
    pub id: Arc<str>,
}

impl Subject {
    /// Makes a subject of its noun and id.
    pub fn new(noun: &str, id: &str) -> Self {
        Subject { noun: Arc::from(noun), id: Arc::from(id) }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.noun, self.id)
    }
}

impl Obligation {
    /// Says whether a reader at `now` finds it still owed and past due.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.state == State::Running && self.due_at.is_some_and(|due_at| due_at < now)
    }

    /// Says whether a reader at `now` finds it running, not past due, and past its first warning.
    pub fn is_at_risk(&self, now: Timestamp) -> bool {
        self.state == State::Running
            && !self.is_overdue(now)
            && self.warn_at.first().is_some_and(|warn_at| *warn_at <= now)
    }

    /// Says whether both sides agreed on another deadline, which the figures count apart.
    pub fn is_amended(&self) -> bool {
        !self.amendments.is_empty()
    }
}
