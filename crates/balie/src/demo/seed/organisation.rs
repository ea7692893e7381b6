//! An organisation as its administrator sets it up: places, people, skills, queues, entry points, reasons, widget.

use super::Rooms;
use crate::demo::content::{self, Organisation, Person, Words};
use base::{
    Actor, EntryPointId, Error, ErrorCode, Language, MembershipId, OrganisationId, QueueId, ReasonId, Result,
    SiteId, SkillId, TeamId,
};
use chat::model::{LocalText, Settings, Topic};
use db::Tx;
use identity::actions::PreparedPerson;
use identity::model::{NewOrganisation, NewPerson, Place};
use identity::{Access, Purpose, Role};
use routing::model::{
    AgentProfile, Capacity, Channel, EntryPoint, Group, GroupNumber, Level, Need, Priority, Queue,
    QueueRules, Relax, RelaxRing, Seconds,
};
use std::collections::{BTreeMap, HashMap};

/// What it all became, by the codes and names of the files.
#[derive(Debug, Default)]
pub(super) struct Ids {
    pub(super) members: HashMap<String, MembershipId>,
    pub(super) queues: HashMap<String, QueueId>,
    pub(super) entry_points: HashMap<String, EntryPointId>,
    pub(super) reasons: HashMap<String, ReasonId>,
    skills: HashMap<String, SkillId>,
}

/// An organisation that was made.
#[derive(Debug)]
pub(super) struct SetUp {
    pub(super) organisation: OrganisationId,
    pub(super) widget_key: String,
    pub(super) ids: Ids,
}

/// Makes it, in one transaction and the widget after it.
pub(super) async fn make(rooms: &Rooms, content: &Organisation) -> Result<SetUp> {
    let organisation: OrganisationId = rooms.db.env().new_id();
    let mut prepared = Vec::new();
    for person in &content.people {
        let new = NewPerson {
            name: person.name.clone(),
            email: person.email.clone(),
            language: content.setup.language.clone(),
            password: content.setup.password.clone(),
        };
        prepared.push(rooms.identity.prepare_person(new).await?);
    }
    let plan = Plan::of(content, prepared)?;
    rooms.vault.begin(organisation).await?;
    let ids = rooms.db.write(organisation, async move |tx| plan.carry_out(tx).await).await;
    let ids = ids.map_err(already_there)?;
    // The installation itself sets this up; no member of staff looks at anybody's data.
    let access = Access::for_machine(organisation, Purpose::Administration);
    let settings = settings(content, &ids)?;
    let widget = rooms.chat.make_widget(&access, &content.setup.widget.name, settings).await?;
    Ok(SetUp { organisation, widget_key: widget.key, ids })
}

fn already_there(error: Error) -> Error {
    if error.code() != ErrorCode::Conflict {
        return error;
    }
    let text = "This database holds an earlier demo, whose keys are elsewhere. Give an empty database.";
    Error::conflict(text).with_source(error)
}

/// All that the transaction needs, checked before it begins.
struct Plan {
    new: NewOrganisation,
    sites: Vec<String>,
    teams: Vec<(String, String)>,
    skills: Vec<(String, String)>,
    queues: Vec<content::Queue>,
    topics: Vec<(String, String, String)>,
    reasons: Vec<(String, String)>,
    people: Vec<(content::Person, PreparedPerson)>,
}

impl Plan {
    fn of(content: &Organisation, prepared: Vec<PreparedPerson>) -> Result<Self> {
        let setup = &content.setup;
        let own = |topic: &content::Topic| {
            let name = content::pick(&topic.name, setup.language.as_str()).to_owned();
            (topic.code.clone(), topic.queue.clone(), name)
        };
        if prepared.len() != content.people.len() {
            return Err(Error::internal("a person of the demo was not prepared"));
        }
        Ok(Self {
            new: NewOrganisation {
                slug: setup.slug.clone(),
                name: setup.name.clone(),
                kind: setup.kind,
                language: setup.language.clone(),
                hosts: vec![format!("balie.{}.example", setup.slug)],
            },
            sites: setup.sites.clone(),
            teams: setup.teams.iter().map(|team| (team.name.clone(), team.site.clone())).collect(),
            skills: setup.skills.iter().map(|skill| (skill.code.clone(), skill.name.clone())).collect(),
            queues: setup.queues.clone(),
            topics: setup.topics.iter().map(own).collect(),
            reasons: setup.reasons.iter().map(|reason| (reason.code.clone(), reason.label.clone())).collect(),
            people: content.people.iter().cloned().zip(prepared).collect(),
        })
    }

    async fn carry_out(self, tx: &mut Tx) -> Result<Ids> {
        let mut ids = Ids::default();
        identity::actions::create_organisation(tx, Actor::System, self.new).await?;
        let mut sites = HashMap::<String, SiteId>::new();
        for name in self.sites {
            let site = identity::actions::create_site(tx, Actor::System, &name).await?;
            sites.insert(name, site.id);
        }
        let mut teams = HashMap::<String, (TeamId, SiteId)>::new();
        for (name, site) in self.teams {
            let site = found(&sites, &site)?;
            let team = identity::actions::create_team(tx, Actor::System, &name, Some(site)).await?;
            teams.insert(name, (team.id, site));
        }
        for (code, name) in self.skills {
            let id = tx.env().new_id();
            routing::actions::put_skill(tx, Actor::System, id, &name, 0).await?;
            ids.skills.insert(code, id);
        }
        for queue in self.queues {
            let id = tx.env().new_id();
            routing::actions::put_queue(tx, Actor::System, &rules(&queue, id, &ids)?, &queue.name, 0).await?;
            ids.queues.insert(queue.code, id);
        }
        for (code, queue, name) in self.topics {
            let id = tx.env().new_id();
            let queue = found(&ids.queues, &queue)?;
            let point = EntryPoint { id, queue, channel: Channel::Chat, needs: Vec::new(), priority: None };
            routing::actions::put_entry_point(tx, Actor::System, &point, &name, 0).await?;
            ids.entry_points.insert(code, id);
        }
        for (code, label) in self.reasons {
            let id = contact::actions::set_reason(tx, &code, &label, true).await?;
            ids.reasons.insert(code, id);
        }
        for (person, prepared) in self.people {
            let (team, site) = found(&teams, &person.team)?;
            let place = Place { roles: person.roles.clone(), site: Some(site), teams: vec![team] };
            let id = identity::actions::create_person(tx, Actor::System, prepared).await?;
            let member = identity::actions::add_membership(tx, Actor::System, id, place).await?;
            if person.roles.contains(&Role::Agent) {
                let profile = profile(&person, member, &ids)?;
                routing::actions::configure_agent(tx, Actor::System, &profile).await?;
            }
            ids.members.insert(person.name, member);
        }
        Ok(ids)
    }
}

pub(super) fn found<T: Copy>(made: &HashMap<String, T>, code: &str) -> Result<T> {
    made.get(code)
        .copied()
        .ok_or_else(|| Error::internal(format!("the demo names {code}, which it does not make")))
}

fn level(number: u8) -> Result<Level> {
    Level::try_from(number)
}

fn rules(queue: &content::Queue, id: QueueId, ids: &Ids) -> Result<Queue> {
    let mut needs = Vec::new();
    for (skill, number) in &queue.needs {
        needs.push(Need { skill: found(&ids.skills, skill)?, level: level(*number)? });
    }
    let plain = QueueRules::plain(id);
    let mut groups = plain.groups.clone();
    if let Some(seconds) = queue.second_line_after {
        let number = GroupNumber::try_from(2)?;
        groups.push(Group { number, priority: Priority::try_from(6)?, delay: Some(Seconds(seconds)) });
    }
    let mut rings = Vec::new();
    for ring in &queue.rings {
        let mut relax = Vec::new();
        for (skill, number) in &ring.lower {
            relax.push(Relax::Lower { skill: found(&ids.skills, skill)?, to: level(*number)? });
        }
        for skill in &ring.drop {
            relax.push(Relax::Drop { skill: found(&ids.skills, skill)? });
        }
        rings.push(RelaxRing { after: Seconds(ring.after), relax });
    }
    let priority = if queue.urgent { Priority::try_from(3)? } else { Priority::NORMAL };
    Queue::try_from(QueueRules { needs: needs.into_iter().collect(), groups, rings, priority, ..plain })
}

fn profile(person: &Person, agent: MembershipId, ids: &Ids) -> Result<AgentProfile> {
    let mut profile = AgentProfile {
        agent,
        skills: BTreeMap::new(),
        serves: BTreeMap::new(),
        capacity: Capacity::default(),
    };
    for (skill, number) in &person.skills {
        profile.skills.insert(found(&ids.skills, skill)?, level(*number)?);
    }
    for (queue, group) in &person.serves {
        let group = GroupNumber::try_from(*group)?;
        profile.serves.insert(found(&ids.queues, queue)?, group);
    }
    Ok(profile)
}

fn settings(content: &Organisation, ids: &Ids) -> Result<Settings> {
    let text = |words: &Words| LocalText(words.clone());
    let mut topics = Vec::new();
    for topic in &content.setup.topics {
        topics.push(Topic {
            entry_point_id: found(&ids.entry_points, &topic.code)?,
            name: text(&topic.name),
            description: text(&topic.description),
        });
    }
    let origins = ["http://localhost:8080", "http://127.0.0.1:8080"];
    Ok(Settings {
        title: text(&content.setup.widget.title),
        languages: vec![Language::dutch(), Language::english()],
        origins: origins.iter().map(|origin| origin.parse()).collect::<Result<_>>()?,
        theme: content.setup.widget.theme.clone(),
        privacy_url: None,
        topics,
    })
}
