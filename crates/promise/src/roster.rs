//! The kind of promise "always somebody". Serves C2.6, C3.7 and C7.7.
//!
//! Duties, leave and swaps go in; out come the stretches of the horizon in which fewer people stand than were
//! promised, and why: nobody was rostered, or who was is away. A dedicated engineer is a roster of one whose
//! duties are appointments (C2.6); a channel that must always be open is one whose duties are the times in
//! which its probe answered (C7.7).
//!
//! Duties are given by the wall clock at their place. On the night of a change of clocks a shift is an hour
//! shorter or longer, and the next one begins where it ends: no gap appears and none hides.

pub mod promise;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A stretch of time, the end not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stretch {
    pub from: Timestamp,
    pub to: Timestamp,
}

impl Stretch {
    /// Errors: `None` when it holds no time.
    pub fn new(from: Timestamp, to: Timestamp) -> Option<Stretch> {
        (from < to).then_some(Stretch { from, to })
    }

    pub fn overlap(&self, other: &Stretch) -> Option<Stretch> {
        Stretch::new(self.from.max(other.from), self.to.min(other.to))
    }

    pub fn seconds(&self) -> i64 {
        self.to.as_second() - self.from.as_second()
    }
}

/// A person on duty for a time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Duty {
    pub person: String,
    pub time: Stretch,
}

/// A person away for a time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Leave {
    pub person: String,
    pub time: Stretch,
    pub reason: String,
}

/// One person stands in for another for a time; agreed by both.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Swap {
    pub person: String,
    pub stand_in: String,
    pub time: Stretch,
}

/// All that is known of one roster.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Roster {
    pub duties: Vec<Duty>,
    pub leave: Vec<Leave>,
    pub swaps: Vec<Swap>,
}

/// A shift as a rota repeats it: by the wall clock, over midnight where it ends no later than it begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    pub person: String,
    pub on: Date,
    pub from: Time,
    pub to: Time,
}

impl Shift {
    /// The shift as a duty in a zone.
    ///
    /// A wall-clock time that the night of a change skips is the moment of the change; one that comes twice is
    /// the first.
    ///
    /// Errors: `None` when the shift holds no time, or leaves the calendar.
    pub fn duty(&self, zone: &TimeZone) -> Option<Duty> {
        let ends_on = if self.to <= self.from { self.on.tomorrow().ok()? } else { self.on };
        let moment = |on: Date, at: Time| {
            let wall = on.to_datetime(at);
            let ambiguous = zone.to_ambiguous_zoned(wall);
            match ambiguous.offset() {
                jiff::tz::AmbiguousOffset::Gap { before, .. } => {
                    // The instant at which the clocks jump: the last reading before it does not exist either.
                    let late = before.to_timestamp(wall).ok()?;
                    let jump = zone.preceding(late + 1.second()).next()?;
                    Some(jump.timestamp())
                }
                jiff::tz::AmbiguousOffset::Unambiguous { .. } | jiff::tz::AmbiguousOffset::Fold { .. } => {
                    ambiguous.compatible().ok().map(|zoned| zoned.timestamp())
                }
            }
        };
        let time = Stretch::new(moment(self.on, self.from)?, moment(ends_on, self.to)?)?;
        Some(Duty { person: self.person.clone(), time })
    }
}

/// Why too few people stand in a gap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Nobody was put on the roster, or fewer than promised.
    NotRostered,
    /// Those who were rostered are away, with the reasons.
    Away(Vec<(String, String)>),
}

/// A stretch in which fewer people stand than were promised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    pub time: Stretch,
    pub have_count: u32,
    pub want_count: u32,
    pub why: Why,
}

impl Roster {
    /// Finds every stretch of the horizon in which fewer than `want_count` different people stand.
    ///
    /// `promised` are the stretches in which somebody must: the whole horizon for 7×24, else the hours of a
    /// calendar. Gaps come in order and are as long as the same count and reason last.
    ///
    /// Source: C3.7.
    pub fn gaps(&self, promised: &[Stretch], want_count: u32) -> Vec<Gap> {
        let standing = self.standing();
        let absent = self.absent();
        let mut gaps: Vec<Gap> = Vec::new();
        for stretch in merged(promised) {
            let mut people = Sweep::new(&standing, stretch);
            let mut away = Sweep::new(&absent, stretch);
            let mut edges: BTreeSet<Timestamp> = [stretch.from, stretch.to].into();
            edges.extend(people.edges());
            edges.extend(away.edges());
            let edges: Vec<_> = edges.into_iter().collect();
            for pair in edges.windows(2) {
                let time = Stretch { from: pair[0], to: pair[1] };
                let have_count = people.at(time.from).len() as u32;
                let away_now = away.at(time.from);
                if have_count >= want_count {
                    continue;
                }
                let why = match away_now.is_empty() {
                    true => Why::NotRostered,
                    false => Why::Away(away_now.keys().map(|(p, r)| (p.clone(), r.clone())).collect()),
                };
                match gaps.last_mut() {
                    Some(last)
                        if last.time.to == time.from && last.have_count == have_count && last.why == why =>
                    {
                        last.time.to = time.to;
                    }
                    _ => gaps.push(Gap { time, have_count, want_count, why }),
                }
            }
        }
        gaps
    }

    /// Who stands when, after swaps and leave.
    pub fn effective(&self) -> Vec<Duty> {
        let mut duties: Vec<Duty> =
            self.standing().into_iter().map(|((person, _), time)| Duty { person, time }).collect();
        duties.sort_by(|a, b| (a.time, &a.person).cmp(&(b.time, &b.person)));
        duties
    }

    /// Duties with swaps carried out: what each person was asked to do.
    fn asked(&self) -> Vec<Duty> {
        let mut asked = Vec::new();
        for duty in &self.duties {
            let swaps: Vec<_> = self.swaps.iter().filter(|s| s.person == duty.person).collect();
            let given: Vec<_> = swaps.iter().map(|s| s.time).collect();
            let rest = without(duty.time, &given);
            asked.extend(rest.into_iter().map(|time| Duty { person: duty.person.clone(), time }));
            let mut taken: Vec<Stretch> = Vec::new();
            for swap in swaps {
                // Where two swaps of the same duty overlap the earlier recorded one stands.
                let Some(time) = swap.time.overlap(&duty.time) else { continue };
                let free = without(time, &taken);
                asked.extend(free.into_iter().map(|time| Duty { person: swap.stand_in.clone(), time }));
                taken.push(time);
            }
        }
        asked
    }

    fn standing(&self) -> Vec<((String, String), Stretch)> {
        let mut standing = Vec::new();
        for duty in self.asked() {
            let away: Vec<_> =
                self.leave.iter().filter(|l| l.person == duty.person).map(|l| l.time).collect();
            let there = without(duty.time, &away);
            standing.extend(there.into_iter().map(|time| ((duty.person.clone(), String::new()), time)));
        }
        standing
    }

    /// Who was asked and is away, with the reason.
    fn absent(&self) -> Vec<((String, String), Stretch)> {
        let mut absent = Vec::new();
        for duty in self.asked() {
            for leave in self.leave.iter().filter(|l| l.person == duty.person) {
                if let Some(time) = leave.time.overlap(&duty.time) {
                    absent.push(((duty.person.clone(), leave.reason.clone()), time));
                }
            }
        }
        absent
    }
}

/// Stretches joined where they touch or overlap, in order.
fn merged(stretches: &[Stretch]) -> Vec<Stretch> {
    let mut sorted = stretches.to_vec();
    sorted.sort();
    let mut joined: Vec<Stretch> = Vec::new();
    for stretch in sorted {
        match joined.last_mut() {
            Some(last) if stretch.from <= last.to => last.to = last.to.max(stretch.to),
            _ => joined.push(stretch),
        }
    }
    joined
}

/// What is left of a stretch when others are taken out.
fn without(stretch: Stretch, taken: &[Stretch]) -> Vec<Stretch> {
    let mut left = Vec::new();
    let mut from = stretch.from;
    for out in merged(taken) {
        left.extend(Stretch::new(from, out.from.min(stretch.to)));
        from = from.max(out.to);
    }
    left.extend(Stretch::new(from, stretch.to));
    left
}

/// Who is there, moving forward through time; each name counts once however often it is rostered.
struct Sweep<'a> {
    changes: Vec<(Timestamp, i32, &'a (String, String))>,
    next: usize,
    now: BTreeMap<&'a (String, String), i32>,
}

impl<'a> Sweep<'a> {
    fn new(stretches: &'a [((String, String), Stretch)], within: Stretch) -> Sweep<'a> {
        let mut changes = Vec::new();
        for (who, time) in stretches {
            if let Some(time) = time.overlap(&within) {
                changes.push((time.from, 1, who));
                changes.push((time.to, -1, who));
            }
        }
        changes.sort_by_key(|(at, by, _)| (*at, *by));
        Sweep { changes, next: 0, now: BTreeMap::new() }
    }

    fn edges(&self) -> impl Iterator<Item = Timestamp> {
        self.changes.iter().map(|(at, _, _)| *at)
    }

    fn at(&mut self, moment: Timestamp) -> &BTreeMap<&'a (String, String), i32> {
        while let Some((at, by, who)) = self.changes.get(self.next)
            && *at <= moment
        {
            *self.now.entry(who).or_insert(0) += by;
            self.next += 1;
        }
        self.now.retain(|_, count| *count != 0);
        &self.now
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// "2026-01-05T08:00Z 2026-01-05T20:00Z"
    fn stretch(text: &str) -> Stretch {
        let (from, to) = text.split_once(' ').unwrap();
        Stretch::new(at(from), at(to)).unwrap()
    }

    fn duty(person: &str, time: &str) -> Duty {
        Duty { person: person.to_owned(), time: stretch(time) }
    }

    fn leave(person: &str, time: &str) -> Leave {
        Leave { person: person.to_owned(), time: stretch(time), reason: "sick".to_owned() }
    }

    fn told(gaps: &[Gap]) -> Vec<String> {
        let why = |w: &Why| match w {
            Why::NotRostered => "not rostered".to_owned(),
            Why::Away(people) => {
                people.iter().map(|(p, r)| format!("{p} {r}")).collect::<Vec<_>>().join(", ")
            }
        };
        gaps.iter()
            .map(|g| {
                format!("{}..{} {}/{} {}", g.time.from, g.time.to, g.have_count, g.want_count, why(&g.why))
            })
            .collect()
    }

    const DAY: &str = "2026-01-05T00:00Z 2026-01-06T00:00Z";

    fn day() -> Roster {
        let duties = vec![
            duty("Li", "2026-01-05T00:00Z 2026-01-05T08:30Z"),
            duty("Wang", "2026-01-05T08:00Z 2026-01-05T16:00Z"),
            duty("Zhao", "2026-01-05T16:00Z 2026-01-06T00:30Z"),
        ];
        Roster { duties, ..Roster::default() }
    }

    #[test]
    fn every_minute_or_the_gap_by_name() {
        let whole = [stretch(DAY)];
        assert_eq!(told(&day().gaps(&whole, 1)), [] as [&str; 0]);

        let mut roster = day();
        roster.duties.remove(1);
        assert_eq!(
            told(&roster.gaps(&whole, 1)),
            ["2026-01-05T08:30:00Z..2026-01-05T16:00:00Z 0/1 not rostered"]
        );

        let mut roster = day();
        roster.leave = vec![leave("Wang", "2026-01-05T12:00Z 2026-01-05T14:00Z")];
        assert_eq!(
            told(&roster.gaps(&whole, 1)),
            ["2026-01-05T12:00:00Z..2026-01-05T14:00:00Z 0/1 Wang sick"]
        );

        let swap = |stand_in: &str| Swap {
            person: "Wang".to_owned(),
            stand_in: stand_in.to_owned(),
            time: stretch("2026-01-05T12:00Z 2026-01-05T14:00Z"),
        };
        roster.swaps = vec![swap("Sun")];
        assert_eq!(told(&roster.gaps(&whole, 1)), [] as [&str; 0]);
        roster.leave.push(leave("Sun", "2026-01-05T13:00Z 2026-01-05T15:00Z"));
        assert_eq!(
            told(&roster.gaps(&whole, 1)),
            ["2026-01-05T13:00:00Z..2026-01-05T14:00:00Z 0/1 Sun sick"]
        );
    }

    #[test]
    fn an_empty_roster_is_one_gap() {
        let gaps = Roster::default().gaps(&[stretch(DAY)], 1);
        assert_eq!(told(&gaps), ["2026-01-05T00:00:00Z..2026-01-06T00:00:00Z 0/1 not rostered"]);
    }

    #[test]
    fn two_are_two_different_people() {
        let mut roster = day();
        roster.duties.push(duty("Wang", "2026-01-05T10:00Z 2026-01-05T11:00Z"));
        let promised = [stretch("2026-01-05T08:00Z 2026-01-05T12:00Z")];
        assert_eq!(
            told(&roster.gaps(&promised, 2)),
            ["2026-01-05T08:30:00Z..2026-01-05T12:00:00Z 1/2 not rostered"]
        );
    }

    #[test]
    fn only_the_promised_hours_count() {
        let promised =
            [stretch("2026-01-05T20:00Z 2026-01-06T02:00Z"), stretch("2026-01-07T08:00Z 2026-01-07T09:00Z")];
        assert_eq!(
            told(&day().gaps(&promised, 1)),
            [
                "2026-01-06T00:30:00Z..2026-01-06T02:00:00Z 0/1 not rostered",
                "2026-01-07T08:00:00Z..2026-01-07T09:00:00Z 0/1 not rostered",
            ]
        );
    }

    fn shift(person: &str, on: &str, from: &str, to: &str) -> Shift {
        Shift {
            person: person.to_owned(),
            on: on.parse().unwrap(),
            from: from.parse().unwrap(),
            to: to.parse().unwrap(),
        }
    }

    #[test]
    fn shifts_over_the_change_of_clocks() {
        for (zone_name, on, from, to, want_h) in [
            ("Europe/Berlin", "2026-03-28", "22:00", "06:00", 7.0), // spring forward at 02:00
            ("Europe/Berlin", "2026-10-24", "22:00", "06:00", 9.0), // back at 03:00
            ("Europe/Berlin", "2026-03-29", "02:30", "06:00", 3.0), // 02:30 does not exist: from 03:00
            ("Europe/Berlin", "2026-03-28", "20:00", "02:30", 6.0), // until 03:00, which was to be 02:00
            ("Australia/Lord_Howe", "2026-10-03", "22:00", "06:00", 7.5),
            ("Asia/Shanghai", "2026-03-28", "22:00", "06:00", 8.0),
            ("Asia/Shanghai", "2026-03-28", "08:00", "08:00", 24.0),
        ] {
            let duty = shift("Li", on, from, to).duty(&zone(zone_name)).unwrap();
            assert_eq!(duty.time.seconds() as f64 / 3600.0, want_h, "{zone_name} {on} {from}-{to}");
        }
    }

    #[test]
    fn shifts_that_meet_on_the_wall_leave_no_gap_in_any_night() {
        for zone_name in ["Europe/Berlin", "Australia/Lord_Howe", "America/New_York", "Asia/Shanghai"] {
            for edge in ["02:00", "02:15", "02:30", "03:00", "01:30"] {
                let zone = zone(zone_name);
                let days = "2026-01-01".parse::<Date>().unwrap().series(1.day()).take(366);
                let duties: Vec<_> = days
                    .flat_map(|on| {
                        let edge = edge.parse().unwrap();
                        let noon = Time::constant(12, 0, 0, 0);
                        let night = Shift { person: "Li".to_owned(), on, from: noon, to: edge };
                        let morning = Shift { person: "Wang".to_owned(), on, from: edge, to: noon };
                        [morning.duty(&zone).unwrap(), night.duty(&zone).unwrap()]
                    })
                    .collect();
                let whole = Stretch { from: duties[0].time.from, to: duties.last().unwrap().time.to };
                let roster = Roster { duties, ..Roster::default() };
                assert_eq!(told(&roster.gaps(&[whole], 1)), [] as [&str; 0], "{zone_name} {edge}");
            }
        }
    }

    proptest! {
        /// The gaps are exactly the hours in which a count person by person finds too few.
        #[test]
        fn agrees_with_counting_heads(
            duties in prop::collection::vec((0_usize..4, 0_i64..40, 1_i64..12), 0..12),
            leave in prop::collection::vec((0_usize..4, 0_i64..40, 1_i64..12), 0..4),
            want_count in 1_u32..3,
        ) {
            let base = at("2026-01-05T00:00Z");
            let hour = |n: i64| base + n.hours();
            let time = |from: i64, length: i64| Stretch { from: hour(from), to: hour(from + length) };
            let roster = Roster {
                duties: duties.iter().map(|(p, f, n)| Duty { person: p.to_string(), time: time(*f, *n) }).collect(),
                leave: leave
                    .iter()
                    .map(|(p, f, n)| Leave { person: p.to_string(), time: time(*f, *n), reason: String::new() })
                    .collect(),
                swaps: vec![],
            };
            let gaps = roster.gaps(&[time(0, 48)], want_count);
            for h in 0..48 {
                let is_on = |p: usize| duties.iter().any(|(q, f, n)| *q == p && (*f..f + n).contains(&h));
                let is_away = |p: usize| leave.iter().any(|(q, f, n)| *q == p && (*f..f + n).contains(&h));
                let heads = (0..4).filter(|p| is_on(*p) && !is_away(*p)).count() as u32;
                let gap = gaps.iter().find(|g| g.time.from <= hour(h) && hour(h) < g.time.to);
                prop_assert_eq!(gap.map(|g| g.have_count), (heads < want_count).then_some(heads), "hour {}", h);
            }
            prop_assert!(gaps.windows(2).all(|pair| pair[0].time.to <= pair[1].time.from));
        }
    }
}
