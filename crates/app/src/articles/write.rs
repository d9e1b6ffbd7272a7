//! Writing an article: begun from a template, from a ticket's story or from a question that found nothing; edited
//! with a preview beside it, also when somebody else edits it at the same time.

use axum::extract::Path;
use axum::response::Response;
use db::Tx;
use maud::{Markup, html};
use rules::Invalid;
use rules::access::perm;
use rules::articles::{ArticleForm, ArticleKind};
use rules::ids::*;
use rules::tickets::Visibility;
use serde_json::Value;

use super::change;
use super::pages::{found, readers_word, ticket_number};
use super::show::{self, STAFF_FILES};
use super::store::{self, ArticleRow};
use crate::App;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::{Form, Search};
use crate::kernel::notice::{Notice, go};
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section};
use crate::records::edit::{EditPage, seen_version};
use crate::tickets::articles::{article_path, link};
use crate::tickets::store as tickets;

/// The parts of an article that a template fills.
const PARTS: [&str; 4] = ["symptom", "cause", "workaround", "solution"];

/// GET /articles/new: the templates; with `kind` the form, filled from the template, from `ticket` or from `gap`.
pub async fn new(app: App, actor: Actor<perm::WriteArticles>, search: Search) -> Result<Response, Failure> {
    let l = &actor.l;
    let from = search.some("ticket").map(ticket_number).transpose()?;
    let kind = search.some("kind").and_then(|code| code.parse::<ArticleKind>().ok());
    let gap = search.some("gap").and_then(|id| id.parse::<i64>().ok());
    if kind.is_none() && from.is_none() {
        return Ok(templates(&actor, &search));
    }
    let kind = kind.unwrap_or(ArticleKind::KnownFault);
    let mut form = Form::of([("kind", kind.code()), ("visibility", Visibility::Internal.code())]);
    form.set("owner", actor.person.id.to_string());
    form.set("owner_text", actor.person.name.clone());
    match from {
        Some(ticket) => {
            let told = app.read(move |tx| told_by(tx, ticket)).await?;
            for (field, text) in told {
                form.set(field, text);
            }
            form.set("ticket", search.get("ticket"));
        }
        None => {
            for part in PARTS {
                let key = format!("article-template-{kind}-{part}");
                if l.knows(&key) {
                    form.set(part, l.t(&key));
                }
            }
        }
    }
    if let Some(gap) = gap {
        let row = app.read(move |tx| Ok(store::gap(tx, gap)?)).await?.ok_or(Failure::NotFound)?;
        form.set("title", row.question);
        form.set("gap", gap.to_string());
    }
    Ok(new_page(l, &form).show(&actor, &form))
}

fn templates(actor: &Actor<perm::WriteArticles>, search: &Search) -> Response {
    let l = &actor.l;
    Page::new(actor, Section::Articles, l.t("article-new"))
        .crumb("/articles", l.t("articles-title"))
        .lead(l.t("article-templates-lead"))
        .body(html! {
            div class="kinds" {
                @for kind in ArticleKind::ALL {
                    a class="card" href=(search.with("kind", kind.code()).address("/articles/new")) {
                        h2 { (icon(kind_icon(*kind))) " " (l.t(kind.label())) }
                        p class="hint" { (l.t(&format!("{}-means", kind.label()))) }
                    }
                }
            }
        })
}

fn kind_icon(kind: ArticleKind) -> Icon {
    match kind {
        ArticleKind::KnownFault => Icon::Risk,
        ArticleKind::HowTo => Icon::Article,
        ArticleKind::Notice => Icon::Info,
    }
}

/// What a ticket's story tells an article: how it showed from the report, why from the diagnosis, what mended it from
/// the resolution, what helped until then from the restoration. Names and numbers of people stay behind.
fn told_by(tx: &mut Tx, ticket: TicketId) -> Result<Vec<(&'static str, String)>, Failure> {
    let row = tickets::find(tx, ticket)?.ok_or(Failure::NotFound)?;
    let names = tickets::names(tx, ticket)?;
    let mut told = vec![("title", row.title), ("symptom", row.description.unwrap_or_default())];
    told.extend(names.product.map(|model| ("affected", model)));
    for fact in tickets::story(tx, ticket)? {
        let beside = |name: &str| {
            let text = fact.personal.as_ref().and_then(|beside| beside.get(name)).and_then(Value::as_str);
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let (field, text) = match fact.name.as_str() {
            "ticket.diagnosis_delivered" => ("cause", beside("text")),
            "ticket.restored" => ("workaround", beside("note")),
            "ticket.resolved" => ("solution", beside("solution")),
            _ => continue,
        };
        if let Some(text) = text {
            told.retain(|(other, _)| *other != field);
            told.push((field, text));
        }
    }
    Ok(told)
}

/// The form of an article as typed.
///
/// Errors: [`Invalid`] on `owner` where words were typed and nobody was chosen.
fn typed(form: &Form) -> Result<ArticleForm, Invalid> {
    let text = |name: &str| form.get(name).to_owned();
    // An owner whose words were taken out is none.
    let has_words = form.some("owner_text").is_some();
    let owner = if has_words { text("owner") } else { String::new() };
    if has_words && owner.is_empty() {
        return Err(Invalid::unknown("owner", form.get("owner_text")));
    }
    Ok(ArticleForm {
        kind: text("kind"),
        title: text("title"),
        visibility: text("visibility"),
        symptom: text("symptom"),
        affected: text("affected"),
        cause: text("cause"),
        solution: text("solution"),
        workaround: text("workaround"),
        owner,
        review_on: text("review_on"),
    })
}

/// The form without what a template put there and nobody filled in: it says nothing, least of all how to mend a fault.
fn without_template(l: &L10n, form: &Form) -> Form {
    let plain = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim().to_owned();
    let mut filled = form.clone();
    for part in PARTS {
        let key = format!("article-template-{}-{part}", form.get("kind"));
        if l.knows(&key) && plain(&l.t(&key)) == plain(form.get(part)) {
            filled.set(part, "");
        }
    }
    filled
}

fn read(l: &L10n, form: &Form) -> Result<rules::articles::Article, Vec<Invalid>> {
    typed(&without_template(l, form)).map_err(|problem| vec![problem])?.read()
}

fn stored(row: &ArticleRow) -> Form {
    let form = row.form();
    Form::of([
        ("kind", form.kind),
        ("title", form.title),
        ("visibility", form.visibility),
        ("symptom", form.symptom),
        ("affected", form.affected),
        ("cause", form.cause),
        ("workaround", form.workaround),
        ("solution", form.solution),
        ("owner", form.owner),
        ("owner_text", row.owner.clone().unwrap_or_default()),
        ("review_on", form.review_on),
        ("version", row.version.to_string()),
    ])
}

fn fields(form: &Form, l: &L10n) -> Markup {
    let kinds = ArticleKind::ALL.iter().map(|one| (one.code(), l.t(one.label()).into_owned()));
    let readers = Visibility::ALL.iter().map(|one| (one.code(), l.t(readers_word(*one)).into_owned()));
    let means = Visibility::ALL.iter().map(|one| l.t(&format!("{}-means", readers_word(*one))).into_owned());
    let part = |name: &'static str, rows: u8| {
        TextArea::new(name, l.t(&format!("label-article-{name}")))
            .rows(rows)
            .hint(l.t(&format!("article-{name}-hint")))
            .of(form, l)
    };
    html! {
        @for kept in ["ticket", "gap"] { @if let Some(value) = form.some(kept) { input type="hidden" name=(kept) value=(value); } }
        div class="article-editor" {
            div class="article-fields" {
                (Field::text("title", l.t("label-article-title")).required().autofocus().of(form, l))
                div class="row" {
                    (Select::new("kind", l.t("label-article-kind"), kinds).required().of(form, l))
                    (Combobox::new("owner", l.t("label-article-owner"), "/lookup/people").of(form, l))
                    (Field::text("review_on", l.t("label-article-review-on")).kind("date").hint(l.t("article-review-on-hint")).of(form, l))
                }
                (Choice::one("visibility", l.t("label-article-visibility"), readers).explained(means).required().of(form, l))
                (part("symptom", 5))
                (TextArea::new("affected", l.t("label-article-affected")).rows(3).hint(l.t("article-affected-hint")).of(form, l))
                (part("cause", 4))
                (part("workaround", 4))
                (part("solution", 8))
                p class="hint" { (l.t("article-markdown-hint")) }
            }
            aside class="article-preview" aria-live="polite" aria-label=(l.t("article-preview")) {
                p class="article-preview-head" { (icon(Icon::Eye)) (l.t("article-preview")) }
                div data-preview="/articles/preview" { (previewed(form, l)) }
            }
        }
    }
}

fn previewed(form: &Form, l: &L10n) -> Markup {
    let text = |name: &str| form.get(name).to_owned();
    let article = ArticleForm {
        symptom: text("symptom"),
        affected: text("affected"),
        cause: text("cause"),
        solution: text("solution"),
        workaround: text("workaround"),
        ..ArticleForm::default()
    };
    html! {
        @if let Some(title) = form.some("title") { h1 { (title) } }
        (show::words(l, &article, STAFF_FILES))
    }
}

/// POST /articles/preview: the article as far as it is typed.
pub async fn preview(actor: Actor<perm::WriteArticles>, form: Form) -> Markup {
    previewed(&form, &actor.l)
}

fn new_page(l: &L10n, form: &Form) -> EditPage<'static> {
    let cancel = match form.some("ticket") {
        Some(number) => format!("/tickets/{number}"),
        None => "/articles".to_owned(),
    };
    EditPage {
        noun: store::NOUN,
        section: Section::Articles,
        title: l.t("article-new").into_owned(),
        crumbs: vec![("/articles".to_owned(), l.t("articles-title").into_owned())],
        action: "/articles".to_owned(),
        cancel,
        fields: &fields,
    }
}

fn edit_page(l: &L10n, row: &ArticleRow) -> EditPage<'static> {
    EditPage {
        noun: store::NOUN,
        section: Section::Articles,
        title: l.ta("records-edit-title", &[("name", row.title.clone().into())]).into_owned(),
        crumbs: vec![
            ("/articles".to_owned(), l.t("articles-title").into_owned()),
            (article_path(row.id), row.title.clone()),
        ],
        action: article_path(row.id),
        cancel: article_path(row.id),
        fields: &fields,
    }
}

/// POST /articles: keeps the draft; one that was made from a ticket is linked with it, one for a question that found
/// nothing answers it.
pub async fn create(app: App, actor: Actor<perm::WriteArticles>, form: Form) -> Result<Response, Failure> {
    let article = match read(&actor.l, &form) {
        Ok(article) => article,
        Err(problems) => return new_page(&actor.l, &form).again(&actor, form, None, problems.into()),
    };
    let ticket = form.some("ticket").map(ticket_number).transpose()?;
    let gap = form.some("gap").and_then(|id| id.parse::<i64>().ok());
    let user = Some(actor.person.id);
    let made = app
        .change(&actor, move |c| {
            let id = change::create(c, &article, user)?;
            if let Some(ticket) = ticket {
                link(c, ticket, id, user)?;
            }
            if let Some(gap) = gap {
                store::forget_gap(c.tx, gap)?;
            }
            Ok(id)
        })
        .await;
    match made {
        Ok(id) => Ok(go(&article_path(id), Notice::new("notice-article-written"))),
        Err(failure) => new_page(&actor.l, &form).again(&actor, form, None, failure),
    }
}

/// GET /articles/{id}/edit
pub async fn edit(
    app: App,
    actor: Actor<perm::WriteArticles>,
    Path(id): Path<ArticleId>,
) -> Result<Response, Failure> {
    let row = app.read(move |tx| found(tx, id)).await?;
    Ok(edit_page(&actor.l, &row).show(&actor, &stored(&row)))
}

/// POST /articles/{id}
pub async fn update(
    app: App,
    actor: Actor<perm::WriteArticles>,
    Path(id): Path<ArticleId>,
    form: Form,
) -> Result<Response, Failure> {
    let (seen, user) = (seen_version(&form), Some(actor.person.id));
    let failure = match read(&actor.l, &form) {
        Err(problems) => Failure::Invalid(problems),
        Ok(article) => match app.change(&actor, move |c| change::edit(c, id, seen, &article, user)).await {
            Ok(_) => return Ok(go(&article_path(id), Notice::new("notice-record-saved"))),
            Err(failure) => failure,
        },
    };
    let row = app.read(move |tx| found(tx, id)).await?;
    edit_page(&actor.l, &row).again(&actor, form, Some(stored(&row)), failure)
}
