//! The envelope of a journal event: a fact about an organisation, in ids and small values. No personal content ever
//! stands in it; who wants the content opens the thing the event names.

use crate::{ContactId, MembershipId, OrganisationId, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A place in an organisation's journal: 1, 2, 3 … without gaps.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Debug,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(transparent)]
#[schema(value_type = i64)]
pub struct Position(pub i64);

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Who made it happen.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Actor {
    /// Balie itself: routing, a timer, a job.
    System,
    /// A member of staff.
    Member(MembershipId),
    /// The customer of a contact.
    Customer(ContactId),
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => f.write_str("system"),
            Self::Member(member) => member.fmt(f),
            Self::Customer(contact) => contact.fmt(f),
        }
    }
}

impl std::str::FromStr for Actor {
    type Err = crate::id::InvalidId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('_') {
            Some(("mem", _)) => text.parse().map(Self::Member),
            Some(("cnt", _)) => text.parse().map(Self::Customer),
            _ if text == "system" => Ok(Self::System),
            _ => Err(crate::id::InvalidId { expected: "mem" }),
        }
    }
}

/// A kind of fact that a room records. `KIND` is a stable name of the form `room.what_happened`.
pub trait Event: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The stable name.
    const KIND: &'static str;
    /// The id of the thing that it happened to, as text.
    fn subject(&self) -> String;
}

/// A fact as it stands in the journal.
#[derive(Clone, Debug, PartialEq)]
pub struct JournalEntry {
    /// Whose journal.
    pub organisation: OrganisationId,
    /// The place in it.
    pub position: Position,
    /// When it was recorded.
    pub at: Timestamp,
    /// Who made it happen.
    pub actor: Actor,
    /// The event's [`Event::KIND`].
    pub kind: String,
    /// What it happened to.
    pub subject: String,
    /// The event as JSON.
    pub data: serde_json::Value,
}

impl JournalEntry {
    /// The event, if it is of this kind and can still be read.
    pub fn read<E: Event>(&self) -> Option<E> {
        (self.kind == E::KIND).then(|| E::deserialize(&self.data).ok()).flatten()
    }
}
