//! Texts that people type, read once at the edge into types that cannot be empty or endless.

use jiff::civil::Date;

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
        unseen if is_invisible(unseen) => None,
        other => Some(other),
    });
    kept.collect::<String>().trim().to_owned()
}

/// Reads a whole form: collects what is wrong with every field instead of stopping at the first.
#[derive(Debug, Default)]
pub struct Reading {
    problems: Vec<Invalid>,
}

impl Reading {
    /// A form of which nothing has been read yet.
    pub fn new() -> Self {
        Reading::default()
    }

    /// Keeps a field's value, or its problem.
    pub fn field<T>(&mut self, read: Result<T, Invalid>) -> Option<T> {
        read.map_err(|problem| self.problems.push(problem)).ok()
    }

    /// Notes a problem that concerns fields together.
    pub fn problem(&mut self, problem: Invalid) {
        self.problems.push(problem);
    }

    /// The whole, or all problems.
    ///
    /// `whole` is `None` only where a field had a problem.
    pub fn finish<T>(self, whole: Option<T>) -> Result<T, Vec<Invalid>> {
        match whole {
            Some(whole) if self.problems.is_empty() => Ok(whole),
            Some(_) | None => {
                assert!(!self.problems.is_empty(), "a form without its whole has a problem");
                Err(self.problems)
            }
        }
    }
}

/// Folds a name or code so that two spellings of one thing compare equal: full-width letters become
/// half-width, capitals small, white space single, and brackets and dashes of either script the same.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for found in half_width(text).chars() {
        let plain = match found {
            '\u{3010}' | '\u{300c}' | '[' => '(',
            '\u{3011}' | '\u{300d}' | ']' => ')',
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            other => other,
        };
        if plain.is_whitespace() {
            if !folded.is_empty() && !folded.ends_with(' ') {
                folded.push(' ');
            }
        } else if !is_invisible(plain) {
            folded.extend(plain.to_lowercase());
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// Writes full-width letters, digits and signs in half width.
pub fn half_width(text: &str) -> String {
    let narrow = |found: char| match found {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(found as u32 - 0xfee0).unwrap_or(found),
        '\u{3000}' => ' ',
        other => other,
    };
    text.chars().map(narrow).collect()
}

/// Zero-width and direction marks: unseen, they make two equal names different.
fn is_invisible(found: char) -> bool {
    matches!(found, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || (found.is_control() && !found.is_whitespace())
}

/// Reads a date as it is written in forms and spreadsheets: `2026-01-05`, `2026/1/5`, `2026.1.5`,
/// `20260105`, `2026年1月5日`.
///
/// Errors: [`Invalid`] for a date that does not exist.
pub fn parse_date(field: &'static str, given: &str) -> Result<Date, Invalid> {
    parse_optional_date(field, given)?.ok_or_else(|| Invalid::required(field))
}

/// Reads a date that may be left out.
///
/// Errors: [`Invalid`] for a date that does not exist.
pub fn parse_optional_date(field: &'static str, given: &str) -> Result<Option<Date>, Invalid> {
    let text = half_width(given);
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let no_date = || Invalid::no_such_time(field, given.trim());
    let mut parts: Vec<&str> = text.split(['-', '/', '.', '年', '月', '日']).map(str::trim).collect();
    if parts.last() == Some(&"") {
        parts.pop();
    }
    let eight;
    if let [digits] = parts[..] {
        if digits.len() != 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(no_date());
        }
        eight = [&digits[..4], &digits[4..6], &digits[6..]];
        parts = eight.to_vec();
    }
    let [year, month, day] = parts[..] else {
        return Err(no_date());
    };
    if year.len() != 4 {
        return Err(no_date());
    }
    let date = match (year.parse(), month.parse(), day.parse()) {
        (Ok(year), Ok(month), Ok(day)) => Date::new(year, month, day).map_err(|_| no_date())?,
        _ => return Err(no_date()),
    };
    Ok(Some(date))
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

    #[test]
    fn spellings_of_one_thing_fold_together() {
        let table = [
            ("\u{ff21}\u{ff22}\u{ff23}\u{3000}\u{ff11}", "abc 1"),
            (" 市民中心\u{ff08}东区\u{ff09} ", "市民中心(东区)"),
            ("市民中心【东区】", "市民中心(东区)"),
            ("A\u{2013}1\u{200b}", "a-1"),
            ("  a \t b\n", "a b"),
            ("", ""),
        ];
        for (given, expected) in table {
            assert_eq!(fold(given), expected, "{given}");
            assert_eq!(fold(&fold(given)), fold(given), "folding twice changes nothing");
        }
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        let fifth = Date::constant(2026, 1, 5);
        for given in ["2026-01-05", "2026/1/5", "2026.1.5", "20260105", " 2026年1月5日 ", "2026年01月05日"]
        {
            assert_eq!(parse_date("on", given), Ok(fifth), "{given}");
        }
        for given in
            ["2026-02-30", "2026-13-01", "05/01/2026", "26-1-5", "2026-01", "20261", "soon", "2025-02-29"]
        {
            assert_eq!(parse_date("on", given), Err(Invalid::no_such_time("on", given)), "{given}");
        }
        assert_eq!(parse_optional_date("on", " "), Ok(None));
        assert_eq!(parse_date("on", ""), Err(Invalid::required("on")));
    }

    #[test]
    fn a_form_tells_all_its_problems_at_once() {
        let mut form = Reading::new();
        let title = form.field(Line::parse("title", ""));
        let on = form.field(parse_date("on", "2026-02-30"));
        let problems = form.finish(title.zip(on)).unwrap_err();
        assert_eq!(problems.iter().map(|problem| problem.field).collect::<Vec<_>>(), ["title", "on"]);
    }
}
