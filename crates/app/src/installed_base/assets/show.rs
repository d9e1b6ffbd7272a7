//! The page of one unit: what it is, where it stands, which contract covers it, what happens to it.

use axum::extract::Path;
use axum::response::Response;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use rules::access::{Permission, perm};
use rules::ids::AssetId;

use super::pages::{Known, called, known, path};
use crate::App;
use crate::contracts::store::{self as contracts, AcceptanceRow, ContractRow};
use crate::contracts::{pages as contract_pages, show as contract_show};
use crate::coverage::{Cover as WhoPays, Covers, pages as coverage};
use crate::customers::pages as customer_pages;
use crate::customers::sites::pages as site_pages;
use crate::installed_base::products::pages as product_pages;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section};
use crate::records::edit::{archive_act, archived_notice};
use crate::records::list::or_dash;
use crate::records::open_tickets::{self, Around};
use crate::records::owed;
use crate::records::{history, today};
use crate::remote_access::{links, store as remote};

/// The papers that cover a unit today.
struct Cover {
    /// The contract that covers its site today.
    contract: Option<ContractRow>,
    /// The acceptance from which its warranty counts.
    acceptance: Option<AcceptanceRow>,
}

/// GET /assets/{id}
pub async fn show(
    app: App,
    actor: Actor<perm::ViewRegistry>,
    Path(id): Path<AssetId>,
) -> Result<Response, Failure> {
    let now = actor.l.now;
    let house_today = today(&actor.l);
    let library = app.clone();
    let (unit, cover, who_pays, tickets, owed, tools, history) = app
        .read(move |tx| {
            let unit = known(tx, id)?;
            let zone = unit.site.as_ref().and_then(|site| TimeZone::get(&site.zone).ok());
            let on = zone.map_or(house_today, |zone| now.to_zoned(zone).date());
            let contract = contracts::covering(tx, unit.customer.id, unit.asset.site_id, on)?;
            let contract = contract.map(|id| contracts::find(tx, id)).transpose()?.flatten();
            let acceptance = match unit.asset.site_id {
                Some(site) => contracts::acceptances_of_site(tx, site)?.into_iter().next_back(),
                None => None,
            };
            let who_pays = Covers::new(&library.library, now).of(tx, id, None)?;
            let tickets = open_tickets::of(tx, Around::Asset(id.get()))?;
            let owed = owed::of(tx, &library.library, "asset", id.get())?;
            let tools = remote::links(tx, id)?;
            let history = history::of(tx, "asset", id.get())?;
            Ok((unit, Cover { contract, acceptance }, who_pays, tickets, owed, tools, history))
        })
        .await?;
    let (l, own) = (&actor.l, path(id));
    let Known { asset, product, customer, .. } = &unit;
    let in_use = asset.archived_at.is_none();
    let acts = html! {
        @if actor.may(Permission::ReportTicket) && in_use {
            (link_button(&format!("/tickets/new?customer={}&asset={id}", customer.id), Icon::Ticket, l.t("records-report-ticket"), true))
        }
        @if in_use { (link_button(&format!("/labels?asset={id}"), Icon::Asset, l.t("labels-title"), false)) }
        @if actor.may(Permission::EditAssets) {
            @if in_use { (link_button(&format!("{own}/edit"), Icon::Edit, l.t("records-edit"), false)) }
            (archive_act(l, &own, asset.version, !in_use))
        }
    };
    let body = html! {
        (archived_notice(l, asset.archived_at))
        div class="columns" {
            div {
                (open_tickets::panel(l, &tickets, &format!("/tickets?asset={id}"), &format!("/tickets?asset={id}")))
                (card(l.t("asset-cover"), cover_of(l, &unit, &cover, &who_pays)))
                (owed::panel(l, &owed, &l.zone))
                (history::panel(l, &history))
            }
            div {
                (card(l.t("records-particulars"), particulars(l, &unit)))
                (links::card_of(l, id, &tools, actor.may(Permission::EditAssets) && in_use))
            }
        }
    };
    let name = called(asset.name.as_deref(), asset.serial.as_deref(), &product.model).to_owned();
    let page = Page::new(&actor, Section::Assets, name)
        .crumb("/assets", l.t("assets-title"))
        .crumb(customer_pages::path(customer.id), customer.name.clone());
    Ok(page.actions(acts).body(body))
}

fn cover_of(l: &L10n, unit: &Known, cover: &Cover, who_pays: &WhoPays) -> Markup {
    let words: Vec<_> =
        ["asset-contract", "asset-accepted-on", "asset-warranty", "asset-manufacturer-warranty"]
            .iter()
            .map(|key| l.t(key))
            .collect();
    let contract = match &cover.contract {
        Some(contract) => html! {
            a href=(contract_pages::path(contract.id)) { (contract.number) " " (contract.title) }
            br;
            small { (contract_show::period(l, contract.from_on, contract.ended_on.or(contract.to_on))) }
        },
        None => chip(Tone::Risk, Icon::Risk, l.t("asset-no-contract")),
    };
    let accepted = match &cover.acceptance {
        Some(acceptance) => html! { (acceptance.signed_on) },
        None => html! { span class="muted" { (l.t("asset-not-accepted")) } },
    };
    let manufacturer = match unit.product.warranty_months {
        Some(months) => html! { (l.ta("asset-warranty-months", &[("n", months.into())])) },
        None => or_dash(None),
    };
    let pairs = definitions(&[
        (&*words[0], contract),
        (&*words[1], accepted),
        (&*words[2], coverage::warranty_chip(l, who_pays)),
        (&*words[3], manufacturer),
    ]);
    html! {
        (pairs)
        (link_button(&coverage::path(unit.asset.id), Icon::Info, l.t("coverage-title"), false))
    }
}

fn particulars(l: &L10n, unit: &Known) -> Markup {
    let Known { asset, product, customer, site } = unit;
    let names = [
        "serial",
        "product",
        "class",
        "customer",
        "site",
        "position",
        "usage",
        "software-version",
        "installed-on",
        "name",
        "remark",
    ];
    let words: Vec<_> = names.iter().map(|name| l.t(&format!("label-{name}"))).collect();
    let site_link = match site {
        Some(site) => html! { a href=(site_pages::path(site.id)) { (site.name) } },
        None => or_dash(None),
    };
    let model =
        html! { a href=(product_pages::path(product.id)) { (product.manufacturer) " " (product.model) } };
    let mut pairs = vec![
        (
            &*words[0],
            html! { @match &asset.serial { Some(serial) => code { (serial) }, None => (or_dash(None)) } },
        ),
        (&*words[1], model),
        (&*words[2], or_dash(product.class.as_deref())),
        (&*words[3], html! { a href=(customer_pages::path(customer.id)) { (customer.name) } }),
        (&*words[4], site_link),
        (&*words[5], or_dash(asset.position.as_deref())),
        (&*words[6], html! { (l.t(asset.usage.label())) }),
        (&*words[7], or_dash(asset.software_version.as_deref())),
        (&*words[8], html! { @match asset.installed_on { Some(on) => (on), None => (or_dash(None)) } }),
    ];
    if asset.serial.is_some() && asset.name.is_some() {
        pairs.push((&*words[9], or_dash(asset.name.as_deref())));
    }
    if let Some(text) = &asset.remark {
        pairs.push((&*words[10], html! { div class="prose" { (text) } }));
    }
    definitions(&pairs)
}
