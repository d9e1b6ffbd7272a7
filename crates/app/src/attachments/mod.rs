//! Attachments: files kept with a ticket, in the data directory under their SHA-256.
//!
//! A file streams to the disk as it arrives, so that its size is no matter of memory; it counts only once it
//! is whole, and then for good. What a stranger sent is never shown as a page of ours.

pub mod keep;
pub mod media;
pub mod page;
pub mod store;
