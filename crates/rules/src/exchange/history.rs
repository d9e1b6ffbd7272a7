//! Lives a ticket's life through the steps of another desk.
//!
//! Each step leads to the state that its row tells, by the verbs of [`crate::tickets::life`]: what people
//! could not have done here, an import cannot do either. Where the other desk jumped (reported, then
//! closed), the steps between happen at the same moment.

use jiff::Timestamp;

use super::case::{Case, Step};
use super::map::{Shape, Target};
use crate::customers::Phone;
use crate::event::Happening;
use crate::ids::*;
use crate::refusal::{Invalid, Refusal};
use crate::text::{Line, Reason, Text};
use crate::tickets::{
    Cause, Kind, State,
    intake::{self, Around, NewTicket, NotTaken, Report},
    life::{self, Question, Ticket},
};

/// Reports the ticket of a case, as the intake takes every report.
///
/// Errors: [`NotTaken`], as for a report that somebody types.
pub fn report(case: &Case, source: &str, around: &Around, now: Timestamp) -> Result<NewTicket, NotTaken> {
    let told = &case.report;
    let line = |field, text: &Option<String>| match text {
        Some(text) => Line::parse_optional(field, text),
        None => Ok(None),
    };
    let report = Report {
        kind: told.kind,
        title: Line::parse("title", &told.title)?,
        description: match &told.description {
            Some(text) => Text::parse_optional("description", text)?,
            None => None,
        },
        channel: told.channel,
        impact: told.impact.filter(|_| told.kind == Kind::Fault),
        severity: Some(case.steps.first().and_then(|step| step.severity).unwrap_or(told.severity)),
        severity_reason: Some(Reason::parse("severity_reason", source)?),
        caller_name: line("caller_name", &told.contact_name)?,
        caller_phone: match &told.contact_phone {
            Some(text) => Phone::parse_optional("caller_phone", text)?,
            None => None,
        },
        onsite: false,
        reported_at: Some(case.reported_at),
        external_ref: Some(external_ref(source, &case.key)?),
    };
    intake::take(report, around, now)
}

/// What a ticket keeps of the other desk: the desk's name and its key there.
///
/// Errors: [`Invalid`] when both together are too long to be kept.
pub fn external_ref(source: &str, key: &str) -> Result<Line, Invalid> {
    Line::parse("external_ref", &format!("{source}:{key}"))
}

/// Who had the ticket at a step, by our ids.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Holder {
    /// The team, if the step tells it.
    pub team: Option<TeamId>,
    /// The person, if the step tells it.
    pub assignee: Option<UserId>,
}

/// Leads the ticket to where a step says it stood.
///
/// Errors: [`Refusal`] of the verb that may not be done; the ticket then stands half-way and is not to be
/// saved.
pub fn advance(
    ticket: &mut Ticket,
    step: &Step,
    holder: Holder,
    source: &str,
) -> Result<Vec<Happening>, Refusal> {
    let mut walk = Walk { ticket, step, source, happened: Vec::new() };
    walk.reopen_if_it_came_back()?;
    if walk.ticket.state.is_open() {
        walk.severity()?;
        walk.assign(holder)?;
        walk.reach(step.target)?;
    }
    Ok(walk.happened)
}

struct Walk<'a> {
    ticket: &'a mut Ticket,
    step: &'a Step,
    source: &'a str,
    happened: Vec<Happening>,
}

impl Walk<'_> {
    fn take(&mut self, decided: Result<Vec<Happening>, Refusal>) -> Result<(), Refusal> {
        for happening in decided? {
            self.ticket.apply(&happening);
            self.happened.push(happening);
        }
        Ok(())
    }

    /// The words of the export, or the name of the other desk where there are none.
    fn words(&self) -> &str {
        let words = self.step.words.trim();
        if words.is_empty() { self.source } else { words }
    }

    fn reason(&self) -> Result<Reason, Refusal> {
        Reason::parse("reason", self.words()).map_err(unwritable)
    }

    fn reopen_if_it_came_back(&mut self) -> Result<(), Refusal> {
        let came_back = match (self.ticket.state, self.step.target) {
            (_, Target::Unchanged | Target::Closed | Target::Cancelled) => false,
            (State::Restored, Target::Reported | Target::InHandling) => true,
            (State::Resolved, Target::Resolved) => false,
            (State::Resolved | State::Closed | State::Cancelled, _) => true,
            (
                State::Reported
                | State::InHandling
                | State::Waiting
                | State::Restored
                | State::Reopened
                | State::Merged,
                _,
            ) => false,
        };
        if came_back { self.take(life::reopen(self.ticket, self.reason()?, self.step.at)) } else { Ok(()) }
    }

    fn severity(&mut self) -> Result<(), Refusal> {
        match self.step.severity {
            Some(severity) if severity != self.ticket.severity => {
                let reason = Reason::parse("reason", self.source).map_err(unwritable)?;
                self.take(life::change_severity(self.ticket, severity, reason, self.step.at))
            }
            Some(_) | None => Ok(()),
        }
    }

    fn assign(&mut self, holder: Holder) -> Result<(), Refusal> {
        let team = holder.team.or(self.ticket.team);
        // Another team without a name: the person of the former team has it no longer.
        let assignee = match holder.assignee {
            Some(assignee) => Some(assignee),
            None if team == self.ticket.team => self.ticket.assignee,
            None => None,
        };
        if (team, assignee) == (self.ticket.team, self.ticket.assignee) {
            return Ok(());
        }
        self.take(life::assign(self.ticket, team, assignee, self.step.at))
    }

    fn answer(&mut self) -> Result<(), Refusal> {
        let at = self.step.at;
        let answer = Text::parse("answer", self.words()).map_err(unwritable)?;
        self.take(life::answer(self.ticket, Some(at), answer, at))
    }

    fn reach(&mut self, target: Target) -> Result<(), Refusal> {
        let at = self.step.at;
        match target {
            Target::Unchanged | Target::Reported => Ok(()),
            Target::InHandling => {
                if self.ticket.state == State::Waiting {
                    self.answer()?;
                }
                match self.ticket.state {
                    State::Reported | State::Reopened => {
                        self.take(life::start_handling(self.ticket, Some(at), None, at))
                    }
                    State::InHandling
                    | State::Waiting
                    | State::Restored
                    | State::Resolved
                    | State::Closed
                    | State::Cancelled
                    | State::Merged => Ok(()),
                }
            }
            Target::Waiting(addressee) => {
                match self.ticket.waiting.as_ref().map(|waiting| waiting.addressee) {
                    Some(already) if already == addressee => return Ok(()),
                    Some(_) => self.answer()?,
                    None => {}
                }
                let question =
                    Question { addressee, addressee_name: None, question: self.reason()?, reason: None };
                self.take(life::wait(self.ticket, question, at))
            }
            Target::Restored => match self.ticket.state {
                State::Restored => Ok(()),
                _ => self.take(life::restore(self.ticket, Some(at), None, at)),
            },
            Target::Resolved => self.resolve(),
            Target::Closed => {
                self.resolve()?;
                self.take(life::close(self.ticket, None, None, at))
            }
            Target::Cancelled => self.take(life::cancel(self.ticket, None, self.reason()?, at)),
        }
    }

    fn resolve(&mut self) -> Result<(), Refusal> {
        if self.ticket.state == State::Resolved {
            return Ok(());
        }
        let at = self.step.at;
        let solution = self.step.solution.as_deref().unwrap_or(self.words());
        let solution = Text::parse("solution", solution).map_err(unwritable)?;
        let cause = self.step.cause.unwrap_or(Cause::Unknown);
        self.take(life::resolve(self.ticket, Some(at), cause, solution, at))
    }
}

/// Words that are nothing but blanks and marks cannot be written down.
fn unwritable(invalid: Invalid) -> Refusal {
    Refusal::Other { code: invalid.code, args: invalid.args }
}

/// What an import remembers of a ticket, to find out what is new the next time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remembered {
    /// How many steps were taken.
    pub steps_count: usize,
    /// What they were.
    pub digest: i64,
    /// Severity and holder as the export last told them.
    pub standing: i64,
    /// When the last one was.
    pub last_at: Timestamp,
}

/// What a file adds to a ticket that was imported before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// The steps that are new.
    pub steps: Vec<Step>,
    /// Whether the file contradicts what it or another one told before.
    pub other_past: bool,
}

/// What to remember of a case.
pub fn remember(shape: Shape, case: &Case) -> Remembered {
    let last_at = case.steps.last().map_or(case.reported_at, |step| step.at);
    Remembered {
        steps_count: case.steps.len(),
        digest: digest(shape, &case.steps),
        standing: standing(case.steps.last()),
        last_at,
    }
}

/// Finds what a case adds to what is remembered of it.
///
/// The same file again adds nothing; a longer one adds its end; one that begins later adds what lies after
/// the last step known. What is on record is never changed.
pub fn news(shape: Shape, case: &Case, before: &Remembered, now: Timestamp) -> News {
    let steps = &case.steps;
    let continues =
        steps.len() >= before.steps_count && digest(shape, &steps[..before.steps_count]) == before.digest;
    let mut added: Vec<Step> = if continues {
        steps[before.steps_count..].to_vec()
    } else {
        steps.iter().filter(|step| step.at > before.last_at).cloned().collect()
    };
    let other_past = !continues && added.len() < steps.len();
    // A row per ticket tells who has it now, not since when.
    if shape == Shape::Tickets
        && added.is_empty()
        && let Some(last) = steps.last()
        && standing(Some(last)) != before.standing
    {
        added.push(Step { at: now, target: Target::Unchanged, ..last.clone() });
    }
    News { steps: added, other_past }
}

fn digest(shape: Shape, steps: &[Step]) -> i64 {
    let mut digest = Fnv::default();
    for step in steps {
        digest.number(step.at.as_microsecond());
        digest.text(step.target.word());
        match shape {
            Shape::Events => digest.standing(step),
            Shape::Tickets => {}
        }
    }
    digest.end()
}

fn standing(step: Option<&Step>) -> i64 {
    let mut digest = Fnv::default();
    if let Some(step) = step {
        digest.standing(step);
    }
    digest.end()
}

/// FNV-1a in 64 bits: the same number on every machine and in every release.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    fn number(&mut self, number: i64) {
        self.bytes(&number.to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as i64);
        self.bytes(text.as_bytes());
    }

    fn standing(&mut self, step: &Step) {
        self.text(step.severity.map_or("", |severity| severity.code()));
        self.text(step.team.as_deref().unwrap_or(""));
        self.text(step.assignee.as_deref().unwrap_or(""));
    }

    fn end(self) -> i64 {
        i64::from_le_bytes(self.0.to_le_bytes())
    }
}

#[cfg(test)]
#[path = "history_tests.rs"]
mod tests;
