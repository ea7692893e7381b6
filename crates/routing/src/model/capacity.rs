//! How much work an agent has in hand at once, weighed across channels, and which work may be interrupted.
//!
//! Each contact in hand weighs something; the weights together stay within a total. Work on a channel that *yields*
//! to another is set aside while the agent has such other work in hand, and weighs nothing then. The default is one
//! call, or four chats, or one mail; a mail yields to calls and chats.

use base::{Error, Result};
use serde::{Deserialize, Serialize};
use std::ops::{Index, IndexMut};

/// Along which way the customer talks, as far as an agent's attention is concerned.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Live speech.
    Call,
    /// Live text.
    Chat,
    /// Text that can wait an hour.
    Mail,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Call, Self::Chat, Self::Mail];
}

/// A value for each channel.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct PerChannel<T> {
    call: T,
    chat: T,
    mail: T,
}

impl<T> PerChannel<T> {
    /// The value that `make` gives for each channel.
    pub fn of(mut make: impl FnMut(Channel) -> T) -> Self {
        Self { call: make(Channel::Call), chat: make(Channel::Chat), mail: make(Channel::Mail) }
    }
}

impl<T> Index<Channel> for PerChannel<T> {
    type Output = T;
    fn index(&self, channel: Channel) -> &T {
        match channel {
            Channel::Call => &self.call,
            Channel::Chat => &self.chat,
            Channel::Mail => &self.mail,
        }
    }
}

impl<T> IndexMut<Channel> for PerChannel<T> {
    fn index_mut(&mut self, channel: Channel) -> &mut T {
        match channel {
            Channel::Call => &mut self.call,
            Channel::Chat => &mut self.chat,
            Channel::Mail => &mut self.mail,
        }
    }
}

/// The numbers of a [`Capacity`], before they are checked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CapacityRules {
    /// What all work in hand may weigh together.
    pub total: u16,
    /// What one contact weighs.
    pub weight: PerChannel<u16>,
    /// How many contacts at once; none means that the agent does not do this channel.
    pub most: PerChannel<u8>,
    /// The interruption matrix: for each channel, the channels that it yields to.
    pub yields_to: PerChannel<Vec<Channel>>,
}

impl Default for CapacityRules {
    fn default() -> Self {
        let live = vec![Channel::Call, Channel::Chat];
        Self {
            total: 100,
            weight: PerChannel { call: 100, chat: 25, mail: 100 },
            most: PerChannel { call: 1, chat: 4, mail: 1 },
            yields_to: PerChannel { call: vec![], chat: vec![], mail: live },
        }
    }
}

/// How much work an agent has in hand at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "CapacityRules", into = "CapacityRules")]
pub struct Capacity {
    total: u16,
    weight: PerChannel<u16>,
    most: PerChannel<u8>,
    yields: PerChannel<PerChannel<bool>>,
}

impl Default for Capacity {
    fn default() -> Self {
        Self::unchecked(&CapacityRules::default())
    }
}

impl TryFrom<CapacityRules> for Capacity {
    type Error = Error;

    fn try_from(rules: CapacityRules) -> Result<Self> {
        if rules.total == 0 {
            return Err(Error::invalid("capacity.total", "give a total above zero"));
        }
        for channel in Channel::ALL {
            if rules.most[channel] > 0 && !(1..=rules.total).contains(&rules.weight[channel]) {
                return Err(Error::invalid("capacity.weight", "give a weight from 1 up to the total"));
            }
            for other in &rules.yields_to[channel] {
                if *other == channel || rules.yields_to[*other].contains(&channel) {
                    return Err(Error::invalid(
                        "capacity.yields_to",
                        "of two channels only one can yield to the other",
                    ));
                }
            }
        }
        Ok(Self::unchecked(&rules))
    }
}

impl From<Capacity> for CapacityRules {
    fn from(capacity: Capacity) -> Self {
        let yields_to = PerChannel::of(|channel| {
            Channel::ALL.into_iter().filter(|other| capacity.yields[channel][*other]).collect()
        });
        Self { total: capacity.total, weight: capacity.weight, most: capacity.most, yields_to }
    }
}

impl Capacity {
    fn unchecked(rules: &CapacityRules) -> Self {
        let yields =
            PerChannel::of(|channel| PerChannel::of(|other| rules.yields_to[channel].contains(&other)));
        Self { total: rules.total, weight: rules.weight, most: rules.most, yields }
    }

    /// Whether one more contact can be taken beside what is in hand. Work that yields is not begun while there is
    /// work in hand that it would yield to.
    pub fn fits(&self, in_hand: &PerChannel<u8>, channel: Channel) -> bool {
        if in_hand[channel] >= self.most[channel] || self.is_set_aside(in_hand, channel) {
            return false;
        }
        let mut then = *in_hand;
        then[channel] += 1;
        self.load(&then) <= u32::from(self.total)
    }

    /// Whether work on this channel has to wait for other work in hand.
    pub fn is_set_aside(&self, in_hand: &PerChannel<u8>, channel: Channel) -> bool {
        Channel::ALL.into_iter().any(|other| in_hand[other] > 0 && self.yields[channel][other])
    }

    /// How many contacts of a channel at once.
    pub fn most(&self, channel: Channel) -> u8 {
        self.most[channel]
    }

    /// What the work in hand weighs, without what is set aside.
    pub fn load(&self, in_hand: &PerChannel<u8>) -> u32 {
        let counts = |channel: &Channel| in_hand[*channel] > 0 && !self.is_set_aside(in_hand, *channel);
        let weight = |channel| u32::from(in_hand[channel]) * u32::from(self.weight[channel]);
        Channel::ALL.into_iter().filter(counts).map(weight).sum()
    }

    /// The share of the total in use, in per cent; above a hundred after the total was lowered.
    pub fn percent(&self, in_hand: &PerChannel<u8>) -> u8 {
        let percent = self.load(in_hand) * 100 / u32::from(self.total);
        u8::try_from(percent).unwrap_or(u8::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_hand(call: u8, chat: u8, mail: u8) -> PerChannel<u8> {
        PerChannel { call, chat, mail }
    }

    fn room_for(hand: PerChannel<u8>) -> Vec<Channel> {
        Channel::ALL.into_iter().filter(|channel| Capacity::default().fits(&hand, *channel)).collect()
    }

    #[test]
    fn by_default_one_call_or_four_chats_or_one_mail() {
        use Channel::{Call, Chat};
        assert_eq!(room_for(in_hand(0, 0, 0)), Channel::ALL);
        assert_eq!(room_for(in_hand(1, 0, 0)), []);
        assert_eq!(room_for(in_hand(0, 1, 0)), [Chat]);
        assert_eq!(room_for(in_hand(0, 4, 0)), []);
        assert_eq!(room_for(in_hand(0, 0, 1)), [Call, Chat], "a mail yields to live contacts");
        assert_eq!(room_for(in_hand(1, 0, 1)), []);
        assert_eq!(room_for(in_hand(0, 3, 1)), [Chat]);
    }

    #[test]
    fn work_set_aside_weighs_nothing() {
        assert_eq!(Capacity::default().percent(&in_hand(0, 0, 1)), 100);
        assert_eq!(Capacity::default().percent(&in_hand(0, 2, 1)), 50);
    }

    #[test]
    fn impossible_capacities_are_refused() {
        let mutual = CapacityRules {
            yields_to: PerChannel { call: vec![], chat: vec![Channel::Mail], mail: vec![Channel::Chat] },
            ..CapacityRules::default()
        };
        let nothing = CapacityRules { total: 0, ..CapacityRules::default() };
        let too_heavy = CapacityRules { total: 90, ..CapacityRules::default() };
        for rules in [mutual, nothing, too_heavy] {
            assert!(Capacity::try_from(rules).is_err());
        }
    }

    #[test]
    fn the_rules_come_back_as_they_were_given() {
        assert_eq!(CapacityRules::from(Capacity::default()), CapacityRules::default());
    }
}
