//! The heart of routing: a fact goes in, offers come out. Pure and in memory: no clock, no chance, no database; what
//! time it is stands beside each fact, and [`State::next_deadline`] says when to come back without one.
//!
//! After every step there is
//! - no contact lost: each one that came in and has not left waits, is offered, or is with an agent;
//! - no contact that waits again after its talk has ended;
//! - no contact with two owners, and no agent with two offers;
//! - no agent with an offer for which they have no room, nor with work begun beyond their capacity;
//! - no contact offered while another of equal or higher urgency that waited longer could have had that agent;
//! - no agent without work who could help a contact that waits.
//!
//! An agent *could help* a contact (is eligible) when they are signed in, connected and ready, have no offer pending,
//! have room for its channel, serve its queue with a group and the skills of the stage it has reached, and have not
//! just let it pass. While a contact is kept for its preferred agent, only readiness and room of that agent count.
//!
//! Waiting contacts have one order, the same for all agents: urgency, then waiting time. The first of them that
//! somebody can help gets the best agent for it, then the next. How this stays cheap: contacts of one queue with
//! equal needs, channel and urgency stand in one *track*. A track widens with waiting time, so if its first contact is
//! not for an agent, none behind it is. And each queue keeps its agents as rows of bits, so that finding, counting and
//! excluding is done for sixty-four at a time. Neither the waiting contacts nor the agents of other queues are walked.

mod agents;
mod arena;
mod choosing;
mod contacts;
mod decision;
mod events;
mod line;
mod matching;
mod pool;
mod snapshot;
mod state;

pub use decision::{Candidate, Decision, Excluded, Exclusion, Standing, Verdict};
pub use snapshot::{AgentSnapshot, ContactSnapshot, Snapshot, Status};
pub use state::{Configuration, QueueFigures, State};

use crate::model::{AgentProfile, Needs, Presence, Priority, WaitingContact};
use base::{ContactId, MembershipId, QueueId, Timestamp};

/// A fact that matters to routing. One that no longer applies (an answer to an offer that is gone, a contact that has
/// left) changes nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// Only time has passed.
    Tick,
    /// From then until now nobody could answer: the database or the program was away. An offer whose time ran out
    /// meanwhile was not missed.
    OutOfReach {
        /// From when.
        since: Timestamp,
    },
    /// Queues were changed. A queue that is gone stays as it was until its last contact has left.
    Configured(Configuration),
    /// An agent is new, or their skills, queues or capacity changed. A new agent is offline.
    AgentChanged(AgentProfile),
    /// An agent will not come back.
    AgentRemoved(MembershipId),
    /// An agent went to ready, not ready or offline.
    PresenceChanged {
        /// Who.
        agent: MembershipId,
        /// What they are now.
        presence: Presence,
    },
    /// An agent's last connection is gone.
    ConnectionLost {
        /// Whose.
        agent: MembershipId,
        /// When it was last heard.
        since: Timestamp,
    },
    /// An agent is connected again.
    ConnectionBack(MembershipId),
    /// A contact came in. One that is known already waits from now on as it says here.
    Enqueued(WaitingContact),
    /// The talk is over. Who had the contact wraps it up, and nobody else can have it any more.
    Ended(ContactId),
    /// A contact ended for routing: closed, abandoned or fallen silent.
    Left(ContactId),
    /// An agent took an offer.
    Accepted {
        /// What was offered.
        contact: ContactId,
        /// To whom.
        agent: MembershipId,
    },
    /// An agent let an offer go to the next.
    Declined {
        /// What was offered.
        contact: ContactId,
        /// To whom.
        agent: MembershipId,
    },
    /// An agent handed a contact on.
    Transferred {
        /// Which.
        contact: ContactId,
        /// Whereto.
        to: Destination,
    },
    /// An agent gave a contact back. It keeps its place, and goes to another if there is one.
    Requeued(ContactId),
}

/// Whereto a contact is transferred.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Destination {
    /// To another queue.
    Queue {
        /// Which.
        queue: QueueId,
        /// What it needs there beside what the queue needs.
        needs: Needs,
        /// How urgent it is there.
        priority: Priority,
        /// Its place there; the rings of the new queue count from here.
        since: Timestamp,
    },
    /// To a colleague; it keeps its place, and waits in its queue when the colleague does not take it.
    Agent {
        /// Who.
        agent: MembershipId,
        /// How long only this colleague is considered.
        until: Timestamp,
    },
}

/// What has to be made true and told to people.
#[derive(Clone, PartialEq, Debug)]
pub enum Command {
    /// Offer a contact.
    Offer(Box<Offer>),
    /// Take an offer back.
    Withdraw {
        /// What was offered.
        contact: ContactId,
        /// To whom.
        agent: MembershipId,
        /// Why.
        why: Withdrawn,
    },
    /// Put an agent to not ready.
    SetNotReady {
        /// Who.
        agent: MembershipId,
        /// Why.
        reason: crate::model::NotReadyReason,
    },
    /// Put an agent to offline: their connection stayed away.
    SetOffline {
        /// Who.
        agent: MembershipId,
    },
    /// Take a contact from an agent who is gone. It waits again with its old place.
    Requeue {
        /// Which.
        contact: ContactId,
        /// Whose it was.
        agent: MembershipId,
    },
    /// Record a contact whose talk had ended: its agent is gone and wraps it up no more.
    Close {
        /// Which.
        contact: ContactId,
        /// Whose it was.
        agent: MembershipId,
    },
    /// Set a contact in hand aside for one that cannot wait.
    Yield {
        /// What is set aside.
        contact: ContactId,
        /// By whom.
        agent: MembershipId,
    },
    /// Go on with a contact that was set aside.
    Resume {
        /// Which.
        contact: ContactId,
        /// By whom.
        agent: MembershipId,
    },
}

/// A contact for an agent, for a while.
#[derive(Clone, PartialEq, Debug)]
pub struct Offer {
    /// Until when it can be taken.
    pub expires_at: Timestamp,
    /// What was decided and why: contact, queue and agent stand in it.
    pub decision: Decision,
}

/// Why an offer was taken back.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Withdrawn {
    /// Nobody answered in time.
    Missed,
    /// The contact ended or was moved.
    ContactGone,
    /// The agent went to not ready or offline, lost the connection or was removed.
    AgentGone,
    /// Time ran out while the agent could not answer. They stay as they are.
    OutOfReach,
}

/// Takes a fact in, lets everything happen that is due by now, and hands out what can be handed out.
pub fn decide(state: &mut State, event: Event, now: Timestamp) -> Vec<Command> {
    decide_all(state, [event], now)
}

/// Takes facts in that are known together, and only then looks at deadlines and hands out: who answered in time is
/// not found late because another fact was read first.
pub fn decide_all(
    state: &mut State,
    events: impl IntoIterator<Item = Event>,
    now: Timestamp,
) -> Vec<Command> {
    state.reach(now);
    for event in events {
        state.apply(event);
    }
    state.fire_deadlines();
    state.hand_out();
    state.take_commands()
}
