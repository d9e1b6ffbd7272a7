//! The facts of the ledger as the lines that `promise replay` reads.

use std::io::{self, Write};

use db::{Database, statements};
use jiff::Timestamp;
use promise::{Fact, Name};

use super::{Failure, Stop};

/// Facts that are read in one snapshot.
const PAGE_FACTS: i64 = 5_000;

type Stored = (i64, String, Timestamp, Timestamp, String, String, String);

statements! {
    static AFTER: (i64, i64) => Stored =
        "SELECT f.seq, f.name, f.happened_at, f.learned_at, f.said_by, f.about, f.data
         FROM fact f WHERE f.seq > ?1 ORDER BY f.seq LIMIT ?2";
    static AFTER_OF_KIND: (i64, i64, String) => Stored =
        "SELECT f.seq, f.name, f.happened_at, f.learned_at, f.said_by, f.about, f.data
         FROM fact f WHERE f.seq > ?1 AND f.subject_kind = ?3 ORDER BY f.seq LIMIT ?2";
}

/// Writes every fact as one line of JSON, in the order in which they were recorded; of one noun only, where
/// `noun` says so. Personal parts are left out. Returns how many there were.
///
/// Errors: [`Stop::Failed`] of the database, [`Stop::Output`].
pub fn export(
    database: &Database,
    noun: Option<&str>,
    out: &mut dyn Write,
    progress: &mut dyn FnMut(u64),
) -> Result<u64, Stop> {
    let (mut after, mut count) = (0, 0);
    loop {
        let noun = noun.map(str::to_owned);
        let page = database.read_now::<_, Failure>(move |tx| {
            Ok(match noun {
                Some(noun) => tx.all(&AFTER_OF_KIND, (after, PAGE_FACTS, noun))?,
                None => tx.all(&AFTER, (after, PAGE_FACTS))?,
            })
        })?;
        let Some(last) = page.last() else { break };
        after = last.0;
        for stored in page {
            let fact = read(stored)?;
            serde_json::to_writer(&mut *out, &fact).map_err(|error| unwritten(error.into()))?;
            out.write_all(b"\n").map_err(unwritten)?;
            count += 1;
        }
        progress(count);
    }
    out.flush().map_err(unwritten)?;
    Ok(count)
}

fn unwritten(error: io::Error) -> Stop {
    Stop::Output(error)
}

fn read((seq, name, at, learned_at, by, about, data): Stored) -> Result<Fact, Failure> {
    Ok(Fact {
        seq: seq as u64,
        name: Name::new(&name),
        at,
        learned_at,
        by,
        about: serde_json::from_str(&about)?,
        data: serde_json::from_str(&data)?,
    })
}
