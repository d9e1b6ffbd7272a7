//! Every timed duty, in one list.
//!
//! A duty takes no input: it asks for the next rows that are due (bounded), decides, and writes through a
//! transaction of its own. Running it twice changes nothing, so several processes may do the same duties on
//! one database. The worker sleeps until the next due moment or the next change.

mod duties;

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

pub use crate::kernel::turn::Turn;
use crate::{App, Failure, mailboxes, notifications};

/// The longest sleep: another process may have moved a due moment without our knowing.
const SLEEP_MAX: SignedDuration = SignedDuration::from_secs(15);
/// The shortest time between two rounds, so that a burst of changes is worked off in few of them.
const BETWEEN_ROUNDS: Duration = Duration::from_millis(40);
/// The shortest and the longest time between two turns of the search index that found all there was. A commit of it costs
/// as much as a hundred entries, and those who search or report meanwhile pay for it: it rests thrice as long as it
/// worked, but what is written must be found within a second.
const BETWEEN_COMMITS: (Duration, Duration) = (Duration::from_millis(300), Duration::from_millis(700));
const RESTS_PER_WORK: u32 = 3;
/// Rounds in a row that [`catch_up`] makes at most.
const ROUNDS_MAX: usize = 10_000;

/// A duty by its name.
#[derive(Clone, Copy, Debug)]
pub enum Duty {
    /// Puts new facts into the history tree.
    SealFacts,
    /// Brings the search index of this process up to the history tree.
    FollowLedger,
    /// Signs the history tree.
    SignCheckpoint,
    /// Judges what a history that broke off left unjudged.
    JudgePutOff,
    /// Lets time pass where it alone changes what is owed.
    PassTime,
    /// Tells of warnings and deadlines that have come.
    TellDue,
    /// Reads what waits in the outbox into deliveries.
    ReadOutbox,
    /// Takes the next step of each emergency that nobody took up.
    PageOut,
    /// Looks whether channels are well.
    WatchChannels,
    /// Sends the deliveries that are due.
    SendDeliveries,
    /// Begins and ends consents to remote access at their minute, and the sessions with them.
    KeepConsents,
    /// Finds out whose the letters are that came in.
    TakeLetters,
    /// Takes what a fax server put into its directory.
    LookForFaxes,
    /// Makes pictures of the pages of faxes.
    TakeFaxes,
    /// Reads the next rows of the files that are being imported.
    ReadImports,
    /// Tells owners which of their articles are to be looked at again.
    TellReviews,
    /// Forgets sessions, keys of requests and sent messages that are past their time.
    Tidy,
}

impl Duty {
    /// The duties inside the house, in the order in which they run.
    pub const INSIDE: [Duty; 15] = [
        Duty::KeepConsents,
        Duty::SealFacts,
        Duty::JudgePutOff,
        Duty::PassTime,
        Duty::TellDue,
        Duty::WatchChannels,
        Duty::PageOut,
        Duty::TellReviews,
        Duty::ReadOutbox,
        Duty::SignCheckpoint,
        Duty::TakeLetters,
        Duty::LookForFaxes,
        Duty::TakeFaxes,
        Duty::ReadImports,
        Duty::Tidy,
    ];
    /// The duty that works at length for the search; it has a loop of its own, so that where the processors are busy and
    /// it yields to people, nobody is told of a deadline later for it.
    pub const SEARCH: [Duty; 1] = [Duty::FollowLedger];
    /// The duties that wait for others; they have a loop of their own, so that a server that does not answer
    /// holds up nothing in the house.
    pub const OUTSIDE: [Duty; 1] = [Duty::SendDeliveries];

    /// How long the worker leaves it alone after a turn of so long that found all there was.
    fn rest(self, worked: Duration) -> Duration {
        let (least, most) = BETWEEN_COMMITS;
        match self {
            Duty::FollowLedger => (worked * RESTS_PER_WORK).clamp(least, most),
            _ => Duration::ZERO,
        }
    }

    /// One turn.
    ///
    /// Errors: [`Failure`] of the database; the next round tries again.
    pub async fn turn(self, app: &App) -> Result<Turn, Failure> {
        match self {
            Duty::SealFacts => duties::seal_facts(app).await,
            Duty::FollowLedger => crate::search::follow::turn(app).await,
            Duty::SignCheckpoint => duties::sign_checkpoint(app).await,
            Duty::JudgePutOff => duties::judge_put_off(app).await,
            Duty::PassTime => duties::pass_time(app).await,
            Duty::TellDue => duties::tell_due(app).await,
            Duty::ReadOutbox => notifications::send::read_outbox(app).await,
            Duty::PageOut => notifications::page_out::turn(app).await,
            Duty::WatchChannels => crate::health::duty::turn(app).await,
            Duty::SendDeliveries => notifications::send::send_deliveries(app).await,
            Duty::KeepConsents => crate::remote_access::duty::turn(app).await,
            Duty::TakeLetters => crate::channels::duty::turn(app).await,
            Duty::LookForFaxes => crate::channels::fax::look(app).await,
            Duty::TakeFaxes => crate::channels::fax::turn(app).await,
            Duty::TellReviews => crate::articles::duty::turn(app).await,
            Duty::ReadImports => crate::imports::duty::turn(app).await,
            Duty::Tidy => duties::tidy(app).await,
        }
    }
}

/// A duty on the worker's round.
struct Post {
    duty: Duty,
    /// Until when it rests.
    rests_until: Instant,
}

impl Post {
    /// How much longer it rests; none when it may take its turn.
    fn rests(&self) -> Option<SignedDuration> {
        let left = self.rests_until.saturating_duration_since(Instant::now());
        SignedDuration::try_from(left).ok().filter(SignedDuration::is_positive)
    }
}

/// Does every duty of a list once, save those that rest. Returns when to run again; now, if a batch was full.
async fn round(app: &App, posts: &mut [Post]) -> Timestamp {
    let now = app.clock.now();
    let mut next_at = now + SLEEP_MAX;
    if let Err(failure) = app.ask_house().await {
        tracing::error!(error = %failure, "the company's particulars cannot be read; those before are told");
    }
    for post in posts {
        if let Some(rests) = post.rests() {
            next_at = next_at.min(now + rests);
            continue;
        }
        let (duty, begun) = (post.duty, Instant::now());
        match duty.turn(app).await {
            Ok(turn) if turn.more => next_at = now,
            Ok(turn) => {
                next_at = turn.next_at.map_or(next_at, |at| at.min(next_at));
                if turn.done > 0 {
                    post.rests_until = Instant::now() + duty.rest(begun.elapsed());
                }
            }
            // A duty that fails must not stop the others; it is tried again after the longest sleep.
            Err(failure) => tracing::error!(?duty, error = %failure, "a duty broke"),
        }
    }
    next_at
}

/// Does the duties until the application closes.
pub async fn run(app: App) {
    tokio::join!(
        rounds(&app, &Duty::INSIDE, &app.wake),
        rounds(&app, &Duty::SEARCH, &app.index),
        rounds(&app, &Duty::OUTSIDE, &app.post),
        mailboxes::run(app.clone()),
    );
}

async fn rounds(app: &App, duties: &[Duty], wake: &Notify) {
    let mut posts: Vec<Post> =
        duties.iter().map(|&duty| Post { duty, rests_until: Instant::now() }).collect();
    loop {
        let next_at = round(app, &mut posts).await;
        let wait = next_at.duration_since(app.clock.now()).max(SignedDuration::ZERO);
        let wait = Duration::try_from(wait).unwrap_or_default().max(BETWEEN_ROUNDS);
        tokio::select! {
            () = app.closed() => break,
            () = tokio::time::sleep(wait) => {}
            () = wake.notified() => tokio::time::sleep(BETWEEN_ROUNDS).await,
        }
    }
}

/// Does the duties until none has anything to do now: for commands and stories.
///
/// Errors: the first [`Failure`] of a duty.
pub async fn catch_up(app: &App) -> Result<u64, Failure> {
    app.ask_house().await?;
    let mut done = 0;
    for _ in 0..ROUNDS_MAX {
        let mut more = false;
        for duty in Duty::INSIDE.into_iter().chain(Duty::SEARCH).chain(Duty::OUTSIDE) {
            let turn = duty.turn(app).await?;
            done += turn.done;
            more |= turn.more;
        }
        if !more {
            break;
        }
    }
    Ok(done)
}
