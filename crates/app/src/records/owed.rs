//! What is owed about a record, and the words for it: promises by their titles, figures and calendars by their names.

use std::sync::Arc;

use db::Tx;
use jiff::tz::TimeZone;
use ledger::{StoredObligation, Subject};
use maud::{Markup, html};
use promise::{Obligation, Terms};
use rules::ids::CommitmentId;

use crate::kernel::errors::Failure;
use crate::kernel::terms::Library;
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::{L10n, words};

/// Obligations that a panel shows; the newest come first, so that what runs is among them.
const SHOWN_MOST: usize = 24;

/// An obligation with the terms that it stands under.
#[derive(Clone, Debug)]
pub struct Owed {
    pub stored: StoredObligation,
    pub terms: Option<Arc<Terms>>,
}

/// What is owed about a record as it stands, what runs first and then what began last.
pub fn of(tx: &mut Tx, library: &Library, noun: &'static str, id: i64) -> Result<Vec<Owed>, Failure> {
    let mut rows = ledger::obligations_of(tx, &Subject::new(noun, id))?;
    rows.sort_by_key(|row| {
        (!row.body.state.is_open(), row.body.due_at.filter(|_| row.body.state.is_open()), -row.id)
    });
    // Windows are laid out far ahead: of each promise the one that is due first is shown.
    let mut open: Vec<String> = Vec::new();
    rows.retain(|row| {
        let is_next = !row.body.state.is_open() || !open.contains(&row.promise);
        if row.body.state.is_open() {
            open.push(row.promise.clone());
        }
        is_next
    });
    rows.truncate(SHOWN_MOST);
    rows.into_iter()
        .map(|stored| {
            let id = stored.commitment_id.map(CommitmentId);
            let terms = id.map(|id| library.terms(tx, id)).transpose()?;
            Ok(Owed { stored, terms })
        })
        .collect()
}

/// The panel of what is owed about a record; nothing where nothing is.
pub fn panel(l: &L10n, owed: &[Owed], zone: &TimeZone) -> Markup {
    html! {
        @if !owed.is_empty() {
            section class="card" {
                h2 { (l.t("ticket-promises")) }
                ul class="obligations" { @for each in owed { li { (row(l, each, zone)) } } }
            }
        }
    }
}

fn row(l: &L10n, owed: &Owed, zone: &TimeZone) -> Markup {
    let body = &owed.stored.body;
    let running = matches!(body.state, promise::State::Running);
    html! {
        div class="obligation" {
            p class="obligation-head" {
                strong { (title(l, owed.terms.as_deref(), body)) }
                span class="clause" { (body.clause) }
                @if body.is_goal { (badge(l.t("obligation-goal"))) }
            }
            p class="obligation-state" {
                @if let (true, Some(due_at)) = (running, body.due_at) {
                    (countdown(l, due_at, body.warn_at.first().copied()))
                } @else { (obligation_state(l, body)) }
                @if body.is_amended() { (chip(Tone::Info, Icon::Agreed, l.t("obligation-amended"))) }
            }
            p class="obligation-when" {
                @if let Some((terms, case)) = owed.terms.as_deref().zip(body.entry.as_deref()) {
                    span { (entry(l, terms, body.promise.as_str(), case)) }
                }
                @if let Some(due_at) = body.due_at.or(body.original_due_at) {
                    span { (l.t("obligation-due")) " " (time_in(l, due_at, zone)) }
                }
                @if let Some(ended_at) = body.state.ended_at() {
                    span { (l.t("obligation-ended")) " " (time_in(l, ended_at, zone)) }
                }
                a href={ "/obligations/" (owed.stored.id) } data-act { (l.t("ticket-why")) }
            }
        }
    }
}

/// The chip of an obligation, by its state at `l.now`.
pub fn obligation_state(l: &L10n, obligation: &Obligation) -> Markup {
    use promise::State as Is;
    let overdue = obligation.is_overdue(l.now);
    let (tone, drawing, key) = match obligation.state {
        Is::Running if overdue => (Tone::Bad, Icon::Breach, "obligation-overdue"),
        Is::Running if obligation.is_at_risk(l.now) => (Tone::Risk, Icon::Risk, "obligation-at-risk"),
        Is::Running => (Tone::OnTime, Icon::Clock, "obligation-running"),
        Is::Paused => (Tone::Paused, Icon::Pause, "obligation-paused"),
        Is::Met { .. } => (Tone::Met, Icon::OnTime, "obligation-met"),
        Is::Late { .. } => (Tone::Bad, Icon::Late, "obligation-late"),
        Is::Breached { .. } => (Tone::Bad, Icon::Breach, "obligation-breached"),
        Is::Waived { .. } => (Tone::Void, Icon::Waived, "obligation-waived"),
        Is::Void { .. } => (Tone::Void, Icon::Void, "obligation-void"),
    };
    chip(tone, drawing, l.t(key))
}

/// What an obligation is called in the reader's language, from the commitment file.
pub fn title(l: &L10n, terms: Option<&Terms>, obligation: &Obligation) -> String {
    promise_title(l, terms, obligation.promise.as_str())
}

/// What a promise is called in the reader's language; its id where the terms do not know it.
pub fn promise_title(l: &L10n, terms: Option<&Terms>, id: &str) -> String {
    let promise = terms.and_then(|terms| terms.promise(id));
    promise.and_then(|promise| words(l, &promise.title)).unwrap_or(id).to_owned()
}

/// What a commitment and its version are called in the reader's language.
pub fn commitment(l: &L10n, terms: &Terms) -> String {
    let title = words(l, terms.title()).unwrap_or(terms.id());
    l.ta("commitment-version-title", &[("title", title.into()), ("version", terms.version().into())])
        .into_owned()
}

/// What a calendar, told as `id@version`, is called in the reader's language.
pub fn calendar(l: &L10n, terms: &Terms, label: &str) -> String {
    let id = label.split('@').next().unwrap_or(label);
    let title = terms.calendar(id).and_then(|calendar| words(l, calendar.title()));
    title.unwrap_or(label).to_owned()
}

pub use super::figures::{entry, figure};
