//! Finds fonts: Latin ones come with the program, those with Chinese characters are looked for in the usual
//! directories by the names of their files. No `fontconfig` is needed.

use std::path::{Path, PathBuf};

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};

use crate::Problem;

/// Which forms of the shared characters are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// Simplified Chinese, and languages that need no Chinese.
    Simplified,
    /// Traditional Chinese.
    Traditional,
}

/// Beginnings of the names of font files that hold Chinese, the best first. In lower case.
const FILES: [&str; 9] = [
    "notosanscjk",
    "notosanssc",
    "notosanstc",
    "sourcehansans",
    "wqy-microhei",
    "wqy-zenhei",
    "droidsansfallback",
    "pingfang",
    "msyh",
];
/// Endings of the names of files that hold other weights than a document uses. In lower case.
const OTHER_WEIGHTS: [&str; 6] = ["thin", "light", "demilight", "medium", "black", "extralight"];
/// Directories below the one given that are looked into.
const DEPTH_MAX: usize = 5;
/// Files that are looked at, so that a strange directory cannot hold the program up.
const FILES_MAX: usize = 20_000;

/// Directories in which systems keep fonts.
pub fn usual_directories() -> Vec<PathBuf> {
    let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE")).map(PathBuf::from);
    let of_home = [".local/share/fonts", ".fonts", "Library/Fonts"];
    let mut all: Vec<PathBuf> = [
        "/usr/share/fonts",
        "/usr/local/share/fonts",
        "/System/Library/Fonts",
        "/Library/Fonts",
        "C:\\Windows\\Fonts",
    ]
    .map(PathBuf::from)
    .to_vec();
    all.extend(of_home.iter().filter_map(|below| Some(home.as_ref()?.join(below))));
    all
}

/// The fonts that documents are set in.
pub struct Fonts {
    pub(crate) book: FontBook,
    pub(crate) fonts: Vec<Font>,
    simplified: String,
    traditional: String,
}

impl Fonts {
    /// Finds a font with Chinese characters, and adds the Latin ones that come with the program.
    ///
    /// Errors: [`Problem::NoChineseFont`], which names the mend.
    pub fn find(directories: &[PathBuf]) -> Result<Fonts, Problem> {
        let mut found: Vec<(usize, PathBuf)> = Vec::new();
        let mut left = FILES_MAX;
        for directory in directories {
            walk(directory, DEPTH_MAX, &mut left, &mut found);
        }
        // The order of a directory is the system's; ours is by name, so that the same machine sets the same bytes.
        found.sort();
        let best = found.first().map(|(rank, _)| *rank);
        let mut fonts: Vec<Font> = Vec::new();
        for (_, path) in found.iter().filter(|(rank, _)| Some(*rank) == best) {
            if let Ok(bytes) = std::fs::read(path) {
                fonts.extend(Font::iter(Bytes::new(bytes)).filter(has_chinese));
            }
        }
        let families: Vec<String> = fonts.iter().map(|font| font.info().family.clone()).collect();
        let of = |endings: &[&str]| {
            let plain = families.iter().filter(|family| !family.contains("Mono") && !family.contains("HW"));
            let all: Vec<&String> = plain.collect();
            let wanted = all.iter().find(|family| endings.iter().any(|ending| family.ends_with(ending)));
            wanted.or(all.first()).map(|family| (*family).clone())
        };
        let (Some(simplified), Some(traditional)) = (of(&[" SC", " CN"]), of(&[" TC", " TW", " HK"])) else {
            let looked_in = directories.iter().map(|path| path.display().to_string()).collect::<Vec<_>>();
            return Err(Problem::NoChineseFont { looked_in: looked_in.join(", ") });
        };
        fonts.retain(|font| [&simplified, &traditional].contains(&&font.info().family));
        fonts.extend(typst_assets::fonts().flat_map(|data| Font::iter(Bytes::new(data))));
        Ok(Fonts { book: FontBook::from_fonts(&fonts), fonts, simplified, traditional })
    }

    /// The family that holds the characters of a script.
    pub fn family(&self, script: Script) -> &str {
        match script {
            Script::Simplified => &self.simplified,
            Script::Traditional => &self.traditional,
        }
    }
}

/// Says whether a font holds characters that each Chinese text needs.
fn has_chinese(font: &Font) -> bool {
    ['\u{670d}', '\u{52a1}', '\u{3002}'].iter().all(|c| font.info().coverage.contains(u32::from(*c)))
}

/// Gathers the files that may hold Chinese, each with the place of its name in [`FILES`].
fn walk(directory: &Path, depth: usize, left: &mut usize, found: &mut Vec<(usize, PathBuf)>) {
    let Ok(entries) = std::fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        if *left == 0 {
            return;
        }
        *left -= 1;
        let path = entry.path();
        if path.is_dir() {
            if depth > 0 {
                walk(&path, depth - 1, left, found);
            }
            continue;
        }
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().to_lowercase()).unwrap_or_default();
        let is_font = path
            .extension()
            .is_some_and(|e| ["ttf", "otf", "ttc", "otc"].iter().any(|known| e.eq_ignore_ascii_case(known)));
        let other = OTHER_WEIGHTS.iter().any(|weight| stem.ends_with(weight));
        if let Some(rank) = FILES.iter().position(|name| stem.starts_with(name)).filter(|_| is_font && !other)
        {
            found.push((rank, path));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_chinese_font_the_mend_is_named() {
        let empty = std::env::temp_dir().join(format!("aftercare-no-fonts-{}", std::process::id()));
        std::fs::create_dir_all(&empty).unwrap();
        // A file that only pretends to be a font is no font.
        std::fs::write(empty.join("NotoSansCJK-Regular.ttc"), b"not a font").unwrap();
        let said = Fonts::find(std::slice::from_ref(&empty)).err().unwrap().to_string();
        assert!(said.contains("fonts-noto-cjk") && said.contains(&empty.display().to_string()), "{said}");
        std::fs::remove_dir_all(&empty).unwrap();
    }

    #[test]
    fn each_script_has_its_family() {
        let fonts = Fonts::find(&usual_directories()).unwrap();
        for script in [Script::Simplified, Script::Traditional] {
            let family = fonts.family(script);
            assert!(fonts.book.contains_family(&family.to_lowercase()), "{family}");
        }
    }
}
