//! The live hub: what changes is pushed to the screens that follow it, with its position in the journal.
//!
//! One follower per organisation reads the journal, asks the rooms' [projectors](Projector) to render what changed
//! (once for each kind of onlooker, not once for each screen) and hands the text to the sockets that joined its
//! [`Topic`]. A screen that was away asks for a [replay](Hub::replay) from the position it had.

mod hub;
mod subscription;

pub use hub::Hub;
pub use subscription::Subscription;

use base::{ContactId, JournalEntry, MembershipId, OrganisationId, Position, Result, Subject};
use futures::future::BoxFuture;
use serde::Serialize;
use std::collections::HashSet;
use std::sync::Arc;

/// Who follows: a name that sockets join and projectors push to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Topic(Arc<str>);

impl Topic {
    /// All staff of the organisation.
    pub fn organisation() -> Self {
        Self("organisation".into())
    }

    /// One member of staff.
    pub fn member(member: MembershipId) -> Self {
        Self(format!("member:{member}").into())
    }

    /// Staff who look at this contact.
    pub fn contact(contact: ContactId) -> Self {
        Self(format!("contact:{contact}").into())
    }

    /// The customer of this contact.
    pub fn customer(contact: ContactId) -> Self {
        Self(format!("customer:{contact}").into())
    }
}

/// Something to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Push {
    /// To whom.
    pub topic: Topic,
    /// What kind of thing it is.
    pub kind: &'static str,
    /// The thing, as JSON.
    pub object: Arc<str>,
    /// Whose data it shows to somebody else than themself: the socket logs that before it sends it.
    pub about: Arc<[Subject]>,
}

impl Push {
    /// Renders a thing.
    pub fn new(topic: Topic, kind: &'static str, object: &impl Serialize) -> Result<Self> {
        let object = serde_json::to_string(object).map_err(base::Error::internal)?.into();
        Ok(Self { topic, kind, object, about: Arc::default() })
    }

    /// States whose data it shows.
    #[must_use]
    pub fn about(self, subjects: impl IntoIterator<Item = Subject>) -> Self {
        Self { about: subjects.into_iter().collect(), ..self }
    }
}

/// A push as a socket gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// Where the change stands in the journal; a passing sign such as typing has no place in it.
    pub position: Option<Position>,
    /// What to show.
    pub push: Push,
}

/// Which topics somebody follows at this moment. Whoever joins a moment later reads what there is after joining.
#[derive(Clone, Debug)]
pub struct Wanted(Follows);

#[derive(Clone, Debug)]
enum Follows {
    Everything,
    These(HashSet<Topic>),
    Sockets(Hub, OrganisationId),
}

impl Wanted {
    /// Everything is wanted.
    pub fn everything() -> Self {
        Self(Follows::Everything)
    }

    /// These topics are wanted and no others.
    pub fn these(topics: HashSet<Topic>) -> Self {
        Self(Follows::These(topics))
    }

    /// What the sockets of an organisation follow.
    fn by_sockets(hub: Hub, organisation: OrganisationId) -> Self {
        Self(Follows::Sockets(hub, organisation))
    }

    /// Whether a push to this topic reaches anybody.
    pub fn is(&self, topic: &Topic) -> bool {
        match &self.0 {
            Follows::Everything => true,
            Follows::These(topics) => topics.contains(topic),
            Follows::Sockets(hub, organisation) => hub.is_followed(*organisation, topic),
        }
    }
}

/// A room's way to render what changed.
pub trait Projector: Send + Sync {
    /// What this entry changes on screens; most entries concern most rooms not at all. What nobody wants need not be
    /// rendered.
    fn project<'a>(&'a self, entry: &'a JournalEntry, wanted: &'a Wanted)
    -> BoxFuture<'a, Result<Vec<Push>>>;
}
