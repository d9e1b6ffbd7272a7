//! Customers as they are stored.

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use jiff::civil::Date;
use rules::customers::{Customer, CustomerForm, name_key};
use rules::ids::CustomerId;
use rules::text::{Line, Text};

use crate::lookup::{self, Look, Shown};

/// The noun under which customers are looked up.
pub const NOUN: &str = "customer";
/// How far the sites of a customer are counted in a list; beyond it the list says "more than".
pub const SITES_COUNTED_MOST: i64 = 999;

row! {
    /// A customer with what can be edited and where it stands.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct CustomerRow {
        pub id: CustomerId as int,
        pub code: String,
        pub name: String,
        pub short_name: Option<String>,
        pub remark: Option<String>,
        pub version: i64,
        pub created_at: Timestamp,
        pub archived_at: Option<Timestamp>,
    }
}

row! {
    /// A customer as the list shows it.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ListedCustomer {
        pub id: CustomerId as int,
        pub code: String,
        pub name: String,
        pub short_name: Option<String>,
        pub version: i64,
        pub archived_at: Option<Timestamp>,
        /// Sites in use, counted up to [`SITES_COUNTED_MOST`] and one more.
        pub site_count: i64,
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT c.id, c.code, c.name, c.short_name, c.remark, c.version, c.created_at, c.archived_at
             FROM customer c ",
            $rest
        )
    };
}

statements! {
    static FIND: (i64,) => CustomerRow = select!("WHERE c.id = ?1");
    static BY_CODE: (String,) => CustomerRow = select!("WHERE c.code = ?1");
    static BY_NAME: (String,) => CustomerRow = select!("WHERE c.name_key = ?1 ORDER BY c.id LIMIT 2");
    static ADD: (String, String, String, Option<String>, Option<String>, Timestamp) => (i64,) =
        "INSERT INTO customer (code, name, name_key, short_name, remark, version, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6) RETURNING id";
    static SAVE: (i64, i64, String, String, String, Option<String>, Option<String>) => () =
        "UPDATE customer SET code = ?3, name = ?4, name_key = ?5, short_name = ?6, remark = ?7, version = version + 1
         WHERE id = ?1 AND version = ?2";
    static SET_ARCHIVED: (i64, i64, Option<Timestamp>) => () =
        "UPDATE customer SET archived_at = ?3, version = version + 1 WHERE id = ?1 AND version = ?2";
    static IN_FORCE: (i64, Date) => (i64,) =
        "SELECT COUNT(*) FROM (SELECT 1 FROM contract k WHERE k.customer_id = ?1 AND k.archived_at IS NULL
            AND (k.to_on IS NULL OR k.to_on >= ?2) AND (k.ended_on IS NULL OR k.ended_on >= ?2) LIMIT 1000) AS counted";
    static LISTED: () => ListedCustomer =
        "SELECT c.id, c.code, c.name, c.short_name, c.version, c.archived_at,
            (SELECT COUNT(*) FROM
                (SELECT 1 FROM site s WHERE s.customer_id = c.id AND s.archived_at IS NULL LIMIT 1000) AS counted)
                AS site_count
         FROM customer c";
}

impl CustomerRow {
    /// The row as its form shows it.
    pub fn form(&self) -> CustomerForm {
        CustomerForm {
            code: self.code.clone(),
            name: self.name.clone(),
            short_name: self.short_name.clone().unwrap_or_default(),
            remark: self.remark.clone().unwrap_or_default(),
        }
    }
}

/// What a list of customers is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct CustomerFilter {
    /// Any part of code, name or short name.
    pub text: String,
    /// In use, put away, or both.
    pub shown: Shown,
}

/// The customer with this id.
pub fn find(tx: &mut Tx, id: CustomerId) -> Result<Option<CustomerRow>, Error> {
    tx.maybe(&FIND, (id.get(),))
}

/// The customer with this code, which is unique.
pub fn by_code(tx: &mut Tx, code: &str) -> Result<Option<CustomerRow>, Error> {
    tx.maybe(&BY_CODE, (code,))
}

/// The customers of this name, at most two: a name is not unique.
pub fn by_name(tx: &mut Tx, name: &str) -> Result<Vec<CustomerRow>, Error> {
    tx.all(&BY_NAME, (name_key(name),))
}

/// The customers that the filter leaves, newest first, beginning behind `after`.
pub fn list(
    tx: &mut Tx,
    filter: &CustomerFilter,
    after: Option<i64>,
    limit: i64,
) -> Result<Vec<ListedCustomer>, Error> {
    let found = Look::typed(tx, NOUN, &filter.text)?;
    let query = found.query(&LISTED, "customer c", after);
    tx.list(&filter.shown.narrow(query, "c").limit(limit))
}

/// Adds a customer. Errors: [`Error::UniqueViolation`] when its code is taken.
pub fn add(tx: &mut Tx, customer: &Customer, now: Timestamp) -> Result<CustomerId, Error> {
    let Customer { code, name, short_name, remark } = customer;
    let (id,) = tx.one(
        &ADD,
        (
            code.as_str(),
            name.as_str(),
            name_key(name.as_str()),
            short_name.as_ref().map(Line::as_str),
            remark.as_ref().map(Text::as_str),
            now,
        ),
    )?;
    remember(tx, id, customer)?;
    Ok(CustomerId(id))
}

/// Saves what was edited. Tells whether the row still had the version that was edited.
pub fn save(tx: &mut Tx, id: CustomerId, version: i64, customer: &Customer) -> Result<bool, Error> {
    let Customer { code, name, short_name, remark } = customer;
    let saved = tx.run(
        &SAVE,
        (
            id.get(),
            version,
            code.as_str(),
            name.as_str(),
            name_key(name.as_str()),
            short_name.as_ref().map(Line::as_str),
            remark.as_ref().map(Text::as_str),
        ),
    )?;
    if saved == 1 {
        remember(tx, id.get(), customer)?;
    }
    Ok(saved == 1)
}

/// Puts a customer away, or brings it back (`None`). Tells whether the row still had this version.
pub fn set_archived(tx: &mut Tx, id: CustomerId, version: i64, at: Option<Timestamp>) -> Result<bool, Error> {
    Ok(tx.run(&SET_ARCHIVED, (id.get(), version, at))? == 1)
}

/// How many contracts of a customer are in force on a day or will be, counted up to a thousand.
pub fn contracts_in_force(tx: &mut Tx, id: CustomerId, on: Date) -> Result<usize, Error> {
    Ok(usize::try_from(tx.one(&IN_FORCE, (id.get(), on))?.0).unwrap_or(usize::MAX))
}

fn remember(tx: &mut Tx, id: i64, customer: &Customer) -> Result<(), Error> {
    let short_name = customer.short_name.as_ref().map_or("", Line::as_str);
    lookup::remember(tx, NOUN, id, &[customer.code.as_str(), customer.name.as_str(), short_name])
}
