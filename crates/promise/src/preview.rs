//! What history would look like under other terms: the same facts, judged twice, and compared.
//!
//! Pure, and read only: nothing that was judged is changed by asking what would have been. The sums can be taken
//! up where they were left, so a long history is compared piece by piece.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::engine::{Docket, TIME_PASSED, judge};
use crate::fact::{About, Data, Fact};
use crate::obligation::{Obligation, State, Subject};
use crate::terms::Terms;

/// How obligations stand at a moment, as a comparison counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    pub met: u64,
    pub late: u64,
    /// Broken, or past due and not done.
    pub breached: u64,
    /// Running in time, or paused.
    pub open: u64,
    /// Waived or void.
    pub fallen: u64,
}

impl Count {
    fn of(&mut self, stand: Stand) -> &mut u64 {
        match stand {
            Stand::Met => &mut self.met,
            Stand::Late => &mut self.late,
            Stand::Breached => &mut self.breached,
            Stand::Open => &mut self.open,
            Stand::Fallen => &mut self.fallen,
        }
    }

    /// All that was owed, whatever became of it.
    pub fn all(&self) -> u64 {
        self.met + self.late + self.breached + self.open + self.fallen
    }
}

/// How one obligation stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stand {
    Met,
    Late,
    Breached,
    Open,
    Fallen,
}

impl Stand {
    /// How an obligation stands at a moment.
    pub fn of(obligation: &Obligation, now: Timestamp) -> Stand {
        match obligation.state {
            State::Met { .. } => Stand::Met,
            State::Late { .. } => Stand::Late,
            State::Breached { .. } => Stand::Breached,
            State::Waived { .. } | State::Void { .. } => Stand::Fallen,
            State::Running if obligation.is_overdue(now) => Stand::Breached,
            State::Running | State::Paused => Stand::Open,
        }
    }

    /// The word for it, as it is written in JSON and in message ids.
    pub fn as_str(self) -> &'static str {
        match self {
            Stand::Met => "met",
            Stand::Late => "late",
            Stand::Breached => "breached",
            Stand::Open => "open",
            Stand::Fallen => "fallen",
        }
    }
}

/// One promise under both terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    pub before: Count,
    pub after: Count,
    /// Obligations that stand otherwise, or are owed under one of the two only.
    pub changed: u64,
}

/// An obligation that would stand otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    pub promise: Arc<str>,
    /// What it is about: the noun, and the id, as `ticket` and `104217`.
    pub noun: Arc<str>,
    pub subject: Arc<str>,
    pub cycle: u32,
    /// None: it is not owed under these terms.
    pub before: Option<Stand>,
    pub after: Option<Stand>,
    pub due_before: Option<Timestamp>,
    pub due_after: Option<Timestamp>,
}

/// The sums of a comparison. They can be stored and taken up again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    pub subjects: u64,
    pub facts: u64,
    pub promises: BTreeMap<Arc<str>, Pair>,
    /// The first of those that changed, at most as many as were asked for; each pair counts all of its own.
    pub changed: Vec<Changed>,
}

impl Preview {
    /// Judges the facts of one subject under both terms, as of a moment, and adds what comes out.
    ///
    /// `listed_most` bounds the list of what changed; the counts are of all.
    pub fn add(&mut self, before: &Terms, after: &Terms, facts: &[Fact], now: Timestamp, listed_most: usize) {
        let judged = [judge(before, facts), judge(after, facts)];
        self.facts += facts.len() as u64;
        self.compare(&judged, now, listed_most, |_| true);
    }

    /// Judges a noun that lives long, as a site or a contract, under both terms, and adds what fell due in a time.
    ///
    /// `facts` are all that are about it, of whichever story; those that a side does not heed are left out on that
    /// side. How time passed is not taken from them: each side has moments of its own at which it has to look.
    pub fn add_noun(
        &mut self,
        subject: &Subject,
        (before, after): (&Terms, &Terms),
        facts: &[Fact],
        (from, until): (Timestamp, Timestamp),
        now: Timestamp,
        listed_most: usize,
    ) {
        let judged = [before, after].map(|terms| lived_through(subject, terms, facts, now));
        self.facts += facts.len() as u64;
        self.compare(&judged, now, listed_most, |obligation| {
            let at = obligation.due_at.or(obligation.original_due_at).unwrap_or(obligation.started_at);
            from <= at && at < until
        });
    }

    fn compare(
        &mut self,
        judged: &[Docket; 2],
        now: Timestamp,
        listed_most: usize,
        counts: impl Fn(&Obligation) -> bool,
    ) {
        self.subjects += 1;
        let subject = judged.iter().find_map(|docket| docket.subject());
        let mut both: BTreeMap<(Arc<str>, u32), [Option<&Obligation>; 2]> = BTreeMap::new();
        for (side, docket) in judged.iter().enumerate() {
            for obligation in docket.obligations().iter().filter(|obligation| counts(obligation)) {
                let key = (Arc::from(obligation.promise.as_str()), obligation.cycle);
                both.entry(key).or_default()[side] = Some(obligation);
            }
        }
        for ((promise, cycle), [first, second]) in both {
            let stands = [first, second].map(|one| one.map(|obligation| Stand::of(obligation, now)));
            let pair = self.promises.entry(promise.clone()).or_default();
            if let Some(stand) = stands[0] {
                *pair.before.of(stand) += 1;
            }
            if let Some(stand) = stands[1] {
                *pair.after.of(stand) += 1;
            }
            if stands[0] == stands[1] {
                continue;
            }
            pair.changed += 1;
            if self.changed.len() < listed_most {
                let due = |one: Option<&Obligation>| one.and_then(|o| o.due_at.or(o.original_due_at));
                self.changed.push(Changed {
                    promise,
                    noun: subject.map(|subject| subject.noun.clone()).unwrap_or_default(),
                    subject: subject.map(|subject| subject.id.clone()).unwrap_or_default(),
                    cycle,
                    before: stands[0],
                    after: stands[1],
                    due_before: due(first),
                    due_after: due(second),
                });
            }
        }
    }
}

/// The docket of a noun from all facts about it, with the looks that time alone asks for, as of a moment.
fn lived_through(subject: &Subject, terms: &Terms, facts: &[Fact], now: Timestamp) -> Docket {
    let is_heeded =
        |fact: &&Fact| fact.name.as_str() != TIME_PASSED && terms.heeds(&subject.noun, fact.name.as_str());
    let mut facts: Vec<&Fact> = facts.iter().filter(is_heeded).collect();
    facts.sort_by_key(|fact| fact.order());
    let mut docket = Docket::of(subject.clone());
    for fact in facts {
        look_until(&mut docket, terms, subject, fact.at);
        // Sorted above, and every look lies before the fact that comes after it.
        let _ = docket.fold(terms, fact);
    }
    look_until(&mut docket, terms, subject, now);
    docket
}

fn look_until(docket: &mut Docket, terms: &Terms, subject: &Subject, until: Timestamp) {
    let about = About::new().with(&subject.noun, &subject.id);
    while let Some(at) = docket.look_at(terms).filter(|at| *at <= until) {
        // A look that could not be folded would be asked for again without end.
        if docket.fold(terms, &Fact::new(0, TIME_PASSED, at, about.clone(), Data::new())).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Calendars;
    use crate::fact::{About, Data};

    const FILE: &str = r#"
id = "acme"
version = "1"

[[clause]]
id = "1"
text = "answered within 4 hours"

[[promise]]
id = "answer"
kind = "clock"
clause = "1"
start = "ticket.reported"
stop = "ticket.handling_started"
calendar = "24x7"
within = "4h"
"#;

    fn terms(text: &str) -> Terms {
        Terms::compile(text, &Calendars::shipped()).unwrap_or_else(|problems| panic!("{problems:?}"))
    }

    fn story(answered_h: Option<i64>) -> Vec<Fact> {
        let start: Timestamp = "2026-01-05T00:00:00Z".parse().unwrap();
        let about = || About::new().with("ticket", 7);
        let mut facts = vec![Fact::new(1, "ticket.reported", start, about(), Data::new())];
        facts.extend(answered_h.map(|hours| {
            let at = start + jiff::SignedDuration::from_hours(hours);
            Fact::new(2, "ticket.handling_started", at, about(), Data::new())
        }));
        facts
    }

    #[test]
    fn the_same_facts_are_judged_under_both_terms() {
        let (before, after) = (terms(FILE), terms(&FILE.replace("4h", "2h")));
        let now: Timestamp = "2026-01-05T03:00:00Z".parse().unwrap();
        for (answered_h, expected) in [
            (Some(1), "met met"),
            (Some(3), "met late"),
            (Some(5), "late late"),
            // Not answered by three: in time under four hours, broken under two.
            (None, "open breached"),
        ] {
            let mut preview = Preview::default();
            preview.add(&before, &after, &story(answered_h), now, 10);
            let pair = preview.promises["answer"];
            let said = |count: Count| {
                let counts = [
                    ("met", count.met),
                    ("late", count.late),
                    ("breached", count.breached),
                    ("open", count.open),
                ];
                counts.iter().find(|(_, n)| *n == 1).map(|(word, _)| *word).unwrap()
            };
            assert_eq!(format!("{} {}", said(pair.before), said(pair.after)), expected);
            assert_eq!(preview.changed.len() as u64, pair.changed);
        }
    }

    #[test]
    fn a_noun_that_lives_long_is_lived_through_under_both() {
        let file = |least: u32| {
            format!(
                r#"
id = "acme"
version = "1"

[[clause]]
id = "1"
text = "visited each quarter"

[[promise]]
id = "visits"
kind = "quota"
clause = "1"
subject = "site"
start = "contract.accepted"
count = "visit.finished"
at_least = {least}
each = "calendar quarter"
calendar = "24x7"
"#
            )
        };
        let (once, twice) = (terms(&file(1)), terms(&file(2)));
        let about = || About::new().with("site", 3);
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let fact = |seq, name, moment| Fact::new(seq, name, at(moment), about(), Data::new());
        let facts = [
            fact(1, "contract.accepted", "2025-01-01T00:00:00Z"),
            fact(2, "visit.finished", "2025-02-10T00:00:00Z"),
            fact(3, "visit.finished", "2025-05-10T00:00:00Z"),
            fact(4, "visit.finished", "2025-06-10T00:00:00Z"),
        ];
        let now = at("2025-12-01T00:00:00Z");
        let mut preview = Preview::default();
        let time = (at("2025-01-01T00:00:00Z"), at("2025-10-02T00:00:00Z"));
        preview.add_noun(&Subject::new("site", "3"), (&once, &twice), &facts, time, now, 10);
        let Pair { before, after, changed } = preview.promises["visits"];
        // One visit in the first quarter, two in the second, none in the third; the fourth is not asked for.
        assert_eq!((before.met, before.breached, before.open), (2, 1, 0), "{preview:?}");
        assert_eq!((after.met, after.breached, changed), (1, 2, 1), "{preview:?}");
        assert_eq!((&*preview.changed[0].noun, &*preview.changed[0].subject), ("site", "3"));
    }

    #[test]
    fn what_one_side_does_not_owe_is_listed_and_the_list_is_bounded() {
        let (before, after) = (terms(FILE), terms(&FILE.replace("id = \"answer\"", "id = \"reply\"")));
        let now: Timestamp = "2026-02-01T00:00:00Z".parse().unwrap();
        let mut preview = Preview::default();
        for _ in 0..3 {
            preview.add(&before, &after, &story(Some(1)), now, 4);
        }
        assert_eq!((preview.subjects, preview.facts, preview.changed.len()), (3, 6, 4));
        assert_eq!(preview.promises["answer"].before.met, 3);
        assert_eq!(preview.promises["reply"].after.all(), 3);
        assert_eq!((preview.changed[0].before, preview.changed[0].after), (Some(Stand::Met), None));
        assert_eq!(&*preview.changed[0].subject, "7");
        // The sums are stored between two pieces of a long history.
        let stored = serde_json::to_string(&preview).unwrap();
        assert_eq!(serde_json::from_str::<Preview>(&stored).unwrap(), preview);
    }
}
