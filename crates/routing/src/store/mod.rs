//! The statements of this room.

pub(crate) mod agents;
pub(crate) mod contacts;
pub(crate) mod lease;
pub(crate) mod offers;
pub(crate) mod setup;

use base::{Error, Result};
use db::Row;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Rules stand in a column as JSON: they are read and written whole.
pub(crate) fn to_text(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(Error::internal)
}

pub(crate) fn from_text<T: DeserializeOwned>(row: &Row, column: &str) -> Result<T> {
    serde_json::from_str(&row.get::<String>(column)?).map_err(Error::internal)
}
