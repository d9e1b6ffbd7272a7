//! Saved views in the database.

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use rules::ids::*;

/// Views of one person at most, and shared views that are shown at most.
pub const VIEWS_MOST: i64 = 50;

row! {
    /// A saved view.
    #[derive(Clone, Debug, PartialEq)]
    pub struct ViewRow {
        pub id: ViewId as int,
        pub owner_id: UserId as int,
        pub owner: String,
        pub name: String,
        pub query: String,
        pub shared: bool,
        pub created_at: Timestamp,
    }
}

statements! {
    static LIST: (i64, i64) => ViewRow =
        "SELECT v.id, v.owner_id, a.name AS owner, v.name, v.query, v.shared, v.created_at
         FROM (SELECT id, owner_id, name, query, shared, created_at FROM saved_view WHERE owner_id = ?1
               UNION SELECT id, owner_id, name, query, shared, created_at FROM saved_view WHERE shared) v
         JOIN account a ON a.id = v.owner_id ORDER BY v.shared, v.name, v.id LIMIT ?2";
    static FIND: (i64,) => ViewRow =
        "SELECT v.id, v.owner_id, a.name AS owner, v.name, v.query, v.shared, v.created_at
         FROM saved_view v JOIN account a ON a.id = v.owner_id WHERE v.id = ?1";
    static OWN: (i64, i64) => (i64,) =
        "SELECT COUNT(*) FROM (SELECT id FROM saved_view WHERE owner_id = ?1 LIMIT ?2) v";
    static ADD: (i64, String, String, bool, Timestamp) => (i64,) =
        "INSERT INTO saved_view (owner_id, name, query, shared, created_at) VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id";
    static SAVE: (i64, String, String, bool) => () =
        "UPDATE saved_view SET name = ?2, query = ?3, shared = ?4 WHERE id = ?1";
    static REMOVE: (i64,) => () = "DELETE FROM saved_view WHERE id = ?1";
}

/// The views that a person sees: their own, then the shared ones, by name.
pub fn list(tx: &mut Tx, reader: UserId) -> Result<Vec<ViewRow>, Error> {
    tx.all(&LIST, (reader.get(), 2 * VIEWS_MOST))
}

/// The view with this id.
pub fn find(tx: &mut Tx, id: ViewId) -> Result<Option<ViewRow>, Error> {
    tx.maybe(&FIND, (id.get(),))
}

/// How many views a person keeps, counted up to [`VIEWS_MOST`].
pub fn own_count(tx: &mut Tx, owner: UserId) -> Result<i64, Error> {
    Ok(tx.one(&OWN, (owner.get(), VIEWS_MOST))?.0)
}

/// Adds a view. Errors: [`Error::UniqueViolation`] when the owner has one of this name.
pub fn add(
    tx: &mut Tx,
    owner: UserId,
    name: &str,
    query: &str,
    shared: bool,
    now: Timestamp,
) -> Result<ViewId, Error> {
    Ok(ViewId(tx.one(&ADD, (owner.get(), name, query, shared, now))?.0))
}

/// Saves a view. Errors: [`Error::UniqueViolation`] when the owner has another of this name.
pub fn save(tx: &mut Tx, id: ViewId, name: &str, query: &str, shared: bool) -> Result<(), Error> {
    tx.run(&SAVE, (id.get(), name, query, shared)).map(drop)
}

/// Removes a view.
pub fn remove(tx: &mut Tx, id: ViewId) -> Result<(), Error> {
    tx.run(&REMOVE, (id.get(),)).map(drop)
}
