//! Contacts come in, are handed on and given back.

use crate::decide::{Destination, Status};
use crate::events::{Enqueued, Moved};
use crate::model::{Needs, Preferred, WaitingContact};
use crate::store::contacts::ContactRow;
use crate::store::{agents, contacts, setup};
use base::{Actor, ContactId, EntryPointId, Error, MembershipId, QueueId, Result};
use contact::actions::{NewEntry, append, set_queue, unassign};
use contact::model::{Author, EventCode, Life, UnassignReason};
use db::Tx;

/// A contact that came in.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// The contact; it was received in the same transaction.
    pub contact: ContactId,
    /// Where it came in.
    pub entry_point: EntryPointId,
    /// What it needs beside what entry point and queue say: a language, for one.
    pub needs: Needs,
    /// The agent the customer knows, who is considered first.
    pub preferred: Option<MembershipId>,
}

/// Where an agent hands a contact.
#[derive(Clone, Copy, Debug)]
pub enum Transfer {
    /// To another queue, where it goes before those who spoke with nobody yet.
    Queue(QueueId),
    /// To a colleague.
    Agent(MembershipId),
}

/// Which contacts somebody may hand on.
#[derive(Clone, Copy, Debug)]
pub enum Reach {
    /// What this agent has in hand.
    Own(MembershipId),
    /// All, also what waits or is offered.
    All,
}

/// Puts a contact in the queue of its entry point.
pub async fn enqueue(tx: &mut Tx, arrival: Arrival) -> Result<()> {
    let Arrival { contact, entry_point, needs, preferred } = arrival;
    let point =
        setup::entry_point(tx, entry_point).await?.ok_or_else(|| Error::not_found("entry point"))?.value;
    let queue = setup::queue(tx, point.queue).await?.ok_or_else(|| Error::not_found("queue"))?;
    let now = tx.env().now();
    let mut place = point.receive(&queue.value, contact, &needs, now);
    let until = now + queue.value.rules().preferred_for.into();
    place.preferred = preferred.map(|agent| Preferred { agent, until });
    contacts::insert(tx, &place).await?;
    set_queue(tx, contact, point.queue, &queue.name).await?;
    append(tx, in_queue(contact, EventCode::Queued, point.queue, &queue.name)).await?;
    tx.record(Actor::Customer(contact), &Enqueued { contact, place })
}

fn in_queue(contact: ContactId, code: EventCode, queue: QueueId, name: &str) -> NewEntry {
    let params = [("queue", queue.to_string()), ("queue_name", name.to_owned())];
    NewEntry::event(contact, Author::System, code, params)
}

/// Somebody hands a contact on, or moves one that waits. A note for the next one goes with it. One that spoke with
/// nobody yet keeps its place among those who did neither.
pub async fn transfer(
    tx: &mut Tx,
    actor: Actor,
    reach: Reach,
    contact: ContactId,
    to: Transfer,
    note: Option<NewEntry>,
) -> Result<()> {
    let before = contacts::get(tx, contact).await?;
    let from = holder(&before, reach)?;
    let mut place = before.snapshot.waiting.clone();
    let now = tx.env().now();
    let (destination, told) = match to {
        Transfer::Queue(id) => {
            let queue = setup::queue(tx, id).await?;
            let queue = queue.ok_or_else(|| Error::invalid("queue_id", "choose one of your queues"))?;
            let usual = queue.value.rules().priority;
            let (priority, since) = if from.is_some() { (usual.raised(), now) } else { (usual, place.since) };
            (place.queue, place.priority, place.since) = (id, priority, since);
            (place.needs, place.preferred) = (Needs::NONE, None);
            set_queue(tx, contact, id, &queue.name).await?;
            let destination = Destination::Queue { queue: id, needs: Needs::NONE, priority, since };
            (destination, in_queue(contact, EventCode::Transferred, id, &queue.name))
        }
        Transfer::Agent(agent) => {
            let colleague = agents::find(tx, agent).await?.filter(|found| found.presence.is_present());
            if colleague.is_none() || from == Some(agent) {
                return Err(Error::invalid("agent_id", "choose a colleague who is signed in"));
            }
            let until = now + preferred_for(tx, place.queue).await?;
            place.preferred = Some(Preferred { agent, until });
            place.consider(agent);
            let told = [("agent", agent.to_string())];
            let told = NewEntry::event(contact, Author::System, EventCode::Transferred, told);
            (Destination::Agent { agent, until }, told)
        }
    };
    match from {
        Some(from) => {
            pass_by(tx, &mut place, from).await?;
            give_back(tx, actor, &place, from, UnassignReason::Transferred).await?;
        }
        None => move_waiting(tx, actor, &before, &place).await?,
    }
    if let Some(note) = note {
        append(tx, note).await?;
    }
    append(tx, told).await?;
    tx.record(actor, &Moved { contact, to: Some(destination) })
}

/// An agent gives a contact back to its queue. It keeps its place, and goes to another if there is one.
pub async fn requeue(tx: &mut Tx, actor: Actor, contact: ContactId) -> Result<()> {
    let (mut place, from) = in_hand(tx, contact).await?;
    pass_by(tx, &mut place, from).await?;
    give_back(tx, actor, &place, from, UnassignReason::Requeued).await?;
    append(tx, NewEntry::event(contact, Author::System, EventCode::Requeued, [("agent", from.to_string())]))
        .await?;
    tx.record(actor, &Moved { contact, to: None })
}

/// Who has the contact in hand, if anybody. Refused when it is beyond reach.
fn holder(row: &ContactRow, reach: Reach) -> Result<Option<MembershipId>> {
    let holder = match row.snapshot.status {
        Status::Assigned { agent } | Status::WrappingUp { agent } => Some(agent),
        Status::Waiting | Status::Offered { .. } => None,
    };
    match reach {
        Reach::Own(agent) if holder != Some(agent) => {
            Err(Error::conflict("This contact is not yours now. Look at it again to see who has it."))
        }
        Reach::Own(_) | Reach::All => Ok(holder),
    }
}

/// Moves a contact that nobody has in hand. An offer is taken back first.
async fn move_waiting(tx: &mut Tx, actor: Actor, before: &ContactRow, to: &WaitingContact) -> Result<()> {
    let life = contact::facts::life(tx, to.contact).await?;
    if let (Status::Offered { agent, .. }, Some(offer)) = (before.snapshot.status, before.offer) {
        super::offers::withdraw(tx, actor, &before.snapshot.waiting, agent, offer).await?;
    }
    let waits = life.is_some_and(|life| matches!(life, Life::Waiting(_)));
    if waits && contacts::move_waiting(tx, to, before.snapshot.waiting.queue).await? {
        return Ok(());
    }
    Err(moved_by_another())
}

fn moved_by_another() -> Error {
    Error::conflict("Somebody else moved this contact at the same moment. Look at it again.")
}

/// The contact's place and who has it.
async fn in_hand(tx: &mut Tx, contact: ContactId) -> Result<(WaitingContact, MembershipId)> {
    let row = contacts::get(tx, contact).await?;
    match row.snapshot.status {
        Status::Assigned { agent } | Status::WrappingUp { agent } => Ok((row.snapshot.waiting, agent)),
        Status::Waiting | Status::Offered { .. } => {
            Err(Error::conflict("Nobody has this contact now; it waits in its queue already."))
        }
    }
}

async fn give_back(
    tx: &mut Tx,
    actor: Actor,
    place: &WaitingContact,
    from: MembershipId,
    why: UnassignReason,
) -> Result<()> {
    unassign(tx, actor, place.contact, why).await?;
    if contacts::set_waiting(tx, place, from).await? {
        return Ok(());
    }
    Err(moved_by_another())
}

async fn pass_by(tx: &mut Tx, place: &mut WaitingContact, agent: MembershipId) -> Result<()> {
    if let Some(queue) = setup::queue(tx, place.queue).await? {
        place.pass_by(agent, tx.env().now() + queue.value.rules().again_after.into());
    }
    Ok(())
}

async fn preferred_for(tx: &mut Tx, queue: QueueId) -> Result<std::time::Duration> {
    let queue = setup::queue(tx, queue).await?.ok_or_else(|| Error::not_found("queue"))?;
    Ok(queue.value.rules().preferred_for.into())
}
