//! Channels (渠道): the ways by which customers reach us and we reach others, and whether they are well (C7.7).
//!
//! Whoever works a channel says how it went ([`store::well`], [`store::ill`]) under its code, such as `mail-out`
//! or `gateway:3`; the first word opens it. A duty looks whether one is down: that is a fact and an alarm.

pub mod duty;
pub mod pages;
pub mod store;
