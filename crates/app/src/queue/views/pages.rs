//! Keeping, renaming, sharing and dropping views of the queue.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use maud::{Markup, html};
use rules::access::{Permission, perm};
use rules::ids::ViewId;
use rules::{Invalid, Refusal};

use super::canonical;
use super::store::{self, ViewRow};
use crate::kernel::actor::{Actor, Person};
use crate::kernel::door::Change;
use crate::kernel::errors::Failure;
use crate::kernel::form::Form;
use crate::kernel::notice::{Notice, go};
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section};

/// The longest name of a view. Units: characters.
const NAME_MOST_CHARS: usize = 40;

/// What is typed to keep a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub name: String,
    pub query: String,
    pub shared: bool,
}

impl Draft {
    /// Reads what was typed. Errors: the fields that cannot be accepted.
    pub fn read(name: &str, query: &str, shared: bool) -> Result<Draft, Vec<Invalid>> {
        let mut problems = Vec::new();
        let name = name.trim();
        if name.is_empty() {
            problems.push(Invalid::required("name"));
        } else if name.chars().count() > NAME_MOST_CHARS {
            problems.push(Invalid::too_long("name", NAME_MOST_CHARS));
        }
        let query = canonical(query);
        if query.is_none() {
            problems.push(Invalid::new("query", "error-view-too-long"));
        }
        match query {
            Some(query) if problems.is_empty() => Ok(Draft { name: name.to_owned(), query, shared }),
            _ => Err(problems),
        }
    }
}

/// Keeps a view for a person.
///
/// Errors: [`Failure::Forbidden`] to share without the permission, [`Failure::Refused`] with too many views,
/// [`Failure::Invalid`] for a name that is taken.
pub fn keep(change: &mut Change<'_>, person: &Person, draft: &Draft) -> Result<ViewId, Failure> {
    may_share(person, draft.shared)?;
    if store::own_count(change.tx, person.id)? >= store::VIEWS_MOST {
        let most = store::VIEWS_MOST.to_string();
        return Err(Refusal::Other { code: "refusal-too-many-views", args: vec![("most", most)] }.into());
    }
    let now = change.now;
    let added =
        change.tx.attempt(|tx| store::add(tx, person.id, &draft.name, &draft.query, draft.shared, now));
    added.map_err(name_taken)
}

/// Changes a view. Errors: as [`keep`], and [`Failure::NotFound`] for a view of somebody else.
pub fn alter(change: &mut Change<'_>, person: &Person, id: ViewId, draft: &Draft) -> Result<(), Failure> {
    own(change, person, id)?;
    may_share(person, draft.shared)?;
    let saved = change.tx.attempt(|tx| store::save(tx, id, &draft.name, &draft.query, draft.shared));
    saved.map_err(name_taken)
}

/// Drops a view. Errors: [`Failure::NotFound`] for a view of somebody else.
pub fn drop_view(change: &mut Change<'_>, person: &Person, id: ViewId) -> Result<ViewRow, Failure> {
    let row = own(change, person, id)?;
    store::remove(change.tx, id)?;
    Ok(row)
}

/// A view that the person may change: their own, or a shared one for those who keep the shared ones.
fn own(change: &mut Change<'_>, person: &Person, id: ViewId) -> Result<ViewRow, Failure> {
    let row = store::find(change.tx, id)?.ok_or(Failure::NotFound)?;
    let may = row.owner_id == person.id || (row.shared && person.may(Permission::ShareViews));
    if may { Ok(row) } else { Err(Failure::NotFound) }
}

fn may_share(person: &Person, shared: bool) -> Result<(), Failure> {
    if shared && !person.may(Permission::ShareViews) {
        return Err(Failure::Forbidden(Permission::ShareViews));
    }
    Ok(())
}

fn name_taken(error: db::Error) -> Failure {
    if error.is_unique_on("saved_view") {
        Failure::field("name", "error-view-name-taken")
    } else {
        error.into()
    }
}

fn read(form: &Form) -> Result<Draft, Vec<Invalid>> {
    Draft::read(form.get("name"), form.exact("query"), form.get("shared") == "yes")
}

/// GET /views
pub async fn list(app: App, actor: Actor<perm::ViewTickets>) -> Result<Response, Failure> {
    let reader = actor.person.id;
    let views = app.read(move |tx| Ok(store::list(tx, reader)?)).await?;
    let l = &actor.l;
    let page = Page::new(&actor, Section::Queue, l.t("views-title")).crumb("/queue", l.t("queue-title"));
    if views.is_empty() {
        let act = link_button("/queue", Icon::Queue, l.t("queue-title"), false);
        return Ok(page.body(empty(Icon::Queue, l.t("views-empty"), l.t("views-empty-how"), Some(act))));
    }
    let columns = [
        Column::new(l.t("views-name")),
        Column::wide(l.t("views-shows")),
        Column::new(l.t("views-owner")),
        Column::unseen(l.t("views-acts")),
    ];
    Ok(page.body(table(
        l.t("views-title"),
        &columns,
        html! {
            @for view in &views { (row(l, &actor.person, view)) }
        },
    )))
}

fn row(l: &L10n, person: &Person, view: &ViewRow) -> Markup {
    let mine = view.owner_id == person.id;
    let may = mine || (view.shared && person.may(Permission::ShareViews));
    html! {
        tr {
            td { a href={ "/queue?" (view.query) } { (view.name) } }
            td class="wide muted" { code { (view.query) } }
            td { @if mine { (l.t("views-own")) } @else { (view.owner) } @if view.shared { " " (badge(l.t("views-shared"))) } }
            td class="figures" { @if may {
                div class="actions" {
                    (link_button(&format!("/views/{}/edit", view.id), Icon::Edit, l.t("views-edit"), false))
                    (action(&format!("/views/{}/removal", view.id), Icon::Cross, l.t("views-remove")))
                }
            } }
        }
    }
}

/// The fields of a view.
pub fn fields(l: &L10n, person: &Person, form: &Form) -> Markup {
    html! {
        (Field::text("name", l.t("views-name")).required().placeholder(l.t("views-name-example")).of(form, l))
        input type="hidden" name="query" value=(form.exact("query"));
        @if let Some(problem) = form.problem("query") { p class="error" { (form.words(problem, l)) } }
        @if person.may(Permission::ShareViews) { (Check::new("shared", l.t("views-share")).of(form, l)) }
    }
}

fn form_page(actor: &Actor<perm::ViewTickets>, href: &str, form: &Form) -> Response {
    let l = &actor.l;
    let status = if form.problems().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Page::new(actor, Section::Queue, l.t("views-keep"))
        .crumb("/queue", l.t("queue-title"))
        .crumb("/views", l.t("views-title"))
        .status(status)
        .body(html! {
            (error_summary(form, l))
            form class="form" method="post" action=(href) {
                (fields(l, &actor.person, form))
                div class="actions" { (submit(l.t("form-save"))) }
            }
        })
}

/// GET /views/new
pub async fn new(actor: Actor<perm::ViewTickets>, search: crate::kernel::form::Search) -> Response {
    let query = canonical(&search.encode()).unwrap_or_default();
    form_page(&actor, "/views", &Form::of([("query", query)]))
}

/// POST /views
pub async fn create(app: App, actor: Actor<perm::ViewTickets>, form: Form) -> Result<Response, Failure> {
    let draft = match read(&form) {
        Ok(draft) => draft,
        Err(problems) => return Ok(form_page(&actor, "/views", &form.with(problems))),
    };
    let (person, kept) = (actor.person.clone(), draft.clone());
    match app.change(&actor, move |change| keep(change, &person, &kept)).await {
        Ok(_) => Ok(go(&queue_path(&draft.query), Notice::new("notice-view-kept").with("name", &draft.name))),
        Err(Failure::Invalid(problems)) => Ok(form_page(&actor, "/views", &form.with(problems))),
        Err(failure) => Err(failure),
    }
}

/// GET /views/{id}/edit
pub async fn edit(
    app: App,
    actor: Actor<perm::ViewTickets>,
    Path(id): Path<ViewId>,
) -> Result<Response, Failure> {
    let row = app.read(move |tx| Ok(store::find(tx, id)?)).await?.ok_or(Failure::NotFound)?;
    let shared = if row.shared { "yes" } else { "" };
    let form = Form::of([("name", row.name.as_str()), ("query", row.query.as_str()), ("shared", shared)]);
    Ok(form_page(&actor, &format!("/views/{id}"), &form))
}

/// POST /views/{id}
pub async fn update(
    app: App,
    actor: Actor<perm::ViewTickets>,
    Path(id): Path<ViewId>,
    form: Form,
) -> Result<Response, Failure> {
    let href = format!("/views/{id}");
    let draft = match read(&form) {
        Ok(draft) => draft,
        Err(problems) => return Ok(form_page(&actor, &href, &form.with(problems))),
    };
    let (person, kept) = (actor.person.clone(), draft.clone());
    match app.change(&actor, move |change| alter(change, &person, id, &kept)).await {
        Ok(()) => Ok(go("/views", Notice::new("notice-view-kept").with("name", &draft.name))),
        Err(Failure::Invalid(problems)) => Ok(form_page(&actor, &href, &form.with(problems))),
        Err(failure) => Err(failure),
    }
}

/// POST /views/{id}/removal
pub async fn remove(
    app: App,
    actor: Actor<perm::ViewTickets>,
    Path(id): Path<ViewId>,
) -> Result<Response, Failure> {
    let person = actor.person.clone();
    let row = app.change(&actor, move |change| drop_view(change, &person, id)).await?;
    Ok(go("/views", Notice::new("notice-view-removed").with("name", row.name)))
}

/// The address of a view.
pub fn queue_path(query: &str) -> String {
    if query.is_empty() { "/queue".to_owned() } else { format!("/queue?{query}") }
}
