//! What differs between two editions of a text: cut into sentences and compared in order.

/// A piece of one or both texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// It stands in both.
    Same(&'a str),
    /// It stands in the older one only.
    Gone(&'a str),
    /// It stands in the newer one only.
    New(&'a str),
}

/// Pieces that are compared with each other, each side; longer stretches that differ are told as a whole.
const PIECES_MOST: usize = 600;

/// Compares two texts, the older one first. The pieces, put together, are the two texts.
pub fn compare<'a>(old: &'a str, new: &'a str) -> Vec<Piece<'a>> {
    let (old, new) = (sentences(old), sentences(new));
    let before = old.iter().zip(&new).take_while(|(one, other)| one == other).count();
    let (old_rest, new_rest) = (&old[before..], &new[before..]);
    let after =
        old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(one, other)| one == other).count();
    let (old_mid, new_mid) = (&old_rest[..old_rest.len() - after], &new_rest[..new_rest.len() - after]);
    let mut pieces: Vec<Piece<'a>> = old[..before].iter().map(|same| Piece::Same(same)).collect();
    pieces.extend(middle(old_mid, new_mid));
    pieces.extend(old_rest[old_rest.len() - after..].iter().map(|same| Piece::Same(same)));
    pieces
}

/// The stretch between the first and the last difference, by its longest common sequence.
fn middle<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Piece<'a>> {
    if old.len() > PIECES_MOST || new.len() > PIECES_MOST {
        let gone = old.iter().map(|piece| Piece::Gone(piece));
        return gone.chain(new.iter().map(|piece| Piece::New(piece))).collect();
    }
    // `common[i][j]`: how many pieces old[i..] and new[j..] have in common, in order.
    let width = new.len() + 1;
    let mut common = vec![0_u16; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i * width + j] = if old[i] == new[j] {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let mut pieces = Vec::with_capacity(old.len() + new.len());
    let (mut i, mut j) = (0, 0);
    while i < old.len() && j < new.len() {
        if old[i] == new[j] {
            pieces.push(Piece::Same(old[i]));
            (i, j) = (i + 1, j + 1);
        } else if common[(i + 1) * width + j] >= common[i * width + j + 1] {
            pieces.push(Piece::Gone(old[i]));
            i += 1;
        } else {
            pieces.push(Piece::New(new[j]));
            j += 1;
        }
    }
    pieces.extend(old[i..].iter().map(|piece| Piece::Gone(piece)));
    pieces.extend(new[j..].iter().map(|piece| Piece::New(piece)));
    pieces
}

/// A text in sentences, each with what ends it; line ends end one too.
fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut from = 0;
    let mut rest = text.char_indices().peekable();
    while let Some((at, sign)) = rest.next() {
        let ends = match sign {
            '\n' | '\u{3002}' | '\u{ff01}' | '\u{ff1f}' | '\u{ff1b}' | '\u{ff0c}' => true,
            // A full stop ends a sentence only before white space: not in `5.20`.
            '.' | '!' | '?' | ';' | ',' => rest.peek().is_some_and(|(_, next)| next.is_whitespace()),
            _ => false,
        };
        if ends {
            let end = at + sign.len_utf8();
            found.push(&text[from..end]);
            from = end;
        }
    }
    if from < text.len() {
        found.push(&text[from..]);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(old: &str, new: &str) -> String {
        let one = |piece: Piece<'_>| match piece {
            Piece::Same(text) => text.to_owned(),
            Piece::Gone(text) => format!("[-{text}]"),
            Piece::New(text) => format!("[+{text}]"),
        };
        compare(old, new).into_iter().map(one).collect()
    }

    #[test]
    fn sentences_that_differ_are_told_and_the_rest_stays() {
        let cases = [
            ("", "", ""),
            ("", "a", "[+a]"),
            ("a", "", "[-a]"),
            ("甲。乙。丙。", "甲。丁。丙。", "甲。[-乙。][+丁。]丙。"),
            ("一\n二\n三", "一\n三", "一\n[-二\n]三"),
            (
                "Upgrade to 5.20. Reboot.",
                "Upgrade to 5.21. Reboot.",
                "[-Upgrade to 5.20.][+Upgrade to 5.21.] Reboot.",
            ),
            ("甲。乙。丙。丁。", "乙。甲。丙。丁。", "[-甲。]乙。[+甲。]丙。丁。"),
        ];
        for (old, new, expected) in cases {
            assert_eq!(shown(old, new), expected, "{old:?} {new:?}");
        }
    }

    #[test]
    fn a_text_without_end_is_told_as_a_whole() {
        let old: String = (0..PIECES_MOST + 2).map(|n| format!("{n}\n")).collect();
        let new = old.replace('\n', "x\n");
        let pieces = compare(&old, &new);
        assert_eq!(pieces.len(), 2 * (PIECES_MOST + 2));
        let old_again: String = pieces
            .iter()
            .filter_map(|piece| if let Piece::Gone(text) = piece { Some(*text) } else { None })
            .collect();
        assert_eq!(old_again, old);
    }
}
