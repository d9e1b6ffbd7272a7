//! Keeping canned replies, and filling them in for a ticket.

use axum::Json;
use axum::extract::Path;
use axum::response::Response;
use db::Tx;
use http::StatusCode;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use rules::access::perm;
use rules::event::{About, Event};
use rules::ids::*;
use rules::replies::{LANGUAGES, ReplyForm, TEXT_FIELDS, VARIABLES, filled, in_language};
use rules::tickets::Kind;
use rules::tickets::number::TicketNumber;
use rules::{Invalid, Refusal};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use super::store::{self, ReplyRow};
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::Form;
use crate::kernel::notice::{Notice, go};
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section, Viewer};
use crate::layout::settings;
use crate::tickets::store as tickets;
use crate::tickets::{change::number, find};

type Keeper = Actor<perm::KeepTemplates>;

/// GET /replies
pub async fn list(app: App, actor: Keeper) -> Result<Response, Failure> {
    let rows = app.read(|tx| Ok(store::list(tx)?)).await?;
    let l = &actor.l;
    let add = || link_button("/replies/new", Icon::Add, l.t("reply-new"), true);
    let columns = [
        Column::new(l.t("field-title")),
        Column::new(l.t("field-kind")),
        Column::new(l.t("field-team")),
        Column::main(l.t("field-text")),
        Column::wide(l.t("reply-languages")),
    ];
    let page = Page::new(&actor, Section::Settings, l.t("replies-title")).lead(l.t("replies-lead"));
    Ok(page.actions(add()).wide().body(html! {
        (settings::places(&actor, "/replies"))
        @if rows.is_empty() { (empty(Icon::Note, l.t("replies-empty"), l.t("replies-empty-words"), Some(add()))) }
        @else {
            (table(l.t("replies-title"), &columns, html! {
                @for row in &rows {
                    tr data-href={ "/replies/" (row.id) } {
                        td { a href={ "/replies/" (row.id) } { (row.title) } }
                        td { (row.kind.map_or_else(|| l.t("every-kind"), |kind| l.t(kind.label()))) }
                        td { @match &row.team { Some(team) => (team), None => (l.t("every-team")) } }
                        td { span class="clamped" { (in_language(row.texts(), l.locale.tag()).unwrap_or_default()) } }
                        td class="wide" { (languages(l, row)) }
                    }
                }
            }))
        }
    }))
}

fn languages(l: &L10n, row: &ReplyRow) -> Markup {
    html! {
        @for (language, text) in LANGUAGES.into_iter().zip(row.texts()) {
            @if text.is_some() { (badge(l.t(&language_key(language)))) " " }
        }
    }
}

fn language_key(language: &str) -> String {
    format!("reply-language-{}", language.to_lowercase())
}

fn typed(form: &Form) -> ReplyForm {
    let text = |name: &str| form.get(name).to_owned();
    ReplyForm { title: text("title"), texts: TEXT_FIELDS.map(text), kind: text("kind"), team: text("team") }
}

async fn form_page(
    app: &App,
    viewer: &Viewer,
    form: &Form,
    id: Option<ReplyId>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let l = &viewer.l;
    let teams = app.read(|tx| Ok(tickets::teams(tx)?)).await?;
    let teams = teams.into_iter().map(|(id, name)| (id.to_string(), name));
    let title = if id.is_some() { "reply-edit" } else { "reply-new" };
    let action = id.map_or_else(|| "/replies".to_owned(), |id| format!("/replies/{id}"));
    let kinds = Kind::ALL.iter().map(|one| (one.code(), l.t(one.label()).into_owned()));
    Ok(Page::new(viewer, Section::Settings, l.t(title))
        .crumb("/replies", l.t("replies-title"))
        .status(status)
        .body(html! {
            form class="form card" method="post" action=(action) data-keep data-draft={ "reply:" (action) } {
                (error_summary(form, l))
                input type="hidden" name="version" value=(form.get("version"));
                (Field::text("title", l.t("field-title")).required().autofocus().hint(l.t("reply-title-hint")).of(form, l))
                div class="row two" {
                    (Select::new("kind", l.t("field-kind"), kinds).empty(l.t("every-kind")).of(form, l))
                    (Select::new("team", l.t("field-team"), teams).empty(l.t("every-team")).of(form, l))
                }
                (variables(l))
                @for (field, language) in TEXT_FIELDS.into_iter().zip(LANGUAGES) {
                    (TextArea::new(field, l.t(&language_key(language))).rows(6).of(form, l))
                }
                (actions(submit(l.t("form-save"))))
            }
            @if let Some(id) = id {
                form class="form" method="post" action={ "/replies/" (id) "/archive" } {
                    p class="hint" { (l.t("reply-archive-hint")) }
                    button class="button" type="submit" { (icon(Icon::Archive)) span { (l.t("template-archive")) } }
                }
            }
        }))
}

fn variables(l: &L10n) -> Markup {
    html! {
        div class="reply-variables" {
            p { (l.t("reply-variables")) }
            ul { @for name in VARIABLES { li { code { "{" (name) "}" } " " (l.t(&format!("reply-variable-{name}"))) } } }
        }
    }
}

/// GET /replies/new
pub async fn new(app: App, actor: Keeper) -> Result<Response, Failure> {
    form_page(&app, &actor, &Form::default(), None, StatusCode::OK).await
}

fn must_be_there(tx: &mut Tx, team: Option<TeamId>) -> Result<(), Failure> {
    match team {
        Some(team) if tickets::team_name(tx, team)?.is_none() => {
            Err(Invalid::new("team", "error-not-there").into())
        }
        _ => Ok(()),
    }
}

/// Keeps a reply under its id, or as a new one.
async fn keep(app: App, actor: Keeper, id: Option<ReplyId>, form: Form) -> Result<Response, Failure> {
    let seen: i64 = form.get("version").parse().unwrap_or(0);
    let user = actor.person.id;
    let done = match typed(&form).read() {
        Err(problems) => Err(Failure::Invalid(problems)),
        Ok(reply) => {
            app.change(&actor, move |c| {
                must_be_there(c.tx, reply.team)?;
                let kept = match id {
                    None => store::add(c.tx, &reply, user, c.now)?,
                    Some(id) => {
                        let current = store::find(c.tx, id)?.ok_or(Failure::NotFound)?.version;
                        if !store::save(c.tx, id, seen, &reply)? {
                            return Err(Refusal::ChangedMeanwhile { seen, current }.into());
                        }
                        id
                    }
                };
                c.record(About::default(), Event::ReplySaved { reply: kept, title: reply.title.into() });
                Ok(())
            })
            .await
        }
    };
    match done {
        Ok(()) => Ok(go("/replies", Notice::new("notice-reply-kept"))),
        Err(Failure::Invalid(problems)) => {
            form_page(&app, &actor, &form.with(problems), id, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(failure) => Err(failure),
    }
}

/// POST /replies
pub async fn create(app: App, actor: Keeper, form: Form) -> Result<Response, Failure> {
    keep(app, actor, None, form).await
}

/// GET /replies/{id}
pub async fn show(app: App, actor: Keeper, Path(id): Path<ReplyId>) -> Result<Response, Failure> {
    let row = app.read(move |tx| store::find(tx, id)?.ok_or(Failure::NotFound)).await?;
    let ReplyForm { title, texts, kind, team } = row.form();
    let mut form =
        Form::of([("title", title), ("kind", kind), ("team", team), ("version", row.version.to_string())]);
    for (field, text) in TEXT_FIELDS.into_iter().zip(texts) {
        form.set(field, text);
    }
    form_page(&app, &actor, &form, Some(id), StatusCode::OK).await
}

/// POST /replies/{id}
pub async fn update(
    app: App,
    actor: Keeper,
    Path(id): Path<ReplyId>,
    form: Form,
) -> Result<Response, Failure> {
    keep(app, actor, Some(id), form).await
}

/// POST /replies/{id}/archive
pub async fn archive(app: App, actor: Keeper, Path(id): Path<ReplyId>) -> Result<Response, Failure> {
    app.change(&actor, move |c| {
        if !store::archive(c.tx, id, c.now)? {
            return Err(Failure::NotFound);
        }
        c.record(About::default(), Event::ReplyArchived { reply: id });
        Ok(())
    })
    .await?;
    Ok(go("/replies", Notice::new("notice-reply-archived")))
}

/// A reply as it would be written on a ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReadyBody {
    pub title: String,
    /// The text in the contact's language, its variables filled in.
    pub text: String,
}

async fn filled_for<P>(app: &App, actor: &Actor<P>, id: TicketId) -> Result<Vec<ReadyBody>, Failure> {
    let user = actor.person.id;
    let (row, names, rows, language) = app
        .read(move |tx| {
            let row = tickets::find(tx, id)?.ok_or(Failure::NotFound)?;
            let language = match row.contact_id {
                Some(contact) => store::language_of(tx, contact)?,
                None => None,
            };
            let replies = store::for_ticket(tx, row.kind, user)?;
            Ok((row, tickets::names(tx, id)?, replies, language))
        })
        .await?;
    let l = &actor.l;
    let zone = TimeZone::get(&row.zone).unwrap_or(TimeZone::UTC);
    let value = |name: &str| match name {
        "customer" => Some(names.customer.clone()),
        "contact" => names.contact.clone().or_else(|| row.caller_name.clone()),
        "site" => names.site.clone(),
        "number" => Some(TicketNumber::of(id).grouped()),
        "title" => Some(row.title.clone()),
        "deadline" => row.next_due_at.map(|at| l.datetime_in(at, &zone)),
        "hotline" => actor.hotline.clone(),
        "agent" => Some(actor.person.name.clone()),
        _ => None,
    };
    let language = language.unwrap_or_else(|| l.locale.tag().to_owned());
    let ready = rows.into_iter().map(|reply| {
        let text = filled(in_language(reply.texts(), &language).unwrap_or_default(), value);
        ReadyBody { title: reply.title, text }
    });
    Ok(ready.collect())
}

/// GET /tickets/{number}/replies: the replies for a ticket, their variables filled in.
pub async fn ready(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
) -> Result<Json<Vec<ReadyBody>>, Failure> {
    let id = number(&text)?;
    filled_for(&app, &actor, id).await.map(Json)
}

/// The canned replies for a ticket that its reader may use, filled in.
#[utoipa::path(get, path = "/api/v1/tickets/{number}/replies", tag = "Tickets",
    params(("number" = String, Path, description = "The ticket number")),
    responses((status = 200, description = "The replies, by title", body = Vec<ReadyBody>)))]
pub async fn api(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
) -> Result<Json<Vec<ReadyBody>>, Failure> {
    let id = find::given(&app, "number", &text).await?;
    filled_for(&app, &actor, id).await.map(Json)
}

/// The description of this endpoint.
#[derive(OpenApi)]
#[openapi(paths(api), components(schemas(ReadyBody)))]
pub struct Doc;
