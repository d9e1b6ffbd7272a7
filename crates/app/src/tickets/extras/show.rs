//! The cards of tags, steps, time and of those that are part of a ticket.

use db::Tx;
use maud::{Markup, html};
use rules::ids::*;
use rules::tickets::State;
use rules::tickets::verb::{VerbName, possible};

use super::store::{self, SpentRow, StepRow};
use crate::kernel::errors::Failure;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::tickets::change::path;
use crate::tickets::store::TicketRow;

/// What the cards show.
pub struct Extras {
    tags: Vec<(i64, String)>,
    offered: Vec<(i64, String)>,
    spent: Vec<SpentRow>,
    steps: Vec<StepRow>,
    children: usize,
}

impl Extras {
    /// Reads them for a ticket.
    pub fn read(tx: &mut Tx, id: TicketId) -> Result<Extras, Failure> {
        Ok(Extras {
            tags: store::tags_of(tx, id)?,
            offered: store::tags(tx)?,
            spent: store::spent(tx, id)?,
            steps: store::steps(tx, id)?,
            children: store::children(tx, id)?.len(),
        })
    }
}

/// The cards, one below the other.
pub fn cards(l: &L10n, row: &TicketRow, extras: &Extras, may: bool) -> Markup {
    let may = may && row.state != State::Merged;
    let topic = format!("ticket:{}", row.id);
    html! {
        @if extras.children > 0 {
            section class="card" id="ticket-children" data-live=(topic) { h2 { (l.t("children-title")) } (children(l, row, extras, may)) }
        }
        section class="card" id="ticket-steps" data-live=(topic) { h2 { (l.t("steps-title")) } (steps(l, row, extras, may)) }
        section class="card" id="ticket-tags" data-live=(topic) { h2 { (l.t("tags-title")) } (tags(l, row, extras, may)) }
        section class="card" id="ticket-time" data-live=(topic) { h2 { (l.t("time-title")) } (spent(l, row, extras, may)) }
    }
}

fn children(l: &L10n, row: &TicketRow, extras: &Extras, may: bool) -> Markup {
    html! {
        p { (l.ta("children-count", &[("n", extras.children.into())])) }
        @if may && row.state.is_open() | row.restored_at.is_some() {
            p class="hint" { (l.t("children-hint")) }
            div class="actions" {
                a class="button" href={ (path(row.id)) "/children/restoration" } data-act { (icon(Icon::Refresh)) span { (l.t("children-restore")) } }
                a class="button" href={ (path(row.id)) "/children/resolution" } data-act { (icon(Icon::Check)) span { (l.t("children-resolve")) } }
            }
        }
    }
}

fn steps(l: &L10n, row: &TicketRow, extras: &Extras, may: bool) -> Markup {
    html! {
        @if extras.steps.is_empty() { p class="quiet" { (l.t("steps-none")) } }
        ul class="steps" {
            @for step in &extras.steps {
                @let done = step.done_at.is_some();
                li class=[done.then_some("done")] {
                    @if may {
                        form class="inline" method="post" action={ (path(row.id)) "/steps/" (step.id) } {
                            input type="hidden" name="done" value=(if done { "no" } else { "yes" });
                            button class="button quiet small" type="submit" role="checkbox" aria-checked=(done) aria-label=(step.text) {
                                (icon(if done { Icon::Check } else { Icon::Add }))
                            }
                        }
                    }
                    span { (step.text) }
                    @if let (Some(at), Some(name)) = (step.done_at, &step.name) { small { (name) " " (when(l, at)) } }
                }
            }
        }
        @if may {
            form class="line-form" method="post" action={ (path(row.id)) "/steps" } {
                input class="input" name="text" required maxlength="200" placeholder=(l.t("steps-add")) aria-label=(l.t("steps-add"));
                button class="button" type="submit" { (icon(Icon::Add)) span class="unseen" { (l.t("steps-add")) } }
            }
        }
    }
}

fn tags(l: &L10n, row: &TicketRow, extras: &Extras, may: bool) -> Markup {
    html! {
        @if extras.tags.is_empty() { p class="quiet" { (l.t("tags-none")) } }
        ul class="tags" {
            @for (id, name) in &extras.tags {
                li {
                    a href={ "/queue?tag=" (id) } { (name) }
                    @if may {
                        form class="inline" method="post" action={ (path(row.id)) "/tags/" (id) "/removal" } {
                            button class="button quiet small" type="submit" { (icon(Icon::Cross)) span class="unseen" { (l.t("tags-remove")) } }
                        }
                    }
                }
            }
        }
        @if may {
            form class="line-form" method="post" action={ (path(row.id)) "/tags" } {
                input class="input" name="tag" required maxlength="40" list="tag-names" autocomplete="off" placeholder=(l.t("tags-add")) aria-label=(l.t("tags-add"));
                datalist id="tag-names" { @for (_, name) in &extras.offered { option value=(name) {} } }
                button class="button" type="submit" { (icon(Icon::Add)) span class="unseen" { (l.t("tags-add")) } }
            }
        }
    }
}

fn spent(l: &L10n, row: &TicketRow, extras: &Extras, may: bool) -> Markup {
    let total: i64 = extras.spent.iter().map(|one| one.minutes).sum();
    let span = |minutes: i64| l.duration(jiff::SignedDuration::from_mins(minutes));
    html! {
        @if extras.spent.is_empty() { p class="quiet" { (l.t("time-none")) } }
        @else {
            p { (l.ta("time-total", &[("span", span(total).into())])) }
            ul class="lines" {
                @for one in extras.spent.iter().take(5) {
                    li { (span(one.minutes)) " · " (one.name) " " (when(l, one.spent_at))
                        @if let Some(note) = &one.note { br; small { (note) } } }
                }
            }
        }
        @if may {
            form class="line-form" method="post" action={ (path(row.id)) "/time" } {
                input class="input short" name="spent" required placeholder="1h30" aria-label=(l.t("time-spent"));
                input class="input" name="note" maxlength="200" placeholder=(l.t("time-note")) aria-label=(l.t("time-note"));
                button class="button" type="submit" { (icon(Icon::Add)) span class="unseen" { (l.t("time-add")) } }
            }
        }
    }
}

/// Whether a ticket can do what its parent did.
pub fn follows(row: &TicketRow, verb: VerbName) -> bool {
    possible(&row.ticket()).contains(&verb)
}
