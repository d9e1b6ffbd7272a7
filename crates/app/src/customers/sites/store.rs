//! Sites as they are stored.

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use rules::customers::{Site, SiteForm, shown_degrees};
use rules::ids::{CustomerId, SiteId};
use rules::text::{Line, Text};

use crate::lookup::{self, Look, Shown};

/// The noun under which sites are looked up.
pub const NOUN: &str = "site";

row! {
    /// A site with what can be edited and where it stands.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct SiteRow {
        pub id: SiteId as int,
        pub customer_id: CustomerId as int,
        pub code: String,
        pub name: String,
        pub zone: String,
        pub address: Option<String>,
        pub latitude_microdeg: Option<i64>,
        pub longitude_microdeg: Option<i64>,
        pub remark: Option<String>,
        pub version: i64,
        pub created_at: Timestamp,
        pub archived_at: Option<Timestamp>,
    }
}

row! {
    /// A site as a list shows it.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ListedSite {
        pub id: SiteId as int,
        pub customer_id: CustomerId as int,
        pub customer_code: String,
        pub customer_name: String,
        pub code: String,
        pub name: String,
        pub zone: String,
        pub address: Option<String>,
        pub version: i64,
        pub archived_at: Option<Timestamp>,
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT s.id, s.customer_id, s.code, s.name, s.zone, s.address, s.latitude_microdeg,
                s.longitude_microdeg, s.remark, s.version, s.created_at, s.archived_at
             FROM site s ",
            $rest
        )
    };
}

type Saved<'a> = (&'a str, &'a str, &'a str, Option<&'a str>, Option<i64>, Option<i64>, Option<&'a str>);

statements! {
    static FIND: (i64,) => SiteRow = select!("WHERE s.id = ?1");
    static BY_CODE: (i64, String) => SiteRow = select!("WHERE s.customer_id = ?1 AND s.code = ?2");
    static BY_NAME: (i64, String) => (i64,) =
        "SELECT s.id FROM site s WHERE s.customer_id = ?1 AND s.name = ?2 ORDER BY s.id LIMIT 2";
    static ADD: (
        i64, String, String, String, Option<String>, Option<i64>, Option<i64>, Option<String>, Timestamp,
    ) => (i64,) =
        "INSERT INTO site (customer_id, code, name, zone, address, latitude_microdeg, longitude_microdeg, remark,
            version, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, ?9) RETURNING id";
    static SAVE: (
        i64, i64, String, String, String, Option<String>, Option<i64>, Option<i64>, Option<String>,
    ) => () =
        "UPDATE site SET code = ?3, name = ?4, zone = ?5, address = ?6, latitude_microdeg = ?7,
            longitude_microdeg = ?8, remark = ?9, version = version + 1
         WHERE id = ?1 AND version = ?2";
    static SET_ARCHIVED: (i64, i64, Option<Timestamp>) => () =
        "UPDATE site SET archived_at = ?3, version = version + 1 WHERE id = ?1 AND version = ?2";
    static LISTED: () => ListedSite =
        "SELECT s.id, s.customer_id, c.code AS customer_code, c.name AS customer_name, s.code, s.name, s.zone,
            s.address, s.version, s.archived_at
         FROM site s JOIN customer c ON c.id = s.customer_id";
    static IN_USE: (i64, i64) => (i64,) =
        "SELECT COUNT(*) FROM
            (SELECT 1 FROM site s WHERE s.customer_id = ?1 AND s.archived_at IS NULL LIMIT ?2) AS counted";
}

impl SiteRow {
    /// The row as its form shows it.
    pub fn form(&self) -> SiteForm {
        let degrees = |microdeg: Option<i64>| microdeg.map(shown_degrees).unwrap_or_default();
        SiteForm {
            code: self.code.clone(),
            name: self.name.clone(),
            address: self.address.clone().unwrap_or_default(),
            zone: self.zone.clone(),
            latitude: degrees(self.latitude_microdeg),
            longitude: degrees(self.longitude_microdeg),
            remark: self.remark.clone().unwrap_or_default(),
        }
    }
}

/// What a list of sites is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct SiteFilter {
    /// Any part of code, name or address.
    pub text: String,
    /// In use, put away, or both.
    pub shown: Shown,
    /// Of these customers; of all where there is none.
    pub customers: Vec<CustomerId>,
}

/// The site with this id.
pub fn find(tx: &mut Tx, id: SiteId) -> Result<Option<SiteRow>, Error> {
    tx.maybe(&FIND, (id.get(),))
}

/// The site of a customer with this code.
pub fn by_code(tx: &mut Tx, customer: CustomerId, code: &str) -> Result<Option<SiteRow>, Error> {
    tx.maybe(&BY_CODE, (customer.get(), code))
}

/// The sites of a customer with this name, at most two: a name is not unique.
pub fn by_name(tx: &mut Tx, customer: CustomerId, name: &str) -> Result<Vec<SiteId>, Error> {
    Ok(tx.all(&BY_NAME, (customer.get(), name))?.into_iter().map(|(id,)| SiteId(id)).collect())
}

/// How many sites of a customer are in use, counted up to `most`.
pub fn in_use(tx: &mut Tx, customer: CustomerId, most: i64) -> Result<i64, Error> {
    Ok(tx.one(&IN_USE, (customer.get(), most))?.0)
}

/// The sites that the filter leaves, newest first, beginning behind `after`.
pub fn list(
    tx: &mut Tx,
    filter: &SiteFilter,
    after: Option<i64>,
    limit: i64,
) -> Result<Vec<ListedSite>, Error> {
    let query = Look::typed(tx, NOUN, &filter.text)?.query(&LISTED, "site s", after);
    let query = lookup::of_any(query, "s.customer_id", &filter.customers);
    tx.list(&filter.shown.narrow(query, "s").limit(limit))
}

/// Adds a site to a customer. Errors: [`Error::UniqueViolation`] when the customer has a site with its code.
pub fn add(tx: &mut Tx, customer: CustomerId, site: &Site, now: Timestamp) -> Result<SiteId, Error> {
    let (code, name, zone, address, latitude, longitude, remark) = saved(site);
    let (id,) =
        tx.one(&ADD, (customer.get(), code, name, zone, address, latitude, longitude, remark, now))?;
    remember(tx, id, site)?;
    Ok(SiteId(id))
}

/// Saves what was edited. Tells whether the row still had the version that was edited.
pub fn save(tx: &mut Tx, id: SiteId, version: i64, site: &Site) -> Result<bool, Error> {
    let (code, name, zone, address, latitude, longitude, remark) = saved(site);
    let done =
        tx.run(&SAVE, (id.get(), version, code, name, zone, address, latitude, longitude, remark))? == 1;
    if done {
        remember(tx, id.get(), site)?;
    }
    Ok(done)
}

/// Puts a site away, or brings it back (`None`). Tells whether the row still had this version.
pub fn set_archived(tx: &mut Tx, id: SiteId, version: i64, at: Option<Timestamp>) -> Result<bool, Error> {
    Ok(tx.run(&SET_ARCHIVED, (id.get(), version, at))? == 1)
}

fn saved(site: &Site) -> Saved<'_> {
    let Site { code, name, address, zone, coordinates, remark } = site;
    (
        code.as_str(),
        name.as_str(),
        zone.as_str(),
        address.as_ref().map(Line::as_str),
        coordinates.map(|place| place.latitude_microdeg),
        coordinates.map(|place| place.longitude_microdeg),
        remark.as_ref().map(Text::as_str),
    )
}

fn remember(tx: &mut Tx, id: i64, site: &Site) -> Result<(), Error> {
    let address = site.address.as_ref().map_or("", Line::as_str);
    lookup::remember(tx, NOUN, id, &[site.code.as_str(), site.name.as_str(), address])
}
