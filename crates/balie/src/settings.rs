//! Settings become what the rooms ask for.

use crate::config::Config;
use base::{Env, Error, Result};
use blob::Scanner;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use vault::InstallationKey;

/// The installation key: from the setting, or from its file, which is made when it is not there yet. That a new key
/// does not fit keys stored before is noticed when they are first used.
pub(crate) fn installation_key(config: &Config, env: &Env) -> Result<InstallationKey> {
    if let Some(key) = &config.vault.key {
        return InstallationKey::parse(key.reveal());
    }
    let path = &config.vault.key_file;
    match std::fs::read_to_string(path) {
        Ok(text) => InstallationKey::parse(&text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let key = InstallationKey::generate(env);
            write_private(path, &key.to_text()).map_err(|error| {
                let text = format!(
                    "{} cannot be written ({error}); check the folder and its rights",
                    path.display()
                );
                Error::invalid("vault.key_file", text)
            })?;
            tracing::info!(file = %path.display(), "made a new installation key; keep a copy in a safe place");
            Ok(key)
        }
        Err(error) => {
            let text = format!("{} cannot be read ({error}); check the path and its rights", path.display());
            Err(Error::invalid("vault.key_file", text))
        }
    }
}

/// For the owner's eyes only, and on the disk before anything is sealed with it.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

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
