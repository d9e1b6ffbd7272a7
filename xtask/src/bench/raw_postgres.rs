//! The limit on PostgreSQL: the rows of one intake, inserted again and again by bare prepared statements.

use std::time::{Duration, Instant};

use postgres::{Client, NoTls, Statement};

use super::Outcome;
use super::raw::TABLES;

/// Writes the rows of the last intake again, under new ids, so many tickets a commit. Returns tickets a second.
pub fn insert_rate(url: &str, together: usize, seconds: u64) -> Outcome<f64> {
    let mut client = Client::connect(url, NoTls)?;
    let last: i64 = client.query_one("SELECT MAX(id) FROM ticket", &[])?.get(0);
    let first_own: i64 = client.query_one("SELECT 1000000000 + MAX(seq) FROM fact", &[])?.get(0);
    let mut inserts = Vec::new();
    for (table, ticket, own) in TABLES {
        inserts.push(prepare(&mut client, table, ticket, own, last)?);
    }
    let begun = Instant::now();
    let mut written = 0;
    let mut own = first_own;
    while begun.elapsed() < Duration::from_secs(seconds) {
        let mut commit = client.transaction()?;
        for _ in 0..together {
            let ticket = own;
            for insert in &inserts {
                commit.execute(insert, &[&ticket, &own])?;
                own += 1_000;
            }
            written += 1;
        }
        commit.commit()?;
    }
    Ok(f64::from(written) / begun.elapsed().as_secs_f64())
}

/// Keeps the rows of a ticket beside, and prepares their insertion: of the ticket `$1`, with ids from `$2` on.
fn prepare(client: &mut Client, table: &str, ticket: &str, own: &str, last: i64) -> Outcome<Statement> {
    // The outbox does not name the ticket; each intake leaves one message there.
    let of_last = match ticket {
        "" => format!("{own} = (SELECT MAX({own}) FROM {table})"),
        _ => format!("{ticket} = {last}"),
    };
    client.batch_execute(&format!(
        "CREATE TEMP TABLE bench_{table} AS SELECT * FROM {table} WHERE {of_last}"
    ))?;
    let columns = client.query(
        "SELECT column_name::text FROM information_schema.columns
         WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position",
        &[&table],
    )?;
    let names: Vec<String> = columns.iter().map(|row| row.get(0)).collect();
    let value = |name: &String| match name.as_str() {
        // Each statement takes both parameters.
        name if name == ticket => "$1::bigint + 0 * $2::bigint".to_owned(),
        name if name == own => "$2::bigint + row_number() OVER () + 0 * $1::bigint".to_owned(),
        name => name.to_owned(),
    };
    let values: Vec<String> = names.iter().map(value).collect();
    let insert = format!(
        "INSERT INTO {table} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM bench_{table}",
        names.join(", "),
        values.join(", ")
    );
    Ok(client.prepare(&insert)?)
}
