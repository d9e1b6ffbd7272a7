//! Imports of the registry from CSV files and workbooks: a rehearsal that changes nothing and names every
//! wrong cell, then the same rows for good.
//!
//! A file is read in batches by a timed duty ([`duty`]), a batch per turn, so that a million rows take no more
//! memory than two hundred and a restart goes on where it stopped. A bad row never stops the rest. Rows that
//! were imported before are found by their key and updated, so a file can be sent again.

pub mod apply;
pub mod columns;
pub mod duty;
pub mod pages;
pub mod report;
pub mod show;
pub mod store;
pub mod upload;
