//! The support database on the portal: what is published for customers, found by words, read, and answered with
//! whether it helped (C7.4). What is for us alone is not there.

use axum::extract::Path;
use axum::response::Response;
use db::Tx;
use maud::{Markup, html};
use rules::ids::*;
use rules::portal::right;
use search::{Asked, Found, Hit, Wanted};

use super::store as seen;
use crate::articles::gaps;
use crate::articles::show::{self, PORTAL_FILES};
use crate::articles::store::{self, ArticleRow};
use crate::attachments::page::hand_out;
use crate::kernel::finding::{Mark, OPEN, SEEN_ON_PORTAL, SEEN_WITH_TICKETS, site_tag};
use crate::kernel::form::{Form, Search};
use crate::kernel::guest::{Guest, Scope};
use crate::kernel::notice::{Notice, go};
use crate::layout::components::*;
use crate::layout::hits;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::portal::{PortalPage, Spot};
use crate::records::list;
use crate::{App, Failure};

/// Hits of a search, and beside a report.
const HITS_MOST: usize = 20;
const LIKE_MOST: usize = 3;
/// How much of a question an article must share to answer it, and how much of a report to be shown beside it.
const FOUND_LEAST: f32 = 0.2;
const LIKE_LEAST: f32 = 0.25;
/// Reports shorter than this say too little to be compared.
const LIKE_FROM_CHARS: usize = 2;

fn path(id: i64) -> String {
    format!("/portal/articles/{id}")
}

fn wanted(text: &str, limit: usize, least_covered: f32) -> Wanted {
    Wanted {
        asked: Asked::plain(text),
        within: vec![vec![SEEN_ON_PORTAL.to_owned()]],
        kinds: vec!["article".to_owned()],
        least_covered,
        limit,
        ..Wanted::default()
    }
}

/// GET /portal/articles?q=
pub async fn list(app: App, guest: Guest<right::Follow>, search: Search) -> Result<Response, Failure> {
    let l = &guest.l;
    let asked = search.get("q").to_owned();
    let found = match asked.as_str() {
        "" => Found::default(),
        words => app.finding.find(wanted(words, HITS_MOST, FOUND_LEAST)).await?,
    };
    if !asked.is_empty() && found.hits.is_empty() && matches!(app.finding.mark(), Some(Mark::At(_))) {
        gaps::note(&app, &asked).await?;
    }
    let after = list::after(&search);
    let rows = match asked.is_empty() {
        true => app.read(move |tx| Ok(store::for_customers(tx, after, list::ROWS + 1)?)).await?,
        false => Vec::new(),
    };
    let (rows, next) = list::cut(rows, |row| row.id.get());
    Ok(PortalPage::new(&guest, l.t("portal-articles")).at(Spot::Articles).lead(l.t("portal-articles-lead")).body(html! {
        form class="portal-search" method="get" action="/portal/articles" role="search" {
            input class="input" type="search" name="q" value=(asked) aria-label=(l.t("portal-articles-search")) placeholder=(l.t("portal-articles-search"));
            button class="button primary" type="submit" { (icon(Icon::Search)) span { (l.t("search-go")) } }
        }
        @if !asked.is_empty() {
            @if found.hits.is_empty() {
                (empty(Icon::Search, l.t("search-none"), l.t("portal-articles-none"), Some(link_button("/portal/report", Icon::Add, l.t("portal-report"), true))))
            } @else { ul class="hits portal-hits" { @for hit in &found.hits { li { (line(l, hit)) } } } }
        } @else if rows.is_empty() {
            (empty(Icon::Article, l.t("portal-articles-empty"), l.t("portal-articles-empty-words"), None))
        } @else {
            ul class="portal-lines" { @for row in &rows { li {
                div class="head" { a href=(path(row.id.get())) { strong { (row.title) } } (badge(l.t(row.kind.label()))) }
                small { (when(l, row.updated_at)) }
            } } }
            (pagination(l, "/portal/articles", &search, next.as_deref()))
        }
    }))
}

fn line(l: &L10n, hit: &Hit) -> Markup {
    html! {
        p class="hit-title" { a href=(path(hits::id(hit))) { (hits::marked(&hit.title)) } }
        @if !hit.excerpt.text.is_empty() { p class="hit-excerpt" { (hits::marked(&hit.excerpt)) } }
        (hits::why(l, hit))
    }
}

/// The article, where the customer's people may read it.
fn readable(tx: &mut Tx, id: ArticleId) -> Result<ArticleRow, Failure> {
    store::find(tx, id)?.filter(|row| row.standing().is_for_customers()).ok_or(Failure::NotFound)
}

/// GET /portal/articles/{id}
pub async fn show(
    app: App,
    guest: Guest<right::Follow>,
    Path(id): Path<ArticleId>,
) -> Result<Response, Failure> {
    let contact = guest.visiting.contact;
    let (row, files, answered) = app
        .read(move |tx| {
            let row = readable(tx, id)?;
            Ok((row, store::files(tx, id)?, store::answered(tx, id, contact)?))
        })
        .await?;
    let l = &guest.l;
    Ok(PortalPage::new(&guest, row.title.clone())
        .at(Spot::Articles)
        .back("/portal/articles", l.t("portal-articles"))
        .body(html! {
            article class="card article" { (show::words(l, &row.form(), PORTAL_FILES)) }
            @if !files.is_empty() {
                section class="card" {
                    h2 { (l.t("attachments-title")) }
                    ul class="files" { @for file in &files { li { (show::file_line(l, file, PORTAL_FILES)) } } }
                }
            }
            section class="card portal-helped" id="helped" {
                h2 { (l.t("portal-did-it-help")) }
                form class="inline" method="post" action={ (path(id.get())) "/answer" } {
                    @for (value, word, drawing, helped) in [("yes", "portal-helped", Icon::Check, true), ("no", "portal-helped-not", Icon::Cross, false)] {
                        button class={ "button" @if answered == Some(helped) { " chosen" } } type="submit" name="helped" value=(value) aria-pressed=(answered == Some(helped)) {
                            (icon(drawing)) span { (l.t(word)) }
                        }
                    }
                }
                @if answered == Some(false) {
                    p class="hint" { (l.t("portal-helped-not-words")) " " a href="/portal/report" { (l.t("portal-report")) } }
                }
            }
            p class="muted" { (l.t("article-updated")) " " (when(l, row.updated_at)) }
        }))
}

/// POST /portal/articles/{id}/answer: whether it helped.
pub async fn answer(
    app: App,
    guest: Guest<right::Follow>,
    Path(id): Path<ArticleId>,
    form: Form,
) -> Result<Response, Failure> {
    let helped = match form.get("helped") {
        "yes" => true,
        "no" => false,
        _ => return Err(Failure::field("helped", "error-required")),
    };
    let (contact, now) = (guest.visiting.contact, guest.l.now);
    app.touch(move |tx| {
        readable(tx, id)?;
        Ok(store::answer(tx, id, contact, helped, now)?)
    })
    .await?;
    Ok(go(&format!("{}#helped", path(id.get())), Notice::new("notice-portal-helped")))
}

/// GET /portal/article-files/{id}/{name}
pub async fn file(
    app: App,
    _: Guest<right::Follow>,
    Path((id, _)): Path<(i64, String)>,
) -> Result<Response, Failure> {
    let file = app
        .read(move |tx| {
            let file = store::file(tx, id)?.ok_or(Failure::NotFound)?;
            readable(tx, file.article_id)?;
            Ok(file)
        })
        .await?;
    hand_out(&app, &file.sha256, &file.media_type, &file.file_name, file.bytes).await
}

/// The site that a report is about so far, where the guest sees it.
fn site_of(tx: &mut Tx, scope: Scope, search: &Search) -> Result<Option<SiteId>, Failure> {
    if let Some(site) = search.get("site").parse().ok().map(SiteId) {
        return Ok(Some(seen::site(tx, scope, site)?.id));
    }
    match search.get("asset").parse().ok().map(AssetId) {
        Some(asset) => Ok(seen::asset(tx, scope, asset)?.site_id),
        None => Ok(None),
    }
}

/// GET /portal/articles/like?title=&description=&site=&asset=: what may help, while a report is typed; and what is
/// reported already at the same site.
pub async fn like(app: App, guest: Guest<right::Report>, search: Search) -> Result<Markup, Failure> {
    let l = &guest.l;
    let text = format!("{} {}", search.get("title"), search.get("description"));
    if text.trim().chars().count() < LIKE_FROM_CHARS {
        return Ok(html! {});
    }
    let (scope, asked) = (guest.scope(), search);
    let site = app.read(move |tx| site_of(tx, scope, &asked)).await?;
    let known = app.finding.find(wanted(&text, LIKE_MOST, LIKE_LEAST)).await?.hits;
    let open = match site {
        Some(site) => {
            let tags = [SEEN_WITH_TICKETS.to_owned(), OPEN.to_owned(), site_tag(site.get())];
            let within = tags.into_iter().map(|tag| vec![tag]).collect();
            let kinds = vec!["ticket".to_owned()];
            let wanted = Wanted { within, kinds, ..wanted(&text, LIKE_MOST, LIKE_LEAST) };
            app.finding.find(wanted).await?.hits
        }
        None => Vec::new(),
    };
    // What the index holds of a ticket is more than its customer reads; only the titles of their own are shown.
    let open = app
        .read(move |tx| {
            let mut shown = Vec::new();
            for hit in open {
                let id = TicketId(hits::id(&hit));
                if let Ok(id) = seen::ticket(tx, scope, id) {
                    shown.push((id, hit.title.text));
                }
            }
            Ok(shown)
        })
        .await?;
    Ok(html! {
        @if !open.is_empty() {
            h3 { (l.t("portal-like-open")) }
            ul class="lines" { @for (id, title) in &open { li { a href=(super::ticket::path(*id)) target="_blank" { (title) } } } }
        }
        @if !known.is_empty() {
            h3 { (l.t("portal-like-articles")) }
            ul class="hits portal-hits" { @for hit in &known { li {
                p class="hit-title" { a href=(path(hits::id(hit))) target="_blank" { (hits::marked(&hit.title)) } }
                p class="hit-excerpt" { (hits::marked(&hit.excerpt)) }
                (hits::why(l, hit))
            } } }
        }
    })
}
