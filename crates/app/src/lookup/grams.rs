//! From what people write to what a lookup compares: one spelling, cut into grams.
//!
//! A *gram* is two neighbouring characters where one of them is Han (or kana, or hangul), three where none
//! is, a Han character alone, or the first one or two letters of a word. So any two Han characters and any
//! three letters or digits are found wherever they stand, and shorter ones at the beginning of a word.

use std::collections::BTreeSet;

/// The longest text of one thing that is looked in, in characters; what lies behind is not found.
const WORDS_MOST_CHARS: usize = 600;
/// The most pieces of a search that count, and the longest piece.
const PIECES_MOST: usize = 6;
const PIECE_MOST_CHARS: usize = 40;

/// One piece of what was typed: it must stand in the words, and each of its grams must be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The piece in the spelling of [`words`].
    pub text: String,
    /// Its grams; never empty.
    pub grams: Vec<i64>,
}

/// The fields of one thing in one spelling: small letters, half-width, only letters and digits, a line each.
pub fn words(fields: &[&str]) -> String {
    let mut out = String::new();
    for field in fields {
        let squeezed: String = fold(field).filter(|found| found.is_alphanumeric()).collect();
        if squeezed.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&squeezed);
    }
    match out.char_indices().nth(WORDS_MOST_CHARS) {
        Some((at, _)) => out[..at].to_owned(),
        None => out,
    }
}

/// The grams of the fields of one thing of a noun.
pub fn grams(noun: &str, fields: &[&str]) -> BTreeSet<i64> {
    let mut found = BTreeSet::new();
    for line in words(fields).lines() {
        let chars: Vec<char> = line.chars().collect();
        for (at, first) in chars.iter().enumerate() {
            if is_han(*first) {
                found.insert(hash(noun, &[*first]));
            }
            if let Some(gram) = gram_at(&chars[at..]) {
                found.insert(hash(noun, gram));
            }
        }
    }
    for field in fields {
        let folded: String = fold(field).collect();
        for word in folded.split(|found: char| !found.is_alphanumeric()) {
            for beginning in beginnings(word) {
                found.insert(hash_beginning(noun, &beginning));
            }
        }
    }
    found
}

/// What was typed, cut at white space into pieces. Empty when nothing in it can be looked for.
pub fn pieces(noun: &str, typed: &str) -> Vec<Piece> {
    let folded: String = fold(typed).collect();
    folded
        .split_whitespace()
        .filter_map(|word| {
            let chars: Vec<char> =
                word.chars().filter(|found| found.is_alphanumeric()).take(PIECE_MOST_CHARS).collect();
            if chars.is_empty() {
                return None;
            }
            let mut grams: Vec<i64> = (0..chars.len())
                .filter_map(|at| gram_at(&chars[at..]))
                .map(|gram| hash(noun, gram))
                .collect();
            if grams.is_empty() {
                let is_one_han = chars.len() == 1 && is_han(chars[0]);
                grams.push(if is_one_han { hash(noun, &chars) } else { hash_beginning(noun, &chars) });
            }
            grams.sort_unstable();
            grams.dedup();
            Some(Piece { text: chars.into_iter().collect(), grams })
        })
        .take(PIECES_MOST)
        .collect()
}

/// Full-width letters and digits become half-width, capital letters small.
fn fold(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().flat_map(|found| {
        let half = match found {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(found as u32 - 0xfee0).unwrap_or(found),
            '\u{3000}' => ' ',
            other => other,
        };
        half.to_lowercase()
    })
}

fn is_han(found: char) -> bool {
    matches!(found as u32, 0x2e80..=0xd7ff | 0xf900..=0xfaff | 0x20000..=0x3ffff)
}

/// The gram that begins here, where enough characters follow.
fn gram_at(chars: &[char]) -> Option<&[char]> {
    let pair = chars.get(..2)?;
    if pair.iter().any(|found| is_han(*found)) {
        return Some(pair);
    }
    let three = chars.get(..3)?;
    // The pair that follows carries the Han character; three here would never be asked for.
    if is_han(three[2]) { None } else { Some(three) }
}

/// The first one and two characters of a word without Han in them.
fn beginnings(word: &str) -> Vec<Vec<char>> {
    let first: Vec<char> = word.chars().take(2).collect();
    let plain = first.iter().take_while(|found| !is_han(**found)).count();
    (1..=plain).map(|length| first[..length].to_vec()).collect()
}

fn hash(noun: &str, gram: &[char]) -> i64 {
    fnv(noun.bytes().chain([0]), gram)
}

fn hash_beginning(noun: &str, gram: &[char]) -> i64 {
    fnv(noun.bytes().chain([1]), gram)
}

/// FNV-1a. Two grams with one hash cost a wasted look, never a wrong answer: the words are compared too.
fn fnv(prefix: impl Iterator<Item = u8>, gram: &[char]) -> i64 {
    let mut buffer = [0_u8; 4];
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut take = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    prefix.for_each(&mut take);
    for found in gram {
        found.encode_utf8(&mut buffer).bytes().for_each(&mut take);
    }
    hash as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a search for `typed` finds a thing with these fields, as the store asks it.
    fn finds(fields: &[&str], typed: &str) -> bool {
        let (words, grams) = (words(fields), grams("site", fields));
        let pieces = pieces("site", typed);
        !pieces.is_empty()
            && pieces
                .iter()
                .all(|p| words.contains(&p.text) && p.grams.iter().all(|gram| grams.contains(gram)))
    }

    #[test]
    fn any_part_is_found_in_any_spelling() {
        let fields =
            ["BJ-0012", "北京分行 中关村支行", "海淀区中关村大街1号A座", "010-8888 6666", "Acme Bank"];
        for typed in [
            "北京",
            "京",
            "关村支",
            "北京分行中关村",
            "中关村 北京",
            "1号a座",
            "A座",
            "座",
            "bj0012",
            "BJ-0012",
            "0012",
            "88886666",
            "8888 6666",
            "010",
            "ＢＪ００１２",
            "acme",
            "ac",
            "bank",
            "b",
            "meb",
            "支行　海淀",
        ] {
            assert!(finds(&fields, typed), "{typed}");
        }
        for typed in ["上海", "京北", "bj0013", "nk", "86", "", " - ", "中关村 上海"] {
            assert!(!finds(&fields, typed), "{typed}");
        }
    }

    #[test]
    fn a_part_never_reaches_over_two_fields() {
        assert!(!finds(&["甲乙", "丙丁"], "乙丙"));
    }

    #[test]
    fn nouns_do_not_share_grams() {
        assert!(grams("site", &["北京"]).is_disjoint(&grams("asset", &["北京"])));
    }

    #[test]
    fn long_texts_and_long_searches_are_bounded() {
        let long = "长".repeat(5_000);
        assert_eq!(words(&[&long]).chars().count(), WORDS_MOST_CHARS);
        assert_eq!(pieces("site", &"a ".repeat(100)).len(), PIECES_MOST);
        assert_eq!(pieces("site", &long)[0].text.chars().count(), PIECE_MOST_CHARS);
    }
}
