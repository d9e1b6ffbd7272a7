//! Finding: hits in order, each with where it matched and what each term did for its rank.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

use tantivy::collector::TopDocs;
use tantivy::query::{AllQuery, BooleanQuery, Occur, PhraseQuery, Query, RangeQuery, TermQuery};
use tantivy::schema::{IndexRecordOption, Value};
use tantivy::{DocAddress, Order as TantivyOrder, Searcher, TantivyDocument, Term};

use crate::analysis::{characters, grams};
use crate::best::best;
use crate::highlight::{Marked, excerpt, mark};
use crate::index::{Fields, Index, SEPARATOR, asked_terms};
use crate::query::{Asked, Filter};
use crate::terms::{Place, Terms};
use crate::weigh::{Weighed, weigh};
use crate::{Error, fold};

/// The most hits that one search returns, with those that are passed over.
const HITS_MOST: usize = 1_000;
/// Reasons that a hit tells.
const REASONS_MOST: usize = 12;

/// How hits are ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The best first; without words to rank by, the newest.
    #[default]
    Best,
    Newest,
}

/// A search, with who may see what.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub asked: Asked,
    /// Each of these must hold: the entry has one of the tags. Permissions stand here.
    pub within: Vec<Vec<String>>,
    /// Only these kinds; all where none is named.
    pub kinds: Vec<String>,
    /// Not this one: the thing that is being compared with others.
    pub not_key: Option<String>,
    pub order: Order,
    /// The share of the search, from 0 to 1, that a hit must cover to be shown.
    pub least_covered: f32,
    pub skip: usize,
    pub limit: usize,
}

/// What a search found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub hits: Vec<Hit>,
    /// Whether more hits follow.
    pub more: bool,
}

/// One hit.
#[derive(Clone, Debug)]
pub struct Hit {
    pub key: String,
    pub kind: String,
    pub title: Marked,
    /// The part of the text that shows why.
    pub excerpt: Marked,
    pub at_s: i64,
    pub score: f32,
    /// The share of what was asked that stands in the hit, from 0 to 1.
    pub covered: f32,
    /// What made the score, the strongest first.
    pub why: Vec<Reason>,
}

/// One term that a hit was found by.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    pub term: String,
    pub place: Place,
    /// Its share of the score, from 0 to 1.
    pub share: f32,
}

/// What a leaf of the search adds to the score of a hit.
struct Part {
    leaf: usize,
    score: f32,
}

impl Index {
    /// Finds. The filters and permissions are part of the query, so what may not be seen is never counted.
    ///
    /// Errors: [`Error`] where the index cannot be read.
    pub fn find(&self, wanted: &Wanted) -> Result<Found, Error> {
        let (searcher, fields) = (self.searcher(), self.fields());
        let terms = Terms::of(&wanted.asked.free, &searcher, fields)?;
        let limit = wanted.limit.min(HITS_MOST);
        let weighed = weigh(&searcher, &terms.leaves)?;
        let ranked = self.ranked(&searcher, &terms, &weighed, wanted)?;
        let more = ranked.len() > limit;
        let addresses: Vec<DocAddress> = ranked.into_iter().take(limit).collect();
        let scored = scored(&searcher, &weighed, &addresses)?;
        let mut hits = Vec::with_capacity(limit);
        for (address, parts) in addresses.into_iter().zip(scored) {
            let hit = hit(&searcher, fields, &terms, &parts, address)?;
            if terms.leaves.is_empty() || hit.covered >= wanted.least_covered {
                hits.push(hit);
            }
        }
        Ok(Found { hits, more })
    }

    /// The keys of the hits alone, in order, for whoever needs neither marks nor reasons.
    ///
    /// Errors: [`Error`] where the index cannot be read.
    pub fn rank(&self, wanted: &Wanted) -> Result<Vec<String>, Error> {
        let (searcher, fields) = (self.searcher(), self.fields());
        let terms = Terms::of(&wanted.asked.free, &searcher, fields)?;
        let ranked = self.ranked(&searcher, &terms, &weigh(&searcher, &terms.leaves)?, wanted)?;
        let key = |address| -> Result<String, Error> {
            let document: TantivyDocument = searcher.doc(address)?;
            let key = document.get_first(fields.key).and_then(|value| value.as_str().map(str::to_owned));
            Ok(key.unwrap_or_default())
        };
        ranked.into_iter().take(wanted.limit).map(key).collect()
    }

    /// The places of the hits in order, one more than the limit where more follow.
    fn ranked(
        &self,
        searcher: &Searcher,
        terms: &Terms,
        weighed: &[Weighed],
        wanted: &Wanted,
    ) -> Result<Vec<DocAddress>, Error> {
        let limit = wanted.limit.min(HITS_MOST);
        let has_words = !terms.leaves.is_empty();
        if limit == 0 || (!has_words && !wanted.asked.free.trim().is_empty()) {
            return Ok(Vec::new());
        }
        let must = filters(wanted, self.fields());
        let must_not = without(wanted, self.fields());
        let skip = wanted.skip.min(HITS_MOST);
        if has_words && wanted.order == Order::Best {
            let (strengths, text) = (self.strengths(), self.fields().grams);
            let best = best(searcher, strengths, text, weighed, &must, &must_not, skip + limit + 1)?;
            return Ok(best.into_iter().skip(skip).collect());
        }
        let first: Box<dyn Query> =
            if has_words { Box::new(BooleanQuery::new(leaves(terms))) } else { Box::new(AllQuery) };
        let mut parts = vec![(Occur::Must, first)];
        parts.extend(must.into_iter().map(|one| (Occur::Must, one)));
        parts.extend(must_not.into_iter().map(|one| (Occur::MustNot, one)));
        let wants = TopDocs::with_limit(limit + 1).and_offset(skip);
        let newest = wants.order_by_fast_field::<i64>("at", TantivyOrder::Desc);
        let newest = searcher.search(&BooleanQuery::new(parts), &newest)?;
        Ok(newest.into_iter().map(|(_, address)| address).collect())
    }
}

fn leaves(terms: &Terms) -> Vec<(Occur, Box<dyn Query>)> {
    terms.leaves.iter().map(|leaf| (Occur::Should, exact(leaf.term.clone()))).collect()
}

fn exact(term: Term) -> Box<dyn Query> {
    Box::new(TermQuery::new(term, IndexRecordOption::Basic))
}

fn any(terms: impl Iterator<Item = Term>) -> Box<dyn Query> {
    let mut each: Vec<(Occur, Box<dyn Query>)> = terms.map(|term| (Occur::Should, exact(term))).collect();
    if each.len() == 1 { each.swap_remove(0).1 } else { Box::new(BooleanQuery::new(each)) }
}

fn filters(wanted: &Wanted, fields: &Fields) -> Vec<Box<dyn Query>> {
    let mut out: Vec<Box<dyn Query>> = Vec::new();
    for tags in &wanted.within {
        out.push(any(tags.iter().map(|tag| Term::from_field_text(fields.tags, tag))));
    }
    if !wanted.kinds.is_empty() {
        out.push(any(wanted.kinds.iter().map(|kind| Term::from_field_text(fields.kind, kind))));
    }
    for filter in &wanted.asked.filters {
        match filter {
            Filter::Has { attribute, text } => {
                let terms = asked_terms(attribute, text);
                if terms.is_empty() {
                    // Only signs were typed: nothing has them.
                    out.push(any(std::iter::empty()));
                }
                out.extend(terms.iter().map(|term| exact(Term::from_field_text(fields.attributes, term))));
            }
            Filter::Is { attribute, code } => {
                let tag = format!("{attribute}{SEPARATOR}{code}");
                out.push(exact(Term::from_field_text(fields.tags, &tag)));
            }
            Filter::Days { from, before } => {
                let second = |day: &jiff::civil::Date| {
                    let start =
                        day.to_zoned(jiff::tz::TimeZone::UTC).map(|start| start.timestamp().as_second());
                    Term::from_field_i64(fields.at, start.unwrap_or_default())
                };
                let lower = from.as_ref().map_or(Bound::Unbounded, |day| Bound::Included(second(day)));
                let upper = before.as_ref().map_or(Bound::Unbounded, |day| Bound::Excluded(second(day)));
                out.push(Box::new(RangeQuery::new(lower, upper)));
            }
        }
    }
    out.extend(wanted.asked.phrases.iter().filter_map(|phrase| stands(phrase, fields)));
    out
}

/// A text that stands there word for word; none where only signs are quoted.
fn stands(phrase: &str, fields: &Fields) -> Option<Box<dyn Query>> {
    let terms: Vec<(usize, Term)> = grams(phrase)
        .into_iter()
        .map(|token| (token.position, Term::from_field_text(fields.grams, &token.term)))
        .collect();
    if terms.len() == 1 && phrase.chars().filter(|found| fold::is_han(*found)).count() == 1 {
        let one = characters(phrase).into_iter().next()?;
        return Some(exact(Term::from_field_text(fields.characters, &one.term)));
    }
    match terms.len() {
        0 => None,
        1 => Some(exact(terms[0].1.clone())),
        _ => Some(Box::new(PhraseQuery::new_with_offset(terms))),
    }
}

fn without(wanted: &Wanted, fields: &Fields) -> Vec<Box<dyn Query>> {
    let words = wanted.asked.without.iter().filter_map(|word| stands(word, fields));
    let key = wanted.not_key.iter().map(|key| exact(Term::from_field_text(fields.key, key)));
    words.chain(key).collect()
}

/// What each leaf adds to the score of each hit.
fn scored(
    searcher: &Searcher,
    weighed: &[Weighed],
    addresses: &[DocAddress],
) -> Result<Vec<Vec<Part>>, Error> {
    let mut parts: Vec<Vec<Part>> = addresses.iter().map(|_| Vec::new()).collect();
    // Segment by segment and in rising order, so that each list of entries is gone through once.
    let mut places: Vec<usize> = (0..addresses.len()).collect();
    places.sort_by_key(|place| addresses[*place]);
    for together in places.chunk_by(|a, b| addresses[*a].segment_ord == addresses[*b].segment_ord) {
        let segment = searcher.segment_reader(addresses[together[0]].segment_ord);
        for (leaf, term) in weighed.iter().enumerate() {
            let mut list = term.list(segment)?;
            for place in together {
                if list.stands_at(addresses[*place].doc_id) {
                    parts[*place].push(Part { leaf, score: list.score() });
                }
            }
        }
    }
    Ok(parts)
}

fn hit(
    searcher: &Searcher,
    fields: &Fields,
    terms: &Terms,
    scored: &[Part],
    address: DocAddress,
) -> Result<Hit, Error> {
    let document: TantivyDocument = searcher.doc(address)?;
    let text = |field| document.get_first(field).and_then(|value| value.as_str()).unwrap_or_default();
    let at_s = document.get_first(fields.at).and_then(|value| value.as_i64()).unwrap_or_default();
    let mut parts: BTreeMap<(String, Place), f32> = BTreeMap::new();
    let mut score = 0.0;
    let mut covers: HashMap<&str, f32> = HashMap::new();
    for part in scored {
        let leaf = &terms.leaves[part.leaf];
        let source = &terms.sources[leaf.source];
        *parts.entry((source.shown.clone(), leaf.place)).or_default() += part.score;
        score += part.score;
        let most = covers.entry(&source.shown).or_default();
        *most = most.max(source.worth);
    }
    let worth: f32 = terms.sources.iter().map(|source| source.worth).sum();
    let covered = if worth > 0.0 { (covers.values().sum::<f32>() / worth).min(1.0) } else { 0.0 };
    let total = if score > 0.0 { score } else { 1.0 };
    let mut why: Vec<Reason> =
        parts.into_iter().map(|((term, place), part)| Reason { term, place, share: part / total }).collect();
    why.sort_by(|a, b| b.share.total_cmp(&a.share));
    why.truncate(REASONS_MOST);
    Ok(Hit {
        key: text(fields.key).to_owned(),
        kind: text(fields.kind).to_owned(),
        title: mark(text(fields.title), &terms.marked),
        excerpt: excerpt(text(fields.body), &terms.marked),
        at_s,
        score,
        covered,
        why,
    })
}
