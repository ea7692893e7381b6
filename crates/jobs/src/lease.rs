//! A runner's proof of life, and its eye on the others.
//!
//! While it has jobs a runner moves a counter every [`BEAT`]. Whoever sees a counter stand still for a [`TERM`] of its
//! own clock takes that runner for dead and its jobs back. A runner that cannot move its counter stops its own jobs
//! at two thirds of the term, so that they have ended before another takes them.

use crate::{RunnerId, store};
use base::{Env, Result, Timestamp};
use db::Db;
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::watch;

pub(crate) const BEAT: Duration = Duration::from_secs(5);
pub(crate) const TERM: Duration = Duration::from_secs(30);
const SURE: Duration = Duration::from_secs(20);

#[derive(Debug)]
pub(crate) struct Lease {
    runner: RunnerId,
    registered: bool,
    beat_at: Timestamp,
    sure_until: watch::Sender<Timestamp>,
    seen: HashMap<RunnerId, (i64, Timestamp)>,
}

/// What a job holds to know that it is still its runner's.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    sure_until: watch::Receiver<Timestamp>,
    env: Env,
}

impl Held {
    /// Completes when the runner can no longer be sure that it counts as alive.
    pub(crate) async fn lost(&self) {
        let mut sure_until = self.sure_until.clone();
        loop {
            let until = *sure_until.borrow_and_update();
            if until <= self.env.now() {
                return;
            }
            let passed = self.env.clock.sleep_until(until);
            tokio::select! {
                () = passed => {}
                moved = sure_until.changed() => if moved.is_err() {
                    return;
                },
            }
        }
    }

    pub(crate) fn is_lost(&self) -> bool {
        *self.sure_until.borrow() <= self.env.now()
    }
}

impl Lease {
    pub(crate) fn new(env: &Env) -> Self {
        Self {
            runner: env.new_id(),
            registered: false,
            beat_at: Timestamp::default(),
            sure_until: watch::Sender::new(Timestamp::default()),
            seen: HashMap::new(),
        }
    }

    pub(crate) fn runner(&self) -> RunnerId {
        self.runner
    }

    pub(crate) fn is_registered(&self) -> bool {
        self.registered
    }

    pub(crate) fn next_beat(&self) -> Timestamp {
        self.beat_at + BEAT
    }

    pub(crate) fn held(&self, env: &Env) -> Held {
        Held { sure_until: self.sure_until.subscribe(), env: env.clone() }
    }

    /// Registers, or moves the counter when it is time. The time counts from before the write.
    pub(crate) async fn prove(&mut self, db: &Db) -> Result<()> {
        let now = db.env().now();
        if self.registered && now < self.next_beat() {
            return Ok(());
        }
        let late = now >= *self.sure_until.borrow();
        if self.registered && (late || !self.beat(db).await?) {
            self.leave(db).await?;
        }
        if !self.registered {
            // A fresh id, so that nothing of an earlier life is taken for this one's.
            let runner = db.env().new_id();
            self.sure_until = watch::Sender::new(now + SURE);
            db.write_global(async move |tx| store::register(tx, runner).await).await?;
            self.runner = runner;
            self.registered = true;
        }
        self.beat_at = now;
        self.sure_until.send_replace(now + SURE);
        Ok(())
    }

    async fn beat(&self, db: &Db) -> Result<bool> {
        let runner = self.runner;
        db.write_global(async move |tx| store::beat(tx, runner).await).await
    }

    /// Stops counting as alive. What it still ran is for others, and its own tasks are told so.
    pub(crate) async fn leave(&mut self, db: &Db) -> Result<()> {
        if self.registered {
            self.sure_until.send_replace(Timestamp::default());
            let runner = self.runner;
            db.write_global(async move |tx| store::unregister(tx, runner).await).await?;
            self.registered = false;
        }
        Ok(())
    }

    /// Looks at the other runners and buries those that have stood still for a term.
    pub(crate) async fn watch_others(&mut self, db: &Db) -> Result<()> {
        let now = db.env().now();
        let mut runners = store::runners(&mut db.read_global().await?).await?;
        runners.retain(|(runner, _)| !(self.registered && *runner == self.runner));
        let before = std::mem::take(&mut self.seen);
        for (runner, beat) in runners {
            let since = match before.get(&runner) {
                Some((same, since)) if *same == beat => *since,
                _ => now,
            };
            if now.since(since) < TERM {
                self.seen.insert(runner, (beat, since));
            } else if db.write_global(async move |tx| store::bury(tx, runner, beat).await).await? {
                tracing::warn!(%runner, "a runner of jobs has died; its jobs will be done again");
            }
        }
        Ok(())
    }
}
