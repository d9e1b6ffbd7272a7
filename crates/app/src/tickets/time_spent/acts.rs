//! Noting time on a ticket, on its page and over the API.

use axum::Json;
use axum::extract::Path;
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use rules::access::perm;
use rules::ids::*;
use rules::tickets::time_spent::{self, Spent, SpentForm, Work};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::store::{self, SpentRow};
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

/// Entries in sight; the others are folded.
const IN_SIGHT: usize = 5;

fn note(change: &mut Change<'_>, id: TicketId, spent: &Spent, user: UserId) -> Result<(), Failure> {
    let ticket = change::load(change, id, None)?.ticket();
    let entry = store::add(change.tx, id, user, spent, change.now)?;
    let happening = time_spent::spend(&ticket, entry, spent, user, change.now)?;
    change::save(change, ticket, vec![happening]).map(drop)
}

/// POST /tickets/{number}/time
pub async fn add(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let (id, user) = (number(&text)?, actor.person.id);
    let typed = |name: &str| form.get(name).to_owned();
    let spent = SpentForm { spent: typed("spent"), work: typed("work"), note: typed("note") }.read()?;
    app.change(&actor, move |c| note(c, id, &spent, user)).await?;
    Ok(go(&path(id), Notice::new("notice-time-spent")))
}

/// POST /tickets/{number}/time/{id}/withdrawal
pub async fn withdraw(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path((text, entry)): Path<(String, i64)>,
) -> Result<Response, Failure> {
    let (id, user) = (number(&text)?, actor.person.id);
    app.change(&actor, move |c| {
        let ticket = change::load(c, id, None)?.ticket();
        let entry = store::find(c.tx, id, entry)?.ok_or(Failure::NotFound)?;
        let happening = time_spent::withdraw(&ticket, &entry, user, c.now)?;
        store::withdraw(c.tx, entry.id, c.now)?;
        change::save(c, ticket, vec![happening]).map(drop)
    })
    .await?;
    Ok(go(&path(id), Notice::new("notice-time-withdrawn")))
}

/// What the card of a ticket shows.
pub struct Card {
    entries: Vec<SpentRow>,
    sum_min: i64,
}

impl Card {
    /// Reads it for a ticket.
    pub fn read(tx: &mut db::Tx, id: TicketId) -> Result<Card, Failure> {
        Ok(Card { entries: store::of(tx, id)?, sum_min: store::sum(tx, id)? })
    }

    /// The sum, the latest entries, and the fields for one more; `may` is who may write.
    pub fn shown(&self, l: &L10n, id: TicketId, may: Option<UserId>) -> Markup {
        let (first, rest) = self.entries.split_at(self.entries.len().min(IN_SIGHT));
        html! {
            @if self.entries.is_empty() { p class="quiet" { (l.t("time-none")) } }
            @else {
                p class="time-sum" { span { (l.t("time-total")) } strong { (span(l, self.sum_min)) } }
                ul class="entries" { @for row in first { (entry(l, id, row, may)) } }
                @if !rest.is_empty() {
                    details { summary { (l.t("time-more")) } ul class="entries" { @for row in rest { (entry(l, id, row, may)) } } }
                }
            }
            @if may.is_some() { (self.fields(l, id)) }
        }
    }

    fn fields(&self, l: &L10n, id: TicketId) -> Markup {
        html! {
            details class="fold" open[self.entries.is_empty()] {
                summary { (icon(Icon::Add)) (l.t("time-add")) }
                form class="stack-form" method="post" action={ (path(id)) "/time" } {
                    div class="line-form" {
                        input class="input short" name="spent" required placeholder="1h30" autocomplete="off"
                            aria-label=(l.t("time-spent")) title=(l.t("time-spent"));
                        select class="input" name="work" aria-label=(l.t("field-work")) {
                            @for work in Work::ALL { option value=(work) { (l.t(work.label())) } }
                        }
                    }
                    div class="line-form" {
                        input class="input" name="note" maxlength="200" autocomplete="off"
                            placeholder=(l.t("time-note")) aria-label=(l.t("time-note"));
                        button class="button" type="submit" aria-label=(l.t("time-add")) { (icon(Icon::Check)) }
                    }
                }
            }
        }
    }
}

fn span(l: &L10n, minutes: i64) -> String {
    l.duration(SignedDuration::from_mins(minutes))
}

fn entry(l: &L10n, id: TicketId, row: &SpentRow, may: Option<UserId>) -> Markup {
    let gone = row.withdrawn_at.is_some();
    html! {
        li class=[gone.then_some("gone")] {
            p { strong { (span(l, row.minutes)) } " " (l.t(row.work.label())) " · " (row.name) " " small { (when(l, row.spent_at)) }
                @if gone { " " (badge(l.t("time-withdrawn"))) } }
            @if let Some(note) = &row.note { p class="quiet" { (note) } }
            @if may == Some(row.agent) && !gone {
                form class="inline" method="post" action={ (path(id)) "/time/" (row.id) "/withdrawal" } {
                    button class="button quiet small" type="submit" title=(l.t("time-withdraw")) aria-label=(l.t("time-withdraw")) { (icon(Icon::Undo)) }
                }
            }
        }
    }
}

/// Time spent on a ticket.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewTimeBody {
    /// `25` minutes, `1h30`, `1:30`, `1.5h`.
    #[schema(example = "1h30")]
    pub spent: String,
    /// `analysis` (the default), `talk`, `remote`, `on-site`, `travel`, `paperwork`.
    pub work: String,
    pub note: String,
}

/// The time spent on a ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimesBody {
    /// All of it. Units: minutes.
    pub sum_min: i64,
    /// The latest entries, the newest first.
    pub entries: Vec<TimeBody>,
}

/// An entry.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimeBody {
    pub id: i64,
    pub minutes: i64,
    pub work: String,
    /// Who spent it.
    pub agent: i64,
    pub note: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub spent_at: Timestamp,
    /// Whether it was a slip and counts no more.
    pub withdrawn: bool,
}

async fn times(app: &App, id: TicketId) -> Result<Json<TimesBody>, Failure> {
    let card = app
        .read(move |tx| {
            crate::tickets::store::find(tx, id)?.ok_or(Failure::NotFound)?;
            Card::read(tx, id)
        })
        .await?;
    let entries = card.entries.into_iter().map(|row| TimeBody {
        id: row.id,
        minutes: row.minutes,
        work: row.work.code().to_owned(),
        agent: row.agent.get(),
        note: row.note,
        spent_at: row.spent_at,
        withdrawn: row.withdrawn_at.is_some(),
    });
    Ok(Json(TimesBody { sum_min: card.sum_min, entries: entries.collect() }))
}

/// The time spent on a ticket.
#[utoipa::path(get, path = "/api/v1/tickets/{number}/time", tag = "Tickets",
    params(("number" = String, Path, description = "The ticket number")),
    responses((status = 200, description = "The sum and the latest entries", body = TimesBody)))]
pub async fn list(
    app: App,
    _: Actor<perm::ViewTickets>,
    Path(text): Path<String>,
) -> Result<Json<TimesBody>, Failure> {
    let id = find::given(&app, "number", &text).await?;
    times(&app, id).await
}

/// Note time spent on a ticket, as the token's owner.
#[utoipa::path(post, path = "/api/v1/tickets/{number}/time", tag = "Tickets", request_body = NewTimeBody,
    params(("number" = String, Path, description = "The ticket number")),
    responses((status = 200, description = "The sum and the latest entries", body = TimesBody)))]
pub async fn spend(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
    Body(body): Body<NewTimeBody>,
) -> Result<Json<TimesBody>, Failure> {
    let id = find::given(&app, "number", &text).await?;
    let spent = SpentForm { spent: body.spent, work: body.work, note: body.note }.read()?;
    let user = actor.person.id;
    app.change(&actor, move |c| note(c, id, &spent, user)).await?;
    times(&app, id).await
}

/// The description of these endpoints.
#[derive(OpenApi)]
#[openapi(paths(list, spend), components(schemas(NewTimeBody, TimesBody, TimeBody)))]
pub struct Doc;
