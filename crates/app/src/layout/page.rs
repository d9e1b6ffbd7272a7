//! The shell of every page: top bar, navigation, breadcrumbs, title, acts, content, footer.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use maud::{DOCTYPE, Markup, Render, html};
use rules::access::Permission;

use crate::kernel::actor::{Person, Theme};
use crate::kernel::guest::Visiting;
use crate::kernel::live::Heard;
use crate::kernel::notice::{self, Notice};
use crate::layout::assets;
use crate::layout::components::{Tone, tone_icon};
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::{FluentValue, L10n, Locale};

/// A place in the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Home,
    Queue,
    Tickets,
    Hotline,
    Messages,
    Articles,
    Customers,
    Contracts,
    Assets,
    People,
    Teams,
    Deliveries,
    Settings,
    Style,
    Security,
    /// One's own account; reached from the top bar.
    Account,
    /// Everything in one search; reached from the top bar.
    Search,
}

struct Place {
    section: Section,
    href: &'static str,
    label: &'static str,
    icon: Icon,
    needs: Permission,
    /// The key after `g` that goes there.
    key: &'static str,
}

/// The navigation, in order. A place is shown to those who may open it.
const PLACES: &[Place] = &[
    Place {
        section: Section::Queue,
        href: "/queue",
        label: "nav-queue",
        icon: Icon::Queue,
        needs: Permission::ViewTickets,
        key: "q",
    },
    Place {
        section: Section::Tickets,
        href: "/tickets",
        label: "nav-tickets",
        icon: Icon::Ticket,
        needs: Permission::ViewTickets,
        key: "t",
    },
    Place {
        section: Section::Hotline,
        href: "/console",
        label: "nav-hotline",
        icon: Icon::Phone,
        needs: Permission::HandleCalls,
        key: "h",
    },
    Place {
        section: Section::Messages,
        href: "/messages",
        label: "nav-messages",
        icon: Icon::Inbox,
        needs: Permission::ViewTickets,
        key: "i",
    },
    Place {
        section: Section::Articles,
        href: "/articles",
        label: "nav-articles",
        icon: Icon::Article,
        needs: Permission::ViewArticles,
        key: "w",
    },
    Place {
        section: Section::Customers,
        href: "/customers",
        label: "nav-customers",
        icon: Icon::Customers,
        needs: Permission::ViewRegistry,
        key: "c",
    },
    Place {
        section: Section::Contracts,
        href: "/contracts",
        label: "nav-contracts",
        icon: Icon::Contract,
        needs: Permission::ViewRegistry,
        key: "k",
    },
    Place {
        section: Section::Assets,
        href: "/assets",
        label: "nav-assets",
        icon: Icon::Asset,
        needs: Permission::ViewRegistry,
        key: "a",
    },
    Place {
        section: Section::People,
        href: "/people",
        label: "nav-people",
        icon: Icon::People,
        needs: Permission::ViewPeople,
        key: "p",
    },
    Place {
        section: Section::Teams,
        href: "/teams",
        label: "nav-teams",
        icon: Icon::Team,
        needs: Permission::ViewPeople,
        key: "m",
    },
    Place {
        section: Section::Deliveries,
        href: "/deliveries",
        label: "nav-deliveries",
        icon: Icon::Mail,
        needs: Permission::ViewDeliveries,
        key: "d",
    },
    Place {
        section: Section::Settings,
        href: "/settings",
        label: "nav-settings",
        icon: Icon::Settings,
        needs: Permission::KeepTemplates,
        key: "e",
    },
    Place {
        section: Section::Style,
        href: "/style",
        label: "nav-style",
        icon: Icon::Eye,
        needs: Permission::ManageSystem,
        key: "y",
    },
    Place {
        section: Section::Security,
        href: "/security",
        label: "nav-security",
        icon: Icon::Lock,
        needs: Permission::ManageSystem,
        key: "s",
    },
];

/// Who looks at a page, and how.
#[derive(Clone, Debug)]
pub struct Viewer {
    pub l: L10n,
    pub theme: Theme,
    pub person: Option<Person>,
    /// One of the customer's people, on the portal; there never beside a person of ours.
    pub guest: Option<Visiting>,
    pub notice: Option<Notice>,
    /// The hotline number and other channels that stand on every page.
    pub hotline: Option<String>,
    /// The name of the company that gives the service.
    pub company: Option<String>,
    /// One to four characters that stand where a logo would.
    pub mark: Option<String>,
    /// Where the company is.
    pub address: Option<String>,
    /// How much had been told to open pages when the request came.
    pub heard: Heard,
}

/// A page on its way to being shown.
pub struct Page<'a> {
    viewer: &'a Viewer,
    title: String,
    section: Section,
    crumbs: Vec<(String, String)>,
    actions: Option<Markup>,
    status: StatusCode,
    wide: bool,
    live: Vec<String>,
    scripts: Vec<&'static str>,
    lead: Option<Markup>,
}

impl<'a> Page<'a> {
    /// A page in a section of the navigation.
    pub fn new(viewer: &'a Viewer, section: Section, title: impl Into<String>) -> Page<'a> {
        Page {
            viewer,
            title: title.into(),
            section,
            crumbs: Vec::new(),
            actions: None,
            status: StatusCode::OK,
            wide: false,
            live: Vec::new(),
            scripts: Vec::new(),
            lead: None,
        }
    }

    /// A page above this one.
    pub fn crumb(mut self, href: impl Into<String>, label: impl Into<String>) -> Self {
        self.crumbs.push((href.into(), label.into()));
        self
    }

    /// The buttons beside the title.
    pub fn actions(mut self, buttons: Markup) -> Self {
        self.actions = Some(buttons);
        self
    }

    /// A line under the title.
    pub fn lead(mut self, words: impl Render) -> Self {
        self.lead = Some(words.render());
        self
    }

    /// Another status than 200, for a form with problems (422) or a refusal (409).
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The content takes the whole width: for tables.
    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    /// The page hears of changes under `topic`. When one comes, each element with an `id` and
    /// `data-live="topic"` (or `data-live="*"`) is fetched anew and replaced.
    pub fn live(mut self, topic: impl Into<String>) -> Self {
        self.live.push(topic.into());
        self
    }

    /// A module of `assets/` that only this page needs.
    pub fn script(mut self, name: &'static str) -> Self {
        self.scripts.push(name);
        self
    }

    /// The page with its content.
    pub fn body(self, content: impl Render) -> Response {
        let markup = match &self.viewer.person {
            Some(person) => self.frame(person, content),
            None => self.bare(content),
        };
        let mut response = (self.status, markup).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.viewer.notice.is_some() {
            headers.append(header::SET_COOKIE, notice::forget());
        }
        response
    }

    fn document(&self, class: &str, body: Markup) -> Markup {
        let l = &self.viewer.l;
        // The bell of every page is live.
        let bell = self.viewer.person.as_ref().map(|person| format!("notices:{}", person.id));
        let live: Vec<String> = self.live.iter().cloned().chain(bell).collect();
        html! {
            (DOCTYPE)
            html lang=(l.locale.tag()) data-theme=(self.viewer.theme.code()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                    meta name="color-scheme" content="light dark";
                    meta name="referrer" content="same-origin";
                    meta name="now" content=(l.now);
                    meta name="heard" content=(self.viewer.heard);
                    meta name="words" content=(script_words(l));
                    title { (self.title) " · " (l.t("product-name")) }
                    link rel="icon" href=(assets::url("mark.svg")) type="image/svg+xml";
                    link rel="stylesheet" href=(assets::url("app.css"));
                    script type="module" src=(assets::url("app.js")) {}
                    @for name in &self.scripts { script type="module" src=(assets::url(name)) {} }
                }
                body class=(class) data-live=[(!live.is_empty()).then(|| live.join(" "))]
                    data-person=[self.viewer.person.as_ref().map(|person| person.id)] {
                    (body)
                }
            }
        }
    }

    fn bare(&self, content: impl Render) -> Markup {
        let l = &self.viewer.l;
        self.document(
            "bare",
            html! {
                main id="main" class="bare-main" {
                    div class="bare-card" {
                        p class="brand" { (mark()) span { (l.t("product-name")) } }
                        h1 { (self.title) }
                        (self.notice())
                        (content)
                    }
                    (language_links(l.locale))
                    (self.hotline())
                }
            },
        )
    }

    fn frame(&self, person: &Person, content: impl Render) -> Markup {
        let l = &self.viewer.l;
        self.document("framed", html! {
            a class="skip" href="#main" { (l.t("skip-to-content")) }
            header class="top" {
                a class="brand" href="/" { (mark()) span { (l.t("product-name")) } }
                button class="command" type="button" data-palette {
                    (icon(Icon::Search)) span { (l.t("palette-open")) } kbd { "Ctrl K" }
                }
                span class="live-state" data-live-state hidden { (icon(Icon::Refresh)) span {} }
                a class="bell" href="/notices" data-bell={ "notices:" (person.id) } aria-label=(l.t("bell-title")) {
                    (icon(Icon::Emergency)) span class="bell-count" hidden {}
                }
                (self.account_menu(person))
            }
            nav class="side" aria-label=(l.t("nav-label")) {
                ul { @for place in places(person) { li { (self.place(place)) } } }
            }
            main id="main" class=[self.wide.then_some("wide")] tabindex="-1" {
                @if !self.crumbs.is_empty() {
                    nav class="crumbs" aria-label=(l.t("crumbs-label")) {
                        ol { @for (href, label) in &self.crumbs { li { a href=(href) { (label) } } } }
                    }
                }
                div class="title-row" {
                    div { h1 { (self.title) } @if let Some(lead) = &self.lead { p class="lead" { (lead) } } }
                    @if let Some(buttons) = &self.actions { div class="actions" { (buttons) } }
                }
                (self.notice())
                (content)
                (self.hotline())
            }
            (palette(l, person))
            (keys(l, person))
            div class="toasts" role="status" aria-live="polite" {}
        })
    }

    fn place(&self, place: &Place) -> Markup {
        let current = place.section == self.section;
        html! {
            a href=(place.href) aria-current=[current.then_some("page")] {
                (icon(place.icon)) span { (self.viewer.l.t(place.label)) }
            }
        }
    }

    fn account_menu(&self, person: &Person) -> Markup {
        let l = &self.viewer.l;
        html! {
            details class="menu account" data-menu {
                summary aria-label=(l.t("account-menu")) {
                    span class="initial" aria-hidden="true" { (person.initial()) }
                    span class="account-name" { (person.name) }
                    (icon(Icon::Down))
                }
                div class="menu-items" {
                    p class="menu-head" { strong { (person.name) } span { (l.t(person.role.label())) } }
                    a href="/account" { (icon(Icon::Settings)) span { (l.t("account-settings")) } }
                    button type="button" data-keys { (icon(Icon::Keyboard)) span { (l.t("keys-title")) } kbd { "?" } }
                    (theme_buttons(l, self.viewer.theme))
                    form method="post" action="/sign-out" {
                        button type="submit" { (icon(Icon::SignOut)) span { (l.t("sign-out")) } }
                    }
                }
            }
        }
    }

    fn notice(&self) -> Markup {
        let l = &self.viewer.l;
        html! {
            @if let Some(notice) = &self.viewer.notice {
                @if let Some(words) = notice.words(l) {
                    div class="told" data-toast {
                        (crate::layout::components::notice(Tone::Met, words))
                    }
                }
            }
        }
    }

    fn hotline(&self) -> Markup {
        let l = &self.viewer.l;
        html! {
            @if let Some(number) = &self.viewer.hotline {
                footer class="hotline" {
                    (icon(Icon::Phone)) span { (l.t("hotline")) } a href={ "tel:" (number) } { (number) }
                }
            }
        }
    }
}

fn places(person: &Person) -> impl Iterator<Item = &'static Place> {
    let role = person.role;
    PLACES.iter().filter(move |place| role.may(place.needs))
}

/// The first page that a person may open.
pub fn home_of(person: &Person) -> &'static str {
    places(person).next().map_or("/account", |place| place.href)
}

pub(super) fn mark() -> Markup {
    html! {
        svg class="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" {
            path class="mark-ring" d="M20 12a8 8 0 1 1-3.2-6.4" {}
            path class="mark-tick" d="M8 12l3 3 8.5-9" {}
        }
    }
}

pub(super) fn language_links(current: Locale) -> Markup {
    html! {
        form class="languages" method="post" action="/language" {
            @for locale in Locale::ALL {
                button type="submit" name="locale" value=(locale.tag()) lang=(locale.tag())
                    aria-pressed=(locale == current) {
                    (L10n::new(locale, jiff::tz::TimeZone::UTC, jiff::Timestamp::UNIX_EPOCH).t(locale.name_key()))
                }
            }
        }
    }
}

fn theme_buttons(l: &L10n, current: Theme) -> Markup {
    let themes = [(Theme::Auto, Icon::Auto), (Theme::Light, Icon::Sun), (Theme::Dark, Icon::Moon)];
    html! {
        form class="themes" method="post" action="/theme" data-theme-form aria-label=(l.t("theme-label")) {
            @for (theme, drawing) in themes {
                button type="submit" name="theme" value=(theme.code()) aria-pressed=(theme == current) {
                    (icon(drawing)) span { (l.t(theme.label())) }
                }
            }
        }
    }
}

/// The command palette: places at once, records as one types.
fn palette(l: &L10n, person: &Person) -> Markup {
    html! {
        dialog class="palette" id="palette" aria-label=(l.t("palette-title")) data-source="/palette" {
            div class="palette-field" {
                (icon(Icon::Search))
                input type="text" role="combobox" aria-expanded="true" aria-controls="palette-list"
                    aria-autocomplete="list" autocomplete="off" spellcheck="false"
                    aria-label=(l.t("palette-title")) placeholder=(l.t("palette-hint"));
                kbd { "Esc" }
            }
            ul id="palette-list" role="listbox" aria-label=(l.t("palette-title")) {
                @for place in places(person) {
                    li role="option" data-href=(place.href) {
                        (icon(place.icon)) span { (l.t(place.label)) } kbd { "g " (place.key) }
                    }
                }
                li role="option" data-href="/account" { (icon(Icon::Settings)) span { (l.t("account-settings")) } }
            }
            p class="palette-none" hidden { (l.t("palette-none")) }
        }
    }
}

/// The keys that work here; a page adds its own in elements with `data-key` and a label.
fn keys(l: &L10n, person: &Person) -> Markup {
    html! {
        dialog class="dialog" id="keys" aria-labelledby="keys-title" {
            header {
                h2 id="keys-title" { (l.t("keys-title")) }
                button class="button quiet" type="button" data-close aria-label=(l.t("dialog-close")) {
                    (icon(Icon::Cross))
                }
            }
            div class="keys-columns" {
                section {
                    h3 { (l.t("keys-everywhere")) }
                    dl class="keys" {
                        div { dt { kbd { "Ctrl" } kbd { "K" } } dd { (l.t("palette-title")) } }
                        div { dt { kbd { "/" } } dd { (l.t("keys-search")) } }
                        div { dt { kbd { "j" } kbd { "k" } } dd { (l.t("keys-rows")) } }
                        div { dt { kbd { "Enter" } } dd { (l.t("keys-open")) } }
                        div { dt { kbd { "x" } } dd { (l.t("keys-select")) } }
                        div { dt { kbd { "Esc" } } dd { (l.t("keys-close")) } }
                        div { dt { kbd { "?" } } dd { (l.t("keys-title")) } }
                    }
                }
                section {
                    h3 { (l.t("keys-go")) }
                    dl class="keys" {
                        @for place in places(person) {
                            div { dt { kbd { "g" } kbd data-go=(place.href) { (place.key) } } dd { (l.t(place.label)) } }
                        }
                    }
                }
                section data-page-keys hidden { h3 { (l.t("keys-page")) } dl class="keys" {} }
            }
        }
    }
}

/// The words that scripts need, as JSON. `{n}` and `{span}` stand where the script puts its values.
pub(super) fn script_words(l: &L10n) -> String {
    let word = |key: &str| {
        let args: [(&str, FluentValue<'_>); 3] =
            [("n", "{n}".into()), ("span", "{span}".into()), ("names", "{names}".into())];
        (key.to_owned(), serde_json::Value::from(l.ta(key, &args).into_owned()))
    };
    let mut words: serde_json::Map<String, serde_json::Value> =
        SCRIPT_WORDS.iter().map(|key| word(key)).collect();
    for tone in [Tone::OnTime, Tone::Risk, Tone::Bad] {
        words.insert(format!("icon-{}", tone.class()), tone_icon(tone).path().into());
    }
    serde_json::Value::Object(words).to_string()
}

/// Every key that a script may ask for.
pub const SCRIPT_WORDS: &[&str] = &[
    "duration-days",
    "duration-hours",
    "duration-minutes",
    "duration-seconds",
    "relative-now",
    "relative-past",
    "relative-future",
    "countdown-left",
    "countdown-over",
    "live-lost",
    "live-writing",
    "combobox-none",
    "combobox-error",
    "drop-remove",
    "dialog-close",
    "upload-broken",
    "upload-too-large",
    "copied",
    "draft-restored",
    "draft-discard",
];
