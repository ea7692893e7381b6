//! A contact as routing sees it: where it waits, for whom, and its place.

use super::{Channel, Needs};
use base::{ContactId, Error, MembershipId, QueueId, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A length of time in whole seconds, as people set it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seconds(pub u32);

impl From<Seconds> for Duration {
    fn from(seconds: Seconds) -> Self {
        Self::from_secs(seconds.0.into())
    }
}

/// How urgent, from 1 (goes first) to 9. A contact of a lower number is served before every contact of a higher one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Priority(u8);

impl Priority {
    /// Goes first.
    pub const FIRST: Self = Self(1);
    /// Where no other is set.
    pub const NORMAL: Self = Self(5);

    /// The number.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// One step more urgent.
    #[must_use]
    pub fn raised(self) -> Self {
        Self(self.0.saturating_sub(1).max(1))
    }
}

impl Default for Priority {
    fn default() -> Self {
        Self::NORMAL
    }
}

impl TryFrom<u8> for Priority {
    type Error = Error;

    fn try_from(number: u8) -> Result<Self, Error> {
        if (1..=9).contains(&number) {
            Ok(Self(number))
        } else {
            Err(Error::invalid("priority", "give a priority from 1 to 9; 1 goes first"))
        }
    }
}

impl From<Priority> for u8 {
    fn from(priority: Priority) -> Self {
        priority.0
    }
}

/// An agent who is meant for a contact: who knows the customer, or to whom a colleague transferred it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Preferred {
    /// Who.
    pub agent: MembershipId,
    /// Until then only this agent is considered, while they are signed in; queue, ring and skills do not count for
    /// them. After that all are considered alike.
    pub until: Timestamp,
}

/// An agent who let a contact pass or gave it back, and is not considered for it for a while.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PassedBy {
    /// Who.
    pub agent: MembershipId,
    /// From then on the agent is considered again, so that no contact is left without anybody.
    pub until: Timestamp,
}

/// A contact that waits, has been offered, or is with an agent; with its place, which it keeps.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WaitingContact {
    /// Which.
    pub contact: ContactId,
    /// Where it waits.
    pub queue: QueueId,
    /// What kind of attention it asks.
    pub channel: Channel,
    /// What it needs beside what its queue needs.
    pub needs: Needs,
    /// How urgent.
    pub priority: Priority,
    /// Its place: since when it waits. Rings are counted from here.
    pub since: Timestamp,
    /// The agent who is considered first.
    pub preferred: Option<Preferred>,
    /// The agents who are not considered for a while.
    pub passed: Vec<PassedBy>,
}

/// The order of waiting contacts, the same for every agent: the most urgent, then the longest waiting.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Order {
    priority: Priority,
    since: Timestamp,
    contact: ContactId,
}

impl WaitingContact {
    /// Its place among all that wait.
    pub fn order(&self) -> Order {
        Order { priority: self.priority, since: self.since, contact: self.contact }
    }

    /// From now until then the agent is not considered.
    pub fn pass_by(&mut self, agent: MembershipId, until: Timestamp) {
        self.consider(agent);
        self.passed.push(PassedBy { agent, until });
    }

    /// The agent is considered, also when they let it pass lately.
    pub fn consider(&mut self, agent: MembershipId) {
        self.passed.retain(|passed| passed.agent != agent);
    }

    /// Whether the agent let it pass lately.
    pub fn is_passed_by(&self, agent: MembershipId, now: Timestamp) -> bool {
        self.passed.iter().any(|passed| passed.agent == agent && passed.until > now)
    }
}

impl Order {
    /// Since when the contact waits.
    pub fn since(&self) -> Timestamp {
        self.since
    }
}
