//! The index of this process follows the ledger: made from the tables once, while people are served, then
//! kept up fact by fact, in the order of the history tree.
//!
//! It lies in the data directory, may be thrown away at any time, and is made anew where its shape is of
//! another version. A commit carries how far it has come, so that a crash repeats a little and loses nothing.

use std::path::{Path, PathBuf};

use ::search::{Entry, Index, VERSION};

use super::store::{self, NOUNS};
use crate::kernel::finding::Mark;
use crate::kernel::turn::Turn;
use crate::{App, Failure};

/// Rows that one turn reads while an index is made, and facts that one turn follows: some eight tell of one ticket.
/// Each turn ends with a commit, which costs as much as a hundred entries.
const MAKE_MOST: i64 = 500;
const FOLLOW_MOST: i64 = 8_000;

/// Stands in the folder of an index that was made beside the one in use and is whole.
const READY: &str = "ready";

fn broke(error: ::search::Error) -> Failure {
    Failure::broke(error)
}

/// The folder of one of the indexes in the data directory; the one with the highest number that is whole is used.
fn folder(app: &App, generation: u64) -> PathBuf {
    let name = match generation {
        0 => format!("search-{VERSION}"),
        later => format!("search-{VERSION}-{later}"),
    };
    app.config.data.join(name)
}

/// The folders of the data directory that begin like those of an index: the version of its shape, and its number.
fn folders(app: &App) -> impl Iterator<Item = (PathBuf, u32, u64)> {
    let entries = std::fs::read_dir(&app.config.data).into_iter().flatten().flatten();
    entries.filter_map(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        let name = name.strip_prefix("search-")?;
        let (version, generation) = name.split_once('-').unwrap_or((name, "0"));
        Some((entry.path(), version.parse().ok()?, generation.parse().ok()?))
    })
}

/// The indexes in the data directory, in order.
fn generations(app: &App) -> Vec<u64> {
    let ours = folders(app).filter(|(_, version, _)| *version == VERSION);
    let mut found: Vec<u64> = ours.map(|(_, _, generation)| generation).collect();
    found.sort_unstable();
    found
}

/// The index that was made beside the one in use, where there is one and it is whole.
fn ready(app: &App, newer_than: u64) -> Option<u64> {
    let is_whole = |generation: &u64| folder(app, *generation).join(READY).exists();
    generations(app).into_iter().rev().find(|generation| *generation > newer_than && is_whole(generation))
}

fn open_folder(folder: &Path) -> Result<(Index, Option<Mark>), ::search::Error> {
    let index = Index::open(folder)?;
    let mark = index.mark()?.as_deref().and_then(Mark::read);
    Ok((index, mark))
}

/// Opens the index of this process; one that cannot be read is thrown away.
///
/// Errors: the data directory cannot be written, or another process has the index open.
pub fn open(app: &App) -> Result<(), Failure> {
    let generation = ready(app, 0).unwrap_or(0);
    let folder = folder(app, generation);
    let (index, mark) = match open_folder(&folder) {
        Ok(opened) => opened,
        Err(error) => {
            tracing::warn!(%error, "the search index is made anew");
            std::fs::remove_dir_all(&folder).map_err(Failure::broke)?;
            open_folder(&folder).map_err(broke)?
        }
    };
    app.finding.open(index, mark, generation);
    forget_older(app, generation);
    Ok(())
}

/// Takes the index that was made beside the one in use, if there is one; the old one goes.
fn exchange(app: &App) -> Result<bool, Failure> {
    let Some(generation) = ready(app, app.finding.generation()) else { return Ok(false) };
    let (index, mark) = open_folder(&folder(app, generation)).map_err(broke)?;
    app.finding.open(index, mark, generation);
    forget_older(app, generation);
    tracing::info!(generation, "the search index was exchanged for a new one");
    Ok(true)
}

/// Removes the indexes before one, and those of another shape. What cannot be removed now is removed the next time.
fn forget_older(app: &App, generation: u64) {
    let is_old = |version: u32, number: u64| version != VERSION || number < generation;
    for (folder, ..) in folders(app).filter(|(_, version, number)| is_old(*version, *number)) {
        if let Err(error) = std::fs::remove_dir_all(&folder) {
            tracing::warn!(%error, ?folder, "an old search index cannot be removed");
        }
    }
}

/// Makes a new index from the tables, beside the one that is in use, while people are served. The process that serves
/// takes it at its next turn; where none serves, it is taken at the next start. `told` hears how much is made, from 0
/// to 1.
///
/// Errors: [`Failure`] of the database or the disk; what was made is removed by the next try.
pub fn rebuild(app: &App, told: &mut dyn FnMut(f64)) -> Result<u64, Failure> {
    let used = ready(app, 0).unwrap_or(0);
    let generation = generations(app).last().copied().unwrap_or(0).max(used) + 1;
    // What a try left that broke off.
    for left in generations(app).into_iter().filter(|left| *left > used) {
        std::fs::remove_dir_all(folder(app, left)).map_err(Failure::broke)?;
    }
    let folder = folder(app, generation);
    let index = Index::open(&folder).map_err(broke)?;
    let last = app.database.read_now(|tx| Ok::<_, Failure>(store::last_ids(tx)?))?;
    let all: i64 = last.iter().sum();
    let mut mark = None;
    loop {
        let (entries, _, next) = app.database.read_now(move |tx| step(tx, mark))?;
        index.put(&entries).map_err(broke)?;
        mark = Some(next);
        let Mark::Making { noun, after, .. } = next else { break };
        let before: i64 = last[..noun.min(last.len())].iter().sum();
        told((before + after) as f64 / all.max(1) as f64);
    }
    let mark = mark.map(|mark| mark.to_string()).unwrap_or_default();
    index.commit(&mark).map_err(broke)?;
    let count = index.count();
    drop(index);
    std::fs::write(folder.join(READY), "").map_err(Failure::broke)?;
    told(1.0);
    Ok(count)
}

/// One turn of the duty: some rows while the index is made, else what was sealed since.
///
/// Errors: [`Failure`] of the database or the disk; the next turn begins where the last commit ended.
pub async fn turn(app: &App) -> Result<Turn, Failure> {
    if app.finding.index().is_none() {
        return Ok(Turn::default());
    }
    exchange(app)?;
    let Some(index) = app.finding.index() else { return Ok(Turn::default()) };
    let mark = app.finding.mark();
    metrics::gauge!("aftercare_search_index_made").set(made(mark));
    let (entries, gone, next) = app.read(move |tx| step(tx, mark)).await?;
    if Some(next) == mark {
        return Ok(Turn::default());
    }
    let (more, is_news) = match (mark, next) {
        (Some(Mark::At(from)), Mark::At(until)) => {
            (until - from >= FOLLOW_MOST as u64, !entries.is_empty() || !gone.is_empty())
        }
        _ => (true, true),
    };
    let done = entries.len() as u64;
    // Facts about what is not looked for need no commit: after a crash they are passed over once more.
    if is_news {
        tokio::task::spawn_blocking(move || {
            index.put(&entries)?;
            index.remove(&gone)?;
            index.commit(&next.to_string())
        })
        .await
        .map_err(Failure::broke)?
        .map_err(broke)?;
    }
    app.finding.set_mark(Some(next));
    metrics::gauge!("aftercare_search_index_made").set(made(Some(next)));
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
