//! How fast a queue's agents come free for it: what an estimate of waiting time is made of. Walks the agents of one
//! queue: for screens, once a second, and not for decisions.

use super::state::{Agent, State};
use crate::model::{Channel, PerChannel};
use base::QueueId;
use std::time::Duration;

impl State {
    /// How many contacts a second the agents of a queue can begin with from this queue, while all hands are full.
    /// `handling` tells how long a contact of a queue takes on average.
    ///
    /// Each agent who is ready has a number of places: how many contacts of the queue's channel fit at once. A place
    /// comes free once in the average handling time. An agent who serves other queues of the same or higher urgency
    /// shares the places out in proportion to how many wait in each, because the longest waiting goes first whichever
    /// queue it is in.
    pub fn pace(&self, queue: QueueId, handling: impl Fn(QueueId) -> Duration) -> f64 {
        let Some(own) = self.line_of.get(&queue).copied() else { return 0.0 };
        let line = &self.lines[own];
        let first = |channel: &Channel| line.heads[*channel].keys().next().map(|order| (*order, *channel));
        let first = Channel::ALL.iter().filter_map(first).min_by_key(|(order, _)| *order);
        let channel = first.map_or(Channel::Chat, |(_, channel)| channel);
        // What every queue asks of an agent who serves it beside this one: contacts, and the time they take.
        let asks = self.lines.iter().map(|other| {
            let competes = other.queue.rules().priority <= line.queue.rules().priority;
            let waiting = if other.queue.id() == queue { line.waiting + 1 } else { other.waiting };
            let contacts = if competes { count(waiting) } else { 0.0 };
            (contacts, contacts * handling(other.queue.id()).as_secs_f64())
        });
        let asks: Vec<(f64, f64)> = asks.collect();
        let (wanted, _) = asks[own];
        let members = (0..line.slot_count()).filter_map(|slot| line.member(slot));
        let ready = members.map(|member| &self.agents[member.at]).filter(|agent| agent.flags.ready);
        ready
            .map(|agent| {
                // While an agent does all this once, they begin with what is wanted here.
                let seconds: f64 = agent.slots.iter().map(|(line, _)| asks[*line].1).sum();
                if seconds > 0.0 { agent.places(channel) * wanted / seconds } else { 0.0 }
            })
            .sum()
    }
}

impl Agent {
    /// How many contacts of a channel fit at once.
    fn places(&self, channel: Channel) -> f64 {
        let capacity = &self.profile.capacity;
        let mut in_hand = PerChannel::default();
        while capacity.fits(&in_hand, channel) {
            in_hand[channel] += 1;
        }
        in_hand[channel].into()
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of contacts")]
fn count(number: usize) -> f64 {
    number as f64
}
