//! The history of a contact as one timeline, the latest first.

use std::cmp::Reverse;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use db::Tx;
use jiff::Timestamp;
use maud::{Markup, html};
use rules::access::perm;
use rules::calls::Direction as CallDirection;
use rules::channels::Direction;
use rules::ids::*;
use rules::notifications::DeliveryState;

use super::store::{self, ActLine, CallLine, DeliveryLine, MessageLine, TicketLine};
use crate::calls::words as calls;
use crate::customers::contacts::store as contacts;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::Search;
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section};
use crate::messages::card::fate_chip;
use crate::tickets::change;
use crate::tickets::words::{self, Said, number_link};

/// Lines on a page.
const PAGE: usize = 40;
/// Lines that a contact's own page shows.
const IN_SIGHT: usize = 10;

/// Where a page begins: the last line of the page before, by its moment, its stream and its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    at: Timestamp,
    stream: Stream,
    id: i64,
}

/// The streams, in the order in which lines of one moment stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stream {
    Tickets,
    Calls,
    Messages,
    Deliveries,
    Acts,
}

impl Stream {
    pub const ALL: [Stream; 5] =
        [Stream::Tickets, Stream::Calls, Stream::Messages, Stream::Deliveries, Stream::Acts];

    /// The value in the address, and the end of the key of the word.
    pub fn code(self) -> &'static str {
        match self {
            Stream::Tickets => "tickets",
            Stream::Calls => "calls",
            Stream::Messages => "messages",
            Stream::Deliveries => "deliveries",
            Stream::Acts => "acts",
        }
    }

    /// The stream of this name.
    pub fn parse(text: &str) -> Option<Stream> {
        Stream::ALL.into_iter().find(|stream| stream.code() == text)
    }
}

impl Cursor {
    /// Reads `1767225600000000-calls-17`; what cannot be read begins at the top.
    pub fn parse(text: &str) -> Option<Cursor> {
        let (at, rest) = text.split_once('-')?;
        let (stream, id) = rest.split_once('-')?;
        let at = Timestamp::from_microsecond(at.parse().ok()?).ok()?;
        Some(Cursor { at, stream: Stream::parse(stream)?, id: id.parse().ok()? })
    }

    /// When the line was.
    pub fn at(self) -> Timestamp {
        self.at
    }

    /// Which stream it is of.
    pub fn stream(self) -> Stream {
        self.stream
    }

    /// Before which place a stream is read; at one moment the streams stand in their order.
    fn before(cursor: Option<Cursor>, stream: Stream) -> store::Before {
        match cursor {
            None => (Timestamp::MAX, i64::MAX),
            Some(Cursor { at, stream: last, .. }) if stream > last => (at, i64::MAX),
            Some(Cursor { at, stream: last, id }) if stream == last => (at, id),
            Some(Cursor { at, .. }) => (at, 0),
        }
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}-{}-{}", self.at.as_microsecond(), self.stream.code(), self.id)
    }
}

/// One line of the history.
#[derive(Clone, Debug)]
pub enum Line {
    Ticket(TicketLine),
    Call(CallLine),
    Message(MessageLine),
    Delivery(DeliveryLine),
    Act(ActLine),
}

impl Line {
    /// Its place in the order.
    pub fn cursor(&self) -> Cursor {
        let (at, stream, id) = match self {
            Line::Ticket(line) => (line.reported_at, Stream::Tickets, line.id.get()),
            Line::Call(line) => (line.began_at, Stream::Calls, line.id.get()),
            Line::Message(line) => (line.received_at, Stream::Messages, line.id.get()),
            Line::Delivery(line) => (line.created_at, Stream::Deliveries, line.id),
            Line::Act(line) => (line.happened_at, Stream::Acts, line.seq),
        };
        Cursor { at, stream, id }
    }

    /// The ticket that it concerns.
    pub fn ticket(&self) -> Option<TicketId> {
        match self {
            Line::Ticket(line) => Some(line.id),
            Line::Call(line) => line.ticket_id,
            Line::Message(line) => line.ticket_id,
            Line::Delivery(line) => line.ticket_id,
            Line::Act(line) => line.ticket(),
        }
    }

    /// Its page.
    pub fn href(&self) -> Option<String> {
        match self {
            Line::Ticket(line) => Some(change::path(line.id)),
            Line::Call(line) => Some(calls::path(line.id)),
            Line::Message(line) => Some(format!("/messages/{}", line.id)),
            Line::Delivery(line) => Some(format!("/deliveries/{}", line.id)),
            Line::Act(line) => line.ticket().map(change::path),
        }
    }
}

/// A page of the history: its lines, whom they name, and where the next begins.
pub struct History {
    pub lines: Vec<Line>,
    pub said: Said,
    pub next: Option<Cursor>,
}

impl History {
    /// Reads a page: from each wanted stream as many lines as the page has, of which the latest are shown.
    pub fn read(
        tx: &mut Tx,
        id: ContactId,
        wanted: &[Stream],
        cursor: Option<Cursor>,
        page: usize,
    ) -> Result<History, Failure> {
        let most = page as i64 + 1;
        let mut lines: Vec<Line> = Vec::new();
        for stream in wanted {
            let before = Cursor::before(cursor, *stream);
            match stream {
                Stream::Tickets => {
                    lines.extend(store::tickets(tx, id, before, most)?.into_iter().map(Line::Ticket));
                }
                Stream::Calls => {
                    lines.extend(store::calls(tx, id, before, most)?.into_iter().map(Line::Call));
                }
                Stream::Messages => {
                    lines.extend(store::messages(tx, id, before, most)?.into_iter().map(Line::Message));
                }
                Stream::Deliveries => {
                    lines.extend(store::deliveries(tx, id, before, most)?.into_iter().map(Line::Delivery));
                }
                Stream::Acts => lines.extend(store::acts(tx, id, before, most)?.into_iter().map(Line::Act)),
            }
        }
        lines.sort_by_key(|line| {
            let Cursor { at, stream, id } = line.cursor();
            (Reverse(at), stream, Reverse(id))
        });
        let more = lines.len() > page;
        lines.truncate(page);
        let next = lines.last().filter(|_| more).map(Line::cursor);
        let facts: Vec<_> = lines
            .iter()
            .filter_map(|line| match line {
                Line::Act(act) => Some(act.fact()),
                Line::Ticket(_) | Line::Call(_) | Line::Message(_) | Line::Delivery(_) => None,
            })
            .collect();
        Ok(History { said: Said::of(tx, &facts)?, lines, next })
    }
}

/// The kinds of line that an address asks for; all where it names none.
pub fn wanted(search: &Search) -> Vec<Stream> {
    let chosen: Vec<Stream> = search.all("kind").filter_map(Stream::parse).collect();
    if chosen.is_empty() { Stream::ALL.to_vec() } else { chosen }
}

/// GET /contacts/{id}/history?kind=&after=
pub async fn page(
    app: App,
    actor: Actor<perm::ViewTickets>,
    Path(id): Path<ContactId>,
    search: Search,
) -> Result<Response, Failure> {
    let part = search.get("part") == "yes";
    let (kinds, cursor) = (wanted(&search), Cursor::parse(search.get("after")));
    let (contact, history) = app
        .read(move |tx| {
            let contact = contacts::find(tx, id)?.ok_or(Failure::NotFound)?;
            let page = if part { IN_SIGHT } else { PAGE };
            Ok((contact, History::read(tx, id, &kinds, cursor, page)?))
        })
        .await?;
    let l = &actor.l;
    let own = format!("/contacts/{id}/history");
    if part {
        return Ok(in_sight(l, &own, &history).into_response());
    }
    let title = l.ta("contact-history-title", &[("name", contact.name.clone().into())]);
    let tab = |stream: Option<Stream>| {
        let address = stream.map_or(own.clone(), |stream| format!("{own}?kind={}", stream.code()));
        let word = stream.map_or("all", Stream::code);
        let current =
            stream.map_or(search.some("kind").is_none(), |stream| search.get("kind") == stream.code());
        Tab {
            href: address,
            label: l.t(&format!("contact-history-{word}")).into_owned(),
            count: None,
            current,
        }
    };
    let all: Vec<Tab> = std::iter::once(None).chain(Stream::ALL.into_iter().map(Some)).map(tab).collect();
    let next = history.next.map(|cursor| cursor.to_string());
    Ok(Page::new(&actor, Section::Customers, title)
        .crumb("/contacts", l.t("contacts-title"))
        .crumb(format!("/contacts/{id}"), contact.name)
        .lead(l.t("contact-history-lead"))
        .body(html! {
            (tabs(l, &all))
            @if history.lines.is_empty() {
                (empty(Icon::Clock, l.t("contact-history-empty"), l.t("contact-history-empty-words"), None))
            } @else {
                section class="card" { (shown(l, &history)) }
            }
            (pagination(l, &own, &search, next.as_deref()))
        }))
}

/// The latest lines, for the contact's own page.
fn in_sight(l: &L10n, own: &str, history: &History) -> Markup {
    html! {
        @if !history.lines.is_empty() {
            h2 { (l.t("contact-history")) }
            (shown(l, history))
            @if history.next.is_some() { p class="more" { a href=(own) { (l.t("records-all")) } } }
        }
    }
}

fn shown(l: &L10n, history: &History) -> Markup {
    let moments: Vec<Moment> = history.lines.iter().map(|line| moment(l, line, &history.said)).collect();
    timeline(l, &l.zone, &moments)
}

fn moment(l: &L10n, line: &Line, said: &Said) -> Moment {
    let mut moment = match line {
        Line::Ticket(line) => ticket(l, line),
        Line::Call(line) => call(l, line),
        Line::Message(line) => message(l, line),
        Line::Delivery(line) => delivery(l, line),
        Line::Act(line) => act(l, line, said),
    };
    // The ticket's own line begins with its number.
    if let (Some(id), false) = (line.ticket(), matches!(line, Line::Ticket(_))) {
        let title = moment.title;
        moment.title = html! { (title) " " (number_link(id)) };
    }
    moment
}

fn plain(at: Timestamp, drawing: Icon, tone: Tone, title: Markup, by: String, body: Markup) -> Moment {
    let body = Some(body).filter(|body| !body.0.is_empty());
    Moment { at, drawing, tone, title, by, body, class: "" }
}

fn ticket(l: &L10n, line: &TicketLine) -> Moment {
    let title = html! { (number_link(line.id)) " " a href=(change::path(line.id)) { (line.title) } };
    let body = html! {
        (words::severity(l, line.severity)) " " (words::state(l, line.state)) " " (badge(l.t(line.kind.label())))
    };
    plain(line.reported_at, Icon::Ticket, Tone::Info, title, l.t(line.channel.label()).into_owned(), body)
}

fn call(l: &L10n, line: &CallLine) -> Moment {
    let (drawing, key) = match line.direction {
        CallDirection::In => (Icon::Phone, "contact-history-call-in"),
        CallDirection::Out => (Icon::Phone, "contact-history-call-out"),
    };
    let title = html! { a href=(calls::path(line.id)) { (l.t(key)) } @if let Some(phone) = &line.phone { " " (phone) } };
    let result = match (line.outcome, line.missed) {
        (Some(told), _) => calls::outcome(l, told),
        (None, Some(missed)) => chip(Tone::Bad, Icon::Late, l.t(missed.label())),
        (None, None) => calls::state(l, line.state),
    };
    let spoken = line.answered_at.zip(line.ended_at).map(|(from, to)| l.duration(to.duration_since(from)));
    let body = html! {
        (result) @if let Some(spoken) = spoken { " " span class="quiet" { (spoken) } }
        @if let Some(note) = &line.note { p class="words" { (note) } }
    };
    plain(line.began_at, drawing, Tone::Info, title, line.agent.clone().unwrap_or_default(), body)
}

fn message(l: &L10n, line: &MessageLine) -> Moment {
    let (drawing, key) = match line.direction {
        Direction::In => (Icon::Import, "contact-history-message-in"),
        Direction::Out => (Icon::Export, "contact-history-message-out"),
    };
    let subject =
        if line.subject.is_empty() { l.t("messages-no-subject").into_owned() } else { line.subject.clone() };
    let title = html! { (l.t(key)) " " a href={ "/messages/" (line.id) } { (subject) } };
    let body = html! { (fate_chip(l, line.fate)) " " span class="quiet" { (l.t(line.channel.label())) " · " (line.sender) } };
    plain(line.received_at, drawing, Tone::Info, title, String::new(), body)
}

fn delivery(l: &L10n, line: &DeliveryLine) -> Moment {
    let tone = match line.state {
        DeliveryState::Waiting => Tone::Plain,
        DeliveryState::Sent => Tone::Met,
        DeliveryState::GivenUp | DeliveryState::Returned => Tone::Bad,
    };
    let subject = if line.subject.is_empty() { line.recipient.clone() } else { line.subject.clone() };
    let title = html! { (l.t("contact-history-told")) " " a href={ "/deliveries/" (line.id) } { (subject) } };
    let body = html! {
        (chip(tone, tone_icon(tone), l.t(line.state.label()))) " "
        span class="quiet" { (l.t(line.way.label())) " · " (line.recipient) }
    };
    plain(line.created_at, Icon::Mail, tone, title, String::new(), body)
}

fn act(l: &L10n, line: &ActLine, said: &Said) -> Moment {
    let fact = line.fact();
    let known = l.knows(&words::fact_key(&fact.name));
    let told = words::moment(l, &fact, said);
    let title = if known {
        told.title
    } else {
        html! { (l.t("contact-history-act")) }
    };
    Moment { title: html! { (badge(l.t("contact-history-portal"))) " " (title) }, ..told }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_says_where_each_stream_goes_on() {
        let at: Timestamp = "2026-01-05T01:00:00.000001Z".parse().unwrap();
        let cursor = Cursor { at, stream: Stream::Messages, id: 17 };
        assert_eq!(Cursor::parse(&cursor.to_string()), Some(cursor));
        let before = |stream| Cursor::before(Some(cursor), stream);
        assert_eq!(before(Stream::Calls), (at, 0), "lines of that moment were shown already");
        assert_eq!(before(Stream::Messages), (at, 17));
        assert_eq!(before(Stream::Acts), (at, i64::MAX), "lines of that moment come now");
        for nonsense in ["", "x", "1-calls", "1-letters-2", "99999999999999999999-calls-1"] {
            assert_eq!(Cursor::parse(nonsense), None, "{nonsense}");
        }
    }
}
