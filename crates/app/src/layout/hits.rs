//! What a search found, with where it matched and why it stands where it stands.

use maud::{Markup, html};
use search::{Hit, Marked, Place};

use crate::layout::l10n::{FluentValue, L10n};

/// Reasons that a hit tells.
const REASONS_SHOWN: usize = 4;

/// A text with the places that matched.
pub fn marked(text: &Marked) -> Markup {
    html! { @for (piece, hit) in text.pieces() { @if hit { mark { (piece) } } @else { (piece) } } }
}

fn place_key(place: Place) -> &'static str {
    match place {
        Place::Title => "search-place-title",
        Place::Opening => "search-place-opening",
        Place::Text => "search-place-text",
        Place::Code => "search-place-code",
        Place::Sound => "search-place-sound",
    }
}

/// Why a hit stands where it stands, in one line: what matched where, and its share.
pub fn why(l: &L10n, hit: &Hit) -> Markup {
    let shown = hit.why.iter().take(REASONS_SHOWN).map(|reason| {
        let share = l.percent(f64::from(reason.share));
        let args: [(&str, FluentValue<'_>); 3] = [
            ("term", reason.term.clone().into()),
            ("place", l.t(place_key(reason.place)).into_owned().into()),
            ("share", share.into()),
        ];
        l.ta("search-reason", &args).into_owned()
    });
    let words: Vec<String> = shown.collect();
    html! { @if !words.is_empty() { p class="hit-why" { (l.t("search-why")) " " (words.join(" · ")) } } }
}

/// The number in the key of a hit: `article:7`.
pub fn id(hit: &Hit) -> i64 {
    hit.key.split_once(':').and_then(|(_, id)| id.parse().ok()).unwrap_or_default()
}
