//! The one door: every change of what the business knows goes through [`App::change`].
//!
//! In one transaction it runs the closure, which loads, decides and saves, then appends the facts that the
//! decision told of, folds them through the promises, and writes the outbox. So evidence, obligations and
//! notices cannot be forgotten by the author of a feature.

use db::Tx;
use jiff::{SignedDuration, Timestamp};
use ledger::{NewFact, Subject};
use promise::Name;
use rules::event::{About, Event, Happening};
use serde_json::Value;

use super::actor::By;
use super::errors::Failure;
use super::live::Nudge;
use super::once::Claim;
use super::state::App;

/// A change under way: the transaction, the one reference time, and what happened so far.
pub struct Change<'a> {
    pub tx: &'a mut Tx,
    pub now: Timestamp,
    pub by: By,
    happened: Vec<Happening>,
    topics: Vec<String>,
}

impl Change<'_> {
    /// Something happened now.
    pub fn record(&mut self, about: About, event: Event) {
        self.happen(Happening { at: self.now, about, event });
    }

    /// Something happened, at the time that it says.
    pub fn happen(&mut self, happening: Happening) {
        self.happened.push(happening);
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

    /// After the commit, pages that listen to `topic` hear of it.
    pub fn nudge(&mut self, topic: impl Into<String>) {
        let topic = topic.into();
        if !self.topics.contains(&topic) {
            self.topics.push(topic);
        }
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
        let (by, now) = (by.into(), self.clock.now());
        let claim = Claim::current();
        let storing = claim.clone();
        let (value, topics) = self
            .database
            .write(move |tx| {
                storing.map(|claim| claim.store(tx, now)).transpose()?;
                run(tx, by, now, f)
            })
            .await?;
        if let Some(claim) = claim {
            claim.committed();
        }
        self.committed(topics);
        Ok(value)
    }

    /// [`App::change`] for commands: blocks the thread, so never inside a future.
    pub fn change_now<T: Send + 'static>(
        &self,
        by: impl Into<By>,
        f: impl FnOnce(&mut Change<'_>) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let (by, now) = (by.into(), self.clock.now());
        let (value, topics) = self.database.write_now(move |tx| run(tx, by, now, f))?;
        self.committed(topics);
        Ok(value)
    }

    fn committed(&self, topics: Vec<String>) {
        for topic in topics {
            self.tell(Nudge { topic, writer: None });
        }
        self.wake.notify_waiters();
    }
}

fn run<T>(
    tx: &mut Tx,
    by: By,
    now: Timestamp,
    f: impl FnOnce(&mut Change<'_>) -> Result<T, Failure>,
) -> Result<(T, Vec<String>), Failure> {
    let mut change = Change { tx, now, by, happened: Vec::new(), topics: Vec::new() };
    let value = f(&mut change)?;
    let Change { happened, topics, .. } = change;
    let facts: Vec<NewFact> =
        happened.into_iter().map(|happening| fact(happening, now, by)).collect::<Result<_, _>>()?;
    ledger::append(tx, &facts)?;
    Ok((value, topics))
}

/// A happening as the ledger keeps it: what is provable word for word, and what stands beside it.
fn fact(happening: Happening, now: Timestamp, by: By) -> Result<NewFact, Failure> {
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
        learned_at: now,
        by: by.to_string(),
        about,
        data,
        personal: happening.event.beside(),
    })
}
