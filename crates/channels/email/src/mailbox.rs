//! A mailbox for the demo and for tests: a small mail server that takes every letter and keeps the last ones in
//! memory. It sends nothing on. Not for real mail: anybody who reaches its port may put letters in it.

use mail_parser::MessageParser;
use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::AbortHandle;

const LARGEST: u64 = 10_000_000;
const LONGEST_LINE: u64 = 4096;
const SESSIONS: usize = 50;
const PATIENCE: Duration = Duration::from_mins(1);

/// A letter that arrived.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// Its Message-ID, without the brackets.
    pub message_id: String,
    /// Who sent it, by its header: name and address.
    pub from: String,
    /// The addresses it was delivered to.
    pub to: Vec<String>,
    /// What it is about.
    pub subject: String,
    /// What it says, in plain text.
    pub text: String,
    /// What it says, as HTML.
    pub html: String,
    /// How often it arrived; a letter with a Message-ID that is known is not kept twice.
    pub times: u32,
    /// All of it, as it came.
    pub raw: String,
}

/// What goes wrong with the next letter, for tests of a sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// This reply to `RCPT TO`, such as `550 5.1.1 unknown`.
    AtRecipient(String),
    /// This reply to the content, which is not kept.
    AtContent(String),
    /// The content is kept, but the line breaks before the reply.
    AfterContent,
    /// The content is kept, but the reply waits for [`Mailbox::let_answer`].
    HeldAnswer,
}

/// The mailbox. Cheap to clone; its server stops when the last clone is dropped.
#[derive(Clone, Debug)]
pub struct Mailbox(Arc<Running>);

#[derive(Debug)]
struct Running {
    address: SocketAddr,
    shelf: Arc<Shelf>,
    server: AbortHandle,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.server.abort();
    }
}

#[derive(Debug)]
struct Shelf {
    keep: usize,
    letters: Mutex<VecDeque<Received>>,
    faults: Mutex<VecDeque<Fault>>,
    arrived: watch::Sender<u64>,
    answers: Semaphore,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Mailbox {
    /// Listens, and keeps the last `keep` letters.
    pub async fn start(address: SocketAddr, keep: usize) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let shelf = Arc::new(Shelf {
            keep,
            letters: Mutex::default(),
            faults: Mutex::default(),
            arrived: watch::Sender::new(0),
            answers: Semaphore::new(0),
        });
        let server = tokio::spawn(serve(listener, shelf.clone())).abort_handle();
        Ok(Self(Arc::new(Running { address, shelf, server })))
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.0.address
    }

    /// The letters, the newest first.
    pub fn letters(&self) -> Vec<Received> {
        lock(&self.0.shelf.letters).iter().rev().cloned().collect()
    }

    /// Changes with each arrival; the value is how many there have been.
    pub fn arrivals(&self) -> watch::Receiver<u64> {
        self.0.shelf.arrived.subscribe()
    }

    /// Lets something go wrong with the next letter. Faults wait in line.
    pub fn fault(&self, fault: Fault) {
        lock(&self.0.shelf.faults).push_back(fault);
    }

    /// Lets one [held answer](Fault::HeldAnswer) go.
    pub fn let_answer(&self) {
        self.0.shelf.answers.add_permits(1);
    }
}

async fn serve(listener: TcpListener, shelf: Arc<Shelf>) {
    let places = Arc::new(Semaphore::new(SESSIONS));
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                let shelf = shelf.clone();
                tokio::spawn(async move {
                    // Whatever ends a session is the sender's to know.
                    let _ = Session::new(stream, shelf).run().await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "the mailbox cannot take a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// One connection, as in RFC 5321.
struct Session {
    read: BufReader<OwnedReadHalf>,
    write: OwnedWriteHalf,
    shelf: Arc<Shelf>,
    sender: bool,
    recipients: Vec<String>,
}

impl Session {
    fn new(stream: TcpStream, shelf: Arc<Shelf>) -> Self {
        let (read, write) = stream.into_split();
        Self { read: BufReader::new(read), write, shelf, sender: false, recipients: Vec::new() }
    }

    async fn run(mut self) -> io::Result<()> {
        self.reply("220 mailbox.localhost ESMTP Balie").await?;
        while let Some(line) = self.line().await? {
            let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" => self.reply(&greeting()).await?,
                "HELO" => self.reply("250 mailbox.localhost").await?,
                "MAIL" => self.mail().await?,
                "RCPT" => self.recipient(rest).await?,
                "DATA" if self.recipients.is_empty() => self.reply("503 5.5.1 say RCPT TO first").await?,
                "DATA" => {
                    if !self.data().await? {
                        return Ok(());
                    }
                }
                "RSET" => {
                    self.forget();
                    self.reply("250 2.0.0 forgotten").await?;
                }
                "NOOP" => self.reply("250 2.0.0 fine").await?,
                "QUIT" => return self.reply("221 2.0.0 goodbye").await,
                _ => self.reply("502 5.5.2 not known here").await?,
            }
        }
        Ok(())
    }

    async fn mail(&mut self) -> io::Result<()> {
        self.forget();
        self.sender = true;
        self.reply("250 2.1.0 good").await
    }

    async fn recipient(&mut self, rest: &str) -> io::Result<()> {
        if let Some(reply) = self.take_fault(|fault| match fault {
            Fault::AtRecipient(reply) => Some(reply.clone()),
            _ => None,
        }) {
            return self.reply(&reply).await;
        }
        let address =
            rest.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(address, _)| address);
        match address {
            Some(address) if self.sender && self.recipients.len() < 100 => {
                self.recipients.push(address.to_owned());
                self.reply("250 2.1.5 good").await
            }
            Some(_) => self.reply("503 5.5.1 say MAIL FROM first").await,
            None => self.reply("501 5.5.4 write RCPT TO:<address>").await,
        }
    }

    /// False: the line is to be broken.
    async fn data(&mut self) -> io::Result<bool> {
        self.reply("354 end with a dot").await?;
        let Some(content) = self.content().await? else {
            self.reply("552 5.3.4 too large").await?;
            return Ok(false);
        };
        let refusal = self.take_fault(|fault| match fault {
            Fault::AtContent(reply) => Some(reply.clone()),
            _ => None,
        });
        if let Some(refusal) = refusal {
            self.reply(&refusal).await?;
            return Ok(true);
        }
        let break_off = self.take_fault(|fault| (*fault == Fault::AfterContent).then_some(())).is_some();
        let hold = self.take_fault(|fault| (*fault == Fault::HeldAnswer).then_some(())).is_some();
        let recipients = std::mem::take(&mut self.recipients);
        self.forget();
        self.shelf.put(parse(&content, recipients));
        if break_off {
            return Ok(false);
        }
        if hold && let Ok(answer) = self.shelf.answers.acquire().await {
            answer.forget();
        }
        self.reply("250 2.0.0 taken").await?;
        Ok(true)
    }

    /// Everything up to the line with a dot; `None` if it is too much.
    async fn content(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut content = Vec::new();
        loop {
            let start = content.len();
            let left = LARGEST.saturating_sub(start as u64);
            let read = patiently((&mut self.read).take(left).read_until(b'\n', &mut content)).await?;
            if read == 0 {
                return if left == 0 { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
            }
            let line = &content[start..];
            if line == b".\r\n" {
                content.truncate(start);
                return Ok(Some(content));
            }
            if line.starts_with(b".") {
                content.remove(start);
            }
        }
    }

    async fn line(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        patiently((&mut self.read).take(LONGEST_LINE).read_until(b'\n', &mut line)).await?;
        if !line.ends_with(b"\r\n") {
            return Ok(None);
        }
        Ok(Some(String::from_utf8_lossy(&line).trim_end().to_owned()))
    }

    async fn reply(&mut self, text: &str) -> io::Result<()> {
        patiently(self.write.write_all(format!("{text}\r\n").as_bytes())).await
    }

    fn forget(&mut self) {
        self.sender = false;
        self.recipients.clear();
    }

    fn take_fault<T>(&self, fits: impl Fn(&Fault) -> Option<T>) -> Option<T> {
        let mut faults = lock(&self.shelf.faults);
        let found = faults.front().and_then(fits)?;
        faults.pop_front();
        Some(found)
    }
}

impl Shelf {
    fn put(&self, letter: Received) {
        let mut letters = lock(&self.letters);
        let known = letters
            .iter_mut()
            .find(|known| known.message_id == letter.message_id && !letter.message_id.is_empty());
        match known {
            Some(known) => known.times += 1,
            None => letters.push_back(letter),
        }
        while letters.len() > self.keep {
            letters.pop_front();
        }
        drop(letters);
        self.arrived.send_modify(|arrived| *arrived += 1);
    }
}

fn greeting() -> String {
    format!("250-mailbox.localhost\r\n250-SIZE {LARGEST}\r\n250 8BITMIME")
}

async fn patiently<T>(work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    tokio::time::timeout(PATIENCE, work).await.map_err(io::Error::from)?
}

fn parse(content: &[u8], recipients: Vec<String>) -> Received {
    let raw = String::from_utf8_lossy(content).into_owned();
    let Some(message) = MessageParser::default().parse(content) else {
        return Received { to: recipients, times: 1, raw, ..Received::default() };
    };
    let from = message.from().and_then(|from| from.first()).map(|from| match (from.name(), from.address()) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (name, address) => name.or(address).unwrap_or_default().to_owned(),
    });
    Received {
        message_id: message.message_id().unwrap_or_default().to_owned(),
        from: from.unwrap_or_default(),
        to: recipients,
        subject: message.subject().unwrap_or_default().to_owned(),
        text: message.body_text(0).unwrap_or_default().into_owned(),
        html: message.body_html(0).unwrap_or_default().into_owned(),
        times: 1,
        raw,
    }
}
