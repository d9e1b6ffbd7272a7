//! Published failure times and failure counts: rate intervals, Laplace's statistic and the power law.
//!
//! Reads every file of the two schemas in `reliability` under `$AFTERCARE_SHARED_DATA` (default: `shared/data`
//! beside the workspace), so that more systems can be dropped in.

use promise::rate::{History, Rate, Truncation};
use serde::Deserialize;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
struct System {
    name: String,
    truncation: Truncation,
    event_times: Vec<f64>,
    end_of_observation: f64,
    expected: Expected,
    expected_time_censored_at_last: Option<Expected>,
}

#[derive(Deserialize)]
struct Expected {
    events: usize,
    hpp_95_exact: Option<Interval>,
    laplace_u: Option<f64>,
    power_law: Option<PowerLaw>,
}

#[derive(Deserialize)]
struct Interval {
    rate: f64,
    lo: f64,
    hi: f64,
}

#[derive(Deserialize)]
struct PowerLaw {
    beta_mle: f64,
    lambda: f64,
    beta_unbiased: Option<f64>,
    intensity_at_end: f64,
}

fn files(ending: &str) -> Vec<PathBuf> {
    let root = std::env::var_os("AFTERCARE_SHARED_DATA")
        .map(PathBuf::from)
        .unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"));
    let folder = root.join("reliability");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("SKIPPED: no reliability data in {}", folder.display());
        return Vec::new();
    };
    let mut files: Vec<_> = entries.map(|e| e.unwrap().path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == ending));
    files.sort();
    assert!(!files.is_empty(), "no *.{ending} in {}", folder.display());
    files
}

fn same(what: &str, got: f64, want: f64) {
    // An estimate of zero is compared absolutely: statistics are of the order of one.
    let room = 1e-9 * want.abs().max(if want == 0.0 { 1.0 } else { 0.0 });
    assert!((got - want).abs() <= room, "{what}: got {got}, want {want}");
}

fn check(name: &str, history: &History, expected: &Expected) {
    assert_eq!(history.events(), expected.events, "{name}: events");
    if let Some(want) = &expected.hpp_95_exact {
        let got = Rate::of(expected.events as u64, history.end(), 0.95).unwrap();
        same(&format!("{name}: rate"), got.rate, want.rate);
        same(&format!("{name}: low"), got.low, want.lo);
        same(&format!("{name}: high"), got.high, want.hi);
    }
    match expected.laplace_u {
        // A sum that cancels keeps fewer digits.
        Some(want) => assert!((history.laplace_u().unwrap() - want).abs() < 1e-9, "{name}: Laplace"),
        None => assert_eq!(history.laplace_u(), None, "{name}: Laplace"),
    }
    match &expected.power_law {
        Some(want) => {
            let got = history.power_law().unwrap();
            same(&format!("{name}: beta"), got.beta, want.beta_mle);
            same(&format!("{name}: lambda"), got.lambda, want.lambda);
            same(&format!("{name}: intensity"), got.intensity_at_end, want.intensity_at_end);
            if let Some(want) = want.beta_unbiased {
                same(&format!("{name}: unbiased beta"), got.beta_unbiased.unwrap_or(0.0), want);
            }
        }
        None => assert!(history.power_law().is_none(), "{name}: power law"),
    }
}

#[test]
fn repairable_systems() {
    let mut systems_count = 0;
    for file in files("json") {
        let systems: Vec<System> = serde_json::from_str(&std::fs::read_to_string(&file).unwrap())
            .unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        for s in systems {
            let history = History::new(s.event_times.clone(), s.end_of_observation, s.truncation)
                .unwrap_or_else(|e| panic!("{}: {e}", s.name));
            check(&s.name, &history, &s.expected);
            if let Some(expected) = &s.expected_time_censored_at_last {
                // The last fault is taken as the end of observation only.
                let earlier = s.event_times[..s.event_times.len() - 1].to_vec();
                let history = History::new(earlier, s.end_of_observation, Truncation::Time).unwrap();
                check(&format!("{} censored", s.name), &history, expected);
            }
            systems_count += 1;
        }
    }
    println!("{systems_count} systems agree");
}

#[test]
fn disk_models() {
    #[derive(Deserialize)]
    struct Model {
        model: String,
        drive_days: f64,
        failed: u64,
        afr: f64,
        afr_lo95: f64,
        afr_hi95: f64,
    }
    let mut models_count = 0;
    for file in files("csv") {
        let mut reader = csv::Reader::from_path(&file).unwrap();
        let columns = reader.headers().unwrap().clone();
        if !columns.iter().any(|c| c == "drive_days") {
            continue; // another schema: mean cumulative function
        }
        for row in reader.records() {
            let model: Model = row.unwrap().deserialize(Some(&columns)).unwrap();
            let got = Rate::of(model.failed, model.drive_days, 0.95).unwrap().per(365.25);
            for (what, got, want) in [
                ("afr", got.rate, model.afr),
                ("low", got.low, model.afr_lo95),
                ("high", got.high, model.afr_hi95),
            ] {
                assert!((got - want).abs() <= 5.1e-7, "{} {what}: got {got}, want {want}", model.model);
            }
            models_count += 1;
        }
    }
    println!("{models_count} disk models agree");
}
