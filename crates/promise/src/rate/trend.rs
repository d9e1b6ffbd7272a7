//! Whether the faults of one repairable thing come faster, slower, or at random. Serves C2.7.
//!
//! Three figures are read from the moments of the faults since observation began: Laplace's statistic, the
//! power law (Crow-AMSAA) with its shape β, and an exact test of β = 1. Only the exact test decides, since a
//! site has few faults; the other two are shown beside it.

use super::poisson;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How the observation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Truncation {
    /// At a moment that was set: the usual case, "until today".
    Time,
    /// With the last fault, so that one carries no news about the trend.
    Failure,
}

/// Moments of the faults of one system since observation began.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    times: Vec<f64>,
    end: f64,
    truncation: Truncation,
}

/// Why a series of moments cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum Unreadable {
    #[error("the end of observation must be above zero")]
    End,
    #[error("fault {index} does not lie after the start and by the end of observation")]
    Outside { index: usize },
    #[error("with truncation at a failure the last fault must be the end of observation")]
    LastIsNotEnd,
}

/// Power law fitted to a history: expected faults until `t` are `λ t^β`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PowerLaw {
    /// Maximum likelihood. Above one: faults come faster.
    pub beta: f64,
    pub lambda: f64,
    /// β with the bias of a small count taken out; none when there are too few faults for it.
    pub beta_unbiased: Option<f64>,
    /// Faults per unit of time at the end of observation, by the maximum likelihood figures.
    pub intensity_at_end: f64,
}

/// What the pattern of the faults tells the planner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// Too few faults to tell anything.
    TooFew,
    /// Faults come faster: visit more often, plan the replacement.
    Wear,
    /// Faults come slower: the defects of installation are being found; keep the visits until it settles.
    EarlyLife,
    /// No trend: visits will not help; look at the part, the design, the surroundings.
    Random,
}

/// The figures behind a reading.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Trend {
    pub reading: Reading,
    /// Faults that carry news about the trend.
    pub informative: usize,
    pub laplace_u: Option<f64>,
    pub power_law: Option<PowerLaw>,
    /// Probability of a pattern at least as far from "no trend", both sides, exact.
    pub p_value: Option<f64>,
}

/// Fewest informative faults from which a trend is read.
pub const INFORMATIVE_MIN: usize = 4;

impl History {
    /// Takes moments in any order; equal ones are allowed.
    ///
    /// Units:  any unit of time, counted from the start of observation.
    /// Errors: [`Unreadable`] with the place in the sorted series.
    pub fn new(mut times: Vec<f64>, end: f64, truncation: Truncation) -> Result<History, Unreadable> {
        if !(end.is_finite() && end > 0.0) {
            return Err(Unreadable::End);
        }
        times.sort_by(f64::total_cmp);
        if let Some(index) = times.iter().position(|t| !(*t > 0.0 && *t <= end)) {
            return Err(Unreadable::Outside { index });
        }
        if truncation == Truncation::Failure && times.last().is_none_or(|last| *last != end) {
            return Err(Unreadable::LastIsNotEnd);
        }
        Ok(History { times, end, truncation })
    }

    pub fn events(&self) -> usize {
        self.times.len()
    }

    pub fn end(&self) -> f64 {
        self.end
    }

    /// The faults that say something about the trend: the one that ended the observation does not.
    fn informative(&self) -> &[f64] {
        match self.truncation {
            Truncation::Time => &self.times,
            Truncation::Failure => &self.times[..self.times.len() - 1],
        }
    }

    /// Laplace's statistic: about standard normal without a trend, above zero when faults come faster.
    pub fn laplace_u(&self) -> Option<f64> {
        let times = self.informative();
        if times.is_empty() {
            return None;
        }
        let m = times.len() as f64;
        let centre = times.iter().sum::<f64>() / m;
        Some((centre - self.end / 2.0) / (self.end * (1.0 / (12.0 * m)).sqrt()))
    }

    /// Σ ln(end / t) over the informative faults; the exact test and β both rest on it.
    fn log_sum(&self) -> f64 {
        self.informative().iter().map(|t| (self.end / t).ln()).sum()
    }

    /// Fits the power law by maximum likelihood.
    ///
    /// Errors: `None` without a fault before the end of observation.
    pub fn power_law(&self) -> Option<PowerLaw> {
        let sum = self.log_sum();
        if sum <= 0.0 {
            return None;
        }
        let n = self.events() as f64;
        let beta = n / sum;
        let freedom = match self.truncation {
            Truncation::Time => n - 1.0,
            Truncation::Failure => n - 2.0,
        };
        Some(PowerLaw {
            beta,
            lambda: n / self.end.powf(beta),
            beta_unbiased: (freedom > 0.0).then(|| freedom / n * beta),
            intensity_at_end: n * beta / self.end,
        })
    }

    /// Probabilities that faults without a trend look as late, and as early, as these.
    ///
    /// Without a trend the sum of `m` logarithms is a sum of `m` unit exponentials, so its distribution is a
    /// sum of Poisson terms: exact for any count.
    fn tails(&self) -> (f64, f64) {
        let m = self.informative().len() as u64;
        let sum = self.log_sum();
        let as_late = poisson::at_least(m, sum);
        let as_early = poisson::at_most(m - 1, sum);
        (as_late, as_early)
    }

    /// Reads the trend, at the stated level of a test on both sides.
    ///
    /// Units:  `level` is the share of histories without a trend in which one would be read all the same.
    /// Source: C2.7.
    pub fn trend(&self, level: f64) -> Trend {
        let informative = self.informative().len();
        let (laplace_u, power_law) = (self.laplace_u(), self.power_law());
        if informative == 0 {
            return Trend { reading: Reading::TooFew, informative, laplace_u, power_law, p_value: None };
        }
        let (as_late, as_early) = self.tails();
        let p_value = (2.0 * as_late.min(as_early)).min(1.0);
        let reading = if informative < INFORMATIVE_MIN {
            Reading::TooFew
        } else if p_value > level {
            Reading::Random
        } else if as_late < as_early {
            Reading::Wear
        } else {
            Reading::EarlyLife
        };
        Trend { reading, informative, laplace_u, power_law, p_value: Some(p_value) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn patterns_that_a_manager_would_name() {
        for (name, times, want) in [
            ("nothing", vec![], Reading::TooFew),
            ("three in a row at the end", vec![340.0, 350.0, 360.0], Reading::TooFew),
            ("closer and closer", vec![180.0, 260.0, 310.0, 335.0, 350.0, 360.0], Reading::Wear),
            ("most in the first weeks", vec![2.0, 5.0, 9.0, 20.0, 50.0, 130.0], Reading::EarlyLife),
            ("evenly spread", vec![50.0, 110.0, 160.0, 220.0, 270.0, 330.0], Reading::Random),
        ] {
            let history = History::new(times, 365.0, Truncation::Time).unwrap();
            assert_eq!(history.trend(0.10).reading, want, "{name}");
        }
    }

    #[test]
    fn a_bad_series_is_refused_with_its_place() {
        for (times, end, truncation, want) in [
            (vec![1.0], 0.0, Truncation::Time, Unreadable::End),
            (vec![0.0, 1.0], 2.0, Truncation::Time, Unreadable::Outside { index: 0 }),
            (vec![1.0, 3.0], 2.0, Truncation::Time, Unreadable::Outside { index: 1 }),
            (vec![f64::NAN], 2.0, Truncation::Time, Unreadable::Outside { index: 0 }),
            (vec![1.0], 2.0, Truncation::Failure, Unreadable::LastIsNotEnd),
            (vec![], 2.0, Truncation::Failure, Unreadable::LastIsNotEnd),
        ] {
            assert_eq!(History::new(times, end, truncation), Err(want));
        }
    }

    #[test]
    fn equal_moments_are_read() {
        let history = History::new(vec![5.0, 5.0, 5.0], 10.0, Truncation::Time).unwrap();
        assert_eq!(history.laplace_u(), Some(0.0));
    }

    #[test]
    fn one_fault_that_ended_the_observation_says_nothing() {
        let history = History::new(vec![7.0], 7.0, Truncation::Failure).unwrap();
        let trend = history.trend(0.1);
        assert_eq!((trend.reading, trend.laplace_u, trend.power_law), (Reading::TooFew, None, None));
    }

    proptest! {
        /// The unit of time is a matter of taste.
        #[test]
        fn scale_does_not_matter(times in prop::collection::vec(0.01..1.0, 1..30), scale in 0.1..1e5_f64) {
            let plain = History::new(times.clone(), 1.0, Truncation::Time).unwrap().trend(0.1);
            let scaled: Vec<f64> = times.iter().map(|t: &f64| (t * scale).min(scale)).collect();
            let scaled = History::new(scaled, scale, Truncation::Time).unwrap().trend(0.1);
            prop_assert_eq!(plain.reading, scaled.reading);
            prop_assert!((plain.p_value.unwrap() - scaled.p_value.unwrap()).abs() < 1e-9);
        }

        /// Later faults never look less like wear.
        #[test]
        fn later_faults_raise_the_statistic(times in prop::collection::vec(0.01..0.9, 4..30), by in 0.0..0.1_f64) {
            let before = History::new(times.clone(), 1.0, Truncation::Time).unwrap();
            let later = times.iter().map(|t| t + by).collect();
            let after = History::new(later, 1.0, Truncation::Time).unwrap();
            prop_assert!(after.laplace_u() >= before.laplace_u());
            prop_assert!(after.power_law().unwrap().beta >= before.power_law().unwrap().beta);
        }
    }
}
