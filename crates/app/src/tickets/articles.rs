//! Articles on a ticket: linked, sent to the customer, and told to all when a known fault is solved (C7.4).

use axum::extract::Path;
use axum::response::Response;
use db::{Error, Tx, row, statements};
use jiff::Timestamp;
use jiff::civil::Date;
use maud::{Markup, html};
use rules::access::perm;
use rules::articles::{self, ArticleKind, ArticleState, Linked, Standing};
use rules::ids::*;
use rules::notifications::Notice as Told;
use rules::text::Text;
use rules::tickets::verb::Verb;
use rules::tickets::{State, Visibility};
use rules::{Invalid, Refusal};
use serde_json::json;

use super::change::{self, number, path};
use super::store::TicketRow;
use crate::kernel::actor::Actor;
use crate::kernel::door::Change;
use crate::kernel::errors::Failure;
use crate::kernel::form::Form;
use crate::kernel::notice::{Notice, go};
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::markdown;

/// Articles of one ticket that are shown.
const OF_TICKET_MOST: i64 = 30;
/// Articles that one report is linked with.
const OF_REPORT_MOST: usize = 10;
/// Open tickets whose customers are told when a known fault is solved.
const TOLD_MOST: i64 = 1_000;

row! {
    /// An article as a ticket sees it.
    #[derive(Clone, Debug, PartialEq)]
    pub struct ArticleOnTicket {
        pub id: ArticleId as int,
        pub kind: ArticleKind as text,
        pub state: ArticleState as text,
        pub visibility: Visibility as text,
        pub title: String,
        pub symptom: Option<String>,
        pub cause: Option<String>,
        pub solution: Option<String>,
        pub workaround: Option<String>,
        pub review_on: Option<Date>,
        pub found_at: Option<Timestamp>,
        pub sent_at: Option<Timestamp>,
    }
}

statements! {
    static OF_TICKET: (i64, i64) => ArticleOnTicket =
        "SELECT a.id, a.kind, a.state, a.visibility, a.title, a.symptom, a.cause, a.solution, a.workaround,
            a.review_on, x.found_at, x.sent_at
         FROM article_ticket x JOIN article a ON a.id = x.article_id WHERE x.ticket_id = ?1
         ORDER BY x.linked_at, a.id LIMIT ?2";
    static ARTICLE: (i64,) => ArticleOnTicket =
        "SELECT a.id, a.kind, a.state, a.visibility, a.title, a.symptom, a.cause, a.solution, a.workaround,
            a.review_on, CAST(NULL AS BIGINT) AS found_at, CAST(NULL AS BIGINT) AS sent_at
         FROM article a WHERE a.id = ?1";
    static LINK: (i64, i64, Option<i64>, Timestamp) => () =
        "INSERT INTO article_ticket (article_id, ticket_id, linked_by, linked_at) VALUES (?1, ?2, ?3, ?4)";
    static COUNT_USE: (i64, i64) => () = "UPDATE article SET used_count = used_count + ?2 WHERE id = ?1";
    static UNLINK: (i64, i64) => () = "DELETE FROM article_ticket WHERE article_id = ?1 AND ticket_id = ?2";
    static SET_FOUND: (i64, i64, Option<Timestamp>) => () =
        "UPDATE article_ticket SET found_at = ?3 WHERE article_id = ?1 AND ticket_id = ?2";
    static SET_SENT: (i64, i64, Option<Timestamp>) => () =
        "UPDATE article_ticket SET sent_at = ?3 WHERE article_id = ?1 AND ticket_id = ?2";
    static UNTOLD: (i64, i64) => (i64,) =
        "SELECT x.ticket_id FROM article_ticket x JOIN ticket t ON t.id = x.ticket_id
         WHERE x.article_id = ?1 AND x.sent_at IS NULL AND t.closed_at IS NULL ORDER BY x.ticket_id LIMIT ?2";
}

impl ArticleOnTicket {
    /// The article as decisions need it.
    pub fn standing(&self) -> Standing {
        Standing {
            id: self.id,
            state: self.state,
            visibility: self.visibility,
            has_solution: self.solution.is_some(),
            has_workaround: self.workaround.is_some(),
            has_words: self.symptom.is_some() || self.solution.is_some() || self.workaround.is_some(),
            review_on: self.review_on,
        }
    }

    /// The way out in plain words: the solution, or what helps until there is one.
    pub fn way_out(&self) -> Option<String> {
        self.solution.as_deref().or(self.workaround.as_deref()).map(markdown::plain)
    }
}

/// The articles of a ticket, in the order in which they were linked.
pub fn of_ticket(tx: &mut Tx, ticket: TicketId) -> Result<Vec<ArticleOnTicket>, Error> {
    tx.all(&OF_TICKET, (ticket.get(), OF_TICKET_MOST))
}

/// An article, whether or not it is linked with any ticket.
pub fn article(tx: &mut Tx, id: ArticleId) -> Result<Option<ArticleOnTicket>, Error> {
    tx.maybe(&ARTICLE, (id.get(),))
}

fn must_be(tx: &mut Tx, id: ArticleId) -> Result<ArticleOnTicket, Failure> {
    article(tx, id)?.ok_or_else(|| Failure::field("article", "error-not-there"))
}

fn linked(tx: &mut Tx, ticket: TicketId, id: ArticleId) -> Result<Linked, Failure> {
    let all = of_ticket(tx, ticket)?;
    Ok(Linked {
        is_linked: all.iter().any(|one| one.id == id),
        was_found: all.iter().any(|one| one.found_at.is_some()),
    })
}

fn was_found(change: &mut Change<'_>, ticket: TicketId, id: ArticleId) -> Result<(), Failure> {
    let now = Some(change.now);
    change.tx.run(&SET_FOUND, (id.get(), ticket.get(), now))?;
    Ok(())
}

/// Links a ticket with an article. Where it knows a way out, the clock for a known problem starts.
///
/// Errors: [`Failure::NotFound`]; [`Failure::Invalid`] for an article that is not there; [`Failure::Refused`].
pub fn link(
    change: &mut Change<'_>,
    ticket: TicketId,
    id: ArticleId,
    by: Option<UserId>,
) -> Result<(), Failure> {
    let ticket = change::load(change, ticket, None)?.ticket();
    let article = must_be(change.tx, id)?;
    let linked = linked(change.tx, ticket.id, id)?;
    let happened = articles::link(&ticket, &article.standing(), linked, change.now)?;
    change.tx.run(&LINK, (id.get(), ticket.id.get(), by.map(UserId::get), change.now))?;
    change.tx.run(&COUNT_USE, (id.get(), 1))?;
    if happened.len() > 1 {
        was_found(change, ticket.id, id)?;
    }
    change.nudge(format!("article:{id}"));
    change::save(change, ticket, happened).map(drop)
}

/// Links a ticket whose life is known already, as of an invented past.
pub fn link_lived(
    tx: &mut Tx,
    id: ArticleId,
    ticket: TicketId,
    by: UserId,
    at: Timestamp,
) -> Result<(), Error> {
    tx.run(&LINK, (id.get(), ticket.get(), Some(by.get()), at))?;
    tx.run(&COUNT_USE, (id.get(), 1)).map(drop)
}

/// Takes the link away; what was sent stays sent.
pub fn unlink(change: &mut Change<'_>, ticket: TicketId, id: ArticleId) -> Result<(), Failure> {
    let ticket = change::load(change, ticket, None)?.ticket();
    if change.tx.run(&UNLINK, (id.get(), ticket.id.get()))? == 0 {
        return Err(Refusal::AlreadySo.into());
    }
    change.tx.run(&COUNT_USE, (id.get(), -1))?;
    change.nudge(format!("article:{id}"));
    let happened = vec![articles::unlink(&ticket, id, change.now)];
    change::save(change, ticket, happened).map(drop)
}

/// Notes that the customer was sent the way out that an article knows; links them first where they are not.
pub fn sent(
    change: &mut Change<'_>,
    ticket: TicketId,
    id: ArticleId,
    by: Option<UserId>,
) -> Result<(), Failure> {
    if !linked(change.tx, ticket, id)?.is_linked {
        link(change, ticket, id, by)?;
    }
    let ticket = change::load(change, ticket, None)?.ticket();
    let article = must_be(change.tx, id)?;
    let linked = linked(change.tx, ticket.id, id)?;
    let mut happened = Vec::new();
    // It was linked before it knew a way out: the problem is a known one from here on.
    if let Some(found) = articles::found(&ticket, &article.standing(), linked, change.now) {
        was_found(change, ticket.id, id)?;
        happened.push(found);
    }
    happened.push(articles::send_solution(&ticket, &article.standing(), ticket.contact, change.now)?);
    let now = Some(change.now);
    change.tx.run(&SET_SENT, (id.get(), ticket.id.get(), now))?;
    change::save(change, ticket, happened).map(drop)
}

/// Sends the way out as a note that the customer reads, and by mail.
///
/// Errors: [`Failure::Refused`] for an article that knows none.
pub fn send(change: &mut Change<'_>, ticket: TicketId, id: ArticleId, by: UserId) -> Result<(), Failure> {
    let article = must_be(change.tx, id)?;
    let way_out = article.way_out().filter(|_| article.standing().knows_a_way());
    let way_out = way_out.ok_or_else(|| Refusal::other("refusal-article-knows-no-way"))?;
    let text = format!("{}\n\n{way_out}", article.title);
    let note = Verb::Note { visibility: Visibility::Public, text: Text::parse("text", &text)? };
    change::act(change, ticket, None, note, by)?;
    sent(change, ticket, id, Some(by))?;
    let by = change.by.to_string();
    let asked = json!({ "notice": Told::Answer, "ticket": ticket, "by": by, "data": { "text": text } });
    change.send("notice", &asked)
}

/// What was ticked beside a report while it was typed: articles that are linked with the new ticket, and those whose
/// way out is sent at once.
///
/// Errors: those of [`link`] and [`send`].
pub fn of_report(change: &mut Change<'_>, ticket: TicketId, form: &Form, by: UserId) -> Result<(), Failure> {
    let ids = |name: &'static str| -> Vec<ArticleId> {
        let mut found: Vec<ArticleId> = form.all(name).filter_map(|id| id.parse().ok()).collect();
        found.sort_unstable();
        found.dedup();
        found.truncate(OF_REPORT_MOST);
        found
    };
    let sent = ids("article_send");
    for article in ids("article").into_iter().filter(|article| !sent.contains(article)) {
        link(change, ticket, article, Some(by))?;
    }
    for article in sent {
        send(change, ticket, article, by)?;
    }
    Ok(())
}

/// A known fault is solved: the customers of the open tickets that are linked with it are told, each once. What is
/// only for us is told to nobody outside.
pub fn tell_solved(change: &mut Change<'_>, id: ArticleId) -> Result<u64, Failure> {
    let Some(article) = article(change.tx, id)? else { return Ok(0) };
    let (Some(way_out), true) = (article.way_out(), article.standing().is_for_customers()) else {
        return Ok(0);
    };
    let by = change.by.to_string();
    let mut told = 0;
    for (ticket,) in change.tx.all(&UNTOLD, (id.get(), TOLD_MOST))? {
        let ticket = TicketId(ticket);
        if !articles::waits_for_solution(change::load(change, ticket, None)?.state) {
            continue;
        }
        sent(change, ticket, id, None)?;
        let asked =
            json!({ "notice": Told::KnownSolved, "ticket": ticket, "by": by, "data": { "text": way_out } });
        change.send("notice", &asked)?;
        told += 1;
    }
    Ok(told)
}

/// The chip of an article's state.
pub fn state_chip(l: &L10n, state: ArticleState) -> Markup {
    let (tone, drawing) = match state {
        ArticleState::Draft => (Tone::Paused, Icon::Edit),
        ArticleState::Published => (Tone::Met, Icon::Check),
        ArticleState::Retired => (Tone::Void, Icon::Archive),
    };
    chip(tone, drawing, l.t(state.label()))
}

/// The address of an article.
pub fn article_path(id: ArticleId) -> String {
    format!("/articles/{id}")
}

/// The articles of a ticket as a part of its page.
pub fn panel(l: &L10n, row: &TicketRow, all: &[ArticleOnTicket], may_work: bool, may_write: bool) -> Markup {
    let base = format!("{}/articles", path(row.id));
    let works = may_work && row.state != State::Merged;
    html! {
        h2 { (l.t("ticket-articles")) }
        @if all.is_empty() { p class="quiet" { (l.t("ticket-no-articles")) } }
        ul class="lines ticket-articles" { @for article in all { li {
            a href=(article_path(article.id)) { (article.title) }
            (state_chip(l, article.state))
            small {
                @match article.sent_at {
                    Some(at) => { (icon(Icon::Check)) " " (l.t("ticket-article-sent")) " " (when(l, at)) }
                    None if article.standing().knows_a_way() => { (l.t("ticket-article-knows")) }
                    None => { (l.t("ticket-article-open")) }
                }
            }
            @if works {
                div class="actions" {
                    @if article.standing().knows_a_way() {
                        a class="button small" href={ (path(row.id)) "?solution=" (article.id) "#composer" } data-solution=(article.way_out().unwrap_or_default()) data-article=(article.id) {
                            (icon(Icon::Note)) span { (l.t("ticket-article-reply")) }
                        }
                        @if article.sent_at.is_none() {
                            form class="inline" method="post" action={ (base) "/" (article.id) "/solution" } {
                                button class="button small" type="submit" { (icon(Icon::Mail)) span { (l.t("ticket-article-send")) } }
                            }
                        }
                    }
                    form class="inline" method="post" action={ (base) "/" (article.id) "/removal" } {
                        button class="button quiet small" type="submit" { (icon(Icon::Cross)) span class="unseen" { (l.t("ticket-article-unlink")) } }
                    }
                }
            }
        } } }
        @if works {
            details class="unfold" {
                summary { (icon(Icon::Link)) (l.t("ticket-article-link")) }
                form class="form" method="post" action=(base) {
                    (Combobox::new("article", l.t("ticket-article-which"), "/lookup/articles").required().of(&Form::default(), l))
                    (submit(l.t("ticket-article-link-do")))
                }
            }
        }
        @if may_write && matches!(row.state, State::Resolved | State::Closed | State::Restored) && all.is_empty() {
            p class="more" {
                (link_button(&format!("/articles/new?ticket={}", rules::tickets::number::TicketNumber::of(row.id)), Icon::Add, l.t("ticket-article-make"), false))
            }
        }
    }
}

fn id_of(text: &str) -> Result<ArticleId, Failure> {
    text.parse().map_err(|_| match text {
        "" => Invalid::required("article").into(),
        given => Invalid::unknown("article", given).into(),
    })
}

/// POST /tickets/{number}/articles: links an article.
pub async fn create(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let (id, user) = (number(&text)?, actor.person.id);
    let article = match form.some("article") {
        Some(article) => id_of(article)?,
        None => return Err(Invalid::unknown("article", form.get("article_text")).into()),
    };
    app.change(&actor, move |c| link(c, id, article, Some(user))).await?;
    Ok(go(&format!("{}#ticket-articles", path(id)), Notice::new("notice-article-linked")))
}

/// POST /tickets/{number}/articles/{id}/removal
pub async fn remove(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path((text, article)): Path<(String, ArticleId)>,
) -> Result<Response, Failure> {
    let id = number(&text)?;
    app.change(&actor, move |c| unlink(c, id, article)).await?;
    Ok(go(&format!("{}#ticket-articles", path(id)), Notice::new("notice-article-unlinked")))
}

/// POST /tickets/{number}/articles/{id}/solution: sends the way out to the customer.
pub async fn send_to_customer(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path((text, article)): Path<(String, ArticleId)>,
) -> Result<Response, Failure> {
    let (id, user) = (number(&text)?, actor.person.id);
    app.change(&actor, move |c| send(c, id, article, user)).await?;
    Ok(go(&format!("{}#ticket-articles", path(id)), Notice::new("notice-article-sent")))
}
