//! How fast routing decides, with ten thousand agents, two hundred skills and tens of thousands of contacts waiting.
//!
//! A city's worth of queues, each with its own skill and four rings; contacts of which a quarter also needs a language;
//! agents who serve five queues. The day goes on as days do: a contact ends, its agent gets the next offer and takes
//! it, another of its kind comes in, rings open as time passes. A *decision* is one call of `decide`, whatever came in. The
//! offers a second are offers made, divided by the processor time of the whole day: the calls that made them, those
//! that only took something in, and the making up of contacts.

use crate::figure::{Figure, cpu_s, rss_mb};
use base::id::Id;
use base::{ContactId, MembershipId, QueueId, SkillId, Timestamp};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use routing::decide::{Command, Configuration, Event, State, decide};
use routing::model::{
    AgentProfile, Capacity, Channel, Group, GroupNumber, Level, Need, Needs, Presence, Priority, Queue,
    QueueRules, Relax, RelaxRing, Seconds, WaitingContact,
};
use routing::reference::Reference;
use std::collections::{BTreeMap, VecDeque};
use std::io::Result;
use std::time::{Duration, Instant};

const LANGUAGES: u128 = 8;
const TOPICS: u128 = 192;
/// How many contacts end during one measurement.
const ENDINGS: usize = 50_000;
/// How often a pace is measured.
const ROUNDS: usize = 7;
/// The numbers of waiting contacts that the growth is taken over.
const GROWTH: [usize; 6] = [1_000, 2_000, 5_000, 10_000, 20_000, 50_000];

type Case = (&'static str, fn() -> Result<Vec<Figure>>);

/// The figures of the benchmark, or of one of its cases.
pub(crate) fn run(only: Option<&str>) -> Result<Vec<Figure>> {
    let cases: [Case; 4] = [("full", full), ("growth", growth), ("quiet", quiet), ("small", small)];
    let mut figures = Vec::new();
    for (_, case) in cases.iter().filter(|(name, _)| only.is_none_or(|only| only == *name)) {
        figures.extend(case()?);
    }
    Ok(figures)
}

fn figure(case: &str, metric: &'static str, value: f64, unit: &'static str) -> Figure {
    Figure::new("routing", case, metric, value, unit)
}

/// Everybody busy, fifty thousand waiting.
fn full() -> Result<Vec<Figure>> {
    let mut day = Day::new(10_000, TOPICS, State::default()).fill_queues(50_000);
    let paces = day.paces()?;
    let took = day.took(ENDINGS);
    Ok(vec![
        figure("full", "offers_per_s", paces[0], "1/s"),
        figure("full", "offers_per_s_median", paces[paces.len() / 2], "1/s"),
        figure("full", "decision_p99_us", percentile_us(&took, 0.99), "us"),
        figure("full", "decision_p50_us", percentile_us(&took, 0.5), "us"),
        figure("full", "rss_mb", rss_mb()?, "MB"),
    ])
}

/// Nobody waits and thousands are free, so that each contact has a wide choice.
fn quiet() -> Result<Vec<Figure>> {
    let mut day = Day::new(10_000, TOPICS, State::default()).fill_hands(7_000);
    let paces = day.paces()?;
    let took = day.took(ENDINGS);
    Ok(vec![
        figure("quiet", "offers_per_s", paces[0], "1/s"),
        figure("quiet", "decision_p99_us", percentile_us(&took, 0.99), "us"),
    ])
}

/// How the cost of an offer grows with the number of contacts that wait: the slope of a line through the logarithms.
fn growth() -> Result<Vec<Figure>> {
    let mut points = Vec::new();
    let mut figures = Vec::new();
    for waiting in GROWTH {
        let us = 1e6 / Day::new(10_000, TOPICS, State::default()).fill_queues(waiting).paces()?[0];
        #[expect(clippy::cast_precision_loss, reason = "a size")]
        points.push(((waiting as f64).ln(), us.ln()));
        figures.push(figure(&format!("{waiting} waiting"), "us_per_offer", us, "us"));
    }
    figures.push(figure("1000 to 50000 waiting", "growth_exponent", slope(&points), "1"));
    Ok(figures)
}

/// The product and the linear scan on the same small day, after a check that they made the same offers.
fn small() -> Result<Vec<Figure>> {
    let mut fast = Day::new(100, 8, State::default()).fill_queues(300);
    let mut slow = Day::new(100, 8, Reference::default()).fill_queues(300);
    let (_, slow_pace) = (fast.pace(500)?, slow.pace(500)?);
    if fast.told != slow.told {
        return Err(std::io::Error::other("the linear scan made other offers"));
    }
    Ok(vec![figure("small", "offers_per_s", fast.paces()?[0], "1/s").beside(slow_pace)])
}

/// What decides: the product, or the reference.
trait Decider {
    fn decide(&mut self, event: Event, now: Timestamp) -> Vec<Command>;
}

impl Decider for State {
    fn decide(&mut self, event: Event, now: Timestamp) -> Vec<Command> {
        decide(self, event, now)
    }
}

impl Decider for Reference {
    fn decide(&mut self, event: Event, now: Timestamp) -> Vec<Command> {
        Reference::decide(self, event, now)
    }
}

/// What that share of the calls stayed under, in microseconds.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a place"
)]
fn percentile_us(sorted: &[u64], share: f64) -> f64 {
    let place = (sorted.len().saturating_sub(1) as f64 * share) as usize;
    sorted.get(place).map_or(0.0, |nanoseconds| *nanoseconds as f64 / 1e3)
}

/// What a contact asks.
#[derive(Clone, Copy)]
struct Kind {
    queue: u128,
    channel: Channel,
    language: Option<u128>,
    priority: Priority,
}

/// A day that goes on.
struct Day<D> {
    decider: D,
    chance: ChaCha20Rng,
    now: Timestamp,
    step: Duration,
    queues: u128,
    rules: Vec<Queue>,
    /// Of each contact, in the order of their numbers, what kind it is.
    kinds: Vec<Kind>,
    /// Contacts in hand, the longest first.
    in_hand: VecDeque<ContactId>,
    /// What was begun with and is to be followed by another of its kind, on a day when that is so.
    followed: Option<Vec<Kind>>,
    offers: usize,
    /// Every offer made, for comparison.
    told: Vec<(ContactId, MembershipId)>,
    /// What each decision took, while that is asked.
    took: Option<Vec<u64>>,
}

impl<D: Decider> Day<D> {
    /// All agents are ready and nothing has come in.
    fn new(agents: u128, queues: u128, decider: D) -> Self {
        let mut day = Self {
            decider,
            chance: ChaCha20Rng::seed_from_u64(7),
            now: Timestamp::from_micros(1_793_606_400_000_000),
            step: Duration::from_millis(10),
            queues,
            rules: (0..queues).map(rules).collect(),
            kinds: Vec::new(),
            in_hand: VecDeque::new(),
            followed: None,
            offers: 0,
            told: Vec::new(),
            took: None,
        };
        let configuration = Configuration { queues: day.rules.clone(), ..Configuration::default() };
        day.happen(Event::Configured(configuration));
        for agent in 0..agents {
            let profile = day.profile(MembershipId::from_raw(agent));
            let (agent, presence) = (profile.agent, Presence::Ready { since: day.now });
            day.happen(Event::AgentChanged(profile));
            day.happen(Event::PresenceChanged { agent, presence });
        }
        day
    }

    /// Lets contacts come in until so many are in hand.
    fn fill_hands(mut self, contacts: usize) -> Self {
        while self.in_hand.len() < contacts {
            self.arrive_any();
        }
        self
    }

    /// Lets contacts come in until so many wait, and then a day go by on which each that is begun with is followed by
    /// another of its kind: so the queues stay as long as they are, and in the end all hands are full.
    fn fill_queues(mut self, waiting: usize) -> Self {
        while self.kinds.len() - self.offers < waiting {
            self.arrive_any();
        }
        self.followed = Some(Vec::new());
        self.go_on(4 * self.in_hand.len());
        self
    }

    /// The offers a second of processor time, measured several times, the quickest first: other programs on the
    /// machine only ever slow it down.
    fn paces(&mut self) -> Result<Vec<f64>> {
        let mut paces = (0..ROUNDS).map(|_| self.pace(ENDINGS)).collect::<Result<Vec<f64>>>()?;
        paces.sort_by(|one, other| other.total_cmp(one));
        Ok(paces)
    }

    #[expect(clippy::cast_precision_loss, reason = "a figure")]
    fn pace(&mut self, endings: usize) -> Result<f64> {
        let (offers, started) = (self.offers, cpu_s()?);
        self.go_on(endings);
        Ok((self.offers - offers) as f64 / (cpu_s()? - started))
    }

    /// What each decision took by the clock, in nanoseconds, sorted.
    fn took(&mut self, endings: usize) -> Vec<u64> {
        self.took = Some(Vec::with_capacity(endings * 5));
        self.go_on(endings);
        let mut took = self.took.take().unwrap_or_default();
        took.sort_unstable();
        took
    }

    /// So many contacts end, and others come in.
    fn go_on(&mut self, endings: usize) {
        for _ in 0..endings {
            let Some(contact) = self.in_hand.pop_front() else { break };
            self.happen(Event::Left(contact));
            if self.followed.is_none() {
                self.arrive_any();
            }
            while let Some(kind) = self.followed.as_mut().and_then(Vec::pop) {
                self.arrive(kind);
            }
        }
    }

    fn arrive_any(&mut self) {
        let kind = self.kind();
        self.arrive(kind);
    }

    fn arrive(&mut self, kind: Kind) {
        self.kinds.push(kind);
        let contact = ContactId::from_raw(self.kinds.len() as u128 - 1);
        let need = |language| Need { skill: SkillId::from_raw(TOPICS + language), level: level(3) };
        let waiting = WaitingContact {
            contact,
            queue: QueueId::from_raw(kind.queue),
            channel: kind.channel,
            needs: kind.language.map(need).into_iter().collect(),
            priority: kind.priority,
            since: self.now,
            preferred: None,
            passed: Vec::new(),
        };
        self.happen(Event::Enqueued(waiting));
    }

    /// Something happens, and every offer is taken at once.
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
    fn happen(&mut self, event: Event) {
        self.now = self.now + self.step;
        let commands = if let Some(took) = &mut self.took {
            let started = Instant::now();
            let commands = self.decider.decide(event, self.now);
            took.push(u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX));
            commands
        } else {
            self.decider.decide(event, self.now)
        };
        for command in commands {
            if let Command::Offer(offer) = command {
                let (contact, agent) = (offer.decision.contact, offer.decision.chosen);
                self.offers += 1;
                self.told.push((contact, agent));
                self.in_hand.push_back(contact);
                if let (Some(followed), Ok(number)) = (&mut self.followed, usize::try_from(contact.raw())) {
                    followed.push(self.kinds[number]);
                }
                self.happen(Event::Accepted { contact, agent });
            }
        }
    }

    fn below(&mut self, end: u128) -> u128 {
        u128::from(self.chance.next_u64()) % end
    }

    fn kind(&mut self) -> Kind {
        Kind {
            queue: self.below(self.queues),
            channel: [Channel::Call, Channel::Mail, Channel::Chat, Channel::Chat, Channel::Chat]
                [usize::try_from(self.below(5)).unwrap_or(0)],
            language: (self.below(4) == 0).then(|| self.below(LANGUAGES)),
            priority: if self.below(10) == 0 { Priority::NORMAL.raised() } else { Priority::NORMAL },
        }
    }

    /// Serves five queues, one of them as help, with the skills for them and two languages.
    fn profile(&mut self, agent: MembershipId) -> AgentProfile {
        let mut serves = BTreeMap::new();
        let mut skills = BTreeMap::new();
        let home = self.below(self.queues);
        for number in 0..5 {
            let queue = (home + number * 7) % self.queues;
            serves.insert(QueueId::from_raw(queue), group(if number == 4 { 2 } else { 1 }));
            skills.insert(SkillId::from_raw(queue), self.level());
        }
        for _ in 0..2 {
            let language = SkillId::from_raw(TOPICS + self.below(LANGUAGES));
            skills.insert(language, self.level());
        }
        AgentProfile { agent, skills, serves, capacity: Capacity::default() }
    }

    fn level(&mut self) -> Level {
        level(u8::try_from(self.below(5) + 1).unwrap_or(1))
    }
}

fn level(number: u8) -> Level {
    Level::try_from(number).unwrap_or(Level::LOWEST)
}

fn group(number: u8) -> GroupNumber {
    GroupNumber::try_from(number).unwrap_or(GroupNumber::FIRST)
}

/// A queue that needs its own skill well, then less well, then lets others help, then asks no language.
fn rules(number: u128) -> Queue {
    let topic = SkillId::from_raw(number);
    let languages =
        (0..LANGUAGES).map(|language| Relax::Drop { skill: SkillId::from_raw(TOPICS + language) });
    let rules = QueueRules {
        needs: Needs::from(vec![Need { skill: topic, level: level(3) }]),
        groups: vec![
            Group { number: group(1), priority: Priority::FIRST, delay: Some(Seconds(0)) },
            Group { number: group(2), priority: Priority::NORMAL, delay: None },
        ],
        rings: vec![
            RelaxRing { after: Seconds(30), relax: vec![Relax::Lower { skill: topic, to: level(2) }] },
            RelaxRing { after: Seconds(60), relax: vec![Relax::Admit { group: group(2) }] },
            RelaxRing { after: Seconds(120), relax: languages.collect() },
            RelaxRing { after: Seconds(240), relax: vec![Relax::Lower { skill: topic, to: level(1) }] },
        ],
        ..QueueRules::plain(QueueId::from_raw(number))
    };
    Queue::try_from(rules).unwrap_or_else(|error| unreachable!("the benchmark's queues are sound: {error}"))
}

/// The slope of the straight line nearest to the points.
#[expect(clippy::cast_precision_loss, reason = "a handful of points")]
fn slope(points: &[(f64, f64)]) -> f64 {
    let count = points.len() as f64;
    let mean_x = points.iter().map(|(x, _)| x).sum::<f64>() / count;
    let mean_y = points.iter().map(|(_, y)| y).sum::<f64>() / count;
    let covariance: f64 = points.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    let variance: f64 = points.iter().map(|(x, _)| (x - mean_x).powi(2)).sum();
    covariance / variance
}
