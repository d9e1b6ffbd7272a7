//! Statements: SQL declared once with its Rust types, so that a test can prepare each on both databases.

use crate::row::{ColumnSpec, Row, Signature};
use crate::value::Kind;
use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::OnceLock;

/// Which database stands behind a handle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

/// One SQL statement with the types of its parameters `P` and of its rows `R`.
pub struct Statement<P, R> {
    sql: &'static str,
    sqlite: OnceLock<Cow<'static, str>>,
    postgres: OnceLock<Cow<'static, str>>,
    numbered: OnceLock<Option<Numbered<'static>>>,
    types: PhantomData<fn(P) -> R>,
}

impl<P, R> Statement<P, R> {
    /// Declares a statement; use [`statements!`](crate::statements), which also registers it for the test.
    pub const fn new(sql: &'static str) -> Self {
        Statement {
            sql,
            sqlite: OnceLock::new(),
            postgres: OnceLock::new(),
            numbered: OnceLock::new(),
            types: PhantomData,
        }
    }

    /// The SQL as it was written.
    pub fn sql(&self) -> &'static str {
        self.sql
    }

    pub(crate) fn text(&self, dialect: Dialect) -> &str {
        match dialect {
            Dialect::Sqlite => self.sqlite.get_or_init(|| translate(self.sql, dialect)),
            Dialect::Postgres => self.postgres.get_or_init(|| translate(self.sql, dialect)),
        }
    }

    /// The statement without its `RETURNING`, where all that it returns is the number of the new row.
    pub(crate) fn without_returning(&self) -> Option<&'static str> {
        self.numbered.get_or_init(|| numbered(self.sql)).as_ref().map(|found| found.text)
    }
}

/// `INSERT INTO table … VALUES (…) RETURNING column`: one row is written, and its number is asked for.
///
/// SQLite makes a table, and a journal of its own, for each `RETURNING`; the number it tells for nothing.
pub(crate) struct Numbered<'a> {
    pub table: &'a str,
    pub column: &'a str,
    /// The statement without `RETURNING`.
    pub text: &'a str,
}

/// Recognises a statement that writes one row and asks for its number. That the column is the number by which SQLite
/// keeps the row is checked for every statement by a test.
pub(crate) fn numbered(sql: &str) -> Option<Numbered<'_>> {
    let (text, column) = sql.split_once("RETURNING ")?;
    let table = text.strip_prefix("INSERT INTO ")?.split(|c: char| c.is_whitespace() || c == '(').next()?;
    let is_one_row = text.matches("VALUES (").count() == 1 && text.trim_end().ends_with(')');
    let is_plain = !["SELECT", "ON CONFLICT", "{", "), ("].iter().any(|word| text.contains(word));
    let is_column = !column.contains(|c: char| !c.is_ascii_lowercase());
    (is_one_row && is_plain && is_column).then(|| Numbered { table, column, text: text.trim_end() })
}

/// A statement as the test of all statements sees it.
#[derive(Clone, Copy)]
pub struct Registered {
    pub name: &'static str,
    pub module: &'static str,
    pub sql: &'static str,
    pub parameters: fn() -> Vec<Kind>,
    pub columns: fn() -> Vec<ColumnSpec>,
}

inventory::collect!(Registered);

/// Every statement that was declared in the crates linked into this program.
pub fn registered() -> impl Iterator<Item = &'static Registered> {
    inventory::iter::<Registered>.into_iter()
}

#[doc(hidden)]
pub fn parameters_of<P: Signature>() -> Vec<Kind> {
    P::kinds()
}

#[doc(hidden)]
pub fn columns_of<R: Row>() -> Vec<ColumnSpec> {
    R::columns()
}

/// Declares statements: `name: (parameter types) => row type = "SQL";`.
///
/// Parameters are `?1`, `?2` … on both databases; a statement without rows has the row type `()`.
/// `{lock}` becomes `FOR UPDATE` and `{skip_locked}` becomes `FOR UPDATE SKIP LOCKED` on PostgreSQL, and
/// nothing on SQLite, which has one writer.
///
/// ```
/// db::statements! {
///     /// The name of a team.
///     pub static NAME: (i64,) => (String,) = "SELECT name FROM team WHERE id = ?1";
///     static RENAME: (i64, String) => () = "UPDATE team SET name = ?2 WHERE id = ?1";
/// }
/// ```
#[macro_export]
macro_rules! statements {
    ($($(#[$meta:meta])* $vis:vis static $name:ident : $params:ty => $row:ty = $sql:expr;)+) => {
        $(
            $(#[$meta])*
            $vis static $name: $crate::Statement<$params, $row> = $crate::Statement::new($sql);
            $crate::inventory::submit! {
                $crate::Registered {
                    name: stringify!($name),
                    module: module_path!(),
                    sql: $sql,
                    parameters: $crate::parameters_of::<$params>,
                    columns: $crate::columns_of::<$row>,
                }
            }
        )+
    };
}

/// Writes a statement in the words of one database.
pub(crate) fn translate(sql: &str, dialect: Dialect) -> Cow<'_, str> {
    if dialect == Dialect::Sqlite && !sql.contains('{') {
        return Cow::Borrowed(sql);
    }
    let (lock, skip) = match dialect {
        Dialect::Sqlite => ("", ""),
        Dialect::Postgres => ("FOR UPDATE", "FOR UPDATE SKIP LOCKED"),
    };
    let mut out = String::with_capacity(sql.len() + 16);
    let mut rest = sql;
    let mut quote = None;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        let mut taken = c.len_utf8();
        match (quote, c) {
            (Some(q), _) => {
                out.push(c);
                if c == q {
                    quote = None;
                }
            }
            (None, '\'' | '"') => {
                quote = Some(c);
                out.push(c);
            }
            (None, '?')
                if dialect == Dialect::Postgres && after.starts_with(|d: char| d.is_ascii_digit()) =>
            {
                out.push('$');
            }
            (None, '{') if rest.starts_with("{lock}") => {
                out.push_str(lock);
                taken = "{lock}".len();
            }
            (None, '{') if rest.starts_with("{skip_locked}") => {
                out.push_str(skip);
                taken = "{skip_locked}".len();
            }
            (None, _) => out.push(c),
        }
        rest = &rest[taken..];
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_insert_of_one_row_that_asks_for_its_number_goes_without_returning() {
        let text = |sql| numbered(sql).map(|found| (found.table, found.column, found.text));
        assert_eq!(
            text("INSERT INTO note\n (a, b) VALUES (?1, ?2)\n RETURNING id"),
            Some(("note", "id", "INSERT INTO note\n (a, b) VALUES (?1, ?2)"))
        );
        for other in [
            "INSERT INTO note (a) VALUES (?1)",
            "INSERT INTO note (a) VALUES (?1), (?2) RETURNING id",
            "INSERT INTO note (a) VALUES (?1) RETURNING id, a",
            "INSERT INTO note (a) VALUES (?1) ON CONFLICT DO NOTHING RETURNING id",
            "INSERT INTO note (a) SELECT a FROM other RETURNING id",
            "UPDATE note SET a = ?1 WHERE id = ?2 RETURNING id",
            "DELETE FROM note WHERE id = ?1 RETURNING id",
        ] {
            assert_eq!(text(other), None, "{other}");
        }
    }

    #[test]
    fn one_text_becomes_the_words_of_each_database() {
        let check = |sql: &str, sqlite: &str, postgres: &str| {
            assert_eq!(translate(sql, Dialect::Sqlite), sqlite);
            assert_eq!(translate(sql, Dialect::Postgres), postgres);
        };
        check("SELECT a FROM t WHERE b = ?1", "SELECT a FROM t WHERE b = ?1", "SELECT a FROM t WHERE b = $1");
        check("SELECT ?12, ?1", "SELECT ?12, ?1", "SELECT $12, $1");
        check("SELECT '?1 是', \"c?2\", ?2", "SELECT '?1 是', \"c?2\", ?2", "SELECT '?1 是', \"c?2\", $2");
        check(
            "SELECT a LIMIT ?1 {skip_locked}",
            "SELECT a LIMIT ?1 ",
            "SELECT a LIMIT $1 FOR UPDATE SKIP LOCKED",
        );
        check("SELECT a {lock}", "SELECT a ", "SELECT a FOR UPDATE");
        check("SELECT '{lock}', 'it''s ?1'", "SELECT '{lock}', 'it''s ?1'", "SELECT '{lock}', 'it''s ?1'");
    }
}
