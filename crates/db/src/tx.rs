//! The transaction that a closure works in.

use crate::row::{Params, RawRow, Row};
use crate::statement::{Dialect, Statement, translate};
use crate::value::Value;
use crate::{Error, Query};
use std::collections::HashMap;

/// One transaction on either database. The worker that owns the connection begins and ends it.
pub struct Tx {
    pub(crate) connection: Connection,
    depth: u32,
}

pub(crate) enum Connection {
    Sqlite(rusqlite::Connection),
    Postgres(Box<PostgresConnection>),
}

pub(crate) struct PostgresConnection {
    pub(crate) client: postgres::Client,
    prepared: HashMap<String, postgres::Statement>,
}

/// Prepared statements kept per connection; beyond it the oldest (SQLite) or all (PostgreSQL) are dropped.
pub(crate) const PREPARED_MAX: usize = 512;

impl Tx {
    pub(crate) fn sqlite(connection: rusqlite::Connection) -> Tx {
        connection.set_prepared_statement_cache_capacity(PREPARED_MAX);
        Tx { connection: Connection::Sqlite(connection), depth: 0 }
    }

    pub(crate) fn postgres(client: postgres::Client) -> Tx {
        let prepared = HashMap::new();
        Tx { connection: Connection::Postgres(Box::new(PostgresConnection { client, prepared })), depth: 0 }
    }

    /// Which database this is; for the few places where the two must differ.
    pub fn dialect(&self) -> Dialect {
        match self.connection {
            Connection::Sqlite(_) => Dialect::Sqlite,
            Connection::Postgres(_) => Dialect::Postgres,
        }
    }

    /// All rows, in the statement's order.
    pub fn all<P, R: Row>(
        &mut self,
        statement: &Statement<P, R>,
        params: impl Params<P>,
    ) -> Result<Vec<R>, Error> {
        let mut rows = Vec::new();
        self.each(statement, params, |row| {
            rows.push(row);
            Ok(())
        })?;
        Ok(rows)
    }

    /// The first row, if there is one.
    pub fn maybe<P, R: Row>(
        &mut self,
        statement: &Statement<P, R>,
        params: impl Params<P>,
    ) -> Result<Option<R>, Error> {
        if let (Connection::Sqlite(_), Some(text)) = (&self.connection, statement.without_returning()) {
            return params.with(|values| self.connection.numbered(text, values)).map(Some);
        }
        let text = statement.text(self.dialect());
        params.with(|values| self.connection.first(text, values))
    }

    /// The first row. Errors: [`Error::NoRow`] where there is none.
    pub fn one<P, R: Row>(
        &mut self,
        statement: &Statement<P, R>,
        params: impl Params<P>,
    ) -> Result<R, Error> {
        self.maybe(statement, params)?
            .ok_or_else(|| Error::NoRow { statement: crate::error::shorten(statement.sql()) })
    }

    /// Runs a statement that returns no rows. Returns how many rows it touched.
    pub fn run<P>(&mut self, statement: &Statement<P, ()>, params: impl Params<P>) -> Result<u64, Error> {
        let text = statement.text(self.dialect());
        params.with(|values| self.connection.execute(text, values))
    }

    /// Calls `visit` with each row, without holding them all where the database allows (SQLite).
    pub fn each<P, R: Row, E: From<Error>>(
        &mut self,
        statement: &Statement<P, R>,
        params: impl Params<P>,
        mut visit: impl FnMut(R) -> Result<(), E>,
    ) -> Result<(), E> {
        let text = statement.text(self.dialect());
        params.with(|values| self.connection.each(text, values, true, &mut |row| visit(R::read(row)?)))
    }

    /// All rows of a query put together at run time.
    pub fn list<R: Row>(&mut self, query: &Query<R>) -> Result<Vec<R>, Error> {
        let (text, values) = query.build(self.dialect());
        let mut rows = Vec::new();
        self.connection.each(&text, &values, true, &mut |row| {
            rows.push(R::read(row)?);
            Ok::<(), Error>(())
        })?;
        Ok(rows)
    }

    /// The first row of a query put together at run time. Errors: [`Error::NoRow`].
    pub fn list_one<R: Row>(&mut self, query: &Query<R>) -> Result<R, Error> {
        let (text, values) = query.build(self.dialect());
        self.connection
            .first(&text, &values)?
            .ok_or_else(|| Error::NoRow { statement: crate::error::shorten(&text) })
    }

    /// Runs part of the work in a savepoint: where `f` fails, only its own writes are undone and the
    /// transaction goes on. On PostgreSQL any error would otherwise end the whole transaction.
    pub fn attempt<T, E: From<Error>>(&mut self, f: impl FnOnce(&mut Tx) -> Result<T, E>) -> Result<T, E> {
        self.depth += 1;
        let name = format!("attempt_{}", self.depth);
        let outcome =
            self.connection.command(&format!("SAVEPOINT {name}")).map_err(E::from).and_then(|()| f(self));
        self.depth -= 1;
        let ended = match &outcome {
            Ok(_) => self.connection.command(&format!("RELEASE SAVEPOINT {name}")),
            Err(_) => {
                self.connection.batch(&format!("ROLLBACK TO SAVEPOINT {name}; RELEASE SAVEPOINT {name}"))
            }
        };
        match (outcome, ended) {
            (Ok(value), Ok(())) => Ok(value),
            (Ok(_), Err(error)) => Err(E::from(error)),
            (Err(error), _) => Err(error),
        }
    }

    /// Runs SQL that no statement declares: tests, migrations and maintenance only.
    #[doc(hidden)]
    pub fn batch(&mut self, sql: &str) -> Result<(), Error> {
        self.connection.batch(sql)
    }

    /// Runs a one-off statement with values: tests and tools only.
    #[doc(hidden)]
    pub fn adhoc<R: Row>(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Vec<R>, Error> {
        let text = translate(sql, self.dialect());
        let mut rows = Vec::new();
        self.connection.each(&text, values, false, &mut |row| {
            rows.push(R::read(row)?);
            Ok::<(), Error>(())
        })?;
        Ok(rows)
    }

    /// How the database would run a query, line by line: for the tests that watch over indexes.
    #[doc(hidden)]
    pub fn plan<R: Row>(&mut self, query: &Query<R>) -> Result<Vec<String>, Error> {
        let (text, values) = query.build(self.dialect());
        Ok(match self.dialect() {
            Dialect::Sqlite => {
                let rows: Vec<(i64, i64, i64, String)> =
                    self.adhoc(&format!("EXPLAIN QUERY PLAN {text}"), &values)?;
                rows.into_iter().map(|(_, _, _, line)| line).collect()
            }
            Dialect::Postgres => {
                let rows: Vec<(String,)> = self.adhoc(&format!("EXPLAIN {text}"), &values)?;
                rows.into_iter().map(|(line,)| line).collect()
            }
        })
    }

    /// A savepoint nesting left over by a panic is forgotten with the transaction that held it.
    pub(crate) fn forget_attempts(&mut self) {
        self.depth = 0;
    }
}

impl Connection {
    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), Error> {
        match self {
            Connection::Sqlite(c) => c.execute_batch(sql).map_err(|error| Error::sqlite(&error, sql)),
            Connection::Postgres(c) => {
                c.client.batch_execute(sql).map_err(|error| Error::postgres(&error, sql))
            }
        }
    }

    /// Runs one statement that begins or ends work; SQLite reads its words once.
    pub(crate) fn command(&mut self, sql: &str) -> Result<(), Error> {
        match self {
            Connection::Sqlite(c) => {
                let fail = |error: rusqlite::Error| Error::sqlite(&error, sql);
                c.prepare_cached(sql).map_err(fail)?.raw_execute().map_err(fail).map(drop)
            }
            Connection::Postgres(_) => self.batch(sql),
        }
    }

    fn execute(&mut self, text: &str, values: &[Value<'_>]) -> Result<u64, Error> {
        match self {
            Connection::Sqlite(c) => {
                let fail = |error: rusqlite::Error| Error::sqlite(&error, text);
                let mut statement = c.prepare_cached(text).map_err(fail)?;
                bind(&mut statement, values, text)?;
                Ok(statement.raw_execute().map_err(fail)? as u64)
            }
            Connection::Postgres(c) => {
                let statement = c.prepare(text, true)?;
                c.client.execute(&statement, &dynamic(values)).map_err(|error| Error::postgres(&error, text))
            }
        }
    }

    /// Writes one row and reads the number that SQLite gave it.
    fn numbered<R: Row>(&mut self, text: &str, values: &[Value<'_>]) -> Result<R, Error> {
        self.execute(text, values)?;
        match self {
            Connection::Sqlite(c) => R::read(&RawRow::given(c.last_insert_rowid())),
            Connection::Postgres(_) => Err(Error::NoRow { statement: crate::error::shorten(text) }),
        }
    }

    fn first<R: Row>(&mut self, text: &str, values: &[Value<'_>]) -> Result<Option<R>, Error> {
        match self {
            Connection::Sqlite(c) => {
                let fail = |error: rusqlite::Error| Error::sqlite(&error, text);
                let mut statement = c.prepare_cached(text).map_err(fail)?;
                bind(&mut statement, values, text)?;
                let mut rows = statement.raw_query();
                let first =
                    rows.next().map_err(fail)?.map(|row| R::read(&RawRow::sqlite(row))).transpose()?;
                // `RETURNING` has written everything by its first row; a `SELECT` is not needed further.
                Ok(first)
            }
            Connection::Postgres(c) => {
                let statement = c.prepare(text, true)?;
                let rows = c
                    .client
                    .query(&statement, &dynamic(values))
                    .map_err(|error| Error::postgres(&error, text))?;
                rows.first().map(|row| R::read(&RawRow::postgres(row))).transpose()
            }
        }
    }

    fn each<E: From<Error>>(
        &mut self,
        text: &str,
        values: &[Value<'_>],
        keep: bool,
        visit: &mut dyn FnMut(&RawRow<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        match self {
            Connection::Sqlite(c) => {
                let fail = |error: rusqlite::Error| E::from(Error::sqlite(&error, text));
                let mut statement = c.prepare_cached(text).map_err(fail)?;
                bind(&mut statement, values, text)?;
                let mut rows = statement.raw_query();
                while let Some(row) = rows.next().map_err(fail)? {
                    visit(&RawRow::sqlite(row))?;
                }
                Ok(())
            }
            Connection::Postgres(c) => {
                let statement = c.prepare(text, keep)?;
                let rows = c
                    .client
                    .query(&statement, &dynamic(values))
                    .map_err(|error| E::from(Error::postgres(&error, text)))?;
                rows.iter().try_for_each(|row| visit(&RawRow::postgres(row)))
            }
        }
    }
}

fn bind(statement: &mut rusqlite::Statement<'_>, values: &[Value<'_>], text: &str) -> Result<(), Error> {
    let fail = |error: rusqlite::Error| Error::sqlite(&error, text);
    if statement.parameter_count() != values.len() {
        return Err(Error::Statement {
            statement: crate::error::shorten(text),
            message: format!("{} parameters, {} values", statement.parameter_count(), values.len()),
        });
    }
    values
        .iter()
        .enumerate()
        .try_for_each(|(index, value)| statement.raw_bind_parameter(index + 1, value))
        .map_err(fail)
}

fn dynamic<'a>(values: &'a [Value<'a>]) -> Vec<&'a (dyn postgres::types::ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn postgres::types::ToSql + Sync)).collect()
}

impl PostgresConnection {
    pub(crate) fn prepare(&mut self, text: &str, keep: bool) -> Result<postgres::Statement, Error> {
        if let Some(statement) = self.prepared.get(text) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(text).map_err(|error| Error::postgres(&error, text))?;
        if keep {
            if self.prepared.len() >= PREPARED_MAX {
                self.prepared.clear();
            }
            self.prepared.insert(text.to_string(), statement.clone());
        }
        Ok(statement)
    }

    pub(crate) fn forget_prepared(&mut self) {
        self.prepared.clear();
    }
}
