//! Websites that may show a widget: an origin (RFC 6454), or all subdomains of a domain.

use base::{Error, Result};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

const LONGEST_HOST: usize = 253;

/// Where a page comes from: scheme, host and port, in one spelling.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    secure: bool,
    host: String,
    port: u16,
}

impl Origin {
    /// Reads the value of a header `Origin`. The origin `null`, of a page that hides where it comes from, is none.
    pub fn parse(text: &str) -> Option<Self> {
        let (secure, rest) = match text.split_once("://")? {
            (scheme, rest) if scheme.eq_ignore_ascii_case("https") => (true, rest),
            (scheme, rest) if scheme.eq_ignore_ascii_case("http") => (false, rest),
            _ => return None,
        };
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) => (host, port_of(port)?),
            None => (rest, usual_port(secure)),
        };
        let host = host.to_ascii_lowercase();
        is_host(&host).then_some(Self { secure, host, port })
    }

    /// The host and port as a header `Host` names them.
    pub fn is_host(&self, header: &str) -> bool {
        let scheme = if self.secure { "https" } else { "http" };
        Self::parse(&format!("{scheme}://{header}")).as_ref() == Some(self)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.secure { "https" } else { "http" }, self.host)?;
        if self.port == usual_port(self.secure) { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}

fn usual_port(secure: bool) -> u16 {
    if secure { 443 } else { 80 }
}

fn port_of(text: &str) -> Option<u16> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// A host name in ASCII (a name with other letters in its `xn--` form), or an IPv4 address.
fn is_host(host: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.len() <= LONGEST_HOST && host.split('.').all(label)
}

/// What an administrator allows: `https://www.example.nl`, `https://*.example.nl`, or `http://localhost:8080` for
/// whoever builds a site.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AllowedOrigin {
    subdomains: bool,
    /// With `subdomains`, the domain under which they stand.
    origin: Origin,
}

impl AllowedOrigin {
    /// Whether this is an allowed website.
    pub fn allows(&self, origin: &Origin) -> bool {
        if !self.subdomains {
            return self.origin == *origin;
        }
        let under = origin.host.strip_suffix(&self.origin.host).is_some_and(|rest| rest.ends_with('.'));
        under && origin.secure == self.origin.secure && origin.port == self.origin.port
    }
}

impl FromStr for AllowedOrigin {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = || {
            Error::invalid(
                "origins",
                "write each website as https://www.example.nl or https://*.example.nl, without a path",
            )
        };
        let (subdomains, plain) = match text.split_once("://*.") {
            Some((scheme, rest)) => (true, format!("{scheme}://{rest}")),
            None => (false, text.to_owned()),
        };
        let origin = Origin::parse(&plain).ok_or_else(wrong)?;
        if subdomains && !origin.host.contains('.') {
            return Err(wrong());
        }
        let here =
            origin.host == "localhost" || origin.host.ends_with(".localhost") || origin.host == "127.0.0.1";
        if !origin.secure && !here {
            return Err(Error::invalid("origins", "use https; only localhost may do without"));
        }
        Ok(Self { subdomains, origin })
    }
}

impl fmt::Display for AllowedOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.origin.to_string();
        if self.subdomains { f.write_str(&text.replacen("://", "://*.", 1)) } else { f.write_str(&text) }
    }
}

impl Serialize for AllowedOrigin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AllowedOrigin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(|error: Error| serde::de::Error::custom(error.detail()))
    }
}

impl utoipa::PartialSchema for AllowedOrigin {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some(
                "A website (https://www.example.nl) or all subdomains of a domain (https://*.example.nl)",
            ))
            .examples(["https://www.example.nl"])
            .into()
    }
}

impl utoipa::ToSchema for AllowedOrigin {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn allows(pattern: &str, origin: &str) -> bool {
        Origin::parse(origin).is_some_and(|origin| pattern.parse::<AllowedOrigin>().unwrap().allows(&origin))
    }

    #[test]
    fn a_website_is_allowed_in_every_spelling_of_its_origin_and_nothing_else_is() {
        for same in ["https://www.example.nl", "HTTPS://WWW.Example.NL", "https://www.example.nl:443"] {
            assert!(allows("https://www.example.nl", same), "{same}");
        }
        for other in [
            "http://www.example.nl",
            "https://example.nl",
            "https://www.example.nl:8443",
            "https://www.example.nl.evil.example",
            "https://evil.example/https://www.example.nl",
            "https://www.example.nl@evil.example",
            "https://www.example.nl/",
            "null",
            "",
        ] {
            assert!(!allows("https://www.example.nl", other), "{other}");
        }
    }

    #[test]
    fn a_star_stands_for_subdomains_and_not_for_the_domain_or_a_lookalike() {
        assert!(allows("https://*.example.nl", "https://www.example.nl"));
        assert!(allows("https://*.example.nl", "https://a.b.example.nl"));
        for other in ["https://example.nl", "https://evilexample.nl", "http://www.example.nl"] {
            assert!(!allows("https://*.example.nl", other), "{other}");
        }
    }

    #[test]
    fn what_is_no_website_is_refused_when_it_is_set() {
        for wrong in [
            "*",
            "https://*",
            "https://*.nl",
            "http://www.example.nl",
            "https://www.example.nl/page",
            "example.nl",
            "https://a b",
            "https://x;script-src *",
            "https://x.nl 'unsafe-inline'",
            "https://*.*.nl",
            "https://x:0x1",
        ] {
            assert!(wrong.parse::<AllowedOrigin>().is_err(), "{wrong}");
        }
        assert!("http://localhost:8080".parse::<AllowedOrigin>().is_ok());
    }

    #[test]
    fn our_own_host_is_recognised_by_the_header() {
        let own = Origin::parse("http://localhost:8080").unwrap();
        assert!(own.is_host("localhost:8080"));
        assert!(!own.is_host("localhost"));
        assert!(Origin::parse("https://balie.example").unwrap().is_host("balie.example"));
    }

    proptest! {
        #[test]
        fn no_text_panics_and_what_is_read_has_one_spelling(text in "\\PC{0,40}") {
            if let Some(origin) = Origin::parse(&text) {
                prop_assert_eq!(Origin::parse(&origin.to_string()), Some(origin));
            }
        }

        #[test]
        fn what_is_allowed_stands_in_a_policy_as_one_word(
            star: bool, host in "[a-z][a-z0-9-]{0,5}[a-z]\\.[a-z]{2,5}\\.nl", port in proptest::option::of(1_u16..),
        ) {
            let port = port.map(|port| format!(":{port}")).unwrap_or_default();
            let text = format!("https://{}{host}{port}", if star { "*." } else { "" });
            let allowed: AllowedOrigin = text.parse().unwrap();
            let shown = allowed.to_string();
            prop_assert!(shown.bytes().all(|byte| byte.is_ascii_graphic() && !b";,'\"".contains(&byte)));
            prop_assert_eq!(shown.parse::<AllowedOrigin>().unwrap(), allowed);
        }

        #[test]
        fn a_pattern_never_allows_another_domain(host in "[a-z]{1,8}\\.[a-z]{2,4}") {
            prop_assume!(host != "example.nl" && !host.ends_with(".example.nl"));
            let other = format!("https://{host}");
            prop_assert!(!allows("https://*.example.nl", &other));
            let glued = format!("https://{host}example.nl");
            prop_assert!(!allows("https://example.nl", &glued));
        }
    }
}
