//! What holds for every story, whatever happens in it.

use std::sync::{Arc, LazyLock};

use jiff::{SignedDuration, Timestamp};
use promise::{About, Calendars, Data, Docket, Fact, Obligation, State, Terms, judge};
use proptest::prelude::*;

static CALENDARS: LazyLock<Calendars> = LazyLock::new(Calendars::shipped);

/// The standard terms on office hours, so that closed time, holidays and make-up days take part.
static TERMS: LazyLock<Arc<Terms>> = LazyLock::new(|| {
    let text = include_str!("../../../commitments/standard.toml");
    let text = text.replace("calendar = \"24x7\"", "calendar = \"cn-workdays-5x8\"");
    Arc::new(Terms::compile(&text, &CALENDARS).unwrap_or_else(|e| panic!("{e:#?}")))
});

fn start() -> Timestamp {
    "2025-12-31T06:00:00Z".parse().unwrap()
}

/// One thing that can happen to a ticket.
fn happening() -> impl Strategy<Value = (String, Data)> {
    let level = prop_oneof![Just("level1"), Just("level2"), Just("level3"), Just("emergency")];
    let plain = prop::sample::select(vec![
        "ticket.handling_started",
        "ticket.waiting_ended",
        "ticket.onsite_requested",
        "ticket.onsite_withdrawn",
        "ticket.remote_analysis_started",
        "ticket.restored",
        "ticket.resolved",
        "ticket.closed",
        "ticket.reopened",
        "ticket.cancelled",
        "ticket.merged",
        "ticket.note_added",
    ]);
    let promise = prop::sample::select(vec!["respond", "arrival", "C7.4", "emergency-arrival"]);
    prop_oneof![
        6 => plain.prop_map(|name| (name.to_owned(), Data::new())),
        2 => level.prop_map(|level| ("ticket.severity_changed".to_owned(), Data::new().with("severity", level))),
        3 => Just(("ticket.waiting_started".to_owned(), Data::new().with("addressee", "customer").with("question", "?"))),
        1 => Just(("ticket.waiting_started".to_owned(), Data::new().with("reason", "no question"))),
        2 => Just(("ticket.engineer_arrived".to_owned(), Data::new().with("engineer", "user:9"))),
        1 => Just(("ticket.diagnosis_delivered".to_owned(), Data::new().with("document", "d.pdf"))),
        1 => Just(("ticket.plan_delivered".to_owned(), Data::new())),
        1 => (promise, 0i64..200_000).prop_map(|(promise, minutes)| {
            let data = Data::new().with("promise", promise).with("due_at", start() + SignedDuration::from_mins(minutes));
            ("ticket.deadline_agreed".to_owned(), data.with("contact", "contact:1").with("reason", "agreed"))
        }),
    ]
}

/// A story: a report, then things at growing times, never two at one instant.
fn story() -> impl Strategy<Value = Vec<Fact>> {
    let level = prop_oneof![Just("level1"), Just("level2"), Just("level3"), Just("emergency")];
    (level, prop::collection::vec((1i64..40_000, happening()), 0..24)).prop_map(|(level, happenings)| {
        let about = || About::new().with("ticket", "104217");
        let reported = Data::new().with("severity", level).with("kind", "fault");
        let mut facts = vec![Fact::new(1, "ticket.reported", start(), about(), reported)];
        let mut at = start();
        for (seconds, (name, data)) in happenings {
            at += SignedDuration::from_secs(seconds);
            facts.push(Fact::new(facts.len() as u64 + 1, &name, at, about(), data));
        }
        facts
    })
}

fn is_verdict(obligation: &Obligation) -> bool {
    match obligation.state {
        State::Met { .. } | State::Late { .. } | State::Breached { .. } | State::Waived { .. } => true,
        // A promise that no longer covers its subject may cover it again.
        State::Void { .. } | State::Running | State::Paused => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_learning_does_not_matter(facts in story(), order in any::<u64>()) {
        let told = judge(&TERMS, &facts);
        // Learn the facts in another order; a fact out of order has the subject judged again, as the ledger does.
        let mut learnt: Vec<&Fact> = facts.iter().collect();
        learnt.sort_by_key(|fact| (fact.seq.wrapping_mul(6_364_136_223_846_793_005) ^ order).rotate_left(17));
        let (mut docket, mut known) = (Docket::new(), Vec::new());
        for fact in learnt {
            known.push(fact.clone());
            if docket.fold(&TERMS, fact).is_err() {
                docket = judge(&TERMS, &known);
            }
        }
        prop_assert_eq!(docket.obligations(), told.obligations());
    }

    #[test]
    fn folding_one_by_one_is_judging_all(facts in story()) {
        let mut docket = Docket::new();
        for fact in &facts {
            docket.fold(&TERMS, fact).unwrap();
            // A docket that was stored and read again goes on as if it had not been.
            docket = serde_json::from_str(&serde_json::to_string(&docket).unwrap()).unwrap();
        }
        prop_assert_eq!(docket, judge(&TERMS, &facts));
    }

    #[test]
    fn a_verdict_stays_and_nothing_is_lost(facts in story()) {
        let mut before: Vec<Obligation> = Vec::new();
        for end in 1..=facts.len() {
            let now = judge(&TERMS, &facts[..end]).obligations().to_vec();
            prop_assert!(now.len() >= before.len(), "an obligation was lost");
            for (old, new) in before.iter().zip(&now) {
                prop_assert_eq!((&old.promise, old.cycle), (&new.promise, new.cycle));
                if is_verdict(old) {
                    prop_assert_eq!(old, new, "a verdict was edited");
                }
            }
            before = now;
        }
    }

    #[test]
    fn a_promise_has_one_running_cycle_and_its_cycles_count_up(facts in story()) {
        let docket = judge(&TERMS, &facts);
        for promise in TERMS.promises() {
            let cycles: Vec<&Obligation> =
                docket.obligations().iter().filter(|o| o.promise == promise.id).collect();
            let numbers: Vec<u32> = cycles.iter().map(|o| o.cycle).collect();
            prop_assert_eq!(numbers, (1..=cycles.len() as u32).collect::<Vec<_>>());
            prop_assert!(cycles.iter().filter(|o| o.state.is_open()).count() <= 1);
        }
        for obligation in docket.obligations() {
            let mut cited = obligation.evidence.clone();
            cited.dedup();
            prop_assert_eq!(&cited, &obligation.evidence, "a fact is cited twice");
            prop_assert!(obligation.evidence.iter().all(|seq| facts.iter().any(|fact| fact.seq == *seq)));
            prop_assert!(obligation.warn_at.is_sorted());
        }
    }

    #[test]
    fn a_pause_never_shortens_a_deadline(facts in story()) {
        let waiting = ["ticket.waiting_started", "ticket.waiting_ended"];
        let without: Vec<Fact> =
            facts.iter().filter(|fact| !waiting.contains(&fact.name.as_str())).cloned().collect();
        let (with, without) = (judge(&TERMS, &facts), judge(&TERMS, &without));
        for plain in without.obligations() {
            let paused = with.obligations().iter().find(|o| (&o.promise, o.cycle) == (&plain.promise, plain.cycle));
            let paused = paused.expect("the same obligations are owed");
            if let (Some(due), Some(due_with_pauses)) = (plain.original_due_at, paused.original_due_at) {
                prop_assert!(due_with_pauses >= due, "{due_with_pauses} lies before {due}");
            }
        }
    }

    #[test]
    fn what_is_explained_adds_up(facts in story()) {
        let docket = judge(&TERMS, &facts);
        let until = facts.last().map_or(start(), |fact| fact.at);
        for obligation in docket.obligations() {
            let why = promise::explain(&TERMS, obligation, until);
            for step in &why.steps {
                prop_assert!(promise::explain::CODES.contains(&step.code), "{}", step.code);
            }
            let amended = obligation.is_amended() || obligation.due_at.is_none();
            if let (false, Some(figure)) = (amended, obligation.figure.as_deref()) {
                let counted: i64 = why.steps.iter().map(|step| step.counted_s).sum();
                let promised = promise::figure::duration(figure).expect("clock figures are durations") / 1_000_000;
                prop_assert_eq!(counted, promised, "{}", promise::explain::text(&why, promise::explain::Language::English));
            }
        }
    }

    #[test]
    fn working_time_adds_and_takes_away(
        start in 1_700_000_000i64..1_850_000_000, minutes in 1i64..20_000, calendar in 0usize..2,
    ) {
        let id = ["cn-workdays-5x8", "24x7"][calendar];
        let hours = CALENDARS.get(id).unwrap().hours(Some("America/New_York"));
        let start = Timestamp::from_second(start).unwrap();
        let micros = minutes * 60_000_000;
        let end = hours.add(start, micros).unwrap();
        prop_assert_eq!(hours.elapsed(start, end), micros);
        let a_moment_before = end - SignedDuration::from_micros(1);
        prop_assert_eq!(hours.elapsed(start, a_moment_before), micros - 1, "not the earliest instant");
        let back = hours.subtract(end, micros).unwrap();
        prop_assert_eq!(hours.elapsed(back, end), micros);
        prop_assert!(back >= start);
    }
}
