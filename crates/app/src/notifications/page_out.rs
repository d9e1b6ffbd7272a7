//! Calls out emergencies: one step of the chain after the other until somebody acknowledges (C2.8).

use jiff::Timestamp;
use rules::access::Role;
use rules::escalation::{Standing, Step, Whom, next};
use rules::event::Event;
use rules::notifications::Notice;
use rules::tickets::severity::Severity;

use super::readers::{self, Reader};
use super::tell::Asked;
use crate::escalations::store::{self, Escalation};
use crate::kernel::actor::By;
use crate::kernel::door::Change;
use crate::kernel::turn::Turn;
use crate::tickets::store::TicketRow;
use crate::{App, Failure, tickets};

/// Escalations whose step one turn takes.
const STEPS_MAX: i64 = 50;

/// One turn: takes each step that is due.
///
/// Errors: [`Failure`] of the database.
pub async fn turn(app: &App) -> Result<Turn, Failure> {
    let now = app.clock.now();
    let next_at = app.read(|tx| Ok(store::next_at(tx)?)).await?;
    if next_at.is_none_or(|at| at > now) {
        return Ok(Turn { next_at, ..Turn::default() });
    }
    let done = app
        .change(By::System("escalation"), move |change| {
            let due = store::due(change.tx, change.now, STEPS_MAX)?;
            for escalation in &due {
                step(change, escalation)?;
            }
            Ok(due.len() as u64)
        })
        .await?;
    let next_at = app.read(|tx| Ok(store::next_at(tx)?)).await?;
    Ok(Turn { done, more: done > 0 && next_at.is_some_and(|at| at <= now), next_at })
}

fn step(change: &mut Change<'_>, escalation: &Escalation) -> Result<(), Failure> {
    let row = tickets::store::find(change.tx, escalation.ticket_id)?;
    let Some(row) = row.filter(|row| row.closed_at.is_none() && row.severity == Severity::Emergency) else {
        store::end(change.tx, escalation.id, change.now)?;
        return Ok(());
    };
    let chain = store::chain(change.tx, row.team_id)?;
    let at = Standing { place: usize::try_from(escalation.place).unwrap_or(0), rounds: escalation.rounds };
    let Some((taken, after, next_at)) = next(&chain, at, change.now) else { return Ok(()) };
    store::step(change.tx, escalation.id, after, next_at)?;
    let about = store::about(change.tx, row.id)?.ok_or(Failure::NotFound)?;
    for reader in called(change, &row, &taken)? {
        let place = i64::try_from(at.place + 1).unwrap_or(i64::MAX);
        change.record(about, Event::TicketPaged { engineer: reader.id, step: place, round: at.rounds + 1 });
        let asked = Asked {
            notice: Notice::Emergency,
            ticket: Some(row.id),
            by: String::new(),
            account: Some(reader.id),
            data: acknowledgement(escalation.id, change.now),
        };
        let payload = serde_json::to_value(&asked).map_err(Failure::broke)?;
        change.send("notice", &payload)?;
    }
    change.nudge(format!("ticket:{}", row.id));
    Ok(())
}

fn acknowledgement(escalation: i64, now: Timestamp) -> serde_json::Map<String, serde_json::Value> {
    let mut data = serde_json::Map::new();
    data.insert("escalation".to_owned(), escalation.into());
    data.insert("called_at".to_owned(), now.to_string().into());
    data
}

/// Whom a step calls; the managers where it would call nobody.
fn called(change: &mut Change<'_>, row: &TicketRow, step: &Step) -> Result<Vec<Reader>, Failure> {
    let tx = &mut *change.tx;
    let team = |tx: &mut db::Tx| row.team_id.map_or(Ok(Vec::new()), |team| readers::team(tx, team));
    let mut found = match (step.whom, row.assignee_id, step.person) {
        (Whom::Assignee, Some(assignee), _) => readers::person(tx, assignee)?.into_iter().collect(),
        (Whom::Person, _, Some(person)) => readers::person(tx, person)?.into_iter().collect(),
        (Whom::Assignee | Whom::Team, _, _) => team(tx)?,
        (Whom::Managers | Whom::Person, _, _) => Vec::new(),
    };
    if found.is_empty() {
        found = readers::with_roles(tx, &[Role::Manager])?;
    }
    Ok(found)
}
