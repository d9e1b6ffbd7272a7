//! Commitments over the API.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use rules::Invalid;
use rules::access::perm;
use rules::ids::CommitmentId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{OpenApi, ToSchema};

use super::problems;
use super::publish::{Draft, publish};
use super::store::{self, CommitmentRow, ListedCommitment};
use crate::App;
use crate::api::{Body, Listed, created};
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;

/// Versions that the list shows.
const SHOWN_MOST: i64 = 200;

/// The description of these endpoints.
#[derive(OpenApi)]
#[openapi(paths(list, show, create), components(schemas(Commitment, CommitmentLine, CommitmentInput)))]
pub struct Doc;

/// A published version of a commitment file.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Commitment {
    pub id: i64,
    #[schema(example = "standard")]
    pub name: String,
    pub version: String,
    /// By language tag.
    pub title: BTreeMap<String, String>,
    /// Of the text and its calendars.
    pub sha256: String,
    /// The file, word for word.
    pub text: String,
    #[schema(value_type = Option<String>, format = Date)]
    pub effective_on: Option<Date>,
    #[schema(value_type = String, format = DateTime)]
    pub published_at: Timestamp,
}

/// A version as a list shows it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CommitmentLine {
    pub id: i64,
    pub name: String,
    pub version: String,
    pub title: BTreeMap<String, String>,
    pub sha256: String,
    #[schema(value_type = Option<String>, format = Date)]
    pub effective_on: Option<Date>,
    #[schema(value_type = String, format = DateTime)]
    pub published_at: Timestamp,
}

/// A file to publish.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommitmentInput {
    /// The file (docs/promise-file.md).
    pub text: String,
}

impl From<CommitmentRow> for Commitment {
    fn from(row: CommitmentRow) -> Commitment {
        let CommitmentRow { id, name, version, title, sha256, text, effective_on, published_at, .. } = row;
        Commitment { id: id.get(), name, version, title, sha256, text, effective_on, published_at }
    }
}

impl From<ListedCommitment> for CommitmentLine {
    fn from(row: ListedCommitment) -> CommitmentLine {
        let ListedCommitment { id, name, version, title, sha256, effective_on, published_at } = row;
        CommitmentLine { id: id.get(), name, version, title, sha256, effective_on, published_at }
    }
}

/// The published versions, newest first.
#[utoipa::path(get, path = "/api/v1/commitments", tag = "Commitments",
    responses((status = 200, body = Listed<CommitmentLine>)))]
pub async fn list(app: App, _: Actor<perm::ViewPromises>) -> Result<Response, Failure> {
    let rows = app.read(move |tx| Ok(store::all(tx, SHOWN_MOST)?)).await?;
    let items = rows.into_iter().map(CommitmentLine::from).collect();
    Ok(axum::Json(serde_json::to_value(Listed::<CommitmentLine> { items, next: None })?).into_response())
}

/// One version with its text.
#[utoipa::path(get, path = "/api/v1/commitments/{id}", tag = "Commitments", params(("id" = i64, Path)),
    responses((status = 200, body = Commitment)))]
pub async fn show(
    app: App,
    _: Actor<perm::ViewPromises>,
    Path(id): Path<CommitmentId>,
) -> Result<Response, Failure> {
    let row = app.read(move |tx| Ok(store::find(tx, id)?)).await?.ok_or(Failure::NotFound)?;
    Ok(axum::Json(serde_json::to_value(Commitment::from(row))?).into_response())
}

/// Publishes a version. The same file may be sent again; another text needs another version.
#[utoipa::path(post, path = "/api/v1/commitments", tag = "Commitments", request_body = CommitmentInput,
    responses((status = 201, body = Commitment)))]
pub async fn create(
    app: App,
    actor: Actor<perm::PublishCommitments>,
    Body(input): Body<CommitmentInput>,
) -> Result<Response, Failure> {
    let draft = Draft::read(&input.text).map_err(|found| {
        let told = found.iter().map(|problem| {
            Invalid::new("text", "error-commitment-file")
                .with("line", problem.line)
                .with("column", problem.column)
                .with("message", problems::with_mend(&actor.l, problem))
        });
        Failure::Invalid(told.collect())
    })?;
    let user = actor.person.id;
    let row = app
        .change(&actor, move |c| {
            let id = publish(c, &draft, Some(user))?;
            store::find(c.tx, id)?.ok_or(Failure::NotFound)
        })
        .await?;
    created(&format!("/api/v1/commitments/{}", row.id), &Commitment::from(row))
}
