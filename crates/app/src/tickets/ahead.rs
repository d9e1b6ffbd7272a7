//! Type-ahead for those whom a report names: by any part of a name, a telephone number, a serial number.
//!
//! Each answer says what else follows from it: a contact brings customer and site, a unit brings customer
//! and site, so that one choice fills the form while the customer is on the phone (C7.2).

use axum::Json;
use db::Tx;
use rules::access::perm;
use rules::ids::*;
use serde::Serialize;

use crate::customers::contacts::store::{self as contacts, ContactFilter, ListedContact};
use crate::customers::sites::store::{self as sites, ListedSite, SiteFilter};
use crate::customers::store::{self as customers, CustomerFilter, ListedCustomer};
use crate::installed_base::assets::store::{self as assets, AssetFilter, ListedAsset};
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::Search;
use crate::kernel::state::App;
use crate::layout::l10n::L10n;

/// Proposals of one kind that are shown.
const SHOWN_MOST: i64 = 8;

/// One proposal.
#[derive(Clone, Debug, Serialize)]
pub struct Proposal {
    pub id: String,
    pub text: String,
    pub note: String,
    /// Fields of the form that follow from it: name, id, words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fill: Vec<(&'static str, String, String)>,
}

fn joined(parts: &[Option<&str>]) -> String {
    parts.iter().flatten().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" · ")
}

fn of_customer(row: ListedCustomer) -> Proposal {
    Proposal {
        id: row.id.to_string(),
        fill: vec![("customer", row.id.to_string(), row.name.clone())],
        note: joined(&[Some(&row.code), row.short_name.as_deref()]),
        text: row.name,
    }
}

fn of_site(row: ListedSite) -> Proposal {
    Proposal {
        id: row.id.to_string(),
        fill: vec![
            ("customer", row.customer_id.to_string(), row.customer_name.clone()),
            ("site", row.id.to_string(), row.name.clone()),
        ],
        note: joined(&[Some(&row.customer_name), row.address.as_deref()]),
        text: row.name,
    }
}

fn of_contact(row: ListedContact) -> Proposal {
    let mut fill = vec![
        ("customer", row.customer_id.to_string(), row.customer_name.clone()),
        ("contact", row.id.to_string(), row.name.clone()),
    ];
    if let (Some(site), Some(name)) = (row.site_id, &row.site_name) {
        fill.push(("site", site.to_string(), name.clone()));
    }
    Proposal {
        id: row.id.to_string(),
        fill,
        note: joined(&[row.phone.as_deref(), Some(&row.customer_name), row.site_name.as_deref()]),
        text: row.name,
    }
}

fn of_asset(row: ListedAsset) -> Proposal {
    let text = joined(&[row.name.as_deref(), Some(&row.model)]);
    let mut fill = vec![
        ("customer", row.customer_id.to_string(), row.customer_name.clone()),
        ("asset", row.id.to_string(), text.clone()),
    ];
    if let (Some(site), Some(name)) = (row.site_id, &row.site_name) {
        fill.push(("site", site.to_string(), name.clone()));
    }
    let note = joined(&[
        row.serial.as_deref(),
        row.position.as_deref(),
        row.site_name.as_deref(),
        Some(&row.customer_name),
    ]);
    Proposal { id: row.id.to_string(), text, note, fill }
}

fn customer_of(search: &Search) -> Vec<CustomerId> {
    search.get("customer").parse().into_iter().collect()
}

fn find_customers(tx: &mut Tx, text: String) -> Result<Vec<Proposal>, Failure> {
    let filter = CustomerFilter { text, ..CustomerFilter::default() };
    Ok(customers::list(tx, &filter, None, SHOWN_MOST)?.into_iter().map(of_customer).collect())
}

fn find_sites(tx: &mut Tx, text: String, customers: Vec<CustomerId>) -> Result<Vec<Proposal>, Failure> {
    let filter = SiteFilter { text, customers, ..SiteFilter::default() };
    Ok(sites::list(tx, &filter, None, SHOWN_MOST)?.into_iter().map(of_site).collect())
}

fn find_contacts(tx: &mut Tx, text: String, customers: Vec<CustomerId>) -> Result<Vec<Proposal>, Failure> {
    let filter = ContactFilter { text, customers, ..ContactFilter::default() };
    Ok(contacts::list(tx, &filter, None, SHOWN_MOST)?.into_iter().map(of_contact).collect())
}

fn find_assets(
    tx: &mut Tx,
    text: String,
    customers: Vec<CustomerId>,
    site: Option<SiteId>,
) -> Result<Vec<Proposal>, Failure> {
    let filter = AssetFilter { text, customers, site, ..AssetFilter::default() };
    Ok(assets::list(tx, &filter, None, SHOWN_MOST)?.into_iter().map(of_asset).collect())
}

/// What was typed, unless it is the words of a chosen thing: those would find nothing else.
fn typed(search: &Search) -> String {
    search.get("q").split(" · ").next().unwrap_or_default().to_owned()
}

/// GET /tickets/ahead/all: who calls, and about what.
pub async fn all(
    app: App,
    actor: Actor<perm::ReportTicket>,
    search: Search,
) -> Result<Json<Vec<Proposal>>, Failure> {
    let (l, text) = (actor.l.clone(), typed(&search));
    Ok(Json(app.read(move |tx| find_all(tx, &l, &text)).await?))
}

/// Everybody and everything whose words hold the text.
pub fn find_all(tx: &mut Tx, l: &L10n, text: &str) -> Result<Vec<Proposal>, Failure> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let text = text.to_owned();
    let found = [
        ("contact", find_contacts(tx, text.clone(), Vec::new())?),
        ("asset", find_assets(tx, text.clone(), Vec::new(), None)?),
        ("customer", find_customers(tx, text.clone())?),
        ("site", find_sites(tx, text, Vec::new())?),
    ];
    let each = found.into_iter().flat_map(|(noun, all)| all.into_iter().map(move |one| (noun, one)));
    Ok(each.map(|(noun, one)| named(l, noun, one)).collect())
}

fn named(l: &L10n, noun: &str, proposal: Proposal) -> Proposal {
    let kind = l.t(&format!("field-{noun}"));
    let note = joined(&[Some(&kind), Some(&proposal.note)]);
    Proposal { id: format!("{noun}:{}", proposal.id), note, ..proposal }
}

/// GET /tickets/ahead/customer
pub async fn customer(
    app: App,
    _: Actor<perm::ReportTicket>,
    search: Search,
) -> Result<Json<Vec<Proposal>>, Failure> {
    Ok(Json(app.read(move |tx| find_customers(tx, typed(&search))).await?))
}

/// GET /tickets/ahead/site
pub async fn site(
    app: App,
    _: Actor<perm::ReportTicket>,
    search: Search,
) -> Result<Json<Vec<Proposal>>, Failure> {
    Ok(Json(app.read(move |tx| find_sites(tx, typed(&search), customer_of(&search))).await?))
}

/// GET /tickets/ahead/contact
pub async fn contact(
    app: App,
    _: Actor<perm::ReportTicket>,
    search: Search,
) -> Result<Json<Vec<Proposal>>, Failure> {
    Ok(Json(app.read(move |tx| find_contacts(tx, typed(&search), customer_of(&search))).await?))
}

/// GET /tickets/ahead/asset
pub async fn asset(
    app: App,
    _: Actor<perm::ReportTicket>,
    search: Search,
) -> Result<Json<Vec<Proposal>>, Failure> {
    let site = search.get("site").parse().ok();
    Ok(Json(app.read(move |tx| find_assets(tx, typed(&search), customer_of(&search), site)).await?))
}

/// What a form names in words only, as it comes without a script: taken where exactly one thing is called so.
///
/// Errors: the field whose words mean nothing, or several things.
pub fn by_words(
    tx: &mut Tx,
    field: &'static str,
    words: &str,
    customers: Vec<CustomerId>,
) -> Result<i64, Failure> {
    let text = words.split(" · ").next().unwrap_or_default().to_owned();
    let found = match field {
        "customer" => find_customers(tx, text.clone())?,
        "site" => find_sites(tx, text.clone(), customers)?,
        "contact" => find_contacts(tx, text.clone(), customers)?,
        _ => find_assets(tx, text.clone(), customers, None)?,
    };
    let exact: Vec<&Proposal> = found.iter().filter(|one| one.text == text).collect();
    let only = match (&exact[..], &found[..]) {
        ([only], _) => Some(only.id.clone()),
        (_, [only]) => Some(only.id.clone()),
        _ => None,
    };
    let invalid =
        rules::Invalid::new(field, "error-which-one").with("given", words).with("count", found.len());
    only.and_then(|id| id.parse().ok()).ok_or_else(|| Failure::from(invalid))
}
