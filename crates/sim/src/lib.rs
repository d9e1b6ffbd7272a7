//! The simulator: seeds become years of service, and two judges look at every obligation.
//!
//! A seed tells the story of a [`World`]: what happened, and when it was learnt. The engine of `promise`, the same
//! as in production, judges the facts as they are recorded, with late tidings and crashes. The [`auditor`] judges
//! them again, slowly and simply, from the documents. Where they do not agree the story is shortened until every
//! fact in it is needed. A seed gives the same story and the same verdicts for ever.
//!
//! Serves every clause: the auditor knows all seven kinds of promise.

pub mod auditor;
pub mod dice;
pub mod judging;
pub mod story;

use std::collections::BTreeMap;
use std::time::Instant;

use promise::{Fact, Subject, Terms};
use serde::Serialize;

pub use auditor::{Auditor, Is, Unaudited, Verdict};
use dice::Dice;
pub use judging::{Disagreement, Mishaps};
pub use story::{Teller, World};

/// What became of a world.
#[derive(Debug, Default, Serialize)]
pub struct Outcome {
    /// Facts that were judged; a fact about two subjects counts once.
    pub facts: u64,
    pub subjects: u64,
    /// Obligations of the promises that both judges know.
    pub compared: u64,
    /// How many obligations of each promise ended how, by the engine.
    pub verdicts: BTreeMap<String, BTreeMap<Is, u64>>,
    pub mishaps: Mishaps,
    pub disagreements: Vec<Disagreement>,
    /// How long the engine took, with every judging anew, and how long the auditor.
    pub engine_s: f64,
    pub auditor_s: f64,
}

/// Whether the second judge is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audit {
    Yes,
    /// Only the engine runs, for measuring it.
    No,
}

/// Tells the story of a world and puts every subject in it before both judges.
///
/// `heard` is called with the facts of each customer, in the order in which they were learnt.
///
/// Errors: [`Unaudited`], what the auditor cannot read.
pub fn simulate(
    teller: Teller<'_>,
    world: &World,
    audit: Audit,
    mut heard: impl FnMut(&[Fact]),
) -> Result<Outcome, Unaudited> {
    let mut outcome = Outcome::default();
    for (place, sites) in world.customers().iter().enumerate() {
        let customer = place as u32 + 1;
        let facts = teller.tell(world, customer, sites);
        heard(&facts);
        outcome.facts += facts.len() as u64;
        for (subject, facts) in by_subject(teller.terms, &facts) {
            outcome.subjects += 1;
            let dice = Dice::new(world.seed).apart(outcome.subjects << 20);
            outcome.judge(teller, &subject, &facts, &dice, audit)?;
        }
    }
    Ok(outcome)
}

impl Outcome {
    fn judge(
        &mut self,
        teller: Teller<'_>,
        subject: &Subject,
        facts: &[&Fact],
        dice: &Dice,
        audit: Audit,
    ) -> Result<(), Unaudited> {
        let began = Instant::now();
        let docket = judging::learn(teller.terms, subject, facts, &mut dice.clone(), &mut self.mishaps);
        self.engine_s += began.elapsed().as_secs_f64();
        let said = judging::said(teller.auditor, &docket);
        self.compared += said.len() as u64;
        for verdict in said {
            *self.verdicts.entry(verdict.promise).or_default().entry(verdict.is).or_default() += 1;
        }
        if audit == Audit::No {
            return Ok(());
        }
        let began = Instant::now();
        let differ = judging::compare(teller.terms, teller.auditor, subject, facts, &docket)?.is_some();
        self.auditor_s += began.elapsed().as_secs_f64();
        if differ {
            self.disagreements.push(judging::shorten(teller.terms, teller.auditor, subject, facts, dice));
        }
        Ok(())
    }

    /// Adds what became of another world.
    pub fn add(&mut self, other: Outcome) {
        self.facts += other.facts;
        self.subjects += other.subjects;
        self.compared += other.compared;
        for (promise, counts) in other.verdicts {
            let own = self.verdicts.entry(promise).or_default();
            counts.into_iter().for_each(|(is, count)| *own.entry(is).or_default() += count);
        }
        self.mishaps.learnt_late += other.mishaps.learnt_late;
        self.mishaps.crashed += other.mishaps.crashed;
        self.mishaps.stored += other.mishaps.stored;
        self.disagreements.extend(other.disagreements);
        self.engine_s += other.engine_s;
        self.auditor_s += other.auditor_s;
    }
}

/// The facts of each subject, in the order in which they were learnt.
pub fn by_subject<'f>(terms: &Terms, facts: &'f [Fact]) -> BTreeMap<Subject, Vec<&'f Fact>> {
    let mut subjects: BTreeMap<Subject, Vec<&Fact>> = BTreeMap::new();
    for fact in facts {
        for noun in terms.subjects() {
            if let Some(id) = fact.about.get(noun) {
                subjects.entry(Subject::new(noun, id)).or_default().push(fact);
            }
        }
    }
    subjects
}
