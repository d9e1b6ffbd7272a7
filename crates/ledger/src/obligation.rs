//! Obligations as rows: written where a judgement changed them, found by what is due.
//!
//! A subject is judged from all its facts each time one is added. What the engine says is compared with what
//! is stored, and only the difference is written. So a fact that is learnt late needs no path of its own, and
//! what is stored can always be derived again.
//!
//! An open obligation may be written over. A final one never is: where a later fact or corrected terms change
//! it, the row stays, marked as superseded with the reason, and the next verdict stands beside it.

use std::collections::{HashMap, HashSet};

use crate::fact::{Subject, facts_before};
use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use promise::{Docket, Fact, Obligation, State, Terms};

/// Whom the obligations of a subject concern; stored beside them for lists and scorecards.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    pub commitment_id: Option<i64>,
    pub contract_id: Option<i64>,
    pub customer_id: Option<i64>,
    pub site_id: Option<i64>,
}

/// An obligation that a judgement added or moved.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// The row's id.
    pub id: i64,
    /// How it stood before; `None` where it is new.
    pub before: Option<State>,
    pub obligation: Obligation,
}

/// What a judgement of a subject changed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Folded {
    pub changed: Vec<Changed>,
    /// Every obligation of the subject as it stands now.
    pub obligations: Vec<Obligation>,
    /// The earliest moment at which a running obligation is due.
    pub next_due_at: Option<Timestamp>,
}

row! {
    /// An obligation as it is stored.
    #[derive(Debug, Clone, PartialEq)]
    pub struct StoredObligation {
        pub id: i64,
        pub subject_kind: String,
        pub subject_id: i64,
        pub promise: String,
        pub cycle: i64,
        /// Counts from 1; a verdict that changed is followed by the next.
        pub verdict: i64,
        pub commitment_id: Option<i64>,
        pub contract_id: Option<i64>,
        pub customer_id: Option<i64>,
        pub site_id: Option<i64>,
        pub state: String,
        pub due_at: Option<Timestamp>,
        pub ended_at: Option<Timestamp>,
        /// How many of its moments (warnings, then the deadline) were told.
        pub told: i64,
        /// The next moment to tell of.
        pub wake_at: Option<Timestamp>,
        pub body: Obligation as json,
        pub superseded_at: Option<Timestamp>,
        pub superseded_because: Option<String>,
    }
}

/// The columns of an obligation that a judgement writes.
type NewRow = (
    String,
    i64,
    String,
    i64,
    i64,
    String,
    String,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    String,
    String,
    bool,
    Timestamp,
    Option<Timestamp>,
    Option<Timestamp>,
    i64,
    Option<Timestamp>,
    String,
);
type Rewrite = (
    i64,
    String,
    String,
    bool,
    Timestamp,
    Option<Timestamp>,
    Option<Timestamp>,
    i64,
    Option<Timestamp>,
    String,
);

statements! {
    static OF_SUBJECT: (String, i64) => StoredObligation =
        "SELECT id, subject_kind, subject_id, promise, cycle, verdict, commitment_id, contract_id, customer_id,
            site_id, state, due_at, ended_at, told, wake_at, body, superseded_at, superseded_because
         FROM obligation WHERE subject_kind = ?1 AND subject_id = ?2 ORDER BY id";
    static BY_ID: (i64,) => StoredObligation =
        "SELECT id, subject_kind, subject_id, promise, cycle, verdict, commitment_id, contract_id, customer_id,
            site_id, state, due_at, ended_at, told, wake_at, body, superseded_at, superseded_because
         FROM obligation WHERE id = ?1";
    static ADD: NewRow => (i64,) =
        "INSERT INTO obligation (subject_kind, subject_id, promise, cycle, verdict, clause, terms, commitment_id,
            contract_id, customer_id, site_id, debtor, state, is_amended, started_at, due_at, ended_at, told,
            wake_at, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
         RETURNING id";
    static REWRITE_OPEN: Rewrite => () =
        "UPDATE obligation SET terms = ?2, state = ?3, is_amended = ?4, started_at = ?5, due_at = ?6,
            ended_at = ?7, told = ?8, wake_at = ?9, body = ?10 WHERE id = ?1";
    static SUPERSEDE: (i64, Timestamp, String) => () =
        "UPDATE obligation SET wake_at = NULL, superseded_at = ?2, superseded_because = ?3 WHERE id = ?1";
    static DUE: (Timestamp, i64) => StoredObligation =
        "SELECT id, subject_kind, subject_id, promise, cycle, verdict, commitment_id, contract_id, customer_id,
            site_id, state, due_at, ended_at, told, wake_at, body, superseded_at, superseded_because
         FROM obligation WHERE wake_at <= ?1 ORDER BY wake_at LIMIT ?2 {skip_locked}";
    static TOLD: (i64, i64, Option<Timestamp>) => () =
        "UPDATE obligation SET told = ?2, wake_at = ?3 WHERE id = ?1";
    static NEXT_WAKE: () => (Timestamp,) =
        "SELECT wake_at FROM obligation WHERE wake_at IS NOT NULL ORDER BY wake_at LIMIT 1";
}

/// Judges a subject anew and writes the obligations that changed.
///
/// `new` are the facts of this subject that [`append`](crate::append) has just returned; with none the subject
/// is judged again as it is, for corrected terms. A fact that lies before others already judged is no special
/// case: final verdicts that it changes get a successor, never an edit.
///
/// Errors: [`Error`], with [`Error::Corrupt`] where stored facts cannot be read.
pub fn fold_subject(
    tx: &mut Tx,
    terms: &Terms,
    context: &Context,
    subject: &Subject,
    new: &[Fact],
    now: Timestamp,
) -> Result<Folded, Error> {
    let mut facts = match new.first() {
        Some(first) => facts_before(tx, subject, first.seq)?,
        None => crate::facts_of(tx, subject)?,
    };
    // Without a fact before these nothing can have been owed.
    let stored = if facts.is_empty() { Vec::new() } else { verdicts_of(tx, subject)? };
    facts.extend_from_slice(new);
    let judged = judged(terms, subject, facts)?;
    let because = match new.last() {
        Some(fact) => format!("fact:{}", fact.seq),
        None => format!("terms:{}@{}", terms.id(), terms.version()),
    };
    let mut writer = Writer::new(tx, context, subject, because, now);
    writer.write_all(&stored, judged.obligations())?;
    let changed = writer.changed;
    Ok(Folded { changed, next_due_at: judged.next_due_at(), obligations: judged.obligations().to_vec() })
}

/// What a subject owes of which nothing was known before, judged from its first facts and written out: all of it
/// without the database.
pub struct Judged {
    docket: Docket,
    /// The obligations as texts.
    bodies: Vec<String>,
    because: String,
}

impl Judged {
    /// Judges the first facts of a subject.
    ///
    /// Errors: [`Error::Corrupt`] where they cannot be judged.
    pub fn of(terms: &Terms, subject: &Subject, facts: Vec<Fact>) -> Result<Judged, Error> {
        let because = facts.last().map(|fact| format!("fact:{}", fact.seq)).unwrap_or_default();
        let docket = judged(terms, subject, facts)?;
        let bodies = docket.obligations().iter().map(body).collect::<Result<_, _>>()?;
        Ok(Judged { docket, bodies, because })
    }

    /// Writes what it owes, and gives it.
    ///
    /// Errors: [`Error`] of the database.
    pub fn write(
        self,
        tx: &mut Tx,
        context: &Context,
        subject: &Subject,
        now: Timestamp,
    ) -> Result<Vec<Obligation>, Error> {
        let obligations = self.docket.into_obligations();
        let mut writer = Writer::new(tx, context, subject, self.because, now);
        for (obligation, body) in obligations.iter().zip(self.bodies) {
            writer.add(1, obligation, body)?;
        }
        Ok(obligations)
    }
}

/// Judges a subject from its facts alone.
pub(crate) fn judged(terms: &Terms, subject: &Subject, mut facts: Vec<Fact>) -> Result<Docket, Error> {
    facts.sort_by_key(Fact::order);
    let mut docket = Docket::of(promise::Subject::new(&subject.kind, &subject.id.to_string()));
    for fact in &facts {
        docket.fold(terms, fact).map_err(|error| Error::Corrupt(format!("{subject}: {error}")))?;
    }
    Ok(docket)
}

/// The promise and the cycle: what tells one obligation of a subject from another.
type Key<'a> = (&'a str, i64);

fn key_of(obligation: &Obligation) -> Key<'_> {
    (obligation.promise.as_str(), i64::from(obligation.cycle))
}

/// Writes what one judgement changed.
pub(crate) struct Writer<'a> {
    tx: &'a mut Tx,
    context: &'a Context,
    subject: &'a Subject,
    because: String,
    now: Timestamp,
    pub(crate) changed: Vec<Changed>,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(
        tx: &'a mut Tx,
        context: &'a Context,
        subject: &'a Subject,
        because: String,
        now: Timestamp,
    ) -> Writer<'a> {
        Writer { tx, context, subject, because, now, changed: Vec::new() }
    }

    /// Writes what differs between what is stored and what was judged.
    pub(crate) fn write_all(
        &mut self,
        stored: &[StoredObligation],
        judged: &[Obligation],
    ) -> Result<(), Error> {
        let owed: HashSet<Key<'_>> = judged.iter().map(key_of).collect();
        let mut verdicts: HashMap<Key<'_>, (Option<&StoredObligation>, i64)> = HashMap::new();
        for row in stored {
            let (current, last) = verdicts.entry(row.key()).or_default();
            *last = row.verdict.max(*last);
            if row.is_current() {
                *current = Some(row);
                if !owed.contains(&row.key()) {
                    self.supersede(row)?;
                }
            }
        }
        for obligation in judged {
            let (current, last) = verdicts.get(&key_of(obligation)).copied().unwrap_or_default();
            self.write(current, last + 1, obligation)?;
        }
        Ok(())
    }

    fn write(
        &mut self,
        current: Option<&StoredObligation>,
        next_verdict: i64,
        obligation: &Obligation,
    ) -> Result<(), Error> {
        match current {
            Some(row) if row.body == *obligation => Ok(()),
            Some(row) if row.body.state.is_open() => self.rewrite(row, obligation),
            current => {
                let before = current.map(|row| row.body.state);
                if let Some(row) = current {
                    self.supersede(row)?;
                }
                let id = self.add(next_verdict, obligation, body(obligation)?)?;
                self.changed.push(Changed { id, before, obligation: obligation.clone() });
                Ok(())
            }
        }
    }

    fn add(&mut self, verdict: i64, obligation: &Obligation, body: String) -> Result<i64, Error> {
        let (told, wake_at) = wake(obligation, 0, self.now);
        let row = (
            &*self.subject.kind,
            self.subject.id,
            obligation.promise.as_str(),
            i64::from(obligation.cycle),
            verdict,
            &*obligation.clause,
            &*obligation.terms,
            self.context.commitment_id,
            self.context.contract_id,
            self.context.customer_id,
            self.context.site_id,
            obligation.debtor.as_str(),
            obligation.state.as_str(),
            obligation.is_amended(),
            obligation.started_at,
            obligation.due_at,
            obligation.state.ended_at(),
            told,
            wake_at,
            body,
        );
        Ok(self.tx.one(&ADD, row)?.0)
    }

    fn rewrite(&mut self, row: &StoredObligation, obligation: &Obligation) -> Result<(), Error> {
        let (told, wake_at) = wake(obligation, row.told, self.now);
        let values = (
            row.id,
            &*obligation.terms,
            obligation.state.as_str(),
            obligation.is_amended(),
            obligation.started_at,
            obligation.due_at,
            obligation.state.ended_at(),
            told,
            wake_at,
            body(obligation)?,
        );
        self.tx.run(&REWRITE_OPEN, values)?;
        self.changed.push(Changed {
            id: row.id,
            before: Some(row.body.state),
            obligation: obligation.clone(),
        });
        Ok(())
    }

    fn supersede(&mut self, row: &StoredObligation) -> Result<(), Error> {
        self.tx.run(&SUPERSEDE, (row.id, self.now, &self.because)).map(drop)
    }
}

fn body(obligation: &Obligation) -> Result<String, Error> {
    serde_json::to_string(obligation)
        .map_err(|error| Error::Corrupt(format!("obligation {}: {error}", obligation.promise)))
}

impl StoredObligation {
    /// Whether no later verdict stands beside it.
    pub fn is_current(&self) -> bool {
        self.superseded_at.is_none()
    }

    /// The subject it belongs to.
    pub fn subject(&self) -> Subject {
        Subject::new(self.subject_kind.clone(), self.subject_id)
    }

    fn key(&self) -> Key<'_> {
        (&self.promise, self.cycle)
    }

    pub(crate) fn is_of(&self, obligation: &Obligation) -> bool {
        self.key() == key_of(obligation)
    }

    pub(crate) fn in_<'a>(&self, obligations: &'a [Obligation]) -> Option<&'a Obligation> {
        obligations.iter().find(|obligation| self.is_of(obligation))
    }
}

/// One obligation by its id.
pub fn obligation(tx: &mut Tx, id: i64) -> Result<Option<StoredObligation>, Error> {
    tx.maybe(&BY_ID, (id,))
}

/// The obligations of a subject as they stand, in the order in which they were first written.
pub fn obligations_of(tx: &mut Tx, subject: &Subject) -> Result<Vec<StoredObligation>, Error> {
    Ok(verdicts_of(tx, subject)?.into_iter().filter(StoredObligation::is_current).collect())
}

/// The same, with the verdicts that were superseded.
pub fn verdicts_of(tx: &mut Tx, subject: &Subject) -> Result<Vec<StoredObligation>, Error> {
    tx.all(&OF_SUBJECT, (&*subject.kind, subject.id))
}

// ---- what is due ----

/// A moment at which somebody is told of a running obligation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The warning with this index, counted from 0, of so many.
    Warning { index: usize, of: usize },
    /// The deadline.
    Deadline,
}

/// An obligation of which somebody is to be told.
#[derive(Debug, Clone, PartialEq)]
pub struct Due {
    /// The latest of its moments that has come; earlier ones that nobody was told of are passed over.
    pub moment: Moment,
    pub moment_at: Timestamp,
    pub stored: StoredObligation,
}

/// The warnings and deadlines that have come and were not told, earliest first, at most `limit`.
///
/// The caller notes what to tell in the outbox and calls [`told`] in the same transaction. The cost follows
/// the number of moments that have come, not that of open obligations.
pub fn due(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<Due>, Error> {
    let rows = tx.all(&DUE, (now, limit))?;
    Ok(rows.into_iter().filter_map(|stored| come(stored, now)).collect())
}

fn come(stored: StoredObligation, now: Timestamp) -> Option<Due> {
    let moments = moments(&stored.body);
    let come = moments.iter().take_while(|at| **at <= now).count();
    let index = come.checked_sub(1)?;
    let warnings = moments.len() - 1;
    let moment = if index < warnings { Moment::Warning { index, of: warnings } } else { Moment::Deadline };
    Some(Due { moment, moment_at: moments[index], stored })
}

/// Notes that somebody was told of what [`due`] found, so that it is found no more.
pub fn told(tx: &mut Tx, due: &Due, now: Timestamp) -> Result<(), Error> {
    let moments = moments(&due.stored.body);
    let come = moments.iter().take_while(|at| **at <= now).count();
    tx.run(&TOLD, (due.stored.id, come as i64, moments.get(come).copied())).map(drop)
}

/// The next moment at which [`due`] will find something; `None` while nothing runs.
pub fn next_wake_at(tx: &mut Tx) -> Result<Option<Timestamp>, Error> {
    Ok(tx.maybe(&NEXT_WAKE, ())?.map(|row| row.0))
}

/// The moments to tell of, earliest first: warnings, then the deadline; none unless it runs.
pub(crate) fn moments(obligation: &Obligation) -> Vec<Timestamp> {
    match (obligation.state, obligation.due_at) {
        (State::Running, Some(due_at)) => {
            let mut moments = obligation.warn_at.clone();
            moments.sort_unstable();
            moments.retain(|at| *at <= due_at);
            moments.push(due_at);
            moments
        }
        _ => Vec::new(),
    }
}

/// How many moments count as told after a judgement, and when to wake next.
///
/// A deadline that moved may have brought moments into the past that nobody was told of: the latest of them
/// wakes at once. Moments that moved into the future will be told when they come.
fn wake(obligation: &Obligation, told: i64, now: Timestamp) -> (i64, Option<Timestamp>) {
    let moments = moments(obligation);
    let come = moments.iter().take_while(|at| **at <= now).count();
    if moments.is_empty() {
        // Paused or ended: what was told is remembered for when the clock runs again.
        (told, None)
    } else if told < come as i64 {
        (told, Some(moments[come - 1]))
    } else {
        (come as i64, moments.get(come).copied())
    }
}

#[cfg(test)]
mod tests;
