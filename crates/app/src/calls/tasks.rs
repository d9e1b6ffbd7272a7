//! What is owed to callers, in the database: each statement once.

use db::{Error, Query, Tx, row, statements};
use jiff::Timestamp;
use rules::calls::task::{Task, Window};
use rules::calls::{Answer, Attempt, TaskKind};
use rules::ids::*;

/// Tasks that a person can hand over in one go.
pub const HANDED_MOST: i64 = 200;

row! {
    /// A task as it is stored.
    #[derive(Clone, Debug, PartialEq)]
    pub struct TaskRow {
        pub id: CallTaskId as int,
        pub call_id: CallId as int,
        pub kind: TaskKind as text,
        pub owner_id: Option<UserId> as maybe_int,
        pub due_at: Timestamp,
        pub from_at: Option<Timestamp>,
        pub until_at: Option<Timestamp>,
        pub attempts: i64,
        pub last_result: Option<Attempt> as maybe_text,
        pub last_tried_at: Option<Timestamp>,
        pub answer: Option<Answer> as maybe_text,
        pub hand_over_id: Option<HandOverId> as maybe_int,
        pub created_at: Timestamp,
        pub done_at: Option<Timestamp>,
    }
}

row! {
    /// A task in a list, with whom to call and about what.
    #[derive(Clone, Debug, PartialEq)]
    pub struct TaskLine {
        pub id: CallTaskId as int,
        pub call_id: CallId as int,
        pub kind: TaskKind as text,
        pub owner_id: Option<UserId> as maybe_int,
        pub owner: Option<String>,
        pub due_at: Timestamp,
        pub from_at: Option<Timestamp>,
        pub until_at: Option<Timestamp>,
        pub attempts: i64,
        pub last_result: Option<Attempt> as maybe_text,
        pub last_tried_at: Option<Timestamp>,
        pub hand_over_id: Option<HandOverId> as maybe_int,
        pub offered_to: Option<String>,
        pub done_at: Option<Timestamp>,
        pub phone: Option<String>,
        pub caller_name: Option<String>,
        pub contact_id: Option<ContactId> as maybe_int,
        pub contact: Option<String>,
        pub contact_phone: Option<String>,
        pub customer_id: Option<CustomerId> as maybe_int,
        pub customer: Option<String>,
        pub ticket_id: Option<TicketId> as maybe_int,
        pub ticket: Option<String>,
    }
}

row! {
    /// Somebody tried to reach the customer.
    #[derive(Clone, Debug, PartialEq)]
    pub struct AttemptRow {
        pub tried_at: Timestamp,
        pub name: String,
        pub result: Attempt as text,
        pub answer: Option<Answer> as maybe_text,
        pub note: Option<String>,
    }
}

row! {
    /// Work that a colleague was offered.
    #[derive(Clone, Debug, PartialEq)]
    pub struct HandOverRow {
        pub id: HandOverId as int,
        pub from_id: UserId as int,
        pub from_name: String,
        pub to_id: UserId as int,
        pub note: Option<String>,
        pub offered_at: Timestamp,
        pub accepted_at: Option<Timestamp>,
    }
}

macro_rules! lines {
    ($rest:literal) => {
        concat!(
            "SELECT d.id, d.call_id, d.kind, d.owner_id, o.name AS owner, d.due_at, d.from_at, d.until_at, \
             d.attempts, d.last_result, d.last_tried_at, d.hand_over_id, x.name AS offered_to, d.done_at, k.phone, \
             k.caller_name, k.contact_id, p.name AS contact, p.phone AS contact_phone, k.customer_id, \
             c.name AS customer, k.ticket_id, t.title AS ticket FROM call_task d \
             JOIN call k ON k.id = d.call_id LEFT JOIN account o ON o.id = d.owner_id \
             LEFT JOIN call_hand_over h ON h.id = d.hand_over_id LEFT JOIN account x ON x.id = h.to_id \
             LEFT JOIN contact p ON p.id = k.contact_id LEFT JOIN customer c ON c.id = k.customer_id \
             LEFT JOIN ticket t ON t.id = k.ticket_id ",
            $rest
        )
    };
}

statements! {
    static FIND_TO_CHANGE: (i64,) => TaskRow =
        "SELECT id, call_id, kind, owner_id, due_at, from_at, until_at, attempts, last_result, last_tried_at, answer,
            hand_over_id, created_at, done_at FROM call_task WHERE id = ?1 {lock}";
    static ADD: (i64, String, Option<i64>, Timestamp, Option<Timestamp>, Option<Timestamp>, Timestamp) => (i64,) =
        "INSERT INTO call_task (call_id, kind, owner_id, due_at, from_at, until_at, attempts, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7) RETURNING id";
    static SAVE: (
        i64, Option<i64>, Timestamp, Option<Timestamp>, Option<Timestamp>, i64, Option<String>, Option<Timestamp>,
        Option<String>, Option<i64>, Option<Timestamp>,
    ) => () =
        "UPDATE call_task SET owner_id = ?2, due_at = ?3, from_at = ?4, until_at = ?5, attempts = ?6,
            last_result = ?7, last_tried_at = ?8, answer = ?9, hand_over_id = ?10, done_at = ?11 WHERE id = ?1";
    /// Tasks for a list that a person narrows.
    static LINES: () => TaskLine = lines!("");
    static LINE: (i64,) => TaskLine = lines!("WHERE d.id = ?1");
    static OF_CALL: (i64,) => TaskLine = lines!("WHERE d.call_id = ?1 ORDER BY d.id LIMIT 50");
    static OFFERED: (i64,) => TaskLine = lines!(
        "WHERE d.hand_over_id = ?1 AND d.done_at IS NULL ORDER BY d.due_at, d.id LIMIT 200"
    );
    static OPEN_OF_PHONE: (String,) => (i64,) =
        "SELECT d.id FROM call_task d JOIN call k ON k.id = d.call_id
         WHERE d.done_at IS NULL AND d.kind = 'missed' AND k.phone_key = ?1 ORDER BY d.id LIMIT 20";
    static OPEN_OF_CALL: (i64, String) => (i64,) =
        "SELECT id FROM call_task WHERE call_id = ?1 AND kind = ?2 AND done_at IS NULL ORDER BY id LIMIT 1";
    static ATTEMPT: (i64, Timestamp, i64, String, Option<String>, Option<String>) => () =
        "INSERT INTO call_attempt (task_id, tried_at, tried_by, result, answer, note)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    static ATTEMPTS: (i64,) => AttemptRow =
        "SELECT m.tried_at, a.name, m.result, m.answer, m.note FROM call_attempt m JOIN account a ON a.id = m.tried_by
         WHERE m.task_id = ?1 ORDER BY m.id DESC LIMIT 50";
    static OFFER: (i64, i64, Option<String>, Timestamp) => (i64,) =
        "INSERT INTO call_hand_over (from_id, to_id, note, offered_at) VALUES (?1, ?2, ?3, ?4) RETURNING id";
    static HAND_OVER: (i64,) => HandOverRow =
        "SELECT h.id, h.from_id, f.name AS from_name, h.to_id, h.note, h.offered_at, h.accepted_at
         FROM call_hand_over h JOIN account f ON f.id = h.from_id WHERE h.id = ?1 {lock}";
    static OFFERED_TO: (i64,) => HandOverRow =
        "SELECT h.id, h.from_id, f.name AS from_name, h.to_id, h.note, h.offered_at, h.accepted_at
         FROM call_hand_over h JOIN account f ON f.id = h.from_id
         WHERE h.to_id = ?1 AND h.accepted_at IS NULL ORDER BY h.id LIMIT 50";
    static ACCEPT: (i64, Timestamp) => () = "UPDATE call_hand_over SET accepted_at = ?2 WHERE id = ?1";
}

impl TaskRow {
    /// The task as decisions need it.
    pub fn task(&self) -> Task {
        Task { id: self.id, kind: self.kind, owner: self.owner_id, done_at: self.done_at }
    }
}

/// The task with this id, held until the end of the transaction.
pub fn find_to_change(tx: &mut Tx, id: CallTaskId) -> Result<Option<TaskRow>, Error> {
    tx.maybe(&FIND_TO_CHANGE, (id.get(),))
}

/// Adds a task.
pub fn add(
    tx: &mut Tx,
    call: CallId,
    kind: TaskKind,
    owner: Option<UserId>,
    due_at: Timestamp,
    window: Option<Window>,
    now: Timestamp,
) -> Result<CallTaskId, Error> {
    let (from_at, until_at) =
        (window.map(|window| window.from_at), window.and_then(|window| window.until_at));
    let row = (call.get(), kind.code(), owner.map(UserId::get), due_at, from_at, until_at, now);
    Ok(CallTaskId(tx.one(&ADD, row)?.0))
}

/// Saves how far a task has come.
pub fn save(tx: &mut Tx, row: &TaskRow) -> Result<(), Error> {
    let values = (
        row.id.get(),
        row.owner_id.map(UserId::get),
        row.due_at,
        row.from_at,
        row.until_at,
        row.attempts,
        row.last_result.map(Attempt::code),
        row.last_tried_at,
        row.answer.map(Answer::code),
        row.hand_over_id.map(HandOverId::get),
        row.done_at,
    );
    tx.run(&SAVE, values).map(drop)
}

/// Whose tasks a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    Everybody,
    Of(UserId),
    Nobody,
}

/// Open tasks, what is due first, behind `(due_at, id)`.
pub fn open(
    tx: &mut Tx,
    whose: Whose,
    kind: Option<TaskKind>,
    after: Option<(Timestamp, i64)>,
    limit: i64,
) -> Result<Vec<TaskLine>, Error> {
    let mut query = Query::of(&LINES).and("d.done_at IS NULL", ());
    query = match whose {
        Whose::Everybody => query,
        Whose::Of(user) => query.and("d.owner_id = ?", user.get()),
        Whose::Nobody => query.and("d.owner_id IS NULL", ()),
    };
    if let Some((due_at, id)) = after {
        query = query.and("(d.due_at, d.id) > (?, ?)", (due_at, id));
    }
    tx.list(&query.and_some("d.kind = ?", kind.map(TaskKind::code)).order("d.due_at, d.id").limit(limit))
}

/// A task for its page.
pub fn line(tx: &mut Tx, id: CallTaskId) -> Result<Option<TaskLine>, Error> {
    tx.maybe(&LINE, (id.get(),))
}

/// What was or is owed for a call.
pub fn of_call(tx: &mut Tx, call: CallId) -> Result<Vec<TaskLine>, Error> {
    tx.all(&OF_CALL, (call.get(),))
}

/// Open call backs to a number that reached nobody.
pub fn missed_from(tx: &mut Tx, phone_key: &str) -> Result<Vec<CallTaskId>, Error> {
    Ok(tx.all(&OPEN_OF_PHONE, (phone_key,))?.into_iter().map(|(id,)| CallTaskId(id)).collect())
}

/// The open task of one kind of a call.
pub fn open_of_call(tx: &mut Tx, call: CallId, kind: TaskKind) -> Result<Option<CallTaskId>, Error> {
    Ok(tx.maybe(&OPEN_OF_CALL, (call.get(), kind.code()))?.map(|(id,)| CallTaskId(id)))
}

/// Notes an attempt.
pub fn add_attempt(
    tx: &mut Tx,
    task: CallTaskId,
    by: UserId,
    result: Attempt,
    answer: Option<Answer>,
    note: Option<&str>,
    now: Timestamp,
) -> Result<(), Error> {
    let row = (task.get(), now, by.get(), result.code(), answer.map(Answer::code), note);
    tx.run(&ATTEMPT, row).map(drop)
}

/// The attempts of a task, the newest first.
pub fn attempts(tx: &mut Tx, task: CallTaskId) -> Result<Vec<AttemptRow>, Error> {
    tx.all(&ATTEMPTS, (task.get(),))
}

/// Offers work to a colleague.
pub fn offer(
    tx: &mut Tx,
    from: UserId,
    to: UserId,
    note: Option<&str>,
    now: Timestamp,
) -> Result<HandOverId, Error> {
    Ok(HandOverId(tx.one(&OFFER, (from.get(), to.get(), note, now))?.0))
}

/// A hand-over, held until the end of the transaction.
pub fn hand_over(tx: &mut Tx, id: HandOverId) -> Result<Option<HandOverRow>, Error> {
    tx.maybe(&HAND_OVER, (id.get(),))
}

/// What a person was offered and has not accepted.
pub fn offered_to(tx: &mut Tx, user: UserId) -> Result<Vec<HandOverRow>, Error> {
    tx.all(&OFFERED_TO, (user.get(),))
}

/// The open tasks of a hand-over.
pub fn offered(tx: &mut Tx, id: HandOverId) -> Result<Vec<TaskLine>, Error> {
    tx.all(&OFFERED, (id.get(),))
}

/// Notes that the work was accepted.
pub fn accept(tx: &mut Tx, id: HandOverId, now: Timestamp) -> Result<(), Error> {
    tx.run(&ACCEPT, (id.get(), now)).map(drop)
}
