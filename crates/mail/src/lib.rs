//! Letters made by strangers: parsed without loss, told apart, their new text cut from the old.
//!
//! A tool: it knows mail and no word of the field. It reads no file, no clock and no network; it never panics,
//! and what it does is bounded in time and memory by [`Limits`].
//!
//! `mail-parser` reads dates, entities and the rarer charsets; `ammonia` cleans HTML. The structure of a letter
//! is walked by [`mime`], since a mail bomb must be refused before it is opened.

pub mod address;
pub mod charset;
pub mod clean;
pub mod gate;
pub mod header;
pub mod html;
pub mod letter;
mod mime;
pub mod quotes;
mod rtf;
pub mod threads;
pub mod tnef;
pub mod words;

pub use address::Address;
pub use letter::{Attachment, Body, Kind, Letter};
pub use mime::{Limits, TooMuch};
