//! The list of calls, the page of one, and everything that was spoken and reported with a contact.

use std::sync::Arc;

use axum::extract::Path;
use axum::response::Response;
use db::Query;
use ledger::StoredObligation;
use maud::{Markup, html};
use promise::Terms;
use rules::access::{Permission, perm};
use rules::calls::{CallState, Outcome};
use rules::ids::*;

use super::change::{self, TOPIC};
use super::console::visit_fields;
use super::store::{self, CallLine, CallNames, CallRow};
use super::tasks::{self, TaskLine};
use super::words::{self, path};
use super::{history, worklist};
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::{Form, Search};
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section};
use crate::records::list::cut;
use crate::tickets::store::{self as tickets, FactRow};
use crate::tickets::terms;
use crate::tickets::words::{self as ticket_words, Said};

/// Rows of the list.
const PAGE: i64 = 50;

fn query(search: &Search) -> Query<CallLine> {
    let mut query = Query::of(&store::LINES).and_some("k.id < ?", search.get("after").parse::<i64>().ok());
    for (name, column) in
        [("customer", "k.customer_id"), ("contact", "k.contact_id"), ("agent", "k.agent_id")]
    {
        query = query.and_some(&format!("{column} = ?"), search.get(name).parse::<i64>().ok());
    }
    for (name, column) in [("outcome", "k.outcome"), ("state", "k.state")] {
        let chosen: Vec<String> = search.all(name).map(str::to_owned).collect();
        if !chosen.is_empty() {
            query = query.and_in(column, &chosen);
        }
    }
    query.order("k.id DESC").limit(PAGE + 1)
}

fn filters(l: &L10n) -> Vec<Filter> {
    let words = |key: &str| l.t(key).into_owned();
    vec![
        Filter {
            name: "outcome",
            label: words("call-outcome"),
            options: Outcome::ALL.iter().map(|one| (one.code().to_owned(), words(one.label()))).collect(),
        },
        Filter {
            name: "state",
            label: words("call-state"),
            options: CallState::ALL.iter().map(|one| (one.code().to_owned(), words(one.label()))).collect(),
        },
    ]
}

/// GET /calls
pub async fn list(app: App, actor: Actor<perm::ViewTickets>, search: Search) -> Result<Response, Failure> {
    let wanted = query(&search);
    let rows = app.read(move |tx| Ok(store::list(tx, &wanted)?)).await?;
    let l = &actor.l;
    let more = rows.len() > usize::try_from(PAGE).unwrap_or_default();
    let (rows, next) = if more { cut(rows, |row| row.id.get()) } else { (rows, None) };
    Ok(Page::new(&actor, Section::Hotline, l.t("calls-title")).wide().live(TOPIC).body(html! {
        @if actor.may(Permission::HandleCalls) { (words::views(l, "/calls")) }
        (crate::layout::components::filters(l, "/calls", &search, &filters(l), ""))
        div id="call-list" data-live=(TOPIC) {
            @if rows.is_empty() { (empty(Icon::Phone, l.t("calls-empty"), l.t("calls-empty-words"), None)) }
            @else { (words::listed(l, &rows)) (pagination(l, "/calls", &search, next.as_deref())) }
        }
    }))
}

/// A call with everything around it.
struct Whole {
    row: CallRow,
    names: CallNames,
    tickets: Vec<(TicketId, String)>,
    tasks: Vec<TaskLine>,
    facts: Vec<FactRow>,
    said: Said,
    obligations: Vec<StoredObligation>,
    terms: Option<Arc<Terms>>,
    engineers: Vec<(i64, String)>,
}

/// GET /calls/{id}
pub async fn show(
    app: App,
    actor: Actor<perm::ViewTickets>,
    Path(id): Path<CallId>,
) -> Result<Response, Failure> {
    let shared = app.clone();
    let whole = app
        .read(move |tx| {
            let row = store::find(tx, id)?.ok_or(Failure::NotFound)?;
            let facts = history::story(tx, id)?;
            let sent = row.outcome == Some(Outcome::Dispatch);
            Ok(Whole {
                names: store::names(tx, id)?,
                tickets: store::tickets_of(tx, id)?,
                tasks: tasks::of_call(tx, id)?,
                said: Said::of(tx, &facts)?,
                obligations: ledger::obligations_of(tx, &change::subject(id))?,
                terms: row.commitment_id.map(|one| shared.library.terms(tx, one)).transpose()?,
                engineers: if sent { store::engineers(tx)? } else { Vec::new() },
                row,
                facts,
            })
        })
        .await?;
    Ok(page(&app, &actor, &whole))
}

fn page(app: &App, actor: &Actor<perm::ViewTickets>, whole: &Whole) -> Response {
    let l = &actor.l;
    let Whole { row, names, .. } = whole;
    let topic = format!("call:{}", row.id);
    let who = words::who(l, names.contact.as_deref(), row.caller_name.as_deref(), row.phone.as_deref());
    let zone = change::zone_of(app, names.zone.as_deref());
    let may = actor.may(Permission::HandleCalls);
    let moments: Vec<Moment> =
        whole.facts.iter().rev().map(|fact| ticket_words::moment(l, fact, &whole.said)).collect();
    let open = row.ended_at.is_none() || row.call().wants_outcome();
    let acts = html! {
        @if may && open { (link_button(&format!("/console?call={}", row.id), Icon::Phone, l.t("call-to-console"), true)) }
        @if let Some(recording) = &row.recording {
            a class="button" href=(recording) rel="noreferrer" { (icon(Icon::External)) span { (l.t("call-recording")) } }
        }
    };
    Page::new(actor, Section::Hotline, l.ta("call-title", &[("who", who.into())]))
        .crumb("/calls", l.t("calls-title"))
        .live(topic.clone())
        .wide()
        .actions(acts)
        .body(html! {
            div class="ticket-columns" id="call" data-live=(topic) {
                div class="ticket-main" {
                    @if change::was_hung_up(row) { (notice(Tone::Bad, l.t("call-hung-up-words"))) }
                    @else if row.call().wants_outcome() { (notice(Tone::Risk, l.t("call-no-outcome-words"))) }
                    @if row.outcome == Some(Outcome::Dispatch) { (visit_card(l, whole, &zone, may)) }
                    @if !whole.tasks.is_empty() {
                        (card(l.t("call-owed"), html! { @for task in &whole.tasks { (worklist::summary(l, task)) } }))
                    }
                    (card(l.t("ticket-timeline"), timeline(l, &zone, &moments)))
                }
                aside class="ticket-side" {
                    (card(l.t("ticket-promises"), promises(l, whole)))
                    (card(l.t("ticket-particulars"), particulars(l, whole)))
                }
            }
        })
}

/// What the customer was told, and another arrival.
fn visit_card(l: &L10n, whole: &Whole, zone: &jiff::tz::TimeZone, may: bool) -> Markup {
    let row = &whole.row;
    let (Some(arrives_at), Some(transport)) = (row.arrives_at, row.transport) else { return html! {} };
    let mut form = Form::default();
    form.set("engineer", row.engineer_id.map(|id| id.to_string()).unwrap_or_default());
    form.set("transport", transport.code());
    card(
        l.t("call-visit"),
        html! {
            p class="call-visit" {
                strong { (time_in(l, arrives_at, zone)) } " · " (whole.names.engineer.as_deref().unwrap_or("")) " · " (l.t(transport.label()))
                " " (countdown(l, arrives_at, None))
            }
            @if may {
                details {
                    summary { (l.t("call-visit-change")) }
                    form class="act-form" method="post" action={ (path(row.id)) "/visit" } {
                        (visit_fields(l, &form, &whole.engineers))
                        (submit(l.t("call-visit-send")))
                    }
                }
            }
        },
    )
}

fn promises(l: &L10n, whole: &Whole) -> Markup {
    html! {
        @if whole.obligations.is_empty() {
            p class="quiet" { (l.t(if whole.row.commitment_id.is_some() { "call-no-promise" } else { "ticket-no-contract" })) }
        }
        ul class="obligations" {
            @for stored in &whole.obligations { @let body = &stored.body; li { div class="obligation" {
                p class="obligation-head" {
                    strong { (terms::title(l, whole.terms.as_deref(), body)) } span class="clause" { (body.clause) }
                }
                p class="obligation-state" {
                    @if let (promise::State::Running, Some(due_at)) = (&body.state, body.due_at) {
                        (countdown(l, due_at, body.warn_at.first().copied()))
                    } @else { (ticket_words::obligation_state(l, body)) }
                    @if body.is_amended() { (chip(Tone::Info, Icon::Agreed, l.t("obligation-amended"))) }
                }
                p class="obligation-when" {
                    @if let Some(due_at) = body.due_at.or(body.original_due_at) { span { (l.t("obligation-due")) " " (time(l, due_at)) } }
                    @if let Some(ended_at) = body.state.ended_at() { span { (l.t("obligation-ended")) " " (time(l, ended_at)) } }
                }
            } } }
        }
    }
}

fn particulars(l: &L10n, whole: &Whole) -> Markup {
    let Whole { row, names, .. } = whole;
    let keys = [
        "call-state",
        "call-outcome",
        "call-began",
        "call-length",
        "call-ended-by",
        "call-agent",
        "call-phone",
        "field-contact",
        "field-customer",
        "field-site",
        "field-asset",
        "ticket-number",
        "call-note",
    ];
    let words: Vec<_> = keys.iter().map(|key| l.t(key)).collect();
    let dash = || html! { "\u{2013}" };
    let length = row.answered_at.map(|at| l.duration(row.ended_at.unwrap_or(l.now).duration_since(at)));
    let mut pairs: Vec<(&str, Markup)> = vec![
        (&words[0], html! { (l.t(row.direction.label())) " " (words::state(l, row.state)) }),
        (&words[1], row.outcome.map_or_else(dash, |one| words::outcome(l, one))),
        (&words[2], time(l, row.began_at)),
        (&words[3], html! { (length.as_deref().unwrap_or("\u{2013}")) }),
        (&words[4], row.ended_by.map_or_else(dash, |one| html! { (l.t(one.label())) })),
        (&words[5], html! { (names.agent.as_deref().unwrap_or("\u{2013}")) }),
    ];
    if let Some(phone) = &row.phone {
        pairs.push((&words[6], words::tel(phone)));
    }
    if let (Some(id), Some(name)) = (row.contact_id, &names.contact) {
        pairs.push((&words[7], html! { a href={ "/contacts/" (id) "/history" } { (name) } }));
    }
    if let (Some(id), Some(name)) = (row.customer_id, &names.customer) {
        pairs.push((&words[8], html! { a href={ "/customers/" (id) } { (name) } }));
    }
    if let (Some(id), Some(name)) = (row.site_id, &names.site) {
        pairs.push((&words[9], html! { a href={ "/sites/" (id) } { (name) } }));
    }
    if let Some(id) = row.asset_id {
        let name = names.asset.as_deref().or(names.product.as_deref()).unwrap_or("");
        pairs.push((&words[10], html! { a href={ "/assets/" (id) } { (name) } }));
    }
    if !whole.tickets.is_empty() {
        pairs.push((
            &words[11],
            html! {
                @for (id, title) in &whole.tickets { p { (ticket_words::number_link(*id)) " " (title) } }
            },
        ));
    }
    if let Some(note) = &row.note {
        pairs.push((&words[12], html! { span class="words" { (note) } }));
    }
    definitions(&pairs)
}

/// GET /tickets/{number}/calls: the calls about a ticket, as a part of its page.
pub async fn of_ticket(
    app: App,
    actor: Actor<perm::ViewTickets>,
    Path(text): Path<String>,
) -> Result<Response, Failure> {
    let id = crate::tickets::change::number(&text)?;
    let (title, rows) = app
        .read(move |tx| {
            let row = tickets::find(tx, id)?.ok_or(Failure::NotFound)?;
            Ok((row.title, store::of_ticket(tx, id)?))
        })
        .await?;
    let l = &actor.l;
    Ok(Page::new(&actor, Section::Tickets, l.t("calls-title"))
        .crumb("/tickets", l.t("tickets-title"))
        .crumb(crate::tickets::change::path(id), title)
        .wide()
        .body(html! {
            @if rows.is_empty() { (empty(Icon::Phone, l.t("calls-empty"), l.t("calls-empty-words"), None)) }
            @else { (words::listed(l, &rows)) }
        }))
}
