//! The ticket number (故障号码): short enough to say on the phone, and it notices a slip (C7.2).
//!
//! A number is the ticket's id, moved up so that there are at least six digits, followed by one check
//! digit of Damm's scheme (a totally anti-symmetric quasigroup of order ten). Any single wrong digit and
//! any swap of neighbours is found. As ids are never given twice, neither are numbers, and a number
//! leads to its ticket without an index.

use crate::ids::TicketId;

/// What is added to an id, so that the first ticket already has six digits.
const OFFSET: i64 = 10_000;

/// Fewer digits than this are no number.
const FEWEST_DIGITS: usize = 6;

/// More digits than this are no number: ids up to ten million million.
const MOST_DIGITS: usize = 14;

/// Damm's quasigroup: the new interim digit by (interim digit, next digit).
const QUASIGROUP: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/// Pairs of digits that are often taken for each other, by ear (一/七, 四/十) or by eye.
const ALIKE: [(u8, u8); 8] = [(1, 7), (6, 9), (3, 8), (0, 6), (0, 8), (2, 7), (5, 6), (1, 4)];

/// A ticket number whose check digit is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TicketNumber(TicketId);

/// Why a text is no ticket number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NumberProblem {
    /// Nothing was given.
    Empty,
    /// A character that is neither a digit nor a separator.
    NotADigit {
        /// The character.
        found: char,
        /// Its place, counted from one, without separators.
        place: usize,
    },
    /// Too few digits.
    TooShort {
        /// How many were given.
        digits_count: usize,
    },
    /// Too many digits.
    TooLong {
        /// How many were given.
        digits_count: usize,
    },
    /// The check digit does not fit: there is a slip somewhere.
    Slip {
        /// The digits that were given, without separators.
        given: String,
        /// Numbers that one slip away are right, likeliest first; the caller keeps those that exist.
        near: Vec<NearMatch>,
    },
}

/// A right number that is one slip away from what was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearMatch {
    /// The number.
    pub number: TicketNumber,
    /// What must have gone wrong.
    pub slip: Slip,
}

/// One slip, with the places (from zero) of the given digits that look wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slip {
    /// Two neighbours changed places.
    Swapped {
        /// The place of the first of the two.
        first: usize,
    },
    /// One digit is wrong.
    Wrong {
        /// Its place.
        place: usize,
    },
    /// One digit too many.
    Extra {
        /// Its place.
        place: usize,
    },
    /// One digit was left out.
    Missing {
        /// The place before which it belongs.
        before: usize,
    },
}

impl Slip {
    /// The places (from zero) of the given digits to mark.
    pub fn places(self) -> Vec<usize> {
        match self {
            Slip::Swapped { first } => vec![first, first + 1],
            Slip::Wrong { place } | Slip::Extra { place } => vec![place],
            Slip::Missing { .. } => Vec::new(),
        }
    }
}

impl TicketNumber {
    /// The number of a ticket.
    pub const fn of(ticket: TicketId) -> Self {
        TicketNumber(ticket)
    }

    /// The ticket that has this number.
    pub const fn ticket(self) -> TicketId {
        self.0
    }

    /// All digits, the check digit last.
    fn digits(self) -> Vec<u8> {
        let mut digits: Vec<u8> =
            (self.0.get() + OFFSET).to_string().bytes().map(|byte| byte - b'0').collect();
        digits.push(interim(&digits));
        digits
    }

    /// The digits in groups of three or four, as one says them.
    pub fn grouped(self) -> String {
        let text = self.to_string();
        let mut rest = text.as_str();
        let mut groups = Vec::new();
        while rest.len() > 4 {
            let (group, after) = rest.split_at(if rest.len() == 8 { 4 } else { 3 });
            groups.push(group);
            rest = after;
        }
        groups.push(rest);
        groups.join("\u{a0}")
    }

    /// Reads a number as people write it: with spaces, dashes, full-width or Chinese digits.
    ///
    /// Errors: [`NumberProblem`]; after a slip it holds the near matches.
    pub fn parse(text: &str) -> Result<Self, NumberProblem> {
        let digits = read_digits(text)?;
        match digits.len() {
            0 => return Err(NumberProblem::Empty),
            few if few + 1 < FEWEST_DIGITS => return Err(NumberProblem::TooShort { digits_count: few }),
            many if many > MOST_DIGITS + 1 => return Err(NumberProblem::TooLong { digits_count: many }),
            _ => {}
        }
        match from_digits(&digits) {
            Some(number) => Ok(number),
            None => Err(NumberProblem::Slip { given: write_digits(&digits), near: near_matches(&digits) }),
        }
    }
}

impl std::fmt::Display for TicketNumber {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&write_digits(&self.digits()))
    }
}

/// The interim digit after these digits: the check digit to append, or zero when it is already there.
fn interim(digits: &[u8]) -> u8 {
    digits.iter().fold(0, |interim, digit| QUASIGROUP[usize::from(interim)][usize::from(*digit)])
}

/// The number with exactly these digits, if it is one.
fn from_digits(digits: &[u8]) -> Option<TicketNumber> {
    if !(FEWEST_DIGITS..=MOST_DIGITS).contains(&digits.len()) || interim(digits) != 0 {
        return None;
    }
    let (_, body) = digits.split_last()?;
    let value = body.iter().fold(0i64, |value, digit| value * 10 + i64::from(*digit));
    let id = value - OFFSET;
    // A leading zero would make two texts of one number.
    (id > 0 && body[0] != 0).then_some(TicketNumber(TicketId(id)))
}

fn write_digits(digits: &[u8]) -> String {
    digits.iter().map(|digit| char::from(b'0' + digit)).collect()
}

fn read_digits(text: &str) -> Result<Vec<u8>, NumberProblem> {
    let mut digits = Vec::new();
    for found in text.trim().trim_start_matches(['#', '\u{ff03}', '№']).chars() {
        if is_separator(found) {
            continue;
        }
        match digit_of(found) {
            Some(digit) => digits.push(digit),
            None => return Err(NumberProblem::NotADigit { found, place: digits.len() + 1 }),
        }
    }
    Ok(digits)
}

fn is_separator(found: char) -> bool {
    found.is_whitespace()
        || matches!(
            found,
            '-' | '.' | '_' | '·' | '\u{2010}'
                ..='\u{2015}' | '\u{2212}' | '\u{ff0d}' | '\u{200b}' | '\u{feff}'
        )
}

fn digit_of(found: char) -> Option<u8> {
    let digit = match found {
        '0'..='9' => found as u32 - '0' as u32,
        '\u{ff10}'..='\u{ff19}' => found as u32 - 0xff10,
        '〇' | '零' => 0,
        '一' | '幺' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    };
    u8::try_from(digit).ok()
}

/// All right numbers that one slip makes into these digits, likeliest first, each once.
fn near_matches(given: &[u8]) -> Vec<NearMatch> {
    let mut found: Vec<(u8, NearMatch)> = Vec::new();
    let mut offer = |rank: u8, digits: &[u8], slip: Slip| {
        if let Some(number) = from_digits(digits) {
            found.push((rank, NearMatch { number, slip }));
        }
    };
    for first in 0..given.len().saturating_sub(1) {
        let mut digits = given.to_vec();
        digits.swap(first, first + 1);
        offer(0, &digits, Slip::Swapped { first });
    }
    for place in 0..given.len() {
        for other in 0..10 {
            let mut digits = given.to_vec();
            let was = std::mem::replace(&mut digits[place], other);
            if was != other {
                let alike = ALIKE.contains(&(was, other)) || ALIKE.contains(&(other, was));
                offer(if alike { 1 } else { 2 }, &digits, Slip::Wrong { place });
            }
        }
        let mut digits = given.to_vec();
        let was = digits.remove(place);
        let doubled = place > 0 && given[place - 1] == was;
        offer(if doubled { 1 } else { 3 }, &digits, Slip::Extra { place });
    }
    for before in 0..=given.len() {
        for other in 0..10 {
            let mut digits = given.to_vec();
            digits.insert(before, other);
            offer(4, &digits, Slip::Missing { before });
        }
    }
    found.sort_by_key(|(rank, _)| *rank);
    let mut seen = std::collections::BTreeSet::new();
    found.into_iter().map(|(_, near)| near).filter(|near| seen.insert(near.number)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(id: i64) -> TicketNumber {
        TicketNumber::of(TicketId(id))
    }

    #[test]
    fn the_first_number_has_six_digits_and_leads_back() {
        for id in [1, 2, 9, 10, 417, 89_999, 90_000, 10_000_000] {
            let text = number(id).to_string();
            assert!(text.len() >= FEWEST_DIGITS, "{text}");
            assert_eq!(TicketNumber::parse(&text).unwrap().ticket(), TicketId(id));
        }
        assert_eq!(number(1).to_string().len(), 6);
    }

    #[test]
    fn the_scheme_is_damms() {
        assert_eq!(interim(&[5, 7, 2]), 4, "the example of the thesis");
        assert_eq!(interim(&[5, 7, 2, 4]), 0);
    }

    #[test]
    fn read_as_people_write_it() {
        let right = number(417);
        let text = right.to_string();
        let wide: String =
            text.chars().map(|digit| char::from_u32(digit as u32 - '0' as u32 + 0xff10).unwrap()).collect();
        let han: String = text
            .bytes()
            .map(|digit| "零一二三四五六七八九".chars().nth(usize::from(digit - b'0')).unwrap())
            .collect();
        for written in [
            text.clone(),
            right.grouped(),
            format!("  {}-{} ", &text[..3], &text[3..]),
            format!("#{text}"),
            format!("№ {text}"),
            wide,
            han,
            format!("{}\u{3000}{}", &text[..2], &text[2..]),
        ] {
            assert_eq!(TicketNumber::parse(&written), Ok(right), "{written}");
        }
    }

    #[test]
    fn what_is_no_number_says_why() {
        assert_eq!(TicketNumber::parse(" - "), Err(NumberProblem::Empty));
        assert_eq!(TicketNumber::parse("123"), Err(NumberProblem::TooShort { digits_count: 3 }));
        assert_eq!(TicketNumber::parse("12a456"), Err(NumberProblem::NotADigit { found: 'a', place: 3 }));
        let long = "1".repeat(30);
        assert_eq!(TicketNumber::parse(&long), Err(NumberProblem::TooLong { digits_count: 30 }));
    }

    #[test]
    fn said_in_groups() {
        let table = [(1, 6, "3 3"), (100_000, 7, "3 4"), (1_000_000, 8, "4 4"), (10_000_000, 9, "3 3 3")];
        for (id, digits_count, groups) in table {
            let text = number(id).grouped();
            let lengths: Vec<String> = text.split('\u{a0}').map(|group| group.len().to_string()).collect();
            assert_eq!(lengths.join(" "), groups, "{text}");
            assert_eq!(number(id).to_string().len(), digits_count);
        }
    }

    #[test]
    fn no_digit_keeps_a_number_right_when_it_is_replaced_or_swapped_in_the_first_hundred_thousand() {
        for id in (1..100_000).step_by(7) {
            let digits = number(id).digits();
            for place in 0..digits.len() {
                for other in (0..10).filter(|other| *other != digits[place]) {
                    let mut wrong = digits.clone();
                    wrong[place] = other;
                    assert_ne!(interim(&wrong), 0, "{digits:?} {wrong:?}");
                }
            }
            for first in 0..digits.len() - 1 {
                let mut wrong = digits.clone();
                wrong.swap(first, first + 1);
                assert!(wrong == digits || interim(&wrong) != 0, "{digits:?} {wrong:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn a_wrong_digit_is_found_marked_and_mended(id in 1i64..5_000_000_000, place in 0usize..14, add in 1u8..10) {
            let right = number(id);
            let mut digits = right.digits();
            let place = place % digits.len();
            digits[place] = (digits[place] + add) % 10;
            let Err(NumberProblem::Slip { near, given }) = TicketNumber::parse(&write_digits(&digits)) else {
                return Err(TestCaseError::fail("the slip was not noticed"));
            };
            prop_assert_eq!(given, write_digits(&digits));
            let offered = near.iter().find(|offer| offer.number == right);
            prop_assert!(offered.is_some(), "the right number is not offered");
        }

        #[test]
        fn a_swap_is_found_and_the_right_number_comes_before_any_other_kind(id in 1i64..5_000_000_000, place in 0usize..14) {
            let right = number(id);
            let mut digits = right.digits();
            let first = place % (digits.len() - 1);
            prop_assume!(digits[first] != digits[first + 1]);
            digits.swap(first, first + 1);
            let Err(NumberProblem::Slip { near, .. }) = TicketNumber::parse(&write_digits(&digits)) else {
                return Err(TestCaseError::fail("the swap was not noticed"));
            };
            let swaps: Vec<_> = near.iter().take_while(|offer| matches!(offer.slip, Slip::Swapped { .. })).collect();
            prop_assert!(swaps.iter().any(|offer| offer.number == right));
        }

        #[test]
        fn any_text_is_read_without_breaking(text in ".{0,40}") {
            if let Ok(number) = TicketNumber::parse(&text) {
                prop_assert_eq!(TicketNumber::parse(&number.to_string()), Ok(number));
            }
        }
    }
}
