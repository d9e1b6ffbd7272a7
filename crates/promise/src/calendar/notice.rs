//! Reads the yearly notice on public holidays (国务院办公厅关于某年部分节假日安排的通知) as it is published.
//!
//! The notice is prose of a few fixed turns: days *放假* or *补休* are off, days *上班* are worked, and rest days
//! that are moved (*公休日调至*) make the day they leave a working day and the day they go to a day off. A day
//! without month or year has those of the day before it; where the month alone is told, the year is the one that
//! brings it nearest to the holiday. What the reader cannot square with the calendar, as a weekday that is wrong
//! or a count that differs, it says.
//!
//! Serves every clause that is counted in working days: C2.5, C5.5, C5.6.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// One holiday of a notice: its name, its days off and its make-up working days, each in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Announced {
    /// As the notice writes it, as `春节`; empty where a paragraph is pasted without its heading.
    pub name: String,
    pub off: Vec<Date>,
    pub worked: Vec<Date>,
}

/// A notice that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notice {
    /// The year that it is for.
    pub year: i16,
    pub holidays: Vec<Announced>,
    /// What does not fit, in plain words: it should be compared with the published text.
    pub doubts: Vec<String>,
}

/// Why a text cannot be read as a notice.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    #[error("the text names no year: say for which it is")]
    NoYear,
    #[error("the text names no day off")]
    NoDays,
    #[error("`{0}` is not a date")]
    BadDate(String),
}

/// Days of one holiday; longer is a slip of the pen.
const HOLIDAY_MOST_DAYS: i64 = 60;

/// Reads a notice, or one paragraph of it. `year` is needed where the text does not say it.
///
/// Errors: [`Unread`].
pub fn read(text: &str, year: Option<i16>) -> Result<Notice, Unread> {
    let year = year.or_else(|| year_of(text)).ok_or(Unread::NoYear)?;
    let mut notice = Notice { year, ..Notice::default() };
    for (name, paragraph) in paragraphs(text) {
        let announced = Paragraph::new(year, &paragraph).read(name, &mut notice.doubts)?;
        if !announced.off.is_empty() || !announced.worked.is_empty() {
            notice.holidays.push(announced);
        }
    }
    if notice.holidays.iter().all(|holiday| holiday.off.is_empty()) {
        return Err(Unread::NoDays);
    }
    Ok(notice)
}

impl Notice {
    /// The days as the lines of a calendar file.
    pub fn to_toml(&self) -> String {
        let mut lines = format!("# {}\n", self.year);
        for holiday in &self.holidays {
            let (hans, hant, en) = names(&holiday.name);
            for (first, last) in spans(&holiday.off) {
                let days = match first == last {
                    true => format!("on = {first}"),
                    false => format!("from = {first}\nto = {last}"),
                };
                let name = format!("{{ zh-Hans = \"{hans}\", zh-Hant = \"{hant}\", en = \"{en}\" }}");
                let _ = write!(lines, "\n[[holiday]]\nname = {name}\n{days}\n");
            }
            if !holiday.worked.is_empty() {
                let on = match &holiday.worked[..] {
                    [one] => one.to_string(),
                    many => {
                        format!("[{}]", many.iter().map(Date::to_string).collect::<Vec<_>>().join(", "))
                    }
                };
                let name = format!(
                    "{{ zh-Hans = \"{hans}调休上班\", zh-Hant = \"{hant}補班\", en = \"Make-up day for {en}\" }}"
                );
                let _ = write!(lines, "\n[[workday]]\nname = {name}\non = {on}\n");
            }
        }
        lines
    }
}

/// The holidays that a notice knows, in the three languages; two that fall together are joined.
const NAMES: [(&str, &str, &str); 9] = [
    ("元旦", "元旦", "New Year"),
    ("春节", "春節", "Spring Festival"),
    ("清明节", "清明節", "Tomb-Sweeping Day"),
    ("劳动节", "勞動節", "Labour Day"),
    ("端午节", "端午節", "Dragon Boat Festival"),
    ("中秋节", "中秋節", "Mid-Autumn Festival"),
    ("国庆节", "國慶節", "National Day"),
    ("抗战胜利", "抗戰勝利", "Victory Day"),
    ("抗日战争", "抗戰勝利", "Victory Day"),
];

fn names(written: &str) -> (String, String, String) {
    let mut found: Vec<(usize, &(&str, &str, &str))> =
        NAMES.iter().filter_map(|name| Some((written.find(name.0.trim_end_matches('节'))?, name))).collect();
    found.sort_by_key(|(place, _)| *place);
    if found.is_empty() {
        let name = if written.is_empty() { "节假日" } else { written };
        return (escaped(name), escaped(name), "Public holiday".to_owned());
    }
    let join = |pick: fn(&(&str, &str, &str)) -> String, between: &str| {
        found.iter().map(|(_, name)| pick(name)).collect::<Vec<_>>().join(between)
    };
    (
        join(|name| name.0.to_owned(), "、"),
        join(|name| name.1.to_owned(), "、"),
        join(|name| name.2.to_owned(), " and "),
    )
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// Days as spans without gaps.
fn spans(days: &[Date]) -> Vec<(Date, Date)> {
    let mut spans: Vec<(Date, Date)> = Vec::new();
    for day in days {
        match spans.last_mut() {
            Some((_, last)) if last.tomorrow().ok() == Some(*day) => *last = *day,
            Some(_) | None => spans.push((*day, *day)),
        }
    }
    spans
}

/// The year that the title is about: the one before 部分节假日 or 节假日, else the first that is told.
fn year_of(text: &str) -> Option<i16> {
    let years = || {
        text.match_indices('年').filter_map(|(place, _)| {
            let before = &text[..place];
            let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
            let year: i16 = before[before.len() - digits..].parse().ok()?;
            (1949..=2999).contains(&year).then_some((place, year))
        })
    };
    let titled = years().find(|(place, _)| {
        let rest = &text[*place + '年'.len_utf8()..];
        rest.starts_with("部分节假日") || rest.starts_with("节假日") || rest.starts_with("放假")
    });
    titled.or_else(|| years().next()).map(|(_, year)| year)
}

/// The paragraphs of a notice with the names that stand before their colons: `一、元旦:…`.
fn paragraphs(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut rest = line;
        // A notice that was pasted as one line has its headings in the middle.
        loop {
            let (head, tail) = next_heading(rest);
            if !head.trim().is_empty() {
                match found.last_mut() {
                    Some((_, paragraph)) => paragraph.push_str(head),
                    None => found.push((String::new(), head.to_owned())),
                }
            }
            let Some((name, tail)) = tail else { break };
            found.push((name, String::new()));
            rest = tail;
        }
        if let Some((_, paragraph)) = found.last_mut() {
            paragraph.push('。');
        }
    }
    found
}

/// Splits a text before its first heading: what stands before, then the name and what follows.
fn next_heading(text: &str) -> (&str, Option<(String, &str)>) {
    let is_colon = |c: char| matches!(c, ':' | '\u{ff1a}');
    for (place, colon) in text.char_indices().filter(|(_, c)| is_colon(*c)) {
        let before = &text[..place];
        let after = &text[place + colon.len_utf8()..];
        let start = before
            .rfind(['。', ';', '\u{ff1b}', '\n'])
            .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
        let heading = before[start..].trim_matches(|c: char| c.is_whitespace() || c == '\u{3000}');
        let name = heading.split_once('、').map_or(heading, |(number, name)| {
            let is_number = number.chars().all(|c| "一二三四五六七八九十".contains(c) || c.is_ascii_digit());
            if is_number && !number.is_empty() { name } else { heading }
        });
        let is_prose = ["其中", "如下", "通知", "机构"].iter().any(|word| name.contains(word));
        let is_short = !name.is_empty() && name.chars().count() <= 20;
        let is_name = is_short && !is_prose && !name.contains(['日', '月', '年']);
        if is_name {
            return (&before[..start], Some((name.to_owned(), after)));
        }
    }
    (text, None)
}

/// What a paragraph says, bit by bit.
#[derive(Clone, Debug, PartialEq)]
enum Bit {
    Day {
        year: Option<i16>,
        month: Option<i8>,
        day: i8,
        weekday: Option<Weekday>,
    },
    To,
    Off,
    Worked,
    /// The rest days just named go to the days that follow.
    Moved,
    /// What was just named is only explained.
    Said,
    Count(i64),
    Comma,
    Stop,
}

struct Paragraph<'t> {
    year: i16,
    rest: &'t str,
}

impl<'t> Paragraph<'t> {
    fn new(year: i16, rest: &'t str) -> Self {
        Paragraph { year, rest }
    }

    fn read(mut self, name: String, doubts: &mut Vec<String>) -> Result<Announced, Unread> {
        let bits: Vec<Bit> = std::iter::from_fn(|| self.bit()).collect();
        let (mut off, mut worked, mut left) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut named: Vec<Date> = Vec::new();
        let (mut last, mut anchor, mut is_range, mut is_moving) = (None, None, false, false);
        let mut count = None;
        for (place, bit) in bits.iter().enumerate() {
            match bit {
                Bit::Day { year, month, day, weekday } => {
                    let date = self.date(*year, *month, *day, last, anchor, *weekday, &bits[place..])?;
                    if let Some(weekday) = weekday.filter(|weekday| *weekday != date.weekday()) {
                        doubts.push(format!("{date} is a {:?}, the notice says {weekday:?}", date.weekday()));
                    }
                    match (is_range, last) {
                        (true, Some(first)) => named.extend(span(first, date)?.into_iter().skip(1)),
                        _ => named.push(date),
                    }
                    (last, is_range) = (Some(date), false);
                    anchor = anchor.or(last);
                }
                Bit::To => is_range = last.is_some(),
                Bit::Off => off.extend(named.drain(..)),
                Bit::Worked => worked.extend(named.drain(..)),
                Bit::Moved => {
                    left.extend(named.drain(..));
                    is_moving = true;
                    continue;
                }
                Bit::Count(days) => count = count.or(Some(*days)),
                Bit::Said => named.clear(),
                Bit::Comma if !is_moving => {}
                Bit::Comma | Bit::Stop => {
                    if is_moving {
                        off.extend(named.drain(..));
                    }
                    named.clear();
                    is_moving = false;
                }
            }
        }
        // A rest day that was moved is worked, unless the holiday falls on it.
        worked.extend(left.into_iter().filter(|day| !off.contains(day)));
        for day in worked.intersection(&off) {
            doubts.push(format!("{day} is both off and worked"));
        }
        let off: Vec<Date> = off.difference(&worked).copied().collect();
        if let Some(count) = count.filter(|count| *count != off.len() as i64 && !off.is_empty()) {
            doubts.push(format!("{} days are off from {}, the notice says {count}", off.len(), off[0]));
        }
        Ok(Announced { name, off, worked: worked.into_iter().collect() })
    }

    /// The date that is meant, by what was named before it.
    #[allow(clippy::too_many_arguments)]
    fn date(
        &self,
        year: Option<i16>,
        month: Option<i8>,
        day: i8,
        last: Option<Date>,
        anchor: Option<Date>,
        weekday: Option<Weekday>,
        ahead: &[Bit],
    ) -> Result<Date, Unread> {
        let bad = || Unread::BadDate(format!("{}月{day}日", month.unwrap_or_default()));
        let month = month.or(last.map(|last| last.month())).ok_or_else(bad)?;
        let known_year = year.or_else(|| last.filter(|last| last.month() == month).map(|last| last.year()));
        if let Some(year) = known_year {
            return Date::new(year, month, day).map_err(|_| bad());
        }
        let Some(near) = anchor else {
            // The first day of a paragraph: New Year's holiday may begin in the December before.
            let first = Date::new(self.year, month, day).map_err(|_| bad())?;
            let goes_on = ahead.iter().any(|bit| matches!(bit, Bit::Day { month: Some(1), year: None, .. }));
            let before = Date::new(self.year - 1, month, day).map_err(|_| bad())?;
            let is_before = month == 12
                && (goes_on || weekday == Some(before.weekday()))
                && weekday.is_none_or(|weekday| weekday != first.weekday());
            return Ok(if is_before { before } else { first });
        };
        let candidates = [near.year() - 1, near.year(), near.year() + 1];
        let dates = candidates.into_iter().filter_map(|year| Date::new(year, month, day).ok());
        dates.min_by_key(|date| days_between(*date, near).abs()).ok_or_else(bad)
    }

    /// Takes the next bit off the text.
    fn bit(&mut self) -> Option<Bit> {
        loop {
            self.rest = self.rest.trim_start();
            let first = self.rest.chars().next()?;
            if first.is_ascii_digit() {
                match self.day() {
                    Some(bit) => return Some(bit),
                    None => continue,
                }
            }
            const WORDS: [(&str, Option<Bit>); 25] = [
                ("不调休", None),
                ("不放假", Some(Bit::Said)),
                ("照常公休", Some(Bit::Off)),
                ("照常上班", Some(Bit::Worked)),
                ("公休日调至", Some(Bit::Moved)),
                ("公休日分别调至", Some(Bit::Moved)),
                ("公休日调整至", Some(Bit::Moved)),
                ("公休日调到", Some(Bit::Moved)),
                ("调至", Some(Bit::Moved)),
                ("为公休日", Some(Bit::Said)),
                ("为法定", Some(Bit::Said)),
                ("起", Some(Bit::Said)),
                ("放假公休", Some(Bit::Off)),
                ("放假调休", Some(Bit::Off)),
                ("调休放假", Some(Bit::Off)),
                ("放假", Some(Bit::Off)),
                ("补休", Some(Bit::Off)),
                ("调休", Some(Bit::Off)),
                ("公休", Some(Bit::Off)),
                ("补班", Some(Bit::Worked)),
                ("上班", Some(Bit::Worked)),
                ("至", Some(Bit::To)),
                ("到", Some(Bit::To)),
                ("、", None),
                ("和", None),
            ];
            if let Some((word, bit)) = WORDS.iter().find(|(word, _)| self.rest.starts_with(word)) {
                self.rest = &self.rest[word.len()..];
                match bit {
                    Some(bit) => return Some(bit.clone()),
                    None => continue,
                }
            }
            self.rest = &self.rest[first.len_utf8()..];
            match first {
                '—' | '–' | '-' | '\u{ff0d}' | '~' | '\u{ff5e}' | '−' => {
                    self.rest = self.rest.trim_start_matches(['—', '–', '-', '\u{ff0d}']);
                    return Some(Bit::To);
                }
                ',' | '\u{ff0c}' => return Some(Bit::Comma),
                '。' | ';' | '\u{ff1b}' => return Some(Bit::Stop),
                '(' | '\u{ff08}' => {
                    let end = self.rest.find([')', '\u{ff09}']);
                    self.rest = end.map_or("", |end| {
                        let bracket = self.rest[end..].chars().next().map_or(0, char::len_utf8);
                        &self.rest[end + bracket..]
                    });
                }
                _ => {}
            }
        }
    }

    /// A day with what is said of it in brackets, or a count of days; none for any other number.
    fn day(&mut self) -> Option<Bit> {
        let (mut year, mut month) = (None, None);
        let mut rest = self.rest;
        loop {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let number: Option<i16> = rest[..digits].parse().ok();
            rest = &rest[digits..];
            let unit = rest.trim_start().chars().next();
            if digits == 0 || number.is_none() {
                break;
            }
            let after = &rest.trim_start()[unit.map_or(0, char::len_utf8)..];
            match (unit, number) {
                (Some('年'), Some(number)) => year = Some(number),
                (Some('月'), Some(number)) => month = i8::try_from(number).ok(),
                (Some('日' | '号'), Some(number)) => {
                    let Ok(day) = i8::try_from(number) else { break };
                    self.rest = after;
                    let weekday = weekday_said(after);
                    return Some(Bit::Day { year, month, day, weekday });
                }
                (Some('天'), Some(number)) => {
                    let is_sum = self.rest.len() == rest.len() + digits;
                    self.rest = after;
                    return is_sum.then_some(Bit::Count(i64::from(number)));
                }
                _ => break,
            }
            rest = after.trim_start();
        }
        // A number that is no day: passed over.
        let digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        self.rest = &self.rest[digits..];
        None
    }
}

/// The weekday in the brackets that follow a day: `(星期六)`, `(农历除夕、周二)`.
fn weekday_said(after: &str) -> Option<Weekday> {
    let inside = after.trim_start().strip_prefix(['(', '\u{ff08}'])?;
    let inside = &inside[..inside.find([')', '\u{ff09}'])?];
    let place = inside
        .rfind("星期")
        .map(|at| at + "星期".len())
        .or(inside.rfind('周').map(|at| at + '周'.len_utf8()))?;
    Some(match inside[place..].chars().next()? {
        '一' => Weekday::Monday,
        '二' => Weekday::Tuesday,
        '三' => Weekday::Wednesday,
        '四' => Weekday::Thursday,
        '五' => Weekday::Friday,
        '六' => Weekday::Saturday,
        '日' | '天' => Weekday::Sunday,
        _ => return None,
    })
}

fn span(first: Date, last: Date) -> Result<Vec<Date>, Unread> {
    if !(0..HOLIDAY_MOST_DAYS).contains(&days_between(last, first)) {
        return Err(Unread::BadDate(format!("{first} to {last}")));
    }
    Ok(first.series(1.day()).take_while(|day| *day <= last).collect())
}

fn days_between(a: Date, b: Date) -> i64 {
    i64::from(super::day_of(a)) - i64::from(super::day_of(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(dates: &[Date]) -> String {
        dates.iter().map(|date| date.strftime("%m%d").to_string()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_turns_of_a_notice_are_understood() {
        for (text, off, worked) in [
            ("3月2日放假，与周末连休。", "0302", ""),
            ("3月2日（周一）至4日（周三）放假调休，共3天。2月28日（周六）上班。", "0302 0303 0304", "0228"),
            ("3月2日放假，3月3日（星期二）补休。", "0302 0303", ""),
            ("12月31日至1月2日放假，共3天。", "1231 0101 0102", ""),
            ("3月2日放假。鼓励职工在前一天（3月1日）休息。", "0302", ""),
            ("3月2日放假1天,不调休。", "0302", ""),
        ] {
            let notice = read(text, Some(2026)).unwrap();
            assert_eq!(days(&notice.holidays[0].off), off, "{text}");
            assert_eq!(days(&notice.holidays[0].worked), worked, "{text}");
            assert_eq!(notice.doubts, Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn a_whole_notice_becomes_a_calendar() {
        let text = "关于2031年部分节假日安排的通知\n\n  一、元旦：1月1日（周三）放假1天,不调休。\n  二、国庆节、中秋节：\
            9月30日（周二）至10月6日（周一）放假调休，共7天。9月28日（周日）、10月11日（周六）上班。\n";
        let notice = read(text, None).unwrap();
        assert_eq!((notice.year, notice.doubts.len()), (2031, 0), "{:?}", notice.doubts);
        let file = format!("id = \"x\"\nversion = \"1\"\nzone = \"Asia/Shanghai\"\n{}", notice.to_toml());
        let calendar = super::super::Calendar::read(&file, &super::super::Calendars::new()).unwrap();
        let exceptions = calendar.exceptions();
        assert_eq!(exceptions.len(), 10);
        assert_eq!(exceptions.iter().filter(|(_, _, worked)| *worked).count(), 2);
        assert_eq!(&*exceptions[2].1, "国庆节、中秋节");
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let notice = read("3月2日（周二）至4日放假，共4天。", Some(2026)).unwrap();
        assert_eq!(notice.doubts.len(), 2, "{:?}", notice.doubts);
        assert_eq!(read("3月2日放假。", None), Err(Unread::NoYear));
        assert_eq!(read("各单位要妥善安排好值班。", Some(2026)), Err(Unread::NoDays));
        assert_eq!(read("2月30日放假。", Some(2026)), Err(Unread::BadDate("2月30日".to_owned())));
    }
}
