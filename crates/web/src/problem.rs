//! Errors on the wire: `application/problem+json` (RFC 9457).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Error, ErrorCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a handler gives.
pub type Answer<T> = Result<T, Problem>;

/// An error on its way to the caller.
#[derive(Debug)]
pub struct Problem(pub Error);

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

/// The body of an error.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// The address of the explanation of this kind of error.
    #[serde(rename = "type")]
    pub kind: String,
    /// A short title, the same for every error with this code.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable code.
    pub code: String,
    /// What to do about it.
    pub detail: String,
    /// The wrong fields, if it is about fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<ProblemField>,
}

/// One wrong field.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ProblemField {
    /// Its name, as a path with dots.
    pub field: String,
    /// What to do about it.
    pub message: String,
}

impl From<&Error> for ProblemBody {
    fn from(error: &Error) -> Self {
        let code = error.code();
        let field = |field: &base::FieldError| ProblemField {
            field: field.field.clone().into_owned(),
            message: field.message.clone().into_owned(),
        };
        Self {
            kind: format!("/docs/errors#{}", code.code()),
            title: code.title().into(),
            status: code.status(),
            code: code.code().into(),
            detail: error.detail().into(),
            fields: error.fields().iter().map(field).collect(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Self(error) = self;
        match error.code() {
            ErrorCode::Internal => tracing::error!(?error, "a request failed"),
            ErrorCode::Unavailable => tracing::warn!(?error, "a request could not be served"),
            _ => tracing::debug!(code = error.code().code(), "a request was refused"),
        }
        let status = StatusCode::from_u16(error.code().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(ProblemBody::from(&error))).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let wait = error.retry_after().or((error.code() == ErrorCode::Unavailable).then_some(RETRY));
        if let Some(wait) = wait {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
        }
        response
    }
}

const RETRY: std::time::Duration = std::time::Duration::from_secs(2);
