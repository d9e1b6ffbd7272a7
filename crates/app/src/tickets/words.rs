//! Tickets in the reader's words: states, severities, what is owed, and each fact of the timeline.

use std::collections::BTreeMap;

use db::Tx;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use rules::ids::*;
use rules::tickets::number::TicketNumber;
use rules::tickets::severity::Severity;
use rules::tickets::{Addressee, Relation, State};
use serde_json::{Map, Value};

use super::change::path;
use super::store::{self, FactRow, LinkRow};
use crate::attachments;
use crate::attachments::media::is_picture;
use crate::attachments::store::Attachment;
use crate::kernel::errors::Failure;
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::{FluentValue, L10n};

/// The mark of a severity.
pub fn severity(l: &L10n, severity: Severity) -> Markup {
    let rank = match severity {
        Severity::Level1 => 1,
        Severity::Level2 => 2,
        Severity::Level3 => 3,
        Severity::Emergency => 4,
    };
    severity_mark(rank, l.t(severity.label()))
}

/// The chip of a state.
pub fn state(l: &L10n, state: State) -> Markup {
    let (tone, drawing) = match state {
        State::Reported => (Tone::Info, Icon::Add),
        State::InHandling => (Tone::OnTime, Icon::Ticket),
        State::Waiting => (Tone::Paused, Icon::Pause),
        State::Restored => (Tone::Met, Icon::Refresh),
        State::Resolved => (Tone::Met, Icon::Check),
        State::Closed => (Tone::Plain, Icon::Lock),
        State::Reopened => (Tone::Risk, Icon::Undo),
        State::Cancelled => (Tone::Void, Icon::Void),
        State::Merged => (Tone::Void, Icon::Merge),
    };
    chip(tone, drawing, l.t(state.label()))
}

pub use crate::records::owed::obligation_state;

/// A ticket's number as a link, in the groups in which one says it.
pub fn number_link(id: TicketId) -> Markup {
    html! { a class="ticket-number" href=(path(id)) { (TicketNumber::of(id).grouped()) } }
}

/// Those whom the facts name by id, by their words.
#[derive(Debug, Default)]
pub struct Said {
    sayers: BTreeMap<String, String>,
    people: BTreeMap<i64, String>,
    teams: BTreeMap<i64, String>,
    contacts: BTreeMap<i64, String>,
    articles: BTreeMap<i64, String>,
    /// Pictures that were added and are still there: where each is.
    pictures: BTreeMap<i64, String>,
}

impl Said {
    /// Looks up everybody whom these facts name, each once.
    pub fn of(tx: &mut Tx, facts: &[FactRow]) -> Result<Said, Failure> {
        let mut said = Said::default();
        for fact in facts {
            if !said.sayers.contains_key(&fact.said_by)
                && let Some(name) = sayer(tx, &fact.said_by)?
            {
                said.sayers.insert(fact.said_by.clone(), name);
            }
            for (field, value) in &fact.data {
                let Some(id) = value.as_i64() else { continue };
                match field.as_str() {
                    "assignee" | "engineer" | "agent" | "supervisor" if !said.people.contains_key(&id) => {
                        said.people.insert(id, store::name_of(tx, UserId(id))?.unwrap_or_default());
                    }
                    "team" if !said.teams.contains_key(&id) => {
                        said.teams.insert(id, store::any_team_name(tx, TeamId(id))?.unwrap_or_default());
                    }
                    "article" if !said.articles.contains_key(&id) => {
                        let article = super::articles::article(tx, ArticleId(id))?;
                        said.articles.insert(id, article.map(|one| one.title).unwrap_or_default());
                    }
                    "contact" | "confirmed_by" if !said.contacts.contains_key(&id) => {
                        let name = store::contact(tx, ContactId(id))?.map(|(_, name)| name);
                        said.contacts.insert(id, name.unwrap_or_default());
                    }
                    _ => {}
                }
            }
        }
        Ok(said)
    }

    /// Shows these files on the timeline where they are pictures.
    pub fn show(&mut self, files: &[Attachment]) {
        let pictures = files.iter().filter(|file| is_picture(&file.media_type));
        self.pictures = pictures.map(|file| (file.id.get(), attachments::page::path(file))).collect();
    }

    /// Where the picture is that a fact added.
    fn picture(&self, fact: &FactRow) -> Option<&String> {
        self.pictures
            .get(&fact.data.get("attachment")?.as_i64()?)
            .filter(|_| fact.name == "ticket.attachment_added")
    }

    /// The name of a contact.
    pub fn contact(&self, id: i64) -> Option<String> {
        self.contacts.get(&id).filter(|name| !name.is_empty()).cloned()
    }

    /// The title of an article.
    pub fn article(&self, l: &L10n, id: i64) -> String {
        let title = self.articles.get(&id).filter(|title| !title.is_empty()).cloned();
        title.unwrap_or_else(|| l.ta("article-numbered", &[("id", id.into())]).into_owned())
    }

    /// The name of who said that a fact happened.
    pub fn sayer(&self, l: &L10n, said_by: &str) -> String {
        match self.sayers.get(said_by) {
            Some(name) => name.clone(),
            None => l.t("said-by-program").into_owned(),
        }
    }
}

fn sayer(tx: &mut Tx, said_by: &str) -> Result<Option<String>, Failure> {
    let Some((kind, id)) = said_by.split_once(':') else { return Ok(None) };
    let Ok(id) = id.parse::<i64>() else { return Ok(None) };
    Ok(match kind {
        "user" => store::name_of(tx, UserId(id))?,
        "contact" => store::contact(tx, ContactId(id))?.map(|(_, name)| name),
        "token" => store::owner_of(tx, TokenId(id))?,
        _ => None,
    })
}

/// What a fact is drawn with.
fn drawing(name: &str) -> (Icon, Tone) {
    match name {
        "ticket.reported" => (Icon::Phone, Tone::Info),
        "ticket.severity_changed" => (Icon::Risk, Tone::Risk),
        "ticket.handling_started" => (Icon::Ticket, Tone::OnTime),
        "ticket.waiting_started" => (Icon::Pause, Tone::Paused),
        "ticket.waiting_ended" => (Icon::Undo, Tone::OnTime),
        "ticket.onsite_requested" => (Icon::Site, Tone::Info),
        "ticket.onsite_withdrawn" => (Icon::Void, Tone::Void),
        "ticket.engineer_arrived" => (Icon::Arrive, Tone::Met),
        "ticket.remote_analysis_started" => (Icon::Search, Tone::OnTime),
        "ticket.diagnosis_delivered" | "ticket.plan_delivered" => (Icon::Note, Tone::Met),
        "ticket.document_read" => (Icon::Eye, Tone::Met),
        "ticket.restored" => (Icon::Refresh, Tone::Met),
        "ticket.resolved" => (Icon::Check, Tone::Met),
        "ticket.closed" => (Icon::Lock, Tone::Plain),
        "ticket.reopened" => (Icon::Undo, Tone::Risk),
        "ticket.cancelled" => (Icon::Void, Tone::Void),
        "ticket.deadline_agreed" => (Icon::Agreed, Tone::Info),
        "ticket.promise_waived" => (Icon::Waived, Tone::Void),
        "ticket.assigned" => (Icon::Assign, Tone::Plain),
        "ticket.edited" | "ticket.fields_set" => (Icon::Edit, Tone::Plain),
        "ticket.note_added" => (Icon::Note, Tone::Plain),
        "ticket.message_sent" | "ticket.message_received" => (Icon::Mail, Tone::Info),
        "ticket.message_returned" => (Icon::Breach, Tone::Bad),
        "ticket.attachment_added" | "ticket.attachment_removed" => (Icon::Attach, Tone::Plain),
        "ticket.paged" => (Icon::Emergency, Tone::Risk),
        "ticket.page_acknowledged" => (Icon::Check, Tone::Met),
        "ticket.article_linked" | "ticket.article_unlinked" | "ticket.known_problem_found" => {
            (Icon::Article, Tone::Info)
        }
        "ticket.solution_sent" => (Icon::Mail, Tone::Met),
        "ticket.linked" | "ticket.unlinked" => (Icon::Link, Tone::Plain),
        "ticket.merged" | "ticket.absorbed" => (Icon::Merge, Tone::Void),
        "ticket.split" => (Icon::Split, Tone::Plain),
        "ticket.tagged" | "ticket.untagged" => (Icon::Filter, Tone::Plain),
        "ticket.time_spent" | "ticket.time_withdrawn" => (Icon::Clock, Tone::Plain),
        "ticket.step_added" | "ticket.checklist_added" => (Icon::Add, Tone::Plain),
        "ticket.step_done" => (Icon::Check, Tone::Met),
        "ticket.step_undone" => (Icon::Undo, Tone::Plain),
        "call.missed" => (Icon::Late, Tone::Bad),
        "call.ended" => (Icon::Phone, Tone::Plain),
        "call.followed_up" => (Icon::Assign, Tone::Met),
        "call.notice_sent" => (Icon::Mail, Tone::Met),
        "call.called_back" | "call.confirmed" => (Icon::Phone, Tone::Met),
        "call.withdrawn" => (Icon::Void, Tone::Void),
        "call.begun" | "call.answered" | "call.attempted" => (Icon::Phone, Tone::Info),
        "call.handed_over" | "call.taken_over" => (Icon::Assign, Tone::Plain),
        _ => (Icon::Info, Tone::Plain),
    }
}

/// The key of a fact's sentence: `ticket.severity_changed` is told by `fact-ticket-severity-changed`.
pub fn fact_key(name: &str) -> String {
    format!("fact-{}", name.replace(['.', '_'], "-"))
}

/// A fact as a point of the timeline.
pub fn moment(l: &L10n, fact: &FactRow, said: &Said) -> Moment {
    let (drawing, tone) = drawing(&fact.name);
    let class = match fact.data.get("visibility").and_then(Value::as_str) {
        Some("public") => "note public",
        Some(_) => "note internal",
        None => "",
    };
    Moment {
        at: fact.happened_at,
        drawing,
        tone,
        title: title(l, fact, said),
        by: said.sayer(l, &fact.said_by),
        body: body(l, fact, said),
        class,
    }
}

fn title(l: &L10n, fact: &FactRow, said: &Said) -> Markup {
    let words = |name: &str| value_words(l, fact, said, name);
    let args: Vec<(&str, FluentValue<'_>)> =
        ARGUMENTS.iter().map(|name| (*name, words(name).into())).collect();
    let told = l.ta(&fact_key(&fact.name), &args);
    let other =
        ["other", "into", "from"].iter().find_map(|name| fact.data.get(*name).and_then(Value::as_i64));
    let late = fact.learned_at.duration_since(fact.happened_at) >= jiff::SignedDuration::from_mins(1);
    html! {
        (told)
        @if let Some(other) = other { " " (number_link(TicketId(other))) }
        @if let Some(id) = fact.data.get("article").and_then(Value::as_i64) {
            " " a href={ "/articles/" (id) } { (said.article(l, id)) }
        }
        @if fact.data.get("visibility").is_some() {
            " " (visibility_badge(l, fact.data.get("visibility").and_then(Value::as_str) == Some("public")))
        }
        @if late && fact.name != "ticket.reported" {
            " " span class="learned" title=(l.datetime_exact(fact.learned_at, &l.zone)) {
                (l.ta("fact-learned-later", &[("at", l.datetime(fact.learned_at).into())]))
            }
        }
    }
}

/// The badge that keeps a note's readers in sight.
pub fn visibility_badge(l: &L10n, public: bool) -> Markup {
    let (class, drawing, key) = if public {
        ("visibility public", Icon::Eye, "note-public")
    } else {
        ("visibility internal", Icon::Lock, "note-internal")
    };
    html! { span class=(class) { (crate::layout::icons::icon(drawing)) (l.t(key)) } }
}

/// Values that a fact's sentence may name.
const ARGUMENTS: [&str; 29] = [
    "tag",
    "minutes",
    "work",
    "steps",
    "from",
    "severity",
    "addressee",
    "addressee_name",
    "engineer",
    "contact",
    "cause",
    "due_at",
    "assignee",
    "team",
    "channel",
    "relation",
    "promise",
    "kind",
    "agent",
    "supervisor",
    "direction",
    "ended_by",
    "outcome",
    "missed",
    "transport",
    "result",
    "arrives_at",
    "from_at",
    "until_at",
];

/// Values by which a sentence chooses its form.
const CHOOSING: [&str; 4] = ["outcome", "ended_by", "transport", "until_at"];

/// A value of a fact in words; where there is none `-`, or `none` where a sentence chooses its form by it.
fn value_words(l: &L10n, fact: &FactRow, said: &Said, name: &str) -> String {
    let none = || if CHOOSING.contains(&name) { "none" } else { "-" }.to_owned();
    let code = |prefix: &str, text: &str| {
        let key = format!("{prefix}-{text}");
        if l.knows(&key) { l.t(&key).into_owned() } else { text.to_owned() }
    };
    let Some(value) = value_of(fact, name) else {
        return match name {
            "contact" => person(&said.contacts, value_of(fact, "confirmed_by")).unwrap_or_else(none),
            _ => none(),
        };
    };
    match (name, value) {
        ("assignee" | "engineer" | "agent" | "supervisor", value) => {
            person(&said.people, Some(value)).unwrap_or_else(none)
        }
        ("team", value) => person(&said.teams, Some(value)).unwrap_or_else(none),
        ("contact", value) => person(&said.contacts, Some(value)).unwrap_or_else(none),
        ("from" | "severity", Value::String(text)) => code("severity", text),
        ("addressee" | "channel" | "cause", Value::String(text)) => code(name, text),
        ("relation", Value::String(text)) => code("ticket-relation", text),
        ("kind", Value::String(text)) => code("ticket-kind", text),
        ("direction" | "ended_by" | "missed", Value::String(text)) => {
            code(&format!("call-{}", name.replace('_', "-")), text)
        }
        ("outcome", Value::String(text)) if fact.name == "call.ended" => code("call-outcome", text),
        ("outcome", Value::String(text)) => code("call-answer", text),
        ("result", Value::String(text)) => code("call-attempt", text),
        ("work", Value::String(text)) => code("work", text),
        ("transport", Value::String(text)) => code("transport", text),
        ("due_at" | "arrives_at" | "from_at" | "until_at", Value::String(text)) => {
            text.parse().map_or_else(|_| text.clone(), |at| l.datetime(at))
        }
        (_, Value::String(text)) => text.clone(),
        (_, other) => other.to_string(),
    }
}

fn value_of<'a>(fact: &'a FactRow, name: &str) -> Option<&'a Value> {
    fact.data.get(name).or_else(|| fact.personal.as_ref().and_then(|beside| beside.get(name)))
}

fn person(names: &BTreeMap<i64, String>, id: Option<&Value>) -> Option<String> {
    names.get(&id?.as_i64()?).filter(|name| !name.is_empty()).cloned()
}

/// Fields of a fact that stand below its sentence, with the keys of their labels.
const BELOW: [(&str, &str); 13] = [
    ("question", "field-question"),
    ("reason", "field-reason"),
    ("answer", "field-answer"),
    ("severity_reason", "field-severity-reason"),
    ("title", "field-title"),
    ("description", "field-description"),
    ("document", "field-document"),
    ("solution", "field-solution"),
    ("position", "field-position"),
    ("note", "field-note"),
    ("text", "field-text"),
    ("file_name", "field-file-name"),
    ("to", "field-to"),
];

fn body(l: &L10n, fact: &FactRow, said: &Said) -> Option<Markup> {
    let lines: Vec<(&str, &str)> = BELOW
        .iter()
        .filter_map(|(name, label)| {
            Some((*label, value_of(fact, name)?.as_str().filter(|text| !text.is_empty())?))
        })
        .collect();
    let changes = fact.personal.as_ref().and_then(|beside| beside.get("changes")).and_then(Value::as_array);
    if lines.is_empty() && changes.is_none() {
        return None;
    }
    let is_note = fact.name == "ticket.note_added";
    let picture = said.picture(fact);
    Some(html! {
        @if let Some(file) = picture {
            a class="fact-picture" href=(file) { img src=(file) alt="" loading="lazy"; }
        }
        @for (label, text) in lines {
            @if is_note { p class="words" { (text) } }
            @else { p class="words" { span class="field-name" { (l.t(label)) } " " (text) } }
        }
        @if let Some(changes) = changes {
            table class="changes" {
                @for change in changes { (changed_row(l, change)) }
            }
        }
    })
}

fn changed_row(l: &L10n, change: &Value) -> Markup {
    let text = |name: &str| change.get(name).and_then(Value::as_str).unwrap_or("");
    html! {
        tr {
            th scope="row" { (field_word(l, text("field"))) }
            td { del { (text("from")) } }
            td { ins { (text("to")) } }
        }
    }
}

/// The word for a field of the ticket's particulars.
pub fn field_word(l: &L10n, field: &str) -> String {
    let key = format!("field-{}", field.replace('_', "-"));
    if l.knows(&key) { l.t(&key).into_owned() } else { field.to_owned() }
}

/// Whom a ticket waits for, with the name if there is one.
pub fn addressee(l: &L10n, addressee: Addressee) -> String {
    l.t(addressee.label()).into_owned()
}

/// A moment in the ticket's zone, with the zone when it is not the reader's.
pub fn in_zone(l: &L10n, at: jiff::Timestamp, zone: &TimeZone) -> Markup {
    let same = l.zone.iana_name() == zone.iana_name();
    html! {
        (time_in(l, at, zone))
        @if !same { " " span class="zone" { (zone.iana_name().unwrap_or("UTC")) } }
    }
}

/// A map of data and what stands beside it, for the API.
pub fn merged(fact: &FactRow) -> Map<String, Value> {
    let mut all = fact.data.clone();
    if let Some(beside) = &fact.personal {
        all.extend(beside.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    all
}

/// The word for a link, which reads differently from its other end.
pub fn relation(link: &LinkRow, from: TicketId) -> &'static str {
    match (link.relation, link.ticket_id == from) {
        (Relation::Related, _) => "ticket-relation-related",
        (Relation::CausedBy, true) => "ticket-relation-caused-by",
        (Relation::CausedBy, false) => "ticket-relation-cause-of",
        (Relation::Duplicate, _) => "ticket-relation-duplicate",
        (Relation::PartOf, true) => "ticket-relation-part-of",
        (Relation::PartOf, false) => "ticket-relation-whole-of",
    }
}
