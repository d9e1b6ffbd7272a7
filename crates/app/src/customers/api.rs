//! Customers over the API.

use axum::extract::Path;
use axum::response::Response;
use db::Tx;
use jiff::Timestamp;
use rules::access::perm;
use rules::customers::CustomerForm;
use rules::ids::CustomerId;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::change;
use super::store::{self, CustomerFilter, CustomerRow, ListedCustomer};
use crate::App;
use crate::api::{Body, IfMatch, Listed, Paging, PagingParams, created};
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::records::api::{Act, RecordParams, put, seen, sent, shown, versioned};
use crate::records::today;

/// The description of these endpoints.
#[derive(OpenApi)]
#[openapi(
    paths(list, show, create, update, archive, restore),
    components(schemas(Customer, CustomerLine, CustomerInput, Act))
)]
pub struct Doc;

/// A customer.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(title = "Customer")]
pub struct Customer {
    pub id: i64,
    #[schema(example = "BJ-BANK")]
    pub code: String,
    pub name: String,
    pub short_name: Option<String>,
    pub remark: Option<String>,
    /// Counts the changes; send it back with an edit.
    pub version: i64,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub archived_at: Option<Timestamp>,
}

/// A customer as a list shows it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CustomerLine {
    pub id: i64,
    pub code: String,
    pub name: String,
    pub short_name: Option<String>,
    pub version: i64,
    /// Sites in use, counted up to 1000.
    pub site_count: i64,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub archived_at: Option<Timestamp>,
}

/// Fields of a customer. To create one needs `code` and `name`; an edit changes what is sent, `null` or an
/// empty text clears it.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CustomerInput {
    #[serde(deserialize_with = "sent")]
    pub code: Option<String>,
    #[serde(deserialize_with = "sent")]
    pub name: Option<String>,
    #[serde(deserialize_with = "sent")]
    pub short_name: Option<String>,
    #[serde(deserialize_with = "sent")]
    pub remark: Option<String>,
    /// The version that was seen; `If-Match` serves as well.
    pub version: Option<i64>,
}

impl CustomerInput {
    fn onto(self, mut form: CustomerForm) -> CustomerForm {
        put(&mut form.code, self.code);
        put(&mut form.name, self.name);
        put(&mut form.short_name, self.short_name);
        put(&mut form.remark, self.remark);
        form
    }
}

impl From<CustomerRow> for Customer {
    fn from(row: CustomerRow) -> Customer {
        let CustomerRow { id, code, name, short_name, remark, version, created_at, archived_at } = row;
        Customer { id: id.get(), code, name, short_name, remark, version, created_at, archived_at }
    }
}

impl From<ListedCustomer> for CustomerLine {
    fn from(row: ListedCustomer) -> CustomerLine {
        let ListedCustomer { id, code, name, short_name, version, archived_at, site_count } = row;
        CustomerLine { id: id.get(), code, name, short_name, version, site_count, archived_at }
    }
}

fn found(tx: &mut Tx, id: CustomerId) -> Result<CustomerRow, Failure> {
    store::find(tx, id)?.ok_or(Failure::NotFound)
}

fn answer(row: CustomerRow) -> Result<Response, Failure> {
    let version = row.version;
    versioned(&Customer::from(row), version)
}

/// Customers, newest first.
#[utoipa::path(get, path = "/api/v1/customers", tag = "Customers", params(PagingParams, RecordParams),
    responses((status = 200, body = Listed<CustomerLine>)))]
pub async fn list(app: App, _: Actor<perm::ViewRegistry>, paging: Paging) -> Result<Response, Failure> {
    let filter = CustomerFilter { text: paging.search().get("q").to_owned(), shown: shown(&paging) };
    let (after, rows) = (paging.after::<i64>()?, paging.rows());
    let rows = app.read(move |tx| Ok(store::list(tx, &filter, after, rows)?)).await?;
    paging.answer(rows, |row| row.id.get(), CustomerLine::from)
}

/// One customer.
#[utoipa::path(get, path = "/api/v1/customers/{id}", tag = "Customers", params(("id" = i64, Path)),
    responses((status = 200, body = Customer)))]
pub async fn show(
    app: App,
    _: Actor<perm::ViewRegistry>,
    Path(id): Path<CustomerId>,
) -> Result<Response, Failure> {
    answer(app.read(move |tx| found(tx, id)).await?)
}

/// Registers a customer.
#[utoipa::path(post, path = "/api/v1/customers", tag = "Customers", request_body = CustomerInput,
    responses((status = 201, body = Customer)))]
pub async fn create(
    app: App,
    actor: Actor<perm::EditCustomers>,
    Body(input): Body<CustomerInput>,
) -> Result<Response, Failure> {
    let customer = input.onto(CustomerForm::default()).read()?;
    let row = app
        .change(&actor, move |c| {
            let id = change::create(c, &customer)?;
            found(c.tx, id)
        })
        .await?;
    created(&format!("/api/v1/customers/{}", row.id), &Customer::from(row))
}

/// Edits a customer.
#[utoipa::path(patch, path = "/api/v1/customers/{id}", tag = "Customers", params(("id" = i64, Path)),
    request_body = CustomerInput, responses((status = 200, body = Customer)))]
pub async fn update(
    app: App,
    actor: Actor<perm::EditCustomers>,
    Path(id): Path<CustomerId>,
    header: IfMatch,
    Body(input): Body<CustomerInput>,
) -> Result<Response, Failure> {
    let seen = seen(header, input.version);
    let row = app
        .change(&actor, move |c| {
            let customer = input.onto(found(c.tx, id)?.form()).read()?;
            change::edit(c, id, seen, &customer)?;
            found(c.tx, id)
        })
        .await?;
    answer(row)
}

/// Puts a customer away. Refused while tickets are open or contracts in force.
#[utoipa::path(post, path = "/api/v1/customers/{id}/archive", tag = "Customers", params(("id" = i64, Path)),
    request_body = Act, responses((status = 200, body = Customer)))]
pub async fn archive(
    app: App,
    actor: Actor<perm::EditCustomers>,
    Path(id): Path<CustomerId>,
    header: IfMatch,
    Body(act): Body<Act>,
) -> Result<Response, Failure> {
    let (seen, today) = (seen(header, act.version), today(&actor.l));
    let row = app
        .change(&actor, move |c| {
            change::archive(c, id, seen, today)?;
            found(c.tx, id)
        })
        .await?;
    answer(row)
}

/// Brings a customer back.
#[utoipa::path(post, path = "/api/v1/customers/{id}/restore", tag = "Customers", params(("id" = i64, Path)),
    request_body = Act, responses((status = 200, body = Customer)))]
pub async fn restore(
    app: App,
    actor: Actor<perm::EditCustomers>,
    Path(id): Path<CustomerId>,
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
