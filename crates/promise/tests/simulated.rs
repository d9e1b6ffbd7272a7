//! Stories that the simulator found: each made the engine say something that its documents do not.

use promise::{Calendars, Docket, Fact, Obligation, State, Terms, judge};

const STANDARD: &str = include_str!("../../../commitments/standard.toml");

fn terms(text: &str) -> Terms {
    Terms::compile(text, &Calendars::shipped()).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// Judges facts told as `time name {data}` about one subject.
fn told(terms: &Terms, about: &str, lines: &[&str]) -> Docket {
    let fact = |(place, line): (usize, &&str)| {
        let mut words = line.splitn(3, ' ');
        let (at, name) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        let data = words.next().unwrap_or("{}");
        let seq = place + 1;
        let json = format!(r#"{{"seq":{seq},"name":"{name}","at":"{at}","about":{about},"data":{data}}}"#);
        serde_json::from_str(&json).unwrap_or_else(|error| panic!("{json}: {error}"))
    };
    let facts: Vec<Fact> = lines.iter().enumerate().map(fact).collect();
    judge(terms, &facts)
}

fn of<'d>(docket: &'d Docket, promise: &str) -> Vec<&'d Obligation> {
    docket.obligations().iter().filter(|obligation| obligation.promise.as_str() == promise).collect()
}

fn due(obligation: &Obligation) -> String {
    obligation.due_at.map(|due| due.to_string()).unwrap_or_default()
}

#[test]
fn what_was_agreed_is_due_where_the_text_gives_no_figure() {
    let terms = terms(
        r#"
        id = "plain"
        version = "1"
        default = { calendar = "24x7" }
        clause = [{ id = "1", text = "Somebody comes." }]
        [[promise]]
        id = "visit"
        kind = "clock"
        clause = "1"
        start = "ticket.reported"
        stop = "ticket.engineer_arrived"
        renegotiate = "ticket.deadline_agreed"
        within = { by = "severity", P1 = "unstated" }
        "#,
    );
    for severity in ["P1", "no entry"] {
        let docket = told(
            &terms,
            r#"{"ticket":"1"}"#,
            &[
                &format!(r#"2026-01-05T01:00:00Z ticket.reported {{"severity":"{severity}"}}"#),
                r#"2026-01-05T02:00:00Z ticket.deadline_agreed {"promise":"visit","due_at":"2026-01-06T00:00:00Z","contact":"c","reason":"r"}"#,
                "2026-01-06T00:01:00Z ticket.engineer_arrived",
            ],
        );
        let visit = of(&docket, "visit")[0];
        assert_eq!(due(visit), "2026-01-06T00:00:00Z", "{severity}");
        assert!(matches!(visit.state, State::Late { .. }), "{severity}: {:?}", visit.state);
    }
}

#[test]
fn a_closure_over_midnight_closes_the_small_hours_of_the_next_day() {
    let terms = terms(
        r#"
        id = "nights"
        version = "1"
        clause = [{ id = "1", text = "Within 2 hours of the night." }]
        [calendar.nights]
        zone = "Asia/Shanghai"
        hours = { sun = "01:00-05:00" }
        closure = [{ name = "maintenance", on = 2026-01-03, hours = "23:00-02:00" }]
        [[promise]]
        id = "answer"
        kind = "clock"
        clause = "1"
        start = "ticket.reported"
        stop = "ticket.resolved"
        calendar = "nights"
        within = "2h"
        "#,
    );
    // Saturday noon; of Sunday's night 01:00 to 02:00 is closed.
    let docket = told(&terms, r#"{"ticket":"1"}"#, &["2026-01-03T04:00:00Z ticket.reported"]);
    assert_eq!(due(of(&docket, "answer")[0]), "2026-01-03T20:00:00Z");
}

#[test]
fn a_window_that_fell_away_with_its_contract_stays_void() {
    let docket = told(
        &terms(STANDARD),
        r#"{"site":"1"}"#,
        &[
            r#"2026-01-01T00:00:00Z site.service_started {"from":"2026-01-01","until":"2026-12-31","zone":"Asia/Shanghai"}"#,
            r#"2026-04-05T00:00:00Z site.service_ended {"until":"2026-04-05"}"#,
            // Heard long after the second quarter is over.
            r#"2026-09-01T00:00:00Z visit.annulled {"reason":"told by mistake"}"#,
        ],
    );
    let windows = of(&docket, "periodic-maintenance");
    assert!(matches!(windows[0].state, State::Breached { .. }), "{:?}", windows[0].state);
    let ended = "2026-04-05T00:00:00Z".parse().unwrap();
    assert!(windows[1..].iter().all(|window| window.state == State::Void { at: ended }), "{windows:#?}");
}

#[test]
fn windows_that_count_from_another_day_begin_there() {
    let docket = told(
        &terms(STANDARD),
        r#"{"site":"1"}"#,
        &[
            r#"2026-01-05T00:00:00Z site.accepted {"from":"2026-01-05","zone":"Asia/Shanghai"}"#,
            r#"2026-01-20T00:00:00Z site.accepted {"from":"2026-02-01","anchor":"2026-02-01"}"#,
        ],
    );
    let training = of(&docket, "administrators-trained")[0];
    assert_eq!(
        (training.started_at.to_string(), due(training)),
        ("2026-01-31T16:00:00Z".to_owned(), "2026-05-01T16:00:00Z".to_owned())
    );
}

#[test]
fn every_gap_that_began_was_broken_however_far_nobody_looked_ahead() {
    let docket = told(
        &terms(STANDARD),
        r#"{"contract":"4"}"#,
        &[
            "2026-01-01T00:00:00Z contract.started",
            r#"2026-01-02T00:00:00Z engineer.appointed {"duty":"1","person":"Li","to":"2026-03-10T00:00:00Z"}"#,
            // The second gap began beyond the 30 days that were looked ahead; the third begins with this fact.
            r#"2026-04-01T00:00:00Z engineer.appointed {"duty":"2","person":"Wang"}"#,
            r#"2026-05-01T00:00:00Z engineer.released {"duty":"2"}"#,
            r#"2026-05-02T00:00:00Z engineer.appointed {"duty":"3","person":"Sun"}"#,
        ],
    );
    let gaps = of(&docket, "dedicated-engineer");
    let broken: Vec<String> =
        gaps.iter().filter(|gap| matches!(gap.state, State::Breached { .. })).map(|gap| due(gap)).collect();
    assert_eq!(broken, ["2026-01-01T00:00:00Z", "2026-03-10T00:00:00Z", "2026-05-01T00:00:00Z"], "{gaps:#?}");
}

/// Two faults of improper maintenance within two months: more visits are owed than the periodic ones.
const FAULTS: [&str; 3] = [
    r#"2026-01-01T01:00:00Z site.service_started {"zone":"Asia/Shanghai"}"#,
    r#"2026-02-01T01:00:00Z ticket.resolved {"cause":"maintenance"}"#,
    r#"2026-02-20T01:00:00Z ticket.resolved {"cause":"maintenance"}"#,
];

#[test]
fn a_visit_that_was_waived_stays_waived_when_somebody_comes() {
    let text =
        STANDARD.replace("review = \"site.reviewed\"", "review = \"site.reviewed\"\nwaive = \"site.waived\"");
    let mut lines = FAULTS.to_vec();
    lines.push(r#"2026-02-21T01:00:00Z site.waived {"promise":"irregular-maintenance"}"#);
    lines.push(r#"2026-02-22T01:00:00Z visit.finished {"work":"maintenance"}"#);
    let docket = told(&terms(&text), r#"{"site":"1"}"#, &lines);
    let visits = of(&docket, "irregular-maintenance");
    assert!(matches!(visits[0].state, State::Waived { .. }), "{:?}", visits[0].state);
    assert_eq!((visits.len(), visits[1].cycle), (2, 2));
}

#[test]
fn a_rate_that_ended_and_began_again_numbers_no_two_visits_alike() {
    let mut lines = FAULTS.to_vec();
    let again = [
        r#"2026-03-01T01:00:00Z site.service_ended {}"#,
        r#"2026-04-01T01:00:00Z site.service_started {}"#,
        r#"2026-04-10T01:00:00Z ticket.resolved {"cause":"maintenance"}"#,
        r#"2026-04-20T01:00:00Z ticket.resolved {"cause":"maintenance"}"#,
    ];
    lines.extend(again);
    let docket = told(&terms(STANDARD), r#"{"site":"1"}"#, &lines);
    let cycles: Vec<u32> = of(&docket, "irregular-maintenance").iter().map(|visit| visit.cycle).collect();
    assert_eq!(cycles, [1, 2]);
}

#[test]
fn two_visits_too_many_in_one_window_are_two_breaches() {
    let terms = terms(
        r#"
        id = "few"
        version = "1"
        default = { calendar = "24x7" }
        clause = [{ id = "1", text = "One visit a month, not more." }]
        [[promise]]
        id = "visits"
        kind = "quota"
        clause = "1"
        subject = "site"
        start = "site.service_started"
        count = "visit.finished"
        at_least = 1
        at_most = 1
        each = "calendar month"
        "#,
    );
    let lines = [
        r#"2026-01-01T01:00:00Z site.service_started {"until":"2026-01-31"}"#,
        "2026-01-02T01:00:00Z visit.finished",
        "2026-01-03T01:00:00Z visit.finished",
        "2026-01-04T01:00:00Z visit.finished",
    ];
    let docket = told(&terms, r#"{"site":"1"}"#, &lines);
    let visits = of(&docket, "visits");
    let mut numbers: Vec<u32> = visits.iter().map(|visit| visit.cycle).collect();
    assert_eq!(numbers.len(), 3);
    numbers.dedup();
    assert_eq!(numbers.len(), 3, "no obligation bears the number of another");
}
