//! Drafts: what somebody is making of a version, kept until it is published.
//!
//! A draft is nobody's promise yet, so it is no fact. Each person has one draft of each version; it is stored with
//! every check, so that closing the page loses nothing.

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use rules::ids::{CommitmentId, UserId};

row! {
    /// What somebody wrote, and when they last did.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct DraftRow {
        pub text: String,
        pub updated_at: Timestamp,
    }
}

statements! {
    static FIND: (i64, i64) => DraftRow =
        "SELECT d.text, d.updated_at FROM commitment_draft d WHERE d.commitment_id = ?1 AND d.author_id = ?2";
    static KEEP: (i64, i64, String, Timestamp) => () =
        "INSERT INTO commitment_draft (commitment_id, author_id, text, updated_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (commitment_id, author_id) DO UPDATE SET text = excluded.text, updated_at = excluded.updated_at";
    static FORGET: (i64, i64) => () =
        "DELETE FROM commitment_draft WHERE commitment_id = ?1 AND author_id = ?2";
}

/// Somebody's draft of a version.
pub fn find(tx: &mut Tx, of: CommitmentId, author: UserId) -> Result<Option<DraftRow>, Error> {
    tx.maybe(&FIND, (of.get(), author.get()))
}

/// Keeps a draft in place of the one before.
pub fn keep(tx: &mut Tx, of: CommitmentId, author: UserId, text: &str, now: Timestamp) -> Result<(), Error> {
    tx.run(&KEEP, (of.get(), author.get(), text, now))?;
    Ok(())
}

/// Forgets a draft that was published or thrown away.
pub fn forget(tx: &mut Tx, of: CommitmentId, author: UserId) -> Result<(), Error> {
    tx.run(&FORGET, (of.get(), author.get()))?;
    Ok(())
}
