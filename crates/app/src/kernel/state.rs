//! The state that every handler and duty shares.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use db::{Database, Tx};
use http::request::Parts;
use tokio::sync::{Notify, watch};

use super::actor::{Known, PASSES_TOPIC};
use super::clock::Clock;
use super::config::Config;
use super::errors::Failure;
use super::live::{Live, Nudge};
use super::terms::Library;
use crate::people::limit::Limiter;
use crate::people::password::Hasher;

/// The application; clones share everything.
#[derive(Clone)]
pub struct App(Arc<Shared>);

/// What the clones of [`App`] share.
pub struct Shared {
    pub config: Config,
    pub database: Database,
    pub clock: Clock,
    pub live: Live,
    pub known: Known,
    pub hasher: Hasher,
    pub limiter: Limiter,
    /// The compiled terms of published commitments.
    pub library: Library,
    /// Wakes the worker after a change that may have moved the next due moment.
    pub wake: Notify,
    closing: watch::Sender<bool>,
}

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl App {
    /// An application over an open database.
    pub fn new(config: Config, database: Database, clock: Clock) -> App {
        App(Arc::new(Shared {
            config,
            database,
            clock,
            live: Live::default(),
            known: Known::default(),
            hasher: Hasher::default(),
            limiter: Limiter::default(),
            library: Library::default(),
            wake: Notify::new(),
            closing: watch::Sender::new(false),
        }))
    }

    /// Reads in one snapshot.
    pub async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Tx) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        self.database.read(f).await
    }

    /// Writes what is no fact and changes nothing that anybody promised: when a session was last seen.
    pub(crate) async fn touch<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Tx) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        self.database.write(f).await
    }

    /// Tells open pages, of this process and of the others on the same database.
    pub fn tell(&self, nudge: Nudge) {
        if nudge.topic == PASSES_TOPIC {
            self.known.forget();
        }
        self.live.send(nudge);
    }

    /// Waits until the server is to end.
    pub async fn closed(&self) {
        // The sender lives as long as `self`, so waiting cannot fail.
        let _ = self.closing.subscribe().wait_for(|closed| *closed).await;
    }

    /// Ends open streams and the worker.
    pub fn close(&self) {
        let _ = self.closing.send(true);
        self.wake.notify_waiters();
    }
}

impl FromRequestParts<App> for App {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(_: &mut Parts, app: &App) -> Result<App, Self::Rejection> {
        Ok(app.clone())
    }
}
