//! Prefixed, time-ordered ids. Each kind of thing has its own type, so that a queue's id can never stand where a
//! contact's belongs; the prefix says the same to a person who reads a log or an address.

use crate::Timestamp;
use std::fmt;

/// What every id type can do. Text form: `<prefix>_<26 lower-case Crockford base-32 letters>`.
pub trait Id: Copy + Ord + fmt::Display + std::str::FromStr<Err = InvalidId> + Send + Sync + 'static {
    /// The letters before the underscore.
    const PREFIX: &'static str;
    /// Wraps 128 bits: 48 of milliseconds since 1970, 80 of chance.
    fn from_raw(raw: u128) -> Self;
    /// The 128 bits.
    fn raw(self) -> u128;
}

/// The text is not an id of the kind asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidId {
    /// The prefix that was expected.
    pub expected: &'static str,
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected an id of the form {}_…", self.expected)
    }
}

impl std::error::Error for InvalidId {}

/// Packs time and chance in 128 bits, time first.
pub(crate) fn raw(at: Timestamp, chance: u128) -> u128 {
    let milliseconds = u64::try_from(at.micros() / 1000).unwrap_or(0);
    ulid::Ulid::from_parts(milliseconds, chance).0
}

/// Parses the text form of an id with the given prefix.
pub fn parse(prefix: &'static str, text: &str) -> Result<u128, InvalidId> {
    let invalid = InvalidId { expected: prefix };
    let body = text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_')).ok_or(invalid.clone())?;
    if body.len() != 26 || body.bytes().any(|b| b.is_ascii_uppercase()) {
        return Err(invalid);
    }
    ulid::Ulid::from_string(body).map(|ulid| ulid.0).map_err(|_| invalid)
}

/// Writes the text form of an id.
pub fn format(prefix: &str, raw: u128, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut buffer = [0; 26];
    let body = ulid::Ulid(raw).array_to_str(&mut buffer);
    body.make_ascii_lowercase();
    write!(f, "{prefix}_{body}")
}

/// Declares id types: `define_ids! { /// A queue. QueueId = "que"; }`.
#[macro_export]
macro_rules! define_ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u128);

        impl $crate::id::Id for $name {
            const PREFIX: &'static str = $prefix;
            fn from_raw(raw: u128) -> Self {
                Self(raw)
            }
            fn raw(self) -> u128 {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::id::format($prefix, self.0, f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::id::InvalidId;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::id::parse($prefix, text).map(Self)
            }
        }

        impl $crate::value::IntoValue for $name {
            const KIND: $crate::value::Kind = $crate::value::Kind::Text;
            fn into_value(self) -> $crate::value::Value {
                $crate::value::Value::Text(self.to_string())
            }
        }

        impl $crate::value::FromValue for $name {
            const KIND: $crate::value::Kind = $crate::value::Kind::Text;
            fn from_value(value: $crate::value::Value) -> $crate::Result<Self> {
                match value {
                    $crate::value::Value::Text(text) => text.parse().map_err($crate::Error::internal),
                    other => Err($crate::value::unexpected(&other)),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .pattern(Some(concat!("^", $prefix, "_[0-9a-hjkmnp-tv-z]{26}$")))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}
    )+};
}

// All kinds in one place, because the journal, routing and the screens name each other's things.
define_ids! {
    /// An organisation that uses this installation.
    OrganisationId = "org";
    /// A building or region where teams work.
    SiteId = "sit";
    /// A team of agents.
    TeamId = "tea";
    /// A human being who can sign in. People are global: one person may work for several organisations.
    PersonId = "per";
    /// A person's place in one organisation: roles, teams, site. Whoever works, works as a membership.
    MembershipId = "mem";
    /// A signed-in browser.
    SessionId = "ses";
    /// A registered processing activity (GDPR art. 30).
    ActivityId = "act";
    /// One look at personal data.
    LookId = "loo";
    /// One entry of the audit chain.
    AuditId = "aud";
    /// A customer: a person or organisation that is helped.
    CustomerId = "cus";
    /// An address or handle of a customer.
    HandleId = "han";
    /// One piece of customer contact on one channel (VNG: klantcontact).
    ContactId = "cnt";
    /// One question over contacts and channels.
    CaseId = "cas";
    /// Work that someone still owes (VNG: interne taak).
    TaskId = "tsk";
    /// One entry of a timeline.
    EntryId = "ent";
    /// A file that belongs to a timeline entry.
    AttachmentId = "att";
    /// Why a contact took place, chosen at wrap-up.
    ReasonId = "rea";
    /// Where customers come in: a topic of the widget, a number, a mailbox.
    EntryPointId = "ept";
    /// A line of waiting contacts.
    QueueId = "que";
    /// Something an agent can do, at a level.
    SkillId = "ski";
    /// One timed offer of one contact to one agent.
    OfferId = "off";
    /// One stored routing decision.
    DecisionId = "dec";
    /// A web page's embedded chat widget.
    WidgetId = "wid";
    /// A visitor's chat conversation, over reloads, tabs and contacts.
    ConversationId = "cnv";
    /// A job in the durable queue.
    JobId = "job";
    /// An outgoing e-mail message.
    MailId = "mai";
    /// A subject key in the vault.
    KeyId = "key";
    /// A stored blob.
    BlobId = "blo";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Env;
    use proptest::prelude::*;
    use std::time::Duration;

    proptest! {
        #[test]
        fn text_and_back(bits: u128) {
            let id = ContactId::from_raw(bits);
            let text = id.to_string();
            prop_assert_eq!(text.len(), 30);
            prop_assert_eq!(text.parse::<ContactId>(), Ok(id));
            prop_assert!(text.parse::<CaseId>().is_err(), "a contact is no case");
        }

        #[test]
        fn parsing_never_panics(text in "\\PC*") {
            let _ = text.parse::<ContactId>();
        }
    }

    #[test]
    fn later_ids_sort_after_earlier_ones_as_text_too() {
        let (env, clock) = Env::test(1);
        let first: ContactId = env.new_id();
        clock.advance(Duration::from_millis(1));
        let second: ContactId = env.new_id();
        assert!(first < second);
        assert!(first.to_string() < second.to_string());
    }

    #[test]
    fn one_id_has_one_spelling() {
        let (env, _) = Env::test(1);
        let id: ContactId = env.new_id();
        assert!(id.to_string().to_uppercase().parse::<ContactId>().is_err());
    }
}
