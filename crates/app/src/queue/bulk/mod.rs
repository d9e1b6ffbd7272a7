//! Changing many tickets at once: what will happen to each is shown first, then it is done one by one, each
//! through the door, and for a minute what can be undone is undone with one press.
//!
//! One refused ticket never stops the rest.

pub mod pages;
pub mod store;

use db::Tx;
use jiff::{SignedDuration, Timestamp};
use rules::Refusal;
use rules::access::Permission;
use rules::ids::*;
use rules::tickets::life::Ticket;
use rules::tickets::verb::{Verb, decide};
use serde::{Deserialize, Serialize};

use crate::kernel::door::Change;
use crate::kernel::errors::Failure;
use crate::layout::icons::Icon;
use crate::tickets::{change, store as tickets};

/// Tickets of one change at most.
pub const TICKETS_MOST: usize = 200;
/// How long a change can be undone.
pub const UNDO: SignedDuration = SignedDuration::from_secs(60);

/// What can be done to many tickets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BulkVerb {
    Assign,
    Team,
    Handle,
    Watch,
    Unwatch,
    Close,
}

impl BulkVerb {
    /// Every verb, in the order of the bar.
    pub const ALL: [BulkVerb; 6] = [
        BulkVerb::Assign,
        BulkVerb::Team,
        BulkVerb::Handle,
        BulkVerb::Watch,
        BulkVerb::Unwatch,
        BulkVerb::Close,
    ];

    /// The code in addresses and in the database.
    pub fn code(self) -> &'static str {
        match self {
            BulkVerb::Assign => "assign",
            BulkVerb::Team => "team",
            BulkVerb::Handle => "handle",
            BulkVerb::Watch => "watch",
            BulkVerb::Unwatch => "unwatch",
            BulkVerb::Close => "close",
        }
    }

    /// Reads a code.
    pub fn parse(code: &str) -> Option<BulkVerb> {
        BulkVerb::ALL.into_iter().find(|verb| verb.code() == code)
    }

    /// The key of the word in the locales.
    pub fn label(self) -> &'static str {
        match self {
            BulkVerb::Assign => "bulk-assign",
            BulkVerb::Team => "bulk-team",
            BulkVerb::Handle => "bulk-handle",
            BulkVerb::Watch => "bulk-watch",
            BulkVerb::Unwatch => "bulk-unwatch",
            BulkVerb::Close => "bulk-close",
        }
    }

    pub fn icon(self) -> Icon {
        match self {
            BulkVerb::Assign => Icon::Assign,
            BulkVerb::Team => Icon::Team,
            BulkVerb::Handle => Icon::Ticket,
            BulkVerb::Watch => Icon::Eye,
            BulkVerb::Unwatch => Icon::Cross,
            BulkVerb::Close => Icon::Lock,
        }
    }

    /// The key on the keyboard.
    pub fn key(self) -> Option<&'static str> {
        match self {
            BulkVerb::Assign => Some("a"),
            BulkVerb::Team => Some("t"),
            BulkVerb::Watch => Some("w"),
            BulkVerb::Handle | BulkVerb::Unwatch | BulkVerb::Close => None,
        }
    }

    /// The permission that it takes beside the one to change many.
    pub fn permission(self) -> Permission {
        match self {
            BulkVerb::Assign | BulkVerb::Team => Permission::AssignTicket,
            BulkVerb::Handle => Permission::WorkTicket,
            BulkVerb::Watch | BulkVerb::Unwatch => Permission::ViewTickets,
            BulkVerb::Close => Permission::CloseTicket,
        }
    }

    /// Whether it can be undone. Beginning to handle stops a clock and closing ends a life; both stay facts.
    pub fn can_be_undone(self) -> bool {
        match self {
            BulkVerb::Assign | BulkVerb::Team | BulkVerb::Watch | BulkVerb::Unwatch => true,
            BulkVerb::Handle | BulkVerb::Close => false,
        }
    }
}

/// A verb with what was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verb", rename_all = "kebab-case")]
pub enum Input {
    Assign { assignee: Option<UserId> },
    Team { team: Option<TeamId> },
    Handle,
    Watch { person: UserId },
    Unwatch { person: UserId },
    Close,
}

impl Input {
    /// The verb without what was chosen.
    pub fn verb(self) -> BulkVerb {
        match self {
            Input::Assign { .. } => BulkVerb::Assign,
            Input::Team { .. } => BulkVerb::Team,
            Input::Handle => BulkVerb::Handle,
            Input::Watch { .. } => BulkVerb::Watch,
            Input::Unwatch { .. } => BulkVerb::Unwatch,
            Input::Close => BulkVerb::Close,
        }
    }

    /// The verb of one ticket; none for watching, which is no matter of the ticket.
    fn of(self, ticket: &Ticket) -> Option<Verb> {
        match self {
            Input::Assign { assignee } => Some(Verb::Assign { team: ticket.team, assignee }),
            Input::Team { team } => Some(Verb::Assign { team, assignee: ticket.assignee }),
            Input::Handle => Some(Verb::Handle { at: None, note: None }),
            Input::Close => Some(Verb::Close { contact: None, note: None }),
            Input::Watch { .. } | Input::Unwatch { .. } => None,
        }
    }
}

/// What an undo puts back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "was", rename_all = "kebab-case")]
pub enum Before {
    Held { team: Option<TeamId>, assignee: Option<UserId> },
    Watching,
    NotWatching,
    Final,
}

/// Tells what would become of a ticket, and changes nothing.
///
/// Errors: the refusal that it would meet.
pub fn foresee(tx: &mut Tx, input: Input, id: TicketId, now: Timestamp) -> Result<(), Failure> {
    let ticket = tickets::find(tx, id)?.ok_or(Failure::NotFound)?.ticket();
    match (input, input.of(&ticket)) {
        (_, Some(verb)) => {
            let known = change::known(tx, &ticket, &verb)?;
            decide(&ticket, verb, &known, now)?;
            Ok(())
        }
        (Input::Watch { person }, None) => watching(tx, id, person, false),
        (Input::Unwatch { person }, None) => watching(tx, id, person, true),
        (_, None) => Ok(()),
    }
}

fn watching(tx: &mut Tx, id: TicketId, person: UserId, should: bool) -> Result<(), Failure> {
    let does = tickets::watchers(tx, id)?.iter().any(|(watcher, _)| *watcher == person);
    if does == should { Ok(()) } else { Err(Refusal::AlreadySo.into()) }
}

/// Does it to one ticket that is as it was when the person looked. Returns what an undo puts back, and the
/// version that the ticket then has.
pub fn act(
    change: &mut Change<'_>,
    input: Input,
    id: TicketId,
    seen: i64,
    user: UserId,
) -> Result<(Before, i64), Failure> {
    let row = change::load(change, id, Some(seen))?;
    let ticket = row.ticket();
    let now = change.now;
    match (input, input.of(&ticket)) {
        (_, Some(verb)) => {
            let before = match verb {
                Verb::Assign { .. } => Before::Held { team: ticket.team, assignee: ticket.assignee },
                _ => Before::Final,
            };
            let after = change::act(change, id, Some(seen), verb, user)?;
            Ok((before, after.version))
        }
        (Input::Watch { person }, None) => {
            watching(change.tx, id, person, false)?;
            tickets::watch(change.tx, id, person, now)?;
            Ok((Before::NotWatching, seen))
        }
        (Input::Unwatch { person }, None) => {
            watching(change.tx, id, person, true)?;
            tickets::unwatch(change.tx, id, person)?;
            Ok((Before::Watching, seen))
        }
        (_, None) => Err(Refusal::AlreadySo.into()),
    }
}

/// Puts back what was. Errors: [`Refusal::ChangedMeanwhile`] when somebody changed the ticket since.
pub fn undo(
    change: &mut Change<'_>,
    input: Input,
    id: TicketId,
    before: Before,
    version: i64,
    user: UserId,
) -> Result<(), Failure> {
    let now = change.now;
    match (input, before) {
        (_, Before::Held { team, assignee }) => {
            change::act(change, id, Some(version), Verb::Assign { team, assignee }, user)?;
        }
        (Input::Watch { person }, Before::NotWatching) => tickets::unwatch(change.tx, id, person)?,
        (Input::Unwatch { person }, Before::Watching) => tickets::watch(change.tx, id, person, now)?,
        (_, Before::Watching | Before::NotWatching | Before::Final) => {
            return Err(Refusal::other("refusal-cannot-undo").into());
        }
    }
    Ok(())
}
