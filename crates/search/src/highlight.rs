//! Where the terms of a search stand in a text, and the part of the text that shows most of them.

use std::collections::HashSet;
use std::ops::Range;

use crate::analysis::{code_terms, grams, words};
use crate::fold::folded;

/// The longest text that is looked through, and the length of an excerpt, in characters.
const LOOKED_THROUGH_MOST_CHARS: usize = 6_000;
const EXCERPT_CHARS: usize = 130;
/// How much of an excerpt stands before its first mark.
const BEFORE_CHARS: usize = 24;

/// A text with the places that matched, in bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marked {
    pub text: String,
    pub marks: Vec<Range<usize>>,
}

impl Marked {
    /// The text in pieces, each with whether it matched.
    pub fn pieces(&self) -> Vec<(&str, bool)> {
        let mut out = Vec::new();
        let mut at = 0;
        for mark in &self.marks {
            if mark.start > at {
                out.push((&self.text[at..mark.start], false));
            }
            out.push((&self.text[mark.clone()], true));
            at = mark.end;
        }
        if at < self.text.len() {
            out.push((&self.text[at..], false));
        }
        out
    }
}

/// The places of `terms` in a whole text, joined where they touch.
pub fn mark(text: &str, terms: &HashSet<String>) -> Marked {
    let end = text.char_indices().nth(LOOKED_THROUGH_MOST_CHARS).map_or(text.len(), |(at, _)| at);
    let looked = &text[..end];
    let mut marks: Vec<Range<usize>> = grams(looked)
        .into_iter()
        .chain(code_terms(looked))
        .filter(|token| terms.contains(&token.term))
        .map(|token| token.at)
        .collect();
    // A Latin word is written as it is, and its stem is a term; a word of one Han character is a term alone.
    if terms.iter().any(|term| term.chars().count() == 1) || folded(looked).is_ascii() {
        marks.extend(
            words(looked).into_iter().filter(|token| terms.contains(&token.term)).map(|token| token.at),
        );
    }
    marks.sort_by_key(|mark| (mark.start, mark.end));
    let mut joined: Vec<Range<usize>> = Vec::new();
    for mark in marks {
        match joined.last_mut() {
            Some(last) if mark.start <= last.end => last.end = last.end.max(mark.end),
            _ => joined.push(mark),
        }
    }
    Marked { text: text.to_owned(), marks: joined }
}

/// The part of a text with most marked signs, on one line.
pub(crate) fn excerpt(text: &str, terms: &HashSet<String>) -> Marked {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let whole = mark(&line, terms);
    let best = whole
        .marks
        .iter()
        .map(|first| {
            let until = end_of(&line, first.start);
            let signs: usize = whole
                .marks
                .iter()
                .filter(|one| one.start >= first.start && one.end <= until)
                .map(|one| one.len())
                .sum();
            (signs, std::cmp::Reverse(first.start))
        })
        .max()
        .map_or(0, |(_, start)| start.0);
    let start = line[..best].char_indices().rev().nth(BEFORE_CHARS).map_or(0, |(at, _)| at);
    let end = end_of(&line, start);
    let inside = whole.marks.iter().filter(|mark| mark.start >= start && mark.end <= end);
    let (before, after) = (if start > 0 { "…" } else { "" }, if end < line.len() { "…" } else { "" });
    let shift = before.len();
    Marked {
        marks: inside.map(|mark| mark.start - start + shift..mark.end - start + shift).collect(),
        text: format!("{before}{}{after}", &line[start..end]),
    }
}

fn end_of(line: &str, start: usize) -> usize {
    line[start..].char_indices().nth(EXCERPT_CHARS).map_or(line.len(), |(at, _)| start + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(marked: &Marked) -> String {
        marked
            .pieces()
            .into_iter()
            .map(|(text, hit)| if hit { format!("[{text}]") } else { text.into() })
            .collect()
    }

    fn terms(of: &[&str]) -> HashSet<String> {
        of.iter().map(|term| (*term).to_owned()).collect()
    }

    #[test]
    fn terms_are_marked_as_they_were_written() {
        let marked = mark("請重啟打印機 (Printers)", &terms(&["打印", "印机", "printer"]));
        assert_eq!(shown(&marked), "請重啟[打印機] ([Printers])");
        assert_eq!(shown(&mark("型号 DBS-C9200", &terms(&["c9200"]))), "型号 [DBS-C9200]");
        assert_eq!(shown(&mark("", &terms(&["x"]))), "");
    }

    #[test]
    fn an_excerpt_shows_most_of_what_matched() {
        let text = format!("{}卡纸{}打印机卡纸{}", "前".repeat(200), "中".repeat(200), "后".repeat(200));
        let found = excerpt(&text, &terms(&["打印", "印机", "机卡", "卡纸"]));
        assert!(found.text.starts_with('…') && found.text.ends_with('…'));
        assert_eq!(
            found.marks.iter().map(|mark| &found.text[mark.clone()]).collect::<Vec<_>>(),
            ["打印机卡纸"]
        );
    }
}
