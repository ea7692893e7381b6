//! Which agent a contact goes to, of those who could help, and the account of it.

use super::arena::At;
use super::decision::NAMED;
use super::line::{ClassStage, Line, Member, Slots};
use super::state::{Agent, Contact, Idle, Spot, State};
use super::{Candidate, Decision, Excluded, Exclusion, Standing, Verdict};
use crate::model::{AgentChoice, Priority};
use base::MembershipId;
use std::ops::ControlFlow;

/// An agent who could help.
#[derive(Clone, Copy)]
struct Able {
    at: At<Agent>,
    group: Priority,
    levels: u16,
    idle: Idle,
}

impl Able {
    fn candidate(&self) -> Candidate {
        let (busy, idle_since, agent) = self.idle;
        let standing = Standing { group: self.group, levels: self.levels, busy, idle_since };
        Candidate { agent, verdict: Verdict::Eligible(standing) }
    }

    /// The place in the choice among agents of the same group priority.
    fn rank(&self, choice: AgentChoice) -> (u16, Idle) {
        match choice {
            AgentChoice::LongestIdle => (0, self.idle),
            AgentChoice::BestSkilled => (u16::MAX - self.levels, self.idle),
        }
    }
}

impl State {
    /// A contact that is kept for its preferred agent, if they are free.
    pub(super) fn kept_for(&self, contact: &Contact) -> Option<(At<Agent>, Decision)> {
        let at = self.agent_of.get(&contact.waiting.preferred?.agent).copied()?;
        let agent = &self.agents[at];
        let idle = agent.idle.filter(|_| agent.flags.is_free(contact.waiting.channel))?;
        let line = &self.lines[contact.line];
        let stage = self.stage(contact);
        let slot = agent.slot_in(contact.line);
        let tier = slot.and_then(|slot| line.tiers.iter().find(|tier| tier.holds(slot)));
        let level = |skill| agent.profile.skills.get(&skill).map_or(0, |level| u16::from(level.number()));
        let needs = &line.classes[contact.class].stages[stage].rule.needs;
        let able = Able {
            at,
            group: tier.map_or(Priority::FIRST, |tier| tier.priority),
            levels: needs.iter().map(|need| level(need.skill)).sum(),
            idle,
        };
        let others = line.member_count() - usize::from(slot.is_some());
        let excluded =
            Excluded { kept_for_other: u32::try_from(others).unwrap_or(u32::MAX), ..Excluded::default() };
        Some((at, self.decision(contact, stage, vec![able.candidate()], 1, excluded)))
    }

    /// The best of all who could help. `free` is space to work in.
    pub(super) fn choose(&self, at: At<Contact>, free: &mut Vec<u64>) -> Option<(At<Agent>, Decision)> {
        let contact = &self.contacts[at];
        let line = &self.lines[contact.line];
        let stage_number = self.stage(contact);
        let stage = &line.classes[contact.class].stages[stage_number];
        let free_count = line.free(stage, contact.waiting.channel, free);
        if free_count == 0 {
            return None;
        }
        let passed = self.take_out_passed(contact, free);
        let passed_by = u32::try_from(passed.len()).unwrap_or(u32::MAX);
        let best = self.best_of(contact.line, stage, free, free_count - passed_by);
        let chosen = best.first()?.at;
        let excluded = line.excluded(stage, free_count);
        let excluded = Excluded { passed_by, ..excluded };
        let mut candidates: Vec<Candidate> = Vec::with_capacity(NAMED);
        candidates.extend(best.iter().map(Able::candidate));
        self.name_excluded(&mut candidates, contact, stage, excluded, passed);
        Some((chosen, self.decision(contact, stage_number, candidates, free_count - passed_by, excluded)))
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
    fn best_of(&self, line_at: usize, stage: &ClassStage, free: &[u64], mut left: u32) -> Vec<Able> {
        let line = &self.lines[line_at];
        let choice = line.queue.rules().choice;
        let mut best = Vec::with_capacity(NAMED.min(left as usize));
        for tier in &line.tiers {
            if left == 0 || best.len() == NAMED {
                break;
            }
            let slots = free.iter().zip(&tier.slots).map(|(free, tier)| free & tier);
            let count: u32 = slots.clone().map(u64::count_ones).sum();
            left -= count;
            let (count, room) = (count as usize, NAMED - best.len());
            // Picking from all of a few, or walking the idle until enough are found: whichever looks at fewer.
            if choice == AgentChoice::LongestIdle && count * count > room * self.idle.len() {
                let slots: Vec<u64> = slots.collect();
                best.extend(self.walk_idle(line_at, stage, &slots, tier.priority).take(room));
            } else if count > 0 {
                let slots = slots.enumerate().flat_map(|(word, bits)| Slots { word, bits });
                pick(slots.filter_map(|slot| self.able(line, stage, slot, tier.priority)), choice, &mut best);
            }
        }
        best
    }

    fn able(&self, line: &Line, stage: &ClassStage, slot: usize, group: Priority) -> Option<Able> {
        let Member { at, .. } = line.member(slot)?;
        let idle = self.agents[at].idle?;
        Some(Able { at, group, levels: stage.levels(slot), idle })
    }

    /// Those who hold one of the slots, in the order in which they are free.
    fn walk_idle(
        &self,
        line: usize,
        stage: &ClassStage,
        slots: &[u64],
        group: Priority,
    ) -> impl Iterator<Item = Able> {
        self.idle.iter().filter_map(move |(idle, at)| {
            let slot = self.agents[*at].slot_in(line)?;
            let is_in = slots[slot / 64] & (1 << (slot % 64)) != 0;
            is_in.then(|| Able { at: *at, group, levels: stage.levels(slot), idle: *idle })
        })
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
            if candidates.len() == NAMED {
                return;
            }
            if *excluded.count(reason) > 0 {
                line.each_excluded(stage, contact.waiting.channel, reason, |member| {
                    candidates.push(named(member.id, reason));
                    if candidates.len() < NAMED { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
                });
            }
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
}

/// Adds the best of these, up to twenty in all.
fn pick(able: impl Iterator<Item = Able>, choice: AgentChoice, best: &mut Vec<Able>) {
    let settled = best.len();
    for agent in able {
        let rank = agent.rank(choice);
        if best.len() < NAMED || best.last().is_some_and(|last| rank < last.rank(choice)) {
            best.truncate(NAMED - 1);
            let place = best[settled..].partition_point(|other| other.rank(choice) < rank);
            best.insert(settled + place, agent);
        }
    }
}
