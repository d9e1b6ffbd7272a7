//! Compares a declared statement with what each database says of it when it is prepared.

use crate::statement::{Dialect, Registered, numbered, translate};
use crate::tx::{Connection, Tx};
use crate::value::{kind_of_postgres, kind_of_sqlite};

impl Tx {
    /// Prepares one statement. Returns one line for each disagreement.
    pub(crate) fn check(&mut self, statement: &Registered) -> Vec<String> {
        let text = translate(statement.sql, self.dialect()).into_owned();
        let mut wrong = Vec::new();
        let prepared = self.attempt(|tx| match &mut tx.connection {
            Connection::Sqlite(connection) => {
                let prepared =
                    connection.prepare(&text).map_err(|error| crate::Error::sqlite(&error, &text))?;
                let parameters = vec![None; prepared.parameter_count()];
                let columns = prepared.columns();
                let shapes = columns.iter().map(|column| Shape {
                    name: column.name().to_string(),
                    kind: column.decl_type().and_then(kind_of_sqlite),
                    declared: column.decl_type().unwrap_or_default().to_string(),
                    of_table: None,
                });
                Ok::<_, crate::Error>((parameters, shapes.collect::<Vec<_>>()))
            }
            Connection::Postgres(connection) => {
                let prepared = connection.prepare(&text, false)?;
                let parameters =
                    prepared.params().iter().map(|ty| Some((kind_of_postgres(ty), ty.to_string())));
                let columns = prepared.columns().iter().map(|column| Shape {
                    name: column.name().to_string(),
                    kind: kind_of_postgres(column.type_()),
                    declared: column.type_().to_string(),
                    of_table: column.table_oid().zip(column.column_id()),
                });
                Ok((parameters.collect::<Vec<_>>(), columns.collect::<Vec<_>>()))
            }
        });
        match prepared {
            Err(error) => wrong.push(error.to_string()),
            Ok((parameters, columns)) => {
                compare_parameters(statement, &parameters, &mut wrong);
                compare_columns(statement, &columns, &mut wrong);
                self.compare_nullability(statement, &columns, &mut wrong);
                self.check_number(statement, &mut wrong);
            }
        }
        let place = format!("{:?} {}::{}", self.dialect(), statement.module, statement.name);
        wrong.into_iter().map(|what| format!("{place}: {what}")).collect()
    }
}

impl Tx {
    /// What an insertion returns as the number of its row must be the number by which SQLite keeps the row.
    fn check_number(&mut self, statement: &Registered, wrong: &mut Vec<String>) {
        let Some(found) = numbered(statement.sql).filter(|_| self.dialect() == Dialect::Sqlite) else {
            return;
        };
        let keys = self.adhoc::<(String, String)>(
            "SELECT name, upper(type) FROM pragma_table_info(?1) WHERE pk > 0",
            &[crate::Value::Text(found.table)],
        );
        match keys {
            Ok(keys) if keys == [(found.column.to_owned(), "INTEGER".to_owned())] => {}
            Ok(_) => wrong.push(format!("{} is not the number of a row of {}", found.column, found.table)),
            Err(error) => wrong.push(error.to_string()),
        }
    }

    /// A column of a table that may be empty is read as an `Option`, unless the statement asks for those that
    /// are not. PostgreSQL tells the table behind a column; the schema is the same on both.
    fn compare_nullability(&mut self, statement: &Registered, found: &[Shape], wrong: &mut Vec<String>) {
        for (spec, shape) in (statement.columns)().iter().zip(found) {
            let Some((table, column)) = shape.of_table.filter(|_| !spec.nullable) else { continue };
            let required = self.adhoc::<(bool,)>(
                "SELECT a.attnotnull FROM pg_attribute a WHERE CAST(a.attrelid AS BIGINT) = ?1 AND a.attnum = ?2",
                &[crate::Value::Int(i64::from(table)), crate::Value::Int(i64::from(column))],
            );
            let is_asked = statement.sql.contains(&format!("{} IS NOT NULL", shape.name));
            match required {
                Ok(rows) if rows.iter().all(|row| row.0) || is_asked => {}
                Ok(_) => wrong.push(format!("{} may be empty, but is not read as an Option", shape.name)),
                Err(error) => wrong.push(error.to_string()),
            }
        }
    }
}

/// A column as the database tells it.
struct Shape {
    name: String,
    kind: Option<crate::Kind>,
    declared: String,
    /// The table and the number of the column, where the database tells.
    of_table: Option<(u32, i16)>,
}

type Parameter = Option<(Option<crate::Kind>, String)>;

fn compare_parameters(statement: &Registered, found: &[Parameter], wrong: &mut Vec<String>) {
    let declared = (statement.parameters)();
    if declared.len() != found.len() {
        wrong.push(format!("{} parameters are declared, {} are in the SQL", declared.len(), found.len()));
    }
    for (index, (kind, told)) in declared.iter().zip(found).enumerate() {
        if let Some((found, name)) = told
            && *found != Some(*kind)
        {
            wrong.push(format!("parameter ?{} is declared {kind:?}, the database takes {name}", index + 1));
        }
    }
}

fn compare_columns(statement: &Registered, found: &[Shape], wrong: &mut Vec<String>) {
    let declared = (statement.columns)();
    if declared.len() != found.len() {
        wrong.push(format!("{} columns are declared, the SQL has {}", declared.len(), found.len()));
    }
    for (index, (spec, shape)) in declared.iter().zip(found).enumerate() {
        let place = format!("column {} ({})", index + 1, shape.name);
        if !spec.name.is_empty() && spec.name != shape.name {
            wrong.push(format!("{place} is read into the field {}", spec.name));
        }
        // SQLite tells no type for an expression; PostgreSQL always does.
        let told = !shape.declared.is_empty();
        if told && shape.kind != Some(spec.kind) {
            wrong.push(format!("{place} is read as {:?}, the database has {}", spec.kind, shape.declared));
        }
    }
}
