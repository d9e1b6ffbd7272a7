//! Mailboxes (邮箱): read from their mail servers over IMAP, letter by letter, into the inbox (C7.2, C7.7).
//!
//! A letter is stored together with the note that it was taken, in one transaction, before the server is told anything
//! of it: whatever dies in between, it is taken once. Marking or moving it comes after, and is made up for.

pub mod imap;
pub mod pages;
pub mod reader;
pub mod store;
mod utf7;

pub use reader::run;
