//! Reads the measures of a commitment file.

use std::sync::Arc;

use super::{Band, Bound, Consequence, ForEach, Measure, Value};
use crate::calendar;
use crate::coverage::Price;
use crate::figure;
use crate::obligation::PromiseId;
use crate::quota::promise::{read_each, whole};
use crate::reader::{Item, Table};
use crate::terms::{Clause, Promise};

/// The keys of a measure.
pub(crate) const KEYS: [&str; 11] =
    ["id", "clause", "title", "of", "entries", "each", "value", "target", "least_cases", "band", "cap"];
const BOUND_KEYS: [&str; 4] = ["at_least", "at_most", "above", "below"];
const CONSEQUENCE_KEYS: [&str; 3] = ["credit", "score", "right"];
pub(crate) const VALUES: [(&str, Value); 7] = [
    ("cases", Value::Cases),
    ("longest time", Value::LongestTime),
    ("share met", Value::ShareMet),
    ("average time", Value::AverageTime),
    ("breaches", Value::Breaches),
    ("time over", Value::TimeOver),
    ("availability", Value::Availability),
];

/// Reads `[[measure]]`.
pub(crate) fn read_all(file: &Table<'_, '_>, clauses: &[Clause], promises: &[Promise]) -> Vec<Measure> {
    let mut measures: Vec<Measure> = Vec::new();
    for table in file.tables("measure") {
        let Some(measure) = read(&table, clauses, promises) else { continue };
        if measures.iter().any(|other| other.id == measure.id) {
            table.wrong("twice", format!("the measure `{}` stands twice in the file", measure.id), vec![]);
        }
        measures.push(measure);
    }
    measures
}

fn read(table: &Table<'_, '_>, clauses: &[Clause], promises: &[Promise]) -> Option<Measure> {
    let id = table.need_text("id");
    let mut table = table.clone().only(&KEYS);
    if let Some(id) = &id {
        table.path = format!("measure.{id}");
    }
    let clause = table.need("clause").and_then(|item| Some((item.text()?, item)));
    if let Some((clause, item)) = &clause
        && !clauses.iter().any(|known| *known.id == **clause)
    {
        item.unknown("clause", clause, clauses.iter().map(|clause| &*clause.id));
    }
    let mut of = Vec::new();
    for (promise, item) in table.need("of").map(|item| item.texts()).unwrap_or_default() {
        if !promises.iter().any(|known| known.id.as_str() == promise) {
            item.unknown("promise", &promise, promises.iter().map(|promise| promise.id.as_str()));
        }
        of.push(PromiseId::new(&promise));
    }
    let window = table.need("each").and_then(|item| read_each(&item));
    let value = table.need("value").and_then(|item| {
        let text = item.text()?;
        let found = VALUES.iter().find(|(words, _)| *words == text).map(|(_, value)| *value);
        if found.is_none() {
            item.unknown("value", &text, VALUES.map(|(words, _)| words));
        }
        found
    });
    let (id, (clause, _), window, value) = (id?, clause?, window?, value?);
    let target = table.get("target").and_then(|item| item.table()).and_then(|target| {
        let target = target.only(&BOUND_KEYS);
        read_bounds(&target, value).first().copied()
    });
    let bands = table.tables("band").iter().map(|band| read_band(band, value)).collect();
    let entries = table.get("entries").map(|item| item.texts()).unwrap_or_default();
    Some(Measure {
        id: Arc::from(id),
        clause: Arc::from(clause),
        title: table.get("title").map(|item| calendar::languages(&item)).unwrap_or_default(),
        of,
        entries: entries.into_iter().map(|(entry, _)| Arc::from(entry)).collect(),
        window,
        value,
        target,
        least_cases: table.get("least_cases").and_then(|item| whole(&item)).unwrap_or(0),
        bands,
        cap: match table.get("cap").and_then(|item| item.table()) {
            Some(cap) => read_consequence(&cap.only(&CONSEQUENCE_KEYS)),
            None => Consequence::default(),
        },
        line: table.source.line_of(&table.span),
    })
}

fn read_bounds(table: &Table<'_, '_>, value: Value) -> Vec<Bound> {
    let bound = |key: &str| table.get(key).and_then(|item| read_end(&item, value));
    let bounds: Vec<Bound> = [
        bound("at_least").map(Bound::AtLeast),
        bound("at_most").map(Bound::AtMost),
        bound("above").map(Bound::Above),
        bound("below").map(Bound::Below),
    ]
    .into_iter()
    .flatten()
    .collect();
    if bounds.is_empty() {
        let expected = BOUND_KEYS.map(|key| format!("`{key}`")).to_vec();
        table.wrong("missing-key", "no bound is given".to_owned(), expected);
    }
    bounds
}

/// A time as `20 min` where the value is one, else a number.
fn read_end(item: &Item<'_, '_>, value: Value) -> Option<f64> {
    match value {
        Value::AverageTime | Value::LongestTime | Value::TimeOver => {
            match item.as_text().map(figure::duration) {
                Some(Ok(micros)) => Some(micros as f64 / 1e6),
                Some(Err(_)) | None => {
                    item.wrong("figure", "is not a time".to_owned(), vec!["a time as `20 min`".to_owned()]);
                    None
                }
            }
        }
        Value::ShareMet | Value::Availability | Value::Breaches | Value::Cases => item.number(),
    }
}

fn read_band(table: &Table<'_, '_>, value: Value) -> Band {
    let keys: Vec<&str> =
        BOUND_KEYS.into_iter().chain(CONSEQUENCE_KEYS).chain(["for_each", "in_a_row"]).collect();
    let table = table.clone().only(&keys);
    let for_each = match table.get("for_each").and_then(|item| Some((item.text()?, item))) {
        Some((text, item)) => read_for_each(&text).unwrap_or_else(|| {
            item.unknown("for_each", &text, ["breach", "hour over", "day over", "30 min over", "0.1 below"]);
            ForEach::Once
        }),
        None => ForEach::Once,
    };
    let in_a_row = table.get("in_a_row").and_then(|item| whole(&item)).unwrap_or(1);
    let then = read_consequence(&table);
    if then == Consequence::default() {
        let expected = CONSEQUENCE_KEYS.map(|key| format!("`{key}`")).to_vec();
        table.wrong("missing-key", "the band does not say what follows".to_owned(), expected);
    }
    Band { bounds: read_bounds(&table, value), then, for_each, in_a_row }
}

/// Reads `breach`, `hour over`, `day over`, `30 min over`, `0.1 below`.
fn read_for_each(text: &str) -> Option<ForEach> {
    if text == "breach" {
        return Some(ForEach::Breach);
    }
    if let Some(each) = text.strip_suffix(" below") {
        return each.trim().parse().ok().filter(|each: &f64| *each > 0.0).map(ForEach::Below);
    }
    let seconds = match text.strip_suffix(" over")?.trim() {
        "hour" => 3_600,
        "day" => 86_400,
        length => figure::duration(length).ok()? / 1_000_000,
    };
    (seconds > 0).then_some(ForEach::Over(seconds))
}

fn read_consequence(table: &Table<'_, '_>) -> Consequence {
    let mut then = Consequence::default();
    if let Some(item) = table.get("credit")
        && let Some(text) = item.text()
    {
        match (text.strip_suffix('%'), crate::coverage::promise::price(&text)) {
            (Some(percent), _) => then.credit_points = hundredths(percent.trim()),
            (None, Some(Price::Fixed(money))) => then.credit = Some(money),
            (None, _) => {}
        }
        if then.credit_points.is_none() && then.credit.is_none() {
            let expected = vec!["a share of the fee as `5%`".to_owned(), "a sum as `CNY 500.00`".to_owned()];
            item.wrong("credit", format!("`{text}` is not a credit"), expected);
        }
    }
    if let Some(item) = table.get("score")
        && let Some(number) = item.number()
    {
        then.score_points = Some((number * 100.0).round() as i64);
    }
    then.right = table.get("right").and_then(|item| item.text()).map(Arc::from);
    then
}

fn hundredths(percent: &str) -> Option<i64> {
    let number: f64 = percent.parse().ok()?;
    (0.0..=100.0).contains(&number).then(|| (number * 100.0).round() as i64)
}
