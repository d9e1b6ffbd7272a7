//! Coming onto the portal: by password, by a link sent to one's mail, by invitation.
//!
//! What is answered never tells who is known here. A link works once; a scanner that opens it changes
//! nothing, because only the button on its page uses it up.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use rules::Invalid;
use rules::customers::Mail;
use rules::event::Event;
use rules::ids::AccessId;
use rules::portal::right;

use crate::customers::contacts::access::company;
use crate::customers::contacts::{change as contacts, store as contact_store};
use crate::kernel::actor::{Address, By, Visitor};
use crate::kernel::form::{Form, Search};
use crate::kernel::guest::{GUEST_COOKIE, Guest};
use crate::kernel::notice::{Notice, go};
use crate::kernel::outgoing;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::{L10n, Locale};
use crate::layout::page::Viewer;
use crate::layout::portal::PortalPage;
use crate::people::guests::{self, GuestLock, Purpose};
use crate::people::links::passwords;
use crate::people::password::{check, new_token};
use crate::{App, Failure};

/// How long a link to come in works.
const LINK_LIVES: SignedDuration = SignedDuration::from_mins(30);
/// The longest name of a browser that is kept with a session. Units: characters.
const AGENT_CHARS_MAX: usize = 200;

/// A path of the portal; anything else leads to its first page.
pub fn inside(path: &str) -> &str {
    let own = crate::kernel::guest::is_portal(path) && path.is_ascii();
    if own && !path.contains(['\\', '\r', '\n']) { path } else { "/portal" }
}

/// GET /portal/sign-in
pub async fn page(visitor: Visitor, search: Search) -> Response {
    if visitor.guest.is_some() {
        return Redirect::to(inside(search.get("next"))).into_response();
    }
    shown(&visitor, &Form::of([("next", search.get("next"))]), StatusCode::OK)
}

fn shown(viewer: &Viewer, form: &Form, status: StatusCode) -> Response {
    let l = &viewer.l;
    PortalPage::new(viewer, l.t("portal-sign-in")).lead(l.t("portal-sign-in-lead")).status(status).body(html! {
        div class="portal-doors" {
            section class="card" {
                h2 { (l.t("portal-by-link")) }
                p class="hint" { (l.t("portal-by-link-hint")) }
                form class="form" method="post" action="/portal/link" {
                    input type="hidden" name="next" value=(form.get("next"));
                    (Field::text("link_mail", l.t("label-mail")).kind("email").required().autocomplete("email").of(form, l))
                    button class="button primary" type="submit" { (icon(Icon::Mail)) span { (l.t("portal-send-link")) } }
                }
            }
            section class="card" {
                h2 { (l.t("portal-by-password")) }
                form class="form" method="post" action="/portal/sign-in" {
                    (error_summary(form, l))
                    input type="hidden" name="next" value=(form.get("next"));
                    (Field::text("mail", l.t("label-mail")).kind("email").required().autocomplete("username").of(form, l))
                    (Field::text("password", l.t("people-password")).kind("password").required()
                        .autocomplete("current-password").of(form, l))
                    (submit(l.t("sign-in")))
                }
            }
        }
        p class="portal-aside" { a href="/lookup" { (icon(Icon::Search)) " " (l.t("portal-lookup-instead")) } }
    })
}

/// POST /portal/sign-in
pub async fn create(
    app: App,
    visitor: Visitor,
    address: Address,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Failure> {
    let (address, now) = (address.0.to_string(), app.clock.now());
    let key = Mail::parse_optional("mail", form.get("mail")).ok().flatten().map(|mail| mail.key());
    let key = key.unwrap_or_default();
    let limited = format!("portal:{key}");
    app.limiter.check(&limited, &address, now)?;
    let asked = key.clone();
    let locks = app.read(move |tx| Ok(guests::by_mail(tx, &asked)?)).await?;
    let mut fitting: Option<GuestLock> = None;
    // An address that nobody has takes as long as one that somebody has.
    let tried = if locks.is_empty() { vec![None] } else { locks.into_iter().map(Some).collect() };
    for lock in tried {
        let secret = lock.as_ref().and_then(|lock: &GuestLock| lock.secret.clone());
        if app.hasher.fits(form.exact("password").to_owned(), secret).await? {
            fitting = lock;
            break;
        }
    }
    let Some(lock) = fitting else {
        app.limiter.failed(&limited, &address, now);
        let form = form.with(vec![Invalid::new("mail", "error-portal-sign-in")]);
        return Ok(shown(&visitor, &form, StatusCode::UNPROCESSABLE_ENTITY));
    };
    app.limiter.succeeded(&limited);
    open(&app, lock.id, &address, &headers, inside(form.get("next"))).await
}

/// Begins a session for a guest who has proved who they are, and leads to a page.
async fn open(
    app: &App,
    access: AccessId,
    address: &str,
    headers: &HeaderMap,
    path: &str,
) -> Result<Response, Failure> {
    let token = new_token();
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let agent: String = agent.chars().take(AGENT_CHARS_MAX).collect();
    let (kept, address, now) = (token.clone(), address.to_owned(), app.clock.now());
    let lives = SignedDuration::from_hours(24 * i64::from(app.config.session_days));
    let expires_at = now + lives;
    app.touch(move |tx| Ok(guests::add_session(tx, access, &kept, &agent, &address, now, expires_at)?))
        .await?;
    let mut response = Redirect::to(path).into_response();
    let secure = if app.config.secure() { "; Secure" } else { "" };
    let cookie = format!(
        "{GUEST_COOKIE}={token}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{secure}",
        lives.as_secs()
    );
    set_cookie(&mut response, &cookie);
    Ok(response)
}

fn set_cookie(response: &mut Response, cookie: &str) {
    let value = HeaderValue::from_str(cookie).expect("cookies are ASCII");
    response.headers_mut().append(header::SET_COOKIE, value);
}

/// POST /portal/link: sends a link to whoever has this address. The answer is the same for all.
pub async fn send_link(
    app: App,
    visitor: Visitor,
    address: Address,
    form: Form,
) -> Result<Response, Failure> {
    let (address, now) = (address.0.to_string(), app.clock.now());
    let mail = match Mail::parse_optional("link_mail", form.get("link_mail")) {
        Ok(Some(mail)) => mail,
        Ok(None) => {
            let form = form.with(vec![Invalid::required("link_mail")]);
            return Ok(shown(&visitor, &form, StatusCode::UNPROCESSABLE_ENTITY));
        }
        Err(problem) => {
            return Ok(shown(&visitor, &form.with(vec![problem]), StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let limited = format!("portal-link:{}", mail.key());
    app.limiter.check(&limited, &address, now)?;
    app.limiter.failed(&limited, &address, now);
    let next = inside(form.get("next")).to_owned();
    let (url, company) = (app.config.public_url.clone(), company(&app, &visitor.l));
    let reader = visitor.l.locale;
    app.change(By::System("portal"), move |change| {
        for lock in guests::by_mail(change.tx, &mail.key())? {
            let token = new_token();
            let expires_at = change.now + LINK_LIVES;
            guests::add_link(change.tx, &token, Purpose::SignIn, lock.id, change.now, expires_at)?;
            let next = if next == "/portal" {
                String::new()
            } else {
                format!("?next={}", crate::kernel::form::encode(&next))
            };
            let link = format!("{url}/portal/in/{token}{next}");
            let locale = lock.locale.as_deref().and_then(Locale::parse).unwrap_or(reader);
            let l = L10n::new(locale, TimeZone::UTC, change.now);
            let args = [
                ("name", lock.name.as_str().into()),
                ("customer", lock.customer_name.as_str().into()),
                ("company", company.as_str().into()),
                ("link", link.as_str().into()),
                ("minutes", LINK_LIVES.as_mins().into()),
            ];
            let letter = outgoing::Mail {
                to: lock.mail.clone().unwrap_or_default(),
                subject: l.ta("portal-letter-link-subject", &args).into_owned(),
                text: l.ta("portal-letter-link", &args).into_owned(),
                locale: locale.tag().to_owned(),
                ..outgoing::Mail::default()
            };
            change.send_mail(&letter)?;
        }
        Ok(())
    })
    .await?;
    let l = &visitor.l;
    Ok(PortalPage::new(&visitor, l.t("portal-link-sent")).body(html! {
        (notice(Tone::Info, l.ta("portal-link-sent-words", &[("minutes", LINK_LIVES.as_mins().into())])))
        p class="actions" { (link_button("/portal/sign-in", Icon::Back, l.t("failure-back"), false)) }
    }))
}

/// GET /portal/in/{token}: a button, so that a scanner of mail does not use the link up.
pub async fn link(
    app: App,
    visitor: Visitor,
    Path(token): Path<String>,
    search: Search,
) -> Result<Response, Failure> {
    works(&app, &token, Purpose::SignIn).await?;
    let l = &visitor.l;
    Ok(PortalPage::new(&visitor, l.t("portal-sign-in")).body(html! {
        form class="card form" method="post" action={ "/portal/in/" (token) } {
            input type="hidden" name="next" value=(search.get("next"));
            p { (l.t("portal-link-works")) }
            button class="button primary" type="submit" autofocus { (icon(Icon::Next)) span { (l.t("portal-come-in")) } }
        }
    }))
}

async fn works(app: &App, token: &str, purpose: Purpose) -> Result<AccessId, Failure> {
    let (token, now) = (token.to_owned(), app.clock.now());
    let found = app
        .read(move |tx| {
            let access = guests::link(tx, &token, purpose, now)?;
            // The access may have ended, or its contact have left, since the link was sent.
            Ok(access.map(|id| guests::lock(tx, id)).transpose()?.flatten().map(|lock| lock.id))
        })
        .await?;
    found.ok_or(Failure::Gone)
}

/// POST /portal/in/{token}
pub async fn use_link(
    app: App,
    address: Address,
    headers: HeaderMap,
    Path(token): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    works(&app, &token, Purpose::SignIn).await?;
    let now = app.clock.now();
    let access = app.touch(move |tx| Ok(guests::use_link(tx, &token, Purpose::SignIn, now)?)).await?;
    let access = access.ok_or(Failure::Gone)?;
    open(&app, access, &address.0.to_string(), &headers, inside(form.get("next"))).await
}

/// GET /portal/invitation/{token}
pub async fn invitation(app: App, visitor: Visitor, Path(token): Path<String>) -> Result<Response, Failure> {
    let access = works(&app, &token, Purpose::Invitation).await?;
    let lock = app.read(move |tx| guests::lock(tx, access)?.ok_or(Failure::Gone)).await?;
    Ok(invited(&visitor, &token, &lock, &Form::default(), StatusCode::OK))
}

fn invited(viewer: &Viewer, token: &str, lock: &GuestLock, form: &Form, status: StatusCode) -> Response {
    let l = &viewer.l;
    let words = l.ta(
        "portal-invitation-words",
        &[("name", lock.name.as_str().into()), ("customer", lock.customer_name.as_str().into())],
    );
    PortalPage::new(viewer, l.t("portal-invitation")).lead(words).status(status).body(html! {
        form class="card form" method="post" action={ "/portal/invitation/" (token) } {
            (error_summary(form, l))
            (password_fields(form, l))
            (submit(l.t("portal-come-in")))
        }
        form class="portal-aside" method="post" action={ "/portal/invitation/" (token) } {
            input type="hidden" name="without" value="yes";
            button class="button quiet" type="submit" { (l.t("portal-without-password")) }
        }
    })
}

fn password_fields(form: &Form, l: &L10n) -> Markup {
    passwords(form, l)
}

/// POST /portal/invitation/{token}: with a password, or `without=yes` to come in by links only.
pub async fn accept_invitation(
    app: App,
    visitor: Visitor,
    address: Address,
    headers: HeaderMap,
    Path(token): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let access = works(&app, &token, Purpose::Invitation).await?;
    let lock = app.read(move |tx| guests::lock(tx, access)?.ok_or(Failure::Gone)).await?;
    let hash = if form.get("without") == "yes" {
        None
    } else {
        let login = lock.mail.as_deref().unwrap_or_default();
        if let Err(problems) = check(form.exact("password"), form.exact("password_again"), login) {
            let form = form.with(problems);
            return Ok(invited(&visitor, &token, &lock, &form, StatusCode::UNPROCESSABLE_ENTITY));
        }
        Some(app.hasher.hash(form.exact("password").to_owned()).await?)
    };
    let contact = lock.contact_id;
    app.change(By::Contact(contact), move |change| {
        guests::use_link(change.tx, &token, Purpose::Invitation, change.now)?.ok_or(Failure::Gone)?;
        if let Some(hash) = hash {
            guests::set_password(change.tx, access, Some(&hash))?;
            let row = contact_store::find(change.tx, contact)?.ok_or(Failure::Gone)?;
            let about = contacts::about(contact, row.customer_id, row.site_id);
            change.record(about, Event::PortalPasswordSet { access });
        }
        Ok(())
    })
    .await?;
    open(&app, access, &address.0.to_string(), &headers, "/portal").await
}

/// POST /portal/sign-out
pub async fn end(app: App, guest: Guest<right::Follow>) -> Result<Response, Failure> {
    let session = guest.visiting.session;
    app.touch(move |tx| Ok(guests::end_session(tx, session)?)).await?;
    let mut response = go("/portal/sign-in", Notice::new("notice-portal-signed-out"));
    set_cookie(&mut response, &format!("{GUEST_COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"));
    Ok(response)
}
