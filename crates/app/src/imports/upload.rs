//! Taking a file in: it is streamed to the disk, its header is read, and its columns are guessed.

use axum::RequestExt;
use axum::extract::multipart::Multipart;
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::response::Response;
use rules::Invalid;
use rules::access::perm;
use sheet::{Options, Sheet};

use super::columns::{Noun, guess};
use super::store::{self, NewImport};
use crate::App;
use crate::attachments::keep::{self, Arriving};
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::Form;
use crate::kernel::notice::{Notice, go};

/// The longest file name that is kept, in characters.
const NAME_MOST_CHARS: usize = 120;

struct Arrived {
    noun: Option<Noun>,
    file: Option<(String, keep::Kept)>,
}

async fn receive(app: &App, mut request: Request) -> Result<Arrived, Failure> {
    // The limit of ordinary requests is not for files; theirs is counted while they arrive.
    DefaultBodyLimit::disable().apply(&mut request);
    let request = request.with_limited_body();
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| Failure::Unreadable)?;
    let mut arrived = Arrived { noun: None, file: None };
    while let Some(mut part) = parts.next_field().await.map_err(|_| Failure::Unreadable)? {
        if part.name() == Some("noun") {
            let text = part.text().await.map_err(|_| Failure::Unreadable)?;
            arrived.noun = Noun::parse(&text);
            continue;
        }
        let Some(name) = part.file_name().map(str::to_owned).filter(|name| !name.is_empty()) else {
            continue;
        };
        let mut file = Arriving::begin(&app.config.data, app.config.attachment_limit_bytes).await?;
        while let Some(chunk) = part.chunk().await.map_err(|_| Failure::Unreadable)? {
            file.write(&chunk).await?;
        }
        let plain = name.rsplit(['/', '\\']).next().unwrap_or(&name);
        arrived.file = Some((plain.chars().take(NAME_MOST_CHARS).collect(), file.finish().await?));
    }
    Ok(arrived)
}

/// What makes a file unreadable, beside the field that it came in.
pub fn unreadable(error: &sheet::Error) -> Invalid {
    match error {
        sheet::Error::Empty => Invalid::new("file", "error-import-empty"),
        sheet::Error::EndlessRow { line } => {
            Invalid::new("file", "error-import-endless-row").with("line", line)
        }
        sheet::Error::Workbook(reason) => {
            Invalid::new("file", "error-import-workbook").with("reason", reason)
        }
        other => Invalid::new("file", "error-import-unreadable").with("reason", other),
    }
}

/// POST /imports
pub async fn create(
    app: App,
    actor: Actor<perm::ImportRegistry>,
    request: Request,
) -> Result<Response, Failure> {
    let Arrived { noun, file } = receive(&app, request).await?;
    let again = |noun: Option<Noun>, problem: Invalid| {
        let form = Form::of([("noun", noun.map_or("", Noun::code))]).with(vec![problem]);
        super::pages::form_page(&actor, &form, http::StatusCode::UNPROCESSABLE_ENTITY)
    };
    let Some(noun) = noun else { return Ok(again(None, Invalid::required("noun"))) };
    let Some((file_name, kept)) = file else { return Ok(again(Some(noun), Invalid::required("file"))) };
    let place = keep::place(&app.config.data, &kept.sha256);
    let opened = tokio::task::spawn_blocking(move || Sheet::open(&place, &Options::default())).await;
    let sheet = match opened.map_err(Failure::broke)? {
        Ok(sheet) => sheet,
        Err(error) => return Ok(again(Some(noun), unreadable(&error))),
    };
    let new = NewImport {
        noun,
        file_name,
        sha256: kept.sha256,
        bytes: i64::try_from(kept.bytes).map_err(Failure::broke)?,
        encoding: sheet.encoding().to_owned(),
        mapping: guess(noun, sheet.header()),
    };
    let user = actor.person.id;
    let id = app.change(&actor, move |change| Ok(store::add(change.tx, &new, user, change.now)?)).await?;
    Ok(go(&format!("/imports/{id}"), Notice::new("notice-import-uploaded")))
}
