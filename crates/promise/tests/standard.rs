//! The shipped commitment, judged on short stories.

use promise::{Calendars, Docket, Fact, State, Terms, judge};

fn terms() -> Terms {
    let text = include_str!("../../../commitments/standard.toml");
    Terms::compile(text, &Calendars::shipped()).unwrap_or_else(|problems| {
        panic!("{}", problems.iter().map(|p| format!("{p}\n")).collect::<String>())
    })
}

/// Reads a story: a time, a name, and data as `key=value`, a line each. The ticket is always the same.
fn facts(story: &str) -> Vec<Fact> {
    let fact = |(seq, line): (usize, &str)| {
        let mut words = line.split_whitespace();
        let at = words.next()?.parse().unwrap();
        let name = words.next().unwrap();
        let data = words.fold(promise::Data::new(), |data, word| {
            let (key, value) = word.split_once('=').unwrap();
            data.with(key, value)
        });
        Some(Fact::new(seq as u64, name, at, promise::About::new().with("ticket", "104217"), data))
    };
    story.lines().enumerate().filter_map(fact).collect()
}

fn verdicts(docket: &Docket) -> Vec<String> {
    let line = |o: &promise::Obligation| {
        let due = o.due_at.map_or("-".to_owned(), |due| due.to_string());
        format!("{} {} #{} due {due} {}", o.clause, o.promise, o.cycle, o.state.as_str())
    };
    docket.obligations().iter().map(line).collect()
}

fn check(story: &str, expected: &[&str]) {
    let docket = judge(&terms(), &facts(story));
    assert_eq!(verdicts(&docket), expected, "{story}");
}

#[test]
fn the_response_is_counted_from_the_report_by_its_level() {
    for (done_at, verdict) in
        [("2026-01-05T09:11:59Z", "met"), ("2026-01-05T09:12:00Z", "met"), ("2026-01-05T09:12:01Z", "late")]
    {
        check(
            &format!(
                "2026-01-05T01:12:00Z ticket.reported severity=level2\n{done_at} ticket.handling_started"
            ),
            &[&format!("C7.5 respond #1 due 2026-01-05T09:12:00Z {verdict}")],
        );
    }
}

#[test]
fn a_change_of_level_counts_from_the_report_and_keeps_the_pauses() {
    check(
        "2026-01-05T00:00:00Z ticket.reported severity=level1\n\
         2026-01-05T01:00:00Z ticket.waiting_started addressee=customer question=serial?\n\
         2026-01-05T01:30:00Z ticket.waiting_ended answer=yes\n\
         2026-01-05T02:00:00Z ticket.severity_changed severity=level3",
        &["C7.5 respond #1 due 2026-01-05T04:30:00Z running"],
    );
}

#[test]
fn an_emergency_owes_an_answer_an_arrival_and_a_plan_from_the_report() {
    check(
        "2026-01-05T00:00:00Z ticket.reported severity=level3\n\
         2026-01-05T02:00:00Z ticket.severity_changed severity=emergency",
        &[
            "C7.5 respond #1 due - void",
            "C2.8 emergency-response #1 due 2026-01-05T00:15:00Z running",
            "C2.8 emergency-arrival #1 due 2026-01-05T04:00:00Z running",
            "C7.4 emergency-plan #1 due 2026-01-06T00:00:00Z running",
        ],
    );
}

#[test]
fn a_pause_needs_an_addressee_and_a_question() {
    let docket = judge(
        &terms(),
        &facts(
            "2026-01-05T00:00:00Z ticket.reported severity=level3\n\
             2026-01-05T01:00:00Z ticket.waiting_started reason=parts",
        ),
    );
    let obligation = &docket.obligations()[0];
    assert_eq!(obligation.state, State::Running);
    assert_eq!(obligation.incomplete[0].missing, ["addressee".into(), "question".into()]);
}

#[test]
fn waiting_for_ourselves_or_the_maker_stops_no_clock() {
    for (addressee, due_at, state) in [
        ("customer", None, State::Paused),
        ("third-party", None, State::Paused),
        ("manufacturer", Some("2026-01-05T04:00:00Z"), State::Running),
        ("ourselves", Some("2026-01-05T04:00:00Z"), State::Running),
    ] {
        let told = format!(
            "2026-01-05T00:00:00Z ticket.reported severity=level3\n\
             2026-01-05T01:00:00Z ticket.waiting_started addressee={addressee} question=when?"
        );
        let docket = judge(&terms(), &facts(&told));
        let obligation = &docket.obligations()[0];
        let due_at = due_at.map(|at| at.parse().unwrap());
        assert_eq!((obligation.state, obligation.due_at), (state, due_at), "{addressee}");
    }
}

#[test]
fn reopening_starts_a_cycle_and_leaves_the_old_one() {
    check(
        "2026-01-05T00:00:00Z ticket.reported severity=level3\n\
         2026-01-05T05:00:00Z ticket.handling_started\n\
         2026-01-06T00:00:00Z ticket.reopened reason=again",
        &[
            "C7.5 respond #1 due 2026-01-05T04:00:00Z late",
            "C7.5 respond #2 due 2026-01-06T04:00:00Z running",
        ],
    );
}
