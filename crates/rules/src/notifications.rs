//! What is told to whom, by which way, and how long it is tried (C7.2, C7.8).

use jiff::{SignedDuration, Timestamp};

codes! {
    /// How a notice reaches its reader.
    pub enum Way("way") {
        /// A letter by e-mail.
        Mail = "mail",
        /// A short message to a phone.
        Sms = "sms",
        /// The robot of a chat group.
        Chat = "chat",
        /// A program that listens.
        Webhook = "webhook",
        /// A fax, by a mail-to-fax gateway.
        Fax = "fax",
    }
}

codes! {
    /// Where a delivery stands.
    pub enum DeliveryState("delivery-state") {
        /// It is still to be sent, or to be tried again.
        Waiting = "waiting",
        /// The other side took it.
        Sent = "sent",
        /// It was tried long enough; somebody has to look.
        GivenUp = "given-up",
    }
}

/// The wait after the first failure; it doubles with each further one.
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(30);
/// The longest wait between two tries.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(30);
/// How long a delivery is tried.
pub const TRIED_FOR: SignedDuration = SignedDuration::from_hours(72);

/// What a failed try was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failed {
    /// It may work later: nobody answered, the other side is ill or busy.
    ForNow,
    /// The other side said that it will never take this.
    ForGood,
}

/// What follows after a failed try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// It is tried again at this moment.
    TryAt(Timestamp),
    /// It is tried no more.
    GiveUp,
}

/// Decides whether a delivery is tried again.
///
/// Units: `attempts` counts the tries that were made, this one included; `since` is when the first could be.
pub fn after_failure(failed: Failed, attempts: i64, since: Timestamp, now: Timestamp) -> Then {
    let doubled = u32::try_from(attempts.clamp(1, 16) - 1).unwrap_or(0);
    let wait = (FIRST_WAIT * 2_i32.pow(doubled)).min(LONGEST_WAIT);
    match failed {
        Failed::ForGood => Then::GiveUp,
        Failed::ForNow if now + wait > since + TRIED_FOR => Then::GiveUp,
        Failed::ForNow => Then::TryAt(now + wait),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_waits_longer_each_time_and_not_for_ever() {
        let since: Timestamp = "2026-01-05T01:00:00Z".parse().unwrap();
        let cases = [
            (Failed::ForNow, 1, "0h", "30s"),
            (Failed::ForNow, 2, "30s", "60s"),
            (Failed::ForNow, 6, "1h", "16m"),
            (Failed::ForNow, 7, "1h", "30m"),
            (Failed::ForNow, 200, "71h", "30m"),
            (Failed::ForNow, 200, "71h 31m", "given up"),
            (Failed::ForGood, 1, "0h", "given up"),
        ];
        for (failed, attempts, passed, expected) in cases {
            let now = since + passed.parse::<SignedDuration>().unwrap();
            let then = match after_failure(failed, attempts, since, now) {
                Then::GiveUp => Err("given up"),
                Then::TryAt(at) => Ok(at.duration_since(now)),
            };
            let expected = expected.parse::<SignedDuration>().map_err(|_| expected);
            assert_eq!(then, expected, "{failed:?} {attempts} {passed}");
        }
    }
}
