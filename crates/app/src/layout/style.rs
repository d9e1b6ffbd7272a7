//! The style page: every part of every page in one place, for those who build and look after it.

use axum::response::Response;
use jiff::SignedDuration;
use maud::html;
use rules::access::perm;

use super::components::*;
use super::page::{Page, Section};
use crate::kernel::actor::Actor;

/// GET /style
pub async fn page(actor: Actor<perm::ManageSystem>) -> Response {
    let l = &actor.l;
    Page::new(&actor, Section::Style, l.t("nav-style")).body(html! {
        (card(l.t("style-states"), html! {
            p { @for tone in Tone::ALL { (chip(tone, tone_icon(tone), tone.class())) " " } }
            (countdown_large(l, l.now + SignedDuration::from_secs(8_000), None))
        }))
    })
}
