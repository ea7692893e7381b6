//! Who gets what. The first waiting contact that somebody can help gets its best agent, and so on until there is none.
//!
//! Before a step no free agent could help a waiting contact. So only contacts that wait anew or wider and agents who
//! came free can make a pair. Such a contact stands for itself; such an agent stands for the first contact they could
//! help. Of all these the first is handed out, until none is left.

use super::arena::At;
use super::line::Line;
use super::state::{Agent, Contact, Spot, State};
use super::{Command, Decision, Offer, Status, line};
use crate::model::{Channel, Order};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A contact with its place.
type First = (Order, At<Contact>);

/// A contact to look at, and the agent on whose behalf.
type Entry = (Order, At<Contact>, Option<At<Agent>>);

/// With more agents who came free than this, all waiting contacts are looked at instead.
const MANY: usize = 64;

impl State {
    /// Hands out what can be handed out.
    pub(super) fn hand_out(&mut self) {
        if self.fresh_contacts.is_empty() && self.fresh_agents.is_empty() {
            return;
        }
        let mut entries = self.entries();
        while let Some(Reverse((_, contact, on_behalf))) = entries.pop() {
            if let Some((agent, decision)) = self.best_for(contact) {
                self.offer(contact, agent, decision);
                // What is first in its track now was not looked at, if this one was new there itself.
                let next =
                    std::mem::take(&mut self.fresh_contacts).into_iter().filter(|_| on_behalf.is_none());
                entries.extend(next.map(|next| Reverse((self.contacts[next].waiting.order(), next, None))));
            }
            let taken = self.contacts.get(contact).is_none_or(|contact| contact.status != Status::Waiting);
            entries.extend(on_behalf.filter(|_| taken).and_then(|agent| self.first_for(agent)).map(Reverse));
        }
        self.fresh_agents.clear();
    }

    /// What to look at in this step, in the order of waiting.
    fn entries(&mut self) -> BinaryHeap<Reverse<Entry>> {
        let mut agents = std::mem::take(&mut self.fresh_agents);
        let mut contacts = std::mem::take(&mut self.fresh_contacts);
        agents.sort_unstable();
        agents.dedup();
        if agents.len() > MANY {
            // They would all stand for the same few contacts, over and over.
            agents.clear();
            contacts.clear();
            contacts.extend(self.contact_of.values());
        }
        let waiting = contacts.into_iter().filter_map(|at| {
            let contact = self.contacts.get(at).filter(|contact| contact.status == Status::Waiting)?;
            Some((contact.waiting.order(), at, None))
        });
        waiting.chain(agents.into_iter().filter_map(|agent| self.first_for(agent))).map(Reverse).collect()
    }

    /// The first waiting contact that this agent could help now.
    fn first_for(&self, at: At<Agent>) -> Option<Entry> {
        let agent = self.agents.get(at)?;
        if !agent.flags.is_available() {
            return None;
        }
        let mut best = self.first_kept_for(agent);
        for (line, slot) in &agent.slots {
            best = self.first_in(agent, &self.lines[*line], *slot, best);
        }
        best.map(|(order, contact)| (order, contact, Some(at)))
    }

    /// The first contact of a queue that this agent could help now, if it comes before `best`; otherwise `best`.
    fn first_in(&self, agent: &Agent, line: &Line, slot: usize, mut best: Option<First>) -> Option<First> {
        let admits = |class: usize, order: Order| {
            let class = &line.classes[class];
            class.stages[class.stage_after(line::waited(order.since(), self.now))].admits(slot)
        };
        for channel in Channel::ALL.into_iter().filter(|channel| agent.flags.is_free(*channel)) {
            for (order, head) in &line.heads[channel] {
                if best.is_some_and(|(first, _)| first < *order) {
                    break;
                }
                if admits(head.class, *order) {
                    best = Some((*order, head.contact));
                    break;
                }
            }
        }
        for (order, at) in &line.singled {
            if best.is_some_and(|(first, _)| first < *order) {
                break;
            }
            let Contact { waiting, class, .. } = &self.contacts[*at];
            let passed = waiting.is_passed_by(agent.profile.agent, self.now);
            if agent.flags.is_free(waiting.channel) && !passed && admits(*class, *order) {
                return Some((*order, *at));
            }
        }
        best
    }

    /// The first contact that is kept for this agent and could be offered to them.
    fn first_kept_for(&self, agent: &Agent) -> Option<First> {
        if self.preferring.is_empty() {
            return None;
        }
        let mut preferring = self.preferring.get(&agent.profile.agent)?.iter();
        let kept = preferring.find(|(_, contact)| {
            let contact = &self.contacts[**contact];
            contact.spot == Spot::Kept && agent.flags.is_free(contact.waiting.channel)
        });
        kept.map(|(order, contact)| (*order, *contact))
    }

    /// The best agent for a waiting contact, and why.
    fn best_for(&mut self, at: At<Contact>) -> Option<(At<Agent>, Decision)> {
        let contact = self.contacts.get(at)?;
        if contact.status != Status::Waiting {
            return None;
        }
        match contact.spot {
            Spot::Kept => return self.kept_for(contact),
            // Nobody is free for the first of a track, so nobody is for those behind it, who have waited less.
            Spot::Track if self.lines[contact.line].head(contact.track) != Some(at) => return None,
            Spot::Track | Spot::Singled => {}
        }
        let mut free = std::mem::take(&mut self.free);
        let found = self.choose(at, &mut free);
        self.free = free;
        found
    }

    fn offer(&mut self, contact: At<Contact>, agent: At<Agent>, decision: Decision) {
        let offer_for = self.lines[self.contacts[contact].line].queue.rules().offer_for;
        let expires_at = self.now + offer_for.into();
        self.stop_waiting(contact);
        self.lines[self.contacts[contact].line].waiting += 1;
        self.contacts[contact].status = Status::Offered { agent: decision.chosen, expires_at };
        self.contacts[contact].holder = Some(agent);
        self.set_contact_wake(contact, Some(expires_at));
        self.agents[agent].offer = Some(contact);
        self.refresh(agent);
        self.commands.push(Command::Offer(Box::new(Offer { expires_at, decision })));
    }
}
