//! Setting gateways up, trying them, changing their secret.

use axum::extract::Path;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::StatusCode;
use jiff::SignedDuration;
use maud::{Markup, html};
use rules::access::perm;
use rules::event::{About, Event};
use rules::ids::TeamId;
use rules::notifications::{DeliveryState, GatewayKind, HEARD, Notice, Way};
use rules::text::{Line, Text};
use rules::{Invalid, Refusal};
use serde_json::json;

use super::send::{self, PURPOSE, WEBHOOK_PREFIX};
use super::store::{self, Gateway, Request, Typed};
use crate::kernel::actor::Actor;
use crate::kernel::form::{Form, Search};
use crate::kernel::notice::{Notice as Said, go};
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section, Viewer};
use crate::notifications::store::{Content, Delivery};
use crate::{App, Failure, health, teams};

/// How long the old secret of a webhook signs beside the new one.
const OLD_SECRET_LIVES: SignedDuration = SignedDuration::from_hours(24);
/// Random bytes of a webhook's secret.
const SECRET_BYTES: usize = 24;
/// Teams that the form offers.
const TEAMS_MAX: i64 = 500;

type Keeper = Actor<perm::ManageNotices>;

/// GET /gateways
pub async fn index(app: App, actor: Keeper) -> Result<Response, Failure> {
    let rows = app.read(|tx| Ok(store::all(tx)?)).await?;
    let l = &actor.l;
    let columns = [
        Column::new(l.t("gateway-name")),
        Column::new(l.t("gateway-kind")),
        Column::wide(l.t("gateway-host")),
        Column::new(l.t("gateway-state")),
    ];
    let add = link_button("/gateways/new", Icon::Add, l.t("gateways-new"), true);
    Ok(Page::new(&actor, Section::Deliveries, l.t("gateways-title"))
        .crumb("/deliveries", l.t("nav-deliveries"))
        .lead(l.t("gateways-lead"))
        .actions(add.clone())
        .body(html! {
            @if rows.is_empty() {
                (empty(Icon::External, l.t("gateways-none"), l.t("gateways-none-lead"), Some(add)))
            } @else {
                (table(l.t("gateways-title"), &columns, html! {
                    @for row in &rows {
                        @let href = format!("/gateways/{}", row.id);
                        tr data-href=(href) {
                            td { a href=(href) { (row.name) } }
                            td { (l.t(row.kind.label())) }
                            td class="wide" { (host(&row.address)) }
                            td { (state(l, row)) }
                        }
                    }
                }))
            }
        }))
}

/// The host of an address: the rest may hold a key.
fn host(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or_default().to_owned()
}

fn state(l: &L10n, row: &Gateway) -> Markup {
    match row.paused_at {
        None => chip(Tone::Met, Icon::Check, l.t("gateway-on")),
        Some(_) => chip(Tone::Paused, Icon::Pause, l.t("gateway-paused")),
    }
}

/// GET /gateways/new
pub async fn new(app: App, actor: Keeper, query: Search) -> Result<Response, Failure> {
    let Ok(kind) = query.get("kind").parse::<GatewayKind>() else {
        return Ok(choose_kind(&actor));
    };
    let mut form = Form::of([("kind", kind.code())]);
    if kind == GatewayKind::Sms {
        form.set("method", "POST");
        form.set("headers", "Content-Type: application/json");
        form.set("body", "{\"to\": \"{to}\", \"text\": \"{text}\"}");
    }
    form_page(&app, &actor, None, kind, &form, StatusCode::OK, None).await
}

fn choose_kind(viewer: &Viewer) -> Response {
    let l = &viewer.l;
    Page::new(viewer, Section::Deliveries, l.t("gateways-new"))
        .crumb("/deliveries", l.t("nav-deliveries"))
        .crumb("/gateways", l.t("gateways-title"))
        .body(html! {
            ul class="kinds" {
                @for kind in GatewayKind::ALL {
                    li { a class="card" href={ "/gateways/new?kind=" (kind.code()) } {
                        strong { (l.t(kind.label())) } p class="hint" { (l.t(&format!("{}-does", kind.label()))) }
                    } }
                }
            }
        })
}

/// The form of a gateway, new or stored.
#[allow(clippy::too_many_arguments)]
async fn form_page(
    app: &App,
    viewer: &Viewer,
    stored: Option<&Gateway>,
    kind: GatewayKind,
    form: &Form,
    status: StatusCode,
    above: Option<Markup>,
) -> Result<Response, Failure> {
    let l = &viewer.l;
    let teams = app.read(|tx| Ok(teams::store::list(tx, TEAMS_MAX)?)).await?;
    let teams: Vec<(String, String)> = teams
        .into_iter()
        .filter(|team| team.archived_at.is_none())
        .map(|team| (team.id.to_string(), team.name))
        .collect();
    let title = stored.map_or_else(|| l.t(kind.label()).into_owned(), |row| row.name.clone());
    let path = stored.map_or_else(|| "/gateways".to_owned(), |row| format!("/gateways/{}", row.id));
    let acts = html! {
        @if let Some(row) = stored {
            (action(&format!("{path}/try"), Icon::External, l.t("gateway-try")))
            @if kind == GatewayKind::Webhook { (action(&format!("{path}/secret"), Icon::Key, l.t("gateway-rotate"))) }
            @if row.paused_at.is_none() { (action(&format!("{path}/pause"), Icon::Pause, l.t("gateway-pause"))) }
            @else { (action(&format!("{path}/resume"), Icon::Refresh, l.t("gateway-resume"))) }
        }
    };
    Ok(Page::new(viewer, Section::Deliveries, title)
        .crumb("/deliveries", l.t("nav-deliveries"))
        .crumb("/gateways", l.t("gateways-title"))
        .lead(l.t(&format!("{}-does", kind.label())))
        .actions(acts)
        .status(status)
        .body(html! {
            @if let Some(above) = above { (above) }
            @if let Some(row) = stored { @if row.paused_at.is_some() { (notice(Tone::Paused, l.t("gateway-paused-words"))) } }
            (error_summary(form, l))
            form class="form card" method="post" action=(path) {
                input type="hidden" name="kind" value=(kind.code());
                (fields(l, kind, stored, teams, form))
                (actions(submit(l.t("form-save"))))
            }
        }))
}

fn fields(
    l: &L10n,
    kind: GatewayKind,
    stored: Option<&Gateway>,
    teams: Vec<(String, String)>,
    form: &Form,
) -> Markup {
    let kept = stored.is_some_and(|row| row.secret.is_some());
    let hint = match (kind, kept) {
        (_, true) => l.t("gateway-secret-kept"),
        (GatewayKind::Webhook, false) => l.t("gateway-secret-made"),
        (_, false) => l.t("gateway-secret-hint"),
    };
    let signs = kind != GatewayKind::Wecom;
    html! {
        (Field::text("name", l.t("gateway-name")).required().of(form, l))
        (Field::text("address", l.t("gateway-address")).kind("url").required().placeholder("https://")
            .hint(l.t(if kind == GatewayKind::Sms { "gateway-address-sms-hint" } else { "gateway-address-hint" })).of(form, l))
        @if signs { (Field::text("secret", l.t("gateway-secret")).kind("password").autocomplete("new-password").hint(hint).of(form, l)) }
        @match kind.way() {
            Way::Chat => {
                (Select::new("team", l.t("gateway-team"), teams).empty(l.t("gateway-all-teams")).hint(l.t("gateway-team-hint")).of(form, l))
                (Choice::several("events", l.t("gateway-events"), Notice::ALL.iter().map(|one| (one.code(), l.t(one.label()).into_owned())))
                    .hint(l.t("gateway-events-chat-hint")).of(form, l))
            }
            Way::Webhook => {
                (Choice::several("events", l.t("gateway-events"), HEARD.map(|name| (name, name))).hint(l.t("gateway-events-webhook-hint")).of(form, l))
            }
            _ => {
                (Select::new("method", l.t("gateway-method"), ["POST", "PUT", "GET"].map(|one| (one, one))).required().of(form, l))
                (TextArea::new("headers", l.t("gateway-headers")).rows(3).hint(l.t("gateway-headers-hint")).of(form, l))
                (TextArea::new("body", l.t("gateway-body")).rows(4).hint(l.t("gateway-body-hint")).of(form, l))
                (Field::text("success", l.t("gateway-success")).hint(l.t("gateway-success-hint")).of(form, l))
            }
        }
    }
}

fn read(kind: GatewayKind, form: &Form) -> Result<Typed, Vec<Invalid>> {
    let mut problems = Vec::new();
    let name = Line::parse("name", form.get("name")).map_err(|problem| problems.push(problem));
    let address = form.get("address").to_owned();
    let scheme = ["https://", "http://"].iter().any(|start| address.starts_with(start));
    if !scheme || reqwest::Url::parse(&address.replace(['{', '}'], "x")).is_err() {
        problems.push(Invalid::new("address", "error-web-address").with("given", host(&address)));
    }
    let typed_secret = form.exact("secret");
    let decodes = typed_secret.strip_prefix(WEBHOOK_PREFIX).is_some_and(|rest| BASE64.decode(rest).is_ok());
    if kind == GatewayKind::Webhook && !typed_secret.is_empty() && !decodes {
        problems.push(Invalid::new("secret", "error-webhook-secret"));
    }
    let mut text = |field: &'static str| {
        let read = Text::parse_optional(field, form.get(field)).map_err(|problem| problems.push(problem));
        read.ok().flatten().map(String::from).unwrap_or_default()
    };
    let (headers, body) = (text("headers"), text("body"));
    if headers.lines().any(|line| !line.trim().is_empty() && !line.contains(':')) {
        problems.push(Invalid::new("headers", "error-header"));
    }
    let known = |event: &&str| match kind.way() {
        Way::Webhook => HEARD.contains(event),
        _ => event.parse::<Notice>().is_ok(),
    };
    let events: Vec<&str> = form.all("events").filter(known).collect();
    match name {
        Ok(name) if problems.is_empty() => Ok(Typed {
            kind,
            name: name.into(),
            address,
            secret: Some(form.exact("secret").to_owned()).filter(|secret| !secret.is_empty()),
            team: form.some("team").and_then(|id| id.parse().ok()).map(TeamId),
            events: events.join(" "),
            request: Request {
                method: form.get("method").to_owned(),
                headers,
                body,
                success: form.get("success").to_owned(),
            },
        }),
        _ => Err(problems),
    }
}

fn name_taken(error: db::Error) -> Failure {
    if error.is_unique_on("gateway.name") { Failure::field("name", "error-name-taken") } else { error.into() }
}

fn new_secret() -> String {
    format!("{WEBHOOK_PREFIX}{}", BASE64.encode(rand::random::<[u8; SECRET_BYTES]>()))
}

fn changed() -> Event {
    Event::SettingChanged { setting: "gateway".to_owned() }
}

/// POST /gateways
pub async fn create(app: App, actor: Keeper, form: Form) -> Result<Response, Failure> {
    let kind: GatewayKind =
        form.get("kind").parse().map_err(|_| Failure::field("kind", "error-unknown-choice"))?;
    let secrets = app.secrets()?;
    let (typed, shown_once) = match read(kind, &form) {
        Err(problems) => {
            let form = form.with(problems);
            return form_page(&app, &actor, None, kind, &form, StatusCode::UNPROCESSABLE_ENTITY, None).await;
        }
        Ok(typed) => match (kind, typed.secret.clone()) {
            (GatewayKind::Webhook, None) => (typed, Some(new_secret())),
            _ => (typed, None),
        },
    };
    let secret = shown_once.clone().or(typed.secret.clone()).map(|secret| secrets.seal(PURPOSE, &secret));
    let typed = Typed { secret, ..typed };
    let added = app
        .change(&actor, move |change| {
            let id = store::add(change.tx, &typed, change.now).map_err(name_taken)?;
            change.record(About::default(), changed());
            Ok(id)
        })
        .await;
    match added {
        Ok(id) => match shown_once {
            Some(secret) => with_secret(&app, &actor, id, &secret).await,
            None => Ok(go(&format!("/gateways/{id}"), Said::new("notice-gateway-saved"))),
        },
        Err(Failure::Invalid(problems)) => {
            let form = form.with(problems);
            form_page(&app, &actor, None, kind, &form, StatusCode::UNPROCESSABLE_ENTITY, None).await
        }
        Err(failure) => Err(failure),
    }
}

fn stored_form(row: &Gateway) -> Form {
    let mut pairs = vec![
        ("kind", row.kind.code().to_owned()),
        ("name", row.name.clone()),
        ("address", row.address.clone()),
        ("team", row.team_id.map(|id| id.to_string()).unwrap_or_default()),
        ("method", row.request.method.clone()),
        ("headers", row.request.headers.clone()),
        ("body", row.request.body.clone()),
        ("success", row.request.success.clone()),
    ];
    pairs.extend(row.events.split_whitespace().map(|event| ("events", event.to_owned())));
    Form::of(pairs)
}

async fn find(app: &App, id: i64) -> Result<Gateway, Failure> {
    app.read(move |tx| store::find(tx, id)?.ok_or(Failure::NotFound)).await
}

/// GET /gateways/{id}
pub async fn show(app: App, actor: Keeper, Path(id): Path<i64>) -> Result<Response, Failure> {
    let row = find(&app, id).await?;
    form_page(&app, &actor, Some(&row), row.kind, &stored_form(&row), StatusCode::OK, None).await
}

/// The page once with the secret, which is never shown again.
async fn with_secret(app: &App, actor: &Keeper, id: i64, secret: &str) -> Result<Response, Failure> {
    let row = find(app, id).await?;
    let l = &actor.l;
    let told = notice(
        Tone::Info,
        html! {
            strong { (l.t("gateway-secret-once")) } br; code { (secret) }
        },
    );
    form_page(app, actor, Some(&row), row.kind, &stored_form(&row), StatusCode::OK, Some(told)).await
}

/// POST /gateways/{id}
pub async fn update(app: App, actor: Keeper, Path(id): Path<i64>, form: Form) -> Result<Response, Failure> {
    let row = find(&app, id).await?;
    let typed = match read(row.kind, &form) {
        Ok(typed) => typed,
        Err(problems) => {
            let form = form.with(problems);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return form_page(&app, &actor, Some(&row), row.kind, &form, status, None).await;
        }
    };
    let secrets = app.secrets()?;
    let secret = match &typed.secret {
        Some(secret) => Some(secrets.seal(PURPOSE, secret)),
        // A kept secret goes to the host that it was typed for, and to no other.
        None if host(&row.address) == host(&typed.address) || row.kind == GatewayKind::Webhook => {
            row.secret.clone()
        }
        None => None,
    };
    let typed = Typed { secret, ..typed };
    let saved = app
        .change(&actor, move |change| {
            store::save(change.tx, id, &typed).map_err(name_taken)?;
            change.record(About::default(), changed());
            Ok(())
        })
        .await;
    match saved {
        Ok(()) => Ok(go(&format!("/gateways/{id}"), Said::new("notice-gateway-saved"))),
        Err(Failure::Invalid(problems)) => {
            let form = form.with(problems);
            form_page(&app, &actor, Some(&row), row.kind, &form, StatusCode::UNPROCESSABLE_ENTITY, None).await
        }
        Err(failure) => Err(failure),
    }
}

/// POST /gateways/{id}/secret: a new secret for a webhook; the old one signs beside it for a day.
pub async fn rotate(app: App, actor: Keeper, Path(id): Path<i64>) -> Result<Response, Failure> {
    let row = find(&app, id).await?;
    if row.kind != GatewayKind::Webhook {
        return Err(Failure::NotFound);
    }
    let secret = new_secret();
    let sealed = app.secrets()?.seal(PURPOSE, &secret);
    app.change(&actor, move |change| {
        store::rotate(change.tx, id, &sealed, row.secret.as_deref(), change.now + OLD_SECRET_LIVES)?;
        change.record(About::default(), changed());
        Ok(())
    })
    .await?;
    with_secret(&app, &actor, id, &secret).await
}

/// POST /gateways/{id}/pause
pub async fn pause(app: App, actor: Keeper, Path(id): Path<i64>) -> Result<Response, Failure> {
    set_paused(&app, &actor, id, true).await
}

/// POST /gateways/{id}/resume
pub async fn resume(app: App, actor: Keeper, Path(id): Path<i64>) -> Result<Response, Failure> {
    set_paused(&app, &actor, id, false).await
}

async fn set_paused(app: &App, actor: &Keeper, id: i64, paused: bool) -> Result<Response, Failure> {
    app.change(actor, move |change| {
        let row = store::find(change.tx, id)?.ok_or(Failure::NotFound)?;
        if row.paused_at.is_some() == paused {
            return Err(Refusal::AlreadySo.into());
        }
        store::pause(change.tx, id, paused.then_some(change.now))?;
        if paused {
            // Nobody waits for it, so its silence is no alarm.
            health::store::close(change.tx, &format!("gateway:{id}"), change.now)?;
        }
        change.record(About::default(), changed());
        Ok(())
    })
    .await?;
    Ok(go(&format!("/gateways/{id}"), Said::new("notice-gateway-saved")))
}

/// POST /gateways/{id}/try: sends now and says what the other side answered.
pub async fn try_out(app: App, actor: Keeper, Path(id): Path<i64>) -> Result<Response, Failure> {
    let row = find(&app, id).await?;
    let (l, now, me) = (&actor.l, app.clock.now(), actor.person.id);
    let phone =
        app.read(move |tx| Ok(crate::people::store::find(tx, me)?.and_then(|account| account.phone))).await?;
    if row.kind == GatewayKind::Sms && phone.is_none() {
        let told = notice(Tone::Risk, l.t("gateway-try-no-phone"));
        return form_page(&app, &actor, Some(&row), row.kind, &stored_form(&row), StatusCode::OK, Some(told))
            .await;
    }
    let delivery = Delivery {
        id: 0,
        notice: "try".to_owned(),
        way: row.kind.way(),
        gateway_id: Some(id),
        recipient: phone.unwrap_or_default(),
        recipient_name: None,
        account_id: Some(me),
        contact_id: None,
        ticket_id: None,
        locale: l.locale.tag().to_owned(),
        subject: l.t("gateway-try-words").into_owned(),
        content: Content {
            text: l.t("gateway-try-words").into_owned(),
            data: Some(json!({ "type": "trial", "timestamp": now.to_string(), "data": {} })),
            ..Content::default()
        },
        message_id: format!("<{:032x}@try>", rand::random::<u128>()),
        state: DeliveryState::Waiting,
        attempts: 1,
        created_at: now,
        tries_from_at: now,
        due_at: now,
        last_error: None,
        ended_at: None,
        returned_id: None,
    };
    let outside = app.outside()?;
    let told = match send::send(&outside, &*app.secrets()?, &row, &delivery, now).await {
        Ok(()) => notice(Tone::Met, html! { (icon(Icon::Check)) " " (l.t("gateway-try-worked")) }),
        Err(trouble) => {
            notice(Tone::Bad, html! { strong { (l.t("gateway-try-failed")) } br; code { (trouble.words) } })
        }
    };
    form_page(&app, &actor, Some(&row), row.kind, &stored_form(&row), StatusCode::OK, Some(told)).await
}
