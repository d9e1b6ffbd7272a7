//! A base so large that importing it would take hours: the rows of the tickets that are there, copied under new numbers.
//!
//! A copy has its ticket, its facts and its obligations, which is what pages read. Nothing of it is sealed or indexed
//! anew: copies keep the leaves of what they were copied from, so that neither duty has anything to do.

use std::path::Path;
use std::time::Instant;

use rusqlite::Connection;

use super::{Outcome, Table, number};

/// Each table that grows with tickets, and its columns that get new values: first the one that counts its rows.
const TABLES: [(&str, &[(&str, New)]); 4] = [
    ("ticket", &[("id", New::Ticket), ("external_ref", New::Text)]),
    ("imported_ticket", &[("ticket_id", New::Ticket)]),
    ("fact", &[("seq", New::Fact), ("subject_id", New::Ticket)]),
    ("obligation", &[("id", New::Obligation), ("subject_id", New::Ticket)]),
];
/// Memory for pages while rows are copied. Units: KiB.
const CACHE_KIB: i64 = 6 << 20;

#[derive(Clone, Copy)]
enum New {
    Ticket,
    Fact,
    Obligation,
    Text,
}

/// Copies the tickets of a base until there are so many times as many. The program must not run.
pub fn multiply(data: &Path, times: i64, table: &mut Table) -> Outcome<()> {
    let begun = Instant::now();
    let mut connection = Connection::open(data.join("aftercare.db"))?;
    connection.execute_batch(&format!(
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = OFF; PRAGMA cache_size = -{CACHE_KIB};"
    ))?;
    connection.query_row("PRAGMA journal_mode = OFF", (), |_| Ok(()))?;
    let most = |sql: &str| connection.query_row(sql, (), |row| row.get::<_, i64>(0));
    let tickets = most("SELECT MAX(id) FROM ticket")?;
    let facts = most("SELECT MAX(seq) FROM fact")?;
    let obligations = most("SELECT MAX(id) FROM obligation")?;
    let last = |new: New| match new {
        New::Ticket => tickets,
        New::Fact => facts,
        New::Obligation => obligations,
        New::Text => 0,
    };
    for copy in 1..times {
        let changed = connection.transaction()?;
        for (name, renewed) in TABLES {
            let columns: Vec<String> = changed
                .prepare(&format!("SELECT name FROM pragma_table_info('{name}')"))?
                .query_map((), |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            let value = |column: &String| match renewed.iter().find(|(renewed, _)| renewed == column) {
                Some((_, New::Text)) => format!("{column} || '/{copy}'"),
                Some((_, new)) => format!("{column} + {}", copy * last(*new)),
                None => column.clone(),
            };
            let values: Vec<String> = columns.iter().map(value).collect();
            let of_tickets =
                if columns.contains(&"subject_kind".to_owned()) { "subject_kind = 'ticket'" } else { "TRUE" };
            let (key, counted) = renewed[0];
            changed.execute(
                &format!(
                    "INSERT INTO {name} ({}) SELECT {} FROM {name} WHERE {key} <= {} AND {of_tickets} ORDER BY {key}",
                    columns.join(", "),
                    values.join(", "),
                    last(counted)
                ),
                (),
            )?;
        }
        changed.commit()?;
        eprintln!(
            "    {} tickets after {} s",
            number((tickets * (copy + 1)) as f64),
            begun.elapsed().as_secs()
        );
    }
    connection.execute_batch("PRAGMA locking_mode = NORMAL;")?;
    connection.query_row("PRAGMA journal_mode = WAL", (), |_| Ok(()))?;
    table.add(
        format!("copying tickets until there are {}", number((tickets * times) as f64)),
        format!("{} s, for the pages alone", begun.elapsed().as_secs()),
        "",
    );
    Ok(())
}
