//! The verbs of a ticket as one closed list: for each a resource name, a permission, and what has to be
//! said with it. Page, API and bulk acts read a verb the same way and decide it the same way.

use jiff::{
    Timestamp,
    civil::DateTime,
    tz::{AmbiguousOffset, TimeZone},
};

use super::{
    Addressee, Cause, Visibility,
    intake::choice,
    life::{self, Agreement, Arrival, Delivery, Question, Ticket},
    severity::Severity,
};
use crate::{
    access::Permission,
    event::Happening,
    ids::*,
    refusal::{Invalid, Refusal},
    text::{Line, Reading, Reason, Text, half_width},
};

codes! {
    /// What can be done to a ticket. The code is the resource that doing it makes.
    pub enum VerbName("ticket-verb") {
        /// Begin to handle it.
        Handle = "handling",
        /// Put a question to somebody and wait.
        Wait = "waiting",
        /// Take the answer in.
        Answer = "answer",
        /// The customer can work again.
        Restore = "restoration",
        /// The cause is dealt with.
        Resolve = "resolution",
        /// It is done, and the customer knows.
        Close = "closure",
        /// It came back.
        Reopen = "reopening",
        /// The customer withdraws it.
        Cancel = "cancellation",
        /// Change the severity.
        ChangeSeverity = "severity",
        /// Give it to a team or a person.
        Assign = "assignment",
        /// The customer wants an engineer on site.
        RequestOnsite = "onsite-request",
        /// The customer no longer wants one.
        WithdrawOnsite = "onsite-withdrawal",
        /// An engineer arrived.
        Arrive = "arrival",
        /// Begin remote tests and analysis.
        Analyse = "remote-analysis",
        /// The diagnosis was told to the customer.
        Diagnose = "diagnosis",
        /// The plan was given to the customer.
        Plan = "plan",
        /// Both sides agreed to another deadline.
        AgreeDeadline = "agreement",
        /// The customer waived a promise.
        WaivePromise = "waiver",
        /// Write a note.
        Note = "note",
    }
}

impl VerbName {
    /// The permission that it takes.
    pub const fn permission(self) -> Permission {
        match self {
            VerbName::Handle
            | VerbName::Wait
            | VerbName::Answer
            | VerbName::Restore
            | VerbName::Resolve
            | VerbName::RequestOnsite
            | VerbName::WithdrawOnsite
            | VerbName::Arrive
            | VerbName::Analyse
            | VerbName::Diagnose
            | VerbName::Plan
            | VerbName::Note => Permission::WorkTicket,
            VerbName::Close | VerbName::Reopen | VerbName::Cancel => Permission::CloseTicket,
            VerbName::ChangeSeverity => Permission::ChangeSeverity,
            VerbName::Assign => Permission::AssignTicket,
            VerbName::AgreeDeadline => Permission::AgreeDeadline,
            VerbName::WaivePromise => Permission::WaivePromise,
        }
    }

    /// Whether a change that somebody else made meanwhile is no matter.
    pub const fn is_additive(self) -> bool {
        matches!(self, VerbName::Note)
    }
}

/// Values by name, as a form or a JSON body gives them. A missing one is empty.
pub trait Fields {
    /// The value of a field.
    fn field(&self, name: &str) -> &str;
}

impl Fields for std::collections::BTreeMap<String, String> {
    fn field(&self, name: &str) -> &str {
        self.get(name).map_or("", String::as_str)
    }
}

/// A verb with everything that is said with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verb {
    /// Begin to handle it.
    Handle { at: Option<Timestamp>, note: Option<Text> },
    /// Put a question to somebody and wait.
    Wait { addressee: Addressee, addressee_name: Option<Line>, question: Reason, reason: Option<Reason> },
    /// Take the answer in.
    Answer { at: Option<Timestamp>, answer: Text },
    /// The customer can work again.
    Restore { at: Option<Timestamp>, note: Option<Text> },
    /// The cause is dealt with.
    Resolve { at: Option<Timestamp>, cause: Cause, solution: Text },
    /// It is done, and the customer knows.
    Close { contact: Option<ContactId>, note: Option<Text> },
    /// It came back.
    Reopen { reason: Reason },
    /// The customer withdraws it.
    Cancel { contact: Option<ContactId>, reason: Reason },
    /// Change the severity.
    ChangeSeverity { severity: Severity, reason: Reason },
    /// Give it to a team or a person.
    Assign { team: Option<TeamId>, assignee: Option<UserId> },
    /// The customer wants an engineer on site.
    RequestOnsite { at: Option<Timestamp>, contact: Option<ContactId>, note: Option<Text> },
    /// The customer no longer wants one.
    WithdrawOnsite { contact: Option<ContactId>, reason: Reason },
    /// An engineer arrived.
    Arrive { at: Option<Timestamp>, engineer: UserId, contact: Option<ContactId>, position: Option<Line> },
    /// Begin remote tests and analysis.
    Analyse { note: Option<Text> },
    /// The diagnosis was told to the customer.
    Diagnose { at: Option<Timestamp>, document: Line, text: Text, contact: Option<ContactId> },
    /// The plan was given to the customer.
    Plan { at: Option<Timestamp>, document: Line, text: Text, contact: Option<ContactId> },
    /// Both sides agreed to another deadline.
    AgreeDeadline { promise: String, due_at: Timestamp, contact: ContactId, reason: Reason },
    /// The customer waived a promise.
    WaivePromise { promise: String, contact: ContactId, reason: Reason },
    /// Write a note.
    Note { visibility: Visibility, text: Text },
}

impl Verb {
    /// Reads a verb.
    ///
    /// Units: a moment without an offset is a time of day in `zone`, the ticket's.
    /// Errors: every field that is wrong.
    pub fn read(name: VerbName, fields: &dyn Fields, zone: &TimeZone) -> Result<Verb, Vec<Invalid>> {
        let mut form = Reading::new();
        let get = |field: &str| fields.field(field).to_owned();
        let verb = match name {
            VerbName::Handle => {
                let at = form.field(parse_moment("at", &get("at"), zone));
                let note = form.field(Text::parse_optional("note", &get("note")));
                (|| Some(Verb::Handle { at: at?, note: note? }))()
            }
            VerbName::Wait => {
                let addressee = form.field(must_choose("addressee", &get("addressee")));
                let addressee_name =
                    form.field(Line::parse_optional("addressee_name", &get("addressee_name")));
                let question = form.field(Reason::parse("question", &get("question")));
                let reason = form.field(Reason::parse_optional("reason", &get("reason")));
                (|| {
                    let (addressee, addressee_name) = (addressee?, addressee_name?);
                    Some(Verb::Wait { addressee, addressee_name, question: question?, reason: reason? })
                })()
            }
            VerbName::Answer => {
                let at = form.field(parse_moment("at", &get("at"), zone));
                let answer = form.field(Text::parse("answer", &get("answer")));
                (|| Some(Verb::Answer { at: at?, answer: answer? }))()
            }
            VerbName::Restore => {
                let at = form.field(parse_moment("at", &get("at"), zone));
                let note = form.field(Text::parse_optional("note", &get("note")));
                (|| Some(Verb::Restore { at: at?, note: note? }))()
            }
            VerbName::Resolve => {
                let at = form.field(parse_moment("at", &get("at"), zone));
                let cause = form.field(must_choose("cause", &get("cause")));
                let solution = form.field(Text::parse("solution", &get("solution")));
                (|| Some(Verb::Resolve { at: at?, cause: cause?, solution: solution? }))()
            }
            VerbName::Close => {
                let contact = form.field(parse_id("contact", &get("contact")));
                let note = form.field(Text::parse_optional("note", &get("note")));
                (|| Some(Verb::Close { contact: contact?, note: note? }))()
            }
            VerbName::Reopen => {
                let reason = form.field(Reason::parse("reason", &get("reason")));
                (|| Some(Verb::Reopen { reason: reason? }))()
            }
            VerbName::Cancel => {
                let contact = form.field(parse_id("contact", &get("contact")));
                let reason = form.field(Reason::parse("reason", &get("reason")));
                (|| Some(Verb::Cancel { contact: contact?, reason: reason? }))()
            }
            VerbName::ChangeSeverity => {
                let severity = form.field(must_choose("severity", &get("severity")));
                let reason = form.field(Reason::parse("reason", &get("reason")));
                (|| Some(Verb::ChangeSeverity { severity: severity?, reason: reason? }))()
            }
            VerbName::Assign => {
                let team = form.field(parse_id("team", &get("team")));
                let assignee = form.field(parse_id("assignee", &get("assignee")));
                (|| Some(Verb::Assign { team: team?, assignee: assignee? }))()
            }
            VerbName::RequestOnsite => {
                let at = form.field(parse_moment("at", &get("at"), zone));
                let contact = form.field(parse_id("contact", &get("contact")));
                let note = form.field(Text::parse_optional("note", &get("note")));
                (|| Some(Verb::RequestOnsite { at: at?, contact: contact?, note: note? }))()
            }
            VerbName::WithdrawOnsite => {
                let contact = form.field(parse_id("contact", &get("contact")));
                let reason = form.field(Reason::parse("reason", &get("reason")));
                (|| Some(Verb::WithdrawOnsite { contact: contact?, reason: reason? }))()
            }
            VerbName::Arrive => {
                let at = form.field(parse_moment("at", &get("at"), zone));
                let engineer = form.field(must_have_id("engineer", &get("engineer")));
                let contact = form.field(parse_id("contact", &get("contact")));
                let position = form.field(Line::parse_optional("position", &get("position")));
                (|| {
                    let (at, engineer) = (at?, engineer?);
                    Some(Verb::Arrive { at, engineer, contact: contact?, position: position? })
                })()
            }
            VerbName::Analyse => {
                let note = form.field(Text::parse_optional("note", &get("note")));
                (|| Some(Verb::Analyse { note: note? }))()
            }
            VerbName::Diagnose | VerbName::Plan => {
                let at = form.field(parse_moment("at", &get("at"), zone));
                let document = form.field(Line::parse("document", &get("document")));
                let text = form.field(Text::parse("text", &get("text")));
                let contact = form.field(parse_id("contact", &get("contact")));
                (|| {
                    let (at, document, text, contact) = (at?, document?, text?, contact?);
                    Some(if name == VerbName::Plan {
                        Verb::Plan { at, document, text, contact }
                    } else {
                        Verb::Diagnose { at, document, text, contact }
                    })
                })()
            }
            VerbName::AgreeDeadline => {
                let promise = form.field(must_name("promise", &get("promise")));
                let due_at = form.field(must_have_moment("due_at", &get("due_at"), zone));
                let contact = form.field(must_have_id("contact", &get("contact")));
                let reason = form.field(Reason::parse("reason", &get("reason")));
                (|| {
                    let (promise, due_at) = (promise?, due_at?);
                    Some(Verb::AgreeDeadline { promise, due_at, contact: contact?, reason: reason? })
                })()
            }
            VerbName::WaivePromise => {
                let promise = form.field(must_name("promise", &get("promise")));
                let contact = form.field(must_have_id("contact", &get("contact")));
                let reason = form.field(Reason::parse("reason", &get("reason")));
                (|| Some(Verb::WaivePromise { promise: promise?, contact: contact?, reason: reason? }))()
            }
            VerbName::Note => {
                // A note is internal unless it is said to be public: a slip must not go to the customer.
                let visibility = form.field(choice("visibility", &get("visibility")));
                let text = form.field(Text::parse("text", &get("text")));
                (|| Some(Verb::Note { visibility: visibility?.unwrap_or(Visibility::Internal), text: text? }))(
                )
            }
        };
        form.finish(verb)
    }

    /// The contact that it names.
    pub fn contact(&self) -> Option<ContactId> {
        match self {
            Verb::Close { contact, .. }
            | Verb::Cancel { contact, .. }
            | Verb::RequestOnsite { contact, .. }
            | Verb::WithdrawOnsite { contact, .. }
            | Verb::Arrive { contact, .. }
            | Verb::Diagnose { contact, .. }
            | Verb::Plan { contact, .. } => *contact,
            Verb::AgreeDeadline { contact, .. } | Verb::WaivePromise { contact, .. } => Some(*contact),
            Verb::Handle { .. }
            | Verb::Wait { .. }
            | Verb::Answer { .. }
            | Verb::Restore { .. }
            | Verb::Resolve { .. }
            | Verb::Reopen { .. }
            | Verb::ChangeSeverity { .. }
            | Verb::Assign { .. }
            | Verb::Analyse { .. }
            | Verb::Note { .. } => None,
        }
    }
}

/// What a decision has to know beside the ticket.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The contact that the verb names: whose, and the name.
    pub contact: Option<(CustomerId, String)>,
    /// The engineer's name, for an arrival.
    pub engineer_name: Option<String>,
    /// The promises under which an obligation is open.
    pub owed: Vec<String>,
    /// The id of the note, once it has one.
    pub note: Option<NoteId>,
}

/// Decides a verb.
///
/// Errors: [`Refusal`], also for a contact of another customer.
pub fn decide(ticket: &Ticket, verb: Verb, known: &Known, now: Timestamp) -> Result<Vec<Happening>, Refusal> {
    if verb.contact().is_some() && known.contact.as_ref().is_none_or(|(whose, _)| *whose != ticket.customer) {
        return Err(Refusal::ContactOfAnotherCustomer);
    }
    let contact_name = || line(known.contact.as_ref().map(|(_, name)| name.as_str()));
    let with_name = |contact: Option<ContactId>| contact.map(|id| (id, contact_name()));
    match verb {
        Verb::Handle { at, note } => life::start_handling(ticket, at, note, now),
        Verb::Wait { addressee, addressee_name, question, reason } => {
            life::wait(ticket, Question { addressee, addressee_name, question, reason }, now)
        }
        Verb::Answer { at, answer } => life::answer(ticket, at, answer, now),
        Verb::Restore { at, note } => life::restore(ticket, at, note, now),
        Verb::Resolve { at, cause, solution } => life::resolve(ticket, at, cause, solution, now),
        Verb::Close { contact, note } => life::close(ticket, contact, note, now),
        Verb::Reopen { reason } => life::reopen(ticket, reason, now),
        Verb::Cancel { contact, reason } => life::cancel(ticket, contact, reason, now),
        Verb::ChangeSeverity { severity, reason } => life::change_severity(ticket, severity, reason, now),
        Verb::Assign { team, assignee } => life::assign(ticket, team, assignee, now),
        Verb::RequestOnsite { at, contact, note } => {
            life::request_onsite(ticket, at, with_name(contact), note, now)
        }
        Verb::WithdrawOnsite { contact, reason } => life::withdraw_onsite(ticket, contact, reason, now),
        Verb::Arrive { at, engineer, contact, position } => {
            let engineer_name = line(known.engineer_name.as_deref());
            let arrival = Arrival { at, engineer, engineer_name, contact: with_name(contact), position };
            life::arrive(ticket, arrival, now)
        }
        Verb::Analyse { note } => life::start_remote_analysis(ticket, note, now),
        Verb::Diagnose { at, document, text, contact } => {
            life::deliver_diagnosis(ticket, Delivery { at, document, text, contact }, now)
        }
        Verb::Plan { at, document, text, contact } => {
            life::deliver_plan(ticket, Delivery { at, document, text, contact }, now)
        }
        Verb::AgreeDeadline { promise, due_at, contact, reason } => {
            let agreement = Agreement { promise, contact, contact_name: contact_name(), reason };
            life::agree_deadline(ticket, agreement, due_at, &known.owed, now)
        }
        Verb::WaivePromise { promise, contact, reason } => {
            let agreement = Agreement { promise, contact, contact_name: contact_name(), reason };
            life::waive_promise(ticket, agreement, &known.owed, now)
        }
        Verb::Note { visibility, text } => {
            life::add_note(ticket, known.note.unwrap_or(NoteId(0)), visibility, text, now)
        }
    }
}

/// A stored name as a line; one that cannot be a line is shown as a dash.
fn line(name: Option<&str>) -> Line {
    let dash = || Line::parse("name", "—").expect("a dash is a line");
    name.and_then(|name| Line::parse("name", name).ok()).unwrap_or_else(dash)
}

/// Reads a moment: with an offset as it is, without one as a time of day in `zone`. Empty is none.
///
/// Errors: [`Invalid`] for a moment that does not exist, also where the clocks were put forward.
pub fn parse_moment(field: &'static str, given: &str, zone: &TimeZone) -> Result<Option<Timestamp>, Invalid> {
    let text = half_width(given);
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(Some(at));
    }
    let wrong = || Invalid::no_such_time(field, given.trim());
    let civil: DateTime = text.replacen(' ', "T", 1).replace('/', "-").parse().map_err(|_| wrong())?;
    let ambiguous = zone.to_ambiguous_timestamp(civil);
    if matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. }) {
        return Err(wrong());
    }
    ambiguous.earlier().map(Some).map_err(|_| wrong())
}

fn must_have_moment(field: &'static str, given: &str, zone: &TimeZone) -> Result<Timestamp, Invalid> {
    parse_moment(field, given, zone)?.ok_or_else(|| Invalid::required(field))
}

fn must_choose<T: std::str::FromStr>(field: &'static str, given: &str) -> Result<T, Invalid> {
    choice(field, given)?.ok_or_else(|| Invalid::required(field))
}

fn must_name(field: &'static str, given: &str) -> Result<String, Invalid> {
    Line::parse(field, given).map(String::from)
}

fn parse_id<T: From<i64>>(field: &'static str, given: &str) -> Result<Option<T>, Invalid> {
    match given.trim() {
        "" => Ok(None),
        text => match text.parse::<i64>() {
            Ok(id) if id > 0 => Ok(Some(T::from(id))),
            Ok(_) | Err(_) => Err(Invalid::unknown(field, text)),
        },
    }
}

fn must_have_id<T: From<i64>>(field: &'static str, given: &str) -> Result<T, Invalid> {
    parse_id(field, given)?.ok_or_else(|| Invalid::required(field))
}

/// The verbs that the ticket's state allows now, in the order of [`VerbName::ALL`].
pub fn possible(ticket: &Ticket) -> Vec<VerbName> {
    VerbName::ALL.iter().copied().filter(|name| is_possible(ticket, *name)).collect()
}

fn is_possible(ticket: &Ticket, name: VerbName) -> bool {
    use super::State::*;
    let open = ticket.state.is_open();
    match name {
        VerbName::Handle => matches!(ticket.state, Reported | Reopened),
        VerbName::Wait => matches!(ticket.state, Reported | InHandling | Restored | Reopened),
        VerbName::Answer => ticket.waiting.is_some(),
        VerbName::Restore => matches!(ticket.state, Reported | InHandling | Waiting | Reopened),
        VerbName::Resolve => matches!(ticket.state, Reported | InHandling | Waiting | Restored | Reopened),
        VerbName::Close => ticket.state == Resolved,
        VerbName::Reopen => matches!(ticket.state, Restored | Resolved | Closed | Cancelled),
        VerbName::RequestOnsite => open && ticket.onsite_requested_at.is_none(),
        VerbName::WithdrawOnsite => ticket.onsite_requested_at.is_some(),
        VerbName::Cancel
        | VerbName::ChangeSeverity
        | VerbName::Assign
        | VerbName::Arrive
        | VerbName::Analyse
        | VerbName::Diagnose
        | VerbName::Plan => open,
        VerbName::AgreeDeadline | VerbName::WaivePromise => open,
        VerbName::Note => ticket.state != Merged,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn shanghai() -> TimeZone {
        TimeZone::get("Asia/Shanghai").unwrap()
    }

    #[test]
    fn an_empty_form_is_missing_what_the_verb_needs() {
        let table = [
            (VerbName::Handle, ""),
            (VerbName::Wait, "addressee question"),
            (VerbName::Answer, "answer"),
            (VerbName::Restore, ""),
            (VerbName::Resolve, "cause solution"),
            (VerbName::Close, ""),
            (VerbName::Reopen, "reason"),
            (VerbName::Cancel, "reason"),
            (VerbName::ChangeSeverity, "severity reason"),
            (VerbName::Assign, ""),
            (VerbName::RequestOnsite, ""),
            (VerbName::WithdrawOnsite, "reason"),
            (VerbName::Arrive, "engineer"),
            (VerbName::Analyse, ""),
            (VerbName::Diagnose, "document text"),
            (VerbName::Plan, "document text"),
            (VerbName::AgreeDeadline, "promise due_at contact reason"),
            (VerbName::WaivePromise, "promise contact reason"),
            (VerbName::Note, "text"),
        ];
        assert_eq!(table.len(), VerbName::ALL.len());
        for (name, expected) in table {
            let missing = match Verb::read(name, &fields(&[]), &shanghai()) {
                Ok(_) => String::new(),
                Err(problems) => problems.iter().map(|one| one.field).collect::<Vec<_>>().join(" "),
            };
            assert_eq!(missing, expected, "{name}");
        }
    }

    #[test]
    fn moments_are_read_in_the_tickets_zone() {
        let at = |text: &str| parse_moment("at", text, &shanghai()).map(|at| at.unwrap().to_string());
        assert_eq!(at("2026-01-05T09:12"), Ok("2026-01-05T01:12:00Z".into()));
        assert_eq!(at("2026-01-05 09:12"), Ok("2026-01-05T01:12:00Z".into()));
        assert_eq!(at("2026/01/05 09:12:30"), Ok("2026-01-05T01:12:30Z".into()));
        assert_eq!(at("2026-01-05T09:12:00+09:00"), Ok("2026-01-05T00:12:00Z".into()));
        for wrong in ["2026-02-30T09:12", "soon", "25:00"] {
            assert_eq!(at(wrong), Err(Invalid::no_such_time("at", wrong)));
        }
        assert_eq!(parse_moment("at", " ", &shanghai()), Ok(None));
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        assert!(parse_moment("at", "2026-03-29T02:30", &berlin).is_err(), "the clocks were put forward");
        let twice = parse_moment("at", "2026-10-25T02:30", &berlin).unwrap().unwrap();
        assert_eq!(twice.to_string(), "2026-10-25T00:30:00Z", "the first of the two");
    }

    #[test]
    fn a_note_is_internal_unless_said_otherwise() {
        let note = |pairs: &[(&str, &str)]| Verb::read(VerbName::Note, &fields(pairs), &shanghai());
        let text = Text::parse("text", "内部").unwrap();
        assert_eq!(
            note(&[("text", "内部")]),
            Ok(Verb::Note { visibility: Visibility::Internal, text: text.clone() })
        );
        assert_eq!(
            note(&[("text", "内部"), ("visibility", "public")]),
            Ok(Verb::Note { visibility: Visibility::Public, text })
        );
        assert_eq!(note(&[("text", "x"), ("visibility", "all")]).unwrap_err()[0].field, "visibility");
    }

    #[test]
    fn strangers_ids_are_not_taken() {
        for wrong in ["x", "-1", "0", "1.5"] {
            let problems =
                Verb::read(VerbName::Assign, &fields(&[("team", wrong)]), &shanghai()).unwrap_err();
            assert_eq!(problems[0].field, "team");
        }
    }
}
