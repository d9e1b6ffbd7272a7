//! Stores what was decided of a batch, in one change.

use std::sync::Arc;

use db::{Tx, statements};
use jiff::Timestamp;
use rules::exchange::Fault;
use rules::exchange::history::{self, Remembered};
use rules::exchange::map::Map;
use rules::ids::TicketId;

use super::BY;
use super::decide::{Begun, Decided, GoesOn};
use super::names::{Hand, problem};
use super::outcome::{Added, Outcome};
use crate::kernel::door::{Change, Changing};
use crate::kernel::errors::Failure;
use crate::kernel::state::App;
use crate::tickets::store;

statements! {
    static REMEMBER: (i64, i64, i64, i64, Timestamp) => () =
        "INSERT INTO imported_ticket (ticket_id, steps_count, digest, standing, last_at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (ticket_id) DO UPDATE SET steps_count = excluded.steps_count, digest = excluded.digest,
            standing = excluded.standing, last_at = excluded.last_at";
}

/// A batch on its way.
pub(super) struct Storing {
    outcome: Outcome,
    added: Added,
    /// None where there is nothing to store.
    change: Option<Changing<Outcome>>,
}

/// Sends one batch to be stored; where the import is dry, finds out only what would come of it.
///
/// Errors: [`Failure`] of the database.
pub(super) fn send(app: &App, map: &Arc<Map>, is_dry: bool, decided: Decided) -> Result<Storing, Failure> {
    let Decided { begun, going_on, mut outcome, added } = decided;
    let map = map.clone();
    let mut change = None;
    if is_dry {
        outcome.add(app.database.read_now(move |tx| go_on(&mut Hand::Looking(tx), &map, going_on))?);
    } else if !begun.is_empty() || !going_on.is_empty() {
        change = Some(app.change_soon(BY, move |change| {
            change.put_off_dockets();
            begin(change, begun)?;
            let went_on = go_on(&mut Hand::Writing(change), &map, going_on)?;
            change.nudge("queue");
            Ok(went_on)
        }));
    }
    Ok(Storing { outcome, added, change })
}

impl Storing {
    /// Waits until the batch is stored, and adds what came of it to `all`.
    ///
    /// Errors: [`Failure`] of the database; the batch is then not stored, those before it are. One that was sent after it
    /// may be: the same file adds what is missing.
    pub fn wait(self, all: &mut Outcome) -> Result<(), Failure> {
        all.add(self.outcome);
        all.added = self.added;
        if let Some(change) = self.change {
            all.add(change.wait()?);
        }
        Ok(())
    }
}

/// Adds tickets with all that happened to them.
fn begin(change: &mut Change<'_>, begun: Vec<Begun>) -> Result<(), Failure> {
    for Begun { row, new, happened, remembered } in begun {
        let id = store::add(change.tx, &row)?;
        remember(change.tx, id, &remembered)?;
        let reported = new.happened(id);
        let since = happened.into_iter().skip(reported.len()).map(|mut happening| {
            happening.about.ticket = Some(id);
            happening
        });
        reported.into_iter().chain(since).for_each(|happening| change.happen(happening));
    }
    Ok(())
}

/// Adds what is new of tickets that were imported before, each as it stands by now.
fn go_on(hand: &mut Hand<'_, '_>, map: &Map, going_on: Vec<GoesOn>) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::default();
    for GoesOn { case, id, steps, remembered } in going_on {
        let row = store::find_to_change(hand.tx(), id)?.ok_or(Failure::NotFound)?;
        let mut ticket = row.ticket();
        let mut lived = Vec::new();
        let advanced = steps.iter().try_for_each(|(step, holder)| {
            lived.extend(history::advance(&mut ticket, step, *holder, &map.source)?);
            Ok(())
        });
        if let Err(refusal) = advanced {
            let refusal: rules::Refusal = refusal;
            outcome.leave_out(problem(&case, Fault::Refused { code: refusal.code() }));
            continue;
        }
        if lived.is_empty() {
            outcome.tickets_unchanged += 1;
        } else {
            outcome.tickets_continued += 1;
        }
        outcome.facts += lived.len() as u64;
        let Hand::Writing(change) = hand else { continue };
        if !lived.is_empty() {
            store::save(change.tx, &ticket, change.now)?;
            lived.into_iter().for_each(|happening| change.happen(happening));
            change.nudge(format!("ticket:{id}"));
        }
        remember(change.tx, id, &remembered)?;
    }
    Ok(outcome)
}

fn remember(tx: &mut Tx, id: TicketId, remembered: &Remembered) -> Result<(), Failure> {
    let Remembered { steps_count, digest, standing, last_at } = *remembered;
    tx.run(&REMEMBER, (id.get(), steps_count as i64, digest, standing, last_at))?;
    Ok(())
}
