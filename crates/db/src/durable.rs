//! Nobody hears of what SQLite has written before it is on the disk.
//!
//! The writer does not wait for the disk: it commits into the log and goes on with the next callers' work, while the
//! thread of this module syncs the log and then answers. That is what `synchronous = FULL` promises, for many commits at
//! once. A read that may have seen a commit is answered after that commit is on the disk too, so that nobody acts on what
//! a failing power supply could take back.

use crate::Error;
use crate::worker::Ran;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Answers on their way to those who wait.
struct Answer {
    /// The commit that has to be on the disk before.
    after: u64,
    /// Whether they are of that commit itself, which is in the log by now.
    is_commit: bool,
    done: Vec<Ran>,
    outcome: Result<(), Error>,
}

/// How many commits have begun, and how many of them are on the disk.
#[derive(Default)]
struct Progress {
    begun: AtomicU64,
    synced: AtomicU64,
}

/// Through here every answer goes.
#[derive(Clone)]
pub(crate) struct Gate {
    progress: Arc<Progress>,
    answers: flume::Sender<Answer>,
}

/// The end of the gate that syncs.
pub(crate) struct Syncer {
    progress: Arc<Progress>,
    answers: flume::Receiver<Answer>,
}

pub(crate) fn gate() -> (Gate, Syncer) {
    let progress = Arc::new(Progress::default());
    let (sender, receiver) = flume::unbounded();
    (Gate { progress: progress.clone(), answers: sender }, Syncer { progress, answers: receiver })
}

impl Gate {
    /// The number of a commit that is about to begin. [`Gate::committed`] must follow, whatever becomes of it.
    pub(crate) fn begin(&self) -> u64 {
        self.progress.begun.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// A commit has ended: its callers hear of it when it is on the disk.
    pub(crate) fn committed(&self, commit: u64, done: Vec<Ran>, outcome: Result<(), Error>) {
        self.send(Answer { after: commit, is_commit: true, done, outcome });
    }

    /// Something has ended that wrote nothing, but may have seen every commit that had begun.
    pub(crate) fn seen(&self, ran: Ran, outcome: Result<(), Error>) {
        let after = self.progress.begun.load(Ordering::SeqCst);
        let answer = Answer { after, is_commit: false, done: vec![ran], outcome };
        if self.progress.synced.load(Ordering::SeqCst) >= after {
            answer.give(&Ok(()));
        } else {
            self.send(answer);
        }
    }

    fn send(&self, answer: Answer) {
        if let Err(flume::SendError(answer)) = self.answers.send(answer) {
            answer.give(&Err(Error::Closed));
        }
    }
}

impl Answer {
    fn give(self, synced: &Result<(), Error>) {
        let outcome = self.outcome.and_then(|()| synced.clone());
        for ran in self.done {
            (ran.finish)(outcome.clone());
        }
    }
}

impl Syncer {
    /// Syncs and answers until every gate is gone.
    ///
    /// Once a sync has failed nobody knows what is on the disk: whoever asks hears so from then on.
    pub(crate) fn run(self, mut sync: impl FnMut() -> io::Result<()>) {
        let (mut waiting, mut written, mut on_disk) = (Vec::new(), 0, 0);
        let mut synced = Ok(());
        while let Ok(first) = self.answers.recv() {
            waiting.push(first);
            waiting.extend(self.answers.try_iter());
            written = waiting
                .iter()
                .filter(|answer| answer.is_commit)
                .map(|answer| answer.after)
                .fold(written, u64::max);
            if written > on_disk && synced.is_ok() {
                synced = sync().map_err(|error| {
                    tracing::error!(%error, "the log of the database cannot be synced; nothing is stored until a new start");
                    Error::Commit(format!("the log cannot be synced: {error}"))
                });
            }
            if synced.is_ok() {
                on_disk = written;
                self.progress.synced.store(on_disk, Ordering::SeqCst);
            }
            // Who has seen a commit that is not handed over yet waits for it.
            let (ready, later) = waiting.into_iter().partition(|answer: &Answer| answer.after <= written);
            waiting = later;
            ready.into_iter().for_each(|answer: Answer| answer.give(&synced));
        }
        waiting.into_iter().for_each(|answer| answer.give(&Err(Error::Closed)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use std::rc::Rc;

    /// Work whose answer is noted under a name.
    fn ran(name: &'static str, heard: &flume::Sender<(&'static str, bool)>) -> Ran {
        let heard = heard.clone();
        let finish = Box::new(move |outcome: Result<(), Error>| heard.send((name, outcome.is_ok())).unwrap());
        Ran { ok: true, finish }
    }

    #[test]
    fn nobody_hears_of_what_is_not_on_the_disk() {
        let (gate, syncer) = gate();
        let (heard, all) = flume::unbounded();
        gate.seen(ran("a read before any commit", &heard), Ok(()));
        assert_eq!(all.drain().collect::<Vec<_>>(), [("a read before any commit", true)]);

        let first = gate.begin();
        gate.seen(ran("a read that may have seen the first", &heard), Ok(()));
        let second = gate.begin();
        gate.committed(first, vec![ran("the first", &heard)], Ok(()));
        gate.committed(second, vec![ran("the second", &heard)], Err(Error::DiskFull));
        let third = gate.begin();
        gate.seen(ran("a read that may have seen the third", &heard), Ok(()));
        assert!(all.is_empty());

        let syncs = Rc::new(RefCell::new(0));
        let late = RefCell::new(Some(gate));
        let counted = syncs.clone();
        let sync = move || {
            *counted.borrow_mut() += 1;
            // Only now, while the first two are synced, the third is handed over.
            if let Some(gate) = late.borrow_mut().take() {
                assert!(all.is_empty());
                gate.committed(third, vec![ran("the third", &heard)], Ok(()));
                return Ok(());
            }
            let told: Vec<_> = all.drain().collect();
            assert_eq!(
                told,
                [("a read that may have seen the first", true), ("the first", true), ("the second", false)]
            );
            Ok(())
        };
        syncer.run(sync);
        assert_eq!(*syncs.borrow(), 2, "two commits share one sync");
    }

    #[test]
    fn after_a_sync_that_failed_nothing_is_said_to_be_stored() {
        let (gate, syncer) = gate();
        let (heard, all) = flume::unbounded();
        let commit = gate.begin();
        gate.committed(commit, vec![ran("written", &heard)], Ok(()));
        let late = RefCell::new(Some(gate));
        syncer.run(move || {
            let gate = late.borrow_mut().take().expect("a failed sync is not tried again");
            let commit = gate.begin();
            gate.committed(commit, vec![ran("written later", &heard)], Ok(()));
            gate.seen(ran("read later", &heard), Ok(()));
            Err(io::Error::other("the disk is gone"))
        });
        let told: Vec<_> = all.drain().collect();
        assert_eq!(told, [("written", false), ("written later", false), ("read later", false)]);
    }
}
