//! Terms: a commitment file, compiled and immutable.
//!
//! A file is compiled once. After that a fact finds the promises that watch it by its name alone, so the work
//! done for a fact is in proportion to what the fact touches.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;

use crate::calendar::{Calendar, Calendars};
use crate::clock::Clock;
use crate::condition::{Condition, Test};
use crate::coverage::{self, CoverageTerms};
use crate::fact::Scalar;
use crate::measure::Measure;
use crate::obligation::{Party, PromiseId};
use crate::problem::Problem;
use crate::{gate, quota, rate, roster, stock};

/// Words by language: `zh-Hans`, `zh-Hant`, `en`; the empty key holds words that serve for all.
pub type Words = BTreeMap<String, String>;

/// A compiled commitment file with its calendars. Immutable, and cheap to share in an `Arc`.
#[derive(Clone, Debug)]
pub struct Terms {
    pub(crate) id: Arc<str>,
    pub(crate) version: Arc<str>,
    /// `id@version`, as obligations carry it.
    pub(crate) label: Arc<str>,
    pub(crate) title: Words,
    pub(crate) effective_on: Option<Date>,
    /// Facts that come from elsewhere than this program, as the file declares them.
    pub(crate) facts: Vec<Arc<str>>,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) clauses: Vec<Clause>,
    pub(crate) readings: Vec<Reading>,
    pub(crate) promises: Vec<Promise>,
    pub(crate) calendars: BTreeMap<Arc<str>, Arc<Calendar>>,
    /// The nouns that promises are about, in the order of the file.
    pub(crate) subjects: Vec<Arc<str>>,
    /// The names whose last value is kept for a subject, because a promise looks at them.
    pub(crate) kept: Vec<Kept>,
    pub(crate) watches: HashMap<Arc<str>, Vec<Watch>>,
    /// By noun, the names of the facts that a promise about it watches or takes a value from.
    pub(crate) heeded: HashMap<Arc<str>, HashSet<Arc<str>>>,
    /// What holds for all coverage promises.
    pub(crate) coverage: Option<Arc<coverage::promise::Shared>>,
    /// What is reckoned over many obligations.
    pub(crate) measures: Vec<Measure>,
}

/// A property of a subject that promises tell apart, as the severity.
#[derive(Clone, Debug)]
pub struct Attribute {
    pub name: Arc<str>,
    /// Every value it may have, in the order of the file; empty where any value may occur.
    pub values: Vec<Scalar>,
    /// True if the first value is the mildest; for other contracts 1 is the worst.
    pub mildest_first: bool,
    /// The clause that defines its values.
    pub clause: Option<Arc<str>>,
    pub names: BTreeMap<String, Words>,
    pub means: BTreeMap<String, Words>,
    /// The facts that set it; empty where any fact may.
    pub from: Vec<Arc<str>>,
    /// What it is before any fact says so.
    pub default: Option<Scalar>,
    pub line: usize,
}

/// A clause of the commitment as it was signed.
#[derive(Clone, Debug)]
pub struct Clause {
    pub id: Arc<str>,
    pub title: Words,
    pub text: Words,
    pub line: usize,
}

/// How both sides agreed to read a place where the text contradicts itself or is silent.
#[derive(Clone, Debug)]
pub struct Reading {
    pub clause: Arc<str>,
    /// The code of the finding that it settles, as `level-without-figure`.
    pub finding: Arc<str>,
    /// The promise that it settles the finding for; none: for every promise of the clause.
    pub promise: Option<Arc<str>>,
    pub agreed: Words,
    pub agreed_on: Option<Date>,
    pub line: usize,
}

/// One promise: what is owed, by whom, for which subjects, and the rule that judges it.
#[derive(Clone, Debug)]
pub struct Promise {
    pub id: PromiseId,
    pub clause: Arc<str>,
    pub title: Words,
    /// The message id of what is owed.
    pub what: Arc<str>,
    /// The noun that it is about, as `ticket`.
    pub subject: Arc<str>,
    pub debtor: Party,
    pub creditor: Party,
    /// An aim rather than a promise: missing it breaks nothing.
    pub is_goal: bool,
    pub scope: Test,
    pub rule: Rule,
    pub conditions: Vec<(Role, Condition)>,
    pub line: usize,
}

/// The kinds of promise. Each is a module of its own.
#[derive(Clone, Debug)]
pub enum Rule {
    Clock(Clock),
    Quota(quota::promise::Rule),
    Rate(rate::promise::Rule),
    Coverage(coverage::promise::Rule),
    Gate(gate::promise::Rule),
    Roster(roster::promise::Rule),
    Stock(stock::promise::Rule),
}

impl Promise {
    /// The key of the file under which a role of this promise stands.
    pub fn key_of(&self, role: Role) -> &'static str {
        let Role::Own(own) = role else { return role.key() };
        let keys: &[&'static str] = match &self.rule {
            Rule::Quota(_) => &quota::promise::ROLES,
            Rule::Rate(_) => &rate::promise::ROLES,
            Rule::Roster(_) => &roster::promise::ROLES,
            Rule::Stock(_) => &stock::promise::ROLES,
            Rule::Gate(_) => &["pass", "deviation"],
            Rule::Coverage(_) => &["out", "back", "replaces", "manufacturer", "charged"],
            Rule::Clock(_) => &[],
        };
        keys.get(usize::from(own)).copied().unwrap_or(match &self.rule {
            Rule::Coverage(_) => "period",
            _ => "need",
        })
    }
}

impl Rule {
    /// The word for the kind in a commitment file.
    pub fn kind(&self) -> &'static str {
        match self {
            Rule::Clock(_) => "clock",
            Rule::Quota(_) => "quota",
            Rule::Rate(_) => "rate",
            Rule::Coverage(_) => "coverage",
            Rule::Gate(_) => "gate",
            Rule::Roster(_) => "roster",
            Rule::Stock(_) => "stock",
        }
    }

    /// The clock, where the promise is one.
    pub fn clock(&self) -> Option<&Clock> {
        match self {
            Rule::Clock(clock) => Some(clock),
            Rule::Quota(_)
            | Rule::Rate(_)
            | Rule::Coverage(_)
            | Rule::Gate(_)
            | Rule::Roster(_)
            | Rule::Stock(_) => None,
        }
    }

    /// The calendars that it runs on.
    pub fn calendars(&self) -> Vec<&Arc<Calendar>> {
        match self {
            Rule::Clock(clock) => {
                let during = clock.entries.iter().filter_map(|entry| entry.during.as_ref());
                let own = clock.entries.iter().map(|entry| &entry.calendar);
                own.chain(during.map(|during| &during.calendar)).collect()
            }
            Rule::Quota(rule) => vec![&rule.calendar],
            Rule::Rate(rule) => vec![&rule.calendar],
            Rule::Coverage(rule) => vec![&rule.calendar],
            Rule::Gate(_) => vec![],
            Rule::Roster(rule) => vec![&rule.calendar],
            Rule::Stock(rule) => vec![&rule.calendar],
        }
    }
}

/// What a fact does to a promise. In the order in which one fact that does several things is applied: it ends
/// before it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    Renegotiate,
    Resume,
    Waive,
    Stop,
    Void,
    Cancel,
    Reset,
    Pause,
    Start,
    /// A role that one kind of promise alone knows, by its number there.
    Own(u8),
}

impl Role {
    /// Every role of a clock, in the order in which they are applied.
    pub const ALL: [Role; 9] = [
        Role::Renegotiate,
        Role::Resume,
        Role::Waive,
        Role::Stop,
        Role::Void,
        Role::Cancel,
        Role::Reset,
        Role::Pause,
        Role::Start,
    ];

    /// The key in a commitment file.
    pub fn key(self) -> &'static str {
        match self {
            Role::Renegotiate => "renegotiate",
            Role::Resume => "resume",
            Role::Waive => "waive",
            Role::Stop => "stop",
            Role::Void => "void",
            Role::Cancel => "cancel",
            Role::Reset => "reset",
            Role::Pause => "pause",
            Role::Start => "start",
            Role::Own(_) => "",
        }
    }
}

/// A promise that watches a fact of some name, and what the fact does to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Watch {
    pub promise: usize,
    pub role: Role,
    pub condition: usize,
}

/// A name whose last value is kept for a subject, and the facts that set it.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub name: Arc<str>,
    pub from: Vec<Arc<str>>,
}

impl Terms {
    /// Compiles a commitment file.
    ///
    /// Errors: every [`Problem`] of the file, with line, column, what was expected and the nearest known word.
    pub fn compile(text: &str, calendars: &Calendars) -> Result<Terms, Vec<Problem>> {
        crate::file::read(text, calendars)
    }

    /// The id of the commitment, as `standard`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The version of the commitment, as `1`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// `id@version`, as obligations carry it.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// What the commitment is called, by language.
    pub fn title(&self) -> &Words {
        &self.title
    }

    /// The date from which the version is in force.
    pub fn effective_on(&self) -> Option<Date> {
        self.effective_on
    }

    /// The clauses as they were signed, in the order of the file.
    pub fn clauses(&self) -> &[Clause] {
        &self.clauses
    }

    /// The clause of an id.
    pub fn clause(&self, id: &str) -> Option<&Clause> {
        self.clauses.iter().find(|clause| &*clause.id == id)
    }

    /// The promises, in the order of the file.
    pub fn promises(&self) -> &[Promise] {
        &self.promises
    }

    /// The promise of an id.
    pub fn promise(&self, id: &str) -> Option<&Promise> {
        self.promises.iter().find(|promise| promise.id.as_str() == id)
    }

    /// The attributes that the file declares.
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// The readings that both sides agreed on.
    pub fn readings(&self) -> &[Reading] {
        &self.readings
    }

    /// The nouns that promises are about.
    pub fn subjects(&self) -> &[Arc<str>] {
        &self.subjects
    }

    /// The calendar of an id, where a promise uses it.
    pub fn calendar(&self, id: &str) -> Option<&Arc<Calendar>> {
        self.calendars.get(id)
    }

    /// The names of the facts that mean something to a promise.
    pub fn watched(&self) -> impl Iterator<Item = &Arc<str>> {
        self.watches.keys()
    }

    /// Whether a fact of this name means something to a promise about `noun`: one watches it, or looks at a value
    /// that it is declared to set.
    pub fn heeds(&self, noun: &str, fact: &str) -> bool {
        self.heeded.get(noun).is_some_and(|names| names.contains(fact))
    }

    /// Whether anything is promised about `noun`.
    pub fn promises_about(&self, noun: &str) -> bool {
        self.heeded.contains_key(noun)
    }

    /// The zone in which the contract counts its days where no site is meant: that of its first calendar.
    pub fn zone(&self) -> jiff::tz::TimeZone {
        let calendar = self.promises.iter().find_map(|promise| promise.rule.calendars().first().copied());
        calendar.map_or(jiff::tz::TimeZone::UTC, |calendar| calendar.hours(None).zone().clone())
    }

    /// What the contract reckons over many obligations, in the order of the file.
    pub fn measures(&self) -> &[Measure] {
        &self.measures
    }

    /// All coverage promises as one set of entries, to ask who pays; none where the file has none.
    pub fn coverage_terms(&self) -> Option<CoverageTerms> {
        let shared = self.coverage.as_ref()?;
        let rules = self.promises.iter().filter_map(|promise| match &promise.rule {
            Rule::Coverage(rule) => Some(rule),
            _ => None,
        });
        Some(coverage::promise::terms_of(shared, rules))
    }

    /// The periods of coverage that a fact of this name begins.
    pub fn periods_begun_by(&self, fact: &str) -> Vec<&str> {
        let Some(shared) = &self.coverage else { return Vec::new() };
        shared.periods.iter().map(|period| &*period.name).filter(|name| shared.begins(name, fact)).collect()
    }

    /// Lays out which promises watch which facts, and which names are kept for a subject.
    pub(crate) fn index(&mut self) {
        for (place, promise) in self.promises.iter().enumerate() {
            for (number, (role, condition)) in promise.conditions.iter().enumerate() {
                let watch = Watch { promise: place, role: *role, condition: number };
                self.watches.entry(condition.on.clone()).or_default().push(watch);
            }
            if !self.subjects.contains(&promise.subject) {
                self.subjects.push(promise.subject.clone());
            }
        }
        for watches in self.watches.values_mut() {
            watches.sort_by_key(|watch| (watch.promise, watch.role, watch.condition));
        }
        let mut names: Vec<Arc<str>> = Vec::new();
        for promise in &self.promises {
            let heeded = self.heeded.entry(promise.subject.clone()).or_default();
            heeded.extend(promise.conditions.iter().map(|(_, condition)| condition.on.clone()));
            if matches!(promise.rule, Rule::Quota(_) | Rule::Rate(_) | Rule::Roster(_)) {
                heeded.insert(Arc::from(crate::engine::TIME_PASSED));
            }
            let mut keep = |name: &Arc<str>| {
                let declared = self.attributes.iter().find(|attribute| attribute.name == *name);
                heeded.extend(declared.into_iter().flat_map(|attribute| attribute.from.iter().cloned()));
                if !names.contains(name) {
                    names.push(name.clone());
                }
            };
            promise.scope.names(&mut keep);
            match &promise.rule {
                Rule::Clock(clock) => clock.names(&mut keep),
                rule if rule.calendars().iter().any(|calendar| calendar.follows_site()) => {
                    keep(&Arc::from(crate::clock::ZONE));
                }
                _ => {}
            }
        }
        let from = |name: &Arc<str>| {
            let declared = self.attributes.iter().find(|attribute| attribute.name == *name);
            declared.map(|attribute| attribute.from.clone()).unwrap_or_default()
        };
        self.kept = names.iter().map(|name| Kept { name: name.clone(), from: from(name) }).collect();
    }
}

impl fmt::Display for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label)
    }
}
