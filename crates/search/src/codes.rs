//! Model numbers, serial numbers, version numbers: found whole, by part, and with separators missing.

use std::ops::Range;

use crate::fold::{Script, fold, script};

/// Signs that join the parts of a code.
const JOINS: &[char] = &['-', '_', '.', '/', '#', ':', '+'];
/// The most parts of one code that are taken apart; what is longer is a list or a path.
const PARTS_MOST: usize = 8;

/// A code as it stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// Its parts between separators, small; `DBS-C9200` has two.
    pub parts: Vec<String>,
    /// The parts of its parts, where letters and digits or small and capital letters meet.
    pub pieces: Vec<String>,
    /// Bytes of the original text.
    pub at: Range<usize>,
}

impl Code {
    /// The code without its separators.
    pub fn squeezed(&self) -> String {
        self.parts.concat()
    }

    /// What it can be found by: whole, each part, two neighbouring parts, each piece of two signs or more.
    pub fn terms(&self) -> Vec<String> {
        let mut out = vec![self.squeezed()];
        if self.parts.len() > 1 {
            out.extend(self.parts.iter().cloned());
        }
        if self.parts.len() > 2 {
            out.extend(self.parts.windows(2).map(|pair| pair.concat()));
        }
        if self.pieces.len() > 1 {
            out.extend(self.pieces.iter().filter(|piece| piece.chars().count() > 1).cloned());
        }
        out.sort_unstable();
        out.dedup();
        out
    }
}

/// The codes of a text: words with a digit, with a join, or with capitals inside.
pub fn find(text: &str) -> Vec<Code> {
    let mut out = Vec::new();
    let mut open: Option<Open> = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, written)) = chars.next() {
        let is_letter = script(fold(written)) == Script::Letter;
        let joins = JOINS.contains(&fold(written))
            && open.is_some()
            && chars.peek().is_some_and(|(_, next)| script(fold(*next)) == Script::Letter);
        if is_letter {
            open.get_or_insert_with(|| Open::at(at)).letter(written, at);
        } else if joins {
            if let Some(open) = &mut open {
                open.cut();
            }
        } else {
            out.extend(open.take().and_then(Open::close));
        }
    }
    out.extend(open.and_then(Open::close));
    out
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Digit,
    Small,
    Capital,
}

struct Open {
    parts: Vec<String>,
    pieces: Vec<String>,
    last: Option<Kind>,
    has_digit: bool,
    start: usize,
    end: usize,
}

impl Open {
    fn at(start: usize) -> Open {
        Open { parts: Vec::new(), pieces: Vec::new(), last: None, has_digit: false, start, end: start }
    }

    fn letter(&mut self, written: char, at: usize) {
        let kind = if written.is_numeric() {
            Kind::Digit
        } else if written.is_uppercase() {
            Kind::Capital
        } else {
            Kind::Small
        };
        self.has_digit |= kind == Kind::Digit;
        let found = fold(written);
        match (self.last, kind) {
            (None, _) => {
                self.parts.push(String::new());
                self.pieces.push(String::new());
            }
            // A capital begins a piece; the small letters behind it belong to it.
            (Some(last), now) if last == now || (last == Kind::Capital && now == Kind::Small) => {}
            _ => self.pieces.push(String::new()),
        }
        if let (Some(part), Some(piece)) = (self.parts.last_mut(), self.pieces.last_mut()) {
            part.push(found);
            piece.push(found);
        }
        self.last = Some(kind);
        self.end = at + written.len_utf8();
    }

    fn cut(&mut self) {
        self.last = None;
    }

    fn close(self) -> Option<Code> {
        let is_code = self.has_digit || self.parts.len() > 1 || self.pieces.len() > 1;
        (is_code && self.parts.len() <= PARTS_MOST).then_some(Code {
            parts: self.parts,
            pieces: self.pieces,
            at: self.start..self.end,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_whole_by_part_and_squeezed() {
        for (text, terms) in [
            ("DBS-C9200-24T", "24 24t 9200 c9200 c920024t dbs dbsc9200 dbsc920024t"),
            ("C9200", "9200 c9200"),
            ("更换S5700交换机", "5700 s5700"),
            ("wifi router", ""),
            ("XdgAutostart", "autostart xdg xdgautostart"),
            ("v1.2.3", "2 23 3 v1 v12 v123"),
            ("ＳＮ２１０２３５", "210235 sn sn210235"),
            ("完。Mate-", ""),
        ] {
            let found: Vec<String> = find(text).iter().flat_map(Code::terms).collect();
            assert_eq!(found.join(" "), terms, "{text}");
        }
    }

    #[test]
    fn a_path_is_no_code() {
        assert!(find("a/b/c/d/e/f/g/h/i/j").is_empty());
    }
}
