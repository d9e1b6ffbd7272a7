//! The kind of promise "not that before this". Serves C1.2, C2.1, C2.2, C4.2, C4.7 and C6.3.
//!
//! A gate stands before an action and has needs: something was done, each of several parts was seen, whatever
//! was opened is closed, or a permission is in force. Facts fulfil needs and undo them. Passing with a need
//! open is a breach, unless a deviation was recorded before: who, why, and the customer's contact who accepted.
//! The same reading answers both questions: "may I?" before the action, and "was it right?" after it.

pub mod promise;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a file says about one gate.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GateTerms {
    pub needs: Vec<Need>,
    pub deviation: Deviations,
}

/// One condition for passing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// Names the need to people: `survey`, `line-tests-passed`.
    pub key: String,
    pub what: What,
}

/// What fulfils a need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Done so often, less what was undone.
    Done { count: u32 },
    /// Each of these was seen: the three parts of a curriculum, the required fields of a notice.
    Each { of: Vec<String> },
    /// Nothing that was opened is still open: defects, hazards. Fulfilled while nothing ever was.
    NoneOpen,
    /// A permission was given and has neither run out nor been ended: consent to remote access.
    InForce,
}

/// Whether a gate may be passed with needs open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Deviations {
    /// Never.
    #[default]
    Never,
    /// With who, why, and the acceptance of the customer's contact.
    Accepted,
}

/// What a fact does to one need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    Done,
    Undone,
    Seen(String),
    Unseen(String),
    Opened(String),
    Closed(String),
    Granted { until: Option<Timestamp> },
    Ended,
}

/// A deviation as it was recorded; it serves one passage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deviation {
    pub at: Timestamp,
    pub seq: u64,
    pub by: String,
    pub reason: String,
    /// The customer's contact who accepted.
    pub accepted_by: String,
}

/// How one need stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Progress {
    count: u32,
    /// Values seen, or items open.
    items: BTreeSet<String>,
    granted: bool,
    granted_until: Option<Timestamp>,
    /// The facts that brought it here.
    evidence: Vec<u64>,
}

/// How a gate stands for one subject.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Gate {
    progress: Vec<Progress>,
    deviation: Option<Deviation>,
}

/// A need that is not fulfilled, with what exactly it lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    pub key: String,
    pub lacks: Lacks,
}

/// What a need lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lacks {
    More(u32),
    Parts(Vec<String>),
    StillOpen(Vec<String>),
    NeverGranted,
    RanOut { at: Timestamp },
}

/// The answer of a gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Passage {
    Open {
        evidence: Vec<u64>,
    },
    /// Needs are open, and the customer accepted that.
    Deviated {
        missing: Vec<Missing>,
        deviation: Deviation,
    },
    Blocked {
        missing: Vec<Missing>,
    },
}

/// Why a deviation is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoDeviation {
    NotAllowed,
    NobodyNamed,
    NoReason,
    NotAccepted,
}

impl Gate {
    /// Takes what a fact says about the need at `index`.
    pub fn apply(&mut self, terms: &GateTerms, index: usize, seq: u64, signal: Signal) {
        if index >= terms.needs.len() {
            return;
        }
        self.progress.resize(terms.needs.len(), Progress::default());
        let progress = &mut self.progress[index];
        progress.evidence.push(seq);
        match signal {
            Signal::Done => progress.count += 1,
            Signal::Undone => progress.count = progress.count.saturating_sub(1),
            Signal::Seen(item) | Signal::Opened(item) => {
                progress.items.insert(item);
            }
            Signal::Unseen(item) | Signal::Closed(item) => {
                progress.items.remove(&item);
            }
            Signal::Granted { until } => {
                progress.granted = true;
                progress.granted_until = until;
            }
            Signal::Ended => progress.granted = false,
        }
    }

    /// Records a deviation for the next passage.
    ///
    /// Errors: [`NoDeviation`] names what it lacks, and nothing is recorded.
    pub fn deviate(&mut self, terms: &GateTerms, deviation: Deviation) -> Result<(), NoDeviation> {
        match terms.deviation {
            Deviations::Never => return Err(NoDeviation::NotAllowed),
            Deviations::Accepted => {}
        }
        for (text, lacks) in [
            (&deviation.by, NoDeviation::NobodyNamed),
            (&deviation.reason, NoDeviation::NoReason),
            (&deviation.accepted_by, NoDeviation::NotAccepted),
        ] {
            if text.trim().is_empty() {
                return Err(lacks);
            }
        }
        self.deviation = Some(deviation);
        Ok(())
    }

    /// Whether the gate may be passed at a moment; nothing is used up.
    pub fn passage(&self, terms: &GateTerms, at: Timestamp) -> Passage {
        let untouched = Progress::default();
        let progress = |i: usize| self.progress.get(i).unwrap_or(&untouched);
        let missing: Vec<_> = terms
            .needs
            .iter()
            .enumerate()
            .filter_map(|(i, need)| {
                Some(Missing { key: need.key.clone(), lacks: progress(i).lacks(&need.what, at)? })
            })
            .collect();
        match (&self.deviation, missing.is_empty()) {
            (_, true) => Passage::Open {
                evidence: (0..terms.needs.len()).flat_map(|i| progress(i).evidence.clone()).collect(),
            },
            (Some(deviation), false) => Passage::Deviated { missing, deviation: deviation.clone() },
            (None, false) => Passage::Blocked { missing },
        }
    }

    /// Passes, as a fact says that somebody did; a deviation is used up by it.
    pub fn pass(&mut self, terms: &GateTerms, at: Timestamp) -> Passage {
        let passage = self.passage(terms, at);
        match passage {
            Passage::Deviated { .. } => self.deviation = None,
            Passage::Open { .. } | Passage::Blocked { .. } => {}
        }
        passage
    }
}

impl Progress {
    fn lacks(&self, what: &What, at: Timestamp) -> Option<Lacks> {
        match what {
            What::Done { count } => {
                count.checked_sub(self.count).filter(|missing| *missing > 0).map(Lacks::More)
            }
            What::Each { of } => {
                let parts: Vec<_> = of.iter().filter(|part| !self.items.contains(*part)).cloned().collect();
                (!parts.is_empty()).then_some(Lacks::Parts(parts))
            }
            What::NoneOpen => {
                (!self.items.is_empty()).then(|| Lacks::StillOpen(self.items.iter().cloned().collect()))
            }
            What::InForce => match (self.granted, self.granted_until) {
                (false, _) => Some(Lacks::NeverGranted),
                (true, Some(until)) if at >= until => Some(Lacks::RanOut { at: until }),
                (true, _) => None,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + minute * 60).unwrap()
    }

    fn terms() -> GateTerms {
        let need = |key: &str, what| Need { key: key.to_owned(), what };
        let parts = ["principles", "operation", "emergency"].map(str::to_owned).to_vec();
        GateTerms {
            needs: vec![
                need("survey", What::Done { count: 1 }),
                need("curriculum", What::Each { of: parts }),
                need("defects", What::NoneOpen),
                need("consent", What::InForce),
            ],
            deviation: Deviations::Accepted,
        }
    }

    fn deviation(by: &str, reason: &str, accepted_by: &str) -> Deviation {
        Deviation {
            at: at(0),
            seq: 9,
            by: by.to_owned(),
            reason: reason.to_owned(),
            accepted_by: accepted_by.to_owned(),
        }
    }

    fn fulfilled() -> Gate {
        let (mut gate, terms) = (Gate::default(), terms());
        gate.apply(&terms, 0, 1, Signal::Done);
        for part in ["principles", "operation", "emergency"] {
            gate.apply(&terms, 1, 2, Signal::Seen(part.to_owned()));
        }
        gate.apply(&terms, 3, 3, Signal::Granted { until: Some(at(60)) });
        gate
    }

    fn told(gate: &Gate, minute: i64) -> String {
        match gate.passage(&terms(), at(minute)) {
            Passage::Open { .. } => "open".to_owned(),
            Passage::Deviated { missing, .. } => format!("deviated: {}", missing.len()),
            Passage::Blocked { missing } => {
                missing.iter().map(|m| format!("{} {:?}", m.key, m.lacks)).collect::<Vec<_>>().join("; ")
            }
        }
    }

    #[test]
    fn every_need_can_be_the_one_that_lacks() {
        assert_eq!(told(&fulfilled(), 0), "open");
        for (index, signal, want) in [
            (0, Signal::Undone, "survey More(1)"),
            (1, Signal::Unseen("operation".to_owned()), r#"curriculum Parts(["operation"])"#),
            (2, Signal::Opened("D-7".to_owned()), r#"defects StillOpen(["D-7"])"#),
            (3, Signal::Ended, "consent NeverGranted"),
        ] {
            let mut gate = fulfilled();
            gate.apply(&terms(), index, 9, signal.clone());
            assert_eq!(told(&gate, 0), want, "{signal:?}");
        }
    }

    #[test]
    fn nothing_yet_lacks_everything_but_defects() {
        assert_eq!(
            told(&Gate::default(), 0),
            r#"survey More(1); curriculum Parts(["principles", "operation", "emergency"]); consent NeverGranted"#
        );
    }

    #[test]
    fn consent_ends_to_the_moment() {
        for (minute, want) in [(0, true), (59, true), (60, false), (61, false)] {
            assert_eq!(told(&fulfilled(), minute) == "open", want, "minute {minute}");
        }
    }

    #[test]
    fn a_closed_defect_no_longer_holds_back() {
        let (mut gate, terms) = (fulfilled(), terms());
        for signal in [Signal::Opened("D-7".to_owned()), Signal::Opened("D-8".to_owned())] {
            gate.apply(&terms, 2, 9, signal);
        }
        gate.apply(&terms, 2, 9, Signal::Closed("D-7".to_owned()));
        assert_eq!(told(&gate, 0), r#"defects StillOpen(["D-8"])"#);
        gate.apply(&terms, 2, 9, Signal::Closed("D-8".to_owned()));
        assert_eq!(told(&gate, 0), "open");
    }

    #[test]
    fn a_deviation_needs_who_why_and_acceptance() {
        let terms = terms();
        for (by, reason, accepted_by, want) in [
            ("", "rain", "contact:4", Err(NoDeviation::NobodyNamed)),
            ("user:3", " ", "contact:4", Err(NoDeviation::NoReason)),
            ("user:3", "rain", "", Err(NoDeviation::NotAccepted)),
            ("user:3", "rain", "contact:4", Ok(())),
        ] {
            let mut gate = Gate::default();
            assert_eq!(gate.deviate(&terms, deviation(by, reason, accepted_by)), want);
            assert_eq!(told(&gate, 0).starts_with("deviated"), want.is_ok());
        }
        let strict = GateTerms { deviation: Deviations::Never, ..terms };
        let refused = Gate::default().deviate(&strict, deviation("user:3", "rain", "contact:4"));
        assert_eq!(refused, Err(NoDeviation::NotAllowed));
    }

    #[test]
    fn a_deviation_serves_once() {
        let (mut gate, terms) = (Gate::default(), terms());
        gate.deviate(&terms, deviation("user:3", "rain", "contact:4")).unwrap();
        assert!(matches!(gate.pass(&terms, at(0)), Passage::Deviated { .. }));
        assert!(matches!(gate.pass(&terms, at(1)), Passage::Blocked { .. }));
        let mut gate = fulfilled();
        gate.deviate(&terms, deviation("user:3", "rain", "contact:4")).unwrap();
        assert!(matches!(gate.pass(&terms, at(0)), Passage::Open { .. }), "not needed, not used");
        assert_eq!(told(&gate, 60), "deviated: 1");
    }
}
