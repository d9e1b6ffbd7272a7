//! From a search to the terms that it asks the index for, each with its place and its weight.

use std::collections::{BTreeMap, HashSet};

use tantivy::query::FuzzyTermQuery;
use tantivy::schema::Field;
use tantivy::{Searcher, Term};

use crate::Error;
use crate::analysis::{grams, is_plain, stem, words};
use crate::codes;
use crate::fold::{Script, is_han, script};
use crate::index::Fields;
use crate::weigh::rarity;

/// The most sources of a search that count; of a long text the rarest are taken.
const SOURCES_MOST: usize = 40;
/// Neighbours of a mistyped word, and spellings of a name, that are tried.
const NEIGHBOURS_MOST: usize = 5;
const SOUNDS_MOST: usize = 24;
/// Words shorter than this are not taken for mistyped; from the second on two slips are forgiven.
const SLIP_FROM_CHARS: usize = 4;
const TWO_SLIPS_FROM_CHARS: usize = 8;

/// What a term found in a field of this kind adds to the score, times its BM25.
const GRAM_WEIGHT: f32 = 1.0;
const WORD_WEIGHT: f32 = 0.5;
const OPENING_WEIGHT: f32 = 0.5;
const HEAD_WEIGHT: f32 = 0.5;
const CODE_WEIGHT: f32 = 1.0;
const CODE_PART_WEIGHT: f32 = 0.3;
const SOUND_WEIGHT: f32 = 0.8;

/// Where a term was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// The title, or the first line where there is none.
    Title,
    /// The first paragraph.
    Opening,
    /// Anywhere in the text.
    Text,
    /// A model number, a serial number or a part of one.
    Code,
    /// The sound of a name.
    Sound,
}

/// One term of the index that a search asks for.
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    /// Which source of the search it stands for.
    pub source: usize,
    pub place: Place,
    pub term: Term,
    pub weight: f32,
    /// It stands only where the last leaf stands that is not within another: a title is part of the text.
    pub within: bool,
}

/// One thing that the person typed.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// As it is shown when it matched.
    pub shown: String,
    /// What it is worth for the share of the search that a hit covers.
    pub worth: f32,
}

/// What a search asks for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Terms {
    pub sources: Vec<Source>,
    pub leaves: Vec<Leaf>,
    /// What is marked in the text of a hit.
    pub marked: HashSet<String>,
}

/// How a source of a search is looked for.
enum Kind {
    Gram,
    Word,
    Code { part: bool },
}

impl Terms {
    /// The terms for the free text of a search.
    ///
    /// Errors: [`Error`] where the index cannot be read.
    pub fn of(free: &str, searcher: &Searcher, fields: &Fields) -> Result<Terms, Error> {
        let mut out = Terms::default();
        let mut candidates: BTreeMap<(u8, String), Kind> = BTreeMap::new();
        let gram_terms: Vec<String> = grams(free).into_iter().map(|token| token.term).collect();
        let words = words(free);
        let any_telling = words.iter().any(|token| !is_plain(&token.term));
        let plain = |term: &str| any_telling && is_plain(term);
        let stems_of_plain: HashSet<String> =
            words.iter().filter(|token| plain(&token.term)).map(|token| stem(&token.term)).collect();
        for term in gram_terms {
            if !stems_of_plain.contains(&term) {
                candidates.insert((0, term), Kind::Gram);
            }
        }
        let mut latin: Vec<String> = Vec::new();
        for token in words {
            if plain(&token.term) {
                continue;
            }
            if !token.term.chars().next().is_some_and(is_han) {
                latin.push(token.term.clone());
            }
            candidates.insert((1, token.term), Kind::Word);
        }
        for code in codes::find(free) {
            let whole = code.squeezed();
            for term in code.terms() {
                let part = term != whole;
                candidates.insert((2, term), Kind::Code { part });
            }
        }
        for word in &latin {
            if word.len() > 1 {
                candidates.entry((2, word.clone())).or_insert(Kind::Code { part: true });
            }
        }
        let documents = searcher.num_docs().max(1) as f32;
        let mut rated = Vec::new();
        for ((_, term), kind) in candidates {
            let field = match kind {
                Kind::Gram if is_lone_han(&term) => fields.characters,
                Kind::Gram => fields.grams,
                Kind::Word => fields.words,
                Kind::Code { .. } => fields.codes,
            };
            let found = searcher.doc_freq(&Term::from_field_text(field, &term))? as f32;
            let worth = rarity(found, documents);
            rated.push((worth, found > 0.0, term, kind));
        }
        rated.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.2.cmp(&b.2)));
        let unknown: HashSet<String> =
            rated.iter().filter(|(_, known, ..)| !known).map(|(_, _, term, _)| term.clone()).collect();
        rated.truncate(SOURCES_MOST * 3);
        for (worth, _, term, kind) in rated {
            out.add(fields, term, worth, &kind);
        }
        for word in &latin {
            let known = !unknown.contains(word) || !unknown.contains(&stem(word));
            if !known && word.chars().count() >= SLIP_FROM_CHARS {
                out.forgive(searcher, fields, word)?;
            }
        }
        out.sounds(searcher, fields, free)?;
        Ok(out)
    }

    fn source(&mut self, shown: &str, worth: f32) -> usize {
        self.sources.push(Source { shown: shown.to_owned(), worth });
        self.sources.len() - 1
    }

    fn leaf(&mut self, source: usize, place: Place, field: Field, term: &str, weight: f32) {
        let term = Term::from_field_text(field, term);
        self.leaves.push(Leaf { source, place, term, weight, within: false });
    }

    /// A leaf within the last one.
    fn within(&mut self, source: usize, place: Place, field: Field, term: &str, weight: f32) {
        self.leaf(source, place, field, term, weight);
        self.leaves.last_mut().into_iter().for_each(|leaf| leaf.within = true);
    }

    fn add(&mut self, fields: &Fields, term: String, worth: f32, kind: &Kind) {
        match kind {
            Kind::Gram => {
                let source = self.source(&term, worth);
                if is_lone_han(&term) {
                    self.leaf(source, Place::Text, fields.characters, &term, GRAM_WEIGHT);
                    self.within(source, Place::Text, fields.grams, &term, GRAM_WEIGHT);
                } else {
                    self.leaf(source, Place::Text, fields.grams, &term, GRAM_WEIGHT);
                }
                self.within(source, Place::Opening, fields.opening, &term, OPENING_WEIGHT);
                self.within(source, Place::Title, fields.head, &term, HEAD_WEIGHT);
            }
            Kind::Word => {
                // Words and codes say again what the grams say; they rank, and count nothing as covered.
                let source = self.source(&term, 0.0);
                self.leaf(source, Place::Text, fields.words, &term, WORD_WEIGHT);
            }
            Kind::Code { part } => {
                let weight = if *part { CODE_PART_WEIGHT } else { CODE_WEIGHT };
                let source = self.source(&term, 0.0);
                self.leaf(source, Place::Code, fields.codes, &term, weight);
            }
        }
        self.marked.insert(term);
    }

    /// Stems of the index that differ by a slip or two from a word that nobody wrote, the most common first.
    fn forgive(&mut self, searcher: &Searcher, fields: &Fields, word: &str) -> Result<(), Error> {
        let slips = if word.chars().count() >= TWO_SLIPS_FROM_CHARS { 2 } else { 1 };
        let automaton =
            FuzzyTermQuery::new(Term::from_field_text(fields.grams, &stem(word)), slips, true).automaton()?;
        let mut near: BTreeMap<String, u32> = BTreeMap::new();
        for segment in searcher.segment_readers() {
            let inverted = segment.inverted_index(fields.grams)?;
            let mut near_ones = inverted.terms().search(&automaton);
            if word.starts_with(|found: char| found.is_ascii_lowercase()) {
                // Pairs of Han, by the hundred thousand, are no slips of a Latin word.
                near_ones = near_ones.ge("a").lt("{");
            }
            let mut stream = near_ones.into_stream()?;
            while stream.advance() {
                if let Ok(found) = std::str::from_utf8(stream.key()) {
                    // Figures are codes: another figure is another thing.
                    if !found.bytes().any(|byte| byte.is_ascii_digit()) {
                        *near.entry(found.to_owned()).or_default() += stream.value().doc_freq;
                    }
                }
            }
        }
        let mut near: Vec<(String, u32)> = near.into_iter().collect();
        near.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let worth =
            self.sources.iter().find(|source| source.shown == stem(word)).map_or(1.0, |found| found.worth);
        for (found, _) in near.into_iter().take(NEIGHBOURS_MOST) {
            let source = self.source(&found, worth / 2.0);
            self.leaf(source, Place::Text, fields.grams, &found, GRAM_WEIGHT);
            self.within(source, Place::Title, fields.head, &found, HEAD_WEIGHT);
            self.marked.insert(found);
        }
        Ok(())
    }

    /// Names that begin, from any of their characters on, as the Latin letters sound.
    fn sounds(&mut self, searcher: &Searcher, fields: &Fields, free: &str) -> Result<(), Error> {
        let typed: String =
            free.chars().map(crate::fold::fold).filter(|found| !found.is_whitespace()).collect();
        if typed.len() < 2 || typed.len() > 40 || !typed.chars().all(|found| script(found) == Script::Letter)
        {
            return Ok(());
        }
        let mut found: Vec<String> = Vec::new();
        for segment in searcher.segment_readers() {
            let inverted = segment.inverted_index(fields.sounds)?;
            let mut stream = inverted.terms().range().ge(typed.as_bytes()).into_stream()?;
            let mut taken = 0;
            while stream.advance() && taken < SOUNDS_MOST {
                match std::str::from_utf8(stream.key()) {
                    Ok(term) if term.starts_with(&typed) => found.push(term.to_owned()),
                    _ => break,
                }
                taken += 1;
            }
        }
        found.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        found.dedup();
        found.truncate(SOUNDS_MOST);
        if found.is_empty() {
            return Ok(());
        }
        let worth: f32 = self.sources.iter().map(|source| source.worth).sum();
        let source = self.source(&typed, worth.max(1.0));
        for term in found {
            self.leaf(source, Place::Sound, fields.sounds, &term, SOUND_WEIGHT);
        }
        Ok(())
    }
}

fn is_lone_han(term: &str) -> bool {
    let mut chars = term.chars();
    chars.next().is_some_and(is_han) && chars.next().is_none()
}
