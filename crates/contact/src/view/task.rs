//! A task and a reason as they are shown.

use crate::model::{TaskKind, TaskState};
use base::{CaseId, ContactId, ReasonId, TaskId, Timestamp};
use identity::Named;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Work that someone still owes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// What has to be done.
    pub kind: TaskKind,
    /// In words; absent when it was erased.
    pub text: Option<String>,
    /// Whether it was done.
    pub state: TaskState,
    /// When it has to be done.
    pub due_at: Option<Timestamp>,
    /// Who does it.
    pub agent: Option<Named>,
    /// Which team does it.
    pub team: Option<Named>,
    /// The contact it came from.
    pub contact_id: Option<ContactId>,
    /// The case it belongs to.
    pub case_id: Option<CaseId>,
    /// When it was done.
    pub done_at: Option<Timestamp>,
}

/// Why a contact took place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reason {
    /// Its id.
    pub id: ReasonId,
    /// Its code in reports.
    pub code: String,
    /// What an agent reads.
    pub label: String,
}
