//! Remote access: consents, and the sessions under them (C4.7). The tool itself is another program; a unit
//! keeps links to it.

pub mod api;
pub mod change;
pub mod duty;
pub mod links;
pub mod panel;
pub mod store;
