//! The one door: every change of what the business knows goes through [`App::change`].
//!
//! In one transaction it runs the closure, which loads, decides and saves, then appends the facts that the
//! decision told of, folds them through the promises of every noun that they are about, and writes the outbox. So evidence, obligations and
//! notices cannot be forgotten by the author of a feature.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use db::{Pending, Tx};
use jiff::{SignedDuration, Timestamp};
use ledger::{Context, Heeded, Judged, NewFact, Subject};
use promise::{Fact, Name, Obligation, Terms};
use rules::event::{About, Event, Happening, Subject as Topic};
use rules::ids::{CommitmentId, TicketId};
use serde::Serialize;
use serde_json::{Map, Value};

use super::actor::By;
use super::errors::Failure;
use super::live::Nudge;
use super::once::Claim;
use super::state::App;
use super::terms::Library;

/// The first fact of every ticket.
const REPORTED: &str = "ticket.reported";

/// A change under way: the transaction, the one reference time, and what happened so far.
pub struct Change<'a> {
    pub tx: &'a mut Tx,
    pub now: Timestamp,
    pub by: By,
    library: &'a Library,
    happened: Vec<Told>,
    topics: BTreeSet<String>,
    puts_off: bool,
}

/// Something that happened, who says so, and when we learnt of it.
struct Told {
    happening: Happening,
    by: By,
    learned_at: Timestamp,
}

impl<'a> Change<'a> {
    fn new(tx: &'a mut Tx, library: &'a Library, now: Timestamp, by: By) -> Change<'a> {
        Change { tx, now, by, library, happened: Vec::new(), topics: BTreeSet::new(), puts_off: false }
    }

    /// The terms of a commitment: to [`foresee`] by them.
    ///
    /// Errors: [`Failure::Error`] where the commitment is not stored or no longer compiles.
    pub fn terms(&mut self, commitment: CommitmentId) -> Result<Arc<Terms>, Failure> {
        self.library.terms(self.tx, commitment)
    }

    /// Something happened now.
    pub fn record(&mut self, about: About, event: Event) {
        self.happen(Happening { at: self.now, about, event });
    }

    /// Something happened, at the time that it says.
    pub fn happen(&mut self, happening: Happening) {
        self.happened.push(Told { happening, by: self.by, learned_at: self.now });
    }

    /// Something happened in a past that is invented, as if `by` had told it then. Only for the demo company:
    /// what real people tell is learnt when they tell it.
    pub fn happen_then(&mut self, happening: Happening, by: By, learned_at: Timestamp) {
        self.happened.push(Told { happening, by, learned_at });
    }

    /// Notes a message for the world, sent from now on by the outbox once this change is stored.
    pub fn send(&mut self, kind: &'static str, payload: &Value) -> Result<(), Failure> {
        self.send_after(SignedDuration::ZERO, kind, payload)
    }

    /// Notes a message that is to be sent after some time.
    pub fn send_after(
        &mut self,
        wait: SignedDuration,
        kind: &'static str,
        payload: &Value,
    ) -> Result<(), Failure> {
        ledger::outbox::put(self.tx, kind, payload, self.now, self.now + wait)?;
        Ok(())
    }

    /// Does part of a change: where it fails, what it wrote and told is undone, and the change goes on.
    ///
    /// Errors: those of the closure.
    pub fn attempt<T>(
        &mut self,
        f: impl FnOnce(&mut Change<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let (library, now, by) = (self.library, self.now, self.by);
        let (value, happened, topics) = self.tx.attempt(|tx| {
            let mut part = Change::new(tx, library, now, by);
            let value = f(&mut part)?;
            let Change { happened, topics, .. } = part;
            Ok::<_, Failure>((value, happened, topics))
        })?;
        self.happened.extend(happened);
        self.topics.extend(topics);
        Ok(value)
    }

    /// Leaves the judgement of sites, contracts and all other dockets to [`App::judge_put_off`]: for a history, which
    /// tells of each of them again and again. Tickets are judged at once.
    pub fn put_off_dockets(&mut self) {
        self.puts_off = true;
    }

    /// After the commit, pages that listen to `topic` hear of it.
    pub fn nudge(&mut self, topic: impl Into<String>) {
        self.topics.insert(topic.into());
    }
}

impl App {
    /// Runs a change in one transaction. It is stored when this returns `Ok`, and not at all otherwise.
    ///
    /// Errors: those of the closure, and [`Failure::Unavailable`] or [`Failure::DiskFull`] of the database.
    pub async fn change<T: Send + 'static>(
        &self,
        by: impl Into<By>,
        f: impl FnOnce(&mut Change<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        Ok(self.change_judged(by, f).await?.0)
    }

    /// [`App::change`], with what is owed on each ticket that the change told of.
    ///
    /// Errors: those of [`App::change`].
    pub async fn change_judged<T: Send + 'static>(
        &self,
        by: impl Into<By>,
        f: impl FnOnce(&mut Change<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<(T, Owed), Failure> {
        let (app, by, now) = (self.clone(), by.into(), self.clock.now());
        let claim = Claim::current();
        let storing = claim.clone();
        let done = self
            .database
            .write(move |tx| {
                storing.map(|claim| claim.store(tx, now)).transpose()?;
                run(&app, tx, by, now, f)
            })
            .await?;
        if let Some(claim) = claim {
            claim.committed();
        }
        self.committed(done.topics);
        Ok((done.value, done.owed))
    }

    /// [`App::change`] for commands: blocks the thread, so never inside a future.
    pub fn change_now<T: Send + 'static>(
        &self,
        by: impl Into<By>,
        f: impl FnOnce(&mut Change<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        self.change_soon(by, f).wait()
    }

    /// Sends a change and does not wait for it: for a history, whose next batch is stored while the disk takes the one
    /// before.
    pub fn change_soon<T: Send + 'static>(
        &self,
        by: impl Into<By>,
        f: impl FnOnce(&mut Change<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Changing<T> {
        let (app, by, now) = (self.clone(), by.into(), self.clock.now());
        let pending = self.database.write_soon(move |tx| run(&app, tx, by, now, f));
        Changing { app: self.clone(), pending }
    }

    /// Judges dockets that a history put off at `until` or before, at most `limit`. Returns how many were judged.
    ///
    /// Errors: [`Failure`] of the database.
    pub async fn judge_put_off(&self, until: Timestamp, limit: i64) -> Result<usize, Failure> {
        let (app, now) = (self.clone(), self.clock.now());
        let judged = self.database.write(move |tx| judge_put_off(&app, tx, until, limit, now)).await?;
        Ok(self.judged(&judged))
    }

    /// [`App::judge_put_off`] for commands: blocks the thread, so never inside a future.
    pub fn judge_put_off_now(&self, until: Timestamp, limit: i64) -> Result<usize, Failure> {
        let (app, now) = (self.clone(), self.clock.now());
        let judged = self.database.write_now(move |tx| judge_put_off(&app, tx, until, limit, now))?;
        Ok(self.judged(&judged))
    }

    fn judged(&self, judged: &[Subject]) -> usize {
        self.committed(judged.iter().map(|subject| format!("{}:{}", subject.kind, subject.id)).collect());
        judged.len()
    }

    fn committed(&self, topics: BTreeSet<String>) {
        for topic in topics {
            self.tell(Nudge { topic, writer: None });
        }
        self.wake.notify_one();
    }
}

fn judge_put_off(
    app: &App,
    tx: &mut Tx,
    until: Timestamp,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<Subject>, Failure> {
    let mut terms = |tx: &mut Tx, fact: &Fact| terms_by(&app.library, tx, fact);
    Ok(ledger::judge_put_off(tx, until, limit, &mut terms, now)?)
}

/// A change that was sent.
#[must_use = "only its answer tells whether it is stored"]
pub struct Changing<T> {
    app: App,
    pending: Pending<Done<T>, Failure>,
}

impl<T> Changing<T> {
    /// Waits until it is stored: blocks the thread, so never inside a future.
    ///
    /// Errors: those of [`App::change`].
    pub fn wait(self) -> Result<T, Failure> {
        let done = self.pending.wait()?;
        self.app.committed(done.topics);
        Ok(done.value)
    }
}

/// What is owed on tickets, of each that a change told of.
pub type Owed = HashMap<TicketId, Vec<Obligation>>;

/// A change that has run: what its closure gave, who is to hear of it, and what it came to.
struct Done<T> {
    value: T,
    topics: BTreeSet<String>,
    owed: Owed,
}

fn run<T>(
    app: &App,
    tx: &mut Tx,
    by: By,
    now: Timestamp,
    f: impl FnOnce(&mut Change<'_>) -> Result<T, Failure>,
) -> Result<Done<T>, Failure> {
    let mut change = Change::new(tx, &app.library, now, by);
    let value = f(&mut change)?;
    let Change { happened, mut topics, puts_off, tx, .. } = change;
    let notable: Vec<Notable> = happened.iter().filter_map(|told| notable(told, now)).collect();
    let abouts: Vec<About> = happened.iter().map(|told| told.happening.about).collect();
    let tickets: Vec<Option<TicketId>> = happened.iter().map(|told| ticket_of(&told.happening)).collect();
    let recorded = ledger::append_of(tx, happened, fact)?;
    for payload in notable {
        ledger::outbox::put(tx, "event", &payload, now, now)?;
    }
    for (subject, about, heeded) in dockets(app, tx, &abouts, &recorded)? {
        if puts_off {
            let seqs: Vec<u64> = heeded.iter().map(|(nth, _)| recorded[*nth].seq).collect();
            ledger::put_off(tx, &subject, &context(&about), &seqs, now)?;
            continue;
        }
        let new = heeded.into_iter().map(|(nth, terms)| Heeded { fact: recorded[nth].clone(), terms });
        let new: Vec<Heeded> = new.collect();
        let mut terms = |tx: &mut Tx, fact: &Fact| terms_by(&app.library, tx, fact);
        ledger::fold_docket(tx, &subject, &context(&about), &new, &mut terms, now)?;
        topics.insert(format!("{}:{}", subject.kind, subject.id));
    }
    let stories = stories(&tickets, &abouts, recorded);
    if !stories.is_empty() {
        topics.insert("queue".to_owned());
    }
    topics.extend(stories.iter().map(|story| format!("ticket:{}", story.ticket)));
    let owed = judge(app, tx, stories, now)?;
    Ok(Done { value, topics, owed })
}

/// A fact of a ticket that somebody is told of, as the outbox takes it.
#[derive(Serialize)]
struct Notable {
    event: &'static str,
    notices: Vec<rules::notifications::Notice>,
    ticket: TicketId,
    by: String,
    at: Timestamp,
    data: Map<String, Value>,
    beside: Option<Map<String, Value>>,
}

/// What is told of something that happened, if anything. A history that is taken over or invented
/// tells nobody.
fn notable(told: &Told, now: Timestamp) -> Option<Notable> {
    let event = &told.happening.event;
    let notices = rules::notifications::of(event);
    let ticket = told.happening.about.ticket?;
    let is_news = told.learned_at == now && told.by != By::System("import");
    if !is_news || (notices.is_empty() && !rules::notifications::is_heard(event)) {
        return None;
    }
    Some(Notable {
        event: event.name(),
        notices,
        ticket,
        by: told.by.to_string(),
        at: told.happening.at,
        data: event.data(),
        beside: event.beside(),
    })
}

/// Whether a noun is judged by its docket, from every fact about it that a promise heeds; a ticket is judged from its
/// own facts.
pub fn keeps_docket(noun: &str) -> bool {
    noun != Topic::Ticket.code()
}

/// The terms that were in force for a fact: those of the commitment that it is about. Without one nothing is promised.
///
/// Errors: [`db::Error::Corrupt`] where the commitment no longer compiles.
pub fn terms_by(library: &Library, tx: &mut Tx, fact: &Fact) -> Result<Option<Arc<Terms>>, db::Error> {
    let Some(id) = fact.about.get(Topic::Commitment.code()).and_then(|id| id.parse().ok()) else {
        return Ok(None);
    };
    let terms = library.terms(tx, CommitmentId(id));
    terms.map(Some).map_err(|failure| db::Error::Corrupt(format!("fact {}: {failure}", fact.seq)))
}

/// The ticket whose story something belongs to.
fn ticket_of(happening: &Happening) -> Option<TicketId> {
    happening.subject().filter(|(topic, _)| *topic == Topic::Ticket).map(|(_, id)| TicketId(id))
}

/// A docket, whom it concerns, and the places of the facts that it heeds with the terms that were in force for them.
type Heeding = (Subject, About, Vec<(usize, Arc<Terms>)>);

/// Gathers the new facts by the dockets that heed them, in the order of the dockets, so that two changes never wait
/// for each other.
fn dockets(app: &App, tx: &mut Tx, abouts: &[About], recorded: &[Fact]) -> Result<Vec<Heeding>, Failure> {
    let mut found: BTreeMap<(&'static str, i64), (About, Vec<(usize, Arc<Terms>)>)> = BTreeMap::new();
    for (nth, (about, fact)) in abouts.iter().zip(recorded).enumerate() {
        let Some(terms) = terms_by(&app.library, tx, fact)? else { continue };
        for (noun, id) in about.pairs() {
            if keeps_docket(noun) && terms.heeds(noun, fact.name.as_str()) {
                let (latest, facts) = found.entry((noun, id)).or_default();
                *latest = *about;
                facts.push((nth, terms.clone()));
            }
        }
    }
    Ok(found.into_iter().map(|((noun, id), (about, facts))| (Subject::new(noun, id), about, facts)).collect())
}

/// Whom the obligations of a change concern.
fn context(about: &About) -> Context {
    Context {
        commitment_id: about.commitment.map(i64::from),
        contract_id: about.contract.map(i64::from),
        customer_id: about.customer.map(i64::from),
        site_id: about.site.map(i64::from),
    }
}

/// The new facts of one ticket.
struct Story {
    ticket: TicketId,
    about: About,
    facts: Vec<Fact>,
}

/// Gathers the new facts by the ticket whose story they belong to, in the order in which they were recorded.
fn stories(tickets: &[Option<TicketId>], abouts: &[About], recorded: Vec<Fact>) -> Vec<Story> {
    let mut stories: Vec<Story> = Vec::new();
    let mut places: HashMap<TicketId, usize> = HashMap::new();
    for ((ticket, about), fact) in tickets.iter().zip(abouts).zip(recorded) {
        let Some(ticket) = *ticket else { continue };
        match places.get(&ticket) {
            Some(&place) => stories[place].facts.push(fact),
            None => {
                places.insert(ticket, stories.len());
                stories.push(Story { ticket, about: *about, facts: vec![fact] });
            }
        }
    }
    stories
}

/// Folds the new facts of tickets through the commitments that were in force for them, and keeps on each ticket
/// which deadline comes first. Without a commitment nothing is owed.
///
/// A story that begins with its report has no facts before these: it is judged ahead of the one that is being written.
fn judge(app: &App, tx: &mut Tx, stories: Vec<Story>, now: Timestamp) -> Result<Owed, Failure> {
    let mut owing = Vec::with_capacity(stories.len());
    for story in stories {
        if let Some(commitment) = story.about.commitment {
            owing.push((app.library.terms(tx, commitment)?, story));
        }
    }
    let judged = |(terms, mut story): (Arc<Terms>, Story)| {
        let subject = Subject::new(Topic::Ticket.code(), story.ticket.get());
        let begins = story.facts.first().is_some_and(|fact| fact.name.as_str() == REPORTED);
        let judged = begins.then(|| Judged::of(&terms, &subject, std::mem::take(&mut story.facts)));
        (terms, subject, story, judged)
    };
    ledger::ahead(owing, judged, |all| {
        let mut owed = Owed::new();
        for (terms, subject, story, judged) in all {
            let context = context(&story.about);
            let obligations = match judged {
                Some(judged) => judged?.write(tx, &context, &subject, now)?,
                None => ledger::fold_subject(tx, &terms, &context, &subject, &story.facts, now)?.obligations,
            };
            (app.keep)(tx, story.ticket, &obligations)?;
            owed.insert(story.ticket, obligations);
        }
        Ok(owed)
    })
}

/// A happening as the engine would read it if it were recorded: to foresee what would be owed.
pub fn foreseen(happening: Happening) -> Result<Fact, Failure> {
    let at = happening.at;
    let new = fact(Told { happening, by: By::System("foreseen"), learned_at: at })?;
    Ok(Fact { by: new.by, ..Fact::new(0, new.name.as_str(), at, new.about, new.data) })
}

/// What terms would make of happenings, were they all that is known of their noun.
///
/// Errors: [`Failure::Error`] where a happening does not say what it is about.
pub fn foresee(terms: &Terms, happened: Vec<Happening>) -> Result<Vec<Obligation>, Failure> {
    let facts: Vec<Fact> = happened.into_iter().map(foreseen).collect::<Result<_, _>>()?;
    Ok(promise::judge(terms, &facts).obligations().to_vec())
}

/// A happening as the ledger keeps it: what is provable word for word, and what stands beside it.
fn fact(Told { happening, by, learned_at }: Told) -> Result<NewFact, Failure> {
    let name = happening.event.name();
    let Some((subject, id)) = happening.subject() else {
        return Err(Failure::broke(format!("{name} does not say what it is about")));
    };
    let mut about = promise::About::new();
    for (noun, id) in happening.about.pairs() {
        about = about.with(noun, id);
    }
    let mut data = promise::Data::new();
    for (field, value) in happening.event.data() {
        let scalar = serde_json::from_value(value)
            .map_err(|error| Failure::broke(format!("{name} {field}: {error}")))?;
        data.set(field.into(), scalar);
    }
    Ok(NewFact {
        subject: Subject::new(subject.code(), id),
        name: Name::new(name),
        at: happening.at,
        learned_at,
        by: by.to_string(),
        about,
        data,
        personal: happening.event.beside(),
    })
}
