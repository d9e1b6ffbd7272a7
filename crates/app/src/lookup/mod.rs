//! Lookup: finds customers, sites, contacts, contracts, products and assets by any part of a name, code,
//! number or address, in Chinese or not, on both databases, without reading a whole table.
//!
//! Each thing that can be looked up keeps its words in one spelling and the grams of them
//! ([`grams`]). A search reads the rows of the rarest gram that was typed, newest first, and asks of
//! each whether the others are there too, so that its cost follows what is shown or what is rare.

mod chosen;
pub mod grams;
pub mod store;

pub use chosen::{Chosen, Match};
pub use store::{Found, Look, Shown, of_any, remember};
