//! Texts that people type, read once at the edge into types that cannot be empty or endless.

use crate::refusal::Invalid;

/// The longest one-line text, in characters.
pub const LINE_MOST_CHARS: usize = 200;
/// The longest reason, question or answer, in characters.
pub const REASON_MOST_CHARS: usize = 1_000;
/// The longest description, note or document, in characters.
pub const TEXT_MOST_CHARS: usize = 50_000;

macro_rules! texts {
    ($( $(#[$meta:meta])* $name:ident up to $most:ident, lines: $lines:literal );+ $(;)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Reads a text that must be there.
            ///
            /// Errors: [`Invalid`] when it is empty or too long.
            pub fn parse(field: &'static str, given: &str) -> Result<Self, Invalid> {
                Self::parse_optional(field, given)?.ok_or_else(|| Invalid::required(field))
            }

            /// Reads a text that may be left out.
            ///
            /// Errors: [`Invalid`] when it is too long.
            pub fn parse_optional(field: &'static str, given: &str) -> Result<Option<Self>, Invalid> {
                let text = tidy(given, $lines);
                if text.chars().count() > $most {
                    return Err(Invalid::too_long(field, $most));
                }
                Ok(if text.is_empty() { None } else { Some($name(text)) })
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> String {
                text.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(&self.0)
            }
        }
    )+};
}

texts! {
    /// One line: a name, a title.
    Line up to LINE_MOST_CHARS, lines: false;
    /// Why something was done, what was asked, what was answered.
    Reason up to REASON_MOST_CHARS, lines: true;
    /// A description, a note, a document.
    Text up to TEXT_MOST_CHARS, lines: true;
}

/// Takes off white space at both ends and control characters everywhere; line ends become `\n`, or a
/// space where the text is one line.
fn tidy(given: &str, lines: bool) -> String {
    let one_kind_of_end = given.replace("\r\n", "\n").replace('\r', "\n");
    let kept = one_kind_of_end.chars().filter_map(|found| match found {
        '\n' | '\t' if lines => Some(found),
        '\n' | '\t' => Some(' '),
        // Zero-width and direction marks are invisible and make two equal names different.
        '\u{200b}' | '\u{feff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
        control if control.is_control() => None,
        other => Some(other),
    });
    kept.collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_tidied_and_bounded() {
        assert_eq!(Line::parse("title", "  交换机\n坏了\u{200b} ").unwrap().as_str(), "交换机 坏了");
        assert_eq!(Reason::parse("reason", "a\r\nb\u{0}").unwrap().as_str(), "a\nb");
        assert_eq!(Line::parse("title", " \u{3000}\t").unwrap_err(), Invalid::required("title"));
        assert_eq!(Line::parse_optional("title", ""), Ok(None));
        let long = "长".repeat(LINE_MOST_CHARS + 1);
        assert_eq!(Line::parse("title", &long).unwrap_err(), Invalid::too_long("title", LINE_MOST_CHARS));
        assert!(Line::parse("title", &long[3..]).is_ok());
    }
}
