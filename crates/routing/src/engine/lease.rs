//! The lease on an organisation's routing. An owner shows that it lives by a number that moves; a challenger takes over
//! when the number has stood still for a term of the challenger's own clock, so that clocks which disagree do no harm.
//! Each owner has a token, and every write of an owner tests it: one that was overtaken can write nothing more.

use crate::store::lease::{self, LeaseRow};
use crate::{Routing, store};
use base::{OrganisationId, Result, Timestamp};
use std::time::Duration;

/// How long the number must stand still.
pub const TERM: Duration = Duration::from_secs(4);
/// How often an owner moves it.
const SHOW: Duration = Duration::from_secs(1);
/// How often a challenger looks.
const LOOK: Duration = Duration::from_millis(500);

/// What an owner holds.
#[derive(Clone, Debug)]
pub(crate) struct Lease {
    pub(crate) organisation: OrganisationId,
    pub(crate) owner: String,
    pub(crate) token: i64,
    env: base::Env,
    shown: Timestamp,
}

impl Lease {
    /// Waits until the lease is ours.
    pub(crate) async fn acquire(routing: &Routing, organisation: OrganisationId) -> Result<Self> {
        let (db, owner) = (routing.db(), routing.node().to_owned());
        let env = db.env().clone();
        let mut seen: Option<(LeaseRow, Timestamp)> = None;
        loop {
            let found = store::lease::find(&mut db.read(organisation).await?).await?;
            let taken = match found {
                None => take_new(routing, organisation).await?,
                Some(row) if row.owner.is_empty() || row.owner == owner => {
                    take_over(routing, organisation, row).await?
                }
                Some(row) => match &seen {
                    Some((before, since)) if *before == row && env.now().since(*since) >= TERM => {
                        take_over(routing, organisation, row).await?
                    }
                    Some((before, _)) if *before == row => None,
                    _ => {
                        seen = Some((row, env.now()));
                        None
                    }
                },
            };
            if let Some(token) = taken {
                let shown = env.now();
                return Ok(Self { organisation, owner, token, env, shown });
            }
            env.clock.sleep_until(env.now() + LOOK).await;
        }
    }

    /// Whether it is time to show it.
    pub(crate) fn is_due(&self) -> bool {
        self.env.now().since(self.shown) >= SHOW
    }

    /// When it was last shown, and so the database last known to be there.
    pub(crate) fn last_shown(&self) -> Timestamp {
        self.shown
    }

    /// It was shown just now.
    pub(crate) fn shown(&mut self) {
        self.shown = self.env.now();
    }
}

async fn take_new(routing: &Routing, organisation: OrganisationId) -> Result<Option<i64>> {
    let owner = routing.node().to_owned();
    let taken = routing.db().write(organisation, async move |tx| lease::make(tx, &owner).await).await?;
    Ok(taken.then_some(1))
}

async fn take_over(routing: &Routing, organisation: OrganisationId, seen: LeaseRow) -> Result<Option<i64>> {
    let (owner, token) = (routing.node().to_owned(), seen.token + 1);
    let taken =
        routing.db().write(organisation, async move |tx| lease::take(tx, &owner, &seen).await).await?;
    Ok(taken.then_some(token))
}
