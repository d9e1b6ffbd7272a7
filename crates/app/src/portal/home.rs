//! The first page of the portal: what waits for the customer, what is open, what is promised next; and the
//! list of all matters.

use std::collections::HashMap;
use std::sync::Arc;

use axum::response::Response;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use promise::Terms;
use rules::ids::CommitmentId;
use rules::portal::{Right, right};
use rules::tickets::Addressee;
use rules::tickets::number::TicketNumber;

use super::life;
use super::store::{self, SeenTicket};
use super::ticket::path;
use crate::kernel::form::Search;
use crate::kernel::guest::Guest;
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::L10n;
use crate::layout::portal::{PortalPage, Spot};
use crate::tickets::words;
use crate::{App, Failure};

/// Lines on a page of the list.
const ROWS: i64 = 30;

/// The compiled commitments of the tickets of a list.
type Known = HashMap<CommitmentId, Arc<Terms>>;

fn known(app: &App, tx: &mut db::Tx, rows: &[SeenTicket]) -> Result<Known, Failure> {
    let mut known = Known::new();
    for id in rows.iter().filter_map(|row| row.commitment_id) {
        if let std::collections::hash_map::Entry::Vacant(place) = known.entry(id) {
            place.insert(app.library.terms(tx, id)?);
        }
    }
    Ok(known)
}

/// GET /portal
pub async fn page(app: App, guest: Guest<right::Follow>) -> Result<Response, Failure> {
    let (shared, scope) = (app.clone(), guest.scope());
    let (rows, terms) = app
        .read(move |tx| {
            let rows = store::open_tickets(tx, scope)?;
            let terms = known(&shared, tx, &rows)?;
            Ok((rows, terms))
        })
        .await?;
    let l = &guest.l;
    let waits = |row: &&SeenTicket| row.waits_for.as_deref() == Some(Addressee::Customer.code());
    let asked: Vec<&SeenTicket> = rows.iter().filter(waits).collect();
    let done: Vec<&SeenTicket> =
        rows.iter().filter(|row| row.state == rules::tickets::State::Resolved).collect();
    let open: Vec<&SeenTicket> =
        rows.iter().filter(|row| row.state != rules::tickets::State::Resolved && !waits(row)).collect();
    let title = l.ta("portal-hello", &[("name", guest.visiting.name.as_str().into())]);
    Ok(PortalPage::new(&guest, title).at(Spot::Home).lead(html! { (guest.visiting.customer_name) }).body(html! {
        @if guest.may(Right::Report) {
            p class="portal-big" { (link_button("/portal/report", Icon::Add, l.t("portal-report"), true)) }
        }
        (group(l, "portal-asked", &asked, &terms))
        (group(l, "portal-to-confirm", &done, &terms))
        @if rows.is_empty() {
            (empty(Icon::Check, l.t("portal-nothing-open"), l.t("portal-nothing-open-words"), None))
        } @else { (group(l, "portal-open", &open, &terms)) }
        p class="portal-aside" { a href="/portal/tickets" { (l.t("portal-all-tickets")) } }
    }))
}

fn group(l: &L10n, key: &str, rows: &[&SeenTicket], terms: &Known) -> Markup {
    html! {
        @if !rows.is_empty() {
            section class="portal-group" {
                h2 { (l.t(key)) " " span class="count" { (rows.len()) } }
                ul class="portal-tickets" { @for row in rows { li { (line(l, row, terms)) } } }
            }
        }
    }
}

/// A ticket in a list: what it is, where it stands, what is promised next.
fn line(l: &L10n, row: &SeenTicket, terms: &Known) -> Markup {
    let zone = TimeZone::get(&row.zone).unwrap_or(TimeZone::UTC);
    let terms = row.commitment_id.and_then(|id| terms.get(&id));
    let next = row.next_due_at.zip(row.next_promise.as_deref());
    html! {
        a class="portal-ticket" href=(path(row.id)) {
            span class="portal-ticket-head" {
                strong { (row.title) } (words::state(l, row.state))
            }
            span class="portal-ticket-where" {
                span class="number" { (TicketNumber::of(row.id).grouped()) }
                @if let Some(site) = &row.site_name { " · " (site) }
                " · " (when(l, row.reported_at))
            }
            @if let Some((due_at, promise)) = next {
                @let late = due_at <= l.now;
                span class={ "portal-ticket-next " @if late { "bad" } @else { "on-time" } } {
                    (crate::layout::icons::icon(if late { Icon::Late } else { Icon::Clock })) " "
                    (life::next_words(l, terms.map(|terms| &**terms), promise, due_at, &zone))
                }
            }
        }
    }
}

/// GET /portal/tickets
pub async fn list(app: App, guest: Guest<right::Follow>, search: Search) -> Result<Response, Failure> {
    let (shared, scope) = (app.clone(), guest.scope());
    let after = search.get("after").parse().ok();
    let (rows, terms) = app
        .read(move |tx| {
            let rows = store::tickets(tx, scope, after, ROWS + 1)?;
            let terms = known(&shared, tx, &rows)?;
            Ok((rows, terms))
        })
        .await?;
    let l = &guest.l;
    let more = rows.len() as i64 > ROWS;
    let shown: Vec<&SeenTicket> = rows.iter().take(ROWS as usize).collect();
    let next = shown.last().filter(|_| more).map(|row| row.id.to_string());
    Ok(PortalPage::new(&guest, l.t("portal-nav-tickets")).at(Spot::Tickets).body(html! {
        @if shown.is_empty() {
            (empty(Icon::Ticket, l.t("portal-no-tickets"), l.t("portal-no-tickets-words"),
                Some(link_button("/portal/report", Icon::Add, l.t("portal-report"), true))))
        } @else {
            ul class="portal-tickets" { @for row in shown { li { (line(l, row, &terms)) } } }
            (pagination(l, "/portal/tickets", &search, next.as_deref()))
        }
    }))
}
