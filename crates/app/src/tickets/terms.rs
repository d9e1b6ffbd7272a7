//! What a ticket's promises are called, and the ledger's rows about it.

use db::Tx;
use ledger::StoredObligation;
use promise::{Obligation, Terms};
use rules::ids::TicketId;

use super::change::subject;
use crate::kernel::errors::Failure;
use crate::layout::l10n::L10n;

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

/// What an obligation is called in the reader's language, from the commitment file.
pub fn title(l: &L10n, terms: Option<&Terms>, obligation: &Obligation) -> String {
    let promise = terms.and_then(|terms| terms.promise(obligation.promise.as_str()));
    let words = promise.map(|promise| &promise.title);
    let found = words.and_then(|words| words.get(l.locale.tag()).or_else(|| words.values().next()));
    found.cloned().unwrap_or_else(|| obligation.promise.as_str().to_owned())
}
