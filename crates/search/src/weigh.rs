//! The terms of a search as the whole index weighs them, their lists of entries, and what each can do in a segment.
//!
//! A sentence asks for some fifty terms, in every segment. So what is asked of the whole index is asked once for a
//! search; and what was learnt of a term in a segment, which never changes, is kept for the next search.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::SegmentId;
use tantivy::postings::BlockSegmentPostings;
use tantivy::query::{Bm25StatisticsProvider, Bm25Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, Score, Searcher, SegmentReader, TERMINATED, Term};

use crate::terms::Leaf;

/// The most terms of a segment that are kept: some four megabytes.
const KEPT_MOST: usize = 16_384;
/// Texts are told apart by so many lengths.
pub(crate) const LENGTHS: usize = 32;
/// Entries in a block of a list.
const BLOCK: usize = 128;

/// A term of a search.
pub(crate) struct Weighed {
    /// It stands only where the last term stands that is not within another.
    pub within: bool,
    term: Term,
    /// With what it counts in this search.
    bm25: Bm25Weight,
    boost: Score,
    /// What its rarity multiplies in a score.
    rarity: Score,
    /// The mean length of its field.
    mean: Score,
}

/// Something for each length of a text.
pub(crate) type ByLength = [Score; LENGTHS];

/// What a term can do in one segment.
#[derive(Clone, Copy)]
pub(crate) struct Share {
    /// In how many entries of the segment it stands.
    pub entries: u32,
    /// The most that it adds to a score there.
    pub most: ByLength,
}

/// The lengths of the texts of a segment.
pub(crate) struct Lengths(FieldNormReader);

impl Lengths {
    /// The lengths of a field.
    ///
    /// Errors: those of reading the index.
    pub fn of(segment: &SegmentReader, field: Field) -> tantivy::Result<Lengths> {
        Ok(Lengths(lengths(segment, field)?))
    }

    /// The place of an entry's length in a [`ByLength`].
    #[inline]
    pub fn place(&self, document: DocId) -> usize {
        // The library rounds longer ones, so that there are eight to a doubling; pairs of them are told apart up to some
        // 150 terms.
        usize::from(self.0.fieldnorm_id(document) / 2).min(LENGTHS - 1)
    }
}

fn lengths(segment: &SegmentReader, field: Field) -> tantivy::Result<FieldNormReader> {
    let lengths = segment.fieldnorms_readers().get_field(field)?;
    Ok(lengths.unwrap_or_else(|| FieldNormReader::constant(segment.max_doc(), 1)))
}

/// Weighs terms by how rare they are in the whole index.
///
/// Errors: those of reading the index.
pub(crate) fn weigh(searcher: &Searcher, leaves: &[Leaf]) -> tantivy::Result<Vec<Weighed>> {
    let entries = searcher.total_num_docs()?;
    let mut lengths: HashMap<Field, u64> = HashMap::new();
    let weighed = leaves.iter().map(|leaf| {
        let field = leaf.term.field();
        let length = match lengths.get(&field) {
            Some(length) => *length,
            None => *lengths.entry(field).or_insert(searcher.total_num_tokens(field)?),
        };
        let standing = searcher.doc_freq(&leaf.term)?;
        let mean = length as Score / entries.max(1) as Score;
        Ok(Weighed {
            within: leaf.within,
            term: leaf.term.clone(),
            bm25: Bm25Weight::for_one_term_without_explain(standing, entries, mean).boost_by(leaf.weight),
            boost: leaf.weight,
            rarity: rarity(standing as f32, entries as f32),
            mean,
        })
    });
    weighed.collect()
}

/// How much a term tells that stands in so many of all entries, as BM25 has it.
pub(crate) fn rarity(standing: f32, entries: f32) -> f32 {
    (1.0 + (entries - standing + 0.5).max(0.0) / (standing + 0.5)).ln()
}

impl Weighed {
    /// The entries of a segment in which it stands.
    ///
    /// Errors: those of reading the index.
    pub fn list(&self, segment: &SegmentReader) -> tantivy::Result<List> {
        let field = self.term.field();
        let inverted = segment.inverted_index(field)?;
        let blocks = inverted.read_block_postings(&self.term, IndexRecordOption::WithFreqs)?;
        Ok(List {
            blocks: blocks.unwrap_or_else(BlockSegmentPostings::empty),
            at: 0,
            lengths: lengths(segment, field)?,
            bm25: self.bm25.clone(),
        })
    }

    fn learn(&self, segment: &SegmentReader, lengths: &Lengths) -> tantivy::Result<Strength> {
        let mut list = self.list(segment)?;
        let mut most = [0.0; LENGTHS];
        while list.document() != TERMINATED {
            let most = &mut most[lengths.place(list.document())];
            *most = list.score().max(*most);
            list.advance(0.0);
        }
        let each = self.rarity * self.boost;
        Ok(Strength { entries: list.blocks.doc_freq(), most: most.map(|most| most / each), mean: self.mean })
    }
}

/// The entries of a segment in which a term stands, in rising order.
pub(crate) struct List {
    blocks: BlockSegmentPostings,
    /// The place in the block.
    at: usize,
    lengths: FieldNormReader,
    bm25: Bm25Weight,
}

impl List {
    /// The entry at which it stands; [`TERMINATED`] after the last.
    #[inline]
    pub fn document(&self) -> DocId {
        self.blocks.doc(self.at)
    }

    /// What the term adds to the score of that entry.
    #[inline]
    pub fn score(&self) -> Score {
        self.bm25.score(self.lengths.fieldnorm_id(self.document()), self.blocks.freq(self.at))
    }

    /// Goes on to the next entry, over blocks in which the term adds no more than `enough`.
    #[inline]
    pub fn advance(&mut self, enough: Score) {
        if self.at + 1 < BLOCK {
            self.at += 1;
        } else {
            self.next_block();
            while self.document() != TERMINATED
                && self.blocks.block_max_score(&self.lengths, &self.bm25) <= enough
            {
                self.next_block();
            }
        }
    }

    fn next_block(&mut self) {
        self.blocks.advance();
        self.at = 0;
    }

    /// Whether the term stands in an entry. Entries are asked for in rising order.
    #[inline]
    pub fn stands_at(&mut self, document: DocId) -> bool {
        if self.document() < document {
            self.at = (self.at + 1).min(BLOCK - 1);
            if self.document() < document {
                self.at = self.blocks.seek(document);
            }
        }
        self.document() == document
    }
}

/// What was learnt of a term in a segment.
#[derive(Clone, Copy)]
struct Strength {
    entries: u32,
    /// The most that it added to a score there, for each unit of rarity.
    most: ByLength,
    /// The mean length of the field at that time.
    mean: Score,
}

impl Strength {
    /// The most that the term can add now. Texts count as shorter when the mean length grows, and what a term adds then
    /// grows by that share at most.
    fn now(self, weighed: &Weighed) -> Share {
        let each = weighed.rarity * weighed.boost * (weighed.mean / self.mean).max(1.0);
        Share { entries: self.entries, most: self.most.map(|most| most * each) }
    }
}

/// What was learnt of terms in the segments of an index.
#[derive(Default)]
pub(crate) struct Strengths(Mutex<HashMap<SegmentId, HashMap<Term, Strength>>>);

impl Strengths {
    /// What each term can do in a segment.
    ///
    /// Errors: those of reading the index.
    pub fn shares(
        &self,
        segment: &SegmentReader,
        lengths: &Lengths,
        weighed: &[Weighed],
    ) -> tantivy::Result<Vec<Share>> {
        let id = segment.segment_id();
        let known: Vec<Option<Strength>> = {
            let mut kept = self.kept();
            let terms = kept.entry(id).or_default();
            weighed.iter().map(|weighed| terms.get(&weighed.term).copied()).collect()
        };
        let mut shares = Vec::with_capacity(weighed.len());
        let mut learnt = Vec::new();
        for (weighed, known) in weighed.iter().zip(known) {
            let strength = match known {
                Some(strength) => strength,
                None => {
                    let strength = weighed.learn(segment, lengths)?;
                    learnt.push((weighed.term.clone(), strength));
                    strength
                }
            };
            shares.push(strength.now(weighed));
        }
        if !learnt.is_empty() {
            let mut kept = self.kept();
            let terms = kept.entry(id).or_default();
            if terms.len() + learnt.len() > KEPT_MOST {
                terms.clear();
            }
            terms.extend(learnt);
        }
        Ok(shares)
    }

    /// Forgets what was learnt in segments that are gone.
    pub fn keep(&self, searcher: &Searcher) {
        let live: HashSet<SegmentId> =
            searcher.segment_readers().iter().map(SegmentReader::segment_id).collect();
        self.kept().retain(|id, _| live.contains(id));
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<SegmentId, HashMap<Term, Strength>>> {
        // Whatever a panic left here is true of its segment.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
