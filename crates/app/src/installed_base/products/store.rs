//! Products as they are stored.

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use rules::ids::ProductId;
use rules::installed_base::{Product, ProductForm};
use rules::text::{Line, Text};

use crate::lookup::{self, Look, Shown};

/// The noun under which products are looked up.
pub const NOUN: &str = "product";

row! {
    /// A product with what can be edited and where it stands.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ProductRow {
        pub id: ProductId as int,
        pub manufacturer: String,
        pub model: String,
        pub name: Option<String>,
        pub class: Option<String>,
        pub warranty_months: Option<i64>,
        pub remark: Option<String>,
        pub version: i64,
        pub created_at: Timestamp,
        pub archived_at: Option<Timestamp>,
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT p.id, p.manufacturer, p.model, p.name, p.class, p.warranty_months, p.remark, p.version,
                p.created_at, p.archived_at
             FROM product p",
            $rest
        )
    };
}

statements! {
    static FIND: (i64,) => ProductRow = select!(" WHERE p.id = ?1");
    static BY_KEY: (String,) => ProductRow = select!(" WHERE p.product_key = ?1");
    static LISTED: () => ProductRow = select!("");
    static CLASSES: (i64,) => (String,) =
        "SELECT DISTINCT p.class FROM product p WHERE p.class IS NOT NULL ORDER BY p.class LIMIT ?1";
    static UNITS: (i64,) => (i64,) =
        "SELECT COUNT(*) FROM
            (SELECT 1 FROM asset a WHERE a.product_id = ?1 AND a.archived_at IS NULL LIMIT 1000) AS counted";
    static ARTICLES: (i64,) => (i64,) =
        "SELECT COUNT(*) FROM
            (SELECT 1 FROM article_product x JOIN article a ON a.id = x.article_id
             WHERE x.product_id = ?1 AND a.state <> 'retired' LIMIT 1000) AS counted";
    static ADD: (
        String, String, String, Option<String>, Option<String>, Option<i64>, Option<String>, Timestamp,
    ) => (i64,) =
        "INSERT INTO product (manufacturer, model, product_key, name, class, warranty_months, remark, version,
            created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8) RETURNING id";
    static SAVE: (
        i64, i64, String, String, String, Option<String>, Option<String>, Option<i64>, Option<String>,
    ) => () =
        "UPDATE product SET manufacturer = ?3, model = ?4, product_key = ?5, name = ?6, class = ?7,
            warranty_months = ?8, remark = ?9, version = version + 1
         WHERE id = ?1 AND version = ?2";
    static SET_ARCHIVED: (i64, i64, Option<Timestamp>) => () =
        "UPDATE product SET archived_at = ?3, version = version + 1 WHERE id = ?1 AND version = ?2";
}

impl ProductRow {
    /// The row as its form shows it.
    pub fn form(&self) -> ProductForm {
        ProductForm {
            manufacturer: self.manufacturer.clone(),
            model: self.model.clone(),
            name: self.name.clone().unwrap_or_default(),
            class: self.class.clone().unwrap_or_default(),
            warranty_months: self.warranty_months.map(|months| months.to_string()).unwrap_or_default(),
            remark: self.remark.clone().unwrap_or_default(),
        }
    }
}

/// What a list of products is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct ProductFilter {
    /// Any part of manufacturer, model, name or class.
    pub text: String,
    /// In use, put away, or both.
    pub shown: Shown,
    /// Of these classes; of all where there is none.
    pub classes: Vec<String>,
}

/// The product with this id.
pub fn find(tx: &mut Tx, id: ProductId) -> Result<Option<ProductRow>, Error> {
    tx.maybe(&FIND, (id.get(),))
}

/// The product with this key of manufacturer and model, which is unique.
pub fn by_key(tx: &mut Tx, key: &str) -> Result<Option<ProductRow>, Error> {
    tx.maybe(&BY_KEY, (key,))
}

/// How many units of a product are in use, counted up to a thousand.
pub fn units_in_use(tx: &mut Tx, id: ProductId) -> Result<usize, Error> {
    Ok(usize::try_from(tx.one(&UNITS, (id.get(),))?.0).unwrap_or(usize::MAX))
}

/// How many articles of the support database name a product, counted up to a thousand.
pub fn articles(tx: &mut Tx, id: ProductId) -> Result<i64, Error> {
    Ok(tx.one(&ARTICLES, (id.get(),))?.0)
}

/// The classes that products have, in order, at most `most`.
pub fn classes(tx: &mut Tx, most: i64) -> Result<Vec<String>, Error> {
    Ok(tx.all(&CLASSES, (most,))?.into_iter().map(|(class,)| class).collect())
}

/// The products that the filter leaves, newest first, beginning behind `after`.
pub fn list(
    tx: &mut Tx,
    filter: &ProductFilter,
    after: Option<i64>,
    limit: i64,
) -> Result<Vec<ProductRow>, Error> {
    let mut query = Look::typed(tx, NOUN, &filter.text)?.query(&LISTED, "product p", after);
    if !filter.classes.is_empty() {
        query = query.and_in("p.class", &filter.classes);
    }
    tx.list(&filter.shown.narrow(query, "p").limit(limit))
}

/// Adds a product. Errors: [`Error::UniqueViolation`] when the manufacturer has this model already.
pub fn add(tx: &mut Tx, product: &Product, now: Timestamp) -> Result<ProductId, Error> {
    let Product { manufacturer, model, name, class, warranty_months, remark } = product;
    let (id,) = tx.one(
        &ADD,
        (
            manufacturer.as_str(),
            model.as_str(),
            product.key(),
            name.as_ref().map(Line::as_str),
            class.as_ref().map(Line::as_str),
            *warranty_months,
            remark.as_ref().map(Text::as_str),
            now,
        ),
    )?;
    remember(tx, id, product)?;
    Ok(ProductId(id))
}

/// Saves what was edited. Tells whether the row still had the version that was edited.
pub fn save(tx: &mut Tx, id: ProductId, version: i64, product: &Product) -> Result<bool, Error> {
    let Product { manufacturer, model, name, class, warranty_months, remark } = product;
    let saved = tx.run(
        &SAVE,
        (
            id.get(),
            version,
            manufacturer.as_str(),
            model.as_str(),
            product.key(),
            name.as_ref().map(Line::as_str),
            class.as_ref().map(Line::as_str),
            *warranty_months,
            remark.as_ref().map(Text::as_str),
        ),
    )?;
    if saved == 1 {
        remember(tx, id.get(), product)?;
    }
    Ok(saved == 1)
}

/// Puts a product away, or brings it back (`None`). Tells whether the row still had this version.
pub fn set_archived(tx: &mut Tx, id: ProductId, version: i64, at: Option<Timestamp>) -> Result<bool, Error> {
    Ok(tx.run(&SET_ARCHIVED, (id.get(), version, at))? == 1)
}

fn remember(tx: &mut Tx, id: i64, product: &Product) -> Result<(), Error> {
    let name = product.name.as_ref().map_or("", Line::as_str);
    let class = product.class.as_ref().map_or("", Line::as_str);
    lookup::remember(tx, NOUN, id, &[product.manufacturer.as_str(), product.model.as_str(), name, class])
}
