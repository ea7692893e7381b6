//! Agents: what they can do, where they serve, and whether they are there.

use super::{Capacity, GroupNumber, Level};
use base::{MembershipId, QueueId, SkillId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What routing knows of an agent apart from the moment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AgentProfile {
    /// Who.
    pub agent: MembershipId,
    /// What they can do, and how well.
    pub skills: BTreeMap<SkillId, Level>,
    /// The queues they serve, and with which group of it. A group that the queue does not have is offered nothing.
    pub serves: BTreeMap<QueueId, GroupNumber>,
    /// How much at once.
    pub capacity: Capacity,
}

/// Why an agent who is signed in takes no contacts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotReadyReason {
    /// A pause.
    Break,
    /// In a meeting.
    Meeting,
    /// Learning.
    Training,
    /// Paperwork.
    Administration,
    /// Let an offer pass without an answer. Set by routing, so that the next contact does not wait for an empty chair.
    MissedOffer,
    /// Just signed in.
    SignedIn,
}

/// Whether an agent is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Presence {
    /// Takes contacts.
    Ready {
        /// Since when.
        since: Timestamp,
    },
    /// Signed in, takes no contacts.
    NotReady {
        /// Since when.
        since: Timestamp,
        /// Why.
        reason: NotReadyReason,
    },
    /// Not signed in.
    Offline {
        /// Since when.
        since: Timestamp,
    },
}

impl Presence {
    /// Whether the agent takes contacts.
    pub const fn is_ready(self) -> bool {
        matches!(self, Self::Ready { .. })
    }

    /// Whether the agent is signed in.
    pub const fn is_present(self) -> bool {
        !matches!(self, Self::Offline { .. })
    }

    /// Since when it is so.
    pub const fn since(self) -> Timestamp {
        match self {
            Self::Ready { since } | Self::NotReady { since, .. } | Self::Offline { since } => since,
        }
    }
}
