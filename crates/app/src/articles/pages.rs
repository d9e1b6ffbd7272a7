//! Pages of the support database: the list, an article, and what is done with it.

use axum::Json;
use axum::extract::Path;
use axum::response::Response;
use db::Tx;
use maud::{Markup, html};
use rules::access::{Permission, perm};
use rules::articles::{ArticleKind, ArticleState};
use rules::ids::*;
use rules::text::parse_optional_date;
use rules::tickets::Visibility;
use rules::tickets::number::TicketNumber;

use super::show::{self, STAFF_FILES};
use super::store::{self, ArticleBrief, ArticleFilter, ArticleRow, EditionRow, FileRow, LinkedTicket};
use super::{change, tabs_of};
use crate::App;
use crate::kernel::actor::Actor;
use crate::kernel::errors::{Failure, bytes_words};
use crate::kernel::form::{Form, Search};
use crate::kernel::notice::{Notice, go};
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section};
use crate::lookup::Match;
use crate::records::edit::seen_version;
use crate::records::list::{self, ListPage, or_dash};
use crate::records::{history, saved, today};
use crate::tickets::articles::{article_path, link, state_chip};
use crate::tickets::change as tickets;
use crate::tickets::words as ticket_words;

/// Lines that a look-up field offers.
const OFFERED_MOST: i64 = 10;

/// GET /articles
pub async fn index(app: App, actor: Actor<perm::ViewArticles>, query: Search) -> Result<Response, Failure> {
    let l = &actor.l;
    let overdue = query.get("review") == "overdue";
    let filter = ArticleFilter {
        text: query.get("q").to_owned(),
        states: query.all("state").filter_map(|code| code.parse().ok()).collect(),
        kinds: query.all("kind").filter_map(|code| code.parse().ok()).collect(),
        visibilities: query.all("visibility").filter_map(|code| code.parse().ok()).collect(),
        overdue: overdue.then(|| today(l)),
        product: query.get("product").parse().ok(),
    };
    let (after, person) = (list::after(&query), actor.person.id);
    let (rows, saved) = app
        .read(move |tx| {
            Ok((store::list(tx, &filter, after, list::ROWS + 1)?, saved::of(tx, store::NOUN, person)?))
        })
        .await?;
    let (rows, next) = list::cut(rows, |row| row.id.get());
    let choice = |name, label, options| Filter { name, label: l.t(label).into_owned(), options };
    let word = |code: &str, label: &str| (code.to_owned(), l.t(label).into_owned());
    let states = ArticleState::ALL.iter().map(|one| word(one.code(), one.label())).collect();
    let kinds = ArticleKind::ALL.iter().map(|one| word(one.code(), one.label())).collect();
    let readers = Visibility::ALL.iter().map(|one| word(one.code(), readers_word(*one))).collect();
    let mut narrowed = vec![
        choice("kind", "label-article-kind", kinds),
        choice("visibility", "label-article-visibility", readers),
    ];
    if !overdue {
        narrowed.insert(0, choice("state", "label-article-state", states));
    }
    let nothing = if overdue {
        ("articles-none-overdue", "articles-none-overdue-words")
    } else {
        ("articles-empty", "articles-empty-words")
    };
    let columns = vec![
        Column::new(l.t("label-article-title")),
        Column::state(l.t("label-article-state")),
        Column::new(l.t("label-article-kind")),
        Column::wide(l.t("label-article-visibility")),
        Column::wide(l.t("label-article-owner")),
        Column::labelled(l.t("label-article-review-on")),
        Column::figures(l.t("article-used")),
        Column::figures(l.t("article-answers")),
    ];
    let is_empty = rows.is_empty();
    let query_without_review = query.without("review");
    let page = ListPage {
        noun: store::NOUN,
        path: "/articles",
        query: if overdue && is_empty { &query_without_review } else { &query },
        tabs: tabs_of(l, if overdue { "/articles?review=overdue" } else { "/articles" }),
        filters: narrowed,
        saved,
        placeholder: "article-search",
        columns,
        rows: html! { @for row in &rows { (line(l, row)) } },
        is_empty,
        next,
        nothing_yet: empty(Icon::Article, l.t(nothing.0), l.t(nothing.1), None),
    };
    let acts = html! {
        @if actor.may(Permission::WriteArticles) { (link_button("/articles/new", Icon::Add, l.t("article-new"), true)) }
    };
    let lead = l.t("articles-lead");
    let title = l.t("articles-title");
    Ok(Page::new(&actor, Section::Articles, title).lead(lead).wide().actions(acts).body(page.body(&actor)))
}

/// The word for who reads an article.
pub fn readers_word(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Internal => "article-internal",
        Visibility::Public => "article-public",
    }
}

/// The badge that keeps an article's readers in sight.
pub fn readers_badge(l: &L10n, visibility: Visibility) -> Markup {
    let (class, drawing) = match visibility {
        Visibility::Public => ("visibility public", Icon::Eye),
        Visibility::Internal => ("visibility internal", Icon::Lock),
    };
    html! { span class=(class) { (icon(drawing)) (l.t(readers_word(visibility))) } }
}

fn answers(row_yes: i64, row_no: i64) -> Markup {
    html! { @if row_yes + row_no == 0 { (or_dash(None)) } @else { (row_yes) " / " (row_yes + row_no) } }
}

fn review_day(l: &L10n, row: &ArticleBrief) -> Markup {
    html! {
        @match row.review_on {
            Some(on) if row.is_overdue(today(l)) => (chip(Tone::Risk, Icon::Risk, l.date(on))),
            Some(on) => (l.date(on)),
            None => (or_dash(None)),
        }
    }
}

fn line(l: &L10n, row: &ArticleBrief) -> Markup {
    html! {
        tr data-href=(article_path(row.id)) {
            td { a href=(article_path(row.id)) { (row.title) } }
            td { (state_chip(l, row.state)) }
            td { (l.t(row.kind.label())) }
            td class="wide" { (readers_badge(l, row.visibility)) }
            td class="wide" { (or_dash(row.owner.as_deref())) }
            td { (review_day(l, row)) }
            td class="figures" { (row.used_count) }
            td class="figures" { (answers(row.yes_count, row.no_count)) }
        }
    }
}

/// Everything that the page of an article shows.
struct Whole {
    row: ArticleRow,
    files: Vec<FileRow>,
    tickets: Vec<LinkedTicket>,
    helped: i64,
    editions: Vec<EditionRow>,
    history: Vec<history::Told>,
}

fn whole(tx: &mut Tx, id: ArticleId) -> Result<Whole, Failure> {
    Ok(Whole {
        row: found(tx, id)?,
        files: store::files(tx, id)?,
        tickets: store::tickets(tx, id)?,
        helped: store::helped(tx, id)?,
        editions: store::editions(tx, id)?,
        history: history::of(tx, store::NOUN, id.get())?,
    })
}

/// The article with this id.
pub fn found(tx: &mut Tx, id: ArticleId) -> Result<ArticleRow, Failure> {
    store::find(tx, id)?.ok_or(Failure::NotFound)
}

/// GET /articles/{id}
pub async fn show(
    app: App,
    actor: Actor<perm::ViewArticles>,
    Path(id): Path<ArticleId>,
) -> Result<Response, Failure> {
    let whole = app.read(move |tx| whole(tx, id)).await?;
    let (l, row) = (&actor.l, &whole.row);
    let topic = format!("article:{id}");
    let writes = actor.may(Permission::WriteArticles);
    let limit_bytes = app.config.attachment_limit_bytes;
    Ok(Page::new(&actor, Section::Articles, row.title.clone())
        .crumb("/articles", l.t("articles-title"))
        .actions(acts(&actor, row))
        .live(topic.clone())
        .wide()
        .body(html! {
            p class="article-head" {
                (state_chip(l, row.state)) (readers_badge(l, row.visibility)) (badge(l.t(row.kind.label())))
                span class="muted" { (l.t("article-updated")) " " (when(l, row.updated_at)) }
            }
            @if row.is_overdue(today(l)) { (notice(Tone::Risk, l.t("article-review-due"))) }
            div class="columns" {
                div {
                    article class="card article" { (show::words(l, &row.form(), STAFF_FILES)) }
                    (files(l, row, &whole.files, limit_bytes, writes))
                    section class="card" id="article-tickets" data-live=(topic) {
                        h2 { (l.t("article-tickets")) @if row.used_count > 0 { " " span class="count" { (row.used_count) } } }
                        (linked(&actor, &whole))
                    }
                    (history::panel(l, &whole.history))
                }
                aside {
                    div id="article-figures" data-live=(topic) { (figures(l, &whole)) }
                    (particulars(l, row))
                    @if actor.may(Permission::PublishArticles) && row.state == ArticleState::Published { (review_form(l, row)) }
                    (editions(l, row, &whole.editions))
                }
            }
        }))
}

fn acts(actor: &Actor<perm::ViewArticles>, row: &ArticleRow) -> Markup {
    let (l, own) = (&actor.l, article_path(row.id));
    let publishes = actor.may(Permission::PublishArticles);
    let act = |name: &str, drawing: Icon, word: &str, class: &'static str| {
        html! {
            form class="inline" method="post" action={ (own) "/" (name) } {
                input type="hidden" name="version" value=(row.version);
                button class=(class) type="submit" { (icon(drawing)) span { (l.t(word)) } }
            }
        }
    };
    html! {
        @if actor.may(Permission::WriteArticles) { (link_button(&format!("{own}/edit"), Icon::Edit, l.t("records-edit"), false)) }
        @if publishes {
            @if row.state == ArticleState::Published { (act("retirement", Icon::Archive, "article-retire", "button")) }
            @else { (act("publication", Icon::Check, "article-publish", "button primary")) }
        }
    }
}

fn figures(l: &L10n, whole: &Whole) -> Markup {
    let row = &whole.row;
    let answered = row.yes_count + row.no_count;
    html! {
        dl class="article-figures" {
            div { dt { (l.t("article-used")) } dd { a href="#article-tickets" { (l.number(row.used_count)) } } }
            div { dt { (l.t("article-helped")) } dd { (l.number(whole.helped)) } }
            div { dt { (l.t("article-answers")) } dd {
                @if answered == 0 { (or_dash(None)) } @else { (l.number(row.yes_count)) small { " / " (l.number(answered)) } }
            } }
        }
    }
}

fn particulars(l: &L10n, row: &ArticleRow) -> Markup {
    let words: Vec<_> = ["article-owner", "article-review-on", "article-edition", "article-published"]
        .iter()
        .map(|name| l.t(&format!("label-{name}")))
        .collect();
    let pairs = [
        (&*words[0], or_dash(row.owner.as_deref())),
        (&*words[1], html! { @match row.review_on { Some(on) => (l.date(on)), None => (or_dash(None)) } }),
        (&*words[2], html! { (row.edition) }),
        (
            &*words[3],
            html! { @match row.published_at { Some(at) => (time(l, at)), None => (or_dash(None)) } },
        ),
    ];
    card(l.t("records-particulars"), definitions(&pairs))
}

fn review_form(l: &L10n, row: &ArticleRow) -> Markup {
    html! {
        section class="card" {
            h2 { (l.t("article-review")) }
            form class="form" method="post" action={ (article_path(row.id)) "/review" } {
                input type="hidden" name="version" value=(row.version);
                (Field::text("review_on", l.t("article-next-review")).kind("date").short().hint(l.t("article-next-review-hint")).of(&Form::default(), l))
                button class="button" type="submit" { (icon(Icon::Check)) span { (l.t("article-still-holds")) } }
            }
        }
    }
}

fn editions(l: &L10n, row: &ArticleRow, all: &[EditionRow]) -> Markup {
    html! {
        section class="card" {
            h2 { (l.t("article-editions")) }
            ul class="lines" { @for one in all.iter().take(8) { li {
                @if one.edition > 1 {
                    a href={ (article_path(row.id)) "/editions?old=" (one.edition - 1) "&new=" (one.edition) } { (l.ta("article-edition", &[("n", one.edition.into())])) }
                } @else { span { (l.ta("article-edition", &[("n", one.edition.into())])) } }
                small { (or_dash(one.editor.as_deref())) " · " (when(l, one.edited_at)) }
            } } }
            @if all.len() > 1 {
                p class="more" { a href={ (article_path(row.id)) "/editions" } { (l.t("article-compare")) } }
            }
        }
    }
}

fn files(l: &L10n, row: &ArticleRow, all: &[FileRow], limit_bytes: u64, writes: bool) -> Markup {
    let own = format!("{}/files", article_path(row.id));
    html! {
        @if writes || !all.is_empty() {
            section class="card" id="article-files" {
                h2 { (l.t("attachments-title")) @if !all.is_empty() { " " span class="count" { (all.len()) } } }
                ul class="files" id="article-file-list" data-live="*" { @for file in all { li {
                    (show::file_line(l, file, STAFF_FILES))
                    @if writes {
                        button class="button quiet small" type="button" data-copy={ "![" (file.file_name) "](" (show::file_path(file, STAFF_FILES)) ")" } {
                            (icon(Icon::Copy)) span { (l.t("article-file-copy")) }
                        }
                        form class="inline" method="post" action={ (own) "/" (file.id) "/removal" } {
                            button class="button quiet small" type="submit" { (icon(Icon::Cross)) span class="unseen" { (l.t("attachments-remove")) } }
                        }
                    }
                } } }
                @if writes {
                    form class="upload" method="post" action=(own) enctype="multipart/form-data" data-upload=(own) data-limit=(limit_bytes) {
                        (FileDrop::new("files", l.t("attachments-drop")).several()
                            .hint(l.ta("article-files-hint", &[("limit", bytes_words(l, limit_bytes).into())])).of(&Form::default(), l))
                        button class="button" type="submit" { (icon(Icon::Attach)) span { (l.t("attachments-add")) } }
                    }
                }
            }
        }
    }
}

fn linked(actor: &Actor<perm::ViewArticles>, whole: &Whole) -> Markup {
    let l = &actor.l;
    let works = actor.may(Permission::WorkTicket);
    let own = format!("{}/tickets", article_path(whole.row.id));
    html! {
        @if whole.tickets.is_empty() { p class="quiet" { (l.t("article-no-tickets")) } }
        ul class="lines" { @for ticket in &whole.tickets { li {
            (ticket_words::number_link(ticket.id)) span { (ticket.title) } small { (ticket.customer) }
            (ticket_words::state(l, ticket.state))
            @if works {
                form class="inline" method="post" action={ (own) "/removal" } {
                    input type="hidden" name="ticket" value=(TicketNumber::of(ticket.id));
                    button class="button quiet small" type="submit" { (icon(Icon::Cross)) span class="unseen" { (l.t("ticket-article-unlink")) } }
                }
            }
        } } }
        @if works && whole.row.state != ArticleState::Retired {
            details class="unfold" {
                summary { (icon(Icon::Link)) (l.t("article-link-ticket")) }
                form class="form" method="post" action=(own) {
                    (Field::text("ticket", l.t("ticket-number")).inputmode("numeric").required().short().of(&Form::default(), l))
                    (submit(l.t("ticket-article-link-do")))
                }
            }
        }
    }
}

/// POST /articles/{id}/publication
pub async fn publish(
    app: App,
    actor: Actor<perm::PublishArticles>,
    Path(id): Path<ArticleId>,
    form: Form,
) -> Result<Response, Failure> {
    let (seen, zone) = (seen_version(&form), app.config.time_zone());
    app.change(&actor, move |c| change::publish(c, id, seen, change::today(c, &zone))).await?;
    Ok(go(&article_path(id), Notice::new("notice-article-published")))
}

/// POST /articles/{id}/retirement
pub async fn retire(
    app: App,
    actor: Actor<perm::PublishArticles>,
    Path(id): Path<ArticleId>,
    form: Form,
) -> Result<Response, Failure> {
    let seen = seen_version(&form);
    app.change(&actor, move |c| change::retire(c, id, seen)).await?;
    Ok(go(&article_path(id), Notice::new("notice-article-retired")))
}

/// POST /articles/{id}/review
pub async fn review(
    app: App,
    actor: Actor<perm::PublishArticles>,
    Path(id): Path<ArticleId>,
    form: Form,
) -> Result<Response, Failure> {
    let (seen, zone) = (seen_version(&form), app.config.time_zone());
    let next = parse_optional_date("review_on", form.get("review_on"))?;
    app.change(&actor, move |c| change::review(c, id, seen, next, change::today(c, &zone))).await?;
    Ok(go(&article_path(id), Notice::new("notice-article-reviewed")))
}

fn ticket_of(form: &Form) -> Result<TicketId, Failure> {
    let number = TicketNumber::parse(form.get("ticket"));
    let slip = || rules::Invalid::new("ticket", "error-ticket-number").with("given", form.get("ticket"));
    Ok(number.map_err(|_| slip())?.ticket())
}

/// POST /articles/{id}/tickets: links a ticket by its number.
pub async fn link_ticket(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(id): Path<ArticleId>,
    form: Form,
) -> Result<Response, Failure> {
    let (ticket, user) = (ticket_of(&form)?, actor.person.id);
    app.change(&actor, move |c| link(c, ticket, id, Some(user))).await?;
    Ok(go(&format!("{}#article-tickets", article_path(id)), Notice::new("notice-article-linked")))
}

/// POST /articles/{id}/tickets/removal
pub async fn unlink_ticket(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(id): Path<ArticleId>,
    form: Form,
) -> Result<Response, Failure> {
    let ticket = ticket_of(&form)?;
    app.change(&actor, move |c| crate::tickets::articles::unlink(c, ticket, id)).await?;
    Ok(go(&format!("{}#article-tickets", article_path(id)), Notice::new("notice-article-unlinked")))
}

/// GET /lookup/articles
pub async fn lookup(
    app: App,
    actor: Actor<perm::ViewArticles>,
    query: Search,
) -> Result<Json<Vec<Match>>, Failure> {
    let filter = ArticleFilter { text: query.get("q").to_owned(), ..ArticleFilter::default() };
    let rows = app.read(move |tx| Ok(store::list(tx, &filter, None, OFFERED_MOST)?)).await?;
    let offered = |row: ArticleBrief| Match::new(row.id, row.title, actor.l.t(row.state.label()));
    Ok(Json(rows.into_iter().map(offered).collect()))
}

/// The number of a ticket in an address.
pub fn ticket_number(text: &str) -> Result<TicketId, Failure> {
    tickets::number(text)
}
