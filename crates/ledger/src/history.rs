//! The history tree as it is stored: leaves in the order of sealing, hashes in tiles of 256.
//!
//! A fact is sealed soon after its commit by [`seal`], which a timed duty calls. Sealing and not recording
//! gives the leaf its place, so that callers who commit side by side never wait for one another, and a row that
//! becomes visible late (PostgreSQL) is sealed late and never missed.
//!
//! Level 0 holds the hashes of leaves; an entry of level `n + 1` is the root of a full tile of level `n`. A full
//! tile never changes, and the root or a proof of any size needs a few tiles of each level.

use crate::fact::StoredFact;
use crate::tree::{self, Hash, Nodes, hex, leaf_hash, node_hash};
use db::{Error, Tx, statements};
use std::collections::HashMap;

/// Units: hashes in a full tile.
pub(crate) const TILE_HASHES: u64 = 256;
/// The height of the subtree that a full tile holds.
const TILE_HEIGHT: u32 = 8;
const HASH_BYTES: usize = 32;

type NewTile = (i64, i64, Vec<u8>);

statements! {
    static SIZE: () => (i64,) = "SELECT size FROM tree WHERE id = 1";
    static LOCK_SIZE: () => (i64,) = "SELECT size FROM tree WHERE id = 1 {lock}";
    static GROW: (i64,) => () = "UPDATE tree SET size = ?1 WHERE id = 1";
    static UNSEALED: (i64,) => StoredFact =
        "SELECT seq, subject_kind, subject_id, name, happened_at, learned_at, said_by, about, data,
            personal_hash, leaf
         FROM fact WHERE leaf IS NULL ORDER BY seq LIMIT ?1";
    static ANY_UNSEALED: () => (i64,) = "SELECT seq FROM fact WHERE leaf IS NULL ORDER BY seq LIMIT 1";
    static PLACE: (i64, i64, i64) => () = "UPDATE fact SET leaf = ?1 + (seq - ?2) WHERE seq >= ?2 AND seq <= ?3";
    static TILE: (i64, i64) => (Vec<u8>,) = "SELECT hashes FROM tile WHERE level = ?1 AND number = ?2";
    static SAVE_TILE: NewTile => () =
        "INSERT INTO tile (level, number, hashes) VALUES (?1, ?2, ?3)
         ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes";
}

/// What one round of sealing did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sealed {
    /// Facts that were sealed in this round.
    pub facts: u64,
    /// Leaves of the tree afterwards.
    pub size: u64,
}

/// The text whose hash is the leaf of a fact: one line of JSON, the same for ever.
///
/// `about` and `data` are the stored text as it is; `personal` is the salted hash of the personal part, so that
/// the line, and with it the proof, outlives an erasure.
pub fn leaf_text(fact: &StoredFact) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let mut line = format!(
        "{{\"seq\":{},\"subject\":{},\"name\":{},\"at\":\"{}\",\"learned_at\":\"{}\",\"by\":{},\"about\":{},\"data\":{}",
        fact.seq,
        quoted(&format!("{} {}", fact.subject_kind, fact.subject_id)),
        quoted(&fact.name),
        fact.happened_at,
        fact.learned_at,
        quoted(&fact.said_by),
        fact.about,
        fact.data,
    );
    if let Some(hash) = &fact.personal_hash {
        line.push_str(&format!(",\"personal\":\"{}\"", hex(hash)));
    }
    line.push('}');
    line
}

/// Puts up to `max` facts that have no leaf yet at the end of the tree, in the order of their numbers.
///
/// Two that seal at once wait for each other; the second finds what is left.
pub fn seal(tx: &mut Tx, max: i64) -> Result<Sealed, Error> {
    let size = tx.one(&LOCK_SIZE, ())?.0 as u64;
    let facts = tx.all(&UNSEALED, (max,))?;
    if facts.is_empty() {
        return Ok(Sealed { facts: 0, size });
    }
    let mut edge = Edge { tiles: Tiles::new(tx), changed: Vec::new() };
    for (offset, fact) in facts.iter().enumerate() {
        edge.push(0, size + offset as u64, leaf_hash(leaf_text(fact).as_bytes()))?;
    }
    edge.save()?;
    let mut leaf = size;
    for run in facts.chunk_by(|a, b| a.seq + 1 == b.seq) {
        tx.run(&PLACE, (leaf as i64, run[0].seq, run[run.len() - 1].seq))?;
        leaf += run.len() as u64;
    }
    tx.run(&GROW, (leaf as i64,))?;
    Ok(Sealed { facts: facts.len() as u64, size: leaf })
}

/// Whether there are facts that have no leaf yet.
pub fn unsealed(tx: &mut Tx) -> Result<bool, Error> {
    Ok(tx.maybe(&ANY_UNSEALED, ())?.is_some())
}

/// How many leaves the tree has.
pub fn size(tx: &mut Tx) -> Result<u64, Error> {
    Ok(tx.one(&SIZE, ())?.0 as u64)
}

/// The root of the tree of the first `size` leaves.
pub fn root(tx: &mut Tx, size: u64) -> Result<Hash, Error> {
    tree::root(&mut Tiles::new(tx), size)
}

/// The proof that a leaf is in the tree of the first `size` leaves.
///
/// Errors: [`Error::Corrupt`] where the tree has no such leaf.
pub fn prove_inclusion(tx: &mut Tx, leaf: u64, size: u64) -> Result<Vec<Hash>, Error> {
    within(leaf < size, "leaf", leaf, size)?;
    tree::inclusion(&mut Tiles::new(tx), leaf, size)
}

/// The proof that the tree of `new` leaves begins with the tree of `old` leaves.
///
/// Errors: [`Error::Corrupt`] where `old` is larger than `new`.
pub fn prove_consistency(tx: &mut Tx, old: u64, new: u64) -> Result<Vec<Hash>, Error> {
    within(old <= new, "an older tree of", old, new)?;
    tree::consistency(&mut Tiles::new(tx), old, new)
}

fn within(is_within: bool, what: &str, number: u64, size: u64) -> Result<(), Error> {
    if is_within {
        Ok(())
    } else {
        Err(Error::Corrupt(format!("{what} {number} is not in a tree of {size}")))
    }
}

/// The stored tiles, read once each.
pub(crate) struct Tiles<'a> {
    tx: &'a mut Tx,
    read: HashMap<(u32, u64), Vec<u8>>,
}

impl<'a> Tiles<'a> {
    pub(crate) fn new(tx: &'a mut Tx) -> Tiles<'a> {
        Tiles { tx, read: HashMap::new() }
    }

    fn tile(&mut self, level: u32, number: u64) -> Result<&mut Vec<u8>, Error> {
        use std::collections::hash_map::Entry;
        Ok(match self.read.entry((level, number)) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let row = self.tx.maybe(&TILE, (i64::from(level), number as i64))?;
                entry.insert(row.map_or_else(Vec::new, |row| row.0))
            }
        })
    }

    fn entry(&mut self, level: u32, index: u64) -> Result<Hash, Error> {
        let tile = self.tile(level, index / TILE_HASHES)?;
        let start = (index % TILE_HASHES) as usize * HASH_BYTES;
        tile.get(start..start + HASH_BYTES)
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(|| Error::Corrupt(format!("the history tree lacks hash {index} of level {level}")))
    }
}

impl Nodes for Tiles<'_> {
    type Error = Error;

    fn node(&mut self, height: u32, index: u64) -> Result<Hash, Error> {
        let (level, rest) = (height / TILE_HEIGHT, height % TILE_HEIGHT);
        if rest == 0 {
            return self.entry(level, index);
        }
        let left = self.node(height - 1, index * 2)?;
        let right = self.node(height - 1, index * 2 + 1)?;
        Ok(node_hash(&left, &right))
    }
}

/// The right edge of the tree, where it grows.
struct Edge<'a> {
    tiles: Tiles<'a>,
    changed: Vec<(u32, u64)>,
}

impl Edge<'_> {
    /// Adds an entry at the end of a level, and the root of a tile that it fills to the level above.
    fn push(&mut self, level: u32, index: u64, hash: Hash) -> Result<(), Error> {
        let number = index / TILE_HASHES;
        let tile = self.tiles.tile(level, number)?;
        if tile.len() != (index % TILE_HASHES) as usize * HASH_BYTES {
            return Err(Error::Corrupt(format!("tile {number} of level {level} does not end at {index}")));
        }
        tile.extend_from_slice(&hash);
        if self.changed.last() != Some(&(level, number)) && !self.changed.contains(&(level, number)) {
            self.changed.push((level, number));
        }
        if (index + 1).is_multiple_of(TILE_HASHES) {
            let root = self.tiles.node((level + 1) * TILE_HEIGHT - 1, number * 2).and_then(|left| {
                let right = self.tiles.node((level + 1) * TILE_HEIGHT - 1, number * 2 + 1)?;
                Ok(node_hash(&left, &right))
            })?;
            self.push(level + 1, number, root)?;
        }
        Ok(())
    }

    fn save(self) -> Result<(), Error> {
        let Edge { tiles, changed } = self;
        for (level, number) in changed {
            let hashes = &tiles.read[&(level, number)];
            tiles.tx.run(&SAVE_TILE, (i64::from(level), number as i64, hashes))?;
        }
        Ok(())
    }
}
