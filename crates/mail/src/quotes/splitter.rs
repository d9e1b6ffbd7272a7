//! Where the old letter begins: `On Monday Anna wrote:`, `-----Original Message-----`, a block of fields.

use super::Line;
use super::marks::{self, Name};

/// A place where the old letter begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Splitter {
    /// In lines.
    pub length: usize,
    pub is_header_block: bool,
    pub is_forward: bool,
    /// It stands between dashes, so that it is the end of the new text even where nothing follows.
    pub is_ruled: bool,
}

/// How many lines an announcement may take.
const WINDOW: usize = 6;
/// How long an announcement may be.
const ANNOUNCEMENT_BYTES: usize = 500;
/// How many lines a block of fields may take.
const FIELDS: usize = 14;

pub(super) fn at(lines: &[Line], index: usize) -> Option<Splitter> {
    let line = lines[index].text.as_str();
    if line.len() > 2_000 {
        return None;
    }
    let found = |length, is_header_block, is_forward, is_ruled| {
        Some(Splitter { length, is_header_block, is_forward, is_ruled })
    };
    if marks::is_forward_marker(line) {
        return found(1, true, true, false);
    }
    if marks::is_original_marker(line) {
        return found(1, true, false, true);
    }
    if let Some(inner) = marks::between_dashes(line)
        && has_verb(&inner)
        && has_date(&inner)
    {
        return found(1, false, false, true);
    }
    if let Some(length) = header_block(lines, index) {
        return found(length, true, false, false);
    }
    if let Some(length) = announcement(lines, index) {
        return found(length, false, false, false);
    }
    None
}

/// Fields of a letter, one below the other: at least two kinds, one of them telling who or when.
fn header_block(lines: &[Line], index: usize) -> Option<usize> {
    let (first, value) = marks::header_line(&lines[index].text)?;
    if !matches!(first, Name::From | Name::Date | Name::To | Name::Subject) {
        return None;
    }
    let mut names = vec![first];
    let mut length = 1;
    let mut others = 0;
    for line in lines.iter().skip(index + 1).take(FIELDS) {
        match marks::header_line(&line.text) {
            Some((name, _)) => {
                names.push(name);
                length += 1 + others;
                others = 0;
            }
            None if line.text.trim().is_empty() && names.len() >= 3 => break,
            // A value may be broken over lines, or lines may be set wide apart.
            None if others < 2 => others += 1,
            None => break,
        }
    }
    let has = |name: Name| names.contains(&name);
    let tells =
        has(Name::From) as u8 + has(Name::Date) as u8 + has(Name::To) as u8 + has(Name::Subject) as u8;
    let is_block = tells >= 3
        || tells == 2
            && (has(Name::From) || has(Name::Date))
            && (value.contains('@')
                || has_date(&value.to_lowercase())
                || !value.is_empty() && first == Name::From && has(Name::Date));
    is_block.then_some(length)
}

fn announcement(lines: &[Line], index: usize) -> Option<usize> {
    let mut text = String::new();
    let begins = begins_like_one(&lines[index].text);
    let is_dated = starts_with_date(lines[index].text.trim_start_matches(['>', ' ']));
    let mut blanks = 0;
    for (number, line) in lines.iter().skip(index).take(WINDOW).enumerate() {
        let bare = line.text.trim_start_matches(['>', ' ', '\t', '*', '|']).trim();
        if bare.is_empty() {
            blanks += 1;
            // Only what begins like an announcement may be torn apart by blank lines.
            let goes_on = text.contains('<') || text.ends_with(',') || has_date(&text.to_lowercase());
            if !begins || blanks > 2 || number == 0 || !goes_on || is_dated {
                return None;
            }
            continue;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(bare);
        if text.len() > ANNOUNCEMENT_BYTES {
            return None;
        }
        let lower = text.to_lowercase();
        if is_announcement(&lower, begins) {
            return Some(number + 1);
        }
        // A sentence that ends is no announcement; only a date goes on in the next line.
        let may_go_on = begins || has_date(&lower) || lower.contains('@') && has_verb(&lower);
        if number == 0 && !may_go_on {
            return None;
        }
        if (!begins || is_dated) && number >= 1 {
            return None;
        }
    }
    None
}

/// Words that open `On Monday Anna wrote:`.
const OPENINGS: &[&str] = &[
    "on ",
    "on\u{a0}",
    "le ",
    "am ",
    "op ",
    "il ",
    "il giorno",
    "el ",
    "em ",
    "den ",
    "på ",
    "vào ",
    "w dniu",
    "dnia ",
    "dne ",
    "le\u{a0}",
    "at ",
    "a ",
    "o ",
    "lun ",
    "mar ",
    "mer ",
    "jeu ",
    "ven ",
    "em\u{a0}",
    "el\u{a0}",
    "am\u{a0}",
    "quoting ",
    "tor ",
    "ons ",
    "tir ",
    "man ",
    "fre ",
    "у ",
    "в ",
    "пн,",
    "вт,",
    "ср,",
    "чт,",
    "пт,",
    "сб,",
    "вс,",
    "在 ",
    "在",
    "于 ",
    "於 ",
    "dom ",
    "pe ",
    "ti ",
    "to ",
    "ma ",
    "dia ",
    "на ",
];

fn begins_like_one(line: &str) -> bool {
    let lower: String = line
        .trim_start_matches(['>', ' ', '\t', '*', '|', '-', '_'])
        .chars()
        .take(24)
        .collect::<String>()
        .to_lowercase();
    OPENINGS.iter().any(|opening| lower.starts_with(opening))
        || starts_with_date(&lower)
        || starts_with_weekday(&lower)
}

fn starts_with_weekday(lower: &str) -> bool {
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun", "mo.", "di.", "mi.", "do.", "fr.", "sa.", "so."]
        .iter()
        .any(|day| lower.starts_with(day))
        && lower.contains([',', '.'])
}

/// Words that close it.
const VERBS: &[&str] = &[
    "wrote",
    "writes",
    "write",
    "sent",
    "said",
    "schrieb",
    "geschrieben",
    "a écrit",
    "à écrit",
    "a ecrit",
    "ecrit",
    "schreef",
    "het volgende geschreven",
    "ha scritto",
    "scrisse",
    "escribió",
    "escribio",
    "escreveu",
    "skrev",
    "skrev följande",
    "kirjoitti",
    "napisał",
    "napisał(a)",
    "napisała",
    "pisze",
    "napsal",
    "napsala",
    "napsal(a)",
    "napísal",
    "napisao",
    "đã viết",
    "написал",
    "написала",
    "написал(а)",
    "пишет",
    "пише",
    "писал",
    "写道",
    "寫道",
    "写了",
    "写到",
    "寫到",
    "作成",
    "さんは書きました",
    "のメッセージ",
    "작성",
    "님이 작성",
    "a scris",
    "írta",
    "yazdı",
    "şunları yazdı",
    "rašė",
    "rakstīja",
    "wrote the following",
    "hat geschrieben",
    "va escriure",
    "wrote this",
];

fn has_verb(lower: &str) -> bool {
    VERBS.iter().any(|verb| lower.contains(verb))
}

fn is_announcement(lower: &str, begins: bool) -> bool {
    let bare = lower.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '-' | '>'));
    let ends_open = bare.ends_with(':') || bare.ends_with('：');
    let stem = bare.trim_end_matches([':', '：', ' ', '.', ';', '\u{a0}']);
    // Most lines end here: what is no announcement neither ends like one nor begins with a date.
    let verb_at_end = VERBS.iter().any(|verb| {
        stem.strip_suffix(verb).is_some_and(|before| {
            before.ends_with([' ', '>', ')', ',', '\u{a0}', ']']) || !verb.is_ascii() || before.is_empty()
        })
    });
    if !verb_at_end && !ends_open && !starts_with_date(lower) {
        return false;
    }
    let has_mail = lower.contains('@') && (lower.contains('<') || lower.contains('(') || lower.contains('['));
    let has_when = has_date(lower);
    if !has_mail && !has_when {
        return false;
    }
    if verb_at_end && (ends_open || begins || has_mail && has_when) {
        // `On Monday I wrote` without a colon is a sentence unless it names somebody.
        return ends_open || has_mail || (begins && has_when && lower.contains("wrote"));
    }
    // `Am Montag schrieb Anna <a@b>:`, `Op 12 december schreef Anna:`
    let is_word = |verb: &str, at: usize| {
        let (before, after) = (lower[..at].chars().next_back(), lower[at + verb.len()..].chars().next());
        !verb.is_ascii() || before.is_none_or(char::is_whitespace) && after.is_none_or(char::is_whitespace)
    };
    let verb_inside = VERBS.iter().any(|verb| lower.match_indices(verb).any(|(at, _)| is_word(verb, at)));
    if ends_open && verb_inside && (begins || has_mail) {
        return true;
    }
    // `2013/7/20 Anna <a@b>`, `2016-03-03 17:21 GMT+01:00 Anna`
    if starts_with_date(lower) && lower.len() < 160 {
        let ends_with_mail = has_mail && (lower.trim_end().ends_with(['>', ')', ':', ']']));
        let has_zone = lower.contains("gmt") || lower.contains("utc") || has_offset(lower);
        return ends_with_mail || has_zone && !lower.trim_end().ends_with('.') && has_clock(lower);
    }
    // `Anna <a@b> 于2026年11月2日周一 上午9:00写道：` came above; `On …, Anna <a@b>:` has no verb.
    begins && ends_open && has_mail && has_when
}

fn starts_with_date(lower: &str) -> bool {
    let digits = lower.chars().take_while(char::is_ascii_digit).count();
    let mut rest = lower.chars().skip(digits);
    let separator = rest.next();
    match separator {
        Some('-' | '/' | '.') if digits == 4 || digits <= 2 && digits > 0 => {
            let second = rest.clone().take_while(char::is_ascii_digit).count();
            (1..=2).contains(&second) && matches!(rest.nth(second), Some('-' | '/' | '.'))
        }
        Some('年') if digits == 4 => true,
        _ => false,
    }
}

/// A year, a clock, or numbers set like a date.
fn has_date(lower: &str) -> bool {
    has_clock(lower)
        || has_year(lower)
        || lower.contains('年') && lower.contains('月')
        || has_short_date(lower)
}

fn has_year(lower: &str) -> bool {
    let bytes = lower.as_bytes();
    bytes.windows(4).enumerate().any(|(at, four)| {
        four.iter().all(u8::is_ascii_digit)
            && (four.starts_with(b"19") || four.starts_with(b"20"))
            && !bytes.get(at.wrapping_sub(1)).is_some_and(u8::is_ascii_digit)
            && !bytes.get(at + 4).is_some_and(u8::is_ascii_digit)
    })
}

fn has_short_date(lower: &str) -> bool {
    let bytes = lower.as_bytes();
    bytes.windows(5).any(|w| {
        w[0].is_ascii_digit()
            && w[1] == b'/'
            && w[2].is_ascii_digit()
            && (w[3] == b'/' || w[3].is_ascii_digit() && w[4] == b'/')
    })
}

fn has_clock(lower: &str) -> bool {
    lower.as_bytes().windows(4).any(|w| {
        w[0].is_ascii_digit()
            && matches!(w[1], b':' | b'.' | b'h')
            && w[2].is_ascii_digit()
            && w[3].is_ascii_digit()
    })
}

fn has_offset(lower: &str) -> bool {
    lower.as_bytes().windows(5).any(|w| {
        matches!(w[0], b'+' | b'-')
            && w[1..3].iter().all(u8::is_ascii_digit)
            && (w[3] == b':' || w[3..].iter().all(u8::is_ascii_digit))
    })
}
