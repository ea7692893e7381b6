//! Extractors whose refusals are problems that say which field is wrong and how to mend it.

use crate::Problem;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Error, ErrorCode, Result};
use db::idempotency::IdempotencyKey;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

/// A JSON body, in or out.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if !kind.is_some_and(is_json) {
            let detail = "Send the body as JSON, with the header Content-Type: application/json.";
            return Err(Error::new(ErrorCode::UnsupportedType, detail).into());
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|refused| unreadable(&refused))?;
        Ok(Self(parse(&bytes)?))
    }
}

fn is_json(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json")
}

fn unreadable(refused: &BytesRejection) -> Error {
    if refused.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Error::new(ErrorCode::TooLarge, "Send less in one request.");
    }
    Error::new(ErrorCode::Malformed, "The body broke off before its end; send it again.")
}

/// Reads JSON; an error names the place.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let cause = error.into_inner();
        if cause.is_data() {
            // serde_json ends its message with a place in the text; the path says it better.
            let message = cause.to_string();
            let message = message.split(" at line ").next().unwrap_or_default().to_owned();
            return Error::invalid(path, message);
        }
        let place =
            format!("The body is not JSON: look at line {}, column {}.", cause.line(), cause.column());
        Error::new(ErrorCode::Malformed, place)
    })?;
    reader.end().map_err(|_| Error::new(ErrorCode::Malformed, "There is more after the end of the JSON."))?;
    Ok(value)
}

/// Parts of the address. What cannot be one of ours does not exist.
#[derive(Clone, Copy, Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        type Found<T> = axum::extract::Path<T>;
        let found = <Found<T> as FromRequestParts<S>>::from_request_parts(parts, state).await;
        found.map(|path| Self(path.0)).map_err(|_| Error::not_found("address").into())
    }
}

/// The part of the address after the question mark.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let found = axum::extract::Query::from_request_parts(parts, state).await;
        found
            .map(|query| Self(query.0))
            .map_err(|refused| Error::invalid("query", refused.body_text()).into())
    }
}

/// The header `Idempotency-Key`, if it was sent.
#[derive(Clone, Debug)]
pub struct Idempotency(Option<String>);

impl Idempotency {
    /// The key, bound to the request that it came with.
    pub fn key(&self, request: &impl Serialize) -> Result<Option<IdempotencyKey>> {
        let Some(key) = &self.0 else { return Ok(None) };
        let request = serde_json::to_vec(request).map_err(Error::internal)?;
        IdempotencyKey::new(key, &request).map(Some)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Idempotency {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get("idempotency-key") else { return Ok(Self(None)) };
        let text = value
            .to_str()
            .map_err(|_| Error::invalid("Idempotency-Key", "use printable ASCII characters"))?;
        Ok(Self(Some(text.to_owned())))
    }
}

/// The address of the peer, where the server knows it. In tests without a network there is none.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub Option<IpAddr>);

impl<S: Send + Sync> FromRequestParts<S> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let info = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self(info.map(|info| info.0.ip())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    struct Order {
        lines: Vec<Line>,
    }

    #[derive(Debug, Deserialize)]
    struct Line {
        count: u8,
    }

    #[test]
    fn a_wrong_field_is_named_by_its_path() {
        let error = parse::<Order>(br#"{"lines":[{"count":1},{"count":"two"}]}"#).unwrap_err();
        assert_eq!(error.code(), ErrorCode::Invalid);
        assert_eq!(error.fields()[0].field, "lines[1].count");
        assert!(error.detail().contains("expected u8"), "{error}");
    }

    #[test]
    fn broken_text_is_malformed_and_never_a_panic() {
        for broken in
            [&b"{"[..], b"", b"\xff\xfe", b"{\"lines\":[]} x", b"{\"lines\":[{\"count\":\"\xc3\x28\"}]}"]
        {
            assert_eq!(parse::<Order>(broken).unwrap_err().code(), ErrorCode::Malformed);
        }
        assert_eq!(parse::<Order>(br#"{"lines":[{"count":255}]}"#).unwrap().lines[0].count, 255);
    }
}
