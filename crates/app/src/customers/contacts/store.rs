//! Contacts as they are stored.

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use rules::customers::{Contact, ContactForm, ContactKey, Mail, name_key};
use rules::ids::{ContactId, CustomerId, SiteId};
use rules::text::{Line, Text};

use crate::lookup::{self, Look, Shown};

/// The noun under which contacts are looked up.
pub const NOUN: &str = "contact";

row! {
    /// A contact with what can be edited and where it stands.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ContactRow {
        pub id: ContactId as int,
        pub customer_id: CustomerId as int,
        pub site_id: Option<SiteId> as maybe_int,
        pub name: String,
        pub title: Option<String>,
        pub phone: Option<String>,
        pub mail: Option<String>,
        pub fax: Option<String>,
        pub remark: Option<String>,
        pub version: i64,
        pub created_at: Timestamp,
        pub archived_at: Option<Timestamp>,
    }
}

row! {
    /// A contact as a list shows it.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ListedContact {
        pub id: ContactId as int,
        pub customer_id: CustomerId as int,
        pub customer_code: String,
        pub customer_name: String,
        pub site_id: Option<SiteId> as maybe_int,
        pub site_name: Option<String>,
        pub name: String,
        pub title: Option<String>,
        pub phone: Option<String>,
        pub mail: Option<String>,
        pub version: i64,
        pub archived_at: Option<Timestamp>,
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT p.id, p.customer_id, p.site_id, p.name, p.title, p.phone, p.mail, p.fax, p.remark, p.version,
                p.created_at, p.archived_at
             FROM contact p ",
            $rest
        )
    };
}

statements! {
    static FIND: (i64,) => ContactRow = select!("WHERE p.id = ?1");
    static BY_PHONE: (i64, String) => ContactRow =
        select!("WHERE p.phone_key = ?2 AND p.customer_id = ?1 ORDER BY p.id LIMIT 2");
    static BY_MAIL: (i64, String) => ContactRow =
        select!("WHERE p.mail_key = ?2 AND p.customer_id = ?1 ORDER BY p.id LIMIT 2");
    static BY_NAME: (i64, String) => ContactRow =
        select!("WHERE p.customer_id = ?1 AND p.name_key = ?2 ORDER BY p.id LIMIT 2");
    static ADD: (
        i64, Option<i64>, String, String, Option<String>, Option<String>, Option<String>, Option<String>,
        Option<String>, Option<String>, Timestamp, Option<String>, Option<String>, Option<String>,
    ) => (i64,) =
        "INSERT INTO contact (customer_id, site_id, name, name_key, title, phone, phone_key, mail, mail_key, remark,
            version, created_at, mail_domain, fax, fax_key)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 1, ?11, ?12, ?13, ?14) RETURNING id";
    static SAVE: (
        i64, i64, Option<i64>, String, String, Option<String>, Option<String>, Option<String>, Option<String>,
        Option<String>, Option<String>, Option<String>, Option<String>, Option<String>,
    ) => () =
        "UPDATE contact SET site_id = ?3, name = ?4, name_key = ?5, title = ?6, phone = ?7, phone_key = ?8,
            mail = ?9, mail_key = ?10, remark = ?11, mail_domain = ?12, fax = ?13,
            fax_key = ?14, version = version + 1
         WHERE id = ?1 AND version = ?2";
    static SET_ARCHIVED: (i64, i64, Option<Timestamp>) => () =
        "UPDATE contact SET archived_at = ?3, version = version + 1 WHERE id = ?1 AND version = ?2";
    static LISTED: () => ListedContact =
        "SELECT p.id, p.customer_id, c.code AS customer_code, c.name AS customer_name, p.site_id,
            s.name AS site_name, p.name, p.title, p.phone, p.mail, p.version, p.archived_at
         FROM contact p JOIN customer c ON c.id = p.customer_id LEFT JOIN site s ON s.id = p.site_id";
}

impl ContactRow {
    /// The row as its form shows it.
    pub fn form(&self) -> ContactForm {
        ContactForm {
            name: self.name.clone(),
            title: self.title.clone().unwrap_or_default(),
            phone: self.phone.clone().unwrap_or_default(),
            mail: self.mail.clone().unwrap_or_default(),
            fax: self.fax.clone().unwrap_or_default(),
            remark: self.remark.clone().unwrap_or_default(),
        }
    }
}

/// What a list of contacts is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct ContactFilter {
    /// Any part of name, telephone number or mail address.
    pub text: String,
    /// In use, put away, or both.
    pub shown: Shown,
    /// Of these customers; of all where there is none.
    pub customers: Vec<CustomerId>,
    /// At this site.
    pub site: Option<SiteId>,
}

/// The contact with this id.
pub fn find(tx: &mut Tx, id: ContactId) -> Result<Option<ContactRow>, Error> {
    tx.maybe(&FIND, (id.get(),))
}

/// The contacts of a customer that one key finds, at most two: none is unique by rule.
pub fn by_key(tx: &mut Tx, customer: CustomerId, key: &ContactKey) -> Result<Vec<ContactRow>, Error> {
    let (statement, key) = match key {
        ContactKey::Phone(key) => (&BY_PHONE, key),
        ContactKey::Mail(key) => (&BY_MAIL, key),
        ContactKey::Name(key) => (&BY_NAME, key),
    };
    tx.all(statement, (customer.get(), key))
}

/// The contacts that the filter leaves, newest first, beginning behind `after`.
pub fn list(
    tx: &mut Tx,
    filter: &ContactFilter,
    after: Option<i64>,
    limit: i64,
) -> Result<Vec<ListedContact>, Error> {
    let query = Look::typed(tx, NOUN, &filter.text)?.query(&LISTED, "contact p", after);
    let query = lookup::of_any(query, "p.customer_id", &filter.customers)
        .and_some("p.site_id = ?", filter.site.map(SiteId::get));
    tx.list(&filter.shown.narrow(query, "p").limit(limit))
}

/// Adds a contact to a customer.
pub fn add(
    tx: &mut Tx,
    customer: CustomerId,
    site: Option<SiteId>,
    contact: &Contact,
    now: Timestamp,
) -> Result<ContactId, Error> {
    let Contact { name, title, phone, mail, fax, remark } = contact;
    let (id,) = tx.one(
        &ADD,
        (
            customer.get(),
            site.map(SiteId::get),
            name.as_str(),
            name_key(name.as_str()),
            title.as_ref().map(Line::as_str),
            phone.as_ref().map(|phone| phone.shown.as_str()),
            phone.as_ref().map(|phone| phone.key.as_str()),
            mail.as_ref().map(Mail::as_str),
            mail.as_ref().map(Mail::key),
            remark.as_ref().map(Text::as_str),
            now,
            mail.as_ref().and_then(Mail::domain),
            fax.as_ref().map(|fax| fax.shown.as_str()),
            fax.as_ref().map(|fax| fax.key.as_str()),
        ),
    )?;
    remember(tx, id, contact)?;
    Ok(ContactId(id))
}

/// Saves what was edited. Tells whether the row still had the version that was edited.
pub fn save(
    tx: &mut Tx,
    id: ContactId,
    version: i64,
    site: Option<SiteId>,
    contact: &Contact,
) -> Result<bool, Error> {
    let Contact { name, title, phone, mail, fax, remark } = contact;
    let saved = tx.run(
        &SAVE,
        (
            id.get(),
            version,
            site.map(SiteId::get),
            name.as_str(),
            name_key(name.as_str()),
            title.as_ref().map(Line::as_str),
            phone.as_ref().map(|phone| phone.shown.as_str()),
            phone.as_ref().map(|phone| phone.key.as_str()),
            mail.as_ref().map(Mail::as_str),
            mail.as_ref().map(Mail::key),
            remark.as_ref().map(Text::as_str),
            mail.as_ref().and_then(Mail::domain),
            fax.as_ref().map(|fax| fax.shown.as_str()),
            fax.as_ref().map(|fax| fax.key.as_str()),
        ),
    )?;
    if saved == 1 {
        remember(tx, id.get(), contact)?;
    }
    Ok(saved == 1)
}

/// Puts a contact away, or brings it back (`None`). Tells whether the row still had this version.
pub fn set_archived(tx: &mut Tx, id: ContactId, version: i64, at: Option<Timestamp>) -> Result<bool, Error> {
    Ok(tx.run(&SET_ARCHIVED, (id.get(), version, at))? == 1)
}

fn remember(tx: &mut Tx, id: i64, contact: &Contact) -> Result<(), Error> {
    let phone = contact.phone.as_ref();
    let (shown, key) = phone.map_or(("", ""), |phone| (phone.shown.as_str(), phone.key.as_str()));
    let mail = contact.mail.as_ref().map_or("", Mail::as_str);
    lookup::remember(tx, NOUN, id, &[contact.name.as_str(), shown, key, mail])
}
