//! Sites: the places of customers. A site's time zone says what "a day" is there.

pub mod api;
pub mod change;
pub mod duty_log;
pub mod duty_log_api;
pub mod pages;
pub mod store;
