//! Documents set as PDF, in Chinese and in English.
//!
//! A document is a template and data. The template is a text of the program; the data is JSON, which the template
//! reads as values, so that nothing a user typed is ever taken for markup. No clock, network or file is read while a
//! document is set: the same template, data and date give the same bytes.
//!
//! ```no_run
//! # fn main() -> Result<(), pdf::Problem> {
//! let typesetter = pdf::Typesetter::new(pdf::Fonts::find(&pdf::usual_directories())?);
//! let data = serde_json::json!({ "title": "\u{552e}\u{540e}\u{670d}\u{52a1}\u{627f}\u{8bfa}" });
//! let paper = pdf::Paper::new("#heading(json(\"/data.json\").title)", &data, jiff::Timestamp::UNIX_EPOCH);
//! let bytes = typesetter.set(&paper)?.bytes;
//! # Ok(()) }
//! ```

mod fonts;
mod typesetter;

pub use fonts::{Fonts, Script, usual_directories};
pub use typesetter::{Paper, Set, Typesetter};

/// Why a document could not be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// No font with Chinese characters is installed.
    #[error(
        "no font with Chinese characters was found in {looked_in}; install one, on Debian with \
         `apt-get install fonts-noto-cjk`"
    )]
    NoChineseFont {
        /// The directories that were looked in.
        looked_in: String,
    },
    /// The template is wrong: a mistake of the program.
    #[error("the template cannot be set: {0}")]
    Template(String),
}
