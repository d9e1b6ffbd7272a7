//! What one version changes against another, promise by promise, in plain words.

use axum::extract::Path;
use axum::response::Response;
use maud::{Markup, html};
use promise::Terms;
use promise::terms::{Promise, Reading};
use rules::access::perm;
use rules::ids::CommitmentId;

use super::plain::{self, Said};
use super::store;
use super::{title, words};
use crate::App;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section};

/// One thing that differs: what it is called, and the lines before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The clause that it belongs to.
    pub clause: String,
    pub title: String,
    pub what: What,
    /// Lines that are said no longer.
    pub gone: Vec<String>,
    /// Lines that are new.
    pub new: Vec<String>,
}

/// How a thing differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Added,
    Removed,
    Changed,
}

/// What two versions say differently: the texts of clauses, the promises, the readings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Differences {
    pub clauses: Vec<Difference>,
    pub promises: Vec<Difference>,
    pub readings: Vec<Difference>,
}

impl Differences {
    /// Whether both say the same.
    pub fn is_none(&self) -> bool {
        self.clauses.is_empty() && self.promises.is_empty() && self.readings.is_empty()
    }
}

/// A thing of a file by its name: clause, title and lines.
struct Told {
    key: String,
    clause: String,
    title: String,
    lines: Vec<String>,
}

/// Compares two versions as a reader of one language sees them.
pub fn differences(l: &L10n, before: &Terms, after: &Terms) -> Differences {
    let clauses = |terms: &Terms| {
        terms
            .clauses()
            .iter()
            .map(|clause| Told {
                key: clause.id.to_string(),
                clause: clause.id.to_string(),
                title: words(l, &clause.title).unwrap_or_default().to_owned(),
                lines: vec![words(l, &clause.text).unwrap_or_default().to_owned()],
            })
            .collect()
    };
    let promises =
        |terms: &Terms| terms.promises().iter().map(|promise| promise_told(l, terms, promise)).collect();
    let readings = |terms: &Terms| terms.readings().iter().map(|reading| reading_told(l, reading)).collect();
    Differences {
        clauses: compare(clauses(before), clauses(after)),
        promises: compare(promises(before), promises(after)),
        readings: compare(readings(before), readings(after)),
    }
}

fn promise_told(l: &L10n, terms: &Terms, promise: &Promise) -> Told {
    let Said { title, sentence, rows, .. } = plain::say(l, terms, promise);
    let row = |(name, value): (String, String)| {
        l.ta("plain-entry", &[("for", name.into()), ("within", value.into())]).into_owned()
    };
    let mut lines = vec![sentence];
    lines.extend(rows.into_iter().map(row));
    Told { key: promise.id.to_string(), clause: promise.clause.to_string(), title, lines }
}

fn reading_told(l: &L10n, reading: &Reading) -> Told {
    Told {
        key: format!("{} {} {}", reading.clause, reading.finding, reading.promise.as_deref().unwrap_or("")),
        clause: reading.clause.to_string(),
        title: String::new(),
        lines: vec![words(l, &reading.agreed).unwrap_or_default().to_owned()],
    }
}

/// In the order of the later file; what it no longer has comes last.
fn compare(before: Vec<Told>, after: Vec<Told>) -> Vec<Difference> {
    let mut found = Vec::new();
    for told in &after {
        match before.iter().find(|old| old.key == told.key) {
            None => found.push(difference(told, What::Added, Vec::new(), told.lines.clone())),
            Some(old) => {
                let gone: Vec<String> =
                    old.lines.iter().filter(|line| !told.lines.contains(line)).cloned().collect();
                let new: Vec<String> =
                    told.lines.iter().filter(|line| !old.lines.contains(line)).cloned().collect();
                if !gone.is_empty() || !new.is_empty() || old.clause != told.clause || old.title != told.title
                {
                    found.push(difference(told, What::Changed, gone, new));
                }
            }
        }
    }
    let gone = before.iter().filter(|old| !after.iter().any(|told| told.key == old.key));
    found.extend(gone.map(|old| difference(old, What::Removed, old.lines.clone(), Vec::new())));
    found
}

fn difference(told: &Told, what: What, gone: Vec<String>, new: Vec<String>) -> Difference {
    Difference { clause: told.clause.clone(), title: told.title.clone(), what, gone, new }
}

/// GET /commitments/{id}/changes/{other}: what `other` changes against `id`.
pub async fn show(
    app: App,
    actor: Actor<perm::ViewPromises>,
    Path((id, other)): Path<(CommitmentId, CommitmentId)>,
) -> Result<Response, Failure> {
    let shared = app.clone();
    let (rows, terms) = app
        .read(move |tx| {
            let find = |tx: &mut db::Tx, id| store::find(tx, id)?.ok_or(Failure::NotFound);
            let rows = (find(tx, id)?, find(tx, other)?);
            Ok((rows, (shared.library.terms(tx, id)?, shared.library.terms(tx, other)?)))
        })
        .await?;
    let l = &actor.l;
    let found = differences(l, &terms.0, &terms.1);
    let name = |row: &store::CommitmentRow| title(l, &row.title, &row.name, &row.version);
    let heading = l.ta("changes-title", &[("before", name(&rows.0).into()), ("after", name(&rows.1).into())]);
    let acts =
        link_button(&format!("/commitments/{other}/changes/{id}"), Icon::Undo, l.t("changes-turn"), false);
    Ok(Page::new(&actor, Section::Contracts, heading)
        .crumb("/commitments", l.t("commitments-title"))
        .crumb(format!("/commitments/{id}"), name(&rows.0))
        .actions(acts)
        .body(shown(l, &found)))
}

/// The differences as a page shows them.
pub fn shown(l: &L10n, found: &Differences) -> Markup {
    html! {
        @if found.is_none() {
            (empty(Icon::Check, l.t("changes-none"), l.t("changes-none-words"), None))
        }
        @for (key, list) in [
            ("changes-promises", &found.promises),
            ("commitment-clauses", &found.clauses),
            ("paper-readings", &found.readings),
        ] {
            @if !list.is_empty() {
                section class="card" {
                    h2 { (l.t(key)) }
                    ul class="differences" { @for one in list { (item(l, one)) } }
                }
            }
        }
    }
}

fn item(l: &L10n, one: &Difference) -> Markup {
    let state = match one.what {
        What::Added => chip(Tone::Met, Icon::Add, l.t("changes-added")),
        What::Removed => chip(Tone::Bad, Icon::Cross, l.t("changes-removed")),
        What::Changed => chip(Tone::Plain, Icon::Edit, l.t("changes-changed")),
    };
    html! {
        li {
            h3 { span class="clause-id" { (one.clause) } " " (one.title) " " (state) }
            @for line in &one.gone { p class="gone" { del { (line) } } }
            @for line in &one.new { p class="new" { ins { (line) } } }
        }
    }
}
