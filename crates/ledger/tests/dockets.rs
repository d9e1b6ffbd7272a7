//! A noun that hears of the facts of others: folded on, judged anew when something is learnt late, and verified.

use std::sync::Arc;

use db::testing::each_database;
use db::{Database, Error, Tx};
use jiff::{SignedDuration, Timestamp};
use ledger::verify::{Judge, Report, verify};
use ledger::{
    Context, Heeded, NewFact, Subject, append, fold_docket, judge_put_off, put_off, put_off_since,
    verdicts_of,
};
use promise::{Calendars, Data, Fact, Obligation, Terms};

fn terms() -> Arc<Terms> {
    let text = include_str!("../../../commitments/standard.toml");
    Arc::new(Terms::compile(text, &Calendars::shipped()).expect("the shipped commitment"))
}

struct Standard(Arc<Terms>);

impl Judge for Standard {
    fn terms_of(&mut self, _: &mut Tx, _: &Subject, _: &[Fact]) -> Result<Option<Arc<Terms>>, Error> {
        Ok(Some(self.0.clone()))
    }

    fn terms_by(&mut self, _: &mut Tx, _: &Fact) -> Result<Option<Arc<Terms>>, Error> {
        Ok(Some(self.0.clone()))
    }

    fn keeps_docket(&self, noun: &str) -> bool {
        noun != "ticket"
    }

    fn compare(&mut self, _: &mut Tx, _: &Subject, _: &[Obligation]) -> Result<Vec<String>, Error> {
        Ok(Vec::new())
    }
}

fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_767_225_600).expect("an instant") + SignedDuration::from_mins(minute)
}

fn report(database: &Database) -> Report {
    verify(database, Standard(terms()), None, |_| {}).expect("verification runs")
}

/// What becomes of a new fact.
#[derive(Clone, Copy)]
enum Then {
    Judged,
    PutOff,
}

/// Records a fact, whosever story it is of, and folds it into the docket of call 5.
fn heard(database: &Database, of: Subject, name: &str, minute: i64, data: Data) {
    told(database, of, name, minute, data, Then::Judged);
}

fn told(database: &Database, of: Subject, name: &str, minute: i64, data: Data, then: Then) {
    let mut new = NewFact::new(of, name, at(minute));
    new.about = new.about.with("call", "5");
    new.data = data;
    database
        .write_now::<_, Error>(move |tx| {
            let facts = append(tx, vec![new])?;
            let seqs: Vec<u64> = facts.iter().map(|fact| fact.seq).collect();
            let heeded: Vec<Heeded> = facts.into_iter().map(|fact| Heeded { fact, terms: terms() }).collect();
            let mut all = |_: &mut Tx, _: &Fact| Ok(Some(terms()));
            let context = Context::default();
            match then {
                Then::Judged => fold_docket(tx, &call(), &context, &heeded, &mut all, at(minute)).map(drop),
                Then::PutOff => put_off(tx, &call(), &context, &seqs, at(minute)),
            }
        })
        .expect("recorded");
}

fn call() -> Subject {
    Subject::new("call", 5)
}

fn verdicts(database: &Database) -> Vec<String> {
    let rows = database.read_now::<_, Error>(|tx| verdicts_of(tx, &call())).expect("verdicts");
    let mut lines: Vec<String> = rows
        .iter()
        .map(|row| {
            let mark = if row.is_current() { "stands" } else { "superseded" };
            format!("{} {} {mark}", row.promise, row.state)
        })
        .collect();
    lines.sort();
    lines
}

fn ended(outcome: &str) -> Data {
    Data::new().with("outcome", outcome).with("ended_by", "customer")
}

fn notice(minute: i64) -> Data {
    Data::new().with("arrives_at", at(minute).to_string()).with("engineer", "user:9").with("transport", "car")
}

/// C4.6: what was told on the phone is kept by an arrival that is a fact of the ticket.
#[test]
fn a_call_hears_of_the_arrival_at_its_ticket() {
    each_database(ledger::MIGRATIONS, |database| {
        heard(database, call(), "call.ended", 0, ended("dispatch"));
        heard(database, call(), "call.notice_sent", 5, notice(120));
        let told = verdicts(database);
        assert!(told.contains(&"dispatch-as-told running stands".to_owned()), "{told:?}");
        let engineer = Data::new().with("engineer", "user:9");
        heard(database, Subject::new("ticket", 1), "ticket.engineer_arrived", 100, engineer);
        let kept = verdicts(database);
        assert!(kept.contains(&"dispatch-as-told met stands".to_owned()), "{kept:?}");
        let found = report(database);
        assert!(found.is_clean(), "{:?}", found.differences);
        assert_eq!(found.dockets, 1);
    });
}

/// C4.5: a confirmation that is learnt late gives a second verdict; the first stays beside it.
#[test]
fn what_is_learnt_late_is_judged_from_all_facts() {
    each_database(ledger::MIGRATIONS, |database| {
        heard(database, call(), "call.ended", 0, ended("customer_fixed"));
        heard(database, call(), "call.confirmed", 60 * 25, Data::new());
        let late = verdicts(database);
        assert!(late.contains(&"call-confirmation late stands".to_owned()), "{late:?}");
        heard(database, call(), "call.confirmed", 60 * 23, Data::new());
        let twice = verdicts(database);
        assert!(twice.contains(&"call-confirmation late superseded".to_owned()), "{twice:?}");
        assert!(twice.contains(&"call-confirmation met stands".to_owned()), "{twice:?}");
        let found = report(database);
        assert!(found.is_clean(), "{:?}", found.differences);
    });
}

/// A history may tell the later before the earlier: it is judged once, at its end or with the next fact.
#[test]
fn what_a_history_puts_off_is_judged_whole() {
    each_database(ledger::MIGRATIONS, |database| {
        told(database, call(), "call.confirmed", 60 * 23, Data::new(), Then::PutOff);
        told(database, call(), "call.ended", 0, ended("customer_fixed"), Then::PutOff);
        assert!(verdicts(database).is_empty());
        let waiting = report(database);
        assert!(waiting.is_clean(), "{:?}", waiting.differences);
        assert_eq!(waiting.put_off, 1);

        let judge = |until: i64| {
            let judged = database.write_now::<_, Error>(move |tx| {
                let mut all = |_: &mut Tx, _: &Fact| Ok(Some(terms()));
                judge_put_off(tx, at(until), 10, &mut all, at(60 * 30))
            });
            judged.expect("judged")
        };
        assert_eq!(judge(-1), [], "the last word of the history came later");
        assert_eq!(judge(60 * 24), [call()]);
        assert_eq!(judge(60 * 24), []);
        let confirmed = || {
            let verdicts = verdicts(database);
            verdicts.into_iter().filter(|line| line.starts_with("call-confirmation")).collect::<Vec<_>>()
        };
        assert_eq!(confirmed(), ["call-confirmation met stands"]);
        let since = database.read_now::<_, Error>(put_off_since).expect("asked");
        assert_eq!(since, None);

        told(database, call(), "call.ended", 60 * 48, ended("customer_fixed"), Then::PutOff);
        heard(database, call(), "call.confirmed", 60 * 50, Data::new());
        assert_eq!(confirmed(), ["call-confirmation met stands", "call-confirmation met stands"]);
        let found = report(database);
        assert!(found.is_clean(), "{:?}", found.differences);
        assert_eq!(found.put_off, 0);
    });
}

#[test]
fn a_docket_that_lacks_a_fact_or_was_bent_is_found() {
    each_database(ledger::MIGRATIONS, |database| {
        heard(database, call(), "call.ended", 0, ended("customer_fixed"));
        heard(database, call(), "call.confirmed", 60, Data::new());
        database.write_now::<_, Error>(|tx| tx.batch("DELETE FROM docket_fact WHERE seq = 2")).expect("bent");
        let found = report(database);
        assert!(found.differences.iter().any(|line| line.contains("docket holds 1 facts")), "{found:?}");
        assert!(found.differences.iter().any(|line| line.contains("call-confirmation")), "{found:?}");
    });
}
