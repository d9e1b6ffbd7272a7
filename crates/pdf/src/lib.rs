//! Documents set as PDF.
