//! Starts an engine for each organisation, and again when one stops.

use super::Engine;
use crate::{Routing, store};
use base::{OrganisationId, Result};
use std::collections::HashMap;
use std::time::Duration;
use tokio::task::JoinHandle;

/// How often new organisations and stopped engines are looked for.
const LOOK: Duration = Duration::from_secs(1);

/// The engines of this node.
#[derive(Debug)]
pub(crate) struct Supervisor {
    routing: Routing,
    engines: HashMap<OrganisationId, JoinHandle<()>>,
}

impl Supervisor {
    pub(crate) fn new(routing: Routing) -> Self {
        Self { routing, engines: HashMap::new() }
    }

    /// Works until `stop` completes, then gives the leases up.
    pub(crate) async fn run(mut self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        loop {
            if let Err(error) = self.start_missing().await {
                tracing::warn!(?error, "the organisations cannot be read; trying again");
            }
            let clock = &self.routing.db().env().clock;
            tokio::select! {
                () = &mut stop => break,
                () = clock.sleep_until(clock.now() + LOOK) => {}
            }
        }
        for (organisation, engine) in self.engines.drain() {
            engine.abort();
            // Wait for the end, so that nothing is written after the lease was given up.
            let _ = engine.await;
            if let Err(error) = give_up(&self.routing, organisation).await {
                tracing::debug!(?error, "the lease is left to run out");
            }
        }
    }

    async fn start_missing(&mut self) -> Result<()> {
        for organisation in self.routing.organisations().await? {
            if self.engines.get(&organisation).is_none_or(JoinHandle::is_finished) {
                let routing = self.routing.clone();
                let engine = tokio::spawn(async move {
                    if let Err(error) = Engine::run(routing, organisation).await {
                        tracing::warn!(?error, %organisation, "routing stopped and starts again");
                    }
                });
                self.engines.insert(organisation, engine);
            }
        }
        Ok(())
    }
}

async fn give_up(routing: &Routing, organisation: OrganisationId) -> Result<()> {
    let owner = routing.node().to_owned();
    let release = async move |tx: &mut db::Tx| match store::lease::find(tx).await? {
        Some(row) if row.owner == owner => store::lease::release(tx, &owner, row.token).await,
        _ => Ok(()),
    };
    routing.db().write(organisation, release).await
}
