//! What the command palette finds while somebody types, as JSON for its script.

use axum::Json;
use db::Tx;
use rules::access::{Permission, perm};
use rules::ids::*;
use rules::tickets::number::{NumberProblem, TicketNumber};
use serde::Serialize;

use super::everything;
use crate::customers::{sites, store as customers};
use crate::installed_base::assets;
use crate::kernel::actor::{Actor, Person};
use crate::kernel::errors::Failure;
use crate::kernel::form::{Search, encode};
use crate::kernel::state::App;
use crate::layout::l10n::L10n;
use crate::queue::filter::{Reader, Wanted};
use crate::queue::store::{self as queue, QueueRow};
use crate::queue::views::{pages::queue_path, store as views};
use crate::tickets::store as tickets;

/// Finds of one noun.
const EACH_MOST: i64 = 5;
/// Matches of a field that looks a customer or a site up.
const LOOKED_UP_MOST: i64 = 12;

/// A line of the palette.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    pub href: String,
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A match of a field that looks something up.
#[derive(Clone, Debug, Serialize)]
pub struct Match {
    pub id: String,
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// GET /palette?q=
pub async fn palette(
    app: App,
    actor: Actor<perm::ViewTickets>,
    search: Search,
) -> Result<Json<Vec<Found>>, Failure> {
    let typed = search.get("q").to_owned();
    if typed.is_empty() {
        return Ok(Json(Vec::new()));
    }
    let (l, person, words) = (actor.l.clone(), actor.person.clone(), typed.clone());
    let mut found = app.read(move |tx| find(tx, &l, &person, &words)).await?;
    for hit in everywhere(&app, &actor.person, &typed).await? {
        // What was found by its name already is not told twice.
        if found.iter().all(|other| other.href != hit.href) {
            found.push(hit.named(&actor.l));
        }
    }
    Ok(Json(found))
}

/// A hit of the full text as a line of the palette.
struct Everywhere {
    href: String,
    text: String,
    kind: String,
}

impl Everywhere {
    fn named(self, l: &L10n) -> Found {
        let note = l.t(&format!("search-kind-{}", self.kind)).into_owned();
        Found { href: self.href, text: self.text, note: Some(note) }
    }
}

/// What the full text knows: also what was written on tickets and in articles, by sound and by part.
async fn everywhere(app: &App, person: &Person, typed: &str) -> Result<Vec<Everywhere>, Failure> {
    let wanted = ::search::Wanted {
        asked: ::search::Asked::plain(typed),
        within: everything::seen(person),
        limit: EACH_MOST as usize,
        ..::search::Wanted::default()
    };
    let hits = app.finding.find(wanted).await?.hits.into_iter();
    let line = |hit: ::search::Hit| Everywhere {
        href: everything::href(&hit),
        text: hit.title.text,
        kind: hit.kind,
    };
    Ok(hits.map(line).collect())
}

fn find(tx: &mut Tx, l: &L10n, person: &Person, typed: &str) -> Result<Vec<Found>, Failure> {
    let mut found = by_number(tx, l, typed)?;
    let registry = person.may(Permission::ViewRegistry);
    // A word of one character finds too much of everything; names are looked up from two on.
    if typed.chars().count() >= 2 {
        found.extend(by_title(tx, l, person, typed)?);
        if registry {
            found.extend(in_registry(tx, l, typed)?);
        }
    }
    let lower = typed.to_lowercase();
    let kept =
        views::list(tx, person.id)?.into_iter().filter(|view| view.name.to_lowercase().contains(&lower));
    found.extend(kept.take(EACH_MOST as usize).map(|view| Found {
        href: queue_path(&view.query),
        text: view.name,
        note: Some(l.t("views-title").into_owned()),
    }));
    found.extend(acts(l, person, &lower));
    Ok(found)
}

/// The ticket with this number; after a slip those that exist one slip away.
fn by_number(tx: &mut Tx, l: &L10n, typed: &str) -> Result<Vec<Found>, Failure> {
    let (numbers, near) = match TicketNumber::parse(typed) {
        Ok(number) => (vec![number], false),
        Err(NumberProblem::Slip { near, .. }) => (near.into_iter().map(|near| near.number).collect(), true),
        Err(_) => return Ok(Vec::new()),
    };
    let mut found = Vec::new();
    for number in numbers.into_iter().take(40) {
        let Some(brief) = tickets::brief(tx, number.ticket())? else { continue };
        let key = if near { "palette-near-number" } else { "palette-ticket" };
        found.push(Found {
            href: format!("/tickets/{number}"),
            text: format!("{} {}", number.grouped(), brief.title),
            note: Some(l.ta(key, &[("customer", brief.customer.into())]).into_owned()),
        });
        if found.len() >= EACH_MOST as usize {
            break;
        }
    }
    Ok(found)
}

/// Open tickets by title or customer, what is due next first.
fn by_title(tx: &mut Tx, l: &L10n, person: &Person, typed: &str) -> Result<Vec<Found>, Failure> {
    let reader = Reader { id: person.id, teams: Vec::new() };
    let wanted = Wanted::read(&Search::parse(&format!("q={}", encode(typed))), &reader);
    let slice = queue::list(tx, &wanted, None, EACH_MOST as usize, l.now)?;
    Ok(slice.rows.into_iter().map(|row| open(l, row)).collect())
}

fn open(l: &L10n, row: QueueRow) -> Found {
    let number = TicketNumber::of(row.id);
    Found {
        href: format!("/tickets/{number}"),
        text: format!("{} {}", number.grouped(), row.title),
        note: Some(l.ta("palette-ticket", &[("customer", row.customer.into())]).into_owned()),
    }
}

fn in_registry(tx: &mut Tx, l: &L10n, typed: &str) -> Result<Vec<Found>, Failure> {
    let mut found = Vec::new();
    let filter = customers::CustomerFilter { text: typed.to_owned(), ..Default::default() };
    for customer in customers::list(tx, &filter, None, EACH_MOST)? {
        let note = l.ta("palette-customer", &[("code", customer.code.into())]).into_owned();
        found.push(Found {
            href: format!("/customers/{}", customer.id),
            text: customer.name,
            note: Some(note),
        });
    }
    let filter = sites::store::SiteFilter { text: typed.to_owned(), ..Default::default() };
    for site in sites::store::list(tx, &filter, None, EACH_MOST)? {
        let note = l.ta("palette-site", &[("customer", site.customer_name.into())]).into_owned();
        found.push(Found { href: format!("/sites/{}", site.id), text: site.name, note: Some(note) });
    }
    let filter = assets::store::AssetFilter { text: typed.to_owned(), ..Default::default() };
    for asset in assets::store::list(tx, &filter, None, EACH_MOST)? {
        let name = asset.name.unwrap_or(asset.model);
        let text = asset.serial.map_or(name.clone(), |serial| format!("{name} {serial}"));
        let note = l.ta("palette-asset", &[("customer", asset.customer_name.into())]).into_owned();
        found.push(Found { href: format!("/assets/{}", asset.id), text, note: Some(note) });
    }
    Ok(found)
}

/// What can be begun from anywhere, by a part of its name.
fn acts(l: &L10n, person: &Person, lower: &str) -> Vec<Found> {
    let acts = [
        ("queue-report", "/tickets/new", Permission::ReportTicket),
        ("view-mine", "/queue?assignee=me", Permission::ViewTickets),
        ("view-team", "/queue?team=mine", Permission::ViewTickets),
        ("view-unassigned", "/queue?assignee=none", Permission::ViewTickets),
        ("view-at-risk", "/queue?urgency=at-risk", Permission::ViewTickets),
        ("view-breached", "/queue?urgency=breached", Permission::ViewTickets),
        ("view-by-customer", "/queue/customers", Permission::ViewTickets),
        ("palette-api", "/api/docs/", Permission::UseOwnAccount),
    ];
    let may = acts.into_iter().filter(|(_, _, needs)| person.may(*needs));
    let named = may.map(|(key, href, _)| (l.t(key).into_owned(), href));
    let matching = named.filter(|(words, _)| words.to_lowercase().contains(lower));
    matching.map(|(text, href)| Found { href: href.to_owned(), text, note: None }).collect()
}

/// GET /palette/customers?q=: for fields that look a customer up.
pub async fn look_up_customers(
    app: App,
    _: Actor<perm::ViewTickets>,
    search: Search,
) -> Result<Json<Vec<Match>>, Failure> {
    let filter = customers::CustomerFilter { text: search.get("q").to_owned(), ..Default::default() };
    let rows = app.read(move |tx| Ok(customers::list(tx, &filter, None, LOOKED_UP_MOST)?)).await?;
    let matches = rows.into_iter();
    Ok(Json(
        matches.map(|row| Match { id: row.id.to_string(), text: row.name, note: Some(row.code) }).collect(),
    ))
}

/// GET /palette/sites?q=&customer=: for fields that look a site up.
pub async fn look_up_sites(
    app: App,
    _: Actor<perm::ViewTickets>,
    search: Search,
) -> Result<Json<Vec<Match>>, Failure> {
    let customers: Vec<CustomerId> =
        search.all("customer").filter_map(|id| id.parse().ok()).take(20).collect();
    let filter =
        sites::store::SiteFilter { text: search.get("q").to_owned(), customers, ..Default::default() };
    let rows = app.read(move |tx| Ok(sites::store::list(tx, &filter, None, LOOKED_UP_MOST)?)).await?;
    let matches = rows.into_iter();
    Ok(Json(
        matches
            .map(|row| Match { id: row.id.to_string(), text: row.name, note: Some(row.customer_name) })
            .collect(),
    ))
}
