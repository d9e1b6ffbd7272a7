//! Writing steps onto a ticket and ticking them off, on its page and over the API.

use axum::Json;
use axum::extract::Path;
use axum::response::Response;
use maud::{Markup, html};
use rules::access::perm;
use rules::ids::*;
use rules::text::Line;
use rules::tickets::life::Ticket;
use rules::tickets::steps;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::store::{self, ListRow, StepRow};
use crate::api::Body;
use crate::kernel::actor::Actor;
use crate::kernel::door::Change;
use crate::kernel::errors::Failure;
use crate::kernel::form::Form;
use crate::kernel::notice::{Notice, go};
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::tickets::change::{self, number, path};
use crate::tickets::find;
use crate::tickets::store::TicketRow;

fn write(change: &mut Change<'_>, id: TicketId, text: &Line) -> Result<(), Failure> {
    let ticket = change::load(change, id, None)?.ticket();
    steps::may_add(&ticket, store::of(change.tx, id)?.len(), 1)?;
    let step = store::add(change.tx, id, text.as_str())?;
    let happening = steps::added(&ticket, step, text, change.now);
    change::save(change, ticket, vec![happening]).map(drop)
}

/// Puts the steps of a checklist onto a ticket.
pub fn take(change: &mut Change<'_>, ticket: Ticket, list: &ListRow) -> Result<Ticket, Failure> {
    let lines: Vec<&str> = list.steps.lines().collect();
    steps::may_add(&ticket, store::of(change.tx, ticket.id)?.len(), lines.len())?;
    for line in &lines {
        store::add(change.tx, ticket.id, line)?;
    }
    let happening = steps::list_added(&ticket, list.id, lines.len(), list.title.clone(), change.now);
    change::save(change, ticket, vec![happening])
}

/// The steps of a checklist, or a step that was typed.
fn more(
    change: &mut Change<'_>,
    id: TicketId,
    list: Option<ChecklistId>,
    words: Option<Line>,
) -> Result<(), Failure> {
    let Some(list) = list else {
        let words = words.ok_or_else(|| Failure::field("text", "error-required"))?;
        return write(change, id, &words);
    };
    let list =
        store::find_list(change.tx, list)?.ok_or_else(|| Failure::field("checklist", "error-not-there"))?;
    let ticket = change::load(change, id, None)?.ticket();
    take(change, ticket, &list).map(drop)
}

/// A step of a ticket is done, or is to be done again.
///
/// Errors: the ticket has no such step, or it is so already.
pub fn set(
    change: &mut Change<'_>,
    id: TicketId,
    step: i64,
    done: bool,
    user: UserId,
) -> Result<(), Failure> {
    let ticket = change::load(change, id, None)?.ticket();
    let steps = store::of(change.tx, id)?;
    let found = steps.iter().find(|row| row.id == step).ok_or(Failure::NotFound)?.step();
    let happening = steps::tick(&ticket, &found, done, change.now)?;
    store::tick(change.tx, step, done.then_some((change.now, user)))?;
    change::save(change, ticket, vec![happening]).map(drop)
}

/// POST /tickets/{number}/steps: a step that was typed, or the steps of a checklist.
pub async fn add(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let id = number(&text)?;
    let list: Option<ChecklistId> = form.get("checklist").parse().ok();
    let words = Line::parse_optional("text", form.get("text"))?;
    app.change(&actor, move |c| more(c, id, list, words)).await?;
    Ok(go(&path(id), Notice::new("notice-step-added")))
}

/// POST /tickets/{number}/steps/{id}: `done` is `yes` or `no`.
pub async fn tick(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path((text, step)): Path<(String, i64)>,
    form: Form,
) -> Result<Response, Failure> {
    let (id, user) = (number(&text)?, actor.person.id);
    let done = form.get("done") != "no";
    app.change(&actor, move |c| set(c, id, step, done, user)).await?;
    Ok(go(&path(id), Notice::new("notice-step-ticked")))
}

/// What the card of a ticket shows.
pub struct Card {
    steps: Vec<StepRow>,
    lists: Vec<ListRow>,
}

impl Card {
    /// Reads it for a ticket.
    pub fn read(tx: &mut db::Tx, row: &TicketRow) -> Result<Card, Failure> {
        Ok(Card { steps: store::of(tx, row.id)?, lists: store::lists_of(tx, row.kind)? })
    }

    /// The steps with their boxes, and the fields for more.
    pub fn shown(&self, l: &L10n, id: TicketId, may: bool) -> Markup {
        let done = self.steps.iter().filter(|step| step.done_at.is_some()).count();
        html! {
            @if self.steps.is_empty() { p class="quiet" { (l.t("steps-none")) } }
            @else {
                div class="steps-done" {
                    progress max=(self.steps.len()) value=(done) aria-label=(l.t("steps-title")) {}
                    span { (l.ta("steps-done", &[("done", done.into()), ("all", self.steps.len().into())])) }
                }
                ul class="steps" { @for step in &self.steps { (line(l, id, step, may)) } }
            }
            @if may {
                form class="line-form" method="post" action={ (path(id)) "/steps" } {
                    input class="input" name="text" required maxlength="200" autocomplete="off"
                        placeholder=(l.t("steps-add")) aria-label=(l.t("steps-add"));
                    button class="button" type="submit" aria-label=(l.t("steps-add")) { (icon(Icon::Add)) }
                }
                @if !self.lists.is_empty() {
                    form class="line-form" method="post" action={ (path(id)) "/steps" } {
                        select class="input" name="checklist" aria-label=(l.t("checklist-take")) {
                            @for list in &self.lists { option value=(list.id) { (list.title) } }
                        }
                        button class="button" type="submit" { (l.t("checklist-take")) }
                    }
                }
            }
        }
    }
}

fn line(l: &L10n, id: TicketId, step: &StepRow, may: bool) -> Markup {
    let done = step.done_at.is_some();
    let mark = html! { span class="box" { @if done { (icon(Icon::Check)) } } };
    html! {
        li class=[done.then_some("done")] {
            @if may {
                form class="inline" method="post" action={ (path(id)) "/steps/" (step.id) } {
                    input type="hidden" name="done" value=(if done { "no" } else { "yes" });
                    button type="submit" role="checkbox" aria-checked=(done) aria-label=(step.text) { (mark) }
                }
            } @else { (mark) }
            span { (step.text)
                @if let (Some(at), Some(name)) = (step.done_at, &step.name) { small { (name) " " (when(l, at)) } }
            }
        }
    }
}

/// Steps to write onto a ticket.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewStepBody {
    /// A step to be done.
    #[schema(example = "Measure the supply voltage")]
    pub text: String,
    /// Or the steps of this checklist.
    pub checklist: Option<i64>,
}

/// Whether a step is done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TickBody {
    pub done: bool,
}

/// The steps of a ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepsBody {
    pub items: Vec<StepBody>,
}

/// A step.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepBody {
    pub id: i64,
    pub text: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub done_at: Option<jiff::Timestamp>,
    /// Who did it.
    pub done_by: Option<String>,
}

async fn steps_of(app: &App, id: TicketId) -> Result<Json<StepsBody>, Failure> {
    let rows = app
        .read(move |tx| {
            crate::tickets::store::find(tx, id)?.ok_or(Failure::NotFound)?;
            Ok(store::of(tx, id)?)
        })
        .await?;
    let items = rows.into_iter().map(|row| StepBody {
        id: row.id,
        text: row.text,
        done_at: row.done_at,
        done_by: row.name,
    });
    Ok(Json(StepsBody { items: items.collect() }))
}

/// The steps of a ticket.
#[utoipa::path(get, path = "/api/v1/tickets/{number}/steps", tag = "Tickets",
    params(("number" = String, Path, description = "The ticket number")),
    responses((status = 200, description = "The steps", body = StepsBody)))]
pub async fn list(
    app: App,
    _: Actor<perm::ViewTickets>,
    Path(text): Path<String>,
) -> Result<Json<StepsBody>, Failure> {
    let id = find::given(&app, "number", &text).await?;
    steps_of(&app, id).await
}

/// Write a step onto a ticket, or the steps of a checklist.
#[utoipa::path(post, path = "/api/v1/tickets/{number}/steps", tag = "Tickets", request_body = NewStepBody,
    params(("number" = String, Path, description = "The ticket number")),
    responses((status = 200, description = "The steps as they are now", body = StepsBody)))]
pub async fn append(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
    Body(body): Body<NewStepBody>,
) -> Result<Json<StepsBody>, Failure> {
    let id = find::given(&app, "number", &text).await?;
    let words = Line::parse_optional("text", &body.text)?;
    let list = body.checklist.map(ChecklistId);
    app.change(&actor, move |c| more(c, id, list, words)).await?;
    steps_of(&app, id).await
}

/// Tick a step off, or open it again.
#[utoipa::path(post, path = "/api/v1/tickets/{number}/steps/{step}", tag = "Tickets", request_body = TickBody,
    params(("number" = String, Path, description = "The ticket number"), ("step" = i64, Path, description = "The step")),
    responses((status = 200, description = "The steps as they are now", body = StepsBody)))]
pub async fn update(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path((text, step)): Path<(String, i64)>,
    Body(body): Body<TickBody>,
) -> Result<Json<StepsBody>, Failure> {
    let id = find::given(&app, "number", &text).await?;
    let user = actor.person.id;
    app.change(&actor, move |c| set(c, id, step, body.done, user)).await?;
    steps_of(&app, id).await
}

/// The description of these endpoints.
#[derive(OpenApi)]
#[openapi(paths(list, append, update), components(schemas(NewStepBody, TickBody, StepsBody, StepBody)))]
pub struct Doc;
