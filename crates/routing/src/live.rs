//! What changes on an agent's own screen when routing moves: an offer comes or goes, presence and room change.
//!
//! An offer shows who comes and what they ask, so that the agent can choose. It tells whose data that is, and the socket
//! logs it as a look before it sends it.

use crate::Routing;
use crate::events::{OfferEnded, Offered, PresenceChanged, Returned};
use crate::view::OfferGone;
use base::{Event, JournalEntry, MembershipId, OrganisationId, Result};
use contact::events::{ContactClosed, ContactUnassigned};
use futures::future::BoxFuture;
use identity::{Access, Purpose};
use web::live::{Projector, Push, Topic, Wanted};

/// Renders the facts of this room for screens.
#[derive(Clone, Debug)]
pub struct RoutingProjector(Routing);

impl Routing {
    /// For the live hub.
    pub fn projector(&self) -> RoutingProjector {
        RoutingProjector(self.clone())
    }
}

impl Projector for RoutingProjector {
    fn project<'a>(
        &'a self,
        entry: &'a JournalEntry,
        wanted: &'a Wanted,
    ) -> BoxFuture<'a, Result<Vec<Push>>> {
        Box::pin(self.render(entry, wanted))
    }
}

impl RoutingProjector {
    async fn render(&self, entry: &JournalEntry, wanted: &Wanted) -> Result<Vec<Push>> {
        let organisation = entry.organisation;
        let sees = |agent: &MembershipId| wanted.is(&Topic::member(*agent));
        if let Some(offered) = entry.read::<Offered>().filter(|offered| sees(&offered.agent)) {
            return self.offered(organisation, &offered).await;
        }
        if let Some(ended) = entry.read::<OfferEnded>().filter(|ended| sees(&ended.agent)) {
            let gone = OfferGone { id: ended.offer, contact_id: ended.contact, outcome: ended.outcome };
            let mut pushes = vec![Push::new(Topic::member(ended.agent), "offer_gone", &gone)?];
            pushes.extend(self.presence(organisation, Some(ended.agent)).await?);
            return Ok(pushes);
        }
        let agent = match entry.kind.as_str() {
            PresenceChanged::KIND => entry.read::<PresenceChanged>().map(|fact| fact.agent),
            Returned::KIND => entry.read::<Returned>().map(|fact| fact.agent),
            ContactUnassigned::KIND => entry.read::<ContactUnassigned>().map(|fact| fact.agent),
            ContactClosed::KIND => entry.read::<ContactClosed>().and_then(|fact| fact.agent),
            _ => None,
        };
        self.presence(organisation, agent.filter(sees)).await
    }

    async fn offered(&self, organisation: OrganisationId, offered: &Offered) -> Result<Vec<Push>> {
        let Some(row) = self.0.open_offer(organisation, offered.offer).await? else { return Ok(Vec::new()) };
        let access = Access::for_screens(organisation, Purpose::CustomerService);
        let offer = self.0.show_offer(&access, &row).await?;
        Ok(vec![Push::new(Topic::member(offered.agent), "offer", &offer)?.about(access.opened())])
    }

    async fn presence(&self, organisation: OrganisationId, agent: Option<MembershipId>) -> Result<Vec<Push>> {
        let Some(agent) = agent else { return Ok(Vec::new()) };
        let presence = self.0.presence(organisation, agent).await?;
        Ok(vec![Push::new(Topic::member(agent), "presence", &presence)?])
    }
}
