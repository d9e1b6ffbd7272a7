//! The state that every handler and duty shares.

use std::ops::Deref;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};

use axum::extract::FromRequestParts;
use db::{Bus, Database, Tx};
use http::request::Parts;
use jiff::{SignedDuration, Timestamp};
use ledger::checkpoint::Signer;
use pdf::Typesetter;
use promise::Obligation;
use rules::Refusal;
use rules::ids::TicketId;
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, watch};

use super::actor::{Known, PASSES_TOPIC};
use super::clock::Clock;
use super::config::Config;
use super::errors::Failure;
use super::finding::Finding;
use super::house;
use super::live::{EVERYTHING, Live, Nudge};
use super::outside::Outside;
use super::secret::Secrets;
use super::terms::Library;
use crate::people::limit::Limiter;
use crate::people::password::Hasher;

/// The application; clones share everything.
#[derive(Clone)]
pub struct App(Arc<Shared>);

/// Keeps on a ticket what its obligations say, in the transaction of the change that moved them.
pub type Keep = fn(&mut Tx, TicketId, &[Obligation]) -> Result<(), db::Error>;

/// What the clones of [`App`] share.
pub struct Shared {
    pub(super) keep: Keep,
    pub config: Config,
    pub database: Database,
    pub clock: Clock,
    pub live: Live,
    pub known: Known,
    pub hasher: Hasher,
    pub limiter: Limiter,
    /// The compiled terms of published commitments.
    pub library: Library,
    /// The company that gives the service, as it was last read.
    pub(super) house: house::Known,
    /// The search index of this process, where it has one.
    pub finding: Finding,
    /// Wakes the worker after a change that may have moved the next due moment.
    pub wake: Notify,
    /// Wakes who sends what waits for the world.
    pub post: Notify,
    /// Wakes who keeps the search index up, once facts may have been sealed.
    pub index: Notify,
    /// Wakes who reads mailboxes after one was added or changed.
    pub mailboxes: Notify,
    secrets: OnceLock<Arc<Secrets>>,
    outside: OnceLock<Outside>,
    signer: OnceLock<Arc<Signer>>,
    typesetter: OnceLock<Arc<Typesetter>>,
    /// When old rows were last forgotten; microseconds since 1970.
    tidied_at: AtomicI64,
    closing: watch::Sender<bool>,
    /// Tells this process's messages from those of others.
    me: u64,
    bus: OnceLock<Bus>,
}

/// A nudge on its way between processes.
#[derive(Serialize, Deserialize)]
struct Told {
    by: u64,
    nudge: Nudge,
}

/// How often old rows are forgotten.
const TIDY_EVERY: SignedDuration = SignedDuration::from_mins(10);

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl App {
    /// An application over an open database, which tells `keep` of each judgement of a ticket; see `App::new`.
    pub fn keeping(config: Config, database: Database, clock: Clock, keep: Keep) -> App {
        let app = App(Arc::new(Shared {
            keep,
            house: house::Known::new(&config),
            config,
            database,
            clock,
            live: Live::default(),
            known: Known::default(),
            hasher: Hasher::default(),
            limiter: Limiter::default(),
            library: Library::default(),
            finding: Finding::default(),
            wake: Notify::new(),
            post: Notify::new(),
            index: Notify::new(),
            mailboxes: Notify::new(),
            secrets: OnceLock::new(),
            outside: OnceLock::new(),
            signer: OnceLock::new(),
            typesetter: OnceLock::new(),
            tidied_at: AtomicI64::new(0),
            closing: watch::Sender::new(false),
            me: rand::random(),
            bus: OnceLock::new(),
        }));
        app.join_bus();
        app
    }

    /// Hears the other processes on the same database.
    fn join_bus(&self) {
        let shared = Arc::downgrade(&self.0);
        let bus = self.database.bus("aftercare", move |message| {
            let Some(app) = shared.upgrade().map(App) else { return };
            match message.as_deref().map(serde_json::from_str::<Told>) {
                Some(Ok(told)) if told.by == app.me => {}
                Some(Ok(told)) => app.tell_here(told.nudge),
                Some(Err(error)) => tracing::warn!(%error, "another process says what we do not understand"),
                None => {
                    app.known.forget();
                    app.house.forget();
                    app.live.nudge(EVERYTHING);
                }
            }
        });
        if let Some(bus) = bus {
            let _ = self.bus.set(bus);
        }
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
        if let Some(bus) = self.bus.get()
            && let Ok(message) = serde_json::to_string(&Told { by: self.me, nudge: nudge.clone() })
        {
            bus.send(message);
        }
        self.tell_here(nudge);
    }

    fn tell_here(&self, nudge: Nudge) {
        if nudge.topic == PASSES_TOPIC {
            self.known.forget();
        }
        if nudge.topic == house::TOPIC {
            self.house.forget();
        }
        self.live.send(nudge);
    }

    /// The key that signs the history tree, `ledger.key` in the data directory; made when it is missing.
    ///
    /// Errors: [`Failure::Error`] where the file cannot be read or written.
    pub fn signer(&self) -> Result<Arc<Signer>, Failure> {
        if let Some(signer) = self.signer.get() {
            return Ok(signer.clone());
        }
        let host = self.config.public_url.split("://").nth(1).unwrap_or("aftercare");
        let signer =
            Signer::load_or_create(&self.config.data.join("ledger.key"), host).map_err(Failure::broke)?;
        Ok(self.signer.get_or_init(|| Arc::new(signer)).clone())
    }

    /// What seals secrets and signs links, `secret.key` in the data directory; made when it is missing.
    ///
    /// Errors: [`Failure::Error`] where the file cannot be read or written.
    pub fn secrets(&self) -> Result<Arc<Secrets>, Failure> {
        if let Some(secrets) = self.secrets.get() {
            return Ok(secrets.clone());
        }
        let secrets =
            Secrets::load_or_create(&self.config.data.join("secret.key")).map_err(Failure::broke)?;
        Ok(self.secrets.get_or_init(|| Arc::new(secrets)).clone())
    }

    /// What calls other houses, and only where it may.
    ///
    /// Errors: [`Failure::Error`] where no trusted certificates are found.
    pub fn outside(&self) -> Result<Outside, Failure> {
        if let Some(outside) = self.outside.get() {
            return Ok(outside.clone());
        }
        let outside = Outside::new(&self.config.allow_private).map_err(Failure::broke)?;
        Ok(self.outside.get_or_init(|| outside).clone())
    }

    /// What sets documents; its fonts are looked for when the first one is asked for. Blocks while it reads them.
    ///
    /// Errors: [`Failure::Refused`], which names the package to install, where no font holds Chinese.
    pub fn typesetter(&self) -> Result<Arc<Typesetter>, Failure> {
        if let Some(known) = self.typesetter.get() {
            return Ok(known.clone());
        }
        let fonts = pdf::Fonts::find(&pdf::usual_directories()).map_err(|problem| {
            tracing::error!(%problem, "no document can be set");
            Failure::Refused(Refusal::other("refusal-no-chinese-font"))
        })?;
        Ok(self.typesetter.get_or_init(|| Arc::new(Typesetter::new(fonts))).clone())
    }

    /// Whether it is time to forget old rows; says so once in a while.
    pub fn time_to_tidy(&self, now: Timestamp) -> bool {
        let (last, now) = (self.tidied_at.load(Ordering::Relaxed), now.as_microsecond());
        let every = i64::try_from(TIDY_EVERY.as_micros()).unwrap_or(i64::MAX);
        now.saturating_sub(last) >= every
            && self.tidied_at.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// Waits until the server is to end.
    pub async fn closed(&self) {
        // The sender lives as long as `self`, so waiting cannot fail.
        let _ = self.closing.subscribe().wait_for(|closed| *closed).await;
    }

    /// Whether the application is closing.
    pub fn is_closed(&self) -> bool {
        *self.closing.borrow()
    }

    /// Ends open streams and the worker.
    pub fn close(&self) {
        // Also where nobody waits yet: whoever asks later must hear it.
        self.closing.send_replace(true);
        self.wake.notify_one();
        self.post.notify_one();
    }
}

impl FromRequestParts<App> for App {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(_: &mut Parts, app: &App) -> Result<App, Self::Rejection> {
        Ok(app.clone())
    }
}
