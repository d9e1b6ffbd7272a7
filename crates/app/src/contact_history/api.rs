//! The history of a contact for programs.

use axum::Json;
use axum::extract::Path;
use jiff::Timestamp;
use rules::access::perm;
use rules::ids::*;
use rules::tickets::number::TicketNumber;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use super::pages::{Cursor, History, Line, wanted};
use crate::api::Listed;
use crate::customers::contacts::store as contacts;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::Search;
use crate::kernel::state::App;

/// Lines of one answer, at most and where none is asked for.
const MOST: usize = 200;
const USUAL: usize = 50;

/// A line of a contact's history.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryLineBody {
    /// `tickets`, `calls`, `messages`, `deliveries`, `acts`.
    #[schema(example = "calls")]
    pub kind: &'static str,
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// What it is: a title, a subject, a call's outcome, the name of a fact.
    pub title: String,
    /// The number of the ticket that it concerns.
    pub ticket: Option<String>,
    /// Its page.
    pub href: Option<String>,
}

fn title(line: &Line) -> String {
    match line {
        Line::Ticket(line) => line.title.clone(),
        Line::Call(line) => line.outcome.map_or(line.state.code(), |outcome| outcome.code()).to_owned(),
        Line::Message(line) => line.subject.clone(),
        Line::Delivery(line) => line.subject.clone(),
        Line::Act(line) => line.name.clone(),
    }
}

/// Everything that we had to do with a contact, the latest first.
#[utoipa::path(get, path = "/api/v1/contacts/{id}/history", tag = "Contacts",
    params(("id" = i64, Path, description = "The contact"),
        ("kind" = Option<Vec<String>>, Query, description = "Only these kinds of line"),
        ("after" = Option<String>, Query, description = "The `next` of the answer before"),
        ("limit" = Option<u64>, Query, description = "Lines of the answer, 1 to 200; 50 without it")),
    responses((status = 200, description = "A page of lines", body = Listed<HistoryLineBody>)))]
pub async fn list(
    app: App,
    _: Actor<perm::ViewTickets>,
    Path(id): Path<ContactId>,
    search: Search,
) -> Result<Json<Listed<HistoryLineBody>>, Failure> {
    let (kinds, cursor) = (wanted(&search), Cursor::parse(search.get("after")));
    let page = search.get("limit").parse().unwrap_or(USUAL).clamp(1, MOST);
    let history = app
        .read(move |tx| {
            contacts::find(tx, id)?.ok_or(Failure::NotFound)?;
            History::read(tx, id, &kinds, cursor, page)
        })
        .await?;
    let items = history.lines.iter().map(|line| HistoryLineBody {
        kind: line.cursor().stream().code(),
        at: line.cursor().at(),
        title: title(line),
        ticket: line.ticket().map(|id| TicketNumber::of(id).to_string()),
        href: line.href(),
    });
    Ok(Json(Listed { items: items.collect(), next: history.next.map(|cursor| cursor.to_string()) }))
}

/// The description of this endpoint.
#[derive(OpenApi)]
#[openapi(paths(list), components(schemas(HistoryLineBody)))]
pub struct Doc;
