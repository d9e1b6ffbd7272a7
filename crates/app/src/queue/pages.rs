//! The page of the queue, its rows for scripts, and the queue by customer.

use axum::response::{IntoResponse, Redirect, Response};
use http::header;
use maud::{Markup, html};
use rules::access::{Permission, perm};
use rules::ids::UserId;
use rules::tickets::number::{NumberProblem, TicketNumber};

use super::filter::{Reader, Wanted};
use super::filters::{self, Choices, known};
use super::rows::{self, Titles};
use super::store::{self, ByCustomer, Count, Key, Slice};
use crate::api::Cursor;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::{Form, Search};
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section};
use crate::queue::views::store::ViewRow;
use crate::queue::views::{BuiltIn, canonical, pages as views, store as view_store};

/// Rows of a page.
const ROWS: usize = 50;
/// Rows that a script may ask for at once, when it brings a long page up to date.
const ROWS_MOST: usize = 300;
/// Tickets of a view are counted up to here, then it says `99+`.
const COUNT_MOST: i64 = 99;

/// Everything that the page shows.
struct Shown {
    slice: Slice,
    titles: Titles,
    choices: Choices,
    tabs: Vec<(BuiltIn, Count)>,
    views: Vec<ViewRow>,
}

/// GET /queue
pub async fn page(app: App, actor: Actor<perm::ViewTickets>, search: Search) -> Result<Response, Failure> {
    if let Some(path) = search.some("q").and_then(path_of_number) {
        return Ok(Redirect::to(&path).into_response());
    }
    let after = after(&search)?;
    let (id, l) = (actor.person.id, actor.l.clone());
    let (shared, asked) = (app.clone(), search.clone());
    let shown = app
        .read(move |tx| {
            let reader = reader(tx, id)?;
            let slice = store::list(tx, &Wanted::read(&asked, &reader), after, ROWS, l.now)?;
            let titles = Titles::of(&shared, tx, &slice.rows)?;
            let choices = Choices::load(&shared, tx, &l, &asked)?;
            let mut tabs = Vec::with_capacity(BuiltIn::ALL.len());
            for view in BuiltIn::ALL {
                let wanted = Wanted::read(&Search::parse(view.query()), &reader);
                tabs.push((view, store::count(tx, &wanted, COUNT_MOST, l.now)?));
            }
            Ok(Shown { slice, titles, choices, tabs, views: view_store::list(tx, id)? })
        })
        .await?;
    Ok(render(&actor, &search, &shown))
}

/// GET /queue/rows: the rows alone, for the script of the page.
pub async fn rows(app: App, actor: Actor<perm::ViewTickets>, search: Search) -> Result<Response, Failure> {
    let after = after(&search)?;
    let most = search.get("rows").parse().unwrap_or(ROWS).clamp(1, ROWS_MOST);
    let (id, l) = (actor.person.id, actor.l.clone());
    let (shared, asked) = (app.clone(), search.clone());
    let (slice, titles, counts) = app
        .read(move |tx| {
            let reader = reader(tx, id)?;
            let slice = store::list(tx, &Wanted::read(&asked, &reader), after, most, l.now)?;
            let titles = Titles::of(&shared, tx, &slice.rows)?;
            let mut counts = Vec::new();
            for view in BuiltIn::ALL.into_iter().filter(|_| asked.some("after").is_none()) {
                let wanted = Wanted::read(&Search::parse(view.query()), &reader);
                counts.push((view, store::count(tx, &wanted, COUNT_MOST, l.now)?));
            }
            Ok((slice, titles, counts))
        })
        .await?;
    let l = &actor.l;
    let more = more(&search, &slice);
    let markup = html! {
        table { (rows::body(l, &slice, &titles, more.as_deref(), true)) }
        div id="queue-foot" class="queue-foot" { (foot(l, &search, &slice)) }
        ul { @for (view, count) in &counts { li data-count=(view.label()) { (count_words(l, *count)) } } }
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], markup).into_response())
}

fn reader(tx: &mut db::Tx, id: UserId) -> Result<Reader, Failure> {
    Ok(Reader { id, teams: store::teams_of(tx, id)? })
}

fn after(search: &Search) -> Result<Option<Key>, Failure> {
    Ok(search.some("after").map(|text| Cursor::read(text).key()).transpose()?)
}

/// A number that was typed into the search field leads to its ticket; one with a slip to the page that helps.
fn path_of_number(text: &str) -> Option<String> {
    match TicketNumber::parse(text) {
        Ok(number) => Some(format!("/tickets/{number}")),
        Err(NumberProblem::Slip { given, .. }) => Some(format!("/tickets/{given}")),
        Err(_) => None,
    }
}

fn more(search: &Search, slice: &Slice) -> Option<String> {
    let next = slice.next.as_ref()?;
    Some(known(search).with("after", Cursor::after(next).as_str()).address("/queue/rows"))
}

fn render(actor: &Actor<perm::ViewTickets>, search: &Search, shown: &Shown) -> Response {
    let l = &actor.l;
    let report = actor
        .may(Permission::ReportTicket)
        .then(|| link_button("/tickets/new", Icon::Add, l.t("queue-report"), true));
    let selectable = bulk_verbs(actor).next().is_some();
    let none = shown.slice.rows.is_empty() && shown.slice.next.is_none();
    Page::new(actor, Section::Queue, l.t("queue-title"))
        .wide()
        .live("queue")
        .live("writing")
        .script("queue.js")
        .actions(html! { @if let Some(report) = report { (report) } })
        .body(html! {
            (tabs_of(l, search, shown))
            (filters::bar(l, search, &shown.choices))
            @if selectable { (bulk_bar(l, actor)) }
            div class="queue-frame" id="queue" data-rows={ "/queue/rows" } {
                (nothing(l, search, !none))
                table class="queue" hidden[none] {
                    caption class="unseen" { (l.t("queue-title")) }
                    thead { tr {
                        th class="pick" scope="col" { @if selectable {
                            input type="checkbox" data-pick-all aria-label=(l.t("queue-pick-all"));
                        } }
                        th scope="col" { (l.t("queue-column-due")) }
                        th scope="col" { (l.t("queue-column-owed")) }
                        th scope="col" { (l.t("queue-column-ticket")) }
                        th scope="col" { (l.t("queue-column-matter")) }
                        th scope="col" { (l.t("queue-column-stands")) }
                    } }
                    (rows::body(l, &shown.slice, &shown.titles, more(search, &shown.slice).as_deref(), selectable))
                }
                div id="queue-foot" class="queue-foot" { (foot(l, search, &shown.slice)) }
            }
            (keep_dialog(l, actor, search))
        })
}

/// How it goes on after the last row.
fn foot(l: &L10n, search: &Search, slice: &Slice) -> Markup {
    html! {
        @if slice.cut {
            p class="muted" { (l.ta("queue-cut", &[("n", l.number(store::WINDOWS.iter().sum::<i64>()).into())])) }
        }
        @if let Some(next) = &slice.next {
            a class="button" rel="next" href=(known(search).with("after", Cursor::after(next).as_str()).address("/queue")) {
                span { (l.t("queue-more")) } (icon(Icon::Down))
            }
        } @else if !slice.rows.is_empty() {
            p class="muted queue-end" { (l.t("queue-end")) }
        }
    }
}

fn nothing(l: &L10n, search: &Search, hidden: bool) -> Markup {
    let filtered = !known(search).encode().is_empty();
    html! {
        div data-empty hidden[hidden] {
            @if filtered {
                @let act = link_button("/queue", Icon::Filter, l.t("filters-clear"), false);
                (empty(Icon::Filter, l.t("queue-none-match"), l.t("queue-none-match-how"), Some(act)))
            } @else {
                @let act = link_button("/tickets/new", Icon::Add, l.t("queue-report"), true);
                (empty(Icon::OnTime, l.t("queue-empty"), l.t("queue-empty-how"), Some(act)))
            }
        }
    }
}

fn tabs_of(l: &L10n, search: &Search, shown: &Shown) -> Markup {
    let current = canonical(&search.encode()).unwrap_or_default();
    let is_current = |query: &str| (query == current).then_some("page");
    let built_in = BuiltIn::ALL.iter().any(|view| view.query() == current);
    let saved = shown.views.iter().any(|view| view.query == current);
    html! {
        nav class="tabs" aria-label=(l.t("tabs-label")) {
            @for (view, count) in &shown.tabs {
                a href=(views::queue_path(view.query())) aria-current=[is_current(view.query())] {
                    (l.t(view.label()))
                    span class={ "count" @if count.n > 0 { (urgent(*view)) } } data-count=(view.label()) { (count_words(l, *count)) }
                }
            }
            a href="/queue/customers" { (l.t("view-by-customer")) }
            @if !shown.views.is_empty() {
                span class="tabs-gap" aria-hidden="true" {}
                @for view in &shown.views {
                    a href=(views::queue_path(&view.query)) aria-current=[is_current(&view.query)] {
                        @if view.shared { (icon(Icon::Team)) }
                        (view.name)
                    }
                }
            }
            span class="tabs-acts" {
                @if !built_in && !saved {
                    (dialog_button("keep-view", &format!("/views/new?{current}"), Icon::Add, l.t("views-keep")))
                }
                @if !shown.views.is_empty() { a class="quiet-link" href="/views" { (l.t("views-manage")) } }
            }
        }
    }
}

fn urgent(view: BuiltIn) -> &'static str {
    match view {
        BuiltIn::AtRisk => " risk",
        BuiltIn::Breached => " bad",
        BuiltIn::All | BuiltIn::Mine | BuiltIn::Team | BuiltIn::Unassigned => "",
    }
}

fn count_words(l: &L10n, count: Count) -> String {
    let more = if count.more { "+" } else { "" };
    format!("{}{more}", l.number(count.n))
}

fn keep_dialog(l: &L10n, actor: &Actor<perm::ViewTickets>, search: &Search) -> Markup {
    let query = canonical(&search.encode()).unwrap_or_default();
    dialog(
        l,
        "keep-view",
        l.t("views-keep"),
        html! {
            form class="form" method="post" action="/views" {
                (views::fields(l, &actor.person, &Form::of([("query", query)])))
                div class="actions" { (submit(l.t("form-save"))) }
            }
        },
    )
}

/// The acts on chosen tickets that this person may do.
fn bulk_verbs<'a>(actor: &'a Actor<perm::ViewTickets>) -> impl Iterator<Item = super::bulk::BulkVerb> + 'a {
    let all = super::bulk::BulkVerb::ALL.iter().copied();
    all.filter(|verb| actor.may(Permission::ChangeTicketsInBulk) && actor.may(verb.permission()))
}

/// The bar that comes up when tickets are chosen; the choice goes to the page that shows what will happen.
fn bulk_bar(l: &L10n, actor: &Actor<perm::ViewTickets>) -> Markup {
    html! {
        form id="bulk" class="bulk-bar" method="get" action="/queue/bulk/new" data-bulk {
            input type="hidden" name="from" value="/queue";
            p class="bulk-chosen" { strong data-chosen { "0" } " " (l.t("queue-chosen")) }
            div class="actions" {
                @for verb in bulk_verbs(actor) {
                    button class="button" type="submit" name="verb" value=(verb.code())
                        data-key=[verb.key()] data-key-label=[verb.key().map(|_| l.t(verb.label()))] {
                        (icon(verb.icon())) span { (l.t(verb.label())) }
                    }
                }
                button class="button quiet" type="button" data-unpick { (icon(Icon::Cross)) span { (l.t("queue-unpick")) } }
            }
        }
    }
}

/// GET /queue/customers: whose tickets are due next, customer by customer.
pub async fn customers(app: App, actor: Actor<perm::ViewTickets>) -> Result<Response, Failure> {
    let now = actor.l.now;
    let (customers, cut) = app.read(move |tx| Ok(store::by_customer(tx, now)?)).await?;
    let l = &actor.l;
    let page = Page::new(&actor, Section::Queue, l.t("view-by-customer"))
        .crumb("/queue", l.t("queue-title"))
        .live("queue");
    if customers.is_empty() {
        return Ok(page.body(empty(Icon::OnTime, l.t("queue-empty"), l.t("queue-empty-how"), None)));
    }
    let columns = [
        Column::new(l.t("queue-filter-customer")),
        Column::state(l.t("queue-column-due")),
        Column::figures(l.t("queue-open")),
        Column::figures(l.t("queue-urgency-at-risk")),
        Column::figures(l.t("queue-urgency-overdue")),
    ];
    Ok(page.body(html! {
        div id="by-customer" data-live="queue" {
            (table(l.t("view-by-customer"), &columns, html! {
                @for one in &customers { (customer_row(l, one)) }
            }))
            @if cut { p class="muted" { (l.ta("queue-by-customer-cut", &[("n", l.number(store::BY_CUSTOMER_MOST).into())])) } }
        }
    }))
}

fn customer_row(l: &L10n, one: &ByCustomer) -> Markup {
    let query = format!("/queue?customer={}", one.id);
    let figure = |n: i64, more: &str, class: &'static str| {
        html! {
            @if n > 0 { a class=(class) href={ (query) (more) } { (l.number(n)) } } @else { span class="muted" { "0" } }
        }
    };
    html! {
        tr data-href=(query) {
            td { a href=(query) { (one.name) } }
            td { @match one.first_due_at {
                Some(due_at) => (countdown(l, due_at, one.first_warn_at)),
                None => span class="muted" { (l.t("queue-clock-none")) },
            } }
            td class="figures" { (figure(one.open, "", "figure")) }
            td class="figures" { (figure(one.at_risk, "&urgency=at-risk", "figure risk")) }
            td class="figures" { (figure(one.overdue, "&urgency=overdue", "figure bad")) }
        }
    }
}
