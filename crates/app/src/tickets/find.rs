//! Finding a ticket: by its number, with help for a slip (C7.2), or in the list of all that were ever reported.

use axum::response::{IntoResponse, Redirect, Response};
use db::{Query, Tx};
use http::StatusCode;
use maud::{Markup, html};
use rules::Invalid;
use rules::access::{Permission, perm};
use rules::ids::*;
use rules::tickets::number::{NearMatch, NumberProblem, TicketNumber};
use rules::tickets::severity::Severity;
use rules::tickets::{Kind, State};

use super::change::path;
use super::store::{self, Brief};
use super::words;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::Search;
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section, Viewer};

/// Tickets on a page of the list.
const PAGE: i64 = 50;
/// Tags that one address narrows by.
const TAGS_MOST: usize = 5;
/// Near matches that are looked up.
const NEAR_MOST: usize = 60;
/// Near matches that one error offers.
const OFFERS_MOST: usize = 5;

/// GET /tickets: every ticket ever reported, newest first.
pub async fn list(app: App, actor: Actor<perm::ViewTickets>, search: Search) -> Result<Response, Failure> {
    let l = &actor.l;
    if let Some(text) = search.some("q")
        && text.chars().filter(|found| found.is_numeric()).count() >= 5
        && !matches!(TicketNumber::parse(text), Err(NumberProblem::NotADigit { .. }))
    {
        return Ok(
            Redirect::to(&Search::default().with("number", text).address("/tickets/find")).into_response()
        );
    }
    let asked = search.clone();
    let (mut rows, tags) =
        app.read(move |tx| Ok((tx.list(&query(&asked))?, super::tags::store::all(tx)?))).await?;
    let next = (rows.len() > PAGE as usize).then(|| {
        rows.truncate(PAGE as usize);
        rows.last().map(|last| last.id.to_string())
    });
    let next = next.flatten();
    let filters_of = all_filters(l, tags);
    Ok(Page::new(&actor, Section::Tickets, l.t("tickets-title"))
        .actions(html! {
            @if actor.may(Permission::ReportTicket) {
                (link_button("/tickets/new", Icon::Add, l.t("ticket-report"), true))
            }
        })
        .wide()
        .body(html! {
            (filters(l, "/tickets", &search, &filters_of, &l.t("tickets-search-hint")))
            @if rows.is_empty() {
                (empty(Icon::Ticket, l.t("tickets-empty"), l.t("tickets-empty-words"), None))
            } @else { (listed(l, &rows)) }
            (pagination(l, "/tickets", &search, next.as_deref()))
        }))
}

fn all_filters(l: &L10n, tags: Vec<(i64, String)>) -> Vec<Filter> {
    let words = |label: &str| l.t(label).into_owned();
    let mut all = vec![
        Filter {
            name: "state",
            label: words("field-state"),
            options: State::ALL.iter().map(|one| (one.code().to_owned(), words(one.label()))).collect(),
        },
        Filter {
            name: "severity",
            label: words("field-severity"),
            options: Severity::ALL.iter().map(|one| (one.code().to_owned(), words(one.label()))).collect(),
        },
        Filter {
            name: "kind",
            label: words("field-kind"),
            options: Kind::ALL.iter().map(|one| (one.code().to_owned(), words(one.label()))).collect(),
        },
    ];
    if !tags.is_empty() {
        let options = tags.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
        all.push(Filter { name: "tag", label: words("field-tag"), options });
    }
    all
}

fn query(search: &Search) -> Query<Brief> {
    let states: Vec<State> = search.all("state").filter_map(|code| code.parse().ok()).collect();
    let open_only = !states.is_empty() && states.iter().all(|state| state.is_open());
    // Few tickets are open of all that ever were: read those, and not all by their ids. The sign keeps a
    // planner from following the key.
    let id = if open_only { "+t.id" } else { "t.id" };
    let mut query =
        Query::of(&store::BRIEFS).and_some(&format!("{id} < ?"), search.get("after").parse::<i64>().ok());
    if open_only {
        query = query.and("t.closed_at IS NULL", ());
    }
    for (name, column) in [("customer", "t.customer_id"), ("site", "t.site_id"), ("asset", "t.asset_id")] {
        query = query.and_some(&format!("{column} = ?"), search.get(name).parse::<i64>().ok());
    }
    for (name, column) in [("state", "t.state"), ("severity", "t.severity"), ("kind", "t.kind")] {
        let chosen: Vec<String> = search.all(name).map(str::to_owned).collect();
        if !chosen.is_empty() {
            query = query.and_in(column, &chosen);
        }
    }
    for tag in search.all("tag").take(TAGS_MOST).filter_map(|tag| tag.parse::<i64>().ok()) {
        // Read by the tag, so that the cost follows what bears it.
        query = query.and("t.id IN (SELECT ticket_id FROM ticket_tag WHERE tag_id = ?)", tag);
    }
    query.order(&format!("{id} DESC")).limit(PAGE + 1)
}

/// Tickets as rows.
pub fn listed(l: &L10n, rows: &[Brief]) -> Markup {
    let columns = [
        Column::new(l.t("ticket-number")),
        Column::main(l.t("field-title")),
        Column::new(l.t("field-customer")),
        Column::new(l.t("field-severity")),
        Column::state(l.t("field-state")),
        Column::new(l.t("ticket-next-deadline")),
        Column::wide(l.t("ticket-reported-at")),
    ];
    table(
        l.t("tickets-title"),
        &columns,
        html! {
            @for row in rows {
                tr data-href=(path(row.id)) {
                    td { (words::number_link(row.id)) }
                    td { (row.title) @if row.kind != Kind::Fault { " " (badge(l.t(row.kind.label()))) } }
                    td { (row.customer) }
                    td { (words::severity(l, row.severity)) }
                    td { (words::state(l, row.state)) }
                    td { @if let Some(due_at) = row.next_due_at { (countdown(l, due_at, row.next_warn_at)) } }
                    td class="wide" { (when(l, row.reported_at)) }
                }
            }
        },
    )
}

/// What a lookup by number found.
enum Lookup {
    /// The ticket is there.
    There(TicketId),
    /// The number is right, and no ticket has it yet.
    NotGiven(TicketNumber),
    /// There is a slip; these exist and are one slip away.
    Slip { given: String, near: Vec<(NearMatch, Brief)> },
    /// It cannot be a number.
    NoNumber(NumberProblem),
}

fn look_up(tx: &mut Tx, text: &str) -> Result<Lookup, Failure> {
    Ok(match TicketNumber::parse(text) {
        Ok(number) => match store::brief(tx, number.ticket())? {
            Some(brief) => Lookup::There(brief.id),
            None => Lookup::NotGiven(number),
        },
        Err(NumberProblem::Slip { given, near }) => {
            let mut there = Vec::new();
            for offer in near.into_iter().take(NEAR_MOST) {
                if let Some(brief) = store::brief(tx, offer.number.ticket())? {
                    there.push((offer, brief));
                }
            }
            Lookup::Slip { given, near: there }
        }
        Err(problem) => match store::by_external(tx, text.trim())? {
            Some(row) => Lookup::There(row.id),
            None => Lookup::NoNumber(problem),
        },
    })
}

/// The ticket whose number somebody gives in a field of a form or in an address of the API.
///
/// Errors: [`Failure::Invalid`] where it is no number. Where it has a slip, the error shows which digits look wrong
/// and which numbers of real tickets are near, as `1504[1]5 → 150 425`.
pub async fn given(app: &App, field: &'static str, text: &str) -> Result<TicketId, Failure> {
    let problem = match TicketNumber::parse(text) {
        Ok(number) => return Ok(number.ticket()),
        Err(problem) => problem,
    };
    let wrong = Invalid::new(field, "error-ticket-number").with("given", text);
    let NumberProblem::Slip { given, near } = problem else { return Err(wrong.into()) };
    let offers = app
        .read(move |tx| {
            let mut offers = Vec::new();
            for offer in near.into_iter().take(NEAR_MOST) {
                if offers.len() < OFFERS_MOST && store::brief(tx, offer.number.ticket())?.is_some() {
                    let places = offer.slip.places();
                    offers.push(format!("{} → {}", bracketed(&given, &places), offer.number.grouped()));
                }
            }
            Ok(offers)
        })
        .await?;
    if offers.is_empty() {
        return Err(wrong.into());
    }
    Err(Invalid::new(field, "error-ticket-number-near")
        .with("given", text)
        .with("near", offers.join(", "))
        .into())
}

/// The digits as they were given, those that look wrong in brackets.
fn bracketed(given: &str, wrong: &[usize]) -> String {
    let mut out = String::new();
    for (place, digit) in given.chars().enumerate() {
        if wrong.contains(&place) {
            out.extend(['[', digit, ']']);
        } else {
            out.push(digit);
        }
    }
    out
}

/// GET /tickets/find?number=…
pub async fn by_number(
    app: App,
    actor: Actor<perm::ViewTickets>,
    search: Search,
) -> Result<Response, Failure> {
    let text = search.get("number").to_owned();
    if text.is_empty() {
        return Ok(asked(&actor, "", StatusCode::OK, html! {}));
    }
    let wanted = text.clone();
    let found = app.read(move |tx| look_up(tx, &wanted)).await?;
    let l = &actor.l;
    Ok(match found {
        Lookup::There(id) => Redirect::to(&path(id)).into_response(),
        Lookup::NotGiven(number) => {
            let words = l.ta("find-not-given", &[("number", number.grouped().into())]);
            asked(&actor, &text, StatusCode::NOT_FOUND, notice(Tone::Info, words))
        }
        Lookup::NoNumber(problem) => {
            asked(&actor, &text, StatusCode::UNPROCESSABLE_ENTITY, notice(Tone::Risk, no_number(l, &problem)))
        }
        Lookup::Slip { given, near } => {
            asked(&actor, &text, StatusCode::UNPROCESSABLE_ENTITY, slip(l, &given, &near))
        }
    })
}

fn asked(viewer: &Viewer, text: &str, status: StatusCode, found: Markup) -> Response {
    let l = &viewer.l;
    Page::new(viewer, Section::Tickets, l.t("find-title")).crumb("/tickets", l.t("tickets-title")).status(status).body(html! {
        form class="find" method="get" action="/tickets/find" role="search" {
            div class="field" {
                label class="label" for="f-number" { (l.t("ticket-number")) }
                input class="input number" id="f-number" name="number" value=(text) inputmode="numeric" autocomplete="off" autofocus;
                p class="hint" { (l.t("find-hint")) }
            }
            button class="button primary" type="submit" { (icon(Icon::Search)) span { (l.t("find-do")) } }
        }
        (found)
    })
}

/// Why a text is no number, in the reader's words.
pub fn no_number(l: &L10n, problem: &NumberProblem) -> String {
    let words = match problem {
        NumberProblem::Empty => l.t("number-empty"),
        NumberProblem::NotADigit { found, place } => {
            l.ta("number-not-a-digit", &[("found", found.to_string().into()), ("place", (*place).into())])
        }
        NumberProblem::TooShort { digits_count } => {
            l.ta("number-too-short", &[("count", (*digits_count).into())])
        }
        NumberProblem::TooLong { digits_count } => {
            l.ta("number-too-long", &[("count", (*digits_count).into())])
        }
        NumberProblem::Slip { .. } => l.t("number-slip"),
    };
    words.into_owned()
}

fn slip(l: &L10n, given: &str, near: &[(NearMatch, Brief)]) -> Markup {
    html! {
        (notice(Tone::Risk, l.t("number-slip")))
        @if near.is_empty() { p { (l.t("number-no-near")) } } @else {
            h2 { (l.t("number-near")) }
            ul class="near" {
                @for (offer, brief) in near {
                    li {
                        p class="near-given" { span class="unseen" { (l.t("number-given")) } (marked(given, &offer.slip.places())) }
                        p { (words::number_link(brief.id)) " " (words::state(l, brief.state)) " " (brief.customer) " · " (brief.title) }
                    }
                }
            }
        }
    }
}

/// The digits as they were given, those that look wrong marked.
fn marked(given: &str, wrong: &[usize]) -> Markup {
    html! {
        @for (place, digit) in given.chars().enumerate() {
            @if wrong.contains(&place) { mark { (digit) } } @else { (digit) }
        }
    }
}
