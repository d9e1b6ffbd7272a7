//! Exports as desks write them, and what must have happened.

use super::*;
use crate::customers::Zone;
use crate::event::Event;
use crate::exchange::case::RowReader;
use crate::exchange::map::Map;
use crate::exchange::{Cells, Fault, Problem};

const EVENTS: &str = r#"
source = "other desk"
shape = "events"
zone = "Etc/UTC"
dates = ["D/M/YYYY HH:mm"]
missing = ["?"]

[ticket]
key = "number"
title = { template = "{what} at {where}" }
customer = { value = "华星" }
reported_at = "opened"
severity = { column = "priority", values = { "1 - Critical" = "emergency", "3 - Moderate" = "level2" } }
channel = { column = "how", values = { "Phone" = "phone" }, otherwise = "web" }
team = "group"

[event]
at = "updated"
state = { column = "state", values = { "New" = "reported", "Active" = "in-handling", "Awaiting User Info" = "waiting-customer", "Awaiting Vendor" = "waiting-manufacturer", "Resolved" = "resolved", "Closed" = "closed", "-100" = "unchanged" } }
order = "count"
"#;

const HEADER: &str = "number|state|count|opened|updated|priority|group|what|where|how";

struct Row<'a>(Vec<&'a str>);

impl Cells for Row<'_> {
    fn cell(&self, column: usize) -> &str {
        self.0.get(column).map_or("", |cell| cell.trim())
    }
}

fn now() -> Timestamp {
    "2026-11-23T03:00:00Z".parse().unwrap()
}

fn bound(map: &str, header: &str) -> Map {
    let names: Vec<&str> = header.split('|').collect();
    let map = Map::parse(map).unwrap();
    map.bind(|name| names.iter().position(|candidate| *candidate == name)).unwrap()
}

/// Reads rows of cells divided by bars into one case.
fn read(map: &Map, rows: &str) -> (Result<Case, Vec<Problem>>, Vec<Problem>) {
    let reader = RowReader::new(map, now());
    let (mut lines, mut problems, mut notes) = (Vec::new(), Vec::new(), Vec::new());
    let mut key = String::new();
    for (place, row) in rows.trim().lines().enumerate() {
        let cells = Row(row.split('|').collect());
        let number = place as u64 + 2;
        key = reader.key(number, &cells).unwrap();
        match reader.line(number, &cells, place == 0, &mut notes) {
            Ok(line) => lines.push(line),
            Err(found) => problems.extend(found),
        }
    }
    if !problems.is_empty() {
        return (Err(problems), notes);
    }
    let case = Case::assemble(key, 2, lines, &mut notes).unwrap();
    (Ok(case), notes)
}

/// Team names of the form `Group 7` are the team 7.
fn holder(step: &Step) -> Holder {
    let team = step.team.as_ref().and_then(|name| name.rsplit(' ').next()?.parse().ok()).map(TeamId);
    Holder { team, assignee: None }
}

fn told(happening: &Happening) -> String {
    let at = happening.at.strftime("%d %H:%M");
    let name = happening.event.name().trim_start_matches("ticket.");
    let detail = match &happening.event {
        Event::TicketReported { severity, channel, .. } => format!(" {severity} by {channel}"),
        Event::TicketSeverityChanged { from, severity, .. } => format!(" {from}→{severity}"),
        Event::TicketWaitingStarted { addressee, question, .. } => format!(" {addressee}: {question}"),
        Event::TicketWaitingEnded { answered, .. } => format!(" answered={answered}"),
        Event::TicketAssigned { team, .. } => format!(" {}", team.map_or(0, i64::from)),
        _ => String::new(),
    };
    format!("{at} {name}{detail}")
}

/// Lives a case through and tells its story.
fn story(map: &Map, rows: &str) -> Vec<String> {
    let (case, notes) = read(map, rows);
    let case = case.unwrap();
    let around = Around {
        customer: CustomerId(1),
        customer_archived: false,
        site: None,
        contact: None,
        asset: None,
        contracts: Vec::new(),
        house_zone: Zone::parse("zone", "Etc/UTC").unwrap(),
    };
    let new = report(&case, &map.source, &around, now()).unwrap();
    let mut ticket = new.ticket(TicketId(1));
    let mut lines: Vec<String> = new.happened(ticket.id).iter().map(told).collect();
    for step in &case.steps {
        let happened = advance(&mut ticket, step, holder(step), &map.source).unwrap();
        assert!(happened.iter().all(|happening| happening.at == step.at), "nothing happens between rows");
        lines.extend(happened.iter().map(told));
    }
    lines.extend(notes.iter().map(|note| format!("note on row {}: {:?}", note.row, note.fault)));
    lines
}

fn check(rows: &str, expected: &[&str]) {
    assert_eq!(story(&bound(EVENTS, HEADER), rows), expected);
}

#[test]
fn an_event_log_becomes_a_life() {
    check(
        "\
N1|New|0|5/3/2016 08:00|5/3/2016 08:10|3 - Moderate|Group 7|switch|hall|Phone
N1|Active|1|5/3/2016 08:00|5/3/2016 09:00|3 - Moderate|Group 7|switch|hall|Phone
N1|Awaiting User Info|2|5/3/2016 08:00|5/3/2016 10:00|3 - Moderate|Group 7|switch|hall|Phone
N1|Awaiting User Info|3|5/3/2016 08:00|5/3/2016 10:30|3 - Moderate|?|switch|hall|Phone
N1|Active|4|5/3/2016 08:00|5/3/2016 12:00|1 - Critical|Group 8|switch|hall|Phone
N1|Resolved|5|5/3/2016 08:00|6/3/2016 07:00|1 - Critical|Group 8|switch|hall|Phone
N1|Closed|6|5/3/2016 08:00|7/3/2016 07:00|1 - Critical|Group 8|switch|hall|Phone",
        &[
            "05 08:00 reported level2 by phone",
            "05 08:10 assigned 7",
            "05 09:00 handling_started",
            "05 10:00 waiting_started customer: Awaiting User Info",
            "05 12:00 severity_changed level2→emergency",
            "05 12:00 assigned 8",
            "05 12:00 waiting_ended answered=true",
            "06 07:00 restored",
            "06 07:00 resolved",
            "07 07:00 closed",
        ],
    );
}

#[test]
fn jumps_are_filled_in_at_the_same_moment() {
    check(
        "N2|New|0|5/3/2016 08:00|5/3/2016 08:00|3 - Moderate|?|a|b|Email
N2|Closed|1|5/3/2016 08:00|5/3/2016 08:00|3 - Moderate|?|a|b|Email",
        &[
            "05 08:00 reported level2 by web",
            "05 08:00 handling_started",
            "05 08:00 restored",
            "05 08:00 resolved",
            "05 08:00 closed",
        ],
    );
}

#[test]
fn what_comes_back_begins_a_second_life() {
    check(
        "N3|Active|0|5/3/2016 08:00|5/3/2016 08:00|3 - Moderate|?|a|b|Phone
N3|Resolved|1|5/3/2016 08:00|5/3/2016 09:00|3 - Moderate|?|a|b|Phone
N3|Closed|2|5/3/2016 08:00|8/3/2016 09:00|3 - Moderate|?|a|b|Phone
N3|Closed|3|5/3/2016 08:00|8/3/2016 09:05|3 - Moderate|Group 3|a|b|Phone
N3|Awaiting Vendor|4|5/3/2016 08:00|9/3/2016 09:00|3 - Moderate|Group 3|a|b|Phone
N3|Awaiting User Info|5|5/3/2016 08:00|9/3/2016 10:00|3 - Moderate|Group 3|a|b|Phone
N3|-100|6|5/3/2016 08:00|9/3/2016 11:00|3 - Moderate|Group 3|a|b|Phone
N3|Resolved|7|5/3/2016 08:00|9/3/2016 12:00|3 - Moderate|Group 3|a|b|Phone",
        &[
            "05 08:00 reported level2 by phone",
            "05 08:00 handling_started",
            "05 09:00 restored",
            "05 09:00 resolved",
            "08 09:00 closed",
            "09 09:00 reopened",
            "09 09:00 assigned 3",
            "09 09:00 handling_started",
            "09 09:00 waiting_started manufacturer: Awaiting Vendor",
            "09 10:00 waiting_ended answered=true",
            "09 10:00 waiting_started customer: Awaiting User Info",
            "09 12:00 waiting_ended answered=false",
            "09 12:00 restored",
            "09 12:00 resolved",
        ],
    );
}

#[test]
fn a_time_that_contradicts_the_count_is_moved_and_noted() {
    check(
        "N4|New|1|29/2/2016 09:48|29/2/2016 11:10|3 - Moderate|Group 7|a|b|Phone
N4|New|1|29/2/2016 09:48|29/2/2016 09:52|3 - Moderate|Group 7|a|b|Phone
N4|Resolved|2|29/2/2016 09:48|29/2/2016 11:03|3 - Moderate|Group 7|a|b|Phone
N4|Closed|3|29/2/2016 09:48|5/3/2016 12:00|3 - Moderate|Group 7|a|b|Phone",
        &[
            "29 09:48 reported level2 by phone",
            "29 09:52 assigned 7",
            "29 11:03 handling_started",
            "29 11:03 restored",
            "29 11:03 resolved",
            "05 12:00 closed",
            "note on row 2: TimeMoved { taken: \"2016-02-29T09:52:00Z\" }",
        ],
    );
}

#[test]
fn rows_before_the_report_are_moved_to_it() {
    check(
        "N5|Active|0|5/3/2016 08:00|5/3/2016 07:00|3 - Moderate|?|a|b|Phone",
        &[
            "05 08:00 reported level2 by phone",
            "05 08:00 handling_started",
            "note on row 2: TimeMoved { taken: \"2016-03-05T08:00:00Z\" }",
        ],
    );
}

#[test]
fn each_bad_cell_is_named() {
    let map = bound(EVENTS, HEADER);
    let check = |row: &str, column: &str, fault: Fault| {
        let (case, _) = read(&map, row);
        let problems = case.unwrap_err();
        assert_eq!(problems, [Problem { row: 2, column: Some(column.to_owned()), fault }], "{row}");
    };
    let given = String::from;
    let row = "N|New|0|5/3/2016 08:00|31/2/2016 08:10|3 - Moderate|?|a|b|Phone";
    check(row, "updated", Fault::NoSuchTime { given: given("31/2/2016 08:10") });
    let row = "N|New|0|5/3/2016 08:00|yesterday|3 - Moderate|?|a|b|Phone";
    check(row, "updated", Fault::NotAMoment { given: given("yesterday") });
    let row = "N|New|0|5/3/2016 08:00|?|3 - Moderate|?|a|b|Phone";
    check(row, "updated", Fault::Required);
    let row = "N|New|0|5/3/2036 08:00|5/3/2016 09:00|3 - Moderate|?|a|b|Phone";
    check(row, "opened", Fault::InTheFuture { given: given("5/3/2036 08:00") });
    let row = "N|Parked|0|5/3/2016 08:00|5/3/2016 09:00|3 - Moderate|?|a|b|Phone";
    check(row, "state", Fault::UnknownValue { given: given("Parked") });
    let row = "N|New|x|5/3/2016 08:00|5/3/2016 09:00|3 - Moderate|?|a|b|Phone";
    check(row, "count", Fault::NotANumber { given: given("x") });
    let row = "N|New|0|5/3/2016 08:00|5/3/2016 09:00|?|?|a|b|Phone";
    check(row, "priority", Fault::Required);
}

const TICKETS: &str = r#"
source = "one row each"
shape = "tickets"
zone = "America/New_York"
dates = ["YYYY-MM-DD HH:mm:ss"]

[ticket]
key = "id"
title = "title"
customer = { value = "City" }
reported_at = "open"
severity = { value = "level3" }
team = "department"

[moments]
closed_at = "closed"
"#;

#[test]
fn one_row_per_ticket_tells_its_moments() {
    let map = bound(TICKETS, "id|title|open|closed|department");
    let lines = story(&map, "7|Lamp|2011-07-01 08:05:09|2011-07-04 08:00:00|Group 2");
    assert_eq!(
        lines,
        [
            "01 12:05 reported level3 by import",
            "01 12:05 assigned 2",
            "04 12:00 handling_started",
            "04 12:00 restored",
            "04 12:00 resolved",
            "04 12:00 closed",
        ]
    );
    let (case, _) = read(&map, "7|Lamp|2011-07-01 08:05:09|2011-06-04 08:00:00|Group 2");
    let fault = Fault::BeforeItBegan { given: "2011-06-04 08:00:00".into(), first: "reported_at" };
    assert_eq!(case.unwrap_err()[0].fault, fault);
}

#[test]
fn a_second_file_adds_what_is_new_and_changes_nothing() {
    let map = bound(EVENTS, HEADER);
    let row = |state: &str, count: u32, at: &str| {
        format!("N1|{state}|{count}|5/3/2016 08:00|{at}|3 - Moderate|Group 7|a|b|Phone\n")
    };
    let first = row("New", 0, "5/3/2016 08:10") + &row("Active", 1, "5/3/2016 09:00");
    let case = |rows: &str| read(&map, rows).0.unwrap();
    let before = remember(map.shape, &case(&first));
    let news_of = |rows: &str| {
        let news = news(map.shape, &case(rows), &before, now());
        (news.steps.iter().map(|step| step.target).collect::<Vec<_>>(), news.other_past)
    };
    let closing = row("Resolved", 2, "5/3/2016 10:00") + &row("Closed", 3, "6/3/2016 10:00");
    assert_eq!(news_of(&first), (vec![], false), "the same file again");
    assert_eq!(
        news_of(&(first.clone() + &closing)),
        (vec![Target::Resolved, Target::Closed], false),
        "a longer one"
    );
    assert_eq!(news_of(&closing), (vec![Target::Resolved, Target::Closed], false), "one that begins later");
    let other = row("New", 0, "5/3/2016 08:20") + &row("Active", 1, "5/3/2016 09:00") + &closing;
    assert_eq!(news_of(&other), (vec![Target::Resolved, Target::Closed], true), "one with another past");
    assert_eq!(news_of(&row("New", 0, "5/3/2016 08:10")), (vec![], true), "one that lacks what was known");
}

#[test]
fn one_row_per_ticket_tells_a_new_holder_as_of_now() {
    let map = bound(TICKETS, "id|title|open|closed|department");
    let case = |rows: &str| read(&map, rows).0.unwrap();
    let before = remember(map.shape, &case("7|Lamp|2011-07-01 08:05:09||Group 2"));
    let same = news(map.shape, &case("7|Lamp|2011-07-01 08:05:09||Group 2"), &before, now());
    assert!(same.steps.is_empty() && !same.other_past);
    let moved = news(map.shape, &case("7|Lamp|2011-07-01 08:05:09||Group 3"), &before, now());
    assert_eq!((moved.steps.len(), moved.steps[0].at, moved.other_past), (1, now(), false));
    let closed =
        news(map.shape, &case("7|Lamp|2011-07-01 08:05:09|2011-07-02 08:00:00|Group 2"), &before, now());
    assert_eq!((closed.steps[0].target, closed.other_past), (Target::Closed, false));
}

#[test]
fn a_mapping_file_says_where_it_is_wrong() {
    let check = |from: &str, to: &str, code: &str, line: usize| {
        let text = EVENTS.replacen(from, to, 1);
        assert_ne!(text, EVENTS, "{from}");
        let problems = Map::parse(&text).unwrap_err();
        let found: Vec<(&str, usize)> = problems.iter().map(|problem| (problem.code, problem.line)).collect();
        assert_eq!(found, [(code, line)], "{to}: {problems:?}");
    };
    check("shape = \"events\"", "shape = \"event\"", "exchange-map-unknown-word", 3);
    check("Etc/UTC", "Mars/Olympus", "exchange-map-zone", 4);
    check("D/M/YYYY HH:mm", "D/M/YYYY HH:MM:QQ", "exchange-map-pattern", 5);
    check(
        "[ticket]",
        "[contract]\ncommitment = \"standard\"\nfrom_on = \"2016-02-30\"\n[ticket]",
        "exchange-map-day",
        10,
    );
    check("key = \"number\"", "kye = \"number\"", "exchange-map-syntax", 9);
    check("\"emergency\"", "\"urgent\"", "exchange-map-unknown-word", 13);
    check("\"reported\"", "\"nowhere\"", "exchange-map-unknown-word", 19);
    check("severity = ", "#", "exchange-map-needs", 8);
    check("[event]", "[moments]", "exchange-map-syntax", 18);
    check("{what} at {where}", "{what at where", "exchange-map-unknown-word", 10);
    let header: Vec<&str> = HEADER.split('|').filter(|name| *name != "state" && *name != "what").collect();
    let bound = Map::parse(EVENTS).unwrap().bind(|name| header.iter().position(|other| *other == name));
    assert_eq!(bound.unwrap_err(), ["state", "what"]);
}
