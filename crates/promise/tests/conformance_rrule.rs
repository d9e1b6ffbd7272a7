//! Recurrence rules of RFC 5545 against the instances that two other programs find.
//!
//! Reads every file of the schema in `icalendar-rrule` under `$AFTERCARE_SHARED_DATA` (default: `shared/data`
//! beside the workspace), so that more rules can be dropped in. What is refused on purpose stands in
//! `docs/known-differences.md`.

use jiff::civil::{Date, DateTime};
use promise::recurrence::{Rule, Unreadable};
use serde::Deserialize;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
struct Case {
    dtstart: String,
    rrule: String,
    #[serde(default)]
    instances: Vec<String>,
    expect_error: Option<serde_json::Value>,
    #[serde(rename = "start-at")]
    start_at: Option<String>,
}

/// What became of a case.
enum Outcome {
    Same,
    /// A calendar other than the Gregorian: a known difference.
    OtherCalendar,
    Differs(String),
}

fn day(text: &str) -> Date {
    Date::strptime("%Y%m%d", text).unwrap()
}

fn moment(text: &str) -> DateTime {
    DateTime::strptime("%Y%m%dT%H%M%S", text.trim_end_matches('Z')).unwrap()
}

fn judge(case: &Case) -> Outcome {
    let rule = match (Rule::parse(&case.rrule), &case.expect_error) {
        (Err(_), Some(_)) => return Outcome::Same,
        (Err(Unreadable::UnknownCalendar(_)), None) => return Outcome::OtherCalendar,
        (Err(error), None) => return Outcome::Differs(error.to_string()),
        (Ok(_), Some(_)) => return Outcome::Differs("was read, but is an error".to_owned()),
        (Ok(rule), None) => rule,
    };
    // Without an end the list is a prefix, else it is the whole.
    let is_whole = rule.count.is_some() || rule.until.is_some();
    let most = case.instances.len() + usize::from(is_whole);
    let whole_days = case.dtstart.len() == 8;
    let want: Vec<String> = case.instances.iter().map(|text| text.trim_end_matches('Z').to_owned()).collect();
    let listed = |skip_before: Option<&str>| -> Vec<String> {
        if whole_days {
            let from = skip_before.map(|text| day(&text[..8]));
            let days = rule.days(day(&case.dtstart)).filter(|d| from.is_none_or(|from| *d >= from));
            days.take(most).map(|d| d.strftime("%Y%m%d").to_string()).collect()
        } else {
            let from = skip_before.map(moment);
            let moments = rule.moments(moment(&case.dtstart)).filter(|m| from.is_none_or(|from| *m >= from));
            moments.take(most).map(|m| m.strftime("%Y%m%dT%H%M%S").to_string()).collect()
        }
    };
    let got = listed(None);
    // A list "from" a moment on is told either whole or from there.
    if got == want || case.start_at.as_deref().is_some_and(|from| listed(Some(from)) == want) {
        return Outcome::Same;
    }
    let first = got.iter().zip(&want).position(|(g, w)| g != w).unwrap_or(got.len().min(want.len()));
    Outcome::Differs(format!("instance {first}: got {:?}, want {:?}", got.get(first), want.get(first)))
}

#[test]
fn rules_give_the_same_instances() {
    let root = std::env::var_os("AFTERCARE_SHARED_DATA")
        .map(PathBuf::from)
        .unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"));
    let folder = root.join("icalendar-rrule");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("SKIPPED: no recurrence data in {}", folder.display());
        return;
    };
    let mut files: Vec<_> = entries.map(|e| e.unwrap().path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "jsonl"));
    assert!(!files.is_empty(), "no *.jsonl in {}", folder.display());
    let (mut same_count, mut other_count, mut differ) = (0, 0, Vec::new());
    for file in files {
        for line in std::fs::read_to_string(&file).unwrap().lines().filter(|l| !l.trim().is_empty()) {
            let case: Case = serde_json::from_str(line).unwrap();
            match judge(&case) {
                Outcome::Same => same_count += 1,
                Outcome::OtherCalendar => other_count += 1,
                Outcome::Differs(how) => differ.push(format!("{} {}: {how}", case.dtstart, case.rrule)),
            }
        }
    }
    println!("{same_count} rules agree, {other_count} are of another calendar");
    assert!(differ.is_empty(), "{} differ:\n{}", differ.len(), differ.join("\n"));
}
