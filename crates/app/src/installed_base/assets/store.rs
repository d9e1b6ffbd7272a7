//! Assets as they are stored.

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use jiff::civil::Date;
use rules::ids::{AssetId, CustomerId, ProductId, SiteId};
use rules::installed_base::{Asset, AssetForm, Holder};
use rules::text::{Line, Text};
use rules::tickets::severity::Use;

use crate::lookup::{self, Look, Shown};

/// The noun under which assets are looked up.
pub const NOUN: &str = "asset";
/// The most units that are looked at when one serial number is asked for: one for each maker.
const HOLDERS_MOST: i64 = 20;

row! {
    /// An asset with what can be edited and where it stands.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct AssetRow {
        pub id: AssetId as int,
        pub customer_id: CustomerId as int,
        pub site_id: Option<SiteId> as maybe_int,
        pub product_id: ProductId as int,
        pub name: Option<String>,
        pub serial: Option<String>,
        pub position: Option<String>,
        pub usage: Use as text,
        pub software_version: Option<String>,
        pub installed_on: Option<Date>,
        pub remark: Option<String>,
        pub version: i64,
        pub created_at: Timestamp,
        pub archived_at: Option<Timestamp>,
    }
}

row! {
    /// An asset as a list shows it.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ListedAsset {
        pub id: AssetId as int,
        pub customer_id: CustomerId as int,
        pub customer_code: String,
        pub customer_name: String,
        pub site_id: Option<SiteId> as maybe_int,
        pub site_name: Option<String>,
        pub product_id: ProductId as int,
        pub manufacturer: String,
        pub model: String,
        pub class: Option<String>,
        pub name: Option<String>,
        pub serial: Option<String>,
        pub position: Option<String>,
        pub usage: Use as text,
        pub software_version: Option<String>,
        pub version: i64,
        pub archived_at: Option<Timestamp>,
    }
}

row! {
    struct HolderRow {
        asset: AssetId as int,
        product: ProductId as int,
        customer: CustomerId as int,
        customer_name: String,
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT a.id, a.customer_id, a.site_id, a.product_id, a.name, a.serial, a.position, a.usage,
                a.software_version, a.installed_on, a.remark, a.version, a.created_at, a.archived_at
             FROM asset a ",
            $rest
        )
    };
}

statements! {
    static FIND: (i64,) => AssetRow = select!("WHERE a.id = ?1");
    static BY_SERIAL: (String, i64) => AssetRow = select!("WHERE a.serial_key = ?1 ORDER BY a.id LIMIT ?2");
    static BY_NAME: (i64, String) => AssetRow = select!(
        "WHERE a.customer_id = ?1 AND a.name = ?2 AND a.serial_key IS NULL AND a.name IS NOT NULL ORDER BY a.id LIMIT 2"
    );
    static HOLDERS: (String, i64) => HolderRow =
        "SELECT a.id AS asset, a.product_id AS product, a.customer_id AS customer, c.name AS customer_name
         FROM asset a JOIN customer c ON c.id = a.customer_id
         WHERE a.serial_key = ?1 ORDER BY a.product_id LIMIT ?2";
    static ADD: (
        i64, Option<i64>, i64, Option<String>, Option<String>, Option<String>, Option<String>, String,
        Option<String>, Option<Date>, Option<String>, Timestamp,
    ) => (i64,) =
        "INSERT INTO asset (customer_id, site_id, product_id, name, serial, serial_key, position, usage,
            software_version, installed_on, remark, version, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 1, ?12) RETURNING id";
    static SAVE: (
        i64, i64, Option<i64>, i64, Option<String>, Option<String>, Option<String>, Option<String>, String,
        Option<String>, Option<Date>, Option<String>,
    ) => () =
        "UPDATE asset SET site_id = ?3, product_id = ?4, name = ?5, serial = ?6, serial_key = ?7, position = ?8,
            usage = ?9, software_version = ?10, installed_on = ?11, remark = ?12, version = version + 1
         WHERE id = ?1 AND version = ?2";
    static SET_ARCHIVED: (i64, i64, Option<Timestamp>) => () =
        "UPDATE asset SET archived_at = ?3, version = version + 1 WHERE id = ?1 AND version = ?2";
    static LISTED: () => ListedAsset =
        "SELECT a.id, a.customer_id, c.code AS customer_code, c.name AS customer_name, a.site_id,
            s.name AS site_name, a.product_id, p.manufacturer, p.model, p.class, a.name, a.serial, a.position,
            a.usage, a.software_version, a.version, a.archived_at
         FROM asset a JOIN customer c ON c.id = a.customer_id JOIN product p ON p.id = a.product_id
            LEFT JOIN site s ON s.id = a.site_id";
    static MODEL: (i64,) => (String, String) = "SELECT p.manufacturer, p.model FROM product p WHERE p.id = ?1";
}

impl AssetRow {
    /// The row as its form shows it.
    pub fn form(&self) -> AssetForm {
        AssetForm {
            name: self.name.clone().unwrap_or_default(),
            serial: self.serial.clone().unwrap_or_default(),
            position: self.position.clone().unwrap_or_default(),
            usage: self.usage.code().to_owned(),
            software_version: self.software_version.clone().unwrap_or_default(),
            installed_on: self.installed_on.map(|on| on.to_string()).unwrap_or_default(),
            remark: self.remark.clone().unwrap_or_default(),
        }
    }
}

/// What a list of assets is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct AssetFilter {
    /// Any part of serial number, name, position or model.
    pub text: String,
    /// In use, put away, or both.
    pub shown: Shown,
    /// Of these customers; of all where there is none.
    pub customers: Vec<CustomerId>,
    /// At this site.
    pub site: Option<SiteId>,
    /// Of these products; of all where there is none.
    pub products: Vec<ProductId>,
    /// Used so much.
    pub usage: Option<Use>,
}

/// Where a unit stands and what it is one of: chosen, not typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// What it is one of.
    pub product: ProductId,
    /// Where it stands.
    pub site: Option<SiteId>,
}

/// The asset with this id.
pub fn find(tx: &mut Tx, id: AssetId) -> Result<Option<AssetRow>, Error> {
    tx.maybe(&FIND, (id.get(),))
}

/// The units that carry a serial number (its key), one for each product.
pub fn by_serial(tx: &mut Tx, serial_key: &str) -> Result<Vec<AssetRow>, Error> {
    tx.all(&BY_SERIAL, (serial_key, HOLDERS_MOST))
}

/// The unit of a customer without a serial number that has this name, if just one has it.
pub fn by_name(tx: &mut Tx, customer: CustomerId, name: &str) -> Result<Option<AssetRow>, Error> {
    let mut found = tx.all(&BY_NAME, (customer.get(), name))?;
    Ok(if found.len() == 1 { found.pop() } else { None })
}

/// Who carries a serial number (its key); of the same product first.
pub fn holder(tx: &mut Tx, serial_key: &str, product: ProductId) -> Result<Option<Holder>, Error> {
    let mut holders = tx.all(&HOLDERS, (serial_key, HOLDERS_MOST))?;
    holders.sort_by_key(|holder| holder.product != product);
    Ok(holders.into_iter().next().map(|found| {
        let HolderRow { asset, product, customer, customer_name } = found;
        Holder { asset, product, customer, customer_name }
    }))
}

/// The assets that the filter leaves, newest first, beginning behind `after`.
pub fn list(
    tx: &mut Tx,
    filter: &AssetFilter,
    after: Option<i64>,
    limit: i64,
) -> Result<Vec<ListedAsset>, Error> {
    let query = Look::typed(tx, NOUN, &filter.text)?.query(&LISTED, "asset a", after);
    let query = lookup::of_any(query, "a.customer_id", &filter.customers);
    let query = lookup::of_any(query, "a.product_id", &filter.products)
        .and_some("a.site_id = ?", filter.site.map(SiteId::get))
        .and_some("a.usage = ?", filter.usage.map(Use::code));
    tx.list(&filter.shown.narrow(query, "a").limit(limit))
}

/// Adds a unit of a customer. Errors: [`Error::UniqueViolation`] when a unit of the product has its serial.
pub fn add(
    tx: &mut Tx,
    customer: CustomerId,
    placed: Placed,
    asset: &Asset,
    now: Timestamp,
) -> Result<AssetId, Error> {
    let Asset { name, serial, position, usage, software_version, installed_on, remark } = asset;
    let (id,) = tx.one(
        &ADD,
        (
            customer.get(),
            placed.site.map(SiteId::get),
            placed.product.get(),
            name.as_ref().map(Line::as_str),
            serial.as_ref().map(|serial| serial.shown.as_str()),
            serial.as_ref().map(|serial| serial.key.as_str()),
            position.as_ref().map(Line::as_str),
            usage.code(),
            software_version.as_ref().map(Line::as_str),
            *installed_on,
            remark.as_ref().map(Text::as_str),
            now,
        ),
    )?;
    remember(tx, id, placed.product, asset)?;
    Ok(AssetId(id))
}

/// Saves what was edited. Tells whether the row still had the version that was edited.
pub fn save(tx: &mut Tx, id: AssetId, version: i64, placed: Placed, asset: &Asset) -> Result<bool, Error> {
    let Asset { name, serial, position, usage, software_version, installed_on, remark } = asset;
    let saved = tx.run(
        &SAVE,
        (
            id.get(),
            version,
            placed.site.map(SiteId::get),
            placed.product.get(),
            name.as_ref().map(Line::as_str),
            serial.as_ref().map(|serial| serial.shown.as_str()),
            serial.as_ref().map(|serial| serial.key.as_str()),
            position.as_ref().map(Line::as_str),
            usage.code(),
            software_version.as_ref().map(Line::as_str),
            *installed_on,
            remark.as_ref().map(Text::as_str),
        ),
    )?;
    if saved == 1 {
        remember(tx, id.get(), placed.product, asset)?;
    }
    Ok(saved == 1)
}

/// Puts a unit away, or brings it back (`None`). Tells whether the row still had this version.
pub fn set_archived(tx: &mut Tx, id: AssetId, version: i64, at: Option<Timestamp>) -> Result<bool, Error> {
    Ok(tx.run(&SET_ARCHIVED, (id.get(), version, at))? == 1)
}

fn remember(tx: &mut Tx, id: i64, product: ProductId, asset: &Asset) -> Result<(), Error> {
    let (manufacturer, model) = tx.one(&MODEL, (product.get(),))?;
    let serial = asset.serial.as_ref().map_or("", |serial| serial.shown.as_str());
    let name = asset.name.as_ref().map_or("", Line::as_str);
    let position = asset.position.as_ref().map_or("", Line::as_str);
    lookup::remember(tx, NOUN, id, &[serial, name, position, &manufacturer, &model])
}
