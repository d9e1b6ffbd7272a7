//! The viewer of the API's description at `/api/docs/`, served from inside the binary.

use std::sync::{Arc, LazyLock};

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use http::header;
use rules::access::perm;
use utoipa_swagger_ui::{Config, serve};

use crate::kernel::actor::Actor;
use crate::kernel::errors::Failure;

static CONFIG: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
    let config = Config::from(super::PATH);
    Arc::new(config.deep_linking(true).try_it_out_enabled(true).validator_url("none"))
});

/// GET /api/docs
pub async fn index(_: Actor<perm::UseOwnAccount>) -> Redirect {
    Redirect::to("/api/docs/")
}

/// GET /api/docs/
pub async fn page(actor: Actor<perm::UseOwnAccount>) -> Result<Response, Failure> {
    file(actor, Path(String::new())).await
}

/// GET /api/docs/{*file}
pub async fn file(_: Actor<perm::UseOwnAccount>, Path(name): Path<String>) -> Result<Response, Failure> {
    let found = serve(&name, CONFIG.clone()).map_err(Failure::broke)?.ok_or(Failure::NotFound)?;
    let mut response = found.bytes.into_owned().into_response();
    let kind = found.content_type.parse().map_err(Failure::broke)?;
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    if found.gzpipped {
        response.headers_mut().insert(header::CONTENT_ENCODING, http::HeaderValue::from_static("gzip"));
    }
    Ok(response)
}
