//! Lists of records: tabs between related lists, search, filters, saved filters, pages by cursor.

use maud::{Markup, html};
use rules::access::Permission;

use super::saved::{SavedFilter, saved_bar};
use crate::kernel::form::Search;
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::L10n;
use crate::layout::page::Viewer;
use crate::lookup::Shown;

/// Rows of a page of a list.
pub const ROWS: i64 = 50;

/// The row after which a page goes on.
pub fn after(query: &Search) -> Option<i64> {
    query.some("after").and_then(|text| text.parse().ok())
}

/// What is shown: in use, put away, or both.
pub fn shown(query: &Search) -> Shown {
    Shown::parse(query.get("shown"))
}

/// The filter between what is in use and what was put away.
pub fn shown_filter(l: &L10n) -> Filter {
    Filter {
        name: "shown",
        label: l.t("records-shown").into_owned(),
        options: vec![
            ("archived".to_owned(), l.t("records-shown-archived").into_owned()),
            ("all".to_owned(), l.t("records-shown-all").into_owned()),
        ],
    }
}

/// Cuts up to [`ROWS`] rows from those that were read (one more was asked for) and tells where to go on.
pub fn cut<R>(mut rows: Vec<R>, id: impl Fn(&R) -> i64) -> (Vec<R>, Option<String>) {
    let most = usize::try_from(ROWS).unwrap_or_default();
    let more = rows.len() > most;
    rows.truncate(most);
    let next = rows.last().filter(|_| more).map(|last| id(last).to_string());
    (rows, next)
}

/// A list of records and all that stands around it.
pub struct ListPage<'a> {
    pub noun: &'static str,
    pub path: &'static str,
    pub query: &'a Search,
    pub tabs: Vec<Tab>,
    pub filters: Vec<Filter>,
    pub saved: Vec<SavedFilter>,
    /// The key of the words in the empty search field.
    pub placeholder: &'static str,
    pub columns: Vec<Column>,
    pub rows: Markup,
    pub is_empty: bool,
    pub next: Option<String>,
    /// What stands in place of an empty list that is not narrowed.
    pub nothing_yet: Markup,
}

impl ListPage<'_> {
    /// The content of the page.
    pub fn body(&self, viewer: &Viewer) -> Markup {
        let l = &viewer.l;
        let narrowed = self.query.others(["after"].into_iter()).iter().any(|(_, value)| !value.is_empty());
        html! {
            @if self.tabs.len() > 1 { (tabs(l, &self.tabs)) }
            (saved_bar(viewer, self.noun, self.path, self.query, &self.saved))
            (filters(l, self.path, self.query, &self.filters, &l.t(self.placeholder)))
            @if self.is_empty && narrowed {
                (empty(Icon::Search, l.t("records-none-found"), l.t("records-none-found-words"), Some(html! {
                    (link_button(self.path, Icon::Undo, l.t("filters-clear"), false))
                })))
            } @else if self.is_empty {
                (self.nothing_yet)
            } @else {
                (table(l.t(&format!("{}-caption", self.noun)), &self.columns, self.rows.clone()))
                (pagination(l, self.path, self.query, self.next.as_deref()))
            }
        }
    }
}

/// The buttons beside the title of a list: import and new, for those who may.
pub fn list_acts(viewer: &Viewer, noun: &str, path: &str, edit: Permission, new_word: &str) -> Markup {
    let l = &viewer.l;
    let may = |permission| viewer.person.as_ref().is_some_and(|person| person.may(permission));
    html! {
        @if may(Permission::ImportRegistry) {
            (link_button(&format!("/imports/new?noun={noun}"), Icon::Import, l.t("records-import"), false))
        }
        @if may(edit) { (link_button(&format!("{path}/new"), Icon::Add, new_word, true)) }
    }
}

/// A tab to a list.
pub fn tab(l: &L10n, href: &str, key: &str, current: bool) -> Tab {
    Tab { href: href.to_owned(), label: l.t(key).into_owned(), count: None, current }
}

/// The chip of something that was put away, beside its name.
pub fn archived_mark(l: &L10n, archived: bool) -> Markup {
    html! { @if archived { " " (chip(Tone::Void, Icon::Archive, l.t("records-archived"))) } }
}

/// A dash where there is nothing.
pub fn or_dash(text: Option<&str>) -> Markup {
    html! { @match text { Some(text) if !text.is_empty() => { (text) }, _ => { span class="muted" { "\u{2013}" } } } }
}
