//! The mail server, as the administrator sets it, and the letter that tries it.

use axum::response::Response;
use http::StatusCode;
use maud::{Markup, html};
use rules::Invalid;
use rules::access::perm;
use rules::customers::Mail as Address;
use rules::event::{About, Event};
use rules::notifications::Way;
use rules::text::Line;

use super::mail::{self, MailOut, Security};
use super::store::{self, Content, Delivery};
use crate::kernel::actor::Actor;
use crate::kernel::form::Form;
use crate::kernel::notice::{Notice, go};
use crate::kernel::setting;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section, Viewer};
use crate::messages::sign;
use crate::{App, Failure};

/// Deliveries that are tried at once when the mail server was mended.
const HURRY_MAX: i64 = 1_000;

type Keeper = Actor<perm::ManageSystem>;

/// GET /settings/mail
pub async fn page(app: App, actor: Keeper) -> Result<Response, Failure> {
    let out: Option<MailOut> = app.read(|tx| setting::get(tx, mail::SETTING)).await?;
    Ok(shown(&actor, out.as_ref(), &stored_form(out.as_ref()), StatusCode::OK, None))
}

fn stored_form(out: Option<&MailOut>) -> Form {
    let Some(out) = out else {
        return Form::of([("port", "465"), ("security", Security::Tls.code()), ("signed_replies", "yes")]);
    };
    Form::of([
        ("host", out.host.clone()),
        ("port", out.port.to_string()),
        ("security", out.security.code().to_owned()),
        ("user", out.user.clone().unwrap_or_default()),
        ("from", out.from.clone()),
        ("from_name", out.from_name.clone().unwrap_or_default()),
        ("signed_replies", if out.signed_replies { "yes" } else { "" }.to_owned()),
    ])
}

fn shown(
    viewer: &Viewer,
    out: Option<&MailOut>,
    form: &Form,
    status: StatusCode,
    tried: Option<Markup>,
) -> Response {
    let l = &viewer.l;
    let securities = Security::ALL.map(|one| (one.code(), l.t(one.label()).into_owned()));
    let kept = out.is_some_and(|out| out.password.is_some());
    let password_hint = if kept { "mail-password-kept" } else { "mail-password-hint" };
    Page::new(viewer, Section::Deliveries, l.t("mail-out-title"))
        .crumb("/deliveries", l.t("nav-deliveries"))
        .lead(l.t("mail-out-lead"))
        .status(status)
        .body(html! {
            @if let Some(tried) = tried { (tried) }
            (error_summary(form, l))
            form class="form card" method="post" action="/settings/mail" {
                (Field::text("host", l.t("mail-host")).required().placeholder("smtp.example.com").of(form, l))
                (Field::text("port", l.t("mail-port")).kind("number").inputmode("numeric").short().required()
                    .hint(l.t("mail-port-hint")).of(form, l))
                (Choice::one("security", l.t("mail-security"), securities).required().of(form, l))
                (Field::text("user", l.t("mail-user")).autocomplete("off").hint(l.t("mail-user-hint")).of(form, l))
                (Field::text("password", l.t("mail-password")).kind("password").autocomplete("new-password")
                    .hint(l.t(password_hint)).of(form, l))
                (Field::text("from", l.t("mail-from")).kind("email").required().hint(l.t("mail-from-hint")).of(form, l))
                (Field::text("from_name", l.t("mail-from-name")).hint(l.t("mail-from-name-hint")).of(form, l))
                (Check::new("signed_replies", l.t("mail-signed-replies")).hint(l.t("mail-signed-replies-hint")).of(form, l))
                (actions(submit(l.t("form-save"))))
            }
            @if out.is_some() {
                (card(l.t("mail-try"), try_form(form, l)))
            } @else {
                (notice(Tone::Info, l.t("mail-not-set")))
            }
        })
}

fn try_form(form: &Form, l: &L10n) -> Markup {
    html! {
        form class="form" method="post" action="/settings/mail/try" {
            p class="hint" { (l.t("mail-try-hint")) }
            (Field::text("to", l.t("mail-try-to")).kind("email").required().of(form, l))
            div class="form-foot" {
                button class="button" type="submit" { (icon(Icon::Mail)) span { (l.t("mail-try-do")) } }
            }
        }
    }
}

/// What was typed, before the password is sealed.
struct Typed {
    out: MailOut,
    password: Option<String>,
}

fn read(form: &Form) -> Result<Typed, Vec<Invalid>> {
    let mut problems = Vec::new();
    let mut need = |field: &'static str| {
        let line = Line::parse(field, form.get(field)).map_err(|problem| problems.push(problem));
        line.map(String::from).unwrap_or_default()
    };
    let (host, from) = (need("host"), need("from"));
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
    if let Err(problem) = Address::parse_optional("from", &from) {
        problems.push(problem);
    }
    let from_name = Line::parse_optional("from_name", form.get("from_name"))
        .map_err(|problem| problems.push(problem))
        .unwrap_or_default();
    let (Some(port), Some(security), true) = (port, security, problems.is_empty()) else {
        return Err(problems);
    };
    let user = form.some("user").map(str::to_owned);
    let out = MailOut {
        host,
        port,
        security,
        user,
        password: None,
        from,
        from_name: from_name.map(String::from),
        signed_replies: form.get("signed_replies") == "yes",
    };
    Ok(Typed { out, password: Some(form.exact("password").to_owned()).filter(|text| !text.is_empty()) })
}

/// Whether a host is this machine, which nobody can listen between.
pub fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// POST /settings/mail
pub async fn save(app: App, actor: Keeper, form: Form) -> Result<Response, Failure> {
    let before: Option<MailOut> = app.read(|tx| setting::get(tx, mail::SETTING)).await?;
    let typed = match read(&form) {
        Ok(typed) => typed,
        Err(problems) => {
            let form = form.with(problems);
            return Ok(shown(&actor, before.as_ref(), &form, StatusCode::UNPROCESSABLE_ENTITY, None));
        }
    };
    let secrets = app.secrets()?;
    let Typed { mut out, password } = typed;
    // A password that was kept goes to the server that it was typed for, and to no other.
    let same = before.as_ref().filter(|before| before.host == out.host && before.user == out.user);
    out.password = match password {
        Some(password) => Some(secrets.seal(mail::SETTING, &password)),
        None => same.and_then(|before| before.password.clone()),
    };
    if out.user.is_some() && out.password.is_none() {
        let form = form.with(vec![Invalid::required("password")]);
        return Ok(shown(&actor, before.as_ref(), &form, StatusCode::UNPROCESSABLE_ENTITY, None));
    }
    app.change(&actor, move |change| {
        setting::put(change.tx, mail::SETTING, &out, change.now)?;
        store::hurry(change.tx, Way::Mail, change.now, HURRY_MAX)?;
        store::hurry(change.tx, Way::Fax, change.now, HURRY_MAX)?;
        change.record(About::default(), Event::SettingChanged { setting: mail::SETTING.to_owned() });
        Ok(())
    })
    .await?;
    app.post.notify_one();
    Ok(go("/settings/mail", Notice::new("notice-mail-saved")))
}

/// POST /settings/mail/try: sends a letter now and says what the server answered.
pub async fn try_out(app: App, actor: Keeper, form: Form) -> Result<Response, Failure> {
    let l = &actor.l;
    let out: MailOut = app.read(|tx| setting::get(tx, mail::SETTING)).await?.ok_or(Failure::NotFound)?;
    let mut stored = stored_form(Some(&out));
    stored.set("to", form.get("to"));
    let to = match Address::parse_optional("to", form.get("to")) {
        Ok(Some(to)) => to.as_str().to_owned(),
        Ok(None) => return Err(Invalid::required("to").into()),
        Err(problem) => {
            let stored = stored.with(vec![problem]);
            return Ok(shown(&actor, Some(&out), &stored, StatusCode::UNPROCESSABLE_ENTITY, None));
        }
    };
    let delivery = trial(&actor, &out, to, app.clock.now());
    let tried = match out.transport(&*app.secrets()?) {
        Ok(transport) => mail::send(&out, &sign::signer(&app)?, &transport, &delivery)
            .await
            .map_err(|trouble| trouble.words),
        Err(words) => Err(words),
    };
    let said = match tried {
        Ok(()) => notice(Tone::Met, l.ta("mail-try-worked", &[("to", delivery.recipient.as_str().into())])),
        Err(words) => notice(
            Tone::Bad,
            html! {
                strong { (l.t("mail-try-failed")) } br; code { (words) }
            },
        ),
    };
    Ok(shown(&actor, Some(&out), &stored, StatusCode::OK, Some(said)))
}

/// A letter that is in no log.
fn trial(viewer: &Viewer, out: &MailOut, to: String, now: jiff::Timestamp) -> Delivery {
    let l = &viewer.l;
    Delivery {
        id: 0,
        notice: "try".to_owned(),
        way: Way::Mail,
        gateway_id: None,
        recipient: to,
        recipient_name: None,
        account_id: None,
        contact_id: None,
        ticket_id: None,
        locale: l.locale.tag().to_owned(),
        subject: l.t("mail-try-subject").into_owned(),
        content: Content { text: l.t("mail-try-text").into_owned(), ..Content::default() },
        message_id: format!("<{:032x}@{}>", rand::random::<u128>(), out.domain()),
        state: rules::notifications::DeliveryState::Waiting,
        attempts: 1,
        created_at: now,
        tries_from_at: now,
        due_at: now,
        last_error: None,
        ended_at: None,
        returned_id: None,
    }
}
