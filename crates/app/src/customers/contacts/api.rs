//! Contacts over the API.

use axum::extract::Path;
use axum::response::Response;
use db::Tx;
use jiff::Timestamp;
use rules::access::perm;
use rules::customers::ContactForm;
use rules::ids::{ContactId, CustomerId, SiteId};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::change;
use super::store::{self, ContactFilter, ContactRow, ListedContact};
use crate::App;
use crate::api::{Body, IfMatch, Listed, Paging, PagingParams, created};
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::records::api::{Act, OfCustomerParams, both, fixed, put, seen, sent, sent_id, shown, versioned};
use crate::records::id_of;

/// The description of these endpoints.
#[derive(OpenApi)]
#[openapi(
    paths(list, show, create, update, archive, restore),
    components(schemas(Contact, ContactLine, ContactInput, Act))
)]
pub struct Doc;

/// A contact.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Contact {
    pub id: i64,
    pub customer: i64,
    pub site: Option<i64>,
    pub name: String,
    /// What they do there.
    pub title: Option<String>,
    pub phone: Option<String>,
    pub mail: Option<String>,
    /// The number for faxes.
    pub fax: Option<String>,
    pub remark: Option<String>,
    /// Counts the changes; send it back with an edit.
    pub version: i64,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub archived_at: Option<Timestamp>,
}

/// A contact as a list shows it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ContactLine {
    pub id: i64,
    pub customer: i64,
    pub customer_name: String,
    pub site: Option<i64>,
    pub site_name: Option<String>,
    pub name: String,
    pub title: Option<String>,
    pub phone: Option<String>,
    pub mail: Option<String>,
    pub version: i64,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub archived_at: Option<Timestamp>,
}

/// Fields of a contact. To create one needs `customer`, `name` and one of `phone`, `mail` and `fax`; an edit changes what is sent, `null` or an empty text clears
/// it.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ContactInput {
    /// Whose contact it is; fixed once registered.
    pub customer: Option<i64>,
    /// Left out it stays; `null` clears it.
    #[serde(deserialize_with = "sent_id")]
    pub site: Option<Option<i64>>,
    #[serde(deserialize_with = "sent")]
    pub name: Option<String>,
    #[serde(deserialize_with = "sent")]
    pub title: Option<String>,
    #[serde(deserialize_with = "sent")]
    pub phone: Option<String>,
    #[serde(deserialize_with = "sent")]
    pub mail: Option<String>,
    #[serde(deserialize_with = "sent")]
    pub fax: Option<String>,
    #[serde(deserialize_with = "sent")]
    pub remark: Option<String>,
    /// The version that was seen; `If-Match` serves as well.
    pub version: Option<i64>,
}

impl ContactInput {
    fn onto(self, mut form: ContactForm) -> ContactForm {
        put(&mut form.name, self.name);
        put(&mut form.title, self.title);
        put(&mut form.phone, self.phone);
        put(&mut form.mail, self.mail);
        put(&mut form.fax, self.fax);
        put(&mut form.remark, self.remark);
        form
    }
}

impl From<ContactRow> for Contact {
    fn from(row: ContactRow) -> Contact {
        Contact {
            id: row.id.get(),
            customer: row.customer_id.get(),
            site: row.site_id.map(SiteId::get),
            name: row.name,
            title: row.title,
            phone: row.phone,
            mail: row.mail,
            fax: row.fax,
            remark: row.remark,
            version: row.version,
            created_at: row.created_at,
            archived_at: row.archived_at,
        }
    }
}

impl From<ListedContact> for ContactLine {
    fn from(row: ListedContact) -> ContactLine {
        ContactLine {
            id: row.id.get(),
            customer: row.customer_id.get(),
            customer_name: row.customer_name,
            site: row.site_id.map(SiteId::get),
            site_name: row.site_name,
            name: row.name,
            title: row.title,
            phone: row.phone,
            mail: row.mail,
            version: row.version,
            archived_at: row.archived_at,
        }
    }
}

fn found(tx: &mut Tx, id: ContactId) -> Result<ContactRow, Failure> {
    store::find(tx, id)?.ok_or(Failure::NotFound)
}

fn answer(row: ContactRow) -> Result<Response, Failure> {
    let version = row.version;
    versioned(&Contact::from(row), version)
}

/// Contacts, newest first.
#[utoipa::path(get, path = "/api/v1/contacts", tag = "Contacts", params(PagingParams, OfCustomerParams, ("site" = Option<i64>, Query, description = "At this site")),
    responses((status = 200, body = Listed<ContactLine>)))]
pub async fn list(app: App, _: Actor<perm::ViewRegistry>, paging: Paging) -> Result<Response, Failure> {
    let query = paging.search();
    let filter = ContactFilter {
        text: query.get("q").to_owned(),
        shown: shown(&paging),
        customers: query.all("customer").filter_map(id_of).collect(),
        site: query.some("site").and_then(id_of),
    };
    let (after, rows) = (paging.after::<i64>()?, paging.rows());
    let rows = app.read(move |tx| Ok(store::list(tx, &filter, after, rows)?)).await?;
    paging.answer(rows, |row| row.id.get(), ContactLine::from)
}

/// One contact.
#[utoipa::path(get, path = "/api/v1/contacts/{id}", tag = "Contacts", params(("id" = i64, Path)),
    responses((status = 200, body = Contact)))]
pub async fn show(
    app: App,
    _: Actor<perm::ViewRegistry>,
    Path(id): Path<ContactId>,
) -> Result<Response, Failure> {
    answer(app.read(move |tx| found(tx, id)).await?)
}

/// Registers a contact.
#[utoipa::path(post, path = "/api/v1/contacts", tag = "Contacts", request_body = ContactInput,
    responses((status = 201, body = Contact)))]
pub async fn create(
    app: App,
    actor: Actor<perm::EditCustomers>,
    Body(input): Body<ContactInput>,
) -> Result<Response, Failure> {
    let customer = input.customer.map(CustomerId).ok_or_else(|| Failure::field("customer", "error-required"));
    let site = input.site.flatten().map(SiteId);
    let read = input.onto(ContactForm::default()).read();
    let row = app
        .change(&actor, move |c| {
            let (customer, contact) = both(customer, read)?;
            let id = change::create(c, customer, site, &contact)?;
            found(c.tx, id)
        })
        .await?;
    created(&format!("/api/v1/contacts/{}", row.id), &Contact::from(row))
}

/// Edits a contact.
#[utoipa::path(patch, path = "/api/v1/contacts/{id}", tag = "Contacts", params(("id" = i64, Path)),
    request_body = ContactInput, responses((status = 200, body = Contact)))]
pub async fn update(
    app: App,
    actor: Actor<perm::EditCustomers>,
    Path(id): Path<ContactId>,
    header: IfMatch,
    Body(input): Body<ContactInput>,
) -> Result<Response, Failure> {
    let seen = seen(header, input.version);
    let row = app
        .change(&actor, move |c| {
            let row = found(c.tx, id)?;
            fixed(input.customer, row.customer_id)?;
            let site = input.site.map_or(row.site_id, |site| site.map(SiteId));
            let contact = input.onto(row.form()).read()?;
            change::edit(c, id, seen, site, &contact)?;
            found(c.tx, id)
        })
        .await?;
    answer(row)
}

/// Puts a contact away.
#[utoipa::path(post, path = "/api/v1/contacts/{id}/archive", tag = "Contacts", params(("id" = i64, Path)),
    request_body = Act, responses((status = 200, body = Contact)))]
pub async fn archive(
    app: App,
    actor: Actor<perm::EditCustomers>,
    Path(id): Path<ContactId>,
    header: IfMatch,
    Body(act): Body<Act>,
) -> Result<Response, Failure> {
    let seen = seen(header, act.version);
    let row = app
        .change(&actor, move |c| {
            change::archive(c, id, seen)?;
            found(c.tx, id)
        })
        .await?;
    answer(row)
}

/// Brings a contact back.
#[utoipa::path(post, path = "/api/v1/contacts/{id}/restore", tag = "Contacts", params(("id" = i64, Path)),
    request_body = Act, responses((status = 200, body = Contact)))]
pub async fn restore(
    app: App,
    actor: Actor<perm::EditCustomers>,
    Path(id): Path<ContactId>,
    header: IfMatch,
    Body(act): Body<Act>,
) -> Result<Response, Failure> {
    let seen = seen(header, act.version);
    let row = app
        .change(&actor, move |c| {
            change::restore(c, id, seen)?;
            found(c.tx, id)
        })
        .await?;
    answer(row)
}
