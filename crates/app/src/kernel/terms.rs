//! The compiled terms of published commitments, which the door folds facts through.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use db::{Tx, row, statements};
use promise::{Calendars, Problem, Terms};
use rules::ids::CommitmentId;

use super::errors::Failure;

row! {
    struct TextRow {
        text: String,
        calendars: BTreeMap<String, String> as json,
    }
}

statements! {
    static TEXT: (i64,) => TextRow = "SELECT m.text, m.calendars FROM commitment m WHERE m.id = ?1";
}

/// The compiled terms of published versions. A version never changes, so nothing is ever forgotten.
#[derive(Default)]
pub struct Library {
    terms: RwLock<HashMap<CommitmentId, Arc<Terms>>>,
}

impl Library {
    /// The terms of a version.
    ///
    /// Errors: [`Failure::Error`] where it is not stored or no longer compiles.
    pub fn terms(&self, tx: &mut Tx, id: CommitmentId) -> Result<Arc<Terms>, Failure> {
        if let Some(known) = self.terms.read().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return Ok(known.clone());
        }
        let row = tx.maybe(&TEXT, (id.get(),))?;
        let row = row.ok_or_else(|| Failure::broke(format!("no commitment {id}")))?;
        let terms =
            Arc::new(compile(&row.text, &row.calendars).map_err(|problem| {
                Failure::broke(format!("commitment {id} no longer compiles: {problem}"))
            })?);
        self.terms.write().unwrap_or_else(PoisonError::into_inner).insert(id, terms.clone());
        Ok(terms)
    }
}

fn compile(text: &str, calendars: &BTreeMap<String, String>) -> Result<Terms, String> {
    let read = read_calendars(calendars).map_err(|problems| {
        let named = problems.into_iter().map(|(name, problem)| format!("{name}: {problem}"));
        named.collect::<Vec<_>>().join("; ")
    })?;
    Terms::compile(text, &read)
        .map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
}

/// Reads calendars of which some may rest on others, in whatever order they come.
///
/// Errors: the problems of those that cannot be read, each with its file name.
pub fn read_calendars(texts: &BTreeMap<String, String>) -> Result<Calendars, Vec<(String, Problem)>> {
    let mut calendars = Calendars::new();
    let mut left: Vec<(&String, &String)> = texts.iter().collect();
    loop {
        let before = left.len();
        let mut problems = Vec::new();
        left.retain(|(name, text)| match calendars.add_file(name, text) {
            Ok(()) => false,
            Err(found) => {
                problems.extend(found.into_iter().map(|problem| ((*name).clone(), problem)));
                true
            }
        });
        if left.is_empty() {
            return Ok(calendars);
        }
        if left.len() == before {
            return Err(problems);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calendars_are_read_in_any_order() {
        let rests = include_str!("../../../../calendars/cn-workdays-5x8.toml");
        let days = include_str!("../../../../calendars/cn-public-holidays.toml");
        let texts = [("a.toml".to_owned(), rests.to_owned()), ("b.toml".to_owned(), days.to_owned())].into();
        assert_eq!(read_calendars(&texts).unwrap().iter().count(), 2);
        let broken = [("x.toml".to_owned(), "id = 1".to_owned())].into();
        assert_eq!(read_calendars(&broken).unwrap_err()[0].0, "x.toml");
    }
}
