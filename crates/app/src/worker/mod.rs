//! Every timed duty, in one list.
