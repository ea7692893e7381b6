//! The line to the mail server, in two steps: everything up to the content, then the content. What goes wrong in the
//! first step has certainly not delivered the letter.

use crate::actions::Why;
use crate::{Config, Security};
use base::{Error, Result};
use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use std::fmt;
use std::time::Duration;

/// For connecting and for each command (RFC 5321, 4.5.3.2 asks for five minutes of a relay; we come back instead).
const PATIENCE: Duration = Duration::from_mins(1);
/// For the answer to the content: hanging up early here makes doubles (RFC 1047).
const LONG_PATIENCE: Duration = Duration::from_mins(10);

/// Why a letter was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Not now.
    Later(Why),
    /// Not this letter.
    Never(Why),
    /// Nobody knows whether it was.
    Unknown,
}

/// The configured mail server.
pub(crate) struct Server {
    config: Config,
    tls: TlsParameters,
    hello: ClientId,
    from: Address,
}

impl Config {
    /// Connects and signs in as for a letter, and sends none. What is wrong with the line is logged.
    pub async fn try_out(&self) -> Result<()> {
        let mut line = Server::new(self)?.connect().await.map_err(|refusal| unusable(self, refusal))?;
        // The answer came; how the server takes leave does not matter.
        let _ = patiently(PATIENCE, line.quit()).await;
        Ok(())
    }
}

fn unusable(config: &Config, refusal: Refusal) -> Error {
    let code = match refusal {
        Refusal::Later(why) | Refusal::Never(why) => why.reply_code,
        Refusal::Unknown => None,
    };
    let (host, port) = (&config.host, config.port());
    let text = match code {
        Some(code) => format!("{host}:{port} does not let us in (it says {code}); check the account"),
        None => format!("{host}:{port} cannot be reached safely; check the name, the port and mail.security"),
    };
    Error::invalid("mail.host", text)
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.config.fmt(f)
    }
}

impl Server {
    /// Checks the configuration.
    pub(crate) fn new(config: &Config) -> Result<Self> {
        config.check()?;
        let from: Address = config.from.parse().map_err(Error::internal)?;
        let hello = config.hello.clone().unwrap_or_else(|| from.domain().to_owned());
        let mut tls = TlsParameters::builder(config.host.clone());
        if let Some(file) = &config.ca_file {
            let mend = "name a PEM file with the certificate that signs the mail server's";
            let pem = std::fs::read(file)
                .map_err(|error| Error::invalid("mail.ca_file", mend).with_source(error))?;
            let certificate = Certificate::from_pem(&pem)
                .map_err(|error| Error::invalid("mail.ca_file", mend).with_source(error))?;
            tls = tls.add_root_certificate(certificate);
        }
        let tls = tls.build_rustls().map_err(|error| {
            Error::invalid("mail.host", "give the name that stands in the server's certificate")
                .with_source(error)
        })?;
        Ok(Self { config: config.clone(), tls, hello: ClientId::Domain(hello), from })
    }

    pub(crate) fn from(&self) -> &Address {
        &self.from
    }

    /// Connects and names sender and recipient, until the server asks for the content.
    pub(crate) async fn offer(&self, to: &Address) -> Result<Line, Refusal> {
        let mut line = Line(self.connect().await?);
        line.say(Mail::new(Some(self.from.clone()), vec![])).await.map_err(|error| {
            // Whether we may send at all is a matter of the configuration, not of this letter.
            tracing::error!(reply_code = code(&error), "the mail server does not take mail from mail.from");
            not_now(&error)
        })?;
        line.say(Rcpt::new(to.clone(), vec![])).await.map_err(|error| judge(&error))?;
        line.say(Data).await.map_err(|error| judge(&error))?;
        Ok(line)
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Refusal> {
        let unreachable = |step: &'static str| {
            move |error: &Trouble| {
                tracing::warn!(
                    step,
                    reply_code = code(error),
                    cause = cause(error),
                    "the mail server cannot be used now"
                );
                not_now(error)
            }
        };
        let address = (self.config.host.as_str(), self.config.port());
        let tls = (self.config.security == Security::Tls).then(|| self.tls.clone());
        let connect = AsyncSmtpConnection::connect_tokio1(address, Some(PATIENCE), &self.hello, tls, None);
        let mut line = patiently(PATIENCE, connect).await.map_err(|error| unreachable("connect")(&error))?;
        if self.config.security == Security::Starttls {
            let secure = line.starttls(self.tls.clone(), &self.hello);
            patiently(PATIENCE, secure).await.map_err(|error| unreachable("starttls")(&error))?;
        }
        if let (Some(name), Some(password)) = (&self.config.username, &self.config.password) {
            let credentials = Credentials::new(name.clone(), password.clone());
            let sign_in = line.auth(&[Mechanism::Plain, Mechanism::Login], &credentials);
            patiently(PATIENCE, sign_in).await.map_err(|error| unreachable("sign in")(&error))?;
        }
        Ok(line)
    }
}

/// A line on which the server waits for what we say next.
pub(crate) struct Line(AsyncSmtpConnection);

impl Line {
    async fn say(&mut self, command: impl std::fmt::Display) -> Result<(), Trouble> {
        patiently(PATIENCE, self.0.command(command)).await.map(drop)
    }

    /// Sends the content and waits for the answer.
    pub(crate) async fn deliver(mut self, message: &[u8]) -> Result<(), Refusal> {
        match patiently(LONG_PATIENCE, self.0.message(message)).await {
            Ok(_) => {
                // The letter is the server's now, whatever it says to this.
                let _ = patiently(PATIENCE, self.0.quit()).await;
                Ok(())
            }
            Err(error) if code(&error).is_some() => Err(judge(&error)),
            Err(_) => Err(Refusal::Unknown),
        }
    }
}

/// An error of the line; `None` is a server that takes too long. Its words are not looked at: they may hold addresses.
type Trouble = Option<lettre::transport::smtp::Error>;

async fn patiently<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, lettre::transport::smtp::Error>>,
) -> Result<T, Trouble> {
    tokio::time::timeout(limit, work).await.map_err(|_| None)?.map_err(Some)
}

fn code(error: &Trouble) -> Option<u16> {
    error.as_ref()?.status().map(u16::from)
}

/// What is wrong with the line or its certificate. Only for before an address was spoken, and never a server's words.
fn cause(error: &Trouble) -> Option<String> {
    let Some(error) = error else { return Some("it takes too long".to_owned()) };
    let words = error.status().is_some() || error.is_response();
    (!words).then(|| std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string))
}

fn judge(error: &Trouble) -> Refusal {
    match code(error) {
        Some(500..) => Refusal::Never(Why { error: "refused", reply_code: code(error) }),
        _ => not_now(error),
    }
}

fn not_now(error: &Trouble) -> Refusal {
    let word = if code(error).is_some() { "later" } else { "unreachable" };
    Refusal::Later(Why { error: word, reply_code: code(error) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mailbox::Mailbox;

    #[tokio::test]
    async fn a_server_is_tried_out_without_a_letter() {
        let mailbox = Mailbox::start("127.0.0.1:0".parse().unwrap(), 10).await.unwrap();
        let config = Config {
            host: "127.0.0.1".into(),
            port: Some(mailbox.address().port()),
            security: Security::Plain,
            from: "noreply@lindedam.example".into(),
            ..Config::default()
        };
        config.try_out().await.unwrap();
        assert!(mailbox.letters().is_empty());
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let refused = Config { port: Some(nobody), ..config }.try_out().await.unwrap_err();
        assert_eq!(refused.fields()[0].field, "mail.host");
    }
}
