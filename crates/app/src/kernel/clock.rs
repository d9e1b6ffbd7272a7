//! The only source of `now`. Decisions are handed the time; nothing else asks for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// The time of the world, or one that a story moves.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    World,
    /// A clock that stands still until it is moved; microseconds since 1970.
    Virtual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `at`.
    pub fn standing_at(at: Timestamp) -> Clock {
        Clock::Virtual(Arc::new(AtomicI64::new(at.as_microsecond())))
    }

    /// The present moment, to the microsecond, which is what the databases keep.
    pub fn now(&self) -> Timestamp {
        let micros = match self {
            Clock::World => Timestamp::now().as_microsecond(),
            Clock::Virtual(micros) => micros.load(Ordering::SeqCst),
        };
        Timestamp::from_microsecond(micros).expect("the clock stays within the years that jiff knows")
    }

    /// Moves a virtual clock forward; the world's clock cannot be moved.
    pub fn advance(&self, by: SignedDuration) {
        if let Clock::Virtual(micros) = self {
            micros.fetch_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }

    /// Sets a virtual clock; the world's clock cannot be set.
    pub fn set(&self, at: Timestamp) {
        if let Clock::Virtual(micros) = self {
            micros.store(at.as_microsecond(), Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_virtual_clock_moves_only_when_told() {
        let start: Timestamp = "2026-01-05T00:00:00Z".parse().unwrap();
        let clock = Clock::standing_at(start);
        let same = clock.clone();
        assert_eq!(clock.now(), start);
        same.advance(SignedDuration::from_hours(4));
        assert_eq!(clock.now(), start + SignedDuration::from_hours(4));
    }
}
