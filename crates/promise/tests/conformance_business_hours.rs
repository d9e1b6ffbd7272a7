//! The calendar arithmetic against cases that other programs agree on.
//!
//! Times of day are written in the files as the calendars show them; instants are UTC. Where the files give two
//! answers at a closing boundary we hold the earliest instant.

mod shared;

use jiff::Timestamp;
use jiff::civil::DateTime;
use promise::calendar::{By, Calendar, Calendars, Hours};
use serde_json::Value;

/// Writes a calendar of the files in our own language and reads it.
fn calendar(spec: &Value) -> std::sync::Arc<Hours> {
    let zone = match spec["tz"].as_str().expect("a zone") {
        "local wall time" => "Etc/UTC",
        zone => zone,
    };
    let quoted = |hours: &Value| {
        let hours = hours.as_array().expect("hours").iter();
        let hours: Vec<String> = hours
            .map(|pair| format!("\"{}-{}\"", pair[0].as_str().expect("from"), pair[1].as_str().expect("to")))
            .collect();
        format!("[{}]", hours.join(", "))
    };
    let mut text = format!("id = \"case\"\nversion = \"1\"\nzone = \"{zone}\"\n[hours]\n");
    for (day, hours) in spec["hours"].as_object().expect("hours") {
        text += &format!("{day} = {}\n", quoted(hours));
    }
    for date in spec["holidays"].as_array().into_iter().flatten() {
        text += &format!("[[holiday]]\nname = \"off\"\non = {}\n", date.as_str().expect("date"));
    }
    for (kind, key) in [("workday", "shifts"), ("closure", "breaks")] {
        for (date, hours) in spec[key].as_object().into_iter().flatten() {
            text += &format!("[[{kind}]]\nname = \"{key}\"\non = {date}\nhours = {}\n", quoted(hours));
        }
    }
    let calendar = Calendar::read(&text, &Calendars::new()).unwrap_or_else(|e| panic!("{e:?}\n{text}"));
    calendar.hours(None)
}

/// Reads an instant, or a wall-clock time of a calendar in UTC.
fn instant(value: &Value) -> Timestamp {
    let text = value.as_str().expect("a time");
    text.parse().unwrap_or_else(|_| {
        let local: DateTime = text.parse().unwrap_or_else(|_| panic!("{text} is no time"));
        local.to_zoned(jiff::tz::TimeZone::UTC).expect("a time").timestamp()
    })
}

const MINUTE: i64 = 60_000_000;

fn json_files() -> Vec<(String, Value)> {
    let Some(folder) = shared::folder("business-hours") else { return Vec::new() };
    let files = shared::files(&folder, ".json");
    let read = |path: &std::path::PathBuf| {
        let text = std::fs::read_to_string(path).expect("the file can be read");
        (path.display().to_string(), serde_json::from_str(&text).expect("the file is JSON"))
    };
    files.iter().map(read).collect()
}

#[test]
fn every_oracle_case_has_our_answer() {
    let (mut judged, mut wrong) = (0, Vec::new());
    for (file, spec) in json_files() {
        let Some(cases) = spec["cases"].as_array() else { continue };
        let calendars: std::collections::HashMap<&str, _> = spec["calendars"]
            .as_object()
            .expect("calendars")
            .iter()
            .map(|(id, spec)| (id.as_str(), calendar(spec)))
            .collect();
        for case in cases {
            let hours = &calendars[case["calendar"].as_str().expect("a calendar")];
            let start = instant(&case["start"]);
            let (found, expected) = match case["op"].as_str().expect("an op") {
                "elapsed" => {
                    let minutes = hours.elapsed(start, instant(&case["end"])) / MINUTE;
                    (minutes.to_string(), case["working_minutes"].to_string())
                }
                "deadline" => {
                    let minutes = case["minutes"].as_i64().expect("minutes");
                    (format!("{:?}", hours.add(start, minutes * MINUTE)), earliest(case))
                }
                "deadline_with_pauses" => {
                    let minutes = case["minutes"].as_i64().expect("minutes");
                    let mut due = hours.add(start, minutes * MINUTE);
                    for pause in case["pauses"].as_array().expect("pauses") {
                        due = due.map(|due| hours.push(due, instant(&pause[0]), instant(&pause[1])));
                    }
                    (format!("{due:?}"), earliest(case))
                }
                op => panic!("{file}: {op} is not known"),
            };
            judged += 1;
            if found != expected {
                wrong.push(format!("{} found {found}, expected {expected}", case["id"]));
            }
        }
    }
    println!("{judged} oracle cases");
    assert!(wrong.is_empty(), "{} of {judged}:\n{}", wrong.len(), wrong.join("\n"));
}

fn earliest(case: &Value) -> String {
    format!("{:?}", Some(instant(&case["earliest"])))
}

#[test]
fn every_peer_fact_has_our_answer() {
    let (mut judged, mut wrong) = (0, Vec::new());
    for (file, spec) in json_files() {
        for case in spec.as_array().into_iter().flatten().filter(|case| case["op"].is_string()) {
            judged += 1;
            if let Err(complaint) = peer_fact(case) {
                wrong.push(format!("{file}: {} {case}: {complaint}", case["source"]));
            }
        }
    }
    println!("{judged} peer facts");
    assert!(wrong.is_empty(), "{} of {judged}:\n{}", wrong.len(), wrong.join("\n"));
}

fn peer_fact(case: &Value) -> Result<(), String> {
    let hours = calendar(&case["calendar"]);
    let op = case["op"].as_str().expect("an op");
    let same = |found: Option<Timestamp>| {
        let expected = instant(&case["expected"]);
        if found == Some(expected) { Ok(()) } else { Err(format!("found {found:?}")) }
    };
    let amount = case["amount"].as_i64().unwrap_or(0);
    let days = i32::try_from(amount).expect("days");
    let micros = match case["unit"].as_str().unwrap_or("") {
        "second" => amount * 1_000_000,
        "minute" => amount * MINUTE,
        "hour" => amount * 60 * MINUTE,
        _ => 0,
    };
    let in_days = case["unit"].as_str().is_some_and(|unit| unit.ends_with("day"));
    match op {
        "after" if in_days => same(hours.add_working_days(instant(&case["start"]), days, By::SameTime)),
        "before" if in_days => same(hours.subtract_working_days(instant(&case["start"]), days)),
        "after" => same(hours.add(instant(&case["start"]), micros)),
        "before" => same(hours.subtract(instant(&case["start"]), micros)),
        "after_end_of_working_day" => same(hours.add_working_days(instant(&case["start"]), days, By::Close)),
        "before_end_of_working_day" => {
            same(hours.add_working_days(instant(&case["start"]), -days, By::Close))
        }
        "elapsed_seconds" | "elapsed_minutes" | "elapsed_hours" => {
            let unit = match op {
                "elapsed_seconds" => 1_000_000,
                "elapsed_minutes" => MINUTE,
                _ => 60 * MINUTE,
            };
            let found = hours.elapsed(instant(&case["start"]), instant(&case["end"])) / unit;
            if Some(found) == case["expected"].as_i64() { Ok(()) } else { Err(format!("found {found}")) }
        }
        "is_open" => {
            let found = hours.is_open(instant(&case["start"]));
            if Some(found) == case["expected"].as_bool() { Ok(()) } else { Err(format!("found {found}")) }
        }
        "periods_after" => {
            let take = usize::try_from(case["take"].as_i64().expect("take")).expect("take");
            let origin = instant(&case["origin"]);
            let far = origin + jiff::SignedDuration::from_hours(24 * 365);
            let found: Vec<[String; 2]> = hours
                .stretches(origin, far, take)
                .into_iter()
                .map(|(from, to)| {
                    [hours.local(from), hours.local(to)].map(|at| at.strftime("%Y-%m-%dT%H:%M").to_string())
                })
                .collect();
            let found = serde_json::to_value(found).expect("JSON");
            if found == case["expected"] { Ok(()) } else { Err(format!("found {found}")) }
        }
        op => Err(format!("{op} is not known")),
    }
}
