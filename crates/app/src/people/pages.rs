//! Pages about people: the list, one person, and what an administrator may do.

use axum::Json;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use maud::{Markup, html};
use rules::Invalid;
use rules::Refusal;
use rules::access::{Permission, Role, perm};
use rules::event::{About, Event};
use rules::ids::UserId;
use rules::people::{Account as Typed, AccountForm, deactivate as may_deactivate, edit};
use serde::Serialize;

use super::links::expiry;
use super::passes;
use super::password::new_token;
use super::store::{self, Account, Purpose, Wanted};
use crate::kernel::actor::Actor;
use crate::kernel::form::{Form, Search};
use crate::kernel::notice::{Notice, go};
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section, Viewer, home_of};
use crate::{App, Failure};

/// People on one page of the list.
const PAGE: i64 = 50;
/// People that a look-up field proposes.
const LOOKUP_MAX: i64 = 12;

type Manager = Actor<perm::ManagePeople>;

/// GET /
pub async fn home(actor: Actor<perm::UseOwnAccount>) -> Redirect {
    Redirect::to(home_of(&actor.person))
}

/// GET /people
pub async fn list(app: App, actor: Actor<perm::ViewPeople>, search: Search) -> Result<Response, Failure> {
    let l = &actor.l;
    let states: Vec<&str> = search.all("state").collect();
    let wanted = Wanted {
        text: search.get("q").to_owned(),
        roles: search.all("role").filter_map(|code| code.parse().ok()).collect(),
        active: states.is_empty() || states.contains(&"active"),
        inactive: states.contains(&"inactive"),
        after: search
            .get("after")
            .rsplit_once('~')
            .and_then(|(name, id)| Some((name.to_owned(), id.parse().ok()?))),
    };
    let mut people = app.read(move |tx| Ok(store::list(tx, &wanted, PAGE + 1)?)).await?;
    let more = people.len() as i64 > PAGE;
    people.truncate(PAGE as usize);
    let next = people.last().filter(|_| more).map(|last| format!("{}~{}", last.name, last.id));
    let word = |key: &str| l.t(key).into_owned();
    let filters_of = [
        Filter { name: "role", label: word("people-role"), options: roles(l) },
        Filter {
            name: "state",
            label: word("people-state"),
            options: vec![
                ("active".into(), word("people-active")),
                ("inactive".into(), word("people-inactive")),
            ],
        },
    ];
    let columns = [
        Column::new(word("people-name")),
        Column::new(word("people-role")),
        Column::new(word("people-contact")),
        Column::wide(word("people-seen")),
        Column::state(word("people-state")),
    ];
    let add = actor
        .may(Permission::ManagePeople)
        .then(|| link_button("/people/new", Icon::Add, l.t("people-new"), true));
    Ok(Page::new(&actor, Section::People, l.t("people-title")).actions(html! { @if let Some(add) = &add { (add) } }).body(html! {
        (filters(l, "/people", &search, &filters_of, &l.t("people-search")))
        @if people.is_empty() {
            (empty(Icon::People, l.t("people-none"), l.t("people-none-lead"), add))
        } @else {
            (table(l.t("people-title"), &columns, html! {
                @for person in &people {
                    tr data-href={ "/people/" (person.id) } {
                        td { a href={ "/people/" (person.id) } { (person.name) } small { (person.login) } }
                        td { (l.t(person.role.label())) }
                        td { (person.phone.as_deref().unwrap_or_default()) small { (person.email.as_deref().unwrap_or_default()) } }
                        td class="wide" { @match person.seen_at { Some(at) => (when(l, at)), None => span class="muted" { (l.t("people-never")) } } }
                        td { @if person.deactivated_at.is_none() { span class="muted" { (l.t("people-active")) } } @else { (state_chip(false, l)) } }
                    }
                }
            }))
            (pagination(l, "/people", &search, next.as_deref()))
        }
    }))
}

fn state_chip(active: bool, l: &L10n) -> Markup {
    if active {
        chip(Tone::Met, Icon::Check, l.t("people-active"))
    } else {
        chip(Tone::Void, Icon::Void, l.t("people-inactive"))
    }
}

fn roles(l: &L10n) -> Vec<(String, String)> {
    Role::ALL.iter().map(|role| (role.code().to_owned(), l.t(role.label()).into_owned())).collect()
}

/// What a look-up field proposes.
#[derive(Serialize)]
pub struct Match {
    id: String,
    text: String,
    note: String,
}

/// GET /people/lookup
pub async fn lookup(
    app: App,
    actor: Actor<perm::ViewPeople>,
    search: Search,
) -> Result<Json<Vec<Match>>, Failure> {
    let text = search.get("q").to_owned();
    let found = app.read(move |tx| Ok(store::lookup(tx, &text, LOOKUP_MAX)?)).await?;
    let matches = found.into_iter().map(|person| Match {
        id: person.id.to_string(),
        text: person.name,
        note: actor.l.t(person.role.label()).into_owned(),
    });
    Ok(Json(matches.collect()))
}

/// GET /people/new
pub async fn new(actor: Manager) -> Response {
    new_page(&actor, &Form::of([("role", Role::Engineer.code())]), StatusCode::OK)
}

fn new_page(viewer: &Viewer, form: &Form, status: StatusCode) -> Response {
    let l = &viewer.l;
    Page::new(viewer, Section::People, l.t("people-new-title"))
        .crumb("/people", l.t("people-title"))
        .lead(l.t("people-new-lead"))
        .status(status)
        .body(html! {
            (error_summary(form, l))
            form class="form card" method="post" action="/people" {
                (fields(form, l))
                (actions(html! { (submit(l.t("people-create"))) a class="button quiet" href="/people" { (l.t("form-cancel")) } }))
            }
        })
}

fn fields(form: &Form, l: &L10n) -> Markup {
    let explained = Role::ALL.iter().map(|role| l.t(&format!("{}-does", role.label())).into_owned());
    html! {
        div class="row" {
            (Field::text("name", l.t("people-name")).required().autofocus().of(form, l))
            (Field::text("login", l.t("people-login")).required().hint(l.t("people-login-hint")).of(form, l))
        }
        div class="row" {
            (Field::text("phone", l.t("people-phone")).kind("tel").of(form, l))
            (Field::text("email", l.t("people-email")).kind("email").of(form, l))
        }
        (Choice::one("role", l.t("people-role"), roles(l)).explained(explained).required().of(form, l))
    }
}

fn typed(form: &Form) -> Result<Typed, Vec<Invalid>> {
    AccountForm {
        login: form.get("login"),
        name: form.get("name"),
        email: form.get("email"),
        phone: form.get("phone"),
        role: form.get("role"),
    }
    .read()
}

/// A login that somebody else has is a problem of the field.
fn login_taken(error: db::Error) -> Failure {
    if error.is_unique_on("account.login") {
        Failure::field("login", "error-login-taken")
    } else {
        error.into()
    }
}

/// POST /people: makes an account and a link with which its owner sets the password.
pub async fn create(app: App, actor: Manager, form: Form) -> Result<Response, Failure> {
    let account = match typed(&form) {
        Ok(account) => account,
        Err(problems) => return Ok(new_page(&actor, &form.with(problems), StatusCode::UNPROCESSABLE_ENTITY)),
    };
    let (token, name) = (new_token(), account.name.clone());
    let kept = token.clone();
    let made = app
        .change(&actor, move |change| {
            let id = store::add(change.tx, &account, change.now).map_err(login_taken)?;
            let about = About { user: Some(id), ..About::default() };
            let Typed { login, name, role, .. } = account;
            change.record(about, Event::UserCreated { role, login, name });
            let expires_at = expiry(change.now);
            store::add_link(change.tx, &kept, Purpose::Password, Some(id), change.now, expires_at)?;
            change.record(about, Event::UserPasswordLinkIssued { expires_at });
            Ok(id)
        })
        .await;
    match made {
        Ok(id) => Ok(link_page(&app, &actor, id, &name, &token)),
        Err(Failure::Invalid(problems)) => {
            Ok(new_page(&actor, &form.with(problems), StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(failure) => Err(failure),
    }
}

fn link_page(app: &App, viewer: &Viewer, id: UserId, name: &str, token: &str) -> Response {
    let l = &viewer.l;
    let link = format!("{}/password/{token}", app.config.public_url);
    Page::new(viewer, Section::People, l.t("people-link-title"))
        .crumb("/people", l.t("people-title"))
        .crumb(format!("/people/{id}"), name.to_owned())
        .body(html! {
            (notice(Tone::Risk, l.ta("people-link-lead", &[("name", name.into()), ("hours", super::links::PASSWORD_LIVES.as_hours().into())])))
            (card(name, html! {
                p { code class="token" { (link) } }
                (actions(html! {
                    button class="button primary" type="button" data-copy=(link) { (icon(Icon::Copy)) span { (l.t("copy")) } }
                    (link_button(&format!("/people/{id}"), Icon::Back, name, false))
                }))
            }))
        })
}

/// GET /people/{id}
pub async fn show(
    app: App,
    actor: Actor<perm::ViewPeople>,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    let id = UserId(id);
    let account = app.read(move |tx| store::find(tx, id)?.ok_or(Failure::NotFound)).await?;
    person_page(&app, &actor, &account, None, StatusCode::OK).await
}

async fn person_page(
    app: &App,
    viewer: &Viewer,
    account: &Account,
    form: Option<Form>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let (l, id) = (&viewer.l, account.id);
    let now = app.clock.now();
    let (teams, sessions) =
        app.read(move |tx| Ok((store::teams(tx, id)?, passes::sessions(tx, id, now)?))).await?;
    let manages = viewer.person.as_ref().is_some_and(|person| person.may(Permission::ManagePeople));
    let stored = Form::of([
        ("login", account.login.clone()),
        ("name", account.name.clone()),
        ("email", account.email.clone().unwrap_or_default()),
        ("phone", account.phone.clone().unwrap_or_default()),
        ("role", account.role.code().to_owned()),
        ("version", account.version.to_string()),
    ]);
    let form = form.unwrap_or(stored);
    let active = account.deactivated_at.is_none();
    let path = format!("/people/{id}");
    Ok(Page::new(viewer, Section::People, account.name.clone())
        .crumb("/people", l.t("people-title"))
        .status(status)
        .actions(state_chip(active, l))
        .body(html! {
            div class="columns" {
                div {
                    @if manages {
                        (error_summary(&form, l))
                        form class="form card" method="post" action=(path) data-keep {
                            input type="hidden" name="version" value=(form.get("version"));
                            (fields(&form, l))
                            (actions(submit(l.t("form-save"))))
                        }
                    } @else {
                        (card(l.t("people-particulars"), definitions(&[
                            (&l.t("people-role"), html! { (l.t(account.role.label())) }),
                            (&l.t("people-phone"), html! { (account.phone.as_deref().unwrap_or("\u{2014}")) }),
                            (&l.t("people-email"), html! { (account.email.as_deref().unwrap_or("\u{2014}")) }),
                        ])))
                    }
                }
                div {
                    (card(l.t("nav-teams"), html! {
                        @if teams.is_empty() { p class="muted" { (l.t("people-no-team")) } }
                        ul { @for (team, name) in &teams { li { a href={ "/teams/" (team) } { (name) } } } }
                    }))
                    @if manages {
                        (card(l.t("people-access"), html! {
                            (definitions(&[
                                (&l.t("people-seen"), html! { @match sessions.first() { Some(session) => (when(l, session.seen_at)), None => (l.t("people-never")) } }),
                                (&l.t("account-sessions"), html! { (l.number(sessions.len() as i64)) }),
                                (&l.t("people-created"), html! { (time(l, account.created_at)) }),
                            ]))
                            div class="form-foot" {
                                @if active {
                                    (action(&format!("{path}/password-link"), Icon::Key, l.t("people-reset-link")))
                                    @if !sessions.is_empty() { (action(&format!("{path}/sessions/end"), Icon::SignOut, l.t("people-end-sessions"))) }
                                    (dialog_button("deactivate", &path, Icon::Archive, l.t("people-deactivate")))
                                } @else {
                                    (action(&format!("{path}/reactivate"), Icon::Undo, l.t("people-reactivate")))
                                }
                            }
                        }))
                        (dialog(l, "deactivate", l.t("people-deactivate"), html! {
                            form class="form" method="post" action={ (path) "/deactivate" } {
                                p { (l.ta("people-deactivate-question", &[("name", account.name.as_str().into())])) }
                                (Field::text("reason", l.t("people-reason")).of(&Form::default(), l))
                                (actions(html! {
                                    button class="button danger" type="submit" { (icon(Icon::Archive)) span { (l.t("people-deactivate")) } }
                                    button class="button quiet" type="button" data-close { (l.t("form-cancel")) }
                                }))
                            }
                        }))
                    }
                }
            }
        }))
}

/// POST /people/{id}
pub async fn save(app: App, actor: Manager, Path(id): Path<i64>, form: Form) -> Result<Response, Failure> {
    let id = UserId(id);
    let saved = match typed(&form) {
        Ok(account) => {
            save_account(&app, &actor, id, form.get("version").parse().unwrap_or(0), account).await
        }
        Err(problems) => Err(Failure::Invalid(problems)),
    };
    match saved {
        Ok(()) => {
            app.tell_passes();
            Ok(go(&format!("/people/{id}"), Notice::new("notice-person-saved")))
        }
        Err(Failure::Invalid(problems)) => {
            let stored = app.read(move |tx| store::find(tx, id)?.ok_or(Failure::NotFound)).await?;
            let form = Some(form.with(problems));
            person_page(&app, &actor, &stored, form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(failure) => Err(failure),
    }
}

async fn save_account(
    app: &App,
    actor: &Manager,
    id: UserId,
    seen: i64,
    account: Typed,
) -> Result<(), Failure> {
    app.change(actor, move |change| {
        let stored = store::find(change.tx, id)?.ok_or(Failure::NotFound)?;
        let administrators = store::administrators(change.tx)?;
        let events = edit(&stored.as_typed(), &account, id, &administrators)?;
        if !store::save(change.tx, id, seen, &account, change.now).map_err(login_taken)? {
            return Err(Refusal::ChangedMeanwhile { seen, current: stored.version }.into());
        }
        for event in events {
            change.record(About { user: Some(id), ..About::default() }, event);
        }
        Ok(())
    })
    .await
}

impl Account {
    /// What its form says.
    pub fn as_typed(&self) -> Typed {
        Typed {
            login: self.login.clone(),
            name: self.name.clone(),
            email: self.email.clone(),
            phone: self.phone.clone(),
            role: self.role,
        }
    }
}

/// POST /people/{id}/deactivate: the account is switched off and its sessions end.
pub async fn deactivate(
    app: App,
    actor: Manager,
    Path(id): Path<i64>,
    form: Form,
) -> Result<Response, Failure> {
    let (id, by) = (UserId(id), actor.person.id);
    let reason = form.some("reason").map(str::to_owned);
    app.change(&actor, move |change| {
        let stored = store::find(change.tx, id)?.ok_or(Failure::NotFound)?;
        let administrators = store::administrators(change.tx)?;
        let event = may_deactivate(id, stored.deactivated_at.is_none(), by, &administrators, reason)?;
        store::set_deactivated(change.tx, id, Some(change.now), change.now)?;
        passes::end_sessions(change.tx, id, None)?;
        change.record(About { user: Some(id), ..About::default() }, event);
        Ok(())
    })
    .await?;
    app.tell_passes();
    Ok(go(&format!("/people/{id}"), Notice::new("notice-person-deactivated")))
}

/// POST /people/{id}/reactivate
pub async fn reactivate(app: App, actor: Manager, Path(id): Path<i64>) -> Result<Response, Failure> {
    let id = UserId(id);
    app.change(&actor, move |change| {
        let stored = store::find(change.tx, id)?.ok_or(Failure::NotFound)?;
        if stored.deactivated_at.is_none() {
            return Err(Refusal::AlreadySo.into());
        }
        store::set_deactivated(change.tx, id, None, change.now)?;
        change.record(About { user: Some(id), ..About::default() }, Event::UserReactivated {});
        Ok(())
    })
    .await?;
    Ok(go(&format!("/people/{id}"), Notice::new("notice-person-reactivated")))
}

/// POST /people/{id}/password-link: a link with which the person sets a new password, shown once.
pub async fn password_link(app: App, actor: Manager, Path(id): Path<i64>) -> Result<Response, Failure> {
    let (id, token) = (UserId(id), new_token());
    let kept = token.clone();
    let name = app
        .change(&actor, move |change| {
            let stored = store::find(change.tx, id)?.ok_or(Failure::NotFound)?;
            if stored.deactivated_at.is_some() {
                return Err(Refusal::AccountInactive.into());
            }
            let expires_at = expiry(change.now);
            store::add_link(change.tx, &kept, Purpose::Password, Some(id), change.now, expires_at)?;
            let about = About { user: Some(id), ..About::default() };
            change.record(about, Event::UserPasswordLinkIssued { expires_at });
            Ok(stored.name)
        })
        .await?;
    Ok(link_page(&app, &actor, id, &name, &token).into_response())
}

/// POST /people/{id}/sessions/end
pub async fn end_sessions(app: App, actor: Manager, Path(id): Path<i64>) -> Result<Response, Failure> {
    let id = UserId(id);
    let count = app
        .change(&actor, move |change| {
            store::find(change.tx, id)?.ok_or(Failure::NotFound)?;
            let count = i64::try_from(passes::end_sessions(change.tx, id, None)?).unwrap_or(i64::MAX);
            if count > 0 {
                change
                    .record(About { user: Some(id), ..About::default() }, Event::UserSessionsEnded { count });
            }
            Ok(count)
        })
        .await?;
    app.tell_passes();
    Ok(go(&format!("/people/{id}"), Notice::new("notice-sessions-ended").with("n", count)))
}
