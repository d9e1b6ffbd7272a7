//! What can go wrong between the program and its database, by what the caller can do about it.

/// A database error, sorted by what can be done about it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The server does not answer; the same work may succeed later.
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    /// No room is left on the disk; nothing of this work was stored.
    #[error("the disk of the database is full")]
    DiskFull,
    /// The row exists already; `what` names the table and columns, or the constraint.
    #[error("{what} exists already")]
    UniqueViolation { what: String },
    /// A row that is named does not exist, or is still needed by another.
    #[error("a row that is referred to is missing or still in use: {what}")]
    ForeignKeyViolation { what: String },
    /// A value that the table does not allow.
    #[error("the table does not allow this value: {what}")]
    CheckViolation { what: String },
    /// [`crate::Tx::one`] found nothing.
    #[error("no row found by: {statement}")]
    NoRow { statement: String },
    /// What is stored cannot be read as what it should be.
    #[error("what is stored is damaged: {0}")]
    Corrupt(String),
    /// Another process holds the database; the same work may succeed later.
    #[error("the database is busy")]
    Busy,
    /// Two transactions crossed (deadlock or serialisation); run the same work again.
    #[error("the transaction crossed another one and was undone: {0}")]
    Conflict(String),
    /// The transaction was not made durable, although the work itself succeeded.
    #[error("the commit failed: {0}")]
    Commit(String),
    /// The closure panicked; its work was rolled back.
    #[error("a database closure panicked: {0}")]
    Panicked(String),
    /// The database was closed while the work waited.
    #[error("the database is closed")]
    Closed,
    /// A migration is missing, edited after it ran, or failed.
    #[error("migration {number:04}_{name}: {message}")]
    Migration { number: u32, name: String, message: String },
    /// The database URL or the statement is wrong: a fault of configuration or program.
    #[error("{message} (in: {statement})")]
    Statement { statement: String, message: String },
    /// The options to open the database are wrong.
    #[error("{0}")]
    Options(String),
}

impl Error {
    /// Whether running the same work again, unchanged, may succeed.
    pub fn is_transient(&self) -> bool {
        matches!(self, Error::Unreachable(_) | Error::Busy | Error::Conflict(_))
    }

    /// Whether this is a unique violation of the given table, column or constraint (by part of its name).
    pub fn is_unique_on(&self, name: &str) -> bool {
        matches!(self, Error::UniqueViolation { what } if what.contains(name))
    }

    pub(crate) fn sqlite(error: &rusqlite::Error, statement: &str) -> Error {
        use rusqlite::ErrorCode as Code;
        let rusqlite::Error::SqliteFailure(failure, message) = error else {
            return Error::Statement { statement: shorten(statement), message: error.to_string() };
        };
        let message = message.clone().unwrap_or_else(|| failure.to_string());
        let after_colon = || message.split_once(": ").map_or(message.clone(), |(_, what)| what.to_string());
        match failure.code {
            Code::DiskFull => Error::DiskFull,
            Code::DatabaseBusy | Code::DatabaseLocked => Error::Busy,
            Code::DatabaseCorrupt | Code::NotADatabase => Error::Corrupt(message),
            Code::CannotOpen | Code::SystemIoFailure => Error::Unreachable(message),
            Code::ConstraintViolation => match failure.extended_code {
                rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE
                | rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY
                | rusqlite::ffi::SQLITE_CONSTRAINT_ROWID => Error::UniqueViolation { what: after_colon() },
                rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY => {
                    Error::ForeignKeyViolation { what: shorten(statement) }
                }
                _ => Error::CheckViolation { what: after_colon() },
            },
            _ => Error::Statement { statement: shorten(statement), message },
        }
    }

    pub(crate) fn postgres(error: &postgres::Error, statement: &str) -> Error {
        use postgres::error::SqlState as State;
        let Some(server) = error.as_db_error() else {
            // Without an answer from the server the cause is the connection, unless a value did not fit.
            let text = chain(error);
            return if error.is_closed() || text.contains("communicating") || text.contains("connect") {
                Error::Unreachable(text)
            } else {
                Error::Statement { statement: shorten(statement), message: text }
            };
        };
        let constraint = || {
            let table = server.table().unwrap_or_default();
            let detail = server.detail().unwrap_or_default();
            format!("{table} {} {detail}", server.constraint().or(server.column()).unwrap_or_default())
        };
        match server.code() {
            &State::UNIQUE_VIOLATION => Error::UniqueViolation { what: unique_columns(server) },
            &State::FOREIGN_KEY_VIOLATION => Error::ForeignKeyViolation { what: constraint() },
            &State::CHECK_VIOLATION | &State::NOT_NULL_VIOLATION | &State::NUMERIC_VALUE_OUT_OF_RANGE => {
                Error::CheckViolation { what: constraint() }
            }
            &State::T_R_SERIALIZATION_FAILURE | &State::T_R_DEADLOCK_DETECTED => {
                Error::Conflict(server.message().to_string())
            }
            &State::FEATURE_NOT_SUPPORTED if server.message().contains("cached plan") => {
                Error::Conflict(server.message().to_string())
            }
            &State::DISK_FULL => Error::DiskFull,
            &State::DATA_CORRUPTED | &State::INDEX_CORRUPTED => Error::Corrupt(server.message().to_string()),
            &State::LOCK_NOT_AVAILABLE | &State::QUERY_CANCELED => Error::Busy,
            &State::ADMIN_SHUTDOWN
            | &State::CRASH_SHUTDOWN
            | &State::CANNOT_CONNECT_NOW
            | &State::TOO_MANY_CONNECTIONS
            | &State::CONNECTION_FAILURE => Error::Unreachable(server.message().to_string()),
            _ => Error::Statement { statement: shorten(statement), message: server.message().to_string() },
        }
    }
}

/// Says `table.column, table.column`, as SQLite does, so that one test of the text serves both.
fn unique_columns(server: &postgres::error::DbError) -> String {
    let table = server.table().unwrap_or_default();
    let detail = server.detail().unwrap_or_default();
    let columns = detail.split_once("Key (").and_then(|(_, rest)| rest.split_once(")="));
    match columns {
        Some((columns, _)) => {
            columns.split(", ").map(|column| format!("{table}.{column}")).collect::<Vec<_>>().join(", ")
        }
        None => format!("{table} {}", server.constraint().unwrap_or_default()),
    }
}

/// Joins an error with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

pub(crate) fn shorten(statement: &str) -> String {
    const SHOWN_CHARS: usize = 160;
    let one_line = statement.split_whitespace().collect::<Vec<_>>().join(" ");
    match one_line.char_indices().nth(SHOWN_CHARS) {
        Some((end, _)) => format!("{}…", &one_line[..end]),
        None => one_line,
    }
}
