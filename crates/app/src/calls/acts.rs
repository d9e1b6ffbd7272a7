//! What is done to a call by a button: begin, take, hold, link, tell another arrival.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use rules::access::perm;
use rules::calls::{Direction, read_visit};
use rules::customers::Phone;
use rules::ids::*;
use rules::text::{Line, Reading};
use rules::tickets::number::TicketNumber;

use super::change::{self, Begun};
use super::store;
use super::words::path;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::Form;
use crate::kernel::notice::{Notice, go};
use crate::kernel::state::App;
use crate::tickets::new::house_zone;

fn to_console(id: CallId) -> Response {
    Redirect::to(&format!("/console?call={id}")).into_response()
}

/// POST /calls: a call begins, told by the agent; where no telephone system does.
pub async fn begin(app: App, actor: Actor<perm::HandleCalls>, form: Form) -> Result<Response, Failure> {
    let (user, house) = (actor.person.id, house_zone(&app));
    let begun = Begun {
        direction: Some(form.get("direction").parse().unwrap_or(Direction::In)),
        line_ref: None,
        phone: Phone::parse_optional("phone", form.get("phone"))?,
        caller_name: Line::parse_optional("caller_name", form.get("caller_name"))?,
    };
    let id = app
        .change(&actor, move |c| {
            let at = c.now;
            let row = change::begin(c, begun, at, &house)?;
            Ok(change::answer(c, row.id, user)?.id)
        })
        .await?;
    Ok(to_console(id))
}

/// POST /calls/{id}/answer: the agent takes a call that rings.
pub async fn answer(
    app: App,
    actor: Actor<perm::HandleCalls>,
    Path(id): Path<CallId>,
) -> Result<Response, Failure> {
    let user = actor.person.id;
    app.change(&actor, move |c| change::answer(c, id, user)).await?;
    Ok(to_console(id))
}

/// POST /calls/{id}/hold: the caller waits, or we speak again.
pub async fn hold(
    app: App,
    actor: Actor<perm::HandleCalls>,
    Path(id): Path<CallId>,
    form: Form,
) -> Result<Response, Failure> {
    let held = form.get("held") == "yes";
    app.change(&actor, move |c| change::hold(c, id, held)).await?;
    Ok(if held { Redirect::to("/console").into_response() } else { to_console(id) })
}

/// POST /calls/{id}/ticket: the call concerns a ticket.
pub async fn link(
    app: App,
    actor: Actor<perm::HandleCalls>,
    Path(id): Path<CallId>,
    form: Form,
) -> Result<Response, Failure> {
    let number =
        TicketNumber::parse(form.get("number")).map_err(|_| Failure::field("number", "error-not-there"))?;
    app.change(&actor, move |c| change::link(c, id, number.ticket())).await?;
    Ok(if form.get("from") == "call" { Redirect::to(&path(id)).into_response() } else { to_console(id) })
}

/// POST /calls/{id}/visit: another arrival than was told; the customer gets a new notice (C4.6).
pub async fn change_visit(
    app: App,
    actor: Actor<perm::HandleCalls>,
    Path(id): Path<CallId>,
    form: Form,
) -> Result<Response, Failure> {
    let (user, l, shared) = (actor.person.id, actor.l.clone(), app.clone());
    app.change(&actor, move |c| {
        let zone = change::zone_of(&shared, store::names(c.tx, id)?.zone.as_deref());
        let mut reading = Reading::new();
        let visit = read_visit(&mut reading, &form, &zone, c.now);
        let visit = reading.finish(visit)?;
        change::change_visit(c, &shared, &l, id, &visit, user)
    })
    .await?;
    Ok(go(&path(id), Notice::new("notice-call-visit")))
}
