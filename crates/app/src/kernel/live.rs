//! Live pages: after a commit, whoever looks at what changed hears of it.
//!
//! A page listens to topics (`queue`, `ticket:123`) at `GET /live?topic=…` as server-sent events. A nudge
//! says only that something changed; the page fetches what it shows with its own permissions. A heartbeat
//! carries the server's time, so that countdowns are right after sleep.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use rules::access::perm;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::BroadcastStream;

use super::actor::Actor;
use super::errors::Failure;
use super::form::Search;
use super::state::App;

/// Nudges that a page may fall behind by before it is told to fetch everything anew.
const BACKLOG: usize = 1024;
/// Topics that one page may listen to.
const TOPICS_MAX: usize = 32;
/// The topic of which every page hears: something was missed, fetch anew.
pub const EVERYTHING: &str = "*";
/// Time between two heartbeats.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// Something changed, or somebody is writing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nudge {
    pub topic: String,
    /// Who is writing; none for a change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub writer: Option<Writer>,
}

/// Somebody who is writing in a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Writer {
    pub id: i64,
    pub name: String,
}

/// How much had been told when a page was made, as `run.count`: what came after it, and before the page listens, it has
/// missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// Tells one run of one process from all others.
    run: u64,
    count: u64,
}

impl fmt::Display for Heard {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", self.run, self.count)
    }
}

impl Heard {
    fn parse(text: &str) -> Option<Heard> {
        let (run, count) = text.split_once('.')?;
        Some(Heard { run: run.parse().ok()?, count: count.parse().ok()? })
    }
}

/// The topics of the last nudges, and how many there were.
#[derive(Debug, Default)]
struct Backlog {
    count: u64,
    last: VecDeque<String>,
}

/// Where nudges meet listeners, in this process.
#[derive(Clone, Debug)]
pub struct Live {
    sender: broadcast::Sender<Nudge>,
    run: u64,
    told: Arc<Mutex<Backlog>>,
}

impl Default for Live {
    fn default() -> Live {
        Live { sender: broadcast::Sender::new(BACKLOG), run: rand::random(), told: Arc::default() }
    }
}

impl Live {
    /// Tells everybody who listens to `topic` that something changed there.
    pub fn nudge(&self, topic: impl Into<String>) {
        self.send(Nudge { topic: topic.into(), writer: None });
    }

    /// Passes a nudge on. Nobody listening is not an error.
    pub fn send(&self, nudge: Nudge) {
        if nudge.writer.is_none() {
            let mut told = self.told();
            told.count += 1;
            if told.last.len() == BACKLOG {
                told.last.pop_front();
            }
            told.last.push_back(nudge.topic.clone());
        }
        let _ = self.sender.send(nudge);
    }

    fn told(&self) -> MutexGuard<'_, Backlog> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How much was told so far.
    pub fn heard(&self) -> Heard {
        Heard { run: self.run, count: self.told().count }
    }

    /// Whether something was told on these topics since; true also where that is no longer known, or was told by another
    /// process.
    pub fn missed(&self, since: Heard, topics: &[String]) -> bool {
        let told = self.told();
        let count = usize::try_from(told.count.saturating_sub(since.count)).unwrap_or(usize::MAX);
        let mut since_then = told.last.iter().rev().take(count);
        since.run != self.run
            || count > told.last.len()
            || since_then.any(|topic| topic == EVERYTHING || topics.contains(topic))
    }

    /// Hears every nudge from now on.
    pub fn listen(&self) -> broadcast::Receiver<Nudge> {
        self.sender.subscribe()
    }
}

/// GET /live: with `since`, what was told after the page was made is told of first.
pub async fn stream(
    app: App,
    actor: Actor<perm::UseOwnAccount>,
    search: Search,
) -> Result<Response, Failure> {
    let topics: Vec<String> = search.all("topic").take(TOPICS_MAX).map(str::to_owned).collect();
    // The queue shows on each row who is writing there.
    let all_writers = topics.iter().any(|topic| topic == "writing");
    let me = actor.person.id.get();
    let clock = app.clock.clone();
    let hello = tokio_stream::once(beat(&app));
    let beats = {
        let app = app.clone();
        tokio_stream::wrappers::IntervalStream::new(tokio::time::interval(HEARTBEAT))
            .skip(1)
            .map(move |_| beat(&app))
    };
    // Listened first: what comes while this looks back is heard twice rather than never.
    let ear = app.live.listen();
    let since = search.some("since").and_then(Heard::parse);
    let missed =
        since.is_some_and(|since| app.live.missed(since, &topics)).then(|| fetch_anew(app.clock.now()));
    let nudges = BroadcastStream::new(ear).filter_map(move |nudge| match nudge {
        Ok(nudge) if nudge.writer.as_ref().is_some_and(|writer| writer.id == me) => None,
        Ok(nudge) if topics.contains(&nudge.topic) || (nudge.writer.is_some() && all_writers) => {
            let name = if nudge.writer.is_some() { "writing" } else { "nudge" };
            Some(Event::default().event(name).data(serde_json::to_string(&nudge).unwrap_or_default()))
        }
        Ok(nudge) if nudge.topic != EVERYTHING => None,
        Ok(_) | Err(_) => Some(fetch_anew(clock.now())),
    });
    let events =
        hello.chain(tokio_stream::iter(missed)).chain(beats.merge(nudges)).map(Ok::<Event, Infallible>);
    let events = until(events, app.clone());
    let mut response = Sse::new(events).into_response();
    // Proxies that gather answers before they pass them on would hold nudges back.
    response.headers_mut().insert("x-accel-buffering", http::HeaderValue::from_static("no"));
    Ok(response)
}

fn fetch_anew(now: Timestamp) -> Event {
    Event::default().event("missed").data(now.to_string())
}

fn beat(app: &App) -> Event {
    Event::default().event("beat").retry(Duration::from_secs(3)).data(app.clock.now().to_string())
}

/// Ends a stream when the server closes, so that a shutdown need not wait for open pages.
fn until<S: tokio_stream::Stream<Item = T> + Send + 'static, T: Send + 'static>(
    stream: S,
    app: App,
) -> impl tokio_stream::Stream<Item = T> + Send {
    let (sender, receiver) = tokio::sync::mpsc::channel(16);
    tokio::spawn(async move {
        tokio::pin!(stream);
        loop {
            tokio::select! {
                () = app.closed() => break,
                item = stream.next() => {
                    let Some(item) = item else { break };
                    if sender.send(item).await.is_err() {
                        break;
                    }
                }
            }
        }
    });
    tokio_stream::wrappers::ReceiverStream::new(receiver)
}

/// POST /live/writing: this person is writing under `topic`; the page repeats it while they type.
pub async fn writing(
    app: App,
    actor: Actor<perm::UseOwnAccount>,
    form: super::form::Form,
) -> Result<http::StatusCode, Failure> {
    let writer = Writer { id: actor.person.id.get(), name: actor.person.name.clone() };
    app.tell(Nudge { topic: form.get("topic").to_owned(), writer: Some(writer) });
    Ok(http::StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_nudge_reaches_who_listens() {
        let live = Live::default();
        live.nudge("queue");
        let mut ear = live.listen();
        live.nudge("ticket:7");
        assert_eq!(ear.recv().await.unwrap(), Nudge { topic: "ticket:7".into(), writer: None });
        assert!(ear.try_recv().is_err());
    }

    #[test]
    fn what_came_between_a_page_and_its_listening_is_missed() {
        let (live, topics) = (Live::default(), ["ticket:7".to_owned(), "notices:1".to_owned()]);
        live.nudge("ticket:7");
        let made = live.heard();
        assert_eq!(Heard::parse(&made.to_string()), Some(made));
        assert!(!live.missed(made, &topics), "told before the page was made");
        live.nudge("ticket:8");
        live.send(Nudge { topic: "ticket:7".into(), writer: Some(Writer { id: 1, name: "li".into() }) });
        assert!(!live.missed(made, &topics), "another ticket; somebody who writes");
        live.nudge("ticket:7");
        assert!(live.missed(made, &topics));
        assert!(!live.missed(live.heard(), &topics));
        assert!(Live::default().missed(made, &topics), "of another run");

        let made = live.heard();
        live.nudge(EVERYTHING);
        assert!(live.missed(made, &topics));
        (0..BACKLOG).for_each(|_| live.nudge("ticket:8"));
        assert!(live.missed(made, &topics), "no longer known");
    }
}
