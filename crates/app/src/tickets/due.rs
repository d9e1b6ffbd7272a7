//! The deadline of a ticket that runs out first: what every list is ordered by.
//!
//! Serves all clock clauses (C2.8, C7.4, C7.5, C7.6). The door calls [`save`] after each judgement, in the
//! same transaction, so that the columns are always what the obligations say; `verify` compares them.

use db::{Error, Tx};
use promise::{Obligation, Party, State};
use rules::ids::TicketId;

use super::store::{self, Due};

/// What the obligations of a ticket say.
///
/// Only what we owe counts: a customer who is late with an answer does not make us late.
pub fn of(obligations: &[Obligation]) -> Due {
    let ours = || obligations.iter().filter(|obligation| obligation.debtor == Party::Provider);
    let running = || ours().filter(|obligation| matches!(obligation.state, State::Running));
    let next =
        running().filter(|obligation| obligation.due_at.is_some()).min_by_key(|obligation| obligation.due_at);
    let warn_at = running().filter_map(|obligation| obligation.warn_at.first().copied()).min();
    let missed =
        ours().filter(|obligation| matches!(obligation.state, State::Late { .. } | State::Breached { .. }));
    Due {
        next_due_at: next.and_then(|obligation| obligation.due_at),
        next_promise: next.map(|obligation| obligation.promise.as_str().to_owned()),
        next_clause: next.map(|obligation| obligation.clause.to_string()),
        next_warn_at: warn_at,
        running_count: i64::try_from(running().count()).unwrap_or(i64::MAX),
        missed_count: i64::try_from(missed.count()).unwrap_or(i64::MAX),
    }
}

/// Writes what the obligations of a ticket say.
pub fn save(tx: &mut Tx, ticket: TicketId, obligations: &[Obligation]) -> Result<(), Error> {
    store::save_due(tx, ticket, &of(obligations))
}
