//! What differs between any two editions of an article.

use axum::extract::Path;
use axum::response::Response;
use maud::{Markup, html};
use rules::access::perm;
use rules::articles::ArticleForm;
use rules::articles::compare::{Piece, compare};
use rules::ids::ArticleId;

use super::pages::found;
use super::store::{self, EditionRow};
use crate::App;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::{Form, Search};
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section};
use crate::records::field_label;
use crate::tickets::articles::article_path;

/// GET /articles/{id}/editions?old=&new=: the last two, unless others are asked for.
pub async fn show(
    app: App,
    actor: Actor<perm::ViewArticles>,
    Path(id): Path<ArticleId>,
    search: Search,
) -> Result<Response, Failure> {
    let asked = |name: &str| search.get(name).parse::<i64>().ok();
    let (old, new) = (asked("old"), asked("new"));
    let (row, all, old, new) = app
        .read(move |tx| {
            let row = found(tx, id)?;
            let new = new.unwrap_or(row.edition);
            let old = old.unwrap_or((new - 1).max(1));
            let one = |tx: &mut db::Tx, edition| store::edition(tx, id, edition)?.ok_or(Failure::NotFound);
            Ok((row, store::editions(tx, id)?, one(tx, old)?, one(tx, new)?))
        })
        .await?;
    let l = &actor.l;
    let choices = || all.iter().map(|one| (one.edition.to_string(), edition_words(l, one)));
    let form = Form::of([("old", old.edition.to_string()), ("new", new.edition.to_string())]);
    Ok(Page::new(&actor, Section::Articles, l.t("article-compare"))
        .crumb("/articles", l.t("articles-title"))
        .crumb(article_path(id), row.title.clone())
        .body(html! {
            form class="form article-compare" method="get" action={ (article_path(id)) "/editions" } {
                div class="row" {
                    (Select::new("old", l.t("article-compare-old"), choices()).required().of(&form, l))
                    (Select::new("new", l.t("article-compare-new"), choices()).required().of(&form, l))
                    button class="button" type="submit" { (l.t("article-compare-do")) }
                }
            }
            (differences(l, &old, &new)?)
        }))
}

fn edition_words(l: &L10n, one: &EditionRow) -> String {
    let n = l.ta("article-edition", &[("n", one.edition.into())]);
    let by = one.editor.as_ref().map(|name| format!(" · {name}")).unwrap_or_default();
    format!("{n}{by} · {}", l.datetime(one.edited_at))
}

fn differences(l: &L10n, old: &EditionRow, new: &EditionRow) -> Result<Markup, Failure> {
    let read = |row: &EditionRow| serde_json::from_str::<ArticleForm>(&row.form);
    let fields = |form: ArticleForm| -> [(&'static str, String); 9] {
        [
            ("title", form.title),
            ("kind", word(l, "article-kind", &form.kind)),
            ("visibility", word(l, "article", &form.visibility)),
            ("symptom", form.symptom),
            ("affected", form.affected),
            ("cause", form.cause),
            ("workaround", form.workaround),
            ("solution", form.solution),
            ("review_on", form.review_on),
        ]
    };
    let (old, new) = (fields(read(old)?), fields(read(new)?));
    let pairs = || old.iter().zip(&new).filter(|((_, one), (_, other))| one != other);
    Ok(html! {
        @if pairs().next().is_none() {
            (empty(Icon::Check, l.t("article-compare-same"), l.t("article-compare-same-words"), None))
        }
        @for ((field, before), (_, after)) in pairs() {
            section class="card" {
                h2 { (field_label(l, store::NOUN, field)) }
                p class="article-difference" {
                    @for piece in compare(before, after) {
                        @match piece {
                            Piece::Same(text) => (text),
                            Piece::Gone(text) => del { (text) },
                            Piece::New(text) => ins { (text) },
                        }
                    }
                }
            }
        }
    })
}

fn word(l: &L10n, start: &str, code: &str) -> String {
    let key = format!("{start}-{code}");
    if l.knows(&key) { l.t(&key).into_owned() } else { code.to_owned() }
}
