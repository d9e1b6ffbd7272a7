//! The lives of tickets as another desk judges them: due times, minutes used and margins.

mod shared;

use jiff::Timestamp;
use promise::{About, Calendar, Calendars, Data, Docket, Fact, Obligation, Terms, judge};
use serde_json::Value;

/// The three clocks of that desk in our language. A closed ticket stands still; it can be reopened.
const CLOCKS: [(&str, &str); 3] = [
    (
        "first_response",
        r#"start = "created"
stop = "first_response"
pause = ["paused", "closed"]
resume = ["resumed", "reopened"]"#,
    ),
    (
        "response",
        r#"start = "customer_message"
stop = "agent_message"
pause = ["paused", "closed"]
resume = ["resumed", "reopened"]"#,
    ),
    (
        "solution",
        r#"start = ["created", "reopened"]
stop = "closed"
pause = "paused"
resume = "resumed""#,
    ),
];

fn terms(scenario: &Value) -> Terms {
    let mut calendar = format!(
        "id = \"case\"\nversion = \"1\"\nzone = \"{}\"\n[hours]\n",
        scenario["calendar"]["tz"].as_str().expect("tz")
    );
    for (day, hours) in scenario["calendar"]["hours"].as_object().expect("hours") {
        let hours: Vec<String> = hours
            .as_array()
            .expect("hours")
            .iter()
            .map(|pair| format!("\"{}-{}\"", pair[0].as_str().expect("from"), pair[1].as_str().expect("to")))
            .collect();
        calendar += &format!("{day} = [{}]\n", hours.join(", "));
    }
    for date in scenario["calendar"]["holidays"].as_array().into_iter().flatten() {
        calendar += &format!("[[holiday]]\nname = \"off\"\non = {}\n", date.as_str().expect("date"));
    }
    let mut calendars = Calendars::new();
    calendars.insert(Calendar::read(&calendar, &calendars).unwrap_or_else(|e| panic!("{e:?}")));
    let mut text = "id = \"case\"\nversion = \"1\"\n[default]\ncalendar = \"case\"\n".to_owned();
    text += "[[clause]]\nid = \"SLA\"\ntext = \"as agreed\"\n";
    for (id, conditions) in CLOCKS {
        let Some(minutes) = scenario["sla_minutes"][id].as_i64() else { continue };
        text += &format!("[[promise]]\nid = \"{id}\"\nkind = \"clock\"\nclause = \"SLA\"\n");
        // The first message of an agent is the first response, unless the story tells of it apart.
        let told = scenario["events"].to_string().contains("first_response");
        let conditions = match told {
            true => conditions.to_owned(),
            false => conditions.replace("\"first_response\"", "[\"first_response\", \"agent_message\"]"),
        };
        text +=
            &format!("scope = {{ sla = {{ not = \"none\" }} }}\nwithin = \"{minutes} min\"\n{conditions}\n");
    }
    Terms::compile(&text, &calendars).unwrap_or_else(|e| panic!("{e:#?}\n{text}"))
}

fn facts(scenario: &Value) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut last_at = Timestamp::UNIX_EPOCH;
    for event in scenario["events"].as_array().expect("events") {
        // A change without a time happens after what is written before it.
        let at: Timestamp = event["at"].as_str().map_or(last_at, |at| at.parse().expect("a time"));
        last_at = at;
        let mut add = |name: &str, data: Data| {
            facts.push(Fact::new(facts.len() as u64 + 1, name, at, About::new().with("ticket", "1"), data));
        };
        match event["event"].as_str().expect("an event") {
            "created_paused" => {
                add("paused", Data::new());
                add("created", Data::new());
            }
            "sla_no_longer_matches" => add("sla", Data::new().with("sla", "none")),
            event => add(event, Data::new()),
        }
    }
    facts
}

fn latest<'d>(docket: &'d Docket, promise: &str) -> Option<&'d Obligation> {
    docket.obligations().iter().rev().find(|obligation| obligation.promise.as_str() == promise)
}

/// That desk counts whole minutes; we count to the microsecond.
fn minute(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, |at| {
        Value::from(Timestamp::from_second(at.as_second() / 60 * 60).expect("a time").to_string())
    })
}

fn complaints(terms: &Terms, docket: &Docket, expected: &Value) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut hold = |key: &str, found: Value| {
        if let Some(wanted) = expected.get(key)
            && *wanted != found
        {
            complaints.push(format!("{key}: found {found}, expected {wanted}"));
        }
    };
    hold("next_due", minute(docket.next_due_at()));
    for (id, _) in CLOCKS {
        let open = docket.obligations().iter().rev().find(|o| o.promise.as_str() == id && o.state.is_open());
        hold(&format!("{id}_due"), minute(open.and_then(|o| o.due_at)));
        let ended = docket.obligations().iter().rev().find_map(|obligation| {
            let ended_at = obligation.state.ended_at().filter(|_| obligation.promise.as_str() == id)?;
            Some(promise::explain::used(terms, obligation, ended_at)? / 60_000_000)
        });
        let Some(ended) = ended else { continue };
        hold(&format!("{id}_minutes"), Value::from(ended));
        let figure =
            latest(docket, id).and_then(|o| o.figure.as_deref()?.strip_suffix(" min")?.parse::<i64>().ok());
        hold(&format!("{id}_margin"), Value::from(figure.unwrap_or(0) - ended));
    }
    complaints
}

#[test]
fn every_life_of_a_ticket_is_judged_alike() {
    let Some(folder) = shared::folder("business-hours") else { return };
    let (mut judged, mut wrong) = (0, Vec::new());
    for path in shared::files(&folder, ".json") {
        let text = std::fs::read_to_string(&path).expect("the file");
        let spec: Value = serde_json::from_str(&text).expect("JSON");
        for scenario in spec.as_array().into_iter().flatten().filter(|s| s["sla_minutes"].is_object()) {
            judged += 1;
            let terms = terms(scenario);
            let facts = facts(scenario);
            let docket = judge(&terms, &facts);
            let mut found = complaints(&terms, &docket, &scenario["expected"]);
            let before = &scenario["expected"]["before_the_change"];
            if before.is_object() {
                let docket = judge(&terms, &facts[..facts.len() - 1]);
                found.extend(complaints(&terms, &docket, before));
            }
            if !found.is_empty() {
                wrong.push(format!("{}: {}", scenario["name"], found.join("; ")));
            }
        }
    }
    println!("{judged} lives of tickets");
    assert!(wrong.is_empty(), "{} of {judged}:\n{}", wrong.len(), wrong.join("\n"));
}
