//! What makes the work on a ticket easier: tags, time spent, steps to be ticked off, and a parent for a fault that
//! many report. No clause asks for it, and none is judged by it.

use jiff::Timestamp;

use super::{State, life::Ticket};
use crate::{
    event::{Event, Happening},
    ids::*,
    refusal::{Invalid, Refusal},
    text::{Line, half_width},
};

/// The longest tag, in characters.
const TAG_MOST_CHARS: usize = 40;
/// The most that one entry of time may say: a day and a night.
const SPENT_MOST_MIN: i64 = 24 * 60;

/// Reads a tag: one word or a few, in small letters.
///
/// Errors: [`Invalid`] when it is empty or too long.
pub fn read_tag(field: &'static str, given: &str) -> Result<String, Invalid> {
    let tag = Line::parse(field, &half_width(given).to_lowercase())?;
    if tag.as_str().chars().count() > TAG_MOST_CHARS {
        return Err(Invalid::too_long(field, TAG_MOST_CHARS));
    }
    Ok(tag.into())
}

/// Reads time spent: `25`, `25m`, `1h`, `1h30`, `1:30`, `1.5h`. Units: minutes.
///
/// Errors: [`Invalid`] for what is no time, for nothing, and for more than a day.
pub fn read_spent(field: &'static str, given: &str) -> Result<i64, Invalid> {
    let text = half_width(given).trim().to_lowercase();
    let wrong = || Invalid::new(field, "error-time-spent").with("given", given.trim());
    if text.is_empty() {
        return Err(Invalid::required(field));
    }
    let minutes = if let Some((hours, minutes)) = text.split_once(':').or_else(|| text.split_once('h')) {
        let minutes = minutes.trim().trim_end_matches('m');
        let of_hours = hours.trim().parse::<f64>().map_err(|_| wrong())? * 60.0;
        let more = if minutes.is_empty() { 0 } else { minutes.parse::<u16>().map_err(|_| wrong())? };
        of_hours.round() as i64 + i64::from(more)
    } else {
        text.trim_end_matches('m').trim().parse::<i64>().map_err(|_| wrong())?
    };
    if (1..=SPENT_MOST_MIN).contains(&minutes) { Ok(minutes) } else { Err(wrong()) }
}

fn lives(ticket: &Ticket, verb: &'static str) -> Result<(), Refusal> {
    match ticket.state {
        State::Merged => Err(Refusal::NotInThisState { verb, state: ticket.state.code() }),
        _ => Ok(()),
    }
}

fn happened(ticket: &Ticket, now: Timestamp, event: Event) -> Happening {
    Happening { at: now, about: ticket.about(), event }
}

/// Decides that a ticket bears a tag, or no longer does.
///
/// Errors: a refusal for one that was merged, [`Refusal::AlreadySo`].
pub fn tag(
    ticket: &Ticket,
    tag: &str,
    bears: bool,
    already: bool,
    now: Timestamp,
) -> Result<Happening, Refusal> {
    lives(ticket, "ticket-verb-tag")?;
    if bears == already {
        return Err(Refusal::AlreadySo);
    }
    let tag = tag.to_owned();
    let event = if bears { Event::TicketTagged { tag } } else { Event::TicketUntagged { tag } };
    Ok(happened(ticket, now, event))
}

/// Decides an entry of time spent. Units: minutes.
///
/// Errors: a refusal for a ticket that was merged.
pub fn spend(
    ticket: &Ticket,
    minutes: i64,
    agent: UserId,
    note: Option<&Line>,
    now: Timestamp,
) -> Result<Happening, Refusal> {
    lives(ticket, "ticket-verb-time")?;
    let note = note.map(Line::to_string);
    Ok(happened(ticket, now, Event::TicketTimeSpent { minutes, agent, note }))
}

/// Decides a step to be done.
///
/// Errors: a refusal for a ticket that was merged.
pub fn add_step(ticket: &Ticket, step: i64, text: &Line, now: Timestamp) -> Result<Happening, Refusal> {
    lives(ticket, "ticket-verb-step")?;
    Ok(happened(ticket, now, Event::TicketStepAdded { step, text: text.to_string() }))
}

/// Decides that a step is done, or is to be done again.
///
/// Errors: a refusal for a ticket that was merged, [`Refusal::AlreadySo`].
pub fn tick(
    ticket: &Ticket,
    step: i64,
    text: &str,
    done: bool,
    already: bool,
    now: Timestamp,
) -> Result<Happening, Refusal> {
    lives(ticket, "ticket-verb-step")?;
    if done == already {
        return Err(Refusal::AlreadySo);
    }
    let text = text.to_owned();
    let event =
        if done { Event::TicketStepDone { step, text } } else { Event::TicketStepUndone { step, text } };
    Ok(happened(ticket, now, event))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_read_as_people_write_it() {
        let table = [
            ("25", Ok(25)),
            ("25m", Ok(25)),
            ("1h", Ok(60)),
            ("1h30", Ok(90)),
            ("1h30m", Ok(90)),
            ("1:05", Ok(65)),
            ("1.5h", Ok(90)),
            ("\u{ff12}\u{ff10}", Ok(20)),
            ("0", Err("error-time-spent")),
            ("25h", Err("error-time-spent")),
            ("soon", Err("error-time-spent")),
            ("-5", Err("error-time-spent")),
            (" ", Err("error-required")),
        ];
        for (given, expected) in table {
            assert_eq!(read_spent("spent", given).map_err(|one| one.code), expected, "{given}");
        }
    }

    #[test]
    fn a_tag_is_one_however_it_is_written() {
        assert_eq!(read_tag("tag", " ＶＩＰ ").unwrap(), "vip");
        assert_eq!(read_tag("tag", "停电\n").unwrap(), "停电");
        assert_eq!(read_tag("tag", "").unwrap_err().code, "error-required");
        assert_eq!(read_tag("tag", &"长".repeat(41)).unwrap_err().code, "error-too-long");
    }
}
