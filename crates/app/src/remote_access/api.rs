//! Consents to remote access over the API.

use axum::Json;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use db::Tx;
use http::StatusCode;
use jiff::Timestamp;
use rules::Invalid;
use rules::access::perm;
use rules::ids::*;
use rules::remote_access::{ConsentForm, ConsentWay};
use rules::tickets::number::TicketNumber;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::{change, store};
use crate::App;
use crate::api::{Body, created};
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;

/// The description of these endpoints.
#[derive(OpenApi)]
#[openapi(
    paths(list, create, withdraw),
    components(schemas(RemoteConsent, RemoteConsentInput, RemoteSession))
)]
pub struct Doc;

/// A consent to remote access, with the sessions under it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RemoteConsent {
    pub id: i64,
    pub contact: i64,
    pub asset: Option<i64>,
    /// What may be reached, in words.
    pub target: String,
    /// `portal`, `phone` or `mail`.
    pub way: String,
    #[schema(value_type = String, format = DateTime)]
    pub from_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub until_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
    /// `expired` or `withdrawn`.
    pub end_cause: Option<String>,
    pub sessions: Vec<RemoteSession>,
}

/// A session under a consent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RemoteSession {
    pub id: i64,
    pub engineer: i64,
    #[schema(value_type = String, format = DateTime)]
    pub started_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
    /// What was done.
    pub done: Option<String>,
}

/// What the customer said by telephone or mail.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RemoteConsentInput {
    pub contact: Option<i64>,
    pub target: String,
    /// `phone` or `mail`.
    pub way: String,
    pub note: String,
    /// Now where it is left out.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub from_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until_at: Option<Timestamp>,
}

fn shown(tx: &mut Tx, row: store::ConsentRow) -> Result<RemoteConsent, Failure> {
    let sessions = store::sessions(tx, row.id)?.into_iter().map(|session| RemoteSession {
        id: session.id.get(),
        engineer: session.engineer_id.get(),
        started_at: session.started_at,
        ended_at: session.ended_at,
        done: session.done,
    });
    Ok(RemoteConsent {
        id: row.id.get(),
        contact: row.contact_id.get(),
        asset: row.asset_id.map(AssetId::get),
        target: row.target,
        way: row.way.code().to_owned(),
        from_at: row.from_at,
        until_at: row.until_at,
        ended_at: row.ended_at,
        end_cause: row.end_cause.map(|cause| cause.code().to_owned()),
        sessions: sessions.collect(),
    })
}

fn ticket(text: &str) -> Result<TicketId, Failure> {
    TicketNumber::parse(text).map(TicketNumber::ticket).map_err(|_| Failure::NotFound)
}

/// The consents of a ticket, newest first.
#[utoipa::path(get, path = "/api/v1/tickets/{number}/consents", tag = "Tickets", params(("number" = String, Path)),
    responses((status = 200, body = Vec<RemoteConsent>)))]
pub async fn list(
    app: App,
    _: Actor<perm::ViewTickets>,
    Path(text): Path<String>,
) -> Result<Response, Failure> {
    let id = ticket(&text)?;
    let rows = app
        .read(move |tx| {
            if !store::is_there(tx, id)? {
                return Err(Failure::NotFound);
            }
            let rows = store::of_ticket(tx, id)?;
            rows.into_iter().map(|row| shown(tx, row)).collect::<Result<Vec<_>, Failure>>()
        })
        .await?;
    Ok(Json(rows).into_response())
}

/// Notes that the customer allows remote access.
#[utoipa::path(post, path = "/api/v1/tickets/{number}/consents", tag = "Tickets", params(("number" = String, Path)),
    request_body = RemoteConsentInput, responses((status = 201, body = RemoteConsent)))]
pub async fn create(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
    Body(input): Body<RemoteConsentInput>,
) -> Result<Response, Failure> {
    let (id, user) = (ticket(&text)?, actor.person.id);
    if input.way == ConsentWay::Portal.code() {
        return Err(Invalid::unknown("way", input.way).into());
    }
    let contact = input.contact.map(ContactId).ok_or_else(|| Invalid::required("contact"))?;
    let consent = app
        .change(&actor, move |c| {
            let matter = store::matter(c.tx, id)?.ok_or(Failure::NotFound)?;
            let RemoteConsentInput { target, way, note, from_at, until_at, .. } = &input;
            let form = ConsentForm { target, way, note, from_at: *from_at, until_at: *until_at };
            let consent = form.read(contact, matter.about.asset, c.now)?;
            let consent = change::give(c, id, &consent, Some(user))?;
            let row = store::find(c.tx, consent)?.ok_or(Failure::NotFound)?;
            shown(c.tx, row)
        })
        .await?;
    created(&format!("/tickets/{text}"), &consent)
}

/// The customer takes a consent back; every session under it ends now.
#[utoipa::path(post, path = "/api/v1/tickets/{number}/consents/{id}/withdrawal", tag = "Tickets",
    params(("number" = String, Path), ("id" = i64, Path)), responses((status = 204, description = "Withdrawn")))]
pub async fn withdraw(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path((text, consent)): Path<(String, ConsentId)>,
) -> Result<StatusCode, Failure> {
    let id = ticket(&text)?;
    app.change(&actor, move |c| change::withdraw(c, id, consent, None)).await?;
    Ok(StatusCode::NO_CONTENT)
}
