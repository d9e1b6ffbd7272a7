//! Two thousand real incidents, imported by the commands that people use: what is stored, what `promise
//! replay` says of the exported facts, and what a second run does must agree.
//!
//! Reads every CSV in `incidents-uci498` of `$AFTERCARE_SHARED_DATA`, else of `../shared/data` beside the
//! workspace; says so and passes where it is absent.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use db::testing::TestDatabase;
use db::{Database, Dialect, Query};
use jiff::Timestamp;
use serde_json::Value;

/// When the shortened export was made: some incidents are open then.
const CUT: &str = "2016-04-15 12:00";

fn workspace() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn files() -> Vec<PathBuf> {
    let root = std::env::var_os("AFTERCARE_SHARED_DATA").map(PathBuf::from);
    let folder = root.unwrap_or_else(|| workspace().join("../shared/data")).join("incidents-uci498");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("SKIPPED: no conformance data at {}; set AFTERCARE_SHARED_DATA", folder.display());
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "csv"));
    files.sort();
    files
}

/// One installation, and the commands run on it.
struct House {
    database: TestDatabase,
    data: tempfile::TempDir,
}

impl House {
    fn new(dialect: Dialect) -> House {
        House { database: db::testing::fresh(dialect, app::MIGRATIONS), data: tempfile::tempdir().unwrap() }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let output = Command::new(env!("CARGO_BIN_EXE_aftercare"))
            .args(arguments)
            .args(["--data", self.data.path().to_str().unwrap(), "--database", &self.database.url])
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {}\n{told}", output.status);
        output
    }

    fn import(&self, file: &Path) -> Value {
        let map = workspace().join("docs/examples/uci498.map.toml");
        let (file, map) = (file.to_str().unwrap(), map.to_str().unwrap());
        let output = self.run(&["import", "tickets", file, "--map", map, "--json"]);
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// What `promise replay` says of the exported facts: each obligation by ticket, promise and cycle.
    fn replay(&self) -> BTreeMap<String, Value> {
        let facts = self.data.path().join("facts.jsonl");
        let facts = facts.to_str().unwrap();
        self.run(&["facts", "export", facts, "--of", "ticket"]);
        let commitment = workspace().join("commitments/standard.toml");
        let output = Command::new(env!("CARGO_BIN_EXE_aftercare"))
            .args(["promise", "replay", commitment.to_str().unwrap(), "--facts", facts, "--json"])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let lines = String::from_utf8(output.stdout).unwrap();
        let mut obligations = BTreeMap::new();
        for line in lines.lines() {
            let mut line: Value = serde_json::from_str(line).unwrap();
            let Some(mut obligation) = line.get_mut("obligation").map(Value::take) else { continue };
            obligation.as_object_mut().unwrap().remove("overdue");
            let former = obligations.insert(place(&obligation), obligation);
            assert!(former.is_none(), "{former:?} twice");
        }
        obligations
    }
}

fn place(obligation: &Value) -> String {
    let ticket = obligation["subject"]["id"].as_str().unwrap();
    format!("{ticket} {} {}", obligation["promise"].as_str().unwrap(), obligation["cycle"])
}

fn stored(database: &Database) -> BTreeMap<String, Value> {
    let query = Query::new::<(String,)>("SELECT o.body FROM obligation o")
        .and("o.superseded_at IS NULL AND o.subject_kind = ?", "ticket");
    let rows = database.read_now::<_, db::Error>(move |tx| tx.list(&query)).unwrap();
    let bodies = rows.into_iter().map(|(body,)| serde_json::from_str::<Value>(&body).unwrap());
    bodies.map(|body| (place(&body), body)).collect()
}

/// What the queue is made of, by ticket: the next deadline, how many clocks run, how many were missed.
fn queue(database: &Database) -> BTreeMap<String, (Option<Timestamp>, i64, i64)> {
    let query = Query::new::<(i64, Option<Timestamp>, i64, i64)>(
        "SELECT t.id, t.next_due_at, t.running_count, t.missed_count FROM ticket t",
    );
    let rows = database.read_now::<_, db::Error>(move |tx| tx.list(&query)).unwrap();
    rows.into_iter().map(|(id, due, running, missed)| (id.to_string(), (due, running, missed))).collect()
}

/// The same, from what replay says.
fn replayed_queue(
    replayed: &BTreeMap<String, Value>,
    tickets: impl Iterator<Item = String>,
) -> BTreeMap<String, (Option<Timestamp>, i64, i64)> {
    let mut queue: BTreeMap<_, _> = tickets.map(|ticket| (ticket, (None, 0, 0))).collect();
    for obligation in replayed.values().filter(|obligation| obligation["debtor"] == "provider") {
        let ticket = queue.get_mut(obligation["subject"]["id"].as_str().unwrap()).unwrap();
        match obligation["state"]["is"].as_str().unwrap() {
            "running" => {
                let due: Option<Timestamp> = obligation["due_at"].as_str().map(|at| at.parse().unwrap());
                ticket.0 = [ticket.0, due].into_iter().flatten().min();
                ticket.1 += 1;
            }
            "late" | "breached" => ticket.2 += 1,
            _ => {}
        }
    }
    queue
}

/// What happened to each incident, by its own key and without our ids.
fn told(database: &Database) -> BTreeMap<String, Vec<(String, Timestamp)>> {
    let query = Query::new::<(String, String, Timestamp)>(
        "SELECT t.external_ref, f.name, f.happened_at FROM fact f JOIN ticket t ON t.id = f.subject_id",
    )
    .and("f.subject_kind = ?", "ticket")
    .order("f.seq");
    let rows = database.read_now::<_, db::Error>(move |tx| tx.list(&query)).unwrap();
    let mut told: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for (key, name, at) in rows {
        told.entry(key).or_default().push((name, at));
    }
    told
}

/// The rows up to a moment, as an export of that day would have held them.
fn cut(file: &Path, into: &Path) {
    let cut = jiff::civil::DateTime::strptime("%Y-%m-%d %H:%M", CUT).unwrap();
    let mut out = BufWriter::new(std::fs::File::create(into).unwrap());
    let mut updated = None;
    for line in BufReader::new(std::fs::File::open(file).unwrap()).lines() {
        let line = line.unwrap();
        let mut cells = line.split(',');
        match updated {
            None => updated = cells.position(|name| name == "sys_updated_at"),
            Some(column) => {
                let at =
                    jiff::civil::DateTime::strptime("%d/%m/%Y %H:%M", cells.nth(column).unwrap()).unwrap();
                if at > cut {
                    continue;
                }
            }
        }
        writeln!(out, "{line}").unwrap();
    }
}

/// Rows and different keys of a file, counted without our reader.
fn counted(file: &Path) -> (u64, u64) {
    let mut reader = csv::Reader::from_path(file).unwrap();
    let (mut rows, mut keys) = (0, BTreeSet::new());
    for row in reader.records() {
        rows += 1;
        keys.insert(row.unwrap()[0].to_owned());
    }
    (rows, keys.len() as u64)
}

/// What is stored, what replay says of the facts, and what the queue is ordered by are the same.
fn agree(house: &House) {
    let database = &house.database.database;
    let replayed = house.replay();
    assert_eq!(stored(database), replayed, "what is stored and what replay says");
    let on_queue = queue(database);
    assert_eq!(on_queue, replayed_queue(&replayed, on_queue.keys().cloned()));
    house.run(&["verify"]);
}

/// The whole export at once.
fn taken_over_at_once(dialect: Dialect, file: &Path) -> House {
    let (rows, tickets) = counted(file);
    let house = House::new(dialect);
    let outcome = house.import(file);
    assert_eq!((&outcome["tickets_added"], &outcome["rows"]), (&Value::from(tickets), &Value::from(rows)));
    agree(&house);
    // The same file again changes nothing.
    let facts = told(&house.database.database);
    let outcome = house.import(file);
    assert_eq!((&outcome["tickets_unchanged"], &outcome["facts"]), (&Value::from(tickets), &Value::from(0)));
    assert_eq!(told(&house.database.database), facts);
    // Every closing and reopening of the file is on record.
    let mut names: HashMap<&str, u64> = HashMap::new();
    facts.values().flatten().for_each(|(name, _)| *names.entry(name).or_default() += 1);
    for (name, count) in &transitions(file) {
        assert_eq!(names.get(name.as_str()), Some(count), "{name}");
    }
    house
}

/// The export of an earlier day, when some incidents were open, and the whole one after it.
fn taken_over_in_parts(file: &Path) -> House {
    let (rows, tickets) = counted(file);
    let house = House::new(Dialect::Sqlite);
    let earlier = house.data.path().join("earlier.csv");
    cut(file, &earlier);
    let (earlier_rows, earlier_tickets) = counted(&earlier);
    let outcome = house.import(&earlier);
    assert_eq!(
        (&outcome["rows"], &outcome["tickets_added"]),
        (&earlier_rows.into(), &earlier_tickets.into())
    );
    agree(&house);
    assert!(
        queue(&house.database.database).values().any(|(due, ..)| due.is_some()),
        "clocks run on that day"
    );
    let outcome = house.import(file);
    assert_eq!((&outcome["rows"], &outcome["tickets_left_out"]), (&rows.into(), &0.into()));
    assert_eq!(outcome["tickets_added"], tickets - earlier_tickets);
    agree(&house);
    house
}

/// What the file itself says, counted without our reader: closings and reopenings.
fn transitions(file: &Path) -> HashMap<String, u64> {
    let mut reader = csv::Reader::from_path(file).unwrap();
    let names = reader.headers().unwrap().clone();
    let column = |name: &str| names.iter().position(|candidate| candidate == name).unwrap();
    let (number, state) = (column("number"), column("incident_state"));
    let (order, updated) = (column("sys_mod_count"), column("sys_updated_at"));
    let at = |cell: &str| jiff::civil::DateTime::strptime("%d/%m/%Y %H:%M", cell).unwrap();
    let mut incidents: HashMap<String, Vec<(i64, jiff::civil::DateTime, usize, String)>> = HashMap::new();
    for (place, row) in reader.records().enumerate() {
        let row = row.unwrap();
        let event = (row[order].parse().unwrap(), at(&row[updated]), place, row[state].to_owned());
        incidents.entry(row[number].to_owned()).or_default().push(event);
    }
    let mut counts: HashMap<String, u64> = HashMap::new();
    let mut count = |name: &str| *counts.entry(name.to_owned()).or_default() += 1;
    for mut events in incidents.into_values() {
        events.sort();
        let states: Vec<&str> =
            events.iter().map(|event| event.3.as_str()).filter(|state| *state != "-100").collect();
        let (mut is_done, mut is_closed) = (false, false);
        for state in states {
            match state {
                "Resolved" if is_closed => {
                    count("ticket.reopened");
                    (is_done, is_closed) = (true, false);
                }
                "Resolved" => is_done = true,
                "Closed" if !is_closed => {
                    count("ticket.closed");
                    (is_done, is_closed) = (true, true);
                }
                "Closed" => {}
                _ if is_done => {
                    count("ticket.reopened");
                    (is_done, is_closed) = (false, false);
                }
                _ => {}
            }
        }
    }
    counts
}

#[test]
fn real_incidents_are_taken_over_on_sqlite() {
    for file in files() {
        let at_once = told(&taken_over_at_once(Dialect::Sqlite, &file).database.database);
        let in_parts = told(&taken_over_in_parts(&file).database.database);
        let differing: Vec<_> =
            at_once.iter().filter(|(key, facts)| in_parts.get(*key) != Some(facts)).take(3).collect();
        assert!(differing.is_empty() && at_once.len() == in_parts.len(), "{differing:#?}");
    }
}

#[test]
fn real_incidents_are_taken_over_on_postgres() {
    for file in files() {
        taken_over_at_once(Dialect::Postgres, &file);
    }
}
