//! An article as it is read: on its page, in the preview, on the portal.

use maud::{Markup, html};
use rules::articles::{Affected, ArticleForm, parse_affected};

use super::store::FileRow;
use crate::attachments::media;
use crate::kernel::errors::bytes_words;
use crate::kernel::form::encode;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::layout::markdown::{self, FILES};

/// Where our own people find files of articles, and where the customer's people do.
pub const STAFF_FILES: &str = FILES;
pub const PORTAL_FILES: &str = "/portal/article-files/";

/// The words of an article, part by part; what is empty is left out.
pub fn words(l: &L10n, form: &ArticleForm, files: &str) -> Markup {
    let parts = [
        ("label-article-symptom", &form.symptom),
        ("label-article-cause", &form.cause),
        ("label-article-workaround", &form.workaround),
        ("label-article-solution", &form.solution),
    ];
    let affected = parse_affected(&form.affected).unwrap_or_default();
    html! {
        div class="article-words" {
            @for (place, (label, text)) in parts.into_iter().enumerate() {
                @if !text.trim().is_empty() {
                    section class={ "article-part" @if label.ends_with("solution") { " article-solution" } } {
                        h2 { (l.t(label)) }
                        (markdown::shown(text, files))
                    }
                }
                @if place == 0 && !affected.is_empty() { (products(l, &affected)) }
            }
        }
    }
}

fn products(l: &L10n, affected: &[Affected]) -> Markup {
    html! {
        section class="article-part" {
            h2 { (l.t("label-article-affected")) }
            ul class="article-products" { @for one in affected {
                li { strong { (one.model) } " " span class="muted" { @if one.versions.is_empty() { (l.t("article-all-versions")) } @else { (one.versions) } } }
            } }
        }
    }
}

/// The address of a file of an article.
pub fn file_path(file: &FileRow, files: &str) -> String {
    format!("{files}{}/{}", file.id, encode(&file.file_name).replace('+', "%20"))
}

/// A file in a list.
pub fn file_line(l: &L10n, file: &FileRow, files: &str) -> Markup {
    let address = file_path(file, files);
    html! {
        a class="file" href=(address) {
            @if media::is_picture(&file.media_type) { img src=(address) alt="" loading="lazy" width="48" height="48"; }
            @else { (icon(Icon::Attach)) }
            span class="file-name" { (file.file_name) }
            span class="quiet" { (bytes_words(l, file.bytes.unsigned_abs())) }
        }
    }
}
