//! Reporting from the portal: from a unit or its label, with photographs; the number at once, large (C7.2).
//! The severity follows from the impact and the unit (C7.3); nobody is asked for it.

use axum::Json;
use axum::extract::{Path, Request};
use axum::response::{IntoResponse, Redirect, Response};
use db::Tx;
use http::{StatusCode, header};
use maud::{Markup, html};
use rules::Invalid;
use rules::event::Happening;
use rules::ids::*;
use rules::portal::right;
use rules::tickets::custom_fields::{Asker, CustomField};
use rules::tickets::intake::ReportForm;
use rules::tickets::number::TicketNumber;
use rules::tickets::severity::Impact;
use rules::tickets::{Channel, Kind};
use serde_json::json;

use super::life::Public;
use super::store::{self, SeenAsset, SeenSite};
use super::ticket::{next_promise, path};
use crate::attachments::store::{self as attachments, NewAttachment};
use crate::kernel::door::Change;
use crate::kernel::form::{Form, Search};
use crate::kernel::guest::{Guest, Scope};
use crate::kernel::notice::refusal_words;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::page::Viewer;
use crate::layout::portal::{PortalPage, Spot};
use crate::tickets::change;
use crate::tickets::custom_fields;
use crate::tickets::custom_fields::values::{self, Typed};
use crate::tickets::files::receive_form;
use crate::tickets::intake::{self, Named};
use crate::tickets::new::house_zone;
use crate::{App, Failure};

/// The largest file that a guest may bring; a short film of a telephone. Units: bytes.
const GUEST_FILE_MAX: u64 = 256 << 20;

/// The largest file that a guest may bring to this house. Units: bytes.
pub fn guest_limit(app: &App) -> u64 {
    app.config.attachment_limit_bytes.min(GUEST_FILE_MAX)
}

/// Units that the form offers at most; of more, the list of units leads here.
const ASSETS_OFFERED_MOST: i64 = 150;

/// What the form offers.
struct Offers {
    asset: Option<SeenAsset>,
    assets: Vec<SeenAsset>,
    sites: Vec<SeenSite>,
    /// What the house asks beyond what everybody asks.
    custom: Vec<CustomField>,
}

impl Offers {
    fn read(tx: &mut Tx, scope: Scope, asset: Option<AssetId>) -> Result<Offers, Failure> {
        let asset = asset.map(|id| store::asset(tx, scope, id)).transpose()?;
        let assets = match &asset {
            Some(_) => Vec::new(),
            None => store::assets(tx, scope, None, None, ASSETS_OFFERED_MOST)?,
        };
        let mut custom = custom_fields::store::in_use(tx)?;
        custom.retain(|field| field.is.in_portal);
        Ok(Offers { asset, assets, sites: store::sites(tx, scope)?, custom })
    }
}

/// GET /portal/report
pub async fn form(app: App, guest: Guest<right::Report>, search: Search) -> Result<Response, Failure> {
    let scope = guest.scope();
    let asset = search.some("asset").map(|text| text.parse().map(AssetId)).transpose();
    let asset = asset.map_err(|_| Failure::NotFound)?;
    let offers = app.read(move |tx| Offers::read(tx, scope, asset)).await?;
    let mut form = Form::of([("kind", Kind::Fault.code())]);
    if let Some(site) = search.some("site") {
        form.set("site", site);
    }
    Ok(page(&guest, &offers, &form, StatusCode::OK, None))
}

fn page(
    viewer: &Viewer,
    offers: &Offers,
    form: &Form,
    status: StatusCode,
    before: Option<Markup>,
) -> Response {
    let l = &viewer.l;
    PortalPage::new(viewer, l.t("portal-report")).at(Spot::Report).status(status).body(html! {
        @if let Some(before) = before { (before) }
        form class="form portal-form" method="post" action="/portal/report" enctype="multipart/form-data" data-progress data-like-form="/portal/articles/like" {
            (error_summary(form, l))
            @match &offers.asset {
                Some(asset) => {
                    input type="hidden" name="asset" value=(asset.id);
                    div class="portal-unit" {
                        (icon(Icon::Asset))
                        span { strong { (asset.called()) } small { (place(asset)) } }
                        a class="quiet-link" href="/portal/report" { (l.t("portal-other-unit")) }
                    }
                }
                None => (where_fields(l, offers, form))
            }
            (Field::text("title", l.t("portal-what")).required().hint(l.t("intake-title-hint")).of(form, l))
            (TextArea::new("description", l.t("portal-details")).rows(4).of(form, l))
            div class="portal-like" data-like-place aria-live="polite" {}
            @let impacts = Impact::ALL.iter().map(|one| (one.code(), l.t(&format!("portal-{}", one.label())).into_owned()));
            (Choice::one("impact", l.t("portal-how-bad"), impacts).unmarked().of(form, l))
            (values::inputs(l, &offers.custom, form))
            (FileDrop::new("files", l.t("portal-photos")).several().accept("image/*,video/*,.pdf,.txt,.log").hint(l.t("portal-photos-hint")).of(form, l))
            (Check::new("onsite", l.t("portal-onsite")).of(form, l))
            details open[form.get("kind") != Kind::Fault.code()] {
                summary { (l.t("portal-not-a-fault")) }
                @let kinds = Kind::ALL.iter().map(|one| (one.code(), l.t(one.label()).into_owned()));
                (Choice::one("kind", l.t("field-kind"), kinds).required().of(form, l))
            }
            button class="button primary portal-send" type="submit" { (icon(Icon::Check)) span { (l.t("portal-send-report")) } }
        }
    })
}

fn place(asset: &SeenAsset) -> String {
    let parts = [asset.site_name.as_deref(), asset.position.as_deref(), asset.serial.as_deref()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn where_fields(l: &L10n, offers: &Offers, form: &Form) -> Markup {
    let sites = offers.sites.iter().map(|site| (site.id.to_string(), site.name.clone()));
    let assets = offers.assets.iter().map(|asset| {
        let place = place(asset);
        (asset.id.to_string(), format!("{} · {place}", asset.called()))
    });
    html! {
        @if !offers.assets.is_empty() {
            (Select::new("asset", l.t("portal-unit"), assets).empty(l.t("portal-unit-unknown")).hint(l.t("portal-unit-hint")).of(form, l))
        }
        @if offers.sites.len() > 1 {
            (Select::new("site", l.t("field-site"), sites).empty(l.t("portal-site-of-unit")).of(form, l))
        }
    }
}

/// Whom and what the report names, within what the guest sees.
///
/// Errors: [`Failure::NotFound`] for a unit or site of others; [`Failure::Invalid`] on `site` where a guest
/// of named sites names neither.
fn named(tx: &mut Tx, scope: Scope, form: &Form) -> Result<Named, Failure> {
    let id = |name: &str| {
        form.some(name).map(|text| text.parse::<i64>().map_err(|_| Failure::NotFound)).transpose()
    };
    let asset = id("asset")?.map(|id| store::asset(tx, scope, AssetId(id))).transpose()?;
    let site = id("site")?.map(|id| store::site(tx, scope, SiteId(id))).transpose()?;
    let mut site_id = site.map(|site| site.id).or(asset.as_ref().and_then(|asset| asset.site_id));
    if site_id.is_none() {
        let sites = store::sites(tx, scope)?;
        match &sites[..] {
            [only] => site_id = Some(only.id),
            _ if scope.all_sites == 0 => return Err(Invalid::required("site").into()),
            _ => {}
        }
    }
    Ok(Named {
        customer: Some(scope.customer),
        site: site_id,
        contact: Some(scope.contact),
        asset: asset.map(|asset| asset.id),
    })
}

fn typed(form: &Form) -> ReportForm {
    let text = |name: &str| form.get(name).to_owned();
    ReportForm {
        kind: text("kind"),
        title: text("title"),
        description: text("description"),
        channel: Channel::Web.code().to_owned(),
        impact: text("impact"),
        onsite: form.get("onsite") == "yes",
        ..ReportForm::default()
    }
}

/// Notes files that a guest brought; returns what happened.
pub fn keep_files(
    change: &mut Change<'_>,
    ticket: &rules::tickets::life::Ticket,
    contact: ContactId,
    files: &[NewAttachment],
) -> Result<Vec<Happening>, Failure> {
    let mut happened = Vec::new();
    for file in files {
        let attachment = attachments::add_of_contact(change.tx, ticket.id, file, contact, change.now)?;
        let event = file.added(attachment);
        happened.push(Happening { at: change.now, about: ticket.about(), event });
    }
    Ok(happened)
}

/// POST /portal/report: the report with its photographs, all or nothing; the answer is the number.
pub async fn create(app: App, guest: Guest<right::Report>, request: Request) -> Result<Response, Failure> {
    let by_script = request.headers().get(header::ACCEPT).is_some_and(|accept| accept == "application/json");
    let (form, files) = receive_form(&app, request, guest_limit(&app)).await?;
    let (scope, house, kept) = (guest.scope(), house_zone(&app), form.clone());
    let taken = app
        .change(&guest, move |c| {
            let custom = Typed::of(&form, Asker::Portal);
            let named = match named(c.tx, scope, &form) {
                Err(Failure::Invalid(mut problems)) => {
                    problems.extend(typed(&form).read().err().unwrap_or_default());
                    problems.extend(values::problems(c.tx, form.get("kind"), &custom)?);
                    return Err(problems.into());
                }
                other => other?,
            };
            let report = intake::read(c.tx, &typed(&form), &custom)?;
            let reported = intake::report(c, report, named, None, &house, &custom)?;
            let happened = keep_files(c, &reported.ticket, scope.contact, &files)?;
            let number = reported.number();
            change::save(c, reported.ticket, happened)?;
            Ok(number)
        })
        .await;
    let (form, status, before) = match taken {
        Ok(number) => {
            let place = format!("/portal/tickets/{number}/receipt");
            if by_script {
                return Ok((StatusCode::CREATED, Json(json!({ "location": place }))).into_response());
            }
            return Ok(Redirect::to(&place).into_response());
        }
        Err(Failure::Invalid(problems)) => (kept.with(problems), StatusCode::UNPROCESSABLE_ENTITY, None),
        Err(Failure::Refused(refusal)) => {
            (kept, StatusCode::CONFLICT, Some(notice(Tone::Risk, refusal_words(&refusal, &guest.l))))
        }
        Err(failure) => return Err(failure),
    };
    let asset = form.some("asset").and_then(|text| text.parse().ok()).map(AssetId);
    let fixed = asset.filter(|_| form.some("site").is_none());
    let offers = app.read(move |tx| Offers::read(tx, scope, fixed)).await?;
    Ok(page(&guest, &offers, &form, status, before))
}

/// GET /portal/tickets/{number}/receipt: the number, large, and what happens next.
pub async fn receipt(
    app: App,
    guest: Guest<right::Follow>,
    Path(text): Path<String>,
) -> Result<Response, Failure> {
    let id = change::number(&text)?;
    let (shared, scope) = (app.clone(), guest.scope());
    let public = app
        .read(move |tx| {
            let id = store::ticket(tx, scope, id)?;
            Public::read(&shared, tx, id)
        })
        .await?;
    let l = &guest.l;
    let number = TicketNumber::of(public.row.id);
    Ok(PortalPage::new(&guest, l.t("portal-reported")).at(Spot::Report).body(html! {
        div class="card portal-receipt" {
            p class="receipt-label" { (l.t("ticket-number")) }
            p class="receipt-number" { (number.grouped()) }
            button class="button" type="button" data-copy=(number) { (icon(Icon::Copy)) span { (l.t("ticket-copy-number")) } }
            p class="hint" { (l.t("portal-keep-number")) }
        }
        (next_promise(l, &public))
        p class="portal-big" { (link_button(&path(public.row.id), Icon::Ticket, l.t("portal-follow"), true)) }
    }))
}
