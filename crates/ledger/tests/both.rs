//! Facts and the outbox on SQLite and on PostgreSQL.

use db::Error;
use db::testing::{check_statements, each_database};
use jiff::Timestamp;
use ledger::{NewFact, Subject, append, erase_personal, facts_of, outbox, personal_of, story_of};
use promise::Data;
use serde_json::json;

const MIGRATIONS: &[db::Migration] = ledger::MIGRATIONS;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_767_225_600 + second).expect("an instant")
}

fn reported(ticket: i64) -> NewFact {
    let mut fact = NewFact::new(Subject::new("ticket", ticket), "ticket.reported", at(ticket));
    fact.by = "user:3".to_string();
    fact.data = Data::new().with("severity", "level2").with("zone", "Asia/Shanghai").with("count", 3);
    fact
}

#[test]
fn every_statement_fits_both_databases() {
    each_database(MIGRATIONS, |database| {
        assert_eq!(check_statements(database), Vec::<String>::new());
    });
}

#[test]
fn a_fact_comes_back_as_it_was_said() {
    each_database(MIGRATIONS, |database| {
        let mut late = NewFact::new(Subject::new("ticket", 1), "ticket.handling_started", at(-5));
        late.learned_at = at(60);
        let given = vec![reported(1), reported(2), late];
        let (appended, read) = database
            .write_now::<_, Error>(move |tx| {
                let appended = append(tx, given)?;
                Ok((appended, facts_of(tx, &Subject::new("ticket", 1))?))
            })
            .expect("append");
        assert_eq!(read, [appended[0].clone(), appended[2].clone()]);
        assert!(appended[0].seq < appended[1].seq && appended[1].seq < appended[2].seq);
        assert_eq!((read[1].at, read[1].learned_at), (at(-5), at(60)));
        assert_eq!(read[0].about.get("ticket"), Some("1"));
        assert_eq!(read[0].by, "user:3");
    });
}

#[test]
fn personal_parts_stand_beside_the_fact_and_can_be_erased() {
    each_database(MIGRATIONS, |database| {
        let personal = json!({"contact_name": "王芳", "contact_phone": "13800000000"});
        let personal = personal.as_object().expect("an object").clone();
        let mut fact = reported(1);
        fact.personal = Some(personal.clone());
        let given = vec![fact, reported(1)];
        let seqs = database
            .write_now::<_, Error>(move |tx| Ok(append(tx, given)?.iter().map(|f| f.seq).collect::<Vec<_>>()))
            .expect("append");
        let (first, second) = (seqs[0], seqs[1]);
        let read = move |seq| database.read_now::<_, Error>(move |tx| personal_of(tx, seq)).expect("read");
        assert_eq!(read(first), Some(personal));
        assert_eq!(read(second), None);
        let story = || {
            let read = |tx: &mut db::Tx| story_of(tx, &Subject::new("ticket", 1));
            database.read_now::<_, Error>(read).expect("story")
        };
        let before = story();
        assert_eq!(before[0].personal_hash.as_ref().map(Vec::len), Some(32));
        assert_eq!(before[1].personal_hash, None);
        database.write_now::<_, Error>(move |tx| erase_personal(tx, first)).expect("erase");
        assert_eq!(read(first), None);
        assert_eq!(story(), before, "the fact and the hash of what was erased stay");
    });
}

#[test]
fn a_message_is_taken_once_when_it_is_due_unless_its_reader_fails() {
    each_database(MIGRATIONS, |database| {
        let take = |second: i64, limit: i64| {
            let taken = database.write_now::<_, Error>(move |tx| outbox::take(tx, at(second), limit));
            taken.expect("take").into_iter().map(|message| message.id).collect::<Vec<_>>()
        };
        let ids = database
            .write_now::<_, Error>(|tx| {
                let put =
                    |tx: &mut db::Tx, second| outbox::put(tx, "mail", &json!({"to": 1}), at(0), at(second));
                Ok([put(tx, 7)?, put(tx, 0)?, put(tx, 10)?, put(tx, 1000)?])
            })
            .expect("put");
        let fails = database.write_now::<(), Error>(|tx| {
            assert_eq!(outbox::take(tx, at(5), 10)?.len(), 1);
            Err(Error::Closed)
        });
        assert!(fails.is_err());
        assert_eq!(take(10, 2), [ids[1], ids[0]], "the longest due first, as many as are asked for");
        assert_eq!(take(10, 2), [ids[2]]);
        assert_eq!(take(20, 2), [0_i64; 0], "what was taken is not taken again");
        let next = database.read_now::<_, Error>(outbox::next_due_at).expect("next");
        assert_eq!(next, Some(at(1000)));
        let forgotten = database.write_now::<_, Error>(|tx| outbox::forget_sent(tx, at(21), 10));
        assert_eq!(forgotten.expect("forget"), 3);
    });
}
