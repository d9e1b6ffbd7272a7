//! The log of deliveries: what left the house, what waits, what was given up.

use axum::extract::Path;
use axum::response::Response;
use maud::{Markup, html};
use rules::Refusal;
use rules::access::{Permission, perm};
use rules::notifications::{DeliveryState, Way};
use rules::tickets::number::TicketNumber;

use super::store::{self, Delivery, Wanted};
use super::veil::veiled;
use crate::kernel::actor::Actor;
use crate::kernel::form::Search;
use crate::kernel::notice::{Notice, go};
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section};
use crate::records::list;
use crate::{App, Failure};

/// GET /deliveries
pub async fn index(app: App, actor: Actor<perm::ViewDeliveries>, query: Search) -> Result<Response, Failure> {
    let l = &actor.l;
    let ticket = query.some("ticket").map(TicketNumber::parse).transpose().ok().flatten();
    let wanted = Wanted {
        states: query.all("state").filter_map(|code| code.parse().ok()).collect(),
        ways: query.all("way").filter_map(|code| code.parse().ok()).collect(),
        ticket: ticket.map(TicketNumber::ticket),
        before: list::after(&query),
    };
    let rows = app.read(move |tx| Ok(store::list(tx, &wanted, list::ROWS + 1)?)).await?;
    let (rows, next) = list::cut(rows, |row| row.id);
    let narrowed = query.some("state").or(query.some("way")).or(query.some("ticket")).is_some();
    let acts = html! {
        (link_button("/health", Icon::OnTime, l.t("health-title"), false))
        @if actor.may(Permission::ManageNotices) {
            (link_button("/settings/notices", Icon::Note, l.t("notice-words-title"), false))
            (link_button("/gateways", Icon::External, l.t("gateways-title"), false))
        }
        @if actor.may(Permission::ManageSystem) {
            (link_button("/settings/mail", Icon::Mail, l.t("mail-out-title"), false))
            (link_button("/mailboxes", Icon::Inbox, l.t("mailboxes-title"), false))
            (link_button("/settings/fax", Icon::Phone, l.t("fax-title"), false))
        }
    };
    Ok(Page::new(&actor, Section::Deliveries, l.t("nav-deliveries"))
        .wide()
        .lead(l.t("deliveries-lead"))
        .actions(acts)
        .body(html! {
            (narrowing(l, &query))
            @if rows.is_empty() && narrowed {
                (empty(Icon::Search, l.t("records-none-found"), l.t("records-none-found-words"), Some(html! {
                    (link_button("/deliveries", Icon::Undo, l.t("filters-clear"), false))
                })))
            } @else if rows.is_empty() {
                (empty(Icon::Mail, l.t("deliveries-none"), l.t("deliveries-none-lead"), None))
            } @else {
                (rows_table(l, &rows))
                (pagination(l, "/deliveries", &query, next.as_deref()))
            }
        }))
}

/// The filters as links, for there are few: all, what waits, what was given up, and each way.
fn narrowing(l: &L10n, query: &Search) -> Markup {
    let filter = |name, label: &str, options: Vec<(String, String)>| Filter {
        name,
        label: l.t(label).into_owned(),
        options,
    };
    let states = DeliveryState::ALL.iter().map(|one| (one.code().to_owned(), l.t(one.label()).into_owned()));
    let ways = Way::ALL
        .iter()
        .filter(|way| **way != Way::Page)
        .map(|one| (one.code().to_owned(), l.t(one.label()).into_owned()));
    let all = [
        filter("state", "deliveries-state", states.collect()),
        filter("way", "deliveries-way", ways.collect()),
    ];
    let chips = active_chips("/deliveries", query, &all);
    html! {
        form class="filters" method="get" action="/deliveries" data-autosubmit {
            div class="search" {
                (icon(Icon::Ticket))
                input class="input" type="search" name="ticket" value=(query.get("ticket"))
                    placeholder=(l.t("deliveries-of-ticket")) aria-label=(l.t("deliveries-of-ticket")) data-key="/";
            }
            @for filter in &all {
                details class="menu" data-menu {
                    summary class="button" { span { (filter.label) } (icon(Icon::Down)) }
                    fieldset class="menu-items" {
                        legend class="unseen" { (filter.label) }
                        @for (value, word) in &filter.options {
                            label class="option" {
                                input type="checkbox" name=(filter.name) value=(value)
                                    checked[query.all(filter.name).any(|chosen| chosen == value)];
                                span { (word) }
                            }
                        }
                    }
                }
            }
            button class="button" type="submit" { (icon(Icon::Filter)) span { (l.t("filters-apply")) } }
        }
        @if !chips.is_empty() {
            ul class="chips" aria-label=(l.t("filters-active")) {
                @for chip in &chips {
                    li { a class="filter-chip" href=(chip.without) {
                        span { (chip.label) } strong { (chip.value) }
                        (icon(Icon::Cross)) span class="unseen" { (l.t("filters-remove")) }
                    } }
                }
            }
        }
    }
}

fn rows_table(l: &L10n, rows: &[Delivery]) -> Markup {
    let columns = [
        Column::new(l.t("deliveries-state")),
        Column::new(l.t("deliveries-to")),
        Column::new(l.t("deliveries-subject")),
        Column::wide(l.t("deliveries-way")),
        Column::wide(l.t("deliveries-tries")),
        Column::new(l.t("deliveries-since")),
    ];
    table(
        l.t("nav-deliveries"),
        &columns,
        html! {
            @for row in rows {
                @let href = format!("/deliveries/{}", row.id);
                tr data-href=(href) {
                    td { (state_chip(l, row.state)) }
                    td { (recipient(row)) }
                    td { a href=(href) { (row.subject) } }
                    td class="wide" { (l.t(row.way.label())) }
                    td class="wide figures" { (l.number(row.attempts)) }
                    td class="nowrap" { (when(l, row.created_at)) }
                }
            }
        },
    )
}

/// The state with its drawing.
pub fn state_chip(l: &L10n, state: DeliveryState) -> Markup {
    let (tone, drawing) = match state {
        DeliveryState::Waiting => (Tone::Info, Icon::Clock),
        DeliveryState::Sent => (Tone::Met, Icon::Check),
        DeliveryState::GivenUp => (Tone::Bad, Icon::Breach),
        DeliveryState::Returned => (Tone::Bad, Icon::Undo),
    };
    chip(tone, drawing, l.t(state.label()))
}

fn recipient(row: &Delivery) -> Markup {
    html! {
        @match &row.recipient_name {
            Some(name) => { (name) " " small class="muted" { (row.recipient) } }
            None => { (row.recipient) }
        }
    }
}

/// GET /deliveries/{id}
pub async fn show(
    app: App,
    actor: Actor<perm::ViewDeliveries>,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let l = &actor.l;
    let row = app.read(move |tx| store::find(tx, id)?.ok_or(Failure::NotFound)).await?;
    let unsent = matches!(row.state, DeliveryState::Waiting | DeliveryState::GivenUp);
    let again = (unsent && actor.may(Permission::ManageNotices))
        .then(|| action(&format!("/deliveries/{id}/retry"), Icon::Refresh, l.t("deliveries-retry")));
    let word = |key: &str| l.t(key).into_owned();
    let labels = [
        word("deliveries-state"),
        word("deliveries-way"),
        word("deliveries-to"),
        word("deliveries-ticket"),
        word("deliveries-since"),
        word("deliveries-tries"),
        word("deliveries-next"),
        word("deliveries-ended"),
        word("deliveries-error"),
        word("deliveries-message-id"),
    ];
    let waiting = row.state == DeliveryState::Waiting;
    let values = [
        Some(state_chip(l, row.state)),
        Some(html! { (l.t(row.way.label())) }),
        Some(recipient(&row)),
        row.ticket_id.map(|ticket| {
            let number = TicketNumber::of(ticket);
            html! { a href={ "/tickets/" (number) } { (number.grouped()) } }
        }),
        Some(time(l, row.created_at)),
        Some(html! { (l.number(row.attempts)) }),
        waiting.then(|| time(l, row.due_at)),
        row.ended_at.map(|at| time(l, at)),
        row.last_error.as_ref().map(|words| html! {
            code { (words) }
            @if let Some(notice) = row.returned_id { br; a href={ "/messages/" (notice) } { (l.t("deliveries-returned-letter")) } }
        }),
        Some(html! { code { (row.message_id) } }),
    ];
    let pairs: Vec<(&str, Markup)> = labels
        .iter()
        .zip(values)
        .filter_map(|(label, value)| value.map(|value| (label.as_str(), value)))
        .collect();
    Ok(Page::new(&actor, Section::Deliveries, row.subject.clone())
        .crumb("/deliveries", l.t("nav-deliveries"))
        .actions(html! { @if let Some(again) = &again { (again) } })
        .body(html! {
            section class="card" { (definitions(&pairs)) }
            (card(l.t("deliveries-words"), html! { div class="prose" { (veiled(&row.content.text)) } }))
        }))
}

/// POST /deliveries/{id}/retry
pub async fn retry(
    app: App,
    actor: Actor<perm::ManageNotices>,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    app.change(&actor, move |change| {
        store::find(change.tx, id)?.ok_or(Failure::NotFound)?;
        if !store::again(change.tx, id, change.now)? {
            return Err(Refusal::AlreadySo.into());
        }
        Ok(())
    })
    .await?;
    app.post.notify_one();
    Ok(go(&format!("/deliveries/{id}"), Notice::new("notice-delivery-again")))
}
