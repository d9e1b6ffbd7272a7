//! The two ways in which a rule says no: a field that cannot be understood, and a verb that may not
//! be done now. What broke by itself is neither; that is an error of the caller.

use jiff::{Timestamp, civil::Date};

/// A code that is not in its closed list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{given}' is none of {}", known.join(", "))]
pub struct UnknownCode {
    /// What was given.
    pub given: String,
    /// What would have been understood.
    pub known: &'static [&'static str],
}

/// One field that cannot be understood or accepted, and how to mend it.
///
/// `code` is the key of the sentence in the locales (`error-…`), `args` its arguments.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Invalid {
    /// The field's name in the form and in the JSON body.
    pub field: &'static str,
    /// The key of the sentence in the locales.
    pub code: &'static str,
    /// The sentence's arguments.
    pub args: Vec<(&'static str, String)>,
}

impl Invalid {
    /// A field and what is wrong with it.
    pub fn new(field: &'static str, code: &'static str) -> Self {
        Invalid { field, code, args: Vec::new() }
    }

    /// Adds an argument of the sentence.
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// The field is empty and may not be.
    pub fn required(field: &'static str) -> Self {
        Invalid::new(field, "error-required")
    }

    /// The field is longer than `most_chars`.
    pub fn too_long(field: &'static str, most_chars: usize) -> Self {
        Invalid::new(field, "error-too-long").with("most", most_chars)
    }

    /// The field names none of the things that may be chosen.
    pub fn unknown(field: &'static str, given: impl ToString) -> Self {
        Invalid::new(field, "error-unknown-choice").with("given", given)
    }

    /// The field is no moment or date that exists.
    pub fn no_such_time(field: &'static str, given: impl ToString) -> Self {
        Invalid::new(field, "error-no-such-time").with("given", given)
    }
}

/// A rule says no: the request was understood, and may not be done as things stand.
///
/// Each case has a sentence in the locales under [`Refusal::code`] that says what to do instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The ticket's state does not allow this verb.
    NotInThisState {
        /// What was tried, as a locale key (`ticket-verb-…`).
        verb: &'static str,
        /// The state that the ticket is in, as a code.
        state: &'static str,
    },
    /// The thing already is as asked.
    AlreadySo,
    /// Somebody changed the thing after this person opened it.
    ChangedMeanwhile {
        /// The version that the person saw.
        seen: i64,
        /// The version that is stored.
        current: i64,
    },
    /// The moment given lies in the future, and something that happened cannot.
    InTheFuture {
        /// The moment given.
        at: Timestamp,
    },
    /// The moment given lies before the beginning of the thing.
    BeforeItBegan {
        /// The moment given.
        at: Timestamp,
        /// When the thing began.
        began_at: Timestamp,
    },
    /// A deadline must lie in the future.
    DeadlinePassed {
        /// The deadline given.
        due_at: Timestamp,
    },
    /// No obligation under this promise is open on the ticket.
    NothingOwed {
        /// The promise's id.
        promise: String,
    },
    /// A ticket cannot be merged into or linked with itself.
    SameTicket,
    /// Tickets of different customers cannot be merged.
    DifferentCustomers,
    /// The merge would go round in a circle.
    MergeCircle,
    /// The serial number is already that of another unit.
    SerialTaken {
        /// The serial number.
        serial: String,
        /// Whose unit it is.
        customer: String,
    },
    /// The site belongs to another customer.
    SiteOfAnotherCustomer,
    /// The asset stands at another customer.
    AssetOfAnotherCustomer,
    /// The contact belongs to another customer.
    ContactOfAnotherCustomer,
    /// The contract was made with another customer.
    ContractOfAnotherCustomer,
    /// Two contracts would cover the same site on the same day.
    CoverOverlaps {
        /// The other contract's number.
        contract: String,
        /// The first day that both cover.
        on: Date,
    },
    /// The thing is archived; it must be brought back first.
    Archived,
    /// Something still uses the thing, so that it cannot be archived.
    StillInUse {
        /// How many uses there are.
        uses: usize,
    },
    /// Nobody would be left who can administer.
    LastAdministrator,
    /// A person cannot do this to their own account.
    OwnAccount,
    /// The account is switched off.
    AccountInactive,
    /// A case that a feature adds, with its own locale key.
    Other {
        /// The locale key (`refusal-…`).
        code: &'static str,
        /// The sentence's arguments.
        args: Vec<(&'static str, String)>,
    },
}

impl Refusal {
    /// A refusal that has only a sentence.
    pub fn other(code: &'static str) -> Self {
        Refusal::Other { code, args: Vec::new() }
    }

    /// The key of the sentence in the locales; also the machine-readable code of the API's problem.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::NotInThisState { .. } => "refusal-not-in-this-state",
            Refusal::AlreadySo => "refusal-already-so",
            Refusal::ChangedMeanwhile { .. } => "refusal-changed-meanwhile",
            Refusal::InTheFuture { .. } => "refusal-in-the-future",
            Refusal::BeforeItBegan { .. } => "refusal-before-it-began",
            Refusal::DeadlinePassed { .. } => "refusal-deadline-passed",
            Refusal::NothingOwed { .. } => "refusal-nothing-owed",
            Refusal::SameTicket => "refusal-same-ticket",
            Refusal::DifferentCustomers => "refusal-different-customers",
            Refusal::MergeCircle => "refusal-merge-circle",
            Refusal::SerialTaken { .. } => "refusal-serial-taken",
            Refusal::SiteOfAnotherCustomer => "refusal-site-of-another-customer",
            Refusal::AssetOfAnotherCustomer => "refusal-asset-of-another-customer",
            Refusal::ContactOfAnotherCustomer => "refusal-contact-of-another-customer",
            Refusal::ContractOfAnotherCustomer => "refusal-contract-of-another-customer",
            Refusal::CoverOverlaps { .. } => "refusal-cover-overlaps",
            Refusal::Archived => "refusal-archived",
            Refusal::StillInUse { .. } => "refusal-still-in-use",
            Refusal::LastAdministrator => "refusal-last-administrator",
            Refusal::OwnAccount => "refusal-own-account",
            Refusal::AccountInactive => "refusal-account-inactive",
            Refusal::Other { code, .. } => code,
        }
    }

    /// The sentence's arguments. Moments are RFC 9557 instants in UTC; the page shows them in its zone.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Refusal::NotInThisState { verb, state } => {
                vec![("verb", (*verb).to_owned()), ("state", (*state).to_owned())]
            }
            Refusal::ChangedMeanwhile { seen, current } => {
                vec![("seen", seen.to_string()), ("current", current.to_string())]
            }
            Refusal::InTheFuture { at } => vec![("at", at.to_string())],
            Refusal::BeforeItBegan { at, began_at } => {
                vec![("at", at.to_string()), ("began", began_at.to_string())]
            }
            Refusal::DeadlinePassed { due_at } => vec![("due", due_at.to_string())],
            Refusal::NothingOwed { promise } => vec![("promise", promise.clone())],
            Refusal::SerialTaken { serial, customer } => {
                vec![("serial", serial.clone()), ("customer", customer.clone())]
            }
            Refusal::CoverOverlaps { contract, on } => {
                vec![("contract", contract.clone()), ("on", on.to_string())]
            }
            Refusal::StillInUse { uses } => vec![("uses", uses.to_string())],
            Refusal::Other { args, .. } => args.clone(),
            Refusal::AlreadySo
            | Refusal::SameTicket
            | Refusal::DifferentCustomers
            | Refusal::MergeCircle
            | Refusal::SiteOfAnotherCustomer
            | Refusal::AssetOfAnotherCustomer
            | Refusal::ContactOfAnotherCustomer
            | Refusal::ContractOfAnotherCustomer
            | Refusal::Archived
            | Refusal::LastAdministrator
            | Refusal::OwnAccount
            | Refusal::AccountInactive => Vec::new(),
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(self.code())?;
        for (name, value) in self.args() {
            write!(out, " {name}={value}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}
