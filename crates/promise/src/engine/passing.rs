//! Time that passes while nothing happens: a window of a quota closes, a gap of a roster begins, a visit falls due.
//!
//! No time passes in the engine, and a verdict changes only by a new fact. So where nothing else happens, somebody
//! records that time has passed: a fact of its own, [`TIME_PASSED`], about the subject. [`Docket::look_at`] says when
//! that is next worth while. Clocks need none of it: that one is overdue is seen by whoever looks.

use jiff::Timestamp;

use super::Docket;
use crate::clock::ZONE;
use crate::fact::Fact;
use crate::kinds::{self, Fold, Standing};
use crate::terms::{Promise, Rule, Terms};
use crate::{quota, roster};

/// The name of the fact that nothing happened but time.
pub const TIME_PASSED: &str = "time.passed";

/// A verdict stands from the moment after the deadline on.
const AFTER: jiff::SignedDuration = jiff::SignedDuration::from_secs(1);

impl Docket {
    /// When the subject must be looked at again even if nothing happens; none while nothing waits for time.
    pub fn look_at(&self, terms: &Terms) -> Option<Timestamp> {
        let (latest, _) = self.latest?;
        let of_promise = |(id, standing): &(crate::PromiseId, Standing)| {
            let promise = terms.promise(id.as_str())?;
            if !waits_for_time(&promise.rule) {
                return None;
            }
            let open = self.obligations.iter().filter(|o| o.promise == *id && o.state.is_open());
            let due = open.filter_map(|o| o.due_at?.checked_add(AFTER).ok()).filter(|at| *at > latest).min();
            let ahead = self.ahead(promise, standing).filter(|at| *at > latest);
            [due, ahead].into_iter().flatten().min()
        };
        self.standings.iter().filter_map(of_promise).min()
    }

    /// When a promise must look further ahead than it did.
    fn ahead(&self, promise: &Promise, standing: &Standing) -> Option<Timestamp> {
        let zone = self.attributes.text(ZONE);
        match (&promise.rule, standing) {
            (Rule::Quota(rule), Standing::Quota(standing)) => {
                quota::promise::look_at(rule, standing, rule.calendar.hours(zone).zone())
            }
            (Rule::Roster(rule), Standing::Roster(standing)) => {
                roster::promise::look_at(rule, standing, &rule.calendar.hours(zone))
            }
            _ => None,
        }
    }

    /// Brings every promise that waits for time up to the moment of a fact.
    pub(super) fn pass(&mut self, terms: &Terms, fact: &Fact) {
        let Some(subject) = self.subject.clone() else { return };
        let ids: Vec<crate::PromiseId> = self.standings.iter().map(|(id, _)| id.clone()).collect();
        for promise in ids.iter().filter_map(|id| terms.promise(id.as_str())) {
            let Some((_, condition)) = promise.conditions.first() else { continue };
            if waits_for_time(&promise.rule) {
                let fold =
                    Fold { terms, promise, condition, fact, attributes: &self.attributes, subject: &subject };
                kinds::pass(fold, &mut self.standings, &mut self.obligations);
            }
        }
    }
}

/// Whether a promise changes by time alone.
fn waits_for_time(rule: &Rule) -> bool {
    match rule {
        Rule::Quota(_) | Rule::Rate(_) | Rule::Roster(_) => true,
        Rule::Clock(_) | Rule::Coverage(_) | Rule::Gate(_) | Rule::Stock(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{About, Calendars, Data, Subject};

    /// Lets time pass at each moment that the docket names, up to a day, and says how each obligation stands.
    fn left_alone(promise: &str, facts: &[(&str, &str, Data)], noun: &str, until: &str) -> Vec<String> {
        let terms =
            Terms::compile(include_str!("../../../../commitments/standard.toml"), &Calendars::shipped());
        let terms = terms.unwrap();
        let until: Timestamp = format!("{until}+08:00").parse().unwrap();
        let mut docket = Docket::of(Subject::new(noun, "1"));
        let mut seq = 0;
        let mut fold = |docket: &mut Docket, name: &str, at: Timestamp, data: Data| {
            seq += 1;
            docket.fold(&terms, &Fact::new(seq, name, at, About::new().with(noun, 1), data)).unwrap();
        };
        for (at, name, data) in facts {
            fold(&mut docket, name, format!("{at}+08:00").parse().unwrap(), data.clone());
        }
        let mut looks = 0;
        while let Some(at) = docket.look_at(&terms).filter(|at| *at <= until) {
            looks += 1;
            assert!(looks < 200, "it looks for ever");
            fold(&mut docket, TIME_PASSED, at, Data::new());
        }
        let own = docket.obligations().iter().filter(|o| o.promise.as_str() == promise);
        let due = |at: Timestamp| at.in_tz("Asia/Shanghai").unwrap().strftime("%m-%d %H:%M").to_string();
        own.filter(|o| o.due_at.is_some_and(|at| at <= until))
            .map(|o| format!("{} {}", due(o.due_at.unwrap()), o.state.as_str()))
            .collect()
    }

    #[test]
    fn a_window_that_nobody_touches_is_broken_when_it_is_over() {
        let started = [("2026-01-01T09:00", "site.service_started", Data::new())];
        let stands = left_alone("periodic-maintenance", &started, "site", "2026-12-31T00:00");
        assert_eq!(stands, ["04-01 00:00 breached", "07-01 00:00 breached", "10-01 00:00 breached"]);
    }

    #[test]
    fn windows_without_end_are_laid_out_for_ever() {
        let started = [("2026-01-01T09:00", "site.service_started", Data::new())];
        let stands = left_alone("periodic-maintenance", &started, "site", "2030-12-31T00:00");
        assert_eq!(stands.len(), 19, "{stands:?}");
        assert!(stands.iter().all(|stand| stand.ends_with("breached")));
    }

    #[test]
    fn a_gap_that_lies_far_ahead_is_seen_in_time_and_broken_when_it_begins() {
        let duty = Data::new()
            .with("duty", "1")
            .with("person", "li")
            .with("from", "2026-01-01T00:00:00+08:00")
            .with("to", "2026-06-01T00:00:00+08:00");
        let facts = [
            ("2025-12-31T09:00", "engineer.appointed", duty),
            ("2026-01-01T09:00", "contract.started", Data::new()),
        ];
        assert_eq!(
            left_alone("dedicated-engineer", &facts, "contract", "2026-05-03T00:00"),
            Vec::<String>::new()
        );
        let stands = left_alone("dedicated-engineer", &facts, "contract", "2026-07-01T00:00");
        assert_eq!(stands, ["06-01 00:00 breached"]);
    }
}
