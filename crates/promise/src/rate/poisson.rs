//! Exact interval for the rate of events that were counted over a time.
//!
//! A site with two faults in a year does not have "a rate of two": it has a rate that could well have
//! been 0.3 or 7. This module says how far the count can be trusted, exactly, for small counts too.
//! Serves C2.7.
//!
//! The interval is Garwood's (1936), taken at its word: the lower bound is the mean at which seeing this
//! many *or more* would still have the probability `(1 − confidence) / 2`, the upper bound the mean at which
//! seeing this many *or fewer* would. Both are sums of Poisson terms, so no chi-square table is needed.

use serde::{Deserialize, Serialize};

/// A rate per unit of exposure with the interval that it could lie in.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    pub events: u64,
    /// Time under observation, in the unit that the rate is given in ("per day": days).
    pub exposure: f64,
    /// Best single figure: `events / exposure`.
    pub rate: f64,
    pub low: f64,
    pub high: f64,
    /// Probability with which an interval made like this one holds the true rate, at least.
    pub confidence: f64,
}

impl Rate {
    /// Estimates the rate from a count, with the exact two-sided interval.
    ///
    /// Units:  `exposure` in any unit of time; the rate is per that unit.
    /// Errors: `None` unless `exposure` is finite and above zero and `0 < confidence < 1`.
    /// Source: C2.7.
    pub fn of(events: u64, exposure: f64, confidence: f64) -> Option<Rate> {
        let (low, high) = mean_interval(events, confidence)?;
        if !(exposure.is_finite() && exposure > 0.0) {
            return None;
        }
        Some(Rate {
            events,
            exposure,
            rate: events as f64 / exposure,
            low: low / exposure,
            high: high / exposure,
            confidence,
        })
    }

    /// The same rate per a longer or shorter unit: `per(365.25)` turns "per day" into "per year".
    pub fn per(self, units: f64) -> Rate {
        Rate {
            exposure: self.exposure / units,
            rate: self.rate * units,
            low: self.low * units,
            high: self.high * units,
            ..self
        }
    }
}

/// Bounds for the mean of a Poisson count of which one value was seen.
///
/// Errors: `None` unless `0 < confidence < 1`.
pub fn mean_interval(events: u64, confidence: f64) -> Option<(f64, f64)> {
    if !(confidence > 0.0 && confidence < 1.0) {
        return None;
    }
    let tail = (1.0 - confidence) / 2.0;
    Some((mean_where_at_least(events, tail), mean_where_at_most(events, tail)))
}

/// The mean at which `events` or more are seen with probability `tail`.
pub fn mean_where_at_least(events: u64, tail: f64) -> f64 {
    if events == 0 {
        return 0.0;
    }
    let n = events as f64;
    solve(n, tail, |mean| (at_least(events, mean), pmf(events - 1, mean)))
}

/// The mean at which `events` or fewer are seen with probability `tail`.
pub fn mean_where_at_most(events: u64, tail: f64) -> f64 {
    if events == 0 {
        return -tail.ln();
    }
    let n = events as f64 + 1.0;
    solve(n, tail, |mean| (at_most(events, mean), -pmf(events, mean)))
}

/// Probability of `events` or more when `mean` are expected.
pub fn at_least(events: u64, mean: f64) -> f64 {
    if events == 0 || mean == f64::INFINITY {
        return 1.0;
    }
    if mean > events as f64 { 1.0 - at_most(events - 1, mean) } else { rising_sum(events, mean) }
}

/// Probability of `events` or fewer when `mean` are expected.
pub fn at_most(events: u64, mean: f64) -> f64 {
    if mean < events as f64 + 1.0 {
        return 1.0 - rising_sum(events + 1, mean);
    }
    if mean == f64::INFINITY {
        return 0.0;
    }
    // p(n) (1 + n/m + n(n−1)/m² + …): every factor is below one.
    let (mut term, mut sum, mut k) = (1.0, 1.0, events as f64);
    while k > 0.0 && term > sum * f64::EPSILON {
        term *= k / mean;
        sum += term;
        k -= 1.0;
    }
    pmf(events, mean) * sum
}

/// `P(N ≥ events)` for a mean that is not above `events`: p(n) (1 + m/(n+1) + m²/((n+1)(n+2)) + …).
fn rising_sum(events: u64, mean: f64) -> f64 {
    let (mut term, mut sum, mut k) = (1.0, 1.0, events as f64);
    while term > sum * f64::EPSILON {
        k += 1.0;
        term *= mean / k;
        sum += term;
    }
    pmf(events, mean) * sum
}

/// Probability of exactly `events` when `mean` are expected, without cancellation (Loader 2000).
fn pmf(events: u64, mean: f64) -> f64 {
    if mean <= 0.0 {
        return if events == 0 { 1.0 } else { 0.0 };
    }
    if events == 0 {
        return (-mean).exp();
    }
    let n = events as f64;
    (-stirling_error(n) - deviance(n, mean)).exp() / (std::f64::consts::TAU * n).sqrt()
}

/// `ln n! − (n ln n − n + ½ ln 2πn)`.
fn stirling_error(n: f64) -> f64 {
    if n < 16.0 {
        let factorial: f64 = (2..=n as u64).map(|k| k as f64).product();
        return factorial.ln() - (n * n.ln() - n + 0.5 * (std::f64::consts::TAU * n).ln());
    }
    let square = n * n;
    (1.0 / 12.0
        - (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / 1188.0 / square) / square) / square) / square)
        / n
}

/// `n ln(n/m) + m − n`, by a series where the two are close and the direct form would cancel.
fn deviance(n: f64, mean: f64) -> f64 {
    let gap = n - mean;
    if gap.abs() >= 0.1 * (n + mean) {
        return n * (n / mean).ln() + mean - n;
    }
    let v = gap / (n + mean);
    let (mut sum, mut power, mut k) = (gap * v, 2.0 * n * v, 1.0);
    loop {
        power *= v * v;
        k += 2.0;
        let next = sum + power / k;
        if next == sum {
            return sum;
        }
        sum = next;
    }
}

/// Most rounds that the search for a bound may take; halving alone ends in fewer.
const ROUNDS_MAX: u32 = 2_000;

/// Finds the mean at which the monotone `tail_of` (value, slope) takes the value `tail`: Newton's steps, kept
/// inside a bracket that halves whenever a step would leave it.
fn solve(start: f64, tail: f64, tail_of: impl Fn(f64) -> (f64, f64)) -> f64 {
    let (mut below, mut above) = (0.0_f64, f64::INFINITY);
    let mut mean = start;
    for _ in 0..ROUNDS_MAX {
        let (value, slope) = tail_of(mean);
        let rising = slope > 0.0;
        if (value < tail) == rising {
            below = mean
        } else {
            above = mean
        }
        // On the logarithm of the tail the curve is close to straight far out.
        let mut next = mean - value * (value / tail).ln() / slope;
        if !(next > below && next < above) {
            next = if above.is_finite() { (below + above) / 2.0 } else { mean * 2.0 };
        }
        if (next - mean).abs() <= 4.0 * f64::EPSILON * next {
            return next;
        }
        mean = next;
    }
    mean
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(got: f64, want: f64) {
        assert!((got - want).abs() <= 1e-13 * want.abs(), "got {got}, want {want}");
    }

    /// Bounds of 95 %, worked out with forty digits from the definition.
    #[test]
    fn bounds_of_the_mean() {
        for (events, low, high) in [
            (0, 0.0, 3.688_879_454_113_936),
            (1, 0.025_317_807_984_289_875, 5.571_643_390_938_899),
            (2, 0.242_209_278_543_964_9, 7.224_687_667_723_961),
            (3, 0.618_672_122_895_601_3, 8.767_273_069_742_326),
            (10, 4.795_388_696_132_434, 18.390_356_042_017_78),
        ] {
            let got = mean_interval(events, 0.95).unwrap();
            close(got.0, low);
            close(got.1, high);
        }
    }

    #[test]
    fn nothing_seen_still_has_an_upper_bound() {
        let rate = Rate::of(0, 365.0, 0.95).unwrap();
        assert_eq!((rate.rate, rate.low), (0.0, 0.0));
        close(rate.high, -(0.025_f64.ln()) / 365.0);
    }

    #[test]
    fn nonsense_is_not_estimated() {
        for (exposure, confidence) in [(0.0, 0.95), (-1.0, 0.95), (f64::NAN, 0.95), (1.0, 0.0), (1.0, 1.0)] {
            assert_eq!(Rate::of(3, exposure, confidence), None, "{exposure} {confidence}");
        }
    }

    #[test]
    fn large_counts_neither_overflow_nor_crawl() {
        for events in [1_000, 1_000_000, 100_000_000] {
            let n = events as f64;
            let (low, high) = mean_interval(events, 0.95).unwrap();
            // Close to n ± 1.96 √n, with the skew of the exact bounds.
            assert!((low - (n - 1.959_964 * n.sqrt())).abs() < 2.0, "{low}");
            assert!((high - (n + 1.959_964 * n.sqrt())).abs() < 3.5, "{high}");
        }
    }

    proptest! {
        #[test]
        fn each_bound_leaves_the_stated_tail(events in 0_u64..3_000, confidence in 0.5..0.999) {
            let tail = (1.0 - confidence) / 2.0;
            let (low, high) = mean_interval(events, confidence).unwrap();
            prop_assert!(low <= events as f64 && (events as f64) < high);
            prop_assert!((at_most(events, high) / tail - 1.0).abs() < 1e-10);
            if events > 0 {
                prop_assert!((at_least(events, low) / tail - 1.0).abs() < 1e-10);
            }
        }

        #[test]
        fn the_two_tails_make_one(events in 1_u64..500, mean in 0.01..600.0) {
            let sum = at_least(events, mean) + at_most(events - 1, mean);
            prop_assert!((sum - 1.0).abs() < 1e-12);
        }
    }
}
