//! Administrators set up skills, queues, entry points and agents.

use crate::events::{AgentConfigured, Configured};
use crate::model::{AgentProfile, EntryPoint, Queue};
use crate::store::{agents, setup};
use base::{Actor, Error, Result, SkillId};
use db::Tx;
use identity::audit;
use serde_json::json;

/// Makes a skill, or changes it when it still has this version (zero for a new one).
pub async fn put_skill(tx: &mut Tx, actor: Actor, id: SkillId, name: &str, version: i64) -> Result<()> {
    let put = setup::put_skill(tx, id, name, version).await?;
    changed(tx, actor, put, "routing.skill_set", id.to_string(), name).await
}

/// Makes a queue, or changes it when it still has this version (zero for a new one).
pub async fn put_queue(tx: &mut Tx, actor: Actor, queue: &Queue, name: &str, version: i64) -> Result<()> {
    known_skills(tx, queue.rules().needs.iter().map(|need| need.skill)).await?;
    let put = setup::put_queue(tx, queue, name, version).await?;
    changed(tx, actor, put, "routing.queue_set", queue.id().to_string(), name).await
}

/// Makes an entry point, or changes it when it still has this version (zero for a new one).
pub async fn put_entry_point(
    tx: &mut Tx,
    actor: Actor,
    point: &EntryPoint,
    name: &str,
    version: i64,
) -> Result<()> {
    if setup::queue(tx, point.queue).await?.is_none() {
        return Err(Error::invalid("queue_id", "choose one of your queues"));
    }
    known_skills(tx, point.needs.iter().map(|need| need.skill)).await?;
    let put = setup::put_entry_point(tx, point, name, version).await?;
    changed(tx, actor, put, "routing.entry_point_set", point.id.to_string(), name).await
}

/// Sets what an agent can do, where they serve and how much at once.
pub async fn configure_agent(tx: &mut Tx, actor: Actor, profile: &AgentProfile) -> Result<()> {
    known_skills(tx, profile.skills.keys().copied()).await?;
    for queue in profile.serves.keys() {
        if setup::queue(tx, *queue).await?.is_none() {
            return Err(Error::invalid("serves", "choose from your queues"));
        }
    }
    agents::put_profile(tx, profile).await?;
    let subject = profile.agent.to_string();
    audit::write(tx, actor, "routing.agent_set", &subject, json!({ "queues": profile.serves.len() })).await?;
    tx.record(actor, &AgentConfigured { agent: profile.agent })
}

async fn known_skills(tx: &mut Tx, skills: impl Iterator<Item = SkillId>) -> Result<()> {
    let known = setup::skills(tx).await?;
    for skill in skills {
        if known.iter().all(|stored| stored.value != skill) {
            return Err(Error::invalid("skills", "choose from your skills"));
        }
    }
    Ok(())
}

async fn changed(
    tx: &mut Tx,
    actor: Actor,
    put: bool,
    action: &'static str,
    what: String,
    name: &str,
) -> Result<()> {
    if !put {
        return Err(Error::conflict(
            "Somebody else changed this in the meantime. Look at it again and repeat your change.",
        ));
    }
    audit::write(tx, actor, action, &what, json!({ "name": name })).await?;
    tx.record(actor, &Configured { what })
}
