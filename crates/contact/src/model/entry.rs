//! What stands in a timeline.

use super::words::words;
use base::{Actor, ContactId, Error, MembershipId, Result};
use db::{FromValue, IntoValue, Kind, Value};
use std::fmt;
use std::str::FromStr;

words! {
    /// What an entry is.
    EntryKind {
        /// Something that was said, to be read by the other side.
        Message = "message",
        /// A remark among colleagues.
        Note = "note",
        /// Something that happened.
        Event = "event",
    }

    /// Who may see an entry.
    Visibility {
        /// The customer too.
        Public = "public",
        /// Colleagues only.
        Internal = "internal",
    }

    /// What happened, in an entry that tells of an event.
    EventCode {
        /// It stands in a queue.
        Queued = "queued",
        /// An agent took it.
        Assigned = "assigned",
        /// The agent's browser went away.
        AgentLeft = "agent_left",
        /// It went to another queue or colleague.
        Transferred = "transferred",
        /// It ended.
        Ended = "ended",
        /// The customer was asked whether they are still there.
        StillThere = "still_there",
        /// It was closed because nothing was heard any more.
        ClosedSilent = "closed_silent",
        /// It went back to its queue.
        Requeued = "requeued",
        /// The customer came back.
        CustomerBack = "customer_back",
    }
}

/// Who wrote an entry.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Author {
    /// The customer of the contact.
    Customer,
    /// A member of staff.
    Agent(MembershipId),
    /// Balie itself.
    System,
}

impl Author {
    /// `customer`, `agent` or `system`.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Agent(_) => "agent",
            Self::System => "system",
        }
    }

    /// The same, as whoever acts in the journal.
    pub const fn actor(self, contact: ContactId) -> Actor {
        match self {
            Self::Customer => Actor::Customer(contact),
            Self::Agent(agent) => Actor::Member(agent),
            Self::System => Actor::System,
        }
    }

    /// The member of staff, if it was one.
    pub const fn agent(self) -> Option<MembershipId> {
        match self {
            Self::Agent(agent) => Some(agent),
            _ => None,
        }
    }
}

impl fmt::Display for Author {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agent(agent) => agent.fmt(f),
            other => f.write_str(other.kind()),
        }
    }
}

impl FromStr for Author {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "customer" => Ok(Self::Customer),
            "system" => Ok(Self::System),
            agent => agent.parse().map(Self::Agent).map_err(Error::internal),
        }
    }
}

impl IntoValue for Author {
    const KIND: Kind = Kind::Text;
    fn into_value(self) -> Value {
        Value::Text(self.to_string())
    }
}

impl FromValue for Author {
    const KIND: Kind = Kind::Text;
    fn from_value(value: Value) -> Result<Self> {
        String::from_value(value)?.parse()
    }
}
