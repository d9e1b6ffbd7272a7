//! Imports as they are stored.

use std::collections::BTreeMap;

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use rules::ids::UserId;

use super::columns::{Mapping, Noun};

/// Files that one look of the worker finds; each gets a batch in its turn.
const BUSY_MOST: i64 = 5;

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The file is here; the columns are to be chosen.
    Uploaded,
    /// The rehearsal runs.
    Checking,
    /// The rehearsal is done; the rows can be applied.
    Checked,
    /// The rows are being applied.
    Applying,
    /// All rows were applied or refused.
    Done,
    /// The file could not be read to its end.
    Failed,
    /// Somebody stopped it.
    Stopped,
}

impl State {
    /// The stored code.
    pub const fn code(self) -> &'static str {
        match self {
            State::Uploaded => "uploaded",
            State::Checking => "checking",
            State::Checked => "checked",
            State::Applying => "applying",
            State::Done => "done",
            State::Failed => "failed",
            State::Stopped => "stopped",
        }
    }

    /// Every state, for the words and the stored code.
    pub const ALL: [State; 7] = [
        State::Uploaded,
        State::Checking,
        State::Checked,
        State::Applying,
        State::Done,
        State::Failed,
        State::Stopped,
    ];

    /// Whether the worker reads rows of it.
    pub const fn is_busy(self) -> bool {
        matches!(self, State::Checking | State::Applying)
    }
}

impl std::str::FromStr for State {
    type Err = String;

    fn from_str(code: &str) -> Result<State, String> {
        let found = State::ALL.into_iter().find(|state| state.code() == code);
        found.ok_or_else(|| format!("no state of an import: {code}"))
    }
}

/// A noun as its column holds it.
impl std::str::FromStr for Noun {
    type Err = String;

    fn from_str(code: &str) -> Result<Noun, String> {
        Noun::parse(code).ok_or_else(|| format!("no noun of an import: {code}"))
    }
}

row! {
    /// An import.
    #[derive(Debug, Clone, PartialEq)]
    pub struct ImportRow {
        pub id: i64,
        pub noun: Noun as text,
        pub state: State as text,
        pub file_name: String,
        pub sha256: String,
        pub bytes: i64,
        pub encoding: Option<String>,
        pub mapping: BTreeMap<String, String> as json,
        pub rows_total: Option<i64>,
        pub bytes_done: i64,
        pub rows_done: i64,
        pub rows_created: i64,
        pub rows_updated: i64,
        pub rows_same: i64,
        pub rows_refused: i64,
        pub failure: Option<String>,
        pub started_by: UserId as int,
        pub created_at: Timestamp,
        pub finished_at: Option<Timestamp>,
    }
}

row! {
    /// What is wrong with a cell.
    #[derive(Debug, Clone, PartialEq)]
    pub struct ProblemRow {
        pub row_number: i64,
        pub place: i64,
        pub column_name: String,
        pub given: String,
        pub code: String,
        pub args: Vec<(String, String)> as json,
    }
}

/// A file that was uploaded.
#[derive(Clone, Debug)]
pub struct NewImport {
    pub noun: Noun,
    pub file_name: String,
    pub sha256: String,
    pub bytes: i64,
    pub encoding: String,
    pub mapping: Mapping,
}

/// What a batch of rows came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub done: i64,
    pub created: i64,
    pub updated: i64,
    pub same: i64,
    pub refused: i64,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT i.id, i.noun, i.state, i.file_name, i.sha256, i.bytes, i.encoding, i.mapping, i.rows_total,
                i.bytes_done, i.rows_done, i.rows_created, i.rows_updated, i.rows_same, i.rows_refused, i.failure,
                i.started_by, i.created_at, i.finished_at
             FROM import i ",
            $rest
        )
    };
}

statements! {
    static FIND: (i64,) => ImportRow = select!("WHERE i.id = ?1");
    static LOCK: (i64,) => ImportRow = select!("WHERE i.id = ?1 {lock}");
    static LAST: (i64,) => ImportRow = select!("ORDER BY i.id DESC LIMIT ?1");
    static BUSY: (i64,) => ImportRow =
        select!("WHERE i.state IN ('checking', 'applying') ORDER BY i.id LIMIT ?1");
    static ADD: (String, String, String, String, i64, String, String, i64, Timestamp) => (i64,) =
        "INSERT INTO import (noun, state, file_name, sha256, bytes, encoding, mapping, bytes_done, rows_done,
            rows_created, rows_updated, rows_same, rows_refused, started_by, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 0, 0, 0, 0, 0, ?8, ?9) RETURNING id";
    static BEGIN: (i64, String, String) => () =
        "UPDATE import SET state = ?2, mapping = ?3, bytes_done = 0, rows_done = 0, rows_created = 0,
            rows_updated = 0, rows_same = 0, rows_refused = 0, failure = NULL, finished_at = NULL WHERE id = ?1";
    static ADVANCE: (i64, i64, i64, i64, i64, i64, i64) => () =
        "UPDATE import SET rows_done = rows_done + ?2, rows_created = rows_created + ?3,
            rows_updated = rows_updated + ?4, rows_same = rows_same + ?5, rows_refused = rows_refused + ?6,
            bytes_done = ?7 WHERE id = ?1";
    static END: (i64, String, Option<i64>, Option<String>, Timestamp) => () =
        "UPDATE import SET state = ?2, rows_total = ?3, failure = ?4, finished_at = ?5 WHERE id = ?1";
    static ADD_PROBLEM: (i64, i64, i64, String, String, String, String) => () =
        "INSERT INTO import_problem (import_id, row_number, place, column_name, given, code, args)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    static FORGET_PROBLEMS: (i64,) => () = "DELETE FROM import_problem WHERE import_id = ?1";
    static PROBLEMS: (i64, i64, i64, i64) => ProblemRow =
        "SELECT p.row_number, p.place, p.column_name, p.given, p.code, p.args FROM import_problem p
         WHERE p.import_id = ?1 AND (p.row_number, p.place) > (?2, ?3) ORDER BY p.row_number, p.place LIMIT ?4";
}

/// The import with this id.
pub fn find(tx: &mut Tx, id: i64) -> Result<Option<ImportRow>, Error> {
    tx.maybe(&FIND, (id,))
}

/// The import with this id, which nobody else changes until the transaction ends.
pub fn lock(tx: &mut Tx, id: i64) -> Result<Option<ImportRow>, Error> {
    tx.maybe(&LOCK, (id,))
}

/// The last imports, newest first.
pub fn last(tx: &mut Tx, most: i64) -> Result<Vec<ImportRow>, Error> {
    tx.all(&LAST, (most,))
}

/// The imports of which rows are being read, oldest first.
pub fn busy(tx: &mut Tx) -> Result<Vec<ImportRow>, Error> {
    tx.all(&BUSY, (BUSY_MOST,))
}

/// Adds a file that was uploaded.
pub fn add(tx: &mut Tx, new: &NewImport, user: UserId, now: Timestamp) -> Result<i64, Error> {
    let mapping = json(&new.mapping);
    let (id,) = tx.one(
        &ADD,
        (
            new.noun.code(),
            State::Uploaded.code(),
            &new.file_name,
            &new.sha256,
            new.bytes,
            &new.encoding,
            mapping,
            user.get(),
            now,
        ),
    )?;
    Ok(id)
}

/// Begins to read the rows from the first one, with nothing found yet.
pub fn begin(tx: &mut Tx, id: i64, state: State, mapping: &Mapping) -> Result<(), Error> {
    tx.run(&FORGET_PROBLEMS, (id,))?;
    tx.run(&BEGIN, (id, state.code(), json(mapping)))?;
    Ok(())
}

/// Counts a batch of rows. Units: `bytes_done` of the file, from its beginning.
pub fn advance(tx: &mut Tx, id: i64, tally: Tally, bytes_done: i64) -> Result<(), Error> {
    let Tally { done, created, updated, same, refused } = tally;
    tx.run(&ADVANCE, (id, done, created, updated, same, refused, bytes_done))?;
    Ok(())
}

/// Ends the reading.
pub fn end(
    tx: &mut Tx,
    id: i64,
    state: State,
    rows_total: Option<i64>,
    failure: Option<&str>,
    now: Timestamp,
) -> Result<(), Error> {
    tx.run(&END, (id, state.code(), rows_total, failure, now))?;
    Ok(())
}

/// Notes what is wrong with a cell.
pub fn add_problem(tx: &mut Tx, id: i64, problem: &ProblemRow) -> Result<(), Error> {
    let ProblemRow { row_number, place, column_name, given, code, args } = problem;
    let args = serde_json::to_string(args).expect("pairs of texts are JSON");
    tx.run(&ADD_PROBLEM, (id, *row_number, *place, column_name, given, code, args))?;
    Ok(())
}

/// The problems behind a row and place, in the order of the file.
pub fn problems(tx: &mut Tx, id: i64, after: (i64, i64), most: i64) -> Result<Vec<ProblemRow>, Error> {
    tx.all(&PROBLEMS, (id, after.0, after.1, most))
}

fn json(mapping: &Mapping) -> String {
    serde_json::to_string(mapping).expect("a map of texts is JSON")
}
