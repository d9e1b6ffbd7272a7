//! Keeping, finding and dropping drafts, for the script of the pages.

use axum::Json;
use http::StatusCode;
use rules::Invalid;
use rules::access::perm;
use serde_json::json;

use super::store;
use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;
use crate::kernel::form::{Form, Search};
use crate::kernel::state::App;

/// The longest name of a place. Units: bytes.
const PLACE_MOST_BYTES: usize = 120;
/// The longest draft. Units: bytes.
const BODY_MOST_BYTES: usize = 256 * 1024;

fn place(given: &str) -> Result<String, Failure> {
    if given.is_empty() || given.len() > PLACE_MOST_BYTES {
        return Err(Invalid::new("place", "error-required").into());
    }
    Ok(given.to_owned())
}

/// GET /drafts?place=…
pub async fn show(
    app: App,
    actor: Actor<perm::UseOwnAccount>,
    search: Search,
) -> Result<Json<serde_json::Value>, Failure> {
    let (user, place) = (actor.person.id, place(search.get("place"))?);
    let body = app.read(move |tx| Ok(store::find(tx, user, &place)?)).await?;
    Ok(Json(json!({ "body": body })))
}

/// POST /drafts: an empty body drops the draft.
pub async fn save(app: App, actor: Actor<perm::UseOwnAccount>, form: Form) -> Result<StatusCode, Failure> {
    let (user, place, now) = (actor.person.id, place(form.get("place"))?, app.clock.now());
    let body = form.exact("body").to_owned();
    if body.len() > BODY_MOST_BYTES {
        return Err(Failure::TooLarge { limit_bytes: BODY_MOST_BYTES as u64 });
    }
    app.touch(move |tx| {
        if body.is_empty() {
            store::remove(tx, user, &place)?;
        } else {
            store::save(tx, user, &place, &body, now)?;
        }
        Ok(())
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
