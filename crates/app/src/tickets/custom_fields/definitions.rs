//! Where an administrator defines the custom fields of tickets. One is put away, never deleted: what stands in it
//! stays readable.

use axum::Json;
use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use maud::{Markup, html};
use rules::Refusal;
use rules::access::perm;
use rules::event::{About, Event};
use rules::ids::*;
use rules::tickets::Kind;
use rules::tickets::custom_fields::{self, CustomFieldForm, Definition, Shape};
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use super::store::{self, FieldRow};
use crate::kernel::actor::Actor;
use crate::kernel::door::Change;
use crate::kernel::errors::Failure;
use crate::kernel::form::Form;
use crate::kernel::notice::{Notice, go};
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section, Viewer};
use crate::layout::settings;

type Keeper = Actor<perm::ManageSystem>;

const LIST: &str = "/settings/fields";

/// GET /settings/fields
pub async fn list(app: App, actor: Keeper) -> Result<Response, Failure> {
    let rows = app.read(|tx| Ok(store::all(tx)?)).await?;
    let l = &actor.l;
    let add = || link_button("/settings/fields/new", Icon::Add, l.t("custom-new"), true);
    let columns = [
        Column::new(l.t("custom-label")),
        Column::new(l.t("custom-shape")),
        Column::main(l.t("custom-kinds")),
        Column::new(l.t("custom-asked")),
        Column::state(l.t("field-state")),
    ];
    let page =
        Page::new(&actor, Section::Settings, l.t("custom-fields-title")).lead(l.t("custom-fields-lead"));
    Ok(page.actions(add()).wide().body(html! {
        (settings::places(&actor, LIST))
        @if rows.is_empty() { (empty(Icon::Edit, l.t("custom-fields-empty"), l.t("custom-fields-empty-words"), Some(add()))) }
        @else { (table(l.t("custom-fields-title"), &columns, html! { @for row in &rows { (line(l, row)) } })) }
    }))
}

fn line(l: &L10n, row: &FieldRow) -> Markup {
    let href = format!("{LIST}/{}", row.id);
    html! {
        tr data-href=(href) {
            td { a href=(href) { (row.label) } }
            td { (l.t(row.shape.label())) }
            td { (kinds_words(l, row)) }
            td {
                @if row.required { (badge(l.t("custom-required"))) " " }
                @if row.in_portal { (badge(l.t("custom-in-portal"))) }
            }
            td { @if row.archived_at.is_some() { (badge(l.t("records-archived"))) } }
        }
    }
}

fn kinds_words(l: &L10n, row: &FieldRow) -> String {
    let kinds = row.form().kinds;
    let words = kinds.iter().filter_map(|code| code.parse::<Kind>().ok());
    let words: Vec<String> = words.map(|kind| l.t(kind.label()).into_owned()).collect();
    if words.is_empty() { l.t("every-kind").into_owned() } else { words.join(" · ") }
}

fn typed(form: &Form) -> CustomFieldForm {
    let text = |name: &str| form.get(name).to_owned();
    CustomFieldForm {
        label: text("label"),
        hint: text("hint"),
        shape: text("shape"),
        choices: text("choices"),
        kinds: form.all("kinds").map(str::to_owned).collect(),
        required: form.get("required") == "yes",
        in_portal: form.get("in_portal") == "yes",
    }
}

fn form_page(viewer: &Viewer, form: &Form, row: Option<&FieldRow>, status: StatusCode) -> Response {
    let l = &viewer.l;
    let title = if row.is_some() { "custom-edit" } else { "custom-new" };
    let action = row.map_or_else(|| LIST.to_owned(), |row| format!("{LIST}/{}", row.id));
    let shapes = Shape::ALL.iter().map(|one| (one.code(), l.t(one.label()).into_owned()));
    let kinds = Kind::ALL.iter().map(|one| (one.code(), l.t(one.label()).into_owned()));
    let archived = row.is_some_and(|row| row.archived_at.is_some());
    Page::new(viewer, Section::Settings, l.t(title))
        .crumb(LIST, l.t("custom-fields-title"))
        .status(status)
        .body(html! {
            @if archived { (notice(Tone::Info, l.t("custom-archived-words"))) }
            form class="form card" method="post" action=(action) data-keep {
                (error_summary(form, l))
                input type="hidden" name="version" value=(form.get("version"));
                (Field::text("label", l.t("custom-label")).required().autofocus().hint(l.t("custom-label-hint")).of(form, l))
                (Field::text("hint", l.t("custom-hint")).hint(l.t("custom-hint-hint")).of(form, l))
                @match row {
                    // What stands in it would make no sense in another shape.
                    Some(row) => {
                        input type="hidden" name="shape" value=(row.shape);
                        p class="field" { span class="label" { (l.t("custom-shape")) } (l.t(row.shape.label())) }
                    }
                    None => (Choice::one("shape", l.t("custom-shape"), shapes).required().of(form, l)),
                }
                @if row.is_none_or(|row| row.shape == Shape::Choice) {
                    (TextArea::new("choices", l.t("custom-choices")).rows(5).hint(l.t("custom-choices-hint")).of(form, l))
                }
                (Choice::several("kinds", l.t("custom-kinds"), kinds).hint(l.t("custom-kinds-hint")).of(form, l))
                (Check::new("required", l.t("custom-required")).hint(l.t("custom-required-hint")).of(form, l))
                (Check::new("in_portal", l.t("custom-in-portal")).hint(l.t("custom-in-portal-hint")).of(form, l))
                (actions(submit(l.t("form-save"))))
            }
            @if let Some(row) = row {
                form class="form" method="post" action={ (action) "/" (if archived { "restoration" } else { "archive" }) } {
                    p class="hint" { (l.t(if archived { "custom-restore-hint" } else { "custom-archive-hint" })) }
                    button class="button" type="submit" {
                        (icon(if row.archived_at.is_some() { Icon::Undo } else { Icon::Archive }))
                        span { (l.t(if archived { "custom-restore" } else { "template-archive" })) }
                    }
                }
            }
        })
}

/// GET /settings/fields/new
pub async fn new(actor: Keeper) -> Response {
    form_page(&actor, &Form::of([("shape", Shape::Text.code())]), None, StatusCode::OK)
}

fn record(change: &mut Change<'_>, custom_field: CustomFieldId, is: Definition) {
    let kinds = is.kinds.iter().map(|kind| kind.code()).collect::<Vec<_>>().join(",");
    let (shape, required, in_portal) = (is.shape, is.required, is.in_portal);
    let label = is.label.into();
    let event = Event::CustomFieldSaved { custom_field, shape, kinds, required, in_portal, label };
    change.record(About::default(), event);
    change.nudge("queue");
}

/// POST /settings/fields
pub async fn create(app: App, actor: Keeper, form: Form) -> Result<Response, Failure> {
    let is = match typed(&form).read() {
        Ok(is) => is,
        Err(problems) => {
            return Ok(form_page(&actor, &form.with(problems), None, StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let user = actor.person.id;
    app.change(&actor, move |c| {
        let there = store::all(c.tx)?;
        custom_fields::may_add(there.len())?;
        let last = there.iter().map(|row| row.id.get()).max().unwrap_or(0);
        let id = CustomFieldId(last + 1);
        store::add(c.tx, id, &is, user, c.now)?;
        record(c, id, is);
        Ok(())
    })
    .await?;
    Ok(go(LIST, Notice::new("notice-custom-kept")))
}

fn form_of(row: &FieldRow) -> Form {
    let CustomFieldForm { label, hint, shape, choices, kinds, required, in_portal } = row.form();
    let yes = |set: bool| if set { "yes" } else { "" }.to_owned();
    let mut values = vec![
        ("label", label),
        ("hint", hint),
        ("shape", shape),
        ("choices", choices),
        ("required", yes(required)),
        ("in_portal", yes(in_portal)),
        ("version", row.version.to_string()),
    ];
    values.extend(kinds.into_iter().map(|code| ("kinds", code)));
    Form::of(values)
}

/// GET /settings/fields/{id}
pub async fn show(app: App, actor: Keeper, Path(id): Path<CustomFieldId>) -> Result<Response, Failure> {
    let row = app.read(move |tx| store::find(tx, id)?.ok_or(Failure::NotFound)).await?;
    Ok(form_page(&actor, &form_of(&row), Some(&row), StatusCode::OK))
}

/// POST /settings/fields/{id}
pub async fn update(
    app: App,
    actor: Keeper,
    Path(id): Path<CustomFieldId>,
    form: Form,
) -> Result<Response, Failure> {
    let is = match typed(&form).read() {
        Ok(is) => is,
        Err(problems) => {
            let row = app.read(move |tx| store::find(tx, id)?.ok_or(Failure::NotFound)).await?;
            return Ok(form_page(&actor, &form.with(problems), Some(&row), StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let seen: i64 = form.get("version").parse().unwrap_or(0);
    app.change(&actor, move |c| {
        let before = store::find(c.tx, id)?.ok_or(Failure::NotFound)?;
        custom_fields::may_become(before.shape, is.shape)?;
        if !store::save(c.tx, id, seen, &is)? {
            return Err(Refusal::ChangedMeanwhile { seen, current: before.version }.into());
        }
        record(c, id, is);
        Ok(())
    })
    .await?;
    Ok(go(LIST, Notice::new("notice-custom-kept")))
}

async fn set_archived(
    app: App,
    actor: Keeper,
    id: CustomFieldId,
    archive: bool,
) -> Result<Response, Failure> {
    app.change(&actor, move |c| {
        let row = store::find(c.tx, id)?.ok_or(Failure::NotFound)?;
        if row.archived_at.is_some() == archive {
            return Err(Refusal::AlreadySo.into());
        }
        store::set_archived(c.tx, id, archive.then_some(c.now))?;
        let custom_field = id;
        c.record(
            About::default(),
            match archive {
                true => Event::CustomFieldArchived { custom_field },
                false => Event::CustomFieldRestored { custom_field },
            },
        );
        Ok(())
    })
    .await?;
    let said = if archive { "notice-custom-archived" } else { "notice-custom-restored" };
    Ok(go(LIST, Notice::new(said)))
}

/// POST /settings/fields/{id}/archive
pub async fn archive(app: App, actor: Keeper, Path(id): Path<CustomFieldId>) -> Result<Response, Failure> {
    set_archived(app, actor, id, true).await
}

/// POST /settings/fields/{id}/restoration
pub async fn restore(app: App, actor: Keeper, Path(id): Path<CustomFieldId>) -> Result<Response, Failure> {
    set_archived(app, actor, id, false).await
}

/// The custom fields of tickets.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomFieldsBody {
    pub items: Vec<CustomFieldBody>,
}

/// A custom field.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomFieldBody {
    pub id: i64,
    pub label: String,
    pub hint: Option<String>,
    /// `text`, `number`, `date`, `choice`.
    pub shape: String,
    pub choices: Vec<String>,
    /// The kinds of ticket that have it; none is every kind.
    pub kinds: Vec<String>,
    pub required: bool,
    pub in_portal: bool,
    pub archived: bool,
}

/// Every custom field of tickets, also those that were put away.
#[utoipa::path(get, path = "/api/v1/custom-fields", tag = "Tickets",
    responses((status = 200, description = "The fields", body = CustomFieldsBody)))]
pub async fn api(app: App, _: Actor<perm::ViewTickets>) -> Result<Json<CustomFieldsBody>, Failure> {
    let rows = app.read(|tx| Ok(store::all(tx)?)).await?;
    let items = rows.into_iter().map(|row| CustomFieldBody {
        kinds: row.form().kinds,
        id: row.id.get(),
        label: row.label,
        hint: row.hint,
        shape: row.shape.code().to_owned(),
        choices: row.choices.lines().map(str::to_owned).collect(),
        required: row.required,
        in_portal: row.in_portal,
        archived: row.archived_at.is_some(),
    });
    Ok(Json(CustomFieldsBody { items: items.collect() }))
}

/// The description of this endpoint.
#[derive(OpenApi)]
#[openapi(paths(api), components(schemas(CustomFieldsBody, CustomFieldBody)))]
pub struct Doc;
