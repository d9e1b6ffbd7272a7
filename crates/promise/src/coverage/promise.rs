//! Coverage as a promise: the keys of the file, and how what was charged is judged (C3.1–C3.5, C5.2–C5.7).
//!
//! `[coverage]` says once which facts begin, lengthen and hand over the periods of an asset. Each promise of the
//! kind is one entry: when it fits, and who pays what. A fact that says what was charged is judged by the entry
//! that decides; the verdict is an obligation of that entry's promise.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    CoverageTerms, DayCount, Entry, Fits, Ledger, Manufacturer, Money, Outage, Period, Phase, Price,
    Question, Verdict,
};
use crate::calendar::Calendar;
use crate::condition::{Condition, read_conditions};
use crate::fact::Scalar;
use crate::kinds::{self, Fold};
use crate::obligation::{Obligation, PromiseId, State};
use crate::quota::promise::{Unit, length, whole};
use crate::reader::{Item, Table};
use crate::terms::Role;

/// The keys of a coverage promise, beside those that every promise has.
pub(crate) const KEYS: [&str; 6] = ["periods", "when", "labour", "parts", "travel", "before"];
/// The keys of `[coverage]`.
pub(crate) const SHARED_KEYS: [&str; 8] =
    ["subject", "calendar", "out", "back", "replaces", "manufacturer", "charged", "period"];
const OUT: u8 = 0;
const BACK: u8 = 1;
const REPLACES: u8 = 2;
const MANUFACTURER: u8 = 3;
const CHARGED: u8 = 4;
/// Each period has the role of the facts that begin it, from here on.
const PERIODS: u8 = 5;
const PERIODS_MAX: usize = 50;

/// What `[coverage]` says for all coverage promises.
#[derive(Clone, Debug)]
pub struct Shared {
    pub periods: Vec<Period>,
    pub(crate) conditions: Vec<(Role, Condition)>,
    pub(crate) subject: Arc<str>,
    pub calendar: Arc<Calendar>,
}

impl Shared {
    /// Whether a fact of this name begins the period.
    pub(crate) fn begins(&self, period: &str, fact: &str) -> bool {
        let Some(place) = self.periods.iter().position(|known| known.name == period) else { return false };
        let role = Role::Own(PERIODS + place as u8);
        self.conditions.iter().any(|(own, condition)| *own == role && &*condition.on == fact)
    }
}

/// A coverage promise as a file states it.
#[derive(Clone, Debug)]
pub struct Rule {
    pub entry: Entry,
    pub calendar: Arc<Calendar>,
}

/// Reads `[coverage]`.
pub(crate) fn read_shared(table: &Table<'_, '_>, calendar: Arc<Calendar>) -> Shared {
    let mut conditions = Vec::new();
    let mut add = |role: u8, item: Option<Item<'_, '_>>| {
        let found = item.map(|item| read_conditions(&item)).unwrap_or_default();
        conditions.extend(found.into_iter().map(|condition| (Role::Own(role), condition)));
    };
    for (role, key) in [
        (OUT, "out"),
        (BACK, "back"),
        (REPLACES, "replaces"),
        (MANUFACTURER, "manufacturer"),
        (CHARGED, "charged"),
    ] {
        add(role, table.get(key));
    }
    let mut periods = Vec::new();
    let named = table.get("period").and_then(|item| item.table());
    for (name, _, item) in named.map(|table| table.items()).unwrap_or_default().into_iter().take(PERIODS_MAX)
    {
        let Some(table) = item.table() else { continue };
        let table = table.only(&["from", "lasts", "or_manufacturer", "out_of_service"]);
        add(PERIODS + periods.len() as u8, table.need("from"));
        let Some(months) = table.need("lasts").and_then(|item| read_months(&item)) else { continue };
        periods.push(Period {
            from: name.clone(),
            name,
            months,
            or_manufacturer: table.get("or_manufacturer").and_then(|item| item.flag()).unwrap_or(false),
            extends: table.get("out_of_service").and_then(|item| read_day_count(&item)),
        });
    }
    let subject = table.get("subject").and_then(|item| item.text()).unwrap_or_else(|| "asset".to_owned());
    Shared { periods, conditions, subject: Arc::from(subject), calendar }
}

fn read_months(item: &Item<'_, '_>) -> Option<u32> {
    match length(&item.text()?) {
        Some((months, Unit::Months)) => Some(months),
        Some((_, Unit::Days)) | None => {
            item.wrong("figure", "is not a number of months or years".to_owned(), vec!["`3 years`".into()]);
            None
        }
    }
}

fn read_day_count(item: &Item<'_, '_>) -> Option<DayCount> {
    let text = item.text()?;
    match text.as_str() {
        "days begun" => Some(DayCount::Begun),
        "days between" => Some(DayCount::Between),
        _ => {
            item.unknown("count of days", &text, ["days begun", "days between"]);
            None
        }
    }
}

/// Reads the keys of a coverage promise.
pub(crate) fn read(table: &Table<'_, '_>, id: &str, clause: &str, shared: &Shared) -> Option<Rule> {
    let price = |key: &str| table.get(key).and_then(|item| read_price(&item));
    let mut entry = Entry {
        id: id.to_owned(),
        clause: clause.to_owned(),
        labour: price("labour"),
        parts: price("parts"),
        travel: price("travel"),
        ..Entry::default()
    };
    if ["labour", "parts", "travel"].iter().all(|key| table.get(key).is_none()) {
        let expected = vec!["`labour`".into(), "`parts`".into(), "`travel`".into()];
        table.wrong("missing-key", "the promise does not say who pays what".to_owned(), expected);
    }
    entry.before = table
        .get("before")
        .map(|item| item.texts().into_iter().map(|(id, _)| id).collect())
        .unwrap_or_default();
    if let Some(periods) = table.get("periods").and_then(|item| item.table()) {
        let known: Vec<&str> = shared.periods.iter().map(|period| period.name.as_str()).collect();
        for (name, span, item) in periods.items() {
            if !known.contains(&name.as_str()) {
                item.at(span).unknown("period", &name, known.iter().copied());
            }
            let phases = item.texts().iter().filter_map(|(text, item)| read_phase(text, item)).collect();
            entry.periods.insert(name, phases);
        }
    }
    if let Some(when) = table.get("when").and_then(|item| item.table()) {
        for (name, _, item) in when.items() {
            if let Some(fits) = read_fits(&item) {
                entry.when.insert(name, fits);
            }
        }
    }
    Some(Rule { entry, calendar: shared.calendar.clone() })
}

fn read_phase(text: &str, item: &Item<'_, '_>) -> Option<Phase> {
    let phase = match text {
        "before" => Phase::Before,
        "during" => Phase::During,
        "after" => Phase::After,
        _ => {
            item.unknown("phase", text, ["before", "during", "after"]);
            return None;
        }
    };
    Some(phase)
}

fn read_fits(item: &Item<'_, '_>) -> Option<Fits> {
    if !item.is_table() {
        let items = if item.is_array() { item.array() } else { vec![item.clone()] };
        return Some(Fits::OneOf(items.iter().filter_map(|i| Some(i.scalar()?.to_string())).collect()));
    }
    let table = item.table()?.only(&["above", "at_most"]);
    let bound = |key: &str| table.get(key).and_then(|item| whole(&item)).map(i64::from);
    Some(Fits::Band { over: bound("above"), to: bound("at_most") })
}

const PRICES: [(&str, Price); 6] = [
    ("free", Price::Free),
    ("cost", Price::Cost),
    ("preferential", Price::Preferential),
    ("list", Price::List),
    ("manufacturer fee", Price::ManufacturerFee),
    ("by agreement", Price::ByAgreement),
];

/// Reads `free`, `cost`, `list less 15%`, `CNY 50.00`.
pub(crate) fn read_price(item: &Item<'_, '_>) -> Option<Price> {
    let text = item.text()?;
    let price = price(&text);
    if price.is_none() {
        let known = PRICES.iter().map(|(words, _)| *words).chain(["list less 15%", "CNY 50.00"]);
        item.unknown("price", &text, known);
    }
    price
}

pub(crate) fn price(text: &str) -> Option<Price> {
    let text = text.trim();
    if let Some((_, price)) = PRICES.iter().find(|(words, _)| *words == text) {
        return Some(*price);
    }
    if let Some(percent) = text.strip_prefix("list less ").and_then(|rest| rest.trim().strip_suffix('%')) {
        let points = minor(percent.trim(), 2).filter(|points| (0..=10_000).contains(points))?;
        return Some(Price::ListLess(points as u32));
    }
    let (currency, amount) = text.split_once(' ')?;
    let currency: super::Currency = currency.parse().ok()?;
    let minor = minor(amount.trim(), currency.decimals() as usize).filter(|minor| *minor >= 0)?;
    Some(Price::Fixed(Money::new(minor, currency)))
}

/// Reads a decimal number as whole units of its last allowed digit.
fn minor(text: &str, decimals: usize) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !is_digits(whole) || !is_digits(part) || part.len() > decimals {
        return None;
    }
    format!("{whole}{part:0<decimals$}").parse().ok()
}

/// All coverage promises of a commitment as one set of entries.
pub(crate) fn terms_of<'p>(shared: &Shared, rules: impl Iterator<Item = &'p Rule>) -> CoverageTerms {
    CoverageTerms { periods: shared.periods.clone(), entries: rules.map(|rule| rule.entry.clone()).collect() }
}

/// What coverage keeps of an asset between facts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// The first day of each period that has begun.
    begun: BTreeMap<String, Date>,
    manufacturer: Option<Manufacturer>,
    outages: Vec<Outage>,
    /// Since when, why and by which fact the unit is out of service.
    out: Option<(Date, String, u64)>,
    /// Periods that the unit took over: their first and last day, and from which unit.
    inherited: BTreeMap<String, (Date, Date, String, Date)>,
    cycles: BTreeMap<PromiseId, u32>,
}

impl Standing {
    /// The day since which the unit is out of service.
    pub fn out_since(&self) -> Option<Date> {
        self.out.as_ref().map(|(on, _, _)| *on)
    }

    /// The question that is answered for work of this day and these attributes.
    pub fn question(&self, on: Date, attributes: BTreeMap<String, String>) -> Question {
        let mut outages = self.outages.clone();
        if let Some((out_on, reason, fact)) = &self.out
            && on >= *out_on
        {
            outages.push(Outage {
                out_on: *out_on,
                back_on: on,
                reason: reason.clone(),
                evidence: Some(*fact),
            });
        }
        let inherited = self.inherited.iter().map(|(name, (started_on, end_on, from, replaced_on))| {
            (name.clone(), Ledger::taken_over(*started_on, *end_on, from, *replaced_on, None))
        });
        Question {
            on,
            milestones: self.begun.clone(),
            manufacturer: self.manufacturer,
            outages,
            inherited: inherited.collect(),
            attributes,
        }
    }
}

pub(crate) fn fold(rule: &Rule, standing: &mut Standing, fold: Fold<'_>, own: u8, all: &mut Vec<Obligation>) {
    let Some(shared) = &fold.terms.coverage else { return };
    let zone = fold.zone(&rule.calendar);
    let on = fold.date("on", &zone);
    match own {
        OUT => {
            let reason = fold.text("reason");
            standing.out.get_or_insert((on, reason, fold.fact.seq));
        }
        BACK => {
            if let Some((out_on, reason, fact)) = standing.out.take() {
                let back_on = on.max(out_on);
                standing.outages.push(Outage { out_on, back_on, reason, evidence: Some(fact) });
            }
        }
        REPLACES => {
            // The unit that leaves hands its periods over; the fact says their first and last day.
            let from = fold.text("replaced");
            let (Some(started_on), Some(end_on)) =
                (fold.named_date("period_from"), fold.named_date("period_to"))
            else {
                return;
            };
            let name = fold.fact.data.text("period").unwrap_or("warranty").to_owned();
            standing.inherited.insert(name, (started_on, end_on, from, on));
        }
        MANUFACTURER => {
            let months = fold.fact.data.get("months").and_then(Scalar::as_f64);
            let until = fold.named_date("until").map(Manufacturer::Until);
            standing.manufacturer = until.or(months.map(|months| Manufacturer::Months(months as u32)));
        }
        CHARGED => judge(standing, fold, on, all),
        _ => {
            if let Some(period) = shared.periods.get(usize::from(own - PERIODS)) {
                standing.begun.entry(period.name.clone()).or_insert(on);
            }
        }
    }
}

/// Judges what was charged: each of labour, parts and travel by the promise that decides it.
fn judge(standing: &mut Standing, fold: Fold<'_>, on: Date, all: &mut Vec<Obligation>) {
    let Some(shared) = &fold.terms.coverage else { return };
    let in_scope = fold
        .terms
        .promises()
        .iter()
        .filter(|promise| promise.scope.passes(&|name| fold.attributes.get(name)));
    let rules = in_scope.filter_map(|promise| match &promise.rule {
        crate::terms::Rule::Coverage(rule) => Some(rule),
        _ => None,
    });
    let terms = terms_of(shared, rules);
    let attributes =
        fold.fact.data.iter().map(|(name, value)| (name.to_owned(), value.to_string())).collect();
    let Ok(answer) = terms.decide(&standing.question(on, attributes)) else { return };
    let mut verdicts: Vec<(&str, Verdict, Price)> = Vec::new();
    for (line, verdict) in [("labour", answer.labour), ("parts", answer.parts), ("travel", answer.travel)] {
        let charged = fold.fact.data.text(line).and_then(price);
        if let (Some(verdict), Some(charged)) = (verdict, charged) {
            verdicts.push((line, verdict, charged));
        }
    }
    for promise in fold.terms.promises() {
        let own: Vec<_> = verdicts.iter().filter(|(_, v, _)| *v.entry == *promise.id.as_str()).collect();
        if own.is_empty() {
            continue;
        }
        let cycle = standing.cycles.entry(promise.id.clone()).or_insert(0);
        *cycle += 1;
        let mut obligation = Fold { promise, ..fold }.obligation(*cycle, fold.fact.at, None);
        let told = |(line, verdict, charged): &&(&str, Verdict, Price)| match verdict.price == *charged {
            true => format!("{line} {}", words(verdict.price)),
            false => format!("{line} {} but charged {}", words(verdict.price), words(*charged)),
        };
        obligation.entry = Some(Arc::from(own.iter().map(told).collect::<Vec<_>>().join(", ")));
        let is_kept =
            own.iter().all(|(_, verdict, charged)| *charged == verdict.price || *charged == Price::Free);
        let at = fold.fact.at;
        let state = if is_kept { State::Met { at } } else { State::Breached { at } };
        kinds::end(&mut obligation, state, fold.fact.seq);
        all.push(obligation);
    }
}

/// A price in the words of the file.
pub fn words(price: Price) -> String {
    if let Some((words, _)) = PRICES.iter().find(|(_, known)| *known == price) {
        return (*words).to_owned();
    }
    match price {
        Price::ListLess(points) if points % 100 == 0 => format!("list less {}%", points / 100),
        Price::ListLess(points) => format!("list less {}.{:02}%", points / 100, points % 100),
        Price::Fixed(money) => money.to_string(),
        Price::Free
        | Price::Cost
        | Price::Preferential
        | Price::List
        | Price::ManufacturerFee
        | Price::ByAgreement => String::new(),
    }
}
