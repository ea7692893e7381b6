//! How long a contact will wait.
//!
//! The method is the one known as *queue length with abandonment* (`QL_r` in R. Ibrahim and W. Whitt, "Real-Time Delay
//! Estimation in Overloaded Multiserver Queues with Abandonments", Management Science 55, 2009; the idea is in W.
//! Whitt, "Improving Service by Informing Customers about Anticipated Delays", Management Science 45, 1999). Whoever
//! has `n` contacts before them waits until `n + 1` contacts of the queue have been begun with or have given up:
//!
//! > wait = Σ 1 / (r + i·θ), for i from 0 to n
//!
//! `r` is the pace at which agents begin with contacts of the queue, [`State::pace`]: places of agents who are ready,
//! divided by the average handling time, shared among the queues they serve. `θ` is the rate at which a contact that
//! waits gives up. Handling times and giving up are learned as the day goes: averages in which what is past fades,
//! with a careful guess to start from. What agents do in the next minutes (go on a break, come back) is not foreseen.
//!
//! On a simulated busy day (the test beside this room) the median error is about a fifth of the true wait. With two or
//! fewer before one it is about two fifths, because then a single talk that runs long or short decides.
//!
//! No clock and no chance in here either: time stands beside each fact.

use crate::decide::{Event, State, Status};
use crate::model::Seconds;
use base::{ContactId, QueueId, Timestamp};
use std::collections::HashMap;
use std::time::Duration;

/// How long a contact takes, as long as nothing is known.
const FIRST_GUESS: Duration = Duration::from_mins(6);
/// How many contacts the first guess is worth.
const GUESS_WEIGHT: f64 = 3.0;
/// After how many more contacts one counts for half in the average.
const HALF_LIFE: f64 = 100.0;
/// Nobody is told to wait longer than this.
const MOST: Duration = Duration::from_hours(4);

/// What was learned about the contacts of an organisation.
#[derive(Clone, Debug, Default)]
pub struct Estimator {
    queues: HashMap<QueueId, Learned>,
    /// Contacts in hand: of which queue, since when.
    begun: HashMap<ContactId, (QueueId, Timestamp)>,
}

/// What was learned about one queue. Sums in which what is past fades.
#[derive(Clone, Copy, Debug)]
struct Learned {
    handled: f64,
    handling_s: f64,
    gave_up: f64,
    waited_s: f64,
}

impl Default for Learned {
    fn default() -> Self {
        let handling_s = GUESS_WEIGHT * FIRST_GUESS.as_secs_f64();
        Self { handled: GUESS_WEIGHT, handling_s, gave_up: 0.0, waited_s: 3600.0 }
    }
}

impl Learned {
    fn handled(&mut self, took: Duration) {
        let fade = 0.5_f64.powf(1.0 / HALF_LIFE);
        self.handled = self.handled * fade + 1.0;
        self.handling_s = self.handling_s * fade + took.as_secs_f64();
    }

    fn waited(&mut self, waited: Duration, gave_up: bool) {
        let fade = 0.5_f64.powf(1.0 / HALF_LIFE);
        self.gave_up = self.gave_up * fade + f64::from(u8::from(gave_up));
        self.waited_s = self.waited_s * fade + waited.as_secs_f64();
    }

    fn handling(&self) -> Duration {
        Duration::try_from_secs_f64(self.handling_s / self.handled).unwrap_or(FIRST_GUESS)
    }
}

impl Estimator {
    /// Learns from a fact. Call it with each event, before [`decide`](crate::decide::decide()) takes it in.
    pub fn learn(&mut self, state: &State, event: &Event, now: Timestamp) {
        match event {
            Event::Accepted { contact, agent } => {
                let offered = |status| matches!(status, Status::Offered { agent: to, .. } if to == *agent);
                if state.status(*contact).is_some_and(offered)
                    && let Some(waiting) = state.contact(*contact)
                {
                    self.begun.insert(*contact, (waiting.queue, now));
                    self.queues.entry(waiting.queue).or_default().waited(now.since(waiting.since), false);
                }
            }
            Event::Left(contact) => {
                let begun = self.begun.remove(contact);
                match (state.status(*contact), begun, state.contact(*contact)) {
                    (Some(status), Some((queue, since)), _) if status != Status::Waiting => {
                        self.queues.entry(queue).or_default().handled(now.since(since));
                    }
                    (Some(Status::Waiting | Status::Offered { .. }), _, Some(waiting)) => {
                        self.queues.entry(waiting.queue).or_default().waited(now.since(waiting.since), true);
                    }
                    _ => {}
                }
            }
            Event::Requeued(contact) | Event::Transferred { contact, .. } => {
                self.begun.remove(contact);
            }
            _ => {}
        }
    }

    /// How fast a queue moves now. `None`: it stands still, because nobody is there to take anything. Looks at each
    /// agent of the queue, so ask once and use it for all that wait.
    pub fn prospect(&self, state: &State, queue: QueueId) -> Option<Prospect> {
        let learned = |queue| self.queues.get(&queue).copied().unwrap_or_default();
        let pace = state.pace(queue, |queue| learned(queue).handling());
        let Learned { gave_up, waited_s, .. } = learned(queue);
        (pace > 0.0).then(|| Prospect { pace, giving_up: gave_up / waited_s })
    }
}

/// How fast a queue moves.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Prospect {
    /// Contacts begun with, a second.
    pace: f64,
    /// The share of those waiting that gives up, a second.
    giving_up: f64,
}

impl Prospect {
    /// How long a contact will wait that has so many before it in the queue, in whole seconds.
    #[expect(clippy::cast_precision_loss, reason = "a number of contacts")]
    pub fn wait(&self, ahead: usize) -> Seconds {
        let Self { pace, giving_up } = *self;
        let ahead = ahead as f64;
        // The first term is taken as it is, the others by the integral around them, which differs by less than a
        // hundredth as soon as places come free faster than one customer loses patience.
        let others = if giving_up * ahead < pace * 1e-6 {
            ahead / pace
        } else {
            ((pace + (ahead + 0.5) * giving_up) / (pace + 0.5 * giving_up)).ln() / giving_up
        };
        let seconds = Duration::try_from_secs_f64(1.0 / pace + others).unwrap_or(MOST).min(MOST).as_secs();
        Seconds(u32::try_from(seconds).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_formula_is_the_sum_it_stands_for() {
        for (pace, giving_up) in [(0.02, 0.0), (0.02, 0.001), (0.5, 0.0005), (0.001, 0.001)] {
            let prospect = Prospect { pace, giving_up };
            let mut sum = 0.0;
            for ahead in 0..200_u32 {
                sum += 1.0 / (pace + f64::from(ahead) * giving_up);
                let wait = f64::from(prospect.wait(ahead as usize).0);
                assert!((wait - sum.min(14_400.0)).abs() <= 1.0 + sum * 0.03, "{ahead}: {wait} is not {sum}");
            }
        }
    }
}
