//! The virus scanner: the daemon `clamd`, spoken to with its command INSTREAM. Whatever it answers other than "OK" means
//! that the file is not kept.

use base::{Error, ErrorCode, Result};
use std::path::PathBuf;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};

/// Where the scanner listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scanner {
    /// `tcp:host:port`
    Tcp(String),
    /// `unix:/path`
    Unix(PathBuf),
}

/// A large file in many layers of packing takes the scanner this long at most; past it, it counts as away.
const PATIENCE: Duration = Duration::from_mins(1);
const LONGEST_REPLY: u64 = 4096;

trait Line: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Line for T {}

impl std::str::FromStr for Scanner {
    type Err = Error;

    /// Reads `tcp:host:port` or `unix:/path`.
    fn from_str(text: &str) -> Result<Self> {
        if let Some(path) = text.strip_prefix("unix:")
            && path.starts_with('/')
        {
            return Ok(Self::Unix(path.into()));
        }
        if let Some(address) = text.strip_prefix("tcp:")
            && address
                .rsplit_once(':')
                .is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok())
        {
            return Ok(Self::Tcp(address.to_owned()));
        }
        let mend = "write tcp:<host>:<port> or unix:<path>, for example unix:/run/clamav/clamd.ctl";
        Err(Error::invalid("blob.scanner", mend))
    }
}

impl Scanner {
    /// Whether the scanner answers.
    pub async fn check(&self) -> Result<()> {
        let mut scan = self.begin(b"zPING\0").await?;
        let reply = patiently(reply(&mut scan.line)).await?;
        if reply == "PONG" { Ok(()) } else { Err(away("it does not answer PING with PONG")) }
    }

    /// Begins to scan a file.
    pub(crate) async fn scan(&self) -> Result<Scan> {
        self.begin(b"zINSTREAM\0").await
    }

    async fn begin(&self, command: &[u8]) -> Result<Scan> {
        patiently(async {
            let mut line: Box<dyn Line> = match self {
                Self::Tcp(address) => Box::new(TcpStream::connect(address).await?),
                Self::Unix(path) => Box::new(UnixStream::connect(path).await?),
            };
            line.write_all(command).await?;
            Ok(Scan { line })
        })
        .await
    }
}

/// A file that is being scanned.
pub(crate) struct Scan {
    line: Box<dyn Line>,
}

impl Scan {
    /// Hands the next piece over.
    pub(crate) async fn push(&mut self, piece: &[u8]) -> Result<()> {
        let length = u32::try_from(piece.len()).map_err(Error::internal)?.to_be_bytes();
        let sent = patiently(async {
            self.line.write_all(&length).await?;
            self.line.write_all(piece).await
        });
        match sent.await {
            Ok(()) => Ok(()),
            // A scanner that hangs up has said why.
            Err(error) => Err(match patiently(reply(&mut self.line)).await {
                Ok(reply) => judge(&reply).err().unwrap_or(error),
                Err(_) => error,
            }),
        }
    }

    /// The verdict on the whole file.
    pub(crate) async fn verdict(mut self) -> Result<()> {
        let reply = patiently(async {
            self.line.write_all(&[0; 4]).await?;
            reply(&mut self.line).await
        })
        .await?;
        judge(&reply)
    }
}

async fn reply(line: &mut Box<dyn Line>) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    line.take(LONGEST_REPLY).read_to_end(&mut bytes).await?;
    Ok(String::from_utf8_lossy(&bytes).trim_end_matches('\0').trim().to_owned())
}

fn judge(reply: &str) -> Result<()> {
    if reply == "stream: OK" {
        return Ok(());
    }
    if let Some(name) = reply.strip_prefix("stream: ").and_then(|rest| rest.strip_suffix(" FOUND")) {
        tracing::warn!(signature = name, "the virus scanner found something in a file");
        let detail = "The virus scanner found something harmful in this file, so it was not accepted. Send another file.";
        return Err(Error::new(ErrorCode::Infected, detail));
    }
    tracing::error!(reply, "the virus scanner cannot scan; look at its StreamMaxLength and its log");
    Err(away("it refused to scan"))
}

async fn patiently<T>(work: impl Future<Output = std::io::Result<T>>) -> Result<T> {
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(away(error)),
        Err(_) => Err(away("it takes too long")),
    }
}

fn away(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::unavailable(
        "Files cannot be checked for viruses right now, so none are accepted. Try again in a few minutes.",
    )
    .with_source(source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_mistakes_say_what_to_write() {
        assert_eq!("tcp:localhost:3310".parse::<Scanner>().unwrap(), Scanner::Tcp("localhost:3310".into()));
        let unix = "unix:/run/clamav/clamd.ctl".parse::<Scanner>().unwrap();
        assert_eq!(unix, Scanner::Unix("/run/clamav/clamd.ctl".into()));
        for wrong in ["", "localhost", "tcp:localhost", "tcp::3310", "unix:relative", "http://x"] {
            let error = wrong.parse::<Scanner>().unwrap_err();
            assert_eq!(error.fields()[0].field, "blob.scanner");
        }
    }

    #[test]
    fn only_ok_is_ok() {
        judge("stream: OK").unwrap();
        assert_eq!(judge("stream: Eicar FOUND").unwrap_err().code(), ErrorCode::Infected);
        for odd in
            ["", "OK", "stream: OK FOUND-ish", "INSTREAM size limit exceeded. ERROR", "UNKNOWN COMMAND"]
        {
            assert_eq!(judge(odd).unwrap_err().code(), ErrorCode::Unavailable, "{odd}");
        }
    }
}
