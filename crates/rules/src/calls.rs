//! Calls (通话): from the first ring to an outcome, and what is owed to the caller afterwards.
//!
//! Serves C4.2 (the agent does not end a call without an outcome), C4.3 (recorded, reported and followed up in
//! one step), C4.4 (call back), C4.5 (confirm within 24 hours), C4.6 (the notice says when, who and how), C7.2.

pub mod line;
pub mod task;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use crate::{
    event::{About, Event, Happening},
    ids::*,
    refusal::{Invalid, Refusal},
    text::{Reading, Text},
    tickets::{
        intake::choice,
        number::TicketNumber,
        verb::{Fields, parse_moment},
    },
};

/// How long before the agreed figures of a contract a call back is wanted, where no contract says so.
pub const CALL_BACK_WITHIN: SignedDuration = SignedDuration::from_hours(4);
/// C4.5: within twenty-four hours, contract or not.
pub const CONFIRM_WITHIN: SignedDuration = SignedDuration::from_hours(24);
/// A caller who reached nobody is called back at once.
pub const MISSED_WITHIN: SignedDuration = SignedDuration::from_mins(15);

codes! {
    /// Who dialled.
    pub enum Direction("call-direction") {
        /// The customer.
        In = "in",
        /// We.
        Out = "out",
    }
}

codes! {
    /// Who ended a call.
    pub enum EndedBy("call-ended-by") {
        /// The agent.
        Agent = "agent",
        /// The caller.
        Caller = "caller",
        /// The line broke.
        Line = "line",
    }
}

codes! {
    /// What a call came to (C4.2 to C4.6).
    pub enum Outcome("call-outcome") {
        /// Solved or answered.
        Solved = "solved",
        /// The customer looks further; we call back (C4.4).
        CustomerDiagnosing = "customer_diagnosing",
        /// The customer has fixed it by our advice; we confirm within 24 hours (C4.5).
        CustomerFixed = "customer_fixed",
        /// Somebody is sent (C4.6).
        Dispatch = "dispatch",
        /// The second line takes over (C4.6).
        SecondLine = "second_line",
    }
}

codes! {
    /// Where a call stands.
    pub enum CallState("call-state") {
        /// It rings.
        Ringing = "ringing",
        /// We speak.
        Active = "active",
        /// The caller waits on the line.
        Held = "held",
        /// It is over.
        Ended = "ended",
        /// Nobody took it.
        Missed = "missed",
    }
}

codes! {
    /// Why nobody took a call.
    pub enum Missed("call-missed") {
        /// It rang out, or the caller gave up.
        Unanswered = "unanswered",
        /// The queue was full.
        QueueFull = "queue_full",
    }
}

codes! {
    /// How the engineer comes.
    pub enum Transport("transport") {
        /// By our car.
        Car = "car",
        /// By taxi.
        Taxi = "taxi",
        /// By bus or underground.
        PublicTransport = "public_transport",
        /// By train.
        Train = "train",
        /// By air.
        Flight = "flight",
        /// On foot or by bicycle.
        OnFoot = "on_foot",
    }
}

codes! {
    /// What came of trying to reach somebody.
    pub enum Attempt("call-attempt") {
        /// Nobody took it.
        NoAnswer = "no_answer",
        /// The line was busy.
        Busy = "busy",
        /// We spoke.
        Reached = "reached",
    }
}

codes! {
    /// What the customer says when asked again. Silence is none of them.
    pub enum Answer("call-answer") {
        /// It works.
        Solved = "solved",
        /// It works in part.
        Partly = "partly",
        /// It does not work.
        Not = "not",
    }
}

codes! {
    /// What is owed to a caller.
    pub enum TaskKind("call-task") {
        /// A call back (C4.4).
        CallBack = "call_back",
        /// A confirmation (C4.5).
        Confirmation = "confirmation",
        /// A call back to somebody who reached nobody.
        Missed = "missed",
    }
}

/// A call, as far as decisions need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub id: CallId,
    pub direction: Direction,
    pub state: CallState,
    pub agent: Option<UserId>,
    pub customer: Option<CustomerId>,
    pub site: Option<SiteId>,
    pub contact: Option<ContactId>,
    pub asset: Option<AssetId>,
    pub ticket: Option<TicketId>,
    pub contract: Option<ContractId>,
    pub commitment: Option<CommitmentId>,
    pub began_at: Timestamp,
    pub answered_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    pub ended_by: Option<EndedBy>,
    pub outcome: Option<Outcome>,
}

impl Call {
    /// What its facts are about.
    pub fn about(&self) -> About {
        About {
            call: Some(self.id),
            ticket: self.ticket,
            customer: self.customer,
            site: self.site,
            contact: self.contact,
            asset: self.asset,
            contract: self.contract,
            commitment: self.commitment,
            ..About::default()
        }
    }

    /// Something that happened to it.
    pub fn happened(&self, at: Timestamp, event: Event) -> Happening {
        Happening { at, about: self.about(), event }
    }

    /// Whether it was spoken and nobody said yet what came of it.
    pub fn wants_outcome(&self) -> bool {
        self.ended_at.is_some() && self.answered_at.is_some() && self.outcome.is_none()
    }

    /// Whether the agent ended it without an outcome: the breach of C4.2.
    pub fn was_hung_up(&self) -> bool {
        self.wants_outcome() && self.ended_by == Some(EndedBy::Agent)
    }
}

/// When, who and by which transport (C4.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    pub arrives_at: Timestamp,
    pub engineer: UserId,
    pub transport: Transport,
}

/// The outcome with everything that it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    Solved,
    CustomerDiagnosing { window: Option<task::Window> },
    CustomerFixed { window: Option<task::Window> },
    Dispatch(Visit),
    SecondLine { team: Option<TeamId>, assignee: Option<UserId> },
}

impl Ending {
    /// The outcome alone.
    pub const fn outcome(&self) -> Outcome {
        match self {
            Ending::Solved => Outcome::Solved,
            Ending::CustomerDiagnosing { .. } => Outcome::CustomerDiagnosing,
            Ending::CustomerFixed { .. } => Outcome::CustomerFixed,
            Ending::Dispatch(_) => Outcome::Dispatch,
            Ending::SecondLine { .. } => Outcome::SecondLine,
        }
    }
}

/// The end of a call as typed: outcome, what is left to do, who hung up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    pub ending: Ending,
    /// Who ended it; the agent where nothing is said.
    pub ended_by: EndedBy,
    /// What was said, in a few words.
    pub note: Option<Text>,
}

/// Reads the end of a call.
///
/// Errors: every field that is missing or wrong; without an outcome a call is not ended (C4.2).
pub fn read_closing(fields: &dyn Fields, zone: &TimeZone, now: Timestamp) -> Result<Closing, Vec<Invalid>> {
    let mut form = Reading::new();
    let outcome = form.field(match choice::<Outcome>("outcome", fields.field("outcome")) {
        Ok(None) => Err(Invalid::new("outcome", "error-call-outcome")),
        Ok(Some(outcome)) => Ok(outcome),
        Err(invalid) => Err(invalid),
    });
    let ended_by = form.field(choice("ended_by", fields.field("ended_by")));
    let note = form.field(Text::parse_optional("call_note", fields.field("call_note")));
    let ending = outcome.and_then(|outcome| match outcome {
        Outcome::Solved => Some(Ending::Solved),
        Outcome::CustomerDiagnosing => form
            .field(task::read_window(fields, zone, now))
            .map(|window| Ending::CustomerDiagnosing { window }),
        Outcome::CustomerFixed => {
            form.field(task::read_window(fields, zone, now)).map(|window| Ending::CustomerFixed { window })
        }
        Outcome::Dispatch => read_visit(&mut form, fields, zone, now).map(Ending::Dispatch),
        Outcome::SecondLine => {
            let team = form.field(id("team", fields.field("team")));
            let assignee = form.field(id("assignee", fields.field("assignee")));
            match (team, assignee) {
                (Some(None), Some(None)) => {
                    form.problem(Invalid::new("team", "error-call-second-line"));
                    None
                }
                (Some(team), Some(assignee)) => Some(Ending::SecondLine { team, assignee }),
                _ => None,
            }
        }
    });
    form.finish((|| {
        Some(Closing { ending: ending?, ended_by: ended_by?.unwrap_or(EndedBy::Agent), note: note? })
    })())
}

/// Reads when, who and how.
///
/// Errors: what is missing, and a moment that is past.
pub fn read_visit(form: &mut Reading, fields: &dyn Fields, zone: &TimeZone, now: Timestamp) -> Option<Visit> {
    let arrives_at = form.field(
        match (parse_moment("arrives_at", fields.field("arrives_at"), zone), arrives_in(fields)) {
            (Ok(None), Ok(None)) => Err(Invalid::required("arrives_at")),
            (Ok(None), Ok(Some(span))) => Ok(now + span),
            (Ok(Some(at)), _) if at <= now => Err(Invalid::new("arrives_at", "error-call-past")),
            (Ok(Some(at)), _) => Ok(at),
            (Err(invalid), _) | (_, Err(invalid)) => Err(invalid),
        },
    );
    let engineer = form.field(
        id::<UserId>("engineer", fields.field("engineer"))
            .and_then(|engineer| engineer.ok_or_else(|| Invalid::required("engineer"))),
    );
    let transport = form.field(
        choice("transport", fields.field("transport"))
            .and_then(|transport| transport.ok_or_else(|| Invalid::required("transport"))),
    );
    Some(Visit { arrives_at: arrives_at?, engineer: engineer?, transport: transport? })
}

/// How long the engineer needs, chosen instead of a moment. Units: whole minutes, up to a week.
fn arrives_in(fields: &dyn Fields) -> Result<Option<SignedDuration>, Invalid> {
    const MOST_MIN: i64 = 7 * 24 * 60;
    let given = fields.field("arrives_in").trim();
    if given.is_empty() {
        return Ok(None);
    }
    match given.parse::<i64>() {
        Ok(minutes) if (1..=MOST_MIN).contains(&minutes) => Ok(Some(SignedDuration::from_mins(minutes))),
        Ok(_) | Err(_) => Err(Invalid::unknown("arrives_in", given)),
    }
}

pub(crate) fn id<T: From<i64>>(field: &'static str, given: &str) -> Result<Option<T>, Invalid> {
    match given.trim() {
        "" => Ok(None),
        text => text.parse::<i64>().map(|id| Some(T::from(id))).map_err(|_| Invalid::unknown(field, text)),
    }
}

/// Whom an unsolved call is reported to, and what the notice says; looked up before the decision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Around {
    /// The supervisor: the manager of the agent's team, or of the house.
    pub supervisor: Option<UserId>,
    /// The engineer's name.
    pub engineer_name: Option<String>,
    /// Where the notice goes: the number or address of the customer.
    pub to: Option<String>,
    /// The notice as it is sent.
    pub text: String,
}

/// Decides the end of a call: its outcome, and in the same step record, report and follow-up.
///
/// Source: C4.2 to C4.6. A call that was over already (somebody hung up) is completed: its end is told again
/// with the outcome, at the moment at which it ended, and a breach stays what it was.
/// Errors: [`Refusal::AlreadySo`] where it has an outcome; a refusal where it was never taken, and where an
/// unsolved call has no ticket to be recorded on.
pub fn end(
    call: &Call,
    closing: &Closing,
    around: &Around,
    now: Timestamp,
) -> Result<Vec<Happening>, Refusal> {
    if call.outcome.is_some() {
        return Err(Refusal::AlreadySo);
    }
    if matches!(call.state, CallState::Ringing | CallState::Missed) {
        return Err(Refusal::other("refusal-call-not-taken"));
    }
    let outcome = closing.ending.outcome();
    let note = closing.note.as_ref().map(Text::to_string);
    let (at, ended_by) = match call.ended_at {
        // Who hung up was told when it happened.
        Some(at) => (at, None),
        None => (now, Some(closing.ended_by)),
    };
    let mut happened = vec![call.happened(at, Event::CallEnded { ended_by, outcome: Some(outcome), note })];
    if outcome != Outcome::Solved {
        let Some(ticket) = call.ticket else {
            return Err(Refusal::other("refusal-call-needs-ticket"));
        };
        happened.push(followed_up(call, ticket, around, now)?);
    } else if call.wants_outcome() {
        // Until now it counted as unsolved, and that was to be reported.
        let record = call.ticket.map_or_else(|| format!("call:{}", call.id), record_of);
        happened.push(reported(call, record, around, now)?);
    }
    match &closing.ending {
        Ending::Dispatch(visit) => happened.push(notice(call, Some(visit), None, around, now)),
        Ending::SecondLine { team, .. } => happened.push(notice(call, None, *team, around, now)),
        Ending::CustomerDiagnosing { window } | Ending::CustomerFixed { window } => {
            happened.extend(window.map(|window| task::agreed(call, window, now)));
        }
        Ending::Solved => {}
    }
    Ok(happened)
}

fn record_of(ticket: TicketId) -> String {
    format!("ticket:{}", TicketNumber::of(ticket))
}

fn followed_up(call: &Call, ticket: TicketId, around: &Around, now: Timestamp) -> Result<Happening, Refusal> {
    reported(call, record_of(ticket), around, now)
}

fn reported(call: &Call, record: String, around: &Around, now: Timestamp) -> Result<Happening, Refusal> {
    let supervisor = around.supervisor.ok_or_else(|| Refusal::other("refusal-call-no-supervisor"))?;
    Ok(call.happened(now, Event::CallFollowedUp { record, supervisor }))
}

fn notice(
    call: &Call,
    visit: Option<&Visit>,
    team: Option<TeamId>,
    around: &Around,
    now: Timestamp,
) -> Happening {
    call.happened(
        now,
        Event::CallNoticeSent {
            arrives_at: visit.map(|visit| visit.arrives_at),
            engineer: visit.map(|visit| visit.engineer),
            transport: visit.map(|visit| visit.transport),
            team,
            contact: call.contact,
            engineer_name: around.engineer_name.clone(),
            to: around.to.clone(),
            text: around.text.clone(),
        },
    )
}

/// Decides a change of what the customer was told: a new notice (C4.6).
///
/// Errors: a refusal where nobody was sent.
pub fn change_visit(
    call: &Call,
    visit: &Visit,
    around: &Around,
    now: Timestamp,
) -> Result<Happening, Refusal> {
    if call.outcome != Some(Outcome::Dispatch) {
        return Err(Refusal::other("refusal-call-nobody-sent"));
    }
    Ok(notice(call, Some(visit), None, around, now))
}

/// Decides that the caller waits on the line, or that we speak again.
///
/// Errors: [`Refusal::AlreadySo`]; a refusal where nobody is on the line.
pub fn hold(call: &Call, held: bool) -> Result<CallState, Refusal> {
    match (call.state, held) {
        (CallState::Active, true) => Ok(CallState::Held),
        (CallState::Held, false) => Ok(CallState::Active),
        (CallState::Active, false) | (CallState::Held, true) => Err(Refusal::AlreadySo),
        (CallState::Ringing | CallState::Ended | CallState::Missed, _) => {
            Err(Refusal::other("refusal-call-not-taken"))
        }
    }
}

/// Decides that the call concerns a ticket.
///
/// Errors: [`Refusal::DifferentCustomers`] where it is another customer's.
pub fn link(
    call: &Call,
    ticket: TicketId,
    customer: CustomerId,
    now: Timestamp,
) -> Result<Happening, Refusal> {
    if call.customer.is_some_and(|of_call| of_call != customer) {
        return Err(Refusal::DifferentCustomers);
    }
    let about = About { ticket: Some(ticket), customer: Some(customer), ..call.about() };
    let number = TicketNumber::of(ticket).to_string();
    Ok(Happening { at: now, about, event: Event::CallTicketLinked { number } })
}

#[cfg(test)]
mod tests;
