//! An entry of a timeline as it is shown.

use crate::model::{Channel, EntryKind, EventCode, Visibility};
use base::{AttachmentId, ContactId, EntryId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Something in a timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// The contact.
    pub contact_id: ContactId,
    /// Its place in the timeline: 1, 2, 3 …
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// A message, a note or an event.
    pub kind: EntryKind,
    /// Who wrote it.
    pub author: EntryAuthor,
    /// Who may see it.
    pub visibility: Visibility,
    /// What was written; absent for events, and when it was erased.
    pub text: Option<String>,
    /// What happened.
    pub event: Option<EntryEvent>,
    /// Its files.
    pub attachments: Vec<Attachment>,
    /// The sender's own name for it. Only the side that chose it gets it: staff see those of staff, a visitor their own.
    pub client_ref: Option<String>,
    /// Whether the content was erased.
    pub erased: bool,
}

/// Who wrote an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EntryAuthor {
    /// `customer`, `agent` or `system`.
    pub kind: AuthorKind,
    /// The membership of an agent.
    pub id: Option<String>,
    /// The name of an agent.
    pub name: Option<String>,
}

/// Which side wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuthorKind {
    /// The customer.
    Customer,
    /// A member of staff.
    Agent,
    /// Balie itself.
    System,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EntryEvent {
    /// What.
    pub code: EventCode,
    /// With which details: ids, and the names that go with them.
    pub params: BTreeMap<String, String>,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Attachment {
    /// Its id.
    pub id: AttachmentId,
    /// Its name; `-` when it was erased.
    pub name: String,
    /// What its content is, as found by looking at it.
    pub media_type: String,
    /// How many bytes.
    pub size: i64,
    /// Whether a virus scanner looked at it. Without a scanner nothing is scanned.
    pub scanned: bool,
}

/// An entry among those of all contacts of a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TimelineEntry {
    /// The entry.
    #[serde(flatten)]
    pub entry: Entry,
    /// The contact that it belongs to.
    pub contact: TimelineContact,
}

/// The contact of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TimelineContact {
    /// The contact.
    pub id: ContactId,
    /// Over which channel.
    pub channel: Channel,
    /// When the customer came.
    pub started_at: Timestamp,
    /// The topic that was chosen.
    pub subject: Option<String>,
}
