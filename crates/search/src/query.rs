//! What people type into a search box: words, `"phrases"`, `-without`, and filters such as `客户:国家` or
//! `date:2026-03`. The words of the filters are the caller's.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::fold::folded;

/// The most filters and phrases of one search, and the longest search in characters.
const FILTERS_MOST: usize = 12;
const TYPED_MOST_CHARS: usize = 2_000;

/// What a filter compares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compares {
    /// Each term of the value must stand in the attribute.
    Text,
    /// The value is one of these: what people say, and the code that is indexed.
    Choice(Vec<(String, String)>),
    /// The value is a day, a month, a year, or two of them with `..` between.
    Days,
}

/// A filter that the search box understands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterWord {
    /// The attribute that is compared.
    pub attribute: &'static str,
    /// What people write before the colon, in any language.
    pub said: Vec<String>,
    pub compares: Compares,
}

/// One filter of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// The attribute has each term of this text.
    Has { attribute: &'static str, text: String },
    /// The attribute is exactly this code.
    Is { attribute: &'static str, code: String },
    /// Not before the first day, and before the second.
    Days { from: Option<Date>, before: Option<Date> },
}

/// A search as it was understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// What hits are ranked by.
    pub free: String,
    /// What must stand there word for word.
    pub phrases: Vec<String>,
    /// What must not stand there.
    pub without: Vec<String>,
    pub filters: Vec<Filter>,
    /// Filters whose value was not understood, as they were typed.
    pub unclear: Vec<String>,
}

impl Asked {
    /// A search for plain words: nothing in them is a filter.
    pub fn plain(text: &str) -> Asked {
        Asked { free: text.chars().take(TYPED_MOST_CHARS).collect(), ..Asked::default() }
    }

    /// Reads what was typed.
    pub fn read(typed: &str, known: &[FilterWord]) -> Asked {
        let typed: String = typed.chars().take(TYPED_MOST_CHARS).collect();
        let mut asked = Asked::default();
        for piece in pieces(&typed) {
            match piece {
                Piece::Phrase(text) if asked.phrases.len() < FILTERS_MOST => asked.phrases.push(text),
                Piece::Without(text) if asked.without.len() < FILTERS_MOST => asked.without.push(text),
                Piece::Phrase(text) | Piece::Without(text) => asked.add_free(&text),
                Piece::Word(text) => asked.add_free(&text),
                Piece::Filter { said, value } => {
                    let folded_said = folded(&said);
                    let word =
                        known.iter().find(|word| word.said.iter().any(|one| folded(one) == folded_said));
                    match word {
                        Some(word) if asked.filters.len() < FILTERS_MOST => match filter(word, &value) {
                            Some(filter) => asked.filters.push(filter),
                            None => asked.unclear.push(format!("{said}:{value}")),
                        },
                        Some(_) => asked.unclear.push(format!("{said}:{value}")),
                        None => asked.add_free(&format!("{said} {value}")),
                    }
                }
            }
        }
        asked
    }

    fn add_free(&mut self, text: &str) {
        if !self.free.is_empty() {
            self.free.push(' ');
        }
        self.free.push_str(text);
    }

    /// Whether nothing at all is asked for.
    pub fn is_empty(&self) -> bool {
        self.free.trim().is_empty() && self.phrases.is_empty() && self.filters.is_empty()
    }
}

fn filter(word: &FilterWord, value: &str) -> Option<Filter> {
    let attribute = word.attribute;
    if value.is_empty() {
        return None;
    }
    match &word.compares {
        Compares::Text => Some(Filter::Has { attribute, text: value.to_owned() }),
        Compares::Choice(choices) => {
            let wanted = folded(value);
            let exact = choices.iter().find(|(said, _)| folded(said) == wanted);
            let begun = || choices.iter().find(|(said, _)| folded(said).starts_with(&wanted));
            exact.or_else(begun).map(|(_, code)| Filter::Is { attribute, code: code.clone() })
        }
        Compares::Days => days(value).map(|(from, before)| Filter::Days { from, before }),
    }
}

/// `2026`, `2026-03`, `2026-03-05`, `2026-03..2026-05`, `..2026`, `>2026-03-05`, `<2026`.
fn days(value: &str) -> Option<(Option<Date>, Option<Date>)> {
    if let Some(rest) = value.strip_prefix('>') {
        return Some((Some(period(rest.trim_start_matches('='))?.0), None));
    }
    if let Some(rest) = value.strip_prefix('<') {
        return Some((None, Some(period(rest.trim_start_matches('='))?.0)));
    }
    match value.split_once("..") {
        None => period(value).map(|(from, before)| (Some(from), Some(before))),
        Some(("", "")) => None,
        Some((from, "")) => Some((Some(period(from)?.0), None)),
        Some(("", to)) => Some((None, Some(period(to)?.1))),
        Some((from, to)) => Some((Some(period(from)?.0), Some(period(to)?.1))),
    }
}

/// The first day of a year, month or day, and the first day behind it.
fn period(text: &str) -> Option<(Date, Date)> {
    let parts: Vec<i16> = text.split(['-', '/', '.']).map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let small = |value: i16| i8::try_from(value).ok();
    match parts[..] {
        [year] if year >= 1_000 => {
            let from = Date::new(year, 1, 1).ok()?;
            Some((from, from.checked_add(1.year()).ok()?))
        }
        [year, month] if year >= 1_000 => {
            let from = Date::new(year, small(month)?, 1).ok()?;
            Some((from, from.checked_add(1.month()).ok()?))
        }
        [year, month, day] if year >= 1_000 => {
            let from = Date::new(year, small(month)?, small(day)?).ok()?;
            Some((from, from.checked_add(1.day()).ok()?))
        }
        _ => None,
    }
}

enum Piece {
    Word(String),
    Phrase(String),
    Without(String),
    Filter { said: String, value: String },
}

fn is_quote(found: char) -> bool {
    matches!(found, '"' | '“' | '”' | '「' | '」')
}

/// Cuts at white space outside quotes.
fn pieces(typed: &str) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut chars = typed.chars().peekable();
    while let Some(&first) = chars.peek() {
        if first.is_whitespace() {
            chars.next();
            continue;
        }
        if is_quote(first) {
            chars.next();
            let phrase = quoted(&mut chars);
            if !phrase.is_empty() {
                out.push(Piece::Phrase(phrase));
            }
            continue;
        }
        let mut word = String::new();
        let mut said: Option<String> = None;
        while let Some(&found) = chars.peek() {
            if found.is_whitespace() || (is_quote(found) && said.is_none()) {
                break;
            }
            chars.next();
            if is_quote(found) {
                word.push_str(&quoted(&mut chars));
            } else if matches!(found, ':' | '：') && said.is_none() && !word.is_empty() {
                said = Some(std::mem::take(&mut word));
            } else {
                word.push(found);
            }
        }
        out.push(match said {
            Some(said) => Piece::Filter { said, value: word },
            None if word.starts_with(['-', '－']) && word.chars().count() > 1 => {
                Piece::Without(word.chars().skip(1).collect())
            }
            None => Piece::Word(word),
        });
    }
    out
}

fn quoted(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> String {
    let text: String = std::iter::from_fn(|| chars.next_if(|found| !is_quote(*found))).collect();
    chars.next();
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Vec<FilterWord> {
        let said = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        vec![
            FilterWord { attribute: "owner", said: said(&["客户", "owner"]), compares: Compares::Text },
            FilterWord {
                attribute: "state",
                said: said(&["状态", "state"]),
                compares: Compares::Choice(vec![
                    ("处理中".into(), "handling".into()),
                    ("Open".into(), "open".into()),
                ]),
            },
            FilterWord { attribute: "at", said: said(&["日期", "date"]), compares: Compares::Days },
        ]
    }

    fn shown(typed: &str) -> String {
        let asked = Asked::read(typed, &known());
        let filters = asked.filters.iter().map(|filter| match filter {
            Filter::Has { attribute, text } => format!("{attribute}~{text}"),
            Filter::Is { attribute, code } => format!("{attribute}={code}"),
            Filter::Days { from, before } => {
                let day = |day: &Option<Date>| day.map_or("…".to_owned(), |day| day.to_string());
                format!("{}–{}", day(from), day(before))
            }
        });
        let phrases = asked.phrases.iter().map(|phrase| format!("“{phrase}”"));
        let without = asked.without.iter().map(|word| format!("-{word}"));
        let unclear = asked.unclear.iter().map(|word| format!("?{word}"));
        let rest = phrases.chain(without).chain(filters).chain(unclear).collect::<Vec<_>>().join(" ");
        format!("{}|{rest}", asked.free)
    }

    #[test]
    fn a_search_is_read() {
        for (typed, understood) in [
            ("打印机 卡纸", "打印机 卡纸|"),
            ("客户:国家电网 打印机", "打印机|owner~国家电网"),
            ("客戶：\"国家 电网\"", "|owner~国家 电网"),
            ("状态:处理 OWNER:acme", "|state=handling owner~acme"),
            ("state:gone", "|?state:gone"),
            ("\"paper jam\" printer -toner", "printer|“paper jam” -toner"),
            ("“卡纸”打印", "打印|“卡纸”"),
            ("date:2026-03", "|2026-03-01–2026-04-01"),
            ("日期:2025..2026-02-28", "|2025-01-01–2026-03-01"),
            ("date:>2026-03-05 date:<2027", "|2026-03-05–… …–2027-01-01"),
            ("date:2026-13", "|?date:2026-13"),
            ("http://host:80", "http //host:80|"),
            ("C9200-24T", "C9200-24T|"),
            ("- :", "- :|"),
            ("", "|"),
        ] {
            assert_eq!(shown(typed), understood, "{typed}");
        }
    }
}
