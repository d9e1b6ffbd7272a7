//! The ledger's rows about a ticket, and what its promises are called.

use db::Tx;
use ledger::StoredObligation;
use promise::{Obligation, State};
use rules::ids::TicketId;

use super::change::subject;
use crate::kernel::errors::Failure;
pub use crate::records::owed::{calendar, commitment, entry, figure, title};

/// The promises of a ticket as they stand, those that run first, by their deadlines.
pub fn obligations(tx: &mut Tx, id: TicketId) -> Result<Vec<StoredObligation>, Failure> {
    Ok(sorted(ledger::obligations_of(tx, &subject(id))?, |row| &row.body))
}

/// Those that run first, by their deadlines; what is equal stays in the order in which it began to be owed.
pub fn sorted<T>(mut owed: Vec<T>, obligation: impl Fn(&T) -> &Obligation) -> Vec<T> {
    owed.sort_by_key(|owed| {
        let obligation = obligation(owed);
        let rank = match obligation.state {
            State::Running => 0,
            State::Paused => 1,
            _ => 2,
        };
        (rank, obligation.due_at.or(obligation.original_due_at))
    });
    owed
}
