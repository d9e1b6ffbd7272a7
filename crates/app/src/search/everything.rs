//! One search box for everything: the page and the API.

use axum::response::Response;
use maud::{Markup, html};
use rules::access::perm;
use rules::ids::TicketId;
use rules::tickets::number::TicketNumber;
use rules::tickets::severity::Severity;
use rules::tickets::{Kind, State};
use serde::Serialize;
use utoipa::{IntoParams, OpenApi, ToSchema};

use ::search::{Asked, Compares, FilterWord, Found, Hit, Place, Wanted};

use super::follow::made;
use super::store::NOUNS;
use crate::articles::gaps;
use crate::kernel::actor::{Actor, Person};
use crate::kernel::errors::Failure;
use crate::kernel::finding::SEEN_WITH;
use crate::kernel::form::Search;
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::hits;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::{L10n, Locale};
use crate::layout::page::{Page, Section};

/// Hits on a page of results.
const HITS_MOST: usize = 20;
/// The furthest page of results.
const SKIP_MOST: usize = 500;

/// The filters that the box understands, in the words of all three languages.
fn filter_words(l: &L10n) -> Vec<FilterWord> {
    let said = |attribute: &str| {
        let key = format!("search-filter-{attribute}");
        let words = Locale::ALL.into_iter().map(|locale| L10n::new(locale, l.zone.clone(), l.now));
        words.map(|l| l.t(&key).into_owned()).collect()
    };
    let choice = |pairs: Vec<(&'static str, &'static str)>| {
        let both = |(label, code): (&'static str, &'static str)| {
            [(l.t(label).into_owned(), code.to_owned()), (code.to_owned(), code.to_owned())]
        };
        Compares::Choice(pairs.into_iter().flat_map(both).collect())
    };
    let word = |attribute, compares| FilterWord { attribute, said: said(attribute), compares };
    vec![
        word("customer", Compares::Text),
        word("site", Compares::Text),
        word("model", Compares::Text),
        word("serial", Compares::Text),
        word("state", choice(State::ALL.iter().map(|one| (one.label(), one.code())).collect())),
        word("severity", choice(Severity::ALL.iter().map(|one| (one.label(), one.code())).collect())),
        word("kind", choice(Kind::ALL.iter().map(|one| (one.label(), one.code())).collect())),
        word("at", Compares::Days),
    ]
}

/// What a person may see, as a condition of the search. Who may see all that is in the index asks without one: a
/// plain search passes over most of what cannot rank.
pub fn seen(person: &Person) -> Vec<Vec<String>> {
    let seen = SEEN_WITH.iter().filter(|(permission, _)| person.may(*permission));
    let tags: Vec<String> = seen.map(|(_, tag)| (*tag).to_owned()).collect();
    if tags.len() == SEEN_WITH.len() { Vec::new() } else { vec![tags] }
}

fn wanted(l: &L10n, person: &Person, search: &Search) -> Wanted {
    let kinds = search.all("kind").filter(|kind| NOUNS.contains(kind)).map(str::to_owned).collect();
    let skip = search.get("skip").parse::<usize>().unwrap_or(0).min(SKIP_MOST);
    let limit = search.get("limit").parse::<usize>().unwrap_or(HITS_MOST).clamp(1, HITS_MOST);
    Wanted {
        asked: Asked::read(search.get("q"), &filter_words(l)),
        within: seen(person),
        kinds,
        skip,
        limit,
        ..Wanted::default()
    }
}

/// The page of a hit.
pub fn href(hit: &Hit) -> String {
    let id = hits::id(hit);
    match hit.kind.as_str() {
        "ticket" => format!("/tickets/{}", TicketNumber::of(TicketId(id))),
        noun => format!("/{noun}s/{id}"),
    }
}

/// A hit: what it is, its title and the part of its text that shows why.
pub fn line(l: &L10n, hit: &Hit, new_tab: bool) -> Markup {
    let at = jiff::Timestamp::from_second(hit.at_s).unwrap_or_default();
    html! {
        p class="hit-title" {
            (badge(l.t(&format!("search-kind-{}", hit.kind)))) " "
            a href=(href(hit)) target=[new_tab.then_some("_blank")] { (hits::marked(&hit.title)) } " "
            span class="muted" { (when(l, at)) }
        }
        @if !hit.excerpt.text.is_empty() { p class="hit-excerpt" { (hits::marked(&hit.excerpt)) } }
        (hits::why(l, hit))
    }
}

/// GET /search?q=&kind=&skip=
pub async fn page(app: App, actor: Actor<perm::ViewTickets>, search: Search) -> Result<Response, Failure> {
    let l = &actor.l;
    let wanted = wanted(l, &actor.person, &search);
    let (unclear, is_empty, skip) = (wanted.asked.unclear.clone(), wanted.asked.is_empty(), wanted.skip);
    // A search that was narrowed says nothing of what is missing.
    let is_plain = wanted.asked.filters.is_empty() && wanted.kinds.is_empty();
    let words = wanted.asked.free.clone();
    let found = if is_empty { Found::default() } else { app.finding.find(wanted).await? };
    let share = made(app.finding.mark());
    // What is asked for and not there is what an article is missing for; while the index is made nothing is known.
    if found.hits.is_empty() && is_plain && skip == 0 && share >= 1.0 {
        gaps::note(&app, &words).await?;
    }
    let tab = |kind: Option<&str>| {
        let base = search.without("kind").without("skip");
        let address = kind.map_or(base.clone(), |kind| base.with("kind", kind)).address("/search");
        let label = kind.map_or("search-kind-all".to_owned(), |kind| format!("search-kind-{kind}"));
        let current = kind.map_or(search.some("kind").is_none(), |kind| search.get("kind") == kind);
        Tab { href: address, label: l.t(&label).into_owned(), count: None, current }
    };
    let all: Vec<Tab> =
        std::iter::once(None).chain(NOUNS.iter().rev().map(|noun| Some(*noun))).map(tab).collect();
    Ok(Page::new(&actor, Section::Search, l.t("search-title")).lead(l.t("search-lead")).body(html! {
        form class="search-everything" method="get" action="/search" role="search" {
            input class="input" type="search" name="q" value=(search.get("q")) aria-label=(l.t("search-title"))
                placeholder=(l.t("search-placeholder")) autofocus[is_empty];
            button class="button primary" type="submit" { (icon(Icon::Search)) span { (l.t("search-go")) } }
        }
        @if share < 1.0 {
            div class="search-making" role="status" {
                label for="search-made" { (l.t("search-making")) }
                progress id="search-made" max="1" value=(share) {}
            }
        }
        @for words in &unclear {
            (notice(Tone::Info, l.ta("search-unclear", &[("words", words.clone().into())])))
        }
        @if is_empty {
            (empty(Icon::Search, l.t("search-nothing-typed"), l.t("search-how"), None))
        } @else {
            (tabs(l, &all))
            @if found.hits.is_empty() {
                (empty(Icon::Search, l.t("search-none"), l.t("search-none-lead"), None))
            } @else {
                ol class="hits" start=(skip + 1) { @for hit in &found.hits { li { (line(l, hit, false)) } } }
                @if found.more && skip + HITS_MOST <= SKIP_MOST {
                    @let next = search.with("skip", &(skip + HITS_MOST).to_string()).address("/search");
                    p class="actions" { a class="button" href=(next) rel="next" { (l.t("search-more")) } }
                }
            }
        }
    }))
}

/// The description of this endpoint.
#[derive(OpenApi)]
#[openapi(paths(api), components(schemas(SearchAnswer, SearchHit, SearchReason)))]
pub struct Doc;

/// What was found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SearchAnswer {
    pub items: Vec<SearchHit>,
    /// Whether more follow.
    pub more: bool,
    /// Filters that were not understood.
    pub unclear: Vec<String>,
    /// How much of the index is made, from 0 to 1; hits may be missing below 1.
    pub index_made: f64,
}

/// One thing that was found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SearchHit {
    /// `ticket`, `article`, `customer`, `site`, `contact`, `product`, `asset`.
    #[schema(example = "ticket")]
    pub kind: String,
    /// Its page.
    #[schema(example = "/tickets/1000027")]
    pub href: String,
    pub title: String,
    pub excerpt: String,
    pub score: f32,
    /// The share of what was asked that stands in it, from 0 to 1.
    pub covered: f32,
    pub why: Vec<SearchReason>,
}

/// A term that a thing was found by.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SearchReason {
    pub term: String,
    /// `title`, `opening`, `text`, `code`, `sound`.
    #[schema(example = "title")]
    pub place: &'static str,
    /// Its share of the score, from 0 to 1.
    pub share: f32,
}

/// How the search is asked over the API.
#[derive(Clone, Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)]
struct SearchParams {
    /// Words, `"phrases"`, `-without`, and filters such as `customer:` or `date:2026-03`.
    q: String,
    /// Only these kinds.
    kind: Option<Vec<String>>,
    /// Hits to pass over, and hits to answer, 20 at most.
    skip: Option<u64>,
    limit: Option<u64>,
}

/// Tickets with what was written on them, articles, customers, sites, contacts, products and assets, the best first.
#[utoipa::path(get, path = "/api/v1/search", tag = "Search", params(SearchParams),
    responses((status = 200, body = SearchAnswer)))]
pub async fn api(
    app: App,
    actor: Actor<perm::ViewTickets>,
    search: Search,
) -> Result<axum::Json<SearchAnswer>, Failure> {
    let wanted = wanted(&actor.l, &actor.person, &search);
    let unclear = wanted.asked.unclear.clone();
    let found = if wanted.asked.is_empty() { Found::default() } else { app.finding.find(wanted).await? };
    let items = found.hits.iter().map(|hit| SearchHit {
        kind: hit.kind.clone(),
        href: href(hit),
        title: hit.title.text.clone(),
        excerpt: hit.excerpt.text.clone(),
        score: hit.score,
        covered: hit.covered,
        why: hit.why.iter().map(reason).collect(),
    });
    Ok(axum::Json(SearchAnswer {
        items: items.collect(),
        more: found.more,
        unclear,
        index_made: made(app.finding.mark()),
    }))
}

fn reason(reason: &::search::Reason) -> SearchReason {
    let place = match reason.place {
        Place::Title => "title",
        Place::Opening => "opening",
        Place::Text => "text",
        Place::Code => "code",
        Place::Sound => "sound",
    };
    SearchReason { term: reason.term.clone(), place, share: reason.share }
}
