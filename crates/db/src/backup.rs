//! A copy of an SQLite database while it is in use, and whether a copy is whole.

use crate::Error;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// Pages that are copied between two reports of progress.
const STEP_PAGES: i32 = 2_000;
const BUSY_WAIT: Duration = Duration::from_secs(10);

/// Copies the database as it is at this moment into a new file, while others go on writing.
///
/// One snapshot is held open for the whole copy, so writers neither wait for it nor make it begin again.
/// `progress` hears of pages copied and pages in all.
///
/// Errors: [`Error::Options`] where the copy exists already, [`Error::DiskFull`], [`Error::Unreachable`].
pub fn copy(database: &Path, copy: &Path, mut progress: impl FnMut(u64, u64)) -> Result<(), Error> {
    if copy.exists() {
        return Err(Error::Options(format!("{} exists already", copy.display())));
    }
    let context = database.display().to_string();
    let fail = |error: rusqlite::Error| Error::sqlite(&error, &context);
    let source = open(database, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // A transaction reads nothing until its first statement, so the snapshot is taken here.
    source.execute_batch("BEGIN; SELECT COUNT(*) FROM sqlite_master;").map_err(fail)?;
    let mut target = Connection::open(copy).map_err(fail)?;
    {
        let backup = Backup::new(&source, &mut target).map_err(fail)?;
        loop {
            let step = backup.step(STEP_PAGES).map_err(fail)?;
            let pages = backup.progress();
            let total = pages.pagecount as u64;
            progress(total - pages.remaining as u64, total);
            match step {
                StepResult::Done => break,
                StepResult::More => {}
                _ => std::thread::sleep(BUSY_PAUSE),
            }
        }
    }
    // A file of its own, without a log beside it.
    target.pragma_update(None, "journal_mode", "DELETE").map_err(fail)?;
    target.close().map_err(|(_, error)| fail(error))
}

/// How long to wait where another process has the file locked for a moment.
const BUSY_PAUSE: Duration = Duration::from_millis(20);

/// Reads the whole file. Returns one line for each thing that is damaged.
///
/// Errors: [`Error::Unreachable`] where there is no such file; a file that is no database is one line.
pub fn check(database: &Path) -> Result<Vec<String>, Error> {
    let connection = open(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut lines = Vec::new();
    for pragma in ["integrity_check", "foreign_key_check"] {
        let found = connection.pragma_query(None, pragma, |row| {
            let first: String = row.get(0)?;
            match pragma {
                "integrity_check" if first == "ok" => {}
                "integrity_check" => lines.push(first),
                _ => lines.push(format!("a row of {first} refers to one that is missing")),
            }
            Ok(())
        });
        if let Err(error) = found {
            lines.push(error.to_string());
        }
    }
    Ok(lines)
}

/// Whether another connection, of this or another process, has the database open.
pub fn is_in_use(database: &Path) -> Result<bool, Error> {
    let connection = open(database, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(Duration::ZERO).map_err(|error| Error::sqlite(&error, "busy_timeout"))?;
    // Leaving the mode with a log needs the file for oneself. The next to open it returns to that mode.
    let mode =
        connection.pragma_update_and_check(None, "journal_mode", "DELETE", |row| row.get::<_, String>(0));
    Ok(!matches!(mode.as_deref(), Ok("delete")))
}

fn open(database: &Path, flags: OpenFlags) -> Result<Connection, Error> {
    let context = database.display().to_string();
    let fail = |error: rusqlite::Error| Error::sqlite(&error, &context);
    let connection = Connection::open_with_flags(database, flags).map_err(fail)?;
    connection.busy_timeout(BUSY_WAIT).map_err(fail)?;
    Ok(connection)
}
