//! Work that comes back: the next occurrence stands in the database, and moving it on puts the job in the queue in
//! the same transaction. So each occurrence is done once, whichever node sees it first, and none is lost by a restart.

use crate::{actions, installation, store};
use base::{OrganisationId, Result, Timestamp};
use db::Db;
use futures::future::BoxFuture;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// Tells which organisations there are.
pub(crate) type Organisations =
    Arc<dyn Fn() -> BoxFuture<'static, Result<Vec<OrganisationId>>> + Send + Sync>;

/// A job that comes back each period.
#[derive(Clone, Debug)]
pub(crate) struct Schedule {
    pub(crate) kind: &'static str,
    pub(crate) payload: String,
    pub(crate) period: Duration,
    pub(crate) per_organisation: bool,
}

/// New organisations are seen within this time.
const LOOK: Duration = Duration::from_mins(1);
const ONCE: &str = "schedule";

/// Puts what is due in the queue and tells when to look again.
pub(crate) async fn tick(
    db: &Db,
    schedules: &[Schedule],
    organisations: &Organisations,
) -> Result<Timestamp> {
    let now = db.env().now();
    let mut next = now + LOOK;
    if schedules.is_empty() {
        return Ok(next);
    }
    let known: HashMap<(OrganisationId, String), Timestamp> =
        store::occurrences(&mut db.read_global().await?)
            .await?
            .into_iter()
            .map(|occurrence| ((occurrence.organisation, occurrence.kind), occurrence.next_at))
            .collect();
    let all = organisations().await?;
    for schedule in schedules {
        let alone = [installation()];
        let owners = if schedule.per_organisation { all.as_slice() } else { &alone };
        for &owner in owners {
            let at = known.get(&(owner, schedule.kind.to_owned())).copied();
            next = next.min(step(db, schedule, owner, at).await?);
        }
    }
    Ok(next)
}

/// Begins, moves or leaves one schedule, and tells its next occurrence.
async fn step(
    db: &Db,
    schedule: &Schedule,
    owner: OrganisationId,
    at: Option<Timestamp>,
) -> Result<Timestamp> {
    let now = db.env().now();
    let (kind, to) = (schedule.kind, now + schedule.period);
    match at {
        None => db.write(owner, async move |tx| store::begin_schedule(tx, kind, to).await).await?,
        Some(at) if at <= now => {
            let payload = schedule.payload.clone();
            db.write(owner, async move |tx| {
                if store::move_schedule(tx, kind, at, to).await? {
                    let id = tx.env().new_id();
                    tx.ring(actions::BELL);
                    store::insert(tx, id, kind, &payload, Some(ONCE), now).await?;
                }
                Ok(())
            })
            .await?;
        }
        // A new version may have made the period shorter.
        Some(at) if at > to => {
            db.write(owner, async move |tx| store::move_schedule(tx, kind, at, to).await).await?;
        }
        Some(at) => return Ok(at),
    }
    Ok(to)
}
