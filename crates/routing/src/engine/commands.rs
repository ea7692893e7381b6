//! What was decided becomes rows. Each change is guarded: when a row is not as the state says, the whole step is
//! undone, because somebody was first.

use super::facts::Gone;
use super::lease::Lease;
use crate::Routing;
use crate::decide::{Command, Decision, Offer, State, Withdrawn};
use crate::events::{OfferEnded, Offered, Outcome as OfferOutcome, PresenceChanged, Returned};
use crate::model::{NotReadyReason, Presence, WaitingContact};
use crate::store::{agents, contacts, lease, offers};
use base::{Actor, ContactId, Error, ErrorCode, MembershipId, OfferId, OrganisationId, Result};
use contact::actions::{NewEntry, append, close, unassign};
use contact::model::{Author, EventCode, Life, UnassignReason};
use db::Tx;

/// How writing a step ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    /// It is durable.
    Written,
    /// A row was not as the state says; nothing was written.
    Overtaken,
    /// Somebody else is the owner; nothing was written.
    LeaseLost,
}

/// A command with what of the state it needs.
#[derive(Debug)]
struct Order {
    command: Command,
    /// The contact's place after the step, if it is still here.
    place: Option<WaitingContact>,
}

/// All that one step changes.
#[derive(Debug)]
pub(crate) struct Step {
    orders: Vec<Order>,
    gone: Vec<Gone>,
    owner: String,
    token: i64,
}

impl Step {
    pub(crate) fn new(commands: &[Command], gone: &[Gone], state: &State, lease: &Lease) -> Self {
        let order = |command: &Command| {
            let place = contact_of(command).and_then(|contact| state.contact(contact)).cloned();
            Order { command: command.clone(), place }
        };
        let orders = commands.iter().map(order).collect();
        Self { orders, gone: gone.to_vec(), owner: lease.owner.clone(), token: lease.token }
    }

    pub(crate) async fn write(self, routing: &Routing, organisation: OrganisationId) -> Result<Outcome> {
        let outcome = routing.db().write(organisation, async move |tx| self.apply(tx).await).await;
        match outcome {
            Ok(true) => Ok(Outcome::Written),
            Ok(false) => Ok(Outcome::LeaseLost),
            Err(error) if error.code() == ErrorCode::Conflict => Ok(Outcome::Overtaken),
            Err(error) => Err(error),
        }
    }

    async fn apply(self, tx: &mut Tx) -> Result<bool> {
        if !lease::beat(tx, &self.owner, self.token).await? {
            return Ok(false);
        }
        for Order { command, place } in self.orders {
            match command {
                Command::Offer(offer) => make_offer(tx, &offer).await?,
                Command::Withdraw { contact, agent, why } => withdraw(tx, contact, agent, why, place).await?,
                Command::SetNotReady { agent, reason } => not_ready(tx, agent, reason).await?,
                Command::SetOffline { agent } => offline(tx, agent).await?,
                Command::Requeue { contact, agent } => take_back(tx, contact, agent, place).await?,
                Command::Close { contact, .. } => record(tx, contact).await?,
                Command::Yield { contact, .. } => contacts::set_aside(tx, contact, true).await?,
                Command::Resume { contact, .. } => contacts::set_aside(tx, contact, false).await?,
            }
        }
        for gone in self.gone {
            match gone {
                Gone::Contact(contact) => leave(tx, contact).await?,
                Gone::Agent(agent) => retire(tx, agent).await?,
            }
        }
        Ok(true)
    }
}

fn contact_of(command: &Command) -> Option<ContactId> {
    match command {
        Command::Withdraw { contact, .. } | Command::Requeue { contact, .. } => Some(*contact),
        _ => None,
    }
}

fn overtaken() -> Error {
    Error::conflict("a row is not as routing thought")
}

fn guard(held: bool) -> Result<()> {
    if held { Ok(()) } else { Err(overtaken()) }
}

async fn make_offer(tx: &mut Tx, offer: &Offer) -> Result<()> {
    let id: OfferId = tx.env().new_id();
    let expires_at = offer.expires_at;
    let Decision { contact, queue, chosen: agent, .. } = offer.decision;
    guard(contacts::set_offered(tx, contact, queue, agent, id, expires_at).await?)?;
    guard(agents::give_offer(tx, agent, id).await?)?;
    offers::insert(tx, id, &offer.decision, expires_at).await?;
    metrics::counter!("routing_offers_total").increment(1);
    tx.record(Actor::System, &Offered { contact, agent, offer: id, expires_at })
}

async fn withdraw(
    tx: &mut Tx,
    contact: ContactId,
    agent: MembershipId,
    why: Withdrawn,
    place: Option<WaitingContact>,
) -> Result<()> {
    let row = contacts::find(tx, contact).await?.ok_or_else(overtaken)?;
    let offer = match row.offer {
        Some(offer) => offer,
        // Whoever moved the contact has ended the offer too.
        None if why == Withdrawn::ContactGone => return Ok(()),
        None => return Err(overtaken()),
    };
    let place = place.unwrap_or(row.snapshot.waiting);
    guard(contacts::end_offer(tx, &place, offer).await?)?;
    let outcome = if why == Withdrawn::Missed { OfferOutcome::Missed } else { OfferOutcome::Withdrawn };
    end_offer(tx, contact, agent, offer, outcome).await
}

async fn end_offer(
    tx: &mut Tx,
    contact: ContactId,
    agent: MembershipId,
    offer: OfferId,
    outcome: OfferOutcome,
) -> Result<()> {
    guard(offers::end(tx, offer, outcome).await?)?;
    agents::end_offer(tx, agent, offer, false).await?;
    tx.record(Actor::System, &OfferEnded { contact, agent, offer, outcome })
}

async fn not_ready(tx: &mut Tx, agent: MembershipId, reason: NotReadyReason) -> Result<()> {
    let since = tx.env().now();
    set_presence(tx, agent, Presence::NotReady { since, reason }).await
}

/// Only while the screen is still away: the fact that it is back may be on its way here.
async fn offline(tx: &mut Tx, agent: MembershipId) -> Result<()> {
    let since = tx.env().now();
    guard(agents::find(tx, agent).await?.is_some_and(|found| found.lost_at.is_some()))?;
    set_presence(tx, agent, Presence::Offline { since }).await
}

async fn set_presence(tx: &mut Tx, agent: MembershipId, presence: Presence) -> Result<()> {
    let found = agents::find(tx, agent).await?.ok_or_else(overtaken)?;
    agents::set_presence(tx, agent, presence).await?;
    tx.record(Actor::System, &PresenceChanged { agent, presence, lost_at: found.lost_at })
}

/// The agent's screen stayed away: the talk waits for the next agent with its place kept. When it ended at this very
/// moment there is nothing to hand on.
async fn take_back(
    tx: &mut Tx,
    contact: ContactId,
    agent: MembershipId,
    place: Option<WaitingContact>,
) -> Result<()> {
    let life = contact::facts::life(tx, contact).await?.ok_or_else(overtaken)?;
    guard(matches!(life, Life::Assigned(_)))?;
    let place = place.ok_or_else(overtaken)?;
    unassign(tx, Actor::System, contact, UnassignReason::AgentGone).await?;
    guard(contacts::set_waiting(tx, &place, agent).await?)?;
    let told = NewEntry::event(contact, Author::System, EventCode::AgentLeft, [("agent", agent.to_string())]);
    append(tx, told).await?;
    tx.record(Actor::System, &Returned { contact, queue: place.queue, agent })
}

/// The talk had ended and its agent is gone: it is recorded without a reason, because nobody is there to give it.
async fn record(tx: &mut Tx, contact: ContactId) -> Result<()> {
    close(tx, Actor::System, contact).await?;
    leave(tx, contact).await
}

/// A contact that is over leaves routing, with the offer that may still be open.
pub(crate) async fn leave(tx: &mut Tx, contact: ContactId) -> Result<()> {
    let Some(row) = contacts::find(tx, contact).await? else { return Ok(()) };
    if let (Some(offer), crate::decide::Status::Offered { agent, .. }) = (row.offer, row.snapshot.status) {
        end_offer(tx, contact, agent, offer, OfferOutcome::Withdrawn).await?;
    }
    contacts::delete(tx, contact).await
}

/// Somebody no longer works here. Their settings stay, should they come back.
async fn retire(tx: &mut Tx, agent: MembershipId) -> Result<()> {
    if agents::find(tx, agent).await?.is_none_or(|found| !found.presence.is_present()) {
        return Ok(());
    }
    let since = tx.env().now();
    agents::set_lost(tx, agent, None).await?;
    set_presence(tx, agent, Presence::Offline { since }).await
}
