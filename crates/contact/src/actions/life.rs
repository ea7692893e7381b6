//! A contact comes, is taken, handed on, ended and closed.

use super::timeline::{NewEntry, append};
use crate::events::{ContactAssigned, ContactClosed, ContactEnded, ContactReceived, ContactUnassigned};
use crate::model::{Author, Channel, EndedBy, EventCode, Life, UnassignReason};
use crate::store::contacts::{self, ContactInsert};
use crate::store::{customers, reasons};
use base::{
    Actor, ContactId, CustomerId, EntryPointId, Error, KeyId, Language, MembershipId, QueueId, ReasonId,
    Result, Timestamp,
};
use db::Tx;

/// A contact that comes in.
#[derive(Clone, Debug)]
pub struct NewContact {
    /// Its id, chosen before, because the key was made for it.
    pub id: ContactId,
    /// Over which channel.
    pub channel: Channel,
    /// Where the customer came in.
    pub entry_point: EntryPointId,
    /// The name of that place, for screens.
    pub entry_point_name: String,
    /// What the customer speaks.
    pub language: Language,
    /// The key that seals the content; made with [`crate::Contacts::new_key`] before the transaction.
    pub subject_key: KeyId,
    /// Who it is, if that is known.
    pub customer: Option<CustomerId>,
    /// What it is about, in the organisation's own words: the topic that was chosen. Never what a customer wrote.
    pub topic: String,
}

/// A customer comes, and waits.
pub async fn receive(tx: &mut Tx, new: NewContact) -> Result<()> {
    if let Some(customer) = new.customer {
        customers::get(tx, customer).await?;
    }
    let started_at = tx.env().now();
    let insert = ContactInsert {
        id: new.id,
        channel: new.channel,
        topic: &new.topic,
        language: &new.language,
        entry_point: (new.entry_point, &new.entry_point_name),
        customer: new.customer,
        key: new.subject_key,
        started_at,
    };
    contacts::insert(tx, &insert).await?;
    let received = ContactReceived {
        contact: new.id,
        channel: new.channel,
        entry_point: new.entry_point,
        language: new.language,
        customer: new.customer,
    };
    tx.record(Actor::Customer(new.id), &received)
}

/// Writes down in which queue a contact stands, for screens. No fact of its own: whoever moves it records that.
pub async fn set_queue(tx: &mut Tx, contact: ContactId, queue: QueueId, name: &str) -> Result<()> {
    if contacts::update_queue(tx, contact, queue, name).await? {
        return Ok(());
    }
    Err(Error::not_found("contact"))
}

/// An agent takes a waiting contact.
pub async fn assign(tx: &mut Tx, actor: Actor, contact: ContactId, agent: MembershipId) -> Result<Life> {
    let (_, life) = step(tx, contact, |life, at| life.assign(agent, at)).await?;
    tx.record(actor, &ContactAssigned { contact, agent })?;
    Ok(life)
}

/// An agent no longer has a contact; it waits again.
pub async fn unassign(tx: &mut Tx, actor: Actor, contact: ContactId, why: UnassignReason) -> Result<Life> {
    let (before, life) = step(tx, contact, |life, _| life.unassign()).await?;
    if let Some(agent) = before.agent() {
        tx.record(actor, &ContactUnassigned { contact, agent, why })?;
    }
    Ok(life)
}

/// The talk ends: by the customer, by the agent who has it, or because nothing is heard any more. While it still
/// waited it is closed at once (abandoned, or silent). The timeline tells who ended it; what silence does there is told
/// by whoever noticed it.
pub async fn end(tx: &mut Tx, actor: Actor, contact: ContactId) -> Result<Life> {
    let by = match actor {
        Actor::Customer(_) => EndedBy::Customer,
        Actor::Member(_) => EndedBy::Agent,
        Actor::System => EndedBy::System,
    };
    let (_, life) = step(tx, contact, |life, at| life.end(by, at)).await?;
    tx.record(actor, &ContactEnded { contact, by, agent: life.agent() })?;
    if by != EndedBy::System {
        let told = NewEntry::event(contact, Author::System, EventCode::Ended, [("by", by.as_str())]);
        append(tx, told).await?;
    }
    if let Some((_, closing)) = life.closed() {
        tx.record(actor, &ContactClosed { contact, closing, agent: None, reason: None })?;
    }
    Ok(life)
}

/// An ended contact is recorded, without a reason.
pub async fn close(tx: &mut Tx, actor: Actor, contact: ContactId) -> Result<Life> {
    finish(tx, actor, contact, None).await
}

/// An ended contact is recorded, with what it was about.
pub async fn wrap_up(tx: &mut Tx, actor: Actor, contact: ContactId, reason: ReasonId) -> Result<Life> {
    if !reasons::is_active(tx, reason).await? {
        return Err(Error::invalid("reason_id", "choose one of the reasons in the list"));
    }
    let life = finish(tx, actor, contact, Some(reason)).await?;
    contacts::update_reason(tx, contact, reason).await?;
    Ok(life)
}

async fn finish(tx: &mut Tx, actor: Actor, contact: ContactId, reason: Option<ReasonId>) -> Result<Life> {
    let (_, life) = step(tx, contact, Life::close).await?;
    if let Some((_, closing)) = life.closed() {
        tx.record(actor, &ContactClosed { contact, closing, agent: life.agent(), reason })?;
    }
    Ok(life)
}

/// One transition: reads the state, asks the machine, and stores what it says if nobody was first. Gives the state
/// before and after.
async fn step(
    tx: &mut Tx,
    contact: ContactId,
    transition: impl FnOnce(Life, Timestamp) -> Result<Life>,
) -> Result<(Life, Life)> {
    let (before, turn) =
        contacts::find_life(tx, contact).await?.ok_or_else(|| Error::not_found("contact"))?;
    let after = transition(before, tx.env().now())?;
    if contacts::update_life(tx, contact, turn, &after).await? {
        return Ok((before, after));
    }
    Err(Error::conflict("Somebody else changed this contact at the same moment. Look at it again."))
}
