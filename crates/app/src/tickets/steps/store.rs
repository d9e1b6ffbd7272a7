//! Steps and checklists in the database: each statement once.

use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use rules::ids::*;
use rules::text::Line;
use rules::tickets::Kind;
use rules::tickets::steps::{Checklist, ChecklistForm, STEPS_MOST, Step};

/// Checklists that a house keeps at most.
const LISTS_MOST: i64 = 200;
/// Checklists that go onto a new ticket by themselves at most.
const BY_ITSELF_MOST: i64 = 5;

row! {
    /// A step to be ticked off.
    #[derive(Clone, Debug, PartialEq)]
    pub struct StepRow {
        pub id: i64,
        pub text: String,
        pub done_at: Option<Timestamp>,
        pub name: Option<String>,
    }
}

row! {
    /// A checklist as it is stored; its steps are one a line.
    #[derive(Clone, Debug, PartialEq)]
    pub struct ListRow {
        pub id: ChecklistId as int,
        pub title: String,
        pub steps: String,
        pub kind: Option<Kind> as maybe_text,
        pub by_itself: bool,
        pub version: i64,
    }
}

macro_rules! lists {
    ($rest:literal) => {
        concat!("SELECT id, title, steps, kind, by_itself, version FROM checklist ", $rest)
    };
}

statements! {
    static ADD: (i64, String) => (i64,) = "INSERT INTO ticket_step (ticket_id, text) VALUES (?1, ?2) RETURNING id";
    static OF: (i64, i64) => StepRow =
        "SELECT s.id, s.text, s.done_at, a.name FROM ticket_step s LEFT JOIN account a ON a.id = s.done_by
         WHERE s.ticket_id = ?1 ORDER BY s.id LIMIT ?2";
    static TICK: (i64, Option<Timestamp>, Option<i64>) => () =
        "UPDATE ticket_step SET done_at = ?2, done_by = ?3 WHERE id = ?1";

    static LISTS: (i64,) => ListRow = lists!("WHERE archived_at IS NULL ORDER BY title, id LIMIT ?1");
    static LISTS_OF_KIND: (Option<String>, i64) => ListRow =
        lists!("WHERE archived_at IS NULL AND (kind IS NULL OR kind = ?1) ORDER BY title, id LIMIT ?2");
    static BY_THEMSELVES: (Option<String>, i64) => ListRow =
        lists!("WHERE archived_at IS NULL AND by_itself AND (kind IS NULL OR kind = ?1) ORDER BY title, id LIMIT ?2");
    static FIND_LIST: (i64,) => ListRow = lists!("WHERE id = ?1 AND archived_at IS NULL");
    static ADD_LIST: (String, String, Option<String>, bool, i64, Timestamp) => (i64,) =
        "INSERT INTO checklist (title, steps, kind, by_itself, version, created_by, created_at)
         VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6) RETURNING id";
    static SAVE_LIST: (i64, i64, String, String, Option<String>, bool) => () =
        "UPDATE checklist SET title = ?3, steps = ?4, kind = ?5, by_itself = ?6, version = version + 1
         WHERE id = ?1 AND version = ?2 AND archived_at IS NULL";
    static ARCHIVE_LIST: (i64, Option<Timestamp>) => () =
        "UPDATE checklist SET archived_at = ?2 WHERE id = ?1 AND archived_at IS NULL";
}

impl StepRow {
    /// The step as decisions need it.
    pub fn step(&self) -> Step {
        Step { id: self.id, text: self.text.clone(), done: self.done_at.is_some() }
    }
}

impl ListRow {
    /// The row as its form shows it.
    pub fn form(&self) -> ChecklistForm {
        ChecklistForm {
            title: self.title.clone(),
            steps: self.steps.clone(),
            kind: self.kind.map(|kind| kind.code().to_owned()).unwrap_or_default(),
            by_itself: self.by_itself,
        }
    }
}

/// Adds a step; the answer is its id.
pub fn add(tx: &mut Tx, id: TicketId, text: &str) -> Result<i64, Error> {
    Ok(tx.one(&ADD, (id.get(), text))?.0)
}

/// The steps of a ticket, in the order in which they were added.
pub fn of(tx: &mut Tx, id: TicketId) -> Result<Vec<StepRow>, Error> {
    tx.all(&OF, (id.get(), STEPS_MOST as i64))
}

/// Ticks a step off, or opens it again.
pub fn tick(tx: &mut Tx, step: i64, done: Option<(Timestamp, UserId)>) -> Result<(), Error> {
    let (at, by) = (done.map(|(at, _)| at), done.map(|(_, by)| by.get()));
    tx.run(&TICK, (step, at, by)).map(drop)
}

/// Every checklist, by title.
pub fn lists(tx: &mut Tx) -> Result<Vec<ListRow>, Error> {
    tx.all(&LISTS, (LISTS_MOST,))
}

/// The checklists for a kind of ticket, by title.
pub fn lists_of(tx: &mut Tx, kind: Kind) -> Result<Vec<ListRow>, Error> {
    tx.all(&LISTS_OF_KIND, (Some(kind.code()), LISTS_MOST))
}

/// The checklists that go onto each new ticket of a kind.
pub fn by_themselves(tx: &mut Tx, kind: Kind) -> Result<Vec<ListRow>, Error> {
    tx.all(&BY_THEMSELVES, (Some(kind.code()), BY_ITSELF_MOST))
}

/// The checklist with this id.
pub fn find_list(tx: &mut Tx, id: ChecklistId) -> Result<Option<ListRow>, Error> {
    tx.maybe(&FIND_LIST, (id.get(),))
}

fn one_a_line(steps: &[Line]) -> String {
    steps.iter().map(Line::as_str).collect::<Vec<_>>().join("\n")
}

/// Adds a checklist.
pub fn add_list(tx: &mut Tx, list: &Checklist, by: UserId, now: Timestamp) -> Result<ChecklistId, Error> {
    let steps = one_a_line(&list.steps);
    let row = (list.title.as_str(), steps, list.kind.map(Kind::code), list.by_itself, by.get(), now);
    Ok(ChecklistId(tx.one(&ADD_LIST, row)?.0))
}

/// Saves a checklist that was opened with a version. Tells whether it still had it.
pub fn save_list(tx: &mut Tx, id: ChecklistId, seen: i64, list: &Checklist) -> Result<bool, Error> {
    let steps = one_a_line(&list.steps);
    let row = (id.get(), seen, list.title.as_str(), steps, list.kind.map(Kind::code), list.by_itself);
    Ok(tx.run(&SAVE_LIST, row)? > 0)
}

/// Puts a checklist away. Tells whether it was there.
pub fn archive_list(tx: &mut Tx, id: ChecklistId, now: Timestamp) -> Result<bool, Error> {
    Ok(tx.run(&ARCHIVE_LIST, (id.get(), Some(now)))? > 0)
}
