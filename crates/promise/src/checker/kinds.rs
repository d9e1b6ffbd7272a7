//! What a careful reader asks about the promises that are not clocks.

use std::sync::Arc;

use super::Found;
use crate::coverage::{Entry, Fits, Phase, Price};
use crate::quota::Window;
use crate::terms::{Promise, Rule};

/// Words by which a clause names the length of a window.
const MONTH: [&str; 2] = ["月", "month"];
const QUARTER: [&str; 3] = ["季", "quarter", "three months"];
const HALF_YEAR: [&str; 3] = ["半年", "half-year", "six months"];
const YEAR: [&str; 3] = ["年", "year", "annual"];
const WEEK: [&str; 3] = ["周", "星期", "week"];

impl Found<'_> {
    /// Everything about one promise that is not a clock.
    pub(super) fn of_kind(&mut self, promise: &Promise) {
        match &promise.rule {
            Rule::Quota(rule) => self.window_not_in_text(promise, rule),
            Rule::Rate(rule) => self.rate_beside_quota(promise, rule),
            Rule::Coverage(rule) => self.prices_that_contradict(promise, &rule.entry),
            Rule::Gate(_) | Rule::Roster(_) | Rule::Stock(_) | Rule::Clock(_) => {}
        }
    }

    /// A window of a length that the clause does not name.
    fn window_not_in_text(&mut self, promise: &Promise, rule: &crate::quota::promise::Rule) {
        let Some(clause) = self.terms.clause(&promise.clause) else { return };
        let words: &[&str] = match rule.quota.window {
            Window::Week => &WEEK,
            Window::Month => &MONTH,
            Window::Quarter => &QUARTER,
            Window::HalfYear => &HALF_YEAR,
            Window::MonthsFromStart(6) => &["半年", "个月", "個月", "half-year", "half year", "month"],
            Window::Year | Window::MonthsFromStart(12) => &YEAR,
            Window::MonthsFromStart(_) | Window::OnceWithinMonths(_) => &MONTH,
            Window::DaysFromStart(_) => &["天", "日", "周", "day", "week"],
            Window::OnceWithinDays(0) | Window::WholeTerm => return,
            Window::Yearly(_) => &["季", "期", "月", "season", "month", "between"],
            Window::OnceWithinDays(_) => &["天", "日", "周", "day", "week"],
        };
        let named = clause.text.values().any(|text| {
            let text = text.to_lowercase();
            words.iter().any(|word| text.contains(word))
        });
        if !named {
            let written = &rule.written;
            self.add(
                "figure-not-in-text",
                promise,
                promise.line,
                format!("条款原文没有“{written}”的期间"),
                format!("the text does not name the window of \"{written}\""),
            );
        }
    }

    /// A rate compared with another number of visits than the quota of the same clause promises.
    fn rate_beside_quota(&mut self, promise: &Promise, rule: &crate::rate::promise::Rule) {
        let quota = self.terms.promises.iter().find_map(|other| match &other.rule {
            Rule::Quota(quota) if other.clause == promise.clause => Some((other.id.clone(), quota.clone())),
            _ => None,
        });
        let Some((id, quota)) = quota else { return };
        let windows_a_year = match quota.quota.window {
            Window::Week => 52,
            Window::Month | Window::MonthsFromStart(1) => 12,
            Window::Quarter | Window::MonthsFromStart(3) => 4,
            Window::HalfYear | Window::MonthsFromStart(6) => 2,
            Window::Year | Window::MonthsFromStart(12) => 1,
            Window::MonthsFromStart(_)
            | Window::DaysFromStart(_)
            | Window::OnceWithinMonths(_)
            | Window::OnceWithinDays(_)
            | Window::Yearly(_)
            | Window::WholeTerm => return,
        };
        let promised = f64::from(quota.quota.at_least.unwrap_or(0) * windows_a_year);
        let compared = rule.terms.periodic_per_year;
        if promised > 0.0 && promised != compared {
            self.add(
                "contradiction",
                promise,
                promise.line,
                format!("与承诺 `{id}` 每年 {promised} 次不符:此处按每年 {compared} 次比较"),
                format!("`{id}` promises {promised} visits a year, this compares with {compared}"),
            );
        }
    }

    /// Another promise that can decide the same line just as closely and says another price.
    fn prices_that_contradict(&mut self, promise: &Promise, entry: &Entry) {
        let others: Vec<(Arc<str>, Entry)> = self
            .terms
            .promises
            .iter()
            .filter(|other| {
                other.line < promise.line || entry.before.iter().any(|id| *id == *other.id.as_str())
            })
            .filter_map(|other| match &other.rule {
                Rule::Coverage(rule) if rule.entry.id != entry.id => {
                    Some((other.clause.clone(), rule.entry.clone()))
                }
                _ => None,
            })
            .collect();
        for (clause, other) in others {
            // The one that comes before the other by agreement carries the finding, and the reading with it.
            if other.before.contains(&entry.id)
                || other.specificity() != entry.specificity()
                || !meet(entry, &other)
            {
                continue;
            }
            for (line, a, b) in lines(&other, entry) {
                let (a_words, b_words) =
                    (crate::coverage::promise::words(a), crate::coverage::promise::words(b));
                let id = &other.id;
                self.add(
                    "contradiction",
                    promise,
                    promise.line,
                    format!("{line}:`{id}`({clause})为 {a_words},此处为 {b_words}"),
                    format!("{line}: `{id}` ({clause}) says {a_words}, this says {b_words}"),
                );
            }
        }
    }
}

/// The lines that both entries price, and price differently.
fn lines(one: &Entry, other: &Entry) -> Vec<(&'static str, Price, Price)> {
    [
        ("labour", one.labour, other.labour),
        ("parts", one.parts, other.parts),
        ("travel", one.travel, other.travel),
    ]
    .into_iter()
    .filter_map(|(line, a, b)| Some((line, a?, b?)))
    .filter(|(_, a, b)| a != b)
    .collect()
}

/// Whether some work could fit both entries.
fn meet(one: &Entry, other: &Entry) -> bool {
    let phases = one.periods.iter().all(|(name, phases)| {
        let shared = |theirs: &Vec<Phase>| phases.iter().any(|phase| theirs.contains(phase));
        other.periods.get(name).is_none_or(shared)
    });
    let values = one.when.iter().all(|(name, fits)| match (fits, other.when.get(name)) {
        (_, None) => true,
        (Fits::OneOf(a), Some(Fits::OneOf(b))) => a.iter().any(|value| b.contains(value)),
        (Fits::Band { over: a, to: b }, Some(Fits::Band { over: c, to: d })) => {
            let begins_before_end = |over: &Option<i64>, to: &Option<i64>| match (over, to) {
                (Some(over), Some(to)) => over < to,
                (None, _) | (_, None) => true,
            };
            begins_before_end(a, d) && begins_before_end(c, b)
        }
        (Fits::Band { .. }, Some(Fits::OneOf(values))) | (Fits::OneOf(values), Some(Fits::Band { .. })) => {
            let band = if matches!(fits, Fits::Band { .. }) { fits } else { &other.when[name] };
            values.iter().any(|value| band.fits(value))
        }
    });
    phases && values
}
