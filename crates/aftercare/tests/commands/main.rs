//! The commands as people and scripts use them, one binary (see the stories of `app`).

mod conformance_uci498;
mod demo;
mod ledger_commands;
mod mailboxes;
mod promise_commands;
