//! Remote access on the page of a ticket: the consent that stands, the sessions under it, and what can be done.

use axum::extract::Path;
use axum::response::Response;
use db::Tx;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use rules::Invalid;
use rules::access::perm;
use rules::ids::*;
use rules::remote_access::{ConsentForm, ConsentWay};
use rules::text::Text;
use rules::tickets::number::TicketNumber;
use rules::tickets::verb::parse_moment;

use super::change;
use super::store::{self, ConsentRow, LinkRow, SessionRow};
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::Form;
use crate::kernel::notice::{Notice, go};
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;

/// How long a consent lasts that the form proposes.
const PROPOSED: SignedDuration = SignedDuration::from_hours(2);

/// What the panel shows.
#[derive(Clone, Debug, Default)]
pub struct Panel {
    pub consents: Vec<(ConsentRow, Vec<SessionRow>)>,
    pub links: Vec<LinkRow>,
}

/// What the form of a consent offers and needs to know.
pub struct Offer<'a> {
    pub contacts: &'a [(i64, String, Option<String>)],
    pub contact: Option<ContactId>,
    pub target: String,
}

impl Panel {
    /// Reads it.
    pub fn read(tx: &mut Tx, ticket: TicketId, asset: Option<AssetId>) -> Result<Panel, Failure> {
        let mut panel = Panel::default();
        for row in store::of_ticket(tx, ticket)? {
            let sessions = store::sessions(tx, row.id)?;
            panel.consents.push((row, sessions));
        }
        if let Some(asset) = asset {
            panel.links = store::links(tx, asset)?;
        }
        Ok(panel)
    }

    /// The consent that stands or will stand.
    pub fn open(&self, now: Timestamp) -> Option<&(ConsentRow, Vec<SessionRow>)> {
        self.consents.iter().find(|(row, _)| row.standing().is_open(now))
    }

    /// The panel of the desk.
    pub fn desk(
        &self,
        l: &L10n,
        ticket: TicketId,
        zone: &TimeZone,
        me: UserId,
        offer: Option<&Offer<'_>>,
    ) -> Markup {
        let base = format!("/tickets/{}/remote", TicketNumber::of(ticket));
        let open = self.open(l.now);
        html! {
            h2 { (l.t("remote-access")) }
            @match open {
                Some((row, sessions)) => {
                    @let holds = row.standing().holds(l.now);
                    p { (if holds { chip(Tone::Met, Icon::Check, l.t("remote-allowed")) } else { chip(Tone::Paused, Icon::Clock, l.t("remote-allowed-later")) }) }
                    (consent(l, row, zone))
                    (session_lines(l, sessions, zone))
                    @if offer.is_some() {
                        @let mine = sessions.iter().find(|session| session.engineer_id == me && session.ended_at.is_none());
                        @match mine {
                            Some(session) => {
                                ul class="lines" { @for link in &self.links { li {
                                    a href=(link.url) rel="noreferrer" target="_blank" { (icon(Icon::External)) " " (link.label) }
                                } } }
                                form class="form" method="post" action={ (base) "/sessions/" (session.id) "/end" } {
                                    (TextArea::new("done", l.t("remote-done")).rows(2).required().of(&Form::default(), l))
                                    (submit(l.t("remote-leave")))
                                }
                            }
                            None => @if holds {
                                form class="inline" method="post" action={ (base) "/sessions" } {
                                    button class="button primary" type="submit" { (icon(Icon::Key)) span { (l.t("remote-enter")) } }
                                }
                            }
                        }
                        form class="inline" method="post" action={ (base) "/consents/" (row.id) "/withdrawal" } {
                            button class="button" type="submit" { (icon(Icon::Void)) span { (l.t("remote-withdrawn-by-customer")) } }
                        }
                    }
                }
                None => {
                    p class="quiet" { (l.t("remote-not-allowed")) }
                    @if let Some(offer) = offer { (self.form(l, &base, offer)) }
                }
            }
            @let past = self.consents.iter().filter(|(row, _)| !row.standing().is_open(l.now));
            @for (row, sessions) in past {
                details {
                    summary { (short(l, row, zone)) }
                    (consent(l, row, zone)) (session_lines(l, sessions, zone))
                    @if offer.is_some() {
                        @for session in sessions.iter().filter(|session| session.engineer_id == me && session.done.is_none()) {
                            form class="form" method="post" action={ (base) "/sessions/" (session.id) "/end" } {
                                (TextArea::new("done", l.t("remote-done")).rows(2).required().of(&Form::default(), l))
                                (submit(l.t("form-save")))
                            }
                        }
                    }
                }
            }
        }
    }

    fn form(&self, l: &L10n, base: &str, offer: &Offer<'_>) -> Markup {
        let ways = [ConsentWay::Phone, ConsentWay::Mail];
        let ways = ways.iter().map(|way| (way.code(), l.t(way.label()).into_owned()));
        let contacts = offer.contacts.iter().map(|(id, name, _)| (id.to_string(), name.clone()));
        let form = Form::of([
            ("target", offer.target.clone()),
            ("way", ConsentWay::Phone.code().to_owned()),
            ("contact", offer.contact.map(|id| id.to_string()).unwrap_or_default()),
            ("hours", PROPOSED.as_hours().to_string()),
        ]);
        html! {
            details {
                summary { (l.t("remote-note-consent")) }
                form class="form" method="post" action={ (base) "/consents" } {
                    (Select::new("contact", l.t("field-contact"), contacts).empty(l.t("act-choose")).required().of(&form, l))
                    (Choice::one("way", l.t("remote-way"), ways).required().of(&form, l))
                    (Field::text("target", l.t("remote-target")).required().of(&form, l))
                    (Field::text("from_at", l.t("remote-from")).kind("datetime-local").hint(l.t("intake-reported-at-hint")).short().of(&form, l))
                    (Field::text("hours", l.t("remote-hours")).inputmode("decimal").required().short().of(&form, l))
                    (TextArea::new("note", l.t("field-note")).rows(2).of(&form, l))
                    (submit(l.t("remote-note-consent")))
                }
            }
        }
    }
}

fn short(l: &L10n, row: &ConsentRow, zone: &TimeZone) -> String {
    format!("{} · {}", l.datetime_in(row.from_at, zone), row.contact_name)
}

/// A consent in full: who, to what, from, to, how.
pub fn consent(l: &L10n, row: &ConsentRow, zone: &TimeZone) -> Markup {
    let words = ["remote-who", "remote-target", "remote-time", "remote-way"].map(|key| l.t(key));
    let mut pairs = vec![
        (&*words[0], html! { (row.contact_name) }),
        (&*words[1], html! { (row.target) }),
        (&*words[2], html! { (time_in(l, row.from_at, zone)) " \u{2013} " (time_in(l, row.until_at, zone)) }),
        (
            &*words[3],
            html! { (l.t(row.way.label())) @if let Some(note) = &row.note { br; span class="quiet" { (note) } } },
        ),
    ];
    let ended = l.t("remote-ended");
    if let (Some(at), Some(cause)) = (row.ended_at, row.end_cause) {
        pairs.push((&*ended, html! { (time_in(l, at, zone)) " " (badge(l.t(cause.label()))) }));
    }
    definitions(&pairs)
}

/// The sessions under a consent: who, from, to, what was done.
pub fn session_lines(l: &L10n, sessions: &[SessionRow], zone: &TimeZone) -> Markup {
    html! {
        @if !sessions.is_empty() {
            ul class="lines" { @for session in sessions { li {
                span { (icon(Icon::Key)) " " (session.engineer_name) " " (time_in(l, session.started_at, zone))
                    " \u{2013} " @match session.ended_at { Some(at) => (time_in(l, at, zone)), None => (chip(Tone::OnTime, Icon::Clock, l.t("remote-running"))) }
                }
                @if let Some(done) = &session.done { small { (done) } }
            } } }
        }
    }
}

fn ticket(text: &str) -> Result<TicketId, Failure> {
    TicketNumber::parse(text).map(TicketNumber::ticket).map_err(|_| Failure::NotFound)
}

fn back(id: TicketId, said: &'static str) -> Response {
    go(&format!("/tickets/{}#ticket-remote", TicketNumber::of(id)), Notice::new(said))
}

/// Reads when a consent ends: `until_at`, or so many `hours` from its beginning.
///
/// Errors: [`Invalid`] on the field that is wrong.
pub fn times(
    form: &Form,
    zone: &TimeZone,
    now: Timestamp,
) -> Result<(Option<Timestamp>, Option<Timestamp>), Invalid> {
    let from_at = parse_moment("from_at", form.get("from_at"), zone)?;
    if let Some(until) = parse_moment("until_at", form.get("until_at"), zone)? {
        return Ok((from_at, Some(until)));
    }
    let Some(text) = form.some("hours") else { return Ok((from_at, None)) };
    let wrong = || Invalid::new("hours", "error-consent-hours").with("given", text);
    let hours: f64 = text.parse().map_err(|_| wrong())?;
    if !(hours > 0.0 && hours <= 10_000.0) {
        return Err(wrong());
    }
    let span = SignedDuration::from_secs((hours * 3_600.0).round() as i64);
    Ok((from_at, Some(from_at.unwrap_or(now) + span)))
}

/// POST /tickets/{number}/remote/consents: what the customer said by telephone or mail.
pub async fn give(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let id = ticket(&text)?;
    let user = actor.person.id;
    if form.get("way") == ConsentWay::Portal.code() {
        return Err(Invalid::unknown("way", form.get("way")).into());
    }
    let contact = form.get("contact").parse().map(ContactId).map_err(|_| Invalid::required("contact"))?;
    app.change(&actor, move |c| {
        let matter = store::matter(c.tx, id)?.ok_or(Failure::NotFound)?;
        let zone = TimeZone::get(&matter.zone).unwrap_or(TimeZone::UTC);
        let (from_at, until_at) = times(&form, &zone, c.now)?;
        let (target, way, note) = (form.get("target"), form.get("way"), form.get("note"));
        let consent = ConsentForm { target, way, note, from_at, until_at };
        let consent = consent.read(contact, matter.about.asset, c.now)?;
        change::give(c, id, &consent, Some(user))
    })
    .await?;
    Ok(back(id, "notice-remote-allowed"))
}

/// POST /tickets/{number}/remote/consents/{consent}/withdrawal
pub async fn withdraw(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path((text, consent)): Path<(String, ConsentId)>,
) -> Result<Response, Failure> {
    let id = ticket(&text)?;
    app.change(&actor, move |c| change::withdraw(c, id, consent, None)).await?;
    Ok(back(id, "notice-remote-withdrawn"))
}

/// POST /tickets/{number}/remote/sessions
pub async fn enter(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
) -> Result<Response, Failure> {
    let (id, engineer) = (ticket(&text)?, actor.person.id);
    app.change(&actor, move |c| change::start_session(c, id, engineer)).await?;
    Ok(back(id, "notice-remote-entered"))
}

/// POST /tickets/{number}/remote/sessions/{session}/end
pub async fn leave(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path((text, session)): Path<(String, RemoteSessionId)>,
    form: Form,
) -> Result<Response, Failure> {
    let id = ticket(&text)?;
    let done = Text::parse("done", form.get("done"))?;
    app.change(&actor, move |c| change::end_session(c, id, session, done)).await?;
    Ok(back(id, "notice-remote-left"))
}
