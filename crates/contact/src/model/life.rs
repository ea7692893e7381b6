//! The life of a contact.
//!
//! ```text
//! Waiting ──assign──▶ Assigned ──end──▶ WrappingUp ──close──▶ Closed (handled)
//!    ▲ │                 │
//!    │ │                 └─ unassign: transferred, requeued, agent gone ─▶ Waiting
//!    │ └──── abandon, fall silent ─────────────────────────────────────▶ Closed
//! ```
//!
//! Each state carries what is known in it, and a transition consumes the state it starts from. So a contact without
//! an agent cannot be wrapped up, and a closed one cannot do anything, because there is no function that would.

use super::words::words;
use base::{Error, MembershipId, Result, Timestamp};

words! {
    /// How a customer reaches the organisation.
    Channel {
        /// A chat on a web page.
        Chat = "chat",
    }

    /// The name of a state.
    State {
        /// It waits for an agent.
        Waiting = "waiting",
        /// An agent has it.
        Assigned = "assigned",
        /// The talk is over; the agent records what it was about.
        WrappingUp = "wrapping_up",
        /// Over and recorded. This is final.
        Closed = "closed",
    }

    /// How a contact was closed.
    Closing {
        /// An agent dealt with it.
        Handled = "handled",
        /// The customer left before an agent came.
        Abandoned = "abandoned",
        /// Nothing was heard any more before an agent came.
        Silent = "silent",
    }

    /// Who ended the talk.
    EndedBy {
        /// The customer.
        Customer = "customer",
        /// The agent.
        Agent = "agent",
        /// Balie, because nothing was heard any more.
        System = "system",
    }

    /// Why an agent no longer has a contact.
    UnassignReason {
        /// It was handed to another queue or colleague.
        Transferred = "transferred",
        /// It was put back in its queue.
        Requeued = "requeued",
        /// The agent's browser went away.
        AgentGone = "agent_gone",
    }
}

/// It waits for an agent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Waiting {
    /// When the customer came.
    pub started_at: Timestamp,
}

/// An agent has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Assigned {
    /// When the customer came.
    pub started_at: Timestamp,
    /// When this agent took it.
    pub assigned_at: Timestamp,
    /// Who has it.
    pub agent: MembershipId,
}

/// The talk is over; the agent records what it was about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WrappingUp {
    /// What was known before the end.
    pub assigned: Assigned,
    /// When the talk ended.
    pub ended_at: Timestamp,
    /// Who ended it.
    pub ended_by: EndedBy,
}

/// Over and recorded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Closed {
    /// When the customer came.
    pub started_at: Timestamp,
    /// Which agent took it and when, if one did.
    pub assigned: Option<(MembershipId, Timestamp)>,
    /// When the talk ended.
    pub ended_at: Timestamp,
    /// Who ended it.
    pub ended_by: EndedBy,
    /// When it was closed.
    pub closed_at: Timestamp,
    /// How.
    pub closing: Closing,
}

impl Waiting {
    /// A customer comes.
    pub const fn new(at: Timestamp) -> Self {
        Self { started_at: at }
    }

    /// An agent takes it.
    pub fn assign(self, agent: MembershipId, at: Timestamp) -> Assigned {
        Assigned { started_at: self.started_at, assigned_at: at.max(self.started_at), agent }
    }

    /// The customer leaves.
    pub fn abandon(self, at: Timestamp) -> Closed {
        self.leave(at, EndedBy::Customer, Closing::Abandoned)
    }

    /// Nothing is heard any more.
    pub fn fall_silent(self, at: Timestamp) -> Closed {
        self.leave(at, EndedBy::System, Closing::Silent)
    }

    fn leave(self, at: Timestamp, ended_by: EndedBy, closing: Closing) -> Closed {
        let at = at.max(self.started_at);
        Closed { started_at: self.started_at, assigned: None, ended_at: at, ended_by, closed_at: at, closing }
    }
}

impl Assigned {
    /// The agent no longer has it.
    pub const fn unassign(self) -> Waiting {
        Waiting { started_at: self.started_at }
    }

    /// The talk ends.
    pub fn end(self, by: EndedBy, at: Timestamp) -> WrappingUp {
        WrappingUp { assigned: self, ended_at: at.max(self.assigned_at), ended_by: by }
    }
}

impl WrappingUp {
    /// It is recorded.
    pub fn close(self, at: Timestamp) -> Closed {
        Closed {
            started_at: self.assigned.started_at,
            assigned: Some((self.assigned.agent, self.assigned.assigned_at)),
            ended_at: self.ended_at,
            ended_by: self.ended_by,
            closed_at: at.max(self.ended_at),
            closing: Closing::Handled,
        }
    }
}

/// A contact in whichever state it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each variant is the state of its name")]
pub enum Life {
    Waiting(Waiting),
    Assigned(Assigned),
    WrappingUp(WrappingUp),
    Closed(Closed),
}

impl Life {
    /// A customer comes.
    pub const fn begin(at: Timestamp) -> Self {
        Self::Waiting(Waiting::new(at))
    }

    /// An agent takes it.
    pub fn assign(self, agent: MembershipId, at: Timestamp) -> Result<Self> {
        match self {
            Self::Waiting(waiting) => Ok(Self::Assigned(waiting.assign(agent, at))),
            Self::Assigned(_) => {
                Err(Error::conflict("A colleague has this contact already. Choose another one."))
            }
            Self::WrappingUp(_) | Self::Closed(_) => Err(over()),
        }
    }

    /// The agent no longer has it.
    pub fn unassign(self) -> Result<Self> {
        match self {
            Self::Assigned(assigned) => Ok(Self::Waiting(assigned.unassign())),
            Self::Waiting(_) => Err(nobody_has_it()),
            Self::WrappingUp(_) | Self::Closed(_) => Err(over()),
        }
    }

    /// The talk ends. Without an agent there is nothing to wrap up, and the contact is closed at once.
    pub fn end(self, by: EndedBy, at: Timestamp) -> Result<Self> {
        match (self, by) {
            (Self::Waiting(waiting), EndedBy::Customer) => Ok(Self::Closed(waiting.abandon(at))),
            (Self::Waiting(waiting), EndedBy::System) => Ok(Self::Closed(waiting.fall_silent(at))),
            (Self::Waiting(_), EndedBy::Agent) => Err(nobody_has_it()),
            (Self::Assigned(assigned), by) => Ok(Self::WrappingUp(assigned.end(by, at))),
            (Self::WrappingUp(_) | Self::Closed(_), _) => Err(over()),
        }
    }

    /// It is recorded.
    pub fn close(self, at: Timestamp) -> Result<Self> {
        match self {
            Self::WrappingUp(wrapping_up) => Ok(Self::Closed(wrapping_up.close(at))),
            Self::Waiting(_) | Self::Assigned(_) => {
                Err(Error::conflict("This contact is still going on. End it first, then wrap it up."))
            }
            Self::Closed(_) => Err(over()),
        }
    }

    /// The name of the state.
    pub const fn state(&self) -> State {
        match self {
            Self::Waiting(_) => State::Waiting,
            Self::Assigned(_) => State::Assigned,
            Self::WrappingUp(_) => State::WrappingUp,
            Self::Closed(_) => State::Closed,
        }
    }

    /// When the customer came.
    pub const fn started_at(&self) -> Timestamp {
        match self {
            Self::Waiting(Waiting { started_at })
            | Self::Assigned(Assigned { started_at, .. })
            | Self::WrappingUp(WrappingUp { assigned: Assigned { started_at, .. }, .. })
            | Self::Closed(Closed { started_at, .. }) => *started_at,
        }
    }

    /// Who has it, or had it when it ended, and since when.
    pub const fn assigned(&self) -> Option<(MembershipId, Timestamp)> {
        match self {
            Self::Waiting(_) => None,
            Self::Assigned(assigned) | Self::WrappingUp(WrappingUp { assigned, .. }) => {
                Some((assigned.agent, assigned.assigned_at))
            }
            Self::Closed(closed) => closed.assigned,
        }
    }

    /// Who has it, or had it when it ended.
    pub const fn agent(&self) -> Option<MembershipId> {
        match self.assigned() {
            Some((agent, _)) => Some(agent),
            None => None,
        }
    }

    /// When the talk ended and by whom.
    pub const fn ended(&self) -> Option<(Timestamp, EndedBy)> {
        match self {
            Self::Waiting(_) | Self::Assigned(_) => None,
            Self::WrappingUp(wrapping_up) => Some((wrapping_up.ended_at, wrapping_up.ended_by)),
            Self::Closed(closed) => Some((closed.ended_at, closed.ended_by)),
        }
    }

    /// When it was closed and how.
    pub const fn closed(&self) -> Option<(Timestamp, Closing)> {
        match self {
            Self::Closed(closed) => Some((closed.closed_at, closed.closing)),
            _ => None,
        }
    }
}

pub(crate) fn over() -> Error {
    Error::conflict("This contact has ended. Look at it again to see how.")
}

fn nobody_has_it() -> Error {
    Error::conflict("Nobody has this contact now; it waits in its queue.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Env;
    use base::id::Id;
    use proptest::prelude::*;

    #[derive(Clone, Debug)]
    enum Step {
        Assign(u128),
        Unassign,
        End(EndedBy),
        Close,
    }

    fn steps() -> impl Strategy<Value = Vec<(Step, i64)>> {
        let step = prop_oneof![
            3 => (0..4_u128).prop_map(Step::Assign),
            2 => Just(Step::Unassign),
            2 => proptest::sample::select(EndedBy::ALL).prop_map(Step::End),
            2 => Just(Step::Close),
        ];
        // A node's clock may stand a little behind that of another, so time also steps back.
        proptest::collection::vec((step, -50..1000_i64), 0..60)
    }

    fn take(life: Life, step: &Step, at: Timestamp) -> Result<Life> {
        match step {
            Step::Assign(agent) => life.assign(MembershipId::from_raw(*agent), at),
            Step::Unassign => life.unassign(),
            Step::End(by) => life.end(*by, at),
            Step::Close => life.close(at),
        }
    }

    /// What must hold of any contact in the database.
    fn sound(life: &Life) -> std::result::Result<(), TestCaseError> {
        let (agent, ended, closed) = (life.agent(), life.ended(), life.closed());
        match life.state() {
            State::Waiting => prop_assert!(agent.is_none() && ended.is_none() && closed.is_none()),
            State::Assigned => prop_assert!(agent.is_some() && ended.is_none() && closed.is_none()),
            State::WrappingUp => prop_assert!(agent.is_some() && ended.is_some() && closed.is_none()),
            State::Closed => {
                let (_, closing) = closed.expect("closed");
                prop_assert_eq!(agent.is_some(), closing == Closing::Handled, "only an agent handles");
                prop_assert!(ended.is_some());
            }
        }
        let times = [
            Some(life.started_at()),
            life.assigned().map(|(_, at)| at),
            ended.map(|(at, _)| at),
            closed.map(|(at, _)| at),
        ];
        prop_assert!(times.iter().flatten().is_sorted(), "times are in order: {:?}", times);
        Ok(())
    }

    proptest! {
        #[test]
        fn no_order_of_events_leads_to_a_state_that_cannot_be(steps in steps()) {
            let mut at = Timestamp::from_micros(1_000_000);
            let mut life = Life::begin(at);
            for (step, passed) in steps {
                at = Timestamp::from_micros(at.micros() + passed);
                let before = life;
                match take(life, &step, at) {
                    Ok(after) => {
                        prop_assert!(before.state() != State::Closed, "closed is final");
                        prop_assert!(before.state() != after.state(), "each transition changes the state");
                        prop_assert_eq!(before.started_at(), after.started_at());
                        life = after;
                    }
                    Err(refused) => prop_assert_eq!(refused.code(), base::ErrorCode::Conflict),
                }
                sound(&life)?;
            }
        }

        #[test]
        fn an_agent_who_has_a_contact_keeps_it_until_it_is_handed_over_or_ended(agent: u128, other: u128) {
            let at = Timestamp::default();
            let life = Life::begin(at).assign(MembershipId::from_raw(agent), at).unwrap();
            prop_assert!(life.assign(MembershipId::from_raw(other), at).is_err());
            prop_assert_eq!(life.agent(), Some(MembershipId::from_raw(agent)));
        }
    }

    #[test]
    fn a_customer_who_leaves_before_an_agent_comes_abandoned_it() {
        let (env, _) = Env::test(1);
        let life = Life::begin(env.now()).end(EndedBy::Customer, env.now()).unwrap();
        assert_eq!(life.closed(), Some((env.now(), Closing::Abandoned)));
    }

    #[test]
    fn a_customer_who_leaves_an_agent_leaves_something_to_wrap_up() {
        let (env, _) = Env::test(1);
        let life = Life::begin(env.now()).assign(env.new_id(), env.now()).unwrap();
        let life = life.end(EndedBy::Customer, env.now()).unwrap();
        assert_eq!(life.state(), State::WrappingUp);
        assert_eq!(life.close(env.now()).unwrap().closed(), Some((env.now(), Closing::Handled)));
    }
}
