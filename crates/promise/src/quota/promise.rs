//! A quota as a promise: the keys of the file, and how facts fill its windows.
//!
//! The fact that starts a quota says from when to when it is owed; all windows are laid out then, so a window
//! that nobody touches is owed all the same and is overdue when it is over. Without an end, windows are laid
//! out ahead of the last fact.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

pub(crate) use super::read::{Unit, length, read, read_each, whole};
use super::{Dates, Demand, Quota, Slot, Window};
use crate::calendar::Calendar;
use crate::clock::Warning;
use crate::kinds::{self, Fold};
use crate::obligation::{Obligation, State};

/// The keys of a quota, beside those that every promise has.
pub(crate) const KEYS: [&str; 17] = [
    "start",
    "lasts",
    "end",
    "count",
    "uncount",
    "among",
    "among_end",
    "per",
    "at_least",
    "at_most",
    "each",
    "within",
    "first_partial",
    "last_partial",
    "late_counts",
    "calendar",
    "warn_at",
];
/// The keys whose conditions facts meet; their place is the number of the role.
pub(crate) const ROLES: [&str; 6] = ["start", "end", "count", "uncount", "among", "among_end"];
const START: u8 = 0;
const END: u8 = 1;
const COUNT: u8 = 2;
const UNCOUNT: u8 = 3;
const AMONG: u8 = 4;
const AMONG_END: u8 = 5;

/// What is one too many is numbered from here on, apart from the windows.
const OVER_FROM: u32 = 100_000;
/// How far windows are laid out ahead when no end is known.
const AHEAD_MONTHS: i32 = 24;

/// A quota as a file states it.
#[derive(Clone, Debug)]
pub struct Rule {
    pub quota: Quota,
    /// Everyone on a list rather than a number: the trained among the rostered.
    pub everyone: bool,
    /// The noun that tells one counted thing from another, as `visit`; a thing counts once.
    pub per: Option<Arc<str>>,
    /// A surplus in a later window makes up, late, for an earlier one.
    pub late_counts: bool,
    /// For how long it is owed from its start, where no fact says until when.
    pub lasts: Option<Lasts>,
    /// In the words of the file, as `1 in each calendar quarter`.
    pub written: Arc<str>,
    pub calendar: Arc<Calendar>,
    pub warnings: Vec<Warning>,
}

/// For how long a quota is owed from its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasts {
    Days(u32),
    Months(u32),
}

impl Lasts {
    /// The last day of what begins on this one.
    fn last_from(self, from: Date) -> Option<Date> {
        let next = match self {
            Lasts::Days(days) => from.checked_add(i64::from(days).days()),
            Lasts::Months(months) => from.checked_add(i64::from(months).months()),
        };
        next.ok()?.yesterday().ok()
    }
}

/// What a quota keeps between facts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    from: Option<Date>,
    anchor: Option<Date>,
    until: Option<Date>,
    started_by: u64,
    /// Up to when windows are laid out.
    #[serde(default)]
    laid_to: Option<Date>,
    /// The first window that is not over.
    #[serde(default)]
    open_from: u32,
    /// True once the quota was ended, so that nothing is laid out ahead any more.
    is_ended: bool,
    counted: Vec<Counted>,
    /// Windows by their number, and where their obligations stand.
    places: BTreeMap<u32, usize>,
    /// Facts that were one too many, and where that stands.
    exceeded: Vec<u64>,
    /// Who is on the list, and since which fact, for "everyone".
    among: BTreeMap<String, u64>,
    cycles: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Counted {
    on: Date,
    at: Timestamp,
    fact: u64,
    id: Option<String>,
}

pub(crate) fn fold(rule: &Rule, standing: &mut Standing, fold: Fold<'_>, own: u8, all: &mut Vec<Obligation>) {
    let zone = fold.zone(&rule.calendar);
    let id = rule.per.as_ref().and_then(|noun| fold.named(noun));
    match own {
        START => {
            let from = fold.date("from", &zone);
            if standing.from.is_none() {
                standing.from = Some(from);
                standing.started_by = fold.fact.seq;
            }
            standing.anchor = fold.named_date("anchor").or(standing.anchor).or(Some(from));
            standing.until = fold.named_date("until");
            standing.is_ended = false;
        }
        END => {
            standing.until = Some(fold.date("until", &zone));
            standing.is_ended = true;
        }
        COUNT => {
            standing.counted.sort_by_key(|counted| (counted.on, counted.at, counted.fact));
            let is_new = id.is_none() || standing.counted.iter().all(|counted| counted.id != id);
            if is_new {
                let on = fold.date("on", &zone);
                standing.counted.push(Counted { on, at: fold.fact.at, fact: fold.fact.seq, id });
            }
        }
        UNCOUNT => standing.counted.retain(|counted| id.is_none() || counted.id != id),
        AMONG => {
            standing.among.entry(id.unwrap_or_default()).or_insert(fold.fact.seq);
        }
        AMONG_END => {
            standing.among.remove(&id.unwrap_or_default());
        }
        _ => {}
    }
    if own == COUNT && !rule.everyone && count_last(rule, standing, fold, &zone, all) {
        return;
    }
    if rule.everyone {
        // Time alone trains nobody.
        if own == kinds::TIME {
            return;
        }
        settle_everyone(rule, standing, fold, &zone, all);
    } else if standing.from.is_some() {
        settle(rule, standing, fold, &zone, all);
    }
}

/// Brings the obligation of "everyone" up to the list as it is now.
fn settle_everyone(
    rule: &Rule,
    standing: &mut Standing,
    fold: Fold<'_>,
    zone: &TimeZone,
    all: &mut Vec<Obligation>,
) {
    let done = |who: &String| standing.counted.iter().any(|counted| counted.id.as_ref() == Some(who));
    let missing: Vec<&String> = standing.among.keys().filter(|who| !done(who)).collect();
    let open = standing.places.get(&0).copied().filter(|place| all[*place].state.is_open());
    match (open, missing.is_empty()) {
        (None, false) => {
            standing.cycles += 1;
            let due_at = match rule.quota.window {
                Window::OnceWithinDays(0) => None,
                window => {
                    let on = fold.date("from", zone);
                    window.at(0, on, on).and_then(|dates| kinds::end_of(dates.last, zone))
                }
            };
            let mut obligation = fold.obligation(standing.cycles, fold.fact.at, due_at);
            obligation.figure = Some(rule.written.clone());
            obligation.zone = zone.iana_name().map(Arc::from);
            if let Some(due_at) = due_at {
                obligation.warn_at = kinds::warn_at(&rule.warnings, fold.fact.at, due_at);
            }
            obligation.entry = Some(share(standing.among.len() - missing.len(), standing.among.len()));
            standing.places.insert(0, all.len());
            all.push(obligation);
        }
        (Some(place), is_done) => {
            let obligation = &mut all[place];
            obligation.entry = Some(share(standing.among.len() - missing.len(), standing.among.len()));
            if is_done {
                let state = match standing.among.is_empty() {
                    true => State::Void { at: fold.fact.at },
                    false => kinds::done(obligation, fold.fact.at),
                };
                kinds::end(obligation, state, fold.fact.seq);
            } else {
                obligation.evidence.push(fold.fact.seq);
            }
        }
        (None, true) => {}
    }
}

/// When windows must be laid out further ahead; none where an end is known.
pub(crate) fn look_at(rule: &Rule, standing: &Standing, zone: &TimeZone) -> Option<Timestamp> {
    if standing.until.is_some() || standing.is_ended || rule.lasts.is_some() {
        return None;
    }
    let on = standing.laid_to?.checked_sub((AHEAD_MONTHS / 2).months()).ok()?;
    kinds::start_of(on, zone)
}

fn share(done: usize, of: usize) -> Arc<str> {
    Arc::from(format!("{done}/{of}"))
}

/// Reads only what the last counted thing can have changed: its own window, and those that are over since. Says
/// whether that was enough; where the past may have changed too, everything is read anew.
fn count_last(
    rule: &Rule,
    standing: &mut Standing,
    fold: Fold<'_>,
    zone: &TimeZone,
    all: &mut [Obligation],
) -> bool {
    let (Some(from), Some(laid_to)) = (standing.from, standing.laid_to) else { return false };
    let Some((thing, earlier)) = standing.counted.split_last() else { return false };
    let is_ahead = standing.term(rule, fold, zone).is_some_and(|term| term.last == laid_to);
    let is_plain = thing.fact == fold.fact.seq
        && earlier.last().is_none_or(|last| (last.on, last.at) <= (thing.on, thing.at))
        && is_ahead
        && !rule.late_counts
        && rule.quota.at_most.is_none()
        && standing.places.values().all(|place| all[*place].amendments.is_empty());
    let (true, Some(term)) = (is_plain, Dates::new(from, laid_to)) else { return false };
    if let Some(slot) = rule.quota.slot_at(term, standing.anchor.unwrap_or(from), thing.on)
        && let Some(obligation) = standing.places.get(&slot.index).map(|place| &mut all[*place])
    {
        if matches!(obligation.state, State::Breached { .. }) {
            return false;
        }
        let since = standing.counted.partition_point(|counted| counted.on < slot.in_force.first);
        let inside = &standing.counted[since..];
        let is_needed = inside.len() <= slot.at_least as usize;
        if is_needed && !matches!(obligation.state, State::Waived { .. }) {
            obligation.evidence.push(thing.fact);
            if inside.len() == slot.at_least as usize {
                obligation.state = State::Met { at: thing.at };
                obligation.warn_at = Vec::new();
            }
        }
    }
    let is_over = |due_at: Option<Timestamp>| due_at.is_some_and(|due_at| due_at <= fold.fact.at);
    for (index, place) in standing.places.range(standing.open_from..) {
        let obligation = &mut all[*place];
        if !is_over(obligation.due_at) {
            break;
        }
        standing.open_from = *index + 1;
        if let (State::Running, Some(due_at)) = (obligation.state, obligation.due_at) {
            obligation.state = State::Breached { at: due_at };
            obligation.warn_at = Vec::new();
        }
    }
    true
}

/// Lays out the windows and reads each from what was counted.
fn settle(rule: &Rule, standing: &mut Standing, fold: Fold<'_>, zone: &TimeZone, all: &mut Vec<Obligation>) {
    let Some(term) = standing.term(rule, fold, zone) else { return };
    standing.laid_to = Some(term.last);
    standing.open_from = 0;
    let slots = rule.quota.slots(term, standing.anchor.unwrap_or(term.first));
    for slot in slots.iter().filter(|slot| slot.at_least > 0) {
        let due_at = kinds::end_of(slot.in_force.last, zone);
        let started_at = kinds::start_of(slot.in_force.first, zone).unwrap_or(fold.fact.at);
        let place = *standing.places.entry(slot.index).or_insert_with(|| {
            let mut obligation = fold.obligation(slot.index + 1, started_at, due_at);
            obligation.figure = Some(rule.written.clone());
            obligation.calendar = Some(rule.calendar.id().clone());
            obligation.zone = zone.iana_name().map(Arc::from);
            obligation.evidence = vec![standing.started_by];
            all.push(obligation);
            all.len() - 1
        });
        let obligation = &mut all[place];
        obligation.entry = Some(label(rule.quota.window, slot));
        if obligation.original_due_at != due_at || obligation.started_at != started_at {
            // The term was cut or lengthened, or the windows count from another day.
            (obligation.original_due_at, obligation.started_at) = (due_at, started_at);
            obligation.evidence.push(fold.fact.seq);
        }
        obligation.due_at = obligation.amendments.last().map(|amendment| amendment.due_at).or(due_at);
        if let Some(due_at) = obligation.due_at.filter(|_| obligation.state.is_open()) {
            obligation.warn_at = kinds::warn_at(&rule.warnings, obligation.started_at, due_at);
        }
    }
    judge(rule, standing, &slots, fold, all);
    for (index, place) in &standing.places {
        let is_out = slots.iter().all(|slot| slot.index != *index || slot.at_least == 0);
        if is_out && all[*place].state.is_open() {
            kinds::end(&mut all[*place], State::Void { at: fold.fact.at }, fold.fact.seq);
        }
    }
    exceed(rule, standing, &slots, fold, all);
}

/// Gives each counted thing to the earliest window that still needs it and is not over, else, where a surplus
/// makes up, to the earliest that is.
fn judge(rule: &Rule, standing: &Standing, slots: &[Slot], fold: Fold<'_>, all: &mut [Obligation]) {
    let mut counted: Vec<&Counted> = standing.counted.iter().collect();
    counted.sort_by_key(|c| (c.on, c.at, c.fact));
    let mut given: BTreeMap<u32, Vec<&Counted>> = BTreeMap::new();
    for thing in counted {
        let fits = |slot: &&Slot, late: bool| {
            let Some(obligation) = standing.places.get(&slot.index).map(|place| &all[*place]) else {
                return false;
            };
            let is_settled = matches!(obligation.state, State::Waived { .. });
            let needs = given.get(&slot.index).map_or(0, Vec::len) < slot.at_least as usize;
            let in_time = match obligation.amendments.last() {
                Some(amendment) => thing.at <= amendment.due_at,
                None => thing.on <= slot.in_force.last,
            };
            !is_settled && needs && thing.on >= slot.in_force.first && (in_time || late)
        };
        let slot = slots.iter().find(|slot| fits(slot, false));
        let slot = slot.or_else(|| slots.iter().find(|slot| rule.late_counts && fits(slot, true)));
        if let Some(slot) = slot {
            given.entry(slot.index).or_default().push(thing);
        }
    }
    // A window that no longer asks for anything stays as it stood.
    for slot in slots.iter().filter(|slot| slot.at_least > 0) {
        let Some(place) = standing.places.get(&slot.index) else { continue };
        let obligation = &mut all[*place];
        if matches!(obligation.state, State::Waived { .. }) {
            continue;
        }
        let things = given.remove(&slot.index).unwrap_or_default();
        for thing in &things {
            if !obligation.evidence.contains(&thing.fact) {
                obligation.evidence.push(thing.fact);
            }
        }
        obligation.state = match things.last() {
            Some(last) if things.len() >= slot.at_least as usize => {
                let is_amended = !obligation.amendments.is_empty();
                match is_amended || last.on > slot.in_force.last {
                    true => kinds::done(obligation, last.at),
                    false => State::Met { at: last.at },
                }
            }
            _ => match obligation.due_at {
                Some(due_at) if due_at <= fold.fact.at && (!rule.late_counts || standing.is_ended) => {
                    State::Breached { at: due_at }
                }
                Some(_) | None => State::Running,
            },
        };
        if !obligation.state.is_open() {
            obligation.warn_at = Vec::new();
        }
    }
}

/// Notes everything above a ceiling as a breach of its own.
fn exceed(rule: &Rule, standing: &mut Standing, slots: &[Slot], fold: Fold<'_>, all: &mut Vec<Obligation>) {
    let Some(ceiling) = rule.quota.at_most else { return };
    let mut counted = standing.counted.clone();
    counted.sort_by_key(|c| (c.on, c.at, c.fact));
    for slot in slots {
        let inside = counted.iter().filter(|c| slot.in_force.contains(c.on));
        for over in inside.skip(ceiling as usize) {
            if standing.exceeded.contains(&over.fact) {
                continue;
            }
            standing.exceeded.push(over.fact);
            // Numbered by themselves, so that no two breaches and no window share a number.
            let number = OVER_FROM + standing.exceeded.len() as u32;
            let mut obligation = fold.obligation(number, over.at, None);
            obligation.entry = Some(label(rule.quota.window, slot));
            obligation.figure = Some(rule.written.clone());
            obligation.evidence = vec![standing.started_by, over.fact];
            obligation.state = State::Breached { at: over.at };
            all.push(obligation);
        }
    }
}

impl Standing {
    /// The dates on which the quota is owed, as far as they are known; without an end, up to the end of the window
    /// that lies so far ahead.
    fn term(&self, rule: &Rule, fold: Fold<'_>, zone: &TimeZone) -> Option<Dates> {
        let from = self.from?;
        let lasts = rule.lasts.and_then(|lasts| lasts.last_from(from));
        if let Some(until) = self.until.into_iter().chain(lasts).min() {
            return Dates::new(from, until);
        }
        let today = fold.fact.at.to_zoned(zone.clone()).date();
        let ahead = today.max(from).checked_add(AHEAD_MONTHS.months()).ok()?;
        // Facts of one day may be told late; what was laid out stays so.
        let ahead = self.laid_to.map_or(ahead, |laid_to| laid_to.max(ahead));
        let slot = rule.quota.slot_at(Dates::new(from, Date::MAX)?, self.anchor.unwrap_or(from), ahead);
        Dates::new(from, slot.map_or(ahead, |slot| slot.whole.last))
    }
}

impl Standing {
    /// What the windows that reach into some days still ask for: the days that are left of each, how many are missing,
    /// and how many more its ceiling allows. Windows that ask for nothing more are left out.
    pub fn demands(&self, rule: &Rule, promise: &str, days: Dates) -> Vec<Demand> {
        let term = self.from.zip(self.laid_to).and_then(|(from, laid_to)| Dates::new(from, laid_to));
        let Some(term) = term else { return Vec::new() };
        let slots = rule.quota.slots(term, self.anchor.unwrap_or(term.first));
        let ask = |slot: &Slot| {
            let inside = |counted: &&Counted| slot.in_force.contains(counted.on);
            let done = self.counted.iter().filter(inside).count() as u32;
            let missing_count = slot.at_least.saturating_sub(done);
            let dates = slot.in_force.overlap(&days).filter(|_| missing_count > 0)?;
            Some(Demand {
                work: promise.to_owned(),
                promise: promise.to_owned(),
                dates,
                missing_count,
                room_count: slot.at_most.map(|most| most.saturating_sub(done)),
            })
        };
        slots.iter().filter_map(ask).collect()
    }
}

/// The window in short, as `2026-Q1`.
fn label(window: Window, slot: &Slot) -> Arc<str> {
    let first = slot.whole.first;
    Arc::from(match window {
        Window::Month => format!("{}-{:02}", first.year(), first.month()),
        Window::Quarter => format!("{}-Q{}", first.year(), (first.month() + 2) / 3),
        Window::HalfYear => format!("{}-H{}", first.year(), (first.month() + 5) / 6),
        Window::Year => first.year().to_string(),
        Window::WholeTerm => "term".to_owned(),
        Window::Yearly(_)
        | Window::Week
        | Window::MonthsFromStart(_)
        | Window::DaysFromStart(_)
        | Window::OnceWithinMonths(_)
        | Window::OnceWithinDays(_) => format!("{}..{}", slot.whole.first, slot.whole.last),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Calendars;
    use crate::fact::{About, Data, Fact};
    use crate::obligation::Subject;
    use crate::terms::{Role, Terms};
    use proptest::prelude::*;

    const FILE: &str = r#"id = "x"
version = "1"
[default]
calendar = "24x7"
waive = "w"
renegotiate = "r"
[[clause]]
id = "A"
text = "each month"
[[promise]]
id = "p"
kind = "quota"
clause = "A"
subject = "site"
start = "s"
end = "e"
count = "c"
uncount = "u"
per = "visit"
at_least = 2
each = "calendar month"
first_partial = "share up"
"#;

    proptest! {
        /// Reading only what the last thing can have changed gives the same as reading everything anew.
        #[test]
        fn the_short_way_is_the_long_way(
            steps in prop::collection::vec((0_i64..12, 0_usize..14, 0_i64..4), 1..60),
            has_end in any::<bool>(),
        ) {
            let terms = Terms::compile(FILE, &Calendars::shipped()).unwrap();
            let promise = &terms.promises()[0];
            let crate::terms::Rule::Quota(rule) = &promise.rule else { panic!() };
            let subject = Subject::new("site", "1");
            let mut at: Timestamp = "2026-01-10T00:00:00Z".parse().unwrap();
            let (mut standings, mut all) = (Vec::new(), Vec::new());
            for (seq, (days, what, back)) in steps.into_iter().enumerate() {
                at += jiff::SignedDuration::from_hours(24 * days + 5);
                let name = match (seq, what) {
                    (0, _) => "s",
                    (_, 0) => "u",
                    (_, 1) => "w",
                    (_, 2) if has_end => "e",
                    (_, 3) => "r",
                    _ => "c",
                };
                let on = (at - jiff::SignedDuration::from_hours(24 * back)).to_string()[..10].to_owned();
                let mut data = Data::new()
                    .with("zone", "Asia/Shanghai")
                    .with("promise", "p")
                    .with("contact", "c")
                    .with("reason", "r")
                    .with("due_at", at + jiff::SignedDuration::from_hours(24 * 40));
                if name == "c" && back > 0 {
                    data = data.with("on", on);
                }
                let about = About::new().with("site", 1).with("visit", if name == "u" { seq / 2 } else { seq });
                let fact = Fact::new(seq as u64 + 1, name, at, about, data);
                let found = promise.conditions.iter().find(|(_, condition)| *condition.on == *name);
                let (role, condition) = found.unwrap();
                let attributes = Data::new().with("zone", "Asia/Shanghai");
                let fold = Fold { terms: &terms, promise, condition, fact: &fact, attributes: &attributes, subject: &subject };
                kinds::fold(fold, *role, &mut standings, &mut all);
                if matches!(role, Role::Own(_)) {
                    let kinds::Standing::Quota(standing) = &standings[0].1 else { panic!() };
                    let (mut standing, mut long) = (standing.clone(), all.clone());
                    let zone = fold.zone(&rule.calendar);
                    settle(rule, &mut standing, fold, &zone, &mut long);
                    let states = |all: &[Obligation]| -> Vec<_> {
                        all.iter().map(|o| (o.cycle, o.state, o.due_at, o.evidence.clone(), o.warn_at.clone())).collect()
                    };
                    prop_assert_eq!(states(&all), states(&long)[..all.len()].to_vec(), "after {} {}", seq, name);
                }
            }
        }
    }
}
