//! Why a deadline is this minute: clause and version, calendar, each interval that counted or did not, each
//! fact that moved it. Serves every clock clause.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use promise::explain::{Explanation, Step};
use promise::{Obligation, Terms};
use rules::access::perm;
use rules::ids::TicketId;

use super::change::{self, number};
use super::page::Whole;
use super::store::FactRow;
use super::words::Said;
use super::{terms, words};
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::{Search, encode};
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::{FluentValue, L10n};
use crate::layout::page::{Page, Section};

/// The address of an obligation's explanation.
pub fn path(id: TicketId, obligation: &Obligation) -> String {
    format!("{}/why/{}/{}", change::path(id), encode(obligation.promise.as_str()), obligation.cycle)
}

/// The facts around an obligation, which its explanation names.
#[derive(Debug)]
pub struct Story<'a> {
    pub zone: &'a TimeZone,
    pub facts: &'a [FactRow],
    pub said: &'a Said,
}

/// GET /tickets/{number}/why/{promise}/{cycle}
pub async fn show(
    app: App,
    actor: Actor<perm::ViewTickets>,
    Path((text, promise, cycle)): Path<(String, String, i64)>,
    search: Search,
) -> Result<Response, Failure> {
    let id = number(&text)?;
    let shared = app.clone();
    let whole = app.read(move |tx| Whole::read(&shared, tx, id)).await?;
    let stored = whole.obligations.iter().find(|row| row.promise == promise && row.cycle == cycle);
    let (Some(stored), Some(terms)) = (stored, whole.terms.as_deref()) else { return Err(Failure::NotFound) };
    let l = &actor.l;
    let explanation = promise::explain(terms, &stored.body, l.now);
    let title = l.ta("why-title", &[("promise", terms::title(l, Some(terms), &stored.body).into())]);
    let story = Story { zone: &whole.zone, facts: &whole.facts, said: &whole.said };
    let body = explained(l, &story, terms, &stored.body, &explanation);
    if search.get("part") == "yes" {
        return Ok(part(&title, body).into_response());
    }
    Ok(Page::new(&actor, Section::Tickets, title)
        .crumb("/tickets", l.t("tickets-title"))
        .crumb(change::path(id), rules::tickets::number::TicketNumber::of(id).grouped())
        .body(body))
}

/// A piece of a page for a dialog: its title and its content.
pub fn part(title: &str, body: Markup) -> Markup {
    html! { div data-part { h2 data-part-title { (title) } (body) } }
}

/// The explanation of an obligation: its clause, its figure, and each step up to its deadline.
pub fn explained(
    l: &L10n,
    story: &Story<'_>,
    terms: &Terms,
    obligation: &Obligation,
    why: &Explanation,
) -> Markup {
    let clause = terms.clause(&why.clause);
    let original =
        clause.and_then(|clause| clause.text.get(l.locale.tag()).or_else(|| clause.text.values().next()));
    html! {
        div class="why" {
            p class="why-state" {
                (words::obligation_state(l, obligation))
                @if let Some(due_at) = why.due_at {
                    strong { (words::in_zone(l, due_at, story.zone)) }
                }
            }
            @if let Some(original) = original {
                blockquote class="clause-text" { span class="clause" { (why.clause) } " " (original) }
            }
            dl class="definitions" {
                div { dt { (l.t("why-terms")) } dd { (terms::commitment(l, terms)) } }
                @if let Some(figure) = &why.figure {
                    div { dt { (l.t("why-figure")) } dd {
                        strong { (terms::figure(l, figure)) }
                        @if let Some(entry) = &why.entry { " " span class="quiet" { (terms::entry(l, terms, obligation.promise.as_str(), entry)) } }
                    } }
                }
                @if let Some(calendar) = &why.calendar {
                    div { dt { (l.t("why-calendar")) } dd { (terms::calendar(l, terms, calendar)) @if let Some(zone) = &why.zone { " " (zone) } } }
                }
                div { dt { (l.t("why-used")) } dd { (l.duration(SignedDuration::from_secs(why.used_s))) } }
                @if why.original_due_at != why.due_at {
                    @if let Some(original) = why.original_due_at {
                        div { dt { (l.t("why-original")) } dd { (words::in_zone(l, original, story.zone)) } }
                    }
                }
            }
            ol class="why-steps" { @for step in &why.steps { (shown(l, story, terms, obligation, step)) } }
        }
    }
}

fn shown(l: &L10n, story: &Story<'_>, terms: &Terms, obligation: &Obligation, step: &Step) -> Markup {
    let counted = step.counted_s > 0;
    let class = if step.to.is_none() {
        "moment"
    } else if counted {
        "counted"
    } else {
        "not-counted"
    };
    let fact = step.fact.and_then(|seq| story.facts.iter().find(|fact| fact.seq.unsigned_abs() == seq));
    html! {
        li class=(class) {
            span class="why-when" {
                (time_in(l, step.from, story.zone))
                @if let Some(to) = step.to { " \u{2013} " (end_of(l, story, step.from, to)) }
            }
            span class="why-what" {
                (sentence(l, story, terms, obligation, step))
                @if counted { " " strong class="why-span" { "+" (l.duration(SignedDuration::from_secs(step.counted_s))) } }
            }
            @if let Some(fact) = fact {
                span class="why-fact" {
                    (l.ta("why-fact", &[("seq", l.number(fact.seq).into())])) " · " (story.said.sayer(l, &fact.said_by))
                }
            }
            @if !counted && step.to.is_some() { (chip(Tone::Paused, Icon::Pause, l.t("why-not-counted"))) }
        }
    }
}

/// When an interval ended: the time alone where the day is the same.
fn end_of(l: &L10n, story: &Story<'_>, from: Timestamp, to: Timestamp) -> Markup {
    let end = to.to_zoned(story.zone.clone());
    if end.date() != from.to_zoned(story.zone.clone()).date() {
        return time_in(l, to, story.zone);
    }
    html! { time datetime=(to) { (end.strftime("%H:%M")) } }
}

/// The sentence of a step. Arguments that are moments, spans or codes are put in the reader's words.
fn sentence(l: &L10n, story: &Story<'_>, terms: &Terms, obligation: &Obligation, step: &Step) -> String {
    let argument = |name: &str| {
        let value = step.arg(name)?;
        Some(match name {
            "entry" => terms::entry(l, terms, obligation.promise.as_str(), value),
            "figure" => terms::figure(l, value),
            _ => argument_words(l, story, name, value),
        })
    };
    let all: Vec<(&str, FluentValue<'_>)> = ARGUMENTS
        .iter()
        .map(|name| (*name, argument(name).unwrap_or_else(|| "-".to_owned()).into()))
        .collect();
    l.ta(step.code, &all).into_owned()
}

const ARGUMENTS: [&str; 16] = [
    "entry",
    "figure",
    "name",
    "days",
    "addressee",
    "question",
    "reason",
    "given_back_s",
    "contact",
    "due_at",
    "from",
    "to",
    "missing",
    "state",
    "field",
    "known_until",
];

fn argument_words(l: &L10n, story: &Story<'_>, name: &str, value: &str) -> String {
    let known = |key: String| if l.knows(&key) { l.t(&key).into_owned() } else { value.to_owned() };
    match name {
        "given_back_s" => {
            value.parse().map_or_else(|_| value.to_owned(), |s| l.duration(SignedDuration::from_secs(s)))
        }
        "due_at" => value.parse().map_or_else(|_| value.to_owned(), |at| l.datetime_in(at, story.zone)),
        "addressee" => known(format!("addressee-{value}")),
        "state" => known(format!("obligation-{value}")),
        "contact" => {
            value.parse().ok().and_then(|id| story.said.contact(id)).unwrap_or_else(|| value.to_owned())
        }
        "from" | "to" => match value.split_once('=') {
            Some((_, code)) => known(format!("severity-{code}")),
            None => value.to_owned(),
        },
        _ => value.to_owned(),
    }
}
