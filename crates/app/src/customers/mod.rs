//! Customers, with their sites and contacts: whom we serve, and where.

pub mod api;
pub mod around;
pub mod change;
pub mod contacts;
pub mod pages;
pub mod sites;
pub mod store;

use crate::layout::components::Tab;
use crate::layout::l10n::L10n;
use crate::records::list::tab;

/// The lists of customers, sites and contacts, side by side.
pub fn tabs_of(l: &L10n, current: &str) -> Vec<Tab> {
    [("/customers", "customers-title"), ("/sites", "sites-title"), ("/contacts", "contacts-title")]
        .into_iter()
        .map(|(href, key)| tab(l, href, key, href == current))
        .collect()
}
