//! How many facts the engine folds in a second on one core, by kind of story, and the memory of an open obligation.
//!
//! `cargo bench -p promise --bench engine` prints a table. `AFTERCARE_BENCH_TICKETS` sets the number of tickets.

use std::hint::black_box;
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use promise::{About, Calendars, Data, Docket, Fact, Terms};

const STANDARD: &str = include_str!("../../../commitments/standard.toml");

/// The standard terms, on office hours.
fn on_office_hours() -> String {
    STANDARD.replace("calendar = \"24x7\"", "calendar = \"cn-workdays-5x8\"")
}

struct Story {
    name: &'static str,
    /// Minutes after the report, name, and data as `key=value`.
    facts: &'static [(i64, &'static str, &'static [(&'static str, &'static str)])],
}

const REPORTED: (i64, &str, &[(&str, &str)]) = (
    0,
    "ticket.reported",
    &[("kind", "fault"), ("severity", "level2"), ("channel", "phone"), ("zone", "Asia/Shanghai")],
);

const STORIES: [Story; 4] = [
    Story {
        name: "report, handle, resolve, close",
        facts: &[
            REPORTED,
            (20, "ticket.assigned", &[("team", "network")]),
            (30, "ticket.handling_started", &[]),
            (90, "ticket.note_added", &[("visibility", "internal")]),
            (200, "ticket.resolved", &[("cause", "equipment")]),
            (900, "ticket.closed", &[]),
        ],
    },
    Story {
        name: "with a question, an engineer on site, a change of level",
        facts: &[
            REPORTED,
            (15, "ticket.waiting_started", &[("addressee", "contact:1"), ("question", "which port?")]),
            (75, "ticket.waiting_ended", &[("answer", "24")]),
            (
                80,
                "ticket.severity_changed",
                &[("from", "level2"), ("severity", "level3"), ("reason", "worse")],
            ),
            (85, "ticket.handling_started", &[]),
            (90, "ticket.onsite_requested", &[]),
            (200, "ticket.engineer_arrived", &[("engineer", "user:9"), ("contact", "contact:1")]),
            (300, "ticket.restored", &[]),
            (310, "ticket.resolved", &[("cause", "equipment")]),
            (900, "ticket.closed", &[]),
        ],
    },
    Story {
        name: "an emergency",
        facts: &[
            (
                0,
                "ticket.reported",
                &[("kind", "fault"), ("severity", "emergency"), ("zone", "Asia/Shanghai")],
            ),
            (5, "ticket.handling_started", &[]),
            (150, "ticket.engineer_arrived", &[("engineer", "user:9")]),
            (240, "ticket.plan_delivered", &[("document", "plan.pdf")]),
            (400, "ticket.restored", &[]),
            (500, "ticket.closed", &[]),
        ],
    },
    Story {
        name: "messages only",
        facts: &[
            REPORTED,
            (10, "ticket.message_received", &[("channel", "mail")]),
            (20, "ticket.message_sent", &[("channel", "mail")]),
            (30, "ticket.note_added", &[("visibility", "internal")]),
            (40, "ticket.attachment_added", &[("name", "a.png")]),
            (50, "ticket.message_received", &[("channel", "mail")]),
            (60, "ticket.message_sent", &[("channel", "mail")]),
            (70, "ticket.assigned", &[("team", "network")]),
        ],
    },
];

fn facts(story: &Story) -> Vec<Fact> {
    let start: Timestamp = "2026-01-05T01:12:00Z".parse().expect("a time");
    let about = About::new().with("ticket", 104_217).with("customer", 7).with("site", 12).with("contract", 4);
    let fact = |(seq, (minutes, name, data)): (usize, &(i64, &str, &[(&str, &str)]))| {
        let data = data.iter().fold(Data::new(), |data, (key, value)| data.with(key, *value));
        let at = start + SignedDuration::from_mins(*minutes);
        Fact::new(seq as u64 + 1, name, at, about.clone(), data)
    };
    story.facts.iter().enumerate().map(fact).collect()
}

/// Tickets of a year that are judged under two versions.
const YEAR_TICKETS: u64 = 10_000;

/// How long it takes to see what a change would have meant for a year of tickets.
fn preview(calendars: &Calendars) {
    let before = Terms::compile(STANDARD, calendars).expect("the file is good");
    let changed = STANDARD.replace("level3 = \"4h\"", "level3 = \"2h\"");
    let after = Terms::compile(&changed, calendars).expect("the file is good");
    let now: Timestamp = "2026-12-31T00:00:00Z".parse().expect("a time");
    let stories: Vec<Vec<Fact>> = STORIES.iter().map(facts).collect();
    let started = Instant::now();
    let mut sums = promise::preview::Preview::default();
    for ticket in 0..YEAR_TICKETS {
        let story = &stories[ticket as usize % stories.len()];
        sums.add(&before, &after, black_box(story), now, 200);
    }
    let ms = started.elapsed().as_millis();
    println!("preview of {} tickets, {} facts, under two versions: {ms} ms", sums.subjects, sums.facts);
}

fn main() {
    let tickets: u64 =
        std::env::var("AFTERCARE_BENCH_TICKETS").ok().and_then(|n| n.parse().ok()).unwrap_or(200_000);
    let calendars = Calendars::shipped();
    preview(&calendars);
    let terms = [("24x7", STANDARD.to_owned()), ("5x8 with holidays", on_office_hours())]
        .map(|(name, text)| (name, Terms::compile(&text, &calendars).expect("the file is good")));
    println!("{:<56} {:<18} {:>12} {:>10}", "story", "calendar", "facts/s", "ns/fact");
    for story in &STORIES {
        let facts = facts(story);
        for (calendar, terms) in &terms {
            let started = Instant::now();
            for _ in 0..tickets {
                let mut docket = Docket::new();
                for fact in &facts {
                    docket.fold(terms, black_box(fact)).expect("in order");
                }
                black_box(&docket);
            }
            let seconds = started.elapsed().as_secs_f64();
            let folded = (tickets * facts.len() as u64) as f64;
            println!(
                "{:<56} {calendar:<18} {:>12.0} {:>10.0}",
                story.name,
                folded / seconds,
                seconds * 1e9 / folded
            );
        }
    }
    memory(&terms[0].1);
}

/// Measures what open obligations take, by the resident memory of the process.
fn memory(terms: &Terms) {
    const TICKETS: usize = 200_000;
    let facts = &facts(&STORIES[0])[..1];
    let before = resident_bytes();
    let mut dockets = Vec::with_capacity(TICKETS);
    for _ in 0..TICKETS {
        let mut docket = Docket::new();
        docket.fold(terms, &facts[0]).expect("in order");
        dockets.push(docket);
    }
    let bytes = resident_bytes() - before;
    let obligations: usize = dockets.iter().map(|docket| docket.obligations().len()).sum();
    println!(
        "\nmemory: {} bytes for each open obligation, its docket included ({obligations} held)",
        bytes / obligations
    );
}

fn resident_bytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: usize = status.split_whitespace().nth(1).and_then(|pages| pages.parse().ok()).unwrap_or(0);
    pages * 4096
}
