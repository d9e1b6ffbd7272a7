//! The stories in `docs/promises/` are true: every row is folded, and the engine is held to what it says.
//!
//! A story is a table under a comment that names its commitment file and its time zone. The first two columns are
//! the time and the fact; each further column is headed by a promise and says how its last cycle stands.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use promise::{About, Calendars, Data, Docket, Fact, Terms};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

struct Story {
    place: String,
    terms: Terms,
    zone: TimeZone,
    /// The promise of each column after the second.
    promises: Vec<String>,
    rows: Vec<(usize, Vec<String>)>,
}

/// Reads the stories of a page.
fn stories(page: &Path) -> Vec<Story> {
    let text = std::fs::read_to_string(page).expect("the page can be read");
    let mut stories: Vec<Story> = Vec::new();
    let mut in_story = false;
    for (number, line) in text.lines().enumerate() {
        if let Some(head) = line.strip_prefix("<!-- golden: ") {
            let (file, zone) = head.trim_end_matches(" -->").split_once(' ').expect("a file and a zone");
            let file = std::fs::read_to_string(root().join(file)).expect("the commitment file");
            let terms = Terms::compile(&file, &Calendars::shipped()).unwrap_or_else(|e| panic!("{e:#?}"));
            let zone = TimeZone::get(zone).expect("a zone");
            let place = format!("{}:{}", page.display(), number + 1);
            stories.push(Story { place, terms, zone, promises: Vec::new(), rows: Vec::new() });
            in_story = true;
            continue;
        }
        if line.starts_with('#') {
            in_story = false;
        }
        let Some(story) = stories.last_mut().filter(|_| in_story && line.starts_with('|')) else { continue };
        let cells: Vec<String> =
            line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
        if story.promises.is_empty() {
            let name = |cell: &String| cell.split_whitespace().next().expect("a promise").to_owned();
            story.promises = cells[2..].iter().map(name).collect();
        } else if !cells[0].starts_with("---") {
            story.rows.push((number + 1, cells));
        }
    }
    stories
}

fn instant(zone: &TimeZone, text: &str) -> Timestamp {
    let local: DateTime = text.replace(' ', "T").parse().expect("a time");
    zone.to_timestamp(local).expect("a time")
}

fn standing(docket: &Docket, promise: &str, zone: &TimeZone) -> String {
    let Some(last) = docket.obligations().iter().rev().find(|o| o.promise.as_str() == promise) else {
        return String::new();
    };
    let due = last.due_at.map(|due| zone.to_datetime(due).strftime("due %m-%d %H:%M ").to_string());
    let amended = if last.is_amended() { ", amended" } else { "" };
    format!("{}{}{amended}", due.unwrap_or_default(), last.state.as_str())
}

#[test]
fn every_story_is_true() {
    let mut told = 0;
    for entry in std::fs::read_dir(root().join("docs/promises")).expect("the folder") {
        for story in stories(&entry.expect("an entry").path()) {
            told += 1;
            let mut docket = Docket::new();
            for (seq, (line, cells)) in story.rows.iter().enumerate() {
                let mut words = cells[1].split_whitespace();
                let name = words.next().expect("a fact");
                let data = words.fold(Data::new(), |data, word| {
                    let (key, value) = word.split_once('=').expect("key=value");
                    data.with(key, value)
                });
                let about = About::new().with("ticket", "104217");
                let fact = Fact::new(seq as u64 + 1, name, instant(&story.zone, &cells[0]), about, data);
                docket.fold(&story.terms, &fact).expect("the story is told in order");
                for (promise, expected) in story.promises.iter().zip(&cells[2..]) {
                    assert!(story.terms.promise(promise).is_some(), "{}: no promise {promise}", story.place);
                    assert_eq!(
                        standing(&docket, promise, &story.zone),
                        *expected,
                        "{} line {line}: {promise}",
                        story.place
                    );
                }
            }
            assert!(!story.rows.is_empty(), "{} tells nothing", story.place);
        }
    }
    assert!(told >= 4, "the stories were not found");
}
