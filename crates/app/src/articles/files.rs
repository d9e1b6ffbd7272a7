//! Files and pictures of articles: brought, handed out, taken away.

use axum::Json;
use axum::extract::{Path, Request};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use rules::access::perm;
use rules::ids::ArticleId;
use serde_json::json;

use super::pages::found;
use super::{change, store};
use crate::App;
use crate::attachments::page::hand_out;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::notice::{Notice, go};
use crate::tickets::articles::article_path;
use crate::tickets::files::receive;

/// POST /articles/{id}/files
pub async fn upload(
    app: App,
    actor: Actor<perm::WriteArticles>,
    Path(id): Path<ArticleId>,
    request: Request,
) -> Result<Response, Failure> {
    let by_script = request.headers().get(header::ACCEPT).is_some_and(|accept| accept == "application/json");
    app.read(move |tx| found(tx, id)).await?;
    let files = receive(&app, request).await?;
    let (count, user) = (files.len(), Some(actor.person.id));
    app.change(&actor, move |c| change::add_files(c, id, &files, user)).await?;
    if by_script {
        return Ok((StatusCode::CREATED, Json(json!({ "count": count }))).into_response());
    }
    let said = Notice::new("notice-attachments-added").with("count", count);
    Ok(go(&format!("{}#article-files", article_path(id)), said))
}

/// POST /articles/{id}/files/{file}/removal
pub async fn remove(
    app: App,
    actor: Actor<perm::WriteArticles>,
    Path((id, file)): Path<(ArticleId, i64)>,
) -> Result<Response, Failure> {
    app.change(&actor, move |c| change::remove_file(c, id, file)).await?;
    Ok(go(&format!("{}#article-files", article_path(id)), Notice::new("notice-attachment-removed")))
}

/// GET /article-files/{id}/{name}
pub async fn serve(
    app: App,
    _: Actor<perm::ViewArticles>,
    Path((id, _)): Path<(i64, String)>,
) -> Result<Response, Failure> {
    let file = app.read(move |tx| store::file(tx, id)?.ok_or(Failure::NotFound)).await?;
    hand_out(&app, &file.sha256, &file.media_type, &file.file_name, file.bytes).await
}
