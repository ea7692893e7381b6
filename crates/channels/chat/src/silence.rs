//! When a visitor who falls silent is asked whether they are still there, and when their conversation is closed. A
//! pure decision over what is stored; the job that looks does what it says and comes back when it says.
//!
//! ```text
//! Waiting ── nobody at the other end of the line for `away` ─────────────▶ Abandon
//! Talking ── the agent spoke last, nothing heard for `ask_after` ────────▶ Ask
//! Talking ── asked, and nothing heard for `close_after` ─────────────────▶ Close
//! ```
//!
//! A visitor who waits for the agent's next word is not silent: it is not their turn.

use base::Timestamp;
use std::time::Duration;

/// How long we wait for a visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Without a word or a sign of typing: ask.
    pub ask_after: Duration,
    /// Without an answer to that: close.
    pub close_after: Duration,
    /// Gone from the line while waiting in the queue: the contact is abandoned.
    pub away: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            ask_after: Duration::from_mins(5),
            close_after: Duration::from_mins(3),
            away: Duration::from_mins(2),
        }
    }
}

/// How the conversation is, as far as silence is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Talk {
    /// Nobody helps yet.
    Waiting {
        /// When the visitor was last seen at the other end of a line, here or on another node.
        seen_at: Timestamp,
        /// Whether they are at the other end of a line here, now.
        present: bool,
    },
    /// An agent has it.
    Talking {
        /// Since when.
        assigned_at: Timestamp,
        /// When the agent spoke, if nobody spoke after that; absent while it is the agent's turn.
        visitors_turn: Option<Timestamp>,
        /// The visitor's last sign of life: a word, typing, or "I am here".
        heard_at: Timestamp,
        /// When they were asked, if they were.
        asked_at: Option<Timestamp>,
    },
    /// It is over.
    Ended,
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing now; look again at this moment.
    Wait {
        /// When.
        until: Timestamp,
        /// Whether an earlier question was answered, so that it can be taken back.
        answered: bool,
    },
    /// Ask whether the visitor is still there; they have until then.
    Ask {
        /// When the conversation is closed without an answer.
        until: Timestamp,
    },
    /// Close it politely.
    Close,
    /// The visitor left before an agent came.
    Abandon,
    /// Never look again.
    Rest,
}

/// Until when the visitor can answer, if a question is open.
pub fn open_until(talk: &Talk, patience: &Patience) -> Option<Timestamp> {
    match *talk {
        Talk::Talking { visitors_turn: Some(spoke_at), heard_at, asked_at: Some(asked), .. } => {
            (heard_at <= asked).then(|| asked.max(spoke_at) + patience.close_after)
        }
        _ => None,
    }
}

/// What to do about a conversation now.
pub fn decide(talk: &Talk, now: Timestamp, patience: &Patience) -> Verdict {
    match *talk {
        Talk::Ended => Verdict::Rest,
        Talk::Waiting { present: true, .. } => {
            Verdict::Wait { until: now + patience.away / 2, answered: false }
        }
        Talk::Waiting { seen_at, present: false } => {
            let until = seen_at + patience.away;
            if now >= until { Verdict::Abandon } else { Verdict::Wait { until, answered: false } }
        }
        Talk::Talking { assigned_at, visitors_turn, heard_at, asked_at } => {
            if let Some(until) = open_until(talk, patience) {
                return if now >= until { Verdict::Close } else { Verdict::Wait { until, answered: false } };
            }
            let answered = asked_at.is_some();
            let Some(spoke_at) = visitors_turn else {
                // Should the agent speak at once, this is the first moment to ask.
                return Verdict::Wait { until: now + patience.ask_after, answered };
            };
            let until = spoke_at.max(heard_at).max(assigned_at) + patience.ask_after;
            if now >= until && !answered {
                return Verdict::Ask { until: now + patience.close_after };
            }
            Verdict::Wait { until: until.max(now + Duration::from_secs(1)), answered }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PATIENCE: Patience = Patience {
        ask_after: Duration::from_mins(5),
        close_after: Duration::from_mins(2),
        away: Duration::from_mins(2),
    };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    fn talking(agent_spoke: Option<i64>, heard: i64, asked: Option<i64>) -> Talk {
        let visitors_turn = agent_spoke.map(at);
        Talk::Talking { assigned_at: at(0), visitors_turn, heard_at: at(heard), asked_at: asked.map(at) }
    }

    fn verdict(talk: Talk, now: i64) -> Verdict {
        decide(&talk, at(now), &PATIENCE)
    }

    #[test]
    fn a_visitor_who_falls_silent_is_asked_and_then_closed() {
        let silent = talking(Some(10), 5, None);
        assert_eq!(verdict(silent, 309), Verdict::Wait { until: at(310), answered: false });
        assert_eq!(verdict(silent, 310), Verdict::Ask { until: at(430) });
        let asked = talking(Some(10), 5, Some(310));
        assert_eq!(verdict(asked, 429), Verdict::Wait { until: at(430), answered: false });
        assert_eq!(verdict(asked, 430), Verdict::Close);
    }

    #[test]
    fn a_word_typing_or_here_takes_the_question_back() {
        let here = talking(Some(10), 350, Some(310));
        assert_eq!(verdict(here, 351), Verdict::Wait { until: at(650), answered: true });
        let word = talking(None, 350, Some(310));
        assert!(matches!(verdict(word, 351), Verdict::Wait { answered: true, .. }));
    }

    #[test]
    fn a_visitor_who_waits_for_the_agent_is_never_asked() {
        assert!(matches!(verdict(talking(None, 0, None), 100_000), Verdict::Wait { .. }));
    }

    #[test]
    fn a_word_of_the_agent_gives_a_silent_visitor_time_again() {
        let asked = talking(Some(400), 5, Some(310));
        assert_eq!(open_until(&asked, &PATIENCE), Some(at(520)));
    }

    #[test]
    fn who_leaves_the_queue_is_abandoned_after_a_while_and_who_stays_is_not() {
        let gone = Talk::Waiting { seen_at: at(0), present: false };
        assert_eq!(verdict(gone, 119), Verdict::Wait { until: at(120), answered: false });
        assert_eq!(verdict(gone, 120), Verdict::Abandon);
        assert!(matches!(
            verdict(Talk::Waiting { seen_at: at(0), present: true }, 9999),
            Verdict::Wait { .. }
        ));
    }

    #[derive(Clone, Debug)]
    enum Step {
        AgentSpeaks,
        VisitorSpeaks,
        VisitorTypes,
        Look,
    }

    fn steps() -> impl Strategy<Value = Vec<(Step, i64)>> {
        let step = prop_oneof![
            1 => Just(Step::AgentSpeaks),
            1 => Just(Step::VisitorSpeaks),
            1 => Just(Step::VisitorTypes),
            4 => Just(Step::Look),
        ];
        proptest::collection::vec((step, 0..400_i64), 0..80)
    }

    proptest! {
        /// However the two talk: nobody is closed without having been asked and given the time to answer, nobody is
        /// asked twice without having answered, and whoever is not closed is looked at again.
        #[test]
        fn nobody_is_closed_unasked(steps in steps()) {
            let (mut now, mut agent_spoke, mut heard, mut asked) = (0, None, 0, None::<i64>);
            for (step, passed) in steps {
                now += passed;
                match step {
                    Step::AgentSpeaks => agent_spoke = Some(now),
                    Step::VisitorSpeaks => (agent_spoke, heard) = (None, now),
                    Step::VisitorTypes => heard = now,
                    Step::Look => match verdict(talking(agent_spoke, heard, asked), now) {
                        Verdict::Wait { until, answered } => {
                            prop_assert!(until > at(now), "it comes back later, and not in a loop");
                            prop_assert!(until <= at(now) + PATIENCE.ask_after.max(PATIENCE.close_after));
                            if answered {
                                prop_assert!(asked.is_some_and(|asked| heard > asked) || agent_spoke.is_none());
                                asked = None;
                            }
                        }
                        Verdict::Ask { until } => {
                            prop_assert!(asked.is_none() && agent_spoke.is_some());
                            prop_assert!(now - heard >= 300);
                            prop_assert_eq!(until, at(now) + PATIENCE.close_after);
                            asked = Some(now);
                        }
                        Verdict::Close => {
                            let asked_at = asked.expect("closed after a question only");
                            prop_assert!(now - asked_at >= 120 && heard <= asked_at);
                            return Ok(());
                        }
                        Verdict::Abandon | Verdict::Rest => prop_assert!(false, "an agent has it"),
                    },
                }
            }
        }
    }
}
