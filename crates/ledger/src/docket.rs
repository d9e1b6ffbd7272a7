//! Dockets: the judgement of a noun that hears of facts of others.
//!
//! A ticket is judged from its own facts. A site, a contract or a call is judged from every fact that is about it
//! and that one of its promises heeds, whosever story the fact is of: the arrival of an engineer belongs to its
//! ticket and ends a clock of the call that announced it (C4.6). Such nouns live for years, so the engine's state is
//! kept and the next fact is folded on; a fact that lies before others has all of them judged again.
//!
//! Each fact is folded under the terms that were in force for it: a new version of a commitment governs what begins
//! after it, and what runs keeps its terms.
//!
//! A history that is taken over tells of years in any order. Its facts are joined to the dockets at once
//! ([`put_off`]) and judged together at the end ([`judge_put_off`]): otherwise each batch would judge every site anew.
//! That a docket waits for it is stored, so nothing is forgotten where the taking over breaks off.

use std::sync::Arc;

use db::{Error, Row, Statement, Tx, row, statements};
use jiff::Timestamp;
use promise::{Docket, Fact, Terms};

use crate::fact::{StoredFact, Subject};
use crate::obligation::{Context, Folded, Writer, verdicts_of};

/// A fact, and the terms that were in force for it.
#[derive(Debug, Clone)]
pub struct Heeded {
    pub fact: Fact,
    pub terms: Arc<Terms>,
}

/// Finds the terms that were in force for a fact; none where nothing was promised.
pub type TermsOf<'a> = &'a mut dyn FnMut(&mut Tx, &Fact) -> Result<Option<Arc<Terms>>, Error>;

statements! {
    static JOIN: (String, i64, i64) => () = "INSERT INTO docket_fact (noun, noun_id, seq) VALUES (?1, ?2, ?3)";
    static FACTS: (String, i64, i64) => StoredFact =
        "SELECT f.seq, f.subject_kind, f.subject_id, f.name, f.happened_at, f.learned_at, f.said_by, f.about, f.data,
            f.personal_hash, f.leaf
         FROM docket_fact d JOIN fact f ON f.seq = d.seq WHERE d.noun = ?1 AND d.noun_id = ?2 AND d.seq >= ?3
         ORDER BY d.seq";
    static OPEN: (String, i64) => () =
        "INSERT INTO docket (noun, noun_id, body) VALUES (?1, ?2, '') ON CONFLICT (noun, noun_id) DO NOTHING";
    static FIND: (String, i64) => (String,) = "SELECT body FROM docket WHERE noun = ?1 AND noun_id = ?2 {lock}";
    static LOCK: (String, i64) => (i64,) = "SELECT noun_id FROM docket WHERE noun = ?1 AND noun_id = ?2 {lock}";
    static SEEN: (String, i64) => (String,) = "SELECT body FROM docket WHERE noun = ?1 AND noun_id = ?2";
    static SAVE: Save => () =
        "UPDATE docket SET body = ?3, commitment_id = ?4, contract_id = ?5, customer_id = ?6, site_id = ?7, look_at = ?8
         WHERE noun = ?1 AND noun_id = ?2";
    static PUT_OFF: PutOff => () =
        "INSERT INTO docket_put_off (noun, noun_id, commitment_id, contract_id, customer_id, site_id, from_seq,
            put_off_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (noun, noun_id) DO UPDATE SET commitment_id = excluded.commitment_id,
            contract_id = excluded.contract_id, customer_id = excluded.customer_id, site_id = excluded.site_id,
            put_off_at = excluded.put_off_at";
    static UNJUDGED: (Timestamp, i64) => (String, i64) =
        "SELECT noun, noun_id FROM docket_put_off WHERE put_off_at <= ?1 ORDER BY put_off_at, noun, noun_id LIMIT ?2";
    static IS_PUT_OFF: (String, i64) => Mark =
        "SELECT from_seq, commitment_id, contract_id, customer_id, site_id FROM docket_put_off
         WHERE noun = ?1 AND noun_id = ?2";
    static JUDGED: (String, i64) => () = "DELETE FROM docket_put_off WHERE noun = ?1 AND noun_id = ?2";
    static PUT_OFF_SINCE: () => (Timestamp,) =
        "SELECT put_off_at FROM docket_put_off ORDER BY put_off_at LIMIT 1";
    static PUT_OFF_COUNT: () => (i64,) = "SELECT COUNT(*) FROM docket_put_off";
    static WAITING: (Timestamp, i64) => Waiting =
        "SELECT noun, noun_id, commitment_id, contract_id, customer_id, site_id, look_at
         FROM docket WHERE look_at <= ?1 ORDER BY look_at LIMIT ?2 {skip_locked}";
    static LOOKED: (String, i64) => () = "UPDATE docket SET look_at = NULL WHERE noun = ?1 AND noun_id = ?2";
    static NEXT_LOOK: () => (Timestamp,) =
        "SELECT look_at FROM docket WHERE look_at IS NOT NULL ORDER BY look_at LIMIT 1";
}

/// The columns of a docket after a fold.
type Save = (String, i64, String, Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<Timestamp>);
type PutOff = (String, i64, Option<i64>, Option<i64>, Option<i64>, Option<i64>, i64, Timestamp);

row! {
    /// A noun that waits for time, and whom it concerns.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Waiting {
        pub noun: String,
        pub noun_id: i64,
        pub commitment_id: Option<i64>,
        pub contract_id: Option<i64>,
        pub customer_id: Option<i64>,
        pub site_id: Option<i64>,
        pub look_at: Option<Timestamp>,
    }
}

row! {
    /// From which fact on the judgement of a docket was put off, and whom it concerns.
    struct Mark {
        from_seq: i64,
        commitment_id: Option<i64>,
        contract_id: Option<i64>,
        customer_id: Option<i64>,
        site_id: Option<i64>,
    }
}

/// The nouns for which a moment has come at which time alone changes what is owed, earliest first, at most `limit`.
///
/// Each is taken off the list; the caller records a fact that time has passed, which puts it on again for later.
pub fn take_waiting(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<Waiting>, Error> {
    let waiting = tx.all(&WAITING, (now, limit))?;
    for each in &waiting {
        tx.run(&LOOKED, (&*each.noun, each.noun_id))?;
    }
    Ok(waiting)
}

/// The next moment at which [`take_waiting`] will find something.
pub fn next_look_at(tx: &mut Tx) -> Result<Option<Timestamp>, Error> {
    Ok(tx.maybe(&NEXT_LOOK, ())?.map(|row| row.0))
}

/// Folds new facts into the docket of a noun and writes the obligations that changed.
///
/// `new` are facts that [`append`](crate::append) has just returned and that a promise about the noun heeds. The
/// docket is locked until the transaction ends; a caller with several goes through them in the order of their
/// subjects. Errors: [`Error`], with [`Error::Corrupt`] where what is stored cannot be read.
pub fn fold_docket(
    tx: &mut Tx,
    subject: &Subject,
    context: &Context,
    new: &[Heeded],
    terms_of: TermsOf<'_>,
    now: Timestamp,
) -> Result<Folded, Error> {
    if new.is_empty() {
        return Ok(Folded::default());
    }
    let body = open(tx, subject, &FIND)?.0;
    join(tx, subject, new.iter().map(|heeded| heeded.fact.seq))?;
    let Some(mark) = tx.maybe(&IS_PUT_OFF, (&*subject.kind, subject.id))? else {
        return judge(tx, subject, context, &body, new, terms_of, now);
    };
    tx.run(&JUDGED, (&*subject.kind, subject.id))?;
    let all = heeded_from(tx, subject, mark.from_seq, terms_of)?;
    judge(tx, subject, context, &body, &all, terms_of, now)
}

/// Joins new facts to the docket of a noun, to be judged later by [`judge_put_off`] or with the next fact.
///
/// `seqs` are the numbers of facts that [`append`](crate::append) has just returned and that a promise about the noun heeds.
/// The docket is locked until the transaction ends, as with [`fold_docket`]. Errors: [`Error`] of the database.
pub fn put_off(
    tx: &mut Tx,
    subject: &Subject,
    context: &Context,
    seqs: &[u64],
    now: Timestamp,
) -> Result<(), Error> {
    let Some(&first) = seqs.first() else { return Ok(()) };
    open(tx, subject, &LOCK)?;
    join(tx, subject, seqs.iter().copied())?;
    let Context { commitment_id, contract_id, customer_id, site_id } = *context;
    let from = first as i64;
    tx.run(
        &PUT_OFF,
        (&*subject.kind, subject.id, commitment_id, contract_id, customer_id, site_id, from, now),
    )?;
    Ok(())
}

/// Judges dockets whose judgement was put off at `until` or before, the longest waiting first, at most `limit`.
/// Returns what was judged.
///
/// Errors: [`Error`], with [`Error::Corrupt`] where what is stored cannot be read.
pub fn judge_put_off(
    tx: &mut Tx,
    until: Timestamp,
    limit: i64,
    terms_of: TermsOf<'_>,
    now: Timestamp,
) -> Result<Vec<Subject>, Error> {
    let mut unjudged = tx.all(&UNJUDGED, (until, limit))?;
    // In the order in which every change goes through dockets, so that two never wait for each other.
    unjudged.sort();
    let mut judged = Vec::with_capacity(unjudged.len());
    for (noun, noun_id) in unjudged {
        let subject = Subject::new(noun, noun_id);
        let body = open(tx, &subject, &FIND)?.0;
        // Another may have judged it while this one waited for it.
        let Some(mark) = tx.maybe(&IS_PUT_OFF, (&*subject.kind, subject.id))? else { continue };
        let Mark { from_seq, commitment_id, contract_id, customer_id, site_id } = mark;
        let context = Context { commitment_id, contract_id, customer_id, site_id };
        let new = heeded_from(tx, &subject, from_seq, terms_of)?;
        tx.run(&JUDGED, (&*subject.kind, subject.id))?;
        judge(tx, &subject, &context, &body, &new, terms_of, now)?;
        judged.push(subject);
    }
    Ok(judged)
}

/// Since when the docket that has waited longest for its judgement waits; none where all are judged.
pub fn put_off_since(tx: &mut Tx) -> Result<Option<Timestamp>, Error> {
    Ok(tx.maybe(&PUT_OFF_SINCE, ())?.map(|row| row.0))
}

/// How many dockets wait for their judgement.
pub fn put_off_count(tx: &mut Tx) -> Result<u64, Error> {
    Ok(tx.one(&PUT_OFF_COUNT, ())?.0 as u64)
}

/// Whether the judgement of a docket was put off and is not made yet.
pub(crate) fn is_put_off(tx: &mut Tx, subject: &Subject) -> Result<bool, Error> {
    Ok(tx.maybe(&IS_PUT_OFF, (&*subject.kind, subject.id))?.is_some())
}

/// Locks a docket, which is there from now on, and reads of it what `find` asks.
fn open<R: Row>(tx: &mut Tx, subject: &Subject, find: &Statement<(String, i64), R>) -> Result<R, Error> {
    if let Some(found) = tx.maybe(find, (&*subject.kind, subject.id))? {
        return Ok(found);
    }
    tx.run(&OPEN, (&*subject.kind, subject.id))?;
    tx.one(find, (&*subject.kind, subject.id))
}

fn join(tx: &mut Tx, subject: &Subject, seqs: impl Iterator<Item = u64>) -> Result<(), Error> {
    for seq in seqs {
        tx.run(&JOIN, (&*subject.kind, subject.id, seq as i64))?;
    }
    Ok(())
}

/// Folds facts on what was folded, or judges anew where one lies before it, and writes what changed.
fn judge(
    tx: &mut Tx,
    subject: &Subject,
    context: &Context,
    body: &str,
    new: &[Heeded],
    terms_of: TermsOf<'_>,
    now: Timestamp,
) -> Result<Folded, Error> {
    let because = new.last().map(|last| format!("fact:{}", last.fact.seq)).unwrap_or_default();
    let docket = match folded_on(subject, body, new)? {
        Some(docket) => docket,
        None => judged_anew(tx, subject, terms_of)?,
    };
    let stored = verdicts_of(tx, subject)?;
    let mut writer = Writer::new(tx, context, subject, because, now);
    writer.write_all(&stored, docket.obligations())?;
    let changed = writer.changed;
    let body = serde_json::to_string(&docket)
        .map_err(|error| Error::Corrupt(format!("the docket of {subject}: {error}")))?;
    let look_at = new.last().and_then(|last| docket.look_at(&last.terms));
    let Context { commitment_id, contract_id, customer_id, site_id } = *context;
    let columns =
        (&*subject.kind, subject.id, body, commitment_id, contract_id, customer_id, site_id, look_at);
    tx.run(&SAVE, columns)?;
    Ok(Folded { changed, next_due_at: docket.next_due_at(), obligations: docket.obligations().to_vec() })
}

/// The docket of a noun as it stands; none where nothing was folded.
///
/// Errors: [`Error::Corrupt`] where what is stored cannot be read.
pub fn docket(tx: &mut Tx, subject: &Subject) -> Result<Option<Docket>, Error> {
    match tx.maybe(&SEEN, (&*subject.kind, subject.id))? {
        Some((body,)) if !body.is_empty() => Ok(Some(read(subject, &body)?)),
        Some(_) | None => Ok(None),
    }
}

fn read(subject: &Subject, body: &str) -> Result<Docket, Error> {
    serde_json::from_str(body).map_err(|error| Error::Corrupt(format!("the docket of {subject}: {error}")))
}

/// The docket with the new facts folded on; none where one lies before what was folded already.
fn folded_on(subject: &Subject, body: &str, new: &[Heeded]) -> Result<Option<Docket>, Error> {
    let mut docket = match body {
        "" => empty(subject),
        body => read(subject, body)?,
    };
    let mut new: Vec<&Heeded> = new.iter().collect();
    new.sort_by_key(|heeded| heeded.fact.order());
    for heeded in new {
        if docket.fold(&heeded.terms, &heeded.fact).is_err() {
            return Ok(None);
        }
    }
    Ok(Some(docket))
}

/// The docket of a noun from its facts alone.
pub(crate) fn judged_anew(tx: &mut Tx, subject: &Subject, terms_of: TermsOf<'_>) -> Result<Docket, Error> {
    let mut facts = facts_heeded(tx, subject)?;
    facts.sort_by_key(Fact::order);
    let mut docket = empty(subject);
    for fact in &facts {
        let Some(terms) = terms_of(tx, fact)? else { continue };
        docket.fold(&terms, fact).map_err(|error| Error::Corrupt(format!("{subject}: {error}")))?;
    }
    Ok(docket)
}

/// The facts of a docket from one on, each with the terms that were in force for it.
fn heeded_from(
    tx: &mut Tx,
    subject: &Subject,
    from: i64,
    terms_of: TermsOf<'_>,
) -> Result<Vec<Heeded>, Error> {
    let mut heeded = Vec::new();
    for fact in facts_from(tx, subject, from)? {
        if let Some(terms) = terms_of(tx, &fact)? {
            heeded.push(Heeded { fact, terms });
        }
    }
    Ok(heeded)
}

/// The facts that promises about a noun heed, in the order they were recorded.
pub fn facts_heeded(tx: &mut Tx, subject: &Subject) -> Result<Vec<Fact>, Error> {
    facts_from(tx, subject, 0)
}

fn facts_from(tx: &mut Tx, subject: &Subject, from: i64) -> Result<Vec<Fact>, Error> {
    let mut facts = Vec::new();
    tx.each(&FACTS, (&*subject.kind, subject.id, from), |row: StoredFact| {
        facts.push(row.to_fact()?);
        Ok::<(), Error>(())
    })?;
    Ok(facts)
}

fn empty(subject: &Subject) -> Docket {
    Docket::of(promise::Subject::new(&subject.kind, &subject.id.to_string()))
}
