//! The page of a form that makes or edits a record.
//!
//! What was typed is never lost: a problem stands beside its field, a rule that says no stands above the
//! form, and where a colleague saved first, what they wrote stands above what was typed here.

use axum::response::Response;
use http::StatusCode;
use maud::{Markup, html};
use rules::Refusal;

use crate::kernel::errors::Failure;
use crate::kernel::form::Form;
use crate::kernel::notice::refusal_words;
use crate::layout::components::*;
use crate::layout::icons::Icon;
use crate::layout::l10n::L10n;
use crate::layout::page::{Page, Section, Viewer};
use crate::records::field_label;

/// Draws the fields of a form.
pub type Fields<'a> = &'a dyn Fn(&Form, &L10n) -> Markup;

/// Where a form stands and what it does.
pub struct EditPage<'a> {
    pub noun: &'static str,
    pub section: Section,
    pub title: String,
    /// The pages above, address and name.
    pub crumbs: Vec<(String, String)>,
    /// Where the form is sent.
    pub action: String,
    /// Where one gets back without saving.
    pub cancel: String,
    pub fields: Fields<'a>,
}

/// The version of the record that the form was opened with; none in a form that makes a new one.
pub fn seen_version(form: &Form) -> Option<i64> {
    form.get("version").parse().ok()
}

impl EditPage<'_> {
    /// The form, empty or with what is stored.
    pub fn show(&self, viewer: &Viewer, form: &Form) -> Response {
        self.page(viewer, form, StatusCode::OK, html! {})
    }

    /// The form again after a failure, with what was typed. `current` is the form of what is stored now.
    ///
    /// Errors: the failure itself where the form cannot help.
    pub fn again(
        &self,
        viewer: &Viewer,
        form: Form,
        current: Option<Form>,
        failure: Failure,
    ) -> Result<Response, Failure> {
        let l = &viewer.l;
        match failure {
            Failure::Invalid(problems) => {
                let form = form.with(problems);
                Ok(self.page(viewer, &form, StatusCode::UNPROCESSABLE_ENTITY, html! {}))
            }
            Failure::Refused(Refusal::ChangedMeanwhile { .. }) if current.is_some() => {
                let current = current.unwrap_or_default();
                let told = meanwhile(l, self.noun, &form, &current);
                let mut form = form;
                form.set("version", current.get("version"));
                Ok(self.page(viewer, &form, StatusCode::CONFLICT, told))
            }
            Failure::Refused(refusal) => {
                let told = notice(Tone::Risk, refusal_words(&refusal, l));
                Ok(self.page(viewer, &form, StatusCode::CONFLICT, told))
            }
            other => Err(other),
        }
    }

    fn page(&self, viewer: &Viewer, form: &Form, status: StatusCode, above: Markup) -> Response {
        let l = &viewer.l;
        let mut page = Page::new(viewer, self.section, self.title.clone()).status(status);
        for (href, label) in &self.crumbs {
            page = page.crumb(href.clone(), label.clone());
        }
        page.body(html! {
            (above)
            (error_summary(form, l))
            form class="form" method="post" action=(self.action) data-guard {
                @if let Some(version) = form.some("version") { input type="hidden" name="version" value=(version); }
                ((self.fields)(form, l))
                div class="form-foot" {
                    (submit(l.t("form-save")))
                    a class="button quiet" href=(self.cancel) { (l.t("form-cancel")) }
                }
            }
        })
    }
}

/// What a colleague saved in the meantime, field by field, where it differs from what was typed.
fn meanwhile(l: &L10n, noun: &str, typed: &Form, current: &Form) -> Markup {
    let differing: Vec<(&str, &str)> = current
        .values()
        .filter(|(name, _)| *name != "version" && !name.ends_with("_text"))
        .filter(|(name, value)| typed.get(name) != value.trim())
        .collect();
    notice(
        Tone::Risk,
        html! {
            strong { (l.t("records-meanwhile")) }
            @if differing.is_empty() { p { (l.t("records-meanwhile-same")) } }
            @else {
                p { (l.t("records-meanwhile-differs")) }
                ul {
                    @for (name, value) in differing {
                        li {
                            (field_label(l, noun, name)) ": "
                            strong { @if value.is_empty() { (l.t("records-empty-value")) } @else { (value) } }
                        }
                    }
                }
            }
        },
    )
}

/// The button and dialog that put a record away, or the button that brings it back.
pub fn archive_act(l: &L10n, path: &str, version: i64, archived: bool) -> Markup {
    html! {
        @if archived {
            form class="inline" method="post" action={ (path) "/restore" } {
                input type="hidden" name="version" value=(version);
                button class="button" type="submit" { (crate::layout::icons::icon(Icon::Undo)) span { (l.t("records-restore")) } }
            }
        } @else {
            (menu(Icon::More, l.t("records-more"), html! {
                form method="post" action={ (path) "/archive" } {
                    input type="hidden" name="version" value=(version);
                    button type="submit" { (crate::layout::icons::icon(Icon::Archive)) span { (l.t("records-archive")) } }
                }
            }))
        }
    }
}

/// The line above the page of a record that was put away.
pub fn archived_notice(l: &L10n, archived_at: Option<jiff::Timestamp>) -> Markup {
    html! {
        @if let Some(at) = archived_at {
            (notice(Tone::Void, l.ta("records-archived-at", &[("at", l.datetime(at).into())])))
        }
    }
}
