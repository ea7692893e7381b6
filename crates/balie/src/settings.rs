//! Settings become what the rooms ask for.

use crate::config::Config;
use base::Result;
use blob::Scanner;

pub(crate) fn scanner(config: &Config) -> Result<Option<Scanner>> {
    config.scanner.clamd.as_deref().map(str::parse).transpose()
}

pub(crate) fn identity(config: &Config) -> identity::Config {
    identity::Config {
        public_url: Some(config.server.public_url.clone()),
        trusted_proxies: config.server.trusted_proxies.clone(),
        ..identity::Config::default()
    }
}

pub(crate) fn chat(config: &Config) -> chat::Config {
    chat::Config { public_url: Some(config.server.public_url.clone()), ..chat::Config::default() }
}

pub(crate) fn email(config: &Config) -> Result<Option<email::Config>> {
    let mail = config.mail.clone();
    let (Some(host), Some(from)) = (mail.host, mail.from) else { return Ok(None) };
    let email = email::Config {
        host,
        port: mail.port,
        security: mail.security,
        allow_plain: mail.allow_plain,
        ca_file: mail.ca_file,
        username: mail.username,
        password: mail.password.map(|password| password.reveal().to_owned()),
        from,
        hello: mail.hello,
    };
    email.check()?;
    Ok(Some(email))
}
