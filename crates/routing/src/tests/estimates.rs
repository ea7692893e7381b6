//! A busy Monday at a municipality, in virtual time: forty agents, four topics, a morning rush, lunch, people who give
//! up. Whoever cannot be helped at once is told how long it will take; afterwards that is held against the truth.

use super::world::{Dice, agent, at, contact, profile, queue, waiting};
use crate::decide::{Command, Configuration, Event, State, Status, decide};
use crate::estimate::Estimator;
use crate::model::{
    AgentProfile, CapacityRules, Channel, NotReadyReason, Presence, Queue, QueueRules, Seconds,
};
use base::{ContactId, MembershipId, Timestamp};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::time::Duration;

const AGENTS: u128 = 40;
const MINUTE: u64 = 60;
/// The office is open from half past eight to five; times are counted from opening.
const OPEN: u64 = 0;
const CLOSE: u64 = 510 * MINUTE;
/// Civil affairs, taxes, waste, work and income: mean handling time in seconds, and the share of arrivals.
const TOPICS: [(f64, f64); 4] = [(420.0, 0.4), (540.0, 0.25), (300.0, 0.2), (720.0, 0.15)];

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum What {
    Arrives,
    GivesUp(ContactId),
    Answers(ContactId, MembershipId),
    Finishes(ContactId),
    Ready(MembershipId),
    Pause(MembershipId),
    Deadline,
}

struct Monday {
    /// Of what the day's arrivals usually are.
    busy: f64,
    dice: Dice,
    agenda: BinaryHeap<Reverse<(Timestamp, u64, What)>>,
    entries: u64,
    state: State,
    estimator: Estimator,
    contacts: u128,
    /// When something was said, and what.
    told: BTreeMap<ContactId, (Timestamp, Duration)>,
    /// What was said, and what it was.
    outcomes: Vec<(Duration, Duration)>,
}

impl Monday {
    fn new(seed: u64, busy: f64) -> Self {
        let mut day = Self {
            busy,
            dice: Dice::new(seed),
            agenda: BinaryHeap::new(),
            entries: 0,
            state: State::default(),
            estimator: Estimator::default(),
            contacts: 0,
            told: BTreeMap::new(),
            outcomes: Vec::new(),
        };
        let queues = (0..4).map(|number| {
            let rules = QueueRules { offer_for: Seconds(30), ..QueueRules::plain(queue(number)) };
            Queue::try_from(rules).unwrap()
        });
        let configuration = Configuration { queues: queues.collect(), ..Configuration::default() };
        day.happen(Event::Configured(configuration), at(OPEN));
        for number in 0..AGENTS {
            day.happen(Event::AgentChanged(specialist(number)), at(OPEN));
            day.plan_shift(number);
        }
        day.plan(at(OPEN), What::Arrives);
        day
    }

    /// Starts within the first quarter, takes two short breaks, and has lunch between noon and half past one.
    fn plan_shift(&mut self, number: u128) {
        let minute = |dice: &mut Dice, from: u64, width: u64| at((from + dice.below(width)) * MINUTE);
        let agent = agent(number);
        let start = minute(&mut self.dice, 0, 15);
        self.plan(start, What::Ready(agent));
        for (from, width, length) in [(90, 60, 15), (205, 65, 30), (360, 60, 15)] {
            let pause = minute(&mut self.dice, from, width);
            self.plan(pause, What::Pause(agent));
            self.plan(pause + Duration::from_secs(length * MINUTE), What::Ready(agent));
        }
    }

    fn plan(&mut self, at: Timestamp, what: What) {
        self.entries += 1;
        self.agenda.push(Reverse((at, self.entries, what)));
    }

    fn play(&mut self) {
        while let Some(Reverse((now, _, what))) = self.agenda.pop() {
            match what {
                What::Arrives => self.arrive(now),
                What::GivesUp(contact) => {
                    if matches!(self.state.status(contact), Some(Status::Waiting)) {
                        self.told.remove(&contact);
                        self.happen(Event::Left(contact), now);
                    }
                }
                What::Answers(contact, agent) => {
                    if let Some((said_at, said)) = self.told.remove(&contact) {
                        self.outcomes.push((said, now.since(said_at)));
                    }
                    let topic = self.state.contact(contact).map(|waiting| waiting.queue);
                    self.happen(Event::Accepted { contact, agent }, now);
                    let mean = TOPICS[(0..4).position(|number| Some(queue(number)) == topic).unwrap()].0;
                    let takes = self.lognormal(mean, 0.7);
                    self.plan(now + takes, What::Finishes(contact));
                }
                What::Finishes(contact) => self.happen(Event::Left(contact), now),
                What::Ready(agent) => {
                    let presence = Presence::Ready { since: now };
                    self.happen(Event::PresenceChanged { agent, presence }, now);
                }
                What::Pause(agent) => {
                    let presence = Presence::NotReady { since: now, reason: NotReadyReason::Break };
                    self.happen(Event::PresenceChanged { agent, presence }, now);
                }
                What::Deadline => self.happen(Event::Tick, now),
            }
        }
    }

    fn arrive(&mut self, now: Timestamp) {
        let minutes = now.since(at(OPEN)).as_secs() / MINUTE;
        let gap =
            Duration::from_secs_f64(-self.dice.fraction().ln() * 60.0 / (per_minute(minutes) * self.busy));
        if now + gap < at(CLOSE) {
            self.plan(now + gap, What::Arrives);
        }
        let mut which = self.dice.fraction();
        let topic = TOPICS.iter().position(|(_, share)| {
            which -= share;
            which < 0.0
        });
        let topic = queue(u128::try_from(topic.unwrap_or(0)).unwrap());
        self.contacts += 1;
        let id = contact(self.contacts);
        let ahead = self.state.queue(topic).unwrap().waiting;
        let prospect = self.estimator.prospect(&self.state, topic);
        let said = prospect.map(|prospect| prospect.wait(ahead).into());
        self.happen(Event::Enqueued(waiting(self.contacts, topic, now)), now);
        if self.state.status(id) == Some(Status::Waiting) {
            if let Some(said) = said {
                self.told.insert(id, (now, said));
            }
            let patience = Duration::from_secs_f64(-self.dice.fraction().ln() * 30.0 * 60.0);
            self.plan(now + patience, What::GivesUp(id));
        }
    }

    fn happen(&mut self, event: Event, now: Timestamp) {
        self.estimator.learn(&self.state, &event, now);
        for command in decide(&mut self.state, event, now) {
            if let Command::Offer(offer) = command {
                let answers = now + Duration::from_secs(2 + self.dice.below(7));
                self.plan(answers, What::Answers(offer.decision.contact, offer.decision.chosen));
            }
        }
        if let Some(deadline) = self.state.next_deadline() {
            self.plan(deadline, What::Deadline);
        }
    }

    /// With this mean, and this spread of the logarithm.
    fn lognormal(&mut self, mean: f64, spread: f64) -> Duration {
        let (one, other) = (self.dice.fraction(), self.dice.fraction());
        let normal = (-2.0 * one.ln()).sqrt() * (std::f64::consts::TAU * other).cos();
        Duration::from_secs_f64((mean.ln() - spread * spread / 2.0 + spread * normal).exp())
    }
}

/// A rush from nine to eleven, a lull, and a smaller rush in the afternoon.
fn per_minute(minutes: u64) -> f64 {
    match minutes {
        0..=29 => 6.0,
        30..=149 => 12.5,
        150..=209 => 10.0,
        210..=299 => 8.5,
        300..=419 => 11.5,
        _ => 7.0,
    }
}

/// Two chats at a time; half of the agents know two topics, some three.
fn specialist(number: u128) -> AgentProfile {
    let mut rules = CapacityRules::default();
    rules.most[Channel::Chat] = 2;
    rules.weight[Channel::Chat] = 50;
    let home = [0, 0, 0, 0, 1, 1, 1, 2, 3, 3][usize::try_from(number % 10).unwrap()];
    let second = [1, 2, 3, 0][usize::try_from(home).unwrap()];
    let mut queues = vec![home];
    if number.is_multiple_of(2) {
        queues.push(second);
    }
    if number.is_multiple_of(7) {
        queues.push((home + 2) % 4);
    }
    AgentProfile { capacity: rules.try_into().unwrap(), ..profile(number, &queues) }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The median of how far what was told is from what it was, as a share of what it was. Everybody counts who was told
/// something and was helped, however short the wait.
fn median_error(day: &Monday) -> f64 {
    let error = |(said, was): &(Duration, Duration)| {
        (said.as_secs_f64() - was.as_secs_f64()).abs() / was.as_secs_f64()
    };
    median(day.outcomes.iter().map(error).collect())
}

#[test]
fn on_a_busy_day_what_customers_are_told_is_off_by_less_than_a_third() {
    for (seed, busy) in [(1, 1.0), (2, 1.0), (3, 1.0), (4, 0.9), (5, 0.9), (6, 0.9)] {
        let mut day = Monday::new(seed, busy);
        day.play();
        assert!(day.outcomes.len() > 2_000, "only {} had to wait: this day tells little", day.outcomes.len());
        let error = median_error(&day);
        assert!(error <= 0.30, "day {seed}: off by {error:.2}");
    }
}

#[test]
fn nobody_there_is_no_estimate() {
    let mut day = Monday::new(1, 1.0);
    assert_eq!(day.estimator.prospect(&day.state, queue(0)), None);
    day.happen(Event::PresenceChanged { agent: agent(0), presence: Presence::Ready { since: at(0) } }, at(0));
    let prospect = day.estimator.prospect(&day.state, queue(0)).unwrap();
    assert_eq!(prospect.wait(0), Seconds(180), "two chats at a time, six minutes each at a guess");
    assert_eq!(prospect.wait(9), Seconds(1800));
}
