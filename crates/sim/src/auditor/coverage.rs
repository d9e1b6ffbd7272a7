//! The auditor's coverage: for each bill it goes through the days of the asset one by one, and through the entries
//! of the file one by one. From `docs/promises/coverage.md`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::Date;
use promise::{Data, Fact, Scalar};
use toml::{Table, Value};

use super::paper::{Clause, Unaudited, passes, texts};
use super::{Desk, Is, Verdict, minute, words};

/// A time out of service; none: it still is.
type Outage = (Date, Option<Date>);

/// What is known of an asset.
#[derive(Default)]
struct Asset {
    begun: BTreeMap<String, Date>,
    outages: Vec<Outage>,
    months: Option<i64>,
    until: Option<Date>,
    taken_over: BTreeMap<String, (Date, Date)>,
}

/// Judges all coverage promises of a file from all facts of an asset, in order.
pub fn judge(desk: &Desk<'_>, facts: &[&Fact]) -> Result<Vec<Verdict>, Unaudited> {
    let paper = &desk.auditor.paper;
    let Some(shared) = &paper.coverage else { return Ok(Vec::new()) };
    let promises: Vec<&Clause> = paper.promises.iter().filter(|promise| promise.kind == "coverage").collect();
    let mut known = desk.defaults();
    let (mut asset, mut verdicts) = (Asset::default(), Vec::new());
    let mut cycles: BTreeMap<&str, u32> = BTreeMap::new();
    for fact in facts {
        desk.learn(&mut known, fact);
        let at = minute(fact.at)?;
        let clock = desk.clock(&shared.calendar, &known)?;
        let on = date(fact, "on").unwrap_or_else(|| clock.date(at));
        // A bill is judged by what was known before the same fact changes anything.
        for (role, condition) in &shared.roles {
            if !condition.is_met(fact) {
                continue;
            }
            match role.as_str() {
                "out" if asset.outages.iter().all(|(_, back)| back.is_some()) => {
                    asset.outages.push((on, None));
                }
                "back" => {
                    if let Some((out, back)) = asset.outages.iter_mut().find(|(_, back)| back.is_none()) {
                        *back = Some(on.max(*out));
                    }
                }
                "replaces" => {
                    if let (Some(from), Some(to)) = (date(fact, "period_from"), date(fact, "period_to")) {
                        let name = fact.data.text("period").unwrap_or("warranty").to_owned();
                        asset.taken_over.insert(name, (from, to));
                    }
                }
                "manufacturer" => {
                    asset.until = date(fact, "until");
                    let months = fact.data.get("months").and_then(Scalar::as_f64);
                    asset.months = months.filter(|_| asset.until.is_none()).map(|months| months as i64);
                }
                "charged" => {
                    let phases = asset.phases(&shared.periods, on);
                    let own = charged(&promises, &phases, &known, fact);
                    for promise in &promises {
                        let Some(lines) = own.get(promise.id.as_str()) else { continue };
                        let cycle = cycles.entry(&promise.id).or_insert(0);
                        *cycle += 1;
                        let is = if lines.iter().all(|kept| *kept) { Is::Met } else { Is::Breached };
                        let (promise, cycle) = (promise.id.clone(), *cycle);
                        let (started, ended) = (Some(at), Some(at));
                        verdicts.push(Verdict { promise, cycle, started, due: None, is, ended });
                    }
                }
                period => {
                    if let Some(name) = period.strip_prefix("period ") {
                        asset.begun.entry(name.to_owned()).or_insert(on);
                    }
                }
            }
        }
    }
    Ok(verdicts)
}

impl Asset {
    /// Where a day lies in each period.
    fn phases(&self, periods: &Table, on: Date) -> BTreeMap<String, &'static str> {
        let phase = |name: &String, period: &Table| match self.period(name, period, on) {
            Some((_, last)) if on > last => "after",
            Some((first, _)) if on >= first => "during",
            Some(_) | None => "before",
        };
        let tables = periods.iter().filter_map(|(name, period)| Some((name, period.as_table()?)));
        tables.map(|(name, period)| (name.clone(), phase(name, period))).collect()
    }

    /// The first and the last day of a period.
    fn period(&self, name: &str, period: &Table, today: Date) -> Option<(Date, Date)> {
        let months_on = |from: Date, months: i64| from.checked_add(months.months()).ok();
        let by_manufacturer = period.get("or_manufacturer").and_then(Value::as_bool) == Some(true);
        let until = self.until.filter(|_| by_manufacturer);
        let (first, mut last) = match (self.taken_over.get(name), self.begun.get(name)) {
            (Some((first, last)), _) => (*first, (*last).max(until.unwrap_or(*last))),
            (None, Some(first)) => {
                let ours = months_on(*first, months(period.get("lasts")?.as_str()?)?)?;
                let months = self.months.filter(|_| by_manufacturer);
                let theirs = until.or(months.and_then(|months| months_on(*first, months)));
                (*first, ours.max(theirs.unwrap_or(ours)))
            }
            (None, None) => return None,
        };
        let Some(count) = period.get("out_of_service").and_then(Value::as_str) else {
            return Some((first, last));
        };
        let mut outages = self.outages.clone();
        outages.retain(|(out, back)| back.is_some() || *out <= today);
        outages.sort_by_key(|(out, back)| (*out, back.unwrap_or(today)));
        let mut lost: BTreeSet<Date> = BTreeSet::new();
        for (out, back) in outages {
            // What began when it was over moves nothing.
            if out > last {
                continue;
            }
            let mut day = out;
            let back = back.unwrap_or(today);
            while day < back || (day == back && count == "days begun") {
                if lost.insert(day) {
                    last = last.tomorrow().ok()?;
                }
                day = day.tomorrow().ok()?;
            }
        }
        Some((first, last))
    }
}

/// For each promise that decides a line of the bill: whether each of its lines was charged as it says.
fn charged<'p>(
    promises: &[&'p Clause],
    phases: &BTreeMap<String, &'static str>,
    known: &Data,
    fact: &Fact,
) -> BTreeMap<&'p str, Vec<bool>> {
    let empty = Table::new();
    let table = |promise: &'p Clause, key: &str| promise.own.get(key).and_then(Value::as_table);
    let fits = |promise: &&'p Clause| {
        let periods = table(promise, "periods").unwrap_or(&empty);
        let in_phase = |(name, wanted): (&String, &Value)| {
            phases.get(name).is_some_and(|phase| texts(Some(wanted)).iter().any(|wanted| wanted == phase))
        };
        let when = table(promise, "when").unwrap_or(&empty);
        passes(&promise.scope, known)
            && periods.iter().all(in_phase)
            && when.iter().all(|(name, wanted)| fits_one(wanted, fact.data.get(name)))
    };
    let fitting: Vec<&'p Clause> = promises.iter().copied().filter(fits).collect();
    let closeness = |promise: &'p Clause| {
        table(promise, "periods").map_or(0, Table::len) + table(promise, "when").map_or(0, Table::len)
    };
    let mut own: BTreeMap<&str, Vec<bool>> = BTreeMap::new();
    for line in ["labour", "parts", "travel"] {
        let speaking: Vec<&'p Clause> =
            fitting.iter().copied().filter(|promise| promise.text(line).is_some()).collect();
        let Some(most) = speaking.iter().map(|promise| closeness(promise)).max() else { continue };
        let gives_way = |promise: &Clause| {
            speaking.iter().any(|other| texts(other.own.get("before")).contains(&promise.id))
        };
        let closest = || speaking.iter().filter(|promise| closeness(promise) == most);
        let decides = closest().find(|promise| !gives_way(promise)).or_else(|| closest().next());
        let asked = fact.data.text(line).and_then(price);
        if let (Some(promise), Some(asked)) = (decides, asked) {
            let promised = promise.text(line).and_then(price);
            own.entry(&promise.id).or_default().push(Some(&asked) == promised.as_ref() || asked == "free");
        }
    }
    own
}

/// Whether a value fits: one of those named, or a whole number above one bound and up to another.
fn fits_one(wanted: &Value, found: Option<&Scalar>) -> bool {
    let Some(found) = found.map(Scalar::to_string) else { return false };
    let Some(band) = wanted.as_table() else {
        let many = wanted.as_array().cloned().unwrap_or_else(|| vec![wanted.clone()]);
        return many.iter().any(|one| super::scalar(one).to_string() == found);
    };
    let Ok(number) = found.parse::<i64>() else { return false };
    let bound = |key: &str| band.get(key).and_then(Value::as_integer);
    bound("above").is_none_or(|over| number > over) && bound("at_most").is_none_or(|to| number <= to)
}

/// A price in one way of writing; none where it is not one.
fn price(text: &str) -> Option<String> {
    let text = text.trim();
    let plain = ["free", "cost", "preferential", "list", "manufacturer fee", "by agreement"];
    if plain.contains(&text) {
        return Some(text.to_owned());
    }
    if let Some(percent) = text.strip_prefix("list less ").and_then(|rest| rest.strip_suffix('%')) {
        return Some(format!("list less {}", percent.trim().parse::<f64>().ok()?));
    }
    let (currency, sum) = text.split_once(' ')?;
    let is_currency = currency.len() == 3 && currency.bytes().all(|b| b.is_ascii_uppercase());
    is_currency.then_some(format!("{currency} {}", sum.trim().parse::<f64>().ok()?))
}

fn months(text: &str) -> Option<i64> {
    let (number, unit) = text.trim().split_once(' ')?;
    let number: i64 = number.parse().ok()?;
    match unit.trim() {
        "month" | "months" => Some(number),
        "year" | "years" => Some(12 * number),
        _ => None,
    }
}

fn date(fact: &Fact, field: &str) -> Option<Date> {
    words(fact, field).get(..10)?.parse().ok()
}
