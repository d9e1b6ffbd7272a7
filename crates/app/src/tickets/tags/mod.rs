//! Tags of tickets (标签): added and taken off on the page, chosen in the queue and in lists.

pub mod store;

pub mod acts;
