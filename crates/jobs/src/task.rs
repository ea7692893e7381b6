//! One job from its taking to its end: the handler, its limits, and what is stored afterwards.

use crate::Job;
use crate::lease::Held;
use crate::model::{wait_after, worth_repeating};
use crate::store::{self, Claimed};
use base::{Error, ErrorCode, JobId, OrganisationId, Result, Timestamp};
use db::{Db, Tx};
use futures::FutureExt;
use futures::future::BoxFuture;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// What a handler is told about its job.
#[derive(Clone, Debug)]
pub struct JobContext {
    /// Whose job it is; [`installation`](crate::installation) if nobody's.
    pub organisation: OrganisationId,
    /// The job.
    pub job: JobId,
    /// Which attempt this is; the first is 1.
    pub attempt: u32,
    /// Whether this is the last attempt: an error now means that the job is given up.
    pub last: bool,
    runner: crate::RunnerId,
    ended: Arc<AtomicBool>,
}

impl JobContext {
    /// Ends the job in the handler's own transaction, so that what was done and that it was done are one. An error
    /// means that the job has been taken away in the meantime; return it, and what the transaction did is undone.
    pub async fn done(&self, tx: &mut Tx) -> Result<()> {
        if tx.organisation() != self.organisation {
            return Err(Error::internal("a job ends in a transaction of its own organisation"));
        }
        if !store::delete_done(tx, self.job, self.runner, self.attempt).await? {
            return Err(taken_away());
        }
        self.ended.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Makes sure, in a transaction that comes before an effect outside, that the job is still this handler's.
    pub async fn confirm(&self, tx: &mut Tx) -> Result<()> {
        if store::is_mine(tx, self.job, self.runner, self.attempt).await? {
            Ok(())
        } else {
            Err(taken_away())
        }
    }
}

fn taken_away() -> Error {
    Error::conflict("Another runner has taken this job; it will do it.")
}

type Call = Box<dyn Fn(&str, JobContext) -> Result<BoxFuture<'static, Result<()>>> + Send + Sync>;

/// How jobs of one kind are done.
pub(crate) struct Handler {
    call: Call,
    attempts: u32,
    time_limit: Duration,
}

impl Handler {
    pub(crate) fn new<J, F, Fut>(handler: F) -> Self
    where
        J: Job,
        F: Fn(J, JobContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        let call = move |payload: &str, context: JobContext| -> Result<BoxFuture<'static, Result<()>>> {
            let job = serde_json::from_str(payload).map_err(Error::internal)?;
            Ok(handler(job, context).boxed())
        };
        Self { call: Box::new(call), attempts: J::ATTEMPTS, time_limit: J::TIME_LIMIT }
    }
}

/// How a job ended, for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    Again,
    Failed,
    /// It is no longer ours to tell.
    Lost,
}

impl Outcome {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Again => "again",
            Self::Failed => "failed",
            Self::Lost => "lost",
        }
    }
}

/// A kind that this version does not know may be known to another node, so the job waits a little.
const UNKNOWN_WAIT: Duration = Duration::from_mins(1);
const STORE_WAIT: Duration = Duration::from_secs(1);

/// Does a job and stores how it ended.
pub(crate) async fn perform(db: Db, handler: Option<Arc<Handler>>, job: Claimed, held: Held) -> Outcome {
    let Some(handler) = handler else {
        tracing::warn!(
            kind = job.kind,
            "no handler for this kind of job here; it waits for a node that has one"
        );
        let (at, count) = (db.env().now() + UNKNOWN_WAIT, job.attempt - 1);
        return end(&db, &job, &held, End::PutBack { at, count, error: ErrorCode::Unavailable }).await;
    };
    let ended = Arc::new(AtomicBool::new(false));
    let result = tokio::select! {
        biased;
        () = held.lost() => return Outcome::Lost,
        result = attempt(&db, &handler, &job, &ended) => result,
    };
    let how = match result {
        Ok(()) => End::Done,
        // After a long sleep of the machine the job's own time is over too, and may be noticed first.
        Err(_) if held.is_lost() => return Outcome::Lost,
        Err(error) => judge(&db, &handler, &job, &error),
    };
    let outcome = end(&db, &job, &held, how).await;
    if outcome == Outcome::Lost && ended.load(Ordering::Relaxed) { Outcome::Done } else { outcome }
}

async fn attempt(db: &Db, handler: &Handler, job: &Claimed, ended: &Arc<AtomicBool>) -> Result<()> {
    if job.attempt > handler.attempts {
        return Err(Error::internal("the program died each time at this job"));
    }
    let context = JobContext {
        organisation: job.organisation,
        job: job.id,
        attempt: job.attempt,
        last: job.attempt >= handler.attempts,
        runner: job.runner,
        ended: ended.clone(),
    };
    let env = db.env();
    let too_long = env.clock.sleep_until(env.now() + handler.time_limit);
    let work = async { (handler.call)(&job.payload, context)?.await };
    tokio::select! {
        done = AssertUnwindSafe(work).catch_unwind() => {
            done.unwrap_or_else(|_panic| Err(Error::internal("the handler panicked")))
        }
        () = too_long => Err(Error::unavailable("The job took longer than it may.")),
    }
}

fn judge(db: &Db, handler: &Handler, job: &Claimed, error: &Error) -> End {
    let code = error.code();
    let (kind, id, attempt) = (&job.kind, job.id, job.attempt);
    if worth_repeating(code) && attempt < handler.attempts {
        let chance = u16::from_be_bytes(db.env().random_bytes());
        let wait = wait_after(attempt, chance).max(error.retry_after().unwrap_or_default());
        tracing::warn!(kind, %id, attempt, ?wait, ?error, "a job did not succeed and will be tried again");
        return End::PutBack { at: db.env().now() + wait, count: attempt, error: code };
    }
    tracing::error!(kind, %id, attempt, ?error, "a job was given up");
    End::GiveUp { error: code }
}

#[derive(Clone, Copy, Debug)]
enum End {
    Done,
    PutBack { at: Timestamp, count: u32, error: ErrorCode },
    GiveUp { error: ErrorCode },
}

/// Stores how a job ended; while the database is away it keeps trying, as long as the job is ours.
async fn end(db: &Db, job: &Claimed, held: &Held, how: End) -> Outcome {
    let outcome = match how {
        End::Done => Outcome::Done,
        End::PutBack { .. } => Outcome::Again,
        End::GiveUp { .. } => Outcome::Failed,
    };
    loop {
        let (organisation, mine) = (job.organisation, job.clone());
        let stored = db
            .write(organisation, async move |tx| match how {
                End::Done => store::delete_done(tx, mine.id, mine.runner, mine.attempt).await,
                End::PutBack { at, count, error } => {
                    tx.ring(crate::actions::BELL);
                    store::put_back(tx, &mine, at, count, error).await
                }
                End::GiveUp { error } => store::give_up(tx, &mine, error).await,
            })
            .await;
        match stored {
            Ok(true) => return outcome,
            Ok(false) => return Outcome::Lost,
            Err(_) if held.is_lost() => return Outcome::Lost,
            Err(error) => {
                tracing::warn!(kind = job.kind, ?error, "the end of a job could not be stored yet");
                db.env().clock.sleep_until(db.env().now() + STORE_WAIT).await;
            }
        }
    }
}
