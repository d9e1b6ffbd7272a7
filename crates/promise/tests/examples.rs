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
        ("hours-and-distance", &[]),
        ("patrols-and-standby", &[]),
        ("credits-and-the-end", &[]),
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
        "false" => data.with(field, false),
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
    let (reported, asked) = ("ticket.reported", "ticket.onsite_requested");
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
        ("hours-and-distance", "response", reported, three, &[], "2026-01-09 15:30"),
        ("hours-and-distance", "response", reported, "2026-01-10T15:00:00+08:00", &[], "2026-01-10 17:00"),
        ("hours-and-distance", "response", reported, "2026-01-09T12:30:00+08:00", &[], "2026-01-09 14:30"),
        ("hours-and-distance", "arrival", asked, five, &[("region", "urban")], "2026-01-09 19:00"),
        ("hours-and-distance", "arrival", asked, five, &[("region", "suburban")], "2026-01-09 21:00"),
        (
            "hours-and-distance",
            "arrival",
            asked,
            five,
            &[("region", "rural"), ("distance_km", "100")],
            "2026-01-09 23:00",
        ),
        (
            "hours-and-distance",
            "arrival",
            asked,
            five,
            &[("region", "rural"), ("distance_km", "101")],
            "2026-01-10 05:00",
        ),
        (
            "hours-and-distance",
            "arrival",
            asked,
            five,
            &[("region", "rural"), ("distance_km", "301")],
            "2026-01-10 17:00",
        ),
        (
            "hours-and-distance",
            "arrival",
            asked,
            five,
            &[("region", "rural"), ("covered", "false")],
            "2026-01-12 17:30",
        ),
        ("hours-and-distance", "call-to-repair", reported, five, &[("severity", "1")], "2026-01-10 11:00"),
        (
            "hours-and-distance",
            "restoration-after-arrival",
            "ticket.engineer_arrived",
            five,
            &[("severity", "2")],
            "2026-01-09 21:00",
        ),
        ("hours-and-distance", "escalation", reported, five, &[("severity", "2")], "2026-01-10 05:00"),
        ("hours-and-distance", "first-report", "ticket.restored", five, &[], "2026-01-10 17:00"),
        ("hours-and-distance", "full-report", "ticket.restored", five, &[], "2026-01-12 17:00"),
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

/// A log of facts in short: the moment in Shanghai, the name, what it is about, its data.
fn log(facts: &[(&str, &str, &str, &str)]) -> Vec<Fact> {
    let mut log = Vec::new();
    for (seq, (at, name, about, data)) in facts.iter().enumerate() {
        let at: Timestamp = format!("{at}+08:00").parse().unwrap_or_else(|error| panic!("{at}: {error}"));
        let pairs = |text: &str| -> Vec<(String, String)> {
            let pair = |pair: &str| pair.split_once('=').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
            text.split_whitespace().map(pair).collect()
        };
        let about = pairs(about).iter().fold(About::new(), |about, (noun, id)| about.with(noun, id));
        let data = pairs(data).into_iter().fold(Data::new(), |data, (field, value)| data.with(&field, value));
        log.push(Fact::new(seq as u64 + 1, name, at, about, data));
    }
    log
}

fn ended(name: &str, facts: &[(&str, &str, &str, &str)], promise: &str) -> Vec<String> {
    let docket = judge(&terms(name), &log(facts));
    let own = docket.obligations().iter().filter(|o| o.promise.as_str() == promise);
    own.map(|o| format!("{} {}", o.entry.as_deref().unwrap_or("-"), o.state.as_str())).collect()
}

#[test]
fn visits_of_every_rhythm_are_counted() {
    let name = "patrols-and-standby";
    let year = [
        ("2026-01-01T08:00", "site.service_started", "site=1", "from=2026-01-01 until=2026-12-31"),
        ("2026-01-10T08:00", "visit.finished", "site=1 visit=1", "work=service"),
        ("2026-04-30T08:00", "visit.finished", "site=1 visit=2", "work=special"),
        ("2026-05-02T08:00", "visit.finished", "site=1 visit=3", "work=special"),
        ("2026-05-31T23:00", "visit.finished", "site=1 visit=4", "work=service"),
        ("2026-09-29T08:00", "visit.finished", "site=1 visit=5", "work=special"),
        ("2026-09-30T23:59", "visit.finished", "site=1 visit=6", "work=special"),
        ("2027-01-02T08:00", "visit.finished", "site=1 visit=7", "work=other"),
        ("2027-01-03T08:00", "site.service_started", "site=1", "from=2026-01-01 until=2026-12-31"),
    ];
    // Winter is covered from the New Year on, by more than half; the next only in December.
    let seasons = ["met", "met", "breached", "breached"];
    let said = ended(name, &year, "seasonal-service");
    assert_eq!(said.iter().map(|s| s.split(' ').nth(1).unwrap()).collect::<Vec<_>>(), seasons, "{said:?}");
    assert_eq!(
        ended(name, &year, "flood-season"),
        ["2026-05-01..2026-09-30 met"],
        "April counts for nothing"
    );
    let docket =
        judge(&terms(name), &log(&[("2026-03-10T08:00", "site.accepted", "site=1", "from=2026-03-10")]));
    let own: Vec<_> =
        docket.obligations().iter().filter(|o| o.promise.as_str() == "full-inspection").collect();
    assert_eq!(own.len(), 10, "two a year for five years, whatever the warranty");
    let last = own[9].due_at.unwrap().in_tz("Asia/Shanghai").unwrap();
    assert_eq!(last.strftime("%Y-%m-%d %H:%M").to_string(), "2031-03-10 00:00");
    let shift = [
        ("2026-01-01T08:00", "shift.started", "shift=1", "ends_at=2026-01-01T08:00:00Z"),
        ("2026-01-01T16:10", "patrol.finished", "shift=1", "a=b"),
        ("2026-01-01T16:00", "shift.started", "shift=2", "ends_at=2026-01-01T16:00:00Z"),
    ];
    assert_eq!(ended(name, &shift[..2], "round-of-the-shift"), ["- late"]);
}

#[test]
fn what_follows_is_what_the_clauses_say() {
    let terms = terms("credits-and-the-end");
    let facts = log(&[
        // January: down for 12 of 744 hours, 98.387 %. February: 8 of 672, 98.81 %. March: 1 of 744, 99.866 %.
        ("2026-01-05T00:00", "service.went_down", "service=1", ""),
        ("2026-01-05T12:00", "service.came_back", "service=1", ""),
        ("2026-02-05T00:00", "service.went_down", "service=1", ""),
        ("2026-02-05T08:00", "service.came_back", "service=1", ""),
        ("2026-03-05T00:00", "service.went_down", "service=1", ""),
        ("2026-03-05T01:00", "service.came_back", "service=1", ""),
        ("2026-03-01T00:00", "ticket.reported", "ticket=1", "severity=1"),
        ("2026-03-01T05:10", "ticket.restored", "ticket=1", ""),
        ("2026-03-02T00:00", "ticket.reported", "ticket=2", "severity=2"),
        ("2026-03-02T08:01", "ticket.restored", "ticket=2", ""),
        ("2026-03-03T00:00", "ticket.reported", "ticket=3", "severity=3"),
        ("2026-03-07T01:00", "ticket.restored", "ticket=3", ""),
        ("2026-03-08T00:00", "ticket.reported", "ticket=4", "severity=1"),
        ("2026-03-08T09:00", "ticket.restored", "ticket=4", ""),
        ("2026-03-09T00:00", "ticket.reported", "ticket=5", "severity=1"),
        ("2026-03-09T04:01", "ticket.restored", "ticket=5", ""),
    ]);
    let mut log = String::new();
    for fact in &facts {
        log.push_str(&serde_json::to_string(fact).unwrap());
        log.push('\n');
    }
    let replayed = promise::replay::replay_text(&terms, None, &log);
    let obligations: Vec<&Obligation> = replayed.obligations().collect();
    let now = "2026-04-01T00:00:00+08:00".parse().unwrap();
    let readings = promise::measure::readings(&terms, obligations, &terms.zone(), now);
    let of = |measure: &str| {
        readings.iter().filter(|r| *r.measure == *measure).map(|r| &r.then).collect::<Vec<_>>()
    };
    let points: Vec<_> = of("availability").iter().map(|then| then.credit_points).collect();
    assert_eq!(points[..3], [Some(3_000), Some(2_200), Some(200)], "30 %, 11 steps of 2 %, one step");
    let rights: Vec<_> = of("two-bad-months").iter().map(|then| then.right.is_some()).collect();
    assert_eq!(rights[..3], [false, true, false], "the second bad month in a row gives the right");
    assert!(of("late-in-all")[0].right.is_some(), "three late over the whole term");
    let minor = |measure: &str| of(measure).iter().filter_map(|then| Some(then.credit?.minor)).max();
    // 70 minutes are 3 half hours, 5 hours are 10, a minute is 1.
    assert_eq!(minor("half-hours-over"), Some(14 * 20_000));
    assert_eq!(minor("hours-over"), Some(20_000));
    assert_eq!(
        of("days-over").iter().filter_map(|then| then.score_points).max(),
        Some(200),
        "25 hours are 2 days"
    );
}

#[test]
fn an_aim_is_reckoned_apart_from_what_is_promised() {
    let terms = terms("hours-and-distance");
    let facts = log(&[
        ("2026-01-09T15:00", "ticket.reported", "ticket=1", "severity=3"),
        ("2026-01-09T18:00", "ticket.resolved", "ticket=1", ""),
    ]);
    let docket = judge(&terms, &facts);
    let aim = docket.obligations().iter().find(|o| o.promise.as_str() == "remote-solution").unwrap();
    assert!(aim.is_goal && aim.state.as_str() == "late");
    let mut tally = promise::replay::Tally::default();
    docket.obligations().iter().for_each(|o| tally.add(o, facts[1].at));
    assert_eq!((tally.missed_goals, tally.late), (1, 1), "the response was late; the aim is counted apart");
}
