//! Queues: who serves them, what contacts in them need, and how that widens while they wait.

use super::{Channel, Level, Need, Needs, Priority, Seconds, WaitingContact};
use base::{ContactId, EntryPointId, Error, QueueId, Result, SkillId, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A group of agents within a queue, from 1 to 16. Group 1 is usually the first line.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct GroupNumber(u8);

impl GroupNumber {
    /// The first line.
    pub const FIRST: Self = Self(1);

    /// One bit for each number.
    pub(crate) const fn bit(self) -> u32 {
        1 << self.0
    }
}

impl TryFrom<u8> for GroupNumber {
    type Error = Error;

    fn try_from(number: u8) -> Result<Self> {
        if (1..=16).contains(&number) {
            Ok(Self(number))
        } else {
            Err(Error::invalid("group", "give a group number from 1 to 16"))
        }
    }
}

impl From<GroupNumber> for u8 {
    fn from(group: GroupNumber) -> Self {
        group.0
    }
}

/// How a group serves a queue.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Group {
    /// Which group.
    pub number: GroupNumber,
    /// Free agents of a group with a lower number are chosen first.
    pub priority: Priority,
    /// How long a contact waits before this group is considered. `None`: only when a ring admits it.
    pub delay: Option<Seconds>,
}

/// One way to widen who may help.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum Relax {
    /// A lower level of this skill will do.
    Lower {
        /// The skill.
        skill: SkillId,
        /// The level that will do.
        to: Level,
    },
    /// This skill is no longer needed.
    Drop {
        /// The skill.
        skill: SkillId,
    },
    /// This group is considered too.
    Admit {
        /// The group.
        group: GroupNumber,
    },
}

/// What is relaxed once a contact has waited this long. What earlier rings relaxed stays so.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RelaxRing {
    /// How long a contact has waited.
    pub after: Seconds,
    /// What is relaxed then.
    pub relax: Vec<Relax>,
}

/// Who is chosen when several agents could help. In every choice groups of a lower priority number come first, and
/// what is equal is decided by who was idle longest.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentChoice {
    /// Of those with the smallest share of their capacity in use, who has gone longest without something new.
    #[default]
    LongestIdle,
    /// Who has the highest levels of the needed skills together.
    BestSkilled,
}

/// The settings of a [`Queue`], before they are checked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct QueueRules {
    /// Which queue.
    pub id: QueueId,
    /// What every contact in it needs.
    pub needs: Needs,
    /// Who serves it.
    pub groups: Vec<Group>,
    /// How it widens.
    pub rings: Vec<RelaxRing>,
    /// How urgent its contacts are, where the entry point does not say.
    pub priority: Priority,
    /// Who is chosen.
    pub choice: AgentChoice,
    /// How long an agent may look at an offer.
    pub offer_for: Seconds,
    /// How long an agent who let a contact pass is not considered for it.
    pub again_after: Seconds,
    /// How long a contact waits for its preferred agent alone.
    pub preferred_for: Seconds,
}

impl QueueRules {
    /// A queue that the first group serves, with offers of twenty seconds and nothing special.
    pub fn plain(id: QueueId) -> Self {
        let first = Group { number: GroupNumber::FIRST, priority: Priority::NORMAL, delay: Some(Seconds(0)) };
        Self {
            id,
            needs: Needs::NONE,
            groups: vec![first],
            rings: Vec::new(),
            priority: Priority::NORMAL,
            choice: AgentChoice::default(),
            offer_for: Seconds(20),
            again_after: Seconds(120),
            preferred_for: Seconds(60),
        }
    }
}

/// A line of waiting contacts and the rules by which it is served.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "QueueRules", into = "QueueRules")]
pub struct Queue(QueueRules);

/// What holds for a contact from a certain waiting time on. A later stage admits everybody whom an earlier one admits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stage {
    /// From this waiting time on.
    pub after: Duration,
    /// The groups considered, one bit each.
    pub(crate) groups: u32,
    /// What an agent must be able to do.
    pub needs: Needs,
}

impl Stage {
    /// Whether agents of this group are considered.
    pub fn admits(&self, group: GroupNumber) -> bool {
        self.groups & group.bit() != 0
    }
}

impl TryFrom<QueueRules> for Queue {
    type Error = Error;

    fn try_from(rules: QueueRules) -> Result<Self> {
        let mut groups: Vec<GroupNumber> = rules.groups.iter().map(|group| group.number).collect();
        groups.sort_unstable();
        if groups.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(Error::invalid("groups", "give each group once"));
        }
        if rules.rings.first().is_some_and(|ring| ring.after == Seconds(0))
            || rules.rings.windows(2).any(|pair| pair[0].after >= pair[1].after)
        {
            return Err(Error::invalid("rings", "give the rings in order, each later than the one before"));
        }
        let unknown =
            |relax: &Relax| matches!(relax, Relax::Admit { group } if groups.binary_search(group).is_err());
        if rules.rings.iter().any(|ring| ring.relax.iter().any(unknown)) {
            return Err(Error::invalid("rings", "a ring can only admit a group that serves the queue"));
        }
        if rules.offer_for == Seconds(0) {
            return Err(Error::invalid("offer_for", "give agents at least a second to answer"));
        }
        if rules.again_after == Seconds(0) {
            return Err(Error::invalid("again_after", "give the others at least a second"));
        }
        Ok(Self(rules))
    }
}

impl From<Queue> for QueueRules {
    fn from(queue: Queue) -> Self {
        queue.0
    }
}

impl Queue {
    /// A queue that nobody serves; for contacts whose queue is not known here, so that they are not lost.
    pub(crate) fn unserved(id: QueueId) -> Self {
        Self(QueueRules { groups: Vec::new(), ..QueueRules::plain(id) })
    }

    /// Which queue.
    pub fn id(&self) -> QueueId {
        self.0.id
    }

    /// Its settings.
    pub fn rules(&self) -> &QueueRules {
        &self.0
    }

    /// How a contact with these needs is widened: stages in order of time, the first from the start.
    pub fn stages(&self, extra: &Needs) -> Vec<Stage> {
        let delays = self.0.groups.iter().filter_map(|group| group.delay);
        let mut moments: Vec<Seconds> = delays.chain(self.0.rings.iter().map(|ring| ring.after)).collect();
        moments.push(Seconds(0));
        moments.sort_unstable();
        moments.dedup();
        let mut stages: Vec<Stage> = moments.into_iter().map(|moment| self.stage_at(moment, extra)).collect();
        stages.dedup_by(|later, earlier| later.groups == earlier.groups && later.needs == earlier.needs);
        stages
    }

    fn stage_at(&self, moment: Seconds, extra: &Needs) -> Stage {
        let delayed = self.0.groups.iter().filter(|group| group.delay.is_some_and(|delay| delay <= moment));
        let mut groups = delayed.fold(0, |groups, group| groups | group.number.bit());
        let mut needs = self.0.needs.and(extra);
        for relax in self.0.rings.iter().filter(|ring| ring.after <= moment).flat_map(|ring| &ring.relax) {
            match *relax {
                Relax::Lower { skill, to } => needs = needs.lower(skill, to),
                Relax::Drop { skill } => needs = needs.without(skill),
                Relax::Admit { group } => groups |= group.bit(),
            }
        }
        Stage { after: moment.into(), groups, needs }
    }
}

/// Where customers come in: a topic of the widget, a number, a mailbox.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EntryPoint {
    /// Which.
    pub id: EntryPointId,
    /// Where its contacts wait.
    pub queue: QueueId,
    /// The channel it is an entry of.
    pub channel: Channel,
    /// What its contacts need beside what the queue needs.
    pub needs: Vec<Need>,
    /// How urgent they are, where it differs from the queue.
    pub priority: Option<Priority>,
}

impl EntryPoint {
    /// A contact that comes in here, with what it needs beside all this: a language, for one.
    pub fn receive(
        &self,
        queue: &Queue,
        contact: ContactId,
        extra: &Needs,
        now: Timestamp,
    ) -> WaitingContact {
        WaitingContact {
            contact,
            queue: self.queue,
            channel: self.channel,
            needs: self.needs.iter().copied().chain(extra.iter()).collect(),
            priority: self.priority.unwrap_or(queue.rules().priority),
            since: now,
            preferred: None,
            passed: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::id::Id;

    fn skill(number: u128) -> SkillId {
        SkillId::from_raw(number)
    }

    fn level(number: u8) -> Level {
        number.try_into().unwrap()
    }

    fn group(number: u8, delay: Option<u32>) -> Group {
        Group { number: number.try_into().unwrap(), priority: Priority::NORMAL, delay: delay.map(Seconds) }
    }

    fn taxes() -> QueueRules {
        let german = skill(1);
        QueueRules {
            needs: [Need { skill: german, level: level(4) }].into_iter().collect(),
            groups: vec![group(1, Some(0)), group(2, Some(45)), group(3, None)],
            rings: vec![
                RelaxRing { after: Seconds(30), relax: vec![Relax::Lower { skill: german, to: level(2) }] },
                RelaxRing {
                    after: Seconds(90),
                    relax: vec![Relax::Drop { skill: german }, Relax::Admit { group: 3.try_into().unwrap() }],
                },
            ],
            ..QueueRules::plain(QueueId::from_raw(1))
        }
    }

    #[test]
    fn the_longer_a_contact_waits_the_wider_it_gets() {
        let stages = Queue::try_from(taxes()).unwrap().stages(&Needs::NONE);
        let after: Vec<u64> = stages.iter().map(|stage| stage.after.as_secs()).collect();
        assert_eq!(after, [0, 30, 45, 90]);
        let levels: Vec<u8> =
            stages.iter().map(|s| s.needs.iter().next().map_or(0, |n| n.level.number())).collect();
        assert_eq!(levels, [4, 2, 2, 0]);
        let groups: Vec<u32> = stages.iter().map(|stage| stage.groups.count_ones()).collect();
        assert_eq!(groups, [1, 1, 2, 3]);
    }

    #[test]
    fn a_ring_that_changes_nothing_for_a_contact_makes_no_stage() {
        let mut rules = taxes();
        rules.needs = Needs::NONE;
        let stages = Queue::try_from(rules).unwrap().stages(&Needs::NONE);
        assert_eq!(stages.len(), 3, "lowering a skill that nobody needs is no stage");
    }

    #[test]
    fn impossible_queues_are_refused() {
        let mut twice = taxes();
        twice.groups.push(group(2, None));
        let mut backwards = taxes();
        backwards.rings.swap(0, 1);
        let mut stranger = taxes();
        stranger.groups.pop();
        let mut hurried = taxes();
        hurried.offer_for = Seconds(0);
        for rules in [twice, backwards, stranger, hurried] {
            let json = serde_json::to_string(&rules).unwrap();
            assert!(Queue::try_from(rules).is_err());
            assert!(serde_json::from_str::<Queue>(&json).is_err(), "nor do they come in as JSON");
        }
    }
}
