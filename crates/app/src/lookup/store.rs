//! Words and grams of what can be looked up.

use std::collections::BTreeSet;

use db::{Error, Query, Row, Statement, Tx, statements};

use super::grams::{Piece, grams, pieces, words};

/// How many rows of a gram are counted to find the rarest; a gram with more is common.
const PROBE_MOST: i64 = 500;
/// How many grams one statement takes.
const GRAMS_AT_ONCE: usize = 16;

statements! {
    static WORDS: (String, i64) => (String,) = "SELECT words FROM lookup WHERE noun = ?1 AND id = ?2";
    static SAVE: (String, i64, String) => () =
        "INSERT INTO lookup (noun, id, words) VALUES (?1, ?2, ?3)
         ON CONFLICT (noun, id) DO UPDATE SET words = excluded.words";
    static ADD_GRAMS: (
        i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64,
    ) => () =
        "INSERT INTO lookup_gram (gram, id) VALUES
            (?2, ?1), (?3, ?1), (?4, ?1), (?5, ?1), (?6, ?1), (?7, ?1), (?8, ?1), (?9, ?1), (?10, ?1),
            (?11, ?1), (?12, ?1), (?13, ?1), (?14, ?1), (?15, ?1), (?16, ?1), (?17, ?1)
         ON CONFLICT (gram, id) DO NOTHING";
    static REMOVE_GRAM: (i64, i64) => () = "DELETE FROM lookup_gram WHERE id = ?1 AND gram = ?2";
    static COMMONNESS: (i64, i64) => (i64,) =
        "SELECT COUNT(*) FROM (SELECT 1 FROM lookup_gram WHERE gram = ?1 LIMIT ?2) AS probe";
}

/// Makes a thing findable by its fields, in place of those it was found by before.
pub fn remember(tx: &mut Tx, noun: &str, id: i64, fields: &[&str]) -> Result<(), Error> {
    let new_words = words(fields);
    let old_words = tx.maybe(&WORDS, (noun, id))?.map(|(found,)| found);
    if old_words.as_ref() == Some(&new_words) {
        return Ok(());
    }
    let new = grams(noun, fields);
    if let Some(old_words) = old_words {
        // Beginnings of old words behind the first of a field stay; the words decide what is found.
        let lines: Vec<&str> = old_words.lines().collect();
        for gram in grams(noun, &lines).difference(&new) {
            tx.run(&REMOVE_GRAM, (id, *gram))?;
        }
    }
    tx.run(&SAVE, (noun, id, &new_words))?;
    add(tx, id, new)
}

fn add(tx: &mut Tx, id: i64, grams: BTreeSet<i64>) -> Result<(), Error> {
    let grams: Vec<i64> = grams.into_iter().collect();
    for some in grams.chunks(GRAMS_AT_ONCE) {
        // A statement of one length serves all: what is missing repeats the first, which changes nothing.
        let g = |index: usize| some.get(index).copied().unwrap_or(some[0]);
        tx.run(
            &ADD_GRAMS,
            (
                id,
                g(0),
                g(1),
                g(2),
                g(3),
                g(4),
                g(5),
                g(6),
                g(7),
                g(8),
                g(9),
                g(10),
                g(11),
                g(12),
                g(13),
                g(14),
                g(15),
            ),
        )?;
    }
    Ok(())
}

/// A search as the store answers it.
#[derive(Debug, Clone)]
pub struct Look {
    noun: &'static str,
    rarest: i64,
    others: Vec<i64>,
    pieces: Vec<Piece>,
}

/// What a search field holds: nothing to look for, or a look, or signs that cannot be looked for.
#[derive(Debug, Clone)]
pub enum Found {
    /// The field is empty: the list is shown whole.
    Everything,
    /// Nothing can match: only signs were typed.
    Nothing,
    /// Look for this.
    Look(Look),
}

impl Look {
    /// Prepares a search for what was typed: finds the gram to begin with.
    pub fn typed(tx: &mut Tx, noun: &'static str, typed: &str) -> Result<Found, Error> {
        if typed.trim().is_empty() {
            return Ok(Found::Everything);
        }
        let pieces = pieces(noun, typed);
        let all: BTreeSet<i64> = pieces.iter().flat_map(|piece| piece.grams.iter().copied()).collect();
        let mut rarest: Option<(i64, i64)> = None;
        for gram in &all {
            let (count,) = tx.one(&COMMONNESS, (*gram, PROBE_MOST))?;
            if count == 0 {
                return Ok(Found::Nothing);
            }
            if rarest.is_none_or(|(least, _)| count < least) {
                rarest = Some((count, *gram));
            }
        }
        Ok(match rarest {
            None => Found::Nothing,
            Some((_, rarest)) => {
                let others = all.into_iter().filter(|gram| *gram != rarest).collect();
                Found::Look(Look { noun, rarest, others, pieces })
            }
        })
    }

    fn query<R: Row>(&self, select: &Statement<(), R>, table: &str, after: Option<i64>) -> Query<R> {
        let alias = table.rsplit(' ').next().unwrap_or(table);
        let found = format!("lookup_gram g CROSS JOIN {table}");
        // CROSS JOIN: the gram is read first, also where the planner knows nothing of its rarity.
        let mut query =
            Query::new::<R>(select.sql().replacen(&format!("FROM {table}"), &format!("FROM {found}"), 1))
                .and("g.gram = ?", self.rarest)
                .and_some("g.id < ?", after)
                .and(&format!("{alias}.id = g.id"), ())
                .order("g.id DESC");
        for gram in &self.others {
            query = query.and("EXISTS (SELECT 1 FROM lookup_gram o WHERE o.gram = ? AND o.id = g.id)", *gram);
        }
        for piece in &self.pieces {
            // Only letters and digits are left in a piece, so that nothing in it is a sign of LIKE.
            query = query.and(
                "EXISTS (SELECT 1 FROM lookup w WHERE w.noun = ? AND w.id = g.id AND w.words LIKE ?)",
                (self.noun, format!("%{}%", piece.text)),
            );
        }
        query
    }
}

impl Found {
    /// Begins a list of what was found, newest first. The statement ends with `FROM table alias` and joins;
    /// `table` is that table and its alias; rows with ids from `after` on are left out. Of nothing the list is
    /// empty.
    pub fn query<R: Row>(&self, select: &Statement<(), R>, table: &str, after: Option<i64>) -> Query<R> {
        match self {
            Found::Look(look) => look.query(select, table, after),
            Found::Everything => {
                let id = format!("{}.id", table.rsplit(' ').next().unwrap_or(table));
                Query::of(select).and_some(&format!("{id} < ?"), after).order(&format!("{id} DESC"))
            }
            Found::Nothing => Query::of(select).and("1 = 0", ()),
        }
    }
}

/// Narrows a list to rows whose `column` is one of `ids`; with none given the list stays as it is.
pub fn of_any<R: Row, I: Copy + Into<i64>>(query: Query<R>, column: &str, ids: &[I]) -> Query<R> {
    match ids {
        [] => query,
        [one] => query.and(&format!("{column} = ?"), (*one).into()),
        many => query.and_in(column, &many.iter().map(|id| (*id).into()).collect::<Vec<i64>>()),
    }
}

/// Whether a list shows what is in use, what was put away, or both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Shown {
    /// What is in use.
    #[default]
    InUse,
    /// What was put away.
    Archived,
    /// Both.
    All,
}

impl Shown {
    /// Reads the filter as it stands in an address: nothing, `archived` or `all`.
    pub fn parse(text: &str) -> Shown {
        match text {
            "archived" => Shown::Archived,
            "all" => Shown::All,
            _ => Shown::InUse,
        }
    }

    /// Narrows a list of rows that have `archived_at`.
    pub fn narrow<R: Row>(self, query: Query<R>, alias: &str) -> Query<R> {
        match self {
            Shown::InUse => query.and(&format!("{alias}.archived_at IS NULL"), ()),
            Shown::Archived => query.and(&format!("{alias}.archived_at IS NOT NULL"), ()),
            Shown::All => query,
        }
    }
}
