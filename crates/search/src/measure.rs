//! Measuring a ranking: recall, mean reciprocal rank, area under the curve, and the plain BM25 to compare with.

use std::collections::{HashMap, HashSet};

use crate::fold::is_han;

/// How far down a list the reciprocal rank looks.
const RANKS: usize = 10;

/// The figures of a ranking over many searches.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ranking {
    pub searches: usize,
    pub recall_at_1: f64,
    pub recall_at_5: f64,
    pub mrr_at_10: f64,
}

impl Ranking {
    /// Measures lists of answers against what was right for each search.
    pub fn of<'a>(answers: impl IntoIterator<Item = (Vec<&'a str>, &'a HashSet<String>)>) -> Ranking {
        let mut sums = Ranking::default();
        for (answer, right) in answers {
            sums.searches += 1;
            let rank = answer.iter().take(RANKS).position(|key| right.contains(*key));
            if let Some(rank) = rank {
                sums.recall_at_1 += f64::from(u8::from(rank == 0));
                sums.recall_at_5 += f64::from(u8::from(rank < 5));
                sums.mrr_at_10 += 1.0 / (rank + 1) as f64;
            }
        }
        let count = sums.searches.max(1) as f64;
        Ranking {
            searches: sums.searches,
            recall_at_1: sums.recall_at_1 / count,
            recall_at_5: sums.recall_at_5 / count,
            mrr_at_10: sums.mrr_at_10 / count,
        }
    }
}

/// The chance that a right pair scores above a wrong one; a tie counts half.
pub fn area_under_curve(scored: &[(f32, bool)]) -> f64 {
    let mut sorted: Vec<&(f32, bool)> = scored.iter().collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut rank_sum, mut right, mut start) = (0.0, 0_usize, 0);
    while start < sorted.len() {
        let end = start + sorted[start..].iter().take_while(|one| one.0 == sorted[start].0).count();
        let shared_rank = (start + end + 1) as f64 / 2.0;
        for one in &sorted[start..end] {
            if one.1 {
                rank_sum += shared_rank;
                right += 1;
            }
        }
        start = end;
    }
    let wrong = sorted.len() - right;
    if right == 0 || wrong == 0 {
        return 0.5;
    }
    (rank_sum - (right * (right + 1)) as f64 / 2.0) / (right * wrong) as f64
}

/// Plain BM25 over small Latin words and pairs of Han characters, k1 1.2, b 0.75: what everybody has.
#[derive(Debug)]
pub struct Plain {
    lengths: Vec<f32>,
    average: f32,
    postings: HashMap<String, Vec<(usize, f32)>>,
}

const K1: f32 = 1.2;
const B: f32 = 0.75;

impl Plain {
    /// Indexes texts.
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Plain {
        let mut lengths = Vec::new();
        let mut postings: HashMap<String, Vec<(usize, f32)>> = HashMap::new();
        for (document, text) in texts.into_iter().enumerate() {
            let terms = plain_terms(text);
            lengths.push(terms.len() as f32);
            let mut counts: HashMap<String, f32> = HashMap::new();
            for term in terms {
                *counts.entry(term).or_default() += 1.0;
            }
            for (term, count) in counts {
                postings.entry(term).or_default().push((document, count));
            }
        }
        let average = lengths.iter().sum::<f32>() / lengths.len().max(1) as f32;
        Plain { lengths, average, postings }
    }

    /// Documents by score, the best first.
    pub fn find(&self, typed: &str) -> Vec<(usize, f32)> {
        let mut scores: HashMap<usize, f32> = HashMap::new();
        let terms: HashSet<String> = plain_terms(typed).into_iter().collect();
        for term in &terms {
            let Some(found) = self.postings.get(term) else { continue };
            let rarity = self.rarity(found.len());
            for (document, count) in found {
                *scores.entry(*document).or_default() += rarity * self.part(*count, self.lengths[*document]);
            }
        }
        let mut out: Vec<(usize, f32)> = scores.into_iter().collect();
        out.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        out
    }

    /// The score of one text for a search, with the rarities of the texts that were indexed.
    pub fn score(&self, typed: &str, text: &str) -> f32 {
        let terms = plain_terms(text);
        let length = terms.len() as f32;
        let mut counts: HashMap<String, f32> = HashMap::new();
        for term in terms {
            *counts.entry(term).or_default() += 1.0;
        }
        let wanted: HashSet<String> = plain_terms(typed).into_iter().collect();
        let part = |term: &String| {
            let rarity = self.rarity(self.postings.get(term).map_or(0, Vec::len));
            counts.get(term).map_or(0.0, |count| rarity * self.part(*count, length))
        };
        wanted.iter().map(part).sum()
    }

    fn rarity(&self, found: usize) -> f32 {
        let (all, found) = (self.lengths.len() as f32, found as f32);
        (1.0 + (all - found + 0.5) / (found + 0.5)).ln()
    }

    fn part(&self, count: f32, length: f32) -> f32 {
        count * (K1 + 1.0) / (count + K1 * (1.0 - B + B * length / self.average.max(1.0)))
    }
}

fn plain_terms(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let lower = text.to_lowercase();
    let mut rest = lower.as_str();
    while let Some(first) = rest.chars().next() {
        let han = is_han(first);
        let same = |found: char| if han { is_han(found) } else { found.is_ascii_alphanumeric() };
        let end = rest.find(|found| !same(found)).unwrap_or(rest.len());
        if end == 0 {
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let (run, after) = rest.split_at(end);
        if han {
            let chars: Vec<char> = run.chars().collect();
            match chars.len() {
                1 => out.push(run.to_owned()),
                _ => out.extend(chars.windows(2).map(|pair| pair.iter().collect::<String>())),
            }
        } else {
            out.push(run.to_owned());
        }
        rest = after;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_counted() {
        let right: HashSet<String> = ["x".to_owned()].into();
        let lists = [vec!["x", "y"], vec!["y", "x"], vec!["y"]];
        let found = Ranking::of(lists.into_iter().map(|list| (list, &right)));
        assert_eq!((found.searches, found.mrr_at_10), (3, 0.5));
        assert!((found.recall_at_1 - 1.0 / 3.0).abs() < 1e-9 && (found.recall_at_5 - 2.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn a_right_order_has_the_whole_area() {
        assert_eq!(area_under_curve(&[(0.1, false), (0.9, true)]), 1.0);
        assert_eq!(area_under_curve(&[(0.9, false), (0.1, true)]), 0.0);
        assert_eq!(area_under_curve(&[(0.5, false), (0.5, true)]), 0.5);
    }

    #[test]
    fn plain_bm25_finds_by_pairs_and_words() {
        let plain = Plain::of(["打印机卡纸", "打印机缺墨", "router reset"]);
        assert_eq!(plain.find("卡纸")[0].0, 0);
        assert_eq!(plain.find("Router")[0].0, 2);
        assert!(plain.score("卡纸", "又卡纸了") > 0.0);
    }
}
