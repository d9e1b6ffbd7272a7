//! What the checker asks about a file that can be used.

use promise::checker::{check, recorded_facts};
use promise::{Calendars, Terms};

const BASE: &str = r#"id = "x"
version = 1
[default]
calendar = "24x7"
[attribute.severity]
values = ["mild", "bad", "worst"]
[[clause]]
id = "A"
text = "mild within 12 hours, bad within 8 hours, worst within 4 hours"
[[promise]]
id = "p"
kind = "clock"
clause = "A"
start = "ticket.reported"
stop = "ticket.handling_started"
within = { by = "severity", mild = "12h", bad = "8h", worst = "4h" }
"#;

fn findings(text: &str) -> Vec<String> {
    let terms = Terms::compile(text, &Calendars::shipped()).unwrap_or_else(|e| panic!("{e:#?}"));
    let line = |f: &promise::checker::Finding| {
        let settled = if f.agreed.is_some() { " (agreed)" } else { "" };
        format!("{} {}{settled}", f.line, f.code)
    };
    check(&terms).iter().map(line).collect()
}

fn found(from: &str, to: &str, expected: &[&str]) {
    assert!(BASE.contains(from), "{from}");
    assert_eq!(findings(&BASE.replacen(from, to, 1)), expected, "{to}");
}

#[test]
fn a_clear_file_raises_no_question() {
    assert_eq!(findings(BASE), Vec::<String>::new());
}

#[test]
fn each_weakness_is_found() {
    found(", worst = \"4h\"", "", &["10 level-without-figure"]);
    found("worst = \"4h\"", "worst = \"unstated\"", &["10 level-without-figure"]);
    found("bad = \"8h\"", "bad = \"2h\"", &["16 figure-not-in-text", "16 level-order"]);
    found("bad = \"8h\"", "bad = \"6h\"", &["16 figure-not-in-text"]);
    found("worst within 4 hours", "worst as soon as possible", &["10 vague-figure"]);
    found("\"ticket.reported\"", "\"ticket.reportde\"", &["10 never-starts", "14 unknown-fact"]);
    found("\"ticket.handling_started\"", "\"ticket.done\"", &["10 never-stops", "15 unknown-fact"]);
    found("within =", "pause = \"ticket.waiting_started\"\nwithin =", &["10 no-resume"]);
    found("calendar = \"24x7\"", "calendar = \"cn-workdays-5x8\"", &["1 holidays-unknown"]);
    found(
        "[[promise]]",
        "[[clause]]\nid = \"B\"\ntext = \"forgotten\"\n[[promise]]",
        &["10 uncovered-clause"],
    );
}

#[test]
fn a_time_that_no_promise_counts_is_found() {
    let file = BASE.replace("kind = \"clock\"", "kind = \"gate\"").replace("start =", "pass =");
    let file = file[..file.find("stop =").unwrap()].to_owned()
        + "[[promise.need]]\nkey = \"k\"\ndone = \"ticket.closed\"\n";
    assert_eq!(findings(&file), ["7 figure-not-promised"]);
}

#[test]
fn entries_that_can_apply_together_are_found() {
    let entry = "\n[[promise.entry]]\nwhen = { customer = \"7\" }\nwithin = ";
    let same = format!("{BASE}{entry}\"4h\"\n");
    assert_eq!(findings(&same), ["20 contradiction", "20 contradiction", "20 overlap"]);
    let more = format!(
        "{BASE}\n[[promise.entry]]\nwhen = {{ customer = \"7\", severity = \"worst\" }}\nwithin = \"4h\"\n"
    );
    assert_eq!(findings(&more), Vec::<String>::new(), "the more particular entry wins");
}

#[test]
fn two_promises_for_one_matter_are_found() {
    let second = &BASE[BASE.find("[[promise]]").unwrap_or(0)..].replace("id = \"p\"", "id = \"q\"");
    assert_eq!(findings(&format!("{BASE}{second}")), ["17 overlap"]);
    let other = second.replace(
        "mild = \"12h\", bad = \"8h\", worst = \"4h\"",
        "mild = \"8h\", bad = \"4h\", worst = \"4h\"",
    );
    assert_eq!(findings(&format!("{BASE}{other}")), ["17 contradiction"]);
}

#[test]
fn a_reading_settles_a_finding_and_an_idle_one_is_found() {
    let reading =
        "[[reading]]\nclause = \"A\"\nfinding = \"level-without-figure\"\nagreed = \"as the mild one\"\n";
    let silent = BASE.replacen(", worst = \"4h\"", "", 1);
    assert_eq!(findings(&format!("{silent}{reading}")), ["10 level-without-figure (agreed)"]);
    assert_eq!(findings(&format!("{BASE}{reading}")), ["17 idle-reading"]);
}

#[test]
fn the_shipped_commitment_has_no_open_question_but_clauses_that_have_no_clock() {
    let text = include_str!("../../../commitments/standard.toml");
    let terms = Terms::compile(text, &Calendars::shipped()).unwrap_or_else(|e| panic!("{e:#?}"));
    let open: Vec<_> = check(&terms)
        .into_iter()
        .filter(|finding| finding.agreed.is_none())
        // Until when the holidays are announced is always told.
        .filter(|finding| !["uncovered-clause", "holidays-unknown"].contains(&finding.code))
        .collect();
    assert!(open.is_empty(), "{open:#?}");
    let agreed = check(&terms).into_iter().filter(|finding| finding.agreed.is_some()).count();
    assert_eq!(agreed, terms.readings().len());
}

#[test]
fn every_recorded_fact_has_an_example_that_reads() {
    let text = include_str!("../../../docs/facts.md");
    let examples: Vec<promise::Fact> = text
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    for name in recorded_facts() {
        assert!(examples.iter().any(|fact| fact.name.as_str() == name), "{name} has no example");
    }
    for fact in &examples {
        assert!(recorded_facts().any(|name| name == fact.name.as_str()), "{} has no row", fact.name);
    }
}

#[test]
fn the_example_of_the_language_raises_no_question_but_its_holidays() {
    let page = include_str!("../../../docs/promise-file.md");
    let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap_or("");
    assert_eq!(findings(example), ["1 holidays-unknown"]);
}
