//! Whether a channel is well: by what it last did, and by how long it was silent (C7.7).

use jiff::{SignedDuration, Timestamp};

/// How long nothing but failures may come before a channel counts as down: a server that is restarted is not.
pub const FAILING_MOST: SignedDuration = SignedDuration::from_mins(5);

/// What is known of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pulse {
    pub opened_at: Timestamp,
    pub last_success_at: Option<Timestamp>,
    /// Since when nothing but failures came; none after a success.
    pub failing_since_at: Option<Timestamp>,
    /// How long it may be silent; none where silence says nothing.
    pub silent_most: Option<SignedDuration>,
}

codes! {
    /// Why a channel counts as down.
    pub enum Ill("channel-ill") {
        /// Every try failed for a while.
        Failing = "failing",
        /// Nothing was heard of it.
        Silent = "silent",
    }
}

/// Decides whether a channel is down, and since when.
pub fn judge(pulse: &Pulse, now: Timestamp) -> Option<(Ill, Timestamp)> {
    if let Some(since) = pulse.failing_since_at
        && now >= since + FAILING_MOST
    {
        return Some((Ill::Failing, since));
    }
    let heard_at = pulse.last_success_at.unwrap_or(pulse.opened_at);
    match pulse.silent_most {
        Some(most) if now >= heard_at + most => Some((Ill::Silent, heard_at)),
        Some(_) | None => None,
    }
}

/// When a channel that is well would be down if nothing came of it: when to look again.
pub fn look_again_at(pulse: &Pulse) -> Option<Timestamp> {
    let failing = pulse.failing_since_at.map(|since| since + FAILING_MOST);
    let silent = pulse.silent_most.map(|most| pulse.last_success_at.unwrap_or(pulse.opened_at) + most);
    [failing, silent].into_iter().flatten().min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_is_down_when_it_fails_or_is_silent_for_too_long() {
        let start: Timestamp = "2026-01-05T00:00:00Z".parse().unwrap();
        let after = |minutes| start + SignedDuration::from_mins(minutes);
        let pulse = |success: Option<i64>, failing: Option<i64>, silent: Option<i64>| Pulse {
            opened_at: start,
            last_success_at: success.map(after),
            failing_since_at: failing.map(after),
            silent_most: silent.map(SignedDuration::from_mins),
        };
        let cases = [
            (pulse(None, None, None), 10_000, None),
            (pulse(Some(1), Some(2), None), 6, None),
            (pulse(Some(1), Some(2), None), 7, Some((Ill::Failing, after(2)))),
            (pulse(Some(1), None, Some(30)), 30, None),
            (pulse(Some(1), None, Some(30)), 31, Some((Ill::Silent, after(1)))),
            (pulse(None, None, Some(30)), 30, Some((Ill::Silent, start))),
            (pulse(Some(1), Some(2), Some(30)), 40, Some((Ill::Failing, after(2)))),
        ];
        for (pulse, now, expected) in cases {
            assert_eq!(judge(&pulse, after(now)), expected, "{pulse:?} at {now}");
        }
    }
}
