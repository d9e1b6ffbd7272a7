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
use super::outcome::Outcome;
use crate::kernel::door::Change;
use crate::kernel::errors::Failure;
use crate::kernel::state::App;
use crate::tickets::store;

statements! {
    static REMEMBER: (i64, i64, i64, i64, Timestamp) => () =
        "INSERT INTO imported_ticket (ticket_id, steps_count, digest, standing, last_at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (ticket_id) DO UPDATE SET steps_count = excluded.steps_count, digest = excluded.digest,
            standing = excluded.standing, last_at = excluded.last_at";
}

/// Stores one batch; where the import is dry, says only what would come of it.
///
/// Errors: [`Failure`] of the database; the batch is then not stored, the ones before it are.
pub(super) fn store(
    app: &App,
    map: &Arc<Map>,
    is_dry: bool,
    decided: Decided,
    all: &mut Outcome,
) -> Result<(), Failure> {
    let Decided { begun, going_on, outcome, added } = decided;
    all.add(outcome);
    all.added = added;
    if begun.is_empty() && going_on.is_empty() {
        return Ok(());
    }
    let map = map.clone();
    let went_on = if is_dry {
        app.database.read_now(move |tx| go_on(&mut Hand::Looking(tx), &map, going_on))?
    } else {
        app.change_now(BY, move |change| {
            change.put_off_dockets();
            begin(change, begun)?;
            let went_on = go_on(&mut Hand::Writing(change), &map, going_on)?;
            change.nudge("queue");
            Ok(went_on)
        })?
    };
    all.add(went_on);
    Ok(())
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
