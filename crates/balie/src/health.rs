//! For whoever watches over the machine: `/healthz` (the program runs), `/readyz` (it can do its work), `/metrics`
//! (Prometheus). They tell nothing about persons, so they are open; a proxy may keep them inside.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use base::{Error, Result};
use db::Db;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;

/// Upper bounds in seconds of the histograms of durations.
const BUCKETS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

#[derive(Clone)]
struct Health {
    databases: [Db; 2],
    metrics: PrometheusHandle,
}

/// The routes.
pub(crate) fn routes(content: &Db, keys: &Db) -> Result<axum::Router> {
    let health = Health { databases: [content.clone(), keys.clone()], metrics: recorder()? };
    Ok(axum::Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(render))
        .with_state(health))
}

async fn ready(State(health): State<Health>) -> impl IntoResponse {
    for db in &health.databases {
        if db.ping().await.is_err() {
            return (StatusCode::SERVICE_UNAVAILABLE, "a database does not answer\n");
        }
    }
    (StatusCode::OK, "ready\n")
}

async fn render(State(health): State<Health>) -> impl IntoResponse {
    health.metrics.run_upkeep();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], health.metrics.render())
}

/// The recorder is one per process; tests that start several servers share it.
fn recorder() -> Result<PrometheusHandle> {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    if let Some(handle) = RECORDER.get() {
        return Ok(handle.clone());
    }
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), BUCKETS)
        .map_err(Error::internal)?;
    let handle = builder.install_recorder().map_err(Error::internal);
    match handle {
        Ok(handle) => Ok(RECORDER.get_or_init(|| handle).clone()),
        // Another thread was first.
        Err(error) => RECORDER.get().cloned().ok_or(error),
    }
}
