//! How fast the ledger takes in, finds what is due, and seals; each as a ratio within one run.
//!
//!     cargo bench -p ledger                  everything on SQLite, in a temporary directory
//!     cargo bench -p ledger -- intake        one part: intake, due, seal, verify
//!     AFTERCARE_BENCH_POSTGRES=postgres://…  the intake on an empty database of that server as well
//!
//! An intake is one transaction: a ticket reported and assigned (two facts), its obligations under the shipped
//! commitment, and two messages in the outbox. It is answered when it is durable. The bare loop writes the very
//! same rows with prepared statements and nothing else.

use db::{Database, Error, Options, Tx, Value};
use jiff::{SignedDuration, Timestamp};
use ledger::{Context, NewFact, Subject, append, due, fold_subject, history, outbox, told};
use promise::{Calendars, Data, Terms};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

const MIGRATIONS: &[db::Migration] = ledger::MIGRATIONS;
/// How long each figure is measured.
const RUN: Duration = Duration::from_secs(4);

fn main() {
    let chosen = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let is_chosen = |part: &str| chosen.as_deref().is_none_or(|chosen| chosen == part);
    let directory = tempfile::tempdir().expect("a directory");
    if is_chosen("intake") {
        intake_on("SQLite", &|name| format!("sqlite:{}", directory.path().join(name).display()));
        if let Ok(url) = std::env::var("AFTERCARE_BENCH_POSTGRES") {
            intake_on("PostgreSQL", &|_| url.clone());
        }
    }
    if is_chosen("due") {
        what_is_due(directory.path());
    }
    if is_chosen("seal") || is_chosen("verify") {
        seal_and_verify(directory.path());
    }
}

fn terms() -> Arc<Terms> {
    let text = include_str!("../../../commitments/standard.toml");
    Arc::new(Terms::compile(text, &Calendars::shipped()).expect("the shipped commitment"))
}

fn now() -> Timestamp {
    "2026-01-05T01:12:00Z".parse().expect("an instant")
}

fn open(url: &str) -> Database {
    Database::open(&Options { readers: 2, ..Options::new(url, MIGRATIONS) }).expect("opened")
}

fn facts_of_an_intake(ticket: i64) -> [NewFact; 2] {
    let mut reported = NewFact::new(Subject::new("ticket", ticket), "ticket.reported", now());
    reported.by = "user:3".to_string();
    reported.about =
        reported.about.with("customer", ticket % 500).with("site", ticket % 2000).with("contract", 12);
    let mut assigned = NewFact { name: "ticket.assigned".into(), ..reported.clone() };
    assigned.data = Data::new().with("team", 4);
    reported.data = Data::new()
        .with("number", "1042179")
        .with("kind", "fault")
        .with("severity", "emergency")
        .with("channel", "phone")
        .with("zone", "Asia/Shanghai")
        .with("emergency", true);
    let beside = json!({"title": "网点交换机不通", "contact_name": "王芳", "contact_phone": "13800000000"});
    reported.personal = beside.as_object().cloned();
    [reported, assigned]
}

fn take_in(tx: &mut Tx, terms: &Terms, ticket: i64) -> Result<usize, Error> {
    let facts = append(tx, facts_of_an_intake(ticket).to_vec())?;
    let context = Context {
        commitment_id: Some(1),
        contract_id: Some(12),
        customer_id: Some(ticket % 500),
        site_id: None,
    };
    let folded = fold_subject(tx, terms, &context, &Subject::new("ticket", ticket), &facts, now())?;
    for kind in ["page", "mail"] {
        outbox::put(tx, kind, &json!({"ticket": ticket, "to": "duty"}), now(), now())?;
    }
    Ok(folded.obligations.len())
}

// ---- intake ----

fn intake_on(name: &str, url: &dyn Fn(&str) -> String) {
    let terms = terms();
    println!("\nintake on {name}: durable transactions per second");
    println!(
        "{:>8} {:>12} {:>10} {:>10} {:>14} {:>12}",
        "callers", "intakes/s", "p50 ms", "p99 ms", "of bare loop", "of bare/64"
    );
    let (each, rows) = bare_loop(&url("bare-1"), &terms, 1);
    let (many, _) = bare_loop(&url("bare-64"), &terms, 64);
    for callers in [1, 8, 64] {
        let database = open(&url(&format!("callers-{callers}")));
        let (rate, p50, p99) = intake(&database, &terms, callers);
        println!(
            "{callers:>8} {rate:>12.0} {p50:>10.2} {p99:>10.2} {:>13.2}x {:>11.2}x",
            rate / each,
            rate / many
        );
    }
    println!("bare loop, one commit each: {each:.0}/s; 64 in one commit: {many:.0}/s; {rows} rows an intake");
}

static NEXT_TICKET: AtomicI64 = AtomicI64::new(1);

fn intake(database: &Database, terms: &Arc<Terms>, callers: usize) -> (f64, f64, f64) {
    let started = Instant::now();
    let mut waits: Vec<f64> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..callers)
            .map(|_| {
                scope.spawn(|| {
                    let mut waits = Vec::new();
                    while started.elapsed() < RUN {
                        let ticket = NEXT_TICKET.fetch_add(1, Ordering::Relaxed);
                        let (terms, asked) = (terms.clone(), Instant::now());
                        database
                            .write_now::<_, Error>(move |tx| take_in(tx, &terms, ticket))
                            .expect("taken in");
                        waits.push(asked.elapsed().as_secs_f64() * 1000.0);
                    }
                    waits
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a caller")).collect()
    });
    let rate = waits.len() as f64 / started.elapsed().as_secs_f64();
    waits.sort_by(f64::total_cmp);
    (rate, waits[waits.len() / 2], waits[waits.len() * 99 / 100])
}

/// Rows of one intake as the ledger wrote them: statement and values, in order.
type Script = Vec<(&'static str, Vec<Value<'static>>)>;

/// Copies the rows that one intake writes, then writes them again and again with nothing around.
fn bare_loop(url: &str, terms: &Arc<Terms>, per_commit: usize) -> (f64, usize) {
    let database = open(url);
    let (terms, ticket) = (terms.clone(), NEXT_TICKET.fetch_add(1, Ordering::Relaxed));
    database.write_now::<_, Error>(move |tx| take_in(tx, &terms, ticket)).expect("taken in");
    let script: Arc<Script> = Arc::new(database.read_now::<_, Error>(script).expect("the rows"));
    let rows = script.len();
    let (started, mut done) = (Instant::now(), 0_usize);
    while started.elapsed() < RUN {
        let script = script.clone();
        let tickets = NEXT_TICKET.fetch_add(per_commit as i64, Ordering::Relaxed);
        database
            .write_now::<_, Error>(move |tx| {
                for n in 0..per_commit as i64 {
                    for (sql, values) in script.iter() {
                        let mut values = values.clone();
                        values[0] = Value::Int(tickets + n);
                        tx.adhoc::<()>(sql, &values)?;
                    }
                }
                Ok(())
            })
            .expect("written");
        done += per_commit;
    }
    (done as f64 / started.elapsed().as_secs_f64(), rows)
}

fn script(tx: &mut Tx) -> Result<Script, Error> {
    type FactRow = (
        String,
        Timestamp,
        Timestamp,
        String,
        String,
        String,
        Option<String>,
        Option<Vec<u8>>,
        Option<Vec<u8>>,
    );
    let text = |text: String| Value::OwnedText(text);
    let maybe_text = |value: Option<String>| value.map_or(Value::Null, Value::OwnedText);
    let maybe_blob = |value: Option<Vec<u8>>| value.map_or(Value::Null, Value::OwnedBlob);
    let instant = |at: Timestamp| Value::Int(at.as_microsecond());
    let mut script: Script = Vec::new();
    let facts: Vec<FactRow> = tx.adhoc(
        "SELECT name, happened_at, learned_at, said_by, about, data, personal, personal_salt, personal_hash FROM fact",
        &[],
    )?;
    for (name, happened, learned, by, about, data, personal, salt, hash) in facts {
        script.push((
            "INSERT INTO fact (subject_id, subject_kind, name, happened_at, learned_at, said_by, about, data,
                personal, personal_salt, personal_hash)
             VALUES (?1, 'ticket', ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            vec![
                Value::Null,
                text(name),
                instant(happened),
                instant(learned),
                text(by),
                text(about),
                text(data),
                maybe_text(personal),
                maybe_blob(salt),
                maybe_blob(hash),
            ],
        ));
    }
    type OwedRow = (
        String,
        i64,
        String,
        String,
        String,
        String,
        Timestamp,
        Option<Timestamp>,
        Option<Timestamp>,
        String,
    );
    let owed: Vec<OwedRow> = tx.adhoc(
        "SELECT promise, cycle, clause, terms, debtor, state, started_at, due_at, wake_at, body FROM obligation",
        &[],
    )?;
    for (promise, cycle, clause, terms, debtor, state, started, due, wake, body) in owed {
        script.push((
            "INSERT INTO obligation (subject_id, subject_kind, promise, cycle, verdict, clause, terms, commitment_id,
                contract_id, customer_id, debtor, state, is_amended, started_at, due_at, told, wake_at, body)
             VALUES (?1, 'ticket', ?2, ?3, 1, ?4, ?5, 1, 12, 7, ?6, ?7, FALSE, ?8, ?9, 0, ?10, ?11)",
            vec![
                Value::Null,
                text(promise),
                Value::Int(cycle),
                text(clause),
                text(terms),
                text(debtor),
                text(state),
                instant(started),
                due.map_or(Value::Null, instant),
                wake.map_or(Value::Null, instant),
                text(body),
            ],
        ));
    }
    for _ in 0..2 {
        script.push((
            "INSERT INTO outbox (due_at, kind, payload, created_at, attempts) VALUES (?1, 'mail', ?2, 0, 0)",
            vec![Value::Null, text(json!({"ticket": 1, "to": "duty"}).to_string())],
        ));
    }
    Ok(script)
}

// ---- what is due ----

fn what_is_due(directory: &Path) {
    const DUE: i64 = 100;
    println!("\nfinding and telling {DUE} moments that have come, among so many open obligations");
    println!("{:>12} {:>12} {:>12}", "open", "ms", "of the first");
    let database = open(&format!("sqlite:{}", directory.join("due").display()));
    let terms = terms();
    let (mut stored, mut first) = (0_i64, None);
    for open in [1_000_i64, 100_000, 1_000_000] {
        while stored < open {
            let terms = terms.clone();
            stored = database
                .write_now::<_, Error>(move |tx| fill(tx, &terms, stored, 20_000.min(open - stored)))
                .expect("filled");
        }
        let mut best = f64::MAX;
        for round in 0..20 {
            let set = format!(
                "UPDATE obligation SET told = 0, wake_at = 1 WHERE id IN
                    (SELECT id FROM obligation WHERE id > {} ORDER BY id LIMIT {DUE})",
                stored / 25 * round
            );
            database.write_now::<_, Error>(move |tx| tx.batch(&set)).expect("set");
            let started = Instant::now();
            let found = database
                .write_now::<_, Error>(|tx| {
                    let found = due(tx, now(), DUE)?;
                    found.iter().try_for_each(|due| told(tx, due, now()))?;
                    Ok(found.len())
                })
                .expect("found");
            best = best.min(started.elapsed().as_secs_f64() * 1000.0);
            assert!(found as i64 <= DUE);
        }
        let base = *first.get_or_insert(best);
        println!("{open:>12} {best:>12.3} {:>11.2}x", best / base);
    }
}

/// Adds tickets with open obligations, without the other rows. Returns how many obligations are stored.
fn fill(tx: &mut Tx, terms: &Terms, stored: i64, more: i64) -> Result<i64, Error> {
    let mut count = stored;
    while count < stored + more {
        let ticket = NEXT_TICKET.fetch_add(1, Ordering::Relaxed);
        let [mut reported, _] = facts_of_an_intake(ticket);
        reported.at = now() + SignedDuration::from_secs(ticket);
        let facts = append(tx, vec![reported])?;
        let subject = Subject::new("ticket", ticket);
        count +=
            fold_subject(tx, terms, &Context::default(), &subject, &facts, now())?.obligations.len() as i64;
    }
    Ok(count)
}

// ---- sealing and verifying ----

fn seal_and_verify(directory: &Path) {
    const TICKETS: i64 = 50_000;
    const BATCH: i64 = 2_000;
    let database = open(&format!("sqlite:{}", directory.join("seal").display()));
    let terms = terms();
    let mut ticket = 0;
    while ticket < TICKETS {
        let (terms, from) = (terms.clone(), ticket);
        ticket += 1_000;
        database
            .write_now::<_, Error>(move |tx| {
                (from..from + 1_000).try_for_each(|n| take_in(tx, &terms, n + 1).map(drop))
            })
            .expect("taken in");
    }
    let started = Instant::now();
    let mut facts = 0;
    let mut slowest: f64 = 0.0;
    loop {
        let asked = Instant::now();
        let sealed = database.write_now::<_, Error>(|tx| history::seal(tx, BATCH)).expect("sealed");
        slowest = slowest.max(asked.elapsed().as_secs_f64() * 1000.0);
        facts += sealed.facts;
        if sealed.facts == 0 {
            break;
        }
    }
    let rate = facts as f64 / started.elapsed().as_secs_f64();
    println!("\nsealing: {rate:.0} facts/s in batches of {BATCH}, the slowest {slowest:.0} ms");
    let started = Instant::now();
    let report = ledger::verify::verify(&database, OneCommitment(terms), None, |_| {}).expect("verified");
    assert!(report.is_clean(), "{:?}", report.differences);
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "verifying: {:.0} facts/s, {} facts and {} obligations",
        report.facts as f64 / seconds,
        report.facts,
        report.obligations
    );
}

struct OneCommitment(Arc<Terms>);

impl ledger::verify::Judge for OneCommitment {
    fn terms_by(&mut self, _: &mut Tx, _: &promise::Fact) -> Result<Option<Arc<Terms>>, Error> {
        Ok(Some(self.0.clone()))
    }

    fn keeps_docket(&self, noun: &str) -> bool {
        noun != "ticket"
    }

    fn terms_of(
        &mut self,
        _: &mut Tx,
        _: &Subject,
        _: &[promise::Fact],
    ) -> Result<Option<Arc<Terms>>, Error> {
        Ok(Some(self.0.clone()))
    }

    fn compare(&mut self, _: &mut Tx, _: &Subject, _: &[promise::Obligation]) -> Result<Vec<String>, Error> {
        Ok(Vec::new())
    }
}
