//! What the pages of all kept records share: a form that survives a problem or a colleague's edit, a list
//! with search and saved filters, what is open around a record, and its history.
//!
//! A record here is a customer, site, contact, contract, product or asset.

pub mod api;
pub mod edit;
pub mod figures;
pub mod history;
pub mod list;
pub mod open_tickets;
pub mod owed;
pub mod saved;

use std::borrow::Cow;

use db::Error;
use jiff::civil::Date;
use rules::event::FieldChange;
use rules::{Invalid, Refusal};
use serde::Serialize;

use crate::kernel::errors::Failure;
use crate::layout::l10n::L10n;

/// Refuses an edit of a version that is not the stored one. None: whoever asks saw no version.
pub fn must_be_current(seen: Option<i64>, current: i64) -> Result<(), Refusal> {
    match seen {
        Some(seen) if seen != current => Err(Refusal::ChangedMeanwhile { seen, current }),
        Some(_) | None => Ok(()),
    }
}

/// Refuses what may not be done to something that was put away.
pub fn must_be_in_use<T>(archived_at: Option<T>) -> Result<(), Refusal> {
    if archived_at.is_some() { Err(Refusal::Archived) } else { Ok(()) }
}

/// Refuses where another transaction wrote between reading the version `seen` and writing.
pub fn must_be_written(written: bool, seen: i64) -> Result<(), Refusal> {
    if written { Ok(()) } else { Err(Refusal::ChangedMeanwhile { seen, current: seen + 1 }) }
}

/// Reads a field of the address that holds an id; nothing for what is none.
pub fn id_of<T: From<i64>>(text: &str) -> Option<T> {
    text.parse().ok().map(T::from)
}

/// The word for a field of a noun: its own where it has one, else that which all nouns share.
pub fn field_label(l: &L10n, noun: &str, field: &str) -> Cow<'static, str> {
    let field = field.replace('_', "-");
    let own = format!("label-{noun}-{field}");
    if l.knows(&own) { l.t(&own) } else { l.t(&format!("label-{field}")) }
}

/// Today where the reader is.
pub fn today(l: &L10n) -> Date {
    l.now.to_zoned(l.zone.clone()).date()
}

/// Turns a unique violation on a column into what is wrong with the field.
pub fn unless_taken<T>(stored: Result<T, Error>, column: &str, taken: Invalid) -> Result<T, Failure> {
    stored.map_err(|error| if error.is_unique_on(column) { taken.into() } else { error.into() })
}

/// The fields in which two readings of one form differ, as an edit's fact holds them.
pub fn differences<F: Serialize>(before: &F, after: &F) -> Vec<FieldChange> {
    let text = |value: &serde_json::Value| match value {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        other => Some(other.to_string()),
    };
    let fields = |form: &F| match serde_json::to_value(form) {
        Ok(serde_json::Value::Object(fields)) => fields,
        Ok(_) | Err(_) => serde_json::Map::new(),
    };
    let (before, after) = (fields(before), fields(after));
    after
        .iter()
        .filter_map(|(field, value)| {
            let (from, to) = (before.get(field).and_then(text), text(value));
            (from != to).then(|| FieldChange { field: field.clone(), from, to })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use rules::customers::CustomerForm;

    use super::*;

    #[test]
    fn only_what_differs_is_told() {
        let before = CustomerForm { code: "A".into(), name: "x".into(), ..CustomerForm::default() };
        let after = CustomerForm { name: "y".into(), remark: "z".into(), ..before.clone() };
        let told: Vec<String> = differences(&before, &after)
            .into_iter()
            .map(|change| format!("{} {:?} {:?}", change.field, change.from, change.to))
            .collect();
        assert_eq!(told, ["name Some(\"x\") Some(\"y\")", "remark None Some(\"z\")"]);
        assert_eq!(differences(&before, &before), []);
    }

    #[test]
    fn an_old_version_is_refused() {
        assert!(must_be_current(None, 3).is_ok() && must_be_current(Some(3), 3).is_ok());
        assert_eq!(must_be_current(Some(2), 3), Err(Refusal::ChangedMeanwhile { seen: 2, current: 3 }));
    }
}
