//! Contracts: period, sites, commitment, dedicated engineer and acceptance; and which of them covers a site.

pub mod api;
pub mod change;
pub mod pages;
pub mod show;
pub mod store;

use crate::layout::components::Tab;
use crate::layout::l10n::L10n;
use crate::records::list::tab;

/// The lists of contracts and commitments, side by side.
pub fn tabs_of(l: &L10n, current: &str) -> Vec<Tab> {
    crate::commitments::TABS.into_iter().map(|(href, key)| tab(l, href, key, href == current)).collect()
}
