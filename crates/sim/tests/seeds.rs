//! Two hundred seeds, told and judged twice; and the proof that the second judge would notice.

use promise::{Calendars, Terms};
use sim::story::{Teller, World};
use sim::{Audit, Auditor, Outcome, simulate};

const STANDARD: &str = include_str!("../../../commitments/standard.toml");
const EVERY_KIND: &str = include_str!("every_kind.toml");
const CALENDARS: [&str; 3] = [
    include_str!("../../../calendars/24x7.toml"),
    include_str!("../../../calendars/cn-public-holidays.toml"),
    include_str!("../../../calendars/cn-workdays-5x8.toml"),
];

fn terms(text: &str) -> Terms {
    Terms::compile(text, &Calendars::shipped()).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

fn auditor(text: &str) -> Auditor {
    Auditor::new(text, &CALENDARS).unwrap_or_else(|error| panic!("{error}"))
}

/// Tells worlds of one site and one year, and fails with the shortest story on which the judges differ.
fn agree(text: &str, seeds: std::ops::RangeInclusive<u64>) -> Outcome {
    let (terms, auditor) = (terms(text), auditor(text));
    let mut all = Outcome::default();
    for seed in seeds {
        let world = World { seed, years: 1, sites: 1 };
        let teller = Teller { terms: &terms, auditor: &auditor };
        let outcome = simulate(teller, &world, Audit::Yes, |_| {}).unwrap_or_else(|error| panic!("{error}"));
        if let Some(differ) = outcome.disagreements.first() {
            let fact = |fact| format!("  {}\n", serde_json::to_string(fact).unwrap());
            let facts: String = differ.facts.iter().map(fact).collect();
            let lines = |one: &sim::Verdict| format!("  {one}\n");
            panic!(
                "seed {seed}, {}: {} disagreement(s)\n{facts}the engine alone says\n{}the auditor alone says\n{}",
                differ.subject,
                outcome.disagreements.len(),
                differ.engine_alone().map(lines).collect::<String>(),
                differ.auditor_alone().map(lines).collect::<String>()
            );
        }
        all.add(outcome);
    }
    all
}

/// What was never owed was never compared.
fn was_owed(text: &str, outcome: &Outcome) {
    let auditor = auditor(text);
    for noun in auditor.paper().subjects() {
        for promise in auditor.judged(noun) {
            assert!(outcome.verdicts.contains_key(&promise.id), "`{}` was never owed", promise.id);
        }
    }
}

#[test]
fn a_hundred_seeds_of_the_standard_commitment() {
    let outcome = agree(STANDARD, 1..=100);
    was_owed(STANDARD, &outcome);
}

#[test]
fn a_hundred_seeds_of_every_kind() {
    let outcome = agree(EVERY_KIND, 101..=200);
    was_owed(EVERY_KIND, &outcome);
}

#[test]
fn the_second_judge_notices_an_engine_that_is_wrong_and_tells_the_shortest_story() {
    for (right, wrong, promise, facts_most) in [
        (r#"level3 = "4h""#, r#"level3 = "5h""#, "respond", 1),
        (r#"each = "calendar month""#, r#"each = "calendar quarter""#, "monthly-inspection", 1),
        ("ahead_days = 30", "ahead_days = 3", "duty", 3),
    ] {
        assert!(STANDARD.contains(right), "{right}");
        let (terms, auditor) = (terms(&STANDARD.replace(right, wrong)), auditor(STANDARD));
        let teller = Teller { terms: &terms, auditor: &auditor };
        let found = (1..=60).flat_map(|seed| {
            let world = World { seed, years: 1, sites: 1 };
            simulate(teller, &world, Audit::Yes, |_| {})
                .unwrap_or_else(|error| panic!("{error}"))
                .disagreements
        });
        let shortest = found
            .filter(|differ| {
                differ.engine_alone().chain(differ.auditor_alone()).any(|one| one.promise == promise)
            })
            .map(|differ| differ.facts.len())
            .next();
        assert!(shortest.is_some_and(|count| count <= facts_most), "{wrong}: {shortest:?}");
    }
}

#[test]
fn a_seed_tells_the_same_story_every_time() {
    let (terms, auditor) = (terms(STANDARD), auditor(STANDARD));
    let teller = Teller { terms: &terms, auditor: &auditor };
    let story = |seed| {
        let mut told = Vec::new();
        let world = World { seed, years: 1, sites: 2 };
        let outcome = simulate(teller, &world, Audit::No, |facts| told.extend(facts.to_vec())).unwrap();
        (told, outcome.verdicts, outcome.mishaps)
    };
    assert_eq!(story(7), story(7));
    assert_ne!(story(7).0, story(8).0);
    let (_, verdicts, mishaps) = story(7);
    assert!(mishaps.learnt_late > 0 && mishaps.crashed > 0 && mishaps.stored > 0, "{mishaps:?}");
    assert!(verdicts.len() > 10, "too few promises were ever owed: {:?}", verdicts.keys());
}
