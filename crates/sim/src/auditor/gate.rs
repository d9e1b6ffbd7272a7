//! The auditor's gate: at each passage it asks what had been done by then. From `docs/promises/gate.md`.

use std::collections::BTreeSet;

use promise::Fact;
use toml::Value;

use super::paper::{Clause, Unaudited, texts};
use super::{Desk, Is, Minute, Verdict, minute, moment, named, words};

/// Judges one gate from all facts of a subject, in order.
pub fn judge(desk: &Desk<'_>, promise: &Clause, facts: &[&Fact]) -> Result<Vec<Verdict>, Unaudited> {
    let needs = promise.tables("need");
    let mut verdicts: Vec<Verdict> = Vec::new();
    let mut deviation = false;
    // For each need: how often it was done, what was seen or is open, and until when it is permitted.
    let mut done = vec![0_u32; needs.len()];
    let mut items: Vec<BTreeSet<String>> = vec![BTreeSet::new(); needs.len()];
    let mut granted: Vec<Option<Option<Minute>>> = vec![None; needs.len()];
    let mut known = desk.defaults();
    for fact in facts {
        desk.learn(&mut known, fact);
        if !super::paper::passes(&promise.scope, &known) {
            continue;
        }
        let at = minute(fact.at)?;
        if promise.hears("pass", fact) {
            let is_open = needs.iter().enumerate().all(|(number, need)| {
                let all = |names: Vec<String>, has: &dyn Fn(&String) -> bool| names.iter().all(has);
                if need.contains_key("done") {
                    let times = need.get("times").and_then(Value::as_integer).unwrap_or(1);
                    i64::from(done[number]) >= times
                } else if need.contains_key("each") {
                    all(texts(need.get("each")), &|part| items[number].contains(part))
                } else if need.contains_key("opened") {
                    items[number].is_empty()
                } else if need.contains_key("granted") {
                    granted[number].is_some_and(|until| until.is_none_or(|until| at < until))
                } else {
                    all(texts(need.get("brings")), &|field| named(fact, field).is_some())
                }
            });
            let is = match (is_open, deviation) {
                (true, _) => Is::Met,
                (false, true) => Is::Waived,
                (false, false) => Is::Breached,
            };
            // A deviation lets the gate be passed once, and is kept while it was not needed.
            deviation &= is_open;
            let cycle = verdicts.len() as u32 + 1;
            let promise = promise.id.clone();
            verdicts.push(Verdict { promise, cycle, started: Some(at), due: None, is, ended: Some(at) });
        }
        if promise.hears("deviation", fact) {
            let says = |field: &str| !words(fact, field).trim().is_empty();
            deviation |= !fact.by.trim().is_empty() && says("reason") && says("accepted_by");
        }
        for (number, need) in needs.iter().enumerate() {
            let item = need.get("item").and_then(Value::as_str).unwrap_or("item");
            let item = || named(fact, item).unwrap_or_default();
            if promise.hears(&format!("need {number} true"), fact) {
                done[number] += 1;
                items[number].insert(item());
                granted[number] = Some(moment(fact, "until")?);
            }
            if promise.hears(&format!("need {number} false"), fact) {
                done[number] = done[number].saturating_sub(1);
                items[number].remove(&item());
                granted[number] = None;
            }
        }
    }
    Ok(verdicts)
}
