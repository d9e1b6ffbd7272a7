//! Setting mailboxes up, trying them, pausing them.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use maud::{Markup, html};
use rules::access::perm;
use rules::event::{About, Event};
use rules::text::Line;
use rules::{Invalid, Refusal};

use super::imap::{Folder, Trouble};
use super::reader::{PURPOSE, address};
use super::store::{self, Mailbox, Typed, channel};
use crate::health::store::{self as health, Channel};
use crate::kernel::actor::Actor;
use crate::kernel::form::Form;
use crate::kernel::notice::{Notice as Said, go};
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section, Viewer};
use crate::notifications::mail::Security;
use crate::notifications::settings::is_this_machine;
use crate::{App, Failure};

type Keeper = Actor<perm::ManageSystem>;

/// The folder that every server has.
const INBOX: &str = "INBOX";

/// GET /mailboxes
pub async fn index(app: App, actor: Keeper) -> Result<Response, Failure> {
    let (rows, channels) = app.read(|tx| Ok((store::all(tx)?, health::open(tx)?))).await?;
    let l = &actor.l;
    let columns = [
        Column::main(l.t("mailbox-name")),
        Column::wide(l.t("mailbox-server")),
        Column::state(l.t("mailbox-state")),
        Column::new(l.t("mailbox-read-at")),
    ];
    let add = link_button("/mailboxes/new", Icon::Add, l.t("mailboxes-new"), true);
    Ok(Page::new(&actor, Section::Deliveries, l.t("mailboxes-title"))
        .crumb("/deliveries", l.t("nav-deliveries"))
        .lead(l.t("mailboxes-lead"))
        .actions(add.clone())
        .live("channels")
        .body(html! {
            div id="mailboxes" data-live="channels" {
                @if rows.is_empty() {
                    (empty(Icon::Inbox, l.t("mailboxes-none"), l.t("mailboxes-none-lead"), Some(add)))
                } @else {
                    (table(l.t("mailboxes-title"), &columns, html! {
                        @for row in &rows {
                            @let href = format!("/mailboxes/{}", row.id);
                            tr data-href=(href) {
                                td { a href=(href) { (row.name) } small { (row.user_name) } }
                                td class="wide" { (row.host) }
                                td { (state(l, row, fares(&channels, row))) }
                                td class="nowrap" { @if let Some(at) = row.read_at { (when(l, at)) } @else { "\u{2013}" } }
                            }
                        }
                    }))
                }
            }
        }))
}

fn fares<'a>(channels: &'a [Channel], row: &Mailbox) -> Option<&'a Channel> {
    let code = row.channel();
    channels.iter().find(|channel| channel.code == code)
}

fn state(l: &L10n, row: &Mailbox, fares: Option<&Channel>) -> Markup {
    match (row.paused_at, fares) {
        (Some(_), _) => chip(Tone::Paused, Icon::Pause, l.t("mailbox-paused")),
        (None, Some(Channel { down_since_at: Some(_), .. })) => {
            chip(Tone::Bad, Icon::Breach, l.t("channel-down"))
        }
        (None, Some(Channel { failing_since_at: Some(_), .. })) => {
            chip(Tone::Risk, Icon::Risk, l.t("channel-failing"))
        }
        (None, Some(_)) => chip(Tone::Met, Icon::OnTime, l.t("channel-well")),
        (None, None) => chip(Tone::Info, Icon::Clock, l.t("mailbox-begins")),
    }
}

/// What a page of a mailbox shows besides the form.
struct Around<'a> {
    stored: Option<&'a Mailbox>,
    status: StatusCode,
    above: Option<Markup>,
}

async fn form_page(app: &App, viewer: &Viewer, form: &Form, around: Around<'_>) -> Result<Response, Failure> {
    let l = &viewer.l;
    let Around { stored, status, above } = around;
    let channels = app.read(|tx| Ok(health::open(tx)?)).await?;
    let fares = stored.and_then(|row| fares(&channels, row));
    let title = stored.map_or_else(|| l.t("mailboxes-new").into_owned(), |row| row.name.clone());
    let path = stored.map_or_else(|| "/mailboxes".to_owned(), |row| format!("/mailboxes/{}", row.id));
    let acts = html! {
        @if let Some(row) = stored {
            (action(&format!("{path}/try"), Icon::External, l.t("mailbox-try")))
            @if row.paused_at.is_none() { (action(&format!("{path}/pause"), Icon::Pause, l.t("mailbox-pause"))) }
            @else { (action(&format!("{path}/resume"), Icon::Refresh, l.t("mailbox-resume"))) }
        }
    };
    Ok(Page::new(viewer, Section::Deliveries, title)
        .crumb("/deliveries", l.t("nav-deliveries"))
        .crumb("/mailboxes", l.t("mailboxes-title"))
        .lead(l.t("mailbox-lead"))
        .actions(acts)
        .status(status)
        .body(html! {
            @if let Some(above) = above { (above) }
            @if let Some(row) = stored {
                @if row.paused_at.is_some() { (notice(Tone::Paused, l.t("mailbox-paused-words"))) }
                @else if let Some(words) = fares.and_then(|channel| channel.failure.as_ref()) {
                    (notice(Tone::Bad, html! { strong { (l.t("mailbox-fails")) } br; code { (words) } }))
                }
            }
            (error_summary(form, l))
            form class="form card" method="post" action=(path) {
                (fields(l, stored, form))
                (actions(submit(l.t("form-save"))))
            }
        }))
}

fn fields(l: &L10n, stored: Option<&Mailbox>, form: &Form) -> Markup {
    let securities = Security::ALL.map(|one| (one.code(), l.t(one.label()).into_owned()));
    let password_hint = if stored.is_some() { "mail-password-kept" } else { "mailbox-password-hint" };
    let begun = stored.is_some_and(|row| row.uid_validity.is_some());
    let after = [("seen", l.t("mailbox-after-seen")), ("moved", l.t("mailbox-after-moved"))];
    html! {
        (Field::text("name", l.t("mailbox-name")).required().hint(l.t("mailbox-name-hint")).of(form, l))
        (Field::text("host", l.t("mail-host")).required().placeholder("imap.example.com").of(form, l))
        (Field::text("port", l.t("mail-port")).kind("number").inputmode("numeric").short().required()
            .hint(l.t("mailbox-port-hint")).of(form, l))
        (Choice::one("security", l.t("mail-security"), securities).required().of(form, l))
        (Field::text("user", l.t("mail-user")).required().autocomplete("off").of(form, l))
        (Field::text("password", l.t("mail-password")).kind("password").autocomplete("new-password")
            .hint(l.t(password_hint)).of(form, l))
        (Field::text("folder", l.t("mailbox-folder")).required().hint(l.t("mailbox-folder-hint")).of(form, l))
        (Choice::one("after", l.t("mailbox-after"), after.map(|(code, words)| (code, words.into_owned()))).required().of(form, l))
        (Field::text("moved_to", l.t("mailbox-moved-to")).hint(l.t("mailbox-moved-to-hint")).of(form, l))
        @if !begun { (Check::new("from_start", l.t("mailbox-from-start")).hint(l.t("mailbox-from-start-hint")).of(form, l)) }
    }
}

fn stored_form(row: &Mailbox) -> Form {
    Form::of([
        ("name", row.name.clone()),
        ("host", row.host.clone()),
        ("port", row.port.to_string()),
        ("security", row.security.clone()),
        ("user", row.user_name.clone()),
        ("folder", row.folder.clone()),
        ("after", if row.moved_to.is_some() { "moved" } else { "seen" }.to_owned()),
        ("moved_to", row.moved_to.clone().unwrap_or_default()),
        ("from_start", if row.from_start { "yes" } else { "" }.to_owned()),
    ])
}

/// GET /mailboxes/new
pub async fn new(app: App, actor: Keeper) -> Result<Response, Failure> {
    let form =
        Form::of([("port", "993"), ("security", Security::Tls.code()), ("folder", INBOX), ("after", "seen")]);
    form_page(&app, &actor, &form, Around { stored: None, status: StatusCode::OK, above: None }).await
}

/// Reads the form; the password is as it was typed, empty where none was.
fn read(form: &Form) -> Result<Typed, Vec<Invalid>> {
    let mut problems = Vec::new();
    let mut need = |field: &'static str| {
        let line = Line::parse(field, form.get(field)).map_err(|problem| problems.push(problem));
        line.map(String::from).unwrap_or_default()
    };
    let (name, host, user_name, folder) = (need("name"), need("host"), need("user"), need("folder"));
    let moves = form.get("after") == "moved";
    let moved_to = moves.then(|| need("moved_to"));
    if moved_to.as_ref().is_some_and(|folder_| folder_.eq_ignore_ascii_case(&folder)) {
        problems.push(Invalid::new("moved_to", "error-mailbox-same-folder"));
    }
    let port = form.get("port").parse::<u16>().ok().filter(|port| *port > 0);
    if port.is_none() {
        problems.push(Invalid::new("port", "error-port").with("given", form.get("port")));
    }
    let security = Security::parse(form.get("security"));
    if security.is_none() {
        problems.push(Invalid::unknown("security", form.get("security")));
    }
    if security == Some(Security::None) && !host.is_empty() && !is_this_machine(&host) {
        problems.push(Invalid::new("security", "error-mail-in-the-clear"));
    }
    match (port, security) {
        (Some(port), Some(security)) if problems.is_empty() => Ok(Typed {
            name,
            host,
            port,
            security: security.code().to_owned(),
            user_name,
            password: form.exact("password").to_owned(),
            folder,
            moved_to,
            from_start: form.get("from_start") == "yes",
        }),
        _ => Err(problems),
    }
}

fn name_taken(error: db::Error) -> Failure {
    if error.is_unique_on("mailbox.name") { Failure::field("name", "error-name-taken") } else { error.into() }
}

fn changed() -> Event {
    Event::SettingChanged { setting: "mailbox".to_owned() }
}

async fn again(
    app: &App,
    viewer: &Viewer,
    form: Form,
    stored: Option<&Mailbox>,
    problems: Vec<Invalid>,
) -> Result<Response, Failure> {
    let around = Around { stored, status: StatusCode::UNPROCESSABLE_ENTITY, above: None };
    form_page(app, viewer, &form.with(problems), around).await
}

/// POST /mailboxes
pub async fn create(app: App, actor: Keeper, form: Form) -> Result<Response, Failure> {
    let typed = match read(&form) {
        Ok(typed) if typed.password.is_empty() => {
            return again(&app, &actor, form, None, vec![Invalid::required("password")]).await;
        }
        Ok(typed) => typed,
        Err(problems) => return again(&app, &actor, form, None, problems).await,
    };
    let typed = Typed { password: app.secrets()?.seal(PURPOSE, &typed.password), ..typed };
    let added = app
        .change(&actor, move |change| {
            let id = store::add(change.tx, &typed, change.now).map_err(name_taken)?;
            change.record(About::default(), changed());
            Ok(id)
        })
        .await;
    match added {
        Ok(id) => {
            app.mailboxes.notify_one();
            Ok(go(&format!("/mailboxes/{id}"), Said::new("notice-mailbox-saved")))
        }
        Err(Failure::Invalid(problems)) => again(&app, &actor, form, None, problems).await,
        Err(failure) => Err(failure),
    }
}

async fn find(app: &App, id: i64) -> Result<Mailbox, Failure> {
    app.read(move |tx| store::find(tx, id)?.ok_or(Failure::NotFound)).await
}

/// GET /mailboxes/{id}
pub async fn show(app: App, actor: Keeper, Path(id): Path<i64>) -> Result<Response, Failure> {
    let row = find(&app, id).await?;
    let around = Around { stored: Some(&row), status: StatusCode::OK, above: None };
    form_page(&app, &actor, &stored_form(&row), around).await
}

/// POST /mailboxes/{id}
pub async fn update(app: App, actor: Keeper, Path(id): Path<i64>, form: Form) -> Result<Response, Failure> {
    let row = find(&app, id).await?;
    let typed = match read(&form) {
        Ok(typed) => typed,
        Err(problems) => return again(&app, &actor, form, Some(&row), problems).await,
    };
    let is_other = row.host != typed.host || row.user_name != typed.user_name;
    let password = match typed.password.as_str() {
        // A password that was kept goes to the server that it was typed for, and to no other.
        "" if is_other => {
            return again(&app, &actor, form, Some(&row), vec![Invalid::required("password")]).await;
        }
        "" => row.password.clone(),
        typed => app.secrets()?.seal(PURPOSE, typed),
    };
    let begins_anew = is_other || row.folder != typed.folder;
    let from_start = if row.uid_validity.is_some() { row.from_start } else { typed.from_start };
    let typed = Typed { password, from_start, ..typed };
    let saved = app
        .change(&actor, move |change| {
            store::save(change.tx, id, &typed).map_err(name_taken)?;
            if begins_anew {
                store::begin_anew(change.tx, id)?;
            }
            change.record(About::default(), changed());
            Ok(())
        })
        .await;
    match saved {
        Ok(()) => {
            app.mailboxes.notify_one();
            Ok(go(&format!("/mailboxes/{id}"), Said::new("notice-mailbox-saved")))
        }
        Err(Failure::Invalid(problems)) => again(&app, &actor, form, Some(&row), problems).await,
        Err(failure) => Err(failure),
    }
}

/// POST /mailboxes/{id}/pause
pub async fn pause(app: App, actor: Keeper, Path(id): Path<i64>) -> Result<Response, Failure> {
    set_paused(&app, &actor, id, true).await
}

/// POST /mailboxes/{id}/resume
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
            health::close(change.tx, &channel(id), change.now)?;
        }
        change.record(About::default(), changed());
        Ok(())
    })
    .await?;
    app.mailboxes.notify_one();
    Ok(go(&format!("/mailboxes/{id}"), Said::new("notice-mailbox-saved")))
}

/// POST /mailboxes/{id}/try: connects now and says what was found, or at which step it ended.
pub async fn try_out(app: App, actor: Keeper, Path(id): Path<i64>) -> Result<Response, Failure> {
    let row = find(&app, id).await?;
    let l = &actor.l;
    let told = match Folder::open(&address(&app, &row)?).await {
        Ok(folder) => {
            let count = i64::from(folder.letters);
            let idle = if folder.can_idle { "mailbox-try-idle" } else { "mailbox-try-no-idle" };
            folder.close().await;
            let args = [("folder", row.folder.as_str().into()), ("count", count.into())];
            notice(
                Tone::Met,
                html! { (icon(Icon::Check)) " " (l.ta("mailbox-try-worked", &args)) " " (l.t(idle)) },
            )
        }
        Err(Trouble { step, words }) => {
            notice(Tone::Bad, html! { strong { (l.t(step.label())) } br; code { (words) } })
        }
    };
    let around = Around { stored: Some(&row), status: StatusCode::OK, above: Some(told) };
    form_page(&app, &actor, &stored_form(&row), around).await
}
