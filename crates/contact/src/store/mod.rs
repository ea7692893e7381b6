//! All SQL of this room. Rows come out as they stand: sealed. Who opens them is [`crate::Contacts`].

pub(crate) mod attachments;
pub(crate) mod cases;
pub(crate) mod contacts;
pub(crate) mod customers;
pub(crate) mod entries;
pub(crate) mod reasons;
pub(crate) mod tasks;

use base::{Error, Result, Timestamp};

/// A place in a list that is ordered by time and then by id, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) at: Timestamp,
    pub(crate) id: String,
}

impl Place {
    /// Before the newest there is.
    pub(crate) fn top() -> Self {
        Self { at: Timestamp::from_micros(i64::MAX), id: String::from("~") }
    }

    /// From the key of a page.
    pub(crate) fn parse(key: Option<&str>) -> Result<Self> {
        let Some(key) = key else { return Ok(Self::top()) };
        let wrong = || Error::invalid("after", "use the value of 'next' of the page before, unchanged");
        let (at, id) = key.split_once(' ').ok_or_else(wrong)?;
        Ok(Self { at: Timestamp::from_micros(at.parse().map_err(|_| wrong())?), id: id.to_owned() })
    }

    /// As the key of a page.
    pub(crate) fn key(at: Timestamp, id: impl std::fmt::Display) -> String {
        format!("{} {id}", at.micros())
    }
}
