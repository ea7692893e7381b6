//! The runner: looks for what is due, takes it, and does it, organisations in turn so that none keeps another waiting.

use crate::lease::Lease;
use crate::schedule::{self, Organisations, Schedule};
use crate::store::{self, Claimed, Waiting};
use crate::task::{self, Handler, JobContext, Outcome};
use crate::{Job, Ran, actions};
use base::{Error, OrganisationId, Result, Timestamp};
use db::Db;
use futures::FutureExt;
use std::collections::HashMap;
use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::task::{JoinError, JoinSet};

const AT_ONCE: u32 = 16;
/// What another node put in the queue is found within this time.
const LOOK: Duration = Duration::from_secs(10);
/// After an error of the database.
const BREATH: Duration = Duration::from_secs(2);
/// How long jobs get to finish when the program stops. Less than a lease is sure.
const GRACE: Duration = Duration::from_secs(15);
const COUNT: Duration = Duration::from_mins(1);
/// How long a failed job is kept.
const KEPT: Duration = Duration::from_hours(30 * 24);

/// The handlers and schedules of a program, and the runner that serves them. Made once, at start.
pub struct Jobs {
    db: Db,
    handlers: HashMap<&'static str, Arc<Handler>>,
    schedules: Vec<Schedule>,
    organisations: Organisations,
    at_once: u32,
    lease: Mutex<Lease>,
}

impl fmt::Debug for Jobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jobs").field("kinds", &self.handlers.keys()).finish_non_exhaustive()
    }
}

impl Jobs {
    /// A runner without handlers yet.
    pub fn new(db: &Db) -> Self {
        Self {
            db: db.clone(),
            handlers: HashMap::new(),
            schedules: Vec::new(),
            organisations: Arc::new(|| async { Ok(Vec::new()) }.boxed()),
            at_once: AT_ONCE,
            lease: Mutex::new(Lease::new(db.env())),
        }
    }

    /// Says how jobs of a kind are done. An error that time can mend (unavailable, conflict, too many requests,
    /// internal) is tried again; any other gives the job up at once.
    #[must_use]
    pub fn handle<J, F, Fut>(mut self, handler: F) -> Self
    where
        J: Job,
        F: Fn(J, JobContext) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        self.handlers.insert(J::KIND, Arc::new(Handler::new(handler)));
        self
    }

    /// Says which organisations there are, for [`Jobs::every_organisation`].
    #[must_use]
    pub fn organisations<F, Fut>(mut self, organisations: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Vec<OrganisationId>>> + Send + 'static,
    {
        self.organisations = Arc::new(move || organisations().boxed());
        self
    }

    /// Does this job each period for the installation as a whole, the first time after one period.
    #[must_use]
    pub fn every<J: Job>(self, period: Duration, job: &J) -> Self {
        self.schedule(period, job, false)
    }

    /// Does this job each period for every organisation, the first time after one period.
    #[must_use]
    pub fn every_organisation<J: Job>(self, period: Duration, job: &J) -> Self {
        self.schedule(period, job, true)
    }

    #[expect(
        clippy::expect_used,
        reason = "made at start from a value in the code; a job that is no JSON is a bug"
    )]
    fn schedule<J: Job>(mut self, period: Duration, job: &J, per_organisation: bool) -> Self {
        let payload = serde_json::to_string(job).expect("a job becomes JSON");
        self.schedules.push(Schedule { kind: J::KIND, payload, period, per_organisation });
        self
    }

    /// How many jobs this program does at once.
    #[must_use]
    pub fn at_once(mut self, number: u32) -> Self {
        self.at_once = number.max(1);
        self
    }

    /// Does jobs until `stop` completes; then lets those that are being done finish for a short time, and leaves
    /// the rest to the next runner.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        let mut lease = self.lease.lock().await;
        let mut bell = self.db.bell(actions::BELL);
        let mut shift = Shift::default();
        let clock = &self.db.env().clock;
        loop {
            bell.mark_unchanged();
            let wake = match self.turn(&mut lease, &mut shift).await {
                Ok(next) => next,
                Err(error) => {
                    tracing::warn!(?error, "the queue of jobs cannot be read; trying again");
                    self.db.env().now() + BREATH
                }
            };
            tokio::select! {
                () = &mut stop => break,
                Some(ended) = shift.running.join_next() => shift.note(&ended),
                _ = bell.changed() => {}
                () = clock.sleep_until(wake) => {}
            }
            while let Some(ended) = shift.running.try_join_next() {
                shift.note(&ended);
            }
        }
        self.wind_down(&mut lease, shift).await;
    }

    /// Does everything that is due now, one after another, and tells how it went. For tests: with the test's clock
    /// it does what the runner would have done by now.
    pub async fn run_pending(&self) -> Result<Ran> {
        let mut lease = self.lease.lock().await;
        let mut ran = Ran::default();
        lease.watch_others(&self.db).await?;
        schedule::tick(&self.db, &self.schedules, &self.organisations).await?;
        loop {
            let now = self.db.env().now();
            let waiting = self.look().await?;
            let mut claimed = Vec::new();
            self.claim(&mut lease, &due(&waiting, now), 1, &mut claimed).await?;
            if claimed.is_empty() {
                break;
            }
            for job in claimed {
                let kind = self.handlers.get(job.kind.as_str()).cloned();
                match task::perform(self.db.clone(), kind, job, lease.held(self.db.env())).await {
                    Outcome::Done => ran.done += 1,
                    Outcome::Again => ran.again += 1,
                    Outcome::Failed => ran.failed += 1,
                    Outcome::Lost => return Err(Error::internal("a job was lost while it was done")),
                }
            }
        }
        lease.leave(&self.db).await?;
        Ok(ran)
    }

    /// Looks and takes once; tells when to look again at the latest.
    async fn turn(&self, lease: &mut Lease, shift: &mut Shift) -> Result<Timestamp> {
        let now = self.db.env().now();
        if shift.look_at <= now {
            lease.watch_others(&self.db).await?;
            shift.look_at = now + LOOK;
        }
        if shift.tick_at <= now {
            let ticked = schedule::tick(&self.db, &self.schedules, &self.organisations).await;
            shift.tick_at = ticked.unwrap_or_else(|error| {
                tracing::warn!(?error, "the schedules cannot be looked at; trying again");
                now + BREATH
            });
        }
        if shift.doubt && shift.running.is_empty() {
            lease.leave(&self.db).await?;
            shift.doubt = false;
        }
        let waiting = self.look().await?;
        if shift.count_at <= now {
            self.count(&waiting).await?;
            shift.count_at = now + COUNT;
        }
        let free = if shift.doubt { 0 } else { self.at_once };
        let free = free.saturating_sub(u32::try_from(shift.running.len()).unwrap_or(u32::MAX));
        let mut due = due(&waiting, now);
        shift.rotate(&mut due);
        let mut claimed = Vec::new();
        if let Err(error) = self.claim(lease, &due, free, &mut claimed).await {
            tracing::warn!(?error, "jobs could not be taken");
            shift.doubt = true;
        }
        let mut next = shift.look_at.min(shift.tick_at);
        if claimed.is_empty() {
            next = next
                .min(waiting.iter().filter_map(|w| w.next_at).filter(|at| *at > now).min().unwrap_or(next));
            if free > 0 && !due.is_empty() {
                next = next.min(now + BREATH);
            }
        } else {
            // There may be more than was taken.
            next = now;
        }
        for job in claimed {
            self.begin(job, lease, shift);
        }
        if !shift.running.is_empty() {
            lease.prove(&self.db).await?;
            next = next.min(lease.next_beat());
        } else if lease.is_registered() && now >= lease.next_beat() {
            lease.leave(&self.db).await?;
        }
        Ok(next)
    }

    fn begin(&self, job: Claimed, lease: &Lease, shift: &mut Shift) {
        let handler = self.handlers.get(job.kind.as_str()).cloned();
        let kind = handler.as_ref().map_or_else(|| "unknown".to_owned(), |_| job.kind.clone());
        let (db, held) = (self.db.clone(), lease.held(self.db.env()));
        shift.running.spawn(async move {
            let running = metrics::gauge!("jobs_running", "kind" => kind.clone());
            running.increment(1.0);
            let outcome = task::perform(db, handler, job, held).await;
            running.decrement(1.0);
            metrics::counter!("jobs_ended_total", "kind" => kind, "outcome" => outcome.word()).increment(1);
            outcome
        });
    }

    /// What waits, after taking back what dead runners left.
    async fn look(&self) -> Result<Vec<Waiting>> {
        let mut waiting = store::waiting(&mut self.db.read_global().await?).await?;
        for left in waiting.iter_mut().filter(|left| left.orphans) {
            let number =
                self.db.write(left.organisation, async |tx| store::release_orphans(tx).await).await?;
            tracing::warn!(number, "took back jobs whose runner is no more");
            left.next_at = Some(left.next_at.unwrap_or(Timestamp::default()).min(self.db.env().now()));
        }
        Ok(waiting)
    }

    /// Takes at most `free` jobs, a fair share of each organisation.
    async fn claim(
        &self,
        lease: &mut Lease,
        due: &[OrganisationId],
        free: u32,
        claimed: &mut Vec<Claimed>,
    ) -> Result<()> {
        if free == 0 || due.is_empty() {
            return Ok(());
        }
        lease.prove(&self.db).await?;
        let share = (free / u32::try_from(due.len()).unwrap_or(u32::MAX)).max(1);
        for &organisation in due {
            let taken = u32::try_from(claimed.len()).unwrap_or(u32::MAX);
            if taken >= free {
                break;
            }
            let (runner, limit) = (lease.runner(), share.min(free - taken));
            claimed.extend(
                self.db.write(organisation, async move |tx| store::claim(tx, runner, limit).await).await?,
            );
        }
        Ok(())
    }

    /// Publishes how many jobs wait or have failed, and forgets failed ones of long ago.
    async fn count(&self, owners: &[Waiting]) -> Result<()> {
        for kind in self.handlers.keys() {
            for state in ["queued", "failed"] {
                metrics::gauge!("jobs_stored", "kind" => *kind, "state" => state).set(0.0);
            }
        }
        for (kind, state, number) in store::counts(&mut self.db.read_global().await?).await? {
            #[expect(
                clippy::cast_precision_loss,
                reason = "a gauge of more than 2^52 jobs may be off by one"
            )]
            metrics::gauge!("jobs_stored", "kind" => kind, "state" => state).set(number as f64);
        }
        let before = self.db.env().now() - KEPT;
        for owner in owners {
            self.db.write(owner.organisation, async move |tx| store::forget_failed(tx, before).await).await?;
        }
        Ok(())
    }

    async fn wind_down(&self, lease: &mut Lease, mut shift: Shift) {
        let outcome = async {
            if !shift.running.is_empty() {
                lease.prove(&self.db).await?;
                let env = self.db.env();
                let enough = env.clock.sleep_until(env.now() + GRACE);
                tokio::select! {
                    () = async { while shift.running.join_next().await.is_some() {} } => {}
                    () = enough => shift.running.shutdown().await,
                }
            }
            lease.leave(&self.db).await?;
            self.look().await.map(drop)
        };
        if let Err(error) = outcome.await {
            tracing::warn!(
                ?error,
                "the runner of jobs could not take leave; others find its jobs in half a minute"
            );
        }
    }
}

/// What a running runner remembers.
#[derive(Debug, Default)]
struct Shift {
    running: JoinSet<Outcome>,
    look_at: Timestamp,
    tick_at: Timestamp,
    count_at: Timestamp,
    turns: usize,
    /// The database may call a job ours that we do not do: a claim or an end was not answered. Then nothing more is
    /// taken until all that we do has ended, and the runner leaves and comes back under another id.
    doubt: bool,
}

impl Shift {
    fn note(&mut self, ended: &Result<Outcome, JoinError>) {
        self.doubt |= !matches!(ended, Ok(outcome) if *outcome != Outcome::Lost);
    }

    /// Another organisation is first each time.
    fn rotate(&mut self, due: &mut [OrganisationId]) {
        if !due.is_empty() {
            self.turns = self.turns.wrapping_add(1);
            due.rotate_left(self.turns % due.len());
        }
    }
}

fn due(waiting: &[Waiting], now: Timestamp) -> Vec<OrganisationId> {
    waiting.iter().filter(|w| w.next_at.is_some_and(|at| at <= now)).map(|w| w.organisation).collect()
}
