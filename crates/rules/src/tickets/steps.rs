//! Steps (步骤): what is to be ticked off on a ticket, typed or taken from a checklist (检查单). No clause is judged
//! by them.

use jiff::Timestamp;

use super::{Kind, intake::choice, life::Ticket};
use crate::{
    event::{Event, Happening},
    ids::*,
    refusal::{Invalid, Refusal},
    text::{Line, Reading},
};

/// Steps that a ticket has at most.
pub const STEPS_MOST: usize = 100;
/// Steps of one checklist.
const LIST_MOST: usize = 50;

/// A checklist as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChecklistForm {
    pub title: String,
    /// One step a line.
    pub steps: String,
    /// The kind of ticket that it is for; empty for every kind.
    pub kind: String,
    /// Whether it goes onto each new ticket of that kind by itself.
    pub by_itself: bool,
}

/// A checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checklist {
    pub title: Line,
    pub steps: Vec<Line>,
    pub kind: Option<Kind>,
    pub by_itself: bool,
}

impl ChecklistForm {
    /// Reads the form.
    ///
    /// Errors: every field that is wrong; there is at least one step, and at most fifty.
    pub fn read(&self) -> Result<Checklist, Vec<Invalid>> {
        let mut form = Reading::new();
        let title = form.field(Line::parse("title", &self.title));
        let steps = form.field(read_steps("steps", &self.steps));
        let kind = form.field(choice("kind", &self.kind));
        let by_itself = self.by_itself;
        form.finish((|| Some(Checklist { title: title?, steps: steps?, kind: kind?, by_itself }))())
    }
}

fn read_steps(field: &'static str, given: &str) -> Result<Vec<Line>, Invalid> {
    let lines = given.lines().map(|line| line.trim_start_matches(['-', '*', '\u{b7}', '\u{2022}', ' ']));
    let lines: Vec<&str> = lines.filter(|line| !line.trim().is_empty()).collect();
    match lines.len() {
        0 => Err(Invalid::required(field)),
        1..=LIST_MOST => lines.into_iter().map(|line| Line::parse(field, line)).collect(),
        _ => Err(Invalid::new(field, "error-too-many-steps").with("most", LIST_MOST)),
    }
}

/// Refuses more steps than a ticket has room for. `there` are those that it has.
fn room(there: usize, more: usize) -> Result<(), Refusal> {
    if there + more <= STEPS_MOST {
        return Ok(());
    }
    Err(Refusal::Other { code: "refusal-too-many-steps", args: vec![("most", STEPS_MOST.to_string())] })
}

/// Decides that there is room for some steps more.
///
/// Errors: a refusal for a ticket that was merged, and for more than [`STEPS_MOST`].
pub fn may_add(ticket: &Ticket, there: usize, more: usize) -> Result<(), Refusal> {
    ticket.must_live("ticket-verb-step")?;
    room(there, more)
}

/// Tells of a step that was written down.
pub fn added(ticket: &Ticket, step: i64, text: &Line, now: Timestamp) -> Happening {
    ticket.happened(now, Event::TicketStepAdded { step, text: text.to_string() })
}

/// Tells of a checklist whose steps were put onto a ticket.
pub fn list_added(
    ticket: &Ticket,
    list: ChecklistId,
    steps: usize,
    title: String,
    now: Timestamp,
) -> Happening {
    let steps = i64::try_from(steps).unwrap_or(i64::MAX);
    ticket.happened(now, Event::TicketChecklistAdded { checklist: list, steps, title })
}

/// A step as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub id: i64,
    pub text: String,
    pub done: bool,
}

/// Decides that a step is done, or is to be done again.
///
/// Errors: a refusal for a ticket that was merged, [`Refusal::AlreadySo`].
pub fn tick(ticket: &Ticket, step: &Step, done: bool, now: Timestamp) -> Result<Happening, Refusal> {
    ticket.must_live("ticket-verb-step")?;
    if done == step.done {
        return Err(Refusal::AlreadySo);
    }
    let (step, text) = (step.id, step.text.clone());
    let event =
        if done { Event::TicketStepDone { step, text } } else { Event::TicketStepUndone { step, text } };
    Ok(ticket.happened(now, event))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checklist_is_one_step_a_line() {
        let read = |steps: &str| {
            let form =
                ChecklistForm { title: "断电".into(), steps: steps.into(), ..ChecklistForm::default() };
            form.read().map(|list| list.steps.iter().map(Line::to_string).collect::<Vec<_>>().join("|"))
        };
        let table = [
            ("查电源\n查网线", Ok("查电源|查网线")),
            ("- Power\r\n\r\n * Cable \n", Ok("Power|Cable")),
            (" \n\n", Err("error-required")),
        ];
        for (given, expected) in table {
            let found = read(given);
            assert_eq!(found.as_deref().map_err(|all| all[0].code), expected, "{given:?}");
        }
        assert!(read(&"x\n".repeat(50)).is_ok());
        assert_eq!(read(&"x\n".repeat(51)).unwrap_err()[0].code, "error-too-many-steps");
        assert_eq!(read(&"长".repeat(201)).unwrap_err()[0].code, "error-too-long");
    }

    #[test]
    fn a_ticket_has_room_for_a_hundred_steps() {
        assert_eq!(room(0, STEPS_MOST), Ok(()));
        assert_eq!(room(STEPS_MOST, 1).unwrap_err().code(), "refusal-too-many-steps");
    }
}
