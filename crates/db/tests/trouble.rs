//! A full disk, a database that dies and comes back, a copy under way, a damaged file.

use db::testing::{TestDatabase, fresh};
use db::{Database, Dialect, Error, Migration, Options, backup, statements};
use std::path::{Path, PathBuf};
use std::process::Command;

const MIGRATIONS: &[Migration] =
    &[Migration { number: 1, name: "note", sql: "CREATE TABLE note (id {id}, text TEXT NOT NULL);" }];

statements! {
    static ADD: (String,) => (i64,) = "INSERT INTO note (text) VALUES (?1) RETURNING id";
    static COUNT: () => (i64,) = "SELECT COUNT(*) FROM note";
}

fn add(database: &Database, bytes: usize) -> Result<i64, Error> {
    let text = "x".repeat(bytes);
    database.write_now(move |tx| Ok(tx.one(&ADD, (text,))?.0))
}

fn count(database: &Database) -> i64 {
    database.read_now::<_, Error>(|tx| Ok(tx.one(&COUNT, ())?.0)).expect("a count")
}

#[test]
fn a_full_disk_is_said_and_nothing_is_half_written() {
    const PAGE_BYTES: usize = 4096;
    let TestDatabase { database, .. } = &fresh(Dialect::Sqlite, MIGRATIONS);
    database.write_now::<_, Error>(|tx| tx.batch("PRAGMA max_page_count = 64")).expect("a small disk");
    // Several callers at once, so that some share a commit with the one that does not fit.
    let outcomes: Vec<Result<i64, Error>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| (0..40).map(|_| add(database, PAGE_BYTES)).collect::<Vec<_>>()))
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a caller")).collect()
    });
    let stored = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert!(stored > 10 && stored < 64, "{stored} of {} fit", outcomes.len());
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(_) | Err(Error::DiskFull))), "{outcomes:?}");
    assert_eq!(count(database), stored as i64, "what was answered with success is there, and nothing else");
    database.write_now::<_, Error>(|tx| tx.batch("PRAGMA max_page_count = 100000")).expect("room again");
    add(database, PAGE_BYTES).expect("goes on");
    let path = database.path().expect("a file").to_path_buf();
    assert_eq!(backup::check(&path).expect("checked"), Vec::<String>::new());
}

#[test]
fn a_write_to_a_locked_file_is_busy_and_later_succeeds() {
    let TestDatabase { database, .. } = &fresh(Dialect::Sqlite, MIGRATIONS);
    let path = database.path().expect("a file").to_path_buf();
    let other = rusqlite::Connection::open(&path).expect("another process");
    database.write_now::<_, Error>(|tx| tx.batch("PRAGMA busy_timeout = 50")).expect("patience is short");
    other.execute_batch("BEGIN IMMEDIATE").expect("locked");
    let error = add(database, 1).expect_err("locked");
    assert!(matches!(error, Error::Busy) && error.is_transient(), "{error:?}");
    other.execute_batch("ROLLBACK").expect("unlocked");
    add(database, 1).expect("unlocked");
}

#[test]
fn a_copy_is_one_moment_while_others_write() {
    let TestDatabase { database, .. } = &fresh(Dialect::Sqlite, MIGRATIONS);
    for _ in 0..400 {
        add(database, 20_000).expect("add");
    }
    let path = database.path().expect("a file").to_path_buf();
    let copied = path.with_extension("copy");
    let mut steps = 0;
    backup::copy(&path, &copied, |done, total| {
        assert!(done <= total);
        steps += 1;
        // Every step another caller commits; the copy neither sees it nor begins again.
        add(database, 20_000).expect("writers do not wait");
        assert!(steps < 20, "the copy ends");
    })
    .expect("copied");
    assert!(steps >= 2, "writers came in between");
    assert_eq!(backup::check(&copied).expect("checked"), Vec::<String>::new());
    let again = backup::copy(&path, &copied, |_, _| {});
    assert!(matches!(again, Err(Error::Options(_))), "a copy is never written over");
    let url = format!("sqlite:{}", copied.display());
    let opened = Database::open(&Options::new(url, MIGRATIONS)).expect("opened");
    assert_eq!(count(&opened), 400);
    assert_eq!(count(database), 400 + steps);
}

#[test]
fn a_damaged_file_is_found() {
    let TestDatabase { database, .. } = &fresh(Dialect::Sqlite, MIGRATIONS);
    for _ in 0..200 {
        add(database, 2_000).expect("add");
    }
    let path = database.path().expect("a file").to_path_buf();
    let copied = path.with_extension("copy");
    backup::copy(&path, &copied, |_, _| {}).expect("copied");
    let mut bytes = std::fs::read(&copied).expect("read");
    let middle = bytes.len() / 2;
    bytes[middle..middle + 5000].fill(0xff);
    std::fs::write(&copied, bytes).expect("written");
    assert!(!backup::check(&copied).expect("checked").is_empty());
    std::fs::write(&copied, "no database at all, but long enough to be read as the head of one".repeat(50))
        .expect("written");
    assert!(!backup::check(&copied).expect("checked").is_empty());
    assert!(backup::check(Path::new("/nowhere/at/all.db")).is_err());
}

#[test]
fn whether_somebody_has_the_file_open_is_known() {
    let TestDatabase { database, .. } = &fresh(Dialect::Sqlite, MIGRATIONS);
    add(database, 1).expect("add");
    let path = database.path().expect("a file").to_path_buf();
    assert!(backup::is_in_use(&path).expect("asked"));
    let copied = path.with_extension("copy");
    backup::copy(&path, &copied, |_, _| {}).expect("copied");
    assert!(!backup::is_in_use(&copied).expect("asked"));
    add(database, 1).expect("the asking harmed nothing");
}

#[test]
fn a_wrong_url_or_an_old_program_is_refused_with_a_reason() {
    let open = |url: &str, migrations| Database::open(&Options::new(url, migrations)).err();
    for url in ["", "mysql://x", "sqlite:", "postgres://[", "/tmp/x.db"] {
        assert!(matches!(open(url, MIGRATIONS), Some(Error::Options(_))), "{url}");
    }
    assert!(matches!(open("sqlite:/nowhere/at/all.db", MIGRATIONS), Some(Error::Unreachable(_))));
    assert!(matches!(open("postgres://nobody@127.0.0.1:1/none", MIGRATIONS), Some(Error::Unreachable(_))));
    for dialect in [Dialect::Sqlite, Dialect::Postgres] {
        let TestDatabase { url, .. } = &fresh(dialect, MIGRATIONS);
        let older = open(url, &[]).expect("refused").to_string();
        assert!(older.contains("newer than this program"), "{older}");
        const EDITED: &[Migration] =
            &[Migration { number: 1, name: "note", sql: "CREATE TABLE note (id {id});" }];
        let edited = open(url, EDITED).expect("refused").to_string();
        assert!(edited.contains("0001_note") && edited.contains("edited"), "{edited}");
        const BROKEN: &[Migration] =
            &[MIGRATIONS[0], Migration { number: 2, name: "bad", sql: "CREATE TABEL x;" }];
        let broken = open(url, BROKEN).expect("refused").to_string();
        assert!(broken.contains("0002_bad"), "{broken}");
        assert!(open(url, MIGRATIONS).is_none(), "a migration that failed left nothing");
    }
}

/// A PostgreSQL of this test's own, which it may stop and start.
struct Server {
    directory: PathBuf,
    binaries: PathBuf,
    as_root: bool,
}

impl Server {
    fn new() -> Server {
        let versions = std::fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL is installed; run ./test");
        let binaries = versions.flatten().map(|entry| entry.path().join("bin")).max().expect("a version");
        let directory = std::env::temp_dir().join(format!("aftercare-trouble-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&directory);
        std::fs::create_dir_all(&directory).expect("a directory");
        let id = Command::new("id").arg("-u").output().expect("id");
        let server = Server { directory, binaries, as_root: id.stdout == b"0\n" };
        if server.as_root {
            Command::new("chown").arg("postgres").arg(&server.directory).status().expect("chown");
        }
        server.run(
            "initdb",
            &["--auth=trust", "--username=postgres", "--locale=C", "--encoding=UTF8", "--no-sync"],
        );
        server
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let program = self.binaries.join(program);
        let mut command =
            Command::new(if self.as_root { "runuser" } else { program.to_str().expect("a path") });
        if self.as_root {
            command.args(["-u", "postgres", "--"]).arg(&program);
        }
        let null = std::process::Stdio::null;
        command.current_dir("/").args(arguments).arg("-D").arg(self.directory.join("data"));
        let status = command.stdin(null()).stdout(null()).stderr(null()).status().expect("it runs");
        assert!(status.success(), "{} {arguments:?}", program.display());
    }

    fn start(&self) {
        let options = format!("-c listen_addresses= -c fsync=off -k {}", self.directory.display());
        self.run("pg_ctl", &["start", "--wait", "-o", &options]);
    }

    fn kill(&self) {
        self.run("pg_ctl", &["stop", "--mode=immediate"]);
    }

    fn url(&self) -> String {
        format!("postgres://postgres@/postgres?host={}", self.directory.display())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.directory.join("data/postmaster.pid").exists() {
            self.kill();
        }
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

#[test]
fn a_server_that_dies_is_said_and_one_that_returns_is_used_again() {
    let server = Server::new();
    server.start();
    let options = Options { readers: 1, ..Options::new(server.url(), MIGRATIONS) };
    let database = Database::open(&options).expect("opened");
    add(&database, 1).expect("add");
    assert_eq!(count(&database), 1);
    server.kill();
    for _ in 0..2 {
        let error = add(&database, 1).expect_err("nobody is there");
        assert!(matches!(error, Error::Unreachable(_)) && error.is_transient(), "{error:?}");
        let error = database.read_now::<_, Error>(|tx| tx.one(&COUNT, ())).expect_err("nobody is there");
        assert!(matches!(error, Error::Unreachable(_)), "{error:?}");
    }
    server.start();
    add(&database, 1).expect("back");
    assert_eq!(count(&database), 2);
    // It dies in the middle of a transaction: the work is not stored, and the error says why.
    let stop = Server {
        directory: server.directory.clone(),
        binaries: server.binaries.clone(),
        as_root: server.as_root,
    };
    let stop = std::mem::ManuallyDrop::new(stop);
    let error = database.write_now::<(), Error>(move |tx| {
        tx.one(&ADD, ("lost",))?;
        stop.kill();
        tx.one(&ADD, ("lost",))?;
        Ok(())
    });
    assert!(matches!(error, Err(Error::Unreachable(_))), "{error:?}");
    server.start();
    assert_eq!(count(&database), 2);
}

#[test]
fn two_transactions_that_cross_are_told_to_try_again() {
    let TestDatabase { database, .. } = &fresh(Dialect::Postgres, MIGRATIONS);
    add(database, 1).expect("add");
    add(database, 1).expect("add");
    // Each takes one row and then wants the other's.
    let barrier = std::sync::Arc::new(std::sync::Barrier::new(2));
    let outcomes: Vec<Result<(), Error>> = std::thread::scope(|scope| {
        let cross = |first: i64, second: i64| {
            let barrier = barrier.clone();
            scope.spawn(move || {
                database.write_now(move |tx| {
                    tx.batch(&format!("UPDATE note SET text = 'a' WHERE id = {first}"))?;
                    barrier.wait();
                    tx.batch(&format!("UPDATE note SET text = 'b' WHERE id = {second}"))
                })
            })
        };
        let threads = [cross(1, 2), cross(2, 1)];
        threads.map(|thread| thread.join().expect("a caller")).into()
    });
    let crossed: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).collect();
    assert!(matches!(crossed[..], [Error::Conflict(_)]) && crossed[0].is_transient(), "{outcomes:?}");
}
