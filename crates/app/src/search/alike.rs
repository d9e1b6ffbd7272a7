//! Open tickets that are likely the same matter as one that is open: a duplicate of the same customer, or a fault
//! that many report.

use axum::extract::Path;
use maud::{Markup, html};
use rules::access::{Permission, perm};
use rules::ids::TicketId;
use rules::tickets::Relation;
use rules::tickets::number::TicketNumber;

use ::search::{Asked, Hit, Wanted};

use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::finding::{OPEN, SEEN_WITH_TICKETS};
use crate::kernel::state::App;
use crate::layout::hits as hit_words;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::tickets::change::{number, path};
use crate::tickets::store::{self, Brief};
use crate::tickets::words;

/// Likely duplicates that a page shows.
const ALIKE_MOST: usize = 3;
/// Hits that are looked at: the ticket itself and those that are linked with it fall away.
const LOOKED_AT_MOST: usize = 12;
/// How much of the ticket's words another must share.
const ALIKE_LEAST: f32 = 0.5;

fn id_of(hit: &Hit) -> Option<TicketId> {
    hit.key.split_once(':').and_then(|(_, id)| id.parse().ok()).map(TicketId)
}

/// GET /tickets/{number}/alike: a part of the ticket's page, fetched after it; empty where nothing is alike.
pub async fn part(
    app: App,
    actor: Actor<perm::ViewTickets>,
    Path(text): Path<String>,
) -> Result<Markup, Failure> {
    let id = number(&text)?;
    let (row, known) = app
        .read(move |tx| {
            let row = store::find(tx, id)?.ok_or(Failure::NotFound)?;
            let links = store::links(tx, id)?;
            let known: Vec<TicketId> =
                links.iter().flat_map(|link| [link.ticket_id, link.other_id]).collect();
            Ok((row, known))
        })
        .await?;
    if !row.state.is_open() {
        return Ok(html! {});
    }
    let wanted = Wanted {
        asked: Asked::plain(&format!("{} {}", row.title, row.description.as_deref().unwrap_or_default())),
        within: vec![vec![SEEN_WITH_TICKETS.to_owned()], vec![OPEN.to_owned()]],
        kinds: vec!["ticket".to_owned()],
        least_covered: ALIKE_LEAST,
        limit: LOOKED_AT_MOST,
        ..Wanted::default()
    };
    let mut hits = app.finding.find(wanted).await?.hits;
    hits.retain(|hit| id_of(hit).is_some_and(|found| found != id && !known.contains(&found)));
    hits.truncate(ALIKE_MOST);
    let ids: Vec<TicketId> = hits.iter().filter_map(id_of).collect();
    let found = app
        .read(move |tx| {
            let mut found = Vec::new();
            for (hit, other) in hits.into_iter().zip(ids) {
                let (Some(brief), Some(other)) = (store::brief(tx, other)?, store::find(tx, other)?) else {
                    continue;
                };
                let same_customer = other.customer_id == row.customer_id;
                found.push(Alike { title: hit_words::marked(&hit.title), brief, same_customer });
            }
            Ok(found)
        })
        .await?;
    let may = (actor.may(Permission::WorkTicket), actor.may(Permission::MergeTickets));
    Ok(html! { @if !found.is_empty() { (shown(&actor.l, id, &found, may)) } })
}

/// A ticket that is likely the same matter.
struct Alike {
    /// Its title, with the words in common marked.
    title: Markup,
    brief: Brief,
    same_customer: bool,
}

fn shown(l: &L10n, id: TicketId, found: &[Alike], (may_link, may_merge): (bool, bool)) -> Markup {
    html! {
        h2 { (l.t("alike-title")) }
        p class="hint" { (l.t("alike-hint")) }
        ul class="ticket-links" {
            @for Alike { title, brief, same_customer } in found {
                li {
                    (words::number_link(brief.id)) " " (words::state(l, brief.state)) " " (brief.customer)
                    p { (title) }
                    div class="actions" {
                        @if may_merge && *same_customer {
                            a class="button small" data-act href={ (path(id)) "/merge?into=" (TicketNumber::of(brief.id)) } {
                                (icon(Icon::Merge)) span { (l.t("ticket-verb-merge")) }
                            }
                        }
                        @if may_link {
                            a class="button small" data-act href={ (path(id)) "/link?relation=" (Relation::PartOf) "&other=" (TicketNumber::of(brief.id)) } {
                                (icon(Icon::Link)) span { (l.t("alike-link")) }
                            }
                        }
                    }
                }
            }
        }
    }
}
