//! Looks for the figure of a promise in the words of its clause.

use crate::figure::Figure;
use crate::terms::Words;

/// Words that promise a time without saying which.
const VAGUE: [&str; 16] = [
    "第一时间",
    "短时间",
    "及时",
    "尽快",
    "立即",
    "一定时间",
    "规定时间",
    "迅速",
    "at the first moment",
    "in short time",
    "promptly",
    "as soon as possible",
    "immediately",
    "within a certain time",
    "in time",
    "within the set time",
];
const CHINESE: [&str; 11] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
const ENGLISH: [&str; 13] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
];

/// The first vague word in the text of a clause.
pub(super) fn vague_word(text: &Words) -> Option<&'static str> {
    VAGUE.into_iter().find(|word| text.values().any(|text| text.to_lowercase().contains(word)))
}

/// Says whether the number of a figure stands in one of the texts, in digits or in words.
pub(super) fn is_named(figure: &Figure, texts: &[String]) -> bool {
    let numbers = numbers(figure);
    numbers.is_empty()
        || numbers.iter().any(|number| {
            let ways = ways_to_write(*number);
            texts.iter().any(|text| ways.iter().any(|way| has_word(&text.to_lowercase(), way)))
        })
}

/// The numbers that a text may use for a figure: 24 hours are also one day; 90 minutes only 90.
fn numbers(figure: &Figure) -> Vec<i64> {
    const MINUTE: i64 = 60_000_000;
    match figure {
        Figure::Working { micros } if micros % (60 * MINUTE) == 0 => vec![micros / (60 * MINUTE)],
        Figure::Working { micros } => vec![micros / MINUTE],
        Figure::WorkingDays { days, .. } | Figure::CalendarDays { days, .. } => {
            let weeks = (days % 7 == 0).then(|| i64::from(days / 7));
            std::iter::once(i64::from(*days)).chain(weeks).collect()
        }
        Figure::Months { months, .. } => {
            let years = (months % 12 == 0).then(|| i64::from(months / 12));
            std::iter::once(i64::from(*months)).chain(years).collect()
        }
        Figure::NextWorkingDay { .. } | Figure::Given { .. } | Figure::Unstated | Figure::NoPromise => {
            Vec::new()
        }
    }
}

/// The first number of hours or minutes that a text states, as `4小时`; `7*24小时` and the whole day of somebody on
/// duty are no limits.
pub(super) fn time_stated(text: &str, round_the_clock: bool) -> Option<&str> {
    const UNITS: [&str; 7] = ["小时", "个小时", "小時", "分钟", "分鐘", "hour", "minute"];
    let mut from = 0;
    while let Some(start) = text[from..].find(|c: char| c.is_ascii_digit()).map(|at| from + at) {
        let digits = text[start..].bytes().take_while(u8::is_ascii_digit).count();
        let after = text[start + digits..].trim_start();
        let unit = UNITS.into_iter().find(|unit| after.starts_with(unit));
        let is_product = text[..start].ends_with(['*', '\u{d7}', 'x']);
        let is_day = round_the_clock && &text[start..start + digits] == "24";
        from = start + digits;
        if let Some(unit) = unit.filter(|_| !is_product && !is_day) {
            let end = text.len() - after.len() + unit.len();
            return Some(&text[start..end]);
        }
    }
    None
}

fn ways_to_write(number: i64) -> Vec<String> {
    let mut ways = vec![number.to_string()];
    let small = usize::try_from(number).unwrap_or(usize::MAX);
    if let Some(word) = ENGLISH.get(small) {
        ways.push((*word).to_owned());
    }
    if small == 24 {
        ways.push("twenty-four".to_owned());
    }
    if small == 2 {
        ways.push("两".to_owned());
    }
    if small < 100 {
        let (tens, ones) = (small / 10, small % 10);
        let tens_word = match tens {
            0 => String::new(),
            1 => "十".to_owned(),
            tens => format!("{}十", CHINESE[tens]),
        };
        let ones_word = if ones == 0 && tens > 0 { "" } else { CHINESE[ones] };
        ways.push(format!("{tens_word}{ones_word}"));
    }
    ways
}

/// Says whether the word stands in the text by itself: `4` does not stand in `24`, `四` not in `二十四`.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        let joins = |c: Option<char>| {
            c.is_some_and(|c| {
                c.is_ascii_alphanumeric()
                    || (word.chars().all(|w| !w.is_ascii()) && CHINESE.concat().contains(c))
            })
        };
        !joins(before) && !joins(after.filter(|c| c.is_ascii_digit() || CHINESE.concat().contains(*c)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stated_time_is_found_unless_it_is_the_whole_day() {
        for (text, round_the_clock, stated) in [
            ("7*24小时值班,4小时内赶到", true, Some("4小时")),
            ("每天24小时接受报告", true, None),
            ("within 30 minutes", false, Some("30 minute")),
            ("3年内免费维修,每月1次", false, None),
        ] {
            assert_eq!(time_stated(text, round_the_clock), stated, "{text}");
        }
    }

    #[test]
    fn a_figure_is_found_in_digits_and_in_words() {
        let hours = |count: i64| Figure::Working { micros: count * 3_600_000_000 };
        for (figure, text, named) in [
            (hours(4), "4小时内到达", true),
            (hours(4), "24小时内", false),
            (hours(24), "二十四小时内需再主动确认一次", true),
            (hours(4), "二十四小时", false),
            (hours(12), "一级12小时,二级8小时", true),
            (hours(10), "一级12小时,二级8小时", false),
            (Figure::Months { months: 1, by: crate::calendar::By::SameTime }, "不超过一个月解决", true),
            (Figure::Months { months: 36, by: crate::calendar::By::SameTime }, "within 3 years", true),
            (hours(2), "within two hours", true),
        ] {
            assert_eq!(is_named(&figure, &[text.to_owned()]), named, "{text}");
        }
    }
}
