//! Who is let onto the portal, over the API.

use axum::Json;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use db::Tx;
use http::StatusCode;
use jiff::Timestamp;
use rules::access::perm;
use rules::ids::{ContactId, SiteId};
use rules::portal::Access;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::access::{end, give};
use crate::App;
use crate::api::{Body, Listed, Paging, PagingParams};
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::people::guests::{self, AccessRow};

/// The description of these endpoints.
#[derive(OpenApi)]
#[openapi(paths(list, put, delete), components(schemas(PortalAccess, PortalAccessInput)))]
pub struct Doc;

/// An access of a contact to the customer's portal.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PortalAccess {
    pub id: i64,
    pub contact: i64,
    /// `reporter`, `manager` or `duty`.
    pub role: String,
    /// The sites that it sees; none for one that sees all.
    pub sites: Vec<i64>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub seen_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
}

/// What a contact may do on the portal.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PortalAccessInput {
    /// `reporter`, `manager` or `duty`.
    pub role: String,
    /// The sites that it sees; a manager sees all.
    pub sites: Vec<i64>,
}

fn shown(tx: &mut Tx, row: AccessRow) -> Result<PortalAccess, Failure> {
    let sites = guests::sites(tx, row.id)?.into_iter().map(|(id, _)| id.get()).collect();
    Ok(PortalAccess {
        id: row.id.get(),
        contact: row.contact_id.get(),
        role: row.role.code().to_owned(),
        sites,
        created_at: row.created_at,
        seen_at: row.seen_at,
        ended_at: row.ended_at,
    })
}

/// Accesses to the portal, newest first; those that ended too.
#[utoipa::path(get, path = "/api/v1/portal-accesses", tag = "Portal", params(PagingParams),
    responses((status = 200, body = Listed<PortalAccess>)))]
pub async fn list(app: App, _: Actor<perm::ViewRegistry>, paging: Paging) -> Result<Response, Failure> {
    let (after, rows) = (paging.after::<i64>()?, paging.rows());
    let rows = app
        .read(move |tx| {
            let rows = guests::list(tx, after, rows)?;
            rows.into_iter().map(|row| shown(tx, row)).collect::<Result<Vec<_>, Failure>>()
        })
        .await?;
    paging.answer(rows, |row| row.id, |row| row)
}

/// Lets a contact onto the portal, or changes what they may do there.
#[utoipa::path(put, path = "/api/v1/contacts/{id}/portal-access", tag = "Portal", params(("id" = i64, Path)),
    request_body = PortalAccessInput, responses((status = 200, body = PortalAccess)))]
pub async fn put(
    app: App,
    actor: Actor<perm::EditCustomers>,
    Path(id): Path<ContactId>,
    Body(input): Body<PortalAccessInput>,
) -> Result<Response, Failure> {
    let access = Access::read(&input.role, input.sites.into_iter().map(SiteId).collect())?;
    let answer = app
        .change(&actor, move |c| {
            let access = give(c, id, &access)?;
            let row = guests::find(c.tx, access)?.ok_or(Failure::NotFound)?;
            shown(c.tx, row)
        })
        .await?;
    Ok(Json(answer).into_response())
}

/// Ends an access; its sessions and links end at once.
#[utoipa::path(delete, path = "/api/v1/contacts/{id}/portal-access", tag = "Portal", params(("id" = i64, Path)),
    responses((status = 204, description = "Ended")))]
pub async fn delete(
    app: App,
    actor: Actor<perm::EditCustomers>,
    Path(id): Path<ContactId>,
) -> Result<StatusCode, Failure> {
    app.change(&actor, move |c| end(c, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
