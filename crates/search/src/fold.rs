//! One spelling for what people write in several: full width, capitals, Traditional characters.

use std::sync::LazyLock;

/// Han characters of the main blocks, each with its Simplified form.
static SIMPLIFIED: LazyLock<Vec<char>> = LazyLock::new(|| {
    let mut buffer = [0_u8; 4];
    (HAN_FIRST..=HAN_LAST)
        .map(|code| {
            let Some(found) = char::from_u32(code) else { return '\u{fffd}' };
            let simple = fast2s::convert(found.encode_utf8(&mut buffer));
            let mut chars = simple.chars();
            match (chars.next(), chars.next()) {
                (Some(one), None) => one,
                _ => found,
            }
        })
        .collect()
});

const HAN_FIRST: u32 = 0x3400;
const HAN_LAST: u32 = 0x9fff;

/// What kind of sign a character is, for cutting text at script borders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// A Han character, kana or hangul: written without spaces.
    Han,
    /// A letter or digit of a script that is written with spaces.
    Letter,
    /// Everything else: space, punctuation, symbols.
    Sign,
}

/// The script of a character.
pub fn script(found: char) -> Script {
    match found {
        'a'..='z' | 'A'..='Z' | '0'..='9' => Script::Letter,
        _ if found.is_ascii() => Script::Sign,
        _ if is_han(found) => Script::Han,
        _ if found.is_alphanumeric() => Script::Letter,
        _ => Script::Sign,
    }
}

/// Whether a character is written without spaces around words.
pub fn is_han(found: char) -> bool {
    matches!(found as u32,
        0x3005 | 0x3007 | 0x3041..=0x30ff | 0x3400..=0x9fff | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0x20000..=0x3ffff)
        && found != '\u{30fb}'
}

/// The one spelling of a character: half width, small, Simplified.
pub fn fold(found: char) -> char {
    let half = match found {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(found as u32 - 0xfee0).unwrap_or(found),
        '\u{3000}' | '\u{a0}' => ' ',
        other => other,
    };
    if half.is_ascii() {
        return half.to_ascii_lowercase();
    }
    match half as u32 {
        code @ HAN_FIRST..=HAN_LAST => SIMPLIFIED[(code - HAN_FIRST) as usize],
        _ => half.to_lowercase().next().unwrap_or(half),
    }
}

/// A whole text in the one spelling, character by character.
pub fn folded(text: &str) -> String {
    text.chars().map(fold).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_for_many() {
        for (written, one) in [
            ("電腦", "电脑"),
            ("網絡設備", "网络设备"),
            ("ＡＢ１２", "ab12"),
            ("Straße", "straße"),
            ("打印机", "打印机"),
            ("臺灣", "台湾"),
        ] {
            assert_eq!(folded(written), one, "{written}");
        }
    }

    #[test]
    fn scripts_are_told_apart() {
        let of: Vec<Script> = "网aé9-。ー".chars().map(script).collect();
        use Script::{Han, Letter, Sign};
        assert_eq!(of, [Han, Letter, Letter, Letter, Sign, Sign, Han]);
    }
}
