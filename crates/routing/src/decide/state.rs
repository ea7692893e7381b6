//! All that routing knows of one organisation, and what can be asked of it. Only [`decide`](super::decide()) changes
//! it; the rooms beside this one hold how.

use super::arena::{Arena, At, ById};
use super::line::{Flags, Line};
use super::snapshot::Status;
use super::{Command, line};
use crate::model::{AgentProfile, Channel, Order, PerChannel, Presence, Queue, Seconds, WaitingContact};
use base::{ContactId, MembershipId, QueueId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// The rules of an organisation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Configuration {
    /// Its queues.
    pub queues: Vec<Queue>,
    /// How long an agent may be without connection before their contacts go to others.
    pub connection_grace: Seconds,
}

impl Default for Configuration {
    fn default() -> Self {
        Self { queues: Vec::new(), connection_grace: Seconds(60) }
    }
}

/// An agent at work.
#[derive(Debug)]
pub(super) struct Agent {
    pub(super) profile: AgentProfile,
    pub(super) presence: Presence,
    pub(super) lost_at: Option<Timestamp>,
    pub(super) idle_since: Timestamp,
    /// Queue by queue, the slot there.
    pub(super) slots: Vec<(usize, usize)>,
    /// The offer they have to answer.
    pub(super) offer: Option<At<Contact>>,
    pub(super) in_hand: Vec<At<Contact>>,
    pub(super) counts: PerChannel<u8>,
    /// What the counts come to, as long as they and the capacity stay the same.
    pub(super) room: Option<Room>,
    /// What the queues have been told.
    pub(super) flags: Flags,
    /// The place in [`State::idle`], while available.
    pub(super) idle: Option<Idle>,
    pub(super) wake: Option<Timestamp>,
}

impl Agent {
    pub(super) fn slot_in(&self, line: usize) -> Option<usize> {
        self.slots.iter().find(|(at, _)| *at == line).map(|(_, slot)| *slot)
    }

    /// What the contacts in hand leave room for.
    pub(super) fn room(&mut self) -> Room {
        let Self { profile: AgentProfile { capacity, .. }, counts, .. } = self;
        match self.room {
            Some(room) if room.counts == *counts => room,
            _ => {
                let fits = PerChannel::of(|channel| capacity.fits(counts, channel));
                *self.room.insert(Room { counts: *counts, fits, busy: capacity.percent(counts) })
            }
        }
    }
}

/// What contacts in hand leave room for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    counts: PerChannel<u8>,
    pub(super) fits: PerChannel<bool>,
    pub(super) busy: u8,
}

/// The order in which agents are free: the least busy, then who has gone longest without something new.
pub(super) type Idle = (u8, Timestamp, MembershipId);

/// A contact at hand.
#[derive(Debug)]
pub(super) struct Contact {
    pub(super) waiting: WaitingContact,
    pub(super) status: Status,
    /// To whom it is offered, or whose it is.
    pub(super) holder: Option<At<Agent>>,
    pub(super) line: usize,
    pub(super) class: usize,
    pub(super) track: usize,
    /// Where it stands while it waits.
    pub(super) spot: Spot,
    pub(super) wake: Option<Timestamp>,
}

/// Where a waiting contact stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Spot {
    /// In its track.
    Track,
    /// Beside its track, because some agents let it pass.
    Singled,
    /// Kept for its preferred agent.
    Kept,
}

/// What a deadline is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Wake {
    Contact(At<Contact>),
    Agent(At<Agent>),
}

/// All that routing knows of one organisation.
#[derive(Debug, Default)]
pub struct State {
    pub(super) now: Timestamp,
    pub(super) configuration: Configuration,
    pub(super) lines: Vec<Line>,
    pub(super) line_of: ById<QueueId, usize>,
    pub(super) agents: Arena<Agent>,
    pub(super) agent_of: ById<MembershipId, At<Agent>>,
    pub(super) contacts: Arena<Contact>,
    pub(super) contact_of: ById<ContactId, At<Contact>>,
    /// Waiting contacts by the agent they are meant for, kept or not.
    pub(super) preferring: ById<MembershipId, BTreeMap<Order, At<Contact>>>,
    /// Agents who could get an offer on some channel, in the order in which they are free.
    pub(super) idle: BTreeSet<(Idle, At<Agent>)>,
    pub(super) wakes: BTreeSet<(Timestamp, Wake)>,
    /// Contacts that wait anew or wider, to look at in this step.
    pub(super) fresh_contacts: Vec<At<Contact>>,
    /// Agents who came free, to look at in this step.
    pub(super) fresh_agents: Vec<At<Agent>>,
    pub(super) commands: Vec<Command>,
    /// Space that [`State::hand_out`] works in.
    pub(super) free: Vec<u64>,
}

/// How a queue stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct QueueFigures {
    /// Contacts that wait or are offered.
    pub waiting: usize,
    /// Since when the longest waiting of those that wait has done so.
    pub longest_since: Option<Timestamp>,
    /// Agents of the queue who are ready, free or not.
    pub agents_ready: u32,
}

impl State {
    /// When to call [`decide`](super::decide()) at the latest, if no other fact comes first.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.wakes.first().map(|(at, _)| *at)
    }

    /// What becomes of a contact. `None`: it is not here (any more).
    pub fn status(&self, contact: ContactId) -> Option<Status> {
        self.contact_of.get(&contact).map(|at| self.contacts[*at].status)
    }

    /// A contact with its place and needs.
    pub fn contact(&self, contact: ContactId) -> Option<&WaitingContact> {
        self.contact_of.get(&contact).map(|at| &self.contacts[*at].waiting)
    }

    /// Whether an agent is there.
    pub fn presence(&self, agent: MembershipId) -> Option<Presence> {
        self.agent_of.get(&agent).map(|at| self.agents[*at].presence)
    }

    /// How many contacts of a channel an agent has in hand, and how many at most.
    pub fn in_hand(&self, agent: MembershipId, channel: Channel) -> Option<(u8, u8)> {
        let agent = &self.agents[*self.agent_of.get(&agent)?];
        Some((agent.counts[channel], agent.profile.capacity.most(channel)))
    }

    /// How many contacts are here: waiting, offered and with agents.
    pub fn contact_count(&self) -> usize {
        self.contact_of.len()
    }

    /// How a queue stands.
    pub fn queue(&self, queue: QueueId) -> Option<QueueFigures> {
        let line_at = self.line_of.get(&queue)?;
        let line = &self.lines[*line_at];
        let heads = Channel::ALL.into_iter().flat_map(|channel| line.heads[channel].keys());
        let firsts = heads.chain(line.singled.keys());
        Some(QueueFigures {
            waiting: line.waiting,
            longest_since: firsts
                .map(Order::since)
                .chain(self.kept_in(*line_at).map(|(order, _)| order.since()))
                .min(),
            agents_ready: line.ready_count(),
        })
    }

    /// The contacts that wait in a queue, who is first in front. Walks the queue: for screens, not for decisions.
    pub fn queue_in_order(&self, queue: QueueId) -> Vec<ContactId> {
        let Some(line) = self.line_of.get(&queue) else { return Vec::new() };
        let mut waiting: Vec<(Order, At<Contact>)> =
            self.lines[*line].all_waiting().chain(self.kept_in(*line)).collect();
        waiting.sort_unstable_by_key(|(order, _)| *order);
        waiting.into_iter().map(|(_, at)| self.contacts[at].waiting.contact).collect()
    }

    /// The contacts that are being offered, with their queues.
    pub fn on_offer(&self) -> impl Iterator<Item = (ContactId, QueueId)> {
        let offers = self.agents.iter().filter_map(|agent| agent.offer);
        offers.map(|at| (self.contacts[at].waiting.contact, self.contacts[at].waiting.queue))
    }

    /// The contacts of a queue that are kept for their preferred agents.
    fn kept_in(&self, line: usize) -> impl Iterator<Item = (Order, At<Contact>)> {
        let preferring = self.preferring.values().flatten().map(|(order, at)| (*order, *at));
        preferring
            .filter(move |(_, at)| self.contacts[*at].spot == Spot::Kept && self.contacts[*at].line == line)
    }

    /// Time goes on, never back.
    pub(super) fn reach(&mut self, now: Timestamp) {
        self.now = self.now.max(now);
    }

    pub(super) fn take_commands(&mut self) -> Vec<Command> {
        std::mem::take(&mut self.commands)
    }

    /// The stage that a contact has reached.
    pub(super) fn stage(&self, contact: &Contact) -> usize {
        let class = &self.lines[contact.line].classes[contact.class];
        class.stage_after(line::waited(contact.waiting.since, self.now))
    }

    pub(super) fn change_wake(&mut self, before: Option<Timestamp>, after: Option<Timestamp>, wake: Wake) {
        if before != after {
            if let Some(due) = before {
                self.wakes.remove(&(due, wake));
            }
            if let Some(due) = after {
                self.wakes.insert((due, wake));
            }
        }
    }

    /// The queue's place, made unserved when it is not known.
    pub(super) fn line(&mut self, queue: QueueId) -> usize {
        let lines = &mut self.lines;
        *self.line_of.entry(queue).or_insert_with(|| {
            lines.push(Line::new(Queue::unserved(queue), false));
            lines.len() - 1
        })
    }
}
