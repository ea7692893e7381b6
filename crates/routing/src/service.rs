//! The service: what the program and the rooms above hold.

use crate::actions::{self, Transfer};
use crate::board::{Board, Outlook};
use crate::engine::Supervisor;
use crate::model::{self, Channel};
use crate::screens::Screens;
use crate::store::{agents, contacts, offers, setup};
use crate::view::{Colleague, DecisionView, Offer, Presence, QueueStanding, Room, Work};
use base::{ContactId, EntryPointId, MembershipId, OfferId, OrganisationId, Position, Result};
use contact::Contacts;
use contact::view::{Contact, Line};
use db::{Conn, Db, Tx, journal};
use identity::{Access, Identity, Named};
use std::fmt;
use std::sync::{Arc, OnceLock};
use web::live::Hub;

/// Hands contacts to agents. Cheap to clone.
#[derive(Clone)]
pub struct Routing(Arc<Inner>);

struct Inner {
    db: Db,
    identity: Identity,
    contacts: Contacts,
    /// The name of this node in leases.
    node: String,
    board: Board,
    hub: OnceLock<Hub>,
    screens: Screens,
}

impl fmt::Debug for Routing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Routing(…)")
    }
}

impl Routing {
    /// Over this database.
    pub fn new(db: Db, identity: Identity, contacts: Contacts) -> Self {
        let node = u128::from_be_bytes(db.env().random_bytes());
        let inner = Inner {
            db,
            identity,
            contacts,
            node: format!("{node:032x}"),
            board: Board::default(),
            hub: OnceLock::new(),
            screens: Screens::default(),
        };
        Self(Arc::new(inner))
    }

    /// Owns what nobody else owns, and hands out contacts until `stop` completes. Figures of queues go to screens
    /// over the hub.
    pub async fn run(&self, hub: Hub, stop: impl Future<Output = ()>) {
        // A second run in one program keeps the first hub.
        let _ = self.0.hub.set(hub);
        tokio::select! {
            () = Supervisor::new(self.clone()).run(stop) => {}
            never = self.follow_screens() => match never {},
        }
    }

    /// The organisations whose routing is to be owned.
    pub(crate) async fn organisations(&self) -> Result<Vec<OrganisationId>> {
        Ok(self.0.identity.organisations().await?.into_iter().map(|organisation| organisation.id).collect())
    }

    pub(crate) fn db(&self) -> &Db {
        &self.0.db
    }

    pub(crate) fn identity(&self) -> &Identity {
        &self.0.identity
    }

    pub(crate) fn contacts(&self) -> &Contacts {
        &self.0.contacts
    }

    pub(crate) fn node(&self) -> &str {
        &self.0.node
    }

    pub(crate) fn board(&self) -> &Board {
        &self.0.board
    }

    pub(crate) fn hub(&self) -> Option<&Hub> {
        self.0.hub.get()
    }

    pub(crate) fn screens(&self) -> &Screens {
        &self.0.screens
    }

    /// The position of the last fact.
    pub(crate) async fn position(&self, organisation: OrganisationId) -> Result<Position> {
        journal::head(&mut self.db().read(organisation).await?).await
    }

    /// How an agent stands.
    pub async fn presence(&self, organisation: OrganisationId, member: MembershipId) -> Result<Presence> {
        presence(&mut self.db().read(organisation).await?, member).await
    }

    /// An agent takes contacts from now on, or does not.
    pub async fn set_presence(&self, access: &Access, presence: model::Presence) -> Result<Presence> {
        let (organisation, member, actor) = (access.organisation(), access.membership()?, access.actor());
        let write = async move |tx: &mut Tx| actions::set_presence(tx, actor, member, presence).await;
        self.db().write(organisation, write).await?;
        self.presence(organisation, member).await
    }

    /// All that an agent has to do now.
    pub async fn work(&self, access: &Access) -> Result<Work> {
        let (organisation, member) = (access.organisation(), access.membership()?);
        let mut conn = self.db().read(organisation).await?;
        let position = journal::head(&mut conn).await?;
        let presence = presence(&mut conn, member).await?;
        let offered = offers::of_agent(&mut conn, member).await?;
        let in_hand = in_hand(&mut conn, member).await?;
        drop(conn);
        let mut work = Work { presence, offers: Vec::new(), contacts: Vec::new(), position };
        for offer in offered {
            work.offers.push(self.show_offer(access, &offer).await?);
        }
        for contact in in_hand {
            work.contacts.push(self.contacts().contact(organisation, contact).await?.show(access)?);
        }
        Ok(work)
    }

    /// An offer with its contact.
    pub(crate) async fn show_offer(&self, access: &Access, offer: &offers::OfferRow) -> Result<Offer> {
        let contact = self.contacts().contact(access.organisation(), offer.contact).await?.show(access)?;
        let queue = contact.queue.clone().unwrap_or_else(|| Named::new(offer.queue, ""));
        let preview = contact.last_entry.as_ref().and_then(|last| last.preview.clone());
        Ok(Offer {
            id: offer.id,
            queue,
            offered_at: offer.offered_at,
            expires_at: offer.expires_at,
            waited_since: offer.waited_since,
            preview,
            contact,
        })
    }

    /// The agent takes the offered contact.
    pub async fn accept(&self, access: &Access, offer: OfferId) -> Result<Contact> {
        let (organisation, member) = (access.organisation(), access.membership()?);
        let accept = async move |tx: &mut Tx| actions::accept(tx, member, offer).await;
        let contact = self.db().write(organisation, accept).await?;
        self.contacts().contact(organisation, contact).await?.show(access)
    }

    /// The agent lets the offered contact go to the next.
    pub async fn decline(&self, access: &Access, offer: OfferId) -> Result<()> {
        let (organisation, member) = (access.organisation(), access.membership()?);
        self.db().write(organisation, async move |tx| actions::decline(tx, member, offer).await).await
    }

    /// The agent hands a contact on, with a note for the next one. Who watches over the queues also moves what waits
    /// or is offered.
    pub async fn transfer(
        &self,
        access: &Access,
        contact: ContactId,
        to: Transfer,
        note: Option<&str>,
    ) -> Result<Line<Contact>> {
        let (organisation, actor) = (access.organisation(), access.actor());
        self.check_has(access, contact).await?;
        let own = actions::Reach::Own(access.membership()?);
        let supervises = access.has(identity::Permission::SuperviseQueues);
        let reach = if supervises { actions::Reach::All } else { own };
        let note = match note {
            Some(text) => Some(self.contacts().note(access, contact, text).await?),
            None => None,
        };
        let write = async move |tx: &mut Tx| actions::transfer(tx, actor, reach, contact, to, note).await;
        self.db().write(organisation, write).await?;
        self.contacts().contact(organisation, contact).await
    }

    /// The agent gives a contact back to its queue.
    pub async fn requeue(&self, access: &Access, contact: ContactId) -> Result<Line<Contact>> {
        let (organisation, actor) = (access.organisation(), access.actor());
        self.check_has(access, contact).await?;
        let write = async move |tx: &mut Tx| actions::requeue(tx, actor, contact).await;
        self.db().write(organisation, write).await?;
        self.contacts().contact(organisation, contact).await
    }

    /// A contact is moved by the agent who has it, or by who watches over the queues.
    async fn check_has(&self, access: &Access, contact: ContactId) -> Result<()> {
        let mut conn = self.db().read(access.organisation()).await?;
        let row = contacts::get(&mut conn, contact).await?;
        let mine = crate::decide::Status::Assigned { agent: access.membership()? };
        if row.snapshot.status == mine || access.has(identity::Permission::SuperviseQueues) {
            return Ok(());
        }
        Err(base::Error::conflict("This contact is not yours now. Look at it again to see who has it."))
    }

    /// How the queues stand.
    pub async fn queues(&self, organisation: OrganisationId) -> Result<Vec<QueueStanding>> {
        if let Some(queues) = self.board().queues(organisation) {
            return Ok(queues);
        }
        let mut conn = self.db().read(organisation).await?;
        let lengths = contacts::lengths(&mut conn).await?;
        let agents = agents::all(&mut conn).await?;
        let standing = |queue: &setup::Stored<model::Queue>| {
            let id = queue.value.id();
            let length = lengths.iter().find(|(queue, ..)| *queue == id);
            let serves = |agent: &&crate::decide::AgentSnapshot| {
                agent.presence.is_ready() && agent.profile.serves.contains_key(&id)
            };
            QueueStanding {
                id,
                name: queue.name.clone(),
                waiting: length.map_or(0, |(_, waiting, _)| *waiting),
                longest_waiting_since: length.and_then(|(_, _, longest)| *longest),
                estimate_seconds: None,
                agents_ready: u32::try_from(agents.iter().filter(serves).count()).unwrap_or(u32::MAX),
            }
        };
        Ok(setup::queues(&mut conn).await?.iter().map(standing).collect())
    }

    /// What a customer who waits can be told. The node that owns the queues knows best; another one knows the place.
    pub async fn outlook(&self, organisation: OrganisationId, contact: ContactId) -> Result<Outlook> {
        if let Some(outlook) = self.board().outlook(organisation, contact) {
            return Ok(outlook);
        }
        let mut conn = self.db().read(organisation).await?;
        let Some(row) = contacts::find(&mut conn, contact).await? else { return Ok(Outlook::default()) };
        if matches!(row.snapshot.status, crate::decide::Status::Assigned { .. }) {
            return Ok(Outlook::default());
        }
        let before = contacts::before(&mut conn, &row.snapshot.waiting).await?;
        Ok(Outlook { place: u32::try_from(before + 1).ok(), estimate_seconds: None })
    }

    /// How long who comes in here now will wait, in seconds, where that can be told.
    pub async fn estimate(
        &self,
        organisation: OrganisationId,
        entry_point: EntryPointId,
    ) -> Result<Option<u32>> {
        let found = setup::entry_point(&mut self.db().read(organisation).await?, entry_point).await?;
        let standing = found.and_then(|point| self.board().queue(organisation, point.value.queue));
        Ok(standing.and_then(|standing| standing.estimate_seconds))
    }

    /// Who is there to hand a contact to, by name.
    pub async fn colleagues(&self, organisation: OrganisationId) -> Result<Vec<Colleague>> {
        let mut conn = self.db().read(organisation).await?;
        let agents = agents::all(&mut conn).await?;
        let in_hand = contacts::in_hand(&mut conn).await?;
        drop(conn);
        let names = self
            .identity()
            .member_names(organisation, agents.iter().map(|agent| agent.profile.agent))
            .await?;
        let mut colleagues: Vec<Colleague> = agents
            .into_iter()
            .filter_map(|agent| {
                let id = agent.profile.agent;
                let name = names.get(&id)?;
                let chat = room(&agent.profile, in_hand.get(&id).copied().unwrap_or(0));
                let presence = Presence::new(agent.presence, chat);
                let (name, team) = (name.name.clone(), name.team.clone());
                Some(Colleague { membership_id: id, name, team, state: presence.state, chat })
            })
            .collect();
        colleagues.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(colleagues)
    }

    /// Why a contact was offered to whom, newest first.
    pub async fn decisions(
        &self,
        organisation: OrganisationId,
        contact: ContactId,
    ) -> Result<Vec<DecisionView>> {
        let mut conn = self.db().read(organisation).await?;
        contact::facts::life(&mut conn, contact).await?.ok_or_else(|| base::Error::not_found("contact"))?;
        let found = offers::decisions(&mut conn, contact).await?;
        let queues = setup::queues(&mut conn).await?;
        drop(conn);
        let members =
            found.iter().flat_map(|(_, decision, _)| decision.candidates.iter().map(|one| one.agent));
        let names = self.identity().member_names(organisation, members.collect::<Vec<_>>()).await?;
        let named = |id: MembershipId| Named::new(id, names.get(&id).map_or("", |found| &found.name));
        let view = |(id, decision, outcome): (_, crate::decide::Decision, _)| {
            let queue = queues.iter().find(|queue| queue.value.id() == decision.queue);
            let queue = Named::new(decision.queue, queue.map_or("", |queue| &queue.name));
            DecisionView::new(id, &decision, outcome, queue, named)
        };
        Ok(found.into_iter().map(view).collect())
    }

    /// An offer that can still be taken.
    pub(crate) async fn open_offer(
        &self,
        organisation: OrganisationId,
        offer: OfferId,
    ) -> Result<Option<offers::OfferRow>> {
        let found = offers::find(&mut self.db().read(organisation).await?, offer).await?;
        Ok(found.filter(|found| !found.ended))
    }
}

/// How much of its channel an agent has in hand, and may have.
fn room(profile: &model::AgentProfile, used: u8) -> Room {
    Room { used, total: profile.capacity.most(Channel::Chat) }
}

async fn presence(conn: &mut Conn, member: MembershipId) -> Result<Presence> {
    let Some(agent) = agents::find(conn, member).await? else {
        let never = model::Presence::Offline { since: base::Timestamp::default() };
        return Ok(Presence::new(never, Room::default()));
    };
    let used = in_hand(conn, member).await?.len();
    let chat = room(&agent.profile, u8::try_from(used).unwrap_or(u8::MAX));
    Ok(Presence::new(agent.presence, chat))
}

/// What an agent has in hand. One that was wrapped up just now may still stand in the rows of this room, until the
/// engine has read that it closed.
async fn in_hand(conn: &mut Conn, member: MembershipId) -> Result<Vec<ContactId>> {
    let mut open = Vec::new();
    for contact in contacts::of_agent(conn, member).await? {
        let life = contact::facts::life(conn, contact).await?;
        if life.is_some_and(|life| life.closed().is_none()) {
            open.push(contact);
        }
    }
    Ok(open)
}
