//! What an administrator sets on a page rather than in a file: one value of JSON under each name.

use db::{Error, Tx, statements};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::errors::Failure;

statements! {
    static GET: (String,) => (String,) = "SELECT value FROM setting WHERE name = ?1";
    static PUT: (String, String, Timestamp) => () =
        "INSERT INTO setting (name, value, changed_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at";
    static DROP: (String,) => () = "DELETE FROM setting WHERE name = ?1";
}

/// The value of a setting; none where it was never set.
///
/// Errors: [`Failure::Error`] where what is stored is not of this shape.
pub fn get<T: DeserializeOwned>(tx: &mut Tx, name: &str) -> Result<Option<T>, Failure> {
    let Some((value,)) = tx.maybe(&GET, (name,))? else { return Ok(None) };
    serde_json::from_str(&value).map(Some).map_err(|error| Failure::broke(format!("setting {name}: {error}")))
}

/// Sets a setting.
pub fn put<T: Serialize>(tx: &mut Tx, name: &str, value: &T, now: Timestamp) -> Result<(), Failure> {
    let value = serde_json::to_string(value).map_err(Failure::broke)?;
    tx.run(&PUT, (name, value, now))?;
    Ok(())
}

/// Takes a setting away.
pub fn clear(tx: &mut Tx, name: &str) -> Result<(), Error> {
    tx.run(&DROP, (name,)).map(drop)
}
