//! What this room puts in the journal: ids and small values, never content.

use crate::model::{Channel, Closing, EndedBy, EntryKind, UnassignReason, Visibility};
use base::{CaseId, ContactId, CustomerId, EntryPointId, Event, Language, MembershipId, ReasonId, TaskId};
use serde::{Deserialize, Serialize};

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident = $kind:literal, $subject:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name { $($(#[$field_doc])* pub $field: $type,)+ }

        impl Event for $name {
            const KIND: &'static str = $kind;
            fn subject(&self) -> String {
                self.$subject.to_string()
            }
        }
    )+};
}

events! {
    /// A customer came.
    ContactReceived = "contact.received", contact {
        /// The contact.
        contact: ContactId,
        /// Over which channel.
        channel: Channel,
        /// Where they came in.
        entry_point: EntryPointId,
        /// In which language.
        language: Language,
        /// Who it is, if that was known.
        customer: Option<CustomerId>,
    }

    /// An agent took a contact.
    ContactAssigned = "contact.assigned", contact {
        /// The contact.
        contact: ContactId,
        /// Who took it.
        agent: MembershipId,
    }

    /// An agent no longer has a contact; it waits again.
    ContactUnassigned = "contact.unassigned", contact {
        /// The contact.
        contact: ContactId,
        /// Who had it.
        agent: MembershipId,
        /// Why they no longer do.
        why: UnassignReason,
    }

    /// The talk is over.
    ContactEnded = "contact.ended", contact {
        /// The contact.
        contact: ContactId,
        /// Who ended it.
        by: EndedBy,
        /// Who had it, and now wraps it up.
        agent: Option<MembershipId>,
    }

    /// A contact is over and recorded.
    ContactClosed = "contact.closed", contact {
        /// The contact.
        contact: ContactId,
        /// How it was closed.
        closing: Closing,
        /// Who had it.
        agent: Option<MembershipId>,
        /// What it was about.
        reason: Option<ReasonId>,
    }

    /// Something was added to a timeline.
    EntryAdded = "contact.entry_added", contact {
        /// The contact.
        contact: ContactId,
        /// The place in its timeline.
        seq: i64,
        /// What it is.
        kind: EntryKind,
        /// Who wrote it: `customer`, `system` or a membership.
        author: String,
        /// Who may see it.
        visibility: Visibility,
        /// Who has the contact.
        agent: Option<MembershipId>,
    }

    /// One side has read up to here.
    ContactRead = "contact.read", contact {
        /// The contact.
        contact: ContactId,
        /// Who has read: the customer or the agent.
        by: Reader,
        /// Up to this place in the timeline.
        seq: i64,
        /// Who has the contact.
        agent: Option<MembershipId>,
    }

    /// The customer or the case of a contact was set or taken away.
    ContactChanged = "contact.changed", contact {
        /// The contact.
        contact: ContactId,
        /// Who has it.
        agent: Option<MembershipId>,
    }

    /// A customer was made or changed.
    CustomerChanged = "customer.changed", customer {
        /// The customer.
        customer: CustomerId,
    }

    /// The content of a customer was erased: their keys are destroyed.
    CustomerErased = "customer.erased", customer {
        /// The customer.
        customer: CustomerId,
    }

    /// A case was opened or changed.
    CaseChanged = "case.changed", case {
        /// The case.
        case: CaseId,
    }

    /// A task was made or changed.
    TaskChanged = "task.changed", task {
        /// The task.
        task: TaskId,
    }
}

/// Which side has read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reader {
    /// The customer.
    Customer,
    /// The agent.
    Agent,
}
