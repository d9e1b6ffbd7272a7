//! The bell: what a person is told on their pages.

pub mod pages;
pub mod store;

pub use store::add;

/// The topic under which the pages of a person hear of new notices.
pub fn topic(person: rules::ids::UserId) -> String {
    format!("notices:{person}")
}
