//! The page of one import: choosing the columns, the rehearsal, its result, and the rows for good.

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use maud::{Markup, html};
use rules::Invalid;
use rules::access::perm;
use sheet::{Header, Options, Sheet};

use super::columns::{Mapping, column_name, missing};
use super::duty::topic;
use super::pages::state_chip;
use super::store::{self, ImportRow, ProblemRow, State};
use crate::App;
use crate::attachments::keep;
use crate::kernel::actor::Actor;
use crate::kernel::errors::{Failure, bytes_words};
use crate::kernel::form::{Form, Search};
use crate::kernel::notice::{Notice, go};
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::{FluentValue, L10n};
use crate::layout::page::{Page, Section, Viewer};
use crate::records::field_label;

/// Problems of a page.
const PROBLEMS_SHOWN: i64 = 100;
/// Rows of the file that are shown beside the columns.
const SAMPLE_ROWS: usize = 3;

/// The file's columns, with the first cells of each.
struct Sample {
    header: Header,
    cells: Vec<Vec<String>>,
}

fn sample(place: &std::path::Path) -> Option<Sample> {
    let mut sheet = Sheet::open(place, &Options::default()).ok()?;
    let header = sheet.header().clone();
    let mut cells = vec![Vec::new(); header.names().len()];
    for _ in 0..SAMPLE_ROWS {
        let Ok(Some(row)) = sheet.next_row() else { break };
        for (column, sample) in cells.iter_mut().enumerate() {
            sample.push(row.cell(column).to_owned());
        }
    }
    Some(Sample { header, cells })
}

/// GET /imports/{id}
pub async fn show(
    app: App,
    actor: Actor<perm::ImportRegistry>,
    Path(id): Path<i64>,
    query: Search,
) -> Result<Response, Failure> {
    page(&app, &actor, id, &query, &Form::default(), StatusCode::OK).await
}

async fn page(
    app: &App,
    viewer: &Viewer,
    id: i64,
    query: &Search,
    form: &Form,
    status: StatusCode,
) -> Result<Response, Failure> {
    let after = query
        .some("after")
        .and_then(|text| text.split_once('-'))
        .and_then(|(row, place)| Some((row.parse::<i64>().ok()?, place.parse::<i64>().ok()?)));
    let (import, problems) = app
        .read(move |tx| {
            let import = store::find(tx, id)?.ok_or(Failure::NotFound)?;
            let problems = store::problems(tx, id, after.unwrap_or((0, -1)), PROBLEMS_SHOWN + 1)?;
            Ok((import, problems))
        })
        .await?;
    let l = &viewer.l;
    let choosing =
        import.state == State::Uploaded || query.get("columns") == "choose" || !form.problems().is_empty();
    let choosing = choosing && !import.state.is_busy();
    let columns = if choosing {
        let place = keep::place(&app.config.data, &import.sha256);
        tokio::task::spawn_blocking(move || sample(&place)).await.map_err(Failure::broke)?
    } else {
        None
    };
    let body = html! {
        section id="import" data-live=(topic(id)) {
            (head(l, &import))
            @if choosing { (choose(l, &import, columns.as_ref(), form)) }
            @else {
                (progress(l, &import))
                (acts(l, &import))
                (problem_table(l, &import, &problems, query))
            }
        }
    };
    let title = l.ta(
        "import-title",
        &[("noun", l.t(import.noun.label()).into()), ("file", import.file_name.clone().into())],
    );
    Ok(Page::new(viewer, Section::Customers, title)
        .status(status)
        .wide()
        .crumb("/imports", l.t("imports-title"))
        .live(topic(id))
        .body(body))
}

fn head(l: &L10n, import: &ImportRow) -> Markup {
    let encoding = import.encoding.as_deref().unwrap_or_default();
    html! {
        p class="lead" {
            (state_chip(l, import.state)) " "
            (bytes_words(l, import.bytes.unsigned_abs())) " · " (encoding) " · " (time(l, import.created_at))
        }
        @if let Some(failure) = &import.failure { (notice(Tone::Bad, failure_words(l, failure))) }
    }
}

/// A stored failure of the whole file in the reader's words.
fn failure_words(l: &L10n, stored: &str) -> String {
    #[derive(serde::Deserialize)]
    struct Stored {
        code: String,
        args: Vec<(String, String)>,
    }
    match serde_json::from_str::<Stored>(stored) {
        Ok(Stored { code, args }) => words(l, &code, &args),
        Err(_) => stored.to_owned(),
    }
}

/// A problem's code and arguments in the reader's words.
pub fn words(l: &L10n, code: &str, args: &[(String, String)]) -> String {
    let args: Vec<(&str, FluentValue<'_>)> =
        args.iter().map(|(name, value)| (name.as_str(), value.as_str().into())).collect();
    l.ta(code, &args).into_owned()
}

fn choose(l: &L10n, import: &ImportRow, sample: Option<&Sample>, form: &Form) -> Markup {
    let Some(sample) = sample else {
        return notice(Tone::Bad, l.t("import-file-gone"));
    };
    let options: Vec<String> =
        (0..sample.header.names().len()).map(|column| column_name(&sample.header, column)).collect();
    let examples: BTreeMap<&str, String> = options
        .iter()
        .zip(&sample.cells)
        .map(|(name, cells)| {
            (
                name.as_str(),
                cells.iter().filter(|cell| !cell.is_empty()).cloned().collect::<Vec<_>>().join(" · "),
            )
        })
        .collect();
    let columns = [
        Column::new(l.t("import-field")),
        Column::new(l.t("import-column")),
        Column::wide(l.t("import-sample")),
    ];
    html! {
        (error_summary(form, l))
        form class="mapping" method="post" action={ "/imports/" (import.id) "/check" } {
            (table(l.t("import-columns"), &columns, html! {
                @for target in import.noun.targets() {
                    @let chosen = form.some(target.field).or(import.mapping.get(target.field).map(String::as_str));
                    @let problem = form.problem(target.field);
                    tr {
                        td {
                            label for={ "f-" (target.field) } { (field_label(l, import.noun.code(), target.field)) }
                            @if target.required { " " (badge(l.t("import-required"))) }
                        }
                        td {
                            select class="input" id={ "f-" (target.field) } name=(target.field)
                                aria-invalid=[problem.map(|_| "true")] {
                                option value="" { (l.t("import-column-none")) }
                                @for option in &options { option value=(option) selected[chosen == Some(option.as_str())] { (option) } }
                            }
                            @if let Some(problem) = problem { p class="error" { (icon(Icon::Late)) (form.words(problem, l)) } }
                        }
                        td class="wide sample" { (chosen.and_then(|name| examples.get(name)).map_or("", String::as_str)) }
                    }
                }
            }))
            div class="form-foot" {
                (submit(l.t("import-check")))
                p class="hint" { (l.t("import-check-hint")) }
            }
        }
    }
}

fn progress(l: &L10n, import: &ImportRow) -> Markup {
    let done = import.rows_done;
    let tile = |key: &str, count: i64, tone: Tone| {
        html! {
            div class={ "stat " (tone.class()) } {
                span class="stat-value" { (l.number(count)) }
                span class="stat-label" { (l.t(key)) }
            }
        }
    };
    let rehearsed = matches!(import.state, State::Checking | State::Checked);
    let (created, updated) = if rehearsed {
        ("import-would-create", "import-would-update")
    } else {
        ("import-created", "import-updated")
    };
    html! {
        @if import.state.is_busy() {
            div class="progress" role="status" {
                p { (l.ta("import-progress", &[("n", l.number(done).into())])) }
                @match (import.rows_total, import.bytes_done) {
                    (Some(total), _) => progress value=(done) max=(total.max(1)) {},
                    (None, bytes) if bytes > 0 => progress value=(bytes) max=(import.bytes.max(1)) {},
                    (None, _) => progress {},
                }
            }
        }
        div class="stats" {
            (tile("import-rows", done, Tone::Plain))
            (tile(created, import.rows_created, Tone::Plain))
            (tile(updated, import.rows_updated, Tone::Plain))
            (tile("import-same", import.rows_same, Tone::Plain))
            (tile("import-refused", import.rows_refused, if import.rows_refused > 0 { Tone::Bad } else { Tone::Plain }))
        }
    }
}

fn acts(l: &L10n, import: &ImportRow) -> Markup {
    let good = import.rows_created + import.rows_updated;
    let own = format!("/imports/{}", import.id);
    let post = |act: &str, drawing: Icon, word: String, primary: bool| {
        html! {
            form class="inline" method="post" action={ (own) "/" (act) } {
                button class={ "button" @if primary { " primary" } } type="submit" { (icon(drawing)) span { (word) } }
            }
        }
    };
    html! {
        @if import.state == State::Checked && good == 0 && import.rows_refused == 0 {
            (notice(Tone::Info, l.t("import-nothing-new")))
        }
        div class="actions" {
            @match import.state {
                State::Checking | State::Applying => (post("stop", Icon::Cross, l.t("import-stop").into_owned(), false)),
                State::Checked => {
                    @if good > 0 {
                        (post("apply", Icon::Check, l.ta("import-apply", &[("n", l.number(good).into())]).into_owned(), true))
                    }
                    (link_button(&format!("{own}?columns=choose"), Icon::Edit, l.t("import-columns-change"), false))
                }
                State::Stopped | State::Failed => {
                    (link_button(&format!("{own}?columns=choose"), Icon::Undo, l.t("import-again"), true))
                }
                State::Done => (link_button(import.noun.list(), Icon::Next, l.t(import.noun.label()), true)),
                State::Uploaded => {}
            }
            @if import.rows_refused > 0 && !import.state.is_busy() {
                (link_button(&format!("{own}/refused.csv"), Icon::Export, l.t("import-download-refused"), false))
            }
        }
        @if import.state == State::Checked { p class="hint" { (l.t("import-apply-hint")) } }
    }
}

fn problem_table(l: &L10n, import: &ImportRow, problems: &[ProblemRow], query: &Search) -> Markup {
    let most = usize::try_from(PROBLEMS_SHOWN).unwrap_or_default();
    let next = problems.get(most.saturating_sub(1)).filter(|_| problems.len() > most);
    let next = next.map(|last| format!("{}-{}", last.row_number, last.place));
    let columns = [
        Column::figures(l.t("import-row")),
        Column::new(l.t("import-column")),
        Column::labelled(l.t("import-given")),
        Column::main(l.t("import-problem")),
    ];
    html! {
        @if !problems.is_empty() {
            h2 class="import-problems" { (l.ta("import-problems", &[("n", l.number(import.rows_refused).into())])) }
            (table(l.t("import-problems-caption"), &columns, html! {
                @for problem in problems.iter().take(most) { tr {
                    td class="figures" { (problem.row_number) }
                    td { (problem.column_name) }
                    td { code { (problem.given) } }
                    td { (words(l, &problem.code, &problem.args)) }
                } }
            }))
            (pagination(l, &format!("/imports/{}", import.id), query, next.as_deref()))
        }
    }
}

/// POST /imports/{id}/check
pub async fn check(
    app: App,
    actor: Actor<perm::ImportRegistry>,
    Path(id): Path<i64>,
    form: Form,
) -> Result<Response, Failure> {
    let import = app.read(move |tx| Ok(store::find(tx, id)?)).await?.ok_or(Failure::NotFound)?;
    let mapping: Mapping = import
        .noun
        .targets()
        .iter()
        .filter_map(|target| Some((target.field.to_owned(), form.some(target.field)?.to_owned())))
        .collect();
    let mut problems: Vec<Invalid> = missing(import.noun, &mapping)
        .into_iter()
        .map(|field| Invalid::new(field, "error-import-no-column"))
        .collect();
    let mut used = BTreeMap::new();
    for target in import.noun.targets() {
        if let Some(column) = mapping.get(target.field)
            && used.insert(column, target.field).is_some()
        {
            problems.push(Invalid::new(target.field, "error-import-column-twice").with("column", column));
        }
    }
    if !problems.is_empty() {
        let form = form.with(problems);
        return page(&app, &actor, id, &Search::default(), &form, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    begin(&app, &actor, id, State::Checking, Some(mapping)).await
}

/// POST /imports/{id}/apply
pub async fn apply(
    app: App,
    actor: Actor<perm::ImportRegistry>,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    begin(&app, &actor, id, State::Applying, None).await
}

async fn begin(
    app: &App,
    actor: &Actor<perm::ImportRegistry>,
    id: i64,
    state: State,
    mapping: Option<Mapping>,
) -> Result<Response, Failure> {
    app.change(actor, move |c| {
        let import = store::lock(c.tx, id)?.ok_or(Failure::NotFound)?;
        // Only what was rehearsed with these columns is applied, and nothing twice at a time.
        let allowed = match state {
            State::Applying => import.state == State::Checked,
            _ => !import.state.is_busy() && import.state != State::Done,
        };
        if !allowed {
            return Err(rules::Refusal::other("refusal-import-state").into());
        }
        store::begin(c.tx, id, state, mapping.as_ref().unwrap_or(&import.mapping))?;
        c.nudge(topic(id));
        Ok(())
    })
    .await?;
    let said = if state == State::Applying { "notice-import-applying" } else { "notice-import-checking" };
    Ok(go(&format!("/imports/{id}"), Notice::new(said)))
}

/// POST /imports/{id}/stop
pub async fn stop(
    app: App,
    actor: Actor<perm::ImportRegistry>,
    Path(id): Path<i64>,
) -> Result<Response, Failure> {
    app.change(&actor, move |c| {
        let import = store::lock(c.tx, id)?.ok_or(Failure::NotFound)?;
        if !import.state.is_busy() {
            return Err(rules::Refusal::AlreadySo.into());
        }
        store::end(c.tx, id, State::Stopped, None, None, c.now)?;
        c.nudge(topic(id));
        Ok(())
    })
    .await?;
    Ok(go(&format!("/imports/{id}"), Notice::new("notice-import-stopped")))
}
