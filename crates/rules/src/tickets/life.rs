//! The life of a ticket: what may be done in which state, and what happens then (C7, C2.8).
//!
//! Each verb looks at the ticket and tells what happens; nothing is changed here but by
//! [`Ticket::apply`], which folds a happening into the ticket. So the row in the database is always
//! what its facts say.

use jiff::Timestamp;

use super::{Addressee, Cause, Kind, Relation, State, Visibility, severity::Severity};
use crate::{
    event::{About, Event, FieldChange, Happening, changed_fields},
    ids::*,
    refusal::Refusal,
    text::{Line, Reason, Text},
};

/// A ticket, as far as decisions need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Its id; its number follows from it.
    pub id: TicketId,
    /// Counts the changes; two people who edit at once are told by it.
    pub version: i64,
    /// What the customer wants.
    pub kind: Kind,
    /// Where it stands.
    pub state: State,
    /// How bad it is.
    pub severity: Severity,
    /// Whose matter it is.
    pub customer: CustomerId,
    /// Where.
    pub site: Option<SiteId>,
    /// Who reported it.
    pub contact: Option<ContactId>,
    /// Which contract covers it.
    pub contract: Option<ContractId>,
    /// Which version of the commitment judges it: the one in force for the contract at the report.
    pub commitment: Option<CommitmentId>,
    /// Which unit it concerns.
    pub asset: Option<AssetId>,
    /// Which team has it.
    pub team: Option<TeamId>,
    /// Who has it.
    pub assignee: Option<UserId>,
    /// When it was reported.
    pub reported_at: Timestamp,
    /// When handling first began.
    pub handled_at: Option<Timestamp>,
    /// What it waits for.
    pub waiting: Option<Waiting>,
    /// When an engineer on site was asked for, while that stands and nobody has arrived.
    pub onsite_requested_at: Option<Timestamp>,
    /// When the customer could work again.
    pub restored_at: Option<Timestamp>,
    /// When the cause was dealt with.
    pub resolved_at: Option<Timestamp>,
    /// When it was closed, cancelled or merged.
    pub closed_at: Option<Timestamp>,
    /// What was at fault.
    pub cause: Option<Cause>,
    /// The ticket in which it lives on.
    pub merged_into: Option<TicketId>,
}

/// A question that is out.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Waiting {
    /// Who shall answer.
    pub addressee: Addressee,
    /// The question.
    pub question: String,
    /// Since when.
    pub since_at: Timestamp,
    /// The state to return to with the answer.
    pub then: State,
}

type Decision = Result<Vec<Happening>, Refusal>;

impl Ticket {
    /// What every happening of this ticket is about.
    pub fn about(&self) -> About {
        About {
            ticket: Some(self.id),
            customer: Some(self.customer),
            site: self.site,
            contact: self.contact,
            contract: self.contract,
            commitment: self.commitment,
            asset: self.asset,
            ..About::default()
        }
    }

    pub(super) fn happened(&self, at: Timestamp, event: Event) -> Happening {
        Happening { at, about: self.about(), event }
    }

    /// Refuses what cannot be done to one that lives on in another.
    pub(super) fn must_live(&self, verb: &'static str) -> Result<(), Refusal> {
        if self.state == State::Merged { Err(self.not_now(verb)) } else { Ok(()) }
    }

    fn must_be_open(&self, verb: &'static str) -> Result<(), Refusal> {
        if self.state.is_open() { Ok(()) } else { Err(self.not_now(verb)) }
    }

    fn not_now(&self, verb: &'static str) -> Refusal {
        Refusal::NotInThisState { verb, state: self.state.code() }
    }

    /// When something happened that was told `at` a moment, or now.
    fn when(&self, at: Option<Timestamp>, now: Timestamp) -> Result<Timestamp, Refusal> {
        let at = at.unwrap_or(now);
        if at > now {
            return Err(Refusal::InTheFuture { at });
        }
        if at < self.reported_at {
            return Err(Refusal::BeforeItBegan { at, began_at: self.reported_at });
        }
        Ok(at)
    }

    /// Folds what happened into the ticket.
    pub fn apply(&mut self, happening: &Happening) {
        let at = happening.at;
        match &happening.event {
            Event::TicketSeverityChanged { severity, .. } => self.severity = *severity,
            Event::TicketHandlingStarted { .. } => {
                self.handled_at.get_or_insert(at);
                self.state = State::InHandling;
            }
            Event::TicketWaitingStarted { addressee, question, .. } => {
                let (addressee, question) = (*addressee, question.clone());
                self.waiting = Some(Waiting { addressee, question, since_at: at, then: self.state });
                self.state = State::Waiting;
            }
            Event::TicketWaitingEnded { .. } => {
                if let Some(waiting) = self.waiting.take() {
                    self.state = waiting.then;
                }
            }
            Event::TicketOnsiteRequested { .. } => self.onsite_requested_at = Some(at),
            Event::TicketOnsiteWithdrawn { .. } | Event::TicketEngineerArrived { .. } => {
                self.onsite_requested_at = None;
            }
            Event::TicketRestored { .. } => {
                self.restored_at = Some(at);
                self.state = State::Restored;
            }
            Event::TicketResolved { cause, .. } => {
                self.resolved_at = Some(at);
                self.cause = Some(*cause);
                self.state = State::Resolved;
            }
            Event::TicketClosed { .. } => self.end(State::Closed, at),
            Event::TicketCancelled { .. } => self.end(State::Cancelled, at),
            Event::TicketMerged { into, .. } => {
                self.end(State::Merged, at);
                self.merged_into = Some(*into);
            }
            Event::TicketReopened { .. } => {
                self.state = State::Reopened;
                (self.restored_at, self.resolved_at, self.closed_at) = (None, None, None);
            }
            Event::TicketAssigned { team, assignee } => {
                self.team = *team;
                self.assignee = *assignee;
            }
            // The caller saves the particulars, which it has.
            Event::TicketReported { .. } | Event::TicketEdited { .. } => {}
            // Told on the timeline only. Nobody who works on the ticket is disturbed by it.
            _ => return,
        }
        self.version += 1;
    }

    fn end(&mut self, state: State, at: Timestamp) {
        self.state = state;
        self.closed_at = Some(at);
        self.waiting = None;
        self.onsite_requested_at = None;
    }
}

/// Begins to handle the ticket.
///
/// Source: C7.5, 响应并着手处理.
pub fn start_handling(
    ticket: &Ticket,
    at: Option<Timestamp>,
    note: Option<Text>,
    now: Timestamp,
) -> Decision {
    let at = ticket.when(at, now)?;
    match ticket.state {
        State::Reported | State::Reopened => {
            let note = note.map(String::from);
            Ok(vec![ticket.happened(at, Event::TicketHandlingStarted { note })])
        }
        State::InHandling => Err(Refusal::AlreadySo),
        State::Waiting
        | State::Restored
        | State::Resolved
        | State::Closed
        | State::Cancelled
        | State::Merged => Err(ticket.not_now("ticket-verb-handling")),
    }
}

/// What is asked, and of whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Who shall answer.
    pub addressee: Addressee,
    /// Their name.
    pub addressee_name: Option<Line>,
    /// The question.
    pub question: Reason,
    /// Why the work cannot go on without the answer.
    pub reason: Option<Reason>,
}

/// Puts a question to somebody and waits for the answer. To ask is to handle.
pub fn wait(ticket: &Ticket, asked: Question, now: Timestamp) -> Decision {
    let begins = match ticket.state {
        State::Reported | State::Reopened => true,
        State::InHandling | State::Restored => false,
        State::Waiting => return Err(Refusal::AlreadySo),
        State::Resolved | State::Closed | State::Cancelled | State::Merged => {
            return Err(ticket.not_now("ticket-verb-waiting"));
        }
    };
    let mut happened = Vec::new();
    if begins {
        happened.push(ticket.happened(now, Event::TicketHandlingStarted { note: None }));
    }
    happened.push(ticket.happened(
        now,
        Event::TicketWaitingStarted {
            addressee: asked.addressee,
            question: asked.question.into(),
            reason: asked.reason.map(String::from),
            contact: ticket.contact.filter(|_| asked.addressee == Addressee::Customer),
            addressee_name: asked.addressee_name.map(String::from),
        },
    ));
    Ok(happened)
}

/// Takes the answer in, and the work goes on.
pub fn answer(ticket: &Ticket, at: Option<Timestamp>, answer: Text, now: Timestamp) -> Decision {
    let Some(waiting) = &ticket.waiting else {
        return Err(ticket.not_now("ticket-verb-answer"));
    };
    let at = ticket.when(at, now)?;
    if at < waiting.since_at {
        return Err(Refusal::BeforeItBegan { at, began_at: waiting.since_at });
    }
    let event =
        Event::TicketWaitingEnded { addressee: waiting.addressee, answered: true, answer: answer.into() };
    Ok(vec![ticket.happened(at, event)])
}

/// The question falls away because the ticket moves on without the answer.
fn drop_question(ticket: &Ticket, at: Timestamp) -> Option<Happening> {
    let waiting = ticket.waiting.as_ref()?;
    let event =
        Event::TicketWaitingEnded { addressee: waiting.addressee, answered: false, answer: String::new() };
    Some(ticket.happened(at.max(waiting.since_at), event))
}

/// Handling that nobody had noted before the result came.
fn note_handling(ticket: &Ticket, at: Timestamp) -> Option<Happening> {
    let noted = ticket.handled_at.is_some() && ticket.state != State::Reopened;
    if noted { None } else { Some(ticket.happened(at, Event::TicketHandlingStarted { note: None })) }
}

/// The customer can work again.
pub fn restore(ticket: &Ticket, at: Option<Timestamp>, note: Option<Text>, now: Timestamp) -> Decision {
    let at = ticket.when(at, now)?;
    match ticket.state {
        State::Reported | State::InHandling | State::Waiting | State::Reopened => {
            let event = Event::TicketRestored { note: note.map(String::from) };
            let mut happened: Vec<Happening> = note_handling(ticket, at).into_iter().collect();
            happened.extend(drop_question(ticket, at));
            happened.push(ticket.happened(at, event));
            Ok(happened)
        }
        State::Restored => Err(Refusal::AlreadySo),
        State::Resolved | State::Closed | State::Cancelled | State::Merged => {
            Err(ticket.not_now("ticket-verb-restoration"))
        }
    }
}

/// The cause is dealt with. A fault that nobody had called restored is so from then on.
pub fn resolve(
    ticket: &Ticket,
    at: Option<Timestamp>,
    cause: Cause,
    solution: Text,
    now: Timestamp,
) -> Decision {
    let at = ticket.when(at, now)?;
    match ticket.state {
        State::Reported | State::InHandling | State::Waiting | State::Restored | State::Reopened => {
            let mut happened: Vec<Happening> = note_handling(ticket, at).into_iter().collect();
            happened.extend(drop_question(ticket, at));
            if ticket.kind == Kind::Fault && ticket.restored_at.is_none() {
                happened.push(ticket.happened(at, Event::TicketRestored { note: None }));
            }
            let event = Event::TicketResolved { cause, solution: solution.into() };
            happened.push(ticket.happened(at, event));
            Ok(happened)
        }
        State::Resolved => Err(Refusal::AlreadySo),
        State::Closed | State::Cancelled | State::Merged => Err(ticket.not_now("ticket-verb-resolution")),
    }
}

/// It is done, and the customer knows.
pub fn close(
    ticket: &Ticket,
    confirmed_by: Option<ContactId>,
    note: Option<Text>,
    now: Timestamp,
) -> Decision {
    match ticket.state {
        State::Resolved => {
            let event = Event::TicketClosed { confirmed_by, note: note.map(String::from) };
            Ok(vec![ticket.happened(now, event)])
        }
        State::Closed => Err(Refusal::AlreadySo),
        State::Reported
        | State::InHandling
        | State::Waiting
        | State::Restored
        | State::Reopened
        | State::Cancelled
        | State::Merged => Err(ticket.not_now("ticket-verb-closure")),
    }
}

/// It came back. A new cycle of its promises begins; the old one stays as it was.
pub fn reopen(ticket: &Ticket, reason: Reason, now: Timestamp) -> Decision {
    match ticket.state {
        State::Restored | State::Resolved | State::Closed | State::Cancelled => {
            Ok(vec![ticket.happened(now, Event::TicketReopened { reason: reason.into() })])
        }
        State::Reopened => Err(Refusal::AlreadySo),
        State::Reported | State::InHandling | State::Waiting | State::Merged => {
            Err(ticket.not_now("ticket-verb-reopening"))
        }
    }
}

/// The customer withdraws it.
pub fn cancel(ticket: &Ticket, contact: Option<ContactId>, reason: Reason, now: Timestamp) -> Decision {
    ticket.must_be_open("ticket-verb-cancellation")?;
    Ok(vec![ticket.happened(now, Event::TicketCancelled { reason: reason.into(), contact })])
}

/// Changes the severity, never without a reason.
///
/// Source: C7.3; the deadlines are derived again from the original report.
pub fn change_severity(ticket: &Ticket, severity: Severity, reason: Reason, now: Timestamp) -> Decision {
    ticket.must_be_open("ticket-verb-severity")?;
    if severity == ticket.severity {
        return Err(Refusal::AlreadySo);
    }
    let event = Event::TicketSeverityChanged {
        from: ticket.severity,
        severity,
        reason: reason.into(),
        emergency: severity == Severity::Emergency,
    };
    Ok(vec![ticket.happened(now, event)])
}

/// Gives the ticket to a team and a person, or takes it from them.
pub fn assign(ticket: &Ticket, team: Option<TeamId>, assignee: Option<UserId>, now: Timestamp) -> Decision {
    ticket.must_be_open("ticket-verb-assignment")?;
    if (team, assignee) == (ticket.team, ticket.assignee) {
        return Err(Refusal::AlreadySo);
    }
    Ok(vec![ticket.happened(now, Event::TicketAssigned { team, assignee })])
}

/// The customer asks for an engineer on site.
///
/// Source: C7.6, at any severity.
pub fn request_onsite(
    ticket: &Ticket,
    at: Option<Timestamp>,
    contact: Option<(ContactId, Line)>,
    note: Option<Text>,
    now: Timestamp,
) -> Decision {
    ticket.must_be_open("ticket-verb-onsite-request")?;
    if ticket.onsite_requested_at.is_some() {
        return Err(Refusal::AlreadySo);
    }
    let at = ticket.when(at, now)?;
    let (contact, contact_name) = contact.map(|(id, name)| (id, String::from(name))).unzip();
    let event = Event::TicketOnsiteRequested { contact, contact_name, note: note.map(String::from) };
    Ok(vec![ticket.happened(at, event)])
}

/// The customer no longer wants an engineer on site.
pub fn withdraw_onsite(
    ticket: &Ticket,
    contact: Option<ContactId>,
    reason: Reason,
    now: Timestamp,
) -> Decision {
    if ticket.onsite_requested_at.is_none() {
        return Err(ticket.not_now("ticket-verb-onsite-withdrawal"));
    }
    Ok(vec![ticket.happened(now, Event::TicketOnsiteWithdrawn { reason: reason.into(), contact })])
}

/// Who arrived, and who on site can say so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// When; now where it is not given.
    pub at: Option<Timestamp>,
    /// The engineer.
    pub engineer: UserId,
    /// The engineer's name.
    pub engineer_name: Line,
    /// The contact on site.
    pub contact: Option<(ContactId, Line)>,
    /// Where the engineer's telephone says it is.
    pub position: Option<Line>,
}

/// An engineer arrived on site.
///
/// Source: C7.6, C2.8.
pub fn arrive(ticket: &Ticket, arrival: Arrival, now: Timestamp) -> Decision {
    ticket.must_be_open("ticket-verb-arrival")?;
    let at = ticket.when(arrival.at, now)?;
    if let Some(requested_at) = ticket.onsite_requested_at.filter(|requested_at| at < *requested_at) {
        return Err(Refusal::BeforeItBegan { at, began_at: requested_at });
    }
    let (contact, contact_name) = arrival.contact.map(|(id, name)| (id, String::from(name))).unzip();
    let mut happened = Vec::new();
    if matches!(ticket.state, State::Reported | State::Reopened) {
        happened.extend(note_handling(ticket, at));
    }
    let event = Event::TicketEngineerArrived {
        engineer: arrival.engineer,
        contact,
        engineer_name: arrival.engineer_name.into(),
        contact_name,
        position: arrival.position.map(String::from),
    };
    happened.push(ticket.happened(at, event));
    Ok(happened)
}

/// It needs to be tested and analysed remotely.
///
/// Source: C7.4, which gives 24 hours from here for the diagnosis.
pub fn start_remote_analysis(ticket: &Ticket, note: Option<Text>, now: Timestamp) -> Decision {
    ticket.must_be_open("ticket-verb-remote-analysis")?;
    let mut happened = Vec::new();
    if matches!(ticket.state, State::Reported | State::Reopened) {
        happened.extend(note_handling(ticket, now));
    }
    let event = Event::TicketRemoteAnalysisStarted { note: note.map(String::from) };
    happened.push(ticket.happened(now, event));
    Ok(happened)
}

/// What was handed to the customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// When; now where it is not given.
    pub at: Option<Timestamp>,
    /// What the document is called or where it lies.
    pub document: Line,
    /// What it says.
    pub text: Text,
    /// Who got it.
    pub contact: Option<ContactId>,
}

/// The customer was told the diagnosis and the treatment.
///
/// Source: C7.4.
pub fn deliver_diagnosis(ticket: &Ticket, delivery: Delivery, now: Timestamp) -> Decision {
    ticket.must_be_open("ticket-verb-diagnosis")?;
    let at = ticket.when(delivery.at, now)?;
    let Delivery { document, text, contact, .. } = delivery;
    let event = Event::TicketDiagnosisDelivered { document: document.into(), contact, text: text.into() };
    Ok(vec![ticket.happened(at, event)])
}

/// The customer was given the plan.
///
/// Source: C7.4, within 24 hours for an emergency.
pub fn deliver_plan(ticket: &Ticket, delivery: Delivery, now: Timestamp) -> Decision {
    ticket.must_be_open("ticket-verb-plan")?;
    let at = ticket.when(delivery.at, now)?;
    let Delivery { document, text, contact, .. } = delivery;
    let event = Event::TicketPlanDelivered { document: document.into(), contact, text: text.into() };
    Ok(vec![ticket.happened(at, event)])
}

/// What both sides agreed on, with whom and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// The promise's id.
    pub promise: String,
    /// The customer's contact.
    pub contact: ContactId,
    /// The contact's name.
    pub contact_name: Line,
    /// Why.
    pub reason: Reason,
}

/// Both sides agree to another deadline.
///
/// `owed` are the promises under which an obligation is open.
///
/// Source: C7.5, 特殊情况双方协商解决; counted apart from the deadlines that were kept as promised.
pub fn agree_deadline(
    ticket: &Ticket,
    agreement: Agreement,
    due_at: Timestamp,
    owed: &[String],
    now: Timestamp,
) -> Decision {
    let Agreement { promise, contact, contact_name, reason } = agreement;
    if !owed.contains(&promise) {
        return Err(Refusal::NothingOwed { promise });
    }
    if due_at <= now {
        return Err(Refusal::DeadlinePassed { due_at });
    }
    let (contact_name, reason) = (contact_name.into(), reason.into());
    let event = Event::TicketDeadlineAgreed { promise, due_at, contact, reason, contact_name };
    Ok(vec![ticket.happened(now, event)])
}

/// The customer waives a promise for this ticket.
pub fn waive_promise(ticket: &Ticket, agreement: Agreement, owed: &[String], now: Timestamp) -> Decision {
    let Agreement { promise, contact, contact_name, reason } = agreement;
    if !owed.contains(&promise) {
        return Err(Refusal::NothingOwed { promise });
    }
    let (contact_name, reason) = (contact_name.into(), reason.into());
    Ok(vec![ticket.happened(now, Event::TicketPromiseWaived { promise, contact, reason, contact_name })])
}

/// Corrects particulars. The caller says which differ and saves them.
pub fn edit(ticket: &Ticket, changes: Vec<FieldChange>, now: Timestamp) -> Decision {
    if ticket.state == State::Merged {
        return Err(ticket.not_now("ticket-verb-edit"));
    }
    if changes.is_empty() {
        return Err(Refusal::AlreadySo);
    }
    let event = Event::TicketEdited { fields: changed_fields(&changes), changes };
    Ok(vec![ticket.happened(now, event)])
}

/// Writes a note. That is possible in every state but merged: the note belongs to the ticket it lives on in.
pub fn add_note(
    ticket: &Ticket,
    note: NoteId,
    visibility: Visibility,
    text: Text,
    now: Timestamp,
) -> Decision {
    if ticket.state == State::Merged {
        return Err(ticket.not_now("ticket-verb-note"));
    }
    let event = Event::TicketNoteAdded { note, visibility, text: text.into() };
    Ok(vec![ticket.happened(now, event)])
}

/// Links two tickets.
pub fn link(ticket: &Ticket, other: &Ticket, relation: Relation, now: Timestamp) -> Decision {
    if ticket.id == other.id {
        return Err(Refusal::SameTicket);
    }
    Ok(vec![ticket.happened(now, Event::TicketLinked { other: other.id, relation })])
}

/// Takes a link away.
pub fn unlink(ticket: &Ticket, other: TicketId, relation: Relation, now: Timestamp) -> Decision {
    Ok(vec![ticket.happened(now, Event::TicketUnlinked { other, relation })])
}

/// Merges a ticket into another of the same customer. Its number goes on leading to what it became.
pub fn merge(ticket: &Ticket, into: &Ticket, reason: Option<Reason>, now: Timestamp) -> Decision {
    if ticket.id == into.id {
        return Err(Refusal::SameTicket);
    }
    if ticket.customer != into.customer {
        return Err(Refusal::DifferentCustomers);
    }
    ticket.must_be_open("ticket-verb-merge")?;
    if into.merged_into == Some(ticket.id) {
        return Err(Refusal::MergeCircle);
    }
    into.must_be_open("ticket-verb-merge-into")?;
    let reason = reason.map(String::from);
    let merged = ticket.happened(now, Event::TicketMerged { into: into.id, reason });
    Ok(vec![merged, into.happened(now, Event::TicketAbsorbed { other: ticket.id })])
}

/// Tells of a new ticket that it was split from another.
pub fn split(new: &Ticket, from: &Ticket, now: Timestamp) -> Decision {
    if from.state == State::Merged {
        return Err(from.not_now("ticket-verb-split"));
    }
    Ok(vec![new.happened(now, Event::TicketSplit { from: from.id })])
}

/// Refuses a change that was made while looking at an older version.
pub fn must_be_current(ticket: &Ticket, seen: i64) -> Result<(), Refusal> {
    if seen == ticket.version {
        return Ok(());
    }
    Err(Refusal::ChangedMeanwhile { seen, current: ticket.version })
}

#[cfg(test)]
#[path = "life_tests.rs"]
mod tests;
