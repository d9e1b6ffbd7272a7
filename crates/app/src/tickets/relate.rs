//! Links between tickets, merging two that are one, and splitting one that is two.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use maud::{Markup, html};
use rules::Invalid;
use rules::access::perm;
use rules::ids::*;
use rules::text::Reason;
use rules::tickets::Relation;
use rules::tickets::number::TicketNumber;

use super::change::{self, number, path};
use super::store::{self, TicketRow};
use super::{find, why, words};
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::{Form, Search};
use crate::kernel::notice::{Notice, go, refusal_words};
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section, Viewer};

/// Which of the two forms.
#[derive(Clone, Copy)]
enum Which {
    Link,
    Merge,
}

impl Which {
    fn title(self) -> &'static str {
        match self {
            Which::Link => "ticket-verb-link",
            Which::Merge => "ticket-verb-merge",
        }
    }
}

/// GET /tickets/{number}/link
pub async fn link_form(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
    search: Search,
) -> Result<Response, Failure> {
    form_page(app, actor, text, search, Which::Link).await
}

/// GET /tickets/{number}/merge
pub async fn merge_form(
    app: App,
    actor: Actor<perm::MergeTickets>,
    Path(text): Path<String>,
    search: Search,
) -> Result<Response, Failure> {
    form_page(app, actor, text, search, Which::Merge).await
}

async fn form_page<P>(
    app: App,
    actor: Actor<P>,
    text: String,
    search: Search,
    which: Which,
) -> Result<Response, Failure> {
    let id = number(&text)?;
    let (row, near) = app.read(move |tx| near(tx, id)).await?;
    let relation = search.some("relation").unwrap_or(Relation::Related.code());
    let mut form = Form::of([("relation", relation)]);
    for name in ["other", "into"] {
        form.set(name, search.get(name));
    }
    if search.get("part") == "yes" {
        return Ok(
            why::part(&actor.l.t(which.title()), shown(&actor.l, &row, &near, which, &form)).into_response()
        );
    }
    Ok(page(&actor, &row, &near, which, &form, StatusCode::OK, None))
}

/// The ticket, and open ones of the same customer that may be meant.
fn near(tx: &mut db::Tx, id: TicketId) -> Result<(TicketRow, Vec<store::Brief>), Failure> {
    const NEAR_MOST: i64 = 10;
    let row = store::find(tx, id)?.ok_or(Failure::NotFound)?;
    let mut near = store::open_of_customer(tx, row.customer_id, NEAR_MOST + 1)?;
    near.retain(|brief| brief.id != id);
    Ok((row, near))
}

fn page(
    viewer: &Viewer,
    row: &TicketRow,
    near: &[store::Brief],
    which: Which,
    form: &Form,
    status: StatusCode,
    before: Option<Markup>,
) -> Response {
    let l = &viewer.l;
    Page::new(viewer, Section::Tickets, l.t(which.title()))
        .crumb("/tickets", l.t("tickets-title"))
        .crumb(path(row.id), TicketNumber::of(row.id).grouped())
        .lead(html! { (row.title) })
        .status(status)
        .body(html! { @if let Some(before) = before { (before) } (shown(l, row, near, which, form)) })
}

fn shown(l: &L10n, row: &TicketRow, near: &[store::Brief], which: Which, form: &Form) -> Markup {
    let (resource, field, label) = match which {
        Which::Link => ("links", "other", "field-other-ticket"),
        Which::Merge => ("merge", "into", "field-into-ticket"),
    };
    let relations = Relation::ALL.iter().map(|one| (one.code(), l.t(one.label()).into_owned()));
    html! {
        form class="act-form" method="post" action={ (path(row.id)) "/" (resource) } {
            (error_summary(form, l))
            input type="hidden" name="version" value=(row.version);
            @if let Which::Merge = which { p class="hint" { (l.t("act-merge-hint")) } }
            (Field::text(field, l.t(label)).required().inputmode("numeric").list("near-tickets").hint(l.t("act-number-hint")).of(form, l))
            datalist id="near-tickets" {
                @for brief in near { option value=(TicketNumber::of(brief.id)) { (brief.title) } }
            }
            @match which {
                Which::Link => (Choice::one("relation", l.t("field-relation"), relations).required().of(form, l)),
                Which::Merge => (TextArea::new("reason", l.t("field-reason")).rows(2).of(form, l)),
            }
            @if !near.is_empty() {
                h3 { (l.t("intake-already-open")) }
                ul class="brief-tickets" {
                    @for brief in near { li { (words::number_link(brief.id)) " " (words::state(l, brief.state)) " " (brief.title) } }
                }
            }
            div class="actions" {
                button class="button primary" type="submit" {
                    (icon(match which { Which::Link => Icon::Link, Which::Merge => Icon::Merge }))
                    span { (l.t(&format!("{}-do", which.title()))) }
                }
                a class="button" href=(path(row.id)) data-close { span { (l.t("act-not")) } }
            }
        }
    }
}

/// The ticket that a form names by its number; a slip is told on the field.
async fn other(app: &App, form: &Form, field: &'static str) -> Result<TicketId, Failure> {
    match form.get(field) {
        "" => Err(Invalid::required(field).into()),
        text => find::given(app, field, text).await,
    }
}

/// POST /tickets/{number}/links
pub async fn link(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let id = number(&text)?;
    let relation = form.get("relation").parse().unwrap_or(Relation::Related);
    let done = match other(&app, &form, "other").await {
        Ok(other) => app.change(&actor, move |c| change::link(c, id, other, relation)).await,
        Err(problem) => Err(problem),
    };
    after(app, actor, id, Which::Link, form, done, &path(id), "notice-ticket-linked").await
}

/// POST /tickets/{number}/unlink
pub async fn unlink(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let id = number(&text)?;
    let relation =
        form.get("relation").parse().map_err(|_| Invalid::unknown("relation", form.get("relation")))?;
    let other = other(&app, &form, "other").await?;
    app.change(&actor, move |c| change::unlink(c, id, other, relation)).await?;
    Ok(go(&path(id), Notice::new("notice-ticket-unlinked")))
}

/// POST /tickets/{number}/merge
pub async fn merge(
    app: App,
    actor: Actor<perm::MergeTickets>,
    Path(text): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let id = number(&text)?;
    let seen = change::seen(form.get("version"));
    let read = other(&app, &form, "into")
        .await
        .and_then(|into| Ok((into, Reason::parse_optional("reason", form.get("reason"))?)));
    let mut target = path(id);
    let done = match read {
        Ok((into, reason)) => {
            target = path(into);
            app.change(&actor, move |c| change::merge(c, id, seen, into, reason)).await
        }
        Err(problem) => Err(problem),
    };
    after(app, actor, id, Which::Merge, form, done, &target, "notice-ticket-merged").await
}

#[allow(clippy::too_many_arguments)]
async fn after<P>(
    app: App,
    actor: Actor<P>,
    id: TicketId,
    which: Which,
    form: Form,
    done: Result<(), Failure>,
    target: &str,
    said: &'static str,
) -> Result<Response, Failure> {
    let (form, status, before) = match done {
        Ok(()) => return Ok(go(target, Notice::new(said))),
        Err(Failure::Invalid(problems)) => (form.with(problems), StatusCode::UNPROCESSABLE_ENTITY, None),
        Err(Failure::Refused(refusal)) => {
            (form, StatusCode::CONFLICT, Some(notice(Tone::Risk, refusal_words(&refusal, &actor.l))))
        }
        Err(failure) => return Err(failure),
    };
    let (row, near) = app.read(move |tx| near(tx, id)).await?;
    Ok(page(&actor, &row, &near, which, &form, status, before))
}

/// GET /tickets/{number}/split: the report form with what both tickets share.
pub async fn split(
    app: App,
    _: Actor<perm::MergeTickets>,
    Path(text): Path<String>,
) -> Result<Response, Failure> {
    let id = number(&text)?;
    let row = app.read(move |tx| store::find(tx, id)?.ok_or(Failure::NotFound)).await?;
    let mut search = Search::default()
        .with("split", &TicketNumber::of(id).to_string())
        .with("customer", &row.customer_id.to_string())
        .with("kind", row.kind.code())
        .with("channel", row.channel.code());
    for (name, value) in [
        ("site", row.site_id.map(i64::from)),
        ("contact", row.contact_id.map(i64::from)),
        ("asset", row.asset_id.map(i64::from)),
    ] {
        if let Some(value) = value {
            search = search.with(name, &value.to_string());
        }
    }
    Ok(Redirect::to(&search.address("/tickets/new")).into_response())
}
