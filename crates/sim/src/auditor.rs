//! The second judge: slower, simpler, and written from the documents instead of the engine.
//!
//! It reads the commitment file by itself, takes all facts of a subject in order, and says how each obligation
//! must stand. Clocks are walked minute by minute; quotas, rates, gates and stock are counted; the days
//! of a warranty are gone through one by one; rosters are looked at whenever somebody comes or goes. It shares nothing with the engine but the form of a fact and the time zone
//! database. Kinds that it does not know are named, so that nobody takes silence for agreement.

mod clock;
mod coverage;
mod gate;
mod paper;
mod quota;
mod rate;
mod roster;
mod stock;
mod wall;

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::rc::Rc;

use jiff::Timestamp;
use promise::{Data, Fact, Scalar};
use serde::Serialize;
use toml::{Table, Value};

pub use paper::{Clause, Condition, Entry, Paper, Unaudited, scalar, texts};
use wall::Clock;
pub use wall::Minute;

/// The kinds of promise that the auditor judges.
pub const KINDS: [&str; 7] = ["clock", "quota", "rate", "coverage", "gate", "roster", "stock"];

/// How an obligation stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Is {
    #[default]
    Running,
    Paused,
    Met,
    Late,
    Breached,
    Waived,
    Void,
}

impl Is {
    /// Says whether it is still owed.
    pub fn is_open(self) -> bool {
        matches!(self, Is::Running | Is::Paused)
    }
}

/// What a judge says of one obligation. Times count in whole minutes since 1970.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Verdict {
    pub promise: String,
    pub cycle: u32,
    /// Since when; none where the document leaves it to the reader.
    pub started: Option<Minute>,
    pub due: Option<Minute>,
    pub is: Is,
    pub ended: Option<Minute>,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = |at: Option<Minute>| {
            at.and_then(|at| Timestamp::from_second(at * 60).ok())
                .map_or_else(|| "-".to_owned(), |at| at.to_string())
        };
        let is = format!("{:?}", self.is).to_lowercase();
        let (promise, cycle, due) = (&self.promise, self.cycle, at(self.due));
        write!(f, "{promise} #{cycle}: since {}, due {due}, {is} {}", at(self.started), at(self.ended))
    }
}

/// The second judge of one commitment file.
#[derive(Debug)]
pub struct Auditor {
    paper: Paper,
    /// Every name that a promise looks at.
    looked_at: BTreeSet<String>,
    clocks: RefCell<HashMap<(String, Option<String>), Rc<Clock>>>,
}

impl Auditor {
    /// Reads a commitment file, and the calendar files that it names.
    ///
    /// Errors: [`Unaudited`] names what the auditor cannot read.
    pub fn new(text: &str, calendars: &[&str]) -> Result<Auditor, Unaudited> {
        let paper = Paper::read(text, calendars)?;
        let mut looked_at = BTreeSet::from(["zone".to_owned()]);
        for promise in &paper.promises {
            names_of(&promise.scope, &mut looked_at);
            for entry in &promise.entries {
                entry.when.iter().for_each(|when| names_of(when, &mut looked_at));
                looked_at.extend(entry.field.clone());
            }
        }
        Ok(Auditor { paper, looked_at, clocks: RefCell::default() })
    }

    /// The file as the auditor reads it.
    pub fn paper(&self) -> &Paper {
        &self.paper
    }

    /// The promises about a noun that the auditor judges.
    pub fn judged<'a>(&'a self, noun: &'a str) -> impl Iterator<Item = &'a Clause> {
        let is_known = |promise: &&Clause| KINDS.contains(&promise.kind.as_str());
        self.paper.promises.iter().filter(move |promise| promise.subject == noun).filter(is_known)
    }

    /// Judges a subject from all its facts, which stand in the order in which they happened.
    ///
    /// Errors: [`Unaudited`], as for a fact that is not at a whole minute.
    pub fn judge(&self, noun: &str, facts: &[&Fact]) -> Result<Vec<Verdict>, Unaudited> {
        let desk = Desk { auditor: self };
        let mut verdicts = Vec::new();
        if self.judged(noun).any(|promise| promise.kind == "coverage") {
            verdicts.extend(coverage::judge(&desk, facts)?);
        }
        for promise in self.judged(noun).filter(|promise| promise.kind != "coverage") {
            verdicts.extend(match promise.kind.as_str() {
                "clock" => clock::judge(&desk, promise, facts)?,
                "quota" => quota::judge(&desk, promise, facts)?,
                "rate" => rate::judge(&desk, promise, facts)?,
                "gate" => gate::judge(&desk, promise, facts)?,
                "roster" => roster::judge(&desk, promise, facts)?,
                _ => stock::judge(&desk, promise, facts)?,
            });
        }
        verdicts.sort();
        Ok(verdicts)
    }
}

/// Where the auditor sits: what all promises of a file share.
struct Desk<'a> {
    auditor: &'a Auditor,
}

impl Desk<'_> {
    /// What is known of a subject before any fact.
    fn defaults(&self) -> Data {
        let attributes = self.auditor.paper.attributes.iter();
        attributes
            .filter_map(|known| Some((known, known.default.clone()?)))
            .fold(Data::new(), |data, (known, value)| data.with(&known.name, value))
    }

    /// Takes what a fact says of the names that promises look at.
    fn learn(&self, known: &mut Data, fact: &Fact) {
        for name in &self.auditor.looked_at {
            let declared = self.auditor.paper.attributes.iter().find(|attribute| attribute.name == *name);
            let is_heard = declared.is_none_or(|attribute| {
                attribute.from.is_empty() || attribute.from.iter().any(|from| from == fact.name.as_str())
            });
            let said = fact.data.get(name).cloned().or_else(|| fact.about.get(name).map(Scalar::from));
            if let Some(said) = said.filter(|_| is_heard) {
                known.set(name.as_str().into(), said);
            }
        }
    }

    /// The calendar at the subject's site.
    fn clock(&self, calendar: &str, known: &Data) -> Result<Rc<Clock>, Unaudited> {
        let zone = known.text("zone").map(str::to_owned);
        let key = (calendar.to_owned(), zone.clone());
        if let Some(clock) = self.auditor.clocks.borrow().get(&key) {
            return Ok(clock.clone());
        }
        let wall = self.auditor.paper.calendars.get(calendar);
        let wall = wall.ok_or_else(|| Unaudited(format!("the calendar `{calendar}`")))?;
        let clock = Rc::new(wall.at_site(zone.as_deref()));
        self.auditor.clocks.borrow_mut().insert(key, clock.clone());
        Ok(clock)
    }

    /// Walks the facts that a promise hears, each with the roles that it plays and what is known by then.
    fn heard<'f>(&self, promise: &Clause, facts: &[&'f Fact], roles: &[&'static str]) -> Vec<Heard<'f>> {
        let mut known = self.defaults();
        let mut heard = Vec::new();
        for fact in facts {
            self.learn(&mut known, fact);
            if !paper::passes(&promise.scope, &known) {
                continue;
            }
            let roles: Vec<&'static str> =
                roles.iter().filter(|role| promise.hears(role, fact)).copied().collect();
            if !roles.is_empty() {
                heard.push(Heard { fact, roles, known: known.clone() });
            }
        }
        heard
    }
}

/// A fact that means something to a promise.
struct Heard<'f> {
    fact: &'f Fact,
    roles: Vec<&'static str>,
    known: Data,
}

/// The minute at which something happened.
fn minute(at: Timestamp) -> Result<Minute, Unaudited> {
    let is_whole = at.as_microsecond().rem_euclid(60_000_000) == 0;
    is_whole.then(|| at.as_second() / 60).ok_or_else(|| Unaudited(format!("{at}: not a whole minute")))
}

/// The moment that stands in a field.
fn moment(fact: &Fact, field: &str) -> Result<Option<Minute>, Unaudited> {
    let written: Option<Timestamp> = fact.data.text(field).and_then(|text| text.parse().ok());
    written.map(minute).transpose()
}

/// Says whether a fact names the promise, by its id or its clause.
fn names(promise: &Clause, fact: &Fact) -> bool {
    fact.data.text("promise").is_some_and(|named| named == promise.id || named == promise.clause)
}

/// The id under a noun of the fact, else the field of that name.
fn named(fact: &Fact, noun: &str) -> Option<String> {
    let field = || fact.data.get(noun).filter(|value| value.is_present()).map(Scalar::to_string);
    fact.about.get(noun).map(str::to_owned).or_else(field)
}

/// What a field says, in words; empty where it says nothing.
fn words(fact: &Fact, field: &str) -> String {
    fact.data.get(field).filter(|value| value.is_present()).map(Scalar::to_string).unwrap_or_default()
}

fn names_of(test: &Table, names: &mut BTreeSet<String>) {
    for (key, value) in test {
        match (key.as_str(), value) {
            ("any" | "all", Value::Array(many)) => {
                many.iter().filter_map(Value::as_table).for_each(|test| names_of(test, names));
            }
            ("not", Value::Table(test)) => names_of(test, names),
            _ => {
                names.insert(key.clone());
            }
        }
    }
}
