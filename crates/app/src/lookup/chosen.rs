//! What a look-up field offers, and what it sends.

use crate::kernel::form::Form;

/// One line that a look-up field offers.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Match {
    /// What the form sends.
    pub id: String,
    /// What stands in the field when it is chosen.
    pub text: String,
    /// What tells it from others of the same name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl Match {
    /// A line for a row of the registry.
    pub fn new(id: impl Into<i64>, text: impl Into<String>, note: impl Into<String>) -> Match {
        Match { id: id.into().to_string(), text: text.into(), note: note.into() }
    }
}

/// What a look-up field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    /// A line was chosen.
    Id(i64),
    /// Words were typed and no line was chosen: without a script, or in haste.
    Words(String),
    /// The field is empty.
    Nothing,
}

impl Chosen {
    /// Reads the field `name` of a form.
    pub fn of(form: &Form, name: &str) -> Chosen {
        if let Ok(id) = form.get(name).parse() {
            return Chosen::Id(id);
        }
        match form.get(&format!("{name}_text")) {
            "" => Chosen::Nothing,
            words => Chosen::Words(words.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_holds_an_id_or_words_or_nothing() {
        let of = |id: &str, text: &str| Chosen::of(&Form::of([("site", id), ("site_text", text)]), "site");
        assert_eq!(of("7", "Hall"), Chosen::Id(7));
        assert_eq!(of("", " Hall "), Chosen::Words("Hall".into()));
        assert_eq!(of("", ""), Chosen::Nothing);
    }
}
