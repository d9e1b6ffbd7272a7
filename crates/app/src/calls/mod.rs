//! Calls (通话): the hotline's console, what is owed to callers, and the telephone system's events (C4).

pub mod history;
pub mod store;
pub mod tasks;

pub mod change;

pub mod acts;
pub mod api;
pub mod console;
pub mod pages;
pub mod shift;
pub mod worklist;
pub mod words;

#[cfg(test)]
mod tests;
