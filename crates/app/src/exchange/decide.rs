//! Decides what a batch of cases adds, beside the thread that writes the one before.

use std::collections::HashMap;
use std::sync::Arc;

use db::{Query, Tx, row, statements};
use jiff::Timestamp;
use rules::event::Happening;
use rules::exchange::Fault;
use rules::exchange::case::{Case, Step};
use rules::exchange::history::{self, Holder, Remembered};
use rules::exchange::map::Map;
use rules::ids::TicketId;
use rules::tickets::intake::{NewTicket, NotTaken};

use super::gather::Gathered;
use super::names::{Commitment, Hand, Names, Unknown, problem};
use super::outcome::{Added, Outcome};
use super::{BY, Stop, house_zone};
use crate::commitments;
use crate::kernel::errors::Failure;
use crate::kernel::state::App;
use crate::tickets::intake;
use crate::tickets::store::TicketRow;

/// Commitments that are looked through for a name.
const COMMITMENTS_MAX: i64 = 1_000;

row! {
    struct Known {
        external_ref: Option<String>,
        id: TicketId as int,
        steps_count: Option<i64>,
        digest: Option<i64>,
        standing: Option<i64>,
        last_at: Option<Timestamp>,
    }
}

statements! {
    static KNOWN: () => Known =
        "SELECT t.external_ref, t.id, i.steps_count, i.digest, i.standing, i.last_at
         FROM ticket t LEFT JOIN imported_ticket i ON i.ticket_id = t.id";
}

/// A ticket that is there, and what is remembered of its import.
struct Before {
    id: TicketId,
    remembered: Option<Remembered>,
}

/// A ticket that was not known, after all that was told of it; it lacks its id.
pub(super) struct Begun {
    pub row: TicketRow,
    pub new: NewTicket,
    pub happened: Vec<Happening>,
    pub remembered: Remembered,
}

/// What is new of a ticket that was imported before.
pub(super) struct GoesOn {
    pub case: Case,
    pub id: TicketId,
    pub steps: Vec<(Step, Holder)>,
    pub remembered: Remembered,
}

/// What a batch adds, as far as it can be decided without the tickets that are there.
#[derive(Default)]
pub(super) struct Decided {
    pub begun: Vec<Begun>,
    pub going_on: Vec<GoesOn>,
    /// What came of the batch so far.
    pub outcome: Outcome,
    /// What the whole import has added beside tickets.
    pub added: Added,
}

/// A case, and what is to be decided of it.
enum Plan {
    Begin(Case),
    GoOn { case: Case, id: TicketId, steps: Vec<Step>, remembered: Remembered },
}

/// Decides batch after batch.
pub(super) struct Decider {
    app: App,
    map: Arc<Map>,
    is_dry: bool,
    /// Absent only while a batch is being decided.
    names: Option<Names>,
}

impl Decider {
    pub fn new(app: &App, map: Arc<Map>, is_dry: bool) -> Result<Decider, Stop> {
        let commitment = match &map.contract {
            Some(contract) => Some(commitment(app, &contract.commitment)?),
            None => None,
        };
        let names = Names::new(house_zone(app), commitment);
        Ok(Decider { app: app.clone(), map, is_dry, names: Some(names) })
    }

    /// Decides one batch. Whom it names and may add is stored first.
    ///
    /// Errors: [`Failure`] of the database.
    pub fn decide(&mut self, gathered: Gathered) -> Result<Decided, Failure> {
        let Gathered { cases, problems, rows, rows_left_out, tickets_left_out } = gathered;
        let mut outcome = Outcome { rows, rows_left_out, tickets_left_out, ..Outcome::default() };
        problems.into_iter().for_each(|problem| outcome.note(problem));
        let mut names =
            self.names.take().ok_or_else(|| Failure::broke("a batch failed and another followed"))?;
        let (map, now) = (self.map.clone(), self.app.clock.now());
        let (mut plans, outcome) = self.app.database.read_now(move |tx| {
            let plans = plan(tx, &map, cases, &mut outcome, now)?;
            Ok::<_, Failure>((plans, outcome))
        })?;
        let map = self.map.clone();
        if !self.is_dry && plans.iter().any(|plan| may_add(&names, &map, plan)) {
            (plans, names) = self.app.change_now(BY, move |change| {
                let hand = &mut Hand::Writing(change);
                for plan in &plans {
                    meet(&mut names, hand, &map, plan)?;
                }
                Ok((plans, names))
            })?;
        }
        let (app, map) = (self.app.clone(), self.map.clone());
        let (decided, names) = self.app.database.read_now(move |tx| {
            let mut decided = Decided { outcome, ..Decided::default() };
            for plan in plans {
                decide(&app, tx, &map, &mut names, plan, &mut decided, now)?;
            }
            decided.added = names.added;
            Ok::<_, Failure>((decided, names))
        })?;
        self.names = Some(names);
        Ok(decided)
    }
}

/// The newest version of a commitment; the shipped one is published if need be.
fn commitment(app: &App, name: &str) -> Result<Commitment, Stop> {
    let shipped = commitments::publish::shipped()?;
    if shipped.terms.id() == name {
        commitments::publish::publish_shipped(app)?;
    }
    let listed = app
        .database
        .read_now(|tx| Ok::<_, Failure>(commitments::store::all(tx, COMMITMENTS_MAX)?))?
        .into_iter()
        .find(|listed| listed.name == name);
    let listed = listed.ok_or_else(|| Stop::NoCommitment(name.to_owned()))?;
    Ok(Commitment { id: listed.id, name: listed.name, version: listed.version })
}

/// Tells tickets that are there from those that are not; one of which nothing is new needs no plan.
fn plan(
    tx: &mut Tx,
    map: &Map,
    cases: Vec<Case>,
    outcome: &mut Outcome,
    now: Timestamp,
) -> Result<Vec<Plan>, Failure> {
    let mut known = known(tx, &map.source, &cases)?;
    let mut plans = Vec::with_capacity(cases.len());
    for case in cases {
        let Some(Before { id, remembered }) = known.remove(&case.key) else {
            plans.push(Plan::Begin(case));
            continue;
        };
        let news = remembered.as_ref().map(|remembered| history::news(map.shape, &case, remembered, now));
        // A ticket with this number that no import made has a past of its own.
        if news.as_ref().is_none_or(|news| news.other_past) {
            outcome.note(problem(&case, Fault::OtherPast { key: case.key.clone() }));
        }
        match (remembered, news) {
            (Some(remembered), Some(news)) if !news.steps.is_empty() => {
                plans.push(Plan::GoOn { case, id, steps: news.steps, remembered });
            }
            _ => outcome.tickets_unchanged += 1,
        }
    }
    Ok(plans)
}

/// Whether a plan names somebody who was not met yet and whom the import may add.
fn may_add(names: &Names, map: &Map, plan: &Plan) -> bool {
    match plan {
        Plan::Begin(case) => {
            names.may_add_around(map, case) || case.steps.iter().any(|step| names.may_add_holder(map, step))
        }
        Plan::GoOn { steps, .. } => steps.iter().any(|step| names.may_add_holder(map, step)),
    }
}

/// Meets everybody whom a plan names. What is wrong with one is told when it is decided.
fn meet(names: &mut Names, hand: &mut Hand<'_, '_>, map: &Map, plan: &Plan) -> Result<(), Failure> {
    let steps = match plan {
        Plan::Begin(case) => {
            told_later(names.around(hand, map, case))?;
            &case.steps
        }
        Plan::GoOn { steps, .. } => steps,
    };
    for step in steps {
        told_later(names.holder(hand, map, step))?;
    }
    Ok(())
}

fn told_later<T>(found: Result<T, Unknown>) -> Result<(), Failure> {
    fault(found).map(drop)
}

/// The fault of a case, if it is that; a failure of the database ends all.
fn fault<T>(found: Result<T, Unknown>) -> Result<Result<T, Fault>, Failure> {
    match found {
        Ok(found) => Ok(Ok(found)),
        Err(Unknown::Fault(fault)) => Ok(Err(fault)),
        Err(Unknown::Failed(failure)) => Err(failure),
    }
}

fn decide(
    app: &App,
    tx: &mut Tx,
    map: &Map,
    names: &mut Names,
    plan: Plan,
    decided: &mut Decided,
    now: Timestamp,
) -> Result<(), Failure> {
    match plan {
        Plan::Begin(case) => match fault(begin(app, tx, map, names, &case, now))? {
            Ok(begun) => {
                decided.outcome.tickets_added += 1;
                decided.outcome.facts += begun.happened.len() as u64;
                decided.begun.push(begun);
            }
            Err(fault) => decided.outcome.leave_out(problem(&case, fault)),
        },
        Plan::GoOn { case, id, steps, remembered } => {
            let mut held = Vec::with_capacity(steps.len());
            for step in steps {
                match fault(names.holder(&mut Hand::Looking(tx), map, &step))? {
                    Ok(holder) => held.push((step, holder)),
                    Err(fault) => {
                        decided.outcome.leave_out(problem(&case, fault));
                        return Ok(());
                    }
                }
            }
            let mut after = history::remember(map.shape, &case);
            after.last_at = after.last_at.max(remembered.last_at);
            decided.going_on.push(GoesOn { case, id, steps: held, remembered: after });
        }
    }
    Ok(())
}

/// Takes a ticket that was not known. Its whole life is decided before anything is written, so that nothing is half
/// written.
fn begin(
    app: &App,
    tx: &mut Tx,
    map: &Map,
    names: &mut Names,
    case: &Case,
    now: Timestamp,
) -> Result<Begun, Unknown> {
    let around = names.around(&mut Hand::Looking(tx), map, case)?;
    let new = history::report(case, &map.source, &around, now).map_err(not_taken)?;
    let mut ticket = new.ticket(TicketId(0));
    let mut happened = new.happened(ticket.id);
    happened.iter().for_each(|happening| ticket.apply(happening));
    for step in &case.steps {
        let holder = names.holder(&mut Hand::Looking(tx), map, step)?;
        let lived = history::advance(&mut ticket, step, holder, &map.source);
        happened.extend(lived.map_err(|refusal| Fault::Refused { code: refusal.code() })?);
    }
    let terms = new.commitment.map(|commitment| app.library.terms(tx, commitment)).transpose()?;
    let row = intake::foreseen(&new, ticket, happened.clone(), terms.as_deref(), None, now)?;
    Ok(Begun { row, new, happened, remembered: history::remember(map.shape, case) })
}

fn not_taken(not_taken: NotTaken) -> Fault {
    match not_taken {
        NotTaken::Invalid(invalid) => Fault::Refused { code: invalid.code },
        NotTaken::Refused(refusal) => Fault::Refused { code: refusal.code() },
    }
}

/// The cases of a batch whose tickets are there already.
fn known(tx: &mut Tx, source: &str, cases: &[Case]) -> Result<HashMap<String, Before>, Failure> {
    let references: Vec<String> = cases
        .iter()
        .filter_map(|case| history::external_ref(source, &case.key).ok())
        .map(String::from)
        .collect();
    let query = Query::of(&KNOWN).and_in("t.external_ref", &references);
    let mut known = HashMap::new();
    for row in tx.list(&query)? {
        let Known { external_ref, id, steps_count, digest, standing, last_at } = row;
        let remembered = match (steps_count, digest, standing, last_at) {
            (Some(steps_count), Some(digest), Some(standing), Some(last_at)) => {
                let steps_count = usize::try_from(steps_count).unwrap_or(0);
                Some(Remembered { steps_count, digest, standing, last_at })
            }
            _ => None,
        };
        let key = external_ref.unwrap_or_default();
        let key = key.strip_prefix(source).and_then(|key| key.strip_prefix(':')).unwrap_or(&key).to_owned();
        known.insert(key, Before { id, remembered });
    }
    Ok(known)
}
