//! The auditor's roster: whenever somebody comes or goes it asks who is there. From `docs/promises/roster.md`.
//!
//! It says which gaps were broken, by the minute at which each began with nobody there, and which lie ahead after
//! the last fact. What was filled in time leaves no trace in it, so those obligations are not compared.

use std::collections::{BTreeMap, BTreeSet};

use promise::Fact;

use super::paper::{Clause, Unaudited};
use super::wall::Clock;
use super::{Desk, Is, Minute, Verdict, minute, moment, named, words};

const ROLES: [&str; 7] = ["duty", "duty_removed", "leave", "leave_withdrawn", "swap", "end", "start"];
/// Later than any moment.
const NEVER: Minute = i64::MAX / 4;

/// What is planned at some moment.
#[derive(Default)]
struct Plan {
    from: Option<Minute>,
    until: Option<Minute>,
    /// Name of the duty, person, from, to.
    duties: Vec<(String, String, Minute, Minute)>,
    /// Name of the leave, person, from, to, reason.
    leave: Vec<(String, String, Minute, Minute, String)>,
    /// Person, who stands in, from, to.
    swaps: Vec<(String, String, Minute, Minute)>,
}

/// How many stand, and who is away and why.
type Seen = (usize, BTreeSet<(String, String)>);

/// Judges one roster from all facts of a subject, in order.
pub fn judge(desk: &Desk<'_>, promise: &Clause, facts: &[&Fact]) -> Result<Vec<Verdict>, Unaudited> {
    let wanted = promise.whole("at_least").unwrap_or(1) as usize;
    let ahead = i64::from(promise.whole("ahead_days").unwrap_or(30)) * 1_440;
    let mut plan = Plan::default();
    let mut broken: BTreeSet<Minute> = BTreeSet::new();
    let mut gaps: BTreeMap<Minute, Minute> = BTreeMap::new();
    // The fact before, whether nobody was there right before it, and whether that went on.
    let mut looked: Option<(Minute, bool, bool)> = None;
    for heard in desk.heard(promise, facts, &ROLES) {
        let at = minute(heard.fact.at)?;
        let clock = desk.clock(&promise.calendar, &heard.known)?;
        // What has come to pass since, as it was planned until now.
        let passed = match looked {
            Some((from, _, is_rest)) => {
                let mut passed =
                    plan.gaps(&clock, from, plan.until.map_or(at, |until| until.min(at)), wanted);
                // The rest of a gap that was broken is not another gap.
                let rest = if is_rest { passed.remove_entry(&from) } else { None };
                Some((passed, rest))
            }
            None => None,
        };
        for role in &heard.roles {
            plan.take(role, heard.fact, at)?;
        }
        let Some(from) = plan.from else { continue };
        let mut was_down = looked.is_some_and(|(before, was_down, _)| before == at && was_down);
        if let Some((passed, rest)) = passed {
            was_down |=
                passed.iter().chain(rest.iter().map(|(from, to)| (from, to))).any(|(_, to)| *to == at);
            broken.extend(passed.into_keys().filter(|from| plan.until.is_none_or(|until| *from < until)));
        }
        let end = plan.until.map_or(at + ahead, |until| until.min(at + ahead));
        let was = std::mem::replace(&mut gaps, plan.gaps(&clock, from.max(at), end, wanted));
        let is_rest = was_down && !was.contains_key(&at);
        if is_rest {
            gaps.remove(&at);
        }
        looked = Some((from.max(at), was_down, is_rest));
    }
    let said = |at: Minute, is: Is, ended: Option<Minute>| Verdict {
        promise: promise.id.clone(),
        cycle: 0,
        started: None,
        due: Some(at),
        is,
        ended,
    };
    let ahead = gaps.keys().map(|from| said(*from, Is::Running, None));
    Ok(ahead.chain(broken.iter().map(|at| said(*at, Is::Breached, Some(*at)))).collect())
}

impl Plan {
    fn take(&mut self, role: &str, fact: &Fact, at: Minute) -> Result<(), Unaudited> {
        let id = |noun: &str| named(fact, noun).unwrap_or_default();
        let from = moment(fact, "from")?.unwrap_or(at);
        let to = moment(fact, "to")?.unwrap_or(NEVER);
        match role {
            "start" => {
                self.from.get_or_insert(from);
                self.until = moment(fact, "until")?;
            }
            "end" => self.until = Some(moment(fact, "until")?.unwrap_or(at)),
            "duty" if from < to => {
                self.duties.retain(|duty| duty.0.is_empty() || duty.0 != id("duty"));
                self.duties.push((id("duty"), id("person"), from, to));
            }
            "duty_removed" => self.duties.retain(|duty| duty.0 != id("duty")),
            "leave" if from < to => {
                self.leave.retain(|leave| leave.0.is_empty() || leave.0 != id("leave"));
                self.leave.push((id("leave"), id("person"), from, to, words(fact, "reason")));
            }
            "leave_withdrawn" => self.leave.retain(|leave| leave.0 != id("leave")),
            "swap" if from < to => self.swaps.push((id("person"), id("stand_in"), from, to)),
            _ => {}
        }
        Ok(())
    }

    /// Who is there at a minute, and who should be and is away.
    fn seen(&self, at: Minute) -> Seen {
        let is_in = |from: Minute, to: Minute| from <= at && at < to;
        let (mut there, mut away) = (BTreeSet::new(), BTreeSet::new());
        for (_, person, from, to) in &self.duties {
            if !is_in(*from, *to) {
                continue;
            }
            let swap = self.swaps.iter().find(|(given, _, from, to)| given == person && is_in(*from, *to));
            let asked = swap.map_or(person, |(_, stand_in, ..)| stand_in);
            let gone: Vec<_> = self
                .leave
                .iter()
                .filter(|(_, who, from, to, _)| who == asked && is_in(*from, *to))
                .map(|(_, who, _, _, reason)| (who.clone(), reason.clone()))
                .collect();
            if gone.is_empty() {
                there.insert(asked);
            }
            away.extend(gone);
        }
        (there.len(), away)
    }

    /// The gaps between two moments: a gap is as long as the same number stand, for the same reasons.
    fn gaps(&self, clock: &Clock, from: Minute, to: Minute, wanted: usize) -> BTreeMap<Minute, Minute> {
        let mut edges: BTreeSet<Minute> = BTreeSet::from([from, to]);
        for (start, end) in self
            .duties
            .iter()
            .map(|duty| (duty.2, duty.3))
            .chain(self.leave.iter().map(|leave| (leave.2, leave.3)))
            .chain(self.swaps.iter().map(|swap| (swap.2, swap.3)))
        {
            edges.extend([start, end]);
        }
        if !clock.never_closes() {
            edges.extend((from + 1..to).filter(|at| clock.is_open(*at) != clock.is_open(at - 1)));
        }
        let edges: Vec<Minute> = edges.range(from..=to.max(from)).copied().collect();
        let mut gaps: BTreeMap<Minute, Minute> = BTreeMap::new();
        let mut before: Option<(Minute, Seen)> = None;
        for pair in edges.windows(2) {
            let seen = self.seen(pair[0]);
            if !clock.is_open(pair[0]) || seen.0 >= wanted {
                before = None;
                continue;
            }
            let begun = match before {
                Some((begun, was)) if was == seen => begun,
                Some(_) | None => pair[0],
            };
            gaps.insert(begun, pair[1]);
            before = Some((begun, seen));
        }
        gaps
    }
}
