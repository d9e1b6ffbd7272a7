//! The list of commitments, and publishing a version.

use axum::Json;
use axum::extract::Multipart;
use axum::response::Response;
use http::StatusCode;
use maud::{Markup, html};
use promise::Problem;
use rules::access::{Permission, perm};

use super::publish::{Draft, publish};
use super::show::findings_list;
use super::store::{self, ListedCommitment};
use super::{TABS, title};
use crate::App;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::{Form, Search};
use crate::kernel::notice::{Notice, go};
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section, Viewer};
use crate::lookup::Match;
use crate::records::list::tab;

/// Versions that the list shows; a company has a handful.
const SHOWN_MOST: i64 = 200;
/// The largest commitment file that is read. The standard one has a tenth of it.
const FILE_MOST_BYTES: usize = 1024 * 1024;

/// GET /commitments
pub async fn index(app: App, actor: Actor<perm::ViewPromises>) -> Result<Response, Failure> {
    let rows = app.read(move |tx| Ok(store::all(tx, SHOWN_MOST)?)).await?;
    let l = &actor.l;
    let tab_list: Vec<Tab> =
        TABS.into_iter().map(|(href, key)| tab(l, href, key, href == "/commitments")).collect();
    let columns = [
        Column::new(l.t("label-commitment")),
        Column::wide(l.t("commitment-name")),
        Column::labelled(l.t("label-effective-on")),
        Column::wide(l.t("commitment-published-at")),
    ];
    let body = html! {
        (tabs(l, &tab_list))
        @if rows.is_empty() {
            (empty(Icon::Promise, l.t("commitments-empty"), l.t("commitments-empty-words"), None))
        } @else {
            (table(l.t("commitments-title"), &columns, html! { @for row in &rows { (line(l, row)) } }))
        }
    };
    let acts = html! {
        @if actor.may(Permission::PublishCommitments) {
            (link_button("/commitments/new", Icon::Add, l.t("commitment-publish"), true))
        }
    };
    Ok(Page::new(&actor, Section::Contracts, l.t("commitments-title")).wide().actions(acts).body(body))
}

fn line(l: &L10n, row: &ListedCommitment) -> Markup {
    let href = format!("/commitments/{}", row.id);
    html! {
        tr data-href=(href) {
            td { a href=(href) { (title(l, &row.title, &row.name, &row.version)) } }
            td class="wide" { code { (row.name) " " (row.version) } }
            td class="nowrap" { @if let Some(on) = row.effective_on { (on) } @else { "\u{2013}" } }
            td class="wide" { (time(l, row.published_at)) }
        }
    }
}

/// GET /commitments/new
pub async fn new(actor: Actor<perm::PublishCommitments>) -> Response {
    form_page(&actor, &Form::default(), StatusCode::OK, html! {})
}

fn form_page(viewer: &Viewer, form: &Form, status: StatusCode, above: Markup) -> Response {
    let l = &viewer.l;
    Page::new(viewer, Section::Contracts, l.t("commitment-publish"))
        .status(status)
        .crumb("/commitments", l.t("commitments-title"))
        .lead(l.t("commitment-publish-lead"))
        .body(html! {
            (above)
            (error_summary(form, l))
            form class="form" method="post" action="/commitments" enctype="multipart/form-data" {
                (FileDrop::new("file", l.t("commitment-file")).accept(".toml").hint(l.t("commitment-file-hint")).of(form, l))
                (TextArea::new("text", l.t("commitment-text")).rows(18).hint(l.t("commitment-text-hint")).of(form, l))
                div class="form-foot" {
                    button class="button primary" type="submit" name="act" value="check" { (l.t("commitment-check")) }
                    button class="button" type="submit" name="act" value="publish" { (l.t("commitment-publish-act")) }
                    a class="button quiet" href="/commitments" { (l.t("form-cancel")) }
                }
            }
        })
}

/// What came in the form: the text of the file or of the field, and which button was pressed.
async fn sent(mut parts: Multipart) -> Result<(String, bool), Failure> {
    let (mut file, mut text, mut publish) = (String::new(), String::new(), false);
    while let Some(part) = parts.next_field().await.map_err(|_| Failure::Unreadable)? {
        let name = part.name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(|_| Failure::Unreadable)?;
        if bytes.len() > FILE_MOST_BYTES {
            return Err(Failure::TooLarge { limit_bytes: FILE_MOST_BYTES as u64 });
        }
        let words = std::str::from_utf8(&bytes).map_err(|_| Failure::field("file", "error-not-utf8"));
        match name.as_str() {
            "file" => file = words?.trim_start_matches('\u{feff}').to_owned(),
            "text" => text = words?.replace("\r\n", "\n"),
            "act" => publish = &*bytes == b"publish",
            _ => {}
        }
    }
    Ok((if file.trim().is_empty() { text } else { file }, publish))
}

/// POST /commitments
pub async fn create(
    app: App,
    actor: Actor<perm::PublishCommitments>,
    parts: Multipart,
) -> Result<Response, Failure> {
    let l = &actor.l;
    let (text, wanted) = match sent(parts).await {
        Ok(sent) => sent,
        Err(Failure::Invalid(problems)) => {
            let form = Form::default().with(problems);
            return Ok(form_page(&actor, &form, StatusCode::UNPROCESSABLE_ENTITY, html! {}));
        }
        Err(failure) => return Err(failure),
    };
    let form = Form::of([("text", text.clone())]);
    if text.trim().is_empty() {
        let form = form.with(vec![rules::Invalid::required("file")]);
        return Ok(form_page(&actor, &form, StatusCode::UNPROCESSABLE_ENTITY, html! {}));
    }
    let draft = match Draft::read(&text) {
        Ok(draft) => draft,
        Err(problems) => {
            let above = problem_list(l, &problems);
            return Ok(form_page(&actor, &form, StatusCode::UNPROCESSABLE_ENTITY, above));
        }
    };
    if !wanted {
        let above = html! {
            (notice(Tone::Met, l.ta("commitment-checked", &[("n", draft.terms.promises().len().into())])))
            (findings_list(l, &promise::checker::check(&draft.terms)))
        };
        return Ok(form_page(&actor, &form, StatusCode::OK, above));
    }
    let (user, said) = (actor.person.id, Notice::new("notice-commitment-published"));
    match app.change(&actor, move |change| publish(change, &draft, Some(user))).await {
        Ok(id) => Ok(go(&format!("/commitments/{id}"), said)),
        Err(Failure::Invalid(problems)) => {
            let form = form.with(problems);
            Ok(form_page(&actor, &form, StatusCode::UNPROCESSABLE_ENTITY, html! {}))
        }
        Err(failure) => Err(failure),
    }
}

/// What is wrong in a file: line, column, what was expected and the nearest known word.
pub fn problem_list(l: &L10n, problems: &[Problem]) -> Markup {
    html! {
        div class="problems" role="alert" tabindex="-1" data-focus {
            strong { (l.ta("commitment-problems", &[("n", problems.len().into())])) }
            ul { @for problem in problems { li {
                (l.ta("commitment-problem-place", &[("line", problem.line.into()), ("column", problem.column.into())]))
                " "
                @if !problem.path.is_empty() { code { (problem.path) } " " }
                (super::problems::with_mend(l, problem))
            } } }
        }
    }
}

/// GET /lookup/commitments
pub async fn lookup(
    app: App,
    actor: Actor<perm::ViewPromises>,
    query: Search,
) -> Result<Json<Vec<Match>>, Failure> {
    let l = &actor.l;
    let typed = query.get("q").to_lowercase();
    let rows = app.read(move |tx| Ok(store::all(tx, SHOWN_MOST)?)).await?;
    let offered = rows.into_iter().map(|row| {
        let note = row.effective_on.map(|on| on.to_string()).unwrap_or_default();
        Match::new(row.id, title(l, &row.title, &row.name, &row.version), note)
    });
    Ok(Json(offered.filter(|offer| offer.text.to_lowercase().contains(&typed)).take(10).collect()))
}
