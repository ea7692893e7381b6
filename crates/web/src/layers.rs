//! The layers around the whole service: a limit on bodies, a time limit, a log line without personal data, metrics,
//! headers that tell browsers to be careful, and an answer where a handler panics.

use crate::Problem;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use base::{Env, Error, ErrorCode};
use std::any::Any;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;

/// The largest body of a request that is not an upload.
pub const BODY_LIMIT: usize = 256 * 1024;

/// How long a request may take, its body included, that is not an upload. A live socket is answered at once and
/// lives on by itself.
pub const TIME_LIMIT: Duration = Duration::from_secs(30);

/// How long an upload may take.
pub const UPLOAD_TIME_LIMIT: Duration = Duration::from_mins(30);

/// Puts the layers around a service. What to answer where there is nothing is the service's own business.
pub fn around(router: axum::Router, env: Env) -> axum::Router {
    router
        .method_not_allowed_fallback(method_not_allowed)
        .layer(axum::extract::DefaultBodyLimit::max(BODY_LIMIT))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn({
            let env = env.clone();
            move |request, next| limit_time(env.clone(), request, next)
        }))
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

/// What a handler handed in for storing goes on; only the answer is given up.
async fn limit_time(env: Env, request: Request, next: Next) -> Response {
    let limit = if is_upload(&request) { UPLOAD_TIME_LIMIT } else { TIME_LIMIT };
    let end = env.clock.sleep_until(env.now() + limit);
    tokio::select! {
        response = next.run(request) => response,
        () = end => {
            let detail = "This took too long and was given up. Look whether it was done before you try again.";
            Problem(Error::unavailable(detail)).into_response()
        }
    }
}

/// A client that only says so gains nothing: other handlers refuse a form before they read it.
fn is_upload(request: &Request) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("multipart/form-data"))
}

/// The method as a label. A client may invent methods, and each new label stays in memory.
fn label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// One line per request: the route's pattern, never the address itself, because addresses may name persons.
async fn measure(env: Env, request: Request, next: Next) -> Response {
    let method = label(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let started = env.now();
    let response = next.run(request).await;
    let took = env.now().since(started);
    let status = response.status().as_u16();
    tracing::debug!(method, route, status, took_us = took.as_micros(), "request");
    let labels = [("method", method.to_owned()), ("route", route), ("status", status.to_string())];
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

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::http::StatusCode;
    use axum::routing::post;
    use std::sync::Arc;
    use tokio::sync::Notify;
    use tower::ServiceExt;

    #[test]
    fn an_invented_method_is_no_label_of_its_own() {
        assert_eq!(label(&Method::PATCH), "PATCH");
        for invented in ["get", "BREW", "X1", "TRACE"] {
            assert_eq!(label(&invented.parse().unwrap()), "other", "{invented}");
        }
    }

    /// The status when the handler answers only after the clock was moved.
    async fn after(moved: Duration, kind: &str) -> StatusCode {
        let (env, clock) = Env::test(1);
        let (begun, done) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let handler = {
            let (begun, done) = (begun.clone(), done.clone());
            async move || {
                begun.notify_one();
                done.notified().await;
            }
        };
        let app = around(axum::Router::new().route("/", post(handler)), env);
        let request = Request::builder().method(Method::POST).uri("/").header(header::CONTENT_TYPE, kind);
        let answer = tokio::spawn(app.oneshot(request.body(Body::empty()).unwrap()));
        begun.notified().await;
        clock.advance(moved);
        tokio::task::yield_now().await;
        tokio::task::yield_now().await;
        done.notify_one();
        answer.await.unwrap().unwrap().status()
    }

    #[tokio::test]
    async fn a_request_is_given_up_and_an_upload_gets_more_time() {
        assert_eq!(after(TIME_LIMIT / 2, "application/json").await, StatusCode::OK);
        assert_eq!(after(TIME_LIMIT, "application/json").await, StatusCode::SERVICE_UNAVAILABLE);
        let form = "multipart/form-data; boundary=x";
        assert_eq!(after(TIME_LIMIT, form).await, StatusCode::OK);
        assert_eq!(after(UPLOAD_TIME_LIMIT, form).await, StatusCode::SERVICE_UNAVAILABLE);
    }
}
