//! Reads rows and gathers those of one ticket, in memory that follows the tickets under way, not the file.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::mpsc::SyncSender;

use jiff::Timestamp;
use rules::exchange::case::{Case, Line, RowReader};
use rules::exchange::map::{Map, Shape};
use rules::exchange::{Cells, Fault, Problem};
use sheet::{Row, Sheet};

/// Tickets that are handed on together, and written in one transaction.
const BATCH_TICKETS: usize = 2_048;
/// Rows after which a batch is handed on although it is small, so that progress is seen.
const BATCH_ROWS: u64 = 32_768;

/// Tickets that are complete, and what was wrong on the way.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub cases: Vec<Case>,
    pub problems: Vec<Problem>,
    pub rows: u64,
    pub rows_left_out: u64,
    pub tickets_left_out: u64,
}

struct RowCells<'a>(&'a Row);

impl Cells for RowCells<'_> {
    fn cell(&self, column: usize) -> &str {
        self.0.cell(column)
    }
}

/// Where the rows of each ticket end.
pub(super) struct Ends {
    hasher: RandomState,
    last_rows: HashMap<u64, u64>,
    pub rows_count: u64,
}

/// Reads the file once to learn where each ticket ends. Units: eight bytes of memory and a row number per
/// ticket.
pub(super) fn scan(
    mut sheet: Sheet,
    map: &Map,
    now: Timestamp,
    progress: &mut dyn FnMut(u64),
) -> Result<Ends, sheet::Error> {
    /// Rows between two signs of life.
    const PROGRESS_ROWS: u64 = 16_384;
    let reader = RowReader::new(map, now);
    let mut ends = Ends { hasher: RandomState::new(), last_rows: HashMap::new(), rows_count: 0 };
    let mut row = Row::default();
    while sheet.read_row(&mut row)? {
        ends.rows_count += 1;
        if ends.rows_count.is_multiple_of(PROGRESS_ROWS) {
            progress(ends.rows_count);
        }
        // A ticket that is one row ends where it begins.
        if map.shape == Shape::Events
            && let Ok(key) = reader.key(row.number, &RowCells(&row))
        {
            ends.last_rows.insert(ends.hasher.hash_one(&key), row.number);
        }
    }
    Ok(ends)
}

/// A ticket whose rows are not all read.
struct Pending {
    row: u64,
    lines: Vec<Line>,
    is_left_out: bool,
}

/// Reads the file and hands on the tickets that are complete. Ends when nobody listens any more.
pub(super) fn gather(
    mut sheet: Sheet,
    map: &Map,
    now: Timestamp,
    ends: Ends,
    sender: &SyncSender<Result<Gathered, sheet::Error>>,
) {
    let mut gatherer = Gatherer {
        reader: RowReader::new(map, now),
        shape: map.shape,
        width: sheet.header().width(),
        is_text: sheet.encoding() != "workbook",
        ends,
        pending: HashMap::new(),
        seen: HashSet::new(),
        gathered: Gathered::default(),
    };
    let mut row = Row::default();
    loop {
        match sheet.read_row(&mut row) {
            Ok(true) => gatherer.row(&row),
            Ok(false) => break,
            Err(error) => {
                let _ = sender.send(Ok(std::mem::take(&mut gatherer.gathered)));
                let _ = sender.send(Err(error));
                return;
            }
        }
        let gathered = &gatherer.gathered;
        if (gathered.cases.len() >= BATCH_TICKETS || gathered.rows >= BATCH_ROWS)
            && sender.send(Ok(std::mem::take(&mut gatherer.gathered))).is_err()
        {
            return;
        }
    }
    let _ = sender.send(Ok(gatherer.gathered));
}

struct Gatherer<'a> {
    reader: RowReader<'a>,
    shape: Shape,
    width: usize,
    is_text: bool,
    ends: Ends,
    pending: HashMap<String, Pending>,
    /// Keys of tickets that are one row each.
    seen: HashSet<u64>,
    gathered: Gathered,
}

impl Gatherer<'_> {
    fn row(&mut self, row: &Row) {
        self.gathered.rows += 1;
        let cells = RowCells(row);
        let key = match self.reader.key(row.number, &cells) {
            Ok(key) => key,
            Err(problem) => {
                self.gathered.problems.push(problem);
                self.gathered.rows_left_out += 1;
                return;
            }
        };
        let hash = self.ends.hasher.hash_one(&key);
        if self.shape == Shape::Tickets && !self.seen.insert(hash) {
            let problem = Problem { row: row.number, column: None, fault: Fault::RepeatedKey { given: key } };
            self.gathered.problems.push(problem);
            self.gathered.rows_left_out += 1;
            return;
        }
        let is_last = match self.shape {
            Shape::Tickets => true,
            Shape::Events => self.ends.last_rows.get(&hash).is_none_or(|last| *last <= row.number),
        };
        // The usual row goes on with a ticket under way, and needs no key of its own.
        let pending = match self.pending.get_mut(&key) {
            Some(pending) => pending,
            None => self.pending.entry(key.clone()).or_insert_with(|| Pending {
                row: row.number,
                lines: Vec::new(),
                is_left_out: false,
            }),
        };
        let is_first = pending.lines.iter().all(|line| line.report.is_none());
        let line = match cell_count(row, self.width, self.is_text) {
            Some(problem) => Err(vec![problem]),
            None => self.reader.line(row.number, &cells, is_first, &mut self.gathered.problems),
        };
        match line {
            Ok(line) => pending.lines.push(line),
            Err(problems) => {
                pending.is_left_out = true;
                self.gathered.problems.extend(problems);
            }
        }
        if is_last {
            self.complete(key);
        }
    }

    fn complete(&mut self, key: String) {
        let Some(Pending { row, lines, is_left_out }) = self.pending.remove(&key) else { return };
        let case = match is_left_out {
            true => None,
            false => Case::assemble(key, row, lines, &mut self.gathered.problems),
        };
        match case {
            Some(case) => self.gathered.cases.push(case),
            None => self.gathered.tickets_left_out += 1,
        }
    }
}

/// A text row that is shorter than the header was cut, one that is longer has a delimiter too many; blank
/// cells beyond the header are no harm.
fn cell_count(row: &Row, width: usize, is_text: bool) -> Option<Problem> {
    let found = row.len();
    let is_cut = is_text && found < width;
    let is_torn = found > width && row.cells().skip(width).any(|cell| !cell.trim().is_empty());
    let fault = Fault::CellCount { found, expected: width };
    (is_cut || is_torn).then_some(Problem { row: row.number, column: None, fault })
}
