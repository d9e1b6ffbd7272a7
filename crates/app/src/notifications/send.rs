//! Two turns of timed work: the outbox into deliveries, and deliveries out of the house.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use ledger::outbox;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use rules::event::Event;
use rules::faxes::OutAddress;
use rules::notifications::{Notice, Then, Way, after_failure};
use rules::tickets::Channel;
use serde_json::json;
use tokio::task::JoinSet;

use super::expand::{House, expand};
use super::mail::{self, MailOut, Trouble};
use super::store::{self, Delivery};
use super::veil::veiled;
use super::{bell, fax, gateways};
use crate::customers::contacts::failing;
use crate::kernel::actor::By;
use crate::kernel::door::Change;
use crate::kernel::live::Nudge;
use crate::kernel::setting;
use crate::kernel::turn::Turn;
use crate::layout::l10n::{L10n, Locale};
use crate::messages::fax::FaxWays;
use crate::messages::{self, sign};
use crate::{App, Failure, escalations, health};

/// Messages of the outbox that one turn reads.
const READ_MAX: i64 = 100;
/// Deliveries that one turn sends.
const SEND_MAX: i64 = 40;
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
    let (done, told) = app
        .touch(move |tx| {
            let house = House::read(&shared, tx)?;
            let messages = outbox::take(tx, now, READ_MAX)?;
            for message in &messages {
                expand(&shared, &house, tx, message, now)?;
            }
            Ok((messages.len() as u64, house.told.into_inner()))
        })
        .await?;
    for person in told {
        app.tell(Nudge { topic: bell::topic(person), writer: None });
    }
    app.post.notify_one();
    let next_at = app.read(|tx| Ok(outbox::next_due_at(tx)?)).await?;
    // What was read may have begun an escalation, which has its turn at once.
    Ok(Turn { done, more: done > 0, next_at })
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
    // What was sent may have something to tell, which the outbox takes.
    Ok(Turn { done, more: done > 0, next_at })
}

/// Sends the deliveries of one way, in order; after the way itself failed, the rest waits for the next try.
async fn lane(app: App, way: Way, gateway: Option<i64>, deliveries: Vec<Delivery>) -> Result<(), Failure> {
    match (way, gateway) {
        (Way::Mail | Way::Fax, _) => by_mail(&app, way, deliveries).await,
        (Way::Sms | Way::Chat | Way::Webhook, Some(gateway)) => by_gateway(&app, gateway, deliveries).await,
        (Way::Sms | Way::Chat | Way::Webhook | Way::Page, _) => {
            refuse(&app, &deliveries, &Trouble::of_the_way("no gateway is set up for this way"), None).await
        }
    }
}

async fn refuse(
    app: &App,
    deliveries: &[Delivery],
    trouble: &Trouble,
    channel: Option<&Through>,
) -> Result<(), Failure> {
    for delivery in deliveries {
        mark(app, delivery, Err(trouble.clone()), channel).await?;
    }
    Ok(())
}

/// The channel that a delivery goes through, whose health follows from it.
struct Through {
    code: String,
    name: String,
}

async fn by_mail(app: &App, way: Way, deliveries: Vec<Delivery>) -> Result<(), Failure> {
    let (out, ways): (Option<MailOut>, Option<FaxWays>) = app
        .read(|tx| Ok((setting::get(tx, mail::SETTING)?, setting::get(tx, messages::fax::SETTING)?)))
        .await?;
    let pattern = ways.and_then(|ways| OutAddress::parse_optional("out", &ways.out?).ok().flatten());
    let Some(out) = out else {
        return refuse(app, &deliveries, &Trouble::of_the_way("no mail server is set up"), None).await;
    };
    let l = L10n::new(Locale::default(), app.config.time_zone(), app.clock.now());
    let (code, name) = match way {
        Way::Fax => ("fax-out", l.t("channel-fax-out")),
        _ => ("mail-out", l.t("channel-mail-out")),
    };
    let through = Through { code: code.to_owned(), name: name.into_owned() };
    let transport = match out.transport(&*app.secrets()?) {
        Ok(transport) => transport,
        Err(words) => return refuse(app, &deliveries, &Trouble::of_the_way(words), Some(&through)).await,
    };
    let signer = sign::signer(app)?;
    let mut ill: Option<Trouble> = None;
    for delivery in deliveries {
        let tried = match (refused_address(app, &l, &delivery).await?, &ill) {
            (Some(words), _) => Err(Trouble::for_good(words)),
            (None, Some(trouble)) => Err(trouble.clone()),
            (None, None) if way == Way::Fax => {
                by_fax(app, &out, pattern.as_ref(), &transport, &delivery).await
            }
            (None, None) => mail::send(&out, &signer, &transport, &delivery).await,
        };
        ill = ill.or_else(|| tried.as_ref().err().filter(|trouble| trouble.of_the_way).cloned());
        mark(app, &delivery, tried, Some(&through)).await?;
    }
    Ok(())
}

async fn by_fax(
    app: &App,
    out: &MailOut,
    pattern: Option<&OutAddress>,
    transport: &AsyncSmtpTransport<Tokio1Executor>,
    delivery: &Delivery,
) -> Result<(), Trouble> {
    let Some(pattern) = pattern else {
        return Err(Trouble::of_the_way("no gateway for faxes is set up"));
    };
    let to = fax::address(pattern, delivery)?;
    let paper = fax::paper(app, delivery, app.clock.now()).await;
    let paper = paper.map_err(|failure| Trouble::of_the_way(failure.to_string()))?;
    let letter = fax::letter(out, delivery, &to, paper).map_err(Trouble::for_good)?;
    mail::send_letter(transport, letter).await
}

/// Why nothing about a ticket is written to an address: its host said that it is no more. A link to sign in is asked
/// for by who reads it, so that is tried all the same.
async fn refused_address(app: &App, l: &L10n, delivery: &Delivery) -> Result<Option<String>, Failure> {
    if delivery.ticket_id.is_none() || delivery.contact_id.is_none() {
        return Ok(None);
    }
    let recipient = delivery.recipient.clone();
    let failing = app.read(move |tx| Ok(failing::find(tx, &recipient)?)).await?;
    Ok(failing.map(|failing| {
        let mail = delivery.recipient.as_str();
        l.ta("deliveries-address-fails", &[("mail", mail.into()), ("words", failing.words.into())])
            .into_owned()
    }))
}

async fn by_gateway(app: &App, id: i64, deliveries: Vec<Delivery>) -> Result<(), Failure> {
    let Some(gateway) = app.read(move |tx| Ok(gateways::store::find(tx, id)?)).await? else {
        return refuse(app, &deliveries, &Trouble::for_good("the gateway is gone"), None).await;
    };
    if gateway.paused_at.is_some() {
        return refuse(app, &deliveries, &Trouble::of_the_way("the gateway is paused"), None).await;
    }
    let through = Through { code: format!("gateway:{id}"), name: gateway.name.clone() };
    let (outside, secrets) = (app.outside()?, app.secrets()?);
    let mut ill: Option<Trouble> = None;
    for delivery in deliveries {
        let tried = match &ill {
            Some(trouble) => Err(trouble.clone()),
            None => gateways::send::send(&outside, &secrets, &gateway, &delivery, app.clock.now()).await,
        };
        ill = ill.or_else(|| tried.as_ref().err().filter(|trouble| trouble.of_the_way).cloned());
        mark(app, &delivery, tried, Some(&through)).await?;
    }
    Ok(())
}

/// Writes down what became of a try: on the delivery, on the channel, and on the ticket's timeline.
async fn mark(
    app: &App,
    delivery: &Delivery,
    tried: Result<(), Trouble>,
    through: Option<&Through>,
) -> Result<(), Failure> {
    let (delivery, way) = (delivery.clone(), delivery.way.code());
    let channel = through.map(|through| (through.code.clone(), through.name.clone()));
    let then = match &tried {
        Ok(()) => "sent",
        Err(trouble) => {
            let now = app.clock.now();
            match after_failure(trouble.failed, delivery.attempts, delivery.tries_from_at, now) {
                Then::TryAt(_) => "failed",
                Then::GiveUp => "given-up",
            }
        }
    };
    metrics::counter!("aftercare_deliveries_total", "way" => way, "outcome" => then).increment(1);
    if let Err(trouble) = &tried {
        tracing::warn!(id = delivery.id, way, then, error = trouble.words, "a delivery failed");
    }
    app.change(By::System("post"), move |change| {
        let now = change.now;
        if let Some((code, name)) = channel {
            match &tried {
                Err(trouble) if trouble.of_the_way => {
                    health::store::ill(change.tx, &code, &name, &trouble.words, now)?;
                }
                Ok(()) | Err(_) => health::store::well(change.tx, &code, &name, now)?,
            }
        }
        match tried {
            Ok(()) => {
                if store::sent(change.tx, delivery.id, now)? {
                    told(change, delivery)?;
                }
            }
            Err(trouble) => {
                match after_failure(trouble.failed, delivery.attempts, delivery.tries_from_at, now) {
                    Then::TryAt(at) => store::retry_at(change.tx, delivery.id, &trouble.words, at)?,
                    Then::GiveUp => {
                        if store::give_up(change.tx, delivery.id, &trouble.words, now)? {
                            alarm(change, &delivery, &trouble)?;
                        }
                    }
                }
            }
        }
        Ok(())
    })
    .await
}

/// What went to the customer stands on the ticket (C7.2).
fn told(change: &mut Change<'_>, delivery: Delivery) -> Result<(), Failure> {
    let channel = match delivery.way {
        Way::Mail => Channel::Mail,
        Way::Fax => Channel::Fax,
        Way::Sms | Way::Chat | Way::Webhook | Way::Page => return Ok(()),
    };
    let (Some(ticket), Some(_)) = (delivery.ticket_id, delivery.contact_id) else { return Ok(()) };
    if let Some(about) = escalations::store::about(change.tx, ticket)? {
        let text = format!("{}\n\n{}", delivery.subject, veiled(&delivery.content.text));
        change.record(about, Event::TicketMessageSent { channel, to: delivery.recipient, text });
        change.nudge(format!("ticket:{ticket}"));
    }
    Ok(())
}

/// Somebody has to look at what was given up.
fn alarm(change: &mut Change<'_>, delivery: &Delivery, trouble: &Trouble) -> Result<(), Failure> {
    if delivery.notice == Notice::Undelivered.code() {
        return Ok(());
    }
    let title = format!("{} ({})", delivery.subject, delivery.recipient);
    let data = json!({ "title": title, "text": trouble.words });
    change.send("notice", &json!({ "notice": Notice::Undelivered, "ticket": null, "data": data }))
}
