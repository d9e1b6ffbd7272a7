//! Full text in Chinese and English.
