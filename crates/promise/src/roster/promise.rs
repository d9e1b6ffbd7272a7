//! A roster as a promise: the keys of the file, and how duties, leave and swaps close and open gaps.
//!
//! Every gap ahead is an obligation that is due when the gap begins: filled before, it is met; begun without
//! anybody, it is broken, and nothing that is planned later mends it.

use std::sync::Arc;

use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::{Duty, Gap, Leave, Roster, Stretch, Swap, Why};
use crate::calendar::{Calendar, Hours};
use crate::clock::Warning;
use crate::kinds::{self, Fold};
use crate::obligation::{Obligation, Rederivation, State};
use crate::quota::promise::whole;
use crate::reader::Table;

/// The keys of a roster, beside those that every promise has.
pub(crate) const KEYS: [&str; 11] = [
    "start",
    "end",
    "duty",
    "duty_removed",
    "leave",
    "leave_withdrawn",
    "swap",
    "at_least",
    "ahead_days",
    "calendar",
    "warn_at",
];
/// The keys whose conditions facts meet; their place is the number of the role. The start comes last, so that a fact
/// that also brings a duty opens no gap.
pub(crate) const ROLES: [&str; 7] =
    ["duty", "duty_removed", "leave", "leave_withdrawn", "swap", "end", "start"];
const DUTY: u8 = 0;
const DUTY_REMOVED: u8 = 1;
const LEAVE: u8 = 2;
const LEAVE_WITHDRAWN: u8 = 3;
const SWAP: u8 = 4;
const END: u8 = 5;
const START: u8 = 6;

/// Most stretches of a calendar that one look ahead takes.
const STRETCHES_MAX: usize = 5_000;

/// A roster as a file states it.
#[derive(Clone, Debug)]
pub struct Rule {
    pub at_least: u32,
    pub ahead_days: u32,
    pub calendar: Arc<Calendar>,
    pub warnings: Vec<Warning>,
}

/// Reads the keys of a roster.
pub(crate) fn read(table: &Table<'_, '_>, calendar: Arc<Calendar>, warnings: Vec<Warning>) -> Option<Rule> {
    for key in ["start", "duty"] {
        table.need(key);
    }
    let count = |key: &str, usual: u32| table.get(key).and_then(|item| whole(&item)).unwrap_or(usual);
    Some(Rule { at_least: count("at_least", 1), ahead_days: count("ahead_days", 30), calendar, warnings })
}

/// What a roster keeps between facts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    duties: Vec<(String, Duty)>,
    leave: Vec<(String, Leave)>,
    swaps: Vec<Swap>,
    /// Gaps that are owed, and where their obligations stand.
    open: Vec<(Stretch, usize)>,
    /// The last fact that was heard, and how far ahead was looked then.
    #[serde(default)]
    looked: Option<Stretch>,
    /// The moment of the last fact, if nobody was there right before it.
    #[serde(default)]
    down_at: Option<Timestamp>,
    cycles: u32,
}

pub(crate) fn fold(rule: &Rule, standing: &mut Standing, fold: Fold<'_>, own: u8, all: &mut Vec<Obligation>) {
    let at = fold.fact.at;
    let before = standing.since_looked(rule, fold);
    let zone = fold.zone(&rule.calendar);
    // A civil date is its first moment, so that a duty `to` a day ends as that day begins.
    let moment = |field: &str| {
        let first = |on: jiff::civil::Date| Some(on.to_zoned(zone.clone()).ok()?.timestamp());
        fold.moment(field).or_else(|| first(fold.named_date(field)?))
    };
    let stretch = || Stretch::new(moment("from").unwrap_or(at), moment("to").unwrap_or(Timestamp::MAX));
    let id = |noun: &str| fold.named(noun).unwrap_or_default();
    match own {
        START => {
            standing.from.get_or_insert(moment("from").unwrap_or(at));
            standing.until = moment("until");
        }
        END => standing.until = Some(moment("until").unwrap_or(at)),
        DUTY => {
            if let Some(time) = stretch() {
                let key = id("duty");
                standing.duties.retain(|(known, _)| key.is_empty() || *known != key);
                standing.duties.push((key, Duty { person: id("person"), time }));
            }
        }
        DUTY_REMOVED => {
            let key = id("duty");
            standing.duties.retain(|(known, _)| *known != key);
        }
        LEAVE => {
            if let Some(time) = stretch() {
                let key = id("leave");
                standing.leave.retain(|(known, _)| key.is_empty() || *known != key);
                standing.leave.push((key, Leave { person: id("person"), time, reason: fold.text("reason") }));
            }
        }
        LEAVE_WITHDRAWN => {
            let key = id("leave");
            standing.leave.retain(|(known, _)| *known != key);
        }
        SWAP => {
            if let Some(time) = stretch() {
                standing.swaps.push(Swap { person: id("person"), stand_in: id("stand_in"), time });
            }
        }
        _ => {}
    }
    settle(rule, standing, fold, &before, all);
}

/// Compares the gaps ahead with those that are owed. `before` are the gaps since the last look, as it was planned
/// until now.
fn settle(rule: &Rule, standing: &mut Standing, fold: Fold<'_>, before: &[Gap], all: &mut Vec<Obligation>) {
    let (Some(from), at, seq) = (standing.from, fold.fact.at, fold.fact.seq) else { return };
    let Ok(ahead) = at.checked_add((i64::from(rule.ahead_days) * 24).hours()) else { return };
    let horizon_end = standing.until.map_or(ahead, |until| until.min(ahead));
    let mut still = Vec::new();
    // A gap that began before this fact was seen by nobody: it can no longer be filled.
    for (gap, place) in std::mem::take(&mut standing.open) {
        let obligation = &mut all[place];
        if !obligation.state.is_open() {
            continue;
        }
        let due_at = obligation.due_at.unwrap_or(gap.from);
        if due_at < at && standing.until.is_none_or(|until| due_at < until) {
            kinds::end(obligation, State::Breached { at: due_at }, seq);
        } else {
            still.push((gap, place));
        }
    }
    // Nobody looked so far ahead: these began unseen, and were broken when they began.
    let looked_to = standing.looked.map(|looked| looked.to);
    for gap in before.iter().filter(|gap| looked_to.is_some_and(|to| gap.time.from >= to)) {
        if standing.until.is_none_or(|until| gap.time.from < until) {
            standing.cycles += 1;
            let due_at = gap.time.from;
            let mut obligation = fold.obligation(standing.cycles, due_at, Some(due_at));
            obligation.calendar = Some(rule.calendar.id().clone());
            describe(rule, &mut obligation, gap, fold);
            kinds::end(&mut obligation, State::Breached { at: due_at }, seq);
            all.push(obligation);
        }
    }
    standing.looked = Some(Stretch { from: at, to: horizon_end });
    let gaps = match Stretch::new(from.max(at), horizon_end) {
        Some(horizon) => standing.gaps(rule, fold, horizon),
        None => Vec::new(),
    };
    // A gap that begins now, while nobody was there the moment before, is the rest of one that was broken.
    let was_down = standing.down_at == Some(at) || before.iter().any(|gap| gap.time.to == at);
    standing.down_at = was_down.then_some(at);
    let mut fresh = Vec::new();
    for gap in gaps {
        let is_owed_from_now = still.iter().any(|(known, _)| known.from == gap.time.from);
        if gap.time.from <= at && was_down && !is_owed_from_now {
            continue;
        }
        let known = still.iter().position(|(known, _)| known.overlap(&gap.time).is_some());
        match known {
            Some(index) => {
                let (known, place) = still.remove(index);
                if known != gap.time {
                    narrow(rule, &mut all[place], known, &gap, fold);
                }
                fresh.push((gap.time, place));
            }
            None => {
                standing.cycles += 1;
                let mut obligation = fold.obligation(standing.cycles, at, Some(gap.time.from));
                obligation.calendar = Some(rule.calendar.id().clone());
                describe(rule, &mut obligation, &gap, fold);
                fresh.push((gap.time, all.len()));
                all.push(obligation);
            }
        }
    }
    for (gap, place) in still {
        let beyond = gap.from >= horizon_end;
        let state = if beyond && standing.until.is_some() { State::Void { at } } else { State::Met { at } };
        kinds::end(&mut all[place], state, seq);
    }
    standing.open = fresh;
}

/// How far ahead the next gap is sought. Units: days.
const SEEK_DAYS: i64 = 400;

/// When the plan must be looked at again: so long before the next gap that it is seen in time.
pub(crate) fn look_at(rule: &Rule, standing: &Standing, hours: &Hours) -> Option<Timestamp> {
    let Stretch { from: looked_at, to: looked_to } = standing.looked?;
    if standing.from.is_none() || standing.until.is_some_and(|until| until <= looked_to) {
        return None;
    }
    let sought_to = looked_to.checked_add((SEEK_DAYS * 24).hours()).ok()?;
    // From the last look on, so that what only goes on beyond it is not taken for a new gap.
    let horizon = Stretch::new(looked_at, standing.until.map_or(sought_to, |until| until.min(sought_to)))?;
    let gaps = standing.gaps_on(rule, hours, horizon);
    let next = gaps.iter().map(|gap| gap.time.from).find(|from| *from >= looked_to).unwrap_or(horizon.to);
    let at = next.checked_sub((i64::from(rule.ahead_days) * 24).hours()).ok()?;
    Some(at.max(looked_at.checked_add(1.seconds()).ok()?))
}

fn narrow(rule: &Rule, obligation: &mut Obligation, known: Stretch, gap: &Gap, fold: Fold<'_>) {
    let (at, fact) = (fold.fact.at, fold.fact.seq);
    let is_longer = gap.time.to > known.to;
    if known.from == gap.time.from && is_longer {
        describe(rule, obligation, gap, fold);
        return; // only the horizon moved
    }
    let from = obligation.entry.clone();
    obligation.due_at = Some(gap.time.from);
    obligation.original_due_at = obligation.due_at;
    describe(rule, obligation, gap, fold);
    obligation.rederivations.push(Rederivation { at, from, to: obligation.entry.clone(), fact });
    obligation.evidence.push(fact);
}

fn describe(rule: &Rule, obligation: &mut Obligation, gap: &Gap, fold: Fold<'_>) {
    obligation.entry = Some(label(rule, gap, fold));
    obligation.figure = Some(Arc::from(format!("at least {} on duty", gap.want_count)));
    obligation.warn_at = kinds::warn_at(&rule.warnings, obligation.started_at, gap.time.from);
}

/// The gap in short: how many of how many, and who is away.
fn label(rule: &Rule, gap: &Gap, fold: Fold<'_>) -> Arc<str> {
    let why = match &gap.why {
        Why::NotRostered => "not rostered".to_owned(),
        Why::Away(people) => {
            let away: Vec<_> = people.iter().map(|(person, reason)| format!("{person} {reason}")).collect();
            format!("away: {}", away.join(", "))
        }
    };
    let zone = fold.zone(&rule.calendar);
    let local = |at: Timestamp| at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string();
    Arc::from(format!(
        "{}..{} {}/{} {why}",
        local(gap.time.from),
        local(gap.time.to),
        gap.have_count,
        gap.want_count
    ))
}

impl Standing {
    /// The gaps from the last look up to this fact, as it was planned before it.
    fn since_looked(&self, rule: &Rule, fold: Fold<'_>) -> Vec<Gap> {
        let (Some(from), Some(looked)) = (self.from, self.looked) else { return Vec::new() };
        let to = self.until.map_or(fold.fact.at, |until| until.min(fold.fact.at));
        match Stretch::new(from.max(looked.from), to) {
            Some(horizon) => self.gaps(rule, fold, horizon),
            None => Vec::new(),
        }
    }

    fn gaps(&self, rule: &Rule, fold: Fold<'_>, horizon: Stretch) -> Vec<Gap> {
        self.gaps_on(rule, &rule.calendar.hours(fold.attributes.text(crate::clock::ZONE)), horizon)
    }

    fn gaps_on(&self, rule: &Rule, hours: &Hours, horizon: Stretch) -> Vec<Gap> {
        let reaches = |time: &Stretch| time.overlap(&horizon).is_some();
        let roster = Roster {
            duties: self.duties.iter().map(|(_, duty)| duty.clone()).filter(|d| reaches(&d.time)).collect(),
            leave: self.leave.iter().map(|(_, leave)| leave.clone()).filter(|l| reaches(&l.time)).collect(),
            swaps: self.swaps.iter().filter(|swap| reaches(&swap.time)).cloned().collect(),
        };
        let promised: Vec<Stretch> = if hours.is_always_open() {
            vec![horizon]
        } else {
            let stretches = hours.stretches(horizon.from, horizon.to, STRETCHES_MAX);
            stretches.into_iter().filter_map(|(from, to)| Stretch::new(from, to)).collect()
        };
        roster.gaps(&promised, rule.at_least)
    }
}
