//! What was asked and not found: the articles that are missing, by how often they were asked for.

use axum::extract::Path;
use axum::response::Response;
use maud::{Markup, html};
use rules::access::{Permission, perm};
use rules::articles;

use super::store::{self, GapRow};
use super::tabs_of;
use crate::App;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::Search;
use crate::kernel::notice::{Notice, go};
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section};
use crate::records::list::ROWS;

/// Notes a question that found nothing. Who asked is not kept, nor what may be somebody's number or address.
///
/// Errors: [`Failure`] of the database.
pub async fn note(app: &App, asked: &str) -> Result<(), Failure> {
    let Some(question) = articles::question(asked) else { return Ok(()) };
    let (key, now) = (articles::question_key(&question), app.clock.now());
    app.touch(move |tx| Ok(store::asked(tx, &question, &key, now)?)).await
}

/// GET /articles/gaps
pub async fn page(app: App, actor: Actor<perm::ViewArticles>, search: Search) -> Result<Response, Failure> {
    let after = search
        .get("after")
        .split_once('-')
        .and_then(|(count, id)| Some((count.parse().ok()?, id.parse().ok()?)));
    let mut rows = app.read(move |tx| Ok(store::gaps(tx, after, ROWS + 1)?)).await?;
    let most = usize::try_from(ROWS).unwrap_or_default();
    let more = rows.len() > most;
    rows.truncate(most);
    let next = rows.last().filter(|_| more).map(|last| format!("{}-{}", last.asked_count, last.id));
    let l = &actor.l;
    let columns = [
        Column::new(l.t("gaps-question")),
        Column::figures(l.t("gaps-asked")),
        Column::labelled(l.t("gaps-last")),
        Column::unseen(l.t("gaps-acts")),
    ];
    let writes = actor.may(Permission::WriteArticles);
    Ok(Page::new(&actor, Section::Articles, l.t("gaps-title"))
        .crumb("/articles", l.t("articles-title"))
        .lead(l.t("gaps-lead"))
        .body(html! {
            (tabs(l, &tabs_of(l, "/articles/gaps")))
            @if rows.is_empty() {
                (empty(Icon::Search, l.t("gaps-none"), l.t("gaps-none-words"), None))
            } @else {
                (table(l.t("gaps-title"), &columns, html! { @for row in &rows { (line(l, row, writes)) } }))
                (pagination(l, "/articles/gaps", &search, next.as_deref()))
            }
        }))
}

fn line(l: &L10n, row: &GapRow, writes: bool) -> Markup {
    html! {
        tr {
            td { (row.question) }
            td class="figures" { (l.number(row.asked_count)) }
            td { (when(l, row.last_at)) }
            td class="gap-acts" {
                @if writes {
                    a class="button small" href={ "/articles/new?gap=" (row.id) } { (icon(Icon::Add)) span { (l.t("gaps-write")) } }
                    form class="inline" method="post" action={ "/articles/gaps/" (row.id) "/removal" } {
                        button class="button quiet small" type="submit" { (icon(Icon::Cross)) span { (l.t("gaps-forget")) } }
                    }
                }
            }
        }
    }
}

/// POST /articles/gaps/{id}/removal: no article is wanted for it.
pub async fn remove(
    app: App,
    _: Actor<perm::WriteArticles>,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    if !app.touch(move |tx| Ok(store::forget_gap(tx, id)?)).await? {
        return Err(Failure::NotFound);
    }
    Ok(go("/articles/gaps", Notice::new("notice-gap-forgotten")))
}
