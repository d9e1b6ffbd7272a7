//! The limit: the very rows that an intake writes, by bare prepared statements, with the same durability.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, params_from_iter};

use super::Outcome;

/// Tickets whose rows are written again and again, with new ids.
const TICKETS: i64 = 2_000;

/// The tables that an intake writes, the column that names the ticket, and the column that must be new.
pub const TABLES: [(&str, &str, &str); 4] = [
    ("ticket", "id", "id"),
    ("fact", "subject_id", "seq"),
    ("obligation", "subject_id", "id"),
    ("outbox", "", "id"),
];

struct Rows {
    insert: String,
    /// Places of the ticket's id and of the row's own id among the values.
    ticket: Option<usize>,
    own: usize,
    rows: Vec<Vec<Value>>,
}

/// Writes the rows of the last intakes of `full` into a copy of `empty`, so many tickets a commit. Returns
/// tickets a second.
pub fn insert_rate(full: &Path, empty: &Path, together: usize, seconds: u64) -> Outcome<f64> {
    let source = Connection::open_with_flags(full, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let last: i64 = source.query_row("SELECT MAX(id) FROM ticket", [], |row| row.get(0))?;
    let first = (last - TICKETS).max(0) + 1;
    let mut tables = Vec::new();
    for (table, ticket, own) in TABLES {
        tables.push(read(&source, table, ticket, own, first, last)?);
    }
    let copy = empty.with_extension(format!("{together}.db"));
    self::copy(empty, &copy)?;
    let target = Connection::open(&copy)?;
    target.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536;",
    )?;
    let begun = Instant::now();
    let mut written = 0u64;
    let mut next_own = 1_000_000_000i64;
    let count = last - first + 1;
    while begun.elapsed() < Duration::from_secs(seconds) {
        target.execute_batch("BEGIN IMMEDIATE")?;
        for _ in 0..together {
            let from = first + written as i64 % count;
            let ticket = 1_000_000_000 + written as i64;
            for rows in &tables {
                let mut statement = target.prepare_cached(&rows.insert)?;
                for row in rows.of(from, first, count) {
                    let mut row = row.clone();
                    next_own += 1;
                    row[rows.own] = Value::Integer(next_own);
                    if let Some(place) = rows.ticket {
                        row[place] = Value::Integer(ticket);
                    }
                    statement.execute(params_from_iter(row))?;
                }
            }
            written += 1;
        }
        target.execute_batch("COMMIT")?;
    }
    let rate = written as f64 / begun.elapsed().as_secs_f64();
    drop(target);
    std::fs::remove_file(copy)?;
    Ok(rate)
}

/// Copies a database, what is still in its log included.
pub fn copy(from: &Path, to: &Path) -> Outcome<()> {
    Connection::open(from)?.execute("VACUUM INTO ?1", [to.to_string_lossy()])?;
    Ok(())
}

fn read(source: &Connection, table: &str, ticket: &str, own: &str, first: i64, last: i64) -> Outcome<Rows> {
    let sql = match ticket {
        // The outbox does not name the ticket: as many of its last rows as it has for each.
        "" => format!("SELECT * FROM {table} ORDER BY {own} DESC LIMIT {}", last - first + 1),
        _ => format!(
            "SELECT * FROM {table} WHERE {ticket} BETWEEN {first} AND {last} ORDER BY {ticket}, {own}"
        ),
    };
    let mut statement = source.prepare(&sql)?;
    let names: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
    let place = |name: &str| names.iter().position(|candidate| candidate == name);
    let marks = vec!["?"; names.len()].join(", ");
    let mut rows = Vec::new();
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        rows.push((0..names.len()).map(|column| row.get(column)).collect::<Result<Vec<Value>, _>>()?);
    }
    Ok(Rows {
        insert: format!("INSERT INTO {table} ({}) VALUES ({marks})", names.join(", ")),
        ticket: place(ticket),
        own: place(own).ok_or("a table without its own id")?,
        rows,
    })
}

impl Rows {
    /// The rows of one ticket; of a table that does not name it, its share.
    fn of(&self, ticket: i64, first: i64, count: i64) -> &[Vec<Value>] {
        match self.ticket {
            Some(place) => {
                let id = |row: &Vec<Value>| match row[place] {
                    Value::Integer(id) => id,
                    _ => 0,
                };
                let start = self.rows.partition_point(|row| id(row) < ticket);
                let end = self.rows.partition_point(|row| id(row) <= ticket);
                &self.rows[start..end]
            }
            None => {
                let each = self.rows.len() / count.max(1) as usize;
                let start = (ticket - first) as usize * each;
                &self.rows[start..start + each]
            }
        }
    }
}
