//! The writer: one thread with one connection, which runs closures one after another and commits many at once.
//!
//! A closure that fails is undone alone, by its savepoint. Nobody is answered "stored" before the commit has
//! succeeded. A lost connection fails what was in the open transaction, and the next closure gets a new connection.

use crate::Tx;
use crate::conn::{Left, Raw};
use crate::connect::{Options, Pool, pool};
use crate::journal;
use base::{Env, Error, JournalEntry, Result};
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{broadcast, mpsc, oneshot, watch};

/// More than this many closures do not share a commit, so that the first does not wait long for its answer.
const BATCH: usize = 128;
/// How many closures may wait. Past this the callers wait to hand theirs in.
const WAITING: usize = 4096;

/// A transaction that does not begin within this time does not begin: longer than SQLite waits for its lock.
const BEGINS: Duration = Duration::from_secs(6);

/// Tells the caller how it ended, once that is known.
type Answer = Box<dyn FnOnce(Result<()>) + Send>;
/// A closure with its way to answer. It gets the connection, or why there is none, and what earlier ones left.
type Job = Box<dyn FnOnce(Result<Raw>, Env, Left) -> LocalBoxFuture<'static, Ran> + Send>;

/// How a job ended.
enum Ran {
    /// It did its work and waits for the commit.
    Done(Raw, Left, Answer),
    /// It was refused and has been answered; what it did in the database must be undone.
    Refused(Raw, Left),
    /// It panicked and has been answered, and the connection is gone.
    Lost,
}

enum Message {
    Job(Job),
    Stop(oneshot::Sender<()>),
}

/// How this program hears of its own commits.
#[derive(Clone, Debug)]
pub(crate) struct News {
    pub(crate) committed: broadcast::Sender<Arc<[JournalEntry]>>,
    bells: Arc<Mutex<HashMap<&'static str, watch::Sender<()>>>>,
}

impl News {
    pub(crate) fn new() -> Self {
        Self { committed: broadcast::channel(4096).0, bells: Arc::default() }
    }

    pub(crate) fn bell(&self, name: &'static str) -> watch::Sender<()> {
        let mut bells = self.bells.lock().unwrap_or_else(PoisonError::into_inner);
        bells.entry(name).or_default().clone()
    }
}

/// A handle on the thread.
#[derive(Debug)]
pub(crate) struct Writer {
    messages: mpsc::Sender<Message>,
}

impl Writer {
    pub(crate) fn start(number: u32, options: Options, env: Env, news: News) -> Result<Self> {
        let (messages, inbox) = mpsc::channel(WAITING);
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::internal)?;
        std::thread::Builder::new()
            .name(format!("db-writer-{number}"))
            .spawn(move || {
                runtime.block_on(async move {
                    match pool(&options, 1) {
                        Ok(pool) => Loop { pool, env, news, inbox, idle: None, stop: None }.run().await,
                        Err(error) => tracing::error!(?error, "the writer cannot start"),
                    }
                });
            })
            .map_err(Error::internal)?;
        Ok(Self { messages })
    }

    pub(crate) async fn write<S, T, F>(&self, scope: S, closure: F) -> Result<T>
    where
        S: Send + 'static,
        T: Send + 'static,
        F: AsyncFnOnce(&mut Tx<S>) -> Result<T> + Send + 'static,
    {
        let (tell, told) = oneshot::channel();
        let job = move |raw: Result<Raw>, env: Env, left: Left| {
            run_closure(raw, env, left, scope, closure, tell).boxed_local()
        };
        self.messages.send(Message::Job(Box::new(job))).await.map_err(|_| stopped())?;
        told.await.map_err(|_| stopped())?
    }

    pub(crate) async fn stop(&self) {
        let (tell, told) = oneshot::channel();
        if self.messages.send(Message::Stop(tell)).await.is_ok() {
            let _ = told.await;
        }
    }
}

fn stopped() -> Error {
    Error::unavailable("The program is stopping. Nothing was stored; try again in a moment.")
}

fn lost() -> Error {
    Error::unavailable("The database went away. Nothing was stored; try again in a moment.")
}

/// A caller that has gone does not need its answer, so the results of `tell.send` are not looked at.
async fn run_closure<S, T, F>(
    raw: Result<Raw>,
    env: Env,
    left: Left,
    scope: S,
    closure: F,
    tell: oneshot::Sender<Result<T>>,
) -> Ran
where
    T: Send + 'static,
    F: AsyncFnOnce(&mut Tx<S>) -> Result<T>,
{
    let mark = left.mark();
    let mut tx = match raw {
        Ok(raw) => Tx::new(raw, scope, env, left),
        Err(error) => {
            let _ = tell.send(Err(error));
            return Ran::Lost;
        }
    };
    match AssertUnwindSafe(closure(&mut tx)).catch_unwind().await {
        Ok(Ok(value)) => {
            let (raw, left) = tx.into_parts();
            let answer = Box::new(move |outcome: Result<()>| drop(tell.send(outcome.map(|()| value))));
            Ran::Done(raw, left, answer)
        }
        Ok(Err(error)) => {
            let _ = tell.send(Err(error));
            let (raw, mut left) = tx.into_parts();
            left.back_to(mark);
            Ran::Refused(raw, left)
        }
        Err(_panic) => {
            let _ = tell.send(Err(Error::internal("a closure panicked while writing")));
            tx.into_parts().0.discard();
            Ran::Lost
        }
    }
}

struct Loop {
    pool: Pool,
    env: Env,
    news: News,
    inbox: mpsc::Receiver<Message>,
    /// The connection between two transactions.
    idle: Option<Raw>,
    stop: Option<oneshot::Sender<()>>,
}

/// A transaction that several jobs share.
#[derive(Default)]
struct Shared {
    left: Left,
    answers: Vec<Answer>,
    /// The savepoint of the last job is still open. The next job replaces it, or the commit takes it along.
    savepoint: bool,
}

impl Shared {
    fn answer(self, outcome: &Result<()>) {
        for answer in self.answers {
            answer(if outcome.is_ok() { Ok(()) } else { Err(lost()) });
        }
    }
}

impl Loop {
    async fn run(mut self) {
        while let Some(message) = self.inbox.recv().await {
            match message {
                Message::Job(first) => self.commit_together(first).await,
                Message::Stop(tell) => self.stop = Some(tell),
            }
            if let Some(tell) = self.stop.take() {
                let _ = tell.send(());
                return;
            }
        }
    }

    /// Runs this job and those that wait behind it in one transaction, commits, and answers them.
    async fn commit_together(&mut self, first: Job) {
        let mut shared = Shared::default();
        let mut raw = None;
        let mut next = Some(first);
        while let Some(job) = next {
            raw = self.run_job(job, raw, &mut shared).await;
            let room = shared.answers.len() < BATCH;
            next = if room { self.next_job() } else { None };
        }
        let Some(raw) = raw else { return };
        if shared.answers.is_empty() {
            self.idle = Some(raw);
            return;
        }
        self.commit(raw, shared).await;
    }

    /// The database takes no transaction. Who waits already would hear it one after another, each after the full
    /// time that a connection or a lock is waited for.
    async fn refuse_waiting(&mut self) {
        while let Some(job) = self.next_job() {
            job(Err(lost()), self.env.clone(), Left::default()).await;
        }
    }

    fn next_job(&mut self) -> Option<Job> {
        match self.inbox.try_recv() {
            Ok(Message::Job(job)) => Some(job),
            Ok(Message::Stop(tell)) => {
                self.stop = Some(tell);
                None
            }
            Err(_) => None,
        }
    }

    /// `raw` is the connection of the open transaction. The first job of a transaction needs no savepoint.
    async fn run_job(&mut self, job: Job, raw: Option<Raw>, shared: &mut Shared) -> Option<Raw> {
        let alone = shared.answers.is_empty();
        let opened = if alone { self.begin(raw).await } else { savepoint(raw, shared).await };
        if alone && opened.is_err() {
            self.refuse_waiting().await;
        }
        match job(opened, self.env.clone(), std::mem::take(&mut shared.left)).await {
            Ran::Done(raw, left, answer) => {
                shared.left = left;
                shared.answers.push(answer);
                Some(raw)
            }
            Ran::Refused(mut raw, left) => {
                shared.left = left;
                let undo =
                    if alone { "ROLLBACK" } else { "ROLLBACK TO SAVEPOINT job; RELEASE SAVEPOINT job" };
                shared.savepoint = false;
                match raw.script(undo).await {
                    Ok(()) if alone => {
                        self.idle = Some(raw);
                        None
                    }
                    Ok(()) => Some(raw),
                    Err(_) => lose(raw, shared),
                }
            }
            Ran::Lost => {
                std::mem::take(shared).answer(&Err(lost()));
                None
            }
        }
    }

    async fn begin(&mut self, raw: Option<Raw>) -> Result<Raw> {
        let mut raw = match raw.or_else(|| self.idle.take()) {
            Some(raw) => raw,
            None => self.pool.acquire().await?,
        };
        let begin = if matches!(raw, Raw::Sqlite(_)) { "BEGIN IMMEDIATE" } else { "BEGIN" };
        // SQLite waits here for the lock as long as it was told to; PostgreSQL answers at once or is not there.
        match tokio::time::timeout(BEGINS, raw.script(begin)).await {
            Ok(Ok(())) => Ok(raw),
            Ok(Err(error)) => {
                raw.discard();
                Err(error)
            }
            Err(_silence) => {
                raw.discard();
                Err(lost())
            }
        }
    }

    async fn commit(&mut self, mut raw: Raw, mut shared: Shared) {
        let left = std::mem::take(&mut shared.left);
        let outcome = match journal::append(&mut raw, left.pending).await {
            Ok(entries) => raw.script("COMMIT").await.map(|()| entries),
            Err(error) => Err(error),
        };
        match outcome {
            Ok(entries) => {
                self.idle = Some(raw);
                shared.answer(&Ok(()));
                for bell in left.bells {
                    self.news.bell(bell).send_replace(());
                }
                if !entries.is_empty() {
                    // Without a follower there is nobody to tell.
                    let _ = self.news.committed.send(entries.into());
                }
            }
            Err(error) => {
                tracing::error!(?error, "a commit failed");
                raw.discard();
                shared.answer(&Err(error));
            }
        }
    }
}

/// Begins the part of a transaction that a job may undo alone. One word with the engine ends the part before it too.
async fn savepoint(raw: Option<Raw>, shared: &mut Shared) -> Result<Raw> {
    let mut raw = raw.ok_or_else(lost)?;
    let begin = if shared.savepoint { "RELEASE SAVEPOINT job; SAVEPOINT job" } else { "SAVEPOINT job" };
    match raw.script(begin).await {
        Ok(()) => {
            shared.savepoint = true;
            Ok(raw)
        }
        Err(error) => {
            raw.discard();
            Err(error)
        }
    }
}

/// The transaction can no longer be trusted: nobody in it was stored.
fn lose(raw: Raw, shared: &mut Shared) -> Option<Raw> {
    raw.discard();
    std::mem::take(shared).answer(&Err(lost()));
    None
}
