//! Promises that really were made, with their outcome: every on-time flag, and the rule behind the targets.

mod shared;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use promise::replay::{Replayed, replay_text};
use promise::{About, Calendars, Data, Fact, State, Terms};

const COMMITMENT: &str = include_str!("../../../commitments/examples/boston311.toml");
/// Types with at least this share of all targets must be reproduced.
const MAIN_TYPE_SHARE: f64 = 0.01;
const REPRODUCED_LEAST: f64 = 0.9;

struct Request {
    id: String,
    kind: String,
    target_at: Option<Timestamp>,
    closed_at: Option<Timestamp>,
    on_time: String,
}

fn requests() -> Option<(Vec<Request>, Replayed)> {
    let folder = shared::folder("boston311-2011")?;
    let zone = TimeZone::get("America/New_York").expect("the zone");
    let at = |text: &str| -> Option<Timestamp> {
        let local: DateTime = text.parse().ok()?;
        zone.to_timestamp(local).ok()
    };
    let (mut requests, mut log) = (Vec::new(), String::new());
    for path in shared::files(&folder, ".csv") {
        let mut reader = csv::Reader::from_path(path).expect("the file");
        let headers = reader.headers().expect("headers").clone();
        let column = |name: &str| headers.iter().position(|header| header == name).expect("a column");
        let [id, open, target, closed, on_time, kind] =
            ["case_enquiry_id", "open_dt", "target_dt", "closed_dt", "ontime", "type"].map(column);
        for row in reader.records() {
            let row = row.expect("a row");
            let request = Request {
                id: row[id].to_owned(),
                kind: row[kind].to_owned(),
                target_at: at(&row[target]),
                closed_at: at(&row[closed]),
                on_time: row[on_time].to_owned(),
            };
            let about = About::new().with("request", &request.id);
            let mut data = Data::new().with("type", request.kind.as_str());
            if let Some(target_at) = request.target_at {
                data = data.with("target_at", target_at);
            }
            let opened =
                Fact::new(0, "request.opened", at(&row[open]).expect("open_dt"), about.clone(), data);
            log += &(serde_json::to_string(&opened).expect("JSON") + "\n");
            if let Some(closed_at) = request.closed_at {
                let closed = Fact::new(0, "request.closed", closed_at, about, Data::new());
                log += &(serde_json::to_string(&closed).expect("JSON") + "\n");
            }
            requests.push(request);
        }
    }
    let terms = Terms::compile(COMMITMENT, &Calendars::shipped()).unwrap_or_else(|e| panic!("{e:#?}"));
    let replayed = replay_text(&terms, None, &log);
    assert!(replayed.bad_lines.is_empty(), "{:?}", replayed.bad_lines.first());
    Some((requests, replayed))
}

#[test]
fn every_on_time_flag_is_given() {
    let Some((requests, replayed)) = requests() else { return };
    let obligations: BTreeMap<&str, State> = replayed
        .obligations()
        .filter(|obligation| obligation.promise.as_str() == "as-promised")
        .map(|obligation| (&*obligation.subject.id, obligation.state))
        .collect();
    let (mut judged, mut wrong) = (0, Vec::new());
    for request in &requests {
        if request.target_at.is_none() {
            assert!(!obligations.contains_key(request.id.as_str()), "{}: nothing was promised", request.id);
            continue;
        }
        if request.closed_at.is_none() {
            assert_eq!(obligations[request.id.as_str()], State::Running, "{}", request.id);
            continue;
        }
        judged += 1;
        // An empty flag stands at requests that were closed late.
        let expected = request.on_time == "ONTIME";
        let found = matches!(obligations[request.id.as_str()], State::Met { .. });
        if found != expected {
            wrong.push(&request.id);
        }
    }
    println!("{judged} verdicts");
    assert!(judged > 0, "the files hold no request with a target and an end");
    assert!(wrong.is_empty(), "{} of {judged}: {wrong:?}", wrong.len());
}

#[test]
fn the_rule_of_a_type_gives_its_targets_to_the_minute() {
    let Some((requests, replayed)) = requests() else { return };
    let due: BTreeMap<&str, Timestamp> = replayed
        .obligations()
        .filter(|obligation| obligation.promise.as_str() == "by-type")
        .filter_map(|obligation| Some((&*obligation.subject.id, obligation.original_due_at?)))
        .collect();
    let mut types: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for request in &requests {
        let (Some(target_at), Some(due_at)) = (request.target_at, due.get(request.id.as_str())) else {
            continue;
        };
        let (targets, same) = types.entry(&request.kind).or_default();
        *targets += 1;
        *same += usize::from(target_at.duration_since(*due_at).abs().as_secs() <= 60);
    }
    let all: usize = types.values().map(|(targets, _)| targets).sum();
    let mut short = Vec::new();
    for (kind, (targets, same)) in &types {
        let share = *same as f64 / *targets as f64;
        println!("{kind}: {same} of {targets}");
        if *targets as f64 >= all as f64 * MAIN_TYPE_SHARE && share < REPRODUCED_LEAST {
            short.push(format!("{kind}: {same} of {targets}"));
        }
    }
    assert!(!types.is_empty(), "no type of the commitment occurs in the files");
    assert!(short.is_empty(), "{short:#?}");
}
