//! The ledger's rows about a ticket, and what its promises are called.

use db::Tx;
use ledger::StoredObligation;
use rules::ids::TicketId;

use super::change::subject;
use crate::kernel::errors::Failure;
pub use crate::records::owed::{calendar, commitment, entry, figure, title};

/// The promises of a ticket as they stand, those that run first, by their deadlines.
pub fn obligations(tx: &mut Tx, id: TicketId) -> Result<Vec<StoredObligation>, Failure> {
    let mut rows = ledger::obligations_of(tx, &subject(id))?;
    rows.sort_by_key(|row| {
        let rank = match row.body.state {
            promise::State::Running => 0,
            promise::State::Paused => 1,
            _ => 2,
        };
        (rank, row.body.due_at.or(row.body.original_due_at), row.id)
    });
    Ok(rows)
}
