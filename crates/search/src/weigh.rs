//! The terms of a search as the whole index weighs them, and what each can do in a segment.
//!
//! A sentence asks for some fifty terms, in every segment. So what the library asks of the whole index is asked once
//! for a search; and what was learnt of a term in a segment, which never changes, is kept for the next search.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tantivy::index::SegmentId;
use tantivy::query::{Bm25StatisticsProvider, EnableScoring, Explanation, Query, Scorer, TermQuery, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, Score, Searcher, SegmentReader, Term};

use crate::terms::Leaf;

/// The most terms of a segment that are kept: some five megabytes.
const KEPT_MOST: usize = 32_768;

/// A term of a search.
pub(crate) struct Weighed {
    term: Term,
    weight: Arc<dyn Weight>,
    boost: Score,
    /// What its rarity multiplies in a score.
    rarity: Score,
    /// The mean length of its field.
    mean: Score,
}

/// What a term can do in one segment.
#[derive(Clone, Copy)]
pub(crate) struct Share {
    pub leaf: usize,
    /// In how many entries of the segment it stands.
    pub entries: u32,
    /// The most that it adds to a score there.
    pub most: Score,
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
        let told = Told { entries, length, standing };
        let query = TermQuery::new(leaf.term.clone(), IndexRecordOption::WithFreqs);
        let weight = query.weight(EnableScoring::enabled_from_statistics_provider(&told, searcher))?;
        Ok(Weighed {
            term: leaf.term.clone(),
            weight: Arc::from(weight),
            boost: leaf.weight,
            rarity: rarity(standing as f32, entries as f32),
            mean: length as f32 / entries.max(1) as f32,
        })
    });
    weighed.collect()
}

/// How much a term tells that stands in so many of all entries, as BM25 has it.
pub(crate) fn rarity(standing: f32, entries: f32) -> f32 {
    (1.0 + (entries - standing + 0.5).max(0.0) / (standing + 0.5)).ln()
}

/// What the library asks of the whole index for a term.
struct Told {
    entries: u64,
    length: u64,
    standing: u64,
}

impl Bm25StatisticsProvider for Told {
    fn total_num_tokens(&self, _: Field) -> tantivy::Result<u64> {
        Ok(self.length)
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.entries)
    }

    fn doc_freq(&self, _: &Term) -> tantivy::Result<u64> {
        Ok(self.standing)
    }
}

impl Weighed {
    pub fn scorer(&self, segment: &SegmentReader) -> tantivy::Result<Box<dyn Scorer>> {
        self.weight.scorer(segment, self.boost)
    }

    /// For a union, which wants to own its weights.
    pub fn lent(&self) -> Box<dyn Weight> {
        Box::new(Lent(self.weight.clone(), self.boost))
    }

    /// Goes through the entries that score more than a threshold, which each returns anew.
    pub fn each_above(
        &self,
        threshold: Score,
        segment: &SegmentReader,
        take: &mut dyn FnMut(DocId, Score) -> Score,
    ) -> tantivy::Result<()> {
        // Without the boost: in this form the library passes over blocks.
        self.weight.for_each_pruning(threshold / self.boost, segment, &mut |document, score| {
            take(document, score * self.boost) / self.boost
        })
    }

    fn learn(&self, segment: &SegmentReader) -> tantivy::Result<Strength> {
        let entries = segment.inverted_index(self.term.field())?.doc_freq(&self.term)?;
        let mut most = 0.0;
        if entries > 0 {
            self.weight.for_each_pruning(0.0, segment, &mut |_, score| {
                most = score.max(most);
                most
            })?;
        }
        Ok(Strength { entries, most: most / self.rarity, mean: self.mean })
    }
}

/// The weight of a term, lent to a union.
struct Lent(Arc<dyn Weight>, Score);

impl Weight for Lent {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        self.0.scorer(segment, boost * self.1)
    }

    fn explain(&self, segment: &SegmentReader, document: DocId) -> tantivy::Result<Explanation> {
        self.0.explain(segment, document)
    }
}

/// What was learnt of a term in a segment.
#[derive(Clone, Copy)]
struct Strength {
    entries: u32,
    /// The most that it added to a score there, for each unit of rarity.
    most: Score,
    /// The mean length of the field at that time.
    mean: Score,
}

impl Strength {
    /// The most that the term can add now. Texts count as shorter when the mean length grows, and what a term adds then
    /// grows by that share at most.
    fn now(self, weighed: &Weighed) -> Score {
        self.most * weighed.rarity * (weighed.mean / self.mean).max(1.0) * weighed.boost
    }
}

/// What was learnt of terms in the segments of an index.
#[derive(Default)]
pub(crate) struct Strengths(Mutex<HashMap<SegmentId, HashMap<Term, Strength>>>);

impl Strengths {
    /// What each term can do in a segment, without those that do not stand there.
    ///
    /// Errors: those of reading the index.
    pub fn shares(&self, segment: &SegmentReader, weighed: &[Weighed]) -> tantivy::Result<Vec<Share>> {
        let id = segment.segment_id();
        let known: Vec<Option<Strength>> = {
            let mut kept = self.kept();
            let terms = kept.entry(id).or_default();
            weighed.iter().map(|weighed| terms.get(&weighed.term).copied()).collect()
        };
        let mut shares = Vec::with_capacity(weighed.len());
        let mut learnt = Vec::new();
        for (leaf, (weighed, known)) in weighed.iter().zip(known).enumerate() {
            let strength = match known {
                Some(strength) => strength,
                None => {
                    let strength = weighed.learn(segment)?;
                    learnt.push((weighed.term.clone(), strength));
                    strength
                }
            };
            if strength.entries > 0 {
                shares.push(Share { leaf, entries: strength.entries, most: strength.now(weighed) });
            }
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
