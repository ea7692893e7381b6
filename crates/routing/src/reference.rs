//! What [`decide`](crate::decide::decide()) must answer, written to be read and not to be fast: every step looks at
//! every waiting contact and every agent. Tests play the same day through both; the benchmark measures how much the
//! difference is worth.

use crate::decide::{
    Candidate, Command, Configuration, Decision, Destination, Event, Excluded, Exclusion, Offer, Standing,
    Status, Verdict, Withdrawn,
};
use crate::model::{
    AgentChoice, AgentProfile, Channel, Need, NotReadyReason, PassedBy, PerChannel, Preferred, Presence,
    Priority, Queue, Stage, WaitingContact,
};
use base::{ContactId, MembershipId, QueueId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// An agent.
#[derive(Clone, Debug)]
pub struct ReferenceAgent {
    /// What they can do.
    pub profile: AgentProfile,
    /// Whether they are there.
    pub presence: Presence,
    /// Since when their connection is lost.
    pub lost_at: Option<Timestamp>,
    /// Since when they got nothing new.
    pub idle_since: Timestamp,
    /// What they were offered.
    pub offer: Option<ContactId>,
    /// What they have.
    pub in_hand: Vec<ContactId>,
}

/// The slow state.
#[derive(Clone, Debug, Default)]
pub struct Reference {
    now: Timestamp,
    configuration: Configuration,
    agents: BTreeMap<MembershipId, ReferenceAgent>,
    contacts: BTreeMap<ContactId, (WaitingContact, Status)>,
    commands: Vec<Command>,
}

impl Reference {
    /// The same as [`decide`](crate::decide::decide()).
    pub fn decide(&mut self, event: Event, now: Timestamp) -> Vec<Command> {
        self.decide_all([event], now)
    }

    /// The same as [`decide_all`](crate::decide::decide_all()).
    pub fn decide_all(&mut self, events: impl IntoIterator<Item = Event>, now: Timestamp) -> Vec<Command> {
        self.now = self.now.max(now);
        for event in events {
            self.apply(event);
        }
        self.fire_deadlines();
        while let Some((contact, agent, decision)) = self.next_pair() {
            let unserved = Queue::unserved(decision.queue);
            let offer_for = self.rules(decision.queue).unwrap_or(&unserved).rules().offer_for;
            let expires_at = self.now + offer_for.into();
            self.set_status(contact, Status::Offered { agent, expires_at });
            self.agent(agent).offer = Some(contact);
            self.commands.push(Command::Offer(Box::new(Offer { expires_at, decision })));
        }
        std::mem::take(&mut self.commands)
    }

    /// The contacts with where they stand.
    pub fn contacts(&self) -> impl Iterator<Item = &(WaitingContact, Status)> {
        self.contacts.values()
    }

    /// The agents.
    pub fn agents(&self) -> impl Iterator<Item = &ReferenceAgent> {
        self.agents.values()
    }

    /// What is found about an agent for a contact that waits.
    pub fn verdict(&self, agent: &ReferenceAgent, contact: &WaitingContact) -> Verdict {
        self.verdict_at(&self.stage(contact).1, agent, contact)
    }

    fn verdict_at(&self, stage: &Stage, agent: &ReferenceAgent, contact: &WaitingContact) -> Verdict {
        let id = agent.profile.agent;
        if let Some(preferred) = self.kept_for(contact) {
            return match self.momentary(agent, contact) {
                _ if preferred != id => Verdict::Excluded(Exclusion::KeptForOther),
                Some(exclusion) => Verdict::Excluded(exclusion),
                None => Verdict::Eligible(self.standing(stage, agent, contact)),
            };
        }
        let admitted = agent.profile.serves.get(&contact.queue).is_some_and(|group| stage.admits(*group));
        if !admitted {
            return Verdict::Excluded(Exclusion::NotInRing);
        }
        let asked = |need: Need| (agent.profile.skills.get(&need.skill), need.level);
        if stage.needs.iter().map(asked).any(|(level, _)| level.is_none()) {
            return Verdict::Excluded(Exclusion::MissingSkill);
        }
        if stage.needs.iter().map(asked).any(|(level, asked)| level.is_none_or(|level| *level < asked)) {
            return Verdict::Excluded(Exclusion::LevelTooLow);
        }
        if let Some(exclusion) = self.momentary(agent, contact) {
            return Verdict::Excluded(exclusion);
        }
        if contact.passed.iter().any(|passed| passed.agent == id && passed.until > self.now) {
            return Verdict::Excluded(Exclusion::PassedBy);
        }
        Verdict::Eligible(self.standing(stage, agent, contact))
    }

    /// What an agent has in hand.
    pub fn counts(&self, agent: &ReferenceAgent) -> PerChannel<u8> {
        let mut counts = PerChannel::default();
        for contact in &agent.in_hand {
            counts[self.contacts[contact].0.channel] += 1;
        }
        counts
    }

    fn momentary(&self, agent: &ReferenceAgent, contact: &WaitingContact) -> Option<Exclusion> {
        match agent.presence {
            Presence::Offline { .. } => Some(Exclusion::Offline),
            Presence::NotReady { .. } => Some(Exclusion::NotReady),
            Presence::Ready { .. } if agent.lost_at.is_some() => Some(Exclusion::NotReady),
            Presence::Ready { .. } if agent.offer.is_some() => Some(Exclusion::OfferPending),
            Presence::Ready { .. } => {
                let fits = agent.profile.capacity.fits(&self.counts(agent), contact.channel);
                (!fits).then_some(Exclusion::NoCapacity)
            }
        }
    }

    fn standing(&self, stage: &Stage, agent: &ReferenceAgent, contact: &WaitingContact) -> Standing {
        let group = agent.profile.serves.get(&contact.queue);
        let groups = self.rules(contact.queue).map_or(&[][..], |queue| &queue.rules().groups);
        let group = group.and_then(|number| groups.iter().find(|group| group.number == *number));
        let level = |skill| agent.profile.skills.get(&skill).map_or(0, |level| u16::from(level.number()));
        Standing {
            group: group.map_or(Priority::FIRST, |group| group.priority),
            levels: stage.needs.iter().map(|need| level(need.skill)).sum(),
            busy: agent.profile.capacity.percent(&self.counts(agent)),
            idle_since: agent.idle_since,
        }
    }

    fn rules(&self, queue: QueueId) -> Option<&Queue> {
        self.configuration.queues.iter().find(|rules| rules.id() == queue)
    }

    fn stage(&self, contact: &WaitingContact) -> (usize, Stage) {
        let unserved = Queue::unserved(contact.queue);
        let stages = self.rules(contact.queue).unwrap_or(&unserved).stages(&contact.needs);
        let waited = self.now.since(contact.since);
        let reached = stages.into_iter().enumerate().rfind(|(_, stage)| stage.after <= waited);
        reached.expect("the first stage is there from the start")
    }

    /// The agent a contact is kept for.
    fn kept_for(&self, contact: &WaitingContact) -> Option<MembershipId> {
        let Preferred { agent, until } = contact.preferred?;
        let passed = contact.passed.iter().any(|passed| passed.agent == agent && passed.until > self.now);
        let present = self.agents.get(&agent).is_some_and(|agent| agent.presence.is_present());
        (until > self.now && !passed && present).then_some(agent)
    }

    /// The first contact that somebody can help, with the best agent for it.
    fn next_pair(&self) -> Option<(ContactId, MembershipId, Decision)> {
        let waiting = self.contacts.values().filter(|(_, status)| *status == Status::Waiting);
        let mut waiting: Vec<&WaitingContact> = waiting.map(|(contact, _)| contact).collect();
        waiting.sort_by_key(|contact| contact.order());
        waiting.into_iter().find_map(|contact| self.best_for(contact))
    }

    fn best_for(&self, contact: &WaitingContact) -> Option<(ContactId, MembershipId, Decision)> {
        let kept_for = self.kept_for(contact);
        let rules = self.rules(contact.queue);
        let choice = rules.map_or(AgentChoice::default(), |queue| queue.rules().choice);
        let (number, stage) = self.stage(contact);
        let mut eligible = Vec::new();
        let mut excluded = Excluded::default();
        let mut near: Vec<Candidate> = Vec::new();
        for (id, agent) in &self.agents {
            let member = rules.is_some() && agent.profile.serves.contains_key(&contact.queue);
            if !member && kept_for != Some(*id) {
                continue;
            }
            match self.verdict_at(&stage, agent, contact) {
                Verdict::Eligible(standing) => eligible.push((standing.rank(choice), *id, standing)),
                Verdict::Excluded(exclusion) => {
                    *excluded.count(exclusion) += 1;
                    near.push(Candidate { agent: *id, verdict: Verdict::Excluded(exclusion) });
                }
            }
        }
        eligible.sort_by_key(|(rank, id, _)| (*rank, *id));
        let chosen = eligible.first()?.1;
        let mut candidates: Vec<Candidate> = eligible
            .iter()
            .map(|(_, agent, standing)| Candidate { agent: *agent, verdict: Verdict::Eligible(*standing) })
            .collect();
        if kept_for.is_none() {
            for reason in Exclusion::CLOSEST_FIRST {
                candidates.extend(near.iter().filter(|named| named.verdict == Verdict::Excluded(reason)));
            }
        }
        candidates.truncate(20);
        let decision = Decision {
            contact: contact.contact,
            queue: contact.queue,
            chosen,
            at: self.now,
            since: contact.since,
            stage: u8::try_from(number).unwrap_or(u8::MAX),
            kept: kept_for.is_some(),
            choice,
            candidates,
            eligible: u32::try_from(eligible.len()).unwrap_or(u32::MAX),
            excluded,
        };
        Some((contact.contact, chosen, decision))
    }

    fn apply(&mut self, event: Event) {
        match event {
            Event::OutOfReach { since } => self.excuse(since),
            Event::Configured(configuration) => {
                let in_use: BTreeSet<QueueId> =
                    self.contacts.values().map(|(contact, _)| contact.queue).collect();
                let before = std::mem::replace(&mut self.configuration, configuration).queues;
                for queue in before {
                    if in_use.contains(&queue.id()) && self.rules(queue.id()).is_none() {
                        self.configuration.queues.push(queue);
                    }
                }
            }
            Event::AgentChanged(profile) => {
                let id = profile.agent;
                let new = ReferenceAgent {
                    profile: profile.clone(),
                    presence: Presence::Offline { since: self.now },
                    lost_at: None,
                    idle_since: self.now,
                    offer: None,
                    in_hand: Vec::new(),
                };
                self.agents.entry(id).or_insert(new).profile = profile;
            }
            Event::AgentRemoved(agent) if self.agents.contains_key(&agent) => {
                self.set_presence(agent, Presence::Offline { since: self.now });
                self.agents.remove(&agent);
            }
            Event::PresenceChanged { agent, presence } if self.agents.contains_key(&agent) => {
                self.set_presence(agent, presence);
            }
            Event::ConnectionLost { agent, since }
                if self.agents.get(&agent).is_some_and(|a| a.lost_at.is_none()) =>
            {
                self.withdraw_from(agent, Withdrawn::AgentGone);
                self.agent(agent).lost_at = Some(since.min(self.now));
            }
            Event::ConnectionBack(agent) if self.agents.contains_key(&agent) => {
                self.agent(agent).lost_at = None;
            }
            Event::Enqueued(contact) => {
                self.detach(contact.contact);
                self.contacts.insert(contact.contact, (contact, Status::Waiting));
            }
            Event::Ended(contact) => {
                if let Some((_, status)) = self.contacts.get_mut(&contact)
                    && let Status::Assigned { agent } = *status
                {
                    *status = Status::WrappingUp { agent };
                }
            }
            Event::Left(contact) => {
                self.detach(contact);
                self.contacts.remove(&contact);
            }
            Event::Accepted { contact, agent } if self.is_offered(contact, agent) => {
                self.agent(agent).offer = None;
                let before = self.set_aside(agent);
                self.agent(agent).in_hand.push(contact);
                self.agent(agent).idle_since = self.now;
                self.set_status(contact, Status::Assigned { agent });
                self.tell_set_aside(agent, &before);
            }
            Event::Declined { contact, agent } if self.is_offered(contact, agent) => {
                self.pass(contact, agent);
            }
            Event::Transferred { contact, to } if self.is_going_on(contact) => {
                self.give_back(contact);
                let (waiting, _) = self.contacts.get_mut(&contact).expect("checked above");
                match to {
                    Destination::Queue { queue, needs, priority, since } => {
                        let passed = waiting.passed.clone();
                        let channel = waiting.channel;
                        let preferred = None;
                        *waiting = WaitingContact {
                            contact,
                            queue,
                            channel,
                            needs,
                            priority,
                            since,
                            preferred,
                            passed,
                        };
                    }
                    Destination::Agent { agent, until } => {
                        waiting.preferred = Some(Preferred { agent, until });
                        waiting.passed.retain(|passed| passed.agent != agent);
                    }
                }
            }
            Event::Requeued(contact) if self.is_going_on(contact) => self.give_back(contact),
            _ => {}
        }
    }

    fn fire_deadlines(&mut self) {
        let now = self.now;
        let due = self.contacts.values().filter_map(|(contact, status)| match status {
            Status::Offered { agent, expires_at } if *expires_at <= now => Some((contact.contact, *agent)),
            _ => None,
        });
        for (contact, agent) in due.collect::<Vec<_>>() {
            self.commands.push(Command::Withdraw { contact, agent, why: Withdrawn::Missed });
            self.pass(contact, agent);
            let reason = NotReadyReason::MissedOffer;
            self.commands.push(Command::SetNotReady { agent, reason });
            self.set_presence(agent, Presence::NotReady { since: now, reason });
        }
        let grace = self.configuration.connection_grace.into();
        let gone = self.agents.values().filter(|agent| agent.presence.is_present());
        let gone = gone.filter(|agent| agent.lost_at.is_some_and(|lost| lost + grace <= now));
        for agent in gone.map(|agent| agent.profile.agent).collect::<Vec<_>>() {
            self.commands.push(Command::SetOffline { agent });
            self.set_presence(agent, Presence::Offline { since: now });
        }
    }

    fn agent(&mut self, agent: MembershipId) -> &mut ReferenceAgent {
        self.agents.get_mut(&agent).expect("the agent is here")
    }

    fn set_status(&mut self, contact: ContactId, status: Status) {
        self.contacts.get_mut(&contact).expect("the contact is here").1 = status;
    }

    fn is_wrapping_up(&self, contact: ContactId) -> bool {
        matches!(self.contacts.get(&contact), Some((_, Status::WrappingUp { .. })))
    }

    fn is_going_on(&self, contact: ContactId) -> bool {
        self.contacts.contains_key(&contact) && !self.is_wrapping_up(contact)
    }

    fn is_offered(&self, contact: ContactId, agent: MembershipId) -> bool {
        self.agents.get(&agent).is_some_and(|agent| agent.offer == Some(contact))
    }

    fn set_presence(&mut self, id: MembershipId, presence: Presence) {
        let now = self.now;
        let agent = self.agent(id);
        let before = std::mem::replace(&mut agent.presence, presence);
        if presence.is_ready() && !before.is_ready() {
            agent.idle_since = presence.since();
        }
        if presence.is_present() && !before.is_present() && agent.lost_at.is_some() {
            agent.lost_at = Some(now);
        }
        if !presence.is_ready() {
            self.withdraw_from(id, Withdrawn::AgentGone);
        }
        if !presence.is_present() {
            for contact in std::mem::take(&mut self.agent(id).in_hand) {
                if self.is_wrapping_up(contact) {
                    self.commands.push(Command::Close { contact, agent: id });
                    self.contacts.remove(&contact);
                } else {
                    self.commands.push(Command::Requeue { contact, agent: id });
                    self.set_status(contact, Status::Waiting);
                }
            }
        }
    }

    fn excuse(&mut self, since: Timestamp) {
        let run_out = |expires_at: Timestamp| expires_at > since && expires_at <= self.now;
        let late = self.contacts.values().filter_map(|(_, status)| match status {
            Status::Offered { agent, expires_at } if run_out(*expires_at) => Some(*agent),
            _ => None,
        });
        for agent in late.collect::<Vec<_>>() {
            self.withdraw_from(agent, Withdrawn::OutOfReach);
        }
    }

    fn withdraw_from(&mut self, agent: MembershipId, why: Withdrawn) {
        if let Some(contact) = self.agent(agent).offer.take() {
            self.commands.push(Command::Withdraw { contact, agent, why });
            self.set_status(contact, Status::Waiting);
        }
    }

    fn pass(&mut self, contact: ContactId, agent: MembershipId) {
        self.agent(agent).offer = None;
        self.set_status(contact, Status::Waiting);
        self.pass_by(contact, agent);
    }

    fn pass_by(&mut self, contact: ContactId, agent: MembershipId) {
        let unserved = Queue::unserved(self.contacts[&contact].0.queue);
        let queue = self.rules(self.contacts[&contact].0.queue).unwrap_or(&unserved);
        let until = self.now + queue.rules().again_after.into();
        let passed = &mut self.contacts.get_mut(&contact).expect("the contact is here").0.passed;
        passed.retain(|passed| passed.agent != agent);
        passed.push(PassedBy { agent, until });
    }

    fn give_back(&mut self, contact: ContactId) {
        let status = self.contacts[&contact].1;
        self.detach(contact);
        self.set_status(contact, Status::Waiting);
        if let Status::Assigned { agent } = status {
            self.pass_by(contact, agent);
        }
    }

    fn detach(&mut self, contact: ContactId) {
        match self.contacts.get(&contact).map(|(_, status)| *status) {
            Some(Status::Offered { agent, .. }) => {
                self.commands.push(Command::Withdraw { contact, agent, why: Withdrawn::ContactGone });
                self.agent(agent).offer = None;
            }
            Some(Status::Assigned { agent } | Status::WrappingUp { agent }) => {
                let before = self.set_aside(agent);
                self.agent(agent).in_hand.retain(|held| *held != contact);
                self.agent(agent).idle_since = self.now;
                self.tell_set_aside(agent, &before);
            }
            Some(Status::Waiting) | None => {}
        }
    }

    fn set_aside(&self, agent: MembershipId) -> BTreeSet<ContactId> {
        let agent = &self.agents[&agent];
        let counts = self.counts(agent);
        let aside = |channel: Channel| agent.profile.capacity.is_set_aside(&counts, channel);
        agent.in_hand.iter().copied().filter(|held| aside(self.contacts[held].0.channel)).collect()
    }

    fn tell_set_aside(&mut self, agent: MembershipId, before: &BTreeSet<ContactId>) {
        let after = self.set_aside(agent);
        let in_hand = &self.agents[&agent].in_hand;
        for contact in in_hand.iter().copied() {
            if after.contains(&contact) && !before.contains(&contact) {
                self.commands.push(Command::Yield { contact, agent });
            }
            if before.contains(&contact) && !after.contains(&contact) {
                self.commands.push(Command::Resume { contact, agent });
            }
        }
    }
}
