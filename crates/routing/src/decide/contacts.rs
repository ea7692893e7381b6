//! What happens to contacts: they wait, keep their place, widen, and leave.

use super::arena::At;
use super::state::{Agent, Contact, Spot, State, Wake};
use super::{Command, Status, Withdrawn};
use crate::model::WaitingContact;
use base::{ContactId, MembershipId, Timestamp};

impl State {
    /// A contact comes in, or waits from now on as it says.
    pub(super) fn enqueue(&mut self, waiting: WaitingContact) {
        self.remove_contact(waiting.contact);
        let at = self.add_contact(waiting);
        self.wait(at);
    }

    /// Enters a contact that does not wait yet.
    pub(super) fn add_contact(&mut self, waiting: WaitingContact) -> At<Contact> {
        let id = waiting.contact;
        let (line, class, track) = (0, 0, 0);
        let status = Status::Waiting;
        let at = self.contacts.insert(Contact {
            waiting,
            status,
            line,
            class,
            track,
            spot: Spot::Track,
            holder: None,
            wake: None,
        });
        self.contact_of.insert(id, at);
        self.find_track(at);
        at
    }

    /// Finds the track that a contact belongs in by its queue, needs, channel and urgency.
    pub(super) fn find_track(&mut self, at: At<Contact>) {
        let line_at = self.line(self.contacts[at].waiting.queue);
        let contact = &mut self.contacts[at];
        let line = &mut self.lines[line_at];
        let queue = line.queue.id();
        let agents = &self.agents;
        contact.line = line_at;
        contact.class = line.class(&contact.waiting.needs, |agent| {
            let profile = &agents[agent].profile;
            (profile.serves[&queue], &profile.skills)
        });
        contact.track = line.track(contact.class, contact.waiting.channel, contact.waiting.priority);
    }

    /// Puts a contact where it waits and has it looked at.
    pub(super) fn wait(&mut self, at: At<Contact>) {
        let now = self.now;
        let contact = &mut self.contacts[at];
        contact.waiting.passed.retain(|passed| passed.until > now);
        contact.status = Status::Waiting;
        contact.holder = None;
        let (order, line, track) = (contact.waiting.order(), contact.line, contact.track);
        if let Some(preferred) = contact.waiting.preferred.filter(|preferred| preferred.until > now) {
            self.preferring.entry(preferred.agent).or_default().insert(order, at);
        }
        self.lines[line].waiting += 1;
        let spot = self.spot(at);
        self.contacts[at].spot = spot;
        match spot {
            Spot::Kept => {}
            Spot::Singled => drop(self.lines[line].singled.insert(order, at)),
            Spot::Track => {
                let (is_first, before) = self.lines[line].enter(track, order, at);
                if !is_first {
                    return;
                }
                if let Some(before) = before {
                    self.set_contact_wake(before, None);
                }
            }
        }
        self.set_contact_wake(at, self.next_change(at));
        self.fresh_contacts.push(at);
    }

    /// Where a contact has to wait.
    fn spot(&self, at: At<Contact>) -> Spot {
        let waiting = &self.contacts[at].waiting;
        let kept = waiting.preferred.is_some_and(|preferred| {
            preferred.until > self.now
                && !waiting.is_passed_by(preferred.agent, self.now)
                && self
                    .agent_of
                    .get(&preferred.agent)
                    .is_some_and(|at| self.agents[*at].presence.is_present())
        });
        match (kept, waiting.passed.is_empty()) {
            (true, _) => Spot::Kept,
            (false, false) => Spot::Singled,
            (false, true) => Spot::Track,
        }
    }

    /// When something changes for a waiting contact if nothing happens. For one in a track that matters only while it
    /// is the first: whoever could help one behind it could help the first too.
    fn next_change(&self, at: At<Contact>) -> Option<Timestamp> {
        let Contact { waiting, line, class, spot, .. } = &self.contacts[at];
        if *spot == Spot::Kept {
            return waiting.preferred.map(|preferred| preferred.until);
        }
        let stage = self.lines[*line].classes[*class].next_stage(waiting.since, self.now);
        stage.into_iter().chain(waiting.passed.iter().map(|passed| passed.until)).min()
    }

    /// Takes a waiting contact from where it waits.
    pub(super) fn stop_waiting(&mut self, at: At<Contact>) {
        let contact = &self.contacts[at];
        let (order, line, track, spot) = (contact.waiting.order(), contact.line, contact.track, contact.spot);
        if let Some(preferred) = contact.waiting.preferred
            && let Some(preferring) = self.preferring.get_mut(&preferred.agent)
        {
            preferring.remove(&order);
            if preferring.is_empty() {
                self.preferring.remove(&preferred.agent);
            }
        }
        self.set_contact_wake(at, None);
        self.lines[line].waiting -= 1;
        match spot {
            Spot::Kept => {}
            Spot::Singled => drop(self.lines[line].singled.remove(&order)),
            Spot::Track => {
                if let Some((order, first)) = self.lines[line].leave(track, order) {
                    let stage = self.lines[line].classes[first.class].next_stage(order.since(), self.now);
                    if stage.is_some() {
                        self.set_contact_wake(first.contact, stage);
                    }
                    self.fresh_contacts.push(first.contact);
                }
            }
        }
    }

    /// A contact that was offered or in hand waits again, with its place.
    pub(super) fn wait_again(&mut self, at: At<Contact>) {
        if matches!(self.contacts[at].status, Status::Offered { .. }) {
            self.set_contact_wake(at, None);
            self.lines[self.contacts[at].line].waiting -= 1;
        }
        self.wait(at);
    }

    /// Something has changed for a waiting contact.
    pub(super) fn reconsider(&mut self, at: At<Contact>) {
        self.stop_waiting(at);
        self.wait(at);
    }

    /// Time has changed something for a waiting contact.
    pub(super) fn ripen(&mut self, at: At<Contact>) {
        if self.contacts[at].spot == Spot::Track {
            self.set_contact_wake(at, self.next_change(at));
            self.fresh_contacts.push(at);
        } else {
            self.reconsider(at);
        }
    }

    /// An agent came or went: contacts that are meant for them may have to wait for them, or for others.
    pub(super) fn reconsider_preferring(&mut self, agent: MembershipId) {
        let preferring: Vec<At<Contact>> =
            self.preferring.get(&agent).into_iter().flat_map(|contacts| contacts.values().copied()).collect();
        for contact in preferring {
            self.reconsider(contact);
        }
    }

    /// Takes a contact from where it is; afterwards it neither waits nor is with anybody.
    pub(super) fn detach(&mut self, at: At<Contact>) {
        match self.contacts[at].status {
            Status::Waiting => self.stop_waiting(at),
            Status::Offered { agent, .. } => {
                let contact = self.contacts[at].waiting.contact;
                self.commands.push(Command::Withdraw { contact, agent, why: Withdrawn::ContactGone });
                if let Some(agent) = self.end_offer(at) {
                    self.refresh(agent);
                }
            }
            Status::Assigned { .. } | Status::WrappingUp { .. } => {
                if let Some(agent) = self.contacts[at].holder.take() {
                    self.let_go(agent, at);
                }
            }
        }
    }

    /// An offer is over. Tells who had it; the contact neither waits nor is offered until something else is said.
    pub(super) fn end_offer(&mut self, at: At<Contact>) -> Option<At<Agent>> {
        self.set_contact_wake(at, None);
        let contact = &mut self.contacts[at];
        self.lines[contact.line].waiting -= 1;
        let holder = contact.holder.take()?;
        self.agents[holder].offer = None;
        Some(holder)
    }

    /// The agent is not considered for this contact for a while.
    pub(super) fn pass_by(&mut self, at: At<Contact>, agent: MembershipId) {
        let contact = &mut self.contacts[at];
        let again_after = self.lines[contact.line].queue.rules().again_after;
        contact.waiting.pass_by(agent, self.now + again_after.into());
    }

    pub(super) fn remove_contact(&mut self, id: ContactId) {
        if let Some(at) = self.contact_of.remove(&id) {
            self.detach(at);
            self.contacts.remove(at);
        }
    }

    pub(super) fn set_contact_wake(&mut self, at: At<Contact>, wake: Option<Timestamp>) {
        let before = std::mem::replace(&mut self.contacts[at].wake, wake);
        self.change_wake(before, wake, Wake::Contact(at));
    }
}
