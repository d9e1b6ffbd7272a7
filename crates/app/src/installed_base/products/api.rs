//! Products over the API.

use axum::extract::Path;
use axum::response::Response;
use db::Tx;
use jiff::Timestamp;
use rules::access::perm;
use rules::ids::ProductId;
use rules::installed_base::ProductForm;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::change;
use super::store::{self, ProductFilter, ProductRow};
use crate::App;
use crate::api::{Body, IfMatch, Listed, Paging, PagingParams, created};
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::records::api::{Act, RecordParams, put, seen, sent, sent_id, shown, versioned};

/// The description of these endpoints.
#[derive(OpenApi)]
#[openapi(
    paths(list, show, create, update, archive, restore),
    components(schemas(Product, ProductInput, Act))
)]
pub struct Doc;

/// A product.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Product {
    pub id: i64,
    pub manufacturer: String,
    pub model: String,
    pub name: Option<String>,
    /// What promises can ask for: switch, server, terminal.
    pub class: Option<String>,
    /// The manufacturer's own warranty.
    pub warranty_months: Option<i64>,
    pub remark: Option<String>,
    /// Counts the changes; send it back with an edit.
    pub version: i64,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub archived_at: Option<Timestamp>,
}

/// Fields of a product. To create one needs `manufacturer` and `model`; an edit changes what is sent, `null` or an empty text clears
/// it.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ProductInput {
    #[serde(deserialize_with = "sent")]
    pub manufacturer: Option<String>,
    #[serde(deserialize_with = "sent")]
    pub model: Option<String>,
    #[serde(deserialize_with = "sent")]
    pub name: Option<String>,
    #[serde(deserialize_with = "sent")]
    pub class: Option<String>,
    /// Left out it stays; `null` clears it.
    #[serde(deserialize_with = "sent_id")]
    pub warranty_months: Option<Option<i64>>,
    #[serde(deserialize_with = "sent")]
    pub remark: Option<String>,
    /// The version that was seen; `If-Match` serves as well.
    pub version: Option<i64>,
}

impl ProductInput {
    fn onto(self, mut form: ProductForm) -> ProductForm {
        put(&mut form.manufacturer, self.manufacturer);
        put(&mut form.model, self.model);
        put(&mut form.name, self.name);
        put(&mut form.class, self.class);
        if let Some(months) = self.warranty_months {
            form.warranty_months = months.map(|months| months.to_string()).unwrap_or_default();
        }
        put(&mut form.remark, self.remark);
        form
    }
}

impl From<ProductRow> for Product {
    fn from(row: ProductRow) -> Product {
        Product {
            id: row.id.get(),
            manufacturer: row.manufacturer,
            model: row.model,
            name: row.name,
            class: row.class,
            warranty_months: row.warranty_months,
            remark: row.remark,
            version: row.version,
            created_at: row.created_at,
            archived_at: row.archived_at,
        }
    }
}

fn found(tx: &mut Tx, id: ProductId) -> Result<ProductRow, Failure> {
    store::find(tx, id)?.ok_or(Failure::NotFound)
}

fn answer(row: ProductRow) -> Result<Response, Failure> {
    let version = row.version;
    versioned(&Product::from(row), version)
}

/// Products, newest first.
#[utoipa::path(get, path = "/api/v1/products", tag = "Products", params(PagingParams, RecordParams, ("class" = Option<String>, Query, description = "Of this class; may be repeated")),
    responses((status = 200, body = Listed<Product>)))]
pub async fn list(app: App, _: Actor<perm::ViewRegistry>, paging: Paging) -> Result<Response, Failure> {
    let query = paging.search();
    let filter = ProductFilter {
        text: query.get("q").to_owned(),
        shown: shown(&paging),
        classes: query.all("class").map(str::to_owned).collect(),
    };
    let (after, rows) = (paging.after::<i64>()?, paging.rows());
    let rows = app.read(move |tx| Ok(store::list(tx, &filter, after, rows)?)).await?;
    paging.answer(rows, |row| row.id.get(), Product::from)
}

/// One product.
#[utoipa::path(get, path = "/api/v1/products/{id}", tag = "Products", params(("id" = i64, Path)),
    responses((status = 200, body = Product)))]
pub async fn show(
    app: App,
    _: Actor<perm::ViewRegistry>,
    Path(id): Path<ProductId>,
) -> Result<Response, Failure> {
    answer(app.read(move |tx| found(tx, id)).await?)
}

/// Registers a product.
#[utoipa::path(post, path = "/api/v1/products", tag = "Products", request_body = ProductInput,
    responses((status = 201, body = Product)))]
pub async fn create(
    app: App,
    actor: Actor<perm::EditProducts>,
    Body(input): Body<ProductInput>,
) -> Result<Response, Failure> {
    let read = input.onto(ProductForm::default()).read();
    let row = app
        .change(&actor, move |c| {
            let id = change::create(c, &read?)?;
            found(c.tx, id)
        })
        .await?;
    created(&format!("/api/v1/products/{}", row.id), &Product::from(row))
}

/// Edits a product.
#[utoipa::path(patch, path = "/api/v1/products/{id}", tag = "Products", params(("id" = i64, Path)),
    request_body = ProductInput, responses((status = 200, body = Product)))]
pub async fn update(
    app: App,
    actor: Actor<perm::EditProducts>,
    Path(id): Path<ProductId>,
    header: IfMatch,
    Body(input): Body<ProductInput>,
) -> Result<Response, Failure> {
    let seen = seen(header, input.version);
    let row = app
        .change(&actor, move |c| {
            let row = found(c.tx, id)?;
            let product = input.onto(row.form()).read()?;
            change::edit(c, id, seen, &product)?;
            found(c.tx, id)
        })
        .await?;
    answer(row)
}

/// Puts a product away. Refused while units of it are in use.
#[utoipa::path(post, path = "/api/v1/products/{id}/archive", tag = "Products", params(("id" = i64, Path)),
    request_body = Act, responses((status = 200, body = Product)))]
pub async fn archive(
    app: App,
    actor: Actor<perm::EditProducts>,
    Path(id): Path<ProductId>,
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

/// Brings a product back.
#[utoipa::path(post, path = "/api/v1/products/{id}/restore", tag = "Products", params(("id" = i64, Path)),
    request_body = Act, responses((status = 200, body = Product)))]
pub async fn restore(
    app: App,
    actor: Actor<perm::EditProducts>,
    Path(id): Path<ProductId>,
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
