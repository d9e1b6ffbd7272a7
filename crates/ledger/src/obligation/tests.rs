use super::*;
use db::testing::each_database;
use promise::{Party, PromiseId};
use std::sync::Arc;

const MIGRATIONS: &[db::Migration] = crate::MIGRATIONS;

fn at(hour: i64) -> Timestamp {
    Timestamp::from_second(1_767_225_600 + hour * 3600).expect("an instant")
}

fn obligation(state: State, due: Option<i64>, warn: &[i64]) -> Obligation {
    Obligation {
        promise: PromiseId::new("respond"),
        clause: Arc::from("C7.5"),
        terms: Arc::from("standard@1"),
        subject: promise::Subject::new("ticket", "1"),
        cycle: 1,
        debtor: Party::Provider,
        creditor: Party::Customer,
        what: Arc::from("respond"),
        entry: None,
        figure: None,
        calendar: None,
        zone: None,
        started_at: at(0),
        due_at: due.map(at),
        original_due_at: due.map(at),
        warn_at: warn.iter().map(|hour| at(*hour)).collect(),
        state,
        pauses: Vec::new(),
        amendments: Vec::new(),
        rederivations: Vec::new(),
        evidence: vec![1],
        incomplete: Vec::new(),
        beyond_known_holidays: false,
        is_goal: false,
    }
}

fn write(tx: &mut Tx, judged: &[Obligation], because: &str, now: i64) -> Result<usize, Error> {
    let subject = Subject::new("ticket", 1);
    let stored = verdicts_of(tx, &subject)?;
    let context = Context { customer_id: Some(7), ..Context::default() };
    let because = because.to_string();
    let mut writer =
        Writer { tx, context: &context, subject: &subject, because, now: at(now), changed: Vec::new() };
    writer.write_all(&stored, judged)?;
    Ok(writer.changed.len())
}

#[test]
fn moments_wake_once_each_through_pauses_and_moves() {
    let running = |due, warn: &[i64]| obligation(State::Running, Some(due), warn);
    let check = |what: &str, o: Obligation, told: i64, now: i64, expected: (i64, Option<i64>)| {
        assert_eq!(wake(&o, told, at(now)), (expected.0, expected.1.map(at)), "{what}");
    };
    check("new: the first warning", running(8, &[4, 6]), 0, 0, (0, Some(4)));
    check("first warning told", running(8, &[4, 6]), 1, 5, (1, Some(6)));
    check("first warning not told yet", running(8, &[4, 6]), 0, 5, (0, Some(4)));
    check("the deadline moved into the past: wakes at once", running(3, &[1, 2]), 0, 5, (0, Some(3)));
    check("moved earlier past both warnings", running(8, &[4, 6]), 0, 7, (0, Some(6)));
    check("everything told", running(8, &[4, 6]), 3, 9, (3, None));
    check("moved later: told again when it comes", running(18, &[12, 15]), 2, 9, (0, Some(12)));
    check("paused: remembers", obligation(State::Paused, None, &[]), 2, 9, (2, None));
    check("resumed: no repetition", running(12, &[4, 6]), 2, 9, (2, Some(12)));
    check("no figure", obligation(State::Running, None, &[]), 0, 9, (0, None));
    check("ended", obligation(State::Met { at: at(1) }, Some(8), &[4]), 0, 9, (0, None));
}

#[test]
fn an_open_obligation_is_written_over_and_a_final_one_gets_a_successor() {
    each_database(MIGRATIONS, |database| {
        let open = obligation(State::Running, Some(8), &[4]);
        let met = obligation(State::Met { at: at(3) }, Some(8), &[4]);
        let late = obligation(State::Late { at: at(9) }, Some(8), &[4]);
        let verdicts = database
            .write_now::<_, Error>(move |tx| {
                assert_eq!(write(tx, std::slice::from_ref(&open), "fact:1", 0)?, 1, "new");
                assert_eq!(write(tx, std::slice::from_ref(&open), "fact:2", 1)?, 0, "nothing moved");
                assert_eq!(write(tx, std::slice::from_ref(&met), "fact:3", 3)?, 1, "met");
                assert_eq!(write(tx, std::slice::from_ref(&met), "fact:4", 4)?, 0, "stays met");
                assert_eq!(write(tx, std::slice::from_ref(&late), "fact:5", 10)?, 1, "corrected");
                assert_eq!(write(tx, &[], "fact:6", 11)?, 0, "gone");
                assert_eq!(write(tx, std::slice::from_ref(&met), "terms:standard@2", 12)?, 1, "back");
                verdicts_of(tx, &Subject::new("ticket", 1))
            })
            .expect("verdicts");
        let shown: Vec<String> = verdicts
            .iter()
            .map(|v| {
                let mark = v.superseded_because.as_deref().unwrap_or("stands");
                format!("{} {} {mark} {:?}", v.verdict, v.state, v.wake_at)
            })
            .collect();
        assert_eq!(shown, ["1 met fact:5 None", "2 late fact:6 None", "3 met stands None"]);
        assert_eq!(verdicts[0].body.state, State::Met { at: at(3) }, "the first verdict is as it was");
        assert_eq!(verdicts[0].customer_id, Some(7));
    });
}

#[test]
fn what_is_due_is_found_once() {
    each_database(MIGRATIONS, |database| {
        let open = obligation(State::Running, Some(8), &[4, 6]);
        database.write_now::<_, Error>(move |tx| write(tx, &[open], "fact:1", 0)).expect("write");
        let find = |hour: i64| {
            database
                .write_now::<_, Error>(move |tx| {
                    let found = due(tx, at(hour), 10)?;
                    found.iter().try_for_each(|due| told(tx, due, at(hour)))?;
                    let moments = found.iter().map(|due| (due.moment, due.moment_at)).collect::<Vec<_>>();
                    Ok((moments, next_wake_at(tx)?))
                })
                .expect("due")
        };
        let warning = |index| Moment::Warning { index, of: 2 };
        assert_eq!(find(3), (vec![], Some(at(4))));
        assert_eq!(find(4), (vec![(warning(0), at(4))], Some(at(6))));
        assert_eq!(find(5), (vec![], Some(at(6))));
        assert_eq!(find(9), (vec![(Moment::Deadline, at(8))], None), "the second warning is passed over");
        assert_eq!(find(10), (vec![], None));
    });
}
