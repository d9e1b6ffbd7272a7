//! How every page looks: the shell around it, the parts it is made of, the words and the drawings.

pub mod assets;
pub mod components;
pub mod hits;
pub mod icons;
pub mod l10n;
pub mod markdown;
pub mod page;
pub mod portal;
pub mod paper;
pub mod settings;
pub mod style;
