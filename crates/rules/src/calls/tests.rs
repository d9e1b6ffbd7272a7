use std::collections::BTreeMap;

use super::line::{LineEvent, Seen, take};
use super::task::{Task, Then, Window, attempt, hand_over, moves_deadline, read_tried, withdraw};
use super::*;
use crate::text::{Line, Reason};
use crate::tickets::State;

const NOW: &str = "2026-01-05T19:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn call() -> Call {
    Call {
        id: CallId(1),
        direction: Direction::In,
        state: CallState::Active,
        agent: Some(UserId(2)),
        customer: Some(CustomerId(3)),
        site: None,
        contact: Some(ContactId(4)),
        asset: None,
        ticket: Some(TicketId(5)),
        contract: None,
        commitment: None,
        began_at: at("2026-01-05T18:50:00Z"),
        answered_at: Some(at("2026-01-05T18:50:10Z")),
        ended_at: None,
        ended_by: None,
        outcome: None,
    }
}

fn typed(pairs: &str) -> BTreeMap<String, String> {
    let pairs = pairs.split_whitespace().filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn around() -> Around {
    Around { supervisor: Some(UserId(9)), text: "x".into(), ..Around::default() }
}

fn names(happened: &[Happening]) -> String {
    happened.iter().map(|one| one.event.name()).collect::<Vec<_>>().join(" ")
}

fn closed(call: &Call, form: &str) -> String {
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    match read_closing(&typed(form), &zone, at(NOW)) {
        Err(problems) => {
            format!("invalid: {}", problems.iter().map(|one| one.field).collect::<Vec<_>>().join(" "))
        }
        Ok(closing) => match end(call, &closing, &around(), at(NOW)) {
            Ok(happened) => names(&happened),
            Err(refusal) => format!("refused: {}", refusal.code()),
        },
    }
}

#[test]
fn a_call_ends_with_an_outcome_or_not_at_all() {
    let talking = call();
    let ringing = Call { state: CallState::Ringing, answered_at: None, ..call() };
    let unreported = Call { ticket: None, ..call() };
    let hung_up =
        Call { state: CallState::Ended, ended_at: Some(at(NOW)), ended_by: Some(EndedBy::Agent), ..call() };
    let done = Call { outcome: Some(Outcome::Solved), ..hung_up.clone() };
    let table = [
        (&talking, "", "invalid: outcome"),
        (&talking, "outcome=bye", "invalid: outcome"),
        (&talking, "outcome=solved", "call.ended"),
        (&unreported, "outcome=solved", "call.ended"),
        (&talking, "outcome=customer_diagnosing", "call.ended call.followed_up"),
        (
            &talking,
            "outcome=customer_diagnosing window_from=2026-01-06T14:00",
            "call.ended call.followed_up call.window_agreed",
        ),
        (&talking, "outcome=customer_fixed", "call.ended call.followed_up"),
        (&talking, "outcome=dispatch", "invalid: arrives_at engineer transport"),
        (
            &talking,
            "outcome=dispatch arrives_at=2026-01-06T02:59 engineer=7 transport=car",
            "invalid: arrives_at",
        ),
        (
            &talking,
            "outcome=dispatch arrives_at=2026-01-06T05:00 engineer=7 transport=car",
            "call.ended call.followed_up call.notice_sent",
        ),
        (
            &talking,
            "outcome=dispatch arrives_in=90 engineer=7 transport=taxi",
            "call.ended call.followed_up call.notice_sent",
        ),
        (&talking, "outcome=dispatch arrives_in=0 engineer=7 transport=taxi", "invalid: arrives_in"),
        (&talking, "outcome=second_line", "invalid: team"),
        (&talking, "outcome=second_line team=1", "call.ended call.followed_up call.notice_sent"),
        (&unreported, "outcome=customer_fixed", "refused: refusal-call-needs-ticket"),
        (&ringing, "outcome=solved", "refused: refusal-call-not-taken"),
        (&done, "outcome=solved", "refused: refusal-already-so"),
        // Hung up before: completed afterwards, and reported in any case.
        (&hung_up, "outcome=solved", "call.ended call.followed_up"),
        (&hung_up, "outcome=customer_fixed", "call.ended call.followed_up"),
    ];
    for (call, form, expected) in table {
        assert_eq!(closed(call, form), expected, "{form}");
    }
}

#[test]
fn completing_does_not_count_as_hanging_up_again() {
    let ended_at = at("2026-01-05T18:55:00Z");
    let hung_up =
        Call { state: CallState::Ended, ended_at: Some(ended_at), ended_by: Some(EndedBy::Agent), ..call() };
    assert!(hung_up.was_hung_up());
    let closing = Closing { ending: Ending::Solved, ended_by: EndedBy::Agent, note: None };
    let happened = end(&hung_up, &closing, &around(), at(NOW)).unwrap();
    assert_eq!(happened[0].at, ended_at, "the end is when it ended");
    assert_eq!(
        serde_json::Value::Object(happened[0].event.data()),
        serde_json::json!({ "outcome": "solved" })
    );
    let nobody = Around::default();
    assert_eq!(end(&hung_up, &closing, &nobody, at(NOW)), Err(Refusal::other("refusal-call-no-supervisor")));
}

#[test]
fn silence_is_no_success() {
    let task =
        Task { id: CallTaskId(1), kind: TaskKind::Confirmation, owner: Some(UserId(2)), done_at: None };
    let zone = TimeZone::UTC;
    let table = [
        ("result=no_answer", State::Restored, "call.attempted", Then::TryAgain),
        ("result=busy answer=solved", State::Restored, "call.attempted", Then::TryAgain),
        ("result=reached answer=solved", State::Restored, "call.attempted call.confirmed", Then::Settled),
        ("result=reached answer=partly", State::Restored, "call.attempted call.confirmed", Then::Reopen),
        ("result=reached answer=not", State::Closed, "call.attempted call.confirmed", Then::Reopen),
        ("result=reached answer=not", State::InHandling, "call.attempted call.confirmed", Then::Continue),
        (
            "result=reached window_from=2026-01-06T14:00",
            State::InHandling,
            "call.attempted call.window_agreed",
            Then::TryAgain,
        ),
    ];
    for (form, state, expected, then) in table {
        let tried = read_tried(&typed(form), &zone, at(NOW)).unwrap();
        let (happened, what) = attempt(&task, &call(), Some(state), &tried, UserId(2), at(NOW)).unwrap();
        assert_eq!((names(&happened).as_str(), what), (expected, then), "{form}");
    }
    for (form, field) in [
        ("", "result"),
        ("result=reached", "answer"),
        ("result=busy window_from=2026-01-06T14:00 window_until=2026-01-06T13:00", "window_until"),
        ("result=busy window_until=2026-01-06T13:00", "window_from"),
    ] {
        assert_eq!(read_tried(&typed(form), &zone, at(NOW)).unwrap_err()[0].field, field, "{form}");
    }
    let done = Task { done_at: Some(at(NOW)), ..task };
    let tried = read_tried(&typed("result=busy"), &zone, at(NOW)).unwrap();
    assert_eq!(attempt(&done, &call(), None, &tried, UserId(2), at(NOW)), Err(Refusal::AlreadySo));
    assert!(withdraw(&done, &call(), &Reason::parse("reason", "x").unwrap(), at(NOW)).is_err());
    assert!(hand_over(&task, &call(), UserId(2), UserId(2), None, at(NOW)).is_err(), "they have it already");
    assert!(hand_over(&task, &call(), UserId(2), UserId(6), None, at(NOW)).is_ok());
}

#[test]
fn an_agreed_hour_moves_the_call_back_and_never_the_24_hours() {
    let due_at = at("2026-01-05T23:00:00Z");
    let later = Window { from_at: at("2026-01-06T06:00:00Z"), until_at: None };
    let sooner = Window { from_at: at("2026-01-05T22:00:00Z"), until_at: None };
    let contact = || Some((ContactId(4), Line::parse("name", "Li").unwrap()));
    let moved = |kind, window, contact| {
        moves_deadline(kind, &call(), due_at, window, contact, "下午两点后", at(NOW)).is_some()
    };
    assert!(moved(TaskKind::CallBack, later, contact()));
    assert!(!moved(TaskKind::CallBack, sooner, contact()), "within the deadline anyway");
    assert!(!moved(TaskKind::CallBack, later, None), "somebody must have agreed");
    assert!(!moved(TaskKind::Confirmation, later, contact()));
}

/// Plays events and tells what happened in all, and where the call stands.
fn played(events: &[(LineEvent, &str, Option<EndedBy>)]) -> (String, CallState, Option<EndedBy>) {
    let mut call = Call {
        state: CallState::Ringing,
        agent: None,
        answered_at: None,
        began_at: at("2026-01-05T03:00:09Z"),
        ..call()
    };
    let mut told = Vec::new();
    for (event, time, ended_by) in events {
        let moment = at(&format!("2026-01-05T03:{time}Z"));
        let agent = (*event == LineEvent::Answered).then_some(UserId(2));
        told.extend(take(&mut call, Seen { event: *event, at: moment, agent, ended_by: *ended_by }));
    }
    let mut names: Vec<&str> = told.iter().map(|one| one.event.name()).collect();
    names.sort_unstable();
    (names.join(" "), call.state, call.ended_by)
}

#[test]
fn events_of_the_line_may_come_in_any_order_and_twice() {
    use LineEvent::*;
    let (ring, answer, end) =
        ((Ringing, "00:00", None), (Answered, "00:08", None), (Ended, "05:00", Some(EndedBy::Agent)));
    let expected = ("call.answered call.ended".to_owned(), CallState::Ended, Some(EndedBy::Agent));
    for order in [
        vec![ring, answer, end],
        vec![answer, ring, end],
        vec![ring, ring, answer, answer, end, end],
        vec![answer, end, ring, end],
    ] {
        assert_eq!(played(&order), expected, "{order:?}");
    }
    // Who took it is told late: until then it looked as if nobody had.
    let late = played(&[end, answer, ring]);
    assert_eq!(
        late,
        ("call.answered call.ended call.missed".to_owned(), CallState::Ended, Some(EndedBy::Agent))
    );
    assert_eq!(played(&[ring, (Missed, "00:40", None)]).0, "call.missed");
    assert_eq!(played(&[(QueueFull, "00:00", None)]).0, "call.missed");
    assert_eq!(
        played(&[ring, (Ended, "00:30", Some(EndedBy::Caller)), (Missed, "00:31", None)]).0,
        "call.missed"
    );
    assert_eq!(played(&[ring, answer, (Missed, "00:40", None)]).1, CallState::Active);
}
