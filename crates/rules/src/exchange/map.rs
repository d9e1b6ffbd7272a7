//! The mapping file: which column of another desk's export holds which field, and what its words mean.
//!
//! `docs/import.md` is its reference.

use std::fmt::Display;
use std::str::FromStr;

use jiff::{civil::Date, tz::TimeZone};
use serde::Deserialize;
use toml::Spanned;

use super::moment::Pattern;
use super::reading::{Reading, Written};
use crate::tickets::{
    Addressee, Cause, Channel, Kind,
    severity::{Impact, Severity},
};

/// What is wrong with a mapping file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapProblem {
    /// The line, from 1; 0 when something is missing.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// The key of the sentence in the locales.
    pub code: &'static str,
    /// The sentence's arguments.
    pub args: Vec<(&'static str, String)>,
}

/// What the rows of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One row per ticket, with a column for each moment.
    Tickets,
    /// Several rows per ticket: each the state of it at a time.
    Events,
}

/// What an import may add when it meets a name for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Create {
    /// Customers, by name.
    pub customers: bool,
    /// Sites of a customer, by name.
    pub sites: bool,
    /// Contacts of a customer, by name.
    pub contacts: bool,
    /// Teams, by name.
    pub teams: bool,
    /// People without a password, by name.
    pub people: bool,
}

/// A contract for customers whom an import adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewContract {
    /// The name of the commitment that it is bound to, in its newest version.
    pub commitment: String,
    /// Its first day.
    pub from_on: Date,
}

/// Where a row says that a ticket stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// Nobody handles it yet.
    Reported,
    /// Somebody handles it.
    InHandling,
    /// It waits for an answer.
    Waiting(Addressee),
    /// The customer can work again.
    Restored,
    /// The cause is dealt with.
    Resolved,
    /// Done.
    Closed,
    /// Withdrawn by the customer.
    Cancelled,
    /// The row does not tell: it stays as it was.
    Unchanged,
}

/// The words for [`Target`] in a mapping file.
pub const TARGETS: [(&str, Target); 11] = [
    ("reported", Target::Reported),
    ("in-handling", Target::InHandling),
    ("waiting-customer", Target::Waiting(Addressee::Customer)),
    ("waiting-manufacturer", Target::Waiting(Addressee::Manufacturer)),
    ("waiting-third-party", Target::Waiting(Addressee::ThirdParty)),
    ("waiting-ourselves", Target::Waiting(Addressee::Ourselves)),
    ("restored", Target::Restored),
    ("resolved", Target::Resolved),
    ("closed", Target::Closed),
    ("cancelled", Target::Cancelled),
    ("unchanged", Target::Unchanged),
];

impl Target {
    /// The word for it in a mapping file.
    pub fn word(self) -> &'static str {
        TARGETS.iter().find(|(_, target)| *target == self).map_or("unchanged", |(name, _)| *name)
    }

    pub(super) fn parse(word: &str) -> Option<Target> {
        TARGETS.iter().find(|(name, _)| *name == word).map(|(_, target)| *target)
    }
}

/// How to read the file itself, where it cannot be found out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FileOptions {
    /// The encoding's label.
    pub encoding: Option<String>,
    /// The character between two cells.
    pub delimiter: Option<char>,
    /// The worksheet's name.
    pub worksheet: Option<String>,
}

/// A mapping file, checked.
#[derive(Debug, Clone)]
pub struct Map {
    /// The name of the other desk; with the ticket's key it finds a ticket again.
    pub source: String,
    /// What the rows are.
    pub shape: Shape,
    /// The zone of moments that name none; also the zone of sites that the import adds.
    pub zone: String,
    /// How to read the file.
    pub file: FileOptions,
    /// What may be added.
    pub create: Create,
    /// The contract that customers whom the import adds get.
    pub contract: Option<NewContract>,
    pub(super) time_zone: TimeZone,
    pub(super) patterns: Vec<Pattern>,
    pub(super) missing: Vec<String>,
    pub(super) ticket: TicketFields,
    pub(super) event: Option<EventFields>,
    pub(super) moments: MomentFields,
}

/// The fields of a ticket.
#[derive(Debug, Clone)]
pub(super) struct TicketFields {
    pub key: Reading<()>,
    pub title: Reading<()>,
    pub reported_at: Option<Reading<()>>,
    pub description: Option<Reading<()>>,
    pub kind: Option<Reading<Kind>>,
    pub severity: Option<Reading<Severity>>,
    pub impact: Option<Reading<Impact>>,
    pub channel: Option<Reading<Channel>>,
    pub customer: Reading<()>,
    pub site: Option<Reading<()>>,
    pub contact_name: Option<Reading<()>>,
    pub contact_phone: Option<Reading<()>>,
    pub asset: Option<Reading<()>>,
    pub team: Option<Reading<()>>,
    pub assignee: Option<Reading<()>>,
    pub cause: Option<Reading<Cause>>,
    pub solution: Option<Reading<()>>,
}

/// The fields of a row that tells of a moment.
#[derive(Debug, Clone)]
pub(super) struct EventFields {
    pub at: Reading<()>,
    pub state: Reading<Target>,
    pub order: Option<Reading<()>>,
}

/// The moments of a ticket that is one row.
#[derive(Debug, Clone, Default)]
pub(super) struct MomentFields {
    pub handling_started_at: Option<Reading<()>>,
    pub restored_at: Option<Reading<()>>,
    pub resolved_at: Option<Reading<()>>,
    pub closed_at: Option<Reading<()>>,
    pub cancelled_at: Option<Reading<()>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenMap {
    source: Spanned<String>,
    shape: Spanned<String>,
    zone: Spanned<String>,
    #[serde(default)]
    dates: Vec<Spanned<String>>,
    #[serde(default)]
    missing: Vec<String>,
    contract: Option<WrittenContract>,
    #[serde(default)]
    file: FileOptions,
    #[serde(default)]
    create: Create,
    ticket: Spanned<WrittenTicket>,
    event: Option<Spanned<WrittenEvent>>,
    moments: Option<Spanned<WrittenMoments>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenContract {
    commitment: String,
    from_on: Spanned<String>,
}

type Field = Option<Spanned<Written>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTicket {
    key: Spanned<Written>,
    title: Spanned<Written>,
    customer: Spanned<Written>,
    reported_at: Field,
    description: Field,
    kind: Field,
    severity: Field,
    impact: Field,
    channel: Field,
    site: Field,
    contact_name: Field,
    contact_phone: Field,
    asset: Field,
    team: Field,
    assignee: Field,
    cause: Field,
    solution: Field,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenEvent {
    at: Spanned<Written>,
    state: Spanned<Written>,
    order: Field,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenMoments {
    handling_started_at: Field,
    restored_at: Field,
    resolved_at: Field,
    closed_at: Field,
    cancelled_at: Field,
}

/// Turns what is written into what can be read, and collects what is wrong on the way.
struct Checker<'a> {
    text: &'a str,
    problems: Vec<MapProblem>,
}

impl Checker<'_> {
    fn complain(&mut self, at: usize, code: &'static str, args: Vec<(&'static str, String)>) {
        let before = self.text.get(..at).unwrap_or("");
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        self.problems.push(MapProblem { line, column, code, args });
    }

    fn needs(&mut self, at: usize, field: &str) {
        self.complain(at, "exchange-map-needs", vec![("field", field.to_owned())]);
    }

    fn words<T: Clone>(
        &mut self,
        written: Spanned<Written>,
        known: &[String],
        word: impl Fn(&str) -> Option<T>,
    ) -> Option<Reading<T>> {
        let at = written.span().start;
        match Reading::compile(written.into_inner(), word) {
            Ok(reading) => Some(reading),
            Err(given) => {
                let args = vec![("given", given), ("known", known.join(", "))];
                self.complain(at, "exchange-map-unknown-word", args);
                None
            }
        }
    }

    fn codes<T: Copy + FromStr + Display>(&mut self, field: Field, all: &[T]) -> Option<Reading<T>> {
        let known: Vec<String> = all.iter().map(T::to_string).collect();
        self.words(field?, &known, |word| word.parse().ok())
    }

    fn text(&mut self, field: Field) -> Option<Reading<()>> {
        self.words(field?, &[], |_| Some(()))
    }
}

impl Map {
    /// Reads a mapping file.
    ///
    /// Errors: every problem found, with its line and column.
    pub fn parse(text: &str) -> Result<Map, Vec<MapProblem>> {
        let written: WrittenMap = match toml::from_str(text) {
            Ok(written) => written,
            Err(error) => {
                let mut checker = Checker { text, problems: Vec::new() };
                let at = error.span().map_or(0, |span| span.start);
                let detail = error.message().replace('\n', " ");
                checker.complain(at, "exchange-map-syntax", vec![("detail", detail)]);
                return Err(checker.problems);
            }
        };
        let mut checker = Checker { text, problems: Vec::new() };
        let map = checker.map(written);
        match map {
            Some(map) if checker.problems.is_empty() => Ok(map),
            _ => Err(checker.problems),
        }
    }

    /// Finds every column of the map in a header.
    ///
    /// Errors: the names that the header lacks, each once.
    pub fn bind(mut self, mut find: impl FnMut(&str) -> Option<usize>) -> Result<Map, Vec<String>> {
        let mut missing = Vec::new();
        let find: &mut dyn FnMut(&str) -> Option<usize> = &mut find;
        macro_rules! bind {
            ($fields:expr => $($field:ident),+ $(,)?) => {
                $( if let Some(reading) = &mut $fields.$field { reading.bind(find, &mut missing); } )+
            };
        }
        let ticket = &mut self.ticket;
        for reading in [&mut ticket.key, &mut ticket.title, &mut ticket.customer] {
            reading.bind(find, &mut missing);
        }
        bind!(ticket => reported_at, description, kind, severity, impact, channel, site, contact_name);
        bind!(ticket => contact_phone, asset, team, assignee, cause, solution);
        if let Some(event) = &mut self.event {
            event.at.bind(find, &mut missing);
            event.state.bind(find, &mut missing);
            bind!(event => order);
        }
        let moments = &mut self.moments;
        bind!(moments => handling_started_at, restored_at, resolved_at, closed_at, cancelled_at);
        missing.sort();
        missing.dedup();
        if missing.is_empty() { Ok(self) } else { Err(missing) }
    }
}

impl Checker<'_> {
    fn map(&mut self, written: WrittenMap) -> Option<Map> {
        let source = written.source.get_ref().trim().to_owned();
        if source.is_empty() || source.chars().count() > 60 {
            self.needs(written.source.span().start, "source");
        }
        let shape = match written.shape.get_ref().as_str() {
            "tickets" => Some(Shape::Tickets),
            "events" => Some(Shape::Events),
            other => {
                let args = vec![("given", other.to_owned()), ("known", "tickets, events".to_owned())];
                self.complain(written.shape.span().start, "exchange-map-unknown-word", args);
                None
            }
        };
        let zone = written.zone.get_ref().clone();
        let time_zone = TimeZone::get(&zone).ok();
        if time_zone.is_none() {
            self.complain(written.zone.span().start, "exchange-map-zone", vec![("given", zone.clone())]);
        }
        let mut patterns = Vec::new();
        for pattern in &written.dates {
            match Pattern::compile(pattern.get_ref()) {
                Ok(compiled) => patterns.push(compiled),
                Err(part) => {
                    let args = vec![("given", pattern.get_ref().clone()), ("part", part)];
                    self.complain(pattern.span().start, "exchange-map-pattern", args);
                }
            }
        }
        // A workbook's own dates arrive in this form, whatever the texts look like.
        if !patterns.contains(&Pattern::Iso) {
            patterns.push(Pattern::Iso);
        }
        let contract = written.contract.and_then(|contract| match contract.from_on.get_ref().parse() {
            Ok(from_on) => Some(NewContract { commitment: contract.commitment, from_on }),
            Err(_) => {
                let args = vec![("given", contract.from_on.get_ref().clone())];
                self.complain(contract.from_on.span().start, "exchange-map-day", args);
                None
            }
        });
        let ticket_at = written.ticket.span().start;
        let (event, moments) = (written.event, written.moments);
        match shape {
            Some(Shape::Events) => {
                if event.is_none() {
                    self.needs(ticket_at, "[event]");
                }
                if let Some(moments) = &moments {
                    let args = vec![("field", "[moments]".to_owned()), ("shape", "events".to_owned())];
                    self.complain(moments.span().start, "exchange-map-not-here", args);
                }
            }
            Some(Shape::Tickets) => {
                if let Some(event) = &event {
                    let args = vec![("field", "[event]".to_owned()), ("shape", "tickets".to_owned())];
                    self.complain(event.span().start, "exchange-map-not-here", args);
                }
                if written.ticket.get_ref().reported_at.is_none() {
                    self.needs(ticket_at, "reported_at");
                }
            }
            None => {}
        }
        let ticket = self.ticket(ticket_at, written.ticket.into_inner());
        let event = event.and_then(|event| self.event(event.into_inner()));
        let moments = moments.map(|moments| self.moments(moments.into_inner())).unwrap_or_default();
        Some(Map {
            source,
            shape: shape?,
            zone,
            file: written.file,
            create: written.create,
            contract,
            time_zone: time_zone?,
            patterns,
            missing: written.missing,
            ticket: ticket?,
            event,
            moments,
        })
    }

    fn ticket(&mut self, at: usize, written: WrittenTicket) -> Option<TicketFields> {
        if written.severity.is_none() && written.impact.is_none() {
            self.needs(at, "severity");
        }
        let key = self.text(Some(written.key));
        let title = self.text(Some(written.title));
        let customer = self.text(Some(written.customer));
        let fields = TicketFields {
            reported_at: self.text(written.reported_at),
            description: self.text(written.description),
            kind: self.codes(written.kind, Kind::ALL),
            severity: self.codes(written.severity, Severity::ALL),
            impact: self.codes(written.impact, Impact::ALL),
            channel: self.codes(written.channel, Channel::ALL),
            site: self.text(written.site),
            contact_name: self.text(written.contact_name),
            contact_phone: self.text(written.contact_phone),
            asset: self.text(written.asset),
            team: self.text(written.team),
            assignee: self.text(written.assignee),
            cause: self.codes(written.cause, Cause::ALL),
            solution: self.text(written.solution),
            key: key?,
            title: title?,
            customer: customer?,
        };
        Some(fields)
    }

    fn event(&mut self, written: WrittenEvent) -> Option<EventFields> {
        let known: Vec<String> = TARGETS.iter().map(|(word, _)| (*word).to_owned()).collect();
        let at = self.text(Some(written.at));
        let state = self.words(written.state, &known, Target::parse);
        let order = self.text(written.order);
        Some(EventFields { at: at?, state: state?, order })
    }

    fn moments(&mut self, written: WrittenMoments) -> MomentFields {
        MomentFields {
            handling_started_at: self.text(written.handling_started_at),
            restored_at: self.text(written.restored_at),
            resolved_at: self.text(written.resolved_at),
            closed_at: self.text(written.closed_at),
            cancelled_at: self.text(written.cancelled_at),
        }
    }
}
