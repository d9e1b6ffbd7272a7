//! Assets over the API.

use axum::extract::Path;
use axum::response::Response;
use db::Tx;
use jiff::Timestamp;
use jiff::civil::Date;
use rules::access::perm;
use rules::ids::{AssetId, CustomerId, ProductId, SiteId};
use rules::installed_base::AssetForm;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::change;
use super::store::{self, AssetFilter, AssetRow, ListedAsset, Placed};
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
    components(schemas(Asset, AssetLine, AssetInput, Act))
)]
pub struct Doc;

/// An asset.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Asset {
    pub id: i64,
    pub customer: i64,
    pub site: Option<i64>,
    pub product: i64,
    pub name: Option<String>,
    pub serial: Option<String>,
    /// Where at the site.
    pub position: Option<String>,
    /// `common` or `rare`; the severity is proposed from it.
    pub usage: String,
    pub software_version: Option<String>,
    #[schema(value_type = Option<String>, format = Date)]
    pub installed_on: Option<Date>,
    pub remark: Option<String>,
    /// Counts the changes; send it back with an edit.
    pub version: i64,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub archived_at: Option<Timestamp>,
}

/// An asset as a list shows it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AssetLine {
    pub id: i64,
    pub customer: i64,
    pub customer_name: String,
    pub site: Option<i64>,
    pub site_name: Option<String>,
    pub product: i64,
    pub manufacturer: String,
    pub model: String,
    pub class: Option<String>,
    pub name: Option<String>,
    pub serial: Option<String>,
    pub position: Option<String>,
    pub usage: String,
    pub software_version: Option<String>,
    pub version: i64,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub archived_at: Option<Timestamp>,
}

/// Fields of an asset. To create one needs `customer`, `product` and `serial` or `name`; an edit changes what is sent, `null` or an empty text clears
/// it.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AssetInput {
    /// Whose unit it is; fixed once registered.
    pub customer: Option<i64>,
    /// What it is one of.
    pub product: Option<i64>,
    /// Where it stands. Left out it stays; `null` clears it.
    #[serde(deserialize_with = "sent_id")]
    pub site: Option<Option<i64>>,
    #[serde(deserialize_with = "sent")]
    pub name: Option<String>,
    #[serde(deserialize_with = "sent")]
    pub serial: Option<String>,
    #[serde(deserialize_with = "sent")]
    pub position: Option<String>,
    #[serde(deserialize_with = "sent")]
    pub usage: Option<String>,
    #[serde(deserialize_with = "sent")]
    pub software_version: Option<String>,
    /// A date, such as `2026-01-31`.
    #[serde(deserialize_with = "sent")]
    pub installed_on: Option<String>,
    #[serde(deserialize_with = "sent")]
    pub remark: Option<String>,
    /// The version that was seen; `If-Match` serves as well.
    pub version: Option<i64>,
}

impl AssetInput {
    fn onto(self, mut form: AssetForm) -> AssetForm {
        put(&mut form.name, self.name);
        put(&mut form.serial, self.serial);
        put(&mut form.position, self.position);
        put(&mut form.usage, self.usage);
        put(&mut form.software_version, self.software_version);
        put(&mut form.installed_on, self.installed_on);
        put(&mut form.remark, self.remark);
        form
    }
}

impl From<AssetRow> for Asset {
    fn from(row: AssetRow) -> Asset {
        Asset {
            id: row.id.get(),
            customer: row.customer_id.get(),
            site: row.site_id.map(SiteId::get),
            product: row.product_id.get(),
            name: row.name,
            serial: row.serial,
            position: row.position,
            usage: row.usage.code().to_owned(),
            software_version: row.software_version,
            installed_on: row.installed_on,
            remark: row.remark,
            version: row.version,
            created_at: row.created_at,
            archived_at: row.archived_at,
        }
    }
}

impl From<ListedAsset> for AssetLine {
    fn from(row: ListedAsset) -> AssetLine {
        AssetLine {
            id: row.id.get(),
            customer: row.customer_id.get(),
            customer_name: row.customer_name,
            site: row.site_id.map(SiteId::get),
            site_name: row.site_name,
            product: row.product_id.get(),
            manufacturer: row.manufacturer,
            model: row.model,
            class: row.class,
            name: row.name,
            serial: row.serial,
            position: row.position,
            usage: row.usage.code().to_owned(),
            software_version: row.software_version,
            version: row.version,
            archived_at: row.archived_at,
        }
    }
}

fn found(tx: &mut Tx, id: AssetId) -> Result<AssetRow, Failure> {
    store::find(tx, id)?.ok_or(Failure::NotFound)
}

fn answer(row: AssetRow) -> Result<Response, Failure> {
    let version = row.version;
    versioned(&Asset::from(row), version)
}

/// Assets, newest first.
#[utoipa::path(get, path = "/api/v1/assets", tag = "Assets", params(PagingParams, OfCustomerParams, ("site" = Option<i64>, Query, description = "At this site"), ("product" = Option<i64>, Query, description = "Of this product; may be repeated"), ("usage" = Option<String>, Query, description = "`common` or `rare`")),
    responses((status = 200, body = Listed<AssetLine>)))]
pub async fn list(app: App, _: Actor<perm::ViewRegistry>, paging: Paging) -> Result<Response, Failure> {
    let query = paging.search();
    let filter = AssetFilter {
        text: query.get("q").to_owned(),
        shown: shown(&paging),
        customers: query.all("customer").filter_map(id_of).collect(),
        site: query.some("site").and_then(id_of),
        products: query.all("product").filter_map(id_of).collect(),
        usage: query.some("usage").and_then(|code| code.parse().ok()),
    };
    let (after, rows) = (paging.after::<i64>()?, paging.rows());
    let rows = app.read(move |tx| Ok(store::list(tx, &filter, after, rows)?)).await?;
    paging.answer(rows, |row| row.id.get(), AssetLine::from)
}

/// One asset.
#[utoipa::path(get, path = "/api/v1/assets/{id}", tag = "Assets", params(("id" = i64, Path)),
    responses((status = 200, body = Asset)))]
pub async fn show(
    app: App,
    _: Actor<perm::ViewRegistry>,
    Path(id): Path<AssetId>,
) -> Result<Response, Failure> {
    answer(app.read(move |tx| found(tx, id)).await?)
}

/// Registers an asset.
#[utoipa::path(post, path = "/api/v1/assets", tag = "Assets", request_body = AssetInput,
    responses((status = 201, body = Asset)))]
pub async fn create(
    app: App,
    actor: Actor<perm::EditAssets>,
    Body(input): Body<AssetInput>,
) -> Result<Response, Failure> {
    let customer = input.customer.map(CustomerId).ok_or_else(|| Failure::field("customer", "error-required"));
    let product = input.product.map(ProductId).ok_or_else(|| Failure::field("product", "error-required"))?;
    let site = input.site.flatten().map(SiteId);
    let read = input.onto(AssetForm::default()).read();
    let row = app
        .change(&actor, move |c| {
            let (customer, asset) = both(customer, read)?;
            let id = change::create(c, customer, Placed { product, site }, &asset)?;
            found(c.tx, id)
        })
        .await?;
    created(&format!("/api/v1/assets/{}", row.id), &Asset::from(row))
}

/// Edits an asset.
#[utoipa::path(patch, path = "/api/v1/assets/{id}", tag = "Assets", params(("id" = i64, Path)),
    request_body = AssetInput, responses((status = 200, body = Asset)))]
pub async fn update(
    app: App,
    actor: Actor<perm::EditAssets>,
    Path(id): Path<AssetId>,
    header: IfMatch,
    Body(input): Body<AssetInput>,
) -> Result<Response, Failure> {
    let seen = seen(header, input.version);
    let row = app
        .change(&actor, move |c| {
            let row = found(c.tx, id)?;
            fixed(input.customer, row.customer_id)?;
            let placed = Placed {
                product: input.product.map_or(row.product_id, ProductId),
                site: input.site.map_or(row.site_id, |site| site.map(SiteId)),
            };
            let asset = input.onto(row.form()).read()?;
            change::edit(c, id, seen, placed, &asset)?;
            found(c.tx, id)
        })
        .await?;
    answer(row)
}

/// Puts an asset away. Refused while it has open tickets.
#[utoipa::path(post, path = "/api/v1/assets/{id}/archive", tag = "Assets", params(("id" = i64, Path)),
    request_body = Act, responses((status = 200, body = Asset)))]
pub async fn archive(
    app: App,
    actor: Actor<perm::EditAssets>,
    Path(id): Path<AssetId>,
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

/// Brings an asset back.
#[utoipa::path(post, path = "/api/v1/assets/{id}/restore", tag = "Assets", params(("id" = i64, Path)),
    request_body = Act, responses((status = 200, body = Asset)))]
pub async fn restore(
    app: App,
    actor: Actor<perm::EditAssets>,
    Path(id): Path<AssetId>,
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
