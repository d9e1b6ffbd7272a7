//! What the program tells to the world (C7.2, C7.7, C7.8): letters, chat, short messages, webhooks.
//!
//! A row of the outbox is read once into deliveries ([`expand`]), one for each recipient and way, in one
//! transaction with its end; each delivery is then claimed, sent outside any transaction, and marked
//! ([`send`]). A process that dies in between leaves its claim to run out: the delivery is sent again as the
//! same message, with the same `Message-ID` or idempotency key.

pub mod bell;
pub mod choices;
pub mod compose;
pub mod calls;
pub mod expand;
pub mod fax;
pub mod gateways;
pub mod mail;
pub mod page_out;
pub mod pages;
pub mod preview;
pub mod readers;
pub mod send;
pub mod settings;
pub mod store;
pub mod tell;
pub mod veil;
pub mod words;
