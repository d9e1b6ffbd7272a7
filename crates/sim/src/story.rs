//! Stories: what befell the customers of a world, as facts.
//!
//! The commitment file says which facts mean something to its promises, and with which fields; the story tells
//! those, so that any file can be simulated. Times crowd where deadlines go wrong: a minute before, at and after a
//! due moment, nights on which the clock changes, holidays and make-up days, the ends of months, leap days. People
//! are late, change the severity, ask and answer, reopen, agree on other deadlines, waive, forget required fields,
//! and tell some things days after they happened.

mod fields;

use std::collections::BTreeSet;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use promise::{About, Docket, Fact, Subject, Terms};

use crate::auditor::{Auditor, Clause, Condition, KINDS};
use crate::dice::Dice;

/// The zones that sites lie in: no change of clocks, an hour of it on both halves of the globe, half an hour of it,
/// an odd offset, and one that is a day ahead.
const ZONES: [&str; 8] = [
    "Asia/Shanghai",
    "Asia/Shanghai",
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Auckland",
];
/// The first day of every world.
const FIRST_DAY: Date = Date::constant(2024, 1, 1);
/// Nouns that are there for as long as the contract, whatever is promised about them.
const LASTING: [&str; 3] = ["customer", "site", "contract"];

/// What a world is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct World {
    pub seed: u64,
    pub years: u32,
    pub sites: u32,
}

/// What is told from: a file, as both judges read it.
#[derive(Clone, Copy)]
pub struct Teller<'t> {
    pub terms: &'t Terms,
    pub auditor: &'t Auditor,
}

/// One site of a customer.
#[derive(Clone, Debug)]
struct Site {
    customer: u32,
    number: u32,
    zone: &'static str,
}

/// A thing that a fact can do: the promise, its role, and the condition.
type Word<'t> = (&'t Clause, &'t str, &'t Condition);

impl World {
    /// The customers, each with the numbers of its sites.
    pub fn customers(&self) -> Vec<Vec<u32>> {
        let mut dice = Dice::new(self.seed);
        let (mut customers, mut next) = (Vec::new(), 1);
        while next <= self.sites {
            let last = (next + dice.between(0, 3) as u32).min(self.sites);
            customers.push((next..=last).collect());
            next = last + 1;
        }
        customers
    }

    fn from(&self) -> Timestamp {
        moment(FIRST_DAY, Time::midnight(), &TimeZone::UTC)
    }

    fn minutes(&self) -> i64 {
        i64::from(self.years) * 365 * 1_440
    }
}

impl<'t> Teller<'t> {
    /// Tells everything that befell one customer, in the order in which it was learnt.
    pub fn tell(&self, world: &World, customer: u32, sites: &[u32]) -> Vec<Fact> {
        let mut dice = Dice::new(world.seed).apart(u64::from(customer) + 1);
        let mut facts: Vec<(Timestamp, Fact)> = Vec::new();
        for (place, number) in sites.iter().enumerate() {
            let zone = dice.one_of(&ZONES).copied().unwrap_or("UTC");
            let site = Site { customer, number: *number, zone };
            for noun in self.auditor.paper().subjects() {
                let words = self.words(noun);
                if words.is_empty() {
                    continue;
                }
                if self.is_lasting(noun) {
                    // Only sites are told of each; what else lasts belongs to the customer.
                    let id = if noun == "site" { number.to_string() } else { format!("{customer}") };
                    if noun == "site" || place == 0 {
                        facts.extend(self.lasting(world, &site, Subject::new(noun, &id), &words, &mut dice));
                    }
                    continue;
                }
                let a_year = if noun == "ticket" { 6 } else { 2 };
                for count in 0..world.years * a_year {
                    let subject = Subject::new(noun, &format!("{number}-{}", count + 1));
                    facts.extend(self.episode(world, &site, subject, &words, &mut dice));
                }
            }
        }
        // Recorded as it was learnt; what is learnt at one moment comes in any order.
        dice.shuffle(&mut facts);
        facts.sort_by_key(|(learned_at, _)| *learned_at);
        let numbered = facts.into_iter().enumerate().map(|(place, (learned_at, mut fact))| {
            fact.seq = place as u64 + 1;
            fact.learned_at = learned_at;
            fact
        });
        numbered.collect()
    }

    /// Every fact that means something to a promise about a noun. What lasts leaves out those that are told with
    /// another noun, as the faults of a site with its tickets.
    fn words(&self, noun: &str) -> Vec<Word<'t>> {
        let paper = self.auditor.paper();
        let subjects = paper.subjects();
        let is_lasting = self.is_lasting(noun);
        // A rate is about faults, and those of its tickets alone would be too few to tell anything.
        let is_told_here = |promise: &Clause, condition: &Condition| {
            let prefix = condition.on.split('.').next().unwrap_or_default();
            !is_lasting || promise.kind == "rate" || prefix == noun || !subjects.contains(&prefix)
        };
        let promises = paper.promises.iter().filter(|promise| promise.subject == noun);
        promises
            .filter(|promise| KINDS.contains(&promise.kind.as_str()))
            .flat_map(|promise| {
                promise.roles.iter().map(move |(role, condition)| (promise, role.as_str(), condition))
            })
            .filter(|(promise, _, condition)| is_told_here(promise, condition))
            .collect()
    }

    fn is_lasting(&self, noun: &str) -> bool {
        let promises = self.auditor.paper().promises.iter().filter(|promise| promise.subject == noun);
        LASTING.contains(&noun)
            || promises.into_iter().any(|promise| {
                ["quota", "roster", "stock", "rate", "coverage"].contains(&promise.kind.as_str())
            })
    }

    /// Something that begins, has its troubles and ends, as a ticket.
    fn episode(
        &self,
        world: &World,
        site: &Site,
        subject: Subject,
        words: &[Word<'t>],
        dice: &mut Dice,
    ) -> Vec<(Timestamp, Fact)> {
        let starts: Vec<Word<'t>> = words.iter().filter(|(_, role, _)| *role == "start").copied().collect();
        let mut told = Told::new(self, site, subject, self.beginning(world, site, dice));
        let count = dice.between(1, 14);
        for step in 0..count {
            let some = if step == 0 && !starts.is_empty() { &starts } else { words };
            if let Some(word) = dice.one_of(some) {
                told.step(*word, step == 0, dice);
            }
            let minutes = match dice.below(20) {
                0 => 0,
                1..=7 => dice.between(1, 60),
                8..=13 => dice.between(1, 600),
                14..=17 => dice.between(1, 5_760),
                _ => dice.between(1, 40 * 1_440),
            };
            told.wait(minutes, dice.percent(30), dice);
        }
        told.facts
    }

    /// Something that lasts as long as the contract, as a site.
    fn lasting(
        &self,
        world: &World,
        site: &Site,
        subject: Subject,
        words: &[Word<'t>],
        dice: &mut Dice,
    ) -> Vec<(Timestamp, Fact)> {
        let opens = |role: &str| ["start", "among", "minimum"].contains(&role);
        let closes = |role: &str| role == "end";
        let starts: Vec<Word<'t>> = words.iter().filter(|(_, role, _)| opens(role)).copied().collect();
        let ends: Vec<Word<'t>> = words.iter().filter(|(_, role, _)| closes(role)).copied().collect();
        let usual: Vec<Word<'t>> =
            words.iter().filter(|(_, role, _)| *role != "start" && !closes(role)).copied().collect();
        let mut told = Told::new(self, site, subject, self.beginning_of_service(world, dice));
        let mut names: BTreeSet<&str> = BTreeSet::new();
        for word in starts.iter().filter(|(_, role, _)| *role == "start") {
            // One fact may start several promises.
            if names.insert(&word.2.on) {
                told.step(*word, true, dice);
                told.wait(dice.between(0, 3_000), false, dice);
            }
        }
        let promises: BTreeSet<&str> = words.iter().map(|(promise, ..)| promise.id.as_str()).collect();
        let a_year = (12 * promises.len() as i64).min(48);
        let end = world.from() + SignedDuration::from_mins(world.minutes());
        let pace = 2 * 365 * 1_440 / a_year.max(1);
        while told.at < end {
            let some = if dice.percent(1) && !starts.is_empty() { &starts } else { &usual };
            let Some(word) = dice.one_of(some) else { break };
            told.step(*word, false, dice);
            let minutes = dice.between(0, pace);
            told.wait(minutes, dice.percent(15), dice);
        }
        if dice.percent(40) {
            for word in &ends {
                told.step(*word, false, dice);
                told.wait(dice.between(0, 20_000), false, dice);
            }
        }
        told.facts
    }

    fn beginning_of_service(&self, world: &World, dice: &mut Dice) -> Timestamp {
        world.from() + SignedDuration::from_mins(dice.between(0, 200 * 1_440))
    }

    /// When something begins: at any time, or near a time at which deadlines go wrong.
    fn beginning(&self, world: &World, site: &Site, dice: &mut Dice) -> Timestamp {
        let any = world.from() + SignedDuration::from_mins(dice.between(0, world.minutes() - 1));
        let zone = TimeZone::get(site.zone).unwrap_or(TimeZone::UTC);
        let near = match dice.below(10) {
            // A night on which the clock changes.
            0 | 1 => {
                let end = world.from() + SignedDuration::from_mins(world.minutes());
                zone.following(any).next().map(|change| change.timestamp()).filter(|change| *change < end)
            }
            // A holiday or a make-up day.
            2..=4 => {
                let calendars = self.auditor.paper().calendars.values();
                let mut dates: Vec<Date> = calendars.flat_map(|wall| wall.odd_dates()).collect();
                dates.sort();
                dice.one_of(&dates).map(|on| moment(*on, Time::midnight(), &zone))
            }
            // The end of a month, of February first of all.
            5 => {
                let on = any.to_zoned(zone.clone()).date();
                let month = if dice.percent(50) { Date::new(on.year(), 2, 1).unwrap_or(on) } else { on };
                Some(moment(month.last_of_month(), Time::midnight(), &zone))
            }
            _ => None,
        };
        match near {
            Some(near) => near + SignedDuration::from_mins(dice.between(-2 * 1_440, 2 * 1_440)),
            None => any,
        }
    }
}

/// A story while it is told.
struct Told<'t, 's> {
    teller: &'s Teller<'t>,
    site: &'s Site,
    subject: Subject,
    is_lasting: bool,
    at: Timestamp,
    /// How the engine sees it so far, so that the story can go on near a deadline.
    docket: Docket,
    facts: Vec<(Timestamp, Fact)>,
}

impl<'t, 's> Told<'t, 's> {
    fn new(teller: &'s Teller<'t>, site: &'s Site, subject: Subject, at: Timestamp) -> Self {
        let docket = Docket::of(subject.clone());
        let is_lasting = teller.is_lasting(&subject.noun);
        Told { teller, site, subject, is_lasting, at, docket, facts: Vec::new() }
    }

    /// Tells one fact.
    fn step(&mut self, word: Word<'t>, is_first: bool, dice: &mut Dice) {
        let site = self.site;
        let about = About::new()
            .with("customer", site.customer)
            .with("site", site.number)
            .with("contract", site.customer)
            .with(&self.subject.noun, &self.subject.id);
        let seq = self.facts.len() as u64 + 1;
        let mut fact = Fact::new(seq, &word.2.on, self.at, about, promise::Data::new());
        if dice.percent(92) {
            fact.by = format!("user:{}", dice.between(1, 9));
        }
        fields::fill(&mut fact, word, self.teller.auditor, is_first, dice);
        if is_first || dice.percent(10) {
            fact.data.set("zone".into(), site.zone.into());
        }
        let _ = self.docket.fold(self.teller.terms, &fact);
        // Each late fact has its subject judged again, so what lasts for years hears fewer of them.
        let late = match dice.below(if self.is_lasting { 400 } else { 100 }) {
            0..=7 => dice.between(1, 600),
            8..=11 => dice.between(1, 20_000),
            _ => 0,
        };
        self.facts.push((self.at + SignedDuration::from_mins(late), fact));
    }

    /// Lets time pass: so many minutes, or to a minute before, at or after a moment at which something is due.
    fn wait(&mut self, minutes: i64, near_due: bool, dice: &mut Dice) {
        let open = self.docket.obligations().iter().filter(|obligation| obligation.state.is_open());
        let ahead: Vec<Timestamp> =
            open.filter_map(|obligation| obligation.due_at).filter(|due| *due > self.at).collect();
        let on = ahead.iter().min().or_else(|| dice.one_of(&ahead)).copied().filter(|_| near_due);
        self.at = match on {
            Some(due) => (due + SignedDuration::from_mins(dice.between(-1, 1))).max(self.at),
            None => self.at + SignedDuration::from_mins(minutes),
        };
    }
}

/// The moment at which the wall of a zone shows a time.
fn moment(on: Date, time: Time, zone: &TimeZone) -> Timestamp {
    zone.to_timestamp(on.to_datetime(time)).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// A date some months on.
fn months_on(on: Date, months: i64) -> Date {
    on.checked_add(months.months()).unwrap_or(on)
}
