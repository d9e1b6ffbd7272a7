//! Saved views over the API.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use rules::access::perm;
use rules::ids::ViewId;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::pages::{Draft, alter, drop_view, keep};
use super::store::{self, ViewRow};
use crate::api::{Body, Listed, created};
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::state::App;

/// The description of these endpoints.
#[derive(OpenApi)]
#[openapi(paths(list, create, update, remove), components(schemas(View, ViewInput)))]
pub struct Doc;

/// A saved view of the queue.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct View {
    pub id: i64,
    pub name: String,
    /// The filters, as they stand in the address of the queue and of `GET /api/v1/queue`.
    #[schema(example = "severity=emergency&team=mine")]
    pub query: String,
    /// Whether everybody sees it.
    pub shared: bool,
    /// Whether it is one's own.
    pub own: bool,
    pub owner: String,
}

/// What is sent to keep a view.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewInput {
    pub name: String,
    #[schema(example = "severity=emergency&team=mine")]
    pub query: String,
    /// Needs the scope `share-views`.
    #[serde(default)]
    pub shared: bool,
}

fn shown(row: ViewRow, reader: rules::ids::UserId) -> View {
    let own = row.owner_id == reader;
    View { id: row.id.get(), name: row.name, query: row.query, shared: row.shared, own, owner: row.owner }
}

/// One's own views and the shared ones.
#[utoipa::path(get, path = "/api/v1/views", tag = "Queue", responses((status = 200, body = Listed<View>)))]
pub async fn list(app: App, actor: Actor<perm::ViewTickets>) -> Result<Response, Failure> {
    let reader = actor.person.id;
    let rows = app.read(move |tx| Ok(store::list(tx, reader)?)).await?;
    let items = rows.into_iter().map(|row| shown(row, reader)).collect();
    Ok(axum::Json(serde_json::to_value(Listed::<View> { items, next: None })?).into_response())
}

/// Keeps a view.
#[utoipa::path(post, path = "/api/v1/views", tag = "Queue", request_body = ViewInput,
    responses((status = 201, body = View)))]
pub async fn create(
    app: App,
    actor: Actor<perm::ViewTickets>,
    Body(input): Body<ViewInput>,
) -> Result<Response, Failure> {
    let draft = Draft::read(&input.name, &input.query, input.shared)?;
    let person = actor.person.clone();
    let view = app
        .change(&actor, move |change| {
            let id = keep(change, &person, &draft)?;
            let row = store::find(change.tx, id)?.ok_or(Failure::NotFound)?;
            Ok(shown(row, person.id))
        })
        .await?;
    created(&format!("/api/v1/views/{}", view.id), &view)
}

/// Changes a view.
#[utoipa::path(put, path = "/api/v1/views/{id}", tag = "Queue", params(("id" = i64, Path)), request_body = ViewInput,
    responses((status = 200, body = View)))]
pub async fn update(
    app: App,
    actor: Actor<perm::ViewTickets>,
    Path(id): Path<ViewId>,
    Body(input): Body<ViewInput>,
) -> Result<Response, Failure> {
    let draft = Draft::read(&input.name, &input.query, input.shared)?;
    let person = actor.person.clone();
    let view = app
        .change(&actor, move |change| {
            alter(change, &person, id, &draft)?;
            let row = store::find(change.tx, id)?.ok_or(Failure::NotFound)?;
            Ok(shown(row, person.id))
        })
        .await?;
    Ok(axum::Json(serde_json::to_value(&view)?).into_response())
}

/// Drops a view.
#[utoipa::path(delete, path = "/api/v1/views/{id}", tag = "Queue", params(("id" = i64, Path)),
    responses((status = 204, description = "Dropped")))]
pub async fn remove(
    app: App,
    actor: Actor<perm::ViewTickets>,
    Path(id): Path<ViewId>,
) -> Result<StatusCode, Failure> {
    let person = actor.person.clone();
    app.change(&actor, move |change| drop_view(change, &person, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
