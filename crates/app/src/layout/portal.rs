//! The frame of the customer's pages: quiet, for a phone first, with the company's name at the top and the
//! hotline on every page (C7.8).

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use maud::{DOCTYPE, Markup, Render, html};
use rules::portal::Right;

use crate::kernel::guest::Visiting;
use crate::kernel::notice;
use crate::layout::assets;
use crate::layout::components::{Tone, notice as said};
use crate::layout::icons::{Icon, icon};
use crate::layout::page::{Viewer, language_links, mark, script_words};

/// A place of the portal's navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    Home,
    Report,
    Tickets,
    Articles,
    Assets,
    DutyLog,
    Contracts,
    /// One's own access; reached from the foot of the page.
    Account,
}

/// The navigation, in order; a spot is shown to those who have its right.
const SPOTS: [(Spot, &str, &str, Icon, Right); 7] = [
    (Spot::Home, "/portal", "portal-nav-home", Icon::Queue, Right::Follow),
    (Spot::Report, "/portal/report", "portal-nav-report", Icon::Add, Right::Report),
    (Spot::Tickets, "/portal/tickets", "portal-nav-tickets", Icon::Ticket, Right::Follow),
    (Spot::Articles, "/portal/articles", "portal-nav-articles", Icon::Article, Right::Follow),
    (Spot::Assets, "/portal/assets", "portal-nav-assets", Icon::Asset, Right::Follow),
    (Spot::DutyLog, "/portal/duty-log", "portal-nav-duty-log", Icon::Note, Right::KeepDutyLog),
    (Spot::Contracts, "/portal/contracts", "portal-nav-contracts", Icon::Contract, Right::SeeContracts),
];

/// A page of the portal on its way to being shown.
pub struct PortalPage<'a> {
    viewer: &'a Viewer,
    title: String,
    spot: Option<Spot>,
    lead: Option<Markup>,
    status: StatusCode,
    back: Option<(String, String)>,
}

impl<'a> PortalPage<'a> {
    /// A page with a title.
    pub fn new(viewer: &'a Viewer, title: impl Into<String>) -> PortalPage<'a> {
        PortalPage { viewer, title: title.into(), spot: None, lead: None, status: StatusCode::OK, back: None }
    }

    /// Where in the navigation it stands.
    pub fn at(mut self, spot: Spot) -> Self {
        self.spot = Some(spot);
        self
    }

    /// A line under the title.
    pub fn lead(mut self, words: impl Render) -> Self {
        self.lead = Some(words.render());
        self
    }

    /// The page above this one.
    pub fn back(mut self, href: impl Into<String>, label: impl Into<String>) -> Self {
        self.back = Some((href.into(), label.into()));
        self
    }

    /// Another status than 200.
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The page with its content.
    pub fn body(self, content: impl Render) -> Response {
        let markup = self.document(&content.render());
        let mut response = (self.status, markup).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.viewer.notice.is_some() {
            headers.append(header::SET_COOKIE, notice::forget());
        }
        response
    }

    fn company(&self) -> String {
        self.viewer.company.clone().unwrap_or_else(|| self.viewer.l.t("product-name").into_owned())
    }

    /// What the company set in place of a logo, or ours.
    fn mark(&self) -> Markup {
        html! {
            @match &self.viewer.mark {
                Some(text) => { span class="house-mark" aria-hidden="true" { (text) } }
                None => { (mark()) }
            }
        }
    }

    fn document(&self, content: &Markup) -> Markup {
        let l = &self.viewer.l;
        html! {
            (DOCTYPE)
            html lang=(l.locale.tag()) data-theme=(self.viewer.theme.code()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                    meta name="color-scheme" content="light dark";
                    meta name="referrer" content="same-origin";
                    meta name="robots" content="noindex";
                    meta name="now" content=(l.now);
                    meta name="words" content=(script_words(l));
                    title { (self.title) " · " (self.company()) }
                    link rel="icon" href=(assets::url("mark.svg")) type="image/svg+xml";
                    link rel="stylesheet" href=(assets::url("app.css"));
                    script type="module" src=(assets::url("portal.js")) {}
                }
                body class={ "portal" @if self.viewer.guest.is_none() { " portal-stranger" } } {
                    a class="skip" href="#main" { (l.t("skip-to-content")) }
                    header class="portal-top" {
                        a class="brand" href="/portal" { (self.mark()) span { (self.company()) } }
                        @if let Some(guest) = &self.viewer.guest { (person(self.viewer, guest)) }
                    }
                    @if let Some(guest) = &self.viewer.guest { (self.navigation(guest)) }
                    main id="main" class="portal-main" tabindex="-1" {
                        @if let Some((href, label)) = &self.back {
                            p class="portal-back" { a href=(href) { (icon(Icon::Back)) span { (label) } } }
                        }
                        h1 { (self.title) }
                        @if let Some(lead) = &self.lead { p class="lead" { (lead) } }
                        @if let Some(words) = self.viewer.notice.as_ref().and_then(|notice| notice.words(l)) {
                            div class="told" role="status" { (said(Tone::Met, words)) }
                        }
                        (content)
                    }
                    footer class="portal-foot" {
                        (hotline(self.viewer))
                        @if self.viewer.guest.is_none() { (language_links(l.locale)) }
                    }
                    div class="toasts" role="status" aria-live="polite" {}
                }
            }
        }
    }

    fn navigation(&self, guest: &Visiting) -> Markup {
        let l = &self.viewer.l;
        html! {
            nav class="portal-nav" aria-label=(l.t("nav-label")) {
                ul { @for (spot, href, label, drawing, right) in SPOTS {
                    @if guest.role.may(right) {
                        li { a href=(href) aria-current=[(self.spot == Some(spot)).then_some("page")] {
                            (icon(drawing)) span { (l.t(label)) }
                        } }
                    }
                } }
            }
        }
    }
}

fn person(viewer: &Viewer, guest: &Visiting) -> Markup {
    let l = &viewer.l;
    html! {
        details class="menu portal-person" data-menu {
            summary aria-label=(l.t("account-menu")) {
                span class="initial" aria-hidden="true" { (guest.name.chars().next().unwrap_or(' ')) }
                span class="account-name" { (guest.name) }
                (icon(Icon::Down))
            }
            div class="menu-items" {
                p class="menu-head" { strong { (guest.name) } span { (guest.customer_name) } }
                a href="/portal/account" { (icon(Icon::Settings)) span { (l.t("portal-account")) } }
                form method="post" action="/portal/sign-out" {
                    button type="submit" { (icon(Icon::SignOut)) span { (l.t("sign-out")) } }
                }
            }
        }
    }
}

/// The number that is answered at any hour, on holidays too (C7.8).
fn hotline(viewer: &Viewer) -> Markup {
    let l = &viewer.l;
    html! {
        @if let Some(number) = &viewer.hotline {
            p class="portal-hotline" {
                (icon(Icon::Phone)) span { (l.t("portal-hotline")) } a href={ "tel:" (number) } { (number) }
            }
        }
        @if let Some(address) = &viewer.address { p class="portal-address" { (address) } }
    }
}
