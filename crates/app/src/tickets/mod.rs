//! Tickets (服务单): report, work, merge, find by number (C7).

pub mod change;
pub mod due;
pub mod intake;
pub mod store;
