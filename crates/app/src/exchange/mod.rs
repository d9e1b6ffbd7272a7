//! The history of another desk: read from a table, decided as every ticket is, stored through the one door.
//!
//! Serves C7.2: reports from before us stand on record too, with the promises of their contract.
//!
//! [`import()`] reads the file twice: once to learn where each ticket ends, once to read it. Tickets are
//! written in batches; a batch is one change, so that a fact, its obligations and the ticket stand or fall
//! together; sites and contracts, of which every batch tells, are judged once at the end. What is remembered of each ticket makes a second run of the same file change nothing.

mod decide;
mod export;
mod gather;
mod names;
mod outcome;
mod write;

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use rules::customers::Zone;
use rules::exchange::map::{FileOptions, Map, MapProblem};

pub use export::export;
pub use outcome::{Added, KEPT_PROBLEMS_MAX, Outcome};

use crate::kernel::actor::By;
use crate::kernel::errors::Failure;
use crate::kernel::state::App;
use decide::Decider;

/// As whom an import acts.
const BY: By = By::System("import");

/// Batches that may wait between the thread that reads, the one that decides and the one that writes.
const WAITING_BATCHES: usize = 1;

/// Dockets that are judged in one change: others who write wait for it, and it waits for the disk.
const JUDGED_AT_ONCE: i64 = 32;

/// Why nothing, or not everything, was imported.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    /// The mapping file is wrong.
    #[error("the mapping file is wrong")]
    Map(Vec<MapProblem>),
    /// The file cannot be read; what was read before is imported.
    #[error(transparent)]
    File(#[from] sheet::Error),
    /// Columns that the mapping file names are not in the header.
    #[error("columns are missing")]
    Columns { missing: Vec<MissingColumn>, present: Vec<String> },
    /// The commitment for new contracts is not published here.
    #[error("no commitment is called {0}")]
    NoCommitment(String),
    /// The output cannot be written.
    #[error("cannot write: {0}")]
    Output(std::io::Error),
    /// The database failed; the batches before are stored.
    #[error(transparent)]
    Failed(#[from] Failure),
}

/// A column that a mapping file names and the header lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingColumn {
    /// As the mapping file writes it.
    pub name: String,
    /// One that looks like it.
    pub nearest: Option<String>,
    /// How often it stands in the header, where that is the trouble.
    pub count: usize,
}

/// How far an import has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is going on.
    pub stage: Stage,
    /// Rows read in this stage.
    pub rows: u64,
    /// Rows of the file, once they are counted.
    pub rows_total: Option<u64>,
    /// Tickets that are stored, or were found to be there.
    pub tickets: u64,
}

/// What an import does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Counts the rows and learns where each ticket ends.
    Counting,
    /// Reads tickets and stores them.
    Taking,
    /// Judges what the tickets told of sites and contracts; the rows are those.
    Judging,
}

/// Imports a file, or only says what an import would do.
///
/// Errors: [`Stop`]. What is wrong with single rows stands in the [`Outcome`].
pub fn import(
    app: &App,
    file: &Path,
    map: &str,
    dry_run: bool,
    progress: &mut dyn FnMut(Progress),
) -> Result<Outcome, Stop> {
    let map = Map::parse(map).map_err(Stop::Map)?;
    let options = options(&map.file);
    let sheet = sheet::Sheet::open(file, &options)?;
    // The file is not asked for its encoding again.
    let options = sheet::Options { encoding: Some(sheet.encoding().to_owned()), ..options };
    let map = Arc::new(bind(map, sheet.header())?);
    let mut decider = Decider::new(app, map.clone(), dry_run)?;
    let now = app.clock.now();

    let mut tell_count =
        |rows| progress(Progress { stage: Stage::Counting, rows, rows_total: None, tickets: 0 });
    let ends = gather::scan(sheet, &map, now, &mut tell_count)?;
    let rows_total = ends.rows_count;

    let sheet = sheet::Sheet::open(file, &options)?;
    let mut outcome = Outcome::default();
    let stored = std::thread::scope(|scope| {
        let (sender, gathered) = sync_channel(WAITING_BATCHES);
        let map = &map;
        scope.spawn(move || gather::gather(sheet, map, now, ends, &sender));
        let (sender, decided) = sync_channel::<Result<_, Stop>>(WAITING_BATCHES);
        scope.spawn(move || {
            for gathered in gathered {
                let decided = gathered.map_err(Stop::File).and_then(|batch| Ok(decider.decide(batch)?));
                let is_over = decided.is_err();
                if sender.send(decided).is_err() || is_over {
                    break;
                }
            }
        });
        let mut wait = |storing: write::Storing| {
            storing.wait(&mut outcome)?;
            let (rows, tickets) = (outcome.rows, outcome.tickets());
            progress(Progress { stage: Stage::Taking, rows, rows_total: Some(rows_total), tickets });
            Ok::<_, Stop>(())
        };
        let mut before = None;
        for decided in decided {
            let sent = decided.and_then(|decided| Ok(write::send(app, map, dry_run, decided)?));
            // What was sent before is told of, whatever came of this one.
            before.take().map_or(Ok(()), &mut wait)?;
            before = Some(sent?);
        }
        before.map_or(Ok(()), wait)
    });
    if !dry_run {
        judge(app, progress)?;
    }
    stored.map(|()| outcome)
}

/// Judges the sites, contracts and whatever else the tickets told of, once, when all is told.
fn judge(app: &App, progress: &mut dyn FnMut(Progress)) -> Result<(), Failure> {
    let now = app.clock.now();
    let total = app.database.read_now(|tx| Ok::<_, Failure>(ledger::put_off_count(tx)?))?;
    let mut judged = 0;
    loop {
        progress(Progress { stage: Stage::Judging, rows: judged, rows_total: Some(total), tickets: 0 });
        match app.judge_put_off_now(now, JUDGED_AT_ONCE)? {
            0 => return Ok(()),
            count => judged += count as u64,
        }
    }
}

fn options(file: &FileOptions) -> sheet::Options {
    sheet::Options {
        encoding: file.encoding.clone(),
        delimiter: file.delimiter.and_then(|delimiter| u8::try_from(delimiter).ok()),
        worksheet: file.worksheet.clone(),
    }
}

/// Finds the columns of the map in the header.
fn bind(map: Map, header: &sheet::Header) -> Result<Map, Stop> {
    let mut problems = Vec::new();
    let bound = map.bind(|name| match header.column(name) {
        Ok(place) => Some(place),
        Err(problem) => {
            problems.push(match problem {
                sheet::ColumnProblem::Missing { name, nearest } => MissingColumn { name, nearest, count: 0 },
                sheet::ColumnProblem::Repeated { name, count } => {
                    MissingColumn { name, nearest: None, count }
                }
            });
            None
        }
    });
    bound.map_err(|_| {
        problems.dedup();
        Stop::Columns { missing: problems, present: header.names().to_vec() }
    })
}

/// The zone of those for whom none was chosen, as the rules take it.
fn house_zone(app: &App) -> Zone {
    Zone::parse("zone", &app.config.zone)
        .or_else(|_| Zone::parse("zone", "Etc/UTC"))
        .expect("a zone that exists")
}

#[cfg(test)]
mod tests;
