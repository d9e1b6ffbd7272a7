//! What can be imported, and which column of a file holds what.

use std::collections::BTreeMap;

use sheet::Header;

use crate::layout::l10n::{L10n, Locale};

/// What a row of a file is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Noun {
    Customer,
    Site,
    Contact,
    Contract,
    Product,
    Asset,
}

/// One thing that a column may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// The field's name, as in the form and the API.
    pub field: &'static str,
    /// Whether a file without it cannot be imported.
    pub required: bool,
}

const fn must(field: &'static str) -> Target {
    Target { field, required: true }
}

const fn may(field: &'static str) -> Target {
    Target { field, required: false }
}

impl Noun {
    /// Every noun, in the order in which an empty registry is filled.
    pub const ALL: [Noun; 6] =
        [Noun::Customer, Noun::Site, Noun::Contact, Noun::Product, Noun::Asset, Noun::Contract];

    /// The stored code.
    pub const fn code(self) -> &'static str {
        match self {
            Noun::Customer => "customer",
            Noun::Site => "site",
            Noun::Contact => "contact",
            Noun::Contract => "contract",
            Noun::Product => "product",
            Noun::Asset => "asset",
        }
    }

    /// The key of the word for several of them.
    pub const fn label(self) -> &'static str {
        match self {
            Noun::Customer => "customers-title",
            Noun::Site => "sites-title",
            Noun::Contact => "contacts-title",
            Noun::Contract => "contracts-title",
            Noun::Product => "products-title",
            Noun::Asset => "assets-title",
        }
    }

    /// The list that shows them.
    pub const fn list(self) -> &'static str {
        match self {
            Noun::Customer => "/customers",
            Noun::Site => "/sites",
            Noun::Contact => "/contacts",
            Noun::Contract => "/contracts",
            Noun::Product => "/products",
            Noun::Asset => "/assets",
        }
    }

    /// Reads a stored code.
    pub fn parse(code: &str) -> Option<Noun> {
        Noun::ALL.into_iter().find(|noun| noun.code() == code)
    }

    /// What its columns may hold.
    pub const fn targets(self) -> &'static [Target] {
        match self {
            Noun::Customer => const { &[must("code"), must("name"), may("short_name"), may("remark")] },
            Noun::Site => {
                const {
                    &[
                        must("customer"),
                        must("code"),
                        must("name"),
                        may("zone"),
                        may("address"),
                        may("latitude"),
                        may("longitude"),
                        may("remark"),
                    ]
                }
            }
            Noun::Contact => {
                const {
                    &[
                        must("customer"),
                        must("name"),
                        may("phone"),
                        may("mail"),
                        may("site"),
                        may("title"),
                        may("remark"),
                    ]
                }
            }
            Noun::Contract => {
                const {
                    &[
                        must("customer"),
                        must("number"),
                        must("title"),
                        must("from_on"),
                        may("to_on"),
                        may("sites"),
                        may("commitment"),
                        may("engineer"),
                        may("remark"),
                    ]
                }
            }
            Noun::Product => {
                const {
                    &[
                        must("manufacturer"),
                        must("model"),
                        may("name"),
                        may("class"),
                        may("warranty_months"),
                        may("remark"),
                    ]
                }
            }
            Noun::Asset => {
                const {
                    &[
                        must("customer"),
                        must("manufacturer"),
                        must("model"),
                        may("serial"),
                        may("name"),
                        may("site"),
                        may("position"),
                        may("usage"),
                        may("software_version"),
                        may("installed_on"),
                        may("remark"),
                    ]
                }
            }
        }
    }

    /// The fields that tell which record a row is about.
    pub const fn key(self) -> &'static str {
        match self {
            Noun::Customer | Noun::Site => "code",
            Noun::Contact => "phone",
            Noun::Contract => "number",
            Noun::Product => "model",
            Noun::Asset => "serial",
        }
    }
}

/// Which column holds which field, by the column's name.
pub type Mapping = BTreeMap<String, String>;

/// The names under which a field is known, in all languages, the reader's own first.
pub fn names(noun: Noun, field: &str) -> Vec<String> {
    let field = field.replace('_', "-");
    let keys = [
        format!("import-names-{}-{field}", noun.code()),
        format!("import-names-{field}"),
        format!("label-{}-{field}", noun.code()),
        format!("label-{field}"),
    ];
    let mut found = Vec::new();
    for locale in Locale::ALL {
        let l = L10n::new(locale, jiff::tz::TimeZone::UTC, jiff::Timestamp::UNIX_EPOCH);
        for key in keys.iter().filter(|key| l.knows(key)) {
            found.extend(l.t(key).split([',', '\u{3001}', '\u{ff0c}']).map(|name| name.trim().to_owned()));
        }
    }
    found.push(field);
    found
}

/// Letters and digits only, small: `Opened At` and `opened_at` are one name.
fn fold(name: &str) -> String {
    let bare = name.split(['(', '\u{ff08}', '*']).next().unwrap_or(name);
    let bare = if bare.trim().is_empty() { name } else { bare };
    bare.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Guesses which column holds which field by the names of the columns. Each column is used once; what was
/// not recognised is left out.
pub fn guess(noun: Noun, header: &Header) -> Mapping {
    let mut free: Vec<(usize, String)> =
        header.names().iter().enumerate().map(|(place, name)| (place, fold(name))).collect();
    let mut mapping = Mapping::new();
    for target in noun.targets() {
        let known: Vec<String> = names(noun, target.field).iter().map(|name| fold(name)).collect();
        // Names in their order: the field's own before those that it shares with others.
        let place = known.iter().find_map(|name| free.iter().position(|(_, column)| column == name));
        if let Some(place) = place {
            let (column, _) = free.remove(place);
            mapping.insert(target.field.to_owned(), column_name(header, column));
        }
    }
    mapping
}

/// The name of a column, told apart from others of the same name as `Name#2`.
pub fn column_name(header: &Header, column: usize) -> String {
    let names = header.names();
    let same = names[..column].iter().filter(|name| **name == names[column]).count();
    match names.iter().filter(|name| **name == names[column]).count() {
        0 | 1 => names[column].clone(),
        _ => format!("{}#{}", names[column], same + 1),
    }
}

/// The fields that a file must have and that no column was chosen for.
pub fn missing(noun: Noun, mapping: &Mapping) -> Vec<&'static str> {
    let needed = noun.targets().iter().filter(|target| target.required);
    needed.map(|target| target.field).filter(|field| !mapping.contains_key(*field)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(noun: Noun, header: &str) -> String {
        let dir = std::env::temp_dir().join(format!("aftercare-columns-{:016x}.csv", rand::random::<u64>()));
        std::fs::write(&dir, format!("{header}\n1\n")).unwrap();
        let sheet = sheet::Sheet::open(&dir, &sheet::Options::default()).unwrap();
        let mapping = guess(noun, sheet.header());
        std::fs::remove_file(&dir).unwrap();
        mapping.into_iter().map(|(field, column)| format!("{field}={column}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn columns_are_recognised_in_each_language() {
        for (header, expected) in [
            ("Code,Name,Remark", "code=Code name=Name remark=Remark"),
            ("Customer Code,Customer name,Notes", "code=Customer Code name=Customer name remark=Notes"),
            (
                "\u{5ba2}\u{6237}\u{7f16}\u{53f7},\u{5ba2}\u{6237}\u{540d}\u{79f0},\u{5907}\u{6ce8}",
                "code=\u{5ba2}\u{6237}\u{7f16}\u{53f7} name=\u{5ba2}\u{6237}\u{540d}\u{79f0} remark=\u{5907}\u{6ce8}",
            ),
            ("x,y", ""),
        ] {
            assert_eq!(guessed(Noun::Customer, header), expected, "{header}");
        }
        let units =
            "\u{5e8f}\u{5217}\u{53f7}*,\u{5382}\u{5546},\u{578b}\u{53f7},\u{5ba2}\u{6237},\u{4f4d}\u{7f6e}";
        assert!(guessed(Noun::Asset, units).contains("serial=\u{5e8f}\u{5217}\u{53f7}*"));
        assert!(missing(Noun::Asset, &guess_of(units)).is_empty());
    }

    fn guess_of(header: &str) -> Mapping {
        guessed(Noun::Asset, header)
            .split(' ')
            .filter_map(|pair| pair.split_once('='))
            .map(|(field, column)| (field.to_owned(), column.to_owned()))
            .collect()
    }

    #[test]
    fn a_column_serves_one_field_and_what_is_missing_is_named() {
        assert_eq!(guessed(Noun::Product, "Model,Model,Maker"), "manufacturer=Maker model=Model#1");
        assert_eq!(missing(Noun::Product, &Mapping::new()), ["manufacturer", "model"]);
    }
}
