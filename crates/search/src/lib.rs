//! Full text in Chinese and English: an index, a query language, and why a hit was found.
//!
//! Wraps `tantivy`, `jieba-rs` and `pinyin` for one purpose. It knows no words of the field: kinds,
//! attributes, tags and the words of filters are the caller's.

pub mod alike;
pub mod analysis;
mod best;
pub mod codes;
mod cutting;
pub mod evaluate;
mod find;
pub mod fold;
mod highlight;
mod index;
pub mod measure;
pub mod names;
mod query;
mod terms;
mod weigh;
mod writer;

pub use find::{Found, Hit, Order, Reason, Wanted};
pub use highlight::{Marked, mark};
pub use index::{Entry, Index, VERSION};
pub use query::{Asked, Compares, Filter, FilterWord};
pub use terms::Place;

/// What can go wrong with an index.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The library or the files.
    #[error("the search index: {0}")]
    Index(#[from] tantivy::TantivyError),
    /// The directory.
    #[error("the directory of the search index: {0}")]
    Directory(#[from] std::io::Error),
    /// A file of a measurement.
    #[error("{0}")]
    Folder(String),
}
