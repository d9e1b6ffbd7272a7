//! Files of a ticket as its page shows them, and each file handed out.

use axum::body::Body;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use maud::{Markup, html};
use rules::access::perm;
use rules::ids::AttachmentId;
use rules::tickets::Visibility;
use tokio_util::io::ReaderStream;

use super::store::{self, Attachment};
use super::{keep, media};
use crate::kernel::actor::Actor;
use crate::kernel::errors::{Failure, bytes_words};
use crate::kernel::form::{Form, encode};
use crate::kernel::state::App;
use crate::layout::components::*;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;

/// The address of a file.
pub fn path(file: &Attachment) -> String {
    format!("/attachments/{}/{}", file.id, encode(&file.file_name).replace('+', "%20"))
}

/// The files of a thing, and where more are dropped, pasted or photographed. `upload` is where a form sends
/// them; a script sends them to the same place under `/api/v1`, which answers with a problem document.
pub fn card(l: &L10n, upload: &str, files: &[Attachment], limit_bytes: u64, takes_more: bool) -> Markup {
    html! {
        section class="card" id="attachments" {
            h2 { (l.t("attachments-title")) @if !files.is_empty() { " " span class="count" { (files.len()) } } }
            ul class="files" id="attachment-list" data-live="*" {
                @for file in files { (line(l, upload, file, takes_more)) }
            }
            @if takes_more {
                form class="upload" method="post" action=(upload) enctype="multipart/form-data"
                    data-upload={ "/api/v1" (upload) } data-limit=(limit_bytes) {
                    (FileDrop::new("files", l.t("attachments-drop")).several()
                        .hint(l.ta("attachments-hint", &[("limit", bytes_words(l, limit_bytes).into())])).of(&Form::default(), l))
                    button class="button" type="submit" { (icon(Icon::Attach)) span { (l.t("attachments-add")) } }
                }
            }
        }
    }
}

fn line(l: &L10n, upload: &str, file: &Attachment, may_remove: bool) -> Markup {
    html! {
        li {
            a class="file" href=(path(file)) {
                @if media::is_picture(&file.media_type) {
                    img src=(path(file)) alt="" loading="lazy" width="48" height="48";
                } @else { (icon(Icon::Attach)) }
                span class="file-name" { (file.file_name) }
                span class="quiet" { (bytes_words(l, file.bytes.unsigned_abs())) " · " (when(l, file.added_at)) }
            }
            @if file.visibility == Visibility::Public { (chip(Tone::Info, Icon::Eye, l.t("attachments-shared"))) }
            @if may_remove {
                details class="menu" data-menu {
                    summary class="button quiet" { (icon(Icon::More)) span class="unseen" { (l.t("attachments-more")) } }
                    div class="menu-items" {
                    form method="post" action={ (upload) "/" (file.id) "/sharing" } {
                        @let shared = file.visibility == Visibility::Public;
                        input type="hidden" name="visibility" value=(if shared { "internal" } else { "public" });
                        button class="button" type="submit" {
                            (icon(if shared { Icon::Lock } else { Icon::Eye }))
                            span { (l.t(if shared { "attachments-unshare" } else { "attachments-share" })) }
                        }
                    }
                    form class="form" method="post" action={ (upload) "/" (file.id) "/removal" } {
                        (Field::text("reason", l.t("attachments-remove-reason")).required().of(&Form::default(), l))
                        button class="button" type="submit" { (icon(Icon::Cross)) span { (l.t("attachments-remove")) } }
                    }
                    }
                }
            }
        }
    }
}

/// GET /attachments/{id}/{name}: the file, as a stream.
///
/// Pictures and plain text are shown in place, under a policy that lets nothing in them act; everything else
/// is saved as a file.
pub async fn serve(
    app: App,
    _: Actor<perm::ViewTickets>,
    Path((id, _)): Path<(i64, String)>,
) -> Result<Response, Failure> {
    let file = app.read(move |tx| store::find(tx, AttachmentId(id))?.ok_or(Failure::NotFound)).await?;
    if file.removed_at.is_some() {
        return Err(Failure::Gone);
    }
    hand_out(&app, &file.sha256, &file.media_type, &file.file_name, file.bytes).await
}

/// Hands out the bytes that are kept under a hash: shown in place where that is harmless, else saved.
pub async fn hand_out(
    app: &App,
    sha256: &str,
    media_type: &str,
    file_name: &str,
    bytes: i64,
) -> Result<Response, Failure> {
    let place = keep::place(&app.config.data, sha256);
    let opened = tokio::fs::File::open(&place)
        .await
        .map_err(|error| Failure::broke(format!("no attachment at {}: {error}", place.display())))?;
    let mut response = Body::from_stream(ReaderStream::with_capacity(opened, 64 << 10)).into_response();
    let shown = media::is_shown(media_type);
    let kind = match media_type {
        "text/plain" => "text/plain; charset=utf-8",
        kind if shown => kind,
        _ => "application/octet-stream",
    };
    let name = encode(file_name).replace('+', "%20");
    let disposition = format!("{}; filename*=UTF-8''{name}", if shown { "inline" } else { "attachment" });
    let headers = response.headers_mut();
    let value = |text: &str| HeaderValue::from_str(text).map_err(Failure::broke);
    headers.insert(header::CONTENT_TYPE, value(kind)?);
    headers.insert(header::CONTENT_DISPOSITION, value(&disposition)?);
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=31536000, immutable"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    headers.insert(header::ETAG, value(&format!("\"{sha256}\""))?);
    Ok(response)
}
