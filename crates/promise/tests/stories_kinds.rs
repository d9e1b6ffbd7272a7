//! The stories in `docs/promises`: each page states a promise and tells, fact by fact, what becomes of it.
//!
//! A page holds the promise in a `toml` block and stories in tables of three columns: when (at the site), the
//! fact, and what is then different. This test folds the facts and compares the third column word for word.
//! `UPDATE_STORIES=1` writes what the engine says into the page, to be read before it is committed.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use promise::{About, Calendars, Data, Docket, Fact, Obligation, Scalar, State, Subject, Terms};
use std::path::{Path, PathBuf};

const ZONE: &str = "Asia/Shanghai";

fn page(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/promises").join(name)
}

fn zone() -> TimeZone {
    TimeZone::get(ZONE).unwrap()
}

fn local(at: Timestamp) -> String {
    at.to_zoned(zone()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// The file around the promise of a page: its clauses, and what holds by default.
fn commitment(block: &str) -> Terms {
    let mut clauses: Vec<&str> =
        block.lines().filter_map(|line| line.strip_prefix("clause = \"")?.split('"').next()).collect();
    clauses.sort_unstable();
    clauses.dedup();
    let mut text = "id = \"story\"\nversion = \"1\"\n[default]\ncalendar = \"24x7\"\n\
        renegotiate = \"promise.deadline_agreed\"\nwaive = \"promise.waived\"\n"
        .to_owned();
    for clause in clauses {
        text.push_str(&format!("[[clause]]\nid = \"{clause}\"\ntext = {{ en = \"as signed\" }}\n"));
    }
    text.push_str(block);
    Terms::compile(&text, &Calendars::shipped()).unwrap_or_else(|problems| {
        panic!("{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })
}

/// `visit.finished visit=7 work="periodic maintenance"`
fn fact(seq: u64, when: &str, told: &str, subject: &Subject) -> Fact {
    let at = DateTime::strptime("%Y-%m-%d %H:%M", when).unwrap_or_else(|e| panic!("{when}: {e}"));
    let at = at.to_zoned(zone()).unwrap().timestamp();
    let mut words = words(told).into_iter();
    let name = words.next().unwrap();
    let about = About::new().with(&subject.noun, &subject.id);
    let mut data = Data::new().with("zone", ZONE);
    let mut by = "user:3".to_owned();
    for word in words {
        let (field, value) = word.split_once('=').unwrap_or_else(|| panic!("{told}: {word}"));
        if field == "by" {
            by = value.to_owned();
            continue;
        }
        let moment = DateTime::strptime("%Y-%m-%dT%H:%M", value).ok();
        data = match (value.parse::<i64>(), moment) {
            (Ok(whole), _) => data.with(field, whole),
            (_, Some(wall)) => data.with(field, wall.to_zoned(zone()).unwrap().timestamp()),
            _ => data.with(field, Scalar::from(value)),
        };
    }
    Fact { by, ..Fact::new(seq, &name, at, about, data) }
}

fn words(told: &str) -> Vec<String> {
    let (mut words, mut quoted) = (vec![String::new()], false);
    for c in told.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// What is different after a fact, in words.
fn told(before: &[Obligation], after: &[Obligation]) -> String {
    let mut lines = Vec::new();
    let fresh: Vec<_> = after[before.len()..].iter().filter(|o| o.state == State::Running).collect();
    let many = fresh.len() > 3;
    for (place, obligation) in after.iter().enumerate() {
        let is_same = before.get(place).is_some_and(|b| {
            (b.state, b.due_at, &b.entry, &b.figure)
                == (obligation.state, obligation.due_at, &obligation.entry, &obligation.figure)
        });
        if is_same || (many && place >= before.len() && obligation.state == State::Running) {
            continue;
        }
        lines.push(line(obligation));
    }
    if many {
        let (first, last) = (fresh[0], fresh[fresh.len() - 1]);
        lines.push(format!("{} owed: {} to {}", fresh.len(), line(first), line(last)));
    }
    if lines.is_empty() { "—".to_owned() } else { lines.join("; ") }
}

fn line(obligation: &Obligation) -> String {
    let entry = obligation.entry.as_deref().map(|entry| format!(" {entry}")).unwrap_or_default();
    let state = match (obligation.state, obligation.due_at) {
        (State::Running, Some(due_at)) => format!("due {}", local(due_at)),
        (state, _) => match state.ended_at() {
            Some(at) => format!("{} {}", state.as_str(), local(at)),
            None => state.as_str().to_owned(),
        },
    };
    format!("{}{entry}: {state}", obligation.promise)
}

/// Tells the stories of a page anew. Gives the page as it should be, and the number of facts.
fn tell(text: &str) -> (String, usize) {
    let block = text.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let terms = commitment(block);
    let noun = terms.subjects()[0].clone();
    let subject = Subject::new(&noun, "12");
    let (mut out, mut docket, mut seq) = (Vec::new(), None::<Docket>, 0);
    let mut facts_count = 0;
    for written in text.lines() {
        let cells: Vec<&str> = written.split('|').map(str::trim).collect();
        match cells.as_slice() {
            ["", "when", "fact", "then", ""] => {
                (docket, seq) = (Some(Docket::of(subject.clone())), 0);
                out.push(written.to_owned());
            }
            ["", when, fact_cell, _, ""] if docket.is_some() && !when.starts_with("--") => {
                let docket = docket.as_mut().unwrap();
                seq += 1;
                facts_count += 1;
                let before = docket.obligations().to_vec();
                let told_fact = fact_cell.trim_matches('`');
                docket.fold(&terms, &fact(seq, when, told_fact, &subject)).unwrap();
                let then = told(&before, docket.obligations());
                out.push(format!("| {when} | {fact_cell} | {then} |"));
                let kept = serde_json::to_string(&docket).unwrap();
                assert_eq!(
                    &serde_json::from_str::<Docket>(&kept).unwrap(),
                    docket,
                    "a docket survives storage"
                );
            }
            _ => {
                if !written.starts_with('|') {
                    docket = None;
                }
                out.push(written.to_owned());
            }
        }
    }
    (out.join("\n") + "\n", facts_count)
}

fn check(name: &str) {
    let path = page(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let (should, facts_count) = tell(&text);
    assert!(facts_count > 0, "{name} tells no story");
    if std::env::var_os("UPDATE_STORIES").is_some() {
        std::fs::write(&path, should).unwrap();
        return;
    }
    for (is, should) in text.lines().zip(should.lines()) {
        assert_eq!(is, should, "docs/promises/{name}");
    }
}

#[test]
fn quota() {
    check("quota.md");
}

#[test]
fn rate() {
    check("rate.md");
}

#[test]
fn coverage() {
    check("coverage.md");
}

#[test]
fn gate() {
    check("gate.md");
}

#[test]
fn roster() {
    check("roster.md");
}

#[test]
fn stock() {
    check("stock.md");
}
