//! How far one turn of timed work came; the list of duties stands in [`worker`](crate::worker).

use jiff::Timestamp;

/// What one turn of a duty did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// Rows that it worked on.
    pub done: u64,
    /// Whether its batch was full, so that more may be waiting.
    pub more: bool,
    /// When it has something to do again; none when only a change can bring it.
    pub next_at: Option<Timestamp>,
}
