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

/// Tells worlds of a site or two and a year, and fails with the shortest story on which the judges differ.
fn agree(text: &str, seeds: std::ops::RangeInclusive<u64>) -> Outcome {
    let (terms, auditor) = (terms(text), auditor(text));
    let mut all = Outcome::default();
    for seed in seeds {
        let world = World { seed, years: 1, sites: 1 + (seed % 2) as u32 };
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

#[test]
fn a_hundred_seeds_of_the_standard_commitment() {
    agree(STANDARD, 1..=100);
}

#[test]
fn a_hundred_seeds_of_every_kind() {
    agree(EVERY_KIND, 101..=200);
}
