//! Two turns of timed work: the outbox into deliveries, and deliveries out of the house.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use ledger::outbox;
use rules::notifications::{Then, Way, after_failure};
use tokio::task::JoinSet;

use super::expand::{House, expand};
use super::mail::{self, MailOut, Trouble};
use super::store::{self, Delivery};
use crate::kernel::setting;
use crate::kernel::turn::Turn;
use crate::{App, Failure};

/// Messages of the outbox that one turn reads.
const READ_MAX: i64 = 100;
/// Deliveries that one turn sends.
const SEND_MAX: i64 = 40;
/// How long a claim on a message of the outbox lasts when its reader dies.
const READ_LEASE: SignedDuration = SignedDuration::from_mins(2);
/// How long a claim on a delivery lasts when its sender dies: longer than any try takes.
const SEND_LEASE: SignedDuration = SignedDuration::from_mins(10);

/// Reads what waits in the outbox into deliveries.
pub async fn read_outbox(app: &App) -> Result<Turn, Failure> {
    let now = app.clock.now();
    let next_at = app.read(|tx| Ok(outbox::next_due_at(tx)?)).await?;
    if next_at.is_none_or(|at| at > now) {
        return Ok(Turn { next_at, ..Turn::default() });
    }
    let shared = app.clone();
    let done = app
        .touch(move |tx| {
            let house = House::read(&shared, tx)?;
            let messages = outbox::claim(tx, now, READ_MAX, READ_LEASE)?;
            for message in &messages {
                expand(&house, tx, message, now)?;
                outbox::done(tx, message.id, now)?;
            }
            Ok(messages.len() as u64)
        })
        .await?;
    app.post.notify_one();
    let next_at = app.read(|tx| Ok(outbox::next_due_at(tx)?)).await?;
    Ok(Turn { done, more: done > 0 && next_at.is_some_and(|at| at <= now), next_at })
}

/// Sends what is due. Each way has a lane of its own, in which order is kept; a way that does not answer
/// holds up nobody else.
pub async fn send_deliveries(app: &App) -> Result<Turn, Failure> {
    let now = app.clock.now();
    let next_at = app.read(|tx| Ok(store::next_due_at(tx)?)).await?;
    if next_at.is_none_or(|at| at > now) {
        return Ok(Turn { next_at, ..Turn::default() });
    }
    let claimed = app.touch(move |tx| Ok(store::claim(tx, now, SEND_MAX, SEND_LEASE)?)).await?;
    let done = claimed.len() as u64;
    let mut lanes: BTreeMap<(Way, Option<i64>), Vec<Delivery>> = BTreeMap::new();
    for delivery in claimed {
        lanes.entry((delivery.way, delivery.gateway_id)).or_default().push(delivery);
    }
    let mut running = JoinSet::new();
    for ((way, gateway), deliveries) in lanes {
        running.spawn(lane(app.clone(), way, gateway, deliveries));
    }
    while let Some(ended) = running.join_next().await {
        ended.map_err(|error| Failure::broke(format!("a lane of deliveries: {error}")))??;
    }
    let next_at = app.read(|tx| Ok(store::next_due_at(tx)?)).await?;
    Ok(Turn { done, more: done > 0 && next_at.is_some_and(|at| at <= now), next_at })
}

/// Sends the deliveries of one way, in order; after the way itself failed, the rest waits for the next try.
async fn lane(app: App, way: Way, _gateway: Option<i64>, deliveries: Vec<Delivery>) -> Result<(), Failure> {
    match way {
        Way::Mail | Way::Fax => by_mail(&app, deliveries).await,
        Way::Sms | Way::Chat | Way::Webhook => {
            let trouble = Trouble::of_the_way("no such gateway is set up");
            for delivery in deliveries {
                mark(&app, &delivery, Err(trouble.clone())).await?;
            }
            Ok(())
        }
    }
}

async fn by_mail(app: &App, deliveries: Vec<Delivery>) -> Result<(), Failure> {
    let out: Option<MailOut> = app.read(|tx| setting::get(tx, mail::SETTING)).await?;
    let secrets = app.secrets()?;
    let ready = match &out {
        None => Err(Trouble::of_the_way("no mail server is set up")),
        Some(out) => out.transport(&secrets).map(|transport| (out, transport)).map_err(Trouble::of_the_way),
    };
    let mut ill: Option<Trouble> = ready.as_ref().err().cloned();
    for delivery in deliveries {
        let tried = match (&ill, &ready) {
            (Some(trouble), _) => Err(trouble.clone()),
            (None, Ok((out, transport))) => mail::send(out, transport, &delivery).await,
            (None, Err(trouble)) => Err(trouble.clone()),
        };
        if let Err(trouble) = &tried {
            ill = ill.or_else(|| trouble.of_the_way.then(|| trouble.clone()));
        }
        mark(app, &delivery, tried).await?;
    }
    Ok(())
}

/// Writes down what became of a try.
async fn mark(app: &App, delivery: &Delivery, tried: Result<(), Trouble>) -> Result<(), Failure> {
    let (id, now) = (delivery.id, app.clock.now());
    let way = delivery.way.code();
    let count = |outcome: &'static str| {
        metrics::counter!("aftercare_deliveries_total", "way" => way, "outcome" => outcome).increment(1);
    };
    match tried {
        Ok(()) => {
            count("sent");
            app.touch(move |tx| Ok(store::sent(tx, id, now)?)).await?;
        }
        Err(trouble) => match after_failure(trouble.failed, delivery.attempts, delivery.tries_from_at, now) {
            Then::TryAt(at) => {
                count("failed");
                tracing::warn!(id, way, error = trouble.words, "a delivery failed and is tried again");
                app.touch(move |tx| Ok(store::retry_at(tx, id, &trouble.words, at)?)).await?;
            }
            Then::GiveUp => {
                count("given-up");
                tracing::error!(id, way, error = trouble.words, "a delivery was given up");
                app.touch(move |tx| Ok(store::give_up(tx, id, &trouble.words, now)?)).await?;
            }
        },
    }
    Ok(())
}
