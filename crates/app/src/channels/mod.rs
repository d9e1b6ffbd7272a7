//! Channels: letters taken in, sorted and shown (C7.2, C7.7).
//!
//! A letter is stored whole and for good before its sender is told that it is taken. A timed duty then reads it
//! and finds out whose it is; one that cannot be read is set aside with an alarm and stops no other.

pub mod api;
pub mod bounces;
pub mod duty;
pub mod fax;
pub mod fax_settings;
pub mod intake;
pub mod letters;
pub mod listener;
pub mod pages;
