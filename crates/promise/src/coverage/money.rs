//! Money as whole minor units of one currency, and the price rules of coverage. Serves C3.1, C3.5, C5.2–C5.7.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// Currency by its three letters (ISO 4217).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    pub const CNY: Currency = Currency(*b"CNY");

    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// Digits after the decimal point.
    pub fn decimals(&self) -> u32 {
        match &self.0 {
            b"JPY" | b"KRW" | b"VND" | b"CLP" | b"ISK" | b"XAF" | b"XOF" | b"UGX" => 0,
            b"BHD" | b"KWD" | b"OMR" | b"TND" | b"JOD" | b"IQD" | b"LYD" => 3,
            _ => 2,
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = String;

    fn from_str(text: &str) -> Result<Currency, String> {
        match <[u8; 3]>::try_from(text.as_bytes()) {
            Ok(code) if code.iter().all(u8::is_ascii_uppercase) => Ok(Currency(code)),
            _ => Err(format!("`{text}` is not a currency of three capital letters, as CNY")),
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = String;

    fn try_from(text: String) -> Result<Currency, String> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> String {
        currency.code().to_owned()
    }
}

/// An amount in whole minor units: fen, cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    pub minor: i64,
    pub currency: Currency,
}

impl Money {
    pub fn new(minor: i64, currency: Currency) -> Money {
        Money { minor, currency }
    }

    /// The amount less a discount; what is less than one minor unit falls to the one who pays.
    ///
    /// Units: `basis_points` of a discount, 1500 for 15 %; more than 10000 counts as 10000.
    pub fn less(self, basis_points: u32) -> Money {
        let left = i128::from(10_000 - basis_points.min(10_000));
        let minor = (i128::from(self.minor) * left).div_euclid(10_000);
        Money { minor: minor as i64, ..self }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = self.currency.decimals() as usize;
        let sign = if self.minor < 0 { "-" } else { "" };
        let digits = format!("{:0>width$}", self.minor.unsigned_abs(), width = decimals + 1);
        let (whole, part) = digits.split_at(digits.len() - decimals);
        match part {
            "" => write!(f, "{} {sign}{whole}", self.currency),
            _ => write!(f, "{} {sign}{whole}.{part}", self.currency),
        }
    }
}

/// How a line of work is priced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Price {
    Free,
    /// What it cost us, without margin, and never above the list price.
    Cost,
    /// The manufacturer's preferential list.
    Preferential,
    /// The list price less a discount.
    ///
    /// Units: hundredths of a per cent.
    ListLess(u32),
    List,
    /// The fee that the manufacturer sets for it (C5.6).
    ManufacturerFee,
    /// An amount that the contract names, for each.
    Fixed(Money),
    /// Agreed each time ("另行协商"): a quote must be accepted first.
    ByAgreement,
}

/// What is known about the price of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Known {
    pub cost: Option<Money>,
    pub list: Option<Money>,
    pub preferential: Option<Money>,
    pub manufacturer_fee: Option<Money>,
}

/// Why a line cannot be priced yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unpriced {
    #[error("the cost is not known")]
    NoCost,
    #[error("the list price is not known")]
    NoList,
    #[error("the manufacturer's preferential price is not known")]
    NoPreferential,
    #[error("the manufacturer's fee is not known")]
    NoManufacturerFee,
    #[error("the price is agreed each time")]
    ByAgreement,
    #[error("the cost and the list price are in different currencies")]
    Currencies,
}

impl Price {
    /// The amount to charge for one.
    ///
    /// Errors: [`Unpriced`] names the figure that is missing.
    /// Source: C3.1, C3.5, C5.2.
    pub fn amount(self, known: &Known, currency: Currency) -> Result<Money, Unpriced> {
        match self {
            Price::Free => Ok(Money::new(0, currency)),
            Price::Cost => {
                let cost = known.cost.ok_or(Unpriced::NoCost)?;
                match known.list {
                    Some(list) if list.currency != cost.currency => Err(Unpriced::Currencies),
                    Some(list) => Ok(Money::new(cost.minor.min(list.minor), cost.currency)),
                    None => Ok(cost),
                }
            }
            Price::Preferential => known.preferential.ok_or(Unpriced::NoPreferential),
            Price::ListLess(basis_points) => Ok(known.list.ok_or(Unpriced::NoList)?.less(basis_points)),
            Price::List => known.list.ok_or(Unpriced::NoList),
            Price::ManufacturerFee => known.manufacturer_fee.ok_or(Unpriced::NoManufacturerFee),
            Price::Fixed(amount) => Ok(amount),
            Price::ByAgreement => Err(Unpriced::ByAgreement),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cny(minor: i64) -> Money {
        Money::new(minor, Currency::CNY)
    }

    #[test]
    fn amounts_by_rule() {
        let known = Known {
            cost: Some(cny(9_001)),
            list: Some(cny(12_345)),
            preferential: Some(cny(10_000)),
            manufacturer_fee: None,
        };
        for (price, want) in [
            (Price::Free, Ok(cny(0))),
            (Price::Cost, Ok(cny(9_001))),
            (Price::Preferential, Ok(cny(10_000))),
            (Price::ListLess(1_500), Ok(cny(10_493))), // 104.9325 yuan
            (Price::ListLess(0), Ok(cny(12_345))),
            (Price::ListLess(20_000), Ok(cny(0))),
            (Price::List, Ok(cny(12_345))),
            (Price::Fixed(cny(50)), Ok(cny(50))),
            (Price::ManufacturerFee, Err(Unpriced::NoManufacturerFee)),
            (Price::ByAgreement, Err(Unpriced::ByAgreement)),
        ] {
            assert_eq!(price.amount(&known, Currency::CNY), want, "{price:?}");
        }
    }

    #[test]
    fn cost_is_never_above_list() {
        let known = Known { cost: Some(cny(200)), list: Some(cny(150)), ..Known::default() };
        assert_eq!(Price::Cost.amount(&known, Currency::CNY), Ok(cny(150)));
        let usd = Money::new(150, "USD".parse().unwrap());
        let known = Known { cost: Some(cny(200)), list: Some(usd), ..Known::default() };
        assert_eq!(Price::Cost.amount(&known, Currency::CNY), Err(Unpriced::Currencies));
    }

    #[test]
    fn money_is_written_with_its_decimals() {
        for (minor, currency, want) in [
            (5, "CNY", "CNY 0.05"),
            (-12_345, "CNY", "CNY -123.45"),
            (12_345, "JPY", "JPY 12345"),
            (12_345, "KWD", "KWD 12.345"),
        ] {
            assert_eq!(Money::new(minor, currency.parse().unwrap()).to_string(), want);
        }
        assert!("cny".parse::<Currency>().is_err());
    }
}
