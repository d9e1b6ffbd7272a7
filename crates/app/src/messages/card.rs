//! The messages of a ticket, as its page shows them.

use maud::{Markup, html};
use rules::channels::{Direction, Fate};

use super::store::MessageRow;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;

/// What became of a message, as a chip.
pub fn fate_chip(l: &L10n, fate: Fate) -> Markup {
    let (tone, drawing) = match fate {
        Fate::Kept => (Tone::Info, Icon::Clock),
        Fate::Unsorted => (Tone::Risk, Icon::Risk),
        Fate::Opened | Fate::OnTicket | Fate::Sent => (Tone::Met, Icon::Check),
        Fate::Bounced | Fate::SetAside => (Tone::Bad, Icon::Breach),
        Fate::Machine | Fate::Duplicate | Fate::Dismissed => (Tone::Void, Icon::Void),
    };
    chip(tone, drawing, l.t(fate.label()))
}

/// Who sent it, for a list.
pub fn sender_words(row: &MessageRow) -> Markup {
    html! {
        @if row.sender_name.is_empty() { (row.sender) } @else { (row.sender_name) small { (row.sender) } }
    }
}

/// The card of a ticket; nothing where it has no messages.
pub fn card(l: &L10n, rows: &[MessageRow]) -> Markup {
    html! {
        @if !rows.is_empty() {
            section class="card" id="ticket-messages" {
                h2 { (l.t("messages-title")) " " span class="count" { (rows.len()) } }
                ul class="lines" {
                    @for row in rows {
                        li {
                            (icon(match row.direction { Direction::In => Icon::Import, Direction::Out => Icon::Export })) " "
                            a href={ "/messages/" (row.id) } { @if row.subject.is_empty() { (l.t("messages-no-subject")) } @else { (row.subject) } } " "
                            @if row.fate == Fate::Bounced { (fate_chip(l, row.fate)) }
                            small { (sender_words(row)) " · " (when(l, row.received_at)) }
                        }
                    }
                }
            }
        }
    }
}
