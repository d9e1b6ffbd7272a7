//! What the customer does to a ticket: answer, confirm, reopen, reply.

use axum::Json;
use axum::extract::{Path, Request};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use rules::event::{Event, Happening};
use rules::portal::right;
use rules::text::{Reason, Text};
use rules::tickets::verb::Verb;
use rules::tickets::{Addressee, Channel, State};
use rules::{Invalid, Refusal};
use serde_json::json;

use super::report::{guest_limit, keep_files};
use super::store;
use super::ticket::path;
use crate::kernel::form::Form;
use crate::kernel::guest::Guest;
use crate::kernel::notice::{Notice, go};
use crate::tickets::change;
use crate::tickets::files::receive_form;
use crate::{App, Failure};

/// Does one verb to a ticket that the guest sees.
async fn act(
    app: &App,
    guest: &Guest<right::Report>,
    text: &str,
    verb: Verb,
    said: &'static str,
) -> Result<Response, Failure> {
    let (id, scope) = (change::number(text)?, guest.scope());
    let answers = matches!(verb, Verb::Answer { .. });
    let id = app
        .change(guest, move |c| {
            let id = store::ticket(c.tx, scope, id)?;
            if answers {
                // A question to somebody else is not the customer's to answer.
                let row = change::load(c, id, None)?;
                if row.waiting_addressee != Some(Addressee::Customer) {
                    let (verb, state) = ("ticket-verb-answer", row.state.code());
                    return Err(Refusal::NotInThisState { verb, state }.into());
                }
            }
            change::act_of_contact(c, id, verb)?;
            Ok(id)
        })
        .await?;
    Ok(go(&path(id), Notice::new(said)))
}

/// POST /portal/tickets/{number}/answer: the pause ends by itself.
pub async fn answer(
    app: App,
    guest: Guest<right::Report>,
    Path(text): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let answer = Text::parse("answer", form.get("answer"))?;
    act(&app, &guest, &text, Verb::Answer { at: None, answer }, "notice-portal-answered").await
}

/// POST /portal/tickets/{number}/confirmation: it is solved, says the customer.
pub async fn confirm(
    app: App,
    guest: Guest<right::Report>,
    Path(text): Path<String>,
) -> Result<Response, Failure> {
    let verb = Verb::Close { contact: Some(guest.visiting.contact), note: None };
    act(&app, &guest, &text, verb, "notice-portal-confirmed").await
}

/// POST /portal/tickets/{number}/reopening: it is not.
pub async fn reopen(
    app: App,
    guest: Guest<right::Report>,
    Path(text): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let reason = Reason::parse("reason", form.get("reason"))?;
    act(&app, &guest, &text, Verb::Reopen { reason }, "notice-portal-reopened").await
}

/// POST /portal/tickets/{number}/reply: words, photographs, or both.
pub async fn reply(
    app: App,
    guest: Guest<right::Report>,
    Path(number): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    let (id, scope) = (change::number(&number)?, guest.scope());
    app.read(move |tx| store::ticket(tx, scope, id)).await?;
    let by_script = request.headers().get(header::ACCEPT).is_some_and(|accept| accept == "application/json");
    let (form, files) = receive_form(&app, request, guest_limit(&app)).await?;
    let text = Text::parse_optional("text", form.get("text"))?;
    if text.is_none() && files.is_empty() {
        return Err(Invalid::required("text").into());
    }
    let from = guest.visiting.name.clone();
    let id = app
        .change(&guest, move |c| {
            let id = store::ticket(c.tx, scope, id)?;
            let ticket = change::load(c, id, None)?.ticket();
            if ticket.state == State::Merged {
                return Err(Failure::NotFound);
            }
            let mut happened = Vec::new();
            if let Some(text) = text {
                let event = Event::TicketMessageReceived { channel: Channel::Web, from, text: text.into() };
                happened.push(Happening { at: c.now, about: ticket.about(), event });
            }
            happened.extend(keep_files(c, &ticket, scope.contact, &files)?);
            change::save(c, ticket, happened)?;
            Ok(id)
        })
        .await?;
    if by_script {
        return Ok((StatusCode::CREATED, Json(json!({ "location": path(id) }))).into_response());
    }
    Ok(go(&path(id), Notice::new("notice-portal-replied")))
}
