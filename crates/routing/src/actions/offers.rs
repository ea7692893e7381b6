//! An agent answers an offer.

use crate::events::{OfferEnded, Outcome};
use crate::model::WaitingContact;
use crate::store::offers::OfferRow;
use crate::store::{agents, contacts, offers, setup};
use base::{Actor, ContactId, Error, MembershipId, OfferId, Result};
use contact::actions::{NewEntry, append, assign};
use contact::model::{Author, EventCode};
use db::Tx;

/// The agent takes the contact.
pub async fn accept(tx: &mut Tx, agent: MembershipId, offer: OfferId) -> Result<ContactId> {
    let OfferRow { contact, expires_at, .. } = own(tx, agent, offer).await?;
    if expires_at <= tx.env().now() || !contacts::set_assigned(tx, contact, offer).await? {
        return Err(gone());
    }
    end(tx, Actor::Member(agent), agent, contact, offer, Outcome::Accepted).await?;
    assign(tx, Actor::Member(agent), contact, agent).await?;
    let taken = NewEntry::event(contact, Author::System, EventCode::Assigned, [("agent", agent.to_string())]);
    append(tx, taken).await?;
    Ok(contact)
}

/// The agent lets the contact go to the next; it keeps its place.
pub async fn decline(tx: &mut Tx, agent: MembershipId, offer: OfferId) -> Result<()> {
    let OfferRow { contact, queue, .. } = own(tx, agent, offer).await?;
    let mut place = contacts::get(tx, contact).await?.snapshot.waiting;
    if let Some(queue) = setup::queue(tx, queue).await? {
        place.pass_by(agent, tx.env().now() + queue.value.rules().again_after.into());
    }
    if !contacts::end_offer(tx, &place, offer).await? {
        return Err(gone());
    }
    end(tx, Actor::Member(agent), agent, contact, offer, Outcome::Declined).await
}

/// Somebody takes an offer back to move its contact, which waits from now on.
pub(super) async fn withdraw(
    tx: &mut Tx,
    actor: Actor,
    place: &WaitingContact,
    agent: MembershipId,
    offer: OfferId,
) -> Result<()> {
    if !contacts::end_offer(tx, place, offer).await? {
        return Err(gone());
    }
    end(tx, actor, agent, place.contact, offer, Outcome::Withdrawn).await
}

async fn end(
    tx: &mut Tx,
    actor: Actor,
    agent: MembershipId,
    contact: ContactId,
    offer: OfferId,
    outcome: Outcome,
) -> Result<()> {
    if !offers::end(tx, offer, outcome).await? {
        return Err(gone());
    }
    agents::end_offer(tx, agent, offer, outcome == Outcome::Accepted).await?;
    tx.record(actor, &OfferEnded { contact, agent, offer, outcome })
}

async fn own(tx: &mut Tx, agent: MembershipId, offer: OfferId) -> Result<OfferRow> {
    let found = offers::find(tx, offer).await?.filter(|found| found.agent == agent);
    let found = found.ok_or_else(|| Error::not_found("offer"))?;
    if found.ended { Err(gone()) } else { Ok(found) }
}

fn gone() -> Error {
    Error::conflict(
        "This offer is over: the time ran out, or the customer left. The next one comes by itself.",
    )
}
