//! What changes on the screens of staff when a contact changes: the agent who has it gets the contact, and whoever
//! looks at it gets the entry too.
//!
//! Rendered once for all of them. Each push tells whose data it shows, and the socket logs that as a look before it
//! sends it.

use crate::Contacts;
use crate::events::{
    ContactAssigned, ContactChanged, ContactClosed, ContactEnded, ContactRead, ContactUnassigned, EntryAdded,
};
use base::{ContactId, Event, JournalEntry, MembershipId, OrganisationId, Result};
use futures::future::BoxFuture;
use identity::{Access, Purpose};
use web::live::{Projector, Push, Topic, Wanted};

/// Renders the facts of this room for screens.
#[derive(Clone, Debug)]
pub struct ContactProjector(Contacts);

impl Contacts {
    /// For the live hub.
    pub fn projector(&self) -> ContactProjector {
        ContactProjector(self.clone())
    }
}

/// What a fact changes on screens.
struct Change {
    contact: ContactId,
    /// Who has the contact, or just lost it.
    agent: Option<MembershipId>,
    /// The entry that was added.
    seq: Option<i64>,
}

impl Change {
    /// As much of it as somebody sees; `None` if nobody sees any of it.
    fn wanted(self, wanted: &Wanted) -> Option<Self> {
        let agent = self.agent.filter(|agent| wanted.is(&Topic::member(*agent)));
        let seq = self.seq.filter(|_| wanted.is(&Topic::contact(self.contact)));
        (agent.is_some() || seq.is_some()).then_some(Self { agent, seq, ..self })
    }
}

impl Projector for ContactProjector {
    fn project<'a>(
        &'a self,
        entry: &'a JournalEntry,
        wanted: &'a Wanted,
    ) -> BoxFuture<'a, Result<Vec<Push>>> {
        Box::pin(async move {
            match change(entry).and_then(|change| change.wanted(wanted)) {
                Some(change) => self.render(entry.organisation, change).await,
                None => Ok(Vec::new()),
            }
        })
    }
}

/// Which contact it is about. Other facts change nothing here.
fn change(entry: &JournalEntry) -> Option<Change> {
    let of = |contact, agent| Some(Change { contact, agent, seq: None });
    match entry.kind.as_str() {
        EntryAdded::KIND => {
            let added = entry.read::<EntryAdded>()?;
            Some(Change { contact: added.contact, agent: added.agent, seq: Some(added.seq) })
        }
        ContactRead::KIND => entry.read::<ContactRead>().and_then(|read| of(read.contact, read.agent)),
        ContactAssigned::KIND => {
            entry.read::<ContactAssigned>().and_then(|assigned| of(assigned.contact, Some(assigned.agent)))
        }
        ContactUnassigned::KIND => {
            entry.read::<ContactUnassigned>().and_then(|left| of(left.contact, Some(left.agent)))
        }
        ContactEnded::KIND => entry.read::<ContactEnded>().and_then(|ended| of(ended.contact, ended.agent)),
        ContactClosed::KIND => {
            entry.read::<ContactClosed>().and_then(|closed| of(closed.contact, closed.agent))
        }
        ContactChanged::KIND => {
            entry.read::<ContactChanged>().and_then(|changed| of(changed.contact, changed.agent))
        }
        _ => None,
    }
}

impl ContactProjector {
    async fn render(&self, organisation: OrganisationId, change: Change) -> Result<Vec<Push>> {
        let access = Access::for_screens(organisation, Purpose::CustomerService);
        let mut pushes = Vec::new();
        let Some((contact, entry)) = self.0.changed(organisation, change.contact, change.seq).await? else {
            return Ok(pushes);
        };
        if let Some(entry) = entry
            && let Some(entry) = access.open_unless_restricted(entry)?
        {
            let push = Push::new(Topic::contact(change.contact), "entry", &entry)?;
            pushes.push(push.about(access.opened()));
        }
        if let Some(agent) = change.agent {
            let push = Push::new(Topic::member(agent), "contact", &contact.show(&access)?)?;
            pushes.push(push.about(access.opened()));
        }
        Ok(pushes)
    }
}
