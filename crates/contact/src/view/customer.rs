//! A customer as it is shown.

use crate::model::{CustomerKind, HandleKind};
use base::{CustomerId, HandleId, Language, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A person or organisation that is helped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Customer {
    /// The id.
    pub id: CustomerId,
    /// A person or an organisation.
    pub kind: CustomerKind,
    /// The name; absent when it is not known, or erased.
    pub name: Option<String>,
    /// What they speak.
    pub language: Language,
    /// Where they can be reached or recognised.
    pub handles: Vec<Handle>,
    /// Whether the person restricted the use of their data.
    pub restricted: bool,
    /// Whether the content was erased.
    pub erased: bool,
    /// Since when they are known.
    pub created_at: Timestamp,
    /// Counts the changes; give it back with a change.
    pub version: i64,
}

/// An address or handle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Handle {
    /// The id.
    pub id: HandleId,
    /// What it is.
    pub kind: HandleKind,
    /// As it was given.
    pub value: String,
}
