//! The auditor's rate: after each fact it counts the faults of the days looked at, once more, and asks whether
//! visits are owed. From `docs/promises/rate.md`.

use jiff::ToSpan;
use promise::Fact;
use toml::Value;

use super::paper::{Clause, Unaudited};
use super::{Desk, Is, Minute, Verdict, minute, moment, names, words};

const ROLES: [&str; 8] = ["start", "end", "fault", "counted", "visit", "review", "renegotiate", "waive"];

/// A visit that is or was owed.
struct Visit {
    started: Minute,
    due: Option<Minute>,
    is: Is,
    ended: Option<Minute>,
    /// The days between visits by which it was planned last; none: somebody is posted on site.
    every: Option<i64>,
    is_agreed: bool,
}

/// Judges one rate from all facts of a subject, in order.
pub fn judge(desk: &Desk<'_>, promise: &Clause, facts: &[&Fact]) -> Result<Vec<Verdict>, Unaudited> {
    let number = |key: &str, usual: f64| {
        let value = promise.own.get(key);
        value.and_then(|v| v.as_float().or(v.as_integer().map(|n| n as f64))).unwrap_or(usual)
    };
    let a_year = number("visits_a_year", 4.0);
    let (low, window) = (a_year * number("withdraw_at", 0.75), number("window_days", 365.0) as i64);
    let fewest = number("faults_min", 2.0);
    let is_certain = promise.own.get("begin_when").and_then(Value::as_str) == Some("certain");
    let doubt = (1.0 - number("confidence", 0.95)) / 2.0;
    let mut visits: Vec<Visit> = Vec::new();
    let (mut since, mut faults, mut counted) = (None, Vec::new(), Vec::new());
    let (mut in_force_since, mut last_visit): (Option<Minute>, Option<Minute>) = (None, None);
    for heard in desk.heard(promise, facts, &ROLES) {
        let (fact, at) = (heard.fact, minute(heard.fact.at)?);
        let clock = desk.clock(&promise.calendar, &heard.known)?;
        let is_past = |visit: &Visit| visit.due.is_some_and(|due| due < at);
        let plays = |role: &str| heard.roles.contains(&role);
        if plays("renegotiate")
            && let (true, Some(due)) = (names(promise, fact), moment(fact, "due_at")?)
            && !words(fact, "contact").is_empty()
            && !words(fact, "reason").is_empty()
            && let Some(visit) = open(&mut visits)
        {
            (visit.due, visit.is_agreed) = (Some(due), true);
        }
        if plays("waive")
            && names(promise, fact)
            && let Some(visit) = open(&mut visits)
        {
            (visit.is, visit.ended) = (Is::Waived, Some(at));
        }
        let own = ["start", "end", "fault", "counted", "visit", "review"];
        if !own.iter().any(|role| plays(role)) {
            continue;
        }
        if plays("start") {
            since.get_or_insert(at);
        }
        if plays("end") {
            if let Some(visit) = open(&mut visits) {
                fall_away(visit, at);
            }
            (since, in_force_since, last_visit) = (None, None, None);
            (faults, counted) = (Vec::new(), Vec::new());
        }
        if plays("fault") {
            faults.push(at);
        }
        if plays("counted") {
            counted.push(at);
        }
        if plays("visit") {
            last_visit = Some(at);
            if let Some(visit) = open(&mut visits) {
                (visit.is, visit.ended) = (if is_past(visit) { Is::Late } else { Is::Met }, Some(at));
            }
        }
        let Some(began) = since else { continue };
        // How many days are looked at: day by day back to the first, or as far as the window reaches.
        let (mut first, mut days) = (clock.date(at), 1);
        while days < window && first > clock.date(began) {
            first = first.yesterday().map_err(|_| far(promise))?;
            days += 1;
        }
        let from = clock.midnight(first).ok_or_else(|| far(promise))?;
        let count = |moments: &[Minute]| moments.iter().filter(|m| **m >= from && **m <= at).count() as f64;
        let (all, bad) = (count(&faults), count(&counted));
        let exceeds = |rate: f64| bad * 365.0 > rate * days as f64;
        let is_in_force = match in_force_since {
            Some(_) => exceeds(low),
            None if is_certain => {
                exceeds(a_year) && bad >= fewest && least_mean(bad, doubt) * 365.0 / days as f64 > a_year
            }
            None => exceeds(a_year) && bad >= fewest,
        };
        in_force_since = is_in_force.then(|| in_force_since.unwrap_or(at));
        let planned = in_force_since.filter(|_| all > 0.0);
        let Some(begun) = planned else {
            if let Some(visit) = open(&mut visits) {
                fall_away(visit, at);
            }
            continue;
        };
        // The longest whole number of days that is shorter than the mean time between faults.
        let mut between = 0;
        while (between + 1) as f64 * all < days as f64 {
            between += 1;
        }
        let every = (between > 0).then_some(between);
        let started = last_visit.map_or(begun, |visit| visit.max(begun));
        let on = clock.date(started).checked_add(between.days()).and_then(|on| on.tomorrow());
        let due = on.ok().and_then(|next| clock.midnight(next));
        match open(&mut visits) {
            Some(visit) => {
                let is_past = is_past(visit);
                if visit.every != every && !is_past {
                    visit.every = every;
                    if !visit.is_agreed {
                        visit.due = due;
                    }
                }
            }
            None => {
                visits.push(Visit { started, due, is: Is::Running, ended: None, every, is_agreed: false })
            }
        }
    }
    let said = visits.into_iter().zip(1..).map(|(visit, cycle)| Verdict {
        promise: promise.id.clone(),
        cycle,
        started: Some(visit.started),
        due: visit.due,
        is: visit.is,
        ended: visit.ended,
    });
    Ok(said.collect())
}

fn open(visits: &mut [Visit]) -> Option<&mut Visit> {
    visits.iter_mut().find(|visit| visit.is.is_open())
}

/// What is no longer asked for: void before it was due, broken after.
fn fall_away(visit: &mut Visit, at: Minute) {
    (visit.is, visit.ended) = match visit.due {
        Some(due) if due < at => (Is::Breached, Some(due)),
        Some(_) | None => (Is::Void, Some(at)),
    };
}

/// The smallest mean under which so many events, or more, come with this probability: by halving.
fn least_mean(events: f64, probability: f64) -> f64 {
    let at_least = |mean: f64| {
        let (mut term, mut fewer) = ((-mean).exp(), 0.0);
        for k in 0..events as u32 {
            fewer += term;
            term *= mean / f64::from(k + 1);
        }
        1.0 - fewer
    };
    let (mut low, mut high) = (0.0, events + 1.0);
    for _ in 0..200 {
        let middle = (low + high) / 2.0;
        if at_least(middle) < probability { low = middle } else { high = middle }
    }
    low
}

fn far(promise: &Clause) -> Unaudited {
    Unaudited(format!("the rate `{}`, which leaves the calendar", promise.id))
}
