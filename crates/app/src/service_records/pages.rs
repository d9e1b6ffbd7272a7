//! The page of what was done for a site, with its form.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use maud::{Markup, html};
use rules::access::{Permission, perm};
use rules::ids::SiteId;
use rules::service_records::{ServiceForm, ServiceKind};

use super::{change, outlook, store};
use crate::customers::sites::store as sites;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::{Form, Search};
use crate::kernel::notice::{Notice, go};
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section, Viewer};
use crate::records::owed;

/// Records on a page.
const ROWS: i64 = 30;

/// GET /sites/{id}/service
pub async fn page(
    app: App,
    actor: Actor<perm::ViewRegistry>,
    Path(id): Path<SiteId>,
    search: Search,
) -> Result<Response, Failure> {
    let may = actor.may(Permission::WorkTicket);
    draw(&app, &actor, may, id, &search, &Form::default()).await
}

/// POST /sites/{id}/service
pub async fn create(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(id): Path<SiteId>,
    form: Form,
) -> Result<Response, Failure> {
    let typed = ServiceForm {
        kind: form.get("kind").to_owned(),
        done_on: form.get("done_on").to_owned(),
        duty_log_reviewed: form.get("duty_log_reviewed") == "yes",
        trainee: form.get("trainee").to_owned(),
        days: form.get("days").to_owned(),
        remark: form.get("remark").to_owned(),
    };
    let by = Some(actor.person.id);
    match app.change(&actor, move |c| change::record(c, id, &typed, by)).await {
        Ok(()) => Ok(go(&path(id), Notice::new("notice-service-recorded"))),
        Err(Failure::Invalid(problems)) => {
            draw(&app, &actor, true, id, &Search::default(), &form.with(problems)).await
        }
        Err(other) => Err(other),
    }
}

fn path(site: SiteId) -> String {
    format!("/sites/{site}/service")
}

async fn draw(
    app: &App,
    viewer: &Viewer,
    may: bool,
    id: SiteId,
    search: &Search,
    form: &Form,
) -> Result<Response, Failure> {
    let after = search.get("after").parse().ok();
    let (library, now) = (app.clone(), viewer.l.now);
    let (site, rows, owed, ahead) = app
        .read(move |tx| {
            let site = sites::find(tx, id)?.ok_or(Failure::NotFound)?;
            let owed = owed::of(tx, &library.library, "site", id.get())?;
            let zone = jiff::tz::TimeZone::get(&site.zone).unwrap_or(jiff::tz::TimeZone::UTC);
            let ahead = outlook::of(tx, &library.library, (id, site.customer_id), &zone, now)?;
            Ok((site, store::list(tx, id, after, ROWS + 1)?, owed, ahead))
        })
        .await?;
    let l = &viewer.l;
    let zone = jiff::tz::TimeZone::get(&site.zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let shown = &rows[..rows.len().min(ROWS as usize)];
    let next = (rows.len() > shown.len()).then(|| shown.last().map(|row| row.id.to_string())).flatten();
    let may = may && site.archived_at.is_none();
    let today = l.now.to_zoned(zone.clone()).date().to_string();
    Ok(Page::new(viewer, Section::Customers, l.t("service-records"))
        .status(if form.problems().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY })
        .crumb("/sites", l.t("sites-title"))
        .crumb(format!("/sites/{id}"), site.name)
        .body(html! {
            div class="columns" {
                div {
                    @if let Some(ahead) = &ahead { (ahead.cards(l)) }
                    @if shown.is_empty() { (empty(Icon::Note, l.t("service-none"), l.t("service-none-words"), None)) }
                    @else { (card(l.t("service-records"), lines(l, shown))) }
                    (pagination(l, &path(id), search, next.as_deref()))
                }
                div {
                    @if may { (card(l.t("service-new"), entry(l, id, form, &today))) }
                    (owed::panel(l, &owed, &zone))
                }
            }
        }))
}

fn lines(l: &L10n, rows: &[store::RecordRow]) -> Markup {
    html! {
        ul class="lines" { @for row in rows { li {
            span {
                strong { (row.done_on) " " (l.t(&format!("service-kind-{}", row.kind))) }
                @if let (Some(trainee), Some(days)) = (&row.trainee, row.days) {
                    " · " (trainee) " · " (l.ta("service-days", &[("n", days.into())]))
                }
                @if row.duty_log_reviewed { " · " (l.t("service-duty-log-reviewed")) }
                @if let Some(remark) = &row.remark { br; (remark) }
            }
            small { @if let Some(recorder) = &row.recorder { (recorder) " · " } (time(l, row.recorded_at)) }
        } } }
    }
}

fn entry(l: &L10n, site: SiteId, form: &Form, today: &str) -> Markup {
    let kinds = ServiceKind::ALL.iter().map(|kind| (kind.code(), l.t(kind.label()).into_owned()));
    let mut form = form.clone();
    if form.get("done_on").is_empty() {
        form.set("done_on", today);
    }
    let form = &form;
    html! {
        form class="form" method="post" action=(path(site)) data-keep {
            (error_summary(form, l))
            (Choice::one("kind", l.t("service-kind"), kinds).required().of(form, l))
            (Field::text("done_on", l.t("service-done-on")).kind("date").required().of(form, l))
            (Check::new("duty_log_reviewed", l.t("service-duty-log-reviewed")).hint(l.t("service-duty-log-hint")).of(form, l))
            (Field::text("trainee", l.t("service-trainee")).hint(l.t("service-trainee-hint")).of(form, l))
            (Field::text("days", l.t("service-training-days")).inputmode("numeric").short().of(form, l))
            (Field::text("remark", l.t("service-remark")).of(form, l))
            (submit(l.t("service-record")))
        }
    }
}
