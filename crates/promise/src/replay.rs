//! Judges a log of facts: lines of JSON in, obligations and verdicts out.
//!
//! Facts are folded as they come, so a log is judged in the memory of its subjects, not of its facts. A subject
//! whose facts stand out of order is judged again in a second pass over the log, from all its facts.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, BufRead};

use jiff::Timestamp;
use serde::Serialize;

use crate::engine::{Docket, OutOfOrder};
use crate::fact::Fact;
use crate::obligation::{Obligation, State, Subject};
use crate::terms::Terms;

/// A line that could not be read as a fact. The rest of the log is judged all the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BadLine {
    /// Counts from 1.
    pub line: u64,
    pub message: String,
}

/// A log that was judged.
#[derive(Debug, Default)]
pub struct Replayed {
    /// The docket of each subject, in the order in which the subjects first occur.
    pub dockets: Vec<Docket>,
    pub bad_lines: Vec<BadLine>,
    /// Facts that were judged; a fact about two subjects counts once.
    pub facts: u64,
    /// Facts that are about no noun that a promise of the file is about.
    pub about_nothing: u64,
    /// Facts that happened after the asked moment and were left out.
    pub after_until: u64,
    /// The time of the last fact that was judged.
    pub last_at: Option<Timestamp>,
}

/// How the obligations under one clause stand at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    pub met: u64,
    pub late: u64,
    pub breached: u64,
    pub waived: u64,
    pub void: u64,
    pub running: u64,
    pub overdue: u64,
    pub paused: u64,
    /// How many of all these were renegotiated; they are in the other counts too.
    pub amended: u64,
    /// Aims that were reached, and those that were not; they are in none of the other counts.
    #[serde(skip_serializing_if = "is_zero")]
    pub kept_goals: u64,
    #[serde(skip_serializing_if = "is_zero")]
    pub missed_goals: u64,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Tally {
    /// Counts one obligation as it stands at a moment.
    pub fn add(&mut self, obligation: &Obligation, now: Timestamp) {
        if obligation.is_goal {
            match obligation.state {
                State::Met { .. } => self.kept_goals += 1,
                State::Late { .. } | State::Breached { .. } => self.missed_goals += 1,
                State::Running if obligation.is_overdue(now) => self.missed_goals += 1,
                State::Running | State::Paused | State::Waived { .. } | State::Void { .. } => {}
            }
            return;
        }
        let count = match obligation.state {
            State::Met { .. } => &mut self.met,
            State::Late { .. } => &mut self.late,
            State::Breached { .. } => &mut self.breached,
            State::Waived { .. } => &mut self.waived,
            State::Void { .. } => &mut self.void,
            State::Paused => &mut self.paused,
            State::Running if obligation.is_overdue(now) => &mut self.overdue,
            State::Running => &mut self.running,
        };
        *count += 1;
        self.amended += u64::from(obligation.is_amended());
    }
}

impl Replayed {
    /// Every obligation of every subject.
    pub fn obligations(&self) -> impl Iterator<Item = &Obligation> {
        self.dockets.iter().flat_map(Docket::obligations)
    }

    /// How the obligations stand at a moment, by clause.
    pub fn tallies(&self, now: Timestamp) -> BTreeMap<String, Tally> {
        let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
        for obligation in self.obligations() {
            tallies.entry(obligation.clause.to_string()).or_default().add(obligation, now);
        }
        tallies
    }
}

/// The dockets of a log while it is being judged.
struct Bench<'t> {
    terms: &'t Terms,
    until: Option<Timestamp>,
    places: HashMap<Subject, usize>,
    /// Subjects with a fact out of order: judged again from all their facts.
    again: HashSet<Subject>,
    replayed: Replayed,
}

/// Judges a log that can be read twice.
///
/// Errors: an I/O error of the log. A bad line is not one; it is listed.
pub fn replay<R: BufRead>(
    terms: &Terms,
    until: Option<Timestamp>,
    mut open: impl FnMut() -> io::Result<R>,
) -> io::Result<Replayed> {
    let mut bench =
        Bench { terms, until, places: HashMap::new(), again: HashSet::new(), replayed: Replayed::default() };
    each_line(open()?, |line, text| bench.take(line, text))?;
    if !bench.again.is_empty() {
        let mut facts: HashMap<Subject, Vec<Fact>> = HashMap::new();
        each_line(open()?, |line, text| bench.collect(line, text, &mut facts))?;
        for (subject, mut facts) in facts {
            facts.sort_by_key(Fact::order);
            let mut docket = Docket::of(subject.clone());
            for fact in &facts {
                // Sorted above, so no fact can lie before another.
                let _ = docket.fold(terms, fact);
            }
            bench.replayed.dockets[bench.places[&subject]] = docket;
        }
    }
    Ok(bench.replayed)
}

/// Judges a log that is held in memory.
pub fn replay_text(terms: &Terms, until: Option<Timestamp>, log: &str) -> Replayed {
    // Reading from memory cannot fail.
    replay(terms, until, || Ok(log.as_bytes())).unwrap_or_default()
}

/// Reads lines one by one; bytes that are not UTF-8 make a line bad, not the log.
fn each_line(mut log: impl BufRead, mut take: impl FnMut(u64, &[u8])) -> io::Result<()> {
    let (mut line, mut bytes) = (0, Vec::new());
    loop {
        bytes.clear();
        if log.read_until(b'\n', &mut bytes)? == 0 {
            return Ok(());
        }
        line += 1;
        let text = bytes.trim_ascii();
        let text = if line == 1 { text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text) } else { text };
        if !text.is_empty() {
            take(line, text);
        }
    }
}

impl Bench<'_> {
    fn take(&mut self, line: u64, text: &[u8]) {
        let fact = match read_fact(line, text) {
            Ok(fact) => fact,
            Err(bad) => return self.replayed.bad_lines.push(bad),
        };
        if self.until.is_some_and(|until| fact.at > until) {
            self.replayed.after_until += 1;
            return;
        }
        self.replayed.facts += 1;
        self.replayed.last_at = self.replayed.last_at.max(Some(fact.at));
        let mut judged = false;
        for noun in self.terms.subjects() {
            let Some(id) = fact.about.get(noun) else { continue };
            judged = true;
            let subject = Subject { noun: noun.clone(), id: id.into() };
            let place = *self.places.entry(subject.clone()).or_insert_with(|| {
                self.replayed.dockets.push(Docket::of(subject.clone()));
                self.replayed.dockets.len() - 1
            });
            if let Err(OutOfOrder { .. }) = self.replayed.dockets[place].fold(self.terms, &fact) {
                self.again.insert(subject);
            }
        }
        self.replayed.about_nothing += u64::from(!judged);
    }

    fn collect(&self, line: u64, text: &[u8], facts: &mut HashMap<Subject, Vec<Fact>>) {
        let Ok(fact) = read_fact(line, text) else { return };
        if self.until.is_some_and(|until| fact.at > until) {
            return;
        }
        for noun in self.terms.subjects() {
            let Some(id) = fact.about.get(noun) else { continue };
            let subject = Subject { noun: noun.clone(), id: id.into() };
            if self.again.contains(&subject) {
                facts.entry(subject).or_default().push(fact.clone());
            }
        }
    }
}

/// Reads one line; a fact without a number takes that of its line.
fn read_fact(line: u64, text: &[u8]) -> Result<Fact, BadLine> {
    let mut fact: Fact =
        serde_json::from_slice(text).map_err(|error| BadLine { line, message: error.to_string() })?;
    if fact.seq == 0 {
        fact.seq = line;
    }
    Ok(fact)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Calendars;

    fn terms() -> Terms {
        Terms::compile(include_str!("../../../commitments/standard.toml"), &Calendars::shipped())
            .unwrap_or_else(|problems| panic!("{problems:?}"))
    }

    const REPORTED: &str = r#"{"name":"ticket.reported","at":"2026-01-05T00:00:00Z","about":{"ticket":"1"},"data":{"severity":"level3"}}"#;
    const HANDLED: &str =
        r#"{"name":"ticket.handling_started","at":"2026-01-05T01:00:00Z","about":{"ticket":"1"}}"#;

    #[test]
    fn bad_lines_are_listed_and_stop_nothing() {
        let log = format!("\u{feff}{REPORTED}\nnot json\n\n{{\"name\":\"x\"}}\n{HANDLED}\n");
        let replayed = replay_text(&terms(), None, &log);
        let lines: Vec<u64> = replayed.bad_lines.iter().map(|bad| bad.line).collect();
        assert_eq!(lines, [2, 4]);
        assert_eq!(replayed.facts, 2);
        assert!(matches!(replayed.obligations().next().map(|o| o.state), Some(State::Met { .. })));
    }

    #[test]
    fn facts_out_of_order_are_judged_by_their_time() {
        let replayed = replay_text(&terms(), None, &format!("{HANDLED}\n{REPORTED}\n"));
        assert!(matches!(replayed.obligations().next().map(|o| o.state), Some(State::Met { .. })));
    }

    #[test]
    fn facts_after_the_asked_moment_are_left_out() {
        let until = "2026-01-05T00:30:00Z".parse().ok();
        let replayed = replay_text(&terms(), until, &format!("{REPORTED}\n{HANDLED}\n"));
        assert_eq!((replayed.facts, replayed.after_until), (1, 1));
        assert_eq!(replayed.obligations().next().map(|o| o.state), Some(State::Running));
    }
}
