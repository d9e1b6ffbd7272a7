//! The duty log on the portal: written at the site, with photographs of the paper if there is one (C3.6).

use axum::Json;
use axum::extract::{Path, Request};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use jiff::tz::TimeZone;
use maud::html;
use rules::Invalid;
use rules::ids::SiteId;
use rules::portal::right;
use serde_json::json;

use super::report::guest_limit;
use super::store::{self, SeenSite};
use crate::attachments::page::hand_out;
use crate::customers::sites::duty_log::{self, EntryForm, PHOTOS_MOST, ROWS, Shown, Writer};
use crate::kernel::form::{Form, Search};
use crate::kernel::guest::{Guest, Scope};
use crate::kernel::notice::{Notice, go};
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::page::Viewer;
use crate::layout::portal::{PortalPage, Spot};
use crate::tickets::files::receive_form;
use crate::{App, Failure};

struct Log {
    sites: Vec<SeenSite>,
    site: Option<SeenSite>,
    entries: Vec<Shown>,
}

fn read(tx: &mut db::Tx, scope: Scope, site: Option<SiteId>, after: Option<i64>) -> Result<Log, Failure> {
    let sites = store::sites(tx, scope)?;
    let site = match site {
        Some(id) => Some(store::site(tx, scope, id)?),
        None => sites.first().cloned(),
    };
    let entries = match &site {
        Some(site) => duty_log::list(tx, site.id, after, ROWS + 1)?,
        None => Vec::new(),
    };
    Ok(Log { sites, site, entries })
}

fn site_of(text: Option<&str>) -> Result<Option<SiteId>, Failure> {
    text.map(|text| text.parse().map(SiteId).map_err(|_| Failure::NotFound)).transpose()
}

/// GET /portal/duty-log
pub async fn page(app: App, guest: Guest<right::KeepDutyLog>, search: Search) -> Result<Response, Failure> {
    let (scope, site) = (guest.scope(), site_of(search.some("site"))?);
    let after = search.get("after").parse().ok();
    let log = app.read(move |tx| read(tx, scope, site, after)).await?;
    let mut form = Form::of([("person", guest.visiting.name.clone())]);
    if let Some(site) = &log.site {
        let zone = TimeZone::get(&site.zone).unwrap_or(TimeZone::UTC);
        form.set("duty_on", guest.l.now.to_zoned(zone).date().to_string());
    }
    Ok(shown(&guest, &log, &form, &search, StatusCode::OK))
}

fn shown(viewer: &Viewer, log: &Log, form: &Form, search: &Search, status: StatusCode) -> Response {
    let l = &viewer.l;
    let entries = &log.entries[..log.entries.len().min(ROWS as usize)];
    let more = log.entries.len() > entries.len();
    let next = entries.last().filter(|_| more).map(|(entry, _)| entry.id.to_string());
    PortalPage::new(viewer, l.t("duty-log")).at(Spot::DutyLog).lead(l.t("duty-log-lead")).status(status).body(html! {
        @if log.sites.len() > 1 {
            nav class="tabs" aria-label=(l.t("field-site")) { @for site in &log.sites {
                a href={ "/portal/duty-log?site=" (site.id) } aria-current=[(log.site.as_ref() == Some(site)).then_some("page")] { (site.name) }
            } }
        }
        @match &log.site {
            None => (empty(Icon::Site, l.t("portal-no-sites"), l.t("portal-no-sites-words"), None)),
            Some(site) => {
                form class="card form portal-form" method="post" action="/portal/duty-log" enctype="multipart/form-data" data-progress {
                    h2 { (l.t("duty-log-new")) " · " (site.name) }
                    (error_summary(form, l))
                    input type="hidden" name="site" value=(site.id);
                    div class="row" {
                        (Field::text("duty_on", l.t("duty-on")).kind("date").required().of(form, l))
                        (Field::text("shift", l.t("duty-shift")).required().placeholder(l.t("duty-shift-hint")).of(form, l))
                        (Field::text("person", l.t("duty-person")).required().of(form, l))
                    }
                    (TextArea::new("text", l.t("duty-text")).rows(4).required().hint(l.t("duty-text-hint")).of(form, l))
                    (FileDrop::new("files", l.t("portal-photos")).several().accept("image/*").of(form, l))
                    button class="button primary" type="submit" { (icon(Icon::Check)) span { (l.t("form-save")) } }
                }
                section class="portal-group" {
                    @if entries.is_empty() { (empty(Icon::Note, l.t("duty-log-none"), l.t("duty-log-none-words"), None)) }
                    (duty_log::lines(l, entries, "/portal/duty-photos"))
                }
                (pagination(l, "/portal/duty-log", search, next.as_deref()))
            }
        }
    })
}

/// POST /portal/duty-log
pub async fn create(
    app: App,
    guest: Guest<right::KeepDutyLog>,
    request: Request,
) -> Result<Response, Failure> {
    let by_script = request.headers().get(header::ACCEPT).is_some_and(|accept| accept == "application/json");
    let (form, files) = receive_form(&app, request, guest_limit(&app)).await?;
    let (scope, now) = (guest.scope(), guest.l.now);
    let site = site_of(form.some("site"))?.ok_or(Failure::NotFound)?;
    let seen = app.read(move |tx| store::site(tx, scope, site)).await?;
    let today = now.to_zoned(TimeZone::get(&seen.zone).unwrap_or(TimeZone::UTC)).date();
    let get = |name: &str| form.get(name).to_owned();
    let (duty_on, shift, person, text) = (get("duty_on"), get("shift"), get("person"), get("text"));
    let typed = EntryForm { duty_on: &duty_on, shift: &shift, person: &person, text: &text };
    let mut problems = Vec::new();
    if files.len() > PHOTOS_MOST {
        problems.push(Invalid::new("files", "error-too-many-files").with("most", PHOTOS_MOST));
    }
    let entry = match typed.read(today) {
        Ok(entry) if problems.is_empty() => entry,
        read => {
            problems.extend(read.err().unwrap_or_default());
            let log = app.read(move |tx| read_log(tx, scope, site)).await?;
            let search = Search::default();
            let form = form.with(problems);
            return Ok(shown(&guest, &log, &form, &search, StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    app.change(&guest, move |c| {
        store::site(c.tx, scope, site)?;
        duty_log::write(c, site, &entry, &files, Writer::Contact(scope.contact))
    })
    .await?;
    let place = format!("/portal/duty-log?site={site}");
    if by_script {
        return Ok((StatusCode::CREATED, Json(json!({ "location": place }))).into_response());
    }
    Ok(go(&place, Notice::new("notice-duty-logged")))
}

fn read_log(tx: &mut db::Tx, scope: Scope, site: SiteId) -> Result<Log, Failure> {
    read(tx, scope, Some(site), None)
}

/// GET /portal/duty-photos/{id}/{name}
pub async fn picture(
    app: App,
    guest: Guest<right::KeepDutyLog>,
    Path((id, _)): Path<(i64, String)>,
) -> Result<Response, Failure> {
    let scope = guest.scope();
    let photo = app
        .read(move |tx| {
            let photo = duty_log::photo(tx, id)?.ok_or(Failure::NotFound)?;
            store::site(tx, scope, photo.site_id)?;
            Ok(photo)
        })
        .await?;
    hand_out(&app, &photo.sha256, &photo.media_type, &photo.file_name, photo.bytes).await
}
