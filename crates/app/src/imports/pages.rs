//! The list of imports, and the page to begin one.

use axum::extract::Path;
use axum::response::Response;
use http::{StatusCode, header};
use maud::{Markup, html};
use rules::access::perm;

use super::columns::{Noun, Target, names};
use super::store::{self, ImportRow, State};
use crate::App;
use crate::kernel::actor::Actor;
use crate::kernel::errors::{Failure, bytes_words};
use crate::kernel::form::{Form, Search};
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section, Viewer};
use crate::records::field_label;

/// Imports that the list shows.
const SHOWN_MOST: i64 = 50;

/// The chip of a state.
pub fn state_chip(l: &L10n, state: State) -> Markup {
    let (tone, drawing) = match state {
        State::Uploaded => (Tone::Info, Icon::Import),
        State::Checking | State::Applying => (Tone::OnTime, Icon::Clock),
        State::Checked => (Tone::Info, Icon::Check),
        State::Done => (Tone::Met, Icon::Check),
        State::Failed => (Tone::Bad, Icon::Breach),
        State::Stopped => (Tone::Void, Icon::Void),
    };
    chip(tone, drawing, l.t(&format!("import-state-{}", state.code())))
}

/// GET /imports
pub async fn index(app: App, actor: Actor<perm::ImportRegistry>) -> Result<Response, Failure> {
    let rows = app.read(|tx| Ok(store::last(tx, SHOWN_MOST)?)).await?;
    let l = &actor.l;
    let columns = [
        Column::new(l.t("import-file")),
        Column::new(l.t("import-noun")),
        Column::state(l.t("records-state")),
        Column::figures(l.t("import-rows")),
        Column::new(l.t("import-created-at")),
    ];
    let body = html! {
        @if rows.is_empty() {
            (empty(Icon::Import, l.t("imports-empty"), l.t("imports-empty-words"), Some(html! {
                (link_button("/imports/new", Icon::Import, l.t("import-new"), true))
            })))
        } @else {
            (table(l.t("imports-title"), &columns, html! { @for row in &rows { (line(l, row)) } }))
        }
    };
    let acts = link_button("/imports/new", Icon::Import, l.t("import-new"), true);
    Ok(Page::new(&actor, Section::Customers, l.t("imports-title")).wide().actions(acts).body(body))
}

fn line(l: &L10n, row: &ImportRow) -> Markup {
    let href = format!("/imports/{}", row.id);
    html! {
        tr data-href=(href) {
            td { a href=(href) { (row.file_name) } small { (bytes_words(l, row.bytes.unsigned_abs())) } }
            td { (l.t(row.noun.label())) }
            td { (state_chip(l, row.state)) }
            td class="figures" { (l.number(row.rows_total.unwrap_or(row.rows_done))) }
            td { (time(l, row.created_at)) }
        }
    }
}

/// GET /imports/new
pub async fn new(actor: Actor<perm::ImportRegistry>, query: Search) -> Response {
    let noun = Noun::parse(query.get("noun")).unwrap_or(Noun::Customer);
    form_page(&actor, &Form::of([("noun", noun.code())]), StatusCode::OK)
}

/// The page to choose a file, with what its columns may be called.
pub fn form_page(viewer: &Viewer, form: &Form, status: StatusCode) -> Response {
    let l = &viewer.l;
    let nouns = Noun::ALL.into_iter().map(|noun| (noun.code(), l.t(noun.label()).into_owned()));
    let noun = Noun::parse(form.get("noun")).unwrap_or(Noun::Customer);
    Page::new(viewer, Section::Customers, l.t("import-new"))
        .status(status)
        .crumb("/imports", l.t("imports-title"))
        .lead(l.t("import-lead"))
        .body(html! {
            (error_summary(form, l))
            form class="form" method="post" action="/imports" enctype="multipart/form-data" {
                (Choice::one("noun", l.t("import-noun"), nouns).required().hint(l.t("import-noun-hint")).of(form, l))
                (FileDrop::new("file", l.t("import-file")).accept(".csv,.txt,.tsv,.xlsx,.xls,.xlsb,.ods")
                    .hint(l.t("import-file-hint")).of(form, l))
                div class="form-foot" {
                    (submit(l.t("import-upload")))
                    a class="button quiet" href=(noun.list()) { (l.t("form-cancel")) }
                }
            }
            (card(l.t("import-columns"), html! {
                p { (l.t("import-columns-words")) }
                @for noun in Noun::ALL { (columns_of(l, noun, form.get("noun") == noun.code())) }
            }))
        })
}

fn columns_of(l: &L10n, noun: Noun, open: bool) -> Markup {
    html! {
        details class="unfold" open[open] {
            summary { (l.t(noun.label())) }
            ul class="lines" { @for target in noun.targets() { li {
                strong { (field_label(l, noun.code(), target.field)) }
                @if target.required { (badge(l.t("import-required"))) }
                small { (known_names(noun, target)) }
            } } }
            p class="more" {
                a href={ "/imports/template/" (noun.code()) } { (l.t("import-template")) }
            }
        }
    }
}

fn known_names(noun: Noun, target: &Target) -> String {
    let mut seen: Vec<String> = Vec::new();
    for name in names(noun, target.field) {
        if !seen.iter().any(|other| other.eq_ignore_ascii_case(&name)) {
            seen.push(name);
        }
    }
    seen.join(" · ")
}

/// GET /imports/template/{noun}
pub async fn template(
    actor: Actor<perm::ImportRegistry>,
    Path(noun): Path<String>,
) -> Result<Response, Failure> {
    let noun = Noun::parse(&noun).ok_or(Failure::NotFound)?;
    let l = &actor.l;
    let header: Vec<String> =
        noun.targets().iter().map(|target| field_label(l, noun.code(), target.field).into_owned()).collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&header).map_err(Failure::broke)?;
    let mut text = "\u{feff}".as_bytes().to_vec();
    text.extend(writer.into_inner().map_err(Failure::broke)?);
    csv_file(&format!("{}.csv", noun.code()), text)
}

/// A CSV file to save; the mark at its beginning tells spreadsheets that it is UTF-8.
pub fn csv_file(name: &str, text: Vec<u8>) -> Result<Response, Failure> {
    Response::builder()
        .header(header::CONTENT_TYPE, "text/csv; charset=utf-8")
        .header(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))
        .header(header::CACHE_CONTROL, "no-store")
        .body(text.into())
        .map_err(Failure::broke)
}
