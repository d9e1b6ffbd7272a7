//! What is stored follows from the facts, whatever happens in between; and whatever is bent is found.

use db::testing::{TestDatabase, each_database, fresh};
use db::{Database, Dialect, Error, Options, Tx};
use jiff::{SignedDuration, Timestamp};
use ledger::checkpoint::{self, Signer, Verifier};
use ledger::verify::{Judge, Report, verify};
use ledger::{Context, Folded, NewFact, Subject, append, erase_personal, fold_subject, history, verdicts_of};
use promise::{Calendars, Data, Fact, Terms};
use std::sync::{Arc, OnceLock};

const MIGRATIONS: &[db::Migration] = ledger::MIGRATIONS;

fn terms() -> Arc<Terms> {
    static TERMS: OnceLock<Arc<Terms>> = OnceLock::new();
    let compile = || {
        let text = include_str!("../../../commitments/standard.toml");
        Arc::new(Terms::compile(text, &Calendars::shipped()).expect("the shipped commitment"))
    };
    TERMS.get_or_init(compile).clone()
}

struct Standard;

impl Judge for Standard {
    fn terms_of(&mut self, _: &mut Tx, _: &Subject, _: &[Fact]) -> Result<Option<Arc<Terms>>, Error> {
        Ok(Some(terms()))
    }

    fn terms_by(&mut self, _: &mut Tx, _: &Fact) -> Result<Option<Arc<Terms>>, Error> {
        Ok(Some(terms()))
    }

    fn keeps_docket(&self, noun: &str) -> bool {
        noun != "ticket"
    }

    fn compare(&mut self, _: &mut Tx, _: &Subject, _: &[promise::Obligation]) -> Result<Vec<String>, Error> {
        Ok(Vec::new())
    }
}

fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_767_225_600).expect("an instant") + SignedDuration::from_mins(minute)
}

fn signer() -> Signer {
    Signer::new("aftercare.test/ledger", &[7; 32]).expect("a signer")
}

fn verifier() -> Verifier {
    signer().verifier()
}

fn report(database: &Database) -> Report {
    verify(database, Standard, Some(verifier()), |_| {}).expect("verification runs")
}

fn fact(ticket: i64, name: &str, minute: i64) -> NewFact {
    let mut fact = NewFact::new(Subject::new("ticket", ticket), name, at(minute));
    fact.about = fact.about.with("customer", "7");
    fact
}

fn reported(ticket: i64, severity: &str, minute: i64) -> NewFact {
    let mut new = fact(ticket, "ticket.reported", minute);
    new.data = Data::new()
        .with("kind", "fault")
        .with("severity", severity)
        .with("channel", "phone")
        .with("zone", "Asia/Shanghai")
        .with("emergency", false);
    let name = serde_json::json!({"contact_name": "王芳"});
    new.personal = name.as_object().cloned();
    new
}

fn record(tx: &mut Tx, new: &NewFact, now: i64) -> Result<Folded, Error> {
    let facts = append(tx, vec![new.clone()])?;
    let context = Context { customer_id: Some(7), ..Context::default() };
    fold_subject(tx, &terms(), &context, &new.subject, &facts, at(now))
}

fn recorded(database: &Database, new: NewFact, now: i64) -> Folded {
    database.write_now::<_, Error>(move |tx| record(tx, &new, now)).expect("recorded")
}

fn seal_and_sign(database: &Database) {
    database
        .write_now::<_, Error>(|tx| {
            history::seal(tx, 100_000)?;
            checkpoint::sign(tx, &signer(), at(0)).map(drop)
        })
        .expect("sealed and signed");
}

fn verdicts(database: &Database, ticket: i64) -> Vec<String> {
    let read = move |tx: &mut Tx| verdicts_of(tx, &Subject::new("ticket", ticket));
    let rows = database.read_now::<_, Error>(read).expect("verdicts");
    rows.iter()
        .map(|row| {
            let mark = row.superseded_because.as_deref().unwrap_or("stands");
            format!("{} {}.{} {} {mark}", row.promise, row.cycle, row.verdict, row.state)
        })
        .collect()
}

#[test]
fn a_fault_is_owed_kept_and_verified() {
    each_database(MIGRATIONS, |database| {
        let first = recorded(database, reported(1, "level3", 0), 0);
        assert_eq!(first.next_due_at, Some(at(4 * 60)), "C7.5: level 3 is handled within 4 hours");
        assert_eq!(first.changed.len(), 1);
        let again = recorded(database, fact(1, "ticket.note_added", 5), 5);
        assert_eq!((again.changed.len(), again.next_due_at), (0, Some(at(4 * 60))), "a note moves nothing");
        let kept = recorded(database, fact(1, "ticket.handling_started", 30), 30);
        assert_eq!((kept.changed.len(), kept.next_due_at), (1, None));
        assert_eq!(verdicts(database, 1), ["respond 1.1 met stands"]);
        seal_and_sign(database);
        let report = report(database);
        assert_eq!(report.differences, Vec::<String>::new());
        assert_eq!((report.facts, report.subjects, report.obligations), (3, 1, 1));
        assert_eq!((report.leaves, report.unsealed, report.checkpoints), (3, 0, 1));
    });
}

#[test]
fn a_fact_learnt_late_sets_a_second_verdict_beside_the_first() {
    each_database(MIGRATIONS, |database| {
        recorded(database, reported(1, "level3", 0), 0);
        recorded(database, fact(1, "ticket.handling_started", 5 * 60), 5 * 60);
        assert_eq!(verdicts(database, 1), ["respond 1.1 late stands"]);
        // Two days later it turns out that an engineer had begun after one hour.
        let mut learnt = fact(1, "ticket.handling_started", 60);
        learnt.learned_at = at(48 * 60);
        recorded(database, learnt, 48 * 60);
        assert_eq!(verdicts(database, 1), ["respond 1.1 late fact:3", "respond 1.2 met stands"]);
        let report = report(database);
        assert_eq!(report.differences, Vec::<String>::new());
    });
}

#[test]
fn an_erased_person_leaves_the_proof_whole() {
    each_database(MIGRATIONS, |database| {
        recorded(database, reported(1, "level2", 0), 0);
        seal_and_sign(database);
        database.write_now::<_, Error>(|tx| erase_personal(tx, 1)).expect("erased");
        let report = report(database);
        assert_eq!((report.differences.len(), report.erased), (0, 1));
    });
}

#[test]
fn whatever_is_bent_is_found() {
    let bent = [
        (
            "UPDATE fact SET happened_at = happened_at + 1 WHERE seq = 3",
            "fact 3 is not what was sealed as leaf 2",
        ),
        ("UPDATE fact SET said_by = 'user:9' WHERE seq = 1", "fact 1 is not what was sealed"),
        ("UPDATE fact SET data = '{' WHERE seq = 2", "ticket 2: fact 2"),
        ("UPDATE fact SET personal = '{}' WHERE seq = 1", "the personal part of fact 1"),
        ("DELETE FROM fact WHERE seq = 3", "leaf 2 was sealed, but its fact is gone"),
        ("UPDATE fact SET leaf = 1 WHERE seq = 1", "leaf 1 is claimed twice"),
        (
            "UPDATE obligation SET state = 'late' WHERE id = 2",
            "the state is stored as late, from the facts follows",
        ),
        ("UPDATE obligation SET due_at = due_at + 1 WHERE id = 1", "the deadline is stored as"),
        ("UPDATE obligation SET body = REPLACE(body, 'C7.5', 'C9.9') WHERE id = 1", "C9.9"),
        ("UPDATE obligation SET body = '{}' WHERE id = 1", "an obligation cannot be read"),
        ("UPDATE obligation SET wake_at = NULL WHERE id = 1", "nobody would be told"),
        ("DELETE FROM obligation WHERE id = 1", "is owed, but not stored"),
        ("UPDATE obligation SET cycle = 2 WHERE id = 1", "does not follow from the facts"),
        ("UPDATE obligation SET verdict = 2 WHERE id = 1", "the verdict before it is missing"),
        ("UPDATE obligation SET subject_id = 99 WHERE id = 1", "ticket 99: owes, but nothing happened to it"),
        (
            "UPDATE checkpoint SET root = (SELECT hashes FROM tile WHERE level = 0 AND number = 0)",
            "states root",
        ),
        ("UPDATE checkpoint SET note = REPLACE(note, 'aftercare', 'somebody')", "the checkpoint of 4 leaves"),
        ("UPDATE tree SET size = 3 WHERE id = 1", "the checkpoint of 4 leaves was signed, the tree has 3"),
    ];
    each_database(MIGRATIONS, |database| {
        for ticket in 1..=2 {
            recorded(database, reported(ticket, "level3", ticket), 0);
        }
        recorded(database, fact(2, "ticket.handling_started", 30), 30);
        recorded(database, fact(2, "ticket.closed", 40), 40);
        seal_and_sign(database);
        assert_eq!(report(database).differences, Vec::<String>::new());
        for (sql, expected) in bent {
            // Bend it in one transaction, look, and bend it back from a copy.
            let saved = "CREATE TABLE s_fact AS SELECT * FROM fact; CREATE TABLE s_obligation AS SELECT * FROM obligation;
                CREATE TABLE s_checkpoint AS SELECT * FROM checkpoint; CREATE TABLE s_tree AS SELECT * FROM tree;";
            let restored = "DELETE FROM fact; INSERT INTO fact SELECT * FROM s_fact; DROP TABLE s_fact;
                DELETE FROM obligation; INSERT INTO obligation SELECT * FROM s_obligation; DROP TABLE s_obligation;
                DELETE FROM checkpoint; INSERT INTO checkpoint SELECT * FROM s_checkpoint; DROP TABLE s_checkpoint;
                DELETE FROM tree; INSERT INTO tree SELECT * FROM s_tree; DROP TABLE s_tree;";
            let batch = format!("{saved} {sql};");
            database.write_now::<_, Error>(move |tx| tx.batch(&batch)).expect(sql);
            let found = report(database);
            assert!(
                found.differences.iter().any(|line| line.contains(expected)),
                "{sql}\n  expected: {expected}\n  found: {:#?}",
                found.differences
            );
            database.write_now::<_, Error>(move |tx| tx.batch(restored)).expect("bent back");
        }
        assert_eq!(report(database).differences, Vec::<String>::new());
    });
}

#[test]
fn a_tile_that_was_bent_is_found() {
    each_database(MIGRATIONS, |database| {
        let many: Vec<NewFact> = (0..600).map(|n| fact(1, "ticket.note_added", n)).collect();
        database.write_now::<_, Error>(move |tx| append(tx, many).map(drop)).expect("recorded");
        seal_and_sign(database);
        assert_eq!(report(database).differences, Vec::<String>::new());
        let bend = "UPDATE tile SET hashes = (SELECT t.hashes FROM tile t WHERE t.level = 0 AND t.number = 1)
            WHERE level = 0 AND number = 0";
        database.write_now::<_, Error>(move |tx| tx.batch(bend)).expect("bent");
        let found = report(database);
        assert!(found.differences.iter().any(|line| line.contains("fact 1 is not what was sealed")));
        assert!(found.differences.iter().any(|line| line.contains("hash 0 of level 1")), "{found:?}");
    });
}

/// Where a child process is to write until it is killed.
const CHILD: &str = "AFTERCARE_TEST_WRITE_TO";

#[test]
fn a_killed_process_leaves_a_whole_ledger() {
    if let Ok(url) = std::env::var(CHILD) {
        return write_until_killed(&url);
    }
    for dialect in [Dialect::Sqlite, Dialect::Postgres] {
        let TestDatabase { database, url, .. } = &fresh(dialect, MIGRATIONS);
        let exe = std::env::current_exe().expect("this test");
        let mut child = std::process::Command::new(exe)
            .args(["--exact", "a_killed_process_leaves_a_whole_ledger", "--nocapture"])
            .env(CHILD, url)
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("a second process");
        // Kill it once it has written enough, wherever it is then.
        let count = || {
            let counted =
                database.read_now::<_, Error>(|tx| tx.adhoc::<(i64,)>("SELECT COUNT(*) FROM fact", &[]));
            counted.expect("a count")[0].0
        };
        let started = std::time::Instant::now();
        while count() < 300 {
            assert!(started.elapsed().as_secs() < 60, "the second process writes");
            std::thread::yield_now();
        }
        child.kill().expect("killed");
        child.wait().expect("dead");
        let reopened =
            Database::open(&Options { readers: 1, ..Options::new(url, MIGRATIONS) }).expect("reopened");
        let report = report(&reopened);
        assert_eq!(report.differences, Vec::<String>::new());
        assert!(
            report.facts >= 300 && report.facts.is_multiple_of(3),
            "whole transactions only: {}",
            report.facts
        );
        recorded(&reopened, reported(1_000_000, "level1", 0), 0);
    }
}

fn write_until_killed(url: &str) {
    let options = Options { readers: 1, ..Options::new(url, MIGRATIONS) };
    let database = Database::open(&options).expect("opened");
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let database = &database;
            scope.spawn(move || {
                for n in 0.. {
                    let ticket = n * 4 + writer + 1;
                    database
                        .write_now::<_, Error>(move |tx| {
                            record(tx, &reported(ticket, "level3", 0), 0)?;
                            record(tx, &fact(ticket, "ticket.handling_started", 10), 10)?;
                            record(tx, &fact(ticket, "ticket.closed", 20), 20)
                        })
                        .expect("recorded");
                    if n % 8 == 0 {
                        database
                            .write_now::<_, Error>(|tx| {
                                history::seal(tx, 50)?;
                                checkpoint::sign(tx, &signer(), at(0)).map(drop)
                            })
                            .expect("sealed");
                    }
                }
            });
        }
    });
}
