//! The ledger: facts, the obligations they make, the outbox, and the history tree that proves them.
//!
//! Serves every clause: an obligation is a row here, its evidence a fact here. All of it is written inside
//! the caller's transaction, so that evidence, obligations and notices stand or fall together:
//!
//! 1. [`append`] adds facts;
//! 2. [`fold_subject`] judges a ticket anew, [`fold_docket`] folds on a noun that hears of the facts of others; both
//!    write the obligations that changed; [`put_off`] leaves the judgement of a long history to [`judge_put_off`];
//! 3. [`outbox::put`] notes what must be told.
//!
//! Later, on a timer: [`due`] finds the warnings and deadlines to tell of, [`outbox::take`] what to tell,
//! [`history::seal`] puts new facts into the history tree and
//! [`checkpoint::sign`] signs it.
//!
//! *Invariant*: nothing here updates or deletes a fact or a final verdict, but for its place in the tree, the
//! mark of a later verdict, and the erasure of personal data, which leaves its salted hash behind.

mod ahead;
mod docket;
mod fact;
mod obligation;
pub mod outbox;

pub mod checkpoint;

pub mod history;
pub mod tree;
pub mod verify;

pub use ahead::ahead;
pub use docket::{
    Heeded, TermsOf, Waiting, docket, facts_heeded, fold_docket, judge_put_off, next_look_at, put_off,
    put_off_count, put_off_since, take_waiting,
};
pub use fact::{
    NewFact, Personal, StoredFact, Subject, append, append_of, erase_personal, facts_of, personal_of,
    story_of,
};
pub use obligation::{
    Changed, Context, Due, Folded, Judged, Moment, StoredObligation, due, fold_subject, next_wake_at,
    obligation, obligations_of, told, verdicts_of,
};

/// The ledger's migration, the first of the list.
pub const MIGRATION: db::Migration =
    db::Migration { number: 1, name: "ledger", sql: include_str!("../../../migrations/0001_ledger.sql") };

/// All that the ledger's tables need, for a program that holds nothing else: its tests and benches.
pub const MIGRATIONS: &[db::Migration] = &[
    MIGRATION,
    db::Migration { number: 7, name: "dockets", sql: include_str!("../../../migrations/0007_dockets.sql") },
    db::Migration { number: 19, name: "put_off", sql: include_str!("../../../migrations/0019_put_off.sql") },
    db::Migration { number: 21, name: "outbox", sql: include_str!("../../../migrations/0021_outbox.sql") },
    db::Migration { number: 22, name: "put_off", sql: include_str!("../../../migrations/0022_put_off.sql") },
];
