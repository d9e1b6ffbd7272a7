//! How long the engine takes to judge ten years of a thousand sites, as the simulator tells them.
//!
//! `cargo bench -p sim --bench replay` prints a table. `AFTERCARE_BENCH_SITES` and `AFTERCARE_BENCH_YEARS` set the
//! size of the world. Every subject is judged once from all its facts; telling them is not counted.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

use promise::{Calendars, Terms};
use sim::judging::judge_again;
use sim::{Auditor, Teller, World, by_subject};

const STANDARD: &str = include_str!("../../../commitments/standard.toml");

#[derive(Default)]
struct Row {
    subjects: u64,
    facts: u64,
    obligations: u64,
    seconds: f64,
}

fn main() {
    let number =
        |name: &str, usual: u32| std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(usual);
    let (sites, years) = (number("AFTERCARE_BENCH_SITES", 1_000), number("AFTERCARE_BENCH_YEARS", 10));
    let terms = Terms::compile(STANDARD, &Calendars::shipped()).expect("the file is good");
    let auditor = Auditor::new(STANDARD, &Calendars::shipped_texts()).expect("the file can be audited");
    let teller = Teller { terms: &terms, auditor: &auditor };
    let world = World { seed: 1, years, sites };
    let (mut rows, mut told): (BTreeMap<String, Row>, u64) = (BTreeMap::new(), 0);
    for (place, sites) in world.customers().iter().enumerate() {
        let facts = teller.tell(&world, place as u32 + 1, sites);
        told += facts.len() as u64;
        for (subject, facts) in by_subject(&terms, &facts) {
            let began = Instant::now();
            let docket = judge_again(&terms, &subject, &facts);
            let row = rows.entry(subject.noun.to_string()).or_default();
            row.seconds += began.elapsed().as_secs_f64();
            row.subjects += 1;
            row.facts += facts.len() as u64;
            row.obligations += black_box(&docket).obligations().len() as u64;
        }
    }
    println!("{years} years of {sites} sites: {told} facts\n");
    println!(
        "{:<10} {:>9} {:>13} {:>12} {:>9} {:>10}",
        "noun", "subjects", "facts folded", "obligations", "s", "facts/s"
    );
    let mut all = Row::default();
    let line = |noun: &str, row: &Row| {
        println!(
            "{noun:<10} {:>9} {:>13} {:>12} {:>9.2} {:>10.0}",
            row.subjects,
            row.facts,
            row.obligations,
            row.seconds,
            row.facts as f64 / row.seconds
        );
    };
    for (noun, row) in &rows {
        line(noun, row);
        all.subjects += row.subjects;
        all.facts += row.facts;
        all.obligations += row.obligations;
        all.seconds += row.seconds;
    }
    line("all", &all);
}
