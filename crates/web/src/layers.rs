//! The layers around the whole service: a limit on bodies, a time limit, a log line without personal data, metrics,
//! headers that tell browsers to be careful, and an answer where a handler panics.

use crate::Problem;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use base::{Env, Error, ErrorCode};
use std::any::Any;
use tower_http::catch_panic::CatchPanicLayer;

/// The largest body of a request that is not an upload.
pub const BODY_LIMIT: usize = 256 * 1024;

/// Puts the layers around a service. What to answer where there is nothing is the service's own business.
pub fn around(router: axum::Router, env: Env) -> axum::Router {
    router
        .method_not_allowed_fallback(method_not_allowed)
        .layer(axum::extract::DefaultBodyLimit::max(BODY_LIMIT))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(careful_headers))
        .layer(middleware::from_fn(move |request, next| measure(env.clone(), request, next)))
}

async fn method_not_allowed() -> Problem {
    Error::new(ErrorCode::MethodNotAllowed, "See the API description for what this address takes.").into()
}

/// The panic's message may hold a value of the request, so only its place is logged (by the panic hook).
fn panicked(_: Box<dyn Any + Send>) -> Response {
    Problem(Error::internal("a handler panicked")).into_response()
}

/// One line per request: the route's pattern, never the address itself, because addresses may name persons.
async fn measure(env: Env, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let started = env.now();
    let response = next.run(request).await;
    let took = env.now().since(started);
    let status = response.status().as_u16();
    tracing::debug!(%method, route, status, took_us = took.as_micros(), "request");
    let labels = [("method", method.to_string()), ("route", route), ("status", status.to_string())];
    metrics::histogram!("http_request_seconds", &labels).record(took.as_secs_f64());
    response
}

/// Defaults; a handler that sets its own (the widget's page may be framed) keeps it.
async fn careful_headers(request: Request, next: Next) -> Response {
    const DEFAULTS: [(HeaderName, &str); 6] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), microphone=(), geolocation=(), browsing-topics=()",
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; object-src 'none'; \
             base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        ),
    ];
    let mut response = next.run(request).await;
    for (name, value) in DEFAULTS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
