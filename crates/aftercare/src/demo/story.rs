//! One ticket of the demo company, lived through with the verbs that people use.

use app::Failure;
use app::kernel::actor::By;
use app::kernel::door::Change;
use app::tickets::store::{self, Due, TicketRow};
use jiff::{SignedDuration, Timestamp};
use rules::Refusal;
use rules::event::Happening;
use rules::ids::*;
use rules::text::{Line, Reason, Text};
use rules::tickets::intake::NewTicket;
use rules::tickets::life::{self, Agreement, Arrival, Delivery, Question, Ticket};
use rules::tickets::{Addressee, Cause, State, Visibility};

/// Something that happened to the ticket, and who said so.
#[allow(clippy::large_enum_variant)] // A few thousand of them live for a moment.
enum Told {
    Happened(Happening, By),
    Note { at: Timestamp, visibility: Visibility, text: Text, by: UserId },
}

/// A ticket under way: each act moves the time on, and none is done that lies beyond the present.
pub struct Story {
    new: NewTicket,
    ticket: Ticket,
    told: Vec<Told>,
    reporter: UserId,
    at: Timestamp,
    now: Timestamp,
    is_over: bool,
}

type Decided = Result<Vec<Happening>, Refusal>;

impl Story {
    /// Begins with the report; the id is given when it is stored.
    pub fn begin(new: NewTicket, reporter: UserId, now: Timestamp) -> Story {
        let ticket = new.ticket(TicketId(0));
        let at = new.reported_at;
        Story { new, ticket, told: Vec::new(), reporter, at, now, is_over: false }
    }

    /// Where it stands.
    pub fn state(&self) -> State {
        self.ticket.state
    }

    /// How long it is from the report to the last act. Units: minutes.
    pub fn age_min(&self) -> i64 {
        self.at.duration_since(self.new.reported_at).as_secs() / 60
    }

    fn wait(&mut self, minutes: i64) -> bool {
        let then = self.at + SignedDuration::from_mins(minutes);
        if self.is_over || then > self.now {
            self.is_over = true;
            return false;
        }
        self.at = then;
        true
    }

    /// Lets time pass and does one act; a refusal is a defect of the story that wants it.
    fn act(
        &mut self,
        after_min: i64,
        by: UserId,
        decide: impl FnOnce(&Ticket, Timestamp) -> Decided,
    ) -> Result<(), Failure> {
        if !self.wait(after_min) {
            return Ok(());
        }
        for happening in decide(&self.ticket, self.at)? {
            self.ticket.apply(&happening);
            self.told.push(Told::Happened(happening, By::User(by)));
        }
        Ok(())
    }

    pub fn assign(
        &mut self,
        after_min: i64,
        by: UserId,
        team: Option<TeamId>,
        assignee: Option<UserId>,
    ) -> Result<(), Failure> {
        self.act(after_min, by, |ticket, at| life::assign(ticket, team, assignee, at))
    }

    pub fn handle(&mut self, after_min: i64, by: UserId) -> Result<(), Failure> {
        self.act(after_min, by, |ticket, at| life::start_handling(ticket, Some(at), None, at))
    }

    pub fn ask(
        &mut self,
        after_min: i64,
        by: UserId,
        addressee: Addressee,
        question: &str,
    ) -> Result<(), Failure> {
        let question = Question {
            addressee,
            addressee_name: None,
            question: Reason::parse("question", question)?,
            reason: None,
        };
        self.act(after_min, by, |ticket, at| life::wait(ticket, question, at))
    }

    pub fn answer(&mut self, after_min: i64, by: UserId, answer: &str) -> Result<(), Failure> {
        let answer = Text::parse("answer", answer)?;
        self.act(after_min, by, |ticket, at| life::answer(ticket, Some(at), answer, at))
    }

    pub fn request_onsite(
        &mut self,
        after_min: i64,
        by: UserId,
        contact: Option<(ContactId, Line)>,
    ) -> Result<(), Failure> {
        self.act(after_min, by, |ticket, at| life::request_onsite(ticket, Some(at), contact, None, at))
    }

    pub fn arrive(
        &mut self,
        after_min: i64,
        engineer: UserId,
        name: &str,
        contact: Option<(ContactId, Line)>,
    ) -> Result<(), Failure> {
        let engineer_name = Line::parse("engineer", name)?;
        self.act(after_min, engineer, |ticket, at| {
            life::arrive(
                ticket,
                Arrival { at: Some(at), engineer, engineer_name, contact, position: None },
                at,
            )
        })
    }

    pub fn analyse(&mut self, after_min: i64, by: UserId) -> Result<(), Failure> {
        self.act(after_min, by, |ticket, at| life::start_remote_analysis(ticket, None, at))
    }

    pub fn diagnose(&mut self, after_min: i64, by: UserId, text: &str) -> Result<(), Failure> {
        let delivery = delivery("诊断结果与处理方法", text)?;
        self.act(after_min, by, |ticket, at| life::deliver_diagnosis(ticket, delivery, at))
    }

    pub fn plan(&mut self, after_min: i64, by: UserId, text: &str) -> Result<(), Failure> {
        let delivery = delivery("紧急故障处理方案", text)?;
        self.act(after_min, by, |ticket, at| life::deliver_plan(ticket, delivery, at))
    }

    /// Both sides agree to another moment for a promise that is open.
    pub fn agree(
        &mut self,
        after_min: i64,
        by: UserId,
        promise: &str,
        longer_hours: i64,
        contact: (ContactId, Line),
    ) -> Result<(), Failure> {
        let agreement = Agreement {
            promise: promise.to_owned(),
            contact: contact.0,
            contact_name: contact.1,
            reason: Reason::parse("reason", "现场当前无法安排停机,经双方协商改约。")?,
        };
        let owed = [promise.to_owned()];
        self.act(after_min, by, |ticket, at| {
            life::agree_deadline(ticket, agreement, at + SignedDuration::from_hours(longer_hours), &owed, at)
        })
    }

    pub fn restore(&mut self, after_min: i64, by: UserId) -> Result<(), Failure> {
        self.act(after_min, by, |ticket, at| life::restore(ticket, Some(at), None, at))
    }

    pub fn resolve(
        &mut self,
        after_min: i64,
        by: UserId,
        cause: Cause,
        solution: &str,
    ) -> Result<(), Failure> {
        let solution = Text::parse("solution", solution)?;
        self.act(after_min, by, |ticket, at| life::resolve(ticket, Some(at), cause, solution, at))
    }

    pub fn close(
        &mut self,
        after_min: i64,
        by: UserId,
        confirmed_by: Option<ContactId>,
    ) -> Result<(), Failure> {
        self.act(after_min, by, |ticket, at| life::close(ticket, confirmed_by, None, at))
    }

    pub fn reopen(&mut self, after_min: i64, by: UserId, reason: &str) -> Result<(), Failure> {
        let reason = Reason::parse("reason", reason)?;
        self.act(after_min, by, |ticket, at| life::reopen(ticket, reason, at))
    }

    pub fn cancel(&mut self, after_min: i64, by: UserId, contact: Option<ContactId>) -> Result<(), Failure> {
        let reason = Reason::parse("reason", "用户自行恢复,撤回报修。")?;
        self.act(after_min, by, |ticket, at| life::cancel(ticket, contact, reason, at))
    }

    pub fn note(
        &mut self,
        after_min: i64,
        by: UserId,
        visibility: Visibility,
        text: &str,
    ) -> Result<(), Failure> {
        let text = Text::parse("text", text)?;
        if self.wait(after_min) {
            self.ticket.version += 1;
            self.told.push(Told::Note { at: self.at, visibility, text, by });
        }
        Ok(())
    }

    /// Stores the ticket and what happened to it.
    pub fn store(self, change: &mut Change<'_>) -> Result<TicketId, Failure> {
        let Story { new, mut ticket, told, reporter, at, .. } = self;
        let reported = new.happened(ticket.id);
        ticket.version += reported.len() as i64;
        let row = TicketRow::of(&new, ticket.clone(), Due::default(), Some(reporter), new.reported_at);
        let id = store::add(change.tx, &TicketRow { updated_at: at, ..row })?;
        ticket.id = id;
        for happening in new.happened(id) {
            let learned_at = happening.at;
            change.happen_then(happening, By::User(reporter), learned_at);
        }
        for told in told {
            match told {
                Told::Happened(mut happening, by) => {
                    happening.about.ticket = Some(id);
                    let learned_at = happening.at;
                    change.happen_then(happening, by, learned_at);
                }
                Told::Note { at, visibility, text, by } => {
                    let note = store::add_note(change.tx, id, visibility, &text, Some(by), at)?;
                    for happening in life::add_note(&ticket, note, visibility, text, at)? {
                        change.happen_then(happening, By::User(by), at);
                    }
                }
            }
        }
        Ok(id)
    }
}

fn delivery(document: &str, text: &str) -> Result<Delivery, Failure> {
    Ok(Delivery {
        at: None,
        document: Line::parse("document", document)?,
        text: Text::parse("text", text)?,
        contact: None,
    })
}
