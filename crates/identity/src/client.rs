//! Where a request comes from: which address on the network, as far as it can be believed, and which browser.

use crate::Identity;
use crate::session::Token;
use axum::http::{HeaderMap, header};
use std::net::IpAddr;

impl Identity {
    /// The address of the client behind a request, for limits of rooms above.
    pub fn client_address(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Option<IpAddr> {
        address(peer, headers, self.trusted_proxies())
    }
}

/// The cookie with the number of a browser in which somebody signed in.
pub(crate) const DEVICE_COOKIE: &str = "balie_device";

/// The number of the browser, if it has one.
pub(crate) fn device_of(headers: &HeaderMap) -> Option<Token> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(cookie::Cookie::split_parse)
        .filter_map(std::result::Result::ok)
        .find(|cookie| cookie.name() == DEVICE_COOKIE)
        .and_then(|cookie| Token::parse(cookie.value()))
}

/// The address of the client. What stands in `X-Forwarded-For` is believed only as far as trusted proxies wrote it:
/// from the right, up to the first address that is not one of them.
pub(crate) fn address(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpAddr]) -> Option<IpAddr> {
    let is_trusted = |address: IpAddr| trusted.contains(&address.to_canonical());
    let mut client = peer?;
    let forwarded = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let chain: Vec<_> = forwarded.flat_map(|value| value.split(',')).map(str::trim).collect();
    for written in chain.into_iter().rev() {
        if !is_trusted(client) {
            break;
        }
        let Ok(next) = written.parse() else { break };
        client = next;
    }
    Some(client)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let trusted = ["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()];
        address(Some(peer.parse().unwrap()), &headers, &trusted).unwrap().to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(client("192.0.2.7", &[]), "192.0.2.7");
        assert_eq!(client("192.0.2.7", &["203.0.113.9"]), "192.0.2.7", "a client that lies");
        assert_eq!(client("10.0.0.1", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(client("10.0.0.1", &["1.1.1.1, 203.0.113.9, 10.0.0.2"]), "203.0.113.9");
        assert_eq!(client("10.0.0.1", &["1.1.1.1", "203.0.113.9"]), "203.0.113.9");
        assert_eq!(client("10.0.0.1", &["unknown"]), "10.0.0.1");
        assert_eq!(client("::ffff:10.0.0.1", &["203.0.113.9"]), "203.0.113.9");
    }
}
