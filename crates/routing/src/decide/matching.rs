//! Who gets what. The first waiting contact that somebody can help gets its best agent, and so on until there is none.
//!
//! Before a step no free agent could help a waiting contact. So only contacts that wait anew or wider and agents who
//! came free can make a pair. Such a contact stands for itself; such an agent stands for the first contact they could
//! help. Of all these the first is handed out, until none is left.

use super::arena::At;
use super::decision::NAMED;
use super::line::{ClassStage, Line, Member, Slots};
use super::state::{Agent, Contact, Idle, Spot, State};
use super::{Candidate, Command, Decision, Excluded, Exclusion, Offer, Standing, Status, Verdict, line};
use crate::model::{AgentChoice, Order, Priority};
use base::MembershipId;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The place of an agent in the choice for a contact: levels (the more, the lower), then how free.
type Rank = (u16, Idle);

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
                if on_behalf.is_none() {
                    // What stood behind it in its track was not looked at.
                    let Contact { line, track, .. } = self.contacts[contact];
                    let next = self.lines[line].head(track);
                    entries
                        .extend(next.map(|next| Reverse((self.contacts[next].waiting.order(), next, None))));
                }
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
            let line = &self.lines[*line];
            let could_be_first = |order: Order| best.is_none_or(|(first, _)| order < first);
            let admits = |class: usize, order: Order| {
                let class = &line.classes[class];
                class.stages[class.stage_after(line::waited(order.since(), self.now))].admits(*slot)
            };
            let mut heads = line.heads.iter().take_while(|(order, _)| could_be_first(**order));
            let head =
                heads.find(|(order, head)| agent.flags.is_free(head.channel) && admits(head.class, **order));
            let mut singled = line.singled.iter().take_while(|(order, _)| could_be_first(**order));
            let singled = singled.find(|(order, contact)| {
                let Contact { waiting, class, .. } = &self.contacts[**contact];
                agent.flags.is_free(waiting.channel)
                    && !waiting.is_passed_by(agent.profile.agent, self.now)
                    && admits(*class, **order)
            });
            let head = head.map(|(order, head)| (*order, head.contact));
            let singled = singled.map(|(order, contact)| (*order, *contact));
            best = best.into_iter().chain(head).chain(singled).min_by_key(|(order, _)| *order);
        }
        best.map(|(order, contact)| (order, contact, Some(at)))
    }

    /// The first contact that is kept for this agent and could be offered to them.
    fn first_kept_for(&self, agent: &Agent) -> Option<(Order, At<Contact>)> {
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

    /// A contact that is kept for its preferred agent, if they are free.
    fn kept_for(&self, contact: &Contact) -> Option<(At<Agent>, Decision)> {
        let chosen = self.agent_of.get(&contact.waiting.preferred?.agent).copied()?;
        let agent = &self.agents[chosen];
        if !agent.flags.is_free(contact.waiting.channel) {
            return None;
        }
        let line = &self.lines[contact.line];
        let others = line.member_count() - usize::from(agent.slot_in(contact.line).is_some());
        let excluded =
            Excluded { kept_for_other: u32::try_from(others).unwrap_or(u32::MAX), ..Excluded::default() };
        let stage = self.stage(contact);
        let standing = self.standing(chosen, contact, &line.classes[contact.class].stages[stage]);
        let verdict = Verdict::Eligible(standing);
        let candidates = vec![Candidate { agent: agent.profile.agent, verdict }];
        Some((chosen, self.decision(contact, stage, candidates, 1, excluded)))
    }

    fn choose(&self, at: At<Contact>, free: &mut Vec<u64>) -> Option<(At<Agent>, Decision)> {
        let contact = &self.contacts[at];
        let line = &self.lines[contact.line];
        let stage_number = self.stage(contact);
        let stage = &line.classes[contact.class].stages[stage_number];
        let mut eligible = line.free(stage, contact.waiting.channel, free);
        if eligible == 0 {
            return None;
        }
        let passed = self.take_out_passed(contact, free);
        eligible -= u32::try_from(passed.len()).unwrap_or(u32::MAX);
        if eligible == 0 {
            return None;
        }
        let best = self.best_of(contact.line, stage, free);
        let chosen = *best.first()?;
        let mut excluded = line.excluded(stage, contact.waiting.channel);
        excluded.passed_by = u32::try_from(passed.len()).unwrap_or(u32::MAX);
        let mut candidates: Vec<Candidate> = Vec::with_capacity(NAMED);
        candidates.extend(best.into_iter().map(|agent| Candidate {
            agent: self.agents[agent].profile.agent,
            verdict: Verdict::Eligible(self.standing(agent, contact, stage)),
        }));
        self.name_excluded(&mut candidates, contact, stage, excluded, passed);
        Some((chosen, self.decision(contact, stage_number, candidates, eligible, excluded)))
    }

    /// Takes out of `free` who let the contact pass, and tells who they are.
    fn take_out_passed(&self, contact: &Contact, free: &mut [u64]) -> Vec<MembershipId> {
        let mut out = Vec::new();
        for passed in contact.waiting.passed.iter().filter(|passed| passed.until > self.now) {
            let Some(agent) = self.agent_of.get(&passed.agent).copied() else { continue };
            let Some(slot) = self.agents[agent].slot_in(contact.line) else { continue };
            let bit = 1 << (slot % 64);
            if free[slot / 64] & bit != 0 {
                free[slot / 64] &= !bit;
                out.push(passed.agent);
            }
        }
        out
    }

    /// The best twenty of those who are free, the best first.
    fn best_of(&self, line_at: usize, stage: &ClassStage, free: &[u64]) -> Vec<At<Agent>> {
        let line = &self.lines[line_at];
        let choice = line.queue.rules().choice;
        let mut named = Vec::with_capacity(NAMED);
        for tier in &line.tiers {
            let slots: Vec<u64> = free.iter().zip(&tier.slots).map(|(free, tier)| free & tier).collect();
            let count = slots.iter().map(|word| word.count_ones() as usize).sum::<usize>();
            let room = NAMED - named.len();
            // Picking from all of a few, or walking the idle until enough are found: whichever looks at fewer.
            if choice == AgentChoice::LongestIdle && count * count > room * self.idle.len() {
                self.walk_idle(line_at, &slots, room, &mut named);
            } else if count > 0 {
                self.pick_from(line, stage, choice, &slots, room, &mut named);
            }
            if named.len() == NAMED {
                break;
            }
        }
        named
    }

    fn walk_idle(&self, line: usize, slots: &[u64], room: usize, named: &mut Vec<At<Agent>>) {
        let is_in = |agent: &At<Agent>| {
            let slot = self.agents[*agent].slot_in(line);
            slot.is_some_and(|slot| slots[slot / 64] & (1 << (slot % 64)) != 0)
        };
        named.extend(self.idle.iter().map(|(_, agent)| *agent).filter(is_in).take(room));
    }

    fn pick_from(
        &self,
        line: &Line,
        stage: &ClassStage,
        choice: AgentChoice,
        slots: &[u64],
        room: usize,
        named: &mut Vec<At<Agent>>,
    ) {
        let mut best: Vec<(Rank, At<Agent>)> = Vec::with_capacity(room + 1);
        for slot in slots.iter().enumerate().flat_map(|(word, bits)| Slots { word, bits: *bits }) {
            let Some(Member { at, .. }) = line.member(slot) else { continue };
            let agent = &self.agents[at];
            let Some(idle) = agent.idle else { continue };
            let levels = match choice {
                AgentChoice::LongestIdle => 0,
                AgentChoice::BestSkilled => u16::MAX - levels(agent, stage),
            };
            let rank = (levels, idle);
            if best.len() < room || best.last().is_some_and(|(last, _)| rank < *last) {
                best.truncate(room - 1);
                let place = best.partition_point(|(other, _)| *other < rank);
                best.insert(place, (rank, at));
            }
        }
        named.extend(best.into_iter().map(|(_, agent)| agent));
    }

    /// Fills the list up with who came closest.
    fn name_excluded(
        &self,
        candidates: &mut Vec<Candidate>,
        contact: &Contact,
        stage: &ClassStage,
        mut excluded: Excluded,
        passed: Vec<MembershipId>,
    ) {
        let line = &self.lines[contact.line];
        let named = |agent, reason| Candidate { agent, verdict: Verdict::Excluded(reason) };
        let room = NAMED - candidates.len();
        candidates.extend(passed.into_iter().take(room).map(|agent| named(agent, Exclusion::PassedBy)));
        for reason in Exclusion::CLOSEST_FIRST {
            let room = NAMED - candidates.len();
            if room == 0 {
                return;
            }
            if *excluded.count(reason) > 0 {
                let slots = line.excluded_slots(stage, contact.waiting.channel, reason);
                let agents = slots.filter_map(|slot| Some(line.member(slot)?.id));
                candidates.extend(agents.take(room).map(|agent| named(agent, reason)));
            }
        }
    }

    fn standing(&self, at: At<Agent>, contact: &Contact, stage: &ClassStage) -> Standing {
        let agent = &self.agents[at];
        let line = &self.lines[contact.line];
        let group = agent
            .slot_in(contact.line)
            .and_then(|slot| line.tiers.iter().find(|tier| tier.slots[slot / 64] & (1 << (slot % 64)) != 0));
        Standing {
            group: group.map_or(Priority::FIRST, |tier| tier.priority),
            levels: levels(agent, stage),
            busy: agent.busy(),
            idle_since: agent.idle_since,
        }
    }

    fn decision(
        &self,
        contact: &Contact,
        stage: usize,
        candidates: Vec<Candidate>,
        eligible: u32,
        excluded: Excluded,
    ) -> Decision {
        Decision {
            contact: contact.waiting.contact,
            queue: contact.waiting.queue,
            chosen: candidates[0].agent,
            at: self.now,
            since: contact.waiting.since,
            stage: u8::try_from(stage).unwrap_or(u8::MAX),
            kept: contact.spot == Spot::Kept,
            choice: self.lines[contact.line].queue.rules().choice,
            candidates,
            eligible,
            excluded,
        }
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

/// The levels of the needed skills together.
fn levels(agent: &Agent, stage: &ClassStage) -> u16 {
    let level = |skill| agent.profile.skills.get(&skill).map_or(0, |level| u16::from(level.number()));
    stage.rule.needs.iter().map(|need| level(need.skill)).sum()
}
