//! The page of a preview: what to compare, how far it is, and what would have been.

use std::sync::Arc;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use jiff::civil::Date;
use maud::{Markup, html};
use promise::Terms;
use promise::preview::{Changed, Count, Pair, Preview, Stand};
use rules::Invalid;
use rules::access::perm;
use rules::ids::{CommitmentId, ContractId, TicketId};
use rules::tickets::number::TicketNumber;

use super::{Far, LISTED_MOST, TICKETS_MOST, Wanted, go_on, last_quarter, wanted};
use crate::App;
use crate::commitments::publish::Draft;
use crate::commitments::store::{self, CommitmentRow, ListedCommitment};
use crate::commitments::{drafts, title};
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::{Form, Search};
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section, Viewer};
use crate::records::owed;

/// Versions that may be compared with.
const VERSIONS_MOST: i64 = 50;
/// The value of the choice that means one's own draft.
const DRAFT: &str = "draft";

/// What the page offers to choose from.
struct Offer {
    row: CommitmentRow,
    versions: Vec<ListedCommitment>,
    has_draft: bool,
}

/// GET /commitments/{id}/preview
pub async fn show(
    app: App,
    actor: Actor<perm::ViewPromises>,
    Path(id): Path<CommitmentId>,
    search: Search,
) -> Result<Response, Failure> {
    let offer = offer(&app, &actor, id).await?;
    let today = actor.l.now.to_zoned(app.config.time_zone()).date();
    let (first, last) = last_quarter(today);
    let chosen = search.some("with").map(str::to_owned).unwrap_or_else(|| first_choice(&offer));
    let form = Form::of([("with", chosen), ("from", first.to_string()), ("to", last.to_string())]);
    Ok(page(&actor, &offer, &form, StatusCode::OK, html! {}))
}

async fn offer(app: &App, actor: &Actor<perm::ViewPromises>, id: CommitmentId) -> Result<Offer, Failure> {
    let me = actor.person.id;
    app.read(move |tx| {
        let row = store::find(tx, id)?.ok_or(Failure::NotFound)?;
        let versions = store::versions(tx, &row.name, VERSIONS_MOST)?;
        Ok(Offer { versions, has_draft: drafts::find(tx, id, me)?.is_some(), row })
    })
    .await
}

fn first_choice(offer: &Offer) -> String {
    let other = || offer.versions.iter().find(|version| version.id != offer.row.id);
    if offer.has_draft { DRAFT.to_owned() } else { other().map(|v| v.id.to_string()).unwrap_or_default() }
}

/// POST /commitments/{id}/preview: judges the next piece, and shows what came out until here.
pub async fn step(
    app: App,
    actor: Actor<perm::ViewPromises>,
    Path(id): Path<CommitmentId>,
    form: Form,
) -> Result<Response, Failure> {
    let offer = offer(&app, &actor, id).await?;
    let (l, zone) = (&actor.l, app.config.time_zone());
    let wanted = match read(&form, &offer.row.name, &zone) {
        Ok(wanted) => wanted,
        Err(problem) => {
            let form = form.with(vec![problem]);
            return Ok(page(&actor, &offer, &form, StatusCode::UNPROCESSABLE_ENTITY, html! {}));
        }
    };
    let far = form.some("far").and_then(|far| serde_json::from_str(far).ok());
    let far: Far = far.unwrap_or_else(|| Far::nothing(&wanted));
    let (shared, me, now, with) = (app.clone(), actor.person.id, l.now, form.get("with").to_owned());
    let piece = wanted.clone();
    let judged = app
        .read(move |tx| {
            let before = shared.library.terms(tx, id)?;
            let after = match with.parse::<CommitmentId>() {
                Ok(other) => {
                    store::find(tx, other)?.ok_or(Failure::NotFound)?;
                    shared.library.terms(tx, other)?
                }
                Err(_) => {
                    let draft = drafts::find(tx, id, me)?.ok_or(Failure::NotFound)?;
                    match Draft::read(&draft.text) {
                        Ok(draft) => Arc::new(draft.terms),
                        Err(problems) => return Ok(Err(problems.len())),
                    }
                }
            };
            let far = go_on(tx, &piece, (&before, &after), far, now)?;
            Ok(Ok((far, before, after)))
        })
        .await?;
    let body = match judged {
        Ok((far, before, after)) => outcome(l, &form, &wanted, &far, &before, &after),
        Err(problems) => notice(Tone::Bad, l.ta("preview-draft-wrong", &[("n", problems.into())])),
    };
    if form.get("part") == "yes" {
        return Ok(body.into_response());
    }
    Ok(page(&actor, &offer, &form, StatusCode::OK, body))
}

fn read(form: &Form, name: &str, zone: &jiff::tz::TimeZone) -> Result<Wanted, Invalid> {
    let day = |field: &'static str| {
        let text = form.get(field);
        text.parse::<Date>().map_err(|_| Invalid::no_such_time(field, text))
    };
    let contract: Option<ContractId> = form.get("contract").parse().ok();
    let (from, to) = (day("from")?, day("to")?);
    wanted(name, from, to, zone, contract).ok_or_else(|| Invalid::new("to", "error-preview-days"))
}

fn page(viewer: &Viewer, offer: &Offer, form: &Form, status: StatusCode, outcome: Markup) -> Response {
    let l = &viewer.l;
    let id = offer.row.id;
    let name = |row: &ListedCommitment| title(l, &row.title, &row.name, &row.version);
    let mut with: Vec<(String, String)> = Vec::new();
    if offer.has_draft {
        with.push((DRAFT.to_owned(), l.t("preview-own-draft").into_owned()));
    }
    let others = offer.versions.iter().filter(|version| version.id != id);
    with.extend(others.map(|version| (version.id.to_string(), name(version))));
    let own = title(l, &offer.row.title, &offer.row.name, &offer.row.version);
    Page::new(viewer, Section::Contracts, l.t("preview-title"))
        .status(status)
        .wide()
        .crumb("/commitments", l.t("commitments-title"))
        .crumb(format!("/commitments/{id}"), own)
        .lead(l.t("preview-lead"))
        .script("commitments.js")
        .body(html! {
            @if with.is_empty() {
                (empty(Icon::Promise, l.t("preview-nothing"), l.t("preview-nothing-words"),
                    Some(link_button(&format!("/commitments/{id}/edit"), Icon::Edit, l.t("draft-edit"), true))))
            } @else {
                (error_summary(form, l))
                form class="form preview-form" method="post" action={ "/commitments/" (id) "/preview" } data-preview {
                    (Select::new("with", l.t("preview-with"), with).required().of(form, l))
                    div class="form-row" {
                        (Field::text("from", l.t("preview-from")).kind("date").required().short().of(form, l))
                        (Field::text("to", l.t("preview-to")).kind("date").required().short().of(form, l))
                    }
                    (Combobox::new("contract", l.t("paper-contract"), "/lookup/contracts").hint(l.t("preview-contract-hint")).of(form, l))
                    div class="form-foot" {
                        button class="button primary" type="submit" { (icon(Icon::Clock)) span { (l.t("preview-go")) } }
                    }
                }
                div id="preview-outcome" aria-live="polite" { (outcome) }
            }
        })
}

/// What came out until here; a form goes on where more is to come.
fn outcome(l: &L10n, form: &Form, wanted: &Wanted, far: &Far, before: &Terms, after: &Terms) -> Markup {
    let sums = &far.sums;
    let args = [("tickets", l.number(sums.subjects).into()), ("facts", l.number(sums.facts).into())];
    html! {
        div class="bulk-progress" {
            progress value=(format!("{:.3}", far.share(wanted))) max="1" aria-label=(l.t("preview-progress")) {}
            p { (l.ta("preview-judged", &args)) }
        }
        @if !far.done {
            form method="post" data-preview-more {
                @for name in ["with", "from", "to", "contract", "contract_text"] {
                    input type="hidden" name=(name) value=(form.get(name));
                }
                input type="hidden" name="far" value=(serde_json::to_string(far).unwrap_or_default());
                (submit(l.t("preview-more")))
            }
        } @else {
            @if far.is_cut() { (notice(Tone::Risk, l.ta("preview-bound", &[("n", l.number(TICKETS_MOST).into())]))) }
            (result(l, sums, before, after))
        }
    }
}

fn result(l: &L10n, sums: &Preview, before: &Terms, after: &Terms) -> Markup {
    let columns = [
        Column::new(l.t("preview-promise")),
        Column::wide(l.t("preview-plot")),
        Column::figures(l.t("preview-met")),
        Column::figures(l.t("preview-late")),
        Column::figures(l.t("preview-breached")),
        Column::figures(l.t("preview-open")),
        Column::figures(l.t("preview-changed")),
    ];
    let most = sums.promises.values().map(|pair| pair.before.all().max(pair.after.all())).max().unwrap_or(1);
    html! {
        @if sums.promises.is_empty() {
            (empty(Icon::Clock, l.t("preview-empty"), l.t("preview-empty-words"), None))
        } @else {
            (table(l.t("preview-title"), &columns, html! { @for (promise, pair) in &sums.promises {
                tr {
                    td { (promise_title(l, promise, before, after)) }
                    td class="wide" { (plot(l, pair, most)) }
                    (figure(l, pair, |count| count.met))
                    (figure(l, pair, |count| count.late))
                    (figure(l, pair, |count| count.breached))
                    (figure(l, pair, |count| count.open))
                    td class="figures" { (l.number(pair.changed)) }
                }
            } }))
            p class="muted" { (l.t("preview-figures-hint")) }
            @if sums.changed.is_empty() { p { (l.t("preview-no-change")) } }
            @else { (changed_list(l, &sums.changed, before, after)) }
        }
    }
}

fn promise_title(l: &L10n, id: &str, before: &Terms, after: &Terms) -> String {
    owed::promise_title(l, Some(if after.promise(id).is_some() { after } else { before }), id)
}

/// A figure before and after; one where they are the same.
fn figure(l: &L10n, pair: &Pair, of: impl Fn(&Count) -> u64) -> Markup {
    let (before, after) = (of(&pair.before), of(&pair.after));
    html! {
        td class="figures nowrap" {
            (l.number(before))
            @if before != after { " \u{2192} " strong { (l.number(after)) } }
        }
    }
}

/// Two bars, before above after, as long as what was owed; the colours are those of the states.
fn plot(l: &L10n, pair: &Pair, most: u64) -> Markup {
    const WIDTH: f64 = 220.0;
    let scale = WIDTH / most.max(1) as f64;
    let bar = |count: &Count, y: u32| {
        let parts = [
            ("met", count.met),
            ("late", count.late),
            ("breached", count.breached),
            ("open", count.open),
            ("fallen", count.fallen),
        ];
        let mut x = 0.0;
        html! { @for (class, n) in parts {
            @if n > 0 {
                @let width = n as f64 * scale;
                rect class={ "plot-" (class) } x=(format!("{x:.1}")) y=(y) width=(format!("{width:.1}")) height="7" {}
                ({ x += width; "" })
            }
        } }
    };
    let said = l.ta(
        "preview-plot-said",
        &[
            ("before_met", pair.before.met.into()),
            ("before", pair.before.all().into()),
            ("after_met", pair.after.met.into()),
            ("after", pair.after.all().into()),
        ],
    );
    html! {
        svg class="preview-plot" viewBox="0 0 220 17" width="220" height="17" role="img" aria-label=(said) {
            (bar(&pair.before, 0)) (bar(&pair.after, 9))
        }
    }
}

fn changed_list(l: &L10n, changed: &[Changed], before: &Terms, after: &Terms) -> Markup {
    let columns = [
        Column::new(l.t("preview-subject")),
        Column::new(l.t("preview-promise")),
        Column::new(l.t("preview-before")),
        Column::new(l.t("preview-after")),
    ];
    let stand = |stand: Option<Stand>, due: Option<jiff::Timestamp>| {
        let (tone, drawing, key) = match stand {
            None => (Tone::Void, Icon::Void, "preview-stand-none"),
            Some(Stand::Met) => (Tone::Met, Icon::OnTime, "preview-met"),
            Some(Stand::Late) => (Tone::Bad, Icon::Late, "preview-late"),
            Some(Stand::Breached) => (Tone::Bad, Icon::Breach, "preview-breached"),
            Some(Stand::Open) => (Tone::OnTime, Icon::Clock, "preview-open"),
            Some(Stand::Fallen) => (Tone::Void, Icon::Waived, "preview-stand-fallen"),
        };
        html! { (chip(tone, drawing, l.t(key))) @if let Some(due) = due { " " span class="muted nowrap" { (l.datetime(due)) } } }
    };
    html! {
        section class="card" {
            h2 { (l.t("preview-changed-title")) }
            @if changed.len() >= LISTED_MOST { p class="muted" { (l.ta("preview-listed", &[("n", LISTED_MOST.into())])) } }
            (table(l.t("preview-changed-title"), &columns, html! { @for one in changed {
                tr {
                    td class="nowrap" { (subject(l, one)) }
                    td { (promise_title(l, &one.promise, before, after)) }
                    td { (stand(one.before, one.due_before)) }
                    td { (stand(one.after, one.due_after)) }
                }
            } }))
        }
    }
}

/// What an obligation is about, with the way to its page.
fn subject(l: &L10n, one: &Changed) -> Markup {
    let Ok(id) = one.subject.parse::<i64>() else { return html! { (one.subject) } };
    if &*one.noun == "ticket" {
        let number = TicketNumber::of(TicketId(id));
        return html! { a href={ "/tickets/" (number) } { (number.grouped()) } };
    }
    let words = l.ta(&format!("preview-noun-{}", one.noun), &[("id", id.into())]);
    // The channels of the house stand together on one page.
    let page = if &*one.noun == "channel" { "/health".to_owned() } else { format!("/{}s/{id}", one.noun) };
    html! { a href=(page) { (words) } }
}
