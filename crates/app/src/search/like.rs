//! What is like a report or a reply while it is typed: articles that may answer it, open tickets at the same site
//! that may be the same matter, earlier tickets; each with why it matched, and one act that uses it (C7.4).

use maud::{Markup, html};
use rules::access::{Permission, perm};
use rules::ids::{ArticleId, TicketId};

use ::search::{Asked, Hit, Wanted};

use super::everything::line;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::finding::{OFFERED, OPEN, SEEN_WITH_ARTICLES, SEEN_WITH_TICKETS, site_tag};
use crate::kernel::form::Search;
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::hits;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::tickets::articles::{self, ArticleOnTicket};
use crate::tickets::{change, store as tickets};

/// Hits of each kind beside what is typed.
const LIKE_MOST: usize = 5;
/// How much of what is typed a ticket must share to be shown beside it, and how much an article.
const LIKE_LEAST: f32 = 0.3;
const ARTICLE_LEAST: f32 = 0.25;
/// Texts shorter than this say too little to be compared.
const LIKE_FROM_CHARS: usize = 2;

/// Where the panel stands: what one act does with an article.
enum Beside {
    /// A report that is being typed: ticked articles are linked and sent with it.
    Report { linked: Vec<i64>, sent: Vec<i64> },
    /// A ticket that is being worked: the way out of an article goes into the reply.
    Ticket { id: TicketId, linked: Vec<ArticleId> },
}

/// An article that was found, with its words, or none where it is gone.
type Offered = (Hit, Option<ArticleOnTicket>);

/// GET /search/like?title=&description=&site=: beside a report; with `ticket` beside a reply, whose text is `text`.
pub async fn panel(app: App, actor: Actor<perm::ViewTickets>, search: Search) -> Result<Markup, Failure> {
    let ticket = search.some("ticket").map(change::number).transpose()?;
    let mut text = format!("{} {} {}", search.get("title"), search.get("description"), search.get("text"));
    let mut site = search.get("site").parse::<i64>().ok();
    if let Some(id) = ticket {
        let row = app.read(move |tx| Ok(tickets::find(tx, id)?)).await?.ok_or(Failure::NotFound)?;
        text = format!("{} {} {text}", row.title, row.description.unwrap_or_default());
        site = row.site_id.map(i64::from);
    }
    if text.trim().chars().count() < LIKE_FROM_CHARS {
        return Ok(html! {});
    }
    let wanted = |kind: &str, tags: Vec<String>, least_covered: f32| Wanted {
        asked: Asked::plain(&text),
        within: tags.into_iter().map(|tag| vec![tag]).collect(),
        kinds: vec![kind.to_owned()],
        not_key: ticket.map(|id| format!("ticket:{id}")),
        least_covered,
        limit: LIKE_MOST,
        ..Wanted::default()
    };
    let seen = SEEN_WITH_TICKETS.to_owned();
    let twice = match site {
        Some(site) => {
            let tags = vec![seen.clone(), OPEN.to_owned(), site_tag(site)];
            app.finding.find(wanted("ticket", tags, LIKE_LEAST)).await?.hits
        }
        None => Vec::new(),
    };
    let known = if actor.may(Permission::ViewArticles) {
        let tags = vec![SEEN_WITH_ARTICLES.to_owned(), OFFERED.to_owned()];
        app.finding.find(wanted("article", tags, ARTICLE_LEAST)).await?.hits
    } else {
        Vec::new()
    };
    let mut earlier = app.finding.find(wanted("ticket", vec![seen], LIKE_LEAST)).await?.hits;
    earlier.retain(|hit| twice.iter().all(|other| other.key != hit.key));
    let (known, on_ticket): (Vec<Offered>, Vec<ArticleOnTicket>) = app
        .read(move |tx| {
            let mut offered = Vec::with_capacity(known.len());
            for hit in known {
                let article = articles::article(tx, ArticleId(hits::id(&hit)))?;
                offered.push((hit, article));
            }
            let on_ticket = ticket.map(|id| articles::of_ticket(tx, id)).transpose()?;
            Ok((offered, on_ticket.unwrap_or_default()))
        })
        .await?;
    let beside = match ticket {
        Some(id) => Beside::Ticket { id, linked: on_ticket.iter().map(|article| article.id).collect() },
        None => {
            let ids = |name| search.all(name).filter_map(|id| id.parse().ok()).collect();
            Beside::Report { linked: ids("article"), sent: ids("article_send") }
        }
    };
    let l = &actor.l;
    let uses = actor.may(Permission::WorkTicket);
    Ok(html! {
        (lines(l, "search-like-open", &twice))
        @if !known.is_empty() {
            h3 { (l.t("search-like-articles")) }
            ul class="hits" { @for (hit, article) in &known { li {
                (line(l, hit, true))
                @if let Some(article) = article.as_ref().filter(|_| uses) { (act(l, article, &beside)) }
            } } }
        }
        (lines(l, "search-like-earlier", &earlier))
    })
}

fn lines(l: &L10n, title: &str, hits: &[Hit]) -> Markup {
    html! {
        @if !hits.is_empty() {
            h3 { (l.t(title)) }
            ul class="hits" { @for hit in hits { li { (line(l, hit, true)) } } }
        }
    }
}

/// What one act does with an article that fits.
fn act(l: &L10n, article: &ArticleOnTicket, beside: &Beside) -> Markup {
    let knows = article.standing().knows_a_way();
    let id = article.id.get();
    html! {
        div class="hit-acts" {
            @match beside {
                Beside::Report { linked, sent } => {
                    label class="option" {
                        input type="checkbox" name="article" value=(id) checked[linked.contains(&id)];
                        span { (l.t("like-link")) }
                    }
                    @if knows {
                        label class="option" {
                            input type="checkbox" name="article_send" value=(id) checked[sent.contains(&id)];
                            span { (l.t("like-send")) }
                        }
                    }
                }
                Beside::Ticket { id: ticket, linked } => {
                    @if knows {
                        a class="button small" href={ (change::path(*ticket)) "?solution=" (id) "#composer" } data-solution=(article.way_out().unwrap_or_default()) data-article=(id) {
                            (icon(Icon::Note)) span { (l.t("ticket-article-reply")) }
                        }
                    }
                    @if linked.contains(&article.id) {
                        (chip(Tone::Met, Icon::Link, l.t("like-linked")))
                    } @else {
                        form class="inline" method="post" action={ (change::path(*ticket)) "/articles" } {
                            (button("article", &id.to_string(), Icon::Link, l.t("ticket-article-link")))
                        }
                    }
                }
            }
        }
    }
}
