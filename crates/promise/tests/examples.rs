//! The example commitments: each can be used, asks only what its text leaves open, and gives the deadlines that its
//! text names.

use jiff::{SignedDuration, Timestamp};
use promise::checker::check;
use promise::{About, Calendars, Data, Fact, Obligation, Terms, judge};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../commitments/examples")
}

fn terms(name: &str) -> Terms {
    let path = folder().join(format!("{name}.toml"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    Terms::compile(&text, &Calendars::shipped()).unwrap_or_else(|problems| {
        panic!("{name}: {}", problems.iter().map(|p| format!("{p}\n")).collect::<String>())
    })
}

fn open_findings(name: &str) -> Vec<String> {
    let findings = check(&terms(name)).into_iter();
    let open = findings.filter(|f| f.agreed.is_none() && f.code != "holidays-unknown");
    open.map(|f| format!("{} {}", f.clause.unwrap_or_default(), f.code)).collect()
}

#[test]
fn every_example_can_be_used() {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let names: Vec<_> = files.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    assert!(names.len() >= 6, "{names:?}");
    for name in names {
        assert_eq!(terms(&name).id(), name);
    }
}

#[test]
fn only_what_the_text_leaves_open_is_asked() {
    for (name, want) in [
        ("priority-four-levels", &[][..]),
        ("next-business-day", &[]),
        ("four-hours-with-credits", &[]),
        ("quarterly-average", &[]),
        ("tiers", &[]),
        // "Regularly", without a number: nobody agreed on one.
        ("silver-gold-remote", &["health-check figure-not-in-text", "upgrade-advice figure-not-in-text"]),
    ] {
        assert_eq!(open_findings(name), want, "{name}");
    }
}

/// The obligation of a promise after a report at a moment, and after another fact at the same one.
fn owed(name: &str, promise: &str, fact: &str, at: &str, data: &[(&str, &str)]) -> Option<Obligation> {
    let data = data.iter().fold(Data::new(), |data, (field, value)| match *value {
        "true" => data.with(field, true),
        value => data.with(field, value),
    });
    let about = About::new().with("ticket", "1");
    let reported = Fact::new(1, "ticket.reported", at.parse().unwrap(), about.clone(), data.clone());
    let mut facts = vec![reported];
    if fact != "ticket.reported" {
        facts.push(Fact::new(2, fact, at.parse().unwrap(), about, data));
    }
    let docket = judge(&terms(name), &facts);
    docket.obligations().iter().find(|o| o.promise.as_str() == promise).cloned()
}

fn due(name: &str, promise: &str, fact: &str, at: &str, data: &[(&str, &str)]) -> String {
    let due_at = owed(name, promise, fact, at, data).and_then(|o| o.due_at);
    due_at.map_or("nothing".to_owned(), |at| {
        at.in_tz("Asia/Shanghai").unwrap().strftime("%Y-%m-%d %H:%M").to_string()
    })
}

#[test]
fn deadlines_are_those_of_the_text() {
    // Friday 9 January 2026 at 15:00 and at 17:00 in Shanghai.
    let (three, five) = ("2026-01-09T15:00:00+08:00", "2026-01-09T17:00:00+08:00");
    let reported = "ticket.reported";
    for (name, promise, fact, at, data, want) in [
        ("next-business-day", "arrival", reported, three, &[][..], "2026-01-12 18:00"),
        ("next-business-day", "arrival", reported, five, &[], "2026-01-13 18:00"),
        ("next-business-day", "answer", reported, five, &[], "2026-01-12 12:00"),
        ("four-hours-with-credits", "arrival", reported, five, &[("severity", "P1")], "2026-01-09 21:00"),
        ("four-hours-with-credits", "arrival", reported, five, &[("severity", "P3")], "nothing"),
        ("quarterly-average", "arrival", reported, five, &[], "2026-01-09 17:40"),
        ("quarterly-average", "arrival", reported, five, &[("distance_km", "10")], "2026-01-09 17:40"),
        ("quarterly-average", "arrival", reported, five, &[("distance_km", "12")], "2026-01-09 18:30"),
        ("tiers", "response", reported, five, &[("tier", "gold"), ("severity", "P1")], "2026-01-09 17:15"),
        ("tiers", "response", reported, five, &[("tier", "silver"), ("severity", "P3")], "2026-01-12 17:00"),
        ("tiers", "response", reported, five, &[("severity", "P3")], "2026-01-12 18:00"),
        (
            "tiers",
            "arrival",
            "ticket.onsite_requested",
            five,
            &[("tier", "silver"), ("severity", "P1")],
            "2026-01-09 21:00",
        ),
        (
            "silver-gold-remote",
            "response",
            reported,
            five,
            &[("tier", "silver"), ("channel", "mail")],
            "2026-01-09 21:00",
        ),
        (
            "silver-gold-remote",
            "response",
            reported,
            five,
            &[("tier", "silver"), ("channel", "phone")],
            "nothing",
        ),
        (
            "silver-gold-remote",
            "response",
            reported,
            five,
            &[("tier", "gold"), ("channel", "phone")],
            "2026-01-09 17:10",
        ),
    ] {
        assert_eq!(due(name, promise, fact, at, data), want, "{name} {promise} {at} {data:?}");
    }
}

/// The readings of two real offers, where their folder is there: each limit in hours or minutes is ours.
#[test]
fn the_limits_of_real_offers_are_expressed() {
    #[derive(serde::Deserialize)]
    struct Offer {
        facts: Vec<Promised>,
    }
    #[derive(serde::Deserialize)]
    struct Promised {
        promise: String,
        limit: Option<String>,
        clock: Option<String>,
        scope: Option<String>,
    }
    let root = std::env::var_os("AFTERCARE_SHARED_DATA")
        .map(PathBuf::from)
        .unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"));
    let tier = |scope: &str| [("银牌", "silver"), ("金牌", "gold")].into_iter().find(|(zh, _)| *zh == scope);
    for (id, name) in [
        ("en-advance2000-priority", "priority-four-levels"),
        ("zh-edodocs-silver-gold", "silver-gold-remote"),
    ] {
        let path = root.join("commitments").join(format!("{id}.facts.json"));
        let Ok(text) = std::fs::read_to_string(&path) else {
            eprintln!("SKIPPED: {} is not there", path.display());
            continue;
        };
        let offer: Offer = serde_json::from_str(&text).unwrap();
        let mut compared_count = 0;
        for promised in offer.facts.iter().filter(|p| p.clock.is_none()) {
            let Some(limit) = promised.limit.as_deref().and_then(|l| l.parse::<SignedDuration>().ok()) else {
                continue;
            };
            let scope = promised.scope.as_deref().unwrap_or("");
            let mut data = vec![("channel", "mail")];
            match tier(scope) {
                Some((_, tier)) => data.push(("tier", tier)),
                None => data.push(("severity", &scope[..2])),
            }
            if scope.contains("support plan") {
                data.push(("support_plan", "true"));
            }
            let promise = match promised.promise.as_str() {
                "first_response" => "response",
                "status_update_cadence" => "update",
                "management_escalation" => "escalation",
                "arrival" => "arrival",
                other => panic!("{id}: {other}"),
            };
            let at = "2026-01-09T17:00:00Z";
            let obligation = owed(name, promise, "ticket.reported", at, &data)
                .unwrap_or_else(|| panic!("{name} {promise} {data:?}"));
            let want = at.parse::<Timestamp>().unwrap() + limit;
            assert_eq!(obligation.due_at, Some(want), "{id}: {promise} {scope}");
            compared_count += 1;
        }
        assert!(compared_count >= 2, "{id}: {compared_count}");
    }
}
