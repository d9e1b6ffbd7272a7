//! The facts that a noun's promises heeded, with what stands beside them.

use db::{Error, Tx, statements};

use crate::tickets::store::FactRow;

statements! {
    static HEEDED: (String, i64) => FactRow =
        "SELECT f.seq, f.name, f.happened_at, f.learned_at, f.said_by, f.data, f.personal, f.leaf
         FROM docket_fact d JOIN fact f ON f.seq = d.seq WHERE d.noun = ?1 AND d.noun_id = ?2 ORDER BY f.seq";
}

/// The facts in the docket of a noun, in the order they were recorded.
pub fn heeded(tx: &mut Tx, noun: &str, id: i64) -> Result<Vec<FactRow>, Error> {
    tx.all(&HEEDED, (noun, id))
}
