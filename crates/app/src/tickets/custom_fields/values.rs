//! The values of custom fields: asked on reports, shown and set on tickets.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use db::Tx;
use http::StatusCode;
use jiff::civil::Date;
use maud::{Markup, html};
use rules::Invalid;
use rules::access::perm;
use rules::ids::*;
use rules::tickets::Kind;
use rules::tickets::custom_fields::{self, Asker, CustomField, NAMES, Shape, Values, fill};
use rules::tickets::life::Ticket;
use rules::tickets::number::TicketNumber;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::store;
use crate::api::Body;
use crate::kernel::actor::Actor;
use crate::kernel::door::Change;
use crate::kernel::errors::Failure;
use crate::kernel::form::{Form, Search};
use crate::kernel::notice::{Notice, go};
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section};
use crate::tickets::change::{self, number, path};
use crate::tickets::{find, why};

/// What was typed into custom fields, and by whom.
#[derive(Clone, Debug)]
pub struct Typed {
    pub asker: Asker,
    values: Vec<(&'static str, String)>,
}

impl Typed {
    /// What a form says; a field that it did not ask for is not in it.
    pub fn of(form: &Form, asker: Asker) -> Typed {
        let given = |name: &&'static str| Some((*name, form.all(name).next()?.to_owned()));
        Typed { asker, values: NAMES.iter().filter_map(given).collect() }
    }

    /// What a letter says: nothing, as nobody asked it.
    pub fn of_letter() -> Typed {
        Typed { asker: Asker::Letter, values: Vec::new() }
    }

    /// What a program says, by the ids of the fields.
    ///
    /// Errors: [`Invalid`] for an id that no field has.
    pub fn by_id(given: &BTreeMap<String, String>) -> Result<Typed, Invalid> {
        let mut values = Vec::new();
        for (id, value) in given {
            let name = NAMES.iter().find(|name| name.strip_prefix("custom_") == Some(id));
            values.push((*name.ok_or_else(|| Invalid::unknown("fields", id))?, value.clone()));
        }
        Ok(Typed { asker: Asker::Desk, values })
    }

    fn get(&self, name: &str) -> Option<String> {
        self.values.iter().find(|(typed, _)| *typed == name).map(|(_, value)| value.clone())
    }
}

/// Sets the custom fields of a ticket as they were typed. Returns the ticket as it stands then.
///
/// Errors: every field that is wrong; a refusal for a ticket that was merged.
pub fn set(change: &mut Change<'_>, ticket: Ticket, typed: &Typed) -> Result<Ticket, Failure> {
    custom_fields::may_set(&ticket)?;
    let fields = store::in_use(change.tx)?;
    if fields.is_empty() && typed.values.is_empty() {
        return Ok(ticket);
    }
    let before = store::values(change.tx, ticket.id)?;
    let filled = fill(&fields, ticket.kind, typed.asker, |name| typed.get(name), &before)?;
    for (field, value) in &filled.changed {
        store::set(change.tx, ticket.id, *field, value.as_deref())?;
    }
    let happened = custom_fields::set(&ticket, &filled, change.now);
    change::save(change, ticket, happened.into_iter().collect())
}

/// The problems of a report's custom fields, so that they are told together with the others.
pub fn problems(tx: &mut Tx, kind: &str, typed: &Typed) -> Result<Vec<Invalid>, Failure> {
    let Ok(kind) = kind.parse::<Kind>() else { return Ok(Vec::new()) };
    let fields = store::in_use(tx)?;
    let filled = fill(&fields, kind, typed.asker, |name| typed.get(name), &Values::new());
    Ok(filled.err().unwrap_or_default())
}

/// The fields of a form. One that not every kind has is shown with its kinds only.
pub fn inputs(l: &L10n, fields: &[CustomField], form: &Form) -> Markup {
    html! {
        @for field in fields {
            @if field.is.kinds.is_empty() { (input(l, field, form)) }
            @else {
                @let kinds = field.is.kinds.iter().map(|kind| kind.code()).collect::<Vec<_>>().join(" ");
                div data-kinds=(kinds) { (input(l, field, form)) }
            }
        }
    }
}

fn input(l: &L10n, field: &CustomField, form: &Form) -> Markup {
    let (name, label) = (field.name(), field.is.label.to_string());
    let hint = field.is.hint.as_ref().map(ToString::to_string);
    // Needed for some kinds only, which the rule tells; the browser asks where every kind needs it.
    let needed = field.is.required && field.is.kinds.is_empty();
    let line = |kind: &'static str| {
        let mut line = Field::text(name, label.clone()).kind(kind);
        line = hint.clone().map_or(line.clone(), |hint| line.hint(hint));
        if needed { line.required() } else { line }
    };
    match field.is.shape {
        Shape::Text => line("text").of(form, l),
        Shape::Number => line("text").inputmode("decimal").short().of(form, l),
        Shape::Date => line("date").short().of(form, l),
        Shape::Choice => {
            let stood = form.get(name);
            let mut choices: Vec<String> = field.is.choices.iter().map(ToString::to_string).collect();
            if !stood.is_empty() && !choices.iter().any(|choice| choice == stood) {
                choices.push(stood.to_owned());
            }
            let pairs = choices.into_iter().map(|choice| (choice.clone(), choice));
            let mut select = Select::new(name, label, pairs).empty(l.t("custom-none"));
            select = hint.map_or(select.clone(), |hint| select.hint(hint));
            if needed { select.required() } else { select }.of(form, l)
        }
    }
}

/// The fields of a ticket with what stands in them, for its kind; one that was put away is shown where something
/// stands in it.
pub struct Card {
    fields: Vec<(CustomField, Option<String>)>,
    in_use: bool,
}

impl Card {
    /// Reads it for a ticket.
    pub fn read(tx: &mut Tx, id: TicketId, kind: Kind, asker: Asker) -> Result<Card, Failure> {
        let mut card = Card { fields: Vec::new(), in_use: false };
        let rows = store::all(tx)?;
        let values = if rows.is_empty() { Values::new() } else { store::values(tx, id)? };
        for row in rows {
            let field = row.field()?;
            let value = values.iter().find(|(id, _)| *id == field.id).map(|(_, value)| value.clone());
            let asked = row.archived_at.is_none() && field.is_for(kind);
            let seen = asker.sees(&field);
            card.in_use |= asked && seen;
            if seen && (asked || value.is_some()) {
                card.fields.push((field, value));
            }
        }
        Ok(card)
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Whether something can be set.
    pub fn can_be_set(&self) -> bool {
        self.in_use
    }

    /// The labels and what stands there.
    pub fn shown(&self, l: &L10n) -> Markup {
        let pairs: Vec<(String, Markup)> = self
            .fields
            .iter()
            .map(|(field, value)| {
                let words = match value {
                    None => html! { span class="quiet" { "\u{2013}" } },
                    Some(value) => html! { (value_words(l, field, value)) },
                };
                (field.is.label.to_string(), words)
            })
            .collect();
        let pairs: Vec<(&str, Markup)> =
            pairs.iter().map(|(label, words)| (&**label, words.clone())).collect();
        definitions(&pairs)
    }

    /// Labels and values, for programs.
    pub fn bodies(&self) -> Vec<FieldValueBody> {
        let body = |(field, value): &(CustomField, Option<String>)| FieldValueBody {
            id: field.id.get(),
            label: field.is.label.to_string(),
            value: value.clone(),
        };
        self.fields.iter().map(body).collect()
    }
}

fn value_words(l: &L10n, field: &CustomField, value: &str) -> String {
    match field.is.shape {
        Shape::Date => value.parse::<Date>().map_or_else(|_| value.to_owned(), |date| l.date(date)),
        Shape::Text | Shape::Number | Shape::Choice => value.to_owned(),
    }
}

struct Asked {
    ticket: Ticket,
    fields: Vec<CustomField>,
    form: Form,
}

fn asked(tx: &mut Tx, id: TicketId) -> Result<Asked, Failure> {
    let ticket = crate::tickets::store::find(tx, id)?.ok_or(Failure::NotFound)?.ticket();
    let mut fields = store::in_use(tx)?;
    fields.retain(|field| field.is_for(ticket.kind));
    let mut form = Form::default();
    for (id, value) in store::values(tx, id)? {
        if let Some(field) = fields.iter().find(|field| field.id == id) {
            form.set(field.name(), value);
        }
    }
    // Only those of this kind are here, so none is hidden.
    fields.iter_mut().for_each(|field| field.is.kinds.clear());
    Ok(Asked { ticket, fields, form })
}

fn shown(l: &L10n, asked: &Asked, form: &Form) -> Markup {
    let own = path(asked.ticket.id);
    html! {
        form class="act-form" method="post" action={ (own) "/fields" } {
            (error_summary(form, l))
            (inputs(l, &asked.fields, form))
            div class="actions" {
                button class="button primary" type="submit" { (icon(Icon::Check)) span { (l.t("form-save")) } }
                a class="button" href=(own) data-close { span { (l.t("act-not")) } }
            }
        }
    }
}

/// GET /tickets/{number}/fields
pub async fn form(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
    search: Search,
) -> Result<Response, Failure> {
    let id = number(&text)?;
    let asked = app.read(move |tx| asked(tx, id)).await?;
    let l = &actor.l;
    let part = shown(l, &asked, &asked.form);
    if search.get("part") == "yes" {
        return Ok(why::part(&l.t("custom-title"), part).into_response());
    }
    Ok(Page::new(&actor, Section::Tickets, l.t("custom-title"))
        .crumb("/tickets", l.t("tickets-title"))
        .crumb(path(id), TicketNumber::of(id).grouped())
        .body(part))
}

/// POST /tickets/{number}/fields
pub async fn save(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let id = number(&text)?;
    let typed = Typed::of(&form, Asker::Desk);
    let done = app
        .change(&actor, move |c| {
            let ticket = change::load(c, id, None)?.ticket();
            set(c, ticket, &typed)
        })
        .await;
    match done {
        Ok(_) => Ok(go(&path(id), Notice::new("notice-fields-set"))),
        Err(Failure::Invalid(problems)) => {
            let asked = app.read(move |tx| asked(tx, id)).await?;
            let l = &actor.l;
            Ok(Page::new(&actor, Section::Tickets, l.t("custom-title"))
                .crumb("/tickets", l.t("tickets-title"))
                .crumb(path(id), TicketNumber::of(id).grouped())
                .status(StatusCode::UNPROCESSABLE_ENTITY)
                .body(shown(l, &asked, &form.with(problems))))
        }
        Err(failure) => Err(failure),
    }
}

/// What stands in a custom field of a ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldValueBody {
    pub id: i64,
    pub label: String,
    pub value: Option<String>,
}

/// Values of custom fields by the fields' ids; an empty text empties a field, one that is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FieldsBody {
    #[schema(example = json!({ "1": "3rd floor" }))]
    pub fields: BTreeMap<String, String>,
}

/// The custom fields of a ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldValuesBody {
    pub fields: Vec<FieldValueBody>,
}

/// Set custom fields of a ticket.
#[utoipa::path(patch, path = "/api/v1/tickets/{number}/fields", tag = "Tickets", request_body = FieldsBody,
    params(("number" = String, Path, description = "The ticket number")),
    responses((status = 200, description = "The fields as they are now", body = FieldValuesBody)))]
pub async fn update(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
    Body(body): Body<FieldsBody>,
) -> Result<Json<FieldValuesBody>, Failure> {
    let id = find::given(&app, "number", &text).await?;
    let typed = Typed::by_id(&body.fields)?;
    let kind = app
        .change(&actor, move |c| {
            let ticket = change::load(c, id, None)?.ticket();
            let kind = ticket.kind;
            set(c, ticket, &typed)?;
            Ok(kind)
        })
        .await?;
    let card = app.read(move |tx| Card::read(tx, id, kind, Asker::Desk)).await?;
    Ok(Json(FieldValuesBody { fields: card.bodies() }))
}

/// The description of this endpoint.
#[derive(OpenApi)]
#[openapi(paths(update), components(schemas(FieldsBody, FieldValuesBody, FieldValueBody)))]
pub struct Doc;
