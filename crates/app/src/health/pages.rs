//! How the channels fare: a page for people, a line for machines.

use axum::response::Response;
use maud::{Markup, html};
use rules::access::perm;

use super::store::{self, Channel};
use crate::kernel::actor::Actor;
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section};
use crate::{App, Failure};

/// GET /health
pub async fn page(app: App, actor: Actor<perm::ViewDeliveries>) -> Result<Response, Failure> {
    let rows = app.read(|tx| Ok(store::open(tx)?)).await?;
    let l = &actor.l;
    let columns = [
        Column::new(l.t("channel-name")),
        Column::new(l.t("channel-state")),
        Column::new(l.t("channel-last-success")),
        Column::wide(l.t("channel-last-failure")),
        Column::wide(l.t("channel-silent-most")),
    ];
    Ok(Page::new(&actor, Section::Deliveries, l.t("health-title"))
        .crumb("/deliveries", l.t("nav-deliveries"))
        .lead(l.t("health-lead"))
        .live("channels")
        .wide()
        .body(html! {
            div id="channels" data-live="channels" {
                @if rows.is_empty() {
                    (empty(Icon::OnTime, l.t("health-none"), l.t("health-none-lead"), None))
                } @else {
                    (table(l.t("health-title"), &columns, html! { @for row in &rows { (line(l, row)) } }))
                }
            }
        }))
}

fn line(l: &L10n, row: &Channel) -> Markup {
    let state = match (row.down_since_at, row.failing_since_at) {
        (Some(since), _) => {
            html! { (chip(Tone::Bad, Icon::Breach, l.t("channel-down"))) " " (when(l, since)) }
        }
        (None, Some(since)) => {
            html! { (chip(Tone::Risk, Icon::Risk, l.t("channel-failing"))) " " (when(l, since)) }
        }
        (None, None) => chip(Tone::Met, Icon::OnTime, l.t("channel-well")),
    };
    html! {
        tr {
            td { (row.name) }
            td { (state) @if let Some(words) = &row.failure { br; small class="muted" { (words) } } }
            td class="nowrap" { @if let Some(at) = row.last_success_at { (when(l, at)) } @else { "\u{2013}" } }
            td class="wide" { @if let Some(at) = row.last_failure_at { (when(l, at)) } @else { "\u{2013}" } }
            td class="wide" { @match row.silent_most_s {
                Some(most) => { (l.duration(jiff::SignedDuration::from_secs(most))) }
                None => { "\u{2013}" }
            } }
        }
    }
}

/// GET /healthz: `ok` while the database answers, then a line for each channel that is down. No word of why:
/// anybody may ask.
pub async fn healthz(app: App) -> Result<String, Failure> {
    let rows = app.read(|tx| Ok(store::open(tx)?)).await?;
    let mut said = "ok\n".to_owned();
    for row in rows {
        if let Some(since) = row.down_since_at {
            said.push_str(&format!("down {} since {since}\n", row.code));
        }
    }
    Ok(said)
}
