//! From text to terms.
//!
//! Han text gives single characters, pairs of neighbours and dictionary words; each goes to a field of its
//! own, because each errs in its own way: pairs find unknown names, words keep pairs that reach over a word's
//! end from counting. Latin words give their English stem and the word itself. Text is cut where the script
//! changes, so that a code glued to Chinese is found.

use std::ops::Range;
use std::sync::LazyLock;

use jieba_rs::Jieba;
use rust_stemmers::{Algorithm, Stemmer};

use crate::codes;
use crate::fold::{Script, fold, script};

/// Read when the first Han text is cut into words: a process that never searches does not pay for it.
static DICTIONARY: LazyLock<Jieba> = LazyLock::new(Jieba::new);
static STEMMER: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::English));

/// The longest term that is kept, in bytes; longer ones are lines of noise.
const TERM_MOST_BYTES: usize = 64;

/// Room that a run is given at first, in characters.
const RUN_USUAL_CHARS: usize = 16;

/// English words that say how a question is asked, not what it is about.
const PLAIN: &[&str] = &[
    "a", "about", "all", "am", "an", "and", "any", "are", "as", "at", "be", "been", "being", "but", "by",
    "can", "cannot", "could", "d", "did", "do", "does", "doing", "don", "each", "for", "from", "get", "got",
    "had", "has", "have", "having", "he", "her", "here", "him", "his", "how", "i", "if", "in", "into", "is",
    "it", "its", "just", "let", "like", "ll", "m", "may", "me", "might", "must", "my", "need", "no", "nor",
    "not", "of", "on", "one", "or", "our", "please", "possible", "re", "s", "shall", "she", "should", "so",
    "some", "somehow", "such", "t", "than", "that", "the", "their", "them", "then", "there", "these", "they",
    "this", "those", "to", "too", "us", "use", "using", "ve", "very", "want", "was", "way", "ways", "we",
    "were", "what", "when", "where", "which", "who", "whom", "whose", "why", "will", "with", "without",
    "would", "you", "your",
];

/// One term and where in the original text it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub term: String,
    /// Bytes of the original text.
    pub at: Range<usize>,
    /// Counts terms, so that phrases can be compared.
    pub position: usize,
}

/// A run of one script in the one spelling, with the place of each character in the original.
pub(crate) struct Run {
    pub script: Script,
    pub text: String,
    /// Byte places in the original: of each character, and of the end.
    pub places: Vec<usize>,
}

impl Run {
    /// A run of one character so far, with room for a usual one.
    fn new(script: Script, found: char, at: Range<usize>) -> Run {
        let mut text = String::with_capacity(4 * RUN_USUAL_CHARS);
        text.push(found);
        let mut places = Vec::with_capacity(RUN_USUAL_CHARS);
        places.extend([at.start, at.end]);
        Run { script, text, places }
    }

    fn chars(&self) -> impl Iterator<Item = (usize, char)> + '_ {
        self.text.char_indices()
    }
}

/// The runs of a text, signs left out.
pub(crate) fn runs(text: &str) -> Vec<Run> {
    let mut out: Vec<Run> = Vec::new();
    let mut open: Option<Run> = None;
    for (at, written) in text.char_indices() {
        let found = fold(written);
        let kind = script(found);
        let end = at + written.len_utf8();
        match &mut open {
            Some(run) if run.script == kind => {
                run.text.push(found);
                *run.places.last_mut().expect("a run has an end") = at;
                run.places.push(end);
            }
            _ => {
                out.extend(open.take());
                open = (kind != Script::Sign).then(|| Run::new(kind, found, at..end));
            }
        }
    }
    out.extend(open);
    out
}

/// Pairs of Han neighbours (a lone one by itself) and the stems of Latin words.
pub fn grams(text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut position = 0;
    for run in runs(text) {
        match run.script {
            Script::Han => {
                let length = run.places.len() - 1;
                // Where the second character of a pair ends; a lone one has none.
                let ends = run.chars().map(|(at, found)| at + found.len_utf8()).skip(1.min(length - 1));
                for (first, ((start, _), end)) in run.chars().zip(ends).enumerate() {
                    let at = run.places[first]..run.places[(first + 2).min(length)];
                    out.push(Token { term: run.text[start..end].to_owned(), at, position });
                    position += 1;
                }
            }
            Script::Letter | Script::Sign => {
                let at = run.places[0]..run.places[run.places.len() - 1];
                if run.text.len() <= TERM_MOST_BYTES {
                    out.push(Token { term: stem(&run.text), at, position });
                }
                position += 1;
            }
        }
    }
    out
}

/// Dictionary words of Han runs and whole Latin words.
pub fn words(text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut position = 0;
    for run in runs(text) {
        match run.script {
            Script::Han => {
                let mut char_at = 0;
                for word in DICTIONARY.cut(&run.text, false) {
                    let length = word.word.chars().count();
                    let at = run.places[char_at]..run.places[char_at + length];
                    out.push(Token { term: word.word.to_owned(), at, position });
                    char_at += length;
                    position += 1;
                }
            }
            Script::Letter | Script::Sign => {
                let at = run.places[0]..run.places[run.places.len() - 1];
                if run.text.len() <= TERM_MOST_BYTES {
                    out.push(Token { term: run.text, at, position });
                }
                position += 1;
            }
        }
    }
    out
}

/// Single Han characters.
pub fn characters(text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    for run in runs(text).into_iter().filter(|run| run.script == Script::Han) {
        for (index, (_, found)) in run.chars().enumerate() {
            let at = run.places[index]..run.places[index + 1];
            out.push(Token { term: found.to_string(), at, position: out.len() });
        }
    }
    out
}

/// Model numbers, serial numbers and names in code: whole without separators, and by parts.
pub fn code_terms(text: &str) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::new();
    for found in codes::find(text) {
        for term in found.terms() {
            if term.len() <= TERM_MOST_BYTES {
                out.push(Token { term, at: found.at.clone(), position: out.len() });
            }
        }
    }
    out
}

/// The English stem of a small Latin word; figures and words of other letters stay.
pub fn stem(word: &str) -> String {
    if word.len() > 2 && word.bytes().all(|found| found.is_ascii_lowercase()) {
        STEMMER.stem(word).into_owned()
    } else {
        word.to_owned()
    }
}

/// Whether an English word says nothing of what is looked for.
pub fn is_plain(word: &str) -> bool {
    PLAIN.binary_search(&word).is_ok()
}

/// The beginning of a text, up to `units`: a Han character is one, a Latin word is two.
pub fn beginning(text: &str, units: usize) -> &str {
    let (mut seen, mut end, mut before) = (0, 0, Script::Sign);
    for (at, written) in text.char_indices() {
        let script = script(fold(written));
        let weight = match script {
            Script::Han => 1,
            // A word weighs as its first letter comes.
            Script::Letter if before != Script::Letter => 2,
            Script::Letter | Script::Sign => 0,
        };
        if seen + weight > units {
            return &text[..end];
        }
        seen += weight;
        if script != Script::Sign {
            end = at + written.len_utf8();
        }
        before = script;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(tokens: Vec<Token>) -> String {
        tokens.into_iter().map(|token| token.term).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn han_gives_pairs_and_words_and_characters() {
        let text = "打印机卡纸";
        assert_eq!(terms(grams(text)), "打印 印机 机卡 卡纸");
        assert_eq!(terms(words(text)), "打印机 卡纸");
        assert_eq!(terms(characters(text)), "打 印 机 卡 纸");
        assert_eq!(terms(grams("纸")), "纸");
    }

    #[test]
    fn text_is_cut_where_the_script_changes() {
        assert_eq!(terms(grams("重启C9200交換機，Printers")), "重启 c9200 交换 换机 printer");
        assert_eq!(terms(words("重启WiFi")), "重启 wifi");
    }

    #[test]
    fn a_term_knows_where_it_stands() {
        for (text, term, part) in [("請看 電腦。", "电脑", "電腦"), ("Ｗｉｆｉ断了", "wifi", "Ｗｉｆｉ")]
        {
            let tokens = grams(text);
            let token = tokens.iter().find(|token| token.term == term).unwrap();
            assert_eq!(&text[token.at.clone()], part);
        }
    }

    #[test]
    fn plain_words_are_sorted() {
        assert!(PLAIN.is_sorted());
        assert!(is_plain("how") && !is_plain("router"));
    }

    #[test]
    fn a_beginning_counts_han_and_words() {
        assert_eq!(beginning("打印机 is broken today", 6), "打印机 is");
        assert_eq!(beginning("打印机卡纸", 3), "打印机");
        assert_eq!(beginning("短", 40), "短");
        assert_eq!(beginning("", 40), "");
    }
}
