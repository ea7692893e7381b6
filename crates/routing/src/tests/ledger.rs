//! Keeps its own books of what was said and done, and checks after every step what must never be. It knows nothing
//! of how decisions are made: it only reads the events that went in and the commands that came out.

use crate::decide::{Command, Event, State, Status};
use crate::model::{Channel, PerChannel};
use crate::reference::Reference;
use base::{ContactId, MembershipId};
use std::collections::{BTreeMap, BTreeSet};

/// Who has a contact.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Owner {
    Nobody,
    Offered(MembershipId),
    Assigned(MembershipId),
    WrappingUp(MembershipId),
}

#[derive(Default)]
pub(super) struct Ledger {
    owners: BTreeMap<ContactId, Owner>,
    channels: BTreeMap<ContactId, Channel>,
}

impl Ledger {
    fn offers(&self) -> Vec<(ContactId, MembershipId)> {
        let offered = |(contact, owner): (&ContactId, &Owner)| match owner {
            Owner::Offered(agent) => Some((*contact, *agent)),
            _ => None,
        };
        self.owners.iter().filter_map(offered).collect()
    }

    fn give(&mut self, contact: ContactId, from: Owner, to: Owner) {
        let owner = self.owners.insert(contact, to);
        assert_eq!(owner, Some(from), "{contact} was with somebody else");
    }

    /// Enters what happened.
    pub(super) fn step(&mut self, event: &Event, commands: &[Command]) {
        match event {
            Event::Enqueued(waiting) => {
                let before = self.owners.insert(waiting.contact, Owner::Nobody);
                self.channels.insert(waiting.contact, waiting.channel);
                Self::forget_withdrawal(before, waiting.contact, commands);
            }
            Event::Ended(contact) => {
                if let Some(owner) = self.owners.get_mut(contact)
                    && let Owner::Assigned(agent) = *owner
                {
                    *owner = Owner::WrappingUp(agent);
                }
            }
            Event::Left(contact) => {
                let before = self.owners.remove(contact);
                Self::forget_withdrawal(before, *contact, commands);
            }
            Event::Accepted { contact, agent }
                if self.owners.get(contact) == Some(&Owner::Offered(*agent)) =>
            {
                self.owners.insert(*contact, Owner::Assigned(*agent));
            }
            Event::Declined { contact, agent }
                if self.owners.get(contact) == Some(&Owner::Offered(*agent)) =>
            {
                self.owners.insert(*contact, Owner::Nobody);
            }
            Event::Requeued(contact) | Event::Transferred { contact, .. }
                if self.owners.get(contact).is_some_and(|owner| !matches!(owner, Owner::WrappingUp(_))) =>
            {
                let before = self.owners.insert(*contact, Owner::Nobody);
                Self::forget_withdrawal(before, *contact, commands);
            }
            _ => {}
        }
        for command in commands {
            match command {
                Command::Offer(offer) => {
                    let Some(Owner::Nobody) = self.owners.get(&offer.decision.contact) else {
                        panic!("{} was offered while somebody had it", offer.decision.contact)
                    };
                    self.owners.insert(offer.decision.contact, Owner::Offered(offer.decision.chosen));
                }
                Command::Withdraw { contact, agent, why }
                    if *why != crate::decide::Withdrawn::ContactGone =>
                {
                    self.give(*contact, Owner::Offered(*agent), Owner::Nobody);
                }
                Command::Requeue { contact, agent } => {
                    self.give(*contact, Owner::Assigned(*agent), Owner::Nobody);
                }
                Command::Close { contact, agent } => {
                    let owner = self.owners.remove(contact);
                    assert_eq!(owner, Some(Owner::WrappingUp(*agent)), "{contact} was not being wrapped up");
                }
                _ => {}
            }
        }
    }

    /// Whoever was offered a contact that is gone must be told.
    fn forget_withdrawal(before: Option<Owner>, contact: ContactId, commands: &[Command]) {
        if let Some(Owner::Offered(agent)) = before {
            let why = crate::decide::Withdrawn::ContactGone;
            assert!(
                commands.contains(&Command::Withdraw { contact, agent, why }),
                "{agent} still sees {contact}"
            );
        }
    }

    /// Checks that what is kept here is what routing believes, and that nothing is what must never be.
    pub(super) fn check(&self, state: &State, truth: &Reference) {
        assert_eq!(state.contact_count(), self.owners.len(), "a contact is lost, or should have left");
        for (contact, owner) in &self.owners {
            let believed = match state.status(*contact) {
                Some(Status::Waiting) => Owner::Nobody,
                Some(Status::Offered { agent, .. }) => Owner::Offered(agent),
                Some(Status::Assigned { agent }) => Owner::Assigned(agent),
                Some(Status::WrappingUp { agent }) => Owner::WrappingUp(agent),
                None => panic!("{contact} is lost"),
            };
            assert_eq!(believed, *owner);
        }
        let mut offered = BTreeSet::new();
        for (_, agent) in self.offers() {
            assert!(offered.insert(agent), "{agent} has two offers");
        }
        Self::check_free_agents(truth);
    }

    /// Never an agent without work beside a contact they could help.
    pub(super) fn check_free_agents(truth: &Reference) {
        for (contact, status) in truth.contacts() {
            if *status != Status::Waiting {
                continue;
            }
            for agent in truth.agents() {
                let verdict = truth.verdict(agent, contact);
                assert!(
                    !matches!(verdict, crate::decide::Verdict::Eligible(_)),
                    "{} waits while {} is free",
                    contact.contact,
                    agent.profile.agent
                );
            }
        }
    }

    /// What an agent has in hand by these books.
    fn in_hand(&self, agent: MembershipId) -> PerChannel<u8> {
        let mut counts = PerChannel::default();
        for (contact, owner) in &self.owners {
            if matches!(owner, Owner::Assigned(of) | Owner::WrappingUp(of) if *of == agent) {
                counts[self.channels[contact]] += 1;
            }
        }
        counts
    }

    /// Each offer was for an agent with room, and nobody before it in the order could have had that agent. `before`
    /// is the slow state after the same step: what waits there waited when the offer was made.
    pub(super) fn check_offers(&self, commands: &[Command], truth: &Reference) {
        for offer in commands.iter().filter_map(|command| match command {
            Command::Offer(offer) => Some(offer),
            _ => None,
        }) {
            let chosen = offer.decision.chosen;
            let agent = truth.agents().find(|agent| agent.profile.agent == chosen).unwrap();
            let (contact, _) = truth.contacts().find(|(c, _)| c.contact == offer.decision.contact).unwrap();
            let in_hand = self.in_hand(chosen);
            let capacity = &agent.profile.capacity;
            assert!(capacity.fits(&in_hand, contact.channel), "{chosen} has no room");
            let mut alone = agent.clone();
            alone.offer = None;
            for (other, status) in truth.contacts() {
                if *status == Status::Waiting && other.order() < contact.order() {
                    let verdict = truth.verdict(&alone, other);
                    assert!(
                        !matches!(verdict, crate::decide::Verdict::Eligible(_)),
                        "{} was passed over for {}",
                        other.contact,
                        contact.contact
                    );
                }
            }
        }
    }
}
