//! The timed duty that reads the files: a batch of rows per turn, each batch one transaction.
//!
//! How far it came is stored with the rows themselves, so that a restart goes on with the next row, and two
//! processes on one database never do a row twice. The open file stays in memory between the turns of one
//! process; it is found again by its place in the data directory.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};

use rules::event::{About, Event};
use rules::{Invalid, Refusal};
use sheet::{Header, Options, Row, Sheet};

use super::apply::{self, Became, Named, Plan};
use super::store::{self, ImportRow, ProblemRow, State, Tally};
use super::upload::unreadable;
use crate::App;
use crate::attachments::keep;
use crate::kernel::actor::By;
use crate::kernel::door::Change;
use crate::kernel::errors::Failure;
use crate::kernel::turn::Turn;

/// Rows of a batch.
const BATCH_ROWS: usize = 200;
/// Problems that are kept of one import; the rest is counted.
const PROBLEMS_MOST: i64 = 20_000;
/// How much of a cell is kept with its problem. Units: characters.
const GIVEN_MOST_CHARS: usize = 120;

/// A file between two batches, at the row that comes next.
struct Reading {
    sheet: Sheet,
    rows_done: i64,
}

static READINGS: LazyLock<Mutex<HashMap<(PathBuf, i64), Reading>>> = LazyLock::new(Mutex::default);

/// One batch of each file that is being read.
///
/// Errors: [`Failure`] of the database.
pub async fn turn(app: &App) -> Result<Turn, Failure> {
    let busy = app.read(|tx| Ok(store::busy(tx)?)).await?;
    let mut turn = Turn::default();
    for import in busy {
        let place = keep::place(&app.config.data, &import.sha256);
        // The file lies where it was uploaded; another process on this database has it.
        if !place.exists() {
            continue;
        }
        turn.done += batch(app, import, place).await?;
        turn.more = true;
    }
    Ok(turn)
}

/// A batch of rows as it was read.
struct Batch {
    rows: Vec<Row>,
    header: Header,
    bytes_done: i64,
    ended: bool,
    /// What makes the rest unreadable.
    failure: Option<String>,
}

async fn batch(app: &App, import: ImportRow, place: PathBuf) -> Result<u64, Failure> {
    let (id, expected) = (import.id, import.rows_done);
    let key = (place, id);
    let read_key = key.clone();
    let read =
        tokio::task::spawn_blocking(move || read(&read_key, expected)).await.map_err(Failure::broke)?;
    let (batch, reading) = match read {
        Ok(read) => read,
        Err(error) => {
            let words = failure_words(&error);
            let stop = move |c: &mut Change<'_>| {
                store::end(c.tx, id, State::Failed, None, Some(&words), c.now)?;
                c.nudge(topic(id));
                Ok(())
            };
            app.change(By::User(import.started_by), stop).await?;
            return Ok(0);
        }
    };
    let count = batch.rows.len();
    let zone = app.config.zone.clone();
    let stored = app
        .change(By::User(import.started_by), move |change| {
            let Some(import) = store::lock(change.tx, id)? else { return Ok(false) };
            if !import.state.is_busy() || import.rows_done != expected {
                // Somebody stopped it, or another process was faster.
                return Ok(false);
            }
            work(change, &import, &batch, zone)?;
            Ok(true)
        })
        .await;
    if matches!(stored, Ok(true)) && !reading.1 {
        let mut readings = READINGS.lock().unwrap_or_else(PoisonError::into_inner);
        readings.insert(key, reading.0);
    }
    stored?;
    Ok(count as u64)
}

/// Reads the next batch, and hands back the file with whether it ended.
fn read(key: &(PathBuf, i64), expected: i64) -> Result<(Batch, (Reading, bool)), sheet::Error> {
    let known = READINGS.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    let mut reading = match known {
        Some(reading) if reading.rows_done == expected => reading,
        Some(_) | None => reopen(&key.0, expected)?,
    };
    let mut rows = Vec::with_capacity(BATCH_ROWS);
    let (mut ended, mut failure) = (false, None);
    while rows.len() < BATCH_ROWS {
        match reading.sheet.next_row() {
            Ok(Some(row)) => rows.push(row),
            Ok(None) => {
                ended = true;
                break;
            }
            Err(error) => {
                (ended, failure) = (true, Some(failure_words(&error)));
                break;
            }
        }
    }
    reading.rows_done += rows.len() as i64;
    let bytes_done = reading.sheet.bytes_read().map_or(0, |bytes| bytes as i64);
    let header = reading.sheet.header().clone();
    Ok((Batch { rows, header, bytes_done, ended, failure }, (reading, ended)))
}

/// A failure of the whole file as it is stored: a code with its arguments, worded for whoever reads it.
fn failure_words(error: &sheet::Error) -> String {
    let problem = unreadable(error);
    serde_json::json!({ "code": problem.code, "args": problem.args }).to_string()
}

fn reopen(place: &Path, rows_done: i64) -> Result<Reading, sheet::Error> {
    let mut sheet = Sheet::open(place, &Options::default())?;
    for _ in 0..rows_done {
        if sheet.next_row()?.is_none() {
            break;
        }
    }
    Ok(Reading { sheet, rows_done })
}

/// The topic under which the page of an import hears of its progress.
pub fn topic(id: i64) -> String {
    format!("import:{id}")
}

fn work(change: &mut Change<'_>, import: &ImportRow, batch: &Batch, zone: String) -> Result<(), Failure> {
    let id = import.id;
    let plan = plan(import, &batch.header, zone);
    let mut tally = Tally::default();
    let mut problems = Vec::new();
    let rehearsal = import.state == State::Checking;
    let mut all = |change: &mut Change<'_>| -> Result<(), Failure> {
        let mut named = Named::default();
        for row in &batch.rows {
            tally.done += 1;
            match change.attempt(|c| apply::row(c, &plan, &mut named, row)) {
                Ok(Became::Created) => tally.created += 1,
                Ok(Became::Updated) => tally.updated += 1,
                Ok(Became::Same) => tally.same += 1,
                Err(failure) => {
                    tally.refused += 1;
                    problems.extend(told(import, &plan, &batch.header, row, failure)?);
                }
            }
        }
        Ok(())
    };
    if rehearsal {
        // Everything is done as it would be, and undone: the rows of a batch see each other.
        let undone = change.attempt(|c| {
            all(c)?;
            Err::<(), Failure>(Refusal::AlreadySo.into())
        });
        if let Err(failure) = undone
            && !matches!(failure, Failure::Refused(Refusal::AlreadySo))
        {
            return Err(failure);
        }
    } else {
        all(change)?;
    }
    if import.rows_refused < PROBLEMS_MOST {
        for problem in &problems {
            store::add_problem(change.tx, id, problem)?;
        }
    }
    store::advance(change.tx, id, tally, batch.bytes_done)?;
    if batch.ended {
        finish(change, import, batch, tally)?;
    }
    change.nudge(topic(id));
    Ok(())
}

fn finish(change: &mut Change<'_>, import: &ImportRow, batch: &Batch, last: Tally) -> Result<(), Failure> {
    let rows = import.rows_done + last.done;
    let state = match (&batch.failure, import.state) {
        (Some(_), _) => State::Failed,
        (None, State::Checking) => State::Checked,
        (None, _) => State::Done,
    };
    store::end(change.tx, import.id, state, Some(rows), batch.failure.as_deref(), change.now)?;
    if import.state == State::Applying {
        let event = Event::ImportFinished {
            noun: import.noun.code().to_owned(),
            sha256: import.sha256.clone(),
            rows,
            created: import.rows_created + last.created,
            updated: import.rows_updated + last.updated,
            refused: import.rows_refused + last.refused,
            file_name: import.file_name.clone(),
        };
        change.record(About::default(), event);
    }
    Ok(())
}

fn plan(import: &ImportRow, header: &Header, house_zone: String) -> Plan {
    let places = import.noun.targets().iter().filter_map(|target| {
        let column = import.mapping.get(target.field)?;
        Some((target.field, header.column(column).ok()?))
    });
    Plan { noun: import.noun, places: places.collect(), house_zone, user: import.started_by }
}

/// What is wrong with a row, cell by cell.
///
/// Errors: what is no matter of the row.
fn told(
    import: &ImportRow,
    plan: &Plan,
    header: &Header,
    row: &Row,
    failure: Failure,
) -> Result<Vec<ProblemRow>, Failure> {
    let problems = match failure {
        Failure::Invalid(problems) => problems,
        Failure::Refused(refusal) => {
            vec![Invalid { field: import.noun.key(), code: refusal.code(), args: refusal.args() }]
        }
        other => return Err(other),
    };
    let cell = |field: &str| {
        let place = plan.places.iter().find(|(name, _)| *name == field).map(|(_, place)| *place)?;
        Some((header.names().get(place)?.clone(), row.cell(place).chars().take(GIVEN_MOST_CHARS).collect()))
    };
    let rows = problems.into_iter().enumerate().map(|(place, problem)| {
        // A field that has no column of its own is told under the record's key.
        let (column_name, given): (String, String) =
            cell(problem.field).or_else(|| cell(import.noun.key())).unwrap_or_default();
        let args = problem.args.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        ProblemRow {
            row_number: row.number as i64,
            place: place as i64,
            column_name,
            given,
            code: problem.code.to_owned(),
            args,
        }
    });
    Ok(rows.collect())
}
