//! Shift change: what is owed to callers goes to the next agent with a note, and is theirs once they accept it.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use maud::{Markup, html};
use rules::Invalid;
use rules::access::perm;
use rules::ids::*;
use rules::text::Text;

use super::change::{self, TOPIC};
use super::store;
use super::tasks::{self, HandOverRow, TaskLine, Whose};
use super::words;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::Form;
use crate::kernel::notice::{Notice, go};
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section};

/// The page's own address.
const PATH: &str = "/calls/hand-over";

struct Shift {
    mine: Vec<TaskLine>,
    offered: Vec<(HandOverRow, Vec<TaskLine>)>,
    agents: Vec<(i64, String)>,
}

/// GET /calls/hand-over
pub async fn page(app: App, actor: Actor<perm::HandleCalls>) -> Result<Response, Failure> {
    again(&app, &actor, &Form::default(), StatusCode::OK).await
}

async fn again(
    app: &App,
    actor: &Actor<perm::HandleCalls>,
    form: &Form,
    status: StatusCode,
) -> Result<Response, Failure> {
    let me = actor.person.id;
    let shift = app
        .read(move |tx| {
            let mut offered = Vec::new();
            for offer in tasks::offered_to(tx, me)? {
                let lines = tasks::offered(tx, offer.id)?;
                offered.push((offer, lines));
            }
            let mut agents = store::agents(tx)?;
            agents.retain(|(id, _)| *id != me.get());
            let mine = tasks::open(tx, Whose::Of(me), None, None, tasks::HANDED_MOST)?;
            Ok(Shift { mine, offered, agents })
        })
        .await?;
    let l = &actor.l;
    Ok(Page::new(actor, Section::Hotline, l.t("hand-over-title"))
        .lead(l.t("hand-over-lead"))
        .live(TOPIC)
        .wide()
        .status(status)
        .body(html! {
            (words::views(l, PATH))
            div id="offered" data-live=(TOPIC) {
                @for (offer, lines) in &shift.offered { (offered(l, offer, lines)) }
            }
            (give(l, &shift, form))
        }))
}

fn offered(l: &L10n, offer: &HandOverRow, lines: &[TaskLine]) -> Markup {
    card(
        l.ta("hand-over-offered", &[("name", offer.from_name.clone().into()), ("n", lines.len().into())]),
        html! {
            p class="quiet" { (when(l, offer.offered_at)) }
            @if let Some(note) = &offer.note { blockquote class="words" { (note) } }
            ul class="lines" { @for line in lines { li { (one(l, line)) } } }
            form method="post" action={ (PATH) "/" (offer.id) "/acceptance" } {
                button class="button primary" type="submit" data-key="a" data-key-label=(l.t("hand-over-accept")) {
                    (l.t("hand-over-accept"))
                }
            }
        },
    )
}

fn one(l: &L10n, line: &TaskLine) -> Markup {
    html! {
        (words::task_kind(l, line.kind)) " "
        a href={ "/calls/todo/" (line.id) } {
            (words::who(l, line.contact.as_deref(), line.caller_name.as_deref(), line.phone.as_deref()))
        }
        " " small { (line.customer.as_deref().unwrap_or("")) } " " (countdown(l, line.due_at, None))
        @if let Some(name) = &line.offered_to {
            @if line.offered_to != line.owner { " " (chip(Tone::Paused, Icon::Assign, l.ta("call-offered-to", &[("name", name.clone().into())]))) }
        }
    }
}

fn give(l: &L10n, shift: &Shift, form: &Form) -> Markup {
    if shift.mine.is_empty() {
        return empty(Icon::OnTime, l.t("hand-over-nothing"), l.t("hand-over-nothing-words"), None);
    }
    let agents = shift.agents.iter().map(|(id, name)| (id.to_string(), name.clone()));
    card(
        l.t("hand-over-give"),
        html! {
            form class="act-form" method="post" action=(PATH) data-draft="hand-over" {
                (error_summary(form, l))
                fieldset class="field" id="f-task" {
                    legend class="label" { (l.t("hand-over-what")) }
                    @for line in &shift.mine {
                        label class="option" {
                            input type="checkbox" name="task" value=(line.id) checked;
                            span { (one(l, line)) }
                        }
                    }
                }
                (Select::new("to", l.t("hand-over-to"), agents).required().empty("\u{2013}").of(form, l))
                (TextArea::new("note", l.t("hand-over-note")).rows(3).of(form, l))
                (submit(l.t("hand-over-send")))
            }
        },
    )
}

/// POST /calls/hand-over
pub async fn create(app: App, actor: Actor<perm::HandleCalls>, form: Form) -> Result<Response, Failure> {
    let user = actor.person.id;
    let chosen: Vec<CallTaskId> = form.all("task").filter_map(|id| id.parse().ok()).map(CallTaskId).collect();
    let mut problems = Vec::new();
    if chosen.is_empty() {
        problems.push(Invalid::new("task", "error-hand-over-nothing"));
    }
    let to = form.get("to").parse::<i64>().map(UserId);
    if to.is_err() {
        problems.push(Invalid::required("to"));
    }
    let note = Text::parse_optional("note", form.get("note")).map_err(|problem| problems.push(problem));
    let (Ok(to), Ok(note), true) = (to, note, problems.is_empty()) else {
        return again(&app, &actor, &form.with(problems), StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    match app.change(&actor, move |c| change::hand_over(c, &chosen, to, note.as_ref(), user)).await {
        Ok(_) => Ok(go(PATH, Notice::new("notice-handed-over"))),
        Err(Failure::Invalid(problems)) => {
            again(&app, &actor, &form.with(problems), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(failure) => Err(failure),
    }
}

/// POST /calls/hand-over/{id}/acceptance
pub async fn accept(
    app: App,
    actor: Actor<perm::HandleCalls>,
    Path(id): Path<HandOverId>,
) -> Result<Response, Failure> {
    let user = actor.person.id;
    app.change(&actor, move |c| change::accept(c, id, user)).await?;
    Ok(go(PATH, Notice::new("notice-hand-over-accepted")))
}
