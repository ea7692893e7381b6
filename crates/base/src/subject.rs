//! Whose data it is.

use crate::value::{FromValue, IntoValue, Kind, Value, unexpected};
use crate::{ContactId, CustomerId, Error, PersonId, Result};
use std::fmt;
use std::str::FromStr;

/// A person (or organisation) that data is about, and whose key seals it. Until somebody is identified, the contact
/// stands for them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Subject {
    /// A known customer.
    Customer(CustomerId),
    /// Whoever is at the other side of this contact.
    Contact(ContactId),
    /// Someone who works with Balie.
    Person(PersonId),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Customer(id) => id.fmt(f),
            Self::Contact(id) => id.fmt(f),
            Self::Person(id) => id.fmt(f),
        }
    }
}

impl FromStr for Subject {
    type Err = crate::id::InvalidId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('_').map(|(prefix, _)| prefix) {
            Some("cus") => text.parse().map(Self::Customer),
            Some("cnt") => text.parse().map(Self::Contact),
            _ => text.parse().map(Self::Person),
        }
    }
}

impl IntoValue for Subject {
    const KIND: Kind = Kind::Text;
    fn into_value(self) -> Value {
        Value::Text(self.to_string())
    }
}

impl FromValue for Subject {
    const KIND: Kind = Kind::Text;
    fn from_value(value: Value) -> Result<Self> {
        match value {
            Value::Text(text) => text.parse().map_err(Error::internal),
            other => Err(unexpected(&other)),
        }
    }
}
