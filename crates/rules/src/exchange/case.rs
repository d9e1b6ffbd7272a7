//! One ticket of another desk: the lines that tell of it, put into one order.

use jiff::Timestamp;

use super::map::{Map, Shape, Target};
use super::moment::{self, NoMoment};
use super::reading::Reading;
use super::{Cells, Fault, Problem};
use crate::text::{LINE_MOST_CHARS, REASON_MOST_CHARS, TEXT_MOST_CHARS};
use crate::tickets::{
    Cause, Channel, Kind,
    severity::{Impact, Severity, propose},
};

/// What a ticket was when it was reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// One line.
    pub title: String,
    /// More of it.
    pub description: Option<String>,
    /// What the customer wanted.
    pub kind: Kind,
    /// How bad it was; where the export does not tell, C7.3 proposes it from the impact.
    pub severity: Severity,
    /// What it did to the customer's service.
    pub impact: Option<Impact>,
    /// How it came in.
    pub channel: Channel,
    /// The customer's name.
    pub customer: String,
    /// The site's name.
    pub site: Option<String>,
    /// Who reported it.
    pub contact_name: Option<String>,
    /// Their telephone.
    pub contact_phone: Option<String>,
    /// The serial number of the unit.
    pub asset: Option<String>,
    /// When, if the export tells it apart from its first row.
    pub reported_at: Option<Timestamp>,
}

/// Where the ticket stood at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Step {
    /// The row that tells it.
    pub row: u64,
    /// When.
    pub at: Timestamp,
    /// Its place among rows of the same moment, as the export counts it.
    pub order: i64,
    /// In which state.
    pub target: Target,
    /// How bad it was then, if told.
    pub severity: Option<Severity>,
    /// Which team had it, if told.
    pub team: Option<String>,
    /// Who had it, if told.
    pub assignee: Option<String>,
    /// The state in the words of the export; stands for the question while the ticket waits.
    pub words: String,
    /// What was at fault, if told.
    pub cause: Option<Cause>,
    /// How it was solved, if told.
    pub solution: Option<String>,
}

/// One row, read.
#[derive(Debug, Clone)]
pub struct Line {
    /// The report, read from the first row of a ticket only.
    pub report: Option<Report>,
    /// What the row tells: one step of an event log, all steps of a ticket that is one row.
    pub steps: Vec<Step>,
}

/// All that an export tells of one ticket.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its key at the other desk.
    pub key: String,
    /// Its first row in the file.
    pub row: u64,
    /// What it was at first.
    pub report: Report,
    /// When it was reported.
    pub reported_at: Timestamp,
    /// What came after, in order; the times never go back.
    pub steps: Vec<Step>,
}

/// Reads the rows of one file.
pub struct RowReader<'a> {
    map: &'a Map,
    /// Nothing in a history happens after this.
    now: Timestamp,
}

impl<'a> RowReader<'a> {
    /// A reader for a map whose columns are found.
    pub fn new(map: &'a Map, now: Timestamp) -> RowReader<'a> {
        RowReader { map, now }
    }

    /// The key of the ticket that a row tells of.
    ///
    /// Errors: [`Problem`] when it is missing.
    pub fn key(&self, row: u64, cells: &dyn Cells) -> Result<String, Problem> {
        let key = &self.map.ticket.key;
        key.text(cells, &self.map.missing).ok_or_else(|| Problem {
            row,
            column: key.column().map(str::to_owned),
            fault: Fault::Required,
        })
    }

    /// Reads a row; `first` says whether it is the first one of its ticket.
    ///
    /// Errors: every problem of the row. Notes go to `notes`.
    pub fn line(
        &self,
        row: u64,
        cells: &dyn Cells,
        first: bool,
        notes: &mut Vec<Problem>,
    ) -> Result<Line, Vec<Problem>> {
        let mut reader = OneRow { map: self.map, now: self.now, row, cells, problems: Vec::new(), notes };
        let report = if first { reader.report() } else { None };
        let steps = match self.map.shape {
            Shape::Events => reader.event().into_iter().collect(),
            Shape::Tickets => reader.moments(report.as_ref().and_then(|report| report.reported_at)),
        };
        if reader.problems.is_empty() { Ok(Line { report, steps }) } else { Err(reader.problems) }
    }
}

struct OneRow<'a> {
    map: &'a Map,
    now: Timestamp,
    row: u64,
    cells: &'a dyn Cells,
    problems: Vec<Problem>,
    notes: &'a mut Vec<Problem>,
}

impl OneRow<'_> {
    fn complain(&mut self, column: Option<&str>, fault: Fault) {
        let problem = Problem { row: self.row, column: column.map(str::to_owned), fault };
        if problem.fault.is_note() { self.notes.push(problem) } else { self.problems.push(problem) }
    }

    fn text(&mut self, reading: &Reading<()>, most_chars: usize) -> Option<String> {
        let text = reading.text(self.cells, &self.map.missing)?;
        if text.contains(char::REPLACEMENT_CHARACTER) {
            self.complain(reading.column(), Fault::Garbled);
            return None;
        }
        // Bytes bound characters from above, so short texts are not counted.
        if text.len() <= most_chars || text.chars().count() <= most_chars {
            return Some(text);
        }
        self.complain(reading.column(), Fault::Cut { kept: most_chars });
        Some(text.chars().take(most_chars - 1).chain(['…']).collect())
    }

    fn optional(&mut self, reading: &Option<Reading<()>>, most_chars: usize) -> Option<String> {
        reading.as_ref().and_then(|reading| self.text(reading, most_chars))
    }

    fn required(&mut self, reading: &Reading<()>, most_chars: usize) -> Option<String> {
        let before = self.problems.len();
        let text = self.text(reading, most_chars);
        if text.is_none() && self.problems.len() == before {
            self.complain(reading.column(), Fault::Required);
        }
        text
    }

    fn word<T: Clone>(&mut self, reading: &Option<Reading<T>>, own: impl Fn(&str) -> Option<T>) -> Option<T> {
        let reading = reading.as_ref()?;
        match reading.word(self.cells, &self.map.missing, own) {
            Ok(word) => word,
            Err(unread) => {
                self.complain(unread.column.as_deref(), unread.fault);
                None
            }
        }
    }

    fn moment(&mut self, reading: &Reading<()>) -> Option<Timestamp> {
        let text = reading.text(self.cells, &self.map.missing)?;
        match moment::read(&self.map.patterns, &text, &self.map.time_zone) {
            Ok(at) if at > self.now => {
                self.complain(reading.column(), Fault::InTheFuture { given: text });
                None
            }
            Ok(at) => Some(at),
            Err(NoMoment::OtherPattern) => {
                self.complain(reading.column(), Fault::NotAMoment { given: text });
                None
            }
            Err(NoMoment::NoSuchTime) => {
                self.complain(reading.column(), Fault::NoSuchTime { given: text });
                None
            }
        }
    }

    fn report(&mut self) -> Option<Report> {
        let map = self.map;
        let ticket = &map.ticket;
        let reported_at = ticket.reported_at.as_ref().and_then(|reading| self.moment(reading));
        if map.shape == Shape::Tickets && reported_at.is_none() && self.problems.is_empty() {
            let column = ticket.reported_at.as_ref().and_then(Reading::column);
            self.complain(column, Fault::Required);
        }
        // A ticket without a title is known by its key, which every ticket has.
        let title = self.text(&ticket.title, LINE_MOST_CHARS);
        let title = title.or_else(|| self.text(&ticket.key, LINE_MOST_CHARS));
        let customer = self.required(&ticket.customer, LINE_MOST_CHARS);
        let impact = self.word(&ticket.impact, |word| word.parse().ok());
        let severity = self.word(&ticket.severity, |word| word.parse().ok());
        let severity = severity.or(impact.map(|impact| propose(None, impact)));
        if severity.is_none() && self.problems.is_empty() {
            let column = ticket.severity.as_ref().and_then(Reading::column);
            self.complain(column.or(ticket.impact.as_ref().and_then(Reading::column)), Fault::Required);
        }
        let report = Report {
            description: self.optional(&ticket.description, TEXT_MOST_CHARS),
            kind: self.word(&ticket.kind, |word| word.parse().ok()).unwrap_or(Kind::Fault),
            channel: self.word(&ticket.channel, |word| word.parse().ok()).unwrap_or(Channel::Import),
            site: self.optional(&ticket.site, LINE_MOST_CHARS),
            contact_name: self.optional(&ticket.contact_name, LINE_MOST_CHARS),
            contact_phone: self.optional(&ticket.contact_phone, LINE_MOST_CHARS),
            asset: self.optional(&ticket.asset, LINE_MOST_CHARS),
            title: title?,
            customer: customer?,
            severity: severity?,
            impact,
            reported_at,
        };
        Some(report)
    }

    fn step(&mut self, at: Timestamp, target: Target, words: String, order: i64) -> Step {
        let ticket = &self.map.ticket;
        Step {
            row: self.row,
            at,
            order,
            target,
            severity: self.word(&ticket.severity, |word| word.parse().ok()),
            team: self.optional(&ticket.team, LINE_MOST_CHARS),
            assignee: self.optional(&ticket.assignee, LINE_MOST_CHARS),
            words,
            cause: self.word(&ticket.cause, |word| word.parse().ok()),
            solution: self.optional(&ticket.solution, TEXT_MOST_CHARS),
        }
    }

    /// The step that a row of an event log tells.
    fn event(&mut self) -> Option<Step> {
        let map = self.map;
        let event = map.event.as_ref()?;
        let at = self.moment(&event.at);
        if at.is_none() && self.problems.is_empty() {
            self.complain(event.at.column(), Fault::Required);
        }
        let target = match event.state.word(self.cells, &map.missing, Target::parse) {
            Ok(target) => target.unwrap_or(Target::Unchanged),
            Err(unread) => {
                self.complain(unread.column.as_deref(), unread.fault);
                Target::Unchanged
            }
        };
        let order = match event.order.as_ref().and_then(|order| {
            order.text(self.cells, &map.missing).map(|text| (order.column(), text.parse::<i64>(), text))
        }) {
            None => 0,
            Some((_, Ok(order), _)) => order,
            Some((column, Err(_), given)) => {
                self.complain(column, Fault::NotANumber { given });
                0
            }
        };
        let words = event.state.text(self.cells, &map.missing).unwrap_or_default();
        let words = words.chars().take(REASON_MOST_CHARS).collect();
        Some(self.step(at?, target, words, order))
    }

    /// The steps of a ticket that is one row.
    fn moments(&mut self, reported_at: Option<Timestamp>) -> Vec<Step> {
        let map = self.map;
        let moments = &map.moments;
        let told = [
            (&moments.handling_started_at, Target::InHandling),
            (&moments.restored_at, Target::Restored),
            (&moments.resolved_at, Target::Resolved),
            (&moments.closed_at, Target::Closed),
            (&moments.cancelled_at, Target::Cancelled),
        ];
        let Some(reported_at) = reported_at else { return Vec::new() };
        // The row tells how things were in the end; who had it and how bad it was is known from the start.
        let mut steps = vec![self.step(reported_at, Target::Reported, String::new(), 0)];
        for (place, (reading, target)) in told.into_iter().enumerate() {
            let Some(reading) = reading else { continue };
            let Some(at) = self.moment(reading) else { continue };
            if at < reported_at {
                let given = reading.text(self.cells, &map.missing).unwrap_or_default();
                self.complain(reading.column(), Fault::BeforeItBegan { given, first: "reported_at" });
                continue;
            }
            steps.push(self.step(at, target, String::new(), place as i64 + 1));
        }
        steps.sort_by_key(|step| (step.at, step.order));
        steps
    }
}

impl Case {
    /// Puts the lines of one ticket together.
    ///
    /// The export's own count decides what followed what; a time that contradicts it is moved to its
    /// neighbour's, and a note says so.
    pub fn assemble(key: String, row: u64, lines: Vec<Line>, notes: &mut Vec<Problem>) -> Option<Case> {
        let mut report = None;
        let mut steps: Vec<Step> = Vec::new();
        for line in lines {
            report = report.or(line.report);
            steps.extend(line.steps);
        }
        let report = report?;
        steps.sort_by_key(|step| (step.order, step.at, step.row));
        settle_times(&mut steps, notes);
        let reported_at = report.reported_at.or(steps.first().map(|step| step.at))?;
        for step in steps.iter_mut().take_while(|step| step.at < reported_at) {
            notes.push(moved(step, reported_at));
            step.at = reported_at;
        }
        Some(Case { key, row, report, reported_at, steps })
    }
}

fn moved(step: &Step, taken: Timestamp) -> Problem {
    Problem { row: step.row, column: None, fault: Fault::TimeMoved { taken: taken.to_string() } }
}

/// More steps than this are set right by the simple rule: a time never goes back.
const SETTLED_STEPS_MAX: usize = 2_000;

/// Moves the times that contradict the order: the heaviest set of steps whose times rise stays, where a
/// step that changes something weighs more than one that repeats.
fn settle_times(steps: &mut [Step], notes: &mut Vec<Problem>) {
    if steps.is_sorted_by_key(|step| step.at) {
        return;
    }
    let mut kept = vec![true; steps.len()];
    if steps.len() <= SETTLED_STEPS_MAX {
        kept = heaviest_rise(steps);
    }
    let mut floor = steps.iter().zip(&kept).find(|(_, kept)| **kept).map_or(steps[0].at, |(step, _)| step.at);
    for (step, kept) in steps.iter_mut().zip(kept) {
        if kept && step.at >= floor {
            floor = step.at;
        } else if step.at != floor {
            notes.push(moved(step, floor));
            step.at = floor;
        }
    }
}

fn heaviest_rise(steps: &[Step]) -> Vec<bool> {
    let tells_more = |place: usize| {
        place == 0 || {
            let (before, step) = (&steps[place - 1], &steps[place]);
            (before.target, &before.team, &before.assignee, before.severity)
                != (step.target, &step.team, &step.assignee, step.severity)
        }
    };
    let mut best: Vec<(u32, Option<usize>)> = Vec::with_capacity(steps.len());
    for place in 0..steps.len() {
        let weight = if tells_more(place) { 2 } else { 1 };
        let before = (0..place)
            .filter(|&earlier| steps[earlier].at <= steps[place].at)
            .max_by_key(|&earlier| best[earlier].0);
        best.push((weight + before.map_or(0, |earlier| best[earlier].0), before));
    }
    let mut kept = vec![false; steps.len()];
    let mut place = (0..steps.len()).max_by_key(|&place| best[place].0);
    while let Some(at) = place {
        kept[at] = true;
        place = best[at].1;
    }
    kept
}
