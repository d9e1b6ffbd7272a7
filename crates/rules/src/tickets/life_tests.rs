//! Tables of cases for the life of a ticket.

use super::*;
use crate::tickets::verb::VerbName;
use proptest::prelude::*;

const NOON: &str = "2026-01-05T04:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn reason() -> Reason {
    Reason::parse("reason", "因为").unwrap()
}

fn text() -> Text {
    Text::parse("text", "换了光模块").unwrap()
}

fn line() -> Line {
    Line::parse("name", "王工").unwrap()
}

fn ticket() -> Ticket {
    Ticket {
        id: TicketId(7),
        version: 1,
        kind: Kind::Fault,
        state: State::Reported,
        severity: Severity::Level3,
        customer: CustomerId(1),
        site: Some(SiteId(2)),
        contact: Some(ContactId(3)),
        contract: Some(ContractId(4)),
        commitment: Some(CommitmentId(5)),
        asset: None,
        team: None,
        assignee: None,
        reported_at: at("2026-01-05T01:00:00Z"),
        handled_at: None,
        waiting: None,
        onsite_requested_at: None,
        restored_at: None,
        resolved_at: None,
        closed_at: None,
        cause: None,
        merged_into: None,
    }
}

fn question() -> Question {
    let addressee = Addressee::Customer;
    Question { addressee, addressee_name: None, question: reason(), reason: None }
}

/// Does a verb by name at noon.
fn decide(ticket: &Ticket, verb: &str) -> Decision {
    let now = at(NOON);
    match verb {
        "start" => start_handling(ticket, None, None, now),
        "wait" => wait(ticket, question(), now),
        "answer" => answer(ticket, None, text(), now),
        "restore" => restore(ticket, None, None, now),
        "resolve" => resolve(ticket, None, Cause::Equipment, text(), now),
        "close" => close(ticket, ticket.contact, None, now),
        "reopen" => reopen(ticket, reason(), now),
        "cancel" => cancel(ticket, ticket.contact, reason(), now),
        "worse" => change_severity(ticket, Severity::Emergency, reason(), now),
        "assign" => assign(ticket, None, Some(UserId(9)), now),
        "onsite" => request_onsite(ticket, None, None, None, now),
        "no onsite" => withdraw_onsite(ticket, None, reason(), now),
        "arrive" => {
            let (engineer, engineer_name) = (UserId(9), line());
            arrive(ticket, Arrival { at: None, engineer, engineer_name, contact: None, position: None }, now)
        }
        "analyse" => start_remote_analysis(ticket, None, now),
        "note" => add_note(ticket, NoteId(1), Visibility::Internal, text(), now),
        other => panic!("no verb {other}"),
    }
}

/// Does the verbs in turn; answers with the names of the facts, or the refusal of the last verb.
fn tell(verbs: &str) -> String {
    let mut ticket = ticket();
    let mut told = Vec::new();
    for verb in verbs.split(", ") {
        match decide(&ticket, verb) {
            Ok(happened) => {
                for happening in &happened {
                    ticket.apply(happening);
                    told.push(happening.event.name().trim_start_matches("ticket.").to_owned());
                }
            }
            Err(refusal) => return format!("refused: {refusal}"),
        }
    }
    format!("{} -> {}", told.join(" "), ticket.state)
}

#[test]
fn stories() {
    let table = [
        ("start", "handling_started -> in-handling"),
        ("start, start", "refused: refusal-already-so"),
        ("wait", "handling_started waiting_started -> waiting"),
        ("start, wait, answer", "handling_started waiting_started waiting_ended -> in-handling"),
        ("answer", "refused: refusal-not-in-this-state verb=ticket-verb-answer state=reported"),
        ("start, wait, wait", "refused: refusal-already-so"),
        ("restore", "handling_started restored -> restored"),
        ("start, wait, restore", "handling_started waiting_started waiting_ended restored -> restored"),
        (
            "start, restore, wait, answer",
            "handling_started restored waiting_started waiting_ended -> restored",
        ),
        ("start, resolve", "handling_started restored resolved -> resolved"),
        ("start, restore, resolve, close", "handling_started restored resolved closed -> closed"),
        ("start, close", "refused: refusal-not-in-this-state verb=ticket-verb-closure state=in-handling"),
        (
            "start, resolve, close, reopen, start, resolve",
            "handling_started restored resolved closed reopened handling_started restored resolved -> resolved",
        ),
        (
            "start, resolve, reopen, resolve",
            "handling_started restored resolved reopened handling_started restored resolved -> resolved",
        ),
        ("start, reopen", "refused: refusal-not-in-this-state verb=ticket-verb-reopening state=in-handling"),
        ("cancel, start", "refused: refusal-not-in-this-state verb=ticket-verb-handling state=cancelled"),
        ("cancel, reopen", "cancelled reopened -> reopened"),
        ("cancel, note", "cancelled note_added -> cancelled"),
        ("worse, worse", "refused: refusal-already-so"),
        (
            "start, wait, worse, answer",
            "handling_started waiting_started severity_changed waiting_ended -> in-handling",
        ),
        ("assign, assign", "refused: refusal-already-so"),
        ("onsite, onsite", "refused: refusal-already-so"),
        ("no onsite", "refused: refusal-not-in-this-state verb=ticket-verb-onsite-withdrawal state=reported"),
        ("onsite, no onsite, onsite", "onsite_requested onsite_withdrawn onsite_requested -> reported"),
        ("onsite, arrive", "onsite_requested handling_started engineer_arrived -> in-handling"),
        ("start, wait, arrive", "handling_started waiting_started engineer_arrived -> waiting"),
        ("analyse", "handling_started remote_analysis_started -> in-handling"),
    ];
    for (verbs, expected) in table {
        assert_eq!(tell(verbs), expected, "{verbs}");
    }
}

#[test]
fn a_consultation_is_not_restored() {
    let consultation =
        Ticket { kind: Kind::Consultation, state: State::InHandling, handled_at: Some(at(NOON)), ..ticket() };
    let happened = decide(&consultation, "resolve").unwrap();
    assert_eq!(happened.iter().map(|one| one.event.name()).collect::<Vec<_>>(), ["ticket.resolved"]);
}

#[test]
fn what_happened_lies_between_the_report_and_now() {
    let now = at(NOON);
    let early = at("2026-01-05T00:59:59Z");
    let late = at("2026-01-05T04:00:01Z");
    let began_at = ticket().reported_at;
    assert_eq!(
        start_handling(&ticket(), Some(early), None, now),
        Err(Refusal::BeforeItBegan { at: early, began_at })
    );
    assert_eq!(restore(&ticket(), Some(late), None, now), Err(Refusal::InTheFuture { at: late }));
    let told = at("2026-01-05T03:00:00Z");
    assert_eq!(start_handling(&ticket(), Some(told), None, now).unwrap()[0].at, told);
}

#[test]
fn an_answer_cannot_come_before_the_question() {
    let mut waiting = ticket();
    for happening in decide(&waiting, "wait").unwrap() {
        waiting.apply(&happening);
    }
    let before = at("2026-01-05T03:59:59Z");
    let refused = answer(&waiting, Some(before), text(), at(NOON));
    assert_eq!(refused, Err(Refusal::BeforeItBegan { at: before, began_at: at(NOON) }));
}

#[test]
fn a_deadline_is_agreed_only_where_something_is_owed_and_for_later() {
    let agreement = || Agreement {
        promise: "respond".into(),
        contact: ContactId(3),
        contact_name: line(),
        reason: reason(),
    };
    let owed = ["respond".to_owned()];
    let later = at("2026-01-06T04:00:00Z");
    let agreed = agree_deadline(&ticket(), agreement(), later, &owed, at(NOON)).unwrap();
    assert_eq!(agreed[0].event.data()["due_at"], "2026-01-06T04:00:00Z");
    assert_eq!(
        agree_deadline(&ticket(), agreement(), later, &[], at(NOON)),
        Err(Refusal::NothingOwed { promise: "respond".into() })
    );
    assert_eq!(
        agree_deadline(&ticket(), agreement(), at(NOON), &owed, at(NOON)),
        Err(Refusal::DeadlinePassed { due_at: at(NOON) })
    );
    assert!(waive_promise(&ticket(), agreement(), &owed, at(NOON)).is_ok());
    assert!(waive_promise(&ticket(), agreement(), &[], at(NOON)).is_err());
}

#[test]
fn only_open_tickets_of_one_customer_merge() {
    let other = Ticket { id: TicketId(8), ..ticket() };
    let now = at(NOON);
    let names: Vec<_> =
        merge(&ticket(), &other, None, now).unwrap().iter().map(|one| one.event.name()).collect();
    assert_eq!(names, ["ticket.merged", "ticket.absorbed"]);
    assert_eq!(merge(&ticket(), &ticket(), None, now), Err(Refusal::SameTicket));
    let stranger = Ticket { customer: CustomerId(99), ..other.clone() };
    assert_eq!(merge(&ticket(), &stranger, None, now), Err(Refusal::DifferentCustomers));
    let gone = Ticket { state: State::Merged, merged_into: Some(TicketId(7)), ..other.clone() };
    assert_eq!(merge(&ticket(), &gone, None, now), Err(Refusal::MergeCircle));
    let closed = Ticket { state: State::Closed, ..other };
    assert!(matches!(merge(&ticket(), &closed, None, now), Err(Refusal::NotInThisState { .. })));
}

#[test]
fn an_older_version_is_refused() {
    assert_eq!(must_be_current(&ticket(), 1), Ok(()));
    let four = Ticket { version: 4, ..ticket() };
    assert_eq!(must_be_current(&four, 1), Err(Refusal::ChangedMeanwhile { seen: 1, current: 4 }));
}

const VERBS: [&str; 15] = [
    "start",
    "wait",
    "answer",
    "restore",
    "resolve",
    "close",
    "reopen",
    "cancel",
    "worse",
    "assign",
    "onsite",
    "no onsite",
    "arrive",
    "analyse",
    "note",
];

/// The verb behind each name, for those that a page offers.
const NAMES: [Option<VerbName>; 15] = [
    Some(VerbName::Handle),
    Some(VerbName::Wait),
    Some(VerbName::Answer),
    Some(VerbName::Restore),
    Some(VerbName::Resolve),
    Some(VerbName::Close),
    Some(VerbName::Reopen),
    Some(VerbName::Cancel),
    Some(VerbName::ChangeSeverity),
    Some(VerbName::Assign),
    Some(VerbName::RequestOnsite),
    Some(VerbName::WithdrawOnsite),
    Some(VerbName::Arrive),
    Some(VerbName::Analyse),
    Some(VerbName::Note),
];

proptest! {
    /// Whatever people click, the ticket is never in two minds.
    #[test]
    fn any_order_of_verbs_leaves_a_consistent_ticket(clicks in proptest::collection::vec(0..VERBS.len(), 0..30)) {
        let mut ticket = ticket();
        for click in clicks {
            let offered = super::super::verb::possible(&ticket);
            let before = ticket.clone();
            match decide(&ticket, VERBS[click]) {
                Ok(happened) => {
                    prop_assert!(!happened.is_empty());
                    happened.iter().for_each(|happening| ticket.apply(happening));
                    let told_only = VERBS[click] == "note" || VERBS[click] == "analyse";
                    prop_assert!(told_only || ticket.version > before.version);
                    prop_assert!(ticket.version > before.version || ticket == before);
                }
                Err(refusal) => {
                    prop_assert_eq!(&ticket, &before);
                    let offered = NAMES[click].is_some_and(|name| offered.contains(&name));
                    let same_again = refusal == Refusal::AlreadySo;
                    prop_assert!(!offered || same_again, "{} was offered in {}: {refusal}", VERBS[click], before.state);
                }
            }
            prop_assert_eq!(ticket.waiting.is_some(), ticket.state == State::Waiting);
            prop_assert_eq!(ticket.closed_at.is_some(), !ticket.state.is_open());
            prop_assert!(ticket.state != State::Closed || ticket.cause.is_some());
            prop_assert!(ticket.state == State::Reported || ticket.state == State::Reopened
                || ticket.handled_at.is_some() || ticket.state == State::Cancelled);
            prop_assert!(ticket.waiting.as_ref().is_none_or(|waiting| waiting.then != State::Waiting));
        }
    }
}
