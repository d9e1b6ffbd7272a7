//! Where one writes on a ticket: notes for us, answers for the customer, with canned replies at hand.

use maud::{Markup, html};
use rules::access::{Permission, perm};
use rules::ids::*;

use super::acts;
use super::articles::ArticleOnTicket;
use super::change::path;
use super::store::TicketRow;
use crate::kernel::actor::Actor;
use crate::kernel::form::Form;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;

/// Where notes are written. Internal and public differ in colour, border, drawing and word, and the button
/// says who will read it.
///
/// `parts` is how many tickets are part of this one; the way out of the article `replying` stands in the reply already.
pub fn form(
    actor: &Actor<perm::ViewTickets>,
    row: &TicketRow,
    parts: usize,
    replying: Option<&ArticleOnTicket>,
) -> Markup {
    let l = &actor.l;
    let replying = replying.and_then(|article| Some((article.id, article.way_out()?)));
    let is_reply = replying.is_some();
    let field = TextArea::new("text", l.t("note-text")).rows(if is_reply { 8 } else { 2 }).required();
    let (article, text) = replying.map(|(id, text)| (id.to_string(), text)).unwrap_or_default();
    let form = Form::of([("text", text), ("mail", if is_reply { "yes" } else { "" }.to_owned())]);
    let parts = if actor.may(Permission::ChangeTicketsInBulk) { parts } else { 0 };
    html! {
        form class="composer" id="composer" method="post" action={ (path(row.id)) "/note" } data-writing={ "ticket:" (row.id) } data-keep data-draft={ "note:" (row.id) } {
            fieldset class="composer-who" {
                legend class="unseen" { (l.t("note-who-reads")) }
                label class="internal" {
                    input type="radio" name="visibility" value="internal" checked[!is_reply];
                    (icon(Icon::Lock)) span { (l.t("note-internal")) }
                }
                label class="public" {
                    input type="radio" name="visibility" value="public" checked[is_reply];
                    (icon(Icon::Eye)) span { (l.t("note-public")) }
                }
            }
            p class="composer-warning internal" { (icon(Icon::Lock)) (l.t("note-internal-hint")) }
            p class="composer-warning public" { (icon(Icon::Eye)) (l.t("note-public-hint")) }
            input type="hidden" name="article" value=(article);
            (field.of(&form, l))
            div class="public" {
                (Check::new("mail", l.t("note-mail")).hint(l.t("note-mail-hint")).of(&form, l))
                @if parts > 0 { (acts::parts(l, parts, &Form::default())) }
            }
            div class="actions" {
                (replies(l, row.id))
                button class="button primary" type="submit" {
                    span class="internal" { (l.t("note-save-internal")) }
                    span class="public" { (l.t("note-save-public")) }
                }
            }
        }
    }
}

/// The canned replies: their menu opens by a key, also while one writes, and is searched by typing.
fn replies(l: &L10n, id: TicketId) -> Markup {
    html! {
        details class="menu replies" data-menu data-replies={ (path(id)) "/replies" } {
            summary class="button" data-key="q" data-key-label=(l.t("replies-title")) {
                (icon(Icon::Note)) span { (l.t("replies-title")) } kbd { "Ctrl J" }
            }
            div class="menu-items" {
                input class="input" type="search" autocomplete="off" role="combobox" aria-expanded="true"
                    aria-controls="reply-list" placeholder=(l.t("replies-search")) aria-label=(l.t("replies-search"));
                ul id="reply-list" role="listbox" aria-label=(l.t("replies-title")) {}
                p class="quiet" { (l.t("replies-none")) }
            }
        }
    }
}
