//! Faxes (传真): kept as they came, their pages made pictures, sorted by a person (C7.2).
//!
//! A fax comes from a fax server, which calls us ([`receive`]) or puts a file into a directory ([`look`]), or from a
//! gateway that turns faxes into letters, which [`super::duty`] tells apart.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use ::fax::{Kind, Limits, pages};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use jiff::SignedDuration;
use rules::Invalid;
use rules::access::perm;
use rules::channels::{Direction, Fate};
use rules::customers::Phone;
use rules::faxes::number_in;
use rules::ids::MessageId;
use rules::text::Line;
use rules::tickets::Channel;
use serde::Serialize;
use sha2::{Digest, Sha256};
use utoipa::{OpenApi, ToSchema};

use super::duty::{TOPIC, aside};
use super::intake::LETTER_LIMIT_BYTES;
use super::letters;
use crate::attachments::keep::Arriving;
use crate::attachments::store::NewAttachment;
use crate::kernel::actor::{Actor, By};
use crate::kernel::turn::Turn;
use crate::layout::l10n::{L10n, Locale};
use crate::messages::fax as fax_pages;
use crate::messages::store::{self, Decided, MessageRow, NewMessage};
use crate::tickets::files::receive_form;
use crate::{App, Failure, health};

/// Faxes that one turn looks at.
const FAXES_MAX: i64 = 10;
/// How often a fax is tried before it is set aside.
const ATTEMPTS_MAX: i64 = 3;
/// How long a fax is one process's.
const LEASE: SignedDuration = SignedDuration::from_mins(10);
/// How long the pages of one fax may take to draw.
const DRAWN_WITHIN: Duration = Duration::from_secs(120);
/// Files of the directory that one turn takes.
const FILES_MAX: usize = 20;
/// Names of the directory that one turn looks at.
const NAMES_MAX: usize = 1_000;
/// How long nobody may have written to a file before it counts as whole.
const AT_REST: Duration = Duration::from_secs(5);

/// The key of the fax under the id that its sender gave it; a fax that is told twice is one.
pub fn key(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(b"fax\0");
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A fax that came.
#[derive(Clone, Debug)]
pub struct Came {
    pub sha256: String,
    pub bytes: i64,
    /// The number that sent it, as it was told.
    pub number: String,
    /// Our line that it came to.
    pub line: String,
    /// What makes it the same fax when it is told twice.
    pub key: String,
}

/// Notes a fax whose bytes are on the disk; tells whether it is new.
pub fn note(tx: &mut db::Tx, came: &Came, now: jiff::Timestamp) -> Result<(MessageId, bool), Failure> {
    if let Some(known) = store::by_content(tx, &came.key)? {
        return Ok((known, false));
    }
    let new = NewMessage {
        direction: Direction::In,
        channel: Channel::Fax,
        fate: Fate::Kept,
        sha256: came.sha256.clone(),
        bytes: came.bytes,
        mailbox: came.line.clone(),
        sender_name: String::new(),
        sender: came.number.clone(),
        subject: String::new(),
    };
    let id = store::add(tx, &new, now)?;
    store::set_content(tx, id, &came.key)?;
    Ok((id, true))
}

/// One turn: draws what came.
///
/// Errors: [`Failure`] of the database or the disk; the fax is tried again.
pub async fn turn(app: &App) -> Result<Turn, Failure> {
    let now = app.clock.now();
    let ids = app.read(move |tx| Ok(store::kept(tx, Channel::Fax, now, FAXES_MAX)?)).await?;
    let mut done = 0;
    for id in &ids {
        done += u64::from(take(app, *id).await?);
    }
    Ok(Turn { done, more: done > 0, next_at: None })
}

async fn take(app: &App, id: MessageId) -> Result<bool, Failure> {
    let now = app.clock.now();
    let Some(row) = app.touch(move |tx| Ok(store::claim(tx, id, now, LEASE)?)).await? else {
        return Ok(false);
    };
    if row.attempts > ATTEMPTS_MAX {
        return set_aside(app, id, "it was tried too often".to_owned()).await;
    }
    let raw = match letters::raw(app, &row.sha256).await {
        Ok(raw) => raw,
        Err(failure) => return set_aside(app, id, failure.to_string()).await,
    };
    let drawing = tokio::task::spawn_blocking(move || {
        catch_unwind(AssertUnwindSafe(|| pages(&raw, &Limits::default()).map_err(|error| error.to_string())))
            .unwrap_or_else(|_| Err("drawing it broke".to_owned()))
    });
    let drawn = match tokio::time::timeout(DRAWN_WITHIN, drawing).await {
        Ok(Ok(Ok(drawn))) => drawn,
        Ok(Ok(Err(words))) => return set_aside(app, id, words).await,
        Ok(Err(error)) => return set_aside(app, id, error.to_string()).await,
        Err(_) => {
            return set_aside(app, id, format!("drawing it takes longer than {} s", DRAWN_WITHIN.as_secs()))
                .await;
        }
    };
    let mut kept = Vec::new();
    for (place, page) in drawn.iter().enumerate() {
        let mut arriving = Arriving::begin(&app.config.data, LETTER_LIMIT_BYTES).await?;
        arriving.write(&page.png).await?;
        let whole = arriving.finish().await?;
        kept.push(NewAttachment {
            sha256: whole.sha256,
            bytes: i64::try_from(whole.bytes).map_err(Failure::broke)?,
            media_type: whole.media_type,
            file_name: page_name(place),
        });
    }
    app.change(By::System("fax"), move |change| {
        let Some(row) = store::find_to_change(change.tx, id)?.filter(|row| row.fate == Fate::Kept) else {
            return Ok(());
        };
        fax_pages::add(change.tx, id, &kept)?;
        let number = Phone::parse_optional("number", &row.sender).ok().flatten();
        let known = number.map(|number| fax_pages::contact_of(change.tx, &number.key)).transpose()?.flatten();
        if let Some((_, _, name)) = &known {
            store::name_sender(change.tx, id, name)?;
        }
        let decided = Decided {
            contact: known.as_ref().map(|(contact, _, _)| *contact),
            customer: known.as_ref().map(|(_, customer, _)| *customer),
            ..Decided::only(Fate::Unsorted)
        };
        store::decide(change.tx, id, &decided)?;
        change.nudge(TOPIC);
        Ok(())
    })
    .await?;
    Ok(true)
}

async fn set_aside(app: &App, id: MessageId, problem: String) -> Result<bool, Failure> {
    app.change(By::System("fax"), move |change| aside(change, id, &problem)).await?;
    Ok(true)
}

/// What a page is called among the files of a ticket.
fn page_name(place: usize) -> String {
    format!("fax-{}.png", place + 1)
}

/// The files of a fax, as a ticket keeps them: as it came, and its pages.
pub fn files(tx: &mut db::Tx, row: &MessageRow, kind: Option<Kind>) -> Result<Vec<NewAttachment>, Failure> {
    let (media_type, ending) = match kind {
        Some(Kind::Pdf) => ("application/pdf", "pdf"),
        Some(Kind::Tiff) => ("image/tiff", "tif"),
        None => ("application/octet-stream", "bin"),
    };
    let whole = NewAttachment {
        sha256: row.sha256.clone(),
        bytes: row.bytes,
        media_type,
        file_name: format!("fax.{ending}"),
    };
    let pages = fax_pages::of(tx, row.id)?.into_iter().map(|page| NewAttachment {
        sha256: page.sha256,
        bytes: page.bytes,
        media_type: "image/png",
        file_name: page_name(usize::try_from(page.place - 1).unwrap_or(0)),
    });
    Ok(std::iter::once(whole).chain(pages).collect())
}

/// Under which code the directory's health is known.
const CHANNEL: &str = "fax-in";

/// One turn: takes what a fax server put into the directory, where one is configured.
///
/// Errors: [`Failure`] of the database or the disk; a directory that cannot be read is an ill channel.
pub async fn look(app: &App) -> Result<Turn, Failure> {
    match app.config.fax_directory.clone() {
        Some(folder) => look_into(app, folder).await,
        None => Ok(Turn::default()),
    }
}

/// Takes the faxes of a directory.
///
/// A file is taken once nobody wrote to it for a while by the clock of its own disk, and is then moved into `taken`.
/// One that was taken and not moved is known again. The name may begin with the number and `_`.
///
/// Errors: as [`look`].
pub async fn look_into(app: &App, folder: PathBuf) -> Result<Turn, Failure> {
    let found = tokio::task::spawn_blocking(move || whole_files(&folder)).await.map_err(Failure::broke)?;
    let words = found.as_ref().err().map(ToString::to_string);
    let found = found.unwrap_or_default();
    let (now, fails, came) = (app.clock.now(), words.is_some(), !found.is_empty());
    let is_ill = app
        .read(|tx| Ok(health::store::open(tx)?))
        .await?
        .iter()
        .any(|channel| channel.code == CHANNEL && channel.failing_since_at.is_some());
    if fails || came || is_ill {
        let l = L10n::new(Locale::default(), app.config.time_zone(), now);
        let name = l.t("channel-fax-in").into_owned();
        app.touch(move |tx| {
            match words {
                Some(words) => health::store::ill(tx, CHANNEL, &name, &words, now)?,
                None => health::store::well(tx, CHANNEL, &name, now)?,
            }
            Ok(())
        })
        .await?;
    }
    let more = found.len() == FILES_MAX;
    let mut done = 0;
    for path in found {
        take_file(app, &path).await?;
        done += 1;
    }
    Ok(Turn { done, more, next_at: None })
}

fn whole_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    // The time of the disk, which may be another machine's.
    let mark = folder.join(".aftercare");
    std::fs::write(&mark, b"")?;
    let now = std::fs::metadata(&mark)?.modified()?;
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)?.take(NAMES_MAX) {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().to_lowercase();
        let is_fax =
            !name.starts_with('.') && [".tif", ".tiff", ".pdf"].iter().any(|end| name.ends_with(end));
        let known = entry.metadata()?;
        if is_fax
            && known.is_file()
            && now.duration_since(known.modified()?).is_ok_and(|rest| rest >= AT_REST)
        {
            found.push(entry.path());
        }
    }
    found.sort();
    found.truncate(FILES_MAX);
    Ok(found)
}

async fn take_file(app: &App, path: &Path) -> Result<(), Failure> {
    let broke = |error: std::io::Error| Failure::broke(format!("{}: {error}", path.display()));
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let folder = path.parent().unwrap_or(Path::new("."));
    let bytes = tokio::fs::metadata(path).await.map_err(broke)?.len();
    if bytes > LETTER_LIMIT_BYTES {
        tracing::warn!(path = %path.display(), bytes, "a fax is too large");
        return put_away(path, folder, "refused", &name).await.map_err(broke);
    }
    let raw = tokio::fs::read(path).await.map_err(broke)?;
    let mut arriving = Arriving::begin(&app.config.data, LETTER_LIMIT_BYTES).await?;
    arriving.write(&raw).await?;
    let kept = arriving.finish().await?;
    let stem = name.split_once('_').map_or("", |(number, _)| number);
    let number = number_in(&[stem]).map(|phone| phone.shown).unwrap_or_default();
    let came = Came {
        key: key(&["file", &name, &kept.sha256]),
        sha256: kept.sha256,
        bytes: i64::try_from(kept.bytes).map_err(Failure::broke)?,
        number,
        line: String::new(),
    };
    let now = app.clock.now();
    app.touch(move |tx| note(tx, &came, now)).await?;
    put_away(path, folder, "taken", &name).await.map_err(broke)
}

async fn put_away(path: &Path, folder: &Path, shelf: &str, name: &str) -> std::io::Result<()> {
    let shelf = folder.join(shelf);
    tokio::fs::create_dir_all(&shelf).await?;
    tokio::fs::rename(path, shelf.join(name)).await
}

/// The description of the endpoint.
#[derive(OpenApi)]
#[openapi(paths(receive), components(schemas(TakenFax)))]
pub struct Doc;

/// A fax that was taken.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TakenFax {
    /// The message that it became.
    pub message: i64,
}

/// A fax server hands over what it received: `multipart/form-data` with the `file` (TIFF or PDF), the `number` that
/// sent it, our `line`, and an `id` that is the server's own. The same `id` again is the same fax.
#[utoipa::path(post, path = "/api/v1/faxes", tag = "Messages",
    request_body(content = String, content_type = "multipart/form-data", description = "`file`, `number`, `line`, `id`"),
    responses((status = 201, description = "The fax is kept", body = TakenFax),
        (status = 200, description = "It was kept before", body = TakenFax)))]
pub async fn receive(
    app: App,
    actor: Actor<perm::TellCallEvents>,
    request: Request,
) -> Result<Response, Failure> {
    let (form, files) = receive_form(&app, request, LETTER_LIMIT_BYTES).await?;
    let [file] = files.as_slice() else { return Err(Invalid::required("file").into()) };
    let line = |field: &'static str| {
        Line::parse_optional(field, form.get(field)).map(|line| line.map(String::from).unwrap_or_default())
    };
    let (number, to, id) = (line("number")?, line("line")?, line("id")?);
    let raw = letters::raw(&app, &file.sha256).await?;
    if Kind::of(&raw).is_none() {
        return Err(Invalid::new("file", "error-not-a-fax").into());
    }
    let key = if id.is_empty() { key(&["bytes", &file.sha256, &number]) } else { key(&["id", &id]) };
    let came = Came { sha256: file.sha256.clone(), bytes: file.bytes, number, line: to, key };
    let (message, is_new) = app.change(&actor, move |change| note(change.tx, &came, change.now)).await?;
    app.wake.notify_one();
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, axum::Json(TakenFax { message: message.get() })).into_response())
}
