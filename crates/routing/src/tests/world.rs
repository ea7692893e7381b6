//! A small organisation to try things in, and random events in it.

use crate::decide::{Configuration, Destination, Event};
use crate::model::{
    AgentChoice, AgentProfile, Capacity, CapacityRules, Channel, Group, GroupNumber, Level, Need, Needs,
    NotReadyReason, Preferred, Presence, Priority, Queue, QueueRules, Relax, RelaxRing, Seconds,
    WaitingContact,
};
use base::id::Id;
use base::{ContactId, MembershipId, QueueId, SkillId, Timestamp};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::collections::BTreeMap;
use std::time::Duration;

pub(super) fn agent(number: u128) -> MembershipId {
    MembershipId::from_raw(number)
}

pub(super) fn contact(number: u128) -> ContactId {
    ContactId::from_raw(number)
}

pub(super) fn queue(number: u128) -> QueueId {
    QueueId::from_raw(number)
}

pub(super) fn skill(number: u128) -> SkillId {
    SkillId::from_raw(number)
}

pub(super) fn level(number: u8) -> Level {
    number.try_into().unwrap()
}

pub(super) fn group(number: u8) -> GroupNumber {
    number.try_into().unwrap()
}

pub(super) fn needs(needs: &[(u128, u8)]) -> Needs {
    needs.iter().map(|(number, least)| Need { skill: skill(*number), level: level(*least) }).collect()
}

/// Nine in the morning and so many seconds.
pub(super) fn at(seconds: u64) -> Timestamp {
    Timestamp::from_micros(1_793_606_400_000_000) + Duration::from_secs(seconds)
}

pub(super) fn waiting(number: u128, queue: QueueId, since: Timestamp) -> WaitingContact {
    WaitingContact {
        contact: contact(number),
        queue,
        channel: Channel::Chat,
        needs: Needs::NONE,
        priority: Priority::NORMAL,
        since,
        preferred: None,
        passed: Vec::new(),
    }
}

pub(super) fn profile(number: u128, queues: &[u128]) -> AgentProfile {
    AgentProfile {
        agent: agent(number),
        skills: BTreeMap::new(),
        serves: queues.iter().map(|number| (queue(*number), GroupNumber::FIRST)).collect(),
        capacity: Capacity::default(),
    }
}

/// Chance that repeats.
pub(super) struct Dice(ChaCha20Rng);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(ChaCha20Rng::seed_from_u64(seed))
    }

    /// 0 up to and without `end`.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0.next_u64() % end
    }

    pub(super) fn one_in(&mut self, chances: u64) -> bool {
        self.below(chances) == 0
    }

    /// Between 0 and 1, both left out.
    pub(super) fn fraction(&mut self) -> f64 {
        let bits = u32::try_from(self.0.next_u64() >> 32).unwrap();
        (f64::from(bits) + 0.5) / 4_294_967_296.0
    }

    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        if from.is_empty() { None } else { from.get(usize::try_from(self.below(from.len() as u64)).unwrap()) }
    }
}

pub(super) const QUEUES: u64 = 4;
const SKILLS: u64 = 3;

fn random_level(dice: &mut Dice) -> Level {
    level(u8::try_from(dice.below(5) + 1).unwrap())
}

fn random_needs(dice: &mut Dice) -> Needs {
    let count = dice.below(3);
    let need = |dice: &mut Dice| Need {
        skill: skill(dice.below(SKILLS).into()),
        level: random_level(dice).min(level(3)),
    };
    (0..count).map(|_| need(dice)).collect()
}

fn random_queue(dice: &mut Dice, number: u64) -> Queue {
    let priority = |dice: &mut Dice| Priority::try_from(u8::try_from(dice.below(2) + 4).unwrap()).unwrap();
    let groups = (1..=3).map(|number| Group {
        number: group(number),
        priority: priority(dice),
        delay: [None, Some(Seconds(0)), Some(Seconds(25))][usize::from(number) % 3],
    });
    let groups: Vec<Group> = groups.collect();
    let rings = (1..=2).map(|ring| {
        let skill = skill(dice.below(SKILLS).into());
        let relax = match dice.below(3) {
            0 => Relax::Lower { skill, to: level(1) },
            1 => Relax::Drop { skill },
            _ => Relax::Admit { group: group(3) },
        };
        RelaxRing { after: Seconds(20 * ring), relax: vec![relax] }
    });
    let rings: Vec<RelaxRing> = rings.collect();
    let rules = QueueRules {
        needs: if dice.one_in(3) { random_needs(dice) } else { Needs::NONE },
        groups,
        rings,
        choice: if dice.one_in(4) { AgentChoice::BestSkilled } else { AgentChoice::LongestIdle },
        again_after: Seconds(40),
        ..QueueRules::plain(queue(number.into()))
    };
    rules.try_into().unwrap()
}

/// All queues, or now and then all but one.
pub(super) fn random_configuration(dice: &mut Dice) -> Configuration {
    let gone = if dice.one_in(3) { dice.below(QUEUES) } else { QUEUES };
    let queues =
        (0..QUEUES).filter(|number| *number != gone).map(|number| random_queue(dice, number)).collect();
    Configuration { queues, connection_grace: Seconds(60) }
}

pub(super) fn random_profile(dice: &mut Dice, agents: u64) -> AgentProfile {
    let mut rules = CapacityRules::default();
    if dice.one_in(5) {
        rules.most[Channel::Chat] = 0;
    }
    AgentProfile {
        agent: agent(dice.below(agents).into()),
        skills: some(dice, SKILLS, |dice, number| (skill(number), random_level(dice))),
        serves: some(dice, QUEUES, |dice, number| {
            let group = group(u8::try_from(dice.below(5).clamp(1, 4)).unwrap());
            (queue(number), group)
        }),
        capacity: rules.try_into().unwrap(),
    }
}

/// Two in three of so many things.
fn some<K: Ord, V>(
    dice: &mut Dice,
    of: u64,
    mut make: impl FnMut(&mut Dice, u128) -> (K, V),
) -> BTreeMap<K, V> {
    let chosen: Vec<u64> = (0..of).filter(|_| !dice.one_in(3)).collect();
    chosen.into_iter().map(|number| make(dice, number.into())).collect()
}

fn random_presence(dice: &mut Dice, now: Timestamp) -> Presence {
    match dice.below(12) {
        0 => Presence::Offline { since: now },
        1 => Presence::NotReady { since: now, reason: NotReadyReason::Break },
        _ => Presence::Ready { since: now },
    }
}

fn random_contact(dice: &mut Dice, agents: u64, number: u128, now: Timestamp) -> WaitingContact {
    let preferred = dice.one_in(6).then(|| Preferred {
        agent: agent(dice.below(agents).into()),
        until: now + Duration::from_secs(dice.below(60)),
    });
    WaitingContact {
        channel: *dice.pick(&Channel::ALL).unwrap(),
        needs: random_needs(dice),
        priority: u8::try_from(dice.below(2) + 4).unwrap().try_into().unwrap(),
        since: now - Duration::from_secs(dice.below(2) * dice.below(30)),
        preferred,
        ..waiting(number, queue(dice.below(QUEUES).into()), now)
    }
}

/// What exists, so that most random events are about something.
pub(super) struct Known<'a> {
    pub(super) contacts: &'a [ContactId],
    pub(super) offers: &'a [(ContactId, MembershipId)],
    pub(super) next_contact: u128,
    pub(super) agents: u64,
}

/// Something that may happen now.
pub(super) fn random_event(dice: &mut Dice, known: &Known<'_>, now: Timestamp) -> Event {
    let some_agent = agent(dice.below(known.agents).into());
    let some_contact = *dice.pick(known.contacts).unwrap_or(&contact(u128::MAX));
    let (offered, to) = *dice.pick(known.offers).unwrap_or(&(some_contact, some_agent));
    match dice.below(40) {
        0..=8 => Event::Enqueued(random_contact(dice, known.agents, known.next_contact, now)),
        9..=16 => Event::Accepted { contact: offered, agent: to },
        17 => Event::Accepted { contact: some_contact, agent: some_agent },
        18 => Event::Declined { contact: offered, agent: to },
        19..=22 => Event::Left(some_contact),
        23 | 24 => Event::Ended(some_contact),
        25..=28 => Event::PresenceChanged { agent: some_agent, presence: random_presence(dice, now) },
        29 => Event::ConnectionLost { agent: some_agent, since: now - Duration::from_secs(dice.below(70)) },
        30 | 31 => Event::ConnectionBack(some_agent),
        32 if dice.one_in(3) => Event::AgentChanged(random_profile(dice, known.agents)),
        33 => Event::Requeued(some_contact),
        34 => Event::Transferred {
            contact: some_contact,
            to: Destination::Agent { agent: some_agent, until: now + Duration::from_secs(30) },
        },
        35 => Event::Transferred {
            contact: some_contact,
            to: Destination::Queue {
                queue: queue(dice.below(QUEUES).into()),
                needs: random_needs(dice),
                priority: Priority::NORMAL.raised(),
                since: now,
            },
        },
        36 if dice.one_in(10) => Event::Configured(random_configuration(dice)),
        37 if dice.one_in(5) => Event::AgentRemoved(some_agent),
        38 if dice.one_in(5) => Event::Enqueued(random_contact(dice, known.agents, some_contact.raw(), now)),
        39 => Event::OutOfReach { since: now - Duration::from_secs(dice.below(30)) },
        _ => Event::Tick,
    }
}
