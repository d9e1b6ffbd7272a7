//! What the house sets for itself, in one list: the tabs above each of these pages.

use axum::response::{IntoResponse, Redirect, Response};
use maud::Markup;
use rules::access::{Permission, perm};

use crate::kernel::actor::Actor;
use crate::layout::components::{Tab, tabs};
use crate::layout::page::Viewer;

/// The pages, in order. One is shown to those who may open it.
const PLACES: &[(&str, &str, Permission)] = &[
    ("/settings/company", "company-title", Permission::ManageSystem),
    ("/settings/fields", "custom-fields-title", Permission::ManageSystem),
    ("/replies", "replies-title", Permission::KeepTemplates),
    ("/checklists", "checklists-title", Permission::KeepTemplates),
    ("/settings/notices", "notice-words-title", Permission::ManageNotices),
    ("/settings/mail", "mail-out-title", Permission::ManageSystem),
];

fn open_to(viewer: &Viewer) -> impl Iterator<Item = &'static (&'static str, &'static str, Permission)> {
    let role = viewer.person.as_ref().map(|person| person.role);
    PLACES.iter().filter(move |(_, _, needs)| role.is_some_and(|role| role.may(*needs)))
}

/// The tabs, with the page that is open marked.
pub fn places(viewer: &Viewer, here: &str) -> Markup {
    let tab = |(href, label, _): &(&str, &str, Permission)| Tab {
        href: (*href).to_owned(),
        label: viewer.l.t(label).into_owned(),
        count: None,
        current: *href == here,
    };
    tabs(&viewer.l, &open_to(viewer).map(tab).collect::<Vec<_>>())
}

/// GET /settings: the first page that the reader may open.
pub async fn index(actor: Actor<perm::KeepTemplates>) -> Response {
    let first = open_to(&actor).next().map_or("/", |(href, _, _)| href);
    Redirect::to(first).into_response()
}
