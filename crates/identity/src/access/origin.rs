//! Whether a request that changes something comes from our own pages. A browser says so itself, in a header that a
//! page cannot write; a request that does not say it is refused.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, Method, Uri, header};
use base::{Error, Result};
use web::Problem;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses what another site made the browser send: anything that is not a plain read, and live sockets. `own` is
/// the installation's public address, for when a proxy changes the header `Host`.
pub(crate) fn check(method: &Method, uri: &Uri, headers: &HeaderMap, own: Option<&str>) -> Result<()> {
    let is_socket = headers.contains_key(header::UPGRADE);
    if !is_socket && (method == Method::GET || method == Method::HEAD) {
        return Ok(());
    }
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST).or_else(|| uri.authority().map(Authority::as_str));
    let same = match (text(SEC_FETCH_SITE), text(header::ORIGIN)) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => {
            is_own(origin, host) || own.is_some_and(|own| own.trim_end_matches('/') == origin)
        }
        (None, None) => false,
    };
    if same {
        return Ok(());
    }
    Err(Error::forbidden("Send this from a page of this site: the header Origin must name this host."))
}

fn is_own(origin: &str, host: Option<&str>) -> bool {
    let authority = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    authority.is_some() && authority == host
}

/// An extractor for public handlers that change something, such as signing in: refuses what another site sends.
#[derive(Clone, Copy, Debug)]
pub struct SameOrigin;

impl FromRequestParts<crate::Identity> for SameOrigin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, identity: &crate::Identity) -> Result<Self, Problem> {
        check(&parts.method, &parts.uri, &parts.headers, identity.public_url())?;
        Ok(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(method: &Method, sent: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert("host", "desk.example:8080".parse().unwrap());
        for (name, value) in sent {
            headers.insert(*name, value.parse().unwrap());
        }
        check(method, &Uri::from_static("/x"), &headers, Some("https://balie.example/")).is_ok()
    }

    #[test]
    fn only_our_own_pages_may_change_something() {
        for own in [
            ("sec-fetch-site", "same-origin"),
            ("origin", "http://desk.example:8080"),
            ("origin", "https://balie.example"),
        ] {
            assert!(allowed(&Method::POST, &[own]), "{own:?}");
        }
        for foreign in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-site", "none"),
            ("origin", "null"),
            ("origin", "https://evil.example"),
            ("origin", "http://desk.example"),
            ("origin", "http://desk.example:8080.evil.example"),
            ("origin", "desk.example:8080"),
        ] {
            assert!(!allowed(&Method::POST, &[foreign]), "{foreign:?}");
        }
        assert!(!allowed(&Method::DELETE, &[]), "a request that does not say where it comes from");
        assert!(!allowed(
            &Method::POST,
            &[("sec-fetch-site", "cross-site"), ("origin", "http://desk.example:8080")]
        ));
    }

    #[test]
    fn reading_needs_no_origin_and_a_live_socket_does() {
        assert!(allowed(&Method::GET, &[]));
        assert!(!allowed(&Method::GET, &[("upgrade", "websocket")]));
        assert!(!allowed(&Method::GET, &[("upgrade", "websocket"), ("origin", "https://evil.example")]));
        assert!(allowed(&Method::GET, &[("upgrade", "websocket"), ("origin", "http://desk.example:8080")]));
    }
}
