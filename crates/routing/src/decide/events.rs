//! Facts and deadlines, one by one, in terms of what happens to agents and contacts.

use super::arena::At;
use super::state::{Agent, Contact, State, Wake};
use super::{Command, Configuration, Destination, Event, Status, Withdrawn};
use crate::model::Preferred;
use base::{ContactId, MembershipId};

impl State {
    pub(super) fn apply(&mut self, event: Event) {
        match event {
            Event::Tick => {}
            Event::OutOfReach { since } => self.excuse(since),
            Event::Configured(configuration) => self.configure(configuration),
            Event::AgentChanged(profile) => self.change_agent(profile),
            Event::AgentRemoved(agent) => self.remove_agent(agent),
            Event::PresenceChanged { agent, presence } => {
                self.with_agent(agent, |state, at| state.set_presence(at, presence));
            }
            Event::ConnectionLost { agent, since } => {
                self.with_agent(agent, |state, at| state.lose_connection(at, since));
            }
            Event::ConnectionBack(agent) => self.with_agent(agent, Self::regain_connection),
            Event::Enqueued(waiting) => self.enqueue(waiting),
            Event::Ended(contact) => self.end_talk(contact),
            Event::Left(contact) => self.remove_contact(contact),
            Event::Accepted { contact, agent } => self.accept(contact, agent),
            Event::Declined { contact, agent } => self.decline(contact, agent),
            Event::Transferred { contact, to } => self.transfer(contact, to),
            Event::Requeued(contact) => self.requeue(contact),
        }
    }

    /// Lets happen what is due by now.
    pub(super) fn fire_deadlines(&mut self) {
        while let Some((due, wake)) = self.wakes.first().copied()
            && due <= self.now
        {
            self.wakes.pop_first();
            match wake {
                Wake::Agent(agent) => {
                    self.agents[agent].wake = None;
                    self.give_up_on(agent);
                }
                Wake::Contact(contact) => {
                    self.contacts[contact].wake = None;
                    match self.contacts[contact].status {
                        Status::Offered { agent, .. } => self.miss(contact, agent),
                        Status::Waiting => self.ripen(contact),
                        Status::Assigned { .. } | Status::WrappingUp { .. } => {}
                    }
                }
            }
        }
    }

    fn with_agent(&mut self, agent: MembershipId, change: impl FnOnce(&mut Self, At<Agent>)) {
        if let Some(at) = self.agent_of.get(&agent).copied() {
            change(self, at);
        }
    }

    fn configure(&mut self, configuration: Configuration) {
        let mut snapshot = self.snapshot();
        let in_use = snapshot.contacts.iter().map(|contact| contact.waiting.queue);
        let gone: std::collections::BTreeSet<_> =
            in_use.filter(|queue| configuration.queues.iter().all(|new| new.id() != *queue)).collect();
        let before = std::mem::replace(&mut snapshot.configuration, configuration);
        let kept = before.queues.into_iter().filter(|queue| gone.contains(&queue.id()));
        snapshot.configuration.queues.extend(kept);
        let commands = self.take_commands();
        *self = Self::restore(snapshot, self.now);
        self.commands.splice(0..0, commands);
    }

    /// The contact, if it is offered to this agent.
    fn offered(&self, contact: ContactId, agent: MembershipId) -> Option<At<Contact>> {
        let at = *self.contact_of.get(&contact)?;
        matches!(self.contacts[at].status, Status::Offered { agent: to, .. } if to == agent).then_some(at)
    }

    fn accept(&mut self, contact: ContactId, agent: MembershipId) {
        if let Some(contact) = self.offered(contact, agent)
            && let Some(agent) = self.end_offer(contact)
        {
            self.take_in_hand(agent, contact);
        }
    }

    fn decline(&mut self, contact: ContactId, agent: MembershipId) {
        if let Some(contact) = self.offered(contact, agent)
            && let Some(agent_at) = self.end_offer(contact)
        {
            self.refresh(agent_at);
            self.pass_by(contact, agent);
            self.wait(contact);
        }
    }

    fn miss(&mut self, contact: At<Contact>, agent: MembershipId) {
        let id = self.contacts[contact].waiting.contact;
        self.commands.push(Command::Withdraw { contact: id, agent, why: Withdrawn::Missed });
        if let Some(agent) = self.end_offer(contact) {
            self.note_missed_offer(agent);
        }
        self.pass_by(contact, agent);
        self.wait(contact);
    }

    fn end_talk(&mut self, contact: ContactId) {
        if let Some(at) = self.contact_of.get(&contact).copied()
            && let Status::Assigned { agent } = self.contacts[at].status
        {
            self.contacts[at].status = Status::WrappingUp { agent };
        }
    }

    /// A contact that can be handed on: its talk has not ended.
    fn going_on(&self, contact: ContactId) -> Option<At<Contact>> {
        let at = *self.contact_of.get(&contact)?;
        (!matches!(self.contacts[at].status, Status::WrappingUp { .. })).then_some(at)
    }

    fn transfer(&mut self, contact: ContactId, to: Destination) {
        let Some(at) = self.going_on(contact) else { return };
        self.give_back(at);
        let waiting = &mut self.contacts[at].waiting;
        match to {
            Destination::Queue { queue, needs, priority, since } => {
                waiting.queue = queue;
                waiting.needs = needs;
                waiting.priority = priority;
                waiting.since = since;
                waiting.preferred = None;
            }
            Destination::Agent { agent, until } => {
                waiting.preferred = Some(Preferred { agent, until });
                waiting.consider(agent);
            }
        }
        self.find_track(at);
        self.wait(at);
    }

    fn requeue(&mut self, contact: ContactId) {
        let Some(at) = self.going_on(contact) else { return };
        self.give_back(at);
        self.wait(at);
    }

    /// Takes a contact from where it is; who had it in hand is not considered for it for a while.
    fn give_back(&mut self, at: At<Contact>) {
        let status = self.contacts[at].status;
        self.detach(at);
        if let Status::Assigned { agent } = status {
            self.pass_by(at, agent);
        }
    }
}
