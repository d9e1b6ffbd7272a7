//! Faxes: the pages of a TIFF or PDF as pictures that a browser shows.
//!
//! A tool: it knows pages and no word of the field. It reads no file and no network; what it does is bounded by
//! [`Limits`]. What a fax server writes is TIFF of class F (one bit a dot, CCITT Group 3 or 4); what a gateway sends
//! is mostly PDF.

mod pdf;
mod picture;
mod tiff;

/// What a file is, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Tiff,
    Pdf,
}

impl Kind {
    /// The kind of a file; none where it is neither.
    pub fn of(bytes: &[u8]) -> Option<Kind> {
        const LOOKED_AT: usize = 1_024;
        let head = &bytes[..bytes.len().min(LOOKED_AT)];
        if head.starts_with(b"II*\0") || head.starts_with(b"MM\0*") {
            return Some(Kind::Tiff);
        }
        // Some programs write something before the mark.
        head.windows(5).any(|five| five == b"%PDF-").then_some(Kind::Pdf)
    }

    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Kind::Tiff => "image/tiff",
            Kind::Pdf => "application/pdf",
        }
    }
}

/// What is refused as too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub pages: usize,
    /// Dots of one page.
    pub dots: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { pages: 200, dots: 60_000_000 }
    }
}

/// Why a file has no pages.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    #[error("it is neither a TIFF nor a PDF")]
    OtherKind,
    #[error("it has more than {0} pages")]
    TooManyPages(usize),
    #[error("a page has more than {0} dots")]
    PageTooLarge(u64),
    #[error("it is damaged: {0}")]
    Damaged(&'static str),
    #[error("its pages are written in a way that we do not read ({0})")]
    OtherWay(u32),
}

/// A page as a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// A PNG.
    pub png: Vec<u8>,
    pub width: u32,
    pub height: u32,
}

/// The pages of a file.
///
/// A page that ends early is shown as far as it goes: half of a fax says more than none.
///
/// Errors: [`Unread`].
pub fn pages(bytes: &[u8], limits: &Limits) -> Result<Vec<Page>, Unread> {
    match Kind::of(bytes) {
        Some(Kind::Tiff) => tiff::pages(bytes, limits),
        Some(Kind::Pdf) => pdf::pages(bytes, limits),
        None => Err(Unread::OtherKind),
    }
}
