//! Keeping checklists.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use maud::html;
use rules::Refusal;
use rules::access::perm;
use rules::event::{About, Event};
use rules::ids::*;
use rules::tickets::Kind;
use rules::tickets::steps::ChecklistForm;

use super::store;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::Form;
use crate::kernel::notice::{Notice, go};
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::page::{Page, Section, Viewer};
use crate::layout::settings;

type Keeper = Actor<perm::KeepTemplates>;

/// GET /checklists
pub async fn list(app: App, actor: Keeper) -> Result<Response, Failure> {
    let rows = app.read(|tx| Ok(store::lists(tx)?)).await?;
    let l = &actor.l;
    let add = || link_button("/checklists/new", Icon::Add, l.t("checklist-new"), true);
    let columns = [
        Column::new(l.t("field-title")),
        Column::new(l.t("field-kind")),
        Column::main(l.t("field-steps")),
        Column::state(l.t("field-by-itself")),
    ];
    let page = Page::new(&actor, Section::Settings, l.t("checklists-title")).lead(l.t("checklists-lead"));
    Ok(page.actions(add()).body(html! {
        (settings::places(&actor, "/checklists"))
        @if rows.is_empty() { (empty(Icon::Check, l.t("checklists-empty"), l.t("checklists-empty-words"), Some(add()))) }
        @else {
            (table(l.t("checklists-title"), &columns, html! {
                @for row in &rows {
                    tr data-href={ "/checklists/" (row.id) } {
                        td { a href={ "/checklists/" (row.id) } { (row.title) } }
                        td { (row.kind.map_or_else(|| l.t("every-kind"), |kind| l.t(kind.label()))) }
                        td { span class="clamped" { (row.steps.replace('\n', " · ")) } }
                        td { @if row.by_itself { (chip(Tone::Info, Icon::Check, l.t("checklist-by-itself-short"))) } }
                    }
                }
            }))
        }
    }))
}

fn typed(form: &Form) -> ChecklistForm {
    let text = |name: &str| form.get(name).to_owned();
    let by_itself = form.get("by_itself") == "yes";
    ChecklistForm { title: text("title"), steps: text("steps"), kind: text("kind"), by_itself }
}

fn form_page(viewer: &Viewer, form: &Form, id: Option<ChecklistId>, status: StatusCode) -> Response {
    let l = &viewer.l;
    let title = if id.is_some() { "checklist-edit" } else { "checklist-new" };
    let action = id.map_or_else(|| "/checklists".to_owned(), |id| format!("/checklists/{id}"));
    let kinds = Kind::ALL.iter().map(|one| (one.code(), l.t(one.label()).into_owned()));
    Page::new(viewer, Section::Settings, l.t(title))
        .crumb("/checklists", l.t("checklists-title"))
        .status(status)
        .body(html! {
            form class="form card" method="post" action=(action) data-keep data-draft={ "checklist:" (action) } {
                (error_summary(form, l))
                input type="hidden" name="version" value=(form.get("version"));
                (Field::text("title", l.t("field-title")).required().autofocus().of(form, l))
                (Select::new("kind", l.t("field-kind"), kinds).empty(l.t("every-kind")).of(form, l))
                (TextArea::new("steps", l.t("field-steps")).rows(8).required().hint(l.t("checklist-steps-hint")).of(form, l))
                (Check::new("by_itself", l.t("field-by-itself")).hint(l.t("checklist-by-itself-hint")).of(form, l))
                (actions(submit(l.t("form-save"))))
            }
            @if let Some(id) = id {
                form class="form" method="post" action={ "/checklists/" (id) "/archive" } {
                    p class="hint" { (l.t("checklist-archive-hint")) }
                    button class="button" type="submit" { (icon(Icon::Archive)) span { (l.t("template-archive")) } }
                }
            }
        })
}

/// GET /checklists/new
pub async fn new(actor: Keeper) -> Response {
    form_page(&actor, &Form::default(), None, StatusCode::OK)
}

/// POST /checklists
pub async fn create(app: App, actor: Keeper, form: Form) -> Result<Response, Failure> {
    let list = match typed(&form).read() {
        Ok(list) => list,
        Err(problems) => {
            return Ok(form_page(&actor, &form.with(problems), None, StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let user = actor.person.id;
    app.change(&actor, move |c| {
        let checklist = store::add_list(c.tx, &list, user, c.now)?;
        let (steps, title) = (list.steps.len() as i64, list.title.into());
        c.record(About::default(), Event::ChecklistSaved { checklist, steps, title });
        Ok(())
    })
    .await?;
    Ok(go("/checklists", Notice::new("notice-checklist-kept")))
}

/// GET /checklists/{id}
pub async fn show(app: App, actor: Keeper, Path(id): Path<ChecklistId>) -> Result<Response, Failure> {
    let row = app.read(move |tx| store::find_list(tx, id)?.ok_or(Failure::NotFound)).await?;
    let ChecklistForm { title, steps, kind, by_itself } = row.form();
    let by_itself = if by_itself { "yes" } else { "" }.to_owned();
    let version = row.version.to_string();
    let values =
        [("title", title), ("steps", steps), ("kind", kind), ("by_itself", by_itself), ("version", version)];
    Ok(form_page(&actor, &Form::of(values), Some(id), StatusCode::OK))
}

/// POST /checklists/{id}
pub async fn update(
    app: App,
    actor: Keeper,
    Path(id): Path<ChecklistId>,
    form: Form,
) -> Result<Response, Failure> {
    let list = match typed(&form).read() {
        Ok(list) => list,
        Err(problems) => {
            return Ok(form_page(&actor, &form.with(problems), Some(id), StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let seen: i64 = form.get("version").parse().unwrap_or(0);
    app.change(&actor, move |c| {
        let current = store::find_list(c.tx, id)?.ok_or(Failure::NotFound)?.version;
        if !store::save_list(c.tx, id, seen, &list)? {
            return Err(Refusal::ChangedMeanwhile { seen, current }.into());
        }
        let (steps, title) = (list.steps.len() as i64, list.title.into());
        c.record(About::default(), Event::ChecklistSaved { checklist: id, steps, title });
        Ok(())
    })
    .await?;
    Ok(go("/checklists", Notice::new("notice-checklist-kept")))
}

/// POST /checklists/{id}/archive
pub async fn archive(app: App, actor: Keeper, Path(id): Path<ChecklistId>) -> Result<Response, Failure> {
    app.change(&actor, move |c| {
        if !store::archive_list(c.tx, id, c.now)? {
            return Err(Failure::NotFound);
        }
        c.record(About::default(), Event::ChecklistArchived { checklist: id });
        Ok(())
    })
    .await?;
    Ok(go("/checklists", Notice::new("notice-checklist-archived")))
}
