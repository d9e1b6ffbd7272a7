//! Messages over the API.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use rules::access::perm;
use rules::channels::Fate;
use rules::ids::*;
use rules::tickets::number::TicketNumber;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::pages::make_ticket;
use crate::api::{Body, Listed, Paging, PagingParams, created};
use crate::kernel::actor::Actor;
use crate::messages::store::{self, MessageRow};
use crate::{App, Failure};

/// The description of these endpoints.
#[derive(OpenApi)]
#[openapi(paths(list, show, open_ticket), components(schemas(Message, TicketOfMessage, OpenedTicket)))]
pub struct Doc;

/// A message that came or went.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Message {
    pub id: i64,
    /// The number of its ticket.
    pub ticket: Option<String>,
    pub customer: Option<i64>,
    pub contact: Option<i64>,
    /// `in` or `out`.
    pub direction: String,
    pub channel: String,
    /// What became of it: `kept`, `unsorted`, `opened`, `on-ticket`, `bounced`, `machine`, `duplicate`, `set-aside`,
    /// `dismissed`, `sent`.
    pub fate: String,
    pub mailbox: String,
    pub sender: String,
    pub sender_name: String,
    pub subject: String,
    pub message_id: Option<String>,
    pub received_at: String,
    /// Why it was set aside, or what a bounce says.
    pub problem: Option<String>,
    /// The SHA-256 of its raw bytes.
    pub sha256: String,
    pub bytes: i64,
}

/// Whose matter a message is.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketOfMessage {
    pub customer: i64,
}

/// The ticket that was made.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OpenedTicket {
    pub number: String,
}

fn shown(row: MessageRow) -> Message {
    Message {
        id: row.id.get(),
        ticket: row.ticket_id.map(|id| TicketNumber::of(id).to_string()),
        customer: row.customer_id.map(CustomerId::get),
        contact: row.contact_id.map(ContactId::get),
        direction: row.direction.code().to_owned(),
        channel: row.channel.code().to_owned(),
        fate: row.fate.code().to_owned(),
        mailbox: row.mailbox,
        sender: row.sender,
        sender_name: row.sender_name,
        subject: row.subject,
        message_id: row.message_id,
        received_at: row.received_at.to_string(),
        problem: row.problem,
        sha256: row.sha256,
        bytes: row.bytes,
    }
}

/// Messages, newest first; `fate` narrows them.
#[utoipa::path(get, path = "/api/v1/messages", tag = "Messages",
    params(PagingParams, ("fate" = Option<String>, Query, description = "One fate")),
    responses((status = 200, body = Listed<Message>)))]
pub async fn list(app: App, _actor: Actor<perm::ViewTickets>, paging: Paging) -> Result<Response, Failure> {
    let fate: Option<Fate> = match paging.search().some("fate") {
        Some(code) => Some(code.parse().map_err(|_| rules::Invalid::unknown("fate", code))?),
        None => None,
    };
    let (after, rows) = (paging.after::<i64>()?, paging.rows());
    let found = app.read(move |tx| Ok(store::list(tx, fate, after, rows)?)).await?;
    paging.answer(found, |row| row.id.get(), shown)
}

/// One message.
#[utoipa::path(get, path = "/api/v1/messages/{id}", tag = "Messages", params(("id" = i64, Path)),
    responses((status = 200, body = Message)))]
pub async fn show(
    app: App,
    _actor: Actor<perm::ViewTickets>,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let row = app.read(move |tx| store::find(tx, MessageId(id))?.ok_or(Failure::NotFound)).await?;
    Ok(axum::Json(shown(row)).into_response())
}

/// Makes a ticket of a customer from a message that waits to be sorted.
#[utoipa::path(post, path = "/api/v1/messages/{id}/ticket", tag = "Messages", params(("id" = i64, Path)),
    request_body = TicketOfMessage, responses((status = 201, body = OpenedTicket)))]
pub async fn open_ticket(
    app: App,
    actor: Actor<perm::ReportTicket>,
    Path(id): Path<i64>,
    Body(input): Body<TicketOfMessage>,
) -> Result<Response, Failure> {
    let ticket = make_ticket(&app, &actor, id, CustomerId(input.customer)).await?;
    let number = TicketNumber::of(ticket).to_string();
    created(&format!("/api/v1/tickets/{number}"), &OpenedTicket { number })
}
