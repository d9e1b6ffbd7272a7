//! PostgreSQL: threads with one connection each, which come back by themselves when the server does.

use crate::worker::{Job, end};
use crate::{Error, Tx, tx};
use std::time::Duration;

const CONNECT_WAIT: Duration = Duration::from_secs(5);

/// Serves reads or writes on one connection until every sender is gone.
pub(crate) fn serve(config: &postgres::Config, jobs: &flume::Receiver<Job>, is_write: bool) {
    let begin = match is_write {
        true => "BEGIN ISOLATION LEVEL READ COMMITTED",
        false => "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
    };
    let mut connection: Option<Tx> = None;
    while let Ok(job) = jobs.recv() {
        match begun(config, &mut connection, begin) {
            Ok(tx) => {
                let ran = job(Ok(tx));
                if !ran.ok {
                    forget_stale_statements(tx);
                }
                let ended = end(tx, &ran, is_write);
                (ran.finish)(ended);
            }
            Err(error) => {
                connection = None;
                (job(Err(error.clone())).finish)(Err(error));
            }
        }
    }
}

/// Begins a transaction, connecting anew once where the old connection has died meanwhile.
fn begun<'c>(
    config: &postgres::Config,
    connection: &'c mut Option<Tx>,
    begin: &str,
) -> Result<&'c mut Tx, Error> {
    let alive = connection.as_mut().is_some_and(|tx| tx.connection.batch(begin).is_ok());
    if !alive {
        let mut fresh = connect(config)?;
        fresh.connection.batch(begin)?;
        *connection = Some(fresh);
    }
    Ok(connection.as_mut().expect("a live connection was just put there"))
}

pub(crate) fn connect(config: &postgres::Config) -> Result<Tx, Error> {
    let mut config = config.clone();
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT_WAIT);
    }
    if config.get_application_name().is_none() {
        config.application_name("aftercare");
    }
    config.connect(postgres::NoTls).map(Tx::postgres).map_err(|error| {
        match Error::postgres(&error, "connect") {
            Error::Statement { message, .. } => Error::Unreachable(message),
            other => other,
        }
    })
}

/// A changed schema makes prepared statements stale; the next transaction prepares them again.
fn forget_stale_statements(tx: &mut Tx) {
    if let tx::Connection::Postgres(connection) = &mut tx.connection {
        connection.forget_prepared();
    }
}
