//! The diagnosis and the plan of a ticket as documents: written section by section, delivered by mail and on the
//! portal, which stops their clocks, and with a receipt when the customer reads them (C7.4).

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use promise::Terms;
use promise::terms::Role;
use rules::event::{Event, Happening};
use rules::ids::*;
use rules::tickets::document::DocumentKind;
use rules::tickets::life::Ticket;
use rules::tickets::verb::{Verb, VerbName};

use super::change::{self, path};
use super::words;
use crate::kernel::door::Change;
use crate::kernel::errors::Failure;
use crate::kernel::form::Form;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;

/// Documents of one ticket that are shown.
const OF_TICKET_MOST: i64 = 50;

row! {
    /// A document as it was delivered.
    #[derive(Clone, Debug, PartialEq)]
    pub struct DocumentRow {
        pub id: DocumentId as int,
        pub ticket_id: TicketId as int,
        pub kind: DocumentKind as text,
        pub title: String,
        pub text: String,
        pub contact: Option<String>,
        pub delivered_at: Timestamp,
        pub read_at: Option<Timestamp>,
        pub reader: Option<String>,
    }
}

statements! {
    static OF_TICKET: (i64, i64) => DocumentRow =
        "SELECT d.id, d.ticket_id, d.kind, d.title, d.text, k.name AS contact, d.delivered_at, d.read_at,
            r.name AS reader
         FROM ticket_document d LEFT JOIN contact k ON k.id = d.contact_id LEFT JOIN contact r ON r.id = d.read_by
         WHERE d.ticket_id = ?1 ORDER BY d.id DESC LIMIT ?2";
    static ADD: (i64, String, String, String, Option<i64>, Option<i64>, Timestamp) => () =
        "INSERT INTO ticket_document (ticket_id, kind, title, text, written_by, contact_id, delivered_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    static READ: (i64, Option<Timestamp>, Option<i64>) => () =
        "UPDATE ticket_document SET read_at = ?2, read_by = ?3 WHERE id = ?1 AND read_at IS NULL";
}

/// The documents of a ticket, newest first.
pub fn of_ticket(tx: &mut Tx, ticket: TicketId) -> Result<Vec<DocumentRow>, Error> {
    tx.all(&OF_TICKET, (ticket.get(), OF_TICKET_MOST))
}

/// Keeps what a verb delivers, where it delivers a document.
pub fn keep(change: &mut Change<'_>, ticket: TicketId, verb: &Verb, by: UserId) -> Result<(), Failure> {
    let (kind, at, document, text, contact) = match verb {
        Verb::Diagnose { at, document, text, contact } => {
            (DocumentKind::Diagnosis, at, document, text, contact)
        }
        Verb::Plan { at, document, text, contact } => (DocumentKind::Plan, at, document, text, contact),
        _ => return Ok(()),
    };
    let row = (
        ticket.get(),
        kind.code(),
        document.as_str(),
        text.as_str(),
        Some(by.get()),
        contact.map(ContactId::get),
        at.unwrap_or(change.now),
    );
    change.tx.run(&ADD, row)?;
    Ok(())
}

/// A contact has the ticket before their eyes: what they had not read yet is read now.
pub fn read(change: &mut Change<'_>, ticket: &Ticket, contact: ContactId) -> Result<(), Failure> {
    let mut happened = Vec::new();
    for row in of_ticket(change.tx, ticket.id)?.into_iter().filter(|row| row.read_at.is_none()) {
        let now = Some(change.now);
        if change.tx.run(&READ, (row.id.get(), now, Some(contact.get())))? > 0 {
            let event = Event::TicketDocumentRead { document: row.id, contact };
            happened.push(Happening { at: change.now, about: ticket.about(), event });
        }
    }
    change::save(change, ticket.clone(), happened).map(drop)
}

/// The fields of a document's sections.
pub fn fields(l: &L10n, kind: DocumentKind, form: &Form) -> Markup {
    html! {
        p class="hint" { (l.t(&format!("{}-hint", kind.label()))) }
        (Field::text("document", l.t("field-document")).required().of(form, l))
        @for (field, is_needed) in kind.sections() {
            @let area = TextArea::new(field, l.t(&format!("document-{field}"))).rows(3).hint(l.t(&format!("document-{field}-hint")));
            @if *is_needed { (area.required().of(form, l)) } @else { (area.of(form, l)) }
        }
    }
}

/// The form with the sections put together as one text, as the verb takes it.
///
/// Errors: every section that is missing.
pub fn composed(l: &L10n, verb: VerbName, form: &Form) -> Result<Form, Vec<rules::Invalid>> {
    let Some(kind) = DocumentKind::of(verb) else { return Ok(form.clone()) };
    let sections = kind.read(form)?;
    let parts = sections.iter().map(|(field, text)| {
        l.ta(
            "document-section",
            &[
                ("title", l.t(&format!("document-{field}")).into_owned().into()),
                ("text", text.as_str().into()),
            ],
        )
        .into_owned()
    });
    let mut whole = form.clone();
    whole.set("text", parts.collect::<Vec<_>>().join("\n\n"));
    Ok(whole)
}

/// What is owed: a document for which a clock runs, and by when.
pub fn owed(
    terms: Option<&Terms>,
    obligations: &[ledger::StoredObligation],
) -> Vec<(DocumentKind, Option<Timestamp>)> {
    let mut found = Vec::new();
    for stored in obligations.iter().filter(|stored| stored.body.state == promise::State::Running) {
        let Some(promise) = terms.and_then(|terms| terms.promise(&stored.promise)) else { continue };
        let stops = |kind: &&DocumentKind| {
            promise
                .conditions
                .iter()
                .any(|(role, condition)| *role == Role::Stop && &*condition.on == kind.fact())
        };
        found.extend(DocumentKind::ALL.iter().filter(stops).map(|kind| (*kind, stored.body.due_at)));
    }
    found
}

/// The documents of a ticket as a part of its page, and those that are still owed.
pub fn panel(
    l: &L10n,
    ticket: TicketId,
    all: &[DocumentRow],
    owed: &[(DocumentKind, Option<Timestamp>)],
    zone: &TimeZone,
    may_work: bool,
) -> Markup {
    html! {
        @if !all.is_empty() || !owed.is_empty() {
            h2 { (l.t("documents-title")) }
            @for (kind, due_at) in owed {
                p class="document-owed" {
                    strong { (l.t(kind.label())) } " "
                    @if let Some(due_at) = due_at { (countdown(l, *due_at, None)) }
                    @if may_work {
                        a class="button small" href={ (path(ticket)) "/act/" (kind.verb()) } data-act { (icon(Icon::Edit)) span { (l.t("documents-write")) } }
                    }
                }
            }
            @for row in all {
                details class="document" {
                    summary {
                        strong { (row.title) }
                        @match row.read_at {
                            Some(_) => (chip(Tone::Met, Icon::Eye, l.t("documents-read"))),
                            None => (chip(Tone::Paused, Icon::Mail, l.t("documents-unread"))),
                        }
                    }
                    p class="quiet" {
                        (l.t("documents-delivered")) " " (words::in_zone(l, row.delivered_at, zone))
                        @if let Some(contact) = &row.contact { " · " (contact) }
                        @if let Some(read_at) = row.read_at {
                            br; (l.t("documents-read-at")) " " (words::in_zone(l, read_at, zone))
                            @if let Some(reader) = &row.reader { " · " (reader) }
                        }
                    }
                    p class="words" { (row.text) }
                }
            }
        }
    }
}
