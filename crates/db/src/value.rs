//! The few types that both databases store alike, and how Rust values become them and come back.
//!
//! | Rust | column |
//! |---|---|
//! | `i64` | `BIGINT` |
//! | `f64` | `DOUBLE PRECISION` |
//! | `bool` | `{bool}` |
//! | `String` | `TEXT` |
//! | `Vec<u8>` | `{blob}` |
//! | `jiff::Timestamp` | `BIGINT`, microseconds since 1970, name ends in `_at` |
//! | `jiff::civil::Date` | `TEXT`, `2026-01-31`, name ends in `_on` |
//! | `Json<T>` | `TEXT` |
//! | `Option<T>` | the same, nullable |

use crate::Error;
use jiff::{Timestamp, civil::Date};
use serde::{Serialize, de::DeserializeOwned};

/// What a column or a parameter holds, as far as both databases agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Int,
    Real,
    Bool,
    Text,
    Blob,
}

/// A value on its way into the database.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    Null,
    Int(i64),
    Real(f64),
    Bool(bool),
    Text(&'a str),
    OwnedText(String),
    Blob(&'a [u8]),
    OwnedBlob(Vec<u8>),
}

impl Value<'_> {
    pub(crate) fn into_owned(self) -> Value<'static> {
        match self {
            Value::Null => Value::Null,
            Value::Int(v) => Value::Int(v),
            Value::Real(v) => Value::Real(v),
            Value::Bool(v) => Value::Bool(v),
            Value::Text(v) => Value::OwnedText(v.to_string()),
            Value::OwnedText(v) => Value::OwnedText(v),
            Value::Blob(v) => Value::OwnedBlob(v.to_vec()),
            Value::OwnedBlob(v) => Value::OwnedBlob(v),
        }
    }
}

/// A value on its way out of the database.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    Null,
    Int(i64),
    Real(f64),
    Bool(bool),
    Text(&'a str),
    Blob(&'a [u8]),
}

/// A Rust type that a column can hold.
pub trait Column: Sized {
    const KIND: Kind;
    const NULLABLE: bool = false;
    /// Reads one cell. Errors: [`Error::Corrupt`] where the cell holds something else.
    fn from_cell(cell: Cell<'_>) -> Result<Self, Error>;
}

/// A Rust value that can be given for a parameter of type `T`: a `&str` for a `String`, for example.
pub trait Bind<T> {
    fn value(&self) -> Value<'_>;
}

impl<T, U: Bind<T> + ?Sized> Bind<T> for &U {
    fn value(&self) -> Value<'_> {
        (**self).value()
    }
}

impl<T, U: Bind<T>> Bind<Option<T>> for Option<U> {
    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, |inner| inner.value())
    }
}

impl<T: Column> Column for Option<T> {
    const KIND: Kind = T::KIND;
    const NULLABLE: bool = true;
    fn from_cell(cell: Cell<'_>) -> Result<Self, Error> {
        match cell {
            Cell::Null => Ok(None),
            other => T::from_cell(other).map(Some),
        }
    }
}

fn mismatch<T>(expected: &str, cell: Cell<'_>) -> Result<T, Error> {
    Err(Error::Corrupt(format!("expected {expected}, found {cell:?}")))
}

macro_rules! column {
    ($type:ty, $kind:ident, $expected:literal, |$value:ident| $to:expr, $($from:pat => $result:expr),+) => {
        impl Bind<$type> for $type {
            fn value(&self) -> Value<'_> {
                let $value = self;
                $to
            }
        }
        impl Column for $type {
            const KIND: Kind = Kind::$kind;
            fn from_cell(cell: Cell<'_>) -> Result<Self, Error> {
                match cell {
                    $($from => $result,)+
                    other => mismatch($expected, other),
                }
            }
        }
    };
}

column!(i64, Int, "an integer", |v| Value::Int(*v), Cell::Int(v) => Ok(v));
column!(f64, Real, "a number", |v| Value::Real(*v), Cell::Real(v) => Ok(v), Cell::Int(v) => Ok(v as f64));
column!(bool, Bool, "true or false", |v| Value::Bool(*v),
    Cell::Bool(v) => Ok(v), Cell::Int(0) => Ok(false), Cell::Int(1) => Ok(true));
column!(String, Text, "text", |v| Value::Text(v), Cell::Text(v) => Ok(v.to_string()));
column!(Vec<u8>, Blob, "bytes", |v| Value::Blob(v), Cell::Blob(v) => Ok(v.to_vec()));
column!(Timestamp, Int, "an instant in microseconds", |v| Value::Int(v.as_microsecond()),
    Cell::Int(v) => Timestamp::from_microsecond(v).map_err(|error| Error::Corrupt(error.to_string())));
column!(Date, Text, "a date", |v| Value::OwnedText(v.to_string()),
    Cell::Text(v) => v.parse().map_err(|error: jiff::Error| Error::Corrupt(error.to_string())));

impl Bind<String> for str {
    fn value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl Bind<Vec<u8>> for [u8] {
    fn value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

impl<const N: usize> Bind<Vec<u8>> for [u8; N] {
    fn value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

/// A value stored as JSON text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: Serialize> Bind<Json<T>> for Json<T> {
    fn value(&self) -> Value<'_> {
        Value::OwnedText(serde_json::to_string(&self.0).expect("a type that serialises to JSON"))
    }
}

impl<T: DeserializeOwned> Column for Json<T> {
    const KIND: Kind = Kind::Text;
    fn from_cell(cell: Cell<'_>) -> Result<Self, Error> {
        match cell {
            Cell::Text(text) => serde_json::from_str(text)
                .map(Json)
                .map_err(|error| Error::Corrupt(format!("JSON does not fit: {error}"))),
            other => mismatch("JSON text", other),
        }
    }
}

// ---- SQLite ----

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput::Borrowed, ValueRef};
        Ok(Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(v) => ValueRef::Integer(*v),
            Value::Real(v) => ValueRef::Real(*v),
            Value::Bool(v) => ValueRef::Integer(i64::from(*v)),
            Value::Text(v) => ValueRef::Text(v.as_bytes()),
            Value::OwnedText(v) => ValueRef::Text(v.as_bytes()),
            Value::Blob(v) => ValueRef::Blob(v),
            Value::OwnedBlob(v) => ValueRef::Blob(v),
        }))
    }
}

impl<'a> Cell<'a> {
    pub(crate) fn from_sqlite(value: rusqlite::types::ValueRef<'a>) -> Result<Self, Error> {
        use rusqlite::types::ValueRef;
        Ok(match value {
            ValueRef::Null => Cell::Null,
            ValueRef::Integer(v) => Cell::Int(v),
            ValueRef::Real(v) => Cell::Real(v),
            ValueRef::Text(v) => {
                Cell::Text(std::str::from_utf8(v).map_err(|error| Error::Corrupt(error.to_string()))?)
            }
            ValueRef::Blob(v) => Cell::Blob(v),
        })
    }
}

// ---- PostgreSQL ----

type Mismatch = Box<dyn std::error::Error + Sync + Send>;

impl postgres::types::ToSql for Value<'_> {
    fn to_sql(
        &self,
        ty: &postgres::types::Type,
        out: &mut postgres::types::private::BytesMut,
    ) -> Result<postgres::types::IsNull, Mismatch> {
        use postgres::types::{IsNull, Type};
        match (self, ty) {
            (Value::Null, _) => Ok(IsNull::Yes),
            (Value::Int(v), &Type::INT8) => v.to_sql(ty, out),
            (Value::Int(v), &Type::INT4) => i32::try_from(*v)?.to_sql(ty, out),
            (Value::Int(v), &Type::INT2) => i16::try_from(*v)?.to_sql(ty, out),
            (Value::Int(v), &Type::FLOAT8) => (*v as f64).to_sql(ty, out),
            (Value::Real(v), &Type::FLOAT8) => v.to_sql(ty, out),
            (Value::Bool(v), &Type::BOOL) => v.to_sql(ty, out),
            (Value::Text(v), _) if is_text(ty) => v.to_sql(ty, out),
            (Value::OwnedText(v), _) if is_text(ty) => v.to_sql(ty, out),
            (Value::Blob(v), &Type::BYTEA) => v.to_sql(ty, out),
            (Value::OwnedBlob(v), &Type::BYTEA) => v.to_sql(ty, out),
            (value, ty) => Err(format!("{value:?} cannot be given for a parameter of type {ty}").into()),
        }
    }

    fn accepts(_: &postgres::types::Type) -> bool {
        true
    }

    postgres::types::to_sql_checked!();
}

impl<'a> postgres::types::FromSql<'a> for Cell<'a> {
    fn from_sql(ty: &postgres::types::Type, raw: &'a [u8]) -> Result<Self, Mismatch> {
        use postgres::types::Type;
        Ok(match ty {
            &Type::INT8 => Cell::Int(i64::from_sql(ty, raw)?),
            &Type::INT4 => Cell::Int(i64::from(i32::from_sql(ty, raw)?)),
            &Type::INT2 => Cell::Int(i64::from(i16::from_sql(ty, raw)?)),
            &Type::FLOAT8 => Cell::Real(f64::from_sql(ty, raw)?),
            &Type::FLOAT4 => Cell::Real(f64::from(f32::from_sql(ty, raw)?)),
            &Type::BOOL => Cell::Bool(bool::from_sql(ty, raw)?),
            &Type::BYTEA => Cell::Blob(<&[u8]>::from_sql(ty, raw)?),
            ty if is_text(ty) => Cell::Text(<&str>::from_sql(ty, raw)?),
            ty => return Err(format!("a column of type {ty} is not one that both databases know").into()),
        })
    }

    fn from_sql_null(_: &postgres::types::Type) -> Result<Self, Mismatch> {
        Ok(Cell::Null)
    }

    fn accepts(_: &postgres::types::Type) -> bool {
        true
    }
}

fn is_text(ty: &postgres::types::Type) -> bool {
    use postgres::types::Type;
    matches!(ty, &Type::TEXT | &Type::VARCHAR | &Type::BPCHAR | &Type::NAME | &Type::UNKNOWN)
}

/// What PostgreSQL's type is to us, or `None` for a type that the two do not share.
pub(crate) fn kind_of_postgres(ty: &postgres::types::Type) -> Option<Kind> {
    use postgres::types::Type;
    match ty {
        &Type::INT8 | &Type::INT4 | &Type::INT2 => Some(Kind::Int),
        &Type::FLOAT8 | &Type::FLOAT4 => Some(Kind::Real),
        &Type::BOOL => Some(Kind::Bool),
        &Type::BYTEA => Some(Kind::Blob),
        ty if is_text(ty) => Some(Kind::Text),
        _ => None,
    }
}

/// What SQLite's declared type is to us, by its rules of affinity.
pub(crate) fn kind_of_sqlite(declared: &str) -> Option<Kind> {
    let declared = declared.to_ascii_uppercase();
    if declared.contains("INT") {
        Some(Kind::Int)
    } else if declared.contains("CHAR") || declared.contains("CLOB") || declared.contains("TEXT") {
        Some(Kind::Text)
    } else if declared.contains("BLOB") {
        Some(Kind::Blob)
    } else if declared.contains("REAL") || declared.contains("FLOA") || declared.contains("DOUB") {
        Some(Kind::Real)
    } else if declared.contains("BOOL") {
        Some(Kind::Bool)
    } else {
        None
    }
}
