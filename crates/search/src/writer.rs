//! The thread that writes an index, behind those who search it.
//!
//! The library makes its threads anew at each commit, and a thread is as urgent as the one that made it. So one thread of
//! low urgency opens the writer and commits: whoever searches, or reports, goes before the index where the processors are
//! busy.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

use tantivy::{Index, IndexWriter, TantivyError};

use crate::Error;

/// Memory of a writer, in bytes.
const BYTES: usize = 16 << 20;
/// How much less urgent the thread is; a tenth of what others get, where all want more than there is.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

type Job = Box<dyn FnOnce(&mut IndexWriter) + Send>;

/// A handle to the thread; the thread ends with it.
pub(crate) struct Writer {
    /// Absent only while it ends.
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Opens an index for writing.
    ///
    /// Errors: another process writes; memory is short.
    pub fn open(index: &Index) -> Result<Writer, Error> {
        let (jobs, work) = channel::<Job>();
        let (told, opened) = channel();
        let index = index.clone();
        let write = move || {
            let writer = yield_to_others().and_then(|()| Ok(index.writer_with_num_threads(1, BYTES)?));
            let mut writer = match writer {
                Ok(writer) => writer,
                Err(error) => return drop(told.send(Err(error))),
            };
            drop(told.send(Ok(())));
            while let Ok(job) = work.recv() {
                // Whoever asked hears of a panic. What is not committed is added again, so the next may go on.
                drop(catch_unwind(AssertUnwindSafe(|| job(&mut writer))));
            }
        };
        let thread = std::thread::Builder::new().name("search-writer".to_owned()).spawn(write)?;
        let writer = Writer { jobs: Some(jobs), thread: Some(thread) };
        opened.recv().unwrap_or_else(|_| Err(broke()))?;
        Ok(writer)
    }

    /// Does something with the writer, after all that was asked before, and waits for it.
    ///
    /// Errors: those of `f`; [`Error`] where it panics.
    pub fn with<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut IndexWriter) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (told, done) = channel();
        let job: Job = Box::new(move |writer| drop(told.send(f(writer))));
        let sent = self.jobs.as_ref().is_some_and(|jobs| jobs.send(job).is_ok());
        if sent { done.recv().unwrap_or_else(|_| Err(broke())) } else { Err(broke()) }
    }
}

impl Drop for Writer {
    /// Waits until the directory is free for the next writer.
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// What is told where a panic kept something from being done.
fn broke() -> Error {
    Error::Index(TantivyError::SystemError("the thread that writes the search index broke".to_owned()))
}

#[cfg(target_os = "linux")]
fn yield_to_others() -> Result<(), Error> {
    // On Linux this is of the thread that asks, not of the process.
    rustix::process::setpriority_process(None, NICENESS).map_err(std::io::Error::from)?;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn yield_to_others() -> Result<(), Error> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_told_and_the_next_goes_on() {
        let index = Index::create_in_ram(tantivy::schema::Schema::builder().build());
        let writer = Writer::open(&index).unwrap();
        let broken = writer.with(|_| -> Result<(), Error> { panic!("on purpose") });
        assert!(broken.unwrap_err().to_string().contains("broke"));
        assert_eq!(writer.with(|writer| Ok(writer.commit()?)).unwrap(), 0);
        assert!(Writer::open(&index).is_err(), "one writes at a time");
        drop(writer);
        Writer::open(&index).unwrap();
    }
}
