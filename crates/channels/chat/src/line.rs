//! What this room asks of routing: to put a contact in line, and how the line is.

use base::{ContactId, EntryPointId, MembershipId, OrganisationId, Result};
use db::Tx;
use routing::Routing;
use routing::actions::{Arrival, enqueue};
use routing::model::Needs;

/// How long the wait is for one contact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outlook {
    pub(crate) place: Option<u64>,
    pub(crate) estimate_seconds: Option<u64>,
}

/// The line of waiting contacts.
#[derive(Clone, Debug)]
pub(crate) struct Line(Routing);

impl Line {
    pub(crate) fn new(routing: Routing) -> Self {
        Self(routing)
    }

    /// Puts a contact in line, at best for the agent that the visitor knows.
    pub(crate) async fn join(
        tx: &mut Tx,
        contact: ContactId,
        entry_point: EntryPointId,
        preferred: Option<MembershipId>,
    ) -> Result<()> {
        enqueue(tx, Arrival { contact, entry_point, needs: Needs::NONE, preferred }).await
    }

    /// How long the wait of a contact still is.
    pub(crate) async fn outlook(&self, organisation: OrganisationId, contact: ContactId) -> Result<Outlook> {
        let outlook = self.0.outlook(organisation, contact).await?;
        Ok(Outlook {
            place: outlook.place.map(u64::from),
            estimate_seconds: outlook.estimate_seconds.map(u64::from),
        })
    }

    /// How long whoever comes in here now will wait, in seconds, where that can be told.
    pub(crate) async fn estimate(
        &self,
        organisation: OrganisationId,
        entry: EntryPointId,
    ) -> Result<Option<u64>> {
        Ok(self.0.estimate(organisation, entry).await?.map(u64::from))
    }
}
