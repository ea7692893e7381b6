//! The state as plain values: what the database holds, and what the state is rebuilt from at start.

use super::state::{Configuration, State};
use super::{Command, Withdrawn};
use crate::decide::line::Line;
use crate::model::{AgentProfile, Presence, WaitingContact};
use base::{MembershipId, Timestamp};

/// Where a contact stands. Each contact has exactly one status, and so at most one owner.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// Waits.
    Waiting,
    /// Is offered, and waits on when it is not taken.
    Offered {
        /// To whom.
        agent: MembershipId,
        /// Until when.
        expires_at: Timestamp,
    },
    /// Is in an agent's hands.
    Assigned {
        /// Whose.
        agent: MembershipId,
    },
    /// The talk is over; the agent records what it was about, which takes their attention as before.
    WrappingUp {
        /// Whose.
        agent: MembershipId,
    },
}

/// An agent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AgentSnapshot {
    /// What holds apart from the moment.
    pub profile: AgentProfile,
    /// Whether they are there.
    pub presence: Presence,
    /// Since when their connection is lost.
    pub lost_at: Option<Timestamp>,
    /// Since when they got nothing new.
    pub idle_since: Timestamp,
}

/// A contact.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ContactSnapshot {
    /// Its place and needs.
    pub waiting: WaitingContact,
    /// Where it stands.
    pub status: Status,
}

/// All of a [`State`].
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Snapshot {
    /// The rules.
    pub configuration: Configuration,
    /// The agents, in any order.
    pub agents: Vec<AgentSnapshot>,
    /// The contacts, in any order.
    pub contacts: Vec<ContactSnapshot>,
}

impl State {
    /// The state as plain values, in the order of ids.
    pub fn snapshot(&self) -> Snapshot {
        let mut agents: Vec<AgentSnapshot> = self
            .agents
            .iter()
            .map(|agent| AgentSnapshot {
                profile: agent.profile.clone(),
                presence: agent.presence,
                lost_at: agent.lost_at,
                idle_since: agent.idle_since,
            })
            .collect();
        let mut contacts: Vec<ContactSnapshot> = self
            .contacts
            .iter()
            .map(|contact| {
                let mut waiting = contact.waiting.clone();
                waiting.passed.retain(|passed| passed.until > self.now);
                ContactSnapshot { waiting, status: contact.status }
            })
            .collect();
        agents.sort_unstable_by_key(|agent| agent.profile.agent);
        contacts.sort_unstable_by_key(|contact| contact.waiting.contact);
        Snapshot { configuration: self.configuration.clone(), agents, contacts }
    }

    /// The state that these values describe. What does not fit together (a contact of an agent who is gone) waits, and
    /// the first step afterwards says so. Call [`decide`](super::decide()) with a tick to hand out what can be.
    pub fn restore(snapshot: Snapshot, now: Timestamp) -> Self {
        let mut state = Self { now, ..Self::default() };
        for queue in &snapshot.configuration.queues {
            state.line_of.insert(queue.id(), state.lines.len());
            state.lines.push(Line::new(queue.clone(), true));
        }
        state.configuration = snapshot.configuration;
        for agent in snapshot.agents {
            state.restore_agent(agent);
        }
        for contact in snapshot.contacts {
            state.restore_contact(contact);
        }
        let everybody: Vec<_> = state.agent_of.values().copied().collect();
        for agent in everybody {
            state.refresh(agent);
        }
        state
    }

    fn restore_agent(&mut self, agent: AgentSnapshot) {
        let at = self.add_agent(agent.profile);
        let entry = &mut self.agents[at];
        entry.presence = agent.presence;
        entry.lost_at = agent.lost_at;
        entry.idle_since = agent.idle_since;
        let grace = self.configuration.connection_grace.into();
        self.set_agent_wake(
            at,
            agent.lost_at.filter(|_| agent.presence.is_present()).map(|lost| lost + grace),
        );
        self.join_lines(at);
    }

    fn restore_contact(&mut self, ContactSnapshot { waiting, status }: ContactSnapshot) {
        let contact = waiting.contact;
        let at = self.add_contact(waiting);
        match status {
            Status::Waiting => self.wait(at),
            Status::Offered { agent, expires_at } => {
                let free = |at: &_| {
                    let agent = &self.agents[*at];
                    agent.offer.is_none() && agent.presence.is_ready() && agent.lost_at.is_none()
                };
                if let Some(agent_at) = self.agent_of.get(&agent).copied().filter(free) {
                    self.agents[agent_at].offer = Some(at);
                    self.contacts[at].status = status;
                    self.contacts[at].holder = Some(agent_at);
                    self.lines[self.contacts[at].line].waiting += 1;
                    self.set_contact_wake(at, Some(expires_at));
                } else {
                    self.commands.push(Command::Withdraw { contact, agent, why: Withdrawn::AgentGone });
                    self.wait(at);
                }
            }
            Status::Assigned { agent } | Status::WrappingUp { agent } => {
                let present = |at: &_| self.agents[*at].presence.is_present();
                if let Some(agent_at) = self.agent_of.get(&agent).copied().filter(present) {
                    let channel = self.contacts[at].waiting.channel;
                    let holder = &mut self.agents[agent_at];
                    holder.in_hand.push(at);
                    holder.counts[channel] = holder.counts[channel].saturating_add(1);
                    self.contacts[at].status = status;
                    self.contacts[at].holder = Some(agent_at);
                } else {
                    self.contacts[at].status = status;
                    self.take_back(at, agent);
                }
            }
        }
    }
}
