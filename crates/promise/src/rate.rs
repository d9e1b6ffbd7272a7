//! The kind of promise "more often than an observed rate". Serves C2.7.
//!
//! 当由于维护不当所造成的故障频率大于定期维护频率时,采用不定期维护: a site gets visits beyond the periodic ones
//! while its faults from improper maintenance come more often than the periodic visits, and those visits come
//! at shorter intervals than its faults.
//!
//! Two thresholds keep the plan from flickering: irregular visits begin above the periodic rate and are
//! withdrawn only well below it. Every decision carries its figures, so that the planner reads why.

pub mod poisson;
pub mod promise;
pub mod trend;

pub use poisson::Rate;
pub use trend::{History, PowerLaw, Reading, Trend, Truncation, Unreadable};

use serde::{Deserialize, Serialize};

/// Days of the year that rates are compared per. Not 365.25: four faults in an ordinary year must not exceed
/// four visits a year by a quarter of a day.
pub const DAYS_PER_YEAR: f64 = 365.0;

/// Which figure must exceed the periodic rate before irregular visits begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum BeginWhen {
    /// The observed rate itself: the clause to the letter.
    #[default]
    Observed,
    /// The lower bound of the interval: only when chance is excluded.
    Certain,
}

/// What a file says about one promise of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RateTerms {
    /// Periodic visits per year that the contract promises.
    pub periodic_per_year: f64,
    pub begin_when: BeginWhen,
    /// Fewest faults from improper maintenance in the window before anything begins.
    pub faults_min: u64,
    /// Irregular visits are withdrawn at or below this share of the periodic rate.
    pub withdraw_at: f64,
    /// Length of the window that is looked back on.
    pub window_days: u32,
    /// Probability with which the shown interval holds the true rate.
    pub confidence: f64,
    /// Level of the trend test, both sides together.
    pub trend_level: f64,
}

impl Default for RateTerms {
    /// One periodic visit a quarter, looked at over one year.
    fn default() -> RateTerms {
        RateTerms {
            periodic_per_year: 4.0,
            begin_when: BeginWhen::Observed,
            faults_min: 2,
            withdraw_at: 0.75,
            window_days: 365,
            confidence: 0.95,
            trend_level: 0.10,
        }
    }
}

/// Faults of one site inside the window, as moments in days since the window's start.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Observed {
    /// Days under observation: the window, or less at a site that is younger than it.
    pub observed_days: u32,
    pub all: Vec<f64>,
    /// Those whose recorded cause is improper maintenance; each stands in `all` too.
    pub from_maintenance: Vec<f64>,
}

/// Whether irregular visits are in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Stance {
    #[default]
    PeriodicOnly,
    Irregular,
}

/// How closely the irregular visits follow one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plan {
    /// A visit at least every so many days: the longest whole number strictly below the mean time between
    /// faults, so that visits are strictly more frequent than faults.
    Every { days: u32 },
    /// Faults come daily or faster: no visit is frequent enough, somebody must be posted on site.
    PostOnSite,
}

/// Why a decision is as it is; each has one message for the planner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// The rate does not exceed the periodic one.
    NotAbove,
    /// It does, but on fewer faults than the terms ask for.
    TooFewFaults,
    /// It does, but chance is not excluded, and the terms ask for that.
    MayBeChance,
    /// It exceeds the periodic rate.
    Above,
    /// It fell, but not yet below the share at which visits are withdrawn.
    NotYetLow,
    /// It fell far enough.
    FellBack,
}

impl Because {
    /// Message code of the reason.
    pub fn code(self) -> &'static str {
        match self {
            Because::NotAbove => "rate-not-above",
            Because::TooFewFaults => "rate-too-few-faults",
            Because::MayBeChance => "rate-may-be-chance",
            Because::Above => "rate-above",
            Because::NotYetLow => "rate-not-yet-low",
            Because::FellBack => "rate-fell-back",
        }
    }
}

/// A decision with all its reasoning.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    pub before: Stance,
    pub now: Stance,
    pub because: Because,
    /// Faults from improper maintenance, per year.
    pub maintenance: Rate,
    /// All faults, per year: the mean rate that the visits must exceed.
    pub all: Rate,
    pub periodic_per_year: f64,
    pub withdraw_at_per_year: f64,
    pub observed_days: u32,
    pub plan: Option<Plan>,
    /// Trend of all faults: whether visits are the right medicine.
    pub trend: Trend,
}

/// One sentence of the reasoning: a message code and its figures in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sentence {
    pub code: &'static str,
    pub args: Vec<(&'static str, f64)>,
}

/// Decides whether irregular visits are due at a site, and how often.
///
/// Units:  moments in days since the window began.
/// Errors: [`Unreadable`] when a moment lies outside the days observed.
/// Source: C2.7.
pub fn decide(terms: &RateTerms, before: Stance, observed: &Observed) -> Result<Decision, Unreadable> {
    let days = f64::from(observed.observed_days);
    let history = History::new(observed.all.clone(), days, Truncation::Time)?;
    History::new(observed.from_maintenance.clone(), days, Truncation::Time)?;
    let per_year =
        |events: usize| Rate::of(events as u64, days, terms.confidence).map(|r| r.per(DAYS_PER_YEAR));
    let (Some(maintenance), Some(all)) =
        (per_year(observed.from_maintenance.len()), per_year(observed.all.len()))
    else {
        return Err(Unreadable::End);
    };
    let withdraw_at_per_year = terms.periodic_per_year * terms.withdraw_at;
    let because = reason(terms, before, maintenance.events, days);
    let now = because.stance();
    let plan = plan(now, all.events, observed.observed_days);
    Ok(Decision {
        before,
        now,
        because,
        maintenance,
        all,
        periodic_per_year: terms.periodic_per_year,
        withdraw_at_per_year,
        observed_days: observed.observed_days,
        plan,
        trend: history.trend(terms.trend_level),
    })
}

/// What [`decide`] decides, without the figures that a planner reads: by the counts alone, so that it is cheap.
pub fn decide_by_counts(
    terms: &RateTerms,
    before: Stance,
    from_maintenance: u64,
    all: u64,
    observed_days: u32,
) -> (Stance, Option<Plan>) {
    let now = reason(terms, before, from_maintenance, f64::from(observed_days)).stance();
    (now, plan(now, all, observed_days))
}

impl Because {
    /// Whether irregular visits are in force for this reason.
    fn stance(self) -> Stance {
        match self {
            Because::Above | Because::NotYetLow => Stance::Irregular,
            Because::NotAbove | Because::TooFewFaults | Because::MayBeChance | Because::FellBack => {
                Stance::PeriodicOnly
            }
        }
    }
}

fn plan(now: Stance, all: u64, observed_days: u32) -> Option<Plan> {
    match now {
        Stance::Irregular => visits_more_often_than(all, observed_days),
        Stance::PeriodicOnly => None,
    }
}

fn reason(terms: &RateTerms, before: Stance, from_maintenance: u64, days: f64) -> Because {
    // The bound of the interval is dear; it is asked for only where everything else speaks for visits.
    let may_be_chance = || {
        let rate = Rate::of(from_maintenance, days, terms.confidence).map(|rate| rate.per(DAYS_PER_YEAR));
        rate.is_none_or(|rate| rate.low <= terms.periodic_per_year)
    };
    // Counts are compared, not quotients, so that an equal rate is never "above" by a rounding.
    let exceeds = |per_year: f64| from_maintenance as f64 * DAYS_PER_YEAR > per_year * days;
    let above = exceeds(terms.periodic_per_year);
    match before {
        Stance::Irregular if above => Because::Above,
        Stance::Irregular if exceeds(terms.periodic_per_year * terms.withdraw_at) => Because::NotYetLow,
        Stance::Irregular => Because::FellBack,
        Stance::PeriodicOnly if !above => Because::NotAbove,
        Stance::PeriodicOnly if from_maintenance < terms.faults_min => Because::TooFewFaults,
        Stance::PeriodicOnly => match terms.begin_when {
            BeginWhen::Certain if may_be_chance() => Because::MayBeChance,
            BeginWhen::Certain | BeginWhen::Observed => Because::Above,
        },
    }
}

/// The longest interval in whole days whose visits are strictly more frequent than the faults.
///
/// In whole numbers, so that "strictly" holds: `days × faults < window`. None without a fault.
pub fn visits_more_often_than(faults: u64, observed_days: u32) -> Option<Plan> {
    if faults == 0 || observed_days == 0 {
        return None;
    }
    let days = (u64::from(observed_days) - 1) / faults;
    Some(if days == 0 { Plan::PostOnSite } else { Plan::Every { days: days as u32 } })
}

impl Decision {
    /// The reasoning in the order in which a planner reads it: what was seen, what it means, what to do, and
    /// whether visits are the right medicine.
    pub fn sentences(&self) -> Vec<Sentence> {
        let seen = Sentence {
            code: "rate-seen",
            args: vec![
                ("faults", self.maintenance.events as f64),
                ("all", self.all.events as f64),
                ("days", f64::from(self.observed_days)),
                ("rate", self.maintenance.rate),
                ("low", self.maintenance.low),
                ("high", self.maintenance.high),
                ("confidence", self.maintenance.confidence),
            ],
        };
        let because = Sentence {
            code: self.because.code(),
            args: vec![
                ("rate", self.maintenance.rate),
                ("periodic", self.periodic_per_year),
                ("withdraw", self.withdraw_at_per_year),
            ],
        };
        let plan = self.plan.map(|plan| match plan {
            Plan::Every { days } => Sentence {
                code: "rate-plan-every",
                args: vec![
                    ("days", f64::from(days)),
                    ("between", f64::from(self.observed_days) / self.all.events as f64),
                ],
            },
            Plan::PostOnSite => Sentence { code: "rate-plan-post", args: vec![("rate", self.all.rate)] },
        });
        let trend = Sentence {
            code: match self.trend.reading {
                Reading::TooFew => "rate-trend-too-few",
                Reading::Wear => "rate-trend-wear",
                Reading::EarlyLife => "rate-trend-early-life",
                Reading::Random => "rate-trend-random",
            },
            args: [
                ("beta", self.trend.power_law.map(|p| p.beta)),
                ("u", self.trend.laplace_u),
                ("p", self.trend.p_value),
            ]
            .into_iter()
            .filter_map(|(name, value)| value.map(|v| (name, v)))
            .collect(),
        };
        [Some(seen), Some(because), plan, Some(trend)].into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn spread(count: usize, days: u32) -> Vec<f64> {
        (1..=count).map(|k| f64::from(days) * k as f64 / (count + 1) as f64).collect()
    }

    fn decide_counts(terms: &RateTerms, before: Stance, maintenance: usize, all: usize) -> Decision {
        let observed = Observed {
            observed_days: 365,
            all: spread(all, 365),
            from_maintenance: spread(maintenance, 365),
        };
        decide(terms, before, &observed).unwrap()
    }

    #[test]
    fn irregular_visits_begin_above_and_end_well_below() {
        use Stance::*;
        let terms = RateTerms::default();
        for (before, maintenance, all, now, because, plan) in [
            (PeriodicOnly, 0, 9, PeriodicOnly, Because::NotAbove, None),
            (PeriodicOnly, 5, 9, Irregular, Because::Above, Some(Plan::Every { days: 40 })),
            (PeriodicOnly, 4, 9, PeriodicOnly, Because::NotAbove, None),
            (Irregular, 5, 8, Irregular, Because::Above, Some(Plan::Every { days: 45 })),
            (Irregular, 4, 8, Irregular, Because::NotYetLow, Some(Plan::Every { days: 45 })),
            (Irregular, 3, 8, PeriodicOnly, Because::FellBack, None),
            (Irregular, 0, 0, PeriodicOnly, Because::FellBack, None),
        ] {
            let got = decide_counts(&terms, before, maintenance, all);
            assert_eq!(
                (got.now, got.because, got.plan),
                (now, because, plan),
                "{before:?} {maintenance}/{all}"
            );
        }
    }

    #[test]
    fn a_contract_may_ask_that_chance_is_excluded() {
        let terms = RateTerms { begin_when: BeginWhen::Certain, ..RateTerms::default() };
        for (maintenance, because) in [(5, Because::MayBeChance), (9, Because::Above), (10, Because::Above)] {
            let got = decide_counts(&terms, Stance::PeriodicOnly, maintenance, maintenance);
            assert_eq!(got.because, because, "{maintenance}: {:?}", got.maintenance);
        }
    }

    #[test]
    fn one_fault_at_a_young_site_is_not_a_rate() {
        let observed = Observed { observed_days: 30, all: vec![3.0], from_maintenance: vec![3.0] };
        let got = decide(&RateTerms::default(), Stance::PeriodicOnly, &observed).unwrap();
        assert!(got.maintenance.rate > 12.0);
        assert_eq!(got.because, Because::TooFewFaults);
    }

    #[test]
    fn visits_are_strictly_more_frequent_than_faults() {
        for (faults, days, want) in [
            (0, 365, None),
            (1, 365, Some(Plan::Every { days: 364 })),
            (5, 365, Some(Plan::Every { days: 72 })),
            (7, 365, Some(Plan::Every { days: 52 })),
            (364, 365, Some(Plan::Every { days: 1 })),
            (365, 365, Some(Plan::PostOnSite)),
        ] {
            assert_eq!(visits_more_often_than(faults, days), want, "{faults} in {days}");
        }
    }

    #[test]
    fn the_reasoning_is_told_in_order() {
        let got = decide_counts(&RateTerms::default(), Stance::PeriodicOnly, 6, 12);
        let codes: Vec<_> = got.sentences().iter().map(|s| s.code).collect();
        assert_eq!(codes, ["rate-seen", "rate-above", "rate-plan-every", "rate-trend-random"]);
    }

    proptest! {
        #[test]
        fn the_plan_is_the_longest_that_is_strictly_shorter(faults in 1_u64..2_000, days in 1_u32..2_000) {
            match visits_more_often_than(faults, days).unwrap() {
                Plan::Every { days: d } => {
                    prop_assert!(u64::from(d) * faults < u64::from(days));
                    prop_assert!((u64::from(d) + 1) * faults >= u64::from(days));
                }
                Plan::PostOnSite => prop_assert!(faults >= u64::from(days)),
            }
        }

        /// What is decided by the counts is what is decided with all figures.
        #[test]
        fn the_short_way_is_the_long_way(
            maintenance in 0_usize..30,
            others in 0_usize..30,
            is_in_force in any::<bool>(),
            is_certain in any::<bool>(),
        ) {
            let begin_when = if is_certain { BeginWhen::Certain } else { BeginWhen::Observed };
            let terms = RateTerms { begin_when, ..RateTerms::default() };
            let before = if is_in_force { Stance::Irregular } else { Stance::PeriodicOnly };
            let long = decide_counts(&terms, before, maintenance, maintenance + others);
            let all = (maintenance + others) as u64;
            let short = decide_by_counts(&terms, before, maintenance as u64, all, 365);
            prop_assert_eq!(short, (long.now, long.plan));
        }

        /// A rate that wanders between the two thresholds never changes the stance.
        #[test]
        fn between_the_thresholds_nothing_flickers(start in 0_usize..9) {
            let terms = RateTerms::default();
            let first = decide_counts(&terms, Stance::PeriodicOnly, start, 9).now;
            let mut stance = first;
            for _ in 0..4 {
                stance = decide_counts(&terms, stance, 4, 9).now;
            }
            prop_assert_eq!(stance, first);
        }
    }
}
