//! Configuration: a TOML file, overruled key by key by the environment, checked before anything starts. An error names
//! the key and says how to mend it. Secrets may come from files or the environment, so that the TOML can be shared.

use crate::files;
use base::{Error, ErrorCode, Result};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use toml::Value;

/// Everything that can be set. Each key can also be given in the environment: `database.url` as `BALIE_DATABASE_URL`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where to listen and how the world reaches us.
    pub server: Server,
    /// The database of contacts.
    pub database: Database,
    /// The database of keys, and the key that opens it.
    pub vault: Vault,
    /// Attachments.
    pub blob: Blob,
    /// The virus scanner.
    pub scanner: Scanner,
    /// Outgoing mail.
    pub mail: Mail,
    /// What is logged.
    pub log: Log,
}

/// `[server]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// The address that people type; decides on secure cookies and stands in mails.
    pub public_url: String,
    /// The addresses of the proxies before us. Only their word (`X-Forwarded-For`) about the caller's address is
    /// believed, because anybody can write that header.
    pub trusted_proxies: Vec<IpAddr>,
}

/// `[database]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    /// `sqlite:<path>` or `postgres://user:password@host/name`.
    pub url: String,
    /// Connections for reading.
    pub readers: u32,
    /// False only for a test that has to see writes being lost. No setting.
    #[serde(skip)]
    #[doc(hidden)]
    pub durable: bool,
}

/// `[vault]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Vault {
    /// The database of keys; apart from `database.url`, so that back-ups of content hold no keys.
    pub database_url: String,
    /// The file with the installation key.
    pub key_file: PathBuf,
    /// The installation key itself, for those who keep it in the environment. Goes before the file.
    pub key: Option<Secret>,
}

/// `[blob]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Blob {
    /// The folder of attachments.
    pub folder: PathBuf,
}

/// `[scanner]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Scanner {
    /// A clamd: `tcp:host:port` or `unix:/path`. Without one, files are marked as not scanned.
    pub clamd: Option<String>,
}

/// `[mail]`. Without a host no mail is sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mail {
    /// The SMTP server.
    pub host: Option<String>,
    /// Its port; 587, 465 or 25 by the kind of security if left out.
    pub port: Option<u16>,
    /// `starttls`, `tls` or `plain`.
    pub security: email::Security,
    /// That an open line to another machine is meant.
    pub allow_plain: bool,
    /// A certificate (PEM) that signs the server's, if no public authority does.
    pub ca_file: Option<PathBuf>,
    /// The account, if the server asks for one.
    pub username: Option<String>,
    /// Its password.
    pub password: Option<Secret>,
    /// The sender of mails, for example `noreply@lindedam.example`.
    pub from: Option<String>,
    /// How we introduce ourselves; the domain of `from` if left out.
    pub hello: Option<String>,
}

/// `[log]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// `error`, `warn`, `info`, `debug`, or a list per room such as `info,routing=debug`.
    pub level: String,
    /// `text` or `json`.
    pub format: LogFormat,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum LogFormat {
    Text,
    Json,
}

/// A text that never shows itself in a log.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The text.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

impl Default for Config {
    fn default() -> Self {
        let keys = Self::in_folder(Path::new("keys"));
        Self { vault: keys.vault, ..Self::in_folder(Path::new("data")) }
    }
}

impl Default for Server {
    fn default() -> Self {
        let listen = SocketAddr::from(([127, 0, 0, 1], 8080));
        Self { listen, public_url: "http://localhost:8080".into(), trusted_proxies: Vec::new() }
    }
}

impl Default for Database {
    fn default() -> Self {
        Config::default().database
    }
}

impl Default for Vault {
    fn default() -> Self {
        Config::default().vault
    }
}

impl Default for Blob {
    fn default() -> Self {
        Config::default().blob
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { level: "info".into(), format: LogFormat::Text }
    }
}

/// The keys that the environment can overrule. A test compares them with the structs above.
const KEYS: &[(&str, &[&str])] = &[
    ("server", &["listen", "public_url", "trusted_proxies"]),
    ("database", &["url", "readers"]),
    ("vault", &["database_url", "key_file", "key"]),
    ("blob", &["folder"]),
    ("scanner", &["clamd"]),
    (
        "mail",
        &["host", "port", "security", "allow_plain", "ca_file", "username", "password", "from", "hello"],
    ),
    ("log", &["level", "format"]),
];

const NUMBERS: &[&str] = &["readers", "port"];
const FLAGS: &[&str] = &["allow_plain"];
const LISTS: &[&str] = &["trusted_proxies"];

impl Config {
    /// The defaults, with everything that is stored in one folder.
    pub fn in_folder(folder: &Path) -> Self {
        Self {
            server: Server::default(),
            database: Database {
                url: format!("sqlite:{}", folder.join("balie.db").display()),
                readers: 8,
                durable: true,
            },
            vault: Vault {
                database_url: format!("sqlite:{}", folder.join("keys.db").display()),
                key_file: folder.join("installation.key"),
                key: None,
            },
            blob: Blob { folder: folder.join("blobs") },
            scanner: Scanner::default(),
            mail: Mail::default(),
            log: Log::default(),
        }
    }

    /// Reads the file (if one is given) and the environment, and checks them.
    pub fn load(file: Option<&Path>, environment: &BTreeMap<String, String>) -> Result<Self> {
        let text = match file {
            None => String::new(),
            Some(path) => std::fs::read_to_string(path).map_err(|error| {
                mend(
                    "--config",
                    format!("{} cannot be read ({error}); check the path and its rights", path.display()),
                )
            })?,
        };
        Self::read(&text, environment)
    }

    fn read(text: &str, environment: &BTreeMap<String, String>) -> Result<Self> {
        let mut table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            mend("--config", format!("the file is not TOML: {}", error.message()))
        })?;
        overrule(&mut table, environment)?;
        let config: Self = serde_path_to_error::deserialize(Value::Table(table))
            .map_err(|error| mend(&error.path().to_string(), error.inner().message().to_owned()))?;
        config.check()?;
        Ok(config)
    }

    /// What works and is probably not meant.
    pub fn doubts(&self) -> Vec<&'static str> {
        let behind_a_proxy =
            self.server.public_url.starts_with("https:") && self.server.listen.ip().is_loopback();
        let mut doubts = Vec::new();
        if behind_a_proxy && self.server.trusted_proxies.is_empty() {
            doubts.push(
                "server.trusted_proxies: everybody seems to come from one address, so one person who guesses passwords \
                 makes all others wait; name the proxy before this program, usually 127.0.0.1",
            );
        }
        doubts
    }

    fn check(&self) -> Result<()> {
        let url = &self.server.public_url;
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        if !host.is_some_and(|host| !host.is_empty() && !host.contains('/')) {
            return Err(mend(
                "server.public_url",
                "write it like https://balie.example.nl, without a path".into(),
            ));
        }
        if files::is_same_database(&self.database.url, &self.vault.database_url) {
            let text =
                "give the keys a database of their own, or a back-up of the content holds the keys to it";
            return Err(mend("vault.database_url", text.into()));
        }
        if self.mail.host.is_some() && self.mail.from.is_none() {
            return Err(mend("mail.from", "say who mails come from, for example balie@example.nl".into()));
        }
        if !(1..=100).contains(&self.database.readers) {
            return Err(mend("database.readers", "choose a number from 1 to 100".into()));
        }
        Ok(())
    }
}

/// Puts `BALIE_<SECTION>_<KEY>` over the file. A name that is nearly right would be ignored in silence, so it is refused.
fn overrule(table: &mut toml::Table, environment: &BTreeMap<String, String>) -> Result<()> {
    let mut left: BTreeMap<&str, &str> = environment
        .iter()
        .filter(|(name, _)| name.starts_with("BALIE_") && !name.starts_with("BALIE_TEST_"))
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    for (section, keys) in KEYS {
        for key in *keys {
            let name = format!("BALIE_{section}_{key}").to_uppercase();
            let Some(text) = left.remove(name.as_str()) else { continue };
            let value = if NUMBERS.contains(key) {
                Value::Integer(text.parse().map_err(|_| mend(&name, "write a whole number".into()))?)
            } else if FLAGS.contains(key) {
                Value::Boolean(text.parse().map_err(|_| mend(&name, "write true or false".into()))?)
            } else if LISTS.contains(key) {
                Value::Array(text.split(',').map(|item| Value::String(item.trim().to_owned())).collect())
            } else {
                Value::String(text.to_owned())
            };
            let section = table.entry(*section).or_insert_with(|| Value::Table(toml::Table::new()));
            let Value::Table(section) = section else { continue };
            section.insert((*key).to_owned(), value);
        }
    }
    match left.keys().next() {
        None => Ok(()),
        Some(name) => {
            Err(mend(name, "this setting does not exist; see docs/operations.md for their names".into()))
        }
    }
}

fn mend(key: &str, message: String) -> Error {
    Error::new(ErrorCode::Invalid, format!("{key}: {message}")).with_field(key.to_owned(), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn refused(text: &str, pairs: &[(&str, &str)]) -> String {
        Config::read(text, &environment(pairs)).unwrap_err().detail().to_owned()
    }

    #[test]
    fn nothing_set_is_a_working_configuration() {
        let config = Config::read("", &environment(&[("PATH", "/bin")])).unwrap();
        assert_eq!(config.server.listen.port(), 8080);
        assert_eq!(config.database.url, "sqlite:data/balie.db");
        assert_eq!(config.vault.database_url, "sqlite:keys/keys.db");
        assert_eq!(config.vault.key_file, Path::new("keys/installation.key"));
    }

    #[test]
    fn the_environment_goes_before_the_file() {
        let text = "[server]\nlisten = \"127.0.0.1:1\"\n[database]\nreaders = 3";
        let config = Config::read(text, &environment(&[("BALIE_SERVER_LISTEN", "127.0.0.1:2")])).unwrap();
        assert_eq!((config.server.listen.port(), config.database.readers), (2, 3));
        let proxies =
            Config::read("", &environment(&[("BALIE_SERVER_TRUSTED_PROXIES", "::1, 10.0.0.1")])).unwrap();
        assert_eq!(proxies.server.trusted_proxies.len(), 2);
    }

    #[test]
    fn every_key_can_be_set_in_the_environment() {
        for (section, keys) in KEYS {
            for key in *keys {
                let text = format!("[{section}]\n{key} = {{}}");
                let error = refused(&text, &[]);
                assert!(
                    !error.contains("unknown field"),
                    "{section}.{key} stands in KEYS but not in the struct: {error}"
                );
            }
        }
    }

    #[test]
    fn an_error_names_the_key_and_the_mend() {
        assert!(refused("[server]\nlisten = \"here\"", &[]).starts_with("server.listen: "));
        assert!(refused("[servr]\nlisten = 1", &[]).contains("servr"));
        assert!(refused("[server]\npublic_url = \"balie\"", &[]).contains("https://"));
        assert!(refused("", &[("BALIE_DATABASE_READERS", "many")]).contains("whole number"));
        assert!(refused("", &[("BALIE_DATABSE_URL", "x")]).starts_with("BALIE_DATABSE_URL"));
        assert!(refused("[", &[]).contains("TOML"));
        assert!(
            refused("", &[("BALIE_VAULT_DATABASE_URL", "sqlite:./data/../data/balie.db")])
                .contains("of their own")
        );
        assert!(refused("", &[("BALIE_MAIL_HOST", "mail.example")]).starts_with("mail.from"));
    }

    #[test]
    fn a_proxy_that_is_not_named_is_doubted() {
        let doubts = |pairs: &[(&str, &str)]| Config::read("", &environment(pairs)).unwrap().doubts().len();
        let https = ("BALIE_SERVER_PUBLIC_URL", "https://balie.example");
        assert_eq!(doubts(&[]), 0);
        assert_eq!(doubts(&[https]), 1);
        assert_eq!(doubts(&[https, ("BALIE_SERVER_TRUSTED_PROXIES", "127.0.0.1")]), 0);
        assert_eq!(doubts(&[https, ("BALIE_SERVER_LISTEN", "192.0.2.1:443")]), 0);
    }

    #[test]
    fn a_secret_does_not_show_itself() {
        let config = Config::read("", &environment(&[("BALIE_VAULT_KEY", "0123")])).unwrap();
        assert!(!format!("{config:?}").contains("0123"));
    }
}
