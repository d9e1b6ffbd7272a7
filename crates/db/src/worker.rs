//! The threads that own the connections, and the closures that travel to them.
//!
//! SQLite has one writer. It drains the closures that wait into one transaction, each in its savepoint, and goes on
//! while a thread beside it waits for the disk and then answers ([`durable`](crate::durable)). Readers run beside
//! it on snapshots. PostgreSQL has a thread for each connection, as many for reads as for writes.

use crate::database::{Access, Options};
use crate::tx::{Connection, Tx};
use crate::{Error, durable, postgres_pool, sqlite};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A closure on its way to a connection. It is called with the transaction, or with why there is none.
pub(crate) type Job = Box<dyn FnOnce(Result<&mut Tx, Error>) -> Ran + Send>;

/// A closure that has run. Its caller is answered by `finish`, after the fate of the transaction is known.
pub(crate) struct Ran {
    pub(crate) ok: bool,
    pub(crate) finish: Box<dyn FnOnce(Result<(), Error>) + Send>,
}

/// Wraps a closure and the way to answer its caller.
pub(crate) fn job<T, E>(
    f: impl FnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
    reply: impl FnOnce(Result<T, E>) + Send + 'static,
) -> Job
where
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    Box::new(move |tx| {
        let outcome = tx.map_err(E::from).and_then(|tx| {
            catch_unwind(AssertUnwindSafe(|| f(tx)))
                .unwrap_or_else(|panic| Err(E::from(Error::Panicked(panic_message(&*panic)))))
        });
        let ok = outcome.is_ok();
        let finish = Box::new(move |committed: Result<(), Error>| {
            reply(match (outcome, committed) {
                (Ok(value), Ok(())) => Ok(value),
                (Ok(_), Err(error)) => Err(E::from(error)),
                (Err(error), _) => Err(error),
            });
        });
        Ran { ok, finish }
    })
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| text.to_string())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "without a message".to_string())
}

/// The channels into the worker threads, and the threads.
pub(crate) struct Workers {
    reads: Option<flume::Sender<Job>>,
    writes: Option<flume::Sender<Job>>,
    threads: Vec<std::thread::JoinHandle<()>>,
}

impl Workers {
    pub(crate) fn start(access: &Access, options: &Options) -> Result<Workers, Error> {
        let (reads, read_jobs) = flume::unbounded::<Job>();
        let (writes, write_jobs) = flume::unbounded::<Job>();
        let mut threads = Vec::new();
        match access {
            Access::Sqlite(path) => {
                let (gate, syncer) = durable::gate();
                let sync = sqlite::syncing(path);
                threads.push(spawn("db-syncer", move || syncer.run(sync)));
                let (writer, door) = (sqlite::open_writer(path, options.writer_mib)?, gate.clone());
                threads.push(spawn("db-writer", move || sqlite::write_loop(writer, &write_jobs, &door)));
                for _ in 0..options.readers.max(1) {
                    let reader = sqlite::open_reader(path)?;
                    let (jobs, gate) = (read_jobs.clone(), gate.clone());
                    threads.push(spawn("db-reader", move || sqlite::read_loop(reader, &jobs, &gate)));
                }
            }
            Access::Postgres(config) => {
                // As many connections for writes as for reads, so that neither waits behind the other.
                for (jobs, is_write) in [(read_jobs, false), (write_jobs, true)] {
                    for _ in 0..options.readers.max(1) {
                        let (config, jobs) = (config.clone(), jobs.clone());
                        let serve = move || postgres_pool::serve(&config, &jobs, is_write);
                        threads.push(spawn("db-connection", serve));
                    }
                }
            }
        }
        Ok(Workers { reads: Some(reads), writes: Some(writes), threads })
    }

    pub(crate) fn send_read(&self, job: Job) {
        send(self.reads.as_ref(), job);
    }

    pub(crate) fn send_write(&self, job: Job) {
        send(self.writes.as_ref(), job);
    }
}

impl Drop for Workers {
    /// Waits until the work that was accepted is done and the connections are closed.
    fn drop(&mut self) {
        self.reads = None;
        self.writes = None;
        let here = std::thread::current().id();
        for thread in self.threads.drain(..) {
            if thread.thread().id() != here && thread.join().is_err() {
                tracing::error!("a database thread ended by a panic");
            }
        }
    }
}

fn send(channel: Option<&flume::Sender<Job>>, job: Job) {
    let rejected = match channel {
        Some(channel) => channel.send(job).err().map(|unsent| unsent.0),
        None => Some(job),
    };
    if let Some(job) = rejected {
        (job(Err(Error::Closed)).finish)(Err(Error::Closed));
    }
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> std::thread::JoinHandle<()> {
    std::thread::Builder::new().name(name.to_string()).spawn(run).expect("the system gives a thread")
}

/// Ends a transaction of one closure. Returns what its caller is to hear.
pub(crate) fn end(tx: &mut Tx, ran: &Ran, writes: bool) -> Result<(), Error> {
    tx.forget_attempts();
    let committed = if ran.ok && writes {
        tx.connection.command("COMMIT").map_err(commit_error)
    } else {
        tx.connection.command("ROLLBACK")
    };
    if ran.ok && !writes { Ok(()) } else { committed }
}

pub(crate) fn commit_error(error: Error) -> Error {
    match error {
        Error::Statement { message, .. } => Error::Commit(message),
        other => other,
    }
}

impl Connection {
    pub(crate) fn is_in_transaction(&self) -> bool {
        match self {
            Connection::Sqlite(connection) => !connection.is_autocommit(),
            Connection::Postgres(connection) => !connection.client.is_closed(),
        }
    }
}
