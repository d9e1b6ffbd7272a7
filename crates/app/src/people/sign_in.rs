//! Signing in and out, in the language of the visitor.

use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderValue, header};
use maud::html;

use crate::kernel::actor::{LOCALE_COOKIE, Visitor};
use crate::kernel::form::{Form, Search};
use crate::layout::components::*;
use crate::layout::l10n::Locale;
use crate::layout::page::{Page, Section};

/// GET /sign-in
pub async fn page(visitor: Visitor, search: Search) -> Response {
    let l = &visitor.l;
    let form = Form::of([("next", search.get("next"))]);
    Page::new(&visitor, Section::Home, l.t("sign-in-title")).body(html! {
        form method="post" action="/sign-in" {
            input type="hidden" name="next" value=(form.get("next"));
            (Field::text("login", l.t("people-login")).required().autofocus().autocomplete("username").of(&form, l))
            (Field::text("password", l.t("people-password")).kind("password").required().autocomplete("current-password").of(&form, l))
            (submit(l.t("sign-in")))
        }
    })
}

/// POST /language: the language of a visitor, kept in a cookie.
pub async fn language(form: Form) -> Response {
    let mut response = Redirect::to("/sign-in").into_response();
    if let Some(locale) = Locale::parse(form.get("locale")) {
        let text =
            format!("{LOCALE_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly", locale.tag());
        let value = HeaderValue::from_str(&text).expect("a locale tag is ASCII");
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}
