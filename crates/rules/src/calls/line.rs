//! What a telephone system tells of a call, in whatever order it arrives, perhaps twice.
//!
//! Serves C4.2 and C7.2. Every event only ever fills in what is not known yet, so the order does not matter:
//! a fact is told once both of its halves are known, at the moment at which it happened.

use jiff::Timestamp;

use super::{Call, CallState, Direction, EndedBy, Missed};
use crate::{
    event::{Event, Happening},
    ids::UserId,
};

codes! {
    /// What the telephone system saw.
    pub enum LineEvent("call-event") {
        /// It rings.
        Ringing = "ringing",
        /// Somebody took it.
        Answered = "answered",
        /// Somebody hung up.
        Ended = "ended",
        /// It rang out.
        Missed = "missed",
        /// The queue was full.
        QueueFull = "queue_full",
        /// The recording can be heard.
        Recorded = "recorded",
    }
}

/// An event of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    pub event: LineEvent,
    pub at: Timestamp,
    /// Who took it, where the event says.
    pub agent: Option<UserId>,
    /// Who hung up, where the event says.
    pub ended_by: Option<EndedBy>,
}

/// Takes an event in: changes the call and tells what happened.
///
/// An event that says nothing new changes nothing.
pub fn take(call: &mut Call, seen: Seen) -> Vec<Happening> {
    let before = call.clone();
    call.began_at = call.began_at.min(seen.at);
    call.agent = call.agent.or(seen.agent);
    match seen.event {
        LineEvent::Ringing | LineEvent::Recorded => {}
        LineEvent::Answered => {
            if call.answered_at.is_none() {
                call.answered_at = Some(seen.at);
                call.state = if call.ended_at.is_some() { CallState::Ended } else { CallState::Active };
            }
        }
        LineEvent::Ended => {
            if call.ended_at.is_none() {
                call.ended_at = Some(seen.at);
                call.ended_by = seen.ended_by.or(Some(EndedBy::Line));
            }
            call.state = match (call.answered_at, call.direction) {
                (None, Direction::In) => CallState::Missed,
                (Some(_), _) | (None, Direction::Out) => CallState::Ended,
            };
        }
        LineEvent::Missed | LineEvent::QueueFull => {
            if call.answered_at.is_none() {
                call.ended_at = call.ended_at.or(Some(seen.at));
                call.state = CallState::Missed;
            }
        }
    }
    told(&before, call, seen)
}

fn told(before: &Call, call: &Call, seen: Seen) -> Vec<Happening> {
    let mut happened = Vec::new();
    if let (None, Some(at)) = (before.answered_at, call.answered_at) {
        happened.push(call.happened(at, Event::CallAnswered { agent: call.agent }));
    }
    let was_over = before.answered_at.is_some() && before.ended_at.is_some();
    if let (false, Some(_), Some(at), None) = (was_over, call.answered_at, call.ended_at, call.outcome) {
        let ended = Event::CallEnded { ended_by: call.ended_by, outcome: None, note: None };
        happened.push(call.happened(at, ended));
    }
    if before.state != CallState::Missed && call.state == CallState::Missed {
        let missed = if seen.event == LineEvent::QueueFull { Missed::QueueFull } else { Missed::Unanswered };
        happened.push(call.happened(seen.at, Event::CallMissed { missed }));
    }
    happened
}
