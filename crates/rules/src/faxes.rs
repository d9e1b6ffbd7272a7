//! Faxes (传真): who sent one, and by which address one is sent (C7.2).

use jiff::civil::Date;

use crate::customers::Phone;
use crate::refusal::Invalid;

/// What stands for the number in the address of a gateway.
pub const NUMBER: &str = "{number}";

/// Whether a letter comes from a gateway that turns faxes into letters.
///
/// `gateways` are addresses (`fax@gate.example`) or, after `@`, whole domains (`@gate.example`).
pub fn is_gateway(gateways: &[String], sender: &str) -> bool {
    let sender = sender.trim().to_lowercase();
    gateways.iter().any(|gateway| {
        let gateway = gateway.to_lowercase();
        match gateway.strip_prefix('@') {
            Some(domain) => sender.rsplit_once('@').is_some_and(|(_, of)| of == domain),
            None => sender == gateway,
        }
    })
}

/// The number that a fax came from, as the first of these texts that names one says it: the local part of an
/// address, a subject, the name of a file.
pub fn number_in(texts: &[&str]) -> Option<Phone> {
    texts.iter().find_map(|text| {
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')' | '.');
        text.split(|c: char| !is_part(c)).find_map(|run| {
            let run = run.trim_matches([' ', '-', '.', ')']).trim_start_matches('(');
            let digits = run.bytes().filter(u8::is_ascii_digit).count();
            let is_date = run.parse::<Date>().is_ok();
            let phone = (digits >= DIGITS_FEWEST && !is_date).then(|| Phone::parse_optional("number", run));
            phone.and_then(Result::ok).flatten()
        })
    })
}

/// Digits of a number that stands somewhere in a text; fewer are a page, a year.
const DIGITS_FEWEST: usize = 7;

/// The address of a gateway that turns letters into faxes, as `{number}@fax.example`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutAddress(String);

impl OutAddress {
    /// Reads the pattern; none where it is empty.
    ///
    /// Errors: [`Invalid`] where it names no number, or is no address with one in it.
    pub fn parse_optional(field: &'static str, given: &str) -> Result<Option<OutAddress>, Invalid> {
        let pattern = given.trim();
        if pattern.is_empty() {
            return Ok(None);
        }
        let example = pattern.replace(NUMBER, "01012345678");
        let is_address = matches!(crate::customers::Mail::parse_optional(field, &example), Ok(Some(_)));
        if pattern.matches(NUMBER).count() == 1 && is_address {
            Ok(Some(OutAddress(pattern.to_owned())))
        } else {
            Err(Invalid::new(field, "error-fax-address").with("given", pattern))
        }
    }

    /// The address for a number: digits only, and `+` in front where it has one.
    pub fn of(&self, number: &Phone) -> String {
        let plain: String = number.shown.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        self.0.replace(NUMBER, &plain)
    }

    /// The pattern.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_is_known_by_its_address_or_its_domain() {
        let known = ["fax@one.example".to_owned(), "@two.example".to_owned()];
        for (sender, wanted) in [
            ("FAX@one.example", true),
            ("other@one.example", false),
            ("+861012345678@Two.example", true),
            ("x@sub.two.example", false),
            ("two.example", false),
            ("", false),
        ] {
            assert_eq!(is_gateway(&known, sender), wanted, "{sender}");
        }
    }

    #[test]
    fn the_first_text_with_a_number_names_the_sender() {
        for (texts, wanted) in [
            (&["+861012345678", "Fax 2026"][..], Some("01012345678")),
            (&["fax", "Fax from (010) 1234-5678, 3 pages"], Some("01012345678")),
            (&["no-reply", "Fax of 2026-01-05"], None),
            (&["fax", "\u{6765}\u{81ea} 010-87654321 \u{7684}\u{4f20}\u{771f}"], Some("01087654321")),
            (&["", "fax000123.tif"], None),
        ] {
            assert_eq!(number_in(texts).map(|phone| phone.key), wanted.map(str::to_owned), "{texts:?}");
        }
    }

    #[test]
    fn a_number_is_put_into_the_address() {
        let number = Phone::parse_optional("fax", "(010) 1234-5678").unwrap().unwrap();
        let foreign = Phone::parse_optional("fax", "+49 30 123456").unwrap().unwrap();
        let address = OutAddress::parse_optional("out", "{number}@fax.example").unwrap().unwrap();
        assert_eq!(address.of(&number), "01012345678@fax.example");
        assert_eq!(address.of(&foreign), "+4930123456@fax.example");
        for wrong in ["fax.example", "fax@fax.example", "{number}", "{number}{number}@x.cn", "{number}@x y"] {
            assert!(OutAddress::parse_optional("out", wrong).is_err(), "{wrong}");
        }
        assert_eq!(OutAddress::parse_optional("out", " "), Ok(None));
    }
}
