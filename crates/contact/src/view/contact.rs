//! A contact as it is shown.

use super::EntryAuthor;
use crate::model::{Channel, Closing, CustomerKind, EndedBy, State};
use base::{CaseId, ContactId, CustomerId, Language, Timestamp};
use identity::Named;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One piece of customer contact on one channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Contact {
    /// Its id.
    pub id: ContactId,
    /// Over which channel.
    pub channel: Channel,
    /// Where it is in its life.
    pub state: State,
    /// How it was closed.
    pub closing: Option<Closing>,
    /// The topic that was chosen.
    pub subject: Option<String>,
    /// What the customer speaks.
    pub language: Language,
    /// Where they came in.
    pub entry_point: Option<Named>,
    /// In which queue it stands or stood.
    pub queue: Option<Named>,
    /// Who has it, or had it.
    pub agent: Option<Named>,
    /// Who it is from; absent while nobody knows.
    pub customer: Option<ContactCustomer>,
    /// What it belongs to.
    pub case: Option<ContactCase>,
    /// When the customer came.
    pub started_at: Timestamp,
    /// When the agent took it.
    pub assigned_at: Option<Timestamp>,
    /// When the talk ended.
    pub ended_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// Who ended it.
    pub ended_by: Option<EndedBy>,
    /// The last place in its timeline.
    pub last_seq: i64,
    /// Up to where the agent has read.
    pub read_by_agent: i64,
    /// Up to where the customer has read.
    pub read_by_customer: i64,
    /// What was last said.
    pub last_entry: Option<LastEntry>,
}

/// Who a contact is from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ContactCustomer {
    /// The customer.
    pub id: CustomerId,
    /// A person or an organisation.
    pub kind: CustomerKind,
    /// Their name, if it is known.
    pub name: Option<String>,
    /// Whether no name is known.
    pub anonymous: bool,
    /// Whether the person restricted the use of their data.
    pub restricted: bool,
}

/// The case a contact belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ContactCase {
    /// The case.
    pub id: CaseId,
    /// Its number.
    pub number: String,
    /// What it is about; absent when that was erased.
    pub subject: Option<String>,
}

/// The beginning of what was last said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LastEntry {
    /// Its place in the timeline.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who said it.
    pub author: EntryAuthor,
    /// How it begins; absent when it was erased.
    pub preview: Option<String>,
}
