//! What is owed to callers: attempts, answers, and who takes it at shift change (C4.4, C4.5).

use super::*;

/// The task to change with its call.
fn load_task(change: &mut Change<'_>, id: CallTaskId) -> Result<(TaskRow, CallRow), Failure> {
    let task = tasks::find_to_change(change.tx, id)?.ok_or(Failure::NotFound)?;
    let call = load(change, task.call_id)?;
    Ok((task, call))
}

/// Notes an attempt to reach the customer, and what their answer means for the ticket.
pub fn try_task(
    change: &mut Change<'_>,
    id: CallTaskId,
    tried: &Tried,
    user: UserId,
) -> Result<(CallRow, Then), Failure> {
    let (mut task, mut row) = load_task(change, id)?;
    let ticket = match row.ticket_id {
        Some(id) => ticket_store::find(change.tx, id)?.map(|ticket| ticket.state),
        None => None,
    };
    let (happened, then) = calls::task::attempt(&task.task(), &row.call(), ticket, tried, user, change.now)?;
    let note = tried.note.as_ref().map(Text::as_str);
    tasks::add_attempt(change.tx, id, user, tried.result, tried.answer, note, change.now)?;
    task.attempts += 1;
    (task.last_result, task.last_tried_at) = (Some(tried.result), Some(change.now));
    task.owner_id = task.owner_id.or(Some(user));
    if let Some(window) = tried.window {
        (task.from_at, task.until_at) = (Some(window.from_at), window.until_at);
        task.due_at = agree(change, &row, task.kind, task.due_at, window, note)?;
    }
    if then != Then::TryAgain {
        (task.answer, task.done_at) = (tried.answer, Some(change.now));
    }
    tasks::save(change.tx, &task)?;
    keep(change, &mut row, happened)?;
    follow_answer(change, &row, then, tried, ticket, user)?;
    Ok((row, then))
}

fn follow_answer(
    change: &mut Change<'_>,
    row: &CallRow,
    then: Then,
    tried: &Tried,
    state: Option<State>,
    user: UserId,
) -> Result<(), Failure> {
    let (Some(id), Some(answer)) = (row.ticket_id, tried.answer) else { return Ok(()) };
    if then == Then::Reopen {
        let words = tried.note.as_ref().map_or_else(|| answer.code(), Text::as_str);
        let short: String = words.chars().take(rules::text::REASON_MOST_CHARS).collect();
        let reason = Reason::parse("reason", &short)?;
        tickets::act(change, id, None, Verb::Reopen { reason }, user)?;
    } else if let (Some(note), true) = (&tried.note, state.is_some_and(|state| state != State::Merged)) {
        let verb = Verb::Note { visibility: Visibility::Internal, text: note.clone() };
        tickets::act(change, id, None, verb, user)?;
    }
    debug_assert!(answer != Answer::Solved || then == Then::Settled);
    Ok(())
}

/// The customer needs nothing more.
pub fn withdraw(change: &mut Change<'_>, id: CallTaskId, reason: &Reason) -> Result<CallRow, Failure> {
    let (mut task, mut row) = load_task(change, id)?;
    let happened = vec![calls::task::withdraw(&task.task(), &row.call(), reason, change.now)?];
    task.done_at = Some(change.now);
    tasks::save(change.tx, &task)?;
    keep(change, &mut row, happened)?;
    Ok(row)
}

/// Somebody takes what nobody has, or what a colleague has.
pub fn take_task(change: &mut Change<'_>, id: CallTaskId, user: UserId) -> Result<CallRow, Failure> {
    let (mut task, mut row) = load_task(change, id)?;
    if task.done_at.is_some() || task.owner_id == Some(user) {
        return Err(Refusal::AlreadySo.into());
    }
    let happened = vec![calls::task::take_over(&row.call(), user, change.now)];
    (task.owner_id, task.hand_over_id) = (Some(user), None);
    tasks::save(change.tx, &task)?;
    keep(change, &mut row, happened)?;
    Ok(row)
}

/// Offers a colleague what one owes. Until it is accepted it stays one's own.
///
/// Errors: [`Failure::Invalid`] with nothing chosen or for somebody who is not there.
pub fn hand_over(
    change: &mut Change<'_>,
    chosen: &[CallTaskId],
    to: UserId,
    note: Option<&Text>,
    user: UserId,
) -> Result<HandOverId, Failure> {
    if chosen.is_empty() {
        return Err(Failure::field("task", "error-hand-over-nothing"));
    }
    let name = ticket_store::active_name_of(change.tx, to)?;
    if name.is_none() || to == user {
        return Err(Failure::field("to", "error-not-there"));
    }
    let id = tasks::offer(change.tx, user, to, note.map(Text::as_str), change.now)?;
    for task in chosen.iter().take(usize::try_from(tasks::HANDED_MOST).unwrap_or_default()) {
        let (mut task, mut row) = load_task(change, *task)?;
        let happened = vec![calls::task::hand_over(&task.task(), &row.call(), user, to, note, change.now)?];
        task.hand_over_id = Some(id);
        tasks::save(change.tx, &task)?;
        keep(change, &mut row, happened)?;
    }
    change.send(
        "call.handed_over",
        &json!({
            "to": to, "from": user, "hand_over": id, "tasks": chosen.len(), "note": note.map(Text::as_str),
        }),
    )?;
    Ok(id)
}

/// The colleague accepts what was offered; from now on it is theirs.
///
/// Errors: [`Failure::NotFound`] for what was offered to somebody else, [`Refusal::AlreadySo`].
pub fn accept(change: &mut Change<'_>, id: HandOverId, user: UserId) -> Result<(), Failure> {
    let offer =
        tasks::hand_over(change.tx, id)?.filter(|offer| offer.to_id == user).ok_or(Failure::NotFound)?;
    if offer.accepted_at.is_some() {
        return Err(Refusal::AlreadySo.into());
    }
    for line in tasks::offered(change.tx, id)? {
        let (mut task, mut row) = load_task(change, line.id)?;
        let happened = vec![calls::task::take_over(&row.call(), user, change.now)];
        task.owner_id = Some(user);
        tasks::save(change.tx, &task)?;
        keep(change, &mut row, happened)?;
    }
    tasks::accept(change.tx, id, change.now)?;
    change.nudge(TOPIC);
    Ok(())
}
