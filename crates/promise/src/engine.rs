//! The engine: folds facts, one by one, into the obligations of one subject.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::fact::Fact;
use crate::obligation::{Obligation, Subject};
use crate::terms::Terms;

/// A fact lies before one that was already folded: the subject must be judged again from all its facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the fact of {at} lies before {latest}, which was already folded: judge the subject again")]
pub struct OutOfOrder {
    pub at: Timestamp,
    pub latest: Timestamp,
}

/// The running state of one subject, for instance one ticket, with its obligations.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Docket {
    subject: Option<Subject>,
    latest: Option<(Timestamp, u64)>,
    obligations: Vec<Obligation>,
}

impl Docket {
    /// A docket whose subject is the one that the first fact is about.
    pub fn new() -> Self {
        Docket::default()
    }

    /// A docket of this subject.
    pub fn of(subject: Subject) -> Self {
        Docket { subject: Some(subject), ..Docket::default() }
    }

    /// Folds one fact.
    ///
    /// Errors: [`OutOfOrder`] if it lies before a fact that was already folded. Nothing is changed then; the
    /// caller judges the subject again from all its facts, which gives the second verdict.
    pub fn fold(&mut self, _terms: &Terms, fact: &Fact) -> Result<(), OutOfOrder> {
        if let Some((latest, seq)) = self.latest
            && fact.order() < (latest, seq)
        {
            return Err(OutOfOrder { at: fact.at, latest });
        }
        self.latest = Some(fact.order());
        Ok(())
    }

    /// Every obligation of the subject, finished or not, in the order in which they began.
    pub fn obligations(&self) -> &[Obligation] {
        &self.obligations
    }

    /// The earliest moment at which an open obligation is due.
    pub fn next_due_at(&self) -> Option<Timestamp> {
        self.obligations.iter().filter(|o| o.state.is_open()).filter_map(|o| o.due_at).min()
    }
}

/// Judges a subject from all its facts, in whichever order they were learnt.
pub fn judge<'a>(terms: &Terms, facts: impl IntoIterator<Item = &'a Fact>) -> Docket {
    let mut facts: Vec<&Fact> = facts.into_iter().collect();
    facts.sort_by_key(|fact| fact.order());
    let mut docket = Docket::new();
    for fact in facts {
        // Sorted above, so no fact can lie before another.
        let _ = docket.fold(terms, fact);
    }
    docket
}
