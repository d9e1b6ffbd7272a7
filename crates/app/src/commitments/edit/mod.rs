//! A new version made from one that is in force: a form and the text, two views of one draft.
//!
//! Whichever view is typed in, the other follows, and the checker's words stand beside the line and the field. The
//! draft is stored with every check; publishing goes the way of every file.

mod fields;
mod picks;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use jiff::Timestamp;
use maud::{Markup, html};
use promise::Problem;
use promise::checker::{self, Finding};
use rules::access::perm;
use rules::ids::CommitmentId;

#[cfg(test)]
pub use self::fields::next_version;
use self::fields::{Cell, Group};
use super::pages::problem_list;
use super::publish::{Draft, publish};
use super::show::findings_list;
use super::store::{self, CommitmentRow};
use super::{drafts, title};
use crate::App;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::{Form, Search, invalid_words};
use crate::kernel::notice::{Notice, go};
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section, Viewer};

/// The largest draft that is read. Units: bytes.
const DRAFT_MOST_BYTES: usize = 1024 * 1024;
/// What the names of the form's fields begin with; the rest is the path of the value.
const VALUE: &str = "v:";
/// Texts longer than this get a field of several lines. Units: characters.
const LONG_CHARS: usize = 48;

/// A draft, and what the checker says of it.
struct Checked {
    text: String,
    /// None: nothing was stored yet.
    saved_at: Option<Timestamp>,
    groups: Result<Vec<Group>, String>,
    problems: Vec<Problem>,
    findings: Vec<Finding>,
}

impl Checked {
    fn of(text: String, saved_at: Option<Timestamp>) -> Checked {
        let groups = fields::groups(&text);
        let (problems, findings) = match Draft::read(&text) {
            Ok(draft) => (Vec::new(), checker::check(&draft.terms)),
            Err(problems) => (problems, Vec::new()),
        };
        Checked { text, saved_at, groups, problems, findings }
    }
}

/// GET /commitments/{id}/edit
pub async fn form(
    app: App,
    actor: Actor<perm::PublishCommitments>,
    Path(id): Path<CommitmentId>,
    search: Search,
) -> Result<Response, Failure> {
    let me = actor.person.id;
    let (row, draft) = app
        .read(move |tx| {
            let row = store::find(tx, id)?.ok_or(Failure::NotFound)?;
            Ok((row, drafts::find(tx, id, me)?))
        })
        .await?;
    let today = actor.l.now.to_zoned(app.config.time_zone()).date();
    let checked = match draft {
        Some(draft) => Checked::of(draft.text, Some(draft.updated_at)),
        None => Checked::of(fields::next_version(&row.text, today), None),
    };
    let view = if search.get("view") == "text" { "text" } else { "form" };
    Ok(page(&actor, &row, &checked, view, StatusCode::OK, html! {}))
}

/// POST /commitments/{id}/edit: stores the draft and checks it; publishes it or throws it away where asked to.
pub async fn update(
    app: App,
    actor: Actor<perm::PublishCommitments>,
    Path(id): Path<CommitmentId>,
    form: Form,
) -> Result<Response, Failure> {
    let (me, now, l) = (actor.person.id, actor.l.now, &actor.l);
    let row = app.read(move |tx| Ok(store::find(tx, id)?)).await?.ok_or(Failure::NotFound)?;
    let act = form.get("act").to_owned();
    if act == "discard" {
        app.touch(move |tx| Ok(drafts::forget(tx, id, me)?)).await?;
        return Ok(go(&format!("/commitments/{id}"), Notice::new("notice-draft-discarded")));
    }
    let text = edited(&form, &act);
    if text.len() > DRAFT_MOST_BYTES {
        return Err(Failure::TooLarge { limit_bytes: DRAFT_MOST_BYTES as u64 });
    }
    let kept = text.clone();
    app.touch(move |tx| Ok(drafts::keep(tx, id, me, &kept, now)?)).await?;
    let checked = Checked::of(text, Some(now));
    let view = if form.get("view") == "text" { "text" } else { "form" };
    if act == "publish" && checked.problems.is_empty() {
        return publish_draft(app, &actor, row, checked, view).await;
    }
    if form.get("part") == "yes" {
        return Ok(
            html! { (fields_pane(l, &checked)) (text_pane(l, &checked)) (said(l, &checked)) }.into_response()
        );
    }
    let refused = act == "publish";
    let status = if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(page(&actor, &row, &checked, view, status, html! {}))
}

async fn publish_draft(
    app: App,
    actor: &Actor<perm::PublishCommitments>,
    row: CommitmentRow,
    checked: Checked,
    view: &str,
) -> Result<Response, Failure> {
    let (me, of) = (actor.person.id, row.id);
    let draft = Draft::read(&checked.text).map_err(|problems| {
        Failure::broke(format!("a draft that was right has {} problems", problems.len()))
    })?;
    let published = app
        .change(actor, move |change| {
            let id = publish(change, &draft, Some(me))?;
            drafts::forget(change.tx, of, me)?;
            Ok(id)
        })
        .await;
    match published {
        Ok(id) => Ok(go(&format!("/commitments/{id}"), Notice::new("notice-commitment-published"))),
        Err(Failure::Invalid(problems)) => {
            let words = problems.iter().map(|problem| invalid_words(problem, &actor.l).into_owned());
            let above = notice(Tone::Bad, words.collect::<Vec<_>>().join(" "));
            Ok(page(actor, &row, &checked, view, StatusCode::UNPROCESSABLE_ENTITY, above))
        }
        Err(failure) => Err(failure),
    }
}

/// The text after what was typed in the form is put into it. Where the text is no TOML it stays as it was typed.
fn edited(form: &Form, act: &str) -> String {
    let text = form.exact("text").replace("\r\n", "\n");
    let values = form.values().filter_map(|(name, value)| Some((name.strip_prefix(VALUE)?, value)));
    let text = match form.get("view") {
        "text" => text,
        _ => fields::changed(&text, values).unwrap_or(text),
    };
    match act {
        "add-promise" => fields::with_promise(&text).unwrap_or(text),
        _ => text,
    }
}

fn page(
    viewer: &Viewer,
    row: &CommitmentRow,
    checked: &Checked,
    view: &str,
    status: StatusCode,
    above: Markup,
) -> Response {
    let l = &viewer.l;
    let (id, name) = (row.id, title(l, &row.title, &row.name, &row.version));
    let acts = link_button(&format!("/commitments/{id}/preview"), Icon::Clock, l.t("preview-title"), false);
    Page::new(viewer, Section::Contracts, l.t("draft-title"))
        .status(status)
        .wide()
        .crumb("/commitments", l.t("commitments-title"))
        .crumb(format!("/commitments/{id}"), name)
        .lead(l.t("draft-lead"))
        .actions(acts)
        .script("commitments.js")
        .body(html! {
            (above)
            form class="draft" method="post" action={ "/commitments/" (id) "/edit" } data-draft data-view=(view) {
                div class="draft-panes" { (fields_pane(l, checked)) (text_pane(l, checked)) }
                (said(l, checked))
                (picks::lists(l, checked.groups.as_deref().unwrap_or_default()))
                div class="form-foot" {
                    button class="button primary" type="submit" name="act" value="publish" { (icon(Icon::Check)) span { (l.t("commitment-publish-act")) } }
                    button class="button" type="submit" name="view" value="form" { (l.t("draft-apply-form")) }
                    button class="button" type="submit" name="view" value="text" { (l.t("draft-apply-text")) }
                    button class="button" type="submit" name="act" value="add-promise" { (icon(Icon::Add)) span { (l.t("draft-add-promise")) } }
                    button class="button quiet" type="submit" name="act" value="discard" formnovalidate { (l.t("draft-throw-away")) }
                }
            }
        })
}

/// What the checker says, and when the draft was stored.
fn said(l: &L10n, checked: &Checked) -> Markup {
    html! {
        section id="draft-said" class="card" aria-live="polite" {
            h2 { (l.t("commitment-findings")) }
            p class="muted" {
                @match checked.saved_at {
                    Some(at) => { (l.ta("draft-saved", &[("at", l.datetime(at).into())])) }
                    None => { (l.t("draft-not-saved")) }
                }
            }
            @if !checked.problems.is_empty() { (problem_list(l, &checked.problems)) }
            @else { (findings_list(l, &checked.findings)) }
        }
    }
}

/// The text with the numbers of its lines; those with a problem are marked.
fn text_pane(l: &L10n, checked: &Checked) -> Markup {
    let wrong = |line: usize| checked.problems.iter().any(|problem| problem.line == line);
    let lines = checked.text.split('\n').count();
    html! {
        section id="draft-text" class="draft-text" aria-label=(l.t("draft-text")) {
            h2 { (l.t("draft-text")) }
            div class="draft-code" {
                pre class="draft-lines" aria-hidden="true" {
                    @for line in 1..=lines { span class=[wrong(line).then_some("wrong")] { (line) } "\n" }
                }
                textarea name="text" wrap="off" spellcheck="false" autocomplete="off" autocapitalize="off" rows="30" aria-label=(l.t("draft-text")) {
                    "\n" (checked.text)
                }
            }
        }
    }
}

fn fields_pane(l: &L10n, checked: &Checked) -> Markup {
    html! {
        section id="draft-fields" class="draft-fields" aria-label=(l.t("draft-form")) {
            h2 { (l.t("draft-form")) }
            @match &checked.groups {
                Err(message) => {
                    (notice(Tone::Bad, l.t("draft-unreadable")))
                    p class="muted" { code { (message) } }
                }
                Ok(groups) => {
                    @for group in groups { (group_fields(l, checked, group)) }
                }
            }
        }
    }
}

fn group_fields(l: &L10n, checked: &Checked, group: &Group) -> Markup {
    let problems: Vec<&Problem> = if group.table.is_empty() {
        checked.problems.iter().filter(|problem| !problem.path.contains('.')).collect()
    } else {
        let under = &group.problems_under;
        let of_group = |path: &str| {
            path == under || path.strip_prefix(under.as_str()).is_some_and(|rest| rest.starts_with('.'))
        };
        checked.problems.iter().filter(|problem| of_group(&problem.path)).collect()
    };
    let body = html! {
        @for value in &group.values { (field(l, group, value, &problems)) }
    };
    let heading = match group.table.as_str() {
        "" => l.t("draft-group-file"),
        "promise" => l.t("draft-group-promise"),
        "reading" => l.t("draft-group-reading"),
        "clause" => l.t("draft-group-clause"),
        other => other.to_owned().into(),
    };
    html! {
        details class="draft-group" id={ "g-" (group.table) "-" (group.values.first().map(|v| v.path.replace('/', "-")).unwrap_or_default()) } open[group.table.is_empty() || !problems.is_empty()] {
            summary {
                (heading) " " @if !group.name.is_empty() { code { (group.name) } }
                @if !problems.is_empty() { " " (chip(Tone::Bad, Icon::Risk, problems.len())) }
            }
            div class="draft-values" { (body) }
        }
    }
}

fn field(l: &L10n, group: &Group, value: &Cell, problems: &[&Problem]) -> Markup {
    let name = format!("{VALUE}{}", value.path);
    let id = format!("d-{}", value.path.replace('/', "-"));
    let under = if group.table.is_empty() {
        value.keys.join(".")
    } else {
        format!("{}.{}", group.problems_under, value.keys.join("."))
    };
    let wrong: Vec<&&Problem> = problems
        .iter()
        .filter(|problem| {
            problem.path == under
                || (!value.keys.is_empty()
                    && under.starts_with(&format!("{}.", problem.path))
                    && problem.path.matches('.').count() > 1)
        })
        .collect();
    let is_long = value.is_text && value.shown.chars().count() > LONG_CHARS;
    html! {
        div class="draft-value" {
            label for=(id) { (label(l, &value.keys)) @if !value.is_there { " " small class="muted" { (l.t("draft-not-set")) } } }
            @if is_long {
                textarea class="input" id=(id) name=(name) rows="3" aria-invalid=[(!wrong.is_empty()).then_some("true")] { "\n" (value.shown) }
            } @else {
                input class={ "input" @if !value.is_text { " code" } } id=(id) name=(name) value=(value.shown) list=[picks::list_of(group, value)] spellcheck="false" autocomplete="off" aria-invalid=[(!wrong.is_empty()).then_some("true")];
            }
            @for problem in wrong {
                p class="field-error" {
                    (l.ta("commitment-problem-place", &[("line", problem.line.into()), ("column", problem.column.into())])) " " (problem.message)
                    @if let Some(nearest) = &problem.nearest { " " (l.ta("commitment-problem-nearest", &[("word", nearest.clone().into())])) }
                }
            }
        }
    }
}

/// What a key is called; the key itself where the file may name it as it likes.
fn label(l: &L10n, keys: &[String]) -> Markup {
    html! {
        @for (place, key) in keys.iter().enumerate() {
            @if place > 0 { " \u{203a} " }
            @let known = format!("draft-key-{}", key.replace('_', "-"));
            @if l.knows(&known) { (l.t(&known)) } @else { code { (key) } }
        }
    }
}
