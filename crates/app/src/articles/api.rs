//! Articles over the API.

use axum::Json;
use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use rules::access::perm;
use rules::articles::{Affected, ArticleForm, ArticleKind, parse_affected, write_affected};
use rules::ids::*;
use rules::text::parse_optional_date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::change;
use super::pages::found;
use super::store::{self, ArticleBrief, ArticleFilter, ArticleRow};
use crate::App;
use crate::api::{Body, IfMatch, Listed, Paging, PagingParams, created};
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::records::api::{Act, put, seen, sent, sent_id, versioned};
use crate::records::today;
use crate::tickets::articles::{self as on_ticket, ArticleOnTicket};
use crate::tickets::change as tickets;

/// The description of these endpoints.
#[derive(OpenApi)]
#[openapi(
    paths(list, show, create, update, publish, retire, review, editions, of_ticket, link, unlink, send),
    components(schemas(
        ArticleSummary,
        ArticleRead,
        AffectedProduct,
        ArticleInput,
        ArticleReview,
        ArticleEdition,
        TicketArticle,
        ArticleLink
    ))
)]
pub struct Doc;

/// An article in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ArticleSummary {
    pub id: i64,
    pub title: String,
    /// `known-fault`, `how-to`, `notice`.
    #[schema(example = "known-fault")]
    pub kind: String,
    /// `draft`, `published`, `retired`.
    #[schema(example = "published")]
    pub state: String,
    /// `internal`, or `public` for the customer's people too.
    #[schema(example = "public")]
    pub visibility: String,
    pub owner: Option<String>,
    #[schema(value_type = Option<String>, format = Date)]
    pub review_on: Option<jiff::civil::Date>,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// Tickets that it is linked with.
    pub used_count: i64,
    /// Customers' people who said that it helped, and that it did not.
    pub yes_count: i64,
    pub no_count: i64,
}

/// A product that an article is about.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AffectedProduct {
    pub model: String,
    /// Empty for all versions.
    #[serde(default)]
    pub versions: String,
}

/// An article. Its texts are Markdown.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ArticleRead {
    pub id: i64,
    pub title: String,
    #[schema(example = "known-fault")]
    pub kind: String,
    #[schema(example = "published")]
    pub state: String,
    #[schema(example = "public")]
    pub visibility: String,
    pub symptom: Option<String>,
    pub affected: Vec<AffectedProduct>,
    pub cause: Option<String>,
    pub workaround: Option<String>,
    pub solution: Option<String>,
    /// Who answers for it.
    pub owner: Option<i64>,
    #[schema(value_type = Option<String>, format = Date)]
    pub review_on: Option<jiff::civil::Date>,
    /// Counts its texts; each is kept.
    pub edition: i64,
    /// Counts the changes; send it back with an edit.
    pub version: i64,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub published_at: Option<Timestamp>,
    pub used_count: i64,
    pub yes_count: i64,
    pub no_count: i64,
}

/// Fields of an article. To create one needs `kind` and `title`; an edit changes what is sent, `null` or an empty text
/// clears it.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ArticleInput {
    #[serde(deserialize_with = "sent")]
    pub kind: Option<String>,
    #[serde(deserialize_with = "sent")]
    pub title: Option<String>,
    /// `internal` unless it is said.
    #[serde(deserialize_with = "sent")]
    pub visibility: Option<String>,
    #[serde(deserialize_with = "sent")]
    pub symptom: Option<String>,
    pub affected: Option<Vec<AffectedProduct>>,
    #[serde(deserialize_with = "sent")]
    pub cause: Option<String>,
    #[serde(deserialize_with = "sent")]
    pub workaround: Option<String>,
    #[serde(deserialize_with = "sent")]
    pub solution: Option<String>,
    /// Left out it stays; `null` clears it.
    #[serde(deserialize_with = "sent_id")]
    pub owner: Option<Option<i64>>,
    #[serde(deserialize_with = "sent")]
    pub review_on: Option<String>,
    /// The version that was seen; `If-Match` serves as well.
    pub version: Option<i64>,
}

impl ArticleInput {
    fn onto(self, mut form: ArticleForm) -> ArticleForm {
        put(&mut form.kind, self.kind);
        put(&mut form.title, self.title);
        put(&mut form.visibility, self.visibility);
        put(&mut form.symptom, self.symptom);
        put(&mut form.cause, self.cause);
        put(&mut form.workaround, self.workaround);
        put(&mut form.solution, self.solution);
        put(&mut form.review_on, self.review_on);
        if let Some(affected) = self.affected {
            let lines = affected.into_iter().map(|one| Affected { model: one.model, versions: one.versions });
            form.affected = write_affected(&lines.collect::<Vec<_>>());
        }
        if let Some(owner) = self.owner {
            form.owner = owner.map(|owner| owner.to_string()).unwrap_or_default();
        }
        form
    }
}

/// When an article is looked at again; in half a year where nothing is said.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ArticleReview {
    #[schema(value_type = Option<String>, format = Date)]
    pub review_on: Option<String>,
    /// The version that was seen; `If-Match` serves as well.
    pub version: Option<i64>,
}

/// A text that an article had.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ArticleEdition {
    pub edition: i64,
    pub editor: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub edited_at: Timestamp,
    /// The fields as they were then.
    #[schema(value_type = Object)]
    pub fields: serde_json::Value,
}

/// An article that a ticket is linked with.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TicketArticle {
    pub article: i64,
    pub title: String,
    #[schema(example = "published")]
    pub state: String,
    /// Since when the problem is a known one (C7.4).
    #[schema(value_type = Option<String>, format = DateTime)]
    pub found_at: Option<Timestamp>,
    /// When the customer was sent the way out.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub sent_at: Option<Timestamp>,
}

/// The article to link.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArticleLink {
    pub article: i64,
}

/// What narrows the list of articles.
#[derive(Clone, Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)]
struct ArticleParams {
    /// Any part of a title or of an affected product.
    q: Option<String>,
    /// `draft`, `published`, `retired`; may be repeated. Without it all but retired ones.
    state: Option<String>,
    /// `known-fault`, `how-to`, `notice`; may be repeated.
    kind: Option<String>,
    /// `internal`, `public`.
    visibility: Option<String>,
    /// `overdue`: published ones that should have been looked at again.
    review: Option<String>,
    /// That name this product.
    product: Option<i64>,
}

impl From<ArticleBrief> for ArticleSummary {
    fn from(row: ArticleBrief) -> ArticleSummary {
        ArticleSummary {
            id: row.id.get(),
            title: row.title,
            kind: row.kind.to_string(),
            state: row.state.to_string(),
            visibility: row.visibility.to_string(),
            owner: row.owner,
            review_on: row.review_on,
            updated_at: row.updated_at,
            used_count: row.used_count,
            yes_count: row.yes_count,
            no_count: row.no_count,
        }
    }
}

impl From<ArticleRow> for ArticleRead {
    fn from(row: ArticleRow) -> ArticleRead {
        let affected = row.affected().into_iter();
        ArticleRead {
            id: row.id.get(),
            affected: affected
                .map(|one| AffectedProduct { model: one.model, versions: one.versions })
                .collect(),
            title: row.title,
            kind: row.kind.to_string(),
            state: row.state.to_string(),
            visibility: row.visibility.to_string(),
            symptom: row.symptom,
            cause: row.cause,
            workaround: row.workaround,
            solution: row.solution,
            owner: row.owner_id.map(UserId::get),
            review_on: row.review_on,
            edition: row.edition,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            published_at: row.published_at,
            used_count: row.used_count,
            yes_count: row.yes_count,
            no_count: row.no_count,
        }
    }
}

impl From<ArticleOnTicket> for TicketArticle {
    fn from(row: ArticleOnTicket) -> TicketArticle {
        TicketArticle {
            article: row.id.get(),
            title: row.title,
            state: row.state.to_string(),
            found_at: row.found_at,
            sent_at: row.sent_at,
        }
    }
}

fn answer(row: ArticleRow) -> Result<Response, Failure> {
    let version = row.version;
    versioned(&ArticleRead::from(row), version)
}

/// Articles, newest first.
#[utoipa::path(get, path = "/api/v1/articles", tag = "Articles", params(PagingParams, ArticleParams),
    responses((status = 200, body = Listed<ArticleSummary>)))]
pub async fn list(app: App, actor: Actor<perm::ViewArticles>, paging: Paging) -> Result<Response, Failure> {
    let query = paging.search();
    let filter = ArticleFilter {
        text: query.get("q").to_owned(),
        states: query.all("state").filter_map(|code| code.parse().ok()).collect(),
        kinds: query.all("kind").filter_map(|code| code.parse::<ArticleKind>().ok()).collect(),
        visibilities: query.all("visibility").filter_map(|code| code.parse().ok()).collect(),
        overdue: (query.get("review") == "overdue").then(|| today(&actor.l)),
        product: query.get("product").parse().ok(),
    };
    let (after, rows) = (paging.after::<i64>()?, paging.rows());
    let rows = app.read(move |tx| Ok(store::list(tx, &filter, after, rows)?)).await?;
    paging.answer(rows, |row| row.id.get(), ArticleSummary::from)
}

/// One article.
#[utoipa::path(get, path = "/api/v1/articles/{id}", tag = "Articles", params(("id" = i64, Path)),
    responses((status = 200, body = ArticleRead)))]
pub async fn show(
    app: App,
    _: Actor<perm::ViewArticles>,
    Path(id): Path<ArticleId>,
) -> Result<Response, Failure> {
    answer(app.read(move |tx| found(tx, id)).await?)
}

/// Begins an article, as a draft.
#[utoipa::path(post, path = "/api/v1/articles", tag = "Articles", request_body = ArticleInput,
    responses((status = 201, body = ArticleRead)))]
pub async fn create(
    app: App,
    actor: Actor<perm::WriteArticles>,
    Body(input): Body<ArticleInput>,
) -> Result<Response, Failure> {
    let read = input.onto(ArticleForm::default()).read();
    let user = Some(actor.person.id);
    let row = app
        .change(&actor, move |c| {
            let id = change::create(c, &read?, user)?;
            found(c.tx, id)
        })
        .await?;
    created(&format!("/api/v1/articles/{}", row.id), &ArticleRead::from(row))
}

/// Edits an article; what it said before is kept as an edition.
#[utoipa::path(patch, path = "/api/v1/articles/{id}", tag = "Articles", params(("id" = i64, Path)),
    request_body = ArticleInput, responses((status = 200, body = ArticleRead)))]
pub async fn update(
    app: App,
    actor: Actor<perm::WriteArticles>,
    Path(id): Path<ArticleId>,
    header: IfMatch,
    Body(input): Body<ArticleInput>,
) -> Result<Response, Failure> {
    let (seen, user) = (seen(header, input.version), Some(actor.person.id));
    let row = app
        .change(&actor, move |c| {
            let row = found(c.tx, id)?;
            let article = input.onto(row.form()).read()?;
            change::edit(c, id, seen, &article, user)?;
            found(c.tx, id)
        })
        .await?;
    answer(row)
}

/// Offers an article from now on. Customers of open tickets that are linked with it are told where it is visible to
/// them and says what mends the fault.
#[utoipa::path(post, path = "/api/v1/articles/{id}/publication", tag = "Articles", params(("id" = i64, Path)),
    request_body = Act, responses((status = 200, body = ArticleRead)))]
pub async fn publish(
    app: App,
    actor: Actor<perm::PublishArticles>,
    Path(id): Path<ArticleId>,
    header: IfMatch,
    Body(act): Body<Act>,
) -> Result<Response, Failure> {
    let (seen, zone) = (seen(header, act.version), app.config.time_zone());
    let row = app
        .change(&actor, move |c| {
            change::publish(c, id, seen, change::today(c, &zone))?;
            found(c.tx, id)
        })
        .await?;
    answer(row)
}

/// Offers an article no longer.
#[utoipa::path(post, path = "/api/v1/articles/{id}/retirement", tag = "Articles", params(("id" = i64, Path)),
    request_body = Act, responses((status = 200, body = ArticleRead)))]
pub async fn retire(
    app: App,
    actor: Actor<perm::PublishArticles>,
    Path(id): Path<ArticleId>,
    header: IfMatch,
    Body(act): Body<Act>,
) -> Result<Response, Failure> {
    let seen = seen(header, act.version);
    let row = app
        .change(&actor, move |c| {
            change::retire(c, id, seen)?;
            found(c.tx, id)
        })
        .await?;
    answer(row)
}

/// Says that an article still holds, and when it is looked at again.
#[utoipa::path(post, path = "/api/v1/articles/{id}/review", tag = "Articles", params(("id" = i64, Path)),
    request_body = ArticleReview, responses((status = 200, body = ArticleRead)))]
pub async fn review(
    app: App,
    actor: Actor<perm::PublishArticles>,
    Path(id): Path<ArticleId>,
    header: IfMatch,
    Body(input): Body<ArticleReview>,
) -> Result<Response, Failure> {
    let (seen, zone) = (seen(header, input.version), app.config.time_zone());
    let next = parse_optional_date("review_on", input.review_on.as_deref().unwrap_or_default())?;
    let row = app
        .change(&actor, move |c| {
            change::review(c, id, seen, next, change::today(c, &zone))?;
            found(c.tx, id)
        })
        .await?;
    answer(row)
}

/// Every text that an article had, newest first.
#[utoipa::path(get, path = "/api/v1/articles/{id}/editions", tag = "Articles", params(("id" = i64, Path)),
    responses((status = 200, body = Vec<ArticleEdition>)))]
pub async fn editions(
    app: App,
    _: Actor<perm::ViewArticles>,
    Path(id): Path<ArticleId>,
) -> Result<Json<Vec<ArticleEdition>>, Failure> {
    let rows = app
        .read(move |tx| {
            found(tx, id)?;
            Ok(store::editions(tx, id)?)
        })
        .await?;
    let shown = rows.into_iter().map(|row| {
        let mut form: ArticleForm = serde_json::from_str(&row.form)?;
        // As it would be written today.
        form.affected = write_affected(&parse_affected(&form.affected).unwrap_or_default());
        let fields = serde_json::to_value(&form)?;
        Ok::<_, serde_json::Error>(ArticleEdition {
            edition: row.edition,
            editor: row.editor,
            edited_at: row.edited_at,
            fields,
        })
    });
    Ok(Json(shown.collect::<Result<_, serde_json::Error>>()?))
}

/// The articles that a ticket is linked with.
#[utoipa::path(get, path = "/api/v1/tickets/{number}/articles", tag = "Articles", params(("number" = String, Path)),
    responses((status = 200, body = Vec<TicketArticle>)))]
pub async fn of_ticket(
    app: App,
    _: Actor<perm::ViewTickets>,
    Path(number): Path<String>,
) -> Result<Json<Vec<TicketArticle>>, Failure> {
    let id = tickets::number(&number)?;
    let rows = app
        .read(move |tx| {
            crate::tickets::store::find(tx, id)?.ok_or(Failure::NotFound)?;
            Ok(on_ticket::of_ticket(tx, id)?)
        })
        .await?;
    Ok(Json(rows.into_iter().map(TicketArticle::from).collect()))
}

/// Links a ticket with an article. Where that knows a way out, the clock for a known problem starts (C7.4).
#[utoipa::path(post, path = "/api/v1/tickets/{number}/articles", tag = "Articles", params(("number" = String, Path)),
    request_body = ArticleLink, responses((status = 204)))]
pub async fn link(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(number): Path<String>,
    Body(input): Body<ArticleLink>,
) -> Result<StatusCode, Failure> {
    let (id, user) = (tickets::number(&number)?, actor.person.id);
    app.change(&actor, move |c| on_ticket::link(c, id, ArticleId(input.article), Some(user))).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes the link away.
#[utoipa::path(delete, path = "/api/v1/tickets/{number}/articles/{id}", tag = "Articles",
    params(("number" = String, Path), ("id" = i64, Path)), responses((status = 204)))]
pub async fn unlink(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path((number, article)): Path<(String, ArticleId)>,
) -> Result<StatusCode, Failure> {
    let id = tickets::number(&number)?;
    app.change(&actor, move |c| on_ticket::unlink(c, id, article)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends the way out that an article knows to the customer, as a public note and by mail (C7.4).
#[utoipa::path(post, path = "/api/v1/tickets/{number}/articles/{id}/solution", tag = "Articles",
    params(("number" = String, Path), ("id" = i64, Path)), responses((status = 204)))]
pub async fn send(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path((number, article)): Path<(String, ArticleId)>,
) -> Result<StatusCode, Failure> {
    let (id, user) = (tickets::number(&number)?, actor.person.id);
    app.change(&actor, move |c| on_ticket::send(c, id, article, user)).await?;
    Ok(StatusCode::NO_CONTENT)
}
