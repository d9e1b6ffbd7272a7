//! The database: one handle for SQLite and PostgreSQL, synchronous closures in transactions, statements
//! declared once with their types.
//!
//! ```no_run
//! use db::{Database, Error, Migration, Options, Query, statements, row};
//!
//! const MIGRATIONS: &[Migration] = &[Migration {
//!     number: 1,
//!     name: "team",
//!     sql: "CREATE TABLE team (id {id}, name TEXT NOT NULL UNIQUE, opened_at BIGINT NOT NULL);",
//! }];
//!
//! row! {
//!     /// A team as its page shows it.
//!     #[derive(Debug)]
//!     pub struct TeamRow {
//!         pub id: i64,
//!         pub name: String,
//!         pub opened_at: jiff::Timestamp,
//!     }
//! }
//!
//! statements! {
//!     static FIND: (i64,) => TeamRow = "SELECT id, name, opened_at FROM team WHERE id = ?1";
//!     static ADD: (String, jiff::Timestamp) => (i64,) =
//!         "INSERT INTO team (name, opened_at) VALUES (?1, ?2) RETURNING id";
//! }
//!
//! # fn main() -> Result<(), Error> {
//! let database = Database::open(&Options::new("sqlite:data.db", MIGRATIONS))?;
//! let now = jiff::Timestamp::UNIX_EPOCH;
//! let id = database.write_now::<_, Error>(move |tx| Ok(tx.one(&ADD, ("北区", now))?.0))?;
//! let team = database.read_now::<_, Error>(move |tx| tx.one(&FIND, (id,)))?;
//! let query = Query::new::<TeamRow>("SELECT id, name, opened_at FROM team").and("name LIKE ?", "北%").limit(50);
//! let teams = database.read_now::<_, Error>(move |tx| tx.list(&query))?;
//! # let _ = (team, teams);
//! # Ok(())
//! # }
//! ```
//!
//! Things that both databases know alike, and that statements keep to: `RETURNING`, `ON CONFLICT`, row
//! values `(a, b) > (?1, ?2)`, `TRUE`/`FALSE`, `CASE`, window functions, `CAST(SUM(x) AS BIGINT)` (a bare
//! `SUM` is `NUMERIC` on PostgreSQL), `LOWER(x) LIKE LOWER(?1)` (a bare `LIKE` differs in case).

pub mod backup;
mod bus;
mod check;
mod database;
mod durable;
mod error;
mod migrate;
mod postgres_pool;
mod query;
mod row;
mod sqlite;
mod statement;
#[doc(hidden)]
pub mod testing;
mod tx;
mod value;
mod worker;

pub use bus::Bus;
pub use database::{Database, Options, Pending};
pub use error::Error;
pub use migrate::Migration;
pub use query::{Query, Values};
pub use row::{ColumnSpec, Params, RawRow, Row, Signature};
pub use statement::{Dialect, Registered, Statement, registered};
pub use tx::Tx;
pub use value::{Bind, Cell, Column, Json, Kind, Value};

#[doc(hidden)]
pub use inventory;
#[doc(hidden)]
pub use row::stored;
#[doc(hidden)]
pub use statement::{columns_of, parameters_of};
