//! One turn of each duty: bounded, and harmless when it runs twice.

use jiff::SignedDuration;
use ledger::{Due, Moment, checkpoint, outbox};
use serde_json::json;

use rules::event::{About, Event};

use super::Turn;
use crate::kernel::actor::By;
use crate::kernel::live::Nudge;
use crate::kernel::{once, security};
use crate::people::{guests, passes};
use crate::{App, Failure, notifications};

/// Facts that one turn seals.
const SEAL_MAX: i64 = 2_000;
/// Nouns for which one turn lets time pass.
const PASS_MAX: i64 = 100;
/// Dockets that one turn judges that a history put off.
const JUDGE_MAX: i64 = 8;
/// How long after the last word of a history its dockets are judged here: as long as it goes on it does so itself.
const PUT_OFF_MOST: SignedDuration = SignedDuration::from_mins(1);
/// Warnings and deadlines that one turn tells of.
const TELL_MAX: i64 = 200;
/// Rows that one turn forgets.
const FORGET_MAX: i64 = 500;
/// How often the tree is signed while facts are added.
const SIGN_EVERY: SignedDuration = SignedDuration::from_hours(1);
/// How long a sent message is kept.
const SENT_KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);
/// How long the log of deliveries remembers what was sent.
const DELIVERY_KEPT: SignedDuration = SignedDuration::from_hours(24 * 400);
/// How long a draft is kept that nobody touches.
const DRAFT_KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

pub(super) async fn seal_facts(app: &App) -> Result<Turn, Failure> {
    // Looking costs a reader, sealing the writer: most rounds find nothing.
    let sealed = match app.read(|tx| Ok(ledger::history::unsealed(tx)?)).await? {
        true => app.touch(|tx| Ok(ledger::history::seal(tx, SEAL_MAX)?)).await?.facts,
        false => 0,
    };
    // Also where there was nothing to do: another process may have sealed what the index of this one lacks.
    app.index.notify_one();
    Ok(Turn { done: sealed, more: sealed >= SEAL_MAX as u64, next_at: None })
}

pub(super) async fn sign_checkpoint(app: &App) -> Result<Turn, Failure> {
    let now = app.clock.now();
    let (size, latest) = app.read(|tx| Ok((ledger::history::size(tx)?, checkpoint::latest(tx)?))).await?;
    if let Some(latest) = latest {
        let next_at = latest.signed_at + SIGN_EVERY;
        if latest.size as u64 >= size {
            return Ok(Turn::default());
        }
        if next_at > now {
            return Ok(Turn { next_at: Some(next_at), ..Turn::default() });
        }
    } else if size == 0 {
        return Ok(Turn::default());
    }
    let signer = app.signer()?;
    app.touch(move |tx| Ok(checkpoint::sign(tx, &signer, now)?)).await?;
    Ok(Turn { done: 1, ..Turn::default() })
}

pub(super) async fn tell_due(app: &App) -> Result<Turn, Failure> {
    let now = app.clock.now();
    let next_at = app.read(|tx| Ok(ledger::next_wake_at(tx)?)).await?;
    if next_at.is_none_or(|at| at > now) {
        return Ok(Turn { next_at, ..Turn::default() });
    }
    let told = app
        .touch(move |tx| {
            let due = ledger::due(tx, now, TELL_MAX)?;
            for each in &due {
                outbox::put(tx, kind(each), &payload(each), now, now)?;
                ledger::told(tx, each, now)?;
            }
            Ok(due)
        })
        .await?;
    for each in &told {
        let subject = each.stored.subject();
        app.tell(Nudge { topic: format!("{}:{}", subject.kind, subject.id), writer: None });
    }
    if !told.is_empty() {
        app.tell(Nudge { topic: "queue".to_owned(), writer: None });
    }
    let next_at = app.read(|tx| Ok(ledger::next_wake_at(tx)?)).await?;
    let done = told.len() as u64;
    Ok(Turn { done, more: done > 0 && next_at.is_some_and(|at| at <= now), next_at })
}

/// Judges dockets that a history put off and then left: the program that took it over was ended.
pub(super) async fn judge_put_off(app: &App) -> Result<Turn, Failure> {
    let until = app.clock.now() - PUT_OFF_MOST;
    match app.read(|tx| Ok(ledger::put_off_since(tx)?)).await? {
        None => Ok(Turn::default()),
        Some(since) if since > until => Ok(Turn { next_at: Some(since + PUT_OFF_MOST), ..Turn::default() }),
        Some(_) => {
            let done = app.judge_put_off(until, JUDGE_MAX).await? as u64;
            Ok(Turn { done, more: done > 0, next_at: None })
        }
    }
}

/// Records that time has passed for what waits for it: a window that closes, a gap that begins, a visit that is due. The
/// fact is judged like any other, so that a breach at the end of a window stands when it is over.
pub(super) async fn pass_time(app: &App) -> Result<Turn, Failure> {
    let now = app.clock.now();
    let next_at = app.read(|tx| Ok(ledger::next_look_at(tx)?)).await?;
    if next_at.is_none_or(|at| at > now) {
        return Ok(Turn { next_at, ..Turn::default() });
    }
    let done = app
        .change(By::System("worker"), |change| {
            let waiting = ledger::take_waiting(change.tx, change.now, PASS_MAX)?;
            for each in &waiting {
                let mut about = About::default();
                let context = [
                    ("customer", each.customer_id),
                    ("contract", each.contract_id),
                    ("site", each.site_id),
                    ("commitment", each.commitment_id),
                ];
                for (noun, id) in context.into_iter().chain([(each.noun.as_str(), Some(each.noun_id))]) {
                    id.map(|id| about.set(noun, id));
                }
                change.record(about, Event::TimePassed {});
            }
            Ok(waiting.len() as u64)
        })
        .await?;
    let next_at = app.read(|tx| Ok(ledger::next_look_at(tx)?)).await?;
    Ok(Turn { done, more: done > 0 && next_at.is_some_and(|at| at <= now), next_at })
}

fn kind(due: &Due) -> &'static str {
    match due.moment {
        Moment::Warning { .. } => "obligation.warning",
        Moment::Deadline => "obligation.overdue",
    }
}

fn payload(due: &Due) -> serde_json::Value {
    let (stored, obligation) = (&due.stored, &due.stored.body);
    json!({
        "subject": stored.subject().to_string(),
        "obligation": stored.id,
        "promise": stored.promise,
        "clause": obligation.clause.to_string(),
        "moment_at": due.moment_at.to_string(),
        "due_at": stored.due_at.map(|at| at.to_string()),
        "contract": stored.contract_id,
        "customer": stored.customer_id,
        "site": stored.site_id,
    })
}

pub(super) async fn tidy(app: &App) -> Result<Turn, Failure> {
    let now = app.clock.now();
    if !app.time_to_tidy(now) {
        return Ok(Turn::default());
    }
    let done = app
        .touch(move |tx| {
            let sessions = passes::end_expired(tx, now, FORGET_MAX)?;
            let guests = guests::end_expired(tx, now, FORGET_MAX)?;
            let events = security::forget(tx, now, FORGET_MAX)?;
            let keys = once::forget(tx, now)?;
            let messages = outbox::forget_sent(tx, now - SENT_KEPT, FORGET_MAX)?;
            let deliveries = notifications::store::forget_sent(tx, now - DELIVERY_KEPT, FORGET_MAX)?;
            let read_before = now - notifications::bell::store::READ_KEPT;
            let notices = notifications::bell::store::forget_read(tx, read_before, FORGET_MAX)?;
            let drafts = crate::drafts::store::forget(tx, now - DRAFT_KEPT)?;
            Ok(sessions + guests + events + keys + messages + deliveries + notices + drafts)
        })
        .await?;
    Ok(Turn { done, ..Turn::default() })
}
