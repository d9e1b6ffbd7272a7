//! The ranking on real searches in Chinese and English, and near duplicates: better than plain BM25 by what
//! was reached, so that no change of the terms or weights loses it unseen.
//!
//! Reads `kb-search-zh` and `kb-search-en` of `$AFTERCARE_SHARED_DATA`, else of `../shared/data` beside the
//! workspace; says so and passes where they are absent.

use std::path::PathBuf;

use search::evaluate::{Measured, folder};

fn measured(name: &str) -> Vec<Measured> {
    let root = std::env::var_os("AFTERCARE_SHARED_DATA").map(PathBuf::from);
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let place = root.unwrap_or_else(beside).join(name);
    if !place.is_dir() {
        println!("SKIPPED: no conformance data at {}; set AFTERCARE_SHARED_DATA", place.display());
        return Vec::new();
    }
    let found = folder(&place).unwrap();
    found.iter().for_each(|one| println!("{one:?}"));
    found
}

fn holds(found: &[Measured], least_mrr: f64, least_area_above_plain: f64) {
    for one in found {
        match one {
            Measured::Collection { name, ours, plain, .. } => {
                assert!(ours.mrr_at_10 >= least_mrr, "{name}: {ours:?}");
                assert!(ours.mrr_at_10 > plain.mrr_at_10, "{name}: {ours:?} is no better than {plain:?}");
            }
            Measured::Pairs { name, ours, plain, .. } => {
                assert!(ours - plain >= least_area_above_plain, "{name}: {ours:.3} beside {plain:.3}");
            }
        }
    }
}

#[test]
fn chinese_articles_and_pairs_are_ranked() {
    holds(&measured("kb-search-zh"), 0.805, 0.02);
}

#[test]
fn english_questions_are_ranked() {
    holds(&measured("kb-search-en"), 0.865, 0.0);
}
