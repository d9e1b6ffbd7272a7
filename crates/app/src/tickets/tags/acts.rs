//! Tagging a ticket, on its page and over the API.

use axum::Json;
use axum::extract::Path;
use axum::response::Response;
use maud::{Markup, html};
use rules::access::perm;
use rules::ids::*;
use rules::tickets::tags::{self, read};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::store;
use crate::api::Body;
use crate::kernel::actor::Actor;
use crate::kernel::door::Change;
use crate::kernel::errors::Failure;
use crate::kernel::form::Form;
use crate::kernel::notice::{Notice, go};
use crate::kernel::state::App;
use crate::layout::icons::{Icon, icon};
use crate::layout::l10n::L10n;
use crate::tickets::change::{self, number, path};
use crate::tickets::find;

/// A ticket bears a tag from now on. `name` was read by the rule.
///
/// Errors: it bears it already, or has as many as a ticket may have.
pub fn bear(change: &mut Change<'_>, id: TicketId, name: &str) -> Result<(), Failure> {
    let ticket = change::load(change, id, None)?.ticket();
    let borne = store::of(change.tx, id)?;
    let borne: Vec<&str> = borne.iter().map(|(_, name)| name.as_str()).collect();
    let happening = tags::bear(&ticket, name, &borne, change.now)?;
    let tag = store::made(change.tx, name, change.now)?;
    store::bear(change.tx, id, tag)?;
    change::save(change, ticket, vec![happening]).map(drop)
}

/// A ticket no longer bears a tag.
fn shed(change: &mut Change<'_>, id: TicketId, name: &str) -> Result<(), Failure> {
    let ticket = change::load(change, id, None)?.ticket();
    let tag = store::named(change.tx, name)?.ok_or(Failure::NotFound)?;
    let borne = store::of(change.tx, id)?;
    let borne: Vec<&str> = borne.iter().map(|(_, name)| name.as_str()).collect();
    let happening = tags::shed(&ticket, name, &borne, change.now)?;
    store::shed(change.tx, id, tag)?;
    change::save(change, ticket, vec![happening]).map(drop)
}

/// POST /tickets/{number}/tags
pub async fn add(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let id = number(&text)?;
    let name = read("tag", form.get("tag"))?;
    app.change(&actor, move |c| bear(c, id, &name)).await?;
    Ok(go(&path(id), Notice::new("notice-tagged")))
}

/// POST /tickets/{number}/tags/removal
pub async fn remove(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let id = number(&text)?;
    let name = read("tag", form.get("tag"))?;
    app.change(&actor, move |c| shed(c, id, &name)).await?;
    Ok(go(&path(id), Notice::new("notice-untagged")))
}

/// What the card of a ticket shows.
pub struct Card {
    borne: Vec<(i64, String)>,
    offered: Vec<(i64, String)>,
}

impl Card {
    /// Reads it for a ticket.
    pub fn read(tx: &mut db::Tx, id: TicketId) -> Result<Card, Failure> {
        let borne = store::of(tx, id)?;
        let mut offered = store::all(tx)?;
        offered.retain(|tag| !borne.contains(tag));
        Ok(Card { borne, offered })
    }

    /// The tags, each leading to the queue of its like, and the field for one more.
    pub fn shown(&self, l: &L10n, id: TicketId, may: bool) -> Markup {
        html! {
            @if self.borne.is_empty() && !may { p class="quiet" { (l.t("tags-none")) } }
            @if !self.borne.is_empty() {
                ul class="tags" {
                    @for (tag, name) in &self.borne {
                        li {
                            a href={ "/queue?tag=" (tag) } title=(l.t("tags-queue")) { (name) }
                            @if may {
                                form class="inline" method="post" action={ (path(id)) "/tags/removal" } {
                                    input type="hidden" name="tag" value=(name);
                                    button type="submit" aria-label={ (l.t("tags-remove")) " " (name) } { (icon(Icon::Cross)) }
                                }
                            }
                        }
                    }
                }
            }
            @if may {
                form class="line-form" method="post" action={ (path(id)) "/tags" } {
                    input class="input" name="tag" required maxlength="40" list="tag-names" autocomplete="off"
                        placeholder=(l.t("tags-add")) aria-label=(l.t("tags-add")) data-key="t" data-key-label=(l.t("tags-add"));
                    datalist id="tag-names" { @for (_, name) in &self.offered { option value=(name) {} } }
                    button class="button" type="submit" aria-label=(l.t("tags-add")) { (icon(Icon::Add)) }
                }
            }
        }
    }
}

/// A tag.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TagBody {
    /// One word or a few; kept in small letters.
    #[schema(example = "power cut")]
    pub tag: String,
}

/// The tags of a ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct TagsBody {
    pub tags: Vec<String>,
}

async fn borne(app: &App, id: TicketId) -> Result<Json<TagsBody>, Failure> {
    let tags = app.read(move |tx| Ok(store::of(tx, id)?)).await?;
    Ok(Json(TagsBody { tags: tags.into_iter().map(|(_, name)| name).collect() }))
}

/// Put a tag onto a ticket.
#[utoipa::path(post, path = "/api/v1/tickets/{number}/tags", tag = "Tickets", request_body = TagBody,
    params(("number" = String, Path, description = "The ticket number")),
    responses((status = 200, description = "The tags as they are now", body = TagsBody)))]
pub async fn tag(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path(text): Path<String>,
    Body(body): Body<TagBody>,
) -> Result<Json<TagsBody>, Failure> {
    let id = find::given(&app, "number", &text).await?;
    let name = read("tag", &body.tag)?;
    app.change(&actor, move |c| bear(c, id, &name)).await?;
    borne(&app, id).await
}

/// Take a tag off a ticket.
#[utoipa::path(delete, path = "/api/v1/tickets/{number}/tags/{tag}", tag = "Tickets",
    params(("number" = String, Path, description = "The ticket number"), ("tag" = String, Path, description = "The tag")),
    responses((status = 200, description = "The tags as they are now", body = TagsBody)))]
pub async fn untag(
    app: App,
    actor: Actor<perm::WorkTicket>,
    Path((text, tag)): Path<(String, String)>,
) -> Result<Json<TagsBody>, Failure> {
    let id = find::given(&app, "number", &text).await?;
    let name = read("tag", &tag)?;
    app.change(&actor, move |c| shed(c, id, &name)).await?;
    borne(&app, id).await
}

/// The description of these endpoints.
#[derive(OpenApi)]
#[openapi(paths(tag, untag), components(schemas(TagBody, TagsBody)))]
pub struct Doc;
