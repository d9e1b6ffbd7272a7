//! The index of this process follows the ledger: made from the tables once, while people are served, then
//! kept up fact by fact, in the order of the history tree.
//!
//! It lies in the data directory, may be thrown away at any time, and is made anew where its shape is of
//! another version. A commit carries how far it has come, so that a crash repeats a little and loses nothing.

use std::path::PathBuf;

use ::search::{Entry, Index, VERSION};

use super::store::{self, NOUNS};
use crate::kernel::finding::Mark;
use crate::kernel::turn::Turn;
use crate::{App, Failure};

/// Rows that one turn reads while an index is made, and facts that one turn follows.
const MAKE_MOST: i64 = 500;
const FOLLOW_MOST: i64 = 1_000;

fn broke(error: ::search::Error) -> Failure {
    Failure::broke(error)
}

fn folder(app: &App) -> PathBuf {
    app.config.data.join(format!("search-{VERSION}"))
}

/// Opens the index of this process; one that cannot be read is thrown away.
///
/// Errors: the data directory cannot be written, or another process has the index open.
pub fn open(app: &App) -> Result<(), Failure> {
    let folder = folder(app);
    let index = match Index::open(&folder) {
        Ok(index) => index,
        Err(error) => {
            tracing::warn!(%error, "the search index is made anew");
            std::fs::remove_dir_all(&folder).map_err(Failure::broke)?;
            Index::open(&folder).map_err(broke)?
        }
    };
    let mark = index.mark().map_err(broke)?.as_deref().and_then(Mark::read);
    app.finding.open(index, mark);
    Ok(())
}

/// One turn of the duty: some rows while the index is made, else what was sealed since.
///
/// Errors: [`Failure`] of the database or the disk; the next turn begins where the last commit ended.
pub async fn turn(app: &App) -> Result<Turn, Failure> {
    let Some(index) = app.finding.index().cloned() else { return Ok(Turn::default()) };
    let mark = app.finding.mark();
    metrics::gauge!("aftercare_search_index_made").set(made(mark));
    let (entries, gone, next) = app.read(move |tx| step(tx, mark)).await?;
    if Some(next) == mark {
        return Ok(Turn::default());
    }
    let done = entries.len() as u64;
    tokio::task::spawn_blocking(move || {
        index.put(&entries)?;
        index.remove(&gone);
        index.commit(&next.to_string())
    })
    .await
    .map_err(Failure::broke)?
    .map_err(broke)?;
    app.finding.set_mark(Some(next));
    metrics::gauge!("aftercare_search_index_made").set(made(Some(next)));
    let more = matches!(next, Mark::Making { .. }) || done > 0;
    Ok(Turn { done, more, next_at: None })
}

/// What is to be put in, what is to be taken out, and how far that brings the index.
fn step(tx: &mut db::Tx, mark: Option<Mark>) -> Result<(Vec<Entry>, Vec<String>, Mark), Failure> {
    match mark {
        None => {
            let until = ledger::history::size(tx)?;
            Ok((Vec::new(), Vec::new(), Mark::Making { until, noun: 0, after: 0 }))
        }
        Some(Mark::Making { until, noun, after }) => {
            let Some(name) = NOUNS.get(noun) else { return Ok((Vec::new(), Vec::new(), Mark::At(until))) };
            let ids = store::ids(tx, name, after, MAKE_MOST)?;
            let mut entries = Vec::with_capacity(ids.len());
            for id in &ids {
                entries.extend(store::entry(tx, name, *id)?);
            }
            let next = match ids.last() {
                Some(last) => Mark::Making { until, noun, after: *last },
                None => Mark::Making { until, noun: noun + 1, after: 0 },
            };
            Ok((entries, Vec::new(), next))
        }
        Some(Mark::At(leaf)) => {
            let (about, next) = store::news(tx, leaf, FOLLOW_MOST)?;
            let (mut entries, mut gone) = (Vec::new(), Vec::new());
            for (noun, id) in about.iter().filter(|(noun, _)| NOUNS.contains(&noun.as_str())) {
                match store::entry(tx, noun, *id)? {
                    Some(entry) => entries.push(entry),
                    None => gone.push(format!("{noun}:{id}")),
                }
            }
            Ok((entries, gone, Mark::At(next)))
        }
    }
}

/// How much of the index is made, from 0 to 1; 1 where it only follows.
pub fn made(mark: Option<Mark>) -> f64 {
    match mark {
        None => 0.0,
        Some(Mark::Making { noun, .. }) => noun as f64 / NOUNS.len() as f64,
        Some(Mark::At(_)) => 1.0,
    }
}
