//! One queue at work: its agents as bits, and its waiting contacts in tracks.
//!
//! Each agent of the queue has a *slot*. A row holds one bit per slot for what agents are at the moment; a class
//! (contacts with the same needs) holds for each of its stages one bit per slot for whom it admits. What an agent can
//! do and what an agent is doing change at different moments, so each change touches a few bits only.

use super::arena::{At, ById};
use super::decision::{Excluded, Exclusion};
use super::state::{Agent, Contact};
use crate::model::{Channel, GroupNumber, Level, Needs, Order, PerChannel, Priority, Queue, Stage};
use base::{MembershipId, SkillId, Timestamp};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// What an agent is at the moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Flags {
    pub(super) present: bool,
    pub(super) ready: bool,
    pub(super) pending: bool,
    pub(super) fits: PerChannel<bool>,
}

impl Flags {
    /// Whether an offer on this channel could be made.
    pub(super) fn is_free(self, channel: Channel) -> bool {
        self.ready && !self.pending && self.fits[channel]
    }

    /// Whether any offer could be made.
    pub(super) fn is_available(self) -> bool {
        Channel::ALL.into_iter().any(|channel| self.is_free(channel))
    }
}

/// What an agent can do.
pub(super) type Skills = BTreeMap<SkillId, Level>;

/// [`Flags`] of sixty-four slots.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Row {
    taken: u64,
    present: u64,
    ready: u64,
    pending: u64,
    fits: PerChannel<u64>,
}

/// Whom a stage admits, of sixty-four slots. Each set holds the next: in a group that is considered; and with the
/// needed skills at any level; and at the levels asked.
#[derive(Clone, Copy, Debug, Default)]
struct Admitted {
    in_ring: u64,
    skilled: u64,
    able: u64,
}

/// A stage with whom it admits.
#[derive(Debug)]
pub(super) struct ClassStage {
    pub(super) rule: Stage,
    after: i64,
    admitted: Vec<Admitted>,
    levels: Vec<u16>,
    in_ring: u32,
    skilled: u32,
    able: u32,
}

/// Contacts of one queue with the same needs.
#[derive(Debug)]
pub(super) struct Class {
    pub(super) stages: Vec<ClassStage>,
}

/// Waiting contacts that differ only in how long they wait.
#[derive(Debug)]
pub(super) struct Track {
    class: usize,
    channel: Channel,
    waiting: BTreeMap<Order, At<Contact>>,
}

/// The first of a track, with what is needed to tell whom it is for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) contact: At<Contact>,
    pub(super) class: usize,
}

/// The slots of one group priority.
#[derive(Debug)]
pub(super) struct Tier {
    pub(super) priority: Priority,
    groups: u32,
    pub(super) slots: Vec<u64>,
}

/// Who has a slot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    pub(super) at: At<Agent>,
    pub(super) id: MembershipId,
}

/// A queue.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) queue: Queue,
    /// Whether the queue stands in the configuration.
    pub(super) known: bool,
    members: Vec<Option<Member>>,
    vacant: Vec<usize>,
    pub(super) rows: Vec<Row>,
    pub(super) tiers: Vec<Tier>,
    pub(super) classes: Vec<Class>,
    class_of: ById<Needs, usize>,
    pub(super) tracks: Vec<Track>,
    /// The first of each track, by channel.
    pub(super) heads: PerChannel<BTreeMap<Order, Head>>,
    /// Waiting contacts that are not for everybody: some agents let them pass. They stand in no track.
    pub(super) singled: BTreeMap<Order, At<Contact>>,
    track_of: ById<(usize, Channel, Priority), usize>,
    /// How many contacts wait here or are offered from here.
    pub(super) waiting: usize,
}

fn put(word: &mut u64, bit: u64, on: bool) -> i32 {
    let was = *word & bit != 0;
    *word = if on { *word | bit } else { *word & !bit };
    i32::from(on) - i32::from(was)
}

const fn word_and_bit(slot: usize) -> (usize, u64) {
    (slot / 64, 1 << (slot % 64))
}

impl ClassStage {
    fn new(rule: Stage, rows: usize) -> Self {
        let after = i64::try_from(rule.after.as_micros()).unwrap_or(i64::MAX);
        let (admitted, levels) = (vec![Admitted::default(); rows], vec![0; rows * 64]);
        Self { rule, after, admitted, levels, in_ring: 0, skilled: 0, able: 0 }
    }

    /// Enters, changes or (without a group) takes out an agent.
    fn put(&mut self, slot: usize, group: Option<GroupNumber>, skills: &Skills) {
        let in_ring = group.is_some_and(|group| self.rule.admits(group));
        let (mut skilled, mut able, mut levels) = (in_ring, in_ring, 0);
        for need in self.rule.needs.iter() {
            let level = skills.get(&need.skill).copied();
            skilled &= level.is_some();
            able &= level.is_some_and(|level| level >= need.level);
            levels += level.map_or(0, |level| u16::from(level.number()));
        }
        self.levels[slot] = levels;
        let (word, bit) = word_and_bit(slot);
        let admitted = &mut self.admitted[word];
        self.in_ring = self.in_ring.wrapping_add_signed(put(&mut admitted.in_ring, bit, in_ring));
        self.skilled = self.skilled.wrapping_add_signed(put(&mut admitted.skilled, bit, skilled));
        self.able = self.able.wrapping_add_signed(put(&mut admitted.able, bit, able));
    }

    /// Makes room for sixty-four slots more.
    fn grow(&mut self) {
        self.admitted.push(Admitted::default());
        self.levels.resize(self.levels.len() + 64, 0);
    }

    pub(super) fn admits(&self, slot: usize) -> bool {
        let (word, bit) = word_and_bit(slot);
        self.admitted[word].able & bit != 0
    }

    /// The agent's levels of the needed skills together.
    pub(super) fn levels(&self, slot: usize) -> u16 {
        self.levels[slot]
    }
}

impl Tier {
    /// Whether the agent with this slot is of this priority.
    pub(super) fn holds(&self, slot: usize) -> bool {
        let (word, bit) = word_and_bit(slot);
        self.slots[word] & bit != 0
    }
}

impl Class {
    /// The number of the stage that a contact has reached after waiting this long.
    pub(super) fn stage_after(&self, waited: i64) -> usize {
        self.stages.iter().rposition(|stage| stage.after <= waited).unwrap_or(0)
    }

    /// When a contact that waits since `since` reaches the next stage.
    pub(super) fn next_stage(&self, since: Timestamp, now: Timestamp) -> Option<Timestamp> {
        self.stages.iter().map(|stage| since + stage.rule.after).find(|at| *at > now)
    }
}

/// How long a contact has waited, in microseconds.
pub(super) fn waited(since: Timestamp, now: Timestamp) -> i64 {
    now.micros().saturating_sub(since.micros())
}

impl Line {
    pub(super) fn new(queue: Queue, known: bool) -> Self {
        let mut priorities: Vec<Priority> = queue.rules().groups.iter().map(|group| group.priority).collect();
        priorities.sort_unstable();
        priorities.dedup();
        let tier = |priority| {
            let groups = queue.rules().groups.iter().filter(|group| group.priority == priority);
            let groups = groups.fold(0, |bits, group| bits | group.number.bit());
            Tier { priority, groups, slots: Vec::new() }
        };
        let tiers = priorities.into_iter().map(tier).collect();
        Self {
            queue,
            known,
            members: Vec::new(),
            vacant: Vec::new(),
            rows: Vec::new(),
            tiers,
            classes: Vec::new(),
            class_of: ById::default(),
            tracks: Vec::new(),
            heads: PerChannel::default(),
            singled: BTreeMap::new(),
            track_of: ById::default(),
            waiting: 0,
        }
    }

    /// Gives an agent a slot.
    pub(super) fn join(&mut self, member: Member, group: GroupNumber, skills: &Skills) -> usize {
        let slot = self.vacant.pop().unwrap_or(self.members.len());
        if slot == self.members.len() {
            self.members.push(None);
            if slot.is_multiple_of(64) {
                self.rows.push(Row::default());
                for tier in &mut self.tiers {
                    tier.slots.push(0);
                }
                let stages = self.classes.iter_mut().flat_map(|class| &mut class.stages);
                for stage in stages {
                    stage.grow();
                }
            }
        }
        self.members[slot] = Some(member);
        let (word, bit) = word_and_bit(slot);
        self.rows[word].taken |= bit;
        for tier in &mut self.tiers {
            put(&mut tier.slots[word], bit, tier.groups & group.bit() != 0);
        }
        for stage in self.classes.iter_mut().flat_map(|class| &mut class.stages) {
            stage.put(slot, Some(group), skills);
        }
        slot
    }

    /// Takes an agent's slot back.
    pub(super) fn part(&mut self, slot: usize) {
        self.set_flags(slot, Flags::default());
        self.members[slot] = None;
        self.vacant.push(slot);
        let (word, bit) = word_and_bit(slot);
        self.rows[word].taken &= !bit;
        for tier in &mut self.tiers {
            tier.slots[word] &= !bit;
        }
        for stage in self.classes.iter_mut().flat_map(|class| &mut class.stages) {
            stage.put(slot, None, &BTreeMap::new());
        }
    }

    pub(super) fn set_flags(&mut self, slot: usize, flags: Flags) {
        let (word, bit) = word_and_bit(slot);
        let row = &mut self.rows[word];
        let set = |word: &mut u64, on: bool| *word = (*word & !bit) | if on { bit } else { 0 };
        set(&mut row.present, flags.present);
        set(&mut row.ready, flags.ready);
        set(&mut row.pending, flags.pending);
        for channel in Channel::ALL {
            set(&mut row.fits[channel], flags.fits[channel]);
        }
    }

    pub(super) fn member(&self, slot: usize) -> Option<Member> {
        self.members[slot]
    }

    /// How many slots there are, taken or not.
    pub(super) fn slot_count(&self) -> usize {
        self.members.len()
    }

    pub(super) fn member_count(&self) -> usize {
        self.members.len() - self.vacant.len()
    }

    /// How many agents are ready.
    pub(super) fn ready_count(&self) -> u32 {
        self.rows.iter().map(|row| row.ready.count_ones()).sum()
    }

    /// The class of contacts with these needs, made when it is new. `agent` tells an agent's group and skills.
    pub(super) fn class<'a>(
        &mut self,
        needs: &Needs,
        agent: impl Fn(At<Agent>) -> (GroupNumber, &'a Skills),
    ) -> usize {
        if let Some(class) = self.class_of.get(needs) {
            return *class;
        }
        let rows = self.rows.len();
        let mut stages: Vec<ClassStage> =
            self.queue.stages(needs).into_iter().map(|rule| ClassStage::new(rule, rows)).collect();
        for (slot, member) in self.members.iter().enumerate() {
            if let Some((group, skills)) = member.map(|member| agent(member.at)) {
                for stage in &mut stages {
                    stage.put(slot, Some(group), skills);
                }
            }
        }
        self.classes.push(Class { stages });
        self.class_of.insert(needs.clone(), self.classes.len() - 1);
        self.classes.len() - 1
    }

    /// The track for contacts of a class, made when it is new.
    pub(super) fn track(&mut self, class: usize, channel: Channel, priority: Priority) -> usize {
        let tracks = &mut self.tracks;
        *self.track_of.entry((class, channel, priority)).or_insert_with(|| {
            tracks.push(Track { class, channel, waiting: BTreeMap::new() });
            tracks.len() - 1
        })
    }

    /// Puts a contact in its track. Tells whether it is the first there, and who was before.
    pub(super) fn enter(
        &mut self,
        track: usize,
        order: Order,
        contact: At<Contact>,
    ) -> (bool, Option<At<Contact>>) {
        let Track { class, channel, waiting } = &mut self.tracks[track];
        let before = waiting.first_key_value().map(|(order, contact)| (*order, *contact));
        waiting.insert(order, contact);
        match before {
            Some((first, _)) if first < order => (false, None),
            _ => {
                if let Some((first, _)) = before {
                    self.heads[*channel].remove(&first);
                }
                self.heads[*channel].insert(order, Head { contact, class: *class });
                (true, before.map(|(_, contact)| contact))
            }
        }
    }

    /// Takes a contact from its track. Tells who is the first there now, if that changed.
    pub(super) fn leave(&mut self, track: usize, order: Order) -> Option<(Order, Head)> {
        let Track { class, channel, waiting } = &mut self.tracks[track];
        waiting.remove(&order);
        let heads = &mut self.heads[*channel];
        heads.remove(&order)?;
        let (order, contact) = waiting.first_key_value()?;
        let head = Head { contact: *contact, class: *class };
        heads.insert(*order, head);
        Some((*order, head))
    }

    /// The first of a track.
    pub(super) fn head(&self, track: usize) -> Option<At<Contact>> {
        self.tracks[track].waiting.first_key_value().map(|(_, contact)| *contact)
    }

    /// All that wait in tracks and beside them, in no order.
    pub(super) fn all_waiting(&self) -> impl Iterator<Item = (Order, At<Contact>)> {
        let tracks = self.tracks.iter().flat_map(|track| &track.waiting);
        tracks.chain(&self.singled).map(|(order, contact)| (*order, *contact))
    }

    /// Writes who could help into `free`, a word for each row, and tells how many.
    pub(super) fn free(&self, stage: &ClassStage, channel: Channel, free: &mut Vec<u64>) -> u32 {
        free.clear();
        let words = self.rows.iter().zip(&stage.admitted);
        free.extend(
            words.map(|(row, admitted)| admitted.able & row.ready & !row.pending & row.fits[channel]),
        );
        free.iter().map(|word| word.count_ones()).sum()
    }

    /// Counts who cannot help, each under the first reason that applies; `free` others can. Who passed a contact by is
    /// not known here.
    pub(super) fn excluded(&self, stage: &ClassStage, free: u32) -> Excluded {
        let members = u32::try_from(self.member_count()).unwrap_or(u32::MAX);
        let mut excluded = Excluded {
            not_in_ring: members - stage.in_ring,
            missing_skill: stage.in_ring - stage.skilled,
            level_too_low: stage.skilled - stage.able,
            ..Excluded::default()
        };
        for (row, Admitted { able, .. }) in self.rows.iter().zip(&stage.admitted) {
            excluded.offline += (able & !row.present).count_ones();
            excluded.not_ready += (able & row.present & !row.ready).count_ones();
            excluded.offer_pending += (able & row.ready & row.pending).count_ones();
        }
        excluded.no_capacity =
            stage.able - excluded.offline - excluded.not_ready - excluded.offer_pending - free;
        excluded
    }

    /// Calls `each` with those who cannot help for this reason, in the order of the slots, until it says to stop.
    pub(super) fn each_excluded(
        &self,
        stage: &ClassStage,
        channel: Channel,
        reason: Exclusion,
        mut each: impl FnMut(Member) -> ControlFlow<()>,
    ) {
        for (word, (row, admitted)) in self.rows.iter().zip(&stage.admitted).enumerate() {
            let bits = match reason {
                Exclusion::NotInRing => row.taken & !admitted.in_ring,
                Exclusion::MissingSkill => admitted.in_ring & !admitted.skilled,
                Exclusion::LevelTooLow => admitted.skilled & !admitted.able,
                Exclusion::Offline => admitted.able & !row.present,
                Exclusion::NotReady => admitted.able & row.present & !row.ready,
                Exclusion::OfferPending => admitted.able & row.ready & row.pending,
                Exclusion::NoCapacity => admitted.able & row.ready & !row.pending & !row.fits[channel],
                Exclusion::PassedBy | Exclusion::KeptForOther => 0,
            };
            for member in (Slots { word, bits }).filter_map(|slot| self.members[slot]) {
                if each(member).is_break() {
                    return;
                }
            }
        }
    }
}

/// The slots whose bits are set in a word.
#[derive(Debug)]
pub(super) struct Slots {
    pub(super) word: usize,
    pub(super) bits: u64,
}

impl Iterator for Slots {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        if self.bits == 0 {
            return None;
        }
        let slot = self.word * 64 + self.bits.trailing_zeros() as usize;
        self.bits &= self.bits - 1;
        Some(slot)
    }
}
