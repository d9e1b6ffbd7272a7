//! The parts that pages are made of, as functions. `/style` shows each of them.
//!
//! A page brings everything in with `use crate::layout::components::*;`.

mod form;
mod list;
mod state;
mod text;

pub use form::{Check, Choice, Combobox, Field, FileDrop, Select, TextArea, error_summary, submit};
pub use list::{Chip, Column, Filter, active_chips, empty, filters, pagination, search_box, table};
pub use state::{Tone, badge, chip, countdown, countdown_large, severity_mark, stat, stats, tone_icon};
pub use text::{
    Moment, Tab, action, actions, button, card, definitions, dialog, dialog_button, kbd, link_button, menu,
    notice, tabs, time, time_in, timeline, when,
};
