//! Looks whether a channel is down or back, and says so: a fact for the promise (C7.7), an alarm for people.

use jiff::Timestamp;
use rules::event::{About, Event};
use rules::health::{Ill, judge, look_again_at};
use rules::ids::ChannelId;
use serde_json::json;

use super::store::{self, Channel};
use crate::kernel::actor::By;
use crate::kernel::door::Change;
use crate::kernel::turn::Turn;
use crate::{App, Failure, commitments};

/// Under whose name the facts stand.
const BY: By = By::System("watch");

/// What changed for a channel.
enum News {
    Opened,
    Down(Ill, Timestamp),
    Back,
}

fn news(channel: &Channel, known: bool, now: Timestamp) -> Vec<News> {
    let mut all = Vec::new();
    if !known {
        all.push(News::Opened);
    }
    match (judge(&channel.pulse(), now), channel.down_since_at) {
        (Some((ill, since)), None) => all.push(News::Down(ill, since)),
        (None, Some(_)) => all.push(News::Back),
        (Some(_), Some(_)) | (None, None) => {}
    }
    all
}

/// One turn.
///
/// Errors: [`Failure`] of the database.
pub async fn turn(app: &App) -> Result<Turn, Failure> {
    let now = app.clock.now();
    let looked = app
        .read(move |tx| {
            let mut all = Vec::new();
            for channel in store::open(tx)? {
                let known = store::is_known(tx, channel.id)?;
                all.push((channel, known));
            }
            Ok(all)
        })
        .await?;
    for (channel, _) in &looked {
        let labels = [("channel", channel.code.clone())];
        let up = if channel.down_since_at.is_none() { 1.0 } else { 0.0 };
        metrics::gauge!("aftercare_channel_up", &labels).set(up);
        if let Some(at) = channel.last_success_at {
            metrics::gauge!("aftercare_channel_last_success_seconds", &labels).set(at.as_second() as f64);
        }
    }
    let wake = |channel: &Channel| {
        channel.down_since_at.is_none().then(|| look_again_at(&channel.pulse())).flatten()
    };
    let next_at = looked.iter().filter_map(|(channel, _)| wake(channel)).filter(|at| *at > now).min();
    let changed: Vec<ChannelId> = looked
        .iter()
        .filter(|(channel, known)| !news(channel, *known, now).is_empty())
        .map(|(channel, _)| channel.id)
        .collect();
    if changed.is_empty() {
        return Ok(Turn { next_at, ..Turn::default() });
    }
    let done = changed.len() as u64;
    app.change(BY, move |change| {
        // Another process may have said it meanwhile, so what is told is what is found here.
        for channel in store::open(change.tx)?.into_iter().filter(|channel| changed.contains(&channel.id)) {
            let known = store::is_known(change.tx, channel.id)?;
            for what in news(&channel, known, change.now) {
                say(change, &channel, what)?;
            }
        }
        change.nudge("channels");
        Ok(())
    })
    .await?;
    Ok(Turn { done, next_at, ..Turn::default() })
}

fn say(change: &mut Change<'_>, channel: &Channel, news: News) -> Result<(), Failure> {
    let commitment = commitments::store::all(change.tx, 1)?.first().map(|newest| newest.id);
    let about = About { channel: Some(channel.id), commitment, ..About::default() };
    match news {
        News::Opened => change.record(about, Event::ChannelOpened { code: channel.code.clone() }),
        News::Down(ill, since) => {
            store::down(change.tx, channel.id, since)?;
            let leave = channel.downs_count + 1;
            change.record(about, Event::ChannelWentDown { leave, reason: ill.code().to_owned() });
            let payload = json!({
                "notice": "channel-down",
                "ticket": null,
                "data": { "title": channel.name, "text": channel.failure.clone().unwrap_or_default() },
            });
            change.send("notice", &payload)?;
        }
        News::Back => {
            store::up(change.tx, channel.id)?;
            change.record(about, Event::ChannelCameBack { leave: channel.downs_count });
        }
    }
    Ok(())
}
