//! Routing at work: for each organisation one owner follows the journal and the clock, asks
//! [`decide`](crate::decide::decide), and makes true what it says.
//!
//! All of a step is written in one transaction that first shows the lease, and each change is guarded on the state it
//! starts from. When a guard refuses (an agent answered at the same moment), nothing of the step is written, and the
//! state is read anew from the rows. So rows are right even when memory was not. After a time without a database the
//! state is read anew too, and nobody is blamed for what they could not answer.

mod commands;
mod facts;
mod lease;
mod load;
mod supervisor;

pub use lease::TERM;
pub(crate) use supervisor::Supervisor;

use crate::decide::{Command, Event, State, decide, decide_all};
use crate::estimate::Estimator;
use crate::model::Queue;
use crate::store::setup::Stored;
use crate::{Routing, store};
use base::{Error, ErrorCode, OrganisationId, Result, Timestamp};
use commands::{Outcome, Step};
use db::journal::Follower;
use facts::Gone;
use futures::future::BoxFuture;
use lease::Lease;
use std::time::Duration;
use web::live::{Push, Topic};

/// After an error of the database.
const BREATH: Duration = Duration::from_secs(1);
/// Being overtaken this often in one step is no race but a fault: then the engine starts again.
const OFTEN: u32 = 20;
/// Without a deadline the engine looks again after this long, to show its lease and its figures.
const PAUSE: Duration = Duration::from_secs(1);

/// The owner of one organisation's routing.
pub(crate) struct Engine {
    routing: Routing,
    organisation: OrganisationId,
    lease: Lease,
    state: State,
    estimator: Estimator,
    follower: Follower,
    told: Timestamp,
}

impl Engine {
    /// Works until the lease is lost. Call again to get it back.
    pub(crate) async fn run(routing: Routing, organisation: OrganisationId) -> Result<()> {
        let lease = Lease::acquire(&routing, organisation).await?;
        let (state, position) = load::load(&routing, &lease, load::Connections::Lost).await?;
        let follower = Follower::new(routing.db(), organisation, position);
        let told = Timestamp::default();
        let mut engine =
            Self { routing, organisation, lease, state, estimator: Estimator::default(), follower, told };
        tracing::info!(%organisation, "routing owns this organisation");
        let outcome = engine.work().await;
        engine.routing.board().forget(organisation);
        outcome
    }

    async fn work(&mut self) -> Result<()> {
        self.step(vec![Event::OutOfReach { since: Timestamp::default() }], Vec::new()).await?;
        loop {
            match self.news().await {
                Ok((events, gone)) => self.step(events, gone).await?,
                Err(error) if error.code() == ErrorCode::Unavailable => {
                    let commands = self.recover(&error).await?;
                    self.write(commands, Vec::new()).await?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// What happened; nothing when a deadline comes first.
    async fn news(&mut self) -> Result<(Vec<Event>, Vec<Gone>)> {
        let moment = self.next_moment();
        let entries = tokio::select! {
            entries = self.follower.next() => entries?,
            () = moment => Vec::new(),
        };
        let (mut events, mut gone) = (Vec::new(), Vec::new());
        for entry in &entries {
            let found = facts::read(&self.routing, entry).await?;
            gone.extend(found.gone);
            events.extend(found.events);
        }
        Ok((events, gone))
    }

    /// The next deadline, but no later than it is time to show the lease.
    fn next_moment(&self) -> BoxFuture<'static, ()> {
        let clock = &self.routing.db().env().clock;
        let latest = clock.now() + PAUSE;
        let deadline = self.state.next_deadline().map_or(latest, |deadline| deadline.min(latest));
        clock.sleep_until(deadline)
    }

    async fn breathe(&self, error: &Error) {
        tracing::warn!(?error, "routing does not reach the database; trying again");
        let clock = &self.routing.db().env().clock;
        clock.sleep_until(clock.now() + BREATH).await;
    }

    /// Waits until the database is back. What was decided before is forgotten, because it was decided about a time in
    /// which nobody could answer.
    async fn recover(&mut self, error: &Error) -> Result<Vec<Command>> {
        self.breathe(error).await;
        loop {
            let since = self.lease.last_shown();
            match self.reload(load::Connections::OutOfReach, Event::OutOfReach { since }).await {
                Err(error) if error.code() == ErrorCode::Unavailable => self.breathe(&error).await,
                outcome => return outcome,
            }
        }
    }

    /// Reads the state anew from the rows, and decides.
    async fn reload(&mut self, connections: load::Connections, event: Event) -> Result<Vec<Command>> {
        let (state, position) = load::load(&self.routing, &self.lease, connections).await?;
        self.state = state;
        self.follower = Follower::new(self.routing.db(), self.organisation, position);
        Ok(decide(&mut self.state, event, self.routing.db().env().now()))
    }

    /// Decides and writes. Until it is written nothing else is done.
    async fn step(&mut self, events: Vec<Event>, gone: Vec<Gone>) -> Result<()> {
        let now = self.routing.db().env().now();
        for event in &events {
            self.estimator.learn(&self.state, event, now);
        }
        let commands = decide_all(&mut self.state, events, now);
        self.write(commands, gone).await?;
        self.tell(now).await;
        Ok(())
    }

    async fn write(&mut self, mut commands: Vec<Command>, mut gone: Vec<Gone>) -> Result<()> {
        let mut overtaken = 0;
        loop {
            if commands.is_empty() && gone.is_empty() && !self.lease.is_due() {
                return Ok(());
            }
            let step = Step::new(&commands, &gone, &self.state, &self.lease);
            commands = match step.write(&self.routing, self.organisation).await {
                Ok(Outcome::Written) => {
                    self.lease.shown();
                    return Ok(());
                }
                Ok(Outcome::LeaseLost) => {
                    return Err(Error::new(ErrorCode::Conflict, "another node owns this organisation now"));
                }
                Ok(Outcome::Overtaken) => {
                    tracing::debug!(organisation = %self.organisation, "overtaken; reading the state anew");
                    metrics::counter!("routing_overtaken_total").increment(1);
                    overtaken += 1;
                    if overtaken > OFTEN {
                        return Err(Error::internal("routing and its rows do not agree"));
                    }
                    match self.reload(load::Connections::Kept, Event::Tick).await {
                        Err(error) if error.code() == ErrorCode::Unavailable => self.recover(&error).await?,
                        outcome => outcome?,
                    }
                }
                Err(error) if error.code() == ErrorCode::Unavailable => self.recover(&error).await?,
                Err(error) => return Err(error),
            };
            gone.clear();
        }
    }

    /// Shows how the queues stand, at most once a second.
    async fn tell(&mut self, now: Timestamp) {
        if now.since(self.told) < PAUSE {
            return;
        }
        self.told = now;
        let mut conn = match self.routing.db().read(self.organisation).await {
            Ok(conn) => conn,
            Err(error) => return tracing::warn!(?error, "the figures of queues cannot be told"),
        };
        match store::setup::queues(&mut conn).await {
            Ok(queues) => self.show(&queues),
            Err(error) => tracing::warn!(?error, "the figures of queues cannot be told"),
        }
    }

    fn show(&self, queues: &[Stored<Queue>]) {
        let changed = self.routing.board().show(
            self.organisation,
            &self.state,
            |queue| self.estimator.prospect(&self.state, queue),
            queues,
        );
        let Some(hub) = self.routing.hub() else { return };
        for standing in changed {
            match Push::new(Topic::organisation(), "queue", &standing) {
                Ok(push) => hub.publish(self.organisation, push),
                Err(error) => tracing::warn!(?error, "a queue cannot be shown"),
            }
        }
    }
}
