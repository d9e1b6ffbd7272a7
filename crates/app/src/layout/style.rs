//! The style page: every part of every page in one place, for those who build and look after it.

use axum::response::Response;
use jiff::SignedDuration;
use maud::{Markup, html};
use rules::Invalid;
use rules::access::{Role, perm};

use super::components::*;
use super::icons::{Icon, icon};
use super::page::{Page, Section};
use crate::kernel::actor::Actor;
use crate::kernel::form::{Form, Search};
use crate::layout::l10n::L10n;

const COLOURS: [&str; 14] = [
    "canvas",
    "surface",
    "sunken",
    "ink",
    "ink-2",
    "ink-3",
    "line",
    "accent",
    "accent-soft",
    "on-time",
    "risk",
    "bad",
    "paused",
    "void",
];

/// GET /style
pub async fn page(actor: Actor<perm::ManageSystem>, search: Search) -> Response {
    let l = &actor.l;
    let buttons = html! {
        (dialog_button("sample-dialog", "/style", Icon::Info, l.t("style-dialog")))
        (link_button("/style", Icon::Refresh, l.t("style-again"), true))
    };
    Page::new(&actor, Section::Style, l.t("nav-style"))
        .crumb("/", l.t("product-name"))
        .lead(l.t("style-lead"))
        .actions(buttons)
        .body(html! {
            (card(l.t("style-states"), states(l)))
            (card(l.t("style-figures"), figures(l)))
            (card(l.t("style-lists"), lists(l, &search)))
            (card(l.t("style-fields"), fields(l)))
            (card(l.t("style-story"), story(l)))
            (card(l.t("style-colours"), html! {
                ul class="swatches" { @for colour in COLOURS {
                    li class="swatch" { i class={ "swatch-" (colour) } {} code { (colour) } }
                } }
            }))
            (card(l.t("style-icons"), html! {
                ul class="icon-sheet" { @for drawing in Icon::ALL { li { (icon(*drawing)) (format!("{drawing:?}")) } } }
            }))
            (dialog(l, "sample-dialog", l.t("style-dialog"), html! {
                div class="form" { p { (l.t("style-lead")) } (actions(html! { button class="button" data-close { (l.t("dialog-close")) } })) }
            }))
        })
}

fn states(l: &L10n) -> Markup {
    let hours = |n: i64| l.now + SignedDuration::from_mins(n * 60 + 12);
    html! {
        div class="sample" {
            p { (countdown_large(l, hours(3), None)) }
            p { (countdown_large(l, hours(0), Some(l.now))) " " (countdown_large(l, hours(-1), None)) }
            p {
                (countdown(l, hours(26), None)) " " (countdown(l, hours(2), Some(l.now))) " "
                (countdown(l, hours(-5), None))
            }
            p { @for tone in Tone::ALL { (chip(tone, tone_icon(tone), tone.class())) " " } (badge("RMA")) }
            p { @for (rank, role) in (1_u8..).zip(Role::ALL.iter().take(4)) { (severity_mark(rank, l.t(role.label()))) " " } }
            @for tone in [Tone::Info, Tone::Met, Tone::Risk, Tone::Bad] { (notice(tone, l.t("style-lead"))) }
        }
    }
}

fn figures(l: &L10n) -> Markup {
    stats(html! {
        (stat(l.t("style-states"), l.number(1_284), "/style", Tone::Plain))
        (stat(l.t("style-figures"), l.percent(0.987), "/style", Tone::OnTime))
        (stat(l.t("style-lists"), l.number(14), "/style", Tone::Risk))
        (stat(l.t("style-fields"), l.number(3), "/style", Tone::Bad))
        (stat(l.t("style-story"), l.number(8), "/style", Tone::Paused))
    })
}

fn roles(l: &L10n) -> Vec<(String, String)> {
    Role::ALL.iter().map(|role| (role.code().to_owned(), l.t(role.label()).into_owned())).collect()
}

fn lists(l: &L10n, search: &Search) -> Markup {
    let filter = Filter { name: "role", label: l.t("people-role").into_owned(), options: roles(l) };
    let columns = [
        Column::new(l.t("people-name")),
        Column::wide(l.t("people-login")),
        Column::new(l.t("people-role")),
        Column::figures(l.t("style-figures")),
    ];
    let current = search.get("view") == "empty";
    html! {
        (tabs(l, &[
            Tab { href: "/style".into(), label: l.t("style-lists").into_owned(), count: Some(8), current: !current },
            Tab { href: "/style?view=empty".into(), label: l.t("style-empty").into_owned(), count: None, current },
        ]))
        (filters(l, "/style", search, &[filter], &l.t("people-search")))
        @if current {
            (empty(Icon::People, l.t("style-empty"), l.t("style-lead"),
                Some(link_button("/people/new", Icon::Add, l.t("people-new"), true))))
        } @else {
            (table(l.t("style-lists"), &columns, html! {
                @for (index, role) in Role::ALL.iter().enumerate() {
                    tr data-href="/style" class=[["risk", "bad"].get(index)] {
                        td { a href="/style" { (l.t(role.label())) } small { (role.code()) } }
                        td class="wide" { (role.code()) }
                        td { (badge(l.t(role.label()))) }
                        td class="figures" { (l.number(i64::try_from(index * 1_371).unwrap_or(0))) }
                    }
                }
            }))
            (pagination(l, "/style", search, Some("x")))
        }
    }
}

fn fields(l: &L10n) -> Markup {
    let form = Form::of([
        ("name", l.t("product-name").into_owned()),
        ("role", "hotline".to_owned()),
        ("roles", "engineer".to_owned()),
    ])
    .with(vec![Invalid::required("login")]);
    html! {
        (error_summary(&form, l))
        form class="form" method="get" action="/style" {
            div class="row" {
                (Field::text("name", l.t("people-name")).required().hint(l.t("style-lead")).of(&form, l))
                (Field::text("login", l.t("people-login")).required().of(&form, l))
            }
            div class="row" {
                (Select::new("role", l.t("people-role"), roles(l)).empty("\u{2014}").required().of(&form, l))
                (Combobox::new("person", l.t("people-title"), "/people/lookup").hint(l.t("palette-hint")).of(&form, l))
            }
            (Choice::one("role", l.t("people-role"), roles(l)).required().of(&form, l))
            (Choice::several("roles", l.t("people-role"), roles(l)).of(&form, l))
            (TextArea::new("note", l.t("teams-note")).of(&form, l))
            (Check::new("yes", l.t("style-lead")).of(&form, l))
            (FileDrop::new("files", l.t("style-files")).several().of(&form, l))
            (actions(html! {
                (submit(l.t("form-save")))
                (button("act", "x", Icon::Undo, l.t("form-cancel")))
                button class="button danger" type="button" { (icon(Icon::Archive)) span { (l.t("people-deactivate")) } }
                button class="button quiet" type="button" { (l.t("form-cancel")) }
                (menu(Icon::More, l.t("style-menu"), html! {
                    a href="/style" { (icon(Icon::Link)) (l.t("style-lists")) }
                    a href="/style" { (icon(Icon::Merge)) (l.t("style-fields")) }
                }))
            }))
        }
    }
}

fn story(l: &L10n) -> Markup {
    let moment = |minutes: i64, drawing, tone, class, body: Option<Markup>| Moment {
        at: l.now - SignedDuration::from_mins(minutes),
        drawing,
        tone,
        title: html! { (l.t("style-story")) },
        by: l.t(Role::Hotline.label()).into_owned(),
        body,
        class,
    };
    html! {
        (timeline(l, &l.zone, &[
            moment(190, Icon::Phone, Tone::Plain, "", Some(html! { (l.t("style-lead")) })),
            moment(75, Icon::Lock, Tone::Plain, "internal", Some(html! { (l.t("style-lead")) })),
            moment(40, Icon::Eye, Tone::Info, "public", Some(html! { (l.t("style-lead")) })),
            moment(3, Icon::OnTime, Tone::Met, "", None),
        ]))
        hr;
        (definitions(&[
            (&l.t("people-name"), html! { (l.t("product-name")) }),
            (&l.t("style-story"), html! { (time(l, l.now)) " \u{b7} " (when(l, l.now - SignedDuration::from_mins(134))) }),
            (&l.t("keys-title"), html! { (kbd("j")) " " (kbd("k")) }),
        ]))
        hr;
        (action("/style", Icon::Refresh, l.t("style-again")))
    }
}
