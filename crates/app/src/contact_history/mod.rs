//! Everything that we had to do with a contact (往来全记录), in one order: what they reported, calls, messages in and
//! out, and what they did on the portal (C7.2).

pub mod store;

pub mod api;
pub mod pages;
