//! What follows where many cases of a promise fall short: credits, scored deductions, rights.

use promise::measure::{Band, Bound, Consequence, ForEach, Measure, Value};

use super::kinds::hundredths_of_a_percent;
use super::{Speech, span};
use crate::commitments::words;

/// The sentences of every measure that looks at the promise.
pub(super) fn follows(speech: &Speech<'_>) -> Vec<String> {
    let of_promise = speech.terms.measures().iter().filter(|m| m.of.contains(&speech.promise.id));
    of_promise.flat_map(|measure| speech.measure(measure)).collect()
}

impl Speech<'_> {
    fn measure(&self, measure: &Measure) -> Vec<String> {
        let value = self.l.t(match measure.value {
            Value::ShareMet => "plain-measure-share-met",
            Value::AverageTime => "plain-measure-average-time",
            Value::Breaches => "plain-measure-breaches",
            Value::TimeOver => "plain-measure-time-over",
            Value::Availability => "plain-measure-availability",
            Value::Cases => "plain-measure-cases",
            Value::LongestTime => "plain-measure-longest-time",
        });
        let of: Vec<String> = measure
            .of
            .iter()
            .map(|id| {
                let promise = self.terms.promise(id.as_str());
                let title = promise.and_then(|promise| words(self.l, &promise.title));
                title.unwrap_or(id.as_str()).to_owned()
            })
            .collect();
        let each = self.window(measure.window);
        let mut first =
            self.ta("plain-measure", &[("each", &each), ("of", &self.listed(&of)), ("value", &value)]);
        if let Some(target) = measure.target {
            let bound = self.bound(measure.value, target);
            first.push_str(&self.ta("plain-measure-target", &[("bound", &bound)]));
        }
        let mut said = vec![first];
        said.extend(measure.bands.iter().map(|band| self.band(measure.value, band)));
        if !measure.cap.is_nothing() {
            said.push(self.ta("plain-cap", &[("then", &self.consequence(&measure.cap))]));
        }
        said
    }

    fn band(&self, value: Value, band: &Band) -> String {
        let bounds: Vec<String> = band.bounds.iter().map(|bound| self.bound(value, *bound)).collect();
        let bounds = bounds.join(&self.between("plain-and"));
        let (key, each) = match band.for_each {
            ForEach::Once => ("plain-band", String::new()),
            ForEach::Breach => ("plain-band-each-breach", String::new()),
            ForEach::Over(seconds) => {
                ("plain-band-each-over", span(self.l, seconds.saturating_mul(1_000_000)))
            }
            ForEach::Below(step) => ("plain-band-each-below", self.amount(value, step)),
        };
        self.ta(key, &[("bounds", &bounds), ("each", &each), ("then", &self.consequence(&band.then))])
    }

    fn bound(&self, value: Value, bound: Bound) -> String {
        let (key, end) = match bound {
            Bound::AtLeast(end) => ("plain-bound-at-least", end),
            Bound::AtMost(end) => ("plain-bound-at-most", end),
            Bound::Above(end) => ("plain-bound-above", end),
            Bound::Below(end) => ("plain-bound-below", end),
        };
        self.ta(key, &[("n", &self.amount(value, end))])
    }

    /// A figure of a measure with its unit.
    fn amount(&self, value: Value, amount: f64) -> String {
        match value {
            Value::ShareMet | Value::Availability => format!("{amount}%"),
            Value::Breaches | Value::Cases => amount.to_string(),
            Value::AverageTime | Value::TimeOver | Value::LongestTime if amount == 0.0 => "0".to_owned(),
            Value::AverageTime | Value::TimeOver | Value::LongestTime => span(self.l, (amount * 1e6) as i64),
        }
    }

    fn consequence(&self, then: &Consequence) -> String {
        let mut said = Vec::new();
        if let Some(points) = then.credit_points {
            said.push(self.ta("plain-credit-share", &[("share", &hundredths_of_a_percent(points))]));
        }
        if let Some(money) = then.credit {
            said.push(self.ta("plain-credit", &[("amount", &money.to_string())]));
        }
        if let Some(points) = then.score_points {
            let points = hundredths_of_a_percent(points);
            said.push(self.ta("plain-score", &[("points", points.trim_end_matches('%'))]));
        }
        said.extend(then.right.as_deref().map(str::to_owned));
        self.listed(&said)
    }
}
