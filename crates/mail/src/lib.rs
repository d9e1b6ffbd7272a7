//! Letters made by strangers.
