//! The one door: every change of what the business knows goes through [`App::change`].
//!
//! In one transaction it runs the closure, which loads, decides and saves, then appends the facts that the
//! decision told of, folds them through the promises, and writes the outbox. So evidence, obligations and
//! notices cannot be forgotten by the author of a feature.

use db::Tx;
use jiff::Timestamp;
use rules::event::{About, Event, Happening};

use super::actor::By;
use super::errors::Failure;
use super::live::Nudge;
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
        let (value, topics) = self.database.write(move |tx| run(tx, by, now, f)).await?;
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
    Ok((value, change.topics))
}
