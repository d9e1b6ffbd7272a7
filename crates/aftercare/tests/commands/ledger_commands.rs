//! `verify`, `backup` and `restore` as a person at a terminal uses them.

use db::{Database, Error, Options, Tx};
use jiff::Timestamp;
use ledger::checkpoint::{self, Signer};
use ledger::{NewFact, Subject, append, history};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn aftercare(arguments: &[&str], data: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_aftercare"))
        .args(arguments)
        .arg("--data")
        .arg(data)
        .env_remove("AFTERCARE_DATABASE")
        .output()
        .expect("the command runs")
}

#[track_caller]
fn must(output: &Output, code: i32, words: &str) {
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert!(said.contains(words), "expected {words:?} in: {said}");
}

fn open(data: &Path) -> Database {
    let url = format!("sqlite:{}", data.join("aftercare.db").display());
    Database::open(&Options::new(url, app::MIGRATIONS)).expect("opened")
}

fn add(database: &Database, facts: i64) {
    let new: Vec<NewFact> = (1..=facts)
        .map(|n| NewFact::new(Subject::new("customer", n), "customer.edited", Timestamp::UNIX_EPOCH))
        .collect();
    database.write_now::<_, Error>(move |tx| append(tx, new).map(drop)).expect("added");
}

/// A data directory with sealed facts, a key, a signed checkpoint and an attachment.
fn furnished(directory: &Path) -> PathBuf {
    let data = directory.join("data");
    fs::create_dir_all(data.join("attachments/ab")).expect("directories");
    fs::write(data.join("attachments/ab/photo.jpg"), [7; 100_000]).expect("an attachment");
    let signer = Signer::load_or_create(&data.join("ledger.key"), "aftercare.test/ledger").expect("a key");
    let database = open(&data);
    add(&database, 300);
    let seal = move |tx: &mut Tx| {
        history::seal(tx, 1000)?;
        checkpoint::sign(tx, &signer, Timestamp::UNIX_EPOCH).map(drop)
    };
    database.write_now::<_, Error>(seal).expect("sealed");
    data
}

#[test]
fn verify_is_clean_until_something_is_bent() {
    let directory = tempfile::tempdir().expect("a directory");
    let data = furnished(directory.path());
    must(&aftercare(&["verify"], &data), 0, "clean");
    let json = aftercare(&["verify", "--json"], &data);
    let report: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(
        (&report["facts"], &report["leaves"], &report["checkpoints"]),
        (&300.into(), &300.into(), &1.into())
    );
    let database = open(&data);
    let bend = "UPDATE fact SET said_by = 'user:9' WHERE seq = 42";
    database.write_now::<_, Error>(move |tx| tx.batch(bend)).expect("bent");
    must(&aftercare(&["verify"], &data), 1, "fact 42 is not what was sealed as leaf 41");
    must(&aftercare(&["verify", "--key", "nonsense"], &data), 1, "this is not a key");
    let other = Signer::new("aftercare.test/ledger", &[1; 32]).expect("a signer").verifier().text();
    must(&aftercare(&["verify", "--key", &other], &data), 1, "no signature by aftercare.test/ledger");
}

#[test]
fn a_backup_under_way_restores_to_the_same_ledger() {
    let directory = tempfile::tempdir().expect("a directory");
    let data = furnished(directory.path());
    let file = directory.path().join("backup.tar");
    let backup = ["backup", file.to_str().expect("a path")];
    // The server is running: the database is open here, and rows are only in its log.
    let database = open(&data);
    add(&database, 10);
    must(&aftercare(&backup, &data), 0, "3 files");
    must(&aftercare(&backup, &data), 0, "3 files");
    add(&database, 10);
    let left: Vec<_> =
        fs::read_dir(directory.path()).expect("a list").map(|e| e.expect("an entry").file_name()).collect();
    assert_eq!(left.len(), 2, "nothing half written is left: {left:?}");

    let restored = directory.path().join("restored");
    let restore = ["restore", file.to_str().expect("a path")];
    must(&aftercare(&restore, &restored), 0, "restored");
    must(&aftercare(&["verify"], &restored), 0, "310 facts");
    assert_eq!(fs::read(restored.join("attachments/ab/photo.jpg")).expect("the attachment"), [7; 100_000]);
    let key = |data: &Path| fs::read_to_string(data.join("ledger.key")).expect("the key");
    assert_eq!(key(&restored), key(&data));

    must(&aftercare(&restore, &data), 1, "is not empty");
    let forced = ["restore", file.to_str().expect("a path"), "--force"];
    must(&aftercare(&forced, &data), 1, "in use");
    drop(database);
    must(&aftercare(&forced, &data), 0, "before-restore");
    must(&aftercare(&["verify"], &data), 0, "310 facts");
    must(&aftercare(&["verify"], &data.join("before-restore")), 0, "320 facts");
    must(&aftercare(&backup, &data), 0, "3 files");
}

#[test]
fn a_backup_that_was_cut_or_changed_is_refused_and_nothing_is_touched() {
    let directory = tempfile::tempdir().expect("a directory");
    let data = furnished(directory.path());
    let file = directory.path().join("backup.tar");
    must(&aftercare(&["backup", file.to_str().expect("a path")], &data), 0, "3 files");
    let whole = fs::read(&file).expect("the backup");
    let photo = whole.windows(64).position(|window| window == [7; 64]).expect("the attachment");
    let mut changed = whole.clone();
    changed[photo] = 8;
    let cases: [(&str, &[u8], &str); 4] = [
        ("changed", &changed, "photo.jpg in the backup was changed"),
        ("cut", &whole[..whole.len() / 2], "is cut"),
        ("empty", &[], "is cut"),
        ("no backup", &[b'x'; 2000], "is cut or is no backup"),
    ];
    for (what, bytes, words) in cases {
        let bent = directory.path().join("bent.tar");
        fs::write(&bent, bytes).expect("written");
        let target = directory.path().join("target");
        let output = aftercare(&["restore", bent.to_str().expect("a path")], &target);
        must(&output, 1, words);
        assert_eq!(fs::read_dir(&target).expect("a list").count(), 0, "{what}: nothing is left");
    }
    must(
        &aftercare(&["restore", "/nowhere/at/all.tar"], &directory.path().join("target")),
        1,
        "/nowhere/at/all.tar",
    );
    must(&aftercare(&["verify"], &directory.path().join("none")), 1, "there is no database");
    must(&aftercare(&["backup", "x.tar"], &directory.path().join("none")), 1, "there is no database");
}
