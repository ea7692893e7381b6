//! Agents' screens come and go. A screen that is away for a minute is nobody's business; longer, and the contacts go
//! to others.

use super::set_presence;
use crate::events::PresenceChanged;
use crate::model::{NotReadyReason, Presence};
use crate::store::agents;
use base::{Actor, MembershipId, Result, Timestamp};
use db::Tx;

/// An agent's screen is there (again). Who was away signs in as not ready: nobody gets an offer they do not expect.
pub async fn connect(tx: &mut Tx, agent: MembershipId) -> Result<()> {
    let now = tx.env().now();
    let found = agents::find(tx, agent).await?;
    if found.as_ref().is_none_or(|found| !found.presence.is_present()) {
        let signed_in = Presence::NotReady { since: now, reason: NotReadyReason::SignedIn };
        agents_back(tx, agent).await?;
        return set_presence(tx, Actor::Member(agent), agent, signed_in).await;
    }
    match found {
        Some(found) if found.lost_at.is_some() => {
            agents_back(tx, agent).await?;
            let back = PresenceChanged { agent, presence: found.presence, lost_at: None };
            tx.record(Actor::Member(agent), &back)
        }
        _ => Ok(()),
    }
}

async fn agents_back(tx: &mut Tx, agent: MembershipId) -> Result<()> {
    agents::set_lost(tx, agent, None).await
}

/// The last screen of an agent is gone; it was last heard at `lost_at`.
pub async fn disconnect(tx: &mut Tx, agent: MembershipId, lost_at: Timestamp) -> Result<()> {
    let Some(found) = agents::find(tx, agent).await? else { return Ok(()) };
    if found.lost_at.is_some() || !found.presence.is_present() {
        return Ok(());
    }
    agents::set_lost(tx, agent, Some(lost_at)).await?;
    let lost = PresenceChanged { agent, presence: found.presence, lost_at: Some(lost_at) };
    tx.record(Actor::System, &lost)
}
