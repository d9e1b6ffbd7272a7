//! The best hits of a union of terms under conditions, found without scoring all that match.
//!
//! A sentence asks for some fifty terms, of which many stand in a quarter of all texts. So first some of what holds
//! the strongest term is scored, which tells what a hit must score at least. Then each segment is asked, the newest
//! first, and none forgets what those before it found: what holds the strongest term; what holds the next one, until
//! all the weaker terms together fall short (MaxScore). Each entry is completed term by term until it is clear that it
//! falls short.
//!
//! Conditions are asked of the few that could rank; one that holds for few leads instead. Nothing is estimated: the hits
//! are those that scoring everything would find. Where there is much to look at, a segment is looked at in parts, each on
//! a processor; the hits and their order do not follow from which of them is the quickest.

use std::cmp::Reverse;
use std::num::NonZero;
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};

use tantivy::query::{ConstScoreQuery, EnableScoring, Query, Scorer, Weight};
use tantivy::schema::Field;
use tantivy::{DocAddress, DocId, Score, Searcher, SegmentReader, TERMINATED};

use crate::weigh::{ByLength, LENGTHS, Lengths, List, Strengths, Weighed};

/// A condition that holds for less than one in so many leads.
const RARE: u32 = 32;
/// How many that hold the strongest term are scored first.
const FIRST: u32 = 512;
/// A segment of no more entries is scored whole: those that take in what is new are made anew every few moments, and
/// to learn each time what terms can do there would cost more. To score ten thousand for a sentence takes as long as
/// to learn them, and is never done with.
const SMALL: u32 = 2_048;
/// Terms that stand in a segment so often are worth a thread for a part of it.
const WORTH_A_THREAD: u64 = if cfg!(test) { 5_000 } else { 1_500_000 };
/// The most parts of a segment: more searches than one are under way.
const PARTS_MOST: usize = 4;
/// Sums in another order differ in their last digits.
const ROUNDING: Score = 1.0 + Score::EPSILON * 64.0;

/// Finds the `wanted` best of what holds any of the terms, everything of `must` and nothing of `must_not`, in order.
///
/// What a term can do is told apart by the length of `text`, the field that holds all of an entry.
pub(crate) fn best(
    searcher: &Searcher,
    strengths: &Strengths,
    text: Field,
    terms: &[Weighed],
    must: &[Box<dyn Query>],
    must_not: &[Box<dyn Query>],
    wanted: usize,
) -> tantivy::Result<Vec<DocAddress>> {
    let conditions = |queries: &[Box<dyn Query>]| -> tantivy::Result<Vec<Box<dyn Weight>>> {
        let scoring = EnableScoring::enabled_from_searcher(searcher);
        queries.iter().map(|query| ConstScoreQuery::new(query.box_clone(), 0.0).weight(scoring)).collect()
    };
    let union =
        Union { searcher, strengths, text, terms, must: conditions(must)?, must_not: conditions(must_not)? };
    let least = Least::default();
    let first = union.first(wanted)?;
    let mut top = Top::new(first, wanted, &least);
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

/// What the hits of any part of a segment score at least, once it has as many as are wanted.
struct Least(AtomicU32);

impl Default for Least {
    fn default() -> Least {
        Least(AtomicU32::new(0.0_f32.to_bits()))
    }
}

impl Least {
    fn get(&self) -> Score {
        Score::from_bits(self.0.load(Ordering::Relaxed))
    }

    /// Raises it. Scores are positive, and the bits of positive numbers are in the order of the numbers.
    fn raise(&self, score: Score) {
        if score > 0.0 {
            self.0.fetch_max(score.to_bits(), Ordering::Relaxed);
        }
    }
}

/// The best hits so far, the best first.
struct Top<'l> {
    /// What a hit must score more than, whatever was found.
    least: Score,
    /// What a hit must score at least, by what is found elsewhere at the same time.
    elsewhere: &'l Least,
    wanted: usize,
    hits: Vec<Found>,
}

struct Found {
    score: Score,
    at: DocAddress,
}

impl<'l> Top<'l> {
    fn new(least: Score, wanted: usize, elsewhere: &'l Least) -> Top<'l> {
        Top { least, elsewhere, wanted, hits: Vec::with_capacity(wanted + 1) }
    }

    /// What a hit must score more than.
    ///
    /// What is found elsewhere may be behind an equal hit of this part in the order, so that an equal one is taken in.
    #[inline]
    fn least(&self) -> Score {
        self.least.max(self.elsewhere.get().next_down())
    }

    /// Takes a hit in, unless it is there: what holds several of the leading terms is met again.
    fn take(&mut self, score: Score, at: DocAddress) {
        if self.hits.iter().any(|hit| hit.at == at) {
            return;
        }
        let place = self.hits.partition_point(|hit| hit.score >= score);
        self.hits.insert(place, Found { score, at });
        self.hits.truncate(self.wanted);
        if self.hits.len() >= self.wanted
            && let Some(last) = self.hits.last()
        {
            self.least = last.score.max(self.least);
            self.elsewhere.raise(last.score);
        }
    }
}

struct Union<'a> {
    searcher: &'a Searcher,
    strengths: &'a Strengths,
    text: Field,
    terms: &'a [Weighed],
    must: Vec<Box<dyn Weight>>,
    must_not: Vec<Box<dyn Weight>>,
}

impl Union<'_> {
    /// A score that so many entries reach at least, a little less: theirs is found again, in another order perhaps.
    fn first(&self, wanted: usize) -> tantivy::Result<Score> {
        let nothing = Least::default();
        let mut top = Top::new(Score::MIN, wanted, &nothing);
        let segments = self.searcher.segment_readers().iter();
        let largest =
            segments.filter(|segment| segment.max_doc() > SMALL).max_by_key(|segment| segment.max_doc());
        if let Some(segment) = largest {
            let outlook = self.outlook(segment)?;
            self.sweep(&outlook, 0, 0)?.lead(0..TERMINATED, FIRST, &mut top)?;
        }
        Ok(top.least / ROUNDING)
    }

    /// Looks for better hits in a segment.
    fn look(&self, segment: &SegmentReader, place: u32, top: &mut Top<'_>) -> tantivy::Result<()> {
        if segment.max_doc() <= SMALL {
            return self.score_all(segment, place, top);
        }
        let outlook = self.outlook(segment)?;
        let few = segment.max_doc() / RARE;
        for (nth, condition) in self.must.iter().enumerate() {
            let mut leader = condition.scorer(segment, 1.0)?;
            if leader.size_hint() < few {
                let mut sweep = self.sweep(&outlook, 0, place)?;
                sweep.conditions.must.swap_remove(nth);
                while leader.doc() != TERMINATED {
                    sweep.standing.clear();
                    sweep.complete(0, leader.doc(), 0.0, top)?;
                    leader.advance();
                }
                return Ok(());
            }
        }
        let parts = parts(segment.max_doc(), outlook.work);
        let [part] = &parts[..] else { return self.look_in_parts(&outlook, &parts, place, top) };
        self.look_in(&outlook, part, place, top)
    }

    /// Looks at the parts of a segment at the same time. What they find is taken in in their order.
    fn look_in_parts(
        &self,
        outlook: &Outlook<'_>,
        parts: &[Range<DocId>],
        place: u32,
        top: &mut Top<'_>,
    ) -> tantivy::Result<()> {
        let (least, wanted, elsewhere) = (top.least, top.wanted, top.elsewhere);
        let look = |part: &Range<DocId>| {
            let mut found = Top::new(least, wanted, elsewhere);
            self.look_in(outlook, part, place, &mut found).map(|()| found.hits)
        };
        let found = std::thread::scope(|scope| {
            let (here, others) = parts.split_first().expect("a segment has a part");
            let others: Vec<_> = others.iter().map(|part| scope.spawn(|| look(part))).collect();
            let mut found = vec![look(here)];
            for other in others {
                found.push(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
            found
        });
        for hits in found {
            hits?.into_iter().for_each(|hit| top.take(hit.score, hit.at));
        }
        Ok(())
    }

    fn look_in(
        &self,
        outlook: &Outlook<'_>,
        part: &Range<DocId>,
        place: u32,
        top: &mut Top<'_>,
    ) -> tantivy::Result<()> {
        for leading in 0..outlook.groups.len() {
            if most(&outlook.rest[leading]) <= top.least() {
                break;
            }
            self.sweep(outlook, leading, place)?.lead(part.clone(), u32::MAX, top)?;
        }
        Ok(())
    }

    /// Scores whatever holds a term.
    fn score_all(&self, segment: &SegmentReader, place: u32, top: &mut Top<'_>) -> tantivy::Result<()> {
        let mut scores: Vec<Score> = vec![0.0; segment.max_doc() as usize];
        for term in self.terms {
            let mut list = term.list(segment)?;
            while list.document() != TERMINATED {
                scores[list.document() as usize] += list.score();
                list.advance(0.0);
            }
        }
        let mut conditions = self.conditions(segment)?;
        for (document, score) in (0..).zip(scores) {
            if score > top.least() && score > 0.0 && conditions.allow(document) {
                top.take(score, DocAddress::new(place, document));
            }
        }
        Ok(())
    }

    fn conditions<'s>(&self, segment: &'s SegmentReader) -> tantivy::Result<Conditions<'s>> {
        let scorers = |weights: &[Box<dyn Weight>]| -> tantivy::Result<Vec<Box<dyn Scorer>>> {
            weights.iter().map(|weight| weight.scorer(segment, 1.0)).collect()
        };
        Ok(Conditions { segment, must: scorers(&self.must)?, must_not: scorers(&self.must_not)? })
    }

    /// What the terms can do in a segment.
    fn outlook<'s>(&self, segment: &'s SegmentReader) -> tantivy::Result<Outlook<'s>> {
        let lengths = Lengths::of(segment, self.text)?;
        let shares = self.strengths.shares(segment, &lengths, self.terms)?;
        let mut groups: Vec<Group> = Vec::new();
        let mut stands = false;
        for (leaf, (term, share)) in self.terms.iter().zip(&shares).enumerate() {
            if !term.within {
                stands = share.entries > 0;
            }
            if stands && !term.within {
                groups.push(Group { leaf, within: Vec::new(), all: share.most, more: [0.0; LENGTHS] });
            } else if let Some(group) = groups.last_mut().filter(|_| stands && share.entries > 0) {
                add(&mut group.all, &share.most);
                add(&mut group.more, &share.most);
                group.within.push(leaf);
            }
        }
        groups.sort_by(|a, b| most(&b.all).total_cmp(&most(&a.all)));
        let mut rest = vec![[0.0; LENGTHS]; groups.len() + 1];
        for (nth, group) in groups.iter().enumerate().rev() {
            rest[nth] = rest[nth + 1];
            add(&mut rest[nth], &group.all.map(|most| most * ROUNDING));
        }
        let work = shares.iter().map(|share| u64::from(share.entries)).sum();
        Ok(Outlook { segment, lengths, groups, rest, work })
    }

    /// Begins a way through a segment, for the groups from one on.
    fn sweep<'s>(&'s self, outlook: &'s Outlook<'s>, from: usize, place: u32) -> tantivy::Result<Sweep<'s>> {
        let asked = |leaf: &usize| Asked { term: &self.terms[*leaf], list: None };
        let led = |group: &'s Group| Led {
            asked: asked(&group.leaf),
            more: &group.more,
            within: group.within.iter().map(asked).collect(),
        };
        Ok(Sweep {
            segment: outlook.segment,
            place,
            lengths: &outlook.lengths,
            terms: outlook.groups[from..].iter().map(led).collect(),
            rest: &outlook.rest[from..],
            standing: Vec::new(),
            conditions: self.conditions(outlook.segment)?,
        })
    }
}

/// What the terms can do in a segment.
struct Outlook<'s> {
    segment: &'s SegmentReader,
    lengths: Lengths,
    /// The terms that stand there, the strongest first.
    groups: Vec<Group>,
    /// What each group and all after it add at most.
    rest: Vec<ByLength>,
    /// How often the terms stand there, all together.
    work: u64,
}

/// The parts in which a segment is looked at.
fn parts(entries: DocId, work: u64) -> Vec<Range<DocId>> {
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    let worth = usize::try_from(work / WORTH_A_THREAD).unwrap_or(PARTS_MOST);
    let count = processors.min(PARTS_MOST).min(worth).max(1) as DocId;
    let each = entries.div_ceil(count);
    (0..count).map(|nth| nth * each..((nth + 1) * each).min(entries)).collect()
}

/// A term of a segment, and those that stand only where it stands.
struct Group {
    leaf: usize,
    within: Vec<usize>,
    /// The most that all add to a score, and the most that those within add.
    all: ByLength,
    more: ByLength,
}

fn add(sum: &mut ByLength, more: &ByLength) {
    sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
}

fn most(scores: &ByLength) -> Score {
    scores.iter().copied().fold(0.0, Score::max)
}

/// A way through a segment, from entry to entry in rising order.
struct Sweep<'s> {
    segment: &'s SegmentReader,
    place: u32,
    lengths: &'s Lengths,
    /// The strongest first.
    terms: Vec<Led<'s>>,
    /// What each group and all after it add at most.
    rest: &'s [ByLength],
    /// The groups that stand in the entry that is looked at.
    standing: Vec<usize>,
    conditions: Conditions<'s>,
}

/// What must hold for an entry, and what must not.
struct Conditions<'s> {
    segment: &'s SegmentReader,
    must: Vec<Box<dyn Scorer>>,
    must_not: Vec<Box<dyn Scorer>>,
}

impl Conditions<'_> {
    /// Whether they hold for an entry that is still there. Entries are asked for in rising order.
    fn allow(&mut self, document: DocId) -> bool {
        !self.segment.is_deleted(document)
            && self.must.iter_mut().all(|scorer| stands_at(scorer.as_mut(), document))
            && !self.must_not.iter_mut().any(|scorer| stands_at(scorer.as_mut(), document))
    }
}

fn stands_at(scorer: &mut dyn Scorer, document: DocId) -> bool {
    let at = scorer.doc();
    at == document || (at < document && scorer.seek(document) == document)
}

struct Led<'s> {
    asked: Asked<'s>,
    /// What those within the term add at most.
    more: &'s ByLength,
    within: Vec<Asked<'s>>,
}

/// A term with its list; none where nobody asked yet.
struct Asked<'s> {
    term: &'s Weighed,
    list: Option<List>,
}

impl Asked<'_> {
    /// What the term adds to the score of an entry; none where it does not stand there.
    fn adds(&mut self, segment: &SegmentReader, document: DocId) -> tantivy::Result<Option<Score>> {
        let list = match &mut self.list {
            Some(list) => list,
            None => self.list.insert(self.term.list(segment)?),
        };
        Ok(list.stands_at(document).then(|| list.score()))
    }
}

impl Sweep<'_> {
    /// Goes through what holds the first term, and could rank with the help of the others; through so many at most.
    fn lead(&mut self, part: Range<DocId>, at_most: u32, top: &mut Top<'_>) -> tantivy::Result<()> {
        let Some(Led { asked, more, .. }) = self.terms.first() else { return Ok(()) };
        let mut others = self.rest[1];
        add(&mut others, more);
        let others = most(&others);
        let mut list = asked.term.list(self.segment)?;
        if part.start > 0 {
            list.stands_at(part.start);
        }
        for _ in 0..at_most {
            let document = list.document();
            if document >= part.end {
                break;
            }
            self.standing.clear();
            self.standing.push(0);
            self.complete(1, document, list.score(), top)?;
            list.advance(top.least() - others);
        }
        Ok(())
    }

    /// Adds the score of the groups from one on to what an entry scored so far, and takes it in if it is a hit. Of those
    /// that stand there already, what is within them is still to be added.
    fn complete(
        &mut self,
        from: usize,
        document: DocId,
        mut score: Score,
        top: &mut Top<'_>,
    ) -> tantivy::Result<()> {
        let length = self.lengths.place(document);
        let mut more: Score = self.standing.iter().map(|nth| self.terms[*nth].more[length]).sum();
        let least = top.least();
        if score + more + self.rest[from][length] <= least || !self.conditions.allow(document) {
            return Ok(());
        }
        for nth in from..self.terms.len() {
            if score + more + self.rest[nth][length] <= least {
                return Ok(());
            }
            let led = &mut self.terms[nth];
            if let Some(adds) = led.asked.adds(self.segment, document)? {
                score += adds;
                more += led.more[length];
                self.standing.push(nth);
            }
        }
        for nth in &self.standing {
            if score + more * ROUNDING <= least {
                return Ok(());
            }
            let led = &mut self.terms[*nth];
            more -= led.more[length];
            for within in &mut led.within {
                score += within.adds(self.segment, document)?.unwrap_or(0.0);
            }
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
    use tantivy::query::{BooleanQuery, BoostQuery, Occur, TermQuery};
    use tantivy::schema::IndexRecordOption;
    use tantivy::schema::{FAST, Field, INDEXED, STRING, Schema, TEXT};
    use tantivy::{Index, TantivyDocument, Term};

    use super::*;
    use crate::terms::{Leaf, Place};
    use crate::weigh::weigh;

    struct House {
        searcher: Searcher,
        text: Field,
        title: Field,
        kind: Field,
    }

    /// Two segments and a small one, of which some entries were taken out: `w0` stands in most texts, `w40` in few.
    fn house() -> tantivy::Result<House> {
        let mut schema = Schema::builder();
        let (text, kind) = (schema.add_text_field("text", TEXT), schema.add_text_field("kind", STRING));
        let title = schema.add_text_field("title", TEXT);
        let at = schema.add_i64_field("at", INDEXED | FAST);
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, 16 << 20)?;
        writer.set_merge_policy(Box::new(tantivy::merge_policy::NoMergePolicy));
        let mut state = 7_u64;
        let mut below = |bound: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % bound
        };
        for nth in 0..50_300_u64 {
            let mut document = TantivyDocument::new();
            let words: Vec<String> =
                (0..1 + below(12)).map(|_| format!("w{}", below(41) * below(41) / 40)).collect();
            document.add_text(text, words.join(" "));
            document.add_text(title, words[..words.len().div_ceil(3)].join(" "));
            document.add_text(
                kind,
                if nth % 97 == 0 { "rare" } else { ["ticket", "message"][(nth % 2) as usize] },
            );
            document.add_i64(at, nth as i64);
            writer.add_document(document)?;
            if nth % 25_000 == 24_999 {
                writer.commit()?;
            }
        }
        writer.delete_term(Term::from_field_text(text, "w33"));
        writer.commit()?;
        Ok(House { searcher: index.reader()?.searcher(), text, title, kind })
    }

    #[test]
    fn the_best_are_those_of_scoring_everything() -> tantivy::Result<()> {
        let House { searcher, text, title, kind } = house()?;
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
            let leaf = |source: usize, within: bool| Leaf {
                source,
                place: Place::Text,
                term: Term::from_field_text(if within { title } else { text }, words[source]),
                weight: [1.0, 0.5, 0.3][source % 3],
                within,
            };
            let leaves: Vec<Leaf> =
                (0..words.len()).flat_map(|source| [leaf(source, false), leaf(source, true)]).collect();
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
                let all = TopDocs::with_limit(60_000).order_by_score();
                let all = searcher.search(&BooleanQuery::new(parts), &all)?;
                let score: HashMap<DocAddress, Score> = all.iter().map(|(score, at)| (*at, *score)).collect();
                for wanted in [1, 11, 300] {
                    let found = best(&searcher, &strengths, text, &weighed, &must, &must_not, wanted)?;
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
                    let again = best(&searcher, &strengths, text, &weighed, &must, &must_not, wanted)?;
                    assert_eq!(again, found, "equals are in the same order, whichever part was the quickest");
                }
            }
        }
        Ok(())
    }

    #[test]
    fn the_parts_of_a_segment_are_all_of_it() {
        for (entries, work) in [(0, 0), (1, u64::MAX), (25_000, 0), (25_001, 100_000), (7, 100_000)] {
            let parts = parts(entries, work);
            let all: Vec<DocId> = parts.iter().cloned().flatten().collect();
            assert_eq!(all, (0..entries).collect::<Vec<_>>(), "{parts:?}");
        }
    }
}
