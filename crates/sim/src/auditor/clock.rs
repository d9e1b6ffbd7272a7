//! The auditor's clock: it walks from the start of a cycle, minute by minute, until the time is used up.
//!
//! A minute counts if the calendar is open in it and no question stands open. Whatever changes, the walk begins
//! again at the start; nothing is carried over. Written from `docs/promises/clock.md`.

use jiff::ToSpan;
use jiff::civil::Time;
use promise::{Data, Fact};

use super::paper::{Clause, Entry, Unaudited, passes};
use super::wall::{Clock, Minute, Stands, minute_of_day};
use super::{Desk, Is, Verdict, minute, moment, names};

/// One run of the clock.
#[derive(Debug, Default)]
struct Cycle {
    number: Option<u32>,
    started: Minute,
    /// The open end of a pause is an answer that is awaited.
    pauses: Vec<(Minute, Option<Minute>)>,
    /// When another deadline was agreed, and which.
    agreed: Option<(Minute, Minute)>,
    due: Option<Minute>,
    is: Is,
    ended: Option<Minute>,
    /// It was over while the promise did not cover the subject.
    over: bool,
}

/// What a promise says of the subject as it is now.
enum Covers<'p> {
    No,
    Yes(Option<&'p Entry>),
}

/// Judges one clock promise from all facts of a subject, in order.
pub fn judge(desk: &Desk<'_>, promise: &Clause, facts: &[&Fact]) -> Result<Vec<Verdict>, Unaudited> {
    let mut cycles: Vec<Cycle> = Vec::new();
    let mut shown = 0;
    let mut question: Option<Minute> = None;
    let mut known = desk.defaults();
    for fact in facts {
        let at = minute(fact.at)?;
        let before = known.clone();
        desk.learn(&mut known, fact);
        // Which entry holds may depend on when the running cycle, or one not shown yet, began.
        let last = cycles.last().filter(|cycle| !cycle.over || cycle.number.is_none());
        let covers = covers(desk, promise, &known, last.map_or(at, |cycle| cycle.started))?;
        if known != before
            && let Some(cycle) = cycles.last_mut()
        {
            match (&covers, cycle.number) {
                (Covers::No, Some(_)) if !cycle.over && cycle.is.is_open() => {
                    (cycle.is, cycle.due, cycle.ended) = (Is::Void, None, Some(at));
                }
                (Covers::Yes(entry), Some(_)) if !cycle.over => {
                    cycle.ended = None;
                    settle(desk, cycle, *entry, &known)?;
                }
                // It began, and perhaps was done, while the promise did not cover the subject.
                (Covers::Yes(entry), None) if matches!(cycle.is, Is::Running | Is::Met) => {
                    shown += 1;
                    cycle.number = Some(shown);
                    let is_done = cycle.is == Is::Met;
                    settle(desk, cycle, *entry, &known)?;
                    if is_done {
                        cycle.is = done(cycle.due, cycle.ended.unwrap_or(at));
                    }
                }
                _ => {}
            }
        }
        let entry = match &covers {
            Covers::No => None,
            Covers::Yes(entry) => Some(*entry),
        };
        let from_now = match self::covers(desk, promise, &known, at)? {
            Covers::No => None,
            Covers::Yes(entry) => Some(entry),
        };
        // A fact that does several things ends before it begins.
        for role in ["renegotiate", "resume", "waive", "stop", "void", "cancel", "reset", "pause", "start"] {
            if !promise.hears(role, fact) {
                continue;
            }
            let running = cycles.last_mut().filter(|cycle| !cycle.over);
            match (role, running) {
                ("resume", running) => {
                    if question.take().is_some()
                        && let Some(cycle) = running
                    {
                        answer(cycle, at);
                        settle_if(desk, cycle, entry, &known)?;
                    }
                }
                ("pause", running) if question.is_none() => {
                    question = Some(at);
                    if let Some(cycle) = running {
                        cycle.pauses.push((at, None));
                        settle_if(desk, cycle, entry, &known)?;
                    }
                }
                ("start", None) => {
                    let mut cycle = Cycle { started: at, ..Cycle::default() };
                    cycle.pauses.extend(question.map(|since| (since, None)));
                    if let Some(entry) = from_now {
                        shown += 1;
                        cycle.number = Some(shown);
                        settle(desk, &mut cycle, entry, &known)?;
                    }
                    cycles.push(cycle);
                }
                ("renegotiate", Some(cycle)) if names(promise, fact) => {
                    let has = |field: &str| fact.data.get(field).is_some_and(promise::Scalar::is_present);
                    if let Some(due) = moment(fact, "due_at")?
                        && has("contact")
                        && has("reason")
                    {
                        cycle.agreed = Some((at, due));
                        settle_if(desk, cycle, entry, &known)?;
                    }
                }
                ("reset", Some(cycle)) => {
                    cycle.started = at;
                    settle_if(desk, cycle, from_now, &known)?;
                }
                ("waive", Some(cycle)) if names(promise, fact) => over(cycle, Is::Waived, at),
                ("void", Some(cycle)) => over(cycle, Is::Void, at),
                ("stop", Some(cycle)) => {
                    answer(cycle, at);
                    settle_if(desk, cycle, entry, &known)?;
                    over(cycle, done(cycle.due, at), at);
                    if promise.own.get("repeats").and_then(toml::Value::as_bool) == Some(true) {
                        let mut next = Cycle { started: at, ..Cycle::default() };
                        next.pauses.extend(question.map(|since| (since, None)));
                        if let Some(entry) = from_now {
                            shown += 1;
                            next.number = Some(shown);
                            settle(desk, &mut next, entry, &known)?;
                        }
                        cycles.push(next);
                    }
                }
                ("cancel", Some(cycle)) => {
                    answer(cycle, at);
                    settle_if(desk, cycle, entry, &known)?;
                    let is_late = cycle.due.is_some_and(|due| due < at);
                    over(cycle, if is_late { Is::Breached } else { Is::Void }, at);
                }
                _ => {}
            }
        }
    }
    let shown = cycles.into_iter().filter_map(|cycle| {
        Some(Verdict {
            promise: promise.id.clone(),
            cycle: cycle.number?,
            started: Some(cycle.started),
            due: cycle.due,
            is: cycle.is,
            ended: cycle.ended,
        })
    });
    Ok(shown.collect())
}

/// Which figure the promise holds for what starts at this minute: the most particular, and of equals the first.
fn covers<'p>(
    desk: &Desk<'_>,
    promise: &'p Clause,
    known: &Data,
    started: Minute,
) -> Result<Covers<'p>, Unaudited> {
    if !passes(&promise.scope, known) {
        return Ok(Covers::No);
    }
    let mut best: Option<&Entry> = None;
    for entry in promise.entries.iter().filter(|entry| entry.when.iter().all(|when| passes(when, known))) {
        let is_then = match &entry.during {
            Some((calendar, open)) => desk.clock(calendar, known)?.is_open(started) == *open,
            None => true,
        };
        if is_then && best.is_none_or(|best| entry.weight() > best.weight()) {
            best = Some(entry);
        }
    }
    Ok(match best {
        Some(entry) if entry.field.is_none() && matches!(entry.figure.as_str(), "no promise" | "none") => {
            Covers::No
        }
        best => Covers::Yes(best),
    })
}

fn done(due: Option<Minute>, at: Minute) -> Is {
    if due.is_some_and(|due| due < at) { Is::Late } else { Is::Met }
}

fn answer(cycle: &mut Cycle, at: Minute) {
    for pause in cycle.pauses.iter_mut().filter(|pause| pause.1.is_none()) {
        pause.1 = Some(at);
    }
}

fn over(cycle: &mut Cycle, is: Is, at: Minute) {
    cycle.over = true;
    if cycle.is.is_open() {
        (cycle.is, cycle.ended) = (is, Some(at));
    }
}

/// Derives the deadline again where the promise covers the subject and the cycle is shown.
fn settle_if(
    desk: &Desk<'_>,
    cycle: &mut Cycle,
    entry: Option<Option<&Entry>>,
    known: &Data,
) -> Result<(), Unaudited> {
    match entry {
        Some(entry) if cycle.number.is_some() && cycle.is.is_open() => settle(desk, cycle, entry, known),
        _ => Ok(()),
    }
}

fn settle(desk: &Desk<'_>, cycle: &mut Cycle, entry: Option<&Entry>, known: &Data) -> Result<(), Unaudited> {
    let Some(entry) = entry else {
        (cycle.due, cycle.is) = (cycle.agreed.map(|(_, due)| due), Is::Running);
        return Ok(());
    };
    let clock = desk.clock(&entry.calendar, known)?;
    let due = match (cycle.agreed, minutes(&entry.figure)) {
        // What both sides agreed stands in the place of the figure; later questions still stop the clock.
        (Some((since, due)), _) => give_back(&clock, Some(due), since, &cycle.pauses),
        (None, Some(figure)) if entry.field.is_none() && figure > 0 => {
            let asked = |at: Minute| {
                let of = |(from, to): &&(Minute, Option<Minute>)| *from <= at && to.is_none_or(|to| at < to);
                match cycle.pauses.iter().find(of) {
                    None => Stands::Not,
                    Some((_, Some(_))) => Stands::Still,
                    Some((_, None)) => Stands::ForEver,
                }
            };
            match clock.walk(cycle.started, figure, asked) {
                Some(due) => Due::At(due),
                None => Due::Paused,
            }
        }
        (None, _) => {
            let base = match &entry.field {
                Some(field) => {
                    known.text(field).and_then(|text| text.parse().ok()).map(minute).transpose()?
                }
                None => by_dates(&clock, &entry.figure, cycle.started)?,
            };
            give_back(&clock, base, cycle.started, &cycle.pauses)
        }
    };
    (cycle.due, cycle.is) = match due {
        Due::At(due) => (Some(due), Is::Running),
        Due::Paused => (None, Is::Paused),
        Due::NoFigure => (None, Is::Running),
    };
    Ok(())
}

enum Due {
    At(Minute),
    Paused,
    NoFigure,
}

/// Gives the working time of each question back, unless it came after the deadline.
fn give_back(clock: &Clock, due: Option<Minute>, since: Minute, pauses: &[(Minute, Option<Minute>)]) -> Due {
    let Some(mut due) = due else { return Due::NoFigure };
    for (from, to) in pauses {
        let from = (*from).max(since);
        if from >= due {
            continue;
        }
        let Some(to) = *to else { return Due::Paused };
        due = clock.walk(due, clock.open_between(from, to), |_| Stands::Not).unwrap_or(due);
    }
    Due::At(due)
}

/// Reads `1h 30min` as minutes; none for a figure that is counted by dates.
fn minutes(figure: &str) -> Option<i64> {
    let spaced: String = figure.chars().fold(String::new(), |mut text, c| {
        if text.chars().last().is_some_and(|last| {
            last.is_ascii_digit() != (c.is_ascii_digit() || c == '.') && last != '.' && last != ' '
        }) {
            text.push(' ');
        }
        text.push(c);
        text
    });
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut sum = 0.0;
    for pair in words.chunks(2) {
        let [count, unit] = pair else { return None };
        let unit = match *unit {
            "h" | "hour" | "hours" => 60.0,
            "min" | "minute" | "minutes" => 1.0,
            _ => return None,
        };
        sum += count.parse::<f64>().ok()? * unit;
    }
    let is_whole = !words.is_empty() && f64::fract(sum) == 0.0;
    is_whole.then_some(sum as i64)
}

/// The deadline of a figure that is counted by dates.
pub fn by_dates(clock: &Clock, figure: &str, start: Minute) -> Result<Option<Minute>, Unaudited> {
    let lower = figure.to_lowercase();
    let all: Vec<&str> = lower.split_whitespace().collect();
    let (words, cutoff) = match all.as_slice() {
        [words @ .., "cutoff", time] => (words, minute_of_day(time)),
        words => (words, None),
    };
    let unread = || Unaudited(format!("the figure `{figure}`"));
    let count = || words.first().and_then(|word| word.parse::<i64>().ok()).ok_or_else(unread);
    let shown = clock.shows(start);
    let of_day = i64::from(shown.hour()) * 60 + i64::from(shown.minute());
    let is_after = cutoff.is_some_and(|cutoff| of_day > cutoff);
    let found = match words {
        ["unstated"] => None,
        ["next", "working", "day", by @ ..] => {
            let steps = if is_after && clock.is_working_day(shown.date()) { 2 } else { 1 };
            let by = if by.is_empty() { &["by", "close"] } else { by };
            clock.working_date(shown.date(), steps).and_then(|on| moment_of(clock, on, by, shown.time()))
        }
        [_, "working" | "business", "day" | "days", by @ ..] if cutoff.is_some() => {
            let steps = count()?;
            let is_worked = clock.is_working_day(shown.date());
            let first = if is_worked { Some(shown.date()) } else { clock.working_date(shown.date(), 1) };
            let late = is_after.then(|| first.and_then(|on| clock.working_date(on, 1)));
            let on = late.unwrap_or(first);
            let time = match (is_after, on) {
                (true, Some(on)) => clock.opening(on).map(|open| clock.shows(open).time()),
                _ => Some(shown.time()),
            };
            match (on.and_then(|on| clock.working_date(on, steps)), time) {
                (Some(on), Some(time)) => moment_of(clock, on, by, time),
                _ => None,
            }
        }
        [_, "working" | "business", "day" | "days", by @ ..] => {
            let steps = if words[0] == "same" { 0 } else { count()? };
            let Some(open) = clock.next_open(start) else { return Ok(None) };
            let shown = clock.shows(open);
            match (clock.working_date(shown.date(), steps), by) {
                (_, []) if steps == 0 => Some(open),
                (Some(on), []) => clock.when(on, shown.time()).and_then(|at| clock.next_open(at)),
                (Some(on), by) => moment_of(clock, on, by, shown.time()),
                (None, _) => None,
            }
        }
        [_, "calendar", "day" | "days", by @ ..] => {
            let on = shown.date().checked_add(count()?.days()).map_err(|_| unread())?;
            moment_of(clock, on, by, shown.time())
        }
        [_, unit, by @ ..] if ["week", "month", "year"].contains(&unit.trim_end_matches('s')) => {
            let span = match unit.trim_end_matches('s') {
                "week" => (7 * count()?).days(),
                "month" => count()?.months(),
                _ => (12 * count()?).months(),
            };
            let on = shown.date().checked_add(span).map_err(|_| unread())?;
            moment_of(clock, on, by, shown.time())
        }
        _ => match minutes(figure) {
            Some(0) => clock.next_open(start),
            Some(figure) => clock.walk(start, figure, |_| Stands::Not),
            None => return Err(unread()),
        },
    };
    Ok(found)
}

fn moment_of(clock: &Clock, on: jiff::civil::Date, by: &[&str], same: Time) -> Option<Minute> {
    match by {
        [] => clock.when(on, same),
        ["by", "close"] => clock.closing(on),
        ["by", "open"] => clock.opening(on),
        ["by", time] => {
            let minute = minute_of_day(time)?;
            clock.when(on, Time::new((minute / 60) as i8, (minute % 60) as i8, 0, 0).ok()?)
        }
        _ => None,
    }
}
