//! Buttons, cards, dialogs, tabs, timelines, times.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, Render, html};

use super::state::Tone;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;

/// A button that sends a form by itself: `POST` to `href`.
pub fn action(href: &str, drawing: Icon, word: impl Render) -> Markup {
    html! {
        form class="inline" method="post" action=(href) {
            button class="button" type="submit" { (icon(drawing)) span { (word) } }
        }
    }
}

/// A row of buttons.
pub fn actions(buttons: Markup) -> Markup {
    html! { div class="actions" { (buttons) } }
}

/// A button inside a form with its own name and value.
pub fn button(name: &str, value: &str, drawing: Icon, word: impl Render) -> Markup {
    html! {
        button class="button" type="submit" name=(name) value=(value) { (icon(drawing)) span { (word) } }
    }
}

/// A link that looks like a button; the `primary` one is the page's main act.
pub fn link_button(href: &str, drawing: Icon, word: impl Render, primary: bool) -> Markup {
    html! {
        a class={ "button" @if primary { " primary" } } href=(href) { (icon(drawing)) span { (word) } }
    }
}

/// A titled part of a page.
pub fn card(title: impl Render, body: impl Render) -> Markup {
    html! { section class="card" { h2 { (title) } (body) } }
}

/// Pairs of name and value.
pub fn definitions(pairs: &[(&str, Markup)]) -> Markup {
    html! {
        dl class="definitions" {
            @for (name, value) in pairs { div { dt { (name) } dd { (value) } } }
        }
    }
}

/// A message in the page, in a tone.
pub fn notice(tone: Tone, words: impl Render) -> Markup {
    html! {
        div class={ "notice " (tone.class()) } role=(if tone == Tone::Bad { "alert" } else { "status" }) {
            (icon(super::tone_icon(tone))) div { (words) }
        }
    }
}

/// A menu that opens under a button; `items` are links or buttons. Works without a script.
pub fn menu(drawing: Icon, word: impl Render, items: Markup) -> Markup {
    html! {
        details class="menu" data-menu {
            summary class="button" { (icon(drawing)) span { (word) } (icon(Icon::Down)) }
            div class="menu-items" { (items) }
        }
    }
}

/// A dialog with a form or a question; [`dialog_button`] opens it. It lies on the page until then.
pub fn dialog(l: &L10n, id: &str, title: impl Render, body: impl Render) -> Markup {
    html! {
        dialog class="dialog" id=(id) aria-labelledby={ (id) "-title" } {
            header {
                h2 id={ (id) "-title" } { (title) }
                button class="button quiet" type="button" data-close aria-label=(l.t("dialog-close")) {
                    (icon(Icon::Cross))
                }
            }
            (body)
        }
    }
}

/// The button that opens a dialog; without a script it leads to `href`, a page with the same form.
pub fn dialog_button(id: &str, href: &str, drawing: Icon, word: impl Render) -> Markup {
    html! {
        a class="button" href=(href) data-dialog=(id) { (icon(drawing)) span { (word) } }
    }
}

/// One of several views of the same thing.
#[derive(Clone, Debug)]
pub struct Tab {
    pub href: String,
    pub label: String,
    pub count: Option<i64>,
    pub current: bool,
}

/// The views of a thing, the current one marked.
pub fn tabs(l: &L10n, tabs: &[Tab]) -> Markup {
    html! {
        nav class="tabs" aria-label=(l.t("tabs-label")) {
            @for tab in tabs {
                a href=(tab.href) aria-current=[tab.current.then_some("page")] {
                    (tab.label)
                    @if let Some(count) = tab.count { span class="count" { (l.number(count)) } }
                }
            }
        }
    }
}

/// A point of a timeline.
#[derive(Clone, Debug)]
pub struct Moment {
    pub at: Timestamp,
    pub drawing: Icon,
    pub tone: Tone,
    /// What happened, in one line.
    pub title: Markup,
    /// Who said so.
    pub by: String,
    /// The rest: text of a note, fields that changed.
    pub body: Option<Markup>,
    /// An extra class: `internal` and `public` for notes.
    pub class: &'static str,
}

/// What happened, in order, with times in the given zone.
pub fn timeline(l: &L10n, zone: &TimeZone, moments: &[Moment]) -> Markup {
    html! {
        ol class="timeline" {
            @for moment in moments {
                li class={ (moment.tone.class()) " " (moment.class) } {
                    span class="timeline-mark" { (icon(moment.drawing)) }
                    div class="timeline-body" {
                        p class="timeline-head" {
                            strong { (moment.title) }
                            span class="by" { (moment.by) }
                            (time_in(l, moment.at, zone))
                        }
                        @if let Some(body) = &moment.body { div class="timeline-text" { (body) } }
                    }
                }
            }
        }
    }
}

/// A moment in the reader's zone, with the exact time in its title.
pub fn time(l: &L10n, at: Timestamp) -> Markup {
    time_in(l, at, &l.zone)
}

/// A moment in a given zone: a site's times stand in the site's zone, which the title names.
pub fn time_in(l: &L10n, at: Timestamp, zone: &TimeZone) -> Markup {
    html! {
        time datetime=(at) title={ (l.datetime_exact(at, zone)) " · " (l.relative(at)) } {
            (l.datetime_in(at, zone))
        }
    }
}

/// The furthest moment of which one says how long ago or how soon it is; further ones are told by their date.
const NEAR: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How long ago or how soon, kept up to date by the script, with the exact time in its title; further away, the date.
pub fn when(l: &L10n, at: Timestamp) -> Markup {
    if at.duration_since(l.now).abs() >= NEAR {
        return html! {
            time datetime=(at) title={ (l.datetime_exact(at, &l.zone)) " · " (l.relative(at)) } {
                (l.datetime_short(at))
            }
        };
    }
    html! {
        time datetime=(at) data-relative title=(l.datetime_exact(at, &l.zone)) { (l.relative(at)) }
    }
}

/// A key on the keyboard.
pub fn kbd(key: &str) -> Markup {
    html! { kbd { (key) } }
}
