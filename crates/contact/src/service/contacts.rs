//! Contacts, read and moved through their life from outside.

use super::rendering::members_of_contact;
use super::{Contacts, CustomerToMake};
use crate::actions;
use crate::model::State;
use crate::store::Place;
use crate::store::contacts::{self, ContactFilter, ContactRow};
use crate::view::{Contact, Line};
use base::{CaseId, ContactId, CustomerId, Error, MembershipId, OrganisationId, QueueId, ReasonId, Result};
use db::Tx;
use db::idempotency::{IdempotencyKey, Once, once};
use identity::{Access, Permission, Personal};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use vault::Sealer;
use web::Page;

/// Which contacts to list.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ContactList {
    /// In this state.
    pub state: Option<State>,
    /// In this queue.
    pub queue: Option<QueueId>,
    /// Of this agent.
    pub agent: Option<MembershipId>,
    /// From this customer.
    pub customer: Option<CustomerId>,
    /// About this case.
    pub case: Option<CaseId>,
}

/// How a contact is recorded.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WrapUp {
    /// What it was about.
    pub reason_id: ReasonId,
    /// What a colleague should know.
    #[serde(default)]
    pub note: Option<String>,
}

impl Contacts {
    /// One contact.
    pub async fn contact(&self, organisation: OrganisationId, contact: ContactId) -> Result<Line<Contact>> {
        let mut conn = self.db().read(organisation).await?;
        let row = contacts::get(&mut conn, contact).await?;
        drop(conn);
        let names = self.names(organisation, members_of_contact(&row)).await?;
        self.contact_line(organisation, row, &names).await
    }

    /// A page of contacts, newest first.
    pub async fn contacts(
        &self,
        organisation: OrganisationId,
        list: &ContactList,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<Line<Contact>>> {
        let ContactList { state, queue, agent, customer, case } = *list;
        let filter = ContactFilter { state, queue, agent, customer, case };
        let mut conn = self.db().read(organisation).await?;
        let rows = contacts::page(&mut conn, &filter, &Place::parse(after)?, limit + 1).await?;
        drop(conn);
        let page = Page::of(rows, limit, |row: &ContactRow| Place::key(row.life.started_at(), row.id));
        Ok(Page { items: self.contact_lines(organisation, page.items).await?, next: page.next })
    }

    /// Whose data the content of a contact is, and nothing of it: opening it tells whether it may be used.
    pub async fn whose(&self, organisation: OrganisationId, contact: ContactId) -> Result<Personal<()>> {
        let mut conn = self.db().read(organisation).await?;
        let row = contacts::get(&mut conn, contact).await?;
        Ok(Personal::new(row.subject(), ()).restricted(row.restricted()))
    }

    /// What seals the content of a contact, for somebody who may use the data of its person.
    pub(super) async fn sealer_for(&self, access: &Access, contact: ContactId) -> Result<Sealer> {
        let organisation = access.organisation();
        let mut conn = self.db().read(organisation).await?;
        let row = contacts::get(&mut conn, contact).await?;
        drop(conn);
        access.open(Personal::new(row.subject(), ()).restricted(row.restricted()))?;
        self.vault().sealer(organisation, row.key).await
    }

    /// The agent ends the talk.
    pub async fn end(&self, access: &Access, contact: ContactId) -> Result<Line<Contact>> {
        let (organisation, who) = (access.organisation(), Who::of(access)?);
        let write = async move |tx: &mut Tx| {
            who.has(tx, contact).await?;
            actions::end(tx, who.access.actor(), contact).await
        };
        self.db().write(organisation, write).await?;
        self.contact(organisation, contact).await
    }

    /// The agent records what it was about.
    pub async fn wrap_up(
        &self,
        access: &Access,
        contact: ContactId,
        wrap_up: &WrapUp,
    ) -> Result<Line<Contact>> {
        let (organisation, who, reason) = (access.organisation(), Who::of(access)?, wrap_up.reason_id);
        let note = match &wrap_up.note {
            Some(text) if !text.trim().is_empty() => Some(self.note(access, contact, text).await?),
            _ => None,
        };
        let write = async move |tx: &mut Tx| {
            who.has(tx, contact).await?;
            if let Some(note) = note {
                actions::append(tx, note).await?;
            }
            actions::wrap_up(tx, who.access.actor(), contact, reason).await
        };
        self.db().write(organisation, write).await?;
        self.contact(organisation, contact).await
    }

    /// A contact turns out to be from this customer, or from nobody known. Its content then belongs to them, or to
    /// the contact alone again.
    pub async fn set_customer(
        &self,
        access: &Access,
        contact: ContactId,
        customer: Option<CustomerId>,
    ) -> Result<Line<Contact>> {
        let (organisation, actor) = (access.organisation(), access.actor());
        let write = async move |tx: &mut Tx| actions::link_customer(tx, actor, contact, customer).await;
        self.db().write(organisation, write).await?;
        self.give_key(organisation, contact).await?;
        self.contact(organisation, contact).await
    }

    /// A contact turns out to be from somebody who was not known yet; a repeat with the same key makes nobody again.
    pub async fn set_new_customer(
        &self,
        access: &Access,
        contact: ContactId,
        new: &CustomerToMake,
        key: Option<IdempotencyKey>,
    ) -> Result<Line<Contact>> {
        let (organisation, actor) = (access.organisation(), access.actor());
        let new = self.seal_customer(organisation, new).await?;
        let write = async move |tx: &mut Tx| {
            if let Some(key) = key
                && let Once::Repeat(_) = once(tx, &actor.to_string(), &key, &new.id.to_string()).await?
            {
                return Ok(());
            }
            let customer = new.id;
            actions::create_customer(tx, actor, new).await?;
            actions::link_customer(tx, actor, contact, Some(customer)).await
        };
        self.db().write(organisation, write).await?;
        self.give_key(organisation, contact).await?;
        self.contact(organisation, contact).await
    }

    /// A contact is about this case, or about none.
    pub async fn set_case(
        &self,
        access: &Access,
        contact: ContactId,
        case: Option<CaseId>,
    ) -> Result<Line<Contact>> {
        let (organisation, actor) = (access.organisation(), access.actor());
        let write = async move |tx: &mut Tx| actions::link_case(tx, actor, contact, case).await;
        self.db().write(organisation, write).await?;
        self.contact(organisation, contact).await
    }
}

/// Who wants to end or record a contact: the agent who has it, or somebody who supervises.
#[derive(Clone, Debug)]
struct Who {
    access: Access,
    membership: MembershipId,
}

impl Who {
    fn of(access: &Access) -> Result<Self> {
        Ok(Self { access: access.clone(), membership: access.membership()? })
    }

    async fn has(&self, tx: &mut Tx, contact: ContactId) -> Result<()> {
        let (life, _) = contacts::find_life(tx, contact).await?.ok_or_else(|| Error::not_found("contact"))?;
        if life.agent() == Some(self.membership) || self.access.has(Permission::SuperviseQueues) {
            return Ok(());
        }
        Err(Error::conflict("This contact is not yours now. Look at it again to see who has it."))
    }
}
