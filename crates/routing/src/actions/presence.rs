//! Agents say whether they take contacts.

use crate::events::PresenceChanged;
use crate::model::{AgentProfile, Capacity, Presence};
use crate::store::agents;
use base::{Actor, MembershipId, Result};
use db::Tx;
use std::collections::BTreeMap;

/// An agent is ready, not ready or gone from now on.
pub async fn set_presence(tx: &mut Tx, actor: Actor, agent: MembershipId, presence: Presence) -> Result<()> {
    let lost_at = known(tx, agent).await?;
    agents::set_presence(tx, agent, presence).await?;
    tx.record(actor, &PresenceChanged { agent, presence, lost_at })
}

/// Whoever works with contacts is known to routing, with queues and skills or without; tells since when their
/// connection is lost.
async fn known(tx: &mut Tx, agent: MembershipId) -> Result<Option<base::Timestamp>> {
    if let Some(found) = agents::find(tx, agent).await? {
        return Ok(found.lost_at);
    }
    let profile = AgentProfile {
        agent,
        skills: BTreeMap::new(),
        serves: BTreeMap::new(),
        capacity: Capacity::default(),
    };
    agents::put_profile(tx, &profile).await?;
    tx.record(Actor::System, &crate::events::AgentConfigured { agent })?;
    Ok(None)
}
