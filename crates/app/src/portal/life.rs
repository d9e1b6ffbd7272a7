//! The public side of a ticket: what the customer may read of its life, and its promises in plain words.
//!
//! What is shown is a closed list of facts, each with the fields of it that were meant for the customer.
//! Everything else (internal notes, reasons among ourselves, questions to others, assignments) is left out.

use std::sync::Arc;

use db::Tx;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use promise::terms::Role;
use promise::{Obligation, Party, State as Is, Terms};
use rules::ids::*;
use rules::tickets::{Addressee, Visibility};
use serde_json::Value;

use crate::attachments::store::{self as attachments, Attachment};
use crate::kernel::errors::Failure;
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::{FluentValue, L10n};
use crate::records::owed::promise_title;
use crate::tickets::store::{self as tickets, FactRow, Names, TicketRow};
use crate::tickets::terms;

/// Everything of a ticket that the portal shows, read in one snapshot.
pub struct Public {
    pub row: TicketRow,
    pub names: Names,
    pub files: Vec<Attachment>,
    pub zone: TimeZone,
    pub terms: Option<Arc<Terms>>,
    pub promises: Vec<Obligation>,
    facts: Vec<FactRow>,
    contacts: Vec<(String, String)>,
}

impl Public {
    /// Reads it; whoever asks has been found to see the ticket.
    pub fn read(app: &App, tx: &mut Tx, id: TicketId) -> Result<Public, Failure> {
        let row = tickets::find(tx, id)?.ok_or(Failure::NotFound)?;
        let mut files = attachments::of_ticket(tx, id)?;
        files.retain(|file| file.visibility == Visibility::Public);
        let mut facts = tickets::story(tx, id)?;
        facts.retain(|fact| is_public(fact, &files));
        let mut contacts: Vec<(String, String)> = Vec::new();
        for fact in &facts {
            let known = contacts.iter().any(|(by, _)| *by == fact.said_by);
            let contact = fact.said_by.strip_prefix("contact:").and_then(|id| id.parse().ok());
            if let (false, Some(contact)) = (known, contact)
                && let Some((_, name)) = tickets::contact(tx, ContactId(contact))?
            {
                contacts.push((fact.said_by.clone(), name));
            }
        }
        let terms = row.commitment_id.map(|id| app.library.terms(tx, id)).transpose()?;
        let promises = terms::obligations(tx, id)?.into_iter().map(|stored| stored.body);
        let promises = promises.filter(|body| owed_to_customer(terms.as_deref(), body)).collect();
        Ok(Public {
            names: tickets::names(tx, id)?,
            zone: TimeZone::get(&row.zone).unwrap_or(TimeZone::UTC),
            row,
            files,
            terms,
            promises,
            facts,
            contacts,
        })
    }

    /// The question that the customer is asked now.
    pub fn question(&self) -> Option<&str> {
        let asked = self.row.waiting_addressee == Some(Addressee::Customer);
        self.row.waiting_question.as_deref().filter(|_| asked)
    }

    /// What is promised next, by when.
    pub fn next(&self) -> Option<(&Obligation, Timestamp)> {
        let running = self.promises.iter().filter(|body| matches!(body.state, Is::Running));
        running.filter_map(|body| Some((body, body.due_at?))).min_by_key(|(_, due_at)| *due_at)
    }

    /// What happened, newest first.
    pub fn moments(&self, l: &L10n, company: &str) -> Vec<Moment> {
        self.facts.iter().rev().map(|fact| self.moment(l, fact, company)).collect()
    }

    fn moment(&self, l: &L10n, fact: &FactRow, company: &str) -> Moment {
        let (drawing, tone) = drawing(&fact.name);
        let by = self.contacts.iter().find(|(by, _)| *by == fact.said_by);
        let by = by.map_or_else(|| company.to_owned(), |(_, name)| name.clone());
        let args = |names: &[&'static str]| -> Vec<(&'static str, FluentValue<'static>)> {
            names.iter().map(|name| (*name, words_of(l, self, fact, name).into())).collect()
        };
        let title = l.ta(
            &format!("portal-{}", crate::tickets::words::fact_key(&fact.name)),
            &args(&["severity", "engineer_name", "at", "addressee", "promise"]),
        );
        Moment {
            at: fact.happened_at,
            drawing,
            tone,
            title: html! { (title) },
            by,
            body: said(fact),
            class: if matches!(&*fact.name, "ticket.note_added" | "ticket.message_received") {
                "note public"
            } else {
                ""
            },
        }
    }

    /// The promises in plain words, those that run first.
    pub fn promise_list(&self, l: &L10n) -> Markup {
        html! {
            ul class="portal-promises" {
                @for body in &self.promises {
                    @let (tone, drawing, words) = plain(l, self.terms.as_deref(), body, &self.zone);
                    li class=(tone.class()) {
                        (chip(tone, drawing, l.t(state_word(body, l.now))))
                        span { (words) }
                    }
                }
            }
        }
    }
}

/// Clocks that we owe; what the customer owes and what only opens a gate is no promise to follow.
fn owed_to_customer(terms: Option<&Terms>, body: &Obligation) -> bool {
    let clock = terms.and_then(|terms| terms.promise(body.promise.as_str()));
    let clock = clock.is_some_and(|promise| promise.rule.clock().is_some());
    clock && body.debtor == Party::Provider && !matches!(body.state, Is::Void { .. })
}

/// Whether a fact is for the customer to read.
fn is_public(fact: &FactRow, files: &[Attachment]) -> bool {
    let text = |name: &str| fact.data.get(name).and_then(Value::as_str);
    match &*fact.name {
        "ticket.reported"
        | "ticket.severity_changed"
        | "ticket.handling_started"
        | "ticket.waiting_started"
        | "ticket.waiting_ended"
        | "ticket.onsite_requested"
        | "ticket.onsite_withdrawn"
        | "ticket.engineer_arrived"
        | "ticket.remote_analysis_started"
        | "ticket.diagnosis_delivered"
        | "ticket.plan_delivered"
        | "ticket.solution_sent"
        | "ticket.restored"
        | "ticket.resolved"
        | "ticket.closed"
        | "ticket.reopened"
        | "ticket.cancelled"
        | "ticket.deadline_agreed"
        | "ticket.promise_waived"
        | "ticket.deadline_proposed"
        | "ticket.waiver_proposed"
        | "ticket.proposal_declined"
        | "ticket.proposal_withdrawn"
        | "remote.consent_announced"
        | "remote.consent_given"
        | "remote.consent_ended"
        | "remote.session_started"
        | "remote.session_ended" => true,
        "ticket.note_added" => text("visibility") == Some(Visibility::Public.code()),
        // What came and went by other channels may be between us and a third party.
        "ticket.message_received" => text("channel") == Some("web") && fact.said_by.starts_with("contact:"),
        "ticket.attachment_added" => {
            let id = fact.data.get("attachment").and_then(Value::as_i64);
            files.iter().any(|file| Some(file.id.get()) == id)
        }
        _ => false,
    }
}

/// The words of a fact that were meant for the customer.
fn said(fact: &FactRow) -> Option<Markup> {
    let to_customer = |fact: &FactRow| {
        fact.data.get("addressee").and_then(Value::as_str) == Some(Addressee::Customer.code())
    };
    let by_contact = fact.said_by.starts_with("contact:");
    let fields: &[&str] = match &*fact.name {
        "ticket.reported" => &["title", "description"],
        "ticket.waiting_started" if to_customer(fact) => &["question"],
        "ticket.waiting_ended" if to_customer(fact) => &["answer"],
        "ticket.diagnosis_delivered" | "ticket.plan_delivered" => &["document", "text"],
        "ticket.note_added" | "ticket.message_received" | "ticket.proposal_declined" => &["text"],
        "ticket.deadline_agreed" | "ticket.promise_waived" => &["reason"],
        "ticket.deadline_proposed" | "ticket.waiver_proposed" => &["reason"],
        "ticket.attachment_added" => &["file_name"],
        "remote.consent_given" | "remote.consent_announced" | "remote.session_started" => &["target"],
        "remote.session_ended" => &["text"],
        "ticket.reopened" | "ticket.cancelled" | "ticket.onsite_withdrawn" if by_contact => &["reason"],
        _ => &[],
    };
    let beside = fact.personal.as_ref();
    let lines: Vec<&str> = fields
        .iter()
        .filter_map(|name| fact.data.get(*name).or_else(|| beside?.get(*name))?.as_str())
        .filter(|text| !text.is_empty())
        .collect();
    (!lines.is_empty()).then(|| html! { @for line in lines { p class="words" { (line) } } })
}

fn words_of(l: &L10n, public: &Public, fact: &FactRow, name: &str) -> String {
    let value = |name: &str| {
        let beside = fact.personal.as_ref();
        fact.data.get(name).or_else(|| beside?.get(name)).and_then(Value::as_str).map(str::to_owned)
    };
    let moment = |text: String| text.parse().map_or(text, |at| short(l, at, &public.zone));
    let found = match name {
        "severity" => value("severity").map(|code| l.t(&format!("severity-{code}")).into_owned()),
        "addressee" => value("addressee").map(|code| l.t(&format!("addressee-{code}")).into_owned()),
        "at" => value("due_at").or_else(|| value("until")).map(moment),
        "promise" => value("promise").map(|id| promise_title(l, public.terms.as_deref(), &id)),
        other => value(other),
    };
    found.unwrap_or_else(|| "-".to_owned())
}

/// A moment as one says it at the site: only the time where it is today there.
pub fn short(l: &L10n, at: Timestamp, zone: &TimeZone) -> String {
    let (then, now) = (at.to_zoned(zone.clone()), l.now.to_zoned(zone.clone()));
    let form = if then.date() == now.date() {
        "%H:%M"
    } else if then.year() == now.year() {
        "%m-%d %H:%M"
    } else {
        "%Y-%m-%d %H:%M"
    };
    then.strftime(form).to_string()
}

/// The key of the sentence for what is owed, by what ends the promise.
fn owed_key(terms: Option<&Terms>, promise: &str) -> &'static str {
    let promise = terms.and_then(|terms| terms.promise(promise));
    let stops: Vec<&str> = promise
        .into_iter()
        .flat_map(|promise| promise.conditions.iter())
        .filter(|(role, _)| *role == Role::Stop)
        .map(|(_, condition)| &*condition.on)
        .collect();
    let ends = |name: &str| stops.contains(&name);
    match () {
        () if ends("ticket.handling_started") => "portal-owed-handling",
        () if ends("ticket.engineer_arrived") => "portal-owed-arrival",
        () if ends("ticket.diagnosis_delivered") => "portal-owed-diagnosis",
        () if ends("ticket.plan_delivered") => "portal-owed-plan",
        () if ends("ticket.loaner_delivered") => "portal-owed-loaner",
        () if stops == ["ticket.restored"] || stops == ["ticket.restored", "ticket.resolved"] => {
            "portal-owed-restoration"
        }
        () => "portal-owed-other",
    }
}

/// What is promised, as one says it: "an engineer is with you by 14:30 at the latest".
pub fn next_words(
    l: &L10n,
    terms: Option<&Terms>,
    promise: &str,
    due_at: Timestamp,
    zone: &TimeZone,
) -> String {
    let what = promise_title(l, terms, promise);
    let args = [("at", short(l, due_at, zone).into()), ("title", what.into())];
    l.ta(owed_key(terms, promise), &args).into_owned()
}

fn state_word(body: &Obligation, now: Timestamp) -> &'static str {
    match body.state {
        Is::Running if body.is_overdue(now) => "portal-state-overdue",
        Is::Running => "portal-state-running",
        Is::Paused => "portal-state-paused",
        Is::Met { .. } => "portal-state-kept",
        Is::Late { .. } => "portal-state-late",
        Is::Breached { .. } => "portal-state-missed",
        Is::Waived { .. } => "portal-state-waived",
        Is::Void { .. } => "portal-state-void",
    }
}

fn plain(l: &L10n, terms: Option<&Terms>, body: &Obligation, zone: &TimeZone) -> (Tone, Icon, String) {
    let what = || promise_title(l, terms, body.promise.as_str());
    let ended = body.state.ended_at().map(|at| short(l, at, zone));
    let done = |tone, drawing| {
        let args = [("title", what().into()), ("at", ended.clone().unwrap_or_default().into())];
        (tone, drawing, l.ta("portal-promise-ended", &args).into_owned())
    };
    match (body.state, body.due_at) {
        (Is::Running, Some(due_at)) => {
            let overdue = body.is_overdue(l.now);
            let (tone, drawing) = if overdue { (Tone::Bad, Icon::Late) } else { (Tone::OnTime, Icon::Clock) };
            (tone, drawing, next_words(l, terms, body.promise.as_str(), due_at, zone))
        }
        (Is::Running, None) => (Tone::OnTime, Icon::Clock, what()),
        (Is::Paused, _) => (Tone::Paused, Icon::Pause, what()),
        (Is::Met { .. }, _) => done(Tone::Met, Icon::OnTime),
        (Is::Late { .. }, _) => done(Tone::Bad, Icon::Late),
        (Is::Breached { .. }, _) => (Tone::Bad, Icon::Breach, what()),
        (Is::Waived { .. }, _) => (Tone::Void, Icon::Waived, what()),
        (Is::Void { .. }, _) => (Tone::Void, Icon::Void, what()),
    }
}

fn drawing(name: &str) -> (Icon, Tone) {
    match name {
        "ticket.reported" => (Icon::Ticket, Tone::Info),
        "ticket.waiting_started" => (Icon::Pause, Tone::Paused),
        "ticket.waiting_ended" => (Icon::Undo, Tone::OnTime),
        "ticket.engineer_arrived" => (Icon::Arrive, Tone::Met),
        "ticket.diagnosis_delivered"
        | "ticket.plan_delivered"
        | "ticket.solution_sent"
        | "ticket.note_added" => (Icon::Note, Tone::Info),
        "ticket.restored" | "ticket.resolved" | "ticket.closed" => (Icon::Check, Tone::Met),
        "ticket.reopened" | "ticket.severity_changed" => (Icon::Risk, Tone::Risk),
        "ticket.message_received" => (Icon::Mail, Tone::Info),
        "ticket.attachment_added" => (Icon::Attach, Tone::Plain),
        "ticket.cancelled" | "ticket.onsite_withdrawn" => (Icon::Void, Tone::Void),
        name if name.starts_with("remote.") => (Icon::Key, Tone::Plain),
        name if name.contains("propos") || name.contains("agreed") || name.contains("waived") => {
            (Icon::Agreed, Tone::Info)
        }
        _ => (Icon::Clock, Tone::OnTime),
    }
}

/// The state of a ticket in the customer's words.
pub fn state(l: &L10n, row: &TicketRow) -> Markup {
    crate::tickets::words::state(l, row.state)
}
