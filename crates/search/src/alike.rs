//! How likely two short texts say the same.
//!
//! Both are seen as bags of characters and of dictionary words; the rarer a term, the more it weighs, where a
//! corpus is known. What both have is compared with what either has alone. A little in common proves little,
//! also where there is nothing else: [`DOUBT`] is added to what they do not share.

use std::collections::{HashMap, HashSet};

use crate::analysis::{characters, grams, is_plain, words};

/// How much each view of the texts counts; they add up to one.
const CHARACTERS: f32 = 0.7;
const WORDS: f32 = 0.3;
/// The weight that two texts must have in common to be half trusted.
const DOUBT: f32 = 20.0;
/// The longest text that is compared, in characters.
const COMPARED_MOST_CHARS: usize = 300;

/// How rare terms are in a corpus; an empty one takes all terms for equally rare.
#[derive(Clone, Debug, Default)]
pub struct Rarity {
    texts: usize,
    counts: HashMap<String, u32>,
}

impl Rarity {
    /// Counts the terms of a corpus.
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Rarity {
        let mut out = Rarity::default();
        for text in texts {
            out.texts += 1;
            for term in views(text).into_iter().flatten() {
                *out.counts.entry(term).or_default() += 1;
            }
        }
        out
    }

    fn of_term(&self, term: &str) -> f32 {
        let found = self.counts.get(term).copied().unwrap_or(0) as f32;
        (1.0 + (self.texts as f32 + 1.0) / (found + 1.0)).ln()
    }
}

/// How alike two texts are: 0 where they have nothing in common, below 1 always. For ranking, not a chance.
pub fn alike(one: &str, other: &str, rarity: &Rarity) -> f32 {
    let (ours, theirs) = (views(one), views(other));
    CHARACTERS * shared(&ours[0], &theirs[0], rarity) + WORDS * shared(&ours[1], &theirs[1], rarity)
}

/// The bags of one text: characters (and Latin stems), words.
fn views(text: &str) -> [HashSet<String>; 2] {
    let end = text.char_indices().nth(COMPARED_MOST_CHARS).map_or(text.len(), |(at, _)| at);
    let text = &text[..end];
    let latin = grams(text).into_iter().map(|token| token.term).filter(|term| term.is_ascii());
    let singles = characters(text).into_iter().map(|token| token.term).chain(latin).collect();
    let words = words(text).into_iter().map(|token| token.term).filter(|term| !is_plain(term)).collect();
    [singles, words]
}

fn shared(a: &HashSet<String>, b: &HashSet<String>, rarity: &Rarity) -> f32 {
    let weight =
        |terms: &mut dyn Iterator<Item = &String>| terms.map(|term| rarity.of_term(term)).sum::<f32>();
    let both = weight(&mut a.intersection(b));
    2.0 * both / (weight(&mut a.iter()) + weight(&mut b.iter()) + DOUBT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_said_otherwise_is_more_alike_than_something_else() {
        let rarity = Rarity::of(["怎么办", "这怎么办", "the screen", "the mouse"]);
        for (text, same, other) in [
            ("打印机卡纸怎么办", "打印机老是卡纸", "显示器黑屏怎么办"),
            ("無線網絡連不上", "无线网络连接不上", "有线网络很慢"),
            ("The printer jams", "Printer is jammed with paper", "The monitor flickers"),
        ] {
            assert!(alike(text, same, &rarity) > alike(text, other, &rarity), "{text}");
        }
        assert!(alike("打印机", "打印机", &rarity) > alike("打", "打", &rarity));
        assert_eq!(alike("", "卡纸", &rarity), 0.0);
    }
}
