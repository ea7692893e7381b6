//! Which mail server takes our letters.

use base::{Error, Result};
use lettre::Address;
use serde::Deserialize;
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

/// How the line to the mail server is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    /// Begins open and is encrypted before anything is said; usual on port 587.
    #[default]
    Starttls,
    /// Encrypted from the start; usual on port 465.
    Tls,
    /// Open. Only for a server on this machine, or when `allow_plain` is set.
    Plain,
}

/// The section `mail` of the configuration.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The server.
    pub host: String,
    /// Its port; 587, 465 or 25 by the kind of security if left out.
    pub port: Option<u16>,
    /// How the line is protected.
    pub security: Security,
    /// That an open line to another machine is meant.
    pub allow_plain: bool,
    /// A certificate (PEM) that signs the server's, if no public authority does.
    pub ca_file: Option<PathBuf>,
    /// The account, if the server asks for one.
    pub username: Option<String>,
    /// Its password.
    pub password: Option<String>,
    /// The address that letters come from.
    pub from: String,
    /// How we introduce ourselves; the domain of `from` if left out.
    pub hello: Option<String>,
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("host", &self.host)
            .field("port", &self.port())
            .field("security", &self.security)
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

impl Config {
    /// The port, given or usual.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(match self.security {
            Security::Starttls => 587,
            Security::Tls => 465,
            Security::Plain => 25,
        })
    }

    /// Checks it all; each mistake is a field that names the key and the mend.
    pub fn check(&self) -> Result<()> {
        let mut wrong: Vec<(&'static str, String)> = Vec::new();
        if self.host.trim().is_empty() {
            wrong.push(("mail.host", "name the mail server, for example smtp.example.org".into()));
        }
        if self.port == Some(0) {
            wrong.push(("mail.port", "give a port from 1 to 65535, or leave it out".into()));
        }
        if self.from.parse::<Address>().is_err() || !self.from.is_ascii() {
            wrong.push((
                "mail.from",
                "give the address that letters come from, for example contact@example.org".into(),
            ));
        }
        if self.security == Security::Plain && !self.allow_plain && !self.is_local() {
            let mend =
                "use starttls or tls, or set mail.allow_plain = true if an open line to that server is meant";
            wrong.push(("mail.security", mend.into()));
        }
        if self.security == Security::Plain && self.password.is_some() && !self.is_local() {
            let mend =
                "a password does not go over an open line; use starttls or tls, or take the password out";
            wrong.push(("mail.password", mend.into()));
        }
        if self.username.is_some() != self.password.is_some() {
            wrong.push(("mail.username", "give both mail.username and mail.password, or neither".into()));
        }
        if self
            .hello
            .as_ref()
            .is_some_and(|hello| hello.is_empty() || !hello.bytes().all(|b| b.is_ascii_graphic()))
        {
            wrong.push((
                "mail.hello",
                "give the full name of this machine, for example balie.example.org".into(),
            ));
        }
        if let Some(file) = &self.ca_file
            && let Err(error) = std::fs::metadata(file)
        {
            wrong.push((
                "mail.ca_file",
                format!("{} cannot be read ({error}); name a PEM file", file.display()),
            ));
        }
        let Some((key, mend)) = wrong.first().cloned() else { return Ok(()) };
        let first = Error::new(base::ErrorCode::Invalid, format!("{key}: {mend}"));
        Err(wrong.into_iter().fold(first, |error, (key, mend)| error.with_field(key, mend)))
    }

    fn is_local(&self) -> bool {
        self.host == "localhost" || self.host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Config {
        Config { host: "smtp.example.org".into(), from: "contact@example.org".into(), ..Config::default() }
    }

    fn fields(config: &Config) -> Vec<String> {
        let error = config.check().unwrap_err();
        error.fields().iter().map(|field| field.field.to_string()).collect()
    }

    #[test]
    fn a_good_configuration_passes() {
        good().check().unwrap();
        assert_eq!(good().port(), 587);
        let local =
            Config { host: "127.0.0.1".into(), security: Security::Plain, port: Some(2525), ..good() };
        local.check().unwrap();
    }

    #[test]
    fn each_mistake_names_its_key() {
        assert_eq!(fields(&Config::default()), ["mail.host", "mail.from"]);
        assert_eq!(fields(&Config { from: "Jan <jan@example.org>".into(), ..good() }), ["mail.from"]);
        assert_eq!(fields(&Config { username: Some("x".into()), ..good() }), ["mail.username"]);
        assert_eq!(fields(&Config { ca_file: Some("/nowhere.pem".into()), ..good() }), ["mail.ca_file"]);
        assert_eq!(fields(&Config { hello: Some("a b\r\n".into()), ..good() }), ["mail.hello"]);
    }

    #[test]
    fn an_open_line_to_another_machine_must_be_meant_and_never_carries_a_password() {
        let open = Config { security: Security::Plain, ..good() };
        assert_eq!(fields(&open), ["mail.security"]);
        let meant = Config { allow_plain: true, ..open };
        meant.check().unwrap();
        let account = (Some("balie".to_owned()), Some("secret".to_owned()));
        let careless = Config { username: account.0, password: account.1, ..meant };
        assert_eq!(fields(&careless), ["mail.password"]);
        assert!(!format!("{careless:?}").contains("secret"));
    }
}
