//! Names by the sound of their characters: `zhongguancun` and `zgc` find 中关村.

use pinyin::ToPinyin;

use crate::fold::{Script, fold, script};

/// The most characters of a name that are spelt.
const NAME_MOST_CHARS: usize = 40;

/// What a name can be found by when it is spelt: from each of its characters to the end, whole syllables and
/// initials. A search compares beginnings, so any part of the name is found.
pub fn spelt(name: &str) -> Vec<String> {
    let syllables: Vec<String> = name
        .chars()
        .take(NAME_MOST_CHARS)
        .map(fold)
        .filter_map(|found| match script(found) {
            Script::Han => found.to_pinyin().map(|sound| sound.plain().replace('ü', "v")),
            Script::Letter => Some(found.to_string()),
            Script::Sign => None,
        })
        .collect();
    let has_han = name.chars().any(|found| script(fold(found)) == Script::Han);
    let mut out = Vec::new();
    if !has_han {
        return out;
    }
    for start in 0..syllables.len() {
        let rest = &syllables[start..];
        out.push(rest.concat());
        if rest.len() > 1 {
            out.push(rest.iter().filter_map(|syllable| syllable.chars().next()).collect());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_spelt_whole_and_by_initials_from_each_character() {
        let spelt = spelt("中关村A座");
        for typed in ["zhongguancun", "zgc", "guancun", "gca", "azuo"] {
            assert!(spelt.iter().any(|found| found.starts_with(typed)), "{typed} in {spelt:?}");
        }
        assert!(super::spelt("Acme").is_empty());
    }
}
