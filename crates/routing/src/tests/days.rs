//! Random days: the same events through the fast and the slow way, books kept beside them, everything checked after
//! every step.

use super::ledger::Ledger;
use super::world::{Dice, Known, at, random_configuration, random_event, random_profile};
use crate::decide::{Candidate, Command, Event, State, Status, Verdict, decide, decide_all};
use crate::model::Presence;
use crate::reference::Reference;
use base::{ContactId, Timestamp};
use proptest::prelude::*;
use std::time::Duration;

struct Day {
    dice: Dice,
    now: Timestamp,
    next_contact: u128,
    agents: u64,
    state: State,
    truth: Reference,
    ledger: Ledger,
    offers: usize,
}

impl Day {
    fn new(seed: u64, agents: u64) -> Self {
        let mut day = Self {
            dice: Dice::new(seed),
            now: at(0),
            next_contact: 1,
            agents,
            state: State::default(),
            truth: Reference::default(),
            ledger: Ledger::default(),
            offers: 0,
        };
        let configuration = random_configuration(&mut day.dice);
        day.happen(&Event::Configured(configuration));
        for _ in 0..agents * 2 {
            let profile = random_profile(&mut day.dice, agents);
            let presence = Presence::Ready { since: day.now };
            let agent = profile.agent;
            day.happen(&Event::AgentChanged(profile));
            day.happen(&Event::PresenceChanged { agent, presence });
        }
        day
    }

    fn step(&mut self) {
        self.wait();
        let event = self.event();
        self.happen(&event);
    }

    /// Several facts at once. Only the two ways are compared: the books take one fact at a time.
    fn leap(&mut self) {
        self.wait();
        let count = self.dice.below(8);
        let events: Vec<Event> = (0..count).map(|_| self.event()).collect();
        let mut fast = decide_all(&mut self.state, events.clone(), self.now);
        let mut slow = self.truth.decide_all(events.clone(), self.now);
        Ledger::check_free_agents(&self.truth);
        self.offers += fast.len();
        assert_same_near_misses(&mut fast, &mut slow);
        assert_eq!(fast, slow, "after {events:?}");
    }

    fn wait(&mut self) {
        let waits_for_deadline = self.dice.one_in(10);
        let deadline = self.state.next_deadline().filter(|_| waits_for_deadline);
        self.now = match deadline {
            Some(deadline) => deadline.max(self.now),
            None => self.now + Duration::from_millis(self.dice.below(1500)),
        };
    }

    fn event(&mut self) -> Event {
        let all = self.truth.contacts();
        let contacts: Vec<ContactId> = all.map(|(waiting, _)| waiting.contact).collect();
        let offers = self.truth.contacts().filter_map(|(waiting, status)| match status {
            Status::Offered { agent, .. } => Some((waiting.contact, *agent)),
            _ => None,
        });
        let offers: Vec<_> = offers.collect();
        let (next_contact, agents) = (self.next_contact, self.agents);
        let known = Known { contacts: &contacts, offers: &offers, next_contact, agents };
        let mut event = random_event(&mut self.dice, &known, self.now);
        if contacts.len() > self.most_contacts() {
            event = Event::Left(*self.dice.pick(&contacts).unwrap());
        }
        self.next_contact += 1;
        event
    }

    fn most_contacts(&self) -> usize {
        usize::try_from(self.agents * 4).unwrap()
    }

    fn happen(&mut self, event: &Event) {
        let mut fast = decide(&mut self.state, event.clone(), self.now);
        let mut slow = self.truth.decide(event.clone(), self.now);
        self.ledger.step(event, &fast);
        self.ledger.check(&self.state, &self.truth);
        self.ledger.check_offers(&fast, &self.truth);
        self.offers += fast.iter().filter(|command| matches!(command, Command::Offer(_))).count();
        assert!(self.state.next_deadline().is_none_or(|deadline| deadline > self.now), "a deadline was left");
        assert_same_near_misses(&mut fast, &mut slow);
        assert_eq!(fast, slow, "after {event:?}");
    }
}

/// Among those who came close any may be named, as long as it is as many for each reason. Facts about different
/// agents that fall due together may be told in any order.
fn assert_same_near_misses(fast: &mut [Command], slow: &mut [Command]) {
    let split = |commands: &mut [Command]| {
        let mut near = Vec::new();
        for command in commands.iter_mut() {
            if let Command::Offer(offer) = command {
                let is_near = |candidate: &Candidate| matches!(candidate.verdict, Verdict::Excluded(_));
                near.extend(offer.decision.candidates.iter().filter(|c| is_near(c)).map(|c| c.verdict));
                offer.decision.candidates.retain(|candidate| !is_near(candidate));
            }
        }
        let told = commands.iter().take_while(|command| !matches!(command, Command::Offer(_))).count();
        commands[..told].sort_by_key(|command| format!("{command:?}"));
        near.into_iter().map(|verdict| format!("{verdict:?}")).collect::<Vec<_>>()
    };
    assert_eq!(split(fast), split(slow));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_day_goes_well(seed: u64) {
        let mut day = Day::new(seed, 8);
        (0..400).for_each(|_| day.step());
    }

    #[test]
    fn facts_that_come_together_are_taken_together(seed: u64) {
        let mut day = Day::new(seed, 8);
        (0..200).for_each(|_| day.leap());
    }

    #[test]
    fn a_state_rebuilt_from_its_snapshot_goes_on_the_same(seed: u64) {
        let mut day = Day::new(seed, 8);
        for _ in 0..8 {
            (0..40).for_each(|_| day.step());
            let snapshot = day.state.snapshot();
            day.state = State::restore(snapshot.clone(), day.now);
            prop_assert_eq!(day.state.snapshot(), snapshot);
            day.happen(&Event::Tick);
        }
    }
}

#[test]
fn a_long_random_day_goes_well() {
    let mut day = Day::new(2026, 8);
    (0..20_000).for_each(|_| day.step());
    assert!(day.offers > 1_000, "only {} offers: this day tells nothing", day.offers);
}

/// More agents than a decision names and than fit in one word of bits.
#[test]
fn a_day_in_a_big_office_goes_well() {
    for seed in 0..3 {
        let mut day = Day::new(seed, 150);
        (0..300).for_each(|_| day.step());
        let configuration = random_configuration(&mut day.dice);
        day.happen(&Event::Configured(configuration));
    }
}
