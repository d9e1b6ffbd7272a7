//! Links that work once: to set the house up, and to set a password.

use axum::extract::Path;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use jiff::{SignedDuration, Timestamp};
use maud::html;
use rules::access::Role;
use rules::event::{About, Event};
use rules::people::AccountForm;

use super::password::{PASSWORD_CHARS_MIN, check, new_token};
use super::sign_in;
use super::store::{self, Purpose};
use crate::kernel::actor::{Address, By, Visitor};
use crate::kernel::form::Form;
use crate::layout::components::*;
use crate::layout::page::{Page, Section};
use crate::{App, Failure};

/// How long the link to set the house up works.
const SET_UP_LIVES: SignedDuration = SignedDuration::from_hours(24);
/// How long a link to set a password works.
pub const PASSWORD_LIVES: SignedDuration = SignedDuration::from_hours(48);

/// A link to make the first administrator; none when there is an account already. Earlier links of this
/// kind no longer work.
pub fn set_up_link(app: &App) -> Result<Option<String>, Failure> {
    let token = new_token();
    let kept = token.clone();
    let made = app.change_now(By::System("set-up"), move |change| {
        if store::any_account(change.tx)? {
            return Ok(false);
        }
        let expires_at = change.now + SET_UP_LIVES;
        store::add_link(change.tx, &kept, Purpose::SetUp, None, change.now, expires_at)?;
        Ok(true)
    })?;
    Ok(made.then(|| format!("{}/set-up/{token}", app.config.public_url)))
}

/// GET /set-up/{token}
pub async fn set_up(app: App, visitor: Visitor, Path(token): Path<String>) -> Result<Response, Failure> {
    works(&app, &token, Purpose::SetUp).await?;
    Ok(set_up_page(&visitor, &token, &Form::default(), StatusCode::OK))
}

async fn works(app: &App, token: &str, purpose: Purpose) -> Result<(), Failure> {
    let (token, now) = (token.to_owned(), app.clock.now());
    let found = app.read(move |tx| Ok(store::link(tx, &token, purpose, now)?)).await?;
    found.map(drop).ok_or(Failure::Gone)
}

fn set_up_page(visitor: &Visitor, token: &str, form: &Form, status: StatusCode) -> Response {
    let l = &visitor.l;
    Page::new(visitor, Section::Home, l.t("set-up-title")).status(status).body(html! {
        p class="hint" { (l.t("set-up-lead")) }
        form method="post" action={ "/set-up/" (token) } {
            (error_summary(form, l))
            (Field::text("name", l.t("people-name")).required().autofocus().autocomplete("name").of(form, l))
            (Field::text("login", l.t("people-login")).required().hint(l.t("people-login-hint"))
                .autocomplete("username").of(form, l))
            (passwords(form, l))
            (submit(l.t("set-up-finish")))
        }
    })
}

/// The two fields of a new password.
pub fn passwords(form: &Form, l: &crate::layout::l10n::L10n) -> maud::Markup {
    let hint = l.ta("people-password-hint", &[("least", PASSWORD_CHARS_MIN.into())]);
    html! {
        (Field::text("password", l.t("people-password-new")).kind("password").required().hint(hint)
            .autocomplete("new-password").of(form, l))
        (Field::text("password_again", l.t("people-password-again")).kind("password").required()
            .autocomplete("new-password").of(form, l))
    }
}

/// POST /set-up/{token}: makes the first administrator and signs them in.
pub async fn finish_set_up(
    app: App,
    visitor: Visitor,
    address: Address,
    headers: HeaderMap,
    Path(token): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    works(&app, &token, Purpose::SetUp).await?;
    let typed = AccountForm {
        login: form.get("login"),
        name: form.get("name"),
        email: "",
        phone: "",
        role: Role::Administrator.code(),
    };
    let password = check(form.exact("password"), form.exact("password_again"), form.get("login"));
    let (account, password) = match (typed.read(), password) {
        (Ok(account), Ok(())) => (account, form.exact("password").to_owned()),
        (account, password) => {
            let problems = [account.err(), password.err()].into_iter().flatten().flatten().collect();
            let form = form.with(problems);
            return Ok(set_up_page(&visitor, &token, &form, StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let hash = app.hasher.hash(password).await?;
    let id = app
        .change(By::System("set-up"), move |change| {
            store::use_link(change.tx, &token, Purpose::SetUp, change.now)?.ok_or(Failure::Gone)?;
            if store::any_account(change.tx)? {
                return Err(Failure::Gone);
            }
            let id = store::add(change.tx, &account, change.now)?;
            store::set_password(change.tx, id, &hash, change.now)?;
            let about = About { user: Some(id), ..About::default() };
            let rules::people::Account { login, name, role, .. } = account;
            change.record(about, Event::UserCreated { role, login, name });
            change.record(about, Event::UserPasswordSet {});
            Ok(id)
        })
        .await?;
    sign_in::open(&app, id, &address.0.to_string(), &headers, "/").await
}

/// GET /password/{token}
pub async fn password(app: App, visitor: Visitor, Path(token): Path<String>) -> Result<Response, Failure> {
    works(&app, &token, Purpose::Password).await?;
    Ok(password_page(&visitor, &token, &Form::default(), StatusCode::OK))
}

fn password_page(visitor: &Visitor, token: &str, form: &Form, status: StatusCode) -> Response {
    let l = &visitor.l;
    Page::new(visitor, Section::Home, l.t("password-title")).status(status).body(html! {
        form method="post" action={ "/password/" (token) } {
            (error_summary(form, l))
            (passwords(form, l))
            (submit(l.t("password-set")))
        }
    })
}

/// POST /password/{token}: sets the password, ends all sessions, and signs in.
pub async fn set_password(
    app: App,
    visitor: Visitor,
    address: Address,
    headers: HeaderMap,
    Path(token): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    works(&app, &token, Purpose::Password).await?;
    if let Err(problems) = check(form.exact("password"), form.exact("password_again"), "") {
        let form = form.with(problems);
        return Ok(password_page(&visitor, &token, &form, StatusCode::UNPROCESSABLE_ENTITY));
    }
    let hash = app.hasher.hash(form.exact("password").to_owned()).await?;
    let id = app
        .change(By::System("link"), move |change| {
            let used = store::use_link(change.tx, &token, Purpose::Password, change.now)?;
            let id = used.flatten().ok_or(Failure::Gone)?;
            store::set_password(change.tx, id, &hash, change.now)?;
            let about = About { user: Some(id), ..About::default() };
            change.record(about, Event::UserPasswordSet {});
            let ended = super::passes::end_sessions(change.tx, id, None)?;
            if ended > 0 {
                let count = i64::try_from(ended).unwrap_or(i64::MAX);
                change.record(about, Event::UserSessionsEnded { count });
            }
            Ok(id)
        })
        .await?;
    app.tell_passes();
    sign_in::open(&app, id, &address.0.to_string(), &headers, "/").await
}

/// When a link that is made now stops working.
pub fn expiry(now: Timestamp) -> Timestamp {
    now + PASSWORD_LIVES
}
