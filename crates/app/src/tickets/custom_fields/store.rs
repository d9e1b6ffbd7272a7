//! Custom fields and their values in the database: each statement once.

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use rules::ids::*;
use rules::text::Line;
use rules::tickets::Kind;
use rules::tickets::custom_fields::{CustomField, CustomFieldForm, Definition, NAMES, Shape, Values};

row! {
    /// A field as it is stored.
    #[derive(Clone, Debug, PartialEq)]
    pub struct FieldRow {
        pub id: CustomFieldId as int,
        pub label: String,
        pub hint: Option<String>,
        pub shape: Shape as text,
        pub choices: String,
        pub kinds: String,
        pub required: bool,
        pub in_portal: bool,
        pub version: i64,
        pub archived_at: Option<Timestamp>,
    }
}

macro_rules! fields {
    ($rest:literal) => {
        concat!(
            "SELECT id, label, hint, shape, choices, kinds, required, in_portal, version, archived_at FROM custom_field ",
            $rest
        )
    };
}

type Added = (i64, String, Option<String>, String, String, String, bool, bool, i64, Timestamp);
type Saved = (i64, i64, String, Option<String>, String, String, bool, bool);

statements! {
    static ALL: (i64,) => FieldRow = fields!("ORDER BY id LIMIT ?1");
    static IN_USE: (i64,) => FieldRow = fields!("WHERE archived_at IS NULL ORDER BY id LIMIT ?1");
    static FIND: (i64,) => FieldRow = fields!("WHERE id = ?1");
    static ADD: Added => () =
        "INSERT INTO custom_field (id, label, hint, shape, choices, kinds, required, in_portal, version, created_by, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, ?9, ?10)";
    static SAVE: Saved => () =
        "UPDATE custom_field SET label = ?3, hint = ?4, choices = ?5, kinds = ?6, required = ?7, in_portal = ?8,
            version = version + 1 WHERE id = ?1 AND version = ?2";
    static SET_ARCHIVED: (i64, Option<Timestamp>) => () =
        "UPDATE custom_field SET archived_at = ?2, version = version + 1 WHERE id = ?1";

    static VALUES: (i64, i64) => (i64, String) =
        "SELECT field_id, value FROM custom_value WHERE ticket_id = ?1 ORDER BY field_id LIMIT ?2";
    static PUT: (i64, i64, String) => () =
        "INSERT INTO custom_value (ticket_id, field_id, value) VALUES (?1, ?2, ?3)
         ON CONFLICT (ticket_id, field_id) DO UPDATE SET value = excluded.value";
    static CLEAR: (i64, i64) => () = "DELETE FROM custom_value WHERE ticket_id = ?1 AND field_id = ?2";
}

const MOST: i64 = NAMES.len() as i64;

impl FieldRow {
    fn kinds(&self) -> impl Iterator<Item = &str> {
        self.kinds.split(',').filter(|code| !code.is_empty())
    }

    /// The row as its form shows it.
    pub fn form(&self) -> CustomFieldForm {
        CustomFieldForm {
            label: self.label.clone(),
            hint: self.hint.clone().unwrap_or_default(),
            shape: self.shape.code().to_owned(),
            choices: self.choices.clone(),
            kinds: self.kinds().map(str::to_owned).collect(),
            required: self.required,
            in_portal: self.in_portal,
        }
    }

    /// The field as decisions need it.
    ///
    /// Errors: [`Error::Corrupt`] where what is stored is no definition.
    pub fn field(&self) -> Result<CustomField, Error> {
        let corrupt = |_| Error::Corrupt(format!("custom field {} cannot be read", self.id));
        Ok(CustomField { id: self.id, is: self.form().read().map_err(corrupt)? })
    }
}

/// Every field, also those that were put away.
pub fn all(tx: &mut Tx) -> Result<Vec<FieldRow>, Error> {
    tx.all(&ALL, (MOST,))
}

/// The fields that reports ask for.
pub fn in_use(tx: &mut Tx) -> Result<Vec<CustomField>, Error> {
    tx.all(&IN_USE, (MOST,))?.iter().map(FieldRow::field).collect()
}

/// The field with this id.
pub fn find(tx: &mut Tx, id: CustomFieldId) -> Result<Option<FieldRow>, Error> {
    tx.maybe(&FIND, (id.get(),))
}

fn codes(kinds: &[Kind]) -> String {
    kinds.iter().map(|kind| kind.code()).collect::<Vec<_>>().join(",")
}

fn one_a_line(choices: &[Line]) -> String {
    choices.iter().map(Line::as_str).collect::<Vec<_>>().join("\n")
}

/// Adds a field under an id that no other had.
pub fn add(tx: &mut Tx, id: CustomFieldId, is: &Definition, by: UserId, now: Timestamp) -> Result<(), Error> {
    let (hint, shape) = (is.hint.as_ref().map(Line::as_str), is.shape.code());
    let (choices, kinds) = (one_a_line(&is.choices), codes(&is.kinds));
    let row =
        (id.get(), is.label.as_str(), hint, shape, choices, kinds, is.required, is.in_portal, by.get(), now);
    tx.run(&ADD, row).map(drop)
}

/// Saves a field that was opened with a version. Tells whether it still had it.
pub fn save(tx: &mut Tx, id: CustomFieldId, seen: i64, is: &Definition) -> Result<bool, Error> {
    let hint = is.hint.as_ref().map(Line::as_str);
    let (choices, kinds) = (one_a_line(&is.choices), codes(&is.kinds));
    let row = (id.get(), seen, is.label.as_str(), hint, choices, kinds, is.required, is.in_portal);
    Ok(tx.run(&SAVE, row)? > 0)
}

/// Puts a field away, or brings it back.
pub fn set_archived(tx: &mut Tx, id: CustomFieldId, at: Option<Timestamp>) -> Result<(), Error> {
    tx.run(&SET_ARCHIVED, (id.get(), at)).map(drop)
}

/// What stands in the fields of a ticket.
pub fn values(tx: &mut Tx, id: TicketId) -> Result<Values, Error> {
    let rows = tx.all(&VALUES, (id.get(), MOST))?;
    Ok(rows.into_iter().map(|(field, value)| (CustomFieldId(field), value)).collect())
}

/// Sets one field of a ticket; none empties it.
pub fn set(tx: &mut Tx, id: TicketId, field: CustomFieldId, value: Option<&str>) -> Result<(), Error> {
    match value {
        Some(value) => tx.run(&PUT, (id.get(), field.get(), value)).map(drop),
        None => tx.run(&CLEAR, (id.get(), field.get())).map(drop),
    }
}
