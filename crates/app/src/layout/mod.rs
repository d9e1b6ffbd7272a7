//! How every page looks: the shell around it, the parts it is made of, the words and the drawings.

pub mod l10n;
pub mod assets;
pub mod icons;
pub mod components;
pub mod page;
pub mod style;
