//! Decides what a batch of cases adds, and stores it in one change.

use std::collections::HashMap;
use std::sync::Arc;

use db::{Query, Tx, row, statements};
use jiff::Timestamp;
use promise::Terms;
use rules::event::Happening;
use rules::exchange::Fault;
use rules::exchange::case::{Case, Step};
use rules::exchange::history::{self, Remembered};
use rules::exchange::map::Map;
use rules::ids::TicketId;
use rules::tickets::intake::{NewTicket, NotTaken};
use rules::tickets::life::Ticket;

use super::gather::Gathered;
use super::names::{Commitment, Hand, Names, Unknown, problem};
use super::outcome::Outcome;
use super::{Stop, house_zone};
use crate::commitments;
use crate::kernel::actor::By;
use crate::kernel::door::Change;
use crate::kernel::errors::Failure;
use crate::kernel::state::App;
use crate::tickets::{intake, store};

/// As whom an import acts.
const BY: By = By::System("import");

/// Published versions that are searched for the commitment of new contracts.
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
    static REMEMBER: (i64, i64, i64, i64, Timestamp) => () =
        "INSERT INTO imported_ticket (ticket_id, steps_count, digest, standing, last_at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (ticket_id) DO UPDATE SET steps_count = excluded.steps_count, digest = excluded.digest,
            standing = excluded.standing, last_at = excluded.last_at";
}

/// What is known of a ticket before a batch is taken.
struct Before {
    id: TicketId,
    /// `None` where another way than an import made the ticket.
    remembered: Option<Remembered>,
}

/// Takes batches one after the other.
pub(super) struct Writer {
    map: Arc<Map>,
    is_dry: bool,
    /// Absent only while a batch is being taken.
    names: Option<Names>,
    pub outcome: Outcome,
}

/// One batch: what it needs and what came of it travel to the thread that writes, and back.
struct Batch {
    map: Arc<Map>,
    names: Names,
    outcome: Outcome,
    now: Timestamp,
}

impl Writer {
    pub fn new(app: &App, map: Arc<Map>, is_dry: bool) -> Result<Writer, Stop> {
        let commitment = match &map.contract {
            Some(contract) => Some(commitment(app, &contract.commitment)?),
            None => None,
        };
        let names = Names::new(house_zone(app), commitment);
        Ok(Writer { map, is_dry, names: Some(names), outcome: Outcome::default() })
    }

    /// Takes one batch.
    ///
    /// Errors: [`Failure`] of the database; the batch is then not stored, the ones before it are.
    pub fn take(&mut self, app: &App, gathered: Gathered) -> Result<(), Failure> {
        let Gathered { cases, problems, rows, rows_left_out, tickets_left_out } = gathered;
        problems.into_iter().for_each(|problem| self.outcome.note(problem));
        self.outcome.rows += rows;
        self.outcome.rows_left_out += rows_left_out;
        self.outcome.tickets_left_out += tickets_left_out;
        if cases.is_empty() {
            return Ok(());
        }
        let names = self.names.take().ok_or_else(|| Failure::broke("a batch failed and another followed"))?;
        let mut batch = Batch {
            map: self.map.clone(),
            names,
            outcome: std::mem::take(&mut self.outcome),
            now: app.clock.now(),
        };
        let batch = if self.is_dry {
            app.database.read_now(move |tx| {
                batch.take(&mut Hand::Looking(tx), cases)?;
                Ok::<_, Failure>(batch)
            })?
        } else {
            app.change_now(BY, move |change| {
                change.put_off_dockets();
                batch.take(&mut Hand::Writing(change), cases)?;
                change.nudge("queue");
                Ok(batch)
            })?
        };
        self.outcome = batch.outcome;
        self.outcome.added = batch.names.added;
        self.names = Some(batch.names);
        Ok(())
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

/// A ticket that was not known, after all that was told of it; it has no id yet.
struct Begun {
    new: NewTicket,
    ticket: Ticket,
    happened: Vec<Happening>,
    remembered: Remembered,
}

impl Batch {
    fn take(&mut self, hand: &mut Hand<'_, '_>, cases: Vec<Case>) -> Result<(), Failure> {
        let known = known(hand.tx(), &self.map.source, &cases)?;
        let mut begun = Vec::with_capacity(cases.len());
        for case in cases {
            let taken = match known.get(&case.key) {
                Some(before) => self.go_on(hand, &case, before),
                None => self.begin(hand, &case).map(|new| begun.push(new)),
            };
            match taken {
                Ok(()) => {}
                Err(Unknown::Fault(fault)) => {
                    self.outcome.tickets_left_out += 1;
                    self.outcome.note(problem(&case, fault));
                }
                Err(Unknown::Failed(failure)) => return Err(failure),
            }
        }
        match hand {
            Hand::Writing(change) => add(change, begun),
            Hand::Looking(_) => Ok(()),
        }
    }

    /// Takes a ticket that was not known. Its whole life is decided before anything is written, so that nothing is half
    /// written.
    fn begin(&mut self, hand: &mut Hand<'_, '_>, case: &Case) -> Result<Begun, Unknown> {
        let map = self.map.clone();
        let around = self.names.around(hand, &map, case)?;
        let new = history::report(case, &map.source, &around, self.now).map_err(not_taken)?;
        let mut ticket = new.ticket(TicketId(0));
        let mut happened = new.happened(ticket.id);
        happened.iter().for_each(|happening| ticket.apply(happening));
        happened.extend(self.live(hand, &mut ticket, &case.steps)?);
        self.outcome.tickets_added += 1;
        self.outcome.facts += happened.len() as u64;
        Ok(Begun { new, ticket, happened, remembered: history::remember(map.shape, case) })
    }

    /// Adds what is new of a ticket that was imported before.
    fn go_on(&mut self, hand: &mut Hand<'_, '_>, case: &Case, before: &Before) -> Result<(), Unknown> {
        let map = self.map.clone();
        let Some(remembered) = &before.remembered else {
            self.outcome.note(problem(case, Fault::OtherPast { key: case.key.clone() }));
            self.outcome.tickets_unchanged += 1;
            return Ok(());
        };
        let news = history::news(map.shape, case, remembered, self.now);
        if news.other_past {
            self.outcome.note(problem(case, Fault::OtherPast { key: case.key.clone() }));
        }
        if news.steps.is_empty() {
            self.outcome.tickets_unchanged += 1;
            return Ok(());
        }
        let row = store::find_to_change(hand.tx(), before.id)?.ok_or(Failure::NotFound)?;
        let mut ticket = row.ticket();
        let lived = self.live(hand, &mut ticket, &news.steps)?;
        if lived.is_empty() {
            self.outcome.tickets_unchanged += 1;
        } else {
            self.outcome.tickets_continued += 1;
        }
        self.outcome.facts += lived.len() as u64;
        let Hand::Writing(change) = hand else { return Ok(()) };
        if !lived.is_empty() {
            store::save(change.tx, &ticket, change.now)?;
            lived.into_iter().for_each(|happening| change.happen(happening));
            change.nudge(format!("ticket:{}", before.id));
        }
        let mut after = history::remember(map.shape, case);
        after.last_at = after.last_at.max(remembered.last_at);
        remember(change.tx, before.id, &after)?;
        Ok(())
    }

    fn live(
        &mut self,
        hand: &mut Hand<'_, '_>,
        ticket: &mut Ticket,
        steps: &[Step],
    ) -> Result<Vec<Happening>, Unknown> {
        let map = self.map.clone();
        let mut lived = Vec::new();
        for step in steps {
            let holder = self.names.holder(hand, &map, step)?;
            let happened = history::advance(ticket, step, holder, &map.source)
                .map_err(|refusal| Fault::Refused { code: refusal.code() })?;
            lived.extend(happened);
        }
        Ok(lived)
    }
}

/// Adds tickets with all that happened to them. What they will owe is foreseen ahead of the one that is written.
fn add(change: &mut Change<'_>, begun: Vec<Begun>) -> Result<(), Failure> {
    let mut owing = Vec::with_capacity(begun.len());
    for begun in begun {
        let terms = begun.new.commitment.map(|commitment| change.terms(commitment)).transpose()?;
        owing.push((begun, terms));
    }
    let now = change.now;
    let row = move |(begun, terms): (Begun, Option<Arc<Terms>>)| {
        let Begun { new, ticket, happened, remembered } = begun;
        let row = intake::foreseen(&new, ticket, happened.clone(), terms.as_deref(), None, now);
        (row, new, happened, remembered)
    };
    ledger::ahead(owing, row, |rows| {
        for (row, new, happened, remembered) in rows {
            let id = store::add(change.tx, &row?)?;
            remember(change.tx, id, &remembered)?;
            let reported = new.happened(id);
            let since = happened.into_iter().skip(reported.len()).map(|mut happening| {
                happening.about.ticket = Some(id);
                happening
            });
            reported.into_iter().chain(since).for_each(|happening| change.happen(happening));
        }
        Ok(())
    })
}

fn not_taken(not_taken: NotTaken) -> Fault {
    match not_taken {
        NotTaken::Invalid(invalid) => Fault::Refused { code: invalid.code },
        NotTaken::Refused(refusal) => Fault::Refused { code: refusal.code() },
    }
}

/// Which of the cases are tickets already, by their keys.
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

fn remember(tx: &mut Tx, id: TicketId, remembered: &Remembered) -> Result<(), Failure> {
    let Remembered { steps_count, digest, standing, last_at } = *remembered;
    tx.run(&REMEMBER, (id.get(), steps_count as i64, digest, standing, last_at))?;
    Ok(())
}
