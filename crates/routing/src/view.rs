//! What is shown, as it stands in answers.

use crate::decide::{Decision, Exclusion, Verdict};
use crate::model;
use crate::model::NotReadyReason;
use base::{ContactId, DecisionId, MembershipId, OfferId, QueueId, Timestamp};
use contact::view::Contact;
use identity::Named;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Whether an agent takes contacts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PresenceState {
    /// Takes contacts.
    Ready,
    /// Signed in, takes no contacts.
    NotReady,
    /// Not signed in.
    Offline,
}

/// How an agent stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Presence {
    /// Whether they take contacts.
    pub state: PresenceState,
    /// Why not.
    #[schema(value_type = Option<String>)]
    pub reason: Option<NotReadyReason>,
    /// Since when.
    pub since: Timestamp,
    /// Room for chats.
    pub chat: Room,
}

/// How much of a channel an agent has in hand.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct Room {
    /// In hand.
    pub used: u8,
    /// At most.
    pub total: u8,
}

impl Presence {
    pub(crate) fn new(presence: model::Presence, chat: Room) -> Self {
        let (state, reason) = match presence {
            model::Presence::Ready { .. } => (PresenceState::Ready, None),
            model::Presence::NotReady { reason, .. } => (PresenceState::NotReady, Some(reason)),
            model::Presence::Offline { .. } => (PresenceState::Offline, None),
        };
        Self { state, reason, since: presence.since(), chat }
    }
}

/// A contact that an agent may take.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Offer {
    /// Its id.
    pub id: OfferId,
    /// The contact.
    pub contact: Contact,
    /// From which queue.
    pub queue: Named,
    /// When it was offered.
    pub offered_at: Timestamp,
    /// Until when it can be taken.
    pub expires_at: Timestamp,
    /// Since when the customer waits.
    pub waited_since: Timestamp,
    /// How what was last said begins.
    pub preview: Option<String>,
}

/// An offer that is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct OfferGone {
    /// The offer.
    pub id: OfferId,
    /// The contact.
    pub contact_id: ContactId,
    /// `accepted`, `declined`, `missed` or `withdrawn`.
    #[schema(value_type = String)]
    pub outcome: crate::events::Outcome,
}

/// All that an agent has to do now.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Work {
    /// How they stand.
    pub presence: Presence,
    /// What they may take.
    pub offers: Vec<Offer>,
    /// What they have in hand.
    pub contacts: Vec<Contact>,
    /// The place in the journal from which the live socket goes on.
    pub position: base::Position,
}

/// How a queue stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct QueueStanding {
    /// The queue.
    pub id: QueueId,
    /// Its name.
    pub name: String,
    /// How many contacts wait.
    pub waiting: i64,
    /// Since when the first of them does.
    pub longest_waiting_since: Option<Timestamp>,
    /// How long who comes now will wait, in seconds; absent when nobody can tell.
    pub estimate_seconds: Option<u32>,
    /// How many agents of the queue are ready.
    pub agents_ready: u32,
}

/// A colleague, for handing on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
pub struct Colleague {
    /// Who.
    pub membership_id: MembershipId,
    /// The name.
    pub name: String,
    /// The team.
    pub team: Option<String>,
    /// Whether they take contacts.
    pub state: PresenceState,
    /// Room for chats.
    pub chat: Room,
}

/// Why a contact was offered to one and not to another.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Decision)]
pub struct DecisionView {
    /// Its id.
    pub id: DecisionId,
    /// When it was taken.
    pub at: Timestamp,
    /// From which queue.
    pub queue: Named,
    /// Since when the contact waited.
    pub waited_since: Timestamp,
    /// How far the queue had widened: 0 for not at all.
    pub stage: u8,
    /// Whether it was kept for the agent the customer knows.
    pub kept: bool,
    /// To whom it was offered.
    pub chosen: Named,
    /// How the offer ended; absent while it is open.
    pub outcome: Option<String>,
    /// How many agents could help.
    pub eligible: u32,
    /// The best candidates, and who came close.
    pub candidates: Vec<CandidateView>,
    /// How many agents of the queue could not help, by the first reason that applied.
    pub excluded: BTreeMap<String, u32>,
}

/// An agent who was considered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Candidate)]
pub struct CandidateView {
    /// Who.
    pub agent: Named,
    /// Why they could not help; absent when they could.
    #[schema(value_type = Option<String>)]
    pub excluded: Option<Exclusion>,
    /// The share of their capacity that was in use, in per cent.
    pub busy: Option<u8>,
    /// The levels of the needed skills together.
    pub levels: Option<u16>,
    /// Since when they got nothing new.
    pub idle_since: Option<Timestamp>,
}

impl DecisionView {
    pub(crate) fn new(
        id: DecisionId,
        decision: &Decision,
        outcome: Option<String>,
        queue: Named,
        named: impl Fn(MembershipId) -> Named,
    ) -> Self {
        let candidates = decision.candidates.iter().map(|candidate| {
            let (excluded, standing) = match candidate.verdict {
                Verdict::Eligible(standing) => (None, Some(standing)),
                Verdict::Excluded(why) => (Some(why), None),
            };
            CandidateView {
                agent: named(candidate.agent),
                excluded,
                busy: standing.map(|standing| standing.busy),
                levels: standing.map(|standing| standing.levels),
                idle_since: standing.map(|standing| standing.idle_since),
            }
        });
        Self {
            id,
            at: decision.at,
            queue,
            waited_since: decision.since,
            stage: decision.stage,
            kept: decision.kept,
            chosen: named(decision.chosen),
            outcome,
            eligible: decision.eligible,
            candidates: candidates.collect(),
            excluded: decision.excluded.counts(),
        }
    }
}
