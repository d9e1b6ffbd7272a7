//! Articles (知识条目): the support database, written, published, reviewed, and read on the portal (C7.4).

pub mod store;

pub mod change;

pub mod api;
pub mod duty;
pub mod editions;
pub mod files;
pub mod gaps;
pub mod pages;
pub mod show;
pub mod write;

use crate::layout::components::Tab;
use crate::layout::l10n::L10n;
use crate::records::list::tab;

/// The lists of the support database, side by side.
pub fn tabs_of(l: &L10n, current: &str) -> Vec<Tab> {
    [
        ("/articles", "articles-title"),
        ("/articles?review=overdue", "articles-overdue"),
        ("/articles/gaps", "gaps-title"),
    ]
    .into_iter()
    .map(|(href, key)| tab(l, href, key, href == current))
    .collect()
}
