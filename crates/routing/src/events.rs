//! What this room puts in the journal. Places and needs are small values; whose contact it is stands elsewhere.

use crate::decide::Destination;
use crate::model::{Presence, WaitingContact};
use base::{ContactId, Event, MembershipId, OfferId, QueueId, Timestamp};
use serde::{Deserialize, Serialize};

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident = $kind:literal, $subject:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, Deserialize)]
        pub struct $name { $($(#[$field_doc])* pub $field: $type,)* }

        impl Event for $name {
            const KIND: &'static str = $kind;
            fn subject(&self) -> String {
                self.$subject.to_string()
            }
        }
    )+};
}

events! {
    /// A contact waits for an agent.
    Enqueued = "routing.enqueued", contact {
        /// The contact.
        contact: ContactId,
        /// Its place and needs.
        place: WaitingContact,
    }

    /// A contact is offered to an agent.
    Offered = "routing.offered", contact {
        /// The contact.
        contact: ContactId,
        /// To whom.
        agent: MembershipId,
        /// The offer.
        offer: OfferId,
        /// Until when it can be taken.
        expires_at: Timestamp,
    }

    /// An offer is over.
    OfferEnded = "routing.offer_ended", contact {
        /// The contact.
        contact: ContactId,
        /// To whom it was offered.
        agent: MembershipId,
        /// The offer.
        offer: OfferId,
        /// How it ended.
        outcome: Outcome,
    }

    /// A contact was handed on, or given back to its queue.
    Moved = "routing.moved", contact {
        /// The contact.
        contact: ContactId,
        /// Whereto; back to its own queue when absent.
        to: Option<Destination>,
    }

    /// An agent's presence changed, or their connection came or went.
    PresenceChanged = "routing.presence_changed", agent {
        /// Who.
        agent: MembershipId,
        /// What they are now.
        presence: Presence,
        /// Since when the connection is lost.
        lost_at: Option<Timestamp>,
    }

    /// An agent's skills, queues or capacity were set.
    AgentConfigured = "routing.agent_configured", agent {
        /// Who.
        agent: MembershipId,
    }

    /// A queue, skill or entry point was made or changed.
    Configured = "routing.configured", what {
        /// The id of what was changed.
        what: String,
    }

    /// Routing put a contact back in its queue, because its agent went away.
    Returned = "routing.returned", contact {
        /// The contact.
        contact: ContactId,
        /// Where it waits.
        queue: QueueId,
        /// Whose it was.
        agent: MembershipId,
    }
}

/// How an offer ended.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The agent took it.
    Accepted,
    /// The agent let it go to the next.
    Declined,
    /// Nobody answered in time.
    Missed,
    /// It was taken back: the contact or the agent had gone.
    Withdrawn,
}

impl Outcome {
    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Missed => "missed",
            Self::Withdrawn => "withdrawn",
        }
    }
}
