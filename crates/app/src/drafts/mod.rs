//! What somebody has begun to type: kept on the server for each person and place, so that a reload, a broken
//! line or another device loses nothing. No fact: nobody but the writer sees it.

pub mod api;
pub mod store;
