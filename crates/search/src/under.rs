//! Ranking under conditions: kinds, permissions, a site.
//!
//! The library passes over what cannot rank only where a union of terms stands alone. So the union leads here,
//! and conditions are asked of the few that could rank. Where a condition holds for few, it leads instead.

use tantivy::query::{
    BooleanQuery, ConstScoreQuery, EnableScoring, Explanation, Occur, Query, Scorer, Weight,
};
use tantivy::{DocId, Score, SegmentReader};

/// A condition that holds for less than one in so many leads: looking at each is then cheaper.
const RARE: u32 = 32;

/// A union of terms that ranks, what must hold besides, and what must not.
#[derive(Debug)]
pub(crate) struct Under {
    pub union: BooleanQuery,
    pub must: Vec<Box<dyn Query>>,
    pub must_not: Vec<Box<dyn Query>>,
}

impl Clone for Under {
    fn clone(&self) -> Under {
        let each = |queries: &[Box<dyn Query>]| queries.iter().map(|query| query.box_clone()).collect();
        Under { union: self.union.clone(), must: each(&self.must), must_not: each(&self.must_not) }
    }
}

impl Under {
    /// The same as one query that the library evaluates whole.
    fn joined(&self) -> BooleanQuery {
        let all = |occur, queries: &[Box<dyn Query>]| -> Vec<(Occur, Box<dyn Query>)> {
            queries.iter().map(|query| (occur, unscored(query))).collect()
        };
        let mut parts = all(Occur::Must, &self.must);
        parts.extend(all(Occur::MustNot, &self.must_not));
        parts.push((Occur::Must, Box::new(self.union.clone())));
        BooleanQuery::new(parts)
    }
}

/// A condition adds nothing to the rank.
fn unscored(query: &dyn Query) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query.box_clone(), 0.0))
}

impl Query for Under {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let each = |queries: &[Box<dyn Query>]| -> tantivy::Result<Vec<Box<dyn Weight>>> {
            queries.iter().map(|query| unscored(query).weight(scoring)).collect()
        };
        Ok(Box::new(UnderWeight {
            union: self.union.weight(scoring)?,
            must: each(&self.must)?,
            must_not: each(&self.must_not)?,
            joined: self.joined().weight(scoring)?,
        }))
    }
}

struct UnderWeight {
    union: Box<dyn Weight>,
    must: Vec<Box<dyn Weight>>,
    must_not: Vec<Box<dyn Weight>>,
    joined: Box<dyn Weight>,
}

/// Whether it stands at a document. Documents are asked for in rising order.
fn stands_at(scorer: &mut dyn Scorer, document: DocId) -> bool {
    let at = scorer.doc();
    at == document || (at < document && scorer.seek(document) == document)
}

impl Weight for UnderWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        self.joined.scorer(segment, boost)
    }

    fn explain(&self, segment: &SegmentReader, document: DocId) -> tantivy::Result<Explanation> {
        self.joined.explain(segment, document)
    }

    fn for_each_pruning(
        &self,
        threshold: Score,
        segment: &SegmentReader,
        callback: &mut dyn FnMut(DocId, Score) -> Score,
    ) -> tantivy::Result<()> {
        let scorers = |weights: &[Box<dyn Weight>]| -> tantivy::Result<Vec<Box<dyn Scorer>>> {
            weights.iter().map(|weight| weight.scorer(segment, 1.0)).collect()
        };
        let mut must = scorers(&self.must)?;
        if must.iter().any(|scorer| scorer.size_hint() < segment.max_doc() / RARE) {
            return self.joined.for_each_pruning(threshold, segment, callback);
        }
        let mut must_not = scorers(&self.must_not)?;
        let mut least = threshold;
        self.union.for_each_pruning(threshold, segment, &mut |document, score| {
            if must.iter_mut().all(|scorer| stands_at(scorer.as_mut(), document))
                && !must_not.iter_mut().any(|scorer| stands_at(scorer.as_mut(), document))
            {
                least = callback(document, score);
            }
            least
        })
    }
}

#[cfg(test)]
mod tests {
    use tantivy::collector::TopDocs;
    use tantivy::query::TermQuery;
    use tantivy::schema::{IndexRecordOption, STRING, Schema, TEXT};
    use tantivy::{Index, TantivyDocument, Term};

    use super::*;

    /// Documents by the digits of their numbers: some kinds are common, some rare, some excluded.
    #[test]
    fn the_same_rank_as_without_passing_over() -> tantivy::Result<()> {
        let mut schema = Schema::builder();
        let (text, kind) = (schema.add_text_field("text", TEXT), schema.add_text_field("kind", STRING));
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, 16 << 20)?;
        for nth in 0..6_000_u64 {
            let mut document = TantivyDocument::new();
            let mixed = nth.wrapping_mul(2_654_435_761) >> 7;
            let words: Vec<String> =
                (0..1 + mixed % 9).map(|place| format!("w{}", (mixed >> place) % (2 + place))).collect();
            document.add_text(text, words.join(" "));
            document.add_text(
                kind,
                if nth % 97 == 0 { "rare" } else { ["ticket", "message"][(nth % 2) as usize] },
            );
            writer.add_document(document)?;
            if nth % 2_500 == 2_499 {
                writer.commit()?;
            }
        }
        writer.commit()?;
        let searcher = index.reader()?.searcher();
        let of = |field, word: &str| -> Box<dyn Query> {
            Box::new(TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::WithFreqs))
        };
        let words = ["w0", "w1", "w2", "w3", "w5"];
        let union = BooleanQuery::new(words.iter().map(|word| (Occur::Should, of(text, word))).collect());
        for (must, must_not) in [
            (vec!["ticket"], vec![]),
            (vec!["rare"], vec![]),
            (vec!["message"], vec!["w4"]),
            (vec![], vec!["w1"]),
            (vec!["nothing"], vec![]),
        ] {
            let under = Under {
                union: union.clone(),
                must: must.iter().map(|word| of(kind, word)).collect(),
                must_not: must_not.iter().map(|word| of(text, word)).collect(),
            };
            let best = |query: &dyn Query| {
                searcher.search(query, &TopDocs::with_limit(40).order_by_score()).map(|found| {
                    found.into_iter().map(|(score, at)| (score.to_bits(), at)).collect::<Vec<_>>()
                })
            };
            let (passed_over, whole) = (best(&under)?, best(&under.joined())?);
            assert_eq!(passed_over.is_empty(), must == ["nothing"]);
            assert_eq!(passed_over.len(), whole.len(), "{must:?} without {must_not:?}");
            // Sums of parts in another order differ in the last digits, so equals may change places.
            for (one, other) in passed_over.iter().zip(&whole) {
                let (one, other) = (f32::from_bits(one.0), f32::from_bits(other.0));
                assert!((one - other).abs() < 1e-4, "{one} and {other}: {must:?} without {must_not:?}");
            }
        }
        Ok(())
    }
}
