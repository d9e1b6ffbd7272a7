//! The hotline's console: one screen for the agent during a call, made for the keyboard (C4.2, C7.2).
//!
//! Left what rings, is spoken and waits; in the middle the report; right what is known of the caller; below,
//! always in view, the outcome. Saving with an outcome chosen does all of it in one step (C4.3).

use axum::Json;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use db::Tx;
use http::StatusCode;
use maud::{Markup, html};
use rules::access::perm;
use rules::calls::{CallState, EndedBy, Outcome, Transport, read_closing};
use rules::customers::Phone;
use rules::ids::*;
use rules::text::Line;
use rules::tickets::custom_fields::{Asker, CustomField};
use rules::tickets::number::TicketNumber;
use rules::tickets::{Channel, Kind};

use super::change::{self, TOPIC};
use super::store::{self, CallLine, CallNames, CallRow, Unit};
use super::tasks::{self, TaskLine, Whose};
use super::words::{self, path};
use crate::coverage::{Cover, Covers, pages as coverage};
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::{Form, Search};
use crate::kernel::notice::{Notice, go, refusal_words};
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section};
use crate::records::open_tickets::{self, Around, OpenTicket};
use crate::tickets::ahead::{self, Proposal};
use crate::tickets::articles;
use crate::tickets::custom_fields::{self, values::Typed};
use crate::tickets::intake::{self, Named};
use crate::tickets::new::{self, house_zone};
use crate::tickets::{store as tickets, words as ticket_words};

/// Units of the caller that are shown.
const UNITS_MOST: i64 = 12;
/// What is owed to callers, as far as the console shows it.
const DUE_MOST: i64 = 6;

/// The call that the agent looks at, with what is known of the caller.
struct Selected {
    row: CallRow,
    names: CallNames,
    context: Context,
    tickets: Vec<(TicketId, String)>,
}

/// What is known of a caller.
struct Context {
    customer: Option<(CustomerId, String)>,
    site: Option<(SiteId, String)>,
    units: Vec<(Unit, Cover)>,
    open: Vec<OpenTicket>,
    calls: Vec<CallLine>,
}

/// Everything that the console shows.
struct Desk {
    open: Vec<CallLine>,
    incomplete: Vec<CallLine>,
    due: Vec<TaskLine>,
    selected: Option<Selected>,
    engineers: Vec<(i64, String)>,
    teams: Vec<(i64, String)>,
    /// What a report is asked beyond what everybody asks.
    custom: Vec<CustomField>,
    me: UserId,
}

fn context(
    tx: &mut Tx,
    app: &App,
    customer: Option<CustomerId>,
    site: Option<SiteId>,
) -> Result<Context, Failure> {
    use crate::customers::{sites, store as customers};
    let Some(customer) = customer else {
        let (units, open, calls) = (Vec::new(), Vec::new(), Vec::new());
        return Ok(Context { customer: None, site: None, units, open, calls });
    };
    let name = customers::find(tx, customer)?.map(|row| row.name).unwrap_or_default();
    let site = match site {
        Some(id) => sites::store::find(tx, id)?.map(|row| (id, row.name)),
        None => None,
    };
    let around = site.as_ref().map_or(Around::Customer(customer.get()), |(id, _)| Around::Site(id.get()));
    let mut covers = Covers::new(&app.library, app.clock.now());
    let mut units = Vec::new();
    for unit in store::units(tx, customer, site.as_ref().map(|(id, _)| *id), UNITS_MOST)? {
        let cover = covers.of(tx, unit.id, None)?;
        units.push((unit, cover));
    }
    Ok(Context {
        units,
        open: open_tickets::of(tx, around)?,
        calls: store::of_customer(tx, customer)?,
        customer: Some((customer, name)),
        site,
    })
}

fn desk(tx: &mut Tx, app: &App, id: Option<CallId>, me: UserId) -> Result<Desk, Failure> {
    let selected = match id {
        Some(id) => {
            let row = store::find(tx, id)?.ok_or(Failure::NotFound)?;
            Some(Selected {
                names: store::names(tx, id)?,
                context: context(tx, app, row.customer_id, row.site_id)?,
                tickets: store::tickets_of(tx, id)?,
                row,
            })
        }
        None => None,
    };
    let sends = selected.is_some();
    Ok(Desk {
        open: store::open(tx)?,
        incomplete: store::incomplete(tx)?,
        due: tasks::open(tx, Whose::Everybody, None, None, DUE_MOST)?,
        selected,
        engineers: if sends { store::engineers(tx)? } else { Vec::new() },
        teams: if sends { tickets::teams(tx)? } else { Vec::new() },
        custom: if sends { custom_fields::store::in_use(tx)? } else { Vec::new() },
        me,
    })
}

/// GET /console?call=
pub async fn page(app: App, actor: Actor<perm::HandleCalls>, search: Search) -> Result<Response, Failure> {
    let (me, id) = (actor.person.id, search.get("call").parse::<i64>().ok().map(CallId));
    let shared = app.clone();
    let (desk, form) = app
        .read(move |tx| {
            let desk = desk(tx, &shared, id, me)?;
            let form = begun(tx, desk.selected.as_ref())?;
            Ok((desk, form))
        })
        .await?;
    Ok(shown(&actor, &desk, &form, StatusCode::OK, None))
}

/// The form as it is first shown: whoever the number told is in it.
fn begun(tx: &mut Tx, selected: Option<&Selected>) -> Result<Form, Failure> {
    let form = Form::of([("kind", Kind::Fault.code()), ("channel", Channel::Phone.code())]);
    let Some(Selected { row, .. }) = selected else { return Ok(form) };
    let named =
        Named { customer: row.customer_id, site: row.site_id, contact: row.contact_id, asset: row.asset_id };
    let mut form = new::filled(tx, form, named)?;
    if row.contact_id.is_none() {
        form.set("caller_name", row.caller_name.clone().unwrap_or_default());
        form.set("caller_phone", row.phone.clone().unwrap_or_default());
    }
    Ok(form)
}

fn shown(
    actor: &Actor<perm::HandleCalls>,
    desk: &Desk,
    form: &Form,
    status: StatusCode,
    before: Option<Markup>,
) -> Response {
    let l = &actor.l;
    let mut page = Page::new(actor, Section::Hotline, l.t("console-title")).status(status).wide().live(TOPIC);
    page = page.script("console.js");
    page.body(html! {
        (words::views(l, "/console"))
        @if let Some(before) = before { (before) }
        div class={ "console" @if desk.selected.is_none() { " idle" } } {
            aside class="console-calls" id="console-calls" data-live=(TOPIC) { (calls(l, desk)) }
            @match &desk.selected {
                Some(selected) => (talking(l, desk, selected, form)),
                None => (idle(l)),
            }
        }
    })
}

fn idle(l: &L10n) -> Markup {
    html! {
        section class="console-idle" {
            (empty(Icon::Phone, l.t("console-idle"), l.t("console-idle-words"), None))
        }
    }
}

fn calls(l: &L10n, desk: &Desk) -> Markup {
    let ringing = desk.open.iter().filter(|line| line.state == CallState::Ringing);
    let spoken = |line: &&CallLine| line.state != CallState::Ringing;
    let here = desk.selected.as_ref().map(|selected| selected.row.id);
    html! {
        form class="console-begin" method="post" action="/calls" {
            button class="button primary" type="submit" name="direction" value="in" data-key="b" data-key-label=(l.t("console-begin")) {
                (icon(Icon::Phone)) span { (l.t("console-begin")) } kbd { "b" }
            }
            button class="button" type="submit" name="direction" value="out" { (icon(Icon::External)) span { (l.t("console-begin-out")) } }
        }
        @for line in ringing {
            div class="console-call ringing" role="alert" {
                p { (words::state(l, line.state)) " " (when(l, line.began_at)) }
                p { strong { (words::who(l, line.contact.as_deref(), line.caller_name.as_deref(), line.phone.as_deref())) } }
                @if let Some(customer) = &line.customer { p class="quiet" { (customer) } }
                form method="post" action={ (path(line.id)) "/answer" } {
                    button class="button primary" type="submit" data-key="a" data-key-label=(l.t("console-answer")) {
                        (icon(Icon::Phone)) span { (l.t("console-answer")) } kbd { "a" }
                    }
                }
            }
        }
        @for line in desk.open.iter().filter(spoken) { (spoken_card(l, desk, line, here)) }
        @if !desk.incomplete.is_empty() {
            h2 { (l.t("console-incomplete")) }
            @for line in &desk.incomplete { (spoken_card(l, desk, line, here)) }
        }
        h2 { a href="/calls/todo" { (l.t("call-todo-title")) } }
        @if desk.due.is_empty() { p class="quiet" { (l.t("call-todo-none")) } }
        ul class="console-due" {
            @for task in &desk.due {
                li {
                    a href={ "/calls/todo/" (task.id) } {
                        (words::who(l, task.contact.as_deref(), task.caller_name.as_deref(), task.phone.as_deref()))
                    }
                    " " (l.t(task.kind.label())) " " (countdown(l, task.due_at, None))
                }
            }
        }
    }
}

fn spoken_card(l: &L10n, desk: &Desk, line: &CallLine, here: Option<CallId>) -> Markup {
    let mine = line.agent_id == Some(desk.me);
    let over = line.ended_at.is_some();
    html! {
        div class={ "console-call" @if here == Some(line.id) { " here" } @if over { " over" } } {
            p {
                @if over { (words::result(l, line)) } @else { (words::state(l, line.state)) }
                @if let (false, Some(at)) = (over, line.answered_at) { " " (since(at, l)) }
            }
            p { a href={ "/console?call=" (line.id) } aria-current=[(here == Some(line.id)).then_some("true")] {
                strong { (words::who(l, line.contact.as_deref(), line.caller_name.as_deref(), line.phone.as_deref())) }
            } }
            @if let Some(customer) = &line.customer { p class="quiet" { (customer) } }
            @if let (false, Some(agent)) = (mine, &line.agent) { p class="quiet" { (agent) } }
            @if mine && !over {
                form method="post" action={ (path(line.id)) "/hold" } {
                    input type="hidden" name="held" value=(if line.state == CallState::Held { "no" } else { "yes" });
                    button class="button small" type="submit" {
                        (icon(if line.state == CallState::Held { Icon::Phone } else { Icon::Pause }))
                        span { (l.t(if line.state == CallState::Held { "console-resume" } else { "console-hold" })) }
                    }
                }
            }
        }
    }
}

/// A clock that runs up from a moment.
fn since(at: jiff::Timestamp, l: &L10n) -> Markup {
    let seconds = l.now.duration_since(at).as_secs().max(0);
    let text = format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    html! { time class="call-clock" datetime=(at) data-since { (text) } }
}

fn talking(l: &L10n, desk: &Desk, selected: &Selected, form: &Form) -> Markup {
    let Selected { row, names, .. } = selected;
    let reported = row.ticket_id.is_some();
    html! {
        form class={ "console-talk intake" @if reported { " reported" } } id="console-form" method="post" action={ "/console/" (row.id) }
            data-intake="/tickets/proposal" novalidate data-keep data-draft={ "call:" (row.id) } data-console=(row.id) {
            header class="console-head" {
                div {
                    p class="hero-label" { (l.t("call-who")) " · " (l.t(row.direction.label())) }
                    p class="console-who" {
                        (words::who(l, names.contact.as_deref(), row.caller_name.as_deref(), row.phone.as_deref()))
                        @if let Some(phone) = &row.phone { " " (words::tel(phone)) }
                    }
                }
                div {
                    p class="hero-label" { (l.t("call-clock")) }
                    p class="console-clock" {
                        @match (row.answered_at, row.ended_at) {
                            (Some(at), None) => (since(at, l)),
                            (Some(at), Some(ended_at)) => (l.duration(ended_at.duration_since(at))),
                            _ => (words::state(l, row.state)),
                        }
                    }
                }
            }
            (error_summary(form, l))
            @if change::was_hung_up(row) { (notice(Tone::Bad, l.t("call-hung-up-words"))) }
            @else if row.call().wants_outcome() { (notice(Tone::Risk, l.t("call-no-outcome-words"))) }
            @if reported { (on_record(l, selected)) } @else { (new::sections(l, form, &desk.custom, "/console/ahead", save(l))) }
            aside class="console-context" id="console-context" aria-live="polite" { (context_part(l, &selected.context)) }
            (outcome_bar(l, desk, selected, form))
        }
    }
}

fn save(l: &L10n) -> Markup {
    html! {
        div class="actions intake-send" {
            button class="button" type="submit" name="do" value="report" {
                (icon(Icon::Ticket)) span { (l.t("intake-send")) } kbd { "Ctrl \u{21b5}" }
            }
        }
    }
}

/// The tickets that the call is about, their number to be said.
fn on_record(l: &L10n, selected: &Selected) -> Markup {
    html! {
        section class="console-record" {
            p class="hero-label" { (l.t("ticket-number")) }
            @if let Some(ticket) = selected.row.ticket_id {
                p class="receipt-number" { (TicketNumber::of(ticket).grouped()) }
                p class="receipt-say" {
                    (l.ta("receipt-say", &[("number", TicketNumber::of(ticket).grouped().into()),
                        ("customer", selected.names.customer.clone().unwrap_or_default().into())]))
                }
            }
            ul class="lines" {
                @for (id, title) in &selected.tickets { li { (ticket_words::number_link(*id)) " " (title) } }
            }
            div class="actions" {
                a class="button" href={ "/console/" (selected.row.id) "/another" } { (icon(Icon::Add)) span { (l.t("console-another")) } }
            }
        }
    }
}

fn context_part(l: &L10n, context: &Context) -> Markup {
    let Some((customer, name)) = &context.customer else {
        return html! { h2 { (l.t("console-context")) } p class="quiet" { (l.t("console-context-none")) } };
    };
    html! {
        h2 { a href={ "/customers/" (customer) } target="_blank" { (name) } }
        @if let Some((id, site)) = &context.site { p { (icon(Icon::Site)) " " a href={ "/sites/" (id) } target="_blank" { (site) } } }
        h3 { (l.t("records-open-tickets")) }
        @if context.open.is_empty() { p class="quiet" { (l.t("records-open-tickets-none")) } }
        ul class="lines" {
            @for ticket in &context.open { li {
                (ticket_words::number_link(ticket.id)) " " (ticket.title) " "
                @if let Some(due) = ticket.next_due_at { (countdown(l, due, ticket.next_warn_at)) }
                " " button class="button small quiet" type="submit" name="link" value=(TicketNumber::of(ticket.id)) formnovalidate { (l.t("console-link")) }
            } }
        }
        h3 { (l.t("assets-title")) }
        @if context.units.is_empty() { p class="quiet" { (l.t("console-no-units")) } }
        ul class="lines" {
            @for (unit, cover) in &context.units { li {
                a href={ "/assets/" (unit.id) } target="_blank" { (unit.name.as_deref().unwrap_or(&unit.model)) }
                small {
                    (unit.model)
                    @if let Some(serial) = &unit.serial { " · " code { (serial) } }
                    @if let Some(position) = &unit.position { " · " (position) }
                }
                (coverage::warranty_chip(l, cover))
            } }
        }
        @if !context.calls.is_empty() {
            h3 { (l.t("call-earlier")) }
            ul class="lines" {
                @for call in context.calls.iter().take(5) { li {
                    a href=(path(call.id)) target="_blank" { (when(l, call.began_at)) } " " (words::result(l, call))
                } }
            }
        }
    }
}

fn outcome_bar(l: &L10n, desk: &Desk, selected: &Selected, form: &Form) -> Markup {
    let row = &selected.row;
    if row.outcome.is_some() || row.state == CallState::Missed {
        return html! { div class="outcome-bar" { p { @if let Some(told) = row.outcome { (words::outcome(l, told)) } } a class="button" href=(path(row.id)) { (l.t("call-open")) } } };
    }
    let chosen = form.get("outcome");
    let over = row.ended_at.is_some();
    html! {
        fieldset class="outcome-bar" id="f-outcome" {
            legend class="unseen" { (l.t("call-outcome")) }
            div class="outcome-choice" role="radiogroup" aria-label=(l.t("call-outcome")) {
                @for (place, outcome) in Outcome::ALL.iter().enumerate() {
                    label { input type="radio" name="outcome" value=(outcome.code()) checked[chosen == outcome.code()] data-alt=(place + 1);
                        span { (l.t(outcome.label())) } kbd { "Alt " (place + 1) } }
                }
            }
            @if let Some(problem) = form.problem("outcome") { p class="error" { (icon(Icon::Late)) span { (form.words(problem, l)) } } }
            div class="outcome-more" data-outcome="dispatch" { (visit_fields(l, form, &desk.engineers)) }
            div class="outcome-more" data-outcome="second_line" {
                div class="row two" {
                    (Select::new("team", l.t("field-team"), options(&desk.teams)).empty("\u{2013}").of(form, l))
                    (Select::new("assignee", l.t("field-assignee"), options(&desk.engineers)).empty("\u{2013}").of(form, l))
                }
            }
            div class="outcome-more" data-outcome="customer_diagnosing customer_fixed" { (window_fields(l, form)) }
            div class="outcome-end" {
                (Field::text("call_note", l.t("call-note")).of(form, l))
                @if !over {
                    (Select::new("ended_by", l.t("call-ended-by"), EndedBy::ALL.iter().map(|one| (one.code(), l.t(one.label()).into_owned()))).of(form, l))
                }
                button class="button primary" type="submit" name="do" value="end" {
                    (icon(Icon::Phone)) span { (l.t(if over { "call-complete" } else { "call-end" })) } kbd { "Ctrl \u{21b5}" }
                }
            }
        }
    }
}

fn options(pairs: &[(i64, String)]) -> Vec<(String, String)> {
    pairs.iter().map(|(id, name)| (id.to_string(), name.clone())).collect()
}

/// When, who, how.
pub fn visit_fields(l: &L10n, form: &Form, engineers: &[(i64, String)]) -> Markup {
    const IN_MIN: [i64; 6] = [30, 60, 90, 120, 180, 240];
    let spans = IN_MIN.map(|minutes| {
        let span = l.duration(jiff::SignedDuration::from_mins(minutes));
        (minutes.to_string(), l.ta("call-arrives-in", &[("span", span.into())]).into_owned())
    });
    let ways = Transport::ALL.iter().map(|one| (one.code(), l.t(one.label()).into_owned()));
    html! {
        div class="row visit" {
            (Select::new("arrives_in", l.t("call-arrives"), spans).empty("\u{2013}").of(form, l))
            (Select::new("engineer", l.t("call-engineer"), options(engineers)).empty("\u{2013}").of(form, l))
            (Select::new("transport", l.t("call-transport"), ways).empty("\u{2013}").of(form, l))
            (Field::text("arrives_at", l.t("call-arrives-at")).kind("datetime-local").of(form, l))
        }
    }
}

/// From when on the customer can be called.
pub fn window_fields(l: &L10n, form: &Form) -> Markup {
    html! {
        div class="row two" {
            (Field::text("window_from", l.t("call-window-from")).kind("datetime-local").of(form, l))
            (Field::text("window_until", l.t("call-window-until")).kind("datetime-local").of(form, l))
        }
    }
}

/// GET /console/ahead?q=: who calls, by number, name, site, unit, or the number of a ticket.
pub async fn look_up(
    app: App,
    actor: Actor<perm::HandleCalls>,
    search: Search,
) -> Result<Json<Vec<Proposal>>, Failure> {
    let text = search.get("q").to_owned();
    let l = actor.l.clone();
    let found = app
        .read(move |tx| {
            let mut found = Vec::new();
            if let Ok(number) = TicketNumber::parse(&text)
                && let Some(brief) = tickets::brief(tx, number.ticket())?
            {
                let kind = l.t("ticket-number");
                found.push(Proposal {
                    id: format!("ticket:{number}"),
                    text: format!("{} {}", number.grouped(), brief.title),
                    note: format!("{kind} · {}", brief.customer),
                    fill: Vec::new(),
                });
            }
            found.extend(ahead::find_all(tx, &l, &text)?);
            Ok(found)
        })
        .await?;
    Ok(Json(found))
}

/// POST /calls/{id}/caller: the console says whom the agent chose, and is told what is known of them.
pub async fn caller(
    app: App,
    actor: Actor<perm::HandleCalls>,
    Path(id): Path<CallId>,
    form: Form,
) -> Result<Markup, Failure> {
    let house = house_zone(&app);
    let caller_name = Line::parse_optional("caller_name", form.get("caller_name"))?;
    let phone = Phone::parse_optional("caller_phone", form.get("caller_phone"))?;
    let row = app
        .change(&actor, move |c| {
            let named = new::named(c.tx, &form)?;
            change::name_caller(c, id, named, caller_name, phone, &house)
        })
        .await?;
    let shared = app.clone();
    let context = app.read(move |tx| context(tx, &shared, row.customer_id, row.site_id)).await?;
    Ok(context_part(&actor.l, &context))
}

/// GET /console/{id}/another: one more ticket from the same call.
pub async fn another(
    app: App,
    actor: Actor<perm::HandleCalls>,
    Path(id): Path<CallId>,
) -> Result<Response, Failure> {
    let (me, shared) = (actor.person.id, app.clone());
    let (mut desk, form) = app
        .read(move |tx| {
            let desk = desk(tx, &shared, Some(id), me)?;
            let form = begun(tx, desk.selected.as_ref())?;
            Ok((desk, form))
        })
        .await?;
    if let Some(selected) = &mut desk.selected {
        // The form is shown as before the first report; what is sent is added to the call.
        selected.row.ticket_id = None;
    }
    Ok(shown(&actor, &desk, &form, StatusCode::OK, None))
}

/// POST /console/{id}: reports, ends, or both in one step, as far as the form was filled in (C4.3).
pub async fn create(
    app: App,
    actor: Actor<perm::HandleCalls>,
    Path(id): Path<CallId>,
    form: Form,
) -> Result<Response, Failure> {
    let (user, l, kept) = (actor.person.id, actor.l.clone(), form.clone());
    let (shared, again) = (app.clone(), app.clone());
    let ends = form.get("do") == "end" || (form.some("do").is_none() && form.some("outcome").is_some());
    let done = app.change(&actor, move |c| save_all(c, &shared, &l, id, &form, ends, user)).await;
    match done {
        Ok(()) if ends => Ok(go("/console", Notice::new("notice-call-ended"))),
        Ok(()) => Ok(Redirect::to(&format!("/console?call={id}")).into_response()),
        Err(Failure::Invalid(problems)) => {
            let desk = app.read(move |tx| desk(tx, &again, Some(id), user)).await?;
            Ok(shown(&actor, &desk, &kept.with(problems), StatusCode::UNPROCESSABLE_ENTITY, None))
        }
        Err(Failure::Refused(refusal)) => {
            let said = notice(Tone::Risk, refusal_words(&refusal, &actor.l));
            let desk = app.read(move |tx| desk(tx, &again, Some(id), user)).await?;
            Ok(shown(&actor, &desk, &kept, StatusCode::CONFLICT, Some(said)))
        }
        Err(failure) => Err(failure),
    }
}

fn save_all(
    c: &mut crate::kernel::door::Change<'_>,
    app: &App,
    l: &L10n,
    id: CallId,
    form: &Form,
    ends: bool,
    user: UserId,
) -> Result<(), Failure> {
    if let Some(number) = form.some("link") {
        let number = TicketNumber::parse(number).map_err(|_| Failure::field("number", "error-not-there"))?;
        return change::link(c, id, number.ticket()).map(drop);
    }
    let row = change::load(c, id)?;
    let names = store::names(c.tx, id)?;
    let zone = change::zone_of(app, names.zone.as_deref());
    let closing = if ends { Some(read_closing(form, &zone, c.now)) } else { None };
    let unsolved = !matches!(form.get("outcome"), "" | "solved");
    let wants_report = !ends || form.some("title").is_some() || (row.ticket_id.is_none() && unsolved);
    let mut problems = Vec::new();
    if wants_report {
        let house = house_zone(app);
        let typed = Typed::of(form, Asker::Desk);
        let read = new::read(c.tx, form, &house);
        match read.and_then(|(named, report)| Ok((named, intake::read(c.tx, &report, &typed)?))) {
            Ok((named, report)) => {
                let number = change::report(c, id, report, named, user, &house, &typed)?;
                articles::of_report(c, number.ticket(), form, user)?;
            }
            Err(Failure::Invalid(others)) => problems.extend(others),
            Err(failure) => return Err(failure),
        }
    }
    match closing {
        Some(Err(others)) => problems.extend(others),
        Some(Ok(closing)) if problems.is_empty() => drop(change::end(c, app, l, id, &closing, user)?),
        Some(Ok(_)) | None => {}
    }
    if problems.is_empty() { Ok(()) } else { Err(problems.into()) }
}
