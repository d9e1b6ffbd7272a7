//! One's own account: language, time zone, colours, password, sessions.

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use maud::{Markup, html};
use rules::Invalid;
use rules::access::perm;
use rules::customers::Zone;
use rules::event::{About, Event};
use rules::ids::SessionId;

use super::links::passwords;
use super::passes::{self, Session};
use super::password::check;
use super::{store, tokens};
use crate::kernel::actor::{Actor, Pass, Theme};
use crate::kernel::form::Form;
use crate::kernel::notice::{Notice, go};
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::{L10n, Locale};
use crate::layout::page::{Page, Section};
use crate::{App, Failure};

/// Zones that are offered by name; any other that exists may be typed.
pub const ZONES: [&str; 10] = [
    "Asia/Shanghai",
    "Asia/Urumqi",
    "Asia/Hong_Kong",
    "Asia/Macau",
    "Asia/Taipei",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Europe/London",
    "America/New_York",
    "UTC",
];

/// The forms of the page; the one that was sent keeps what was typed.
#[derive(Default)]
struct Forms {
    settings: Option<Form>,
    password: Form,
    token: Form,
}

type Mine = Actor<perm::UseOwnAccount>;

/// GET /account
pub async fn page(app: App, actor: Mine) -> Result<Response, Failure> {
    shown(&app, &actor, Forms::default(), StatusCode::OK).await
}

/// The page again, with a form for a token that has problems.
pub async fn with_token_form(app: &App, actor: &Mine, form: Form) -> Result<Response, Failure> {
    shown(app, actor, Forms { token: form, ..Forms::default() }, StatusCode::UNPROCESSABLE_ENTITY).await
}

async fn shown(app: &App, actor: &Mine, forms: Forms, status: StatusCode) -> Result<Response, Failure> {
    let (l, id, now) = (&actor.l, actor.person.id, app.clock.now());
    let (account, sessions, tokens) = app
        .read(move |tx| {
            let account = store::find(tx, id)?.ok_or(Failure::NotFound)?;
            Ok((account, passes::sessions(tx, id, now)?, passes::tokens(tx, id)?))
        })
        .await?;
    let stored = Form::of([
        ("locale", account.locale.unwrap_or_default()),
        ("zone", account.zone.unwrap_or_default()),
        ("theme", account.theme),
    ]);
    let settings = forms.settings.unwrap_or(stored);
    let current = match actor.person.pass {
        Pass::Session(session) => Some(session),
        Pass::Token(..) => None,
    };
    let told = link_button("/account/notices", Icon::Emergency, l.t("choices-title"), false);
    Ok(Page::new(actor, Section::Account, l.t("account-settings")).actions(told).status(status).body(html! {
        div class="cards" {
            (card(l.t("account-look"), settings_form(app, &settings, l)))
            (card(l.t("account-password"), password_form(&forms.password, &actor.person.login, l)))
        }
        (card(l.t("account-sessions"), session_list(&sessions, current, l)))
        (card(l.t("tokens-title"), tokens::part(actor, &tokens, &forms.token)))
    }))
}

fn settings_form(app: &App, form: &Form, l: &L10n) -> Markup {
    let locales = Locale::ALL.map(|locale| (locale.tag().to_owned(), l.t(locale.name_key()).into_owned()));
    let themes = Theme::ALL.map(|theme| (theme.code().to_owned(), l.t(theme.label()).into_owned()));
    html! {
        form class="form" method="post" action="/account" {
            (error_summary(form, l))
            (Select::new("locale", l.t("account-locale"), locales).empty(l.t("account-as-browser")).required().of(form, l))
            (Field::text("zone", l.t("account-zone")).list("zones").placeholder(app.config.zone.clone())
                .hint(l.t("account-zone-hint")).of(form, l))
            datalist id="zones" { @for zone in ZONES { option value=(zone) {} } }
            (Choice::one("theme", l.t("theme-label"), themes).required().of(form, l))
            (actions(submit(l.t("form-save"))))
        }
    }
}

fn password_form(form: &Form, login: &str, l: &L10n) -> Markup {
    html! {
        form class="form" method="post" action="/account/password" {
            input type="text" name="login" value=(login) autocomplete="username" hidden;
            (error_summary(form, l))
            (Field::text("current", l.t("people-password-current")).kind("password").required()
                .autocomplete("current-password").of(form, l))
            (passwords(form, l))
            (actions(submit(l.t("account-password-change"))))
        }
    }
}

fn session_list(sessions: &[Session], current: Option<SessionId>, l: &L10n) -> Markup {
    let columns = [
        Column::new(l.t("sessions-agent")),
        Column::wide(l.t("sessions-address")),
        Column::wide(l.t("sessions-since")),
        Column::labelled(l.t("sessions-seen")),
        Column::unseen(l.t("sessions-end")),
    ];
    html! {
        (table(l.t("account-sessions"), &columns, html! {
            @for session in sessions {
                tr {
                    td { (agent_words(&session.agent)) @if Some(session.id) == current { " " (badge(l.t("sessions-this"))) } }
                    td class="wide" { (session.address) }
                    td class="wide" { (time(l, session.created_at)) }
                    td { (when(l, session.seen_at)) }
                    td class="figures" {
                        @if Some(session.id) != current {
                            (action(&format!("/account/sessions/{}/end", session.id), Icon::SignOut, l.t("sessions-end")))
                        }
                    }
                }
            }
        }))
        @if sessions.len() > 1 {
            div class="form-foot" { (action("/account/sessions/end", Icon::SignOut, l.t("sessions-end-others"))) }
        }
    }
}

/// The browser and the system in a few words, from the line that a browser says of itself.
fn agent_words(agent: &str) -> String {
    let first = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    let browser = first(&[
        ("Edg/", "Edge"),
        ("MicroMessenger", "WeChat"),
        ("Chrome/", "Chrome"),
        ("Firefox/", "Firefox"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} \u{b7} {system}"),
        _ if agent.is_empty() => "\u{2014}".to_owned(),
        _ => agent.chars().take(40).collect(),
    }
}

/// POST /account: language, zone and colours.
pub async fn save(app: App, actor: Mine, form: Form) -> Result<Response, Failure> {
    let zone = match form.some("zone").map(|name| Zone::parse("zone", name)).transpose() {
        Ok(zone) => zone.map(|zone| zone.as_str().to_owned()),
        Err(problem) => return settings_again(&app, &actor, form, problem).await,
    };
    let locale = match form.some("locale") {
        None => None,
        Some(tag) if Locale::parse(tag).is_some() => Some(tag.to_owned()),
        Some(tag) => {
            let problem = Invalid::unknown("locale", tag);
            return settings_again(&app, &actor, form, problem).await;
        }
    };
    let Some(theme) = Theme::parse(form.get("theme")) else {
        let problem = Invalid::unknown("theme", form.get("theme"));
        return settings_again(&app, &actor, form, problem).await;
    };
    let (id, now) = (actor.person.id, app.clock.now());
    app.touch(move |tx| Ok(store::save_settings(tx, id, locale.as_deref(), zone.as_deref(), theme, now)?))
        .await?;
    app.tell_passes();
    Ok(go("/account", Notice::new("notice-settings-saved")))
}

async fn settings_again(app: &App, actor: &Mine, form: Form, problem: Invalid) -> Result<Response, Failure> {
    let forms = Forms { settings: Some(form.with(vec![problem])), ..Forms::default() };
    shown(app, actor, forms, StatusCode::UNPROCESSABLE_ENTITY).await
}

/// POST /theme: the colours alone, from the top bar.
pub async fn theme(app: App, actor: Mine, form: Form) -> Result<Response, Failure> {
    let theme =
        Theme::parse(form.get("theme")).ok_or_else(|| Invalid::unknown("theme", form.get("theme")))?;
    let id = actor.person.id;
    app.touch(move |tx| Ok(store::save_theme(tx, id, theme)?)).await?;
    app.tell_passes();
    Ok(go("/account", Notice::new("notice-settings-saved")))
}

/// POST /account/password: sets a new password; every other session ends.
pub async fn change_password(app: App, actor: Mine, form: Form) -> Result<Response, Failure> {
    let id = actor.person.id;
    // The current password is guessed here as well as at the door; the same limit holds.
    let (guard, now) = (format!("account-{id}"), app.clock.now());
    app.limiter.check(&guard, &guard, now)?;
    let secret = app.read(move |tx| Ok(store::password(tx, id)?)).await?;
    let mut problems = Vec::new();
    if !app.hasher.fits(form.exact("current").to_owned(), secret).await? {
        app.limiter.failed(&guard, &guard, now);
        problems.push(Invalid::new("current", "error-password-current"));
    }
    problems.extend(
        check(form.exact("password"), form.exact("password_again"), &actor.person.login)
            .err()
            .into_iter()
            .flatten(),
    );
    if !problems.is_empty() {
        let forms = Forms { password: form.with(problems), ..Forms::default() };
        return shown(&app, &actor, forms, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let hash = app.hasher.hash(form.exact("password").to_owned()).await?;
    let kept = match actor.person.pass {
        Pass::Session(session) => Some(session),
        Pass::Token(..) => None,
    };
    app.change(&actor, move |change| {
        store::set_password(change.tx, id, &hash, change.now)?;
        change.record(About { user: Some(id), ..About::default() }, Event::UserPasswordSet {});
        passes::end_sessions(change.tx, id, kept)?;
        Ok(())
    })
    .await?;
    app.tell_passes();
    Ok(go("/account", Notice::new("notice-password-set")))
}

/// POST /account/sessions/{id}/end
pub async fn end_session(app: App, actor: Mine, Path(session): Path<i64>) -> Result<Response, Failure> {
    let id = actor.person.id;
    let ended = app
        .change(&actor, move |change| {
            let ended = passes::end_session(change.tx, id, SessionId(session))?;
            if ended {
                change.record(
                    About { user: Some(id), ..About::default() },
                    Event::UserSessionsEnded { count: 1 },
                );
            }
            Ok(ended)
        })
        .await?;
    app.tell_passes();
    if ended { Ok(go("/account", Notice::new("notice-session-ended"))) } else { Err(Failure::NotFound) }
}

/// POST /account/sessions/end: every session but this one.
pub async fn end_others(app: App, actor: Mine) -> Result<Response, Failure> {
    let id = actor.person.id;
    let kept = match actor.person.pass {
        Pass::Session(session) => Some(session),
        Pass::Token(..) => None,
    };
    let count = app
        .change(&actor, move |change| {
            let count = i64::try_from(passes::end_sessions(change.tx, id, kept)?).unwrap_or(i64::MAX);
            if count > 0 {
                change
                    .record(About { user: Some(id), ..About::default() }, Event::UserSessionsEnded { count });
            }
            Ok(count)
        })
        .await?;
    app.tell_passes();
    Ok(go("/account", Notice::new("notice-sessions-ended").with("n", count)))
}
