//! Acknowledging an emergency over the API.

use axum::Json;
use axum::extract::Path;
use rules::access::perm;
use rules::tickets::number::TicketNumber;
use serde::Serialize;
use utoipa::OpenApi;

use super::pages::{number, take};
use super::store;
use crate::kernel::actor::Actor;
use crate::{App, Failure};

#[derive(OpenApi)]
#[openapi(paths(acknowledge), components(schemas(AcknowledgementBody)))]
pub struct Doc;

/// How an escalation stands, as the API tells it.
#[derive(Serialize, utoipa::ToSchema)]
pub struct AcknowledgementBody {
    /// The ticket number.
    pub ticket: String,
    /// When it was acknowledged.
    #[schema(value_type = Option<String>)]
    pub acknowledged_at: Option<jiff::Timestamp>,
}

/// Acknowledge an emergency: nobody else is called.
#[utoipa::path(post, path = "/api/v1/tickets/{number}/acknowledgement", tag = "Tickets",
    params(("number" = String, Path, description = "The ticket number")),
    responses((status = 200, description = "Acknowledged", body = AcknowledgementBody)))]
pub async fn acknowledge(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
) -> Result<Json<AcknowledgementBody>, Failure> {
    let ticket = number(&text)?;
    take(&app, &actor, ticket, actor.person.id).await?;
    let latest = app.read(move |tx| Ok(store::latest_of(tx, ticket)?)).await?;
    Ok(Json(AcknowledgementBody {
        ticket: TicketNumber::of(ticket).to_string(),
        acknowledged_at: latest.and_then(|latest| latest.acknowledged_at),
    }))
}
