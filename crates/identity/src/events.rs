//! What this room records in the journal, for those who follow it: routing takes the work of somebody who left, the
//! live socket closes when a session ends.

use base::{Event, MembershipId, SessionId};
use serde::{Deserialize, Serialize};

macro_rules! member_events {
    ($($(#[$doc:meta])* $name:ident = $kind:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name {
            /// Whose.
            pub membership: MembershipId,
        }

        impl Event for $name {
            const KIND: &'static str = $kind;
            fn subject(&self) -> String {
                self.membership.to_string()
            }
        }
    )+};
}

member_events! {
    /// Somebody came to work here.
    MemberAdded = "identity.member_added";
    /// Roles, site or teams changed.
    MemberChanged = "identity.member_changed";
    /// Somebody no longer works here. Their sessions have ended.
    MemberEnded = "identity.member_ended";
}

/// A session ended before its time: signed out, revoked, or its membership ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionEnded {
    /// Which.
    pub session: SessionId,
    /// As whom they worked.
    pub membership: MembershipId,
}

impl Event for SessionEnded {
    const KIND: &'static str = "identity.session_ended";
    fn subject(&self) -> String {
        self.session.to_string()
    }
}
