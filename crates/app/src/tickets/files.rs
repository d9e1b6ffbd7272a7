//! Files of a ticket: brought by drag, paste, camera or program, and taken away with a reason.

use std::path::PathBuf;

use axum::extract::multipart::{Field, Multipart};
use axum::extract::{DefaultBodyLimit, FromRequest, Path, Request};
use axum::response::{IntoResponse, Response};
use axum::{Json, RequestExt};
use http::{StatusCode, header};
use rules::access::perm;
use rules::event::{Event, Happening};
use rules::ids::*;
use rules::text::Reason;
use rules::tickets::{State, Visibility};
use rules::{Invalid, Refusal};
use serde_json::json;

use super::change::{self, number, path};
use super::store;
use crate::attachments::keep::Arriving;
use crate::attachments::media::plain_name;
use crate::attachments::store::{self as attachments, NewAttachment};
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::Form;
use crate::kernel::notice::{Notice, go};
use crate::kernel::state::App;

/// Files in one request.
const FILES_MOST: usize = 50;
/// How many times the limit of one file a request with several may be.
const LIMITS_A_REQUEST: u64 = 4;

/// Streams the files of a multipart request to the disk.
///
/// Errors: [`Failure::TooLarge`] as soon as it is known, [`Failure::DiskFull`], [`Failure::Unreadable`];
/// what had arrived is then gone again.
pub async fn receive(app: &App, request: Request) -> Result<Vec<NewAttachment>, Failure> {
    let (_, files) = receive_form(app, request, app.config.attachment_limit_bytes).await?;
    if files.is_empty() { Err(Invalid::required("files").into()) } else { Ok(files) }
}

/// Fields beside files in one request.
const FIELDS_MOST: usize = 100;
/// The longest text of a field beside files. Units: bytes.
const FIELD_MOST_BYTES: usize = 256 << 10;

/// The same for a form with fields beside its files, of which there may be none.
///
/// Units: `limit_bytes` is the largest of the files.
pub async fn receive_form(
    app: &App,
    mut request: Request,
    limit_bytes: u64,
) -> Result<(Form, Vec<NewAttachment>), Failure> {
    let announced = request.headers().get(header::CONTENT_LENGTH);
    let announced = announced.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    // What can only be refused is refused before a byte of it is read.
    if announced.is_some_and(|bytes| bytes > limit_bytes.saturating_mul(LIMITS_A_REQUEST)) {
        return Err(Failure::TooLarge { limit_bytes });
    }
    // The limit of ordinary requests is not for files; theirs is counted while they arrive.
    DefaultBodyLimit::disable().apply(&mut request);
    let request = request.with_limited_body();
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| Failure::Unreadable)?;
    let mut files = Vec::new();
    let mut fields: Vec<(String, String)> = Vec::new();
    while let Some(mut part) = parts.next_field().await.map_err(|_| Failure::Unreadable)? {
        let Some(name) = part.file_name().map(str::to_owned) else {
            let field = part.name().unwrap_or_default().to_owned();
            let mut text = Vec::new();
            while let Some(chunk) = part.chunk().await.map_err(|_| Failure::Unreadable)? {
                text.extend_from_slice(&chunk);
                if text.len() > FIELD_MOST_BYTES || fields.len() >= FIELDS_MOST {
                    return Err(Failure::TooLarge { limit_bytes: FIELD_MOST_BYTES as u64 });
                }
            }
            fields.push((field, String::from_utf8_lossy(&text).into_owned()));
            continue;
        };
        // A file field that was left empty comes as a file without a name.
        if name.is_empty() {
            continue;
        }
        if files.len() == FILES_MOST {
            return Err(Invalid::new("files", "error-too-many-files").with("most", FILES_MOST).into());
        }
        files.push(arrive(app.config.data.clone(), limit_bytes, plain_name(&name), part).await?);
    }
    Ok((Form::of(fields), files))
}

async fn arrive(
    data: PathBuf,
    limit_bytes: u64,
    file_name: String,
    mut part: Field<'_>,
) -> Result<NewAttachment, Failure> {
    let mut arriving = Arriving::begin(&data, limit_bytes).await?;
    while let Some(chunk) = part.chunk().await.map_err(|_| Failure::Unreadable)? {
        arriving.write(&chunk).await?;
    }
    let kept = arriving.finish().await?;
    let bytes = i64::try_from(kept.bytes).map_err(Failure::broke)?;
    Ok(NewAttachment { sha256: kept.sha256, bytes, media_type: kept.media_type, file_name })
}

/// Receives the files of a request and notes them on the ticket, all or none.
pub async fn add<P>(
    app: &App,
    actor: &Actor<P>,
    id: TicketId,
    request: Request,
) -> Result<Vec<AttachmentId>, Failure> {
    app.read(move |tx| takes_files(&store::find(tx, id)?.ok_or(Failure::NotFound)?)).await?;
    let files = receive(app, request).await?;
    let user = actor.person.id;
    app.change(actor, move |c| {
        let row = change::load(c, id, None)?;
        takes_files(&row)?;
        let ticket = row.ticket();
        let mut ids = Vec::new();
        let mut happened = Vec::new();
        for file in &files {
            let attachment = attachments::add(c.tx, id, file, Some(user), c.now)?;
            ids.push(attachment);
            let event = file.added(attachment);
            happened.push(Happening { at: c.now, about: ticket.about(), event });
        }
        change::save(c, ticket, happened)?;
        Ok(ids)
    })
    .await
}

fn takes_files(row: &store::TicketRow) -> Result<(), Failure> {
    if row.state == State::Merged {
        return Err(Refusal::NotInThisState { verb: "ticket-verb-attach", state: row.state.code() }.into());
    }
    Ok(())
}

/// POST /tickets/{number}/attachments: from the form, or from the script that sends each file by itself.
pub async fn upload(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    let id = number(&text)?;
    let by_script = request.headers().get(header::ACCEPT).is_some_and(|accept| accept == "application/json");
    let count = add(&app, &actor, id, request).await?.len();
    if by_script {
        return Ok((StatusCode::CREATED, Json(json!({ "count": count }))).into_response());
    }
    Ok(go(&format!("{}#attachments", path(id)), Notice::new("notice-attachments-added").with("count", count)))
}

/// POST /tickets/{number}/attachments/{id}/sharing: whether the customer sees a file.
pub async fn share(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path((text, attachment)): Path<(String, i64)>,
    form: Form,
) -> Result<Response, Failure> {
    let id = number(&text)?;
    let visibility: Visibility =
        form.get("visibility").parse().map_err(|_| Failure::field("visibility", "error-required"))?;
    app.change(&actor, move |c| {
        let ticket = change::load(c, id, None)?.ticket();
        let file = attachments::find(c.tx, AttachmentId(attachment))?;
        let file = file.filter(|file| file.ticket_id == id && file.removed_at.is_none());
        let file = file.ok_or(Failure::NotFound)?;
        if !attachments::share(c.tx, file.id, visibility)? {
            return Err(Refusal::AlreadySo.into());
        }
        let event = Event::TicketAttachmentShared { attachment: file.id, visibility };
        let happening = Happening { at: c.now, about: ticket.about(), event };
        change::save(c, ticket, vec![happening]).map(drop)
    })
    .await?;
    Ok(go(&format!("{}#attachments", path(id)), Notice::new("notice-attachment-shared")))
}

/// POST /tickets/{number}/attachments/{id}/removal
pub async fn remove(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path((text, attachment)): Path<(String, i64)>,
    form: Form,
) -> Result<Response, Failure> {
    let id = number(&text)?;
    let reason = Reason::parse("reason", form.get("reason"))?;
    app.change(&actor, move |c| {
        let ticket = change::load(c, id, None)?.ticket();
        let file = attachments::find(c.tx, AttachmentId(attachment))?.filter(|file| file.ticket_id == id);
        let file = file.ok_or(Failure::NotFound)?;
        if !attachments::remove(c.tx, file.id, c.now)? {
            return Err(Refusal::AlreadySo.into());
        }
        let event = Event::TicketAttachmentRemoved {
            attachment: file.id,
            sha256: file.sha256,
            reason: reason.into(),
        };
        let happening = Happening { at: c.now, about: ticket.about(), event };
        change::save(c, ticket, vec![happening]).map(drop)
    })
    .await?;
    Ok(go(&format!("{}#attachments", path(id)), Notice::new("notice-attachment-removed")))
}
