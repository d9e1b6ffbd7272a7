//! Messages (往来消息): every letter that came or went, as rows; [`crate::channels`] moves them.

pub mod card;
pub mod fax;
pub mod sign;
pub mod store;
