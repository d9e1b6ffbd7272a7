//! Figures for Prometheus at `/metrics`.

use std::sync::OnceLock;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::response::{IntoResponse, Response};
use http::header;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use rules::access::perm;

use super::actor::Actor;
use super::errors::Failure;

/// Bounds of the buckets of request times. Units: seconds.
const BUCKETS_S: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

fn recorder() -> Option<&'static PrometheusHandle> {
    let install = || {
        PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS_S)
            .and_then(PrometheusBuilder::install_recorder)
            .inspect_err(|error| tracing::warn!(%error, "no metrics"))
            .ok()
    };
    RECORDER.get_or_init(install).as_ref()
}

/// The layer that counts and times requests by route, and writes one line for each to the log.
pub async fn measure(request: Request, next: impl AsyncFnOnce(Request) -> Response) -> Response {
    let _ = recorder();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("none", |path| path.as_str()).to_owned();
    let path = request.uri().path().to_owned();
    let begun = Instant::now();
    let response = next(request).await;
    let (took, status) = (begun.elapsed(), response.status().as_u16());
    let labels = [("method", method.to_string()), ("route", route), ("status", status.to_string())];
    metrics::counter!("aftercare_requests_total", &labels).increment(1);
    metrics::histogram!("aftercare_request_seconds", &labels[..2]).record(took.as_secs_f64());
    tracing::info!(target: "aftercare::request", %method, path, status, took_ms = took.as_secs_f64() * 1e3);
    response
}

/// GET /metrics
pub async fn page(_actor: Actor<perm::ManageSystem>) -> Result<Response, Failure> {
    let handle = recorder().ok_or_else(|| Failure::broke("no recorder of metrics"))?;
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    Ok((kind, handle.render()).into_response())
}
