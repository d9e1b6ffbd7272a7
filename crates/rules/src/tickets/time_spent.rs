//! Time spent (用时): who worked on a ticket, how long, at what. No clause is judged by it; what a visit or a repair
//! costs may one day be.

use jiff::Timestamp;

use super::{intake::choice, life::Ticket};
use crate::{
    event::{Event, Happening},
    ids::*,
    refusal::{Invalid, Refusal},
    text::{Line, Reading, half_width},
};

/// The most that one entry may say: a day and a night.
const SPENT_MOST_MIN: i64 = 24 * 60;

codes! {
    /// What the time was spent at.
    pub enum Work("work") {
        /// Looking for the cause, trying, asking.
        Analysis = "analysis",
        /// Speaking with the customer.
        Talk = "talk",
        /// Working on the equipment from afar.
        Remote = "remote",
        /// Working on site.
        OnSite = "on-site",
        /// Going there and back.
        Travel = "travel",
        /// Writing reports, ordering, telling others.
        Paperwork = "paperwork",
    }
}

/// An entry as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SpentForm {
    /// `25`, `1h30`, `1:30`, `1.5h`.
    pub spent: String,
    /// A code of [`Work`]; empty for analysis.
    pub work: String,
    pub note: String,
}

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spent {
    pub minutes: i64,
    pub work: Work,
    pub note: Option<Line>,
}

impl SpentForm {
    /// Reads the form.
    ///
    /// Errors: every field that is wrong.
    pub fn read(&self) -> Result<Spent, Vec<Invalid>> {
        let mut form = Reading::new();
        let minutes = form.field(read_minutes("spent", &self.spent));
        let work = form.field(choice("work", &self.work)).map(|work| work.unwrap_or(Work::Analysis));
        let note = form.field(Line::parse_optional("note", &self.note));
        form.finish((|| Some(Spent { minutes: minutes?, work: work?, note: note? }))())
    }
}

/// Reads a length of time: `25`, `25m`, `1h`, `1h30`, `1:30`, `1.5h`, `1小时30分`. Units: minutes.
///
/// Errors: [`Invalid`] for what is no time, for nothing, and for more than a day.
pub fn read_minutes(field: &'static str, given: &str) -> Result<i64, Invalid> {
    let text = half_width(given).trim().to_lowercase();
    let text = text.replace("小时", "h").replace("小時", "h").replace("分钟", "m").replace(['分'], "m");
    let wrong = || Invalid::new(field, "error-time-spent").with("given", given.trim());
    if text.is_empty() {
        return Err(Invalid::required(field));
    }
    let whole = |text: &str| -> Option<i64> {
        let digits = text.trim().trim_end_matches("min").trim_end_matches('m').trim();
        (!digits.is_empty() && digits.len() <= 4).then(|| digits.parse::<u16>().ok().map(i64::from)).flatten()
    };
    let minutes = match text.split_once(':').or_else(|| text.split_once('h')) {
        Some((hours, rest)) => {
            let (hours, tenths) = hours.trim().split_once('.').unwrap_or((hours.trim(), "0"));
            let tenths = (tenths.len() == 1).then(|| whole(tenths)).flatten().ok_or_else(wrong)?;
            let rest = if rest.trim().is_empty() { 0 } else { whole(rest).ok_or_else(wrong)? };
            whole(hours).ok_or_else(wrong)? * 60 + tenths * 6 + rest
        }
        None => whole(&text).ok_or_else(wrong)?,
    };
    if (1..=SPENT_MOST_MIN).contains(&minutes) { Ok(minutes) } else { Err(wrong()) }
}

/// Decides an entry of time spent; `entry` is its id.
///
/// Errors: a refusal for a ticket that was merged.
pub fn spend(
    ticket: &Ticket,
    entry: i64,
    spent: &Spent,
    agent: UserId,
    now: Timestamp,
) -> Result<Happening, Refusal> {
    ticket.must_live("ticket-verb-time")?;
    let note = spent.note.as_ref().map(Line::to_string);
    let (minutes, work) = (spent.minutes, spent.work);
    Ok(ticket.happened(now, Event::TicketTimeSpent { entry, minutes, work, agent, note }))
}

/// An entry as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub id: i64,
    pub minutes: i64,
    /// Who spent the time.
    pub agent: UserId,
    /// Whether it was taken back.
    pub withdrawn: bool,
}

/// Decides that an entry was a slip and counts no more.
///
/// Errors: a refusal for the entry of somebody else, for one that was taken back, for a ticket that was merged.
pub fn withdraw(ticket: &Ticket, entry: &Entry, by: UserId, now: Timestamp) -> Result<Happening, Refusal> {
    ticket.must_live("ticket-verb-time")?;
    if entry.withdrawn {
        return Err(Refusal::AlreadySo);
    }
    if entry.agent != by {
        return Err(Refusal::other("refusal-time-of-another"));
    }
    Ok(ticket
        .happened(now, Event::TicketTimeWithdrawn { entry: entry.id, minutes: entry.minutes, agent: by }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_read_as_people_write_it() {
        let table = [
            ("25", Ok(25)),
            ("25m", Ok(25)),
            ("25 min", Ok(25)),
            ("1h", Ok(60)),
            ("1h30", Ok(90)),
            ("1h30m", Ok(90)),
            ("1:05", Ok(65)),
            ("1.5h", Ok(90)),
            ("2小时15分", Ok(135)),
            ("40分钟", Ok(40)),
            ("\u{ff12}\u{ff10}", Ok(20)),
            ("24h", Ok(1_440)),
            ("0", Err("error-time-spent")),
            ("25h", Err("error-time-spent")),
            ("1.55h", Err("error-time-spent")),
            ("h", Err("error-time-spent")),
            ("99999999999", Err("error-time-spent")),
            ("nanh", Err("error-time-spent")),
            ("soon", Err("error-time-spent")),
            ("-5", Err("error-time-spent")),
            (" ", Err("error-required")),
        ];
        for (given, expected) in table {
            assert_eq!(read_minutes("spent", given).map_err(|one| one.code), expected, "{given}");
        }
    }

    #[test]
    fn a_form_tells_everything_that_is_wrong() {
        let form = SpentForm { spent: "x".into(), work: "sleep".into(), note: "长".repeat(201) };
        let fields: Vec<_> = form.read().unwrap_err().iter().map(|one| one.field).collect();
        assert_eq!(fields, ["spent", "work", "note"]);
        let plain = SpentForm { spent: "10".into(), ..SpentForm::default() };
        assert_eq!(plain.read(), Ok(Spent { minutes: 10, work: Work::Analysis, note: None }));
    }
}
