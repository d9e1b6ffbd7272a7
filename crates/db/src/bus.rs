//! What the processes on one PostgreSQL tell each other: short messages that may be lost, never relied upon.
//!
//! Messages travel on a connection of their own after the commit, a few at a time, because a `NOTIFY` inside
//! a transaction makes all committing transactions wait for each other.

use crate::database::Access;
use crate::tx::Connection;
use crate::{Database, Tx, postgres_pool};
use flume::RecvTimeoutError;
use postgres::fallible_iterator::FallibleIterator;
use std::time::Duration;

/// How long a message may wait for others to travel with.
const GATHER: Duration = Duration::from_millis(40);
/// Messages that are sent in one statement.
const BATCH_MAX: usize = 200;
/// Messages that may wait while the server is away; more are dropped.
const WAITING_MAX: usize = 10_000;
/// Time between two attempts to connect.
const RETRY: Duration = Duration::from_secs(1);

/// The way to the other processes.
#[derive(Clone, Debug)]
pub struct Bus {
    sender: flume::Sender<String>,
}

impl Bus {
    /// Sends a message to every process that listens, this one included. It is dropped where the server has
    /// been away for long.
    ///
    /// Units: at most 7,900 bytes.
    pub fn send(&self, message: String) {
        let _ = self.sender.try_send(message);
    }
}

impl Database {
    /// Joins a channel of a PostgreSQL database; none for SQLite, which has one process.
    ///
    /// `hear` is called with each message, and with `None` where messages may have been missed. The
    /// connection ends when the last [`Bus`] is dropped.
    pub fn bus(&self, channel: &'static str, hear: impl Fn(Option<String>) + Send + 'static) -> Option<Bus> {
        let Access::Postgres(config) = self.access() else { return None };
        let config = config.clone();
        let (sender, receiver) = flume::bounded(WAITING_MAX);
        std::thread::Builder::new()
            .name("db-bus".to_string())
            .spawn(move || serve(&config, channel, &receiver, &hear))
            .expect("a thread can be started");
        Some(Bus { sender })
    }
}

fn serve(
    config: &postgres::Config,
    channel: &str,
    messages: &flume::Receiver<String>,
    hear: &impl Fn(Option<String>),
) {
    let mut missed = false;
    while !messages.is_disconnected() || !messages.is_empty() {
        match postgres_pool::connect(config).and_then(|tx| listening(tx, channel)) {
            Ok(mut client) => {
                if missed {
                    hear(None);
                }
                while let Ok(true) = exchange(&mut client, channel, messages, hear) {}
                missed = true;
            }
            Err(error) => {
                tracing::warn!(%error, "other processes cannot be heard");
                missed = true;
            }
        }
        if !messages.is_disconnected() {
            std::thread::sleep(RETRY);
        }
    }
}

fn listening(tx: Tx, channel: &str) -> Result<postgres::Client, crate::Error> {
    let Connection::Postgres(connection) = tx.connection else {
        return Err(crate::Error::Options("only PostgreSQL has channels".to_string()));
    };
    let mut client = connection.client;
    client
        .batch_execute(&format!("LISTEN {channel}"))
        .map_err(|error| crate::Error::postgres(&error, "LISTEN"))?;
    Ok(client)
}

/// Sends what waits and hears what came. Returns false when nobody can send any more.
fn exchange(
    client: &mut postgres::Client,
    channel: &str,
    messages: &flume::Receiver<String>,
    hear: &impl Fn(Option<String>),
) -> Result<bool, postgres::Error> {
    let mut batch = Vec::new();
    let first = messages.recv_timeout(GATHER);
    let open = !matches!(first, Err(RecvTimeoutError::Disconnected));
    batch.extend(first);
    batch.extend(messages.try_iter().take(BATCH_MAX));
    if !batch.is_empty() {
        client
            .query("SELECT pg_notify($1, message) FROM unnest($2::text[]) AS message", &[&channel, &batch])?;
    }
    let mut notifications = client.notifications();
    let mut heard = notifications.timeout_iter(Duration::ZERO);
    while let Some(notification) = heard.next()? {
        hear(Some(notification.payload().to_string()));
    }
    Ok(open)
}
