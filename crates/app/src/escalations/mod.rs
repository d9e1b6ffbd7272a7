//! Escalations: an emergency calls one person after the other until somebody acknowledges it (C2.8).
//!
//! This module keeps chains and their standing; `notifications::page_out` takes the steps.

pub mod api;
pub mod pages;
pub mod store;

use rules::event::{About, Event};
use rules::ids::{TicketId, UserId};
use rules::tickets::number::TicketNumber;

use crate::kernel::door::Change;
use crate::{App, Failure};

/// The use for which links of acknowledgement are signed.
const PURPOSE: &str = "acknowledge";

/// The link by which one person acknowledges one escalation.
///
/// Errors: those of the key.
pub fn link(app: &App, escalation: i64, person: UserId) -> Result<String, Failure> {
    let signature = app.secrets()?.sign(PURPOSE, &format!("{escalation}:{person}"));
    Ok(format!("{}/acknowledge/{escalation}/{person}/{signature}", app.config.public_url))
}

/// Notes that somebody takes an emergency up: nobody else is called. Returns whether one was being called out.
pub fn acknowledge(change: &mut Change<'_>, about: About, person: UserId) -> Result<bool, Failure> {
    let Some(ticket) = about.ticket else { return Ok(false) };
    let Some(open) = store::open_of(change.tx, ticket)? else { return Ok(false) };
    if open.acknowledged_at.is_some() {
        return Ok(false);
    }
    store::acknowledge(change.tx, open.id, person, change.now)?;
    let waited_s = change.now.duration_since(open.started_at).as_secs();
    change.record(about, Event::TicketPageAcknowledged { engineer: person, waited_s });
    change.nudge(format!("ticket:{ticket}"));
    Ok(true)
}

/// The address of a ticket.
fn path(ticket: TicketId) -> String {
    format!("/tickets/{}", TicketNumber::of(ticket))
}
