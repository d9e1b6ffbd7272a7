//! The auditor's quota: it goes through the term day by day, writes on each day the window that it lies in, and
//! counts. From `docs/promises/quota.md`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::Date;
use promise::Fact;

use super::paper::{Clause, Unaudited};
use super::wall::Clock;
use super::{Desk, Heard, Is, Minute, Verdict, minute, named};

/// Something that was done: on which day, when, by which fact, and which one it was.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Thing {
    on: Date,
    at: Minute,
    seq: u64,
    id: Option<String>,
}

/// A window of the quota.
#[derive(Clone, Debug)]
struct Window {
    first: Date,
    last: Date,
    asks: u32,
}

/// What is one too many is numbered from here on, in the order in which it was noticed.
const OVER_FROM: u32 = 100_000;
const ROLES: [&str; 6] = ["start", "end", "count", "uncount", "among", "among_end"];

/// Judges one quota from all facts of a subject, in order.
pub fn judge(desk: &Desk<'_>, promise: &Clause, facts: &[&Fact]) -> Result<Vec<Verdict>, Unaudited> {
    if promise.own.get("late_counts").and_then(toml::Value::as_bool) == Some(true) {
        return Err(Unaudited(format!("`late_counts` of the quota `{}`", promise.id)));
    }
    let heard = desk.heard(promise, facts, &ROLES);
    if promise.text("at_least") == Some("all") {
        return everyone(desk, promise, &heard);
    }
    let mut term: Option<(Date, Option<Date>)> = None;
    let mut anchor: Option<Date> = None;
    let mut things: Vec<Thing> = Vec::new();
    let mut windows: BTreeMap<u32, Window> = BTreeMap::new();
    // Windows that fell away, as they stood by then.
    let mut away: BTreeMap<u32, (Window, Is, Option<Minute>)> = BTreeMap::new();
    let mut too_many: BTreeMap<u64, (u32, Minute)> = BTreeMap::new();
    let mut last: Option<(Minute, std::rc::Rc<Clock>)> = None;
    let mut laid_out = None;
    for heard in &heard {
        let (fact, at) = (heard.fact, minute(heard.fact.at)?);
        let clock = desk.clock(&promise.calendar, &heard.known)?;
        for role in &heard.roles {
            match *role {
                "start" => {
                    let from = date(fact, "from").unwrap_or_else(|| clock.date(at));
                    let first = term.map_or(from, |(first, _)| first);
                    term = Some((first, date(fact, "until")));
                    anchor = date(fact, "anchor").or(anchor).or(Some(from));
                }
                "end" => {
                    let until = date(fact, "until").unwrap_or_else(|| clock.date(at));
                    term = term.map(|(first, _)| (first, Some(until)));
                }
                other => count(promise, other, fact, at, &clock, &mut things),
            }
        }
        let before = last.replace((at, clock.clone())).map_or(at, |(before, _)| before);
        let Some((first, until)) = term else { continue };
        let until = match until {
            Some(until) => until,
            // Without an end: two years ahead of the last fact, and to the end of the window that begins before.
            None => {
                let ahead = clock.date(at).max(first).checked_add(24.months()).map_err(|_| far(promise))?;
                let ahead = laid_out.map_or(ahead, |(_, laid_to, _)| ahead.max(laid_to));
                window_of(promise, ahead, anchor.unwrap_or(first))?.map_or(ahead, |(_, last)| last)
            }
        };
        if laid_out != Some((first, until, anchor)) {
            laid_out = Some((first, until, anchor));
            let now = lay_out(promise, first, until, anchor.unwrap_or(first))?;
            for (number, window) in std::mem::take(&mut windows) {
                let is_gone = now.get(&number).is_none_or(|window| window.asks == 0);
                if is_gone && window.asks > 0 {
                    let (is, ended) = verdict(&window, &things, &clock, before);
                    // What fell away before it was over need not be done.
                    let (is, ended) = if is.is_open() { (Is::Void, Some(at)) } else { (is, ended) };
                    away.insert(number, (window, is, ended));
                }
            }
            windows = now;
        }
        if let Some(most) = promise.whole("at_most") {
            for window in windows.values() {
                for thing in inside(window, &things).skip(most as usize) {
                    let next = OVER_FROM + too_many.len() as u32 + 1;
                    too_many.entry(thing.seq).or_insert((next, thing.at));
                }
            }
        }
    }
    let Some((now, clock)) = last else { return Ok(Vec::new()) };
    let said = |cycle: u32, started: Option<Minute>, due: Option<Minute>, is: Is, ended: Option<Minute>| {
        Verdict { promise: promise.id.clone(), cycle, started, due, is, ended }
    };
    let mut verdicts = Vec::new();
    for (number, window) in windows.iter().filter(|(_, window)| window.asks > 0) {
        let (is, ended) = verdict(window, &things, &clock, now);
        verdicts.push(said(number + 1, clock.midnight(window.first), over_at(window, &clock), is, ended));
    }
    for (number, (window, is, ended)) in &away {
        if windows.get(number).is_none_or(|window| window.asks == 0) {
            let started = clock.midnight(window.first);
            verdicts.push(said(number + 1, started, over_at(window, &clock), *is, *ended));
        }
    }
    let over = too_many.values();
    verdicts.extend(over.map(|(cycle, at)| said(*cycle, Some(*at), None, Is::Breached, Some(*at))));
    Ok(verdicts)
}

/// Takes what counts, and takes back what does not.
fn count(promise: &Clause, role: &str, fact: &Fact, at: Minute, clock: &Clock, things: &mut Vec<Thing>) {
    let id = promise.text("per").and_then(|noun| named(fact, noun));
    match role {
        "count" if id.is_none() || things.iter().all(|thing| thing.id != id) => {
            let on = date(fact, "on").unwrap_or_else(|| clock.date(at));
            things.push(Thing { on, at, seq: fact.seq, id });
            things.sort();
        }
        "uncount" => things.retain(|thing| id.is_none() || thing.id != id),
        _ => {}
    }
}

fn inside<'t>(window: &Window, things: &'t [Thing]) -> impl Iterator<Item = &'t Thing> {
    let (first, last) = (window.first, window.last);
    things.iter().filter(move |thing| first <= thing.on && thing.on <= last)
}

/// The moment at which a window is over.
fn over_at(window: &Window, clock: &Clock) -> Option<Minute> {
    clock.midnight(window.last.tomorrow().ok()?)
}

fn verdict(window: &Window, things: &[Thing], clock: &Clock, now: Minute) -> (Is, Option<Minute>) {
    let due = over_at(window, clock);
    match inside(window, things).nth(window.asks as usize - 1) {
        Some(enough) => (Is::Met, Some(enough.at)),
        None if due.is_some_and(|due| due <= now) => (Is::Breached, due),
        None => (Is::Running, None),
    }
}

/// Goes through the days of the term and puts each into its window.
fn lay_out(
    promise: &Clause,
    first: Date,
    until: Date,
    anchor: Date,
) -> Result<BTreeMap<u32, Window>, Unaudited> {
    let days = first.series(1.day()).take_while(|on| *on <= until);
    let mut windows: BTreeMap<u32, Window> = BTreeMap::new();
    let mut before = None;
    for on in days {
        let Some(whole) = window_of(promise, on, anchor)? else { continue };
        if before != Some(whole) {
            before = Some(whole);
            windows.insert(windows.len() as u32, Window { first: on, last: on, asks: 0 });
        }
        let number = windows.len() as u32 - 1;
        if let Some(window) = windows.get_mut(&number) {
            window.last = on;
            window.asks = asks(promise, window, whole);
        }
    }
    Ok(windows)
}

/// What a window asks for, by the rule for one that the term covers in part.
fn asks(promise: &Clause, window: &Window, whole: (Date, Date)) -> u32 {
    let wanted = promise.whole("at_least").unwrap_or(0);
    let days = |first: Date, last: Date| first.until(last).map_or(0, |span| span.get_days()) + 1;
    let (have, of) = (days(window.first, window.last) as u32, days(whole.0, whole.1) as u32);
    let by = |rule: &str| match rule {
        "exempt" => 0,
        "share up" => (wanted * have).div_ceil(of),
        "share down" => wanted * have / of,
        "from half" if have * 2 < of => 0,
        _ => wanted,
    };
    let mut asked = vec![wanted];
    if window.first > whole.0 {
        asked.push(by(promise.text("first_partial").unwrap_or("whole")));
    }
    if window.last < whole.1 {
        asked.push(by(promise.text("last_partial").unwrap_or("whole")));
    }
    asked.into_iter().min().unwrap_or(wanted)
}

/// The window that a day lies in, from its first day to its last. None: the day lies in none.
fn window_of(promise: &Clause, on: Date, anchor: Date) -> Result<Option<(Date, Date)>, Unaudited> {
    let unread = |words: &str| Unaudited(format!("the window `{words}` of the quota `{}`", promise.id));
    if let Some(words) = promise.text("within") {
        let (count, unit) = length(words).ok_or_else(|| unread(words))?;
        let end = anchor.checked_add(span(count, unit)).map_err(|_| far(promise))?;
        return Ok((anchor <= on && on <= end).then_some((anchor, end)));
    }
    let words = promise.text("each").unwrap_or_default();
    let months = |months: i8| {
        let month = (on.month() - 1) / months * months + 1;
        let begin = Date::new(on.year(), month, 1).ok()?;
        Some((begin, begin.checked_add(i64::from(months).months()).ok()?.yesterday().ok()?))
    };
    Ok(match words {
        "week" => {
            let monday = on.checked_sub(i64::from(on.weekday().to_monday_zero_offset()).days());
            monday.and_then(|monday| Ok((monday, monday.checked_add(6.days())?))).ok()
        }
        "calendar month" => months(1),
        "calendar quarter" => months(3),
        "calendar half-year" => months(6),
        "calendar year" => months(12),
        other => {
            let (count, unit) = match other {
                "contract year" => (12, "month"),
                "contract quarter" => (3, "month"),
                other => length(other).ok_or_else(|| unread(words))?,
            };
            // Each window begins so many whole lengths after the anchor.
            let mut found = None;
            for step in 0.. {
                let begin = anchor.checked_add(span(step * count, unit)).map_err(|_| far(promise))?;
                let next = anchor.checked_add(span((step + 1) * count, unit)).map_err(|_| far(promise))?;
                if begin > on {
                    break;
                }
                if on < next {
                    found = next.yesterday().ok().map(|end| (begin, end));
                    break;
                }
            }
            found
        }
    })
}

fn length(words: &str) -> Option<(i64, &'static str)> {
    let (count, unit) = words.trim().split_once(' ')?;
    let count: i64 = count.parse().ok()?;
    Some(match unit.trim().trim_end_matches('s') {
        "day" => (count, "day"),
        "week" => (7 * count, "day"),
        "month" => (count, "month"),
        "year" => (12 * count, "month"),
        _ => return None,
    })
}

fn span(count: i64, unit: &str) -> jiff::Span {
    if unit == "month" { count.months() } else { count.days() }
}

fn far(promise: &Clause) -> Unaudited {
    Unaudited(format!("the windows of the quota `{}`: they lie too far away", promise.id))
}

/// The date that a field names, a moment by the date that is written in it.
fn date(fact: &Fact, field: &str) -> Option<Date> {
    fact.data.text(field)?.get(..10)?.parse().ok()
}

/// Everyone on a list: owed while anybody on it is not counted.
fn everyone(desk: &Desk<'_>, promise: &Clause, heard: &[Heard<'_>]) -> Result<Vec<Verdict>, Unaudited> {
    let mut list: BTreeSet<String> = BTreeSet::new();
    let mut things: Vec<Thing> = Vec::new();
    let mut verdicts: Vec<Verdict> = Vec::new();
    for heard in heard {
        let (fact, at) = (heard.fact, minute(heard.fact.at)?);
        let clock = desk.clock(&promise.calendar, &heard.known)?;
        let who = promise.text("per").and_then(|noun| named(fact, noun));
        for role in &heard.roles {
            match *role {
                "among" => drop(list.insert(who.clone().unwrap_or_default())),
                "among_end" => drop(list.remove(&who.clone().unwrap_or_default())),
                other => count(promise, other, fact, at, &clock, &mut things),
            }
            let is_done = |who: &String| things.iter().any(|thing| thing.id.as_ref() == Some(who));
            let all_done = list.iter().all(is_done);
            match verdicts.last_mut().filter(|verdict| verdict.is.is_open()) {
                Some(verdict) if all_done => {
                    verdict.ended = Some(at);
                    verdict.is = match (list.is_empty(), verdict.due.is_some_and(|due| due < at)) {
                        (true, _) => Is::Void,
                        (false, true) => Is::Late,
                        (false, false) => Is::Met,
                    };
                }
                None if !all_done => {
                    let from = date(fact, "from").unwrap_or_else(|| clock.date(at));
                    let due = match promise.text("within").and_then(length) {
                        Some((count, unit)) => {
                            let last = from.checked_add(span(count, unit)).map_err(|_| far(promise))?;
                            clock.midnight(last.tomorrow().map_err(|_| far(promise))?)
                        }
                        None => None,
                    };
                    let cycle = verdicts.len() as u32 + 1;
                    let promise = promise.id.clone();
                    verdicts.push(Verdict {
                        promise,
                        cycle,
                        started: Some(at),
                        due,
                        is: Is::Running,
                        ended: None,
                    });
                }
                Some(_) | None => {}
            }
        }
    }
    Ok(verdicts)
}
