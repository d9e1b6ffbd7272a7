//! The handle: opens a database by URL, and runs closures in transactions.

use crate::migrate::{self, Migration};
use crate::worker::{Workers, job};
use crate::{Dialect, Error, Tx, postgres_pool, sqlite};
use std::path::PathBuf;
use std::sync::Arc;

/// How to open a database.
#[derive(Debug, Clone)]
pub struct Options {
    /// `sqlite:PATH`, or `postgres://USER:PASSWORD@HOST:PORT/NAME`.
    pub url: String,
    /// Threads that read (SQLite), or connections that read and again as many that write (PostgreSQL).
    pub readers: usize,
    /// What the writer of SQLite keeps of the file, and half of what its log holds before that is copied into the file.
    /// Units: MiB.
    pub writer_mib: u32,
    /// The whole list, in order of their numbers; what is missing in the database is run.
    pub migrations: &'static [Migration],
}

impl Options {
    /// The usual number of readers, 4, and the usual memory of the writer.
    pub fn new(url: impl Into<String>, migrations: &'static [Migration]) -> Options {
        const READERS: usize = 4;
        const WRITER_MIB: u32 = 16;
        Options { url: url.into(), readers: READERS, writer_mib: WRITER_MIB, migrations }
    }
}

/// Where the database is.
#[derive(Clone)]
pub(crate) enum Access {
    Sqlite(PathBuf),
    Postgres(Box<postgres::Config>),
}

impl Access {
    pub(crate) fn parse(url: &str) -> Result<Access, Error> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() {
                return Err(Error::Options(format!("no file is named in the database URL {url:?}")));
            }
            return Ok(Access::Sqlite(PathBuf::from(path)));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let config = url.parse::<postgres::Config>();
            return config
                .map(|config| Access::Postgres(Box::new(config)))
                .map_err(|error| Error::Options(format!("the database URL cannot be read: {error}")));
        }
        Err(Error::Options("the database URL begins with sqlite: or postgres://".to_string()))
    }
}

/// A handle to the database; clones share the same threads and connections.
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
}

struct Inner {
    access: Access,
    workers: Workers,
}

impl Database {
    /// Opens the database, brings its schema up to date and starts its threads.
    ///
    /// Errors: [`Error::Options`], [`Error::Unreachable`], [`Error::Migration`].
    pub fn open(options: &Options) -> Result<Database, Error> {
        let access = Access::parse(&options.url)?;
        let mut first = match &access {
            Access::Sqlite(path) => sqlite::open_writer(path, options.writer_mib)?,
            Access::Postgres(config) => postgres_pool::connect(config)?,
        };
        migrate::run(&mut first, options.migrations)?;
        drop(first);
        let workers = Workers::start(&access, options)?;
        Ok(Database { inner: Arc::new(Inner { access, workers }) })
    }

    /// Which of the two databases this is.
    pub fn dialect(&self) -> Dialect {
        match self.inner.access {
            Access::Sqlite(_) => Dialect::Sqlite,
            Access::Postgres(_) => Dialect::Postgres,
        }
    }

    pub(crate) fn access(&self) -> &Access {
        &self.inner.access
    }

    /// The file of an SQLite database.
    pub fn path(&self) -> Option<&std::path::Path> {
        match &self.inner.access {
            Access::Sqlite(path) => Some(path),
            Access::Postgres(_) => None,
        }
    }

    /// Runs a closure on a snapshot of the database; it cannot write.
    ///
    /// Errors: the closure's own, or [`Error`] where the database fails or the closure panics.
    pub async fn read<T, E>(&self, f: impl FnOnce(&mut Tx) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        self.inner.workers.send_read(job(f, move |answer| drop(sender.send(answer))));
        receiver.await.unwrap_or_else(|_| Err(E::from(Error::Closed)))
    }

    /// Runs a closure in a transaction. Returns only after the commit is durable; where the closure fails or
    /// panics nothing of it is stored. The work goes on when the caller stops waiting.
    ///
    /// Errors: the closure's own, or [`Error`] where the database fails or the closure panics.
    pub async fn write<T, E>(&self, f: impl FnOnce(&mut Tx) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        self.inner.workers.send_write(job(f, move |answer| drop(sender.send(answer))));
        receiver.await.unwrap_or_else(|_| Err(E::from(Error::Closed)))
    }

    /// [`Database::read`] for commands and tests: blocks the thread, so never inside a future.
    pub fn read_now<T, E>(&self, f: impl FnOnce(&mut Tx) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (sender, receiver) = flume::bounded(1);
        self.inner.workers.send_read(job(f, move |answer| drop(sender.send(answer))));
        receiver.recv().unwrap_or_else(|_| Err(E::from(Error::Closed)))
    }

    /// [`Database::write`] for commands and tests: blocks the thread, so never inside a future.
    pub fn write_now<T, E>(&self, f: impl FnOnce(&mut Tx) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.write_soon(f).wait()
    }

    /// Sends a closure to be run in a transaction, and does not wait for it: for who has the next one to make ready.
    pub fn write_soon<T, E>(&self, f: impl FnOnce(&mut Tx) -> Result<T, E> + Send + 'static) -> Pending<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (sender, receiver) = flume::bounded(1);
        self.inner.workers.send_write(job(f, move |answer| drop(sender.send(answer))));
        Pending(receiver)
    }
}

/// A write that was sent; it is done whether or not anybody waits for it.
#[must_use = "only its answer tells whether it is stored"]
pub struct Pending<T, E>(flume::Receiver<Result<T, E>>);

impl<T, E: From<Error>> Pending<T, E> {
    /// Waits until it is durable: blocks the thread, so never inside a future.
    ///
    /// Errors: those of [`Database::write`].
    pub fn wait(self) -> Result<T, E> {
        self.0.recv().unwrap_or_else(|_| Err(E::from(Error::Closed)))
    }
}
