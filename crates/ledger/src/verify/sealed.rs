//! What happened is what was sealed: facts against the tree, the tree against itself, checkpoints against it.

use super::{Progress, Report, Step};
use crate::checkpoint::{self, Verifier};
use crate::fact::{StoredFact, personal_hash};
use crate::history::{TILE_HASHES, Tiles, leaf_text};
use crate::tree::{self, Nodes, hex, leaf_hash, node_hash};
use db::{Database, Error, Tx, row, statements};

/// Facts, tiles or checkpoints that are read on one snapshot.
const PAGE: i64 = 2000;
/// Tiles that are read on one snapshot; each takes 8 KiB.
const PAGE_TILES: u64 = 256;
/// Units: heights of the subtrees between one level of tiles and the next.
const TILE_HEIGHT: u32 = 8;

row! {
    struct FactRow {
        seq: i64,
        subject_kind: String,
        subject_id: i64,
        name: String,
        happened_at: jiff::Timestamp,
        learned_at: jiff::Timestamp,
        said_by: String,
        about: String,
        data: String,
        personal: Option<String>,
        personal_salt: Option<Vec<u8>>,
        personal_hash: Option<Vec<u8>>,
        leaf: Option<i64>,
    }
}

statements! {
    static PAGE_OF_FACTS: (i64, i64) => FactRow =
        "SELECT seq, subject_kind, subject_id, name, happened_at, learned_at, said_by, about, data, personal,
            personal_salt, personal_hash, leaf
         FROM fact WHERE seq > ?1 ORDER BY seq LIMIT ?2";
    static LAST_SEQ: () => (i64,) = "SELECT seq FROM fact ORDER BY seq DESC LIMIT 1";
}

/// What the tree was when verification began; what is added meanwhile is left for the next time.
struct Scope {
    size: u64,
    last_seq: i64,
    total: u64,
}

pub(super) fn verify(
    database: &Database,
    verifier: Option<&Verifier>,
    report: &mut Report,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), Error> {
    let facts = report.facts;
    let scope = database.read_now::<_, Error>(move |tx| {
        let last_seq = tx.maybe(&LAST_SEQ, ())?.map_or(0, |row| row.0);
        Ok(Scope { size: crate::history::size(tx)?, last_seq, total: facts })
    })?;
    report.leaves = scope.size;
    verify_leaves(database, &scope, report, progress)?;
    verify_tiles(database, scope.size, report)?;
    verify_checkpoints(database, scope.size, verifier, report)
}

/// Each fact stands in the tree where it says, with the hash that it has now; no place is empty or taken twice.
fn verify_leaves(
    database: &Database,
    scope: &Scope,
    report: &mut Report,
    progress: &mut dyn FnMut(Progress),
) -> Result<(), Error> {
    let size = scope.size;
    let mut taken = vec![0_u64; size.div_ceil(64) as usize];
    let mut last = 0;
    let mut done = 0;
    while last < scope.last_seq {
        let from = last;
        let page = database.read_now::<_, Error>(move |tx| {
            let rows = tx.all(&PAGE_OF_FACTS, (from, PAGE))?;
            let mut tiles = Tiles::new(tx);
            let mut checked = Vec::with_capacity(rows.len());
            for row in rows {
                let found = match row.leaf {
                    Some(leaf) if (leaf as u64) < size => Some(tiles.node(0, leaf as u64).ok()),
                    Some(_) | None => None,
                };
                checked.push((row, found));
            }
            Ok(checked)
        })?;
        let Some((end, _)) = page.last() else { break };
        last = end.seq;
        done += page.len() as u64;
        for (row, found) in page {
            verify_personal(&row, report);
            let seq = row.seq;
            match (row.leaf, found) {
                (None, _) => report.unsealed += 1,
                (Some(leaf), Some(stored)) => {
                    let hash = leaf_hash(leaf_text(&row.into_stored()).as_bytes());
                    if stored != Some(hash) {
                        report.differ(format!("fact {seq} is not what was sealed as leaf {leaf}"));
                    }
                    let (word, bit) = ((leaf / 64) as usize, 1 << (leaf % 64));
                    if taken[word] & bit != 0 {
                        report.differ(format!("leaf {leaf} is claimed twice, the second time by fact {seq}"));
                    }
                    taken[word] |= bit;
                }
                // Sealed after verification began.
                (Some(_), None) => {}
            }
        }
        progress(Progress { step: Step::Sealed, done: done.min(scope.total), total: scope.total });
    }
    for leaf in (0..size).filter(|leaf| taken[(leaf / 64) as usize] & (1 << (leaf % 64)) == 0) {
        report.differ(format!("leaf {leaf} was sealed, but its fact is gone"));
    }
    Ok(())
}

fn verify_personal(row: &FactRow, report: &mut Report) {
    match (&row.personal, &row.personal_salt, &row.personal_hash) {
        (Some(text), Some(salt), Some(hash)) if personal_hash(salt, text)[..] == hash[..] => {}
        (None, None, None) => {}
        (None, None, Some(_)) => report.erased += 1,
        _ => report.differ(format!("the personal part of fact {} is not what was recorded", row.seq)),
    }
}

/// Each entry of a higher level is the root of the full tile below it.
fn verify_tiles(database: &Database, size: u64, report: &mut Report) -> Result<(), Error> {
    let mut level = 1;
    let mut entries = size / TILE_HASHES;
    while entries > 0 {
        let mut index = 0;
        while index < entries {
            let end = entries.min(index + PAGE_TILES);
            let from = index;
            let wrong = database.read_now::<_, Error>(move |tx| {
                let mut tiles = Tiles::new(tx);
                Ok((from..end)
                    .filter(|&index| !is_root_of_its_tile(&mut tiles, level, index))
                    .collect::<Vec<_>>())
            })?;
            for index in wrong {
                report.differ(format!(
                    "hash {index} of level {level} of the history tree does not fit those below"
                ));
            }
            index = end;
        }
        entries /= TILE_HASHES;
        level += 1;
    }
    Ok(())
}

fn is_root_of_its_tile(tiles: &mut Tiles<'_>, level: u32, index: u64) -> bool {
    let below = level * TILE_HEIGHT - 1;
    let stored = tiles.node(level * TILE_HEIGHT, index);
    let (left, right) = (tiles.node(below, index * 2), tiles.node(below, index * 2 + 1));
    match (stored, left, right) {
        (Ok(stored), Ok(left), Ok(right)) => stored == node_hash(&left, &right),
        _ => false,
    }
}

/// Each checkpoint states the root that the tree has at that size, and is signed.
fn verify_checkpoints(
    database: &Database,
    size: u64,
    verifier: Option<&Verifier>,
    report: &mut Report,
) -> Result<(), Error> {
    let mut last = -1;
    loop {
        let from = last;
        let page = database.read_now::<_, Error>(move |tx| {
            let page = checkpoint::after(tx, from, PAGE)?;
            page.into_iter()
                .map(|stored| {
                    let root = match stored.size as u64 {
                        beyond if beyond > size => None,
                        within => root_of(tx, within),
                    };
                    Ok((stored, root))
                })
                .collect::<Result<Vec<_>, Error>>()
        })?;
        let Some((end, _)) = page.last() else { return Ok(()) };
        last = end.size;
        for (stored, root) in page {
            report.checkpoints += 1;
            let number = stored.size;
            match root {
                None if stored.size as u64 > size => {
                    // Signed after verification began, or the tree was cut: a later run tells which.
                    let grown = database.read_now::<_, Error>(crate::history::size)?;
                    if grown < stored.size as u64 {
                        report.differ(format!(
                            "the checkpoint of {number} leaves was signed, the tree has {grown}"
                        ));
                    }
                    continue;
                }
                None => report.differ(format!("the tree of {number} leaves cannot be read")),
                Some(root) if root[..] != stored.root[..] => report.differ(format!(
                    "the checkpoint of {number} leaves states root {}, the tree has {}",
                    hex(&stored.root),
                    hex(&root)
                )),
                Some(_) => {}
            }
            if let Some(verifier) = verifier {
                match verifier.checkpoint(&stored.note) {
                    Ok(stated) if stated.size == stored.size as u64 && stated.root[..] == stored.root[..] => {
                    }
                    Ok(_) => {
                        report.differ(format!("the checkpoint of {number} leaves is not what was signed"))
                    }
                    Err(error) => report.differ(format!("the checkpoint of {number} leaves: {error}")),
                }
            }
        }
    }
}

fn root_of(tx: &mut Tx, size: u64) -> Option<tree::Hash> {
    crate::history::root(tx, size).ok()
}

impl FactRow {
    fn into_stored(self) -> StoredFact {
        StoredFact {
            seq: self.seq,
            subject_kind: self.subject_kind,
            subject_id: self.subject_id,
            name: self.name,
            happened_at: self.happened_at,
            learned_at: self.learned_at,
            said_by: self.said_by,
            about: self.about,
            data: self.data,
            personal_hash: self.personal_hash,
            leaf: self.leaf,
        }
    }
}
