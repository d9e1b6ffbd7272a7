//! Keeping canned replies, and filling them in for a ticket.

use axum::Json;
use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use rules::Refusal;
use rules::access::perm;
use rules::ids::*;
use rules::replies::{ReplyForm, VARIABLES, filled};
use rules::tickets::Kind;
use rules::tickets::number::TicketNumber;
use serde::Serialize;

use super::store::{self, ReplyRow};
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::Form;
use crate::kernel::notice::{Notice, go};
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section, Viewer};
use crate::tickets::change::number;
use crate::tickets::store as tickets;

/// GET /replies
pub async fn list(app: App, actor: Actor<perm::KeepReplies>) -> Result<Response, Failure> {
    let rows = app.read(|tx| Ok(store::list(tx)?)).await?;
    let l = &actor.l;
    let add = || link_button("/replies/new", Icon::Add, l.t("reply-new"), true);
    let columns =
        [Column::new(l.t("field-title")), Column::wide(l.t("field-kind")), Column::new(l.t("field-text"))];
    Ok(Page::new(&actor, Section::Hotline, l.t("replies-title")).lead(l.t("replies-lead")).actions(add()).body(html! {
        @if rows.is_empty() { (empty(Icon::Note, l.t("replies-empty"), l.t("replies-empty-words"), Some(add()))) }
        @else {
            (table(l.t("replies-title"), &columns, html! {
                @for row in &rows {
                    tr data-href={ "/replies/" (row.id) } {
                        td { a href={ "/replies/" (row.id) } { (row.title) } }
                        td class="wide" { (kind_word(l, row)) }
                        td { span class="reply-text" { (row.text) } }
                    }
                }
            }))
        }
    }))
}

fn kind_word(l: &L10n, row: &ReplyRow) -> String {
    row.kind.map_or_else(|| l.t("reply-every-kind").into_owned(), |kind| l.t(kind.label()).into_owned())
}

fn typed(form: &Form) -> ReplyForm {
    let text = |name: &str| form.get(name).to_owned();
    ReplyForm { title: text("title"), text: text("text"), kind: text("kind") }
}

fn form_page(viewer: &Viewer, form: &Form, id: Option<ReplyId>, status: StatusCode) -> Response {
    let l = &viewer.l;
    let title = if id.is_some() { "reply-edit" } else { "reply-new" };
    let action = id.map_or_else(|| "/replies".to_owned(), |id| format!("/replies/{id}"));
    let kinds = Kind::ALL.iter().map(|one| (one.code(), l.t(one.label()).into_owned()));
    Page::new(viewer, Section::Hotline, l.t(title))
        .crumb("/replies", l.t("replies-title"))
        .status(status)
        .body(html! {
            form class="act-form" method="post" action=(action) data-keep data-draft={ "reply:" (action) } {
                (error_summary(form, l))
                input type="hidden" name="version" value=(form.get("version"));
                (Field::text("title", l.t("field-title")).required().autofocus().of(form, l))
                (Select::new("kind", l.t("field-kind"), kinds).empty(l.t("reply-every-kind")).of(form, l))
                (TextArea::new("text", l.t("field-text")).rows(7).required().of(form, l))
                (variables(l))
                (submit(l.t("form-save")))
            }
            @if let Some(id) = id {
                form class="inline" method="post" action={ "/replies/" (id) "/removal" } {
                    button class="button" type="submit" { (l.t("reply-remove")) }
                }
            }
        })
}

fn variables(l: &L10n) -> Markup {
    html! {
        p class="hint" { (l.t("reply-variables")) }
        ul class="reply-variables" {
            @for name in VARIABLES { li { code { "{" (name) "}" } " " (l.t(&format!("reply-variable-{name}"))) } }
        }
    }
}

/// GET /replies/new
pub async fn new(actor: Actor<perm::KeepReplies>) -> Response {
    form_page(&actor, &Form::default(), None, StatusCode::OK)
}

/// POST /replies
pub async fn create(app: App, actor: Actor<perm::KeepReplies>, form: Form) -> Result<Response, Failure> {
    let reply = match typed(&form).read() {
        Ok(reply) => reply,
        Err(problems) => {
            return Ok(form_page(&actor, &form.with(problems), None, StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let user = actor.person.id;
    app.change(&actor, move |c| Ok(store::add(c.tx, &reply, user, c.now)?)).await?;
    Ok(go("/replies", Notice::new("notice-reply-kept")))
}

/// GET /replies/{id}
pub async fn show(
    app: App,
    actor: Actor<perm::KeepReplies>,
    Path(id): Path<ReplyId>,
) -> Result<Response, Failure> {
    let row = app.read(move |tx| store::find(tx, id)?.ok_or(Failure::NotFound)).await?;
    let ReplyForm { title, text, kind } = row.form();
    let form =
        Form::of([("title", title), ("text", text), ("kind", kind), ("version", row.version.to_string())]);
    Ok(form_page(&actor, &form, Some(id), StatusCode::OK))
}

/// POST /replies/{id}
pub async fn update(
    app: App,
    actor: Actor<perm::KeepReplies>,
    Path(id): Path<ReplyId>,
    form: Form,
) -> Result<Response, Failure> {
    let reply = match typed(&form).read() {
        Ok(reply) => reply,
        Err(problems) => {
            return Ok(form_page(&actor, &form.with(problems), Some(id), StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let seen: i64 = form.get("version").parse().unwrap_or(0);
    app.change(&actor, move |c| {
        let current = store::find(c.tx, id)?.ok_or(Failure::NotFound)?.version;
        if !store::save(c.tx, id, seen, &reply)? {
            return Err(Refusal::ChangedMeanwhile { seen, current }.into());
        }
        Ok(())
    })
    .await?;
    Ok(go("/replies", Notice::new("notice-reply-kept")))
}

/// POST /replies/{id}/removal
pub async fn remove(
    app: App,
    actor: Actor<perm::KeepReplies>,
    Path(id): Path<ReplyId>,
) -> Result<Response, Failure> {
    app.change(
        &actor,
        move |c| {
            if store::archive(c.tx, id, c.now)? { Ok(()) } else { Err(Failure::NotFound) }
        },
    )
    .await?;
    Ok(go("/replies", Notice::new("notice-reply-removed")))
}

/// A reply as it would be written on a ticket.
#[derive(Debug, Serialize)]
pub struct Ready {
    title: String,
    text: String,
}

/// GET /tickets/{number}/replies: the replies for a ticket, their variables filled in.
pub async fn ready(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
) -> Result<Json<Vec<Ready>>, Failure> {
    let id = number(&text)?;
    let (row, names, rows) = app
        .read(move |tx| {
            let row = tickets::find(tx, id)?.ok_or(Failure::NotFound)?;
            Ok((row, tickets::names(tx, id)?, store::list(tx)?))
        })
        .await?;
    let l = &actor.l;
    let zone = TimeZone::get(&row.zone).unwrap_or(TimeZone::UTC);
    let value = |name: &str| match name {
        "customer" => Some(names.customer.clone()),
        "contact" => names.contact.clone().or_else(|| row.caller_name.clone()),
        "number" => Some(TicketNumber::of(id).grouped()),
        "title" => Some(row.title.clone()),
        "deadline" => row.next_due_at.map(|at| l.datetime_in(at, &zone)),
        "hotline" => app.config.hotline.clone(),
        "agent" => Some(actor.person.name.clone()),
        _ => None,
    };
    let fits = |reply: &ReplyRow| reply.kind.is_none_or(|kind| kind == row.kind);
    let ready = rows.into_iter().filter(fits).map(|reply| {
        let text = filled(&reply.text, value);
        Ready { title: reply.title, text }
    });
    Ok(Json(ready.collect()))
}
