//! Rows: tuples for small answers, and [`row!`](crate::row) for structs whose fields are the columns.

use crate::value::{Cell, Column, Kind};
use crate::{Error, Value};

/// What a row says of one of its columns; compared with each database by a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnSpec {
    /// The field's name, empty in a tuple.
    pub name: &'static str,
    pub kind: Kind,
    pub nullable: bool,
}

/// One row as the database hands it out.
pub struct RawRow<'a> {
    inner: Inner<'a>,
}

enum Inner<'a> {
    /// The number that a new row was given, and nothing else.
    Given(i64),
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a postgres::Row),
}

impl<'a> RawRow<'a> {
    pub(crate) fn given(id: i64) -> Self {
        RawRow { inner: Inner::Given(id) }
    }

    pub(crate) fn sqlite(row: &'a rusqlite::Row<'a>) -> Self {
        RawRow { inner: Inner::Sqlite(row) }
    }

    pub(crate) fn postgres(row: &'a postgres::Row) -> Self {
        RawRow { inner: Inner::Postgres(row) }
    }

    /// Reads the column at `index`, counted from 0.
    pub fn get<T: Column>(&self, index: usize) -> Result<T, Error> {
        let cell = match &self.inner {
            Inner::Given(id) => Cell::Int(*id),
            Inner::Sqlite(row) => {
                Cell::from_sqlite(row.get_ref(index).map_err(|error| Error::sqlite(&error, ""))?)?
            }
            Inner::Postgres(row) => {
                row.try_get::<_, Cell<'_>>(index).map_err(|error| Error::postgres(&error, ""))?
            }
        };
        T::from_cell(cell).map_err(|error| match error {
            Error::Corrupt(what) => Error::Corrupt(format!("column {}: {what}", index + 1)),
            other => other,
        })
    }
}

/// Something that a row can be read as.
pub trait Row: Sized {
    fn columns() -> Vec<ColumnSpec>;
    /// Reads the row by position. Errors: [`Error::Corrupt`].
    fn read(row: &RawRow<'_>) -> Result<Self, Error>;
}

/// The types of a statement's parameters.
pub trait Signature {
    fn kinds() -> Vec<Kind>;
}

/// The values given for a signature.
pub trait Params<P> {
    fn with<X>(&self, f: impl FnOnce(&[Value<'_>]) -> X) -> X;
}

impl Row for () {
    fn columns() -> Vec<ColumnSpec> {
        Vec::new()
    }
    fn read(_: &RawRow<'_>) -> Result<Self, Error> {
        Ok(())
    }
}

impl Signature for () {
    fn kinds() -> Vec<Kind> {
        Vec::new()
    }
}

impl Params<()> for () {
    fn with<X>(&self, f: impl FnOnce(&[Value<'_>]) -> X) -> X {
        f(&[])
    }
}

macro_rules! tuple {
    ($($type:ident $given:ident $index:tt),+) => {
        impl<$($type: Column),+> Row for ($($type,)+) {
            fn columns() -> Vec<ColumnSpec> {
                vec![$(ColumnSpec { name: "", kind: $type::KIND, nullable: $type::NULLABLE }),+]
            }
            fn read(row: &RawRow<'_>) -> Result<Self, Error> {
                Ok(($(row.get::<$type>($index)?,)+))
            }
        }
        impl<$($type: Column),+> Signature for ($($type,)+) {
            fn kinds() -> Vec<Kind> {
                vec![$($type::KIND),+]
            }
        }
        impl<$($type, $given: crate::Bind<$type>),+> Params<($($type,)+)> for ($($given,)+) {
            fn with<X>(&self, f: impl FnOnce(&[Value<'_>]) -> X) -> X {
                f(&[$(self.$index.value()),+])
            }
        }
    };
}

macro_rules! tuples {
    ($($done:ident $given:ident $index:tt),+ ;) => { tuple!($($done $given $index),+); };
    ($($done:ident $given:ident $index:tt),+ ; $next:ident $ngiven:ident $nindex:tt $(, $rest:ident $rgiven:ident $rindex:tt)*) => {
        tuple!($($done $given $index),+);
        tuples!($($done $given $index),+ , $next $ngiven $nindex ; $($rest $rgiven $rindex),*);
    };
}

tuples!(A A0 0; B B0 1, C C0 2, D D0 3, E E0 4, F F0 5, G G0 6, H H0 7, I I0 8, J J0 9, K K0 10, L L0 11,
    M M0 12, N N0 13, O O0 14, P P0 15, Q Q0 16, R R0 17, S S0 18, T T0 19, U U0 20, V V0 21, W W0 22, Y Y0 23,
    Z Z0 24, AA AA0 25, AB AB0 26, AC AC0 27, AD AD0 28, AE AE0 29, AF AF0 30, AG AG0 31, AH AH0 32, AI AI0 33,
    AJ AJ0 34, AK AK0 35, AL AL0 36, AM AM0 37, AN AN0 38, AO AO0 39, AP AP0 40, AQ AQ0 41, AR AR0 42, AS AS0 43);

/// How a field that is not itself a column type is stored; named after `as` in [`row!`](crate::row).
#[doc(hidden)]
pub mod stored {
    use super::*;
    use std::fmt::Display;
    use std::str::FromStr;

    fn unfit(error: impl Display) -> Error {
        Error::Corrupt(error.to_string())
    }

    macro_rules! storage {
        ($name:ident, $stored:ty, [$($bound:tt)+], [$($clause:tt)*], |$value:ident| $convert:expr) => {
            pub mod $name {
                use super::*;
                pub const KIND: Kind = <$stored as Column>::KIND;
                pub const NULLABLE: bool = <$stored as Column>::NULLABLE;
                pub fn read<T: $($bound)+>(row: &RawRow<'_>, index: usize) -> Result<T, Error>
                where
                    $($clause)*
                {
                    let $value = row.get::<$stored>(index)?;
                    $convert
                }
            }
        };
    }
    macro_rules! maybe_storage {
        ($name:ident, $stored:ty, [$($bound:tt)+], [$($clause:tt)*], |$value:ident| $convert:expr) => {
            pub mod $name {
                use super::*;
                pub const KIND: Kind = <$stored as Column>::KIND;
                pub const NULLABLE: bool = true;
                pub fn read<T: $($bound)+>(row: &RawRow<'_>, index: usize) -> Result<Option<T>, Error>
                where
                    $($clause)*
                {
                    row.get::<Option<$stored>>(index)?.map(|$value| $convert).transpose()
                }
            }
        };
    }
    storage!(int, i64, [TryFrom<i64>], [T::Error: Display], |v| T::try_from(v).map_err(unfit));
    maybe_storage!(maybe_int, i64, [TryFrom<i64>], [T::Error: Display], |v| T::try_from(v).map_err(unfit));
    storage!(text, String, [FromStr], [T::Err: Display], |v| v.parse::<T>().map_err(unfit));
    maybe_storage!(maybe_text, String, [FromStr], [T::Err: Display], |v| v.parse::<T>().map_err(unfit));
    storage!(json, String, [serde::de::DeserializeOwned], [], |v| serde_json::from_str(&v).map_err(unfit));
    maybe_storage!(maybe_json, String, [serde::de::DeserializeOwned], [], |v| serde_json::from_str(&v)
        .map_err(unfit));
}

/// Declares a struct that a row is read as: one field for each column, in the order of the `SELECT`.
///
/// A field is a column type, or says after `as` how it is stored: `int` (through `TryFrom<i64>`, for ids),
/// `text` (through `FromStr`, for enums), `json` (through serde); `maybe_int`, `maybe_text`, `maybe_json`
/// for an `Option` of those. A test compares names, types and nullability with both databases.
///
/// ```
/// db::row! {
///     /// A team as the list shows it.
///     #[derive(Debug, Clone)]
///     pub struct TeamRow {
///         pub id: std::num::NonZeroI64 as int,
///         pub name: String,
///         pub zone: Option<String>,
///         pub opens_at: jiff::Timestamp,
///         pub tags: Vec<String> as json,
///     }
/// }
/// ```
#[macro_export]
macro_rules! row {
    ($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$fmeta:meta])* $fvis:vis $field:ident : $type:ty $(as $how:ident)?),+ $(,)?
    }) => {
        $(#[$meta])*
        $vis struct $name {
            $($(#[$fmeta])* $fvis $field: $type),+
        }
        impl $crate::Row for $name {
            fn columns() -> Vec<$crate::ColumnSpec> {
                vec![$($crate::row!(@spec $field, $type $(, $how)?)),+]
            }
            fn read(row: &$crate::RawRow<'_>) -> ::std::result::Result<Self, $crate::Error> {
                let mut index = 0usize;
                $(let $field = $crate::row!(@read row, index, $type $(, $how)?)?; index += 1;)+
                let _ = index;
                Ok(Self { $($field),+ })
            }
        }
    };
    (@spec $field:ident, $type:ty) => {
        $crate::ColumnSpec {
            name: stringify!($field),
            kind: <$type as $crate::Column>::KIND,
            nullable: <$type as $crate::Column>::NULLABLE,
        }
    };
    (@spec $field:ident, $type:ty, $how:ident) => {
        $crate::ColumnSpec {
            name: stringify!($field),
            kind: $crate::stored::$how::KIND,
            nullable: $crate::stored::$how::NULLABLE,
        }
    };
    (@read $row:ident, $index:ident, $type:ty) => { $row.get::<$type>($index) };
    (@read $row:ident, $index:ident, $type:ty, $how:ident) => { $crate::stored::$how::read($row, $index) };
}
