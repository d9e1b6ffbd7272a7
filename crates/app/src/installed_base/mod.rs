//! What stands at the customers' sites: products, and assets with serial number and position.

pub mod assets;
pub mod products;

use crate::layout::components::Tab;
use crate::layout::l10n::L10n;
use crate::records::list::tab;

/// The lists of assets and products, side by side.
pub fn tabs_of(l: &L10n, current: &str) -> Vec<Tab> {
    [("/assets", "assets-title"), ("/products", "products-title")]
        .into_iter()
        .map(|(href, key)| tab(l, href, key, href == current))
        .collect()
}
