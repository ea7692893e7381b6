//! What goes on in a simulated customer: they ask, read, think, type, lose patience, leave or say goodbye. Pure: it is
//! told what happens and when, and says what it wants to do next and when.

use super::dice::{Dice, Pace};
use crate::demo::talk::{Line, Talk};
use base::Timestamp;
use serde::Deserialize;
use std::time::Duration;

/// How far a conversation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    Waiting,
    Active,
    Ended,
}

/// Something that a customer does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    Type,
    Say(String),
    /// "Yes, I am still there."
    Here,
    /// Ends the conversation.
    End,
    /// Goes away without a word.
    Leave,
}

/// What sort of customer it is today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Character {
    /// Waits, asks, thanks.
    Usual,
    /// Waits no longer than this.
    Hurried(Duration),
    /// Says so many lines and then nothing more.
    Distracted(usize),
}

/// A customer who follows their side of a talk, whoever is at the other side.
#[derive(Debug)]
pub(crate) struct Visitor {
    lines: Vec<Line>,
    answers: usize,
    impatient: Vec<String>,
    dice: Dice,
    pace: Pace,
    character: Character,
    stage: Stage,
    /// How many of the lines were said; the question is the first.
    said: usize,
    /// How many messages of colleagues were read.
    heard: usize,
    heard_when_spoke: usize,
    nagged: usize,
    next: Option<(Timestamp, Deed)>,
    here: Option<Timestamp>,
}

impl Visitor {
    /// Somebody who has just asked the question of this talk.
    pub(crate) fn new(talk: &Talk, impatient: &[String], dice: Dice, pace: Pace, now: Timestamp) -> Self {
        let lines = talk.customer().to_vec();
        let character = match dice.unit() {
            x if x < 0.07 => Character::Hurried(dice.seconds(40, 200)),
            x if x < 0.12 => Character::Distracted(1 + dice.below(lines.len())),
            _ => Character::Usual,
        };
        let mut visitor = Self {
            lines,
            answers: talk.colleague().len(),
            impatient: impatient.to_vec(),
            dice,
            pace,
            character,
            stage: Stage::Waiting,
            said: 1,
            heard: 0,
            heard_when_spoke: 0,
            nagged: 0,
            next: None,
            here: None,
        };
        visitor.go_on(now);
        visitor
    }

    /// When something is to be done.
    pub(crate) fn due(&self) -> Option<Timestamp> {
        let next = self.next.as_ref().map(|(at, _)| *at);
        next.into_iter().chain(self.here).min()
    }

    /// What is to be done now, if it is time.
    pub(crate) fn act(&mut self, now: Timestamp) -> Option<Deed> {
        if self.here.is_some_and(|at| at <= now) {
            self.here = None;
            return Some(Deed::Here);
        }
        let (_, deed) = self.next.take_if(|(at, _)| *at <= now)?;
        match &deed {
            Deed::Type => {
                if let Some(text) = self.on_the_tongue() {
                    self.next = Some((now + self.pace.typing(&text), Deed::Say(text)));
                }
            }
            Deed::Say(text) => {
                if self.lines.get(self.said).is_some_and(|line| line.text == *text) {
                    self.said += 1;
                } else {
                    self.nagged += 1;
                }
                self.heard_when_spoke = self.heard;
                self.go_on(now);
            }
            Deed::Here | Deed::End | Deed::Leave => {}
        }
        Some(deed)
    }

    /// The conversation is this far.
    pub(crate) fn moved(&mut self, stage: Stage, now: Timestamp) {
        let before = std::mem::replace(&mut self.stage, stage);
        match stage {
            Stage::Ended => (self.next, self.here) = (None, None),
            _ if before != stage && self.is_idle() => self.go_on(now),
            _ => {}
        }
    }

    /// A colleague says something.
    pub(crate) fn hear(&mut self, text: &str, now: Timestamp) {
        self.heard += 1;
        self.nagged = 0;
        if self.is_idle() {
            let read = now + self.pace.reading(text);
            self.go_on(read);
        }
    }

    /// A colleague types, so it is worth waiting a little.
    pub(crate) fn sees_typing(&mut self, now: Timestamp) {
        let soon = now + self.pace.of(Duration::from_secs(8));
        if let Some((at, Deed::Type | Deed::End)) = &mut self.next {
            *at = soon.max(*at);
        }
    }

    /// "Are you still there?"
    pub(crate) fn asked_whether_there(&mut self, now: Timestamp) {
        let comes_back = self.dice.chance(0.3);
        if !self.has_drifted_off() || comes_back {
            self.here = Some(now + self.pace.of(self.dice.seconds(2, 8)));
        }
    }

    /// Not in the middle of typing.
    fn is_idle(&self) -> bool {
        !matches!(self.next, Some((_, Deed::Say(_))))
    }

    fn has_drifted_off(&self) -> bool {
        matches!(self.character, Character::Distracted(lines) if self.said >= lines)
    }

    /// What is said next: the next line, or a sign of impatience.
    fn on_the_tongue(&self) -> Option<String> {
        let waits = self.said < self.lines.len() && !self.is_turn();
        match self.lines.get(self.said) {
            Some(line) if !waits => Some(line.text.clone()),
            _ => self.dice.pick(&self.impatient).cloned(),
        }
    }

    /// Whether the next line can be said: what comes before it was heard, or somebody answered in another way.
    fn is_turn(&self) -> bool {
        self.lines.get(self.said).is_some_and(|line| {
            let before = &self.lines[self.said - 1];
            line.after == before.after || self.heard > self.heard_when_spoke
        })
    }

    /// Decides what to do next, from this moment on.
    fn go_on(&mut self, now: Timestamp) {
        let wait = |duration| self.pace.of(duration);
        if self.has_drifted_off() {
            self.next = None;
            return;
        }
        let answered = self.heard > self.heard_when_spoke;
        let next = match self.lines.get(self.said) {
            Some(line) if self.is_turn() => {
                // Whoever answers freely may have more to say; whoever follows the talk has said it all.
                let thinks = if self.heard >= line.after {
                    self.dice.seconds(1, 6)
                } else {
                    self.dice.seconds(14, 24)
                };
                (wait(thinks), Deed::Type)
            }
            None if self.stage == Stage::Active && (answered || !self.expects_more()) => {
                let thinks = if self.heard >= self.answers {
                    self.dice.seconds(3, 12)
                } else {
                    self.dice.seconds(20, 40)
                };
                (wait(thinks), self.goodbye())
            }
            _ => match (self.stage, self.character) {
                (Stage::Waiting, Character::Hurried(patience)) if self.heard == 0 => {
                    (wait(patience), self.goodbye())
                }
                (Stage::Waiting, _) => (wait(self.dice.seconds(900, 1500)), Deed::End),
                _ if self.nagged < 2 => (wait(self.dice.seconds(100, 200)), Deed::Type),
                _ => (wait(self.dice.seconds(120, 240)), Deed::End),
            },
        };
        self.next = Some((now + next.0, next.1));
    }

    /// Whether the talk ends with words of the colleague.
    fn expects_more(&self) -> bool {
        self.lines.last().is_some_and(|line| self.answers > line.after) && self.heard < self.answers
    }

    fn goodbye(&self) -> Deed {
        if self.dice.chance(0.12) { Deed::Leave } else { Deed::End }
    }
}

#[cfg(test)]
#[path = "visitor_tests.rs"]
mod tests;
