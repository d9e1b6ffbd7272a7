//! Steps to be ticked off on a ticket (步骤), and the checklists (检查单) that bring them.

pub mod store;

pub mod acts;
pub mod lists;
