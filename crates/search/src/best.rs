//! The best hits of a union of terms under conditions, found without scoring all that match.
//!
//! A sentence asks for some fifty terms, of which many stand in a quarter of all texts. So each segment is asked in
//! two steps, the newest segment first, and none forgets what those before it found:
//!
//! 1. What holds one of the rarest terms, whose score is then completed with the other terms. These are likely to be
//!    the best, and tell what a hit must score.
//! 2. What holds none of them: there the terms that cannot reach that score together only complete it, and the
//!    library passes over what the others cannot lift far enough (block-max WAND).
//!
//! Conditions are asked of the few that could rank; one that holds for few leads instead. Nothing is estimated: the hits
//! are those that scoring everything would find.

use std::cmp::Reverse;

use tantivy::query::{
    BooleanWeight, ConstScoreQuery, EnableScoring, Occur, Query, Scorer, SumCombiner, Weight,
};
use tantivy::{DocAddress, DocId, Score, Searcher, SegmentReader};

use crate::weigh::{Share, Strengths, Weighed};

/// A condition that holds for less than one in so many leads.
const RARE: u32 = 32;
/// The most that hold the rarest terms and are looked at one by one, in each segment.
const FEW: u32 = 4_096;
/// A segment of no more entries is asked at once: to learn what each term can do there would cost more.
const SMALL: u32 = 1_024;

/// Finds the `wanted` best of what holds any of the terms, everything of `must` and nothing of `must_not`, in order.
pub(crate) fn best(
    searcher: &Searcher,
    strengths: &Strengths,
    terms: &[Weighed],
    must: &[Box<dyn Query>],
    must_not: &[Box<dyn Query>],
    wanted: usize,
) -> tantivy::Result<Vec<DocAddress>> {
    let conditions = |queries: &[Box<dyn Query>]| -> tantivy::Result<Vec<Box<dyn Weight>>> {
        let scoring = EnableScoring::enabled_from_searcher(searcher);
        queries.iter().map(|query| ConstScoreQuery::new(query.box_clone(), 0.0).weight(scoring)).collect()
    };
    let union = Union { strengths, terms, must: conditions(must)?, must_not: conditions(must_not)? };
    let mut top = Top { wanted, hits: Vec::with_capacity(wanted + 1) };
    for place in newest_first(searcher)? {
        let segment = searcher.segment_reader(place);
        union.look(segment, place, &mut top)?;
    }
    Ok(top.hits.into_iter().map(|hit| hit.at).collect())
}

/// The segments by the newest entry of each.
fn newest_first(searcher: &Searcher) -> tantivy::Result<Vec<u32>> {
    let mut places = Vec::new();
    for (place, segment) in searcher.segment_readers().iter().enumerate() {
        places.push((Reverse(segment.fast_fields().i64("at")?.max_value()), place as u32));
    }
    places.sort_unstable();
    Ok(places.into_iter().map(|(_, place)| place).collect())
}

/// The best hits so far, the best first.
struct Top {
    wanted: usize,
    hits: Vec<Found>,
}

struct Found {
    score: Score,
    at: DocAddress,
}

impl Top {
    /// What a hit must score more than.
    fn least(&self) -> Score {
        match self.hits.last() {
            Some(last) if self.hits.len() >= self.wanted => last.score,
            _ => Score::MIN,
        }
    }

    /// Takes a hit in, unless it is there: what holds a rare term is met in both steps.
    fn take(&mut self, score: Score, at: DocAddress) {
        if self.hits.iter().any(|hit| hit.at == at) {
            return;
        }
        let place = self.hits.partition_point(|hit| hit.score >= score);
        self.hits.insert(place, Found { score, at });
        self.hits.truncate(self.wanted);
    }
}

struct Union<'a> {
    strengths: &'a Strengths,
    terms: &'a [Weighed],
    must: Vec<Box<dyn Weight>>,
    must_not: Vec<Box<dyn Weight>>,
}

fn sum(shares: &[Share]) -> Score {
    shares.iter().map(|share| share.most).sum()
}

impl Union<'_> {
    /// Looks for better hits in a segment.
    fn look(&self, segment: &SegmentReader, place: u32, top: &mut Top) -> tantivy::Result<()> {
        if segment.max_doc() <= SMALL {
            let all: Vec<Share> =
                (0..self.terms.len()).map(|leaf| Share { leaf, entries: 0, most: 0.0 }).collect();
            return self.lead(segment, place, &all, &[], u32::MAX, top);
        }
        let mut shares = self.strengths.shares(segment, self.terms)?;
        if shares.is_empty() || sum(&shares) <= top.least() {
            return Ok(());
        }
        let few = segment.max_doc() / RARE;
        for (nth, condition) in self.must.iter().enumerate() {
            let mut leader = condition.scorer(segment, 1.0)?;
            if leader.size_hint() < few {
                let mut rest = self.rest(segment, place, &shares, Some(nth))?;
                while leader.doc() != tantivy::TERMINATED {
                    rest.complete(leader.doc(), 0.0, top)?;
                    leader.advance();
                }
                return Ok(());
            }
        }
        shares.sort_by_key(|share| share.entries);
        let mut entries = 0;
        let rare = shares.iter().take_while(|share| {
            entries += share.entries;
            entries <= FEW
        });
        let rare = rare.count();
        if rare > 0 {
            let (rare, others) = shares.split_at(rare);
            self.lead(segment, place, rare, others, u32::MAX, top)?;
            shares = others.to_vec();
        } else {
            // All are common: some of what holds the rarest tells what a hit must score.
            let (rarest, others) = shares.split_at(1);
            self.lead(segment, place, rarest, others, FEW, top)?;
        }
        let least = top.least();
        shares.sort_by(|a, b| a.most.total_cmp(&b.most));
        let mut together = 0.0;
        let helpless = shares.iter().take_while(|share| {
            together += share.most;
            together <= least
        });
        let (helpless, leading) = shares.split_at(helpless.count());
        self.lead(segment, place, leading, helpless, u32::MAX, top)
    }

    /// Goes through what holds one of the leading terms and could rank with the help of the others; through so many
    /// at most.
    fn lead(
        &self,
        segment: &SegmentReader,
        place: u32,
        leading: &[Share],
        others: &[Share],
        most: u32,
        top: &mut Top,
    ) -> tantivy::Result<()> {
        if leading.is_empty() {
            return Ok(());
        }
        let least = top.least();
        let mut rest = self.rest(segment, place, others, None)?;
        let help = sum(others);
        let mut met = 0;
        let mut failed = None;
        let mut take = |document, score| {
            met += 1;
            match rest.complete(document, score, top) {
                Ok(()) if met < most => top.least() - help,
                Ok(()) => Score::MAX,
                Err(error) => {
                    failed = Some(error);
                    Score::MAX
                }
            }
        };
        match leading {
            [alone] => self.terms[alone.leaf].each_above(least - help, segment, &mut take)?,
            several => {
                let weights = several.iter().map(|share| (Occur::Should, self.terms[share.leaf].lent()));
                let together = Box::new(SumCombiner::default);
                BooleanWeight::with_minimum_number_should_match(weights.collect(), 1, true, together)
                    .for_each_pruning(least - help, segment, &mut take)?;
            }
        }
        failed.map_or(Ok(()), Err)
    }

    fn rest<'s>(
        &'s self,
        segment: &'s SegmentReader,
        place: u32,
        shares: &[Share],
        but: Option<usize>,
    ) -> tantivy::Result<Rest<'s>> {
        let mut shares = shares.to_vec();
        shares.sort_by(|a, b| b.most.total_cmp(&a.most));
        let scorers =
            |weights: &[Box<dyn Weight>], but: Option<usize>| -> tantivy::Result<Vec<Box<dyn Scorer>>> {
                let asked = weights.iter().enumerate().filter(|(nth, _)| Some(*nth) != but);
                asked.map(|(_, weight)| weight.scorer(segment, 1.0)).collect()
            };
        Ok(Rest {
            segment,
            place,
            help: sum(&shares),
            terms: shares
                .iter()
                .map(|share| Helper { term: &self.terms[share.leaf], most: share.most, scorer: None })
                .collect(),
            must: scorers(&self.must, but)?,
            must_not: scorers(&self.must_not, None)?,
        })
    }
}

/// What is asked of each entry that a leader stands at, in rising order.
struct Rest<'s> {
    segment: &'s SegmentReader,
    place: u32,
    /// What all terms add at most.
    help: Score,
    /// The most helpful first.
    terms: Vec<Helper<'s>>,
    must: Vec<Box<dyn Scorer>>,
    must_not: Vec<Box<dyn Scorer>>,
}

/// A term that completes what others lead to; opened when it is first asked.
struct Helper<'s> {
    term: &'s Weighed,
    most: Score,
    scorer: Option<Box<dyn Scorer>>,
}

impl Helper<'_> {
    /// What it adds to the score of an entry.
    fn adds(&mut self, segment: &SegmentReader, document: DocId) -> tantivy::Result<Score> {
        let scorer = match &mut self.scorer {
            Some(scorer) => scorer,
            None => self.scorer.insert(self.term.scorer(segment)?),
        };
        Ok(if stands_at(scorer.as_mut(), document) { scorer.score() } else { 0.0 })
    }
}

/// Whether it stands at an entry. Entries are asked for in rising order.
pub(crate) fn stands_at(scorer: &mut dyn Scorer, document: DocId) -> bool {
    let at = scorer.doc();
    at == document || (at < document && scorer.seek(document) == document)
}

impl Rest<'_> {
    fn complete(&mut self, document: DocId, begun: Score, top: &mut Top) -> tantivy::Result<()> {
        let allowed = !self.segment.is_deleted(document)
            && self.must.iter_mut().all(|scorer| stands_at(scorer.as_mut(), document))
            && !self.must_not.iter_mut().any(|scorer| stands_at(scorer.as_mut(), document));
        if !allowed {
            return Ok(());
        }
        let least = top.least();
        let mut score = begun;
        let mut help = self.help;
        for helper in &mut self.terms {
            // Sums in another order differ in their last digits.
            if score + help * (1.0 + Score::EPSILON * 64.0) <= least {
                return Ok(());
            }
            score += helper.adds(self.segment, document)?;
            help -= helper.most;
        }
        if score > least && score > 0.0 {
            top.take(score, DocAddress::new(self.place, document));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use tantivy::collector::TopDocs;
    use tantivy::query::{BooleanQuery, BoostQuery, TermQuery};
    use tantivy::schema::IndexRecordOption;
    use tantivy::schema::{FAST, Field, INDEXED, STRING, Schema, TEXT};
    use tantivy::{Index, TantivyDocument, Term};

    use super::*;
    use crate::terms::{Leaf, Place};
    use crate::weigh::weigh;

    struct House {
        searcher: Searcher,
        text: Field,
        kind: Field,
    }

    /// Three segments and a small one, of which some entries were taken out: `w0` stands in most texts, `w40` in few.
    fn house() -> tantivy::Result<House> {
        let mut schema = Schema::builder();
        let (text, kind) = (schema.add_text_field("text", TEXT), schema.add_text_field("kind", STRING));
        let at = schema.add_i64_field("at", INDEXED | FAST);
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, 16 << 20)?;
        writer.set_merge_policy(Box::new(tantivy::merge_policy::NoMergePolicy));
        let mut state = 7_u64;
        let mut below = |bound: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % bound
        };
        for nth in 0..30_300_u64 {
            let mut document = TantivyDocument::new();
            let words: Vec<String> =
                (0..1 + below(12)).map(|_| format!("w{}", below(41) * below(41) / 40)).collect();
            document.add_text(text, words.join(" "));
            document.add_text(
                kind,
                if nth % 97 == 0 { "rare" } else { ["ticket", "message"][(nth % 2) as usize] },
            );
            document.add_i64(at, nth as i64);
            writer.add_document(document)?;
            if nth % 10_000 == 9_999 {
                writer.commit()?;
            }
        }
        writer.delete_term(Term::from_field_text(text, "w33"));
        writer.commit()?;
        Ok(House { searcher: index.reader()?.searcher(), text, kind })
    }

    #[test]
    fn the_best_are_those_of_scoring_everything() -> tantivy::Result<()> {
        let House { searcher, text, kind } = house()?;
        assert!(searcher.segment_readers().len() > 2, "several segments");
        let strengths = Strengths::default();
        let of = |field, word: &str| -> Box<dyn Query> {
            Box::new(TermQuery::new(Term::from_field_text(field, word), IndexRecordOption::WithFreqs))
        };
        for words in [
            &["w0"][..],
            &["w0", "w1", "w2"],
            &["w0", "w1", "w2", "w3", "w4", "w5", "w6", "w7", "w8", "w9", "w10", "w12", "w15"],
            &["w40"],
            &["w0", "w38", "w40"],
            &["w37", "w39", "nowhere"],
        ] {
            let leaves: Vec<Leaf> = words
                .iter()
                .enumerate()
                .map(|(nth, word)| Leaf {
                    source: nth,
                    place: Place::Text,
                    term: Term::from_field_text(text, word),
                    weight: [1.0, 0.5, 0.3][nth % 3],
                })
                .collect();
            let weighed = weigh(&searcher, &leaves)?;
            for (must, must_not) in [
                (vec![], vec![]),
                (vec!["ticket"], vec![]),
                (vec!["rare"], vec!["w1"]),
                (vec!["message"], vec!["w4"]),
                (vec!["nothing"], vec![]),
            ] {
                let must: Vec<Box<dyn Query>> = must.iter().map(|word| of(kind, word)).collect();
                let must_not: Vec<Box<dyn Query>> = must_not.iter().map(|word| of(text, word)).collect();
                let union = leaves.iter().map(|leaf| {
                    let query = TermQuery::new(leaf.term.clone(), IndexRecordOption::WithFreqs);
                    (Occur::Should, Box::new(BoostQuery::new(Box::new(query), leaf.weight)) as Box<dyn Query>)
                });
                let mut parts: Vec<(Occur, Box<dyn Query>)> =
                    vec![(Occur::Must, Box::new(BooleanQuery::new(union.collect())))];
                let unscored = |query: &dyn Query| -> Box<dyn Query> {
                    Box::new(ConstScoreQuery::new(query.box_clone(), 0.0))
                };
                parts.extend(must.iter().map(|query| (Occur::Must, unscored(query.as_ref()))));
                parts.extend(must_not.iter().map(|query| (Occur::MustNot, unscored(query.as_ref()))));
                let all = TopDocs::with_limit(40_000).order_by_score();
                let all = searcher.search(&BooleanQuery::new(parts), &all)?;
                let score: HashMap<DocAddress, Score> = all.iter().map(|(score, at)| (*at, *score)).collect();
                for wanted in [1, 11, 300] {
                    let found = best(&searcher, &strengths, &weighed, &must, &must_not, wanted)?;
                    assert_eq!(
                        found.len(),
                        wanted.min(all.len()),
                        "{words:?} under {must:?} without {must_not:?}"
                    );
                    for (nth, at) in found.iter().enumerate() {
                        // Equals may change places, and sums in another order differ in their last digits.
                        let (ours, theirs) = (score[at], all[nth].0);
                        assert!((ours - theirs).abs() < 1e-4, "{ours} is {nth}, not {theirs}: {words:?}");
                    }
                    let once: std::collections::HashSet<&DocAddress> = found.iter().collect();
                    assert_eq!(once.len(), found.len());
                }
            }
        }
        Ok(())
    }
}
