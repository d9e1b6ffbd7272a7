//! One's own access on the portal: language, colours, password.

use axum::response::Response;
use http::StatusCode;
use maud::html;
use rules::event::Event;
use rules::portal::right;

use crate::customers::contacts::{change as contacts, store as contact_store};
use crate::kernel::actor::Theme;
use crate::kernel::form::Form;
use crate::kernel::guest::Guest;
use crate::kernel::notice::{Notice, go};
use crate::layout::components::*;
use crate::layout::l10n::{L10n, Locale};
use crate::layout::portal::{PortalPage, Spot};
use crate::people::guests;
use crate::people::links::passwords;
use crate::people::password::check;
use crate::{App, Failure};

/// GET /portal/account
pub async fn page(app: App, guest: Guest<right::Follow>) -> Result<Response, Failure> {
    shown(&app, &guest, &Form::default(), StatusCode::OK).await
}

async fn shown(
    app: &App,
    guest: &Guest<right::Follow>,
    form: &Form,
    status: StatusCode,
) -> Result<Response, Failure> {
    let (l, visiting) = (&guest.l, &guest.visiting);
    let access = visiting.access;
    let sites = app.read(move |tx| Ok(guests::sites(tx, access)?)).await?;
    let look = Form::of([("locale", l.locale.tag().to_owned()), ("theme", visiting.theme.code().to_owned())]);
    let locales = Locale::ALL.iter().map(|locale| {
        let own = L10n::new(*locale, l.zone.clone(), l.now);
        (locale.tag(), own.t(locale.name_key()).into_owned())
    });
    let themes = Theme::ALL.iter().map(|theme| (theme.code(), l.t(theme.label()).into_owned()));
    let words = ["label-customer", "portal-access-role", "portal-access-sites"].map(|key| l.t(key));
    let seen = if visiting.role.sees_all_sites() {
        html! { (l.t("portal-all-sites")) }
    } else {
        html! { @for (place, (_, name)) in sites.iter().enumerate() { @if place > 0 { ", " } (name) } }
    };
    Ok(PortalPage::new(guest, l.t("portal-account")).at(Spot::Account).status(status).body(html! {
        (card(visiting.name.as_str(), definitions(&[
            (&*words[0], html! { (visiting.customer_name) }),
            (&*words[1], html! { (l.t(visiting.role.label())) }),
            (&*words[2], seen),
        ])))
        form class="card form" method="post" action="/portal/account" {
            (Choice::one("locale", l.t("portal-language"), locales).required().of(&look, l))
            (Choice::one("theme", l.t("theme-label"), themes).required().of(&look, l))
            (submit(l.t("form-save")))
        }
        form class="card form" method="post" action="/portal/account/password" {
            h2 { (l.t("portal-password")) }
            (error_summary(form, l))
            (passwords(form, l))
            (submit(l.t("password-set")))
        }
    }))
}

/// POST /portal/account
pub async fn save(app: App, guest: Guest<right::Follow>, form: Form) -> Result<Response, Failure> {
    let locale =
        Locale::parse(form.get("locale")).ok_or_else(|| Failure::field("locale", "error-required"))?;
    let theme = Theme::parse(form.get("theme")).unwrap_or_default();
    let access = guest.visiting.access;
    app.touch(move |tx| Ok(guests::set_look(tx, access, Some(locale.tag()), theme)?)).await?;
    Ok(go("/portal/account", Notice::new("notice-portal-saved")))
}

/// POST /portal/account/password: all other sessions end.
pub async fn set_password(app: App, guest: Guest<right::Follow>, form: Form) -> Result<Response, Failure> {
    let visiting = &guest.visiting;
    if let Err(problems) = check(form.exact("password"), form.exact("password_again"), "") {
        return shown(&app, &guest, &form.with(problems), StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let hash = app.hasher.hash(form.exact("password").to_owned()).await?;
    let (access, contact, session) = (visiting.access, visiting.contact, visiting.session);
    app.change(&guest, move |change| {
        guests::set_password(change.tx, access, Some(&hash))?;
        guests::end_other_sessions(change.tx, access, session)?;
        let row = contact_store::find(change.tx, contact)?.ok_or(Failure::Gone)?;
        let about = contacts::about(contact, row.customer_id, row.site_id);
        change.record(about, Event::PortalPasswordSet { access });
        Ok(())
    })
    .await?;
    Ok(go("/portal/account", Notice::new("notice-portal-saved")))
}
