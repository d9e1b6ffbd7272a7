//! Giving, beginning, using and ending a consent: the same way for the desk, the portal, the API and the worker.

use jiff::Timestamp;
use rules::event::{Event, Happening};
use rules::ids::*;
use rules::remote_access::{self, Consent, ConsentEnd};
use rules::text::Text;
use rules::{Invalid, Refusal};

use super::store::{self, ConsentRow, Matter, SessionRow};
use crate::kernel::door::Change;
use crate::kernel::errors::Failure;

fn matter(change: &mut Change<'_>, ticket: TicketId) -> Result<Matter, Failure> {
    store::matter(change.tx, ticket)?.ok_or(Failure::NotFound)
}

fn happen(change: &mut Change<'_>, matter: &Matter, ticket: TicketId, at: Timestamp, event: Event) {
    change.happen(Happening { at, about: matter.about, event });
    change.nudge(format!("ticket:{ticket}"));
}

/// Notes that the customer allows remote access. `by` is who of ours wrote it down.
///
/// Errors: [`Failure::NotFound`]; [`Failure::Refused`] while another consent stands, or for a contact or unit
/// of another customer; [`Failure::Invalid`] for a beginning before the report.
pub fn give(
    change: &mut Change<'_>,
    ticket: TicketId,
    consent: &Consent,
    by: Option<UserId>,
) -> Result<ConsentId, Failure> {
    let matter = matter(change, ticket)?;
    let customer = matter.about.customer;
    if store::customer_of_contact(change.tx, consent.contact)? != customer {
        return Err(Refusal::ContactOfAnotherCustomer.into());
    }
    if let Some(asset) = consent.asset
        && store::customer_of_asset(change.tx, asset)? != customer
    {
        return Err(Refusal::AssetOfAnotherCustomer.into());
    }
    if consent.from_at < matter.reported_at {
        return Err(Invalid::new("from_at", "error-consent-before-report").into());
    }
    let standing: Vec<_> = store::of_ticket(change.tx, ticket)?.iter().map(ConsentRow::standing).collect();
    remote_access::give(&standing, change.now)?;
    let begun = consent.from_at <= change.now;
    let id = store::add(change.tx, ticket, consent, begun, by, change.now)?;
    if begun {
        let (at, row) = (consent.from_at, store::find(change.tx, id)?.ok_or(Failure::NotFound)?);
        tell_given(change, &matter, &row, at);
    } else {
        let event = Event::RemoteConsentAnnounced {
            consent: id,
            contact: consent.contact,
            from: consent.from_at,
            until: consent.until_at,
            way: consent.way,
            target: consent.target.to_string(),
        };
        let now = change.now;
        happen(change, &matter, ticket, now, event);
        // The worker wakes when it begins.
    }
    Ok(id)
}

fn tell_given(change: &mut Change<'_>, matter: &Matter, row: &ConsentRow, at: Timestamp) {
    let event = Event::RemoteConsentGiven {
        consent: row.id,
        contact: row.contact_id,
        until: row.until_at,
        way: row.way,
        target: row.target.clone(),
        note: row.note.clone(),
    };
    happen(change, matter, row.ticket_id, at, event);
}

/// Tells that a consent that was given ahead holds now. Doing it twice changes nothing.
pub fn begin(change: &mut Change<'_>, id: ConsentId) -> Result<(), Failure> {
    let row = store::find(change.tx, id)?.ok_or(Failure::NotFound)?;
    if row.ended_at.is_some() || row.from_at > change.now || !store::begin(change.tx, id)? {
        return Ok(());
    }
    let matter = matter(change, row.ticket_id)?;
    tell_given(change, &matter, &row, row.from_at);
    Ok(())
}

/// Ends a consent whose time is over, with every session under it. Doing it twice changes nothing.
pub fn expire(change: &mut Change<'_>, id: ConsentId) -> Result<(), Failure> {
    let row = store::find(change.tx, id)?.ok_or(Failure::NotFound)?;
    if row.ended_at.is_some() || row.until_at > change.now {
        return Ok(());
    }
    begin(change, id)?;
    end(change, &row, row.until_at, ConsentEnd::Expired, None)
}

/// The customer takes a consent back: it ends now, and every session under it.
///
/// `contact` is who of the customer said so.
///
/// Errors: [`Failure::NotFound`]; [`Refusal::AlreadySo`].
pub fn withdraw(
    change: &mut Change<'_>,
    ticket: TicketId,
    id: ConsentId,
    contact: Option<ContactId>,
) -> Result<(), Failure> {
    matter(change, ticket)?;
    let row = store::find(change.tx, id)?.filter(|row| row.ticket_id == ticket).ok_or(Failure::NotFound)?;
    remote_access::withdraw(&row.standing())?;
    let at = change.now.min(row.until_at);
    end(change, &row, at, ConsentEnd::Withdrawn, contact)
}

fn end(
    change: &mut Change<'_>,
    row: &ConsentRow,
    at: Timestamp,
    cause: ConsentEnd,
    contact: Option<ContactId>,
) -> Result<(), Failure> {
    let matter = matter(change, row.ticket_id)?;
    if !store::end(change.tx, row.id, at, cause)? {
        return Err(Refusal::AlreadySo.into());
    }
    for session in store::sessions(change.tx, row.id)? {
        if session.ended_at.is_none() {
            let at = at.max(session.started_at);
            store::end_session(change.tx, session.id, at, None)?;
            tell_left(change, &matter, row, &session, at, None);
        }
    }
    let event = Event::RemoteConsentEnded { consent: row.id, cause, contact };
    happen(change, &matter, row.ticket_id, at, event);
    Ok(())
}

fn tell_left(
    change: &mut Change<'_>,
    matter: &Matter,
    row: &ConsentRow,
    session: &SessionRow,
    at: Timestamp,
    text: Option<String>,
) {
    let event = Event::RemoteSessionEnded {
        session: session.id,
        consent: row.id,
        engineer: session.engineer_id,
        text,
    };
    happen(change, matter, row.ticket_id, at, event);
}

/// An engineer goes in.
///
/// Source: C4.7.
/// Errors: [`Failure::Refused`] without a consent that holds now; [`Refusal::AlreadySo`] when this engineer is
/// in already.
pub fn start_session(
    change: &mut Change<'_>,
    ticket: TicketId,
    engineer: UserId,
) -> Result<RemoteSessionId, Failure> {
    let matter = matter(change, ticket)?;
    let all = store::of_ticket(change.tx, ticket)?;
    // The one that holds, or else the last that was given: it says best why there is none.
    let row = all.iter().find(|row| row.standing().holds(change.now)).or(all.first());
    remote_access::start_session(row.map(ConsentRow::standing).as_ref(), change.now)?;
    let row = row.ok_or(Failure::NotFound)?;
    let running = store::sessions(change.tx, row.id)?;
    if running.iter().any(|session| session.engineer_id == engineer && session.ended_at.is_none()) {
        return Err(Refusal::AlreadySo.into());
    }
    begin(change, row.id)?;
    let id = store::add_session(change.tx, row.id, engineer, change.now)?;
    let target = row.target.clone();
    let event = Event::RemoteSessionStarted { session: id, consent: row.id, engineer, target };
    let now = change.now;
    happen(change, &matter, ticket, now, event);
    Ok(id)
}

/// An engineer is out again, and says what was done. Where the consent had ended the session already, only
/// what was done is added.
///
/// Errors: [`Failure::NotFound`]; [`Refusal::AlreadySo`] when it is told already.
pub fn end_session(
    change: &mut Change<'_>,
    ticket: TicketId,
    id: RemoteSessionId,
    done: Text,
) -> Result<(), Failure> {
    let matter = matter(change, ticket)?;
    let session = store::session(change.tx, id)?.ok_or(Failure::NotFound)?;
    let row = store::find(change.tx, session.consent_id)?.filter(|row| row.ticket_id == ticket);
    let row = row.ok_or(Failure::NotFound)?;
    if session.ended_at.is_some() {
        if session.done.is_some() {
            return Err(Refusal::AlreadySo.into());
        }
        store::note_done(change.tx, id, done.as_str())?;
        change.nudge(format!("ticket:{ticket}"));
        return Ok(());
    }
    store::end_session(change.tx, id, change.now, Some(done.as_str()))?;
    let now = change.now;
    tell_left(change, &matter, &row, &session, now, Some(done.into()));
    Ok(())
}
