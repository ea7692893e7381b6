//! What a simulated colleague does with one contact: answers along the written-out talk, hands on, ends, wraps up. To
//! somebody who asks what no talk knows, a person who tries the demo, they say what they are and keep polite. Pure, as
//! [`super::visitor`] is.

use super::dice::{Dice, Pace};
use crate::demo::content::{Dialogue, Phrases};
use base::Timestamp;
use std::time::Duration;

/// Something that a colleague does with a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Type,
    Say(String),
    /// Hands the contact to the queue with this code.
    HandTo(String),
    End,
    WrapUp,
}

/// One contact in hand. What was said before is counted, so that a colleague who takes over, or was away, goes on
/// where the talk is.
#[derive(Debug)]
pub(crate) struct Helper<'a> {
    dialogue: Option<&'a Dialogue>,
    phrases: &'a Phrases,
    first_name: &'a str,
    dice: Dice,
    pace: Pace,
    /// How many messages colleagues said.
    said: usize,
    /// How many messages the customer said.
    heard: usize,
    heard_when_spoke: usize,
    /// How many messages were said into silence.
    unanswered: u8,
    ended: bool,
    next: Option<(Timestamp, Step)>,
}

impl<'a> Helper<'a> {
    pub(crate) fn new(
        dialogue: Option<&'a Dialogue>,
        phrases: &'a Phrases,
        first_name: &'a str,
        dice: Dice,
        pace: Pace,
    ) -> Self {
        let (said, heard, heard_when_spoke) = (0, 0, 0);
        let (unanswered, ended, next) = (0, false, None);
        Self {
            dialogue,
            phrases,
            first_name,
            dice,
            pace,
            said,
            heard,
            heard_when_spoke,
            unanswered,
            ended,
            next,
        }
    }

    /// How the contact stands when it is opened: so many messages of each side.
    pub(crate) fn opens(&mut self, said: usize, heard: usize, ended: bool, now: Timestamp) {
        (self.said, self.heard, self.ended) = (said, heard, ended);
        self.go_on(now);
    }

    /// The customer says something.
    pub(crate) fn hear(&mut self, text: &str, now: Timestamp) {
        self.heard += 1;
        self.unanswered = 0;
        if !matches!(self.next, Some((_, Step::Say(_)))) {
            let read = now + self.pace.reading(text);
            self.go_on(read);
        }
    }

    /// The talk is over.
    pub(crate) fn ends(&mut self, now: Timestamp) {
        if !self.ended {
            self.ended = true;
            self.go_on(now);
        }
    }

    pub(crate) fn due(&self) -> Option<Timestamp> {
        self.next.as_ref().map(|(at, _)| *at)
    }

    /// What is to be done now, if it is time. It counts as done with [`Helper::did`].
    pub(crate) fn act(&mut self, now: Timestamp) -> Option<Step> {
        let (_, step) = self.next.take_if(|(at, _)| *at <= now)?;
        if step == Step::Type {
            let text = self.on_the_tongue();
            self.next = Some((now + self.pace.typing(&text), Step::Say(text)));
        }
        Some(step)
    }

    /// It was done.
    pub(crate) fn did(&mut self, step: &Step, now: Timestamp) {
        match step {
            Step::Say(_) => {
                self.unanswered += u8::from(self.said > 0 && self.heard == self.heard_when_spoke);
                self.said += 1;
                self.heard_when_spoke = self.heard;
                let handed = self.dialogue.and_then(|dialogue| dialogue.talk.colleague().get(self.said - 1));
                match handed.and_then(|line| line.then_to.clone()) {
                    Some(queue) => {
                        self.next = Some((now + self.pace.of(Duration::from_secs(2)), Step::HandTo(queue)));
                    }
                    None => self.go_on(now),
                }
            }
            Step::End => self.ends(now),
            Step::Type | Step::HandTo(_) | Step::WrapUp => {}
        }
    }

    /// It could not be done now; it is tried again after a while.
    pub(crate) fn try_again(&mut self, step: Step, at: Timestamp) {
        self.next = Some((at, step));
    }

    /// The line that was to be handed over stays with this colleague.
    pub(crate) fn keeps(&mut self, now: Timestamp) {
        self.go_on(now);
    }

    /// What it was about: the reason's code and a note.
    pub(crate) fn outcome(&self) -> (Option<&'a str>, &'a str) {
        match self.dialogue {
            Some(dialogue) => (Some(&dialogue.reason), &dialogue.note),
            None => (None, &self.phrases.note),
        }
    }

    fn on_the_tongue(&self) -> String {
        let text = match self.dialogue {
            Some(dialogue) => dialogue.talk.colleague().get(self.said).map(|line| &line.text),
            None if self.said == 0 => Some(&self.phrases.greeting),
            None if self.heard > self.heard_when_spoke => {
                self.phrases.replies.get((self.said - 1) % self.phrases.replies.len().max(1))
            }
            None if self.unanswered == 0 => Some(&self.phrases.silent),
            None => Some(&self.phrases.closing),
        };
        text.map_or_else(String::new, |text| text.replace("{agent}", self.first_name))
    }

    fn go_on(&mut self, now: Timestamp) {
        let seconds = |least, most| self.pace.of(self.dice.seconds(least, most));
        let next = if self.ended {
            Some((seconds(5, 18), Step::WrapUp))
        } else if let Some(dialogue) = self.dialogue {
            match dialogue.talk.colleague().get(self.said) {
                Some(line) if self.heard >= line.after => Some((seconds(2, 7), Step::Type)),
                Some(_) => None,
                None if self.heard >= dialogue.talk.customer().len() => Some((seconds(40, 75), Step::End)),
                None => Some((seconds(150, 240), Step::End)),
            }
        } else if self.said == 0 || self.heard > self.heard_when_spoke {
            Some((seconds(2, 5), Step::Type))
        } else {
            match self.unanswered {
                0 => Some((seconds(150, 200), Step::Type)),
                1 => Some((seconds(60, 90), Step::Type)),
                _ => Some((seconds(3, 6), Step::End)),
            }
        };
        self.next = next.map(|(wait, step)| (now + wait, step));
    }
}

#[cfg(test)]
#[path = "helper_tests.rs"]
mod tests;
