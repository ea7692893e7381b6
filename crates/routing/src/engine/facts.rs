//! What a fact in the journal means to routing. Most facts mean nothing.

use crate::Routing;
use crate::decide::{Configuration, Event};
use crate::events::{AgentConfigured, Configured, Enqueued, Moved, OfferEnded, Outcome, PresenceChanged};
use crate::store::{agents, setup};
use base::{ContactId, Event as _, JournalEntry, MembershipId, OrganisationId, Result};
use contact::events::{ContactClosed, ContactEnded};
use identity::events::{MemberAdded, MemberEnded};

/// What was found in one fact.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// For [`decide`](crate::decide::decide).
    pub(crate) events: Vec<Event>,
    /// What leaves routing.
    pub(crate) gone: Option<Gone>,
}

/// What leaves routing, in the rows too.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Gone {
    /// A contact that is closed.
    Contact(ContactId),
    /// Somebody who no longer works here.
    Agent(MembershipId),
}

impl From<Vec<Event>> for Found {
    fn from(events: Vec<Event>) -> Self {
        Self { events, gone: None }
    }
}

/// Reads one fact. What routing itself decided is in the state already, and is passed over.
pub(crate) async fn read(routing: &Routing, entry: &JournalEntry) -> Result<Found> {
    Ok(match entry.kind.as_str() {
        Enqueued::KIND => entry.read::<Enqueued>().map(|fact| vec![Event::Enqueued(fact.place)]),
        OfferEnded::KIND => entry.read::<OfferEnded>().map(|fact| answered(&fact)),
        Moved::KIND => entry.read::<Moved>().map(moved),
        PresenceChanged::KIND => entry.read::<PresenceChanged>().map(|fact| presence(&fact)),
        ContactEnded::KIND => entry.read::<ContactEnded>().map(|fact| vec![Event::Ended(fact.contact)]),
        AgentConfigured::KIND => match entry.read::<AgentConfigured>() {
            Some(fact) => Some(profile(routing, entry.organisation, fact.agent).await?),
            None => None,
        },
        MemberAdded::KIND => match entry.read::<MemberAdded>() {
            Some(fact) => Some(profile(routing, entry.organisation, fact.membership).await?),
            None => None,
        },
        MemberEnded::KIND => {
            let former = entry.read::<MemberEnded>().map(|fact| fact.membership);
            let events = former.map(Event::AgentRemoved).into_iter().collect();
            return Ok(Found { events, gone: former.map(Gone::Agent) });
        }
        Configured::KIND => Some(configuration(routing, entry.organisation).await?),
        ContactClosed::KIND => {
            let closed = entry.read::<ContactClosed>().map(|fact| fact.contact);
            let events = closed.map(Event::Left).into_iter().collect();
            return Ok(Found { events, gone: closed.map(Gone::Contact) });
        }
        _ => None,
    }
    .unwrap_or_default()
    .into())
}

fn answered(fact: &OfferEnded) -> Vec<Event> {
    let OfferEnded { contact, agent, .. } = *fact;
    match fact.outcome {
        Outcome::Accepted => vec![Event::Accepted { contact, agent }],
        Outcome::Declined => vec![Event::Declined { contact, agent }],
        Outcome::Missed | Outcome::Withdrawn => Vec::new(),
    }
}

fn moved(fact: Moved) -> Vec<Event> {
    let contact = fact.contact;
    vec![fact.to.map_or(Event::Requeued(contact), |to| Event::Transferred { contact, to })]
}

fn presence(fact: &PresenceChanged) -> Vec<Event> {
    let PresenceChanged { agent, presence, lost_at } = *fact;
    let connection = match lost_at {
        Some(since) => Event::ConnectionLost { agent, since },
        None => Event::ConnectionBack(agent),
    };
    vec![connection, Event::PresenceChanged { agent, presence }]
}

async fn profile(routing: &Routing, organisation: OrganisationId, agent: MembershipId) -> Result<Vec<Event>> {
    let mut conn = routing.db().read(organisation).await?;
    let found = agents::find(&mut conn, agent).await?;
    Ok(found.map(|found| Event::AgentChanged(found.profile)).into_iter().collect())
}

async fn configuration(routing: &Routing, organisation: OrganisationId) -> Result<Vec<Event>> {
    let mut conn = routing.db().read(organisation).await?;
    let queues = setup::queues(&mut conn).await?.into_iter().map(|stored| stored.value).collect();
    Ok(vec![Event::Configured(Configuration { queues, ..Configuration::default() })])
}
