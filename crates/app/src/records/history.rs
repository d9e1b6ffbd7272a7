//! The history of a record: every fact about it, newest first, with what each edit changed.

use std::collections::BTreeMap;

use db::{Error, Tx, statements};
use ledger::{Subject, personal_of, story_of};
use maud::{Markup, html};
use rules::event::FieldChange;
use serde_json::{Map, Value};

use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::{FluentValue, L10n};
use crate::records::field_label;

/// How many facts a record's page shows; the ledger has them all.
const SHOWN_MOST: usize = 30;

statements! {
    static NAME_OF: (i64,) => (String,) = "SELECT name FROM account WHERE id = ?1";
    static CONTACT_NAME: (i64,) => (String,) = "SELECT name FROM contact WHERE id = ?1";
    static SITE_NAME: (i64,) => (String,) = "SELECT name FROM site WHERE id = ?1";
    static OWNER_OF: (i64,) => (String,) =
        "SELECT a.name FROM api_token t JOIN account a ON a.id = t.account_id WHERE t.id = ?1";
}

/// A fact with the words that stand beside it.
#[derive(Debug, Clone)]
pub struct Told {
    name: String,
    at: jiff::Timestamp,
    by: String,
    data: Map<String, Value>,
    changes: Vec<FieldChange>,
}

/// The last facts of a record, newest first.
pub fn of(tx: &mut Tx, noun: &'static str, id: i64) -> Result<Vec<Told>, Error> {
    let mut names = BTreeMap::new();
    let mut told = Vec::new();
    for fact in story_of(tx, &Subject::new(noun, id))?.into_iter().rev().take(SHOWN_MOST) {
        let beside = match fact.personal_hash {
            Some(_) => personal_of(tx, fact.seq.unsigned_abs())?,
            None => None,
        };
        let changes = beside
            .and_then(|beside| beside.get("changes").cloned())
            .and_then(|changes| serde_json::from_value(changes).ok())
            .unwrap_or_default();
        let by = match names.get(&fact.said_by) {
            Some(name) => String::clone(name),
            None => {
                let name = sayer(tx, &fact.said_by)?;
                names.insert(fact.said_by.clone(), name.clone());
                name
            }
        };
        let mut data: Map<String, Value> = serde_json::from_str(&fact.data).unwrap_or_default();
        // Those that a fact names by id are told by name.
        for field in ["covered_site", "accepted_site"] {
            let id = data.get(field).and_then(Value::as_i64);
            if let Some((name,)) = id.map(|id| tx.maybe(&SITE_NAME, (id,))).transpose()?.flatten() {
                data.insert("site".to_owned(), name.into());
            }
        }
        let engineer = data.get("engineer").and_then(Value::as_i64);
        let engineer = engineer.map(|id| tx.maybe(&NAME_OF, (id,))).transpose()?.flatten();
        data.insert(
            "engineer".to_owned(),
            engineer.map_or_else(|| "\u{2013}".to_owned(), |(name,)| name).into(),
        );
        told.push(Told { name: fact.name, at: fact.happened_at, by, data, changes });
    }
    Ok(told)
}

/// Who said it, by name: `user:3`, `token:4`, `system:import`. The last is worded on the page.
fn sayer(tx: &mut Tx, by: &str) -> Result<String, Error> {
    let name = match by.split_once(':') {
        Some(("user", id)) => tx.maybe(&NAME_OF, (id.parse::<i64>().unwrap_or_default(),))?,
        Some(("contact", id)) => tx.maybe(&CONTACT_NAME, (id.parse::<i64>().unwrap_or_default(),))?,
        Some(("token", id)) => tx.maybe(&OWNER_OF, (id.parse::<i64>().unwrap_or_default(),))?,
        _ => None,
    };
    Ok(name.map_or_else(|| by.to_owned(), |(name,)| name))
}

/// The history as a card.
pub fn panel(l: &L10n, told: &[Told]) -> Markup {
    let moments: Vec<Moment> = told.iter().map(|fact| moment(l, fact)).collect();
    card(l.t("records-history"), timeline(l, &l.zone, &moments))
}

fn moment(l: &L10n, fact: &Told) -> Moment {
    let what = fact.name.split_once('.').map_or("", |(_, what)| what);
    let (drawing, tone) = match what {
        "mail_failed" => (Icon::Breach, Tone::Bad),
        "mail_mended" => (Icon::Check, Tone::Met),
        "created" | "site_added" => (Icon::Add, Tone::Info),
        "archived" | "ended" => (Icon::Archive, Tone::Void),
        "restored" => (Icon::Undo, Tone::Info),
        "commitment_bound" | "published" => (Icon::Promise, Tone::Info),
        "engineer_named" => (Icon::Contact, Tone::Plain),
        "signed" => (Icon::Agreed, Tone::Met),
        "moved" => (Icon::Site, Tone::Plain),
        _ => (Icon::Edit, Tone::Plain),
    };
    let args: Vec<(&str, FluentValue<'_>)> =
        fact.data.iter().map(|(name, value)| (name.as_str(), said(value).into())).collect();
    let title = l.ta(&format!("fact-{}", fact.name.replace(['.', '_'], "-")), &args);
    let by = match fact.by.strip_prefix("system:") {
        Some(system) => l.t(&format!("records-by-{system}")).into_owned(),
        None => fact.by.clone(),
    };
    Moment { at: fact.at, drawing, tone, title: html! { (title) }, by, body: body(l, fact), class: "" }
}

fn body(l: &L10n, fact: &Told) -> Option<Markup> {
    let reason = fact.data.get("reason").map(said);
    if fact.changes.is_empty() && reason.is_none() {
        return None;
    }
    let noun = fact.name.split_once('.').map_or("", |(noun, _)| noun);
    let value =
        |text: &Option<String>| text.clone().unwrap_or_else(|| l.t("records-empty-value").into_owned());
    Some(html! {
        @if let Some(reason) = reason { p { (reason) } }
        @for change in &fact.changes {
            p {
                (field_label(l, noun, &change.field)) ": "
                del { (value(&change.from)) } " \u{2192} " ins { (value(&change.to)) }
            }
        }
    })
}

fn said(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
