//! What is owed to callers: call backs and confirmations, what is due first, and each attempt (C4.4, C4.5).

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use maud::{Markup, html};
use rules::access::perm;
use rules::calls::task::{Then, read_tried};
use rules::calls::{Answer, Attempt, TaskKind};
use rules::ids::*;
use rules::text::Reason;

use super::change::{self, TOPIC};
use super::console::window_fields;
use super::store;
use super::tasks::{self, AttemptRow, TaskLine, Whose};
use super::words;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::{Form, Search};
use crate::kernel::notice::{Notice, go, refusal_words};
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section};
use crate::tickets::words::number_link;

/// Rows of the worklist.
const PAGE: i64 = 50;
/// The list's own address.
const PATH: &str = "/calls/todo";

fn cursor(text: &str) -> Option<(Timestamp, i64)> {
    let (micros, id) = text.split_once('-')?;
    Some((Timestamp::from_microsecond(micros.parse().ok()?).ok()?, id.parse().ok()?))
}

/// GET /calls/todo
pub async fn list(app: App, actor: Actor<perm::HandleCalls>, search: Search) -> Result<Response, Failure> {
    let whose = match search.get("whose") {
        "me" => Whose::Of(actor.person.id),
        "nobody" => Whose::Nobody,
        _ => Whose::Everybody,
    };
    let (kind, after): (Option<TaskKind>, _) = (search.get("kind").parse().ok(), cursor(search.get("after")));
    let mut rows = app.read(move |tx| Ok(tasks::open(tx, whose, kind, after, PAGE + 1)?)).await?;
    let more = rows.len() > usize::try_from(PAGE).unwrap_or_default();
    rows.truncate(usize::try_from(PAGE).unwrap_or_default());
    let last = rows.last().filter(|_| more);
    let next = last.map(|row| format!("{}-{}", row.due_at.as_microsecond(), row.id));
    let l = &actor.l;
    let page = Page::new(&actor, Section::Hotline, l.t("call-todo-title")).lead(l.t("call-todo-lead"));
    Ok(page.wide().live(TOPIC).body(html! {
        (words::views(l, PATH))
        (narrowing(l, &search))
        div id="todo" data-live=(TOPIC) {
            @if rows.is_empty() { (empty(Icon::OnTime, l.t("call-todo-none"), l.t("call-todo-none-words"), None)) }
            @else { (listed(l, &rows)) (pagination(l, PATH, &search, next.as_deref())) }
        }
    }))
}

fn narrowing(l: &L10n, search: &Search) -> Markup {
    let tab = |name: &str, value: &str, label: &str| Tab {
        href: search.without("after").with(name, value).address(PATH),
        label: l.t(label).into_owned(),
        count: None,
        current: search.get(name) == value,
    };
    html! {
        div class="todo-narrow" {
            (tabs(l, &[tab("whose", "", "call-todo-all"), tab("whose", "me", "call-todo-mine"), tab("whose", "nobody", "call-todo-nobody")]))
            (tabs(l, &[tab("kind", "", "call-todo-every-kind"), tab("kind", "call_back", "call-task-call_back"),
                tab("kind", "confirmation", "call-task-confirmation"), tab("kind", "missed", "call-task-missed")]))
        }
    }
}

fn task_path(id: CallTaskId) -> String {
    format!("{PATH}/{id}")
}

fn warn_at(task: &TaskLine) -> Timestamp {
    const LAST_MIN: i64 = 30;
    task.due_at - jiff::SignedDuration::from_mins(LAST_MIN)
}

fn listed(l: &L10n, rows: &[TaskLine]) -> Markup {
    let columns = [
        Column::new(l.t("call-due")),
        Column::new(l.t("call-owed")),
        Column::new(l.t("call-who")),
        Column::wide(l.t("ticket-number")),
        Column::wide(l.t("call-attempts")),
        Column::wide(l.t("call-owner")),
    ];
    table(
        l.t("call-todo-title"),
        &columns,
        html! {
            @for row in rows {
                tr data-href=(task_path(row.id)) {
                    td { (countdown(l, row.due_at, Some(warn_at(row))))
                        @if let Some(window) = words::window(l, row) { br; span class="quiet" { (window) } } }
                    td { (words::task_kind(l, row.kind)) }
                    td {
                        a href=(task_path(row.id)) { (words::who(l, row.contact.as_deref(), row.caller_name.as_deref(), row.phone.as_deref())) }
                        @if let Some(customer) = &row.customer { br; span class="quiet" { (customer) } }
                    }
                    td class="wide" { @if let Some(ticket) = row.ticket_id { (number_link(ticket)) " " span class="quiet" { (row.ticket.as_deref().unwrap_or("")) } } @else { "\u{2013}" } }
                    td class="wide" {
                        @if let (Some(result), Some(at)) = (row.last_result, row.last_tried_at) {
                            (row.attempts) " · " (l.t(result.label())) " " (when(l, at))
                        } @else { "\u{2013}" }
                    }
                    td class="wide" { (owner(l, row)) }
                }
            }
        },
    )
}

fn owner(l: &L10n, row: &TaskLine) -> Markup {
    html! {
        @if let Some(name) = &row.owner { (name) } @else { span class="quiet" { (l.t("call-nobody")) } }
        @if let Some(name) = &row.offered_to {
            @if row.offered_to != row.owner { " " (chip(Tone::Paused, Icon::Assign, l.ta("call-offered-to", &[("name", name.clone().into())]))) }
        }
    }
}

/// A task in short, for the page of its call.
pub fn summary(l: &L10n, task: &TaskLine) -> Markup {
    html! {
        p class="call-task" {
            (words::task_kind(l, task.kind)) " "
            @if let Some(at) = task.done_at { (chip(Tone::Met, Icon::OnTime, l.t("call-task-done"))) " " (when(l, at)) }
            @else { (countdown(l, task.due_at, Some(warn_at(task)))) " " (owner(l, task)) }
            " " a href=(task_path(task.id)) { (l.t("call-open")) }
        }
    }
}

/// GET /calls/todo/{id}
pub async fn show(
    app: App,
    actor: Actor<perm::HandleCalls>,
    Path(id): Path<CallTaskId>,
) -> Result<Response, Failure> {
    again(&app, &actor, id, &Form::default(), StatusCode::OK, None).await
}

async fn again(
    app: &App,
    actor: &Actor<perm::HandleCalls>,
    id: CallTaskId,
    form: &Form,
    status: StatusCode,
    before: Option<Markup>,
) -> Result<Response, Failure> {
    let (task, attempts, contacts) = app
        .read(move |tx| {
            let task = tasks::line(tx, id)?.ok_or(Failure::NotFound)?;
            let contacts = match task.customer_id {
                Some(customer) => crate::tickets::store::contacts(tx, customer)?,
                None => Vec::new(),
            };
            Ok((task, tasks::attempts(tx, id)?, contacts))
        })
        .await?;
    let l = &actor.l;
    let who = words::who(l, task.contact.as_deref(), task.caller_name.as_deref(), task.phone.as_deref());
    let title =
        l.ta("call-task-title", &[("kind", l.t(task.kind.label()).into_owned().into()), ("who", who.into())]);
    Ok(Page::new(actor, Section::Hotline, title).crumb(PATH, l.t("call-todo-title")).status(status).body(
        html! {
            @if let Some(before) = before { (before) }
            (head(l, actor.person.id, &task))
            @if task.done_at.is_none() {
                (card(l.t("call-attempt"), attempt_form(l, &task, form, &contacts)))
                (withdraw_form(l, &task, form))
            }
            @if !attempts.is_empty() { (card(l.t("call-attempts"), tried(l, &attempts))) }
        },
    ))
}

fn head(l: &L10n, me: UserId, task: &TaskLine) -> Markup {
    let phone = task.contact_phone.as_deref().or(task.phone.as_deref());
    html! {
        section class="hero task-hero" {
            div class="hero-identity" {
                p class="hero-label" { (l.t("call-phone")) }
                p class="hero-number" { @if let Some(phone) = phone { (words::tel(phone)) } @else { "\u{2013}" } }
                p { @if let Some(customer) = &task.customer { (customer) }
                    @if let Some(window) = words::window(l, task) { " · " (window) } }
                p { @if let Some(ticket) = task.ticket_id { (number_link(ticket)) " " (task.ticket.as_deref().unwrap_or("")) " · " }
                    a href=(words::path(task.call_id)) { (l.t("call-open")) } }
            }
            div class="hero-due" {
                p class="hero-label" { (l.t("call-due")) }
                @if task.done_at.is_some() { p { (chip(Tone::Met, Icon::OnTime, l.t("call-task-done"))) } }
                @else { (countdown_large(l, task.due_at, Some(warn_at(task)))) }
                p class="hero-at" { (time(l, task.due_at)) " · " (owner(l, task)) }
                @if task.done_at.is_none() && task.owner_id != Some(me) {
                    (action(&format!("{}/owner", task_path(task.id)), Icon::Assign, l.t("call-take-over")))
                }
            }
        }
    }
}

fn attempt_form(
    l: &L10n,
    task: &TaskLine,
    form: &Form,
    contacts: &[(i64, String, Option<String>)],
) -> Markup {
    let results = Attempt::ALL.iter().map(|one| (one.code(), l.t(one.label()).into_owned()));
    let answers = Answer::ALL.iter().map(|one| (one.code(), l.t(one.label()).into_owned()));
    let people = contacts.iter().map(|(id, name, phone)| {
        let words = phone.as_ref().map_or_else(|| name.clone(), |phone| format!("{name} · {phone}"));
        (id.to_string(), words)
    });
    let mut shown = form.clone();
    if form.some("contact").is_none() {
        shown.set("contact", task.contact_id.map(|id| id.to_string()).unwrap_or_default());
    }
    html! {
        form class="act-form" method="post" action={ (task_path(task.id)) "/attempts" } data-draft={ "call-task:" (task.id) } {
            (error_summary(&shown, l))
            (Choice::one("result", l.t("call-attempt-result"), results).required().of(&shown, l))
            (Choice::one("answer", l.t("call-answer"), answers).unmarked().hint(l.t("call-answer-hint")).of(&shown, l))
            (TextArea::new("note", l.t("field-note")).rows(2).of(&shown, l))
            @if !contacts.is_empty() { (Select::new("contact", l.t("field-contact"), people).empty("\u{2013}").of(&shown, l)) }
            details open[shown.some("window_from").is_some()] { summary { (l.t("call-window")) } (window_fields(l, &shown)) }
            (submit(l.t("call-attempt-save")))
        }
    }
}

fn withdraw_form(l: &L10n, task: &TaskLine, form: &Form) -> Markup {
    html! {
        details class="withdraw" { summary { (l.t("call-withdraw")) }
            form class="act-form" method="post" action={ (task_path(task.id)) "/withdrawal" } {
                (TextArea::new("reason", l.t("field-reason")).rows(2).required().of(form, l))
                (submit(l.t("call-withdraw")))
            }
        }
    }
}

fn tried(l: &L10n, attempts: &[AttemptRow]) -> Markup {
    html! {
        ul class="lines" {
            @for one in attempts {
                li { (time(l, one.tried_at)) " " (one.name) " · " (words::attempt(l, one.result, one.answer))
                    @if let Some(note) = &one.note { br; span class="words" { (note) } } }
            }
        }
    }
}

/// POST /calls/todo/{id}/attempts
pub async fn create(
    app: App,
    actor: Actor<perm::HandleCalls>,
    Path(id): Path<CallTaskId>,
    form: Form,
) -> Result<Response, Failure> {
    let (user, kept, shared) = (actor.person.id, form.clone(), app.clone());
    let done = app
        .change(&actor, move |c| {
            let task = tasks::line(c.tx, id)?.ok_or(Failure::NotFound)?;
            let zone = change::zone_of(&shared, store::names(c.tx, task.call_id)?.zone.as_deref());
            let tried = read_tried(&form, &zone, c.now)?;
            Ok(change::try_task(c, id, &tried, user)?.1)
        })
        .await;
    match done {
        Ok(Then::TryAgain) => Ok(go(&task_path(id), Notice::new("notice-call-attempt"))),
        Ok(Then::Settled) => Ok(go(PATH, Notice::new("notice-call-settled"))),
        Ok(Then::Reopen) => Ok(go(PATH, Notice::new("notice-call-reopened"))),
        Ok(Then::Continue) => Ok(go(PATH, Notice::new("notice-call-continues"))),
        Err(Failure::Invalid(problems)) => {
            let form = kept.with(problems);
            again(&app, &actor, id, &form, StatusCode::UNPROCESSABLE_ENTITY, None).await
        }
        Err(Failure::Refused(refusal)) => {
            let said = notice(Tone::Risk, refusal_words(&refusal, &actor.l));
            again(&app, &actor, id, &kept, StatusCode::CONFLICT, Some(said)).await
        }
        Err(failure) => Err(failure),
    }
}

/// POST /calls/todo/{id}/withdrawal: the customer needs nothing more.
pub async fn withdraw(
    app: App,
    actor: Actor<perm::HandleCalls>,
    Path(id): Path<CallTaskId>,
    form: Form,
) -> Result<Response, Failure> {
    let reason = match Reason::parse("reason", form.get("reason")) {
        Ok(reason) => reason,
        Err(problem) => {
            let form = form.with(vec![problem]);
            return again(&app, &actor, id, &form, StatusCode::UNPROCESSABLE_ENTITY, None).await;
        }
    };
    app.change(&actor, move |c| change::withdraw(c, id, &reason)).await?;
    Ok(go(PATH, Notice::new("notice-call-withdrawn")))
}

/// POST /calls/todo/{id}/owner: the person takes it.
pub async fn take(
    app: App,
    actor: Actor<perm::HandleCalls>,
    Path(id): Path<CallTaskId>,
) -> Result<Response, Failure> {
    let user = actor.person.id;
    app.change(&actor, move |c| change::take_task(c, id, user)).await?;
    Ok(go(&task_path(id), Notice::new("notice-call-taken")))
}
