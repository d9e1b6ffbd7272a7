//! What the customer has from us: units with their warranty, and for who speaks for the whole customer the
//! contracts with the commitment in plain words.

use axum::extract::Path;
use axum::response::Response;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use maud::html;
use rules::contracts::cover;
use rules::ids::*;
use rules::portal::{Right, right};
use rules::tickets::number::TicketNumber;

use super::store::{self, SeenAsset};
use super::ticket;
use crate::commitments::{store as commitments, words as commitment_words};
use crate::contracts::store::{self as contracts, ContractFilter};
use crate::coverage::{Covers, pages as coverage};
use crate::kernel::form::Search;
use crate::kernel::guest::Guest;
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::L10n;
use crate::layout::portal::{PortalPage, Spot};
use crate::tickets::words;
use crate::{App, Failure};

/// Units on a page of the list.
const ROWS: i64 = 40;
/// Tickets that the page of a unit shows.
const TICKETS_MOST: i64 = 20;
/// Contracts that are listed at most.
const CONTRACTS_MOST: i64 = 200;

fn today_at(l: &L10n, zone: Option<&str>) -> Date {
    let zone = zone.and_then(|zone| TimeZone::get(zone).ok()).unwrap_or_else(|| l.zone.clone());
    l.now.to_zoned(zone).date()
}

/// GET /portal/assets
pub async fn assets(app: App, guest: Guest<right::Follow>, search: Search) -> Result<Response, Failure> {
    let scope = guest.scope();
    let site = search.some("site").map(|text| text.parse().map(SiteId)).transpose();
    let site = site.map_err(|_| Failure::NotFound)?;
    let after = search.get("after").parse().ok();
    let (library, now) = (app.clone(), guest.l.now);
    let (rows, sites) = app
        .read(move |tx| {
            if let Some(site) = site {
                store::site(tx, scope, site)?;
            }
            let mut covers = Covers::new(&library.library, now);
            let rows = store::assets(tx, scope, site, after, ROWS + 1)?.into_iter();
            let rows = rows.map(|asset| Ok((covers.of(tx, asset.id, None)?, asset)));
            let rows = rows.collect::<Result<Vec<_>, Failure>>()?;
            Ok((rows, store::sites(tx, scope)?))
        })
        .await?;
    let l = &guest.l;
    let shown = &rows[..rows.len().min(ROWS as usize)];
    let next = shown.last().filter(|_| rows.len() > shown.len()).map(|(_, row)| row.id.to_string());
    Ok(PortalPage::new(&guest, l.t("portal-nav-assets")).at(Spot::Assets).body(html! {
        @if sites.len() > 1 {
            nav class="tabs" aria-label=(l.t("field-site")) {
                a href="/portal/assets" aria-current=[site.is_none().then_some("page")] { (l.t("portal-all-sites")) }
                @for one in &sites {
                    a href={ "/portal/assets?site=" (one.id) } aria-current=[(site == Some(one.id)).then_some("page")] { (one.name) }
                }
            }
        }
        @if shown.is_empty() { (empty(Icon::Asset, l.t("portal-no-assets"), l.t("portal-no-assets-words"), None)) }
        ul class="portal-tickets" { @for (cover, asset) in shown { li {
            a class="portal-ticket" href={ "/portal/assets/" (asset.id) } {
                span class="portal-ticket-head" { strong { (asset.called()) } (coverage::warranty_chip(l, cover)) }
                span class="portal-ticket-where" { (place(asset)) }
            }
        } } }
        (pagination(l, "/portal/assets", &search, next.as_deref()))
    }))
}

fn place(asset: &SeenAsset) -> String {
    let parts = [asset.site_name.as_deref(), asset.position.as_deref(), asset.serial.as_deref()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// GET /portal/assets/{id}
pub async fn asset(
    app: App,
    guest: Guest<right::Follow>,
    Path(id): Path<AssetId>,
) -> Result<Response, Failure> {
    let (scope, now) = (guest.scope(), guest.l.clone());
    let library = app.clone();
    let (asset, who_pays, tickets, covered) = app
        .read(move |tx| {
            let asset = store::asset(tx, scope, id)?;
            let today = today_at(&now, asset.zone.as_deref());
            let all = contracts::of_customer(tx, scope.customer)?;
            let covered = cover(&all, scope.customer, asset.site_id, today);
            let covered = all.into_iter().find(|contract| Some(contract.id) == covered);
            let tickets = store::tickets_of_asset(tx, scope, id, TICKETS_MOST)?;
            let who_pays = Covers::new(&library.library, now.now).of(tx, id, None)?;
            Ok((asset, who_pays, tickets, covered))
        })
        .await?;
    let l = &guest.l;
    let words = [
        "label-product",
        "label-serial",
        "label-site",
        "label-position",
        "asset-accepted-on",
        "asset-warranty",
        "portal-service",
    ]
    .map(|key| l.t(key));
    let dash = || html! { "\u{2013}" };
    let service = match &covered {
        Some(contract) => {
            let until = contract.ended_on.or(contract.period.to_on);
            let until = until.map_or_else(|| "\u{2013}".to_owned(), |on| on.to_string());
            html! { (chip(Tone::Met, Icon::Contract, l.ta("portal-covered-until", &[("on", until.into())]))) }
        }
        None => html! { (chip(Tone::Plain, Icon::Info, l.t("portal-not-covered"))) },
    };
    Ok(PortalPage::new(&guest, asset.called())
        .at(Spot::Assets)
        .back("/portal/assets", l.t("portal-nav-assets"))
        .body(html! {
            (card(l.t("records-particulars"), definitions(&[
                (&*words[0], html! { (asset.manufacturer) " " (asset.model) }),
                (&*words[1], html! { @match &asset.serial { Some(serial) => code { (serial) }, None => (dash()) } }),
                (&*words[2], html! { @match &asset.site_name { Some(site) => (site), None => (dash()) } }),
                (&*words[3], html! { @match &asset.position { Some(position) => (position), None => (dash()) } }),
                (&*words[4], html! { @match asset.accepted_on { Some(on) => (on), None => (dash()) } }),
                (&*words[5], coverage::warranty_chip(l, &who_pays)),
                (&*words[6], service),
            ])))
            @if guest.may(Right::Report) {
                p class="portal-big" { (link_button(&format!("/portal/report?asset={id}"), Icon::Add, l.t("portal-report"), true)) }
            }
            @if !tickets.is_empty() {
                section class="portal-group" {
                    h2 { (l.t("portal-nav-tickets")) }
                    ul class="portal-tickets" { @for row in &tickets { li {
                        a class="portal-ticket" href=(ticket::path(row.id)) {
                            span class="portal-ticket-head" { strong { (row.title) } (words::state(l, row.state)) }
                            span class="portal-ticket-where" { span class="number" { (TicketNumber::of(row.id).grouped()) } " · " (when(l, row.reported_at)) }
                        }
                    } } }
                }
            }
        }))
}

/// GET /portal/contracts
pub async fn contracts(app: App, guest: Guest<right::SeeContracts>) -> Result<Response, Failure> {
    let customer = guest.scope().customer;
    let rows = app
        .read(move |tx| {
            let filter = ContractFilter { customers: vec![customer], ..ContractFilter::default() };
            Ok(contracts::list(tx, &filter, None, CONTRACTS_MOST)?)
        })
        .await?;
    let l = &guest.l;
    Ok(PortalPage::new(&guest, l.t("portal-nav-contracts")).at(Spot::Contracts).body(html! {
        @if rows.is_empty() { (empty(Icon::Contract, l.t("portal-no-contracts"), l.t("portal-no-contracts-words"), None)) }
        ul class="portal-tickets" { @for row in &rows { li {
            a class="portal-ticket" href={ "/portal/contracts/" (row.id) } {
                span class="portal-ticket-head" { strong { (row.title) } }
                span class="portal-ticket-where" { (row.number) " · " (row.from_on) " \u{2013} " @if let Some(on) = row.ended_on.or(row.to_on) { (on) } }
            }
        } } }
    }))
}

/// GET /portal/contracts/{id}: what was signed, clause by clause.
pub async fn contract(
    app: App,
    guest: Guest<right::SeeContracts>,
    Path(id): Path<ContractId>,
) -> Result<Response, Failure> {
    let (shared, scope) = (app.clone(), guest.scope());
    let today = today_at(&guest.l, None);
    let (row, sites, terms) = app
        .read(move |tx| {
            let id = store::contract(tx, scope, id)?;
            let row = contracts::find(tx, id)?.ok_or(Failure::NotFound)?;
            let bound = commitments::on_day(tx, id, today)?;
            let terms = bound.map(|id| shared.library.terms(tx, id)).transpose()?;
            Ok((row, contracts::sites(tx, id)?, terms))
        })
        .await?;
    let l = &guest.l;
    let words = ["portal-contract-number", "portal-contract-time", "portal-access-sites"].map(|key| l.t(key));
    Ok(PortalPage::new(&guest, row.title.clone())
        .at(Spot::Contracts)
        .back("/portal/contracts", l.t("portal-nav-contracts"))
        .body(html! {
            (card(l.t("records-particulars"), definitions(&[
                (&*words[0], html! { (row.number) }),
                (&*words[1], html! { (row.from_on) " \u{2013} " @if let Some(on) = row.ended_on.or(row.to_on) { (on) } }),
                (&*words[2], html! {
                    @if sites.is_empty() { (l.t("portal-all-sites")) }
                    @for (place, site) in sites.iter().enumerate() { @if place > 0 { ", " } (site.name) }
                }),
            ])))
            @if let Some(terms) = &terms {
                section class="card" {
                    h2 { (commitment_words(l, terms.title()).unwrap_or_default()) }
                    ul class="clause-list" { @for clause in terms.clauses() { li {
                        span class="clause" { (clause.id) } " " (commitment_words(l, &clause.text).unwrap_or_default())
                    } } }
                }
            } @else { p class="portal-calm" { (l.t("portal-no-commitment")) } }
        }))
}
