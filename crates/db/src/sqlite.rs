//! SQLite: one writer that commits many callers' work together, and readers on snapshots beside it.

use crate::durable::Gate;
use crate::worker::{Job, Ran, commit_error, end};
use crate::{Error, Tx};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::fs::File;
use std::path::Path;
use std::time::Duration;

/// Closures that share one commit at most. Many callers are parted into several commits, so that some of them are at work
/// while the disk takes what others wrote; with all of them in one commit, each would wait for all the others.
const BATCH_MAX: usize = 20;
/// How long to wait for another process that holds the file.
const BUSY_WAIT: Duration = Duration::from_secs(10);

pub(crate) fn open_writer(path: &Path, memory_mib: u32) -> Result<Tx, Error> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    // NORMAL: the log is synced before it is copied into the file, but not by a commit: that is done beside it, before its
    // callers are answered. The log is copied when it holds thousands of pages, not every 1,000: leaves of an index that
    // many rows fall into are then copied once for many. It is cut only where it has grown to twice of that.
    let (cache_kib, log_pages, log_bytes) = (memory_mib << 10, memory_mib << 9, u64::from(memory_mib) << 22);
    let settings = format!(
        "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;
        PRAGMA cache_size = -{cache_kib}; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = {log_pages};
        PRAGMA journal_size_limit = {log_bytes};"
    );
    let mode: String = connection
        .query_row("PRAGMA journal_mode = WAL", (), |row| row.get(0))
        .map_err(|error| Error::sqlite(&error, "PRAGMA journal_mode = WAL"))?;
    if mode != "wal" {
        return Err(Error::Options(format!("{}: this file system carries no log of SQLite", path.display())));
    }
    connection.execute_batch(&settings).map_err(|error| Error::sqlite(&error, &settings))?;
    Ok(Tx::sqlite(connection))
}

pub(crate) fn open_reader(path: &Path) -> Result<Tx, Error> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // The file is read, not mapped: each reader's map would count as memory of the program.
    let settings = "PRAGMA query_only = ON; PRAGMA cache_size = -3072; PRAGMA temp_store = MEMORY;";
    connection.execute_batch(settings).map_err(|error| Error::sqlite(&error, settings))?;
    Ok(Tx::sqlite(connection))
}

fn open(path: &Path, flags: OpenFlags) -> Result<Connection, Error> {
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let context = path.display().to_string();
    let connection =
        Connection::open_with_flags(path, flags).map_err(|error| Error::sqlite(&error, &context))?;
    connection.busy_timeout(BUSY_WAIT).map_err(|error| Error::sqlite(&error, &context))?;
    // The plan of a statement is made once. Without this, whatever is asked of a table with an index over a part of its
    // rows is planned anew for each value that is bound, lest the index serve for that value: a third of every write.
    let one_plan = DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG;
    connection.set_db_config(one_plan, true).map_err(|error| Error::sqlite(&error, &context))?;
    Ok(connection)
}

/// Syncs the log of a database; opened with the first commit, which has made it.
pub(crate) fn syncing(path: &Path) -> impl FnMut() -> std::io::Result<()> + use<> {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    let mut log: Option<File> = None;
    move || {
        let log = match &mut log {
            Some(log) => log,
            none => none.insert(File::options().read(true).write(true).open(&name)?),
        };
        log.sync_data()
    }
}

/// Serves writes until every sender is gone.
pub(crate) fn write_loop(mut tx: Tx, jobs: &flume::Receiver<Job>, gate: &Gate) {
    while let Ok(first) = jobs.recv() {
        if let Err(error) = tx.connection.command("BEGIN IMMEDIATE") {
            (first(Err(error.clone())).finish)(Err(error));
            continue;
        }
        write_batch(&mut tx, first, jobs, gate);
    }
}

/// Runs the waiting closures in one transaction and commits; their callers are answered behind the gate.
///
/// The first needs no savepoint: nothing stands before it that its failure could undo. What an import writes in
/// one long closure then leaves no second journal behind.
fn write_batch(tx: &mut Tx, first: Job, jobs: &flume::Receiver<Job>, gate: &Gate) {
    let first = first(Ok(tx));
    tx.forget_attempts();
    if !tx.connection.is_in_transaction() {
        (first.finish)(Err(Error::DiskFull));
        return;
    }
    if !first.ok {
        let undone = tx.connection.batch("ROLLBACK");
        gate.seen(first, undone);
        return;
    }
    let mut done: Vec<Ran> = vec![first];
    while done.len() < BATCH_MAX
        && let Ok(job) = jobs.try_recv()
    {
        done.push(in_savepoint(tx, job));
        if !tx.connection.is_in_transaction() {
            // SQLite undid everything by itself (a full disk, an I/O error): nobody's work is stored.
            done.into_iter().for_each(|ran| (ran.finish)(Err(Error::DiskFull)));
            return;
        }
    }
    let commit = gate.begin();
    let committed = tx.connection.command("COMMIT").map_err(commit_error);
    if committed.is_err() && tx.connection.is_in_transaction() {
        let _ = tx.connection.batch("ROLLBACK");
    }
    gate.committed(commit, done, committed);
}

fn in_savepoint(tx: &mut Tx, job: Job) -> Ran {
    if let Err(error) = tx.connection.command("SAVEPOINT caller") {
        return job(Err(error));
    }
    let mut ran = job(Ok(tx));
    tx.forget_attempts();
    if tx.connection.is_in_transaction() {
        let ended = match ran.ok {
            true => tx.connection.command("RELEASE caller"),
            false => tx.connection.batch("ROLLBACK TO caller; RELEASE caller"),
        };
        if let Err(error) = ended {
            let finish = ran.finish;
            ran = Ran { ok: false, finish: Box::new(move |_| finish(Err(error))) };
        }
    }
    ran
}

/// Serves reads, each on its own snapshot, until every sender is gone.
pub(crate) fn read_loop(mut tx: Tx, jobs: &flume::Receiver<Job>, gate: &Gate) {
    while let Ok(job) = jobs.recv() {
        match tx.connection.command("BEGIN") {
            Ok(()) => {
                let ran = job(Ok(&mut tx));
                let ended = end(&mut tx, &ran, false);
                gate.seen(ran, ended);
            }
            Err(error) => (job(Err(error.clone())).finish)(Err(error)),
        }
    }
}
