//! Skills, queues, entry points and agents, as administrators set them up. Whoever changes something gives the version
//! they saw, so that nobody's change is lost.

use crate::Routing;
use crate::actions;
use crate::model::{
    AgentProfile, CapacityRules, Channel, EntryPoint, GroupNumber, Level, Need, Priority, Queue, QueueRules,
};
use crate::store::{agents, setup};
use axum::extract::State;
use axum::http::StatusCode;
use base::{EntryPointId, Error, MembershipId, QueueId, Result, SkillId};
use db::Tx;
use identity::Access;
use identity::api::Items;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use web::{Answer, Json, Path};

/// Something that agents can do.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Skill {
    /// Its id.
    pub id: SkillId,
    /// Its name.
    pub name: String,
    /// Goes up with each change.
    pub version: i64,
}

/// A skill to make or change.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetSkill {
    /// Its name.
    pub name: String,
    /// The version that was seen; zero for a new one.
    #[serde(default)]
    pub version: i64,
}

/// A queue as it is set up.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct QueueSetup {
    /// Its id.
    pub id: QueueId,
    /// Its name.
    pub name: String,
    /// Who serves it, what its contacts need, and how that widens.
    #[schema(value_type = Object)]
    pub rules: QueueRules,
    /// Goes up with each change.
    pub version: i64,
}

/// A queue to make or change.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetQueue {
    /// Its name.
    pub name: String,
    /// Its rules. Absent: one group, offers of twenty seconds, nothing special.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub rules: Option<QueueRules>,
    /// The version that was seen; zero for a new one.
    #[serde(default)]
    pub version: i64,
}

/// Where customers come in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct EntryPointSetup {
    /// Its id.
    pub id: EntryPointId,
    /// Its name.
    pub name: String,
    /// Where its contacts wait.
    pub queue_id: QueueId,
    /// What they need beside what the queue needs.
    #[schema(value_type = Vec<Object>)]
    pub needs: Vec<Need>,
    /// How urgent they are, where it differs from the queue; 1 goes first.
    #[schema(value_type = Option<u8>)]
    pub priority: Option<Priority>,
    /// Goes up with each change.
    pub version: i64,
}

/// An entry point to make or change.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetEntryPoint {
    /// Its name.
    pub name: String,
    /// Where its contacts wait.
    pub queue_id: QueueId,
    /// What they need beside what the queue needs.
    #[serde(default)]
    #[schema(value_type = Vec<Object>)]
    pub needs: Vec<Need>,
    /// How urgent they are, where it differs from the queue; 1 goes first.
    #[serde(default)]
    #[schema(value_type = Option<u8>)]
    pub priority: Option<Priority>,
    /// The version that was seen; zero for a new one.
    #[serde(default)]
    pub version: i64,
}

/// What routing knows of an agent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentSetup {
    /// What they can do, with the level from 1 to 5.
    #[schema(value_type = BTreeMap<String, u8>)]
    pub skills: BTreeMap<SkillId, Level>,
    /// The queues they serve, with the number of the group.
    #[schema(value_type = BTreeMap<String, u8>)]
    pub serves: BTreeMap<QueueId, GroupNumber>,
    /// How much at once.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub capacity: CapacityRules,
}

fn checked_name(name: &str) -> Result<String> {
    identity::model::name("name", name)
}

/// The skills, by name.
#[utoipa::path(get, path = "/api/v1/skills", responses((status = 200, body = Items<Skill>)))]
pub async fn skills(State(routing): State<Routing>, access: Access) -> Answer<Json<Items<Skill>>> {
    let stored = setup::skills(&mut routing.db().read(access.organisation()).await?).await?;
    let items = stored.into_iter().map(|one| Skill { id: one.value, name: one.name, version: one.version });
    Ok(Json(Items { items: items.collect() }))
}

/// Make a skill.
#[utoipa::path(post, path = "/api/v1/skills", request_body = SetSkill, responses((status = 201, body = Skill)))]
pub async fn create_skill(
    State(routing): State<Routing>,
    access: Access,
    Json(set): Json<SetSkill>,
) -> Answer<(StatusCode, Json<Skill>)> {
    let id = routing.db().env().new_id();
    Ok((StatusCode::CREATED, Json(put_skill(&routing, &access, id, &SetSkill { version: 0, ..set }).await?)))
}

/// Change a skill.
#[utoipa::path(put, path = "/api/v1/skills/{id}", params(("id" = SkillId, Path)), request_body = SetSkill,
    responses((status = 200, body = Skill)))]
pub async fn change_skill(
    State(routing): State<Routing>,
    access: Access,
    Path(id): Path<SkillId>,
    Json(set): Json<SetSkill>,
) -> Answer<Json<Skill>> {
    let stored = setup::skills(&mut routing.db().read(access.organisation()).await?).await?;
    if stored.iter().all(|one| one.value != id) {
        return Err(Error::not_found("skill").into());
    }
    Ok(Json(put_skill(&routing, &access, id, &set).await?))
}

async fn put_skill(routing: &Routing, access: &Access, id: SkillId, set: &SetSkill) -> Result<Skill> {
    let (name, actor, version) = (checked_name(&set.name)?, access.actor(), set.version);
    let written = name.clone();
    let write = async move |tx: &mut Tx| actions::put_skill(tx, actor, id, &written, version).await;
    routing.db().write(access.organisation(), write).await?;
    Ok(Skill { id, name, version: version + 1 })
}

/// The queues as they are set up, by name.
#[utoipa::path(get, path = "/api/v1/queues/setup", operation_id = "queues_setup", responses((status = 200, body = Items<QueueSetup>)))]
pub async fn queues(State(routing): State<Routing>, access: Access) -> Answer<Json<Items<QueueSetup>>> {
    let stored = setup::queues(&mut routing.db().read(access.organisation()).await?).await?;
    let items = stored.into_iter().map(|one| QueueSetup {
        id: one.value.id(),
        name: one.name,
        rules: one.value.into(),
        version: one.version,
    });
    Ok(Json(Items { items: items.collect() }))
}

/// Make a queue.
#[utoipa::path(post, path = "/api/v1/queues/setup", request_body = SetQueue, responses((status = 201, body = QueueSetup)))]
pub async fn create_queue(
    State(routing): State<Routing>,
    access: Access,
    Json(set): Json<SetQueue>,
) -> Answer<(StatusCode, Json<QueueSetup>)> {
    let id = routing.db().env().new_id();
    Ok((StatusCode::CREATED, Json(put_queue(&routing, &access, id, SetQueue { version: 0, ..set }).await?)))
}

/// Change a queue.
#[utoipa::path(put, path = "/api/v1/queues/setup/{id}", params(("id" = QueueId, Path)), request_body = SetQueue,
    responses((status = 200, body = QueueSetup)))]
pub async fn change_queue(
    State(routing): State<Routing>,
    access: Access,
    Path(id): Path<QueueId>,
    Json(set): Json<SetQueue>,
) -> Answer<Json<QueueSetup>> {
    let stored = setup::queue(&mut routing.db().read(access.organisation()).await?, id).await?;
    stored.ok_or_else(|| Error::not_found("queue"))?;
    Ok(Json(put_queue(&routing, &access, id, set).await?))
}

async fn put_queue(routing: &Routing, access: &Access, id: QueueId, set: SetQueue) -> Result<QueueSetup> {
    let (name, actor, version) = (checked_name(&set.name)?, access.actor(), set.version);
    let rules = QueueRules { id, ..set.rules.unwrap_or_else(|| QueueRules::plain(id)) };
    let (queue, written) = (Queue::try_from(rules.clone())?, name.clone());
    let write = async move |tx: &mut Tx| actions::put_queue(tx, actor, &queue, &written, version).await;
    routing.db().write(access.organisation(), write).await?;
    Ok(QueueSetup { id, name, rules, version: version + 1 })
}

/// The entry points, by name.
#[utoipa::path(get, path = "/api/v1/entry-points", responses((status = 200, body = Items<EntryPointSetup>)))]
pub async fn entry_points(
    State(routing): State<Routing>,
    access: Access,
) -> Answer<Json<Items<EntryPointSetup>>> {
    let stored = setup::entry_points(&mut routing.db().read(access.organisation()).await?).await?;
    let items = stored.into_iter().map(|one| shown(one.value, one.name, one.version));
    Ok(Json(Items { items: items.collect() }))
}

fn shown(point: EntryPoint, name: String, version: i64) -> EntryPointSetup {
    let EntryPoint { id, queue, needs, priority, .. } = point;
    EntryPointSetup { id, name, queue_id: queue, needs, priority, version }
}

/// Make an entry point.
#[utoipa::path(post, path = "/api/v1/entry-points", request_body = SetEntryPoint,
    responses((status = 201, body = EntryPointSetup)))]
pub async fn create_entry_point(
    State(routing): State<Routing>,
    access: Access,
    Json(set): Json<SetEntryPoint>,
) -> Answer<(StatusCode, Json<EntryPointSetup>)> {
    let id = routing.db().env().new_id();
    let made = put_entry_point(&routing, &access, id, SetEntryPoint { version: 0, ..set }).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// Change an entry point.
#[utoipa::path(put, path = "/api/v1/entry-points/{id}", params(("id" = EntryPointId, Path)),
    request_body = SetEntryPoint, responses((status = 200, body = EntryPointSetup)))]
pub async fn change_entry_point(
    State(routing): State<Routing>,
    access: Access,
    Path(id): Path<EntryPointId>,
    Json(set): Json<SetEntryPoint>,
) -> Answer<Json<EntryPointSetup>> {
    let stored = setup::entry_point(&mut routing.db().read(access.organisation()).await?, id).await?;
    stored.ok_or_else(|| Error::not_found("entry point"))?;
    Ok(Json(put_entry_point(&routing, &access, id, set).await?))
}

async fn put_entry_point(
    routing: &Routing,
    access: &Access,
    id: EntryPointId,
    set: SetEntryPoint,
) -> Result<EntryPointSetup> {
    let (name, actor, version) = (checked_name(&set.name)?, access.actor(), set.version);
    let SetEntryPoint { queue_id, needs, priority, .. } = set;
    let point = EntryPoint { id, queue: queue_id, channel: Channel::Chat, needs, priority };
    let (written, written_name) = (point.clone(), name.clone());
    let write =
        async move |tx: &mut Tx| actions::put_entry_point(tx, actor, &written, &written_name, version).await;
    routing.db().write(access.organisation(), write).await?;
    Ok(shown(point, name, version + 1))
}

/// What routing knows of a member.
#[utoipa::path(get, path = "/api/v1/members/{id}/routing", operation_id = "agent_setup",
    params(("id" = MembershipId, Path)), responses((status = 200, body = AgentSetup)))]
pub async fn agent(
    State(routing): State<Routing>,
    access: Access,
    Path(member): Path<MembershipId>,
) -> Answer<Json<AgentSetup>> {
    works_here(&routing, &access, member).await?;
    let found = agents::find(&mut routing.db().read(access.organisation()).await?, member).await?;
    let setup = found.map(|agent| AgentSetup {
        skills: agent.profile.skills,
        serves: agent.profile.serves,
        capacity: agent.profile.capacity.into(),
    });
    let nothing = || AgentSetup {
        skills: BTreeMap::new(),
        serves: BTreeMap::new(),
        capacity: CapacityRules::default(),
    };
    Ok(Json(setup.unwrap_or_else(nothing)))
}

/// Set what a member can do, where they serve, and how much at once.
#[utoipa::path(put, path = "/api/v1/members/{id}/routing", operation_id = "set_agent",
    params(("id" = MembershipId, Path)), request_body = AgentSetup, responses((status = 200, body = AgentSetup)))]
pub async fn set_agent(
    State(routing): State<Routing>,
    access: Access,
    Path(member): Path<MembershipId>,
    Json(set): Json<AgentSetup>,
) -> Answer<Json<AgentSetup>> {
    works_here(&routing, &access, member).await?;
    let AgentSetup { skills, serves, capacity } = set.clone();
    let profile = AgentProfile { agent: member, skills, serves, capacity: capacity.try_into()? };
    let actor = access.actor();
    let write = async move |tx: &mut Tx| actions::configure_agent(tx, actor, &profile).await;
    routing.db().write(access.organisation(), write).await?;
    Ok(Json(set))
}

async fn works_here(routing: &Routing, access: &Access, member: MembershipId) -> Result<()> {
    let found = routing.identity().membership(access.organisation(), member).await?;
    found.map(drop).ok_or_else(|| Error::not_found("member"))
}
