//! Suggested dates that satisfy all quotas of a site with the fewest trips. Serves C2.6, C2.7 and C3.6.
//!
//! A demand asks for so many visits inside its dates; one trip serves every demand whose dates hold its day.
//! Demands are taken by their last day, and what one still misses is put on its latest free days. No plan has
//! fewer trips: take any plan, and the demand that ends first; its visits can be moved to its latest days
//! without leaving any other demand, since each other demand that held the earlier day ends no sooner and so
//! holds the later one too (or began after the earlier day, and only gains). What is left is the same question
//! with one demand less.

use super::{Dates, days_between};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Visits that one window of one quota still asks for, or still allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Demand {
    /// What is done on the visit: "maintenance", "inspection".
    pub work: String,
    /// The promise that asks.
    pub promise: String,
    /// What is left of the window: from the first day that can still be planned.
    pub dates: Dates,
    pub missing_count: u32,
    /// How many more the ceiling of the window allows; none where there is no ceiling.
    pub room_count: Option<u32>,
}

/// One suggested trip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    pub on: Date,
    /// How far this one trip may be moved while the others stay.
    pub movable: Dates,
    pub works: Vec<String>,
    /// True when the trip was agreed before and is only used.
    pub agreed: bool,
}

/// A plan and what it could not do.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Trips {
    pub suggestions: Vec<Suggestion>,
    /// Demands, by their place in the input, with the visits for which no free day is left.
    pub unmet: Vec<(usize, u32)>,
    /// Ceilings, by their place in the input, that other quotas of the same work force the plan to exceed.
    pub exceeded: Vec<(usize, u32)>,
}

/// Suggests the fewest trips that satisfy the demands.
///
/// `agreed` are the days of trips that stand already and cost nothing; `is_open` says on which days the site
/// can be visited; `spare_days` is how long before the last possible day a trip should rather be.
pub fn suggest(
    demands: &[Demand],
    agreed: &[Date],
    spare_days: u32,
    is_open: impl Fn(Date) -> bool,
) -> Trips {
    let mut order: Vec<usize> = (0..demands.len()).collect();
    order.sort_by_key(|i| (demands[*i].dates.last, demands[*i].dates.first));
    let mut days: BTreeSet<Date> = agreed.iter().copied().collect();
    let mut unmet = Vec::new();
    for index in order {
        let demand = &demands[index];
        let have = count_in(&days, &demand.dates);
        let missing = demand.missing_count.saturating_sub(have);
        let added = add_latest(&mut days, &demand.dates, missing, &is_open);
        if added < missing {
            unmet.push((index, missing - added));
        }
    }
    unmet.sort_unstable();
    let mut trips = Vec::new();
    for day in days.clone() {
        let is_agreed = agreed.contains(&day);
        let range = movable(demands, &days, day, &is_open);
        let on = if is_agreed { day } else { earlier(&days, day, &range, spare_days, &is_open) };
        days.remove(&day);
        days.insert(on);
        trips.push((on, is_agreed));
    }
    let works = works_by_day(demands, &days);
    let suggestions: Vec<_> = trips
        .into_iter()
        .filter_map(|(on, agreed)| {
            let works = works.get(&on)?.clone();
            Some(Suggestion { on, movable: movable(demands, &days, on, &is_open), works, agreed })
        })
        .collect();
    let exceeded = exceeded(demands, &suggestions);
    Trips { suggestions, unmet, exceeded }
}

fn count_in(days: &BTreeSet<Date>, dates: &Dates) -> u32 {
    days.range(dates.first..=dates.last).count() as u32
}

/// Adds up to `missing` of the latest free open days; returns how many there were.
fn add_latest(
    days: &mut BTreeSet<Date>,
    dates: &Dates,
    missing: u32,
    is_open: &impl Fn(Date) -> bool,
) -> u32 {
    let (mut added, mut day) = (0, dates.last);
    while added < missing && day >= dates.first {
        if is_open(day) && days.insert(day) {
            added += 1;
        }
        let Ok(before) = day.yesterday() else { break };
        day = before;
    }
    added
}

/// The days on which this trip could be while every demand that it satisfies stays satisfied.
fn movable(demands: &[Demand], days: &BTreeSet<Date>, day: Date, is_open: &impl Fn(Date) -> bool) -> Dates {
    let mut range: Option<Dates> = None;
    for demand in demands.iter().filter(|d| d.dates.contains(day)) {
        if count_in(days, &demand.dates) <= demand.missing_count {
            range = Some(match range {
                Some(r) => r.overlap(&demand.dates).unwrap_or(r),
                None => demand.dates,
            });
        }
    }
    let Some(range) = range else { return Dates { first: day, last: day } };
    let is_free = |d: &Date| *d == day || (is_open(*d) && !days.contains(d));
    let first = range.first.series(1.day()).take_while(|d| *d <= day).find(is_free).unwrap_or(day);
    let last = range.last.series((-1).day()).take_while(|d| *d >= day).find(is_free).unwrap_or(day);
    Dates { first, last }
}

/// The latest open free day that leaves `spare_days` before the last possible one, or the day itself.
fn earlier(
    days: &BTreeSet<Date>,
    day: Date,
    range: &Dates,
    spare_days: u32,
    is_open: &impl Fn(Date) -> bool,
) -> Date {
    let spare_days = (spare_days as i32).min(days_between(range.first, range.last));
    let Ok(wanted) = range.last.checked_sub(spare_days.days()) else { return day };
    if wanted >= day {
        return day;
    }
    let is_free = |d: &Date| *d == day || (is_open(*d) && !days.contains(d));
    wanted.series(1.day()).take_while(|d| *d <= day).find(is_free).unwrap_or(day)
}

/// Which work is done on which trip: as few times as its own demands need, as late as they allow.
fn works_by_day(demands: &[Demand], days: &BTreeSet<Date>) -> BTreeMap<Date, Vec<String>> {
    let mut by_work: BTreeMap<&str, Vec<&Demand>> = BTreeMap::new();
    for demand in demands {
        by_work.entry(&demand.work).or_default().push(demand);
    }
    let mut works: BTreeMap<Date, Vec<String>> = BTreeMap::new();
    for (work, mut own) in by_work {
        own.sort_by_key(|d| d.dates.last);
        let mut chosen = BTreeSet::new();
        for demand in own {
            let missing = demand.missing_count.saturating_sub(count_in(&chosen, &demand.dates));
            add_latest(&mut chosen, &demand.dates, missing, &|d| days.contains(&d));
        }
        for day in chosen {
            works.entry(day).or_default().push(work.to_owned());
        }
    }
    works
}

fn exceeded(demands: &[Demand], suggestions: &[Suggestion]) -> Vec<(usize, u32)> {
    let over = |demand: &Demand| {
        let done = suggestions
            .iter()
            .filter(|s| demand.dates.contains(s.on) && s.works.contains(&demand.work))
            .count() as u32;
        demand.room_count.and_then(|room| done.checked_sub(room)).filter(|over| *over > 0)
    };
    demands.iter().enumerate().filter_map(|(i, d)| Some((i, over(d)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(offset: i64) -> Date {
        Date::constant(2026, 1, 1).checked_add(offset.days()).unwrap()
    }

    fn demand(work: &str, first: i64, last: i64, missing_count: u32) -> Demand {
        Demand {
            work: work.to_owned(),
            promise: work.to_owned(),
            dates: Dates { first: day(first), last: day(last) },
            missing_count,
            room_count: None,
        }
    }

    fn told(trips: &Trips) -> Vec<String> {
        trips.suggestions.iter().map(|s| format!("{} {}", s.on, s.works.join("+"))).collect()
    }

    #[test]
    fn one_trip_serves_the_month_and_the_quarter() {
        // January to March: an inspection a month, a maintenance visit a quarter, a visit of the adviser.
        let demands = [
            demand("inspection", 0, 30, 1),
            demand("inspection", 31, 58, 1),
            demand("inspection", 59, 89, 1),
            demand("maintenance", 0, 89, 1),
            demand("adviser", 20, 50, 1),
        ];
        let got = suggest(&demands, &[], 0, |_| true);
        assert_eq!(
            told(&got),
            ["2026-01-31 adviser+inspection", "2026-02-28 inspection", "2026-03-31 inspection+maintenance"]
        );
        assert_eq!(got.suggestions[0].movable, Dates { first: day(20), last: day(30) });
    }

    #[test]
    fn trips_keep_their_distance_from_the_last_day_when_asked() {
        let demands = [demand("inspection", 0, 30, 1), demand("adviser", 25, 50, 1)];
        let got = suggest(&demands, &[], 7, |_| true);
        assert_eq!(told(&got), ["2026-01-26 adviser+inspection"]);
    }

    #[test]
    fn closed_days_and_agreed_trips_are_respected() {
        let demands = [demand("inspection", 0, 9, 2)];
        let weekday = |d: Date| d.weekday().to_monday_zero_offset() < 5;
        // 10 and 11 January 2026 are a weekend; the 9th is a Friday.
        let got = suggest(&demands, &[day(3)], 0, weekday);
        assert_eq!(told(&got), ["2026-01-04 inspection", "2026-01-09 inspection"]);
        assert_eq!(got.suggestions.iter().map(|s| s.agreed).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn what_cannot_be_done_is_named() {
        let got = suggest(&[demand("inspection", 0, 1, 3), demand("adviser", 5, 5, 1)], &[], 0, |_| true);
        assert_eq!(got.unmet, [(0, 1)]);
        let capped = Demand { room_count: Some(1), missing_count: 0, ..demand("inspection", 0, 40, 0) };
        let got = suggest(
            &[demand("inspection", 0, 9, 1), demand("inspection", 10, 19, 1), capped],
            &[],
            0,
            |_| true,
        );
        assert_eq!((got.unmet, got.exceeded), (vec![], vec![(2, 1)]));
    }

    const DAYS: i64 = 9;

    /// Fewest trips by trying every set of days; none when no set will do.
    fn fewest(demands: &[Demand], closed: u32, agreed: u32) -> Option<u32> {
        (0_u32..1 << DAYS)
            .filter(|set| set & closed & !agreed == 0)
            .map(|set| set | agreed)
            .filter(|set| {
                demands.iter().all(|d| {
                    let held = (0..DAYS).filter(|i| set & (1 << i) != 0 && d.dates.contains(day(*i)));
                    held.count() as u32 >= d.missing_count
                })
            })
            .map(|set| (set & !agreed).count_ones())
            .min()
    }

    proptest! {
        #[test]
        fn no_plan_has_fewer_trips(
            asked in prop::collection::vec((0..DAYS, 0..DAYS, 0_u32..4, 0_usize..2), 0..6),
            closed in 0_u32..1 << DAYS,
            agreed in 0_u32..1 << DAYS,
            spare_days in 0_u32..5,
        ) {
            let agreed = agreed & closed.rotate_left(3);
            let demands: Vec<_> = asked
                .iter()
                .map(|(a, b, k, work)| demand(["inspection", "maintenance"][*work], *a.min(b), *a.max(b), *k))
                .collect();
            let agreed_days: Vec<_> = (0..DAYS).filter(|i| agreed & (1 << i) != 0).map(day).collect();
            let is_open = |d: Date| closed & (1 << days_between(day(0), d)) == 0;
            let got = suggest(&demands, &agreed_days, spare_days, is_open);
            let best = fewest(&demands, closed, agreed);
            prop_assert_eq!(got.unmet.is_empty(), best.is_some());
            if let Some(best) = best {
                let added = got.suggestions.iter().filter(|s| !s.agreed).count() as u32;
                prop_assert_eq!(added, best);
                for d in &demands {
                    let served = got
                        .suggestions
                        .iter()
                        .filter(|s| d.dates.contains(s.on) && s.works.contains(&d.work))
                        .count();
                    prop_assert!(served as u32 >= d.missing_count, "{:?} in {:?}", d, got);
                }
            }
            for s in &got.suggestions {
                prop_assert!(s.agreed || is_open(s.on));
                prop_assert!(s.movable.contains(s.on));
            }
        }
    }
}
