//! A case as it is shown.

use crate::model::CaseState;
use base::{CaseId, CustomerId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One question over contacts and channels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// The number by which people speak of it.
    pub number: String,
    /// What it is about; absent when that was erased.
    pub subject: Option<String>,
    /// Whether it is still open.
    pub state: CaseState,
    /// Whose question it is.
    pub customer_id: Option<CustomerId>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// How many contacts belong to it.
    pub contacts: i64,
    /// Counts the changes; give it back with a change.
    pub version: i64,
}
