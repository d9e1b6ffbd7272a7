//! The duty log of a site over the API.

use axum::extract::Path;
use axum::response::Response;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rules::access::perm;
use rules::ids::SiteId;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::duty_log::{self, EntryForm, Shown, Writer};
use super::store as sites;
use crate::App;
use crate::api::{Body, Listed, Paging, PagingParams, created};
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;

/// The description of these endpoints.
#[derive(OpenApi)]
#[openapi(paths(list, create), components(schemas(DutyEntry, DutyEntryInput)))]
pub struct Doc;

/// An entry of a duty log.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DutyEntry {
    pub id: i64,
    pub site: i64,
    /// The day of duty at the site.
    pub duty_on: String,
    pub shift: String,
    pub person: String,
    pub text: String,
    /// Who of the customer wrote it; none where ours noted it from paper.
    pub contact: Option<i64>,
    /// Addresses of its photographs.
    pub photos: Vec<String>,
    #[schema(value_type = String, format = DateTime)]
    pub written_at: Timestamp,
}

/// An entry that is noted from the customer's paper.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DutyEntryInput {
    pub duty_on: String,
    pub shift: String,
    pub person: String,
    pub text: String,
}

fn shown((entry, photos): Shown) -> DutyEntry {
    DutyEntry {
        id: entry.id.get(),
        site: entry.site_id.get(),
        duty_on: entry.duty_on.to_string(),
        shift: entry.shift,
        person: entry.person,
        text: entry.text,
        contact: entry.contact_id.map(|id| id.get()),
        photos: photos
            .into_iter()
            .map(|photo| format!("/duty-photos/{}/{}", photo.id, photo.file_name))
            .collect(),
        written_at: entry.written_at,
    }
}

/// The duty log of a site, newest first.
#[utoipa::path(get, path = "/api/v1/sites/{id}/duty-log", tag = "Sites", params(PagingParams, ("id" = i64, Path)),
    responses((status = 200, body = Listed<DutyEntry>)))]
pub async fn list(
    app: App,
    _: Actor<perm::ViewRegistry>,
    Path(id): Path<SiteId>,
    paging: Paging,
) -> Result<Response, Failure> {
    let (after, rows) = (paging.after::<i64>()?, paging.rows());
    let rows = app
        .read(move |tx| {
            sites::find(tx, id)?.ok_or(Failure::NotFound)?;
            Ok(duty_log::list(tx, id, after, rows)?)
        })
        .await?;
    paging.answer(rows, |(entry, _)| entry.id.get(), shown)
}

/// Notes an entry from the customer's paper.
#[utoipa::path(post, path = "/api/v1/sites/{id}/duty-log", tag = "Sites", params(("id" = i64, Path)),
    request_body = DutyEntryInput, responses((status = 201, body = DutyEntry)))]
pub async fn create(
    app: App,
    actor: Actor<perm::EditCustomers>,
    Path(id): Path<SiteId>,
    Body(input): Body<DutyEntryInput>,
) -> Result<Response, Failure> {
    let user = actor.person.id;
    let entry = app
        .change(&actor, move |c| {
            let site = sites::find(c.tx, id)?.ok_or(Failure::NotFound)?;
            let today = c.now.to_zoned(TimeZone::get(&site.zone).unwrap_or(TimeZone::UTC)).date();
            let DutyEntryInput { duty_on, shift, person, text } = &input;
            let entry = EntryForm { duty_on, shift, person, text }.read(today)?;
            duty_log::write(c, id, &entry, &[], Writer::User(user))?;
            duty_log::list(c.tx, id, None, 1)?.into_iter().next().map(shown).ok_or(Failure::NotFound)
        })
        .await?;
    created(&format!("/sites/{id}/duty-log"), &entry)
}
