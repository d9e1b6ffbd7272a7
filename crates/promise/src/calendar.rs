//! Calendars: opening hours, holidays and make-up working days.

use crate::problem::Problem;

/// The calendars that commitment files may name.
#[derive(Clone, Debug, Default)]
pub struct Calendars {}

impl Calendars {
    /// No calendar yet.
    pub fn new() -> Self {
        Calendars {}
    }

    /// The calendars that are shipped with the program.
    pub fn shipped() -> Self {
        Calendars {}
    }

    /// Reads one calendar file and adds it under its id.
    pub fn add(&mut self, _text: &str) -> Result<(), Vec<Problem>> {
        Ok(())
    }
}
