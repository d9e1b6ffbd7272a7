//! What the pages of calls read beside the calls themselves: the facts of one.

use db::{Error, Tx, statements};
use rules::ids::*;

use crate::tickets::store::FactRow;

statements! {
    static STORY: (i64,) => FactRow =
        "SELECT seq, name, happened_at, learned_at, said_by, data, personal, leaf FROM fact
         WHERE subject_kind = 'call' AND subject_id = ?1 ORDER BY happened_at, seq";
}

/// Everything that happened with the call, in the order in which it happened.
pub fn story(tx: &mut Tx, id: CallId) -> Result<Vec<FactRow>, Error> {
    tx.all(&STORY, (id.get(),))
}
