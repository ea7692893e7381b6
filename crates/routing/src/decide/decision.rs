//! Why a contact was offered to one agent and not to another, in a form that can be stored and shown.

use crate::model::{AgentChoice, Priority};
use base::{ContactId, MembershipId, QueueId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How many agents a decision names.
pub(crate) const NAMED: usize = 20;

/// One decision.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Decision {
    /// What was handed out.
    pub contact: ContactId,
    /// From which queue.
    pub queue: QueueId,
    /// To whom.
    pub chosen: MembershipId,
    /// When.
    pub at: Timestamp,
    /// Since when the contact waited.
    pub since: Timestamp,
    /// How far the queue had widened for it: 0 for not at all, then the number of the stage.
    pub stage: u8,
    /// Whether it was kept for its preferred agent; nobody else was considered then.
    pub kept: bool,
    /// How the agent was chosen.
    pub choice: AgentChoice,
    /// The best twenty who could help, the chosen one first. When there are fewer, also who came close and what was
    /// in the way. All agents of the queue that are not named are counted below.
    pub candidates: Vec<Candidate>,
    /// How many could help.
    pub eligible: u32,
    /// How many agents of the queue could not, each under the first reason that applies.
    pub excluded: Excluded,
}

/// An agent who was considered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Candidate {
    /// Who.
    pub agent: MembershipId,
    /// What was found.
    pub verdict: Verdict,
}

/// What was found about an agent for a contact.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Could help. Compare the standings to see why one came before another.
    Eligible(Standing),
    /// Could not help.
    Excluded(Exclusion),
}

/// What the choice between eligible agents looked at; the lowest [`Standing::rank`] is chosen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Standing {
    /// The priority of the agent's group in the queue.
    pub group: Priority,
    /// The levels of the needed skills together.
    pub levels: u16,
    /// The share of the agent's capacity in use, in per cent.
    pub busy: u8,
    /// Since when the agent got nothing new.
    pub idle_since: Timestamp,
}

impl Standing {
    /// The order in which agents are chosen.
    pub fn rank(&self, choice: AgentChoice) -> (Priority, u16, u8, Timestamp) {
        let missing = match choice {
            AgentChoice::LongestIdle => 0,
            AgentChoice::BestSkilled => u16::MAX - self.levels,
        };
        (self.group, missing, self.busy, self.idle_since)
    }
}

/// Why an agent of the queue could not help. The order is that in which reasons are looked for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exclusion {
    /// The contact was kept for another.
    KeptForOther,
    /// The agent's group is not considered yet.
    NotInRing,
    /// A needed skill is missing.
    MissingSkill,
    /// The agent has the skills, but not all at the level that is asked.
    LevelTooLow,
    /// Not signed in.
    Offline,
    /// Signed in, but not ready, or the connection is lost.
    NotReady,
    /// Has another offer to answer first.
    OfferPending,
    /// No room for this channel.
    NoCapacity,
    /// Let this contact pass or gave it back, a short time ago.
    PassedBy,
}

impl Exclusion {
    /// All reasons, those who came closest first.
    pub const CLOSEST_FIRST: [Self; 9] = [
        Self::PassedBy,
        Self::NoCapacity,
        Self::OfferPending,
        Self::NotReady,
        Self::Offline,
        Self::LevelTooLow,
        Self::MissingSkill,
        Self::NotInRing,
        Self::KeptForOther,
    ];

    /// The name as it stands in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::KeptForOther => "kept_for_other",
            Self::NotInRing => "not_in_ring",
            Self::MissingSkill => "missing_skill",
            Self::LevelTooLow => "level_too_low",
            Self::Offline => "offline",
            Self::NotReady => "not_ready",
            Self::OfferPending => "offer_pending",
            Self::NoCapacity => "no_capacity",
            Self::PassedBy => "passed_by",
        }
    }
}

/// How many agents of the queue could not help, and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[expect(missing_docs, reason = "they mirror the reasons of Exclusion")]
pub struct Excluded {
    pub kept_for_other: u32,
    pub not_in_ring: u32,
    pub missing_skill: u32,
    pub level_too_low: u32,
    pub offline: u32,
    pub not_ready: u32,
    pub offer_pending: u32,
    pub no_capacity: u32,
    pub passed_by: u32,
}

impl Excluded {
    /// How many for this reason.
    pub fn count(&mut self, reason: Exclusion) -> &mut u32 {
        match reason {
            Exclusion::KeptForOther => &mut self.kept_for_other,
            Exclusion::NotInRing => &mut self.not_in_ring,
            Exclusion::MissingSkill => &mut self.missing_skill,
            Exclusion::LevelTooLow => &mut self.level_too_low,
            Exclusion::Offline => &mut self.offline,
            Exclusion::NotReady => &mut self.not_ready,
            Exclusion::OfferPending => &mut self.offer_pending,
            Exclusion::NoCapacity => &mut self.no_capacity,
            Exclusion::PassedBy => &mut self.passed_by,
        }
    }

    /// The reasons that apply to anybody, by name.
    pub fn counts(mut self) -> BTreeMap<String, u32> {
        let counts =
            Exclusion::CLOSEST_FIRST.into_iter().map(|why| (why.name().to_owned(), *self.count(why)));
        counts.filter(|(_, count)| *count > 0).collect()
    }

    /// How many in all.
    pub fn total(mut self) -> u32 {
        Exclusion::CLOSEST_FIRST.into_iter().map(|reason| *self.count(reason)).sum()
    }
}
