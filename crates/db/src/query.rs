//! Queries put together at run time: lists with filters that a user chose.

use crate::row::Row;
use crate::statement::{Dialect, Statement, translate};
use crate::value::{Bind, Value};
use std::fmt::Write;
use std::marker::PhantomData;

/// A `SELECT` whose conditions depend on input. Parameters are plain `?`, numbered as they come.
///
/// ```
/// # use db::Query;
/// let mut list = Query::new::<(i64, String)>("SELECT t.id, t.title FROM ticket t")
///     .and("t.state = ?", "open")
///     .and_in("t.team_id", &[1_i64, 2, 3])
///     .and("(t.due_at, t.id) > (?, ?)", (1_700_000_000_000_000_i64, 42_i64))
///     .order("t.due_at, t.id")
///     .limit(50);
/// ```
pub struct Query<R = ()> {
    select: String,
    conditions: String,
    group: String,
    order: String,
    limit: Option<i64>,
    offset: Option<i64>,
    values: Vec<Value<'static>>,
    select_values: usize,
    row: PhantomData<fn() -> R>,
}

impl Query<()> {
    /// Begins with everything before `WHERE`.
    #[allow(clippy::new_ret_no_self)]
    pub fn new<R: Row>(select: impl Into<String>) -> Query<R> {
        Query {
            select: select.into(),
            conditions: String::new(),
            group: String::new(),
            order: String::new(),
            limit: None,
            offset: None,
            values: Vec::new(),
            select_values: 0,
            row: PhantomData,
        }
    }

    /// Begins with a registered statement that ends before `WHERE`, so that the test of all statements sees it.
    pub fn of<R: Row>(statement: &Statement<(), R>) -> Query<R> {
        Query::new(statement.sql())
    }
}

impl<R: Row> Query<R> {
    /// Adds more text before `WHERE` (a join, for example) with its values; call it before any condition.
    pub fn join(mut self, sql: &str, values: impl Values) -> Self {
        assert!(self.conditions.is_empty(), "a join comes before the conditions");
        self.select.push(' ');
        let mut text = std::mem::take(&mut self.select);
        self.push(&mut text, sql, values);
        self.select = text;
        self.select_values = self.values.len();
        self
    }

    /// Adds a condition with its values: one value, or a tuple of them, or `()`.
    pub fn and(mut self, condition: &str, values: impl Values) -> Self {
        let mut text = std::mem::take(&mut self.conditions);
        text.push_str(if text.is_empty() { " WHERE (" } else { " AND (" });
        self.push(&mut text, condition, values);
        text.push(')');
        self.conditions = text;
        self
    }

    /// Adds a condition only where there is a value.
    pub fn and_some<V: Values>(self, condition: &str, value: Option<V>) -> Self {
        match value {
            Some(value) => self.and(condition, value),
            None => self,
        }
    }

    /// Adds `column IN (…)`; with no values nothing matches.
    pub fn and_in<V: Values + Clone>(mut self, column: &str, values: &[V]) -> Self {
        if values.is_empty() {
            return self.and("1 = 0", ());
        }
        let first = self.values.len();
        let list = (1..=values.len()).map(|i| format!("?{}", first + i)).collect::<Vec<_>>().join(", ");
        values.iter().for_each(|value| value.clone().append(&mut self.values));
        assert_eq!(self.values.len(), first + values.len(), "a list of single values");
        self.and(&format!("{column} IN ({list})"), ())
    }

    /// Adds a condition for each of the alternatives, joined by `OR`; with none nothing matches.
    pub fn and_any<V: Values>(mut self, condition: &str, alternatives: Vec<V>) -> Self {
        if alternatives.is_empty() {
            return self.and("1 = 0", ());
        }
        let mut all = String::new();
        for (index, values) in alternatives.into_iter().enumerate() {
            all.push_str(if index == 0 { "(" } else { " OR (" });
            self.push(&mut all, condition, values);
            all.push(')');
        }
        self.and(&all, ())
    }

    /// Sets `GROUP BY`.
    pub fn group(mut self, columns: &str) -> Self {
        self.group = format!(" GROUP BY {columns}");
        self
    }

    /// Sets `ORDER BY`.
    pub fn order(mut self, columns: &str) -> Self {
        self.order = format!(" ORDER BY {columns}");
        self
    }

    /// Sets the greatest number of rows.
    pub fn limit(mut self, rows: i64) -> Self {
        self.limit = Some(rows);
        self
    }

    /// Skips rows; lists that people page through use a key of the last row instead.
    pub fn offset(mut self, rows: i64) -> Self {
        self.offset = Some(rows);
        self
    }

    /// The same conditions with another `SELECT`: to count what a list would show, without order and limit.
    pub fn select_instead<S: Row>(&self, select: impl Into<String>) -> Query<S> {
        assert!(self.select_values == 0, "a query with values in its joins cannot be selected otherwise");
        Query {
            select: select.into(),
            conditions: self.conditions.clone(),
            group: String::new(),
            order: String::new(),
            limit: None,
            offset: None,
            values: self.values.clone(),
            select_values: 0,
            row: PhantomData,
        }
    }

    pub(crate) fn build(&self, dialect: Dialect) -> (String, Vec<Value<'static>>) {
        let mut values = self.values.clone();
        let mut sql = format!("{}{}{}{}", self.select, self.conditions, self.group, self.order);
        for (word, number) in [("LIMIT", self.limit), ("OFFSET", self.offset)] {
            if let Some(number) = number {
                values.push(Value::Int(number));
                write!(sql, " {word} ?{}", values.len()).expect("a string grows");
            }
        }
        (translate(&sql, dialect).into_owned(), values)
    }

    /// Appends `sql`, numbering each plain `?` outside quotes.
    fn push(&mut self, text: &mut String, sql: &str, values: impl Values) {
        let before = self.values.len();
        values.append(&mut self.values);
        let mut next = before;
        let mut quote = None;
        let mut chars = sql.chars().peekable();
        while let Some(c) = chars.next() {
            text.push(c);
            match (quote, c) {
                (Some(q), _) if c == q => quote = None,
                (None, '\'' | '"') => quote = Some(c),
                (None, '?') if !chars.peek().is_some_and(char::is_ascii_digit) => {
                    next += 1;
                    write!(text, "{next}").expect("a string grows");
                }
                _ => {}
            }
        }
        assert_eq!(next, self.values.len(), "as many values as question marks in {sql:?}");
    }
}

/// One value or a tuple of values for a condition of a [`Query`].
pub trait Values {
    fn append(self, out: &mut Vec<Value<'static>>);
}

macro_rules! one_value {
    ($($type:ty => $as:ty),+ $(,)?) => {
        $(impl Values for $type {
            fn append(self, out: &mut Vec<Value<'static>>) {
                out.push(Bind::<$as>::value(&self).into_owned());
            }
        })+
    };
}

one_value!(i64 => i64, f64 => f64, bool => bool, String => String, &String => String, &str => String,
    Vec<u8> => Vec<u8>, &[u8] => Vec<u8>, jiff::Timestamp => jiff::Timestamp, jiff::civil::Date => jiff::civil::Date,
    Option<i64> => Option<i64>, Option<String> => Option<String>, Option<&str> => Option<String>,
    Option<jiff::Timestamp> => Option<jiff::Timestamp>, Option<jiff::civil::Date> => Option<jiff::civil::Date>);

macro_rules! many_values {
    ($($type:ident $index:tt),*) => {
        impl<$($type: Values),*> Values for ($($type,)*) {
            fn append(self, out: &mut Vec<Value<'static>>) {
                let _ = &out;
                $(self.$index.append(out);)*
            }
        }
    };
}

many_values!();
many_values!(A 0);
many_values!(A 0, B 1);
many_values!(A 0, B 1, C 2);
many_values!(A 0, B 1, C 2, D 3);
many_values!(A 0, B 1, C 2, D 3, E 4);
many_values!(A 0, B 1, C 2, D 3, E 4, F 5);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_numbered_as_they_come() {
        let query = Query::new::<(i64,)>("SELECT t.id FROM ticket t")
            .join("JOIN team m ON m.id = t.team_id AND m.kind = ?", "desk")
            .and("t.state = ?", "open")
            .and_in("t.team_id", &[7_i64, 8])
            .and_in::<i64>("t.site_id", &[])
            .and("(t.due_at, t.id) > (?, ?)", (5_i64, 6_i64))
            .and_some("t.note = '?' OR t.note = ?", Some("x"))
            .and_some::<i64>("t.gone = ?", None)
            .order("t.due_at, t.id")
            .limit(50);
        let (sql, values) = query.build(Dialect::Postgres);
        assert_eq!(
            sql,
            "SELECT t.id FROM ticket t JOIN team m ON m.id = t.team_id AND m.kind = $1 WHERE (t.state = $2) \
             AND (t.team_id IN ($3, $4)) AND (1 = 0) AND ((t.due_at, t.id) > ($5, $6)) \
             AND (t.note = '?' OR t.note = $7) ORDER BY t.due_at, t.id LIMIT $8"
        );
        assert_eq!(values.len(), 8);
        assert_eq!(values[7], Value::Int(50));
    }

    #[test]
    fn a_count_keeps_the_conditions_and_drops_order_and_limit() {
        let list = Query::new::<(i64,)>("SELECT id FROM t").and("a = ?", 1_i64).order("id").limit(5);
        let (sql, values) = list.select_instead::<(i64,)>("SELECT COUNT(*) FROM t").build(Dialect::Sqlite);
        assert_eq!(sql, "SELECT COUNT(*) FROM t WHERE (a = ?1)");
        assert_eq!(values, [Value::Int(1)]);
    }

    #[test]
    #[should_panic(expected = "as many values as question marks")]
    fn a_missing_value_is_caught_at_once() {
        let _ = Query::new::<(i64,)>("SELECT id FROM t").and("a = ? AND b = ?", 1_i64);
    }
}
