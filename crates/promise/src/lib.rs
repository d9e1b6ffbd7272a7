//! The promise language and the engine that turns facts into obligations.
//!
//! A *promise* is one clause of a commitment file. A *fact* is something that happened. The engine folds facts
//! through promises into *obligations*: who owes what to whom, by when, under which clause and which version
//! of it. It is pure: it reads no clock, no database and no file, so the same facts under the same terms give
//! the same obligations for ever.
//!
//! The `mod` lines are in order of dependency.

pub mod fact;
pub mod obligation;
pub mod problem;
mod reader;

pub mod calendar;
pub mod figure;

pub mod clock;
pub mod condition;
pub mod file;
pub mod terms;

pub mod coverage;
pub mod gate;
pub mod quota;
pub mod rate;
pub mod recurrence;
pub mod roster;
pub mod stock;

pub mod kinds;

pub mod engine;
pub mod explain;
pub mod measure;

pub mod checker;
pub mod preview;
pub mod replay;
pub mod schema;

pub use calendar::{Calendar, Calendars};
pub use engine::{Docket, OutOfOrder, TIME_PASSED, judge};
pub use explain::{Explanation, explain};
pub use fact::{About, Data, Fact, Name, Scalar};
pub use obligation::{Amendment, Incomplete, Obligation, Party, Pause, PromiseId, State, Subject};
pub use problem::Problem;
pub use terms::Terms;
