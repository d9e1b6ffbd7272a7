//! Signing in and out, in the language of the visitor.

use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::SignedDuration;
use maud::{Markup, html};
use rules::Invalid;
use rules::access::perm;
use rules::ids::UserId;

use super::password::new_token;
use super::{passes, store};
use crate::kernel::actor::{Actor, Address, LOCALE_COOKIE, PASSES_TOPIC, Pass, SESSION_COOKIE, Visitor};
use crate::kernel::form::{Form, Search};
use crate::layout::components::*;
use crate::layout::l10n::{L10n, Locale};
use crate::layout::page::{Page, Section};
use crate::{App, Failure};

/// The longest name of a browser that is kept with a session. Units: characters.
const AGENT_CHARS_MAX: usize = 200;

/// GET /sign-in
pub async fn page(visitor: Visitor, search: Search) -> Response {
    if visitor.person.is_some() {
        return Redirect::to(inside(search.get("next"))).into_response();
    }
    let form = Form::of([("next", search.get("next"))]);
    shown(&visitor, &form, StatusCode::OK)
}

fn shown(visitor: &Visitor, form: &Form, status: StatusCode) -> Response {
    let l = &visitor.l;
    Page::new(visitor, Section::Home, l.t("sign-in-title")).status(status).body(html! {
        (fields(form, l))
        p class="hint" { (l.t("sign-in-help")) }
    })
}

fn fields(form: &Form, l: &L10n) -> Markup {
    html! {
        form method="post" action="/sign-in" {
            (error_summary(form, l))
            input type="hidden" name="next" value=(form.get("next"));
            (Field::text("login", l.t("people-login")).required().autofocus().autocomplete("username").of(form, l))
            (Field::text("password", l.t("people-password")).kind("password").required()
                .autocomplete("current-password").of(form, l))
            (submit(l.t("sign-in")))
        }
    }
}

/// POST /sign-in
pub async fn create(
    app: App,
    visitor: Visitor,
    address: Address,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Failure> {
    let (login, address, now) = (form.get("login").to_lowercase(), address.0.to_string(), app.clock.now());
    app.limiter.check(&login, &address, now)?;
    let asked = login.clone();
    let lock = app.read(move |tx| Ok(store::lock(tx, &asked)?)).await?;
    let secret = lock.as_ref().and_then(|lock| lock.secret.clone());
    let fits = app.hasher.fits(form.exact("password").to_owned(), secret).await?;
    let Some(lock) = lock.filter(|lock| fits && lock.deactivated_at.is_none()) else {
        app.limiter.failed(&login, &address, now);
        let form = form.with(vec![Invalid::new("login", "error-sign-in")]);
        return Ok(shown(&visitor, &form, StatusCode::UNPROCESSABLE_ENTITY));
    };
    app.limiter.succeeded(&login);
    open(&app, lock.id, &address, &headers, inside(form.get("next"))).await
}

/// Begins a session for somebody who has proved who they are, and leads to a page.
pub async fn open(
    app: &App,
    id: UserId,
    address: &str,
    headers: &HeaderMap,
    path: &str,
) -> Result<Response, Failure> {
    let token = new_token();
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let agent: String = agent.chars().take(AGENT_CHARS_MAX).collect();
    let (kept, address, now) = (token.clone(), address.to_owned(), app.clock.now());
    let expires_at = now + SignedDuration::from_hours(24 * i64::from(app.config.session_days));
    app.touch(move |tx| Ok(passes::add_session(tx, id, &kept, &agent, &address, now, expires_at)?)).await?;
    let mut response = Redirect::to(path).into_response();
    let secure = if app.config.secure() { "; Secure" } else { "" };
    let seconds = 86_400 * u32::from(app.config.session_days);
    let cookie =
        format!("{SESSION_COOKIE}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    set_cookie(&mut response, &cookie);
    Ok(response)
}

/// POST /sign-out
pub async fn end(app: App, actor: Actor<perm::UseOwnAccount>) -> Result<Response, Failure> {
    if let Pass::Session(session) = actor.person.pass {
        let id = actor.person.id;
        app.touch(move |tx| Ok(passes::end_session(tx, id, session)?)).await?;
        app.tell_passes();
    }
    let mut response = Redirect::to("/sign-in").into_response();
    set_cookie(&mut response, &format!("{SESSION_COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"));
    Ok(response)
}

/// POST /language: the language of a visitor, kept in a cookie; back to the page that asked.
pub async fn language(headers: HeaderMap, form: Form) -> Response {
    let from = headers.get(header::REFERER).and_then(|value| value.to_str().ok());
    let path = from.and_then(|url| {
        url.split_once("://")?.1.find('/').map(|at| &url.split_once("://").unwrap_or_default().1[at..])
    });
    let mut response = Redirect::to(inside(path.unwrap_or("/sign-in"))).into_response();
    if let Some(locale) = Locale::parse(form.get("locale")) {
        let cookie =
            format!("{LOCALE_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly", locale.tag());
        set_cookie(&mut response, &cookie);
    }
    response
}

fn set_cookie(response: &mut Response, cookie: &str) {
    let value = HeaderValue::from_str(cookie).expect("cookies are ASCII");
    response.headers_mut().append(header::SET_COOKIE, value);
}

/// A path of our own; anything else leads to the start page.
fn inside(path: &str) -> &str {
    let own = path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n']);
    if own && path.is_ascii() { path } else { "/" }
}

impl App {
    /// Every process looks up anew who is behind each pass.
    pub fn tell_passes(&self) {
        self.tell(crate::kernel::live::Nudge { topic: PASSES_TOPIC.to_owned(), writer: None });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_leads_nowhere_else() {
        let cases = [
            ("/tickets?a=b", "/tickets?a=b"),
            ("//evil", "/"),
            ("https://evil", "/"),
            ("/\\evil", "/"),
            ("", "/"),
        ];
        for (next, path) in cases {
            assert_eq!(inside(next), path);
        }
    }
}
