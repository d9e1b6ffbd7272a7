//! Sites over the API.

use axum::extract::Path;
use axum::response::Response;
use db::Tx;
use jiff::Timestamp;
use rules::access::perm;
use rules::customers::SiteForm;
use rules::ids::{CustomerId, SiteId};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::change;
use super::store::{self, ListedSite, SiteFilter, SiteRow};
use crate::App;
use crate::api::{Body, IfMatch, Listed, Paging, PagingParams, created};
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::records::api::{Act, OfCustomerParams, both, fixed, put, seen, sent, shown, versioned};
use crate::records::id_of;

/// The description of these endpoints.
#[derive(OpenApi)]
#[openapi(
    paths(list, show, create, update, archive, restore),
    components(schemas(Site, SiteLine, SiteInput, Act))
)]
pub struct Doc;

/// A site.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Site {
    pub id: i64,
    pub customer: i64,
    pub code: String,
    pub name: String,
    #[schema(example = "Asia/Shanghai")]
    pub zone: String,
    pub address: Option<String>,
    /// Degrees, north is positive.
    pub latitude: Option<f64>,
    /// Degrees, east is positive.
    pub longitude: Option<f64>,
    pub remark: Option<String>,
    /// Counts the changes; send it back with an edit.
    pub version: i64,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub archived_at: Option<Timestamp>,
}

/// A site as a list shows it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SiteLine {
    pub id: i64,
    pub customer: i64,
    pub customer_code: String,
    pub customer_name: String,
    pub code: String,
    pub name: String,
    pub zone: String,
    pub address: Option<String>,
    pub version: i64,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub archived_at: Option<Timestamp>,
}

/// Fields of a site. To create one needs `customer`, `code`, `name` and `zone`; an edit changes what is sent, `null` or an empty text clears
/// it.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SiteInput {
    /// Whose site it is; fixed once it is registered.
    pub customer: Option<i64>,
    #[serde(deserialize_with = "sent")]
    pub code: Option<String>,
    #[serde(deserialize_with = "sent")]
    pub name: Option<String>,
    #[serde(deserialize_with = "sent")]
    pub zone: Option<String>,
    #[serde(deserialize_with = "sent")]
    pub address: Option<String>,
    /// Decimal degrees as text; both or neither.
    #[serde(deserialize_with = "sent")]
    pub latitude: Option<String>,
    #[serde(deserialize_with = "sent")]
    pub longitude: Option<String>,
    #[serde(deserialize_with = "sent")]
    pub remark: Option<String>,
    /// The version that was seen; `If-Match` serves as well.
    pub version: Option<i64>,
}

impl SiteInput {
    fn onto(self, mut form: SiteForm) -> SiteForm {
        put(&mut form.code, self.code);
        put(&mut form.name, self.name);
        put(&mut form.zone, self.zone);
        put(&mut form.address, self.address);
        put(&mut form.latitude, self.latitude);
        put(&mut form.longitude, self.longitude);
        put(&mut form.remark, self.remark);
        form
    }
}

impl From<SiteRow> for Site {
    fn from(row: SiteRow) -> Site {
        Site {
            id: row.id.get(),
            customer: row.customer_id.get(),
            code: row.code,
            name: row.name,
            zone: row.zone,
            address: row.address,
            latitude: row.latitude_microdeg.map(degrees),
            longitude: row.longitude_microdeg.map(degrees),
            remark: row.remark,
            version: row.version,
            created_at: row.created_at,
            archived_at: row.archived_at,
        }
    }
}

impl From<ListedSite> for SiteLine {
    fn from(row: ListedSite) -> SiteLine {
        SiteLine {
            id: row.id.get(),
            customer: row.customer_id.get(),
            customer_code: row.customer_code,
            customer_name: row.customer_name,
            code: row.code,
            name: row.name,
            zone: row.zone,
            address: row.address,
            version: row.version,
            archived_at: row.archived_at,
        }
    }
}

/// Decimal degrees of a stored coordinate.
fn degrees(microdeg: i64) -> f64 {
    microdeg as f64 / 1e6
}

fn found(tx: &mut Tx, id: SiteId) -> Result<SiteRow, Failure> {
    store::find(tx, id)?.ok_or(Failure::NotFound)
}

fn answer(row: SiteRow) -> Result<Response, Failure> {
    let version = row.version;
    versioned(&Site::from(row), version)
}

/// Sites, newest first.
#[utoipa::path(get, path = "/api/v1/sites", tag = "Sites", params(PagingParams, OfCustomerParams),
    responses((status = 200, body = Listed<SiteLine>)))]
pub async fn list(app: App, _: Actor<perm::ViewRegistry>, paging: Paging) -> Result<Response, Failure> {
    let query = paging.search();
    let filter = SiteFilter {
        text: query.get("q").to_owned(),
        shown: shown(&paging),
        customers: query.all("customer").filter_map(id_of).collect(),
    };
    let (after, rows) = (paging.after::<i64>()?, paging.rows());
    let rows = app.read(move |tx| Ok(store::list(tx, &filter, after, rows)?)).await?;
    paging.answer(rows, |row| row.id.get(), SiteLine::from)
}

/// One site.
#[utoipa::path(get, path = "/api/v1/sites/{id}", tag = "Sites", params(("id" = i64, Path)),
    responses((status = 200, body = Site)))]
pub async fn show(
    app: App,
    _: Actor<perm::ViewRegistry>,
    Path(id): Path<SiteId>,
) -> Result<Response, Failure> {
    answer(app.read(move |tx| found(tx, id)).await?)
}

/// Registers a site.
#[utoipa::path(post, path = "/api/v1/sites", tag = "Sites", request_body = SiteInput,
    responses((status = 201, body = Site)))]
pub async fn create(
    app: App,
    actor: Actor<perm::EditCustomers>,
    Body(input): Body<SiteInput>,
) -> Result<Response, Failure> {
    let customer = input.customer.map(CustomerId).ok_or_else(|| Failure::field("customer", "error-required"));
    let read = input.onto(SiteForm::default()).read();
    let row = app
        .change(&actor, move |c| {
            let (customer, site) = both(customer, read)?;
            let id = change::create(c, customer, &site)?;
            found(c.tx, id)
        })
        .await?;
    created(&format!("/api/v1/sites/{}", row.id), &Site::from(row))
}

/// Edits a site.
#[utoipa::path(patch, path = "/api/v1/sites/{id}", tag = "Sites", params(("id" = i64, Path)),
    request_body = SiteInput, responses((status = 200, body = Site)))]
pub async fn update(
    app: App,
    actor: Actor<perm::EditCustomers>,
    Path(id): Path<SiteId>,
    header: IfMatch,
    Body(input): Body<SiteInput>,
) -> Result<Response, Failure> {
    let seen = seen(header, input.version);
    let row = app
        .change(&actor, move |c| {
            let row = found(c.tx, id)?;
            fixed(input.customer, row.customer_id)?;
            let site = input.onto(row.form()).read()?;
            change::edit(c, id, seen, &site)?;
            found(c.tx, id)
        })
        .await?;
    answer(row)
}

/// Puts a site away. Refused while tickets are open there.
#[utoipa::path(post, path = "/api/v1/sites/{id}/archive", tag = "Sites", params(("id" = i64, Path)),
    request_body = Act, responses((status = 200, body = Site)))]
pub async fn archive(
    app: App,
    actor: Actor<perm::EditCustomers>,
    Path(id): Path<SiteId>,
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

/// Brings a site back.
#[utoipa::path(post, path = "/api/v1/sites/{id}/restore", tag = "Sites", params(("id" = i64, Path)),
    request_body = Act, responses((status = 200, body = Site)))]
pub async fn restore(
    app: App,
    actor: Actor<perm::EditCustomers>,
    Path(id): Path<SiteId>,
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
