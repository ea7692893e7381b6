//! What happens to agents: they join and part, come free, lose their connection, set work aside.

use super::arena::At;
use super::line::{Flags, Member};
use super::state::{Agent, Contact, State, Wake};
use super::{Command, Status, Withdrawn};
use crate::model::{AgentProfile, Channel, NotReadyReason, PerChannel, Presence};
use base::{MembershipId, Timestamp};

impl State {
    /// Enters an agent, or what changed about one.
    pub(super) fn change_agent(&mut self, profile: AgentProfile) {
        let known = self.agent_of.get(&profile.agent).copied();
        let at = known.unwrap_or_else(|| self.add_agent(profile.clone()));
        self.leave_lines(at);
        self.agents[at].profile = profile;
        self.agents[at].room = None;
        self.join_lines(at);
        self.refresh(at);
    }

    pub(super) fn add_agent(&mut self, profile: AgentProfile) -> At<Agent> {
        let id = profile.agent;
        let at = self.agents.insert(Agent {
            profile,
            presence: Presence::Offline { since: self.now },
            lost_at: None,
            idle_since: self.now,
            slots: Vec::new(),
            offer: None,
            in_hand: Vec::new(),
            counts: PerChannel::default(),
            room: None,
            flags: Flags::default(),
            idle: None,
            wake: None,
        });
        self.agent_of.insert(id, at);
        at
    }

    pub(super) fn join_lines(&mut self, at: At<Agent>) {
        let agent = &mut self.agents[at];
        for (queue, group) in &agent.profile.serves {
            // A queue that is not configured joins nobody: it is entered when it appears in a configuration.
            if let Some(line) = self.line_of.get(queue).filter(|line| self.lines[**line].known) {
                let slot = self.lines[*line].join(
                    Member { at, id: agent.profile.agent },
                    *group,
                    &agent.profile.skills,
                );
                self.lines[*line].set_flags(slot, agent.flags);
                agent.slots.push((*line, slot));
            }
        }
    }

    fn leave_lines(&mut self, at: At<Agent>) {
        for (line, slot) in std::mem::take(&mut self.agents[at].slots) {
            self.lines[line].part(slot);
        }
    }

    /// The agent will not come back.
    pub(super) fn remove_agent(&mut self, id: MembershipId) {
        let Some(at) = self.agent_of.get(&id).copied() else { return };
        self.set_presence(at, Presence::Offline { since: self.now });
        self.leave_lines(at);
        self.set_agent_wake(at, None);
        self.agent_of.remove(&id);
        self.agents.remove(at);
    }

    /// To ready, not ready or offline. Who is not ready has no offer; who is offline has no contacts.
    pub(super) fn set_presence(&mut self, at: At<Agent>, presence: Presence) {
        let before = std::mem::replace(&mut self.agents[at].presence, presence);
        if presence.is_ready() && !before.is_ready() {
            self.agents[at].idle_since = presence.since();
        }
        if !presence.is_ready() {
            self.withdraw_from(at, Withdrawn::AgentGone);
        }
        if !presence.is_present() {
            self.take_contacts_from(at);
            self.set_agent_wake(at, None);
        } else if !before.is_present() && self.agents[at].lost_at.is_some() {
            self.wait_for_connection(at, self.now);
        }
        self.refresh(at);
        if before.is_present() != presence.is_present() {
            self.reconsider_preferring(self.agents[at].profile.agent);
        }
    }

    pub(super) fn lose_connection(&mut self, at: At<Agent>, since: Timestamp) {
        if self.agents[at].lost_at.is_none() {
            self.withdraw_from(at, Withdrawn::AgentGone);
            self.wait_for_connection(at, since.min(self.now));
            self.refresh(at);
        }
    }

    fn wait_for_connection(&mut self, at: At<Agent>, since: Timestamp) {
        self.agents[at].lost_at = Some(since);
        let grace = self.configuration.connection_grace.into();
        let present = self.agents[at].presence.is_present();
        self.set_agent_wake(at, present.then_some(since + grace));
    }

    pub(super) fn regain_connection(&mut self, at: At<Agent>) {
        self.agents[at].lost_at = None;
        self.set_agent_wake(at, None);
        self.refresh(at);
    }

    /// The connection stayed away.
    pub(super) fn give_up_on(&mut self, at: At<Agent>) {
        if self.agents[at].presence.is_present() {
            self.commands.push(Command::SetOffline { agent: self.agents[at].profile.agent });
            self.set_presence(at, Presence::Offline { since: self.now });
        }
    }

    /// Nobody answered the offer: the chair may be empty.
    pub(super) fn note_missed_offer(&mut self, at: At<Agent>) {
        let reason = NotReadyReason::MissedOffer;
        self.commands.push(Command::SetNotReady { agent: self.agents[at].profile.agent, reason });
        self.set_presence(at, Presence::NotReady { since: self.now, reason });
    }

    /// Offers whose time ran out after `since` could not be answered.
    pub(super) fn excuse(&mut self, since: Timestamp) {
        let due = self.wakes.iter().take_while(|(due, _)| *due <= self.now);
        let late = due.filter_map(|(due, wake)| match wake {
            Wake::Contact(contact) if *due > since => Some(*contact),
            _ => None,
        });
        for contact in late.collect::<Vec<_>>() {
            if let Some(agent) = self.contacts[contact].holder {
                self.withdraw_from(agent, Withdrawn::OutOfReach);
                self.refresh(agent);
            }
        }
    }

    fn withdraw_from(&mut self, at: At<Agent>, why: Withdrawn) {
        let agent = &mut self.agents[at];
        if let Some(contact) = agent.offer.take() {
            let agent = agent.profile.agent;
            self.commands.push(Command::Withdraw {
                contact: self.contacts[contact].waiting.contact,
                agent,
                why,
            });
            self.wait_again(contact);
        }
    }

    fn take_contacts_from(&mut self, at: At<Agent>) {
        let agent = &mut self.agents[at];
        agent.counts = PerChannel::default();
        let id = agent.profile.agent;
        for contact in std::mem::take(&mut agent.in_hand) {
            self.take_back(contact, id);
        }
    }

    /// The agent who has a contact is gone: it waits again, or is over when the talk had ended.
    pub(super) fn take_back(&mut self, at: At<Contact>, agent: MembershipId) {
        let contact = self.contacts[at].waiting.contact;
        if matches!(self.contacts[at].status, Status::WrappingUp { .. }) {
            self.commands.push(Command::Close { contact, agent });
            self.contact_of.remove(&contact);
            self.contacts.remove(at);
        } else {
            self.commands.push(Command::Requeue { contact, agent });
            self.wait_again(at);
        }
    }

    /// A contact comes into an agent's hands.
    pub(super) fn take_in_hand(&mut self, at: At<Agent>, contact: At<Contact>) {
        let channel = self.contacts[contact].waiting.channel;
        let agent = &mut self.agents[at];
        let before = agent.counts;
        agent.counts[channel] = agent.counts[channel].saturating_add(1);
        agent.in_hand.push(contact);
        agent.idle_since = self.now;
        let entry = &mut self.contacts[contact];
        entry.status = Status::Assigned { agent: agent.profile.agent };
        entry.holder = Some(at);
        self.tell_set_aside(at, before);
        self.refresh(at);
    }

    /// A contact leaves an agent's hands.
    pub(super) fn let_go(&mut self, at: At<Agent>, contact: At<Contact>) {
        let channel = self.contacts[contact].waiting.channel;
        let agent = &mut self.agents[at];
        let before = agent.counts;
        agent.in_hand.retain(|held| *held != contact);
        agent.counts[channel] = agent.counts[channel].saturating_sub(1);
        agent.idle_since = self.now;
        self.tell_set_aside(at, before);
        self.refresh(at);
    }

    /// Tells which contacts in hand have to wait now and which need not any more.
    fn tell_set_aside(&mut self, at: At<Agent>, before: PerChannel<u8>) {
        let Agent { profile, counts, in_hand, .. } = &self.agents[at];
        for channel in Channel::ALL {
            let was = profile.capacity.is_set_aside(&before, channel);
            let is = profile.capacity.is_set_aside(counts, channel);
            if was == is {
                continue;
            }
            for contact in in_hand.iter().map(|held| &self.contacts[*held].waiting) {
                if contact.channel == channel {
                    let (contact, agent) = (contact.contact, profile.agent);
                    self.commands.push(if is {
                        Command::Yield { contact, agent }
                    } else {
                        Command::Resume { contact, agent }
                    });
                }
            }
        }
    }

    /// Tells queues and the order of free agents how an agent stands, and has them looked at when they are available.
    pub(super) fn refresh(&mut self, at: At<Agent>) {
        let agent = &mut self.agents[at];
        let room = agent.room();
        let flags = Flags {
            present: agent.presence.is_present(),
            ready: agent.presence.is_ready() && agent.lost_at.is_none(),
            pending: agent.offer.is_some(),
            fits: room.fits,
        };
        if flags != agent.flags {
            agent.flags = flags;
            for (line, slot) in &agent.slots {
                self.lines[*line].set_flags(*slot, flags);
            }
        }
        let available = flags.is_available();
        let idle = available.then_some((room.busy, agent.idle_since, agent.profile.agent));
        if idle != agent.idle {
            let before = std::mem::replace(&mut agent.idle, idle);
            if let Some(before) = before {
                self.idle.remove(&(before, at));
            }
            if let Some(idle) = idle {
                self.idle.insert((idle, at));
            }
        }
        if available {
            self.fresh_agents.push(at);
        }
    }

    pub(super) fn set_agent_wake(&mut self, at: At<Agent>, wake: Option<Timestamp>) {
        let before = std::mem::replace(&mut self.agents[at].wake, wake);
        self.change_wake(before, wake, Wake::Agent(at));
    }
}
